"""RFM, lifetime value, growth, FAST and attribution: the binary's figures against plain SQL over the raw files and
against formulas written down again here, sharing no code with the product. Prints TAP; skips where the data or DuckDB
for Python are missing.
"""
import collections
import itertools
import json
import math
import os
import pathlib
import random
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


def check(sentence, got, want):
    global count, bad
    count += 1
    if got == want:
        print(f"ok {count} - {sentence}")
        return
    bad += 1
    print(f"# got  {str(got)[:1500]}\n# want {str(want)[:1500]}\nnot ok {count} - {sentence}")


def near(sentence, got, want, within):
    ok = got is not None and abs(got - want) <= within
    check(f"{sentence} ({want:.6g})", "near" if ok else got, "near")


class Pond:
    def __init__(self, where, name, now=None):
        self.data = os.path.join(where, name)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
        self.env["LC_ALL"] = "C.UTF-8"
        if now:
            self.env["POND_NOW"] = now
        self.run("init", name)

    def run(self, *words):
        done = subprocess.run([POND, "--data", self.data, *map(str, words)], capture_output=True, env=self.env,
                              stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 12):
            raise RuntimeError(f"pond {' '.join(map(str, words))}: {done.returncode} {done.stderr.decode()[-500:]}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))


# ---- lifetime value on CDNOW ----------------------------------------------------------------------------------


def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def bgnbd(p, x, tx, t):
    r, al, a, b = p
    head = math.lgamma(r + x) - math.lgamma(r) + r * math.log(al)
    alive = math.exp(log_beta(a, b + x) - log_beta(a, b) - (r + x) * math.log(al + t))
    gone = math.exp(log_beta(a + 1, b + x - 1) - log_beta(a, b) - (r + x) * math.log(al + tx)) if x else 0
    return head + math.log(alive + gone)


def paretonbd(p, x, tx, t):
    """By Simpson's rule over the time of dropping out, in small steps of a logarithm."""
    r, al, s, be = p
    low = min(al, be)
    n = 64
    u0, u1 = math.log(low + tx), math.log(low + t)
    f = lambda u: math.exp(u - (r + x) * math.log(al + math.exp(u) - low) - (s + 1) * math.log(be + math.exp(u) - low))
    h = (u1 - u0) / n
    area = h / 3 * sum((1 if i in (0, n) else 4 if i % 2 else 2) * f(u0 + i * h) for i in range(n + 1))
    alive = math.exp(-(r + x) * math.log(al + t) - s * math.log(be + t))
    return (math.lgamma(r + x) - math.lgamma(r) + r * math.log(al) + s * math.log(be)) + math.log(alive + s * area)


def gammagamma(p, x, z):
    pp, q, g = p
    return (math.lgamma(pp * x + q) - math.lgamma(pp * x) - math.lgamma(q) + q * math.log(g)
            + (pp * x - 1) * math.log(z) + pp * x * math.log(x) - (pp * x + q) * math.log(g + x * z))


def is_highest(model, p, rows):
    """Moving any one parameter by 1 % lowers the likelihood of the rows, each (arguments..., weight)."""
    top = sum(w * model(p, *args) for *args, w in rows)
    for i in range(len(p)):
        for factor in (0.99, 1.01):
            q = list(p)
            q[i] *= factor
            if sum(w * model(q, *args) for *args, w in rows) >= top:
                return f"parameter {i} times {factor} is better"
    return "highest"


def cdnow(where):
    sample = SHARED / "cdnow" / "CDNOW_sample.txt"
    db = duckdb.connect()
    cells = [line.split() for line in sample.read_text().splitlines() if line.strip()]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=where, delete=False) as out:
        out.writelines(",".join(c) + "\n" for c in cells)
    db.execute(f"""create table line as select who, strptime(day, '%Y%m%d')::date as day, paid from read_csv('{out.name}',
        header = false, columns = {{who: 'varchar', sample: 'varchar', day: 'varchar', n: 'int', paid: 'decimal(18,2)'}})""")
    inputs = """select who, count(distinct day) - 1 as x, max(day) - min(day) as tx, date '1997-09-30' - min(day) as t,
            (sum(paid) - sum(paid) filter (where day = first))::double as repeat
        from (select *, min(day) over (partition by who) as first from line where day <= '1997-09-30') group by who, first"""
    want = collections.Counter((x, tx, t) for _, x, tx, t, _ in db.execute(inputs).fetchall())
    pond = Pond(where, "cdnow")
    pond.run("import", sample)
    days = ("--from", "1997-01-01", "--calibrate-to", "1997-09-30")
    got = pond.json("analyze", "clv", *days, "--value", "--top", 5000)
    check("cdnow: (x, t_x, T) of every consumer is that of SQL",
          collections.Counter((c["x"], round(c["t_x"] * 7), round(c["t"] * 7)) for c in got["top"]), want)
    rows = [(x, tx / 7, t / 7, n) for (x, tx, t), n in want.items()]
    published = {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426"}
    check("cdnow: BG/NBD to the published digits", {k: f"{v:.3f}" for k, v in got["params"].items()}, published)
    check("cdnow: its log-likelihood", f"{got['log_likelihood']:.1f}", "-9582.4")
    p = [got["params"][k] for k in ("r", "alpha", "a", "b")]
    near("cdnow: its log-likelihood by the plain formula", got["log_likelihood"],
         sum(n * bgnbd(p, *r) for *r, n in rows), 1e-6)
    check("cdnow: BG/NBD stands on a top", is_highest(bgnbd, p, rows), "highest")
    other = pond.json("analyze", "clv", *days, "--model", "paretonbd")
    published = {"r": "0.553", "alpha": "10.578", "s": "0.606", "beta": "11.669"}
    check("cdnow: Pareto/NBD to the published digits", {k: f"{v:.3f}" for k, v in other["params"].items()}, published)
    check("cdnow: its log-likelihood", f"{other['log_likelihood']:.1f}", "-9595.0")
    errors = {"r": ".0476", "alpha": ".8427", "s": ".1873", "beta": "6.21"}
    check("cdnow: its standard errors", {k: f"{v:.{len(errors[k]) - 1 - (k == 'beta')}f}".lstrip("0")
                                         for k, v in other["se"].items()}, errors)
    p = [other["params"][k] for k in ("r", "alpha", "s", "beta")]
    near("cdnow: its log-likelihood by quadrature", other["log_likelihood"],
         sum(n * paretonbd(p, *r) for *r, n in rows), 1e-3)
    check("cdnow: both are identified over 2,357 consumers",
          [(m["identified"], m["consumers"]) for m in (got, other)], [(True, 2357)] * 2)
    money = got["gamma_gamma"]
    check("cdnow: Gamma-Gamma to the published digits", [f"{money[k]:.2f}" for k in ("p", "q", "gamma")],
          ["6.25", "3.74", "15.44"])
    check("cdnow: its log-likelihood", f"{money['log_likelihood']:.4f}", "-4055.9177")
    repeat = [(x, v / x) for _, x, _, _, v in db.execute(inputs).fetchall() if x and v > 0]
    p = [money[k] for k in ("p", "q", "gamma")]
    check("cdnow: consumers with a repeat purchase of value", money["consumers"], len(repeat))
    near("cdnow: its log-likelihood by the plain formula", money["log_likelihood"],
         sum(gammagamma(p, x, z) for x, z in repeat), 1e-6)
    check("cdnow: Gamma-Gamma stands on a top", is_highest(gammagamma, p, [(x, z, 1) for x, z in repeat]), "highest")
    actual = db.execute("""select count(*) from (select distinct who, day from line where day > '1997-09-30')""").fetchone()[0]
    check("cdnow: what happened after the calibration", got["check"]["actual"], actual)
    by_x = db.execute(f"""select least(x, 7), count(*), sum(n) / count(*) from (select i.who, any_value(i.x) as x,
        count(distinct l.day) as n from ({inputs}) i left join line l on l.who = i.who and l.day > '1997-09-30'
        group by i.who) group by 1 order by 1""").fetchall()
    check("cdnow: and by repeat purchases", [(r["consumers"], round(r["actual"], 9)) for r in got["check"]["rows"]],
          [(n, round(mean, 9)) for _, n, mean in by_x])
    chance = {}
    for c in got["top"]:
        r, al, a, b = (got["params"][k] for k in ("r", "alpha", "a", "b"))
        x, tx, t = c["x"], c["t_x"], c["t"]
        alive = 1 / (1 + (a / (b + x - 1) * ((al + t) / (al + tx)) ** (r + x) if x else 0))
        chance[c["consumer"]] = abs(c["p_alive"] - alive)
    check("cdnow: P(alive) of every consumer by the plain formula", max(chance.values()) < 1e-9, True)


# ---- RFM and growth on UCI --------------------------------------------------------------------------------------


def refunded_orders(db):
    """Latest earlier lines of the same consumer, item and price until the quantity is used up; an order is refunded
    in full from the day on which what was given back reaches its amount."""
    lines = db.execute("select n, who, item, price, q, t, invoice, fen from line where who is not null and not refund").fetchall()
    left = {r[0]: r[4] for r in lines}
    by = collections.defaultdict(list)
    for r in lines:
        by[r[1:4]].append(r)
    for group in by.values():
        group.sort(key=lambda r: r[6])
        group.sort(key=lambda r: r[4], reverse=True)
        group.sort(key=lambda r: r[6])
        group.sort(key=lambda r: r[5], reverse=True)
    back, totals = collections.defaultdict(list), collections.Counter()
    for who, item, price, q, t in db.execute("""select who, item, price, -q, t from line
            where who is not null and refund order by t""").fetchall():
        for r in by.get((who, item, price), []):
            if q <= 0:
                break
            if r[5] >= t or left[r[0]] <= 0:
                continue
            taken = min(q, left[r[0]])
            left[r[0]] -= taken
            q -= taken
            back[r[1], r[6]].append((t, r[7] if taken == r[4] else round(r[7] * taken / r[4])))
    for r in lines:
        totals[r[1], r[6]] += r[7]
    full = []
    for key, given in back.items():
        total = 0
        for t, fen in sorted(given):
            total += fen
            if total >= totals[key]:
                full.append((*key, str(t)[:10]))
                break
    return full


# Orders that hold at the end of a period, and net amounts in it.
BUYING = """
with held as (select l.who, l.t::date as day, l.invoice from line l left join back b on b.who = l.who and b.invoice = l.invoice
               where not l.refund and l.who is not null and l.t::date between $from and $to
                 and (b.day is null or b.day > $to)),
     orders as (select who, max(day) as last, count(distinct (invoice, day)) as orders from held group by who),
     money as (select who, sum(case when refund then -fen else fen end)::bigint as fen from line
                where who is not null and t::date between $from and $to group by who)
select m.who, o.last, coalesce(o.orders, 0) as orders, m.fen from money m left join orders o on o.who = m.who
"""


def rfm_oracle(db, day, window):
    sql = f"""with b as ({BUYING}), r as (select who, ($to::date - last)::int as days, orders, fen from b where orders > 0),
        n as (select count(*) as n from r),
        cut as (select k, (select days from (select days, row_number() over (order by days) as i from r) where i = ceil(n * k / 5.0)) as cr,
                       (select orders from (select orders, row_number() over (order by orders) as i from r) where i = ceil(n * k / 5.0)) as cf,
                       (select fen from (select fen, row_number() over (order by fen) as i from r) where i = ceil(n * k / 5.0)) as cm
                  from n, (values (1), (2), (3), (4)) v(k)),
        s as (select r.*, (select 1 + count(*) from cut where r.days <= cr) as sr, (select 1 + count(*) from cut where r.orders > cf) as sf,
                     (select 1 + count(*) from cut where r.fen > cm) as sm from r)
        select days, orders, fen, sr, sf, sm, concat((sr >= avg(sr) over ())::int, (sf >= avg(sf) over ())::int,
               (sm >= avg(sm) over ())::int) from s"""
    first = db.execute("select $d::date - $w::int + 1", {"d": day, "w": window}).fetchone()[0]
    return collections.Counter(db.execute(sql, {"from": first, "to": day}).fetchall())


def uci(where):
    db = duckdb.connect()
    db.execute(f"""create table line as select row_number() over () as n, InvoiceNo as invoice, StockCode as item,
        case when CustomerID = '' then null else replace(CustomerID, '.0', '') end as who, InvoiceDate::timestamp as t,
        UnitPrice::decimal(18,4) as price, Quantity::bigint as q, InvoiceNo like 'C%' or Quantity::bigint < 0 as refund,
        abs(round(Quantity::bigint * UnitPrice::decimal(18,4) * 100))::bigint as fen
        from read_csv('{SHARED}/online_retail_uci/*.csv', all_varchar = true, header = true)""")
    db.execute("create table back (who varchar, invoice varchar, day date)")
    db.executemany("insert into back values (?, ?, ?)", refunded_orders(db))
    pond = Pond(where, "uci")
    pond.run("import", *sorted((SHARED / "online_retail_uci").glob("*.csv")))
    for day, window in (("2011-04-30", 365), ("2011-03-15", 60)):
        got = pond.json("analyze", "rfm", "--as-of", day, "--window", window, "--list", 100000)
        rows = collections.Counter((r["recency_days"], r["orders"], round(r["amount"] * 100), r["r"], r["f"], r["m"], r["type"])
                                   for r in got["rows"])
        want = rfm_oracle(db, day, window)
        check(f"uci: RFM of every buyer as of {day} over {window} days", rows, want)
        check(f"uci: there are buyers of every score ({day})", {r[3] for r in rows}, {1, 2, 3, 4, 5})
        types = collections.Counter(r[6] for r in want.elements())
        check(f"uci: the eight types ({day})", {t["type"]: t["consumers"] for t in got["types"]},
              {f"{i:03b}": types.get(f"{i:03b}", 0) for i in range(8)})
        grid = collections.Counter((r[3], r[4]) for r in want.elements())
        check(f"uci: the grid ({day})", {(g["r"], g["f"]): g["consumers"] for g in got["grid"]},
              {(r, f): grid.get((r, f), 0) for r in range(1, 6) for f in range(1, 6)})
    got = pond.json("analyze", "rfm", "--as-of", "2011-04-30", "--cuts-r", "30,60,90,120", "--cuts-f", "2,3,5,8",
                    "--cuts-m", "100,500,1000,5000", "--split", "3,3,3", "--list", 100000)
    reach = lambda v, cuts: 1 + sum(v >= c for c in cuts)
    wrong = [r for r in got["rows"] if (r["r"], r["f"], r["m"]) != (1 + sum(r["recency_days"] <= c for c in (30, 60, 90, 120)),
             reach(r["orders"], (2, 3, 5, 8)), reach(r["amount"], (100, 500, 1000, 5000)))
             or r["type"] != "".join(str(int(r[k] >= 3)) for k in "rfm")]
    check("uci: scores by set cut points, types by set points", (wrong, len(got["rows"]) > 1000), ([], True))
    got = pond.json("report", "growth", "--from", "2011-03-01", "--to", "2011-03-31", "--against-from", "2011-01-01",
                    "--against-to", "2011-01-31")
    sides = {}
    for key, a, b in (("before", "2011-01-01", "2011-01-31"), ("now", "2011-03-01", "2011-03-31")):
        sides[key] = db.execute(f"select count(*) filter (where orders > 0), sum(orders)::int, sum(fen)::bigint from ({BUYING})",
                                {"from": a, "to": b}).fetchone()
        check(f"uci: growth, {key}", (got[key]["buyers"], got[key]["orders"], round(got[key]["gmv"] * 100)), sides[key])
    (n0, o0, g0), (n1, o1, g1) = sides["before"], sides["now"]
    parts = [(n1 - n0) * (o0 / n0) * (g0 / o0), n1 * (o1 / n1 - o0 / n0) * (g0 / o0), n1 * (o1 / n1) * (g1 / o1 - g0 / o0)]
    for key, want in zip(("gain", "retain", "boost"), parts):
        near(f"uci: growth by {key}", got[key] * 100, want, 1)
    check("uci: the parts are exactly the change", sum(round(got[k] * 100) for k in ("gain", "retain", "boost")), g1 - g0)


# ---- FAST on Taobao's journeys ------------------------------------------------------------------------------------


def taobao(where):
    file = SHARED / "taobao_userbehavior" / "journeys_a.csv"
    db = duckdb.connect()
    good = [line for line in file.read_text().split("\n") if len(line.split(",")) == 5 and len(line.split(",")[4]) == 10]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=where, delete=False) as out:
        out.writelines(line + "\n" for line in good)
    db.execute(f"""create table act as select who, what, (timestamp '1970-01-01' + to_seconds(s) + interval 8 hour)::date as day
        from read_csv('{out.name}', header = false, columns = {{who: 'varchar', item: 'varchar', category: 'varchar',
        what: 'varchar', s: 'bigint'}})""")
    # interest: anything but a purchase in 15 days; purchase: in 913 days; loyalty: on 2 days of 365
    db.execute("""create table stage as with d as (select unnest(range(date '2017-11-24', date '2017-12-04', interval 1 day))::date as day),
        w as (select who, min(day) as first from act group by who)
        select d.day, w.who, case
            when (select count(distinct a.day) from act a where a.who = w.who and a.what = 'buy' and a.day <= d.day) >= 2 then 4
            when exists (select 1 from act a where a.who = w.who and a.what = 'buy' and a.day <= d.day) then 3
            when exists (select 1 from act a where a.who = w.who and a.what <> 'buy' and a.day between d.day - 14 and d.day) then 2
            else 0 end as stage
          from d, w where w.first <= d.day""")
    pond = Pond(where, "taobao")
    pond.run("import", file)
    got = pond.json("report", "fast", "--from", "2017-11-27", "--to", "2017-12-02", "--super", "did purchase in 9d >= 2",
                    "--active", "did add_cart in 3d")
    f = db.execute("select count(distinct who) from stage where stage > 0 and day between '2017-11-27' and '2017-12-02'").fetchone()[0]
    held = dict(db.execute("""select stage, count(distinct who) from stage where day between '2017-11-27' and '2017-12-02'
        group by stage""").fetchall())
    could, advanced = db.execute("""select count(*), count(*) filter (where b.stage > a.stage) from stage a join stage b
        on b.who = a.who and b.day = '2017-12-02' where a.day = '2017-11-26' and a.stage in (1, 2, 3)""").fetchone()
    super_, active = db.execute("""select count(*), count(*) filter (where cart) from (select who,
        count(*) filter (where what = 'buy' and day between date '2017-12-02' - 8 and '2017-12-02') as n,
        count(*) filter (where what = 'cart' and day between date '2017-12-02' - 2 and '2017-12-02') > 0 as cart
        from act group by who) where n >= 2""").fetchone()
    check("taobao: F, the union of the daily sets", got["fertility"], f)
    check("taobao: and of every stage", [s["held"] for s in got["stages"]], [held.get(i, 0) for i in (1, 2, 3, 4)])
    check("taobao: A, who advanced of those who could", (got["advanced"], got["could_advance"]), (advanced, could))
    check("taobao: S and T by questions", (got["superiority"], got["active"]), (super_, active))
    check("taobao: the figures say something", f > 100 and advanced > 5 and super_ > active > 5, True)


# ---- attribution on a made-up brand -----------------------------------------------------------------------------

CHANNELS = ["wechat_oa", "mini_program", "ad", "douyin", "store"]
HOUR = 3600


def journeys():
    """Events of 300 consumers over 60 days: (who, second, name, channel, order, yuan)."""
    r = random.Random(17)
    events = []
    for who in range(300):
        for _ in range(r.randrange(9)):
            events.append((who, r.randrange(60 * 24) * HOUR + r.randrange(HOUR), "ad_click", r.choice(CHANNELS[:1 + who % 5]), None, None))
        for k in range(r.choice((0, 0, 1, 2, 4))):
            at = r.randrange(60 * 24) * HOUR + 7
            for _ in range(1 + r.randrange(2)):
                events.append((who, at, "purchase", "tmall", f"o{who}-{k}", r.randrange(1, 900)))
            if r.random() < 0.15:
                events.append((who, at + 3 * HOUR, "refund", "tmall", f"o{who}-{k}", None))
    return sorted(events, key=lambda e: (e[0], e[1]))


def write_events(file, events):
    start = 1772294400  # 2026-03-01 00:00 in Shanghai
    with open(file, "w") as out:
        for i, (who, at, name, channel, order, yuan) in enumerate(events):
            e = {"time": (start + at) * 1000, "event": name, "identities": {"device": f"d{who}"}, "channel": channel, "id": f"e{i}"}
            if order:
                e["order"] = order
            if yuan is not None:
                e["amount"] = yuan
            out.write(json.dumps(e) + "\n")


def paths_of(events, first, last, window):
    """Touches before each order that holds, as (channel, age in seconds); and runs of touches that led nowhere."""
    begin, end = first * 24 * HOUR, (last + 1) * 24 * HOUR
    conversions, rest = [], []
    for who, group in itertools.groupby(events, key=lambda e: e[0]):
        group = list(group)
        touches = [(e[1], e[3]) for e in group if e[2] == "ad_click" and e[1] < end]
        gone = {e[4] for e in group if e[2] == "refund" and e[1] < end}
        orders = {}
        for e in group:
            if e[2] == "purchase" and begin <= e[1] < end and e[4] not in gone:
                orders.setdefault(e[4], [e[1], 0])[1] += e[5]
        used = set()
        for at, yuan in sorted(orders.values()):
            seen = [i for i, (t, _) in enumerate(touches) if at - window < t <= at]
            used |= set(seen)
            conversions.append(([(touches[i][1], at - touches[i][0]) for i in seen], yuan))
        run = []
        for i, (t, channel) in enumerate(touches):
            if i in used or t < begin or (run and t - touches[i - 1][0] > window):
                if run:
                    rest.append(run)
                run = []
            if i not in used and t >= begin:
                run.append(channel)
        if run:
            rest.append(run)
    return conversions, rest


def by_rule(conversions, weights):
    """Credits by a rule that gives the weights of a path's touches."""
    out = collections.defaultdict(lambda: [0.0, 0.0])
    for path, yuan in conversions:
        for (channel, _), w in zip(path, weights(path)):
            out[channel][0] += w
            out[channel][1] += w * yuan
    return out


def shapley_by_orders(conversions):
    """The mean gain of each channel over all orders in which channels may come."""
    sets = collections.Counter()
    for path, yuan in conversions:
        if path:
            sets[frozenset(c for c, _ in path)] += yuan
    worth = lambda s: sum(v for k, v in sets.items() if k <= s)
    out = collections.Counter()
    orders = list(itertools.permutations(CHANNELS))
    for order in orders:
        have = frozenset()
        for c in order:
            more = have | {c}
            out[c] += (worth(more) - worth(have)) / len(orders)
            have = more
    return out


def markov_by_steps(conversions, rest):
    """Removal effects by pushing probability through the chain until none is left."""
    moves = collections.defaultdict(collections.Counter)
    for path, goal in [([c for c, _ in p], "yes") for p, _ in conversions if p] + [(p, "no") for p in rest]:
        for a, b in zip(["start"] + path, path + [goal]):
            moves[a][b] += 1

    def reach(without):
        mass, hit = {"start": 1.0}, 0.0
        for _ in range(500):
            new = collections.Counter()
            for a, m in mass.items():
                total = sum(moves[a].values())
                for b, n in moves[a].items():
                    if b == "yes":
                        hit += m * n / total
                    elif b not in ("no", without):
                        new[b] += m * n / total
            mass = new
        return hit
    whole = reach(None)
    effect = {c: 1 - reach(c) / whole for c in CHANNELS}
    return {c: e / sum(effect.values()) for c, e in effect.items()}


def attribution(where):
    events = journeys()
    file = os.path.join(where, "journeys.ndjson")
    write_events(file, events)
    pond = Pond(where, "made", now="2026-06-01T12:00:00+08:00")
    pond.run("import", file)
    days = ("--from", "2026-03-11", "--to", "2026-04-20")
    got = pond.json("analyze", "attribution", *days, "--window", "9d", "--half-life", "3d")
    conversions, rest = paths_of(events, 10, 50, 9 * 24 * HOUR)
    touched = [c for c in conversions if c[0]]
    check("attribution: conversions, touched ones, amount", (got["conversions"], got["touched"], round(got["amount"])),
          (len(conversions), len(touched), sum(y for _, y in conversions)))
    print(f"# {len(conversions)} conversions, {len(touched)} touched, {len(rest)} paths to nothing")
    check("attribution: there are enough of each kind", len(touched) > 50 and len(conversions) > len(touched) and len(rest) > 100, True)
    n = lambda p: len(p)
    rules = {
        "last": lambda p: [i == n(p) - 1 for i in range(n(p))],
        "first": lambda p: [i == 0 for i in range(n(p))],
        "linear": lambda p: [1 / n(p)] * n(p),
        "decay": lambda p: [w / sum(0.5 ** (a / (3 * 24 * HOUR)) for _, a in p) for w in (0.5 ** (a / (3 * 24 * HOUR)) for _, a in p)],
        "position": lambda p: [1] if n(p) == 1 else [.5, .5] if n(p) == 2 else [.4] + [.2 / (n(p) - 2)] * (n(p) - 2) + [.4],
    }
    credits = {x["label"]: x["credits"] for x in got["labels"]}
    for name, rule in rules.items():
        want = by_rule(touched, rule)
        worst = max(abs(credits[c][name]["count"] - want[c][0]) + abs(credits[c][name]["amount"] - want[c][1]) for c in CHANNELS)
        check(f"attribution: {name}", worst < 1e-6, True)
    want = shapley_by_orders(touched)
    check("attribution: Shapley, by all orders of channels",
          max(abs(credits[c]["shapley"]["amount"] - want[c]) for c in CHANNELS) < 1e-6, True)
    want = markov_by_steps(conversions, rest)
    check("attribution: Markov, by steps through the chain",
          max(abs(credits[c]["markov"]["count"] - want[c] * len(touched)) for c in CHANNELS) < 1e-6, True)
    for name in (*rules, "shapley", "markov"):
        total = sum(x[name]["amount"] for x in credits.values()) + got["untouched"]["credits"][name]["amount"]
        near(f"attribution: {name} credits sum to the whole", total, sum(y for _, y in conversions), 1e-6)
    promoted(where, [e for e in events if e[2] != "refund"])


def promoted(where, events):
    """Loyalty begins on the second purchase day (windows are longer than the data), purchase on the first."""
    file = os.path.join(where, "loyal.ndjson")
    write_events(file, events)
    pond = Pond(where, "loyal", now="2026-06-01T12:00:00+08:00")
    pond.run("import", file)
    for stage, k in (("purchase", 0), ("loyalty", 1)):
        got = pond.json("analyze", "attribution", "--goal", f"stage:{stage}", "--from", "2026-03-11", "--to", "2026-04-20",
                        "--window", "9d", "--model", "linear")
        want, total, touched = collections.Counter(), 0, 0
        for who, group in itertools.groupby(events, key=lambda e: e[0]):
            group = list(group)
            days = sorted({e[1] // (24 * HOUR) for e in group if e[2] == "purchase"})
            if len(days) <= k or not 10 <= days[k] <= 50:
                continue
            total += 1
            end = (days[k] + 1) * 24 * HOUR
            path = [e[3] for e in group if e[2] == "ad_click" and end - 9 * 24 * HOUR <= e[1] < end]
            touched += bool(path)
            for c in path:
                want[c] += 1 / len(path)
        check(f"attribution: promotions to {stage}", (got["conversions"], got["touched"]), (total, touched))
        check(f"attribution: their linear credit ({stage})", max(
            abs(x["credits"]["linear"]["count"] - want[x["label"]]) for x in got["labels"]) < 1e-9, True)


def main():
    if duckdb is None or os.environ.get("POND_NO_ORACLE"):
        print("1..0 # SKIP " + os.environ.get("POND_NO_ORACLE", "DuckDB for Python is missing"))
        return 0
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as where:
        for one in (attribution, cdnow, uci, taobao):
            if one is not attribution and not SHARED.is_dir():
                print(f"# {one.__name__}: no data sets at {SHARED} (set POND_SHARED)")
                continue
            if not wanted or one.__name__ in wanted:
                one(where)
    print(f"1..{count}")
    return 1 if bad else 0


sys.exit(main())
