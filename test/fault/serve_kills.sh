#!/bin/sh
# kill -9 of a running server at random moments under load:
#     serve_kills.sh [--kills N] [--rate N] [--most_ms N] [--seed N] [--work DIR]
#
# Three clients send without a pause, as SDKs do, the same batch again until it is answered: Segment batches of 100 at
# --rate a second, Pond's lines, 20 a request, and single events; a fourth asks questions, so that copies of the process
# and writes of segments are under way. Each server lives 0.1 s to --most_ms; every seventh is killed while it starts.
# After every tenth kill `pond verify` replays what is there. At the end every acknowledged event must be there
# exactly once, no batch in part, nothing else, and the figures must add up. TAP on standard output. POND is the binary,
# bench_load and bench_ask are beside it, POND_PYTHON has duckdb.
set -u
here=$(cd "$(dirname "$0")" && pwd)
kills=50 rate=150 most_ms=8000 seed=1 flags_of="kills rate most_ms seed"
. "$here/../tap_fault.sh"
. "$here/../serve.sh"
bin=$(cd "$(dirname "$POND")" && pwd)
data=$work/data clients='' asker=''
end() {
    for p in $clients $asker; do kill "$p" 2>/dev/null; done
    [ -z "$serve_pid" ] || serve_kill
}
trap 'end; [ -z "$made" ] || rm -rf "$made"' EXIT

# client RUN KEY FLAG...
client() {
    run=$1 with=$2
    shift 2
    "$bin/bench_load" --url "$url" --key "$with" --run "$run" --seconds 86400 --linger 120 --acks "$work/acks.$run" \
        --users 200000 --seed "$seed" "$@" >"$work/load.$run" 2>"$work/load.$run.err" &
    clients="$clients $!"
}
wait_ms() { sleep "$(awk -v ms="$1" 'BEGIN { printf "%.3f", ms / 1000 }')"; }
verify() {
    pond verify --json
    if [ "$(field ok)" != true ]; then
        result 1 "after kill $done_kills verify finds nothing wrong" "$(cat "$work/out" "$work/err")"
        [ "$bad" -gt 3 ] || cp -r "$data" "$work/failed-$done_kills"
    fi
}

# check ACKS: of the single events; the others as they are.
check() {
    "$POND_PYTHON" "$here/serve_check.py" "$POND" "$data" shop "0000a001:100:$work/acks.0000a001" \
        "0000a002:20:$work/acks.0000a002" "0000a003:1:$1" >"$work/check" 2>"$work/check.err"
}
figure() { awk -v name="$1" '$1 == name { print $2 }' "$work/check"; }

pond init shop || result 1 "a brand is made" "$(cat "$work/err")"
write=$(serve_key load write)
operator=$(serve_key asker operator analyst)
serve_start || { result 1 "the server starts" "$(tail -n 5 "$work/serve.log")"; plan; exit 1; }
client 0000a001 "$write" --form segment --rate "$rate" --connections 12
client 0000a002 "$write" --form pond --events 20 --rate 40 --connections 4
client 0000a003 "$write" --form track --rate 200 --connections 8
"$bin/bench_ask" questions "$url" "$operator" 86400 200 'GET /api/v1/report/assets' \
    'POST /api/v1/who/count {"question":"did purchase in 30d"}' >"$work/ask" 2>&1 &
asker=$!

done_kills=0 slowest=0 left=0
for ms in $(awk -v n="$kills" -v most="$most_ms" -v seed="$seed" \
    'BEGIN { srand(seed); while (n--) print int(100 + rand() * (most - 100)) }'); do
    wait_ms "$ms"
    serve_kill || left=$((left + 1))
    done_kills=$((done_kills + 1))
    if [ $((done_kills % 10)) = 0 ]; then
        verify
        echo "# $done_kills kills, $(field events) events there, $bad failures"
    fi
    if [ $((done_kills % 7)) = 0 ]; then
        "$POND" --data "$data" serve --listen "${url#http://}" >/dev/null 2>>"$work/serve.log" </dev/null &
        serve_pid=$!
        wait_ms $((ms % 400))
        serve_kill || left=$((left + 1))
        done_kills=$((done_kills + 1))
    fi
    from=$(date +%s%N)
    if ! serve_start; then
        result 1 "the server starts after kill $done_kills" "$(tail -n 5 "$work/serve.log")"
        plan
        exit 1
    fi
    took=$((($(date +%s%N) - from) / 1000000))
    slowest=$((took > slowest ? took : slowest))
    [ "$done_kills" -lt "$kills" ] || break
done

# shellcheck disable=SC2086 # a list of processes
kill -TERM $clients $asker
lost=0
for p in $clients; do wait "$p" || lost=$((lost + 1)); done
wait "$asker" 2>/dev/null
clients='' asker=''
result "$lost" "every client was told in the end that each of its batches is safe" \
    "$(tail -n 30 "$work"/load.0000a00? "$work"/load.*.err)"
serve_stop
result $? "asked to stop, the server ends well" "$(tail -n 5 "$work/serve.log")"
serve_pid=''
result "$([ "$done_kills" -ge "$kills" ]; echo $?)" "$done_kills kills hit a server under load"
result "$left" "no copy of a killed server lives on"

pond verify --json
events=$(field events)
result "$([ "$(field ok)" = true ]; echo $?)" "what is there replays to the same state" "$(cat "$work/out" "$work/err")"
pond lake compact --json
if [ -n "${POND_NO_ORACLE:-}" ]; then
    echo "ok $((n += 1)) - each acknowledged event is there exactly once # SKIP $POND_NO_ORACLE"
else
    check "$work/acks.0000a003"
    result $? "each acknowledged event is there exactly once, and nothing else" "$(cat "$work/check" "$work/check.err")"
    result "$([ "$(figure rows)" = "$events" ]; echo $?)" \
        "history holds as many events as verify counts" "$events: $(cat "$work/check")"
    { cat "$work/acks.0000a003"; echo 4000000000; } >"$work/acks.more"
    check "$work/acks.more"
    result "$([ "$(figure 0000a003_missing)" = 1 ]; echo $?)" "the check tells of an event that is not there" \
        "$(cat "$work/check" "$work/check.err")"
    sed 1d "$work/acks.0000a003" >"$work/acks.less"
    check "$work/acks.less"
    result "$([ "$(figure 0000a003_made_up)" = 1 ]; echo $?)" "the check tells of an event that nobody sent" \
        "$(cat "$work/check" "$work/check.err")"
fi
resent=$(awk '$1 == "resent" { s += $2 } END { print int(s) }' "$work"/load.0000a00?)
result "$([ "$resent" -gt 0 ]; echo $?)" "clients had to send again" "resent $resent"
echo "# kills $done_kills, events $events, sent again $resent requests, slowest start $slowest ms"
plan
