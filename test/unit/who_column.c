/* Columns against one comparison at a time; pairs in their order; sequences against trying every chain. */
#include "who/column.h"
#include <math.h>
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"
#include "who/pairs.h"
#include "who/sequence.h"

#define LEN 1000u

static bool compares(enum evidence_cmp cmp, double a, double b)
{
    switch (cmp) {
    case CMP_EQ:
    case CMP_IN: return a == b;
    case CMP_NE: return a == a && a != b;
    case CMP_LT: return a < b;
    case CMP_LE: return a <= b;
    case CMP_GT: return a > b;
    case CMP_GE: return a >= b;
    }
    return false;
}

static double value_of(const struct column *c, uint32_t i)
{
    if (c->none && (c->type == COLUMN_U8 ? ((uint8_t *)c->data)[i] == 255
                                         : ((uint16_t *)c->data)[i] == 65535)) {
        return (double)NAN;
    }
    switch (c->type) {
    case COLUMN_U8: return ((uint8_t *)c->data)[i];
    case COLUMN_U16: return ((uint16_t *)c->data)[i];
    case COLUMN_U32: return ((uint32_t *)c->data)[i];
    case COLUMN_I64: return (double)((int64_t *)c->data)[i];
    case COLUMN_F64: return ((double *)c->data)[i];
    }
    return 0;
}

static void put_value(struct column *c, uint32_t i, double x)
{
    switch (c->type) {
    case COLUMN_U8: ((uint8_t *)c->data)[i] = (uint8_t)x; break;
    case COLUMN_U16: ((uint16_t *)c->data)[i] = (uint16_t)x; break;
    case COLUMN_U32: ((uint32_t *)c->data)[i] = (uint32_t)x; break;
    case COLUMN_I64: ((int64_t *)c->data)[i] = (int64_t)x; break;
    case COLUMN_F64: ((double *)c->data)[i] = x; break;
    }
}

/* How many of all rows are answered wrongly, by words and one by one. */
static uint32_t wrong(const struct column *c, enum evidence_cmp cmp, double number)
{
    uint64_t words[(LEN + 63) / 64];
    struct column_test t = column_compare(c, cmp, number);
    uint32_t bad = 0;
    column_run(&t, 0, (LEN + 63) / 64, words);
    for (uint32_t i = 0; i < LEN; i++) {
        bool want = compares(cmp, value_of(c, i), number);
        bad += (words[i / 64] >> (i % 64) & 1) != want;
        bad += column_holds(&t, i) != want;
    }
    return bad;
}

static uint32_t wrong_column(enum column_type type, struct rng *r)
{
    static const double numbers[] = {
        -1,     0,      0.5,   1,     2,        3.5,       254,        255,        256,
        65534,  65535,  65536, -3.5,  1e6,      70000,     4e9,        4294967295, 4294967296,
        9.3e18, -1e300, NAN,   -1e18, INFINITY, -INFINITY, 4294967294, 5};
    struct column c;
    uint32_t bad = 0;
    column_init(&c, type, LEN);
    for (uint32_t i = 0; i < LEN; i++) {
        uint32_t which = rng_below(r, 26);
        double x = rng_below(r, 2) ? rng_below(r, 6) : numbers[which];
        double most = type == COLUMN_U8    ? 255
                      : type == COLUMN_U16 ? 65535
                      : type == COLUMN_U32 ? 4294967295.0
                                           : 9e15;
        bool whole = type != COLUMN_F64;
        x = whole && !(x >= (type == COLUMN_I64 ? -9e15 : 0) && x <= most) ? 1 : x;
        put_value(&c, i, whole ? floor(x) : x);
    }
    for (int cmp = CMP_EQ; cmp <= CMP_IN; cmp++) {
        for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++) {
            bad += isnan(numbers[n]) ? 0 : wrong(&c, (enum evidence_cmp)cmp, numbers[n]);
        }
    }
    column_release(&c);
    return bad;
}

static void narrowing(void)
{
    const uint32_t most[] = {3, 255, 256, 65535, 65536, UINT32_MAX};
    const enum column_type want[] = {COLUMN_U8,  COLUMN_U8,  COLUMN_U16,
                                     COLUMN_U16, COLUMN_U32, COLUMN_U32};
    for (int i = 0; i < 6; i++) {
        struct column c;
        column_init(&c, COLUMN_U32, LEN);
        ((uint32_t *)c.data)[777] = most[i];
        ((uint32_t *)c.data)[3] = 2;
        column_narrow(&c, 2);
        CHECK(c.type == want[i] && value_of(&c, 777) == most[i] && value_of(&c, 3) == 2);
        column_release(&c);
    }
    struct column c;
    column_init(&c, COLUMN_I64, LEN);
    ((int64_t *)c.data)[5] = -1;
    column_narrow(&c, 2);
    CHECK(c.type == COLUMN_I64);
    column_release(&c);
}

/* Scores become small whole numbers with an unknown one. */
static uint32_t wrong_scores(uint32_t most, enum column_type want, struct rng *r)
{
    struct column c;
    uint32_t bad = 0;
    double *had = mem_array(double, LEN);
    column_init(&c, COLUMN_F64, LEN);
    for (uint32_t i = 0; i < LEN; i++) {
        had[i] = rng_below(r, 3) ? rng_below(r, most + 1) : (double)NAN;
        had[i] = i == 5 ? most : had[i];
        put_value(&c, i, had[i]);
    }
    column_narrow(&c, 2);
    CHECK(c.type == want);
    for (uint32_t i = 0; i < LEN; i++) {
        double x = value_of(&c, i);
        bad += isnan(x) != isnan(had[i]) || (!isnan(x) && x != had[i]);
    }
    for (int cmp = CMP_EQ; cmp <= CMP_IN; cmp++) {
        for (double x = -1; x <= most + 2; x += most > 300 ? 97 : 0.5) {
            bad += wrong(&c, (enum evidence_cmp)cmp, x);
        }
        bad += wrong(&c, (enum evidence_cmp)cmp, most) + wrong(&c, (enum evidence_cmp)cmp, 1e9);
        bad += wrong(&c, (enum evidence_cmp)cmp, (double)-INFINITY);
    }
    column_release(&c);
    mem_free(had);
    return bad;
}

/* ---- sequences ---- */

struct step_row {
    int64_t time;
    uint32_t can;
};

/* Is there a chain from row `at`, being step n, on? Tries everything. */
static bool chain_from(const struct question *q, const struct step_row *rows, uint32_t len,
                       uint32_t at, uint32_t n)
{
    if (n + 1 == q->steps_len) {
        return true;
    }
    const struct sequence_step *next = &q->steps[n + 1];
    bool found = false;
    for (uint32_t i = 0; i < len; i++) {
        bool near = rows[i].time > rows[at].time &&
                    rows[i].time - rows[at].time <= next->within_ms &&
                    (rows[i].can >> (n + 1) & 1);
        found |= near && (next->negated || chain_from(q, rows, len, i, n + 1));
    }
    return next->negated ? !found : found;
}

static void sequences(void)
{
    struct rng r = rng_seed(11);
    uint32_t bad = 0, held = 0;
    for (int round = 0; round < 20000; round++) {
        struct sequence_step steps[4] = {{
            {0},
            false,
            0,
            {0},
        }};
        struct step_row rows[8];
        struct question q = {.steps = steps, .steps_len = 2 + rng_below(&r, 3)};
        struct pairs p = {0};
        struct bits out;
        uint32_t len = 1 + rng_below(&r, 8);
        for (uint32_t i = 1; i < q.steps_len; i++) {
            steps[i].within_ms = 1 + rng_below(&r, 6);
        }
        steps[q.steps_len - 1].negated = rng_below(&r, 2);
        for (uint32_t i = 0; i < len; i++) {
            rows[i] = (struct step_row){rng_below(&r, 12), 1 + rng_below(&r, 15)};
            pairs_add(&p, 7, sequence_value(rows[i].time), rows[i].can);
        }
        bool want = false;
        for (uint32_t i = 0; i < len; i++) {
            want |= (rows[i].can & 1) && chain_from(&q, rows, len, i, 0);
        }
        struct sequence s = {.q = &q};
        bits_init(&out, 64);
        sequence_find(&s, &p, round % 2 ? 2 : 1, &out);
        bad += bits_has(&out, 7) != want;
        held += want;
        bits_release(&out);
        pairs_release(&p);
    }
    CHECK_EQ_I64(bad, 0);
    CHECK(held > 3000 && held < 17000);
}

struct walked {
    struct keyed last;
    uint32_t pairs, consumers, wrong;
};

static void walk(void *ctx, const struct keyed *first, uint32_t n)
{
    struct walked *w = ctx;
    w->wrong += w->consumers && pair_consumer(&w->last) >= pair_consumer(first);
    for (uint32_t i = 0; i < n; i++) {
        w->wrong += pair_consumer(&first[i]) != pair_consumer(first);
        w->wrong += i && first[i - 1].at > first[i].at;
        w->wrong += pair_extra(&first[i]) != (uint32_t)first[i].at * 3;
    }
    w->last = first[0];
    w->pairs += n;
    w->consumers++;
}

static void mark_consumer(void *ctx, const struct keyed *first, uint32_t n)
{
    uint32_t *seen = ctx; /* of each consumer its pairs; no other thread has it */
    seen[pair_consumer(first)] += n;
}

static void walking(void)
{
    enum { CONSUMERS = 300, PAIRS = 40000 };
    struct rng r = rng_seed(5);
    for (uint32_t round = 0; round < 60; round++) {
        uint32_t n = round ? rng_below(&r, round % 2 ? PAIRS : 200) : 0, want[CONSUMERS] = {0},
                 bad = 0;
        uint32_t seen[CONSUMERS] = {0}, range = 1 + rng_below(&r, CONSUMERS);
        struct walked w = {.wrong = 0};
        struct pairs p = {0};
        for (uint32_t i = 0; i < n; i++) {
            uint32_t c = rng_below(&r, range), v = rng_below(&r, 30);
            pairs_add(&p, c, v, v * 3);
            want[c]++;
        }
        pairs_each(&p, 1, walk, &w);
        CHECK(!w.wrong && w.pairs == n);
        pairs_each(&p, 1 + (int)rng_below(&r, 5), mark_consumer, seen);
        for (uint32_t c = 0; c < CONSUMERS; c++) {
            bad += seen[c] != want[c];
        }
        CHECK_EQ_I64(bad, 0);
        pairs_release(&p);
    }
}

int main(void)
{
    struct rng r = rng_seed(3);
    TEST("columns of every type compare as numbers do") {
        for (int type = COLUMN_U8; type <= COLUMN_F64; type++) {
            CHECK_EQ_I64(wrong_column((enum column_type)type, &r), 0);
        }
    }
    TEST("columns become as narrow as their values allow") {
        narrowing();
    }
    TEST("scores become small whole numbers, unknown ones stay unknown") {
        CHECK_EQ_I64(wrong_scores(5, COLUMN_U8, &r), 0);
        CHECK_EQ_I64(wrong_scores(254, COLUMN_U8, &r), 0);
        CHECK_EQ_I64(wrong_scores(255, COLUMN_U16, &r), 0);
        CHECK_EQ_I64(wrong_scores(65534, COLUMN_U16, &r), 0);
        CHECK_EQ_I64(wrong_scores(65535, COLUMN_F64, &r), 0);
    }
    TEST("pairs come consumer by consumer, in order, each on one thread") {
        walking();
    }
    TEST("sequences hold exactly when some chain does") {
        sequences();
    }
    return tap_end();
}
