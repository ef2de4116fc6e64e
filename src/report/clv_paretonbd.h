/* Pareto/NBD: buying while alive is Poisson, lifetimes are exponential; both rates differ between consumers as
 * Gamma(r, alpha) and Gamma(s, beta).
 * Source: Schmittlein, Morrison, Colombo, "Counting Your Customers" (Management Science 33, 1987); likelihood as in
 * Fader, Hardie, "A Note on Deriving the Pareto/NBD Model" (2005); formulas in docs/value.md.
 *
 * p = {r, alpha, s, beta}, all > 0; times in the unit of alpha and beta (weeks). All in logs: large x is fine. */
#ifndef POND_REPORT_CLV_PARETONBD_H
#define POND_REPORT_CLV_PARETONBD_H

#include <stdint.h>

/* The part of the logs below that depends on x only: ln G(r + x) alpha^r beta^s / G(r). */
double paretonbd_count(const double *p, uint32_t x);
/* The likelihood of (x, t_x, T) is exp(still) at T + exp(gone) at t_x, and the part of those alive at T is exp(alive) at T:
 *
 *   alive = paretonbd_count - (r + x) ln(alpha + time) - s ln(beta + time)
 *   still = alive + ln(1 - share)        gone = alive + ln(share)
 *
 * with this share (0..1) of those alive at `time` who drop out before another purchase. */
double paretonbd_share(const double *p, uint32_t x, double time);
/* Expected purchases in the time t behind T of one who is alive at T. */
double paretonbd_future(const double *p, uint32_t x, double big_t, double t);
/* Expected purchases of anyone in the time t behind the first one. */
double paretonbd_expected(const double *p, double t);

#endif
