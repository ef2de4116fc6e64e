"""Two brands in one data directory, those who ask, and what must hold of every single answer.

Each brand's names, events and properties hold its canaries: an answer to somebody of the other brand must not. A consumer of
`demo` has a phone and an e-mail that no answer may hold but one that was asked to reveal them by who may."""
import base64
import json
import os
import re
import subprocess
import threading
import time
import urllib.parse

from served import run

CANARY = {"demo": "zzdemozz", "other": "zzotherzz"}  # in names, which somebody may know
HIDDEN = {"demo": "qqdemoqq", "other": "qqotherqq"}  # in what stands behind them, which nobody else may learn
PHONE, MAIL = "13977665544", "zelda.zaphod@canary.example"
SECRET = "gentle-otter-7341"  # the password of everybody
ROLES = ("owner", "operator", "analyst", "store")
DAY = 86400
SLOW = 5  # seconds that nothing may take
NOSNIFF = "x-content-type-options"
INSIDE = re.compile(r"sqlite|duckdb|libmicrohttpd|argon2|openssl|\.sql\b|/src/|\.c:\d|traceback|errno|backtrace|0x[0-9a-f]{6}|root:x:0|"
                    r"/(?:usr|proc|home|root|var|work|opt)/|malloc|assert|pond\.key|ledger\.db", re.I)
TOLD = ("/api/v1/describe", "/openapi.json", "/docs", "/api/v1/who/sql")  # speak of what is inside on purpose


class Who:
    """Somebody who asks: by key or by session."""

    def __init__(self, name, brand, role=None, key=None, cookie=None):
        self.name, self.brand, self.role, self.key, self.cookie = name, brand, role, key, cookie

    def fields(self, method):
        """The header lines of a well-behaved client."""
        if self.cookie:
            return [("Cookie", "pond_session=" + self.cookie), ("X-Pond-Request", "1")]
        return [("Authorization", "Bearer " + self.key)] if self.key else []

    def __repr__(self):
        return self.name


def rights_of_docs(path):
    """{right: {role}} as docs/access.md tells it: the scan's own idea of who may do what."""
    out = {}
    with open(path, encoding="utf-8") as f:
        rows = [[c.strip() for c in line.strip().strip("|").split("|")] for line in f if line.startswith("|")]
    head = next(r for r in rows if r[0] == "right")
    for r in rows[rows.index(head) + 2:]:
        out[r[0]] = {role for role, cell in zip(head[2:], r[2:]) if cell == "yes"}
    return out


def stamp(ago):
    return time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() - ago + 8 * 3600))


def events(brand):
    """A few consumers whose every text is one of the brand's canaries."""
    c, h = CANARY[brand], HIDDEN[brand]
    person = {"phone": PHONE, "email": MAIL} if brand == "demo" else {"phone": "13500001111"}
    for n in range(12):
        who = dict(person if n == 0 else {"phone": "1370000%04d" % n}, user_id="%s-u%d" % (c, n), device="%s-d%d" % (c, n))
        for k, event in enumerate(("item_view", "add_cart", "purchase", c + "_event")):
            e = {"id": "%s-%d-%d" % (c, n, k), "time": stamp((20 - k) * DAY + n * 60), "event": event, "identities": who, "channel": "h5",
                 "touchpoint": h + " page", "item": h + "-sku", "category": h + "-cat", "campaign": h + "-ad",
                 "properties": {"title": h, "receiver": {"mobile": person["phone"], "email": person.get("email", "x@" + c + ".example")}}}
            if event == "purchase":
                e.update(order="%s-o%d" % (c, n), amount=100 + n)
            yield json.dumps(e, ensure_ascii=False)


def broken(brand):
    """Rows that are set aside, with what is personal in them."""
    h = HIDDEN[brand]
    yield "time,event,phone,email,title"
    yield "never,purchase,%s,%s,%s" % (PHONE, MAIL, h)
    yield "2026-01-01,purchase,%s x,%s,call %s or %s" % (PHONE, MAIL + " ", PHONE, MAIL)
    yield '"never","purchase,%s,%s' % (PHONE, MAIL)


class World:
    def __init__(self, pond, tmp):
        self.pond, self.tmp, self.data = pond, tmp, os.path.join(tmp, "data")
        self.docs = rights_of_docs(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "access.md"))
        self.who, self.secrets = {}, {SECRET}
        self.faults, self.seen, self.lock = {}, {}, threading.Lock()
        self.slowest = (0, "")
        self.logs = ""
        self.bait = os.path.join(tmp, "written-by-the-scan")  # a place that requests name
        sample = os.path.join(tmp, "sample.ndjson")
        subprocess.run([pond, "sample", "--consumers", "60", "--days", "60", "--out", sample, "--quiet"], check=True, capture_output=True)
        for brand in ("demo", "other"):
            self.make(brand, sample)

    def run(self, brand, *args):
        return run(self.pond, self.data, "--brand", brand, *args)

    def make(self, brand, sample):
        c, h = CANARY[brand], HIDDEN[brand]
        run(self.pond, self.data, "init", brand)
        own = os.path.join(self.tmp, brand + ".ndjson")
        with open(own, "w", encoding="utf-8") as f:
            f.write("\n".join(events(brand)) + "\n")
        self.run(brand, "import", own, sample)
        own = os.path.join(self.tmp, brand + "-broken.csv")
        with open(own, "w", encoding="utf-8") as f:
            f.write("\n".join(broken(brand)) + "\n")
        subprocess.run([self.pond, "--data", self.data, "--brand", brand, "import", own], capture_output=True)
        self.run(brand, "crowd", "create", c + "-crowd", "did item_view")
        self.run(brand, "crowd", "create", c + "-list", "did purchase", "--frozen", "--note", h)
        self.run(brand, "saved", "create", c + "-saved", "--kind", "funnel", "--state", h)
        own = os.path.join(self.tmp, brand + "-map.csv")
        with open(own, "w", encoding="utf-8") as f:
            f.write("time,event,user_id\n2026-01-01,item_view,%s-u0\n" % c)
        self.run(brand, "import", own, "--save-mapping", c + "-map")
        self.run(brand, "tag", "create", c + "-tag", "--note", h)
        self.run(brand, "tag", "assign", c + "-tag", "user_id:" + c + "-u0", "--reason", h)
        self.run(brand, "tag", "create", c + "-rule", "--rule", "did purchase")
        for role in ROLES:
            self.key(brand, role, "operator", role)
        self.key(brand, "write", "write")
        done = subprocess.run([self.pond, "--data", self.data, "--brand", brand, "user", "add", c + "-lin", "--role", "owner"],
                              input=SECRET + "\n", text=True, capture_output=True)
        if done.returncode:
            raise SystemExit("pond user add: " + done.stderr)

    def key(self, brand, name, kind, role=None):
        args = ["key", "create", CANARY[brand] + "-" + name, "--kind", kind] + (["--role", role] if role else [])
        key = self.run(brand, *args)["key"]
        self.secrets.add(key)
        self.who[brand, name] = Who(brand + "'s " + name, brand, role or "write key", key)

    def login(self, client, brand, source_fields=()):
        """A session of the brand's owner."""
        a = client.ask("POST", "/api/v1/login", {"name": CANARY[brand] + "-lin", "password": SECRET, "brand": brand}, fields=source_fields)
        cookie = re.match(r"pond_session=([^;]+)", a.get("set-cookie") or "")
        if a.status != 200 or not cookie:
            raise SystemExit("no session: %r" % a)
        self.secrets.add(cookie[1])
        return Who(brand + "'s session", brand, "owner", cookie=cookie[1])

    def forgive_busy(self, answers):
        """503 is the right answer to these."""
        with self.lock:
            kept = [f for f in self.faults.get("a failure of ours", []) if not f.endswith(tuple(repr(a) for a in answers if a.status == 503))]
            self.faults["a failure of ours"] = kept

    # ---- what must hold of every answer ----

    def fault(self, kind, asked, why):
        said = "%s %s %s by %s: %s" % (asked.method, str(asked.target)[:160], repr(asked.body)[:160] if asked.body else "", asked.who, why)
        with self.lock:
            self.faults.setdefault(kind, []).append(said)

    def look(self, q):
        a = q.answer
        with self.lock:
            self.seen[a.status] = self.seen.get(a.status, 0) + 1
            if a.seconds > self.slowest[0]:
                self.slowest = (a.seconds, "%s %s" % (q.method, str(q.target)[:80]))
        text = a.raw.decode("utf-8", "replace")
        if a.seconds > SLOW:
            self.fault("slow", q, "%.1f s" % a.seconds)
        if a.status >= 500:
            self.fault("a failure of ours", q, a)
        self.look_at_head(q)
        self.look_at_form(q)
        self.look_for_secrets(q, text)
        self.look_inside(q, text)

    def look_at_head(self, q):
        a = q.answer
        path = str(q.target).split("?")[0]
        want = {NOSNIFF: "nosniff", "referrer-policy": "no-referrer"}
        for name, value in want.items():
            if a.get(name) != value:
                self.fault("headers", q, "%s: %r" % (name, a.get(name)))
        if "default-src 'none'" not in (a.get("content-security-policy") or "") or "frame-ancestors 'none'" not in (a.get("content-security-policy") or ""):
            self.fault("headers", q, "content-security-policy: %r" % a.get("content-security-policy"))
        if re.search("unsafe|\\*|http:", a.get("content-security-policy") or ""):
            self.fault("headers", q, "content-security-policy: %r" % a.get("content-security-policy"))
        if path.startswith("/api/"):
            if a.get("cache-control") != "no-store" or a.get("cross-origin-resource-policy") != "same-origin":
                self.fault("headers", q, "cache-control %r, corp %r" % (a.get("cache-control"), a.get("cross-origin-resource-policy")))
            if a.get("access-control-allow-origin") is not None:
                self.fault("headers", q, "the API opens itself to another origin")
        if a.get("server") or a.get("x-powered-by"):
            self.fault("headers", q, "it tells what it is: %r" % a.get("server"))
        cookie = a.get("set-cookie")
        if cookie and not path.endswith(("/login", "/logout", "/setup")):
            self.fault("headers", q, "a cookie: " + cookie)

    def look_at_form(self, q):
        a = q.answer
        kind = a.get("content-type")
        if a.body and not kind:
            self.fault("form", q, "a body without a type")
        if kind and kind.startswith("application/json") and a.body:
            try:
                json.loads(a.body.decode("utf-8"))
            except ValueError as e:
                self.fault("form", q, "no JSON: %s %r" % (e, a.body[:200]))
        if str(q.target).startswith("/api/") and a.status >= 400 and q.method != "HEAD":
            try:
                d = json.loads(a.body)
                if set(d) != {"code", "msg", "hint", "field"} or not d["msg"]:
                    self.fault("form", q, "an error of another form: %r" % a.body[:200])
            except (ValueError, TypeError):
                self.fault("form", q, "an error that is no JSON: %r" % a.body[:200])

    def look_for_secrets(self, q, text):
        for brand in CANARY:
            strange = q.who is None or q.who.brand != brand
            for canary in (HIDDEN[brand],) if "names" in q.open else (HIDDEN[brand], CANARY[brand]):
                if strange and canary in text.lower() and canary not in sent(q):
                    self.fault("another brand's", q, "holds %s: ...%s" % (canary, around(text, canary)))
        for secret in self.secrets:
            if secret in text and "secret" not in q.open:
                self.fault("secrets", q, "holds the secret %s..." % secret[:8])
        if "reveal" not in q.open:
            for plain in (PHONE, MAIL):
                if plain in text:
                    self.fault("masking", q, "holds %s: ...%s" % (plain, around(text, plain)))

    def look_inside(self, q, text):
        if str(q.target).split("?")[0] in TOLD or "sql" in q.open:
            return
        if self.data in text or self.tmp in text.replace(self.bait, ""):
            self.fault("insides", q, "a path of ours: ...%s" % around(text, self.tmp))
        for m in INSIDE.finditer(text):
            if m[0].lower() not in sent(q):
                self.fault("insides", q, "%r: ...%s" % (m[0], around(text, m[0])))
                break


def around(text, part):
    at = max(text.lower().find(part.lower()), 0)
    return repr(text[max(0, at - 60):at + 100])


def sent(q):
    """What was sent, in lower case, as it is and decoded."""
    t = q.target.decode("latin-1") if isinstance(q.target, bytes) else str(q.target)
    b = q.body.decode("utf-8", "replace") if isinstance(q.body, bytes) else json.dumps(q.body, ensure_ascii=False) if q.body is not None else ""
    return (t + urllib.parse.unquote_plus(t) + b).lower()


def basic(key):
    return ("Authorization", "Basic " + base64.b64encode((key + ":").encode()).decode())
