"""An automated scan of a running server: who may what, hostile input, hostile connections, what answers give away.
security.py POND TMP [PART...]: parts are rights, input, wire, guard. Prints TAP. What must hold of every answer is
looked at in each part (scan/world.py)."""
import os
import sys
import time

from served import Served, Tap
from scan import routes
from scan.net import Client
from scan.world import World

pond, tmp = sys.argv[1:3]
parts = sys.argv[3:] or ["rights", "input", "wire", "guard"]
t = Tap()
world = World(pond, tmp)
env = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
env["POND_LOG"] = "debug"
with Served(pond, world.data, env=env) as s:
    client = Client(s.host, s.port, look=world.look)
    for b in ("demo", "other"):
        world.who[b, "session"] = world.login(client, b)
    job = {}
    for b in ("demo", "other"):
        a = client.ask("POST", "/api/v1/backup", {}, world.who[b, "owner"])
        job[b] = a.json()["job"]["id"]
    scan = routes.Scan(t, world, client, job)
    for f in (routes.refused, routes.strange_brand, routes.allowed, routes.audited):
        t0=time.time()
        f(scan)
        print("# %s %.1f s, %d requests"%(f.__name__, time.time()-t0, client.asked))
for k, v in world.faults.items():
    print("## ", k, len(v))
    for x in v[:12]:
        print("#   ", x[:600])
print(world.seen, world.slowest)
