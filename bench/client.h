/* A blocking HTTP client of one kept connection: a request, an answer. */
#ifndef POND_BENCH_CLIENT_H
#define POND_BENCH_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/buf.h"
#include "wire/web.h"

#define CLIENT_WAIT_S 60

struct client {
    struct sockaddr_in to;
    const char *key;
    int fd; /* -1: none */
    struct buf out, in;
    size_t body_at; /* of the last answer, in `in` */
};

/* "http://127.0.0.1:8080"; false for anything else. */
static inline bool client_init(struct client *c, const char *url, const char *key)
{
    char host[64] = "";
    unsigned port = 80;
    *c = (struct client){.fd = -1, .key = key, .to = {.sin_family = AF_INET}};
    if (sscanf(url, "http://%63[0-9.]:%u", host, &port) < 1 || port > 65535) {
        return false;
    }
    c->to.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &c->to.sin_addr) == 1;
}

static inline void client_drop(struct client *c)
{
    if (c->fd >= 0) {
        (void)close(c->fd);
    }
    c->fd = -1;
}

static inline void client_release(struct client *c)
{
    client_drop(c);
    buf_release(&c->out);
    buf_release(&c->in);
}

static inline bool client_open(struct client *c)
{
    const int on = 1;
    const struct timeval wait = {.tv_sec = CLIENT_WAIT_S};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&c->to, sizeof(c->to))) {
        client_drop(c);
        return false;
    }
    return true;
}

static inline bool client_send(struct client *c)
{
    for (size_t sent = 0; sent < c->out.len;) {
        ssize_t n = send(c->fd, c->out.ptr + sent, c->out.len - sent, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        sent += (size_t)n;
    }
    return true;
}

/* The status, once head and body are there; 0 when they do not come. */
static inline int client_receive(struct client *c)
{
    buf_clear(&c->in);
    for (;;) {
        ssize_t n = recv(c->fd, buf_room(&c->in, 65536), 65536, 0);
        if (n <= 0) {
            return 0;
        }
        c->in.len += (size_t)n;
        struct str in = buf_str(&c->in);
        size_t end = str_find(in, STR("\r\n\r\n"), 0);
        if (end == SIZE_MAX) {
            continue;
        }
        size_t at = str_find(str_slice(in, 0, end), STR("ontent-Length:"), 0);
        size_t length = at == SIZE_MAX ? 0 : (size_t)atoll(in.ptr + at + 14);
        c->body_at = end + 4;
        if (in.len >= c->body_at + length) {
            return atoi(in.ptr + strlen("HTTP/1.1 "));
        }
    }
}

/* Asks; a connection that is broken is opened again once. The status; 0: no answer. */
static inline int client_ask(struct client *c, const char *method, const char *path,
                             struct str body)
{
    struct buf user = {0};
    int status = 0;
    buf_clear(&c->out);
    buf_addf(&user, "%s:", c->key);
    buf_addf(&c->out, "%s %s HTTP/1.1\r\nHost: pond\r\nAuthorization: Basic ", method, path);
    web_base64_encode(&c->out, buf_str(&user));
    if (body.len) {
        buf_addf(&c->out, "\r\nContent-Type: application/json\r\nContent-Length: %zu",
                 body.len);
    }
    buf_add(&c->out, STR("\r\n\r\n"));
    buf_add(&c->out, body);
    buf_release(&user);
    for (int i = 0; i < 2 && !status; i++) {
        if ((c->fd >= 0 || client_open(c)) && client_send(c)) {
            status = client_receive(c);
        }
        if (!status) {
            client_drop(c);
        }
    }
    return status;
}

static inline struct str client_body(const struct client *c)
{
    return str_slice(buf_str(&c->in), c->body_at, c->in.len);
}

#endif
