#include "report/clv_gammagamma.h"
#include <math.h>

static double log_gamma(double v)
{
    int sign = 0;
    return lgamma_r(v, &sign);
}

double gammagamma_constant(const double *p, double x)
{
    double px = p[0] * x, q = p[1];
    return log_gamma(px + q) - log_gamma(px) - log_gamma(q) + q * log(p[2]) + px * log(x);
}

double gammagamma_rest(const double *p, double x, double mean)
{
    double px = p[0] * x;
    return (px - 1) * log(mean) - (px + p[1]) * log(p[2] + x * mean);
}

double gammagamma_expected(const double *p, double x, double mean)
{
    double below = p[0] * x + p[1] - 1;
    return below > 0 ? p[0] * (p[2] + x * mean) / below : (double)NAN;
}
