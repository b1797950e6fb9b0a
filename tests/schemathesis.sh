#!/bin/sh
# Tries the server with requests that schemathesis makes up from each OpenAPI document, all checks on, as is
# its default; what single operations answer on purpose stands in schemathesis.toml. Takes the binary to test, else the debug build, and the
# documents to try, else all. The seed is fixed, so every run sends the same; for a longer one set $EXAMPLES (requests
# per operation) and $SEED. $LIMIT is the time in seconds that a document may take. Needs python3, whose environment
# is $VENV, or .venv.
set -eu
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
binary="${1:-target/debug/usertwin}"
[ "$#" -eq 0 ] || shift
[ "$#" -gt 0 ] || set -- pbnb reseller expoints admin-users control
if ! "$venv/bin/python" -m pip freeze 2>/dev/null | grep -qxFf tests/schemathesis.txt; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/schemathesis.txt
fi

scratch="$(mktemp -d)"
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

failed=
for document in "$@"; do
    # A fresh server for each, as some requests empty the world. Strict, because otherwise any token is a good one by
    # design, which the documents say and the check `ignored_auth` cannot know.
    mkfifo "$scratch/$document"
    "$binary" serve --listen 127.0.0.1:0 --database sqlite::memory: --seed demo --auth strict --log error \
        >"$scratch/$document" &
    server=$!
    read -r line <"$scratch/$document"
    url="${line##* }"
    case "$document" in
        control) base="$url/_usertwin" ;;
        *) base="$url" ;;
    esac
    echo "$document: $base"
    SCHEMATHESIS_HOOKS=tests/schemathesis_hooks.py timeout "${LIMIT:-120}" "$venv/bin/schemathesis" run \
        "openapi/$document.json" --url "$base" --header "Authorization: Bearer good" \
        --max-examples "${EXAMPLES:-10}" --seed "${SEED:-1}" --generation-database none --continue-on-failure \
        --no-color || failed="$failed $document"
    stop
done
if [ -n "$failed" ]; then
    echo "schemathesis found something in:$failed" >&2
    exit 1
fi
