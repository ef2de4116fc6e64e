/* Work shared out to threads: everything is done exactly once, whatever the sizes. */
#include "base/parallel.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "unit/tap.h"

struct marks {
    atomic_uchar *done;
};

static void mark(void *ctx, size_t from, size_t to)
{
    struct marks *m = ctx;
    for (size_t i = from; i < to; i++) {
        atomic_fetch_add(&m->done[i], 1);
    }
}

static void *call(void *worker)
{
    (*(int *)worker)++;
    return NULL;
}

static bool each_once(size_t count, size_t block, int threads)
{
    struct marks m = {calloc(count + 1, sizeof(*m.done))};
    parallel_blocks(count, block, threads, mark, &m);
    bool once = m.done[count] == 0;
    for (size_t i = 0; i < count; i++) {
        once = once && m.done[i] == 1;
    }
    free(m.done);
    return once;
}

int main(void)
{
    const size_t counts[] = {0, 1, 63, 64, 65, 1000}, blocks[] = {1, 7, 64, 5000};
    TEST("every number is in one block, for any count, block and number of threads") {
        bool ok = true;
        for (size_t c = 0; c < 6; c++) {
            for (size_t k = 0; k < 4; k++) {
                for (int threads = 0; threads <= 70; threads += 7) {
                    ok = ok && each_once(counts[c], blocks[k], threads);
                }
            }
        }
        CHECK(ok);
    }
    TEST("every worker runs once") {
        int calls[PARALLEL_MAX] = {0};
        bool ok = true;
        parallel_workers(calls, sizeof(calls[0]), PARALLEL_MAX, call);
        for (int i = 0; i < PARALLEL_MAX; i++) {
            ok = ok && calls[i] == 1;
        }
        CHECK(ok);
    }
    return tap_end();
}
