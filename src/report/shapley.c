#include "report/attribution.h"

/* share[i] = sum over S without i of |S|! (n - |S| - 1)! / n! (value[S + i] - value[S]) */
void shapley_exact(const double *value, uint32_t n, double *share)
{
    double weight[13]; /* by |S| */
    for (uint32_t s = 0; s < n; s++) {
        double w = 1.0 / n; /* s! (n-s-1)! / n! = 1 / (n * choose(n-1, s)) */
        for (uint32_t k = 0; k < s; k++) {
            w *= (k + 1.0) / (n - 1.0 - k);
        }
        weight[s] = w;
    }
    for (uint32_t i = 0; i < n; i++) {
        share[i] = 0;
        for (uint32_t set = 0; set < 1u << n; set++) {
            if (!(set >> i & 1u)) {
                share[i] +=
                    weight[__builtin_popcount(set)] * (value[set | 1u << i] - value[set]);
            }
        }
    }
}
