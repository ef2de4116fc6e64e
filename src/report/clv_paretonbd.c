/* The chance of dropping out between t_x and T is an integral of (alpha+y)^-(r+x) (beta+y)^-(s+1), the difference of
 * two tails; the published form writes the tails with 2F1(r+s+x, s+1; r+s+x+1; .), which overflows for large x. Euler's
 * transformation gives
 *
 *   s * tail(y) = s/(r+s+x) (alpha+y)^-(r+x) (beta+y)^-s 2F1(1, r+x; r+s+x+1; (alpha-beta)/(alpha+y))       alpha >= beta
 *   s * tail(y) = s/(r+s+x) (alpha+y)^-(r+x) (beta+y)^-s (alpha+y)/(beta+y) 2F1(1, s+1; r+s+x+1; (beta-alpha)/(beta+y))
 *
 * in which only the powers are extreme (kept as logs) and 2F1 is between 1 and (r+s+x)/s: a continued fraction. */
#include "report/clv_paretonbd.h"
#include <math.h>

#define FRACTION_TURNS 100000

static double log_gamma(double v)
{
    int sign = 0;
    return lgamma_r(v, &sign);
}

/* 2F1(1, b; c; z) for 0 <= z < 1, 0 < b < c: Gauss's continued fraction (DLMF 15.7.5), by Lentz's method. */
static double fraction(double b, double c, double z)
{
    double f = 1, upper = 1, lower = 0;
    for (uint32_t n = 1; n < FRACTION_TURNS; n++) {
        double k = floor(n / 2.0);
        double coefficient = n % 2 ? (b + k) * (c - 1 + k) / ((c - 1 + 2 * k) * (c + 2 * k))
                                   : k * (c - 1 - b + k) / ((c - 2 + 2 * k) * (c - 1 + 2 * k));
        if (n == 1) {
            coefficient = b / c; /* c - 1 may be 0 */
        }
        double step = -coefficient * z;
        lower = 1 / (1 + step * lower);
        upper = 1 + step / upper;
        double change = upper * lower;
        f *= change;
        if (fabs(change - 1) < 1e-16) {
            break;
        }
    }
    return 1 / f;
}

double paretonbd_count(const double *p, uint32_t x)
{
    double power = x ? log_gamma(p[0] + x) - log_gamma(p[0]) : 0;
    return power + p[0] * log(p[1]) + p[2] * log(p[3]);
}

/* s * tail(y) / ((alpha+y)^-(r+x) (beta+y)^-s) */
double paretonbd_share(const double *p, uint32_t x, double y)
{
    double r = p[0], alpha = p[1], s = p[2], beta = p[3];
    double all = r + s + x, share = 0;
    if (alpha >= beta) {
        share = s / all * fraction(r + x, all + 1, (alpha - beta) / (alpha + y));
    } else {
        share = s / all * (alpha + y) / (beta + y) *
                fraction(s + 1, all + 1, (beta - alpha) / (beta + y));
    }
    return share < 1 ? share : 1;
}

/* 1 - (from / (from + t))^(s - 1), over s - 1; the logarithm at s = 1. */
static double worn(double s, double from, double t)
{
    double span = log1p(t / from), slope = (s - 1) * span;
    return fabs(slope) < 1e-12 ? span : -expm1(-slope) / (s - 1);
}

double paretonbd_future(const double *p, uint32_t x, double big_t, double t)
{
    double r = p[0], alpha = p[1], s = p[2], beta = p[3];
    return (r + x) * (beta + big_t) / (alpha + big_t) * worn(s, beta + big_t, t);
}

double paretonbd_expected(const double *p, double t)
{
    return p[0] * p[3] / p[1] * worn(p[2], p[3], t);
}
