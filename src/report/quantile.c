#include "report/quantile.h"

#include <math.h>
#include <stdlib.h>

/* The two neighbours of place q * (n - 1), and how far the place lies behind the first. */
struct place {
    uint64_t low;
    double part;
};

static struct place place_of(uint64_t n, double q)
{
    double at = q * (double)(n - 1);
    double low = floor(at);
    return (struct place){(uint64_t)low, at - low};
}

static double between(double low, double high, double part)
{
    return low + (high - low) * part;
}

double quantile_sorted(const int64_t *values, size_t n, double q)
{
    if (n == 0) {
        return (double)NAN;
    }
    struct place p = place_of(n, q);
    size_t next = p.low + 1 < n ? (size_t)p.low + 1 : (size_t)p.low;
    return between((double)values[p.low], (double)values[next], p.part);
}

static double value_at(const uint64_t *counts, size_t len, uint64_t place)
{
    uint64_t before = 0;
    for (size_t v = 0; v < len; v++) {
        before += counts[v];
        if (place < before) {
            return (double)v;
        }
    }
    return (double)NAN;
}

static uint64_t sum(const uint64_t *counts, size_t len)
{
    uint64_t n = 0;
    for (size_t v = 0; v < len; v++) {
        n += counts[v];
    }
    return n;
}

double quantile_counts(const uint64_t *counts, size_t len, double q)
{
    uint64_t n = sum(counts, len);
    if (n == 0) {
        return (double)NAN;
    }
    struct place p = place_of(n, q);
    uint64_t next = p.low + 1 < n ? p.low + 1 : p.low;
    return between(value_at(counts, len, p.low), value_at(counts, len, next), p.part);
}

double mean_counts(const uint64_t *counts, size_t len)
{
    double total = 0;
    for (size_t v = 0; v < len; v++) {
        total += (double)v * (double)counts[v];
    }
    uint64_t n = sum(counts, len);
    return n ? total / (double)n : (double)NAN;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void quantile_sort(int64_t *values, size_t n)
{
    if (n > 1) {
        qsort(values, n, sizeof(*values), compare);
    }
}
