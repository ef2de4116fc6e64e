#!/bin/sh
# The curl lines of the README, typed as they stand there, against a server over a small brand.
. "$(dirname "$0")/../tap.sh"
DATA=$TEST_TMP/data
readme=$(dirname "$0")/../../README.md
run sample --consumers 200 --days 60 --out "$TEST_TMP/sample.ndjson"
run init demo
run import "$TEST_TMP/sample.ndjson"
run key create shop --kind write --json
WRITE_KEY=$(echo "$out" | sed 's/.*"key":"\([^"]*\)".*/\1/')
run key create desk --kind operator --json
KEY=$(echo "$out" | sed 's/.*"key":"\([^"]*\)".*/\1/')
export WRITE_KEY KEY

"$POND" --data "$DATA" serve --listen 127.0.0.1:0 >"$TEST_TMP/address" 2>"$TEST_TMP/serve.err" </dev/null &
server=$!
trap 'kill $server 2>/dev/null' EXIT
for _ in $(seq 300); do [ -s "$TEST_TMP/address" ] && break; sleep 0.1; done
address=$(cat "$TEST_TMP/address")
is "one line says where it is" "$(wc -l <"$TEST_TMP/address")" 1

# Each command with its continued lines as one, under the heading "Serve".
sed -n '/^## Serve/,/^## Try/p' "$readme" | grep '^    ' | sed 's/^    //' |
    awk '/\\$/ { sub(/\\$/, ""); held = held $0; next } { print held $0; held = "" }' |
    grep '^curl' | sed "s,http://127.0.0.1:8080,$address,g" >"$TEST_TMP/commands"
cd "$TEST_TMP" || exit 1
while read -r line; do
    # What was sent is visible a moment after the answer.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        said=$(eval "$(echo "$line" | sed 's/^curl/curl -sS --fail-with-body/')" 2>&1)
        code=$?
        [ $code = 0 ] && break
        sleep 0.2
    done
    is "$(echo "$line" | sed "s,$address,,; s/#//g" | cut -c1-90)" "$code" 0
    echo "$said" >>"$TEST_TMP/said"
done <"$TEST_TMP/commands"
is "all six were tried" "$(wc -l <"$TEST_TMP/commands")" 6
has "the consumer is there, with what was sent" "$(cat "$TEST_TMP/said")" '"add_cart"'
has "a phone number is masked" "$(cat "$TEST_TMP/said")" '138****8000'
has "the picture is one" "$(head -c 300 "$TEST_TMP/flow.svg")" '<svg'
plan
