#!/usr/bin/env python3
"""What a ledger says was accepted, read by another program: ledger.py DIR/BRAND

One line: rows that have a number, rows in segments, rows in the log, the sum of what import runs say. A copy is
read, so that nothing of the crash is mended before pond sees it.
"""
import os
import shutil
import sqlite3
import sys
import tempfile

with tempfile.TemporaryDirectory() as tmp:
    for end in ("", "-wal"):
        path = os.path.join(sys.argv[1], "ledger.db" + end)
        if os.path.exists(path):
            shutil.copy(path, os.path.join(tmp, "ledger.db" + end))
    db = sqlite3.connect(os.path.join(tmp, "ledger.db"))

    def one(text):
        return int(db.execute(text).fetchone()[0] or 0)

    print(
        one("select value from store_meta where key = 'log_next_seq'") - 1
        if db.execute("select 1 from store_meta where key = 'log_next_seq'").fetchone() else 0,
        one("select sum(rows) from store_segment where dataset = 'event'"),
        one("select sum(rows) from store_log"),
        one("select sum(accepted) from import_run"),
    )
