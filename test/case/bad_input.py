"""Some 280 hostile or broken files through the real binary. Each must end with a stated exit code, a message
where it failed, rows = accepted + duplicates + rejected where it did not, and never by a signal; afterwards
the pond must verify. Prints TAP."""
import io
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
POND = os.environ.get("POND", str(HERE.parent.parent / "build" / "dev" / "pond"))
TMP = pathlib.Path(os.environ.get("TEST_TMP") or tempfile.mkdtemp())
ENV = {k: v for k, v in os.environ.items() if not k.startswith("POND_")}
ENV["LC_ALL"] = "C.UTF-8"
DATA = TMP / "data"
RNG = random.Random(20)

OK, INVALID, MISSING, DENIED, IO, FULL, LARGE, REJECTS = 0, 2, 3, 5, 7, 8, 10, 12
count = bad = files = 0


def result(good, sentence, why):
    global count, bad
    count += 1
    if not good:
        bad += 1
        for line in str(why)[:1500].splitlines():
            print("# " + line)
    print(("ok" if good else "not ok"), count, "-", sentence.replace("#", "no. "), flush=True)


def pond(*words, stdin=subprocess.DEVNULL, **more):
    return subprocess.run([POND, "--data", str(DATA), *map(str, words)], capture_output=True, env=ENV, stdin=stdin,
                          timeout=120, **more)


def judge(name, done, code, rejected=None, says=None):
    """code: one, or several that will do."""
    codes = code if isinstance(code, tuple) else (code,)
    err = done.stderr.decode("utf-8", "replace")
    out = done.stdout.decode("utf-8", "replace")
    why = f"exit {done.returncode}, wanted {codes}\nstdout: {out[:600]}\nstderr: {err[:600]}"
    good = done.returncode in codes
    if done.returncode not in (OK, REJECTS):
        good = good and "pond: " in err and len(err.strip()) > 10
    if done.returncode in (OK, REJECTS) and good:
        try:
            d = json.loads(out)
            good = d["rows"] == d["accepted"] + d["duplicates"] + d["rejected"]
            good = good and (rejected is None or d["rejected"] == rejected)
            good = good and (d["rejected"] == 0 or (d["rejects"] and os.path.exists(d["rejects"])))
            err += json.dumps(d["files"], ensure_ascii=False)
        except (ValueError, KeyError, TypeError) as e:
            good, why = False, f"{why}\n{e!r}"
    if says is not None and says not in err + out:
        good, why = False, f'{why}\ndoes not say "{says}"'
    result(good, name, why)


def try_file(name, content, code, rejected=None, says=None, words=(), ending=".csv"):
    global files
    files += 1
    path = TMP / f"bad-{files:03}{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    judge(name, pond("import", "--json", *words, path), code, rejected, says)
    path.unlink()


# ---- Files as a whole -------------------------------------------------------------------------------------


def whole_files():
    for name, content, says in [
        ("an empty file", b"", "empty"),
        ("a file of one BOM", b"\xef\xbb\xbf", ""),
        ("a file of empty lines", b"\n\n\r\n\n", ""),
        ("a file of blanks", b"     ", ""),
        ("a file of NULs", b"\0" * 5000, ""),
        ("gzip", b"\x1f\x8b\x08\0" + os.urandom(300), "gzip"),
        ("zstd", b"\x28\xb5\x2f\xfd" + os.urandom(300), "zstd"),
        ("bzip2", b"BZh91AY&SY" + os.urandom(300), "bzip2"),
        ("xz", b"\xfd7zXZ\0" + os.urandom(300), "xz"),
        ("RAR", b"Rar!\x1a\x07\0" + os.urandom(300), "RAR"),
        ("7-Zip", b"7z\xbc\xaf\x27\x1c" + os.urandom(300), "7-Zip"),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + os.urandom(3000), "PDF"),
        ("PNG", b"\x89PNG\r\n\x1a\n" + os.urandom(300), ""),
        ("ELF", b"\x7fELF\x02\x01\x01" + b"\0" * 300, ""),
        ("SQLite", b"SQLite format 3\0" + b"\0\x10\1\1" * 300, "SQLite"),
        ("a JSON list", b'[{"time":1,"event":"x"}]', "jq"),
        ("a JSON string", b'"hello"\n', ""),
        ("HTML", b"<!DOCTYPE html><html><body><p>login</p></body></html>\n", ""),
        ("XML", b'<?xml version="1.0"?>\n<a><b c="d"/></a>\n', ""),
        ("a page of prose", "话说天下大势，分久必合。\n合久必分。\n".encode(), ""),
        ("one word", b"hello", ""),
        ("one number", b"42\n", ""),
        ("numbers without headers", b"1,2,3\n4,5,6\n", "--map"),
        ("headers nobody knows", b"foo,bar\n1,2\n", "--map time="),
        ("times but no events", b"time,user_id\n2020-01-01,1\n", "--map event"),
        ("events but no times", b"event,user_id\npurchase,1\n", "--map time="),
        ("a header that stands twice", b"time,time,event\n2020-01-01,2020-01-01,x\n", "--map time=#1"),
        ("headers all alike", b"time,time,time,time\n1,2,3,4\n", ""),
        ("UTF-32", "time,event\n2020-01-01,x\n".encode("utf-32"), ""),
    ]:
        try_file(name + " is refused", content, (INVALID,), says=says)
    for i in range(10):
        try_file(f"random bytes {i} are refused", RNG.randbytes(2000 + 977 * i), INVALID)
    for i in range(5):
        try_file(f"random bytes named as a workbook {i} are refused", b"PK\3\4" + RNG.randbytes(900), INVALID,
                 ending=".xlsx")
        try_file(f"random bytes named as Parquet {i} are refused", b"PAR1" + RNG.randbytes(900) + b"PAR1", INVALID,
                 ending=".parquet")
    (TMP / "folder.csv").mkdir()
    judge("a directory is refused", pond("import", "--json", TMP / "folder.csv"), INVALID, says="directory")
    judge("a missing file is told", pond("import", "--json", TMP / "nowhere.csv"), MISSING, says="nowhere.csv")
    judge("/dev/null is empty", pond("import", "--json", "/dev/null"), INVALID, says="empty")
    loop = TMP / "loop.csv"
    loop.symlink_to(loop)
    judge("a link to itself is told", pond("import", "--json", loop), (IO, MISSING))
    judge("a name beyond the system's limit is told", pond("import", "--json", "x" * 300), (IO, MISSING))
    judge("standard input may be empty", pond("import", "--json", "-"), INVALID, says="empty")
    judge("no file at all is a mistake in the command", pond("import", "--json"), INVALID)
    locked = TMP / "locked.csv"
    locked.write_text("time,event\n2020-01-01,x\n")
    locked.chmod(0)
    if os.getuid() == 0:
        try:
            done = pond("import", "--json", locked, user=65534, group=65534)
            judge("an unreadable file is told", done, (DENIED, IO, MISSING))
        except (PermissionError, OSError):
            pass
    else:
        judge("an unreadable file is told", pond("import", "--json", locked), DENIED)


def requests():
    good = "time,event,user_id\n2020-01-01,item_view,1\n"
    for name, words, says in [
        ("an unknown format", ["--format", "excel97"], "tmall-orders"),
        ("a mapping without =", ["--map", "time"], "="),
        ("a mapping of an unknown field", ["--map", "tiem=time"], "fields:"),
        ("a mapping to an unknown column", ["--map", "time=zeit"], "column"),
        ("a mapping to a place beyond", ["--map", "time=#9"], "column"),
        ("a mapping to place 0", ["--map", "time=#0"], "column"),
        ("one field mapped twice", ["--map", "time=time", "--map", "time=event"], "already"),
        ("one column mapped twice", ["--map", "time=#1", "--map", "event=#1"], "already"),
        ("a constant of a field that takes none", ["--map", "amount:=3"], "constant"),
        ("an empty constant", ["--map", "event:="], "empty"),
        ("an identity without kind", ["--map", "identity=user_id"], "fields:"),
        ("an identity kind that is no name", ["--map", "identity.A B!=user_id"], ""),
        ("a format that does not fit", ["--format", "taobao-behavior"], "taobao"),
        ("a JSON format for a table", ["--format", "uci-retail"], ""),
        ("a time zone that does not exist", ["--tz", "Mars/Olympus"], ""),
    ]:
        try_file(name + " is refused", good, (INVALID, MISSING), says=says, words=words)
    try_file("a saved mapping that is not there is told", good, MISSING, says="saved", words=["--mapping", "nothing"])
    try_file("--map with JSON lines is refused", '{"time":1511561733,"event":"x"}\n', INVALID, words=["--map", "time=#1"])


# ---- Rows of a table --------------------------------------------------------------------------------------

HEAD = "time,event,user_id,phone,email,amount,quantity,unit_price,score,item,order\n"
CELLS = ["2020-01-01 10:00:00", "purchase", "1", "", "", "1", "1", "1", "5", "a", "o"]


def row(**cells):
    names = HEAD.strip().split(",")
    return ",".join(cells.get(n, c) for n, c in zip(names, CELLS)) + "\n"


def one_bad_row(name, text, says):
    try_file(f"{name}: set aside, the rest goes in", HEAD.encode() + row(order=f"g{files}").encode() +
             (text if isinstance(text, bytes) else text.encode()) + row(order=f"h{files}").encode(), OK, 1, says)


def table_rows():
    for value in ["", "yesterday", "2020-13-01", "2020-00-10", "2020-02-30", "2019-02-29", "2020-01-01 24:00:00",
                  "2020-01-01 10:60:00", "2020-01-01 10:00:61", "2020-1", "0000-01-01", "1899-12-31", "1969-12-30",
                  "2150-01-02", "2201-01-01", "9999-12-31", "99999999999999", "20201301", "1.5e9x", "2020-01-01T10:00:00+99:00",
                  "2020-01-01 10:00:00 PST", "44197.5", "-1511561733", "31/31/2020", "二〇二〇年一月一日", "2020--01-01",
                  "NaN", "null", "'; drop table event; --"]:
        one_bad_row(f'the time "{value}"', row(time=value), "time")
    one_bad_row("a time in the future", row(time="2149-06-01"), "future")
    for value in ["abc", "1,2", "--1", "1e99", "0x10", "１２", "1.2.3", "12元5角", "1e400", "$", "inf", "-5", "-0.01"]:
        one_bad_row(f'the amount "{value}"', row(amount=f'"{value}"'), "amount")
    for value in ["many", "-1", "1e13", "1/2", "nan", "inf", "0x1p3"]:
        one_bad_row(f'the quantity "{value}"', row(quantity=value), "quantity")
    for value in ["x", "-1", "1e20"]:
        one_bad_row(f'the unit price "{value}"', row(unit_price=value), "unit price")
    for value in ["good", "1e99"]:
        one_bad_row(f'the score "{value}"', row(score=value), "score")
    for value in ["abc", "12", "1" * 30, "138x0013800", "1.38E+10"]:
        one_bad_row(f'the phone "{value}"', row(phone=value), "")
    for value in ["nobody", "@", "a@", "@b.com"]:
        one_bad_row(f'the e-mail "{value}"', row(email=value), "")
    one_bad_row("a user_id of 300 bytes", row(user_id="u" * 300), "")
    for value in ["", "e" * 65, "a\x07b"]:
        one_bad_row(f"the event name {value!r}", row(event=value), "event")
    one_bad_row("an item of 5,000 bytes", row(item="i" * 5000), "longer")
    one_bad_row("a row of too many columns", row().strip() + ",extra\n", "columns")
    one_bad_row("a row with a NUL", b"2020-01-01,purchase,\0,,,1,1,1,5,a,o\n", "NUL")
    one_bad_row("a row that is not UTF-8", b"2020-01-01,purchase,\xff\xfe,,,1,1,1,5,a,o\n", "encoding")
    # In a file whose header is Chinese in UTF-8 there is no doubt about the encoding.
    for name, stray in [("a cut character", "上".encode()[:-1]), ("an overlong character", b"\xc0\xaf"),
                        ("a surrogate", b"\xed\xa0\x80"), ("a character of GB18030", "购买".encode("gb18030"))]:
        try_file(f"a row with {name}: set aside, the rest goes in", "时间,事件,用户ID,城市\n2020-01-01,购买,1,上海\n".encode() +
                 b"2020-01-01,\xe8\xb4\xad\xe4\xb9\xb0," + stray + b",x\n", OK, 1, "encoding")
    one_bad_row("a row of 2 MiB", row(item="x" * (2 << 20)), "")
    one_bad_row("a quote that never closes", '2020-01-01,purchase,"1,,,1,1,1,5,a,o\n', "")


def table_forms():
    good = row()
    for name, text, code, rejected in [
        ("only a header", HEAD, OK, 0),
        ("a header without a line end", HEAD.strip(), OK, 0),
        ("lone CR line ends", (HEAD + row(order="cr")).replace("\n", "\r"), OK, 0),
        ("mixed line ends", HEAD + row(order="m1").strip() + "\r\n" + row(order="m2").strip() + "\r", OK, 0),
        ("a BOM in front", "\ufeff" + HEAD + row(order="bom"), OK, 0),
        ("a BOM in the middle", HEAD + "\ufeff" + row(order="bom2"), OK, None),
        ("every row bad", HEAD + row(time="x") * 5, REJECTS, 5),
        ("rows of commas", HEAD + ",,,,,,,,,,\n" + row(order="c") + ",,,,,,,,,,\n", OK, 0),
        ("short rows", HEAD + "2020-01-01,item_view\n2020-01-01\n", OK, 1),
        ("a header in the middle", HEAD + row(order="mid") + HEAD, OK, 1),
        ("quotes in the middle", HEAD + row(order='a"b"c'), OK, 0),
        ("embedded newlines", HEAD + row(item='"a\nb\nc"', order="nl"), OK, 0),
        ("formulas as cells", HEAD + row(item="=cmd|'/c calc'!A0", order="=1+1"), OK, 0),
        ("semicolons", (HEAD + row(order="semi")).replace(",", ";"), OK, 0),
        ("tabs", (HEAD + row(order="tab")).replace(",", "\t"), OK, 0),
        ("bars", (HEAD + row(order="bar")).replace(",", "|"), OK, 0),
        ("70,000 columns", "time,event," + ",".join(f"c{i}" for i in range(69998)) + "\n2020-01-01,x\n", (OK, INVALID, REJECTS), None),
        ("3,000 columns", "time,event," + ",".join(f"c{i}" for i in range(2998)) + "\n2020-01-01,x" + ",1" * 2998 + "\n", OK, None),
        ("blank headers", "time,event,,,\n2020-01-01,x,1,2,3\n", OK, 0),
        ("headers of 10,000 bytes", "time,event," + "h" * 10000 + "\n2020-01-01,x,1\n", (OK, INVALID), None),
        ("an emoji as header and value", "time,event,😀\n2020-01-01,x,😀\n", OK, 0),
        ("9 identities in a row", "time,event," + ",".join(f"c{i}" for i in range(9)) + "\n2020-01-01,x" + ",v" * 9 + "\n",
         OK, 0),
    ]:
        try_file(f"{name}: understood", text, code, rejected)
    words = sum((["--map", f"identity.k{i}=c{i}"] for i in range(9)), [])
    try_file("more than 8 identities in one event are set aside", "time,event," + ",".join(f"c{i}" for i in range(9)) +
             "\n2020-01-01,x" + "".join(f",v{i}" for i in range(9)) + "\n", REJECTS, 1, "identities", words)
    chinese = "时间,事件,用户ID,城市\n2020-01-01,购买,1,上海\n"
    for encoding in ("gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        content = chinese.encode(encoding)
        try_file(f"Chinese in {encoding}: understood", content, (OK,) if encoding != "utf-16-le" else (OK, INVALID), None)
    try_file("GB18030 with a stray byte: its row is set aside", (chinese * 3).encode("gb18030") + b"2020-01-01,\xff\xff,2,x\n",
             OK, None)
    try_file("UTF-16 cut in the middle of a character", chinese.encode("utf-16")[:-1], (OK, REJECTS), None)
    try_file("Latin-1 text", "time,event,user_id\n2020-01-01,caf\xe9,1\n".encode("latin-1"), (OK, REJECTS, INVALID), None)
    try_file("half UTF-8, half GB18030", (chinese * 2).encode() + "2020-01-01,购买,1,上海\n".encode("gb18030"), (OK, REJECTS), None)
    try_file("the same good file thrice in one command is counted once",
             HEAD + good, OK, 0, words=())


# ---- Known formats ----------------------------------------------------------------------------------------


def known_formats():
    base = "1,2,3,pv,1511561733\n2,3,4,buy,1511561734\n3,4,5,fav,1511561735\n"
    for text in ["1,2,3,pv", "1,2,3,pv,15", "1,2,3,pv,abc", "1,2,3,,1511561733",
                 "1,2,3,pv,1511561733,9", "1,2,3,pv,99999999999999", "1,2,3,pv,-5", "1,2,3,pv,", "\0,2,3,pv,1511561733",
                 "1,2,3,pv,4511561733", "1,2,3,pv,1511561733.5x", "\xff"]:
        try_file(f"Taobao behaviour, the row {text!r}: set aside", (base + text + "\n").encode("latin-1"), OK, 1)
    head = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
    good = "{},21.0,21.0,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0\n"
    for text in [",21.0,21.0,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0", "9,21.0,21.0,上海,,,0.0",
                 "9,x,21.0,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0", "9,21.0,-1,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0",
                 "9,21.0,21.0,上海,2020-02-30 23:59:54,2020-02-21 00:00:02,0.0", "9,21.0,21.0,上海,2020-02-20 23:59:54,later,0.0",
                 "9,21.0,21.0,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,-3", "9,21.0,21.0,上海,2020-02-20 23:59:54,2149-02-21 00:00:02,0"]:
        try_file(f"Tmall orders, the row {text[:24]}…: set aside", head + good.format(f"b{files}") + text + "\n", OK, 1)
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    good = "5363{},85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    for text in [",85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,UK", "1,85123A,HEART,,2010-12-01 08:26:00,2.55,17850.0,UK",
                 "1,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850.0,UK", "1,85123A,HEART,6,2010-12-41 08:26:00,2.55,17850.0,UK",
                 "1,85123A,HEART,6,,2.55,17850.0,UK", "1,85123A,HEART,6,2010-12-01 08:26:00,cheap,17850.0,UK",
                 "1,85123A,HEART,6,13/13/2010 8:26,2.55,17850.0,UK"]:
        try_file(f"UCI retail, the row {text[:30]}…: set aside", head + good.format(files) + text + "\n", OK, 1)
    good = " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n"
    for text in [" 00003 19970132  2   20.76", " 00003 19970102  2", " 00003 19970102  two  20.76", " 00003", " 00003 19970102  2   -20.76",
                 " 00003 19970102  2   20.76 7 8"]:
        try_file(f"CDNOW, the row {text!r}: set aside", good + text + "\n", OK, (1 if text.strip() != "00003 19970102  2" else None))


def json_lines():
    good = '{"time":"2020-01-01","event":"item_view","identities":{"user_id":"1"}}\n'
    bad_lines = [
        '{"time":"2020-01-01","event":"x"', '{"time":"2020-01-01" "event":"x"}', "{}", "[]", "null", "true", "7", '"x"', "{{}}",
        '{"time":"2020-01-01","event":"x"}}', '{"time":"2020-01-01","event":"x",}', "{'time':1}", '{"event":"x"}',
        '{"time":null,"event":"x"}', '{"time":{},"event":"x"}', '{"time":true,"event":"x"}', '{"time":1e300,"event":"x"}',
        '{"time":-1e11,"event":"x"}', '{"time":"2020-02-30","event":"x"}', '{"time":"2020-01-01"}',
        '{"time":"2020-01-01","event":null}', '{"time":"2020-01-01","event":""}', '{"time":"2020-01-01","event":[]}',
        '{"time":"2020-01-01","event":"' + "e" * 65 + '"}', '{"time":"2020-01-01","event":"x","amount":"lots"}',
        '{"time":"2020-01-01","event":"x","amount":-1}', '{"time":"2020-01-01","event":"x","amount":[1]}',
        '{"time":"2020-01-01","event":"x","amount":1e30}', '{"time":"2020-01-01","event":"x","quantity":-1}',
        '{"time":"2020-01-01","event":"x","unit_price":-1}', '{"time":"2020-01-01","event":"x","score":"high"}',
        '{"time":"2020-01-01","event":"x","channel":5}', '{"time":"2020-01-01","event":"x","identities":"u"}',
        '{"time":"2020-01-01","event":"x","identities":{"phone":"abc"}}', '{"time":"2020-01-01","event":"x","identities":{"A B":"1"}}',
        '{"time":"2020-01-01","event":"x","identities":{"user_id":{"a":1}}}',
        '{"time":"2020-01-01","event":"x","identities":{"device":[1,2,3,4,5,6,7,8,9]}}',
        '{"time":"2020-01-01","event":"x","identities":{"device":[[1]]}}', '{"time":"2020-01-01","event":"x","properties":[]}',
        '{"time":"2020-01-01","event":"x","item":{}}', '{"time":"2020-01-01","event":"x","order":"' + "o" * 5000 + '"}',
        '{"time":"2020-01-01","event":"x","properties":' + "[" * 100 + "]" * 100 + "}", '{"a":' * 200 + "1" + "}" * 200,
        '{"time":"2020-01-01","event":"x","properties":{"k":"' + "v" * 70000 + '"}}', '{"time":"2020-01-01","event":"\\ud800"}',
        '{"time":"2020-01-01","event":"a\\u0000b"}', "time,event", "\x01\x02\x03", '{"time":"2020-01-01","event":"x","n":01}',
    ]
    for text in bad_lines:
        name = text[:50] + ("…" if len(text) > 50 else "")
        try_file(f"the line {name!r}: set aside", good + text + "\n" + good, OK, 1, ending=".ndjson")
    try_file("a line with a NUL", good.encode() + b'{"time":"2020-01-01","event":"\0"}\n', OK, 1)
    try_file("a line that is not UTF-8", good.encode() + b'{"time":"2020-01-01","event":"\xff"}\n', OK, 1)
    try_file("a line of 2 MiB", good + '{"x":"' + "y" * (2 << 20) + '"}\n', OK, 1)
    try_file("a file cut in the middle of a line", (good * 3)[:-20], OK, 1)


# ---- Workbooks and Parquet --------------------------------------------------------------------------------

SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData>{}</sheetData></worksheet>"""


def workbook(sheet, extra=(), compress=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as z:
        z.writestr("[Content_Types].xml", """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""")
        z.writestr("_rels/.rels", """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""")
        z.writestr("xl/workbook.xml", """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>""")
        z.writestr("xl/_rels/workbook.xml.rels", """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""")
        z.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in extra:
            z.writestr(name, content)
    return out.getvalue()


def cells(*rows):
    out = []
    for r, values in enumerate(rows, 1):
        line = "".join(f'<c r="{chr(65 + i)}{r}" t="inlineStr"><is><t>{v}</t></is></c>' if isinstance(v, str)
                       else f'<c r="{chr(65 + i)}{r}"><v>{v!r}</v></c>' for i, v in enumerate(values))
        out.append(f'<row r="{r}">{line}</row>')
    return SHEET.format("".join(out))


def workbooks():
    table = [("time", "event", "user_id"), ("2020-01-01", "item_view", 17.0), ("2020-01-02", "item_view", 18.0)]
    good = workbook(cells(*table))
    try_file("a good workbook is taken", good, OK, 0, ending=".xlsx")
    for part in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        try_file(f"a workbook cut at {part:.0%} is refused", good[:int(len(good) * part)], INVALID, ending=".xlsx")
    for i in range(8):
        broken = bytearray(good)
        for _ in range(20):
            broken[RNG.randrange(len(broken))] = RNG.randrange(256)
        try_file(f"a workbook with flipped bytes {i} does no harm", bytes(broken), (OK, INVALID, REJECTS, LARGE), ending=".xlsx")
    bomb = SHEET.format("<row r='1'><c r='A1' t='inlineStr'><is><t>" + "A" * (200 << 20) + "</t></is></c></row>")
    try_file("a zip bomb is refused", workbook(bomb), (LARGE, INVALID), ending=".xlsx")
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + cells(*table).split("?>", 1)[1].replace("item_view", "&b;")
    try_file("entities are refused", workbook(laughs), INVALID, ending=".xlsx")
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + cells(*table).split("?>", 1)[1].replace("item_view", "&a;")
    try_file("entities from outside are refused", workbook(outside), INVALID, ending=".xlsx")
    for name, sheet in [("no XML", "hello"), ("XML that never ends", "<worksheet><sheetData><row>"), ("an empty sheet", SHEET.format("")),
                        ("no sheet data", "<worksheet/>"), ("a part of NULs", "\0" * 300)]:
        try_file(f"a workbook with {name} is refused", workbook(sheet), INVALID, ending=".xlsx")
    try_file("a workbook with a cell at column ZZZZZZ does no harm", workbook(SHEET.format(
        '<row r="1"><c r="ZZZZZZ1" t="inlineStr"><is><t>x</t></is></c></row>')), (INVALID, LARGE), ending=".xlsx")
    try_file("a workbook with row number 99999999999 does no harm", workbook(SHEET.format(
        '<row r="99999999999"><c r="A1" t="inlineStr"><is><t>time</t></is></c></row>')), (INVALID, LARGE), ending=".xlsx")
    try_file("a workbook with a shared string that is not there does no harm", workbook(SHEET.format(
        '<row r="1"><c r="A1" t="s"><v>999</v></c></row>')), (INVALID,), ending=".xlsx")
    rounded = cells(("time", "event", "member_no"), ("2020-01-01", "item_view", 12345678901234567890.0))
    try_file("a number that the spreadsheet has rounded is no identity", workbook(rounded), REJECTS, 1, "rounded", ending=".xlsx")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as z:
        z.writestr("a.csv", HEAD)
    try_file("a zip archive of CSV is refused", plain.getvalue(), INVALID, ending=".zip")
    try_file("an old .xls is refused", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, INVALID, ending=".xls")
    many = workbook(cells(*table), extra=[(f"junk/{i}.xml", "x") for i in range(12000)])
    try_file("a package of 12,000 parts is refused", many, (LARGE, INVALID), ending=".xlsx")


def parquet():
    try:
        import duckdb
    except ImportError:
        return
    path = TMP / "good.parquet"
    duckdb.sql("select timestamp '2020-01-01 10:00:00' + to_seconds(i) as time, 'item_view' as event, i as user_id from range(500) t(i)"
               ).write_parquet(str(path))
    good = path.read_bytes()
    try_file("a good Parquet file is taken", good, OK, 0, ending=".parquet")
    for part in (0.1, 0.5, 0.9):
        try_file(f"a Parquet file cut at {part:.0%} is refused", good[:int(len(good) * part)], INVALID, ending=".parquet")
    for i in range(12):
        broken = bytearray(good)
        for _ in range(12):
            broken[RNG.randrange(4, len(broken) - 4)] = RNG.randrange(256)
        try_file(f"a Parquet file with flipped bytes {i} does no harm", bytes(broken), (OK, INVALID, REJECTS, LARGE, IO), ending=".parquet")
    try_file("a Parquet footer of 2 GB does no harm", good[:-8] + struct.pack("<I", 0x7fffffff) + b"PAR1", INVALID, ending=".parquet")


# ---- Sizes and disks --------------------------------------------------------------------------------------


def big_line():
    size = int(os.environ.get("POND_TEST_LINE", 1 << 30))
    feed = subprocess.Popen(["sh", "-c", f"printf 'time,event\\n2020-01-01,item_view\\n'; tr '\\0' a </dev/zero | head -c {size}; printf '\\n2020-01-02,item_view\\n'"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = pond("import", "--json", "-", stdin=feed.stdout)
    feed.stdout.close()
    feed.wait()
    judge(f"a line of {size >> 20} MiB is set aside and the rest goes in", done, OK, 1)


def full_disk():
    rows = "".join(f"{i},{i},3,pv,1511561733\n" for i in range(60000))
    path = TMP / "big.csv"
    path.write_text(rows)
    done = subprocess.run(["sh", "-c", 'trap "" XFSZ; ulimit -f 600; exec "$0" "$@"', POND, "--data", str(DATA), "import", "--json", str(path)],
                          capture_output=True, env=ENV, stdin=subprocess.DEVNULL, timeout=120)
    judge("a file that may not grow stops the import with a message", done, (IO, FULL))
    done = pond("import", "--json", path)
    judge("and the import is whole when there is room again", done, OK, 0)
    small = TMP / "small"
    small.mkdir()
    if os.getuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)],
                                           capture_output=True).returncode == 0:
        try:
            words = [POND, "--data", str(small / "d")]
            subprocess.run([*words, "init", "full"], env=ENV, capture_output=True)
            done = subprocess.run([*words, "import", "--json", str(path)], env=ENV, capture_output=True, timeout=120)
            judge("a full disk stops the import with a message", done, FULL)
        finally:
            subprocess.run(["umount", str(small)], capture_output=True)


def main():
    done = pond("init", "bad")
    result(done.returncode == 0, "a pond is made", done.stderr)
    for part in (whole_files, requests, table_rows, table_forms, known_formats, json_lines, workbooks, parquet, big_line, full_disk):
        part()
    done = pond("verify", "--json")
    result(done.returncode == 0 and json.loads(done.stdout)["ok"], "the pond verifies after all that", done.stderr + done.stdout)
    result(files >= 200, f"{files} files were tried", "")
    print(f"1..{count}")
    return 1 if bad else 0


sys.exit(main())
