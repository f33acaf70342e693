# shellcheck shell=bash
# Kubernetes, CoreDNS, the storage provisioner and Helm, compiled from the modules that go.mod names as tools. Helm 3, on
# which the chart is tested too, is a module and a folder of its own: the machines don't depend on it.

bin=$state/bin-$(cat "$here/go.mod" "$here/go.sum" | checksum)
helm3=$state/bin-helm3-$(cat "$here/helm3/go.mod" "$here/helm3/go.sum" | checksum)

binaries_up() {
  [ ! -e "$bin" ] || [ ! -e "$helm3" ] || return 0
  command -v go >/dev/null || die "go is missing: install Go 1.26 or newer (https://go.dev/dl)"
  [ -e "$bin" ] || (cd "$here" && binaries_build)
  [ -e "$helm3" ] || (cd "$here/helm3" && helm3_build)
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

helm3_build() {
  local version minor flags='-s -w' package
  say "compiling Helm 3"
  # What Kubernetes `helm3 template` and `helm3 lint` are to think of; Helm's own build says so in this way.
  version=$(go list -m -f '{{.Version}}' k8s.io/client-go)
  minor=$(cut -d. -f2 <<<"$version")
  for package in chartutil lint/rules; do
    flags+=" -X helm.sh/helm/v3/pkg/$package.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/$package.k8sVersionMinor=$minor"
  done
  rm -rf "$helm3.part"
  mkdir "$helm3.part"
  CGO_ENABLED=0 go build -trimpath -o "$helm3.part/helm3" -ldflags "$flags" helm.sh/helm/v3/cmd/helm
  mv "$helm3.part" "$helm3"
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
