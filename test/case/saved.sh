#!/bin/sh
# Analyses kept under a name: saved once, changed when asked to, renamed, deleted; what cannot be kept is refused.
. "$(dirname "$0")/../tap.sh"
on() {
    POND_NOW=${1}T12:00:00+08:00
    export POND_NOW
    shift
    run "$@"
}
on 2026-06-01 init kept
run saved list
has "an empty list says so" "$out" "None is saved"

run saved create 首购漏斗 --kind funnel --state 'step=view&step=buy' --json
json "what was saved is answered" 'd == {"name": "首购漏斗", "kind": "funnel", "state": "step=view&step=buy", "made_by": "cli",
    "made": "2026-06-01T12:00:00+08:00", "changed_by": "cli", "changed": "2026-06-01T12:00:00+08:00"}'
run saved create 首购漏斗 --kind funnel --state 'step=view'
is "a second of the same name is refused" "$code" 4
has "and says that it is there" "$err" 'saved as "首购漏斗" already'
on 2026-06-02 saved create 首购漏斗 --kind funnel --state 'step=view&within=7d' --replace --json
json "replacing keeps when it was made" 'd["state"] == "step=view&within=7d" and d["made"][:10] == "2026-06-01" and d["changed"][:10] == "2026-06-02"'
run saved create 别的 --kind funnel --state x --replace
is "what is not there cannot be replaced" "$code" 3

run saved create 月留存 --kind retention --state ''
run saved list --kind retention --json
json "a list of one kind; it may ask nothing" 'd["total"] == 1 and d["saved"][0]["name"] == "月留存" and d["saved"][0]["state"] == ""'
run saved list --limit 1 --offset 1 --json
json "a page of the list" 'd["total"] == 2 and [s["name"] for s in d["saved"]] == ["首购漏斗"]'

run saved rename 月留存 首购漏斗
is "renaming onto another is refused" "$code" 4
run saved rename 月留存 留存
run saved show 月留存
is "the old name is gone" "$code" 3
run saved show 首购漏
has "a near name is offered" "$err" 'did you mean "首购漏斗"?'
run saved delete 留存
run saved list --json
json "deleting leaves the others" '[s["name"] for s in d["saved"]] == ["首购漏斗"]'

for kind in Funnel 'a b' '' abcdefghijklmnopqrstuvwxyz_abcdefgh 漏斗; do
    run saved create x --kind "$kind" --state x
    is "the kind \"$kind\" is refused" "$code" 2
done
run saved create x --kind funnel --state "$(printf 'a\nb')"
is "a state of two lines is refused" "$code" 2
run saved create x --kind funnel --state "$(printf '%4096d' 0)"
is "4,096 bytes of state are kept" "$code" 0
run saved create y --kind funnel --state "$(printf '%4097d' 0)"
is "one more is not" "$code" 2
has "and says how many may be" "$err" "at most 4096"
plan
