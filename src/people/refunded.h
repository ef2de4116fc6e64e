/* Purchases that are refunded in full: which ones, and from which day. A picture of a settled brand, for questions
 * that look at single purchases: evidence (people/evidence.h) holds the same, already counted.
 *
 *   A purchase that names its order is refunded with the order (people/orders.h), matched refunds included
 *   (people/refunds.h) for the consumers that have such. One that names no order is refunded when refunds that
 *   name none have used up its line.
 *
 * Two rows alike in everything that can be asked of them are told apart by nothing but their number: of n such lines
 * k are refunded, so the first k that are met stand for them. refunded_rewind begins a new pass.
 *
 * Cost: nothing without refunds; else one entry a refunded part, and one read of the purchases of the consumers that
 * have a refund without an order. */
#ifndef POND_PEOPLE_REFUNDED_H
#define POND_PEOPLE_REFUNDED_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "people/brand.h"

struct refunded;

/* The brand must be settled. The picture holds until it changes. */
enum rc refunded_open(struct brand *b, struct refunded **out, struct err *e);
void refunded_free(struct refunded *r); /* NULL is fine */
/* True when some purchase of this identity is refunded: the others need no further look. */
bool refunded_has(const struct refunded *r, uint32_t identity);
/* True when some of them names no order: then a row's line hash is needed. */
bool refunded_has_line(const struct refunded *r, uint32_t identity);
bool refunded_lines(const struct refunded *r); /* of any identity */
/* The day from which a purchase of this order (orders_key) by this identity is refunded; DAY_NONE. Callable from
 * several threads. */
int32_t refunded_order(const struct refunded *r, uint32_t identity, uint64_t order);
/* The same of a purchase row without an order, given refunded_line_hash; uses up one of the lines of that hash. Not
 * from several threads. */
int32_t refunded_line(struct refunded *r, uint64_t line);
void refunded_rewind(struct refunded *r);

/* What tells a purchase row without an order from others. Unknown values as in people/batch.h. */
struct purchase_line {
    uint32_t identity;
    uint8_t channel; /* code */
    int64_t time_ms, unit_price_e4, amount_fen;
    double quantity, score;
    struct str item, category, touchpoint, campaign, props;
};
uint64_t refunded_line_hash(const struct purchase_line *l);

/* All of them as rows, for an executor that cannot call: one a (identity, channel, order_no), and one a refunded
 * line without an order (order_no NULL, at its instant `line` says the rest). Read from the lake, in `a`. */
struct refunded_row {
    uint32_t identity;
    int32_t from;
    uint8_t channel;
    struct str order_no;
    struct purchase_line line;
};
enum rc refunded_rows(struct brand *b, struct refunded *r, struct arena *a,
                      struct refunded_row **out, uint32_t *len, struct err *e);

#endif
