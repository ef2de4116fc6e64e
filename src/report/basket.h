/* Baskets (连带): how much is in an order, and what is bought together.
 *
 *   order        the lines of one order number, identity and day; a line without an order number is an order
 *   items / order (连带率)   pieces over all lines / orders; a line of unknown quantity is one piece
 *   support      orders with both / orders          confidence a -> b   orders with both / orders with a
 *   lift         support / (share of orders with a x share of orders with b): 1 = no more than by chance
 *
 * Pairs are of different items (or categories) that are each in at least `least` orders. Cost: two passes; the
 * second takes the square of an order's frequent items. */
#ifndef POND_REPORT_BASKET_H
#define POND_REPORT_BASKET_H

#include <stdbool.h>
#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

struct basket_spec {
    int32_t from, to; /* days, both included; DAY_NONE, INT32_MAX: open */
    bool categories;  /* instead of items */
    uint32_t least;   /* orders that one must be in, and a pair too */
    const struct zone *zone;
};
struct basket_pair {
    uint32_t a, b; /* a in no fewer orders than b; texts of the history */
    uint64_t orders, orders_a, orders_b;
    double support, a_to_b, b_to_a, lift;
};
struct basket {
    uint64_t orders, lines, buyers;
    double pieces;
    int64_t amount_fen;        /* of the lines whose amount is known */
    uint64_t amount_orders;    /* orders with such a line */
    uint64_t sizes[6];         /* orders of 1, 2, 3, 4, 5 .. 9, 10 or more different items */
    uint64_t kinds;            /* different items in all */
    struct basket_pair *pairs; /* most orders first; own */
    uint32_t pairs_len;
};
void basket_want(const struct basket_spec *s, struct history_want *want);
void basket_make(const struct basket_spec *s, const struct history *h, int threads,
                 struct basket *out);
void basket_release(struct basket *b);

#endif
