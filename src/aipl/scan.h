/* Every consumer once, on all threads: sweeps each and hands its changes to a function. Numbers are
 * dealt out in blocks, so threads end together. */
#ifndef POND_AIPL_SCAN_H
#define POND_AIPL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "aipl/sweep.h"
#include "people/brand.h"

/* sum: this thread's own sum_len numbers, zero at first. Called on several threads at once, for
 * different consumers; `no` is the consumer's smallest identity. */
typedef void (*scan_visit)(void *ctx, void *sum, uint32_t no, struct stage_changes c);

struct scan {
    const struct stage_table *table;
    const struct brand *brand;
    int threads;
    void *ctx;
    scan_visit visit;
    /* May be NULL: the identity is passed over unless this says true. */
    bool (*wants)(const void *ctx, uint32_t no);
    /* May be NULL: called for wanted identities that are not their consumer's smallest. */
    void (*skip)(void *ctx, uint32_t no);
    size_t sum_len;
};
/* Adds the threads' sums to sum[0..sum_len); sum may be NULL when sum_len is 0. */
void scan_run(struct scan *s, uint64_t *sum);

/* counts[k] = number of k in bytes[0..len), for k < n <= 16. */
void scan_count(const uint8_t *bytes, size_t len, uint64_t *counts, uint32_t n, int threads);

struct assets;
/* Hands every consumer's changes to visit (with sum NULL), on the assets' threads. */
void assets_scan(const struct assets *a, const struct brand *b, scan_visit visit, void *ctx);

/* The changes of one consumer (any of its identities). */
struct stage_changes assets_sweep(struct sweep *s, const struct brand *b, uint32_t no);

#endif
