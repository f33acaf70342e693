package dev.replicationset.mysql;

import static dev.replicationset.desired.AccountStatements.literal;

import dev.replicationset.topology.Accounts;
import dev.replicationset.topology.Action;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.MysqlFailure;
import dev.replicationset.topology.ServerAddress;
import dev.replicationset.topology.ServerView.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The statements of the default replication channel. Channels with a name are the user's and stay untouched. All of them
 * work with {@code super_read_only=ON}.
 */
final class Channels {
    // STOP REPLICA waits for the transaction that is being applied; past this it fails, and is tried again.
    static final String BOUND_STOP = "SET GLOBAL rpl_stop_replica_timeout=2";
    static final String STOP = "STOP REPLICA FOR CHANNEL ''";
    static final String START = "START REPLICA FOR CHANNEL ''";
    static final String START_SQL = "START REPLICA SQL_THREAD FOR CHANNEL ''";
    static final String STOP_IO = "STOP REPLICA IO_THREAD FOR CHANNEL ''";
    static final String START_IO = "START REPLICA IO_THREAD FOR CHANNEL ''";
    static final String RESET = "RESET REPLICA FOR CHANNEL ''";
    static final String RESET_ALL = "RESET REPLICA ALL FOR CHANNEL ''";

    // Of all channels: for one alone it is an error on a server that has lost the tables in which channels are kept.
    private static final String STATUS = "SHOW REPLICA STATUS";

    private Channels() {}

    /** Where execution stands in the source's binary log, and how the channel finds its place. */
    record Position(boolean auto, String file, long position) {
        String sql() {
            return auto
                    ? "SOURCE_AUTO_POSITION=1"
                    : "SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE=" + literal(file) + ", SOURCE_LOG_POS=" + position;
        }
    }

    /** Whether a row of SHOW REPLICA STATUS is about the default channel. */
    static boolean isDefault(ResultSet row) throws SQLException {
        return row.getString("Channel_Name").isEmpty();
    }

    static Optional<Position> position(Session session) throws MysqlFailure {
        return session
                .all(
                        STATUS,
                        row -> isDefault(row)
                                ? Optional.of(new Position(
                                        row.getBoolean("Auto_Position"),
                                        row.getString("Relay_Source_Log_File"),
                                        row.getLong("Exec_Source_Log_Pos")))
                                : Optional.<Position>empty())
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Whether the IO thread runs, connected or not. */
    static boolean receives(Session session) throws MysqlFailure {
        return session.all(
                        STATUS,
                        row -> isDefault(row)
                                && !row.getString("Replica_IO_Running").equals("No"))
                .contains(true);
    }

    /** Does nothing where no channel exists. */
    static void stopReceiving(Session session) throws MysqlFailure {
        if (position(session).isPresent()) {
            session.run(BOUND_STOP, STOP_IO);
        }
    }

    /** Refuses while something is received and not executed: it would be dropped with the relay log. */
    static void requireApplied(Session session) throws MysqlFailure {
        boolean applied = session.all(STATUS, row -> !isDefault(row) || applied(row)).stream()
                .allMatch(each -> each);
        if (!applied) {
            throw new MysqlFailure(Cause.Failed, 0, "refused: transactions were received and are not executed yet");
        }
    }

    private static boolean applied(ResultSet row) throws SQLException {
        return row.getBoolean("Auto_Position")
                ? GtidSet.parse(row.getString("Retrieved_Gtid_Set"))
                        .isSubsetOf(GtidSet.parse(row.getString("Executed_Gtid_Set")))
                : row.getString("Source_Log_File").equals(row.getString("Relay_Source_Log_File"))
                        && row.getLong("Read_Source_Log_Pos") <= row.getLong("Exec_Source_Log_Pos");
    }

    /** Stops and removes the channel, relay logs and all, when there is one. */
    static void remove(Session session) throws MysqlFailure {
        if (position(session).isPresent()) {
            session.run(BOUND_STOP, STOP, RESET_ALL);
        }
    }

    static String configure(Accounts accounts, ServerAddress source, Action.Start start) {
        Position position = switch (start) {
            case Action.Start.AutoPosition auto -> new Position(true, "", 0);
            case Action.Start.At at ->
                new Position(false, at.coordinates().file(), at.coordinates().position());
        };
        return change(
                "SOURCE_HOST=" + literal(source.clientHost()),
                "SOURCE_PORT=" + source.clientPort(),
                login(accounts),
                "SOURCE_CONNECT_RETRY=1",
                // For ever; MySQL's own default gives up after ten.
                "SOURCE_RETRY_COUNT=0",
                "SOURCE_HEARTBEAT_PERIOD=1",
                position.sql());
    }

    static String refresh(Accounts accounts) {
        return change(login(accounts));
    }

    static String moveTo(Position position) {
        return change(position.sql());
    }

    private static String login(Accounts accounts) {
        return "SOURCE_USER=" + literal(accounts.replication().user())
                + ", SOURCE_PASSWORD=" + literal(accounts.replication().password())
                // Without TLS caching_sha2_password fails as soon as the source's cache is cold (2061).
                + ", SOURCE_SSL=1";
    }

    private static String change(String... options) {
        return "CHANGE REPLICATION SOURCE TO " + String.join(", ", options) + " FOR CHANNEL ''";
    }
}
