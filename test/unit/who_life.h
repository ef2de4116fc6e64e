/* Random brands and random questions for the differential test of the two executors (who_agree.c). */
#ifndef POND_TEST_WHO_LIFE_H
#define POND_TEST_WHO_LIFE_H

#include "base/rng.h"
#include "who/field.h"
#include "who/question.h"
#include "who_brand.h"

/* ---- vocabulary ---- */

/* Drawn evenly: what stands twice is twice as likely. */
static const char *const life_names[] = {
    "item_view", "item_view", "item_view", "item_view",     "add_cart", "add_cart",
    "purchase",  "purchase",  "purchase",  "purchase",      "purchase", "refund",
    "refund",    "follow",    "follow",    "unfollow",      "share",    "friend_add",
    "review",    "review",    "page_view", "friend_delete", "试穿",     "try on",
};
static const char *const life_channels[] = {"", "tmall", "web", "app", "douyin", "门店一"};
static const char *const life_touchpoints[] = {"", "oa1", "oa2", "群 3"};
static const char *const life_campaigns[] = {"", "", "618", "double \"11\""};
static const char *const life_items[] = {"", "tea", "cup", "面霜", "pen", "hat"};
static const char *const life_categories[] = {"", "food", "home", "护肤"};
static const char *const life_props[] = {
    "",
    "",
    "{\"color\":\"red\",\"n\":3,\"ok\":true}",
    "{\"color\":\"blue\",\"n\":\"12\",\"ok\":null}",
    "{\"color\":7,\"n\":2.5,\"a/b\":\"x~y\"}",
    "{\"color\":{\"of\":\"red\"},\"n\":[3],\"ok\":false,\"a/b\":\"红\"}",
    "{\"n\":-1,\"color\":\"\"}",
};
static const char *const life_zones[] = {"Asia/Shanghai", "America/New_York", "Europe/Berlin",
                                         "America/Sao_Paulo", "Asia/Shanghai"};
#define LIFE_PICK(r, list) (list)[rng_below((r), sizeof(list) / sizeof((list)[0]))]

/* ---- a brand ---- */

struct life_world {
    struct test_brand t;
    struct rng rng;
    uint32_t persons, rows, days;
    uint32_t named_refunds; /* of ten: the others name no order */
    int32_t first_day;
    struct life_last { /* the row before: people do things one after the other */
        const char *name;
        uint32_t person;
        int64_t ms, price;
        double quantity;
        struct str item, touchpoint;
    } last;
};

static inline void life_order(struct life_world *w, uint32_t r, uint32_t person, bool refund)
{
    struct event_batch *b = w->t.batch;
    struct rng *g = &w->rng;
    bool named = rng_below(g, 10) < (refund ? w->named_refunds : 6);
    if (named) {
        uint32_t of = rng_below(g, 12) ? person : rng_below(g, w->persons);
        b->order_no[r] = arena_strf(b->arena, "o%u-%u", of, rng_below(g, 5));
        b->channel[r] = test_brand_channel(&w->t, rng_below(g, 4) ? "tmall" : "web");
    }
    static const int64_t fen[] = {0, 100, 1000, 1000, 2000, 2050, 5000, 100000};
    b->amount_fen[r] = rng_below(g, 12) ? LIFE_PICK(g, fen) : AMOUNT_UNKNOWN;
    if (refund && named && rng_below(g, 2)) {
        b->amount_fen[r] = 200000;
    }
    if (refund && named) {
        b->item[r] = rng_below(g, 2) ? STR_NULL : b->item[r];
    }
}

/* Whose row it is, when and what: a person is about for some weeks; instants are whole minutes, often a round span after
 * the row before, or the same. */
static inline void life_choose(struct life_world *w, struct life_last *out)
{
    struct rng *g = &w->rng;
    const struct life_last *last = &w->last;
    bool next = last->name && !rng_below(g, 4);
    uint32_t person = next ? last->person : rng_below(g, w->persons);
    int64_t home = (int64_t)(hash_mix(person) % w->days);
    int64_t day = w->first_day + (home + rng_below(g, 1 + w->days / 3)) % w->days;
    int64_t span = rng_below(g, 4) ? 1800000 : DAY_MS;
    *out = (struct life_last){.name = LIFE_PICK(g, life_names), .person = person};
    out->ms = day * DAY_MS + (int64_t)rng_below(g, 1440) * 60000;
    out->ms = next ? last->ms + (int64_t)rng_below(g, 5) * span : out->ms;
    if (next && !strcmp(last->name, "purchase") && rng_below(g, 2)) {
        out->name = "refund";
    } else if (next && !strcmp(last->name, "follow") && rng_below(g, 2)) {
        out->name = "unfollow";
    }
}

static inline void life_people(struct life_world *w, uint32_t person)
{
    struct rng *g = &w->rng;
    struct arena *a = w->t.batch->arena;
    if (rng_below(g, 25)) {
        test_brand_ident(&w->t, arena_strf(a, "user_id:u%u", person));
    }
    if (!rng_below(g, 3)) {
        test_brand_ident(&w->t, arena_strf(a, "phone:138%08u", person));
    }
    if (!rng_below(g, 4)) {
        test_brand_ident(
            &w->t, arena_strf(a, "device:dev%05u", person + rng_below(g, 1 + w->persons / 20)));
    }
    if (!rng_below(g, 9)) {
        test_brand_ident(&w->t, arena_strf(a, "openid@wx1:o%u", person * 2 / 3));
    }
}

static inline void life_row(struct life_world *w)
{
    struct rng *g = &w->rng;
    struct life_last now;
    life_choose(w, &now);
    uint32_t r = test_brand_row(&w->t, now.name, now.ms);
    struct event_batch *b = w->t.batch;
    b->channel[r] = test_brand_channel(&w->t, LIFE_PICK(g, life_channels));
    const char *texts[] = {LIFE_PICK(g, life_touchpoints), LIFE_PICK(g, life_campaigns),
                           LIFE_PICK(g, life_items), LIFE_PICK(g, life_categories),
                           LIFE_PICK(g, life_props)};
    struct str *to[] = {&b->touchpoint[r], &b->campaign[r], &b->item[r], &b->category[r],
                        &b->props[r]};
    for (int i = 0; i < 5; i++) {
        *to[i] = texts[i][0] ? str_of(texts[i]) : STR_NULL;
    }
    b->quantity[r] = rng_below(g, 6) ? 0.5 * (1 + rng_below(g, 6)) : QUANTITY_UNKNOWN;
    b->unit_price_e4[r] = rng_below(g, 5) ? 10000 * (1 + rng_below(g, 3)) : PRICE_UNKNOWN;
    b->score[r] = rng_below(g, 3) ? 0.5 * rng_below(g, 11) : SCORE_UNKNOWN;
    if (now.person == w->last.person && rng_below(g, 2)) { /* about the same thing */
        b->item[r] = w->last.item;
        b->touchpoint[r] = w->last.touchpoint;
        b->unit_price_e4[r] = w->last.price;
        b->quantity[r] = rng_below(g, 2) ? w->last.quantity : b->quantity[r];
    }
    bool refund = !strcmp(now.name, "refund");
    if (refund || !strcmp(now.name, "purchase")) {
        life_order(w, r, now.person, refund);
    } else {
        b->amount_fen[r] = rng_below(g, 4) ? AMOUNT_UNKNOWN : 100 * rng_below(g, 50);
    }
    life_people(w, now.person);
    now.item = b->item[r];
    now.touchpoint = b->touchpoint[r];
    now.price = b->unit_price_e4[r];
    now.quantity = b->quantity[r];
    w->last = now;
}

/* The same row once more: two of a kind. */
static inline void life_twin(struct life_world *w)
{
    struct event_batch *b = w->t.batch;
    uint32_t from = b->rows - 1, r = batch_add(b);
    b->time_ms[r] = b->time_ms[from];
    b->name[r] = b->name[from];
    b->channel[r] = b->channel[from];
    b->quantity[r] = b->quantity[from];
    b->score[r] = b->score[from];
    b->unit_price_e4[r] = b->unit_price_e4[from];
    b->amount_fen[r] = b->amount_fen[from];
    b->touchpoint[r] = b->touchpoint[from];
    b->campaign[r] = b->campaign[from];
    b->item[r] = b->item[from];
    b->category[r] = b->category[from];
    b->order_no[r] = b->order_no[from];
    b->props[r] = b->props[from];
    for (uint32_t i = b->ident_at[from]; i < b->ident_at[from + 1]; i++) {
        struct ident x = b->ident[i];
        (void)batch_add_ident(b, x.kind, x.value, x.hash, NULL);
    }
}

static inline void life_decisions(struct life_world *w)
{
    struct err e = {0};
    for (uint32_t i = 0; i < 12; i++) {
        struct arena *a = arena_new();
        uint32_t p = rng_below(&w->rng, w->persons), pair[2] = {0};
        int64_t id = 0;
        bool known =
            !brand_find_identity(w->t.b, arena_strf(a, "user_id:u%u", p), &pair[0], &e);
        if (i % 3) {
            known = known && !brand_find_identity(w->t.b, arena_strf(a, "phone:138%08u", p),
                                                  &pair[1], &e);
            CHECK(!known || !brand_split(w->t.b, pair, 1, STR("test"), &id, &e));
        } else {
            uint32_t other = rng_below(&w->rng, w->persons);
            known =
                known && other != p &&
                !brand_find_identity(w->t.b, arena_strf(a, "user_id:u%u", other), &pair[1], &e);
            CHECK(!known || !brand_join(w->t.b, pair[0], pair[1], STR("test"), &id, &e));
        }
        arena_free(a);
    }
}

static inline bool life_open(struct life_world *w, uint64_t seed, uint32_t persons,
                             struct evidence_plan *plan)
{
    struct err e = {0};
    *w = (struct life_world){.rng = rng_seed(seed), .persons = persons};
    const char *zone = LIFE_PICK(&w->rng, life_zones);
    w->first_day = day_from_civil(2023, 9, 1) + (int32_t)rng_below(&w->rng, 100);
    w->named_refunds = rng_below(&w->rng, 2) ? 10 : 5;
    w->days = 60 + rng_below(&w->rng, 300);
    w->rows = persons * (6 + rng_below(&w->rng, 14));
    bool ok = test_brand_open(&w->t, str_of(zone), plan);
    for (uint32_t i = 0; ok && i < w->rows; i++) {
        life_row(w);
        if (!rng_below(&w->rng, strcmp(w->last.name, "purchase") ? 15 : 5)) {
            life_twin(w);
        }
        if (i + 1 == w->rows || w->t.batch->rows > 1000 || !rng_below(&w->rng, 1500)) {
            ok = test_brand_accept(&w->t);
        }
        if (ok && i == w->rows / 2 && rng_below(&w->rng, 2)) {
            ok = !brand_seal(w->t.b, true, &e);
        }
    }
    ok = ok && !brand_settle(w->t.b, &e);
    if (ok) {
        life_decisions(w);
    }
    ok = ok && !brand_settle(w->t.b, &e);
    if (!ok) {
        printf("# brand of seed %llu: %s\n", (unsigned long long)seed, e.msg);
    }
    return ok;
}

/* ---- what higher floors would give: functions of a number, the same for both executors ---- */

static const struct str life_stages[] = {
    {"none", 4}, {"awareness", 9}, {"interest", 8}, {"purchase", 8}, {"loyalty", 7}};
enum { LIFE_STAGES = 5, LIFE_SPANS = 6 };

struct life_span {
    int32_t from, to;
    uint8_t stage;
};
/* The spans of a consumer: from its first day on, never two of one stage in a row; nothing for those without a day. */
static inline int life_spans(struct brand *b, uint32_t consumer, struct life_span *out)
{
    int32_t first = DAY_NONE;
    uint32_t m = consumer;
    do {
        int32_t day = evidence_first_day(b->evidence, m);
        first = day != DAY_NONE && (first == DAY_NONE || day < first) ? day : first;
        m = graph_next(b->graph, m);
    } while (m != consumer);
    if (first == DAY_NONE) {
        return 0;
    }
    uint64_t h = hash_mix(consumer + 77);
    int n = 1 + (int)(h % LIFE_SPANS);
    uint8_t stage = (uint8_t)(h >> 8) % LIFE_STAGES;
    for (int i = 0; i < n; i++) {
        h = hash_mix(h + 1);
        int32_t len = 1 + (int32_t)(h % 60);
        out[i] = (struct life_span){first, i + 1 == n ? INT32_MAX : first + len - 1, stage};
        first += len;
        stage = (uint8_t)((stage + 1 + h / 64 % (LIFE_STAGES - 1)) % LIFE_STAGES);
    }
    return n;
}

static enum rc life_stage_on(void *ctx, int32_t day, uint8_t *stage, uint32_t len,
                             struct err *e)
{
    struct life_world *w = ctx;
    struct life_span s[LIFE_SPANS];
    (void)e;
    memset(stage, 255, len);
    for (uint32_t no = 1; no < len; no++) {
        int n = graph_consumer(w->t.b->graph, no) == no ? life_spans(w->t.b, no, s) : 0;
        for (int i = 0; i < n; i++) {
            if (s[i].from <= day && day <= s[i].to) {
                stage[no] = s[i].stage;
            }
        }
    }
    return RC_OK;
}

static enum rc life_stage_in(void *ctx, enum stage_ask ask, uint8_t stage, int32_t from,
                             int32_t to, int32_t as_of, struct bits *out, struct err *e)
{
    struct life_world *w = ctx;
    struct life_span s[LIFE_SPANS];
    (void)e;
    for (uint32_t no = 1; no < out->len; no++) {
        int n = graph_consumer(w->t.b->graph, no) == no ? life_spans(w->t.b, no, s) : 0;
        for (int i = 0; i < n; i++) {
            bool was = s[i].from <= to && s[i].to >= from && s[i].from <= as_of;
            bool entered = s[i].from >= from && s[i].from <= to && s[i].from <= as_of;
            bool left = i + 1 < n && s[i].to >= from && s[i].to <= to && s[i + 1].from <= as_of;
            if (s[i].stage == stage && (ask == STAGE_WAS       ? was
                                        : ask == STAGE_ENTERED ? entered
                                                               : left)) {
                bits_set(out, no);
            }
        }
    }
    return RC_OK;
}

static enum rc life_each_span(void *ctx,
                              void (*add)(void *to, uint32_t consumer, uint8_t stage,
                                          int32_t from, int32_t to_day),
                              void *to, struct err *e)
{
    struct life_world *w = ctx;
    struct life_span s[LIFE_SPANS];
    (void)e;
    for (uint32_t no = 1; no <= dictionary_len(w->t.b->dictionary); no++) {
        int n = graph_consumer(w->t.b->graph, no) == no ? life_spans(w->t.b, no, s) : 0;
        for (int i = 0; i < n; i++) {
            add(to, no, s[i].stage, s[i].from, s[i].to);
        }
    }
    return RC_OK;
}

static const char *const life_rules[] = {"did purchase in 60d",
                                         "crowd \"live 0\" or tag \"t1\"",
                                         "not crowd \"live 1\" and is follow"};

static enum rc life_mark(void *ctx, enum question_form form, struct str name, struct str value,
                         int32_t day, struct bits *out, struct str *rule, struct arena *a,
                         struct err *e)
{
    (void)ctx;
    (void)e;
    if (form == Q_CROWD && str_starts(name, STR("live "))) {
        *rule = arena_str(a, str_of(life_rules[name.ptr[5] - '0']));
        return RC_OK;
    }
    uint64_t h = hash_mix((uint64_t)form + (uint64_t)day / 30);
    h ^= hash_sip64((struct hash_key){1, 2}, name);
    h ^= hash_sip64((struct hash_key){3, 4}, value);
    uint64_t share = 2 + h % 9;
    for (uint32_t no = 1; no < out->len; no++) {
        if (hash_mix(h + no) % share == 0) {
            bits_set(out, no);
        }
    }
    return RC_OK;
}

static enum rc life_numbers(void *ctx, const struct who_field *f, int32_t day, double *out,
                            uint32_t len, struct err *e)
{
    static const double some[] = {0, 1, 2, 3, 4, 5, 50, 500, 2.5, -1};
    uint64_t h = hash_sip64((struct hash_key){5, 6}, str_of(f->name)) + (uint64_t)day;
    (void)ctx;
    (void)e;
    for (uint32_t no = 1; no < len; no++) {
        uint64_t x = hash_mix(h + no);
        out[no] = x % 3 ? some[x / 8 % 10] : NAN;
    }
    return RC_OK;
}

static enum rc life_texts(void *ctx, const struct who_field *f, int32_t day, struct str *out,
                          uint32_t len, struct arena *a, struct err *e)
{
    static const char *const some[] = {"gold", "银", "black"};
    uint64_t h = hash_sip64((struct hash_key){7, 8}, str_of(f->name)) + (uint64_t)day;
    uint32_t n = 0;
    (void)ctx;
    (void)a;
    (void)e;
    while (f->values && f->values[n].key) {
        n++;
    }
    for (uint32_t no = 1; no < len; no++) {
        uint64_t x = hash_mix(h + no);
        out[no] =
            x % 3 == 0 ? STR_NULL : str_of(n ? f->values[x / 8 % n].key : some[x / 8 % 3]);
    }
    return RC_OK;
}

#endif
