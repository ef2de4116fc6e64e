/* The rows that a history is made of, as they come from the lake. */
#include "who/history.h"

#include <string.h>
#include "base/hash.h"
#include "base/mem.h"

struct scan {
    struct brand *brand;
    const struct history_want *want;
    struct event_rows rows;
    struct refunded *refunds; /* NULL: nothing to leave out */
    uint64_t names[EVENT_NAMES_MAX / 64];
    struct zone_cache cache;
    uint64_t alone; /* purchases that name no order so far */
    struct history_rows out;
};

uint32_t history_columns(const struct history_want *w)
{
    return (w->items ? 1u << FIELD_ITEM : 0) | (w->categories ? 1u << FIELD_CATEGORY : 0) |
           (w->channels ? 1u << FIELD_CHANNEL : 0) |
           (w->touchpoints ? 1u << FIELD_TOUCHPOINT : 0) |
           (w->campaigns ? 1u << FIELD_CAMPAIGN : 0) | (w->amounts ? 1u << FIELD_AMOUNT : 0) |
           (w->quantities ? 1u << FIELD_QUANTITY : 0) |
           (w->orders ? 1u << FIELD_ORDER | 1u << FIELD_CHANNEL : 0);
}

static bool wants_purchases(const struct history_want *w)
{
    bool found = !w->names;
    for (uint32_t i = 0; i < w->names_len && !found; i++) {
        found = w->names[i] == EVENT_PURCHASE;
    }
    return found;
}

/* Lines of one order on one day by one identity are one; a purchase that names no order is its own. */
static uint64_t part_key(struct scan *s, uint32_t row, int32_t day, uint64_t order)
{
    if (!order) {
        return hash_mix(0x6c6f6e65u + s->alone++) | 1;
    }
    return hash_mix(order ^ hash_mix((uint64_t)s->rows.identity[row] << 32 | (uint32_t)day)) |
           1;
}

/* The row joins those of the chunk; what is refunded is told. */
static void add_row(struct scan *s, uint32_t row, uint32_t consumer, int32_t day)
{
    const struct history_want *w = s->want;
    struct history_rows *o = &s->out;
    uint32_t n = o->rows++;
    o->at[n] = (uint16_t)row;
    o->consumer[n] = consumer;
    o->day[n] = day;
    o->order[n] = 0;
    o->gone[n] = false;
    if (s->rows.name[row] != EVENT_PURCHASE) {
        return;
    }
    bool look = s->refunds && refunded_has(s->refunds, s->rows.identity[row]);
    uint64_t order = w->orders || look ? event_rows_order(&s->rows, row) : 0;
    if (look) {
        int32_t from = event_rows_refunded(&s->rows, row, order);
        o->gone[n] = from != DAY_NONE && from <= w->to;
    }
    o->order[n] = w->orders && !o->gone[n] ? part_key(s, row, day, order) : 0;
}

static void fill_chunk(struct scan *s)
{
    const uint32_t *consumers = graph_consumers(s->brand->graph);
    const struct bits *among = s->want->among;
    uint32_t consumer[CHUNK_ROWS];
    const uint32_t rows = s->rows.rows < CHUNK_ROWS ? s->rows.rows : CHUNK_ROWS;
    s->out.rows = 0;
    for (uint32_t r = 0; r < rows; r++) {
        consumer[r] =
            consumers[s->rows.identity[r]]; /* on its own: memory answers many at once */
    }
    for (uint32_t r = 0; r < rows; r++) {
        uint16_t name = s->rows.name[r];
        if (name >= EVENT_NAMES_MAX || !(s->names[name / 64] >> (name % 64) & 1)) {
            continue;
        }
        int32_t day = zone_day(s->brand->zone, &s->cache, s->rows.time_ms[r]);
        if (day < s->want->from || day > s->want->to) {
            continue; /* the lake gives a little more (who/event_rows.c) */
        }
        if (!among || (consumer[r] < among->len && bits_has(among, consumer[r]))) {
            add_row(s, r, consumer[r], day);
        }
    }
}

static enum rc read_rows(struct scan *s,
                         enum rc (*each)(void *ctx, const struct history_rows *rows,
                                         struct err *e),
                         void *ctx, struct err *e)
{
    const struct history_want *w = s->want;
    const struct event_rows_want rows = {.names = w->names,
                                         .names_len = w->names_len,
                                         .from = w->from,
                                         .to = w->to,
                                         .columns = history_columns(w),
                                         .refunds = s->refunds};
    enum rc rc = event_rows_begin(&s->rows, s->brand, &rows, e);
    while (!rc && !(rc = event_rows_next(&s->rows, e)) && s->rows.rows) {
        fill_chunk(s);
        rc = each(ctx, &s->out, e);
    }
    event_rows_end(&s->rows);
    return rc;
}

enum rc history_scan(struct brand *b, const struct history_want *want,
                     enum rc (*each)(void *ctx, const struct history_rows *rows, struct err *e),
                     void *ctx, struct err *e)
{
    struct scan *s = mem_zalloc(sizeof(*s));
    enum rc rc = RC_OK;
    s->brand = b;
    s->want = want;
    s->out.lake = &s->rows;
    memset(s->names, want->names ? 0 : 0xff, sizeof(s->names));
    for (uint32_t i = 0; want->names && i < want->names_len; i++) {
        s->names[want->names[i] / 64] |= UINT64_C(1) << (want->names[i] % 64);
    }
    if (!want->refunded && wants_purchases(want)) {
        rc = refunded_open(b, &s->refunds, e);
    }
    rc = rc ? rc : read_rows(s, each, ctx, e);
    refunded_free(s->refunds);
    mem_free(s);
    return rc;
}
