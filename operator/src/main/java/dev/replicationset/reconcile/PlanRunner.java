package dev.replicationset.reconcile;

import dev.replicationset.topology.Action;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import java.util.List;
import java.util.Optional;

/** Carries out a plan and reports the new status. Bounded in time; a failed action is a result, not an exception. */
@FunctionalInterface
public interface PlanRunner {
    Outcome run(Observation seen, Plan plan);

    /**
     * What came of a plan.
     *
     * @param results of the actions that were tried, in their order
     * @param conflict whether the resource had moved on, so that the plan was given up: observe and plan again
     * @param statusWritten whether the status was written, so that the resource in the cache is older now
     */
    record Outcome(List<Result> results, boolean conflict, boolean statusWritten) {
        public Outcome {
            results = List.copyOf(results);
        }

        /** Whether the status could not be written, so that the plan was given up and the report is still owed. */
        public boolean unrecorded() {
            return results.stream()
                    .anyMatch(result -> result.action() instanceof Action.RecordIntent
                            && result.failure().isPresent());
        }
    }

    /**
     * @param failure why it failed; empty when it succeeded
     * @param errorNumber MySQL's, when a statement failed; otherwise 0
     * @param open whether it may have taken effect, or may still, although it failed: no answer came
     */
    record Result(Action action, Optional<String> failure, int errorNumber, boolean open) {}
}
