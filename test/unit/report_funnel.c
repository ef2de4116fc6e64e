/* The funnel against its definition: every try of every consumer, tried. */
#include "report/funnel.h"
#include "report/quantile.h"
#include "unit/report_life.h"
#include "unit/tap.h"

#define HOUR 3600000LL

struct found {
    uint32_t depth, start;
    int64_t at[FUNNEL_STEPS_MAX];
};
struct naive {
    const struct funnel_spec *s;
    const struct history *h;
    uint32_t end;
    struct found now, best;
};

static bool matches(const struct event_filter *f, const struct history *h, uint32_t row)
{
    bool named = f->names_len == 0;
    for (uint32_t i = 0; i < f->names_len; i++) {
        named = named || f->names[i] == h->name[row];
    }
    for (uint32_t i = 0; i < f->tests_len && named; i++) {
        const struct evidence_test *t = &f->tests[i];
        if (t->field == FIELD_AMOUNT) {
            named =
                h->amount_fen[row] != AMOUNT_UNKNOWN && (double)h->amount_fen[row] >= t->number;
        } else {
            named = h->channel[row] == t->codes[0];
        }
    }
    return named;
}

/* Longer; then earlier at its end; then the later start; then earlier steps; then the earlier row. */
static bool beats(const struct found *a, const struct found *b)
{
    if (a->depth != b->depth) {
        return a->depth > b->depth;
    }
    uint32_t last = a->depth - 1;
    if (a->at[last] != b->at[last]) {
        return a->at[last] < b->at[last];
    }
    if (a->at[0] != b->at[0]) {
        return a->at[0] > b->at[0];
    }
    for (uint32_t k = 1; k < last; k++) {
        if (a->at[k] != b->at[k]) {
            return a->at[k] < b->at[k];
        }
    }
    return a->start < b->start;
}

static void extend(struct naive *n, uint32_t row)
{
    if (n->best.depth == 0 || beats(&n->now, &n->best)) {
        n->best = n->now;
    }
    if (n->now.depth == n->s->steps_len) {
        return;
    }
    for (uint32_t i = row + 1; i < n->end; i++) {
        int64_t t = n->h->time_ms[i];
        if (t == n->h->time_ms[row] || t - n->now.at[0] > n->s->within_ms ||
            (n->s->by_item && n->h->item[i] != n->h->item[row]) ||
            !matches(&n->s->steps[n->now.depth], n->h, i)) {
            continue;
        }
        n->now.at[n->now.depth++] = t;
        extend(n, i);
        n->now.depth--;
    }
}

static struct found try_all(const struct funnel_spec *s, const struct history *h, uint32_t from,
                            uint32_t end)
{
    struct naive n = {.s = s, .h = h, .end = end};
    for (uint32_t i = from; i < end; i++) {
        int64_t t = h->time_ms[i];
        bool start = matches(&s->steps[0], h, i) && t >= s->from_ms && t < s->until_ms &&
                     (!s->by_item || h->item[i]);
        for (uint32_t k = from; k < i && s->first_only && start; k++) {
            bool same = !s->by_item || h->item[k] == h->item[i];
            start = !(same && matches(&s->steps[0], h, k) && h->time_ms[k] >= s->from_ms &&
                      h->time_ms[k] < s->until_ms);
        }
        if (start) {
            n.now = (struct found){.depth = 1, .start = i, .at = {t}};
            extend(&n, i);
        }
    }
    return n.best;
}

struct sums {
    uint64_t consumers[FUNNEL_STEPS_MAX], by[16][FUNNEL_STEPS_MAX];
    int64_t step[FUNNEL_STEPS_MAX][1000], start[FUNNEL_STEPS_MAX][1000];
};

static void add_all(const struct funnel_spec *s, const struct history *h, struct sums *sum)
{
    memset(sum, 0, sizeof(*sum));
    for (uint32_t i = 0; i < h->rows;) {
        uint32_t end = i;
        while (end < h->rows && h->consumer[end] == h->consumer[i]) {
            end++;
        }
        struct found f = try_all(s, h, i, end);
        for (uint32_t k = 0; k < f.depth; k++) {
            if (k > 0) {
                sum->step[k][sum->consumers[k]] = f.at[k] - f.at[k - 1];
                sum->start[k][sum->consumers[k]] = f.at[k] - f.at[0];
            }
            sum->consumers[k]++;
            sum->by[h->channel[f.start]][k]++;
        }
        i = end;
    }
}

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) < 1e-6;
}

static void check_times(const struct funnel *f, struct sums *sum)
{
    for (uint32_t k = 1; k < f->steps_len; k++) {
        size_t n = sum->consumers[k];
        quantile_sort(sum->step[k], n);
        quantile_sort(sum->start[k], n);
        CHECK(same_number(f->step[k].median, quantile_sorted(sum->step[k], n, 0.5)));
        CHECK(same_number(f->step[k].p25, quantile_sorted(sum->step[k], n, 0.25)));
        CHECK(same_number(f->start[k].p75, quantile_sorted(sum->start[k], n, 0.75)));
    }
}

static void check_one(const struct funnel_spec *s, const struct history *h, struct sums *sum)
{
    struct funnel f;
    funnel_make(s, h, 1, &f);
    add_all(s, h, sum);
    for (uint32_t k = 0; k < s->steps_len; k++) {
        CHECK_EQ_I64(f.consumers[k], sum->consumers[k]);
    }
    uint64_t starts = 0;
    for (uint32_t i = 0; i < f.parts_len; i++) {
        starts += f.parts[i].consumers[0];
        for (uint32_t k = 0; k < s->steps_len; k++) {
            CHECK_EQ_I64(f.parts[i].consumers[k], sum->by[f.parts[i].key][k]);
        }
    }
    CHECK_EQ_I64(starts, f.consumers[0]);
    check_times(&f, sum);
    funnel_release(&f);
}

static void random_steps(struct rng *g, struct event_filter *steps, uint16_t (*names)[2],
                         const struct evidence_test *tests)
{
    for (uint32_t k = 0; k < FUNNEL_STEPS_MAX; k++) {
        names[k][0] = (uint16_t)(1 + rng_below(g, 4));
        names[k][1] = (uint16_t)(1 + rng_below(g, 4));
        steps[k] = (struct event_filter){.names = names[k], .names_len = rng_below(g, 9) / 4};
        if (rng_below(g, 4) == 0) {
            steps[k].tests = &tests[rng_below(g, 2)];
            steps[k].tests_len = 1;
        }
    }
}

static void check_random(void)
{
    static const uint8_t code = 1;
    static const struct str text = {"x", 1};
    const struct evidence_test tests[2] = {{.field = FIELD_AMOUNT, .cmp = CMP_GE, .number = 40},
                                           {.field = FIELD_CHANNEL,
                                            .cmp = CMP_EQ,
                                            .texts = &text,
                                            .codes = &code,
                                            .texts_len = 1}};
    struct sums *sum = mem_zalloc(sizeof(*sum));
    uint64_t deep = 0;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        struct rng g = rng_seed(seed);
        struct life_shape shape = {.consumers = 60,
                                   .rows = 12,
                                   .names = 4,
                                   .purchase = 99,
                                   .items = 3,
                                   .channels = 2,
                                   .span_ms = 40 * HOUR,
                                   .grain_ms = seed % 2 ? HOUR : 60000};
        struct history h = lives_random(&g, &shape);
        struct event_filter steps[FUNNEL_STEPS_MAX];
        uint16_t names[FUNNEL_STEPS_MAX][2];
        random_steps(&g, steps, names, tests);
        struct funnel_spec s = {.steps = steps,
                                .steps_len = 1 + rng_below(&g, 5),
                                .within_ms = (1 + rng_below(&g, 20)) * HOUR,
                                .from_ms = rng_below(&g, 2) ? INT64_MIN : 8 * HOUR,
                                .until_ms = rng_below(&g, 2) ? INT64_MAX : 24 * HOUR,
                                .by_item = rng_below(&g, 3) == 0,
                                .first_only = rng_below(&g, 3) == 0,
                                .by = FUNNEL_BY_CHANNEL};
        check_one(&s, &h, sum);
        deep += sum->consumers[s.steps_len - 1];
        lives_free(&h);
    }
    CHECK(deep > 1000);
    mem_free(sum);
}

/* One consumer: hours and names, in order. */
static struct history one_life(const int64_t *hours, const uint16_t *names, uint32_t n)
{
    struct life_row r[32] = {0};
    for (uint32_t i = 0; i < n; i++) {
        r[i] = (struct life_row){.consumer = 7, .time_ms = hours[i] * HOUR, .name = names[i]};
    }
    return lives_of(r, n);
}

static uint64_t last_step(const int64_t *hours, const uint16_t *names, uint32_t n, bool first)
{
    static const uint16_t code[3] = {1, 2, 3};
    const struct event_filter steps[3] = {{.names = &code[0], .names_len = 1},
                                          {.names = &code[1], .names_len = 1},
                                          {.names = &code[2], .names_len = 1}};
    struct history h = one_life(hours, names, n);
    struct funnel f;
    funnel_make(&(struct funnel_spec){.steps = steps,
                                      .steps_len = 3,
                                      .within_ms = 24 * HOUR,
                                      .from_ms = INT64_MIN,
                                      .until_ms = INT64_MAX,
                                      .first_only = first},
                &h, 1, &f);
    uint64_t got = f.consumers[2];
    funnel_release(&f);
    lives_free(&h);
    return got;
}

static void check_threads(void)
{
    static const uint16_t code[2] = {1, 2};
    const struct event_filter steps[2] = {{.names = &code[0], .names_len = 1},
                                          {.names = &code[1], .names_len = 1}};
    struct rng g = rng_seed(5);
    struct life_shape shape = {.consumers = 30000,
                               .rows = 8,
                               .names = 3,
                               .purchase = 99,
                               .items = 3,
                               .channels = 3,
                               .span_ms = 90 * HOUR,
                               .grain_ms = 1000};
    struct history h = lives_random(&g, &shape);
    struct funnel_spec s = {.steps = steps,
                            .steps_len = 2,
                            .within_ms = 9 * HOUR,
                            .from_ms = INT64_MIN,
                            .until_ms = INT64_MAX,
                            .by = FUNNEL_BY_CHANNEL};
    struct funnel one, many;
    CHECK(h.rows > 65536);
    funnel_make(&s, &h, 1, &one);
    funnel_make(&s, &h, 7, &many);
    CHECK(memcmp(one.consumers, many.consumers, sizeof(one.consumers)) == 0);
    CHECK(same_number(one.step[1].median, many.step[1].median));
    CHECK_EQ_I64(one.parts_len, many.parts_len);
    CHECK(memcmp(one.parts, many.parts, one.parts_len * sizeof(*one.parts)) == 0);
    funnel_release(&one);
    funnel_release(&many);
    lives_free(&h);
}

int main(void)
{
    TEST("the window is measured from the first step and its end belongs to it") {
        CHECK_EQ_I64(last_step((int64_t[]){0, 12, 24}, (uint16_t[]){1, 2, 3}, 3, false), 1);
        CHECK_EQ_I64(last_step((int64_t[]){0, 12, 25}, (uint16_t[]){1, 2, 3}, 3, false), 0);
    }
    TEST("any start may succeed, unless the first alone is asked about") {
        const int64_t hours[] = {0, 20, 21, 30};
        const uint16_t names[] = {1, 1, 2, 3};
        CHECK_EQ_I64(last_step(hours, names, 4, false), 1);
        CHECK_EQ_I64(last_step(hours, names, 4, true), 0);
    }
    TEST("a later start does not take the place of one that is farther") {
        CHECK_EQ_I64(last_step((int64_t[]){0, 1, 10, 11}, (uint16_t[]){1, 2, 1, 3}, 4, false),
                     1);
    }
    TEST("steps of the same instant do not follow each other") {
        CHECK_EQ_I64(last_step((int64_t[]){0, 0, 1}, (uint16_t[]){1, 2, 3}, 3, false), 0);
        CHECK_EQ_I64(last_step((int64_t[]){0, 1, 1}, (uint16_t[]){1, 2, 3}, 3, false), 0);
    }
    TEST("300 random funnels are what trying every start and row gives") {
        check_random();
    }
    TEST("more threads give the same funnel") {
        check_threads();
    }
    return tap_end();
}
