/* Where the server listens: reads the address, makes the socket. Numbers only (and "localhost"): a
 * server that asks a name server where to listen starts differently on another day. */
#include "wire/http_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

union any_address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

static bool read_port(struct str s, uint16_t *port)
{
    uint64_t n;
    if (!str_u64(s, &n) || n > 65535) {
        return false;
    }
    *port = (uint16_t)n;
    return true;
}

static bool read_address(struct str s, union any_address *out, socklen_t *len)
{
    char host[INET6_ADDRSTRLEN];
    uint16_t port = 0;
    bool six = s.len > 0 && s.ptr[0] == '[';
    size_t end = six ? str_find(s, STR("]:"), 0) : str_find_byte(s, ':', 0);
    if (end == SIZE_MAX || !read_port(str_slice(s, end + (six ? 2 : 1), s.len), &port)) {
        return false;
    }
    struct str name = str_slice(s, six ? 1 : 0, end);
    if (str_eq(name, STR("localhost"))) {
        name = STR("127.0.0.1");
    }
    if (name.len == 0 || name.len >= sizeof(host)) {
        return false;
    }
    (void)snprintf(host, sizeof(host), "%.*s", STR_FMT(name));
    memset(out, 0, sizeof(*out));
    if (six) {
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons(port);
        *len = sizeof(out->six);
        return inet_pton(AF_INET6, host, &out->six.sin6_addr) == 1;
    }
    out->four.sin_family = AF_INET;
    out->four.sin_port = htons(port);
    *len = sizeof(out->four);
    return inet_pton(AF_INET, host, &out->four.sin_addr) == 1;
}

static enum rc bind_failed(struct err *e, int error, struct str address)
{
    if (error == EADDRINUSE) {
        rc_fail(e, RC_BUSY, "%.*s is in use by another process", STR_FMT(address));
        err_hint(e, "stop that process, or choose another port; port 0 takes any free one");
        return RC_BUSY;
    }
    if (error == EACCES || error == EPERM) {
        rc_fail(e, RC_DENIED, "may not listen on %.*s", STR_FMT(address));
        err_hint(e, "ports below 1024 need a right: choose a higher one, or give the program "
                    "cap_net_bind_service");
        return RC_DENIED;
    }
    if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT) {
        rc_fail(e, RC_INVALID, "%.*s is no address of this machine", STR_FMT(address));
        err_hint(e, "127.0.0.1:PORT for this machine only, 0.0.0.0:PORT for all networks");
        return RC_INVALID;
    }
    return rc_errno(e, error, "listening on %.*s", STR_FMT(address));
}

/* The port may have been 0: says which it became. */
static void name_address(struct http_server *s)
{
    union any_address a = {0};
    socklen_t len = sizeof(a);
    char host[INET6_ADDRSTRLEN] = "";
    const char *scheme = s->tls ? "https" : "http";
    (void)getsockname(s->listen_fd, &a.any, &len);
    if (a.any.sa_family == AF_INET6) {
        (void)inet_ntop(AF_INET6, &a.six.sin6_addr, host, sizeof(host));
        (void)snprintf(s->address, sizeof(s->address), "%s://[%s]:%u", scheme, host,
                       ntohs(a.six.sin6_port));
    } else {
        (void)inet_ntop(AF_INET, &a.four.sin_addr, host, sizeof(host));
        (void)snprintf(s->address, sizeof(s->address), "%s://%s:%u", scheme, host,
                       ntohs(a.four.sin_port));
    }
}

enum rc http_listen(struct http_server *s, struct str address, struct err *e)
{
    union any_address a;
    socklen_t len = 0;
    if (!read_address(address, &a, &len)) {
        rc_fail(e, RC_INVALID, "\"%.*s\" is no address to listen on", STR_FMT(address));
        err_hint(e, "write it as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080");
        return RC_INVALID;
    }
    const int on = 1, off = 0;
    s->listen_fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->listen_fd < 0) {
        return bind_failed(e, errno, address);
    }
    (void)setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (a.any.sa_family == AF_INET6) { /* "[::]:80" takes IPv4 as well */
        (void)setsockopt(s->listen_fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    }
    if (bind(s->listen_fd, &a.any, len) != 0 || listen(s->listen_fd, 1024) != 0) {
        return bind_failed(e, errno, address);
    }
    name_address(s);
    return RC_OK;
}
