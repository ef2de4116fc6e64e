/* BG/NBD: buying while alive is Poisson, dropping out is tossed after each purchase; rates and chances differ between
 * consumers as Gamma(r, alpha) and Beta(a, b).
 * Source: Fader, Hardie, Lee, "Counting Your Customers" the Easy Way (Marketing Science 24, 2005); formulas in
 * docs/value.md.
 *
 * p = {r, alpha, a, b}, all > 0; times in the unit of alpha (weeks). All sums are in logs, so nothing overflows. */
#ifndef POND_REPORT_CLV_BGNBD_H
#define POND_REPORT_CLV_BGNBD_H

#include <stdint.h>

/* The likelihood of (x, t_x, T) is exp(still) at T + exp(gone) at t_x: the parts of those alive at T and of those who
 * dropped out at the last purchase; at a time each is this constant of x less (r + x) ln(alpha + time). gone is
 * -INFINITY at x = 0. */
struct bgnbd_count {
    double still, gone;
};
struct bgnbd_count bgnbd_count(const double *p, uint32_t x);
/* Expected purchases in the time t behind T of one who is alive at T. */
double bgnbd_future(const double *p, uint32_t x, double big_t, double t);
/* Expected purchases of anyone in the time t behind the first one. */
double bgnbd_expected(const double *p, double t);
/* The chance of exactly x purchases in the time t behind the first one. */
double bgnbd_chance(const double *p, uint32_t x, double t);

#endif
