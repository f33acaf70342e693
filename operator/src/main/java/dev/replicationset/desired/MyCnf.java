package dev.replicationset.desired;

import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.Positioning;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The my.cnf of one instance. The same for every instance of a set but for its number: roles are set at run time, and
 * every server starts read-only with its replication stopped.
 *
 * <p>Of a setting that is given twice mysqld takes the last, so the parts come in the order of their weight.
 */
final class MyCnf {
    private final StringBuilder text = new StringBuilder();
    private boolean afterSetting;

    private MyCnf() {}

    static String of(MySQLReplicationSetSpec spec, String namespace, String set, int number) {
        MyCnf file = new MyCnf();
        String instance = Names.instance(set, number);
        file.comment("Made by the operator for instance " + instance + "; edits here are undone.");
        file.comment("To change a setting, set spec.mysqld of the MySQLReplicationSet.");
        file.text.append("[mysqld]\n");
        file.defaults(spec);
        file.wishes(spec.mysqld());
        file.owned(spec, Names.host(namespace, set, instance), Names.serverId(number));
        return file.text.toString();
    }

    /** The settings alone, without what is said about them: equal for two files that mysqld can't tell apart. */
    static String settings(String file) {
        return file.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.joining("\n"));
    }

    // ---- part 1: what spec.mysqld may replace

    private void defaults(MySQLReplicationSetSpec spec) {
        Set<String> wished =
                spec.mysqld().keySet().stream().map(MyCnf::canonical).collect(Collectors.toSet());
        section("1. Defaults of the operator: spec.mysqld may replace each");
        bufferPool(spec, wished);
        group(
                wished,
                "Parallel appliers on replicas; they commit in the primary's order.",
                "replica_parallel_workers",
                "8");
        group(
                wished,
                "Binary logs are kept for 7 days, for replicas that were away.",
                "binlog_expire_logs_seconds",
                "604800");
    }

    private void bufferPool(MySQLReplicationSetSpec spec, Set<String> wished) {
        if (wished.contains("innodb_buffer_pool_size")) {
            return;
        }
        BufferPool pool = BufferPool.of(spec.pod().resources());
        comment("Buffer pool: " + pool.why() + ".");
        set("innodb_buffer_pool_size", megabytes(pool.bytes()));
        if (!wished.contains("innodb_buffer_pool_chunk_size")) {
            set("innodb_buffer_pool_chunk_size", megabytes(pool.chunkBytes()));
        }
        if (!wished.contains("innodb_buffer_pool_instances")) {
            set("innodb_buffer_pool_instances", Integer.toString(pool.instances()));
        }
    }

    private void group(Set<String> wished, String why, String name, String value) {
        if (!wished.contains(name)) {
            comment(why);
            set(name, value);
        }
    }

    // ---- part 2: what the user set

    private void wishes(Map<String, String> mysqld) {
        if (mysqld.isEmpty()) {
            return;
        }
        section("2. Set by spec.mysqld");
        SequencedMap<String, String> sorted = new LinkedHashMap<>();
        new TreeMap<>(mysqld).forEach((name, value) -> sorted.put(underscored(name), quoted(value)));
        sorted.forEach(this::set);
    }

    // ---- part 3: what replication and the operator rest on

    private void owned(MySQLReplicationSetSpec spec, String host, int serverId) {
        boolean gtid = spec.replication().positioning() == Positioning.GTID;
        section("3. Owned by the operator: comes last, so that nothing above can change it");
        comment("Who this server is. The number is never given to another instance.");
        set("server_id", Integer.toString(serverId));
        set("report_host", host);
        set("report_port", Integer.toString(Names.MYSQL_PORT));

        comment("Closed at every start: the operator opens the primary and starts replication on the others.");
        set("super_read_only", "ON");
        set("read_only", "ON");
        set("skip_replica_start", "ON");

        comment("Accounts and passwords as the Secrets have them, set before the first client is let in.");
        set("init_file", Files.config(Files.ACCOUNTS));

        comment("Binary log: written by replicas too, and on disk before a commit is answered.");
        set("log_bin", "binlog");
        set("log_replica_updates", "ON");
        set("sync_binlog", "1");
        set("innodb_flush_log_at_trx_commit", "1");
        comment("spec.replication.positioning: " + spec.replication().positioning() + ".");
        set("gtid_mode", gtid ? "ON" : "OFF");
        set("enforce_gtid_consistency", gtid ? "ON" : "OFF");

        comment(
                "Replication. What was received and not yet applied survives a restart, since the primary may be gone.");
        set("relay_log", "relay");
        set("relay_log_recovery", "OFF");
        set("replica_preserve_commit_order", "ON");
        set("replica_net_timeout", "4");
        if (spec.replication().strict()) {
            comment("spec.replication.strict: what was received is on disk before it is acknowledged.");
            set("sync_relay_log", "1");
        }

        comment(
                "Commits wait for replicas without end, and before anybody sees them. The operator turns either side on:");
        comment("the source's on the primary, the replica's where it is recorded as one that may acknowledge.");
        set("plugin_load_add", "semisync_source.so");
        set("plugin_load_add", "semisync_replica.so");
        set("loose_rpl_semi_sync_source_enabled", "OFF");
        set("loose_rpl_semi_sync_replica_enabled", "OFF");
        set("loose_rpl_semi_sync_source_timeout", "4294967295");
        set("loose_rpl_semi_sync_source_wait_point", "AFTER_SYNC");
        set("loose_rpl_semi_sync_source_wait_no_replica", "ON");

        comment("Only InnoDB: CLONE copies no other tables, and MEMORY tables make replicas differ after a restart.");
        set("disabled_storage_engines", "MyISAM,MEMORY,CSV,ARCHIVE");

        comment("CLONE copies data to new replicas; its progress is told by the performance schema.");
        set("plugin_load_add", "mysql_clone.so");
        set("performance_schema", "ON");

        comment("Ports. The operator has its own, open even when max_connections is reached;");
        comment("its address is the pod's, given on mysqld's command line.");
        set("port", Integer.toString(Names.MYSQL_PORT));
        set("admin_port", Integer.toString(Names.ADMIN_PORT));
        set("create_admin_listener_thread", "ON");
        set("mysqlx", "OFF");
        set("skip_name_resolve", "ON");
        comment("Probes open a connection and close it: that must never count as an attack.");
        set("max_connect_errors", "4294967295");

        comment(
                "Files. Statements can neither read nor write any on the server. The error log goes to the container's.");
        set("datadir", Files.DATA);
        set("tmpdir", Files.TMP);
        set("socket", Files.RUN + "/mysqld.sock");
        set("pid_file", Files.RUN + "/mysqld.pid");
        set("secure_file_priv", "NULL");
    }

    // ---- the format

    private void section(String title) {
        text.append("\n# ---- ").append(title).append('\n');
        afterSetting = true;
    }

    private void comment(String words) {
        text.append(afterSetting ? "\n# " : "# ").append(words).append('\n');
        afterSetting = false;
    }

    private void set(String name, String value) {
        text.append(name).append('=').append(value).append('\n');
        afterSetting = true;
    }

    private static String megabytes(long bytes) {
        return bytes / (1024 * 1024) + "M";
    }

    /** mysqld reads dashes as underscores. */
    private static String underscored(String name) {
        return name.strip().replace('-', '_').toLowerCase(Locale.ROOT);
    }

    private static String canonical(String name) {
        return underscored(name).replaceFirst("^loose_", "");
    }

    /** A value as mysqld reads it back: quoted where {@code #}, quotes, backslashes or outer spaces would be misread. */
    private static String quoted(String value) {
        boolean plain = value.strip().equals(value) && value.chars().noneMatch(c -> "#'\"\\".indexOf(c) >= 0);
        return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
