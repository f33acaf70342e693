# Tells what this pod's mysqld is: "open", "closed" (read-only, and no commit waits for replicas), or nothing when it gives
# no answer within two seconds.
state() {
    timeout 2 mysql --defaults-file=/etc/mysql-replicationset/local.cnf --batch --skip-column-names --execute "
        SELECT IF(@@GLOBAL.super_read_only AND NOT EXISTS (SELECT 1 FROM performance_schema.global_status
            WHERE variable_name = 'Rpl_semi_sync_source_wait_sessions' AND variable_value > 0), 'closed', 'open')" \
        2>/dev/null
}
