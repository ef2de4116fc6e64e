/* Refunds that name no order, matched to the consumer's earlier purchase lines.
 *
 * Rule (SPEC, settled meanings): such a refund takes back the consumer's latest earlier purchase lines of
 * the same item and unit price until its quantity is used up. "Earlier" is strictly earlier; lines of the
 * same instant are taken in the order of order number, then quantity, the greater first. A line's order is
 * refunded by the line's amount in proportion to the quantity taken (the whole amount when all of it is).
 * A refund or line of unknown quantity counts as one piece. What finds no line has no effect.
 *
 * Who the consumer is depends on the partition, so this runs at settle time, for the consumers that have
 * such a refund (or had one before a split), over their purchases and refunds read from history. It
 * then owns the order evidence of these identities: drops it and places it anew.
 */
#ifndef POND_PEOPLE_REFUNDS_H
#define POND_PEOPLE_REFUNDS_H

#include <stdint.h>
#include "base/rc.h"
#include "people/fold.h"
#include "people/graph.h"

/* Gives the purchases and refunds that these identities own: appends them to an empty batch and sets
 * *owner (in `a`). The batch's text may live in `a` too. */
struct order_history {
    enum rc (*read)(void *ctx, const uint32_t *nos, uint32_t n, struct arena *a,
                    struct event_batch **batch, uint32_t **owner, struct err *e);
    void *ctx;
};
/* nos: identities touched or moved since the last settle. Identities whose evidence changed are added to
 * f's dirty list. No work when no consumer of theirs has an unnamed refund. */
enum rc refunds_settle(struct fold *f, const struct graph *g, struct order_history history,
                       const uint32_t *nos, uint32_t n, struct err *e);

/* Every part of the consumers whose orders are placed here that is refunded in full: its owner, its order (0: a line
 * without one, then row `row` of the batch that was read), and the day from which. Changes nothing. */
struct refunds_part {
    uint64_t order;
    uint32_t no, row;
    int32_t from;
    const struct event_batch *batch;
};
enum rc refunds_each(struct fold *f, const struct graph *g, struct order_history history,
                     void (*each)(void *ctx, const struct refunds_part *p), void *ctx,
                     struct err *e);

#endif
