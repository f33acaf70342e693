package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.topology.InstanceView;
import dev.replicationset.topology.ObjectRef;
import java.util.Map;
import java.util.Set;

/** Makes views of the Kubernetes objects of a set, from caches alone. */
@FunctionalInterface
public interface ClusterReader {
    ClusterView read(MySQLReplicationSet resource, SetObjects objects);

    /**
     * What Kubernetes holds of a set.
     *
     * @param instances by name in the order of their numbers, as in
     *     {@link dev.replicationset.topology.Observation#instances}, with unknown servers
     * @param drift as in {@link dev.replicationset.topology.Observation#drift}
     */
    record ClusterView(Map<String, InstanceView> instances, Set<ObjectRef> drift) {}
}
