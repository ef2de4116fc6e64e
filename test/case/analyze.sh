#!/bin/sh
# Analyses through the command line on lives small enough to be read: meanings, refunds, crowds, errors, formats.
. "$(dirname "$0")/../tap.sh"
POND_NOW=2018-01-31T12:00:00+08:00
export POND_NOW
run init small
cat >"$TEST_TMP/lives.ndjson" <<'IN'
{"time":"2018-01-01 10:00:00","event":"item_view","identities":{"user_id":"a"},"item":"s1","channel":"mini_program"}
{"time":"2018-01-01 11:00:00","event":"add_cart","identities":{"user_id":"a"},"item":"s2","channel":"h5"}
{"time":"2018-01-02 09:00:00","event":"purchase","identities":{"user_id":"a"},"order":"a1","item":"s1","category":"skin","amount":100,"quantity":2}
{"time":"2018-01-02 09:00:00","event":"purchase","identities":{"user_id":"a"},"order":"a1","item":"s2","category":"hair","amount":50,"quantity":1}
{"time":"2018-01-12 09:00:00","event":"purchase","identities":{"user_id":"a"},"order":"a2","item":"s1","category":"skin","amount":80,"quantity":1}
{"time":"2018-01-01 10:00:00","event":"item_view","identities":{"user_id":"b"},"item":"s1","channel":"h5"}
{"time":"2018-01-08 10:00:00","event":"item_view","identities":{"user_id":"b"},"item":"s1","channel":"mini_program"}
{"time":"2018-01-08 10:05:00","event":"add_cart","identities":{"user_id":"b"},"item":"s1","channel":"mini_program"}
{"time":"2018-01-08 10:06:00","event":"purchase","identities":{"user_id":"b"},"order":"b1","item":"s1","category":"skin","amount":250,"quantity":1}
{"time":"2018-01-09 10:00:00","event":"refund","identities":{"user_id":"b"},"order":"b1","item":"s1","amount":250}
{"time":"2018-01-20 10:00:00","event":"purchase","identities":{"user_id":"b"},"order":"b2","item":"s1","category":"skin","amount":300,"quantity":1}
{"time":"2018-01-10 10:00:00","event":"item_view","identities":{"user_id":"c"},"item":"s9"}
{"time":"2018-01-10 10:00:00","event":"purchase","identities":{"user_id":"c"},"order":"c1","item":"s9","category":"skin","amount":20,"quantity":1}
IN
run import "$TEST_TMP/lives.ndjson" --json
json "thirteen rows are accepted" 'd["accepted"] == 13 and d["consumers"] == 3'

# ---- funnel ----
run analyze funnel view cart buy --within 1d --json
json "words of other systems are understood; a refunded purchase is none" \
    '[(s["event"], s["consumers"]) for s in d["steps"]] == [("item_view", 3), ("add_cart", 2), ("purchase", 1)]'
json "the time between steps is the median" 'd["steps"][1]["median_s"] == (3600 + 300) / 2'
run who count 'did item_view then add_cart then purchase within 1d of first' --json
json "a step can be asked for: all within the time of the first" 'd["count"] == 1'
run analyze funnel item_view add_cart purchase --within 23h --json
json "the last step is in time of the first" '[s["consumers"] for s in d["steps"]] == [3, 2, 1]'
run analyze funnel item_view add_cart purchase --within 22h --json
json "or it is not, though it is in time of the step before" '[s["consumers"] for s in d["steps"]] == [3, 2, 0]'
run who count 'did item_view then add_cart then purchase within 22h of first' --json
json "and so the question says" 'd["count"] == 0'
run analyze funnel item_view add_cart purchase --within 1d --by item --json
json "of one item" '[s["consumers"] for s in d["steps"]] == [3, 1, 0]'
run analyze funnel item_view add_cart --within 1d --first --json
json "of the first start only" '[s["consumers"] for s in d["steps"]] == [3, 1]'
run analyze funnel item_view purchase --within 12d --by channel --json
json "broken down by the channel of the start, unknown too" \
    '[(p["value"], p["consumers"]) for p in d["parts"]] == [("mini_program", [2, 2]), (None, [1, 0])]'
run analyze funnel item_view purchase --within 30d --by 'did add_cart' --json
json "broken down by a question" '[(p["value"], p["consumers"]) for p in d["parts"]] == [("yes", [2, 2]), ("no", [1, 0])]'
run analyze funnel item_view 'purchase(amount >= 200)' --within 30d --json
json "a step with a test" '[(s["event"], s["consumers"]) for s in d["steps"]] == [("item_view", 3), ("purchase(amount >= 200)", 1)]'
run analyze funnel item_view purchase --within 1d --from 2018-01-01 --to 2018-01-01 --json
json "days are those of the start" '[s["consumers"] for s in d["steps"]] == [2, 1] and d["from"] == d["to"] == "2018-01-01"'
run analyze funnel item_view purchase --within 30d --among 'did purchase >= 2' --json
json "among some consumers" '[s["consumers"] for s in d["steps"]] == [1, 1]'

# ---- retention ----
run analyze retention --unit week --json
json "cohorts of weeks from Monday" '[(c["cohort"], c["size"], c["retained"]) for c in d["cohorts"]] == [
    ("2018-01-01", 2, [2, 2, 1, 0, 0]), ("2018-01-08", 1, [1, 0, 0, 0])] and [c["whole"] for c in d["cohorts"]] == [4, 3]'
run analyze retention --unit week --periods 3 --json
json "only as many periods as asked, and how many there are" '[(c["size"], c["whole"], c["retained"]) for c in d["cohorts"]] == [(2, 4, [2, 2, 1]), (1, 3, [1, 0, 0])] and d["periods"] == 5'
run analyze retention --unit week --periods 99 --json
json "no more than there are" '[len(c["retained"]) for c in d["cohorts"]] == [5, 4]'
run analyze retention --unit week --periods 2 --csv
is "the same in CSV" "$(head -n 1 "$TEST_TMP/out" | tr -d '\357\273\277\r')" "cohort,size,week_0,week_1"
run analyze retention --unit week --first purchase --return purchase --rolling --json
json "buyers, rolling" '[(c["cohort"], c["size"], c["retained"][:2]) for c in d["cohorts"]] == [
    ("2018-01-01", 1, [1, 1]), ("2018-01-08", 1, [1, 0]), ("2018-01-15", 1, [1, 0])]'

# ---- purchases ----
run analyze repurchase --json
json "two orders make a repeat buyer" 'd["buyers"] == 3 and d["repeat_buyers"] == 1 and abs(d["rate"] - 1 / 3) < 1e-12 and
    d["orders"] == 4 and d["interval_days"]["median"] == 10 and d["interval_days"]["n"] == 1 and d["times"][:3] == [2, 1, 0]'
run analyze repurchase --from 2018-01-01 --to 2018-01-08 --json
json "as of a day before the refund the order still counts" 'd["buyers"] == 2 and d["orders"] == 2'
run analyze interval --by category --to 2018-01-21 --json
json "cycles by category, and who is due" '[(r["value"], r["buyers"], r["intervals"], r["median"], r["over"], r["due"]) for r in d["rows"]] ==
    [("skin", 3, 1, 10, 1, 2), ("hair", 1, 0, None, 0, 0)]'
run analyze basket --least 1 --json
json "baskets" 'd["orders"] == 4 and d["pieces"] == 6 and d["pieces_per_order"] == 1.5 and
    [(p["a"], p["b"], p["orders"], p["support"], round(p["lift"], 6)) for p in d["pairs"]] == [("s1", "s2", 1, 0.25, round(4 / 3, 6))]'
run analyze distribution gmv --bands 50,200,300 --json
json "gmv is paid minus given back" 'sorted([d["quantiles"]["min"], d["quantiles"]["median"], d["quantiles"]["max"]]) == [20, 230, 300] and
    d["sum"] == 550 and [b["consumers"] for b in d["bands"]] == [1, 0, 1, 1]'
run analyze path --gap 12h --depth 3 --json
json "paths by sessions" 'd["sessions"] == 8 and d["paths"][0] == {"events": ["purchase"], "sessions": 3, "consumers": 2, "share": 3 / 8} and
    {"events": ["item_view", "add_cart", "purchase"], "sessions": 1, "consumers": 1, "share": 1 / 8} in d["paths"]'
json "the picture's flows add up" 'sum(n["sessions"] for n in d["nodes"] if n["place"] == 0) == d["sessions"] and
    all(sum(x["sessions"] for x in d["links"] if x["to"] == i) == n["sessions"] for i, n in enumerate(d["nodes"]) if n["place"] > 0)'

# ---- manners ----
run analyze funnel item_view purchse
is "a step that means nothing is refused" "$code" 2
has "with its place" "$err" 'step 2: unknown event "purchse"'
has "and a hint" "$err" "did you mean purchase?"
run analyze funnel item_view --within 3x
has "a span is a number and m, h or d" "$err" "30m, 24h or 7d"
run analyze retention --from 2018-02-01 --to 2018-01-01
is "days the wrong way round are refused" "$code" 2
run analyze funnel view buy --by 'did purchse'
has "a wrong question says where" "$err" "--by: column 5"
run analyze funnel view buy --lang zh
has "Chinese" "$out" "漏斗"
run analyze funnel item_view purchase --csv
has "CSV has machine names" "$out" "step,event,consumers,share,of_before,median_s"
run analyze retention --unit month --plot "$TEST_TMP/heat.svg"
is "a picture is written" "$([ -s "$TEST_TMP/heat.svg" ] && echo yes)" yes
rm -rf "$DATA"
run init empty
for what in "funnel view buy" retention repurchase interval basket path distribution; do
    # shellcheck disable=SC2086
    run analyze $what
    is "an empty pond: $what" "$code" 0
done
plan
