#!/bin/sh
# What happens while it happens: streams, tail, rates, full queues, rejects, refreshes, TLS, several brands.
. "$(dirname "$0")/../tap.sh"
PYTHONPATH=$(dirname "$0")/.. exec "$POND_PYTHON" "$(dirname "$0")/serve_live.py" "$POND" "$TEST_TMP"
