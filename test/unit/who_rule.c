/* Rules that are right: canonical text, and what they compile to. */
#include "unit/tap.h"

#include "who/rule.h"

struct fixture {
    struct catalogue *c;
    struct arena *a;
};
static struct fixture setup(void) { return (struct fixture){catalogue_new(), arena_new()}; }
static struct who_names names_of(struct fixture f)
{
    return (struct who_names){.catalogue = f.c, .rules_only = true};
}
static void teardown(struct fixture f)
{
    arena_free(f.a);
    catalogue_free(f.c);
}

static struct question *parse(struct fixture f, const char *text)
{
    struct question *rule = NULL;
    struct who_names n = names_of(f);
    struct err e = {0};
    if (!CHECK_EQ_I64(question_parse(str_of(text), &n, f.a, &rule, NULL, &e), RC_OK)) {
        printf("#   %s\n#   %s (%s)\n", text, e.msg, e.hint);
    }
    return rule;
}

static struct who_program *compile(struct fixture f, const char *const *texts, uint32_t n)
{
    const struct question *rules[80];
    struct who_program *p = NULL;
    for (uint32_t i = 0; i < n; i++) {
        rules[i] = parse(f, texts[i]);
    }
    CHECK_EQ_I64(who_compile(rules, n, &(struct who_names){.catalogue = f.c}, f.a, &p, NULL),
                 RC_OK);
    return p;
}

/* ---- text ---- */

/* clang-format off */
static const char *const prints[][2] = {      /* written, printed; NULL: the same */
    {"did purchase in 913d", NULL},
    {"did purchase", NULL},
    {"  did   purchase\n in 30d>=2 days ", "did purchase in 30d >= 2 days"},
    {"did purchase in 30d >= 1", "did purchase in 30d"},
    {"did purchase in 30d > 0", NULL},
    {"did purchase in 30d = 0", NULL},
    {"did (follow or friend_add or follow)", "did (follow or friend_add)"},
    {"did (purchase)", "did purchase"},
    {"is follow or is group_join", NULL},
    {"did review(score >= 4) in 365d", NULL},
    {"did review(score>=4.50,channel=\"tmall\")", "did review(score >= 4.5, channel = \"tmall\")"},
    {"did purchase(amount >= 99.5)", NULL},
    {"did purchase(amount >= -0.05, unit_price < 1.0001)", NULL},
    {"did purchase(channel in (\"tmall\", \"jd\")) in 30d", NULL},
    {"did purchase(category != \"护肤\")", NULL},
    {"did purchase(item = \"a\\\"b\\\\c\")", NULL},
    {"(did purchase or is follow) and not did refund in 30d", NULL},
    {"did purchase or (is follow and not did refund)", "did purchase or is follow and not did refund"},
    {"did purchase or (is follow or did share)", "did purchase or is follow or did share"},
    {"((did purchase))", "did purchase"},
    {"not not did purchase", NULL},
    {"not (did purchase and is follow)", NULL},
    {"not (did purchase or is follow)", NULL},
    {"did `my event` in 3d", NULL},
    {"did `purchase`", "did purchase"},
    {"did `and`", NULL},
    {"did skin_test_zz9 in 3d", NULL},
    {"did `皮肤测试` in 3d", NULL},
    {"did 皮肤测试 in 3d", "did `皮肤测试` in 3d"},
    {"did share(quantity >= 0.1)", NULL},
    {"did （follow or friend_add）", "did (follow or friend_add)"},
    {"did review（score ≥ 4，item ＝ “x”） in 30d＞＝2", "did review(score >= 4, item = \"x\") in 30d >= 2"},
    {"did purchase(item.category = \"x\")", "did purchase(category = \"x\")"},
    {"did not purchase in 30d", "not did purchase in 30d"},
    {"count(add_cart) in 7d >= 2", "did add_cart in 7d >= 2"},
    {"days(purchase) in 365d >= 2", "did purchase in 365d >= 2 days"},
    {"orders(365d) >= 2", "did purchase in 365d >= 2"},
};
/* clang-format on */

static void test_print(void)
{
    struct fixture f = setup();
    struct who_names n = names_of(f);
    for (size_t i = 0; i < sizeof(prints) / sizeof(prints[0]); i++) {
        const char *want = prints[i][1] ? prints[i][1] : prints[i][0];
        struct str once = question_print(parse(f, prints[i][0]), &n, f.a);
        CHECK_STR(once, str_of(want));
        CHECK_STR(question_print(parse(f, arena_cstr(f.a, once)), &n, f.a), once);
    }
    teardown(f);
}

/* ---- compiling ---- */

static void test_sharing(void)
{
    struct fixture f = setup();
    const char *const texts[] = {
        "did ad_exposure in 15d or did live_view in 15d or did (ad_exposure or content_view) "
        "in 15d >= 1",
        "did purchase in 913d",
        "did purchase in 365d >= 2 days or did review(score >= 4) in 365d or did share in 365d",
        "is follow or is friend_add",
    };
    struct who_program *p = compile(f, texts, 4);
    CHECK_EQ_I64(p->plan->len,
                 6); /* 3 seen events, purchase, review >= 4, share, 2 statuses, less one: */
    CHECK_EQ_I64(p->plan->classes[0].names_len, 3);
    CHECK_EQ_I64(p->plan->classes[1].unit, UNIT_ORDERS);
    CHECK_EQ_I64(p->atoms_len, 7);
    CHECK_EQ_I64(p->exprs_len, 4);
    CHECK_EQ_I64(p->exprs[0].len, 1);
    uint16_t unfollow = catalogue_find(f.c, STR("unfollow"));
    CHECK_EQ_I64(__builtin_popcountll(p->plan->off[unfollow]), 1);
    CHECK(p->plan->off[unfollow] == p->plan->on[catalogue_find(f.c, STR("follow"))]);
    CHECK_EQ_I64(p->plan->on[EVENT_PURCHASE], 2);
    CHECK_EQ_I64(p->plan->on[EVENT_REFUND], 0);
    teardown(f);
}

static void test_hash(void)
{
    struct fixture f = setup();
    const char *const a[] = {"did (follow or friend_add) in 15d", "did purchase in 3d"};
    const char *const b[] = {"did friend_add in 15d or did follow in 15d",
                             "did purchase in 9d >= 2"};
    const char *const d[] = {"did friend_add in 15d or did follow in 16d",
                             "did purchase in 9d >= 2"};
    CHECK(compile(f, a, 2)->plan->hash == compile(f, b, 2)->plan->hash);
    CHECK(compile(f, a, 2)->plan->hash != compile(f, d, 2)->plan->hash);
    teardown(f);
}

/* The truth of one rule over one class's count: compiled thresholds against the comparison. */
static void test_counts(void)
{
    static const char *const cmps[] = {"=", "!=", "<", "<=", ">", ">="};
    struct fixture f = setup();
    for (uint32_t k = 0; k < 6; k++) {
        for (uint32_t n = 0; n < 4; n++) {
            const char *text = arena_strf(f.a, "did add_cart in 9d %s %u", cmps[k], n).ptr;
            struct who_program *p = compile(f, &text, 1);
            for (uint32_t have = 0; have < 6; have++) {
                uint64_t truth = 0;
                for (uint32_t i = 0; i < p->atoms_len; i++) {
                    CHECK(p->atoms[i].cmp == CMP_GE && p->atoms[i].n >= 1);
                    truth |= (uint64_t)(have >= p->atoms[i].n) << i;
                }
                bool want = k == 0   ? have == n
                            : k == 1 ? have != n
                            : k == 2 ? have < n
                            : k == 3 ? have <= n
                            : k == 4 ? have > n
                                     : have >= n;
                CHECK(who_eval(p->exprs[0], truth) == want);
            }
        }
    }
    teardown(f);
}

static void test_logic(void)
{
    struct fixture f = setup();
    const char *const texts[] = {
        "is follow and (is friend_add or not is group_join) and not (is member_join "
        "and is friend_add)"};
    struct who_program *p = compile(f, texts, 1);
    CHECK_EQ_I64(p->atoms_len, 4);
    for (uint64_t truth = 0; truth < 16; truth++) {
        bool x[4];
        for (int i = 0; i < 4; i++) {
            x[i] = truth >> i & 1u;
        }
        CHECK(who_eval(p->exprs[0], truth) == (x[0] && (x[1] || !x[2]) && !(x[3] && x[1])));
    }
    const char *const mixed[] = {"did (purchase or review) in 9d",
                                 "did (purchase or review) in 9d = 0"};
    p = compile(f, mixed, 2);
    CHECK_EQ_I64(p->plan->len, 2);
    CHECK(!who_eval(p->exprs[0], 0) && who_eval(p->exprs[0], 1) && who_eval(p->exprs[0], 2));
    CHECK(who_eval(p->exprs[1], 0) && !who_eval(p->exprs[1], 1) && !who_eval(p->exprs[1], 2));
    teardown(f);
}

static void test_too_many(void)
{
    struct fixture f = setup();
    const struct question *rules[80];
    struct who_program *p = NULL;
    struct err e = {0};
    for (uint32_t i = 0; i < 65; i++) {
        rules[i] = parse(f, arena_strf(f.a, "did purchase in %ud", i + 1).ptr);
    }
    CHECK_EQ_I64(who_compile(rules, 64, &(struct who_names){.catalogue = f.c}, f.a, &p, &e),
                 RC_OK);
    CHECK_EQ_I64(who_compile(rules, 65, &(struct who_names){.catalogue = f.c}, f.a, &p, &e),
                 RC_TOO_LARGE);
    for (uint32_t i = 0; i < 65; i++) {
        rules[i] = parse(f, arena_strf(f.a, "did own_event_number_%u", i).ptr);
    }
    CHECK_EQ_I64(who_compile(rules, 64, &(struct who_names){.catalogue = f.c}, f.a, &p, &e),
                 RC_OK);
    CHECK_EQ_I64(who_compile(rules, 65, &(struct who_names){.catalogue = f.c}, f.a, &p, &e),
                 RC_TOO_LARGE);
    CHECK(strstr(e.msg, "64") != NULL);
    CHECK_EQ_I64(
        who_compile(rules, 65, &(struct who_names){.catalogue = f.c, .zh = true}, f.a, &p, &e),
        RC_TOO_LARGE);
    CHECK_CSTR(e.msg, "各规则合计的不同证据超过 64 个");
    CHECK_CSTR(e.hint, "请减少不同的时间窗口、次数和条件");
    teardown(f);
}

/* ---- matching rows ---- */

static void test_match(void)
{
    struct fixture f = setup();
    const char *const texts[] = {"did review(score >= 4)",
                                 "did review(score != 3)",
                                 "did review(channel in (\"tmall\", \"jd\"))",
                                 "did review(channel != \"tmall\")",
                                 "did review(item = \"a\", amount < 10.5)",
                                 "did review(category != \"x\")"};
    struct who_program *p = compile(f, texts, 6);
    uint16_t name = catalogue_find(f.c, STR("review"));
    uint8_t channel = 0;
    double score = SCORE_UNKNOWN, quantity = QUANTITY_UNKNOWN;
    int64_t amount = AMOUNT_UNKNOWN, price = PRICE_UNKNOWN;
    struct str none = STR_NULL, item = STR_NULL, category = STR_NULL;
    struct event_batch b = {.rows = 1,
                            .name = &name,
                            .channel = &channel,
                            .score = &score,
                            .quantity = &quantity,
                            .amount_fen = &amount,
                            .unit_price_e4 = &price,
                            .item = &item,
                            .category = &category,
                            .touchpoint = &none,
                            .campaign = &none,
                            .order_no = &none};
    CHECK_EQ_I64(evidence_match(p->plan, &b, 0), 0); /* unknown fails every test */
    score = 4;
    channel = channel_find(f.c, STR("jd"));
    item = STR("a");
    amount = 1049;
    category = STR("y");
    CHECK_EQ_I64(evidence_match(p->plan, &b, 0), 63);
    score = 3;
    channel = channel_find(f.c, STR("tmall"));
    amount = 1050;
    category = STR("x");
    CHECK_EQ_I64(evidence_match(p->plan, &b, 0), 4);
    name = EVENT_PURCHASE;
    CHECK_EQ_I64(evidence_match(p->plan, &b, 0), 0);
    teardown(f);
}

int main(void)
{
    TEST("rules print in canonical form, which reads back as itself") {
        test_print();
    }
    TEST("classes and atoms are shared; or-ed events become one class") {
        test_sharing();
    }
    TEST("the plan's hash is that of its classes, not of their windows") {
        test_hash();
    }
    TEST("counts compile to thresholds that mean the same") {
        test_counts();
    }
    TEST("and, or, not; purchase beside other events") {
        test_logic();
    }
    TEST("more than 64 classes or atoms are refused") {
        test_too_many();
    }
    TEST("rows match classes; unknown values fail every test") {
        test_match();
    }
    return tap_end();
}
