package dev.replicationset.topology;

import dev.replicationset.api.ConditionReason;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Seeding;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a replica may serve reads, and if not, why and what to do.
 *
 * @param reason {@link ConditionReason#AllGood} when it serves
 * @param message a sentence for people; holds nothing that changes from second to second
 */
record ReplicaHealth(boolean serves, ConditionReason reason, String message) {
    /** A replica connects again within this time after its source has started. */
    static final int RECONNECT_SECONDS = 5;

    private static final ReplicaHealth GOOD = new ReplicaHealth(true, ConditionReason.AllGood, "");

    static ReplicaHealth of(Observation seen, InstanceView view) {
        return switch (view.server()) {
            case ServerView.Unknown() -> unknown(seen, view);
            case ServerView.Unreachable unreachable -> unreachable(seen, view, unreachable);
            case ServerView.Answering(var asOf, ServerState state) -> answering(seen, view, state);
        };
    }

    /** Its server was never seen, so it is still on its first start. */
    static boolean neverAnswered(Observation seen, InstanceView view) {
        return seen.status()
                .instance(view.name())
                .map(InstanceStatus::serverUuid)
                .isEmpty();
    }

    /** An operator that has just begun, or just acted on it, doesn't know better than the label that the pod wears. */
    private static ReplicaHealth unknown(Observation seen, InstanceView view) {
        boolean runs =
                view.pod().filter(pod -> pod.running() && !pod.deleting()).isPresent();
        return runs && servesNow(view) ? GOOD : notThere(seen, view);
    }

    private static ReplicaHealth notThere(Observation seen, InstanceView view) {
        return PodTrouble.of(view)
                .map(trouble -> bad(trouble.reason(), trouble.message()))
                .orElseGet(() -> neverAnswered(seen, view)
                        ? bad(ConditionReason.ScalingOut, view.name() + " is making its first start")
                        : bad(ConditionReason.ReplicaStarting, view.name() + " is starting"));
    }

    private static ReplicaHealth unreachable(Observation seen, InstanceView view, ServerView.Unreachable server) {
        boolean running = view.pod().filter(PodView::running).isPresent();
        if (PodTrouble.of(view).isPresent() || !running || neverAnswered(seen, view)) {
            return notThere(seen, view);
        }
        if (server.cause() == ServerView.Cause.AccessDenied) {
            return bad(
                    ConditionReason.AccessDenied,
                    "%s denies the operator access: its pod is restarted, so that it takes the passwords of the Secrets"
                            .formatted(view.name()));
        }
        if (noneAnswers(seen) && server.cause() == ServerView.Cause.TimedOut && servesNow(view)) {
            // More likely the operator is cut off than all of them: clients may well reach them.
            return GOOD;
        }
        return bad(ConditionReason.ReplicaUnreachable, doesNotAnswer(view));
    }

    /** What to tell of a server that is silent although its pod runs. */
    static String doesNotAnswer(InstanceView view) {
        return "%s does not answer the operator: look at pod %s-0 and its node%s"
                .formatted(view.name(), view.name(), node(view));
    }

    private static boolean noneAnswers(Observation seen) {
        return seen.members().size() > 1 && seen.members().stream().noneMatch(InstanceView::answers);
    }

    private static String node(InstanceView view) {
        return view.pod()
                .map(PodView::node)
                .filter(node -> !node.isEmpty())
                .map(node -> " " + node)
                .orElse("");
    }

    private static ReplicaHealth answering(Observation seen, InstanceView view, ServerState state) {
        Optional<InstanceStatus> member = seen.status().instance(view.name());
        Seeding seeding = member.map(InstanceStatus::seeding).orElse(null);
        if (view.pod().filter(pod -> !pod.deleting()).isEmpty()) {
            return bad(ConditionReason.ReplicaUnreachable, view.name() + " is being restarted");
        }
        if (seeding != null) {
            return seeding(view, seeding);
        }
        if (seen.source().filter(source -> History.strangers(source, state)).isPresent()) {
            return bad(
                    ConditionReason.ReplicaDiverged,
                    "%s and the primary have no transaction in common: one of them has lost its data, or is another set's."
                                    .formatted(view.name())
                            + " Nothing is copied over it. Compare them; to give up what it holds: kubectl delete pvc/%s pod/%s-0"
                                    .formatted(view.name(), view.name()));
        }
        if (state.channel().isEmpty()) {
            return bad(
                    ConditionReason.Seeding, view.name() + " waits for the primary, or for an instance to copy from");
        }
        Channel channel = state.channel().get();
        if (channel.ioError().present() || channel.sqlError().present()) {
            Optional<ReplicaHealth> stopped = error(view, channel);
            if (stopped.isPresent()) {
                return stopped.get();
            }
        }
        return following(seen, view, state, channel);
    }

    private static ReplicaHealth seeding(InstanceView view, Seeding seeding) {
        if (seeding.error() != null) {
            return bad(
                    ConditionReason.SeedingFailed,
                    "Copying %s to %s failed (%s); attempt %d follows"
                            .formatted(seeding.donor(), view.name(), seeding.error(), seeding.attempt()));
        }
        String what = seeding.attaching() ? " is being attached to " : " is being copied from ";
        return bad(ConditionReason.Seeding, view.name() + what + seeding.donor());
    }

    /** An error of a thread that goes on nevertheless is history, not a fault. */
    private static Optional<ReplicaHealth> error(InstanceView view, Channel channel) {
        if (!channel.sqlThread() && channel.sqlError().present()) {
            return Optional.of(thread(view, channel, "SQL"));
        }
        if (channel.ioThread() == IoThread.No && channel.ioError().present()) {
            return Optional.of(thread(view, channel, "IO"));
        }
        return Optional.empty();
    }

    private static ReplicaHealth thread(InstanceView view, Channel channel, String thread) {
        ReplicationReaction reaction = ReplicationReaction.to(channel);
        return bad(
                reaction.divergence() ? ConditionReason.ReplicaDiverged : ConditionReason.ReplicationError,
                "%s: the %s thread stopped with error %s. %s"
                        .formatted(
                                view.name(),
                                thread,
                                thread.equals("SQL") ? channel.sqlError() : channel.ioError(),
                                reaction.advice()));
    }

    private static ReplicaHealth following(Observation seen, InstanceView view, ServerState state, Channel channel) {
        Optional<ServerState> primary = seen.source();
        GtidSet errant = primary.map(p -> History.errant(p, state)).orElse(GtidSet.EMPTY);
        if (!errant.isEmpty()) {
            return bad(
                    ConditionReason.ReplicaDiverged,
                    "%s holds transactions that the primary does not have".formatted(view.name()));
        }
        if (!channel.sqlThread()) {
            return bad(
                    ConditionReason.ReplicationStopped,
                    "%s: the SQL thread does not run; it is started again. If it stops again, look who stops it"
                            .formatted(view.name()));
        }
        if (channel.ioThread() == IoThread.WaitingForSpace) {
            return bad(
                    ConditionReason.ReplicationError,
                    "%s: its volume is full. Give it more room, or free some: replication goes on within a minute of it"
                            .formatted(view.name()));
        }
        if (channel.ioThread() != IoThread.Yes) {
            // While the primary is away, or has just come back, its replicas go on serving what they have.
            boolean away = primary.isEmpty() || primary.get().uptimeSeconds() < RECONNECT_SECONDS;
            boolean connecting = channel.ioThread() == IoThread.Connecting
                    && !channel.ioError().present();
            if (!servesNow(view) || !(away || connecting)) {
                return bad(
                        ConditionReason.ReplicationStopped,
                        "%s: the IO thread is not connected%s"
                                .formatted(
                                        view.name(),
                                        channel.ioError().present() ? " (" + channel.ioError() + ")" : ""));
            }
            if (away) {
                return GOOD;
            }
        }
        Duration maxLag = seen.spec().reads().maxLagDuration();
        Optional<Duration> lag = Lag.of(seen, view);
        if (lag.isEmpty()) {
            boolean current = primary.isEmpty()
                    || primary.flatMap(ServerState::heartbeat)
                            .flatMap(newest -> state.heartbeat().map(executed -> Lag.byClocks(newest, executed)))
                            .filter(byClocks -> byClocks.compareTo(maxLag) <= 0)
                            .isPresent();
            return servesNow(view) && current
                    ? GOOD
                    : bad(ConditionReason.ReplicaLagging, view.name() + " has not reached the primary's heartbeat yet");
        }
        return lag.get().compareTo(maxLag) <= 0
                ? GOOD
                : bad(
                        ConditionReason.ReplicaLagging,
                        "%s lags more than %s behind the primary; it serves again once it has caught up"
                                .formatted(view.name(), seen.spec().reads().maxLag()));
    }

    private static boolean servesNow(InstanceView view) {
        return view.pod().filter(pod -> pod.labels().servesReads()).isPresent();
    }

    private static ReplicaHealth bad(ConditionReason reason, String message) {
        return new ReplicaHealth(false, reason, message);
    }
}
