#!/bin/sh
# One-ID against an independent solver; see identity.py.
exec "${POND_PYTHON:-python3}" "$(dirname "$0")/identity.py"
