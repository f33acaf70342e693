package dev.replicationset.topology;

import dev.replicationset.topology.ReplicationReaction.Kind;
import dev.replicationset.topology.ReplicationReaction.Thread;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.util.Locale;

/** The table of reactions to errors of replication threads. No transaction is ever skipped. */
public final class ReplicationReactions {
    private ReplicationReactions() {}

    /**
     * Why this channel doesn't run. An error of the SQL thread comes first: what the IO thread lacks can be fetched again,
     * while applied data that differ can't be mended by fetching.
     */
    public static ReplicationReaction to(Channel channel) {
        if (!channel.sqlThread() && channel.sqlError().present()) {
            return toSql(channel.sqlError());
        }
        if (channel.ioThread() != IoThread.Yes && channel.ioError().present()) {
            return toIo(channel.ioError());
        }
        return ReplicationReaction.NONE;
    }

    private static ReplicationReaction toIo(ReplicationError error) {
        return switch (error.number()) {
            case 2002, 2003, 2005, 2013, 2006, 2026 ->
                io(error, Kind.Wait, "The source can't be reached.", "The replica tries again every second.");
            case 1045 ->
                io(
                        error,
                        Kind.RenewCredentials,
                        "The source refuses the replication account: it is missing there or has another password.",
                        "The account is made again from its Secret. If that doesn't help, check the account's host pattern.");
            case 2061 ->
                io(
                        error,
                        Kind.RefreshCredentials,
                        "The source wants TLS for the replication account, and the channel has none.",
                        "The channel is set to TLS again.");
            case 13114, 1236 -> toSourceRefusal(error);
            case 13117, 1593 ->
                io(
                        error,
                        Kind.WrongIdentity,
                        "The replica has the same server_id or server_uuid as its source.",
                        "Restart the pod, so that it takes its own server_id; a copied auto.cnf on its volume must go.");
            case 13115, 13118, 13120, 1159, 1160, 1161 ->
                io(
                        error,
                        Kind.RestartIo,
                        "The replica couldn't set up the connection to its source.",
                        "The IO thread is restarted.");
            case 13119 ->
                io(
                        error,
                        Kind.Diverged,
                        "The source logged an incident: something is missing in its binary log.",
                        "The replica is copied anew.");
            case 13122, 1595 -> diskFull(Thread.Io, error);
            case 13123, 13124, 1872 -> metadata(Thread.Io, error);
            default -> unknown(Thread.Io, error);
        };
    }

    /** The source ended the stream; its own error stands in the text. */
    private static ReplicationReaction toSourceRefusal(ReplicationError error) {
        String text = error.message().toLowerCase(Locale.ROOT);
        if (text.contains("purged")) {
            return io(
                    error,
                    Kind.Clone,
                    "The source has purged binary logs that the replica still needs.",
                    "The replica is copied anew. Raise binlog_expire_logs_seconds if replicas are away for longer.");
        }
        if (text.contains("more gtids than")) {
            return io(
                    error,
                    Kind.AskHuman,
                    "The replica has transactions that its source has not: the source lost some, or was replaced.",
                    "Compare gtid_executed of all instances, keep the fullest, then have the others copied anew.");
        }
        if (text.contains("could not find first log file")) {
            return io(
                    error,
                    Kind.Clone,
                    "The source no longer has the binary log file that the replica reads.",
                    "The replica is copied anew.");
        }
        return io(
                error,
                Kind.RestartIo,
                "The source couldn't read its binary log for the replica.",
                "The IO thread is restarted. If it comes again, look at the source's disk and at max_allowed_packet.");
    }

    private static ReplicationReaction toSql(ReplicationError error) {
        return switch (error.number()) {
            case 13121, 1594 ->
                sql(
                        error,
                        Kind.ResetRelayLogs,
                        "The replica can't read its relay log.",
                        "While the source answers, relay logs are dropped and fetched again.");
            case 1205, 1213, 3572 ->
                sql(
                        error,
                        Kind.StartAgain,
                        "A transaction waited too long for a lock on the replica.",
                        "Replication is started again. Look for long transactions on the replica if it comes again.");
            case 1062, 1032, 1022, 1146, 1049, 1050, 1051, 1007, 1008, 1054, 1060, 1061, 1091, 1396, 1451, 1452, 13119,
                    1590 ->
                sql(
                        error,
                        Kind.Diverged,
                        "The replica's data differ from those of its source.",
                        "The replica is taken out of the read endpoint and copied anew.");
            case 13122, 1595, 1021, 3 -> diskFull(Thread.Sql, error);
            case 13123, 13124, 1872 -> metadata(Thread.Sql, error);
            default -> unknown(Thread.Sql, error);
        };
    }

    private static ReplicationReaction diskFull(Thread thread, ReplicationError error) {
        return new ReplicationReaction(
                Kind.DiskFull,
                thread,
                error.number(),
                "The replica can't write to its volume: " + error.message(),
                "Give the volume more room, or free some.");
    }

    private static ReplicationReaction metadata(Thread thread, ReplicationError error) {
        return new ReplicationReaction(
                Kind.AttachAnew,
                thread,
                error.number(),
                "The replica lost track of its channel: " + error.message(),
                "The channel is configured anew from what was executed.");
    }

    private static ReplicationReaction unknown(Thread thread, ReplicationError error) {
        return new ReplicationReaction(
                Kind.Alert,
                thread,
                error.number(),
                "Replication stopped: " + error.message(),
                "Look the number up in MySQL's manual. When its cause is gone, START REPLICA is enough.");
    }

    private static ReplicationReaction io(ReplicationError error, Kind kind, String happened, String remedy) {
        return new ReplicationReaction(kind, Thread.Io, error.number(), happened, remedy);
    }

    private static ReplicationReaction sql(ReplicationError error, Kind kind, String happened, String remedy) {
        return new ReplicationReaction(kind, Thread.Sql, error.number(), happened, remedy);
    }
}
