/* Retention when the first and the returning event are the same: a consumer's life is then no more than the set of its
 * periods (rolling: days), one bit each, and its first day. Rows are taken as they come from the lake: nothing is
 * kept of them and nothing is sorted. */
#include "report/retention.h"

#include <string.h>
#include "base/mem.h"
#include "report/retention_sums.h"
#include "who/event_rows.h"

#define BYTES_MAX (UINT64_C(1) << 30)
#define AHEAD 24u /* rows whose consumers are fetched before they are needed */

struct scan {
    const struct retention_spec *spec;
    const uint32_t *consumers;
    const struct bits *among;
    uint64_t names[EVENT_NAMES_MAX / 64];
    int32_t base; /* the first period, or day when rolling */
    uint32_t width, words;
    /* By consumer, words + 1 each so that a row touches one place: LATE - days since day_first of the first event, 0: none;
     * then the periods with an event. */
    uint64_t *lives;
    int32_t day_first; /* of all events */
    uint32_t *bit;     /* by day from it on: the place of its period */
    struct zone_cache cache;
};
#define LATE UINT64_C(0xffffffff)

/* The same names, no tests, no purchases (which may be refunded). */
static bool same_filters(const struct event_filter *a, const struct event_filter *b)
{
    bool same = a->names_len == b->names_len && a->tests_len == 0 && b->tests_len == 0;
    for (uint32_t i = 0; i < a->names_len && same; i++) {
        same = a->names[i] == b->names[i] && a->names[i] != EVENT_PURCHASE;
    }
    return same;
}

static int32_t place_of(const struct retention_spec *s, int32_t day)
{
    return s->rolling ? day : cycle_of(s->unit, day);
}

static bool is_wanted(const struct scan *c, uint16_t name)
{
    return !c->spec->first.names_len ||
           (name < EVENT_NAMES_MAX && c->names[name / 64] >> (name % 64) & 1);
}

static uint64_t *life_of(const struct scan *c, uint32_t no)
{
    return c->lives + (size_t)no * (c->words + 1);
}

/* In loops of one kind of look each: consumers lie anywhere, and memory answers many at once. */
static void take_rows(struct scan *c, const struct event_rows *r)
{
    struct found {
        uint32_t no, day;
    } found[CHUNK_ROWS + AHEAD];
    uint32_t all[CHUNK_ROWS], n = 0;
    for (uint32_t i = 0; i < r->rows; i++) {
        all[i] = c->consumers[r->identity[i]];
    }
    for (uint32_t i = 0; i < r->rows; i++) {
        int32_t at = zone_day(c->spec->zone, &c->cache, r->time_ms[i]);
        if (is_wanted(c, r->name[i]) && at >= c->day_first && at <= c->spec->to) {
            found[n++] = (struct found){all[i], (uint32_t)(at - c->day_first)};
        }
    }
    memset(found + n, 0, AHEAD * sizeof(*found));
    for (uint32_t k = 0; k < n; k++) {
        uint32_t no = found[k].no, bit = c->bit[found[k].day];
        uint64_t *life = life_of(c, no), late = LATE - found[k].day;
        __builtin_prefetch(life_of(c, found[k + AHEAD].no), 1);
        if (!c->among || (no < c->among->len && bits_has(c->among, no))) {
            life[0] = life[0] > late ? life[0] : late;
            life[1 + bit / 64] |= UINT64_C(1) << (bit % 64);
        }
    }
}

static enum rc read_rows(struct scan *c, struct brand *b, struct err *e)
{
    const struct event_filter *f = &c->spec->first;
    const struct event_rows_want want = {.names = f->names_len ? f->names : NULL,
                                         .names_len = f->names_len,
                                         .from = DAY_NONE,
                                         .to = c->spec->to};
    struct event_rows r = {0};
    enum rc rc = event_rows_begin(&r, b, &want, e);
    while (!rc && !(rc = event_rows_next(&r, e)) && r.rows) {
        take_rows(c, &r);
    }
    event_rows_end(&r);
    return rc;
}

/* One consumer's periods into its cohort's row. */
static void add_life(const struct scan *c, uint32_t no, struct retention_sums *sums)
{
    const struct retention_spec *s = c->spec;
    const uint64_t *life = life_of(c, no);
    int32_t day = c->day_first + (int32_t)(LATE - life[0]);
    if (!life[0] || (s->from != DAY_NONE && day < s->from)) {
        return;
    }
    uint32_t cohort = (uint32_t)(cycle_of(s->unit, day) - sums->base);
    uint32_t start = (uint32_t)(place_of(s, day) - c->base), last = UINT32_MAX;
    uint32_t step = s->rolling ? (uint32_t)cycle_days(s->unit) : 1;
    sums->size[cohort]++;
    for (uint32_t w = start / 64; w < c->words; w++) {
        for (uint64_t left = life[1 + w]; left; left &= left - 1) {
            uint32_t k = (w * 64 + (uint32_t)__builtin_ctzll(left) - start) / step;
            if (k != last) {
                sums->cells[(size_t)cohort * sums->width + k]++;
                last = k;
            }
        }
    }
}

static enum rc scan_lives(struct scan *c, struct brand *b, uint32_t len, struct retention *out,
                          struct err *e)
{
    c->lives = mem_array(uint64_t, (size_t)len * (c->words + 1));
    c->bit = mem_array(uint32_t, c->spec->to - c->day_first + 1);
    for (int32_t day = c->day_first; day <= c->spec->to; day++) {
        c->bit[day - c->day_first] = (uint32_t)(place_of(c->spec, day) - c->base);
    }
    enum rc rc = read_rows(c, b, e);
    if (!rc) {
        int32_t earliest = b->first_day > c->spec->from ? b->first_day : c->spec->from;
        struct retention_sums sums;
        retention_sums_init(&sums, c->spec, earliest);
        for (uint32_t no = 1; no < len; no++) {
            add_life(c, no, &sums);
        }
        retention_sums_list(c->spec, &sums, 1, out);
        retention_sums_release(&sums);
    }
    mem_free(c->bit);
    mem_free(c->lives);
    return rc;
}

enum rc retention_scan(const struct retention_spec *s, struct brand *b,
                       const struct bits *among, bool *done, struct retention *out,
                       struct err *e)
{
    struct scan c = {.spec = s, .consumers = graph_consumers(b->graph), .among = among};
    uint32_t len = dictionary_len(b->dictionary) + 1;
    *done = false;
    if (!same_filters(&s->first, &s->back) || b->first_day == DAY_NONE ||
        b->first_day > s->to) {
        return RC_OK;
    }
    c.day_first = b->first_day;
    c.base = place_of(s, b->first_day);
    c.width = (uint32_t)(place_of(s, s->to) - c.base) + 1;
    c.words = (c.width + 63) / 64;
    if ((uint64_t)len * (c.words + 1) * 8 > BYTES_MAX ||
        retention_width(s, b->first_day) > RETENTION_PERIODS_MAX) {
        return RC_OK;
    }
    for (uint32_t i = 0; i < s->first.names_len; i++) {
        c.names[s->first.names[i] / 64] |= UINT64_C(1) << (s->first.names[i] % 64);
    }
    *done = true;
    return scan_lives(&c, b, len, out, e);
}
