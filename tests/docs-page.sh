#!/bin/sh
# Opens the page of the OpenAPI documents in a headless Chromium and tries a request to each API. Takes the binary to
# test, else the debug build; $CHROMIUM names the browser; needs python3, whose environment is $VENV, or .venv.
set -eu
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
if ! "$venv/bin/python" -c 'import websockets' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet websockets
fi
exec timeout 180 "$venv/bin/python" tests/docs_page.py "${1:-target/debug/usertwin}"
