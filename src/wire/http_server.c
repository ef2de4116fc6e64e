/* The server as a whole: starting, going quiet, stopping; and complaints for the log. */
#include "wire/http_parts.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define IDLE_QUIET_MS                                                                          \
    100 /* at a stop: a connection that rested so long has no request under way */

/* ---- Complaints ---- */

void http_complain(struct http_server *s, const char *fmt, ...)
{
    char line[300];
    va_list args;
    int64_t now = clock_steady_ms(), last = atomic_load(&s->complained_ms);
    /* One a second: an outsider can cause them, and is not to fill the log. */
    if (!s->starting &&
        (now - last < 1000 || !atomic_compare_exchange_strong(&s->complained_ms, &last, now))) {
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    size_t len = strlen(line);
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == ' ')) {
        line[--len] = '\0';
    }
    for (size_t i = 0; i < len; i++) {
        line[i] = (unsigned char)line[i] < 0x20 || line[i] == 0x7f ? '?' : line[i];
    }
    if (s->starting && !s->first_complaint[0]) {
        (void)snprintf(s->first_complaint, sizeof(s->first_complaint), "%.199s", line);
    } else if (s->o.complain) {
        s->o.complain(s->o.ctx, line);
    }
}

/* ---- The server ---- */

static enum rc start_workers(struct http_server *s, const struct http_options *o, struct err *e)
{
    struct arena *a = arena_new();
    const char *certificate = arena_cstr(a, o->certificate), *key = arena_cstr(a, o->key);
    enum rc rc = RC_OK;
    s->starting = true;
    for (uint32_t i = 0; !rc && i < s->o.threads; i++) {
        rc = http_worker_start(s, i, certificate, key, e);
    }
    s->starting = false;
    memset((void *)(uintptr_t)key, 0, o->key.len);
    arena_free(a);
    return rc;
}

static void fill_defaults(struct http_options *o)
{
    uint32_t processors = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
    o->threads = o->threads ? o->threads : processors;
    o->threads = o->threads < HTTP_WORKERS ? o->threads : HTTP_WORKERS;
    o->connections = o->connections ? o->connections : 2000;
    o->per_address = o->per_address ? o->per_address : 1000;
    o->body_bytes = o->body_bytes ? o->body_bytes : (uint64_t)1 << 30;
    o->head_ms = o->head_ms ? o->head_ms : 10000;
    o->body_ms = o->body_ms ? o->body_ms : 20000;
    o->idle_ms = o->idle_ms ? o->idle_ms : 60000;
    o->listen = o->certificate = o->key = STR_NULL;
}

enum rc http_server_start(const struct http_options *o, const struct http_handler *h,
                          struct http_server **out, struct err *e)
{
    if ((o->certificate.len == 0) != (o->key.len == 0)) {
        return rc_fail(e, RC_INVALID, "a certificate needs its key, and a key its certificate");
    }
    struct http_server *s = mem_zalloc(sizeof(*s));
    sigset_t all, before;
    s->o = *o;
    s->h = *h;
    s->tls = o->certificate.len > 0;
    s->listen_fd = s->wake_fd = -1;
    fill_defaults(&s->o);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->changed, NULL);
    /* Signals are for the threads that our caller chooses. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    enum rc rc = http_listen(s, o->listen, e);
    rc = rc ? rc : start_workers(s, o, e);
    rc = rc ? rc : http_watch_start(s, e);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc) {
        http_server_stop(s, 0);
        return rc;
    }
    *out = s;
    return RC_OK;
}

struct str http_server_address(const struct http_server *s) { return str_of(s->address); }
uint32_t http_server_connections(const struct http_server *s) { return atomic_load(&s->open); }

void http_server_quiet(struct http_server *s)
{
    atomic_store(&s->quiet, true);
    if (!s->watching) {
        return;
    }
    http_watch_wake(s);
    (void)pthread_mutex_lock(&s->lock);
    while (s->listen_fd >= 0) {
        (void)pthread_cond_wait(&s->changed, &s->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
}

/* True when nothing is under way: no exchange, and no connection on which one may just be coming. */
static bool is_settled(struct http_server *s)
{
    int64_t now = clock_steady_ms();
    bool busy = atomic_load(&s->running) > 0;
    (void)pthread_mutex_lock(&s->lock);
    for (struct http_conn *c = s->conns; c && !busy; c = c->next) {
        (void)pthread_mutex_lock(&c->lock);
        busy = c->x || (c->phase != HTTP_CUT && now - c->since_ms < IDLE_QUIET_MS);
        (void)pthread_mutex_unlock(&c->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return !busy;
}

/* The library may not be stopped while a connection is suspended. */
static void wake_all(struct http_server *s)
{
    (void)pthread_mutex_lock(&s->lock);
    for (struct http_conn *c = s->conns; c; c = c->next) {
        (void)pthread_mutex_lock(&c->lock);
        if (c->x) {
            http_wake(c->x);
        }
        (void)pthread_mutex_unlock(&c->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
}

void http_server_stop(struct http_server *s, uint32_t wait_ms)
{
    if (!s) {
        return;
    }
    const struct timespec nap = {.tv_nsec = 5000000};
    int64_t until = clock_steady_ms() + wait_ms;
    http_server_quiet(s);
    while (!is_settled(s) && clock_steady_ms() < until) {
        (void)nanosleep(&nap, NULL);
    }
    atomic_store(&s->stopping, true);
    wake_all(s);
    for (uint32_t i = 0; i < s->workers; i++) {
        http_worker_stop(&s->worker[i]);
    }
    http_watch_stop(s);
    for (uint32_t i = 0; i < s->workers; i++) {
        http_bell_release(&s->worker[i]);
    }
    for (uint32_t i = 0; i < HTTP_SEATS; i++) {
        while (s->seats[i]) {
            struct http_seat *seat = s->seats[i];
            s->seats[i] = seat->next;
            mem_free(seat);
        }
    }
    (void)pthread_cond_destroy(&s->changed);
    (void)pthread_mutex_destroy(&s->lock);
    mem_free(s);
}
