"""Everything at once against a server, for sanitizers: events of several SDKs, questions, edits, keys and users that come and
go, log-ins, imports, jobs that are stopped, listeners that come and go, clients that break off.

    PYTHONPATH=test python3 test/fault/serve_mix.py POND TMP [SECONDS [BENCH_LOAD]]

BENCH_LOAD (bench/load.c) sends events beside it, as fast as they are taken. With a ThreadSanitizer build, TSAN_OPTIONS of tools/runtests.sh. Prints TAP; what the sanitizer says is in TMP/serve.err."""
import collections
import json
import os
import random
import re
import subprocess
import sys
import threading
import time

from scan.net import Client, Gone, Slow, Wire, request
from scan.world import SECRET, World, basic
from served import Served, Tap

pond, tmp = sys.argv[1:3]
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
loader = sys.argv[4] if len(sys.argv) > 4 else None
t = Tap()
world = World(pond, tmp)
env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
env["POND_LOG"] = "debug"
done = collections.Counter()
failed = collections.Counter()
until = 0.0


def note(what, a):
    done[what, a.status] += 1
    return a


def events(c, r, who):
    i = r.randrange(10 ** 9)
    users = ["u%d" % r.randrange(300) for _ in range(20)]
    batch = [{"type": "track", "userId": u, "anonymousId": "a" + u, "event": r.choice(("Product Viewed", "Order Completed", "odd")), "messageId": "%d-%d" % (i, k),
              "properties": {"revenue": 5, "order_id": "o%d-%d" % (i, k), "phone": "1380000%04d" % r.randrange(9999)}} for k, u in enumerate(users)]
    note("events", c.ask("POST", "/v1/batch", {"batch": batch}, None, [basic(who["write"].key)]))
    note("posthog", c.ask("POST", "/batch", {"api_key": who["write"].key, "batch": [{"event": "$identify", "distinct_id": "p%d" % (i % 99), "uuid": str(i)}]}))


def reads(c, r, who):
    path, body = r.choice((("/api/v1/report/assets", None), ("/api/v1/report/trend", None), ("/api/v1/consumers?limit=5", None), ("/api/v1/who/count", {"question": "did purchase in 30d"}),
                           ("/api/v1/tags", None), ("/api/v1/jobs", None), ("/api/v1/keys", None), ("/api/v1/audit?limit=50", None), ("/openapi.json", None), ("/docs", None), ("/metrics", None),
                           ("/readyz", None), ("/api/v1/analyze/funnel?step=item_view&step=purchase&format=csv", None), ("/api/v1/report/flow?format=svg", None), ("/api/v1/lake", None)))
    note("reads", c.ask("POST" if body else "GET", path, body, who["owner"]))


def edits(c, r, who):
    n = r.randrange(40)
    what = r.choice(("tag", "crowd", "assign", "join", "drop"))
    if what == "tag":
        note("edits", c.ask("POST", "/api/v1/tags", {"name": "t%d" % n, "rule": "did purchase in 30d"}, who["owner"], [("Idempotency-Key", "k%d" % r.randrange(50))]))
    elif what == "crowd":
        note("edits", c.ask("POST", "/api/v1/crowds", {"name": "c%d" % n, "question": "did any in 9d"}, who["operator"]))
    elif what == "assign":
        note("edits", c.ask("POST", "/api/v1/tag/assign", {"name": "t%d" % n, "identity": ["user_id:u%d" % n]}, who["owner"]))
    elif what == "join":
        note("changes", c.ask("POST", "/api/v1/consumer/join", {"identity": "user_id:u%d" % n, "other": "user_id:u%d" % (n + 1)}, who["owner"]))
    else:
        note("edits", c.ask("DELETE", "/api/v1/tag?name=t%d" % n, None, who["owner"]))
    note("refused", c.ask("DELETE", "/api/v1/crowd?name=c%d" % n, None, who["store"]))


def keys(c, r, who):
    name = "k%d" % r.randrange(20)
    made = note("keys", c.ask("POST", "/api/v1/keys", {"name": name, "kind": "write"}, who["owner"]))
    if made.status == 200:
        note("events", c.ask("POST", "/v1/track", {"userId": "x", "event": "x", "messageId": name + str(r.random())}, None, [basic(made.json()["key"])]))
    note("keys", c.ask("DELETE", "/api/v1/key?name=" + name, None, who["owner"]))


def people(c, r, who):
    name = "p%d" % r.randrange(8)
    note("users", c.ask("POST", "/api/v1/users", {"name": name, "role": "analyst", "password": SECRET}, who["owner"]))
    a = note("logins", c.ask("POST", "/api/v1/login", {"name": name, "password": SECRET, "brand": "demo"}))
    cookie = re.match(r"pond_session=([^;]+)", a.get("set-cookie") or "")
    if cookie:
        head = [("Cookie", "pond_session=" + cookie[1]), ("X-Pond-Request", "1")]
        note("sessions", c.ask("GET", "/api/v1/me", None, None, head))
        note("sessions", c.ask("POST", "/api/v1/logout", {}, None, head))
    note("users", c.ask("DELETE", "/api/v1/user?name=" + name, None, who["owner"]))


def jobs(c, r, who):
    body = "".join(json.dumps({"id": "j%d" % r.randrange(10 ** 9), "time": "2026-02-%02d" % r.randrange(1, 28), "event": "item_view", "identities": {"user_id": "u%d" % r.randrange(300)}}) + "\n" for _ in range(200))
    a = note("imports", c.ask("POST", "/api/v1/import?name=x.ndjson", body.encode(), who["owner"]))
    b = note("jobs", c.ask("POST", "/api/v1/verify", {}, who["owner"], [("Prefer", "respond-async")]))
    for x in (a, b):
        if x.status == 202:
            at = "/api/v1/jobs/%d" % x.json()["job"]["id"]
            note("jobs", c.ask("GET", at, None, who["owner"]))
            if r.random() < 0.5:
                note("jobs", c.ask("DELETE", at, None, who["owner"]))
            note("jobs", c.ask("GET", at + "/reply", None, who["owner"]))
    time.sleep(1)


def listens(c, r, who):
    w = Wire(c.host, c.port)
    w.send(request("GET", "/api/v1/live", None, who["analyst"].fields("GET")))
    stop = time.monotonic() + r.uniform(0.2, 4)
    try:
        while time.monotonic() < stop:
            w.more(stop)
            w.rest = b""
    except (Gone, Slow):
        pass
    w.close()
    done["streams", 200] += 1


def breaks(c, r, who):
    w = Wire(c.host, c.port)
    data = request("POST", "/v1/batch", json.dumps({"batch": [{"type": "track", "userId": "b", "event": "b", "messageId": str(r.random())}] * 50}).encode(), [basic(who["write"].key)])
    w.send(data[:r.randrange(1, len(data) + 1)])
    w.close()
    done["broken off", 0] += 1
    time.sleep(0.03)


def run(work, seed):
    r, c = random.Random(seed), Client(served.host, served.port)
    while time.monotonic() < until:
        try:
            work(c, r, {role: world.who[r.choice(("demo", "demo", "other")) if work is events else "demo", role] for role in ("owner", "operator", "analyst", "store", "write")})
        except (Gone, Slow, OSError) as e:
            failed[work.__name__ + ": " + str(e)[:60]] += 1
        except Exception as e:  # a thread that dies would go unnoticed
            failed[work.__name__ + ": " + repr(e)[:200]] += 1


with Served(pond, world.data, "--refresh", "1", env=env) as served:
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=run, args=(w, i)) for i, w in enumerate((events, events, events, reads, reads, reads, edits, keys, people, jobs, listens, listens, breaks))]
    for x in threads:
        x.start()
    load = loader and subprocess.run([loader, "--url", served.address, "--key", world.who["demo", "write"].key, "--connections", "16", "--events", "20",
                                      "--seconds", "%g" % seconds, "--linger", "120"], capture_output=True, text=True)
    for x in threads:
        x.join()
    t.same(served.stop(timeout=300), 0, "the server stops as it should")
    said = served.said()
by = collections.Counter()
for (what, status), n in sorted(done.items()):
    by[what] += n
    print("# %s %d: %d" % (what, status, n))
print("# without an answer: %s" % dict(failed))
if load:
    print("# " + load.stdout.strip().replace("\n", "\n# "))
    t.same(load.returncode, 0, "every batch of the load was taken")
races = re.findall(r"WARNING: ThreadSanitizer: [^\n]*\n(?:[^\n]*\n){1,4}|ERROR: AddressSanitizer[^\n]*\n(?:[^\n]*\n){1,6}|runtime error: [^\n]*", said)
t.ok(not races, "no sanitizer has said anything", "%d: %s" % (len(races), "\n".join(races[:5])))
t.ok(all(by[w] for w in ("events", "reads", "edits", "keys", "logins", "imports", "streams")), "all kinds of work were done", by)
sys.exit(t.end())
