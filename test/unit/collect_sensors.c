/* Sensors' SDKs: bodies and queries as the unmodified clients send them, and others. */
#include "collect_run.h"

/* As sa-sdk-node 1.2.6: a batch with a sign-up. */
static const char node_events[] =
    "[{\"_track_id\":4217382391,\"type\":\"track\",\"event\":\"ViewProduct\",\"time\":"
    "1767225590000,\"distinct_id\":\"anon-9\",\"properties\":{\"$lib\":\"Node\",\"$lib_"
    "version\":"
    "\"1.2.6\",\"ProductName\":\"口红\"},\"lib\":{\"$lib\":\"Node\",\"$lib_version\":\"1.2.6\","
    "\"$lib_method\":\"code\",\"$lib_detail\":\"a##b##c.js##1,2\"}},"
    "{\"_track_id\":1,\"type\":\"track_signup\",\"event\":\"$SignUp\",\"time\":1767225591000,"
    "\"distinct_id\":\"u9\",\"original_id\":\"anon-9\",\"properties\":{\"$lib\":\"Node\"},"
    "\"lib\":{}},"
    "{\"_track_id\":2,\"type\":\"profile_set\",\"time\":1767225592000,\"distinct_id\":\"u9\","
    "\"properties\":{\"phone\":\"13800138000\",\"Gender\":\"女\"},\"lib\":{}},"
    "{\"_track_id\":3,\"type\":\"profile_increment\",\"time\":1767225593000,\"distinct_id\":"
    "\"u9\","
    "\"properties\":{\"Points\":5},\"lib\":{}},"
    "{\"_track_id\":4,\"type\":\"profile_append\",\"time\":1767225593000,\"distinct_id\":"
    "\"u9\","
    "\"properties\":{\"Liked\":[\"a\",\"b\"]},\"lib\":{}},"
    "{\"_track_id\":5,\"type\":\"profile_unset\",\"time\":1767225593000,\"distinct_id\":\"u9\","
    "\"properties\":{\"Gender\":true},\"lib\":{}},"
    "{\"_track_id\":6,\"type\":\"item_set\",\"time\":1767225593000,\"item_type\":\"book\","
    "\"item_id\":\"b1\",\"properties\":{},\"lib\":{}}]";

static struct str base64(struct bench *t, struct str s)
{
    struct buf b = {0};
    web_base64_encode(&b, s);
    const struct str out = arena_str(t->arena, buf_str(&b));
    buf_release(&b);
    return out;
}

static struct str quoted(struct bench *t, struct str s)
{
    struct buf b = {0};
    web_percent_encode(&b, s);
    const struct str out = arena_str(t->arena, buf_str(&b));
    buf_release(&b);
    return out;
}

static struct str form(struct bench *t, const char *field, struct str bytes)
{
    return arena_strf(t->arena, "%s=%.*s", field, STR_FMT(quoted(t, base64(t, bytes))));
}

/* One event, plainly. */
static enum rc one(struct bench *t, const char *json)
{
    return send_bytes(t, "POST", "/sa?project=default", form(t, "data", str_of(json)));
}

static void test_node(struct bench *t)
{
    struct buf packed = {0};
    CHECK(!web_gzip(str_of(node_events), &packed, NULL));
    TEST("the node SDK's gzip form") {
        const struct str body = arena_strf(t->arena, "%.*s&gzip=1",
                                           STR_FMT(form(t, "data_list", buf_str(&packed))));
        t->in.content_type = STR("application/x-www-form-urlencoded");
        CHECK_EQ_I64(send_bytes(t, "POST", "/sa?project=default&token=pk_w_t", body), RC_OK);
        CHECK_STR(t->key, STR("pk_w_t"));
        CHECK_EQ_I64(t->out.events, 7);
        CHECK_EQ_I64(t->out.decoded, 6);
        CHECK_EQ_I64(t->out.ignored, 1);
        CHECK_EQ_I64(t->reply.status, 200);
        CHECK_EQ_I64(t->reply.body.len, 0);
    }
    const struct event_batch *b = t->batch;
    TEST("track by a server: distinct_id is anonymous until a sign-up says more") {
        CHECK_STR(event_of(t, 0), STR("ViewProduct"));
        CHECK_STR(who(t, 0), STR("anonymous_id:anon-9"));
        CHECK_STR(b->event_id[0], STR("sa:anon-9:1767225590000:ViewProduct:4217382391"));
        CHECK_EQ_I64(b->time_ms[0], NOW - 10000);
        CHECK(!b->channel[0]);
    }
    TEST("track_signup joins both, and what the server sends under the user's id later") {
        CHECK_STR(event_of(t, 1), STR("identify"));
        CHECK_STR(who(t, 1), STR("user_id:u9 anonymous_id:anon-9 anonymous_id:u9"));
    }
    TEST("profile operations are identify, with what is to be done") {
        CHECK_STR(event_of(t, 2), STR("identify"));
        CHECK_STR(who(t, 2), STR("anonymous_id:u9 phone:13800138000"));
        CHECK_STR(b->props[2], STR("{\"Gender\":\"女\"}"));
        CHECK_STR(b->props[3], STR("{\"profile\":\"increment\",\"Points\":5}"));
        CHECK_STR(b->props[4], STR("{\"profile\":\"append\",\"Liked\":[\"a\",\"b\"]}"));
        CHECK_STR(b->props[5], STR("{\"profile\":\"unset\",\"Gender\":true}"));
    }
    TEST("without gzip, as text/plain, with only a project") {
        t->in.content_type = STR("text/plain");
        CHECK_EQ_I64(send_bytes(t, "POST", "/sa?project=pk_w_p",
                                form(t, "data_list", str_of(node_events))),
                     RC_OK);
        CHECK_STR(t->key, STR("pk_w_p"));
        CHECK_EQ_I64(t->out.decoded, 6);
        t->in.content_type = STR_NULL;
    }
    TEST("a dry run is checked and not kept") {
        t->header[0] = "Dry-Run";
        t->header[1] = "true";
        CHECK_EQ_I64(send_bytes(t, "POST", "/debug?project=default",
                                form(t, "data_list", str_of(node_events))),
                     RC_OK);
        CHECK_EQ_I64(t->out.events, 7);
        CHECK_EQ_I64(t->out.decoded, 0);
        CHECK_EQ_I64(t->batch->rows, 0);
        t->header[0] = NULL;
        CHECK_EQ_I64(send_bytes(t, "POST", "/debug?project=default",
                                form(t, "data_list", str_of(node_events))),
                     RC_OK);
        CHECK_EQ_I64(t->out.decoded, 6);
    }
    buf_release(&packed);
}

/* As sa-sdk-javascript 1.27.11 makes it. */
static const char web_event[] =
    "{\"identities\":{\"$identity_cookie_id\":\"19a-0c\"},\"distinct_id\":\"19a-0c\",\"lib\":{"
    "\"$lib\":\"js\",\"$lib_method\":\"code\",\"$lib_version\":\"1.27.11\"},\"properties\":{"
    "\"$timezone_offset\":-480,\"$screen_height\":768,\"$lib\":\"js\",\"$lib_version\":\"1.27."
    "11\","
    "\"$latest_traffic_source_type\":\"直接流量\",\"$is_first_day\":true,\"$url\":"
    "\"https://shop.cn/\",\"$url_path\":\"/\",\"$title\":\"商城\",\"$utm_campaign\":\"618\","
    "\"$utm_source\":\"douyin\"},\"anonymous_id\":\"19a-0c\",\"type\":\"track\",\"event\":"
    "\"$pageview\",\"time\":1767139190000,\"_track_id\":123,\"_flush_time\":1767139200000}";

static int32_t java_hash(struct str s)
{
    uint32_t h = 0;
    for (size_t i = 0; i < s.len; i++) {
        h = (h << 5) - h + (unsigned char)s.ptr[i];
    }
    return (int32_t)h;
}

static void test_web(struct bench *t)
{
    const struct str data = base64(t, str_of(web_event));
    const struct str query =
        arena_strf(t->arena, "/sa.gif?project=default&data=%.*s&ext=crc%%3D%d",
                   STR_FMT(quoted(t, data)), java_hash(data));
    TEST("the browser's image, with its checksum") {
        CHECK_EQ_I64(send(t, "GET", query.ptr, ""), RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_CSTR(t->reply.type, "image/gif");
        CHECK(str_starts(t->reply.body, STR("GIF89a")));
        CHECK_EQ_I64(t->reply.body.len, 43);
    }
    TEST("presets: channel, page, campaign; the clock is a day off and put right") {
        CHECK_STR(event_of(t, 0), STR("page_view"));
        CHECK_STR(who(t, 0), STR("cookie:19a-0c anonymous_id:19a-0c"));
        CHECK_STR(channel_of_row(t, 0), STR("web"));
        CHECK_STR(t->batch->campaign[0], STR("618"));
        CHECK(has(t->batch->props[0], "\"url\":\"https://shop.cn/\",\"$url_path\":\"/\","
                                      "\"title\":\"商城\""));
        CHECK(has(t->batch->props[0], "\"$timezone_offset\":-480"));
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 10000);
    }
    TEST("a retry flushed later is the same event") {
        CHECK_STR(t->batch->event_id[0], STR("sa:19a-0c:1767139190000:$pageview:123"));
    }
    TEST("a wrong checksum rejects the event with its reason") {
        const struct str bad = arena_strf(t->arena, "/sa.gif?data=%.*s&ext=crc%%3D%d",
                                          STR_FMT(quoted(t, data)), java_hash(data) + 1);
        CHECK_EQ_I64(send(t, "GET", bad.ptr, ""), RC_OK);
        CHECK_EQ_I64(t->out.rejected, 1);
        CHECK_CSTR(t->field, "ext");
        CHECK_EQ_I64(t->batch->rows, 0);
        CHECK_EQ_I64(send(t, "GET", "/sa.gif?data=e30%3D&ext=crc%3Dx", ""), RC_OK);
        CHECK_CSTR(t->field, "ext");
    }
    TEST("a form that was not percent-encoded has blanks for +, and the checksum still holds") {
        const struct str json = STR("{\"a\":\"~~~>>>???\"}");
        const struct str plus = base64(t, json);
        CHECK(has(plus, "+"));
        const struct str body =
            arena_strf(t->arena, "data=%.*s&ext=crc=%d", STR_FMT(plus), java_hash(plus));
        CHECK_EQ_I64(send_bytes(t, "POST", "/sa.gif?project=p", body), RC_OK);
        CHECK_CSTR(t->field, "type");
    }
}

/* As sa-sdk-miniprogram 1.22.7 makes it after a login: a phone, a unionid, an openid. */
static void test_mini(struct bench *t)
{
    TEST("the identities of a mini program") {
        CHECK_EQ_I64(
            one(t,
                "{\"type\":\"track_signup\",\"event\":\"$SignUp\",\"time\":1767225590000,"
                "\"distinct_id\":\"u1\",\"login_id\":\"u1\",\"original_id\":\"mp-1\","
                "\"anonymous_id\":\"mp-1\",\"identities\":{\"$identity_login_id\":\"u1\","
                "\"$identity_mp_id\":\"mp-1\",\"$identity_mp_wx12ab_openid\":\"oX1\","
                "\"$identity_mp_unionid\":\"oU1\",\"$identity_mobile\":\"13800138000\"},"
                "\"properties\":{\"$lib\":\"MiniProgram\"},\"lib\":{\"$lib\":\"MiniProgram\"},"
                "\"_track_id\":9,\"_flush_time\":1767225600000}"),
            RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:u1 anonymous_id:mp-1 openid@wx12ab:oX1 unionid:oU1 "
                                 "phone:13800138000 anonymous_id:u1"));
        CHECK_STR(channel_of_row(t, 0), STR("mini_program"));
        CHECK_STR(event_of(t, 0), STR("identify"));
    }
    TEST("after a login distinct_id is the user's") {
        CHECK_EQ_I64(
            one(t, "{\"type\":\"track\",\"event\":\"$MPViewScreen\",\"time\":1767225590000,"
                   "\"distinct_id\":\"u1\",\"login_id\":\"u1\",\"anonymous_id\":\"mp-1\","
                   "\"identities\":{\"$identity_mp_id\":\"mp-1\",\"$identity_login_id\":"
                   "\"u1\"},\"properties\":{}}"),
            RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:u1 anonymous_id:mp-1"));
        CHECK_STR(event_of(t, 0), STR("screen_view"));
    }
    TEST("a login by an own key, own kinds, lists, devices") {
        CHECK_EQ_I64(one(t, "{\"type\":\"track\",\"event\":\"e\",\"time\":1767225590000,"
                            "\"distinct_id\":\"Crm ID+77\",\"login_id\":\"Crm ID+77\","
                            "\"identities\":{\"Crm ID\":\"77\",\"$identity_idfv\":\"D1\","
                            "\"$identity_email\":[\"A@b.cn\",\"c@d.cn\"],"
                            "\"$identity_mobile\":\"call me\"}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("crm_id:77 device:D1 email:a@b.cn email:c@d.cn"));
        CHECK(has(t->batch->props[0], "{\"phone\":\"~siv1:"));
    }
    TEST("bind joins; unbind is an event of its own that joins nothing") {
        CHECK_EQ_I64(
            one(t, "{\"type\":\"track_id_bind\",\"event\":\"$BindID\",\"time\":"
                   "1767225590000,\"distinct_id\":\"u1\",\"login_id\":\"u1\",\"identities\":"
                   "{\"$identity_login_id\":\"u1\",\"$identity_mobile\":\"13800138000\"}}"),
            RC_OK);
        CHECK_STR(event_of(t, 0), STR("identify"));
        CHECK_STR(who(t, 0), STR("user_id:u1 phone:13800138000"));
        CHECK_EQ_I64(
            one(t, "{\"type\":\"track_id_unbind\",\"event\":\"$UnbindID\",\"time\":"
                   "1767225590000,\"distinct_id\":\"u1\",\"login_id\":\"u1\",\"identities\":"
                   "{\"$identity_mobile\":\"13800138000\"},\"properties\":{}}"),
            RC_OK);
        CHECK_STR(event_of(t, 0), STR("identity_unbind"));
        CHECK_STR(who(t, 0), STR("user_id:u1"));
        CHECK(has(t->batch->props[0], "{\"unbind\":\"phone\",\"phone\":\"~siv1:"));
        CHECK(!has(t->batch->props[0], "13800138000"));
    }
    TEST("unbind as the web and mini program SDKs send it: without login_id") {
        CHECK_EQ_I64(one(t, "{\"type\":\"track_id_unbind\",\"event\":\"$UnbindID\",\"time\":"
                            "1767225590000,\"distinct_id\":\"u1\",\"identities\":"
                            "{\"$identity_mobile\":\"13800138000\"},\"properties\":{}}"),
                     RC_OK);
        /* linked with user_id:u1 by the sign-up, as this is */
        CHECK_STR(who(t, 0), STR("anonymous_id:u1"));
        CHECK_EQ_I64(one(t,
                         "{\"type\":\"track_id_unbind\",\"event\":\"$UnbindID\",\"time\":"
                         "1767225590000,\"distinct_id\":\"$identity_mobile+13800138000\","
                         "\"identities\":{\"$identity_email\":\"a@b.cn\"},\"properties\":{}}"),
                     RC_OK);
        CHECK_STR(who(t, 0), STR("phone:13800138000"));
    }
    TEST("$is_login_id says so too; without a number of its own a retry is told by its "
         "content") {
        const char *event = "{\"type\":\"track\",\"event\":\"e\",\"time\":1767225590000,"
                            "\"distinct_id\":\"u1\",\"properties\":{\"$is_login_id\":true}}";
        CHECK_EQ_I64(one(t, event), RC_OK);
        CHECK_STR(who(t, 0), STR("user_id:u1"));
        const struct str id = arena_str(t->arena, t->batch->event_id[0]);
        CHECK_EQ_I64(one(t, event), RC_OK);
        CHECK_STR(t->batch->event_id[0], id);
        CHECK(id.len > 40);
    }
}

static void reject_is(struct bench *t, const char *event, const char *field, const char *reason)
{
    CHECK_EQ_I64(one(t, event), RC_OK);
    CHECK_EQ_I64(t->out.rejected, 1);
    CHECK_EQ_I64(t->batch->rows, 0);
    CHECK_CSTR(t->field, field);
    CHECK_CSTR(t->reason, reason);
}

static void test_wrong(struct bench *t)
{
    TEST("wrong types set the event aside") {
        reject_is(t, "{\"type\":\"track\",\"event\":7,\"time\":1767225590000}", "event",
                  "there is no event name");
        reject_is(t, "{\"type\":\"track\",\"event\":\"e\",\"time\":\"soon\"}", "time",
                  "not a time, or one that does not exist");
        reject_is(
            t,
            "{\"type\":\"track\",\"event\":\"e\",\"time\":1767225590000,\"distinct_id\":[{}]}",
            "distinct_id", "an identity is neither text nor a number");
        reject_is(t, "{\"type\":\"track\",\"event\":\"e\",\"time\":99999999999999}", "time",
                  "the day is outside 1970..2149");
        reject_is(t, "{\"type\":{},\"identities\":7}", "type",
                  "the type is none of track, track_signup, track_id_bind, track_id_unbind, "
                  "profile_..., item_...");
        reject_is(t, "[7]", "", "the event is no JSON object");
    }
    TEST("odd values are kept, not understood") {
        CHECK_EQ_I64(
            one(t, "{\"type\":\"track\",\"event\":\"e\",\"time\":1767225590000,"
                   "\"identities\":[1],\"properties\":\"x\",\"lib\":[],\"_flush_time\":{},"
                   "\"_track_id\":{},\"anonymous_id\":{},\"login_id\":null}"),
            RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_STR(t->batch->props[0], STR("{\"properties\":\"x\"}"));
    }
    TEST("a body that is none is refused as a whole") {
        CHECK_EQ_I64(send(t, "POST", "/sa", ""), RC_INVALID);
        CHECK_EQ_I64(send(t, "POST", "/sa", "data=***"), RC_INVALID);
        CHECK_CSTR(t->err.msg, "data is no base64");
        CHECK_EQ_I64(send(t, "POST", "/sa", "data=aGVsbG8%3D"), RC_INVALID);
        CHECK_EQ_I64(send(t, "POST", "/sa", "data_list=H4sIAAAA"), RC_INVALID);
        CHECK_EQ_I64(send(t, "GET", "/sa.gif", ""), RC_INVALID);
        CHECK_EQ_I64(send(t, "POST", "/sa", "data=%"), RC_INVALID);
        CHECK_EQ_I64(t->reply.status, 400);
    }
    TEST("a bomb in base64 is stopped") {
        struct buf zeros = {0}, bomb = {0};
        memset(buf_room(&zeros, COLLECT_UNPACKED_MAX + 1), ' ', COLLECT_UNPACKED_MAX + 1);
        zeros.len = COLLECT_UNPACKED_MAX + 1;
        CHECK(!web_gzip(buf_str(&zeros), &bomb, NULL));
        CHECK_EQ_I64(send_bytes(t, "POST", "/sa", form(t, "data_list", buf_str(&bomb))),
                     RC_TOO_LARGE);
        buf_release(&zeros);
        buf_release(&bomb);
    }
    TEST("methods: an image is got, data is got or posted") {
        const char *allowed;
        CHECK(collect_find(STR("GET"), STR("/sa"), &allowed) != NULL);
        CHECK(!collect_find(STR("PUT"), STR("/sa.gif"), &allowed));
        CHECK_CSTR(allowed, "GET, POST, OPTIONS");
    }
    TEST("ours: 503, and its SDKs lose data by it") {
        CHECK_EQ_I64(send(t, "GET", "/sa.gif?data=e30%3D", ""), RC_OK);
        collect_answer(t->collector, RC_FULL, NULL, NULL, t->arena, &t->reply);
        CHECK_EQ_I64(t->reply.status, 503);
        CHECK(t->reply.retry_after_s > 0);
        collect_answer(t->collector, RC_DENIED, NULL, NULL, t->arena, &t->reply);
        CHECK_EQ_I64(t->reply.status, 401);
    }
}

int main(void)
{
    struct bench t;
    bench_open(&t);
    test_node(&t);
    test_web(&t);
    test_mini(&t);
    test_wrong(&t);
    bench_close(&t);
    return tap_end();
}
