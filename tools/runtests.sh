#!/bin/sh
# Runs test programs that print TAP and adds them up: runtests.sh [WORD...]
#
# Without words: tools/floors.sh, every unit test, every test/case/*.sh and test/oracle/*.sh; with
# words, those whose path holds one of them; POND_TEST_JOBS of them at a time (as many as there are
# processors). A program that dies, says nothing, or keeps less than its plan ("1..N") counts as
# one failure. Its whole output stays in build/test/NAME.out. Tests get
#   POND         the program under test         POND_PYTHON  Python, with duckdb when it can be had
#   TEST_TMP     a directory of their own       POND_NO_ORACLE  why there is no duckdb, if so
# The last line is "N passed, N failed"; the exit code is 1 when anything failed.
set -u
cd "$(dirname "$0")/.."
POND=${POND:-$PWD/build/dev/pond}
POND_PYTHON=${POND_PYTHON:-python3}
POND_TEST_TIMEOUT=${POND_TEST_TIMEOUT:-600}
export POND POND_PYTHON
BIN=$(dirname "$POND")
OUT=${POND_TEST_OUT:-$PWD/build/test}
export POND_TEST_TIMEOUT POND_TEST_OUT="$OUT"
# For programs built with sanitizers; others do not look.
LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tools/lsan.txt:print_suppressions=0}
TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$PWD/tools/tsan.txt:print_suppressions=0:ignore_noninstrumented_modules=1:history_size=4:die_after_fork=0:detect_deadlocks=0}
export LSAN_OPTIONS TSAN_OPTIONS
mkdir -p "$OUT"

wanted() {
    [ -n "$WORDS" ] || return 0
    for word in $WORDS; do
        case $1 in *"$word"*) return 0 ;; esac
    done
    return 1
}

# count FILE EXIT: "passed failed skipped" on one line, then what a reader must see.
count() {
    awk -v code="$2" -v limit="$POND_TEST_TIMEOUT" '
        /^1\.\.[0-9]+/ {
            plan = substr($1, 4) + 0
            planned = 1
            if (/# *SKIP/) { whole = 1; note("skipped: " $0) }
        }
        /^ok([ \t]|$)/ {
            n++
            if (/# *SKIP/) { skip++; note("skipped: " $0) } else pass++
        }
        /^not ok([ \t]|$)/ { n++; fail++; note($0); next }
        /^#/ { held[++h] = $0; next }
        { h = 0 }
        function note(line,   i) {
            for (i = 1; i <= h; i++) shown[++s] = held[i]
            h = 0
            shown[++s] = line
        }
        END {
            if (code == 124) { fail++; shown[++s] = "not ok - took more than " limit " s" }
            else if (code != 0 && !fail) { fail++; shown[++s] = "not ok - died with exit code " code }
            else if (planned && n != plan && !whole) {
                fail++
                shown[++s] = "not ok - planned " plan " tests, ran " n + 0
            } else if (!n && !whole) { fail++; shown[++s] = "not ok - said nothing" }
            print pass + 0, fail + 0, skip + whole + 0
            for (i = 1; i <= s; i++) print "    " shown[i]
        }' "$1"
}

# One program, said in one piece: several run at a time.
run_one() {
    name=$(echo "${1#"$PWD/"}" | sed -e 's/\.sh$//' -e 's,[^A-Za-z0-9_.-],_,g')
    TEST_TMP=$OUT/tmp.$name
    export TEST_TMP
    rm -rf "$TEST_TMP"
    mkdir -p "$TEST_TMP"
    from=$(date +%s)
    timeout -k 10 "$POND_TEST_TIMEOUT" "$1" >"$OUT/$name.out" 2>"$OUT/$name.err" </dev/null
    result=$(count "$OUT/$name.out" $?)
    # shellcheck disable=SC2046 # three numbers
    set -- "$1" $(echo "$result" | head -n 1)
    verdict=ok
    [ "$3" = 0 ] || verdict=FAILED
    said=$(printf '%-6s %4ss  %s (%s passed' "$verdict" $(($(date +%s) - from)) "${1#"$PWD/"}" "$2")
    [ "$4" = 0 ] || said="$said, $4 skipped"
    said="$said)$(echo "$result" | sed 1s/.*//)"
    if [ "$3" = 0 ]; then
        rm -rf "$TEST_TMP"
    elif [ -s "$OUT/$name.err" ]; then
        said="$said
$(tail -n 15 "$OUT/$name.err" | sed 's/^/    | /')"
    fi
    echo "$2 $3 $4" >"$OUT/$name.count"
    printf '%s\n' "$said"
}

list() {
    echo tools/floors.sh
    for test in "$BIN"/unit/test_*; do
        # A program whose source is gone is left over from an earlier build.
        [ ! -f "test/unit/$(basename "$test" | sed 's/^test_//').c" ] || echo "$test"
    done
    for test in test/case/*.sh test/oracle/*.sh; do
        [ ! -x "$test" ] || echo "$test"
    done
}

if [ "${1:-}" = --one ]; then
    run_one "$2"
    exit 0
fi

WORDS=$*
rm -f "$OUT"/*.count
list | while read -r test; do
    if wanted "$test"; then echo "$test"; fi
done | xargs -r -P "${POND_TEST_JOBS:-$(nproc)}" -n 1 tools/runtests.sh --one
passed=0 failed=0 skipped=0
for counted in "$OUT"/*.count; do
    [ -f "$counted" ] || continue
    read -r p f s <"$counted"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
