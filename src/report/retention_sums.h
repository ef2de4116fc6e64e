/* The table of retention while it is counted; shared by retention*.c. */
#ifndef POND_REPORT_RETENTION_SUMS_H
#define POND_REPORT_RETENTION_SUMS_H

#include "report/retention.h"

struct retention_sums {
    int32_t base;    /* number of the first cohort's period */
    uint32_t width;  /* periods there are */
    uint64_t *size;  /* [cohort] */
    uint32_t *cells; /* [cohort * width + k] */
};
/* earliest: no first day lies before. */
void retention_sums_init(struct retention_sums *t, const struct retention_spec *s,
                         int32_t earliest);
void retention_sums_release(struct retention_sums *t);
/* Periods that there are from `earliest` to the last day, of the longer kind of count. */
uint32_t retention_width(const struct retention_spec *s, int32_t earliest);
/* Adds n of them up to the result. */
void retention_sums_list(const struct retention_spec *s, const struct retention_sums *t, int n,
                         struct retention *out);

#endif
