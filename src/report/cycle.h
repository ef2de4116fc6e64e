/* Calendar periods: day, week (from Monday), month; numbered so that the next one is one more. */
#ifndef POND_REPORT_CYCLE_H
#define POND_REPORT_CYCLE_H

#include <stdint.h>

enum cycle { CYCLE_DAY, CYCLE_WEEK, CYCLE_MONTH };

int32_t cycle_of(enum cycle c, int32_t day);   /* number of the period the day lies in */
int32_t cycle_start(enum cycle c, int32_t no); /* its first day */
int32_t
cycle_days(enum cycle c); /* 1, 7, 30: what a period counted from a consumer's own day has */

#endif
