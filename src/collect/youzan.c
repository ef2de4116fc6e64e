/* Youzan (有赞) pushes: {"client_id":..,"type":"trade_TradePaid","msg":"URL-encoded JSON","sign":..}.
 *
 * sign is MD5(client_id + msg + client_secret); newer pushes have the header Event-Sign, MD5(client_id + body +
 * client_secret). One of them must hold. Orders are those of youzan.trades.sold.get (amounts in yuan, Beijing time);
 * a list of them, as that call answers, is taken too where the program that sends it signs it by Event-Sign. */
#include "collect/order.h"

#include "wire/crypt.h"
#include "wire/web.h"

static bool md5_is(struct run *r, struct str want, struct str id, struct str text,
                   struct str secret)
{
    uint8_t digest[16];
    struct buf b = {0};
    struct buf hex = {0};

    buf_add(&b, id);
    buf_add(&b, text);
    buf_add(&b, secret);
    crypt_md5(buf_str(&b), digest);
    hex_encode(&hex, str_make((const char *)digest, sizeof(digest)));
    char *lower = arena_cstr(r->a, want);
    for (size_t i = 0; i < want.len; i++) {
        lower[i] = lower[i] >= 'A' && lower[i] <= 'F' ? (char)(lower[i] + 32) : lower[i];
    }
    const bool same = crypt_eq(buf_str(&hex), str_make(lower, want.len));
    buf_release(&b);
    buf_release(&hex);
    return same;
}

static enum rc check_sign(struct run *r, const struct json_value *body, struct err *e)
{
    struct str secret;
    enum rc rc = hook_secret(r, &secret, e);
    if (rc) {
        return rc;
    }
    struct str id = member_text(body, STR("client_id"));
    const struct str in_header = r->in->header(r->in->ctx, "Event-Sign");
    const struct str in_body = member_text(body, STR("sign"));
    if (!id.len) {
        id = r->in->header(r->in->ctx, "Client-Id");
    }
    const bool good =
        in_header.len
            ? md5_is(r, in_header, id, r->in->body, secret)
            : in_body.len && md5_is(r, in_body, id, member_text(body, STR("msg")), secret);
    return good ? RC_OK : rc_fail(e, RC_DENIED, "the signature is missing or wrong");
}

/* ---- One order ----------------------------------------------------------------------------- */

static void read_lines(struct run *r, struct order *o, const struct json_value *list)
{
    uint32_t i = 0;
    order_lines(r, o, list);
    if (!o->line) {
        return;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        struct order_line *l = &o->line[i++];
        const struct json_value *price = member(m, STR("discount_price"));
        l->id = member_text(m, STR("oid"));
        l->item = member_text(m, STR("item_id"));
        l->quantity = member(m, STR("num"));
        l->unit_price = is_text(price) ? price->value : member_text(m, STR("price"));
        const int64_t paid = order_yuan(member(m, STR("payment")));
        l->weight = paid == AMOUNT_UNKNOWN ? -1 : paid;
        line_prop(l, "item_name", member(m, STR("title")));
        line_prop(l, "sku", member(m, STR("sku_id")));
        line_prop(l, "outer_item_id", member(m, STR("outer_item_id")));
        line_prop(l, "outer_sku_id", member(m, STR("outer_sku_id")));
        line_prop(l, "is_present", member(m, STR("is_present")));
    }
}

static void read_refunds(struct run *r, struct order *o, const struct json_value *list)
{
    if (!is_array(list) || list->span > 4096) {
        return;
    }
    o->refund = arena_array(r->a, struct order_refund, list->span + 1);
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        const struct str state = member_text(m, STR("refund_state"));
        const bool open = state.len && !str_eq(state, STR("2")) && !str_eq(state, STR("12"));
        const struct str id = member_text(m, STR("refund_id"));
        if (!open && id.len) {
            o->refund[o->refunds++] = (struct order_refund){
                .id = id,
                .time_ms = order_time(r, member(m, STR("update_time")), true),
                .fen = order_yuan(member(m, STR("refund_fee")))};
        }
    }
}

static void read_times(struct run *r, struct order *o, const struct json_value *info)
{
    const struct str status = member_text(info, STR("status"));
    const bool waits = str_eq(status, STR("WAIT_BUYER_PAY"));

    o->created_ms = order_time(r, member(info, STR("created")), true);
    o->changed_ms = order_time(r, member(info, STR("update_time")), true);
    o->shipped_ms = order_time(r, member(info, STR("consign_time")), true);
    o->received_ms = order_time(r, member(info, STR("success_time")), true);
    if (!waits) {
        o->paid_ms = order_time(r, member(info, STR("pay_time")), true);
    }
    if (str_eq(status, STR("TRADE_CLOSED")) && o->paid_ms == ORDER_NO_TIME) {
        o->cancelled_ms = o->changed_ms;
    }
    if (!str_eq(status, STR("TRADE_SUCCESS"))) {
        o->received_ms = ORDER_NO_TIME;
    }
}

static void read_buyer(struct order *o, const struct json_value *full)
{
    const struct json_value *buyer = member(full, STR("buyer_info"));
    const struct json_value *address = member(full, STR("address_info"));
    const struct json_value *phone = member(buyer, STR("buyer_phone"));
    const struct str platform =
        member_text(inside(full, "source_info.source"), STR("platform"));

    order_who(o, "phone",
              is_text(phone) && phone->value.len ? phone
                                                 : member(address, STR("receiver_tel")));
    order_who(o, "youzan_openid", member(buyer, STR("yz_open_id")));
    order_who(o, "youzan_buyer", member(buyer, STR("buyer_id")));
    if (str_eq(platform, STR("wx"))) {
        order_who(o, "openid", member(buyer, STR("outer_user_id")));
    }
    order_prop(o, "province", member(address, STR("delivery_province")));
    order_prop(o, "city", member(address, STR("delivery_city")));
}

static void take_order(struct run *r, const struct json_value *full)
{
    struct order o;

    if (!event_begin(r, full)) {
        return;
    }
    const struct json_value *info = member(full, STR("order_info"));
    order_init(&o, "youzan", "youzan");
    order_place(r, &o);
    o.no = member_text(info, STR("tid"));
    read_times(r, &o, info);
    o.paid_fen = order_yuan(inside(full, "pay_info.payment"));
    read_lines(r, &o, member(full, STR("orders")));
    read_refunds(r, &o, member(full, STR("refund_order")));
    o.all_refunded = !o.refunds && str_eq(member_text(info, STR("refund_state")), STR("12"));
    read_buyer(&o, full);
    order_put(r, &o);
}

/* A push holds one order, an answer of the API a list of them. */
static void take_all(struct run *r, const struct json_value *v)
{
    const struct json_value *list = member(v, STR("full_order_info_list"));
    list = list ? list : inside(v, "data.full_order_info_list");
    if (is_array(list)) {
        for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
            const struct json_value *full = member(m, STR("full_order_info"));
            take_order(r, full ? full : m);
        }
        return;
    }
    const struct json_value *full = member(v, STR("full_order_info"));
    if (full || member(v, STR("order_info"))) {
        take_order(r, full ? full : v);
    } else {
        event_ignore(r);
    }
}

static bool is_true(const struct json_value *v) { return v && v->type == JSON_TRUE; }

enum rc youzan_decode(struct run *r, struct err *e)
{
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    rc = rc ? rc : check_sign(r, r->s->flat.item, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    const struct json_value *msg = member(body, STR("msg"));
    const struct str type = member_text(body, STR("type"));
    if (is_true(member(body, STR("test"))) ||
        (type.len && !str_starts(type, STR("trade_")) && !str_starts(type, STR("TRADE_")))) {
        event_ignore(r);
        return RC_OK;
    }
    if (!msg || msg->type != JSON_STRING) {
        take_all(r, is_object(msg) ? msg : body);
        return RC_OK;
    }
    const struct str text = web_percent_decode(r->a, msg->value, true);
    rc = body_parse_text(r->s, text, e);
    if (rc) {
        err_prefix(e, "msg");
        return rc;
    }
    take_all(r, r->s->flat.item);
    return RC_OK;
}
