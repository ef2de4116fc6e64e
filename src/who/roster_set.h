/* A kept set of identity numbers with its history: what a value of a tag, and a frozen crowd, is made of.
 *
 * The set as it is now lies in chunks of 2^20 identity numbers, each an encoded roster (who/roster.h), so that a
 * change rewrites at most 128 KB for each chunk it touches and a look at one consumer reads one chunk. Beside it stands one
 * row a change: when, from where, by whom, why, and two rosters, the numbers that came in and went out. The set as of
 * any day is the fold of the changes up to that day, so nothing is ever lost and nothing is kept twice but the
 * set of now.
 *
 *     day      a change made on day D holds from the end of D on
 *     until    what came in with `until` U holds to the end of U - 1; coming in again, with or without `until`, renews
 *
 * Disk: 2 to 3 bytes a number for now and as much for each coming and going; memory: the set that is being read.
 * Writing belongs inside a transaction of the caller. Sets are of identity numbers: a consumer has what any of its
 * identities has, so joins and splits of consumers change nothing here. */
#ifndef POND_WHO_ROSTER_SET_H
#define POND_WHO_ROSTER_SET_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include "who/roster.h"

#define UNTIL_NEVER INT32_MAX

/* When and why a change is made. */
struct roster_stamp {
    int32_t day;   /* of the brand's zone                                            */
    int32_t until; /* first day that what comes in does not hold any more; UNTIL_NEVER */
    int64_t at_ms;
    struct str source; /* manual, rule, event, import, score, crowd                  */
    struct str who;    /* who did it; may be empty                                   */
    struct str note;   /* why: a reason, a file, a rule; may be empty                */
};
struct roster_change {
    int64_t id;
    struct roster_stamp stamp; /* texts in the arena */
    uint64_t added, removed;   /* identities         */
};

/* A new empty set. */
enum rc roster_set_new(struct ledger *l, int64_t *id, struct err *e);
/* Removes a set with its history. */
enum rc roster_set_delete(struct ledger *l, int64_t id, struct err *e);

/* Puts numbers in and takes numbers out (either may be NULL; a number in both comes in). What changes nothing is
 * left out, and no row is written when nothing is left; *moved (may be NULL) says how many came or went. RC_CORRUPT
 * when what is stored is damaged. */
enum rc roster_set_change(struct ledger *l, int64_t id, const struct roster_stamp *stamp,
                          const struct roster *added, const struct roster *removed,
                          uint64_t *moved, struct err *e);
/* The set as of the end of a day: INT32_MAX is as far as is known. The caller frees *out. */
enum rc roster_set_read(struct ledger *l, int64_t id, int32_t day, struct roster **out,
                        struct err *e);
/* The numbers on a day against those that are meant to be there: `want` holds what should be in, `lift` may be NULL or
 * gives each number's consumer (graph_consumers): then a number that is in stays as long as its consumer is wanted, and
 * only consumers of which no number is in come in. The caller frees both. `want` is of consumers then. */
enum rc roster_set_compare(struct ledger *l, int64_t id, int32_t day, const struct bits *want,
                           const uint32_t *lift, struct roster **added, struct roster **removed,
                           struct err *e);
/* Drops from the chunks of all sets what has expired by a day. */
enum rc roster_set_expire(struct ledger *l, int32_t day, struct err *e);

/* The changes of a set, oldest first. With n > 0 only those that moved any of these numbers. */
enum rc roster_set_history(struct ledger *l, int64_t id, const uint32_t *nos, uint32_t n,
                           struct arena *a, struct roster_change **out, uint32_t *len,
                           struct err *e);
/* The last change that any of these numbers (n > 0) came in with: when and why they are in. Its id is 0 when none did. */
enum rc roster_set_came(struct ledger *l, int64_t id, const uint32_t *nos, uint32_t n,
                        struct arena *a, struct roster_change *out, struct err *e);
/* The sets that hold any of these numbers on a day, by id. */
enum rc roster_set_of(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                      struct arena *a, int64_t **ids, uint32_t *len, struct err *e);

/* How many consumers have a number in it; lift[no] (len entries) is the consumer of a number. */
uint64_t roster_consumers(const struct roster *r, const uint32_t *lift, uint32_t len);

#endif
