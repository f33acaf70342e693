# Tells what this pod's mysqld is: "closed" (read-only, and no commit waits for replicas), "open" and looked after by an
# operator, whose heartbeat arrives each second, or "forsaken". Nothing when it gives no answer within two seconds.
state() {
    timeout 2 mysql --defaults-file=/etc/mysql-replicationset/local.cnf --batch --skip-column-names --execute "
        SELECT CASE
            WHEN @@GLOBAL.super_read_only AND NOT EXISTS (SELECT 1 FROM performance_schema.global_status
                WHERE variable_name = 'Rpl_semi_sync_source_wait_sessions' AND variable_value > 0) THEN 'closed'
            WHEN EXISTS (SELECT 1 FROM replicationset.heartbeat WHERE at > NOW(6) - INTERVAL 4 SECOND) THEN 'open'
            ELSE 'forsaken' END" 2>/dev/null
}
