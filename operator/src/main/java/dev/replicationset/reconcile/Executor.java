package dev.replicationset.reconcile;

import dev.replicationset.api.Bootstrap;
import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.Announcements;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.StatusBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a plan out, action by action, through the ports, and reports the new status. An action that fails holds back
 * the later ones on the same instance until the next plan; those on other instances go on.
 */
public final class Executor implements PlanRunner {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    private final ClusterPort cluster;
    private final MysqlPort mysql;

    public Executor(ClusterPort cluster, MysqlPort mysql) {
        this.cluster = cluster;
        this.mysql = mysql;
    }

    @Override
    public Outcome run(Observation seen, Plan plan) {
        Round round = new Round(seen);
        try {
            plan.actions().forEach(round::act);
            round.report();
        } catch (MovedOn e) {
            LOG.debug("{}: the resource has moved on, planning again: {}", seen.id(), e.getMessage());
            return new Outcome(round.results, true, round.written);
        }
        return new Outcome(round.results, false, round.written);
    }

    /** One plan being carried out. */
    private final class Round {
        private final Observation seen;
        private final List<Result> results = new ArrayList<>();
        private final Set<String> failed = new HashSet<>();
        private MySQLReplicationSetStatus status;
        private String resourceVersion;
        private boolean written;

        Round(Observation seen) {
            this.seen = seen;
            this.status = seen.status();
            this.resourceVersion = seen.resourceVersion();
        }

        void act(Action action) {
            if (action instanceof Action.OnInstance on && failed.contains(on.instance())) {
                return;
            }
            try {
                if (action instanceof Action.RecordIntent(MySQLReplicationSetStatus next)) {
                    record(next);
                } else {
                    perform(action, seen);
                }
                done(action);
            } catch (MysqlFailure | RuntimeException e) {
                if (e instanceof MovedOn moved) {
                    throw moved;
                }
                String message = describe(action, e);
                LOG.warn("{}: {}", seen.id(), message, e instanceof MysqlFailure ? null : e);
                int number = e instanceof MysqlFailure failure ? failure.errorNumber() : 0;
                results.add(new Result(action, Optional.of(message), number));
                if (action instanceof Action.OnInstance on) {
                    failed.add(on.instance());
                }
            }
        }

        /** Writes the whole status when it says something new, and tells people what changed. */
        void report() {
            MySQLReplicationSetStatus built = StatusBuilder.build(seen.with(status));
            if (StatusBuilder.worthWriting(status, built)) {
                MySQLReplicationSetStatus before = status;
                record(built);
                Announcements.between(before, built).forEach(this::tell);
            }
        }

        private void record(MySQLReplicationSetStatus next) {
            try {
                resourceVersion = cluster.recordStatus(seen.id(), resourceVersion, next);
                status = next;
                written = true;
            } catch (ClusterPort.Conflict e) {
                throw new MovedOn(e);
            }
        }

        private void done(Action action) {
            results.add(new Result(action, Optional.empty(), 0));
            if (!(action instanceof Action.Tell || action instanceof Action.RecordIntent)) {
                LOG.info("{}: {}", seen.id(), action);
            }
            Announcements.of(action).ifPresent(this::tell);
        }

        private void tell(Action.Tell tell) {
            cluster.tell(seen.id(), tell.kind(), tell.about(), tell.message());
        }
    }

    /** The resource was changed since it was observed. */
    private static final class MovedOn extends RuntimeException {
        private static final long serialVersionUID = 1;

        MovedOn(ClusterPort.Conflict conflict) {
            super(conflict);
        }
    }

    private void perform(Action action, Observation seen) throws MysqlFailure {
        switch (action) {
            case Action.RecordIntent a -> throw new IllegalStateException("recorded by execute");
            case Action.Tell(var kind, String about, String message) -> cluster.tell(seen.id(), kind, about, message);
            case Action.ApplyObjects(var objects) -> cluster.apply(seen.id(), objects);
            case Action.RecordOnVolume(String instance, var role, long epoch, int lastNumber) ->
                cluster.recordOnVolume(seen.id(), instance, role, epoch, lastNumber);
            case Action.LabelPod(String instance, String podUid, var labels) ->
                cluster.label(seen.id(), instance, podUid, labels);
            case Action.RemoveInstance(String instance, boolean deleteVolume) -> remove(seen, instance, deleteVolume);
            case Action.RestartPod(String instance, String podUid, var why) ->
                cluster.restartPod(seen.id(), instance, podUid);
            case Action.OpenPrimary open -> open(seen, open);
            case Action.CloseServer(String instance) ->
                mysql.close(address(seen, instance), accounts(seen).operator());
            case Action.PrepareSchema(String instance, long epoch) -> prepare(seen, instance, epoch);
            case Action.Attach(String instance, String source, var start) ->
                mysql.attach(address(seen, instance), accounts(seen), address(seen, source), start);
            case Action.StartReplication(String instance) ->
                mysql.startReplication(address(seen, instance), accounts(seen).operator());
            case Action.RestartIoThread(String instance) ->
                mysql.restartIoThread(address(seen, instance), accounts(seen).operator());
            case Action.RefreshCredentials(String instance) ->
                mysql.refreshCredentials(address(seen, instance), accounts(seen));
            case Action.ResetRelayLogs(String instance) ->
                mysql.resetRelayLogs(address(seen, instance), accounts(seen));
            case Action.SyncAccounts(String instance) -> mysql.syncAccounts(address(seen, instance), accounts(seen));
            case Action.BeginClone(String instance, String donor) -> clone(seen, instance, donor);
        }
    }

    /** Status is read again right before: no other instance may have become the primary meanwhile. */
    private void open(Observation seen, Action.OpenPrimary open) throws MysqlFailure {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        if (!open.instance().equals(now.primary()) || open.epoch() != now.epoch()) {
            throw new IllegalStateException("%s is not the primary of epoch %d any more; it is %s at epoch %d"
                    .formatted(open.instance(), open.epoch(), now.primary(), now.epoch()));
        }
        mysql.open(address(seen, open.instance()), accounts(seen).operator(), open.serverUuid());
    }

    private void prepare(Observation seen, String instance, long epoch) throws MysqlFailure {
        Bootstrap bootstrap = seen.spec().bootstrap();
        Optional<String> database = Optional.ofNullable(bootstrap).map(Bootstrap::database);
        mysql.prepareSchema(address(seen, instance), accounts(seen), epoch, database);
    }

    /** Status is read again right before: a recipient must be a replica with that intent, never the primary. */
    private void clone(Observation seen, String instance, String donor) throws MysqlFailure {
        MySQLReplicationSetStatus now = cluster.readStatus(seen.id());
        boolean intended = now.instance(instance)
                .map(member -> member.seeding())
                .filter(seeding -> !seeding.attaching() && seeding.donor().equals(donor))
                .isPresent();
        if (!intended || instance.equals(now.primary())) {
            throw new IllegalStateException("%s is not to be copied from %s any more".formatted(instance, donor));
        }
        mysql.beginClone(address(seen, instance), accounts(seen), address(seen, donor));
    }

    private void remove(Observation seen, String instance, boolean deleteVolume) {
        if (cluster.readStatus(seen.id()).instance(instance).isPresent()) {
            throw new IllegalStateException(instance + " is a member again");
        }
        cluster.removeInstance(seen.id(), instance, deleteVolume);
    }

    private Accounts accounts(Observation seen) {
        return cluster.accounts(seen.id());
    }

    private static ServerAddress address(Observation seen, String instance) {
        return Optional.ofNullable(seen.instances().get(instance))
                .flatMap(view -> ServerAddress.of(seen.id(), view))
                .orElseThrow(() -> new IllegalStateException("pod " + instance + "-0 has no address yet"));
    }

    private static String describe(Action action, Exception failure) {
        String what = action instanceof Action.OnInstance on
                ? action.getClass().getSimpleName() + " on " + on.instance()
                : action.getClass().getSimpleName();
        return "%s failed: %s".formatted(what, failure.getMessage());
    }
}
