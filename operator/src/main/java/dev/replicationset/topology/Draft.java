package dev.replicationset.topology;

import dev.replicationset.api.MySQLReplicationSetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A plan in the making. Intents of all rules become one {@link Action.RecordIntent} at its end; what rests on an intent
 * is planned only from the observation that shows it recorded.
 */
final class Draft {
    /** With nothing to do and nothing under way, the set is looked at again after this time. */
    static final Duration IDLE = Duration.ofMinutes(5);

    private final Observation seen;
    private final Donors donors;
    private final List<Action> actions = new ArrayList<>();
    private final Set<String> first = new HashSet<>();
    private final Set<String> ask = new HashSet<>();
    private final List<Action> tales = new ArrayList<>();
    private MySQLReplicationSetStatus intended;
    private Duration lookAgain = IDLE;

    Draft(Observation seen) {
        this.seen = seen;
        this.intended = seen.status();
        this.donors = new Donors(seen);
    }

    /** Adds an action, unless it was tried lately and its back-off still runs. */
    void act(Action action) {
        Observation.Failure earlier = seen.failures().get(action.key());
        if (earlier != null && seen.now().isBefore(earlier.retryAt())) {
            lookAt(earlier.retryAt());
        } else {
            actions.add(action);
        }
    }

    /** Adds an action, and an intent that is recorded only when the action was done. */
    void then(Action action, UnaryOperator<MySQLReplicationSetStatus> change) {
        act(action);
        if (plans(action)) {
            first.add(action.key());
            intend(change);
        }
    }

    /** Whether that action is part of the plan so far. */
    boolean plans(Action action) {
        return actions.contains(action);
    }

    /** The status as the intents so far want it. */
    MySQLReplicationSetStatus intended() {
        return intended;
    }

    /** The donors of this plan: what one rule takes is not free for another. */
    Donors donors() {
        return donors;
    }

    void intend(UnaryOperator<MySQLReplicationSetStatus> change) {
        intended = change.apply(intended);
    }

    void lookWithin(Duration time) {
        lookAgain = time.compareTo(lookAgain) < 0 ? time : lookAgain;
    }

    /** Has an instance asked at once. */
    void ask(String instance) {
        ask.add(instance);
    }

    void lookAt(Instant time) {
        Duration wait = Duration.between(seen.now(), time);
        lookWithin(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Tells people once the intents of this plan are recorded. */
    void tell(EventKind kind, String about, String message) {
        tales.add(new Action.Tell(kind, about, message));
    }

    Plan plan() {
        if (!intended.equals(seen.status())) {
            actions.add(new Action.RecordIntent(intended, first));
        }
        actions.addAll(tales);
        return new Plan(actions, actions.isEmpty() ? lookAgain : Duration.ZERO, ask);
    }
}
