/* An HTTP server that does nothing but answer, to see what the server itself costs (run by hand).
 *
 *     bench_http 127.0.0.1:8090          answers at once
 *     bench_http 127.0.0.1:8090 later    answers from another thread, as many as wait at a time
 *
 * Until SIGINT or SIGTERM; then it prints how many it answered and the processor time of each. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>

#include "wire/http.h"

#define WAITING_MAX 4096

struct bench {
    bool later;
    _Atomic uint64_t answered;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct http_exchange *waiting[WAITING_MAX];
    uint32_t waits;
};

static uint64_t on_begin(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    (void)x;
    return 1u << 20;
}

static void answer(struct bench *b, struct http_exchange *x)
{
    (void)b;
    http_answer(x, &(struct http_answer){.status = 200,
                                         .type = "application/json",
                                         .body = STR("{\"success\":true}")});
}

static void on_handle(void *ctx, struct http_exchange *x)
{
    struct bench *b = ctx;
    if (!b->later) {
        answer(b, x);
        return;
    }
    (void)pthread_mutex_lock(&b->lock);
    if (b->waits == WAITING_MAX) {
        answer(b, x);
    } else {
        http_later(x);
        b->waiting[b->waits++] = x;
        (void)pthread_cond_signal(&b->more);
    }
    (void)pthread_mutex_unlock(&b->lock);
}

static void on_end(void *ctx, struct http_exchange *x, bool sent)
{
    struct bench *b = ctx;
    (void)x;
    atomic_fetch_add(&b->answered, sent);
}

static void *answer_all(void *arg)
{
    struct bench *b = arg;
    struct http_exchange *now[WAITING_MAX];
    for (;;) {
        (void)pthread_mutex_lock(&b->lock);
        while (b->waits == 0) {
            (void)pthread_cond_wait(&b->more, &b->lock);
        }
        uint32_t n = b->waits;
        memcpy(now, b->waiting, n * sizeof(now[0]));
        b->waits = 0;
        (void)pthread_mutex_unlock(&b->lock);
        for (uint32_t i = 0; i < n; i++) {
            answer(b, now[i]);
        }
    }
    return NULL;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv)
{
    static struct bench b = {.lock = PTHREAD_MUTEX_INITIALIZER,
                             .more = PTHREAD_COND_INITIALIZER};
    const struct http_handler h = {&b, on_begin, on_handle, on_end};
    const struct http_options o = {.listen = argc > 1 ? str_of(argv[1]) : STR("127.0.0.1:0")};
    struct http_server *s = NULL;
    struct err e = {0};
    pthread_t t;
    sigset_t stop;
    int which;
    b.later = argc > 2 && str_eq(str_of(argv[2]), STR("later"));
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
    if (pthread_create(&t, NULL, answer_all, &b) != 0 || http_server_start(&o, &h, &s, &e)) {
        (void)fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    printf("%.*s\n", STR_FMT(http_server_address(s)));
    (void)fflush(stdout);
    (void)sigwait(&stop, &which);
    http_server_stop(s, 1000);
    struct rusage r;
    uint64_t n = atomic_load(&b.answered);
    (void)getrusage(RUSAGE_SELF, &r);
    printf("answered=%llu cpu_us=%.2f user_us=%.2f rss_kb=%ld\n", (unsigned long long)n,
           n ? (seconds(r.ru_utime) + seconds(r.ru_stime)) * 1e6 / (double)n : 0,
           n ? seconds(r.ru_utime) * 1e6 / (double)n : 0, r.ru_maxrss);
    return 0;
}
