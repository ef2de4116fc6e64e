#!/bin/sh
# The command line itself: first words, help, flags, languages, exit codes, completion.
. "$(dirname "$0")/../tap.sh"

# ---- without anything ----
"$POND" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
is "pond alone ends well" $? 0
out=$(cat "$TEST_TMP/out")
has "pond alone names the first command" "$out" "pond init"
has "pond alone names the second command" "$out" "pond import"
has "pond alone names the third command" "$out" "pond report assets"
is "pond alone says nothing on standard error" "$(cat "$TEST_TMP/err")" ""

# ---- exit codes ----
run report assets
is "without a pond the exit code is 3" "$code" 3
has "without a pond the hint names init" "$err" "pond init"
is "a failure leaves standard output empty" "$out" ""
run report assets --json
json "a failure under --json is an object on standard output" \
    'd["error"]["code"] == "missing" and d["error"]["message"] and d["error"]["hint"]'
run reprot assets
is "an unknown command has exit code 2" "$code" 2
has "an unknown command gets a suggestion" "$err" 'did you mean "report'
run report assets --as-off 2017-12-01
is "an unknown flag has exit code 2" "$code" 2
has "an unknown flag gets a suggestion" "$err" "--as-of"
run report assets --as-of 2017-02-30
is "an impossible day has exit code 2" "$code" 2
run report assets --as-of
is "a flag without its value has exit code 2" "$code" 2

# ---- init ----
run init mybrand
is "init ends well" "$code" 0
has "init tells the next command" "$out" "pond import"
is "the key file is for the owner only" "$(stat -c %a "$DATA/pond.key")" 600
run init 花西子
is "a brand may have a Chinese name" "$code" 0
rm -rf "$DATA/花西子"
run init mybrand
is "a brand that exists is a conflict" "$code" 4
run init other --tz Mars/Olympus
is "an unknown time zone is refused" "$([ "$code" = 2 ] || [ "$code" = 3 ]; echo $?)" 0
run init other --model nothing
is "an unknown stage model is refused" "$code" 3
is "a refused init leaves nothing" "$(ls "$DATA" | sort | tr '\n' ' ')" "mybrand pond.key "
run init second --tz UTC --model aipl-databank --json
json "init answers in JSON" 'd["brand"] == "second" and d["tz"] == "UTC" and d["model"] == "aipl-databank"'
run report assets
is "several brands need --brand" "$code" 2
run report assets --brand second --json
json "--brand chooses" 'd["model"] == "aipl-databank"'
"$POND" report assets --json --brand second --data "$DATA" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
json "--data may stand anywhere" 'len(d["stages"]) == 5'
POND_DATA=$DATA POND_BRAND=second "$POND" report assets --json >"$TEST_TMP/out" 2>"$TEST_TMP/err"
json "POND_DATA and POND_BRAND do the same" 'd["model"] == "aipl-databank"'
rm -rf "$DATA/second"

# ---- an empty pond ----
run report assets
is "an empty pond has a report" "$code" 0
has "an empty pond says what to do next" "$out" "pond import FILE"
run report assets --json
json "an empty pond counts nothing" 'sum(s["consumers"] for s in d["stages"]) == 0 and d["stages"][0]["stage"] == "none"'
for command in "report trend" "report flow" "report flows" "consumer list" "consumer decisions" \
    "events list" "rules list" "model list" "lake list" "lake compact" verify; do
    # shellcheck disable=SC2086 # two words
    run $command
    is "an empty pond bears: $command" "$code" 0
done

# ---- help ----
run help
has "help lists the commands" "$out" "consumer show"
"$POND" describe --json >"$TEST_TMP/out" 2>"$TEST_TMP/err"
json "describe gives every operation with its help in both languages" \
    'len(d["operations"] if "operations" in d else d["ops"]) > 20'
"$POND_PYTHON" - "$TEST_TMP/out" >"$TEST_TMP/names" <<'PY'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
for op in d.get("operations") or d.get("ops"):
    print(op["name"])
PY
missing=
while read -r name; do
    # shellcheck disable=SC2086 # words of a command
    for lang in en zh; do
        text=$("$POND" help $name --lang $lang 2>&1) || missing="$missing $name($lang)"
        case $text in *"pond $name"*) ;; *) missing="$missing $name($lang:usage)" ;; esac
        case $text in *Example*|*示例*) ;; *) missing="$missing $name($lang:example)" ;; esac
    done
    # shellcheck disable=SC2086
    [ "$("$POND" $name --help 2>/dev/null)" = "$("$POND" help $name)" ] || missing="$missing $name(--help)"
done <"$TEST_TMP/names"
is "every command has help with usage and example, in both languages" "$missing" ""
run help reprot
is "help about nothing known fails" "$code" 3
"$POND" describe --markdown >"$TEST_TMP/operations.md"
is "docs/operations.md is what describe --markdown prints" \
    "$(cmp "$TEST_TMP/operations.md" "$(dirname "$0")/../../docs/operations.md" 2>&1)" ""

# ---- language ----
out=$(LC_ALL=zh_CN.UTF-8 "$POND" --data "$DATA" report assets)
has "a Chinese locale gives Chinese" "$out" "截至"
run report assets --lang zh
has "--lang zh gives Chinese" "$out" "消费者"
out=$(LC_ALL=zh_CN.UTF-8 "$POND" --data "$DATA" --lang en report assets)
has "--lang en wins over the locale" "$out" "consumers"
run report asets --lang zh
has "failures are announced in Chinese" "$err" "提示"

# ---- where output goes ----
run report assets --csv
is "CSV begins with its header" "$(printf '%s' "$out" | head -n 1 | tr -d '\r')" \
    "stage,consumers,share,change_7d,change_7d_share"
case $out in *"$(printf '\033')"*) colours=1 ;; *) colours=0 ;; esac
is "no colours when standard output is no terminal" "$colours" 0
"$POND" --data "$DATA" help 2>"$TEST_TMP/err" | head -n 1 >/dev/null
is "a reader that goes away is no error" "$(cat "$TEST_TMP/err")" ""
"$POND" --data "$DATA" rules list >/dev/full 2>"$TEST_TMP/err"
is "a full disk behind standard output is" "$?" 8

"$POND" --data "$DATA" rules list >&- 2>"$TEST_TMP/err"
is "a closed standard output is a failure too" "$?" 7

# ---- the key ----
mv "$DATA/pond.key" "$TEST_TMP/key"
run report assets
is "a lost key has exit code 5" "$code" 5
has "and the message names the file" "$err" "pond.key"
run init another
is "no brand is made beside brands of a lost key" "$code" 5
echo nonsense >"$DATA/pond.key"
run report assets
is "a damaged key has exit code 9" "$code" 9
"$POND" --data "$TEST_TMP/elsewhere" init other >/dev/null
cp "$TEST_TMP/elsewhere/pond.key" "$DATA/pond.key"
run report assets
is "another key has exit code 5" "$code" 5
cp "$TEST_TMP/key" "$DATA/pond.key"
run report assets
is "the key put back opens the data" "$code" 0
POND_NOW=yesterday "$POND" --data "$DATA" report assets >/dev/null 2>"$TEST_TMP/err"
is "a POND_NOW that is no time has exit code 2" "$?" 2

# ---- completion ----
run completion bash
printf '%s\n' "$out" >"$TEST_TMP/completion"
is "completion is sound bash" "$(bash -n "$TEST_TMP/completion" 2>&1)" ""
complete() {
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pond; echo "${COMPREPLY[*]}"' \
        "$TEST_TMP/completion" "$@"
}
is "completion knows the reports" "$(complete pond report '')" "assets trend flow flows metrics loop fast growth"
has "completion knows the flags" "$(complete pond report assets --)" "--as-of"
is "completion knows the choices" "$(complete pond rules set phone --strength '')" "strong weak never"
run completion zsh
has "completion speaks zsh" "$out" "bashcompinit"
run completion fish
is "completion refuses other shells" "$code" 2

run version
has "version says so" "$out" "pond "
plan
