/* Every life of a history once, on all threads: the rows are dealt out in runs of whole consumers. */
#ifndef POND_REPORT_PASS_H
#define POND_REPORT_PASS_H

#include <stddef.h>
#include <stdint.h>
#include "base/parallel.h"
#include "who/history.h"

/* How many workers a pass over h uses: 1..PARALLEL_MAX, one for a short history. */
int pass_workers(const struct history *h, int threads);
/* Calls life(&mine[w], from, end) for every consumer, its rows from..end-1, in order of the rows within a
 * worker; worker w+1 has the rows behind those of worker w. `mine`: n workers' own state of `size` bytes
 * each; no two threads touch the same one. Returns when all are done. */
void pass_run(const struct history *h, void *mine, size_t size, int n,
              void (*life)(void *mine, uint32_t from, uint32_t end));

#endif
