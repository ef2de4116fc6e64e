#!/bin/sh
# --plot: pictures beside the output; the figures in an SVG are those of the JSON.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2018-03-01T12:00:00+08:00
export POND_NOW

# texts FILE: the texts of an SVG, a line each.
texts() { "$POND_PYTHON" -c '
import sys, xml.etree.ElementTree as ET
for t in ET.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}text"): print(t.text)' "$1"; }
# same SENTENCE FILE EXPRESSION: the list over d, the JSON in $out, is among the SVG's texts, in order.
same() {
    texts "$2" >"$TEST_TMP/texts" 2>"$TEST_TMP/err"
    json "$1" "(lambda want, got: all(w in got for w in want))([str(x) for x in $3], iter(open('$TEST_TMP/texts').read().splitlines()))"
}

run init demo
"$POND_PYTHON" - >"$TEST_TMP/in.ndjson" <<'PY'
import json, random
random.seed(5)
for i in range(400):
    day = "2018-%02d-%02d" % (1 + i % 2, 1 + random.randrange(28))
    event = random.choice(["ad_view", "item_view", "add_cart", "purchase"])
    row = {"time": day + " 10:00:00", "event": event, "identities": {"user_id": "u%d" % random.randrange(90)}}
    if event == "purchase":
        row.update(order="o%d" % i, amount=random.randrange(1, 90000) / 100)
    print(json.dumps(row))
PY
run import "$TEST_TMP/in.ndjson"

run report assets --json --plot "$TEST_TMP/a.svg"
is "a report with a picture ends well" "$code" 0
has "which file was written is said" "$err" "wrote $TEST_TMP/a.svg: 960 ×"
same "bars show the figures, highest stage first" "$TEST_TMP/a.svg" '[
    x for s in reversed(d["stages"]) for x in (s["consumers"], s["consumers"] - s["change_7d"], s["stage"].capitalize())]'
run report flow --from 2018-02-01 --to 2018-02-20 --json --plot "$TEST_TMP/f.svg"
same "the heat map is the matrix, row by row, then who is new" "$TEST_TMP/f.svg" \
    '[n for r in d["matrix"] + [d["new"]] for n in r]'
run report flow --from 2018-02-01 --to 2018-02-20 --as sankey --json --plot "$TEST_TMP/s.svg"
same "the ribbons end in the stages of the last day" "$TEST_TMP/s.svg" '[
    "%s %d" % (s.capitalize(), n) for s, n in reversed([
        (s, sum(r[i] for r in d["matrix"]) + d["new"][i]) for i, s in enumerate(d["stages"]) if i]) if n]'
run report trend --from 2018-01-10 --to 2018-02-20 --json --plot "$TEST_TMP/t.svg" --lang zh
same "lines end with the last day's figure" "$TEST_TMP/t.svg" '["兴趣 %d" % d["days"][-1]["interest"]]'
has "days stand below" "$(texts "$TEST_TMP/t.svg")" "01-17"
run report flows --from 2018-01-10 --to 2018-02-20 --plot "$TEST_TMP/m.png" --lang zh
is "PNG is written too" "$(head -c 4 "$TEST_TMP/m.png" | tail -c 3)" PNG
if fc-list :lang=zh 2>/dev/null | grep -q .; then
    is "with a Chinese font nothing is amiss" "$(printf '%s\n' "$err" | grep -c 注意)" 0
else
    has "without a Chinese font that is said" "$err" "fonts-noto-cjk"
fi
run analyze rfm --json --plot "$TEST_TMP/r.svg"
same "the RFM grid shows who scored what" "$TEST_TMP/r.svg" '[
    x for r in range(5, 0, -1) for x in ["R%d" % r] + [
        g["consumers"] for f in range(1, 6) for g in d["grid"] if (g["r"], g["f"]) == (r, f)]]'
run crowd create seen 'did item_view' --json
run crowd create bought 'did purchase' --json
run crowd overlap seen bought --json --plot "$TEST_TMP/o.svg"
same "overlap shows the share of the row" "$TEST_TMP/o.svg" \
    '[t for i in (0, 1) for t in ["%s (%d)" % (d["crowds"][i]["crowd"], d["crowds"][i]["consumers"])] + ["%.1f%%" % (100 * x) for x in d["share"][i]]]'
run report trend --plot "$TEST_TMP/t.gif"
is "another ending is refused" "$code" 2
run verify --plot "$TEST_TMP/v.svg"
is "a command without a picture is refused" "$code" 2
has "and says so" "$err" '"verify" has no picture'
run report trend --plot "$TEST_TMP/no/where.svg"
is "a directory that is not there is told before the work" "$code$out" 3
is "no temporary file is left" "$(ls "$TEST_TMP" | grep -c 'tmp$')" 0
plan
