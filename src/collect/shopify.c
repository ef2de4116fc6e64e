/* Shopify webhooks: orders/... with an order, refunds/create with a refund. The signature is the base64 of
 * HMAC-SHA256 over the body as sent (X-Shopify-Hmac-Sha256). The order's id is its number here: refunds name it. */
#include "collect/order.h"

#include "wire/crypt.h"
#include "wire/web.h"

static enum rc check_sign(struct run *r, struct err *e)
{
    struct str secret, sent;
    uint8_t want[32];
    enum rc rc = hook_secret(r, &secret, e);

    if (rc) {
        return rc;
    }
    crypt_hmac_sha256(secret, r->in->body, want);
    const struct str text = r->in->header(r->in->ctx, "X-Shopify-Hmac-Sha256");
    const bool good = text.len && web_base64_decode(r->a, text, &sent) &&
                      crypt_eq(sent, str_make((const char *)want, sizeof(want)));
    return good ? RC_OK : rc_fail(e, RC_DENIED, "the signature is missing or wrong");
}

/* ---- Refunds ------------------------------------------------------------------------------- */

static int64_t add(int64_t sum, int64_t fen)
{
    if (fen == AMOUNT_UNKNOWN || sum > INT64_MAX / 4 || sum < -(INT64_MAX / 4)) {
        return sum;
    }
    return sum == AMOUNT_UNKNOWN ? fen : sum + fen;
}

static int64_t transactions_fen(const struct json_value *list)
{
    int64_t sum = AMOUNT_UNKNOWN;
    if (!is_array(list)) {
        return sum;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        const struct str status = member_text(m, STR("status"));
        if (str_eq(member_text(m, STR("kind")), STR("refund")) &&
            (!status.len || str_eq(status, STR("success")))) {
            const int64_t one = order_yuan(member(m, STR("amount")));
            sum = sum == AMOUNT_UNKNOWN ? one : add(sum, one);
        }
    }
    return sum;
}

static int64_t refund_lines_fen(const struct json_value *list)
{
    int64_t sum = AMOUNT_UNKNOWN;
    if (!is_array(list)) {
        return sum;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        const int64_t one = order_yuan(member(m, STR("subtotal")));
        sum = sum == AMOUNT_UNKNOWN ? one : add(sum, one);
        sum = sum == AMOUNT_UNKNOWN ? sum : add(sum, order_yuan(member(m, STR("total_tax"))));
    }
    return sum;
}

/* What was given back: the transactions that went through; without any, the lines with their tax. A refund of
 * neither gives nothing back (a return without money). */
static bool read_refund(struct run *r, struct order *o, const struct json_value *refund)
{
    int64_t fen = transactions_fen(member(refund, STR("transactions")));
    if (fen == AMOUNT_UNKNOWN) {
        fen = refund_lines_fen(member(refund, STR("refund_line_items")));
    }
    const struct str id = member_text(refund, STR("id"));
    if (!id.len || fen == AMOUNT_UNKNOWN || fen <= 0) {
        return false;
    }
    o->refund[o->refunds++] = (struct order_refund){
        .id = id,
        .time_ms = order_time(r, member(refund, STR("created_at")), false),
        .fen = fen};
    return true;
}

static void read_refunds(struct run *r, struct order *o, const struct json_value *list)
{
    if (!is_array(list)) {
        return;
    }
    o->refund = arena_array(r->a, struct order_refund, list->span + 1);
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        (void)read_refund(r, o, m);
    }
}

/* ---- Orders -------------------------------------------------------------------------------- */

static int64_t discounts_fen(const struct json_value *list)
{
    int64_t sum = 0;
    if (!is_array(list)) {
        return 0;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        sum = add(sum, order_yuan(member(m, STR("amount"))));
    }
    return sum;
}

static void read_line(struct order_line *l, const struct json_value *m)
{
    double quantity;
    const struct json_value *count = member(m, STR("quantity"));
    const int64_t price = order_yuan(member(m, STR("price")));

    l->id = member_text(m, STR("id"));
    l->item = member_text(m, STR("product_id"));
    l->item = l->item.len ? l->item : member_text(m, STR("sku"));
    l->quantity = count;
    l->unit_price = member_text(m, STR("price"));
    if (price != AMOUNT_UNKNOWN && price <= 1000000000000LL && is_text(count) &&
        str_f64(count->value, &quantity) && quantity >= 0 && quantity <= 1000) {
        l->weight = (int64_t)(quantity * (double)price + 0.5) -
                    discounts_fen(member(m, STR("discount_allocations")));
        l->weight = l->weight < 0 ? 0 : l->weight;
    }
    line_prop(l, "item_name", member(m, STR("title")));
    line_prop(l, "sku", member(m, STR("sku")));
    line_prop(l, "variant_id", member(m, STR("variant_id")));
    line_prop(l, "vendor", member(m, STR("vendor")));
}

static bool is_paid(struct str status)
{
    return str_eq(status, STR("paid")) || str_eq(status, STR("partially_refunded")) ||
           str_eq(status, STR("refunded"));
}

static void read_times(struct run *r, struct order *o, const struct json_value *v)
{
    const int64_t processed = order_time(r, member(v, STR("processed_at")), false);

    o->created_ms = order_time(r, member(v, STR("created_at")), false);
    o->changed_ms = order_time(r, member(v, STR("updated_at")), false);
    if (is_paid(member_text(v, STR("financial_status")))) {
        o->paid_ms = processed != ORDER_NO_TIME ? processed : o->created_ms;
    } else {
        o->cancelled_ms = order_time(r, member(v, STR("cancelled_at")), false);
    }
    const struct json_value *sent = member(v, STR("fulfillments"));
    if (is_array(sent) && sent->span) {
        o->shipped_ms = order_time(r, member(sent + 1, STR("created_at")), false);
    }
}

static void read_buyer(struct order *o, const struct json_value *v)
{
    const struct json_value *customer = member(v, STR("customer"));
    const struct json_value *email = member(v, STR("email"));
    const struct json_value *phone = member(v, STR("phone"));

    order_who(o, "email", is_text(email) ? email : member(customer, STR("email")));
    order_who(o, "phone", is_text(phone) ? phone : member(customer, STR("phone")));
    order_who(o, "shopify_customer", member(customer, STR("id")));
    order_prop(o, "order_name", member(v, STR("name")));
    order_prop(o, "currency", member(v, STR("currency")));
    order_prop(o, "discount_codes", member(v, STR("discount_codes")));
    order_prop(o, "landing_site", member(v, STR("landing_site")));
    order_prop(o, "referring_site", member(v, STR("referring_site")));
}

static void take_order(struct run *r, const struct json_value *v)
{
    struct order o;

    if (!event_begin(r, v)) {
        return;
    }
    order_init(&o, "shopify", "web");
    o.touchpoint = r->in->header(r->in->ctx, "X-Shopify-Shop-Domain");
    order_place(r, &o);
    o.no = member_text(v, STR("id"));
    read_times(r, &o, v);
    o.paid_fen = order_yuan(member(v, STR("total_price")));
    const struct json_value *m = member(v, STR("line_items"));
    order_lines(r, &o, m);
    for (uint32_t i = 0; o.line && i < o.lines; i++) {
        m += i ? m->span + 1 : 1;
        read_line(&o.line[i], m);
    }
    read_refunds(r, &o, member(v, STR("refunds")));
    o.all_refunded =
        !o.refunds && str_eq(member_text(v, STR("financial_status")), STR("refunded"));
    read_buyer(&o, v);
    order_put(r, &o);
}

static void take_refund(struct run *r, const struct json_value *v)
{
    struct order o;

    order_init(&o, "shopify", "web");
    o.refund = arena_array(r->a, struct order_refund, 1);
    if (!read_refund(r, &o, v)) {
        event_ignore(r);
        return;
    }
    if (!event_begin(r, v)) {
        return;
    }
    o.touchpoint = r->in->header(r->in->ctx, "X-Shopify-Shop-Domain");
    order_place(r, &o);
    o.no = member_text(v, STR("order_id"));
    order_put_refunds(r, &o);
}

enum rc shopify_decode(struct run *r, struct err *e)
{
    enum rc rc = check_sign(r, e);
    rc = rc ? rc : body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    const struct str topic = r->in->header(r->in->ctx, "X-Shopify-Topic");
    const struct json_value *test = member(body, STR("test"));
    if (str_eq(topic, STR("refunds/create"))) {
        take_refund(r, body);
    } else if ((topic.len && !str_starts(topic, STR("orders/"))) ||
               str_eq(topic, STR("orders/delete")) || (test && test->type == JSON_TRUE)) {
        event_ignore(r);
    } else {
        take_order(r, body);
    }
    return RC_OK;
}
