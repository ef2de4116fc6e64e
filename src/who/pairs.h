/* (consumer, value) pairs, gathered in any order, to be walked consumer by consumer. */
#ifndef POND_WHO_PAIRS_H
#define POND_WHO_PAIRS_H

#include <stdint.h>
#include "base/sort.h"
#include "base/vec.h"

/* A pair is a struct keyed: key = consumer << 32 | extra, which goes along and is no part of the order; at = value. */
struct pairs {
    VEC(struct keyed) list;
};
static inline void pairs_add(struct pairs *p, uint32_t consumer, uint64_t value, uint32_t extra)
{
    vec_push(&p->list, ((struct keyed){(uint64_t)consumer << 32 | extra, value}));
}
static inline uint32_t pair_consumer(const struct keyed *p) { return (uint32_t)(p->key >> 32); }
static inline uint32_t pair_extra(const struct keyed *p) { return (uint32_t)p->key; }
void pairs_release(struct pairs *p);
/* Sorts by (consumer, value) and calls each(ctx, first, n) for the pairs of every consumer that has some, on several
 * threads. */
void pairs_each(struct pairs *p, int threads,
                void (*each)(void *ctx, const struct keyed *first, uint32_t n), void *ctx);

#endif
