/* Assets broken down (人群资产拆分): consumers in each stage as of a day, by where they came from or how long they are known.
 *
 *   channel, touchpoint  of the consumer's first event that is no later than the day; of several at the same instant
 *                        the first one in order of bytes
 *   age                  new: first known in the `fresh` days up to the day; else old
 *
 * Every consumer known on the day counts once, so the parts add up to the assets of the day. Cost: one scan of the
 * time and the column (age: none). */
#ifndef POND_REPORT_ASSET_BY_H
#define POND_REPORT_ASSET_BY_H

#include "aipl/assets.h"
#include "base/arena.h"
#include "people/brand.h"

enum asset_by { ASSET_BY_CHANNEL, ASSET_BY_TOUCHPOINT, ASSET_BY_AGE, ASSET_BY_GROUP };
struct asset_by_spec {
    enum asset_by by;
    int32_t day, fresh;
    const uint8_t *group; /* ASSET_BY_GROUP: 1 or 2 by consumer id */
};
struct asset_part {
    struct str value; /* empty: unknown. AGE: "new", "old"; GROUP: "yes", "no" */
    uint64_t consumers[STAGE_MAX], known;
};
/* Most consumers first, in the arena. The brand must be settled. */
enum rc asset_by_make(const struct asset_by_spec *s, struct assets *a, struct brand *b,
                      struct arena *arena, struct asset_part **out, uint32_t *len,
                      struct err *e);

#endif
