#!/bin/sh
# Breaks Pond on purpose: torture.sh [--kills N] [--cuts N] [--serve_kills N] [--seed N] [--work DIR] [--quick]
#
#   kills    kill -9 at N random moments of imports, of 2 M events and of small files (50)
#   cuts     power cuts at N points spread over an import of 200 k events, each with four fates of what was not
#            synced (60); "all": at every sync
#   serve    kill -9 at N random moments of a server under HTTP load (50)
#   faults   every call of the file layer and of SQLite fails in turn
#   flips    flipped bits in every kind of file
#   backups  taken while an import runs, restored
#
# Each part prints TAP; the last lines are one summary a part. 0 of a kind leaves it out. Power cuts and faults work
# on a tmpfs when there is one. POND is the binary; the fault programs are built beside it.
set -u
cd "$(dirname "$0")/../.."
POND=${POND:-$PWD/build/release/pond}
[ -x "$POND" ] || POND=$PWD/build/dev/pond
POND_PYTHON=${POND_PYTHON:-python3}
BIN=$(cd "$(dirname "$POND")" && pwd)
POND=$BIN/pond
export POND POND_PYTHON
kills=50 cuts=60 serve_kills=50 seed=1 work='' quick=
while [ $# -gt 0 ]; do
    case $1 in
    --kills) kills=$2; shift ;;
    --cuts) cuts=$2; shift ;;
    --serve_kills) serve_kills=$2; shift ;;
    --seed) seed=$2; shift ;;
    --work) work=$2; shift ;;
    --quick) quick=yes ;;
    *) sed -n '2,15p' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ -n "$work" ] || work=$PWD/build/torture
mkdir -p "$work"
fast=$work
[ ! -w /dev/shm ] || { fast=$(mktemp -d /dev/shm/pond-torture.XXXXXX) && trap 'rm -rf "$fast"' EXIT; }
summary=$work/summary
: >"$summary"
failed=0

# part NAME COMMAND...
part() {
    name=$1
    shift
    from=$(date +%s)
    echo "# ---- $name ----"
    if "$@" >"$work/$name.out" 2>"$work/$name.err"; then verdict=ok; else verdict=FAILED failed=$((failed + 1)); fi
    cat "$work/$name.out"
    tail -n 5 "$work/$name.err" >&2
    printf '%-8s %-7s %5s s  %s\n' "$name" "$verdict" $(($(date +%s) - from)) \
        "$(grep '^# .*\(tried\|kills\|faults\)' "$work/$name.out" | tail -n 1 | cut -c3-)" >>"$summary"
}

events=2000000
[ -z "$quick" ] || events=300000
for program in cuts faults; do
    ninja -C "$BIN" "fault_$program" >/dev/null || { echo "torture: cannot build fault_$program in $BIN" >&2; exit 1; }
done
if [ "$kills" != 0 ]; then
    part kills test/fault/kills.sh --kills "$kills" --events "$events" --seed "$seed" --work "$work/kills"
    rm -rf "$work/kills"/data "$work"/kills/*.csv
fi
if [ "$serve_kills" != 0 ]; then
    ninja -C "$BIN" bench_load bench_ask >/dev/null || { echo "torture: cannot build bench_load in $BIN" >&2; exit 1; }
    part serve test/fault/serve_kills.sh --kills "$serve_kills" --seed "$seed" --work "$work/serve"
    rm -rf "$work/serve"
fi
if [ "$cuts" = all ]; then
    part cuts "$BIN/fault_cuts" "$fast" 200000 1
elif [ "$cuts" != 0 ]; then
    # At 200,000 events the import has 370 points.
    part cuts "$BIN/fault_cuts" "$fast" 200000 $((370 / cuts > 0 ? 370 / cuts : 1))
fi
part faults "$BIN/fault_faults" "$fast" 1000 "$([ -n "$quick" ] && echo 97 || echo 11)"
part flips test/fault/damage.sh --flips "$([ -n "$quick" ] && echo 2 || echo 20)" --seed "$seed" --work "$work/damage"
part backups test/fault/backup.sh --backups 3 --work "$work/backups"
rm -rf "$work/damage" "$work/backups"
cat "$summary"
[ "$failed" = 0 ]
