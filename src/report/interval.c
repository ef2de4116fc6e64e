#include "report/interval.h"

#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "report/pass.h"
#include "report/quantile.h"
#include "report/tally.h"

struct bought {
    uint32_t key;
    int32_t day;
};
struct worker {
    const struct interval_spec *spec;
    const struct history *h;
    struct zone_cache cache;
    VEC(struct bought) bought; /* of the life */
    struct tally *gaps;        /* (key, days between) */
    struct tally *last;        /* (key, days since the last one): buyers, repeat buyers */
};
/* A counted value of one key. */
struct counted {
    uint64_t key, value, n, repeat;
};

static const uint16_t purchase_name[] = {EVENT_PURCHASE};

void interval_want(const struct interval_spec *s, struct history_want *want)
{
    want->names = purchase_name;
    want->names_len = 1;
    want->from = s->from;
    want->to = s->to;
    want->categories = s->by == INTERVAL_BY_CATEGORY;
    want->items = s->by == INTERVAL_BY_ITEM;
    want->channels = s->by == INTERVAL_BY_CHANNEL;
}

/* ---- One life ---------------------------------------------------------------------------------- */

static uint32_t key_of(const struct worker *w, uint32_t row)
{
    switch (w->spec->by) {
    case INTERVAL_BY_CATEGORY: return w->h->category[row];
    case INTERVAL_BY_ITEM: return w->h->item[row];
    case INTERVAL_BY_CHANNEL: return w->h->channel[row];
    case INTERVAL_BY_NOTHING: break;
    }
    return 0;
}

static int compare_bought(const void *pa, const void *pb)
{
    const struct bought *a = pa, *b = pb;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key)
                            : (a->day > b->day) - (a->day < b->day);
}

/* The days of one key, ascending, may repeat: ptr[from..end). */
static void add_key(struct worker *w, size_t from, size_t end)
{
    const struct bought *b = w->bought.ptr;
    uint32_t days = 1;
    for (size_t i = from + 1; i < end; i++) {
        if (b[i].day != b[i - 1].day) {
            tally_at(w->gaps, b[i].key, (uint64_t)(b[i].day - b[i - 1].day))[0]++;
            days++;
        }
    }
    uint64_t *row = tally_at(w->last, b[from].key, (uint64_t)(w->spec->to - b[end - 1].day));
    row[0]++;
    row[1] += days > 1;
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const struct history *h = w->h;
    vec_clear(&w->bought);
    for (uint32_t i = from; i < end; i++) {
        int32_t day = zone_day(w->spec->zone, &w->cache, h->time_ms[i]);
        if (h->name[i] == EVENT_PURCHASE && day >= w->spec->from && day <= w->spec->to) {
            vec_push(&w->bought, ((struct bought){key_of(w, i), day}));
        }
    }
    size_t n = w->bought.len;
    if (n > 1 && w->spec->by) {
        qsort(w->bought.ptr, n, sizeof(*w->bought.ptr), compare_bought);
    }
    for (size_t i = 0; i < n;) {
        size_t stop = i + 1;
        while (stop < n && w->bought.ptr[stop].key == w->bought.ptr[i].key) {
            stop++;
        }
        add_key(w, i, stop);
        i = stop;
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static int compare_counted(const void *pa, const void *pb)
{
    const struct counted *a = pa, *b = pb;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key)
                            : (a->value > b->value) - (a->value < b->value);
}

static struct counted *sorted(const struct tally *t, uint32_t width)
{
    uint32_t n = tally_len(t);
    struct counted *c = mem_array(struct counted, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        tally_key(t, i, &c[i].key, &c[i].value);
        c[i].n = tally_row(t, i)[0];
        c[i].repeat = width > 1 ? tally_row(t, i)[1] : 0;
    }
    if (n > 1) {
        qsort(c, n, sizeof(*c), compare_counted);
    }
    return c;
}

/* Quartiles and mean of one key's intervals, c[0..n) in order of value. */
static void fill_gaps(struct interval_row *r, const struct counted *c, size_t n)
{
    size_t len = n ? (size_t)c[n - 1].value + 1 : 0;
    uint64_t *counts = mem_array(uint64_t, len + 1);
    for (size_t i = 0; i < n; i++) {
        counts[c[i].value] = c[i].n;
        r->n += c[i].n;
    }
    r->p25 = quantile_counts(counts, len, 0.25);
    r->median = quantile_counts(counts, len, 0.5);
    r->p75 = quantile_counts(counts, len, 0.75);
    r->p90 = quantile_counts(counts, len, 0.9);
    r->mean = mean_counts(counts, len);
    mem_free(counts);
}

/* c: days since the last purchase of one key's buyers. */
static void fill_due(struct interval_row *r, const struct counted *c, size_t n, int32_t ahead)
{
    for (size_t i = 0; i < n; i++) {
        double left =
            r->median - (double)c[i].value; /* days from the last day to the due day */
        r->buyers += c[i].n;
        r->repeat += c[i].repeat;
        if (!isnan(left)) {
            *(left <= 0 ? &r->over : left <= ahead ? &r->due : &r->later) += c[i].n;
        }
    }
}

static size_t run_of(const struct counted *c, size_t n, size_t from)
{
    size_t end = from;
    while (end < n && c[end].key == c[from].key) {
        end++;
    }
    return end;
}

static int compare_rows(const void *pa, const void *pb)
{
    const struct interval_row *a = pa, *b = pb;
    return a->buyers != b->buyers ? (a->buyers < b->buyers) - (a->buyers > b->buyers)
                                  : (a->key > b->key) - (a->key < b->key);
}

static void list_rows(const struct interval_spec *s, const struct tally *gaps,
                      const struct tally *last, struct intervals *out)
{
    struct counted *g = sorted(gaps, 1), *l = sorted(last, 2);
    size_t gn = tally_len(gaps), ln = tally_len(last), at = 0;
    out->rows = mem_array(struct interval_row, ln + 1);
    for (size_t i = 0; i < ln;) {
        size_t end = run_of(l, ln, i);
        struct interval_row *r = &out->rows[out->len++];
        r->key = (uint32_t)l[i].key;
        size_t stop = at < gn && g[at].key == l[i].key ? run_of(g, gn, at) : at;
        fill_gaps(r, g + at, stop - at);
        fill_due(r, l + i, end - i, s->ahead);
        at = stop;
        i = end;
    }
    if (out->len > 1) {
        qsort(out->rows, out->len, sizeof(*out->rows), compare_rows);
    }
    for (size_t i = 0; i < gn; i++) {
        out->counts_len =
            g[i].value >= out->counts_len ? (uint32_t)g[i].value + 1 : out->counts_len;
    }
    out->counts = mem_array(uint64_t, out->counts_len + 1);
    for (size_t i = 0; i < gn; i++) {
        out->counts[g[i].value] += g[i].n;
    }
    mem_free(g);
    mem_free(l);
}

void interval_make(const struct interval_spec *s, const struct history *h, int threads,
                   struct intervals *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    for (int i = 0; i < n; i++) {
        w[i] = (struct worker){.spec = s, .h = h, .gaps = tally_new(1), .last = tally_new(2)};
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    for (int i = 1; i < n; i++) {
        tally_add(w[0].gaps, w[i].gaps);
        tally_add(w[0].last, w[i].last);
    }
    *out = (struct intervals){0};
    list_rows(s, w[0].gaps, w[0].last, out);
    for (int i = 0; i < n; i++) {
        tally_free(w[i].gaps);
        tally_free(w[i].last);
        vec_release(&w[i].bought);
    }
    mem_free(w);
}

void interval_release(struct intervals *v)
{
    mem_free(v->rows);
    mem_free(v->counts);
    *v = (struct intervals){0};
}
