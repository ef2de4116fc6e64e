"""Is a reply what its record says (pond describe)? Each leaf listed and of its type, none missing.

    shape.py NAME DESCRIBE.json REPLY.json      prints "as described", or what is not
"""
import json
import re
import sys


def fits(kind, v):
    if kind == "integer":
        return isinstance(v, int) and not isinstance(v, bool)
    if kind == "number":
        return isinstance(v, (int, float)) and not isinstance(v, bool)
    if kind == "boolean":
        return isinstance(v, bool)
    if kind in ("day", "date"):
        return isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", v)
    return isinstance(v, str)


def faults(op, reply):
    rows = {o["path"]: o for o in op["out"] or []}
    seen, bad = set(), []

    def walk(path, v):
        row = rows.get(path)
        if row:
            seen.add(path)
            if row["type"] == "any" or (v is None and row["optional"]):
                return
        if isinstance(v, dict):
            for key, item in v.items():
                walk(path + "." + key if path else key, item)
        elif isinstance(v, list):
            seen.add(path + "[]")
            for item in v:
                walk(path + "[]", item)
        elif not row:
            bad.append("not in the record: " + path)
        elif not fits(row["type"], v):
            bad.append("%s is no %s: %r" % (path, row["type"], v))

    if not op["out"]:
        return []
    walk("", reply)
    for path, row in rows.items():
        empty = any(path.startswith(s + ".") or path.startswith(s + "[") for s in seen if s.endswith("[]"))
        if path not in seen and not row["optional"] and not empty:
            bad.append("missing: " + path)
    return sorted(set(bad))


if __name__ == "__main__":
    name, book, reply = sys.argv[1:]
    with open(book, encoding="utf-8") as f:
        record = next(o for o in json.load(f)["operations"] if o["name"] == name)
    with open(reply, encoding="utf-8") as f:
        print("\n".join(faults(record, json.load(f) if record["out"] else None)) or "as described")
