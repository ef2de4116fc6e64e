/* What the programs under bench/ share: a clock, the peak of resident memory, one form of output.
 *
 * Every figure is a line "NAME VALUE" on standard output; bench/run.sh reads them. Times are seconds of
 * the wall clock, with BENCH_CLOCK=cpu of all processors together; sizes are megabytes of 2^20 bytes. */
#ifndef POND_BENCH_BENCH_H
#define POND_BENCH_BENCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "base/rc.h"

static inline bool bench_cpu(void)
{
    const char *of = getenv("BENCH_CLOCK");
    return of && !strcmp(of, "cpu");
}

static inline double bench_now(void)
{
    struct timespec t;
    (void)clock_gettime(bench_cpu() ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline void bench_say(const char *name, double value)
{
    printf("%s %.4f\n", name, value);
    (void)fflush(stdout);
}

/* Says the peak memory of this process so far. */
static inline void bench_say_peak(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    bench_say("peak_mb", (double)r.ru_maxrss / 1024.0);
}

static inline int bench_fail(const struct err *e)
{
    (void)fprintf(stderr, "bench: %s %s\n", e->msg, e->detail);
    return 1;
}

#endif
