#!/bin/sh
# /openapi.json against an independent validator of OpenAPI 3.1.
. "$(dirname "$0")/../tap.sh"
JUDGE=${POND_OPENAPI_PYTHON:-$POND_PYTHON}
if ! "$JUDGE" -c 'import openapi_spec_validator' 2>/dev/null; then
    echo "1..0 # SKIP no openapi-spec-validator for Python (see build/venv.log)"
    exit 0
fi
PYTHONPATH=$(dirname "$0")/.. exec "$JUDGE" "$(dirname "$0")/openapi.py" "$POND" "$TEST_TMP"
