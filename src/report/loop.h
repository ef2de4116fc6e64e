/* The closed loop (公域 → 沉淀 → 转化 → 裂变): of the consumers who came in by each door in a period, how many were kept in the
 * pond, bought, and brought others, up to its last day.
 *
 *   came       first event ever in the period; door: the channel of that event (0: unknown)
 *   sank       follow, friend_add, group_join or member_join
 *   bought     a purchase not refunded in full
 *   converted  a purchase at or after the first sinking
 *   brought    a referral, or a share with quantity >= 1; `people` are those they brought
 *
 * Cost: a look at each identity, and one history of those who came, from the period's first day on. */
#ifndef POND_REPORT_LOOP_H
#define POND_REPORT_LOOP_H

#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

#define LOOP_DOORS 256

struct loop_spec {
    int32_t from, to; /* days, both included; from DAY_NONE: open */
    const struct zone *zone;
};
struct loop_door {
    uint64_t came, sank, bought, converted, brought;
    double people;
};
struct loop {
    struct loop_door door[LOOP_DOORS]; /* by channel code */
};
/* Who came, by the evidence of a settled brand; out: bits_init is done here. */
void loop_came(const struct loop_spec *s, const struct brand *b, struct bits *out);
/* The history that loop_make wants, of those who came. */
void loop_want(const struct loop_spec *s, const struct bits *came, struct history_want *want);
void loop_make(const struct loop_spec *s, const struct history *h, int threads,
               struct loop *out);
void loop_door_add(struct loop_door *to, const struct loop_door *from);

#endif
