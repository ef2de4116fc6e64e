/* How fast bodies of collectors become batches, one thread: collect [SECONDS [WHICH]]. Batches of 100 events as the
 * clients send them; nothing is stored. */
#include "bench.h"

#include "collect/collect.h"

#define EVENTS 100

struct bench {
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct arena *arena;
    struct event_batch *batch;
    struct decoder *decoder;
    struct collect_state *state;
    double seconds;
    const char *only; /* NULL: all */
};

/* Processor time of this thread: other work on the machine does not count. */
static double cpu_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void on_reject(void *ctx, const struct reject *r)
{
    (void)ctx;
    (void)fprintf(stderr, "rejected: %s\n", r->reason);
    exit(1);
}

static struct str no_header(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
    return STR_NULL;
}

static enum rc open_bench(struct bench *t, struct arena *own, struct err *e)
{
    struct buf key = {0};
    t->kinds = kind_table_new();
    t->catalogue = catalogue_new();
    t->arena = arena_new();
    t->batch = batch_new(1024);
    t->state = collect_state_new();
    enum rc rc = secret_make(&key, e);
    rc = rc ? rc : secret_parse(buf_str(&key), &t->secret, e);
    rc = rc ? rc : zone_open(STR("Asia/Shanghai"), &t->zone, e);
    buf_release(&key);
    const struct decoder_setup s = {.mapping = mapping_json_lines(own),
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .identity_key = t->secret.identity,
                                    .zone = t->zone,
                                    .reject = on_reject,
                                    .ctx = t};
    return rc ? rc : decoder_new(&s, &t->decoder, e);
}

static void run(struct bench *t, const char *name, const char *target, struct str body)
{
    const char *allowed;
    struct str key;
    struct collect_outcome out;
    struct err e = {0};
    const struct collector *c = collect_find(STR("POST"), str_of(target), &allowed);
    const struct collect_input in = {.path = str_of(target),
                                     .body = body,
                                     .authorization = STR("Basic cGtfd19rZXk6"),
                                     .header = no_header,
                                     .now_ms = 1767225600000LL};
    uint64_t events = 0;
    if (t->only && strcmp(t->only, name) != 0) {
        return;
    }
    const double from = cpu_now();
    double now = from;
    while (now < from + t->seconds) {
        for (int i = 0; i < 100; i++) {
            arena_reset(t->arena);
            batch_clear(t->batch);
            decoder_begin(t->decoder, t->batch);
            if (collect_key(c, t->state, &in, t->arena, &key, &e) ||
                collect_decode(c, t->state, &in, t->decoder, NULL, t->arena, &out, &e)) {
                exit(bench_fail(&e));
            }
            events += out.events;
        }
        now = cpu_now();
    }
    char figure[64];
    (void)snprintf(figure, sizeof(figure), "collect_%s_mps", name);
    bench_say(figure, (double)events / (now - from) / 1e6);
    (void)snprintf(figure, sizeof(figure), "collect_%s_mbps", name);
    bench_say(figure, (double)events / EVENTS * (double)body.len / (now - from) / 1048576.0);
}

static void segment(struct buf *b)
{
    buf_add(b, STR("{\"batch\":["));
    for (int i = 0; i < EVENTS; i++) {
        buf_addf(
            b,
            "%s{\"userId\":\"u%d\",\"anonymousId\":\"a-%d\",\"event\":\"Product Added\","
            "\"type\":\"track\",\"properties\":{\"product_id\":\"P%d\",\"name\":\"口红\","
            "\"category\":\"彩妆\",\"price\":128.5,\"quantity\":2,\"currency\":\"CNY\"},"
            "\"context\":{\"library\":{\"name\":\"@segment/analytics-node\",\"version\":"
            "\"3.1.0\"}},\"timestamp\":\"2025-12-31T23:59:%02d.123Z\",\"integrations\":{},"
            "\"messageId\":\"node-next-1767225590000-7a0b7e9d-6d4e-4e7a-9c39-0a52b8a3%04d\","
            "\"_metadata\":{\"nodeVersion\":\"20.1.0\",\"jsRuntime\":\"node\"}}",
            i ? "," : "", i, i, i, i % 60, i);
    }
    buf_add(b, STR("],\"writeKey\":\"k\",\"sentAt\":\"2025-12-31T23:59:59.900Z\"}"));
}

static void posthog(struct buf *b)
{
    buf_add(b, STR("{\"api_key\":\"k\",\"batch\":["));
    for (int i = 0; i < EVENTS; i++) {
        buf_addf(
            b,
            "%s{\"distinct_id\":\"u%d\",\"event\":\"Product Viewed\",\"properties\":{"
            "\"product_id\":\"P%d\",\"$lib\":\"posthog-node\",\"$lib_version\":\"5.70.0\","
            "\"$is_server\":true,\"$geoip_disable\":true},\"timestamp\":"
            "\"2025-12-31T23:59:51.000Z\",\"uuid\":\"0190a3c2-3333-7000-8000-00000000%04d\"}",
            i ? "," : "", i, i, i);
    }
    buf_add(b, STR("],\"sent_at\":\"2025-12-31T23:59:59.900Z\"}"));
}

static void lines(struct buf *b)
{
    for (int i = 0; i < EVENTS; i++) {
        buf_addf(b,
                 "{\"time\":\"2025-12-31T23:59:51.678+08:00\",\"event\":\"add_cart\",\"id\":"
                 "\"e-%d\","
                 "\"identities\":{\"user_id\":\"u%d\",\"device\":\"a81b\"},\"channel\":"
                 "\"mini_program\",\"item\":\"SKU1\",\"category\":\"护肤\",\"quantity\":1,"
                 "\"unit_price\":12.34,\"properties\":{\"city\":\"上海\"}}\n",
                 i, i);
    }
}

static void sensors(struct buf *b)
{
    buf_add(b, STR("["));
    for (int i = 0; i < EVENTS; i++) {
        buf_addf(
            b,
            "%s{\"identities\":{\"$identity_login_id\":\"u%d\",\"$identity_mp_id\":\"m%d\"},"
            "\"distinct_id\":\"u%d\",\"login_id\":\"u%d\",\"anonymous_id\":\"m%d\",\"lib\":{"
            "\"$lib\":\"MiniProgram\",\"$lib_method\":\"code\",\"$lib_version\":\"1.22.7\"},"
            "\"properties\":{\"$lib\":\"MiniProgram\",\"$lib_version\":\"1.22.7\","
            "\"$network_type\":\"wifi\",\"$brand\":\"HUAWEI\",\"$model\":\"P40\",\"$os\":"
            "\"android\",\"$screen_width\":360,\"ProductID\":\"P1\"},\"type\":\"track\","
            "\"event\":\"ViewProduct\",\"time\":1767225590%03d,\"_track_id\":%d,"
            "\"_flush_time\":1767225599000}",
            i ? "," : "", i, i, i, i, i, i, i);
    }
    buf_add(b, STR("]"));
}

int main(int argc, char *argv[])
{
    struct bench t = {.seconds = argc > 1 ? atof(argv[1]) : 3,
                      .only = argc > 2 ? argv[2] : NULL};
    struct err e = {0};
    struct buf b = {0};
    if (open_bench(&t, arena_new(), &e)) {
        return bench_fail(&e);
    }
    segment(&b);
    run(&t, "segment", "/v1/batch", buf_str(&b));
    buf_clear(&b);
    posthog(&b);
    run(&t, "posthog", "/batch/", buf_str(&b));
    buf_clear(&b);
    sensors(&b);
    run(&t, "sensors_json", "/sa", buf_str(&b));
    buf_clear(&b);
    lines(&b);
    run(&t, "pond", "/v1/events", buf_str(&b));
    bench_say_peak();
    return 0;
}
