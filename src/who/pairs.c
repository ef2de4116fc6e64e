/* Sorted by consumer, then each consumer's few pairs by value. */
#include "who/pairs.h"

#include <stdlib.h>
#include "base/parallel.h"

#define SHORT 16384u /* pairs that are not worth a second thread */

/* Whole consumers, a run a thread. */
struct run {
    struct keyed *first, *end;
    void (*each)(void *ctx, const struct keyed *first, uint32_t n);
    void *ctx;
};

void pairs_release(struct pairs *p) { vec_release(&p->list); }

static int value_cmp(const void *pa, const void *pb)
{
    const struct keyed *a = pa, *b = pb;
    return (a->at > b->at) - (a->at < b->at);
}

static void sort_values(struct keyed *p, size_t n)
{
    if (n > 24) {
        qsort(p, n, sizeof(*p), value_cmp);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct keyed x = p[i];
        size_t at = i;
        for (; at && p[at - 1].at > x.at; at--) {
            p[at] = p[at - 1];
        }
        p[at] = x;
    }
}

/* Behind the pairs of the consumer of p. */
static struct keyed *consumer_end(struct keyed *p, const struct keyed *end)
{
    uint32_t consumer = pair_consumer(p++);
    while (p < end && pair_consumer(p) == consumer) {
        p++;
    }
    return p;
}

static void *run_consumers(void *arg)
{
    const struct run *r = arg;
    for (struct keyed *p = r->first; p < r->end;) {
        struct keyed *end = consumer_end(p, r->end);
        sort_values(p, (size_t)(end - p));
        r->each(r->ctx, p, (uint32_t)(end - p));
        p = end;
    }
    return NULL;
}

void pairs_each(struct pairs *p, int threads,
                void (*each)(void *ctx, const struct keyed *first, uint32_t n), void *ctx)
{
    if (!p->list.len) {
        return;
    }
    struct run runs[PARALLEL_MAX];
    struct keyed *at = p->list.ptr, *end = at + p->list.len;
    int n = threads < 1 || p->list.len < SHORT ? 1 : threads;
    n = n > PARALLEL_MAX ? PARALLEL_MAX : n;
    sort_keyed(p->list.ptr, p->list.len, 4);
    for (int i = 0; i < n; i++) {
        struct keyed *to = p->list.ptr + p->list.len * (size_t)(i + 1) / (size_t)n;
        to = to > at && to < end ? consumer_end(to - 1, end) : to < at ? at : to;
        runs[i] = (struct run){at, to, each, ctx};
        at = to;
    }
    parallel_workers(runs, sizeof(runs[0]), n, run_consumers);
}
