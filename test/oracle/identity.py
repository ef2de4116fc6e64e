"""One-ID: the partition that the binary finds, against programs that share no code with it.

Where no limit can be met the answer is that of connected components, found by DuckDB's SQL (a search in
Python where DuckDB is missing). Where limits are met it is that of `solve` below, written from docs/identity.md
over plain (kind, value) pairs. Prints TAP.
"""
import collections
import csv
import itertools
import json
import os
import pathlib
import random
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
POND = os.environ.get("POND") or str(next((p for p in (BUILD / "release/pond", BUILD / "dev/pond") if p.exists()),
                                          BUILD / "dev/pond"))
SHARED = pathlib.Path(os.environ.get("POND_SHARED", HERE.parent.parent.parent / "shared")) / "data"

try:
    import duckdb
except ImportError:
    duckdb = None

count = 0
bad = 0


def check(sentence, ok, note=""):
    global count, bad
    count += 1
    bad += not ok
    if not ok and note:
        print("# " + str(note)[:1500].replace("\n", "\n# "))
    print(f"{'ok' if ok else 'not ok'} {count} - {sentence}", flush=True)


# ---- The rules, as docs/identity.md has them -----------------------------------------------------------

Rule = collections.namedtuple("Rule", "priority strength cap max")
STRONG = ["unionid", "external_userid", "phone", "user_id", "openid", "taobao_ouid", "taobao_name",
          "douyin_openid", "jd_pin", "kuaishou_openid", "xhs_id", "email"]
RULES = {"member_no": Rule(1, "strong", 0, 1), "device": Rule(30, "weak", 3, 0), "cookie": Rule(31, "weak", 3, 0),
         "anonymous_id": Rule(32, "weak", 3, 0), "ip": Rule(40, "never", 0, 0), "other": Rule(20, "strong", 0, 0)}
RULES.update({kind: Rule(i + 2, "strong", 0, 0) for i, kind in enumerate(STRONG)})


def rule_of(rules, node):
    kind = node.split(":", 1)[0]
    return rules.get(kind) or rules.get(kind.split("@")[0]) or rules["other"]


# ---- The definition, slowly ------------------------------------------------------------------------------

class Groups:
    """Sets of nodes that only ever merge, under the `max` of each kind."""

    def __init__(self, nodes, rules):
        self.rules = rules
        self.of = {n: {n} for n in nodes}

    def join(self, a, b):
        if self.of[a] is self.of[b]:
            return
        both = self.of[a] | self.of[b]
        kinds = collections.Counter(n.split(":", 1)[0] for n in both)
        for node in both:
            most = rule_of(self.rules, node).max
            if most and kinds[node.split(":", 1)[0]] > most:
                return
        for node in both:
            self.of[node] = both

    def sets(self):
        return {frozenset(s) for s in self.of.values()}


def solve(nodes, links, rules=RULES, cuts=(), joins=()):
    """links: {(a, b) sorted: first time}. Returns (set of frozensets, shared nodes)."""
    def phase(node):
        r = rule_of(rules, node)
        return {"never": 3, "weak": 2}.get(r.strength, 1 if r.cap else 0)

    def order(item):
        (a, b), first = item
        def strength(n):
            kind, value = n.split(":", 1)
            return rule_of(rules, n).priority, value.encode(), kind.encode()
        weak, strong = max(a, b, key=strength), min(a, b, key=strength)
        w, s = strength(weak), strength(strong)
        return max(phase(a), phase(b)), w[0], s[0], first, w[1], s[1], w[2], s[2]

    live = [x for x in links.items() if x[0] not in cuts]
    near = collections.defaultdict(set)
    for (a, b), _ in live:
        near[a].add(b)
        near[b].add(a)
    groups, shared = Groups(nodes, rules), set()
    for a, b in joins:
        groups.join(a, b)
    live.sort(key=order)
    for now in (0, 1, 2):
        for node in nodes:
            cap = rule_of(rules, node).cap
            if phase(node) == now and cap:
                met = {id(groups.of[n]) for n in near[node] if phase(n) < now}
                if len(met) > cap:
                    shared.add(node)
        for (a, b), _ in live:
            if max(phase(a), phase(b)) == now and a not in shared and b not in shared:
                groups.join(a, b)
    return groups.sets(), shared


# ---- Connected components by other means ---------------------------------------------------------------

def components_sql(nodes, links):
    """Label propagation in DuckDB: the smallest name that can be reached."""
    con = duckdb.connect()
    con.execute("create table label (node varchar, label varchar)")
    con.execute("create table edge (a varchar, b varchar)")
    con.execute("insert into label select n, n from (select unnest(?) as n)", [sorted(nodes)])
    both = [*links, *((b, a) for a, b in links)]
    con.execute("insert into edge select unnest(?), unnest(?)", [[a for a, _ in both], [b for _, b in both]])
    while True:
        con.execute("""create or replace table better as
            select e.a as node, min(l.label) as label from edge e join label l on l.node = e.b
             group by e.a""")
        changed = con.execute("""select count(*) from label l join better b on b.node = l.node
             where b.label < l.label""").fetchone()[0]
        if not changed:
            break
        con.execute("""update label set label = better.label from better
             where better.node = label.node and better.label < label.label""")
    groups = collections.defaultdict(set)
    for node, label in con.execute("select node, label from label").fetchall():
        groups[label].add(node)
    return {frozenset(s) for s in groups.values()}


def components_search(nodes, links):
    near = collections.defaultdict(set)
    for a, b in links:
        near[a].add(b)
        near[b].add(a)
    left, out = set(nodes), set()
    while left:
        queue = [left.pop()]
        group = set(queue)
        while queue:
            for n in near[queue.pop()] - group:
                group.add(n)
                queue.append(n)
        left -= group
        out.add(frozenset(group))
    return out


components = components_sql if duckdb else components_search


# ---- The binary --------------------------------------------------------------------------------------------

class Pond:
    def __init__(self, where):
        self.data = tempfile.mkdtemp(dir=where)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
        self.env["LC_ALL"] = "C.UTF-8"
        self.env["POND_NOW"] = "2026-06-01T12:00:00+08:00"
        self.run("init", "oneid")

    def run(self, *words):
        done = subprocess.run([POND, "--data", self.data, *map(str, words)], capture_output=True, env=self.env,
                              stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 12):
            raise RuntimeError(f"pond {' '.join(map(str, words))}: {done.returncode} {done.stderr.decode()[-500:]}")
        return done.stdout.decode()

    def load(self, events, *words):
        path = os.path.join(self.data, "..", os.path.basename(self.data) + ".ndjson")
        with open(path, "w") as out:
            out.writelines(json.dumps(e, ensure_ascii=False) + "\n" for e in events)
        got = json.loads(self.run("import", path, "--json", *words))
        os.unlink(path)
        if (got["rows"], got["accepted"]) != (len(events), len(events)):
            raise RuntimeError(f"import: {got}")

    def partition(self):
        return {frozenset(json.loads(line)["identities"])
                for line in self.run("consumer", "list", "--json", "--reveal").splitlines()}

    def digest(self):
        got = json.loads(self.run("verify", "--json"))
        if not got["ok"]:
            raise RuntimeError(f"verify: {got}")
        return got["digest"]


# ---- Events of known persons ---------------------------------------------------------------------------------

def event_of(number, nodes, second, name="item_view"):
    ids = collections.defaultdict(list)
    for node in nodes:
        kind, value = node.split(":", 1)
        ids[kind].append(value)
    return {"id": f"e{number}", "time": 1767225600 + second, "event": name, "channel": "mini_program",
            "identities": {k: v if len(v) > 1 else v[0] for k, v in ids.items()}}


def graph_of(events):
    nodes, links = set(), {}
    for e in events:
        mine = sorted({f"{k}:{v}" for k, vs in e["identities"].items() for v in (vs if isinstance(vs, list) else [vs])})
        nodes.update(mine)
        for pair in itertools.combinations(mine, 2):
            links[pair] = min(links.get(pair, e["time"]), e["time"])
    return nodes, links


def person(r, n):
    kinds = r.sample(["user_id", "unionid", "external_userid", "phone", "openid@wx1", "openid@wx2", "taobao_ouid",
                      "jd_pin", "crm_id", "email"], r.randint(1, 5))
    values = {"phone": f"139{n:08d}", "email": f"p{n}@example.com"}
    return [f"{k}:{values.get(k, f'{k[0]}{n}')}" for k in kinds]


def plain_life(r, persons):
    """Persons with strong identities and devices of their own; nothing meets a limit."""
    events, truth = [], []
    for n in range(persons):
        ids = person(r, n) + [f"device:d{n}-{i}" for i in range(r.randint(0, 2))]
        truth.append(frozenset(ids))
        reached = [ids[0]]
        for node in ids[1:]:
            events.append(event_of(len(events), [node, r.choice(reached)], r.randint(0, 9000)))
            reached.append(node)
        for _ in range(r.randint(1, 3)):
            events.append(event_of(len(events), r.sample(ids, r.randint(1, min(3, len(ids)))), r.randint(0, 9000)))
    r.shuffle(events)
    return events, set(truth)


def hard_life(r, persons):
    """Shared tablets, families, members at one phone, addresses, ties of time."""
    events = []
    people = [person(r, n) + ([f"member_no:M{n}"] if r.random() < 0.5 else []) for n in range(persons)]
    for n, ids in enumerate(people):
        for _ in range(r.randint(1, 6)):
            nodes = set(r.sample(ids, r.randint(1, min(3, len(ids)))))
            if r.random() < 0.4:
                nodes.add(f"device:tablet{r.randint(0, persons // 20)}")
            if r.random() < 0.4:
                nodes.add(f"device:family{n // 2}")
            if r.random() < 0.3:
                nodes.add(f"cookie:c{r.randint(0, persons)}")
            if r.random() < 0.2:
                nodes.add(f"ip:10.0.0.{r.randint(0, 9)}")
            if r.random() < 0.1:
                nodes.add(r.choice(people[r.randrange(persons)]))
            if r.random() < 0.1:
                nodes.add(f"phone:13800{n // 3:06d}")
            events.append(event_of(len(events), sorted(nodes), r.choice([0, 60, 120, 3600])))
    r.shuffle(events)
    return events


def differ(got, want):
    return f"only pond: {sorted(map(sorted, got - want))[:5]}\nonly oracle: {sorted(map(sorted, want - got))[:5]}"


# ---- Tests -----------------------------------------------------------------------------------------------------

def test_plain(where):
    r = random.Random(1)
    events, truth = plain_life(r, 3000)
    pond = Pond(where)
    pond.load(events)
    got = pond.partition()
    by = "DuckDB SQL" if duckdb else "a search"
    check(f"3,000 persons without limits: the partition is that of connected components by {by}",
          got == components(*graph_of(events)), differ(got, components(*graph_of(events))))
    check("and every person is found whole", got == truth)


def test_febrl(where):
    for name in ("dataset1", "dataset3"):
        path = SHARED / "febrl" / f"{name}.csv"
        if not path.exists():
            check(f"FEBRL {name} # SKIP no {path}", True)
            continue
        rows = [[c.strip() for c in row] for row in csv.reader(open(path))][1:]
        events = [event_of(i, [f"user_id:{row[0]}"] + ([f"soc_sec_id:{row[10]}"] if row[10] else []), i)
                  for i, row in enumerate(rows)]
        pond = Pond(where)
        pond.load(events)
        got, want = pond.partition(), components(*graph_of(events))
        check(f"FEBRL {name}: {len(rows)} records joined by their exact soc_sec_id, {len(want)} consumers", got == want,
              differ(got, want))


def test_limits(where):
    for seed in range(4):
        r = random.Random(100 + seed)
        events = hard_life(r, 250)
        pond, at = Pond(where), 0
        for part in range(5):
            end = len(events) if part == 4 else r.randint(at, len(events))
            if end > at:
                pond.load(events[at:end], *(["--batch-rows", "50"] if part % 2 else []))
            at = max(at, end)
            nodes, links = graph_of(events[:at])
            want, shared = solve(nodes, links)
            got = pond.partition()
            if got != want:
                break
        check(f"250 persons with shared devices, members and ties, read five times as they arrive ({len(want)} consumers, "
              f"{len(shared)} shared), seed {seed}", got == want, differ(got, want))


def test_rules(where):
    r = random.Random(7)
    events = hard_life(r, 200)
    nodes, links = graph_of(events)
    pond = Pond(where)
    pond.load(events)
    rules = dict(RULES)
    for kind, words, change in (
            ("phone", ["--cap", "1"], {"cap": 1}),
            ("cookie", ["--cap", "1"], {"cap": 1}),
            ("user_id", ["--max", "1"], {"max": 1}),
            ("device", ["--max", "2"], {"max": 2}),
            ("jd_pin", ["--strength", "weak", "--priority", "25"], {"strength": "weak", "priority": 25}),
            ("phone", ["--cap", "0"], {"cap": 0}),
            ("device", ["--strength", "never"], {"strength": "never"})):
        pond.run("rules", "set", kind, *words)
        rules[kind] = rules[kind]._replace(**change)
        want, _ = solve(nodes, links, rules)
        got = pond.partition()
        check(f"after `rules set {kind} {' '.join(words)}` all is as the definition says ({len(want)} consumers)", got == want,
              differ(got, want))


def load_shuffled(where, r, events):
    pond, at = Pond(where), 0
    events = events[:]
    r.shuffle(events)
    while at < len(events):
        size = r.choice([100, 300, len(events)])
        pond.load(events[at:at + size], *r.choice([[], ["--batch-rows", "37"]]))
        at += size
    return pond


def test_shuffles(where):
    r = random.Random(20)
    events = hard_life(r, 120)
    want, _ = solve(*graph_of(events))
    partitions, digests = [], []
    for _ in range(20):
        pond = load_shuffled(where, r, events)
        partitions.append(pond.partition())
        digests.append(pond.digest())
    check("20 orders of arrival in batches of all sizes give the same partition", all(p == want for p in partitions))
    check("and the same digest", len(set(digests)) == 1, digests)
    return pond, events


def cuts_of(nodes, links, node, cuts=(), joins=()):
    """The links that `split node` cuts: those that count and lie inside its consumer."""
    sets, shared = solve(nodes, links, cuts=cuts, joins=joins)
    mates = next(s for s in sets if node in s)
    return {p for p in links if node in p and p not in cuts and set(p) <= mates and not set(p) & shared and
            all(rule_of(RULES, n).strength != "never" for n in p)}


def test_decisions(pond, events):
    nodes, links = graph_of(events)
    r = random.Random(3)
    before, digest = pond.partition(), pond.digest()
    sets = sorted(map(sorted, before))
    big = [s for s in sets if len(s) > 3]
    same, cuts, splits = True, set(), []
    for group in r.sample(big, 4):
        node = r.choice(group)
        if not cuts_of(nodes, links, node, cuts):
            continue
        cuts |= cuts_of(nodes, links, node, cuts)
        splits.append(json.loads(pond.run("consumer", "split", node, "--json"))["split"])
        same = same and pond.partition() == solve(nodes, links, cuts=cuts)[0]
    check(f"after each of {len(splits)} splits the partition is that of the links left", same and splits)
    a, b = r.choice(sets[0]), r.choice(sets[-1])
    pond.run("consumer", "join", a, b)
    got, want = pond.partition(), solve(nodes, links, cuts=cuts, joins=[(a, b)])[0]
    check("after a join by hand too", got == want, differ(got, want))
    check("decisions change the digest", pond.digest() != digest)
    for number in r.sample(splits, len(splits)):
        pond.run("consumer", "undo", f"s{number}")
    pond.run("consumer", "undo", "j1")
    check("with everything undone the partition is what it was", pond.partition() == before)
    check("and so is the digest", pond.digest() == digest)


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMP")) as where:
        test_plain(where)
        test_febrl(where)
        test_limits(where)
        test_rules(where)
        test_decisions(*test_shuffles(where))
    print(f"1..{count}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
