package dev.replicationset.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One primary and its read replicas, as a user wishes them to be. */
@Group(MySQLReplicationSet.GROUP)
@Version(MySQLReplicationSet.VERSION)
@Plural("mysqlreplicationsets")
@ShortNames("mrs")
public class MySQLReplicationSet extends CustomResource<MySQLReplicationSetSpec, MySQLReplicationSetStatus>
        implements Namespaced {
    public static final String GROUP = "replicationset.dev";
    public static final String VERSION = "v1alpha1";
    public static final String KIND = "MySQLReplicationSet";

    @Override
    protected MySQLReplicationSetStatus initStatus() {
        return MySQLReplicationSetStatus.EMPTY;
    }
}
