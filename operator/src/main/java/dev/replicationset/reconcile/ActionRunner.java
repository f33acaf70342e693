package dev.replicationset.reconcile;

import dev.replicationset.api.Bootstrap;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.api.Transition;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.ServerAddress;
import java.util.List;
import java.util.Objects;
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
        this.mysql = mysql.until(seen.now().plus(Executor.VALID));
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
            case Action.ConsumePromote(String request) -> cluster.consumePromote(seen.id(), request);
            case Action.AwaitAcks await -> awaitAcks(await);
            case Action.Acknowledge(String instance, long epoch, boolean on) ->
                mysql.acknowledge(
                        address(instance),
                        cluster.operator(seen.id()),
                        on && mayAcknowledge(instance, receiving(instance, epoch)));
            case Action.Bar(String instance, String uuid, var replica, String address) ->
                mysql.bar(address(instance), accounts(), uuid, address);
            case Action.Unbar(String instance, String uuid, var replica, String address) ->
                mysql.unbar(address(instance), accounts(), uuid, address);
            case Action.StopReceiving(String instance, long epoch) -> stopReceiving(instance, epoch);
            case Action.StartApplying(String instance) ->
                mysql.startApplying(address(instance), cluster.operator(seen.id()));
            case Action.Promote promote -> promote(promote);
            case Action.Attach(String instance, String source, long epoch, var start) -> {
                MySQLReplicationSetStatus now = receiving(instance, epoch);
                if (!source.equals(now.primary())) {
                    throw outdated("%s is the primary, not %s".formatted(now.primary(), source));
                }
                mysql.attach(address(instance), accounts(), address(source), start, mayAcknowledge(instance, now));
            }
            case Action.StartReplication(String instance, long epoch) -> {
                boolean acknowledges = mayAcknowledge(instance, receiving(instance, epoch));
                mysql.startReplication(address(instance), cluster.operator(seen.id()), acknowledges);
            }
            case Action.RestartIoThread(String instance, long epoch) -> {
                boolean acknowledges = mayAcknowledge(instance, receiving(instance, epoch));
                mysql.restartIoThread(address(instance), cluster.operator(seen.id()), acknowledges);
            }
            case Action.RefreshCredentials(String instance, long epoch) -> {
                boolean acknowledges = mayAcknowledge(instance, receiving(instance, epoch));
                mysql.refreshCredentials(address(instance), accounts(), acknowledges);
            }
            case Action.ResetRelayLogs(String instance, long epoch) -> {
                boolean acknowledges = mayAcknowledge(instance, receiving(instance, epoch));
                mysql.resetRelayLogs(address(instance), accounts(), acknowledges);
            }
            case Action.SyncAccounts(String instance) -> mysql.syncAccounts(address(instance), accounts());
            case Action.BeginClone(String instance, String donor) -> clone(instance, donor);
        }
    }

    /** Status is read again right before: no other instance may have become the primary, nor be about to. */
    private void open(Action.OpenPrimary open) throws MysqlFailure {
        MySQLReplicationSetStatus now = primaryOf(open.instance(), open.epoch());
        Transition transition = now.transition();
        if (transition != null && transition.phase() != Transition.Phase.Promoting) {
            throw outdated(open.instance() + " is being replaced");
        }
        requiresNoMore(now, open.acks());
        mysql.open(address(open.instance()), accounts(), open.serverUuid(), open.acks(), barred(now));
    }

    private void awaitAcks(Action.AwaitAcks await) throws MysqlFailure {
        MySQLReplicationSetStatus now = primaryOf(await.instance(), await.epoch());
        if (now.transition() != null) {
            throw outdated("the primary is being changed");
        }
        requiresNoMore(now, await.acks());
        mysql.awaitAcks(address(await.instance()), cluster.operator(seen.id()), await.serverUuid(), await.acks());
    }

    private void promote(Action.Promote promote) throws MysqlFailure {
        MySQLReplicationSetStatus now = primaryOf(promote.instance(), promote.epoch());
        requiresNoMore(now, promote.acks());
        mysql.promote(address(promote.instance()), accounts(), promote.serverUuid(), promote.acks(), barred(now));
    }

    private static List<String> barred(MySQLReplicationSetStatus now) {
        return now.instances().stream()
                .map(InstanceStatus::barred)
                .filter(Objects::nonNull)
                .toList();
    }

    private void stopReceiving(String instance, long epoch) throws MysqlFailure {
        Transition now = cluster.readStatus(seen.id()).transition();
        if (now == null || now.epoch() != epoch || now.phase() == Transition.Phase.Promoting) {
            throw outdated("no primary of epoch %d is being chosen any more".formatted(epoch));
        }
        mysql.stopReceiving(address(instance), cluster.operator(seen.id()));
    }

    private MySQLReplicationSetStatus primaryOf(String instance, long epoch) {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        if (!instance.equals(now.primary()) || epoch != now.epoch()) {
            throw outdated("%s is not the primary of epoch %d any more; it is %s at epoch %d"
                    .formatted(instance, epoch, now.primary(), now.epoch()));
        }
        return now;
    }

    /** What begins to receive gives the primary an acknowledgement: never while the primary is being replaced. */
    private MySQLReplicationSetStatus receiving(String instance, long epoch) {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        Transition transition = now.transition();
        if (epoch != now.epoch() || instance.equals(now.primary())) {
            throw outdated("%s is the primary, at epoch %d".formatted(now.primary(), now.epoch()));
        }
        if (transition != null && transition.phase() != Transition.Phase.Promoting) {
            throw outdated("the primary is being changed");
        }
        return now;
    }

    /** Only from the address that was recorded with it: another one could not be locked out. */
    private boolean mayAcknowledge(String instance, MySQLReplicationSetStatus now) {
        String from =
                now.instance(instance).map(InstanceStatus::acknowledgesFrom).orElse(null);
        return now.acknowledging().contains(instance)
                && from != null
                && from.equals(address(instance).host());
    }

    private static void requiresNoMore(MySQLReplicationSetStatus now, int acks) {
        if (now.acksRequired() > acks) {
            throw outdated("%d acknowledgements are required by now, not %d".formatted(now.acksRequired(), acks));
        }
    }

    private static IllegalStateException outdated(String why) {
        return new IllegalStateException("planned before it changed: " + why);
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
