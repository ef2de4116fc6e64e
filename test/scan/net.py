"""HTTP by hand, so that what no client library would send can be sent, and every answer can be looked at.

    w = Wire(host, port)
    answer = w.ask(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")       one request as it is, one answer
    answer = Client(host, port).ask("GET", "/api/v1/me", key=key)  a plain one, over a connection that is kept
"""
import json
import socket
import ssl
import threading
import time
import urllib.parse
from typing import NamedTuple

PATIENCE = 20.0  # seconds until we give up


class Gone(Exception):
    """The server closed without a (whole) answer."""


class Slow(Exception):
    """No answer within the time."""


class Answer:
    def __init__(self, status, fields, body, seconds, raw):
        self.status, self.fields, self.body, self.seconds, self.raw = status, fields, body, seconds, raw

    def get(self, name):
        """The value of a header line; of several of a name all, joined."""
        found = [v for k, v in self.fields if k == name]
        return ", ".join(found) if found else None

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return "%d %r" % (self.status, self.body[:300])


class Wire:
    """A connection. `source`: the address it comes from (any of 127.0.0.0/8)."""

    def __init__(self, host, port, tls=None, source=None, patience=PATIENCE):
        self.patience = patience
        self.s = socket.create_connection((host, int(port)), timeout=patience, source_address=(source, 0) if source else None)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.s = tls.wrap_socket(self.s, server_hostname=host)
        self.rest = b""

    def send(self, data):
        self.s.sendall(data)

    def more(self, until):
        left = until - time.monotonic()
        if left <= 0:
            raise Slow()
        self.s.settimeout(left)
        try:
            got = self.s.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            raise Slow() from None
        except OSError as e:
            raise Gone(str(e)) from None
        if not got:
            raise Gone("closed behind %r" % self.rest[:200])
        self.rest += got

    def read(self, head=False, patience=None):
        """One answer. head: of a HEAD request, which has no body."""
        began = time.monotonic()
        until = began + (patience or self.patience)
        while b"\r\n\r\n" not in self.rest:
            self.more(until)
        text, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = text.decode("latin-1").split("\r\n")
        if not lines[0].startswith("HTTP/1."):
            raise Gone("no answer of HTTP: %r" % lines[0][:200])
        status = int(lines[0].split(" ")[1])
        fields = [(k.strip().lower(), v.strip()) for k, _, v in (line.partition(":") for line in lines[1:])]
        if status == 100:
            return self.read(head, until - time.monotonic())
        names = dict(fields)
        body = b""
        if head or status in (204, 304):
            pass
        elif names.get("transfer-encoding", "").lower() == "chunked":
            body = self.chunks(until)
        elif "content-length" in names:
            n = int(names["content-length"])
            while len(self.rest) < n:
                self.more(until)
            body, self.rest = self.rest[:n], self.rest[n:]
        else:
            try:
                while True:
                    self.more(until)
            except Gone:
                body, self.rest = self.rest, b""
        return Answer(status, fields, body, time.monotonic() - began, text + b"\r\n\r\n" + body)

    def line(self, until):
        while b"\r\n" not in self.rest:
            self.more(until)
        text, self.rest = self.rest.split(b"\r\n", 1)
        return text

    def chunks(self, until):
        body = b""
        while True:
            n = int(self.line(until).split(b";")[0], 16)
            while len(self.rest) < n + 2:
                self.more(until)
            body, self.rest = body + self.rest[:n], self.rest[n + 2:]
            if n == 0:
                return body

    def ask(self, data, head=False):
        self.send(data)
        return self.read(head)

    def at_end(self, patience=None):
        """Whether the server closes, within the time."""
        until = time.monotonic() + (patience or self.patience)
        try:
            while True:
                self.more(until)
                self.rest = b""
        except Gone:
            return True
        except Slow:
            return False

    def close(self):
        self.s.close()


def request(method, target, body=None, fields=(), host="127.0.0.1"):
    """The bytes of a request. target and values: text or bytes. A body that is no bytes goes as JSON."""
    def raw(v):
        return v if isinstance(v, bytes) else str(v).encode("utf-8", "surrogateescape")

    fields = list(fields)
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        fields.append(("Content-Type", "application/json"))
    names = {k.lower() for k, _ in fields}
    if "host" not in names:
        fields.insert(0, ("Host", host))
    if (body is not None or method in ("POST", "PUT")) and not names & {"content-length", "transfer-encoding"}:
        fields.append(("Content-Length", len(body or b"")))
    head = b"".join(raw(k) + b": " + raw(v) + b"\r\n" for k, v in fields)
    return raw(method) + b" " + raw(target) + b" HTTP/1.1\r\n" + head + b"\r\n" + (body or b"")


def query(fields):
    return "?" + urllib.parse.urlencode(fields, doseq=True) if fields else ""


class Asked(NamedTuple):
    method: str
    target: object
    body: object
    answer: Answer
    who: object
    open: tuple


class Client:
    """Asks over a connection of each thread's own, kept as long as the server keeps it. `look` sees every answer:
    look(Asked).
    `open`: what this one answer may hold all the same ("reveal", "key", "sql")."""

    def __init__(self, host, port, tls=None, look=None):
        self.host, self.port, self.tls, self.look = host, int(port), tls, look
        self.kept = threading.local()
        self.asked = 0
        self.count = threading.Lock()

    def ask(self, method, target, body=None, who=None, fields=(), open=(), patience=PATIENCE):
        fields = list(fields) + (who.fields(method) if who else [])
        data = request(method, target, body, fields, "%s:%d" % (self.host, self.port))
        for fresh in (False, True):
            w = None if fresh else getattr(self.kept, "wire", None)
            fresh = w is None
            try:
                w = w or Wire(self.host, self.port, self.tls)
                self.kept.wire = None
                w.send(data)
                answer = w.read(method == "HEAD", patience)
                break
            except (Gone, OSError) as e:
                if fresh:
                    raise Gone("%s %s: %s" % (method, str(target)[:100], e)) from None
            except Slow:
                raise Slow("%s %s" % (method, str(target)[:200])) from None
        if answer.get("connection") != "close":
            self.kept.wire = w
        else:
            w.close()
        with self.count:
            self.asked += 1
        if self.look:
            self.look(Asked(method, target, body, answer, who, open))
        return answer
