# shellcheck shell=bash
# The machines of the cluster: four containers on a network that leads nowhere else.

cluster=$state/cluster
network=mrs
control_plane=mrs-control-plane
workers=(mrs-worker-1 mrs-worker-2 mrs-worker-3)
nodes=("$control_plane" "${workers[@]}")

# Addresses follow from a worker's number: machine 172.30.0.1N, its pods 10.244.N.0/24; the control plane is 172.30.0.10.
address() {
  case $1 in
    "$control_plane") echo 172.30.0.10 ;;
    *) echo "172.30.0.1${1##*-}" ;;
  esac
}
role() { if [ "$1" = "$control_plane" ]; then echo control-plane; else echo worker; fi; }
pod_network() { echo "10.244.${1##*-}.0/24"; }

kube() { "$bin/kubectl" --kubeconfig "$cluster/pki/admin.kubeconfig" "$@"; }

# Prints what Docker says of node $1: running, exited, paused, … or absent.
node_state() { docker inspect -f '{{.State.Status}}' "$1" 2>/dev/null || echo absent; }

# Runs a command on a node: what `docker exec` does, ten times faster.
inside() {
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' "$1")
  PATH=/usr/local/bin:/usr/bin:/usr/sbin nsenter --target "$pid" --all "${@:2}"
}

running_nodes() { docker ps --filter label=mrs.stamp --filter status=running --format '{{.Names}}'; }
running_workers() { running_nodes | grep -v "$control_plane"; }

nodes_up() {
  local node stamp
  limits_up
  pki_up "$cluster/pki" "$(address "$control_plane")"
  # The machines use a copy of their scripts: they outlive the clone that started them.
  if ! diff -rq "$here/node" "$cluster/node" >/dev/null 2>&1; then
    rm -rf "$cluster/node" && cp -r "$here/node" "$cluster/node"
  fi
  stamp=$({ cat "$here"/node/* && docker image inspect -f '{{.Id}}' mysql-replicationset/node:1 && declare -f node_run && echo "$bin $cluster"; } | checksum)

  docker network inspect "$network" >/dev/null 2>&1 ||
    docker network create --subnet 172.30.0.0/24 -o com.docker.network.bridge.name=mrs0 \
      -o com.docker.network.bridge.enable_ip_masquerade=false "$network" >/dev/null
  for node in "${nodes[@]}"; do
    case $(docker inspect -f '{{.State.Status}} {{index .Config.Labels "mrs.stamp"}}' "$node" 2>/dev/null) in
      "running $stamp") continue ;;
      "paused $stamp")
        say "resuming $node"
        docker unpause "$node" >/dev/null
        ;;
      "exited $stamp" | "created $stamp")
        say "starting $node, which was stopped"
        docker start "$node" >/dev/null
        ;;
      "")
        say "creating $node"
        node_run "$node" "$stamp"
        ;;
      *)
        say "creating $node anew, since its scripts, image or binaries have changed; its data stay"
        docker rm -f "$node" >/dev/null
        node_run "$node" "$stamp"
        ;;
    esac
    rm -f "$cluster/works"
  done
  heal_all
  routes_up
  nodes_wait 300
  [ -e "$cluster/works" ] || smoke
}

# Creates node $1. Not --privileged, which asks for a capability that some hosts do not have themselves.
node_run() {
  local node=$1 stamp=$2 other routes=
  for other in "${workers[@]}"; do
    [ "$other" = "$node" ] || routes+="$(pod_network "$other")=$(address "$other") "
  done
  # Services are reachable from the control plane, for webhooks, by way of a worker.
  [ "$node" != "$control_plane" ] || routes+="10.96.0.0/16=$(address "${workers[0]}")"
  mkdir -p "$cluster/logs/$node"
  docker run --detach --name "$node" --hostname "$node" --network "$network" --ip "$(address "$node")" --label "mrs.stamp=$stamp" \
    --cap-add ALL --cap-drop SYS_RESOURCE --device-cgroup-rule 'a *:* rwm' --cgroupns private \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
    --env ROUTES="$routes" --env POD_CIDR="$(pod_network "$node")" --env ZONE="zone-${node##*-}" \
    --tmpfs /run --volume "$node:/var" --volume mrs-shared:/volumes --volume "$cluster/logs/$node:/var/log/mrs" \
    --volume "$cluster/node:/node:ro" --volume "$cluster/pki:/pki:ro" --volume "$cluster/images:/images:ro" --volume "$bin:/usr/local/bin:ro" \
    mysql-replicationset/node:1 tini -g -- /node/entry "$(role "$node")" >/dev/null
}

# From this machine, pods and Services are reached through the workers; what no worker has is dropped, not sent on.
routes_up() {
  local worker
  for worker in "${workers[@]}"; do ip route replace "$(pod_network "$worker")" via "$(address "$worker")"; done
  ip route replace blackhole 10.244.0.0/16
  services_up
}

# Services are reached by way of one worker: of the one it was, or of another when that is stopped or cut off.
services_up() {
  local present next='' worker
  present=$(ip route show 10.96.0.0/16)
  for worker in $(running_workers | sort -r); do
    if cut_off "$worker"; then continue; fi
    next=$worker
    [[ $present != *" via $(address "$worker") "* ]] || return 0
  done
  [ -z "$next" ] || ip route replace 10.96.0.0/16 via "$(address "$next")"
}

routes_down() {
  local worker
  for worker in "${workers[@]}"; do ip route del "$(pod_network "$worker")"; done
  ip route del 10.96.0.0/16
  ip route del blackhole 10.244.0.0/16
}

# Raises the kernel's limits that many pods on one machine run into: mysqld asks for asynchronous I/O, kubelet for inotify.
limits_up() {
  local limit
  for limit in fs/aio-max-nr:1048576 fs/inotify/max_user_instances:1024; do
    [ "$(cat "/proc/sys/${limit%:*}")" -ge "${limit#*:}" ] || echo "${limit#*:}" >"/proc/sys/${limit%:*}"
  done
}

# Waits up to $1 seconds until every component on every machine says it is ready, and Kubernetes agrees.
nodes_wait() {
  local deadline=$((SECONDS + $1)) waiting told=
  until waiting=$(nodes_waiting) && [ -z "$waiting" ]; do
    ((SECONDS < deadline)) || die "still not ready after $1 s: $waiting (see: cluster status, cluster logs NODE COMPONENT)"
    [ -n "$told" ] || say "waiting until the nodes are ready"
    told=yes
    sleep 0.3
  done
  [ -z "$told" ] || say "the nodes are ready"
}

# Prints what is not ready, one "node: components" after another.
nodes_waiting() {
  local node ready
  for node in "${nodes[@]}"; do
    node_waiting "$node" &
  done | sed '/./s/$/; /' | tr -d '\n'
  ready=$(kube get nodes --no-headers --request-timeout 3s 2>/dev/null | grep -c ' Ready ') || true
  [ "$ready" = ${#workers[@]} ] || echo "nodes Ready: ${ready:-0} of ${#workers[@]}"
}

# Prints what is not ready on node $1; nothing when all is.
node_waiting() {
  local state words
  state=$(node_state "$1")
  if [ "$state" != running ]; then
    echo "$1: $state"
  elif ! words=$(inside "$1" /node/ready "$(role "$1")" 2>&1); then
    echo "$1: $words"
  fi
}

# Shows that the cluster does what it is for: a pod finds a name by DNS and writes to a volume made for it.
smoke() {
  local yaml
  yaml=$(cat "$here/smoke.yaml")
  kube delete --ignore-not-found --wait -f - <<<"$yaml" >/dev/null
  kube apply -f - <<<"$yaml" >/dev/null
  kube -n kube-system wait pod/smoke --for=jsonpath='{.status.phase}'=Succeeded --timeout=180s >/dev/null ||
    die "a pod with a volume does not run to its end (see: kubectl -n kube-system describe pod smoke)"
  kube delete --wait=false -f - <<<"$yaml" >/dev/null
  touch "$cluster/works"
  say "a pod resolved a name and wrote to a new volume"
}

nodes_down() {
  docker rm -f -v "${nodes[@]}" >/dev/null 2>&1 || true
  docker volume rm -f "${nodes[@]}" mrs-shared >/dev/null 2>&1 || true
  docker network rm "$network" >/dev/null 2>&1 || true
  routes_down 2>/dev/null || true
  rm -rf "$cluster"
}
