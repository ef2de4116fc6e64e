/* What a world keeps, for the files of who/ that answer questions. */
#ifndef POND_WHO_WORLD_OWN_H
#define POND_WHO_WORLD_OWN_H

#include "base/map.h"
#include "base/vec.h"
#include "people/refunded.h"
#include "who/column.h"
#include "who/world.h"

struct who_sql;

/* A column or a set under the name of what it answers, so that the next question finds it. */
struct kept {
    struct column column;
    struct bits set; /* words NULL: it is a column */
    bool at_roots;   /* of a field: only consumers' smallest identities have a value */
    uint64_t used;   /* the question that used it last */
    uint32_t place;  /* in who_world.kept */
};
struct open_rule {
    struct str key;
    const struct open_rule *outer;
};
struct who_world {
    struct brand *brand;
    int32_t as_of;
    int threads;
    struct who_sources sources;
    struct who_sql *sql;       /* NULL until the other executor was asked */
    uint32_t len;              /* identity numbers 0 .. len - 1 */
    const uint32_t *consumers; /* by number */
    struct bits everyone;      /* words NULL: not made yet */
    struct refunded *refunds;  /* NULL: not read yet */
    struct map *names;         /* key -> index + 1 in kept */
    VEC(struct kept *) kept;
    size_t kept_bytes, kept_max;
    uint64_t questions;
    uint32_t only; /* a consumer: the lake is asked about it alone; 0: about everyone */
    const struct open_rule *open; /* rules that are being asked, innermost first */
};

/* NULL when nothing is kept under the key. */
struct kept *world_find(struct who_world *w, struct str key);
/* Keeps it (takes over the memory); makes room by dropping what other questions used longest ago. */
struct kept *world_keep_column(struct who_world *w, struct str key, struct column c);
struct kept *world_keep_set(struct who_world *w, struct str key, struct bits set);
/* Sets the consumer's bit for every number in `from`. */
void world_lift(const struct who_world *w, const struct bits *from, struct bits *out);
enum rc world_refunds(struct who_world *w, struct refunded **out, struct err *e);

/* ---- find.c: a question made ready ---- */

enum find_how { FIND_EVERYONE, FIND_COLUMN, FIND_STAGES, FIND_SAMPLE, FIND_SET, FIND_NOBODY };
struct find_node {
    const struct question *q;
    struct find_node *first, *next; /* operands of and, or, not */
    uint32_t depth, index;          /* index: in preorder */
    /* leaves */
    enum find_how how;
    bool ready;
    struct str key; /* what is kept under it */
    const struct kept *kept;
    struct column_test test;
    uint64_t stages, seed;
    double percent;
    const char *where;
    const char *note, *note_zh;
    uint64_t estimated;
    double seconds;
};
struct find_plan {
    struct who_world *world;
    struct arena *arena;
    VEC(struct find_node *) nodes; /* in preorder */
};
/* Makes every leaf ready; release in any case. */
enum rc find_plan_make(struct who_world *w, const struct question *q, struct arena *a,
                       struct find_plan *out, struct err *e);
struct column_test find_compare(const struct question *q, const struct column *c);
void find_plan_release(struct find_plan *p);
/* The consumers for whom the node holds, everyone's bits only. */
void find_run(const struct find_plan *p, const struct find_node *n, struct bits *out);
bool find_holds(const struct find_plan *p, const struct find_node *n, uint32_t consumer);

/* ---- find_evidence.c ---- */

/* True when a class of the plan records just what the leaf asks about. */
bool find_evidence_knows(const struct who_world *w, const struct question *q, uint32_t *cls);
/* Counts, days or holders by evidence; *exact false: a count is saturated, ask the lake. */
enum rc find_evidence(struct who_world *w, const struct question *q, uint32_t cls,
                      struct column *column, struct bits *set, bool *exact, struct err *e);

/* ---- find_other.c ---- */

/* Stages, fields, kinds held, identities, marks: what a leaf compares or whom it holds for, kept under its key. NULL:
 * nobody. */
enum rc find_other(struct who_world *w, struct find_node *n, struct kept **out, struct err *e);

/* ---- find_events.c ---- */

/* Answers all event leaves with one scan of the lake and keeps what it found under their keys. */
enum rc find_events(struct who_world *w, struct find_node *const *leaves, uint32_t n,
                    struct err *e);

#endif
