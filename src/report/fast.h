/* FAST: how large and how good a brand's assets are over a period (docs/value.md).
 *
 *   F fertility    consumers who held a stage above none on any day of the period: the union of the daily sets
 *   A advancing    of those in a stage that is neither none nor the highest on the eve of the period, the share that
 *                  stands in a higher one at its end
 *   S superiority  super consumers at the end: whoever a question says (members)
 *   T thriving     the share of them that was active: whoever another question says (180 days)
 *
 * F and S are counts, A and T shares. */
#ifndef POND_REPORT_FAST_H
#define POND_REPORT_FAST_H

#include <stdint.h>
#include "aipl/assets.h"
#include "who/bits.h"

struct fast_report {
    int32_t from, to;
    uint32_t stages_len;
    uint64_t fertility;
    uint64_t held[STAGE_MAX]; /* consumers who held the stage on some day of the period */
    uint64_t start[STAGE_MAX], could, advanced; /* could: the base of A */
    uint64_t super, active;                     /* set by fast_super */
};
/* F and A. The brand must be settled. Errors as assets_flow. */
enum rc fast_make(struct assets *a, const struct stage_model *m, struct brand *b, int32_t from,
                  int32_t to, int threads, struct fast_report *out, struct err *e);
/* S and T from the consumers of the two questions. */
void fast_super(struct fast_report *r, const struct bits *super, const struct bits *active);
/* A and T; NAN when nobody could. */
double fast_advancing(const struct fast_report *r);
double fast_thriving(const struct fast_report *r);

#endif
