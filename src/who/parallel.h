/* Work on long arrays, dealt out to threads in blocks. Shared by the files of who/. */
#ifndef POND_WHO_PARALLEL_H
#define POND_WHO_PARALLEL_H

#include <stddef.h>

#define PARALLEL_MAX 64

/* Calls work(ctx, from, to) for blocks of `block` (the last may be shorter) until 0..n-1 are covered, on `threads`
 * threads, this one included; returns when all are done. No order. Short work stays on this thread. */
void parallel_blocks(size_t n, size_t block, int threads,
                     void (*work)(void *ctx, size_t from, size_t to), void *ctx);

#endif
