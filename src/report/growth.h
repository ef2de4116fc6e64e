/* Growth of sales between two periods, taken apart (GROW; docs/value.md):
 *
 *   GMV = N buyers x f orders a buyer x p net amount an order
 *   gain G = (N1 - N0) f0 p0      retain R = N1 (f1 - f0) p0      boost O = N1 f1 (p1 - p0)      G + R + O = GMV1 - GMV0
 *
 * G and R are rounded to fen, O is the rest, so the sum is exact. Without orders before, all growth is gain. */
#ifndef POND_REPORT_GROWTH_H
#define POND_REPORT_GROWTH_H

#include <stdint.h>
#include "base/rc.h"
#include "people/brand.h"
#include "report/buying.h"

struct growth_side {
    int32_t from, to; /* days, both included */
    uint64_t buyers, orders;
    int64_t amount_fen;
};
struct growth_report {
    struct growth_side before, now;
    uint64_t kept; /* buyers of both periods */
    int64_t gain_fen, retain_fen, boost_fen;
};
/* Fills before, now (from, to are given) and the rest. The brand must be settled. Errors as history_read. */
enum rc growth_make(struct brand *b, struct growth_report *r, struct err *e);
/* The parts from the sides. */
void growth_split(struct growth_report *r);

#endif
