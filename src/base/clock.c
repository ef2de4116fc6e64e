#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t now_real(const struct clock *c)
{
    (void)c;
    return read_ms(CLOCK_REALTIME);
}

static int64_t now_fixed(const struct clock *c) { return c->fixed_ms; }

struct clock clock_real(void) { return (struct clock){now_real, 0}; }

struct clock clock_fixed(int64_t now_ms) { return (struct clock){now_fixed, now_ms}; }

int64_t clock_steady_ms(void) { return read_ms(CLOCK_MONOTONIC); }
