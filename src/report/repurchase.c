#include "report/repurchase.h"

#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "report/pass.h"

struct purchase_days {
    VEC(int32_t) days;
    VEC(uint64_t) orders;
    struct zone_cache cache;
};
struct worker {
    const struct repurchase_spec *spec;
    const struct history *h;
    struct purchase_days *days;
    struct repurchase sum;
    VEC(uint64_t) intervals;
};

static const uint16_t purchase_name[] = {EVENT_PURCHASE};

void repurchase_want(const struct repurchase_spec *s, struct history_want *want)
{
    want->names = purchase_name;
    want->names_len = 1;
    want->from = s->from;
    want->to = s->to;
    want->orders = true;
}

/* ---- One life ---------------------------------------------------------------------------------- */

struct purchase_days *purchase_days_new(void)
{
    return mem_zalloc(sizeof(struct purchase_days));
}

void purchase_days_free(struct purchase_days *d)
{
    if (d) {
        vec_release(&d->days);
        vec_release(&d->orders);
        mem_free(d);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t distinct(uint64_t *v, size_t n)
{
    uint32_t count = n > 0;
    if (n > 1) {
        qsort(v, n, sizeof(*v), compare);
    }
    for (size_t i = 1; i < n; i++) {
        count += v[i] != v[i - 1];
    }
    return count;
}

uint32_t purchase_days_take(struct purchase_days *d, const struct history *h, uint32_t from,
                            uint32_t end, const struct repurchase_spec *s, const int32_t **days,
                            uint32_t *orders)
{
    vec_clear(&d->days);
    vec_clear(&d->orders);
    for (uint32_t i = from; i < end; i++) {
        if (h->name[i] != EVENT_PURCHASE) {
            continue;
        }
        int32_t day = zone_day(s->zone, &d->cache, h->time_ms[i]);
        if (day < s->from || day > s->to) {
            continue;
        }
        if (d->days.len == 0 || d->days.ptr[d->days.len - 1] != day) {
            vec_push(&d->days, day);
        }
        if (orders && (d->orders.len == 0 || d->orders.ptr[d->orders.len - 1] != h->order[i])) {
            vec_push(&d->orders, h->order[i]);
        }
    }
    if (orders) {
        *orders = distinct(d->orders.ptr, d->orders.len);
    }
    *days = d->days.ptr;
    return (uint32_t)d->days.len;
}

static void add_interval(struct worker *w, uint32_t v)
{
    while (w->intervals.len <= v) {
        vec_push(&w->intervals, 0);
    }
    w->intervals.ptr[v]++;
    w->sum.intervals_count++;
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const int32_t *day = NULL;
    uint32_t orders = 0;
    uint32_t days = purchase_days_take(w->days, w->h, from, end, w->spec, &day, &orders);
    if (days == 0) {
        return;
    }
    uint32_t times = w->spec->by_days ? days : orders;
    w->sum.buyers++;
    w->sum.repeat_buyers += times >= 2;
    w->sum.orders += orders;
    w->sum.days += days;
    w->sum.times[times < REPURCHASE_TIMES ? times - 1 : REPURCHASE_TIMES - 1]++;
    for (uint32_t i = 1; i < days; i++) {
        add_interval(w, (uint32_t)(day[i] - day[i - 1]));
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static void add_worker(struct repurchase *out, const struct worker *w)
{
    out->buyers += w->sum.buyers;
    out->repeat_buyers += w->sum.repeat_buyers;
    out->orders += w->sum.orders;
    out->days += w->sum.days;
    out->intervals_count += w->sum.intervals_count;
    for (uint32_t i = 0; i < REPURCHASE_TIMES; i++) {
        out->times[i] += w->sum.times[i];
    }
    for (uint32_t v = 0; v < w->intervals.len; v++) {
        out->intervals[v] += w->intervals.ptr[v];
    }
}

void repurchase_make(const struct repurchase_spec *s, const struct history *h, int threads,
                     struct repurchase *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    for (int i = 0; i < n; i++) {
        w[i] = (struct worker){.spec = s, .h = h, .days = purchase_days_new()};
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    *out = (struct repurchase){0};
    for (int i = 0; i < n; i++) {
        uint32_t len = (uint32_t)w[i].intervals.len;
        out->intervals_len = len > out->intervals_len ? len : out->intervals_len;
    }
    out->intervals = mem_array(uint64_t, out->intervals_len + 1);
    for (int i = 0; i < n; i++) {
        add_worker(out, &w[i]);
        vec_release(&w[i].intervals);
        purchase_days_free(w[i].days);
    }
    mem_free(w);
}

void repurchase_release(struct repurchase *r)
{
    mem_free(r->intervals);
    *r = (struct repurchase){0};
}
