package dev.replicationset.monitor;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import java.time.Instant;
import java.util.Optional;

/** Answers of servers, to be altered one part at a time. */
public record States(
        boolean writable,
        String transactions,
        long position,
        long uptime,
        boolean schema,
        Optional<Heartbeat> heartbeat,
        Optional<Channel> channel,
        Optional<CloneProgress> cloning) {
    static final String UUID = "11111111-1111-1111-1111-111111111111";
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    public static States primary() {
        return new States(true, UUID + ":1-10", 1000, 60, true, beat(1, 0), Optional.empty(), Optional.empty());
    }

    public static States replica() {
        return new States(
                false,
                UUID + ":1-10",
                1000,
                60,
                true,
                beat(1, 0),
                Optional.of(channel(IoThread.Yes, true, 700, ReplicationError.NONE)),
                Optional.empty());
    }

    static Optional<Heartbeat> beat(long epoch, long second) {
        return Optional.of(new Heartbeat(epoch, BEGIN.plusSeconds(second)));
    }

    static Channel channel(IoThread io, boolean sql, long position, ReplicationError sqlError) {
        return new Channel(
                "orders-1-0.orders-instances.shop.svc",
                3306,
                "repl",
                Optional.of(UUID),
                true,
                true,
                io,
                sql,
                "binlog.000001",
                position,
                "binlog.000001",
                position,
                GtidSet.EMPTY,
                ReplicationError.NONE,
                sqlError);
    }

    static CloneProgress clone(CloneProgress.State state, String stage, long bytes) {
        return new CloneProgress(state, "donor:3306", BEGIN, stage, bytes, 1000, 0, "", Optional.empty());
    }

    States with(Optional<Heartbeat> beat) {
        return new States(writable, transactions, position, uptime, schema, beat, channel, cloning);
    }

    States with(Channel other) {
        return new States(writable, transactions, position, uptime, schema, heartbeat, Optional.of(other), cloning);
    }

    States with(CloneProgress progress) {
        return new States(writable, transactions, position, uptime, schema, heartbeat, channel, Optional.of(progress));
    }

    States closed() {
        return new States(false, transactions, position, uptime, schema, heartbeat, channel, cloning);
    }

    States withTransactions(String gtids) {
        return new States(writable, gtids, position, uptime, schema, heartbeat, channel, cloning);
    }

    States withSchema(boolean present) {
        return new States(writable, transactions, position, uptime, present, heartbeat, channel, cloning);
    }

    /** Only figures that move by themselves. */
    States later() {
        return new States(
                writable,
                UUID + ":1-99",
                position + 500,
                uptime + 1,
                schema,
                heartbeat.map(beat -> new Heartbeat(beat.epoch(), beat.at().plusSeconds(1))),
                channel,
                cloning);
    }

    public ServerState state() {
        return new ServerState(
                1001,
                UUID,
                "9.7.4",
                !writable,
                !writable,
                false,
                GtidSet.parse(transactions),
                GtidSet.EMPTY,
                new BinlogCoordinates("binlog.000001", position, transactions),
                uptime,
                134217728,
                schema,
                heartbeat,
                channel,
                cloning,
                Optional.empty());
    }
}
