/* Gamma-Gamma: the value of a purchase varies around a consumer's own mean, means vary between consumers.
 * Source: Fader, Hardie, "The Gamma-Gamma Model of Monetary Value" (2013); formulas in docs/value.md.
 *
 * p = {p, q, gamma}, all > 0; values in yuan. */
#ifndef POND_REPORT_CLV_GAMMAGAMMA_H
#define POND_REPORT_CLV_GAMMAGAMMA_H

#include <stdint.h>

/* The part of ln f(mean | x) that depends on x only, to be added once for all consumers with this x. */
double gammagamma_constant(const double *p, double x);
/* The rest, for one consumer of mean value `mean` over x purchases, both > 0. */
double gammagamma_rest(const double *p, double x, double mean);
static inline double gammagamma_log_likelihood(const double *p, double x, double mean)
{
    return gammagamma_constant(p, x) + gammagamma_rest(p, x, mean);
}
/* Expected value of a purchase of one who made x with this mean; x = 0: of anybody. NAN when the mean of the population
 * is not finite (q <= 1) and x = 0. */
double gammagamma_expected(const double *p, double x, double mean);

#endif
