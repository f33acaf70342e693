package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;

/** The objects of a set that the caches hold. They are shared: never change them. */
@FunctionalInterface
public interface SetObjects {
    <T extends HasMetadata> Collection<T> of(MySQLReplicationSet resource, Class<T> type);
}
