#!/bin/sh
# Tags through the command line: by hand, by import, with expiry, over joins and splits, on any day.
. "$(dirname "$0")/../tap.sh"

# on DAY COMMAND...: runs with the clock at noon of that day.
on() {
    POND_NOW=${1}T12:00:00+08:00
    export POND_NOW
    shift
    run "$@"
}
# carry TAG DAY: how many consumers carry it at the end of that day, in $got.
carry() {
    run tag show "$1" --as-of "$2" --json
    got=$("$POND_PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["consumers"])' \
        "$TEST_TMP/out" 2>&1 | tail -n 1)
}

cat >"$TEST_TMP/in.ndjson" <<'IN'
{"time":"2026-05-01 10:00:00","event":"item_view","identities":{"device":"d1","user_id":"u1"}}
{"time":"2026-05-02 10:00:00","event":"item_view","identities":{"user_id":"u2"}}
{"time":"2026-05-02 10:00:00","event":"item_view","identities":{"user_id":"u3"}}
{"time":"2026-05-03 10:00:00","event":"item_view","identities":{"phone":"13800138000"}}
IN
on 2026-06-01 init tags
on 2026-06-01 import "$TEST_TMP/in.ndjson"

# ---- by hand ----
on 2026-06-01 tag create 等级/VIP --note 线下名单 --json
json "a tag is made" 'd["tag"] == "等级/VIP" and d["kind"] == "flag" and d["source"] == "manual"'
on 2026-06-01 tag create 等级/VIP
is "a tag is made once" "$code" 4
on 2026-06-01 tag assign VIP user_id:u1 user_id:u2 --reason 店长 --json
json "given to two" 'd["changed"] == 2 and d["consumers"] == 2 and d["tag"] == "等级/VIP"'
on 2026-06-02 tag assign VIP user_id:u2 --json
json "given again: nothing changes" 'd["changed"] == 0 and d["consumers"] == 2'
on 2026-06-03 tag remove VIP user_id:u2 --reason 退会 --json
json "taken from one" 'd["changed"] == 1 and d["consumers"] == 1'
carry VIP 2026-05-31
is "nobody had it before" "$got" 0
carry VIP 2026-06-02
is "two had it the day before" "$got" 2
run tag history VIP user_id:u2 --json
json "the history of one consumer says when and why" '[(x["day"], x["added"], x["removed"], x["note"]) for x in d["changes"]] == [
    ("2026-06-03", 0, 1, "退会"), ("2026-06-01", 2, 0, "店长")]'
run tag assign VIPP user_id:u1
is "an unknown tag is missing" "$code" 3
has "and the nearest is named" "$err" '"等级/VIP"'
run tag assign VIP user_id:u9
is "an unknown identity is missing" "$code" 3
run tag assign VIP
is "nobody named is an error" "$code" 2

# ---- joins and splits rewrite nothing ----
on 2026-06-03 consumer join user_id:u1 user_id:u3
run tag list --json
json "a joined consumer has it once" '[t["consumers"] for t in d["tags"] if t["tag"] == "等级/VIP"] == [1]'
run consumer show user_id:u3 --json
json "and has it through any of its identities" '[t["tag"] for t in d["tags"]] == ["VIP"]'
json "with where it came from and since when" '[(t["kind"], t["source"], t["since"], t["until"], t["note"]) for t in d["tags"]] ==
    [("flag", "manual", "2026-06-01", None, "店长")]'
on 2026-06-03 tag assign VIP user_id:u3
carry VIP 2026-06-03
is "still one consumer" "$got" 1
on 2026-06-03 consumer undo j1
carry VIP 2026-06-03
is "apart again, each has what its identities have" "$got" 2
on 2026-06-03 consumer split device:d1
run consumer show user_id:u1 --json
json "the part with the tagged identity keeps it" '[t["tag"] for t in d["tags"]] == ["VIP"]'
run consumer show device:d1 --json
json "the other part has none" 'd["tags"] == []'

# ---- values and expiry ----
on 2026-06-04 tag create 肤质 --value text --expires 3
on 2026-06-04 tag assign 肤质 user_id:u1 user_id:u2 --value 干性
on 2026-06-05 tag assign 肤质 user_id:u2 --value 油性
on 2026-06-05 tag show 肤质 --json
json "one value a consumer" '[(v["value"], v["consumers"]) for v in d["values"]] == [("干性", 1), ("油性", 1)]'
on 2026-06-05 tag assign 肤质 user_id:u3
is "a value is needed" "$code" 2
for row in "2026-06-04 2" "2026-06-06 2" "2026-06-07 1" "2026-06-08 0"; do
    carry 肤质 "${row%% *}"
    is "three days from the day it was given: ${row%% *}" "$got" "${row#* }"
done
on 2026-06-08 consumer show user_id:u2 --json
json "what has expired is not on the page" '[t["tag"] for t in d["tags"]] == []'

# ---- import ----
printf '\357\273\277标签,标识,value,expires\r\n名单/新,user_id:u1,,2026-06-20\r\n名单/新,user_id:u9,,\r\n肤质,user_id:u1,干性,\r\n肤质,user_id:u1,中性,\r\n肤质,user_id:u2,,\r\n名单/新,user_id:u2,,soon\r\n名单/新,phone:138 0013 8000,,\r\n' >"$TEST_TMP/tags.csv"
on 2026-06-10 tag list --json
before=$(cat "$TEST_TMP/out")
on 2026-06-10 tag import "$TEST_TMP/tags.csv" --create --dry-run --json
json "a dry run says what would come of it" 'd["dry_run"] and d["accepted"] == 4 and d["created"] == 1 and d["changed"] == 3 and
    [(x["line"], x["raw"]) for x in d["set_aside"]] == [(3, "名单/新,user_id:u9,,"), (6, "肤质,user_id:u2,,"), (7, "名单/新,user_id:u2,,soon")]'
run tag list --json
is "and changes nothing" "$(cat "$TEST_TMP/out")" "$before"
is "nor keeps a file of rows" "$(find "$TEST_TMP/data/tags/rejects" -type f)" ""
on 2026-06-10 tag import "$TEST_TMP/tags.csv" --create --json
json "rows = accepted + rejected; unknown people, missing values and bad days are set aside" 'd["rows"] == 7 and
    d["accepted"] == 4 and d["rejected"] == 3 and d["created"] == 1 and d["tags"] == 2'
is "with line and reason" "$(sed -n 2p "$TEST_TMP"/data/tags/rejects/tags.csv-*.csv )" \
    "3,,,no consumer has this user_id,\"名单/新,user_id:u9,,\""
run tag show 肤质 --json
json "of two rows for one consumer the later counts" '[(v["value"], v["consumers"]) for v in d["values"] if v["consumers"]] == [("中性", 1)]'
carry 名单/新 2026-06-20
is "imported until a day: still there on it" "$got" 2
carry 名单/新 2026-06-21
is "and gone on the next" "$got" 1
on 2026-06-10 tag import "$TEST_TMP/tags.csv" --strict
is "--strict: exit code 12" "$code" 12

printf 'phone:139 0013 8000,肤质,干性\n13900138000,肤质,干性\n' >"$TEST_TMP/phones.csv"
on 2026-06-10 tag import "$TEST_TMP/phones.csv"
case $(cat "$TEST_TMP"/data/tags/rejects/phones.csv-*.csv) in *0013*) shown=1 ;; *) shown=0 ;; esac
is "phones of rows that were set aside are masked" "$shown" 0

# ---- size over time ----
carry VIP 2026-06-03
run tag sizes VIP --json
json "the days on which it changed, with how many carried it then" '[(x["as_of"], x["consumers"]) for x in d["sizes"]][:2] == [("2026-06-01", 2), ("2026-06-03", '"$got"')] and d["left_out"] == 0'
on 2026-06-10 tag sizes 名单/新 --to 2026-06-30 --json
json "what runs out is told on the day it is gone" '[(x["as_of"], x["consumers"]) for x in d["sizes"]] == [("2026-06-10", 2), ("2026-06-21", 1), ("2026-06-30", 1)]'
run tag sizes 名单/新 --to 2026-06-30 --points 2 --json
json "at most so many: the first and the last are kept" '[x["as_of"] for x in d["sizes"]] == ["2026-06-10", "2026-06-30"] and d["left_out"] == 1'
run tag sizes VIP --from 2026-06-05 --to 2026-06-01
is "days the wrong way round are refused" "$code" 2

# ---- another rule ----
on 2026-06-10 tag create 活跃/看过 --rule 'did item_view in 365d' --json
json "a tag by rule" 'd["consumers"] > 1'
on 2026-06-11 tag change 看过 --rule 'did item_view in 40d' --note 近期 --json
json "gets another question, and is worked out" 'd["rule"] == "did item_view in 40d" and d["note"] == "近期" and d["consumers"] == 1 and d["fresh_day"] == "2026-06-11"'
run tag sizes 看过 --json
json "its days before stay" '[x["consumers"] > 1 for x in d["sizes"]] == [True, False]'
on 2026-06-11 tag change 看过 --rule 'did item_vie in 40d'
is "a question with a mistake is refused" "$code" 2
on 2026-06-11 tag create 后来 --rule 'tag "看过"'
on 2026-06-11 crowd create 经过 'tag "后来"'
for q in 'tag "后来"' 'not crowd "经过"' 'tag "看过"'; do
    on 2026-06-11 tag change 看过 --rule "$q"
    is "$q is worked out later: refused" "$code" 2
done
run tag show 看过 --json
json "and all is as it was" 'd["rule"] == "did item_view in 40d" and d["consumers"] == 1'
on 2026-06-11 tag change 看过
is "nothing to change is a mistake" "$code" 2
on 2026-06-11 tag change VIP --rule 'did any'
is "a tag by hand gets no rule" "$code" 4
on 2026-06-11 tag change VIP --note 到店 --json
json "but another note" 'd["note"] == "到店" and d["source"] == "manual"'
on 2026-06-11 tag create 品类 --from-event item_view --field category
on 2026-06-11 tag change 品类 --from-event item_view --field channel --most --in 90 --json
json "a tag from events gets another field" 'd["rule"] == "most item_view.channel in 90d"'

# ---- names ----
on 2026-06-10 tag create 等级/新
on 2026-06-10 tag show 新
is "a name in two categories must say which" "$code" 2
has "and both are named" "$err" '"名单/新" or "等级/新"'
on 2026-06-10 tag rename 等级/新 等级/老 --json
json "renamed" 'd["tag"] == "等级/老"'
on 2026-06-10 tag delete 名单/新 --json
json "deleted" 'd["tag"] == "名单/新" and d["consumers"] == 2'
on 2026-06-10 tag show 名单/新
is "it is gone" "$code" 3
run tag list --lang zh
has "in Chinese" "$out" "标签，截至 2026-06-1"
plan
