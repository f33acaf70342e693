package dev.replicationset.topology;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.api.InstanceStatus;
import dev.replicationset.api.Positioning;
import java.util.Optional;

/**
 * Whether a replica can get all it lacks from the primary's binary logs, and whether it holds what the primary lacks.
 *
 * <p>A replica without data attaches directly only while the primary's history since its first opening is short: then
 * replaying is faster than a copy. Longer histories are copied by CLONE, which also brings what was never in a log.
 */
final class History {
    /** Up to this many bytes of binary log are replayed rather than copied. */
    static final long SHORT_BYTES = 1 << 20;

    private History() {}

    /**
     * Transactions of {@code replica} that the primary does not have. Those that the primary itself began are left out:
     * a replica may have received them after the primary was last polled.
     */
    static GtidSet errant(ServerState primary, ServerState replica) {
        return replica.gtidExecuted().minus(primary.gtidExecuted()).withoutServer(primary.serverUuid());
    }

    /**
     * Whether the two servers have no history in common. Such a replica may hold the only data there is, so nothing is
     * copied over it. Without GTIDs it is told by the source that the replica last received from.
     */
    static boolean strangers(ServerState primary, ServerState replica) {
        if (!replica.gtidExecuted().isEmpty()) {
            return replica.gtidExecuted().minus(primary.gtidExecuted()).equals(replica.gtidExecuted());
        }
        return replica.channel()
                .flatMap(ServerState.Channel::sourceUuid)
                .filter(uuid -> !uuid.equals(primary.serverUuid()))
                .isPresent();
    }

    /** The coordinates to attach at, when no copy is needed. */
    static Optional<BinlogCoordinates> attachableAt(
            Observation seen, ServerState primary, ServerState replica, InstanceStatus member) {
        BinlogCoordinates first = seen.status().binlog();
        if (first == null) {
            return Optional.empty();
        }
        boolean shortHistory = Boolean.TRUE.equals(first.origin())
                && primary.binlog().file().equals(first.file())
                && primary.binlog().position() - first.position() <= SHORT_BYTES
                && primary.gtidPurged().isEmpty()
                && first.gtidExecuted().isEmpty();
        // A member without a source was made new by this set: numbers are never used twice, so its volume was empty.
        boolean fresh = member.source() == null && replica.gtidExecuted().isEmpty();
        if (fresh) {
            return shortHistory ? Optional.of(first) : Optional.empty();
        }
        boolean canResume = seen.spec().replication().positioning() == Positioning.GTID
                && !replica.gtidExecuted().isEmpty()
                && primary.gtidPurged().isSubsetOf(replica.gtidExecuted())
                && errant(primary, replica).isEmpty();
        return canResume ? Optional.of(primary.binlog()) : Optional.empty();
    }
}
