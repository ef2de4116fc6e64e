#!/bin/sh
# Real data sets against plain SQL; see data_figures.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/data_figures.py"
