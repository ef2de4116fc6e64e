/* What each consumer bought in a period: orders, days, net amount. The ground of RFM and of the growth report.
 *
 * Orders are purchases not refunded in full by the end of the period, counted as `did purchase` does (an identity's
 * lines of one order on one day are one; a purchase that names no order is its own). The amount is what was paid in the
 * period less what was given back in it, each on its own day (unknown amounts are 0): the `gmv` of questions. */
#ifndef POND_REPORT_BUYING_H
#define POND_REPORT_BUYING_H

#include <stdint.h>
#include "base/rc.h"
#include "people/brand.h"

struct buyer {
    uint32_t no;     /* consumer id */
    uint32_t orders; /* 0: only amounts (all was refunded, or a refund of an earlier order) */
    int32_t first, last; /* days of the first and the last of the orders; DAY_NONE when 0 */
    int64_t amount_fen;
};
struct buying {
    struct buyer *buyer; /* ascending by no */
    uint32_t len;
    uint32_t buyers; /* with orders > 0 */
    uint64_t orders;
    int64_t amount_fen; /* of all, buyers or not */
};
/* Days from..to, both included. The brand must be settled. Takes 24 bytes a consumer while it reads. Errors as
 * history_scan. */
enum rc buying_read(struct brand *b, int32_t from, int32_t to, struct buying *out,
                    struct err *e);
void buying_release(struct buying *b);

#endif
