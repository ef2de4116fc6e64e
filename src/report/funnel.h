/* Funnel (漏斗): how many consumers went through an ordered list of steps, each within W of the first.
 *
 *   try of a consumer     rows r1 < r2 < ... of its life, r1 matches step 1, r2 step 2, ...: each strictly later
 *                         than the one before, and no later than W after r1. r1 lies in the days asked about;
 *                         the later rows may lie behind them
 *   reached step k        some try has k rows: every start is tried, or with `first_only` the first one alone
 *                         (the earliest row that matches step 1; with `by_item` of each item)
 *   by_item               all rows of a try are of the same known item
 *
 * The try that counts for breakdown and times is the longest; of these the one that was there first; of these the
 * one that started last (and each of its steps as early as can be; rows of one instant in the order of the history).
 * Every consumer counts once, so parts add up.
 *
 * Cost: rows x steps. Meaning: SPEC "Funnel"; docs/analysis.md. */
#ifndef POND_REPORT_FUNNEL_H
#define POND_REPORT_FUNNEL_H

#include <stdbool.h>
#include <stdint.h>
#include "who/history.h"

#define FUNNEL_STEPS_MAX 16

enum funnel_by {
    FUNNEL_BY_NOTHING,
    FUNNEL_BY_CHANNEL, /* of the start of the try that counts */
    FUNNEL_BY_TOUCHPOINT,
    FUNNEL_BY_CAMPAIGN,
    FUNNEL_BY_CATEGORY,
    FUNNEL_BY_GROUP, /* of the consumer */
};
struct funnel_spec {
    const struct event_filter *steps;
    uint32_t steps_len;        /* 1..FUNNEL_STEPS_MAX */
    int64_t within_ms;         /* included */
    int64_t from_ms, until_ms; /* the start: from included, until excluded */
    bool by_item, first_only;
    enum funnel_by by;
    const uint8_t *group; /* FUNNEL_BY_GROUP: by consumer id */
};
struct funnel_part {
    uint32_t key; /* channel code, number of the text, group; 0 = unknown */
    uint64_t consumers[FUNNEL_STEPS_MAX];
};
struct funnel {
    uint32_t steps_len;
    uint64_t consumers[FUNNEL_STEPS_MAX]; /* reached step i, or farther */
    /* Quartiles of the time from the step before / from the start, of consumers that reached step i >= 1. */
    struct funnel_time {
        double p25, median, p75; /* ms; NaN: nobody */
    } step[FUNNEL_STEPS_MAX], start[FUNNEL_STEPS_MAX];
    struct funnel_part *parts; /* most starts first; own memory */
    uint32_t parts_len;
};
/* What it reads, into *want: set from and to (days of the start) before; `to` is moved behind by W. `a` holds
 * the names. Errors as match_want. */
enum rc funnel_want(const struct funnel_spec *s, struct arena *a, struct history_want *want,
                    struct err *e);
void funnel_make(const struct funnel_spec *s, const struct history *h, int threads,
                 struct funnel *out);
/* The same straight from the lake, without a history, for funnels without tests and items, broken down by nothing or by
 * group: 8 bytes a row, several times as fast. *done false: it does not apply. want as funnel_want filled it. The
 * brand must be settled. */
enum rc funnel_scan(const struct funnel_spec *s, struct brand *b,
                    const struct history_want *want, int threads, bool *done,
                    struct funnel *out, struct err *e);
void funnel_release(struct funnel *f);

#endif
