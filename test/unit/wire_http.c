/* The HTTP server, driven by raw sockets: what it answers, what it refuses, and that every exchange ends
 * exactly once, whoever goes away when. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "http_client.h"
#include "unit/tap.h"
#include "wire/http.h"

#define LATER_MAX 4096

struct app {
    _Atomic uint32_t begun, handled, ended, sent;
    _Atomic uint64_t limit;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct http_exchange *later[LATER_MAX];
    uint32_t laters;
    bool stop;
    uint32_t later_ms; /* before each later answer */
    struct http_stream *stream;
    char last[200]; /* complaint */
};

static void nap(uint32_t ms)
{
    const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static void text(struct http_exchange *x, int status, struct str body)
{
    http_answer(x, &(struct http_answer){.status = status, .type = "text/plain", .body = body});
}

static uint64_t on_begin(void *ctx, struct http_exchange *x)
{
    struct app *a = ctx;
    atomic_fetch_add(&a->begun, 1);
    if (str_starts(http_path(x), STR("/early"))) {
        text(x, 401, STR("who are you"));
    }
    return atomic_load(&a->limit);
}

static void on_handle(void *ctx, struct http_exchange *x)
{
    struct app *a = ctx;
    struct str path = http_path(x);
    atomic_fetch_add(&a->handled, 1);
    if (str_eq(path, STR("/later"))) {
        (void)pthread_mutex_lock(&a->lock);
        http_later(x);
        a->later[a->laters++] = x;
        (void)pthread_cond_signal(&a->more);
        (void)pthread_mutex_unlock(&a->lock);
    } else if (str_eq(path, STR("/show"))) {
        struct str q = http_query(x, "q"), host = http_header(x, "hOST");
        text(x, 200,
             arena_strf(http_arena(x), "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_FMT(http_method(x)),
                        STR_FMT(http_query_text(x)), STR_FMT(q), STR_FMT(host),
                        STR_FMT(http_cookie(x, "sid")), STR_FMT(http_peer(x))));
    } else {
        text(x, 200, http_body(x));
    }
}

static void on_end(void *ctx, struct http_exchange *x, bool sent)
{
    struct app *a = ctx;
    (void)x;
    atomic_fetch_add(&a->ended, 1);
    atomic_fetch_add(&a->sent, sent);
}

/* Answers what waits, from a thread that is none of the server's. */
static void *answerer(void *arg)
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
        if (a->later_ms) {
            nap(a->later_ms);
        }
        text(x, 202, http_body(x));
        (void)pthread_mutex_lock(&a->lock);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return NULL;
}

static void app_init(struct app *a)
{
    memset(a, 0, sizeof(*a));
    atomic_store(&a->limit, 1000);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->more, NULL);
}

static struct http_server *serve(struct app *a, struct http_options o)
{
    const struct http_handler h = {a, on_begin, on_handle, on_end};
    struct http_server *s = NULL;
    struct err e = {0};
    o.listen = o.listen.ptr ? o.listen : STR("127.0.0.1:0");
    o.threads = o.threads ? o.threads : 2;
    if (http_server_start(&o, &h, &s, &e)) {
        printf("# %s (%s)\n", e.msg, e.detail);
    }
    return s;
}

static void test_answers(void)
{
    struct app a;
    struct client c;
    app_init(&a);
    struct http_server *s = serve(&a, (struct http_options){0});
    struct str at = http_server_address(s);
    TEST("a connection stays for many requests") {
        client_open(&c, at);
        for (int i = 0; i < 20; i++) {
            CHECK(client_send(
                &c, STR("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")));
            CHECK(client_answer(&c, true, 2000));
            CHECK_EQ_I64(c.status, 200);
            CHECK_STR(buf_str(&c.body), STR("hello"));
        }
        CHECK_EQ_I64(http_server_connections(s), 1);
        client_close(&c);
    }
    TEST("what a request says is read") {
        struct buf body = {0};
        CHECK_EQ_I64(ask(at,
                         STR("GET /show?a=1&q=%E6%8A%A4+x&b HTTP/1.1\r\nhost: Pond\r\n"
                             "Cookie: a=b; sid=s1; c=\"d\"\r\n\r\n"),
                         &body),
                     200);
        CHECK_STR(buf_str(&body), STR("GET|a=1&q=%E6%8A%A4+x&b|护 x|Pond|s1|127.0.0.1"));
        buf_release(&body);
    }
    http_server_stop(s, 1000);
    CHECK_EQ_I64(a.begun, a.ended);
}

static void test_later(void)
{
    struct app a;
    pthread_t t;
    app_init(&a);
    struct http_server *s = serve(&a, (struct http_options){0});
    (void)pthread_create(&t, NULL, answerer, &a);
    TEST("a thousand answers come later, from another thread") {
        struct client c[10];
        for (int i = 0; i < 10; i++) {
            client_open(&c[i], http_server_address(s));
        }
        int good = 0;
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 10; i++) {
                CHECK(client_send(&c[i], STR("POST /later HTTP/1.1\r\nHost: h\r\n"
                                             "Content-Length: 3\r\n\r\nabc")));
            }
            for (int i = 0; i < 10; i++) {
                good += client_answer(&c[i], true, 5000) && c[i].status == 202 &&
                        str_eq(buf_str(&c[i].body), STR("abc"));
            }
        }
        CHECK_EQ_I64(good, 1000);
        for (int i = 0; i < 10; i++) {
            client_close(&c[i]);
        }
    }
    http_server_stop(s, 1000);
    CHECK_EQ_I64(a.begun, 1000);
    CHECK_EQ_I64(a.ended, 1000);
    CHECK_EQ_I64(a.sent, 1000);
    (void)pthread_mutex_lock(&a.lock);
    a.stop = true;
    (void)pthread_cond_signal(&a.more);
    (void)pthread_mutex_unlock(&a.lock);
    (void)pthread_join(t, NULL);
}

int main(void)
{
    test_answers();
    test_later();
    return tap_end();
}
