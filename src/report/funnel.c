/* The pass over one life keeps for every step the try that got there with the latest start: a later start leaves
 * more of W, so no other can do better. Rows of the same instant are taken together (they cannot follow each
 * other), and are compared with what held before that instant. With `by_item` the rows of a life are taken item
 * by item. */
#include "report/funnel.h"

#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "report/funnel_life.h"
#include "report/pass.h"
#include "report/quantile.h"

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
static bool beats(const struct funnel_attempt *a, const struct funnel_attempt *b, uint32_t step)
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

static void consider(struct funnel_worker *w, uint32_t step, const struct funnel_attempt *a)
{
    if (step + 1 > w->depth || (step + 1 == w->depth && beats(a, &w->best, step))) {
        w->depth = step + 1;
        w->best = *a;
    }
}

static void take_start(struct funnel_worker *w, uint32_t row, int64_t t)
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

static void take_step(struct funnel_worker *w, uint32_t k, int64_t t)
{
    const struct funnel_attempt *before = &w->old[k - 1];
    bool open = k - 1 < w->old_reached && t - before->at[0] <= w->spec->within_ms;
    if (!open || (k < w->reached && w->now[k].at[0] >= before->at[0])) {
        return;
    }
    struct funnel_attempt *a = &w->now[k];
    a->start = before->start;
    memcpy(a->at, before->at, k * sizeof(a->at[0]));
    a->at[k] = t;
    w->reached = w->reached > k + 1 ? w->reached : k + 1;
    consider(w, k, a);
}

void funnel_rows_begin(struct funnel_worker *w)
{
    w->reached = w->old_reached = 0;
    w->started = false;
    w->instant = INT64_MIN;
}

void funnel_life_begin(struct funnel_worker *w, uint32_t consumer)
{
    w->depth = 0;
    w->consumer = consumer;
}

/* What holds now becomes what held before the instant that begins; only steps of use are copied. */
static void next_instant(struct funnel_worker *w)
{
    uint32_t n = w->reached < w->spec->steps_len ? w->reached : w->spec->steps_len - 1;
    for (uint32_t k = 0; k < n; k++) {
        w->old[k].start = w->now[k].start;
        memcpy(w->old[k].at, w->now[k].at, (k + 1) * sizeof(w->now[k].at[0]));
    }
    w->old_reached = n;
}

void funnel_row(struct funnel_worker *w, uint32_t row, uint32_t bits, int64_t t)
{
    if (t != w->instant) {
        next_instant(w);
        w->instant = t;
    }
    for (uint32_t left = bits & ~1u; left; left &= left - 1) {
        take_step(w, (uint32_t)__builtin_ctz(left), t);
    }
    if (bits & 1u) {
        take_start(w, row, t);
    }
}

static void take_row(struct funnel_worker *w, uint32_t row)
{
    uint32_t bits = match_row(w->match, row);
    if (bits) {
        funnel_row(w, row, bits, w->h->time_ms[row]);
    }
}

static int compare_items(const void *a, const void *b)
{
    const struct funnel_item *x = a, *y = b;
    return x->item != y->item ? (x->item > y->item) - (x->item < y->item)
                              : (x->row > y->row) - (x->row < y->row);
}

static void take_items(struct funnel_worker *w, uint32_t from, uint32_t end)
{
    vec_clear(&w->items);
    for (uint32_t i = from; i < end; i++) {
        if (w->h->item[i]) {
            vec_push(&w->items, ((struct funnel_item){w->h->item[i], i}));
        }
    }
    if (w->items.len > 1) {
        qsort(w->items.ptr, w->items.len, sizeof(*w->items.ptr), compare_items);
    }
    for (size_t i = 0; i < w->items.len; i++) {
        if (i == 0 || w->items.ptr[i].item != w->items.ptr[i - 1].item) {
            funnel_rows_begin(w);
        }
        take_row(w, w->items.ptr[i].row);
    }
}

static uint32_t part_of(const struct funnel_worker *w, uint32_t row)
{
    const struct history *h = w->h;
    switch (w->spec->by) {
    case FUNNEL_BY_NOTHING: break;
    case FUNNEL_BY_CHANNEL: return h->channel[row];
    case FUNNEL_BY_TOUCHPOINT: return h->touchpoint[row];
    case FUNNEL_BY_CAMPAIGN: return h->campaign[row];
    case FUNNEL_BY_CATEGORY: return h->category[row];
    case FUNNEL_BY_GROUP: return w->spec->group[w->consumer];
    }
    return 0;
}

/* The consumer's best attempt into the sums. */
void funnel_life_end(struct funnel_worker *w)
{
    const struct funnel_attempt *a = &w->best;
    if (w->depth == 0) {
        return;
    }
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
    struct funnel_worker *w = mine;
    funnel_life_begin(w, w->h->consumer[from]);
    if (w->spec->by_item) {
        take_items(w, from, end);
    } else {
        funnel_rows_begin(w);
        for (uint32_t i = from; i < end; i++) {
            take_row(w, i);
        }
    }
    funnel_life_end(w);
}

/* ---- All of them ------------------------------------------------------------------------------- */

static struct funnel_time quartiles(struct funnel_worker *w, int n, bool start, uint32_t k)
{
    funnel_spans all = {0};
    for (int i = 0; i < n; i++) {
        funnel_spans *v = start ? &w[i].start[k] : &w[i].step[k];
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

struct funnel_worker *funnel_workers_new(const struct funnel_spec *s, int n)
{
    struct funnel_worker *w = mem_array(struct funnel_worker, n);
    for (int i = 0; i < n; i++) {
        w[i].spec = s;
        w[i].parts = tally_new(s->steps_len);
    }
    return w;
}

void funnel_workers_end(struct funnel_worker *w, int n, struct funnel *out)
{
    uint32_t steps = w[0].spec->steps_len;
    *out = (struct funnel){.steps_len = steps};
    for (int i = 0; i < n; i++) {
        for (uint32_t k = 0; k < steps; k++) {
            out->consumers[k] += w[i].consumers[k];
        }
        if (i > 0) {
            tally_add(w[0].parts, w[i].parts);
        }
    }
    for (uint32_t k = 0; k < steps; k++) {
        out->step[k] = quartiles(w, n, false, k);
        out->start[k] = quartiles(w, n, true, k);
    }
    list_parts(w[0].parts, out);
    for (int i = 0; i < n; i++) {
        tally_free(w[i].parts);
        vec_release(&w[i].items);
    }
    mem_free(w);
}

void funnel_make(const struct funnel_spec *s, const struct history *h, int threads,
                 struct funnel *out)
{
    int n = pass_workers(h, threads);
    struct funnel_worker *w = funnel_workers_new(s, n);
    struct match *m = match_new(s->steps, s->steps_len, h);
    for (int i = 0; i < n; i++) {
        w[i].h = h;
        w[i].match = m;
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    funnel_workers_end(w, n, out);
    match_free(m);
}

void funnel_release(struct funnel *f)
{
    mem_free(f->parts);
    *f = (struct funnel){0};
}
