/* The native executor on a brand written by hand: every form of question, answers by hand. Day 0 is 2017-12-01. */
#include "small_brand.h"
#include "who/world.h"

#define A "user_id:a" /* looks and buys, joined with a phone */
#define B "user_id:b" /* an order that is refunded on day 4 */
#define C "user_id:c" /* two equal lines without an order, one given back on day 5 */
#define D "user_id:d" /* follows, unfollows one of two accounts */
#define E "user_id:e" /* known from day 9 on */
#define PHONE "phone:13800000001"

static const struct small_row rows[] = {
    {"2017-12-01 09:00", "add_cart", A " " PHONE, .item = "x", .category = "skin",
     .quantity = "2"},
    {"2017-12-01 10:00", "item_view", A, .item = "x", .props = "{\"from\":\"ad\",\"n\":3}"},
    {"2017-12-01 10:00", "item_view", A, .item = "y", .props = "{\"from\":\"list\"}"},
    {"2017-12-02 10:00", "item_view", PHONE, .item = "x", .channel = "tmall"},
    {"2017-12-02 12:00", "purchase", A, .order = "a1", .amount = "100", .item = "x",
     .channel = "tmall"},
    {"2017-12-02 12:00", "purchase", A, .order = "a1", .amount = "50", .item = "y",
     .channel = "tmall"},
    {"2017-12-06 12:00", "purchase", A, .order = "a2", .amount = "30.50", .item = "y",
     .channel = "jd"},
    {"2017-12-03 10:00", "purchase", B, .order = "b1", .amount = "10", .channel = "tmall"},
    {"2017-12-05 11:00", "refund", B, .order = "b1", .amount = "10", .channel = "tmall"},
    {"2017-12-03 09:00", "add_cart", B, .item = "z"},
    {"2017-12-03 12:00", "purchase", C, .amount = "6", .item = "x", .quantity = "2",
     .price = "3"},
    {"2017-12-03 12:00", "purchase", C, .amount = "6", .item = "x", .quantity = "2",
     .price = "3"},
    {"2017-12-06 12:00", "refund", C, .item = "x", .quantity = "2", .price = "3",
     .amount = "6"},
    {"2017-12-02 08:00", "follow", D, .touchpoint = "one"},
    {"2017-12-02 08:00", "follow", D, .touchpoint = "two"},
    {"2017-12-04 08:00", "unfollow", D, .touchpoint = "one"},
    {"2017-12-08 08:00", "unfollow", D, .touchpoint = "two"},
    {"2017-12-10 08:00", "review", E, .score = "4.5"},
    {"2017-12-10 09:00", "review", E, .score = "2"},
    {"2017-12-10 09:00", "review", NULL, .score = "5"},
};
#define ROWS (uint32_t)(sizeof(rows) / sizeof(rows[0]))

struct asking {
    struct small s;
    struct who_world *w;
    struct who_sources sources;
    int32_t day;
};

static enum rc fake_mark(void *ctx, enum question_form form, struct str name, struct str value,
                         int32_t day, struct bits *out, struct str *rule, struct arena *a,
                         struct err *e)
{
    struct asking *k = ctx;
    (void)day;
    (void)value;
    if (form == Q_CROWD && str_eq(name, STR("buyers"))) {
        *rule = STR("did purchase");
    } else if (form == Q_CROWD && str_eq(name, STR("ring"))) {
        *rule = STR("crowd \"ring2\" or all");
    } else if (form == Q_CROWD && str_eq(name, STR("ring2"))) {
        *rule = STR("not crowd \"ring\"");
    } else if (form == Q_CROWD && str_starts(name, STR("deep"))) {
        *rule = arena_strf(a, "crowd \"%.*s+\"", STR_FMT(name));
    } else if (form == Q_TAG && str_eq(name, STR("vip"))) {
        bits_set(out, small_no(&k->s, PHONE)); /* a later identity of A */
    } else {
        return rc_fail(e, RC_MISSING, "no such name");
    }
    return RC_OK;
}

static void world_of(struct asking *k, int day)
{
    who_world_free(k->w);
    k->day = day_from_civil(2017, 12, 1) + day;
    k->w = who_world_new(k->s.b, k->day, 2, &k->sources);
}

/* "ABC": the letters of those it holds for, in order; "!msg" for an error. */
static const char *ask(struct asking *k, const char *text)
{
    static char out[400];
    static const char *const who[] = {A, B, C, D, E};
    struct arena *a = arena_new();
    struct question *q = NULL;
    struct bits found = {0};
    struct err e = {0};
    size_t n = 0;
    enum rc rc = question_parse(str_of(text), &k->sources.names, a, &q, NULL, &e);
    rc = rc ? rc : who_find(k->w, q, &found, &e);
    if (rc) {
        snprintf(out, sizeof(out), "!%s", e.msg);
    } else {
        uint64_t counted = 0;
        for (int i = 0; i < 5; i++) {
            if (bits_has(&found, small_consumer(&k->s, who[i]))) {
                out[n++] = (char)('A' + i);
                counted++;
            }
        }
        out[n] = 0;
        if (counted != bits_count(&found)) {
            strcat(out, "?"); /* somebody else's bit is set */
        }
    }
    bits_release(&found);
    arena_free(a);
    return out;
}

static int64_t count_of(struct asking *k, const char *text)
{
    struct arena *a = arena_new();
    struct question *q = NULL;
    struct bits found = {0};
    struct err e = {0};
    enum rc rc = question_parse(str_of(text), &k->sources.names, a, &q, NULL, &e);
    rc = rc ? rc : who_find(k->w, q, &found, &e);
    int64_t n = rc ? -1 : (int64_t)bits_count(&found);
    bits_release(&found);
    arena_free(a);
    return n;
}

#define ASK(text, want)                                                                        \
    do {                                                                                       \
        const char *got_ = ask(&k, text);                                                      \
        if (!tap_check(strcmp(got_, want) == 0, __FILE__, __LINE__, text)) {                   \
            printf("#   got \"%s\", want \"%s\"\n", got_, want);                               \
        }                                                                                      \
    } while (0)

static void counts(struct asking *kp)
{
    struct asking k = *kp;
    TEST("events are counted, orders once, refunded ones not from that day on") {
        ASK("did item_view", "A");
        ASK("did item_view >= 3", "A");
        ASK("did item_view > 3", "");
        ASK("did item_view = 0", "BCDE");
        ASK("did purchase", "AC");
        ASK("did purchase >= 2", "A");
        ASK("did purchase = 1", "C");
        ASK("not did purchase", "BDE");
        ASK("did purchase(amount >= 100)", "A");
        ASK("did purchase(amount < 100) = 2", "A");
        ASK("did purchase(channel = \"tmall\") = 1", "A");
        ASK("did purchase(channel != \"tmall\")", "A");
        ASK("did purchase in 5d", "A");
        ASK("did purchase in 4d", "");
        ASK("did purchase before 5d", "AC");
        ASK("did purchase on 2017-12-03", "C");
        ASK("did purchase from 2017-12-03 to 2017-12-05", "C");
        ASK("did refund", "BC");
    }
    TEST("days and items") {
        ASK("did item_view = 2 days", "A");
        ASK("did item_view = 2 items", "A");
        ASK("did add_cart then item_view then purchase within 27h of first", "A");
        ASK("did add_cart then item_view then purchase within 26h of first", "");
        ASK("did add_cart then item_view within 26h then purchase within 26h", "A");
        ASK("did add_cart then item_view then item_view then purchase within 3d of first", "A");
        ASK("did item_view then purchase then purchase within 4d of first", "");
        ASK("did item_view then purchase then purchase within 99h of first", "A");
        ASK("did item_view(item in (\"x\", \"z\")) = 1 items", "A");
        ASK("did purchase = 2 days", "A");
        ASK("did (add_cart or item_view) >= 1", "AB");
        ASK("did any >= 1 days", "ABCDE");
        ASK("did any = 3 days", "AD");
    }
    TEST("properties") {
        ASK("did item_view(prop \"from\" = \"ad\")", "A");
        ASK("did item_view(prop \"n\" >= 3)", "A");
        ASK("did item_view(prop \"n\" > 3)", "");
        ASK("did item_view(prop \"from\" in (\"x\", \"list\")) = 1", "A");
    }
    *kp = k;
}

static void figures(struct asking *kp)
{
    struct asking k = *kp;
    TEST("sums, averages, extremes, totals") {
        ASK("sum(purchase.amount) >= 180.5", "A");
        ASK("sum(purchase.amount) = 12", "C");
        ASK("sum(purchase.amount) = 0", "DE");
        ASK("avg(review.score) = 3.25", "E");
        ASK("max(review.score) >= 4.5", "E");
        ASK("min(review.score) < 2", "");
        ASK("min(review.score) <= 2", "E");
        ASK("gmv >= 180.5", "A");
        ASK("gmv = 6", "C");
        ASK("gmv = 0", "BDE");
        ASK("gmv in 7d = 24.5", "");
        ASK("aov = 90.25", "A");
        ASK("aov > 0", "AC");
    }
    TEST("first and last") {
        ASK("first purchase on 2017-12-02", "A");
        ASK("last purchase on 2017-12-06", "A");
        ASK("first any in 1d", "E");
        ASK("last any before 4d", "ABC");
        ASK("first item_view(channel = \"tmall\") on 2017-12-02", "A");
        ASK("first purchase from 2017-12-01", "AC");
    }
    TEST("what the first or last event was; of several at its instant one is enough") {
        ASK("first any was (item = \"x\")", "AC");
        ASK("first any was (quantity >= 2) from 2017-12-02", "C");
        ASK("first any was (touchpoint = \"two\")", "D");
        ASK("first item_view was (item = \"x\")", "A");
        ASK("first item_view was (prop \"from\" = \"list\") on 2017-12-01", "A");
        ASK("first item_view was (item = \"x\", prop \"from\" = \"list\")", "");
        ASK("first item_view was (channel = \"tmall\")", "");
        ASK("first item_view(item = \"x\") was (item = \"y\")", "");
        ASK("first item_view(channel = \"tmall\") was (item = \"x\")", "A");
        ASK("last item_view was (channel = \"tmall\") before 8d", "A");
        ASK("last item_view was (channel = \"tmall\") before 9d", "");
        ASK("last purchase was (channel = \"jd\", amount > 30)", "A");
        ASK("last purchase was (amount > 31)", "");
        ASK("first purchase was (item != \"x\")", "A");
        ASK("first purchase was (channel != \"jd\")", "A");
        ASK("first review was (score >= 4)", "E");
        ASK("last review was (score >= 4)", "");
    }
    TEST("a leaf of a moment is kept with what it was") {
        ASK("first purchase from 2017-12-01", "AC");
        ASK("first purchase was (amount >= 50) from 2017-12-01", "A");
        ASK("first purchase was (amount >= 200) from 2017-12-01", "");
        ASK("first purchase from 2017-12-01", "AC");
        ASK("first purchase was (amount >= 50) on 2017-12-03", "");
    }
    TEST("sequences") {
        ASK("did add_cart then purchase within 27h", "A");
        ASK("did add_cart then purchase within 26h", "");
        ASK("did add_cart then not purchase within 26h", "AB");
        ASK("did add_cart then not purchase within 27h", "B");
        ASK("did item_view then item_view within 1d then purchase within 3h", "A");
        ASK("did item_view(item = \"x\") then item_view(item = \"y\") within 1d", "");
        ASK("did purchase then purchase within 4d in 5d", "");
        ASK("did purchase then purchase within 4d", "A");
    }
    TEST("a chain begins in its days and may end behind them") {
        ASK("did add_cart then purchase within 27h from 2017-12-01 to 2017-12-01", "A");
        ASK("did add_cart then not purchase within 27h from 2017-12-01 to 2017-12-01", "");
        ASK("did add_cart then not purchase within 26h from 2017-12-01 to 2017-12-01", "A");
        ASK("did purchase then purchase within 96h from 2017-12-02 to 2017-12-02", "A");
        ASK("did purchase then not purchase within 96h from 2017-12-02 to 2017-12-02", "");
    }
    *kp = k;
}

static void facts(struct asking *kp)
{
    struct asking k = *kp;
    TEST("statuses, kinds, identities, samples") {
        ASK("is follow", "");
        ASK("has phone", "A");
        ASK("has user_id", "ABCDE");
        ASK("has user_id >= 2", "");
        ASK("identity \"phone:13800000001\"", "A");
        ASK("identity \"phone:13800000009\"", "");
        ASK("sample 100%", "ABCDE");
        ASK("sample 0.0001%", "");
        ASK("all", "ABCDE");
    }
    TEST("and, or, not, in any order") {
        ASK("did item_view and did purchase", "A");
        ASK("did purchase and not did item_view", "C");
        ASK("did refund or did review", "BCE");
        ASK("not (did refund or did review) and all", "AD");
        ASK("not not did review", "E");
    }
    TEST("tags and crowds, by list, by rule, in a ring") {
        ASK("tag \"vip\"", "A");
        ASK("crowd \"buyers\"", "AC");
        ASK("crowd \"buyers\" and not tag \"vip\"", "C");
        ASK("crowd \"nobody\"", "!no such name");
        ASK("crowd \"ring\"", "!the rule of ring asks about itself");
        CHECK(strstr(ask(&k, "crowd \"deep\""), "!rules name each other more than 32 deep"));
    }
    TEST("a leaf that is kept answers other numbers") {
        ASK("did item_view >= 2", "A");
        ASK("did item_view >= 4", "");
        ASK("did item_view != 0", "A");
    }
    *kp = k;
}

/* Truth of every part for one, preorder, as "101"; asked before and after the world knows the answer for all. */
static const char *why(struct asking *k, const char *text, const char *who)
{
    static char out[64];
    struct arena *a = arena_new();
    struct question *q = NULL;
    struct who_verdict *list = NULL;
    struct err e = {0};
    uint32_t len = 0;
    enum rc rc = question_parse(str_of(text), &k->sources.names, a, &q, NULL, &e);
    rc = rc ? rc : who_why(k->w, q, small_no(&k->s, who), a, &list, &len, &e);
    for (uint32_t i = 0; i < len && i < 60; i++) {
        out[i] = list[i].holds ? '1' : '0';
    }
    out[rc ? 0 : len] = 0;
    arena_free(a);
    return out;
}

static void reasons(struct asking *kp)
{
    struct asking k = *kp;
    const char *text =
        "did item_view(item = \"x\") >= 2 and crowd \"buyers\" and not did review";
    TEST("why, part by part, for one and then for another") {
        world_of(&k, 9);
        CHECK_STR(str_of(why(&k, text, PHONE)), STR("11110"));
        CHECK_STR(str_of(why(&k, text, C)), STR("00110"));
        CHECK_STR(str_of(why(&k, text, E)), STR("00001"));
        ASK(text, "A");
        CHECK_STR(str_of(why(&k, text, PHONE)), STR("11110"));
        CHECK_STR(str_of(why(&k, text, C)), STR("00110"));
        CHECK_STR(str_of(why(&k, "first any was (item = \"x\")", C)), STR("1"));
        CHECK_STR(str_of(why(&k, "first any was (item = \"x\")", E)), STR("0"));
    }
    *kp = k;
}

static void past(struct asking *kp)
{
    struct asking k = *kp;
    TEST("as of an earlier day nothing later is known") {
        world_of(&k, 3);
        ASK("all", "ABCD");
        ASK("did purchase", "ABC");
        ASK("did purchase >= 2", "C");
        ASK("is follow", "D");
        ASK("gmv = 10", "B");
        ASK("last purchase on 2017-12-02", "A");
        ASK("last purchase was (channel = \"tmall\")", "AB");
        ASK("did add_cart then not purchase within 4h", "A");
        world_of(&k, 4);
        ASK("did purchase", "AC");
        ASK("did purchase >= 2", "C");
        ASK("last purchase was (channel = \"tmall\")", "A");
        world_of(&k, 5);
        ASK("did purchase = 1", "C");
        world_of(&k, 0);
        ASK("all", "A");
        ASK("not did purchase", "A");
    }
    *kp = k;
}

/* A refund that names no order is its consumer's; after a split it says nothing about the other's part of the order, no
 * matter that both were settled together. */
static void shared_order(void)
{
    static const struct small_row list[] = {
        {"2017-12-01 09:00", "add_cart", A " " PHONE, .item = "x"},
        {"2017-12-02 09:00", "purchase", A, .order = "s", .item = "x", .quantity = "2",
         .price = "3", .amount = "6"},
        {"2017-12-02 10:00", "purchase", PHONE, .order = "s", .item = "y", .quantity = "1",
         .amount = "0"},
        {"2017-12-04 09:00", "refund", A, .item = "x", .quantity = "2", .price = "3",
         .amount = "6"},
    };
    struct asking k = {0};
    CHECK(small_open(&k.s) && small_add(&k.s, list, 4));
    k.sources.names = (struct who_names){.catalogue = k.s.b->catalogue, .kinds = k.s.b->kinds};
    TEST("a refund without an order counts for its own consumer's parts") {
        uint32_t pair[] = {small_no(&k.s, A), small_no(&k.s, PHONE)};
        int64_t id = 0;
        struct err e = {0};
        world_of(&k, 9);
        CHECK_EQ_I64(count_of(&k, "did purchase"), 0);
        CHECK_EQ_I64(brand_split(k.s.b, pair, 1, STR("test"), &id, &e), RC_OK);
        CHECK_EQ_I64(brand_settle(k.s.b, &e), RC_OK);
        world_of(&k, 9);
        CHECK_EQ_I64(count_of(&k, "did purchase"), 1);
        CHECK_EQ_I64(count_of(&k, "did purchase(item = \"y\")"), 1);
        CHECK_EQ_I64(count_of(&k, "did purchase(item = \"x\")"), 0);
    }
    who_world_free(k.w);
    small_close(&k.s);
}

/* More purchases on one day than evidence can count. */
static void many(void)
{
    enum { MANY = 1100 };
    struct asking k = {0};
    struct small_row *list = mem_array(struct small_row, MANY);
    CHECK(small_open(&k.s));
    for (int i = 0; i < MANY; i++) {
        list[i] = (struct small_row){"2017-12-03 12:00", "purchase", A, .amount = "6"};
    }
    CHECK(small_add(&k.s, list, MANY));
    k.sources.names = (struct who_names){.catalogue = k.s.b->catalogue, .kinds = k.s.b->kinds};
    world_of(&k, 9);
    TEST("where evidence can count no further the lake does") {
        CHECK_EQ_I64(count_of(&k, "did purchase = 1100"), 1);
        CHECK_EQ_I64(count_of(&k, "did purchase > 1100"), 0);
        CHECK_EQ_I64(count_of(&k, "did purchase = 1 days"), 1);
    }
    who_world_free(k.w);
    small_close(&k.s);
    mem_free(list);
}

int main(void)
{
    struct asking k = {0};
    CHECK(small_open(&k.s) && small_add(&k.s, rows, ROWS));
    k.sources.ctx = &k;
    k.sources.mark = fake_mark;
    k.sources.names = (struct who_names){.catalogue = k.s.b->catalogue, .kinds = k.s.b->kinds};
    world_of(&k, 9);
    counts(&k);
    figures(&k);
    facts(&k);
    reasons(&k);
    past(&k);
    TEST("after a split each has its own") {
        uint32_t pair[] = {small_no(&k.s, A), small_no(&k.s, PHONE)};
        int64_t id = 0;
        struct err e = {0};
        CHECK_EQ_I64(brand_split(k.s.b, pair, 1, STR("test"), &id, &e), RC_OK);
        CHECK_EQ_I64(brand_settle(k.s.b, &e), RC_OK);
        world_of(&k, 9);
        ASK("did item_view = 2", "A");
        ASK("did item_view = 1", "?");
        ASK("tag \"vip\"", "?");
        ASK("has phone", "?");
    }
    who_world_free(k.w);
    small_close(&k.s);
    shared_order();
    many();
    return tap_end();
}
