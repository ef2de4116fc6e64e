/* The SQL executor against answers found by hand: five consumers, few events, every form of question. */
#include "who/sql.h"

#include "who_brand.h"

/* ---- the brand ---- */

struct row {
    const char *who, *name, *when; /* identities "a" is user_id:a; "a+d" with device d */
    const char *channel, *touchpoint, *item, *category, *order;
    double yuan, quantity, price, score; /* -1: unknown */
    const char *props;
};
#define NO -1
static const struct row rows[] = {
    /* anna: views, carts, buys twice, gives one order back in full */
    {"anna", "item_view", "2024-03-09 10:00", "web", "", "tea", "food", "", NO, NO, NO, NO,
     "{\"color\":\"red\",\"n\":7}"},
    {"anna", "item_view", "2024-03-09 23:30", "web", "", "cup", "home", "", NO, NO, NO, NO, ""},
    {"anna", "add_cart", "2024-03-10 00:10", "web", "", "tea", "food", "", NO, 2, NO, NO, ""},
    {"anna", "purchase", "2024-03-10 00:40", "web", "", "tea", "food", "o1", 20, 2, 10, NO, ""},
    {"anna", "purchase", "2024-03-10 00:41", "web", "", "cup", "home", "o1", 30, 1, 30, NO, ""},
    {"anna", "purchase", "2024-04-01 12:00", "web", "", "tea", "food", "o2", 10, 1, 10, NO, ""},
    {"anna", "refund", "2024-04-05 12:00", "web", "", "", "", "o2", 10, NO, NO, NO, ""},
    /* ben: carts without buying, follows on two accounts, leaves one */
    {"ben+tab", "add_cart", "2024-03-20 09:00", "app", "", "tea", "food", "", NO, 1, NO, NO,
     ""},
    {"ben", "follow", "2024-03-20 09:05", "wechat_oa", "oa1", "", "", "", NO, NO, NO, NO, ""},
    {"ben", "follow", "2024-03-21 09:05", "wechat_oa", "oa2", "", "", "", NO, NO, NO, NO, ""},
    {"ben", "unfollow", "2024-03-25 09:05", "wechat_oa", "oa1", "", "", "", NO, NO, NO, NO, ""},
    /* cleo: follows, leaves; buys the same line twice without an order, gives one piece back */
    {"cleo", "follow", "2024-03-01 08:00", "wechat_oa", "oa1", "", "", "", NO, NO, NO, NO, ""},
    {"cleo", "unfollow", "2024-03-01 08:00", "wechat_oa", "oa1", "", "", "", NO, NO, NO, NO,
     ""},
    {"cleo", "purchase", "2024-03-15 08:00", "tmall", "", "cup", "home", "", 30, 1, 30, NO, ""},
    {"cleo", "purchase", "2024-03-15 08:00", "tmall", "", "cup", "home", "", 30, 1, 30, NO, ""},
    {"cleo", "refund", "2024-03-18 08:00", "tmall", "", "cup", "home", "", 30, 1, 30, NO, ""},
    /* dora: a review, and a purchase of unknown amount */
    {"dora", "review", "2024-03-30 20:00", "app", "", "tea", "food", "", NO, NO, NO, 4.5, ""},
    {"dora+pad", "purchase", "2024-03-31 20:00", "app", "", "tea", "food", "o9", NO, 1, NO, NO,
     ""},
    /* eve: only later */
    {"eve", "page_view", "2024-05-01 00:00", "web", "", "", "", "", NO, NO, NO, NO, ""},
};

static struct str text_of(struct test_brand *t, const char *s)
{
    return s[0] ? arena_str(t->batch->arena, str_of(s)) : STR_NULL;
}

static void add(struct test_brand *t, const struct row *x)
{
    int64_t ms = 0;
    CHECK(time_parse(str_of(x->when), t->b->zone, &ms));
    uint32_t r = test_brand_row(t, x->name, ms);
    struct event_batch *b = t->batch;
    b->channel[r] = test_brand_channel(t, x->channel);
    b->touchpoint[r] = text_of(t, x->touchpoint);
    b->item[r] = text_of(t, x->item);
    b->category[r] = text_of(t, x->category);
    b->order_no[r] = text_of(t, x->order);
    b->props[r] = text_of(t, x->props);
    b->amount_fen[r] = x->yuan < 0 ? AMOUNT_UNKNOWN : (int64_t)(x->yuan * 100);
    b->unit_price_e4[r] = x->price < 0 ? PRICE_UNKNOWN : (int64_t)(x->price * 10000);
    b->quantity[r] = x->quantity < 0 ? QUANTITY_UNKNOWN : x->quantity;
    b->score[r] = x->score < 0 ? SCORE_UNKNOWN : x->score;
    struct str rest = str_of(x->who), who = str_cut(&rest, '+');
    test_brand_ident(t, arena_strf(b->arena, "user_id:%.*s", STR_FMT(who)));
    if (rest.ptr) {
        test_brand_ident(t, arena_strf(b->arena, "device:%.*s-0001", STR_FMT(rest)));
    }
}

/* ---- sources ---- */

static enum rc each_span(void *ctx,
                         void (*add_one)(void *to, uint32_t consumer, uint8_t stage,
                                         int32_t from, int32_t to_day),
                         void *to, struct err *e)
{
    struct test_brand *t = ctx;
    uint32_t anna = 0;
    enum rc rc = brand_find_identity(t->b, STR("user_id:anna"), &anna, e);
    int32_t d = day_from_civil(2024, 3, 9);
    if (!rc) {
        add_one(to, anna, 1, d, d);
        add_one(to, anna, 2, d + 1, d + 20);
        add_one(to, anna, 0, d + 21, INT32_MAX);
    }
    return rc;
}

static enum rc mark(void *ctx, enum question_form form, struct str name, struct str value,
                    int32_t day, struct bits *out, struct str *rule, struct arena *a,
                    struct err *e)
{
    struct test_brand *t = ctx;
    (void)form;
    (void)value;
    (void)day;
    uint32_t no = 0;
    if (str_eq(name, STR("buyers"))) {
        *rule = arena_str(a, STR("did purchase"));
        return RC_OK;
    }
    if (str_eq(name, STR("ring"))) {
        *rule = arena_str(a, STR("did purchase or crowd \"ring\""));
        return RC_OK;
    }
    enum rc rc = brand_find_identity(t->b, STR("device:tab-0001"), &no, e);
    if (!rc) {
        bits_set(out, no);
    }
    return rc;
}

static const struct str stages[] = {{"none", 4}, {"interest", 8}, {"purchase", 8}};

static struct who_sources sources_of(struct test_brand *t)
{
    return (struct who_sources){.ctx = t,
                                .names = {.catalogue = t->b->catalogue,
                                          .kinds = t->b->kinds,
                                          .stages = stages,
                                          .stages_len = 3},
                                .each_span = each_span,
                                .mark = mark};
}

/* ---- asking ---- */

struct asking {
    struct test_brand t;
    struct who_sql *sql; /* of the day asked last */
    int32_t as_of;
    char found[400]; /* the initials of those it holds for: "abd"; or the message */
};

static void initials(struct asking *x, const struct bits *found)
{
    static const char *const people[] = {"anna", "ben", "cleo", "dora", "eve"};
    size_t n = 0;
    for (size_t i = 0; i < 5; i++) {
        char name[32];
        uint32_t no = 0;
        struct err e = {0};
        (void)snprintf(name, sizeof(name), "user_id:%s", people[i]);
        CHECK(!brand_find_identity(x->t.b, str_of(name), &no, &e));
        if (bits_has(found, graph_consumer(x->t.b->graph, no))) {
            x->found[n++] = people[i][0];
        }
    }
    x->found[n] = '\0';
    CHECK_EQ_I64(bits_count(found), n);
}

static const char *ask(struct asking *x, const char *text, const char *day)
{
    struct err e = {0};
    struct arena *a = arena_new();
    struct question *q = NULL;
    struct bits found = {0};
    struct who_sources s = sources_of(&x->t);
    int32_t as_of = 0;
    CHECK(day_parse(str_of(day), &as_of));
    if (!x->sql || x->as_of != as_of) {
        who_sql_free(x->sql);
        x->sql = who_sql_new(x->t.b, as_of, &s);
        x->as_of = as_of;
    }
    enum rc rc = question_parse(str_of(text), &s.names, a, &q, NULL, &e);
    rc = rc ? rc : who_sql_find(x->sql, q, &found, &e);
    if (rc) {
        (void)snprintf(x->found, sizeof(x->found), "%s", e.msg);
        printf("# %s: %s (%s)\n", text, e.msg, e.detail);
    } else {
        initials(x, &found);
    }
    bits_release(&found);
    arena_free(a);
    return x->found;
}

static const struct {
    const char *day, *question, *who;
} asked[] = {
    {"2024-04-10", "all", "abcd"},
    {"2024-05-01", "all", "abcde"},
    {"2024-02-01", "all", ""},
    {"2024-04-10", "not did purchase", "b"},
    {"2024-04-10", "did purchase", "acd"},
    {"2024-04-04", "did purchase >= 2", "a"}, /* o1 and o2; o2 goes back on the 5th */
    {"2024-04-10", "did purchase >= 2", ""},
    {"2024-03-17", "did purchase = 2", "c"}, /* two lines without an order */
    {"2024-04-10", "did purchase = 1", "acd"},
    {"2024-04-10", "did purchase = 0", "b"},
    {"2024-04-10", "did purchase < 2", "abcd"},
    {"2024-04-10", "did purchase >= 2 items", "a"},
    {"2024-04-10", "did item_view >= 2 days", ""},
    {"2024-04-10", "did (item_view or add_cart) >= 2 days", "a"},
    {"2024-04-10", "did purchase(item = \"cup\")", "ac"},
    {"2024-04-10", "did any(channel in (\"tmall\", \"wechat_oa\")) >= 3 days", "bc"},
    {"2024-04-10", "did (unfollow or follow)(channel = \"wechat_oa\") >= 3", "b"},
    {"2024-04-10", "did item_view(prop \"color\" = \"red\")", "a"},
    {"2024-04-10", "did item_view(prop \"n\" > 6)", "a"},
    {"2024-04-10", "did item_view(prop \"color\" != \"red\")", ""},
    {"2024-03-31", "did any in 1d", "d"},
    {"2024-03-31", "did any in 2d ending 10d ago", "b"},
    {"2024-04-10", "did any before 26d", "ac"},
    {"2024-04-10", "did any on 2024-03-09", "a"},
    {"2024-04-10", "did any from 2024-03-20 to 2024-03-30", "bd"},
    {"2024-04-10", "first any in 22d", "bd"},
    {"2024-04-10", "first any before 23d", "ac"},
    {"2024-04-10", "last purchase on 2024-03-10", "a"},
    {"2024-04-10", "first any was (channel = \"web\")", "a"},
    {"2024-04-10", "first any was (channel in (\"app\", \"web\")) in 22d", "bd"},
    {"2024-04-10", "first purchase was (item = \"cup\")", "c"},
    {"2024-04-10", "last purchase was (item = \"cup\")", "ac"},
    {"2024-04-10", "last purchase was (amount != 1)", "ac"},
    {"2024-04-04", "last purchase was (item = \"cup\")", "c"}, /* o2 goes back on the 5th */
    {"2024-04-10", "last any was (channel = \"wechat_oa\") in 17d", "b"},
    {"2024-04-10", "last any was (channel = \"wechat_oa\") in 16d", ""},
    {"2024-03-01", "first any was (touchpoint = \"oa1\")", "c"}, /* two at once */
    {"2024-04-10", "did add_cart then purchase within 30m", "a"},
    {"2024-04-10", "did add_cart then purchase within 29m", ""},
    {"2024-04-10", "did add_cart then not purchase within 24h", "b"},
    {"2024-04-10", "did item_view then add_cart then purchase within 70m of first", "a"},
    {"2024-04-10", "did item_view then add_cart then purchase within 69m of first", ""},
    {"2024-04-10", "did item_view then add_cart within 1h then purchase within 1h", "a"},
    {"2024-04-10", "is follow", "b"},
    {"2024-03-01", "is follow", ""}, /* an end wins a tie */
    {"2024-04-10", "sum(purchase.amount) >= 50", "ac"},
    {"2024-04-10", "sum(purchase.amount) = 0", "bd"},
    {"2024-04-10", "avg(purchase.quantity) > 1", "a"},
    {"2024-04-10", "min(purchase.amount, item = \"cup\") = 30", "ac"},
    {"2024-04-10", "max(any.score) >= 4.5", "d"},
    {"2024-04-10", "gmv = 30", "c"},
    {"2024-04-10", "gmv in 9d < 0", "a"},
    {"2024-04-10", "aov = 50", "a"},
    {"2024-04-10", "aov >= 0", "acd"},
    {"2024-04-10", "stage = none", "a"},
    {"2024-03-29", "stage = purchase", "a"},
    {"2024-04-10", "stage on 2024-03-09 = interest", "a"},
    {"2024-04-10", "stage was purchase in 20d", "a"},
    {"2024-04-10", "stage entered purchase on 2024-03-10", "a"},
    {"2024-04-10", "stage left purchase on 2024-03-29", "a"},
    {"2024-03-29", "stage left purchase", ""},
    {"2024-04-10", "has device", "bd"},
    {"2024-04-10", "has device = 0", "ac"},
    {"2024-04-10", "identity \"user_id:cleo\"", "c"},
    {"2024-04-10", "identity \"user_id:nobody\"", ""},
    {"2024-04-10", "tag \"has a tablet\"", "b"},
    {"2024-04-10", "crowd \"buyers\" and not tag \"x\"", "acd"},
    {"2024-04-10", "sample 100%", "abcd"},
    {"2024-04-10", "not sample 100% seed 3", ""},
    {"2024-04-10", "reachable by sms or (did review and did purchase)", "bd"},
};

int main(void)
{
    struct asking x = {0};
    struct err e = {0};
    CHECK(test_brand_open(&x.t, STR("America/New_York"), NULL));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        add(&x.t, &rows[i]);
    }
    CHECK(test_brand_accept(&x.t));
    CHECK(!brand_settle(x.t.b, &e));
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        char sentence[190];
        (void)snprintf(sentence, sizeof(sentence), "%.110s, as of %s: \"%s\"",
                       asked[i].question, asked[i].day, asked[i].who);
        TEST(sentence) {
            CHECK_CSTR(ask(&x, asked[i].question, asked[i].day), asked[i].who);
        }
    }
    TEST("crowds that name each other in a ring have no answer") {
        CHECK(strstr(ask(&x, "crowd \"ring\"", "2024-04-10"), "names itself"));
    }
    who_sql_free(x.sql);
    test_brand_close(&x.t);
    return tap_end();
}
