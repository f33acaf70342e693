package dev.replicationset.topology;

import java.time.Duration;
import java.util.List;

/**
 * What to do now, in this order, and when to look again at the latest. Actions on different instances are independent
 * of each other: one that fails doesn't hold back the others; after a failed {@link Action.RecordIntent} nothing more
 * of the plan is done.
 */
public record Plan(List<Action> actions, Duration lookAgain) {
    public Plan {
        actions = List.copyOf(actions);
    }
}
