#!/bin/sh
# Every operation with a route, over HTTP: its reply is what its record says.
. "$(dirname "$0")/../tap.sh"
PYTHONPATH=$(dirname "$0")/.. exec "$POND_PYTHON" "$(dirname "$0")/api.py" "$POND" "$TEST_TMP"
