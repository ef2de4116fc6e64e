#!/bin/sh
# Questions through the command line: counts and lists on the worked example of the specification, explanations, wrong
# questions, both forms. POND_NOW fixes the clock.
. "$(dirname "$0")/../tap.sh"

# count DAY QUESTION: how many on that day, in $got.
count() {
    run who count "$2" --as-of "$1" --json
    got=$("$POND_PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["count"])' "$TEST_TMP/out" 2>&1 | tail -n 1)
}

POND_NOW=2018-03-01T12:00:00+08:00
export POND_NOW
run init worked
cat >"$TEST_TMP/worked.ndjson" <<'IN'
{"time":"2017-11-25 10:00:00","event":"item_view","identities":{"user_id":"u1"},"item":"sku1"}
{"time":"2017-12-01 00:00:00","event":"purchase","identities":{"user_id":"u1","phone":"13800138000"},"order":"o1","amount":100}
{"time":"2017-12-05 23:59:59","event":"purchase","identities":{"user_id":"u1"},"order":"o2","amount":50.5}
{"time":"2017-12-03 10:00:00","event":"item_view","identities":{"user_id":"u2"},"item":"sku2"}
IN
run import "$TEST_TMP/worked.ndjson" --json

while IFS='|' read -r day want question; do
    count "$day" "$question"
    is "$question on $day: $want" "$got" "$want"
done <<'ROWS'
2017-11-24|0|all
2017-11-25|1|all
2017-12-03|2|all
2017-11-30|1|stage = interest
2017-12-04|1|stage = purchase
2017-12-05|1|stage = loyalty
2018-11-30|1|stage = loyalty
2018-12-01|1|stage in (none, purchase) and has phone
2017-12-05|1|stage on 2017-11-30 = interest
2017-12-05|1|stage 5d ago = interest and stage = loyalty
2017-12-05|1|stage was purchase
2017-12-05|1|stage entered loyalty in 1d
2017-12-05|0|stage entered loyalty before 1d
2017-12-05|1|stage left interest on 2017-11-30
2017-11-30|0|stage left interest
2017-12-01|1|stage left interest
2017-12-31|2|stage was interest
2017-12-31|1|stage left interest in 20d
2017-12-05|1|gmv(365d) >= 150.5
2017-12-05|1|aov = 75.25
2017-12-05|1|did item_view then purchase within 6d
2017-12-05|1|did item_view then not purchase within 4d and not did purchase
2017-12-05|1|identity "phone:138 0013 8000"
ROWS

run who count 'did purchase >= 2' --json
json "a count says what was asked, of when and of how many" 'd == {"question": "did purchase >= 2", "as_of": "2018-03-01", "count": 1, "known": 2}'
run who count '{"did":{"events":["purchase"]}}' --json
json "a question may be asked in its JSON form" 'd["question"] == "did purchase" and d["count"] == 1'
run who list 'did purchase' --json --as-of 2017-12-02
json "a list shows stage and masked identities" 'd["count"] == 1 and d["consumers"][0]["stage"] == "purchase" and
    {"kind": "phone", "value": "138****8000"} in d["consumers"][0]["identities"]'
run who list 'all' --limit 1
has "a list for people says how many there are" "$out" "2 consumers; the first 1"
run who explain 'stage = interest and did item_view(item = "sku1") or has phone' --json
json "an explanation names every part, where it runs and what was found" '[(r["depth"], r["where"], r["found"]) for r in d["plan"]] ==
    [(0, "sets", 1), (1, "sets", 0), (2, "column", 0), (2, "lake", 1), (1, "column", 1)] and
    all(r["estimated"] <= 2 for r in d["plan"])'
run who why phone:13800138000 'did item_view and not did purchase' --json
json "why not: part by part" 'not d["in"] and [(p["depth"], p["holds"]) for p in d["parts"]] == [(0, False), (1, True), (1, False), (2, True)]'
run who why user_id:u2 'did item_view and not did purchase' --json
json "why: part by part" 'd["in"] and [p["holds"] for p in d["parts"]] == [True, True, True, False]'

run who check 'did purchse in 30d' --json
is "a wrong question ends with its exit code" "$code" 2
json "a wrong question has a place and a hint" 'd["ok"] is False and d["error"]["at"] == 5 and d["error"]["line"] == 1 and
    "column" not in d["error"]["msg"] and "purchase" in d["error"]["hint"]'
run who check 'did purchase in 30d>=2' --json
json "a right one is shown as it is written" 'd == {"ok": True, "question": "did purchase in 30d >= 2"}'
run who count 'did purchase in 30' --json
is "a wrong question is not asked" "$code" 2
run who print 'did `skin test` then own_step within 3d' --json-form
is "a bare name that nobody knows is a mistake" "$code" 2
run who print 'did `skin test` then `own_step` within 3d' --json-form
form=$out
run who print "$form"
is "the JSON form of own events is read back, as the text is" "$out" 'did `skin test` then `own_step` within 3d'
run who count "$form"
is "and asked" "$code" 0
run who print '{"did":{"events":["own_step"]}}'
is "a bare one is a mistake there too" "$code" 2
has "with what to write" "$err" 'goes in backquotes: `own_step`'
run who print 'not did purchase in 30d>=2' --json-form
form=$out
run who print "$form"
is "text to JSON and back is the same" "$out" "not did purchase in 30d >= 2"
run who complete 'did pur' --json
json "what may stand next" '"purchase" in d["words"]'
run who count 'tag "nobody"' --json
has "an unknown tag is an error" "$err" "nobody"
plan
