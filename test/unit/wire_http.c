/* The HTTP server, driven by raw sockets: what it answers, what it refuses, and that every exchange ends
 * exactly once, whoever goes away when. Slow clients, streams and TLS: wire_http_slow.c. */
#include <fcntl.h>

#include "http_app.h"

static struct app app;

static void fill(struct buf *b, char c, size_t n)
{
    memset(buf_room(b, n), c, n);
    b->len += n;
}

static void test_answers(void)
{
    struct client c;
    struct buf body = {0};
    TEST("a connection stays for many requests") {
        client_open(&c, app.at);
        for (int i = 0; i < 20; i++) {
            CHECK(client_send(
                &c, STR("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")));
            CHECK(client_answer(&c, true, 2000));
            CHECK_EQ_I64(c.status, 200);
            CHECK_STR(buf_str(&c.body), STR("hello"));
        }
        CHECK_EQ_I64(http_server_connections(app.server), 1);
        client_close(&c);
    }
    TEST("what a request says is read") {
        CHECK_EQ_I64(ask(app.at,
                         STR("GET /show?a=1&q=%E6%8A%A4+x&b HTTP/1.1\r\nhost: Pond\r\n"
                             "Cookie: a=b; sid=s1; c=\"d\"\r\n\r\n"),
                         &body),
                     200);
        CHECK_STR(buf_str(&body),
                  STR("GET|/show|a=1&q=%E6%8A%A4+x&b|护 x|Pond|s1|127.0.0.1|0"));
        CHECK_EQ_I64(
            ask(app.at, STR("PUT http://h:1/show?q=/? HTTP/1.1\r\nHost: h\r\n\r\n"), &body),
            200);
        CHECK_STR(buf_str(&body), STR("PUT|/show|q=/?|/?|h||127.0.0.1|0"));
        CHECK_EQ_I64(ask(app.at, STR("GET /show%2Fx%00%zz HTTP/1.1\r\nHost: h\r\n\r\n"), &body),
                     200);
        CHECK_EQ_I64(ask(app.at, STR("GET /show HTTP/1.0\r\n\r\n"), &body), 200);
        CHECK_STR(buf_str(&body), STR("GET|/show|||||127.0.0.1|0"));
    }
    TEST("HEAD tells the length and sends no body") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("HEAD /show HTTP/1.1\r\nHost: h\r\n\r\n"
                                  "GET /show HTTP/1.1\r\nHost: h\r\n\r\n")));
        CHECK(client_answer(&c, false, 2000));
        CHECK_STR(client_field(&c, "content-length"), STR("27"));
        CHECK(client_answer(&c, true, 2000));
        CHECK_STR(buf_str(&c.body), STR("GET|/show|||h||127.0.0.1|0"));
        CHECK(client_send(&c,
                          STR("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_EQ_I64(c.status, 204);
        client_close(&c);
    }
    TEST("fields that would split the head are left out") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("GET /fields HTTP/1.1\r\nHost: h\r\n\r\n")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_STR(client_field(&c, "X-Good"), STR("fine \xE6\x8A\xA4"));
        CHECK_STR(client_field(&c, "Connection"), STR("close"));
        CHECK(!client_field(&c, "X-Split").ptr && !client_field(&c, "X-Evil").ptr);
        CHECK(!client_field(&c, "X-Null").ptr && !client_field(&c, "X-Empty").ptr);
        CHECK(!client_field(&c, "Content-Type").ptr && !client_field(&c, "X-Type").ptr);
        CHECK(client_ends(&c, 2000));
        client_close(&c);
    }
    TEST("a handler that forgets to answer is answered for") {
        CHECK_EQ_I64(ask(app.at, STR("GET /forgets HTTP/1.1\r\nHost: h\r\n\r\n"), NULL), 500);
    }
    buf_release(&body);
}

static void test_pieces(void)
{
    struct client c;
    static const char three[] =
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none"
        "GET /show HTTP/1.1\r\nHost: h\r\n\r\n"
        "POST /later HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\nth\r\n3;x=y\r\nree\r\n0\r\nTrailer: t\r\n\r\n"
        "POST /race HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nfour";
    static const char *const want[] = {"one", "GET|/show|||h||127.0.0.1|0", "three", "four"};
    TEST("pipelined requests are answered in their order") {
        client_open(&c, app.at);
        CHECK(client_send(&c, str_make(three, sizeof(three) - 1)));
        for (int i = 0; i < 4; i++) {
            CHECK(client_answer(&c, true, 2000));
            CHECK_STR(buf_str(&c.body), str_of(want[i]));
        }
        client_close(&c);
    }
    TEST("requests that come byte by byte are the same") {
        client_open(&c, app.at);
        for (size_t i = 0; i < sizeof(three) - 1; i++) {
            CHECK(client_send(&c, str_make(three + i, 1)));
            if (i % 8 == 0) {
                nap(1);
            }
        }
        for (int i = 0; i < 4; i++) {
            CHECK(client_answer(&c, true, 2000));
            CHECK_STR(buf_str(&c.body), str_of(want[i]));
        }
        client_close(&c);
    }
    TEST("a client that asks before it sends is told to go on") {
        client_open(&c, app.at);
        CHECK(client_send(&c, STR("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                                  "Content-Length: 5\r\n\r\n")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_EQ_I64(c.status, 100);
        CHECK(client_send(&c, STR("hello")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_STR(buf_str(&c.body), STR("hello"));
        CHECK(client_send(&c, STR("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                                  "Content-Length: 5000\r\n\r\n")));
        CHECK(client_answer(&c, true, 2000));
        CHECK_EQ_I64(c.status, 413);
        CHECK_STR(client_field(&c, "X-Content-Type-Options"), STR("nosniff"));
        CHECK(client_ends(&c, 2000));
        client_close(&c);
    }
    TEST("a large body comes whole, known in length or not") {
        struct buf b = {0};
        const size_t n = 3000000;
        atomic_store(&app.limit, n);
        for (int chunked = 0; chunked < 2; chunked++) {
            buf_clear(&b);
            if (chunked) {
                buf_addf(&b,
                         "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                         "chunked\r\n\r\n%zx\r\n",
                         n);
            } else {
                buf_addf(&b, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
                         n);
            }
            for (size_t i = 0; i < n; i++) {
                buf_add_byte(&b, (char)('a' + i % 26));
            }
            struct str sent = str_make(b.ptr + b.len - n, n);
            buf_add(&b, chunked ? STR("\r\n0\r\n\r\n") : STR(""));
            client_open(&c, app.at);
            CHECK(client_send(&c, buf_str(&b)));
            CHECK(client_answer(&c, true, 5000));
            CHECK(str_eq(buf_str(&c.body), str_make(b.ptr + (sent.ptr - b.ptr), n)));
            client_close(&c);
        }
        CHECK_EQ_I64(app.sent_bytes, n);
        atomic_store(&app.limit, 1000);
        buf_release(&b);
    }
}

static void test_files(void)
{
    struct buf b = {0}, body = {0};
    const size_t n = 2000000;
    char back[16] = "";
    FILE *f = tmpfile();
    atomic_store(&app.limit, n);
    buf_addf(&b, "POST /file HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n", n);
    fill(&b, 'f', n);
    TEST("a body may go into a file") {
        app.file = fileno(f);
        CHECK_EQ_I64(ask(app.at, buf_str(&b), &body), 200);
        CHECK_STR(buf_str(&body), STR("0 2000000 ok"));
        CHECK_EQ_I64(lseek(app.file, 0, SEEK_END), n);
        CHECK_EQ_I64(pread(app.file, back, 10, (off_t)n - 10), 10);
        CHECK_CSTR(back, "ffffffffff");
    }
    TEST("a file that takes no more is told, and the body is read to its end") {
        app.file = open("/dev/full", O_WRONLY | O_CLOEXEC);
        CHECK_EQ_I64(ask(app.at, buf_str(&b), &body), 200);
        CHECK_STR(buf_str(&body), STR("0 2000000 full"));
        (void)close(app.file);
    }
    (void)fclose(f);
    atomic_store(&app.limit, 1000);
    buf_release(&b);
    buf_release(&body);
}

/* ---- Refusals ---- */

#define HOST "Host: h\r\n"
#define G "GET / HTTP/1.1\r\n"
#define P "POST / HTTP/1.1\r\n"

/* clang-format off */
static const struct {
    const char *what, *request;
    size_t len; /* 0: strlen */
    int status;
} odd[] = {
    {"no Host", G "\r\n", 0, 400},
    {"two Hosts", G HOST HOST "\r\n", 0, 400},
    {"a NUL in the URL", "GET /a\0b HTTP/1.1\r\n" HOST "\r\n", 30, 400},
    {"a NUL in the query", "GET /a?b\0c HTTP/1.1\r\n" HOST "\r\n", 32, 400},
    {"a control byte in the URL", "GET /a\x01 HTTP/1.1\r\n" HOST "\r\n", 0, 400},
    {"a DEL in the query", "GET /a?\x7f HTTP/1.1\r\n" HOST "\r\n", 0, 400},
    {"a blank in the URL", "GET /a b HTTP/1.1\r\n" HOST "\r\n", 0, 400},
    {"a URL without a root", "GET a HTTP/1.1\r\n" HOST "\r\n", 0, 400},
    {"a method that is none", "G(T / HTTP/1.1\r\n" HOST "\r\n", 0, 400},
    {"a control byte in a field", G HOST "X: a\x02" "b\r\n\r\n", 0, 400},
    {"a blank before the colon", P HOST "Content-Length : 3\r\n\r\nabc", 0, 400},
    {"a field without a colon", G HOST "nonsense\r\n\r\n", 0, 400},
    {"a field without a name", G ": x\r\n" HOST "\r\n", 0, 400},
    {"a line that is folded", G HOST "X: a\r\n b\r\nY: c\r\n\r\n", 0, 400},
    {"a last line that is folded", G HOST "X: a\r\n\tb\r\n\r\n", 0, 400},
    {"a length that is folded", P HOST "Content-Length:\r\n 3\r\n\r\nabc", 0, 400},
    {"two lengths", P HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 0, 400},
    {"a length and chunks", P HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 400},
    {"two codings", P HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 400},
    {"a coding that is not known", P HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 0, 501},
    {"a length that is none", P HOST "Content-Length: 3x\r\n\r\nabc", 0, 400},
    {"a negative length", P HOST "Content-Length: -3\r\n\r\nabc", 0, 400},
    {"a signed length", P HOST "Content-Length: +3\r\n\r\nabc", 0, 400},
    {"a length beyond 64 bits", P HOST "Content-Length: 99999999999999999999\r\n\r\nabc", 0, 413},
    {"a chunk size that is none", P HOST "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 0, 400},
    {"a chunk beyond 64 bits", P HOST "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 0, 413},
    {"a chunk without its end", P HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX\r\n0\r\n\r\n", 0, 400},
    {"a version of another time", "GET / HTTP/3.0\r\n" HOST "\r\n", 0, 505},
};
/* clang-format on */

static void test_refusals(void)
{
    struct buf b = {0};
    TEST("requests that are none, or could be read in two ways, are refused") {
        uint32_t handled = atomic_load(&app.handled);
        for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
            size_t len = odd[i].len ? odd[i].len : strlen(odd[i].request);
            struct client c;
            client_open(&c, app.at);
            CHECK(client_send(&c, str_make(odd[i].request, len)));
            (void)shutdown(c.fd, SHUT_WR);
            (void)client_answer(&c, true, 3000);
            if (!CHECK_EQ_I64(c.status, odd[i].status)) {
                printf("# %s\n", odd[i].what);
            }
            client_close(&c);
        }
        CHECK_EQ_I64(app.handled, handled);
    }
    TEST("heads, URLs and fields have a limit each") {
        for (int i = 0; i < 2; i++) { /* 23 KiB are fine, 25 too long */
            buf_clear(&b);
            buf_add(&b, STR("GET /"));
            fill(&b, 'u', (23u + 2u * (unsigned)i) << 10);
            buf_add(&b, STR(" HTTP/1.1\r\n" HOST "\r\n"));
            CHECK_EQ_I64(ask(app.at, buf_str(&b), NULL), i ? 414 : 200);
        }
        buf_clear(&b);
        buf_add(&b, STR("GET /"));
        fill(&b, 'u', 100u << 10);
        CHECK_EQ_I64(ask(app.at, buf_str(&b), NULL), 414);
        for (int i = 0; i < 3; i++) { /* 31 KiB are fine, 33 and 100 too many */
            buf_clear(&b);
            buf_add(&b, STR(G HOST "X: "));
            fill(&b, 'x', (i == 0 ? 31u : i == 1 ? 33u : 100u) << 10);
            buf_add(&b, STR("\r\n\r\n"));
            CHECK_EQ_I64(ask(app.at, buf_str(&b), NULL), i ? 431 : 200);
        }
        for (int lines = 100; lines <= 101; lines++) { /* 31 KiB in all */
            buf_clear(&b);
            buf_add(&b, STR(G HOST));
            for (int i = 1; i < lines; i++) {
                buf_addf(&b, "X-%d: %0300d\r\n", i, i);
            }
            buf_add(&b, STR("\r\n"));
            CHECK_EQ_I64(ask(app.at, buf_str(&b), NULL), lines > 100 ? 431 : 200);
        }
    }
    buf_release(&b);
}

/* Sends a head, then body for as long as it can; returns the status that came meanwhile. */
static int ask_greedy(const char *head, const char *piece, int pieces)
{
    struct client c;
    client_open(&c, app.at);
    (void)client_send(&c, str_of(head));
    for (int i = 0; i < pieces && client_send(&c, str_of(piece)); i++) {
    }
    (void)client_answer(&c, true, 3000);
    int status = c.status;
    CHECK(client_ends(&c, 3000));
    client_close(&c);
    return status;
}

static void test_greedy(void)
{
    struct client c;
    char piece[4200];
    uint32_t handled = atomic_load(&app.handled);
    (void)snprintf(piece, sizeof(piece), "1000\r\n%04096d\r\n", 7);
    TEST("a client that sends too much is told so while it still sends") {
        CHECK_EQ_I64(ask_greedy(P HOST "Content-Length: 4000000\r\n\r\n", piece, 900), 413);
        CHECK_EQ_I64(ask_greedy(P HOST "Transfer-Encoding: chunked\r\n\r\n", piece, 900), 413);
        CHECK_EQ_I64(ask_greedy(P HOST "Transfer-Encoding: chunked\r\n\r\n", piece, 1), 413);
        CHECK_EQ_I64(app.last_status, 413);
        CHECK_EQ_I64(app.handled, handled);
    }
    TEST("a small body that is refused does not cost the connection") {
        client_open(&c, app.at);
        for (int i = 0; i < 3; i++) {
            CHECK(client_send(&c, STR("POST /early HTTP/1.1\r\n" HOST
                                      "Content-Length: 5\r\n\r\nhello"
                                      "GET /early HTTP/1.1\r\n" HOST "\r\n"
                                      "GET /show HTTP/1.1\r\n" HOST "\r\n")));
            CHECK(client_answer(&c, true, 2000) && c.status == 401);
            CHECK(client_answer(&c, true, 2000) && c.status == 401);
            CHECK_STR(buf_str(&c.body), STR("who are you"));
            CHECK(client_answer(&c, true, 2000) && c.status == 200);
        }
        client_close(&c);
        CHECK_EQ_I64(ask_greedy("POST /early HTTP/1.1\r\n" HOST
                                "Content-Length: 4000000\r\n\r\n",
                                piece, 900),
                     401);
        CHECK_EQ_I64(ask_greedy("POST /early HTTP/1.1\r\n" HOST
                                "Transfer-Encoding: chunked\r\n\r\n",
                                piece, 1),
                     401);
    }
    TEST("a body that is cut off is no request") {
        handled = atomic_load(&app.handled);
        client_open(&c, app.at);
        CHECK(client_send(&c, STR(P HOST "Content-Length: 10\r\n\r\nhello")));
        (void)shutdown(c.fd, SHUT_WR);
        CHECK(client_ends(&c, 4000));
        client_close(&c);
        CHECK_EQ_I64(app.handled, handled);
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
    }
}

static void test_later(void)
{
    struct client c[10];
    for (int i = 0; i < 10; i++) {
        client_open(&c[i], app.at);
    }
    TEST("a thousand answers come later, from another thread") {
        int good = 0;
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 10; i++) {
                CHECK(client_send(&c[i], STR("POST /later HTTP/1.1\r\n" HOST
                                             "Content-Length: 3\r\n\r\nabc")));
            }
            for (int i = 0; i < 10; i++) {
                good += client_answer(&c[i], true, 5000) && c[i].status == 202 &&
                        str_eq(buf_str(&c[i].body), STR("abc"));
            }
        }
        CHECK_EQ_I64(good, 1000);
    }
    TEST("an answer may come before the handler has returned") {
        int good = 0;
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 10; i++) {
                CHECK(client_send(
                    &c[i], STR("POST /race HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc")));
            }
            for (int i = 0; i < 10; i++) {
                good += client_answer(&c[i], true, 5000) && c[i].status == 202;
            }
        }
        CHECK_EQ_I64(good, 200);
    }
    for (int i = 0; i < 10; i++) {
        client_close(&c[i]);
    }
    TEST("clients that left before the answer are no harm") {
        CHECK(becomes(&app.ended, atomic_load(&app.begun)));
        uint32_t ended = atomic_load(&app.ended), sent = atomic_load(&app.sent);
        for (uint32_t i = 0; i < 100; i++) {
            client_open(&c[0], app.at);
            CHECK(client_send(&c[0], STR("GET /hold HTTP/1.1\r\n" HOST "\r\n")));
            for (int n = 0; n < 1000 && atomic_load(&app.begun) != ended + (uint32_t)i + 1;
                 n++) {
                nap(1);
            }
            client_break(&c[0]);
        }
        for (uint32_t i = 0; i < app.holds; i++) {
            answer_text(app.held[i], 200, STR("nobody there"));
        }
        app.holds = 0;
        CHECK(becomes(&app.ended, ended + 100));
        CHECK_EQ_I64(app.sent, sent);
    }
}

/* ---- Starting, caps, stopping ---- */

static enum rc start_rc(const char *listen, struct http_server **s)
{
    const struct http_options o = {.listen = str_of(listen), .threads = 1};
    const struct http_handler h = {&app, app_begin, app_handle, app_end};
    struct err e = {0};
    enum rc rc = http_server_start(&o, &h, s, &e);
    CHECK(rc == RC_OK || (e.rc == rc && e.msg[0] && e.hint[0]));
    return rc;
}

static void test_start(void)
{
    struct http_server *s = NULL;
    TEST("an address that means nothing is refused") {
        static const char *const bad[] = {
            "",           "8080",           ":8080",           "h:80",         "1.2.3:80",
            "127.0.0.1:", "127.0.0.1:x",    "127.0.0.1:65536", "[::1]",        "[::1:80",
            "::1:80",     "[127.0.0.1]:80", "127.0.0.1",       "127.0.0.1:-1", "203.0.113.9:0"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            if (!CHECK(start_rc(bad[i], &s) == RC_INVALID)) {
                printf("# %s\n", bad[i]);
            }
        }
    }
    TEST("an address in use is told") {
        CHECK(start_rc(app.at.ptr + strlen("http://"), &s) == RC_BUSY);
    }
    TEST("IPv6 is served, and IPv4 by its wildcard") {
        struct buf body = {0};
        if (start_rc("[::]:0", &s) == RC_OK) {
            CHECK(str_starts(http_server_address(s), STR("http://[::]:")));
            CHECK_EQ_I64(
                ask(http_server_address(s), STR("GET /show HTTP/1.1\r\n" HOST "\r\n"), &body),
                200);
            CHECK_STR(buf_str(&body), STR("GET|/show|||h||127.0.0.1|0"));
            http_server_stop(s, 100);
        } else {
            printf("# no IPv6 here\n");
        }
        CHECK(start_rc("localhost:0", &s) == RC_OK);
        http_server_stop(s, 100);
        http_server_stop(NULL, 100);
        buf_release(&body);
    }
}

static void test_caps(void)
{
    static struct app own;
    struct client c[4];
    for (int by_address = 0; by_address < 2; by_address++) {
        app_start(&own, by_address ? (struct http_options){.per_address = 3}
                                   : (struct http_options){.connections = 3});
        TEST(by_address ? "one address has so many connections, no more"
                        : "the server has so many connections, no more") {
            for (int i = 0; i < 4; i++) {
                client_open(&c[i], own.at);
                CHECK(client_send(&c[i], STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
                CHECK(client_answer(&c[i], true, 2000));
                CHECK_EQ_I64(c[i].status, i < 3 ? 200 : 503);
            }
            CHECK(client_ends(&c[3], 2000));
            CHECK_EQ_I64(http_server_connections(own.server), 3);
            client_close(&c[3]);
            client_close(&c[0]);
            for (int i = 0; i < 200 && http_server_connections(own.server) > 2; i++) {
                nap(5);
            }
            CHECK_EQ_I64(ask(own.at, STR("GET / HTTP/1.1\r\n" HOST "\r\n"), NULL), 200);
            client_close(&c[1]);
            client_close(&c[2]);
        }
        app_stop(&own, 1000);
    }
    TEST("when all places are taken, who rested longest makes room") {
        app_start(&own, (struct http_options){.connections = 3});
        for (int i = 0; i < 3; i++) {
            client_open(&c[i], own.at);
            CHECK(client_send(&c[i], i == 0 ? STR("GET /hold HTTP/1.1\r\n" HOST "\r\n")
                                            : STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
            CHECK(i == 0 || client_answer(&c[i], true, 2000));
            nap(20);
        }
        nap(1100);
        CHECK_EQ_I64(ask(own.at, STR("GET / HTTP/1.1\r\n" HOST "\r\n"), NULL), 200);
        CHECK(client_ends(&c[1], 1000));
        CHECK(client_send(&c[2], STR("GET / HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(client_answer(&c[2], true, 2000));
        answer_text(own.held[0], 200, STR("kept"));
        CHECK(client_answer(&c[0], true, 2000));
        for (int i = 0; i < 3; i++) {
            client_close(&c[i]);
        }
        app_stop(&own, 1000);
    }
    TEST("all bodies together have a limit") {
        app_start(&own, (struct http_options){.body_bytes = 1500});
        for (int i = 0; i < 3; i++) {
            client_open(&c[i], own.at);
            CHECK(client_send(&c[i], STR(P HOST "Content-Length: 900\r\n\r\n")));
            char half[600];
            memset(half, 'x', sizeof(half));
            CHECK(client_send(&c[i], str_make(half, sizeof(half))));
            nap(20);
        }
        CHECK(client_answer(&c[2], true, 2000));
        CHECK_EQ_I64(c[2].status, 503);
        for (int i = 0; i < 3; i++) {
            client_close(&c[i]);
        }
        CHECK(becomes(&own.ended, 3));
        CHECK_EQ_I64(ask(own.at, STR(P HOST "Content-Length: 3\r\n\r\nabc"), NULL), 200);
        app_stop(&own, 1000);
    }
}

/* A client that asks until it is told to close; counts what it asked and what was answered. */
struct asker {
    pthread_t thread;
    struct str at;
    uint32_t asked, answered;
    bool told;
};

static void *ask_on(void *arg)
{
    struct asker *k = arg;
    struct client c;
    client_open(&c, k->at);
    while (!k->told && !c.ended) {
        k->asked++;
        if (!client_send(&c,
                         STR("POST /later HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc")) ||
            !client_answer(&c, true, 5000)) {
            break;
        }
        k->answered++;
        k->told = str_eq(client_field(&c, "Connection"), STR("close"));
    }
    client_close(&c);
    return NULL;
}

static void test_stop(void)
{
    static struct app own;
    struct client c;
    TEST("a stop under load answers all that was asked, and says that it closes") {
        struct asker k[8];
        app_start(&own, (struct http_options){0});
        for (int i = 0; i < 8; i++) {
            k[i] = (struct asker){.at = own.at};
            (void)pthread_create(&k[i].thread, NULL, ask_on, &k[i]);
        }
        nap(200);
        int64_t t = clock_steady_ms();
        app_stop(&own, 5000);
        CHECK(clock_steady_ms() - t < 3000);
        uint32_t asked = 0;
        for (int i = 0; i < 8; i++) {
            (void)pthread_join(k[i].thread, NULL);
            CHECK(k[i].told);
            CHECK_EQ_I64(k[i].answered, k[i].asked);
            asked += k[i].asked;
        }
        printf("# %u requests\n", asked);
        CHECK(asked > 8);
        CHECK_EQ_I64(own.sent, asked);
    }
    TEST("a quiet server takes nobody new, and answers who is there") {
        struct client late;
        app_start(&own, (struct http_options){0});
        client_open(&c, own.at);
        CHECK(client_send(&c, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n")));
        CHECK(becomes(&own.holds, 1));
        http_server_quiet(own.server);
        http_server_quiet(own.server);
        CHECK(!client_try(&late, own.at));
        client_close(&late);
        answer_text(own.held[0], 200, STR("still"));
        CHECK(client_answer(&c, true, 2000));
        CHECK_STR(buf_str(&c.body), STR("still"));
        CHECK_STR(client_field(&c, "Connection"), STR("close"));
        CHECK(client_ends(&c, 2000));
        client_close(&c);
        app_stop(&own, 1000);
        CHECK_EQ_I64(own.sent, 1);
    }
    TEST("a stop does not wait for ever, and an answer after it is no harm") {
        app_start(&own, (struct http_options){0});
        for (int i = 0; i < 10; i++) {
            client_open(&c, own.at);
            CHECK(client_send(&c, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n")));
            CHECK(becomes(&own.holds, (uint32_t)i + 1));
            if (i < 9) {
                client_close(&c);
            }
        }
        int64_t t = clock_steady_ms();
        app_stop(&own, 100);
        CHECK(clock_steady_ms() - t < 2000);
        CHECK_EQ_I64(own.ended, 10);
        CHECK_EQ_I64(own.sent, 0);
        CHECK(client_ends(&c, 1000));
        client_close(&c);
        for (uint32_t i = 0; i < own.holds; i++) {
            if (i % 2) {
                answer_text(own.held[i], 200, arena_strf(http_arena(own.held[i]), "late"));
                continue;
            }
            struct http_stream *s =
                http_stream_begin(own.held[i], &(struct http_answer){.status = 200});
            CHECK(!http_stream_send(s, STR("late")));
            http_stream_close(s);
        }
    }
}

/* The library takes 128 events at a time and, when it got as many, waits for more before it looks at them. */
static void test_crowd(void)
{
    static struct client c[128];
    struct client slow;
    struct app crowd;
    uint32_t answered = 0;
    app_start(&crowd, (struct http_options){.threads = 1});
    TEST("as many requests as the library takes at once do not wait for one more") {
        for (int i = 0; i < 128; i++) {
            client_open(&c[i], crowd.at);
            CHECK(client_send(&c[i], STR("GET /show HTTP/1.1\r\nHost: h\r\n\r\n")));
            CHECK(client_answer(&c[i], true, 2000));
        }
        client_open(&slow, crowd.at);
        CHECK(client_send(&slow, STR("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")));
        nap(50);
        for (int i = 0; i < 128; i++) {
            CHECK(client_send(&c[i], STR("GET /show HTTP/1.1\r\nHost: h\r\n\r\n")));
        }
        for (int i = 0; i < 128; i++) {
            answered += client_answer(&c[i], true, i ? 10 : 3000);
        }
        CHECK_EQ_I64(answered, 128);
        CHECK(client_answer(&slow, true, 1000));
    }
    for (int i = 0; i < 128; i++) {
        client_close(&c[i]);
    }
    client_close(&slow);
    app_stop(&crowd, 1000);
}

int main(void)
{
    app_start(&app, (struct http_options){0});
    test_answers();
    test_pieces();
    test_files();
    test_refusals();
    test_greedy();
    test_later();
    test_start();
    app_stop(&app, 1000);
    test_caps();
    test_crowd();
    test_stop();
    return tap_end();
}
