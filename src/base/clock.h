/* Time comes from a clock that is handed in, never from time(): tests fix it and repeat exactly. */
#ifndef POND_BASE_CLOCK_H
#define POND_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    /* UTC milliseconds since 1970-01-01. Never NULL. Must not block. */
    int64_t (*now_ms)(const struct clock *c);
    int64_t fixed_ms; /* used by the fixed clock only */
};

struct clock clock_real(void);
struct clock clock_fixed(int64_t now_ms);
static inline int64_t clock_now(const struct clock *c) { return c->now_ms(c); }
/* Milliseconds of a clock that only goes forward, for durations and rates. */
int64_t clock_steady_ms(void);

#endif
