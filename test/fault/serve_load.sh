#!/bin/sh
# A server under steady load, with people asking:
#     serve_load.sh [--seconds N] [--rate N] [--top_seconds N] [--connections N] [--users N] [--work DIR]
#
# First how many Segment batches of 100 events a second it takes at most (--top_seconds, closed loop); then half of
# that, or --rate, for --seconds, at set times (a request's time counts from when it was due), while one person after
# another asks five questions. Every ten seconds: memory of the server, memory its copies have for themselves, lag,
# queue, rate. At the end: times of both, the figures of /metrics beside the client's, and whether memory is flat: the
# set of known events and orders grow with history (16 bytes an event, 64 an order of which there is one in 20 events),
# so what is looked at is how much more than that the last third of the run used than the second. TAP on standard output, samples
# in WORK/samples. POND is the binary, bench_load and bench_ask are beside it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
seconds=600 rate=0 top_seconds=20 connections=32 users=500000 flags_of="seconds rate top_seconds connections users"
. "$here/../tap_fault.sh"
. "$here/../serve.sh"
bin=$(cd "$(dirname "$POND")" && pwd)
data=$work/data others=''
end() {
    for p in $others; do kill "$p" 2>/dev/null; done
    [ -z "$serve_pid" ] || serve_kill
}
trap 'end; [ -z "$made" ] || rm -rf "$made"' EXIT
load() {
    "$bin/bench_load" --url "$url" --key "$write" --connections "$connections" --users "$users" "$@"
}
figure() { awk -v name="$1" '$1 == name { print $2 }' "$2"; }

# sample: "resident_mb copies_mb rate lag_s queue pause_s"; copies: what is theirs alone, as the rest is shared.
sample() {
    resident=$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$serve_pid/status")
    copies=0
    for child in $(pgrep -P "$serve_pid"); do
        own=$(awk '/^Private_/ { s += $2 } END { printf "%.0f", s / 1024 }' "/proc/$child/smaps_rollup" 2>/dev/null)
        copies=$((copies + ${own:-0}))
    done
    echo "$resident $copies $(metric pond_ingest_rate pond_ingest_lag_seconds pond_queue_rows pond_snapshot_pause_seconds)"
}

echo "# load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
pond init shop || result 1 "a brand is made" "$(cat "$work/err")"
write=$(serve_key load write)
operator=$(serve_key asker operator owner)
serve_start || { result 1 "the server starts" "$(tail -n 5 "$work/serve.log")"; plan; exit 1; }

if [ "$rate" = 0 ]; then
    load --run 70b --seconds "$top_seconds" --warm $((top_seconds / 4)) >"$work/top" || result 1 "top speed is measured" "$(cat "$work/top")"
    rate=$(awk '$1 == "requests_s" { printf "%d", $2 / 2 }' "$work/top")
    echo "# top speed: $(figure events_s "$work/top") events/s, p50 $(figure p50_ms "$work/top") ms, p99 $(figure p99_ms "$work/top") ms"
else
    echo "answered 0" >"$work/top"
fi
echo "# $rate requests/s, $((rate * 100)) events/s, for $seconds s"

load --run 10ad --rate "$rate" --seconds "$seconds" --every 10 >"$work/load" 2>"$work/load.every" &
client=$!
"$bin/bench_ask" questions "$url" "$operator" "$seconds" 300 \
    'GET /api/v1/report/assets' \
    'POST /api/v1/who/count {"question":"stage = purchase and gmv(365d) >= 500"}' \
    'POST /api/v1/who/count {"question":"did add_cart in 7d >= 2 and not did purchase in 30d"}' \
    'GET /api/v1/consumer?identity=user_id%3Au00000001' \
    'GET /api/v1/report/flow' >"$work/ask" 2>"$work/ask.err" &
asker=$!
others="$client $asker"
: >"$work/samples"
while kill -0 "$client" 2>/dev/null; do
    sleep 10 &
    wait $!
    if kill -0 "$client" 2>/dev/null; then
        sample >>"$work/samples"
        tail -n 1 "$work/samples" | awk -v t="$(wc -l <"$work/samples")" \
            '{ printf "# %4d s: %5d MB, copies %4d MB, %7d events/s, lag %.3f s, %d wait, pause %.1f ms\n", t * 10, $1, $2, $3, $4, $5, $6 * 1000 }'
    fi
done
wait "$client"
result $? "every batch was answered, none was refused for good" "$(cat "$work/load")"
wait "$asker"
result $? "every question was answered" "$(cat "$work/ask.err")"
others=''
sleep 1

# ---- what it says of itself ----
sent=$(awk '$1 == "answered" { s += $2 * 100 } END { printf "%d", s }' "$work/top" "$work/load")
resent=$(awk '$1 == "status_5xx" || $1 == "status_4xx" { s += $2 } END { printf "%d", s }' "$work/top" "$work/load")
# shellcheck disable=SC2046 # numbers
set -- $(metric pond_ingest_events_total pond_ingest_accepted_total pond_events pond_ingest_duplicates_total pond_queue_rows pond_ingest_lag_seconds)
result "$([ "$2" = "$sent" ] && [ "$3" = "$sent" ]; echo $?)" "the figures say as many events as the client had answered" \
    "accepted $2, history $3, answered $sent"
result "$([ "$1" = "$sent" ] || [ "$resent" != 0 ]; echo $?)" "and as many as it sent" "$1, sent $sent"
result "$([ "$5 $6" = "0 0" ]; echo $?)" "then nothing waits" "queue $5, lag $6"
result "$(awk '$4 > 2 { bad = 1 } END { print bad + 0 }' "$work/samples")" "what was accepted was visible within 2 s at every sample" \
    "$(sort -k4 -g "$work/samples" | tail -n 1)"
result "$(awk -v want=$((rate * 100)) 'NR > 1 && ($3 < want * 0.8 || $3 > want * 1.2) { bad++ } END { print (bad > NR / 10) }' "$work/samples")" \
    "the rate it tells is the client's" "$(awk '{ print $3 }' "$work/samples" | tr '\n' ' ')"

# ---- memory ----
memory=$(awk -v rate=$((rate * 100)) '{ v[NR] = $1 } END {
    third = int(NR / 3)
    for (i = NR - 2 * third + 1; i <= NR; i++) if (i <= NR - third) second += v[i]; else last += v[i]
    grew = third ? (last - second) / third : 0
    due = rate * 10 * third * (16 + 64 / 20) / 1048576
    printf "%d %d %d %d", second / third, last / third, grew, due
}' "$work/samples")
# shellcheck disable=SC2086 # numbers
set -- $memory
result "$([ $(($3 - $4)) -le $(($1 / 20 + 16)) ]; echo $?)" "memory is flat but for what history needs" \
    "second third $1 MB, last third $2 MB: $3 MB more, history accounts for $4 MB"
echo "# memory: second third $1 MB, last third $2 MB, $3 MB more, of which known events and orders $4 MB"
echo "# accepted $sent events; from due to durable: p50 $(figure p50_ms "$work/load") ms, p99 $(figure p99_ms "$work/load") ms, p99.9 $(figure p999_ms "$work/load") ms, most $(figure max_ms "$work/load") ms"
i=0
for name in 'report assets' 'who count, columns' 'who count, events' 'consumer show' 'report flow'; do
    i=$((i + 1))
    echo "# $name: asked $(figure q${i}_asked "$work/ask"), p50 $(figure q${i}_p50_ms "$work/ask") ms, p99 $(figure q${i}_p99_ms "$work/ask") ms, most $(figure q${i}_max_ms "$work/ask") ms"
done
serve_stop
result $? "asked to stop, the server ends well" "$(tail -n 5 "$work/serve.log")"
serve_pid=''
echo "# load average behind: $(cut -d' ' -f1-3 /proc/loadavg)"
plan
