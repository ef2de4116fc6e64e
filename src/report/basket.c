#include "report/basket.h"

#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "people/batch.h"
#include "report/pass.h"
#include "report/tally.h"

struct line {
    uint64_t order;
    uint32_t kind, row;
};
struct worker {
    const struct basket_spec *spec;
    const struct history *h;
    const struct tally *often; /* second pass: orders of each kind */
    struct zone_cache cache;
    VEC(struct line) lines; /* of the life, in order of (order, kind) */
    VEC(uint32_t) kinds;    /* of one order, different ones */
    struct tally *count;    /* first pass: (kind, 0); second: (a, b), a < b */
    struct basket sum;
};

static const uint16_t purchase_name[] = {EVENT_PURCHASE};

void basket_want(const struct basket_spec *s, struct history_want *want)
{
    want->names = purchase_name;
    want->names_len = 1;
    want->from = s->from;
    want->to = s->to;
    want->orders = want->quantities = want->amounts = true;
    want->categories = s->categories;
    want->items = !s->categories;
}

/* ---- One life ---------------------------------------------------------------------------------- */

static int compare_lines(const void *pa, const void *pb)
{
    const struct line *a = pa, *b = pb;
    return a->order != b->order ? (a->order > b->order) - (a->order < b->order)
                                : (a->kind > b->kind) - (a->kind < b->kind);
}

static void take_lines(struct worker *w, uint32_t from, uint32_t end)
{
    const struct history *h = w->h;
    vec_clear(&w->lines);
    for (uint32_t i = from; i < end; i++) {
        int32_t day = zone_day(w->spec->zone, &w->cache, h->time_ms[i]);
        if (h->name[i] == EVENT_PURCHASE && day >= w->spec->from && day <= w->spec->to) {
            uint32_t kind = w->spec->categories ? h->category[i] : h->item[i];
            vec_push(&w->lines, ((struct line){h->order[i], kind, i}));
        }
    }
    if (w->lines.len > 1) {
        qsort(w->lines.ptr, w->lines.len, sizeof(*w->lines.ptr), compare_lines);
    }
}

/* The different known kinds of the order that begins at line `at`; returns the line behind it. */
static size_t take_order(struct worker *w, size_t at)
{
    const struct line *l = w->lines.ptr;
    uint64_t order = l[at].order;
    vec_clear(&w->kinds);
    for (; at < w->lines.len && l[at].order == order; at++) {
        size_t n = w->kinds.len;
        if (l[at].kind && (n == 0 || w->kinds.ptr[n - 1] != l[at].kind)) {
            vec_push(&w->kinds, l[at].kind);
        }
    }
    return at;
}

static uint32_t size_class(size_t n)
{
    return n <= 1 ? 0 : n < 5 ? (uint32_t)n - 1 : n < 10 ? 4 : 5;
}

static void sum_order(struct worker *w, size_t from, size_t end)
{
    bool known = false;
    for (size_t i = from; i < end; i++) {
        uint32_t row = w->lines.ptr[i].row;
        double pieces = w->h->quantity[row];
        int64_t fen = w->h->amount_fen[row];
        w->sum.pieces += isnan(pieces) ? 1 : pieces;
        if (fen != AMOUNT_UNKNOWN) {
            w->sum.amount_fen += fen;
            known = true;
        }
    }
    w->sum.orders++;
    w->sum.lines += end - from;
    w->sum.amount_orders += known;
    w->sum.sizes[size_class(w->kinds.len)]++;
}

static void count_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    take_lines(w, from, end);
    w->sum.buyers += w->lines.len > 0;
    for (size_t at = 0; at < w->lines.len;) {
        size_t next = take_order(w, at);
        sum_order(w, at, next);
        for (size_t i = 0; i < w->kinds.len; i++) {
            tally_at(w->count, w->kinds.ptr[i], 0)[0]++;
        }
        at = next;
    }
}

static void pair_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    take_lines(w, from, end);
    for (size_t at = 0; at < w->lines.len;) {
        at = take_order(w, at);
        size_t n = 0;
        for (size_t i = 0; i < w->kinds.len; i++) {
            const uint64_t *orders = tally_find(w->often, w->kinds.ptr[i], 0);
            if (orders && *orders >= w->spec->least) {
                w->kinds.ptr[n++] = w->kinds.ptr[i];
            }
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t k = i + 1; k < n; k++) {
                tally_at(w->count, w->kinds.ptr[i], w->kinds.ptr[k])[0]++;
            }
        }
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static struct tally *run(const struct basket_spec *s, const struct history *h, int threads,
                         const struct tally *often, struct basket *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    for (int i = 0; i < n; i++) {
        w[i] = (struct worker){.spec = s, .h = h, .often = often, .count = tally_new(1)};
    }
    pass_run(h, w, sizeof(*w), n, often ? pair_life : count_life);
    for (int i = 0; i < n; i++) {
        const struct basket *sum = &w[i].sum;
        out->orders += sum->orders;
        out->lines += sum->lines;
        out->buyers += sum->buyers;
        out->pieces += sum->pieces;
        out->amount_fen += sum->amount_fen;
        out->amount_orders += sum->amount_orders;
        for (uint32_t k = 0; k < 6; k++) {
            out->sizes[k] += sum->sizes[k];
        }
        if (i > 0) {
            tally_add(w[0].count, w[i].count);
            tally_free(w[i].count);
        }
        vec_release(&w[i].lines);
        vec_release(&w[i].kinds);
    }
    struct tally *all = w[0].count;
    mem_free(w);
    return all;
}

static int compare_pairs(const void *pa, const void *pb)
{
    const struct basket_pair *a = pa, *b = pb;
    if (a->orders != b->orders) {
        return a->orders < b->orders ? 1 : -1;
    }
    return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

static struct basket_pair make_pair(uint64_t a, uint64_t b, uint64_t orders,
                                    const struct tally *kinds, uint64_t all)
{
    struct basket_pair p = {.a = (uint32_t)a, .b = (uint32_t)b, .orders = orders};
    const uint64_t *in_a = tally_find(kinds, a, 0), *in_b = tally_find(kinds, b, 0);
    p.orders_a = in_a ? *in_a : 0;
    p.orders_b = in_b ? *in_b : 0;
    if (p.orders_b > p.orders_a) {
        uint64_t n = p.orders_a;
        p.orders_a = p.orders_b;
        p.orders_b = n;
        p.a = (uint32_t)b;
        p.b = (uint32_t)a;
    }
    p.support = (double)orders / (double)all;
    p.a_to_b = (double)orders / (double)p.orders_a;
    p.b_to_a = (double)orders / (double)p.orders_b;
    p.lift = (double)orders * (double)all / ((double)p.orders_a * (double)p.orders_b);
    return p;
}

void basket_make(const struct basket_spec *s, const struct history *h, int threads,
                 struct basket *out)
{
    struct basket none = {0};
    *out = (struct basket){0};
    struct tally *kinds = run(s, h, threads, NULL, out);
    struct tally *pairs = run(s, h, threads, kinds, &none);
    out->kinds = tally_len(kinds);
    out->pairs = mem_array(struct basket_pair, tally_len(pairs) + 1);
    for (uint32_t i = 0; i < tally_len(pairs); i++) {
        uint64_t a = 0, b = 0, orders = tally_row(pairs, i)[0];
        tally_key(pairs, i, &a, &b);
        if (orders >= s->least) {
            out->pairs[out->pairs_len++] = make_pair(a, b, orders, kinds, out->orders);
        }
    }
    if (out->pairs_len > 1) {
        qsort(out->pairs, out->pairs_len, sizeof(*out->pairs), compare_pairs);
    }
    tally_free(kinds);
    tally_free(pairs);
}

void basket_release(struct basket *b)
{
    mem_free(b->pairs);
    *b = (struct basket){0};
}
