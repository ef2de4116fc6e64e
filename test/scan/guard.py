"""Sessions, log-ins, the first owner's link, rates, retries, the live stream, other origins, TLS, and what the logs tell."""
import concurrent.futures
import http.cookies
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

from served import Served, run
from scan.net import Client, Gone, Slow, Wire, query, request
from scan.world import CANARY, HIDDEN, MAIL, PHONE, SECRET, Who, basic

LIN = CANARY["demo"] + "-lin"
LOGIN = {"name": LIN, "password": SECRET, "brand": "demo"}


def from_address(s, source, method, target, body=None, fields=()):
    w = Wire(s.client.host, s.client.port, s.client.tls, source)
    a = w.ask(request(method, target, body, fields))
    w.close()
    return a


def cookie_of(a):
    jar = http.cookies.SimpleCookie(a.get("set-cookie") or "")
    return jar.get("pond_session")


def sessions(s):
    a = s.client.ask("POST", "/api/v1/login", LOGIN)
    c = cookie_of(a)
    s.world.secrets.add(c.value)
    s.t.ok(a.status == 200 and c["httponly"] and c["samesite"] == "Strict" and c["path"] == "/" and not c["domain"] and not c["secure"] and len(c.value) >= 43,
           "a session's cookie is HttpOnly, SameSite=Strict and this host's", a.get("set-cookie"))
    a = s.client.ask("POST", "/api/v1/login", LOGIN, fields=[("X-Forwarded-Proto", "https")])
    two = cookie_of(a)
    s.world.secrets.add(two.value)
    s.t.ok(two["secure"] and two.value != c.value, "and Secure behind a proxy that speaks TLS; each log-in has its own", a.get("set-cookie"))
    asked = [s.client.ask("POST", "/api/v1/login", json.dumps(LOGIN).encode(), None, f).status for f in (
        [("Content-Type", "text/plain")], [("Content-Type", "application/x-www-form-urlencoded")], [("Content-Type", "application/json"), ("Origin", "https://evil.example")],
        [("Content-Type", "application/json"), ("Sec-Fetch-Site", "cross-site")])]
    s.t.same(asked, [403] * 4, "another site's page or form cannot log anybody in")
    me = Who("a session", "demo", "owner", cookie=c.value)
    s.t.same(s.client.ask("GET", "/api/v1/me", who=me).status, 200, "a session is asked by its cookie alone")
    both = s.client.ask("GET", "/api/v1/me", who=me, fields=[("Authorization", "Bearer pk_o_wrong")])
    s.t.same(both.status, 401, "a wrong key is not helped by a good cookie")
    a = s.client.ask("POST", "/v1/track", {"type": "track", "userId": "c", "event": "c", "messageId": "c"}, who=me)
    s.t.same((a.status, a.get("set-cookie")), (401, None), "collectors look at no cookie")
    out = s.client.ask("POST", "/api/v1/logout", {}, who=me)
    gone = cookie_of(out)
    s.t.ok(out.status == 200 and gone.value == "" and gone["max-age"] == "0", "logging out takes the cookie back", out)
    s.t.same(s.client.ask("GET", "/api/v1/me", who=me).status, 401, "and ends the session at once")
    eve = CANARY["demo"] + "-mallory"
    owner = s.world.who["demo", "owner"]
    s.client.ask("POST", "/api/v1/users", {"name": eve, "role": "analyst", "password": SECRET}, owner)
    a = s.client.ask("POST", "/api/v1/login", dict(LOGIN, name=eve))
    who = Who("mallory", "demo", "analyst", cookie=cookie_of(a).value)
    s.world.secrets.add(who.cookie)
    key = s.client.ask("POST", "/api/v1/keys", {"name": "short-lived", "kind": "operator", "role": "analyst"}, owner, open=("secret",)).json()["key"]
    s.world.secrets.add(key)
    bearer = Who("a short-lived key", "demo", "analyst", key=key)
    was = [within(s, w, 200) for w in (who, bearer)]
    s.client.ask("DELETE", "/api/v1/user" + query({"name": eve}), None, owner)
    s.client.ask("DELETE", "/api/v1/key?name=short-lived", None, owner)
    s.t.same((was, [within(s, w, 401) for w in (who, bearer)]), ([True] * 2, [True] * 2), "a key and a disabled user's session end within seconds")


def within(s, who, status, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if s.client.ask("GET", "/api/v1/me", who=who).status == status:
            return True
        time.sleep(0.1)
    return False


def log_ins(s):
    """Guesses: the same words and time for whatever is wrong, and few of them."""
    wrong = {"a wrong password": dict(LOGIN, password="not the password"), "an unknown name": dict(LOGIN, name="nobody at all"), "an unknown brand": dict(LOGIN, brand="nowhere"),
             "a disabled user": dict(LOGIN, name=CANARY["demo"] + "-mallory"), "another brand's user": dict(LOGIN, name=CANARY["other"] + "-lin"), "a short password": dict(LOGIN, password="x")}
    took, said = {k: [] for k in wrong}, {}
    for turn in range(4):
        for k, body in wrong.items():
            a = from_address(s, "127.0.1.%d" % (10 + turn), "POST", "/api/v1/login", body)
            took[k].append(a.seconds)
            said[k] = (a.status, a.body)
    s.t.ok(len(set(said.values())) == 1 and said["an unknown name"][0] == 403, "whatever is wrong with a log-in is told in the same words", said)
    best = {k: min(v) for k, v in took.items()}
    s.t.ok(max(best.values()) < 8 * min(best.values()), "and takes its time, whatever it is", best)
    got = [from_address(s, "127.0.2.1", "POST", "/api/v1/login", dict(LOGIN, name="guess %d" % i)) for i in range(12)]
    s.t.same([a.status for a in got], [403] * 10 + [429] * 2, "the eleventh guess from an address is refused")
    s.t.ok(got[-1].get("retry-after"), "with the time to wait", got[-1])
    s.t.same(from_address(s, "127.0.2.1", "POST", "/api/v1/login", LOGIN).status, 429, "the right password too")
    s.t.same(from_address(s, "127.0.2.2", "POST", "/api/v1/login", LOGIN).status, 200, "others still log in")
    victim = CANARY["demo"] + "-victim"
    s.client.ask("POST", "/api/v1/users", {"name": victim, "role": "store", "password": SECRET}, s.world.who["demo", "owner"])
    got = [from_address(s, "127.0.3.%d" % i, "POST", "/api/v1/login", dict(LOGIN, name=victim.upper(), password="wrong wrong")).status for i in range(1, 13)]
    s.t.same(got[-1], 429, "nor can many addresses guess at one name")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        got = [f.result() for f in [pool.submit(from_address, s, "127.0.4.%d" % i, "POST", "/api/v1/login", dict(LOGIN, name="x%d" % i)) for i in range(1, 40)]]
        quick = s.client.ask("GET", "/api/v1/me", who=s.world.who["demo", "owner"])
    s.t.ok({a.status for a in got} <= {403, 429} and quick.seconds < 3, "many at once are not all let in to be hashed", [a.status for a in got])


def link(s):
    """The one-time link, on a brand of its own."""
    data = os.path.join(s.world.tmp, "new", "data")
    os.makedirs(os.path.dirname(data))
    run(s.world.pond, data, "init", "fresh")
    env = dict({k: v for k, v in os.environ.items() if not k.startswith("POND_")}, POND_LOG="debug")
    person = {"name": "wei", "password": SECRET}
    late = dict(env, POND_NOW=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 31 * 60)))
    with Served(s.world.pond, data, env=env) as srv:
        c = Client(srv.host, srv.port, look=s.world.look)
        token = re.search(r"token=([\w-]+)", srv.said())[1]
        t1 = [c.ask("POST", "/api/v1/setup", dict(person, token=x)).status for x in ("", "x", token[:-1], token + "x", token.lower())]
        s.t.ok(set(t1) <= {400, 403}, "a wrong token makes no owner", t1)
        proxied = [c.ask("POST", "/api/v1/setup", dict(person, token=token), None, f).status for f in (
            [("X-Forwarded-For", "127.0.0.1")], [("Forwarded", "for=127.0.0.1")], [("X-Real-IP", "127.0.0.1")], [("Host", "evil.example")], [("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")])]
        s.t.same(proxied, [403] * 6, "nor does the right one through a proxy or from another site's page")
        a = c.ask("POST", "/api/v1/setup" + query(dict(person, token=token)), {})
        s.t.same(a.status, 400, "nor in a URL")
        a = c.ask("POST", "/api/v1/setup", dict(person, token=token, password="short"))
        s.t.same(a.status, 400, "nor with a password that is too short, which leaves the link in force")
        old = subprocess.run([s.world.pond, "--data", data, "owner", "link", "--json"], capture_output=True, text=True, env=late)
        stale = re.search(r"[\w-]{43}", old.stdout)
        a = c.ask("POST", "/api/v1/setup", dict(person, token=stale[0] if stale else ""))
        s.t.ok(stale and a.status == 403, "one that is older than 30 minutes does not hold", (old.stdout, old.stderr, a))
        a = c.ask("POST", "/api/v1/setup", dict(person, token=token))
        s.t.same(a.status, 403, "nor does one that a newer one replaced")
        new = subprocess.run([s.world.pond, "--data", data, "owner", "link", "--json"], capture_output=True, text=True, env=env)
        fresh = re.search(r"[\w-]{43}", new.stdout)[0]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            got = [f.result() for f in [pool.submit(c.ask, "POST", "/api/v1/setup", dict(person, name="wei%d" % i, token=fresh)) for i in range(6)]]
        done = [a for a in got if a.status == 200]
        s.t.ok(len(done) == 1 and cookie_of(done[0])["httponly"], "the right one makes one owner, however many try at once, and begins a session", got)
        s.t.same(c.ask("POST", "/api/v1/setup", dict(person, token=fresh)).status, 403, "and is used up")
        log = "\n".join(line for line in srv.said().split("\n") if "/setup#token=" not in line)
        s.t.ok(token not in log and fresh not in log and SECRET not in log and cookie_of(done[0]).value not in log, "no token, cookie or password stands in the log", log[-500:])


def once(s):
    """Idempotency-Key."""
    owner, analyst = s.world.who["demo", "owner"], s.world.who["demo", "analyst"]
    key = [("Idempotency-Key", "once-1")]
    body = {"name": "once", "question": "did purchase"}
    a = s.client.ask("POST", "/api/v1/crowds", body, owner, key)
    b = s.client.ask("POST", "/api/v1/crowds", body, owner, key)
    s.t.ok(a.status == b.status == 200 and a.body == b.body and b.get("idempotency-replayed") == "true", "the same write again under its key is answered, not done", (a, b))
    got = [s.client.ask("POST", "/api/v1/crowds", dict(body, question="all"), owner, key).status, s.client.ask("POST", "/api/v1/tags", {"name": "once"}, owner, key).status]
    s.t.same(got, [409, 409], "another write under the key is 409")
    c = s.client.ask("POST", "/api/v1/crowds", body, analyst, key)
    s.t.ok(c.status == 409 and c.get("idempotency-replayed") is None, "another client's key of that name is another key", c)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        got = [f.result() for f in [pool.submit(s.client.ask, "POST", "/api/v1/crowds", dict(body, name="at-once"), owner, [("Idempotency-Key", "once-2")]) for _ in range(8)]]
    s.world.forgive_busy(got)
    s.t.ok(any(a.status == 200 for a in got) and {a.status for a in got} <= {200, 503}, "eight at once under one key are done once", got)
    secret = s.client.ask("POST", "/api/v1/keys", {"name": "once-key", "kind": "write"}, owner, [("Idempotency-Key", "once-3")], open=("secret",)).json()["key"]
    s.world.secrets.add(secret)
    again = s.client.ask("POST", "/api/v1/keys", {"name": "once-key", "kind": "write"}, owner, [("Idempotency-Key", "once-3")])
    s.t.ok(again.status == 409 and secret not in again.raw.decode(), "what is shown once is not shown again", again)
    files = [b'{"id":"f1","time":"2026-01-01","event":"item_view","identities":{"user_id":"%s"}}\n' % x for x in (b"aa", b"bb")]
    got = [s.client.ask("POST", "/api/v1/import?name=a.ndjson", f, owner, [("Idempotency-Key", "once-4"), ("Prefer", "wait=20")]) for f in files]
    s.t.same([a.status for a in got], [200, 409], "another file of the same length under the key is 409")
    cut = {"identity": "device:%s-d0" % CANARY["demo"], "reveal": True}
    got = [s.client.ask("POST", "/api/v1/consumer/split", cut, owner, [("Idempotency-Key", "once-5")], open=("reveal",)).status for _ in range(2)]
    s.t.same(got, [200, 409], "a reply that shows what is masked is not kept for a second time")
    bad = [s.client.ask("POST", "/api/v1/tags", {"name": "k%d" % i}, owner, [("Idempotency-Key", k)]).status for i, k in enumerate((b"x" * 201, b"\xff\xfe", b"a\x80"))]
    s.t.same(bad, [400] * 3, "a key that is too long or no text is refused")


def origins(s):
    """Browsers of other sites: nothing of the API, and only events to collectors."""
    evil = [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type")]
    wrong = []
    for r in s.routes:
        a = s.client.ask("OPTIONS", r.path.replace("{id}", "1"), None, None, evil)
        opened = a.get("access-control-allow-origin")
        if r.right == "event.write" and not (a.status == 204 and opened in ("*", "https://evil.example")):
            wrong.append((r, a.status, a.fields))
        if r.right != "event.write" and (opened or a.get("access-control-allow-credentials")):
            wrong.append((r, a.status, a.fields))
    s.t.ok(not wrong, "no route of the API allows another origin; collectors do (%d routes)" % len(s.routes), wrong[:5])
    for path in ("/api/v1/report/assets", "/api/v1/me", "/docs", "/openapi.json", "/metrics", "/"):
        a = s.client.ask("GET", path, None, s.world.who["demo", "session"], [("Origin", "https://evil.example")])
        if a.get("access-control-allow-origin") or a.get("access-control-allow-credentials"):
            wrong.append((path, a.fields))
    s.t.ok(not wrong, "nor do its answers", wrong[:5])


def listen(s, who, seconds, types=""):
    """The bytes of the live stream of somebody, read beside the rest."""
    w = Wire(s.client.host, s.client.port, s.client.tls)
    w.send(request("GET", "/api/v1/live" + types, None, who.fields("GET")))
    got = bytearray()

    def read():
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                w.more(until)
                got.extend(w.rest)
                w.rest = b""
        except (Gone, Slow):
            pass
        w.close()

    t = threading.Thread(target=read)
    t.start()
    return t, got


def live(s):
    mine = listen(s, s.world.who["demo", "analyst"], 5)
    theirs = listen(s, s.world.who["other", "owner"], 5)
    time.sleep(1.2)
    key = s.world.who["demo", "write"].key
    for i in range(5):
        s.client.ask("POST", "/v1/identify", {"userId": CANARY["demo"] + "-live", "messageId": "l%d" % i, "traits": {"phone": PHONE, "email": MAIL, "note": "</script>\n\ndata: x"}}, None, [basic(key)])
        s.client.ask("POST", "/v1/track", {"userId": CANARY["demo"] + "-live", "event": "x\n\nevent: forged\ndata: y", "messageId": "m%d" % i, "properties": {"p": "\r\n\r\nevent: forged"}}, None, [basic(key)])
        s.client.ask("POST", "/v1/track", {"userId": ["x"], "event": 7, "messageId": "r%d" % i, "properties": {"phone": PHONE}}, None, [basic(key)])
    s.client.ask("POST", "/api/v1/verify", {}, s.world.who["demo", "owner"], [("Prefer", "respond-async")])
    for part in (mine, theirs):
        part[0].join()
    text, other = bytes(mine[1]).decode("utf-8", "replace"), bytes(theirs[1]).decode("utf-8", "replace")
    head, _, body = text.partition("\r\n\r\n")
    names = {line.split(":")[0].strip().lower(): line.partition(":")[2].strip() for line in head.split("\r\n")[1:]}
    s.t.ok("200" in head.split("\r\n")[0] and names.get("x-content-type-options") == "nosniff" and names.get("cache-control") == "no-store" and "default-src 'none'" in names.get("content-security-policy", "")
           and names.get("content-type", "").startswith("text/event-stream"), "the live stream has the headers that every answer has", head)
    s.t.ok("event: arrival" in body and PHONE not in body and MAIL not in body, "identities are masked in it", body[-800:])
    s.t.ok("event: forged" not in re.sub(r"data: .*", "", body) and not re.search(r"^event: (?!arrival|arrivals|reject|stage|job|missed)", body, re.M), "an event's text cannot forge another", body[-800:])
    s.t.ok("event: job" in body, "it tells of jobs", body[-500:])
    s.t.ok(HIDDEN["demo"] not in other and CANARY["demo"] not in other and "arrival" not in other, "another brand's listener hears nothing of it", other[-500:])
    for who, want in ((Who("nobody", None), 401), (s.world.who["demo", "write"], 403), (s.world.who["demo", "store"], 403)):
        a = s.client.ask("GET", "/api/v1/live", None, who)
        s.t.same(a.status, want, "the live stream refuses %s" % who)
    a = s.client.ask("HEAD", "/api/v1/live", None, s.world.who["demo", "owner"])
    s.t.ok(a.status in (200, 405), "and answers HEAD at once", a)


def tls(s):
    """A second server: TLS, few connections, a low rate of keys."""
    if not shutil.which("openssl"):
        s.t.n += 1
        print("ok %d - TLS # SKIP no openssl to make a certificate" % s.t.n)
        return
    at = lambda n: os.path.join(s.world.tmp, n)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", at("key.pem"), "-out", at("cert.pem")], check=True, capture_output=True)
    context = ssl.create_default_context(cafile=at("cert.pem"))
    env = dict({k: v for k, v in os.environ.items() if not k.startswith("POND_")}, POND_LOG="debug")
    with Served(s.world.pond, s.world.data, "--tls-cert", at("cert.pem"), "--tls-key", at("key.pem"), "--key-rate", "5", "--connections", "40", env=env) as srv:
        c = Client(srv.host, srv.port, context, look=s.world.look)
        a = c.ask("POST", "/api/v1/login", LOGIN)
        jar = cookie_of(a)
        s.t.ok(srv.address.startswith("https://") and a.status == 200 and jar["secure"] and jar["httponly"] and jar["samesite"] == "Strict", "by TLS the cookie is Secure too", a.get("set-cookie"))
        s.world.secrets.add(jar.value)
        old = []
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            try:
                weak = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                weak.check_hostname, weak.verify_mode = False, ssl.CERT_NONE
                weak.set_ciphers("ALL:@SECLEVEL=0")
                weak.minimum_version = weak.maximum_version = version
                Wire(srv.host, srv.port, weak).close()
                old.append(version)
            except (ssl.SSLError, OSError, ValueError):
                pass
        s.t.same(old, [], "TLS before 1.2 is refused")
        plain = Wire(srv.host, srv.port)
        plain.send(request("GET", "/api/v1/me"))
        s.t.ok(plain.at_end(5), "a plain request to the TLS port ends")
        w = s.world.who["demo", "write"]
        got = [c.ask("POST", "/v1/track", {"userId": "r", "event": "r", "messageId": "r%d" % i}, None, [basic(w.key)]) for i in range(12)]
        over = [a for a in got if a.status == 429]
        s.t.ok([a.status for a in got[:5]] == [200] * 5 and over and all(int(a.get("retry-after") or 0) >= 1 for a in over), "a key beyond its rate is told 429 and when to come again", [a.status for a in got])
        other = c.ask("POST", "/v1/track", {"userId": "r", "event": "r", "messageId": "r"}, None, [basic(s.world.who["other", "write"].key)])
        s.t.same(other.status, 200, "other keys are not held up by it")
        held = []
        for _ in range(80):
            try:
                held.append(socket.create_connection((srv.host, int(srv.port)), timeout=2, source_address=("127.0.5.1", 0)))
            except OSError:
                break
        a = Client(srv.host, srv.port, context).ask("GET", "/healthz", patience=15)
        s.t.same(a.status, 200, "when somebody holds all connections he can get, others are served")
        for h in held:
            h.close()
        s.world.logs += srv.said()


def logs(s, said):
    """What the log and the figures tell, behind everything."""
    s.world.logs += said
    text = "\n".join(line for line in s.world.logs.split("\n") if "/setup#token=" not in line)
    found = [x[:10] for x in s.world.secrets | {PHONE, MAIL} if x in text]
    s.t.ok(len(text) > 100000 and not found, "no key, token, password, phone or e-mail stands in %d KiB of logs" % (len(text) >> 10), found)
    s.t.ok("\x1b" not in text and "\x00" not in text, "nor anything that a terminal would act on")
    bad = [line for line in text.split("\n") if re.search(r" error |Sanitizer|panic|assert|\bBUG\b", line)]
    s.t.ok(not bad, "and nothing that somebody must see to", bad[:5])


def at_rest(s):
    """What the files of the data directory hold, backups too."""
    found, size = [], 0
    for root, _, files in os.walk(s.world.data):
        for name in files:
            with open(os.path.join(root, name), "rb") as f:
                data = f.read()
            size += len(data)
            found += ["%s in %s" % (x[:10], name) for x in s.world.secrets | {PHONE, MAIL} if x.encode() in data]
    s.t.ok(size > 100000 and not found, "no key, token, password, phone or e-mail lies in %d KiB of files in plain" % (size >> 10), found[:10])
