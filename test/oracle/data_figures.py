"""Real data sets: what the binary imports and reports, against plain SQL over the raw files.

The SQL below knows the files and the default model's definition, nothing of the product. Each data set
becomes four tables: view (who, t), purchase (who, t, refunded_day), known (who, t) and the rows expected.
Prints TAP; one line of "skip" where the data or DuckDB for Python are missing.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
POND = os.environ.get("POND", str(HERE.parent.parent / "build" / "dev" / "pond"))
SHARED = pathlib.Path(os.environ.get("POND_SHARED", HERE.parent.parent.parent / "shared")) / "data"
STAGES = ["none", "awareness", "interest", "purchase", "loyalty"]

try:
    import duckdb
except ImportError:
    duckdb = None

count = 0
bad = 0


def check(sentence, got, want):
    global count, bad
    count += 1
    if got == want:
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
        return json.loads(self.run(*words, "--json"))

    def load(self, files, *words):
        s = self.json("import", *words, *files)
        return {k: s[k] for k in ("rows", "accepted", "duplicates", "rejected", "anonymous", "consumers")}

    def assets(self, day):
        return [s["consumers"] for s in self.json("report", "assets", "--as-of", day)["stages"]]

    def trend(self, first, last):
        return [(d["day"], *(d[s] for s in STAGES)) for d in
                self.json("report", "trend", "--from", first, "--to", last)["days"]]

    def flow(self, first, last):
        f = self.json("report", "flow", "--from", first, "--to", last)
        return f["matrix"], f["new"]


# Stage of every known consumer on every day asked: one row a (day, who). $days is a list of dates.
STAGE = """
with d as (select unnest($days::date[]) as day),
     k as (select d.day, f.who, f.first from d join (select who, min(t)::date as first from known group by who) f
             on f.first <= d.day),
     i as (select distinct d.day, v.who from d join view v on v.t::date between d.day - 14 and d.day),
     p as (select distinct d.day, q.who from d join purchase q
             on q.t::date between d.day - 912 and d.day and (q.refunded is null or q.refunded > d.day)),
     l as (select d.day, q.who from d join purchase q
             on q.t::date between d.day - 364 and d.day and (q.refunded is null or q.refunded > d.day)
            group by d.day, q.who having count(distinct q.t::date) >= 2)
select k.day, k.who, k.first,
       case when l.who is not null then 4 when p.who is not null then 3 when i.who is not null then 2 else 0 end as stage
  from k left join i on i.day = k.day and i.who = k.who
         left join p on p.day = k.day and p.who = k.who
         left join l on l.day = k.day and l.who = k.who
"""


def oracle_assets(db, days):
    got = {day: [0] * 5 for day in days}
    sql = f"select strftime(day, '%Y-%m-%d'), stage, count(*) from ({STAGE}) group by all"
    for day, stage, n in db.execute(sql, {"days": days}).fetchall():
        got[day][stage] = n
    return got


def oracle_flow(db, first, last):
    matrix = [[0] * 5 for _ in range(5)]
    new = [0] * 5
    sql = f"""with s as ({STAGE})
        select a.stage, b.stage, count(*) from s b left join s a on a.who = b.who and a.day = $days[1]::date
         where b.day = $days[2]::date group by all"""
    for a, b, n in db.execute(sql, {"days": [first, last]}).fetchall():
        if a is None:
            new[b] = n
        else:
            matrix[a][b] = n
    return matrix, new


def compare(name, pond, db, days, pairs, trend):
    want = oracle_assets(db, days)
    for day in days:
        check(f"{name}: assets as of {day}", pond.assets(day), want[day])
    for first, last in pairs:
        check(f"{name}: flow from {first} to {last}", pond.flow(first, last), oracle_flow(db, first, last))
    all_days = [str(r[0]) for r in db.execute(
        "select strftime(range, '%Y-%m-%d') from range($a::timestamp, $b::timestamp + interval 1 day, interval 1 day)",
        {"a": trend[0], "b": trend[1]}).fetchall()]
    want = oracle_assets(db, all_days)
    check(f"{name}: trend of {len(all_days)} days from {trend[0]}", pond.trend(*trend),
          [(d, *want[d]) for d in all_days])


def tables(db, view, purchase, refunded="null::date"):
    db.execute(f"create table view as {view}")
    db.execute(f"create table purchase as select *, {refunded} as refunded from ({purchase})")
    db.execute("create table known as select who, t from view union all select who, t from purchase")


def again(name, pond, files, rows, good):
    s = pond.load(files)
    check(f"{name}: the same files again add nothing", (s["accepted"], s["duplicates"]), (0, good))
    check(f"{name}: rows = accepted + duplicates + rejected", s["accepted"] + s["duplicates"] + s["rejected"], rows)


# ---- Taobao behaviour -----------------------------------------------------------------------------------------


def taobao(where):
    files = [SHARED / "taobao_userbehavior" / f for f in ("timeslice_96k.csv", "journeys_a.csv")]
    db = duckdb.connect()
    raw = []
    rows = bad_rows = 0
    for f in files:
        lines = f.read_text().split("\n")
        cells = [line.split(",") for line in lines if line]
        rows += len(cells)
        good = [c for c in cells if len(c) == 5 and len(c[4]) == 10]
        bad_rows += len(cells) - len(good)
        # The n-th equal line of a file is the n-th such event, whichever file brings it.
        seen = {}
        for c in good:
            seen[tuple(c)] = seen.get(tuple(c), 0) + 1
            raw.append((*c, seen[tuple(c)]))
    unique = sorted(set(raw))
    db.execute("create table raw (who varchar, item varchar, category varchar, what varchar, s bigint, n int)")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=where, delete=False) as out:
        out.writelines(",".join(map(str, r)) + "\n" for r in unique)
    db.execute(f"copy raw from '{out.name}' (header false)")
    time = "timestamp '1970-01-01' + to_seconds(s) + interval 8 hour"
    tables(db, f"select who, {time} as t from raw where what <> 'buy'",
           f"select who, {time} as t from raw where what = 'buy'")
    pond = Pond(where, "taobao")
    want = {"rows": rows, "accepted": len(unique), "duplicates": len(raw) - len(unique), "rejected": bad_rows,
            "anonymous": 0, "consumers": db.execute("select count(distinct who) from known").fetchone()[0]}
    check("taobao: rows of both files", pond.load(files), want)
    check("taobao: there is one broken line, the truncated last one", bad_rows, 1)
    compare("taobao", pond, db,
            ["2017-11-24", "2017-11-25", "2017-11-26", "2017-11-30", "2017-12-03", "2017-12-12", "2018-03-01",
             "2019-06-01", "2020-06-04", "2020-07-01"],
            [("2017-11-25", "2017-11-26"), ("2017-11-26", "2017-12-03"), ("2017-11-27", "2017-12-15"),
             ("2017-12-03", "2020-06-10")],
            ("2017-11-24", "2018-01-10"))
    again("taobao", pond, files, rows, rows - bad_rows)


# ---- CDNOW ----------------------------------------------------------------------------------------------------


def cdnow(where):
    master = SHARED / "cdnow" / "CDNOW_master.txt"
    cells = [line.split() for line in master.read_text().splitlines()[1:] if line.strip()]
    db = duckdb.connect()
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=where, delete=False) as out:
        out.writelines(",".join(c) + "\n" for c in cells)
    db.execute(f"""create table raw as select * from read_csv('{out.name}', header = false,
        columns = {{who: 'varchar', day: 'varchar', n: 'int', paid: 'decimal(18,2)'}})""")
    tables(db, "select who, day::timestamp as t from raw where false",
           "select who, strptime(day, '%Y%m%d') as t from raw")
    pond = Pond(where, "cdnow")
    want = {"rows": len(cells), "accepted": len(cells), "duplicates": 0, "rejected": 0, "anonymous": 0,
            "consumers": db.execute("select count(distinct who) from raw").fetchone()[0]}
    check("cdnow: every row of the master file is taken", pond.load([master]), want)
    compare("cdnow", pond, db,
            ["1996-12-31", "1997-01-01", "1997-03-31", "1998-01-01", "1998-06-30", "1999-06-30", "2000-12-31"],
            [("1997-02-01", "1997-03-31"), ("1997-06-30", "1998-06-30"), ("1998-06-30", "2000-06-30")],
            ("1997-01-01", "1998-12-31"))
    again("cdnow", pond, [master], len(cells), len(cells))
    sample = SHARED / "cdnow" / "CDNOW_sample.txt"
    rows = len([x for x in sample.read_text().splitlines() if x.strip()])
    check("cdnow: every row of the sample file is taken", Pond(where, "cdnow2").load([sample]),
          {"rows": rows, "accepted": rows, "duplicates": 0, "rejected": 0, "anonymous": 0, "consumers": 2357})


# ---- UCI online retail ----------------------------------------------------------------------------------------


def match_refunds(db):
    """Latest earlier lines of the same consumer, item and unit price, until the quantity is used up; an order is
    refunded in full from the day on which what was given back reaches its amount. Naive on purpose."""
    lines = db.execute("""select rowid, who, item, price, quantity, t, invoice, amount from purchase_line
                           where who is not null""").fetchall()
    refunds = db.execute("""select who, item, price, quantity, t from refund_line where who is not null
                             order by t""").fetchall()
    left = {r[0]: r[4] for r in lines}
    by = {}
    for r in lines:
        by.setdefault((r[1], r[2], r[3]), []).append(r)
    for group in by.values():
        group.sort(key=lambda r: r[6])
        group.sort(key=lambda r: r[4], reverse=True)
        group.sort(key=lambda r: r[6])
        group.sort(key=lambda r: r[5], reverse=True)
    back = {}
    for who, item, price, quantity, t in refunds:
        for r in by.get((who, item, price), []):
            if quantity <= 0:
                break
            if r[5] >= t or left[r[0]] <= 0:
                continue
            taken = min(quantity, left[r[0]])
            left[r[0]] -= taken
            quantity -= taken
            fen = r[7] if taken == r[4] else round(r[7] * taken / r[4])
            back.setdefault((r[1], r[6]), []).append((t, fen))
    totals = {}
    for r in lines:
        totals[(r[1], r[6])] = totals.get((r[1], r[6]), 0) + r[7]
    full = []
    for key, given in back.items():
        given.sort()
        total = 0
        for t, fen in given:
            total += fen
            if total >= totals[key]:
                full.append((*key, str(t)[:10]))
                break
    return full


def uci(where):
    files = sorted((SHARED / "online_retail_uci").glob("*.csv"))
    db = duckdb.connect()
    db.execute(f"""create table raw as select row_number() over () as n, *
        from read_csv('{SHARED}/online_retail_uci/*.csv', all_varchar = true, header = true)""")
    db.execute("""create table line as select InvoiceNo as invoice, StockCode as item,
        case when CustomerID is null or CustomerID = '' then null else replace(CustomerID, '.0', '') end as who,
        InvoiceDate::timestamp as t, UnitPrice::decimal(18,4) as price, Quantity::bigint as q,
        InvoiceNo like 'C%' or Quantity::bigint < 0 as refund from raw""")
    db.execute("""create table purchase_line as select *, q as quantity,
        round(q * price * 100)::bigint as amount from line where not refund""")
    db.execute("create table refund_line as select *, abs(q) as quantity from line where refund")
    full = match_refunds(db)
    db.execute("create table refunded (who varchar, invoice varchar, day date)")
    db.executemany("insert into refunded values (?, ?, ?)", full)
    db.execute("create table view as select who, t from line where false")
    db.execute("""create table purchase as select p.who, p.t, r.day as refunded from purchase_line p
        left join refunded r on r.who = p.who and r.invoice = p.invoice where p.who is not null""")
    db.execute("create table known as select who, t from line where who is not null")
    rows = db.execute("select count(*) from raw").fetchone()[0]
    anonymous = db.execute("select count(*) from line where who is null").fetchone()[0]
    pond = Pond(where, "uci")
    want = {"rows": rows, "accepted": rows, "duplicates": 0, "rejected": 0, "anonymous": anonymous,
            "consumers": db.execute("select count(distinct who) from known").fetchone()[0]}
    check("uci: every row is taken", pond.load(files), want)
    print(f"# {len(full)} orders are refunded in full")
    check("uci: some orders are refunded in full", len(full) > 10, True)
    compare("uci", pond, db,
            ["2010-11-30", "2010-12-01", "2010-12-31", "2011-02-14", "2011-04-28", "2012-01-01", "2013-06-01",
             "2013-10-01"],
            [("2010-12-15", "2011-01-15"), ("2011-01-31", "2011-04-28"), ("2011-04-28", "2012-04-28"),
             ("2012-04-28", "2013-08-01")],
            ("2010-12-01", "2011-05-31"))
    again("uci", pond, files, rows, rows)
    # Another order of arrival, one file at a time.
    shuffled = list(files)
    random.Random(3).shuffle(shuffled)
    other = Pond(where, "uci2")
    for part in (shuffled[:40], shuffled[40:]):
        other.load(part)
    check("uci: files in another order give the same digest", digest(other), digest(pond))


def digest(pond):
    return pond.json("verify")["digest"]


# ---- Tmall, mother and baby -----------------------------------------------------------------------------------


def tmall(where):
    file = SHARED / "tmall_orders" / "tmall_order_report.csv"
    db = duckdb.connect()
    db.execute(f"create table raw as select * from read_csv('{file}', header = true, normalize_names = false)")
    names = [c[0] for c in db.execute("describe raw").fetchall()]
    paid = next(n for n in names if n.strip() == "订单付款时间")
    rows, orders, refunds = db.execute(f"""select count(*), count("{paid}"),
        count(*) filter (where "退款金额" > 0) from raw""").fetchone()
    pond = Pond(where, "tmall")
    s = pond.json("import", file)
    check("tmall: every row is taken, all of them anonymous",
          [s[k] for k in ("rows", "accepted", "duplicates", "rejected", "anonymous", "consumers")],
          [rows, rows, 0, 0, rows, 0])
    check("tmall: an event a row, and one more a refund", s["events"], rows + refunds)
    check("tmall: anonymous events are in no figure", pond.assets("2020-02-29"), [0] * 5)
    again("tmall", pond, [file], rows, rows)
    # The lake is Parquet: the money can be read back without the product.
    lake = pathlib.Path(pond.data) / "tmall" / "lake"
    pond.run("lake", "compact")
    got = db.execute(f"""select sum(case name when 'purchase' then amount_fen end),
        sum(case name when 'refund' then amount_fen end), count(*) filter (where name = 'purchase')
        from read_parquet('{lake}/event*.parquet')""").fetchone()
    want = db.execute(f"""select sum(("总金额" * 100)::bigint), sum(("退款金额" * 100)::bigint), count(*)
        from raw where "{paid}" is not null""").fetchone()
    check("tmall: purchases and refunds in the lake add up to the raw file's totals", got, want)


def baby(where):
    file = SHARED / "tianchi_mum_baby" / "sam_tianchi_mum_baby_trade_history.csv"
    db = duckdb.connect()
    db.execute(f"create table raw as select * from read_csv('{file}', header = true, all_varchar = true)")
    tables(db, "select user_id as who, day::timestamp as t from raw where false",
           "select user_id as who, strptime(day, '%Y%m%d') as t from raw")
    rows, users = db.execute("select count(*), count(distinct user_id) from raw").fetchone()
    pond = Pond(where, "baby")
    check("baby: every row is taken", pond.load([file]),
          {"rows": rows, "accepted": rows, "duplicates": 0, "rejected": 0, "anonymous": 0, "consumers": users})
    compare("baby", pond, db, ["2012-07-01", "2013-11-11", "2014-11-11", "2015-02-05", "2016-05-01"],
            [("2013-11-10", "2014-11-11"), ("2014-06-18", "2015-02-05")], ("2014-10-01", "2014-12-31"))
    again("baby", pond, [file], rows, rows)


def main():
    if duckdb is None or os.environ.get("POND_NO_ORACLE"):
        print("1..0 # SKIP " + os.environ.get("POND_NO_ORACLE", "DuckDB for Python is missing"))
        return 0
    if not SHARED.is_dir():
        print(f"1..0 # SKIP no data sets at {SHARED} (set POND_SHARED)")
        return 0
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as where:
        for one in (taobao, cdnow, uci, tmall, baby):
            if not wanted or one.__name__ in wanted:
                one(where)
    print(f"1..{count}")
    return 1 if bad else 0


sys.exit(main())
