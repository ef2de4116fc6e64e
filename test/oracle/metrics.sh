#!/bin/sh
# Metrics and the closed loop of made-up lives against plain loops over the same rows; see metrics.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/metrics.py"
