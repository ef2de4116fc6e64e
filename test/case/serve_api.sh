#!/bin/sh
# What the API promises: errors, rights, sessions, idempotency, jobs, uploads, forms, masking, audit.
. "$(dirname "$0")/../tap.sh"
PYTHONPATH=$(dirname "$0")/.. exec "$POND_PYTHON" "$(dirname "$0")/serve_api.py" "$POND" "$TEST_TMP"
