package dev.replicationset.topology;

import dev.replicationset.api.ConditionType;
import dev.replicationset.topology.ServerState.IoThread;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the primary is lost: the operator's own polls say so, and so do the replicas. No probe and no condition of a node
 * is waited for. A refused connection and a container that ended count at once, silence after {@value #MISSES} polls. While
 * a replica still receives from it, or too few replicas are seen to say that they don't, it is not lost but only out of the
 * operator's sight (reference 3.9).
 *
 * @param since when it was last known to be well, or when it was first missed
 * @param streaming the replicas that still receive from it
 * @param confirmed whether enough of those that may acknowledge are seen to receive nothing
 */
record PrimaryLoss(Instant since, List<String> streaming, boolean confirmed) {
    static final int MISSES = 3;

    /** An answer no older than this tells of a primary that is not there now. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** Empty while the primary is not missed. */
    static Optional<PrimaryLoss> of(Observation seen) {
        return seen.primary()
                .filter(primary -> !ReplicaHealth.neverAnswered(seen, primary))
                .flatMap(primary -> missed(seen, primary).map(missed -> judge(seen, missed)));
    }

    boolean lost() {
        return confirmed && streaming.isEmpty();
    }

    /** @param asked replicas that were asked before this say nothing about it */
    private record Missed(Instant since, Instant asked) {}

    private static Optional<Missed> missed(Observation seen, InstanceView primary) {
        if (PrimaryRule.dataLost(seen, primary)) {
            return Optional.of(new Missed(unavailableSince(seen), Instant.MIN));
        }
        return switch (primary.server()) {
            // Of a pod that is gone, or that has no address yet, nothing can be polled.
            case ServerView.Unknown() ->
                primary.address().isEmpty()
                        ? Optional.of(
                                new Missed(unavailableSince(seen), seen.now().minus(FRESH)))
                        : Optional.empty();
            case ServerView.Unreachable away
            when isMissed(primary, away) -> Optional.of(new Missed(away.since(), away.since()));
            case ServerView.Unreachable away -> Optional.empty();
            case ServerView.Answering answer -> Optional.empty();
        };
    }

    /** No poll tells from when on; status does, once it was written. */
    private static Instant unavailableSince(Observation seen) {
        return seen.status().conditions().stream()
                .filter(condition -> condition.getType().equals(ConditionType.PrimaryAvailable.name()))
                .filter(condition -> condition.getStatus().equals("False"))
                .map(Condition::getLastTransitionTime)
                .map(Instant::parse)
                .findFirst()
                .orElse(seen.now());
    }

    private static boolean isMissed(InstanceView primary, ServerView.Unreachable away) {
        boolean ended = primary.pod().filter(PodView::running).isEmpty();
        return switch (away.cause()) {
            case Refused -> true;
            case AccessDenied -> false;
            case TimedOut, Failed -> ended || away.misses() >= MISSES;
        };
    }

    private static PrimaryLoss judge(Observation seen, Missed missed) {
        List<InstanceView> replicas = seen.replicas();
        List<String> streaming = replicas.stream()
                .filter(PrimaryLoss::streams)
                .map(InstanceView::name)
                .toList();
        List<String> silent = replicas.stream()
                .filter(view -> view.answers() && !streams(view))
                .filter(view -> Reception.asOf(view)
                        .filter(asOf -> asOf.isAfter(missed.asked()))
                        .isPresent())
                .map(InstanceView::name)
                .toList();
        return new PrimaryLoss(
                missed.since(), streaming, Quorum.of(seen.status()).reachedBy(silent));
    }

    /** A thread that waits for room on its volume is connected, too. */
    static boolean streams(InstanceView view) {
        return view.state()
                .flatMap(ServerState::channel)
                .filter(channel -> channel.ioThread() == IoThread.Yes || channel.ioThread() == IoThread.WaitingForSpace)
                .isPresent();
    }
}
