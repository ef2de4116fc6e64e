#!/bin/sh
# A scan of a running server: rights, hostile input, hostile connections, sessions, logs; see security.py.
. "$(dirname "$0")/../tap.sh"
PYTHONPATH=$(dirname "$0")/.. PYTHONDONTWRITEBYTECODE=1 exec "$POND_PYTHON" "$(dirname "$0")/security.py" "$POND" "$TEST_TMP"
