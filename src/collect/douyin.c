/* Douyin (抖店) orders: {"shop_order_list":[...]} as the order search answers, also inside "data"; one order; a list.
 * Amounts in fen, times in seconds. Phones and names come encrypted and are nobody's here. */
#include "collect/order.h"

static int64_t number(const struct json_value *v, const char *key)
{
    int64_t n;
    return str_i64(member_text(v, str_of(key)), &n) ? n : -1;
}

/* Ended by giving everything back: before shipping, after it, after receipt. */
static bool is_refunded(int64_t main_status)
{
    return main_status == 21 || main_status == 22 || main_status == 39;
}

static void read_line(struct run *r, struct order_line *l, const struct json_value *m)
{
    const int64_t paid = order_fen(member(m, STR("pay_amount")));

    l->id = member_text(m, STR("order_id"));
    l->item = member_text(m, STR("product_id"));
    l->category = member_text(m, STR("third_cid"));
    l->quantity = member(m, STR("item_num"));
    l->unit_price = fen_text(r, order_fen(member(m, STR("origin_amount"))));
    l->weight = paid == AMOUNT_UNKNOWN ? -1 : paid;
    l->refunded = is_refunded(number(m, "main_status")) ||
                  number(member(m, STR("after_sale_info")), "refund_status") == 3;
    line_prop(l, "item_name", member(m, STR("product_name")));
    line_prop(l, "sku", member(m, STR("sku_id")));
    line_prop(l, "outer_sku_id", member(m, STR("code")));
    line_prop(l, "author_id", member(m, STR("author_id")));
    line_prop(l, "author", member(m, STR("author_name")));
    line_prop(l, "room_id", member(m, STR("room_id")));
    line_prop(l, "video_id", member(m, STR("video_id")));
    line_prop(l, "c_biz", member(m, STR("c_biz")));
}

static void read_times(struct run *r, struct order *o, const struct json_value *v)
{
    const int64_t status = number(v, "order_status");

    o->created_ms = order_time(r, member(v, STR("create_time")), false);
    o->changed_ms = order_time(r, member(v, STR("update_time")), false);
    o->paid_ms = order_time(r, member(v, STR("pay_time")), false);
    o->shipped_ms = order_time(r, member(v, STR("ship_time")), false);
    o->received_ms = order_time(r, member(v, STR("finish_time")), false);
    o->all_refunded = is_refunded(number(v, "main_status"));
    if (status == 1) {
        o->paid_ms = ORDER_NO_TIME;
    }
    if (status == 4 && o->paid_ms == ORDER_NO_TIME) {
        o->cancelled_ms = o->changed_ms;
    }
}

static void take_order(struct run *r, const struct json_value *v)
{
    struct order o;

    if (!event_begin(r, v)) {
        return;
    }
    order_init(&o, "douyin", "douyin");
    o.no = member_text(v, STR("order_id"));
    o.touchpoint = member_text(v, STR("shop_name"));
    order_place(r, &o);
    read_times(r, &o, v);
    o.paid_fen = order_fen(member(v, STR("pay_amount")));
    const struct json_value *m = member(v, STR("sku_order_list"));
    order_lines(r, &o, m);
    for (uint32_t i = 0; o.line && i < o.lines; i++) {
        m += i ? m->span + 1 : 1;
        read_line(r, &o.line[i], m);
    }
    order_who(&o, "douyin_openid", member(v, STR("doudian_open_id")));
    order_prop(&o, "province", inside(v, "post_addr.province.name"));
    order_prop(&o, "city", inside(v, "post_addr.city.name"));
    order_prop(&o, "b_type", member(v, STR("b_type")));
    order_put(r, &o);
}

enum rc douyin_decode(struct run *r, struct err *e)
{
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    const struct json_value *list =
        is_array(body) ? body : member(body, STR("shop_order_list"));
    list = list ? list : inside(body, "data.shop_order_list");
    if (!is_array(list)) {
        const struct json_value *one = inside(body, "data.shop_order_detail");
        take_order(r, one ? one : body);
        return RC_OK;
    }
    for (const struct json_value *m = list + 1; m <= list + list->span; m += m->span + 1) {
        take_order(r, m);
    }
    return RC_OK;
}
