/* The watch thread: accepts connections, counts them, cuts those whose time is up, and lets refused
 * ones read why. The library has timeouts of its own, but they start again with each byte, so one byte a
 * second would hold a connection for ever; here every phase of a connection has an end.
 *
 * Cost  a pass over all connections each TICK_MS (a lock and a comparison each), a system call a second
 *       for each; a wake each BELL_MS of every worker that has 128 connections (http_bell.c). Nothing runs while
 *       no connection is open. */
#include "wire/http_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define TICK_MS 50
#define BELL_MS 2
#define BACKLOG 1024
#define ACCEPTS 64          /* in a row, before others have their turn */
#define ACCEPT_PAUSE_MS 100 /* when the process has no descriptors left */
#define RESTED_MS 1000
#define LOOK_MS 1000 /* at sockets */
#define FIXED 2      /* poll entries before the lingering sockets */

struct watch {
    struct http_server *s;
    int64_t now, pass_ms, look_ms, accept_ms;
    struct pollfd poll[FIXED + HTTP_LINGERS];
    uint32_t lingers;
};

/* Ends a connection whose time is up; under its lock. */
static void cut(struct http_conn *c)
{
    if ((c->phase == HTTP_HEAD || c->phase == HTTP_BODY) && !c->tls) {
        http_send_raw(c->fd, 408);
    }
    if (c->phase == HTTP_BODY && c->x) {
        c->x->status = 408;
    }
    c->phase = HTTP_CUT;
    c->deadline_ms = 0;
    (void)shutdown(c->fd, SHUT_RDWR);
}

/* ---- Who may come ---- */

uint64_t http_peer_of(const struct sockaddr *a, char text[INET6_ADDRSTRLEN])
{
    uint64_t n = 0;
    if (a->sa_family == AF_INET6) {
        struct in6_addr six;
        memcpy(&six, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, sizeof(six));
        if (!IN6_IS_ADDR_V4MAPPED(&six)) {
            (void)inet_ntop(AF_INET6, &six, text, INET6_ADDRSTRLEN);
            memcpy(&n, six.s6_addr, 8);
            return n;
        }
        (void)inet_ntop(AF_INET, six.s6_addr + 12, text, INET6_ADDRSTRLEN);
        memcpy(&n, six.s6_addr + 12, 4);
        return n;
    }
    struct in_addr four = ((const struct sockaddr_in *)(const void *)a)->sin_addr;
    (void)inet_ntop(AF_INET, &four, text, INET6_ADDRSTRLEN);
    memcpy(&n, &four, 4);
    return n;
}

static struct http_seat **seat_of(struct http_server *s, uint64_t address)
{
    struct str key = str_make((const char *)&address, sizeof(address));
    struct http_seat **at = &s->seats[hash_sip64(s->seed, key) % HTTP_SEATS];
    while (*at && (*at)->address != address) {
        at = &(*at)->next;
    }
    return at;
}

/* Under the lock. Of the connections that rest between two requests, the one that has rested longest is
 * cut, so that silent ones cannot keep others out. False when none rests. */
static bool make_place(struct http_server *s)
{
    struct http_conn *oldest = NULL;
    int64_t since = clock_steady_ms() - RESTED_MS;
    for (struct http_conn *c = s->conns; c; c = c->next) {
        (void)pthread_mutex_lock(&c->lock);
        if (c->phase == HTTP_IDLE && c->since_ms < since) {
            oldest = c;
            since = c->since_ms;
        }
        (void)pthread_mutex_unlock(&c->lock);
    }
    if (!oldest) {
        return false;
    }
    (void)pthread_mutex_lock(&oldest->lock);
    bool rests = oldest->phase == HTTP_IDLE;
    if (rests) {
        cut(oldest);
    }
    (void)pthread_mutex_unlock(&oldest->lock);
    return rests;
}

static bool seat_take(struct http_server *s, uint64_t address)
{
    (void)pthread_mutex_lock(&s->lock);
    struct http_seat **at = seat_of(s, address);
    uint32_t open = atomic_load(&s->open);
    /* Whose place was taken leaves in a moment; till then there is one more. */
    bool ok =
        (!*at || (*at)->taken < s->o.per_address) &&
        (open < s->o.connections || (open < s->o.connections + HTTP_SPARE && make_place(s)));
    if (ok) {
        if (!*at) {
            *at = mem_zalloc(sizeof(**at));
            (*at)->address = address;
        }
        (*at)->taken++;
        atomic_fetch_add(&s->open, 1);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return ok;
}

void http_seat_leave(struct http_server *s, uint64_t address)
{
    (void)pthread_mutex_lock(&s->lock);
    struct http_seat **at = seat_of(s, address);
    if (--(*at)->taken == 0) {
        struct http_seat *empty = *at;
        *at = empty->next;
        mem_free(empty);
    }
    atomic_fetch_sub(&s->open, 1);
    (void)pthread_mutex_unlock(&s->lock);
}

static struct http_worker *least_busy(struct http_server *s)
{
    struct http_worker *best = &s->worker[0];
    for (uint32_t i = 1; i < s->workers; i++) {
        if (atomic_load(&s->worker[i].open) < atomic_load(&best->open)) {
            best = &s->worker[i];
        }
    }
    return best;
}

static void welcome(struct http_server *s, int fd, const struct sockaddr *a, socklen_t len)
{
    char text[INET6_ADDRSTRLEN] = "";
    uint64_t address = http_peer_of(a, text);
    if (!seat_take(s, address)) {
        http_complain(s, "too many connections (from %s or in all): one was refused", text);
        if (!s->tls) {
            http_send_raw(fd, 503);
        }
        (void)shutdown(fd, SHUT_WR);
        http_linger(s, fd);
        return;
    }
    struct http_worker *w = least_busy(s);
    atomic_fetch_add(&w->open, 1);
    if (!http_hand_over(w, fd, a, len)) {
        atomic_fetch_sub(&w->open, 1);
        http_seat_leave(s, address);
    }
}

/* True when more may wait. */
static bool accept_some(struct watch *w)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage a;
        socklen_t len = sizeof(a);
        int fd =
            accept4(w->s->listen_fd, (struct sockaddr *)&a, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(w->s, fd, (struct sockaddr *)&a, len);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            http_complain(w->s, "no connection can be accepted now: %s", strerror(errno));
            w->accept_ms = w->now + ACCEPT_PAUSE_MS;
        }
        if (errno != EINTR && errno != ECONNABORTED) {
            return false;
        }
    }
    return true;
}

/* ---- Whose time is up: under the connection's lock ---- */

static bool hung_up(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return poll(&p, 1, 0) > 0;
}

/* True when the client takes nothing of what is sent to it: bytes wait, and its machine has confirmed
 * none for long. Where the kernel does not tell, nobody stalls. */
static bool stalls(struct watch *w, struct http_conn *c)
{
    struct tcp_info t;
    socklen_t len = sizeof(t);
    memset(&t, 0, sizeof(t));
    bool known = getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &t, &len) == 0;
    bool waits = known && (t.tcpi_unacked > 0 || t.tcpi_notsent_bytes > 0);
    if (!waits || t.tcpi_bytes_acked != c->acked) {
        c->acked = t.tcpi_bytes_acked;
        c->moved_ms = w->now;
    }
    return w->now - c->moved_ms > (int64_t)w->s->o.idle_ms;
}

/* A parked stream is outside the library's poll, so only we can see that its client left. */
static void check_stream(struct watch *w, struct http_conn *c)
{
    struct http_exchange *x = c->x;
    if (!x->stream.gone && ((x->parked && hung_up(c->fd)) || stalls(w, c))) {
        x->stream.gone = true;
        (void)shutdown(c->fd, SHUT_RDWR);
        http_wake(x);
    }
}

/* True when the client has sent its last byte and the library, which reads once for each edge that the
 * kernel reports, did not see that. Asked for twice, for a worker may just have read the rest. */
static bool is_spent(struct http_conn *c)
{
    char byte;
    bool waits = c->phase == HTTP_IDLE || c->phase == HTTP_HEAD || c->phase == HTTP_BODY;
    bool spent = waits && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    bool twice = spent && c->spent;
    c->spent = spent;
    return twice;
}

static void check(struct watch *w, struct http_conn *c, bool look)
{
    if (c->phase == HTTP_STREAM && c->x) {
        if (look) {
            check_stream(w, c);
        }
    } else if ((c->deadline_ms && w->now > c->deadline_ms) ||
               (c->phase == HTTP_SEND && look && stalls(w, c))) {
        cut(c);
    } else if (look && is_spent(c)) {
        c->phase = HTTP_CUT;
        c->deadline_ms = 0;
        (void)shutdown(c->fd, SHUT_RDWR);
    }
}

static void pass(struct watch *w)
{
    struct http_server *s = w->s;
    bool look = w->now - w->look_ms >= LOOK_MS;
    w->pass_ms = w->now;
    if (look) {
        w->look_ms = w->now;
    }
    (void)pthread_mutex_lock(&s->lock);
    for (struct http_conn *c = s->conns; c; c = c->next) {
        (void)pthread_mutex_lock(&c->lock);
        check(w, c, look);
        (void)pthread_mutex_unlock(&c->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- Sockets that are only read empty: closing one with unread bytes resets it, and the client
 * would lose the answer that says why it was refused. ---- */

void http_linger(struct http_server *s, int fd)
{
    if (fd < 0) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    bool room = s->lingers < HTTP_LINGERS;
    if (room) {
        s->linger[s->lingers].fd = fd;
        s->linger[s->lingers++].until_ms = clock_steady_ms() + HTTP_LINGER_MS;
    }
    (void)pthread_mutex_unlock(&s->lock);
    if (!room) {
        (void)close(fd);
    }
}

/* True while more may come. */
static bool drain(int fd)
{
    char scrap[16384];
    for (int i = 0; i < 8; i++) {
        ssize_t n = recv(fd, scrap, sizeof(scrap), MSG_DONTWAIT);
        if (n <= 0) {
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        }
    }
    return true;
}

static void linger_pass(struct watch *w, bool all)
{
    struct http_server *s = w->s;
    (void)pthread_mutex_lock(&s->lock);
    for (uint32_t i = s->lingers; i > 0; i--) {
        int fd = s->linger[i - 1].fd;
        if (all || w->now > s->linger[i - 1].until_ms || !drain(fd)) {
            (void)close(fd);
            s->linger[i - 1] = s->linger[--s->lingers];
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- The thread ---- */

static void wait_for_news(struct watch *w)
{
    struct http_server *s = w->s;
    bool listens = s->listen_fd >= 0 && w->now >= w->accept_ms;
    w->poll[0] = (struct pollfd){.fd = s->wake_fd, .events = POLLIN};
    w->poll[1] = (struct pollfd){.fd = listens ? s->listen_fd : -1, .events = POLLIN};
    (void)pthread_mutex_lock(&s->lock);
    w->lingers = s->lingers;
    for (uint32_t i = 0; i < w->lingers; i++) {
        w->poll[FIXED + i] = (struct pollfd){.fd = s->linger[i].fd, .events = POLLIN};
    }
    (void)pthread_mutex_unlock(&s->lock);
    bool busy = atomic_load(&s->open) > 0 || w->lingers > 0 || w->now < w->accept_ms;
    int most_ms = http_bell_ring(s) ? BELL_MS : busy ? TICK_MS : -1;
    (void)poll(w->poll, FIXED + w->lingers, most_ms);
    w->now = clock_steady_ms();
    if (w->poll[0].revents) {
        uint64_t count;
        (void)!read(s->wake_fd, &count, sizeof(count));
    }
}

/* Who was there before is still let in. shutdown: a forked process may hold the socket too. */
static void close_door(struct watch *w)
{
    struct http_server *s = w->s;
    for (int i = 0; i < BACKLOG / ACCEPTS && accept_some(w); i++) {
    }
    (void)pthread_mutex_lock(&s->lock);
    (void)shutdown(s->listen_fd, SHUT_RDWR);
    (void)close(s->listen_fd);
    s->listen_fd = -1;
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
}

static void *watch_main(void *arg)
{
    struct watch w = {.s = arg, .now = clock_steady_ms()};
    while (!atomic_load(&w.s->ending)) {
        wait_for_news(&w);
        if (w.s->listen_fd >= 0 && atomic_load(&w.s->quiet)) {
            close_door(&w);
        } else if (w.poll[1].revents) {
            (void)accept_some(&w);
        }
        linger_pass(&w, false);
        if (w.now - w.pass_ms >= TICK_MS) {
            pass(&w);
        }
    }
    if (w.s->listen_fd >= 0) {
        close_door(&w);
    }
    linger_pass(&w, true);
    return NULL;
}

enum rc http_watch_start(struct http_server *s, struct err *e)
{
    s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (s->wake_fd < 0) {
        return rc_errno(e, errno, "starting to listen");
    }
    if (getrandom(&s->seed, sizeof(s->seed), 0) != (ssize_t)sizeof(s->seed)) {
        return rc_errno(e, errno, "random bytes");
    }
    int error = pthread_create(&s->watch, NULL, watch_main, s);
    s->watching = error == 0;
    return error ? rc_errno(e, error, "starting a thread") : RC_OK;
}

void http_watch_wake(struct http_server *s)
{
    const uint64_t one = 1;
    (void)!write(s->wake_fd, &one, sizeof(one));
}

void http_watch_stop(struct http_server *s)
{
    atomic_store(&s->ending, true);
    if (s->watching) {
        http_watch_wake(s);
        (void)pthread_join(s->watch, NULL);
    }
    if (s->listen_fd >= 0) {
        (void)close(s->listen_fd);
    }
    if (s->wake_fd >= 0) {
        (void)close(s->wake_fd);
    }
}

const char *http_reason(int status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Error";
    }
}

void http_send_raw(int fd, int status)
{
    char head[500];
    int n = snprintf(head, sizeof(head),
                     "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                     "Content-Security-Policy: " HTTP_REFUSED_POLICY "\r\n"
                     "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
                     "Cache-Control: no-store\r\n"
                     "Content-Length: %zu\r\n\r\n%s\n",
                     status, http_reason(status), strlen(http_reason(status)) + 1,
                     http_reason(status));
    (void)!send(fd, head, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
}
