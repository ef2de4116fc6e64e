/* BG/NBD: buying while alive is Poisson, dropping out is tossed after each purchase; rates and chances differ between
 * consumers as Gamma(r, alpha) and Beta(a, b).
 * Source: Fader, Hardie, Lee, "Counting Your Customers" the Easy Way (Marketing Science 24, 2005); formulas in
 * docs/value.md.
 *
 * p = {r, alpha, a, b}, all > 0; times in the unit of alpha (weeks). All sums are in logs, so nothing overflows. */
#ifndef POND_REPORT_CLV_BGNBD_H
#define POND_REPORT_CLV_BGNBD_H

#include <stdint.h>

/* The likelihood of (x, t_x, T) is exp(*still) + exp(*gone): the parts of those alive at T and of those who dropped out
 * at the last purchase. At `time` = T it gives *still, at `time` = t_x *gone; -INFINITY where the part is none. */
void bgnbd_parts(const double *p, uint32_t x, double time, double *still, double *gone);
/* Expected purchases in the time t behind T of one who is alive at T. */
double bgnbd_future(const double *p, uint32_t x, double big_t, double t);
/* Expected purchases of anyone in the time t behind the first one. */
double bgnbd_expected(const double *p, double t);
/* The chance of exactly x purchases in the time t behind the first one. */
double bgnbd_chance(const double *p, uint32_t x, double t);

#endif
