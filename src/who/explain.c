/* The plan of a question with what was expected and what was found. Expected: of columns and sets from every 16th block
 * of consumers; of what the lake has to be asked, from how often its events occur, as if they fell on consumers by
 * chance (Poisson), a test passing one in four; of and, or, not as if their operands had nothing to do with each other. */
#include <math.h>
#include "gen/sql_who.h"
#include "who/world_own.h"

#define SAMPLED 16u
#define TEST_SHARE 0.25

struct name_count {
    double events;
    int32_t first, last;
};
struct guessing {
    struct who_world *w;
    double people;
    struct name_count *names; /* by code */
    uint32_t names_len;
};

static enum rc read_names(struct guessing *g, struct arena *a, struct err *e)
{
    struct brand *b = g->w->brand;
    struct lake_result *r = NULL;
    struct lake_chunk k = {0};
    struct zone_cache cache = {0};
    g->names_len = catalogue_len(b->catalogue);
    g->names = arena_array(a, struct name_count, g->names_len + 1);
    enum rc rc = brand_attach(b, e);
    rc = rc ? rc : lake_query(b->lake, &sql_who_name_counts, BINDS_NONE, &r, e);
    while (!rc && !(rc = lake_next(r, &k, e)) && k.rows) {
        const uint16_t *code = k.columns[0].data;
        const int64_t *events = k.columns[1].data, *first = k.columns[2].data,
                      *last = k.columns[3].data;
        for (uint32_t i = 0; i < k.rows; i++) {
            if (code[i] < g->names_len) {
                g->names[code[i]] =
                    (struct name_count){(double)events[i], zone_day(b->zone, &cache, first[i]),
                                        zone_day(b->zone, &cache, last[i])};
            }
        }
    }
    lake_done(r);
    return rc;
}

/* Events of a filter within days, if they come evenly. */
static double events_of(const struct guessing *g, const struct event_filter *f,
                        struct when when)
{
    int32_t from, to;
    double sum = 0;
    if (!when_days(when, g->w->as_of, &from, &to)) {
        return 0;
    }
    for (uint32_t c = 0; c < g->names_len; c++) {
        const struct name_count *n = &g->names[c];
        bool in = !f->names_len;
        for (uint32_t i = 0; i < f->names_len && !in; i++) {
            in = f->names[i] == c;
        }
        int64_t low = from > n->first ? from : n->first, high = to < n->last ? to : n->last;
        if (in && n->events > 0 && low <= high) {
            sum += n->events * (double)(high - low + 1) /
                   (double)((int64_t)n->last - n->first + 1);
        }
    }
    return sum * pow(TEST_SHARE, f->tests_len);
}

/* The share of consumers with a count that compares so, for a mean of `mean`. */
static double poisson_share(double mean, enum evidence_cmp cmp, double number)
{
    double below = 0, at = 0, term = exp(-mean);
    for (double k = 0; k <= number && k < 1000; k++) {
        below += k < number ? term : 0;
        at = k == number ? term : 0;
        term *= mean / (k + 1);
    }
    switch (cmp) {
    case CMP_GE: return 1 - below;
    case CMP_GT: return 1 - below - at;
    case CMP_LE: return below + at;
    case CMP_LT: return below;
    case CMP_NE: return 1 - at;
    case CMP_EQ:
    case CMP_IN: break;
    }
    return at;
}

static double guess_lake(const struct guessing *g, const struct question *q)
{
    const struct when ever = {.form = WHEN_EVER};
    double people = g->people > 0 ? g->people : 1;
    if (q->form == Q_SEQUENCE) {
        double share = 1;
        for (uint32_t i = 0; i < q->steps_len; i++) {
            double mean = events_of(g, &q->steps[i].filter, i ? ever : q->when) / people;
            share *= q->steps[i].negated ? exp(-mean) : 1 - exp(-mean);
        }
        return share;
    }
    double mean = events_of(g, &q->filter, q->form == Q_MOMENT ? ever : q->when) / people;
    if (q->form == Q_DID) {
        return poisson_share(mean, q->cmp, q->number);
    }
    double in_days = q->when.form == WHEN_EVER ? 1 : 0.5;
    return q->form == Q_MOMENT ? (1 - exp(-mean)) * in_days * pow(TEST_SHARE, q->was.tests_len)
                               : 1.0 / 3;
}

static double guess_sampled(const struct find_plan *p, const struct find_node *n)
{
    const struct bits *known = &p->world->everyone;
    uint64_t seen = 0, in = 0;
    for (uint32_t block = 0; block < known->len; block += SAMPLED * 64) {
        uint32_t to = known->len - block < 64 ? known->len : block + 64;
        for (uint32_t no = block; no < to; no++) {
            if (bits_has(known, no)) {
                seen++;
                in += find_holds(p, n, no);
            }
        }
    }
    return seen ? (double)in / (double)seen : 0;
}

static double guess(const struct guessing *g, const struct find_plan *p,
                    const struct find_node *n)
{
    double share = n->q->form == Q_AND ? 1 : 0;
    if (n->q->form == Q_NOT) {
        return 1 - guess(g, p, n->first);
    }
    if (n->q->form != Q_AND && n->q->form != Q_OR) {
        bool lake = n->where && str_eq(str_of(n->where), STR("lake"));
        return lake ? guess_lake(g, n->q) : guess_sampled(p, n);
    }
    for (const struct find_node *k = n->first; k; k = k->next) {
        double one = guess(g, p, k);
        share = n->q->form == Q_AND ? share * one : share + one - share * one;
    }
    return share;
}

static void fill_row(const struct guessing *g, const struct find_plan *p,
                     const struct find_node *n, struct arena *a, struct who_plan_row *row)
{
    struct bits found;
    double share = guess(g, p, n);
    find_run(p, n, &found);
    *row = (struct who_plan_row){
        .node = n->q,
        .depth = n->depth,
        .text = question_print(n->q, &p->world->sources.names, a),
        .where = n->where,
        .note = str_of(n->note ? n->note : ""),
        .estimated = (uint64_t)(g->people * (share < 0   ? 0
                                             : share > 1 ? 1
                                                         : share) +
                                0.5),
        .found = bits_count(&found),
        .seconds = n->seconds,
    };
    bits_release(&found);
}

enum rc who_explain(struct who_world *w, const struct question *q, struct arena *a,
                    struct who_plan_row **out, uint32_t *len, struct err *e)
{
    struct find_plan p;
    struct guessing g = {.w = w, .people = (double)bits_count(who_everyone(w))};
    enum rc rc = find_plan_make(w, q, a, &p, e);
    rc = rc ? rc : read_names(&g, a, e);
    *len = 0;
    if (!rc) {
        *len = (uint32_t)p.nodes.len;
        *out = arena_array(a, struct who_plan_row, p.nodes.len);
        for (uint32_t i = 0; i < *len; i++) {
            fill_row(&g, &p, p.nodes.ptr[i], a, *out + i);
        }
    }
    find_plan_release(&p);
    return rc;
}
