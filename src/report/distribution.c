#include "report/distribution.h"

#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "people/batch.h"
#include "report/match.h"
#include "report/pass.h"
#include "report/quantile.h"

typedef VEC(int64_t) value_vec;
struct worker {
    const struct distribution_spec *spec;
    const struct history *h;
    const struct match *match; /* NULL: orders, gmv */
    struct zone_cache cache;
    value_vec keys, values; /* keys: of one life */
    double sum;
};

static const uint16_t money_names[] = {EVENT_PURCHASE, EVENT_REFUND};

enum rc distribution_want(const struct distribution_spec *s, struct arena *a,
                          struct history_want *want, struct err *e)
{
    want->from = s->from;
    want->to = s->to;
    if (s->of == DISTRIBUTION_ORDERS || s->of == DISTRIBUTION_GMV) {
        want->names = money_names;
        want->names_len = s->of == DISTRIBUTION_ORDERS ? 1 : 2;
        want->orders = s->of == DISTRIBUTION_ORDERS;
        want->amounts = want->refunded = s->of == DISTRIBUTION_GMV;
        return RC_OK;
    }
    want->items = s->of == DISTRIBUTION_ITEMS;
    want->refunded = s->filter.names_len == 0;
    return match_want(&s->filter, 1, a, want, e);
}

/* ---- One life ---------------------------------------------------------------------------------- */

static int64_t money_of(const struct worker *w, uint32_t row)
{
    int64_t fen = w->h->amount_fen[row];
    if (fen == AMOUNT_UNKNOWN) {
        return 0;
    }
    return w->h->name[row] == EVENT_REFUND ? -fen : fen;
}

/* What is counted once of a row; false: the row does not count. */
static bool row_key(struct worker *w, uint32_t row, int64_t *key)
{
    const struct history *h = w->h;
    int32_t day = zone_day(w->spec->zone, &w->cache, h->time_ms[row]);
    if (day < w->spec->from || day > w->spec->to) {
        return false;
    }
    switch (w->spec->of) {
    case DISTRIBUTION_ORDERS:
        *key = (int64_t)h->order[row];
        return h->name[row] == EVENT_PURCHASE;
    case DISTRIBUTION_GMV:
        *key = money_of(w, row);
        return h->name[row] == EVENT_PURCHASE || h->name[row] == EVENT_REFUND;
    case DISTRIBUTION_EVENTS: *key = row; break;
    case DISTRIBUTION_DAYS: *key = day; break;
    case DISTRIBUTION_ITEMS: *key = h->item[row]; break;
    }
    return match_row(w->match, row) != 0;
}

static int64_t value_of(const struct worker *w, value_vec *keys)
{
    int64_t value = 0;
    if (w->spec->of == DISTRIBUTION_GMV) {
        for (size_t i = 0; i < keys->len; i++) {
            value += keys->ptr[i];
        }
        return value;
    }
    quantile_sort(keys->ptr, keys->len);
    for (size_t i = 0; i < keys->len; i++) {
        bool unknown = w->spec->of == DISTRIBUTION_ITEMS && keys->ptr[i] == 0;
        value += !unknown && (i == 0 || keys->ptr[i] != keys->ptr[i - 1]);
    }
    return value;
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    vec_clear(&w->keys);
    for (uint32_t i = from; i < end; i++) {
        int64_t key = 0;
        if (row_key(w, i, &key)) {
            vec_push(&w->keys, key);
        }
    }
    if (w->keys.len > 0) {
        int64_t value = value_of(w, &w->keys);
        vec_push(&w->values, value);
        w->sum += (double)value;
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

void distribution_make(const struct distribution_spec *s, const struct history *h, int threads,
                       struct distribution *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    bool money = s->of == DISTRIBUTION_ORDERS || s->of == DISTRIBUTION_GMV;
    struct match *m = money ? NULL : match_new(&s->filter, 1, h);
    for (int i = 0; i < n; i++) {
        w[i] = (struct worker){.spec = s, .h = h, .match = m};
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    *out = (struct distribution){0};
    for (int i = 0; i < n; i++) {
        out->n += w[i].values.len;
        out->sum += w[i].sum;
    }
    out->values = mem_array(int64_t, out->n + 1);
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (w[i].values.len) {
            memcpy(out->values + at, w[i].values.ptr, w[i].values.len * sizeof(int64_t));
        }
        at += w[i].values.len;
        vec_release(&w[i].values);
        vec_release(&w[i].keys);
    }
    quantile_sort(out->values, out->n);
    match_free(m);
    mem_free(w);
}

void distribution_release(struct distribution *d)
{
    mem_free(d->values);
    *d = (struct distribution){0};
}

void distribution_bands(const struct distribution *d, const int64_t *edges, uint32_t len,
                        uint64_t *counts)
{
    size_t at = 0;
    for (uint32_t i = 0; i <= len; i++) {
        size_t from = at;
        while (at < d->n && (i == len || d->values[at] < edges[i])) {
            at++;
        }
        counts[i] = at - from;
    }
}

uint32_t distribution_edges(const struct distribution *d, int64_t unit, int64_t *edges,
                            uint32_t most)
{
    static const int64_t step[] = {1, 2, 5};
    uint32_t n = 0;
    double low = quantile_sorted(d->values, d->n, 0.01),
           high = quantile_sorted(d->values, d->n, 0.99);
    if (d->n == 0) {
        return 0;
    }
    if (unit == 1 && high <= 10) {
        for (int64_t v = 1; v <= 10 && n < most; v++) {
            edges[n++] = v;
            if ((double)v > high) {
                break;
            }
        }
        return n;
    }
    int64_t power = unit;
    for (uint32_t i = 0; n < most; i++) {
        int64_t v = step[i % 3] * power;
        power = i % 3 == 2 ? power * 10 : power;
        if ((double)v > low || (unit == 1 && v == 1)) {
            edges[n++] = v;
        }
        if ((double)v > high || power > INT64_MAX / 100) {
            break;
        }
    }
    return n;
}
