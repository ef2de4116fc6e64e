#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

void parallel_workers(void *workers, size_t size, int n, void *(*body)(void *worker))
{
    pthread_t threads[PARALLEL_MAX];
    bool started[PARALLEL_MAX] = {false};
    char *worker = workers;
    for (int i = 1; i < n; i++) {
        started[i] = pthread_create(&threads[i], NULL, body, worker + size * (size_t)i) == 0;
    }
    (void)body(worker);
    for (int i = 1; i < n; i++) {
        if (started[i]) {
            (void)pthread_join(threads[i], NULL);
        } else {
            (void)body(worker + size * (size_t)i);
        }
    }
}

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
    size_t blocks = (n + block - 1) / block;
    int most = threads < 1 ? 1 : threads > PARALLEL_MAX ? PARALLEL_MAX : threads;
    /* Size 0: all workers take from the one share. */
    parallel_workers(&s, 0, (size_t)most > blocks ? (int)blocks : most, share_run);
}
