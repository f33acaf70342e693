# shellcheck shell=bash
# Faults. They go by the machines' own container runtimes, not by the API server, so that they can be combined.

# ── Pods ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

# Sets namespace and pod from NAME or NS/NAME in $1.
parse_pod() {
  pod=${1##*/}
  [[ $1 != */* ]] || namespace=${1%%/*}
}

# Finds a running pod; sets node, ip and containers (lines "NAME ID PID").
find_pod() {
  parse_pod "$1"
  local found
  found=$(for node in $(running_workers); do
    inside "$node" /node/pod "$namespace" "$pod" | sed "s/^/$node /" &
  done && wait)
  node=${found%% *}
  [ -n "$node" ] || die "no pod '$pod' runs in namespace '$namespace' on a running node"
  ip=$(awk '$2 == "sandbox" {print $3}' <<<"$found")
  containers=$(awk '$2 == "container" {print $3, $4, $5}' <<<"$found")
}

# Finds a container of a pod; sets node, container, id and pid. Without a name: mysqld, mysql, or the only one.
find_container() {
  find_pod "$1"
  local wanted=${container:-} names line
  names=$(cut -d' ' -f1 <<<"$containers")
  if [ -z "$wanted" ]; then
    wanted=$(grep -xE 'mysqld|mysql' <<<"$names" | head -1) || [ "$(wc -w <<<"$names")" -ne 1 ] || wanted=$names
    [ -n "$wanted" ] || die "pod '$pod' runs $(wc -w <<<"$names") containers, choose one with -c: ${names//$'\n'/, }"
  fi
  line=$(awk -v name="$wanted" '$1 == name' <<<"$containers")
  [ -n "$line" ] || die "no container '$wanted' runs in pod '$namespace/$pod'; running: ${names//$'\n'/, }"
  read -r container id pid <<<"$line"
}

fault_kill() {
  find_container "$1"
  inside "$node" kill -9 "$pid"
  say "killed $container of $namespace/$pod on $node"
}

fault_freeze() {
  find_container "$1"
  signal_all STOP
  say "froze $container of $namespace/$pod on $node"
}

fault_thaw() {
  find_container "$1"
  signal_all CONT
  say "thawed $container of $namespace/$pod on $node"
}

# Sends signal $1 to every process of the container found; twice, for those that were just being born.
signal_all() {
  local _
  for _ in 1 2; do
    inside "$node" ctr -n k8s.io tasks ps "$id" | awk 'NR > 1 {print $1}' | inside "$node" xargs kill "-$1" 2>/dev/null || true
  done
}

# ── Network ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# Each cut is an nftables table of its own on the machines concerned; to heal is to delete it. Packets are dropped, not refused.

fault_cut() {
  case $# in
    1) if is_node "$1"; then cut_node "$1"; else cut_pod "$1"; fi ;;
    2) cut_pods "$1" "$2" ;;
    *) die "usage: cluster cut NODE | POD | POD_A POD_B" ;;
  esac
}

fault_heal() {
  case $# in
    0) heal_all ;;
    1) if is_node "$1"; then heal_table "cut-node" "$(node_name "$1")"; else heal_table "$(cut_name "$1")"; fi ;;
    2) heal_table "$(cut_name "$1" "$2")" ;;
    *) die "usage: cluster heal [NODE | POD | POD_A POD_B]" ;;
  esac
}

cut_node() {
  local name
  name=$(node_name "$1")
  need_running "$name"
  nft "$name" cut-node "
    chain in { type filter hook prerouting priority -400; iifname eth0 drop; }
    chain out { type filter hook postrouting priority 400; oifname eth0 drop; }
    "
  services_up
  say "cut $name off"
}

cut_off() { inside "$1" nft list table inet cut-node >/dev/null 2>&1; }

# A pod off from all but the probes of its own machine's kubelet.
cut_pod() {
  find_pod "$1"
  nft "$node" "$(cut_name "$1")" "chain pass { type filter hook forward priority 400; ip saddr $ip drop; ip daddr $ip drop; }"
  say "cut $namespace/$pod off"
}

cut_pods() {
  local name ip_a node_a
  name=$(cut_name "$1" "$2")
  find_pod "$1"
  ip_a=$ip node_a=$node
  find_pod "$2"
  local rules="chain pass { type filter hook forward priority 400; ip saddr $ip_a ip daddr $ip drop; ip saddr $ip ip daddr $ip_a drop; }"
  nft "$node_a" "$name" "$rules"
  [ "$node" = "$node_a" ] || nft "$node" "$name" "$rules"
  say "cut $1 from $2"
}

# The name of the cut of these pods, the same in either order.
cut_name() {
  local which names=()
  for which; do
    parse_pod "$which"
    names+=("$namespace/$pod")
  done
  printf 'cut-%s\n' "$(printf '%s\n' "${names[@]}" | sort | paste -sd: | sed 's/:/-from-/')"
}

# Makes table $2 on node $1, or makes it anew, of chain definitions $3.
nft() {
  inside "$1" nft -f - <<-NFT
	table inet $2 {}
	delete table inet $2
	table inet $2 {
	$3
	}
	NFT
}

# Deletes table $1 on node $2, or on all that run.
heal_table() {
  local node healed=false
  for node in ${2:-$(running_nodes)}; do
    if inside "$node" nft delete table inet "$1" 2>/dev/null; then healed=true; fi
  done
  if $healed; then say "healed ${1#cut-}${2:+ $2}"; else say "nothing to heal: ${1#cut-}${2:+ $2} was not cut"; fi
}

heal_all() {
  local node table
  for node in $(running_nodes); do
    for table in $(cuts "$node"); do
      inside "$node" nft delete table inet "$table"
      say "healed ${table#cut-} on $node"
    done
  done
}

# Prints the names of the cuts on node $1.
cuts() { inside "$1" nft list tables inet | awk '$3 ~ /^cut-/ {print $3}'; }

# ── Machines ───────────────────────────────────────────────────────────────────────────────────────────────────────────

node_name() { echo "mrs-${1#mrs-}"; }
is_node() { [[ " ${nodes[*]} " == *" $(node_name "$1") "* ]]; }

need_node() { is_node "${1:-}" || die "no node '${1:-}': choose from ${nodes[*]}"; }
need_running() { [ "$(node_state "$1")" = running ] || die "$1 does not run: it is $(node_state "$1")"; }

fault_stop_node() {
  need_node "${1:-}"
  local name
  name=$(node_name "$1")
  case $(node_state "$name") in
    running | paused) docker kill "$name" >/dev/null ;;
    absent) die "$name does not exist: cluster up" ;;
  esac
  services_up
  say "stopped $name"
}

fault_start_node() {
  need_node "${1:-}"
  local name deadline=$((SECONDS + 120))
  name=$(node_name "$1")
  docker start "$name" >/dev/null
  routes_up
  until node_ready "$name"; do
    ((SECONDS < deadline)) || die "$name is not ready after 120 s (see: cluster status)"
    sleep 0.3
  done
  say "started $name, it is ready"
}

# Whether all components of node $1 are ready and, of a worker, Kubernetes agrees.
node_ready() {
  inside "$1" /node/ready "$(role "$1")" >/dev/null 2>&1 || return 1
  [ "$1" = "$control_plane" ] || kube get node "$1" --no-headers --request-timeout 3s 2>/dev/null | grep -q ' Ready '
}

fault_pause_api() {
  case $(node_state "$control_plane") in
    paused) ;;
    running) docker pause "$control_plane" >/dev/null ;;
    *) die "$control_plane does not run" ;;
  esac
  say "the API server does not answer until: cluster resume-api"
}

fault_resume_api() {
  [ "$(node_state "$control_plane")" != paused ] || docker unpause "$control_plane" >/dev/null
  need_running "$control_plane"
  say "the API server answers again"
}
