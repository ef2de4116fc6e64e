/* Taobao and Tmall trades as TOP gives them (taobao.trade.fullinfo.get, taobao.trades.sold.get), sent on by
 * whoever fetched them: a trade, a list of trades, or the answer of the call. Amounts in yuan, Beijing time. */
#include "collect/order.h"

static bool status_is(struct str status, const char *const *list)
{
    for (; *list; list++) {
        if (str_eq(status, str_of(*list))) {
            return true;
        }
    }
    return false;
}

static void read_line(struct order_line *l, const struct json_value *m)
{
    l->id = member_text(m, STR("oid"));
    l->item = member_text(m, STR("num_iid"));
    l->category = member_text(m, STR("cid"));
    l->quantity = member(m, STR("num"));
    l->unit_price = member_text(m, STR("price"));
    l->refunded = str_eq(member_text(m, STR("refund_status")), STR("SUCCESS"));
    int64_t paid = order_yuan(member(m, STR("divide_order_fee")));
    paid = paid == AMOUNT_UNKNOWN ? order_yuan(member(m, STR("payment"))) : paid;
    l->weight = paid == AMOUNT_UNKNOWN ? -1 : paid;
    line_prop(l, "item_name", member(m, STR("title")));
    line_prop(l, "sku", member(m, STR("sku_id")));
    line_prop(l, "outer_item_id", member(m, STR("outer_iid")));
    line_prop(l, "outer_sku_id", member(m, STR("outer_sku_id")));
}

static void read_times(struct run *r, struct order *o, const struct json_value *t)
{
    static const char *const closed[] = {"TRADE_CLOSED_BY_TAOBAO", "TRADE_CLOSED", NULL};
    static const char *const unpaid[] = {"WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY",
                                         "TRADE_CLOSED_BY_TAOBAO", NULL};
    static const char *const received[] = {"TRADE_FINISHED", "TRADE_BUYER_SIGNED", NULL};
    const struct str status = member_text(t, STR("status"));

    o->created_ms = order_time(r, member(t, STR("created")), true);
    o->changed_ms = order_time(r, member(t, STR("modified")), true);
    const int64_t end = order_time(r, member(t, STR("end_time")), true);
    if (!status_is(status, unpaid)) {
        o->paid_ms = order_time(r, member(t, STR("pay_time")), true);
        o->shipped_ms = order_time(r, member(t, STR("consign_time")), true);
    }
    if (status_is(status, closed)) {
        const int64_t at = end != ORDER_NO_TIME ? end : o->changed_ms;
        o->all_refunded = o->paid_ms != ORDER_NO_TIME;
        o->cancelled_ms = o->all_refunded ? ORDER_NO_TIME : at;
        o->changed_ms = o->all_refunded ? at : o->changed_ms;
    }
    if (status_is(status, received)) {
        o->received_ms = end;
    }
}

static void take_trade(struct run *r, const struct json_value *t)
{
    struct order o;

    if (!event_begin(r, t)) {
        return;
    }
    order_init(&o, "taobao", "tmall");
    order_place(r, &o);
    o.no = member_text(t, STR("tid_str"));
    o.no = o.no.len ? o.no : member_text(t, STR("tid"));
    read_times(r, &o, t);
    o.paid_fen = order_yuan(member(t, STR("payment")));
    const struct json_value *list = member(t, STR("orders"));
    list = is_object(list) ? member(list, STR("order")) : list;
    order_lines(r, &o, list);
    for (uint32_t i = 0; o.line && i < o.lines; i++) {
        list += i ? list->span + 1 : 1;
        read_line(&o.line[i], list);
    }
    order_who(&o, "taobao_ouid", member(t, STR("buyer_open_uid")));
    order_who(&o, "taobao_name", member(t, STR("buyer_nick")));
    order_who(&o, "phone", member(t, STR("receiver_mobile")));
    order_prop(&o, "province", member(t, STR("receiver_state")));
    order_prop(&o, "city", member(t, STR("receiver_city")));
    order_prop(&o, "trade_type", member(t, STR("type")));
    order_put(r, &o);
}

static void take_all(struct run *r, const struct json_value *list)
{
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        take_trade(r, m);
    }
}

enum rc taobao_decode(struct run *r, struct err *e)
{
    static const char *const lists[] = {"trades_sold_get_response.trades.trade", "trades.trade",
                                        "trades"};
    static const char *const ones[] = {"trade_fullinfo_get_response.trade",
                                       "trade_get_response.trade", "trade"};
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    if (is_array(body)) {
        take_all(r, body);
        return RC_OK;
    }
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        const struct json_value *list = inside(body, lists[i]);
        if (is_array(list)) {
            take_all(r, list);
            return RC_OK;
        }
    }
    for (size_t i = 0; i < sizeof(ones) / sizeof(*ones); i++) {
        const struct json_value *one = inside(body, ones[i]);
        if (is_object(one)) {
            take_trade(r, one);
            return RC_OK;
        }
    }
    take_trade(r, body);
    return RC_OK;
}
