#!/bin/sh
# A brand filled with a made-up life: on the command line, and as a job of a server.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2026-06-01T12:00:00+08:00
export POND_NOW
run init made
run sample fill --consumers 300 --days 60 --json
json "an empty brand is filled" 'd["made"] == d["events"] > 2000 and d["duplicates"] == 0 and d["consumers"] >= 300'
json "up to yesterday" 'd["from"] == "2026-04-02" and d["to"] == "2026-05-31"'
run verify --json
cp "$TEST_TMP/out" "$TEST_TMP/verify"
run sample fill --consumers 300 --days 60
is "one that has events is refused" "$code" 4
has "and says how to do it all the same" "$err" "--anyway"
run sample fill --consumers 300 --days 60 --anyway --json
json "the same again brings nothing" 'd["events"] == 0 and d["duplicates"] == d["made"]'
is "nothing is left in the spool" "$(ls "$DATA/made/spool")" ""
run imports --json
json "it is listed as an import" 'd["imports"][0]["name"] == "sample.ndjson" and d["imports"][0]["status"] == "done"'

DATA=$TEST_TMP/by-file
run init made
run sample --consumers 300 --days 60 --out "$TEST_TMP/s.ndjson"
run import "$TEST_TMP/s.ndjson"
run report assets --json
cp "$TEST_TMP/out" "$TEST_TMP/file.json"
DATA=$TEST_TMP/data
run report assets --json
is "it is what pond sample and pond import give" "$(cat "$TEST_TMP/out")" "$(cat "$TEST_TMP/file.json")"

PYTHONPATH=$(dirname "$0")/.. "$POND_PYTHON" - "$POND" "$TEST_TMP" >"$TEST_TMP/served" 2>&1 <<'PY'
import json, os, sys, time
from served import Served, run
pond, tmp = sys.argv[1:]
data = os.path.join(tmp, "served-data")
run(pond, data, "init", "demo")
owner = run(pond, data, "key", "create", "o", "--kind", "operator", "--role", "owner")["key"]
analyst = run(pond, data, "key", "create", "a", "--kind", "operator", "--role", "analyst")["key"]
with Served(pond, data) as s:
    print("analyst", s.ask("POST", "/api/v1/sample/fill", {}, analyst)[0])
    job = s.json("POST", "/api/v1/sample/fill", {"consumers": 1000000}, owner, want=202)["job"]["id"]
    for _ in range(600):
        now = s.json("GET", "/api/v1/jobs/%d" % job, key=owner)
        if now.get("share"):
            break
        time.sleep(0.05)
    print("text", now["text"].split(" ", 1)[1])
    s.json("DELETE", "/api/v1/jobs/%d" % job, key=owner)
    for _ in range(600):
        now = s.json("GET", "/api/v1/jobs/%d" % job, key=owner)
        if now["state"] not in ("waiting", "running"):
            break
        time.sleep(0.05)
    print("stopped", now["state"], os.listdir(os.path.join(data, "demo", "spool")))
    print("known", s.json("GET", "/api/v1/report/assets", key=owner)["known"])
    done = s.job(s.json("POST", "/api/v1/sample/fill", {"consumers": 300, "days": 60}, owner, want=202), owner)
    reply = s.json("GET", "/api/v1/jobs/%d/reply" % done["id"], key=owner)
    known = s.json("GET", "/api/v1/report/assets", key=owner)["known"]
    print("done", done["state"], done["share"], reply["made"] == reply["events"] > 2000, known == reply["consumers"])
    again = s.job(s.json("POST", "/api/v1/sample/fill", {}, owner, want=202), owner)
    print("again", again["state"])
PY
served() { sed -n "s/^$1 //p" "$TEST_TMP/served"; }
is "over HTTP who may not import may not fill" "$(served analyst)" 403
is "the job says how far it is" "$(served text)" "events made up"
is "it can be stopped, and leaves no file" "$(served stopped)" "stopped []"
is "nothing came in" "$(served known)" 0
is "done, with its reply, and seen in reports" "$(served done)" "done 1 True True"
is "a second time it is refused" "$(served again)" failed
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$TEST_TMP/served"
plan
