#!/usr/bin/env bash
# What HTTPS costs beside HTTP, in one run of one server: answers a second on kept connections, and with a connection each.
#
# usage: tests/tls-cost.sh BINARY
# Needs wrk (Debian's package) and Python. Loopback only, about half a minute.
set -euo pipefail
binary="$(realpath "$1")"
work="$(mktemp -d)"
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
export XDG_DATA_HOME="$work/data"
if ! command -v wrk >/dev/null; then apt-get install -y -qq --no-install-recommends wrk >/dev/null; fi

"$binary" serve --tls --listen 127.0.0.1:0 --log warn >"$work/out" &
server=$!
for _ in $(seq 100); do
  if grep -q HTTPS "$work/out"; then break; fi
  sleep 0.05
done
port="$(sed -n '1s/.*:\([0-9]*\)$/\1/p' "$work/out")"
path=/v1/core/Accounts/2/users/1
rate() { wrk -t1 -c16 -d5 "$@" | awk '/Requests\/sec/ { print $2 }'; }
for scheme in http https; do
  kept="$(rate "$scheme://127.0.0.1:$port$path")"
  each="$(rate -H 'Connection: close' "$scheme://127.0.0.1:$port$path")"
  printf '%-5s %9s answers/s on kept connections, %8s with a connection each\n' "$scheme" "$kept" "$each"
done
ls -l "$binary" | awk '{ printf "the program has %d bytes\n", $5 }'
