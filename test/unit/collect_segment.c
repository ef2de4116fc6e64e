/* Segment's tracking API and RudderStack's: bodies as the unmodified clients send them, and others. */
#include "collect_run.h"

/* As @segment/analytics-node 3.1.0 sends it. */
static const char node_batch[] =
    "{\"batch\":["
    "{\"userId\":\"u1\",\"anonymousId\":\"anon-1\",\"type\":\"identify\",\"traits\":{\"phone\":"
    "\"+86 138-0013-8000\",\"email\":\"Lin@QQ.com\",\"name\":\"林\",\"city\":\"上海\"},"
    "\"context\":{\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"3.1.0\"}},"
    "\"timestamp\":\"2025-12-31T23:59:50.000Z\",\"integrations\":{},"
    "\"messageId\":\"node-next-1767225590000-7a\",\"_metadata\":{\"nodeVersion\":\"20.1.0\","
    "\"jsRuntime\":\"node\"}},"
    "{\"userId\":\"u1\",\"event\":\"Product Added\",\"type\":\"track\",\"properties\":{"
    "\"product_id\":\"P1\",\"sku\":\"S-1\",\"name\":\"口红\",\"category\":\"彩妆\",\"price\":"
    "128.5,"
    "\"quantity\":2,\"currency\":\"CNY\"},\"context\":{\"library\":{\"name\":"
    "\"@segment/analytics-node\"},\"campaign\":{\"name\":\"618\",\"source\":\"douyin\"}},"
    "\"timestamp\":\"2025-12-31T23:59:55.000Z\",\"messageId\":\"m2\"},"
    "{\"anonymousId\":\"anon-1\",\"type\":\"page\",\"name\":\"首页\",\"category\":\"Docs\","
    "\"properties\":{\"name\":\"首页\",\"category\":\"Docs\",\"url\":\"https://a.cn/\"},"
    "\"context\":{},\"timestamp\":\"2025-12-31T23:59:56.000Z\",\"messageId\":\"m3\"},"
    "{\"anonymousId\":\"anon-1\",\"type\":\"screen\",\"name\":\"Cart\",\"properties\":{},"
    "\"timestamp\":\"2025-12-31T23:59:57.000Z\",\"messageId\":\"m4\"},"
    "{\"userId\":\"u1\",\"type\":\"group\",\"groupId\":\"g1\",\"traits\":{},"
    "\"timestamp\":\"2025-12-31T23:59:57.000Z\",\"messageId\":\"m5\"},"
    "{\"userId\":\"u1\",\"previousId\":\"old-1\",\"type\":\"alias\",\"timestamp\":"
    "\"2025-12-31T23:59:58.000Z\",\"messageId\":\"m6\"}"
    "],\"writeKey\":\"pk_w_body\",\"sentAt\":\"2025-12-31T23:59:59.500Z\"}";

static void test_batch(struct bench *t)
{
    TEST("a batch of analytics-node becomes events") {
        t->in.authorization = STR("Basic cGtfd19rZXk6");
        CHECK_EQ_I64(post(t, "/v1/batch", node_batch), RC_OK);
        CHECK_STR(t->key, STR("pk_w_key"));
        CHECK_EQ_I64(t->out.events, 6);
        CHECK_EQ_I64(t->out.decoded, 5);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_EQ_I64(t->out.rejected, 0);
    }
    const struct event_batch *b = t->batch;
    TEST("identify: identities from the call and its traits, other traits as properties") {
        CHECK_STR(event_of(t, 0), STR("identify"));
        CHECK_STR(who(t, 0),
                  STR("user_id:u1 anonymous_id:anon-1 phone:13800138000 email:lin@qq.com"));
        CHECK(has(b->props[0], "{\"name\":\"~siv1:") && has(b->props[0], "\"city\":\"上海\"}"));
        CHECK_STR(b->event_id[0], STR("seg:node-next-1767225590000-7a"));
        CHECK_EQ_I64(b->time_ms[0], NOW - 10000);
    }
    TEST("track: standard names and properties become ours") {
        CHECK_STR(event_of(t, 1), STR("add_cart"));
        CHECK_STR(b->item[1], STR("P1"));
        CHECK_STR(b->category[1], STR("彩妆"));
        CHECK_EQ_I64(b->unit_price_e4[1], 1285000);
        CHECK(b->quantity[1] == 2);
        CHECK_STR(b->campaign[1], STR("618"));
        CHECK_STR(b->props[1], STR("{\"utm_source\":\"douyin\",\"sku\":\"S-1\",\"item_name\":"
                                   "\"口红\",\"currency\":\"CNY\"}"));
    }
    TEST("page and screen") {
        CHECK_STR(event_of(t, 2), STR("page_view"));
        CHECK_STR(b->touchpoint[2], STR("首页"));
        CHECK_STR(b->props[2], STR("{\"page_category\":\"Docs\",\"url\":\"https://a.cn/\"}"));
        CHECK_STR(event_of(t, 3), STR("screen_view"));
        CHECK_STR(b->touchpoint[3], STR("Cart"));
        CHECK_STR(b->props[3], STR("{\"screen\":\"Cart\"}"));
    }
    TEST("alias links the id given up, whatever it was") {
        CHECK_STR(event_of(t, 4), STR("identify"));
        CHECK_STR(who(t, 4), STR("user_id:u1 anonymous_id:old-1 user_id:old-1"));
    }
    t->in.authorization = STR_NULL;
    TEST("without Basic the key is the body's writeKey, parsed once") {
        CHECK_EQ_I64(post(t, "/v1/batch", node_batch), RC_OK);
        CHECK_STR(t->key, STR("pk_w_body"));
        CHECK_EQ_I64(t->out.decoded, 5);
    }
}

static void test_rudder(struct bench *t)
{
    struct buf packed = {0};
    TEST("RudderStack's gzip comes as a form, and is read by its bytes") {
        const char *body =
            "{\"batch\":[{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u1\","
            "\"channel\":\"server\",\"properties\":{\"order_id\":\"O1\",\"total\":100,"
            "\"products\":[{\"product_id\":\"a\",\"price\":33.33,\"quantity\":1},"
            "{\"product_id\":\"b\",\"price\":33.33,\"quantity\":1},"
            "{\"product_id\":\"c\",\"price\":33.33,\"quantity\":1}],\"currency\":\"CNY\"},"
            "\"context\":{\"library\":{\"name\":\"analytics-node\"},\"traits\":{\"phone\":"
            "\"13800138000\"}},\"originalTimestamp\":\"2025-12-31T23:59:00.000Z\","
            "\"sentAt\":\"2025-12-31T23:59:59.000Z\",\"messageId\":"
            "\"0b7e9d0e-6d4e-4e7a-9c39-0a52b8a3a2b1\",\"_metadata\":{}}],"
            "\"timestamp\":\"2025-12-31T23:59:59.000Z\",\"sentAt\":\"2025-12-31T23:59:59."
            "000Z\"}";
        CHECK(!web_gzip(str_of(body), &packed, NULL));
        t->in.authorization = STR("Basic a2V5Og==");
        t->in.content_type = STR("application/x-www-form-urlencoded");
        t->in.content_encoding = STR("gzip");
        CHECK_EQ_I64(send_bytes(t, "POST", "/v1/batch", buf_str(&packed)), RC_OK);
        CHECK_EQ_I64(t->out.events, 1);
        CHECK_EQ_I64(t->out.decoded, 3);
    }
    TEST("an order is one purchase a line, and they add up to what was paid") {
        const struct event_batch *b = t->batch;
        CHECK_EQ_I64(b->amount_fen[0] + b->amount_fen[1] + b->amount_fen[2], 10000);
        CHECK_EQ_I64(b->amount_fen[0], 3333);
        CHECK_EQ_I64(b->amount_fen[1], 3334);
        for (uint32_t i = 0; i < 3; i++) {
            CHECK_STR(event_of(t, i), STR("purchase"));
            CHECK_STR(b->order_no[i], STR("O1"));
            CHECK_STR(who(t, i), STR("user_id:u1 phone:13800138000"));
            CHECK_EQ_I64(b->time_ms[i], NOW - 60000);
        }
        CHECK_STR(b->item[2], STR("c"));
        CHECK_STR(b->event_id[0], STR("seg:0b7e9d0e-6d4e-4e7a-9c39-0a52b8a3a2b1/1"));
        CHECK_STR(b->event_id[2], STR("seg:0b7e9d0e-6d4e-4e7a-9c39-0a52b8a3a2b1/3"));
        CHECK_STR(b->props[0], STR("{\"currency\":\"CNY\"}"));
        CHECK(!b->props[1].len);
    }
    TEST("gzip that is cut is refused, one that unpacks to too much is stopped") {
        CHECK_EQ_I64(
            send_bytes(t, "POST", "/v1/batch", str_slice(buf_str(&packed), 0, packed.len / 2)),
            RC_INVALID);
        CHECK_EQ_I64(t->reply.status, 400);
        struct buf zeros = {0}, bomb = {0};
        memset(buf_room(&zeros, COLLECT_UNPACKED_MAX + 1), ' ', COLLECT_UNPACKED_MAX + 1);
        zeros.len = COLLECT_UNPACKED_MAX + 1;
        CHECK(!web_gzip(buf_str(&zeros), &bomb, NULL));
        CHECK_EQ_I64(send_bytes(t, "POST", "/v1/batch", buf_str(&bomb)), RC_TOO_LARGE);
        CHECK_EQ_I64(t->reply.status, 413);
        buf_release(&zeros);
        buf_release(&bomb);
    }
    TEST("a header that says gzip over plain JSON does no harm") {
        CHECK_EQ_I64(post(t, "/v1/batch", "{\"batch\":[]}"), RC_OK);
        CHECK_EQ_I64(t->out.events, 0);
    }
    t->in.content_encoding = t->in.content_type = STR_NULL;
    buf_release(&packed);
}

static int64_t time_with(struct bench *t, const char *timestamp, const char *sent)
{
    const struct str body = arena_strf(
        t->arena,
        "{\"batch\":[{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\"%s%s%s}]%s%s%s}",
        timestamp ? ",\"timestamp\":\"" : "", timestamp ? timestamp : "", timestamp ? "\"" : "",
        sent ? ",\"sentAt\":\"" : "", sent ? sent : "", sent ? "\"" : "");
    CHECK_EQ_I64(post(t, "/v1/batch", body.ptr), RC_OK);
    return t->batch->rows ? t->batch->time_ms[0] : 0;
}

static void test_clock(struct bench *t)
{
    TEST("a clock that is off is put right by when the batch was sent") {
        /* the device is two days ahead: sent 10 s after the event */
        CHECK_EQ_I64(time_with(t, "2026-01-02T23:59:50Z", "2026-01-03T00:00:00Z"), NOW - 10000);
        CHECK_EQ_I64(time_with(t, "2020-05-05T00:00:00Z", "2020-05-05T00:01:00Z"), NOW - 60000);
    }
    TEST("what is sent again under its first time of sending keeps its time") {
        CHECK_EQ_I64(time_with(t, "2025-12-31T23:59:10Z", "2025-12-31T23:59:11Z"), NOW - 50000);
        CHECK_EQ_I64(time_with(t, "2025-12-31T23:58:48Z", "2025-12-31T23:58:58Z"), NOW - 10000);
    }
    TEST("a few seconds are the way of the message") {
        CHECK_EQ_I64(time_with(t, "2025-12-31T23:59:54Z", "2026-01-01T00:00:04Z"), NOW - 6000);
        CHECK_EQ_I64(time_with(t, "2025-12-31T23:59:56Z", "2026-01-01T00:00:06Z"), NOW - 10000);
        CHECK_EQ_I64(time_with(t, "2025-12-31T23:59:50Z", "2025-12-31T23:59:56Z"), NOW - 10000);
    }
    TEST("what happened long before it was sent stays there") {
        CHECK_EQ_I64(time_with(t, "2025-06-01T00:00:00Z", "2026-01-01T00:00:01Z"),
                     NOW - 214 * DAY_MS);
    }
    TEST("no time is the moment of receipt; one in the future without sentAt is set aside") {
        CHECK_EQ_I64(time_with(t, NULL, NULL), NOW);
        CHECK_EQ_I64(time_with(t, "2026-02-01T00:00:00Z", NULL), 0);
        CHECK_CSTR(t->reason, "the time is in the future");
        CHECK_EQ_I64(t->out.rejected, 1);
    }
}

static void test_single(struct bench *t)
{
    TEST("single calls name their type by the path, also with one letter") {
        CHECK_EQ_I64(post(t, "/v1/track", "{\"event\":\"Signed Up\",\"userId\":7}"), RC_OK);
        CHECK_STR(event_of(t, 0), STR("register"));
        CHECK_STR(who(t, 0), STR("user_id:7"));
        CHECK_EQ_I64(post(t, "/v1/i",
                          "{\"userId\":\"u\",\"traits\":{\"unionId\":\"oU\","
                          "\"openid@wx12\":\"oX\"}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:u unionid:oU openid@wx12:oX"));
        CHECK_EQ_I64(post(t, "/v1/p",
                          "{\"anonymousId\":\"a\",\"context\":{\"library\":{\"name\":"
                          "\"analytics.js\"},\"page\":{\"url\":\"https://a.cn/x\"},"
                          "\"device\":{\"id\":\"d1\"},\"ip\":\"1.2.3.4\"}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("anonymous_id:a device:d1 ip:1.2.3.4"));
        CHECK_STR(channel_of_row(t, 0), STR("web"));
        CHECK_STR(t->batch->props[0], STR("{\"url\":\"https://a.cn/x\"}"));
        CHECK_EQ_I64(post(t, "/v1/group/", "{\"userId\":\"u\",\"groupId\":\"g\"}"), RC_OK);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_EQ_I64(
            post(t, "/v1/import", "{\"batch\":[{\"type\":\"track\",\"event\":\"e\"}]}"), RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
    }
    TEST("unknown names stay as they are; ours may be written otherwise") {
        CHECK_EQ_I64(post(t, "/v1/track",
                          "{\"event\":\"Photo Shared ✓\",\"properties\":{"
                          "\"price\":\"free\",\"item\":{\"a\":1}}}"),
                     RC_OK);
        CHECK_STR(event_of(t, 0), STR("Photo Shared ✓"));
        CHECK_STR(t->batch->props[0], STR("{\"price\":\"free\",\"item\":{\"a\":1}}"));
        CHECK_EQ_I64(post(t, "/v1/track", "{\"event\":\"Add Cart\"}"), RC_OK);
        CHECK_STR(event_of(t, 0), STR("add_cart"));
        CHECK_EQ_I64(post(t, "/v1/track", "{\"event\":\"buy\"}"), RC_OK);
        CHECK_STR(event_of(t, 0), STR("buy"));
        CHECK_EQ_I64(post(t, "/v1/track",
                          "{\"event\":\"加购\",\"properties\":{\"channel\":"
                          "\"mini_program\"}}"),
                     RC_OK);
        CHECK_STR(event_of(t, 0), STR("add_cart"));
        CHECK_STR(channel_of_row(t, 0), STR("mini_program"));
    }
}

static void reject_is(struct bench *t, const char *event, const char *field, const char *reason)
{
    CHECK_EQ_I64(post(t, "/v1/track", event), RC_OK);
    CHECK_EQ_I64(t->out.rejected, 1);
    CHECK_EQ_I64(t->batch->rows, 0);
    CHECK_CSTR(t->field, field);
    CHECK_CSTR(t->reason, reason);
}

static void test_wrong(struct bench *t)
{
    TEST("wrong types set the event aside with its place") {
        reject_is(t, "{\"event\":1}", "event", "there is no event name");
        reject_is(t, "{}", "event", "there is no event name");
        reject_is(t, "{\"event\":\"  \"}", "event", "the event name is empty");
        reject_is(t, "{\"event\":\"x\",\"userId\":{}}", "userId",
                  "an identity is neither text nor a number");
        reject_is(t, "{\"event\":\"x\",\"userId\":true}", "userId",
                  "an identity is neither text nor a number");
        reject_is(t, "{\"event\":\"x\",\"timestamp\":{}}", "timestamp",
                  "the time is neither text nor a number of seconds or milliseconds");
        reject_is(t, "{\"event\":\"x\",\"timestamp\":\"NaN\"}", "timestamp",
                  "not a time, or one that does not exist");
        reject_is(t, "{\"event\":\"x\",\"timestamp\":\"2026-13-01T00:00:00Z\"}", "timestamp",
                  "not a time, or one that does not exist");
    }
    TEST("a figure of money that is none sets a purchase aside, and is kept elsewhere") {
        reject_is(t, "{\"event\":\"Order Completed\",\"properties\":{\"total\":\"lots\"}}",
                  "total", "the amount is not a number");
        reject_is(t, "{\"event\":\"Order Completed\",\"properties\":{\"total\":-1}}", "amount",
                  "the amount is negative");
        reject_is(t,
                  "{\"event\":\"Order Completed\",\"properties\":{\"total\":9,\"products\":"
                  "[{\"quantity\":-1}]}}",
                  "quantity", "the quantity is negative");
        reject_is(t,
                  "{\"event\":\"Order Completed\",\"properties\":{\"total\":1e300,"
                  "\"products\":[{}]}}",
                  "total", "the amount is not a number");
        CHECK_EQ_I64(post(t, "/v1/track",
                          "{\"event\":\"Product Viewed\",\"properties\":{"
                          "\"price\":\"免费\",\"product_id\":[1]}}"),
                     RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_STR(t->batch->props[0], STR("{\"product_id\":[1],\"price\":\"免费\"}"));
    }
    TEST("a malformed phone keeps its event: it stays a sealed trait") {
        CHECK_EQ_I64(post(t, "/v1/identify",
                          "{\"userId\":\"u\",\"traits\":{\"phone\":\"call me\""
                          ",\"mobile\":{\"a\":1}}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:u"));
        CHECK(has(t->batch->props[0], "\"phone\":\"~siv1:"));
        CHECK(!has(t->batch->props[0], "call me"));
    }
    TEST("one bad event does not keep the others out") {
        CHECK_EQ_I64(post(t, "/v1/batch",
                          "{\"batch\":[1,{\"type\":\"track\",\"event\":\"a\"},"
                          "{\"type\":\"nonsense\"},{\"type\":5},null,"
                          "{\"type\":\"track\",\"event\":\"b\"}]}"),
                     RC_OK);
        CHECK_EQ_I64(t->out.events, 6);
        CHECK_EQ_I64(t->out.decoded, 2);
        CHECK_EQ_I64(t->out.rejected, 4);
        CHECK_EQ_I64(t->line, 1);
        CHECK_CSTR(t->reason, "the event is no JSON object");
        CHECK_EQ_I64(t->reply.status, 200);
    }
    TEST("a rejected event is told with its text, phones masked") {
        reject_is(t, "{\"event\":3,\"userId\":\"13800138000\"}", "event",
                  "there is no event name");
        CHECK_CSTR(t->raw, "{\"event\":3,\"userId\":\"138****8000\"}");
    }
}

static void test_hostile(struct bench *t)
{
    static const char *const bodies[] = {"",
                                         "hello",
                                         "[",
                                         "{\"batch\":",
                                         "{\"batch\":{}}",
                                         "[]",
                                         "{}",
                                         "\xb4\xf3\xbc\xd2",
                                         "{\"batch\":[NaN]}",
                                         "{\"a\":\"\xc4\xe3\xba\xc3\"}",
                                         "{\"batch\":[]} x"};
    TEST("what is no such body is refused as a whole") {
        for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
            CHECK_EQ_I64(post(t, "/v1/batch", bodies[i]), RC_INVALID);
            CHECK_EQ_I64(t->reply.status, 400);
            CHECK(t->err.msg[0]);
        }
    }
    TEST("nesting and text have bounds") {
        struct buf deep = {0};
        buf_add(&deep, STR("{\"event\":\"x\",\"properties\":"));
        for (int i = 0; i < 100; i++) {
            buf_add(&deep, STR("[{\"a\":"));
        }
        buf_add(&deep, STR("1"));
        for (int i = 0; i < 100; i++) {
            buf_add(&deep, STR("}]"));
        }
        buf_add(&deep, STR("}"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/v1/track", buf_str(&deep)), RC_TOO_LARGE);
        buf_clear(&deep);
        buf_add(&deep, STR("{\"event\":\"x\",\"properties\":{\"long\":\""));
        memset(buf_room(&deep, 1u << 20), 'x', 1u << 20);
        deep.len += 1u << 20;
        buf_add(&deep, STR("\"}}"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/v1/track", buf_str(&deep)), RC_OK);
        CHECK_EQ_I64(t->out.rejected, 1);
        CHECK_CSTR(t->reason, "the properties together are longer than 65536 bytes");
        buf_release(&deep);
    }
    TEST("a 1 MB user id, event name and message id are set aside") {
        struct buf long_text = {0};
        const char *const keys[] = {"userId", "event", "messageId"};
        for (int i = 0; i < 3; i++) {
            buf_clear(&long_text);
            buf_addf(&long_text, "{%s\"%s\":\"", i == 1 ? "" : "\"event\":\"x\",", keys[i]);
            memset(buf_room(&long_text, 1u << 20), 'x', 1u << 20);
            long_text.len += 1u << 20;
            buf_add(&long_text, STR("\"}"));
            CHECK_EQ_I64(send_bytes(t, "POST", "/v1/track", buf_str(&long_text)), RC_OK);
            CHECK_EQ_I64(t->out.rejected, 1);
        }
        buf_release(&long_text);
    }
    TEST("double keys: the first counts; keys with NUL are only keys") {
        CHECK_EQ_I64(post(t, "/v1/track",
                          "{\"event\":\"x\",\"userId\":\"a\",\"userId\":\"b\","
                          "\"properties\":{\"it\\u0000em\":1,\"item\\u0000\":2}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:a"));
        CHECK_EQ_I64(t->out.decoded, 1);
    }
    TEST("more events than a body may have are refused, and none of them is kept") {
        struct buf many = {0};
        buf_add(&many, STR("{\"batch\":[{\"type\":\"page\"}"));
        for (uint32_t i = 0; i < COLLECT_EVENTS_MAX; i++) {
            buf_add(&many, STR(",{\"type\":\"page\"}"));
        }
        buf_add(&many, STR("]}"));
        CHECK_EQ_I64(send_bytes(t, "POST", "/v1/batch", buf_str(&many)), RC_TOO_LARGE);
        CHECK_EQ_I64(t->batch->rows, 0);
        CHECK_EQ_I64(t->reply.status, 413);
        buf_release(&many);
    }
}

static void test_answers(struct bench *t)
{
    struct collect_reply reply;
    const struct err e = {.rc = RC_IO, .msg = "disk /secret/path failed"};
    CHECK_EQ_I64(post(t, "/v1/batch", "{\"batch\":[]}"), RC_OK);
    TEST("what is done is answered 200") {
        CHECK_EQ_I64(t->reply.status, 200);
        CHECK_STR(t->reply.body, STR("{\"success\":true}"));
    }
    TEST("what is ours is answered so that the SDK keeps its data, without saying why") {
        static const enum rc ours[] = {RC_BUSY, RC_IO, RC_FULL, RC_CORRUPT, RC_STOPPED, RC_BUG};
        for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
            collect_answer(t->collector, ours[i], &e, &t->out, t->arena, &reply);
            CHECK_EQ_I64(reply.status, 429);
            CHECK(reply.retry_after_s > 0);
            CHECK(!has(reply.body, "secret"));
        }
    }
    TEST("what is the sender's is answered so that the SDK drops it") {
        collect_answer(t->collector, RC_DENIED, &e, &t->out, t->arena, &reply);
        CHECK_EQ_I64(reply.status, 401);
        collect_answer(t->collector, RC_INVALID, NULL, NULL, t->arena, &reply);
        CHECK_EQ_I64(reply.status, 400);
        collect_answer(t->collector, RC_TOO_LARGE, NULL, NULL, t->arena, &reply);
        CHECK_EQ_I64(reply.status, 413);
    }
    TEST("paths know their methods") {
        const char *allowed;
        CHECK(!collect_find(STR("GET"), STR("/v1/batch"), &allowed));
        CHECK_CSTR(allowed, "POST, OPTIONS");
        CHECK(!collect_find(STR("OPTIONS"), STR("/v1/batch"), &allowed));
        CHECK_CSTR(allowed, "POST, OPTIONS");
        CHECK(!collect_find(STR("POST"), STR("/v1/batches"), &allowed) && !allowed);
        CHECK(!collect_find(STR("POST"), STR(""), &allowed) && !allowed);
    }
}

int main(void)
{
    struct bench t;
    bench_open(&t);
    test_batch(&t);
    test_rudder(&t);
    test_clock(&t);
    test_single(&t);
    test_wrong(&t);
    test_hostile(&t);
    test_answers(&t);
    bench_close(&t);
    return tap_end();
}
