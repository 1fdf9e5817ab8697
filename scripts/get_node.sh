#!/usr/bin/env bash
# A real Bitcoin node for the tests: Debian's bitcoin-knots (a Bitcoin Core with extra options) of
# the suite sid, with the libraries it needs, in a folder of its own. It needs no root, leaves the
# system's packages alone, and runs on older releases because it brings its own libc.
#
#   scripts/get_node.sh [FOLDER]     default: ${XDG_CACHE_HOME:-~/.cache}/kilosat/node
#
# Prints the path of its bitcoind; everything else goes to standard error. What is there is kept, so
# that a second run costs nothing. FOLDER/packages holds the packages: with that folder kept, by a
# CI cache for example, no network is needed.
set -euo pipefail

folder=$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/kilosat/node}")
suite=sid
package=bitcoin-knots
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
programs=(bitcoind bitcoin-cli)
bitcoind=$folder/installed/bin/bitcoind

fail() {
  echo "get_node: $*; set KILOSAT_BITCOIND to a bitcoind of your own instead" >&2
  exit 1
}

runs() { [ -x "$1" ] && "$1" -version >/dev/null 2>&1; }

# The mirror of this machine's own sources. Security suites are other archives without sid.
mirror() {
  local found
  found=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(LABEL)' 'Created-By: Packages' \
    2>/dev/null | awk '$3 == "Debian" && $2 !~ /-/ { print $1; exit }')
  if [ -z "$found" ]; then # `apt-get update` never ran: look into the sources themselves
    found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
      grep -Ev '^[[:space:]]*#' | grep -Eo '[a-z+]+://[^[:space:]]+/debian/?([[:space:]]|$)' |
      head -1 | tr -d '[:space:]' || true)
  fi
  echo "$found"
}

# The package and every library below it; what is no library (debconf, systemd) is not needed.
closure() {
  local -A seen=()
  local level=("$package") name
  while ((${#level[@]})); do
    for name in "${level[@]}"; do seen[$name]=1; done
    mapfile -t level < <(apt-cache "${apt[@]}" depends "${level[@]}" |
      awk '$1 ~ /^\|?Depends:$/ && $2 ~ /^lib/ { print $2 }' | sort -u |
      while read -r name; do [ -n "${seen[$name]:-}" ] || echo "$name"; done)
  done
  printf '%s\n' "${!seen[@]}"
}

download() {
  local from names
  command -v apt-get >/dev/null || fail "the packages are Debian's and this machine has no apt-get"
  [ -f "$keyring" ] || fail "Debian's keys are not on this machine (debian-archive-keyring)"
  from=$(mirror)
  [ -n "$from" ] || fail "no Debian mirror in this machine's apt sources"
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,log} "$work/fetched"
  : >"$work/apt/status"
  echo "deb [signed-by=$keyring arch=$arch] $from $suite main" >"$work/apt/sources.list"
  apt=(-qq -o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State=$work/apt" -o "Dir::State::lists=$work/apt/lists"
    -o "Dir::State::status=$work/apt/status" -o "Dir::Cache=$work/apt/cache"
    -o "Dir::Log=$work/apt/log" -o "APT::Architecture=$arch" -o "APT::Architectures=$arch"
    -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=2
    -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)
  apt-get "${apt[@]}" update >&2 || fail "the list of packages cannot be fetched"
  mapfile -t names < <(closure 2>/dev/null)
  ((${#names[@]} > 1)) || fail "the list of packages cannot be fetched, or has no $package"
  (cd "$work/fetched" && apt-get "${apt[@]}" download "${names[@]}" >&2) ||
    fail "the packages cannot be fetched"
  (cd "$work/fetched" && sha256sum -- *.deb >SHA256SUMS)
  rm -rf "$folder/packages"
  mv "$work/fetched" "$folder/packages"
}

packages_are_whole() {
  (cd "$folder/packages" 2>/dev/null && sha256sum --check --quiet --strict SHA256SUMS) >&2
}

# Started through its own loader, as the libc that it was built for may be newer than the system's.
wrapper() {
  cat <<'WRAPPER'
#!/bin/sh
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")/root
for loader in "$root"/usr/lib*/ld-linux*.so.* "$root"/lib*/ld-linux*.so.* \
  "$root"/usr/lib/*-linux-gnu/ld-linux*.so.*; do
  [ -f "$loader" ] && break
done
libraries=$(printf '%s:' "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu)
name=$(basename -- "$0")
exec "$loader" --argv0 "$name" --library-path "$libraries" "$root/usr/bin/$name" "$@"
WRAPPER
}

install() {
  local deb name
  mkdir -p "$work/installed/root" "$work/installed/bin"
  for deb in "$folder"/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/installed/root" --no-same-owner \
      --exclude='./usr/share/*' --exclude='./usr/lib/*/gconv/*' --exclude='./etc/*'
  done
  for name in "${programs[@]}"; do
    wrapper >"$work/installed/bin/$name"
    chmod 755 "$work/installed/bin/$name"
  done
  runs "$work/installed/bin/bitcoind" || fail "the node of the packages does not run here"
  rm -rf "$folder/installed"
  mv "$work/installed" "$folder/installed"
}

if ! runs "$bitcoind"; then
  command -v dpkg >/dev/null || fail "the packages are Debian's and this machine has no dpkg"
  arch=$(dpkg --print-architecture)
  mkdir -p "$folder"
  exec 9>"$folder/.lock"
  flock 9 # a second run waits here, and finds the work done
  if ! runs "$bitcoind"; then
    work=$(mktemp -d "$folder/.new.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    packages_are_whole 2>/dev/null || download
    install
    echo "get_node: $("$bitcoind" -version | head -1)" >&2
  fi
fi
echo "$bitcoind"
