#!/bin/sh
# RFM, lifetime value, growth, FAST and attribution against plain SQL and Python; see value.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/value.py"
