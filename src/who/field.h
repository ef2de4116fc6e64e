/* The field table: what can be asked of a consumer by a bare name (rfm.r, clv, member.tier ...). A module
 * publishes its fields here; the parser knows their types, the executors ask the world for their columns
 * (who/world.h). A field nobody has filled yet is unknown for everyone. */
#ifndef POND_WHO_FIELD_H
#define POND_WHO_FIELD_H

#include <stdint.h>
#include "base/str.h"

enum field_type { FIELD_NUMBER, FIELD_TEXT };
struct who_field {
    const char *name; /* "rfm.r" */
    enum field_type type;
    const char
        *of; /* which score set holds it (who/score.h): "rfm", "clv"; NULL: a later module's */
    const char *unit; /* "yuan", "days"; may be NULL */
    const char *help, *help_zh;
    const char *const *texts; /* FIELD_TEXT: the values it can have, for hints; NULL: any */
};
extern const struct who_field who_fields[]; /* ends with name NULL */
const struct who_field *who_field_find(struct str name);

#endif
