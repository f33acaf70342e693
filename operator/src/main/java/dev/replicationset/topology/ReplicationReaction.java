package dev.replicationset.topology;

import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.util.Locale;

/**
 * What the error of a replication thread calls for. No transaction is ever skipped.
 *
 * @param kind what the operator does about it
 * @param divergence whether the replica's data are known to differ from its source's
 * @param advice for people: what happened, what is done about it, and what is left to them
 */
public record ReplicationReaction(Kind kind, boolean divergence, String advice) {
    /** A channel that runs, or that shows no error. */
    public static final ReplicationReaction NONE = new ReplicationReaction(Kind.WAIT, false, "");

    /** What the operator does. */
    public enum Kind {
        /** Nothing: the thread tries again by itself. */
        WAIT,
        /** Tells people; only they can mend it, or it isn't known. */
        ALERT,
        /** Makes the accounts on the source again, then sets user, password and TLS of the channel. */
        REFRESH_CREDENTIALS,
        /** STOP and START of the IO thread; with back-off when it comes again. */
        RESTART_IO,
        /** START REPLICA; with back-off when it comes again. */
        START,
        /** RESET REPLICA; only while the source answers, since the relay log may hold what the source has lost. */
        RESET_RELAY_LOGS,
        /** Configures the channel from nothing, beginning with what was not executed. */
        ATTACH_ANEW,
        /** Replaces all data by a copy. */
        RECLONE
    }

    /**
     * Of a channel that doesn't run. An error of the SQL thread comes first: what the IO thread lacks can be fetched
     * again, while applied data that differ can't be mended by fetching.
     */
    public static ReplicationReaction to(Channel channel) {
        if (!channel.sqlThread() && channel.sqlError().present()) {
            return toSql(channel.sqlError());
        }
        if (channel.ioThread() != IoThread.Yes && channel.ioError().present()) {
            return toIo(channel.ioError());
        }
        return NONE;
    }

    private static ReplicationReaction toIo(ReplicationError error) {
        return switch (error.number()) {
            case 2002, 2003, 2005, 2006, 2013, 2026 ->
                react(Kind.WAIT, "The source can't be reached; the replica tries again every second.");
            case 1045 ->
                react(
                        Kind.REFRESH_CREDENTIALS,
                        "The source refuses the replication account: it is missing there, has another password, or its"
                                + " host pattern excludes this replica. Account and channel are set again from the Secret.");
            case 2061 ->
                react(
                        Kind.REFRESH_CREDENTIALS,
                        "The source wants TLS for the replication account and the channel has none; it is set again.");
            case 13114, 1236 -> toRefusal(error.message().toLowerCase(Locale.ROOT));
            case 13117, 1593 ->
                react(
                        Kind.ALERT,
                        "The replica has the server_id or the server_uuid of its source. The number comes from the"
                                + " instance's my.cnf; a uuid that was copied goes with the file auto.cnf in its data"
                                + " directory. Mend it and restart the pod.");
            case 13115, 13118, 13120 ->
                react(
                        Kind.RESTART_IO,
                        "The replica couldn't set up the stream from its source; the IO thread is restarted.");
            case 13119 -> diverged("The source logged that something is missing in its binary log.");
            case 13122, 1595 -> diskFull();
            case 13123, 13124, 1872 -> untracked();
            default -> unknown();
        };
    }

    /** The source ended the stream; its own error stands in the text. */
    private static ReplicationReaction toRefusal(String text) {
        if (text.contains("purged") || text.contains("could not find first log file")) {
            return react(
                    Kind.RECLONE,
                    "The source has purged binary logs that the replica still needs, so it is copied anew. Raise"
                            + " binlog_expire_logs_seconds if replicas stay away for longer.");
        }
        if (text.contains("more gtids than") || text.contains("position > file size")) {
            return react(
                    Kind.ALERT,
                    "The replica has transactions that its source has not: the source lost some, or is another server."
                            + " Compare gtid_executed of all instances before anything is copied over: this replica may"
                            + " hold the only complete data.");
        }
        return react(
                Kind.RESTART_IO,
                "The source couldn't read its binary log; the IO thread is restarted. If it comes again, look at the"
                        + " source's volume and at max_allowed_packet.");
    }

    private static ReplicationReaction toSql(ReplicationError error) {
        return switch (error.number()) {
            case 13121, 1594 ->
                react(
                        Kind.RESET_RELAY_LOGS,
                        "The replica can't read its relay log. It is dropped and fetched again from the source.");
            case 1205, 1213, 3572 ->
                react(
                        Kind.START,
                        "A transaction waited too long for a lock on the replica; replication is started again. If it"
                                + " comes again, look for long transactions or LOCK TABLES on the replica.");
            // Rows and objects that are missing, or there already.
            case 1007, 1008, 1022, 1032, 1049, 1050, 1051, 1054, 1060, 1061, 1062, 1091, 1146, 1396, 1451, 1452 ->
                diverged("The replica's data differ from those of its source.");
            case 13119, 1590 -> diverged("The source logged that something is missing in its binary log.");
            case 13122, 1595, 1021 -> diskFull();
            case 13123, 13124, 1872 -> untracked();
            default -> unknown();
        };
    }

    private static ReplicationReaction react(Kind kind, String advice) {
        return new ReplicationReaction(kind, false, advice);
    }

    private static ReplicationReaction diverged(String happened) {
        return new ReplicationReaction(
                Kind.RECLONE, true, happened + " It is taken out of the read endpoint and copied anew.");
    }

    private static ReplicationReaction diskFull() {
        return react(Kind.ALERT, "The replica can't write to its volume. Give it more room, or free some.");
    }

    private static ReplicationReaction untracked() {
        return react(
                Kind.ATTACH_ANEW,
                "The replica lost track of its channel, which is configured anew from what was executed.");
    }

    private static ReplicationReaction unknown() {
        return react(
                Kind.ALERT,
                "The operator has no remedy for it. Look the number up in MySQL's manual and mend the cause, then"
                        + " run START REPLICA.");
    }
}
