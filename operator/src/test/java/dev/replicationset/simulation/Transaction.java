package dev.replicationset.simulation;

import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState.Heartbeat;
import java.util.Optional;

/** One entry of a binary log. */
record Transaction(GtidSet gtid, Content content) {
    /** What it changes. */
    sealed interface Content {
        /** A client's row. */
        record Row(long id) implements Content {}

        /** The operator's schema. */
        record Schema() implements Content {}

        record Beat(Heartbeat heartbeat) implements Content {}
    }

    Optional<Heartbeat> heartbeat() {
        return content instanceof Content.Beat(Heartbeat heartbeat) ? Optional.of(heartbeat) : Optional.empty();
    }
}
