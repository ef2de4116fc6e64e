/* Traits: what can be said of consumers, field by field and value by value. A crowd's profile counts them, a look-alike
 * learns from them.
 *
 *   stage       of the model in force                    channel     did anything there, up to the day
 *   identity    holds one of that kind                   category    bought of it (orders refunded in full left out)
 *   tag         carries the tag, or the tag's value      orders      how many, in bands
 *   rfm, clv    scores, where they were worked out       gmv         paid less given back, in bands of yuan
 *   first_seen  month of the first event                 hour        did anything in that hour of the day
 *
 * Every trait but those of `hour` is also a question, so a row of a profile opens as a crowd; the set is what that
 * question finds. Cost: a read of all events for channel, one for hour, reads of purchases for category, orders and gmv;
 * the rest are evidence, columns and kept sets. */
#ifndef POND_REPORT_TRAIT_H
#define POND_REPORT_TRAIT_H

#include <stdint.h>
#include "base/arena.h"
#include "people/brand.h"
#include "who/bits.h"
#include "who/world.h"

struct trait {
    struct str field, value;
    struct str question;    /* empty: it cannot be asked */
    const struct bits *set; /* valid during the call */
};
struct trait_wants {
    struct brand *brand;
    struct who_world *world;
    const struct who_names *names;
    int32_t as_of;
    const struct str *only; /* fields; len 0: all of them */
    uint32_t only_len;
    const struct str *without;
    uint32_t without_len;
    uint32_t most; /* values of a field with many (category, tag): the most frequent; 0: 30 */
};
/* Calls `each` for every trait, field by field. RC_INVALID for an unknown field; errors of `each`, who_find and the
 * lake. */
enum rc trait_each(const struct trait_wants *want, struct arena *a,
                   enum rc (*each)(void *ctx, const struct trait *t, struct err *e), void *ctx,
                   struct err *e);
/* The names of the fields; ends with NULL. */
extern const char *const trait_fields[];

#endif
