/* The statement is put together from the fixed texts below, chosen by column; everything from outside is bound. */
#include "who/event_rows.h"

#include <math.h>
#include "base/buf.h"

#define NAMES_BOUND 256u

/* clang-format off */
static const char *const column_texts[ROWS_COLUMNS] = {
    [FIELD_AMOUNT] = ", amount_fen",
    [FIELD_QUANTITY] = ", quantity",
    [FIELD_SCORE] = ", score",
    [FIELD_UNIT_PRICE] = ", unit_price_e4",
    [FIELD_CHANNEL] = ", code_channel(channel) as channel",
    [FIELD_TOUCHPOINT] = ", touchpoint",
    [FIELD_CAMPAIGN] = ", campaign",
    [FIELD_ITEM] = ", item",
    [FIELD_CATEGORY] = ", category",
    [FIELD_ORDER] = ", order_no",
    [FIELD_PROP] = ", props",
};
/* clang-format on */

static uint32_t columns_of(const struct event_rows_want *want)
{
    const uint32_t order = 1u << FIELD_ORDER | 1u << FIELD_CHANNEL;
    if (!want->refunds) {
        return want->columns;
    }
    return refunded_lines(want->refunds) ? (1u << ROWS_COLUMNS) - 1 : want->columns | order;
}

static void write_names(struct buf *text, const struct event_rows_want *want)
{
    if (!want->names || want->names_len > NAMES_BOUND) {
        return;
    }
    buf_add(text, STR(" and name in ("));
    for (uint32_t i = 0; i < want->names_len; i++) {
        buf_addf(text, "%s$n%u", i ? ", " : "", i);
    }
    buf_add(text, STR(")"));
}

static void write_text(struct event_rows *r, struct buf *text,
                       const struct event_rows_want *want)
{
    uint32_t columns = columns_of(want), at = 3;
    buf_add(text, STR("select time_ms, code_event(name) as code, identity"));
    for (uint32_t c = 0; c < ROWS_COLUMNS; c++) {
        if (columns >> c & 1) {
            buf_add(text, str_of(column_texts[c]));
            r->place[c] = (uint8_t)at++;
        }
    }
    buf_add(text, STR(" from event where identity > 0"));
    if (want->from != DAY_NONE) {
        buf_add(text, STR(" and time_ms >= $from"));
    }
    if (want->to != INT32_MAX) {
        buf_add(text, STR(" and time_ms < $to"));
    }
    write_names(text, want);
}

static size_t write_binds(const struct brand *b, const struct event_rows_want *want,
                          struct bind *binds, char (*keys)[12])
{
    size_t n = 0;
    if (want->from != DAY_NONE) {
        binds[n++] = bind_i64("from", zone_day_start(b->zone, want->from));
    }
    if (want->to != INT32_MAX) {
        binds[n++] = bind_i64("to", zone_day_start(b->zone, want->to + 1));
    }
    for (uint32_t i = 0; want->names && want->names_len <= NAMES_BOUND && i < want->names_len;
         i++) {
        (void)snprintf(keys[i], sizeof(keys[i]), "n%u", i);
        binds[n++] = bind_str(keys[i], catalogue_name(b->catalogue, want->names[i]));
    }
    return n;
}

enum rc event_rows_begin(struct event_rows *r, struct brand *b,
                         const struct event_rows_want *want, struct err *e)
{
    *r = (struct event_rows){.brand = b, .refunds = want->refunds};
    if (want->refunds) {
        refunded_rewind(want->refunds);
    }
    if (want->names && !want->names_len) {
        return RC_OK;
    }
    struct buf text = {0};
    struct bind binds[NAMES_BOUND + 2];
    char keys[NAMES_BOUND][12];
    write_text(r, &text, want);
    size_t n = write_binds(b, want, binds, keys);
    const struct sql sql = {.name = "who_event_rows", .text = buf_cstr(&text)};
    enum rc rc = brand_attach(b, e);
    if (!rc) {
        rc = lake_query(b->lake, &sql, (struct binds){binds, n}, &r->result, e);
    }
    buf_release(&text);
    return rc;
}

enum rc event_rows_next(struct event_rows *r, struct err *e)
{
    struct lake_chunk chunk = {0};
    enum rc rc = r->result ? lake_next(r->result, &chunk, e) : RC_OK;
    r->rows = rc ? 0 : chunk.rows;
    if (!r->rows) {
        return rc;
    }
    r->time_ms = chunk.columns[0].data;
    r->name = chunk.columns[1].data;
    r->identity = chunk.columns[2].data;
    for (uint32_t c = 0; c < ROWS_COLUMNS; c++) {
        r->columns[c] = r->place[c] ? &chunk.columns[r->place[c]] : NULL;
    }
    return RC_OK;
}

void event_rows_end(struct event_rows *r)
{
    lake_done(r->result);
    r->result = NULL;
}

int64_t event_rows_i64(const struct event_rows *r, enum event_field column, uint32_t row)
{
    const struct lake_vector *v = r->columns[column];
    return lake_is_null(v, row) ? INT64_MIN : ((const int64_t *)v->data)[row];
}

double event_rows_f64(const struct event_rows *r, enum event_field column, uint32_t row)
{
    const struct lake_vector *v = r->columns[column];
    return lake_is_null(v, row) ? (double)NAN : ((const double *)v->data)[row];
}

uint8_t event_rows_channel(const struct event_rows *r, uint32_t row)
{
    uint16_t code = ((const uint16_t *)r->columns[FIELD_CHANNEL]->data)[row];
    return code == LAKE_CODE_NONE ? 0 : (uint8_t)code;
}

uint64_t event_rows_order(const struct event_rows *r, uint32_t row)
{
    struct str no = event_rows_text(r, FIELD_ORDER, row);
    if (!no.len) {
        return 0;
    }
    uint8_t channel = event_rows_channel(r, row);
    return orders_key(r->brand->secret->event, channel_name(r->brand->catalogue, channel), no);
}

int32_t event_rows_refunded(struct event_rows *r, uint32_t row, uint64_t order)
{
    uint32_t no = r->identity[row];
    if (!r->refunds || !refunded_has(r->refunds, no)) {
        return DAY_NONE;
    }
    if (order) {
        return refunded_order(r->refunds, no, order);
    }
    if (!refunded_has_line(r->refunds, no)) {
        return DAY_NONE;
    }
    const struct purchase_line l = {
        .identity = no,
        .channel = event_rows_channel(r, row),
        .time_ms = r->time_ms[row],
        .unit_price_e4 = event_rows_i64(r, FIELD_UNIT_PRICE, row),
        .amount_fen = event_rows_i64(r, FIELD_AMOUNT, row),
        .quantity = event_rows_f64(r, FIELD_QUANTITY, row),
        .score = event_rows_f64(r, FIELD_SCORE, row),
        .item = event_rows_text(r, FIELD_ITEM, row),
        .category = event_rows_text(r, FIELD_CATEGORY, row),
        .touchpoint = event_rows_text(r, FIELD_TOUCHPOINT, row),
        .campaign = event_rows_text(r, FIELD_CAMPAIGN, row),
        .props = event_rows_text(r, FIELD_PROP, row),
    };
    return refunded_line(r->refunds, refunded_line_hash(&l));
}
