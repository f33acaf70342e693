#!/bin/sh
# Starts mysqld on the data directory as the pod does, prints what is found, and stops it. $1: root's password.
set -eu
: >/tmp/mysqld.log # what an earlier server said there is not about this one
mysqld --defaults-file=/etc/mysql-replicationset/my.cnf --admin-address=127.0.0.1 >/tmp/mysqld.log 2>&1 &
server=$!
trap 'kill -9 $server 2>/dev/null || true' EXIT
tries=600
until grep -q "ready for connections.*port: 3306 " /tmp/mysqld.log; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] && kill -0 "$server" || { cat /tmp/mysqld.log >&2; exit 1; }
    sleep 0.1
done
if mysql -uroot -e "SELECT 1" 2>/tmp/refused; then
    echo "root=empty password"
else
    grep -q "ERROR 1045" /tmp/refused && echo "root=refused without password"
fi
MYSQL_PWD=$1 mysql -uroot -N -e "
SELECT CONCAT('gtids=', @@gtid_executed);
SELECT CONCAT('closed=', @@super_read_only, @@read_only, @@skip_replica_start);
SELECT CONCAT('accounts=', GROUP_CONCAT(user, '@', host ORDER BY user))
  FROM mysql.user WHERE user NOT LIKE 'mysql.%';
SELECT CONCAT('clone=', plugin_status) FROM information_schema.plugins WHERE plugin_name = 'clone';"
MYSQL_PWD=$1 mysql -uroot -N -e "SHOW BINARY LOG STATUS" | awk '{print "binlog=" $1 ":" $2}'
kill "$server"
wait "$server"
trap - EXIT
