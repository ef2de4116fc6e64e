/* Counters by key: a hash table from two 64-bit numbers to a row of counters. Keys keep the order in which
 * they came. 100 M adds to 10,000 keys take about a second. */
#ifndef POND_REPORT_TALLY_H
#define POND_REPORT_TALLY_H

#include <stdint.h>

struct tally;

struct tally *tally_new(uint32_t width); /* counters of a key, 1.. */
void tally_free(struct tally *t);        /* NULL is fine */
/* The counters of a key, zero when it is new. Lives until the next call with a new key. */
uint64_t *tally_at(struct tally *t, uint64_t a, uint64_t b);
/* As tally_at; NULL when the key is not there. */
const uint64_t *tally_find(const struct tally *t, uint64_t a, uint64_t b);
uint32_t tally_len(const struct tally *t);
/* The i-th key that came, 0..len-1, and its counters. */
void tally_key(const struct tally *t, uint32_t i, uint64_t *a, uint64_t *b);
const uint64_t *tally_row(const struct tally *t, uint32_t i);
/* Adds all counters of `from` to those of `into`, of the same width. */
void tally_add(struct tally *into, const struct tally *from);

#endif
