/* The events of consumers in order of time: what funnels, sequences, paths, retention, intervals and attribution read.
 * One scan of the lake, filtered by name and day there, then sorted here by (consumer, time, name, item).
 *
 *     struct history h;
 *     rc = history_read(b, &(struct history_want){.names = names, .names_len = 3, .from = d1, .to = d2}, threads, &h, e);
 *     for (uint32_t i = 0; i < h.rows;) { uint32_t end = history_end(&h, i); ... one consumer: rows i..end-1 ... i = end; }
 *
 * Rows of nobody are left out. The brand must be settled. Memory: 16 bytes a row and what is wanted; RC_TOO_LARGE behind
 * 2^32-2 rows. 100 M rows: see docs/benchmarks.md. */
#ifndef POND_WHO_HISTORY_H
#define POND_WHO_HISTORY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "people/brand.h"
#include "who/bits.h"
#include "who/event_rows.h"
#include "who/event_tests.h"
#include "who/question.h"

struct history_want {
    const uint16_t *names; /* NULL: all */
    uint32_t names_len;
    int32_t from, to;         /* days, both included; DAY_NONE / INT32_MAX: open */
    const struct bits *among; /* NULL: everyone; else only these consumers */
    bool items, categories, channels, touchpoints, campaigns, amounts, quantities,
        orders; /* wanted columns */
    bool
        refunded; /* orders refunded in full by `to` are wanted too; else their purchase rows are left out */
};
struct history {
    uint32_t rows;
    uint32_t *consumer; /* consumer id, ascending */
    int64_t *time_ms;   /* ascending within a consumer */
    uint16_t *name;
    /* Only the wanted ones; texts as numbers 1.. into `texts` of their own kind, 0 = unknown. */
    uint32_t *item, *category, *touchpoint, *campaign;
    uint8_t *channel;
    int64_t *amount_fen; /* AMOUNT_UNKNOWN */
    double *quantity;
    uint64_t *
        order; /* key of (identity, day, order): equal keys are one order; 0 for other events */
    struct history_own *own;
};
enum rc history_read(struct brand *b, const struct history_want *want, int threads,
                     struct history *out, struct err *e);
void history_release(struct history *h);
/* The row behind the last one of the consumer of row `from`. */
uint32_t history_end(const struct history *h, uint32_t from);
/* The text of a number of column item, category, touchpoint or campaign (FIELD_ITEM ...). */
struct str history_text(const struct history *h, enum event_field column, uint32_t no);

/* The same rows as they come, for who only adds up: in no order, nothing is kept. */
struct history_rows {
    uint32_t rows; /* may be 0 */
    const struct event_rows *lake;
    uint16_t at[CHUNK_ROWS]; /* the row in `lake`: time_ms, name, columns */
    uint32_t consumer[CHUNK_ROWS];
    int32_t day[CHUNK_ROWS];
    uint64_t order[CHUNK_ROWS]; /* as struct history's; 0 when gone */
    bool gone
        [CHUNK_ROWS]; /* a purchase refunded in full by `to`; never where `refunded` is wanted */
};
/* Calls each(ctx, rows, e) for chunk after chunk; what it returns, unless RC_OK, ends the scan. `channels` etc. only say
 * what is read. */
enum rc history_scan(struct brand *b, const struct history_want *want,
                     enum rc (*each)(void *ctx, const struct history_rows *rows, struct err *e),
                     void *ctx, struct err *e);
/* The columns (bits of enum event_field) that are read for `want`. */
uint32_t history_columns(const struct history_want *want);

#endif
