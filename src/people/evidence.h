/* Evidence: what a stage model needs to remember of events, per identity, at day grain.
 *
 * A stage model is compiled (who/plan.h) into at most 64 evidence classes. A class says which events it
 * records: a set of names, tests on their columns, and a unit:
 *
 *   UNIT_EVENTS  every matching event counts one
 *   UNIT_ORDERS  purchases: lines of one order on one day count one; taken back by a full refund
 *   UNIT_STATUS  on and off events that hold until undone, by touchpoint
 *
 * An identity's evidence is one short string of uint32 words, sorted by (day, class, kind of entry), so
 * that folding is commutative: any order of arrival gives the same bytes. A consumer's evidence is the
 * merge over its identities' strings: joining and splitting consumers costs nothing here.
 *
 *   counted   1 word   day:16 class:6 count:10           count saturates at 1021
 *   refunded  2 words  day:16 class:6 1022 | refund_day:16 orders:16
 *             `orders` purchases of `day`, already not in the counted entry, hold only before refund_day
 *   status    4 words  day:16 class:6 1023 | time low 32 | time high 31, on in the top bit | touchpoint hash
 *
 * Days are stored as day + 0 from 1970-01-01, so 1970-01-01 .. 2149-06-05; events outside are refused
 * at import (and clipped here). Memory: 10 bytes an identity (string reference 8, first day 2) and 4 bytes
 * an entry, in size classes that waste at most a third.
 *
 * Of the status events of one (day, class, touchpoint) only the last on and the last off are kept: no
 * other can matter at the end of a day. Order inside a (day, class): counted; refunded by refund day;
 * status by time, at equal times on before off, then touchpoint. An identity holds at most 2^23 - 1
 * words; what is behind that is not recorded (never met outside of tests).
 */
#ifndef POND_PEOPLE_EVIDENCE_H
#define POND_PEOPLE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/day.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/batch.h"
#include "people/catalogue.h"
#include "store/checkpoint.h"

#define CLASS_MAX 64
#define EVIDENCE_DAY_MAX 65534
#define EVIDENCE_COUNT_MAX 1021u
#define EVIDENCE_REFUNDED 1022u
#define EVIDENCE_STATUS 1023u

/* ---- the plan: which events are evidence ---- */

enum evidence_unit { UNIT_EVENTS, UNIT_ORDERS, UNIT_STATUS };
enum event_field {
    FIELD_AMOUNT, /* yuan in text, fen in number */
    FIELD_QUANTITY,
    FIELD_SCORE,
    FIELD_UNIT_PRICE,
    FIELD_CHANNEL,
    FIELD_TOUCHPOINT,
    FIELD_CAMPAIGN,
    FIELD_ITEM,
    FIELD_CATEGORY,
    FIELD_ORDER,
    FIELD_PROP, /* a property by name, in `key`; no stage rule tests one */
    FIELD_COUNT
};
enum evidence_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_IN };

/* One test on a column; a row's unknown value fails every test, CMP_NE too.
 *
 * FIELD_PROP tests the member `key` of the event's properties (a JSON object; only its outermost members).
 * With texts it is compared as text: a string's characters, a number, true or false as it is written; null, objects
 * and arrays are unknown. Without texts it is compared as a number: a JSON number, or a string that reads as one. */
struct evidence_test {
    enum event_field field;
    enum evidence_cmp cmp;
    double number;           /* numeric fields: amounts in fen, unit prices in 1/10,000      */
    const struct str *texts; /* text fields: the literal(s); CMP_IN has several              */
    const uint8_t *codes;    /* FIELD_CHANNEL: their codes, beside texts                     */
    uint32_t texts_len;
    struct str key; /* FIELD_PROP: the property's name */
};
struct evidence_class {
    enum evidence_unit unit;
    const uint16_t *names; /* event codes; the "on" events of a status */
    uint32_t names_len;
    const uint16_t *off_names; /* UNIT_STATUS: the events that undo it */
    uint32_t off_len;
    const struct evidence_test *tests; /* all must hold; not for off_names */
    uint32_t tests_len;
};
struct evidence_plan {
    struct evidence_class classes[CLASS_MAX];
    uint32_t len;
    uint64_t on[EVENT_NAMES_MAX];  /* by event code: classes that the event may feed */
    uint64_t off[EVENT_NAMES_MAX]; /* by event code: status classes that it undoes   */
    uint64_t hash; /* of the canonical text of all classes: a checkpoint made under another
                      plan is not used */
};
/* The classes (bit c) that row r of the batch feeds as an "on" event: plan->on narrowed by tests. */
uint64_t evidence_match(const struct evidence_plan *p, const struct event_batch *b,
                        uint32_t row);

/* ---- the store ---- */

struct evidence;

struct evidence *evidence_new(void);
void evidence_free(struct evidence *ev);
void evidence_clear(struct evidence *ev);
void evidence_grow(struct evidence *ev, uint32_t n); /* identities 1..n */
uint32_t evidence_len(const struct evidence *ev);    /* that n */
/* Lowers the first known day of an identity (every event does this, evidence or not). */
void evidence_seen(struct evidence *ev, uint32_t no, int32_t day);
void evidence_add(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls, uint32_t count);
void evidence_add_status(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                         int64_t time_ms, bool on, uint32_t touchpoint);
/* Moves one order of (day, class) from counted to refunded-from refund_day, or back. A refund day at
 * or before `day` means that it never held at the end of a day. */
void evidence_refund(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                     int32_t refund_day);
void evidence_unrefund(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                       int32_t refund_day);
/* The day of an event as it is stored: clipped to 0..EVIDENCE_DAY_MAX. */
static inline int32_t evidence_day(int32_t day)
{
    return day < 0 ? 0 : day > EVIDENCE_DAY_MAX ? EVIDENCE_DAY_MAX : day;
}
/* Takes one counted order of (day, class) away / removes all entries of the classes in the mask.
 * Taking away what is not there does nothing; a count that is saturated is no longer exact. */
void evidence_remove(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls);
void evidence_drop_classes(struct evidence *ev, uint32_t no, uint64_t classes);

int32_t evidence_first_day(const struct evidence *ev, uint32_t no); /* DAY_NONE when no event */
struct evidence_view {
    const uint32_t *words;
    uint32_t len;
};
/* Lives until the next change. */
struct evidence_view evidence_get(const struct evidence *ev, uint32_t no);
/* Hints to the cache, in two steps: some dozen rows ahead the reference of `no`, then its string. */
void evidence_prefetch_ref(const struct evidence *ev, uint32_t no);
void evidence_prefetch(const struct evidence *ev, uint32_t no);
/* Bytes in use: references, strings in their size classes, free blocks. */
size_t evidence_bytes(const struct evidence *ev);
/* Lays all strings out anew in order of identity number, without free blocks between them: sweeps over
 * all identities then read memory in order. Does nothing while less than an eighth lies free. */
void evidence_compact(struct evidence *ev);

/* One entry of a string, unpacked. */
enum evidence_form { FORM_COUNTED, FORM_REFUNDED, FORM_STATUS };
struct evidence_entry {
    enum evidence_form form;
    int32_t day;
    uint32_t cls;
    uint32_t count;      /* counted: events; refunded: orders                        */
    int32_t refund_day;  /* refunded: the orders held before this day                */
    int64_t time_ms;     /* status                                                   */
    uint32_t touchpoint; /* status: hash of the touchpoint, 0 = none                 */
    bool on;             /* status                                                   */
};
/* Words of the entry that begins with this word. */
static inline uint32_t evidence_size(uint32_t word)
{
    uint32_t low = word & 1023u;
    return low < EVIDENCE_REFUNDED ? 1 : low == EVIDENCE_REFUNDED ? 2 : 4;
}
/* Unpacks the entry at w; returns its size in words. for (at = 0; at < v.len; at += evidence_read(v.words + at, &x)) */
uint32_t evidence_read(const uint32_t *w, struct evidence_entry *out);

/* Compacts first, so that what is loaded lies in order. */
enum rc evidence_save(struct evidence *ev, struct checkpoint_writer *w, struct err *e);
enum rc evidence_load(struct evidence *ev, struct checkpoint *c, struct err *e);

#endif
