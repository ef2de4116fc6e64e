/* Questions about people.
 *
 *     who columns CONSUMERS [QUESTIONS] [DUMP]   a crowd of five column conditions over consumers made in memory: first_s
 *                                          (columns made), warm_s (median of 21), many_s (QUESTIONS others in a row, 1,000).
 *                                          DUMP.csv, DUMP.sql: the columns and the questions, for the other side
 *     who ask DIR QUESTION [as-of]         a brand that bench_stages has filled: cold_s (nothing kept), warm_s
 *
 * Made in memory: half have a phone, two events each on 400 days, a tenth of them purchases; scores for half. */
#include "bench.h"

#include <math.h>
#include <string.h>
#include "aipl/assets.h"
#include "app/ask.h"
#include "app/hooks.h"
#include "base/mem.h"
#include "base/rng.h"
#include "who/world.h"

#define FROM_DAY 20000
#define DAYS 400
#define LAST_DAY (FROM_DAY + DAYS - 1)
#define RUNS 21

struct bench {
    struct brand b;
    struct clock clock;
    struct stage_model *m;
    struct assets *a;
    struct who_sources sources;
    struct str stages[STAGE_MAX];
    uint32_t consumers;
};

/* ---- consumers in memory ---- */

static enum rc stage_on(void *ctx, int32_t day, uint8_t *stage, uint32_t len, struct err *e)
{
    struct bench *x = ctx;
    return assets_stages(x->a, &x->b, day, stage, len, e);
}

static enum rc numbers(void *ctx, const struct who_field *f, int32_t day, double *out,
                       uint32_t len, struct err *e)
{
    (void)ctx;
    (void)f;
    (void)day;
    (void)e;
    for (uint32_t no = 1; no < len; no += 2) {
        out[no] = (double)(1 + hash_mix(no) % 5);
    }
    return RC_OK;
}

static void add_events(struct bench *x)
{
    static const char *const names[] = {"purchase",    "item_view", "item_view",   "add_cart",
                                        "ad_exposure", "page_view", "store_visit", "live_view",
                                        "review",      "item_view"};
    const struct evidence_plan *p = stage_model_plan(x->m);
    struct rng r = rng_seed(1);
    for (uint64_t i = 0; i < 2 * (uint64_t)x->consumers; i++) {
        uint32_t no = i < x->consumers ? (uint32_t)i + 1 : 1 + rng_below(&r, x->consumers);
        int32_t day = FROM_DAY + (int32_t)rng_below(&r, DAYS);
        uint16_t name = catalogue_find(x->b.catalogue, str_of(names[rng_below(&r, 10)]));
        evidence_seen(x->b.evidence, no, day);
        for (uint64_t left = p->on[name]; left; left &= left - 1) {
            evidence_add(x->b.evidence, no, day, (uint32_t)__builtin_ctzll(left), 1);
        }
    }
}

static enum rc bench_make(struct bench *x, struct err *e)
{
    struct str text = STR_NULL;
    x->b.catalogue = catalogue_new();
    x->b.kinds = kind_table_new();
    x->b.dictionary = dictionary_new();
    x->b.graph = graph_new(x->b.dictionary, x->b.kinds);
    x->b.evidence = evidence_new();
    x->clock = clock_fixed((int64_t)LAST_DAY * DAY_MS);
    x->b.clock = &x->clock;
    enum rc rc = zone_open(STR("UTC"), &x->b.zone, e);
    rc = rc ? rc : stage_model_preset(STR("aipl"), LANG_EN, &text, e);
    rc = rc ? rc : stage_model_parse(text, x->b.catalogue, LANG_EN, &x->m, e);
    if (rc) {
        return rc;
    }
    x->b.plan = stage_model_plan(x->m);
    x->a = assets_new(x->m, 2);
    for (uint64_t i = 1; i <= x->consumers; i++) {
        struct hash128 h = {hash_mix(i), hash_mix(~i)};
        (void)dictionary_intern(x->b.dictionary, i % 2 ? KIND_PHONE : KIND_USER_ID, h);
    }
    graph_grow(x->b.graph, x->consumers);
    evidence_grow(x->b.evidence, x->consumers);
    add_events(x);
    for (uint32_t i = 0; i < x->m->stages_len; i++) {
        x->stages[i] = x->m->stages[i].name;
    }
    x->sources = (struct who_sources){.ctx = x, .stage_on = stage_on, .numbers = numbers};
    x->sources.names = (struct who_names){.catalogue = x->b.catalogue,
                                          .kinds = x->b.kinds,
                                          .stages = x->stages,
                                          .stages_len = x->m->stages_len};
    return RC_OK;
}

/* ---- asking ---- */

/* Seconds of one question; its count in *n. */
static double ask(struct who_world *w, const struct who_names *names, struct str text,
                  uint64_t *n, struct err *e)
{
    struct arena *a = arena_new();
    struct question *q = NULL;
    struct bits found = {0};
    double from = bench_now();
    enum rc rc = question_parse(text, names, a, &q, NULL, e);
    rc = rc ? rc : who_find(w, q, &found, e);
    *n = rc ? 0 : bits_count(&found);
    double took = bench_now() - from;
    bits_release(&found);
    arena_free(a);
    return rc ? -1 : took;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(struct who_world *w, const struct who_names *names, struct str text,
                        struct err *e)
{
    double took[RUNS];
    uint64_t n = 0;
    for (int i = 0; i < RUNS; i++) {
        took[i] = ask(w, names, text, &n, e);
    }
    qsort(took, RUNS, sizeof(took[0]), by_time);
    return took[RUNS / 2];
}

static const uint32_t windows[] = {30, 90, 180, 365};
#define WINDOWS 4

/* One of the many questions, and the same as a condition over the columns of the dump. */
static struct str one_of_many(struct arena *a, struct rng *r, struct str *sql)
{
    static const char *const stages[] = {"awareness", "interest", "purchase", "loyalty"};
    uint32_t stage = rng_below(r, 4), window = windows[rng_below(r, WINDOWS)];
    uint32_t least = 1 + rng_below(r, 3), phone = !rng_below(r, 2), score = 1 + rng_below(r, 5);
    *sql = arena_strf(a, "stage = %u and orders_%u >= %u and phone = %u and r >= %u", stage + 1,
                      window, least, phone, score);
    return arena_strf(
        a, "stage = %s and did purchase in %ud >= %u and %shas phone and rfm.r >= %u",
        stages[stage], window, least, phone ? "" : "not ", score);
}

/* ---- the same for the other side ---- */

/* The class of all purchases; the plan of the model has one. */
static uint32_t purchase_class(const struct evidence_plan *p)
{
    for (uint32_t c = 0; c < p->len; c++) {
        const struct evidence_class *k = &p->classes[c];
        if (k->unit == UNIT_ORDERS && k->names_len == 1 && !k->tests_len) {
            return c;
        }
    }
    return UINT32_MAX;
}

static void dump_consumer(struct bench *x, uint32_t no, uint32_t cls, int stage, FILE *to)
{
    struct evidence_view v = evidence_get(x->b.evidence, no);
    struct evidence_entry e = {0};
    uint32_t orders[WINDOWS] = {0};
    int32_t last = 0;
    for (uint32_t at = 0; at < v.len;) {
        at += evidence_read(v.words + at, &e);
        if (e.cls != cls || e.form != FORM_COUNTED) {
            continue;
        }
        last = e.day > last ? e.day : last;
        for (int i = 0; i < WINDOWS; i++) {
            orders[i] += e.day > LAST_DAY - (int32_t)windows[i] ? e.count : 0;
        }
    }
    uint32_t r = no % 2 ? (uint32_t)(1 + hash_mix(no) % 5) : 0;
    (void)fprintf(to, "%d,%u,%u,%u,%u,%u,%d,%u\n", stage, no % 2, orders[0], orders[1],
                  orders[2], orders[3], last, r);
}

/* DUMP.csv: stage, phone, orders in each window, day of the last one (0: none), r (0: unknown). */
static enum rc dump(struct bench *x, const char *path, struct err *e)
{
    struct arena *a = arena_new();
    uint8_t *stages = mem_array(uint8_t, x->consumers + 1);
    FILE *to = fopen(arena_strf(a, "%s.csv", path).ptr, "w");
    uint32_t cls = purchase_class(x->b.plan);
    enum rc rc = to && cls != UINT32_MAX
                     ? assets_stages(x->a, &x->b, LAST_DAY, stages, x->consumers + 1, e)
                     : rc_fail(e, RC_IO, "cannot write %s.csv", path);
    for (uint32_t no = 1; !rc && no <= x->consumers; no++) {
        dump_consumer(x, no, cls, stages[no], to);
    }
    if (to && fclose(to) && !rc) {
        rc = rc_fail(e, RC_IO, "cannot write %s.csv", path);
    }
    mem_free(stages);
    arena_free(a);
    return rc;
}

/* Seconds for `many` questions in a row, asked of warm columns; with a path also as SQL, one a line. */
static double ask_many(struct bench *x, struct who_world *w, uint32_t many, const char *path,
                       struct err *e)
{
    struct arena *a = arena_new();
    struct rng r = rng_seed(3);
    struct str *texts = mem_array(struct str, many + 1);
    FILE *to = path ? fopen(arena_strf(a, "%s.sql", path).ptr, "w") : NULL;
    uint64_t n = 0, sum = 0;
    for (uint32_t i = 0; i < many; i++) {
        struct str sql = STR_NULL;
        texts[i] = one_of_many(a, &r, &sql);
        if (to) {
            (void)fprintf(to, "%.*s\n", STR_FMT(sql));
        }
    }
    double from = bench_now();
    for (uint32_t i = 0; i < many; i++) {
        (void)ask(w, &x->sources.names, texts[i], &n, e);
        sum += n;
    }
    double took = bench_now() - from;
    bench_say("many_found", (double)sum);
    if (to) {
        (void)fclose(to);
    }
    mem_free(texts);
    arena_free(a);
    return took;
}

static enum rc columns(struct bench *x, uint32_t many, const char *path, struct err *e)
{
    const struct str five =
        STR("stage in (interest, purchase) and has phone and did purchase in "
            "365d <= 1 and last purchase in 300d and rfm.r >= 2");
    enum rc rc = bench_make(x, e);
    if (rc) {
        return rc;
    }
    struct who_world *w = who_world_new(&x->b, LAST_DAY, 2, &x->sources);
    uint64_t n = 0;
    bench_say("first_s", ask(w, &x->sources.names, five, &n, e));
    bench_say("found", (double)n);
    bench_say("warm_s", median_of(w, &x->sources.names, five, e));
    bench_say("many_s", ask_many(x, w, many, path, e));
    bench_say_peak();
    if (!e->rc && path) {
        (void)dump(x, path, e);
    }
    who_world_free(w);
    return e->rc;
}

/* ---- a brand on disk ---- */

static enum rc ask_brand(const char *dir, struct str text, struct str day_text, struct err *e)
{
    struct pond p;
    struct ask *k = NULL;
    uint64_t n = 0;
    int32_t day = 0;
    enum rc rc = pond_init(&p, getenv, e);
    p.data_dir = dir;
    rc = rc ? rc : pond_open(&p, BRAND_READ, e);
    if (rc) {
        return rc;
    }
    day = day_text.len && day_parse(day_text, &day) ? day : p.brand->last_day;
    rc = ask_open(&p, day, &k, e);
    if (!rc) {
        bench_say("cold_s", ask(ask_world(k), ask_names(k), text, &n, e));
        bench_say("found", (double)n);
        bench_say("warm_s", median_of(ask_world(k), ask_names(k), text, e));
        bench_say_peak();
        rc = e->rc;
    }
    ask_close(k);
    rc = pond_close(&p, rc, e);
    pond_release(&p);
    return rc;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    enum rc rc = RC_INVALID;
    if (argc > 2 && strcmp(argv[1], "columns") == 0) {
        struct bench x = {.consumers = (uint32_t)strtoul(argv[2], NULL, 10)};
        uint32_t many = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1000;
        rc = columns(&x, many, argc > 4 ? argv[4] : NULL, &e);
    } else if (argc > 3 && strcmp(argv[1], "ask") == 0) {
        rc = ask_brand(argv[2], str_of(argv[3]), str_of(argc > 4 ? argv[4] : NULL), &e);
    } else {
        (void)fprintf(
            stderr, "who columns CONSUMERS [QUESTIONS] [DUMP] | who ask DIR QUESTION [DAY]\n");
        return 2;
    }
    return rc ? bench_fail(&e) : 0;
}
