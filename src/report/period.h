/* The days a report covers when the question leaves them open. */
#ifndef POND_REPORT_PERIOD_H
#define POND_REPORT_PERIOD_H

#include "base/day.h"
#include "base/rc.h"
#include <stdbool.h>
#include <stdint.h>

#define PERIOD_DAYS_MAX 36600

struct period {
    int32_t from, to; /* both included */
    bool to_last;     /* `to` was left open and the pond is quiet: it is the last event's day */
};
struct period_question {
    int32_t from, to;          /* DAY_NONE: left open                      */
    int32_t today, last_event; /* last_event DAY_NONE: no event yet        */
    int32_t days;              /* how many when `from` is left open, 1..   */
};

/* `to` left open is today; when the last event is 30 days or more ago, the day of that event.
 * `from` left open is `days` days ending with `to`. RC_INVALID when from > to; RC_TOO_LARGE
 * above PERIOD_DAYS_MAX days. */
enum rc period_choose(const struct period_question *q, struct period *out, struct err *e);

#endif
