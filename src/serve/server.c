/* Start and stop, and which part answers a request. */
#include "serve/server.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "serve/api.h"
#include "serve/console.h"
#include "app/hook_secret.h"
#include "serve/openapi.h"
#include "app/ops.h"
#include "app/status.h"
#include "app/stop.h"
#include "base/mem.h"
#include "collect/collect.h"

#define STOP_MS 10000u
#define SLOW_US 1000000 /* a request that is told in the log */

struct str server_address(const struct server *s) { return http_server_address(s->http); }
uint32_t server_brands(const struct server *s) { return s->brands; }
struct str server_brand_name(const struct server *s, uint32_t i) { return s->brand[i].name; }
const char *server_owner_token(const struct server *s, uint32_t i)
{
    return s->brand[i].token[0] ? s->brand[i].token : NULL;
}

/* ---- A request ------------------------------------------------------------------------------- */

static void answer_unknown(struct request *q)
{
    struct err e = {0};
    rc_fail(&e, RC_MISSING, "there is no such path");
    err_hint(&e, "operations are below /api/v1, listed at /docs");
    e.rc = RC_MISSING;
    api_answer_error(q, &e, NULL);
}

static uint64_t on_begin(void *ctx, struct http_exchange *x)
{
    struct arena *a = http_arena(x);
    struct request *q = arena_new_of(a, struct request);
    const char *allowed = NULL;
    *q = (struct request){.server = ctx,
                          .x = x,
                          .a = a,
                          .class = METRIC_PAGE,
                          .began_us = metrics_now_us(),
                          .file = -1};
    http_set_user(x, q);
    if (api_path(http_path(x))) {
        return api_begin(q);
    }
    q->collector = collect_find(http_method(x), http_path(x), &allowed);
    if (q->collector || allowed) {
        return collect_begin(q, allowed);
    }
    if (!page_answer(q) && !console_answer(q)) {
        answer_unknown(q);
    }
    return 0;
}

static void on_handle(void *ctx, struct http_exchange *x)
{
    struct request *q = http_user(x);
    (void)ctx;
    if (q->collector) {
        collect_handle(q);
    } else {
        api_handle(q);
    }
}

/* Without what stands behind a webhook's name: the key. */
static struct str logged_path(struct request *q)
{
    struct str path = str_slice(http_path(q->x), 0, 200);
    if (str_starts(path, STR("/hooks/"))) {
        path = str_slice(path, 0, str_find_byte(path, '/', 7));
    }
    return path;
}

static void log_request(struct request *q, int status, int64_t micros, bool sent)
{
    struct server *s = q->server;
    bool failed = status >= 500, slow = micros > SLOW_US && q->class != METRIC_STREAM;
    enum log_level level = failed ? LOG_WARN : slow ? LOG_INFO : LOG_DEBUG;
    if (!s->logger->out || level > s->logger->level) {
        return;
    }
    struct str method = http_method(q->x), path = logged_path(q);
    logger_event(s->logger, level,
                 failed ? "http.failed"
                 : slow ? "http.slow"
                        : "http.request",
                 "method=%.*s path=%.*s status=%d ms=%.1f bytes=%" PRIu64 " peer=%.*s%s",
                 STR_FMT(method), STR_FMT(path), status, (double)micros / 1e3,
                 http_sent_bytes(q->x), STR_FMT(http_peer(q->x)), sent ? "" : " gone");
}

static void on_end(void *ctx, struct http_exchange *x, bool sent)
{
    struct request *q = http_user(x);
    struct server *s = ctx;
    int64_t micros = metrics_now_us() - q->began_us;
    int status = http_status(x);
    metrics_request(s->metrics, q->class, status, micros);
    log_request(q, status, micros, sent);
    api_end(q);
}

static void on_complaint(void *ctx, const char *line)
{
    struct server *s = ctx;
    logger_event(s->logger, LOG_WARN, "http.library", "%s", line);
}

/* ---- Start ----------------------------------------------------------------------------------- */

struct owner_work {
    struct server *server;
    struct arena *a;
    struct str token;
    bool due;
    struct zone *zone;
};

static enum rc look_at_start(void *ctx, struct ledger *l, struct err *e)
{
    struct owner_work *w = ctx;
    struct str zone = STR_NULL;
    enum rc rc = brand_get_setting(l, "zone", w->a, &zone, e);
    rc = rc ? rc : zone_open(zone.len ? zone : STR("Asia/Shanghai"), &w->zone, e);
    rc = rc ? rc : access_needs_owner(l, &w->due, e);
    if (!rc && w->due) {
        rc = access_link_make(l, w->server->clock, w->a, &w->token, e);
    }
    return rc;
}

/* For the operation status: the figures that /metrics shows. */
static void tell_status(void *ctx, struct status_served *out)
{
    const struct served *b = ctx;
    const struct server *s = b->server;
    struct live_figures f;
    live_figures(b->live, &f);
    *out = (struct status_served){.started_ms = s->started_ms,
                                  .zone = b->zone,
                                  .address = server_address(s),
                                  .size = {.events = f.total_events,
                                           .consumers = f.consumers,
                                           .identities = f.identities,
                                           .lake_bytes = f.lake_bytes,
                                           .log_bytes = f.log_bytes,
                                           .log_rows = f.log_rows},
                                  .memory_bytes = f.memory_bytes,
                                  .received = f.events,
                                  .rejected = f.rejected,
                                  .rate = f.rate,
                                  .lag_ms = f.lag_ms,
                                  .queued_rows = f.queued_rows,
                                  .jobs_running = jobs_running(s->jobs),
                                  .jobs_waiting = jobs_waiting(s->jobs),
                                  .connections = http_server_connections(s->http),
                                  .failing = f.failing};
    (void)snprintf(out->failing_why, sizeof(out->failing_why), "%s", f.failing_why);
}

static enum rc open_brand(struct server *s, struct served *b, struct str name, struct err *e)
{
    const struct live_options o = {.base = s->base,
                                   .brand = name,
                                   .queue_rows = s->o.queue_rows,
                                   .snapshots = s->o.snapshots,
                                   .hub = s->hub,
                                   .served = tell_status,
                                   .served_ctx = b};
    struct owner_work w = {.server = s, .a = s->arena};
    struct siv *siv = NULL;
    b->server = s;
    b->name = arena_str(s->arena, name);
    b->dir = disk_path(s->arena, s->base->data_dir, arena_cstr(s->arena, name));
    enum rc rc = live_open(&o, &b->live, e);
    rc = rc ? rc : live_ledger(b->live, look_at_start, &w, e);
    rc = rc ? rc : hook_siv(s->base, &siv, e);
    if (rc) {
        err_prefix(e, "%.*s", STR_FMT(name));
        return rc;
    }
    b->zone = w.zone;
    (void)snprintf(b->token, sizeof(b->token), "%.*s", STR_FMT(w.token));
    b->throttle = throttle_new(s->o.key_rate);
    b->rejects = rejects_new(s->base->disk, b->dir);
    b->settings = settings_new(siv);
    b->refusals = refusals_new();
    api_upload_sweep(b);
    return RC_OK;
}

static enum rc open_brands(struct server *s, struct err *e)
{
    struct str *names = NULL;
    uint32_t n = 0;
    enum rc rc = brand_list(s->base->data_dir, s->arena, &names, &n, e);
    s->brand = arena_array(s->arena, struct served, n + 1);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (!s->o.brand.len || str_eq(names[i], s->o.brand)) {
            rc = open_brand(s, &s->brand[s->brands], names[i], e);
            s->brands += s->brand[s->brands].live != NULL;
        }
    }
    if (!rc && !s->brands) {
        rc = s->o.brand.len
                 ? rc_fail(e, RC_MISSING, "there is no brand \"%.*s\" in %s",
                           STR_FMT(s->o.brand), s->base->data_dir)
                 : rc_fail(e, RC_MISSING, "there is no brand in %s", s->base->data_dir);
        err_hint(e, "make one: pond init mybrand");
    }
    return rc;
}

enum rc server_start(const struct server_options *o, struct server **out, struct err *e)
{
    struct server *s = mem_zalloc(sizeof(*s));
    s->o = *o;
    s->base = o->base;
    s->arena = arena_new();
    s->clock = &o->base->clock;
    s->logger = arena_new_of(s->arena, struct logger);
    *s->logger = o->base->logger;
    s->logger->clock = s->clock;
    s->started_ms = clock_now(s->clock);
    s->book = ops_book();
    s->hub = hub_new();
    s->metrics = metrics_new();
    s->jobs = jobs_new(0, live_call, s->hub, s->clock);
    s->parking = parking_new(s);
    openapi_write(s->book, &s->openapi);
    const struct http_handler h = {
        .ctx = s, .begin = on_begin, .handle = on_handle, .end = on_end};
    struct http_options http = o->http;
    http.complain = on_complaint;
    http.ctx = s;
    enum rc rc = open_brands(s, e);
    rc = rc ? rc : http_server_start(&http, &h, &s->http, e);
    rc = rc ? rc : tick_start(s, e);
    if (!rc) {
        logger_event(s->logger, LOG_INFO, "serve.ready", "address=%.*s brands=%" PRIu32,
                     STR_FMT(server_address(s)), s->brands);
    }
    if (rc) {
        (void)server_stop(s, NULL);
        return rc;
    }
    *out = s;
    return RC_OK;
}

/* ---- Stop ------------------------------------------------------------------------------------ */

void server_wait(struct server *s)
{
    (void)s;
    while (!stop_asked()) {
        (void)usleep(100000);
    }
}

/* Streams end first, since nothing else would end them; then nothing new comes in, what runs is answered, what is queued
 * becomes durable, and the brands close. */
enum rc server_stop(struct server *s, struct err *e)
{
    enum rc rc = RC_OK;
    atomic_store(&s->stopping, true);
    if (s->http) {
        logger_event(s->logger, LOG_INFO, "serve.stopping", "connections=%" PRIu32,
                     http_server_connections(s->http));
        http_server_quiet(s->http);
    }
    hub_close(s->hub);
    tick_stop(s);
    parking_close(s->parking);
    http_server_stop(s->http, s->o.stop_ms ? s->o.stop_ms : STOP_MS);
    jobs_free(s->jobs);
    parking_free(s->parking);
    for (uint32_t i = 0; i < s->brands; i++) {
        struct err own = {0};
        tick_last(&s->brand[i]);
        enum rc closed = live_close(s->brand[i].live, &own);
        if (closed && !rc) {
            rc = closed;
            own.rc = closed;
            if (e) {
                *e = own;
            }
        }
        throttle_free(s->brand[i].throttle);
        rejects_free(s->brand[i].rejects);
        settings_free(s->brand[i].settings);
        refusals_free(s->brand[i].refusals);
        zone_free(s->brand[i].zone);
    }
    hub_free(s->hub);
    metrics_free(s->metrics);
    buf_release(&s->openapi);
    arena_free(s->arena);
    mem_free(s);
    return rc;
}
