/* Requests a second of one key: a token bucket each. A key that is new has a full bucket of one second, so that short
 * bursts pass. */
#ifndef POND_SERVE_THROTTLE_H
#define POND_SERVE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

struct throttle;

/* rate: requests a second of one key; 0: no limit. */
struct throttle *throttle_new(double rate);
void throttle_free(struct throttle *t);
/* Whether the key may now; else *wait_s is when it may again (whole seconds, at least 1). From any thread. now_us:
 * of a clock that only goes forward. */
bool throttle_may(struct throttle *t, int64_t key, int64_t now_us, int *wait_s);

#endif
