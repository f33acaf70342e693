package dev.replicationset.api;

/** Why a condition is as it is. The page docs/conditions.md tells of each what to do. */
public enum ConditionReason {
    AllGood,
    Bootstrapping,
    PrimaryStarting,
    PrimaryUnreachable,
    PrimaryReadOnly,
    PrimaryUnknown,
    PrimaryDataLost,
    AccessDenied,
    ImagePullFailed,
    PodUnschedulable,
    ContainerFailing,
    ScalingOut,
    ScalingIn,
    ReplicaStarting,
    Seeding,
    SeedingFailed,
    ReplicationStopped,
    ReplicationError,
    ReplicaLagging,
    ReplicaDiverged,
    RecloneBudgetSpent,
    ReplicaUnreachable,
    RestartNeeded,
    NotApplied,
    NotRequested,
    PausedByUser,
    ActionFailed
}
