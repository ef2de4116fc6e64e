#!/bin/sh
# --xlsx: the tables of a command as a workbook, read back by test/xlsx.py (zipfile and XML, none
# of Pond's code) and compared with the command's own JSON.
. "$(dirname "$0")/../tap.sh"
XLSX=$(cd "$(dirname "$0")/.." && pwd)/xlsx.py
POND_NOW=2018-03-01T12:00:00+08:00
export POND_NOW

# book SENTENCE FILE EXPRESSION: the expression holds over b = {sheet: rows} and d = the JSON kept.
book() {
    "$POND_PYTHON" "$XLSX" "$2" >"$TEST_TMP/out" 2>"$TEST_TMP/err" || echo '{}' >"$TEST_TMP/out"
    json "$1" "(lambda b, d: ($3))(d, json.load(open('$TEST_TMP/kept')))"
}

run init demo
"$POND_PYTHON" - >"$TEST_TMP/in.ndjson" <<'PY'
import json, random
random.seed(5)
for i in range(400):
    day = "2018-%02d-%02d" % (1 + i % 2, 1 + random.randrange(28))
    event = random.choice(["item_view", "add_cart", "purchase"])
    row = {"time": day + " 10:00:00", "event": event, "identities": {"user_id": "u%d" % random.randrange(120)}}
    if event == "purchase":
        row.update(order="o%d" % i, amount=random.randrange(1, 90000) / 100)
    print(json.dumps(row))
PY
run import "$TEST_TMP/in.ndjson"

run report flow --from 2018-02-01 --to 2018-02-20 --json
cp "$TEST_TMP/out" "$TEST_TMP/kept"
run report flow --from 2018-02-01 --to 2018-02-20 --lang zh --xlsx "$TEST_TMP/flow.xlsx"
is "a report with --xlsx ends well" "$code" 0
has "which file was written is said" "$err" "已写入 $TEST_TMP/flow.xlsx：2 个工作表"
has "the screen is as without it" "$out" "从 \\ 到"
book "the matrix is the JSON's matrix, with totals, under Chinese titles" "$TEST_TMP/flow.xlsx" '
    [r[1:6] for r in b["report flow"] if r and r[0] in ("无", "认知", "兴趣", "购买", "忠诚")] == d["matrix"] and
    [r for r in b["report flow"] if r and r[0] == "新增"][0][1:6] == d["new"] and
    "兴趣" in [r for r in b["report flow"] if r and r[0] == "从 \\ 到"][0]'
run report flow --from 2018-02-01 --to 2018-02-20 --xlsx "$TEST_TMP/quiet.xlsx" -q
is "with --quiet nothing is said" "$err" ""

run report trend --from 2018-02-01 --to 2018-02-10 --json --xlsx "$TEST_TMP/trend.xlsx"
json "with --json the reply is still one object" 'len(d["days"]) == 10'
cp "$TEST_TMP/out" "$TEST_TMP/kept"
book "days are dates, in order, with the JSON's figures" "$TEST_TMP/trend.xlsx" '
    [(r[0], r[1]) for r in b["report trend"] if r[0][:4] == "2018"] == [(x["day"], x["none"]) for x in d["days"]]'
book "the header stays in place and columns are as wide as their text" "$TEST_TMP/trend.xlsx" '
    (lambda x: "state=\"frozen\"" in x and "customWidth" in x and "<autoFilter" in x)(
        __import__("zipfile").ZipFile("'"$TEST_TMP"'/trend.xlsx").read("xl/worksheets/sheet1.xml").decode())'

run report trend --xlsx "$TEST_TMP/trend.csv"
is "a name that is no workbook's is refused" "$code" 2
has "and the hint shows one" "$err" "--xlsx report.xlsx"
run report assets --xlsx "$TEST_TMP/no/where.xlsx"
is "a directory that is not there is told" "$code" 3
is "before anything is printed" "$out" ""
run version --xlsx "$TEST_TMP/v.xlsx"
is "a command without a table is refused" "$code" 2
is "and leaves no file" "$(ls "$TEST_TMP" | grep -c 'v.xlsx')" 0
is "no temporary file is left" "$(ls "$TEST_TMP" | grep -c 'tmp$')" 0
plan
