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

    private static final String DIFFERS = "The replica's data differ from those of its source.";

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
            ReplicationReaction reaction = toIo(channel.ioError());
            boolean stopped = reaction.kind() == Kind.WAIT && channel.ioThread() == IoThread.No;
            return stopped ? react(Kind.RESTART_IO, "The IO thread was stopped meanwhile; it is started.") : reaction;
        }
        return NONE;
    }

    /** Whether what is done about it gives up what was received and not applied. */
    boolean dropsData() {
        return switch (kind) {
            case RESET_RELAY_LOGS, ATTACH_ANEW, RECLONE -> true;
            case WAIT, ALERT, REFRESH_CREDENTIALS, RESTART_IO, START -> false;
        };
    }

    /**
     * Whether a statement about a channel failed because the tables are missing or broken in which MySQL keeps track of
     * channels. Nothing about channels succeeds then, until a copy brings the tables along.
     */
    public static boolean channelsBroken(int errorNumber) {
        return switch (errorNumber) {
            case 1146, 1201, 1548, 1794, 1871, 1872 -> true;
            default -> false;
        };
    }

    private static ReplicationReaction toIo(ReplicationError error) {
        return switch (error.number()) {
            case 1040, 1053, 1203, 1226, 2002, 2003, 2005, 2006, 2013, 2026 ->
                react(Kind.WAIT, "The source can't be reached; the replica tries again every second.");
            case 1045, 1862, 3118 -> accountRefused();
            case 2061, 3159 ->
                react(
                        Kind.REFRESH_CREDENTIALS,
                        "The source wants TLS for the replication account and the channel has none; it is set again.");
            case 13120 -> toFailedCommand(error.message().toLowerCase(Locale.ROOT));
            case 13114, 1236 -> toRefusal(error.message().toLowerCase(Locale.ROOT));
            case 13117, 1593 -> toFatalOfIo(error.message());
            // A damaged event, an odd heartbeat and a file that can't be written all end in 13122.
            case 13115, 13118, 13122, 1595 ->
                react(
                        Kind.RESTART_IO,
                        "The replica couldn't take an event of its source into its relay log; the IO thread is"
                                + " restarted and fetches it again. If it comes again, mysqld's log tells whether it"
                                + " arrives damaged or can't be written.");
            case 13119 -> lostByTheSource();
            case 13123, 13124, 1872 -> untracked();
            default ->
                react(
                        Kind.RESTART_IO,
                        "The operator knows no remedy for it but to restart the IO thread. If it comes again, look the"
                                + " number up in MySQL's manual.");
        };
    }

    /** A command of the handshake; the source's own answer stands in the text, in the source's language. */
    private static ReplicationReaction toFailedCommand(String text) {
        return text.contains("(errno: 1045)") || text.contains("(errno: 1227)")
                ? accountRefused()
                : react(
                        Kind.RESTART_IO,
                        "The replica couldn't set up the stream from its source; the IO thread is restarted.");
    }

    private static ReplicationReaction accountRefused() {
        return react(
                Kind.REFRESH_CREDENTIALS,
                "The source refuses the replication account: it is missing or locked there, lacks REPLICATION SLAVE, has"
                        + " another password, or its host pattern excludes this replica. Account and channel are set"
                        + " again from the Secret.");
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

    /** MySQL's number for whatever it has no other number for. */
    private static ReplicationReaction toFatalOfIo(String text) {
        if (text.contains("equal MySQL server")) {
            return react(
                    Kind.ALERT,
                    "The replica has the server_id or the server_uuid of its source. The number comes from the"
                            + " instance's my.cnf; a uuid that was copied goes with the file auto.cnf in its data"
                            + " directory. Mend it and restart the pod.");
        }
        if (text.contains("GTID_MODE")) {
            return react(
                    Kind.ALERT,
                    "The replica and its source have different values of gtid_mode: somebody set it on a running"
                            + " server. Restart the pod of the one that differs from its my.cnf.");
        }
        return react(Kind.RESTART_IO, "The IO thread gave up; it is restarted.");
    }

    private static ReplicationReaction toSql(ReplicationError error) {
        return switch (error.number()) {
            case 13121, 1594, 1610 -> relayLogUnreadable();
            case 13117, 1593 -> toFatalOfSql(error.message());
            case 1205, 1206, 1213, 1613, 1614, 1689, 3572 ->
                react(
                        Kind.START,
                        "A transaction waited too long for a lock on the replica; replication is started again. If it"
                                + " comes again, look for long transactions or LOCK TABLES on the replica.");
            case 1053, 1317, 1756 ->
                react(
                        Kind.START,
                        "A thread that applies transactions was interrupted on the replica; replication is started"
                                + " again.");
            case 3, 20, 1021, 1026, 1114, 1878, 13122, 1595 ->
                react(
                        Kind.START,
                        "The replica can't write to its volume; replication is started again and again until it can."
                                + " Give the volume more room, or free some.");
            case 5, 1030, 1037, 1038, 1041, 1135 ->
                react(
                        Kind.START,
                        "The replica ran out of memory, or its storage failed; replication is started again. If it"
                                + " comes again, look at mysqld's log and at the pod's resources.");
            case 1115, 1126, 1127, 1128, 1153, 1273, 1286, 1524, 3161, 3185 ->
                react(
                        Kind.ALERT,
                        "The source uses something that the replica doesn't have, such as a plugin, a storage engine or"
                                + " a setting, and a copy wouldn't bring it. Mend that, then run START REPLICA.");
            case 13119, 1590 -> lostByTheSource();
            case 13123, 13124, 1872 -> untracked();
            // The source failed as well, but not alike; a column has another type.
            case 3002, 13113, 1677, 13146 -> diverged(DIFFERS);
            default -> applied(error.message()) ? diverged(DIFFERS) : unknown();
        };
    }

    private static ReplicationReaction toFatalOfSql(String text) {
        if (text.contains("initialization")) {
            return untracked();
        }
        // "I/O error reading the header from the binary log", "Binlog has bad magic number": a torn relay log.
        return text.toLowerCase(Locale.ROOT).replace("binary log", "binlog").contains("binlog")
                ? relayLogUnreadable()
                : react(Kind.START, "The SQL thread gave up; replication is started again.");
    }

    /**
     * Whether a statement or a row failed here although the source has executed it. Whatever its number, the two have
     * different data then, once what is passing or lacking on the replica has been told apart.
     */
    private static boolean applied(String text) {
        return text.contains("' on query.")
                || text.contains("Could not execute ")
                || text.contains("Error executing row event");
    }

    private static ReplicationReaction react(Kind kind, String advice) {
        return new ReplicationReaction(kind, false, advice);
    }

    private static ReplicationReaction lostByTheSource() {
        return diverged("The source logged that something is missing in its binary log.");
    }

    private static ReplicationReaction diverged(String happened) {
        return new ReplicationReaction(
                Kind.RECLONE, true, happened + " It is taken out of the read endpoint and copied anew.");
    }

    private static ReplicationReaction relayLogUnreadable() {
        return react(
                Kind.RESET_RELAY_LOGS,
                "The replica can't read its relay log. It is dropped and fetched again from the source.");
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
