/* The field table: what can be asked of a consumer by a bare name (rfm.r, clv, member.tier ...). A module
 * publishes its fields here; the parser knows their types, the executors ask the world for their columns
 * (who/world.h). A field nobody has filled yet is unknown for everyone.
 *
 * Numbers are as they are written, in struct question.number and in the world's columns: money ("yuan" as unit) is yuan
 * with at most 2 decimals, not fen. */
#ifndef POND_WHO_FIELD_H
#define POND_WHO_FIELD_H

#include <stdint.h>
#include "base/str.h"

enum field_type { FIELD_NUMBER, FIELD_TEXT };
/* A value of a field that has a fixed list of them: kept by key, said by name (who/field_value.h). */
struct who_value {
    const char *key, *name, *zh;
};
struct who_field {
    const char *name; /* "rfm.r" */
    enum field_type type;
    const char
        *of; /* which score set holds it (who/score.h): "rfm", "clv"; NULL: a later module's */
    const char *unit; /* "yuan", "days"; may be NULL */
    const char *help, *help_zh;
    const struct who_value
        *values; /* FIELD_TEXT: those it can have; ends with key NULL; NULL: any */
};
extern const struct who_field who_fields[]; /* ends with name NULL */
const struct who_field *who_field_find(struct str name);
/* The field that is meant by a mistyped name; NULL when none is near. */
const struct who_field *who_field_near(struct str name);

/* Channels that `reachable by` knows: a consumer can be reached when `rule`, itself a question, holds. */
struct reach_channel {
    const char *name, *zh;
    const char *rule;
};
extern const struct reach_channel reach_channels[]; /* ends with name NULL */
/* The question that says who is reachable by it; NULL for an unknown channel. */
const char *question_reach_rule(struct str channel);

#endif
