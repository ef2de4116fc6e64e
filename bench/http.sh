#!/bin/sh
# A server on a fresh brand or table under load; its figures as lines "NAME VALUE":
#
#     bench/http.sh SERVER DIR FLAG...      loads it with bench_load FLAG...
#     bench/http.sh visible DIR SECONDS     Pond at 50 k events/s: bench_ask visible, then bench_ask questions
#
# SERVER is pond, or HTTP into PostgreSQL (bench/pg): node-insert, node-group, go-group, go-copy; made ready in DIR
# when Node and npm, or Go, are there (exit code 77 when not). Behind the client's figures come server_mb, the peak of
# the server's own memory (without PostgreSQL's), and load, the load average when it began. POND is the binary.
set -eu
cd "$(dirname "$0")/.."
what=$1 dir=$2
shift 2
bin=$(cd "$(dirname "$POND")" && pwd)
work=$dir/http data=$dir/http/data db=$dir/http/pg port=${BENCH_PG_PORT:-55431}
POND_PYTHON=${POND_PYTHON:-python3}
rm -rf "$work"
mkdir -p "$work"
. test/serve.sh
began=$(cut -d' ' -f1 /proc/loadavg)
cleanup() {
    [ -z "$serve_pid" ] || kill -9 "$serve_pid" 2>/dev/null || true
    [ ! -d "$db/data" ] || bench/pg/cluster.sh stop "$db" "$port" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
peak_mb() { awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$serve_pid/status"; }
tell() { echo "server_mb $(peak_mb)"; echo "load $began"; }

start_pond() {
    "$POND" --data "$data" init shop >/dev/null
    key=$(serve_key load write)
    serve_start || { tail -n 5 "$work/serve.log" >&2; exit 1; }
}

# HTTP into PostgreSQL: a program of bench/pg with its mode.
start_other() {
    mode=${what#*-}
    case $what in
    node-*)
        command -v node >/dev/null && command -v npm >/dev/null || exit 77
        [ -d "$dir/pgnode/node_modules/pg" ] || {
            mkdir -p "$dir/pgnode"
            cp bench/pg/package.json "$dir/pgnode"
            (cd "$dir/pgnode" && npm install --silent >&2) || exit 77
        }
        set -- env NODE_PATH="$dir/pgnode/node_modules" node bench/pg/server.js ;;
    go-*)
        command -v go >/dev/null || exit 77
        [ -x "$dir/pg_server" ] || (cd bench/pg && go build -o "$dir/pg_server" . >&2) || exit 77
        set -- "$dir/pg_server" ;;
    *) echo "http: no such server: $what" >&2; exit 2 ;;
    esac
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || exit 77
    bench/pg/cluster.sh start "$db" "$port" >&2
    : >"$work/other"
    "$@" $((port + 1)) "postgres://postgres@127.0.0.1:$port/postgres" "$mode" >"$work/other" 2>&1 &
    serve_pid=$! url=http://127.0.0.1:$((port + 1)) key=none
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ! grep -q ready "$work/other" || return 0
        sleep 0.5
    done
    cat "$work/other" >&2
    exit 1
}

visible() {
    start_pond
    operator=$(serve_key asker operator owner)
    # Consumers and events are there before the first question.
    "$bin/bench_load" --url "$url" --key "$key" --requests 10000 --users 500000 --run f1 >/dev/null
    "$bin/bench_load" --url "$url" --key "$key" --rate 500 --seconds 86400 --users 500000 --run f2 --linger 5 >"$work/load" &
    client=$!
    sleep 3
    "$bin/bench_ask" visible "$url" "$key" "$operator" $(($1 * 5))
    "$bin/bench_ask" questions "$url" "$operator" "$1" 100 \
        'GET /api/v1/report/assets' \
        'POST /api/v1/who/count {"question":"stage = purchase and gmv(365d) >= 500"}' \
        'POST /api/v1/who/count {"question":"did add_cart in 7d >= 2 and not did purchase in 30d"}' \
        'GET /api/v1/consumer?identity=user_id%3Avisible-1-1'
    kill -TERM "$client"
    wait "$client" || true
    grep -E '^(events_s|p50_ms|p99_ms|max_ms) ' "$work/load" | sed 's/^/load_/'
}

case $what in
visible)
    visible "$1"
    tell
    ;;
*)
    if [ "$what" = pond ]; then start_pond; else start_other; fi
    "$bin/bench_load" --url "$url" --key "$key" "$@"
    tell
    ;;
esac
