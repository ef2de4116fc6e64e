"""Calls every operation that has a route and checks each reply against the record, and, where the packages can be had,
against the schema in /openapi.json. Prints TAP."""
import json
import os
import sys
import urllib.parse

from served import Served, Tap, run
from shape import faults

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

pond, tmp = sys.argv[1:]
data = os.path.join(tmp, "data")
env = dict(os.environ, POND_NOW="2026-06-01T12:00:00+08:00")
t = Tap()

run(pond, data, "init", "shapes", env=env)
owner = run(pond, data, "key", "create", "owner", "--kind", "operator", "--role", "owner", env=env)["key"]
book = {o["name"]: o for o in run(pond, data, "describe")["operations"]}
called = set()

EVENTS = """\
{"time":"2026-05-01 10:00:00","event":"item_view","identities":{"device":"d1"},"channel":"h5"}
{"time":"2026-05-02 10:00:00","event":"member_join","identities":{"phone":"13800138000","device":"d1"}}
{"time":"2026-05-03 10:00:00","event":"purchase","identities":{"phone":"13800138000","openid":"oA"},"order":"o1","amount":99.9}
{"time":"2026-05-04 10:00:00","event":"content_view","identities":{"openid":"oB"}}
{"time":"never","event":"content_view","identities":{"openid":"oB"}}
"""
BUYERS = "".join(json.dumps({
    "time": "2026-%02d-%02d 10:00:00" % (3 + who % 2 + k % 2, 1 + who % 7 + 5 * k), "event": "purchase",
    "identities": {"phone": "139001390%02d" % who}, "order": "b%d-%d" % (who, k), "amount": 50 + who + 9 * k}) + "\n"
    for who in range(40) for k in range(1 + who % 5))


def call(s, name, fields=None, body=None, by_post=False):
    """One operation as its record says: the query of a GET or DELETE, else JSON; a file is the body."""
    op = book[name]
    method, path = op["route"].split(" ")
    fields = fields or {}
    query = ""
    if by_post:
        method = "POST"
    if body is not None or method in ("GET", "DELETE"):
        query = "?" + urllib.parse.urlencode({k: v for k, v in fields.items()}, doseq=True) if fields else ""
        payload = body.encode() if body is not None else None
    else:
        payload = fields
    status, headers, text = s.ask(method, path + query, payload, owner)
    if status == 202:
        job = s.job(json.loads(text), owner)
        status, headers, text = s.ask("GET", "/api/v1/jobs/%d/reply" % job["id"], key=owner)
    return status, headers, text


def shape(s, name, fields=None, body=None, by_post=False):
    called.add(name)
    status, headers, text = call(s, name, fields, body, by_post)
    said = "%s %s%s" % (name, json.dumps(fields or {}, ensure_ascii=False), " by POST" if by_post else "")
    try:
        reply = json.loads(text)
    except ValueError:
        t.ok(False, "the reply of " + said, (status, text[:300]))
        return None
    bad = faults(book[name], reply) if status == 200 else [text[:500]]
    if not bad and Draft202012Validator:
        method, path = book[name]["route"].split(" ")
        schema = spec["paths"][path][method.lower()]["responses"]["200"]["content"]["application/json"]["schema"]
        bad = ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message)
               for e in Draft202012Validator(schema).iter_errors(reply)][:5]
    t.ok(not bad, "the reply of " + said, (status, bad))
    return reply


with Served(pond, data, env=env) as s:
    spec = s.json("GET", "/openapi.json")
    shape(s, "import", {"name": "in.ndjson"}, EVENTS)
    shape(s, "import", {"name": "in.ndjson", "dry_run": "true"}, EVENTS)
    shape(s, "mapping list")
    shape(s, "import", {"name": "till.csv", "save_mapping": "till"}, "time,event,user_id\n2026-05-05,item_view,u9\n")
    shape(s, "mapping rename", {"name": "till", "to": "门店"})
    shape(s, "mapping delete", {"name": "门店"})
    shape(s, "imports", {"limit": 5})
    shape(s, "report assets", {"as_of": "2026-05-03"})
    shape(s, "report assets", {"as-of": "2000-01-01"}, by_post=True)
    shape(s, "report trend", {"from": "2026-05-01", "to": "2026-05-10"})
    shape(s, "report flow", {"from": "2026-05-01", "to": "2026-05-10"})
    shape(s, "report flows", {"from": "2026-05-01", "to": "2026-05-10"})
    shape(s, "consumer show", {"identity": "phone:13800138000"})
    shape(s, "consumer why", {"identity": "device:d1", "other": "openid:oA"})
    shape(s, "consumer list", {"limit": 2})
    shape(s, "consumer split", {"identity": "device:d1", "dry_run": True})
    t.same(s.json("GET", "/api/v1/consumer/why?identity=device:d1&other=openid:oA", key=owner)["same"], True, "a dry run of a split changes nothing")
    split = shape(s, "consumer split", {"identity": "device:d1", "reason": "shared"})
    shape(s, "consumer decisions")
    shape(s, "consumer undo", {"id": "s%d" % split["split"]})
    shape(s, "consumer join", {"identity": "openid:oB", "other": "device:d1"})
    shape(s, "model list")
    shape(s, "model show")
    shape(s, "model show", {"model": "5a"})
    shape(s, "model check", {"model": "5a"})
    shape(s, "model diff", {"model": "4a", "as_of": "2026-05-03"})
    shape(s, "model apply", {"model": "aipl-databank"})
    shape(s, "rules list")
    shape(s, "rules set", {"kind": "device", "cap": 5})
    shape(s, "events list", {"all": "true"})
    shape(s, "tag create", {"name": "等级/VIP", "note": "名单"})
    shape(s, "tag create", {"name": "肤质", "value": "text", "expires": 30})
    shape(s, "tag assign", {"name": "VIP", "identity": ["phone:13800138000", "openid:oB"], "reason": "到店"})
    shape(s, "tag assign", {"name": "肤质", "identity": "device:d1", "value": "干性"})
    shape(s, "tag remove", {"name": "VIP", "identity": ["openid:oB"]})
    shape(s, "tag import", {"name": "tags.csv", "create": "true"},
          "identity,tag,value,expires\nphone:13800138000,新,,2026-07-01\nopenid:oZ,新,,\n")
    shape(s, "tag list")
    shape(s, "tag show", {"name": "肤质"})
    shape(s, "tag history", {"name": "肤质"})
    shape(s, "tag sizes", {"name": "肤质"})
    shape(s, "tag change", {"name": "肤质", "note": "到店测试"})
    shape(s, "tag create", {"name": "活跃", "rule": "did any in 60d"})
    shape(s, "tag refresh")
    shape(s, "crowd create", {"name": "买过", "question": "did purchase", "note": "x"})
    shape(s, "crowd create", {"name": "名单", "question": 'tag "VIP" or did purchase', "frozen": True})
    shape(s, "crowd list")
    shape(s, "crowd list", {"limit": 1, "offset": 1})
    shape(s, "crowd show", {"name": "买过"})
    shape(s, "crowd count", {"name": "买过"})
    shape(s, "crowd refresh")
    shape(s, "crowd history", {"name": "买过"})
    shape(s, "crowd overlap", {"name": ["买过", "名单"]})
    shape(s, "crowd profile", {"name": "买过"})
    shape(s, "crowd why", {"name": "名单", "identity": "phone:13800138000"})
    shape(s, "crowd freeze", {"name": "买过", "reason": "活动"})
    shape(s, "crowd change", {"name": "买过", "question": "did purchase in 365d"})
    shape(s, "crowd rename", {"name": "买过", "to": "买家"})
    shape(s, "crowd delete", {"name": "买家"})
    called.add("crowd export")
    status, headers, text = call(s, "crowd export", {"name": "名单"})
    t.ok(status == 200 and headers["content-type"].startswith("text/csv") and text.startswith(b"consumer,stage,identities,first_seen\r\n")
         and b"138****8000" in text and b"13800138000" not in text, "crowd export answers with the file, masked", (status, headers, text[:300]))
    status, headers, text = call(s, "crowd export", {"name": "名单", "format": "xlsx"})
    t.ok(status == 200 and text[:2] == b"PK" and "crowd-export.xlsx" in headers.get("content-disposition", ""), "or as a workbook", (status, headers))
    shape(s, "tag rename", {"name": "新", "to": "名单/新"})
    shape(s, "tag delete", {"name": "名单/新"})
    shape(s, "lake list")
    shape(s, "lake compact")
    shape(s, "verify")
    backup = shape(s, "backup")
    t.ok(backup and backup["backup"].startswith("backups/shapes-") and os.path.exists(os.path.join(data, backup["backup"])),
         "a backup over HTTP lies below the data directory, named from there", backup)
    t.ok(any(backup["backup"].endswith(b["backup"]) for b in shape(s, "backup list")["backups"]), "and is listed")
    shape(s, "import", {"name": "buyers.ndjson"}, BUYERS)
    shape(s, "who count", {"question": "did purchase"})
    shape(s, "who sql", {"question": "did purchase in 30d"})
    page = shape(s, "who list", {"question": "all", "limit": 3})
    behind = shape(s, "who list", {"question": "all", "limit": 3, "after": page["next"]})
    t.ok(page["next"] == page["consumers"][-1]["consumer"] < behind["consumers"][0]["consumer"], "who list has pages")
    shape(s, "who explain", {"question": "stage = interest and did purchase"})
    shape(s, "who why", {"consumer": "device:d1", "question": "did purchase or has phone"})
    shape(s, "who check", {"question": "did purchase"})
    shape(s, "who check", {"question": "did purchse"})  # a mistake is the answer, not a failure
    printed = shape(s, "who print", {"question": "did purchase", "json_form": True})
    shape(s, "who complete", {"text": "did pur"})
    shape(s, "analyze clv", {"from": "2026-03-01", "calibrate_to": "2026-05-01", "value": "true"})
    shape(s, "analyze rfm", {"as_of": "2026-05-20", "list": 3, "save": True}, by_post=True)
    shape(s, "score list")
    shape(s, "score show", {"identity": "device:d1"})
    shape(s, "score drop", {"name": "rfm"})
    shape(s, "report fast", {"from": "2026-04-01", "to": "2026-04-30"})
    shape(s, "report growth", {"from": "2026-04-01", "to": "2026-04-30"})
    shape(s, "analyze attribution", {"from": "2026-04-01", "to": "2026-05-30"})
    shape(s, "rfm names", {"set": ["111=VIP"]})
    shape(s, "analyze funnel", {"step": ["item_view", "add_cart", "purchase"], "by": "channel"})
    shape(s, "analyze retention", {"unit": "month", "first": "purchase", "return": "purchase"})
    shape(s, "analyze repurchase")
    shape(s, "analyze interval", {"by": "category"})
    shape(s, "analyze basket", {"of": "category", "least": 1})
    shape(s, "analyze path", {"depth": 3})
    shape(s, "analyze distribution", {"of": "gmv"})
    shape(s, "report metrics")
    shape(s, "report loop", {"from": "2026-01-01"})
    shape(s, "key create", {"name": "other", "kind": "write"})
    shape(s, "key list")
    shape(s, "key revoke", {"name": "other"})
    shape(s, "user add", {"name": "lin", "role": "analyst", "password": "a long password"})
    shape(s, "user list")
    shape(s, "user role", {"name": "lin", "role": "store"})
    shape(s, "user password", {"name": "lin", "password": "another password"})
    shape(s, "user disable", {"name": "lin"})
    shape(s, "audit list", {"limit": 5})
    shape(s, "audit verify")
    shape(s, "audit head")
    files = shape(s, "reject list")["files"]
    rows = shape(s, "reject show", {"name": next(f["name"] for f in files if f["name"].startswith("in.ndjson"))})
    t.ok(rows["total"] == 1 and rows["rows"][0]["line"] == 5, "what an import set aside can be read", rows)
    t.same(call(s, "reject show", {"name": "../../pond.key"})[0], 404, "and nothing else")
    shape(s, "role list")
    shape(s, "saved create", {"name": "首购漏斗", "kind": "funnel", "state": "step=view&step=buy"})
    shape(s, "saved list")
    shape(s, "saved show", {"name": "首购漏斗"})
    shape(s, "saved rename", {"name": "首购漏斗", "to": "新客"})
    shape(s, "saved delete", {"name": "新客"})
    shape(s, "status")
    shape(s, "hook list")
    shape(s, "hook secret", {"collector": "segment", "secret": "s3cret"})
    shape(s, "describe")
    shape(s, "version")
    # Few are not enough to learn from.
    sample = os.path.join(tmp, "more.ndjson")
    run(pond, data, "sample", "--consumers", "600", "--days", "60", "--seed", "4", "--out", sample, env=env)
    with open(sample, encoding="utf-8") as f:
        shape(s, "import", {"name": "more.ndjson"}, f.read())
    t.same(call(s, "sample fill", {"consumers": 20, "days": 30})[0], 409, "the sample fills no brand that has events, unasked")
    shape(s, "sample fill", {"consumers": 20, "days": 30, "seed": 9, "anyway": True})
    s.json("POST", "/api/v1/crowds", {"name": "学", "question": "did item_view"}, owner)
    shape(s, "crowd lookalike", {"name": "学", "size": 20, "to": "像"})

t.same([o["name"] for o in book.values() if o["route"] and o["name"] not in called], [], "every operation with a route was called")
sys.exit(t.end())
