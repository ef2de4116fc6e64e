"""The description of a running server, judged by others and held against the records. Prints TAP."""
import os
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator
from served import Served, Tap, run

pond, tmp = sys.argv[1:]
data = os.path.join(tmp, "data")
t = Tap()
run(pond, data, "init", "demo")
with Served(pond, data) as s:
    spec = s.json("GET", "/openapi.json")
    faults = ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:200]) for e in OpenAPIV31SpecValidator(spec).iter_errors()]
    t.same(faults[:5], [], "/openapi.json is valid OpenAPI 3.1")

    broken = dict(spec, paths={"/x": {"get": {"responses": {"200": {}}}}})
    t.ok(list(OpenAPIV31SpecValidator(broken).iter_errors()), "the judge finds what is wrong")

    ids = [m["operationId"] for p in spec["paths"].values() for m in p.values()]
    t.same(len(ids), len(set(ids)), "every operation has an id of its own")
    book = run(pond, data, "describe")["operations"]
    missing = [o["name"] for o in book if o["route"] and
               o["route"].split()[0].lower() not in spec["paths"].get(o["route"].split()[1], {})]
    t.same(missing, [], "every route of a record is described")
    rights = [o["name"] for o in book if o["route"] and
              spec["paths"][o["route"].split()[1]][o["route"].split()[0].lower()]["x-right"] != o["perm"]]
    t.same(rights, [], "with its right")
    examples = sum(1 for p in spec["paths"].values() for m in p.values()
                   if any("example" in x for x in m.get("parameters", []))
                   or any("example" in c for c in m.get("requestBody", {}).get("content", {}).values()))
    t.ok(examples > 40, "most have an example", examples)
    paths = set(spec["paths"])
    t.ok({"/v1/batch", "/v1/track", "/sa", "/batch", "/sync_server", "/hooks/shopify/{key}"} <= paths, "collectors are described", sorted(p for p in paths if not p.startswith("/api")))

    open_to_all = []
    for path, methods in spec["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, op in methods.items():
            status = s.ask(method.upper(), path.replace("{id}", "1"), b"{}")[0]
            if op["security"] and status != 401 or not op["security"] and status == 401:
                open_to_all.append((method, path, status))
    t.same(open_to_all, [], "what says it needs a key is refused without one, what is public is not")
sys.exit(t.end())
