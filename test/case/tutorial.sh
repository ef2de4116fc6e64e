#!/bin/sh
# docs/tutorial.md: every command line of it is run, in order, and prints what the page shows. Then the
# workbooks it wrote are opened by another reader, and compared with what the commands say as JSON.
. "$(dirname "$0")/../tap.sh"
cd "$(dirname "$0")/../.." || exit 1
ROOT=$PWD
WORK=$TEST_TMP/work
mkdir -p "$WORK/docs" "$WORK/build"
: >"$TEST_TMP/err"
cp -r docs/tutorial "$WORK/docs/"

"$POND_PYTHON" test/tutorial.py docs/tutorial.md "$WORK" >"$TEST_TMP/tap"
grep -v '^1\.\.' "$TEST_TMP/tap"
tap_n=$(grep -c '^\(not \)\{0,1\}ok ' "$TEST_TMP/tap")
tap_bad=$(grep -c '^not ok ' "$TEST_TMP/tap")
is "the page has its plan" "$(grep -c '^1\.\.' "$TEST_TMP/tap")" 1
is "the page says how long the export is" \
    "$(grep -c "有赞 style, $(wc -l <docs/tutorial/orders.csv) lines" docs/tutorial.md)" 1
is "the files are what their generator makes" \
    "$("$POND_PYTHON" test/tutorial_data.py "$TEST_TMP" && cat "$TEST_TMP/orders.csv" "$TEST_TMP/visits.csv" | cksum)" \
    "$(cat docs/tutorial/orders.csv docs/tutorial/visits.csv | cksum)"

POND_NOW=2026-11-01T09:00:00+08:00
DATA=$WORK/build/tea
export POND_NOW

# book SENTENCE FILE EXPRESSION: the expression holds over b = {sheet: rows} and d = the last command's JSON.
book() {
    cp "$TEST_TMP/out" "$TEST_TMP/kept"
    "$POND_PYTHON" test/xlsx.py "$WORK/build/$2" >"$TEST_TMP/out" 2>"$TEST_TMP/err" || echo '{}' >"$TEST_TMP/out"
    json "$1" "(lambda b, d: ($3))(d, json.load(open('$TEST_TMP/kept')))"
    cp "$TEST_TMP/kept" "$TEST_TMP/out"
}
run report trend --from 2026-10-01 --to 2026-10-31 --json
book "the workbook of the trend: 31 dates, the JSON's figures" october.xlsx '
    [(r[0], r[1]) for r in b["report trend"] if r[0][:4] == "2026"] == [(x["day"], x["none"]) for x in d["days"]] and
    len(d["days"]) == 31'
run analyze rfm --json
book "the workbook of RFM has its tables, and as many buyers as the JSON" rfm.xlsx '
    len(b) >= 2 and any(r[2:3] == [t["consumers"]] for t in d["types"] for s in b.values() for r in s)'
run who list 'crowd "待召回"' --limit 1000 --json
book "the list to call: the consumers of the JSON, phones masked, worth as a number" call.xlsx '
    (lambda rows: [r[0] for r in rows] == [c["consumer"] for c in d["consumers"]] and len(rows) == d["count"] > 0 and
        all("****" in r[1] and r[5] >= 0 for r in rows))([r for r in b["待召回"] if r and isinstance(r[0], int)])'
cd "$ROOT" || exit 1
plan
