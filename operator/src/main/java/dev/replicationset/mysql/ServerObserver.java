package dev.replicationset.mysql;

import dev.replicationset.api.BinlogCoordinates;
import dev.replicationset.topology.GtidSet;
import dev.replicationset.topology.ServerState;
import dev.replicationset.topology.ServerState.Channel;
import dev.replicationset.topology.ServerState.CloneProgress;
import dev.replicationset.topology.ServerState.Heartbeat;
import dev.replicationset.topology.ServerState.IoThread;
import dev.replicationset.topology.ServerState.ReplicationError;
import dev.replicationset.topology.ServerState.SemiSync;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the state of one server in one round trip, with nothing that waits for a table, for the global read lock or for
 * commits that wait for acknowledgements. Not thread-safe.
 */
final class ServerObserver {
    private static final String QUESTIONS = """
            SELECT @@server_id AS id, @@server_uuid AS uuid, @@version AS version, @@GLOBAL.read_only AS ro,
              @@GLOBAL.super_read_only AS sro, @@GLOBAL.offline_mode AS offline, @@GLOBAL.gtid_mode AS gtid_mode,
              @@GLOBAL.gtid_executed AS executed, @@GLOBAL.gtid_purged AS purged,
              @@innodb_buffer_pool_size AS pool,
              (SELECT processlist_time FROM performance_schema.threads WHERE thread_id = 1) AS uptime,
              :schema AS ready;
            SELECT variable_name AS name, variable_value AS value FROM performance_schema.global_variables
              WHERE variable_name IN ('rpl_semi_sync_source_enabled', 'rpl_semi_sync_replica_enabled',
                'rpl_semi_sync_source_wait_for_replica_count')
              UNION ALL SELECT variable_name, variable_value FROM performance_schema.global_status
              WHERE variable_name IN ('Rpl_semi_sync_source_clients', 'Rpl_semi_sync_source_wait_sessions',
                'Rpl_semi_sync_replica_status');
            SHOW REPLICA STATUS;
            SELECT last_error_number AS number, last_error_message AS message
              FROM performance_schema.replication_applier_status_by_worker
              WHERE channel_name = '' AND last_error_number NOT IN (0, 1756)
              ORDER BY last_error_timestamp LIMIT 1;
            SHOW BINARY LOG STATUS""";

    // Costs as much as all the rest, so it is asked only until the heartbeat is read.
    private static final String SCHEMA_QUESTION = """
            EXISTS (SELECT 1 FROM information_schema.tables
                WHERE table_schema = 'replicationset' AND table_name = 'heartbeat')""";

    private static final String CLONE_QUESTIONS = """
            ;
            SELECT pid, state, source, UNIX_TIMESTAMP(begin_time) AS began, error_no, error_message, binlog_file,
              binlog_position, gtid_executed FROM performance_schema.clone_status;
            SELECT stage, state, estimate, data FROM performance_schema.clone_progress ORDER BY id""";

    private static final String HEARTBEAT_QUESTION = """
            ;
            SELECT epoch, UNIX_TIMESTAMP(at) AS at FROM replicationset.heartbeat WHERE id = 1""";

    // No such table, no such database, a lock that was not given in time.
    private static final Set<Integer> HEARTBEAT_UNREADABLE = Set.of(1146, 1049, 1205);

    private static final Pattern ATTEMPTS =
            Pattern.compile(" ?This was attempt [0-9]+/[0-9]+, with a delay of [0-9]+ seconds between attempts\\.");

    private final Connection connection;
    private final boolean canClone;
    private boolean schemaReady;

    ServerObserver(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement();
                ResultSet plugin = statement.executeQuery("SELECT 1 FROM information_schema.plugins"
                        + " WHERE plugin_name = 'clone' AND plugin_status = 'ACTIVE'")) {
            canClone = plugin.next();
        }
    }

    ServerState observe() throws SQLException {
        if (!schemaReady) {
            ServerState state = ask(false);
            if (!state.schemaReady()) {
                return state;
            }
            schemaReady = true;
        }
        try {
            return ask(true);
        } catch (SQLException e) {
            // The heartbeat's table is gone, or a DDL statement holds it; the rest can still be told.
            if (!HEARTBEAT_UNREADABLE.contains(e.getErrorCode())) {
                throw e;
            }
            schemaReady = false;
            return ask(false);
        }
    }

    private ServerState ask(boolean heartbeat) throws SQLException {
        String sql = QUESTIONS.replace(":schema", heartbeat ? "TRUE" : SCHEMA_QUESTION)
                + (canClone ? CLONE_QUESTIONS : "")
                + (heartbeat ? HEARTBEAT_QUESTION : "");
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return read(new Answers(statement), heartbeat);
        }
    }

    private ServerState read(Answers answers, boolean heartbeat) throws SQLException {
        ResultSet own = answers.row();
        boolean gtids = !own.getString("gtid_mode").equals("OFF");
        GtidSet executed = gtids ? GtidSet.parse(own.getString("executed")) : GtidSet.EMPTY;
        GtidSet purged = gtids ? GtidSet.parse(own.getString("purged")) : GtidSet.EMPTY;
        long serverId = own.getLong("id");
        String uuid = own.getString("uuid");
        String version = own.getString("version").replaceFirst("-.*", "");
        boolean readOnly = own.getBoolean("ro");
        boolean superReadOnly = own.getBoolean("sro");
        boolean offline = own.getBoolean("offline");
        long uptime = own.getLong("uptime");
        long pool = own.getLong("pool");
        boolean ready = own.getBoolean("ready");

        Optional<SemiSync> semiSync = semiSync(answers);
        Optional<Channel> channel = Optional.empty();
        for (boolean more = answers.next(); more; more = answers.nextRow()) {
            if (Channels.isDefault(answers.row())) {
                channel = Optional.of(channel(answers.row()));
            }
        }
        if (answers.next()) {
            ReplicationError worker = new ReplicationError(
                    answers.row().getInt("number"), oneLine(answers.row().getString("message")));
            channel = channel.map(known -> known.withSqlError(worker));
        }
        BinlogCoordinates binlog =
                answers.next() ? Coordinates.read(answers.row(), gtids) : new BinlogCoordinates("", 0L, "");
        Optional<CloneProgress> cloning = canClone ? Clones.read(answers, gtids) : Optional.empty();
        Optional<Heartbeat> beat =
                heartbeat && answers.next() ? Optional.of(heartbeat(answers.row())) : Optional.empty();
        return new ServerState(
                serverId,
                uuid,
                version,
                readOnly,
                superReadOnly,
                offline,
                executed,
                purged,
                binlog,
                uptime,
                pool,
                ready,
                beat,
                channel,
                cloning,
                semiSync);
    }

    /** Read before the binary log's coordinates: what they include was logged under these settings, or earlier ones. */
    private static Optional<SemiSync> semiSync(Answers answers) throws SQLException {
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (boolean more = answers.next(); more; more = answers.nextRow()) {
            values.put(answers.row().getString("name"), answers.row().getString("value"));
        }
        if (!values.containsKey("rpl_semi_sync_source_enabled")
                || !values.containsKey("rpl_semi_sync_replica_enabled")) {
            return Optional.empty();
        }
        return Optional.of(new SemiSync(
                "ON".equals(values.get("rpl_semi_sync_source_enabled")),
                number(values, "rpl_semi_sync_source_wait_for_replica_count"),
                number(values, "Rpl_semi_sync_source_clients"),
                number(values, "Rpl_semi_sync_source_wait_sessions"),
                "ON".equals(values.get("rpl_semi_sync_replica_enabled")),
                "ON".equals(values.get("Rpl_semi_sync_replica_status"))));
    }

    private static int number(Map<String, String> values, String name) {
        return Integer.parseInt(values.getOrDefault(name, "0"));
    }

    private static Heartbeat heartbeat(ResultSet row) throws SQLException {
        return new Heartbeat(row.getLong("epoch"), instant(row.getBigDecimal("at")));
    }

    private static Channel channel(ResultSet row) throws SQLException {
        String sourceUuid = row.getString("Source_UUID");
        return new Channel(
                row.getString("Source_Host"),
                row.getInt("Source_Port"),
                row.getString("Source_User"),
                sourceUuid.isEmpty() ? Optional.empty() : Optional.of(sourceUuid),
                row.getBoolean("Auto_Position"),
                row.getString("Source_SSL_Allowed").equals("Yes"),
                ioThread(row),
                row.getString("Replica_SQL_Running").equals("Yes"),
                row.getString("Source_Log_File"),
                row.getLong("Read_Source_Log_Pos"),
                row.getString("Relay_Source_Log_File"),
                row.getLong("Exec_Source_Log_Pos"),
                GtidSet.parse(row.getString("Retrieved_Gtid_Set")),
                error(row, "Last_IO_"),
                error(row, "Last_SQL_"));
    }

    /** A thread that waits for room on the disk shows neither an error nor that it has stopped. */
    private static IoThread ioThread(ResultSet row) throws SQLException {
        return row.getString("Replica_IO_State").equals("Waiting for disk space")
                ? IoThread.WaitingForSpace
                : IoThread.valueOf(row.getString("Replica_IO_Running"));
    }

    private static ReplicationError error(ResultSet row, String column) throws SQLException {
        int number = row.getInt(column + "Errno");
        return number == 0
                ? ReplicationError.NONE
                : new ReplicationError(number, withoutAttempts(oneLine(row.getString(column + "Error"))));
    }

    static Instant instant(BigDecimal unixSeconds) {
        long seconds = unixSeconds.longValue();
        return Instant.ofEpochSecond(
                seconds,
                unixSeconds
                        .subtract(BigDecimal.valueOf(seconds))
                        .movePointRight(9)
                        .longValue());
    }

    static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    /** Without the number of the attempt: an error that is only tried again is the same error. */
    private static String withoutAttempts(String text) {
        return ATTEMPTS.matcher(text).replaceAll("");
    }
}
