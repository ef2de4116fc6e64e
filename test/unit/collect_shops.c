/* Orders pushed by shops: what each state of an order becomes, signatures, other people's bodies. */
#include "collect_run.h"

#include "wire/crypt.h"

static struct str secret_of(void *ctx, const char *collector, struct arena *a)
{
    (void)ctx;
    (void)a;
    return strcmp(collector, "shopify") && strcmp(collector, "youzan") ? STR_NULL
                                                                       : STR("s3cret");
}

static int64_t sum_of(const struct bench *t, uint16_t code)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < t->batch->rows; i++) {
        sum += t->batch->name[i] == code ? t->batch->amount_fen[i] : 0;
    }
    return sum;
}

/* "order_create purchase refund" */
static struct str names_of(struct bench *t)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < t->batch->rows; i++) {
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_FMT(event_of(t, i)));
    }
    const struct str out = arena_str(t->arena, buf_str(&b));
    buf_release(&b);
    return out;
}

/* ---- Pond's own form ---- */

static void test_own(struct bench *t)
{
    TEST("an order not paid is order_create, with what is to be paid") {
        CHECK_EQ_I64(post(t, "/hooks/order/pk_w_1?x=1",
                          "{\"order\":\"O1\",\"channel\":\"store\",\"created\":"
                          "\"2025-12-31 10:00:00\",\"amount\":100,\"identities\":{\"phone\":"
                          "\"13800138000\"}}"),
                     RC_OK);
        CHECK_STR(t->key, STR("pk_w_1"));
        CHECK_STR(names_of(t), STR("order_create"));
        CHECK_STR(t->batch->event_id[0], STR("order:O1/created"));
        CHECK_EQ_I64(t->batch->amount_fen[0], 10000);
        CHECK_STR(who(t, 0), STR("phone:13800138000"));
        CHECK_STR(channel_of_row(t, 0), STR("store"));
    }
    TEST("a paid one is a purchase a line; the lines add up to what was paid, postage and "
         "all") {
        CHECK_EQ_I64(
            post(t, "/hooks/order/pk",
                 "[{\"order\":\"O1\",\"created\":\"2025-12-31 10:00:00\",\"paid\":"
                 "\"2025-12-31 10:01:00\",\"shipped\":\"2025-12-31 20:00:00\",\"received\":"
                 "\"2026-01-01 "
                 "07:00:00\",\"amount\":\"107.00\",\"lines\":[{\"item\":\"a\",\"name\":"
                 "\"口红\",\"quantity\":2,\"unit_price\":10,\"amount\":20},{\"id\":\"L2\","
                 "\"item\":"
                 "\"b\",\"quantity\":1,\"unit_price\":80},{\"item\":\"gift\",\"quantity\":1,"
                 "\"unit_price\":0}],\"refunds\":[{\"id\":\"R1\",\"time\":\"2026-01-01 "
                 "07:30:00\","
                 "\"amount\":20,\"item\":\"a\"}]}]"),
            RC_OK);
        CHECK_STR(names_of(t),
                  STR("purchase purchase purchase order_ship order_receive refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 10700);
        CHECK_EQ_I64(t->batch->amount_fen[0], 2140);
        CHECK_EQ_I64(t->batch->amount_fen[2], 0);
        CHECK_EQ_I64(t->batch->amount_fen[5], 2000);
        CHECK_STR(t->batch->event_id[0], STR("order:O1/paid/1"));
        CHECK_STR(t->batch->event_id[1], STR("order:O1/paid/L2"));
        CHECK_STR(t->batch->event_id[3], STR("order:O1/shipped"));
        CHECK_STR(t->batch->event_id[5], STR("order:O1/refund/R1"));
        CHECK_STR(t->batch->order_no[5], STR("O1"));
        CHECK_STR(t->batch->props[0], STR("{\"item_name\":\"口红\"}"));
        CHECK_EQ_I64(t->out.events, 1);
        CHECK_EQ_I64(t->out.decoded, 6);
    }
    TEST("cancelled before paying") {
        CHECK_EQ_I64(post(t, "/hooks/order?key=k",
                          "{\"order\":7,\"created\":1767139200,\"cancelled\":1767142800,"
                          "\"amount\":5}"),
                     RC_OK);
        CHECK_STR(t->key, STR("k"));
        CHECK_STR(names_of(t), STR("order_create order_cancel"));
        CHECK_STR(t->batch->order_no[1], STR("7"));
    }
    TEST("without an amount the lines say theirs") {
        CHECK_EQ_I64(post(t, "/hooks/order/k?channel=tmall&touchpoint=%E5%BA%97",
                          "{\"order\":\"O2\",\"paid\":1767139200,\"lines\":[{\"quantity\":2,"
                          "\"unit_price\":\"1.5\"},{\"amount\":7}]}"),
                     RC_OK);
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 1000);
        CHECK_STR(channel_of_row(t, 0), STR("tmall"));
        CHECK_STR(t->batch->touchpoint[1], STR("店"));
    }
}

static void rejects(struct bench *t, const char *order, const char *reason)
{
    CHECK_EQ_I64(post(t, "/hooks/order/k", order), RC_OK);
    CHECK_EQ_I64(t->out.rejected, 1);
    CHECK_EQ_I64(t->batch->rows, 0);
    CHECK_CSTR(t->reason, reason);
}

static void test_own_wrong(struct bench *t)
{
    TEST("an order that is none is set aside as a whole") {
        rejects(t, "{}", "there is no order number");
        rejects(t, "{\"order\":{}}", "there is no order number");
        rejects(t, "{\"order\":\"O\"}",
                "there is neither a time of payment nor one of creation");
        rejects(t, "{\"order\":\"O\",\"paid\":\"soon\"}",
                "not a time, or one that does not exist");
        rejects(t, "{\"order\":\"O\",\"paid\":1767139200,\"amount\":\"much\"}",
                "the amount is not a number");
        rejects(t, "{\"order\":\"O\",\"paid\":1767139200,\"amount\":-1}",
                "the amount is negative");
        rejects(t,
                "{\"order\":\"O\",\"paid\":1767139200,\"amount\":1,\"lines\":[{},{\"quantity\":"
                "\"NaN\"}]}",
                "the quantity is not a number");
        rejects(t, "{\"order\":\"O\",\"paid\":1867139200}", "the time is in the future");
        rejects(t, "[7]", "the event is no JSON object");
    }
    TEST("wrong types elsewhere are nothing") {
        CHECK_EQ_I64(post(t, "/hooks/order/k",
                          "{\"order\":\"O\",\"paid\":1767139200,\"lines\":7,\"refunds\":{},"
                          "\"identities\":[1],\"channel\":[],\"currency\":{}}"),
                     RC_OK);
        CHECK_STR(names_of(t), STR("purchase"));
        CHECK_EQ_I64(post(t, "/hooks/order/k", "nonsense"), RC_INVALID);
        CHECK_EQ_I64(t->reply.status, 400);
    }
    TEST("more lines than an order may have") {
        struct buf b = {0};
        buf_add(&b, STR("{\"order\":\"O\",\"paid\":1767139200,\"lines\":[{}"));
        for (int i = 0; i < 1000; i++) {
            buf_add(&b, STR(",{}"));
        }
        buf_add(&b, STR("]}"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/order/k", buf_str(&b)), RC_OK);
        CHECK_EQ_I64(t->out.rejected, 1);
        CHECK_CSTR(t->reason, "the order has more than 1000 lines");
        buf_release(&b);
    }
}

/* ---- Youzan ---- */

static struct str youzan_push(struct bench *t, const char *type, const char *msg,
                              const char *secret)
{
    struct buf quoted = {0}, signed_text = {0}, hex = {0};
    uint8_t digest[16];
    web_percent_encode(&quoted, str_of(msg));
    buf_addf(&signed_text, "c1%.*s%s", (int)quoted.len, quoted.ptr, secret);
    crypt_md5(buf_str(&signed_text), digest);
    hex_encode(&hex, str_make((const char *)digest, 16));
    const struct str out = arena_strf(
        t->arena,
        "{\"client_id\":\"c1\",\"id\":\"E1\",\"kdt_id\":1,\"msg\":\"%.*s\",\"type\":\"%s\","
        "\"sign\":\"%.*s\",\"test\":false}",
        (int)quoted.len, quoted.ptr, type, (int)hex.len, hex.ptr);
    buf_release(&quoted);
    buf_release(&signed_text);
    buf_release(&hex);
    return out;
}

static const char youzan_order[] =
    "{\"full_order_info\":{\"order_info\":{\"tid\":\"E2025\",\"status\":\"%s\",\"created\":"
    "\"2025-12-31 10:00:00\",\"update_time\":\"2025-12-31 12:00:00\",\"pay_time\":\"%s\","
    "\"consign_time\":\"\",\"success_time\":\"\",\"refund_state\":%d},\"source_info\":{"
    "\"source\":"
    "{\"platform\":\"wx\",\"wx_entrance\":\"merchant_xcx\"}},\"buyer_info\":{\"buyer_id\":88,"
    "\"buyer_phone\":\"13800138000\",\"outer_user_id\":\"oWX\",\"yz_open_id\":\"yz1\"},\"pay_"
    "info\":"
    "{\"total_fee\":\"120.00\",\"post_fee\":\"8.00\",\"payment\":\"98.01\"},\"address_info\":{"
    "\"receiver_name\":\"林\",\"receiver_tel\":\"13900139000\",\"delivery_province\":"
    "\"上海市\"},"
    "\"orders\":[{\"oid\":\"11\",\"item_id\":501,\"sku_id\":0,\"title\":\"面霜\",\"num\":1,"
    "\"price\":"
    "\"60.00\",\"discount_price\":\"50.00\",\"payment\":\"45.00\"},{\"oid\":\"12\",\"item_id\":"
    "502,"
    "\"title\":\"精华\",\"num\":1,\"price\":\"60.00\",\"payment\":\"45.00\"}]}}";

static enum rc youzan(struct bench *t, const char *status, const char *paid, int refund)
{
    char msg[2048];
    (void)snprintf(msg, sizeof(msg), youzan_order, status, paid, refund);
    return send_bytes(t, "POST", "/hooks/youzan/pk_w_yz",
                      youzan_push(t, "trade_TradePaid", msg, "s3cret"));
}

static void test_youzan(struct bench *t)
{
    TEST("a signed push of a paid order") {
        CHECK_EQ_I64(youzan(t, "WAIT_SELLER_SEND_GOODS", "2025-12-31 10:05:00", 0), RC_OK);
        CHECK_STR(t->key, STR("pk_w_yz"));
        CHECK_STR(names_of(t), STR("purchase purchase"));
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 9801);
        CHECK_STR(who(t, 0), STR("phone:13800138000 youzan_openid:yz1 youzan_buyer:88 "
                                 "openid:oWX"));
        CHECK_STR(t->batch->event_id[1], STR("youzan:E2025/paid/12"));
        CHECK_STR(t->batch->item[0], STR("501"));
        CHECK_EQ_I64(t->batch->unit_price_e4[0], 500000);
        CHECK_STR(channel_of_row(t, 0), STR("youzan"));
        CHECK(has(t->batch->props[0], "\"province\":\"上海市\"") &&
              has(t->batch->props[0], "\"item_name\":\"面霜\""));
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 22 * 3600000LL + 5 * 60000);
        CHECK(has(t->reply.body, "\"code\":0") && t->reply.status == 200);
    }
    TEST("waiting for payment, closed unpaid, refunded in full") {
        CHECK_EQ_I64(youzan(t, "WAIT_BUYER_PAY", "", 0), RC_OK);
        CHECK_STR(names_of(t), STR("order_create"));
        CHECK_EQ_I64(youzan(t, "TRADE_CLOSED", "", 0), RC_OK);
        CHECK_STR(names_of(t), STR("order_create order_cancel"));
        CHECK_EQ_I64(youzan(t, "TRADE_CLOSED", "2025-12-31 10:05:00", 12), RC_OK);
        CHECK_STR(names_of(t), STR("purchase purchase refund refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_REFUND), 9801);
        CHECK_STR(t->batch->event_id[2], STR("youzan:E2025/refund/11"));
    }
    TEST("a signature that is wrong, missing, or cannot be checked is refused") {
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/youzan/k",
                                youzan_push(t, "trade_TradePaid", "{}", "other")),
                     RC_DENIED);
        CHECK_EQ_I64(t->reply.status, 401);
        CHECK_EQ_I64(post(t, "/hooks/youzan/k", "{\"msg\":\"%7B%7D\"}"), RC_DENIED);
        CHECK_EQ_I64(post(t, "/hooks/youzan/k", "[]"), RC_DENIED);
        struct collect_settings keep = t->settings;
        t->settings = (struct collect_settings){0};
        CHECK_EQ_I64(youzan(t, "WAIT_BUYER_PAY", "", 0), RC_DENIED);
        CHECK(t->err.hint[0]);
        t->settings = keep;
    }
    TEST("Event-Sign over the whole body") {
        const char *body = "{\"full_order_info\":{\"order_info\":{\"tid\":\"E9\",\"status\":"
                           "\"WAIT_BUYER_PAY\",\"created\":\"2025-12-31 10:00:00\"}}}";
        struct buf text = {0}, hex = {0};
        uint8_t digest[16];
        buf_addf(&text, "c9%ss3cret", body);
        crypt_md5(buf_str(&text), digest);
        hex_encode(&hex, str_make((const char *)digest, 16));
        t->header[0] = "Event-Sign";
        t->header[1] = buf_cstr(&hex);
        t->header[2] = "Client-Id";
        t->header[3] = "c9";
        CHECK_EQ_I64(post(t, "/hooks/youzan/k", body), RC_OK);
        CHECK_STR(names_of(t), STR("order_create"));
        CHECK_EQ_I64(post(t, "/hooks/youzan/k", "{\"a\":1}"), RC_DENIED);
        t->header[0] = NULL;
        buf_release(&text);
        buf_release(&hex);
    }
    TEST("other messages say nothing of orders; a message that is none is refused") {
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/youzan/k",
                                youzan_push(t, "item_ItemUpdate", "{}", "s3cret")),
                     RC_OK);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/youzan/k",
                                youzan_push(t, "trade_TradeClose", "{\"a\":", "s3cret")),
                     RC_INVALID);
        CHECK(has(str_of(t->err.msg), "msg"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/youzan/k",
                                youzan_push(t, "trade_TradeClose", "{\"tid\":1}", "s3cret")),
                     RC_OK);
        CHECK_EQ_I64(t->out.ignored, 1);
    }
}

/* ---- Taobao, Douyin ---- */

static void test_taobao(struct bench *t)
{
    TEST("a trade as TOP answers it; a line refunded") {
        CHECK_EQ_I64(
            post(
                t, "/hooks/taobao/k",
                "{\"trade_fullinfo_get_response\":{\"trade\":{\"tid\":\"3001\",\"status\":"
                "\"WAIT_BUYER_CONFIRM_GOODS\",\"payment\":\"150.00\",\"created\":"
                "\"2025-12-30 10:00:00\",\"pay_time\":\"2025-12-30 10:00:20\",\"consign_time\":"
                "\"2025-12-31 09:00:00\",\"modified\":\"2025-12-31 "
                "10:00:00\",\"buyer_nick\":\"林**\","
                "\"buyer_open_uid\":\"AAE1\",\"receiver_mobile\":\"138****8000\",\"receiver_"
                "name\":\"x\","
                "\"orders\":{\"order\":[{\"oid\":1,\"num_iid\":71,\"num\":2,\"price\":\"60."
                "00\","
                "\"payment\":\"100.00\",\"divide_order_fee\":\"100.00\",\"refund_status\":"
                "\"NO_REFUND\",\"title\":\"水\",\"cid\":50011980},{\"oid\":2,\"num_iid\":72,"
                "\"num\":1,"
                "\"price\":\"60.00\",\"divide_order_fee\":\"50.00\",\"refund_status\":"
                "\"SUCCESS\"}]}}}}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("purchase purchase order_ship refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 15000);
        CHECK_EQ_I64(t->batch->amount_fen[3], 5000);
        CHECK_STR(t->batch->event_id[3], STR("taobao:3001/refund/2"));
        CHECK_STR(who(t, 0), STR("taobao_ouid:AAE1"));
        CHECK_STR(channel_of_row(t, 0), STR("tmall"));
        CHECK_STR(t->batch->category[0], STR("50011980"));
    }
    TEST("a list; closed by Taobao is cancelled, closed after payment is refunded") {
        CHECK_EQ_I64(
            post(t, "/hooks/taobao/k?channel=taobao",
                 "{\"trades_sold_get_response\":{\"trades\":{\"trade\":[{\"tid\":1,\"status\":"
                 "\"TRADE_CLOSED_BY_TAOBAO\",\"created\":\"2025-12-30 10:00:00\",\"modified\":"
                 "\"2025-12-30 "
                 "11:00:00\",\"payment\":\"9.90\"},{\"tid\":2,\"status\":\"TRADE_CLOSED\","
                 "\"created\":\"2025-12-30 10:00:00\",\"pay_time\":\"2025-12-30 "
                 "10:01:00\",\"end_time\":"
                 "\"2025-12-31 11:00:00\",\"payment\":\"9.90\"}]}}}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("order_create order_cancel purchase refund"));
        CHECK_EQ_I64(t->batch->time_ms[3], NOW - 21 * 3600000LL);
        CHECK_STR(channel_of_row(t, 2), STR("taobao"));
    }
}

static void test_douyin(struct bench *t)
{
    TEST("an order list of 抖店: amounts in fen, times in seconds, refunds by line") {
        CHECK_EQ_I64(
            post(t, "/hooks/douyin/k",
                 "{\"data\":{\"shop_order_list\":[{\"order_id\":\"69\",\"shop_name\":\"店A\","
                 "\"order_status\":3,\"main_status\":3,\"order_amount\":300,\"pay_amount\":280,"
                 "\"create_time\":1767139200,\"pay_time\":1767139260,\"ship_time\":0,\"update_"
                 "time\":"
                 "1767142800,\"doudian_open_id\":\"1@#x\",\"encrypt_post_tel\":\"$$a$1$$\","
                 "\"post_addr\":{\"province\":{\"name\":\"福建省\",\"id\":\"35\"}},\"sku_order_"
                 "list\":["
                 "{\"order_id\":\"69a\",\"product_id\":3660207428038974464,\"sku_id\":1,\"item_"
                 "num\":1,"
                 "\"origin_amount\":100,\"pay_amount\":93,\"author_id\":7,\"room_id\":8,"
                 "\"after_sale_info\":{\"refund_status\":0}},{\"order_id\":\"69b\",\"product_"
                 "id\":4,"
                 "\"item_num\":2,\"origin_amount\":100,\"pay_amount\":187,\"after_sale_info\":{"
                 "\"after_sale_status\":12,\"refund_status\":3}}]}]}}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("purchase purchase refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 280);
        CHECK_EQ_I64(t->batch->amount_fen[2], 187);
        CHECK_STR(t->batch->item[0], STR("3660207428038974464"));
        CHECK_EQ_I64(t->batch->unit_price_e4[0], 10000);
        CHECK_STR(t->batch->touchpoint[0], STR("店A"));
        CHECK_STR(who(t, 0), STR("douyin_openid:1@#x"));
        CHECK(has(t->batch->props[0], "\"room_id\":8"));
        CHECK_EQ_I64(t->batch->time_ms[2], 1767142800000LL);
    }
    TEST("unpaid, cancelled, refunded as a whole") {
        CHECK_EQ_I64(post(t, "/hooks/douyin/k",
                          "{\"order_id\":\"1\",\"order_status\":1,"
                          "\"create_time\":1767139200,\"pay_time\":0}"),
                     RC_OK);
        CHECK_STR(names_of(t), STR("order_create"));
        CHECK_EQ_I64(post(t, "/hooks/douyin/k",
                          "{\"order_id\":\"1\",\"order_status\":4,\"create_time\":1767139200,"
                          "\"update_time\":1767139300,\"pay_time\":0}"),
                     RC_OK);
        CHECK_STR(names_of(t), STR("order_create order_cancel"));
        CHECK_EQ_I64(
            post(t, "/hooks/douyin/k",
                 "{\"order_id\":\"1\",\"order_status\":4,\"main_status\":22,\"pay_amount\":1,"
                 "\"create_time\":1767139200,\"update_time\":1767139300,"
                 "\"pay_time\":1767139201,\"sku_order_list\":[{\"pay_amount\":1,"
                 "\"main_status\":22}]}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("purchase refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_REFUND), 1);
    }
}

/* ---- Shopify ---- */

static enum rc shopify(struct bench *t, const char *topic, const char *body)
{
    struct buf b = {0};
    uint8_t mac[32];
    crypt_hmac_sha256(STR("s3cret"), str_of(body), mac);
    web_base64_encode(&b, str_make((const char *)mac, 32));
    t->header[0] = "X-Shopify-Topic";
    t->header[1] = topic;
    t->header[2] = "x-shopify-hmac-sha256";
    t->header[3] = buf_cstr(&b);
    t->header[4] = "X-Shopify-Shop-Domain";
    t->header[5] = "a.myshopify.com";
    t->header[6] = NULL;
    const enum rc rc = post(t, "/hooks/shopify/pk_w_s", body);
    t->header[0] = NULL;
    buf_release(&b);
    return rc;
}

static const char shopify_order[] =
    "{\"id\":820982911946154508,\"email\":\"Jon@example.com\",\"created_at\":"
    "\"2025-12-31T10:00:00-05:00\",\"processed_at\":\"2025-12-31T10:01:00-05:00\",\"updated_"
    "at\":"
    "\"2025-12-31T12:00:00-05:00\",\"name\":\"#9999\",\"total_price\":\"388.00\",\"currency\":"
    "\"USD\","
    "\"financial_status\":\"paid\",\"fulfillment_status\":null,\"customer\":{\"id\":"
    "115310627314723954,"
    "\"email\":\"john@example.com\",\"phone\":null},\"line_items\":[{\"id\":1,\"product_id\":"
    "632910392,"
    "\"variant_id\":808950810,\"sku\":\"IPOD2008PINK\",\"title\":\"IPod "
    "Nano\",\"quantity\":1,\"price\":"
    "\"199.00\",\"discount_allocations\":[{\"amount\":\"11.00\"}]},{\"id\":2,\"product_id\":"
    "null,"
    "\"sku\":\"X\",\"quantity\":1,\"price\":\"199.00\"}],\"discount_codes\":[{\"code\":\"VIP\"}"
    "],"
    "\"refunds\":[{\"id\":5,\"created_at\":\"2025-12-31T11:00:00-05:00\",\"transactions\":[{"
    "\"kind\":"
    "\"refund\",\"status\":\"success\",\"amount\":\"10.00\"},{\"kind\":\"void\",\"amount\":"
    "\"1\"}]}],"
    "\"test\":false}";

static void test_shopify(struct bench *t)
{
    TEST("a signed order") {
        CHECK_EQ_I64(shopify(t, "orders/create", shopify_order), RC_OK);
        CHECK_STR(t->key, STR("pk_w_s"));
        CHECK_STR(names_of(t), STR("purchase purchase refund"));
        CHECK_EQ_I64(sum_of(t, EVENT_PURCHASE), 38800);
        CHECK_EQ_I64(t->batch->amount_fen[2], 1000);
        CHECK_STR(t->batch->order_no[0], STR("820982911946154508"));
        CHECK_STR(who(t, 0), STR("email:jon@example.com shopify_customer:115310627314723954"));
        CHECK_STR(t->batch->item[1], STR("X"));
        CHECK_STR(t->batch->touchpoint[0], STR("a.myshopify.com"));
        CHECK(has(t->batch->props[0], "\"currency\":\"USD\""));
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 9 * 3600000LL + 60000);
    }
    TEST("a refund's own message is the same refund as the order's") {
        const struct str id = arena_str(t->arena, t->batch->event_id[2]);
        CHECK_EQ_I64(
            shopify(t, "refunds/create",
                    "{\"id\":5,\"order_id\":820982911946154508,\"created_at\":"
                    "\"2025-12-31T11:00:00-05:00\",\"refund_line_items\":[{\"subtotal\":9.5,"
                    "\"total_tax\":0.5}]}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("refund"));
        CHECK_STR(t->batch->event_id[0], id);
        CHECK_EQ_I64(t->batch->amount_fen[0], 1000);
        CHECK_EQ_I64(shopify(t, "refunds/create", "{\"id\":6,\"order_id\":1}"), RC_OK);
        CHECK_EQ_I64(t->out.ignored, 1);
    }
    TEST("test orders and other topics are counted, not kept") {
        CHECK_EQ_I64(shopify(t, "orders/create", "{\"id\":1,\"test\":true}"), RC_OK);
        CHECK_EQ_I64(shopify(t, "carts/update", "{\"id\":1}"), RC_OK);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_EQ_I64(t->batch->rows, 0);
    }
    TEST("no signature, a wrong one, one over another body") {
        CHECK_EQ_I64(post(t, "/hooks/shopify/k", shopify_order), RC_DENIED);
        t->header[0] = "X-Shopify-Hmac-Sha256";
        t->header[1] = "AAAA";
        CHECK_EQ_I64(post(t, "/hooks/shopify/k", shopify_order), RC_DENIED);
        t->header[1] = "not base64 !!";
        CHECK_EQ_I64(post(t, "/hooks/shopify/k", shopify_order), RC_DENIED);
        CHECK_EQ_I64(t->reply.status, 401);
        CHECK_EQ_I64(t->batch->rows, 0);
        t->header[0] = NULL;
    }
    TEST("authorised, voided") {
        CHECK_EQ_I64(
            shopify(t, "orders/create",
                    "{\"id\":2,\"financial_status\":\"pending\",\"created_at\":"
                    "\"2025-12-31T10:00:00Z\",\"cancelled_at\":\"2025-12-31T11:00:00Z\"}"),
            RC_OK);
        CHECK_STR(names_of(t), STR("order_create order_cancel"));
    }
}

/* ---- Any JSON ---- */

static enum rc mapping_of(void *ctx, struct str name, struct arena *a, struct str *json,
                          struct err *e)
{
    (void)ctx;
    (void)a;
    *json = STR(
        "{\"format\":\"generic\",\"header\":true,\"map\":[\"time=data.at\",\"event:=check_in\","
        "\"identity.phone=data.user.mobile\",\"channel:=store\",\"props.shop=data.shop[0]\"]}");
    return str_eq(name, STR("crm")) ? RC_OK : rc_fail(e, RC_MISSING, "no such mapping");
}

static void test_json(struct bench *t)
{
    t->settings.mapping = mapping_of;
    TEST("an object under a saved mapping: its paths are columns") {
        CHECK_EQ_I64(
            post(t, "/hooks/json/pk_w_j/crm",
                 "{\"seq\":7,\"data\":{\"at\":\"2025-12-31 10:00:00\",\"user\":{\"mobile\":"
                 "\"13800138000\",\"name\":null},\"shop\":[\"南京路\"]}}"),
            RC_OK);
        CHECK_STR(t->key, STR("pk_w_j"));
        CHECK_EQ_I64(t->out.events, 1);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_STR(event_of(t, 0), STR("check_in"));
        CHECK_STR(who(t, 0), STR("phone:13800138000"));
        CHECK(has(t->batch->props[0], "\"shop\":\"南京路\""));
        CHECK_STR(channel_of_row(t, 0), STR("store"));
    }
    TEST("a list, with one that does not hold") {
        CHECK_EQ_I64(
            post(t, "/hooks/json/k/crm",
                 "[{\"data\":{\"at\":\"2025-12-31 10:00:00\",\"user\":{\"mobile\":\"\"}}},"
                 "{\"data\":{\"at\":\"never\",\"user\":{\"mobile\":\"13800138000\"}}},"
                 "{\"data\":{\"at\":\"2025-12-31 11:00:00\",\"more\":true}}]"),
            RC_OK);
        CHECK_EQ_I64(t->out.events, 3);
        CHECK_EQ_I64(t->out.decoded, 2);
        CHECK_EQ_I64(t->out.rejected, 1);
        CHECK_EQ_I64(t->line, 2);
        CHECK_CSTR(t->field, "data.at");
    }
    TEST("no such mapping, none named, a body the mapping does not fit") {
        CHECK_EQ_I64(post(t, "/hooks/json/k/other", "{}"), RC_MISSING);
        CHECK_EQ_I64(t->reply.status, 404);
        CHECK_EQ_I64(post(t, "/hooks/json/k", "{}"), RC_MISSING);
        CHECK_EQ_I64(post(t, "/hooks/json/k/crm", "{\"a\":1}"), RC_OK);
        CHECK_EQ_I64(t->out.rejected, 1);
        CHECK_EQ_I64(post(t, "/hooks/json/k/crm", "[]"), RC_OK);
        CHECK_EQ_I64(post(t, "/hooks/json/k/crm", "x"), RC_INVALID);
    }
    TEST("too many paths, too many objects") {
        struct buf b = {0};
        buf_add_byte(&b, '{');
        for (int i = 0; i < 600; i++) {
            buf_addf(&b, "%s\"k%d\":1", i ? "," : "", i);
        }
        buf_add_byte(&b, '}');
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/json/k/crm", buf_str(&b)), RC_TOO_LARGE);
        buf_clear(&b);
        buf_add(&b, STR("[{}"));
        for (int i = 0; i < 1000; i++) {
            buf_add(&b, STR(",{}"));
        }
        buf_add(&b, STR("]"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/hooks/json/k/crm", buf_str(&b)), RC_TOO_LARGE);
        buf_release(&b);
    }
}

int main(void)
{
    struct bench t;
    bench_open(&t);
    t.settings.secret = secret_of;
    test_own(&t);
    test_own_wrong(&t);
    test_youzan(&t);
    test_taobao(&t);
    test_douyin(&t);
    test_shopify(&t);
    test_json(&t);
    bench_close(&t);
    return tap_end();
}
