#include "app/effect.h"

#include "aipl/assets.h"
#include "app/show.h"
#include "people/consumer.h"

#define PARTS_MAX 6u      /* of an example */
#define IDENTITIES_MAX 8u /* of a part     */

enum rc effect_begin(struct pond *p, bool stages, struct effect *r, struct err *e)
{
    struct brand *b = p->brand;
    *r = (struct effect){.stages = stages,
                         .was = partition_take(b->graph, dictionary_len(b->dictionary))};
    return !stages ? RC_OK : assets_counts(pond_assets(p), b, pond_today(p), r->before, e);
}

enum rc effect_end(struct pond *p, struct effect *r, struct err *e)
{
    struct brand *b = p->brand;
    partition_compare(r->was, b->graph, &r->change);
    return !r->stages ? RC_OK : assets_counts(pond_assets(p), b, pond_today(p), r->after, e);
}

void effect_release(struct effect *r)
{
    partition_change_release(&r->change);
    partition_free(r->was);
    *r = (struct effect){0};
}

/* ---- Examples ---- */

/* The parts of one example: identity numbers by the consumer they are told apart by. */
struct parts {
    struct {
        uint32_t name, len, nos[IDENTITIES_MAX];
        uint32_t all;
    } part[PARTS_MAX];
    uint32_t len;
    bool more; /* parts than there is room for */
};

static void parts_add(struct parts *p, uint32_t name, uint32_t no)
{
    uint32_t i = 0;
    while (i < p->len && p->part[i].name != name) {
        i++;
    }
    if (i == PARTS_MAX) {
        p->more = true;
        return;
    }
    if (i == p->len) {
        p->part[i].name = name;
        p->part[i].len = p->part[i].all = 0;
        p->len++;
    }
    p->part[i].all++;
    if (p->part[i].len < IDENTITIES_MAX) {
        p->part[i].nos[p->part[i].len++] = no;
    }
}

static enum rc put_identities(struct op_call *c, struct brand *b, const uint32_t *nos,
                              uint32_t n)
{
    struct consumer_identity *ids = arena_array(c->arena, struct consumer_identity, n + 1);
    struct json *j = op_json(c);
    enum rc rc = consumer_describe(b, c->arena, nos, n, ids, c->err);
    json_key(j, "identities");
    json_begin_array(j);
    for (uint32_t i = 0; !rc && i < n; i++) {
        json_str(j, arena_strf(c->arena, "%.*s:%.*s", STR_FMT(ids[i].kind_name),
                               STR_FMT(ids[i].masked)));
    }
    json_end_array(j);
    return rc;
}

static enum rc put_example(struct op_call *c, struct brand *b, const char *change,
                           uint32_t consumer, const struct parts *p)
{
    struct json *j = op_json(c);
    enum rc rc = RC_OK;
    json_begin_object(j);
    json_put_cstr(j, "change", change);
    json_put_i64(j, "consumer", consumer);
    json_put_bool(j, "more", p->more);
    json_key(j, "parts");
    json_begin_array(j);
    for (uint32_t i = 0; !rc && i < p->len; i++) {
        json_begin_object(j);
        json_put_i64(j, "consumer", p->part[i].name);
        json_put_i64(j, "size", p->part[i].all);
        rc = put_identities(c, b, p->part[i].nos, p->part[i].len);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    return rc;
}

static enum rc put_unions(struct op_call *c, struct brand *b, const struct effect *r)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; !rc && i < r->change.unions.len && i < EFFECT_EXAMPLES; i++) {
        const uint32_t head = r->change.unions.ptr[i];
        struct parts parts = {0};
        uint32_t no = head;
        do {
            parts_add(&parts, partition_was(r->was, no), no);
            no = graph_next(b->graph, no);
        } while (no != head);
        rc = put_example(c, b, "join", head, &parts);
    }
    return rc;
}

static enum rc put_pieces(struct op_call *c, struct brand *b, const struct effect *r)
{
    const uint32_t *names = r->change.pieces.ptr;
    const size_t n =
        r->change.pieces.len < EFFECT_EXAMPLES ? r->change.pieces.len : EFFECT_EXAMPLES;
    struct parts *parts = arena_array(c->arena, struct parts, EFFECT_EXAMPLES);
    const uint32_t last = n ? dictionary_len(b->dictionary) : 0;
    enum rc rc = RC_OK;
    for (uint32_t no = 1; no <= last; no++) {
        const uint32_t was = partition_was(r->was, no);
        for (size_t i = 0; i < n; i++) {
            if (was == names[i]) {
                parts_add(&parts[i], graph_consumer(b->graph, no), no);
            }
        }
    }
    for (size_t i = 0; !rc && i < n; i++) {
        rc = put_example(c, b, "part", names[i], &parts[i]);
    }
    return rc;
}

/* ---- The reply ---- */

static void put_stages(struct op_call *c, const struct pond *p, const struct effect *r)
{
    const struct stage_model *m = pond_model(p);
    struct json *j = op_json(c);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t i = 0; r->stages && i < m->stages_len; i++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[i].name);
        json_put_i64(j, "before", (int64_t)r->before[i]);
        json_put_i64(j, "after", (int64_t)r->after[i]);
        json_end_object(j);
    }
    json_end_array(j);
}

void effect_put(struct op_call *c, const struct pond *p, const struct effect *r)
{
    const struct partition_change *x = &r->change;
    struct json *j = op_json(c);
    json_put_i64(j, "consumers_before", x->before);
    json_put_i64(j, "consumers", x->now);
    json_put_i64(j, "fresh", x->fresh);
    json_put_i64(j, "joined", x->joined);
    json_put_i64(j, "parted", x->parted);
    json_put_i64(j, "unions", (int64_t)x->unions.len);
    json_put_i64(j, "pieces", (int64_t)x->pieces.len);
    put_stages(c, p, r);
}

enum rc effect_put_examples(struct op_call *c, struct pond *p, const struct effect *r)
{
    struct json *j = op_json(c);
    json_key(j, "examples");
    json_begin_array(j);
    enum rc rc = put_unions(c, p->brand, r);
    rc = rc ? rc : put_pieces(c, p->brand, r);
    json_end_array(j);
    return rc;
}
