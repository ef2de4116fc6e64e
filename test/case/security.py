"""An automated scan of a running server: who may what, hostile input, hostile connections, sessions and logs.
security.py POND TMP [PART...]: of rights, input, wire, guard; all when left away. What must hold of every single answer is
looked at in each of them (test/scan/world.py). POND_SCAN=10 tries much more in each field. Prints TAP."""
import os
import sys
import time

from scan import guard, hostile, raw, routes
from scan.net import Client
from scan.world import World
from served import Served, Tap

pond, tmp = sys.argv[1:3]
parts = sys.argv[3:] or ["rights", "input", "wire", "guard"]
t = Tap()
world = World(pond, tmp)
env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
env["POND_LOG"] = "debug"

with Served(pond, world.data, env=env) as s:
    client = Client(s.host, s.port, look=world.look)
    slowly = raw.Slowly(s.host, s.port, world.who["demo", "write"].key) if "wire" in parts else None
    job = {}
    for brand in ("demo", "other"):
        world.who[brand, "session"] = world.login(client, brand)
        job[brand] = client.ask("POST", "/api/v1/backup", {}, world.who[brand, "owner"]).json()["job"]["id"]
    scan = routes.Scan(t, world, client, job)
    pid = s.process.pid
    work = {"rights": (routes.refused, routes.strange_brand, routes.allowed, routes.audited),
            "input": (hostile.fields, hostile.bodies, hostile.paths, hostile.comes_back, lambda x: hostile.collectors(x, pid), lambda x: hostile.uploads(x, pid)),
            "wire": (raw.shapes, raw.methods, raw.hosts, raw.pipelines, raw.crowds),
            "guard": (guard.sessions, guard.log_ins, guard.link, guard.once, guard.origins, guard.live)}
    for part in ("rights", "input", "wire", "guard"):
        if part == "input":
            other = scan.state("other")  # from here on nobody has its keys
        for one in work[part] if part in parts else ():
            began = time.monotonic()
            one(scan)
            print("# %s: %.1f s, %d requests so far" % (part, time.monotonic() - began, client.asked), flush=True)
    hostile.unharmed(scan, other)
    if slowly:
        slowly.judge(t, 45)
    figures = client.ask("GET", "/metrics", None, world.who["demo", "owner"])
    t.ok(figures.status == 200 and b"pond_http_requests_total" in figures.body, "the server still answers", figures)
    t.same(s.stop(), 0, "and stops as it should")
    said = s.said()
if "guard" in parts:
    guard.tls(scan)
    guard.logs(scan, said)
    guard.at_rest(scan)

SENTENCES = {"a failure of ours": "no answer was a failure of ours", "slow": "none took more than five seconds",
             "headers": "each had the headers that keep browsers from mischief", "form": "each had its type, JSON was JSON, errors were errors",
             "another brand's": "none held anything of the other brand", "masking": "none held an identity in plain that was not asked for by who may",
             "secrets": "none held a key, a token or a password", "insides": "none told of paths, SQL or libraries"}
print("# answers by status: %s; the slowest: %.1f s, %s" % (sorted(world.seen.items()), *world.slowest))
for kind, sentence in SENTENCES.items():
    found = world.faults.get(kind, [])
    t.ok(not found, "of %d answers %s" % (sum(world.seen.values()), sentence), "%d: %s" % (len(found), "\n".join(found[:8])))
sys.exit(t.end())
