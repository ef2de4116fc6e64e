/* Seeded random numbers (xoshiro256** by Blackman & Vigna, seeded by splitmix64): the same seed
 * gives the same numbers on every machine. Not for secrets: see wire/crypt.h. */
#ifndef POND_BASE_RNG_H
#define POND_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};
struct rng rng_seed(uint64_t seed);
uint64_t rng_u64(struct rng *r);
uint32_t rng_below(struct rng *r, uint32_t n); /* 0..n-1, unbiased; n >= 1 */
double rng_f64(struct rng *r);                 /* [0, 1) */
double rng_normal(struct rng *r);
double rng_exponential(struct rng *r, double mean);
uint32_t rng_poisson(struct rng *r, double mean);

#endif
