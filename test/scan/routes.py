"""Every route of /openapi.json by everybody: who may not is refused, changes nothing and sees nothing; who may sees only
his brand, masked."""
import json
import re

from scan.net import query
from scan.world import CANARY, MAIL, PHONE, ROLES, Who, basic

SKIP = {"live", "login", "logout", "setup", "me password", "me sessions", "me sessions end"}  # have tests of their own


def valid(c, job, aside="none"):
    """Fields with which an operation works, by its command; c: the canary in the names; aside: a file of rejects. What is not
    here takes none."""
    who = "user_id:%s-u0" % c
    crowd = {"name": c + "-crowd"}
    return {
        "import": ({"name": "in.ndjson"}, b'{"id":"i1","time":"2026-01-01","event":"item_view","identities":{"user_id":"i1"}}\n'),
        "tag import": ({"name": "in.csv", "create": "true"}, b"identity,tag\n" + who.encode() + b"," + c.encode() + b"-in\n"),
        "report assets": {"by": "channel"}, "report trend": {}, "report flow": {}, "report flows": {}, "report metrics": {}, "report loop": {},
        "consumer show": {"identity": who, "events": 20}, "consumer why": {"identity": who, "other": "device:%s-d0" % c},
        "consumer list": {"limit": 100}, "consumer split": {"identity": "device:%s-d3" % c, "reason": c},
        "consumer join": {"identity": "user_id:%s-u4" % c, "other": "user_id:%s-u5" % c, "reason": c}, "consumer undo": {"id": "s1"},
        "who count": {"question": "did purchase"}, "who list": {"question": "did item_view", "limit": 1000}, "who explain": {"question": "did purchase"},
        "who why": {"consumer": who, "question": "did purchase"}, "who sql": {"question": "did purchase", "run": True},
        "who check": {"question": "did purchase"}, "who print": {"question": "did purchase"}, "who complete": {"text": "did "},
        "tag create": {"name": c + "-new", "note": c}, "tag assign": {"name": c + "-tag", "identity": ["user_id:%s-u1" % c], "reason": c},
        "tag remove": {"name": c + "-tag", "identity": [who]}, "tag list": {}, "tag show": {"name": c + "-tag"}, "tag delete": {"name": c + "-tag"},
        "tag history": {"name": c + "-tag"}, "tag sizes": {"name": c + "-tag"}, "tag change": {"name": c + "-rule", "rule": "did purchase"}, "tag rename": {"name": c + "-tag", "to": c + "-tag2"},
        "crowd create": {"name": c + "-new", "question": "did purchase", "note": c}, "crowd show": crowd, "crowd change": dict(crowd, question="did purchase"), "crowd delete": crowd, "crowd count": crowd,
        "crowd history": crowd, "crowd freeze": crowd, "crowd rename": dict(crowd, to=c + "-crowd2"), "crowd overlap": {"name": [c + "-crowd", c + "-list"]},
        "crowd profile": crowd, "crowd why": dict(crowd, identity=who),
        "crowd export": dict(crowd, column=["consumer", "identities", "phone", "email", "user_id"]),
        "crowd lookalike": dict(crowd, size=5, to=c + "-like"), "analyze funnel": {"step": ["item_view", "add_cart", "purchase"]}, "analyze retention": {},
        "analyze interval": {"by": "category"}, "analyze basket": {"of": "category", "least": 1}, "analyze path": {}, "analyze distribution": {},
        "analyze clv": {}, "analyze rfm": {"list": 50}, "rfm names": {"set": ["111=" + c]}, "score show": {"identity": who}, "score drop": {"name": "rfm"}, "analyze attribution": {},
        "model show": {}, "model check": {"model": "5a"}, "model diff": {"model": "5a"}, "model apply": {"model": "5a"}, "rules set": {"kind": "device", "cap": 4},
        "events list": {"all": True}, "key create": {"name": c + "-key2", "kind": "write"}, "key revoke": {"name": c + "-write"},
        "user add": {"name": c + "-eve", "role": "owner", "password": "eve-eve-eve-eve"}, "user role": {"name": c + "-eve", "role": "analyst"},
        "user disable": {"name": c + "-eve"}, "user password": {"name": c + "-eve", "password": "eve-eve-eve-eve"}, "audit list": {"limit": 200},
        "saved create": {"name": c + "-saved", "kind": "funnel", "state": c, "replace": True}, "saved show": {"name": c + "-saved"}, "saved list": {},
        "saved rename": {"name": c + "-saved", "to": c + "-saved2"}, "saved delete": {"name": c + "-saved"}, "mapping rename": {"name": c + "-map", "to": c + "-map2"}, "mapping delete": {"name": c + "-map"}, "sample fill": {"consumers": 3, "days": 9, "anyway": True},
        "reject show": {"name": aside, "limit": 50}, "job": {"id": job}, "job reply": {"id": job}, "job stop": {"id": job},
    }


class Route:
    def __init__(self, path, method, spec):
        self.path, self.method, self.spec = path, method.upper(), spec
        self.right, self.how = spec["x-right"], spec.get("x-how")
        self.name = spec.get("x-command") or spec["operationId"].replace("_", " ")
        self.upload = "application/octet-stream" in (spec.get("requestBody") or {}).get("content", {})
        body = (spec.get("requestBody") or {}).get("content", {}).get("application/json", {}).get("schema", {})
        self.body = body.get("properties", {})
        self.query = {p["name"]: p["schema"] for p in spec.get("parameters", ()) if p["in"] == "query"}
        asks = self.method == "POST" and (self.right.endswith((".write", ".import", ".backup")) or self.name == "crowd count")
        self.writes = asks or self.method in ("PUT", "DELETE")

    def __repr__(self):
        return self.method + " " + self.path

    def send(self, fields, payload=None):
        """(method, target, body)"""
        path = re.sub(r"\{(\w+)\}", lambda m: str(fields.get(m[1], 1)), self.path)
        left = {k: ("true" if v is True else v) for k, v in fields.items() if "{%s}" % k not in self.path}
        if self.upload:
            return self.method, path + query(left), payload or b"x"
        if self.method in ("GET", "DELETE"):
            return self.method, path + query(left), None
        return self.method, path, {k: v for k, v in fields.items() if "{%s}" % k not in self.path}


def routes_of(spec):
    return [Route(path, method, o) for path, methods in spec["paths"].items() for method, o in methods.items()]


def of_api(routes):
    return [r for r in routes if r.path.startswith("/api/") and r.name not in SKIP]


class Scan:
    def __init__(self, t, world, client, job):
        self.t, self.world, self.client, self.job = t, world, client, job
        self.routes = routes_of(client.ask("GET", "/openapi.json").json())
        self.n = 0
        self.wrong = []
        bad = [{"type": "track", "userId": "r", "event": "x", "messageId": "r1", "timestamp": "never", "properties": {"phone": PHONE, "email": MAIL, "title": "call " + PHONE}},
               {"type": "track", "event": {"a": PHONE}, "messageId": "r2", "context": {"traits": {"phone": [PHONE], "email": {"x": MAIL}}}}, PHONE, [MAIL]]
        client.ask("POST", "/v1/batch", {"batch": bad, "sentAt": PHONE}, None, [basic(world.who["demo", "write"].key)])
        files = [f["name"] for f in client.ask("GET", "/api/v1/rejects", who=world.who["demo", "owner"]).json()["files"]]
        self.aside = files[0] if files else "none"
        for name in files:
            a = client.ask("GET", "/api/v1/reject" + query({"name": name, "limit": 50}), who=world.who["demo", "analyst"])
            if a.status != 200 or not a.json()["rows"]:
                self.wrong.append("%s: %r" % (name, a))
        t.ok(len(files) == 2 and not self.wrong, "what an import and a collector set aside can be looked at", (files, self.wrong))
        self.wrong = []

    def ask(self, route, who, brand="demo", fields=(), want=None, as_text=False, change=None):
        """One route by one who, with what works in `brand`; notes when the status is none of `want`."""
        change = change or {}
        given = valid(CANARY[brand], self.job[brand], self.aside).get(route.name, {})
        given, payload = given if isinstance(given, tuple) else (given, None)
        method, target, body = route.send(dict(given, **change), payload)
        if as_text and body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        may = ["sql"] if route.name in ("who sql", "who explain") else []
        may += ["secret"] if route.name == "key create" else []
        may += ["reveal"] if change.get("reveal") else []
        may += ["names"] if who.brand not in (None, brand) else []  # it makes things of these names itself
        fields = list(fields) + ([("Prefer", "wait=10")] if route.spec.get("x-how") else [])
        a = self.client.ask(method, target, body, who, fields, may, patience=20)
        self.n += 1
        if want and a.status not in want:
            self.wrong.append("%s by %s: %d, not %s: %r" % (route, who, a.status, "/".join(map(str, want)), a.body[:200]))
        return a

    def said(self, sentence):
        self.t.ok(not self.wrong, sentence, self.wrong[:8])
        self.wrong = []

    def holds(self, role, right):
        return right == "public" or right == "session" or role == "owner" or role in self.world.docs.get(right, ())

    def state(self, brand):
        """What the brand's owner can see of everything that can be changed."""
        owner = self.world.who[brand, "owner"]
        out = {}
        for path in ("tags", "crowds", "rules", "keys", "users", "consumer/decisions", "models", "model", "scores", "mappings", "lake", "saved"):
            d = self.client.ask("GET", "/api/v1/" + path, who=owner, open=("names",)).json()
            out[path] = json.loads(json.dumps(d), object_hook=lambda o: {k: v for k, v in o.items() if k not in ("used", "seen", "fresh")})
        for c in CANARY.values():
            a = self.client.ask("GET", "/api/v1/tag/history?name=%s-tag" % c, who=owner)
            out[c] = a.json() if a.status == 200 else a.status
        return out

    def audit(self, brand):
        a = self.client.ask("GET", "/api/v1/audit?limit=1000", who=self.world.who[brand, "owner"])
        return a.json()["entries"]


def refused(s):
    """Who has no key, or none that may."""
    w, api = s.world, [r for r in of_api(s.routes) if r.right not in ("public",)]
    before = s.state("demo"), s.state("other")
    strangers = [Who("nobody", None), Who("an unknown key", None, key="pk_o_" + "A" * 43), Who("an unknown session", None, cookie="A" * 43),
                 Who("an empty key", None, key=" "), Who("a key cut short", None, key=w.who["demo", "owner"].key[:-1]),
                 Who("a key and a half", None, key=w.who["demo", "owner"].key + "A")]
    for r in api:
        for who in strangers:
            a = s.ask(r, who, want=[401])
            if not (a.get("www-authenticate") or "").startswith("Bearer"):
                s.wrong.append("%s: no WWW-Authenticate" % r)
    s.said("every route refuses who has no key, an unknown one or a session that is none (%d routes × %d)" % (len(api), len(strangers)))
    names = ["write"] + [role for role in ROLES if role != "owner"]
    for r in api:
        for name in names:
            if r.right != "session" and not s.holds(name if name != "write" else "write key", r.right):
                s.ask(r, w.who["demo", name], want=[403])
    s.said("every route refuses a key that does not hold its right, as docs/access.md tells it")
    session = w.who["demo", "session"]
    bare = Who("a session, from a form", "demo", "owner", cookie=session.cookie)
    bare.fields = lambda method: [("Cookie", "pond_session=" + session.cookie)]
    foreign = [[("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
               [("Origin", "http://127.0.0.1:1")], [("Origin", "https://" + s.client.host + ":%d" % s.client.port)]]
    for r in api:
        if r.method == "GET":
            continue
        s.ask(r, bare, want=[403], fields=[("Content-Type", "text/plain")], as_text=True)
        for fields in foreign:
            s.ask(r, session, want=[403], fields=fields)
    s.said("every write refuses a session without the header of our pages, or sent from another origin")
    s.t.ok((s.state("demo"), s.state("other")) == before, "and none of it has changed anything",
           [(k, before[0][k], v) for k, v in s.state("demo").items() if v != before[0].get(k)])


def strange_brand(s):
    """The keys of the other brand, of every role, with demo's names."""
    before = s.state("demo")
    for r in of_api(s.routes):
        for role in ("owner", "operator"):
            a = s.ask(r, s.world.who["other", role])
            if a.status == 200 and r.name.split()[0] == "job" and r.name != "jobs":
                s.wrong.append("%s by another brand: %r" % (r, a))
    for r in of_api(s.routes):
        for how in ({"brand": "demo"}, {"data": s.world.data}):
            if s.holds("analyst", r.right):
                s.ask(r, s.world.who["other", "analyst"], brand="other", change=how, want=[400])
    s.said("no field chooses another brand")
    s.t.same(s.state("demo"), before, "another brand's keys, with this one's names, change nothing here")


def allowed(s):
    """Looks by all who may; writes by the owner, last."""
    w = s.world
    for r in of_api(s.routes):
        for role in ROLES:
            own = r.name != "job reply" or role == "owner"  # a reply is for who asked for it
            if not r.writes and s.holds(role, r.right) and not r.upload:
                s.ask(r, w.who["demo", role], want=[200, 202, 409] if own else [403])
        if not r.writes and r.method == "GET":
            s.ask(r, w.who["demo", "session"], want=[200, 202, 409])
    s.said("who may is answered")
    for r in of_api(s.routes):
        for role in ROLES:
            if "reveal" in dict(r.query, **r.body) and s.holds(role, r.right) and not r.writes:
                s.ask(r, w.who["demo", role], want=[200 if s.holds(role, "identity.read") else 403], change={"reveal": True})
    s.said("what is masked is shown to who holds identity.read, not to others")
    masked_forms(s)


def masked_forms(s):
    """Tables and workbooks are masked as JSON is."""
    for r in of_api(s.routes):
        if not r.writes and r.method == "GET" and "format" in r.query:
            for form in set(r.query["format"].get("enum", ())) - {"json", "png", "xlsx"}:
                s.ask(r, s.world.who["demo", "owner"], want=[200, 400, 422], change={"format": form})
    s.said("in every form")
    who = s.world.who["demo", "analyst"]
    for text in (PHONE, MAIL):
        for q in ('phone = "%s"' % text, 'identity "%s"' % text, "did purchase where item = '%s'" % text):
            s.client.ask("POST", "/api/v1/who/count", {"question": q}, who, open=("reveal",))


def audited(s):
    """Every write leaves an entry, and every refused attempt at what needs a right."""
    w, owner = s.world, s.world.who["demo", "owner"]
    wrote = set()
    for r in of_api(s.routes):
        if r.writes and r.name not in ("user disable", "key revoke", "job stop"):
            a = s.ask(r, owner)
            if a.status in (200, 202):
                wrote.add(r.name)
    made = s.audit("demo")
    actions = {e["action"] for e in made}
    aka = {"key create": "key.make", "key revoke": "key.revoke", "user add": "user.make", "user role": "user.role", "user password": "user.password",
           "user disable": "user.disable"}
    missing = [n for n in wrote if n not in actions and aka.get(n) not in actions]
    s.t.ok(len(wrote) > 20 and not missing, "every write leaves an entry in the audit trail", missing)
    refusals = [e for e in made if e["outcome"] == "denied" and e["who"].startswith("key:")]
    s.t.ok(any("store" in e["who"] for e in refusals) and any("write" in e["who"] for e in refusals),
           "and so does who tries what he may not", refusals[:5])
    s.t.same(s.client.ask("GET", "/api/v1/audit/verify", who=owner).json()["broken"], None, "the trail verifies")
    c = CANARY["demo"]
    for path, body in (("crowds", {"name": c + "-crowd", "question": "did item_view"}), ("tags", {"name": c + "-tag"})):  # they were renamed and deleted
        s.client.ask("POST", "/api/v1/" + path, body, owner)
