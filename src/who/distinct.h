/* A growing set of 64-bit keys, for counting without doubles while rows come by. Keys are compared whole: who hashes more
 * than 64 bits into one takes two for one with odds of n * n / 2^65. */
#ifndef POND_WHO_DISTINCT_H
#define POND_WHO_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct distinct {
    uint64_t *slot; /* NULL: empty */
    size_t len;
    uint32_t bits; /* 2^bits slots */
};
/* fresh[i] = keys[i] was not there before, for i < n; zero is no key and never fresh. Many at once hide the time of memory. */
void distinct_add(struct distinct *d, const uint64_t *keys, uint32_t n, bool *fresh);
bool distinct_put(struct distinct *d, uint64_t key); /* one of them, fresh or not; not zero */
void distinct_release(struct distinct *d);

#endif
