/* The pass over one life keeps for every step the try that got there with the latest start: a later start leaves
 * more of W, so no other can do better. Rows of the same instant are taken together (they cannot follow each
 * other), and are compared with what held before that instant. With `by_item` the rows of a life are taken item
 * by item. */
#include "report/funnel.h"

#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "report/match.h"
#include "report/pass.h"
#include "report/quantile.h"
#include "report/tally.h"

struct attempt {
    uint32_t start;               /* row */
    int64_t at[FUNNEL_STEPS_MAX]; /* time of each step */
};
struct item_row {
    uint32_t item, row;
};
typedef VEC(int64_t) span_vec;

/* A worker's own. now[k]: the best attempt that reached step k; old: as of before this instant. */
struct worker {
    const struct funnel_spec *spec;
    const struct history *h;
    const struct match *match;
    struct attempt now[FUNNEL_STEPS_MAX], old[FUNNEL_STEPS_MAX], best;
    uint32_t reached, old_reached; /* steps reached; now[k] is valid for k < reached */
    uint32_t depth;                /* of the best attempt of this life */
    bool started;                  /* first_only: the start is behind us */
    uint64_t consumers[FUNNEL_STEPS_MAX];
    span_vec step[FUNNEL_STEPS_MAX], start[FUNNEL_STEPS_MAX];
    struct tally *parts;
    VEC(struct item_row) items;
};

enum rc funnel_want(const struct funnel_spec *s, struct arena *a, struct history_want *want,
                    struct err *e)
{
    enum rc rc = match_want(s->steps, s->steps_len, a, want, e);
    want->items |= s->by_item;
    want->channels |= s->by == FUNNEL_BY_CHANNEL;
    want->touchpoints |= s->by == FUNNEL_BY_TOUCHPOINT;
    want->campaigns |= s->by == FUNNEL_BY_CAMPAIGN;
    want->categories |= s->by == FUNNEL_BY_CATEGORY;
    int64_t days = s->within_ms / DAY_MS + 1;
    if (want->to != INT32_MAX && s->steps_len > 1) {
        int64_t to = want->to + days;
        want->to = to < INT32_MAX ? (int32_t)to : INT32_MAX;
    }
    return rc;
}

/* ---- One life ---------------------------------------------------------------------------------- */

/* Of two attempts at the same last step: the one that was there first; then the later start; then the earlier steps
 * between; then the earlier row. */
static bool beats(const struct attempt *a, const struct attempt *b, uint32_t step)
{
    if (a->at[step] != b->at[step]) {
        return a->at[step] < b->at[step];
    }
    if (a->at[0] != b->at[0]) {
        return a->at[0] > b->at[0];
    }
    for (uint32_t k = 1; k < step; k++) {
        if (a->at[k] != b->at[k]) {
            return a->at[k] < b->at[k];
        }
    }
    return a->start < b->start;
}

static void consider(struct worker *w, uint32_t step, const struct attempt *a)
{
    if (step + 1 > w->depth || (step + 1 == w->depth && beats(a, &w->best, step))) {
        w->depth = step + 1;
        w->best = *a;
    }
}

static void take_start(struct worker *w, uint32_t row, int64_t t)
{
    const struct funnel_spec *s = w->spec;
    if (t < s->from_ms || t >= s->until_ms || w->started) {
        return;
    }
    if (w->reached > 0 && w->now[0].at[0] == t) {
        return; /* the first row of an instant stands for it */
    }
    w->now[0].start = row;
    w->now[0].at[0] = t;
    w->reached = w->reached > 1 ? w->reached : 1;
    w->started = s->first_only;
    consider(w, 0, &w->now[0]);
}

static void take_step(struct worker *w, uint32_t k, int64_t t)
{
    const struct attempt *before = &w->old[k - 1];
    bool open = k - 1 < w->old_reached && t - before->at[0] <= w->spec->within_ms;
    if (!open || (k < w->reached && w->now[k].at[0] >= before->at[0])) {
        return;
    }
    struct attempt *a = &w->now[k];
    a->start = before->start;
    memcpy(a->at, before->at, k * sizeof(a->at[0]));
    a->at[k] = t;
    w->reached = w->reached > k + 1 ? w->reached : k + 1;
    consider(w, k, a);
}

static void begin_rows(struct worker *w)
{
    w->reached = w->old_reached = 0;
    w->started = false;
}

/* What holds now becomes what held before the instant that begins; only steps of use are copied. */
static void next_instant(struct worker *w)
{
    uint32_t n = w->reached < w->spec->steps_len ? w->reached : w->spec->steps_len - 1;
    for (uint32_t k = 0; k < n; k++) {
        w->old[k].start = w->now[k].start;
        memcpy(w->old[k].at, w->now[k].at, (k + 1) * sizeof(w->now[k].at[0]));
    }
    w->old_reached = n;
}

static void take_row(struct worker *w, uint32_t row, int64_t *instant)
{
    uint32_t bits = match_row(w->match, row);
    int64_t t = w->h->time_ms[row];
    if (!bits) {
        return;
    }
    if (t != *instant) {
        next_instant(w);
        *instant = t;
    }
    for (uint32_t left = bits & ~1u; left; left &= left - 1) {
        take_step(w, (uint32_t)__builtin_ctz(left), t);
    }
    if (bits & 1u) {
        take_start(w, row, t);
    }
}

static int compare_items(const void *a, const void *b)
{
    const struct item_row *x = a, *y = b;
    return x->item != y->item ? (x->item > y->item) - (x->item < y->item)
                              : (x->row > y->row) - (x->row < y->row);
}

static void take_items(struct worker *w, uint32_t from, uint32_t end)
{
    vec_clear(&w->items);
    for (uint32_t i = from; i < end; i++) {
        if (w->h->item[i]) {
            vec_push(&w->items, ((struct item_row){w->h->item[i], i}));
        }
    }
    if (w->items.len > 1) {
        qsort(w->items.ptr, w->items.len, sizeof(*w->items.ptr), compare_items);
    }
    int64_t instant = INT64_MIN;
    for (size_t i = 0; i < w->items.len; i++) {
        if (i == 0 || w->items.ptr[i].item != w->items.ptr[i - 1].item) {
            begin_rows(w);
            instant = INT64_MIN;
        }
        take_row(w, w->items.ptr[i].row, &instant);
    }
}

static uint32_t part_of(const struct worker *w, uint32_t row)
{
    const struct history *h = w->h;
    switch (w->spec->by) {
    case FUNNEL_BY_NOTHING: break;
    case FUNNEL_BY_CHANNEL: return h->channel[row];
    case FUNNEL_BY_TOUCHPOINT: return h->touchpoint[row];
    case FUNNEL_BY_CAMPAIGN: return h->campaign[row];
    case FUNNEL_BY_CATEGORY: return h->category[row];
    case FUNNEL_BY_GROUP: return w->spec->group[h->consumer[row]];
    }
    return 0;
}

/* The consumer's best attempt into the sums. */
static void add_life(struct worker *w)
{
    const struct attempt *a = &w->best;
    uint64_t *part = w->spec->by ? tally_at(w->parts, part_of(w, a->start), 0) : NULL;
    for (uint32_t k = 0; k < w->depth; k++) {
        w->consumers[k]++;
        if (part) {
            part[k]++;
        }
        if (k > 0) {
            vec_push(&w->step[k], a->at[k] - a->at[k - 1]);
            vec_push(&w->start[k], a->at[k] - a->at[0]);
        }
    }
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    w->depth = 0;
    if (w->spec->by_item) {
        take_items(w, from, end);
    } else {
        int64_t instant = INT64_MIN;
        begin_rows(w);
        for (uint32_t i = from; i < end; i++) {
            take_row(w, i, &instant);
        }
    }
    if (w->depth > 0) {
        add_life(w);
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static struct funnel_time quartiles(struct worker *w, int n, bool start, uint32_t k)
{
    span_vec all = {0};
    for (int i = 0; i < n; i++) {
        span_vec *v = start ? &w[i].start[k] : &w[i].step[k];
        vec_reserve(&all, all.len + v->len);
        if (v->len) {
            memcpy(all.ptr + all.len, v->ptr, v->len * sizeof(*v->ptr));
        }
        all.len += v->len;
        vec_release(v);
    }
    quantile_sort(all.ptr, all.len);
    struct funnel_time t = {quantile_sorted(all.ptr, all.len, 0.25),
                            quantile_sorted(all.ptr, all.len, 0.5),
                            quantile_sorted(all.ptr, all.len, 0.75)};
    vec_release(&all);
    return t;
}

static int compare_parts(const void *a, const void *b)
{
    const struct funnel_part *x = a, *y = b;
    return x->consumers[0] != y->consumers[0]
               ? (x->consumers[0] < y->consumers[0]) - (x->consumers[0] > y->consumers[0])
               : (x->key > y->key) - (x->key < y->key);
}

static void list_parts(const struct tally *t, struct funnel *out)
{
    out->parts_len = tally_len(t);
    out->parts = mem_array(struct funnel_part, out->parts_len + 1);
    for (uint32_t i = 0; i < out->parts_len; i++) {
        uint64_t key = 0, none = 0;
        tally_key(t, i, &key, &none);
        out->parts[i].key = (uint32_t)key;
        memcpy(out->parts[i].consumers, tally_row(t, i), out->steps_len * sizeof(uint64_t));
    }
    if (out->parts_len > 1) {
        qsort(out->parts, out->parts_len, sizeof(*out->parts), compare_parts);
    }
}

void funnel_make(const struct funnel_spec *s, const struct history *h, int threads,
                 struct funnel *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    struct match *m = match_new(s->steps, s->steps_len, h);
    for (int i = 0; i < n; i++) {
        w[i].spec = s;
        w[i].h = h;
        w[i].match = m;
        w[i].parts = tally_new(s->steps_len);
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    *out = (struct funnel){.steps_len = s->steps_len};
    for (int i = 0; i < n; i++) {
        for (uint32_t k = 0; k < s->steps_len; k++) {
            out->consumers[k] += w[i].consumers[k];
        }
        if (i > 0) {
            tally_add(w[0].parts, w[i].parts);
        }
    }
    for (uint32_t k = 0; k < s->steps_len; k++) {
        out->step[k] = quartiles(w, n, false, k);
        out->start[k] = quartiles(w, n, true, k);
    }
    list_parts(w[0].parts, out);
    for (int i = 0; i < n; i++) {
        tally_free(w[i].parts);
        vec_release(&w[i].items);
    }
    match_free(m);
    mem_free(w);
}

void funnel_release(struct funnel *f)
{
    mem_free(f->parts);
    *f = (struct funnel){0};
}
