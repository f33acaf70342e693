package dev.replicationset.simulation;

import dev.replicationset.topology.ServerState.Heartbeat;

/**
 * One entry of a binary log.
 *
 * @param uuid of the server that began it
 * @param number its GTID's
 */
record Transaction(String uuid, long number, Content content) {
    /** What it changes. */
    sealed interface Content {
        /** A client's row. */
        record Row(int id) implements Content {}

        /** The operator's schema. */
        record Schema() implements Content {}

        record Beat(Heartbeat heartbeat) implements Content {}
    }
}
