# Makes the data directory once, then keeps mysqld running: it is started again whenever it ends, as a kubelet would,
# unless /tmp/hold exists. Ends by itself after a while, so that a test run that was killed leaves nothing behind.
set -u
# Where the size of files is limited, mysqld is to see an error and not a signal.
trap '' XFSZ
export MYSQLD_PARENT_PID=$$
options="--defaults-file=/etc/test/my.cnf --user=mysql --server-id=$SERVER_ID --gtid-mode=$GTID_MODE"
install -d -o mysql /var/lib/mysql/data
mysqld $options --initialize-insecure --skip-log-bin >/tmp/initialize.log 2>&1 || { cat /tmp/initialize.log; exit 1; }
(sleep 1200; kill -9 1 $$) &
while :; do
    while [ -e /tmp/hold ]; do sleep 0.1; done
    mysqld $options --admin-address="$(hostname -i)" &
    echo $! >/tmp/mysqld.started
    wait $!
    echo "mysqld ended with $?"
done
