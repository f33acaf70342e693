package dev.replicationset.topology;

import dev.replicationset.topology.ServerState.Heartbeat;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * How far a replica is behind its primary: the newest heartbeat known of the primary less the newest one that the replica
 * has executed. Both times are the primary's own, so no node's clock matters, and a primary that is frozen or away writes
 * none, so its replicas don't fall behind.
 */
public final class Lag {
    private Lag() {}

    /**
     * Empty when the executed one was written in an earlier epoch, since then by another primary. One of a later epoch is ahead:
     * the primary's own is not there yet while it waits for acknowledgements.
     */
    public static Optional<Duration> between(Heartbeat newest, Heartbeat executed) {
        if (executed.epoch() < newest.epoch()) {
            return Optional.empty();
        }
        if (executed.epoch() > newest.epoch()) {
            return Optional.of(Duration.ZERO);
        }
        Duration behind = Duration.between(executed.at(), newest.at());
        return Optional.of(behind.isNegative() ? Duration.ZERO : behind);
    }

    /** The same where another primary wrote each: no better than the clocks of their nodes agree. */
    static Duration byClocks(Heartbeat newest, Heartbeat executed) {
        return Duration.between(executed.at(), newest.at());
    }

    /**
     * The lag of a replica that answers. While the primary doesn't answer, the newest heartbeat that any replica has
     * executed stands in for its own.
     */
    public static Optional<Duration> of(Observation seen, InstanceView replica) {
        Optional<Heartbeat> newest = seen.source().isPresent()
                ? seen.source().flatMap(ServerState::heartbeat)
                : seen.replicas().stream()
                        .flatMap(each -> each.state().stream())
                        .flatMap(state -> state.heartbeat().stream())
                        .max(Comparator.comparingLong(Heartbeat::epoch).thenComparing(Heartbeat::at));
        Optional<Heartbeat> executed = replica.state().flatMap(ServerState::heartbeat);
        return newest.flatMap(n -> executed.flatMap(e -> between(n, e)));
    }
}
