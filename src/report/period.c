#include "report/period.h"

#define QUIET_DAYS 30

enum rc period_choose(const struct period_question *q, struct period *out, struct err *e)
{
    struct period p = {.from = q->from, .to = q->to};
    if (p.to == DAY_NONE) {
        p.to_last = q->last_event != DAY_NONE && q->last_event <= q->today - QUIET_DAYS;
        p.to = p.to_last ? q->last_event : q->today;
        if (p.from != DAY_NONE && p.from > p.to) {
            p.to = p.from > q->today ? p.from : q->today;
            p.to_last = false;
        }
    }
    if (p.from == DAY_NONE) {
        p.from = p.to - (q->days - 1);
    }
    if (p.from > p.to) {
        char from[16], to[16];
        return rc_fail(e, RC_INVALID, "the period ends (%s) before it begins (%s)",
                       day_format(p.to, to), day_format(p.from, from));
    }
    if ((int64_t)p.to - p.from >= PERIOD_DAYS_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "a period has at most %d days", PERIOD_DAYS_MAX);
    }
    *out = p;
    return RC_OK;
}
