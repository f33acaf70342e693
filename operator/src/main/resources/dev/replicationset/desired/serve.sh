#!/bin/sh
# The parent of mysqld: starts it with the given arguments, starts it again when it asks for that (RESTART, and the end of
# a CLONE: exit code 16), and ends with its exit code else.
#
# A TERM reaches mysqld only when it is closed and nobody waits. An open server that is asked to end answers the commits
# that wait for replicas ("SEMISYNC: Forced shutdown"): the client would take for durable what no replica holds. So it is
# killed instead, which costs a crash recovery and leaves such commits without an answer.
set -u

# What mysqld looks for to know that somebody starts it again.
export MYSQLD_PARENT_PID=$$
. "$(dirname "$0")/local.sh"

ending=
end() {
    ending=yes
    case "$(state)" in
        closed | leaving) kill -TERM "$mysqld" ;;
        *) kill -KILL "$mysqld" ;;
    esac
}
trap end TERM INT

while :; do
    "$@" &
    mysqld=$!
    # A signal ends wait; mysqld may live on.
    while :; do
        wait "$mysqld"
        code=$?
        kill -0 "$mysqld" 2>/dev/null || break
    done
    if [ "$code" -ne 16 ] || [ -n "$ending" ]; then
        exit "$code"
    fi
done
