/* Orders and refunds: which purchase evidence a refund takes back, and from which day.
 *
 * An order is named by (channel, order number). Its lines may lie on several days and with several
 * identities: each (identity, day) is a part, and a part counts as one purchase of that day. Refunds
 * that name the order add up in time order; from the day on which they reach the order's amount (the
 * sum over its purchase lines; a refund of unknown amount that names its order is one in full; an order
 * with a line of unknown amount is refunded in full only by such a refund), all its parts are refunded.
 * A zero amount is an amount: any refund that names a zero-value order refunds it in full.
 *
 * A purchase without an order number is an order of its own and leaves no record here. A refund that
 * names no order is matched to lines by people/refunds.h.
 *
 * The result is a function of the set of events: late and out-of-order lines and refunds change the
 * past correctly. Memory: 54 bytes an order of one part, 24 a refund.
 */
#ifndef POND_PEOPLE_ORDERS_H
#define POND_PEOPLE_ORDERS_H

#include <stdint.h>
#include "base/rc.h"
#include "base/vec.h"
#include "people/evidence.h"
#include "store/checkpoint.h"

struct orders;

struct orders *orders_new(void);
void orders_free(struct orders *o);
/* One purchase line. `classes` = evidence_match of the row. Updates the evidence of `no`.
 * order = orders_key(channel, order_no). */
void orders_purchase(struct orders *o, struct evidence *ev, uint64_t order, uint32_t no,
                     int32_t day, uint64_t classes, int64_t amount_fen);
/* One refund that names its order; the order may not be known yet. */
void orders_refund(struct orders *o, struct evidence *ev, uint64_t order, int64_t time_ms,
                   int32_t day, int64_t amount_fen);
uint64_t orders_key(struct hash_key k, struct str channel, struct str order_no);
/* The day from which the order counts as refunded in full, given `extra` further refunds (matched
 * ones, in any order); DAY_NONE when it is not. */
struct order_refund {
    int64_t time_ms;
    int32_t day;
    int64_t amount_fen; /* AMOUNT_UNKNOWN = in full */
};
int32_t orders_refunded_day(const struct orders *o, uint64_t order,
                            const struct order_refund *extra, uint32_t extra_len);
/* Appends the owners of the order's parts (identities whose evidence a change of it touches). */
typedef VEC(uint32_t) order_owner_vec;
void orders_owners(const struct orders *o, uint64_t order, order_owner_vec *out);
/* Calls each(ctx, order, no, day, refunded day) for every part of every order that is refunded in full by refunds
 * that name it. */
void orders_each_refunded(const struct orders *o,
                          void (*each)(void *ctx, uint64_t order, uint32_t no, int32_t day,
                                       int32_t refunded_day),
                          void *ctx);
size_t orders_bytes(const struct orders *o);
enum rc orders_save(const struct orders *o, struct checkpoint_writer *w, struct err *e);
enum rc orders_load(struct orders *o, struct checkpoint *c, struct err *e);

#endif
