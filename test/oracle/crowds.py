"""Crowds and tags against DuckDB over the raw file: overlap, TGI and z of every profile row, tag counts as of days, the
questions of profile rows, and a look-alike that must find the half of a group that it was not shown.

Every consumer has one identity here, so that who is who needs no oracle (test/oracle/identity.py has that).
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile

if os.environ.get("POND_NO_ORACLE"):
    print("1..0 # SKIP " + os.environ["POND_NO_ORACLE"])
    sys.exit(0)
import duckdb

POND = os.environ.get("POND", "build/dev/pond")
TMP = os.environ.get("TEST_TMP") or tempfile.mkdtemp()
DATA = os.path.join(TMP, "data")
DAY = "2026-05-31"
tests = bad = 0


def check(sentence, ok, why=""):
    global tests, bad
    tests += 1
    if not ok:
        bad += 1
        for line in str(why).split("\n")[:12]:
            print("# " + line[:300])
    print("%s %d - %s" % ("ok" if ok else "not ok", tests, sentence))


def pond(*args, now="2026-05-31T12:00:00+08:00"):
    env = dict(os.environ, POND_NOW=now, LC_ALL="C.UTF-8")
    done = subprocess.run([POND, "--data", DATA, *args, "--json"], capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit("Bail out! pond %s: %s" % (" ".join(args), done.stderr[-500:]))
    return json.loads(done.stdout)


# ---- a brand's life ----
random.seed(11)
CHANNELS = ["tmall", "h5", "store", "live", "mini_program"]
CATEGORIES = ["护肤", "彩妆", "a \"b\" \\c", "洗护"]
events = []
for u in range(900):
    fan = u % 4 == 0  # a group with habits of its own, for the look-alike
    for _ in range(1 + random.randrange(6)):
        day = random.randrange(1, 120)
        channel = "live" if fan and random.random() < 0.7 else random.choice(CHANNELS)
        row = {"time": "2026-%02d-%02d %02d:%02d:00" % (2 + day // 31, 1 + day % 28, random.randrange(24),
                                                       random.randrange(60)),
               "identities": {"user_id": "u%d" % u}, "channel": channel,
               "event": random.choice(["item_view", "item_view", "add_cart", "purchase"])}
        if row["event"] == "purchase":
            row["order"] = "o%d" % len(events)
            row["amount"] = random.choice([9.9, 59, 100, 300, 880, 2500])
            row["category"] = "护肤" if fan and random.random() < 0.8 else random.choice(CATEGORIES)
        elif random.random() < 0.5:
            row["category"] = random.choice(CATEGORIES)
        events.append(row)
raw = os.path.join(TMP, "events.ndjson")
with open(raw, "w", encoding="utf-8") as f:
    for row in events:
        f.write(json.dumps(row, ensure_ascii=False) + "\n")
pond("init", "oracle")
pond("import", raw)

db = duckdb.connect()
db.execute("create table e as select identities.user_id as u, cast(time as timestamp) as t, event, channel, "
           "category, \"order\" as o, amount from read_json('" + raw + "', format='newline_delimited') "
           "where time < '2026-06-01'")
everyone = {r[0] for r in db.execute("select distinct u from e").fetchall()}


def users(where, having="true"):
    return {r[0] for r in db.execute("select u from e where %s group by u having %s" % (where, having)).fetchall()}


# ---- tags by import, with days ----
tagged = sorted(random.sample(sorted(everyone), 200))
with open(os.path.join(TMP, "tags.csv"), "w", encoding="utf-8") as f:
    f.write("identity,tag,value,expires\n")
    for i, u in enumerate(tagged):
        f.write("user_id:%s,肤质,%s,%s\n" % (u, ["干性", "油性"][i % 2], "2026-06-10" if i % 5 == 0 else ""))
pond("tag", "import", os.path.join(TMP, "tags.csv"), "--create")
dry, oily = set(tagged[0::2]), set(tagged[1::2])
for day, want in (("2026-05-30", 0), (DAY, 200), ("2026-06-10", 200), ("2026-06-11", 160)):
    got = pond("tag", "show", "肤质", "--as-of", day)["consumers"]
    check("a tag as of %s" % day, got == want, (got, want))

# ---- overlap ----
crowds = {
    "买过": ("did purchase in 60d", users("event = 'purchase' and t >= date '%s' - 59" % DAY)),
    "看过天猫": ("did item_view(channel = \"tmall\")", users("event = 'item_view' and channel = 'tmall'")),
    "花得多": ("gmv >= 300", users("event = 'purchase'", "sum(amount) >= 300")),
    "干性": ("tag \"肤质\" = \"干性\"", dry),
}
for name, (question, _) in crowds.items():
    pond("crowd", "create", name, question, *(["--frozen"] if name == "花得多" else []))
d = pond("crowd", "overlap", *crowds)
sets = [s for _, s in crowds.values()]
wrong = []
for i, a in enumerate(sets):
    for j, b in enumerate(sets):
        if d["both"][i][j] != len(a & b) or abs(d["jaccard"][i][j] - len(a & b) / len(a | b)) > 1e-12 or \
                abs(d["share"][i][j] - len(a & b) / len(a)) > 1e-12:
            wrong.append((i, j, d["both"][i][j], len(a & b)))
check("the overlap matrix equals sets by SQL: counts, shares, Jaccard", not wrong, wrong)
check("in any, in all, alone", d["any"] == len(set.union(*sets)) and d["all"] == len(set.intersection(*sets)) and
      [c["alone"] for c in d["crowds"]] == [len(a - set.union(*(b for b in sets if b is not a))) for a in sets], d)

# ---- profile ----
orders = dict(db.execute("select u, count(distinct o) from e where event = 'purchase' group by u").fetchall())
spent = dict(db.execute("select u, cast(sum(cast(amount as decimal(12, 2))) as double) from e where event = 'purchase' "
                        "group by u").fetchall())
first = dict(db.execute("select u, strftime(min(t), '%Y-%m') from e group by u").fetchall())


def band(u, field, value):
    n, v = orders.get(u, 0), spent.get(u, 0)
    return {
        "orders": {"0": n == 0, "1": n == 1, "2": n == 2, "3-4": 3 <= n <= 4, "5-9": 5 <= n <= 9, "10+": n >= 10},
        "gmv": {"<=0": v <= 0, "0-100": 0 < v <= 100, "100-300": 100 < v <= 300, "300-1000": 300 < v <= 1000,
                "1000-3000": 1000 < v <= 3000, "3000-10000": 3000 < v <= 10000, "10000+": v > 10000},
    }[field][value]


def has_trait(field, value):
    q = value.replace("'", "''")
    if field == "channel":
        return users("channel = '%s'" % q)
    if field == "category":
        return users("event = 'purchase' and category = '%s'" % q)
    if field == "hour":
        return users("hour(t) = %d" % int(value))
    if field == "first_seen":
        return {u for u, m in first.items() if m == value}
    if field == "identity":
        return everyone if value == "user_id" else set()
    if field == "tag":
        return {"肤质 = 干性": dry, "肤质 = 油性": oily}[value]
    return {u for u in everyone if band(u, field, value)}


def profile(name, base_name=None):
    crowd = crowds[name][1]
    base = crowds[base_name][1] if base_name else everyone
    d = pond("crowd", "profile", name, *(["--base", base_name] if base_name else []))
    wrong, fields = [], {}
    for r in d["rows"]:
        if r["field"] == "stage":
            continue
        fields[r["field"]] = fields.get(r["field"], 0) + 1
        t = has_trait(r["field"], r["value"])
        c, b, rest = len(t & crowd), len(t & base), base - crowd
        p, q = c / len(crowd), len(t & rest) / len(rest)
        pool = (c + len(t & rest)) / (len(crowd) + len(rest))
        s = math.sqrt(pool * (1 - pool) * (1 / len(crowd) + 1 / len(rest)))
        tgi = 100 * p / (b / len(base)) if b else None
        z = (p - q) / s if s > 0 else None
        same = r["consumers"] == c and r["base"] == b and all(
            (x is None) == (y is None) and (x is None or abs(x - y) < 1e-6 * (1 + abs(y)))
            for x, y in ((r["share"], p), (r["base_share"], b / len(base)), (r["tgi"], tgi), (r["z"], z)))
        if not same:
            wrong.append((r, c, b, tgi, z))
    check("the profile of %s against %s equals SQL, row by row: %s" % (name, base_name or "everyone", fields),
          not wrong and set(fields) == {"channel", "identity", "tag", "category", "orders", "gmv", "first_seen", "hour"},
          "\n".join(map(str, wrong)))
    return d


d = profile("买过")
profile("看过天猫", "花得多")
stages = [r for r in d["rows"] if r["field"] == "stage"]
check("every consumer is in one stage", sum(r["base"] for r in stages) == len(everyone) and
      sum(r["consumers"] for r in stages) == len(crowds["买过"][1]), stages)

# ---- the questions of profile rows ----
asked = [r for r in d["rows"] if r["question"]]
wrong = []
for r in random.sample(asked, 8):
    n = pond("who", "count", "(%s) and crowd \"买过\"" % r["question"])["count"]
    if n != r["consumers"]:
        wrong.append((r, n))
check("a row opens as a crowd of its size", not wrong, wrong)

# ---- look-alike: half of the fans are shown, the other half is to be found ----
fans = ["u%d" % u for u in range(0, 900, 4) if "u%d" % u in everyone]
shown, hidden = set(fans[0::2]), set(fans[1::2])
with open(os.path.join(TMP, "shown.csv"), "w", encoding="utf-8") as f:
    for u in sorted(shown):
        f.write("user_id:%s,seen\n" % u)
pond("tag", "import", os.path.join(TMP, "shown.csv"), "--create")
pond("crowd", "create", "粉丝", "tag \"seen\"")
size = len(hidden)
d = pond("crowd", "lookalike", "粉丝", "--size", str(size), "--to", "像粉丝", "--without", "tag")
out = os.path.join(TMP, "like.csv")
pond("crowd", "export", "像粉丝", out, "--column", "user_id")
found = set(open(out, encoding="utf-8").read().split()[1:])
check("a look-alike has its size and nobody of the crowd", len(found) == size and not found & shown, len(found))
chance = size / (len(everyone) - len(shown))
hit = len(found & hidden) / size
check("it finds those it was not shown three times as often as chance (%.2f, chance %.2f, AUC %.3f)" %
      (hit, chance, d["auc"]), hit > 3 * chance and 0.7 < d["auc"] <= 1, d)
check("and the strongest weights are what they have in common",
      {(w["field"], w["value"]) for w in d["weights"][:3]} & {("channel", "live"), ("category", "护肤")}, d["weights"][:4])
again = pond("crowd", "lookalike", "粉丝", "--size", str(size), "--to", "再像", "--without", "tag", "--without", "orders")
check("without a field its traits are not used", not [w for w in again["weights"] if w["field"] in ("orders", "tag")])
print("1..%d" % tests)
sys.exit(1 if bad else 0)
