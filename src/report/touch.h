/* The touches before purchases and promotions, as paths (report/attribution.h).
 *
 * A purchase converts at the time of its first line, worth what its lines say (orders as `did purchase` counts them, those
 * refunded in full by the end of the period left out). A promotion is the day on which a consumer enters a stage from a
 * lower one, or is first known in it; touches of the whole day count. The touches of a conversion are those within the
 * window before it, whatever else happened meanwhile. Touches in the period that lie in no conversion's window make paths
 * that lead nowhere, cut where a gap is longer than the window. */
#ifndef POND_REPORT_TOUCH_H
#define POND_REPORT_TOUCH_H

#include <stdint.h>
#include "aipl/assets.h"
#include "base/arena.h"
#include "report/attribution.h"

enum touch_by { TOUCH_CHANNEL, TOUCH_TOUCHPOINT, TOUCH_CAMPAIGN };
struct touch_plan {
    int32_t from, to; /* days of the conversions, both included */
    int64_t window_ms;
    double half_life_ms;
    enum touch_by by;
    const uint16_t *names; /* events that are touches */
    uint32_t names_len;
    int stage; /* conversions are promotions to it; -1: purchases */
};
struct touch_label {
    struct str name; /* of the channel, touchpoint or campaign; [0] is nobody */
    uint64_t touches;
};
struct touch_report {
    struct touch_paths paths;
    struct touch_label *
        labels; /* paths.labels_len, in the arena; most touches first, "other" last when there are more
                                   than ATTRIBUTION_LABELS_MAX */
    uint64_t conversions, touched;
    double amount; /* yuan */
};
/* Touches that do not say their touchpoint or campaign are none; an unknown channel is a label of its own. The brand must
 * be settled. Errors as history_read. The caller releases the paths (touch_paths_release). */
enum rc touch_read(struct assets *a, struct brand *b, const struct touch_plan *p, int threads,
                   struct arena *arena, struct touch_report *out, struct err *e);

#endif
