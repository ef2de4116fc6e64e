#!/bin/sh
# pond serve: starting, events in, questions, jobs, sessions, stopping.
. "$(dirname "$0")/../tap.sh"
PYTHONPATH=$(dirname "$0")/.. exec "$POND_PYTHON" "$(dirname "$0")/serve.py" "$POND" "$TEST_TMP"
