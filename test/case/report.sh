#!/bin/sh
# Reports through the command line: the worked example of the specification, shapes, balance,
# languages, alignment. POND_NOW fixes the clock.
. "$(dirname "$0")/../tap.sh"

# stages DAY: "none awareness interest purchase loyalty" counts of that day, in $got.
stages() {
    run report assets --as-of "$1" --json
    got=$("$POND_PYTHON" -c '
import json, sys
print(*[s["consumers"] for s in json.load(open(sys.argv[1]))["stages"]])' "$TEST_TMP/out" 2>&1 | tail -n 1)
}

# ---- the worked example ----
POND_NOW=2018-03-01T12:00:00+08:00
export POND_NOW
run init worked
cat >"$TEST_TMP/worked.ndjson" <<'IN'
{"time":"2017-11-25 10:00:00","event":"item_view","identities":{"user_id":"u1"},"item":"sku1"}
{"time":"2017-12-01 00:00:00","event":"purchase","identities":{"user_id":"u1"},"order":"o1","amount":100}
{"time":"2017-12-05 23:59:59","event":"purchase","identities":{"user_id":"u1"},"order":"o2","amount":50.5}
IN
run import "$TEST_TMP/worked.ndjson" --json
json "three rows are accepted" 'd["rows"] == 3 and d["accepted"] == 3 and d["rejected"] == 0 and d["consumers"] == 1'
stages 2017-11-24
is "not yet known before the first event" "$got" "0 0 0 0 0"
for row in "2017-11-25 0 0 1 0 0" "2017-11-30 0 0 1 0 0" "2017-12-01 0 0 0 1 0" "2017-12-04 0 0 0 1 0" \
    "2017-12-05 0 0 0 0 1" "2018-11-30 0 0 0 0 1" "2018-12-01 0 0 0 1 0" "2020-06-04 0 0 0 1 0" \
    "2020-06-05 1 0 0 0 0" "2030-01-01 1 0 0 0 0"; do
    stages "${row%% *}"
    is "worked example on ${row%% *}" "$got" "${row#* }"
done
run consumer show user_id:u1 --json
json "the spans of the worked example" '[(s["stage"], s["from"], s["to"]) for s in d["spans"]] == [
    ("interest", "2017-11-25", "2017-11-30"), ("purchase", "2017-12-01", "2017-12-04"),
    ("loyalty", "2017-12-05", "2018-11-30"), ("purchase", "2018-12-01", "2020-06-04"),
    ("none", "2020-06-05", None)]'
json "the page has stage, figures and timeline" 'd["stage"] == "loyalty" and d["events"] == 3 and
    d["purchases"] == 2 and d["paid"] == 150.5 and d["first_seen"] == "2017-11-25T10:00:00+08:00" and
    [t["event"] for t in d["timeline"]] == ["purchase", "purchase", "item_view"] and
    d["timeline"][0]["amount"] == 50.5 and d["timeline"][2]["amount"] is None'

# ---- and the second order refunded in full ----
cat >"$TEST_TMP/refund.ndjson" <<'IN'
{"time":"2018-01-10 09:00:00","event":"refund","identities":{"user_id":"u1"},"order":"o2","amount":50.5}
IN
run import "$TEST_TMP/refund.ndjson" --json
json "the refund is accepted" 'd["accepted"] == 1'
run consumer show user_id:u1 --json
json "the spans after the refund" '[(s["stage"], s["from"], s["to"]) for s in d["spans"]] == [
    ("interest", "2017-11-25", "2017-11-30"), ("purchase", "2017-12-01", "2017-12-04"),
    ("loyalty", "2017-12-05", "2018-01-09"), ("purchase", "2018-01-10", "2020-05-31"),
    ("none", "2020-06-01", None)]'
run import "$TEST_TMP/worked.ndjson" "$TEST_TMP/refund.ndjson" --json
json "the same files again add nothing" 'd["accepted"] == 0 and d["duplicates"] == 4'

# ---- shapes and balance, on a few more consumers ----
"$POND_PYTHON" - >"$TEST_TMP/more.ndjson" <<'PY'
import json, random
random.seed(7)
names = ["item_view", "add_cart", "content_view", "ad_click", "purchase", "live_view", "favorite"]
for i in range(3000):
    day = random.randint(0, 89)
    print(json.dumps({"time": "2017-%02d-%02d %02d:00:00" % (10 + day // 30, 1 + day % 30, random.randint(0, 23)),
        "event": random.choice(names), "identities": {"user_id": "c%d" % random.randint(1, 400)},
        "channel": random.choice(["tmall", "store", "live"]), "amount": random.randint(1, 9999) / 100,
        "order": "r%d" % i}))
PY
run import "$TEST_TMP/more.ndjson" --json
json "a larger file is accepted" 'd["rows"] == 3000 and d["accepted"] == 3000'

run report assets --as-of 2017-12-01 --json
json "assets has its fixed shape" 'd["as_of"] == "2017-12-01" and d["model"] == "aipl" and
    [s["stage"] for s in d["stages"]] == ["none", "awareness", "interest", "purchase", "loyalty"] and
    all(isinstance(s["consumers"], int) for s in d["stages"]) and
    sum(s["consumers"] for s in d["stages"]) == d["known"] and d["known"] + d["unknown"] == 400'
json "shares add up" 'abs(sum(s["share"] for s in d["stages"]) - 1) < 1e-9'

run report trend --from 2017-10-01 --to 2017-12-31 --json
cp "$TEST_TMP/out" "$TEST_TMP/trend"
json "trend has its fixed shape" 'len(d["days"]) == 92 and d["days"][0]["day"] == "2017-10-01" and
    set(d["days"][5]) == {"day", "none", "awareness", "interest", "purchase", "loyalty"}'
run report flow --from 2017-11-01 --to 2017-12-01 --json
json "flow has its fixed shape" 'd["from"] == "2017-11-01" and d["to"] == "2017-12-01" and
    d["stages"] == ["none", "awareness", "interest", "purchase", "loyalty"] and
    [len(r) for r in d["matrix"]] == [5] * 5 and len(d["new"]) == 5'
cp "$TEST_TMP/out" "$TEST_TMP/flow"
"$POND_PYTHON" - "$TEST_TMP/trend" "$TEST_TMP/flow" >"$TEST_TMP/out" <<'PY'
import json, sys
trend, flow = (json.load(open(f)) for f in sys.argv[1:])
days = {d["day"]: [d[s] for s in flow["stages"]] for d in trend["days"]}
m, new, n = flow["matrix"], flow["new"], range(5)
print(json.dumps({
    "rows": [sum(m[r]) for r in n] == days[flow["from"]],
    "columns": [sum(m[r][c] for r in n) + new[c] for c in n] == days[flow["to"]],
    "start": sum(map(sum, m)) == sum(flow["moves"][k] for k in ("deepened", "stayed", "regressed", "lost")),
    "deepened": sum(m[r][c] for r in n for c in n if c > r) == flow["moves"]["deepened"],
    "lost": sum(m[r][0] for r in n if r) == flow["moves"]["lost"],
    "new": sum(new) == flow["moves"]["new"]}))
PY
json "the flow balances with the trend of both days" 'all(d.values())'

run report flows --from 2017-10-02 --to 2017-12-31 --json
cp "$TEST_TMP/out" "$TEST_TMP/flows"
json "flows has a row a day" 'len(d["days"]) == 91 and
    set(d["days"][0]) == {"day", "deepened", "stayed", "regressed", "lost", "new"}'
"$POND_PYTHON" - "$TEST_TMP/trend" "$TEST_TMP/flows" >"$TEST_TMP/out" <<'PY'
import json, sys
trend, flows = (json.load(open(f)) for f in sys.argv[1:])
known = {d["day"]: sum(v for k, v in d.items() if k != "day") for d in trend["days"]}
days = [d["day"] for d in trend["days"]]
before = dict(zip(days[1:], days))
moved = ("deepened", "stayed", "regressed", "lost")
print(json.dumps({"start": all(sum(f[k] for k in moved) == known[before[f["day"]]] for f in flows["days"]),
    "end": all(sum(f[k] for k in moved) + f["new"] == known[f["day"]] for f in flows["days"])}))
PY
json "every day of flows balances" 'all(d.values())'

# ---- defaults and refusals ----
run report trend --json
json "trend of a quiet pond ends at its last event" 'd["to"] == "2018-01-10" and len(d["days"]) == 30'
run report trend
has "and says so" "$out" "2018-01-10, so the report ends there"
run report flow --from 2017-12-02 --to 2017-12-01
is "a period that ends before it begins has exit code 2" "$code" 2
run report trend --from 1000-01-01 --to 2100-01-01
is "a period beyond all bounds has exit code 10" "$code" 10
run report assets --json
json "as of today is now" 'd["as_of"] == "2018-03-01"'
run report assets
has "and says so" "$out" "(now)"

# ---- CSV ----
for report in assets trend flow flows; do
    run report $report --to 2017-12-01 --from 2017-11-20 --csv
    [ $report = assets ] && run report assets --as-of 2017-12-01 --csv
    "$POND_PYTHON" - "$TEST_TMP/out" >"$TEST_TMP/csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
print(len(rows) > 1 and len({len(r) for r in rows}) == 1 and all(f.isascii() for r in rows for f in r))
PY
    is "the CSV of $report is a plain table" "$(cat "$TEST_TMP/csv")" "True"
    en=$out
    run report $report --to 2017-12-01 --from 2017-11-20 --csv --lang zh
    [ $report = assets ] && run report assets --as-of 2017-12-01 --csv --lang zh
    is "the CSV of $report does not depend on the language" "$out" "$en"
done

# ---- screens line up in both languages ----
cat >"$TEST_TMP/width.py" <<'PY'
import sys, unicodedata
def width(s):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
bad = 0
for at, line in enumerate(lines):
    if not line or set(line) != {"─"}:
        continue
    body = lines[at - 1:at] + [l for l in lines[at + 1:at + 3] if l]
    if any(width(l) > width(line) for l in body if not l.startswith(("bal", "平衡", "The", "最后"))):
        bad += 1
        print(*body, sep="\n")
print("aligned" if not bad else "not aligned")
PY
for lang in en zh; do
    for report in "assets --as-of 2017-12-01" "trend --from 2017-11-20 --to 2017-12-05" \
        "flow --from 2017-11-01 --to 2017-12-01" "flows --from 2017-11-20 --to 2017-12-05"; do
        # shellcheck disable=SC2086 # words
        run report $report --lang $lang
        is "report ${report%% *} lines up in $lang" \
            "$("$POND_PYTHON" "$TEST_TMP/width.py" "$TEST_TMP/out")" "aligned"
    done
done

# ---- quick, and by the model's own stages ----
start=$(date +%s%N)
run report assets
is "a small pond answers at once" "$([ $(($(date +%s%N) - start)) -lt 1500000000 ]; echo $?)" 0
run verify --json
json "the pond verifies" 'd["ok"] is True and len(d["digest"]) == 32 and d["events"] == 3004 and d["consumers"] == 400'

# ---- each count of a door of the closed loop finds its consumers as a question ----
POND_NOW=2026-10-31T12:00:00+08:00
DATA=$TEST_TMP/doors
run init doors
run sample --consumers 1500 --days 150 --seed 11 --end 2026-10-30 --out "$TEST_TMP/doors.ndjson"
run import "$TEST_TMP/doors.ndjson"
cat >"$TEST_TMP/doors.py" <<'PY'
import json, subprocess, sys
pond = sys.argv[1:4]
loop = json.load(open(sys.argv[4]))
until = f"to {loop['to']}"
also = {"came": "", "sank": f" and did (follow or friend_add or group_join or member_join) {until}",
    "bought": f" and did purchase {until}",
    "brought": f" and (did referral {until} or did share(quantity >= 1) {until})"}
asked, differ = 0, []
for door in loop["doors"]:
    for name, more in also.items() if door["channel"] else ():
        q = f'first any was (channel = "{door["channel"]}") from {loop["from"]} {until}{more}'
        done = subprocess.run([*pond, "who", "count", q, "--as-of", loop["to"], "--json"], capture_output=True, check=True)
        n = json.loads(done.stdout)["count"]
        asked += 1
        if n != door[name]:
            differ.append([q, n, door[name]])
print(json.dumps({"asked": asked, "differ": differ}))
PY
for days in "2026-06-10 2026-07-31" "2026-10-02 2026-10-31"; do
    run report loop --from "${days% *}" --to "${days#* }" --json
    "$POND_PYTHON" "$TEST_TMP/doors.py" "$POND" --data "$DATA" "$TEST_TMP/out" >"$TEST_TMP/doors.json" 2>"$TEST_TMP/err"
    cp "$TEST_TMP/doors.json" "$TEST_TMP/out"
    json "doors from $days" 'd["asked"] >= 30 and d["differ"] == []'
done
plan
