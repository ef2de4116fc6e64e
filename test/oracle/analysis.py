"""Analyses of real data: funnel, retention, repurchase, intervals, against plain SQL over the raw files.

The SQL below knows the files and the definitions of docs/analysis.md, nothing of the product. Prints TAP; one line of
"skip" where the data or DuckDB for Python are missing.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
POND = os.environ.get("POND", str(HERE.parent.parent / "build" / "dev" / "pond"))
SHARED = pathlib.Path(os.environ.get("POND_SHARED", HERE.parent.parent.parent / "shared")) / "data"

try:
    import duckdb
except ImportError:
    duckdb = None

count = 0
bad = 0


def near(a, b):
    """Equal, numbers up to rounding."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(near(x, y) for x, y in zip(a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
    return a == b


def check(sentence, got, want):
    global count, bad
    count += 1
    if near(got, want):
        print(f"ok {count} - {sentence}")
        return
    bad += 1
    print(f"# got  {str(got)[:1500]}\n# want {str(want)[:1500]}\nnot ok {count} - {sentence}")


class Pond:
    def __init__(self, where, name):
        self.data = os.path.join(where, name)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
        self.env["LC_ALL"] = "C.UTF-8"
        self.run("init", name)

    def run(self, *words):
        done = subprocess.run([POND, "--data", self.data, *map(str, words)], capture_output=True, env=self.env,
                              stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 12):
            raise RuntimeError(f"pond {' '.join(map(str, words))}: {done.returncode} {done.stderr.decode()[-500:]}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.run("analyze", *words, "--json"))


# ---- The definitions, over event (who, item, category, what, t) with t in the brand's wall time -----------------

# One row a consumer: the longest chain of steps. $s1 .. are names; `same` and `starts` narrow it.
CHAIN = """
with start as (select who, item, t from event where what = $s1 and {start} {starts}),
     two as (select s.who, s.item, s.t as t1, min(e.t) as t2 from start s join event e
               on e.who = s.who and e.what = $s2 and e.t > s.t and e.t <= s.t + to_seconds($w) {same2}
              group by all),
     three as (select s.who, s.t1 from two s join event e
                 on e.who = s.who and e.what = $s3 and e.t > s.t2 and e.t <= s.t1 + to_seconds($w) {same3})
select (select count(distinct who) from start), (select count(distinct who) from two),
       (select count(distinct who) from three)
"""


def sql_funnel(db, steps, seconds, by_item=False, first=False, start="true"):
    same = "and e.item = s.item" if by_item else ""
    key = "who, item" if by_item else "who"
    starts = f"qualify row_number() over (partition by {key} order by t) = 1" if first else ""
    sql = CHAIN.format(start=start, starts=starts, same2=same, same3=same)
    return list(db.execute(sql, {"s1": steps[0], "s2": steps[1], "s3": steps[2], "w": seconds}).fetchone())


def pond_funnel(pond, *words):
    return [s["consumers"] for s in pond.json("funnel", *words)["steps"]]


def sql_retention(db, unit, first="true", back="true", rolling=None):
    """[(cohort's day, size, {k: consumers})]"""
    if rolling:
        k = f"datediff('day', f.t::date, e.t::date) // {rolling}"
    else:
        k = f"datediff('{unit}', date_trunc('{unit}', f.t), date_trunc('{unit}', e.t))"
    sql = f"""
    with f as (select who, min(t) as t from event where {first} group by who),
         r as (select f.who, {k} as k from f join event e on e.who = f.who and e.t >= f.t where {back})
    select strftime(date_trunc('{unit}', f.t), '%Y-%m-%d') as cohort, r.k, count(distinct f.who)
      from f left join r on r.who = f.who group by all"""
    sizes = dict(db.execute(f"""select strftime(date_trunc('{unit}', t), '%Y-%m-%d'), count(*) from
        (select who, min(t) as t from event where {first} group by who) group by all""").fetchall())
    table = {day: {} for day in sizes}
    for day, k, n in db.execute(sql).fetchall():
        if k is not None:
            table[day][k] = n
    return [(day, sizes[day], table[day]) for day in sorted(sizes)]


def pond_retention(pond, *words):
    return [(c["cohort"], c["size"], {k: n for k, n in enumerate(c["retained"]) if n})
            for c in pond.json("retention", *words)["cohorts"]]


def sql_repurchase(db, where, by):
    unit = "distinct t::date" if by == "days" else "distinct (t::date, \"order\")"
    buyers, repeat, orders = db.execute(f"""select count(*), count(*) filter (n >= 2), sum(o)::bigint from
        (select who, count({unit}) as n, count(distinct (t::date, "order")) as o from purchase where {where}
          group by who)""").fetchone()
    q = db.execute(f"""select median(v), avg(v), quantile_cont(v, 0.25), quantile_cont(v, 0.75),
        quantile_cont(v, 0.9), count(*) from
        (select datediff('day', lag(d) over (partition by who order by d), d)::double as v
           from (select distinct who, t::date as d from purchase where {where})) where v is not null""").fetchone()
    return {"buyers": buyers, "repeat_buyers": repeat, "rate": repeat / buyers, "orders": orders,
            "interval_days": dict(zip(("median", "mean", "p25", "p75", "p90", "n"), q))}


def pond_repurchase(pond, *words):
    got = pond.json("repurchase", *words)
    return {k: got[k] for k in ("buyers", "repeat_buyers", "rate", "orders", "interval_days")}


# ---- Taobao behaviour --------------------------------------------------------------------------------------------


def taobao(where):
    files = [SHARED / "taobao_userbehavior" / f for f in ("timeslice_96k.csv", "journeys_a.csv")]
    rows = set()
    for f in files:
        seen = {}
        for line in f.read_text().split("\n"):
            c = tuple(line.split(","))
            if len(c) == 5 and len(c[4]) == 10:
                seen[c] = seen.get(c, 0) + 1
                rows.add((*c, seen[c]))
    db = duckdb.connect()
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=where, delete=False) as out:
        out.writelines(",".join(map(str, r)) + "\n" for r in sorted(rows))
    db.execute(f"""create table event as select who, item, category, what,
        timestamp '1970-01-01' + to_seconds(s) + interval 8 hour as t from read_csv('{out.name}', header = false,
        columns = {{who: 'varchar', item: 'varchar', category: 'varchar', what: 'varchar', s: 'bigint', n: 'int'}})""")
    # No order number: every line is an order of its own.
    db.execute("""create table purchase as select *, row_number() over () as "order" from event where what = 'buy'""")
    pond = Pond(where, "taobao")
    pond.run("import", *files)
    steps = ("pv", "cart", "buy")
    for span, seconds in (("3d", 259200), ("1h", 3600), ("9d", 777600), ("5m", 300)):
        check(f"taobao: funnel within {span}", pond_funnel(pond, "view", "cart", "buy", "--within", span),
              sql_funnel(db, steps, seconds))
        check(f"taobao: funnel of one item within {span}",
              pond_funnel(pond, "item_view", "add_cart", "purchase", "--within", span, "--by", "item"),
              sql_funnel(db, steps, seconds, by_item=True))
    check("taobao: funnel of the first start", pond_funnel(pond, *steps, "--within", "3d", "--first"),
          sql_funnel(db, steps, 259200, first=True))
    check("taobao: funnel of the first start of each item",
          pond_funnel(pond, *steps, "--within", "3d", "--first", "--by", "item"),
          sql_funnel(db, steps, 259200, by_item=True, first=True))
    check("taobao: funnel that starts in three days, later steps behind them",
          pond_funnel(pond, *steps, "--within", "3d", "--from", "2017-11-26", "--to", "2017-11-28"),
          sql_funnel(db, steps, 259200, start="t::date between '2017-11-26' and '2017-11-28'"))
    check("taobao: funnel of favorites and views", pond_funnel(pond, "fav", "pv", "buy", "--within", "2d"),
          sql_funnel(db, ("fav", "pv", "buy"), 172800))
    for unit in ("day", "week", "month"):
        check(f"taobao: retention by {unit}", pond_retention(pond, "--unit", unit), sql_retention(db, unit))
    check("taobao: retention from first view to purchase",
          pond_retention(pond, "--unit", "day", "--first", "pv", "--return", "buy"),
          sql_retention(db, "day", "what = 'pv'", "what = 'buy'"))
    check("taobao: rolling retention by week", pond_retention(pond, "--unit", "week", "--rolling"),
          sql_retention(db, "week", rolling=7))
    for by in ("orders", "days"):
        check(f"taobao: repurchase by {by}",
              pond_repurchase(pond, "--from", "2017-11-25", "--to", "2017-12-03", "--by", by),
              sql_repurchase(db, "t::date between '2017-11-25' and '2017-12-03'", by))


# ---- UCI online retail -------------------------------------------------------------------------------------------


def refunded_orders(db):
    """Orders refunded in full, and the day: refunds go to the latest earlier lines of the same consumer, item and unit
    price until their quantity is used up. Naive on purpose. [(who, invoice, day)]"""
    lines = db.execute("""select rowid, who, item, price, quantity, t, invoice, amount from line
                           where who is not null and not refund order by t desc, invoice, quantity desc""").fetchall()
    refunds = db.execute("""select who, item, price, quantity, t from line where who is not null and refund
                             order by t""").fetchall()
    left = {r[0]: r[4] for r in lines}
    by = {}
    for r in lines:
        by.setdefault((r[1], r[2], r[3]), []).append(r)
    back = {}
    for who, item, price, quantity, t in refunds:
        for r in by.get((who, item, price), []):
            taken = min(quantity, left[r[0]]) if r[5] < t else 0
            if taken > 0:
                left[r[0]] -= taken
                quantity -= taken
                back.setdefault((r[1], r[6]), []).append((t, r[7] if taken == r[4] else round(r[7] * taken / r[4])))
    totals = {}
    for r in lines:
        totals[(r[1], r[6])] = totals.get((r[1], r[6]), 0) + r[7]
    full = []
    for key, given in back.items():
        total = 0
        for t, fen in sorted(given):
            total += fen
            if total >= totals[key]:
                full.append((*key, str(t)[:10]))
                break
    return full


def uci(where):
    files = sorted((SHARED / "online_retail_uci").glob("*.csv"))
    db = duckdb.connect()
    db.execute(f"""create table line as select InvoiceNo as invoice, StockCode as item,
        case when CustomerID is null or CustomerID = '' then null else replace(CustomerID, '.0', '') end as who,
        InvoiceDate::timestamp as t, UnitPrice::decimal(18,4) as price, abs(Quantity::bigint) as quantity,
        round(abs(Quantity::bigint) * UnitPrice::decimal(18,4) * 100)::bigint as amount,
        InvoiceNo like 'C%' or Quantity::bigint < 0 as refund
        from read_csv('{SHARED}/online_retail_uci/*.csv', all_varchar = true, header = true)""")
    db.execute("create table refunded (who varchar, invoice varchar, day date)")
    db.executemany("insert into refunded values (?, ?, ?)", refunded_orders(db))
    pond = Pond(where, "uci")
    pond.run("import", *files)
    for first, last in (("2010-12-01", "2011-12-31"), ("2011-01-01", "2011-03-31"), ("2010-12-10", "2011-02-10")):
        db.execute(f"""create or replace table purchase as select l.who, l.t, l.invoice as "order" from line l
            left join refunded r on r.who = l.who and r.invoice = l.invoice and r.day <= '{last}'
            where l.who is not null and not l.refund and r.who is null""")
        db.execute("create or replace view event as select who, t, 'buy' as what from purchase")
        for by in ("orders", "days"):
            check(f"uci: repurchase by {by}, {first} to {last}",
                  pond_repurchase(pond, "--from", first, "--to", last, "--by", by),
                  sql_repurchase(db, f"t::date between '{first}' and '{last}'", by))
    db.execute("""create or replace table purchase as select l.who, l.t, l.invoice as "order" from line l
        left join refunded r on r.who = l.who and r.invoice = l.invoice
        where l.who is not null and not l.refund and r.who is null""")
    for unit, rolling in (("week", None), ("month", None), ("month", 30)):
        words = ("--unit", unit, "--first", "purchase", "--return", "purchase") + (("--rolling",) if rolling else ())
        check(f"uci: retention of buyers by {unit}{', rolling' if rolling else ''}", pond_retention(pond, *words),
              sql_retention(db, unit, rolling=rolling))


def main():
    if duckdb is None or os.environ.get("POND_NO_ORACLE"):
        print("1..0 # SKIP " + os.environ.get("POND_NO_ORACLE", "DuckDB for Python is missing"))
        return 0
    if not SHARED.is_dir():
        print(f"1..0 # SKIP no data sets at {SHARED} (set POND_SHARED)")
        return 0
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as where:
        for one in (taobao, uci):
            if not wanted or one.__name__ in wanted:
                one(where)
    print(f"1..{count}")
    return 1 if bad else 0


sys.exit(main())
