package dev.replicationset.reconcile;

import dev.replicationset.topology.Action;
import dev.replicationset.topology.Observation.Failure;
import dev.replicationset.topology.Plan;
import dev.replicationset.topology.SetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which actions failed lately, so that they are tried again with growing pauses: 1 s, 2 s, 4 s and so on up to 60 s. An
 * action that wasn't tried again for long after it could have been is no longer wanted, and forgotten.
 */
public final class FailureMemory {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(15);

    private final Clock clock;
    private final Map<SetId, Map<String, Failure>> failures = new ConcurrentHashMap<>();

    public FailureMemory(Clock clock) {
        this.clock = clock;
    }

    /** What came of a plan. */
    public void remember(SetId set, List<PlanRunner.Result> results) {
        results.forEach(result -> {
            Action action = result.action();
            if (result.failure().isPresent()) {
                failed(set, action.key(), result.failure().get(), result.errorNumber());
            } else if (action.repair()) {
                repeated(set, action.key());
            } else {
                succeeded(set, action.key());
            }
        });
    }

    /** An action that succeeded but may have to be done again soon: the same pauses, without a failure to show. */
    void repeated(SetId set, String action) {
        failed(set, action, "", 0);
    }

    /** @param errorNumber MySQL's, 0 for any other failure */
    void failed(SetId set, String action, String message, int errorNumber) {
        Instant now = clock.instant();
        failures.computeIfAbsent(set, id -> new ConcurrentHashMap<>()).compute(action, (key, known) -> {
            int times = known == null ? 1 : known.times() + 1;
            return new Failure(times, now.plus(pause(times)), message, errorNumber);
        });
    }

    void succeeded(SetId set, String action) {
        failures.computeIfPresent(set, (id, known) -> {
            known.remove(action);
            return known.isEmpty() ? null : known;
        });
    }

    /** By {@link dev.replicationset.topology.Action#key}. */
    public Map<String, Failure> of(SetId set) {
        Instant tooOld = clock.instant().minus(FORGOTTEN_AFTER);
        Map<String, Failure> known = failures.getOrDefault(set, Map.of());
        if (!known.isEmpty()) {
            known.values().removeIf(failure -> failure.retryAt().isBefore(tooOld));
        }
        return Map.copyOf(known);
    }

    /** When to look at a set again: as planned, and when a failure is forgotten that people are shown meanwhile. */
    public Duration lookAgain(SetId set, Plan plan) {
        Instant now = clock.instant();
        return failures.getOrDefault(set, Map.of()).values().stream()
                .filter(failure -> !failure.message().isEmpty())
                .map(failure -> Duration.between(now, failure.retryAt().plus(FORGOTTEN_AFTER))
                        .plusMillis(1))
                .reduce(plan.lookAgain(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }

    void forget(SetId set) {
        failures.remove(set);
    }

    /** The pause after so many failures in a row. */
    static Duration pause(int times) {
        int doublings = Math.min(times - 1, 10);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
