/* A world: a settled brand as of a day, ready to answer questions. Columns and marks are built when a question first
 * needs them and kept, so a second question is cheap. One thread uses a world; work inside is split over `threads`.
 *
 *     struct who_world *w = who_world_new(brand, day, threads, sources);
 *     struct bits found;
 *     rc = who_find(w, question, &found, e);          native: columns, evidence, one pass over the lake
 *     rc = who_find_sql(w, question, &found, e);      the same by SQL alone: the other executor
 */
#ifndef POND_WHO_WORLD_H
#define POND_WHO_WORLD_H

#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "people/brand.h"
#include "who/bits.h"
#include "who/question.h"

struct who_world;

/* What higher floors give. All slots but names may be NULL (then nobody is in it). */
struct who_sources {
    void *ctx;
    struct who_names names;
    /* stage[no] of every consumer id on `day`; 255: not known then. len = identities + 1. */
    enum rc (*stage_on)(void *ctx, int32_t day, uint8_t *stage, uint32_t len, struct err *e);
    /* Sets the bits of consumers that held / entered / left (STAGE_WAS ...) the stage in days from..to, both included,
     * as the history is known as of as_of. from INT32_MIN: open. */
    enum rc (*stage_in)(void *ctx, enum stage_ask ask, uint8_t stage, int32_t from, int32_t to,
                        int32_t as_of, struct bits *out, struct err *e);
    /* Spans of all consumers as rows for SQL: appended by `add`. */
    enum rc (*each_span)(void *ctx,
                         void (*add)(void *to, uint32_t consumer, uint8_t stage, int32_t from,
                                     int32_t to_day),
                         void *to, struct err *e);
    /* Identity numbers that carry a tag (value may be empty), belong to a crowd (by list), gave a consent, as of the end
     * of `day`: sets any numbers; the world lifts them to consumers. Live crowds answer through *rule instead: the question
     * text to ask. RC_MISSING when there is no such name. */
    enum rc (*mark)(void *ctx, enum question_form form, struct str name, struct str value,
                    int32_t day, struct bits *out, struct str *rule, struct arena *a,
                    struct err *e);
    /* Numbers or texts of a field by identity number; NAN / empty unknown. Arrays of len, zeroed to unknown. */
    enum rc (*numbers)(void *ctx, const struct who_field *f, int32_t day, double *out,
                       uint32_t len, struct err *e);
    enum rc (*texts)(void *ctx, const struct who_field *f, int32_t day, struct str *out,
                     uint32_t len, struct arena *a, struct err *e);
};

struct who_world *who_world_new(struct brand *b, int32_t as_of, int threads,
                                const struct who_sources *s);
void who_world_free(struct who_world *w);
/* Consumers known on the day. Valid as long as the world. */
const struct bits *who_everyone(struct who_world *w);
/* The consumers it holds for; the caller releases *out. RC_MISSING for an unknown tag or crowd, RC_INVALID for crowds that
 * name each other in a ring; errors of the lake. */
enum rc who_find(struct who_world *w, const struct question *q, struct bits *out,
                 struct err *e);
enum rc who_find_sql(struct who_world *w, const struct question *q, struct bits *out,
                     struct err *e);
/* Does it hold for one consumer (any of its identities)? decided[i]: truth of each node in preorder, for "why". */
struct who_verdict {
    const struct question *node;
    bool holds;
};
enum rc who_why(struct who_world *w, const struct question *q, uint32_t no, struct arena *a,
                struct who_verdict **out, uint32_t *len, struct err *e);
/* The plan, one row a node in preorder: where it runs, what is expected, what was found (run first: true counts). */
struct who_plan_row {
    const struct question *node;
    uint32_t depth;
    struct str text;   /* the node's canonical text */
    const char *where; /* "column", "evidence", "lake", "mark", "spans", "sets" */
    struct str note;   /* columns read, window, which scan it shares */
    uint64_t estimated, found;
    double seconds;
};
enum rc who_explain(struct who_world *w, const struct question *q, struct arena *a,
                    struct who_plan_row **out, uint32_t *len, struct err *e);

#endif
