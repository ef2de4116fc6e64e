/* The loops compare into bytes, which compilers turn into vectors, and eight bytes of 0 or 1 into eight bits by one
 * multiplication. */
#include "who/column.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include "base/mem.h"
#include "base/parallel.h"

size_t column_size(enum column_type t)
{
    switch (t) {
    case COLUMN_U8: return 1;
    case COLUMN_U16: return 2;
    case COLUMN_U32: return 4;
    case COLUMN_I64:
    case COLUMN_F64: break;
    }
    return 8;
}

void column_init(struct column *c, enum column_type t, uint32_t len)
{
    *c = (struct column){.type = t, .len = len};
    c->data = mem_zalloc(column_rows(len) * column_size(t) + 64);
}

void column_release(struct column *c)
{
    mem_free(c->data);
    *c = (struct column){0};
}

size_t column_bytes(const struct column *c)
{
    return column_rows(c->len) * column_size(c->type);
}

/* ---- narrowing ---- */

static int64_t value_at(const struct column *c, size_t row)
{
    switch (c->type) {
    case COLUMN_U8: return ((const uint8_t *)c->data)[row];
    case COLUMN_U16: return ((const uint16_t *)c->data)[row];
    case COLUMN_U32: return ((const uint32_t *)c->data)[row];
    case COLUMN_I64: return ((const int64_t *)c->data)[row];
    case COLUMN_F64: break;
    }
    return 0;
}

struct narrowing {
    const struct column *from;
    struct column to;
    atomic_llong least, most;
};

static void find_extremes(void *ctx, size_t from, size_t to)
{
    struct narrowing *n = ctx;
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = from; i < to; i++) {
        int64_t v = value_at(n->from, i);
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    long long seen = atomic_load(&n->least);
    while (least < seen && !atomic_compare_exchange_weak(&n->least, &seen, least)) {
    }
    seen = atomic_load(&n->most);
    while (most > seen && !atomic_compare_exchange_weak(&n->most, &seen, most)) {
    }
}

static void copy_values(void *ctx, size_t from, size_t to)
{
    struct narrowing *n = ctx;
    for (size_t i = from; i < to; i++) {
        int64_t v = value_at(n->from, i);
        switch (n->to.type) {
        case COLUMN_U8: ((uint8_t *)n->to.data)[i] = (uint8_t)v; break;
        case COLUMN_U16: ((uint16_t *)n->to.data)[i] = (uint16_t)v; break;
        case COLUMN_U32:
        case COLUMN_I64:
        case COLUMN_F64: ((uint32_t *)n->to.data)[i] = (uint32_t)v; break;
        }
    }
}

/* The greatest whole number among known ones in *most; false when some are not whole or not small. */
static void find_whole(void *ctx, size_t from, size_t to)
{
    struct narrowing *n = ctx;
    const double *v = n->from->data;
    double most = 0;
    bool whole = true;
    for (size_t i = from; i < to; i++) {
        double x = v[i] >= 0 && v[i] < UINT16_MAX ? v[i] : 0;
        whole &= isnan(v[i]) || (x == v[i] && x == (double)(int32_t)x);
        most = x > most ? x : most;
    }
    long long mine = whole ? (long long)most : UINT16_MAX, seen = atomic_load(&n->most);
    while (mine > seen && !atomic_compare_exchange_weak(&n->most, &seen, mine)) {
    }
}

static void copy_whole(void *ctx, size_t from, size_t to)
{
    struct narrowing *n = ctx;
    const double *v = n->from->data;
    for (size_t i = from; i < to; i++) {
        uint32_t x = isnan(v[i]) ? UINT16_MAX : (uint32_t)v[i];
        if (n->to.type == COLUMN_U8) {
            ((uint8_t *)n->to.data)[i] = (uint8_t)x;
        } else {
            ((uint16_t *)n->to.data)[i] = (uint16_t)x;
        }
    }
}

static void narrow_real(struct column *c, int threads)
{
    struct narrowing n = {.from = c};
    atomic_init(&n.most, 0);
    parallel_blocks(c->len, COLUMN_BLOCK, threads, find_whole, &n);
    if (n.most >= UINT16_MAX) {
        return;
    }
    column_init(&n.to, n.most < UINT8_MAX ? COLUMN_U8 : COLUMN_U16, c->len);
    n.to.none = true;
    parallel_blocks(c->len, COLUMN_BLOCK, threads, copy_whole, &n);
    mem_free(c->data);
    *c = n.to;
}

void column_narrow(struct column *c, int threads)
{
    struct narrowing n = {.from = c};
    if (c->type == COLUMN_F64) {
        narrow_real(c, threads);
        return;
    }
    if (c->type != COLUMN_U32 && c->type != COLUMN_I64) {
        return;
    }
    atomic_init(&n.least, INT64_MAX);
    atomic_init(&n.most, INT64_MIN);
    parallel_blocks(c->len, COLUMN_BLOCK, threads, find_extremes, &n);
    int64_t most = n.most;
    enum column_type type = most <= UINT8_MAX    ? COLUMN_U8
                            : most <= UINT16_MAX ? COLUMN_U16
                                                 : COLUMN_U32;
    if (!c->len || n.least < 0 || most > UINT32_MAX || type == c->type) {
        return;
    }
    column_init(&n.to, type, c->len);
    parallel_blocks(c->len, COLUMN_BLOCK, threads, copy_values, &n);
    mem_free(c->data);
    *c = n.to;
}

/* ---- tests ---- */

/* The whole numbers that compare so with a real one, as an interval; *outside: all but it. */
static void whole_interval(enum evidence_cmp cmp, double x, int64_t *lo, int64_t *hi)
{
    const double most = 9.2e18;
    double low = -most, high = most;
    switch (cmp) {
    case CMP_GE: low = ceil(x); break;
    case CMP_GT: low = floor(x) + 1; break;
    case CMP_LE: high = floor(x); break;
    case CMP_LT: high = ceil(x) - 1; break;
    case CMP_EQ:
    case CMP_NE:
    case CMP_IN:
        low = x;
        high = x == floor(x) ? x : x - 1;
        break;
    }
    low = low < -most ? -most : low > most ? most : low;
    high = high > most ? most : high < -most ? -most : high;
    *lo = (int64_t)low;
    *hi = (int64_t)high;
    if (low > high) {
        *lo = 1;
        *hi = 0;
    }
}

static void real_interval(enum evidence_cmp cmp, double x, double *lo, double *hi)
{
    *lo = -INFINITY;
    *hi = INFINITY;
    switch (cmp) {
    case CMP_GE: *lo = x; break;
    case CMP_GT: *lo = nextafter(x, INFINITY); break;
    case CMP_LE: *hi = x; break;
    case CMP_LT: *hi = nextafter(x, -INFINITY); break;
    case CMP_EQ:
    case CMP_NE:
    case CMP_IN: *lo = *hi = x; break;
    }
}

struct column_test column_compare(const struct column *c, enum evidence_cmp cmp, double number)
{
    struct column_test t = {.column = c, .outside = cmp == CMP_NE};
    if (isnan(number)) {
        t.never = true;
        return t;
    }
    if (c->type == COLUMN_F64) {
        real_interval(cmp, number, &t.real_lo, &t.real_hi);
        t.never = (cmp == CMP_GT && number >= (double)INFINITY) ||
                  (cmp == CMP_LT && number <= -(double)INFINITY);
        return t;
    }
    int64_t lo, hi;
    whole_interval(cmp, number, &lo, &hi);
    bool outside = t.outside;
    t = column_between(c, lo, hi);
    if (outside) {
        t.outside = !t.never;
        if (t.never) { /* no such value: all differ from it */
            t = column_between(c, INT64_MIN, INT64_MAX);
        }
    }
    return t;
}

static int64_t greatest(const struct column *c)
{
    return c->type == COLUMN_U8    ? UINT8_MAX
           : c->type == COLUMN_U16 ? UINT16_MAX
           : c->type == COLUMN_U32 ? UINT32_MAX
                                   : INT64_MAX;
}

struct column_test column_between(const struct column *c, int64_t lo, int64_t hi)
{
    struct column_test t = {.column = c, .lo = lo, .hi = hi};
    int64_t most = greatest(c) - (c->none ? 1 : 0);
    if (c->type != COLUMN_I64) {
        t.lo = lo < 0 ? 0 : lo;
        t.hi = hi > most ? most : hi;
    }
    t.never = t.lo > t.hi;
    return t;
}

static inline uint64_t pack(const uint8_t hit[64])
{
    uint64_t word = 0;
    for (int k = 0; k < 8; k++) {
        uint64_t eight;
        memcpy(&eight, hit + (ptrdiff_t)k * 8, 8);
        word |= (eight * 0x0102040810204080u >> 56) << (k * 8);
    }
    return word;
}

/* One function a type. With unknowns, those outside are not all others. */
#define RUN_WHOLE(name, type)                                                                  \
    static void name(const struct column_test *t, size_t first, size_t words, uint64_t *out)   \
    {                                                                                          \
        const type *v = (const type *)t->column->data + first * 64;                            \
        const type lo = (type)t->lo, span = (type)((uint64_t)t->hi - (uint64_t)t->lo);         \
        const type none = (type) ~(type)0;                                                     \
        const uint64_t flip = t->outside ? ~UINT64_C(0) : 0;                                   \
        for (size_t w = 0; w < words; w++, v += 64) {                                          \
            uint8_t hit[64];                                                                   \
            for (int j = 0; j < 64; j++) {                                                     \
                hit[j] = (type)(v[j] - lo) <= span;                                            \
            }                                                                                  \
            out[w] = pack(hit) ^ flip;                                                         \
            for (int j = 0; flip && t->column->none && j < 64; j++) {                          \
                out[w] &= ~((uint64_t)(v[j] == none) << j);                                    \
            }                                                                                  \
        }                                                                                      \
    }
RUN_WHOLE(run_u8, uint8_t)
RUN_WHOLE(run_u16, uint16_t)
RUN_WHOLE(run_u32, uint32_t)
RUN_WHOLE(run_u64, uint64_t)

static void run_real(const struct column_test *t, size_t first, size_t words, uint64_t *out)
{
    const double *v = (const double *)t->column->data + first * 64;
    double lo = t->real_lo, hi = t->real_hi;
    for (size_t w = 0; w < words; w++, v += 64) {
        uint8_t hit[64];
        if (t->outside) {
            for (int j = 0; j < 64; j++) {
                hit[j] = (v[j] < lo) | (v[j] > hi);
            }
        } else {
            for (int j = 0; j < 64; j++) {
                hit[j] = (v[j] >= lo) & (v[j] <= hi);
            }
        }
        out[w] = pack(hit);
    }
}

void column_run(const struct column_test *t, size_t first, size_t words, uint64_t *out)
{
    if (t->never) {
        memset(out, 0, words * sizeof(*out));
        return;
    }
    switch (t->column->type) {
    case COLUMN_U8: run_u8(t, first, words, out); break;
    case COLUMN_U16: run_u16(t, first, words, out); break;
    case COLUMN_U32: run_u32(t, first, words, out); break;
    case COLUMN_I64: run_u64(t, first, words, out); break;
    case COLUMN_F64: run_real(t, first, words, out); break;
    }
}

bool column_holds(const struct column_test *t, uint32_t row)
{
    if (t->never) {
        return false;
    }
    if (t->column->type == COLUMN_F64) {
        double v = ((const double *)t->column->data)[row];
        return t->outside ? v < t->real_lo || v > t->real_hi
                          : v >= t->real_lo && v <= t->real_hi;
    }
    int64_t v = value_at(t->column, row);
    if (t->column->none && v == greatest(t->column)) {
        return false;
    }
    return (v >= t->lo && v <= t->hi) != t->outside;
}
