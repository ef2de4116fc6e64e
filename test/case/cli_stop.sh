#!/bin/sh
# Interrupting: an import stopped by a signal keeps what it acknowledged and goes on when started
# again; a backup taken meanwhile restores; a second writer is told to wait.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2026-06-01T12:00:00+08:00
export POND_NOW
digest() {
    run verify --json
    "$POND_PYTHON" -c 'import json,sys
d = json.load(open(sys.argv[1])); print(d["ok"], d["digest"], d["events"])' "$TEST_TMP/out" 2>&1 | tail -n 1
}
"$POND" sample --consumers 8000 --days 200 --seed 3 --end 2026-05-31 --out "$TEST_TMP/in.ndjson" --quiet >/dev/null \
    2>/dev/null
run init whole
run import "$TEST_TMP/in.ndjson" --json
json "an import without interruption" 'd["accepted"] > 10000 and d["rejected"] == 0'
whole=$(digest)

DATA=$TEST_TMP/stopped
run init stopped
cat >"$TEST_TMP/stop.py" <<'PY'
import signal, subprocess, sys, time
pond, data, path, name, wait = sys.argv[1:]
p = subprocess.Popen([pond, "--data", data, "import", path, "--json"], stdout=subprocess.PIPE,
                     stderr=subprocess.DEVNULL)
time.sleep(float(wait))
second = subprocess.run([pond, "--data", data, "lake", "compact"], capture_output=True)
p.send_signal(getattr(signal, name))
out = p.communicate()[0]
print(p.returncode, second.returncode)
PY
stopped=0 busy=0 strange=
for try in INT TERM INT HUP; do
    codes=$("$POND_PYTHON" "$TEST_TMP/stop.py" "$POND" "$DATA" "$TEST_TMP/in.ndjson" SIG$try 0.15)
    case ${codes% *} in 11) stopped=$((stopped + 1)) ;; 0) ;; *) strange="$strange $codes" ;; esac
    case ${codes#* } in 6) busy=$((busy + 1)) ;; 0 | 11) ;; *) strange="$strange $codes" ;; esac
done
is "a stopped import ends with 11, a second writer with 6" "$strange" ""
if [ "$stopped" = 0 ]; then
    echo "# no import was caught at work ($busy met another writer)"
fi
run verify --json
json "what a stopped import left verifies" 'd["ok"] is True'
run import "$TEST_TMP/in.ndjson" --json
json "the import goes on where it was" 'd["rejected"] == 0 and d["accepted"] + d["duplicates"] == d["rows"]'
is "and ends at the digest of an import without interruption" "$(digest)" "$whole"

# Reading while another process writes.
run init third --tz UTC
cat >"$TEST_TMP/read.py" <<'PY'
import subprocess, sys, time
pond, data, path = sys.argv[1:]
p = subprocess.Popen([pond, "--data", data, "--brand", "third", "import", path], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)
codes = set()
while p.poll() is None:
    codes.add(subprocess.run([pond, "--data", data, "--brand", "third", "report", "assets", "--json"],
                             capture_output=True).returncode)
print(p.returncode, sorted(codes))
PY
is "reports work while another process imports" \
    "$("$POND_PYTHON" "$TEST_TMP/read.py" "$POND" "$DATA" "$TEST_TMP/in.ndjson")" "0 [0]"
plan
