/* A client that loads an HTTP collector: many kept connections, one request at a time on each.
 *
 *     bench_load --url http://127.0.0.1:8080 --key KEY [--form segment|track|pond] [--path P] [--events 100]
 *                [--connections 32] [--rate 0] [--seconds 10 | --requests N] [--warm 0] [--gzip] [--run HEX]
 *                [--first N] [--users 1000000] [--seed 1] [--acks FILE] [--every S] [--linger 60]
 *                [--answer-ms 10000]
 *
 * --rate is requests a second (open loop: a request's time counts from the moment it was due, also when no
 * connection was free); 0 is as fast as answers come (closed loop: from the moment it was sent). --warm
 * leaves the first seconds out of the figures. --gzip prepares all bodies before the clock starts.
 *
 * It is as stubborn as an SDK: an answer 408, 429, 5xx, a broken or refused connection, no answer within
 * --answer-ms: the same batch again, until it is answered. Other 4xx: dropped, told, exit code 1. At the end it
 * waits --linger seconds for what is under way.
 *
 * --acks FILE receives the number of every batch that was answered 2xx, and with "?" in front those that
 * were sent and never answered; which events they hold: load_body.h. Output: lines "NAME VALUE". */
#include "bench.h"
#include "latency.h"
#include "load_body.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/vec.h"
#include "wire/web.h"

#define RETRY_US 100000
#define IN_MAX (64u << 10)

struct options {
    struct body_maker maker;
    struct sockaddr_in to;
    const char *path, *key, *acks;
    uint32_t connections, answer_ms;
    uint64_t requests, first;
    double rate, seconds, warm, every, linger;
    bool gzip;
};

enum state { DOWN, CONNECTING, IDLE, SENDING, WAITING, RESTING };

struct conn {
    int fd;
    enum state state;
    bool loaded; /* `out` holds a batch that is not yet answered */
    uint64_t batch;
    struct buf out;
    size_t sent;
    struct buf in;
    int64_t due_us, sent_us; /* when it was to be sent, when it was sent last */
    int64_t again_us;        /* DOWN, RESTING: when to go on */
};

struct load {
    struct options o;
    int epoll;
    struct conn *conn;
    VEC(uint32_t) idle;
    VEC(struct buf) packed; /* --gzip: bodies by batch - first */
    struct latency all, now;
    uint64_t next, answered, resent, broken, refused, late, bytes, dropped, status[6];
    uint32_t under_way;
    int64_t from_us, counted_us, until_us, interval_us, now_us;
    uint64_t counted, interval_n;
    FILE *acks;
    bool ending;
};

static volatile sig_atomic_t stop_asked;
static void ask_stop(int sig)
{
    (void)sig;
    stop_asked = 1;
}

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t wall_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- Requests ---- */

static void put_head(const struct options *o, struct buf *out, size_t length)
{
    const char *host = inet_ntoa(o->to.sin_addr);
    struct buf user = {0};
    buf_addf(&user, "%s:", o->key);
    buf_addf(
        out,
        "POST %s HTTP/1.1\r\nHost: %s:%u\r\nUser-Agent: bench_load\r\nContent-Type: %s\r\n",
        o->path, host, ntohs(o->to.sin_port),
        o->maker.form == BODY_POND ? "application/x-ndjson" : "application/json");
    buf_add(out, STR("Authorization: Basic "));
    web_base64_encode(out, buf_str(&user));
    buf_addf(out, "\r\n%sContent-Length: %zu\r\n\r\n",
             o->gzip ? "Content-Encoding: gzip\r\n" : "", length);
    buf_release(&user);
}

static void pack_all(struct load *l)
{
    struct buf body = {0};
    struct err e = {0};
    for (uint64_t i = 0; i < l->o.requests; i++) {
        struct buf one = {0};
        buf_clear(&body);
        body_make(&l->o.maker, l->o.first + i, wall_ms(), &body);
        if (web_gzip(buf_str(&body), &one, &e)) {
            exit(bench_fail(&e));
        }
        one.ptr = mem_resize(one.ptr, one.len + 1);
        one.cap = one.len + 1;
        vec_push(&l->packed, one);
    }
    buf_release(&body);
}

static void fill(struct load *l, struct conn *c, struct buf *body)
{
    c->batch = l->next++;
    c->loaded = true;
    l->under_way++;
    buf_clear(&c->out);
    buf_clear(body);
    if (l->o.gzip) {
        struct str packed = buf_str(&l->packed.ptr[c->batch - l->o.first]);
        put_head(&l->o, &c->out, packed.len);
        buf_add(&c->out, packed);
        return;
    }
    body_make(&l->o.maker, c->batch, wall_ms(), body);
    put_head(&l->o, &c->out, body->len);
    buf_add(&c->out, buf_str(body));
}

/* ---- Connections ---- */

static void watch(struct load *l, struct conn *c, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.u32 = (uint32_t)(c - l->conn)};
    if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &e) &&
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e)) {
        perror("load: epoll");
        exit(1);
    }
}

static void forget_idle(struct load *l, const struct conn *c)
{
    for (size_t i = 0; i < l->idle.len; i++) {
        if (l->idle.ptr[i] == (uint32_t)(c - l->conn)) {
            l->idle.ptr[i] = l->idle.ptr[--l->idle.len];
            return;
        }
    }
}

/* The connection is of no use any more; what it carried is sent again on a new one. */
static void drop(struct load *l, struct conn *c, int64_t wait_us)
{
    if (c->state == IDLE) {
        forget_idle(l, c);
    }
    if (c->fd >= 0) {
        (void)close(c->fd);
    }
    c->fd = -1;
    c->state = DOWN;
    c->again_us = l->now_us + wait_us;
}

static void broken(struct load *l, struct conn *c)
{
    l->broken += c->state == SENDING || c->state == WAITING;
    drop(l, c, RETRY_US);
}

static void send_more(struct load *l, struct conn *c)
{
    while (c->sent < c->out.len) {
        ssize_t n = send(c->fd, c->out.ptr + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            if (c->state != SENDING) {
                watch(l, c, EPOLLIN | EPOLLOUT);
            }
            c->state = SENDING;
            return;
        }
        if (n <= 0) {
            broken(l, c);
            return;
        }
        c->sent += (size_t)n;
    }
    if (c->state == SENDING) {
        watch(l, c, EPOLLIN);
    }
    c->state = WAITING;
}

static void send_batch(struct load *l, struct conn *c)
{
    c->sent = 0;
    c->sent_us = now_us();
    buf_clear(&c->in);
    send_more(l, c);
}

static void rest_idle(struct load *l, struct conn *c)
{
    c->state = IDLE;
    vec_push(&l->idle, (uint32_t)(c - l->conn));
}

static void connected(struct load *l, struct conn *c)
{
    watch(l, c, EPOLLIN);
    if (c->loaded) {
        l->resent++;
        send_batch(l, c);
    } else {
        rest_idle(l, c);
    }
}

static void connect_one(struct load *l, struct conn *c)
{
    const int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        perror("load: socket");
        exit(1);
    }
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    c->state = CONNECTING;
    if (connect(c->fd, (const struct sockaddr *)&l->o.to, sizeof(l->o.to)) == 0) {
        connected(l, c);
    } else if (errno == EINPROGRESS) {
        watch(l, c, EPOLLOUT);
    } else {
        l->refused++;
        drop(l, c, RETRY_US);
    }
}

/* ---- Answers ---- */

static void count(struct load *l, const struct conn *c)
{
    int64_t us = l->now_us - (l->o.rate > 0 ? c->due_us : c->sent_us);
    l->answered++;
    if (l->acks) {
        (void)fprintf(l->acks, "%llu\n", (unsigned long long)c->batch);
    }
    if (l->now_us < l->counted_us) {
        return;
    }
    l->counted++;
    latency_add(&l->all, us);
    latency_add(&l->now, us);
    l->bytes += c->out.len;
}

static void again_later(struct load *l, struct conn *c, struct str head)
{
    int64_t wait = RETRY_US;
    size_t at = str_find(head, STR("Retry-After: "), 0);
    if (at != SIZE_MAX) {
        wait = strtoll(head.ptr + at + strlen("Retry-After: "), NULL, 10) * 1000000;
    }
    c->state = RESTING;
    c->again_us = l->now_us + wait;
}

static void answered(struct load *l, struct conn *c, int status, struct str head)
{
    l->status[status >= 100 && status < 600 ? status / 100 : 0]++;
    if (status == 408 || status == 429 || status >= 500) {
        again_later(l, c, head);
        return;
    }
    if (status >= 200 && status < 400) {
        count(l, c);
    } else if (l->dropped++ == 0) {
        (void)fprintf(stderr, "load: batch %llu was answered: %.*s\n",
                      (unsigned long long)c->batch, STR_FMT(buf_str(&c->in)));
    }
    c->loaded = false;
    l->under_way--;
    if (str_find(head, STR("Connection: close"), 0) != SIZE_MAX ||
        str_find(head, STR("connection: close"), 0) != SIZE_MAX) {
        drop(l, c, 0);
    } else {
        rest_idle(l, c);
    }
}

/* The value of Content-Length; 0 when there is none. */
static size_t body_length(struct str head)
{
    for (struct str rest = head; rest.len;) {
        struct str line = str_cut(&rest, '\n');
        struct str name = str_cut(&line, ':');
        int64_t n = 0;
        if (str_eq_nocase(name, STR("Content-Length")) && str_i64(str_trim(line), &n) &&
            n > 0) {
            return (size_t)n;
        }
    }
    return 0;
}

static void read_answer(struct load *l, struct conn *c)
{
    ssize_t n = recv(c->fd, buf_room(&c->in, IN_MAX), IN_MAX, 0);
    if (n < 0 && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        broken(l, c);
        return;
    }
    c->in.len += (size_t)n;
    struct str in = buf_str(&c->in);
    size_t end = str_find(in, STR("\r\n\r\n"), 0);
    if (end == SIZE_MAX || in.len < end + 4 + body_length(str_slice(in, 0, end))) {
        return;
    }
    if (c->state != WAITING) { /* an answer before all was sent, or to nothing */
        broken(l, c);
        return;
    }
    answered(l, c, atoi(in.ptr + strlen("HTTP/1.1 ")), str_slice(in, 0, end + 2));
}

static void on_event(struct load *l, const struct epoll_event *e)
{
    struct conn *c = &l->conn[e->data.u32];
    if (c->state == CONNECTING) {
        int failed = 0;
        socklen_t len = sizeof(failed);
        (void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failed, &len);
        if (failed) {
            l->refused++;
            drop(l, c, RETRY_US);
        } else {
            connected(l, c);
        }
        return;
    }
    if (e->events & EPOLLOUT && c->state == SENDING) {
        send_more(l, c);
    }
    if (e->events & (EPOLLIN | EPOLLHUP | EPOLLERR) && c->fd >= 0) {
        read_answer(l, c);
    }
}

/* ---- The loop ---- */

static bool may_send(const struct load *l)
{
    return !l->ending && (!l->o.requests || l->next - l->o.first < l->o.requests);
}

static int64_t due_us(const struct load *l, uint64_t batch)
{
    return l->from_us + (int64_t)((double)(batch - l->o.first) / l->o.rate * 1e6);
}

/* Gives what is due to connections that are free. */
static void send_due(struct load *l, struct buf *body)
{
    while (l->idle.len && may_send(l)) {
        int64_t due = l->o.rate > 0 ? due_us(l, l->next) : l->now_us;
        if (due > now_us()) {
            return;
        }
        struct conn *c = &l->conn[l->idle.ptr[--l->idle.len]];
        fill(l, c, body);
        c->due_us = due;
        c->state = WAITING;
        send_batch(l, c);
    }
}

/* Connections that wait for a time. */
static void look_at_clocks(struct load *l)
{
    for (uint32_t i = 0; i < l->o.connections; i++) {
        struct conn *c = &l->conn[i];
        if (c->state == DOWN && l->now_us >= c->again_us && (c->loaded || !l->ending)) {
            connect_one(l, c);
        } else if (c->state == RESTING && l->now_us >= c->again_us) {
            l->resent++;
            c->state = WAITING;
            send_batch(l, c);
        } else if ((c->state == WAITING || c->state == SENDING) &&
                   l->now_us - c->sent_us > (int64_t)l->o.answer_ms * 1000) {
            l->late++;
            broken(l, c);
        }
    }
}

static void tell_interval(struct load *l)
{
    double s = (double)(l->now_us - l->interval_us) / 1e6;
    (void)fprintf(stderr, "%.0f s: %.0f events/s, p50 %.2f ms, p99 %.2f ms, %llu resent\n",
                  (double)(l->now_us - l->from_us) / 1e6,
                  (double)(l->answered - l->interval_n) * l->o.maker.events / s,
                  latency_ms(&l->now, 0.5), latency_ms(&l->now, 0.99),
                  (unsigned long long)l->resent);
    latency_clear(&l->now);
    l->interval_us = l->now_us;
    l->interval_n = l->answered;
}

/* Until the next moment at which something is due, at most 20 ms. */
static void wait(struct load *l, struct epoll_event *events, int max)
{
    int64_t ns = 20000000;
    if (l->idle.len && may_send(l)) {
        int64_t due = l->o.rate > 0 ? (due_us(l, l->next) - now_us()) * 1000 : 0;
        ns = due < 0 ? 0 : due < ns ? due : ns;
    }
    const struct timespec t = {.tv_nsec = ns};
    int n = epoll_pwait2(l->epoll, events, max, &t, NULL);
    l->now_us = now_us();
    for (int i = 0; i < n; i++) {
        on_event(l, &events[i]);
    }
}

static bool is_over(struct load *l)
{
    bool all = l->o.requests && l->next - l->o.first >= l->o.requests;
    bool time = l->o.seconds > 0 && l->now_us >= l->from_us + (int64_t)(l->o.seconds * 1e6);
    if (!l->ending && (all || time || stop_asked)) {
        l->ending = true;
        l->until_us = l->now_us;
    }
    return l->ending &&
           (!l->under_way || l->now_us > l->until_us + (int64_t)(l->o.linger * 1e6));
}

static void run(struct load *l)
{
    static struct epoll_event events[256];
    struct buf body = {0};
    int64_t looked = 0;
    l->from_us = l->now_us = l->interval_us = now_us();
    l->counted_us = l->from_us + (int64_t)(l->o.warm * 1e6);
    while (!is_over(l)) {
        if (l->now_us - looked > 10000) {
            look_at_clocks(l);
            looked = l->now_us;
        }
        send_due(l, &body);
        wait(l, events, 256);
        if (l->o.every > 0 && l->now_us - l->interval_us > (int64_t)(l->o.every * 1e6)) {
            tell_interval(l);
        }
    }
    buf_release(&body);
}

/* ---- Figures ---- */

static void tell(struct load *l)
{
    /* What came after the end of sending is counted, its time is too. */
    double s = (double)(l->now_us - l->counted_us) / 1e6;
    bench_say("seconds", s);
    bench_say("requests", (double)l->counted);
    bench_say("requests_s", (double)l->counted / s);
    bench_say("events", (double)l->counted * l->o.maker.events);
    bench_say("events_s", (double)l->counted * l->o.maker.events / s);
    bench_say("body_bytes", l->counted ? (double)l->bytes / (double)l->counted : 0);
    latency_say(&l->all, "");
    bench_say("answered", (double)l->answered);
    bench_say("unanswered", l->under_way);
    bench_say("resent", (double)l->resent);
    bench_say("broken", (double)l->broken);
    bench_say("late", (double)l->late);
    bench_say("refused", (double)l->refused);
    bench_say("dropped", (double)l->dropped);
    for (int i = 1; i < 6; i++) {
        printf("status_%dxx %llu\n", i, (unsigned long long)l->status[i]);
    }
    (void)fflush(stdout);
}

static void tell_unanswered(struct load *l)
{
    for (uint32_t i = 0; i < l->o.connections; i++) {
        if (l->acks && l->conn[i].loaded) {
            (void)fprintf(l->acks, "?%llu\n", (unsigned long long)l->conn[i].batch);
        }
    }
    if (l->acks && fclose(l->acks)) {
        perror("load: acks");
        exit(1);
    }
}

/* ---- Options ---- */

static int usage(const char *why)
{
    (void)fprintf(stderr, "load: %s; see the head of bench/load.c\n", why);
    return 2;
}

static bool read_url(struct options *o, const char *url)
{
    char host[64] = "";
    unsigned port = 80;
    if (sscanf(url, "http://%63[0-9.]:%u", host, &port) < 1 || port > 65535) {
        return false;
    }
    o->to.sin_family = AF_INET;
    o->to.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &o->to.sin_addr) == 1;
}

static bool read_form(struct options *o, const char *v)
{
    static const struct {
        const char *name, *path;
        enum body_form form;
    } forms[] = {{"segment", "/v1/batch", BODY_SEGMENT},
                 {"track", "/v1/track", BODY_TRACK},
                 {"pond", "/v1/events", BODY_POND}};
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        if (strcmp(v, forms[i].name) == 0) {
            o->maker.form = forms[i].form;
            o->path = forms[i].path;
            return true;
        }
    }
    return false;
}

/* Numbers by name. */
static bool read_number(struct options *o, const char *name, const char *v)
{
    const struct {
        const char *name;
        double *real;
        uint32_t *u32;
        uint64_t *u64;
    } numbers[] = {{"--rate", &o->rate, NULL, NULL},
                   {"--seconds", &o->seconds, NULL, NULL},
                   {"--warm", &o->warm, NULL, NULL},
                   {"--every", &o->every, NULL, NULL},
                   {"--linger", &o->linger, NULL, NULL},
                   {"--connections", NULL, &o->connections, NULL},
                   {"--answer-ms", NULL, &o->answer_ms, NULL},
                   {"--events", NULL, &o->maker.events, NULL},
                   {"--users", NULL, &o->maker.users, NULL},
                   {"--requests", NULL, NULL, &o->requests},
                   {"--first", NULL, NULL, &o->first},
                   {"--seed", NULL, NULL, &o->maker.seed}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        if (strcmp(name, numbers[i].name) == 0) {
            if (numbers[i].real) {
                *numbers[i].real = strtod(v, NULL);
            } else if (numbers[i].u32) {
                *numbers[i].u32 = (uint32_t)strtoul(v, NULL, 10);
            } else {
                *numbers[i].u64 = strtoull(v, NULL, 10);
            }
            return true;
        }
    }
    return false;
}

static bool read_option(struct options *o, const char *name, const char *v)
{
    if (strcmp(name, "--url") == 0) {
        return read_url(o, v);
    }
    if (strcmp(name, "--form") == 0) {
        return read_form(o, v);
    }
    if (strcmp(name, "--run") == 0) {
        o->maker.run = (uint32_t)strtoul(v, NULL, 16);
        return true;
    }
    const char **text = strcmp(name, "--path") == 0   ? &o->path
                        : strcmp(name, "--key") == 0  ? &o->key
                        : strcmp(name, "--acks") == 0 ? &o->acks
                                                      : NULL;
    if (text) {
        *text = v;
        return true;
    }
    return read_number(o, name, v);
}

static int read_options(struct options *o, int argc, char *argv[])
{
    *o = (struct options){
        .maker = {.form = BODY_SEGMENT, .events = 100, .users = 1000000, .seed = 1},
        .path = "/v1/batch",
        .key = "",
        .connections = 32,
        .answer_ms = 10000,
        .linger = 60};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--gzip") == 0) {
            o->gzip = true;
        } else if (i + 1 == argc || !read_option(o, argv[i], argv[i + 1])) {
            return usage(argv[i]);
        } else {
            i++;
        }
    }
    if (o->maker.form == BODY_TRACK) {
        o->maker.events = 1;
    }
    if (!o->to.sin_port || !o->connections || !o->maker.events || !o->maker.users) {
        return usage("--url, --connections, --events and --users must be more than nothing");
    }
    if (o->gzip && !o->requests) {
        return usage("--gzip needs --requests, for that many bodies are prepared");
    }
    o->seconds = o->seconds > 0 || o->requests ? o->seconds : 10;
    return 0;
}

int main(int argc, char *argv[])
{
    static struct load l;
    int bad = read_options(&l.o, argc, argv);
    if (bad) {
        return bad;
    }
    (void)signal(SIGINT, ask_stop);
    (void)signal(SIGTERM, ask_stop);
    l.next = l.o.first;
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    l.acks = l.o.acks ? fopen(l.o.acks, "w") : NULL;
    if (l.epoll < 0 || (l.o.acks && !l.acks)) {
        perror("load");
        return 1;
    }
    latency_init(&l.all);
    latency_init(&l.now);
    if (l.o.gzip) {
        pack_all(&l);
    }
    l.conn = mem_array(struct conn, l.o.connections);
    for (uint32_t i = 0; i < l.o.connections; i++) {
        l.conn[i].fd = -1;
    }
    run(&l);
    tell_unanswered(&l);
    tell(&l);
    latency_release(&l.all);
    latency_release(&l.now);
    return l.dropped || l.under_way ? 1 : 0;
}
