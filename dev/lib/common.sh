# shellcheck shell=bash
# What dev/cluster/cluster and dev/images/build share: where state lives, how steps are told, how inputs are summed up.

# Everything made here that is worth keeping between runs and clones: binaries, images, the cluster's keys and logs.
state=${MRS_STATE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mysql-replicationset}
mkdir -p "$state"

say() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Sums up what comes in, for "has this been made from the same things before?".
checksum() { sha256sum | cut -c1-12; }
