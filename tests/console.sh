#!/bin/sh
# Uses the console in a headless Chromium: every page's main job by pointer and by keyboard, accessibility in two themes,
# hostile data, ten thousand rows. Takes the binary to test, else the debug build, and arguments for pytest;
# $CHROMIUM names the browser; needs python3, whose environment is $VENV, or .venv. `tests/console.sh BINARY pictures` writes
# docs/images instead.
set -eu
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
binary="${1:-target/debug/usertwin}"
[ "$#" -eq 0 ] || shift
if ! "$venv/bin/python" -m pip freeze 2>/dev/null | grep -qxF "$(head -1 tests/console/requirements.txt)"; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/console/requirements.txt
fi
USERTWIN_BIN="$(realpath "$binary")"
export USERTWIN_BIN
if [ "${1:-}" = pictures ]; then
    exec timeout 300 "$venv/bin/python" tests/console/pictures.py
fi
exec timeout 300 "$venv/bin/python" -m pytest -q -n 2 -p no:cacheprovider --rootdir tests/console tests/console "$@"
