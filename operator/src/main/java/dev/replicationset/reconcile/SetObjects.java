package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;

/** The objects of a set that the caches hold. They are shared: never change them. */
@FunctionalInterface
interface SetObjects {
    Collection<HasMetadata> of(MySQLReplicationSet resource);
}
