/* From a row's columns to its events: the rules of each shape (docs/import.md has them in words). */
#include "people/decode_internal.h"

static void props_add(struct decoder *d, struct str quoted, struct str value)
{
    buf_add_byte(&d->props, d->props.len ? ',' : '{');
    buf_add(&d->props, quoted);
    json_quote(&d->props, value);
}

static bool fail_at(struct decoder *d, enum map_field field, const char *why)
{
    for (uint32_t i = 0; i < d->actions; i++) {
        if (d->action[i].field == field) {
            d->bad_column = d->action[i].column + 1;
            d->bad_field = d->in.mapping->column[d->action[i].column].header;
        }
    }
    return decode_fail(d, "%s", why);
}

/* The amount of purchases and refunds, from quantity and unit price where the source has none; a
 * refund may be written as a negative amount. */
bool decode_finish_event(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;
    int64_t *amount = &b->amount_fen[r];
    const bool refund = b->name[r] == EVENT_REFUND;

    if (*amount != AMOUNT_UNKNOWN && *amount < 0) {
        if (!refund) {
            return fail_at(d, MAP_AMOUNT, "the amount is negative");
        }
        *amount = -*amount;
    }
    if (*amount == AMOUNT_UNKNOWN && (refund || b->name[r] == EVENT_PURCHASE)) {
        *amount = decode_product(b->quantity[r], b->unit_price_e4[r]);
    }
    return true;
}

static bool finish_events(struct decoder *d)
{
    const uint32_t r = d->draft.row;

    if (d->event_code) {
        d->batch->name[r] = d->event_code;
    } else if (!decode_event_code(d, d->draft.event, &d->batch->name[r])) {
        return fail_at(d, MAP_EVENT, arena_cstr(d->batch->arena, str_of(d->reason)));
    }
    if (!decode_finish_event(d)) {
        return false;
    }
    decode_props_end(d);
    return true;
}

/* ---- Orders -------------------------------------------------------------------------------- */

/* The id of an order's event: the same order in a later export is the same event, whatever its
 * status has become meanwhile. */
static struct str order_id(struct decoder *d, const char *what, int64_t more)
{
    const struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;

    buf_clear(&d->scratch);
    buf_addf(&d->scratch, "order/%.*s/%lld/%.*s/%.*s", STR_FMT(b->order_no[r]),
             (long long)(d->draft.has_create ? d->draft.create_ms : 0),
             STR_FMT(b->touchpoint[r]), STR_FMT(b->item[r]));
    for (uint32_t i = 0; i < d->actions; i++) {
        const struct action *a = &d->action[i];
        if (a->field == MAP_LINE && a->column < d->draft.cells) {
            buf_addf(&d->scratch, "/%.*s", STR_FMT(d->draft.cell[a->column]));
        }
    }
    buf_addf(&d->scratch, "/%s/%lld", what, (long long)more);
    return decode_keep(d, buf_str(&d->scratch));
}

/* Exports of Taobao take what was given back off the amount paid: where paid + refunded is the
 * total, the total is what was paid at first. */
static int64_t order_amount(const struct decoder *d, int64_t paid_fen)
{
    const struct draft *t = &d->draft;
    const bool has_refund = t->refund_fen != AMOUNT_UNKNOWN && t->refund_fen > 0;

    if (paid_fen == AMOUNT_UNKNOWN) {
        return t->total_fen;
    }
    return has_refund && t->total_fen != AMOUNT_UNKNOWN &&
                   paid_fen + t->refund_fen == t->total_fen
               ? t->total_fen
               : paid_fen;
}

static bool add_refund(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const struct draft *t = &d->draft;
    const uint32_t from = t->row;
    const struct str id = order_id(d, "refund", t->refund_fen);
    const uint32_t r = batch_add(b);

    b->name[r] = EVENT_REFUND;
    b->time_ms[r] = t->has_refund_time ? t->refund_ms : b->time_ms[from];
    b->channel[r] = b->channel[from];
    b->touchpoint[r] = b->touchpoint[from];
    b->campaign[r] = b->campaign[from];
    b->item[r] = b->item[from];
    b->category[r] = b->category[from];
    b->order_no[r] = b->order_no[from];
    b->amount_fen[r] = t->refund_fen;
    b->source_row[r] = b->source_row[from];
    b->event_id[r] = id;
    for (uint32_t i = b->ident_at[from]; i < b->ident_at[from + 1]; i++) {
        const struct ident one = b->ident[i];
        (void)batch_add_ident(b, one.kind, one.value, one.hash, NULL);
    }
    return true;
}

static bool has_column(const struct decoder *d, enum map_field field)
{
    for (uint32_t i = 0; i < d->actions; i++) {
        if (d->action[i].field == field) {
            return true;
        }
    }
    return false;
}

static bool finish_orders(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const struct draft *t = &d->draft;
    const uint32_t r = t->row;
    int64_t *amount = &b->amount_fen[r];

    if (!b->order_no[r].len) {
        return fail_at(d, MAP_ORDER, "there is no order number");
    }
    if (!t->has_pay && !t->has_create) {
        return fail_at(d, MAP_CREATE_TIME,
                       "there is neither a time of payment nor one of creation");
    }
    if (*amount != AMOUNT_UNKNOWN && *amount < 0) {
        return fail_at(d, MAP_AMOUNT, "the amount is negative");
    }
    const bool paid = t->has_pay || (!has_column(d, MAP_PAY_TIME) &&
                                     *amount != AMOUNT_UNKNOWN && *amount > 0);
    b->time_ms[r] = t->has_pay ? t->pay_ms : t->create_ms;
    b->name[r] = paid ? EVENT_PURCHASE : d->code_order_create;
    *amount = paid ? order_amount(d, *amount) : t->total_fen;
    if (!b->event_id[r].len) {
        b->event_id[r] = order_id(d, paid ? "paid" : "created", 0);
    }
    decode_props_end(d);
    return !(paid && t->refund_fen != AMOUNT_UNKNOWN && t->refund_fen > 0) || add_refund(d);
}

/* ---- Invoices ------------------------------------------------------------------------------ */

static bool finish_invoices(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const struct draft *t = &d->draft;
    const uint32_t r = t->row;
    const struct str invoice = b->order_no[r];

    if (!invoice.len) {
        return fail_at(d, MAP_ORDER, "there is no invoice number");
    }
    if (isnan(b->quantity[r])) {
        return fail_at(d, MAP_QUANTITY, "there is no quantity");
    }
    const bool refund = invoice.ptr[0] == 'C' || invoice.ptr[0] == 'c' || t->negative_quantity;
    b->amount_fen[r] = decode_product(b->quantity[r], b->unit_price_e4[r]);
    b->name[r] = refund ? EVENT_REFUND : EVENT_PURCHASE;
    if (t->negative_price && !decode_event_code(d, STR("adjustment"), &b->name[r])) {
        return false;
    }
    if (refund) {
        b->order_no[r] = STR_NULL;
        props_add(d, STR("\"invoice\":"), invoice);
    }
    decode_props_end(d);
    return true;
}

bool decode_finish(struct decoder *d)
{
    switch (d->in.mapping->shape) {
    case SHAPE_ORDERS: return finish_orders(d);
    case SHAPE_INVOICES: return finish_invoices(d);
    case SHAPE_EVENTS:
    case SHAPE_JSON: return finish_events(d);
    }
    return false;
}
