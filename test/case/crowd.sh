#!/bin/sh
# Crowds and rule tags through the command line: made, asked, frozen, explained, named by each other.
. "$(dirname "$0")/../tap.sh"

# on DAY COMMAND...: runs with the clock at noon of that day.
on() {
    POND_NOW=${1}T12:00:00+08:00
    export POND_NOW
    shift
    run "$@"
}

cat >"$TEST_TMP/in.ndjson" <<'IN'
{"time":"2026-05-01 10:00:00","event":"item_view","identities":{"user_id":"u1"},"channel":"h5","category":"护肤"}
{"time":"2026-05-02 10:00:00","event":"purchase","identities":{"user_id":"u1"},"order":"o1","amount":100,"category":"护肤"}
{"time":"2026-05-20 10:00:00","event":"purchase","identities":{"user_id":"u1"},"order":"o2","amount":50,"category":"彩妆"}
{"time":"2026-05-02 10:00:00","event":"purchase","identities":{"user_id":"u2"},"order":"o3","amount":80,"category":"护肤"}
{"time":"2026-05-03 10:00:00","event":"purchase","identities":{"user_id":"u2"},"order":"o4","amount":80,"category":"护肤"}
{"time":"2026-05-25 10:00:00","event":"purchase","identities":{"user_id":"u2"},"order":"o5","amount":80,"category":"彩妆"}
{"time":"2026-05-03 10:00:00","event":"item_view","identities":{"user_id":"u3"},"channel":"tmall"}
IN
on 2026-06-01 init crowds
on 2026-06-01 import "$TEST_TMP/in.ndjson"

# ---- live, frozen, algebra ----
on 2026-06-01 crowd create 买过 'did purchase in 20d' --json
json "a live crowd is a question" 'd["kind"] == "live" and d["consumers"] == 2 and d["as_of"] == "2026-06-01" and
    d["question"] == "did purchase in 20d"'
on 2026-06-01 crowd create 名单 'crowd "买过" or did item_view(channel = "tmall")' --frozen --json
json "a frozen one is a list" 'd["kind"] == "frozen" and d["consumers"] == 3 and d["frozen_day"] == "2026-06-01"'
on 2026-06-01 crowd create 差 'crowd "名单" and not crowd "买过"' --json
json "crowds are put together by questions" 'd["consumers"] == 1'
on 2026-06-10 crowd count 买过 --json
json "a live crowd follows what happens" 'd["consumers"] == 1'
on 2026-06-10 crowd count 名单 --json
json "a frozen one stays" 'd["consumers"] == 3'
on 2026-06-10 crowd history 买过 --json
json "every count is kept" '[(s["as_of"], s["consumers"]) for s in d["sizes"]][0] == ("2026-06-01", 2) and
    d["sizes"][-1]["as_of"] == "2026-06-10" and d["sizes"][-1]["consumers"] == 1'
on 2026-06-10 crowd freeze 名单 --reason again --json
json "a list can be taken anew" 'd["consumers"] == 2 and d["frozen_day"] == "2026-06-10"'
on 2026-06-10 crowd show 买过 --as-of 2026-05-10 --json
json "as of any day" 'd["consumers"] == 2 and d["as_of"] == "2026-05-10"'
on 2026-06-10 crowd create 买过 all
is "a crowd is made once" "$code" 4
on 2026-06-10 crowd create 错 'did purchse in 3d'
is "a question with an error makes nothing" "$code" 2
has "and says what was meant" "$err" "purchase"
on 2026-06-10 crowd create 错 'crowd "买过了"'
is "nor one that names an unknown crowd" "$code$(echo "$err" | grep -c 买过)" 21
on 2026-06-10 crowd show 买
is "an unknown crowd is missing" "$code" 3

on 2026-06-10 crowd list --json
json "a list has the count before" '[(c["consumers"], c["as_of"], c["consumers_before"], c["as_of_before"]) for c in d["crowds"] if c["crowd"] == "买过"] ==
    [(1, "2026-06-10", 2, "2026-06-01")]'

# ---- another question ----
on 2026-06-10 crowd change 差 'crowd "名单"' --note 新 --json
json "a crowd is given another question" 'd["question"] == "crowd \"名单\"" and d["note"] == "新" and d["consumers"] == 2'
on 2026-06-10 crowd change 差 'crowd "名单" and not crowd "买过"' --json
json "its note stays unless it is given" 'd["note"] == "新" and d["kind"] == "live"'
on 2026-06-10 crowd change 买过 'crowd "差"'
is "crowds do not name each other in a ring" "$code" 2
on 2026-06-10 crowd show 买过 --json
json "and nothing was changed" '"crowd" not in d["question"]'
on 2026-06-10 crowd create 固 all --frozen
on 2026-06-10 crowd change 固 'crowd "买过"' --json
json "a list is taken anew by its new question" 'd["kind"] == "frozen" and d["consumers"] == 1'
on 2026-06-10 crowd delete 固

# ---- what is named stays ----
on 2026-06-10 crowd delete 买过
is "a crowd that another names is not deleted" "$code" 4
has "and who names it is said" "$err" '"差"'
on 2026-06-10 crowd rename 买过 买家
is "nor renamed" "$code" 4
on 2026-06-10 tag create 等级/VIP
on 2026-06-10 tag create 有意 --rule 'tag "VIP" and not crowd "差"'
on 2026-06-10 tag delete VIP
is "a tag that a rule names is not deleted" "$code" 4
has "and the rule is named" "$err" '"有意"'
on 2026-06-10 crowd delete 差
has "a rule names crowds too" "$err" '"有意"'
on 2026-06-10 tag delete 有意
on 2026-06-10 crowd delete 差 --json
json "what nothing names goes" 'd["crowd"] == "差"'

# ---- why ----
on 2026-06-10 crowd create 沉睡 'did purchase >= 2 and (not crowd "买过" or tag "VIP")'
on 2026-06-10 crowd why 沉睡 user_id:u1 --json
json "in: the parts that make it so decide" 'd["in"] and [p["part"] for p in d["parts"] if p["decides"]] == [
    "did purchase >= 2", "did purchase in 20d"]'
on 2026-06-10 crowd why 沉睡 user_id:u2 --json
json "not in: what fails decides, what holds does not" 'not d["in"] and [(p["part"], p["holds"]) for p in d["parts"] if p["decides"]] == [
    ("did purchase in 20d", True), ("tag \"VIP\"", False)]'
on 2026-06-10 crowd why 沉睡 user_id:u2
has "a tree with marks" "$out" "✗    any of"
on 2026-06-10 crowd why 名单 user_id:u3 --json
json "of a list: whether it is in it" 'd["in"] and d["parts"] == [{"depth": 0, "part": "the list of 2026-06-10", "holds": True, "decides": True}]'

# ---- rule and event tags ----
on 2026-06-01 tag create 近购 --rule 'did purchase in 10d' --json
json "a rule tag is worked out at once" 'd["source"] == "rule" and d["consumers"] == 1 and d["fresh_day"] == "2026-06-01"'
on 2026-06-01 tag create 末品类 --from-event purchase --field category --last --json
json "an event tag" 'd["rule"] == "last purchase.category" and d["consumers"] == 2'
on 2026-06-01 tag create 最爱 --from-event purchase --field category --most
on 2026-06-01 consumer show user_id:u2 --json
json "last and most frequent value of a field" '[(t["tag"], t["value"]) for t in d["tags"]] == [("最爱", "护肤"), ("末品类", "彩妆"), ("近购", "")]'
on 2026-06-01 consumer show user_id:u1 --json
json "of equal ones the later" '[(t["tag"], t["value"]) for t in d["tags"]] == [("最爱", "彩妆"), ("末品类", "彩妆")]'
on 2026-06-01 tag assign 近购 user_id:u1
is "a rule's tag is not given by hand" "$code" 4
on 2026-06-01 crowd create 近购的 'tag "近购"'
cat >"$TEST_TMP/more.ndjson" <<'IN'
{"time":"2026-06-02 10:00:00","event":"purchase","identities":{"user_id":"u3"},"order":"o9","amount":80,"category":"洗护"}
IN
on 2026-06-02 import "$TEST_TMP/more.ndjson"
has "an import works rule tags out" "$out" "as of 2026-06-02"
on 2026-06-02 tag show 近购 --json
json "so they follow the batch" 'd["consumers"] == 2 and d["fresh_day"] == "2026-06-02"'
on 2026-06-02 crowd history 近购的 --json
json "and crowds are counted behind them" 'd["sizes"][-1]["consumers"] == 2'
on 2026-06-20 tag create 别的
on 2026-06-20 tag list --json
json "the first writing of a day works them out" '{t["tag"]: (t["consumers"], t["fresh_day"]) for t in d["tags"]}["近购"] == (0, "2026-06-20")'
on 2026-06-20 tag history 近购 user_id:u3 --json
json "why it came and went is kept" '[(x["day"], x["added"], x["removed"], x["source"]) for x in d["changes"]] == [
    ("2026-06-20", 0, 2, "rule"), ("2026-06-02", 1, 0, "rule")]'
run tag show 近购 --as-of 2026-06-05 --json
json "and what it was then" 'd["consumers"] == 2'
on 2026-06-20 tag assign 别的 --who 'did purchase(category = "洗护")' --json
json "given to whoever a question finds" 'd["consumers"] == 1'

# ---- export ----
printf '%s\n' '{"time":"2026-06-21 10:00:00","event":"purchase","identities":{"phone":"13800138000","user_id":"=1+1"},"order":"o10","amount":1}' >"$TEST_TMP/phone.ndjson"
on 2026-06-21 import "$TEST_TMP/phone.ndjson"
on 2026-06-21 crowd create 今天 'did purchase in 1d'
on 2026-06-21 crowd export 今天 --csv --column phone --column user_id --column stage --column tag:别的 --column rfm.r
is "CSV to standard output: masked, and nothing a spreadsheet would run" "$(echo "$out" | tr -d '\r')" "phone,user_id,stage,tag:别的,rfm.r
138****8000,'=1+1,purchase,,"
on 2026-06-21 crowd export 名单 "$TEST_TMP/list.csv" --json
json "to a file" 'd["consumers"] == 2 and d["columns"] == ["consumer", "stage", "identities", "first_seen"]'
is "one line each and a header" "$(tr -d '\r' <"$TEST_TMP/list.csv")" "consumer,stage,identities,first_seen
2,loyalty,user_id:u2,2026-05-02
3,purchase,user_id:u3,2026-05-03"
on 2026-06-21 crowd export 名单 "$TEST_TMP/list.xlsx"
is "to a workbook" "$("$POND_PYTHON" "$(dirname "$0")/../xlsx.py" "$TEST_TMP/list.xlsx" | "$POND_PYTHON" -c '
import json, sys
print(json.load(sys.stdin)["名单"][1:])')" "[['consumer', 'stage', 'identities', 'first_seen'], [2, 'loyalty', 'user_id:u2', '2026-05-02'], [3, 'purchase', 'user_id:u3', '2026-05-03']]"
on 2026-06-21 crowd export 名单 "$TEST_TMP/none/list.csv"
is "a place that is not there is an error" "$code" 3
on 2026-06-21 crowd export 名单
is "an export needs a place" "$code" 2

# ---- overlap, look-alike ----
on 2026-06-20 crowd overlap 名单 沉睡 --json
json "overlap: counts, shares, Jaccard" 'd["both"][0][1] == d["both"][1][0] and d["any"] == d["both"][0][0] + d["both"][1][1] - d["both"][0][1] and
    d["share"][0][1] == d["both"][0][1] / d["both"][0][0] and d["jaccard"][0][1] == d["both"][0][1] / d["any"]'
on 2026-06-20 crowd overlap 名单
is "one crowd overlaps nothing" "$code" 2
on 2026-06-20 crowd lookalike 名单 --size 5
is "too few to learn from" "$code" 2
has "is said with the number that is needed" "$err" "at least 50"
plan
