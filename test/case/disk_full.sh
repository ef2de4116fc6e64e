#!/bin/sh
# No space left: importing stops with exit code 8 and a clear message, keeps what was acknowledged, and goes on
# when there is space again. Runs on a small tmpfs, so it needs root; without it, under a limit of file sizes.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2018-01-10T00:00:00Z
export POND_NOW
small=$TEST_TMP/small
mkdir -p "$small"

awk 'BEGIN { srand(2); for (i = 0; i < 1200000; i++)
    printf "%d,%d,%d,pv,%d\n", rand() * 90000 + 1, rand() * 99999 + 1, rand() * 99 + 1, 1511539200 + i / 2 }' \
    >"$TEST_TMP/big.csv"

# numbered DIR: rows that segments and log hold.
held() {
    "$POND_PYTHON" "$(dirname "$0")/../fault/ledger.py" "$1" | awk '{ print $2 + $3 }'
}
out_of() { grep -o "\"$1\":[^,}]*" "$TEST_TMP/out" | head -n 1 | cut -d: -f2; }

run init whole
run import "$TEST_TMP/big.csv"
run verify --json
digest=$(grep -o '"digest":"[^"]*' "$TEST_TMP/out" | head -n 1)

if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=9m pond-test "$small" 2>/dev/null; then
    trap 'umount "$small" 2>/dev/null' EXIT
    grow() { mount -o remount,size=400m "$small"; }
    limited() { "$@"; }
else
    # A file may have 3 MB; SIGXFSZ is ignored, so writing more gives EFBIG.
    grow() { limited() { "$@"; }; }
    limited() { sh -c 'trap "" XFSZ; ulimit -f 6144; exec "$@"' sh "$@"; }
fi
DATA=$small/data
run init shop
is "a brand is made on a small disk" "$code" 0

limited "$POND" --data "$DATA" import "$TEST_TMP/big.csv" --json >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
code=$?
out=$(cat "$TEST_TMP/out") err=$(cat "$TEST_TMP/err")
is "an import onto a full disk ends with exit code 8" "$code" 8
has "it says that there is no space" "$(echo "$err" | tr 'A-Z' 'a-z')" "space"
is "it ends on its own, without a core or a signal" "$([ "$code" -lt 100 ]; echo $?)" 0
held=$(held "$DATA/shop")
accepted=$(out_of accepted)
is "what it says it accepted is there" "${accepted:-0}" "$held"
is "unfinished segments are not left lying" "$(find "$DATA" -name '*.tmp' | wc -l)" 0

limited "$POND" --data "$DATA" import "$TEST_TMP/big.csv" --json >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
code=$?
is "the same again on a full disk is the same clear failure" "$code" 8
is "and loses nothing" "$([ "$(held "$DATA/shop")" -ge "$held" ]; echo $?)" 0
run report assets --json
is "what is there can be read on a full disk" "$code" 0

grow
run import "$TEST_TMP/big.csv" --json
is "with space again the import goes on" "$code" 0
json "and brings every row" 'd["rows"] == 1200000 and d["accepted"] + d["duplicates"] == 1200000'
run verify --json
is "verify finds it whole" "$code" 0
is "the digest is that of an import without trouble" "$(grep -o '"digest":"[^"]*' "$TEST_TMP/out" | head -n 1)" "$digest"
plan
