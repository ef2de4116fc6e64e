/* Repurchase cycles (复购周期): days between consecutive purchase days of one consumer, of each category, item or
 * channel by itself or of everything together, and who is due.
 *
 *   interval   days between two consecutive distinct days on which the consumer bought of the category, both in the
 *              days asked about
 *   due day    last purchase day of the category + its median interval: over (on or before the last day asked about),
 *              due (in the `ahead` days behind it), later
 *
 * Cost: one pass, and a sort of each consumer's purchases by key. */
#ifndef POND_REPORT_INTERVAL_H
#define POND_REPORT_INTERVAL_H

#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

enum interval_by {
    INTERVAL_BY_NOTHING,
    INTERVAL_BY_CATEGORY,
    INTERVAL_BY_ITEM,
    INTERVAL_BY_CHANNEL
};
struct interval_spec {
    int32_t from, to; /* days, both included; from DAY_NONE: open */
    enum interval_by by;
    int32_t ahead;
    const struct zone *zone;
};
struct interval_row {
    uint32_t key; /* number of the text, channel code; 0: unknown, or INTERVAL_BY_NOTHING */
    uint64_t buyers, repeat;            /* repeat: with two purchase days or more */
    uint64_t n;                         /* intervals */
    double p25, median, p75, p90, mean; /* days; NaN without intervals */
    uint64_t over, due, later;          /* buyers; all 0 without a median */
};
struct intervals {
    struct interval_row *rows; /* most buyers first; own */
    uint32_t len;
    uint64_t *counts; /* [v]: how often v days lie between, over all rows; own */
    uint32_t counts_len;
};
void interval_want(const struct interval_spec *s, struct history_want *want);
void interval_make(const struct interval_spec *s, const struct history *h, int threads,
                   struct intervals *out);
void interval_release(struct intervals *v);

#endif
