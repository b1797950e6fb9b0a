#!/bin/sh
# Validates the committed OpenAPI documents with openapi-spec-validator, in a virtual environment of its own:
# $VENV, or .venv beside the sources.
set -eu
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
validator="$venv/bin/openapi-spec-validator"
if [ ! -x "$validator" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet openapi-spec-validator
fi
for document in openapi/*.json; do
    "$validator" "$document"
done
