/* Report of assets (人群资产): how many consumers stand in each stage as of a day, and how that
 * changed against a week before. Reads, writes nothing. */
#ifndef POND_REPORT_ASSET_H
#define POND_REPORT_ASSET_H

#include "aipl/assets.h"

#define ASSET_REPORT_BACK 7 /* days to the comparison */

struct asset_report {
    int32_t as_of, before; /* before = as_of - ASSET_REPORT_BACK */
    uint32_t stages_len;
    uint64_t consumers[STAGE_MAX], earlier[STAGE_MAX];
    uint64_t known, known_earlier; /* sums of the two               */
    uint64_t unknown;              /* consumers first seen later    */
};
/* The brand must be settled. Errors as assets_counts. */
enum rc asset_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                          int32_t day, struct asset_report *out, struct err *e);
/* Part of whole, NaN when the whole is 0. */
double asset_share(uint64_t part, uint64_t whole);

#endif
