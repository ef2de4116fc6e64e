#!/bin/sh
# The console in Chromium before a pond of the sample brand: every page in both languages, both themes, two sizes; what is
# done there; figures as the API has them (web/test/browser). Screenshots: build/web-shots.
cd "$(dirname "$0")/../.." || exit 1
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
command -v node >/dev/null || skip "no node"
command -v chromium >/dev/null || skip "no chromium"
[ -f build/web/index.html ] && [ -d web/node_modules/playwright-core ] || skip "the console was not built (build/web.log)"
POND=$(cd "$(dirname "$POND")" && pwd)/$(basename "$POND")
export POND
n=0
node web/test/browser/run.mjs >"$TEST_TMP/said" 2>"$TEST_TMP/err" </dev/null
code=$?
grep -E '^(ok|not ok|  #)' "$TEST_TMP/said" | sed 's/^  #/#/' >"$TEST_TMP/tap"
cat "$TEST_TMP/tap"
n=$(grep -c '^ok\|^not ok' "$TEST_TMP/tap")
echo "1..$n"
[ "$n" -gt 0 ] || tail -n 5 "$TEST_TMP/err" >&2
exit $code
