#!/bin/sh
# A page of another origin uses each emulated API in a headless Chromium: with a preflight, with credentials, and reading
# exposed headers; without --cors it cannot. Takes the binary to test, else the debug build; $CHROMIUM names the browser;
# needs python3, whose environment is $VENV, or .venv. Loopback only; ends by itself.
set -eu
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
if ! "$venv/bin/python" -c 'import playwright' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet -r tests/console/requirements.txt
fi
exec timeout 120 "$venv/bin/python" tests/cors_page.py "${1:-target/debug/usertwin}"
