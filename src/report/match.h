/* Which rows of a history match which event filters: names by a table, then the tests on the row's columns. */
#ifndef POND_REPORT_MATCH_H
#define POND_REPORT_MATCH_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "who/history.h"

#define MATCH_MAX 32

/* Adds to *want what the filters need: their names (into `a`; all names when a filter takes any event) and
 * the columns of their tests. RC_INVALID for a test on a column that a history does not have (score, unit
 * price, order number, properties). */
enum rc match_want(const struct event_filter *filters, uint32_t len, struct arena *a,
                   struct history_want *want, struct err *e);

struct match;
/* filters: 1..MATCH_MAX, borrowed as the history is. Texts that are tested are looked up once here. */
struct match *match_new(const struct event_filter *filters, uint32_t len,
                        const struct history *h);
void match_free(struct match *m); /* NULL is fine */
/* Bit i: the row matches filter i. Callable from several threads. */
uint32_t match_row(const struct match *m, uint32_t row);

#endif
