package dev.replicationset.topology;

/**
 * What an error of a replication thread calls for.
 *
 * @param kind what to do about it
 * @param thread whose error it is
 * @param number MySQL's error number; 0 when there is no error
 * @param happened what happened, in a sentence for a person
 * @param remedy what is done about it, or what a person is to do
 */
public record ReplicationReaction(Kind kind, Thread thread, int number, String happened, String remedy) {
    public static final ReplicationReaction NONE = new ReplicationReaction(Kind.None, Thread.Io, 0, "", "");

    public enum Thread {
        /** Fetches the source's binary log. */
        Io,
        /** Applies it. */
        Sql
    }

    public enum Kind {
        /** No error. */
        None,
        /** Nothing to do: the thread tries again by itself. */
        Wait,
        /** {@link Action.SyncAccounts} on the source and {@link Action.RefreshCredentials} here; once, then alert. */
        RenewCredentials,
        /** {@link Action.RefreshCredentials}: sets TLS too. */
        RefreshCredentials,
        /** {@link Action.RestartIoThread}; with back-off when it comes again. */
        RestartIo,
        /** {@link Action.StartReplication}, once. */
        StartAgain,
        /** {@link Action.ResetRelayLogs}; only while the source answers, since it may hold what the source has lost. */
        ResetRelayLogs,
        /** {@link Action.Attach} from what was executed. */
        AttachAnew,
        /** {@link Action.BeginClone}: the source no longer has what this replica lacks. */
        Clone,
        /** Data differ: out of the endpoints, evidence kept, then {@link Action.BeginClone}. */
        Diverged,
        /** The server is not who it should be. Its pod is to be restarted with the right identity. */
        WrongIdentity,
        /** Room is needed on the volume. */
        DiskFull,
        /** Members are to be compared by a person: a copy now might destroy the only complete data. */
        AskHuman,
        /** Not known: told, not treated. */
        Alert
    }
}
