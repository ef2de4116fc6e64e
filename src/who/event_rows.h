/* Event rows of the lake as questions read them: one scan, names and days pushed into the statement, only the columns
 * that are wanted. Rows of nobody are left out; rows come in any order.
 *
 *     rc = event_rows_begin(&r, b, &want, e);
 *     while (!rc && !(rc = event_rows_next(&r, e)) && r.rows) { ... r.time_ms[i], event_rows_text(&r, FIELD_ITEM, i) }
 *     event_rows_end(&r);
 */
#ifndef POND_WHO_EVENT_ROWS_H
#define POND_WHO_EVENT_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include "people/brand.h"
#include "people/refunded.h"
#include "who/bits.h"

#define ROWS_COLUMNS FIELD_COUNT

/* One kind of row that is wanted: all of it must hold. */
struct event_condition {
    const uint16_t *names;
    uint32_t names_len; /* 0: any */
    int32_t from, to;   /* days; DAY_NONE, INT32_MAX: open */
    const struct evidence_test *tests;
    uint32_t tests_len;
};
#define CONDITIONS_MAX 32u
struct event_rows_want {
    /* Rows for which one of them holds; without any: all rows of the names and days. Rows of other kinds may come
     * too: who asks looks again. */
    const struct event_condition *conditions;
    uint32_t conditions_len;
    const uint32_t
        *identities; /* NULL: everybody's rows; else only rows of these (more may come) */
    uint32_t identities_len;
    const uint16_t *names; /* NULL: all; doubles allowed */
    uint32_t names_len;
    int32_t from,
        to; /* days, both included; DAY_NONE, INT32_MAX: open. Where clocks go back over midnight rows of
                         the neighbouring days may come too */
    uint32_t columns;   /* bit of each enum event_field */
    uint32_t part_rows; /* how many are read at a time, about; 0: as suits */
    struct refunded
        *refunds; /* NULL, or: all that purchases and refunded lines need is read too */
};
struct event_rows {
    uint32_t rows; /* of this chunk; 0 at the end */
    const int64_t *time_ms;
    const uint16_t *name; /* codes; behind 256 wanted names others may come too */
    const uint32_t *identity;
    const struct lake_vector *columns[ROWS_COLUMNS]; /* NULL: not read */
    struct brand *brand;
    struct event_scan *scan; /* NULL: nothing is left to come */
    struct refunded *refunds;
    uint8_t place[ROWS_COLUMNS];
};
enum rc event_rows_begin(struct event_rows *r, struct brand *b,
                         const struct event_rows_want *want, struct err *e);
enum rc event_rows_next(struct event_rows *r, struct err *e);
void event_rows_end(struct event_rows *r);

static inline struct str event_rows_text(const struct event_rows *r, uint32_t column,
                                         uint32_t row)
{
    return lake_str(r->columns[column], row);
}
/* INT64_MIN: unknown. Amount and unit price. */
int64_t event_rows_i64(const struct event_rows *r, enum event_field column, uint32_t row);
/* NAN: unknown. Quantity and score. */
double event_rows_f64(const struct event_rows *r, enum event_field column, uint32_t row);
uint8_t event_rows_channel(const struct event_rows *r, uint32_t row); /* 0: unknown */
/* The key of a row's order: orders_key, 0 when it names none. Needs channel and order. */
uint64_t event_rows_order(const struct event_rows *r, uint32_t row);
/* The day from which the row, a purchase, is refunded in full; DAY_NONE. Once a row. */
int32_t event_rows_refunded(struct event_rows *r, uint32_t row, uint64_t order);

#endif
