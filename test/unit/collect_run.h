/* A request through its collector into a batch, for the tests of collectors. */
#ifndef POND_TEST_COLLECT_RUN_H
#define POND_TEST_COLLECT_RUN_H

#include "collect/collect.h"
#include "tap.h"
#include "wire/web.h"

#define NOW 1767225600000LL /* 2026-01-01T00:00:00Z */

struct bench {
    struct arena *arena;
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct event_batch *batch;
    struct decoder *decoder;
    struct collect_state *state;
    struct collect_settings settings;
    struct collect_input in;
    const char *header[8]; /* name, value, ... NULL */
    /* of the request at hand */
    const struct collector *collector;
    struct str key;
    struct collect_outcome out;
    struct collect_reply reply;
    struct err err;
    char reason[256], field[64], raw[2100];
    uint64_t line;
    uint32_t rejects;
};

static inline void bench_reject(void *ctx, const struct reject *r)
{
    struct bench *t = ctx;
    if (!t->rejects++) {
        (void)snprintf(t->reason, sizeof(t->reason), "%s", r->reason);
        (void)snprintf(t->field, sizeof(t->field), "%.*s", STR_FMT(r->field));
        (void)snprintf(t->raw, sizeof(t->raw), "%.*s", STR_FMT(r->raw));
        t->line = r->line;
    }
}

static inline struct str bench_header(void *ctx, const char *name)
{
    struct bench *t = ctx;
    for (int i = 0; i + 1 < 8 && t->header[i]; i += 2) {
        if (str_eq_nocase(str_of(t->header[i]), str_of(name))) {
            return str_of(t->header[i + 1]);
        }
    }
    return STR_NULL;
}

static inline void bench_open(struct bench *t)
{
    struct buf key = {0};
    struct err e = {0};
    *t = (struct bench){.arena = arena_new(),
                        .kinds = kind_table_new(),
                        .catalogue = catalogue_new(),
                        .batch = batch_new(COLLECT_EVENTS_MAX),
                        .state = collect_state_new()};
    CHECK(!secret_make(&key, &e) && !secret_parse(buf_str(&key), &t->secret, &e));
    CHECK(!zone_open(STR("Asia/Shanghai"), &t->zone, &e));
    const struct decoder_setup s = {.mapping = mapping_json_lines(t->arena),
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .identity_key = t->secret.identity,
                                    .zone = t->zone,
                                    .now_ms = 0,
                                    .reject = bench_reject,
                                    .ctx = t};
    CHECK(!decoder_new(&s, &t->decoder, &e));
    buf_release(&key);
}

static inline void bench_close(struct bench *t)
{
    decoder_free(t->decoder);
    collect_state_free(t->state);
    batch_free(t->batch);
    zone_free(t->zone);
    catalogue_free(t->catalogue);
    kind_table_free(t->kinds);
    arena_free(t->arena);
}

/* What a server does with a request, into an empty batch. target: path and query. */
static inline enum rc send_bytes(struct bench *t, const char *method, const char *target,
                                 struct str body)
{
    const char *allowed;
    struct str query = str_of(target);
    const struct str path = str_cut(&query, '?');
    struct collect_input in = t->in;

    t->rejects = 0;
    t->reason[0] = t->field[0] = t->raw[0] = '\0';
    t->key = STR_NULL;
    t->err = (struct err){0};
    t->out = (struct collect_outcome){0};
    batch_clear(t->batch);
    decoder_begin(t->decoder, t->batch);
    t->collector = collect_find(str_of(method), path, &allowed);
    if (!t->collector) {
        return RC_MISSING;
    }
    in.method = str_of(method);
    in.path = path;
    in.query = query;
    in.body = body;
    in.header = bench_header;
    in.ctx = t;
    in.now_ms = NOW;
    enum rc rc = collect_key(t->collector, t->state, &in, t->arena, &t->key, &t->err);
    rc = rc ? rc
            : collect_decode(t->collector, t->state, &in, t->decoder, &t->settings, t->arena,
                             &t->out, &t->err);
    collect_answer(t->collector, rc, &t->err, &t->out, t->arena, &t->reply);
    return rc;
}

static inline enum rc send(struct bench *t, const char *method, const char *target,
                           const char *body)
{
    return send_bytes(t, method, target, str_of(body));
}

static inline enum rc post(struct bench *t, const char *target, const char *body)
{
    return send(t, "POST", target, body);
}

static inline struct str event_of(struct bench *t, uint32_t r)
{
    return catalogue_name(t->catalogue, t->batch->name[r]);
}

/* "user_id:u1 phone:138...", in the order in which they were put. */
static inline struct str who(struct bench *t, uint32_t r)
{
    struct buf b = {0};
    for (uint32_t i = t->batch->ident_at[r]; i < t->batch->ident_at[r + 1]; i++) {
        const struct ident *id = &t->batch->ident[i];
        buf_addf(&b, "%s%.*s:%.*s", b.len ? " " : "", STR_FMT(kind_name(t->kinds, id->kind)),
                 STR_FMT(id->value));
    }
    const struct str out = arena_str(t->arena, buf_str(&b));
    buf_release(&b);
    return out;
}

static inline bool has(struct str s, const char *needle)
{
    return str_find(s, str_of(needle), 0) != SIZE_MAX;
}

static inline struct str channel_of_row(struct bench *t, uint32_t r)
{
    return channel_name(t->catalogue, t->batch->channel[r]);
}

#endif
