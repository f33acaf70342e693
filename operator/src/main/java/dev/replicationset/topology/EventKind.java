package dev.replicationset.topology;

/** The reasons of Kubernetes events. */
public enum EventKind {
    Bootstrapping,
    Adopted,
    PrimaryOpened,
    PrimaryUnreachable(true),
    PrimaryDataLost(true),
    FailoverStarted(true),
    SwitchoverStarted,
    PrimaryChanged,
    TransitionGivenUp(true),
    PromoteRefused(true),
    ScalingOut,
    ScalingIn,
    InstanceRemoved,
    ReplicaAttached,
    ReplicaStarted,
    CloneStarted,
    CloneProgress,
    CloneCompleted,
    CloneFailed(true),
    ReplicationError(true),
    ReplicaDiverged(true),
    RecloneBudgetSpent(true),
    CredentialsRefreshed,
    RelayLogsReset,
    ServerClosed(true),
    PodRestarted(true),
    Ready,
    NotReady(true),
    ServesReads,
    LeftReads,
    Paused,
    Resumed,
    ActionFailed(true);

    private final boolean warning;

    EventKind() {
        this(false);
    }

    EventKind(boolean warning) {
        this.warning = warning;
    }

    public boolean warning() {
        return warning;
    }
}
