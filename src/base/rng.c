#include "base/rng.h"

#include <math.h>

#include "base/hash.h"

struct rng rng_seed(uint64_t seed)
{
    struct rng r;
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u; /* splitmix64 */
        r.s[i] = hash_mix(seed);
    }
    return r;
}

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

/* Lemire, "Fast Random Integer Generation in an Interval", 2019. */
uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint64_t m = (rng_u64(r) >> 32) * n;
    if ((uint32_t)m < n) {
        uint32_t least = (0u - n) % n;
        while ((uint32_t)m < least) {
            m = (rng_u64(r) >> 32) * n;
        }
    }
    return (uint32_t)(m >> 32);
}

double rng_f64(struct rng *r) { return (double)(rng_u64(r) >> 11) * 0x1p-53; }

/* Box and Muller; the second of each pair is dropped so that no state hides outside `r`. */
double rng_normal(struct rng *r)
{
    double u = 1.0 - rng_f64(r); /* (0, 1] */
    double angle = 6.283185307179586477 * rng_f64(r);
    return sqrt(-2.0 * log(u)) * cos(angle);
}

double rng_exponential(struct rng *r, double mean) { return -mean * log(1.0 - rng_f64(r)); }

static uint32_t poisson_small(struct rng *r, double mean)
{
    double limit = exp(-mean);
    double product = rng_f64(r);
    uint32_t k = 0;
    while (product > limit) {
        product *= rng_f64(r);
        k++;
    }
    return k;
}

/* PTRS: W. Hörmann, "The transformed rejection method for generating Poisson random variables",
 * 1993. Good for a mean of 10 and more. */
static uint32_t poisson_large(struct rng *r, double mean)
{
    double b = 0.931 + 2.53 * sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double alpha = 1.1239 + 1.1328 / (b - 3.4);
    double v_r = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        double u = rng_f64(r) - 0.5;
        double v = rng_f64(r);
        double us = 0.5 - fabs(u);
        double k = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= v_r) {
            return k < UINT32_MAX ? (uint32_t)k : UINT32_MAX;
        }
        if (k < 0 || k > UINT32_MAX || (us < 0.013 && v > us)) {
            continue;
        }
        int sign;
        if (log(v * alpha / (a / (us * us) + b)) <=
            k * log(mean) - mean - lgamma_r(k + 1, &sign)) {
            return (uint32_t)k;
        }
    }
}

uint32_t rng_poisson(struct rng *r, double mean)
{
    if (!(mean > 0)) {
        return 0;
    }
    return mean < 10 ? poisson_small(r, mean) : poisson_large(r, mean);
}
