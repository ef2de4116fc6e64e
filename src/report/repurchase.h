/* Repurchase (复购) and the time between purchases (购买间隔).
 *
 *   buyers         consumers with an order in the days asked about
 *   repeat buyers  of these, with two orders or more there; or, by days, with orders on two days or more
 *   rate           repeat buyers / buyers
 *   interval       days between consecutive purchase days of one consumer, both in the days asked about
 *
 * An order is the lines of one order number, identity and day; a line without an order number is an order of its
 * own. Orders refunded in full are none. Meaning: SPEC "Repurchase rate". */
#ifndef POND_REPORT_REPURCHASE_H
#define POND_REPORT_REPURCHASE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

#define REPURCHASE_TIMES 10

struct repurchase_spec {
    int32_t from, to; /* days, both included; DAY_NONE, INT32_MAX: open */
    bool by_days;
    const struct zone *zone;
};
struct repurchase {
    uint64_t buyers, repeat_buyers, orders, days; /* days: purchase days over all buyers */
    uint64_t
        times[REPURCHASE_TIMES]; /* buyers with i + 1 orders (days); the last one: or more */
    uint64_t *intervals;         /* [v]: how often v days lie between; own */
    uint32_t intervals_len;
    uint64_t intervals_count;
};
/* Names and columns that it reads, and its days. */
void repurchase_want(const struct repurchase_spec *s, struct history_want *want);
/* Rows of other events than purchases are passed over. */
void repurchase_make(const struct repurchase_spec *s, const struct history *h, int threads,
                     struct repurchase *out);
void repurchase_release(struct repurchase *r);

/* The days and orders of one life: what everything about purchases begins with. */
struct purchase_days;
struct purchase_days *purchase_days_new(void);
void purchase_days_free(struct purchase_days *d);
/* Distinct days of the purchases in rows from..end-1 that lie in days first..last, ascending; valid until the next
 * call. orders: how many orders they are; may be NULL. */
uint32_t purchase_days_take(struct purchase_days *d, const struct history *h, uint32_t from,
                            uint32_t end, const struct repurchase_spec *s, const int32_t **days,
                            uint32_t *orders);

#endif
