package dev.replicationset.api;

/**
 * What the API server refuses in {@code spec.mysqld}, as CEL.
 *
 * <p>mysqld reads an option name with dashes or underscores, and takes any number of prefixes such as {@code loose_} or
 * {@code skip_} off it; it accepts neither capitals nor abbreviations. So names are compared without prefixes and with
 * underscores.
 */
final class MysqldRules {
    private static final String OPTION = "^((loose|skip|disable|enable|maximum|plugin)_)*(";

    /** Set for each instance, or moved by the operator while it runs. */
    private static final String OPERATED = OPTION
            + "server_id(_bits)?|report_(host|port|user|password)|(super_)?read_only|innodb_read_only"
            + "|transaction_read_only|offline_mode|gtid_mode|enforce_gtid_consistency|log_bin(_index)?"
            + "|relay_log(_index|_recovery|_purge|_info_.*)?|sync_relay_log|master_info_.*"
            + "|skip_(replica|slave)_start|log_(replica|slave)_updates|rpl_semi_sync_.*"
            + "|(replica|slave)_net_timeout|max_connect_errors|replication_sender_observe_commit_only|group_replication.*|clone|clone_valid_donor_list"
            + "|clone_ssl_.*|(early_)?plugin_load(_add)?|performance_schema|init_file"
            + "|skip_grant_tables)$";

    /** Would let a replica hold something else than its primary, or lose what the primary acknowledged. */
    private static final String DIVERGING = OPTION
            + "replicate_.*|binlog_(do|ignore)_db|binlog_format|binlog_error_action|sql_log_bin"
            + "|(replica|slave)_(skip_errors|exec_mode|preserve_commit_order)|init_(replica|slave)|sync_binlog"
            + "|innodb_flush_log_at_trx_commit|disabled_storage_engines)$";

    /** Files, ports and processes of the pod, which the operator lays out. */
    private static final String POD = OPTION
            + "datadir|basedir|plugin_dir|tmpdir|(replica|slave)_load_tmpdir|innodb_tmpdir|secure_file_priv"
            + "|innodb_(data_home|log_group_home|undo|doublewrite|temp_tablespaces)_dir|innodb_undo_directory"
            + "|innodb_directories|socket|pid_file|log_error|user|chroot|daemonize|initialize(_insecure)?"
            + "|validate_config|help|verbose|version|console|port|bind_address|skip_name_resolve"
            + "|skip_networking|admin_(address|port)|create_admin_listener_thread|mysqlx.*"
            + "|(admin_)?ssl_(ca|capath|cert|crl|crlpath|key)|auto_generate_certs)$";

    private static final String NORMAL = "k.lowerAscii().replace('-', '_').matches('";

    static final String NOT_OPERATED = "self.all(k, !" + NORMAL + OPERATED + "'))";
    static final String NOT_OPERATED_MESSAGE =
            "spec.mysqld has a setting that the operator makes for each instance and changes while it runs; remove it";
    static final String NOT_OPERATED_NAMED = "[self.filter(k, " + NORMAL + OPERATED
            + "'))[0]].map(k, 'spec.mysqld: ' + k + ' is set by the operator for each instance; remove it' + ("
            + NORMAL + "sync_relay_log$') ? ', and use spec.replication.strict' : "
            + NORMAL + "rpl_semi_sync') ? ', and use spec.replication.durability' : ''))[0]";

    static final String NOT_DIVERGING = "self.all(k, !" + NORMAL + DIVERGING + "'))";
    static final String NOT_DIVERGING_MESSAGE =
            "spec.mysqld has a setting with which replicas could differ from the primary; remove it";
    static final String NOT_DIVERGING_NAMED = "'spec.mysqld: ' + self.filter(k, " + NORMAL + DIVERGING
            + "'))[0] + ' could make replicas differ from the primary, so the operator sets it; remove it'";

    static final String NOT_POD = "self.all(k, !" + NORMAL + POD + "'))";
    static final String NOT_POD_MESSAGE =
            "spec.mysqld has a setting for files, ports or processes, which the operator lays out; remove it";
    static final String NOT_POD_NAMED = "'spec.mysqld: ' + self.filter(k, " + NORMAL + POD
            + "'))[0] + ' is a matter of files, ports or processes, which the operator lays out; remove it'";

    private static final String SPELLING = "k.matches('^[a-z][a-z0-9_.]{0,79}$')";

    static final String SPELLED = "self.all(k, " + SPELLING + ")";
    static final String SPELLED_MESSAGE =
            "spec.mysqld has a name that is not written in lower case with underscores, such as max_connections";
    static final String SPELLED_NAMED = "'spec.mysqld: write ' + self.filter(k, !" + SPELLING
            + ")[0] + ' in lower case with underscores, such as max_connections'";

    /** Gone before 8.4, so that mysqld would not start; with what took their place. */
    private static final String REMOVED = "{'expire_logs_days': 'binlog_expire_logs_seconds'"
            + ", 'default_authentication_plugin': 'authentication_policy', 'tx_isolation': 'transaction_isolation'"
            + ", 'log_warnings': 'log_error_verbosity', 'skip_host_cache': 'host_cache_size: \"0\"'"
            + ", 'default_character_set': 'character_set_server', 'storage_engine': 'default_storage_engine'"
            + ", 'table_cache': 'table_open_cache', 'log_slow_queries': 'slow_query_log'"
            + ", 'query_cache_size': 'nothing, it has no query cache'"
            + ", 'query_cache_type': 'nothing, it has no query cache'"
            + ", 'query_cache_limit': 'nothing, it has no query cache'"
            + ", 'innodb_file_format': 'nothing, there is but one format'"
            + ", 'innodb_large_prefix': 'nothing, it is always on'"
            + ", 'transaction_write_set_extraction': 'nothing, it is always on'"
            + ", 'binlog_transaction_dependency_tracking': 'nothing, it is always by write set'"
            + ", 'ssl': 'nothing, it is always on; require_secure_transport demands it'}";

    static final String NOT_REMOVED = "self.all(k, !(k in " + REMOVED + "))";
    static final String NOT_REMOVED_MESSAGE =
            "spec.mysqld has a setting that MySQL 8.4 and newer don't know, so that mysqld would not start; remove it";
    static final String NOT_REMOVED_NAMED = "[" + REMOVED + "].map(removed, 'spec.mysqld: MySQL 8.4 and newer have no '"
            + " + self.filter(k, k in removed)[0] + '; use instead: ' + removed[self.filter(k, k in removed)[0]])[0]";

    private static final String LOADED = "(k.startsWith('loose_') || !(k.startsWith('clone_') || k.contains('.')))";

    static final String LOOSE = "self.all(k, " + LOADED + ")";
    static final String LOOSE_MESSAGE = "spec.mysqld has a plugin's or component's setting without loose_ before its"
            + " name; without it no data directory can be made, since plugins are not loaded then";
    static final String LOOSE_NAMED = "'spec.mysqld: write loose_' + self.filter(k, !" + LOADED
            + ")[0] + ', since plugins and components are not loaded while the data directory is made'";

    static final String ONE_LINE = "self.all(k, !self[k].matches('[[:cntrl:]]'))";
    static final String ONE_LINE_MESSAGE =
            "spec.mysqld has a value with a line break or another control character; write each value on one line";

    static final String NO_SECTION = "self.all(k, !self[k].matches('^[[:space:]]*[[!]'))";
    static final String NO_SECTION_MESSAGE = "spec.mysqld has a value that begins with [ or !, as sections and includes"
            + " of my.cnf do; write nothing but the setting's own value";

    private static final String BORN_WITH = "['lower_case_table_names', 'innodb_page_size', 'innodb_data_file_path']";

    static final String BORN_WITH_KEPT =
            BORN_WITH + ".all(k, (k in self) == (k in oldSelf) && (!(k in self) || self[k] == oldSelf[k]))";
    static final String BORN_WITH_KEPT_MESSAGE = "spec.mysqld: lower_case_table_names, innodb_page_size and"
            + " innodb_data_file_path are fixed once data directories exist; make a new set and load the data into it";

    private MysqldRules() {}
}
