#!/bin/sh
# Every operation's JSON reply is what its record says (pond describe): each leaf listed and of its
# type, none missing; and every operation of the program is called here.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2026-06-01T12:00:00+08:00
export POND_NOW
"$POND" describe --json >"$TEST_TMP/describe"
: >"$TEST_TMP/called"

CHECK=$(dirname "$0")/../shape.py

# shape "NAME" ARGUMENT...: runs the operation with --json and checks the reply.
shape() {
    name=$1
    shift
    # shellcheck disable=SC2086 # words of the name
    run $name "$@" --json
    echo "$name" >>"$TEST_TMP/called"
    is "the reply of $name $*" "$("$POND_PYTHON" "$CHECK" "$name" "$TEST_TMP/describe" \
        "$TEST_TMP/out" 2>&1 | tail -n 5)" "as described"
}

cat >"$TEST_TMP/in.ndjson" <<'IN'
{"time":"2026-05-01 10:00:00","event":"item_view","identities":{"device":"d1"},"channel":"h5"}
{"time":"2026-05-02 10:00:00","event":"member_join","identities":{"phone":"13800138000","device":"d1"}}
{"time":"2026-05-03 10:00:00","event":"purchase","identities":{"phone":"13800138000","openid":"oA"},"order":"o1","amount":99.9}
{"time":"2026-05-04 10:00:00","event":"content_view","identities":{"openid":"oB"}}
{"time":"never","event":"content_view","identities":{"openid":"oB"}}
IN
shape init shapes
shape import "$TEST_TMP/in.ndjson"
shape import "$TEST_TMP/in.ndjson" --dry-run
printf 'time,event,user_id\n2026-05-05,item_view,u9\n' >"$TEST_TMP/till.csv"
run import "$TEST_TMP/till.csv" --save-mapping till
shape "mapping list"
shape "mapping rename" till 门店
shape "mapping delete" 门店
shape "imports" --limit 5
shape "reject list"
shape "reject show" "$(basename "$(ls "$DATA"/*/rejects/in.ndjson* | head -n 1)")"
shape sample --consumers 20 --days 30 --seed 1 --out "$TEST_TMP/sample"
shape "sample fill" --consumers 20 --days 30 --seed 9 --anyway
shape "report assets" --as-of 2026-05-03
shape "report assets" --as-of 2000-01-01
shape "report trend" --from 2026-05-01 --to 2026-05-10
shape "report flow" --from 2026-05-01 --to 2026-05-10
shape "report flows" --from 2026-05-01 --to 2026-05-10
shape "consumer show" phone:13800138000
shape "consumer why" device:d1 openid:oA
shape "consumer split" device:d1 --dry-run
shape "consumer split" device:d1
shape "consumer join" openid:oA openid:oB
shape "consumer decisions"
shape "consumer undo" s1
shape "consumer undo" j1
run consumer list --json
echo "consumer list" >>"$TEST_TMP/called" # lines of JSON: see cli_consumer.sh
shape "model list"
shape "model show"
shape "model show" 5a
shape "model show" --applied 1
shape "model check" 5a
shape "model diff" 4a --as-of 2026-05-03
shape "model apply" aipl-databank
shape "rules list"
shape "rules set" device --cap 1 --dry-run
shape "rules set" device --cap 5
shape "events list" --all
shape "tag create" 等级/VIP --note 名单
shape "tag create" 肤质 --value text --expires 30
shape "tag assign" VIP phone:13800138000 openid:oB --reason 到店
shape "tag assign" 肤质 device:d1 --value 干性
shape "tag remove" VIP openid:oB
printf 'identity,tag,value,expires\nphone:13800138000,新,,2026-07-01\nopenid:oZ,新,,\n' >"$TEST_TMP/tags.csv"
shape "tag import" "$TEST_TMP/tags.csv" --create
shape "tag list"
shape "tag show" 肤质
shape "tag history" 肤质
shape "consumer show" phone:13800138000
shape "tag create" 活跃 --rule 'did any in 60d'
shape "tag create" 渠道 --from-event item_view --field channel --most
shape "tag change" 活跃 --rule 'did any in 90d'
shape "tag sizes" 活跃
shape "tag refresh"
shape "crowd create" 买过 'did purchase' --note x
shape "crowd create" 名单 'tag "VIP" or did purchase' --frozen
shape "crowd list"
shape "crowd show" 买过
shape "crowd count" 买过
shape "crowd refresh"
shape "crowd history" 买过
shape "crowd overlap" 买过 名单
shape "crowd profile" 买过
shape "crowd export" 名单 "$TEST_TMP/list.csv"
shape "crowd why" 名单 phone:13800138000
shape "crowd why" 买过 phone:13800138000
shape "crowd freeze" 买过 --reason 活动
shape "crowd change" 买过 'did purchase in 365d'
shape "crowd rename" 买过 买家
shape "crowd delete" 买家
"$POND" sample --consumers 600 --days 60 --seed 4 --out "$TEST_TMP/more.ndjson" >/dev/null
run import "$TEST_TMP/more.ndjson" # few are not enough to learn from
run crowd create 学 'did item_view'
shape "crowd lookalike" 学 --size 20 --to 像
shape "tag rename" 新 名单/新
shape "tag delete" 名单/新
shape "lake list"
shape "lake compact"
shape "lake list"
shape status
shape verify
shape backup "$TEST_TMP/backup"
shape backup
shape "backup list"
shape restore "$TEST_TMP/backup" --check
DATA=$TEST_TMP/restored
shape restore "$TEST_TMP/backup" --verify
"$POND_PYTHON" - >"$TEST_TMP/buyers.ndjson" <<'PY'
import json
for who in range(40):
    for k in range(1 + who % 5):
        print(json.dumps({"time": "2026-%02d-%02d 10:00:00" % (3 + who % 2 + k % 2, 1 + who % 7 + 5 * k), "event": "purchase",
                          "identities": {"phone": "139001390%02d" % who}, "order": "b%d-%d" % (who, k), "amount": 50 + who + 9 * k}))
PY
run import "$TEST_TMP/buyers.ndjson"
shape "who count" 'did purchase'
shape "who sql" "did purchase in 30d"
shape "who list" 'all' --limit 3
shape "who explain" 'stage = interest and did purchase'
shape "who why" device:d1 'did purchase or has phone'
shape "who check" 'did purchase'
shape "who print" 'did purchase'
shape "who complete" 'did pur'
shape "analyze clv" --from 2026-03-01 --calibrate-to 2026-05-01 --value
shape "analyze rfm" --as-of 2026-05-20 --list 3 --save
shape "score list"
shape "score show" consumer:1
shape "score drop" rfm
shape "report fast" --from 2026-04-01 --to 2026-04-30
shape "report growth" --from 2026-04-01 --to 2026-04-30
shape "analyze attribution" --from 2026-04-01 --to 2026-05-30
shape "analyze attribution" --goal stage:loyalty --model markov --from 2026-04-01 --to 2026-05-30
shape "rfm names" --set 111=VIP
shape "analyze funnel" item_view add_cart purchase --by channel
shape "analyze retention" --unit month --first purchase --return purchase
shape "analyze repurchase"
shape "analyze interval" --by category
shape "analyze basket" --of category --least 1
shape "analyze path" --depth 3
shape "analyze distribution" gmv
shape "saved create" 首购漏斗 --kind funnel --state 'step=view&step=buy'
shape "saved create" 首购漏斗 --kind funnel --state 'step=view&step=buy&within=7d' --replace
shape "saved list"
shape "saved show" 首购漏斗
shape "saved rename" 首购漏斗 新客
shape "saved delete" 新客
shape "report metrics"
shape "report loop" --from 2026-01-01
shape "key create" shop --kind write
shape "key create" bot --kind operator --role analyst
shape "key revoke" shop
shape "key list"
printf "correct horse\n" >"$TEST_TMP/pw"
shape "owner link"
shape "user add" lin --role owner --password-file "$TEST_TMP/pw"
shape "user add" bo --role owner --password-file "$TEST_TMP/pw"
shape "user role" bo --role store
shape "user password" bo --password-file "$TEST_TMP/pw"
shape "user disable" bo
shape "user list"
shape "role list"
shape "audit list" --limit 2
shape "audit head"
shape "audit verify"
shape "hook list"
echo s3cret >"$TEST_TMP/secret"
shape "hook secret" segment --secret-file "$TEST_TMP/secret"
shape describe
shape version
# serve prints its reply when it is ready and then goes on; tail has none (see serve.sh).
: >"$TEST_TMP/out" # now, not when the other process gets to it: what stands there is another's reply
"$POND" --data "$DATA" serve --json --listen 127.0.0.1:0 >"$TEST_TMP/out" 2>"$TEST_TMP/err" &
server=$!
tries=0
while [ ! -s "$TEST_TMP/out" ] && kill -0 "$server" 2>/dev/null && [ $tries -lt 1200 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
is "the reply of serve" "$("$POND_PYTHON" "$CHECK" serve "$TEST_TMP/describe" "$TEST_TMP/out" 2>&1 | tail -n 5)" "as described"
kill "$server"
wait "$server"
printf 'serve\ntail\n' >>"$TEST_TMP/called"
shape completion bash

is "every operation was called" "$("$POND_PYTHON" -c '
import json, sys
called = set(open(sys.argv[2]).read().split("\n"))
print(*[o["name"] for o in json.load(open(sys.argv[1]))["operations"] if o["name"] not in called])' \
    "$TEST_TMP/describe" "$TEST_TMP/called")" ""
plan
