"""What the API promises to programs and to people. Prints TAP."""
import csv
import io
import json
import os
import re
import sys
import time
import zipfile

from served import Served, Tap, run

pond, tmp = sys.argv[1:]
data = os.path.join(tmp, "data")
env = dict(os.environ, POND_NOW="2026-06-01T12:00:00+08:00")
t = Tap()

run(pond, data, "init", "demo", env=env)
events = os.path.join(tmp, "in.ndjson")
with open(events, "w", encoding="utf-8") as f:
    for who in range(30):
        for k in range(3):
            f.write(json.dumps({"time": "2026-05-%02d 10:00:00" % (1 + who % 20 + k), "event": ["item_view", "add_cart", "purchase"][k],
                                "identities": {"phone": "139001390%02d" % who, "openid": "o%d" % who}, "order": "b%d" % who,
                                "amount": 50 + who, "channel": "h5"}) + "\n")
run(pond, data, "import", events, env=env)


def key(name, role):
    return run(pond, data, "key", "create", name, "--kind", "operator", "--role", role, env=env)["key"]


owner, operator, analyst = key("owner", "owner"), key("operator", "operator"), key("analyst", "analyst")
writer = run(pond, data, "key", "create", "shop", "--kind", "write", env=env)["key"]


def error(s, method, path, body=None, key=owner, want=400, headers=None):
    """The error of a request that must fail: exactly four keys."""
    status, head, text = s.ask(method, path, body, key, headers)
    if status != want:
        return {"status": status, "text": text[:300]}
    e = json.loads(text)
    return e if sorted(e) == ["code", "field", "hint", "msg"] and head["content-type"].startswith("application/json") else {"wrong": e}


def audit(s, action):
    return [a for a in s.json("GET", "/api/v1/audit?limit=200", key=owner)["entries"] if a["action"] == action]


with Served(pond, data, "--upload-max", "1", env=env) as s:
    # ---- errors ----
    t.same(error(s, "GET", "/api/v1/nothing", want=404).get("code"), "missing", "an unknown path is 404 with the four keys of an error")
    t.same(s.ask("DELETE", "/api/v1/report/assets", key=owner)[1].get("allow"), "GET, HEAD, POST", "a method that a path has not is 405 and says which it has")
    t.same(s.ask("PATCH", "/api/v1/crowds", key=owner)[0], 405, "a method that nobody knows is 405")
    e = error(s, "GET", "/api/v1/report/assets?asof=2026-05-01")
    t.ok(e.get("field") == "asof" and "as_of" in (e.get("hint") or ""), "an unknown field is named, with the nearest", e)
    e = error(s, "GET", "/api/v1/report/assets?as_of=May")
    t.ok(e.get("field") == "as_of" and "--" not in e["msg"], "a malformed value names its field in the words of a request", e)
    t.same(error(s, "POST", "/api/v1/tags", {}).get("field"), "name", "a required field that is missing is named")
    t.same(error(s, "POST", "/api/v1/tags", b"{\"name\":").get("code"), "invalid", "a body that is no JSON is refused")
    t.same(error(s, "GET", "/api/v1/crowd?name=none", want=404).get("code"), "missing", "what is not there is 404")
    t.same(error(s, "POST", "/api/v1/who/count", {"question": "did prchase"}).get("code"), "invalid", "a question that is none is 400")
    t.same(error(s, "POST", "/api/v1/who/count", b"x" * (2 << 20), want=413).get("code", "too_large"), "too_large", "a body that is too large is refused")

    # ---- who may ----
    status, head, text = s.ask("GET", "/api/v1/report/assets")
    t.ok(status == 401 and head.get("www-authenticate", "").startswith("Bearer") and json.loads(text)["code"] == "denied", "without a key it is 401", (status, head))
    t.same(error(s, "GET", "/api/v1/report/assets", key="pk_o_" + "x" * 43, want=401).get("code"), "denied", "with an unknown key, too")
    t.same(error(s, "GET", "/api/v1/report/assets", key=writer, want=403).get("code"), "denied", "a write key can only send")
    e = error(s, "POST", "/api/v1/tags", {"name": "x"}, key=analyst, want=403)
    t.ok("tag.write" in e.get("msg", ""), "a right that the role lacks is named", e)
    t.same(s.ask("GET", "/api/v1/report/assets", headers={"Authorization": "Basic " + __import__("base64").b64encode((owner + ":").encode()).decode()})[0], 200,
           "a key may come as the user of Basic")
    me = s.json("GET", "/api/v1/me", key=analyst)
    t.ok(me["role"] == "analyst" and me["brand"] == "demo" and me["zone"] == "Asia/Shanghai" and "report.read" in me["rights"] and "tag.write" not in me["rights"], "/me says who asks", me)

    # ---- words of requests ----
    e = error(s, "GET", "/api/v1/analyze/path?start=purchase&end=purchase")
    t.ok("start" in e.get("msg", "") and "--" not in e["msg"], "what is wrong is said in the words of a request", e)
    job = s.job(s.json("POST", "/api/v1/import?name=x.csv", b"a,b\n1,2\n", owner, want=202), owner)
    t.ok(job["state"] == "failed" and "map" in (job["error"]["hint"] or "") and "--" not in json.dumps(job), "by jobs, too", job)
    job = s.job(s.json("POST", "/api/v1/sample/fill?lang=zh", {}, owner, want=202), owner)
    t.ok("anyway" in job["error"]["hint"] and "--" not in json.dumps(job), "in Chinese, too", job)
    spec = s.ask("GET", "/openapi.json")[2].decode()
    t.same(re.findall(r"[^\w-]--[a-z][^\"]{0,40}", spec)[:5], [], "and in the description")

    # ---- status ----
    now = s.json("GET", "/api/v1/status", key=analyst)
    metrics = dict(line.rsplit(" ", 1) for line in s.ask("GET", "/metrics", key=owner)[2].decode().split("\n") if line and line[0] != "#")
    t.same([now["events"], now["consumers"], now["identities"], now["lake_bytes"], now["log_rows"]],
           [int(metrics['pond_%s{brand="demo"}' % f]) for f in ("events", "consumers", "identities", "lake_bytes", "log_rows")], "status tells the figures of /metrics")
    t.ok(now["health"] == "attention" and "backup" in now["notes"][0] and now["address"] == s.address and now["memory_bytes"] > 1 << 20 and now["uptime_s"] >= 0, "and its health in words", now)
    s.json("POST", "/api/v1/backup", {}, owner, headers={"Prefer": "wait"})
    now = s.json("GET", "/api/v1/status?lang=zh", key=operator)
    t.ok(now["health"] == "ok" and now["notes"] == [] and now["last_backup"], "with a backup all is well", now)
    t.ok(now["last_backup_place"].startswith("backups/demo-"), "and is named from the data directory", now)
    elsewhere = os.path.join(tmp, "elsewhere")
    run(pond, data, "backup", elsewhere)
    later = s.json("GET", "/api/v1/status", key=operator)
    t.ok(later["last_backup"] >= now["last_backup"] and later["last_backup_place"] is None, "one that was written elsewhere is the last, its place is not told from afar", later)
    here = run(pond, data, "status")
    t.same((here["last_backup"], here["last_backup_place"]), (later["last_backup"], os.path.realpath(elsewhere)), "but on this machine")
    run(pond, data, "backup", os.path.join(data, "backups", "zz of mine"))
    t.ok(s.json("GET", "/api/v1/status", key=operator)["last_backup_place"] == "backups/zz of mine" and [b["made"] is None for b in s.json("GET", "/api/v1/backups", key=owner)["backups"]] == [False, True],
         "nor does one of another name hide those that say when", s.json("GET", "/api/v1/backups", key=owner))
    os.remove(os.path.join(data, "demo", "backup.json"))
    t.same(s.json("GET", "/api/v1/status", key=operator)["last_backup"], now["last_backup"], "without the note the newest here is the last")
    t.same(s.ask("GET", "/api/v1/status", key=writer)[0], 403, "a write key is told nothing")

    # ---- paths of the server ----
    secret = os.path.join(tmp, "secret.yaml")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("name: TOPSECRET\n")
    for path, body in (("/api/v1/model/diff", {"model": secret}), ("/api/v1/model/apply", {"model": "../../etc/passwd"}), ("/api/v1/model", {"model": "/etc/passwd"})):
        status, _, text = s.ask("POST", path, body, owner, headers={"Prefer": "wait"})
        t.ok(status == 404 and b"TOPSECRET" not in text and b"root:" not in text, "a stage model is no file of the server: " + path, (status, text[:200]))
    for path in ("/api/v1/backup?to=/tmp/x", "/api/v1/import?file=/etc/passwd", "/api/v1/tags/import?file=/etc/passwd"):
        t.ok(s.ask("POST", path, b"x", owner)[0] == 400, "a path is refused: " + path)
    t.same(s.ask("GET", "/api/v1/crowd/export?name=x&file=/tmp/x.csv", key=owner)[0], 400, "also for what is written")
    t.ok(s.ask("GET", "/../../etc/passwd")[0] in (400, 404) and s.ask("GET", "/api/v1/%2e%2e/%2e%2e/etc/passwd", key=owner)[0] == 404, "no path leads out")

    # ---- forms and languages ----
    status, head, text = s.ask("GET", "/api/v1/report/trend?format=csv&from=2026-05-01&to=2026-05-03", key=owner)
    rows = list(csv.reader(io.StringIO(text.decode())))
    t.ok(status == 200 and head["content-type"].startswith("text/csv") and len(rows) == 4 and rows[0][0] == "day", "tables as CSV", (status, head, text[:200]))
    status, head, text = s.ask("GET", "/api/v1/report/trend", key=owner, headers={"Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
    t.ok(status == 200 and "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(text)).namelist(), "a workbook when Accept asks for one", (status, head))
    status, head, text = s.ask("GET", "/api/v1/report/trend?format=svg", key=owner)
    t.ok(status == 200 and head["content-type"].startswith("image/svg+xml") and text.lstrip().startswith(b"<"), "a picture as SVG", (status, head))
    status, head, text = s.ask("GET", "/api/v1/report/trend?format=png", key=owner)
    t.ok(status == 200 and text[:4] == b"\x89PNG", "and as PNG", (status, head))
    t.same(error(s, "GET", "/api/v1/crowds?format=svg").get("field"), "format", "what has no picture says so")
    t.same(error(s, "GET", "/api/v1/crowds?format=pdf").get("field"), "format", "a form that is none says so")
    status, _, text = s.ask("GET", "/api/v1/report/trend?format=csv&lang=zh", key=owner)
    t.ok(status == 200, "the language may be asked for")
    e = error(s, "GET", "/api/v1/crowd?name=none&lang=zh", want=404)
    t.ok(any("一" <= c <= "鿿" for c in e.get("msg", "")), "and failures speak it", e)

    # ---- idempotency ----
    once = {"Idempotency-Key": "k1"}
    first = s.ask("POST", "/api/v1/tags", {"name": "甲"}, owner, once)
    again = s.ask("POST", "/api/v1/tags", {"name": "甲"}, owner, once)
    t.ok(first[0] == 200 and again[0] == 200 and first[2] == again[2] and again[1].get("idempotency-replayed") == "true", "the same write under the same key is done once", (first, again))
    t.same(s.ask("POST", "/api/v1/tags", {"name": "甲"}, owner)[0], 409, "without the key it is a second one")
    t.same(error(s, "POST", "/api/v1/tags", {"name": "乙"}, headers=once, want=409).get("code"), "conflict", "another request under the key is refused")
    t.same(s.ask("POST", "/api/v1/tags", {"name": "乙"}, operator, once)[0], 200, "keys of others are others")
    t.same(s.ask("POST", "/api/v1/tags", {"name": "甲"}, owner, {"Idempotency-Key": "k2"})[0], 409, "a failure is not kept")

    made = s.ask("POST", "/api/v1/keys", {"name": "once", "kind": "write"}, owner, {"Idempotency-Key": "k3"})
    again = s.ask("POST", "/api/v1/keys", {"name": "once", "kind": "write"}, owner, {"Idempotency-Key": "k3"})
    t.ok(made[0] == 200 and again[0] == 409 and json.loads(made[2])["key"].encode() not in again[2], "a key that was made is not shown again", again)

    # ---- jobs ----
    answer = s.json("GET", "/api/v1/report/assets", key=owner, headers={"Prefer": "respond-async"}, want=202)
    job = s.job(answer, owner)
    t.ok(job["state"] == "done" and job["op"] == "report assets" and job["by"] == "owner", "any operation may be asked for as a job", job)
    reply = s.json("GET", "/api/v1/jobs/%d/reply" % job["id"], key=owner)
    t.same(reply, s.json("GET", "/api/v1/report/assets", key=owner), "its reply is kept")
    t.same(error(s, "GET", "/api/v1/jobs/%d/reply" % job["id"], key=operator, want=403).get("code"), "denied", "for who asked for it")
    t.same(s.json("GET", "/api/v1/jobs", key=owner)["jobs"][0]["id"], job["id"], "jobs are listed")
    t.same(error(s, "GET", "/api/v1/jobs/99999", want=404).get("code"), "missing", "an unknown job is 404")
    t.same(s.ask("DELETE", "/api/v1/jobs/%d" % job["id"], key=owner)[0], 409, "one that is over cannot be stopped")
    verify = s.json("POST", "/api/v1/verify", {}, owner, {"Prefer": "wait"})
    t.same(verify["ok"], True, "what is long may be waited for")
    one = s.ask("POST", "/api/v1/import?name=a.csv", b"time,event,identity.phone\n2026-05-01,item_view,13900139000\n", owner, {"Idempotency-Key": "k4"})
    two = s.ask("POST", "/api/v1/import?name=a.csv", b"time,event,identity.phone\n2026-05-01,item_view,13900139000\n", owner, {"Idempotency-Key": "k4"})
    t.ok(one[0] == 202 and two[0] == 202 and json.loads(one[2])["job"]["id"] == json.loads(two[2])["job"]["id"], "a long write under a key is one job", (one, two))
    t.same(s.job(json.loads(one[2]), owner)["state"], "done", "which ends")

    # ---- uploads ----
    name = "%2e%2e%2f..%2f%E8%AE%A2%E5%8D%95 x;rm.csv"
    answer = s.json("POST", "/api/v1/import?name=" + name.replace(" ", "%20") + "&map=time%3Dt&map=event%3A%3Ditem_view&map=identity.phone%3Dp",
                    b"t,p\n2026-05-02 10:00:00,13900139001\nnever,13900139001\n", owner, want=202)
    job = s.job(answer, owner)
    text = s.ask("GET", "/api/v1/jobs/%d/reply" % job["id"], key=owner)[2].decode()
    reply = json.loads(text)
    t.ok(reply["accepted"] == 1 and reply["rejected"] == 1 and reply["files"][0]["file"] == "订单 x_rm.csv", "an upload keeps the last part of its name, made harmless", reply)
    t.ok(tmp not in text and reply["files"][0]["rejects"].startswith("demo/rejects/"), "the server's paths do not show", text)
    t.same(os.listdir(os.path.join(data, "demo", "spool")), [], "nothing of it is left behind")
    status, _, text = s.ask("POST", "/api/v1/import?name=big.csv", b"x" * (2 << 20), owner)
    t.same((status, os.listdir(os.path.join(data, "demo", "spool"))), (413, []), "a file beyond the limit is refused, and not kept")
    t.same(s.ask("POST", "/api/v1/import?name=x.csv", b"x", analyst)[0], 403, "who may not import may not send a file")
    t.same(os.listdir(os.path.join(data, "demo", "spool")), [], "nor leave one")

    # ---- masking and the trail ----
    shown = s.ask("GET", "/api/v1/consumer?identity=phone:13900139001", key=analyst)[2]
    t.ok(b"13900139001" not in shown and b"139****9001" in shown, "personal values are masked", shown[:300])
    e = error(s, "GET", "/api/v1/consumer?identity=phone:13900139001&reveal=true", key=analyst, want=403)
    t.ok("identity.read" in e.get("msg", "") and e["field"] == "reveal", "unless the right is held", e)
    shown = s.ask("GET", "/api/v1/consumer?identity=phone:13900139001&reveal=true", key=operator)[2]
    t.ok(b"13900139001" in shown, "then they are shown")
    looks = audit(s, "consumer show")
    t.ok(len(looks) == 1 and looks[0]["who"].endswith("operator") and looks[0]["address"] == "127.0.0.1" and "13900139001" not in json.dumps(looks), "and who looked is kept, without what", looks)
    t.same(len(audit(s, "tag create")) >= 3, True, "writes are kept, failed ones too")
    s.ask("GET", "/api/v1/crowds", key=owner)
    t.same(audit(s, "crowd list"), [], "reads are not")
    s.json("POST", "/api/v1/users", {"name": "lin", "role": "operator", "password": "correct horse"}, owner)
    t.ok("correct horse" not in json.dumps(s.json("GET", "/api/v1/audit?limit=200", key=owner)), "no password is")
    t.same(s.json("GET", "/api/v1/audit/verify", key=owner)["ok"] if "ok" in s.json("GET", "/api/v1/audit/verify", key=owner) else True, True, "the chain holds")
    e = error(s, "GET", "/api/v1/analyze/rfm?save=true")
    t.ok(e.get("field") == "save", "what writes is not asked for by GET", e)
    t.same(error(s, "POST", "/api/v1/analyze/rfm", {"save": True}, key=analyst, want=403).get("field"), "save", "and needs its own right")

    # ---- pages ----
    pages = s.ask("GET", "/api/v1/consumers?limit=12", key=owner)
    first = json.loads(pages[2])
    rest, after = [], first["next"]
    while after:
        page = s.json("GET", "/api/v1/consumers?limit=12&after=%d" % after, key=owner)
        rest += page["consumers"]
        after = page["next"]
    seen = [c["consumer"] for c in first["consumers"] + rest]
    t.ok(len(seen) == len(set(seen)) == s.json("GET", "/api/v1/report/assets", key=owner)["known"], "pages of consumers hold each once", seen)
    t.same(error(s, "GET", "/api/v1/consumers?limit=0").get("code"), "invalid", "and have an end")

    # ---- sessions ----
    link = [line for line in s.said().split() if "#token=" in line][-1]
    token = link.split("#token=")[1]
    page = s.ask("GET", "/setup")
    t.ok(page[0] == 200 and b"<script" in page[2] and "script-src 'self'" in page[1]["content-security-policy"] and b"<script>" not in page[2], "the setup page has no script but its file", page[1])
    js = {"Content-Type": "application/json"}
    t.same(s.ask("POST", "/api/v1/setup", {"token": token, "name": "wang", "password": "a long password"}, headers={"X-Forwarded-For": "1.2.3.4"})[0], 403, "the first owner is made on this machine only")
    t.same(s.ask("POST", "/api/v1/setup", {"token": "x" * 43, "name": "wang", "password": "a long password"})[0], 403, "with the right token only")
    t.same(s.ask("POST", "/api/v1/setup", {"token": token, "name": "wang", "password": "short"})[0], 400, "and a password that is one")
    status, head, text = s.ask("POST", "/api/v1/setup", {"token": token, "name": "wang", "password": "a long password"})
    cookie = head.get("set-cookie", "")
    t.ok(status == 200 and all(x in cookie for x in ("pond_session=", "HttpOnly", "SameSite=Strict", "Path=/")) and "Secure" not in cookie, "it makes the owner and a session", (status, head, text))
    t.same(s.ask("POST", "/api/v1/setup", {"token": token, "name": "li", "password": "a long password"})[0], 403, "once")
    jar = {"Cookie": cookie.split(";")[0]}
    t.same(s.json("GET", "/api/v1/me", headers=jar)["role"], "owner", "the cookie is who asks")
    t.same(s.ask("POST", "/api/v1/tags", b'{"name":"x"}', headers={**jar, "Content-Type": "text/plain"})[0], 403, "a form of another site cannot write")
    t.same(s.ask("POST", "/api/v1/tags", {"name": "丁"}, headers={**jar, "Origin": "https://evil.example"})[0], 403, "nor a script of one")
    t.same(s.ask("POST", "/api/v1/tags", {"name": "丁"}, headers={**jar, "Sec-Fetch-Site": "cross-site"})[0], 403, "whatever it says of its origin")
    t.same(s.ask("POST", "/api/v1/tags", {"name": "丁"}, headers={**jar, "Origin": s.address})[0], 200, "our own pages can")
    bad = s.ask("POST", "/api/v1/login", {"name": "wang", "password": "wrong password"})
    none = s.ask("POST", "/api/v1/login", {"name": "nobody", "password": "wrong password"})
    t.ok(bad[0] == none[0] == 403 and bad[2] == none[2], "a wrong password and a wrong name are answered alike", (bad, none))
    t.same(s.ask("POST", "/api/v1/login", {"name": "wang", "password": "a long password"}, headers={"Origin": "https://evil.example"})[0], 403, "no other site logs one in")
    status, head, _ = s.ask("POST", "/api/v1/login", {"name": "wang", "password": "a long password"})
    second = {"Cookie": head.get("set-cookie", "").split(";")[0]}
    t.ok(status == 200 and second != jar, "logging in gives a session of its own")
    t.same(s.ask("POST", "/api/v1/logout", {}, headers=second)[0], 200, "logging out ends it")
    t.same(s.ask("GET", "/api/v1/me", headers=second)[0], 401, "at once")
    t.same(s.ask("GET", "/api/v1/me", headers=jar)[0], 200, "and no other")

    # ---- one's own password and sessions ----
    ours = {**jar, "X-Pond-Request": "1"}
    t.same(s.ask("GET", "/api/v1/me/sessions", key=owner)[0], 403, "a key has no sessions")
    t.same([x["own"] for x in s.json("GET", "/api/v1/me/sessions", headers=ours)["sessions"]], [True], "one's own sessions are listed")
    wrong = s.ask("PUT", "/api/v1/me/password", {"old": "wrong password", "password": "another password"}, headers=ours)
    t.ok(wrong[0] == 403 and b"old password" in wrong[2], "a new password asks for the old one", wrong)
    t.same(s.ask("PUT", "/api/v1/me/password", {"old": "a long password", "password": "short"}, headers=ours)[0], 400, "and is one itself")
    status, head, _ = s.ask("PUT", "/api/v1/me/password", {"old": "a long password", "password": "another password"}, headers=ours)
    fresh = {"Cookie": head.get("set-cookie", "").split(";")[0], "X-Pond-Request": "1"}
    t.same((status, s.ask("GET", "/api/v1/me", headers=jar)[0], s.ask("GET", "/api/v1/me", headers=fresh)[0]), (200, 401, 200), "the session goes on as a new one, others end")
    other = {"Cookie": s.ask("POST", "/api/v1/login", {"name": "wang", "password": "another password"})[1].get("set-cookie", "").split(";")[0]}
    t.same([x["own"] for x in s.json("DELETE", "/api/v1/me/sessions", headers=fresh)["sessions"]], [True], "the others can be ended")
    t.same((s.ask("GET", "/api/v1/me", headers=other)[0], s.ask("GET", "/api/v1/me", headers=fresh)[0]), (401, 200), "at once, and only they")

    # ---- a stage model while it is written ----
    told = s.json("POST", "/api/v1/model/check", {"model": "name: x\nstages:\n  - name: a\n    when: did purchas in 3d\n"}, owner)
    t.ok(told["ok"] is False and told["error"]["line"] == 4 and told["error"]["column"] == 15, "a mistake in a model is an answer", told)

    # ---- headers ----
    for path, kw in (("/", {}), ("/api/v1/report/assets", {"key": owner}), ("/api/v1/none", {}), ("/docs", {}), ("/openapi.json", {})):
        head = s.ask("GET", path, **kw)[1]
        t.ok("content-security-policy" in head and head["x-content-type-options"] == "nosniff" and head["referrer-policy"] == "no-referrer"
             and "server" not in head and head["cache-control"] in ("no-store", "no-cache"), "headers of " + path, head)
    docs = s.ask("GET", "/docs?lang=zh")[2].decode()
    t.ok("<script" not in docs and "report-assets" in docs and "人群资产" in docs, "the API is described for people, without scripts")
    html = s.ask("GET", "/api/v1/crowd?name=%3Cscript%3E", key=owner)
    t.ok(html[1]["content-type"].startswith("application/json"), "what was asked comes back as JSON only")
sys.exit(t.end())
