/* Reports of flow (链路流转): who moved from which stage to which between two days, and day by
 * day. Every report proves that it balances before it is handed out. Reads, writes nothing.
 *
 *   known at the start = deepened + stayed + regressed + lost
 *   known at the end   = known at the start + new
 */
#ifndef POND_REPORT_FLOW_H
#define POND_REPORT_FLOW_H

#include "aipl/assets.h"
#include "base/arena.h"

struct moves {
    uint64_t deepened;  /* to a higher stage                                    */
    uint64_t stayed;    /* in the same stage, none included                     */
    uint64_t regressed; /* to a lower stage that is not none                    */
    uint64_t lost;      /* from a stage to none                                 */
    uint64_t fresh;     /* first known after the start, whatever their stage    */
};

struct flow_report {
    int32_t from, to;
    uint32_t stages_len;
    uint64_t matrix[STAGE_MAX][STAGE_MAX]; /* [stage at the end of from][... of to] */
    uint64_t fresh[STAGE_MAX];             /* by stage at the end of `to`           */
    uint64_t start[STAGE_MAX], end[STAGE_MAX];
    uint64_t start_all, end_all;
    struct moves moves;
};
/* from <= to. RC_BUG when rows and columns do not add up to the counts of the two days; errors
 * as assets_flow. */
enum rc flow_report_make(struct assets *a, const struct stage_model *m, struct brand *b,
                         int32_t from, int32_t to, struct flow_report *out, struct err *e);

struct flow_series {
    int32_t from, to;
    uint32_t days;
    struct moves *day;  /* [0] is `from`: moves from the end of the day before to its end */
    uint64_t start_all; /* known at the end of the day before `from` */
    uint64_t end_all;
};
/* Moves of every day of from..to, in the arena. RC_BUG when a day does not balance. */
enum rc flow_series_make(struct assets *a, const struct stage_model *m, struct brand *b,
                         int32_t from, int32_t to, struct arena *arena, struct flow_series *out,
                         struct err *e);

#endif
