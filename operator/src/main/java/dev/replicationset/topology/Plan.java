package dev.replicationset.topology;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What to do now, in this order, and when to look again at the latest. Actions on different instances are independent
 * of each other: one that fails doesn't hold back the others; after a failed {@link Action.RecordIntent} nothing more
 * of the plan is done.
 *
 * @param ask instances to be asked at once, since what is to be done next rests on their answers
 */
public record Plan(List<Action> actions, Duration lookAgain, Set<String> ask) {
    public Plan {
        actions = List.copyOf(actions);
        ask = Set.copyOf(ask);
    }

    public Plan(List<Action> actions, Duration lookAgain) {
        this(actions, lookAgain, Set.of());
    }
}
