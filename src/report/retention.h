/* Retention and cohorts (留存、同期群).
 *
 *   cohort of a consumer  the calendar period (day; week from Monday; month) of its first event that matches
 *                         `first`, ever, up to the last day asked about
 *   retained in period k  has an event that matches `back`, at or after that first one, in the k-th calendar
 *                         period after the cohort's (k = 0: the same period)
 *   rolling               periods are counted from the consumer's own first day: k = days since then / 1, 7, 30
 *
 * Purchases refunded in full by the last day are none, unless any event counts: then they are activity.
 *
 * A cohort's row ends with the period that the last day lies in (rolling: with the last one that its earliest
 * members can have reached). `whole` of its periods are over for every member; behind them figures still grow.
 *
 * Cost: one pass. Memory: 4 bytes for every pair of periods and thread. Meaning: SPEC "Retention". */
#ifndef POND_REPORT_RETENTION_H
#define POND_REPORT_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/day.h"
#include "report/cycle.h"
#include "who/history.h"

#define RETENTION_PERIODS_MAX 4000

struct retention_spec {
    struct event_filter first, back;
    enum cycle unit;
    bool rolling;
    int32_t from,
        to; /* cohorts: first days in from..to; to is the last day looked at. from DAY_NONE: open */
    const struct zone *zone;
};
struct cohort {
    int32_t day; /* first day of its period */
    uint64_t size;
    uint32_t periods, whole;
    const uint64_t *retained; /* [periods] */
};
struct retention {
    struct cohort *cohorts; /* in order of time, without empty ones */
    uint32_t len, periods;  /* periods: of the longest row */
    uint64_t size;
    uint64_t *cells; /* own */
};
/* Fills names and columns of *want, and from = open, to. Errors as match_want. */
enum rc retention_want(const struct retention_spec *s, struct arena *a,
                       struct history_want *want, struct err *e);
/* RC_TOO_LARGE when the history has more than RETENTION_PERIODS_MAX periods. */
enum rc retention_make(const struct retention_spec *s, const struct history *h, int threads,
                       struct retention *out, struct err *e);
/* The same straight from the lake, without a history, when both events are the same, without tests, and no purchases:
 * several times as fast. *done false: it does not apply (nor when it would take more than 1 GiB: one bit for every
 * consumer and period). The brand must be settled. */
enum rc retention_scan(const struct retention_spec *s, struct brand *b,
                       const struct bits *among, bool *done, struct retention *out,
                       struct err *e);
void retention_release(struct retention *r);

#endif
