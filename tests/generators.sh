#!/usr/bin/env bash
# Linters pass the OpenAPI documents, and four generators make clients from those for generators: they type-check, and each
# drives the four APIs of a server.
#
#     tests/generators.sh [BINARY]      the default is target/debug/usertwin
#
# The documents are those that BINARY prints. Tools come with pip and npm, in the versions that tests/generators pins, and
# stay in target/generators until a pin changes: a minute with warm caches, some minutes without. The rest takes about forty
# seconds on two idle cores. Needs python3 with venv, and Node with npm.
set -euo pipefail
cd "$(dirname "$0")/.."

binary="$(realpath "${1:-target/debug/usertwin}")"
export APIS="pbnb reseller expoints admin-users"
began=$SECONDS
sources="$PWD/tests/generators"
tools="${CARGO_TARGET_DIR:-$PWD/target}/generators"

pins="$(cat "$sources/requirements.txt" "$sources/package.json")"
if [ "$(cat "$tools/pins" 2>/dev/null)" != "$pins" ]; then
  rm -rf "$tools"
  mkdir -p "$tools"
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r "$sources/requirements.txt"
  cp "$sources/package.json" "$tools"
  # What the pins depend on, as of a day: the newest may ask for what no mirror has yet.
  (cd "$tools" && npm install --loglevel error --no-audit --no-fund --no-package-lock --before=2026-11-20)
  echo "$pins" >"$tools/pins"
fi
echo "tools: $((SECONDS - began)) s"
began=$SECONDS

folder="$(mktemp -d)"
python=
trap 'if [ -n "$python" ]; then kill "$python" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
# openapi-python-client looks for ruff.
export PATH="$tools/python/bin:$tools/node_modules/.bin:$PATH"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
cp "$sources"/* "$folder"
ln -s "$tools/node_modules" "$folder/node_modules"
cd "$folder"
mkdir documents clients models fetch
touch clients/__init__.py models/__init__.py
"$binary" openapi --write documents

# quiet COMMAND...: shows what the command says only if it fails.
quiet() {
  local said
  said="$(mktemp said.XXXX)"
  if ! timeout 300 "$@" >"$said" 2>&1; then
    cat "$said" >&2
    echo "failed: $*" >&2
    return 1
  fi
}

# A warning of the first one says that a part of the document has no client. --strict-nullable: a member that is always there
# may be null, too.
in_python() {
  for api in $APIS; do
    document="documents/$api.json-only.json"
    quiet openapi-python-client generate --path "$document" --meta none --fail-on-warning --output-path "clients/${api/-/_}"
    quiet datamodel-codegen --input "$document" --input-file-type openapi --output "models/${api/-/_}.py" \
      --strict-nullable --use-annotated --enum-field-as-literal all --formatters builtin \
      --output-model-type pydantic_v2.BaseModel --target-python-version 3.11
  done
  quiet mypy .
}

in_typescript() {
  for api in $APIS; do
    quiet openapi-typescript "documents/$api.json-only.json" --output "fetch/${api/-/_}.ts"
  done
  quiet openapi-ts --silent --no-log-file
  quiet tsc --project .
}

lint() {
  quiet spectral lint --ruleset spectral.js --fail-severity error --quiet documents/*.json
  quiet redocly lint documents/*.json
}

# At most two at a time. `wait` has the status of what it waited for.
in_python &
python=$!
lint
in_typescript
wait "$python"
echo "spectral and redocly have no error in $(ls documents | wc -l) documents; clients of four generators pass mypy --strict and tsc:" \
  "$((SECONDS - began)) s"
began=$SECONDS

for program in "python drive_clients.py" "python drive_models.py" "node built/drive_hey_api.js" "node built/drive_openapi_fetch.js"; do
  # shellcheck disable=SC2086 # a program and its argument
  quiet "$binary" exec -- $program
  echo "$program drives $APIS"
done
echo "driven: $((SECONDS - began)) s"
