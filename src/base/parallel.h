/* Work on rows 0..n-1 split over threads. */
#ifndef POND_BASE_PARALLEL_H
#define POND_BASE_PARALLEL_H

#include <stdint.h>

#define PARALLEL_MAX 64 /* threads */

/* Calls body(ctx, part, from, to) for `threads` even ranges (part 0..threads-1), on threads of their own but the last,
 * and waits. A thread that cannot be started has its range done by the caller. threads < 1 is 1. */
void parallel_run(void *ctx, uint64_t n, int threads,
                  void (*body)(void *ctx, int part, uint64_t from, uint64_t to));
/* How many parts that makes: threads within 1..PARALLEL_MAX. */
int parallel_parts(int threads);

#endif
