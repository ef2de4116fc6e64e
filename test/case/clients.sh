#!/bin/sh
# SDKs from npm as they are (test/client) send to a served brand that is killed with -9 under their hands
# and started again; the API then shows each event once. SDKs that forget what a failed request held
# (sa-sdk-node, thinkingdata-node, sa-sdk-javascript without batch_send) rest while it is down.
#
# Environment: POND_NPM where the packages are, POND_NODE Node 20 or newer, POND_CHROMIUM a browser; set
# by ./do test.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
client=$root/test/client
POND_NPM=${POND_NPM:-$root/build/npm}
POND_NODE=${POND_NODE:-node}
POND_CHROMIUM=${POND_CHROMIUM:-$(command -v chromium || true)}
export POND_NPM POND_CHROMIUM
WAIT=${POND_CLIENTS_WAIT:-120} # seconds for anything

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}
[ -d "$POND_NPM/node_modules/posthog-node" ] || skip_all "the npm packages are not there: ./do test clients fetches them"
node=$("$POND_NODE" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || skip_all "no Node"

skip() {
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1 # SKIP $2"
}

# waits SENTENCE COMMAND...: until it holds; fails the test, and says so, when it never does.
waits() {
    sentence=$1
    shift
    end=$(($(date +%s) + WAIT))
    until "$@"; do
        if [ "$(date +%s)" -ge "$end" ]; then
            tap_result 1 "$sentence" "waited $WAIT s: $*
$(tail -n 5 "$TEST_TMP"/*.err 2>/dev/null)"
            return 1
        fi
        sleep 0.05
    done
}

server=
serve() {
    : >"$TEST_TMP/serve.out"
    "$POND" --data "$DATA" serve --listen "127.0.0.1:$1" --stop-wait 5 >"$TEST_TMP/serve.out" 2>>"$TEST_TMP/serve.err" &
    server=$!
    waits "the server starts" grep -q 'http://127' "$TEST_TMP/serve.out" || give_up
}
end_all() {
    # shellcheck disable=SC2086 # a list of numbers
    kill $server $clients 2>/dev/null
    wait
}
give_up() {
    end_all
    plan
    exit 1
}

# brand NAME: makes it, with its keys in $write and $read.
brand() {
    run init "$1"
    run --brand "$1" key create sdk --kind write --json
    write=$(echo "$out" | sed 's/.*"key": *"\([^"]*\)".*/\1/')
    run --brand "$1" key create check --kind operator --role analyst --json
    read=$(echo "$out" | sed 's/.*"key": *"\([^"]*\)".*/\1/')
}
brand 文档
doc_write=$write doc_read=$read
brand 丢失
lost_write=$write lost_read=$read
brand 真实客户端
has "a write key is made" "$write" pk_w_
has "an operator key is made" "$read" pk_o_

clients=
serve 0
url=$(grep -o 'http://127.0.0.1:[0-9]*' "$TEST_TMP/serve.out" | head -n 1)
port=${url##*:}

names="segment rudder posthog sensors thinking mini"
[ "$node" -ge 20 ] || names="rudder sensors thinking mini"
if [ "$node" -ge 20 ] && [ -x "$POND_CHROMIUM" ]; then
    names="$names browser"
fi
go=$TEST_TMP/go
for name in $names; do
    "$POND_NODE" "$client/run.mjs" "$name" "$url" "$write" "$go" >"$TEST_TMP/$name.sent" 2>"$TEST_TMP/$name.err" &
    clients="$clients $!"
done

# all_say WHAT: every client has noted it, or ended.
all_say() {
    for n in $names; do
        grep -q "$1" "$TEST_TMP/$n.sent" || return 1
    done
}
keep_sending() { # those that send on while the server is down
    for n in $names; do
        case $n in segment | rudder | posthog | mini)
            grep -q '"mark":"round","n":'"$1" "$TEST_TMP/$n.sent" || return 1
            ;;
        esac
    done
}
halves() { # the browser is five clients
    [ "$(cat "$TEST_TMP"/*.sent | grep -c '"mark":"half"')" -ge "$1" ]
}
count=0
for name in $names; do
    [ "$name" = browser ] && count=$((count + 5)) || count=$((count + 1))
done

waits "every client has sent its first half" halves "$count" || give_up
for round in 8 24; do
    waits "those that send on are in round $round" keep_sending "$round" || give_up
    kill -9 "$server"
    wait "$server" 2>/dev/null
    dead=$(date +%s%N)
    serve "$port"
    echo "# killed in round $round, back after $((($(date +%s%N) - dead) / 1000000)) ms"
done
# all_end SENTENCE: waits for the clients; none failed, and no SDK told that it gave something up.
all_end() {
    ok=0
    for pid in $clients; do
        wait "$pid" || ok=1
    done
    clients=
    tap_result $ok "$1" "$(tail -n 5 "$TEST_TMP"/*.err)"
    is "and lost nothing on its side" "$(cat "$TEST_TMP"/*.err | grep 'lost\|gave up')" ""
}
: >"$go"
all_end "every client came to its end"
for name in $names; do
    figures=$(grep '"mark":"done"' "$TEST_TMP/$name.sent" | sed 's/.*"sends":\([0-9]*\),"failed":\([0-9]*\).*/\1 \2/' |
        awk '{ s += $1; f += $2 } END { print s " requests, " f " in vain" }')
    echo "# $name: $figures"
    case $name in segment | rudder | posthog)
        case $figures in *" 0 in vain") tap_result 1 "$name met a dead server" "$figures" ;;
        *) tap_result 0 "$name met a dead server" ;; esac
        ;;
    esac
done

# takes SCRIPT ARG...: what a script of test/client has found, as tests of this one.
takes() {
    script=$1 why=
    shift
    "$POND_NODE" "$client/$script" "$@" >"$TEST_TMP/found" 2>"$TEST_TMP/found.err"
    found=$?
    while IFS= read -r line; do
        case $line in
        "#"*) why="$why${line#\# }
" ;;
        "ok "*) tap_result 0 "${line#ok }" ;;
        "not ok "*)
            tap_result 1 "${line#not ok }" "$why"
            why=
            ;;
        esac
    done <"$TEST_TMP/found"
    is "$script ends well" "$found $(cat "$TEST_TMP/found.err")" "0 "
}
# shellcheck disable=SC2046 # a list of names
takes check.mjs "$url" "$read" $(for name in $names; do echo "$TEST_TMP/$name.sent"; done)

# ---- answers that are lost: what was kept is sent again, and is known ----
again="rudder mini"
[ "$node" -lt 20 ] || again="segment rudder posthog mini"
"$POND_NODE" "$client/lose.mjs" "$url" >"$TEST_TMP/lose.out" &
lose=$!
waits "the way that loses answers is there" grep -q http "$TEST_TMP/lose.out" || give_up
for name in $again; do
    "$POND_NODE" "$client/run.mjs" "$name:-again" "$(head -n 1 "$TEST_TMP/lose.out")" "$lost_write" "$go" \
        >"$TEST_TMP/$name-again.sent" 2>"$TEST_TMP/$name-again.err" &
    clients="$clients $!"
done
all_end "every client came to its end though answers were lost"
kill "$lose"
wait "$lose"
lost=$(tail -n 1 "$TEST_TMP/lose.out")
known=$("$POND_NODE" -e "fetch('$url/metrics').then((r) => r.text()).then(console.log)" |
    sed -n 's/^pond_ingest_duplicates_total{brand="丢失"} //p')
lost=${lost:-0} known=${known:-0}
echo "# $lost answers lost, $known events known already"
tap_result $((lost < 10 || known < lost)) "what an answer was lost for came again, and was known" "$lost lost, $known known"
# shellcheck disable=SC2046
takes check.mjs "$url" "$lost_read" $(for name in $again; do echo "$TEST_TMP/$name-again.sent"; done)

# ---- the examples of the docs ----
[ "$node" -lt 20 ] ||
    takes snippets.mjs "$root/docs/collect.md" "$url" "$doc_write" "$doc_read" "$TEST_TMP/snippets"

if [ "$node" -lt 20 ]; then
    for name in segment posthog browser; do skip "$name" "needs Node 20"; done
elif [ ! -x "$POND_CHROMIUM" ]; then
    skip "browser" "no Chromium"
fi
kill "$server"
wait "$server"
is "the server ends well" $? 0
for name in 真实客户端 丢失 文档; do
    run --brand "$name" verify --json
    json "what it left of $name verifies" 'd["ok"]'
done
plan
