/* An HTTP/1.1 server: one thread pool, a request at a time per connection, answers from any thread.
 *
 *     struct http_handler h = {.ctx = s, .begin = my_begin, .handle = my_handle, .end = my_end};
 *     rc = http_server_start(&options, &h, &server, e);
 *
 *     static void my_handle(void *ctx, struct http_exchange *x)
 *     {
 *         struct str name = http_query(x, "name");            views live as long as the exchange
 *         http_answer(x, &(struct http_answer){.status = 200, .type = "application/json", .body = ...});
 *     }
 *
 * A handler that cannot answer yet calls http_later(x) and returns: the connection then waits without a
 * thread until http_answer or http_stream_begin is called, from any thread. Everything a request holds
 * lives in http_arena(x) and dies with it, after `end`.
 *
 * Limits  head 32 KiB (URL 24 KiB), 100 header lines, body as `begin` says, `connections` at once and
 *         `per_address` of one address (IPv6: of one /64). Who exceeds one is answered (431, 414, 413,
 *         503) and closed; when all places are taken, who rests longest between two requests makes room.
 *         A request that two readers could read in two ways is refused (400).
 * Time    `head_ms` in all until a connection's first head is complete; `idle_ms` for the line of the next
 *         request and `head_ms` from there; `body_ms` between two pieces of a body and 1 KiB/s over all of
 *         it beyond the first `body_ms`; `idle_ms` and 1 KiB/s for an answer to be taken; `idle_ms` for a
 *         stream's client to take anything. A byte now and then does not help. Answered 408, or closed.
 *         How long a handler takes is its own affair.
 *         By TLS, what is refused before a request was read (503, 408) is closed without words.
 * Stop    http_server_quiet refuses new connections and answers what runs with "Connection: close";
 *         http_server_stop waits for it, at most so long, then closes.
 * Fork    Sockets are not passed on by exec, but a forked process that does not exec should close them.
 * Library libmicrohttpd (http_microhttpd.c), epoll; TLS by it when a certificate is given.
 */
#ifndef POND_WIRE_HTTP_H
#define POND_WIRE_HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

struct http_server;
struct http_exchange;
struct http_stream;

struct http_options {
    struct str listen; /* "127.0.0.1:8080", "[::1]:0", "0.0.0.0:443"; port 0: any free one */
    struct str certificate, key; /* PEM text; empty: no TLS. Both or none */
    uint32_t threads;            /* 0: the number of processors */
    uint32_t connections;        /* at once; 0: 2,000 */
    uint32_t per_address;        /* of one address; 0: 1,000 */
    uint64_t body_bytes;         /* of all bodies held at once; 0: 1 GiB, behind it 503 */
    uint32_t head_ms, body_ms, idle_ms; /* 0: 10,000, 20,000, 60,000 */
    /* Called with one line for the log when the library complains. May be NULL. */
    void (*complain)(void *ctx, const char *line);
    void *ctx;
};

struct http_handler {
    void *ctx;
    /* The head is complete, no body was read. Returns the most bytes the body may have; may answer at
     * once (http_answer): `handle` is then not called, and the body not kept. Never NULL. Must not block. */
    uint64_t (*begin)(void *ctx, struct http_exchange *x);
    /* The body is complete. Answers, or calls http_later. Never NULL. Must not block for long. */
    void (*handle)(void *ctx, struct http_exchange *x);
    /* The exchange is over: sent (given to the kernel), or the client went away (sent: false). Called
     * exactly once for each begin, in the thread of begin and handle. May be NULL. */
    void (*end)(void *ctx, struct http_exchange *x, bool sent);
};

/* RC_INVALID for an address or a certificate that means nothing; RC_BUSY when the address is in use;
 * RC_DENIED when it may not be bound. */
enum rc http_server_start(const struct http_options *o, const struct http_handler *h,
                          struct http_server **out, struct err *e);
/* "http://127.0.0.1:8080", with the port in use. Lives with the server. */
struct str http_server_address(const struct http_server *s);
uint32_t http_server_connections(const struct http_server *s); /* open now */
void http_server_quiet(struct http_server *s);
/* Waits up to `wait_ms` for running exchanges, closes the rest, frees. NULL is fine. */
void http_server_stop(struct http_server *s, uint32_t wait_ms);

/* ---- The request: views live until `end` returns; when an answer is still owed then (http_later, and
 * the client went away or the server was stopped), until it is given, which is always safe. ---- */
struct arena *http_arena(struct http_exchange *x);
struct str http_method(const struct http_exchange *x); /* "GET" */
struct str
http_path(const struct http_exchange *x); /* as sent, without the query, not decoded */
struct str http_query_text(const struct http_exchange *x); /* all behind "?", not decoded */
struct str http_query(struct http_exchange *x,
                      const char *name); /* decoded; {NULL, 0} when absent */
struct str http_header(const struct http_exchange *x,
                       const char *name); /* any case; {NULL, 0} */
struct str http_cookie(struct http_exchange *x, const char *name);
struct str http_body(const struct http_exchange *x);
/* From `begin`: the body goes into this file instead of memory, http_body stays empty. The descriptor stays the
 * caller's. http_body_bytes: its length, either way. A write that fails is told to `handle` as RC_FULL or RC_IO. */
void http_body_to(struct http_exchange *x, int fd);
uint64_t http_body_bytes(const struct http_exchange *x);
enum rc http_body_rc(const struct http_exchange *x);
struct str http_peer(const struct http_exchange *x); /* "127.0.0.1", "::1" */
bool http_is_tls(const struct http_exchange *x);
int http_status(const struct http_exchange *x);          /* of the answer; 0 before it */
uint64_t http_sent_bytes(const struct http_exchange *x); /* of the body; complete in `end` */
/* A word of the caller's own that goes with the exchange. */
void http_set_user(struct http_exchange *x, void *user);
void *http_user(const struct http_exchange *x);

/* ---- The answer: exactly one a request; a second is our bug and aborts. Bytes are copied. ---- */
/* A value that is empty, has 4 KiB or more, or bytes below 0x20: the field is left out. */
struct http_field {
    const char *name;
    struct str value;
};
struct http_answer {
    int status;
    const char *type;               /* of the body; NULL: none */
    struct str body;                /* not sent for HEAD */
    const struct http_field *field; /* further header lines; ends with name NULL; may be NULL */
    bool close;                     /* end the connection behind it */
};
void http_answer(struct http_exchange *x, const struct http_answer *a);
/* In `handle` only: the answer comes later, from any thread, even before `handle` returns. */
void http_later(struct http_exchange *x);

/* ---- A stream: the answer has no end until somebody closes it (server-sent events). ---- */
/* Begins the answer; the stream may be used from any thread until http_stream_close. */
struct http_stream *http_stream_begin(struct http_exchange *x, const struct http_answer *head);
/* Queues bytes; false when the client is gone, or is so slow that more than 1 MiB waits: the
 * stream is then only good for http_stream_close. */
bool http_stream_send(struct http_stream *s, struct str bytes);
void http_stream_close(struct http_stream *s);
/* Bytes that are queued and not yet with the system: who is slow. */
size_t http_stream_waiting(struct http_stream *s);

#endif
