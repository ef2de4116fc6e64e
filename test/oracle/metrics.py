"""Metrics and the closed loop of made-up lives, against plain loops over the same rows. Prints TAP."""
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
POND = os.environ.get("POND", str(HERE.parent.parent / "build" / "dev" / "pond"))
DAY0 = datetime.datetime(2018, 1, 1)
PRIVATE = {"mini_program", "wecom_staff", "wecom_group"}
ON = {"follow": "fan", "friend_add": "friend", "group_join": "group", "member_join": "member"}
OFF = {"unfollow": "fan", "friend_delete": "friend", "group_leave": "group", "member_quit": "member"}
NAMES = ["item_view", "share", "referral", "group_message", "message_send", "message_delivered", "message_open",
         "message_click", "message_reply", "coupon_claim", "coupon_redeem", *ON, *OFF]

count = 0
bad = 0


def check(sentence, got, want):
    global count, bad
    count += 1
    same = got == want or (isinstance(got, float) and isinstance(want, (int, float)) and abs(got - want) < 1e-9)
    if not same:
        bad += 1
        print(f"# got  {str(got)[:900]}\n# want {str(want)[:900]}")
    print(f"{'ok' if same else 'not ok'} {count} - {sentence}")


def lives(seed):
    """Rows of 120 consumers over 60 days, each with its own second, in order of time."""
    r = random.Random(seed)
    rows = []
    for who in range(120):
        orders = []
        for second in sorted(r.sample(range(60 * 1440), r.randint(1, 25))):
            row = {"who": f"u{who}", "t": DAY0 + datetime.timedelta(minutes=second)}
            if r.random() < 0.3:
                row |= {"event": "purchase", "order": f"o{who}-{len(orders)}", "amount": r.randint(0, 300)}
                orders.append(row)
            elif orders and r.random() < 0.15:
                of = r.choice(orders)
                row |= {"event": "refund", "order": of["order"], "amount": r.choice([1, of["amount"]])}
            else:
                row["event"] = r.choice(NAMES)
            if row["event"] in ("purchase", "share", "referral") and r.random() < 0.7:
                row["quantity"] = r.randint(0, 3)
            if row["event"] == "refund":  # an order is named by channel and number
                row |= {k: of[k] for k in ("channel",) if k in of}
            elif r.random() < 0.8:
                row["channel"] = r.choice(["mini_program", "tmall", "wecom_staff", "wecom_group", "ad"])
            if row["event"] in ON or row["event"] in OFF or row["event"] == "group_message":
                if r.random() < 0.8:
                    row["touchpoint"] = r.choice(["t1", "t2", "t3"])
            rows.append(row)
    return rows


def full_refunds(rows, last):
    """Orders whose refunds by the end of the last day reach their amount."""
    amount, back = {}, {}
    for x in rows:
        if x["t"].date() <= last and x["event"] == "purchase":
            amount[x["order"]] = x["amount"]
        if x["t"].date() <= last and x["event"] == "refund":
            back[x["order"]] = back.get(x["order"], 0) + x["amount"]
    return {o for o in back if o in amount and back[o] >= amount[o]}


def step(held, x):
    """Begins or ends a relation; returns (kind, how many began or ended)."""
    kind = ON.get(x["event"]) or OFF.get(x["event"])
    if not kind:
        return None, 0
    place, now = x.get("touchpoint"), held[kind]
    before = len(now)
    if x["event"] in ON:
        now.add(place)
    elif place is None:
        now.clear()
    else:
        now -= {place, None}
    return kind, len(now) - before


def naive(rows, first, last):
    c = {}

    def add(name, n=1):
        c[name] = c.get(name, 0) + n

    gone = full_refunds(rows, last)
    groups, spoken = set(), set()
    by = {}
    for x in rows:
        by.setdefault(x["who"], []).append(x)
    for life in by.values():
        life = [x for x in life if x["t"].date() <= last]
        before = [x for x in life if x["t"].date() < first]
        now = [x for x in life if x["t"].date() >= first]
        held = {k: set() for k in ON.values()}
        for x in before:
            step(held, x)
        for k, v in held.items():
            add(f"{k}_start", len(v))
        member, in_group, friend = bool(held["member"]), bool(held["group"]), None
        groups |= {(None, g) for g in held["group"]}
        for x in now:
            was = len(held["friend"])
            kind, change = step(held, x)
            if change > 0:
                add(f"{kind}_joined", change)
            elif change < 0:
                add(f"{kind}_left", -change)
            if kind == "friend" and change > 0 and was == 0 and friend is None:
                friend = x["t"]
            groups |= {(None, g) for g in held["group"]}
            in_group = in_group or bool(held["group"])
            paid = x["amount"] if x["event"] == "purchase" else -x["amount"] if x["event"] == "refund" else 0
            add("gmv", paid)
            add("member_gmv", paid if held["member"] else 0)
            add("private_gmv", paid if x.get("channel") in PRIVATE else 0)
            add(x["event"])
        for k, v in held.items():
            add(f"{k}_end", len(v))
        add("private", any(held.values()))
        add("known", bool(life))
        bought = [x for x in now if x["event"] == "purchase" and x["order"] not in gone]
        old = any(x["event"] == "purchase" and x["order"] not in gone for x in before)
        add("pieces", sum(x.get("quantity", 1) for x in bought))
        add("orders", len({x["order"] for x in bought}))
        add("buyers", bool(bought))
        add("repeat", len({x["order"] for x in bought}) >= 2)
        add("new", bool(bought) and not old)
        add("start_members", member)
        add("idle", member and not bought)
        add("old_members", member and old)
        add("old_back", member and old and bool(bought))
        week = datetime.timedelta(days=7)
        add("new_friends", friend is not None)
        add("new_friends_bought", friend is not None and any(friend < x["t"] <= friend + week for x in bought))
        said = [x for x in now if x["event"] == "group_message"]
        spoken |= {(None, x.get("touchpoint")) for x in said}
        add("group_people", in_group)
        add("group_people_active", in_group and bool(said))
        brings = [x.get("quantity", 1 if x["event"] == "referral" else 0) for x in now if x["event"] in ("share", "referral")]
        add("brought", sum(brings))
        add("referrers", sum(brings) > 0)
    c["groups"], c["groups_active"] = len(groups), len(groups & spoken)
    return {k: c.get(k, 0) for k in list(c) + NAMES}


def over(a, b):
    return a / b if b else None


def wanted(c):
    g = lambda name: c.get(name, 0)
    return {
        "gmv": g("gmv"), "orders": g("orders"), "buyers": g("buyers"), "gmv_per_order": over(g("gmv"), g("orders")),
        "gmv_per_buyer": over(g("gmv"), g("buyers")), "pieces_per_order": over(g("pieces"), g("orders")),
        "orders_per_buyer": over(g("orders"), g("buyers")), "repurchase_rate": over(g("repeat"), g("buyers")),
        "new_buyer_share": over(g("new"), g("buyers")), "private_gmv_share": over(g("private_gmv"), g("gmv")),
        "members": g("member_end"), "members_joined": g("member_joined"), "members_left": g("member_left"),
        "member_gmv_share": over(g("member_gmv"), g("gmv")),
        "old_member_repurchase_rate": over(g("old_back"), g("old_members")),
        "member_idle_rate": over(g("idle"), g("start_members")), "friends": g("friend_end"),
        "friends_joined": g("friend_joined"), "friends_left": g("friend_left"),
        "friends_net": g("friend_joined") - g("friend_left"), "friend_loss_rate": over(g("friend_left"), g("friend_start")),
        "new_friend_buy_rate": over(g("new_friends_bought"), g("new_friends")), "fans": g("fan_end"),
        "fans_net": g("fan_joined") - g("fan_left"), "private_share": over(g("private"), g("known")),
        "group_members": g("group_end"), "group_joined": g("group_joined"), "group_left": g("group_left"),
        "group_net": g("group_joined") - g("group_left"),
        "group_leave_rate": over(g("group_left"), g("group_start") + g("group_joined")),
        "group_active_rate": over(g("groups_active"), g("groups")),
        "group_member_active_rate": over(g("group_people_active"), g("group_people")),
        "delivery_rate": over(g("message_delivered"), g("message_send")),
        "open_rate": over(g("message_open"), g("message_delivered")),
        "click_rate": over(g("message_click"), g("message_delivered")),
        "reply_rate": over(g("message_reply"), g("message_delivered")),
        "redeem_rate": over(g("coupon_redeem"), g("coupon_claim")),
        "brought_per_referrer": over(g("brought"), g("referrers")),
    }


def naive_loop(rows, first, last):
    gone = full_refunds(rows, last)
    doors = {}
    by = {}
    came = {}  # whatever it was, also what was refunded
    for x in rows:
        came.setdefault(x["who"], x["t"].date())
        if x["t"].date() <= last and not (x["event"] == "purchase" and x["order"] in gone):
            by.setdefault(x["who"], []).append(x)
    for who, life in by.items():
        if came[who] < first:
            continue
        sank = [x["t"] for x in life if x["event"] in ON]
        bought = [x["t"] for x in life if x["event"] == "purchase"]
        people = sum(x.get("quantity", 1 if x["event"] == "referral" else 0) for x in life
                     if x["event"] in ("share", "referral"))
        d = doors.setdefault(life[0].get("channel", ""), [0] * 6)
        for i, n in enumerate((1, bool(sank), bool(bought), bool(sank) and any(t >= sank[0] for t in bought),
                               people > 0, people)):
            d[i] += n
    return doors


def run(data, *words):
    env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
    env |= {"LC_ALL": "C.UTF-8", "POND_NOW": "2018-03-15T12:00:00+08:00"}
    done = subprocess.run([POND, "--data", data, *map(str, words)], capture_output=True, env=env, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"pond {' '.join(map(str, words))}: {done.returncode} {done.stderr.decode()[-500:]}")
    return done.stdout


def check_assets(seed, data, rows, day):
    """Everybody known on the day once, by the first event; the stages of the parts add up to the whole."""
    first = {}
    for x in rows:
        first.setdefault(x["who"], x)
    last = datetime.date.fromisoformat(day)
    known = [x for x in first.values() if x["t"].date() <= last]
    for by, value in (("channel", lambda x: x.get("channel", "")), ("touchpoint", lambda x: x.get("touchpoint", "")),
                      ("age", lambda x: "old" if (last - x["t"].date()).days >= 30 else "new"),
                      ("did purchase", None)):
        got = json.loads(run(data, "report", "assets", "--as-of", day, "--by", by, "--json"))
        if value:
            want = {}
            for x in known:
                want[value(x)] = want.get(value(x), 0) + 1
            check(f"seed {seed}, {day}: assets by {by}", {p["value"]: p["known"] for p in got["parts"]}, want)
        check(f"seed {seed}, {day}: the stages by {by} add up",
              [sum(p["consumers"][s] for p in got["parts"]) for s in range(5)], [s["consumers"] for s in got["stages"]])


def main():
    with tempfile.TemporaryDirectory() as where:
        for seed in (1, 2, 3):
            rows = lives(seed)
            data = os.path.join(where, f"d{seed}")
            file = os.path.join(where, f"{seed}.ndjson")
            with open(file, "w") as out:
                for x in random.Random(seed).sample(rows, len(rows)):
                    row = {k: v for k, v in x.items() if k not in ("who", "t")}
                    out.write(json.dumps(row | {"time": str(x["t"]), "identities": {"user_id": x["who"]}}) + "\n")
            run(data, "init", "made")
            run(data, "import", file)
            for first, last in (("2018-01-01", "2018-03-10"), ("2018-01-20", "2018-02-10"), ("2018-02-15", "2018-02-28")):
                days = [datetime.date.fromisoformat(d) for d in (first, last)]
                got = json.loads(run(data, "report", "metrics", "--from", first, "--to", last, "--json"))["metrics"]
                want = wanted(naive(rows, *days))
                check(f"seed {seed}: the metrics are those of the list", [m["metric"] for m in got], list(want))
                for m in got:
                    check(f"seed {seed}, {first} to {last}: {m['metric']}", m["value"], want[m["metric"]])
                loop = json.loads(run(data, "report", "loop", "--from", first, "--to", last, "--json"))
                check(f"seed {seed}, {first} to {last}: closed loop by door",
                      {d["channel"]: [d[k] for k in ("came", "sank", "bought", "converted", "brought", "people")]
                       for d in loop["doors"]}, naive_loop(rows, *days))
            for day in ("2018-01-20", "2018-02-20"):
                check_assets(seed, data, rows, day)
    print(f"1..{count}")
    return 1 if bad else 0


sys.exit(main())
