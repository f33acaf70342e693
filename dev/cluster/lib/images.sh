# shellcheck shell=bash
# Images: from dev/images or the local Docker engine into the cluster's machines.

# Builds what the cluster itself runs, and brings it to the engine and to the machines (those that start later find it too).
images_up() {
  "$here/../images/build" node mysql pause >/dev/null
  engine_load node mysql-replicationset/node:1
  engine_load mysql mysql:9.7
  mkdir -p "$cluster/images"
  local image
  for image in pause mysql; do
    [ "$state/images/$image.tar" -ef "$cluster/images/$image.tar" ] || {
      ln -f "$state/images/$image.tar" "$cluster/images/$image.tar"
      nodes_load "$image.tar"
    }
  done
}

# Loads the archive of image $1 into the engine unless the engine has it, under the name $2, in place of an older one.
engine_load() {
  local archive=$state/images/$1.tar loaded=$state/images/$1.loaded old
  old=$(cat "$loaded" 2>/dev/null) || true
  if [ "$loaded" -nt "$archive" ] && [ "$(image_id "$2")" = "$old" ]; then return; fi
  say "loading $2 into the Docker engine"
  docker load --quiet --input "$archive" >/dev/null
  image_id "$2" >"$loaded"
  [ -z "$old" ] || [ "$old" = "$(cat "$loaded")" ] || docker image rm "$old" >/dev/null 2>&1 || true
}

image_id() { docker image inspect -f '{{.Id}}' "$1" 2>/dev/null; }

# Copies images into all workers: images of the Docker engine by name, or archives (of `docker save`, of Jib) by path.
load() {
  [ $# -gt 0 ] || die "usage: cluster load IMAGE|ARCHIVE..."
  local image id file
  for image; do
    file=$(tr -c 'A-Za-z0-9.\n' _ <<<"$image")
    if [ -f "$image" ]; then
      keep_archive "$file" cp "$image"
    else
      id=$(image_id "$image") || die "the Docker engine has no image '$image', and there is no such file"
      if [ "$id" != "$(cat "$cluster/images/$file.id" 2>/dev/null)" ]; then
        keep_archive "$file" docker save "$image" --output
        echo "$id" >"$cluster/images/$file.id"
      fi
    fi
    nodes_load "$file.tar"
    say "$image is on every running worker"
  done
}

# Keeps an archive under name $1, for workers that start later, made by the command that follows with a path at its end.
keep_archive() {
  rm -f "$cluster/images/$1.id"
  "${@:2}" "$cluster/images/$1.part"
  mv "$cluster/images/$1.part" "$cluster/images/$1.tar"
}

# Has every running worker load archive $1, all at once; a worker that has the image already does nothing.
nodes_load() {
  local node pids=() pid
  for node in $(running_workers); do
    inside "$node" /node/load "/images/$1" >/dev/null &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || die "a worker could not load $1"; done
}
