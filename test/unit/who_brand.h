/* A brand of made-up events for tests of questions: opened in a directory of its own, filled row by row. */
#ifndef POND_TEST_WHO_BRAND_H
#define POND_TEST_WHO_BRAND_H

#include <stdlib.h>
#include <unistd.h>
#include "base/mem.h"
#include "people/brand.h"
#include "people/internal.h"
#include "tap.h"

struct test_brand {
    char dir[32];
    struct clock clock;
    struct brand *b;
    struct event_batch *batch; /* of rows not yet accepted */
    struct evidence_plan *plan;
};

static enum rc test_brand_plan(void *ctx, struct brand *b, const struct evidence_plan **out,
                               struct err *e)
{
    const struct test_brand *t = ctx;
    (void)b;
    (void)e;
    *out = t->plan;
    return RC_OK;
}

/* plan may be NULL: nothing is evidence. */
static inline bool test_brand_open(struct test_brand *t, struct str zone,
                                   struct evidence_plan *plan)
{
    struct err e = {0};
    *t = (struct test_brand){.clock = clock_real(), .plan = plan};
    (void)snprintf(t->dir, sizeof(t->dir), "/tmp/pond-test-XXXXXX");
    if (!mkdtemp(t->dir)) {
        return false;
    }
    const struct brand_setup setup = {.data_dir = t->dir,
                                      .name = STR("demo"),
                                      .zone = zone,
                                      .model_name = STR("none"),
                                      .model_text = STR("")};
    const struct brand_options o = {.data_dir = t->dir,
                                    .mode = BRAND_WRITE,
                                    .clock = &t->clock,
                                    .hooks = {.ctx = t, .plan = test_brand_plan}};
    bool ok = !brand_create(&setup, NULL, &e) && !brand_open(&o, &t->b, &e);
    if (!ok) {
        printf("# brand: %s (%s)\n", e.msg, e.detail);
    }
    t->batch = batch_new(BATCH_ROWS_MAX / 64);
    return ok;
}

static inline void test_brand_close(struct test_brand *t)
{
    struct err e = {0};
    char command[64];
    batch_free(t->batch);
    if (brand_close(t->b, &e)) {
        printf("# brand_close: %s\n", e.msg);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", t->dir);
    CHECK(!system(command));
}

/* A new row; its text lives in the batch's arena. */
static inline uint32_t test_brand_row(struct test_brand *t, const char *name, int64_t time_ms)
{
    struct err e = {0};
    uint32_t r = batch_add(t->batch);
    t->batch->time_ms[r] = time_ms;
    if (catalogue_intern(t->b->catalogue, str_of(name), &t->batch->name[r], &e)) {
        printf("# %s: %s\n", name, e.msg);
    }
    return r;
}

/* "user_id:u7" of the last row. */
static inline void test_brand_ident(struct test_brand *t, struct str kind_value)
{
    struct err e = {0};
    struct str rest = arena_str(t->batch->arena, kind_value), kind = str_cut(&rest, ':');
    uint8_t code = 0;
    struct str value = STR_NULL;
    enum rc rc = kind_intern(t->b->kinds, kind, &code, &e);
    rc = rc ? rc : kind_canonical(code, rest, t->batch->arena, &value, &e);
    rc = rc ? rc
            : batch_add_ident(
                  t->batch, code, value,
                  identity_hash(t->b->hash_key, kind_name(t->b->kinds, code), value), &e);
    if (rc) {
        printf("# identity %.*s: %s\n", STR_FMT(kind_value), e.msg);
    }
}

static inline uint8_t test_brand_channel(struct test_brand *t, const char *name)
{
    uint8_t code = 0;
    struct err e = {0};
    if (name[0] && channel_intern(t->b->catalogue, str_of(name), &code, &e)) {
        printf("# channel %s: %s\n", name, e.msg);
    }
    return code;
}

/* Makes the rows since the last call history. */
static inline bool test_brand_accept(struct test_brand *t)
{
    struct err e = {0};
    struct accept_result got = {0};
    seen_keys(t->b->secret->event, t->b->catalogue, t->batch);
    seen_source(t->b->seen);
    enum rc rc = brand_accept(t->b, t->batch, &got, &e);
    if (rc) {
        printf("# brand_accept: %s (%s)\n", e.msg, e.detail);
    }
    batch_clear(t->batch);
    return !rc;
}

#endif
