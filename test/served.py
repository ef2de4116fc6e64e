"""A running `pond serve` for tests: started on a free port, asked over plain sockets, stopped by SIGTERM.

    with Served(pond, data) as s:
        status, headers, body = s.ask("GET", "/api/v1/report/assets", key=s.owner)
        reply = s.json("POST", "/api/v1/tags", {"name": "VIP"}, key=s.owner)
"""
import http.client
import json
import os
import signal
import subprocess
import time


def run(pond, data, *args, env=None):
    """The reply of a command as JSON."""
    done = subprocess.run([pond, "--data", data, *args, "--json"], capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit("pond %s: %s" % (" ".join(args), done.stderr or done.stdout))
    return json.loads(done.stdout)


class Served:
    def __init__(self, pond, data, *flags, env=None):
        self.pond, self.data, self.flags, self.env = pond, data, flags, env
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop()

    def start(self):
        self.err = open(os.path.join(os.path.dirname(self.data), "serve.err"), "ab")
        self.process = subprocess.Popen(
            [self.pond, "--data", self.data, "serve", "--listen", "127.0.0.1:0", "--json", *self.flags],
            stdout=subprocess.PIPE, stderr=self.err, env=self.env)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("pond serve said nothing: " + self.said())
        self.ready = json.loads(line)
        self.address = self.ready["address"]
        self.host, self.port = self.address.split("//")[1].rsplit(":", 1)

    def said(self):
        """What it wrote on standard error."""
        self.err.flush()
        with open(self.err.name, encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self, how=signal.SIGTERM, timeout=60):
        """The exit code."""
        self.process.send_signal(how)
        code = self.process.wait(timeout)
        self.process.stdout.close()
        return code

    def ask(self, method, path, body=None, key=None, headers=None, timeout=60):
        """Status, headers (by lower-case name) and bytes."""
        c = http.client.HTTPConnection(self.host, int(self.port), timeout=timeout)
        h = dict(headers or {})
        if key:
            h.setdefault("Authorization", "Bearer " + key)
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            h.setdefault("Content-Type", "application/json")
        try:
            c.request(method, path, body=body, headers=h)
            r = c.getresponse()
            return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read()
        finally:
            c.close()

    def json(self, method, path, body=None, key=None, headers=None, want=200):
        status, _, text = self.ask(method, path, body, key, headers)
        if status != want:
            raise AssertionError("%s %s: %d %s" % (method, path, status, text[:500]))
        return json.loads(text)

    def job(self, answer, key, timeout=120):
        """Waits for the job of a 202 and gives its record."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            job = self.json("GET", "/api/v1/jobs/%d" % answer["job"]["id"], key=key)
            if job["state"] in ("done", "failed", "stopped"):
                return job
            time.sleep(0.05)
        raise AssertionError("the job does not end: %r" % answer)


class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def ok(self, holds, sentence, why=None):
        self.n += 1
        if not holds:
            self.bad += 1
            if why is not None:
                print("# " + repr(why)[:2000].replace("\n", "\n# "))
        print("%s %d - %s" % ("ok" if holds else "not ok", self.n, sentence), flush=True)
        return holds

    def same(self, got, want, sentence):
        return self.ok(got == want, sentence, "got %r, want %r" % (got, want))

    def end(self):
        print("1..%d" % self.n)
        return 1 if self.bad else 0
