/* The sweep alone, on consumers made in memory: assets [CONSUMERS [EVENTS_EACH [THREADS]]]
 *
 * No files, no joins, no import: what counts, trend and daily flows cost per consumer, and what the
 * evidence of one takes. Events lie on 400 days, in random order of consumers; a tenth of the
 * consumers follow and leave, a tenth of the orders are given back. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "aipl/assets.h"
#include "base/mem.h"
#include "base/rng.h"

#define FROM_DAY 20000
#define DAYS 400
#define STAGES 5

struct bench {
    struct brand b;
    struct clock clock;
    struct stage_model *m;
    struct assets *a;
    uint32_t consumers;
    uint64_t events;
};

static void bench_make(struct bench *x, int threads)
{
    struct str text = STR_NULL;
    struct err e = {0};
    x->b.catalogue = catalogue_new();
    x->b.kinds = kind_table_new();
    x->b.dictionary = dictionary_new();
    x->b.graph = graph_new(x->b.dictionary, x->b.kinds);
    x->b.evidence = evidence_new();
    x->clock = clock_fixed((int64_t)(FROM_DAY + DAYS - 1) * DAY_MS);
    x->b.clock = &x->clock;
    if (zone_open(STR("UTC"), &x->b.zone, &e) ||
        stage_model_preset(STR("aipl"), LANG_EN, &text, &e) ||
        stage_model_parse(text, x->b.catalogue, LANG_EN, &x->m, &e)) {
        (void)fprintf(stderr, "assets: %s\n", e.msg);
        exit(1);
    }
    x->a = assets_new(x->m, threads);
    for (uint64_t i = 1; i <= x->consumers; i++) {
        struct hash128 h = {hash_mix(i), hash_mix(~i)};
        (void)dictionary_intern(x->b.dictionary, KIND_USER_ID, h);
    }
    graph_grow(x->b.graph, x->consumers);
    evidence_grow(x->b.evidence, x->consumers);
}

static void add_event(struct bench *x, struct rng *r, uint32_t no, int32_t day)
{
    static const char *const names[] = {"content_view", "item_view",  "item_view", "item_view",
                                        "item_view",    "add_cart",   "purchase",  "review",
                                        "page_view",    "ad_exposure"};
    const struct evidence_plan *p = stage_model_plan(x->m);
    uint16_t name = catalogue_find(x->b.catalogue, str_of(names[rng_below(r, 10)]));
    evidence_seen(x->b.evidence, no, day);
    for (uint64_t left = p->on[name]; left; left &= left - 1) {
        uint32_t cls = (uint32_t)__builtin_ctzll(left);
        evidence_add(x->b.evidence, no, day, cls, 1);
        if (p->classes[cls].unit == UNIT_ORDERS && rng_below(r, 10) == 0) {
            evidence_refund(x->b.evidence, no, day, cls, day + (int32_t)rng_below(r, 30));
        }
    }
}

static void add_status(struct bench *x, struct rng *r, uint32_t no)
{
    uint16_t follow = catalogue_find(x->b.catalogue, STR("follow"));
    uint32_t cls = (uint32_t)__builtin_ctzll(stage_model_plan(x->m)->on[follow]);
    int32_t day = FROM_DAY + (int32_t)rng_below(r, DAYS);
    for (int32_t i = 0; i < 2; i++, day += 20) {
        evidence_seen(x->b.evidence, no, day);
        evidence_add_status(x->b.evidence, no, day, cls, day * DAY_MS, i == 0, 7);
    }
}

static void bench_fill(struct bench *x)
{
    struct rng r = rng_seed(1);
    for (uint64_t i = 0; i < x->events; i++) {
        add_event(x, &r, 1 + rng_below(&r, x->consumers),
                  FROM_DAY + (int32_t)(i * DAYS / x->events));
    }
    for (uint32_t i = 0; i < x->consumers / 10; i++) {
        add_status(x, &r, 1 + rng_below(&r, x->consumers));
    }
}

struct stopwatch {
    int64_t wall_ms;
    clock_t cpu;
};
static struct stopwatch start(void) { return (struct stopwatch){clock_steady_ms(), clock()}; }

/* Says the time since then, and starts anew. */
static void say(const char *what, struct stopwatch *t, const struct bench *x)
{
    double cpu_ms = (double)(clock() - t->cpu) * 1e3 / CLOCKS_PER_SEC;
    printf("%-32s %8lld ms, processor %9.1f ms, %8.1f ns a consumer\n", what,
           (long long)(clock_steady_ms() - t->wall_ms), cpu_ms, cpu_ms * 1e6 / x->consumers);
    *t = start();
}

static void bench_ask(struct bench *x)
{
    int32_t from = FROM_DAY + DAYS - 366, to = FROM_DAY + DAYS - 1;
    uint64_t *trend = mem_array(uint64_t, 366 * STAGES), counts[STAGES];
    uint64_t *flows = mem_array(uint64_t, 365 * STAGES * STAGES),
             *fresh = mem_array(uint64_t, 365 * STAGES);
    struct stopwatch t = start();
    (void)assets_counts(x->a, &x->b, to, counts, NULL);
    say("counts today, first (column made)", &t, x);
    for (int i = 0; i < 10; i++) {
        (void)assets_counts(x->a, &x->b, to, counts, NULL);
    }
    say("counts today, 10 times", &t, x);
    (void)assets_counts(x->a, &x->b, to - 100, counts, NULL);
    say("counts 100 days ago", &t, x);
    (void)assets_trend(x->a, &x->b, from, to, trend, NULL);
    say("trend of 366 days", &t, x);
    (void)assets_daily_flows(x->a, &x->b, from, to, flows, fresh, NULL);
    say("daily flows of 365 days", &t, x);
    printf("%-34s", "stages today");
    for (int i = 0; i < STAGES; i++) {
        printf(" %llu", (unsigned long long)trend[365 * STAGES + i]);
    }
    printf("\n");
    mem_free(trend);
    mem_free(flows);
    mem_free(fresh);
}

int main(int argc, char **argv)
{
    struct bench x = {.consumers = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000};
    x.events = (uint64_t)x.consumers * (argc > 2 ? strtoul(argv[2], NULL, 10) : 20);
    bench_make(&x, argc > 3 ? (int)strtol(argv[3], NULL, 10) : 2);
    struct stopwatch t = start();
    bench_fill(&x);
    say("evidence of all events", &t, &x);
    printf("%-34s %9.1f bytes a consumer\n", "memory as it grew",
           (double)(evidence_bytes(x.b.evidence) + assets_bytes(x.a)) / x.consumers);
    evidence_compact(x.b.evidence);
    say("compaction", &t, &x);
    bench_ask(&x);
    printf("%-34s %9.1f bytes a consumer\n", "memory, with today's column",
           (double)(evidence_bytes(x.b.evidence) + assets_bytes(x.a)) / x.consumers);
    return 0;
}
