"""Runs the commands of a page of documentation and compares what they print with what it shows.

    tutorial.py PAGE DIRECTORY            prints TAP, a line a command
    tutorial.py PAGE DIRECTORY --update   writes what they print into the page

A command is a line "    $ ..." (lines that end with a backslash go on in the next); what follows,
indented too, is its output, both streams. A line "…" stands for any lines, "…" within a line for
anything. All commands run in one shell, in DIRECTORY, with $POND as `pond`; a command that fails
fails the test unless its shown output says "exit code N" in its last line.
"""
import os
import re
import subprocess
import sys

VARIES = [(r"in [\d.]+ s \([\d,]+ rows/s\)", "in … s (… rows/s)")]
# What a picture measures follows the fonts of the machine; where none has Chinese, a line says so.
SIZE = (r"(\.(?:png|svg)(?:: |：))\d+ × \d+", r"\1… × …")
FONTS = re.compile("warning: no font on this machine|注意：图中有")


def parse(lines):
    """[(first line of output, line behind it, command)]"""
    found, i = [], 0
    while i < len(lines):
        if not lines[i].startswith("    $ "):
            i += 1
            continue
        command = lines[i][6:]
        while command.endswith("\\"):
            i += 1
            command = command[:-1] + lines[i].strip()
        start = i = i + 1
        while i < len(lines) and not lines[i].startswith("    $ ") and \
                (lines[i].startswith("    ") or (not lines[i] and more(lines, i))):
            i += 1
        found.append((start, i, command))
    return found


def more(lines, i):
    """An empty line belongs to the output when indented lines follow that are no command."""
    while i < len(lines) and not lines[i]:
        i += 1
    return i < len(lines) and lines[i].startswith("    ") and not lines[i].startswith("    $ ")


def run(commands, where):
    os.makedirs(where + "/bin", exist_ok=True)
    if not os.path.exists(where + "/bin/pond"):
        os.symlink(os.environ["POND"], where + "/bin/pond")
    script = where + "/bin/script"
    with open(script, "w", encoding="utf-8") as f:
        for n, command in enumerate(commands):
            f.write("{ %s\n} >bin/out.%d 2>&1 </dev/null; echo $? >bin/code.%d\n" % (command, n, n))
    env = dict(os.environ, PATH=os.path.abspath(where) + "/bin:" + os.environ["PATH"], LC_ALL="C.UTF-8",
               PAGES=os.getcwd())
    for name in ("POND_DATA", "POND_BRAND", "POND_LANG", "POND_NOW", "COLUMNS"):
        env.pop(name, None)
    subprocess.run(["sh", os.path.abspath(script)], cwd=where, env=env, check=True)
    out = []
    for n in range(len(commands)):
        text = open("%s/bin/out.%d" % (where, n), encoding="utf-8").read()
        code = int(open("%s/bin/code.%d" % (where, n)).read())
        for pattern, shown in VARIES:
            text = re.sub(pattern, shown, text)
        lines = [x.rstrip() for x in text.split("\n") if not FONTS.search(x)]
        while lines and not lines[-1]:
            lines.pop()
        if code:
            lines.append("exit code %d" % code)
        out.append(lines)
    return out


def shown_of(lines):
    got = [x[4:].rstrip() for x in lines]
    while got and not got[-1]:
        got.pop()
    return got


def agree(shown, got):
    pattern = "".join(
        "(?:.*\n)*" if x == "…" else re.escape(x).replace("…", ".*") + "\n" for x in (re.sub(*SIZE, y) for y in shown))
    return re.fullmatch(pattern, "".join(re.sub(*SIZE, x) + "\n" for x in got)) is not None


def renew(shown, got):
    """The new output, cut where the old one was: as many lines before and behind "…"."""
    if "…" not in shown:
        return got
    head, tail = shown.index("…"), len(shown) - 1 - shown.index("…")
    return got[:head] + ["…"] + got[len(got) - tail:] if head + tail < len(got) else got


def main():
    page, where = sys.argv[1], sys.argv[2]
    lines = open(page, encoding="utf-8").read().split("\n")
    blocks = parse(lines)
    results = run([b[2] for b in blocks], where)
    if "--update" in sys.argv:
        for (start, end, _), got in reversed(list(zip(blocks, results))):
            fresh = ["    " + x if x else "" for x in renew(shown_of(lines[start:end]), got)]
            blank = [""] if end < len(lines) and lines[end] and not lines[end].startswith("    $ ") else []
            lines[start:end] = fresh + blank
        open(page, "w", encoding="utf-8").write("\n".join(lines))
        return 0
    bad = 0
    for n, ((start, end, command), got) in enumerate(zip(blocks, results), 1):
        shown = shown_of(lines[start:end])
        fine = agree(shown, got)
        bad += not fine
        if not fine:
            print("\n".join("# shown: " + x for x in shown[:25]))
            print("\n".join("# got:   " + x for x in got[:25]))
        print("%sok %d - line %d: %s" % ("" if fine else "not ", n, start, command[:90]))
    print("1..%d" % len(blocks))
    return bad > 0


sys.exit(main())
