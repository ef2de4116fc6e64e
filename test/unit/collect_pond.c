/* Pond's own form over HTTP: one event, a list, lines. */
#include "collect_run.h"

static void test_forms(struct bench *t)
{
    TEST("one object") {
        CHECK_EQ_I64(
            post(t, "/v1/events?key=pk_w_q",
                 "{\"time\":\"2025-12-31 20:00:00\",\"event\":\"purchase\",\"id\":\"e-1\","
                 "\"identities\":{\"phone\":\"13800138000\",\"device\":[\"a\",\"b\"]},"
                 "\"channel\":\"store\",\"order\":\"O1\",\"quantity\":2,"
                 "\"unit_price\":12.345,\"properties\":{\"city\":\"上海\"}}"),
            RC_OK);
        CHECK_STR(t->key, STR("pk_w_q"));
        CHECK_STR(event_of(t, 0), STR("purchase"));
        CHECK_STR(who(t, 0), STR("phone:13800138000 device:a device:b"));
        CHECK_STR(t->batch->event_id[0], STR("e-1"));
        CHECK_EQ_I64(t->batch->amount_fen[0], 2469);
        CHECK_EQ_I64(t->batch->time_ms[0], NOW - 12 * 3600000LL);
    }
    TEST("one object over many lines") {
        CHECK_EQ_I64(
            post(t, "/v1/events", "\n{\n \"time\": 1767225600,\n \"event\": \"login\"\n}\n"),
            RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_EQ_I64(t->batch->time_ms[0], NOW);
    }
    TEST("a list") {
        t->in.authorization = STR("Bearer pk_w_b");
        CHECK_EQ_I64(post(t, "/v1/events",
                          "[{\"time\":1767225600,\"event\":\"加购\"},7,"
                          "{\"time\":1767225600,\"event\":\"login\"}]"),
                     RC_OK);
        CHECK_STR(t->key, STR("pk_w_b"));
        CHECK_STR(event_of(t, 0), STR("add_cart"));
        CHECK_EQ_I64(t->out.events, 3);
        CHECK_EQ_I64(t->out.decoded, 2);
        CHECK_EQ_I64(t->out.rejected, 1);
        t->in.authorization = STR_NULL;
    }
    TEST("lines: a bad one is set aside with its number and the rest goes on") {
        CHECK_EQ_I64(post(t, "/v1/events",
                          "{\"time\":1767225600,\"event\":\"login\"}\r\n"
                          "\n"
                          "{\"time\":1767225600,\"event\":\n"
                          "{\"event\":\"login\",\"phone\":\"13800138000\"}\n"
                          "{\"time\":1767225600,\"event\":\"logout\"}"),
                     RC_OK);
        CHECK_EQ_I64(t->out.events, 4);
        CHECK_EQ_I64(t->out.decoded, 2);
        CHECK_EQ_I64(t->out.rejected, 2);
        CHECK_EQ_I64(t->line, 2);
        CHECK_EQ_I64(t->rejects, 2);
    }
    TEST("a line that is not UTF-8 is set aside") {
        CHECK_EQ_I64(post(t, "/v1/events",
                          "{\"time\":1767225600,\"event\":\"login\"}\n"
                          "{\"time\":1767225600,\"event\":\"\xb9\xba\xc2\xf2\"}\n"),
                     RC_OK);
        CHECK_EQ_I64(t->out.decoded, 1);
        CHECK_EQ_I64(t->out.rejected, 1);
    }
    TEST("anything else is refused") {
        CHECK_EQ_I64(post(t, "/v1/events", ""), RC_INVALID);
        CHECK_EQ_I64(post(t, "/v1/events", "time,event\n"), RC_INVALID);
        CHECK_EQ_I64(post(t, "/v1/events", "[{]"), RC_INVALID);
        CHECK_EQ_I64(t->reply.status, 400);
        CHECK(has(t->reply.body, "\"code\":\"invalid\"") && has(t->reply.body, "column"));
    }
}

static void test_answer(struct bench *t)
{
    struct collect_reply reply;
    CHECK_EQ_I64(post(t, "/v1/events", "[]"), RC_OK);
    TEST("the answer counts") {
        const struct collect_outcome o = {.events = 5,
                                          .accepted = 2,
                                          .duplicates = 1,
                                          .rejected = 1,
                                          .ignored = 1,
                                          .first_reject = STR("event 3: \"no\"")};
        collect_answer(t->collector, RC_OK, NULL, &o, t->arena, &reply);
        CHECK_STR(reply.body,
                  STR("{\"events\":5,\"accepted\":2,\"duplicates\":1,\"rejected\":1,"
                      "\"ignored\":1,\"first_reject\":\"event 3: \\\"no\\\"\"}"));
        collect_answer(t->collector, RC_BUSY, NULL, &o, t->arena, &reply);
        CHECK_EQ_I64(reply.status, 503);
        CHECK(reply.retry_after_s > 0);
        CHECK_STR(reply.body, STR("{\"code\":\"busy\",\"msg\":\"try again later\"}"));
    }
}

int main(void)
{
    struct bench t;
    bench_open(&t);
    test_forms(&t);
    test_answer(&t);
    bench_close(&t);
    return tap_end();
}
