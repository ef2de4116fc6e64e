/* Orders in Pond's own form, for shops without a collector of their own (docs/collect.md):
 *
 *     {"order":"O1","channel":"store","touchpoint":"南京路店","identities":{"phone":"138..."},
 *      "created":"2026-01-02 10:00:00","paid":"2026-01-02 10:01:00","amount":100.00,
 *      "lines":[{"id":"1","item":"SKU1","name":"口红","quantity":2,"unit_price":50,"amount":100}],
 *      "refunds":[{"id":"R1","time":"2026-01-05 09:00:00","amount":50,"item":"SKU1"}]}
 *
 * What the order's state is follows from which times it has. */
#include "collect/order.h"

static void read_line(struct order_line *l, const struct json_value *m)
{
    const int64_t amount = order_yuan(member(m, STR("amount")));
    double quantity = 1;
    const int64_t price = order_yuan(member(m, STR("unit_price")));

    l->id = member_text(m, STR("id"));
    l->item = member_text(m, STR("item"));
    l->category = member_text(m, STR("category"));
    l->quantity = member(m, STR("quantity"));
    l->unit_price = member_text(m, STR("unit_price"));
    if (amount != AMOUNT_UNKNOWN) {
        l->weight = amount;
    } else if (price != AMOUNT_UNKNOWN && price >= 0 && price <= 1000000000000LL) {
        const bool good = !is_text(l->quantity) || (str_f64(l->quantity->value, &quantity) &&
                                                    quantity >= 0 && quantity <= 1000);
        l->weight = good ? (int64_t)(quantity * (double)price + 0.5) : -1;
    }
    line_prop(l, "item_name", member(m, STR("name")));
    line_prop(l, "sku", member(m, STR("sku")));
}

static void read_refunds(struct run *r, struct order *o, const struct json_value *list)
{
    if (!is_array(list)) {
        return;
    }
    o->refund = arena_array(r->a, struct order_refund, list->span + 1);
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        struct str id = member_text(m, STR("id"));
        id = id.len ? id : arena_strf(r->a, "%u", o->refunds + 1);
        o->refund[o->refunds++] =
            (struct order_refund){.id = id,
                                  .time_ms = order_time(r, member(m, STR("time")), false),
                                  .fen = order_yuan(member(m, STR("amount"))),
                                  .item = member_text(m, STR("item"))};
    }
}

/* A time that is there and is none must not pass for a state the order is not in. */
static const char *read_times(struct run *r, struct order *o, const struct json_value *v)
{
    const struct {
        const char *key;
        int64_t *ms;
    } times[] = {{"created", &o->created_ms},
                 {"paid", &o->paid_ms},
                 {"shipped", &o->shipped_ms},
                 {"received", &o->received_ms},
                 {"cancelled", &o->cancelled_ms}};
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        const struct json_value *t = member(v, str_of(times[i].key));
        *times[i].ms = order_time(r, t, false);
        if (*times[i].ms == ORDER_NO_TIME && t && t->type != JSON_NULL && t->value.len) {
            return times[i].key;
        }
    }
    return NULL;
}

static void read_who(struct run *r, struct order *o, const struct json_value *list)
{
    if (!is_object(list)) {
        return;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        order_who(o, arena_cstr(r->a, m->key), m);
    }
}

static void take_order(struct run *r, const struct json_value *v)
{
    struct order o;

    if (!event_begin(r, v)) {
        return;
    }
    order_init(&o, "order", "");
    o.no = member_text(v, STR("order"));
    o.channel = member_text(v, STR("channel"));
    o.touchpoint = member_text(v, STR("touchpoint"));
    o.campaign = member_text(v, STR("campaign"));
    order_place(r, &o);
    const char *bad = read_times(r, &o, v);
    if (bad) {
        event_drop(r, str_of(bad), "not a time, or one that does not exist");
        return;
    }
    const struct json_value *amount = member(v, STR("amount"));
    o.paid_fen = order_yuan(amount);
    if (amount && amount->type != JSON_NULL && o.paid_fen == AMOUNT_UNKNOWN) {
        event_drop(r, STR("amount"), "the amount is not a number");
        return;
    }
    const struct json_value *m = member(v, STR("lines"));
    order_lines(r, &o, m);
    for (uint32_t i = 0; o.line && i < o.lines; i++) {
        m += i ? m->span + 1 : 1;
        read_line(&o.line[i], m);
    }
    read_refunds(r, &o, member(v, STR("refunds")));
    read_who(r, &o, member(v, STR("identities")));
    order_prop(&o, "currency", member(v, STR("currency")));
    order_put(r, &o);
}

enum rc order_decode(struct run *r, struct err *e)
{
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *v = r->s->flat.item;
    if (is_object(v)) {
        take_order(r, v);
        return RC_OK;
    }
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        take_order(r, m);
    }
    return RC_OK;
}
