#include "who/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct share {
    void (*work)(void *ctx, size_t from, size_t to);
    void *ctx;
    size_t n, block;
    atomic_size_t next;
};

static void *share_run(void *arg)
{
    struct share *s = arg;
    for (;;) {
        size_t from = atomic_fetch_add(&s->next, 1) * s->block;
        if (from >= s->n) {
            return NULL;
        }
        s->work(s->ctx, from, s->n - from < s->block ? s->n : from + s->block);
    }
}

void parallel_blocks(size_t n, size_t block, int threads,
                     void (*work)(void *ctx, size_t from, size_t to), void *ctx)
{
    struct share s = {.work = work, .ctx = ctx, .n = n, .block = block};
    pthread_t others[PARALLEL_MAX];
    bool started[PARALLEL_MAX] = {false};
    size_t blocks = (n + block - 1) / block;
    int most = threads < 1 ? 1 : threads > PARALLEL_MAX ? PARALLEL_MAX : threads;
    most = (size_t)most > blocks ? (int)blocks : most;
    for (int i = 1; i < most; i++) {
        started[i] = pthread_create(&others[i], NULL, share_run, &s) == 0;
    }
    (void)share_run(&s);
    for (int i = 1; i < most; i++) {
        if (started[i]) {
            (void)pthread_join(others[i], NULL);
        }
    }
}
