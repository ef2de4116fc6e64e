/* Which columns are what: chosen by headers, by form, by hand, and kept. */
#include "people/mapping.h"
#include "tap.h"

struct choice {
    struct arena *arena;
    struct mapping *m;
    enum rc rc;
    struct err e;
};

static struct choice choose(const char *text, const struct mapping_request *q)
{
    struct choice c = {.arena = arena_new()};
    struct str view = str_of(text);
    struct csv_reader *reader = NULL;
    struct csv_block block;
    CHECK(!csv_open(source_of_str(&view), &(struct csv_options){0}, &reader, &c.e));
    CHECK(!csv_next(reader, &block, &c.e));
    c.rc = mapping_detect(c.arena, q, &block, 0, &c.m, &c.e);
    csv_close(reader);
    return c;
}

static void check_columns(const struct choice *c, const char *want)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < c->m->columns; i++) {
        if (i) {
            buf_add_byte(&b, ' ');
        }
        mapping_field_text(&c->m->column[i], &b);
        if (c->m->column[i].personal) {
            buf_add_byte(&b, '!');
        }
    }
    CHECK_STR(buf_str(&b), str_of(want));
    buf_release(&b);
}

static void check_choice(const char *text, const char *format, const char *columns)
{
    struct choice c = choose(text, &(struct mapping_request){0});
    if (CHECK(!c.rc)) {
        CHECK_STR(c.m->format, str_of(format));
        check_columns(&c, columns);
    } else {
        printf("#   %s\n", c.e.msg);
    }
    arena_free(c.arena);
}

static void test_headers(void)
{
    TEST("exports are told by their headers, whatever the order and blanks") {
        check_choice("退款金额, 订单付款时间 ,订单创建时间,收货地址 "
                     ",买家实际支付金额,总金额,订单编号\n0,,2020-01-01,上海,1,1,7\n",
                     "tmall-orders",
                     "refund_amount pay_time create_time props.address! amount total order");
        check_choice(
            "订单号,订单状态,收货人/提货人,收货人手机号/"
            "提货人手机号,全部商品名称,订单实付金额,订单创建时间,买家付款时间,归属店铺\n"
            "E2025,完成,张三,13800138000,口红,9,2025-01-01,2025-01-01,总店\n",
            "youzan-orders",
            "order props.订单状态 props.receiver! identity.phone item amount create_time "
            "pay_time touchpoint");
        check_choice(
            "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
            "489434,85048,X,12,2009-12-01 07:45:00,6.95,13085.0,UK\n",
            "uci-retail",
            "order item props.description quantity time unit_price identity.user_id "
            "props.country");
        check_choice(
            "user_id,auction_id,cat_id,cat1,property,buy_mount,day\n1,2,3,4,x,1,20140919\n",
            "tianchi-baby",
            "identity.user_id item category props.category_top props.property quantity time");
        check_choice("Timestamp;VisitorId;Event;ItemId;Full "
                     "Name\n1433221332117;257597;view;355908;Ann\n",
                     "generic", "time identity.user_id event item props.receiver!");
    }
    TEST("a table of orders without an event column is one of purchases") {
        struct choice c = choose("下单时间,手机号,金额\n2025-01-01,13800138000,5\n",
                                 &(struct mapping_request){0});
        CHECK(!c.rc);
        CHECK_STR(c.m->event, STR("purchase"));
        arena_free(c.arena);
    }
    TEST("behaviour rows are told by their form though the first ones are broken") {
        check_choice("1,2\n1,2,3,pv,1511561733\n2,2,3,buy,1511561733\n3,2,3,pv,1511561733\n",
                     "taobao-behavior", "identity.user_id item category event time");
    }
}

static void test_saved(void)
{
    const char *text = "when,tel,who,what\n2025-01-01,13800138000,张三,x\n";
    const struct str spec[] = {STR("time=when"),         STR("identity.phone=TEL"),
                               STR("props.姓名=#3"),     STR("event=what"),
                               STR("event.x:=purchase"), STR("campaign:=618")};
    TEST("what was chosen by hand is kept whole, what is personal stays so") {
        struct buf b = {0};
        struct choice c = choose(
            text, &(struct mapping_request){.spec = spec, .specs = 6, .zone = STR("UTC")});
        CHECK(!c.rc);
        mapping_save(c.m, &b);
        struct choice again = choose(text, &(struct mapping_request){.saved = buf_str(&b)});
        CHECK(!again.rc);
        check_columns(&again, "time identity.phone props.姓名! event");
        CHECK_STR(again.m->zone, STR("UTC"));
        CHECK_STR(again.m->campaign, STR("618"));
        CHECK(again.m->words == 1 && str_eq(again.m->word[0].to, STR("purchase")));
        arena_free(again.arena);
        arena_free(c.arena);
        buf_release(&b);
    }
    TEST("a saved mapping that is not one is refused") {
        struct choice c = choose(text, &(struct mapping_request){.saved = STR("{\"map\":")});
        CHECK(c.rc == RC_INVALID);
        arena_free(c.arena);
        c = choose(text,
                   &(struct mapping_request){.saved = STR("{\"map\":[\"time=nothing\"]}")});
        CHECK(c.rc == RC_INVALID);
        arena_free(c.arena);
    }
}

static void test_forms(void)
{
    TEST("columns lined up by blanks are told apart from text") {
        CHECK(mapping_wants_whitespace(
            STR(" customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n"
                " 00002 19970112  1   12.00\n")));
        CHECK(mapping_wants_whitespace(STR(" 00004 0001 19970101  2   29.33\n")));
        CHECK(!mapping_wants_whitespace(STR("a b c d\ne f g h\n")));
        CHECK(!mapping_wants_whitespace(STR("1 2 3 4\n")));
        CHECK(!mapping_wants_whitespace(STR("")));
    }
    TEST("JSON lines begin with a brace") {
        CHECK(mapping_is_json(STR("\xef\xbb\xbf \n {\"a\":1}")));
        CHECK(!mapping_is_json(STR("[1]")) && !mapping_is_json(STR("a,b")) &&
              !mapping_is_json(STR("")));
    }
    TEST("every format that is listed is known") {
        struct err e = {0};
        for (const char *const *f = mapping_formats(); *f; f++) {
            CHECK(!mapping_check_format(str_of(*f), &e));
        }
        CHECK(mapping_check_format(STR("xls"), &e) == RC_INVALID);
    }
}

int main(void)
{
    test_headers();
    test_saved();
    test_forms();
    return tap_end();
}
