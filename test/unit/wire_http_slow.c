/* The HTTP server and those who take their time: slow heads, bodies and readers, streams; and TLS, which
 * is tried with the curl program. */
#include <sys/stat.h>

#include "base/rng.h"
#include "http_app.h"

#define HOST "Host: h\r\n"
#define P "POST / HTTP/1.1\r\n" HOST

static struct app app;
static const struct http_options hurried = {.head_ms = 300, .body_ms = 400, .idle_ms = 1500};

/* Sends `s` byte by byte, `ms` apart, until the server closes. */
static void drip(struct client *c, struct str s, uint32_t ms)
{
    for (size_t i = 0; i < s.len; i++) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        if (poll(&p, 1, (int)ms) > 0 || !client_send(c, str_slice(s, i, i + 1))) {
            return;
        }
    }
}

static int64_t took(int64_t since) { return clock_steady_ms() - since; }

static void test_slow_heads(void)
{
    struct client c;
    char head[300] = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    memset(head + strlen(head), 'x', sizeof(head) - 1 - strlen(head));
    TEST("a head that comes drop by drop is cut off in time") {
        int64_t t = clock_steady_ms();
        client_open(&c, app.at);
        drip(&c, str_of(head), 20);
        CHECK(client_answer(&c, true, 1000));
        CHECK_EQ_I64(c.status, 408);
        CHECK(client_ends(&c, 1000));
        CHECK(took(t) >= 250 && took(t) < 4000);
        client_close(&c);
    }
    TEST("a client that says nothing is not waited for") {
        int64_t t = clock_steady_ms();
        client_open(&c, app.at);
        CHECK(client_ends(&c, 5000));
        CHECK(took(t) >= 250 && took(t) < 4000);
        client_close(&c);
    }
    TEST("the second head of a connection has no more time than the first") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(client_answer(&c, true, 1000) && c.status == 200);
        nap(400); /* longer than a head may take: between requests idle_ms counts */
        int64_t t = clock_steady_ms();
        CHECK(client_send(&c, STR("GET / HTTP/1.1\r\n")));
        drip(&c, str_of(head + strlen("GET / HTTP/1.1\r\n")), 20);
        CHECK(client_answer(&c, true, 1000));
        CHECK_EQ_I64(c.status, 408);
        CHECK(client_ends(&c, 1000));
        CHECK(took(t) >= 250 && took(t) < 4000);
        client_close(&c);
    }
    TEST("a connection that rests is closed without words") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(client_answer(&c, true, 1000) && c.status == 200);
        int64_t t = clock_steady_ms();
        CHECK(!client_answer(&c, true, 6000) && c.in.len == 0 && c.ended);
        CHECK(took(t) >= 1400 && took(t) < 5000);
        client_close(&c);
    }
}

static void test_slow_bodies(void)
{
    struct client c;
    char body[600];
    memset(body, 'x', sizeof(body));
    TEST("a body that comes drop by drop is cut off in time") {
        int64_t t = clock_steady_ms();
        client_open(&c, app.at);
        CHECK(client_send(&c, STR(P "Content-Length: 1000\r\n\r\n")));
        drip(&c, str_make(body, sizeof(body)), 20);
        CHECK(client_answer(&c, true, 1000));
        CHECK_EQ_I64(c.status, 408);
        CHECK(client_ends(&c, 1000));
        CHECK(took(t) >= 350 && took(t) < 4000);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK_EQ_I64(app.last_status, 408);
        client_close(&c);
    }
    TEST("a body that stops is cut off in time") {
        int64_t t = clock_steady_ms();
        client_open(&c, app.at);
        CHECK(client_send(&c, STR(P "Transfer-Encoding: chunked\r\n\r\n3\r\nabc")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_EQ_I64(c.status, 408);
        CHECK(took(t) >= 350 && took(t) < 4000);
        client_close(&c);
    }
    TEST("a slow body that keeps its pace is read") {
        atomic_store(&app.limit, 10000);
        client_open(&c, app.at);
        CHECK(client_send(&c, STR(P "Content-Length: 6000\r\n\r\n")));
        for (int i = 0; i < 10; i++) {
            nap(100);
            CHECK(client_send(&c, str_make(body, sizeof(body))));
        }
        CHECK(client_answer(&c, true, 2000));
        CHECK_EQ_I64(c.status, 200);
        CHECK_EQ_I64(c.body.len, 6000);
        client_close(&c);
        atomic_store(&app.limit, 1000);
    }
}

/* ---- Slow readers ---- */

/* A client whose socket takes little. */
static void open_narrow(struct client *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port_of(app.at))};
    const int bytes = 4096;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(c, 0, sizeof(*c));
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    CHECK(connect(c->fd, (struct sockaddr *)&a, sizeof(a)) == 0);
}

static void test_slow_readers(void)
{
    struct client c;
    struct buf big = {0};
    memset(buf_room(&big, 8u << 20), 'b', 8u << 20);
    big.len = 8u << 20;
    app.big = buf_str(&big);
    TEST("a client that does not take its answer is cut off in time") {
        uint32_t sent = atomic_load(&app.sent);
        int64_t t = clock_steady_ms();
        open_narrow(&c);
        CHECK(client_send(&c, STR("GET /big HTTP/1.1\r\n" HOST "\r\n")));
        nap(100);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK(took(t) >= 1400 && took(t) < 4500);
        CHECK_EQ_I64(app.sent, sent);
        client_close(&c);
    }
    TEST("a client that takes it slowly is waited for") {
        uint32_t sent = atomic_load(&app.sent);
        app.big = str_slice(buf_str(&big), 0, 6u << 20);
        open_narrow(&c);
        CHECK(client_send(&c, STR("GET /big HTTP/1.1\r\n" HOST "\r\n")));
        int64_t t = clock_steady_ms();
        CHECK(client_head(&c, 1000));
        while (took(t) < 3500) { /* more than idle_ms */
            nap(50);
            (void)client_more(&c, 10);
        }
        CHECK(client_bytes(&c, app.big.len, 5000));
        CHECK_EQ_I64(c.body.len, app.big.len);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK_EQ_I64(app.sent, sent + 1);
        CHECK_EQ_I64(app.sent_bytes, app.big.len);
        client_close(&c);
    }
    buf_release(&big);
}

/* ---- Streams ---- */

static struct http_stream *stream_of(struct client *c, const char *path)
{
    struct buf b = {0};
    app.stream = NULL;
    buf_addf(&b, "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
    CHECK(client_send(c, buf_str(&b)));
    buf_release(&b);
    CHECK(client_head(c, 2000));
    CHECK_EQ_I64(c->status, 200);
    while (!app.stream) { /* the head may be here before http_stream_begin has returned there */
        nap(1);
    }
    return app.stream;
}

/* Reads until `text` came. */
static bool reads(struct client *c, const char *text)
{
    while (str_find(buf_str(&c->in), str_of(text), 0) == SIZE_MAX) {
        if (!client_more(c, 2000)) {
            return false;
        }
    }
    return true;
}

static void test_streams(void)
{
    struct client c;
    TEST("what is sent into a stream arrives at once, until it is closed") {
        client_open(&c, app.at);
        struct http_stream *s = stream_of(&c, "/stream");
        CHECK_STR(client_field(&c, "Content-Type"), STR("text/event-stream"));
        CHECK_STR(client_field(&c, "Cache-Control"), STR("no-cache"));
        CHECK(http_stream_send(s, STR("data: one\n\n")));
        CHECK(reads(&c, "data: one\n\n"));
        nap(2500); /* longer than idle_ms: a stream may be silent */
        CHECK(http_stream_send(s, STR("data: two\n\n")) && http_stream_send(s, STR("")));
        CHECK(reads(&c, "data: two\n\n"));
        CHECK(http_stream_send(s, STR("end")));
        http_stream_close(s);
        CHECK(reads(&c, "\r\n0\r\n\r\n"));
        buf_clear(&c.in);
        CHECK(
            client_send(&c, STR("GET / HTTP/1.1\r\n" HOST "\r\n"))); /* the connection stayed */
        CHECK(client_answer(&c, true, 1000) && c.status == 200);
        client_close(&c);
    }
    TEST("a stream may begin later, and take a lot while its client reads") {
        char line[1000];
        memset(line, 'x', sizeof(line));
        client_open(&c, app.at);
        struct http_stream *s = stream_of(&c, "/streamlater");
        uint32_t good = 0;
        for (int i = 0; i < 3000; i++) {
            good += http_stream_send(s, str_make(line, sizeof(line)));
            while (i % 100 == 99 && c.in.len < (size_t)(i + 1) * sizeof(line) &&
                   client_more(&c, 5000)) {
            }
        }
        CHECK_EQ_I64(good, 3000);
        http_stream_close(s);
        CHECK(client_chunks(&c, 2000));
        CHECK_EQ_I64(c.body.len, 3000000);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK_EQ_I64(app.sent_bytes, 3000000);
        client_close(&c);
    }
    TEST("a client that left is noticed while the stream is silent") {
        for (int reset = 0; reset < 2; reset++) {
            client_open(&c, app.at);
            struct http_stream *s = stream_of(&c, "/stream");
            CHECK(http_stream_send(s, STR("data: one\n\n")));
            CHECK(reads(&c, "data: one\n\n"));
            if (reset) {
                client_break(&c);
            } else {
                client_close(&c);
            }
            CHECK(becomes(&app.ended, atomic_load(&app.begun)));
            CHECK(!http_stream_send(s, STR("data: two\n\n")));
            http_stream_close(s);
        }
    }
}

static void test_slow_streams(void)
{
    struct client c;
    char line[1000];
    memset(line, 'x', sizeof(line));
    TEST("a stream whose client is a megabyte behind is given up") {
        open_narrow(&c);
        struct http_stream *s = stream_of(&c, "/stream");
        uint32_t good = 0;
        while (good < 20000 && http_stream_send(s, str_make(line, sizeof(line)))) {
            good++;
        }
        CHECK(good >= 1000 && good < 20000);
        CHECK(http_stream_waiting(s) > 1000000);
        CHECK(!http_stream_send(s, STR("more")));
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        http_stream_close(s);
        client_close(&c);
    }
    TEST("a stream whose client takes nothing is given up in time") {
        open_narrow(&c);
        struct http_stream *s = stream_of(&c, "/stream");
        for (int i = 0; i < 1000; i++) { /* as much as the kernel takes, and some */
            CHECK(http_stream_send(s, str_make(line, sizeof(line))));
        }
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK(!http_stream_send(s, STR("more")));
        http_stream_close(s);
        client_close(&c);
    }
    TEST("a stream that was asked for by HEAD ends at once") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("HEAD /stream HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(client_answer(&c, false, 1000) && c.status == 200);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        CHECK(!http_stream_send(app.stream, STR("x")));
        http_stream_close(app.stream);
        client_close(&c);
    }
}

/* Threads that send into streams while clients come and go, and the server is stopped in the middle. */
struct sender {
    pthread_t thread;
    struct http_stream *stream;
    uint32_t sent;
};

static void *send_on(void *arg)
{
    struct sender *s = arg;
    while (http_stream_send(s->stream, STR("data: {\"n\":1}\n\n"))) {
        s->sent++;
        nap(1);
    }
    http_stream_close(s->stream);
    return NULL;
}

static void test_stream_stop(void)
{
    TEST("a stop ends streams that others are writing to") {
        struct sender s[6];
        struct client c[6];
        app_start(&app, (struct http_options){0});
        for (int i = 0; i < 6; i++) {
            client_open(&c[i], app.at);
            s[i] =
                (struct sender){.stream = stream_of(&c[i], i % 2 ? "/stream" : "/streamlater")};
            (void)pthread_create(&s[i].thread, NULL, send_on, &s[i]);
        }
        nap(100);
        client_close(&c[0]);
        client_break(&c[1]);
        int64_t t = clock_steady_ms();
        app_stop(&app, 200);
        CHECK(took(t) < 2000);
        for (int i = 0; i < 6; i++) {
            (void)pthread_join(s[i].thread, NULL);
            CHECK(s[i].sent > 0);
            if (i > 1) {
                CHECK(client_ends(&c[i], 1000));
                client_close(&c[i]);
            }
        }
        CHECK_EQ_I64(app.sent, 0);
    }
}

/* ---- Everything at once ---- */

struct rude {
    pthread_t thread;
    struct rng rng;
    struct str at;
    _Atomic bool *enough;
    uint32_t done;
};

static const char *const rude_words[] = {
    "GET / HTTP/1.1\r\n" HOST "\r\n",
    "POST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello",
    "POST /race HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\n" HOST "Content-Length: 900\r\n\r\nnot all",
    "POST / HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\ntoo much",
    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz",
    "GET /early HTTP/1.1\r\n" HOST "\r\n",
    "GET /rudestream HTTP/1.1\r\n" HOST "\r\n",
    "GET /big HTTP/1.1\r\n" HOST "\r\n",
    "HEAD /big HTTP/1.1\r\n" HOST "\r\n",
    "GET / HTTP/1.1\r\nnonsense\r\n\r\n",
    "GET /half",
};

/* Connects, says some of the above, reads some or nothing, leaves in one way or another. */
static void *be_rude(void *arg)
{
    struct rude *r = arg;
    while (!atomic_load(r->enough)) {
        struct client c;
        if (!client_try(&c, r->at)) {
            client_close(&c);
            return NULL; /* the server is quiet */
        }
        for (uint32_t n = rng_below(&r->rng, 4); n < 4 && !c.ended; n++) {
            const uint32_t words = sizeof(rude_words) / sizeof(rude_words[0]);
            struct str say = str_of(rude_words[rng_below(&r->rng, words)]);
            size_t cut =
                rng_below(&r->rng, 4) ? say.len : rng_below(&r->rng, (uint32_t)say.len);
            (void)client_send(&c, str_slice(say, 0, cut));
            if (rng_below(&r->rng, 2)) {
                (void)client_more(&c, (int)rng_below(&r->rng, 20));
            }
            nap(rng_below(&r->rng, 20) == 0 ? 150 : 0);
        }
        if (rng_below(&r->rng, 3) == 0) {
            client_break(&c);
        } else {
            client_close(&c);
        }
        r->done++;
    }
    return NULL;
}

static void test_rude(void)
{
    TEST("a crowd of rude clients does no harm, and is gone when the server stops in its "
         "middle") {
        struct rude r[6];
        uint32_t done = 0;
        char big[200000];
        memset(big, 'b', sizeof(big));
        for (int round = 0; round < 4; round++) {
            _Atomic bool enough = false;
            app_start(&app,
                      (struct http_options){
                          .head_ms = 100, .body_ms = 100, .idle_ms = 120, .connections = 20});
            app.big = str_make(big, sizeof(big));
            for (uint32_t i = 0; i < 6; i++) {
                r[i] = (struct rude){.rng = rng_seed((uint64_t)round * 100 + i),
                                     .at = app.at,
                                     .enough = &enough};
                (void)pthread_create(&r[i].thread, NULL, be_rude, &r[i]);
            }
            nap(1000);
            if (round % 2) { /* else they are cut off in the middle */
                atomic_store(&enough, true);
            } else {
                http_server_quiet(app.server);
                atomic_store(&enough, true);
            }
            for (uint32_t i = 0; i < 6 && round % 2; i++) {
                (void)pthread_join(r[i].thread, NULL);
            }
            CHECK(app.begun > 10);
            app_stop(&app, round < 2 ? 2000 : 0);
            for (uint32_t i = 0; i < 6; i++) {
                if (round % 2 == 0) {
                    (void)pthread_join(r[i].thread, NULL);
                }
                done += r[i].done;
            }
        }
        printf("# %u connections\n", done);
    }
}

/* ---- TLS ---- */

static char place[32];

static struct str slurp(struct arena *a, const char *name)
{
    char text[16384];
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", place, name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof(text), f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return arena_str(a, str_make(text, n));
}

/* Runs a command in `place`; what it prints goes to `out`. */
static bool run(struct buf *out, const char *command)
{
    struct buf line = {0};
    size_t n;
    buf_addf(&line, "cd %s && %s", place, command);
    FILE *f = popen(buf_cstr(&line), "r");
    buf_clear(out);
    while (f && (n = fread(buf_room(out, 4096), 1, 4096, f)) > 0) {
        out->len += n;
    }
    buf_release(&line);
    return f && pclose(f) == 0;
}

static enum rc tls_rc(struct str certificate, struct str key)
{
    const struct http_options o = {
        .listen = STR("127.0.0.1:0"), .certificate = certificate, .key = key, .threads = 1};
    const struct http_handler h = {&app, app_begin, app_handle, app_end};
    struct http_server *s = NULL;
    struct err e = {0};
    enum rc rc = http_server_start(&o, &h, &s, &e);
    CHECK(rc == RC_OK || (e.rc == rc && e.msg[0]));
    http_server_stop(s, 0);
    return rc;
}

static void test_tls_requests(struct buf *out)
{
    char command[400];
    uint16_t port = port_of(app.at);
    TEST("requests come by TLS, and the connection stays") {
        (void)snprintf(command, sizeof(command),
                       "curl -sS --cacert c.pem -d hello https://localhost:%u/echo "
                       "https://localhost:%u/later -w '%%{num_connects}|' 2>&1",
                       port, port);
        CHECK(run(out, command));
        CHECK_STR(buf_str(out), STR("hello1|hello0|"));
        CHECK(atomic_load(&app.tls));
        CHECK(str_starts(app.at, STR("https://127.0.0.1:")));
    }
    TEST("by TLS, a chunked body that is too large is refused with words when it ends soon") {
        (void)snprintf(command, sizeof(command),
                       "head -c 300000 /dev/zero | curl -sS --cacert c.pem -H 'Expect:' -T - "
                       "https://localhost:%u/ -w '%%{http_code}' 2>&1",
                       port);
        CHECK(run(out, command));
        CHECK_STR(buf_str(out), STR("Content Too Large\n413"));
        (void)snprintf(command, sizeof(command),
                       "head -c 30000000 /dev/zero | curl -sS --cacert c.pem -H 'Expect:' -T - "
                       "https://localhost:%u/ -w '%%{http_code}' 2>&1",
                       port);
        CHECK(!run(out, command));
    }
    TEST("old versions of TLS are not spoken") {
        (void)snprintf(command, sizeof(command),
                       "curl -sS --tls-max 1.1 --cacert c.pem https://localhost:%u/ 2>&1",
                       port);
        CHECK(!run(out, command));
        (void)snprintf(command, sizeof(command),
                       "curl -sS --tls-max 1.2 --cacert c.pem https://localhost:%u/show 2>&1",
                       port);
        CHECK(run(out, command));
    }
    TEST("plain bytes to a TLS port, and handshakes that never end, are cut off in time") {
        struct client c;
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(client_ends(&c, 2000));
        client_close(&c);
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("\x16\x03\x01")));
        CHECK(client_ends(&c, 2000));
        client_close(&c);
        for (int i = 0; i < 200 && http_server_connections(app.server) > 0; i++) {
            nap(10);
        }
        CHECK_EQ_I64(http_server_connections(app.server), 0);
    }
}

static void test_tls(void)
{
    struct buf out = {0};
    struct arena *a = arena_new();
    (void)snprintf(place, sizeof(place), "/tmp/pond-http-XXXXXX");
    if (!mkdtemp(place) ||
        !run(&out,
             "curl --version >/dev/null && for n in c d; do openssl req -x509 -newkey ec "
             "-pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $n.key -out $n.pem -days 2 "
             "-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null || exit 1; "
             "done")) {
        printf("# curl or openssl is missing: TLS is not tried\n");
        goto done;
    }
    struct str certificate = slurp(a, "c.pem"), key = slurp(a, "c.key");
    TEST("a certificate without its key, or one that is none, is refused") {
        CHECK(tls_rc(certificate, key) == RC_OK);
        CHECK(tls_rc(certificate, STR_NULL) == RC_INVALID);
        CHECK(tls_rc(STR_NULL, key) == RC_INVALID);
        CHECK(tls_rc(STR("nonsense"), key) == RC_INVALID);
        CHECK(tls_rc(certificate, STR("nonsense")) == RC_INVALID);
        CHECK(tls_rc(certificate, slurp(a, "d.key")) == RC_INVALID);
    }
    app_start(&app,
              (struct http_options){.certificate = certificate, .key = key, .head_ms = 500});
    test_tls_requests(&out);
    app_stop(&app, 1000);
done:
    (void)run(&out, "rm -f c.pem c.key d.pem d.key");
    (void)rmdir(place);
    arena_free(a);
    buf_release(&out);
}

int main(void)
{
    app_start(&app, hurried);
    test_slow_heads();
    test_slow_bodies();
    test_slow_readers();
    test_streams();
    test_slow_streams();
    app_stop(&app, 1000);
    test_stream_stop();
    test_rude();
    test_tls();
    return tap_end();
}
