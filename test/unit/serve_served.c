/* Small parts of a server: rates of keys, events set aside, figures. */
#include <stdlib.h>
#include "serve/metrics.h"
#include "serve/rejects.h"
#include "serve/throttle.h"
#include "base/day.h"
#include "tap.h"
#include "wire/json.h"

static void test_throttle(void)
{
    TEST("a key has its rate and a burst of one second; others have their own") {
        struct throttle *t = throttle_new(10);
        int wait = 0, yes = 0;
        for (int i = 0; i < 30; i++) {
            yes += throttle_may(t, 1, 1000000, &wait);
        }
        CHECK_EQ_I64(yes, 10);
        CHECK_EQ_I64(wait, 1);
        CHECK(throttle_may(t, 2, 1000000, &wait));
        CHECK(!throttle_may(t, 1, 1050000, &wait));
        CHECK(throttle_may(t, 1, 1150000, &wait));
        yes = 0;
        for (int i = 0; i < 30; i++) {
            yes += throttle_may(t, 1, 9000000, &wait);
        }
        CHECK_EQ_I64(yes, 10);
        throttle_free(t);
    }
    TEST("many keys keep their buckets; no rate is no limit") {
        struct throttle *t = throttle_new(1);
        int wait = 0, again = 0;
        for (int64_t k = 1; k <= 1000; k++) {
            CHECK(throttle_may(t, k, 1, &wait));
        }
        for (int64_t k = 1; k <= 1000; k++) {
            again += throttle_may(t, k, 2, &wait);
        }
        CHECK_EQ_I64(again, 0);
        throttle_free(t);
        t = throttle_new(0);
        for (int i = 0; i < 1000; i++) {
            CHECK(throttle_may(t, 1, 1, &wait));
        }
        throttle_free(t);
    }
}

static bool has_file(const char *dir, const char *day, struct buf *out)
{
    char path[120];
    snprintf(path, sizeof(path), "%s/rejects/http-%s.ndjson", dir, day);
    return disk_get(disk_real(), path, 1 << 20, out, NULL) == RC_OK;
}

static void test_rejects(void)
{
    char dir[] = "/tmp/pond-test-XXXXXX", command[80];
    int32_t day = 0, old = 0;
    struct buf text = {0};
    if (!mkdtemp(dir) || !day_parse(STR("2026-11-22"), &day) ||
        !day_parse(STR("2026-01-01"), &old)) {
        return;
    }
    TEST("what is set aside is a line of the day's file, JSON whatever it holds") {
        struct rejects *r = rejects_new(disk_real(), dir);
        const struct reject_line l = {.at_ms = 5,
                                      .day = day,
                                      .collector = "segment",
                                      .event = 3,
                                      .field = STR("properties.price"),
                                      .raw = STR("{\"a\":\"\n\x01\"}"),
                                      .reason = "the price is negative"};
        struct json_flat f;
        struct json_reader *reader = json_reader_new(NULL);
        rejects_add(r, &l);
        rejects_add(r, &l);
        CHECK(has_file(dir, "2026-11-22", &text));
        struct str rest = buf_str(&text), first = str_cut(&rest, '\n');
        CHECK(json_flat(reader, first, &f, NULL) == RC_OK);
        CHECK_STR(json_find(&f, STR("field"))->value, STR("properties.price"));
        CHECK_STR(json_find(&f, STR("event"))->value, STR("3"));
        CHECK(str_eq(str_cut(&rest, '\n'), first) && !rest.len);
        rejects_free(r);
        r = rejects_new(disk_real(), dir); /* a new process goes on in the file */
        rejects_add(r, &l);
        CHECK(has_file(dir, "2026-11-22", &text));
        CHECK_EQ_I64(text.len, 3 * (first.len + 1));
        rejects_free(r);
        json_reader_free(reader);
    }
    TEST("each day has its file, old ones go") {
        struct rejects *r = rejects_new(disk_real(), dir);
        const struct reject_line before = {.day = old, .collector = "x", .reason = "y"},
                                 now = {.day = day + 1, .collector = "x", .reason = "y"};
        rejects_add(r, &before);
        CHECK(has_file(dir, "2026-01-01", &text));
        rejects_add(r, &now);
        CHECK(has_file(dir, "2026-11-23", &text));
        CHECK(!has_file(dir, "2026-01-01", &text));
        CHECK(has_file(dir, "2026-11-22", &text));
        CHECK_EQ_I64(rejects_dropped(r), 0);
        rejects_free(r);
    }
    TEST("what cannot be written is counted") {
        struct rejects *r = rejects_new(disk_real(), "/proc/nowhere");
        const struct reject_line l = {.day = day, .collector = "x", .reason = "y"};
        rejects_add(r, &l);
        CHECK_EQ_I64(rejects_dropped(r), 1);
        rejects_free(r);
    }
    buf_release(&text);
    snprintf(command, sizeof(command), "rm -rf %s", dir);
    CHECK(!system(command));
}

/* The value of a line of the text format; -1: there is none. */
static double value_of(struct buf *text, const char *name)
{
    const char *at = strstr(buf_cstr(text), name);
    return at ? strtod(at + strlen(name), NULL) : -1;
}

static void test_metrics(void)
{
    TEST("requests are counted by class, status and time, figures by brand") {
        struct metrics *m = metrics_new();
        struct buf b = {0};
        struct metrics_brand brand = {.name = STR("demo")};
        brand.figures.accepted = 7;
        brand.figures.lag_ms = 1500;
        brand.figures.failing = true;
        brand.figures.memory_bytes = 4096;
        const struct metrics_moment now = {.brand = &brand, .brands = 1, .streams = 2};
        metrics_request(m, METRIC_COLLECT, 200, 400);
        metrics_request(m, METRIC_COLLECT, 200, 4000);
        metrics_request(m, METRIC_COLLECT, 503, 99000000);
        metrics_refused(m, REFUSED_RATE);
        metrics_text(m, &now, &b);
        CHECK(value_of(&b, "pond_ingest_accepted_total{brand=\"demo\"} ") == 7);
        CHECK(value_of(&b, "pond_ingest_lag_seconds{brand=\"demo\"} ") == 1.5);
        CHECK(value_of(&b, "pond_failing{brand=\"demo\"} ") == 1);
        CHECK(value_of(&b, "pond_http_request_duration_seconds_bucket{route=\"collect\",le=\"0."
                           "0005\"} ") == 1);
        CHECK(
            value_of(
                &b,
                "pond_http_request_duration_seconds_bucket{route=\"collect\",le=\"0.005\"} ") ==
            2);
        CHECK(value_of(
                  &b,
                  "pond_http_request_duration_seconds_bucket{route=\"collect\",le=\"10\"} ") ==
              2);
        CHECK(
            value_of(
                &b,
                "pond_http_request_duration_seconds_bucket{route=\"collect\",le=\"+Inf\"} ") ==
            3);
        CHECK(value_of(&b, "pond_http_request_duration_seconds_count{route=\"collect\"} ") ==
              3);
        CHECK(value_of(&b, "pond_http_requests_total{route=\"collect\",code=\"2xx\"} ") == 2);
        CHECK(value_of(&b, "pond_http_requests_total{route=\"collect\",code=\"5xx\"} ") == 1);
        CHECK(value_of(&b, "pond_http_refused_total{why=\"rate\"} ") == 1);
        CHECK(value_of(&b, "\npond_streams ") == 2);
        CHECK(value_of(&b, "\nprocess_resident_memory_bytes ") == 4096);
        buf_release(&b);
        metrics_free(m);
    }
}

int main(void)
{
    test_throttle();
    test_rejects();
    test_metrics();
    return tap_end();
}
