/* Sequences (did A then B within 24h then not C within 3d) and statuses (is follow) over the times of one consumer's
 * events. Fed with pairs of (time, what the row can be). */
#ifndef POND_WHO_SEQUENCE_H
#define POND_WHO_SEQUENCE_H

#include "who/bits.h"
#include "who/pairs.h"
#include "who/question.h"

#define SEQUENCE_STEPS_MAX 16u /* bits of a pair's extra */

struct sequence {
    const struct question *q; /* NULL: not in use */
    int32_t from, to;         /* days of the first step; from > to: none */
    int32_t end; /* no later step counts behind this day, nor before `from` begins */
};
void sequence_init(struct sequence *s, const struct question *q, int32_t as_of);
void sequence_release(struct sequence *s);
/* Times as a pair's value, in their order; extra: bit i = the row can be step i (bit 0 only within the days). */
static inline uint64_t sequence_value(int64_t time_ms)
{
    return (uint64_t)time_ms ^ UINT64_C(1) << 63;
}
/* Sets the consumers for whom a chain exists. Uses up the pairs. */
void sequence_find(const struct sequence *s, struct pairs *p, int threads, struct bits *out);

/* An on or off event as a pair's value; extra: hash of its touchpoint, 0 = none. */
static inline uint64_t status_value(int64_t time_ms, bool on)
{
    return (uint64_t)(time_ms + (INT64_C(1) << 61)) << 1 | (on ? 1u : 0u);
}
/* Adds the event and those that undo it to a bitmap of names. */
void status_names(const struct catalogue *c, uint16_t on, uint64_t *names);
void status_find(struct pairs *p, int threads, struct bits *out);

#endif
