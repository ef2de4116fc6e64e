#!/bin/sh
# RFM, lifetime value, FAST, growth, attribution: from the command line to questions about what was kept.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2026-06-01T12:00:00+08:00
export POND_NOW

# 60 buyers: who buys 1 + who % 6 times, each 3 days apart; member_join and a touch before each purchase.
"$POND_PYTHON" - >"$TEST_TMP/buyers.ndjson" <<'PY'
import json
def say(day, hour, name, who, **more):
    print(json.dumps({"time": "2026-%02d-%02d %02d:00:00" % (3 + day // 28, 1 + day % 28, hour), "event": name,
                      "identities": {"phone": "139001390%02d" % who}, **more}))
for who in range(60):
    if who % 4 == 0:
        say(who % 20, 8, "member_join", who)
    for k in range(1 + who % 6):
        day = who % 20 + 3 * k
        say(day, 9, "ad_click", who, channel=("ad", "douyin", "wechat_oa")[(who + k) % 3])
        say(day, 10, "purchase", who, order="o%d-%d" % (who, k), amount=20 + who + 5 * k)
    if who % 10 == 1:
        say(who % 20 + 1, 12, "refund", who, order="o%d-0" % who, amount=20 + who)
PY
run init value
run import "$TEST_TMP/buyers.ndjson"

run analyze rfm --as-of 2026-04-10 --save
has "RFM as a table" "$out" "important value"
has "and what was kept" "$out" "rfm.type"
run who count 'gmv in 365d >= 250.5' --as-of 2026-04-10 --json
spent=$("$POND_PYTHON" -c 'import json,sys; print(json.load(open(sys.argv[1]))["count"])' "$TEST_TMP/out")
run who count 'rfm.amount >= 250.5' --json
json "kept amounts are asked in yuan, as gmv is" "d['count'] == $spent > 0"
run analyze rfm --as-of 2026-04-10 --json
json "types, grid and scores count every buyer once" 'sum(t["consumers"] for t in d["types"]) == d["consumers"] ==
    sum(g["consumers"] for g in d["grid"]) == sum(d["scores"]["m"])'
best=$("$POND_PYTHON" -c 'import json,sys; d=json.load(open(sys.argv[1])); print(next(t["consumers"] for t in d["types"] if t["type"] == "111"))' "$TEST_TMP/out")
r5=$("$POND_PYTHON" -c 'import json,sys; print(json.load(open(sys.argv[1]))["scores"]["r"][4])' "$TEST_TMP/out")
run who count 'rfm.type = "important value"' --json
json "what was kept can be asked: the type" "d['count'] == $best > 0"
run who count 'rfm.r = 5' --json
json "and a score" "d['count'] == $r5 > 0"
run who count 'rfm.r known' --as-of 2026-04-09 --json
json "not before its day" 'd["count"] == 0'
run who count 'rfm.type = "重要价值"' --json
json "kept in English, asked in Chinese" "d['count'] == $best"
run analyze rfm --as-of 2026-04-10 --save --lang zh
run who count 'rfm.type = "important value"' --json
json "kept in Chinese, asked in English" "d['count'] == $best"
run who count 'rfm.type in ("111", "general keep")' --json
keep=$("$POND_PYTHON" -c 'import json,sys; print(json.load(open(sys.argv[1]))["count"])' "$TEST_TMP/out")
run who count '{"field":{"name":"rfm.type","cmp":"in","value":["重要价值","一般保持"]}}' --json
json "and as JSON, and by the code" "d['count'] == $keep >= $best"
run who sql 'rfm.type != "重要价值"' --run --json
json "SQL finds the same" "d['count'] > 0"
run who print 'rfm.type = "重要价值"' --json
json "a question is printed as it was asked" 'd["question"] == "rfm.type = \"重要价值\"" and d["form"]["field"]["value"] == "重要价值"'
run who complete 'rfm.type = "重' --lang zh --json
json "the names are offered in the language" 'len(d["words"]) == 4'
run crowd create best 'rfm.type = "important value"'
run crowd profile best --field rfm --lang zh --json
json "a profile names types in the language of who reads" '{r["value"]: r["question"] for r in d["rows"]}["重要价值"] == "rfm.type = \"重要价值\""'
run crowd export best --csv --column rfm.type --lang zh
has "an export too" "$out" "重要价值"
is "and no codes" "$(grep -c 111 "$TEST_TMP/out")" 0
run rfm names --set "111=VIP"
run who count 'rfm.type = "VIP"' --json
json "a name given later is asked of scores kept before" "d['count'] == $best"
run who count 'rfm.type = "重要价值"' --json
json "and the usual one still" "d['count'] == $best"
run who complete 'rfm.type = ' --json
json "the brand's own name is offered" '"\"VIP\"" in d["words"] and "\"general keep\"" in d["words"]'
run analyze rfm --as-of 2026-04-10 --save --lang zh
has "a type bears the brand's own name" "$out" "VIP"
run who count 'rfm.type = "VIP"' --json
json "and is asked by it" "d['count'] == $best"
run rfm names --set 111=
has "an empty name takes the usual one back" "$out" "important value"
run who count 'rfm.type = "VIP"'
is "a name that no type has is a mistake" "$code" 2
has "with those there are" "$err" "it is one of general win-back, important win-back"
run who count 'rfm.type in ("general keep", "importent value")' --lang zh
has "or the one that was meant" "$err" '您是想写 "important value" 吗'
run who count '{"field":{"name":"rfm.type","cmp":"=","value":"重要价"}}'
has "in JSON too" "$err" 'field.value: rfm.type is never "重要价"'
run rfm names --set 211=X
is "a code that is none is refused" "$code" 2
run analyze rfm --cuts-r 30,20,60,90
is "cut points that fall are refused" "$code" 2
has "with the reason" "$err" "each above the one before"
run analyze rfm --split 3,3
is "two split points are refused" "$code" 2

run analyze clv --from 2026-03-01 --calibrate-to 2026-03-31 --save --top 60 --json
json "P(alive) is a chance and totals are sums" 'all(0 <= c["p_alive"] <= 1 for c in d["top"]) and len(d["top"]) == d["consumers"] and
    abs(sum(c["clv"] for c in d["top"]) - d["clv"]) < 1e-6 and abs(sum(c["p_alive"] for c in d["top"]) - d["alive"]) < 1e-6'
json "bands of P(alive) and tenths by value are all consumers and all value" 'sum(d["alive_bands"]) == d["consumers"] and d["alive_bands"][9] == sum(c["p_alive"] >= 0.9 for c in d["top"]) and
    [t["consumers"] for t in d["tenths"]] == [len(d["top"]) * (k + 1) // 10 - len(d["top"]) * k // 10 for k in range(10)] and abs(sum(t["clv"] for t in d["tenths"]) - d["clv"]) < 1e-6 and
    all(a["least"] >= b["least"] for a, b in zip(d["tenths"], d["tenths"][1:])) and d["tenths"][9]["least"] == d["top"][-1]["clv"]'
json "the days behind the calibration are its check" 'd["check"]["actual"] > 0 and d["check"]["to"] > "2026-03-31"'
half=$("$POND_PYTHON" -c 'import json,sys; print(sum(c["p_alive"] >= 0.5 for c in json.load(open(sys.argv[1]))["top"]))' "$TEST_TMP/out")
run who count 'p_alive >= 0.5' --json
json "what was kept can be asked: P(alive)" "d['count'] == $half > 0"
run score list --json
json "kept scores are listed with their days" '[(s["name"], s["as_of"]) for s in d["scores"]] == [("clv", "2026-03-31"), ("rfm", "2026-04-10")]'
run who list 'rfm.type known and p_alive known' --limit 1 --json
one=$("$POND_PYTHON" -c 'import json,sys; print(json.load(open(sys.argv[1]))["consumers"][0]["consumer"])' "$TEST_TMP/out")
run score show "consumer:$one" --json
json "one consumer's scores say what a question would find" '{s["field"]: s["as_of"] for s in d["scores"]}["rfm.type"] == "2026-04-10" and
    {s["field"]: s["as_of"] for s in d["scores"]}["p_alive"] == "2026-03-31"'
f=$("$POND_PYTHON" -c 'import json,sys; print(next("%s = %d" % (s["field"], s["number"]) for s in json.load(open(sys.argv[1]))["scores"] if s["field"] == "rfm.r"))' "$TEST_TMP/out")
run who why "consumer:$one" "$f" --json
json "and questions find it" 'd["in"]'
run score show "consumer:$one" --lang zh --json
json "its type is named in the language, and by its code" 'next((s["text"][:1] in "重一" and len(s["key"]) == 3) for s in d["scores"] if s["field"] == "rfm.type")'
run score drop clv
run who count 'p_alive known' --json
json "dropped ones are unknown" 'd["count"] == 0'
run score drop clv
is "dropping what is not there is told" "$code" 3
run analyze clv --calibrate-to 2026-03-31 --xlsx "$TEST_TMP/clv.xlsx" --value
is "a workbook of it" "$(head -c 2 "$TEST_TMP/clv.xlsx")" "PK"
run analyze clv --horizon 3y
is "a horizon of years is refused" "$code" 2
run analyze clv --calibrate-to 2020-01-01 --from 2020-02-01
is "a calibration that ends first is refused" "$code" 2
run analyze clv --from 2020-01-01 --calibrate-to 2020-02-01
has "nothing to fit is said" "$err" "nothing to fit"

run report fast --from 2026-03-05 --to 2026-03-31 --json
json "FAST: members are super, none of them did anything else" 'd["superiority"] == 15 and d["active"] == 0 and d["fertility"] == 60'
run report fast --super 'did purchas'
is "a wrong question never runs" "$code" 2
has "and says whose it is and what was meant" "$err" "did you mean"
run report growth --from 2026-03-16 --to 2026-03-31 --json
json "growth: the parts are the change" 'round(100 * (d["gain"] + d["retain"] + d["boost"])) == round(100 * d["change"]) ==
    round(100 * (d["now"]["gmv"] - d["before"]["gmv"]))'

run analyze attribution --from 2026-03-01 --to 2026-04-10 --json
json "attribution: credits and the rest sum to all" 'all(abs(sum(l["credits"][m]["amount"] for l in d["labels"])
    + d["untouched"]["credits"][m]["amount"] - d["amount"]) < 1e-6 for m in d["labels"][0]["credits"]) and d["touched"] > 100'
json "which events were touches is said" '"ad_click" in d["touch"] and "member_join" in d["touch"] and "purchase" not in d["touch"]'
run analyze attribution --goal stage:gold
is "a stage that is none is refused" "$code" 2
run analyze attribution --touch add_carts
is "a touch that is no event is refused" "$code" 2
run analyze attribution --window 9x
is "a window of no unit is refused" "$code" 2

# ---- scores follow a join ----
rm -rf "$DATA"
run init joined
printf '%s\n' '{"event":"item_view","time":"2026-03-01 10:00","identities":{"user_id":"a"}}' \
    '{"event":"purchase","time":"2026-03-02 10:00","identities":{"user_id":"b","device":"d1"},"order":"o1","amount":20}' >"$TEST_TMP/first.ndjson"
printf '%s\n' '{"event":"login","time":"2026-03-12 10:00","identities":{"user_id":"a","phone":"13800000001"}}' \
    '{"event":"login","time":"2026-03-12 11:00","identities":{"member_no":"m1","phone":"13800000001","device":"d1"}}' >"$TEST_TMP/then.ndjson"
run import "$TEST_TMP/first.ndjson"
run analyze rfm --as-of 2026-03-10 --save
run crowd create everyone all
run import "$TEST_TMP/then.ndjson"
run who count 'rfm.type known' --json
json "the joined consumer has the score of its buyer" 'd["count"] == d["known"] == 1'
run crowd export everyone --csv --column rfm.type --column rfm.r
has "and is exported with it" "$out" "important value,5"
plan
