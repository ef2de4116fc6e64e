/* A funnel that needs nothing of a row but its consumer, its time and the steps it matches: these fit into one number,
 *
 *     consumer within its bucket: 13 bits | milliseconds since 1969-12-31: 43 bits | steps: 8 bits
 *
 * so rows are dealt into buckets of 8,192 consumers as they come, and each bucket, small enough for the cache, is put in
 * order by its numbers and walked. */
#include "report/funnel.h"

#include <stdatomic.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/parallel.h"
#include "report/funnel_life.h"
#include "who/event_rows.h"

#define CONSUMER_BITS 13
#define TIME_BITS 43
#define STEP_BITS 8
#define BUCKET (1u << CONSUMER_BITS)
#define SMALL 64 /* rows that are sorted by comparing */

typedef VEC(uint64_t) row_vec;

struct scan {
    const struct funnel_spec *spec;
    const struct history_want *want;
    struct brand *brand;
    struct refunded *refunds; /* NULL: nothing to leave out */
    uint8_t *steps;           /* by event code: bits of the steps */
    row_vec *buckets;
    uint32_t buckets_len;
    atomic_uint next; /* bucket to be walked */
};
struct walker {
    struct scan *scan;
    struct funnel_worker *worker;
};

static bool applies(const struct funnel_spec *s)
{
    bool plain = !s->by_item && s->steps_len <= STEP_BITS &&
                 (s->by == FUNNEL_BY_NOTHING || s->by == FUNNEL_BY_GROUP);
    for (uint32_t i = 0; i < s->steps_len && plain; i++) {
        plain = s->steps[i].tests_len == 0 && s->steps[i].names_len > 0;
    }
    return plain;
}

/* ---- Reading ----------------------------------------------------------------------------------- */

/* True for a purchase that is refunded in full by the last day. */
static bool is_refunded(struct scan *c, struct event_rows *r, uint32_t row)
{
    if (!c->refunds || r->name[row] != EVENT_PURCHASE ||
        !refunded_has(c->refunds, r->identity[row])) {
        return false;
    }
    int32_t day = event_rows_refunded(r, row, event_rows_order(r, row));
    return day != DAY_NONE && day <= c->want->to;
}

static void take_chunk(struct scan *c, struct event_rows *r)
{
    const uint32_t *consumers = graph_consumers(c->brand->graph);
    const struct bits *among = c->want->among;
    uint32_t all[CHUNK_ROWS];
    for (uint32_t i = 0; i < r->rows; i++) {
        all[i] = consumers[r->identity[i]]; /* on its own: memory answers many at once */
    }
    for (uint32_t i = 0; i < r->rows; i++) {
        uint64_t steps = r->name[i] < EVENT_NAMES_MAX ? c->steps[r->name[i]] : 0;
        uint32_t no = all[i];
        bool in = steps && (!among || (no < among->len && bits_has(among, no)));
        if (in && !is_refunded(c, r, i)) {
            uint64_t t = (uint64_t)(r->time_ms[i] + DAY_MS) & ((UINT64_C(1) << TIME_BITS) - 1);
            uint64_t row =
                (uint64_t)(no % BUCKET) << (TIME_BITS + STEP_BITS) | t << STEP_BITS | steps;
            vec_push(&c->buckets[no / BUCKET], row);
        }
    }
}

static enum rc read_names(struct scan *c, const uint16_t *names, uint32_t len,
                          struct refunded *refunds, struct err *e)
{
    struct event_rows r = {0};
    const struct event_rows_want want = {
        .names = names,
        .names_len = len,
        .from = c->want->from,
        .to = c->want->to,
        .columns = refunds ? 1u << FIELD_ORDER | 1u << FIELD_CHANNEL : 0,
        .refunds = refunds};
    enum rc rc = event_rows_begin(&r, c->brand, &want, e);
    while (!rc && !(rc = event_rows_next(&r, e)) && r.rows) {
        take_chunk(c, &r);
    }
    event_rows_end(&r);
    return rc;
}

/* Purchases that may be refunded are read by themselves: their orders would else be read for every other row. */
static enum rc read_rows(struct scan *c, struct err *e)
{
    static const uint16_t purchase = EVENT_PURCHASE;
    uint16_t *others = mem_array(uint16_t, c->want->names_len + 1);
    uint32_t len = 0;
    for (uint32_t i = 0; i < c->want->names_len; i++) {
        if (!c->refunds || c->want->names[i] != EVENT_PURCHASE) {
            others[len++] = c->want->names[i];
        }
    }
    enum rc rc = len ? read_names(c, others, len, NULL, e) : RC_OK;
    if (!rc && c->refunds) {
        rc = read_names(c, &purchase, 1, c->refunds, e);
    }
    mem_free(others);
    return rc;
}

/* ---- Sorting and walking ----------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* By bytes, the lowest (steps) left out: their order does not matter. Returns where the rows are then. */
static uint64_t *sort_rows(uint64_t *rows, uint64_t *spare, size_t n)
{
    if (n <= SMALL) {
        qsort(rows, n, sizeof(*rows), compare);
        return rows;
    }
    for (uint32_t shift = STEP_BITS; shift < 64; shift += 8) {
        size_t at[257] = {0};
        for (size_t i = 0; i < n; i++) {
            at[(rows[i] >> shift & 255) + 1]++;
        }
        if (at[(rows[0] >> shift & 255) + 1] == n) {
            continue; /* all alike */
        }
        for (uint32_t k = 1; k < 257; k++) {
            at[k] += at[k - 1];
        }
        for (size_t i = 0; i < n; i++) {
            spare[at[rows[i] >> shift & 255]++] = rows[i];
        }
        uint64_t *swap = rows;
        rows = spare;
        spare = swap;
    }
    return rows;
}

static void walk_bucket(struct funnel_worker *w, uint32_t bucket, const uint64_t *rows,
                        size_t n)
{
    uint32_t last = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t no = bucket * BUCKET + (uint32_t)(rows[i] >> (TIME_BITS + STEP_BITS));
        int64_t t = (int64_t)(rows[i] >> STEP_BITS & ((UINT64_C(1) << TIME_BITS) - 1)) - DAY_MS;
        if (no != last) {
            if (i > 0) {
                funnel_life_end(w);
            }
            funnel_life_begin(w, no);
            funnel_rows_begin(w);
            last = no;
        }
        funnel_row(w, 0, (uint32_t)(rows[i] & ((1u << STEP_BITS) - 1)), t);
    }
    if (n > 0) {
        funnel_life_end(w);
    }
}

static void *walk(void *arg)
{
    struct walker *me = arg;
    struct scan *c = me->scan;
    row_vec spare = {0};
    for (;;) {
        uint32_t b = atomic_fetch_add(&c->next, 1);
        if (b >= c->buckets_len) {
            break;
        }
        row_vec *v = &c->buckets[b];
        vec_reserve(&spare, v->len);
        if (v->len) {
            walk_bucket(me->worker, b, sort_rows(v->ptr, spare.ptr, v->len), v->len);
        }
        vec_release(v);
    }
    vec_release(&spare);
    return NULL;
}

static void walk_all(struct scan *c, int threads, struct funnel *out)
{
    int n = threads < 1 ? 1 : threads < PARALLEL_MAX ? threads : PARALLEL_MAX;
    struct funnel_worker *w = funnel_workers_new(c->spec, n);
    struct walker walkers[PARALLEL_MAX];
    for (int i = 0; i < n; i++) {
        walkers[i] = (struct walker){c, &w[i]};
    }
    parallel_workers(walkers, sizeof(walkers[0]), n, walk);
    funnel_workers_end(w, n, out);
}

/* ---- The whole --------------------------------------------------------------------------------- */

static enum rc prepare(struct scan *c, struct err *e)
{
    bool purchases = false;
    c->steps = mem_array(uint8_t, EVENT_NAMES_MAX);
    for (uint32_t i = 0; i < c->spec->steps_len; i++) {
        const struct event_filter *f = &c->spec->steps[i];
        for (uint32_t k = 0; k < f->names_len; k++) {
            c->steps[f->names[k]] |= (uint8_t)(1u << i);
            purchases = purchases || f->names[k] == EVENT_PURCHASE;
        }
    }
    c->buckets_len = dictionary_len(c->brand->dictionary) / BUCKET + 1;
    c->buckets = mem_array(row_vec, c->buckets_len);
    return purchases && !c->want->refunded ? refunded_open(c->brand, &c->refunds, e) : RC_OK;
}

enum rc funnel_scan(const struct funnel_spec *s, struct brand *b,
                    const struct history_want *want, int threads, bool *done,
                    struct funnel *out, struct err *e)
{
    struct scan c = {.spec = s, .want = want, .brand = b};
    *done = applies(s);
    if (!*done) {
        return RC_OK;
    }
    enum rc rc = prepare(&c, e);
    if (!rc) {
        rc = read_rows(&c, e);
    }
    if (!rc) {
        walk_all(&c, threads, out);
    }
    for (uint32_t i = 0; i < c.buckets_len; i++) {
        vec_release(&c.buckets[i]);
    }
    mem_free(c.buckets);
    mem_free(c.steps);
    refunded_free(c.refunds);
    return rc;
}
