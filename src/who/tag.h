/* Tags: labels that consumers carry, by hand, by rule, from their events, by import or by a score.
 *
 * A tag has a category (may be empty), a name, and a kind of value: a flag (it is carried or not), a text or a
 * number. An identity has one value of a tag at a time; a consumer has what any of its identities has. Each value is a
 * kept set (who/roster_set.h), so what a tag was on any past day and why it came and went is always known.
 *
 * A tag is named "category/name", or "name" alone while no other category has that name. Everything that writes
 * belongs inside a transaction of the caller. */
#ifndef POND_WHO_TAG_H
#define POND_WHO_TAG_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include "who/bits.h"
#include "who/roster_set.h"

#define TAG_MAX 10000        /* tags of a brand                                 */
#define TAG_VALUES_MAX 10000 /* values of a tag                                 */
#define TAG_NAME_MAX 64      /* characters of a name, a category, a value * 2   */

enum tag_kind { TAG_FLAG, TAG_TEXT, TAG_NUMBER };
enum tag_source { TAG_MANUAL, TAG_RULE, TAG_EVENT, TAG_IMPORT, TAG_SCORE };

struct tag {
    int64_t id;
    struct str category, name;
    enum tag_kind kind;
    enum tag_source source;
    struct str rule; /* TAG_RULE: a question; TAG_EVENT: struct tag_event as JSON; else empty */
    int32_t
        expiry_days; /* what is given holds for so many days, the first included; 0: for ever */
    struct str note;
    int64_t created_ms;
    int64_t fresh_ms; /* TAG_RULE, TAG_EVENT: when it was last worked out; 0: never */
    int32_t fresh_day;
    int64_t fresh_seq; /* the last batch that was in it */
};
struct tag_value {
    int64_t id;
    struct str value; /* empty: a flag */
    int64_t set;
};

const char *tag_kind_name(enum tag_kind k);     /* "flag" ... */
const char *tag_source_name(enum tag_source s); /* "manual" ... */
/* "category/name" */
struct str tag_full_name(const struct tag *t, struct arena *a);

/* Makes a tag of t's category, name, kind, source, rule, expiry_days, note, created_ms. RC_INVALID for an impossible
 * name; RC_CONFLICT when it exists; RC_TOO_LARGE behind TAG_MAX. */
enum rc tag_create(struct ledger *l, const struct tag *t, int64_t *id, struct err *e);
/* RC_MISSING with the nearest name; RC_INVALID when several categories have it. Texts in the arena. */
enum rc tag_find(struct ledger *l, struct str name, struct arena *a, struct tag *out,
                 struct err *e);
enum rc tag_list(struct ledger *l, struct arena *a, struct tag **out, uint32_t *len,
                 struct err *e);
enum rc tag_values(struct ledger *l, int64_t id, struct arena *a, struct tag_value **out,
                   uint32_t *len, struct err *e);
/* A new "category/name". Errors as tag_create. */
enum rc tag_rename(struct ledger *l, int64_t id, struct str name, struct err *e);
/* Gives t->id the rule and the note of *t; neither is checked here, and nothing is worked out. */
enum rc tag_change(struct ledger *l, const struct tag *t, struct err *e);
/* With its values and their history. */
enum rc tag_delete(struct ledger *l, int64_t id, struct err *e);

/* RC_INVALID for a value that is not of the tag's kind, or too long. */
enum rc tag_value_check(const struct tag *t, struct str value, struct err *e);
/* Gives a value (empty for a flag) to identities; another value of the tag they had goes. stamp->until UNTIL_NEVER:
 * expiry_days counts from stamp->day. RC_INVALID for a value that is not of the tag's kind; RC_TOO_LARGE behind
 * TAG_VALUES_MAX. */
enum rc tag_give(struct ledger *l, const struct tag *t, struct str value,
                 const struct roster *nos, const struct roster_stamp *stamp, uint64_t *moved,
                 struct err *e);
/* Takes a value away, or all of them when value.ptr is NULL. */
enum rc tag_take(struct ledger *l, const struct tag *t, struct str value,
                 const struct roster *nos, const struct roster_stamp *stamp, uint64_t *moved,
                 struct err *e);
/* Makes the consumers that carry a value those of `want` (roster_set_compare, with lift = graph_consumers).
 * moved counts identities, added to what it was. */
enum rc tag_follow(struct ledger *l, const struct tag *t, struct str value,
                   const struct bits *want, const uint32_t *lift,
                   const struct roster_stamp *stamp, uint64_t *moved, struct err *e);
/* Notes that a rule was worked out. */
enum rc tag_set_fresh(struct ledger *l, int64_t id, int64_t at_ms, int32_t day, int64_t seq,
                      struct err *e);

/* Sets the bits of all identities that carry the tag on a day: with the value, or any when value is empty. */
enum rc tag_mark(struct ledger *l, struct str name, struct str value, int32_t day,
                 struct bits *out, struct err *e);
/* What these identities carry on a day, by category and name. */
struct tag_held {
    struct str category, name, value;
    enum tag_kind kind;
    int64_t tag, set;
};
enum rc tag_held_by(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                    struct arena *a, struct tag_held **out, uint32_t *len, struct err *e);

/* The rule of an event tag: the value is the last, or the most frequent (of equals the later), known `field` of
 * the consumer's events of that name, within the last `days` days (0: ever). */
struct tag_event {
    struct str event, field;
    bool most; /* else last */
    uint32_t days;
};
struct str tag_event_json(const struct tag_event *v, struct arena *a);
enum rc tag_event_read(struct str json, struct arena *a, struct tag_event *out, struct err *e);

/* A name for a tag, a category or a crowd: 1..64 characters without control characters, " \ and /. RC_INVALID says
 * what is wrong; `what` is "tag", "category", "crowd". */
enum rc who_name_check(struct str name, const char *what, struct err *e);

#endif
