#!/bin/sh
# Backups taken while an import runs: backup.sh [--backups N] [--events N] [--work DIR]
#
# N backups are made one after another under an import. Each is restored elsewhere with --verify, must hold as many
# events as it says, and importing the file into it must bring exactly the rest and the digest of the whole.
# TAP on standard output.
set -u
here=$(cd "$(dirname "$0")" && pwd)
backups=4 events=1500000 flags_of="backups events"
. "$here/../tap_fault.sh"

awk -v n="$events" 'BEGIN { srand(11); split("pv pv pv pv cart fav buy", kind, " ")
    for (i = 0; i < n; i++) printf "%d,%d,%d,%s,%d\n", rand() * n / 20 + 1, rand() * 9999 + 1, rand() * 99 + 1,
        kind[int(rand() * 7) + 1], 1511539200 + i * 777600 / n }' >"$work/big.csv"
data=$work/whole
pond init shop
pond import "$work/big.csv" || result 1 "the file is imported" "$(cat "$work/err")"
pond verify --json
digest=$(field digest)
data=$work/busy
pond init shop
"$POND" --data "$data" import "$work/big.csv" >"$work/import.out" 2>&1 </dev/null &
pid=$!
for i in $(seq "$backups"); do
    pond backup "$work/backup$i" --json
    code=$?
    result "$code" "backup $i is made while an import runs" "exit code $code: $(cat "$work/err")"
    field seq >"$work/seq$i"
    kill -0 "$pid" 2>/dev/null && echo "# backup $i under way of the import, up to row $(cat "$work/seq$i")"
    sleep 0.3
done
wait "$pid" || result 1 "the import is not disturbed by backups" "$(cat "$work/import.out")"
pond verify --json
result "$([ "$(field digest)" = "$digest" ]; echo $?)" "the import under backups ends with the digest of the undisturbed one" \
    "$(cat "$work/out")"
for i in $(seq "$backups"); do
    data=$work/restored$i
    pond restore "$work/backup$i" --verify
    code=$?
    result "$code" "backup $i comes back and replays to its own digest" "exit code $code: $(cat "$work/out" "$work/err")"
    pond verify --json
    there=$(field events)
    result "$([ "${there:-x}" = "$(cat "$work/seq$i")" ]; echo $?)" "backup $i holds the rows it says" \
        "says $(cat "$work/seq$i"), holds $there"
    pond import "$work/big.csv" --json
    accepted=$(field accepted)
    pond verify --json
    result "$([ "$((accepted + there))" = "$events" ] && [ "$(field digest)" = "$digest" ]; echo $?)" \
        "going on from backup $i brings the rest and the digest of the whole" \
        "$there there, $accepted taken; $(cat "$work/out")"
    rm -rf "$data" "$work/backup$i"
done
plan
