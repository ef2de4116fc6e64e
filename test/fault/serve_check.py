#!/usr/bin/env python3
"""Whether each acknowledged event is in history exactly once: serve_check.py POND DATA BRAND RUN:EVENTS:ACKS...

RUN and EVENTS as bench_load was told (bench/load_body.h: event i of batch b has the id RUN-b-i), ACKS the file of its
--acks. The lake is read by DuckDB over the listed segments, so `pond lake compact` comes first. Prints figures
"NAME VALUE"; the exit code is 1 when anything is missing, doubled, torn (a batch that is there in part) or made up.
"""
import json
import subprocess
import sys

import duckdb

pond, data, brand = sys.argv[1:4]


def pond_json(*args):
    out = subprocess.run([pond, "--data", data, "--brand", brand, *args, "--json"], capture_output=True, text=True)
    if out.returncode:
        sys.exit("pond %s: %s" % (" ".join(args), out.stderr))
    return json.loads(out.stdout)


listed = pond_json("lake", "list")
if listed["log_rows"]:
    sys.exit("the log still holds %d rows: pond lake compact comes first" % listed["log_rows"])
files = ["%s/%s/lake/%s" % (data, brand, s["file"]) for s in listed["segments"] if s["dataset"] == "event"]
db = duckdb.connect()
db.execute("set threads = 2")
if not files:
    sys.exit("there is no segment of events")
ID = "'([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{4})$'"
db.execute(
    "create table seen as select ('0x' || p.run)::ubigint as run, ('0x' || p.batch)::ubigint as batch,"
    " ('0x' || p.index)::ubigint as index, count(*) as times"
    " from (select regexp_extract(event_id, " + ID + ", ['run', 'batch', 'index']) as p"
    " from read_parquet(?, union_by_name = true) where regexp_matches(event_id, " + ID + ")) group by all",
    [files],
)


def one(text, *args):
    return db.execute(text, args).fetchone()[0] or 0


wrong = 0
for spec in sys.argv[4:]:
    run, events, path = spec.split(":", 2)
    run, events = int(run, 16), int(events)
    with open(path) as f:
        lines = f.read().split()
    acknowledged = [int(x) for x in lines if x[0] != "?"]
    open_ = [int(x[1:]) for x in lines if x[0] == "?"]
    db.execute("create or replace table ack (batch ubigint)")
    db.execute("insert into ack select unnest(?::ubigint[])", [acknowledged])
    db.execute("create or replace table open (batch ubigint)")
    db.execute("insert into open select unnest(?::ubigint[])", [open_])
    db.execute(
        "create or replace table mine as select batch, count(*) as rows, max(times) as most, max(index) as last"
        " from seen where run = ? group by batch",
        [run],
    )
    figures = {
        "acknowledged": one("select count(*) from ack") * events,
        "answered_twice": one("select count(*) - count(distinct batch) from ack"),
        "there": one("select sum(rows) from mine"),
        "missing": one(
            "select sum(? - coalesce(m.rows, 0)) from ack left join mine m using (batch)", events
        ),
        "doubled": one("select sum(times - 1) from seen where run = ?", run),
        "torn": one("select count(*) from mine where rows <> ? or last <> ?", events, events - 1),
        "unanswered_there": one("select count(*) from mine semi join open using (batch)"),
        "made_up": one("select count(*) from mine where batch not in (from ack union all from open)"),
    }
    for name, value in figures.items():
        print("%08x_%s %d" % (run, name, value))
    wrong += sum(figures[k] for k in ("answered_twice", "missing", "doubled", "torn", "made_up"))
print("rows %d" % one("select sum(times) from seen"))
sys.exit(1 if wrong else 0)
