package dev.replicationset.monitor;

import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerView;
import java.util.Optional;

/**
 * The part of a view that decisions rest on. Two views with equal significance need no new decision; what moves all the
 * time, such as positions, GTID sets, heartbeats and counters, is not in it.
 *
 * @param reach {@code Unknown}, {@code Answering} or the cause why there is no answer
 * @param late whether a replica is further behind than its set allows; empty when that isn't known
 */
record Significant(String reach, Optional<Server> server, Optional<Boolean> late) {
    static final Significant NOTHING = new Significant("Unknown", Optional.empty(), Optional.empty());

    record Server(
            long serverId,
            String serverUuid,
            String version,
            boolean readOnly,
            boolean superReadOnly,
            boolean offlineMode,
            boolean hasTransactions,
            long bufferPoolBytes,
            boolean schemaReady,
            Optional<Channel> channel,
            Optional<Cloning> cloning,
            Optional<SemiSync> semiSync) {}

    /** How many sessions wait moves all the time; whether any does is enough. */
    record SemiSync(boolean source, int acks, int clients, boolean waiting, boolean replica, boolean acknowledges) {}

    /** Errors by number alone: their texts count retries. */
    record Channel(
            String sourceHost,
            int sourcePort,
            String user,
            Optional<String> sourceUuid,
            boolean autoPosition,
            boolean tls,
            ServerState.IoThread ioThread,
            boolean sqlThread,
            int ioError,
            int sqlError) {}

    record Cloning(ServerState.CloneProgress.State state, String source, String stage, int errorNumber) {}

    static Significant of(ServerView view, Optional<Boolean> late) {
        return switch (view) {
            case ServerView.Unknown() -> NOTHING;
            case ServerView.Unreachable away ->
                new Significant(away.cause().name(), Optional.empty(), Optional.empty());
            case ServerView.Answering answer -> new Significant("Answering", Optional.of(server(answer.state())), late);
        };
    }

    private static Server server(ServerState state) {
        return new Server(
                state.serverId(),
                state.serverUuid(),
                state.version(),
                state.readOnly(),
                state.superReadOnly(),
                state.offlineMode(),
                !state.gtidExecuted().isEmpty(),
                state.bufferPoolBytes(),
                state.schemaReady(),
                state.channel().map(Significant::channel),
                state.cloning().map(Significant::cloning),
                state.semiSync().map(Significant::semiSync));
    }

    private static SemiSync semiSync(ServerState.SemiSync its) {
        return new SemiSync(
                its.source(), its.acks(), its.clients(), its.waiting() > 0, its.replica(), its.acknowledges());
    }

    private static Channel channel(ServerState.Channel channel) {
        return new Channel(
                channel.sourceHost(),
                channel.sourcePort(),
                channel.user(),
                channel.sourceUuid(),
                channel.autoPosition(),
                channel.tls(),
                channel.ioThread(),
                channel.sqlThread(),
                channel.ioError().number(),
                channel.sqlError().number());
    }

    private static Cloning cloning(ServerState.CloneProgress clone) {
        return new Cloning(clone.state(), clone.source(), clone.stage(), clone.errorNumber());
    }

    /** Bytes copied so far, while a CLONE runs: the one moving figure that people wait for. */
    static Optional<Long> progress(ServerView view) {
        return view instanceof ServerView.Answering answer
                ? answer.state()
                        .cloning()
                        .filter(clone -> clone.state() == ServerState.CloneProgress.State.InProgress)
                        .map(ServerState.CloneProgress::bytes)
                : Optional.empty();
    }
}
