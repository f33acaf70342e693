package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Optional;

/**
 * One mysqld's answer to one poll.
 *
 * @param serverUuid from auto.cnf
 * @param version such as {@code 9.7.4}
 * @param superReadOnly {@code @@super_read_only}; see reference 3.3: proof only while no SET of it is pending
 * @param gtidExecuted read before the primary's own set is read by the same round of polls
 * @param binlog the server's own current coordinates
 * @param bufferPoolBytes {@code @@innodb_buffer_pool_size}
 * @param schemaReady whether the operator's schema {@code replicationset} exists
 * @param heartbeat the newest heartbeat that was executed here
 * @param channel the replication channel, when one is configured
 * @param cloning the last or current CLONE into this server
 * @param semiSync empty where the plugins are not loaded
 */
@RecordBuilder
public record ServerState(
        long serverId,
        String serverUuid,
        String version,
        boolean readOnly,
        boolean superReadOnly,
        boolean offlineMode,
        GtidSet gtidExecuted,
        GtidSet gtidPurged,
        BinlogCoordinates binlog,
        long uptimeSeconds,
        long bufferPoolBytes,
        boolean schemaReady,
        Optional<Heartbeat> heartbeat,
        Optional<Channel> channel,
        Optional<CloneProgress> cloning,
        Optional<SemiSync> semiSync)
        implements ServerStateBuilder.With {

    /** Whether clients may write here. */
    public boolean writable() {
        return !superReadOnly && !readOnly;
    }

    /**
     * The row that the operator writes on the primary each second.
     *
     * @param at the primary's clock, so that two of them can be subtracted whatever the nodes' clocks say
     */
    public record Heartbeat(long epoch, Instant at) {}

    /**
     * SHOW REPLICA STATUS, with the workers' own errors.
     *
     * @param sourceFile file of the source's binary log that the IO thread reads
     * @param sourcePosition how far it has read in it
     * @param executedFile file of the source's binary log up to which the SQL thread has executed
     * @param ioError number and text of the IO thread's last error; number 0 when there is none
     * @param sqlError the first worker's own error, not the coordinator's "see the worker table"
     */
    @RecordBuilder
    public record Channel(
            String sourceHost,
            int sourcePort,
            String user,
            Optional<String> sourceUuid,
            boolean autoPosition,
            boolean tls,
            IoThread ioThread,
            boolean sqlThread,
            String sourceFile,
            long sourcePosition,
            String executedFile,
            long executedPosition,
            GtidSet retrieved,
            ReplicationError ioError,
            ReplicationError sqlError)
            implements ServerStateChannelBuilder.With {

        public boolean running() {
            return ioThread == IoThread.Yes && sqlThread;
        }
    }

    /** Replica_IO_Running, and what only Replica_IO_State tells. */
    public enum IoThread {
        Yes,
        No,
        Connecting,
        /** Connected, but its volume is full. MySQL tries to write again every minute; until then it can't be stopped. */
        WaitingForSpace
    }

    /** @param number 0 when there is none */
    public record ReplicationError(int number, String message) {
        public static final ReplicationError NONE = new ReplicationError(0, "");

        public boolean present() {
            return number != 0;
        }

        @Override
        public String toString() {
            return present() ? number + ": " + message : "";
        }
    }

    /**
     * Semi-synchronous replication, both sides of it.
     *
     * @param source whether commits wait here: {@code rpl_semi_sync_source_enabled}
     * @param acks for how many replicas each waits: {@code rpl_semi_sync_source_wait_for_replica_count}
     * @param clients how many replicas that acknowledge are connected
     * @param waiting how many sessions wait at this moment
     * @param replica whether it acknowledges from the next start of its IO thread on: {@code rpl_semi_sync_replica_enabled}
     * @param acknowledges whether its IO thread, as it runs now, does: {@code Rpl_semi_sync_replica_status}
     */
    @RecordBuilder
    public record SemiSync(boolean source, int acks, int clients, int waiting, boolean replica, boolean acknowledges)
            implements ServerStateSemiSyncBuilder.With {
        public static final SemiSync OFF = new SemiSync(false, 1, 0, 0, false, false);

        /** For how many replicas a commit waits here; 0 when it waits for none. */
        public int acksInForce() {
            return source ? acks : 0;
        }
    }

    /**
     * performance_schema.clone_status and clone_progress of the recipient.
     *
     * @param stage the stage that runs or was last, in MySQL's words
     * @param source {@code host:port} of the donor
     * @param donorCoordinates the donor's binary log coordinates that the copy is consistent with; when completed
     */
    @RecordBuilder
    public record CloneProgress(
            State state,
            String source,
            Instant beganAt,
            String stage,
            long bytes,
            long totalBytes,
            int errorNumber,
            String error,
            Optional<BinlogCoordinates> donorCoordinates)
            implements ServerStateCloneProgressBuilder.With {
        public enum State {
            NotStarted,
            InProgress,
            Completed,
            Failed
        }

        /** 0 to 100. */
        public int percent() {
            return totalBytes <= 0 ? 0 : (int) Math.min(100, bytes * 100 / totalBytes);
        }
    }
}
