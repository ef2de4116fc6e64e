#!/bin/sh
# The figures that a running server gives of itself are those of who sends: counts, rate, queue, lag.
. "$(dirname "$0")/../tap.sh"
work=$TEST_TMP data=$DATA
. "$(dirname "$0")/../serve.sh"
bin=$(cd "$(dirname "$POND")" && pwd)
trap '[ -z "$serve_pid" ] || serve_kill' EXIT

run init shop
key=$(serve_key load write)
serve_start || { cat "$work/serve.log"; exit 1; }
# load NAME FLAG...: figures of the client in $work/NAME.
load() {
    into=$work/$1
    shift
    "$bin/bench_load" --url "$url" --key "$key" --connections 8 --users 5000 "$@" >"$into" 2>"$into.err"
}
sent() { awk -v name="$2" '$1 == name { printf "%d", $2 }' "$work/$1"; }
# post KEY BODY: one request; its status.
post() {
    "$POND_PYTHON" - "$url/v1/batch" "$1" "$2" <<'PYTHON'
import base64, sys, urllib.error, urllib.request
url, key, body = sys.argv[1:]
r = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json",
                           "Authorization": "Basic " + base64.b64encode((key + ":").encode()).decode()})
try:
    print(urllib.request.urlopen(r, timeout=30).status)
except urllib.error.HTTPError as e:
    print(e.code)
PYTHON
}
# near GOT WANT PERCENT
near() { awk -v a="$1" -v b="$2" -v p="$3" 'BEGIN { exit !(a >= b * (100 - p) / 100 && a <= b * (100 + p) / 100) }'; }

# ---- counts ----
load first --rate 50 --requests 150 --run a1
is "every request was answered 2xx" "$(sent first status_2xx)" 150
is "requests are counted as the client counts them" "$(metric pond_ingest_requests_total)" 150
is "so are the events in them" "$(metric pond_ingest_events_total)" 15000
is "all of them were new" "$(metric pond_ingest_accepted_total)" 15000
is "history holds them" "$(metric pond_events)" 15000
load again --requests 50 --run a1
is "what is sent again is counted as known" "$(metric pond_ingest_duplicates_total)" 5000
is "and adds nothing to history" "$(metric pond_events)" 15000
load single --form track --requests 200 --run a2
is "single events are requests of one" "$(metric pond_ingest_requests_total pond_ingest_events_total)" "400 20200"
load packed --gzip --requests 20 --run a3
is "packed bodies count as their events" "$(metric pond_ingest_events_total)" 22200
bad='{"batch":[{"type":"track","event":"x","userId":"u1","timestamp":"no time"}]}'
is "an event without a time is set aside" "$(post "$key" "$bad") $(metric pond_ingest_rejected_total)" "200 1"
is "a request without a key is refused" "$(post none "$bad")" 401
is "and counts as refused, not as one that brought events" \
    "$(metric pond_http_refused_total pond_ingest_requests_total)" "1 420"
is "when nobody sends nothing waits" "$(metric pond_queue_rows pond_ingest_lag_seconds)" "0 0"

# ---- rate ----
"$bin/bench_load" --url "$url" --key "$key" --rate 40 --seconds 13 --run a4 >"$work/steady" 2>&1 &
pid=$!
sleep 12
rate=$(metric pond_ingest_rate)
wait "$pid"
if near "$rate" 4000 10; then code=0; else code=1; fi
tap_result $code "the rate over ten seconds is what the client sends" "$rate events/s, sent 4000"

# ---- queue and lag: another process holds the ledger, so that nothing can become durable ----
"$POND_PYTHON" - "$DATA/shop/ledger.db" "$work/release" <<'PYTHON' &
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
db.execute("begin immediate")
until = time.monotonic() + 4.5 # the server waits 5 s
while time.monotonic() < until and not os.path.exists(sys.argv[2]):
    time.sleep(0.02)
db.execute("rollback")
PYTHON
holder=$!
sleep 0.5
"$bin/bench_load" --url "$url" --key "$key" --connections 1 --requests 1 --run a5 >"$work/held" 2>&1 &
pid=$!
sleep 0.7
"$bin/bench_load" --url "$url" --key "$key" --connections 8 --requests 8 --run a6 >"$work/waiting" 2>&1 &
pid="$pid $!"
set -- 0 0 0
while [ "$1" != 800 ] && kill -0 "$holder" 2>/dev/null; do
    # shellcheck disable=SC2046 # three numbers
    set -- $(metric pond_queue_rows pond_queue_batches pond_ingest_lag_seconds)
done
: >"$work/release"
# shellcheck disable=SC2086 # a list of processes
wait "$holder" $pid
is "while one request is being written, those behind it are counted in the queue" "$1 events, $2 requests" \
    "800 events, 8 requests"
if awk -v l="$3" 'BEGIN { exit !(l > 0.5 && l < 5) }'; then code=0; else code=1; fi
tap_result $code "the lag is the age of the oldest of them" "$3 s, sent 0.7 s ago or more"
is "they are answered when it can be written again" "$(sent held status_2xx) $(sent waiting status_2xx)" "1 8"
is "then nothing waits" "$(metric pond_queue_rows pond_ingest_lag_seconds)" "0 0"

events=$(metric pond_events)
serve_stop
is "asked to stop, it ends well" "$?" 0
serve_pid=''
run verify --json
json "history holds what the figures said" "d['ok'] and d['events'] == $events"
plan
