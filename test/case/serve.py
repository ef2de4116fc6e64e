"""The parts of a server as they work together, over HTTP. Prints TAP."""
import json
import os
import re
import signal
import subprocess
import sys

from served import Served, Tap, run

pond, tmp = sys.argv[1:]
data = os.path.join(tmp, "data")
t = Tap()

run(pond, data, "init", "demo")
owner = run(pond, data, "key", "create", "owner", "--kind", "operator", "--role", "owner")["key"]
writer = run(pond, data, "key", "create", "shop", "--kind", "write")["key"]


def track(s, user, event, ident, key=writer):
    return s.ask("POST", "/v1/track", {"userId": user, "event": event, "messageId": ident},
                 headers={"Authorization": basic(key)})


def basic(key):
    import base64
    return "Basic " + base64.b64encode((key + ":").encode()).decode()


with Served(pond, data, env=dict(os.environ, POND_LOG="debug")) as s:
    t.ok(re.fullmatch(r"http://127\.0\.0\.1:\d+", s.address) and s.ready["brands"] == ["demo"], "it prints its address when it is ready", s.ready)
    t.ok("/setup#token=" in s.said(), "it prints a one-time link while the brand has no owner", s.said())
    t.same(s.ask("GET", "/healthz")[0], 200, "health answers")
    t.same(s.ask("GET", "/readyz")[2], b"demo ready\n", "ready answers for each brand")

    # ---- events in ----
    status, headers, body = track(s, "u1", "Product Added", "m1")
    t.same((status, json.loads(body)), (200, {"success": True}), "an event is taken with a write key")
    t.same(track(s, "u1", "Product Added", "m1")[0], 200, "the same again is taken")
    t.same(track(s, "u1", "x", "m2", key="pk_w_no")[0], 401, "an unknown key is refused")
    who = s.json("GET", "/api/v1/consumer?identity=user_id:u1", key=owner)
    t.same(who["events"], 1, "and counts once for who asks at once")

    # ---- pages of other sites ----
    shop = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type"}
    status, headers, _ = s.ask("OPTIONS", "/v1/batch", headers=shop)
    t.same((status, headers.get("access-control-allow-origin"), headers.get("access-control-allow-headers"),
            headers.get("access-control-allow-methods")),
           (204, "https://shop.example", "authorization,content-type", "POST, OPTIONS"),
           "a page of another site may send JSON with its key")
    _, headers, _ = s.ask("GET", "/sa.gif?token=" + writer + "&data=e30=")
    t.same(headers.get("cross-origin-resource-policy"), "cross-origin",
           "and be shown the picture by which Sensors' SDK sends, which is asked for without an Origin")

    # ---- questions ----
    t.same(s.json("GET", "/api/v1/report/assets", key=owner)["known"], 1, "a report is read over HTTP")
    t.same(s.ask("GET", "/api/v1/report/assets")[0], 401, "not without a key")
    t.same(s.ask("GET", "/api/v1/report/assets", key=writer)[0], 403, "not with a write key")

    status, _, body = s.ask("GET", "/api/v1/describe")
    t.ok(status == 200 and len(json.loads(body)["operations"]) > 50, "what is public needs no key")

    # ---- the log ----
    s.ask("POST", "/hooks/shopify/pk_w_SECRET/more", b"{}")
    s.ask("GET", "/api/v1/report/assets?token=SECRET", key=owner)
    log = [line for line in s.said().splitlines() if "http.request" in line]
    t.ok(any("method=POST path=/hooks/shopify status=401" in line for line in log) and not any("SECRET" in line or writer in line or owner in line for line in log),
         "requests are logged without keys and queries", log[-3:])

    # ---- a second one ----
    second = subprocess.run([pond, "--data", data, "serve", "--listen", "127.0.0.1:0"], capture_output=True, text=True)
    t.ok(second.returncode == 6 and s.address in second.stderr, "a second server on the same data says which one is there", second.stderr)

    code = s.stop(signal.SIGTERM)
    t.same(code, 0, "SIGTERM ends it with exit code 0")
    t.ok(not os.path.exists(os.path.join(data, "serve.json")), "and takes its address away")

t.same(run(pond, data, "verify")["ok"], True, "what it left verifies")
sys.exit(t.end())
