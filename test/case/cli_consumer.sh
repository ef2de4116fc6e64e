#!/bin/sh
# Consumers through the command line: pages, why, split, undo, join, list, rules.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2026-06-01T12:00:00+08:00
export POND_NOW
run init people
cat >"$TEST_TMP/in.ndjson" <<'IN'
{"time":"2026-05-01 10:00:00","event":"item_view","identities":{"device":"d1"},"channel":"h5"}
{"time":"2026-05-02 10:00:00","event":"member_join","identities":{"phone":"13800138000","device":"d1"},"channel":"mini_program"}
{"time":"2026-05-03 10:00:00","event":"purchase","identities":{"phone":"13800138000","openid":"oA"},"channel":"mini_program","order":"o1","amount":99.9,"item":"眉笔"}
{"time":"2026-05-04 10:00:00","event":"content_view","identities":{"openid":"oB"},"channel":"wechat_oa"}
{"time":"2026-05-05 10:00:00","event":"my_own_event","identities":{"openid":"oB"}}
{"time":"2026-05-05 11:00:00","event":"item_view"}
IN
run import "$TEST_TMP/in.ndjson" --json
json "six rows, one of nobody" 'd["accepted"] == 6 and d["anonymous"] == 1 and d["consumers"] == 2'

# ---- show ----
run consumer show phone:13800138000 --json
json "the page has its fixed shape" 'd["consumer"] == 1 and d["stage"] == "purchase" and d["events"] == 3 and
    {(i["kind"], i["value"]) for i in d["identities"]} == {("phone", "138****8000"), ("device", "d1"), ("openid", "oA")}'
run consumer show "phone:+86 138 0013 8000" --json
json "a phone is found however it is written" 'd["consumer"] == 1'
run consumer show device:d1 --json --reveal
json "--reveal shows values whole" '("phone", "13800138000") in {(i["kind"], i["value"]) for i in d["identities"]}'
run consumer show consumer:1 --events 1 --json
json "a consumer is found by number" 'd["consumer"] == 1 and len(d["timeline"]) == 1 and d["timeline"][0]["item"] == "眉笔"'
run consumer show consumer:1 --event purchase --event member_join --skip 1 --json
json "the timeline of some events, the newest left out" '[e["event"] for e in d["timeline"]] == ["member_join"] and d["matching"] == 2 and d["events"] == 3'
json "with how many there are of each" '[(n["event"], n["events"]) for n in d["counts"]] == [("item_view", 1), ("member_join", 1), ("purchase", 1)]'
run consumer show consumer:1 --from 2026-05-02 --to 2026-05-02 --json
json "the timeline of a day" '[e["event"] for e in d["timeline"]] == ["member_join"] and d["matching"] == 1'
run consumer show phone:13800138000
has "the page masks the phone" "$out" "138****8000"
case $out$err in *13800138000*) shown=1 ;; *) shown=0 ;; esac
is "the page never shows it whole" "$shown" 0
run consumer show phone:13900139000
is "an unknown identity has exit code 3" "$code" 3
run consumer show 13800138000
is "a value without kind has exit code 2" "$code" 2
has "and is told the form" "$err" "KIND:VALUE"
run consumer show
is "a missing argument has exit code 2" "$code" 2

# ---- why ----
run consumer why device:d1 openid:oA --json
json "why gives the chain with its events" 'd["same"] is True and
    [l["event"] for l in d["links"]] == ["member_join", "purchase"] and
    d["links"][0]["time"] == "2026-05-02T10:00:00+08:00" and d["links"][1]["channel"] == "mini_program"'
run consumer why device:d1 openid:oB --json
json "why of strangers says so" 'd["same"] is False and d["links"] == []'
run consumer why device:d1 openid:oA --lang zh
has "why speaks Chinese" "$out" "同一消费者"

# ---- split, undo ----
run verify --json
before=$("$POND_PYTHON" -c 'import json,sys; print(json.load(open(sys.argv[1]))["digest"])' "$TEST_TMP/out")
run consumer split device:d1 --dry-run --json
json "a dry run shows the parts" 'd["split"] is None and d["dry_run"] and sorted(len(x["identities"]) for x in d["consumers"]) == [1, 2]'
run consumer show device:d1 --json
json "and changes nothing" 'len(d["identities"]) == 3'
run consumer split device:d1 --reason "shared tablet" --json
json "a split shows its number and the parts" 'd["split"] == 1 and d["links"] == 1 and len(d["consumers"]) == 2'
run consumer show device:d1 --json
json "the device stands alone" '[i["kind"] for i in d["identities"]] == ["device"] and d["stage"] == "none" and d["events"] == 1'
run consumer why device:d1 phone:13800138000 --json
json "why shows the cut link" 'd["same"] is False and [l["state"] for l in d["links"]] == ["cut"]'
run consumer split device:d1
is "what is alone cannot be split" "$code" 4
run consumer decisions --json
json "the decision is kept with its reason" 'd["decisions"][0]["id"] == "s1" and d["decisions"][0]["reason"] == "shared tablet" and not d["decisions"][0]["undone"]'
run consumer undo s1 --dry-run --json
json "a dry run of undo shows what would be one" 'd["undone"] == 1 and d["dry_run"] and len(d["consumers"]) == 1'
run consumer why device:d1 phone:13800138000 --json
json "and leaves them apart" 'd["same"] is False'
run consumer undo s1 --json
json "undo joins them again" 'd["undone"] == 1 and len(d["consumers"]) == 1'
run verify --json
json "the digest is what it was" "d['ok'] and d['digest'] == '$before'"
run consumer undo s1
is "undone once is undone" "$code" 4
run consumer undo s9
is "an unknown split has exit code 3" "$code" 3
run consumer split phone:13800138000 --from openid:oA --json
json "--from cuts one link" 'd["links"] == 1 and len(d["consumers"]) == 2'
run consumer undo 2 --json
json "a plain number is a split" 'd["kind"] == "split"'

# ---- join ----
run consumer join phone:13800138000 openid:oB --json
json "a join makes them one" 'd["join"] == 1 and d["same"] is True and len(d["consumers"]) == 1'
run consumer why phone:13800138000 openid:oB --json
json "why names the operator" 'd["same"] and d["links"][0]["state"] == "operator"'
run consumer join phone:13800138000 openid:oB
is "what is one cannot be joined" "$code" 4
run consumer undo j1 --json
json "a join is undone" 'd["kind"] == "join" and len(d["consumers"]) == 2'
run verify --json
json "and the digest is what it was" "d['ok'] and d['digest'] == '$before'"

# ---- list ----
run consumer list --json
"$POND_PYTHON" - "$TEST_TMP/out" >"$TEST_TMP/list" <<'PY'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print([(r["consumer"], sorted(r["identities"])) for r in rows])
PY
is "list gives a line of JSON a consumer" "$(cat "$TEST_TMP/list")" \
    "[(1, ['device:d1', 'openid:oA', 'phone:138****8000']), (4, ['openid:oB'])]"
run consumer list --json --limit 1
is "--limit limits" "$(wc -l <"$TEST_TMP/out")" 1
run consumer list --stage purchase --csv
is "--stage chooses" "$(wc -l <"$TEST_TMP/out")" 2
run consumer list --stage rich
is "an unknown stage has exit code 2" "$code" 2

# ---- rules, events, models ----
run rules list --json
json "rules have kind, priority, strength, cap and max" 'any(r["kind"] == "device" and r["strength"] == "weak" and r["cap"] == 3 for r in d["rules"])'
run rules set openid --strength never --dry-run --json
json "a dry run tells what a rule would do" 'd["dry_run"] and d["consumers_before"] == 2 and d["consumers"] == 3 and d["parted"] == 1
    and d["joined"] == 0 and d["pieces"] == 1 and d["examples"][0]["change"] == "part" and len(d["examples"][0]["parts"]) == 2'
run rules list --json
json "and changes nothing" 'next(r["strength"] for r in d["rules"] if r["kind"] == "openid") == "strong"'
run rules set openid --strength never --json
json "a rule can be changed" 'd["strength"] == "never" and d["consumers"] == 3 and d["consumers_before"] == 2'
run rules set openid --strength strong --json
json "and changed back" 'd["consumers"] == 2'
run rules set openid --strength soft
is "an impossible strength has exit code 2" "$code" 2
run events list --json
json "events have counts and unknown ones are listed" '{e["event"]: (e["kind"], e["events"]) for e in d["events"]} == {
    "item_view": ("standard", 2), "member_join": ("standard", 1), "purchase": ("standard", 1),
    "content_view": ("standard", 1), "my_own_event": ("unknown", 1)}'
run model list --json
json "models list presets and versions" '{p["name"] for p in d["presets"]} >= {"aipl", "aipl-databank", "5a", "4a"} and
    d["versions"][-1]["name"] == "aipl" and d["versions"][-1]["in_force"]'
run model show --json
json "model show gives stages with rules" '[s["stage"] for s in d["stages"]] == ["none", "awareness", "interest", "purchase", "loyalty"] and "did purchase" in d["text"]'
"$POND" model show 5a >"$TEST_TMP/5a.yaml"
sed -e 's/^name: .*/name: mine/' -e 's/in 913d/in 10d/' "$TEST_TMP/5a.yaml" >"$TEST_TMP/mine.yaml"
"$POND" --data "$DATA" model show | sed -e 's/^name: .*/name: mine/' -e 's/in 913d/in 10d/' >"$TEST_TMP/mine.yaml"
run model diff "$TEST_TMP/mine.yaml" --json
json "model diff counts who would move" 'd["moved"] == 1 and d["known"] == 2 and
    {s["stage"]: s["after"] for s in d["stages"]}["purchase"] == 0 and sum(map(sum, d["matrix"])) == 2'
run report assets --json
json "and changes nothing" 'd["model"] == "aipl" and d["stages"][3]["consumers"] == 1'
run model apply "$TEST_TMP/mine.yaml" --json
json "model apply puts it in force" 'd["model"] == "mine" and d["version"] == 2'
run report assets --json
json "the report follows" 'd["model"] == "mine" and d["stages"][3]["consumers"] == 0'
run model apply aipl --json
json "and back" 'd["version"] == 3'
run verify --json
json "the digest is what it was once more" "d['ok'] and d['digest'] == '$before'"
printf 'name: x\nstages:\n  - name: a\n    when: did purchas in 3d and\n' >"$TEST_TMP/bad.yaml"
run model show --applied 1 --json
json "a version that was applied is shown" 'd["name"] == "aipl" and d["version"] == 1 and "in 913d" in d["text"]'
run model show --applied 9
is "one that was not is missing" "$code" 3
run model check "$TEST_TMP/mine.yaml" --json
json "a right model is read" 'd["ok"] and d["name"] == "mine" and [s["stage"] for s in d["stages"]] == ["awareness", "interest", "purchase", "loyalty"] and d["stages"][2]["when"] == "did purchase in 10d"'
run model check "$TEST_TMP/bad.yaml" --json
json "of a broken one the place of the mistake is told" 'd["ok"] is False and (d["error"]["line"], d["error"]["column"]) == (4, 15) and "purchas" in d["error"]["msg"]'
is "and it fails" "$code" 2
run model check "$TEST_TMP/bad.yaml" --lang zh --json
json "in Chinese too" 'd["error"]["line"] == 4 and d["error"]["column"] == 15 and d["error"]["msg"] == "阶段 a 的规则：未知事件 \"purchas\"" and "您是想写 purchase 吗" in d["error"]["hint"]'
printf 'name: x\nstages: [1\n' >"$TEST_TMP/broken.yaml"
run model check "$TEST_TMP/broken.yaml" --lang zh --json
json "what is no YAML as well" 'd["error"]["line"] == 3 and "应为逗号" in d["error"]["msg"]'
run model diff "$TEST_TMP/bad.yaml" --lang zh
has "with the file and the place" "$err" "bad.yaml: 第 4 行第 15 列：阶段 a 的规则"
run model diff "$TEST_TMP/bad.yaml"
is "a broken model has exit code 2" "$code" 2
has "and the message names the place" "$err" "line"
run model apply nothing
is "an unknown model has exit code 3" "$code" 3

# ---- backup ----
run backup "$TEST_TMP/backup" --json
json "a backup is made" 'd["files"] >= 2 and d["brand"] == "people"'
run restore "$TEST_TMP/backup" --check --json
json "a backup can be checked" 'd["restored"] is False'
run backup "$TEST_TMP/backup"
is "a backup does not write over another" "$code" 4
DATA=$TEST_TMP/restored
run restore "$TEST_TMP/backup" --verify --json
json "it restores to the same digest" "d['restored'] and d['ok'] and d['digest'] == '$before'"
run lake compact --json
json "compacting empties the log" 'd["log_rows"] == 0'
run verify --json
json "and leaves the digest alone" "d['ok'] and d['digest'] == '$before'"
for command in "consumer show phone:13800138000" "consumer list" "consumer decisions" "events list" \
    "rules list" "model list" "lake list" "model diff 4a"; do
    # shellcheck disable=SC2086 # words
    run $command --lang zh
    is "in Chinese: $command" "$code" 0
done
plan
