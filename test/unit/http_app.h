/* A handler for the HTTP tests. What it does is said by the path:
 *     /show    tells what it read of the request          /echo   gives the body back (everything else too)
 *     /later   a thread of its own answers 202            /race   the same, and `handle` returns only afterwards
 *     /hold    kept in `held` until the test answers      /early  `begin` answers 401
 *     /stream  a stream, begun at once, kept in `stream`  /streamlater  begun by the thread
 *     /file    the body goes into `file`: tells how much of it
 *     /rudestream  a stream of one word
 *     /slow    keeps its worker for 300 ms
 *     /fields  an answer with odd header fields           /big    `big` bytes       /none   204 */
#ifndef POND_TEST_HTTP_APP_H
#define POND_TEST_HTTP_APP_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "http_client.h"
#include "unit/tap.h"
#include "wire/http.h"

#define LATER_MAX 4096

struct app {
    _Atomic uint32_t begun, handled, ended, sent;
    _Atomic uint64_t limit, sent_bytes;
    _Atomic int last_status;
    _Atomic bool tls;
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t thread;
    struct http_exchange *later[LATER_MAX], *held[LATER_MAX];
    uint32_t laters;
    _Atomic uint32_t holds;
    bool stop, running;
    _Atomic(struct http_stream *) stream;
    struct str big;
    int file; /* where bodies of /file go */
    _Atomic uint32_t complaints;
    struct http_server *server;
    struct str at;
};

static inline void nap(uint32_t ms)
{
    const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static inline void answer_text(struct http_exchange *x, int status, struct str body)
{
    http_answer(x, &(struct http_answer){.status = status, .type = "text/plain", .body = body});
}

static inline void begin_stream(struct app *a, struct http_exchange *x)
{
    const struct http_field no_cache[] = {{"Cache-Control", STR("no-cache")}, {NULL, STR_NULL}};
    a->stream = http_stream_begin(
        x,
        &(struct http_answer){.status = 200, .type = "text/event-stream", .field = no_cache});
}

static uint64_t app_begin(void *ctx, struct http_exchange *x)
{
    struct app *a = ctx;
    atomic_fetch_add(&a->begun, 1);
    atomic_store(&a->tls, http_is_tls(x));
    if (str_starts(http_path(x), STR("/early"))) {
        answer_text(x, 401, STR("who are you"));
    }
    if (str_eq(http_path(x), STR("/file"))) {
        http_body_to(x, a->file);
    }
    return atomic_load(&a->limit);
}

static inline void app_wait_for_it(struct app *a, struct http_exchange *x)
{
    bool race = str_eq(http_path(x), STR("/race"));
    (void)pthread_mutex_lock(&a->lock);
    http_later(x);
    if (str_eq(http_path(x), STR("/hold"))) {
        a->held[atomic_load(&a->holds)] = x;
        atomic_fetch_add(&a->holds, 1);
    } else {
        a->later[a->laters++] = x;
        (void)pthread_cond_signal(&a->more);
    }
    (void)pthread_mutex_unlock(&a->lock);
    if (race) {
        nap(2);
    }
}

static inline void app_show(struct http_exchange *x)
{
    struct str q = http_query(x, "q"), host = http_header(x, "hOST");
    answer_text(x, 200,
                arena_strf(http_arena(x), "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%zu",
                           STR_FMT(http_method(x)), STR_FMT(http_path(x)),
                           STR_FMT(http_query_text(x)), STR_FMT(q), STR_FMT(host),
                           STR_FMT(http_cookie(x, "sid")), STR_FMT(http_peer(x)),
                           http_body(x).len));
}

static inline void app_fields(struct http_exchange *x)
{
    const struct http_field odd[] = {{"X-Good", STR("fine \xE6\x8A\xA4")},
                                     {"X-Split", STR("a\r\nX-Evil: 1")},
                                     {"X-Null", str_make("a\0b", 3)},
                                     {"X-Empty", STR("")},
                                     {NULL, STR_NULL}};
    http_answer(x, &(struct http_answer){.status = 200,
                                         .type = "text/plain\r\nX-Type: 1",
                                         .body = STR("ok"),
                                         .field = odd,
                                         .close = true});
}

static void app_handle(void *ctx, struct http_exchange *x)
{
    struct app *a = ctx;
    struct str path = http_path(x);
    atomic_fetch_add(&a->handled, 1);
    if (str_eq(path, STR("/later")) || str_eq(path, STR("/race")) ||
        str_eq(path, STR("/hold")) || str_eq(path, STR("/streamlater"))) {
        app_wait_for_it(a, x);
    } else if (str_eq(path, STR("/show"))) {
        app_show(x);
    } else if (str_eq(path, STR("/fields"))) {
        app_fields(x);
    } else if (str_eq(path, STR("/stream"))) {
        begin_stream(a, x);
    } else if (str_eq(path, STR("/file"))) {
        answer_text(x, 200,
                    arena_strf(http_arena(x), "%zu %" PRIu64 " %s", http_body(x).len,
                               http_body_bytes(x), rc_name(http_body_rc(x))));
    } else if (str_eq(path, STR("/rudestream"))) {
        struct http_stream *s = http_stream_begin(x, &(struct http_answer){.status = 200});
        (void)http_stream_send(s, STR("one"));
        http_stream_close(s);
    } else if (str_eq(path, STR("/big"))) {
        answer_text(x, 200, a->big);
    } else if (str_eq(path, STR("/none"))) {
        http_answer(x, &(struct http_answer){.status = 204});
    } else if (!str_eq(path, STR("/forgets"))) {
        nap(str_eq(path, STR("/slow")) ? 300 : 0);
        answer_text(x, 200, http_body(x));
    }
}

static void app_end(void *ctx, struct http_exchange *x, bool sent)
{
    struct app *a = ctx;
    atomic_store(&a->last_status, http_status(x));
    atomic_store(&a->sent_bytes, http_sent_bytes(x));
    atomic_fetch_add(&a->sent, sent);
    atomic_fetch_add(&a->ended, 1);
}

static void app_complain(void *ctx, const char *line)
{
    struct app *a = ctx;
    atomic_fetch_add(&a->complaints, 1);
    printf("# %s\n", line);
}

/* Answers what waits, from a thread that is none of the server's. */
static void *app_answerer(void *arg)
{
    struct app *a = arg;
    (void)pthread_mutex_lock(&a->lock);
    while (!a->stop || a->laters > 0) {
        if (a->laters == 0) {
            (void)pthread_cond_wait(&a->more, &a->lock);
            continue;
        }
        struct http_exchange *x = a->later[--a->laters];
        (void)pthread_mutex_unlock(&a->lock);
        if (str_eq(http_path(x), STR("/streamlater"))) {
            begin_stream(a, x);
        } else {
            answer_text(x, 202, http_body(x));
        }
        (void)pthread_mutex_lock(&a->lock);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return NULL;
}

/* Starts the app and its server; o.listen and o.threads have defaults. */
static inline void app_start(struct app *a, struct http_options o)
{
    const struct http_handler h = {a, app_begin, app_handle, app_end};
    struct err e = {0};
    memset(a, 0, sizeof(*a));
    atomic_store(&a->limit, 1000);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->more, NULL);
    o.listen = o.listen.ptr ? o.listen : STR("127.0.0.1:0");
    o.threads = o.threads ? o.threads : 2;
    o.complain = app_complain;
    o.ctx = a;
    if (http_server_start(&o, &h, &a->server, &e)) {
        printf("Bail out! %s (%s)\n", e.msg, e.detail);
        exit(1);
    }
    a->at = http_server_address(a->server);
    a->running = pthread_create(&a->thread, NULL, app_answerer, a) == 0;
}

/* Stops the server and checks what holds of every run: each begin had its end. */
static inline void app_stop(struct app *a, uint32_t wait_ms)
{
    http_server_stop(a->server, wait_ms);
    (void)pthread_mutex_lock(&a->lock);
    a->stop = true;
    (void)pthread_cond_signal(&a->more);
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    CHECK_EQ_I64(a->ended, a->begun);
    (void)pthread_cond_destroy(&a->more);
    (void)pthread_mutex_destroy(&a->lock);
}

/* Waits for a figure to come; false after five seconds. */
static inline bool becomes(const _Atomic uint32_t *figure, uint32_t want)
{
    for (int i = 0; i < 1000 && atomic_load(figure) != want; i++) {
        nap(5);
    }
    return atomic_load(figure) == want;
}

#endif
