#!/usr/bin/env bash
# Every request of collections/ is answered as it says, as httpYac and Bruno send them, each in one run against a server.
#
#     tests/collections.sh [BINARY]      the default is target/debug/usertwin
#
# The collections are those that BINARY writes. The runners come with npm, in the versions that tests/collections pins, and
# stay in target/collections until a pin changes, which takes a minute or two; the rest takes some fifteen seconds. Needs
# python3, and Node with npm.
set -euo pipefail
cd "$(dirname "$0")/.."

binary="$(realpath "${1:-target/debug/usertwin}")"
began=$SECONDS
sources="$PWD/tests/collections"
tools="${CARGO_TARGET_DIR:-$PWD/target}/collections"

if ! cmp -s "$sources/package.json" "$tools/pins"; then
  rm -rf "$tools"
  mkdir -p "$tools"
  cp "$sources/package.json" "$tools"
  # What the pins depend on, as of a day: the newest may ask for what no mirror has yet.
  (cd "$tools" && npm install --loglevel error --no-audit --no-fund --no-package-lock --before=2026-11-20)
  cp "$sources/package.json" "$tools/pins"
fi
echo "tools: $((SECONDS - began)) s"
began=$SECONDS

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
export PATH="$tools/node_modules/.bin:$PATH"
"$binary" openapi --collections "$folder"

# A .http file names its server itself.
send_http() {
  sed -i "s#^@origin = .*#@origin = $USERTWIN_URL#" "$1"/http/*.http
  (cd "$1/http" && timeout 120 httpyac send ./*.http --all --json >"$1/report.json")
  python3 "$2/answers.py" "$1/report.json" "$1"/http/*.http
}

# The safe sandbox does not wait until it is loaded: on a busy machine the first assertion fails in it.
send_bruno() {
  cd "$1/bruno"
  local all
  all="$(grep -lr "^assert" . | wc -l)"
  # A run without a request would pass as well.
  if ! timeout 120 bru run -r --sandbox developer --env local --env-var "origin=$USERTWIN_URL" >"$1/said" 2>&1 ||
    ! grep -q "Assertions .* $all/$all " "$1/said"; then
    cat "$1/said" >&2
    exit 1
  fi
  echo "$all requests of the Bruno collection are answered as asserted"
}

export -f send_http send_bruno
for runner in send_http send_bruno; do
  if ! "$binary" exec -- bash -euo pipefail -c "$runner $folder $sources" 2>"$folder/stderr"; then
    cat "$folder/stderr" >&2
    exit 1
  fi
done
echo "sent: $((SECONDS - began)) s"
