package dev.replicationset.reconcile;

import dev.replicationset.api.Bootstrap;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.ServerAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the actions of one plan, one at a time, through the ports. What can't be undone reads status again first. The
 * accounts are read from the API server once, when the first action needs them.
 */
final class ActionRunner {
    private final ClusterPort cluster;
    private final MysqlPort mysql;
    private final Observation seen;
    private @Nullable Accounts accounts;

    ActionRunner(ClusterPort cluster, MysqlPort mysql, Observation seen) {
        this.cluster = cluster;
        this.mysql = mysql;
        this.seen = seen;
    }

    void run(Action action) throws MysqlFailure {
        switch (action) {
            case Action.RecordIntent a -> throw new IllegalStateException("the executor records intents itself");
            case Action.Tell(var kind, String about, String message) -> cluster.tell(seen.id(), kind, about, message);
            case Action.ApplyObjects(var objects) -> cluster.apply(seen.id(), objects);
            case Action.RecordOnVolume(String instance, var role, var uuid, long epoch, int lastNumber) ->
                cluster.recordOnVolume(seen.id(), instance, role, uuid, epoch, lastNumber);
            case Action.LabelPod(String instance, String podUid, var labels) ->
                cluster.label(seen.id(), instance, podUid, labels);
            case Action.RemoveInstance(String instance, boolean deleteVolume) ->
                cluster.removeInstance(seen.id(), instance, deleteVolume);
            case Action.RestartPod(String instance, String podUid, var why) ->
                cluster.restartPod(seen.id(), instance, podUid);
            case Action.OpenPrimary open -> open(open);
            case Action.CloseServer(String instance) -> mysql.close(address(instance), cluster.operator(seen.id()));
            case Action.PrepareSchema(String instance, long epoch) -> prepare(instance, epoch);
            case Action.Attach(String instance, String source, var start) ->
                mysql.attach(address(instance), accounts(), address(source), start);
            case Action.StartReplication(String instance) ->
                mysql.startReplication(address(instance), cluster.operator(seen.id()));
            case Action.RestartIoThread(String instance) ->
                mysql.restartIoThread(address(instance), cluster.operator(seen.id()));
            case Action.RefreshCredentials(String instance) -> mysql.refreshCredentials(address(instance), accounts());
            case Action.ResetRelayLogs(String instance) -> mysql.resetRelayLogs(address(instance), accounts());
            case Action.SyncAccounts(String instance) -> mysql.syncAccounts(address(instance), accounts());
            case Action.BeginClone(String instance, String donor) -> clone(instance, donor);
        }
    }

    /** Status is read again right before: no other instance may have become the primary meanwhile. */
    private void open(Action.OpenPrimary open) throws MysqlFailure {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        if (!open.instance().equals(now.primary()) || open.epoch() != now.epoch()) {
            throw new IllegalStateException("%s is not the primary of epoch %d any more; it is %s at epoch %d"
                    .formatted(open.instance(), open.epoch(), now.primary(), now.epoch()));
        }
        mysql.open(address(open.instance()), cluster.operator(seen.id()), open.serverUuid());
    }

    private void prepare(String instance, long epoch) throws MysqlFailure {
        Bootstrap bootstrap = seen.spec().bootstrap();
        Optional<String> database = Optional.ofNullable(bootstrap).map(Bootstrap::database);
        mysql.prepareSchema(address(instance), accounts(), epoch, database);
    }

    /** Status is read again right before: a recipient must be a replica with that intent, never the primary. */
    private void clone(String instance, String donor) throws MysqlFailure {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        boolean intended = now.instance(instance)
                .map(member -> member.seeding())
                .filter(seeding -> !seeding.attaching() && seeding.donor().equals(donor))
                .isPresent();
        if (!intended || instance.equals(now.primary())) {
            throw new IllegalStateException("%s is not to be copied from %s any more".formatted(instance, donor));
        }
        mysql.beginClone(address(instance), accounts(), address(donor));
    }

    private Accounts accounts() {
        Accounts known = accounts;
        if (known == null) {
            known = cluster.accounts(seen.id());
            accounts = known;
        }
        return known;
    }

    private ServerAddress address(String instance) {
        return Optional.ofNullable(seen.instances().get(instance))
                .flatMap(view -> ServerAddress.of(seen.id(), view))
                .orElseThrow(() -> new IllegalStateException("pod " + instance + "-0 has no address yet"));
    }
}
