/* Figures over many consumers: each equals the same figure counted from the definition, they agree
 * with each other, and the column of today stays true while events and joins come in. */
#include "unit/tap.h"

#include <stdlib.h>

#include "aipl/assets.h"
#include "base/mem.h"
#include "unit/aipl_life.h"

#define LIVES 120
#define BASE 17000
#define DAYS 400
#define STAGES 5

struct pool {
    struct brand b;
    struct clock clock;
    struct stage_model *m;
    struct assets *a;
    struct life lives[LIVES];
    uint32_t nos[LIVES][LIFE_OWNERS];
};

static enum rc no_values(void *ctx, const uint32_t *no, uint32_t n, struct str *out,
                         struct err *e)
{
    static char text[64][16];
    (void)ctx;
    for (uint32_t i = 0; i < n; i++) {
        int len = snprintf(text[i % 64], sizeof(text[0]), "%09u", no[i]);
        out[i] = str_make(text[i % 64], (size_t)len);
    }
    return n > 64 ? rc_fail(e, RC_BUG, "too many values asked for") : RC_OK;
}

static void settle(struct pool *p)
{
    u32_vec changed = {0};
    struct err e = {0};
    CHECK_EQ_I64(graph_settle(p->b.graph, (struct value_source){no_values, NULL}, &changed, &e),
                 RC_OK);
    CHECK_EQ_I64(assets_changed(p->a, &p->b, changed.ptr, (uint32_t)changed.len, &e), RC_OK);
    vec_release(&changed);
}

static void join_life(struct pool *p, int i)
{
    for (uint32_t k = 1; k < LIFE_OWNERS; k++) {
        graph_link(p->b.graph, p->nos[i][0], p->nos[i][k], 1000 + i);
    }
}

static void set_today(struct pool *p, int32_t day)
{
    p->clock = clock_fixed(day * DAY_MS + 1000);
}

/* Every life has three identities, whose numbers are spread over all. */
static struct pool *setup(uint64_t seed)
{
    struct pool *p = mem_zalloc(sizeof(struct pool));
    struct rng r = rng_seed(seed);
    p->b.catalogue = catalogue_new();
    p->b.kinds = kind_table_new();
    p->b.dictionary = dictionary_new();
    p->b.graph = graph_new(p->b.dictionary, p->b.kinds);
    p->b.evidence = evidence_new();
    p->b.clock = &p->clock;
    CHECK_EQ_I64(zone_open(STR("UTC"), &p->b.zone, NULL), RC_OK);
    set_today(p, BASE + 200);
    p->m = life_model("aipl", p->b.catalogue);
    p->a = assets_new(p->m, 2);
    for (uint32_t k = 0; k < LIFE_OWNERS; k++) {
        for (int i = 0; i < LIVES; i++) {
            struct hash128 h = {hash_mix(k * 1000 + (uint64_t)i + 1),
                                hash_mix(k * 1000 + (uint64_t)i + 77)};
            p->nos[i][k] = dictionary_intern(p->b.dictionary, KIND_OPENID, h);
        }
    }
    graph_grow(p->b.graph, LIVES * LIFE_OWNERS);
    evidence_grow(p->b.evidence, LIVES * LIFE_OWNERS);
    for (int i = 0; i < LIVES; i++) {
        life_random(&r, &p->lives[i], BASE, DAYS);
        life_fold(&p->lives[i], stage_model_plan(p->m), p->b.catalogue, p->b.evidence,
                  p->nos[i]);
    }
    return p;
}

static struct pool *setup_joined(uint64_t seed)
{
    struct pool *p = setup(seed);
    for (int i = 0; i < LIVES; i++) {
        join_life(p, i);
    }
    settle(p);
    return p;
}

static void teardown(struct pool *p)
{
    assets_free(p->a);
    stage_model_free(p->m);
    evidence_free(p->b.evidence);
    graph_free(p->b.graph);
    dictionary_free(p->b.dictionary);
    kind_table_free(p->b.kinds);
    catalogue_free(p->b.catalogue);
    zone_free(p->b.zone);
    mem_free(p);
}

static void naive_counts(const struct pool *p, int32_t day, uint64_t *counts)
{
    memset(counts, 0, sizeof(*counts) * STAGES);
    for (int i = 0; i < LIVES; i++) {
        int stage = life_stage(&p->lives[i], day);
        if (stage >= 0) {
            counts[stage]++;
        }
    }
}

static bool same(const uint64_t *a, const uint64_t *b, size_t n)
{
    return memcmp(a, b, sizeof(*a) * n) == 0;
}

static void test_counts(struct pool *p)
{
    uint64_t got[STAGES], want[STAGES];
    for (int32_t day = BASE - 3; day < BASE + DAYS + 1500; day += 7) {
        CHECK_EQ_I64(assets_counts(p->a, &p->b, day, got, NULL), RC_OK);
        naive_counts(p, day, want);
        CHECK(same(got, want, STAGES));
    }
}

/* Today moves on, stands still and goes back; the column follows. */
static void test_today(struct pool *p)
{
    static const int32_t days[] = {200, 201, 202, 202, 230, 600, 100, 101, -5, 0, 1, 2000};
    uint64_t got[STAGES], want[STAGES];
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        set_today(p, BASE + days[i]);
        CHECK_EQ_I64(assets_counts(p->a, &p->b, BASE + days[i], got, NULL), RC_OK);
        naive_counts(p, BASE + days[i], want);
        CHECK(same(got, want, STAGES));
    }
}

static void test_trend(struct pool *p)
{
    int32_t from = BASE - 10, to = BASE + 500;
    size_t days = (size_t)(to - from + 1);
    uint64_t *trend = mem_array(uint64_t, days * STAGES), want[STAGES], spent[STAGES],
             sum[STAGES] = {0};
    CHECK_EQ_I64(assets_trend(p->a, &p->b, from, to, trend, NULL), RC_OK);
    for (size_t d = 0; d < days; d++) {
        naive_counts(p, from + (int32_t)d, want);
        CHECK(same(trend + d * STAGES, want, STAGES));
        for (int k = 0; k < STAGES; k++) {
            sum[k] += want[k];
        }
    }
    CHECK_EQ_I64(assets_days_spent(p->a, &p->b, from, to, spent, NULL), RC_OK);
    CHECK(same(spent, sum, STAGES));
    mem_free(trend);
}

static void check_flow(struct pool *p, int32_t from, int32_t to)
{
    uint64_t matrix[STAGES * STAGES], fresh[STAGES], want[STAGES * STAGES + STAGES] = {0};
    uint64_t start[STAGES], end[STAGES];
    CHECK_EQ_I64(assets_flow(p->a, &p->b, from, to, matrix, fresh, NULL), RC_OK);
    for (int i = 0; i < LIVES; i++) {
        int before = life_stage(&p->lives[i], from), after = life_stage(&p->lives[i], to);
        if (after >= 0) {
            want[(before < 0 ? STAGES : before) * STAGES + after]++;
        }
    }
    CHECK(same(matrix, want, STAGES * STAGES) && same(fresh, want + STAGES * STAGES, STAGES));
    CHECK_EQ_I64(assets_counts(p->a, &p->b, from, start, NULL), RC_OK);
    CHECK_EQ_I64(assets_counts(p->a, &p->b, to, end, NULL), RC_OK);
    for (int k = 0; k < STAGES;
         k++) { /* rows are the start, columns with the new ones the end */
        uint64_t row = 0, column = fresh[k];
        for (int j = 0; j < STAGES; j++) {
            row += matrix[k * STAGES + j];
            column += matrix[j * STAGES + k];
        }
        CHECK(row == start[k] && column == end[k]);
    }
}

static void test_flows(struct pool *p)
{
    struct rng r = rng_seed(5);
    for (int i = 0; i < 30; i++) {
        int32_t from = BASE - 5 + (int32_t)rng_below(&r, 600);
        check_flow(p, from, from + (int32_t)rng_below(&r, 400));
    }
}

static void test_daily(struct pool *p)
{
    int32_t from = BASE - 3, to = BASE + 250;
    size_t n = (size_t)(to - from), square = STAGES * STAGES;
    uint64_t *matrices = mem_array(uint64_t, n * square),
             *fresh = mem_array(uint64_t, n * STAGES);
    uint64_t matrix[STAGES * STAGES], one[STAGES];
    CHECK_EQ_I64(assets_daily_flows(p->a, &p->b, from, to, matrices, fresh, NULL), RC_OK);
    for (size_t d = 0; d < n; d++) {
        int32_t day = from + (int32_t)d;
        CHECK_EQ_I64(assets_flow(p->a, &p->b, day, day + 1, matrix, one, NULL), RC_OK);
        CHECK(same(matrices + d * square, matrix, square) &&
              same(fresh + d * STAGES, one, STAGES));
    }
    mem_free(matrices);
    mem_free(fresh);
}

static void test_spans(struct pool *p)
{
    span_vec spans = {0};
    for (int i = 0; i < LIVES; i++) {
        vec_clear(&spans);
        assets_spans(p->a, &p->b, p->nos[i][2], &spans);
        CHECK(spans.len > 0 && spans.ptr[spans.len - 1].to == INT32_MAX);
        for (size_t k = 0; k < spans.len; k++) {
            struct span s = spans.ptr[k];
            CHECK_EQ_I64(s.stage, life_stage(&p->lives[i], s.from));
            CHECK(k == 0 || s.from == spans.ptr[k - 1].to + 1);
            CHECK_EQ_I64(assets_stage(p->a, &p->b, p->nos[i][1], s.from), s.stage);
        }
        CHECK_EQ_I64(assets_stage(p->a, &p->b, p->nos[i][1], spans.ptr[0].from - 1), -1);
    }
    vec_release(&spans);
}

/* The column, told of joins and events one by one, against one made from nothing. */
static void test_changes(void)
{
    struct pool *p = setup(21);
    struct rng r = rng_seed(4);
    uint64_t got[STAGES], fresh[STAGES];
    settle(p);
    for (int i = 0; i < LIVES; i++) {
        int32_t today = BASE + 200 + i / 10;
        set_today(p, today);
        join_life(p, i);
        settle(p);
        struct life l = {.len = 0};
        life_add(&l, rng_below(&r, 2) ? "purchase" : "item_view",
                 today - (int32_t)rng_below(&r, 30));
        uint32_t no = p->nos[rng_below(&r, LIVES)][rng_below(&r, LIFE_OWNERS)];
        life_fold_event(&l.events[0], stage_model_plan(p->m), p->b.catalogue, p->b.evidence,
                        no);
        CHECK_EQ_I64(assets_changed(p->a, &p->b, &no, 1, NULL), RC_OK);
        CHECK_EQ_I64(assets_counts(p->a, &p->b, today, got, NULL), RC_OK);
        struct assets *other = assets_new(p->m, 1);
        CHECK_EQ_I64(assets_counts(other, &p->b, today, fresh, NULL), RC_OK);
        CHECK(same(got, fresh, STAGES));
        assets_free(other);
    }
    teardown(p);
}

static void test_saved(struct pool *p)
{
    char path[] = "/tmp/pond-assets-XXXXXX";
    struct checkpoint_head head = {.version = 1};
    struct checkpoint_writer *w = NULL;
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint64_t before[STAGES], after[STAGES];
    int32_t today = BASE + 210;
    set_today(p, today);
    CHECK(mkstemp(path) >= 0);
    CHECK_EQ_I64(assets_counts(p->a, &p->b, today, before, &e), RC_OK);
    CHECK_EQ_I64(checkpoint_create(disk_real(), path, &head, &w, &e), RC_OK);
    CHECK_EQ_I64(assets_save(p->a, &p->b, w, &e), RC_OK);
    CHECK_EQ_I64(checkpoint_finish(w, &e), RC_OK);
    struct stage_model *models[] = {life_model("aipl", p->b.catalogue),
                                    life_model("4a", p->b.catalogue)};
    for (int i = 0; i < 2;
         i++) { /* under the same model it is taken, under another computed again */
        struct assets *other = assets_new(models[i], 2), *anew = assets_new(models[i], 2);
        CHECK_EQ_I64(checkpoint_open(disk_real(), path, &c, &e), RC_OK);
        CHECK_EQ_I64(assets_load(other, &p->b, c, &e), RC_OK);
        checkpoint_close(c);
        CHECK_EQ_I64(assets_counts(other, &p->b, today, after, &e), RC_OK);
        CHECK_EQ_I64(assets_counts(anew, &p->b, today, before, &e), RC_OK);
        CHECK(same(before, after, STAGES));
        assets_free(other);
        assets_free(anew);
        stage_model_free(models[i]);
    }
    (void)remove(path);
}

static void test_refusals(struct pool *p)
{
    uint64_t x[STAGES * STAGES], y[STAGES];
    struct err e = {0};
    CHECK_EQ_I64(assets_flow(p->a, &p->b, 10, 9, x, y, &e), RC_INVALID);
    CHECK_EQ_I64(assets_trend(p->a, &p->b, 10, 9, x, &e), RC_INVALID);
    CHECK_EQ_I64(assets_trend(p->a, &p->b, 0, 36600, x, &e), RC_TOO_LARGE);
    CHECK_EQ_I64(assets_daily_flows(p->a, &p->b, INT32_MIN + 1, INT32_MAX, x, y, &e),
                 RC_TOO_LARGE);
}

static void test_empty(void)
{
    struct pool *p = setup(1);
    uint64_t x[STAGES * STAGES], y[STAGES] = {1};
    evidence_clear(p->b.evidence);
    CHECK_EQ_I64(assets_rebuilt(p->a, &p->b, NULL), RC_OK);
    CHECK_EQ_I64(assets_counts(p->a, &p->b, BASE + 200, y, NULL), RC_OK);
    CHECK_EQ_I64(y[0] + y[1] + y[2] + y[3] + y[4], 0);
    CHECK_EQ_I64(assets_flow(p->a, &p->b, BASE, BASE + 1, x, y, NULL), RC_OK);
    CHECK_EQ_I64(x[0], 0);
    teardown(p);
}

/* Enough consumers that the scan splits them, on one thread and on four. */
#define MANY 60000
static void test_threads(void)
{
    struct pool *p = setup(31);
    struct rng r = rng_seed(8);
    struct assets *four = assets_new(p->m, 4), *one = assets_new(p->m, 1);
    uint64_t x[2][STAGES], trend[2][40 * STAGES];
    for (uint64_t i = LIVES * LIFE_OWNERS; i < MANY; i++) {
        struct hash128 h = {hash_mix(i + 9000000), hash_mix(i + 99000000)};
        (void)dictionary_intern(p->b.dictionary, KIND_OPENID, h);
    }
    graph_grow(p->b.graph, MANY);
    evidence_grow(p->b.evidence, MANY);
    for (int i = 0; i < MANY; i++) {
        struct life l = {.len = 0};
        life_add(&l, rng_below(&r, 3) ? "item_view" : "purchase",
                 BASE + (int32_t)rng_below(&r, 300));
        life_fold_event(&l.events[0], stage_model_plan(p->m), p->b.catalogue, p->b.evidence,
                        1 + rng_below(&r, MANY));
    }
    struct assets *both[2] = {one, four};
    for (int i = 0; i < 2; i++) {
        CHECK_EQ_I64(assets_counts(both[i], &p->b, BASE + 200, x[i], NULL), RC_OK);
        CHECK_EQ_I64(assets_trend(both[i], &p->b, BASE + 161, BASE + 200, trend[i], NULL),
                     RC_OK);
    }
    CHECK(same(x[0], x[1], STAGES) && same(trend[0], trend[1], 40 * STAGES));
    CHECK(same(x[0], trend[0] + 39 * STAGES, STAGES)); /* the column and the sweep agree */
    assets_free(one);
    assets_free(four);
    teardown(p);
}

int main(void)
{
    struct pool *p = setup_joined(1);
    TEST("counts of any day are those of the definition") {
        test_counts(p);
    }
    TEST("today's column follows the clock, both ways") {
        test_today(p);
    }
    TEST("the trend is the counts of each day; days spent are its sum") {
        test_trend(p);
    }
    TEST("flows are those of the definition and balance") {
        test_flows(p);
    }
    TEST("daily flows are the flows of neighbouring days") {
        test_daily(p);
    }
    TEST("spans have no gaps and end open") {
        test_spans(p);
    }
    TEST("joins and events keep today's column true") {
        test_changes();
    }
    TEST("a checkpoint keeps the column, for its own model only") {
        test_saved(p);
    }
    TEST("impossible periods are refused") {
        test_refusals(p);
    }
    TEST("four threads count what one counts") {
        test_threads();
    }
    TEST("an empty pond has nobody") {
        test_empty();
    }
    teardown(p);
    return tap_end();
}
