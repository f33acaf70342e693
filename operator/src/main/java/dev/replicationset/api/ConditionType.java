package dev.replicationset.api;

/** The types of {@code status.conditions}. */
public enum ConditionType {
    /** The primary is open and every wanted replica serves. */
    Ready,
    /** The primary is open for writes and its endpoint leads to it. */
    PrimaryAvailable,
    /** Every wanted replica follows the primary within {@code reads.maxLag}. */
    ReplicasReady,
    /** Whether a replica could take the primary's place now without losing an acknowledged write. */
    FailoverReady,
    /** Every instance runs with the configuration and the pod template of the spec. */
    UpToDate,
    /** Changes are held back by {@code spec.paused}. */
    Paused
}
