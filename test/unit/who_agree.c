/* The differential test: two executors that share no code must find the same consumers, for random questions over random
 * brands. Each brand has late events, shared devices, operator's splits and joins, orders given back in whole and in part,
 * and a zone that may change its clocks; each question is asked as of now or a random day before, after going from text to
 * tree to text and from tree to JSON to tree. What both executors are handed, the orders refunded in full, is compared with
 * plain SQL over the events, in brands whose refunds all name their order.
 *
 *   POND_LONG=1     twenty times as many questions
 *   POND_SEED=N     begins with this seed; a disagreement prints its brand's
 *   POND_BRANDS=N   stops after N brands */
#include <pthread.h>
#include "base/map.h"
#include "people/refunded.h"
#include "who/sql.h"
#include "who/world.h"
#include "who_ask.h"

enum {
    THREADS = 2,
    BRANDS = 24,
    WORLDS = 7,     /* days asked about, a brand */
    QUESTIONS = 64, /* a world */
    COUNTERS = 128,
    PATIENCE_MS = 400000 /* then no further brand is begun: a busy machine */
};

/* ---- histogram ---- */

struct counter {
    char name[40];
    uint32_t n;
};
struct run {
    pthread_mutex_t lock;
    struct evidence_plan *plan;
    uint64_t seed;
    uint32_t brands, next;
    uint32_t asked, failed, empty, whole, refunded;
    int64_t until_ms;
    bool stopped;
    double native_s, sql_s;
    struct counter counters[COUNTERS];
    uint32_t counters_len;
};

static void count(struct run *r, const char *group, const char *name)
{
    char full[40];
    uint32_t i = 0;
    (void)snprintf(full, sizeof(full), "%s %s", group, name);
    while (i < r->counters_len && strcmp(r->counters[i].name, full)) {
        i++;
    }
    if (i == r->counters_len && i < COUNTERS) {
        (void)snprintf(r->counters[i].name, sizeof(r->counters[i].name), "%s", full);
        r->counters_len++;
    }
    r->counters[i].n++;
}

static const char *const form_names[] = {"all",      "and",   "or",      "not",      "did",
                                         "sequence", "is",    "measure", "total",    "moment",
                                         "stage",    "field", "has",     "identity", "tag",
                                         "crowd",    "reach", "consent", "sample"};
static const char *const cmp_names[] = {"=", "!=", "<", "<=", ">", ">=", "in"};
static const char *const when_names[] = {"ever", "in", "before", "days"};
static const char *const count_names[] = {"events", "days", "items"};
static const char *const measure_names[] = {"sum", "avg", "min", "max"};
static const char *const ask_names[] = {"on", "was", "entered", "left"};
static const char *const field_names[] = {"amount",   "quantity",   "score",    "unit_price",
                                          "channel",  "touchpoint", "campaign", "item",
                                          "category", "order",      "prop"};

static void count_tests(struct run *r, const struct event_filter *f)
{
    for (uint32_t i = 0; i < f->tests_len; i++) {
        count(r, "test", field_names[f->tests[i].field]);
        count(r, "test cmp", cmp_names[f->tests[i].cmp]);
    }
}

static void count_filter(struct run *r, const struct event_filter *f)
{
    count(r, "events", !f->names_len ? "any" : f->names_len == 1 ? "one" : "several");
    count_tests(r, f);
}

static void count_moment(struct run *r, const struct question *q)
{
    bool was = q->was.tests_len > 0;
    count_filter(r, &q->filter);
    count_tests(r, &q->was);
    count(r, "when", when_names[q->when.form]);
    count(r, "moment",
          q->last_one ? (was ? "last was" : "last") : (was ? "first was" : "first"));
    if (was) {
        count(r, "moment was", q->when.form == WHEN_EVER ? "ever" : "within days");
    }
}

static void count_parts(struct run *r, const struct question *q)
{
    switch (q->form) {
    case Q_DID:
        count_filter(r, &q->filter);
        count(r, "when", when_names[q->when.form]);
        count(r, "did cmp", cmp_names[q->cmp]);
        count(r, "count of", count_names[q->count_of]);
        break;
    case Q_SEQUENCE:
        count(r, "when", when_names[q->when.form]);
        count(r, "sequence", q->of_first ? "within of first" : "within a step");
        count(r, "sequence", q->steps[q->steps_len - 1].negated ? "then not" : "then");
        count(r, "sequence", q->steps_len > 2 ? "of 3 steps or 4" : "of 2 steps");
        break;
    case Q_MEASURE:
        count_filter(r, &q->filter);
        count(r, "when", when_names[q->when.form]);
        count(r, "measure", measure_names[q->measure]);
        count(r, "measure of", field_names[q->of]);
        count(r, "measure cmp", cmp_names[q->cmp]);
        break;
    case Q_TOTAL:
        count(r, "when", when_names[q->when.form]);
        count(r, "total", q->total == TOTAL_GMV ? "gmv" : "aov");
        break;
    case Q_MOMENT: count_moment(r, q); break;
    case Q_STAGE: count(r, "stage", ask_names[q->stage_ask]); break;
    case Q_FIELD:
        count(r, "field",
              q->known                         ? "known"
              : q->field->type == FIELD_NUMBER ? "number"
                                               : "text");
        break;
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
    case Q_IS:
    case Q_HAS:
    case Q_IDENTITY:
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT:
    case Q_SAMPLE: break;
    }
}

static void count_tree(struct run *r, const struct question *q)
{
    count(r, "form", form_names[q->form]);
    count_parts(r, q);
    for (const struct question *c = q->first; c; c = c->next) {
        count_tree(r, c);
    }
}

/* ---- one question ---- */

struct place { /* what is asked about, for messages */
    struct run *run;
    uint64_t seed;
    int32_t as_of;
    struct life_world *life;
    struct who_world *world;
    struct who_names *names;
};

static void complain(const struct place *p, struct str text, const char *what, const char *more)
{
    char day[16];
    printf("# seed %llu, as of %s: %s: %s\n#   %.*s\n", (unsigned long long)p->seed,
           day_format(p->as_of, day), what, more, STR_FMT(text));
    p->run->failed++;
}

/* Prints some of the consumers that only one of them found. */
static void compare(const struct place *p, struct str text, const struct bits *native,
                    const struct bits *sql)
{
    struct buf only[2] = {{0}};
    uint32_t n[2] = {0};
    for (uint32_t no = 0; no < native->len && no < sql->len; no++) {
        bool a = bits_has(native, no), b = bits_has(sql, no);
        if (a != b && n[b]++ < 8) {
            buf_addf(&only[b], " %u", no);
        }
    }
    if (n[0] || n[1] || native->len != sql->len) {
        char more[300];
        (void)snprintf(more, sizeof(more), "%u native only:%.100s; %u sql only:%.100s", n[0],
                       buf_cstr(&only[0]), n[1], buf_cstr(&only[1]));
        complain(p, text, "disagree", more);
    }
    buf_release(&only[0]);
    buf_release(&only[1]);
}

/* Text to tree to text, tree to JSON to tree: everything must come back. */
static bool round_trip(const struct place *p, struct str text, struct arena *a,
                       struct question **out)
{
    struct err e = {0};
    struct question *again = NULL, *read = NULL;
    struct buf json = {0}, json_again = {0};
    if (question_parse(text, p->names, a, out, NULL, &e)) {
        complain(p, text, "does not parse", e.msg);
        return false;
    }
    struct str printed = question_print(*out, p->names, a);
    bool ok = !question_parse(printed, p->names, a, &again, NULL, &e) &&
              str_eq(question_print(again, p->names, a), printed);
    struct json j;
    json_init(&j, &json);
    question_json(*out, p->names, &j);
    ok = ok && !question_from_json(buf_str(&json), p->names, a, &read, &e) &&
         str_eq(question_print(read, p->names, a), printed);
    if (ok) {
        struct json k;
        json_init(&k, &json_again);
        question_json(read, p->names, &k);
        ok = str_eq(buf_str(&json), buf_str(&json_again));
    }
    if (!ok) {
        complain(p, text, "does not come back", e.msg);
    }
    *out = rng_below(&p->life->rng, 2) && read ? read : *out;
    buf_release(&json);
    buf_release(&json_again);
    return ok;
}

static void ask_one(const struct place *p)
{
    struct asker q = {.w = p->life, .g = &p->life->rng, .as_of = p->as_of};
    struct arena *a = arena_new();
    struct question *tree = NULL;
    struct bits native = {0}, sql = {0};
    struct err e = {0};
    ask_tree(&q, rng_below(q.g, 3));
    struct str text = buf_str(&q.text);
    bool ok = round_trip(p, text, a, &tree);
    int64_t t0 = clock_steady_ms();
    if (ok && who_find(p->world, tree, &native, &e)) {
        complain(p, text, "native fails", e.msg);
        ok = false;
    }
    int64_t t1 = clock_steady_ms();
    if (ok && who_find_sql(p->world, tree, &sql, &e)) {
        complain(p, text, e.detail, e.msg);
        ok = false;
    }
    int64_t t2 = clock_steady_ms();
    (void)pthread_mutex_lock(&p->run->lock);
    if (ok) {
        uint64_t found = bits_count(&sql);
        compare(p, text, &native, &sql);
        count_tree(p->run, tree);
        p->run->empty += found == 0;
        p->run->whole += found == bits_count(who_everyone(p->world));
    }
    p->run->native_s += (double)(t1 - t0) / 1000;
    p->run->sql_s += (double)(t2 - t1) / 1000;
    p->run->asked++;
    (void)pthread_mutex_unlock(&p->run->lock);
    bits_release(&native);
    bits_release(&sql);
    buf_release(&q.text);
    arena_free(a);
}

/* ---- refunds in full ---- */

/* Every (identity, channel, order) that is refunded, and the instant from which. */
static const struct sql refunded_by_sql = {
    "refunded",
    "with line as (select * from event where name = 'purchase' and order_no is not null), "
    "whole as (select channel, order_no, sum(amount_fen) as fen, "
    "                 count(*) > count(amount_fen) as unknown from line group by channel, "
    "order_no), "
    "back as (select w.channel, w.order_no, w.fen, w.unknown, r.time_ms, r.amount_fen, "
    "                sum(r.amount_fen) over (partition by w.channel, w.order_no "
    "                                        order by r.time_ms range unbounded preceding) as "
    "upto "
    "           from whole w join event r on r.name = 'refund' and r.order_no = w.order_no "
    "                and r.channel is not distinct from w.channel), "
    "gone as (select channel, order_no, min(time_ms) as time_ms from back "
    "          where amount_fen is null or (not unknown and upto >= fen) group by channel, "
    "order_no) "
    "select distinct l.identity, l.order_no || ' ' || coalesce(l.channel, '') as name, "
    "g.time_ms "
    "  from line l join gone g on g.order_no = l.order_no "
    "       and g.channel is not distinct from l.channel where l.identity <> 0",
    NULL};

static struct str part_name(struct arena *a, uint32_t identity, struct str order_and_channel,
                            int32_t day)
{
    return arena_strf(a, "%u %.*s %d", identity, STR_FMT(order_and_channel), day);
}

/* Adds the parts SQL finds to the map; their number. */
static enum rc parts_by_sql(struct brand *b, struct arena *a, struct map *to, uint32_t *n,
                            struct err *e)
{
    struct lake_result *result = NULL;
    struct lake_chunk chunk = {0};
    struct zone_cache cache = {0};
    enum rc rc = brand_attach(b, e);
    rc = rc ? rc : lake_query(b->lake, &refunded_by_sql, BINDS_NONE, &result, e);
    while (!rc && !(rc = lake_next(result, &chunk, e)) && chunk.rows) {
        const uint32_t *identity = chunk.columns[0].data;
        const int64_t *ms = chunk.columns[2].data;
        for (uint32_t i = 0; i < chunk.rows; i++, (*n)++) {
            map_put(to,
                    part_name(a, identity[i], lake_str(&chunk.columns[1], i),
                              zone_day(b->zone, &cache, ms[i])),
                    1);
        }
    }
    lake_done(result);
    return rc;
}

static void check_refunds(struct run *r, uint64_t seed, struct brand *b)
{
    struct arena *a = arena_new();
    struct map *parts = map_new();
    struct refunded *f = NULL;
    struct refunded_row *rows = NULL;
    struct err e = {0};
    uint32_t by_sql = 0, len = 0, wrong = 0;
    enum rc rc = parts_by_sql(b, a, parts, &by_sql, &e);
    rc = rc ? rc : refunded_open(b, &f, &e);
    rc = rc ? rc : refunded_rows(b, f, a, &rows, &len, &e);
    for (uint32_t i = 0; i < len && !rc; i++) {
        struct str channel = channel_name(b->catalogue, rows[i].channel), name;
        name = arena_strf(a, "%.*s %.*s", STR_FMT(rows[i].order_no), STR_FMT(channel));
        uint32_t found = 0;
        wrong += !map_get(parts, part_name(a, rows[i].identity, name, rows[i].from), &found);
    }
    (void)pthread_mutex_lock(&r->lock);
    r->refunded += len;
    if (rc || wrong || by_sql != len) {
        printf("# seed %llu: refunds: %u parts, %u by SQL, %u not alike %s\n",
               (unsigned long long)seed, len, by_sql, wrong, e.msg);
        r->failed++;
    }
    (void)pthread_mutex_unlock(&r->lock);
    refunded_free(f);
    map_free(parts);
    arena_free(a);
}

/* ---- brands ---- */

static void ask_world(struct place *p, const struct who_sources *s)
{
    p->world = who_world_new(p->life->t.b, p->as_of, 1, s);
    for (int i = 0; i < QUESTIONS; i++) {
        ask_one(p);
    }
    who_world_free(p->world);
}

static void ask_brand(struct run *r, uint64_t seed)
{
    struct life_world *w = mem_zalloc(sizeof(*w));
    bool big = seed % 12 == 5;
    if (life_open(w, seed, big ? 1500 : 150 + (uint32_t)(seed % 200), r->plan)) {
        struct who_sources s = {.ctx = w,
                                .names = {.catalogue = w->t.b->catalogue,
                                          .kinds = w->t.b->kinds,
                                          .stages = life_stages,
                                          .stages_len = LIFE_STAGES},
                                .stage_on = life_stage_on,
                                .stage_in = life_stage_in,
                                .each_span = life_each_span,
                                .mark = life_mark,
                                .numbers = life_numbers,
                                .texts = life_texts};
        if (w->named_refunds == 10) {
            check_refunds(r, seed, w->t.b);
        }
        struct place p = {.run = r, .seed = seed, .life = w, .names = &s.names};
        for (int i = 0; i < WORLDS; i++) {
            p.as_of = w->t.b->last_day + 1;
            if (i) {
                p.as_of = w->first_day + (int32_t)rng_below(&w->rng, w->days + 5) - 2;
            }
            ask_world(&p, &s);
        }
    } else {
        r->failed++;
    }
    test_brand_close(&w->t);
    mem_free(w);
}

static void *ask_brands(void *ctx)
{
    struct run *r = ctx;
    for (;;) {
        (void)pthread_mutex_lock(&r->lock);
        uint32_t mine = r->next++;
        bool late = mine < r->brands && clock_steady_ms() > r->until_ms;
        r->stopped |= late;
        (void)pthread_mutex_unlock(&r->lock);
        if (mine >= r->brands || late) {
            return NULL;
        }
        ask_brand(r, r->seed + mine);
    }
}

/* What evidence would answer, so that the native executor's short cuts are tried too. */
static void make_plan(struct evidence_plan *p)
{
    static const uint16_t view[] = {12}, buy[] = {EVENT_PURCHASE}, on[] = {50}, off[] = {51},
                          mixed[] = {17, 43};
    p->len = 4;
    p->hash = 7;
    p->classes[0] = (struct evidence_class){.unit = UNIT_EVENTS, .names = view, .names_len = 1};
    p->classes[1] = (struct evidence_class){.unit = UNIT_ORDERS, .names = buy, .names_len = 1};
    p->classes[2] = (struct evidence_class){
        .unit = UNIT_STATUS, .names = on, .names_len = 1, .off_names = off, .off_len = 1};
    p->classes[3] =
        (struct evidence_class){.unit = UNIT_EVENTS, .names = mixed, .names_len = 2};
    p->on[12] = 1;
    p->on[EVENT_PURCHASE] = 2;
    p->on[50] = 4;
    p->off[51] = 4;
    p->on[17] = p->on[43] = 8;
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value && value[0] ? strtoull(value, NULL, 10) : otherwise;
}

static void print_histogram(const struct run *r)
{
    printf(
        "# %u questions, %u of them of nobody, %u of everyone; native %.1f s, SQL %.1f s; %u "
        "refunded parts compared\n",
        r->asked, r->empty, r->whole, r->native_s, r->sql_s, r->refunded);
    for (uint32_t i = 0; i < r->counters_len; i++) {
        printf("# %6u  %s\n", r->counters[i].n, r->counters[i].name);
    }
}

static uint32_t seldom(const struct run *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->counters_len; i++) {
        n += r->counters[i].n < 100;
    }
    return n;
}

int main(void)
{
    struct evidence_plan *plan = mem_zalloc(sizeof(*plan));
    pthread_t threads[THREADS];
    bool all = !getenv("POND_BRANDS"), longer = getenv("POND_LONG") != NULL;
    struct run *r = mem_zalloc(sizeof(*r));
    make_plan(plan);
    r->plan = plan;
    r->seed = setting("POND_SEED", 1);
    r->brands = (uint32_t)setting("POND_BRANDS", BRANDS * (longer ? 20 : 1));
    r->until_ms = longer ? INT64_MAX : clock_steady_ms() + PATIENCE_MS;
    (void)pthread_mutex_init(&r->lock, NULL);
    TEST("both executors find the same consumers, and questions come back from text and JSON") {
        for (int i = 0; i < THREADS; i++) {
            CHECK(!pthread_create(&threads[i], NULL, ask_brands, r));
        }
        for (int i = 0; i < THREADS; i++) {
            CHECK(!pthread_join(threads[i], NULL));
        }
        CHECK_EQ_I64(r->failed, 0);
    }
    print_histogram(r);
    if (r->stopped) {
        printf("# stopped after %d s: this machine is busy\n", PATIENCE_MS / 1000);
    } else if (all) {
        TEST("at least 10,000 questions, every part of the language at least 100 times") {
            CHECK(r->asked >= 10000);
            CHECK(seldom(r) == 0 && r->counters_len > 60);
        }
    }
    (void)pthread_mutex_destroy(&r->lock);
    mem_free(plan);
    mem_free(r);
    return tap_end();
}
