package dev.replicationset.mysql;

import dev.replicationset.topology.MysqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The operator's own schema: one row, written on the primary and replicated like any other. */
final class Schema {
    private static final String CREATE_TABLE = """
            CREATE TABLE IF NOT EXISTS replicationset.heartbeat (
              id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
              epoch BIGINT UNSIGNED NOT NULL,
              at TIMESTAMP(6) NOT NULL)
            ENGINE=InnoDB COMMENT='Written by the replica set operator: do not touch'""";

    // Left to right: the time first, while the stored epoch is still the old one.
    private static final String BEAT = """
            INSERT INTO replicationset.heartbeat (id, epoch, at) VALUES (1, ?, NOW(6)) AS beat
            ON DUPLICATE KEY UPDATE
              at = IF(heartbeat.epoch > beat.epoch, heartbeat.at, beat.at),
              epoch = GREATEST(heartbeat.epoch, beat.epoch)""";

    private Schema() {}

    static void prepare(Session session) throws MysqlFailure {
        boolean exists = session.first(
                        "SELECT 1 FROM information_schema.tables"
                                + " WHERE table_schema = 'replicationset' AND table_name = 'heartbeat'",
                        row -> true)
                .isPresent();
        if (!exists) {
            session.run("CREATE DATABASE IF NOT EXISTS replicationset", CREATE_TABLE);
        }
    }

    /**
     * Writes the primary's time and the epoch. Changes nothing when a later epoch is stored.
     *
     * @return true
     * @throws SQLException also when a later epoch is stored: whoever calls is no longer the leader of the set
     */
    static boolean beat(Connection connection, long epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEAT)) {
            statement.setLong(1, epoch);
            if (statement.executeUpdate() == 0) {
                throw new SQLException("epoch " + epoch + " is over: the server has seen a later one");
            }
            return true;
        }
    }
}
