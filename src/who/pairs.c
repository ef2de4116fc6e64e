/* A counting sort by consumer, then each consumer's few pairs by value. */
#include "who/pairs.h"

#include <stdlib.h>
#include "base/parallel.h"

struct work {
    struct pair *sorted;
    const size_t *start;
    void (*each)(void *ctx, const struct pair *first, uint32_t n);
    void *ctx;
};

void pairs_release(struct pairs *p) { vec_release(&p->list); }

static int value_cmp(const void *pa, const void *pb)
{
    const struct pair *a = pa, *b = pb;
    return (a->value > b->value) - (a->value < b->value);
}

static void sort_values(struct pair *p, size_t n)
{
    if (n > 24) {
        qsort(p, n, sizeof(*p), value_cmp);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct pair x = p[i];
        size_t at = i;
        for (; at && p[at - 1].value > x.value; at--) {
            p[at] = p[at - 1];
        }
        p[at] = x;
    }
}

static void work_block(void *ctx, size_t from, size_t to)
{
    struct work *w = ctx;
    for (size_t c = from; c < to; c++) {
        size_t n = w->start[c + 1] - w->start[c];
        if (n) {
            sort_values(w->sorted + w->start[c], n);
            w->each(w->ctx, w->sorted + w->start[c], (uint32_t)n);
        }
    }
}

static int pair_cmp(const void *pa, const void *pb)
{
    const struct pair *a = pa, *b = pb;
    return a->consumer != b->consumer ? (a->consumer < b->consumer ? -1 : 1)
                                      : value_cmp(pa, pb);
}

/* Where pairs are few beside consumers, an array of all consumers would cost more than it spares. */
static void each_of_few(struct pairs *p,
                        void (*each)(void *ctx, const struct pair *first, uint32_t n),
                        void *ctx)
{
    struct pair *l = p->list.ptr;
    if (p->list.len) {
        qsort(l, p->list.len, sizeof(*l), pair_cmp);
    }
    for (size_t i = 0; i < p->list.len;) {
        size_t to = i + 1;
        while (to < p->list.len && l[to].consumer == l[i].consumer) {
            to++;
        }
        each(ctx, l + i, (uint32_t)(to - i));
        i = to;
    }
}

void pairs_each(struct pairs *p, uint32_t len, int threads,
                void (*each)(void *ctx, const struct pair *first, uint32_t n), void *ctx)
{
    if (p->list.len < len / 8) {
        each_of_few(p, each, ctx);
        return;
    }
    size_t *start = mem_array(size_t, (size_t)len + 2);
    struct pair *sorted = mem_alloc((p->list.len + 1) * sizeof(*sorted));
    for (size_t i = 0; i < p->list.len; i++) {
        start[p->list.ptr[i].consumer + 2]++;
    }
    for (size_t c = 2; c < (size_t)len + 2; c++) {
        start[c] += start[c - 1];
    }
    for (size_t i = 0; i < p->list.len; i++) {
        sorted[start[p->list.ptr[i].consumer + 1]++] = p->list.ptr[i];
    }
    struct work w = {sorted, start, each, ctx};
    parallel_blocks(len, 16384, threads, work_block, &w);
    mem_free(sorted);
    mem_free(start);
}

static void count_values(void *ctx, const struct pair *first, uint32_t n)
{
    uint32_t *counts = ctx, distinct = 1;
    for (uint32_t i = 1; i < n; i++) {
        distinct += first[i].value != first[i - 1].value;
    }
    counts[first->consumer] += distinct;
}

void pairs_count(struct pairs *p, uint32_t len, int threads, uint32_t *counts)
{
    pairs_each(p, len, threads, count_values, counts);
}
