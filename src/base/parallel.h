/* Work shared out to threads; the caller's own is one of them. Where no thread can be had its share is done here. */
#ifndef POND_BASE_PARALLEL_H
#define POND_BASE_PARALLEL_H

#include <stddef.h>

#define PARALLEL_MAX 64 /* threads */

/* body(&workers[i]) for i < n <= PARALLEL_MAX, each on its own thread; `size` bytes apart. Returns when all are done. */
void parallel_workers(void *workers, size_t size, int n, void *(*body)(void *worker));
/* work(ctx, from, to) for blocks of `block` (the last may be shorter) until 0..n-1 are covered, on `threads` threads; no
 * order. */
void parallel_blocks(size_t n, size_t block, int threads,
                     void (*work)(void *ctx, size_t from, size_t to), void *ctx);

#endif
