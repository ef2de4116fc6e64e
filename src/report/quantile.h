/* Quantiles: of n values in order, the one at place q * (n - 1), between two of them in proportion (type 7 of
 * Hyndman and Fan 1996; quantile_cont of SQL). */
#ifndef POND_REPORT_QUANTILE_H
#define POND_REPORT_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/* values in ascending order, q 0..1. NaN for n = 0. */
double quantile_sorted(const int64_t *values, size_t n, double q);
/* The same of a histogram: counts[v] times the value v, v < len. */
double quantile_counts(const uint64_t *counts, size_t len, double q);
double mean_counts(const uint64_t *counts, size_t len);
void quantile_sort(int64_t *values, size_t n); /* ascending */

#endif
