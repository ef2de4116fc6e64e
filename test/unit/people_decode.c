/* Rows and lines from outside: what becomes of them, and what is said about bad ones. */
#include "people/decode.h"
#include "tap.h"

#define NOW 1767225600000LL /* 2026-01-01 UTC */

struct bench {
    struct arena *arena;
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct event_batch *batch;
    struct mapping *mapping;
    struct decoder *decoder;
    char reason[256], raw[4096], field[64];
    uint64_t line;
    uint32_t column;
};

static void on_reject(void *ctx, const struct reject *r)
{
    struct bench *t = ctx;
    (void)snprintf(t->reason, sizeof(t->reason), "%s", r->reason);
    (void)snprintf(t->raw, sizeof(t->raw), "%.*s", STR_FMT(r->raw));
    (void)snprintf(t->field, sizeof(t->field), "%.*s", STR_FMT(r->field));
    t->line = r->line;
    t->column = r->column;
}

static void bench_open(struct bench *t)
{
    struct buf key = {0};
    struct err e = {0};
    *t = (struct bench){0};
    t->arena = arena_new();
    t->kinds = kind_table_new();
    t->catalogue = catalogue_new();
    CHECK(!secret_make(&key, &e) && !secret_parse(buf_str(&key), &t->secret, &e));
    CHECK(!zone_open(STR("Asia/Shanghai"), &t->zone, &e));
    t->batch = batch_new(64);
    batch_clear(t->batch);
    buf_release(&key);
}

static void bench_close(struct bench *t)
{
    decoder_free(t->decoder);
    batch_free(t->batch);
    zone_free(t->zone);
    catalogue_free(t->catalogue);
    kind_table_free(t->kinds);
    arena_free(t->arena);
}

static void bench_decoder(struct bench *t)
{
    struct err e = {0};
    const struct decoder_setup s = {.mapping = t->mapping,
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .identity_key = t->secret.identity,
                                    .zone = t->zone,
                                    .now_ms = NOW,
                                    .reject = on_reject,
                                    .ctx = t};
    CHECK(!decoder_new(&s, &t->decoder, &e));
    decoder_begin(t->decoder, t->batch);
}

/* Decodes a whole text as a file would be. */
static enum rc run_csv(struct bench *t, const char *text, const struct str *spec,
                       uint32_t specs, struct err *e)
{
    struct str view = str_of(text);
    struct csv_reader *reader = NULL;
    struct csv_block block;
    const struct mapping_request q = {.spec = spec, .specs = specs};

    bench_open(t);
    const struct csv_options o = {.whitespace = mapping_wants_whitespace(view)};
    CHECK(!csv_open(source_of_str(&view), &o, &reader, e));
    CHECK(!csv_next(reader, &block, e));
    enum rc rc = mapping_detect(t->arena, &q, &block, 0, &t->mapping, e);
    if (!rc) {
        bench_decoder(t);
        CHECK_EQ_I64(decoder_rows(t->decoder, &block, 0), block.rows);
    }
    csv_close(reader);
    return rc;
}

static void run_json(struct bench *t, const char *text)
{
    bench_open(t);
    t->mapping = mapping_json_lines(t->arena);
    bench_decoder(t);
    (void)decoder_json(t->decoder, str_of(text), 7);
}

static struct str event_of(const struct bench *t, uint32_t r)
{
    return catalogue_name(t->catalogue, t->batch->name[r]);
}

static struct str ident_text(struct bench *t, uint32_t r, uint32_t i)
{
    const struct ident *id = &t->batch->ident[t->batch->ident_at[r] + i];
    return arena_strf(t->arena, "%.*s:%.*s", STR_FMT(kind_name(t->kinds, id->kind)),
                      STR_FMT(id->value));
}

static void test_taobao(void)
{
    struct bench t;
    struct err e = {0};
    TEST("Taobao behaviour rows are told by their form") {
        CHECK(
            !run_csv(&t,
                     "1,2333346,2520771,pv,1511561733\n1,2576651,149192,buy,1511572885\n"
                     "2,5,6,cart,1511572886\n3,5,6,fav,1511572886\n301780,543546,4181361,pv,15",
                     NULL, 0, &e));
        CHECK_STR(t.mapping->format, STR("taobao-behavior"));
        CHECK_EQ_I64(t.batch->rows, 4);
        CHECK_STR(event_of(&t, 0), STR("item_view"));
        CHECK_STR(event_of(&t, 1), STR("purchase"));
        CHECK_STR(event_of(&t, 2), STR("add_cart"));
        CHECK_STR(event_of(&t, 3), STR("favorite"));
        CHECK_STR(ident_text(&t, 0, 0), STR("user_id:1"));
        CHECK_STR(t.batch->item[0], STR("2333346"));
        CHECK_STR(t.batch->category[1], STR("149192"));
        CHECK_EQ_I64(t.batch->time_ms[1], 1511572885000LL);
        CHECK_EQ_I64(t.line, 5);
        CHECK_EQ_I64(t.column, 5);
        CHECK_EQ_I64(decoder_reject_count(t.decoder), 1);
        bench_close(&t);
    }
}

static void test_orders(void)
{
    struct bench t;
    struct err e = {0};
    static const char text[] =
        "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
        "1,178.8,0.0,上海,2020-02-21 00:00:00,,0.0\n"
        "5,64.8,0.0,江苏省,2020-02-20 23:57:04,2020-02-20 23:57:11,64.8\n"
        "6,327.7,148.9,浙江省,2020-02-20 23:56:39,2020-02-20 23:56:53,178.8\n"
        "7,357.0,350.0,天津,2020-02-20 23:56:36,2020-02-20 23:56:40,0.0\n";
    TEST("an order report gives purchases at payment, creations, and refunds that name the "
         "order") {
        CHECK(!run_csv(&t, text, NULL, 0, &e));
        const struct event_batch *b = t.batch;
        CHECK_STR(t.mapping->format, STR("tmall-orders"));
        CHECK_EQ_I64(b->rows, 6);
        CHECK_STR(event_of(&t, 0), STR("order_create"));
        CHECK_STR(event_of(&t, 1), STR("purchase"));
        CHECK_STR(event_of(&t, 2), STR("refund"));
        CHECK_EQ_I64(b->amount_fen[1], 6480);
        CHECK_EQ_I64(b->amount_fen[3], 32770);
        CHECK_EQ_I64(b->amount_fen[4], 17880);
        CHECK_EQ_I64(b->amount_fen[5], 35000);
        CHECK_STR(b->order_no[4], STR("6"));
        CHECK_EQ_I64(b->time_ms[1], 1582214231000LL);
        CHECK_EQ_I64(b->source_row[4], 3);
        CHECK_EQ_I64(b->idents, 0);
        CHECK(str_find(b->props[5], STR("天津"), 0) != SIZE_MAX);
        bench_close(&t);
    }
    TEST("buyers are identities; names and addresses are sealed") {
        CHECK(!run_csv(&t,
                       "订单编号,买家会员名,买家实际支付金额,收货人姓名,收货地址,联系手机,"
                       "订单创建时间,订单付款时间\n"
                       "\"=\"\"123456789012345678\"\"\",tb_nick,12.5,张三丰,浙江省 杭州市 "
                       "文三路 9 号,'13800138000,"
                       "2020-02-20 23:56:36,2020-02-20 23:56:40\n",
                       NULL, 0, &e));
        const struct event_batch *b = t.batch;
        CHECK_EQ_I64(b->rows, 1);
        CHECK_STR(b->order_no[0], STR("123456789012345678"));
        CHECK_EQ_I64(b->idents, 2);
        CHECK_STR(ident_text(&t, 0, 1), STR("phone:13800138000"));
        CHECK(str_find(b->props[0], STR("张三丰"), 0) == SIZE_MAX);
        CHECK(str_find(b->props[0], STR("文三路"), 0) == SIZE_MAX);
        CHECK(str_find(b->props[0], STR(DECODE_SEALED), 0) != SIZE_MAX);
        bench_close(&t);
    }
}

static void test_uci(void)
{
    struct bench t;
    struct err e = {0};
    TEST("invoices give purchases, and refunds that name no order") {
        CHECK(!run_csv(
            &t,
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
            "Country\n"
            "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
            "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n"
            "536414,22139,,56,12/1/2010 11:52,0.0,,United Kingdom\n"
            "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom\n",
            NULL, 0, &e));
        const struct event_batch *b = t.batch;
        CHECK_EQ_I64(b->rows, 4);
        CHECK_STR(ident_text(&t, 0, 0), STR("user_id:17850"));
        CHECK_EQ_I64(b->amount_fen[0], 1530);
        CHECK_EQ_I64(b->unit_price_e4[0], 25500);
        CHECK_STR(b->order_no[0], STR("536365"));
        CHECK_STR(event_of(&t, 1), STR("refund"));
        CHECK(b->quantity[1] == 1 && !b->order_no[1].len);
        CHECK_EQ_I64(b->amount_fen[1], 2750);
        CHECK(str_find(b->props[1], STR("\"invoice\":\"C536379\""), 0) != SIZE_MAX);
        CHECK_EQ_I64(b->time_ms[2], 1291175520000LL);
        CHECK_EQ_I64(b->amount_fen[2], 0);
        CHECK_STR(event_of(&t, 3), STR("adjustment"));
        CHECK_EQ_I64(decoder_reject_count(t.decoder), 0);
        bench_close(&t);
    }
}

static void test_cdnow(void)
{
    struct bench t;
    struct err e = {0};
    TEST("both forms of the CDNOW log are told apart") {
        CHECK(!run_csv(
            &t,
            " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n"
            " 00002 19970112  1   12.00\n",
            NULL, 0, &e));
        CHECK_STR(t.mapping->format, STR("cdnow"));
        CHECK_EQ_I64(t.batch->rows, 2);
        CHECK_STR(ident_text(&t, 1, 0), STR("user_id:00002"));
        CHECK_EQ_I64(t.batch->amount_fen[0], 1177);
        CHECK_EQ_I64(t.batch->time_ms[0], 852048000000LL);
        bench_close(&t);
        CHECK(!run_csv(&t, " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n",
                       NULL, 0, &e));
        CHECK_EQ_I64(t.batch->rows, 2);
        CHECK_STR(ident_text(&t, 0, 0), STR("user_id:00004"));
        CHECK_STR(t.batch->props[0], STR("{\"sample_id\":\"0001\"}"));
        bench_close(&t);
    }
}

static void test_generic(void)
{
    struct bench t;
    struct err e = {0};
    TEST("a table of no known form is read by its headers") {
        CHECK(!run_csv(&t,
                       "时间,用户ID,行为,商品ID,城市,手机号\n2020-01-01 "
                       "10:00:00,u1,加购,sku9,上海,+86 138-0013-8000\n"
                       "2020-01-01 10:00:00,u1,打卡,,,\n",
                       NULL, 0, &e));
        CHECK_STR(t.mapping->format, STR("generic"));
        CHECK_STR(event_of(&t, 0), STR("add_cart"));
        CHECK_STR(event_of(&t, 1), STR("打卡"));
        CHECK_EQ_I64(t.batch->idents, 3);
        CHECK_STR(t.batch->props[0], STR("{\"城市\":\"上海\"}"));
        bench_close(&t);
    }
    TEST("lines of a title in front of the headers are no rows") {
        CHECK(!run_csv(&t,
                       "订单导出,,\n\n导出时间 "
                       "2025-01-01,,\n时间,事件,手机号\n2020-01-01,购买,13800138000\n",
                       NULL, 0, &e));
        CHECK_EQ_I64(t.batch->rows, 1);
        CHECK_EQ_I64(decoder_row_count(t.decoder), 1);
        CHECK_EQ_I64(t.mapping->titles, 2);
        bench_close(&t);
    }
    TEST("--map names columns, constants and words") {
        const struct str spec[] = {STR("time=when"),      STR("identity.crm_id=#2"),
                                   STR("event=what"),     STR("event.x:=purchase"),
                                   STR("channel:=store"), STR("skip=junk")};
        CHECK(!run_csv(&t, "when,who,what,junk\n2020-01-01,7,x,9\n", spec, 6, &e));
        CHECK_EQ_I64(t.batch->rows, 1);
        CHECK_STR(event_of(&t, 0), STR("purchase"));
        CHECK_STR(ident_text(&t, 0, 0), STR("crm_id:7"));
        CHECK_STR(channel_name(t.catalogue, t.batch->channel[0]), STR("store"));
        CHECK(!t.batch->props[0].len);
        bench_close(&t);
    }
    TEST("a saved mapping chooses the same again") {
        const struct str spec[] = {STR("time=#1"), STR("event:=purchase"),
                                   STR("identity.user_id=#2")};
        CHECK(!run_csv(&t, "2020-01-01,7\n2020-01-02,8\n", spec, 3, &e));
        struct buf b = {0};
        mapping_save(t.mapping, &b);
        CHECK_STR(buf_str(&b),
                  STR("{\"format\":\"generic\",\"header\":false,\"map\":[\"time=#1\","
                      "\"identity.user_id=#2\",\"event:=purchase\"]}"));
        CHECK_EQ_I64(t.batch->rows, 2);
        buf_release(&b);
        bench_close(&t);
    }
    TEST("what cannot be told is asked for") {
        CHECK(run_csv(&t, "a,b\nx,y\n", NULL, 0, &e) == RC_INVALID);
        CHECK(strstr(e.hint, "--map time="));
        bench_close(&t);
        CHECK(run_csv(&t, "time,user_id\n2020-01-01,1\n", NULL, 0, &e) == RC_INVALID);
        CHECK(strstr(e.hint, "--map event"));
        bench_close(&t);
        CHECK(run_csv(&t, "time,time,event\n2020-01-01,2020-01-02,x\n", NULL, 0, &e) ==
              RC_INVALID);
        CHECK(strstr(e.hint, "--map time=#1"));
        bench_close(&t);
    }
}

static void test_json(void)
{
    struct bench t;
    TEST("Pond's own NDJSON") {
        run_json(
            &t,
            "{\"time\":\"2025-01-02T03:04:05.678+08:00\",\"event\":\"purchase\",\"id\":\"e1\","
            "\"identities\":{\"phone\":\"138 0013 "
            "8000\",\"device\":[\"a\",\"b\"],\"openid@wx1\":\"o\"},"
            "\"channel\":\"mini_program\",\"item\":\"S\",\"order\":\"7\",\"quantity\":2,\"unit_"
            "price\":9.9,"
            "\"score\":5,\"properties\":{\"city\":\"上海\",\"n\":{\"x\":[1]}},\"extra\":true,"
            "\"address\":\"文三路\"}");
        const struct event_batch *b = t.batch;
        CHECK_EQ_I64(b->rows, 1);
        CHECK_EQ_I64(b->idents, 4);
        CHECK_EQ_I64(b->time_ms[0], 1735758245678LL);
        CHECK_EQ_I64(b->amount_fen[0], 1980);
        CHECK_STR(b->event_id[0], STR("e1"));
        CHECK(str_starts(
            b->props[0],
            STR("{\"city\":\"上海\",\"n\":{\"x\":[1]},\"extra\":true,\"address\":\"~siv1:")));
        bench_close(&t);
    }
    TEST("times as numbers are seconds or milliseconds") {
        run_json(&t, "{\"time\":1511561733,\"event\":\"x\",\"user_id\":17}");
        CHECK_EQ_I64(t.batch->time_ms[0], 1511561733000LL);
        CHECK_STR(ident_text(&t, 0, 0), STR("user_id:17"));
        bench_close(&t);
        run_json(&t, "{\"time\":1511561733123,\"event\":\"x\"}");
        CHECK_EQ_I64(t.batch->time_ms[0], 1511561733123LL);
        bench_close(&t);
    }
}

static void check_json_reject(const char *text, const char *field, const char *reason)
{
    struct bench t;
    run_json(&t, text);
    CHECK_EQ_I64(t.batch->rows, 0);
    CHECK_EQ_I64(t.batch->idents, 0);
    CHECK_EQ_I64(t.line, 7);
    CHECK_CSTR(t.field, field);
    if (!CHECK(strstr(t.reason, reason))) {
        printf("#   %s: %s\n", text, t.reason);
    }
    bench_close(&t);
}

static void test_json_rejects(void)
{
    TEST("bad JSON events are named by field and reason") {
        check_json_reject("{\"time\":1,", "", "column");
        check_json_reject("[1]", "", "no JSON object");
        check_json_reject("{\"event\":\"x\"}", "time", "no time");
        check_json_reject("{\"time\":1511561733}", "event", "no event name");
        check_json_reject("{\"time\":\"2020-02-30\",\"event\":\"x\"}", "time", "not a time");
        check_json_reject("{\"time\":\"2099-02-20\",\"event\":\"x\"}", "time", "future");
        check_json_reject("{\"time\":-90000,\"event\":\"x\"}", "time", "outside");
        check_json_reject("{\"time\":[],\"event\":\"x\"}", "time", "neither");
        check_json_reject("{\"time\":1511561733,\"event\":7}", "event", "no text");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"amount\":\"abc\"}", "amount",
                          "not a number");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"amount\":-1}", "amount",
                          "negative");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"quantity\":-1}", "quantity",
                          "negative");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"identities\":[]}",
                          "identities", "no object");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"identities\":{\"phone\":{}}}",
                          "identities.phone", "neither");
        check_json_reject(
            "{\"time\":1511561733,\"event\":\"x\",\"identities\":{\"phone\":\"abc\"}}",
            "identities.phone", "phone");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"identities\":{\"device\":[1,"
                          "2,3,4,5,6,7,8,9]}}",
                          "identities.device", "more than 8");
        check_json_reject("{\"time\":1511561733,\"event\":\"x\",\"properties\":3}",
                          "properties", "no object");
    }
}

static void check_row_reject(const char *row, uint32_t column, const char *reason)
{
    struct bench t;
    struct err e = {0};
    char text[512];
    (void)snprintf(text, sizeof(text),
                   "time,event,user_id,phone,amount,quantity\n"
                   "2020-01-01,purchase,1,,1,1\n%s\n",
                   row);
    CHECK(!run_csv(&t, text, NULL, 0, &e));
    CHECK_EQ_I64(t.batch->rows, 1);
    CHECK_EQ_I64(t.line, 3);
    CHECK_EQ_I64(t.column, column);
    if (!CHECK(strstr(t.reason, reason))) {
        printf("#   %s: %s\n", row, t.reason);
    }
    bench_close(&t);
}

static void test_row_rejects(void)
{
    TEST("bad rows are named by line, column and reason") {
        check_row_reject("2020-13-01,purchase,1,,1,1", 1, "not a time");
        check_row_reject(",purchase,1,,1,1", 1, "no time");
        check_row_reject("1969-01-01,purchase,1,,1,1", 1, "outside");
        check_row_reject("2151-01-01,purchase,1,,1,1", 1, "outside");
        check_row_reject("2026-01-03,purchase,1,,1,1", 1, "future");
        check_row_reject("2020-01-01,,1,,1,1", 2, "no event name");
        check_row_reject("2020-01-01,purchase,1,12ab,1,1", 4, "phone");
        check_row_reject("2020-01-01,purchase,1,,x,1", 5, "not a number");
        check_row_reject("2020-01-01,purchase,1,,-3,1", 5, "negative");
        check_row_reject("2020-01-01,purchase,1,,1,nan", 6, "not a number");
        check_row_reject("2020-01-01,purchase,1,,1,1e300", 6, "beyond");
        check_row_reject("2020-01-01,purchase,1,,1,1,7", 0, "7 columns");
        check_row_reject("2020-01-01,purchase,\xff\xfe,,1,1", 0, "no text");
    }
    TEST("the text of a rejected row has personal values masked") {
        struct bench t;
        struct err e = {0};
        CHECK(!run_csv(&t, "time,event,phone\nbad,purchase,13800138000\n", NULL, 0, &e));
        CHECK_CSTR(t.raw, "bad,purchase,138****8000");
        bench_close(&t);
        CHECK(!run_csv(&t,
                       "time,event,note\nbad,purchase,call 13800138000 or li@qq.com of 12345\n",
                       NULL, 0, &e));
        CHECK_CSTR(t.raw, "bad,purchase,call 138****8000 or ***@qq.com of 12345");
        bench_close(&t);
        run_json(&t, "{\"phone\":\"13800138000\",\"email\":\"zhang.san@qq.com\"");
        CHECK_CSTR(t.raw, "{\"phone\":\"138****8000\",\"email\":\"***@qq.com\"");
        bench_close(&t);
    }
}

int main(void)
{
    test_taobao();
    test_orders();
    test_uci();
    test_cdnow();
    test_generic();
    test_json();
    test_json_rejects();
    test_row_rejects();
    return tap_end();
}
