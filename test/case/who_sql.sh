#!/bin/sh
# Questions as SQL on the command line: over a made-up brand with everything that is hung on a world by the program itself
# (stages, tags, scores, who can be reached), the statement must find the consumers that Pond finds.
. "$(dirname "$0")/../tap.sh"

POND_NOW=2026-10-31T12:00:00+08:00
export POND_NOW
run init shop
run sample --consumers 500 --days 300 --end 2026-10-30 --out "$TEST_TMP/in.ndjson"
run import "$TEST_TMP/in.ndjson"
run tag create buyers --rule 'did purchase in 90d'
run tag create likes --value text --from-event item_view --field category --last
run tag create VIP
run tag assign VIP consumer:1 consumer:5 consumer:17

while IFS='|' read -r day question; do
    run who sql "$question" --as-of "$day" --run --json
    is "both agree on $day: $question" "$code $err" "0 "
done <<'ROWS'
2026-10-31|stage = loyalty and did purchase in 200d >= 2
2026-06-15|stage >= purchase
2026-10-31|stage on 2026-08-01 = interest
2026-08-20|stage 30d ago in (none, awareness)
2026-10-31|stage entered loyalty in 60d
2026-07-01|stage entered interest from 2026-03-01 to 2026-06-01
2026-10-31|stage left interest in 90d
2026-06-01|stage left purchase
2026-10-31|stage was none before 30d
2026-10-31|tag "buyers"
2026-10-31|tag "VIP" and not tag "buyers"
2026-10-31|tag "likes" = "护肤" or tag "likes" = "food"
2026-10-31|reachable by wecom and not reachable by sms
2026-09-01|is follow or is group_join
2026-10-31|did add_cart then not purchase within 24h in 90d
2026-10-31|gmv(180d) >= 200 and aov < 500
2026-10-31|sample 25% seed 9 and has phone
ROWS
run who sql 'did purchase(item = "it'"'"'s", amount >= 10) in 30d >= 2' --json
json "nothing from outside is in the statement" 'd["sql"].index("\x27it\x27s\x27") > d["sql"].index("-- $p2") and
    "k.item in ($p2)" in d["sql"] and "count" not in d'
run who sql 'stage = loyalty' --run
has "for people it is the statement, then the count" "$out" "consumers, as without SQL"
run who sql 'did purchse' --json
is "a wrong question is refused" "$code" 2
plan
