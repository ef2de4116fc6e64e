#!/bin/sh
# A flipped bit in any kind of file is found and named: damage.sh [--flips N] [--seed N] [--work DIR]
#
# A pond with segments, log rows and a checkpoint is copied, one bit of one file is flipped, and `pond verify`
# must not say that all is well and must name the file or the log row. A lost
# or damaged checkpoint must cost no more than the rebuild: the digest is the old one. A lost segment is named.
# N flips in each kind of file. TAP on standard output.
set -u
here=$(cd "$(dirname "$0")" && pwd)
flips=5 seed=1 flags_of="flips seed"
. "$here/../tap_fault.sh"

# flip FILE LOW HIGH SEED: flips one bit of a byte in [LOW, HIGH) of the file (0 0: anywhere).
flip() {
    "$POND_PYTHON" - "$@" <<'PY'
import os, random, sys
path, low, high, seed = sys.argv[1], *map(int, sys.argv[2:5])
r = random.Random(seed * 1000003 + len(path))
at = r.randrange(low, high or os.path.getsize(path))
with open(path, "r+b") as f:
    f.seek(at)
    byte = f.read(1)[0]
    f.seek(at)
    f.write(bytes([byte ^ 1 << r.randrange(8)]))
PY
}

# Where a log row's payload lies in the ledger: "offset length" of the first one that is found whole.
log_row_at() {
    "$POND_PYTHON" - "$1" <<'PY'
import sqlite3, sys
path = sys.argv[1]
db = sqlite3.connect(path)
blobs = [r[0] for r in db.execute("select payload from store_log order by seq")]
db.close()
data = open(path, "rb").read()
for blob in blobs:
    part = blob[:200]
    at = data.find(part)
    if at >= 0:
        print(at, at + len(part))
        break
PY
}

# ---- a pond with all kinds of files ----
data=$work/whole
rm -rf "$data"
awk 'BEGIN { srand(3); split("pv pv pv cart fav buy", kind, " ")
    for (i = 0; i < 150000; i++) printf "%d,%d,%d,%s,%d\n", rand() * 9000 + 1, rand() * 999 + 1, rand() * 99 + 1,
        kind[int(rand() * 6) + 1], 1511539200 + i * 5 }' >"$work/big.csv"
pond init shop
pond import "$work/big.csv"
for f in 1 2 3; do
    awk -v f=$f 'BEGIN { srand(f); for (i = 0; i < 400; i++)
        printf "{\"id\":\"e%d-%d\",\"time\":%d,\"event\":\"item_view\",\"identities\":{\"user_id\":\"%d\"},\"item\":\"i%d\"}\n",
            f, i, 1512000000 + i, rand() * 9000 + 1, rand() * 99 }' >"$work/small$f.ndjson"
    pond import "$work/small$f.ndjson"
done
pond verify --json
digest=$(field digest)
result "$([ "$(field ok)" = true ] && [ "$(field log_batches)" = 3 ]; echo $?)" \
    "a pond with segments, log rows and a checkpoint is whole" "$(cat "$work/out" "$work/err")"
[ -f "$data/shop/checkpoint" ] || result 1 "it has a checkpoint"

# damaged KIND FILE WORDS LOW HIGH: flips bits, one copy each; verify must fail and say one of the WORDS (a pattern).
damaged() {
    missed='' whole=$work/whole
    for i in $(seq "$flips"); do
        data=$work/damaged
        rm -rf "$data"
        cp -r "$whole" "$data"
        flip "$data/shop/$2" "$4" "$5" $((seed * 100 + i))
        pond verify --json
        code=$?
        if [ "$(field ok)" = true ] || [ $code = 0 ] || [ $code -ge 100 ] || ! grep -Eq "$3" "$work/out" "$work/err"; then
            missed="$missed flip $i: exit code $code, $(cat "$work/out" "$work/err" | cut -c1-2000)
"
        fi
    done
    result "$([ -z "$missed" ]; echo $?)" "a flipped bit in $1 is found and named, $flips times" "$missed"
    data=$whole
}

segment=$(ls "$data/shop/lake" | grep '^event' | head -n 1)
names=$(ls "$data/shop/lake" | grep '^identity' | head -n 1)
damaged "a segment of events" "lake/$segment" "$segment" 0 0
damaged "a segment of identities" "lake/$names" "$names" 0 0
damaged "the checkpoint" checkpoint checkpoint 0 0
# shellcheck disable=SC2046 # two numbers
damaged "a log row" ledger.db "log row" $(log_row_at "$data/shop/ledger.db")

# ---- the ledger anywhere: found, or without any effect (free bytes of a page) ----
quiet=0
for i in $(seq "$flips"); do
    data=$work/damaged
    rm -rf "$data"
    cp -r "$work/whole" "$data"
    flip "$data/shop/ledger.db" 0 0 $((seed * 1000 + i))
    pond verify --json
    code=$?
    if [ $code -ge 100 ]; then
        result 1 "a flipped bit in the ledger never brings it down" "exit code $code: $(cat "$work/err")"
    elif [ $code = 0 ]; then
        quiet=$((quiet + 1))
        [ "$(field digest)" = "$digest" ] || result 1 "what verify calls whole has the old digest" "$(cat "$work/out")"
    fi
done
result 0 "a flipped bit anywhere in the ledger is found, or lies where nothing is kept ($quiet of $flips)"

# ---- a lost or damaged checkpoint is rebuilt ----
data=$work/damaged
rm -rf "$data"
cp -r "$work/whole" "$data"
rm "$data/shop/checkpoint"
pond verify --json
result "$([ "$(field digest)" = "$digest" ] && [ "$(field ok)" = true ]; echo $?)" "without its checkpoint it has the same digest" \
    "$(cat "$work/out" "$work/err")"
pond import "$work/big.csv"
result "$([ -f "$data/shop/checkpoint" ]; echo $?)" "a lost checkpoint is written again by the next import"
cp "$work/whole/shop/checkpoint" "$data/shop/checkpoint"
flip "$data/shop/checkpoint" 5000 0 1
pond report assets --json
cp "$work/out" "$work/report1"
data=$work/whole
pond report assets --json
result "$(cmp -s "$work/out" "$work/report1"; echo $?)" "a damaged checkpoint does not change a report" "$(cat "$work/out" "$work/report1")"

# ---- a lost segment, a lost key ----
data=$work/damaged
rm -rf "$data"
cp -r "$work/whole" "$data"
rm "$data/shop/lake/$segment"
pond verify --json
code=$?
result "$([ $code != 0 ] && grep -q "$segment" "$work/out" "$work/err"; echo $?)" "a lost segment is named" "$(cat "$work/out" "$work/err")"
mv "$data/pond.key" "$data/key.away"
pond report assets
result "$([ $? = 5 ] && grep -q pond.key "$work/err"; echo $?)" "a lost key is named" "$(cat "$work/err")"
rm -rf "$work/damaged"
plan
