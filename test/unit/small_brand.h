/* A small brand written down by hand: rows with everything as text, the default stage model hung on.
 *
 *     struct small s;
 *     small_open(&s);
 *     static const struct small_row rows[] = {{"2017-12-01 10:00", "purchase", "user_id:u1 phone:13800000001",
 *                                              .order = "o1", .amount = "200"}};
 *     small_add(&s, rows, 1);           accepted and settled
 *     small_no(&s, "user_id:u1")        its identity number
 *     small_close(&s);
 */
#ifndef POND_TEST_SMALL_BRAND_H
#define POND_TEST_SMALL_BRAND_H

#include <stdlib.h>
#include <unistd.h>
#include "aipl/presets.h"
#include "app/hooks.h"
#include "people/brand.h"
#include "tap.h"

struct small {
    char dir[32];
    struct clock clock;
    struct hooks *hooks;
    struct brand *b;
};
struct small_row {
    const char *time, *name, *who; /* who: "kind:value kind:value"; NULL: nobody */
    const char *channel, *touchpoint, *campaign, *item, *category, *order, *props;
    const char *quantity, *score, *price, *amount; /* numbers; NULL: unknown */
};

static inline bool small_reopen(struct small *s)
{
    struct err e = {0};
    if (s->b) {
        (void)brand_close(s->b, &e);
        hooks_free(s->hooks);
        s->b = NULL;
    }
    s->hooks = hooks_new(2);
    const struct brand_options o = {.data_dir = s->dir,
                                    .mode = BRAND_WRITE,
                                    .clock = &s->clock,
                                    .hooks = hooks_slots(s->hooks)};
    enum rc rc = brand_open(&o, &s->b, &e);
    rc = rc ? rc : brand_settle(s->b, &e);
    if (rc) {
        printf("# opening: %s (%s)\n", e.msg, e.detail);
    }
    return rc == RC_OK;
}

static inline bool small_open(struct small *s)
{
    struct err e = {0};
    const char *text = "";
    for (int i = 0; i < model_preset_count; i++) {
        text = strcmp(model_presets[i].name, "aipl") == 0 ? model_presets[i].text : text;
    }
    memset(s, 0, sizeof(*s));
    strcpy(s->dir, "/tmp/pond-test-XXXXXX");
    s->clock = clock_real();
    const struct brand_setup setup = {.data_dir = mkdtemp(s->dir),
                                      .name = STR("demo"),
                                      .zone = STR("Asia/Shanghai"),
                                      .model_name = STR("aipl"),
                                      .model_text = str_of(text)};
    enum rc rc = brand_create(&setup, NULL, &e);
    if (rc) {
        printf("# creating: %s (%s)\n", e.msg, e.detail);
    }
    return !rc && small_reopen(s);
}

static inline void small_close(struct small *s)
{
    char command[64];
    struct err e = {0};
    (void)brand_close(s->b, &e);
    hooks_free(s->hooks);
    snprintf(command, sizeof(command), "rm -rf %s", s->dir);
    CHECK(!system(command));
}

static inline void small_idents(struct small *s, struct event_batch *x, const char *who)
{
    struct str rest = str_of(who);
    while (rest.ptr && rest.len) {
        struct str value = str_cut(&rest, ' '), kind_text = str_cut(&value, ':');
        uint8_t kind = 0;
        (void)kind_intern(s->b->kinds, kind_text, &kind, NULL);
        (void)batch_add_ident(
            x, kind, value, identity_hash(s->b->hash_key, kind_name(s->b->kinds, kind), value),
            NULL);
    }
}

static inline void small_put(struct small *s, struct event_batch *x, const struct small_row *r)
{
    uint32_t row = batch_add(x);
    int64_t n = 0;
    (void)time_parse(str_of(r->time), s->b->zone, &x->time_ms[row]);
    (void)catalogue_intern(s->b->catalogue, str_of(r->name), &x->name[row], NULL);
    if (r->channel) {
        (void)channel_intern(s->b->catalogue, str_of(r->channel), &x->channel[row], NULL);
    }
    x->touchpoint[row] = str_of(r->touchpoint);
    x->campaign[row] = str_of(r->campaign);
    x->item[row] = str_of(r->item);
    x->category[row] = str_of(r->category);
    x->order_no[row] = str_of(r->order);
    x->props[row] = str_of(r->props);
    x->quantity[row] = r->quantity ? strtod(r->quantity, NULL) : QUANTITY_UNKNOWN;
    x->score[row] = r->score ? strtod(r->score, NULL) : SCORE_UNKNOWN;
    if (r->price && str_decimal(str_of(r->price), 4, &n)) {
        x->unit_price_e4[row] = n;
    }
    if (r->amount && str_decimal(str_of(r->amount), 2, &n)) {
        x->amount_fen[row] = n;
    }
    small_idents(s, x, r->who);
}

static inline bool small_add(struct small *s, const struct small_row *rows, uint32_t n)
{
    struct event_batch *x = batch_new(n);
    struct accept_result got = {0};
    struct err e = {0};
    for (uint32_t i = 0; i < n; i++) {
        small_put(s, x, &rows[i]);
    }
    seen_keys(s->b->secret->event, s->b->catalogue, x);
    seen_source(s->b->seen);
    enum rc rc = brand_accept(s->b, x, &got, &e);
    rc = rc ? rc : brand_settle(s->b, &e);
    if (rc) {
        printf("# adding: %s (%s)\n", e.msg, e.detail);
    }
    batch_free(x);
    return !rc && got.accepted == n;
}

static inline uint32_t small_no(const struct small *s, const char *identity)
{
    uint32_t no = 0;
    struct err e = {0};
    if (brand_find_identity(s->b, str_of(identity), &no, &e)) {
        printf("# %s: %s\n", identity, e.msg);
    }
    return no;
}
static inline uint32_t small_consumer(const struct small *s, const char *identity)
{
    return graph_consumer(s->b->graph, small_no(s, identity));
}

#endif
