package dev.replicationset.topology;

import dev.replicationset.api.Transition;
import dev.replicationset.api.Transition.Kind;
import dev.replicationset.api.Transition.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * Begins a failover when the primary is lost and a replica can take its place without losing an acknowledged write.
 *
 * <p>Only the intent is recorded here, and nothing else is done. If the operator dies right after it, {@link
 * TransitionRule} of the next one goes on; if before, the next one sees the same loss.
 */
final class FailoverRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        Optional<PrimaryLoss> loss = PrimaryLoss.of(seen).filter(PrimaryLoss::lost);
        if (loss.isEmpty() || !FailoverReadiness.of(seen).ready()) {
            return Next.GO_ON;
        }
        Instant due = loss.get().since().plus(seen.spec().failover().delayDuration());
        if (!wanted(seen)) {
            return Next.GO_ON;
        }
        if (seen.now().isBefore(due)) {
            draft.lookAt(due);
            return Next.GO_ON;
        }
        begin(seen, draft);
        return Next.STOP;
    }

    /** By itself, or since a person asks for it. */
    static boolean wanted(Observation seen) {
        return seen.spec().failover().automatic()
                || seen.promote()
                        .filter(name -> seen.replicas().stream()
                                .anyMatch(view -> view.name().equals(name)))
                        .isPresent();
    }

    /**
     * Also in place of a switchover, or of an earlier failover whose new primary was lost as well. Such a one is not delayed:
     * clients have been waiting since the first.
     */
    static void begin(Observation seen, Draft draft) {
        String from = seen.status().primary();
        if (from == null) {
            return;
        }
        Transition transition = new Transition(
                Kind.Failover,
                from,
                null,
                seen.status().epoch() + 1,
                Phase.Fencing,
                seen.now().toString());
        draft.intend(status -> status.withTransition(transition));
        draft.tell(EventKind.FailoverStarted, seen.id().name(), from + " is lost: a replica takes its place");
    }
}
