#!/bin/sh
# Hostile and broken files: a clear message, the right exit code, never a crash; see bad_input.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/bad_input.py"
