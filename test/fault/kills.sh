#!/bin/sh
# kill -9 at random moments of an import: kills.sh [--kills N] [--events N] [--seed N] [--work DIR]
#
# Two thirds of the kills hit the import of one big file (segments), one third the import of small files one
# after another (the log). After every kill the ledger, read by another program, must hold at least what it held
# before, in segments and log together exactly what has a number, and no import may claim more; after every
# tenth `pond verify` replays everything. An import that gets through is compared with the undisturbed one and
# the pond is begun anew. TAP on standard output. POND is the binary, POND_PYTHON reads the ledger.
set -u
here=$(cd "$(dirname "$0")" && pwd)
kills=50 events=2000000 seed=1 flags_of="kills events seed"
. "$here/../tap_fault.sh"
data=$work/data done_kills=0 finished=0 verified=0
now_ms() { echo $(($(date +%s%N) / 1000000)); }
begin() { rm -rf "$data"; pond init shop; last=0; }
# Random shares of 1,000, one a line, the same for the same seed.
shares() { awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); while (n--) print int(rand() * 1000) }'; }

make_big() {
    awk -v n="$events" -v seed="$seed" 'BEGIN {
        srand(seed); split("pv pv pv pv pv pv pv pv cart fav buy", kind, " ")
        for (i = 0; i < n; i++)
            printf "%d,%d,%d,%s,%d\n", rand() * n / 20 + 1, rand() * 99999 + 1, rand() * 999 + 1,
                kind[int(rand() * 11) + 1], 1511539200 + i * 777600 / n
    }' >"$work/big.csv"
}
make_small() {
    mkdir -p "$work/small"
    awk -v files="$1" -v dir="$work/small" 'BEGIN {
        srand(5); split("item_view add_cart purchase content_view follow refund", name, " ")
        for (f = 0; f < files; f++) {
            file = sprintf("%s/%04d.ndjson", dir, f)
            for (i = 0; i < 300; i++) {
                p = int(rand() * 3000)
                printf "{\"id\":\"e%d-%d\",\"time\":%d,\"event\":\"%s\",\"identities\":{\"phone\":\"138%08d\",\"device\":\"d%d\"},\"item\":\"i%d\",\"order\":\"o%d\",\"amount\":9.9}\n", \
                    f, i, 1511539200 + f * 3000 + i, name[int(rand() * 6) + 1], p, p / 2, rand() * 99, p >file
            }
            close(file)
        }
    }'
}

# After a kill: what the ledger holds against what it held.
check_ledger() {
    # shellcheck disable=SC2046 # four numbers
    set -- $("$POND_PYTHON" "$here/ledger.py" "$data/shop" 2>"$work/err")
    if [ $# != 4 ] || [ "$1" -lt "$last" ] || [ $(($2 + $3)) != "$1" ] || [ "$4" -gt "$1" ]; then
        result 1 "after kill $done_kills nothing acknowledged is missing or doubled" \
            "numbered $1, in segments $2, in the log $3, claimed by imports $4; before the kill $last; $(tail -n 1 "$work/err")"
    fi
    last=$1
    [ $((done_kills % 50)) != 0 ] || echo "# $done_kills kills, $finished imports came through, $bad failures"
    if [ $((done_kills % 10)) = 0 ]; then
        pond verify --json
        verified=$((verified + 1))
        if [ "$(field ok)" != true ] || [ "$(field events)" != "$last" ]; then
            result 1 "after kill $done_kills verify finds nothing wrong" "$(cat "$work/out" "$work/err")"
            keep_evidence
        fi
    fi
}
keep_evidence() { [ "$bad" -gt 3 ] || cp -r "$data" "$work/failed-$done_kills"; }

# attempt FILE MS: imports, kills after MS. True when the import came through.
attempt() {
    "$POND" --data "$data" import "$1" --json >"$work/out" 2>"$work/err" </dev/null &
    pid=$!
    sleep "$(awk -v ms="$2" 'BEGIN { printf "%.3f", ms / 1000 }')"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    code=$?
    [ "$code" = 137 ] || [ "$code" = 0 ] || result 1 "an import after a kill goes on" "exit code $code: $(cat "$work/err")"
    [ "$code" = 0 ] && return 0
    done_kills=$((done_kills + 1))
    check_ledger
    return 1
}

# came_through DIGEST ROWS: the pond is that of an undisturbed import.
came_through() {
    finished=$((finished + 1))
    pond verify --json
    if [ "$(field ok)" != true ] || [ "$(field digest)" != "$1" ] || [ "$(field events)" != "$2" ]; then
        result 1 "an import killed on the way ends with the digest of an undisturbed one" \
            "want $1 and $2 events: $(cat "$work/out" "$work/err")"
        keep_evidence
    fi
}

# ---- one big file ----
big_kills=$((kills * 2 / 3))
make_big
begin
from=$(now_ms)
pond import "$work/big.csv" --json || result 1 "the big file is imported" "$(cat "$work/err")"
took=$(($(now_ms) - from))
pond verify --json
digest=$(field digest) rows=$(field events)
result "$([ "$rows" = "$events" ]; echo $?)" "an undisturbed import of $events events is the measure" "$rows rows"
echo "# undisturbed: $took ms, digest $digest"
begin
for share in $(shares $((kills * 4)) "$seed"); do
    [ "$done_kills" -lt "$big_kills" ] || break
    if attempt "$work/big.csv" $((20 + took * share / 1000)); then
        came_through "$digest" "$rows"
        begin
    fi
done
pond import "$work/big.csv" --json || result 1 "the import ends after all kills" "$(cat "$work/err")"
came_through "$digest" "$rows"
pond import "$work/big.csv" --json
result "$([ "$(field accepted)" = 0 ] && [ "$(field duplicates)" = "$events" ]; echo $?)" \
    "the same file again adds nothing" "$(cat "$work/out")"
result "$([ "$done_kills" -ge "$big_kills" ]; echo $?)" "$done_kills kills hit the import of one big file" \
    "only $done_kills of $big_kills"

# ---- small files through the log ----
files=30
make_small $files
begin
from=$(now_ms)
for f in "$work"/small/*.ndjson; do pond import "$f" || result 1 "a small file is imported" "$(cat "$work/err")"; done
took=$((($(now_ms) - from) / files))
pond verify --json
digest=$(field digest) rows=$(field events)
result "$([ "$rows" = $((files * 300)) ]; echo $?)" "undisturbed imports of $files small files are the measure" "$rows rows"
begin
acknowledged=0 at=0
for share in $(shares $((kills * 8)) $((seed + 1))); do
    [ "$done_kills" -lt "$kills" ] || break
    file=$(printf '%s/small/%04d.ndjson' "$work" "$at")
    if attempt "$file" $((took * share * 3 / 2000)); then
        at=$((at + 1)) acknowledged=$((acknowledged + 300))
    elif [ "$last" -lt "$acknowledged" ]; then
        result 1 "every import that said it was done is there" "$acknowledged acknowledged, $last there"
    fi
    if [ "$at" = "$files" ]; then
        came_through "$digest" "$rows"
        begin
        acknowledged=0 at=0
    fi
done
for f in "$work"/small/*.ndjson; do pond import "$f"; done
came_through "$digest" "$rows"
result "$([ "$done_kills" -ge "$kills" ]; echo $?)" "$done_kills kills in all, a third of them on small files" \
    "only $done_kills of $kills"
result "$([ "$bad" = 0 ]; echo $?)" "no kill lost or doubled anything, all digests are alike"
echo "# kills $done_kills, imports that came through and were compared $finished, full verifications after a kill $verified"
plan
