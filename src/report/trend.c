#include "report/trend.h"

enum rc trend_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                          int32_t from, int32_t to, struct arena *arena,
                          struct trend_report *out, struct err *e)
{
    struct trend_report r = {
        .from = from,
        .to = to,
        .days = (uint32_t)(to - from) + 1,
        .stages_len = m->stages_len,
    };
    r.counts = arena_array(arena, uint64_t, (size_t)r.days * r.stages_len);
    enum rc rc = assets_trend(a, b, from, to, r.counts, e);
    if (!rc) {
        *out = r;
    }
    return rc;
}
