/* Collectors: a body of events until it is durable.
 *
 *     head    which collector; who may send so much
 *     body    key ─► brand, its rate ─► an intake ─► decoded ─► live_submit; the connection waits without a thread
 *     later   durable (the apply loop's thread): the collector's own answer; the intake goes back
 *
 * A queue that is full is no reason to lose what a client sends once (Sensors' SDKs take any answer for a success): such a
 * batch waits here and is tried again each 20 ms, up to PARK_MS. */
#include <stdio.h>
#include "serve/api.h"
#include "base/mem.h"
#include "base/vec.h"
#include "collect/collect.h"

#define PARK_MS 10000
#define STATES_MAX 64u /* parser states that are kept */

struct sending {
    struct request *q;
    struct intake *intake;
    struct collect_outcome outcome;
    int64_t until_ms; /* parked: how long it is tried */
};

struct parking {
    struct server *server;
    pthread_mutex_t lock;
    bool closed;                   /* nothing is kept waiting any more */
    VEC(struct sending *) waiting; /* in order of arrival */
    VEC(struct collect_state *) state;
};

/* ---- Parser states: one of a request, kept from request to request ---------------------------- */

static struct collect_state *state_take(struct parking *p)
{
    struct collect_state *s = NULL;
    (void)pthread_mutex_lock(&p->lock);
    if (p->state.len) {
        s = p->state.ptr[--p->state.len];
    }
    (void)pthread_mutex_unlock(&p->lock);
    return s ? s : collect_state_new();
}

static void state_give(struct parking *p, struct collect_state *s)
{
    (void)pthread_mutex_lock(&p->lock);
    bool keep = p->state.len < STATES_MAX;
    if (keep) {
        vec_push(&p->state, s);
    }
    (void)pthread_mutex_unlock(&p->lock);
    if (!keep) {
        collect_state_free(s);
    }
}

/* ---- The answer ------------------------------------------------------------------------------ */

#define FIELDS_MAX 10 /* further header lines of an answer, with the end of their list */

/* Pages of any site may send events with a write key: it can do nothing else. A picture is asked for without an
 * Origin, and is withheld from its page all the same unless it is said to be for all. */
static uint32_t put_cors(struct request *q, struct http_field *field)
{
    struct str origin = http_header(q->x, "Origin");
    uint32_t n = 0;
    field[n++] = (struct http_field){"Cross-Origin-Resource-Policy", STR("cross-origin")};
    if (origin.len && origin.len < 300) {
        field[n++] = (struct http_field){"Access-Control-Allow-Origin", origin};
        field[n++] = (struct http_field){"Access-Control-Allow-Credentials", STR("true")};
        field[n++] = (struct http_field){"Access-Control-Expose-Headers", STR("Retry-After")};
    }
    field[n++] = (struct http_field){"Vary", STR("Origin")};
    return n;
}

static void answer(struct request *q, enum rc rc, const struct err *e,
                   const struct collect_outcome *o, int retry_s)
{
    struct collect_reply r = {0};
    struct http_field more[FIELDS_MAX] = {{0}};
    uint32_t n = put_cors(q, more);
    collect_answer(q->collector, rc, e, o, q->a, &r);
    int wait = retry_s ? retry_s : r.retry_after_s;
    if (wait) {
        more[n] = (struct http_field){"Retry-After", arena_strf(q->a, "%d", wait)};
    }
    serving_answer(q, retry_s ? 429 : r.status, r.type, r.body, more);
}

static void answer_preflight(struct request *q, const char *allowed)
{
    struct http_field more[FIELDS_MAX] = {{0}};
    struct str headers = http_header(q->x, "Access-Control-Request-Headers");
    uint32_t n = put_cors(q, more);
    more[n++] = (struct http_field){"Allow", str_of(allowed)};
    more[n++] = (struct http_field){"Access-Control-Allow-Methods", str_of(allowed)};
    more[n++] = (struct http_field){"Access-Control-Max-Age", STR("86400")};
    if (headers.len && headers.len < 1000) {
        more[n++] = (struct http_field){"Access-Control-Allow-Headers", headers};
    }
    bool options = str_eq(http_method(q->x), STR("OPTIONS"));
    serving_answer(q, options ? 204 : 405, options ? NULL : "text/plain; charset=utf-8",
                   options ? STR("") : STR("not this method\n"), more);
}

uint64_t collect_begin(struct request *q, const char *allowed)
{
    q->class = METRIC_COLLECT;
    if (!q->collector || str_eq(http_method(q->x), STR("OPTIONS"))) {
        answer_preflight(q, allowed ? allowed : "GET, POST, OPTIONS");
        return 0;
    }
    return COLLECT_BODY_MAX;
}

/* ---- What is set aside ----------------------------------------------------------------------- */

static void tell_reject(const struct request *q, const struct reject *r, int64_t now)
{
    char at[32];
    struct buf b = {0};
    struct json j;
    if (!hub_sample(q->server->hub, q->brand->name)) {
        return;
    }
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_cstr(&j, "type", "reject");
    json_put_cstr(&j, "at", time_format(now, q->brand->zone, at));
    json_put_cstr(&j, "source", collector_name(q->collector));
    json_put_i64(&j, "key", q->by.id);
    json_put_i64(&j, "place", (int64_t)r->line);
    json_put_text(&j, "field", r->field);
    json_put_cstr(&j, "reason", r->reason);
    json_put_str(&j, "raw", r->raw);
    json_end_object(&j);
    hub_publish(q->server->hub, q->brand->name, "reject", buf_str(&b));
    buf_release(&b);
}

static void on_reject(void *ctx, struct intake *i, const struct reject *r)
{
    const struct request *q = ctx;
    int64_t now = clock_now(q->server->clock);
    const struct reject_line line = {.at_ms = now,
                                     .day = live_today(q->brand->live),
                                     .collector = collector_name(q->collector),
                                     .event = r->line,
                                     .field = r->field,
                                     .reason = r->reason,
                                     .raw = r->raw};
    (void)i;
    rejects_add(q->brand->rejects, &line);
    tell_reject(q, r, now);
}

/* ---- Sending --------------------------------------------------------------------------------- */

static void count_source(const struct sending *s)
{
    const struct request *q = s->q;
    const struct live_source more = {.source = collector_name(q->collector),
                                     .key = q->by.id,
                                     .key_name = q->by.name,
                                     .accepted = s->outcome.accepted,
                                     .duplicates = s->outcome.duplicates,
                                     .rejected = s->intake->rejected,
                                     .last_ms = clock_now(q->server->clock)};
    live_count_source(q->brand->live, &more);
}

/* Durable, or refused; in the apply loop's thread, or in that which gave up. */
static void finish(struct sending *s, enum rc rc, const struct err *e)
{
    struct request *q = s->q;
    struct intake *i = s->intake;
    s->outcome.first_reject = arena_str(q->a, i->first_reject);
    count_source(s);
    intake_give(i);
    if (rc == RC_BUSY) {
        metrics_refused(q->server->metrics, REFUSED_QUEUE);
    }
    answer(q, rc, e, &s->outcome, 0); /* q is gone behind this */
}

static void on_done(void *ctx, struct intake *i, const struct live_outcome *o)
{
    struct sending *s = ctx;
    (void)i;
    s->outcome.accepted = o->accepted;
    s->outcome.duplicates = o->duplicates;
    finish(s, o->rc, &o->err);
}

static bool park(struct parking *p, struct sending *s)
{
    s->until_ms = clock_steady_ms() + PARK_MS;
    (void)pthread_mutex_lock(&p->lock);
    bool open = !p->closed;
    if (open) {
        vec_push(&p->waiting, s);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return open;
}

static enum rc submit(struct sending *s, struct err *e)
{
    struct request *q = s->q;
    s->intake->key = q->by.id;
    return live_submit(q->brand->live, s->intake, collector_name(q->collector), on_done, s, e);
}

static void send(struct sending *s)
{
    struct request *q = s->q;
    struct parking *p = q->server->parking;
    struct err e = {0};
    http_later(q->x);
    enum rc rc = submit(s, &e);
    if (rc && !(rc == RC_BUSY && park(p, s))) {
        e.rc = rc;
        finish(s, rc, &e);
    }
}

void parking_turn(struct parking *p)
{
    VEC(struct sending *) now = {0};
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->waiting.len; i++) {
        vec_push(&now, p->waiting.ptr[i]);
    }
    vec_clear(&p->waiting);
    (void)pthread_mutex_unlock(&p->lock);
    int64_t ms = now.len ? clock_steady_ms() : 0;
    bool full = false;
    for (size_t i = 0; i < now.len; i++) {
        struct sending *s = now.ptr[i];
        struct err e = {0};
        bool over = ms >= s->until_ms || p->closed;
        enum rc rc = full && !over ? RC_BUSY : submit(s, &e);
        if (rc == RC_BUSY && !over) {
            full = p->server->brands == 1; /* those behind wait as long */
            (void)pthread_mutex_lock(&p->lock);
            vec_push(&p->waiting, s);
            (void)pthread_mutex_unlock(&p->lock);
        } else if (rc) {
            e.rc = rc;
            finish(s, rc, &e);
        }
    }
    vec_release(&now);
}

void parking_close(struct parking *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->closed = true;
    (void)pthread_mutex_unlock(&p->lock);
    parking_turn(p);
}

uint32_t parking_len(struct parking *p)
{
    (void)pthread_mutex_lock(&p->lock);
    uint32_t n = (uint32_t)p->waiting.len;
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

struct parking *parking_new(struct server *s)
{
    struct parking *p = mem_zalloc(sizeof(*p));
    p->server = s;
    (void)pthread_mutex_init(&p->lock, NULL);
    return p;
}

void parking_free(struct parking *p)
{
    for (size_t i = 0; i < p->state.len; i++) {
        collect_state_free(p->state.ptr[i]);
    }
    vec_release(&p->state);
    vec_release(&p->waiting);
    (void)pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

/* ---- A request ------------------------------------------------------------------------------- */

static struct str header_of(void *ctx, const char *name)
{
    const struct request *q = ctx;
    return http_header(q->x, name);
}

static struct collect_input input_of(struct request *q)
{
    return (struct collect_input){.method = http_method(q->x),
                                  .path = http_path(q->x),
                                  .query = http_query_text(q->x),
                                  .content_type = http_header(q->x, "Content-Type"),
                                  .content_encoding = http_header(q->x, "Content-Encoding"),
                                  .authorization = http_header(q->x, "Authorization"),
                                  .body = http_body(q->x),
                                  .header = header_of,
                                  .ctx = q,
                                  .now_ms = clock_now(q->server->clock)};
}

/* The brand whose key it is. */
static bool find_brand(struct request *q, struct str key)
{
    struct server *s = q->server;
    for (uint32_t i = 0; key.len && key.len < 200 && i < s->brands; i++) {
        if (access_table_key(live_access(s->brand[i].live), key, &q->by)) {
            q->brand = &s->brand[i];
            return principal_may(&q->by, "event.write");
        }
    }
    return false;
}

static enum rc check_key(struct request *q, struct str key, int *wait_s, struct err *e)
{
    struct server *s = q->server;
    if (!find_brand(q, key)) {
        metrics_refused(s->metrics, REFUSED_KEY);
        rc_fail(e, RC_DENIED, key.len ? "this key is not in force" : "a write key is missing");
        err_hint(e, "the owner makes write keys: pond key create");
        return RC_DENIED;
    }
    if (!throttle_may(q->brand->throttle, q->by.id, metrics_now_us(), wait_s)) {
        metrics_refused(s->metrics, REFUSED_RATE);
        return rc_fail(e, RC_BUSY, "more than %g requests a second of one key", s->o.key_rate);
    }
    return RC_OK;
}

/* What is decoded lives in the intake: the state is free behind it. */
static enum rc decode(struct sending *s, struct collect_state *state,
                      const struct collect_input *in, struct err *e)
{
    struct request *q = s->q;
    struct intake *i = s->intake;
    i->on_reject = on_reject;
    i->on_reject_ctx = q;
    return collect_decode(q->collector, state, in, i->decoder, settings_collect(q->brand),
                          i->arena, &s->outcome, e);
}

void collect_handle(struct request *q)
{
    struct parking *p = q->server->parking;
    struct collect_state *state = state_take(p);
    struct sending *s = arena_new_of(q->a, struct sending);
    const struct collect_input in = input_of(q);
    struct str key = STR_NULL;
    struct err e = {0};
    int wait_s = 0;
    enum rc rc = collect_key(q->collector, state, &in, q->a, &key, &e);
    rc = rc ? rc : check_key(q, key, &wait_s, &e);
    s->q = q;
    s->intake = rc ? NULL : intake_take(q->brand->live);
    if (!s->intake) {
        rc = rc ? rc : rc_fail(&e, RC_BUSY, "the brand is being opened again");
        e.rc = rc;
        state_give(p, state);
        answer(q, rc, &e, &s->outcome, wait_s);
        return;
    }
    rc = decode(s, state, &in, &e);
    state_give(p, state);
    if (rc || !s->intake->batch->rows) { /* nothing to keep: answered at once */
        e.rc = rc;
        finish(s, rc, &e);
        return;
    }
    send(s);
}
