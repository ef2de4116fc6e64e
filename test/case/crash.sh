#!/bin/sh
# kill -9 at random points of an import: 50 times in 2 M events under CI, fewer and smaller at other times, so that
# all tests take minutes. ./do torture does any number.
set -u
kills=12 events=300000
[ -z "${CI:-}" ] || { kills=50 events=2000000; }
# A kill asks nothing of the disk: a tmpfs does, and is quicker.
if [ -w /dev/shm ]; then
    TEST_TMP=$(mktemp -d /dev/shm/pond-crash.XXXXXX)
    export TEST_TMP
    trap 'rm -rf "$TEST_TMP"' EXIT
fi
"$(dirname "$0")/../fault/kills.sh" --kills "${POND_CRASH_KILLS:-$kills}" --events "${POND_CRASH_EVENTS:-$events}"
