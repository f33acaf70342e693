package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.ServerState.Channel;
import java.time.Instant;
import java.util.Optional;

/**
 * What replicas have received, applied or not, and so hold for whoever fails over to them.
 *
 * <p>The primary's own {@code gtid_executed} is no measure: a commit is in it after it was acknowledged, so the newest
 * ones may be missing there. Its binary log holds them before they are sent.
 */
final class Reception {
    private Reception() {}

    /** All that the server holds: executed, or in its relay log. */
    static GtidSet of(ServerState server) {
        return server.channel()
                .map(channel -> server.gtidExecuted().union(channel.retrieved()))
                .orElse(server.gtidExecuted());
    }

    /** Whether all that was received is executed. Without GTIDs it is told by the source's coordinates. */
    static boolean applied(ServerState server) {
        return server.channel()
                .map(channel -> channel.autoPosition()
                        ? channel.retrieved().isSubsetOf(server.gtidExecuted())
                        : channel.executedFile().equals(channel.sourceFile())
                                && channel.executedPosition() >= channel.sourcePosition())
                .orElse(true);
    }

    /** Whether {@code replica} holds all that {@code other}, seen before it, has received. */
    static boolean holdsAllOf(InstanceView replica, InstanceView other) {
        return seenAfter(replica, other)
                && other.state()
                        .filter(state -> !state.gtidExecuted().isEmpty())
                        .flatMap(theirs -> replica.state().map(own -> of(theirs).isSubsetOf(of(own))))
                        .orElse(false);
    }

    /** Whether {@code replica} has read all that the primary, seen before it, had in its binary log. */
    static boolean holdsAllLogged(InstanceView replica, InstanceView primary) {
        if (!seenAfter(replica, primary)) {
            return false;
        }
        Optional<ServerState> source = primary.state();
        return source.isPresent()
                && replica.state()
                        .flatMap(ServerState::channel)
                        .filter(channel -> channel.sourceUuid()
                                .equals(Optional.of(source.get().serverUuid())))
                        .filter(channel -> !before(channel, source.get().binlog()))
                        .isPresent();
    }

    /** Whether the first was polled after the second. */
    static boolean seenAfter(InstanceView first, InstanceView second) {
        Optional<Instant> later = asOf(first);
        Optional<Instant> earlier = asOf(second);
        return later.isPresent() && earlier.isPresent() && later.get().isAfter(earlier.get());
    }

    static Optional<Instant> asOf(InstanceView view) {
        return view.server() instanceof ServerView.Answering answer ? Optional.of(answer.asOf()) : Optional.empty();
    }

    private static boolean before(Channel channel, BinlogCoordinates logged) {
        int files = compareFiles(channel.sourceFile(), logged.file());
        return files != 0 ? files < 0 : channel.sourcePosition() < logged.position();
    }

    /** By length first: the number after the dot grows beyond six digits. */
    private static int compareFiles(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }
}
