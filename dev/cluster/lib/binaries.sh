# shellcheck shell=bash
# Kubernetes, CoreDNS, the storage provisioner and Helm, compiled from the modules that go.mod names as tools.

bin=$state/bin-$(cat "$here/go.mod" "$here/go.sum" | checksum)

binaries_up() {
  [ ! -e "$bin" ] || return 0
  command -v go >/dev/null || die "go is missing: install Go 1.26 or newer (https://go.dev/dl)"
  (cd "$here" && binaries_build)
}

binaries_build() {
  local version minor stamp=k8s.io/component-base/version tools total
  say "fetching the sources of Kubernetes and its companions (0.9 GB when nothing is cached)"
  version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
  minor=$(cut -d. -f2 <<<"$version")
  mapfile -t tools < <(go list -e -f '{{.ImportPath}}' tool | grep -v local-path-provisioner)
  total=$(go list -deps "${tools[@]}" | wc -l)
  say "compiling Kubernetes $version: once, about 10 minutes on two cores"
  rm -rf "$bin.part"
  CGO_ENABLED=0 go build -v -trimpath -o "$bin.part/" \
    -ldflags "-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=$minor" "${tools[@]}" 2>&1 | binaries_progress "$total"
  # On its own: it imports a module by an older spelling of its name, which Go refuses beside the newer one.
  CGO_ENABLED=0 go build -trimpath -o "$bin.part/" -ldflags '-s -w' github.com/rancher/local-path-provisioner
  mv "$bin.part" "$bin"
}

# Reads the names of packages as they are compiled, and tells how many of at most $1 twice a minute; passes messages on.
binaries_progress() {
  local line count=0 told=$SECONDS
  while read -r line; do
    case $line in
      *[[:space:]]*) echo "$line" >&2 ;;
      *) count=$((count + 1)) ;;
    esac
    if ((SECONDS - told >= 30)); then
      told=$SECONDS
      say "  $count of $1 packages"
    fi
  done
}
