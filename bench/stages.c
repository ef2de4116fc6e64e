/* Stages of many consumers: a brand filled straight through brand_accept, and questions to it.
 *
 *     stages fill DIR CONSUMERS EVENTS         makes a brand and says what it costs
 *     stages ask  DIR [afresh]                 opens it and asks; "afresh": without its checkpoint
 *     stages write DIR                         opens it as a writer (with the set of known events)
 *
 * Events lie in time order on BENCH_DAYS (400) days from 2025-01-01, in batches of a million; consumers appear little by
 * little. Every consumer has one identity, no refund and no friendship, so that plain SQL over the same
 * segments needs neither a join nor a special case: the easy case for the other side. */
#include "bench.h"

#include <string.h>
#include "aipl/assets.h"
#include "aipl/presets.h"
#include "app/hooks.h"
#include "base/mem.h"
#include "base/rng.h"
#include "people/brand.h"

#define FROM_MS 1735660800000 /* 2025-01-01 00:00 in Shanghai */
#define ROWS 1000000u
#define ASK_DAYS 365

/* What happens, in 1/1,000 of all events. */
static const struct {
    const char *name;
    uint32_t share;
} mix[] = {
    {"item_view", 450}, {"content_view", 140}, {"ad_exposure", 140}, {"add_cart", 80},
    {"favorite", 50},   {"live_view", 40},     {"store_visit", 40},  {"purchase", 35},
    {"page_view", 10},  {"review", 8},         {"share", 7},
};
#define MIX_LEN (sizeof(mix) / sizeof(mix[0]))

struct bench {
    const char *dir;
    struct clock clock;
    struct logger logger;
    struct hooks *hooks;
    struct brand *brand;
    int32_t last_day;
};

/* ---- the brand ---- */

static enum rc bench_open(struct bench *x, enum brand_mode mode, bool afresh, struct err *e)
{
    x->hooks = hooks_new(2);
    struct brand_options o = {
        .data_dir = x->dir,
        .mode = mode,
        .clock = &x->clock,
        .logger = &x->logger,
        .hooks = hooks_slots(x->hooks),
        .no_checkpoint = afresh,
    };
    return brand_open(&o, &x->brand, e);
}

static enum rc bench_close(struct bench *x, struct err *e)
{
    enum rc rc = brand_close(x->brand, e);
    hooks_free(x->hooks);
    return rc;
}

static enum rc make_brand(const char *dir, struct err *e)
{
    struct brand_setup s = {.data_dir = dir,
                            .name = STR("bench"),
                            .zone = STR("Asia/Shanghai"),
                            .model_name = STR("aipl")};
    for (int i = 0; i < model_preset_count; i++) {
        if (!strcmp(model_presets[i].name, "aipl")) {
            s.model_text = str_of(model_presets[i].text);
        }
    }
    return brand_create(&s, disk_real(), e);
}

/* ---- events ---- */

struct source {
    struct rng rng;
    uint32_t consumers, days;
    uint64_t events, at;
    uint16_t code[MIX_LEN];
    uint8_t pick[1000];
    struct str kind;
    uint8_t channel[3];
};

static void source_init(struct source *s, const struct brand *b)
{
    static const char *const channels[] = {"tmall", "mini_program", "wechat_oa"};
    uint32_t at = 0;
    s->rng = rng_seed(7);
    for (uint32_t i = 0; i < MIX_LEN; i++) {
        s->code[i] = catalogue_find(b->catalogue, str_of(mix[i].name));
        memset(s->pick + at, (int)i, mix[i].share);
        at += mix[i].share;
    }
    for (uint32_t i = 0; i < 3; i++) {
        s->channel[i] = channel_find(b->catalogue, str_of(channels[i]));
    }
    s->kind = kind_name(b->kinds, KIND_USER_ID);
}

static struct str number_text(struct arena *a, char letter, uint64_t n)
{
    char digits[20];
    size_t len = 0;
    do {
        digits[sizeof(digits) - ++len] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    char *text = arena_alloc(a, len + 1);
    text[0] = letter;
    memcpy(text + 1, digits + sizeof(digits) - len, len);
    return str_make(text, len + 1);
}

static void source_row(struct source *s, const struct brand *b, struct event_batch *batch)
{
    uint32_t r = batch_add(batch), kind = s->pick[rng_below(&s->rng, 1000)];
    uint64_t item = rng_below(&s->rng, 50000);
    /* The first events of all name every consumer once; then anybody who is known. */
    uint64_t known = 1 + (uint64_t)s->consumers * (s->at + 1) / s->events;
    bool first = known > 1 + (uint64_t)s->consumers * s->at / s->events;
    uint64_t who = first ? known - 1 : rng_u64(&s->rng) % known;
    batch->time_ms[r] =
        FROM_MS + (int64_t)(s->at * ((uint64_t)s->days * (DAY_MS / 1000)) / s->events) * 1000;
    batch->name[r] = s->code[kind];
    batch->channel[r] = s->channel[item % 3];
    batch->item[r] = number_text(batch->arena, 'i', item);
    batch->category[r] = number_text(batch->arena, 'c', item % 500);
    if (!strcmp(mix[kind].name, "purchase")) {
        batch->amount_fen[r] = 100 * (int64_t)(1 + item % 900);
        batch->order_no[r] = number_text(batch->arena, 'T', s->at);
    } else if (!strcmp(mix[kind].name, "review")) {
        batch->score[r] = 1 + (double)(item % 5);
    } else if (!strcmp(mix[kind].name, "share")) {
        batch->quantity[r] = (double)(item % 3);
    }
    struct str value = number_text(batch->arena, 'u', who);
    (void)batch_add_ident(batch, KIND_USER_ID, value,
                          identity_hash(b->hash_key, s->kind, value), NULL);
    s->at++;
}

/* ---- fill ---- */

static void say_memory(const struct bench *x)
{
    const struct brand *b = x->brand;
    double n = graph_consumer_count(b->graph);
    double dictionary = (double)dictionary_bytes(b->dictionary) / n,
           graph = (double)graph_bytes(b->graph) / n;
    double evidence = (double)evidence_bytes(b->evidence) / n,
           orders = (double)orders_bytes(b->orders) / n;
    double stages = (double)assets_bytes(hooks_assets(x->hooks)) / n;
    bench_say("consumers", n);
    bench_say("events", (double)b->events);
    bench_say("dictionary_bytes", dictionary);
    bench_say("graph_bytes", graph);
    bench_say("evidence_bytes", evidence);
    bench_say("orders_bytes", orders);
    bench_say("stages_bytes", stages);
    bench_say("pool_bytes", dictionary + graph + evidence + orders + stages);
}

static enum rc fill(struct bench *x, struct source *s, struct err *e)
{
    enum rc rc = make_brand(x->dir, e);
    rc = rc ? rc : bench_open(x, BRAND_WRITE, false, e);
    if (rc) {
        return rc;
    }
    source_init(s, x->brand);
    struct event_batch *batch = batch_new(ROWS);
    double accept = 0, from = bench_now();
    seen_source(x->brand->seen);
    while (s->at < s->events && !rc) {
        struct accept_result result;
        batch_clear(batch);
        while (batch->rows < ROWS && s->at < s->events) {
            source_row(s, x->brand, batch);
        }
        double start = bench_now();
        seen_keys(x->brand->secret->event, x->brand->catalogue, batch);
        rc = brand_accept(x->brand, batch, &result, e);
        accept += bench_now() - start;
    }
    bench_say("generate_s", bench_now() - from - accept);
    bench_say("accept_s", accept);
    batch_free(batch);
    from = bench_now();
    rc = rc ? rc : brand_settle(x->brand, e);
    bench_say("settle_s", bench_now() - from);
    if (!rc) {
        say_memory(x);
        bench_say("seen_bytes_an_event",
                  (double)seen_bytes(x->brand->seen) / (double)x->brand->events);
        from = bench_now();
        rc = bench_close(x, e);
        bench_say("close_s", bench_now() - from);
    }
    return rc;
}

/* ---- ask ---- */

static uint64_t checksum(const uint64_t *n, size_t len)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum = hash_mix(sum + n[i]);
    }
    return sum % 1000000007;
}

struct answers {
    uint64_t counts[STAGE_MAX];
    uint64_t *trend, *flows, *fresh;
};

/* Asks everything; each line of output begins with `prefix`. */
static enum rc ask_all(struct bench *x, const char *prefix, struct answers *out, struct err *e)
{
    struct assets *a = hooks_assets(x->hooks);
    int32_t to = x->last_day, from = to - ASK_DAYS + 1;
    uint64_t now[STAGE_MAX] = {0};
    char name[64];
    double at[5] = {bench_now()};
    enum rc rc = assets_counts(a, x->brand, to, now, e);
    at[1] = bench_now();
    rc = rc ? rc : assets_counts(a, x->brand, to - 30, out->counts, e);
    at[2] = bench_now();
    rc = rc ? rc : assets_trend(a, x->brand, from, to, out->trend, e);
    at[3] = bench_now();
    rc = rc ? rc : assets_daily_flows(a, x->brand, from, to, out->flows, out->fresh, e);
    at[4] = bench_now();
    static const char *const what[] = {"now_s", "counts_s", "trend_s", "flows_s"};
    for (int i = 0; i < 4 && !rc; i++) {
        (void)snprintf(name, sizeof name, "%s_%s", prefix, what[i]);
        bench_say(name, at[i + 1] - at[i]);
    }
    return rc;
}

static void say_answers(const struct answers *x, uint32_t stages)
{
    static const char *const names[] = {"count_0", "count_1", "count_2", "count_3", "count_4"};
    for (uint32_t i = 0; i < stages && i < 5; i++) {
        bench_say(names[i], (double)x->counts[i]);
    }
    bench_say("trend_sum", (double)checksum(x->trend, (size_t)ASK_DAYS * stages));
    bench_say("flows_sum",
              (double)checksum(x->flows, (size_t)(ASK_DAYS - 1) * stages * stages));
}

/* Trend and flows as text, for comparing with the other side. */
static void write_answers(const struct answers *x, uint32_t stages, const char *path)
{
    FILE *f = fopen(path, "w");
    for (size_t i = 0; f && i < (size_t)ASK_DAYS * stages; i++) {
        (void)fprintf(f, "%llu%c", (unsigned long long)x->trend[i],
                      (i + 1) % stages ? ',' : '\n');
    }
    for (size_t i = 0; f && i < (size_t)(ASK_DAYS - 1) * stages * stages; i++) {
        (void)fprintf(f, "%llu%c", (unsigned long long)x->flows[i],
                      (i + 1) % (stages * stages) ? ',' : '\n');
    }
    if (f) {
        (void)fclose(f);
    }
}

static enum rc ask(struct bench *x, bool afresh, const char *answers, struct err *e)
{
    double from = bench_now();
    enum rc rc = bench_open(x, BRAND_READ, afresh, e);
    rc = rc ? rc : brand_settle(x->brand, e);
    if (rc) {
        return rc;
    }
    bench_say("open_s", bench_now() - from);
    struct zone_cache cache = {0};
    x->last_day = zone_day(x->brand->zone, &cache, clock_now(&x->clock));
    uint32_t n = hooks_model(x->hooks)->stages_len;
    struct answers a = {
        .trend = mem_array(uint64_t, (size_t)ASK_DAYS * n),
        .flows = mem_array(uint64_t, (size_t)ASK_DAYS * n * n),
        .fresh = mem_array(uint64_t, (size_t)ASK_DAYS * n),
    };
    rc = ask_all(x, "cold", &a, e);
    bench_say("cold_s", bench_now() - from);
    rc = rc ? rc : ask_all(x, "warm", &a, e);
    say_answers(&a, n);
    if (answers) {
        write_answers(&a, n, answers);
    }
    say_memory(x);
    mem_free(a.trend);
    mem_free(a.flows);
    mem_free(a.fresh);
    return rc ? rc : bench_close(x, e);
}

int main(int argc, char *argv[])
{
    struct err e = {0};
    enum rc rc = RC_OK;
    struct bench x = {.dir = argc > 2 ? argv[2] : "."};
    x.logger.clock = &x.clock;
    const char *days_text = getenv("BENCH_DAYS");
    uint32_t days = days_text ? (uint32_t)strtoul(days_text, NULL, 10) : 400;
    x.clock = clock_fixed(FROM_MS + (int64_t)days * DAY_MS - 1);
    if (argc > 4 && !strcmp(argv[1], "fill")) {
        struct source s = {.consumers = (uint32_t)strtoul(argv[3], NULL, 10),
                           .events = strtoull(argv[4], NULL, 10),
                           .days = days};
        rc = fill(&x, &s, &e);
    } else if (argc > 2 && !strcmp(argv[1], "ask")) {
        bool afresh = argc > 3 && !strcmp(argv[3], "afresh");
        rc = ask(&x, afresh, argc > 4 ? argv[4] : NULL, &e);
    } else if (argc > 2 && !strcmp(argv[1], "write")) {
        double from = bench_now();
        rc = bench_open(&x, BRAND_WRITE, false, &e);
        bench_say("open_s", bench_now() - from);
        rc = rc ? rc : bench_close(&x, &e);
    } else {
        (void)fprintf(
            stderr,
            "stages fill DIR CONSUMERS EVENTS | ask DIR [afresh|- [ANSWERS]] | write DIR\n");
        return 2;
    }
    if (rc) {
        return bench_fail(&e);
    }
    bench_say_peak();
    return 0;
}
