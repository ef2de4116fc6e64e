/* Questions that are right: what they print as, and that the text reads back as the same tree. */
#include "unit/tap.h"

#include "unit/who_tree.h"

/* clang-format off */
static const char *const prints[][2] = {      /* written, printed; NULL: the same */
    /* the line of the plan */
    {"stage = interest and did add_cart(item.category = \"护肤\") in 7d >= 2 and not did purchase in 30d and tag \"高敏\" and "
     "gmv(365d) >= 500 and reachable by wecom",
     "stage = interest and did add_cart(category = \"护肤\") in 7d >= 2 and not did purchase in 30d and tag \"高敏\" and "
     "gmv in 365d >= 500 and reachable by wecom"},
    {"all", NULL},
    {"not all", NULL},
    /* did */
    {"did any", NULL},
    {"did any in 30d", NULL},
    {"did any in 30d >= 2 days", NULL},
    {"did any(channel = \"tmall\") in 30d >= 3 items", NULL},
    {"did purchase in 30d ending 30d ago", NULL},
    {"did purchase before 90d", NULL},
    {"did purchase before 2017-12-01", "did purchase to 2017-11-30"},
    {"did purchase on 2017-12-01", NULL},
    {"did purchase on 2017/12/1", "did purchase on 2017-12-01"},
    {"did purchase on 2017年12月1日", "did purchase on 2017-12-01"},
    {"did purchase on \"2017-12-01\"", "did purchase on 2017-12-01"},
    {"did purchase from 2017-11-01 to 2017-11-30 >= 2", NULL},
    {"did purchase from 2017-11-01", NULL},
    {"did purchase to 2017-11-30", NULL},
    {"did purchase from 2017-11-01 to 2017-11-01", "did purchase on 2017-11-01"},
    {"did purchase in 365d >= 3 items", NULL},
    {"did (purchase or review) in 30d >= 2 days", NULL},
    {"did not purchase in 30d", "not did purchase in 30d"},
    {"did not (add_cart or favorite)", "not did (add_cart or favorite)"},
    {"did purchase(prop \"color\" = \"red\")", NULL},
    {"did purchase(prop \"size\" >= 38.5, prop \"color\" in (\"red\", \"blue\"), prop \"color\" != \"x\")", NULL},
    {"did purchase(prop.color = \"red\")", "did purchase(prop \"color\" = \"red\")"},
    {"did purchase(order.amount >= 200)", "did purchase(amount >= 200)"},
    {"did `skin test` in 3d", NULL},
    {"did `skin_test` in 3d", NULL},
    {"did skin_test in 3d", "did `skin_test` in 3d"},
    {"did `any`", NULL},
    {"count(add_cart) in 7d >= 2", "did add_cart in 7d >= 2"},
    {"count(add_cart, item = \"a\") in 7d >= 2", "did add_cart(item = \"a\") in 7d >= 2"},
    {"count(add_cart(item = \"a\")) in 7d >= 2", "did add_cart(item = \"a\") in 7d >= 2"},
    {"count(add_cart) >= 1", "did add_cart"},
    {"days(any) in 7d >= 2", "did any in 7d >= 2 days"},
    {"items(purchase) >= 3", "did purchase >= 3 items"},
    {"orders(365d) >= 2", "did purchase in 365d >= 2"},
    {"orders >= 2", "did purchase >= 2"},
    {"orders before 30d = 0", "did purchase before 30d = 0"},
    {"channel = \"tmall\"", "did any(channel = \"tmall\")"},
    {"channel in (\"tmall\", \"jd\") in 30d", "did any(channel in (\"tmall\", \"jd\")) in 30d"},
    {"touchpoint = \"x\" on 2018-01-01", "did any(touchpoint = \"x\") on 2018-01-01"},
    /* sequences */
    {"did add_cart then purchase within 24h", NULL},
    {"did add_cart then not purchase within 24h in 7d", NULL},
    {"did add_cart(item = \"a\") then purchase(amount >= 10) within 90m then review within 30d from 2017-01-01", NULL},
    {"did add_cart then (purchase or consult) within 0024h", "did add_cart then (purchase or consult) within 24h"},
    {"not did add_cart then purchase within 3d", NULL},
    {"did item_view then add_cart then purchase within 7d of first in 30d", NULL},
    {"did add_cart then purchase within 024h of first", "did add_cart then purchase within 24h of first"},
    /* statuses */
    {"is follow and not is member_join", NULL},
    /* measures */
    {"sum(purchase.amount) in 365d >= 500", NULL},
    {"avg(purchase.amount) >= 99.5", NULL},
    {"min((purchase or refund).amount, channel = \"tmall\") in 30d < 5", NULL},
    {"max(any.quantity) > 3.25", NULL},
    {"max(`skin test`.score) > 3", NULL},
    {"sum(purchase.unit_price) > 0.0001", NULL},
    {"gmv in 365d >= 500", NULL},
    {"gmv(365d) >= 500.00", "gmv in 365d >= 500"},
    {"gmv >= 0.5", NULL},
    {"aov from 2017-01-01 to 2017-12-31 < 100", NULL},
    /* moments */
    {"first any in 30d", NULL},
    {"first_seen in 30d", "first any in 30d"},
    {"last_seen before 30d", "last any before 30d"},
    {"first_purchase from 2017-01-01", "first purchase from 2017-01-01"},
    {"last_purchase in 7d ending 7d ago", "last purchase in 7d ending 7d ago"},
    {"last (purchase or review)(amount > 1) on 2017-01-01", NULL},
    {"first any was (channel = \"tmall\") from 2026-11-01 to 2026-11-30", NULL},
    {"last purchase was (amount >= 200) in 90d", NULL},
    {"first_purchase was(item in (\"a\", \"b\"), amount >= 5.00)", "first purchase was (item in (\"a\", \"b\"), amount >= 5)"},
    {"last (purchase or review)(amount > 1) was (prop \"a\" = \"b\") before 3d", NULL},
    {"last_seen was (touchpoint != \"x\")", "last any was (touchpoint != \"x\")"},
    /* stages */
    {"stage = none", NULL},
    {"stage >= purchase", NULL},
    {"stage != interest", NULL},
    {"stage in (interest, purchase)", NULL},
    {"stage in (purchase, interest, interest)", "stage in (interest, purchase)"},
    {"stage on 2017-12-01 = interest", NULL},
    {"stage 30d ago < purchase", NULL},
    {"stage 30d ago in (`pre-sale`)", NULL},
    {"stage was \"pre-sale\"", "stage was `pre-sale`"},
    {"stage entered purchase in 30d", NULL},
    {"stage left purchase from 2017-01-01 to 2017-02-01", NULL},
    /* fields */
    {"rfm.r >= 4", NULL},
    {"rfm.amount >= 199.50", "rfm.amount >= 199.5"},
    {"rfm.type = \"重要价值\"", NULL},
    {"rfm.type in (\"111\", \"一般发展\")", NULL},
    {"clv known", NULL},
    {"p_alive < 0.25", NULL},
    {"member.tier != \"gold\"", NULL},
    /* identities */
    {"has phone", NULL},
    {"has phone >= 1", "has phone"},
    {"has phone = 0", NULL},
    {"has openid@wx12 >= 2", NULL},
    {"has `openid@wx12`", "has openid@wx12"},
    {"identity \"phone:+86 138 0013 8000\"", "identity \"phone:13800138000\""},
    /* marks */
    {"tag \"高敏\"", NULL},
    {"tag 高敏", "tag \"高敏\""},
    {"tag \"皮肤\" = \"干\"", NULL},
    {"crowd \"老客 \\\"A\\\"\"", NULL},
    {"reachable by sms or reachable by mini_program", NULL},
    {"consent marketing", NULL},
    {"consent \"marketing\"", "consent marketing"},
    {"consent \"第三方 共享\"", NULL},
    {"sample 10%", NULL},
    {"sample 0.5% seed 7", NULL},
    {"sample 10 % seed 0", "sample 10%"},
    /* Chinese punctuation */
    {"did （add_cart or favorite）（category＝“护肤”，amount＞＝10） in 7d ＞＝ 2",
     "did (add_cart or favorite)(category = \"护肤\", amount >= 10) in 7d >= 2"},
    {"tag “高敏” and gmv≥500", "tag \"高敏\" and gmv >= 500"},
    {"tag ‘高敏’　and gmv ≠ 5 and aov ≤ 3 and sample 3％", "tag \"高敏\" and gmv != 5 and aov <= 3 and sample 3%"},
    /* joining */
    {"all or (all and not (all or all))", "all or all and not (all or all)"},
    {"(all or all) and all", NULL},
};
/* clang-format on */

static void test_print(void)
{
    struct fixture f = fixture_new();
    uint16_t code = 0;
    CHECK_EQ_I64(catalogue_intern(f.catalogue, STR("skin_test"), &code, NULL), RC_OK);
    for (size_t i = 0; i < sizeof(prints) / sizeof(prints[0]); i++) {
        const char *want = prints[i][1] ? prints[i][1] : prints[i][0];
        struct question *q = fixture_parse(&f, prints[i][0]);
        if (!q) {
            continue;
        }
        struct str once = question_print(q, &f.names, f.arena);
        CHECK_STR(once, str_of(want));
        struct question *again = fixture_parse(&f, once.ptr);
        CHECK(again && tree_equal(q, again, &f.names));
        CHECK(json_round(&f, q));
    }
    fixture_free(&f);
}

/* The days of a span, counted by hand: D is 2017-12-10 (17510). */
static void test_days(void)
{
    static const struct {
        const char *text;
        int32_t from, to; /* to < from: no day */
    } spans[] = {
        {"did any", INT32_MIN, 17510},
        {"did any in 1d", 17510, 17510},
        {"did any in 30d", 17481, 17510},
        {"did any in 30d ending 1d ago", 17480, 17509},
        {"did any in 36600d ending 36600d ago", -55689, -19090},
        {"did any before 1d", INT32_MIN, 17509},
        {"did any before 2017-12-01", INT32_MIN, 17500},
        {"did any on 2017-12-10", 17510, 17510},
        {"did any on 2017-12-11", 17511, 17510},
        {"did any from 2017-12-01", 17501, 17510},
        {"did any from 2017-12-01 to 2017-12-31", 17501, 17510},
        {"did any from 2017-12-01 to 2017-12-02", 17501, 17502},
        {"did any to 2018-12-02", INT32_MIN, 17510},
    };
    struct fixture f = fixture_new();
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        int32_t from = 0, to = 0;
        bool some = when_days(fixture_parse(&f, spans[i].text)->when, 17510, &from, &to);
        if (!CHECK(some == (spans[i].from <= spans[i].to) && from == spans[i].from &&
                   to == spans[i].to)) {
            printf("#   %s: %d to %d\n", spans[i].text, from, to);
        }
    }
    fixture_free(&f);
}

/* What reachable by means is a question too; fields have what screens need. */
static void test_tables(void)
{
    struct fixture f = fixture_new();
    for (const struct reach_channel *c = reach_channels; c->name; c++) {
        CHECK(question_reach_rule(str_of(c->name)) == c->rule);
        CHECK(fixture_parse(&f, c->rule) != NULL);
    }
    CHECK(question_reach_rule(STR("pigeon")) == NULL);
    for (const struct who_field *d = who_fields; d->name; d++) {
        CHECK(who_field_find(str_of(d->name)) == d);
        CHECK(d->help && *d->help && d->help_zh && *d->help_zh);
    }
    fixture_free(&f);
}

int main(void)
{
    TEST("questions print in canonical form, which reads back as the same tree") {
        test_print();
    }
    TEST("spans are calendar days as of a day, cut there") {
        test_days();
    }
    TEST("channels have a question, fields a help in both languages") {
        test_tables();
    }
    return tap_end();
}
