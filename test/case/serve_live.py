"""What happens while it happens. Prints TAP."""
import base64
import http.client
import json
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import threading
import time

from served import Served, Tap, run

pond, tmp = sys.argv[1:]
t = Tap()


def brand(data, name="demo"):
    run(pond, data, "init", name)
    more = ["--brand", name]
    return (run(pond, data, "key", "create", "owner", "--kind", "operator", "--role", "owner", *more)["key"],
            run(pond, data, "key", "create", "shop", "--kind", "write", *more)["key"])


def basic(key):
    return {"Authorization": "Basic " + base64.b64encode((key + ":").encode()).decode()}


def track(s, key, user, event, ident, **more):
    return s.ask("POST", "/v1/track", {"userId": user, "event": event, "messageId": ident, **more}, headers=basic(key))


def wait_for(what, seconds=20):
    """The first true value of what(), or its last."""
    until = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > until:
            return got
        time.sleep(0.05)


class Stream(threading.Thread):
    """Server-sent events as they come."""
    def __init__(self, s, path, key):
        super().__init__(daemon=True)
        self.c = http.client.HTTPConnection(s.host, int(s.port), timeout=60)
        self.c.request("GET", path, headers={"Authorization": "Bearer " + key})
        self.r = self.c.getresponse()
        self.events, self.text, self.over = [], "", False
        self.start()

    def run(self):
        try:
            while True:
                line = self.r.readline()
                if not line:
                    break
                self.text += line.decode()
                if line.startswith(b"data:"):
                    self.events.append(json.loads(line[5:]))
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.over = True

    def of(self, kind):
        return [e for e in self.events if e["type"] == kind]


data = os.path.join(tmp, "data")
owner, writer = brand(data)
analyst = run(pond, data, "key", "create", "analyst", "--kind", "operator", "--role", "analyst")["key"]
store = run(pond, data, "key", "create", "till", "--kind", "operator", "--role", "store")["key"]

with Served(pond, data, "--refresh", "1", "--key-rate", "40") as s:
    # ---- the live stream ----
    t.same(s.ask("GET", "/api/v1/live", key=store)[0], 403, "the live stream needs its right")
    live = Stream(s, "/api/v1/live", analyst)
    only = Stream(s, "/api/v1/live?types=stage,reject", owner)
    t.ok(live.r.status == 200 and live.r.getheader("Content-Type") == "text/event-stream" and live.r.getheader("Cache-Control") == "no-store", "it is a stream of events", live.r.getheaders())
    time.sleep(1.2)
    track(s, writer, "u1", "Product Added", "m1", context={"traits": {"phone": "13800138000"}})
    track(s, writer, "u1", "Product Added", "m1")
    body = {"batch": [{"type": "track", "userId": "u2", "event": "Order Completed", "messageId": "m3", "properties": {"order_id": "o1", "total": 12.5}},
                      {"type": "track", "userId": {"no": "text"}, "event": "x", "messageId": "m4"}]}
    t.same(s.ask("POST", "/v1/batch", body, headers=basic(writer))[0], 200, "a body with one event that does not hold is taken")
    got = wait_for(lambda: len(live.of("arrival")) >= 3 and live.of("reject") and live.of("stage") and live.of("arrivals"))
    first = (live.of("arrival") or [{}])[0]
    t.ok(got and first.get("source") == "segment" and first.get("event") == "add_cart" and first.get("outcome") == "accepted", "arrivals are told", live.events[:3])
    t.same([e["outcome"] for e in live.of("arrival")][:3], ["accepted", "duplicate", "accepted"], "each with what became of it")
    t.ok("13800138000" not in live.text, "without personal values")
    t.ok(first.get("became") == "new" and first.get("stage") == "interest" and first.get("stage_from") == "none" and first.get("key"), "and what became of it: a new consumer, its stage", first)
    t.ok(live.of("reject")[0].get("place") == 2 and "no" in live.of("reject")[0].get("raw", ""), "what is set aside comes with its text", live.of("reject"))
    seen = len(live.of("arrival"))
    track(s, writer, "u3", "Product Viewed", "j1", properties={"product_id": "S", "say": "call 13800138009, a\nlin@example.com", "tel": 13800138007})
    s.ask("POST", "/v1/track", {"anonymousId": "a9", "event": "Product Viewed", "messageId": "j2"}, headers=basic(writer))
    track(s, writer, "u3", "Order Completed", "j3", anonymousId="a9", properties={"order_id": "o3", "total": 5})
    wait_for(lambda: len(live.of("arrival")) >= seen + 3)
    told = live.of("arrival")[seen:]
    t.same([e["became"] for e in told], ["new", "new", "joined"], "an event that joins two consumers says so")
    t.ok(told[2]["consumer"] == told[0]["consumer"] and told[2]["joined"] == [told[1]["consumer"]] and told[2]["stage"] == "purchase", "which ones, and where it led", told)
    t.ok(told[0]["properties"]["say"] == "call 138****8009, a\n***@example.com" and told[0]["properties"]["tel"] == "138****8007", "properties are told, with phones and e-mails masked", told[0])
    sources = s.json("GET", "/api/v1/sources", key=analyst)
    mine = [(x["source"], x["key_name"], x["accepted"], x["duplicates"], x["rejected"]) for x in sources["sources"]]
    t.same(mine, [("segment", "shop", 5, 1, 1)], "sources are counted by collector and key")
    t.same(s.ask("GET", "/api/v1/sources", key=store)[0], 403, "for those who may see the stream")
    t.ok(live.of("reject") and live.of("reject")[0]["reason"], "what is set aside is told with its reason", live.of("reject"))
    t.ok(any(e["to"] == "purchase" for e in live.of("stage")), "stage changes are told", live.of("stage"))
    t.ok(sum(e["accepted"] for e in live.of("arrivals")) >= 2 and sum(e["duplicates"] for e in live.of("arrivals")) >= 1, "and sums of each second", live.of("arrivals"))
    t.ok(only.of("stage") and not only.of("arrival") and only.of("reject"), "types are told apart", only.events[:3])
    answer = s.json("GET", "/api/v1/report/assets", key=owner, headers={"Prefer": "respond-async"}, want=202)
    s.job(answer, owner)
    t.ok(wait_for(lambda: [e for e in live.of("job") if e["job"]["state"] == "done"]), "jobs are told", live.of("job"))

    # ---- rejects ----
    folder = os.path.join(data, "demo", "rejects")
    lines = [json.loads(line) for f in os.listdir(folder) if re.fullmatch(r"http-\d{4}-\d\d-\d\d\.ndjson", f) for line in open(os.path.join(folder, f), encoding="utf-8")]
    t.ok(len(lines) == 1 and lines[0]["collector"] == "segment" and lines[0]["reason"], "what is set aside is kept in a file of the day", lines)

    shown = s.json("GET", "/api/v1/reject?name=%s&newest=true" % [f for f in os.listdir(folder)][0], key=owner)
    t.ok(shown["total"] == 1 and shown["rows"][0]["at"] and shown["reasons"] == [{"source": "segment", "field": shown["rows"][0]["field"], "reason": lines[0]["reason"], "rows": 1}], "it is shown with its time, and reasons are counted", shown)

    # ---- tail ----
    tail = subprocess.Popen([pond, "--data", data, "tail", "--key", analyst, "--type", "arrival", "--count", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: "pond_streams 3" in s.ask("GET", "/metrics")[2].decode())
    track(s, writer, "u5", "Product Viewed", "m5", context={"traits": {"phone": "13800138005"}})
    track(s, writer, "u6", "Product Viewed", "m6")
    out, err = tail.communicate(timeout=30)
    rows = out.splitlines()
    t.ok(tail.returncode == 0 and len(rows) == 2 and all("segment" in r and "accepted" in r and "item_view" in r for r in rows) and "user_id=u5" in rows[0], "pond tail finds the server and follows it", (out, err))
    bad = subprocess.run([pond, "--data", data, "tail", "--key", "pk_o_no"], capture_output=True, text=True)
    t.ok(bad.returncode == 5 and "401" in bad.stderr, "and says why it may not", bad.stderr)

    # ---- rules follow ----
    s.json("POST", "/api/v1/tags", {"name": "加购", "rule": "did add_cart"}, owner)
    s.json("POST", "/api/v1/crowds", {"name": "看过", "question": "did item_view"}, owner)
    track(s, writer, "u7", "Product Added", "m7")
    track(s, writer, "u8", "Product Viewed", "m8")
    t.ok(wait_for(lambda: [e for e in s.json("GET", "/api/v1/tags", key=owner)["tags"] if e["tag"] == "加购" and e["consumers"] == 2]), "rule tags follow events", s.json("GET", "/api/v1/tags", key=owner))
    t.ok(wait_for(lambda: s.json("GET", "/api/v1/crowd/history?name=%E7%9C%8B%E8%BF%87", key=owner)["sizes"][-1]["consumers"] >= 3), "and crowds are counted", s.json("GET", "/api/v1/crowd/history?name=%E7%9C%8B%E8%BF%87", key=owner))

    # ---- keys while it runs ----
    late = run(pond, data, "key", "create", "late", "--kind", "write")["key"]
    t.ok(wait_for(lambda: track(s, late, "u9", "x", "m9")[0] == 200, 5), "a key made beside the server is in force within a second or two")
    run(pond, data, "key", "revoke", "late")
    t.ok(wait_for(lambda: track(s, late, "u9", "x", "m9")[0] == 401, 5), "and out of it")
    run(pond, data, "key", "revoke", "analyst")
    t.ok(wait_for(lambda: live.over, 30), "a stream ends when its key does")

    # ---- rates ----
    codes, retry = [], None
    for i in range(600):
        status, head, _ = track(s, writer, "r%d" % i, "x", "r%d" % i)
        codes.append(status)
        if status == 429:
            retry = head.get("retry-after")
            break
    t.ok(429 in codes and retry and int(retry) >= 1, "a key that sends too fast is told when to come again", (len(codes), retry))
    t.ok("pond_http_refused_total{why=\"rate\"} 1" in s.ask("GET", "/metrics")[2].decode(), "which is counted")
    time.sleep(1.1)
    t.same(track(s, writer, "again", "x", "again")[0], 200, "and then may")

    # ---- browsers ----
    origin = {"Origin": "https://shop.example"}
    status, head, _ = s.ask("OPTIONS", "/v1/track", headers={**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"})
    t.ok(status == 204 and head["access-control-allow-origin"] == "https://shop.example" and "POST" in head["access-control-allow-methods"] and "authorization" in head["access-control-allow-headers"], "a page of any site may ask whether it may send", (status, head))
    status, head, _ = s.ask("POST", "/v1/track", {"userId": "c1", "event": "x", "messageId": "c1"}, headers={**basic(writer), **origin})
    t.ok(status == 200 and head["access-control-allow-origin"] == "https://shop.example" and "Origin" in head["vary"], "and send", (status, head))
    status, head, _ = s.ask("GET", "/api/v1/report/assets", key=owner, headers=origin)
    t.ok("access-control-allow-origin" not in head, "but never read the API")
    t.ok(s.ask("OPTIONS", "/api/v1/report/assets", headers=origin)[0] == 405, "nor ask whether it may")

    # ---- metrics ----
    text = s.ask("GET", "/metrics")[2].decode()
    t.same(s.ask("GET", "/metrics", headers={"X-Forwarded-For": "1.2.3.4"})[0], 401, "metrics are for this machine")
    t.same(s.ask("GET", "/metrics", key=owner, headers={"X-Forwarded-For": "1.2.3.4"})[0], 200, "or for who has the right")
    bad = [line for line in text.splitlines() if not re.fullmatch(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+', line)]
    t.same(bad, [], "metrics are in Prometheus' text format")
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    t.same(len(names), len(set(names)), "each is described once")

    # ---- stopping ----
    last = Stream(s, "/api/v1/live", owner)
    t.same(s.stop(signal.SIGINT), 0, "SIGINT ends it while streams are open")
    t.ok(wait_for(lambda: last.over, 5), "which it closes")
t.same(run(pond, data, "verify")["ok"], True, "what it left verifies")

# ---- a queue that is full, and a stop under load ----
data = os.path.join(tmp, "full", "data")
os.makedirs(os.path.dirname(data))
owner, writer = brand(data)
with Served(pond, data, "--queue-rows", "1000") as s:
    acked, other = [], []

    def send(n):
        for i in range(15):
            rows = [{"type": "track", "userId": "u%d" % k, "event": "x", "messageId": "q%d-%d-%d" % (n, i, k)} for k in range(200)]
            try:
                status = s.ask("POST", "/v1/batch", {"batch": rows}, headers=basic(writer))[0]
            except (OSError, http.client.HTTPException):
                break
            (acked if status == 200 else other).append(status)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(12)]
    for x in senders:
        x.start()
    for x in senders:
        x.join()
    t.same((len(acked), other), (180, []), "a full queue makes senders wait, it refuses none")
    t.same(s.json("GET", "/api/v1/lake", key=owner) is not None and
           int(re.search(r'pond_ingest_accepted_total\{brand="demo"\} (\d+)', s.ask("GET", "/metrics")[2].decode()).group(1)), 36000, "every event is counted")
    acked.clear()
    senders = [threading.Thread(target=lambda n=n: send(100 + n)) for n in range(6)]
    for x in senders:
        x.start()
    wait_for(lambda: len(acked) > 10)
    t.same(s.stop(), 0, "a stop under load ends well")
    for x in senders:
        x.join()
verified = run(pond, data, "verify")
t.ok(verified["ok"] and verified["events"] >= 36000 + 200 * len(acked), "and keeps all that was acknowledged", (verified["events"], len(acked)))

# ---- the status meanwhile ----
data = os.path.join(tmp, "busy", "data")
os.makedirs(os.path.dirname(data))
owner, writer = brand(data)
sample = os.path.join(tmp, "sample.ndjson")
run(pond, data, "sample", "--consumers", "12000", "--out", sample)
with Served(pond, data) as s, open(sample, "rb") as f:
    took, over = [], threading.Event()

    def other():
        """What the console asks beside it; much of it waits for the turn."""
        while not over.is_set():
            s.ask("GET", "/api/v1/users", key=owner)

    others = [threading.Thread(target=other) for _ in range(12)]

    def meanwhile(answer):
        while True:
            job = s.json("GET", "/api/v1/jobs/%d" % answer["job"]["id"], key=owner)
            if job["state"] not in ("waiting", "running"):
                return job["state"]
            began = time.monotonic()
            s.json("GET", "/api/v1/status", key=owner)
            took.append(time.monotonic() - began)

    for x in others:
        x.start()
    ended = [meanwhile(s.json("POST", "/api/v1/import?name=sample.ndjson", f.read(), owner, want=202))]
    ended.append(meanwhile(s.json("POST", "/api/v1/model/apply", {"model": "aipl-databank"}, owner, headers={"Prefer": "respond-async"}, want=202)))
    over.set()
    for x in others:
        x.join()
    t.ok(ended == ["done", "done"] and len(took) > 5 and max(took) < 1, "the status is told within a second while an import and a model change run",
         (ended, len(took), max(took, default=None)))
    now = s.json("GET", "/api/v1/status", key=owner)
    known = s.json("GET", "/api/v1/report/assets", key=owner)["known"]
    t.ok(now["events"] > 100000 and now["consumers"] == known and now["brand"] == "demo" and now["zone"] == "Asia/Shanghai", "and tells the brand as it is then, without an event more", (now, known))
    job, told = s.json("POST", "/api/v1/model/diff", {"model": "5a"}, owner, want=202)["job"], []
    while job["state"] in ("waiting", "running"):
        told += [(job["share"], job["text"])] if job["share"] else []
        job = s.json("GET", "/api/v1/jobs/%d" % job["id"], key=owner)
    t.ok(job["state"] == "done" and told and told == sorted(told) and told[0] < (1, "") and told[0][1] == "reading history", "a comparison of models says how far it is", (job, told[:5]))

# ---- sources are counted across restarts ----
data = os.path.join(tmp, "counted", "data")
os.makedirs(os.path.dirname(data))
owner, writer = brand(data)
counted = lambda s: [(x["source"], x["key_name"], x["accepted"], x["duplicates"], x["since"]) for x in s.json("GET", "/api/v1/sources", key=owner)["sources"]]
in_ledger = lambda: sqlite3.connect("file:%s?mode=ro" % os.path.join(data, "demo", "ledger.db"), uri=True).execute("select coalesce(sum(accepted), 0) from serve_source").fetchone()[0]
with Served(pond, data) as s:
    for i in range(3):
        track(s, writer, "u%d" % i, "Product Viewed", "m%d" % i)
    track(s, writer, "u0", "Product Viewed", "m0")
    told = counted(s)
    since = s.json("GET", "/api/v1/sources", key=owner)["since"]
with Served(pond, data) as s:
    t.ok(told and told[0][2:4] == (3, 1) and counted(s) == told, "a restart keeps what came from where", (told, counted(s)))
    t.same(s.json("GET", "/api/v1/sources", key=owner)["since"], since, "and since when")
    track(s, writer, "u4", "Product Viewed", "m4")
    t.ok(wait_for(lambda: in_ledger() == 4), "it is written while the server runs", in_ledger())
    track(s, writer, "u5", "Product Viewed", "m5")
    s.stop(signal.SIGKILL)
with Served(pond, data) as s:
    t.ok(counted(s)[0][2] in (4, 5), "a kill loses the last seconds of counting at most", counted(s))
    t.same(s.json("GET", "/api/v1/report/assets", key=owner)["known"], 5, "and no event")

# ---- several brands ----
data = os.path.join(tmp, "two", "data")
os.makedirs(os.path.dirname(data))
(a_owner, a_writer), (b_owner, b_writer) = brand(data, "alpha"), brand(data, "beta")
with Served(pond, data) as s:
    t.same(s.ready["brands"], ["alpha", "beta"], "all brands of a data directory are served")
    track(s, a_writer, "u1", "x", "m1")
    t.same((s.json("GET", "/api/v1/report/assets", key=a_owner)["known"], s.json("GET", "/api/v1/report/assets", key=b_owner)["known"]), (1, 0), "a key is of one brand and reaches no other")
    t.same(s.json("GET", "/api/v1/me", key=b_owner)["brand"], "beta", "which it knows")
    job = s.json("GET", "/api/v1/report/assets", key=a_owner, headers={"Prefer": "respond-async"}, want=202)["job"]["id"]
    t.same(s.ask("GET", "/api/v1/jobs/%d" % job, key=b_owner)[0], 404, "nor another's jobs")
    t.same(s.ask("POST", "/api/v1/login", {"name": "x", "password": "a long password"})[0], 400, "a login must name its brand")
    s.json("POST", "/api/v1/users", {"name": "lin", "role": "analyst", "password": "a long password"}, b_owner)
    status, head, text = s.ask("POST", "/api/v1/login", {"name": "lin", "password": "a long password", "brand": "beta"})
    t.ok(status == 200 and json.loads(text)["brand"] == "beta", "and then is of it", (status, text))
    t.same(s.ask("POST", "/api/v1/login", {"name": "lin", "password": "a long password", "brand": "alpha"})[0], 403, "only")

# ---- TLS ----
pem = os.path.join(tmp, "cert.pem")
made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pem + ".key", "-out", pem, "-days", "2", "-subj", "/CN=localhost",
                       "-addext", "subjectAltName=IP:127.0.0.1"], capture_output=True) if os.path.exists("/usr/bin/openssl") else None
if made is None or made.returncode:
    print("ok %d - TLS # SKIP no openssl" % (t.n + 1))
    t.n += 1
else:
    with Served(pond, data, "--tls-cert", pem, "--tls-key", pem + ".key", "--brand", "beta") as s:
        context = ssl.create_default_context(cafile=pem)
        c = http.client.HTTPSConnection(s.host, int(s.port), context=context, timeout=30)
        c.request("POST", "/api/v1/login", json.dumps({"name": "lin", "password": "a long password"}), {"Content-Type": "application/json"})
        r = c.getresponse()
        r.read()
        t.ok(s.address.startswith("https://") and r.status == 200 and "; Secure" in r.getheader("Set-Cookie"), "with a certificate it speaks TLS, and cookies are Secure", r.getheaders())
        t.same(s.ready["brands"], ["beta"], "--brand serves one")
bad = subprocess.run([pond, "--data", data, "serve", "--tls-cert", pem], capture_output=True, text=True)
t.same(bad.returncode, 2, "a certificate without its key is refused")
sys.exit(t.end())
