/* Distribution (分布): a measure of every consumer over days, its quantiles and bands.
 *
 *   orders   orders, those refunded in full by the last day left out
 *   gmv      paid - given back, in fen: purchases - refunds, each in the days asked about; unknown amounts are 0
 *   events   rows that match the filter         days   distinct days of them
 *   items    distinct known items of them
 *
 * Purchases refunded in full by the last day do not match a filter that names purchase; of any event they are one.
 * Consumers without any row have no value; the caller knows how many they are. Memory: 8 bytes a consumer. */
#ifndef POND_REPORT_DISTRIBUTION_H
#define POND_REPORT_DISTRIBUTION_H

#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

enum distribution_of {
    DISTRIBUTION_ORDERS,
    DISTRIBUTION_GMV,
    DISTRIBUTION_EVENTS,
    DISTRIBUTION_DAYS,
    DISTRIBUTION_ITEMS,
};
struct distribution_spec {
    enum distribution_of of;
    struct event_filter filter; /* events, days, items */
    int32_t from, to;           /* days, both included; DAY_NONE, INT32_MAX: open */
    const struct zone *zone;
};
struct distribution {
    int64_t *values; /* ascending; own */
    size_t n;
    double sum;
};
enum rc distribution_want(const struct distribution_spec *s, struct arena *a,
                          struct history_want *want, struct err *e);
void distribution_make(const struct distribution_spec *s, const struct history *h, int threads,
                       struct distribution *out);
void distribution_release(struct distribution *d);
/* How many values lie in edges[i] <= v < edges[i + 1]; counts[0]: below edges[0]; counts[len]: from the last edge on.
 * edges ascending; counts[len + 1]. */
void distribution_bands(const struct distribution *d, const int64_t *edges, uint32_t len,
                        uint64_t *counts);
/* Edges that suit the values: 1, 2, 3 ... for small numbers, else the series 1, 2, 5 times a power of ten times `unit`
 * between the 1 % and the 99 % quantile. Returns how many, at most `most`. */
uint32_t distribution_edges(const struct distribution *d, int64_t unit, int64_t *edges,
                            uint32_t most);

#endif
