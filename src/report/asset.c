#include "report/asset.h"
#include <math.h>

double asset_share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

enum rc asset_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                          int32_t day, struct asset_report *out, struct err *e)
{
    struct asset_report r = {
        .as_of = day,
        .before = day - ASSET_REPORT_BACK,
        .stages_len = m->stages_len,
    };
    enum rc rc = assets_counts(a, b, r.as_of, r.consumers, e);
    if (!rc) {
        rc = assets_counts(a, b, r.before, r.earlier, e);
    }
    if (rc) {
        return rc;
    }
    for (uint32_t s = 0; s < r.stages_len; s++) {
        r.known += r.consumers[s];
        r.known_earlier += r.earlier[s];
    }
    uint64_t all = graph_consumer_count(b->graph);
    r.unknown = all > r.known ? all - r.known : 0;
    *out = r;
    return RC_OK;
}
