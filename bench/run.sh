#!/bin/sh
# Measures Pond beside what one would use instead, on this machine, in one run:
#
#     bench/run.sh [--quick|--full] [--runs N] [ROW...]     ROW: import identity stages now sqlite lives columns crowd value http visible
#
# --full (default) takes the sizes of DESIGN: 20 M events, 20 M identities, 5 M consumers with 100 M events, 50 M
# consumers; about an hour, 12 GB of disk under BENCH_DIR (build/bench) and 16 GB of memory. --quick takes a tenth to
# a fortieth. Each figure is the median of N runs (3); the SQL of `stages` at full size runs once. The table is
# Markdown on standard output; what was run and every single figure goes to BENCH_DIR/figures.log.
#
# POND is the binary; the programs of bench/*.c are built beside it. POND_PYTHON needs the package duckdb.
set -eu
cd "$(dirname "$0")/.."
POND=${POND:-$PWD/build/release/pond}
POND_PYTHON=${POND_PYTHON:-python3}
BIN=$(cd "$(dirname "$POND")" && pwd)
DIR=${BENCH_DIR:-$PWD/build/bench}
LC_ALL=C.UTF-8
POND_NOW=2018-01-10T00:00:00Z
export LC_ALL POND_NOW BENCH_DAYS=400 BENCH_TMP="$DIR"
unset POND_DATA POND_BRAND POND_LANG POND_LOG
size=full runs=3 rows=''
while [ $# -gt 0 ]; do
    case $1 in
    --quick) size=quick ;;
    --full) size=full ;;
    --runs) runs=$2; shift ;;
    -*) sed -n '2,12p' "$0" >&2; exit 2 ;;
    *) rows="$rows $1" ;;
    esac
    shift
done
rows=${rows:-import identity stages now sqlite lives columns crowd value http visible}
case $size in
quick) import_events=2000000 identities=2000000 consumers=250000 events=5000000 many=5000000 ;;
full) import_events=20000000 identities=20000000 consumers=5000000 events=100000000 many=50000000 ;;
esac
mkdir -p "$DIR"
log=$DIR/figures.log
table=$DIR/table.md
: >"$table"

say() { echo "bench: $*" >&2; }
note() { echo "$*" >>"$log"; }
has_duckdb() { "$POND_PYTHON" -c 'import duckdb' 2>/dev/null; }
drop_caches() { sync; [ ! -w /proc/sys/vm/drop_caches ] || echo 1 >/proc/sys/vm/drop_caches; }

# measure FILE COMMAND...: its figures ("NAME VALUE") into FILE.
measure() {
    into=$1
    shift
    note "\$ $*"
    "$BIN/bench_measure" "$@" >"$into.out" 3>"$into.cost" || { cat "$into.out" >&2; say "failed: $*"; return 1; }
    grep -E '^[a-z_0-9]+ -?[0-9.]+$' "$into.out" >"$into" || true
    # What a program says itself comes first.
    cat "$into.cost" >>"$into"
    tr '\n' ' ' <"$into" >>"$log"
    note ""
}
# figure NAME FILE: the first such figure.
figure() { awk -v name="$1" '$1 == name { print $2; exit }' "$2"; }
# median NAME FILE...: over several files.
median() {
    name=$1
    shift
    for f in "$@"; do figure "$name" "$f"; done | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
# repeat N WHAT COMMAND...: N runs, figures in DIR/WHAT.1 ...; `before` runs first each time when it is a function.
repeat() {
    count=$1 what=$2
    shift 2
    rm -f "$DIR/$what".[0-9]*
    for i in $(seq "$count"); do
        before
        measure "$DIR/$what.$i" "$@"
    done
}
before() { :; }
seconds() { awk -v s="$1" 'BEGIN { if (s == "") print "–"; else if (s < 0.1) printf "%.1f ms", s * 1000; else printf "%.2f s", s }'; }
memory() { awk -v m="$1" 'BEGIN { if (m == "") print "–"; else if (m < 1000) printf "%.0f MB", m; else printf "%.1f GB", m / 1024 }'; }
# row WORK SIZE OURS OTHER THEIRS OUR_MB THEIR_MB
row() {
    ratio=$(awk -v a="$3" -v b="$5" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf (b / a >= 10 ? "%.0f×" : "%.2f×"), b / a; else print "–" }')
    printf '| %s | %s | %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$(seconds "$3")" "$4" "$(seconds "$5")" \
        "$ratio" "$(memory "$6")" "$(memory "$7")" >>"$table"
    tail -n 1 "$table" >&2
}
# fact WORK SIZE VALUE: no other side.
fact() {
    printf '| %s | %s | %s | | | | %s | |\n' "$1" "$2" "$3" "$(memory "${4:-}")" >>"$table"
    tail -n 1 "$table" >&2
}
short() { awk -v n="$1" 'BEGIN { if (n >= 1000000) printf "%g M", n / 1000000; else printf "%g k", n / 1000 }'; }

# ---- the rows ----

bench_import() {
    csv=$DIR/events.csv data=$DIR/import db=$DIR/import.duckdb
    say "import of $(short $import_events) events"
    "$BIN/bench_gen" "$import_events" >"$csv"
    before() { rm -rf "$data"; "$POND" init shop --data "$data" >/dev/null; cat "$csv" >/dev/null; }
    repeat "$runs" import.ours "$POND" import "$csv" --data "$data" --json
    theirs='' their_mb=''
    if has_duckdb; then
        before() { rm -f "$db" "$db.wal"; cat "$csv" >/dev/null; }
        repeat "$runs" import.duckdb "$POND_PYTHON" bench/duck.py load "$csv" "$db"
        theirs=$(median seconds "$DIR"/import.duckdb.[0-9]) their_mb=$(median peak_mb "$DIR"/import.duckdb.[0-9])
        repeat 1 import.known "$POND_PYTHON" bench/duck.py load_known "$csv" "$db"
    fi
    ours=$(median seconds "$DIR"/import.ours.[0-9]) our_mb=$(median peak_mb "$DIR"/import.ours.[0-9])
    row "CSV to durable, resolved, folded, in the lake / DuckDB: create table from read_csv" \
        "$(short $import_events) events, $(($(wc -c <"$csv") / 1000000)) MB" "$ours" DuckDB "$theirs" "$our_mb" "$their_mb"
    [ -z "$theirs" ] || row "the same / DuckDB: with each event counted once and consumers listed" \
        "$(short $import_events) events" "$ours" DuckDB "$(figure seconds "$DIR/import.known.1")" "$our_mb" \
        "$(figure peak_mb "$DIR/import.known.1")"
    rm -rf "$data" "$db" "$db.wal" "$csv"
}

bench_identity() {
    say "resolution of $(short $identities) identities"
    before() { :; }
    repeat "$runs" identity.ours "$BIN/bench_identity" "$identities"
    theirs='' their_mb=''
    if has_duckdb; then
        "$BIN/bench_identity" "$identities" "$DIR/pairs.csv" >/dev/null
        repeat "$runs" identity.duckdb "$POND_PYTHON" bench/duck.py components "$DIR/pairs.csv" contraction
        theirs=$(median seconds "$DIR"/identity.duckdb.[0-9]) their_mb=$(median peak_mb "$DIR"/identity.duckdb.[0-9])
        [ "$(figure consumers "$DIR/identity.ours.1")" = "$(figure consumers "$DIR/identity.duckdb.1")" ] ||
            say "identity: the two sides do not agree on the number of consumers"
        rm -f "$DIR/pairs.csv"
    fi
    one=$DIR/identity.ours.1
    row "identifiers to consumers, from text / DuckDB: connected components by contraction, from integers" \
        "$(short $identities), 30 % joined" "$(median seconds "$DIR"/identity.ours.[0-9])" DuckDB "$theirs" \
        "$(median peak_mb "$DIR"/identity.ours.[0-9])" "$their_mb"
    fact "memory of dictionary and graph" "$(short $identities)" \
        "$(figure dictionary_bytes "$one" | cut -d. -f1) + $(figure graph_bytes "$one" | cut -d. -f1) bytes an identity"
}

bench_stages() {
    data=$DIR/stages lake=$DIR/stages/bench/lake
    say "stages of $(short $consumers) consumers from $(short $events) events"
    rm -rf "$data"
    before() { :; }
    repeat 1 stages.fill "$BIN/bench_stages" fill "$data" "$consumers" "$events"
    before() { drop_caches; }
    repeat "$runs" stages.ask "$BIN/bench_stages" ask "$data" - "$DIR/stages.answers"
    repeat 1 stages.afresh "$BIN/bench_stages" ask "$data" afresh
    counts='' counts_mb='' trend='' flows='' trend_mb=''
    if has_duckdb; then
        before() { :; }
        repeat "$runs" stages.counts "$POND_PYTHON" bench/duck.py counts "$lake"
        counts=$(median seconds "$DIR"/stages.counts.[0-9]) counts_mb=$(median peak_mb "$DIR"/stages.counts.[0-9])
        repeat "$([ $size = full ] && echo 1 || echo "$runs")" stages.trend "$POND_PYTHON" bench/duck.py trend "$lake" \
            "$DIR/stages.theirs"
        trend=$(median trend_s "$DIR"/stages.trend.[0-9]) flows=$(median flows_s "$DIR"/stages.trend.[0-9])
        trend_mb=$(median peak_mb "$DIR"/stages.trend.[0-9])
        cmp "$DIR/stages.answers" "$DIR/stages.theirs" >&2 || say "stages: the two sides do not agree"
    fi
    what="$(short $consumers) consumers, $(short $events) events"
    peak=$(median peak_mb "$DIR"/stages.ask.[0-9])
    ask() { median "$1" "$DIR"/stages.ask.[0-9]; }
    both=$(awk -v a="$(ask warm_trend_s)" -v b="$(ask warm_flows_s)" 'BEGIN { print a + b }')
    row "stage counts as of a past day, warm" "$what" "$(ask warm_counts_s)" DuckDB "$counts" "$peak" "$counts_mb"
    row "trend of 365 days, warm" "$what" "$(ask warm_trend_s)" DuckDB "$trend" "$peak" "$trend_mb"
    row "daily 5×5 flows of 365 days, warm" "$what" "$(ask warm_flows_s)" DuckDB "$flows" "$peak" "$trend_mb"
    row "trend and flows, warm" "$what" "$both" DuckDB "$flows" "$peak" "$trend_mb"
    row "all of it, cold: new process, checkpoint, no page cached" "$what" "$(ask cold_s)" DuckDB "$flows" "$peak" "$trend_mb"
    row "all of it, cold and without a checkpoint: from the segments" "$what" \
        "$(figure cold_s "$DIR/stages.afresh.1")" DuckDB "$flows" "$(figure peak_mb "$DIR/stages.afresh.1")" "$trend_mb"
    fact "accepting these events (made in memory), one by one durable in the lake" "$(short $events) events" \
        "$(seconds "$(figure accept_s "$DIR/stages.fill.1")")" "$(figure peak_mb "$DIR/stages.fill.1")"
    fact "memory of the pool: dictionary, graph, evidence, orders, stages" "$what" \
        "$(figure pool_bytes "$DIR/stages.fill.1" | cut -d. -f1) bytes a consumer"
    rm -rf "$data"
}

bench_now() {
    data=$DIR/now
    say "$(short $many) consumers"
    rm -rf "$data"
    before() { :; }
    repeat 1 now.fill "$BIN/bench_stages" fill "$data" "$many" "$many"
    before() { drop_caches; }
    repeat "$runs" now.cold "$BIN/bench_stages" ask "$data"
    before() { :; }
    repeat "$runs" now.warm "$BIN/bench_stages" ask "$data"
    repeat 1 now.write "$BIN/bench_stages" write "$data"
    what="$(short $many) consumers"
    fill=$DIR/now.fill.1
    fact "stage counts of today, from the column of stages" "$what" "$(seconds "$(median warm_now_s "$DIR"/now.warm.[0-9])")" \
        "$(median peak_mb "$DIR"/now.warm.[0-9])"
    fact "stage counts as of a past day, by sweep" "$what" "$(seconds "$(median warm_counts_s "$DIR"/now.warm.[0-9])")"
    fact "restart: open from the checkpoint, files in the page cache" "$what" \
        "$(seconds "$(median open_s "$DIR"/now.warm.[0-9])")"
    fact "restart: open from the checkpoint, nothing cached" "$what" "$(seconds "$(median open_s "$DIR"/now.cold.[0-9])")"
    fact "restart of a writer, with the set of known events" "$what" "$(seconds "$(figure open_s "$DIR/now.write.1")")" \
        "$(figure peak_mb "$DIR/now.write.1")"
    parts=$(for p in dictionary graph evidence orders stages; do
        printf '%s %.0f, ' $p "$(figure ${p}_bytes "$fill")"
    done)
    fact "memory a consumer with one identity and one event" "$what" \
        "$(figure pool_bytes "$fill" | cut -d. -f1) bytes (${parts%, })"
    rm -rf "$data"
}

bench_sqlite() {
    data=$DIR/sqlite
    has_duckdb || return 0
    say "stage counts on SQLite"
    rm -rf "$data"
    before() { :; }
    repeat 1 sqlite.fill "$BIN/bench_stages" fill "$data" 250000 5000000
    repeat "$runs" sqlite.ours "$BIN/bench_stages" ask "$data"
    repeat "$runs" sqlite.theirs "$POND_PYTHON" bench/duck.py sqlite_counts "$data/bench/lake"
    row "stage counts as of a past day, warm" "250 k consumers, 5 M events" \
        "$(median warm_counts_s "$DIR"/sqlite.ours.[0-9])" SQLite "$(median seconds "$DIR"/sqlite.theirs.[0-9])" \
        "$(median peak_mb "$DIR"/sqlite.ours.[0-9])" "$(median peak_mb "$DIR"/sqlite.theirs.[0-9])"
    rm -rf "$data"
}

bench_lives() {
    data=$DIR/lives
    say "funnel and retention of $(short $events) events"
    rm -rf "$data"
    before() { :; }
    repeat 1 lives.fill "$BIN/bench_stages" fill "$data" "$consumers" "$events"
    for one in funnel retention; do
        case $one in
        funnel) set -- funnel item_view add_cart purchase --within 7d ;;
        retention) set -- retention --unit week --to 2026-02-04 ;;
        esac
        before() { "$POND" report assets --data "$data" >/dev/null; }
        repeat "$runs" "lives.$one" "$POND" analyze "$@" --data "$data" --json
        cp "$DIR/lives.$one.1.out" "$DIR/lives.$one.answer"
        theirs='' their_mb=''
        if has_duckdb; then
            before() { :; }
            repeat "$runs" "lives.$one.duckdb" "$POND_PYTHON" bench/duck.py "$one" "$data/bench/lake" "$DIR/lives.$one.answer"
            theirs=$(median seconds "$DIR/lives.$one.duckdb".[0-9]) their_mb=$(median peak_mb "$DIR/lives.$one.duckdb".[0-9])
            [ "$(figure agree "$DIR/lives.$one.duckdb.1" | cut -d. -f1)" = 1 ] || say "$one: the two sides do not agree"
        fi
        case $one in
        funnel) text="funnel of three steps within 7 d, any start" ;;
        retention) text="weekly retention, any event" ;;
        esac
        row "$text: the whole command / DuckDB: the query alone" "$(short $consumers) consumers, $(short $events) events" \
            "$(median seconds "$DIR/lives.$one".[0-9])" DuckDB "$theirs" \
            "$(median peak_mb "$DIR/lives.$one".[0-9])" "$their_mb"
    done
    rm -rf "$data"
}

bench_columns() {
    say "questions over columns of $(short $many) consumers"
    before() { :; }
    repeat 1 columns.ours "$BIN/bench_who" columns "$many" 1000 "$DIR/columns"
    ours=$DIR/columns.ours.1 theirs='' many_s='' their_mb=''
    if has_duckdb; then
        repeat 1 columns.duckdb "$POND_PYTHON" bench/duck.py columns "$DIR/columns"
        one=$DIR/columns.duckdb.1
        theirs=$(figure warm_s "$one") many_s=$(figure many_s "$one") their_mb=$(figure peak_mb "$one")
        for name in found many_found; do
            [ "$(figure $name "$ours")" = "$(figure $name "$one")" ] || say "columns: the two sides do not agree on $name"
        done
    fi
    what="$(short $many) consumers"
    row "crowd of 5 column conditions, from text to count, warm / DuckDB: one table of these columns in memory" \
        "$what" "$(figure warm_s "$ours")" DuckDB "$theirs" "$(figure peak_mb "$ours")" "$their_mb"
    row "1,000 crowd questions of 4 conditions in a row" "$what" "$(figure many_s "$ours")" DuckDB "$many_s" \
        "$(figure peak_mb "$ours")" "$their_mb"
    fact "the same crowd the first time: columns made from evidence and identities" "$what" \
        "$(seconds "$(figure first_s "$ours")")" "$(figure peak_mb "$ours")"
    rm -f "$DIR"/columns.csv "$DIR"/columns.sql
}

bench_crowd() {
    data=$DIR/crowd
    say "crowds over the history of $(short $events) events"
    rm -rf "$data"
    before() { :; }
    repeat 1 crowd.fill "$BIN/bench_stages" fill "$data" "$consumers" "$events"
    for one in counts sequence; do
        case $one in
        counts) question='did add_cart(channel = "mini_program") in 90d >= 2 and not did purchase(amount >= 300) in 180d' ;;
        sequence) question='did add_cart then purchase within 7d in 90d and did item_view(channel = "tmall") in 30d >= 2' ;;
        esac
        repeat "$runs" "crowd.$one" "$BIN/bench_who" ask "$data" "$question"
        theirs='' their_mb=''
        if has_duckdb; then
            repeat "$runs" "crowd.$one.duckdb" "$POND_PYTHON" bench/duck.py crowd "$data/bench/lake" $one
            theirs=$(median seconds "$DIR/crowd.$one.duckdb".[0-9]) their_mb=$(median peak_mb "$DIR/crowd.$one.duckdb".[0-9])
            [ "$(figure found "$DIR/crowd.$one.1")" = "$(figure found "$DIR/crowd.$one.duckdb.1")" ] ||
                say "crowd: the two sides do not agree"
        fi
        case $one in
        counts) text="crowd of two counts over event history" ;;
        sequence) text="crowd of a sequence and a count over event history" ;;
        esac
        row "$text, nothing kept / DuckDB: one statement over the same segments" \
            "$(short $consumers) consumers, $(short $events) events" "$(median cold_s "$DIR/crowd.$one".[0-9])" DuckDB \
            "$theirs" "$(median peak_mb "$DIR/crowd.$one".[0-9])" "$their_mb"
        row "the same asked again" "$(short $consumers) consumers, $(short $events) events" \
            "$(median warm_s "$DIR/crowd.$one".[0-9])" DuckDB "$theirs" "$(median peak_mb "$DIR/crowd.$one".[0-9])" "$their_mb"
    done
    rm -rf "$data"
}

bench_value() {
    data=$DIR/value
    say "value of $(short $consumers) consumers"
    rm -rf "$data"
    before() { :; }
    repeat 1 value.fill "$BIN/bench_stages" fill "$data" "$consumers" "$events"
    repeat "$runs" value.ours "$BIN/bench_value" ask "$data" "$DIR/value.answer"
    rfm='' input='' their_mb=''
    if has_duckdb; then
        repeat "$runs" value.duckdb "$POND_PYTHON" bench/duck.py value "$data/bench/lake" "$DIR/value.answer"
        rfm=$(median rfm_s "$DIR"/value.duckdb.[0-9]) input=$(median clv_input_s "$DIR"/value.duckdb.[0-9])
        their_mb=$(median peak_mb "$DIR"/value.duckdb.[0-9])
        [ "$(figure agree "$DIR/value.duckdb.1" | cut -d. -f1)" = 1 ] || say "value: the two sides do not agree"
    fi
    repeat 1 value.fit "$BIN/bench_value" fit 1000000
    what="$(short $consumers) consumers, $(short $events) events"
    ours() { median "$1" "$DIR"/value.ours.[0-9]; }
    peak=$(ours peak_mb)
    row "RFM scores and types of a year, refunds told / DuckDB: knows that there are none" "$what" "$(ours rfm_s)" DuckDB \
        "$rfm" "$peak" "$their_mb"
    row "input of lifetime value models (x, t_x, T)" "$what" "$(ours clv_input_s)" DuckDB "$input" "$peak" "$their_mb"
    fact "BG/NBD fitted to them, with standard errors" "$what" "$(seconds "$(ours clv_fit_s)")" "$peak"
    fact "P(alive) and purchases of 52 weeks for each of them" "$what" "$(seconds "$(ours clv_score_s)")" "$peak"
    for one in bgnbd paretonbd gammagamma; do
        fact "fit of $one to 1 M consumers ($(figure groups "$DIR/value.fit.1" | cut -d. -f1) different)" "1 M consumers" \
            "$(seconds "$(figure ${one}_s "$DIR/value.fit.1")")" "$(figure peak_mb "$DIR/value.fit.1")"
    done
    rm -rf "$data" "$DIR/value.answer"
}

# ---- over HTTP ----

# speed FILE NAME: "243 k events/s, p50 12.3 ms, p99 40.1 ms" of a client's figures.
speed() {
    awk -v unit="$2" '{ v[$1] = $2 } END {
        n = v[unit "_s"]
        printf(n >= 100000 ? "%.0f k %s/s" : "%.1f k %s/s", n / 1000, unit)
        printf ", p50 %.1f ms, p99 %.1f ms", v["p50_ms"], v["p99_ms"]
    }' "$1"
}
# middle NAME UNIT: of the runs DIR/NAME.1 ..., the file whose speed is the median.
middle() {
    for f in "$DIR/$1".[0-9]; do echo "$(figure "$2_s" "$f") $f"; done | sort -g |
        awk '{ v[NR] = $2 } END { print v[int((NR + 1) / 2)] }'
}
# http_row NAME UNIT WORK OTHER: beside the other server, which ran before as NAME.OTHER; none: there is no other.
http_row() {
    ours=$(middle "$1.pond" "$2") theirs=''
    [ "$4" = none ] || theirs=$(middle "$1.$4" "$2")
    ratio=''
    [ -z "$theirs" ] || ratio=$(awk -v a="$(figure "$2_s" "$ours")" -v b="$(figure "$2_s" "$theirs")" 'BEGIN { printf "%.1f×", a / b }')
    printf '| %s | load %s | %s | %s | %s | %s | %s | %s |\n' "$3" "$(figure load "$ours")" "$(speed "$ours" "$2")" "${theirs:+$4}" \
        "${theirs:+$(speed "$theirs" "$2")}" "$ratio" "$(memory "$(figure server_mb "$ours")")" \
        "${theirs:+$(memory "$(figure server_mb "$theirs")")}" >>"$table"
    tail -n 1 "$table" >&2
}
# http_run NAME SERVER FLAG...: false when the server cannot be had here.
http_run() {
    name=$1 server=$2
    shift 2
    rm -f "$DIR/$name.$server".[0-9]*
    for i in $(seq "$runs"); do
        measure "$DIR/$name.$server.$i" bench/http.sh "$server" "$DIR" "$@" || return 1
    done
}

bench_http() {
    lasts=20 packed=30000
    [ $size = full ] || { lasts=8 packed=6000; }
    others=''
    http_run http.batch pond --seconds $((lasts + 3)) --warm 3
    http_run http.gzip pond --gzip --requests $packed
    http_run http.lines pond --form pond --seconds $((lasts + 3)) --warm 3
    http_run http.single pond --form track --connections 256 --seconds $((lasts + 3)) --warm 3
    for server in node-insert node-group go-group go-copy; do
        say "HTTP into PostgreSQL: $server"
        if http_run http.batch $server --seconds $((lasts + 3)) --warm 3 &&
            http_run http.single $server --form track --connections 256 --seconds $((lasts + 3)) --warm 3; then
            others="$others $server"
        else
            say "$server is left out"
        fi
    done
    for server in ${others:-none}; do
        http_row http.batch events "HTTP, Segment batches of 100, durable before the answer, 32 connections" "$server"
    done
    http_row http.gzip events "the same, packed by gzip" none
    http_row http.lines events "the same, Pond's own lines" none
    for server in ${others:-none}; do
        http_row http.single requests "HTTP, single events, durable before the answer, 256 connections" "$server"
    done
}

bench_visible() {
    lasts=60
    [ $size = full ] || lasts=12
    measure "$DIR/visible" bench/http.sh visible "$DIR" $lasts
    one=$DIR/visible
    took() { printf 'p50 %.1f ms, p99 %.1f ms' "$(figure "$1p50_ms" "$one")" "$(figure "$1p99_ms" "$one")"; }
    what="at $(short "$(figure load_events_s "$one")") events/s, load $(figure load "$one")"
    fact "from sending an event to its answer: durable" "$what" "$(took acknowledged_)" "$(figure server_mb "$one")"
    fact "from sending an event to its new consumer shown by the API" "$what" "$(took visible_)"
    fact "report assets, asked meanwhile" "$what" "$(took q1_)"
    fact "who count of two columns" "$what" "$(took q2_)"
    fact "who count of two counts over event history" "$what" "$(took q3_)"
    fact "consumer show" "$what" "$(took q4_)"
    fact "the load itself, from due to durable" "$what" "$(took load_)"
}

# ---- all of it ----

for program in ask gen identity load measure stages who value; do
    ninja -C "$BIN" "bench_$program" >/dev/null || { say "cannot build bench_$program in $BIN"; exit 1; }
done
has_duckdb || say "no DuckDB for $POND_PYTHON: the other side is left out (pip install duckdb==1.4.4)"
note "== $(date -u +%Y-%m-%dT%H:%MZ) $size:$rows"
for r in $rows; do "bench_$r"; done
cat <<TABLE
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), $(uname -sr); load average at the end $(cut -d' ' -f1-3 /proc/loadavg).
$("$POND" version 2>/dev/null | head -n 1), DuckDB $("$POND_PYTHON" -c 'import duckdb; print(duckdb.__version__)' 2>/dev/null || echo none) with 2 threads, SQLite $("$POND_PYTHON" -c 'import sqlite3; print(sqlite3.sqlite_version)'). Medians of $runs.

| work | size | Pond | other | its time | ratio | peak memory | its peak |
|---|---|---:|---|---:|---:|---:|---:|
$(cat "$table")
TABLE
