#include "report/retention.h"

#include "base/mem.h"
#include "report/match.h"
#include "report/pass.h"
#include "report/retention_sums.h"

struct worker {
    const struct retention_spec *spec;
    const struct history *h;
    const struct match *match;
    struct zone_cache cache;
    struct retention_sums *sums;
};

enum rc retention_want(const struct retention_spec *s, struct arena *a,
                       struct history_want *want, struct err *e)
{
    const struct event_filter filters[2] = {s->first, s->back};
    want->from = DAY_NONE;
    want->to = s->to;
    want->refunded = s->first.names_len == 0 && s->back.names_len == 0;
    return match_want(filters, 2, a, want, e);
}

/* The first instant behind the period of a return, so that rows in it need no calendar. */
static int64_t period_end(const struct worker *w, int32_t first_day, uint32_t k, int32_t cohort)
{
    const struct retention_spec *s = w->spec;
    int32_t next = s->rolling ? first_day + (int32_t)(k + 1) * cycle_days(s->unit)
                              : cycle_start(s->unit, w->sums->base + cohort + (int32_t)k + 1);
    return zone_day_start(s->zone, next);
}

static void add_returns(struct worker *w, uint32_t row, uint32_t end, int32_t first_day,
                        int32_t cohort)
{
    const struct retention_spec *s = w->spec;
    const struct history *h = w->h;
    int64_t until = INT64_MIN;
    for (; row < end; row++) {
        if (h->time_ms[row] < until || !(match_row(w->match, row) & 2u)) {
            continue;
        }
        int32_t day = zone_day(s->zone, &w->cache, h->time_ms[row]);
        if (day > s->to) {
            return;
        }
        uint32_t k = s->rolling ? (uint32_t)((day - first_day) / cycle_days(s->unit))
                                : (uint32_t)(cycle_of(s->unit, day) - w->sums->base - cohort);
        w->sums->cells[(size_t)cohort * w->sums->width + k]++;
        until = period_end(w, first_day, k, cohort);
    }
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const struct retention_spec *s = w->spec;
    uint32_t row = from;
    while (row < end && !(match_row(w->match, row) & 1u)) {
        row++;
    }
    if (row == end) {
        return;
    }
    int64_t first = w->h->time_ms[row];
    int32_t day = zone_day(s->zone, &w->cache, first);
    if (day > s->to || (s->from != DAY_NONE && day < s->from)) {
        return;
    }
    int32_t cohort = cycle_of(s->unit, day) - w->sums->base;
    w->sums->size[cohort]++;
    while (row > from && w->h->time_ms[row - 1] == first) {
        row--; /* returns of the same instant stand in no order */
    }
    add_returns(w, row, end, day, cohort);
}

/* Periods that have begun for somebody of the cohort, and those that are over for everybody. */
static void cohort_reach(const struct retention_spec *s, int32_t no, struct cohort *c)
{
    int32_t last = cycle_start(s->unit, no + 1) - 1; /* last day of the cohort's period */
    if (s->rolling) {
        int32_t step = cycle_days(s->unit);
        int32_t start = s->from > c->day ? s->from : c->day;
        c->periods = (uint32_t)((s->to - start) / step) + 1;
        c->whole = last <= s->to ? (uint32_t)((s->to - last + 1) / step) : 0;
    } else {
        int32_t now = cycle_of(s->unit, s->to);
        bool over = cycle_start(s->unit, now + 1) - 1 <= s->to;
        c->periods = (uint32_t)(now - no) + 1;
        c->whole = c->periods - (over ? 0 : 1);
    }
}

uint32_t retention_width(const struct retention_spec *s, int32_t earliest)
{
    uint32_t calendar = (uint32_t)(cycle_of(s->unit, s->to) - cycle_of(s->unit, earliest)) + 1;
    uint32_t rolling = (uint32_t)((s->to - earliest) / cycle_days(s->unit)) + 1;
    return s->rolling && rolling > calendar ? rolling : calendar;
}

void retention_sums_init(struct retention_sums *t, const struct retention_spec *s,
                         int32_t earliest)
{
    t->base = cycle_of(s->unit, earliest);
    t->width = retention_width(s, earliest);
    t->size = mem_array(uint64_t, t->width);
    t->cells = mem_array(uint32_t, (size_t)t->width * t->width);
}

void retention_sums_release(struct retention_sums *t)
{
    mem_free(t->size);
    mem_free(t->cells);
    *t = (struct retention_sums){0};
}

void retention_sums_list(const struct retention_spec *s, const struct retention_sums *t, int n,
                         struct retention *out)
{
    uint32_t width = t[0].width;
    *out = (struct retention){0};
    out->cohorts = mem_array(struct cohort, width + 1);
    out->cells = mem_array(uint64_t, (size_t)width * width + 1);
    for (uint32_t i = 0; i < width; i++) {
        struct cohort c = {.day = cycle_start(s->unit, t[0].base + (int32_t)i)};
        uint64_t *cells = out->cells + (size_t)i * width;
        for (int p = 0; p < n; p++) {
            c.size += t[p].size[i];
            for (uint32_t k = 0; k < width; k++) {
                cells[k] += t[p].cells[(size_t)i * width + k];
            }
        }
        if (c.size == 0) {
            continue;
        }
        cohort_reach(s, t[0].base + (int32_t)i, &c);
        c.retained = cells;
        out->size += c.size;
        out->periods = c.periods > out->periods ? c.periods : out->periods;
        out->cohorts[out->len++] = c;
    }
}

/* No first day that counts lies before it. */
static int32_t earliest_day(const struct retention_spec *s, const struct history *h)
{
    struct zone_cache cache = {0};
    int64_t low = INT64_MAX;
    for (uint32_t i = 0; i < h->rows; i++) {
        low = h->time_ms[i] < low ? h->time_ms[i] : low;
    }
    int32_t day = h->rows ? zone_day(s->zone, &cache, low) : s->to;
    day = s->from > day ? s->from : day;
    return day > s->to ? s->to : day;
}

static void count_all(const struct retention_spec *s, const struct history *h, int threads,
                      int32_t earliest, struct retention *out)
{
    const struct event_filter filters[2] = {s->first, s->back};
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    struct retention_sums *sums = mem_array(struct retention_sums, n);
    struct match *m = match_new(filters, 2, h);
    for (int i = 0; i < n; i++) {
        retention_sums_init(&sums[i], s, earliest);
        w[i] = (struct worker){.spec = s, .h = h, .match = m, .sums = &sums[i]};
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    retention_sums_list(s, sums, n, out);
    for (int i = 0; i < n; i++) {
        retention_sums_release(&sums[i]);
    }
    match_free(m);
    mem_free(sums);
    mem_free(w);
}

enum rc retention_make(const struct retention_spec *s, const struct history *h, int threads,
                       struct retention *out, struct err *e)
{
    int32_t earliest = earliest_day(s, h);
    uint32_t width = retention_width(s, earliest);
    if (width > RETENTION_PERIODS_MAX) {
        enum rc rc =
            rc_fail(e, RC_TOO_LARGE, "the history covers %u periods; a table has at most %d",
                    width, RETENTION_PERIODS_MAX);
        err_hint(e, "take weeks or months, or a later first day");
        return rc;
    }
    count_all(s, h, threads, earliest, out);
    return RC_OK;
}

void retention_release(struct retention *r)
{
    mem_free(r->cohorts);
    mem_free(r->cells);
    *r = (struct retention){0};
}
