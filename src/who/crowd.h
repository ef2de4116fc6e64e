/* Crowds: questions with a name, and lists.
 *
 * A live crowd is a question (who/question.h); who is in it follows what happens. A frozen one is a list of identity
 * numbers (who/roster_set.h) with the day it was taken: it is the same on every day, and a consumer is in it when any of
 * its identities is. Crowds are put together by questions: crowd "a" and not crowd "b".
 *
 * Everything that writes belongs inside a transaction of the caller. */
#ifndef POND_WHO_CROWD_H
#define POND_WHO_CROWD_H

#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include "who/bits.h"
#include "who/roster_set.h"

struct crowd {
    int64_t id;
    struct str name;
    struct str question; /* canonical; of a frozen crowd what it was made of, may be empty */
    struct str note;
    int64_t created_ms;
    int64_t set; /* 0: live */
    int64_t frozen_ms;
    int32_t frozen_day; /* as of which day the list was taken; DAY_NONE: live */
};
struct crowd_size {
    int32_t day; /* as of */
    int64_t at_ms;
    uint64_t consumers;
};

/* Makes a live crowd of c's name, question, note, created_ms. The question is not checked here. RC_INVALID for an
 * impossible name; RC_CONFLICT when there is one. */
enum rc crowd_create(struct ledger *l, const struct crowd *c, int64_t *id, struct err *e);
/* RC_MISSING with the nearest name. Texts in the arena. */
enum rc crowd_find(struct ledger *l, struct str name, struct arena *a, struct crowd *out,
                   struct err *e);
enum rc crowd_list(struct ledger *l, struct arena *a, struct crowd **out, uint32_t *len,
                   struct err *e);
/* Gives c->id the question and the note of *c; neither is checked here. */
enum rc crowd_change(struct ledger *l, const struct crowd *c, struct err *e);
enum rc crowd_rename(struct ledger *l, int64_t id, struct str name, struct err *e);
enum rc crowd_delete(struct ledger *l, const struct crowd *c, struct err *e);
/* Makes its list that of `nos`: a live crowd becomes frozen, a frozen one gets the new list (its change log keeps the
 * old). stamp->day: as of which day the list was taken. */
enum rc crowd_freeze(struct ledger *l, const struct crowd *c, const struct roster *nos,
                     const struct roster_stamp *stamp, struct err *e);
/* The list of a frozen crowd. The caller frees *out. */
enum rc crowd_roster(struct ledger *l, const struct crowd *c, struct roster **out,
                     struct err *e);

enum rc crowd_size_add(struct ledger *l, int64_t id, struct crowd_size s, struct err *e);
/* Oldest first. */
enum rc crowd_sizes(struct ledger *l, int64_t id, struct arena *a, struct crowd_size **out,
                    uint32_t *len, struct err *e);
/* *found false when it was never counted. */
enum rc crowd_size_last(struct ledger *l, int64_t id, bool *found, struct crowd_size *out,
                        struct err *e);
/* The last count as of a day before `day`; *found false when there is none. */
enum rc crowd_size_before(struct ledger *l, int64_t id, int32_t day, bool *found,
                          struct crowd_size *out, struct err *e);

/* Who is in it: the bits of a frozen crowd's list, or the question of a live one in *rule (else empty). RC_MISSING. */
enum rc crowd_mark(struct ledger *l, struct str name, struct bits *out, struct str *rule,
                   struct arena *a, struct err *e);

#endif
