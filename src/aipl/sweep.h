/* The kernel of everything past and present: one consumer's evidence to the days on which its stage
 * changes.
 *
 * An atom of the model ("at least n in W days") is true from the n-th unit of a run of n (events, or
 * distinct days) until the first one's window ends: with units u1 <= u2 <= ... on the days
 * u(i+n-1) .. u(i) + W - 1, for every i. One walk along the days of the evidence makes atoms true,
 * lets them end, and looks the stage up whenever the set of true atoms has changed. Units that a
 * refund takes back end earlier. The walk goes on behind the last event until nothing is left to end.
 * No allocation per consumer: the scratch grows to the largest one met.
 *
 * A day's truth is that of its end. Cost: about 0.4 us for a consumer with 15 entries.
 */
#ifndef POND_AIPL_SWEEP_H
#define POND_AIPL_SWEEP_H

#include <stdint.h>
#include "aipl/model.h"
#include "people/evidence.h"

/* From `day` on the consumer is in `stage`, until the next change. */
struct stage_change {
    int32_t day;
    uint8_t stage;
};
struct stage_changes {
    const struct stage_change *ptr;
    uint32_t len;
};

/* Stage by set of true atoms; shared by all sweeps of a model, read-only once made. */
struct stage_table;
struct stage_table *stage_table_new(const struct stage_model *m);
void stage_table_free(struct stage_table *t);

struct sweep; /* scratch: one a thread */
struct sweep *sweep_new(const struct stage_table *t);
void sweep_free(struct sweep *s);

/* One consumer: begin, add the string of each of its identities in any order, end.
 * first_day: the consumer's first; DAY_NONE gives no change at all. The changes are in order of
 * days, stages of neighbours differ, the first is at first_day; they live until the next begin. */
void sweep_begin(struct sweep *s);
void sweep_add(struct sweep *s, struct evidence_view v);
struct stage_changes sweep_end(struct sweep *s, int32_t first_day);

/* The stage on a day; -1 before the first change. */
int stage_changes_at(struct stage_changes c, int32_t day);

#endif
