/* Retention and repurchase against sets of (consumer, period), made naively. */
#include "report/quantile.h"
#include "report/repurchase.h"
#include "report/retention.h"
#include "unit/report_life.h"
#include "unit/tap.h"

#define HOUR 3600000LL

/* Number of a day's period, another way: by names of days. */
static int32_t naive_period(enum cycle c, int32_t day)
{
    if (c == CYCLE_MONTH) {
        int y = 0, m = 0, d = 0;
        day_to_civil(day, &y, &m, &d);
        return y * 12 + m;
    }
    if (c == CYCLE_WEEK) {
        int32_t n = 0;
        for (int32_t x = 0; x < day; x++) {
            n += day_week(x + 1) == 0; /* Mondays up to the day */
        }
        return n;
    }
    return day;
}

static int32_t day_at(const struct history *h, uint32_t row)
{
    return (int32_t)((h->time_ms[row] + 8 * HOUR) / DAY_MS);
}

/* Consumers whose cohort begins on `day`; of these the ones with a return in period k; by brute force. */
static uint64_t naive_cell(const struct retention_spec *s, const struct history *h, int32_t day,
                           int32_t k, uint64_t *size)
{
    uint64_t found = 0;
    *size = 0;
    for (uint32_t i = 0; i < h->rows;) {
        uint32_t end = i, first = UINT32_MAX;
        for (; end < h->rows && h->consumer[end] == h->consumer[i]; end++) {
            if (h->name[end] == s->first.names[0] && first == UINT32_MAX) {
                first = end;
            }
        }
        int32_t d = first == UINT32_MAX ? 0 : day_at(h, first);
        bool member = first != UINT32_MAX && d <= s->to && d >= s->from &&
                      naive_period(s->unit, d) == naive_period(s->unit, day);
        bool back = false;
        for (uint32_t r = i; r < end && member; r++) {
            int32_t x = day_at(h, r);
            int32_t n = s->rolling ? (x - d) / cycle_days(s->unit)
                                   : naive_period(s->unit, x) - naive_period(s->unit, d);
            back = back || (h->name[r] == s->back.names[0] && x <= s->to && n == k &&
                            h->time_ms[r] >= h->time_ms[first]);
        }
        *size += member;
        found += member && back;
        i = end;
    }
    return found;
}

static uint64_t check_retention(uint32_t seed, struct zone *zone)
{
    static const uint16_t names[3] = {1, 2, 3};
    struct rng g = rng_seed(seed);
    struct life_shape shape = {.consumers = 80,
                               .rows = 14,
                               .names = 3,
                               .purchase = 99,
                               .items = 1,
                               .channels = 1,
                               .grain_ms = HOUR,
                               .span_ms = (int64_t)(20 + rng_below(&g, 100)) * DAY_MS};
    struct history h = lives_random(&g, &shape);
    struct retention_spec s = {.unit = (enum cycle)rng_below(&g, 3),
                               .rolling = rng_below(&g, 2) == 1,
                               .from = rng_below(&g, 2) ? DAY_NONE : 9,
                               .to = (int32_t)(15 + rng_below(&g, 110)),
                               .zone = zone};
    s.first = (struct event_filter){.names = &names[rng_below(&g, 2)], .names_len = 1};
    s.back = (struct event_filter){.names = &names[rng_below(&g, 3)], .names_len = 1};
    struct retention r = {0};
    uint64_t cells = 0, all = 0;
    CHECK(retention_make(&s, &h, 1, &r, NULL) == RC_OK);
    for (uint32_t i = 0; i < r.len; i++) {
        uint64_t size = 0;
        for (uint32_t k = 0; k < r.cohorts[i].periods; k++) {
            uint64_t want = naive_cell(&s, &h, r.cohorts[i].day, (int32_t)k, &size);
            CHECK_EQ_I64(r.cohorts[i].retained[k], want);
            cells += want;
        }
        CHECK_EQ_I64(r.cohorts[i].size, size);
        uint64_t behind =
            naive_cell(&s, &h, r.cohorts[i].day, (int32_t)r.cohorts[i].periods, &size);
        CHECK_EQ_I64(behind, 0);
        all += size;
    }
    CHECK_EQ_I64(r.size, all);
    retention_release(&r);
    lives_free(&h);
    return cells;
}

static void check_whole(struct zone *zone)
{
    /* 1970-01-05 is a Monday: two consumers of the week from 01-05, asked about on Thursday, 01-22. */
    static const uint16_t name = 1;
    struct life_row rows[] = {{.consumer = 1, .time_ms = 4 * DAY_MS, .name = 1},
                              {.consumer = 2, .time_ms = 10 * DAY_MS, .name = 1},
                              {.consumer = 2, .time_ms = 20 * DAY_MS, .name = 1}};
    struct history h = lives_of(rows, 3);
    struct retention_spec s = {.unit = CYCLE_WEEK,
                               .from = DAY_NONE,
                               .to = 21,
                               .zone = zone,
                               .first = {&name, 1, NULL, 0},
                               .back = {&name, 1, NULL, 0}};
    struct retention r = {0};
    CHECK(retention_make(&s, &h, 1, &r, NULL) == RC_OK);
    CHECK(r.len == 1 && r.cohorts[0].day == 4 && r.cohorts[0].size == 2);
    CHECK(r.cohorts[0].periods == 3 && r.cohorts[0].whole == 2);
    CHECK(r.cohorts[0].retained[0] == 2 && r.cohorts[0].retained[1] == 0 &&
          r.cohorts[0].retained[2] == 1);
    retention_release(&r);
    s.rolling = true; /* the later one, of 01-11, has had one whole week: 01-11 .. 01-17 */
    CHECK(retention_make(&s, &h, 1, &r, NULL) == RC_OK);
    CHECK(r.cohorts[0].periods == 3 && r.cohorts[0].whole == 1);
    CHECK(r.cohorts[0].retained[0] == 2 && r.cohorts[0].retained[1] == 1 &&
          r.cohorts[0].retained[2] == 0);
    retention_release(&r);
    lives_free(&h);
}

/* ---- repurchase -------------------------------------------------------------------------------- */

static uint32_t naive_times(const struct repurchase_spec *s, const struct history *h,
                            uint32_t from, uint32_t end, bool days)
{
    uint32_t n = 0;
    for (uint32_t i = from; i < end; i++) {
        bool fresh =
            h->name[i] == EVENT_PURCHASE && day_at(h, i) >= s->from && day_at(h, i) <= s->to;
        for (uint32_t k = from; k < i && fresh; k++) {
            bool in = h->name[k] == EVENT_PURCHASE && day_at(h, k) >= s->from;
            fresh = !(in && (days ? day_at(h, k) == day_at(h, i) : h->order[k] == h->order[i]));
        }
        n += fresh;
    }
    return n;
}

static void check_repurchase(uint32_t seed, struct zone *zone)
{
    struct rng g = rng_seed(seed);
    struct life_shape shape = {.consumers = 90,
                               .rows = 10,
                               .names = 2,
                               .purchase = 2,
                               .items = 2,
                               .channels = 1,
                               .grain_ms = HOUR,
                               .span_ms = 30 * DAY_MS};
    struct history h = lives_random(&g, &shape);
    struct repurchase_spec s = {.from = rng_below(&g, 2) ? DAY_NONE : 5,
                                .to = rng_below(&g, 2) ? INT32_MAX : 22,
                                .by_days = rng_below(&g, 2) == 1,
                                .zone = zone};
    struct repurchase r;
    uint64_t buyers = 0, repeat = 0, count = 0;
    int64_t gaps[1000];
    for (uint32_t i = 0; i < h.rows;) {
        uint32_t end = i;
        int32_t last = DAY_NONE;
        for (; end < h.rows && h.consumer[end] == h.consumer[i]; end++) {
            int32_t day = day_at(&h, end);
            if (h.name[end] == EVENT_PURCHASE && day >= s.from && day <= s.to && day != last) {
                if (last != DAY_NONE) {
                    gaps[count++] = day - last;
                }
                last = day;
            }
        }
        uint32_t n = naive_times(&s, &h, i, end, s.by_days);
        buyers += n > 0;
        repeat += n > 1;
        i = end;
    }
    repurchase_make(&s, &h, 1, &r);
    CHECK_EQ_I64(r.buyers, buyers);
    CHECK_EQ_I64(r.repeat_buyers, repeat);
    CHECK_EQ_I64(r.intervals_count, count);
    quantile_sort(gaps, count);
    for (double q = 0; q <= 1; q += 0.125) {
        CHECK(fabs(quantile_counts(r.intervals, r.intervals_len, q) -
                   quantile_sorted(gaps, count, q)) < 1e-9);
    }
    repurchase_release(&r);
    lives_free(&h);
}

int main(void)
{
    struct zone *zone = NULL;
    CHECK(zone_open(STR("Asia/Shanghai"), &zone, NULL) == RC_OK);
    TEST("300 random retention tables are what sets give, cell by cell") {
        uint64_t cells = 0;
        for (uint32_t seed = 1; seed <= 300; seed++) {
            cells += check_retention(seed, zone);
        }
        CHECK(cells > 5000);
    }
    TEST("the last period is told from those that are over") {
        check_whole(zone);
    }
    TEST("weeks begin on Monday, months on the first") {
        CHECK_EQ_I64(cycle_start(CYCLE_WEEK, cycle_of(CYCLE_WEEK, 3)), -3);
        CHECK_EQ_I64(cycle_start(CYCLE_WEEK, cycle_of(CYCLE_WEEK, 4)), 4);
        CHECK_EQ_I64(cycle_start(CYCLE_WEEK, cycle_of(CYCLE_WEEK, 10)), 4);
        int32_t leap = day_from_civil(2020, 2, 29);
        CHECK_EQ_I64(cycle_start(CYCLE_MONTH, cycle_of(CYCLE_MONTH, leap)), leap - 28);
        CHECK_EQ_I64(cycle_start(CYCLE_MONTH, cycle_of(CYCLE_MONTH, leap) + 1), leap + 1);
    }
    TEST("200 random repurchase figures are what counting gives") {
        for (uint32_t seed = 1; seed <= 200; seed++) {
            check_repurchase(seed, zone);
        }
    }
    TEST("quantiles lie between neighbours in proportion; of nothing there are none") {
        const int64_t v[] = {1, 2, 4, 8};
        CHECK(fabs(quantile_sorted(v, 4, 0.5) - 3) < 1e-12);
        CHECK(fabs(quantile_sorted(v, 4, 0.25) - 1.75) < 1e-12);
        CHECK(fabs(quantile_sorted(v, 4, 1) - 8) < 1e-12);
        CHECK(isnan(quantile_sorted(v, 0, 0.5)) && isnan(quantile_counts(NULL, 0, 0.5)));
    }
    zone_free(zone);
    return tap_end();
}
