#!/usr/bin/env python3
"""The other side of bench/run.sh: the same work in SQL on DuckDB and SQLite. duck.py WORK ARG...

Prints lines "NAME VALUE" as the C programs do. Uses 2 threads unless BENCH_THREADS says otherwise. Times are of the wall
clock, with BENCH_CLOCK=cpu of all processors together, as there.
"""
import os
import resource
import sys
import time

THREADS = os.environ.get("BENCH_THREADS", "2")
SHIFT_MS = 8 * 3600 * 1000  # Asia/Shanghai has no summer time in these years
FROM_DAY = 20089  # 2025-01-01
DAYS = int(os.environ.get("BENCH_DAYS", "400"))
ASK_DAYS = 365


now = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.monotonic


def say(name, value):
    print(f"{name} {value:.4f}", flush=True)


def connect(path=":memory:"):
    import duckdb

    db = duckdb.connect(path)
    db.execute(f"set threads = {THREADS}")
    db.execute("set preserve_insertion_order = false")
    db.execute(f"set memory_limit = '{os.environ.get('BENCH_MEMORY', '12GB')}'")
    if path == ":memory:":
        db.execute(f"set temp_directory = '{os.environ.get('BENCH_TMP', '/tmp')}/duckdb-spill'")
    return db


def load(csv, database):
    """Loads the CSV into a table on disk, types given, durable at the end."""
    started = now()
    db = connect(database)
    db.execute(
        """create table event as
           select * from read_csv($csv, header = false, delim = ',', auto_detect = false,
                columns = {user_id: 'BIGINT', item_id: 'BIGINT', category_id: 'BIGINT',
                           behavior: 'VARCHAR', t: 'BIGINT'})""",
        {"csv": csv},
    )
    db.execute("checkpoint")
    rows = db.execute("select count(*) from event").fetchone()[0]
    db.close()
    say("seconds", now() - started)
    say("rows", rows)


def load_known(csv, database):
    """As load, and what an import owes beside: each event once, consumers numbered."""
    started = now()
    db = connect(database)
    db.execute(
        """create table event as
           select user_id, item_id, category_id, behavior, t,
                  row_number() over (partition by user_id, item_id, category_id, behavior, t) as nth
             from read_csv($csv, header = false, delim = ',', auto_detect = false,
                columns = {user_id: 'BIGINT', item_id: 'BIGINT', category_id: 'BIGINT',
                           behavior: 'VARCHAR', t: 'BIGINT'})""",
        {"csv": csv},
    )
    db.execute("create table consumer as select user_id, min(t) as first_s from event group by all")
    db.execute("checkpoint")
    db.close()
    say("seconds", now() - started)


# --- Connected components -----------------------------------------------------------------------


def contraction(db):
    """Every node hooks to its smallest neighbour, chains are shortened, edges are replaced by those
    between the trees, until none is left. The edges at least halve each round."""
    db.execute("create or replace temp table e as select a as u, b as v from pair where b > 0")
    db.execute("create or replace temp table part as "
               "select distinct n, n as c from (select u as n from e union all select v from e)")
    rounds = 0
    while db.execute("select count(*) from e").fetchone()[0]:
        rounds += 1
        db.execute(
            """create or replace temp table hook as
               select n, least(n, min(m)) as c
                 from (select u as n, v as m from e union all select v, u from e) group by n"""
        )
        for _ in range(2):  # shorten the chains of hooks
            db.execute("create or replace temp table hook as select h.n, coalesce(k.c, h.c) as c "
                       "from hook h left join hook k on k.n = h.c")
        db.execute(
            """create or replace temp table part as
               select p.n, coalesce(h.c, p.c) as c from part p left join hook h on h.n = p.c"""
        )
        db.execute(
            """create or replace temp table e as
               select distinct least(x.c, y.c) as u, greatest(x.c, y.c) as v
                 from e join hook x on x.n = e.u join hook y on y.n = e.v where x.c <> y.c"""
        )
    say("rounds", rounds)


def propagation(db):
    """The textbook way: labels sink along the edges, one step a round, until nothing changes."""
    db.execute("create or replace temp table e as select a as u, b as v from pair where b > 0 "
               "union all select b, a from pair where b > 0")
    db.execute("create or replace temp table part as select distinct u as n, u as c from e")
    rounds, changed = 0, 1
    while changed:
        rounds += 1
        db.execute(
            """create or replace temp table next as
               select p.n, least(any_value(p.c), min(q.c)) as c, any_value(p.c) as was
                 from part p join e on e.u = p.n join part q on q.n = e.v group by p.n"""
        )
        changed = db.execute("select count(*) from next where c <> was").fetchone()[0]
        db.execute("create or replace temp table part as select n, c from next")
    say("rounds", rounds)


def using_key(db):
    """DuckDB's own recursion for this: with recursive ... using key."""
    db.execute("create or replace temp table e as select a as u, b as v from pair where b > 0 "
               "union all select b, a from pair where b > 0")
    db.execute(
        """create or replace temp table part as
           with recursive cc(n, c) using key (n) as (
               select u as n, u as c from e group by u
               union
               select e.u, min(q.c) from cc q join e on e.v = q.n join recurring.cc r on r.n = e.u
                where q.c < r.c group by e.u)
           select n, c from cc"""
    )


def components(csv, method):
    """Partition of the identifiers that the pairs name. Loading the pairs is not timed."""
    db = connect()
    db.execute("create table pair as select * from read_csv($csv, header = false, "
               "auto_detect = false, columns = {a: 'INTEGER', b: 'INTEGER'})", {"csv": csv})
    started = now()
    {"contraction": contraction, "propagation": propagation, "using_key": using_key}[method](db)
    db.execute(
        """create or replace temp table consumer as
           select n.a as n, coalesce(p.c, n.a) as c from (select a from pair) n
             left join part p on p.n = n.a"""
    )
    say("seconds", now() - started)
    say("consumers", db.execute("select count(distinct c) from consumer").fetchone()[0])


# --- Stages -------------------------------------------------------------------------------------

# Class of an event in the default model: 1 awareness, 2 interest, 3 purchase, 4 loyalty.
CLASS = """case when name in ('ad_exposure', 'content_view', 'live_view', 'category_search',
                              'sms_delivered', 'offline_reach') then 1
                when name in ('ad_click', 'store_visit', 'item_view', 'brand_search', 'interact',
                              'coupon_claim', 'trial_claim', 'add_cart', 'favorite', 'consult',
                              'live_interact', 'message_reply') then 2
                when name = 'purchase' then 3
                when name = 'review' and score >= 4
                  or name in ('share', 'referral') and quantity >= 1 then 4 end"""


def view(db, lake, day="day"):
    db.execute(
        f"""create view event as
            select identity, name, score, quantity,
                   cast((time_ms + {SHIFT_MS}) // 86400000 as integer) as {day}
              from read_parquet('{lake}/event-*.parquet') where identity <> 0"""
    )


COUNTS = f"""
    with c as (
        select identity, day, {CLASS} as cls from event where day <= $day),
    s as (
        select identity,
               case when count(*) filter (where cls = 4 and day > $day - 365) > 0
                      or max(day) filter (where cls = 3 and day > $day - 365)
                       > min(day) filter (where cls = 3 and day > $day - 365) then 4
                    when count(*) filter (where cls = 3 and day > $day - 913) > 0 then 3
                    when count(*) filter (where cls = 2 and day > $day - 15) > 0 then 2
                    when count(*) filter (where cls = 1 and day > $day - 15) > 0 then 1
                    else 0 end as stage
          from c group by identity)
    select stage, count(*) from s group by stage order by stage"""


def counts(lake):
    """Consumers per stage as of one day: one pass over the events."""
    db = connect()
    view(db, lake)
    day = FROM_DAY + DAYS - 1 - 30
    started = now()
    rows = dict(db.execute(COUNTS, {"day": day}).fetchall())
    say("seconds", now() - started)
    for stage in range(5):
        say(f"count_{stage}", rows.get(stage, 0))


# The stages of every consumer as changes: rows (identity, day, what begins or ends). A run of days on which
# a class is seen with gaps shorter than its window is one interval; two purchase days less than 365 days
# apart are an interval of loyalty from the second one.
CHANGES = f"""
    create or replace temp table evid as
    select identity, cls, day from (
        select identity, day, {CLASS} as cls from event) where cls is not null group by all;
    create or replace temp table change as
    with run as (
        select identity, cls, day,
               case cls when 1 then 15 when 2 then 15 when 3 then 913 else 365 end as w,
               lag(day) over x as before, lead(day) over x as after
          from evid window x as (partition by identity, cls order by day)),
    edge as (
        select identity, day, cls, 1 as d from run where before is null or before + w < day
        union all
        select identity, day + w, cls, -1 from run where after is null or day + w < after
        union all
        select identity, day, 4, 1 from run where cls = 3 and day - before < 365
        union all
        select identity, before + 365, 4, -1 from run where cls = 3 and day - before < 365
        union all
        select identity, min(day), 0, 1 from event group by identity)
    select identity, day,
           sum(case cls when 1 then d else 0 end)::tinyint as a,
           sum(case cls when 2 then d else 0 end)::tinyint as i,
           sum(case cls when 3 then d else 0 end)::tinyint as p,
           sum(case cls when 4 then d else 0 end)::tinyint as l,
           sum(case cls when 0 then d else 0 end)::tinyint as k
      from edge where day <= $last group by all;
    create or replace temp table moved as
    with level as (
        select day, a, i, p, l, k, sum(a) over x as ta, sum(i) over x as ti, sum(p) over x as tp,
               sum(l) over x as tl
          from change window x as (partition by identity order by day)),
    step as (
        select day,
               case when tl > 0 then 4 when tp > 0 then 3 when ti > 0 then 2
                    when ta > 0 then 1 else 0 end as stage,
               case when k > 0 then -1 when tl - l > 0 then 4 when tp - p > 0 then 3
                    when ti - i > 0 then 2 when ta - a > 0 then 1 else 0 end as was
          from level)
    select day, was, stage, count(*) as n from step where was <> stage group by all;
    """

TREND = """
    with d as (select unnest(range($from, $last + 1))::integer as day),
    s as (select unnest(range(0, 5))::integer as stage),
    g as (select day, stage, sum(n) as n from (
            select day, stage, n from moved union all
            select day, was, -n from moved where was >= 0) group by all),
    r as (select s.stage, d.day, coalesce((select sum(n) from g
                 where g.stage = s.stage and g.day <= d.day), 0)::bigint as n from d, s)
    select day, stage, n from r order by day, stage"""

FLOWS = "select day, was, stage, n from moved where day > $from and day <= $last and was >= 0"


def trend(lake, answers=None):
    """Daily counts and daily 5x5 flows of 365 days, both from the changes of stage."""
    db = connect()
    view(db, lake)
    last = FROM_DAY + DAYS - 1
    first = last - ASK_DAYS + 1
    started = now()
    for text in CHANGES.split(";"):
        if text.strip():
            db.execute(text, {"last": last} if "$last" in text else None)
    rows = db.execute(TREND, {"from": first, "last": last}).fetchall()
    at = now()
    moves = db.execute(FLOWS, {"from": first, "last": last}).fetchall()
    say("trend_s", at - started)
    say("flows_s", now() - started)
    if answers:
        write_answers(answers, first, rows, moves)


def write_answers(path, first, rows, moves):
    """As bench/stages.c writes them. Who stays is what is left of a day's count."""
    count = [[0] * 5 for _ in range(ASK_DAYS)]
    for day, stage, n in rows:
        count[day - first][stage] = n
    flow = [[[0] * 5 for _ in range(5)] for _ in range(ASK_DAYS)]
    for day, was, stage, n in moves:
        flow[day - first][was][stage] = n
    with open(path, "w") as f:
        for c in count:
            print(*c, sep=",", file=f)
        for d in range(1, ASK_DAYS):
            for s in range(5):
                flow[d][s][s] = count[d - 1][s] - sum(flow[d][s])
            print(*[n for row in flow[d] for n in row], sep=",", file=f)


def sqlite_counts(lake):
    """The same counts on SQLite, events in one table with an index on (identity, day)."""
    import sqlite3

    db = connect()
    view(db, lake)
    lite = sqlite3.connect(":memory:")
    lite.execute("create table event (identity integer, day integer, name text, score real, quantity real)")
    rows = db.execute("select identity, day, name, score, quantity from event order by identity, day")
    while True:
        part = rows.fetchmany(100000)
        if not part:
            break
        lite.executemany("insert into event values (?, ?, ?, ?, ?)", part)
    lite.execute("create index event_order on event (identity, day, name, score, quantity)")
    day = FROM_DAY + DAYS - 1 - 30
    text = COUNTS.replace("$day", ":day")
    started = now()
    got = dict(lite.execute(text, {"day": day}).fetchall())
    say("seconds", now() - started)
    for stage in range(5):
        say(f"count_{stage}", got.get(stage, 0))


# --- Lives ---------------------------------------------------------------------------------------

WEEK_MS = 7 * 86400000

# The latest view before each cart leaves the most of the window, and the latest such cart before each purchase has the
# latest view: two as-of joins are exact for "any start". Windows over (identity, time) take twice the time.
FUNNEL = f"""
    with ev as materialized (
        select identity, time_ms, name from read_parquet('LAKE/event-*.parquet')
         where identity <> 0 and name in ('item_view', 'add_cart', 'purchase')),
    v as (select identity, time_ms from ev where name = 'item_view'),
    c as (select a.identity, a.time_ms, v.time_ms as start
            from (select * from ev where name = 'add_cart') a
            asof join v on a.identity = v.identity and a.time_ms > v.time_ms
           where a.time_ms - v.time_ms <= {WEEK_MS}),
    p as (select b.identity from (select * from ev where name = 'purchase') b
            asof join c on b.identity = c.identity and b.time_ms > c.time_ms
           where b.time_ms - c.start <= {WEEK_MS})
    select (select count(distinct identity) from v), (select count(distinct identity) from c),
           (select count(distinct identity) from p)"""

# Weeks of one consumer as bits of one number: no join, no distinct.
RETENTION_WEEKS = 60
RETENTION = f"""
    with e as (select identity, ((time_ms + {SHIFT_MS}) // 86400000 + 3) // 7 - {(FROM_DAY + 3) // 7} as w
                 from read_parquet('LAKE/event-*.parquet') where identity <> 0),
    m as (select identity, bit_or(1::ubigint << w::int) as m, min(w)::int as c from e group by identity)
    select c, count(*), """ + ", ".join(
    f"count(*) filter ((m >> (c + {k})) & 1 = 1)" for k in range(RETENTION_WEEKS)) + " from m group by c order by c"


def funnel(lake, answer):
    """Consumers at each of three steps; agree 1: as in the other side's JSON."""
    import json

    db = connect()
    started = now()
    rows = list(db.execute(FUNNEL.replace("LAKE", lake)).fetchone())
    say("seconds", now() - started)
    say("agree", rows == [s["consumers"] for s in json.load(open(answer))["steps"]])


def retention(lake, answer):
    import json

    db = connect()
    started = now()
    rows = db.execute(RETENTION.replace("LAKE", lake)).fetchall()
    say("seconds", now() - started)
    ours = json.load(open(answer))["cohorts"]
    say("agree", [(r[1], list(r[2:2 + len(c["retained"])])) for r, c in zip(rows, ours)]
        == [(c["size"], c["retained"]) for c in ours] and len(rows) == len(ours))


# --- Questions about people -----------------------------------------------------------------------


def columns(dump):
    """Five conditions over one row a consumer, in memory and warm; then many such questions in a row."""
    db = connect()
    db.execute(
        f"""create table c as
            select * from read_csv('{dump}.csv', header = false, auto_detect = false, delim = ',',
                 columns = {{stage: 'UTINYINT', phone: 'UTINYINT', orders_30: 'USMALLINT',
                            orders_90: 'USMALLINT', orders_180: 'USMALLINT', orders_365: 'USMALLINT',
                            last_day: 'INTEGER', r: 'UTINYINT'}})"""
    )
    last = 20399 - 300
    five = f"""select count(*) from c where stage in (2, 3) and phone = 1 and orders_365 <= 1
                                        and last_day > {last} and r >= 2"""
    found = db.execute(five).fetchone()[0]
    took = []
    for _ in range(21):
        started = now()
        db.execute(five).fetchone()
        took.append(now() - started)
    say("warm_s", sorted(took)[10])
    say("found", found)
    with open(dump + ".sql", encoding="utf-8") as lines:
        many = [line.strip() for line in lines]
    started = now()
    say("many_found", sum(db.execute("select count(*) from c where " + one).fetchone()[0] for one in many))
    say("many_s", now() - started)


# Purchases of this data name an order each and none is given back.
CROWDS = {
    "counts": """
        select count(*) from (
            select identity from LAKE
             where name in ('add_cart', 'purchase') and time_ms >= $end - cast(180 as bigint) * 86400000 and time_ms < $end
             group by identity
            having count(*) filter (name = 'add_cart' and channel = 'mini_program'
                                    and time_ms >= $end - cast(90 as bigint) * 86400000) >= 2
               and count(*) filter (name = 'purchase' and amount_fen >= 30000) = 0)""",
    "sequence": """
        with r as (
            select identity, name, time_ms,
                   min(case when name = 'purchase' then time_ms end) over (
                       partition by identity order by time_ms
                       range between 1 following and 604800000 following) as bought
              from LAKE
             where name in ('add_cart', 'purchase') and time_ms >= $end - cast(90 as bigint) * 86400000 and time_ms < $end),
        s as (select distinct identity from r where name = 'add_cart' and bought is not null),
        v as (select identity from LAKE
               where name = 'item_view' and channel = 'tmall' and time_ms >= $end - cast(30 as bigint) * 86400000
                 and time_ms < $end
               group by identity having count(*) >= 2)
        select count(*) from s join v using (identity)""",
}


def crowd(lake, which):
    """Two conditions over the history of events, straight from the segments that Pond wrote."""
    db = connect()
    end = (FROM_DAY + DAYS) * 86400000 - SHIFT_MS
    text = CROWDS[which].replace("LAKE", f"read_parquet('{lake}/event-*.parquet')")
    started = now()
    found = db.execute(text, {"end": end}).fetchone()[0]
    say("seconds", now() - started)
    say("found", found)


# --- Value of consumers ------------------------------------------------------------------------------

PURCHASES = f"""select identity, ((time_ms + {SHIFT_MS}) // 86400000)::integer as day, order_no, channel, amount_fen
                 from read_parquet('LAKE/event-*.parquet') where identity <> 0 and name = 'purchase'"""
# Nothing is refunded in these data and every consumer has one identity, which plain SQL may know.
RFM = f"""
    with p as (select * from ({PURCHASES}) where day between $last - 364 and $last),
    b as (select identity, ($last - max(day)) as r, count(distinct (day, channel, order_no)) as f, sum(amount_fen) as m
            from p group by identity),
    q as (select quantile_disc(r, [.2, .4, .6, .8]) as r, quantile_disc(f, [.2, .4, .6, .8]) as f,
                 quantile_disc(m, [.2, .4, .6, .8]) as m from b),
    s as (select b.identity,
                 1 + (b.r <= q.r[1])::int + (b.r <= q.r[2])::int + (b.r <= q.r[3])::int + (b.r <= q.r[4])::int as r,
                 1 + (b.f > q.f[1])::int + (b.f > q.f[2])::int + (b.f > q.f[3])::int + (b.f > q.f[4])::int as f,
                 1 + (b.m > q.m[1])::int + (b.m > q.m[2])::int + (b.m > q.m[3])::int + (b.m > q.m[4])::int as m
            from b, q),
    a as (select avg(r) as r, avg(f) as f, avg(m) as m from s)
    select (s.r >= a.r)::int * 4 + (s.f >= a.f)::int * 2 + (s.m >= a.m)::int as type, count(*) from s, a
     group by type order by type"""
CLV_INPUT = f"""
    select count(*), sum(x)::bigint, sum(t_x)::bigint, sum(t)::bigint from (
        select identity, count(distinct day) - 1 as x, max(day) - min(day) as t_x, $last - min(day) as t
          from ({PURCHASES}) group by identity)"""


def value(lake, answer):
    """RFM of a year and the input of CLV models; agree 1: as in the other side's file."""
    db = connect()
    last = db.execute(f"""select max((time_ms + {SHIFT_MS}) // 86400000)::integer
                            from read_parquet('{lake}/event-*.parquet')""").fetchone()[0]
    started = now()
    types = dict(db.execute(RFM.replace("LAKE", lake), {"last": last}).fetchall())
    say("rfm_s", now() - started)
    started = now()
    sums = db.execute(CLV_INPUT.replace("LAKE", lake), {"last": last}).fetchone()
    say("clv_input_s", now() - started)
    theirs = [f"{i:03b} {types.get(i, 0)}" for i in range(8)] + [" ".join(map(str, sums))]
    ours = open(answer).read().split("\n")[:-1]
    say("agree", ours == theirs)


def main():
    works = {"load": load, "load_known": load_known, "components": components, "counts": counts,
             "trend": trend, "sqlite_counts": sqlite_counts, "funnel": funnel, "retention": retention,
             "columns": columns, "crowd": crowd, "value": value}
    if len(sys.argv) < 2 or sys.argv[1] not in works:
        sys.exit("duck.py " + "|".join(works) + " ARG...")
    works[sys.argv[1]](*sys.argv[2:])
    say("peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


main()
