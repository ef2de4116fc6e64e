# TAP for shell tests that drive the binary: `. "$(dirname "$0")/../tap.sh"`.
#
#   run report assets --json     runs pond with this test's data; leaves $out, $err, $code
#   is "sentence" GOT WANT       has "sentence" TEXT PART     json "sentence" 'python over d'
#   ends with: plan
#
# Environment: POND the binary, TEST_TMP a directory of this test's own, POND_PYTHON.
set -u
POND=${POND:-$(cd "$(dirname "$0")/../.." && pwd)/build/dev/pond}
POND_PYTHON=${POND_PYTHON:-python3}
if [ -z "${TEST_TMP:-}" ]; then
    TEST_TMP=$(mktemp -d)
    trap 'rm -rf "$TEST_TMP"' EXIT
fi
unset POND_DATA POND_BRAND POND_LANG POND_NOW POND_LOG COLUMNS
LC_ALL=C.UTF-8
TERM=dumb
DATA=$TEST_TMP/data
export LC_ALL TERM
tap_n=0 tap_bad=0 out='' err='' code=0

# Runs pond; standard output and error are kept as text, the exit code in $code.
run() {
    "$POND" --data "$DATA" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
    code=$?
    out=$(cat "$TEST_TMP/out")
    err=$(cat "$TEST_TMP/err")
}

tap_result() {
    tap_n=$((tap_n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_n - $2"
    else
        tap_bad=$((tap_bad + 1))
        printf '%s\n' "$3" | sed 's/^/# /'
        echo "not ok $tap_n - $2"
    fi
}

is() {
    if [ "$2" = "$3" ]; then tap_result 0 "$1"; else tap_result 1 "$1" "got  $2
want $3
stderr: $(tail -n 3 "$TEST_TMP/err")"; fi
}

has() {
    case $2 in *"$3"*) tap_result 0 "$1" ;; *) tap_result 1 "$1" "no \"$3\" in:
$2
stderr: $(tail -n 3 "$TEST_TMP/err")" ;; esac
}

# json SENTENCE EXPRESSION: $out is JSON and the Python expression over it (d) holds.
json() {
    if why=$("$POND_PYTHON" -c '
import json, sys
d = json.loads(open(sys.argv[1], encoding="utf-8").read())
sys.exit(0 if eval("(" + sys.argv[2] + ")") else "does not hold: " + sys.argv[2] + "\n" + json.dumps(d)[:1500])
' "$TEST_TMP/out" "$2" 2>&1); then
        tap_result 0 "$1"
    else
        tap_result 1 "$1" "$why
stderr: $(tail -n 3 "$TEST_TMP/err")"
    fi
}

plan() {
    echo "1..$tap_n"
    [ "$tap_bad" = 0 ]
}
