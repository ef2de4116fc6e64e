/* A client of raw sockets for the HTTP tests: sends exactly the bytes it is told, reads one answer. */
#ifndef POND_TEST_HTTP_CLIENT_H
#define POND_TEST_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

struct client {
    int fd;
    struct buf in;   /* what came and is not yet used */
    struct buf body; /* of the last answer */
    struct buf head; /* of the last answer, with its first line */
    int status;      /* of the last answer; 0: none came */
    bool ended;      /* the server closed */
};

static inline uint16_t port_of(struct str address)
{
    const char *at = memrchr(address.ptr, ':', address.len);
    return (uint16_t)atoi(at + 1);
}

/* False when nobody listens. */
static inline bool client_try(struct client *c, struct str address)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port_of(address))};
    const int on = 1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(c, 0, sizeof(*c));
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
        c->ended = true;
    }
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return !c->ended;
}

static inline void client_open(struct client *c, struct str address)
{
    if (!client_try(c, address)) {
        printf("# connect: %s\n", strerror(errno));
    }
}

static inline void client_close(struct client *c)
{
    (void)close(c->fd);
    buf_release(&c->in);
    buf_release(&c->body);
    buf_release(&c->head);
}

/* Closes so that the server is told by a reset. */
static inline void client_break(struct client *c)
{
    const struct linger now = {1, 0};
    (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    client_close(c);
}

static inline bool client_send(struct client *c, struct str s)
{
    while (s.len > 0) {
        ssize_t n = send(c->fd, s.ptr, s.len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        s = str_slice(s, (size_t)n, s.len);
    }
    return true;
}

/* Reads once, for up to `ms`. False when nothing came. */
static inline bool client_more(struct client *c, int ms)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    if (c->ended || poll(&p, 1, ms) <= 0) {
        return false;
    }
    ssize_t n = recv(c->fd, buf_room(&c->in, 65536), 65536, 0);
    if (n <= 0) {
        c->ended = true;
        return false;
    }
    c->in.len += (size_t)n;
    return true;
}

static inline void client_use(struct client *c, size_t n)
{
    memmove(c->in.ptr, c->in.ptr + n, c->in.len - n);
    c->in.len -= n;
}

/* A field of the last answer; {NULL, 0} when absent. */
static inline struct str client_field(const struct client *c, const char *name)
{
    struct str rest = buf_str(&c->head);
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str key = str_cut(&line, ':');
        if (line.ptr && str_eq_nocase(key, str_of(name))) {
            return str_trim(line);
        }
    }
    return STR_NULL;
}

/* Moves one line (without its end) of c->in to `out`; false when none came in time. */
static inline bool client_line(struct client *c, struct buf *out, int ms)
{
    size_t at;
    while ((at = str_find_byte(buf_str(&c->in), '\n', 0)) == SIZE_MAX) {
        if (!client_more(c, ms)) {
            return false;
        }
    }
    buf_add(out, str_trim(str_make(c->in.ptr, at)));
    client_use(c, at + 1);
    return true;
}

static inline bool client_bytes(struct client *c, size_t n, int ms)
{
    while (c->in.len < n) {
        if (!client_more(c, ms)) {
            return false;
        }
    }
    buf_add(&c->body, str_make(c->in.ptr, n));
    client_use(c, n);
    return true;
}

static inline bool client_chunks(struct client *c, int ms)
{
    for (;;) {
        struct buf line = {0};
        bool ok = client_line(c, &line, ms);
        size_t n = ok ? strtoul(buf_cstr(&line), NULL, 16) : 0;
        buf_release(&line);
        if (!ok || (n > 0 && !client_bytes(c, n, ms))) {
            return false;
        }
        if (!client_line(c, &line, ms)) {
            return false;
        }
        buf_release(&line);
        if (n == 0) {
            return true;
        }
    }
}

/* The head of the next answer: c->status and c->head. */
static inline bool client_head(struct client *c, int ms)
{
    buf_clear(&c->head);
    buf_clear(&c->body);
    c->status = 0;
    for (;;) {
        size_t before = c->head.len;
        if (!client_line(c, &c->head, ms)) {
            return false;
        }
        if (c->head.len == before) {
            break;
        }
        buf_add_byte(&c->head, '\n');
    }
    if (c->head.len > 12) {
        c->status = atoi(c->head.ptr + 9);
    }
    return c->status > 0;
}

/* The next answer whole; false when it did not come. */
static inline bool client_answer(struct client *c, bool has_body, int ms)
{
    if (!client_head(c, ms)) {
        return false;
    }
    struct str length = client_field(c, "Content-Length");
    int64_t n = 0;
    if (!has_body || c->status == 204 || c->status == 100) {
        return true;
    }
    if (str_eq_nocase(client_field(c, "Transfer-Encoding"), STR("chunked"))) {
        return client_chunks(c, ms);
    }
    if (str_i64(length, &n)) {
        return client_bytes(c, (size_t)n, ms);
    }
    while (client_more(c, ms)) {
    }
    buf_add(&c->body, buf_str(&c->in));
    buf_clear(&c->in);
    return c->ended;
}

/* True when the server closes within `ms`. */
static inline bool client_ends(struct client *c, int ms)
{
    int64_t until = clock_steady_ms() + ms;
    while (!c->ended && clock_steady_ms() < until) {
        (void)client_more(c, (int)(until - clock_steady_ms()) + 1);
        buf_clear(&c->in);
    }
    return c->ended;
}

/* Opens, sends, reads one answer, closes. Returns the status; 0: none. */
static inline int ask(struct str address, struct str request, struct buf *body)
{
    struct client c;
    client_open(&c, address);
    (void)client_send(&c, request);
    (void)client_answer(&c, !str_starts(request, STR("HEAD ")), 5000);
    if (body) {
        buf_clear(body);
        buf_add(body, buf_str(&c.body));
    }
    int status = c.status;
    client_close(&c);
    return status;
}

#endif
