/* The fold of events into evidence and orders under one evidence plan.
 *
 * Folding is commutative: any order of events, in any batches, gives the same state. What it cannot do
 * event by event, the matching of refunds that name no order, is done by people/refunds.h for the
 * identities noted here.
 */
#ifndef POND_PEOPLE_FOLD_H
#define POND_PEOPLE_FOLD_H

#include <stdint.h>
#include "base/day.h"
#include "base/vec.h"
#include "people/event_tally.h"
#include "people/evidence.h"
#include "people/number_set.h"
#include "people/orders.h"
#include "people/stored.h"

struct fold {
    const struct evidence_plan *plan;
    const struct zone *zone;
    const struct catalogue *catalogue;
    struct hash_key key; /* of order hashes */
    struct evidence *evidence;
    struct orders *orders;
    struct number_set unnamed; /* identities with a refund that names no order          */
    struct number_set matched; /* identities whose order evidence refunds.c has placed  */
    struct number_set dirty;   /* identities touched since the last settle              */
    VEC(uint32_t) dirty_list;
    bool watch; /* keep dirty_list (else a rebuild is coming anyway)     */
    uint64_t events, anonymous;
    struct event_tally *tallies; /* by code of the name, EVENT_NAMES_MAX */
    int32_t first_day, last_day;
    const struct brand_progress *progress; /* who asks while history is folded; may be NULL */
};

/* plan, zone and catalogue outlive it. */
void fold_init(struct fold *f, const struct evidence_plan *plan, const struct zone *zone,
               const struct catalogue *c, struct hash_key key);
void fold_release(struct fold *f);
/* Folds every row; owner[r] = identity number, 0 = nobody. Evidence must have room for the numbers. */
void fold_rows(struct fold *f, const struct event_batch *b, const uint32_t *owner);
/* Notes an identity as touched. */
void fold_touch(struct fold *f, uint32_t no);

enum rc fold_save(const struct fold *f, struct checkpoint_writer *w, struct err *e);
enum rc fold_load(struct fold *f, struct checkpoint *c, struct err *e);

#endif
