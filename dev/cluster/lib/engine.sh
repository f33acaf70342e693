# shellcheck shell=bash
# The Docker engine: installed where that is possible, started where none answers.

engine_up() {
  need ip:iproute2 mmdebstrap:mmdebstrap openssl:openssl
  if docker_answers; then return; fi
  need dockerd:docker.io iptables:iptables
  say "starting the Docker engine"
  engine_sweep
  # Nothing in the cluster may reach beyond this machine, so nothing is masqueraded. The lock is not the daemon's to hold.
  setsid nohup dockerd --ip-masq=false >"$state/dockerd.log" 2>&1 9>&- </dev/null &
  echo $! >"$state/dockerd.pid"
  local _
  for _ in {1..120}; do
    if docker_answers; then return; fi
    kill -0 "$(cat "$state/dockerd.pid")" 2>/dev/null || break
    sleep 0.5
  done
  tail -5 "$state/dockerd.log" >&2
  die "the Docker engine does not start; its log: $state/dockerd.log"
}

docker_answers() { timeout 20 docker version >/dev/null 2>&1; }

# Installs what is missing, given as PROGRAM:PACKAGE, where that is possible; else says what to install.
need() {
  local missing=() program
  for program; do
    command -v "${program%:*}" >/dev/null || missing+=("${program#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$EUID" -ne 0 ] || ! command -v apt-get >/dev/null; then
    die "missing: ${missing[*]} (Debian's names). Install them, or run this as root on Debian, or use a cluster of your own: MRS_KUBECONFIG"
  fi
  say "installing ${missing[*]}"
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$state/apt.log" 2>&1 ||
    die "apt-get could not install ${missing[*]}; its log: $state/apt.log"
}

# After an abrupt end (every process killed, the machine restored from its files) pid files and sockets lie about. Their
# numbers may belong to other processes by now, and an engine that finds them refuses to start or waits for ever.
engine_sweep() {
  local file
  for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ ! -f "$file" ] || is_running "$(cat "$file")" "$(basename "$file" .pid)" || rm -f "$file"
  done
  [ ! -S /run/containerd/containerd.sock ] || timeout 5 ctr --address /run/containerd/containerd.sock version >/dev/null 2>&1 ||
    rm -f /run/containerd/containerd.sock
}

# Whether process $1 lives (a zombie does not: it has no program any more) and its program's name begins with $2.
is_running() { [[ $(readlink "/proc/$1/exe") == */"$2"* ]]; }

engine_down() {
  local pid
  pid=$(cat "$state/dockerd.pid" 2>/dev/null) || return 0
  if is_running "$pid" dockerd; then
    say "stopping the Docker engine"
    kill "$pid"
    while is_running "$pid" dockerd; do sleep 0.2; done
  fi
  rm -f "$state/dockerd.pid"
}
