#include "report/flow.h"
#include "base/mem.h"

/* matrix is len x len, row by row. */
static struct moves moves_of(const uint64_t *matrix, const uint64_t *fresh, uint32_t len)
{
    struct moves m = {0};
    for (uint32_t r = 0; r < len; r++) {
        m.fresh += fresh[r];
        for (uint32_t c = 0; c < len; c++) {
            uint64_t n = matrix[(size_t)r * len + c];
            if (c == r) {
                m.stayed += n;
            } else if (c > r) {
                m.deepened += n;
            } else if (c == 0) {
                m.lost += n;
            } else {
                m.regressed += n;
            }
        }
    }
    return m;
}

static uint64_t moves_start(const struct moves *m)
{
    return m->deepened + m->stayed + m->regressed + m->lost;
}

static void fill_report(struct flow_report *r, const uint64_t *matrix, const uint64_t *fresh)
{
    uint32_t len = r->stages_len;
    for (uint32_t row = 0; row < len; row++) {
        r->fresh[row] = fresh[row];
        r->end[row] += fresh[row];
        for (uint32_t col = 0; col < len; col++) {
            uint64_t n = matrix[(size_t)row * len + col];
            r->matrix[row][col] = n;
            r->start[row] += n;
            r->end[col] += n;
        }
    }
    for (uint32_t s = 0; s < len; s++) {
        r->start_all += r->start[s];
        r->end_all += r->end[s];
    }
    r->moves = moves_of(matrix, fresh, len);
}

/* The rows must add up to the counts of a day, found by another sweep (not by the column of
 * today, which knows nothing of events dated later today). */
static enum rc check_day(struct assets *a, struct brand *b, int32_t day, const uint64_t *sums,
                         uint32_t len, struct err *e)
{
    uint64_t counts[STAGE_MAX] = {0};
    enum rc rc = assets_trend(a, b, day, day, counts, e);
    if (rc) {
        return rc;
    }
    for (uint32_t s = 0; s < len; s++) {
        if (counts[s] != sums[s]) {
            char text[16];
            return rc_fail(e, RC_BUG, "the flow does not balance on %s", day_format(day, text));
        }
    }
    return RC_OK;
}

enum rc flow_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                         int32_t from, int32_t to, struct flow_report *out, struct err *e)
{
    uint64_t matrix[STAGE_MAX * STAGE_MAX] = {0};
    uint64_t fresh[STAGE_MAX] = {0};
    struct flow_report r = {.from = from, .to = to, .stages_len = m->stages_len};
    enum rc rc = assets_flow(a, b, from, to, matrix, fresh, e);
    if (rc) {
        return rc;
    }
    fill_report(&r, matrix, fresh);
    rc = check_day(a, b, from, r.start, r.stages_len, e);
    if (!rc) {
        rc = check_day(a, b, to, r.end, r.stages_len, e);
    }
    if (!rc &&
        (moves_start(&r.moves) != r.start_all || r.start_all + r.moves.fresh != r.end_all)) {
        rc = rc_fail(e, RC_BUG, "the flow does not balance");
    }
    if (!rc) {
        *out = r;
    }
    return rc;
}

static enum rc fill_series(struct flow_series *s, const uint64_t *matrices,
                           const uint64_t *fresh, uint32_t len, struct err *e)
{
    uint64_t known = 0;
    for (uint32_t d = 0; d < s->days; d++) {
        s->day[d] = moves_of(matrices + (size_t)d * len * len, fresh + (size_t)d * len, len);
        uint64_t start = moves_start(&s->day[d]);
        if (d == 0) {
            s->start_all = start;
        } else if (start != known) {
            char text[16];
            return rc_fail(e, RC_BUG, "the flow of %s does not balance",
                           day_format(s->from + (int32_t)d, text));
        }
        known = start + s->day[d].fresh;
    }
    s->end_all = known;
    return RC_OK;
}

enum rc flow_series_make(struct assets *a, const struct stage_model *m, struct brand *b,
                         int32_t from, int32_t to, struct arena *arena, struct flow_series *out,
                         struct err *e)
{
    uint32_t len = m->stages_len;
    struct flow_series s = {.from = from, .to = to, .days = (uint32_t)(to - from) + 1};
    s.day = arena_array(arena, struct moves, s.days);
    uint64_t *matrices = mem_array(uint64_t, (size_t)s.days * len * len);
    uint64_t *fresh = mem_array(uint64_t, (size_t)s.days * len);
    enum rc rc = assets_daily_flows(a, b, from - 1, to, matrices, fresh, e);
    if (!rc) {
        rc = fill_series(&s, matrices, fresh, len, e);
    }
    if (!rc) {
        *out = s;
    }
    mem_free(fresh);
    mem_free(matrices);
    return rc;
}
