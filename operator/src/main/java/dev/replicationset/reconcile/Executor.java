package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSetStatus;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.Announcements;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.EventKind;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.StatusBuilder;
import java.time.Clock;
import java.time.Duration;
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

    /** A failure is worth an event when it has come so often in a row already: many pass by themselves. */
    private static final int TOLD_AFTER = 2;

    /**
     * What was seen longer ago is no reason to change a server. An operator that was stopped in between may not lead any more;
     * the next one begins to act later than this after the last sign of the one before ({@link Freshness}).
     */
    static final Duration VALID = Duration.ofSeconds(4);

    private final ClusterPort cluster;
    private final MysqlPort mysql;
    private final Clock clock;

    public Executor(ClusterPort cluster, MysqlPort mysql, Clock clock) {
        this.cluster = cluster;
        this.mysql = mysql;
        this.clock = clock;
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
        } catch (Unrecorded e) {
            LOG.debug("{}: nothing more of the plan is done: {}", seen.id(), e.getMessage());
        }
        return new Outcome(round.results, false, round.written);
    }

    /** One plan being carried out. */
    private final class Round {
        private final Observation seen;
        private final ActionRunner actions;
        private final List<Result> results = new ArrayList<>();
        private final Set<String> failed = new HashSet<>();
        private MySQLReplicationSetStatus status;
        private String resourceVersion;
        private boolean written;

        Round(Observation seen) {
            this.seen = seen;
            this.actions = new ActionRunner(cluster, mysql, seen);
            this.status = seen.status();
            this.resourceVersion = seen.resourceVersion();
        }

        void act(Action action) {
            if (action instanceof Action.OnInstance on && failed.contains(on.instance())) {
                return;
            }
            if (action instanceof Action.OnInstance
                    && clock.instant().isAfter(seen.now().plus(VALID))) {
                LOG.debug("{}: left to the next plan: {}", seen.id(), action);
                return;
            }
            try {
                if (action instanceof Action.RecordIntent intent) {
                    if (!allDone(intent.first())) {
                        LOG.debug("{}: not recorded, since not all before it was done: {}", seen.id(), intent.first());
                        return;
                    }
                    record(intent);
                } else {
                    actions.run(action);
                }
                done(action);
            } catch (MovedOn e) {
                throw e;
            } catch (MysqlFailure | RuntimeException e) {
                failed(action, e);
                if (action instanceof Action.RecordIntent) {
                    throw new Unrecorded(e);
                }
                if (action instanceof Action.OnInstance on) {
                    failed.add(on.instance());
                }
            }
        }

        private void failed(Action action, Exception e) {
            String message = describe(action, e);
            LOG.warn("{}: {}", seen.id(), message, e instanceof MysqlFailure ? null : e);
            int number = e instanceof MysqlFailure failure ? failure.errorNumber() : 0;
            boolean open = e instanceof MysqlFailure failure
                    && failure.errorNumber() == 0
                    && failure.kind() != ServerView.Cause.Refused;
            results.add(new Result(action, Optional.of(message), number, open));
            if (failedBefore(action) >= TOLD_AFTER) {
                tell(new Action.Tell(EventKind.ActionFailed, action.key(), message));
            }
        }

        private boolean allDone(Set<String> keys) {
            return keys.stream()
                    .allMatch(key -> results.stream()
                            .anyMatch(result -> result.action().key().equals(key)
                                    && result.failure().isEmpty()));
        }

        private int failedBefore(Action action) {
            Observation.Failure earlier = seen.failures().get(action.key());
            return earlier == null ? 0 : earlier.times();
        }

        /** Writes the whole status when it says something new, and tells people what changed. */
        void report() {
            MySQLReplicationSetStatus built = StatusBuilder.build(seen.withStatus(status));
            if (StatusBuilder.worthWriting(status, built)) {
                MySQLReplicationSetStatus before = status;
                act(new Action.RecordIntent(built));
                Announcements.between(before, built).forEach(this::tell);
            }
        }

        private void record(Action.RecordIntent intent) {
            try {
                String recorded = cluster.recordStatus(seen.id(), resourceVersion, intent.next());
                // What changes nothing makes no new version, and no cache will bring one.
                written |= !recorded.equals(resourceVersion);
                resourceVersion = recorded;
                status = intent.next();
            } catch (ClusterPort.Conflict e) {
                throw new MovedOn(e);
            }
        }

        private void done(Action action) {
            results.add(new Result(action, Optional.empty(), 0, false));
            if (!(action instanceof Action.Tell || action instanceof Action.RecordIntent)) {
                LOG.info("{}: {}", seen.id(), action);
            }
            Announcements.of(action).ifPresent(this::tell);
        }

        private void tell(Action.Tell tell) {
            cluster.tell(seen.id(), tell.kind(), tell.about(), tell.message());
        }
    }

    /** Status could not be written, and what rests on it must not be done. */
    private static final class Unrecorded extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unrecorded(Exception cause) {
            super(cause);
        }
    }

    /** The resource was changed since it was observed. */
    private static final class MovedOn extends RuntimeException {
        private static final long serialVersionUID = 1;

        MovedOn(ClusterPort.Conflict conflict) {
            super(conflict);
        }
    }

    private static String describe(Action action, Exception failure) {
        String what = action instanceof Action.OnInstance on
                ? action.getClass().getSimpleName() + " on " + on.instance()
                : action.getClass().getSimpleName();
        return "%s failed: %s".formatted(what, failure.getMessage());
    }
}
