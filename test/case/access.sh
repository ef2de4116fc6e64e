#!/bin/sh
# Keys, users and the audit trail through the command line, in both languages, beside a writer, at once.
. "$(dirname "$0")/../tap.sh"
run init shop
LEDGER=$DATA/shop/ledger.db

# field EXPRESSION: of the last reply, in $got.
field() {
    got=$("$POND_PYTHON" -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
        "$TEST_TMP/out" "$1" 2>&1 | tail -n 1)
}
# sql TEXT: runs statements on the ledger as somebody with the file would; prints the rows.
sql() {
    "$POND_PYTHON" - "$LEDGER" "$1" <<'PY'
import sqlite3, sys
d = sqlite3.connect(sys.argv[1])
for part in sys.argv[2].split(";;"):
    for row in d.execute(part):
        print(*row, sep="|")
d.commit()
PY
}

# ---- keys ----
run key create web --kind write --json
json "a write key is made" 'd["id"] == 1 and d["name"] == "web" and d["kind"] == "write" and d["role"] is None'
json "and shown: pk_w_ and 43 characters" '__import__("re").fullmatch("pk_w_[A-Za-z0-9_-]{43}", d["key"]) and d["key"].startswith(d["prefix"])'
field 'd["key"]'
key=$got
run key create bot --kind operator --json
json "an operator key is of the role operator" 'd["role"] == "operator" and d["key"].startswith("pk_o_")'
run key create 看板 --kind operator --role analyst
has "text says that it is shown once" "$out" 'shown this once'
has "and how to use it" "$out" "curl -H 'Authorization: Bearer pk_o_"
run key create 前台 --kind write --lang zh
has "in Chinese too" "$out" '仅显示这一次'
run key create web --kind operator
is "a name is taken once" "$code" 4
run key create x --kind write --role owner
is "a write key has no role" "$code" 2
run key create x
is "the kind must be named" "$code" 2
run key create x --kind admin
is "an unknown kind is refused" "$code" 2
run key create 12 --kind write
is "a name of digits is refused" "$code" 2
run key list --json
json "the list has them all and no key" '[(k["id"], k["name"], k["role"], k["used"], k["revoked"]) for k in d["keys"]] == [
    (1, "web", None, None, None), (2, "bot", "operator", None, None), (3, "看板", "analyst", None, None), (4, "前台", None, None, None)]
    and all("key" not in k and len(k["prefix"]) == 11 for k in d["keys"])'
is "nor has the data directory" "$(grep -rlF "$(echo "$key" | cut -c12-)" "$DATA")" ""
run key list --lang zh
has "the list in Chinese" "$out" '分析'
run key revoke web --json
json "a key is revoked by name" 'd["revoked"] == "web"'
run key revoke 3
is "or by number" "$code" 0
run key revoke web
is "once" "$code" 3
run key create web --kind write --json
json "then the name is free again, for another key" 'd["id"] == 5'

# ---- users ----
printf 'correct horse\n' >"$TEST_TMP/pw"
run user add lin --role operator --password-file "$TEST_TMP/pw" --json
json "a user is made with a password from a file" 'd == {"id": 1, "name": "lin", "role": "operator"}'
printf 'correct horse\r\n' | "$POND" --data "$DATA" user add 王 --role owner --lang zh >"$TEST_TMP/out"
has "or from standard input" "$(cat "$TEST_TMP/out")" '用户「王」（负责人）可以登录了。'
run user add x --role store
is "no password is an error" "$code" 2
has "that says where it comes from" "$err" '--password-file'
run user add x --role store --password 'correct horse'
is "a password on the command line is refused" "$code" 2
is "and not repeated" "$(echo "$err" | grep -c 'correct horse')" 0
printf 'one line\nand another\n' >"$TEST_TMP/two"
run user add x --role store --password-file "$TEST_TMP/two"
is "two lines are no password" "$code" 2
printf 'short' >"$TEST_TMP/short"
run user add x --role store --password-file "$TEST_TMP/short"
is "nor is one under ten bytes" "$code" 2
run user add x --role store --password-file "$TEST_TMP/none"
is "a file that is not there is missing" "$code" 3
run user add LIN --role store --password-file "$TEST_TMP/pw"
is "a name is taken once, in either case" "$code" 4
run user add x --password-file "$TEST_TMP/pw"
is "the role must be named" "$code" 2
run user role lin --role analyst --json
json "another role" 'd == {"name": "lin", "role": "analyst"}'
run user disable 王
is "the last owner stays" "$code" 4
run user role 王 --role store --lang zh
is "and stays one" "$code" 4
run user role lin --role owner
run user disable 王 --json
json "with another owner the first may go" 'd["disabled"] == "王"'
run user password 王 --password-file "$TEST_TMP/pw"
is "who is disabled is gone" "$code" 3
run user password lin --password-file "$TEST_TMP/pw" --json
json "a new password" 'd == {"name": "lin"}'
run user list --json
json "the list has all" '[(u["id"], u["name"], u["role"], u["seen"]) for u in d["users"]] == [
    (1, "lin", "owner", None), (2, "王", "owner", None)] and d["users"][1]["disabled"] and not d["users"][0]["disabled"]'
is "passwords are kept as Argon2id" "$(sql "select count(*) from access_user where password like '\$argon2id\$v=19\$m=19456,t=2,p=1\$%'")" 2
run help user add
is "help does not offer --password" "$(echo "$out" | grep -c -- '--password ')" 0

# ---- the terminal ----
cat >"$TEST_TMP/type.py" <<'PY'
import os, pty, select, sys, termios, time
# type.py TYPED COMMAND...: runs it on a terminal and types line after line when asked; prints what was shown.
typed, shown, answered = sys.argv[1].encode().decode("unicode_escape").encode("latin1").split(b"|"), b"", 0
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
ends = time.time() + 60
while time.time() < ends:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    quiet = not termios.tcgetattr(fd)[3] & termios.ECHO
    if quiet and shown.count(b": ") + shown.count("：".encode()) > answered and answered < len(typed):
        os.write(fd, typed[answered])
        answered += 1
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
# types TYPED ARGUMENT...
types() {
    text=$1
    shift
    out=$("$POND_PYTHON" "$TEST_TMP/type.py" "$text" "$POND" --data "$DATA" "$@")
    code=$?
}
types 'long enough 1\r|long enough 1\r' user add typed --role store
is "a password is typed twice" "$code" 0
is "and not shown" "$(echo "$out" | grep -c 'long enough')" 0
has "the question names the user" "$out" 'Password for typed (10 bytes or more): '
types 'long enough 1\r|long enough 2\r' user password typed
is "two that differ are refused" "$code" 2
types 'wrong\x15long enouhh\x7f\x7fgh 1\r|long enough 1\r' user password typed --lang zh
is "typing errors are rubbed out" "$code" 0
has "the question in Chinese" "$out" '再输入一次：'
types 'long\x03' user password typed
is "^C ends it" "$code" 11
types '\x04' user password typed
is "^D too" "$code" 11

# ---- the first owner's link ----
run owner link
is "a brand with an owner gives no link" "$code" 4
MAIN=$DATA DATA=$TEST_TMP/other
run init other
run owner link --json
json "a new brand does" 'len(d["token"]) == 43 and d["path"] == "/setup?token=" + d["token"] and d["until"]'
run owner link --lang zh
has "in Chinese too" "$out" '30 分钟'
DATA=$MAIN

run role list --json
json "roles and their rights are listed" '{r["right"]: r["roles"] for r in d["rights"]}["event.write"] == ["owner", "operator", "write key"]'

# ---- the audit trail ----
run audit list --limit 3 --json
json "the newest changes, newest first" '[e["action"] for e in d["entries"]] == ["user.password", "user.make", "user.password"]
    and d["entries"][0]["who"] == "local" and d["next"] == d["entries"][2]["id"]'
field 'd["next"]'
run audit list --before "$got" --limit 1000 --json
json "the rest, to the first" 'd["entries"][-1]["id"] == 1 and d["entries"][-1]["action"] == "key.make" and d["next"] is None
    and json.loads(d["entries"][-1]["detail"]) == {"id": 1, "name": "web", "may": "write"}'
run audit list --action user. --who local --limit 1000 --json
json "those of a kind" '{e["action"] for e in d["entries"]} <= {"user.make", "user.role", "user.password", "user.disable"} and len(d["entries"]) > 2'
run audit list --outcome denied --json
json "those that ended so" 'all(e["outcome"] == "denied" for e in d["entries"])'
run audit list --to 2001-01-01 --json
json "those of some days" 'd["entries"] == [] and d["next"] is None'
run audit list --limit 2 --lang zh
has "for people, in Chinese" "$out" '操作者'
run audit list --limit 0
is "a limit of nothing is refused" "$code" 2
run audit head
head=$out
run audit verify --json
json "it is whole" 'd["whole"] and d["broken"] is None and d["head"] == "'"$head"'"'
is "its head is what another program computes by the manual" "$("$POND_PYTHON" - "$LEDGER" <<'PY'
import hashlib, sqlite3, sys
h = bytes(32)
for row in sqlite3.connect(sys.argv[1]).execute(
        "select id, at_ms, who, address, action, detail, outcome from access_audit order by id"):
    fields = [str(x).encode() for x in row]
    h = hashlib.sha256(h + b"".join(b"%d:%s" % (len(f), f) for f in fields)).digest()
print(h.hex())
PY
)" "$head"
run key revoke web
run audit verify --head "$head"
is "a head kept earlier is still in it" "$code" 0
run audit verify --head "$(echo "$head" | tr 0-9a-f 1-9a-f0)"
is "another is not: exit code 9" "$code" 9
run audit verify --head xyz
is "a head that is none is refused" "$code" 2
sql "drop trigger access_audit_no_update;;update access_audit set who = 'user:1 lin' where id = 4"
run audit verify
is "a changed entry: exit code 9" "$code" 9
has "and the first broken entry" "$out" 'entry 4 does not fit'
run audit verify --lang zh
has "in Chinese too" "$out" '第 4 条'
run audit verify --json
json "for programs" 'd["broken"] == 4 and not d["whole"]'

run verify
is "pond verify notices it too" "$code" 9
has "and says what does not fit" "$out" 'the audit trail does not fit from entry 4 on'

# ---- beside a writer ----
cat >"$TEST_TMP/hold.py" <<'PY'
import fcntl, subprocess, sys
lock = open(sys.argv[1] + "/lock", "a")
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
sys.exit(subprocess.run(sys.argv[2:]).returncode)
PY
# beside COMMAND...: runs pond while the brand's writer lock is held.
beside() {
    "$POND_PYTHON" "$TEST_TMP/hold.py" "$DATA/shop" "$POND" --data "$DATA" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
    code=$?
    out=$(cat "$TEST_TMP/out")
    err=$(cat "$TEST_TMP/err")
}
beside lake compact
is "the writer's lock is held" "$code" 6
beside key create beside --kind write
is "a key is made beside a writer" "$code" 0
beside user list
is "users are listed" "$code" 0
older="drop table access_key;;drop table access_session;;drop table access_user;;drop table access_link;;
drop table access_failure;;drop table access_audit;;drop table access_audit_head;;drop table access_reply;;
drop table access_version;;drop table app_saved;;drop table serve_source;;delete from store_migration where number >= 4"
sql "$older"
beside key list
is "an older schema is not changed under a writer" "$code" 4
has "and it is said what to do" "$err" 'another process writes into this brand'
run key list --json
json "alone it is changed" 'd["keys"] == []'
is "and a copy kept" "$(ls "$DATA/shop" | grep -c before-0004)" 1

# ---- at once ----
for who in a b c; do
    (i=0; while [ $i -lt 10 ]; do
        "$POND" --data "$DATA" key create $who$i --kind write >/dev/null || echo bad
        i=$((i + 1))
    done >"$TEST_TMP/many.$who") &
done
wait
is "three processes make ten keys each" "$(cat "$TEST_TMP"/many.*)" ""
run key list --json
json "none is lost" 'len(d["keys"]) == 30'
run audit verify --json
json "and the audit trail is whole" 'd["whole"] and d["entries"] == 30'

# ---- what must be there ----
run key list --brand none
is "an unknown brand is missing" "$code" 3
mv "$DATA/pond.key" "$TEST_TMP/key.away"
run key list
is "without the key file nothing opens" "$code" 5
mv "$TEST_TMP/key.away" "$DATA/pond.key"
DATA=$TEST_TMP/nowhere
run key list
is "no pond, no keys" "$code" 3
plan
