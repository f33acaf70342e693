#!/bin/sh
# Runs before mysqld whenever the pod is made. First it copies what mysqld is to read: changes of ConfigMap and Secret
# take force with a new pod, never when mysqld crashes in the middle of the night and starts again in the old one.
#
# Then it makes the data directory of a new instance, once. It may be killed at any moment; the next run completes what was begun, or begins anew:
#
#   neither file        nothing was begun: the volume must be empty
#   initializing        begun and not known to be complete: what there is is thrown away
#   initialized         complete and on disk
#
# The first file is on disk before anything is made, and becomes the second by one rename after all is on disk. mysqld
# proper starts only when this script has ended well. So no server ever serves from a half-made directory.
#
# Root has an empty password only inside "mysqld --initialize-insecure", which listens neither on a socket nor on a
# port, and which runs accounts.sql (my.cnf: init_file) before it ends; when a statement of it fails, mysqld fails.
set -eu

wanted=/etc/mysql-replicationset-wanted
config=/etc/mysql-replicationset
for file in my.cnf accounts.sql local.cnf serve.sh stop.sh local.sh; do
    cp "$wanted/$file" "$config/$file.new"
    mv "$config/$file.new" "$config/$file"
done

volume=/var/lib/mysql
data=$volume/data
begun=$volume/initializing
done=$volume/initialized

if [ -e "$done" ]; then
    echo "initialize: the data directory was made before"
    exit 0
fi

if [ ! -e "$begun" ]; then
    if [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; then
        echo "initialize: $data holds data that was not made here, and is left alone." >&2
        echo "initialize: give the instance an empty volume; data is brought in through the primary." >&2
        exit 1
    fi
    : >"$begun"
    sync "$begun" "$volume"
fi

rm -rf "$data"

# Without a binary log no transaction of its own can remain from here: replicas would not have it. Nothing is flushed
# along the way, since an interrupted run is thrown away, and the sync below comes before the run counts as complete.
mysqld --defaults-file=/etc/mysql-replicationset/my.cnf --initialize-insecure \
    --skip-log-bin --innodb-doublewrite=OFF --innodb-flush-method=nosync

sync -f "$data"
mv "$begun" "$done"
sync "$volume"
echo "initialize: done"
