/* (consumer, value) pairs, gathered in any order, to be counted without doubles or walked consumer by consumer. */
#ifndef POND_WHO_PAIRS_H
#define POND_WHO_PAIRS_H

#include <stdint.h>
#include "base/vec.h"

struct pair {
    uint64_t value;
    uint32_t consumer;
    uint32_t extra; /* goes along; no part of the order */
};
struct pairs {
    VEC(struct pair) list;
};
static inline void pairs_add(struct pairs *p, uint32_t consumer, uint64_t value, uint32_t extra)
{
    vec_push(&p->list, ((struct pair){value, consumer, extra}));
}
void pairs_release(struct pairs *p);
/* Sorts by (consumer, value), consumers below `len`, and calls each(ctx, first, n) for the pairs of every consumer that
 * has some, on several threads. */
void pairs_each(struct pairs *p, uint32_t len, int threads,
                void (*each)(void *ctx, const struct pair *first, uint32_t n), void *ctx);
/* counts[consumer] += distinct values. */
void pairs_count(struct pairs *p, uint32_t len, int threads, uint32_t *counts);

#endif
