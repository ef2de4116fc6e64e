/* PostHog's capture API and ThinkingData's: bodies as the unmodified clients send them, and others. */
#include "collect_run.h"

/* As posthog-node 5.70.0 sends it. */
static const char node_batch[] =
    "{\"api_key\":\"phc_key\",\"batch\":["
    "{\"distinct_id\":\"u1\",\"event\":\"$identify\",\"properties\":{\"$set\":{\"email\":"
    "\"A@b.cn\",\"name\":\"林\",\"plan\":\"vip\"},\"$set_once\":{},\"$anon_distinct_id\":"
    "\"0190a3c2-1111-7000-8000-000000000001\",\"$lib\":\"posthog-node\",\"$lib_version\":"
    "\"5.70.0\",\"$is_server\":true,\"$geoip_disable\":true},\"timestamp\":"
    "\"2025-12-31T23:59:50.000Z\",\"uuid\":\"0190a3c2-2222-7000-8000-000000000002\"},"
    "{\"distinct_id\":\"u1\",\"event\":\"Product Added\",\"properties\":{\"product_id\":\"P1\","
    "\"$lib\":\"posthog-node\",\"$is_server\":true},\"timestamp\":\"2025-12-31T23:59:51.000Z\","
    "\"uuid\":\"0190a3c2-3333-7000-8000-000000000003\"},"
    "{\"distinct_id\":\"u1\",\"event\":\"$create_alias\",\"properties\":{\"distinct_id\":"
    "\"u1\","
    "\"alias\":\"front-7\"},\"timestamp\":\"2025-12-31T23:59:52.000Z\",\"uuid\":\"x-4\"},"
    "{\"distinct_id\":\"$company_c1\",\"event\":\"$groupidentify\",\"properties\":{\"$group_"
    "type\":"
    "\"company\",\"$group_key\":\"c1\",\"$group_set\":{}},\"uuid\":\"x-5\"}"
    "],\"sent_at\":\"2025-12-31T23:59:58.000Z\"}";

static void test_node(struct bench *t)
{
    struct buf packed = {0};
    CHECK(!web_gzip(str_of(node_batch), &packed, NULL));
    TEST("a gzip batch of posthog-node; the key is in the body") {
        t->in.content_encoding = STR("gzip");
        t->in.content_type = STR("application/json");
        CHECK_EQ_I64(send_bytes(t, "POST", "/batch/", buf_str(&packed)), RC_OK);
        t->in.content_encoding = t->in.content_type = STR_NULL;
        CHECK_STR(t->key, STR("phc_key"));
        CHECK_EQ_I64(t->out.events, 4);
        CHECK_EQ_I64(t->out.decoded, 3);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_STR(t->reply.body, STR("{\"status\":1}"));
    }
    TEST("$identify links the user, the anonymous id, and what servers send of the user") {
        CHECK_STR(event_of(t, 0), STR("identify"));
        CHECK_STR(who(t, 0),
                  STR("user_id:u1 anonymous_id:u1 "
                      "anonymous_id:0190a3c2-1111-7000-8000-000000000001 email:a@b.cn"));
        CHECK(has(t->batch->props[0], "\"name\":\"~siv1:") &&
              has(t->batch->props[0], "\"plan\":\"vip\""));
        CHECK_STR(t->batch->event_id[0], STR("ph:0190a3c2-2222-7000-8000-000000000002"));
    }
    TEST("a server's event is anonymous_id; Segment's ecommerce names are known") {
        CHECK_STR(event_of(t, 1), STR("add_cart"));
        CHECK_STR(who(t, 1), STR("anonymous_id:u1"));
        CHECK_STR(t->batch->item[1], STR("P1"));
        CHECK_EQ_I64(t->batch->time_ms[1], NOW - 9000);
    }
    TEST("an alias links both ids as whatever they were") {
        CHECK_STR(who(t, 2), STR("user_id:u1 anonymous_id:u1 anonymous_id:front-7 "
                                 "user_id:front-7"));
    }
    buf_release(&packed);
}

static void test_browser(struct bench *t)
{
    TEST("posthog-js says whether it is a user") {
        CHECK_EQ_I64(post(t, "/e/?ip=1",
                          "{\"event\":\"$pageview\",\"properties\":{\"token\":"
                          "\"phc_t\",\"distinct_id\":\"u1\",\"$device_id\":\"d-1\","
                          "\"$is_identified\":true,\"$lib\":\"web\",\"$current_url\":"
                          "\"https://a.cn/\",\"$insert_id\":\"i1\",\"$ip\":"
                          "\"1.2.3.4\",\"utm_campaign\":\"618\"},"
                          "\"offset\":3000}"),
                     RC_OK);
        CHECK_STR(t->key, STR("phc_t"));
        CHECK_STR(event_of(t, 0), STR("page_view"));
        CHECK_STR(who(t, 0), STR("user_id:u1 device:d-1 ip:1.2.3.4"));
        CHECK_STR(channel_of_row(t, 0), STR("web"));
        CHECK_STR(t->batch->campaign[0], STR("618"));
        CHECK_STR(t->batch->event_id[0], STR("ph:i1"));
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 3000);
        CHECK(has(t->batch->props[0], "\"url\":\"https://a.cn/\""));
        CHECK(!has(t->batch->props[0], "phc_t"));
    }
    TEST("old forms: data in base64, a list of events") {
        /* [{"event":"a","properties":{"token":"k","distinct_id":"x"}}] */
        CHECK_EQ_I64(
            post(t, "/e/?compression=base64",
                 "data=W3siZXZlbnQiOiJhIiwicHJvcGVydGllcyI6eyJ0b2tlbiI6ImsiLCJkaXN0aW5jdF"
                 "9pZCI6IngifX1d&compression=base64"),
            RC_OK);
        CHECK_STR(t->key, STR("k"));
        CHECK_STR(who(t, 0), STR("anonymous_id:x"));
        CHECK_EQ_I64(post(t, "/capture/",
                          "data={\"api_key\":\"k\",\"event\":\"a\","
                          "\"distinct_id\":\"x\"}"),
                     RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
    }
    TEST("what an event says about the person is an identify of its own") {
        CHECK_EQ_I64(
            post(t, "/i/v0/e/",
                 "{\"api_key\":\"k\",\"event\":\"Order Completed\",\"distinct_id\":\"x\","
                 "\"uuid\":\"u-1\",\"properties\":{\"order_id\":\"O1\",\"total\":10,"
                 "\"products\":[{\"product_id\":\"a\",\"price\":1},{\"product_id\":\"b\","
                 "\"price\":1}],\"$set\":{\"phone\":\"13800138000\",\"name\":\"Lin\"},"
                 "\"$set_once\":{\"$initial_url\":\"x\"}}}"),
            RC_OK);
        CHECK_EQ_I64(t->out.decoded, 3);
        CHECK_EQ_I64(t->batch->amount_fen[0] + t->batch->amount_fen[1], 1000);
        CHECK_STR(event_of(t, 2), STR("identify"));
        CHECK_STR(who(t, 2), STR("anonymous_id:x phone:13800138000"));
        CHECK_STR(t->batch->event_id[2], STR("ph:u-1/set"));
        CHECK(!t->batch->order_no[2].len);
        CHECK(!has(t->batch->props[2], "Lin") && has(t->batch->props[2], "$initial_url"));
        CHECK_EQ_I64(post(t, "/capture/",
                          "{\"api_key\":\"k\",\"event\":\"a\",\"distinct_id\":\"x\","
                          "\"properties\":{\"$set_once\":{\"$initial_url\":\"x\"}}}"),
                     RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
    }
}

static void test_posthog_wrong(struct bench *t)
{
    static const char *const bad[] = {"",
                                      "7",
                                      "{}",
                                      "{\"batch\":7}",
                                      "data=***",
                                      "data=aGVsbG8=",
                                      "{\"api_key\":\"k\",\"event\":",
                                      "\xff\xfe"};
    TEST("no such body") {
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            CHECK_EQ_I64(post(t, "/batch/", bad[i]), RC_INVALID);
            CHECK_EQ_I64(t->reply.status, 400);
        }
    }
    TEST("wrong types") {
        CHECK_EQ_I64(post(t, "/batch",
                          "{\"api_key\":7,\"batch\":[7,{\"event\":{}},{\"event\":\"a\","
                          "\"distinct_id\":{}},{\"event\":\"a\",\"timestamp\":[]},"
                          "{\"event\":\"a\",\"properties\":7,\"uuid\":{},\"offset\":{}},"
                          "{\"event\":\"$identify\",\"properties\":{\"$set\":7}},"
                          "{\"event\":\"$create_alias\",\"properties\":{\"alias\":{}}}]}"),
                     RC_OK);
        CHECK_STR(t->key, STR("7"));
        CHECK_EQ_I64(t->out.events, 7);
        CHECK_EQ_I64(t->out.rejected, 5);
        CHECK_EQ_I64(t->out.decoded, 2);
    }
    TEST("flags are answered: there are none") {
        CHECK_EQ_I64(post(t, "/flags/?v=2", "{\"token\":\"phc_1\",\"distinct_id\":\"u\"}"),
                     RC_OK);
        CHECK_STR(t->key, STR("phc_1"));
        CHECK(has(t->reply.body, "\"flags\":{}") && has(t->reply.body, "\"featureFlags\":{}"));
        CHECK_EQ_I64(t->batch->rows, 0);
        CHECK_EQ_I64(send(t, "GET", "/decide?token=phc_2", ""), RC_OK);
        CHECK_STR(t->key, STR("phc_2"));
    }
    TEST("413 halves the SDK's batch, 503 makes it send again") {
        CHECK_EQ_I64(post(t, "/batch/", "{\"batch\":[]}"), RC_OK);
        collect_answer(t->collector, RC_TOO_LARGE, NULL, NULL, t->arena, &t->reply);
        CHECK_EQ_I64(t->reply.status, 413);
        collect_answer(t->collector, RC_BUSY, NULL, NULL, t->arena, &t->reply);
        CHECK_EQ_I64(t->reply.status, 503);
    }
}

static void test_thinking(struct bench *t)
{
    struct buf packed = {0};
    const char *events =
        "[{\"#type\":\"track\",\"#time\":\"2026-01-01 07:59:50.123\",\"#distinct_id\":\"d1\","
        "\"#account_id\":\"u1\",\"#event_name\":\"ta_app_start\",\"#uuid\":\"uu-1\",\"#ip\":"
        "\"1.2.3.4\",\"properties\":{\"#lib\":\"tga_node_sdk\",\"#lib_version\":\"1.5.0\"}},"
        "{\"#type\":\"user_add\",\"#time\":\"2026-01-01 07:59:51.000\",\"#account_id\":\"u1\","
        "\"#uuid\":\"uu-2\",\"properties\":{\"coins\":5}},"
        "{\"#type\":\"track_first\",\"#time\":\"2025-12-31 "
        "23:59:52.000\",\"#distinct_id\":\"d1\","
        "\"#event_name\":\"登录\",\"#first_check_id\":\"d1\",\"#uuid\":\"uu-3\",\"properties\":"
        "{\"#zone_offset\":0}},"
        "{\"#type\":\"user_set\",\"#time\":\"2025-12-31 20:29:52\",\"#account_id\":\"u1\","
        "\"#uuid\":\"uu-4\",\"properties\":{\"#zone_offset\":-3.5,\"mobile\":\"13800138000\"}}"
        "]";
    CHECK(!web_gzip(str_of(events), &packed, NULL));
    t->header[0] = "appid";
    t->header[1] = "pk_w_app";
    t->header[2] = "compress";
    t->header[3] = "gzip";
    TEST("ThinkingData's node SDK: gzip told by a header of its own") {
        t->in.content_type = STR("application/plaintext");
        CHECK_EQ_I64(send_bytes(t, "POST", "/sync_server", buf_str(&packed)), RC_OK);
        CHECK_STR(t->key, STR("pk_w_app"));
        CHECK_EQ_I64(t->out.decoded, 4);
        CHECK_STR(t->reply.body, STR("{\"code\":0}"));
        CHECK_STR(event_of(t, 0), STR("app_open"));
        CHECK_STR(who(t, 0), STR("user_id:u1 anonymous_id:d1 ip:1.2.3.4"));
        CHECK_STR(t->batch->event_id[0], STR("ta:uu-1"));
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 9877);
    }
    TEST("user operations, first events, zones") {
        CHECK_STR(event_of(t, 1), STR("identify"));
        CHECK_STR(t->batch->props[1], STR("{\"profile\":\"increment\",\"coins\":5}"));
        CHECK_STR(event_of(t, 2), STR("login"));
        CHECK_EQ_I64(t->batch->time_ms[2], NOW - 8000);
        CHECK(has(t->batch->props[2], "{\"#first_check_id\":\"d1\",\"track\":\"first\""));
        CHECK_STR(who(t, 3), STR("user_id:u1 phone:13800138000"));
        CHECK_EQ_I64(t->batch->time_ms[3], NOW - 8000);
    }
    TEST("its answers: codes with 200, and 503 for ours") {
        CHECK_EQ_I64(post(t, "/sync_server",
                          "[{\"#type\":\"track\"},{\"#type\":7},{\"#type\":"
                          "\"user_set\",\"#time\":{}},8]"),
                     RC_OK);
        CHECK_EQ_I64(t->out.rejected, 4);
        CHECK_EQ_I64(post(t, "/sync_server", "nonsense"), RC_INVALID);
        CHECK_EQ_I64(t->reply.status, 200);
        CHECK(has(t->reply.body, "{\"code\":-1,"));
        collect_answer(t->collector, RC_DENIED, NULL, NULL, t->arena, &t->reply);
        CHECK(has(t->reply.body, "{\"code\":-2,"));
        collect_answer(t->collector, RC_IO, NULL, NULL, t->arena, &t->reply);
        CHECK_EQ_I64(t->reply.status, 503);
    }
    t->header[0] = NULL;
    buf_release(&packed);
}

int main(void)
{
    struct bench t;
    bench_open(&t);
    test_node(&t);
    test_browser(&t);
    test_posthog_wrong(&t);
    test_thinking(&t);
    bench_close(&t);
    return tap_end();
}
