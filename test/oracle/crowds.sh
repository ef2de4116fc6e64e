#!/bin/sh
# Overlap, profile, tags and look-alike of crowds against plain SQL; see crowds.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/crowds.py"
