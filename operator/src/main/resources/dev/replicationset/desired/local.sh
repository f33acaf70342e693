# Tells what this pod's mysqld is. Nothing when it gives no answer within two seconds.
#
#   closed      read-only, and no commit waits for replicas
#   leaving     the same since some seconds at most, and replicas still receive from it: its role is being handed over
#   open        looked after by an operator, whose heartbeat arrives each second
#   forsaken    open, and no operator looks after it
state() {
    timeout 2 mysql --defaults-file=/etc/mysql-replicationset/local.cnf --batch --skip-column-names --execute "
        SELECT CASE
            WHEN @@GLOBAL.super_read_only AND NOT EXISTS (SELECT 1 FROM performance_schema.global_status
                WHERE variable_name = 'Rpl_semi_sync_source_wait_sessions' AND variable_value > 0) THEN IF(
                EXISTS (SELECT 1 FROM replicationset.heartbeat WHERE at > NOW(6) - INTERVAL 8 SECOND)
                AND EXISTS (SELECT 1 FROM performance_schema.threads
                    WHERE processlist_command IN ('Binlog Dump', 'Binlog Dump GTID')), 'leaving', 'closed')
            WHEN EXISTS (SELECT 1 FROM replicationset.heartbeat WHERE at > NOW(6) - INTERVAL 4 SECOND) THEN 'open'
            ELSE 'forsaken' END" 2>/dev/null
}
