"""Hostile connections: requests that two readers cut differently, slow clients, crowds, junk. `Slowly` runs beside the rest."""
import concurrent.futures
import os
import socket
import threading
import time

from scan.net import Gone, Slow, Wire, request
from scan.world import basic

HOST = b"Host: 127.0.0.1\r\n"
HIDDEN = b"GET /hidden-request HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST /v1/batch HTTP/1.1\r\n" + HOST


def chunk(size, rest=b"\r\n"):
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + size + rest


SMUGGLING = {
    "a length and chunks": POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
    "the same length twice": POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 40\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length in hexadecimal": POST + b"Content-Length: 0x0\r\n\r\n",
    "an empty length": POST + b"Content-Length: \r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked, identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "xchunked": POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
    "chunked with a tab": POST + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 0\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
    "a length with a space before the colon": POST + b"Content-Length : 40\r\n\r\n",
    "a folded line": POST + b"X: a\r\n Content-Length: 40\r\n\r\n",
    "a folded length": POST + b"Content-Length:\r\n 0\r\n\r\n",
    "a name with a zero byte": POST + b"Content-Length\x00: 40\r\n\r\n",
    "a value with a bare CR": POST + b"X: a\rContent-Length: 40\r\n\r\n",
    "a line without a colon": POST + b"Content-Length 40\r\n\r\n",
    "a line without a name": b"POST /v1/batch HTTP/1.1\r\n: x\r\n" + HOST + b"\r\n",
    "a chunk size with 0x": chunk(b"0x0"), "a chunk size with a sign": chunk(b"-1"), "a chunk size of spaces": chunk(b"  "), "no chunk size": chunk(b""),
    "a chunk size beyond 64 bits": chunk(b"f" * 20), "a chunk that does not end": chunk(b"1", b"\r\nabc\r\n"), "letters for a chunk size": chunk(b"zz"),
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
}
LINES = {
    "HTTP/0.9": b"GET /hidden-request\r\n\r\n", "no version": b"GET /\r\n" + HOST + b"\r\n", "HTTP/2 by its preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", "http in small letters": b"GET / http/1.1\r\n" + HOST + b"\r\n", "a tab in the line": b"GET\t/\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "a method of 5,000 letters": b"A" * 5000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", "a method with a zero byte": b"GE\x00T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path with a zero byte": b"GET /\x00healthz HTTP/1.1\r\n" + HOST + b"\r\n", "a path with a space": b"GET / healthz HTTP/1.1\r\n" + HOST + b"\r\n", "a path without a slash": b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path of raw bytes": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n", "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", "a URL of 30,000 bytes": b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a head of 40,000 bytes": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 40000 + b"\r\n\r\n", "300 lines": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 300 + b"\r\n", "TLS to a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    "a spell in another language": b"EHLO evil.example\r\nMAIL FROM:<a@b>\r\n", "only line ends": b"\r\n" * 5000, "zeros": b"\x00" * 5000, "a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8,
}


def talk(c, data, hidden=b"", patience=3):
    """The answers to what was sent, until the server is silent or closes."""
    w, got, over = Wire(c.host, c.port, c.tls), [], False
    try:
        w.send(data + hidden)
        while True:
            got.append(w.read(patience=patience))
            patience = 0.3
    except (Gone, OSError):
        over = True
    except Slow:
        pass
    w.close()
    return got, over


def shapes(s):
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        cut = {name: pool.submit(talk, s.client, data, HIDDEN) for name, data in SMUGGLING.items()}
        none = {name: pool.submit(talk, s.client, data) for name, data in LINES.items()}
    wrong = []
    for name, (got, over) in ((n, f.result()) for n, f in cut.items()):
        if len(got) > 1 or any(a.status < 400 or a.status == 404 for a in got) or not over:
            wrong.append((name, got, over))
    s.t.ok(not wrong, "a request that two readers could cut differently is refused, and the connection ends (%d shapes)" % len(SMUGGLING), wrong[:5])
    wrong = []
    for name, (got, over) in ((n, f.result()) for n, f in none.items()):
        if any(a.status < 400 for a in got) or len(got) > 1:
            wrong.append((name, got, over))
    s.t.ok(not wrong, "what is no request of HTTP/1.1 is refused (%d)" % len(LINES), wrong[:5])
    bare = b"GET /healthz HTTP/1.1\nHost: x\n\n"
    got, _ = talk(s.client, bare, bare)
    s.t.ok(all(a.status in (200, 400) for a in got) and len(got) <= 2, "lines that end with a bare line feed hide nothing", got)


def methods(s):
    wrong = []
    for method in ("TRACE", "TRACK", "DEBUG", "PATCH", "PROPFIND", "COPY", "MOVE", "LINK", "PURGE", "FOO", "get", "OPTIONS"):
        for path in ("/", "/api/v1/report/assets", "/api/v1/keys", "/metrics", "/docs", "/healthz", "/v1/batch"):
            a = s.client.ask(method, path, None, s.world.who["demo", "owner"], [("X-Canary", "echo-me")])
            told = a.status in (400, 404, 405, 501) or method == "OPTIONS" and path == "/v1/batch" and a.status == 204
            if not told or b"echo-me" in a.raw:
                wrong.append((method, path, a))
    s.t.ok(not wrong, "TRACE and other methods do nothing and echo nothing", wrong[:5])
    for r in s.routes:
        if r.method == "GET" and r.right not in ("event.write", "session") and r.name not in ("live",):
            a = s.client.ask("HEAD", r.path.replace("{id}", "1"), None, s.world.who["demo", "owner"])
            if a.status not in (200, 202, 400, 404, 409):
                wrong.append((r, a))
    s.t.ok(not wrong, "HEAD is GET without its body", wrong[:5])


def hosts(s):
    wrong = []
    for host in ("evil.example", "evil.example:80", "127.0.0.1@evil.example", "localhost.evil.example", "evil example", "<script>", "[::1", "127.0.0.1, evil.example", "x" * 3000):
        for path in ("/", "/docs", "/openapi.json", "/setup", "/api/v1/report/assets", "/nowhere"):
            a = s.client.ask("GET", path, None, s.world.who["demo", "owner"], [("Host", host), ("X-Forwarded-Host", host), ("Forwarded", "host=" + host)])
            if host in a.raw.decode("latin-1"):
                wrong.append((host[:40], path, a))
    a = s.client.ask("POST", "/api/v1/verify", {}, s.world.who["demo", "owner"], [("Host", "evil.example"), ("Prefer", "respond-async")])
    s.t.ok(not wrong and a.status == 202 and a.get("location").startswith("/api/v1/jobs/"), "no answer repeats the Host header or is built on it", wrong[:5] or a)
    got = [s.client.ask("GET", p, None, None, [("Host", h)]).status for p in ("/metrics",) for h in ("evil.example", "127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example")]
    s.t.same(got, [401] * 4, "a name that was made to lead here is not this machine's own")
    a = s.client.ask("GET", "/readyz", None, None, [("Host", "evil.example")])
    s.t.same((a.status, a.body), (200, b"ready\n"), "strangers learn no brand from /readyz")
    a = s.client.ask("GET", "/readyz", None, None, [("X-Forwarded-For", "192.0.2.1")])
    s.t.same((a.status, a.body), (200, b"ready\n"), "nor do those behind a proxy")


def pipelines(s):
    one = request("GET", "/healthz")
    got, _ = talk(s.client, one * 50)
    s.t.same([a.status for a in got], [200] * 50, "fifty requests in one piece get fifty answers")
    got, over = talk(s.client, one + b"\xff\x00 garbage\r\n\r\n" + one * 3)
    s.t.ok([a.status for a in got] in ([200, 400], [200]) and over, "junk behind a request ends the connection", got)
    key = s.world.who["demo", "write"].key
    body = b'{"type":"track","userId":"p","event":"p","messageId":"p%d"}'
    data = b"".join(request("POST", "/v1/track", body % i, [basic(key)]) for i in range(30))
    got, _ = talk(s.client, data)
    s.t.same([a.status for a in got], [200] * 30, "writes in one piece are answered in order, each when durable")


def crowds(s):
    """Very many connections of one address, abandoned uploads."""
    held = []
    try:
        for _ in range(400):
            held.append(socket.create_connection((s.client.host, s.client.port), timeout=5))
    except OSError:
        pass
    a = s.client.ask("GET", "/healthz")
    s.t.ok(a.status == 200 and a.seconds < 2, "with %d idle connections open others are answered" % len(held), a)
    for h in held:
        h.close()
    owner = s.world.who["demo", "owner"]
    for i in range(40):
        w = Wire(s.client.host, s.client.port, s.client.tls)
        head = request("POST", "/api/v1/import?name=a.csv", b"x" * 100, owner.fields("POST") + [("Content-Length", "5000000")])
        w.send(head)
        if i % 2:
            w.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        w.close()
    spool = os.path.join(s.world.data, "demo", "spool")
    until = time.monotonic() + 10
    while os.path.isdir(spool) and os.listdir(spool) and time.monotonic() < until:
        time.sleep(0.05)
    s.t.same(os.listdir(spool) if os.path.isdir(spool) else [], [], "uploads that break off leave nothing behind")


class Slowly(threading.Thread):
    """Sends heads and bodies a byte a second, beside everything else."""

    def __init__(self, host, port, key):
        super().__init__(daemon=True)
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 500
        body = request("POST", "/v1/batch", b"", [basic(key), ("Content-Length", "100000")])
        self.waiting = [[Wire(host, port), head, 0, time.monotonic(), None] for _ in range(20)]
        self.waiting += [[Wire(host, port), body + b" " * 500, len(body), time.monotonic(), None] for _ in range(20)]
        self.waiting += [[Wire(host, port), b"", 0, time.monotonic(), None] for _ in range(10)]
        for w in self.waiting:
            w[0].send(w[1][:w[2]])
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(1):
            for w in self.waiting:
                if w[4] is None:
                    try:
                        w[0].send(w[1][w[2]:w[2] + 1])
                        w[2] += 1
                        w[0].s.settimeout(0.001)
                        if not w[0].s.recv(65536):
                            raise OSError
                    except TimeoutError:
                        pass
                    except OSError:
                        w[4] = time.monotonic() - w[3]

    def judge(self, t, at_least):
        """Heads have 10 s, bodies 20 s; some slack for a busy machine."""
        until = self.waiting[0][3] + at_least
        while time.monotonic() < until and any(w[4] is None for w in self.waiting):
            time.sleep(0.2)
        self.over.set()
        self.join()
        left = [len([w for w in part if w[4] is None]) for part in (self.waiting[:20], self.waiting[20:40], self.waiting[40:])]
        t.same(left, [0, 0, 0], "who sends a head or a body a byte a second is cut off, whatever he sends (heads by %.0f s, bodies by %.0f s)" % (
            max(w[4] or 0 for w in self.waiting[:20]), max(w[4] or 0 for w in self.waiting[20:40])))
