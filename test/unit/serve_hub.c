/* News: who gets what, who is too slow, who is gone. The streams are buffers of this test. */
#include "serve/hub.h"
#include "base/buf.h"
#include "tap.h"

struct http_stream {
    struct buf got;
    size_t waiting;
    bool gone, closed;
};
bool http_stream_send(struct http_stream *s, struct str bytes)
{
    if (!s->gone) {
        buf_add(&s->got, bytes);
    }
    return !s->gone;
}
void http_stream_close(struct http_stream *s) { s->closed = true; }
size_t http_stream_waiting(struct http_stream *s) { return s->waiting; }

static bool got(struct http_stream *s, const char *part)
{
    return str_find(buf_str(&s->got), str_of(part), 0) != SIZE_MAX;
}
static void listen_to(struct hub *h, const char *brand, const char *types,
                      struct http_stream *s)
{
    const struct hub_listener l = {.brand = str_of(brand), .types = str_of(types), .stream = s};
    CHECK(hub_listen(h, &l, NULL) == RC_OK);
}
static bool ctx_may(void *ctx) { return *(const bool *)ctx; }
static void ctx_drop(void *ctx) { *(bool *)ctx = true; }

int main(void)
{
    struct hub *h = hub_new();
    struct http_stream all = {0}, stages = {0}, other = {0}, slow = {0}, dead = {0};

    TEST("nobody listens: nothing is heard, and publishing does nothing") {
        CHECK(!hub_heard(h, STR("demo")));
        CHECK(!hub_sample(h, STR("demo")));
        hub_publish(h, STR("demo"), "stage", STR("{}"));
    }
    TEST("news reach the listeners of their brand and type") {
        listen_to(h, "demo", "", &all);
        listen_to(h, "demo", "job, stage", &stages);
        listen_to(h, "other", "", &other);
        hub_publish(h, STR("demo"), "arrival", STR("{\"n\":1}"));
        hub_publish(h, STR("demo"), "stage", STR("{\"n\":2}"));
        CHECK(got(&all, "event: arrival\ndata: {\"n\":1}\n\n"));
        CHECK(got(&all, "event: stage\ndata: {\"n\":2}\n\n"));
        CHECK(!got(&stages, "\"n\":1"));
        CHECK(got(&stages, "\"n\":2"));
        CHECK(!got(&other, "\"n\""));
        CHECK(hub_heard(h, STR("demo")) && !hub_heard(h, STR("third")));
        CHECK_EQ_I64(hub_listeners(h), 3);
    }
    TEST("arrivals of one second are put into words up to a number") {
        int yes = 0;
        for (uint32_t i = 0; i < 3 * HUB_ARRIVALS; i++) {
            yes += hub_sample(h, STR("demo"));
        }
        CHECK(yes >= (int)HUB_ARRIVALS && yes <= 2 * (int)HUB_ARRIVALS);
        CHECK(hub_sample(h, STR("other")));
    }
    TEST("who is slow misses news and is told how many when it has caught up") {
        listen_to(h, "demo", "", &slow);
        slow.waiting = 300u << 10;
        hub_publish(h, STR("demo"), "stage", STR("{\"n\":3}"));
        hub_publish(h, STR("demo"), "stage", STR("{\"n\":4}"));
        hub_beat(h);
        slow.waiting = 100u << 10; /* not yet low enough */
        hub_publish(h, STR("demo"), "stage", STR("{\"n\":5}"));
        CHECK(!got(&slow, "\"n\""));
        slow.waiting = 0;
        hub_publish(h, STR("demo"), "stage", STR("{\"n\":6}"));
        CHECK(got(&slow,
                  "data: {\"type\":\"missed\",\"count\":3}\n\nevent: stage\ndata: {\"n\":6}"));
    }
    TEST("who is gone leaves at the next news, its stream is closed") {
        listen_to(h, "demo", "", &dead);
        dead.gone = true;
        hub_publish(h, STR("demo"), "stage", STR("{}"));
        CHECK(dead.closed);
        CHECK_EQ_I64(hub_listeners(h), 4);
    }
    TEST("who may no longer listen is let go at the next beat") {
        struct http_stream revoked = {0};
        bool may = true;
        const struct hub_listener l = {
            .brand = STR("demo"), .stream = &revoked, .may = ctx_may, .ctx = &may};
        CHECK(hub_listen(h, &l, NULL) == RC_OK);
        hub_beat(h);
        CHECK(!revoked.closed);
        may = false;
        hub_beat(h);
        CHECK(revoked.closed);
        buf_release(&revoked.got);
    }
    TEST("more than the most are refused with a hint, and dropped") {
        static struct http_stream many[HUB_LISTENERS];
        uint32_t n = 0;
        while (hub_listeners(h) < HUB_LISTENERS) {
            listen_to(h, "crowd", "", &many[n++]);
        }
        struct http_stream late = {0};
        bool dropped = false;
        struct err e = {0};
        const struct hub_listener l = {
            .brand = STR("demo"), .stream = &late, .drop = ctx_drop, .ctx = &dropped};
        CHECK(hub_listen(h, &l, &e) == RC_BUSY);
        CHECK(*e.hint && late.closed && dropped);
        buf_release(&late.got);
        hub_close(h);
        CHECK_EQ_I64(hub_listeners(h), 0);
        CHECK(all.closed && many[0].closed);
        CHECK(hub_listen(h, &l, &e) == RC_BUSY);
        for (uint32_t i = 0; i < n; i++) {
            buf_release(&many[i].got);
        }
        buf_release(&late.got);
    }
    hub_free(h);
    buf_release(&all.got);
    buf_release(&stages.got);
    buf_release(&other.got);
    buf_release(&slow.got);
    buf_release(&dead.got);
    return tap_end();
}
