/* Wrong questions, as text and as JSON: each is refused with the place of the mistake, what it is, and a hint that helps. */
#include "unit/who_tree.h"

struct wrong {
    const char *text;
    uint32_t column; /* of one line */
    const char *msg, *hint;
};

/* clang-format off */
static const struct wrong wrongs[] = {
    {"", 1, "the question is empty", "like did purchase in 365d"},
    {"   ", 4, "a condition is expected, not the end", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"did", 4, "an event's name is expected, not the end", "like purchase, add_cart, or `own name`"},
    {"did not", 8, "an event's name is expected, not the end", "like purchase, add_cart, or `own name`"},
    {"did any in", 11, "a span of days is expected behind in, not the end", "like in 15d"},
    {"did any >= 5", 5, "any holds orders and other events, which cannot be counted together", "name the events, or count days: did any ... >= 2 days"},
    {"did any in 30d = 3", 5, "any holds orders and other events, which cannot be counted together", "name the events, or count days: did any ... >= 2 days"},
    {"did (purchase or any)", 18, "any stands alone: it is every event", "write did any, without the list"},
    {"did (any or purchase)", 6, "any stands alone: it is every event", "write did any, without the list"},
    {"did purchse in 30d", 5, "unknown event \"purchse\"", "did you mean purchase? An own event of that name goes in backquotes: `purchse`"},
    {"did skin_test in 30d", 5, "unknown event \"skin_test\"", "an own event that has not come in yet goes in backquotes: `skin_test`"},
    {"did 加购 in 30d", 5, "unknown event \"加购\"", "did you mean add_cart? An own event of that name goes in backquotes: `加购`"},
    {"did \"purchase\"", 5, "an event's name is expected, not \"purchase\"", "event names stand bare or in backquotes, without quotes"},
    {"did own_stp", 5, "unknown event \"own_stp\"", "did you mean own_step? An own event of that name goes in backquotes: `own_stp`"},
    {"did not purchase then review within 3d", 18, "did not and then: which of them is not to happen?", "did A then not B within 24h; or: not did A then B within 24h"},
    {"did purchase in 30d ago", 21, "ago is not understood here", "in 7d ending 30d ago; or: before 30d"},
    {"did purchase in 7d ending 30d", 30, "ago is expected, not the end", "like in 7d ending 30d ago"},
    {"did purchase in 7d ending", 26, "a span of days is expected behind ending, not the end", "like ending 15d ago"},
    {"did purchase in 7d ending 30 ago", 27, "a span of days is expected behind ending, not \"30\"", "write 30d"},
    {"did purchase ending 30d ago", 14, "and, or, or the end is expected, not \"ending\"", "like in 7d ending 30d ago"},
    {"did purchase before", 20, "a span of days is expected behind before, not the end", "like before 15d"},
    {"did purchase before 30", 21, "a span of days is expected behind before, not \"30\"", "write 30d"},
    {"did purchase on", 16, "a day is expected behind on, not the end", "like 2017-12-01"},
    {"did purchase on 30d", 17, "a day is expected behind on, not \"30d\"", "days back from today are written in 30d"},
    {"did purchase on 2017-13-01", 17, "\"2017-13-01\" is no day of the calendar", "year-month-day, like 2017-12-01"},
    {"did purchase on 2017-02-30", 17, "\"2017-02-30\" is no day of the calendar", "year-month-day, like 2017-12-01"},
    {"did purchase on yesterday", 17, "a day is expected behind on, not \"yesterday\"", "yesterday is written in 1d ending 1d ago"},
    {"did purchase from 2017-12-01 to 2017-11-01", 30, "the last day lies before the first", "the earlier day comes first"},
    {"did purchase from 30d", 19, "a day is expected behind from, not \"30d\"", "days back from today are written in 30d"},
    {"did purchase from 2017-12-01 to 30d", 33, "a day is expected behind to, not \"30d\"", "days back from today are written in 30d"},
    {"did purchase 2017-12-01", 14, "and, or, or the end is expected, not \"2017-12-01\"", "write on 2017-12-01"},
    {"did purchase in 2017-12-01", 17, "a span of days is expected behind in, not \"2017-12-01\"", "one day is written on 2017-12-01, several from DAY to DAY"},
    {"did purchase between 2017-12-01 and 2017-12-31", 14, "and, or, or the end is expected, not \"between\"", "days are written from 2017-11-01 to 2017-11-30"},
    {"did purchase since 2017-12-01", 14, "and, or, or the end is expected, not \"since\"", "days are written from 2017-11-01"},
    {"did purchase in 24h", 17, "a span of days is expected behind in, not \"24h\"", "spans are in days: 1d"},
    {"did purchase in 30m", 17, "\"30m\" is no number and no span of days", "spans are in days: 900d"},
    {"did purchase in last 30d", 17, "a span of days is expected behind in, not \"last\"", "leave it out: in 30d"},
    {"did purchase last 30d", 14, "and, or, or the end is expected, not \"last\"", "days back from today are written in 30d"},
    {"did purchase in 30 days", 17, "a span of days is expected behind in, not \"30\"", "write 30d"},
    {"did purchase in 1 month", 17, "a span of days is expected behind in, not \"1\"", "write 30d"},
    {"did purchase in 3个月", 17, "\"3个月\" is no number and no span of days", "spans are in days: 90d"},
    {"did purchase in ３０ｄ", 17, "\"３０ｄ\" is written in full-width characters", "write 30d"},
    {"did purchase in 40000d", 17, "a span is 1d to 36600d, not \"40000d\"", "leave \"in ...\" out for ever"},
    {"did purchase >= 2 in 30d", 19, "the span stands before the count", "like did purchase in 365d >= 2"},
    {"did purchase >= 2 items in 30d", 25, "the span stands before the count", "like did purchase in 365d >= 2"},
    {"did purchase >= 2 item", 19, "\"item\" is not understood behind a count", "write items"},
    {"did purchase >= 2 orders", 19, "\"orders\" is not understood behind a count", "leave it out: a bare count counts events"},
    {"did purchase twice", 14, "and, or, or the end is expected, not \"twice\"", "a count is written >= 2"},
    {"did purchase at least 2", 14, "and, or, or the end is expected, not \"at\"", "a count is written >= 2"},
    {"did purchase > 1.5", 16, "a count is a whole number from 0 to 1000000, not \"1.5\"", "like >= 2, or >= 2 days for distinct days"},
    {"did purchase >= 2d", 17, "a count is expected, not a span of days", "for distinct days write: 2 days"},
    {"did purchase(amount > 100 and channel = \"tmall\")", 27, "\",\" or \")\" is expected behind a test, not \"and\"", "tests are divided by commas"},
    {"did purchase(amount > 9.999)", 23, "amount has at most 2 decimals", "round it: 10.00"},
    {"did purchase(amount > 100元)", 23, "\"100元\" is no number and no span of days", "amounts are in yuan: write 100"},
    {"did purchase(amount > ¥100)", 23, "\"¥\" is not understood here", "leave it out"},
    {"did purchase(amount > 5万)", 23, "\"5万\" is no number and no span of days", "write 50000"},
    {"did purchase(amount > \"100\")", 23, "amount is compared with a number, not with \"100\"", "leave the quotes out"},
    {"did purchase(amount between 1 and 5)", 21, "a comparison is expected behind amount, not \"between\"", "write amount >= ..., amount <= ..."},
    {"did purchase(amount in (1, 2))", 21, "in (...) is for texts; amount is a number", "like amount >= 4"},
    {"did purchase(amount)", 20, "a comparison is expected behind amount, not \")\"", ">=, >, =, !=, <, <="},
    {"did purchase(amount >= 1e5)", 24, "\"1e5\" is no number and no span of days", "write the number out, without an exponent"},
    {"did purchase(channel = tmall)", 24, "channel is compared with a text, not with \"tmall\"", "write \"tmall\""},
    {"did purchase(channel = \"天猫\")", 24, "unknown channel \"天猫\"", "did you mean \"tmall\"?"},
    {"did purchase(channel = \"tmal\")", 24, "unknown channel \"tmal\"", "did you mean \"tmall\"?"},
    {"did purchase(channel in \"tmall\")", 25, "\"(\" is expected behind in, not \"tmall\"", "like channel in (\"tmall\", \"jd\")"},
    {"did purchase(channel in ())", 26, "channel is compared with a text, not with \")\"", "texts stand in double quotes: channel = \"...\""},
    {"did purchase(category contains \"护肤\")", 23, "a comparison is expected behind category, not \"contains\"", "texts are compared whole: category = \"...\" or category in (\"...\", \"...\")"},
    {"did purchase(category like \"护肤%\")", 23, "a comparison is expected behind category, not \"like\"", "texts are compared whole: category = \"...\" or category in (\"...\", \"...\")"},
    {"did purchase(category > \"a\")", 23, "category is a text: it has no order", "use =, != or in"},
    {"did purchase(category is \"a\")", 23, "a comparison is expected behind category, not \"is\"", "write ="},
    {"did purchase(colour = \"red\")", 14, "a field is expected, not \"colour\"", "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, category, order; or prop \"name\""},
    {"did purchase(item.categry = \"x\")", 14, "a field is expected, not \"item.categry\"", "did you mean category?"},
    {"did purchase(prop = \"red\")", 19, "a property's name is expected behind prop, not \"=\"", "in double quotes: prop \"color\" = \"red\""},
    {"did purchase(prop color = \"red\")", 19, "a property's name is expected behind prop, not \"color\"", "in double quotes: prop \"color\" = \"red\""},
    {"did purchase(prop \"\" = \"red\")", 19, "a property's name is expected behind prop, not \"\"", "in double quotes: prop \"color\" = \"red\""},
    {"did purchase(prop \"color\")", 26, "a comparison is expected behind prop \"color\", not \")\"", "=, != or in"},
    {"did purchase(prop \"color\" > \"red\")", 27, "prop \"color\" is a text: it has no order", "compare with a number, or use =, != or in"},
    {"did purchase(prop \"color\" = red)", 29, "prop \"color\" is compared with a text, not with \"red\"", "write \"red\""},
    {"did purchase(prop \"size\" in (38, 39))", 30, "prop \"size\" is compared with a text, not with \"38\"", "as a text it stands in double quotes: \"38\""},
    {"did purchase(stage = interest)", 14, "a field is expected, not \"stage\"", "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, category, order; or prop \"name\""},
    {"did purchase(did review)", 14, "a field is expected, not \"did\"", "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, category, order; or prop \"name\""},
    {"did purchase (amount > 1", 25, "\",\" or \")\" is expected behind a test, not the end", "like review(score >= 4, channel = \"tmall\")"},
    {"did purchase(amount > 1,)", 25, "a field is expected, not \")\"", "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, category, order; or prop \"name\""},
    {"did purchase(amount > 1; item = \"a\")", 24, "\";\" is not understood here", "write and"},
    {"did purchase(quantity >= 2) (amount > 1)", 29, "and, or, or the end is expected, not \"(\"", "tests stand at once behind the event: did review(score >= 4) in 365d"},
    {"did add_cart then purchase", 27, "within is expected behind a step, not the end", "like then purchase within 24h"},
    {"did item_view then add_cart then purchase within 7d", 29, "within is expected behind a step, not then", "like then purchase within 24h"},
    {"did item_view then add_cart within 1h then purchase within 7d of first", 29, "of first is for all steps: no other within beside it", "like did item_view then add_cart then purchase within 7d of first"},
    {"did item_view then add_cart within 1h of first then purchase within 7d", 48, "of first is for all steps: no other within beside it", "like did item_view then add_cart then purchase within 7d of first"},
    {"did item_view then add_cart within 1h of", 41, "first is expected behind of, not the end", "like did item_view then add_cart then purchase within 7d of first"},
    {"did item_view then not purchase within 7d of first", 43, "what is not to happen has a span of its own, not of first", "did A then B within 24h then not C within 3d"},
    {"did add_cart then purchase in 24h", 28, "within is expected behind a step, not \"in\"", "elapsed time since the step before: within 24h; days of the first step come at the end"},
    {"did add_cart then purchase within", 34, "a span of time is expected behind within, not the end", "like 24h, 90m or 3d (72 hours)"},
    {"did add_cart then purchase within 24", 35, "a span of time is expected behind within, not \"24\"", "like 24h, 90m or 3d (72 hours)"},
    {"did add_cart then purchase within 1w", 35, "\"1w\" is no number and no span of days", "spans are in days: 7d"},
    {"did add_cart then purchase within 0h", 35, "a span of time is 1m to 36600d, not \"0h\"", "like 24h, 90m or 3d"},
    {"did add_cart then purchase within 40000d", 35, "a span of time is 1m to 36600d, not \"40000d\"", "like 24h, 90m or 3d"},
    {"did add_cart then within 24h", 19, "an event's name is expected, not the word \"within\"", "like did add_cart then purchase within 24h"},
    {"did add_cart then did purchase within 24h", 19, "did stands only before the first step", "like did add_cart then purchase within 24h"},
    {"did add_cart then not purchase within 24h then review within 3d", 43, "nothing can come after a step that is not to happen", "then not ... is the last step"},
    {"did add_cart in 7d then purchase within 24h", 20, "the days of a sequence come at its end", "like did add_cart then purchase within 24h in 7d"},
    {"did add_cart then purchase within 24h >= 2", 39, "a sequence is not counted", "it asks whether there is one; leave the count out"},
    {"did add_cart >= 2 then purchase within 24h", 19, "and, or, or the end is expected, not \"then\"", "steps belong to a did: did add_cart then purchase within 24h"},
    {"did add_cart and then purchase within 24h", 18, "a condition is expected, not \"then\"", "a sequence is one condition: did add_cart then purchase within 24h"},
    {"add_cart then purchase within 24h", 1, "a condition is expected, not \"add_cart\"", "write did add_cart"},
    {"did add_cart followed by purchase", 14, "and, or, or the end is expected, not \"followed\"", "write then: did add_cart then purchase within 24h"},
    {"did add_cart, purchase", 13, "and, or, or the end is expected, not \",\"", "conditions are joined by and, or"},
    {"then purchase", 1, "a condition is expected, not \"then\"", "a sequence is one condition: did add_cart then purchase within 24h"},
    {"is", 3, "an event's name is expected, not the end", "like purchase, add_cart, or `own name`"},
    {"is purchase", 4, "purchase is no status", "statuses: follow, friend_add, group_join, member_join; for events write did purchase"},
    {"is not follow", 4, "not stands before is", "like not is follow"},
    {"is unfollow", 4, "unfollow is no status", "it ends one: write not is follow"},
    {"is fan", 4, "unknown event \"fan\"", "did you mean follow? An own event of that name goes in backquotes: `fan`"},
    {"is follow in 30d", 11, "and, or, or the end is expected, not \"in\"", "a span belongs to a did: did follow in 15d; a status has none"},
    {"is follow >= 2", 11, "and, or, or the end is expected, not \">=\"", "one count for each did; a status has none"},
    {"is 关注", 4, "unknown event \"关注\"", "did you mean follow? An own event of that name goes in backquotes: `关注`"},
    {"count(purchase)", 16, "a comparison is expected behind count, not the end", ">=, >, =, !=, <, <="},
    {"count(purchase) >= 2 in 30d", 22, "the span stands before the count", "like did purchase in 365d >= 2"},
    {"count purchase >= 2", 7, "\"(\" is expected behind count, not \"purchase\"", "like count(purchase) in 365d >= 2"},
    {"count(purchase in 30d) >= 2", 16, "\",\" or \")\" is expected in count(...), not \"in\"", "the days stand behind the ): count(...) in 30d >= 2"},
    {"count() >= 2", 7, "an event's name is expected, not \")\"", "like purchase, add_cart, or `own name`"},
    {"count(purchase, amount) > 1", 23, "a comparison is expected behind amount, not \")\"", ">=, >, =, !=, <, <="},
    {"count(any) >= 3", 7, "any holds orders and other events, which cannot be counted together", "name the events, or count days: did any ... >= 2 days"},
    {"days(purchase) >= 2 days", 21, "days(...) says already what is counted", "leave it out"},
    {"items(purchase) > x", 19, "a count is a whole number from 0 to 1000000, not \"x\"", "like >= 2, or >= 2 days for distinct days"},
    {"orders", 7, "a comparison is expected behind orders, not the end", ">=, >, =, !=, <, <="},
    {"orders > 2.5", 10, "a count is a whole number from 0 to 1000000, not \"2.5\"", "like >= 2, or >= 2 days for distinct days"},
    {"orders(30) >= 2", 8, "a span of days is expected behind (, not \"30\"", "write 30d"},
    {"orders(365d) in 30d >= 2", 14, "the days are given twice", "either gmv(365d) or gmv in 365d"},
    {"sum(purchase) >= 5", 13, "the field that is measured is expected, not \")\"", "like sum(purchase.amount); tests stand behind it: sum(purchase.amount, channel = \"tmall\")"},
    {"sum(amount) >= 5", 5, "the event is missing before the field", "like sum(purchase.amount)"},
    {"sum(purchase.amount)", 21, "a comparison is expected behind sum, not the end", ">=, >, =, !=, <, <="},
    {"sum(purchase.amount) 500", 22, "a comparison is expected behind sum, not \"500\"", "write >= 500"},
    {"sum(purchase.amount) >= 5.555", 25, "sum has at most 2 decimals", "round it: 5.55"},
    {"sum(purchase.amount) >= \"5\"", 25, "sum is compared with a number, not with \"5\"", "leave the quotes out"},
    {"sum(purchase.category) >= 5", 14, "category is a text and cannot be measured", "fields that are numbers: amount, quantity, score, unit_price"},
    {"sum(purchase.item) >= 5", 14, "item is a text and cannot be measured", "distinct items: did purchase in 365d >= 3 items"},
    {"sum(purchase.amout) >= 5", 14, "a field is expected, not \"amout\"", "did you mean amount?"},
    {"sum(purchse.amount) >= 5", 5, "unknown event \"purchse\"", "did you mean purchase? An own event of that name goes in backquotes: `purchse`"},
    {"sum(purchase.amount >= 5)", 21, "\",\" or \")\" is expected in sum(...), not \">=\"", "the comparison stands behind the ): sum(...) >= 2"},
    {"sum purchase.amount >= 5", 5, "\"(\" is expected behind sum, not \"purchase.amount\"", "like sum(purchase.amount) in 365d >= 500"},
    {"sum(purchase.amount, channel = \"tmall\" >= 5", 40, "\",\" or \")\" is expected behind a test, not \">=\"", "like review(score >= 4, channel = \"tmall\")"},
    {"sum(purchase.amount) >= 500 in 30d", 29, "the span stands before the count", "like did purchase in 365d >= 2"},
    {"average(purchase.amount) > 5", 1, "a condition is expected, not \"average\"", "did you mean avg?"},
    {"total(purchase.amount) > 5", 1, "a condition is expected, not \"total\"", "did you mean gmv?"},
    {"gmv", 4, "a comparison is expected behind gmv, not the end", ">=, >, =, !=, <, <="},
    {"gmv 500", 5, "a comparison is expected behind gmv, not \"500\"", "write >= 500"},
    {"gmv >= 500元", 8, "\"500元\" is no number and no span of days", "amounts are in yuan: write 500"},
    {"gmv >= 1,000", 9, "and, or, or the end is expected, not \",\"", "numbers are written without commas: 1000"},
    {"gmv >= 5.001", 8, "gmv has at most 2 decimals", "round it: 5.00"},
    {"gmv(365) >= 500", 5, "a span of days is expected behind (, not \"365\"", "write 365d"},
    {"gmv(365d >= 500", 10, "\")\" is expected behind the span, not \">=\"", "like gmv(365d) >= 500"},
    {"gmv(365d) in 30d >= 500", 11, "the days are given twice", "either gmv(365d) or gmv in 365d"},
    {"gmv >= 500 in 365d", 12, "the span stands before the count", "like did purchase in 365d >= 2"},
    {"gmv in 365d", 12, "a comparison is expected behind gmv, not the end", ">=, >, =, !=, <, <="},
    {"spent >= 500", 1, "a condition is expected, not \"spent\"", "did you mean gmv?"},
    {"aov > high", 7, "aov is compared with a number, not with \"high\"", "like aov >= 4"},
    {"first purchase", 15, "the days are expected behind first EVENT, not the end", "like first EVENT in 30d, before 90d, from 2017-01-01 to 2017-03-31"},
    {"first purchase >= 2", 16, "the days are expected behind first EVENT, not \">=\"", "like first EVENT in 30d, before 90d, from 2017-01-01 to 2017-03-31"},
    {"first purchase in 30d >= 2", 23, "first EVENT is one event: it has no count", "for a count write did EVENT in 30d >= 2"},
    {"first purchase was", 19, "tests in ( ) are expected behind was, not the end", "like first purchase was (channel = \"tmall\")"},
    {"first purchase was item = \"a\"", 20, "tests in ( ) are expected behind was, not \"item\"", "like first purchase was (channel = \"tmall\")"},
    {"last_seen was in 30d", 15, "tests in ( ) are expected behind was, not \"in\"", "like first purchase was (channel = \"tmall\")"},
    {"first purchase was (chanel = \"tmall\")", 21, "a field is expected, not \"chanel\"", "did you mean channel?"},
    {"first purchase in 30d was (item = \"a\")", 23, "was stands before the days", "like last purchase was (amount >= 200) in 90d"},
    {"first purchase was (item = \"a\") was (item = \"b\")", 33, "was is said twice", "its tests stand in one list, divided by commas"},
    {"first purchase was (amount >= 5) >= 2", 34, "first EVENT is one event: it has no count", "for a count write did EVENT in 30d >= 2"},
    {"did purchase was (item = \"a\")", 14, "and, or, or the end is expected, not \"was\"", "was belongs to first and last: first purchase was (channel = \"tmall\")"},
    {"first in 30d", 7, "an event's name is expected, not the word \"in\"", "like purchase, add_cart; an event of that name goes in backquotes"},
    {"last_seen", 10, "the days are expected behind last_seen, not the end", "like last_seen in 30d, before 90d, from 2017-01-01 to 2017-03-31"},
    {"last_seen > 30d", 11, "the days are expected behind last_seen, not \">\"", "like last_seen in 30d, before 90d, from 2017-01-01 to 2017-03-31"},
    {"first_buy in 30d", 1, "a condition is expected, not \"first_buy\"", "did you mean first_purchase?"},
    {"stage", 6, "a comparison, was, entered or left is expected behind stage, not the end", "like stage = interest, stage >= purchase, stage entered loyalty in 30d"},
    {"stage is interest", 7, "a comparison, was, entered or left is expected behind stage, not \"is\"", "write stage = interest"},
    {"stage interest", 7, "a comparison, was, entered or left is expected behind stage, not \"interest\"", "write stage = interest"},
    {"stage = Interest", 9, "unknown stage \"Interest\"", "did you mean interest?"},
    {"stage = awarenes", 9, "unknown stage \"awarenes\"", "did you mean awareness?"},
    {"stage = \"兴趣\"", 9, "unknown stage \"兴趣\"", "stages: none, awareness, interest, purchase, loyalty, pre-sale"},
    {"stage = 2", 9, "a stage is expected, not \"2\"", "stages: none, awareness, interest, purchase, loyalty, pre-sale"},
    {"stage not interest", 7, "a comparison, was, entered or left is expected behind stage, not \"not\"", "write stage != interest"},
    {"stage in 30d", 10, "a list of stages is expected behind in, not \"30d\"", "held in these days: stage was interest in 30d"},
    {"stage in interest", 10, "\"(\" is expected behind in, not \"interest\"", "like stage in (interest, purchase)"},
    {"stage in (interest, purchas)", 21, "unknown stage \"purchas\"", "did you mean purchase?"},
    {"stage in (interest purchase)", 20, "\")\" is expected behind a stage, not \"purchase\"", "like stage in (interest, purchase)"},
    {"stage was", 10, "a stage is expected, not the end", "stages: none, awareness, interest, purchase, loyalty, pre-sale"},
    {"stage was interest 30d", 20, "and, or, or the end is expected, not \"30d\"", "write in 30d"},
    {"stage enterd purchase", 7, "a comparison, was, entered or left is expected behind stage, not \"enterd\"", "did you mean entered?"},
    {"stage entered purchase >= 2", 24, "and, or, or the end is expected, not \">=\"", "one count for each did; a status has none"},
    {"stage = interest in 30d", 18, "stage = ... is asked of one day", "held at some time: stage was interest in 30d; on a day: stage on 2017-12-01 = interest"},
    {"stage on 2017-12-01", 20, "a comparison, was, entered or left is expected behind stage, not the end", "like stage = interest, stage >= purchase, stage entered loyalty in 30d"},
    {"stage on = interest", 10, "a day is expected behind on, not \"=\"", "like 2017-12-01"},
    {"stage 30d = interest", 11, "ago is expected, not \"=\"", "like stage 30d ago = interest"},
    {"stage >= ", 10, "a stage is expected, not the end", "stages: none, awareness, interest, purchase, loyalty, pre-sale"},
    {"A", 1, "a condition is expected, not \"A\"", "events are asked with did EVENT, tags with tag \"...\", crowds with crowd \"...\""},
    {"interest", 1, "a condition is expected, not \"interest\"", "write stage = interest"},
    {"rfm.r", 6, "a comparison is expected behind rfm.r, not the end", ">=, >, =, !=, <, <= or known"},
    {"rfm.r >=", 9, "rfm.r is compared with a number, not with the end", "like rfm.r >= 4"},
    {"rfm.r >= high", 10, "rfm.r is compared with a number, not with \"high\"", "like rfm.r >= 4"},
    {"rfm.r >= 4d", 10, "rfm.r is compared with a number, not with \"4d\"", "leave the d out"},
    {"rfm.r in (4, 5)", 7, "in (...) is for texts; rfm.r is a number", "like rfm.r >= 4"},
    {"rfm.r between 4 and 5", 7, "a comparison is expected behind rfm.r, not \"between\"", "write rfm.r >= ... and rfm.r <= ..."},
    {"rfm.x >= 4", 1, "a condition is expected, not \"rfm.x\"", "did you mean rfm.r?"},
    {"rfm >= 4", 1, "a condition is expected, not \"rfm\"", "did you mean rfm.r?"},
    {"r >= 4", 1, "a condition is expected, not \"r\"", "events are asked with did EVENT, tags with tag \"...\", crowds with crowd \"...\""},
    {"rfm.type = 重要价值", 12, "rfm.type is compared with a text, not with \"重要价值\"", "write \"重要价值\""},
    {"rfm.type >= \"a\"", 10, "rfm.type is a text: it has no order", "use =, != or in"},
    {"rfm.type = 5", 12, "rfm.type is compared with a text, not with \"5\"", "texts stand in double quotes: rfm.type = \"...\""},
    {"rfm.type in \"a\"", 13, "\"(\" is expected behind in, not \"a\"", "like rfm.type in (\"...\", \"...\")"},
    {"rfm.type in (\"a\"", 17, "\")\" is expected behind a text, not the end", "like rfm.type in (\"...\", \"...\")"},
    {"rfm.amount >= 1.234", 15, "rfm.amount has at most 2 decimals", "round it: 1.23"},
    {"clv = unknown", 7, "clv is compared with a number, not with \"unknown\"", "like clv >= 4"},
    {"clv is known", 5, "a comparison is expected behind clv, not \"is\"", "write clv known, or ="},
    {"member.teir = \"gold\"", 1, "a condition is expected, not \"member.teir\"", "did you mean member.tier?"},
    {"level = \"gold\"", 1, "a condition is expected, not \"level\"", "events are asked with did EVENT, tags with tag \"...\", crowds with crowd \"...\""},
    {"age > 18岁", 7, "\"18岁\" is no number and no span of days", "write 18, without the unit"},
    {"has", 4, "a kind of identity is expected behind has, not the end", "like has phone, has openid"},
    {"has a phone", 5, "unknown kind of identity \"a\"", "like phone, unionid, openid, external_userid, member_no, email"},
    {"has phone number", 11, "and, or, or the end is expected, not \"number\"", "join conditions by and, or"},
    {"has mobile", 5, "unknown kind of identity \"mobile\"", "did you mean phone?"},
    {"has tag \"高敏\"", 5, "has is for kinds of identity", "for tags write tag \"...\""},
    {"has phone > 1.5", 13, "a count is a whole number from 0 to 1000000, not \"1.5\"", "like >= 2, or >= 2 days for distinct days"},
    {"has phone \"138\"", 11, "has asks only whether there is one", "a value is asked with identity \"phone:138\""},
    {"has openid@nosuch", 5, "unknown kind of identity \"openid@nosuch\"", "like phone, unionid, openid, external_userid, member_no, email"},
    {"identity", 9, "\"KIND:VALUE\" is expected behind identity, not the end", "like identity \"phone:13800138000\""},
    {"identity phone", 10, "\"KIND:VALUE\" is expected behind identity, not \"phone\"", "like identity \"phone:13800138000\""},
    {"identity \"13800138000\"", 10, "\"KIND:VALUE\" is expected behind identity, not \"13800138000\"", "like identity \"phone:13800138000\""},
    {"identity \"fone:13800138000\"", 10, "unknown kind of identity \"fone\"", "like phone, unionid, openid, external_userid, member_no, email"},
    {"identity \"phone:abc\"", 10, "a phone number holds a character that is no digit", "like identity \"phone:13800138000\""},
    {"identity \"phone:\"", 10, "the value means that there is none", "like identity \"phone:13800138000\""},
    {"tag", 4, "a name is expected behind tag, not the end", "in double quotes: tag \"name\""},
    {"tag = \"高敏\"", 5, "a name is expected behind tag, not \"=\"", "write tag \"name\", without ="},
    {"tag \"高铭\"", 5, "unknown tag \"高铭\"", "did you mean \"高敏\"?"},
    {"tag \"nosuch\"", 5, "unknown tag \"nosuch\"", "pond tag list lists them"},
    {"tag \"高敏\" != \"x\"", 10, "a tag's value is asked with = only", "not tag \"name\" = \"value\""},
    {"tag \"高敏\" = 5", 12, "a tag's value is a text, not \"5\"", "in double quotes: tag \"name\" = \"value\""},
    {"tag \"高敏\" in (\"a\", \"b\")", 10, "a tag has one value", "write tag \"高敏\" = \"a\" or tag \"高敏\" = \"b\""},
    {"tag in (\"高敏\", \"b\")", 5, "a tag is asked by its name", "write tag \"a\" or tag \"b\""},
    {"tag \"高敏\", tag \"b\"", 9, "and, or, or the end is expected, not \",\"", "conditions are joined by and, or"},
    {"crowd", 6, "a name is expected behind crowd, not the end", "in double quotes: crowd \"name\""},
    {"crowd \"vip\"", 7, "unknown crowd \"vip\"", "did you mean \"VIP\"?"},
    {"crowd = \"VIP\"", 7, "a name is expected behind crowd, not \"=\"", "write crowd \"name\", without ="},
    {"crowd \"VIP\" = \"x\"", 13, "and, or, or the end is expected, not \"=\"", "one count for each did; a status has none"},
    {"in crowd \"VIP\"", 1, "a condition is expected, not \"in\"", "days stand behind an event, did purchase in 30d; for crowds write crowd \"...\""},
    {"\"VIP\"", 1, "a condition is expected, not \"VIP\"", "for a tag write tag \"VIP\""},
    {"reachable", 10, "by is expected behind reachable, not the end", "like reachable by wecom"},
    {"reachable wecom", 11, "by is expected behind reachable, not \"wecom\"", "like reachable by wecom"},
    {"reachable by", 13, "nobody is reached by the end", "channels: wecom, wechat_oa, mini_program, sms, email"},
    {"reachable by wechat", 14, "nobody is reached by \"wechat\"", "did you mean wechat_oa?"},
    {"reachable by 企业微信", 14, "nobody is reached by \"企业微信\"", "did you mean wecom?"},
    {"reachable by phone", 14, "nobody is reached by \"phone\"", "channels: wecom, wechat_oa, mini_program, sms, email"},
    {"reachable by wecom, sms", 19, "and, or, or the end is expected, not \",\"", "conditions are joined by and, or"},
    {"consent", 8, "a name is expected behind consent, not the end", "in double quotes: consent \"name\""},
    {"consent \"marketting\"", 9, "unknown consent \"marketting\"", "consents have the names under which they were given"},
    {"sample", 7, "a percentage is expected behind sample, not the end", "like sample 10% seed 7"},
    {"sample 10", 10, "% is expected, not the end", "like sample 10%"},
    {"sample 0%", 8, "a sample is more than 0% and at most 100%", "like sample 10%"},
    {"sample 101%", 8, "a sample is more than 0% and at most 100%", "like sample 10%"},
    {"sample 10.12345%", 8, "sample has at most 4 decimals", "round it: 10.1235"},
    {"sample 10% seed", 16, "a seed is a whole number, not the end", "like sample 10% seed 7"},
    {"sample 10% seed x", 17, "a seed is a whole number, not \"x\"", "like sample 10% seed 7"},
    {"sample 10% seed -1", 17, "a seed is a whole number, not \"-1\"", "like sample 10% seed 7"},
    {"sample \"10%\"", 8, "a percentage is expected behind sample, not \"10%\"", "like sample 10% seed 7"},
    {"random 10%", 1, "a condition is expected, not \"random\"", "did you mean sample 10%?"},
    {"amount >= 200", 1, "a condition is expected, not \"amount\"", "a test stands behind its event: did purchase(amount ...)"},
    {"purchase(amount >= 200) in 30d", 1, "a condition is expected, not \"purchase\"", "write did purchase for the event, stage = purchase for the stage"},
    {"channel", 8, "a comparison is expected behind channel, not the end", "=, != or in"},
    {"channel = tmall", 11, "channel is compared with a text, not with \"tmall\"", "write \"tmall\""},
    {"channel != \"tmall\"", 1, "!= would ask for any other touch", "never there is written not channel = ..."},
    {"channel = \"tmall\" >= 3", 19, "touches of all kinds are not counted together", "name the event: did item_view(channel = ...) in 30d >= 2"},
    {"channel = \"tmall\" in", 21, "a span of days is expected behind in, not the end", "like in 15d"},
    {"item = \"a\"", 1, "a condition is expected, not \"item\"", "a test stands behind its event: did purchase(item ...)"},
    {"all users", 5, "and, or, or the end is expected, not \"users\"", "leave it out: questions are about consumers"},
    {"everyone", 1, "a condition is expected, not \"everyone\"", "did you mean all?"},
    {"not", 4, "a condition is expected, not the end", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"not not", 8, "a condition is expected, not the end", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"and did purchase", 1, "a condition is expected, not \"and\"", "and stands between two conditions"},
    {"did purchase and", 17, "a condition is expected, not the end", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"did purchase and and did review", 18, "a condition is expected, not \"and\"", "and stands between two conditions"},
    {"did purchase or or did review", 17, "a condition is expected, not \"or\"", "or stands between two conditions"},
    {"did purchase AND did review", 14, "and, or, or the end is expected, not \"AND\"", "did you mean and?"},
    {"did purchase && did review", 14, "\"&&\" is not understood here", "write and"},
    {"did purchase & did review", 14, "\"&\" is not understood here", "write and"},
    {"did purchase；did review", 13, "\"；\" is not understood here", "write and"},
    {"did purchase。", 13, "\"。\" is not understood here", "leave it out"},
    {"did purchase and not", 21, "a condition is expected, not the end", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"not purchase", 5, "a condition is expected, not \"purchase\"", "write did purchase for the event, stage = purchase for the stage"},
    {"!did purchase", 1, "\"!\" is not understood here", "write not"},
    {"(did purchase", 14, "\")\" is expected, not the end", "the ( at byte 1 is not closed; conditions are joined by and, or"},
    {"did purchase)", 13, "this ) closes nothing", "leave it out, or open a ( before"},
    {"((did purchase) and did review", 31, "\")\" is expected, not the end", "the ( at byte 1 is not closed; conditions are joined by and, or"},
    {"()", 2, "a condition is expected, not \")\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"did purchase {", 14, "\"{\" is not understood here", "write ("},
    {"did purchase; drop table", 13, "\";\" is not understood here", "write and"},
    {"select * from consumers", 1, "a condition is expected, not \"select\"", "events are asked with did EVENT, tags with tag \"...\", crowds with crowd \"...\""},
    {"did purchase -- comment", 14, "\"-\" is not understood here", "names with other characters than letters, digits and _ go in backquotes: `name`"},
    {"did purchase # comment", 14, "\"#\" is not understood here", "names with other characters than letters, digits and _ go in backquotes: `name`"},
    {"tag \"abc", 5, "the text that begins here has no end", "close it with \""},
    {"tag “abc", 5, "the text that begins here has no end", "close it with \""},
    {"did `abc", 5, "the name that begins here has no end", "close it with `"},
    {"did `` in 3d", 5, "an empty name", "put the event's name between the backquotes"},
    {"tag \"a\\nb\"", 7, "a backslash inside a text", "\\\" is a quote, \\\\ a backslash; nothing else needs one"},
    {"@", 1, "\"@\" is not understood here", "names with other characters than letters, digits and _ go in backquotes: `name`"},
    {"$", 1, "\"$\" is not understood here", "names with other characters than letters, digits and _ go in backquotes: `name`"},
    {"did purchase in 30d and stage = interest adn tag \"高敏\"", 42, "and, or, or the end is expected, not \"adn\"", "did you mean and?"},
    {"did purchase in 30d stage = interest", 21, "and, or, or the end is expected, not \"stage\"", "join conditions by and, or"},
    {"1", 1, "a condition is expected, not \"1\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"30d", 1, "a condition is expected, not \"30d\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"2017-12-01", 1, "a condition is expected, not \"2017-12-01\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {">= 5", 1, "a condition is expected, not \">=\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"%", 1, "a condition is expected, not \"%\"", "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd \"...\", gmv >= ..., not ..., or (...)"},
    {"did purchase in 30d >= 2 days days", 31, "and, or, or the end is expected, not \"days\"", "distinct days are counted behind a did: >= 2 days"},
    {"did purchase in 30d　and　did purchse", 29, "unknown event \"purchse\"", "did you mean purchase? An own event of that name goes in backquotes: `purchse`"},
};
static const struct wrong json_wrongs[] = { /* the message begins with the path */
    {"{", 0, "column 1: JSON document ended early in the middle of an object or array.", "like {\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":30}}}"},
    {"{}", 0, "the question: a question is an object with one member", "like {\"did\":{\"events\":[\"purchase\"]}}; join two by {\"and\":[..]}"},
    {"[]", 0, "the question: a question is an object with one member", "like {\"did\":{\"events\":[\"purchase\"]}}; join two by {\"and\":[..]}"},
    {"[{\"all\":true}]", 0, "the question: a question is an object with one member", "like {\"did\":{\"events\":[\"purchase\"]}}; join two by {\"and\":[..]}"},
    {"{\"all\":false}", 0, "all: true is expected", "the JSON form is in docs/who.md"},
    {"{\"all\":true,\"not\":{\"all\":true}}", 0, "the question: a question is an object with one member", "like {\"did\":{\"events\":[\"purchase\"]}}; join two by {\"and\":[..]}"},
    {"{\"und\":[{\"all\":true}]}", 0, "und: no form of a question", "did you mean and?"},
    {"{\"nott\":{\"all\":true}}", 0, "nott: no form of a question", "did you mean not?"},
    {"{\"and\":[]}", 0, "and: no question in the list", "write {\"all\":true} for everyone"},
    {"{\"and\":{\"all\":true}}", 0, "and: a list of questions is expected", "the JSON form is in docs/who.md"},
    {"{\"and\":[{\"all\":true},{\"did\":{\"events\":[\"purchse\"]}}]}", 0, "and[1].did.events[0]: unknown event \"purchse\"", "did you mean purchase? An own event of that name goes in backquotes: `purchse`"},
    {"{\"or\":[{\"all\":true},{\"not\":{\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":0}}}}]}", 0, "or[1].not.did.when.in: a span is 1d to 36600d, not \"0d\"", "today alone is 1d"},
    {"{\"did\":\"purchase\"}", 0, "did: an object is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{}}", 0, "did: the member \"events\" is missing", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"event\":[\"purchase\"]}}", 0, "did.event: no such member", "did you mean events?"},
    {"{\"did\":{\"events\":[]}}", 0, "did.events: no event in the list", "write \"any\" for every event"},
    {"{\"did\":{\"events\":\"purchase\"}}", 0, "did.events: \"any\" or a list of names is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[5]}}", 0, "did.events[0]: a name is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\",\"any\"]}}", 0, "did.events[1]: any stands alone: it is every event", "write did any, without the list"},
    {"{\"did\":{\"events\":[\"购买\"]}}", 0, "did.events[0]: unknown event \"购买\"", "did you mean purchase? An own event of that name goes in backquotes: `购买`"},
    {"{\"did\":{\"events\":[\"a`b\"]}}", 0, "did.events[0]: a name with a backquote or a control character", "choose another"},
    {"{\"did\":{\"events\":[\"purchase\"],\"events\":[\"review\"]}}", 0, "did.events: the member stands there twice", "write it once"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":{\"field\":\"amount\"}}}", 0, "did.tests: a list of tests is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\">=\"}]}}", 0, "did.tests[0]: the member \"value\" is missing", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amout\",\"cmp\":\">=\",\"value\":5}]}}", 0, "did.tests[0].field: a field is expected, not \"amout\"", "did you mean amount?"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\"=>\",\"value\":5}]}}", 0, "did.tests[0].cmp: an unknown word", "one of >=, >, =, !=, <, <=, in"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\">=\",\"value\":\"5\"}]}}", 0, "did.tests[0].value: amount is compared with a number, not with \"5\"", "leave the quotes out"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\">=\",\"value\":5.555}]}}", 0, "did.tests[0].value: amount has at most 2 decimals", "round it: 5.55"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\">=\",\"value\":null}]}}", 0, "did.tests[0].value: a number is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"amount\",\"cmp\":\"in\",\"value\":[1,2]}]}}", 0, "did.tests[0].cmp: in (...) is for texts; amount is a number", "like amount >= 4"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"channel\",\"cmp\":\"=\",\"value\":\"tmal\"}]}}", 0, "did.tests[0].value: unknown channel \"tmal\"", "did you mean \"tmall\"?"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"channel\",\"cmp\":\"in\",\"value\":[\"tmall\",\"jdd\"]}]}}", 0, "did.tests[0].value[1]: unknown channel \"jdd\"", "did you mean \"jd\"?"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"channel\",\"cmp\":\"in\",\"value\":[]}]}}", 0, "did.tests[0].value: channel is compared with a text, not with \")\"", "texts stand in double quotes: channel = \"...\""},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"item\",\"cmp\":\"in\",\"value\":\"a\"}]}}", 0, "did.tests[0].value: \"(\" is expected behind in, not \"a\"", "like channel in (\"tmall\", \"jd\")"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"item\",\"cmp\":\"=\",\"value\":\"a\\nb\"}]}}", 0, "did.tests[0].value: the text that begins here has no end", "close it with \""},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"item\",\"prop\":\"x\",\"cmp\":\"=\",\"value\":\"a\"}]}}", 0, "did.tests[0]: a test has a field or a prop", "leave one of them out"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"prop\":\"color\",\"cmp\":\">\",\"value\":\"a\"}]}}", 0, "did.tests[0].cmp: prop \"color\" is a text: it has no order", "compare with a number, or use =, != or in"},
    {"{\"did\":{\"events\":[\"purchase\"],\"tests\":[{\"field\":\"a b\",\"cmp\":\"=\",\"value\":\"a\"}]}}", 0, "did.tests[0].field: no field of events", "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, category, order"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":1.5}}}", 0, "did.when.in: a span is 1d to 36600d, not \"1.5d\"", "today alone is 1d"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":\"30d\"}}}", 0, "did.when.in: a number is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{}}}", 0, "did.when: no span of days", "{\"in\":30}, {\"in\":30,\"ending\":30}, {\"before\":30}, {\"on\":DAY} or {\"from\":DAY,\"to\":DAY}"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":30,\"before\":30}}}", 0, "did.when: no span of days", "{\"in\":30}, {\"in\":30,\"ending\":30}, {\"before\":30}, {\"on\":DAY} or {\"from\":DAY,\"to\":DAY}"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"ending\":30}}}", 0, "did.when: no span of days", "{\"in\":30}, {\"in\":30,\"ending\":30}, {\"before\":30}, {\"on\":DAY} or {\"from\":DAY,\"to\":DAY}"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"on\":\"2017-02-30\"}}}", 0, "did.when.on: \"2017-02-30\" is no day of the calendar", "year-month-day, like 2017-12-01"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"from\":\"2017-12-01\",\"to\":\"2017-11-01\"}}}", 0, "did.when.to: the last day lies before the first", "the earlier day comes first"},
    {"{\"did\":{\"events\":[\"purchase\"],\"when\":{\"on\":20171201}}}", 0, "did.when.on: a text is expected", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\"],\"count\":{\"cmp\":\">=\",\"n\":1.5}}}", 0, "did.count.n: a count is a whole number from 0 to 1000000, not \"1.5\"", "like >= 2, or >= 2 days for distinct days"},
    {"{\"did\":{\"events\":[\"purchase\"],\"count\":{\"cmp\":\">=\",\"n\":2,\"of\":\"orders\"}}}", 0, "did.count.of: an unknown word", "one of events, days, items"},
    {"{\"did\":{\"events\":[\"purchase\"],\"count\":{\"n\":2}}}", 0, "did.count: the member \"cmp\" is missing", "the JSON form is in docs/who.md"},
    {"{\"did\":{\"events\":[\"purchase\",\"review\"],\"count\":{\"cmp\":\">=\",\"n\":2}}}", 0, "did.events: purchase counts orders and cannot be counted together with other events", "count them one by one: did purchase ... or did ..."},
    {"{\"sequence\":{\"steps\":[{\"events\":[\"add_cart\"]}]}}", 0, "sequence.steps: a sequence has two steps or more", "for one event write did"},
    {"{\"sequence\":{\"steps\":[{\"events\":[\"add_cart\"]},{\"events\":[\"purchase\"]}]}}", 0, "sequence.steps[1]: the member \"within\" is missing", "the JSON form is in docs/who.md"},
    {"{\"sequence\":{\"steps\":[{\"events\":[\"add_cart\"]},{\"events\":[\"purchase\"],\"within\":\"1w\"}]}}", 0, "sequence.steps[1].within: no span of time", "like \"24h\", \"90m\" or \"3d\""},
    {"{\"sequence\":{\"steps\":[{\"events\":[\"add_cart\"]},{\"events\":[\"purchase\"],\"within\":\"0h\"}]}}", 0, "sequence.steps[1].within: a span of time is 1m to 36600d, not \"0h\"", "like 24h, 90m or 3d"},
    {"{\"sequence\":{\"steps\":[{\"not\":true,\"events\":[\"add_cart\"]},{\"events\":[\"purchase\"],\"within\":\"1h\"}]}}", 0, "sequence.steps[0]: the first step has neither not nor within", "elapsed time counts from the step before"},
    {"{\"sequence\":{\"steps\":[{\"events\":[\"add_cart\"]},{\"not\":true,\"events\":[\"purchase\"],\"within\":\"1h\"},{\"events\":[\"review\"],\"within\":\"1h\"}]}}", 0, "sequence.steps[1].within: nothing can come after a step that is not to happen", "then not ... is the last step"},
    {"{\"is\":\"purchase\"}", 0, "is: purchase is no status", "statuses: follow, friend_add, group_join, member_join; for events write did purchase"},
    {"{\"is\":[\"follow\"]}", 0, "is: a name is expected", "the JSON form is in docs/who.md"},
    {"{\"measure\":{\"of\":\"sum\",\"events\":[\"purchase\"],\"field\":\"category\",\"cmp\":\">=\",\"value\":5}}", 0, "measure.field: category is a text and cannot be measured", "fields that are numbers: amount, quantity, score, unit_price"},
    {"{\"measure\":{\"of\":\"median\",\"events\":[\"purchase\"],\"field\":\"amount\",\"cmp\":\">=\",\"value\":5}}", 0, "measure.of: an unknown word", "one of sum, avg, min, max"},
    {"{\"measure\":{\"of\":\"sum\",\"events\":[\"purchase\"],\"field\":\"amount\",\"cmp\":\"in\",\"value\":[5]}}", 0, "measure.value: a span of days is expected behind in, not \"(\"", "like in 15d"},
    {"{\"total\":{\"of\":\"gmv\",\"cmp\":\">=\",\"value\":\"500\"}}", 0, "total.value: gmv is compared with a number, not with \"500\"", "leave the quotes out"},
    {"{\"total\":{\"of\":\"gmv\",\"cmp\":\">=\",\"value\":1e15}}", 0, "total.value: a number that cannot be compared with", "at most 1,000,000,000,000"},
    {"{\"moment\":{\"which\":\"first\",\"events\":[\"purchase\"]}}", 0, "moment: the member \"when\" is missing", "the JSON form is in docs/who.md"},
    {"{\"moment\":{\"which\":\"first\",\"events\":[\"purchase\"],\"was\":[]}}", 0, "moment: the member \"when\" is missing", "the JSON form is in docs/who.md"},
    {"{\"moment\":{\"which\":\"first\",\"events\":[\"purchase\"],\"was\":{}}}", 0, "moment.was: a list of tests is expected", "the JSON form is in docs/who.md"},
    {"{\"moment\":{\"which\":\"first\",\"events\":[\"purchase\"],\"was\":[{\"field\":\"amout\",\"cmp\":\">=\",\"value\":5}]}}", 0, "moment.was[0].field: a field is expected, not \"amout\"", "did you mean amount?"},
    {"{\"moment\":{\"which\":\"second\",\"events\":[\"purchase\"],\"when\":{\"in\":30}}}", 0, "moment.which: an unknown word", "one of first, last"},
    {"{\"stage\":{\"cmp\":\"=\",\"stage\":\"intrest\"}}", 0, "stage.stage: unknown stage \"intrest\"", "did you mean interest?"},
    {"{\"stage\":{\"in\":\"interest\"}}", 0, "stage.in: a list of stages is expected", "the JSON form is in docs/who.md"},
    {"{\"stage\":{\"in\":[\"interest\",\"x\"]}}", 0, "stage.in[1]: unknown stage \"x\"", "stages: none, awareness, interest, purchase, loyalty, pre-sale"},
    {"{\"stage\":{\"was\":\"interest\",\"stage\":\"interest\"}}", 0, "stage: a stage is asked in one way", "{\"cmp\":\"=\",\"stage\":..}, {\"in\":[..]}, {\"was\":..}, {\"entered\":..} or {\"left\":..}"},
    {"{\"stage\":{\"cmp\":\"=\",\"stage\":\"interest\",\"when\":{\"in\":30}}}", 0, "stage.when.in: stage = ... is asked of one day", "held at some time: stage was interest in 30d; on a day: stage on 2017-12-01 = interest"},
    {"{\"stage\":{}}", 0, "stage: the member \"cmp\" is missing", "the JSON form is in docs/who.md"},
    {"{\"field\":{\"name\":\"rfm.x\",\"cmp\":\">=\",\"value\":4}}", 0, "field.name: no such field", "did you mean rfm.r?"},
    {"{\"field\":{\"name\":\"rfm.r\",\"cmp\":\">=\",\"value\":\"4\"}}", 0, "field.value: rfm.r is compared with a number, not with \"4\"", "leave the quotes out"},
    {"{\"field\":{\"name\":\"rfm.r\",\"known\":false}}", 0, "field.known: known is true and stands alone", "write not around it"},
    {"{\"field\":{\"name\":\"rfm.type\",\"cmp\":\"<\",\"value\":\"a\"}}", 0, "field.cmp: rfm.type is a text: it has no order", "use =, != or in"},
    {"{\"has\":{\"kind\":\"fone\"}}", 0, "has.kind: unknown kind of identity \"fone\"", "like phone, unionid, openid, external_userid, member_no, email"},
    {"{\"has\":{\"kind\":\"phone\",\"cmp\":\">=\"}}", 0, "has: the member \"n\" is missing", "the JSON form is in docs/who.md"},
    {"{\"identity\":\"138\"}", 0, "identity: \"KIND:VALUE\" is expected behind identity, not \"138\"", "like identity \"phone:13800138000\""},
    {"{\"tag\":{\"nam\":\"x\"}}", 0, "tag.nam: no such member", "did you mean name?"},
    {"{\"tag\":{\"name\":\"高铭\"}}", 0, "tag.name: unknown tag \"高铭\"", "did you mean \"高敏\"?"},
    {"{\"crowd\":5}", 0, "crowd: a text is expected", "the JSON form is in docs/who.md"},
    {"{\"crowd\":\"vip\"}", 0, "crowd: unknown crowd \"vip\"", "did you mean \"VIP\"?"},
    {"{\"reach\":\"wecom \"}", 0, "reach: nobody is reached by \"wecom \"", "did you mean wecom?"},
    {"{\"sample\":{\"percent\":0}}", 0, "sample.percent: a sample is more than 0% and at most 100%", "like sample 10%"},
    {"{\"sample\":{\"percent\":10,\"seed\":-1}}", 0, "sample.seed: a seed is a whole number, not \"-1\"", "like sample 10% seed 7"},
    {"{\"sample\":10}", 0, "sample: an object is expected", "the JSON form is in docs/who.md"},
};
/* clang-format on */
#define WRONGS (sizeof(wrongs) / sizeof(wrongs[0]))
#define JSON_WRONGS (sizeof(json_wrongs) / sizeof(json_wrongs[0]))

static bool knows(void *ctx, enum question_form form, struct str name, struct str *near)
{
    (void)ctx;
    bool known = form == Q_TAG     ? str_eq(name, STR("高敏"))
                 : form == Q_CROWD ? str_eq(name, STR("VIP"))
                                   : str_eq(name, STR("marketing"));
    if (!known && form == Q_TAG && str_starts(name, STR("高"))) {
        *near = STR("高敏");
    } else if (!known && form == Q_CROWD && str_eq_nocase(name, STR("vip"))) {
        *near = STR("VIP");
    }
    return known;
}

static struct fixture setup(void)
{
    struct fixture f = fixture_new();
    uint16_t code = 0;
    CHECK_EQ_I64(catalogue_intern(f.catalogue, STR("own_step"), &code, NULL), RC_OK);
    f.names.knows = knows;
    return f;
}

static void check_wrong(const struct wrong *w)
{
    struct fixture f = setup();
    struct question *q = NULL;
    struct question_error at = {0};
    struct err e = {0};
    struct str want = arena_strf(f.arena, "column %u: %s", w->column, w->msg);
    enum rc rc = question_parse(str_of(w->text), &f.names, f.arena, &q, &at, &e);
    bool good = rc == RC_INVALID && e.rc == RC_INVALID && q == NULL && at.line == 1 &&
                at.column == w->column && str_eq(str_of(e.msg), want) &&
                strcmp(e.hint, w->hint) == 0;
    if (!CHECK(good)) {
        printf("#   %s\n#   %u:%u %s\n#   %s\n", w->text, at.line, at.column, e.msg, e.hint);
    }
    fixture_free(&f);
}

static void check_json(const struct wrong *w)
{
    struct fixture f = setup();
    struct question *q = NULL;
    struct err e = {0};
    enum rc rc = question_from_json(str_of(w->text), &f.names, f.arena, &q, &e);
    bool good = rc == RC_INVALID && q == NULL && strcmp(e.msg, w->msg) == 0 &&
                strcmp(e.hint, w->hint) == 0;
    if (!CHECK(good)) {
        printf("#   %s\n#   %s\n#   %s\n", w->text, e.msg, e.hint);
    }
    fixture_free(&f);
}

/* The same place and message in Chinese: no English is left but the words of the language. */
static bool is_chinese(const char *text)
{
    bool any = false;
    for (const char *p = text; *p; p++) {
        any = any || ((unsigned char)*p & 0x80);
    }
    static const char *const english[] = {" is a", " is no ", " are ", "expected",
                                          " the ", "write ",  "like ", "you "};
    for (size_t i = 0; i < sizeof(english) / sizeof(english[0]); i++) {
        any = any && !strstr(text, english[i]);
    }
    return any;
}

static void check_zh(const struct wrong *w, bool json)
{
    struct fixture f = setup();
    struct question *q = NULL;
    struct question_error at = {0};
    struct err e = {0};
    f.names.zh = true;
    enum rc rc = json ? question_from_json(str_of(w->text), &f.names, f.arena, &q, &e)
                      : question_parse(str_of(w->text), &f.names, f.arena, &q, &at, &e);
    bool words = strncmp(w->hint, "in 7d", 5) == 0 || strncmp(w->hint, "did A", 5) == 0 ||
                 strncmp(w->hint, "not tag", 7) == 0 || strncmp(w->hint, "{\"in\"", 5) == 0;
    bool own =
        strstr(w->msg, "no digit") || strstr(w->msg, "JSON document"); /* of other floors */
    bool good = rc == RC_INVALID && (json || at.column == w->column) &&
                (own || is_chinese(e.msg)) && (words || own || is_chinese(e.hint));
    if (!CHECK(good)) {
        printf("#   %s\n#   %s\n#   %s\n", w->text, e.msg, e.hint);
    }
    fixture_free(&f);
}

static void check_large(struct fixture *f, struct str text, const char *msg)
{
    struct question *q = NULL;
    struct err e = {0};
    enum rc rc = question_parse(text, &f->names, f->arena, &q, NULL, &e);
    if (!CHECK(msg ? rc == RC_TOO_LARGE && e.rc == rc && strstr(e.msg, msg) && e.hint[0]
                   : rc == RC_OK)) {
        printf("#   %d %s (%s)\n", (int)rc, e.msg, e.hint);
    }
}

static struct str repeated(struct fixture *f, const char *first, const char *again, uint32_t n,
                           const char *last)
{
    struct buf out = {0};
    buf_add(&out, str_of(first));
    for (uint32_t i = 0; i < n; i++) {
        buf_add(&out, str_of(again));
    }
    buf_add(&out, str_of(last));
    struct str text = arena_str(f->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void test_limits(void)
{
    struct fixture f = setup();
    check_large(&f, repeated(&f, "", "not ", 63, "all"), NULL);
    check_large(&f, repeated(&f, "", "not ", 64, "all"), "64 levels");
    check_large(&f, repeated(&f, "", "(", 30000, ""), "64 levels");
    check_large(&f, repeated(&f, "all", " or all", 255, ""), NULL);
    check_large(&f, repeated(&f, "all", " or all", 256, ""), "256 conditions");
    check_large(&f, repeated(&f, "did purchase(amount > 1", ", amount > 1", 15, ")"), NULL);
    check_large(&f, repeated(&f, "did purchase(amount > 1", ", amount > 1", 16, ")"),
                "16 tests");
    check_large(
        &f,
        repeated(&f, "last any(score > 1, score > 2) was (amount > 1", ", amount > 1", 15, ")"),
        NULL);
    check_large(&f, repeated(&f, "last any was (amount > 1", ", amount > 1", 16, ")"),
                "16 tests");
    check_large(&f, repeated(&f, "did review", " then review within 1h", 15, ""), NULL);
    check_large(&f, repeated(&f, "did review", " then review within 1h", 16, ""), "16 steps");
    check_large(&f, repeated(&f, "all", " ", 65533, ""), NULL);
    check_large(&f, repeated(&f, "all", " ", 65534, ""), "64 KiB");
    fixture_free(&f);
}

/* As deep as a text can be, JSON goes too. */
static void test_deep_json(void)
{
    struct fixture f = setup();
    struct buf text = {0};
    for (int i = 0; i < 63; i++) {
        buf_add(&text, STR("all or all and ("));
    }
    buf_add(&text, STR("all"));
    for (int i = 0; i < 63; i++) {
        buf_add(&text, STR(" or all)"));
    }
    struct question *q = fixture_parse(&f, buf_cstr(&text));
    CHECK(q && json_round(&f, q));
    buf_release(&text);
    fixture_free(&f);
}

static void test_lines(void)
{
    struct fixture f = setup();
    struct question *q = NULL;
    struct question_error at = {0};
    struct err e = {0};
    struct str two = STR("did purchase\n  and 标签 \"x\"\n");
    CHECK_EQ_I64(question_parse(two, &f.names, f.arena, &q, &at, &e), RC_INVALID);
    CHECK(at.line == 2 && at.column == 7);
    CHECK(strstr(e.msg, "line 2, column 7: ") == e.msg);
    CHECK_EQ_I64(question_parse(STR("did \xff"), &f.names, f.arena, &q, &at, &e), RC_INVALID);
    CHECK_EQ_I64(question_parse(STR("did a\0b"), &f.names, f.arena, &q, &at, &e), RC_INVALID);
    f.names.stages = NULL;
    f.names.stages_len = 0;
    CHECK_EQ_I64(question_parse(STR("stage = none"), &f.names, f.arena, &q, &at, &e),
                 RC_INVALID);
    CHECK(strstr(e.msg, "stages cannot be asked for here") != NULL);
    fixture_free(&f);
}

/* What only questions have is refused in stage rules, by name. */
static void test_rules(void)
{
    static const char *const texts[] = {"all",
                                        "did any",
                                        "did purchase before 3d",
                                        "did purchase in 3d >= 2 items",
                                        "did purchase on 2017-01-01",
                                        "did purchase(prop \"a\" = \"b\")",
                                        "gmv > 5",
                                        "did review then review within 1h",
                                        "stage = interest",
                                        "tag \"a\"",
                                        "sample 1%",
                                        "items(purchase) > 1",
                                        "sum(purchase.amount) > 1",
                                        "first any in 3d",
                                        "first any was (item = \"a\")",
                                        "has phone",
                                        "did any(item = \"a\")",
                                        "crowd \"a\"",
                                        "reachable by sms",
                                        "consent x"};
    struct fixture f = setup();
    f.names.rules_only = true;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct question *q = NULL;
        struct err e = {0};
        enum rc rc = question_parse(str_of(texts[i]), &f.names, f.arena, &q, NULL, &e);
        if (!CHECK(rc == RC_INVALID && strstr(e.msg, "stage rules have no") && e.hint[0])) {
            printf("#   %s: %s (%s)\n", texts[i], e.msg, e.hint);
        }
    }
    fixture_free(&f);
}

int main(void)
{
    TEST("every wrong question is refused with place, message and hint") {
        CHECK(WRONGS >= 250);
        for (size_t i = 0; i < WRONGS; i++) {
            check_wrong(&wrongs[i]);
        }
    }
    TEST("every wrong JSON is refused with its path, message and hint") {
        CHECK(JSON_WRONGS >= 70);
        for (size_t i = 0; i < JSON_WRONGS; i++) {
            check_json(&json_wrongs[i]);
        }
    }
    TEST("every mistake is told in Chinese too") {
        for (size_t i = 0; i < WRONGS; i++) {
            check_zh(&wrongs[i], false);
        }
        for (size_t i = 0; i < JSON_WRONGS; i++) {
            check_zh(&json_wrongs[i], true);
        }
    }
    TEST("length, depth, conditions, tests and steps are limited") {
        test_limits();
    }
    TEST("JSON goes as deep as text") {
        test_deep_json();
    }
    TEST("lines are counted; bytes that are no text are refused") {
        test_lines();
    }
    TEST("stage rules refuse what only questions have") {
        test_rules();
    }
    return tap_end();
}
