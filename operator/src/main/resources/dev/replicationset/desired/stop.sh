#!/bin/sh
# Runs before the container is asked to end. While this server is open for writes, it is waited for that the operator
# hands its role to a replica and closes it, or closes it where no replica can take over. A closed one has to answer until
# its replicas have received all it has and follow another. Not when no operator looks after it any more, as when the whole
# set is deleted.
set -u
. "$(dirname "$0")/local.sh"

until=$(($(date +%s) + 25))
while [ "$(date +%s)" -lt "$until" ]; do
    case "$(state)" in
        open | leaving) sleep 0.2 ;;
        *) break ;;
    esac
done
exit 0
