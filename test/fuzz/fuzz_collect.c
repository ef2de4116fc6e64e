/* Any bytes as a request to any collector: "POST /v1/batch\nBODY". Signatures are made to hold. Whatever comes, the
 * batch must stay consistent and the counts must add up; the same request again must give the same events. */
#include "collect/collect.h"
#include "wire/crypt.h"
#include "wire/json.h"
#include "wire/web.h"
#include <stdio.h>
#include <stdlib.h>

#define ROWS 4096u

struct bench {
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct arena *arena, *own;
    struct event_batch *batch;
    struct decoder *decoder;
    struct collect_state *state;
    struct json_reader *json;
    struct collect_input in;
    uint32_t rejects;
    unsigned runs;
};

static void on_reject(void *ctx, const struct reject *r)
{
    struct bench *t = ctx;
    t->rejects++;
    if (!r->reason || !r->reason[0] || r->raw.len > 4096) {
        abort();
    }
}

/* Signed as the shops do, so that what lies behind the check is reached. */
static struct str header(void *ctx, const char *name)
{
    struct bench *t = ctx;
    struct buf b = {0};
    uint8_t digest[32];
    struct str out = STR_NULL;

    if (!strcmp(name, "X-Shopify-Hmac-Sha256")) {
        crypt_hmac_sha256(STR("s"), t->in.body, digest);
        web_base64_encode(&b, str_make((const char *)digest, 32));
        out = arena_str(t->arena, buf_str(&b));
    } else if (!strcmp(name, "Client-Id")) {
        out = STR("c");
    } else if (!strcmp(name, "Dry-Run") && t->in.body.len % 7 == 3) {
        out = STR("true");
    } else if (!strcmp(name, "X-Shopify-Topic") && t->in.body.len % 5 == 1) {
        out = STR("refunds/create");
    }
    buf_release(&b);
    return out;
}

static struct str secret_of(void *ctx, const char *collector, struct arena *a)
{
    (void)ctx;
    (void)collector;
    (void)a;
    return STR("s");
}

static enum rc mapping_of(void *ctx, struct str name, struct arena *a, struct str *json,
                          struct err *e)
{
    (void)ctx;
    (void)a;
    (void)name;
    (void)e;
    *json =
        STR("{\"format\":\"generic\",\"header\":true,\"map\":[\"time=at\",\"event:=check_in\","
            "\"identity.phone=user.phone\",\"amount=lines[0].amount\"]}");
    return RC_OK;
}

static void open_bench(struct bench *t)
{
    t->kinds = kind_table_new();
    t->catalogue = catalogue_new();
    memset(&t->secret, 7, sizeof(t->secret));
    t->arena = arena_new();
    t->batch = batch_new(ROWS);
    t->state = collect_state_new();
    const struct json_limits limits = {.depth = 64, .values = 1u << 20, .bytes = 1u << 20};
    t->json = json_reader_new(&limits);
    if (zone_open(STR("Asia/Shanghai"), &t->zone, NULL)) {
        abort();
    }
}

static void renew(struct bench *t)
{
    decoder_free(t->decoder);
    kind_table_free(t->kinds);
    catalogue_free(t->catalogue);
    collect_state_free(t->state);
    t->kinds = kind_table_new();
    t->catalogue = catalogue_new();
    t->state = collect_state_new();
    arena_free(t->own);
    t->own = arena_new(); /* the mapping's */
    const struct decoder_setup s = {.mapping = mapping_json_lines(t->own),
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .zone = t->zone,
                                    .reject = on_reject,
                                    .ctx = t};
    if (decoder_new(&s, &t->decoder, NULL)) {
        abort();
    }
}

static void check_row(struct bench *t, uint32_t r)
{
    const struct event_batch *b = t->batch;
    struct json_flat flat = {0};
    const uint32_t n = b->ident_at[r + 1] - b->ident_at[r];

    if (b->ident_at[r + 1] < b->ident_at[r] || n > BATCH_IDENT_MAX || !b->name[r] ||
        b->time_ms[r] < -DAY_MS || b->time_ms[r] > t->in.now_ms + DECODE_FUTURE_MS) {
        abort();
    }
    if ((b->amount_fen[r] != AMOUNT_UNKNOWN && b->amount_fen[r] < 0) || b->quantity[r] < 0 ||
        (b->unit_price_e4[r] != PRICE_UNKNOWN && b->unit_price_e4[r] < 0)) {
        abort();
    }
    if (b->props[r].len &&
        (json_flat(t->json, b->props[r], &flat, NULL) || flat.item[0].type != JSON_OBJECT)) {
        abort();
    }
}

static void check(struct bench *t, enum rc rc, const struct collect_outcome *o)
{
    const struct event_batch *b = t->batch;
    if (b->rows != o->decoded || b->ident_at[b->rows] != b->idents || (rc && b->rows)) {
        abort();
    }
    if (!rc && (o->rejected != t->rejects || o->events < o->rejected + o->ignored)) {
        abort();
    }
    for (uint32_t r = 0; r < b->rows; r++) {
        check_row(t, r);
    }
}

static enum rc decode(struct bench *t, const struct collector *c, struct collect_outcome *o)
{
    const struct collect_settings settings = {.secret = secret_of, .mapping = mapping_of};
    struct collect_reply reply;
    struct str key;
    struct err e = {0};

    t->rejects = 0;
    batch_clear(t->batch);
    decoder_begin(t->decoder, t->batch);
    *o = (struct collect_outcome){0};
    enum rc rc = collect_key(c, t->state, &t->in, t->arena, &key, &e);
    rc = rc ? rc : collect_decode(c, t->state, &t->in, t->decoder, &settings, t->arena, o, &e);
    check(t, rc, o);
    collect_answer(c, rc, &e, o, t->arena, &reply);
    if (reply.status < 200 || reply.status > 599) {
        abort();
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench t;
    struct collect_outcome first, second;
    struct str rest = str_make((const char *)data, size);
    const char *allowed;

    if (!t.arena) {
        open_bench(&t);
    }
    if (!t.decoder || ++t.runs % 512 == 0) {
        renew(&t); /* own names, kinds and channels are limited */
    }
    arena_reset(t.arena);
    struct str target = str_cut(&rest, '\n');
    const struct str method = str_cut(&target, ' ');
    const struct str path = str_cut(&target, '?');
    const struct collector *c = collect_find(method, path, &allowed);
    if (!c) {
        return 0;
    }
    t.in = (struct collect_input){.method = method,
                                  .path = path,
                                  .query = target,
                                  .body = rest,
                                  .header = header,
                                  .ctx = &t,
                                  .now_ms = 1767225600000LL};
    const enum rc one = decode(&t, c, &first);
    const enum rc two = decode(&t, c, &second);
    if (one != two || first.events != second.events || first.decoded != second.decoded) {
        abort();
    }
    return 0;
}
