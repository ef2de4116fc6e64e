#include "report/pass.h"

#define SHORT 65536 /* rows that are not worth a second thread */

struct run {
    const struct history *h;
    void *mine;
    void (*life)(void *mine, uint32_t from, uint32_t end);
    uint32_t from, end;
};

int pass_workers(const struct history *h, int threads)
{
    if (threads < 1 || h->rows < SHORT) {
        return 1;
    }
    return threads < PARALLEL_MAX ? threads : PARALLEL_MAX;
}

static void *run_lives(void *arg)
{
    const struct run *r = arg;
    for (uint32_t i = r->from; i < r->end;) {
        uint32_t end = history_end(r->h, i);
        r->life(r->mine, i, end);
        i = end;
    }
    return NULL;
}

/* The first row at or behind `row` that begins a life. */
static uint32_t life_start(const struct history *h, uint32_t row)
{
    return row == 0 || row >= h->rows ? row : history_end(h, row - 1);
}

void pass_run(const struct history *h, void *mine, size_t size, int n,
              void (*life)(void *mine, uint32_t from, uint32_t end))
{
    struct run runs[PARALLEL_MAX] = {{0}};
    uint32_t at = 0;
    for (int i = 0; i < n; i++) {
        uint32_t cut = (uint32_t)((uint64_t)h->rows * (uint64_t)(i + 1) / (uint64_t)n);
        cut = life_start(h, cut);
        runs[i] = (struct run){h, (char *)mine + size * (size_t)i, life, at, cut};
        at = cut;
    }
    parallel_workers(runs, sizeof(runs[0]), n, run_lives);
}
