#include "base/parallel.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct part {
    void *ctx;
    void (*body)(void *ctx, int part, uint64_t from, uint64_t to);
    uint64_t from, to;
    int no;
};

static void *run_part(void *arg)
{
    struct part *p = arg;
    p->body(p->ctx, p->no, p->from, p->to);
    return NULL;
}

int parallel_parts(int threads)
{
    return threads < 1 ? 1 : threads > PARALLEL_MAX ? PARALLEL_MAX : threads;
}

void parallel_run(void *ctx, uint64_t n, int threads,
                  void (*body)(void *ctx, int part, uint64_t from, uint64_t to))
{
    int parts = parallel_parts(threads);
    struct part part[PARALLEL_MAX];
    pthread_t thread[PARALLEL_MAX];
    bool started[PARALLEL_MAX] = {false};
    uint64_t each = n / (uint64_t)parts, rest = n % (uint64_t)parts, at = 0;
    for (int i = 0; i < parts; i++) {
        uint64_t len = each + ((uint64_t)i < rest);
        part[i] = (struct part){.ctx = ctx, .body = body, .from = at, .to = at + len, .no = i};
        at += len;
        started[i] = i + 1 < parts && !pthread_create(&thread[i], NULL, run_part, &part[i]);
        if (!started[i]) {
            (void)run_part(&part[i]);
        }
    }
    for (int i = 0; i < parts; i++) {
        if (started[i]) {
            (void)pthread_join(thread[i], NULL);
        }
    }
}
