#!/bin/sh
# kill -9 of a running server under load, three times; ./do torture does fifty.
set -u
"$(dirname "$0")/../fault/serve_kills.sh" --kills "${POND_SERVE_KILLS:-3}" --rate 40 --most_ms 2500
