#!/bin/sh
# Analyses of real data against plain SQL over the raw files; see analysis.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/analysis.py"
