#include "report/clv_bgnbd.h"
#include <stdbool.h>
#include <math.h>

#define SERIES_TERMS 200000
#define LARGE_A 20
#define LN2 0.69314718055994530942

static double log_gamma(double v)
{
    int sign = 0;
    return lgamma_r(v, &sign);
}

static double log_beta(double a, double b)
{
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

struct bgnbd_count bgnbd_count(const double *p, uint32_t x)
{
    double r = p[0], a = p[2], b = p[3], whole = log_beta(a, b);
    double head = r * log(p[1]) + (x ? log_gamma(r + x) - log_gamma(r) : 0);
    return (struct bgnbd_count){.still = head + log_beta(a, b + x) - whole,
                                .gone = x ? head + log_beta(a + 1, b + x - 1) - whole
                                          : -(double)INFINITY};
}

/* The sum over m of (u)_m (v)_m / ((w)_m (from)_m) z^m, 0 <= z < 1, as value * 2^*scale: 2F1 with from = 1. */
static double series(double u, double v, double w, double from, double z, int *scale)
{
    double term = 1, sum = 1;
    *scale = 0;
    for (uint32_t m = 0; m < SERIES_TERMS; m++) {
        double above = (u + m) * (v + m) * z, below = (w + m) * (from + m);
        term *= above / below;
        sum += term;
        if (fabs(sum) > 0x1p+500 || fabs(term) > 0x1p+500) {
            sum *= 0x1p-500;
            term *= 0x1p-500;
            *scale += 500;
        }
        if (fabs(above) < fabs(below) && fabs(term) <= 1e-17 * fabs(sum)) {
            break;
        }
    }
    return sum;
}

/* The published form: (a+b+x-1)/(a-1) [1 - (1-z)^(r+x) 2F1(r+x, b+x; a+b+x-1; z)], z = t/(alpha+T+t); 0/0 at a = 1. */
static double future_plain(const double *p, double x, double z, double left)
{
    double r = p[0], a = p[2], b = p[3];
    double v = fabs(a - 1) < 1e-6 ? 1e-6 : a - 1, w = v + b + x;
    w = fabs(w) < 1e-6 ? 1e-6 : w;
    int scale = 0;
    double f = series(r + x, b + x, w, 1, z, &scale);
    double sign = f < 0 ? -1 : 1;
    return w / v * (1 - sign * exp(log(fabs(f)) + scale * LN2 + (r + x) * left));
}

/* The mean over the chance p ~ Beta(a, b+x) of leaving of [1 - (1 + p t/(alpha+T))^-(r+x)] / p, which is the same. By the
 * trapezoidal rule in ln(p/(1-p)), where the density is smooth and falls off on both sides, it converges faster than any
 * power; for large a, where the series is long. */
static double future_mean(const double *p, double x, double big_t, double t)
{
    double a = p[2], c = p[3] + x, ratio = t / (p[1] + big_t);
    double middle = log(a / c), spread = sqrt(1 / a + 1 / c), step = fmin(spread / 3, 0.4);
    double low = middle - 10 * spread - 40 / a, high = middle + 10 * spread + 40 / c;
    double top = -a * log1p(exp(-middle)) - c * log1p(exp(middle)), sum = 0, weights = 0;
    uint32_t steps = (uint32_t)((high - low) / step);
    for (uint32_t i = 0; i < steps; i++) {
        double y = low + i * step;
        double chance = 1 / (1 + exp(-y));
        double w = exp(-a * log1p(exp(-y)) - c * log1p(exp(y)) - top);
        sum += w * -expm1(-(p[0] + x) * log1p(chance * ratio)) / chance;
        weights += w;
    }
    return sum / weights;
}

/* Euler's transformation makes 2F1 a series in a+b-1-r and a-1; with the division by a-1 carried out term by term
 * nothing is singular at a = 1 and at a+b+x = 1, and nothing large cancels unless r is far above a+b. */
double bgnbd_future(const double *p, uint32_t x, double big_t, double t)
{
    if (t <= 0) {
        return 0;
    }
    double r = p[0], alpha = p[1], a = p[2], b = p[3];
    double z = t / (alpha + big_t + t), left = -log1p(t / (alpha + big_t)); /* ln(1 - z) */
    double u = a + b - 1 - r, v = a - 1, w = a + b + x - 1;
    if (a > LARGE_A) {
        return future_mean(p, x, big_t, t);
    }
    if (u < -8) {
        return future_plain(p, x, z, left);
    }
    double slope = v * left;
    double first = fabs(slope) < 1e-12 ? left : expm1(slope) / v;
    int scale = 0;
    double q = series(u + 1, v + 1, w + 1, 2, z, &scale);
    double sign = q < 0 ? -1 : 1;
    return -(w * first + u * z * sign * exp(log(fabs(q)) + slope + scale * LN2));
}

double bgnbd_expected(const double *p, double t) { return bgnbd_future(p, 0, 0, t); }

double bgnbd_chance(const double *p, uint32_t x, double t)
{
    double r = p[0], alpha = p[1], a = p[2], b = p[3];
    double stay = -r * log1p(t / alpha), move = log(t / (alpha + t)), whole = log_beta(a, b);
    double log_x = log_gamma(r + x) - log_gamma(r) - log_gamma(x + 1.0) + stay + x * move;
    double chance = exp(log_beta(a, b + x) - whole + log_x);
    if (x == 0) {
        return chance;
    }
    /* 1 - the first x terms of a negative binomial is the sum of the others. */
    double term = exp(log_x), rest = 0;
    for (uint32_t j = x; j < SERIES_TERMS && term > 1e-18 * rest; j++) {
        rest += term;
        term *= (r + j) / (j + 1.0) * t / (alpha + t);
    }
    return chance + exp(log_beta(a + 1, b + x - 1) - whole) * rest;
}
