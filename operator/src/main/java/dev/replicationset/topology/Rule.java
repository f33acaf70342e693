package dev.replicationset.topology;

/** One concern of the planner: looks at the observation and adds what it wants done to the draft. */
@FunctionalInterface
interface Rule {
    /** Whether the rules after this one may have their say. */
    enum Next {
        GO_ON,
        STOP
    }

    Next apply(Observation seen, Draft draft);
}
