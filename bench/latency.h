/* How long things took: exact to a microsecond below one second, to a millisecond up to ten minutes. */
#ifndef POND_BENCH_LATENCY_H
#define POND_BENCH_LATENCY_H

#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include "bench.h"
#include "base/mem.h"

#define LATENCY_FINE 1000000u  /* microseconds counted one by one */
#define LATENCY_COARSE 600000u /* milliseconds behind them */

struct latency {
    uint32_t *fine, *coarse;
    uint64_t n, max_us;
};

static inline void latency_init(struct latency *l)
{
    *l = (struct latency){.fine = mem_zalloc(LATENCY_FINE * sizeof(uint32_t)),
                          .coarse = mem_zalloc(LATENCY_COARSE * sizeof(uint32_t))};
}

static inline void latency_release(struct latency *l)
{
    mem_free(l->fine);
    mem_free(l->coarse);
}

static inline void latency_clear(struct latency *l)
{
    memset(l->fine, 0, LATENCY_FINE * sizeof(uint32_t));
    memset(l->coarse, 0, LATENCY_COARSE * sizeof(uint32_t));
    l->n = l->max_us = 0;
}

static inline void latency_add(struct latency *l, int64_t us)
{
    uint64_t v = us > 0 ? (uint64_t)us : 0;
    if (v < LATENCY_FINE) {
        l->fine[v]++;
    } else {
        uint64_t ms = v / 1000;
        l->coarse[ms < LATENCY_COARSE ? ms : LATENCY_COARSE - 1]++;
    }
    l->n++;
    l->max_us = v > l->max_us ? v : l->max_us;
}

/* The smallest time that `share` of all did not exceed, in milliseconds. */
static inline double latency_ms(const struct latency *l, double share)
{
    uint64_t want = (uint64_t)((double)l->n * share);
    uint64_t seen = 0;
    want = want < l->n ? want + 1 : l->n;
    for (uint32_t i = 0; i < LATENCY_FINE; i++) {
        seen += l->fine[i];
        if (seen >= want) {
            return (double)i / 1e3;
        }
    }
    for (uint32_t i = 0; i < LATENCY_COARSE; i++) {
        seen += l->coarse[i];
        if (seen >= want) {
            return i;
        }
    }
    return (double)l->max_us / 1e3;
}

/* Lines NAMEp50_ms, p90, p99, p999, max. */
static inline void latency_say(const struct latency *l, const char *name)
{
    static const struct {
        const char *name;
        double share;
    } at[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
    for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
        printf("%s%s_ms %.3f\n", name, at[i].name, l->n ? latency_ms(l, at[i].share) : 0);
    }
    printf("%smax_ms %.3f\n", name, (double)l->max_us / 1e3);
    (void)fflush(stdout);
}

#endif
