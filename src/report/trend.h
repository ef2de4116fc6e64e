/* Report of the trend: consumers in each stage on every day of a period. Reads, writes nothing. */
#ifndef POND_REPORT_TREND_H
#define POND_REPORT_TREND_H

#include "aipl/assets.h"
#include "base/arena.h"

struct trend_report {
    int32_t from, to;
    uint32_t days, stages_len;
    uint64_t *counts; /* [day * stages_len + stage] */
};
/* from..to, both included, in the arena. Errors as assets_trend. */
enum rc trend_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                          int32_t from, int32_t to, struct arena *arena,
                          struct trend_report *out, struct err *e);
static inline uint64_t trend_report_at(const struct trend_report *r, uint32_t day,
                                       uint32_t stage)
{
    return r->counts[(size_t)day * r->stages_len + stage];
}

#endif
