/* What headers of common exports mean: tables only (mapping.c reads them). Private to people/. */
#ifndef POND_PEOPLE_MAPPING_KNOWN_H
#define POND_PEOPLE_MAPPING_KNOWN_H

#include <stdbool.h>
#include "people/mapping.h"

/* One meaning and the headers that have it, best first, as text_fold leaves them (lower case, no
 * blanks, "_" or "-"). The first column that matches takes it; identities may be several. */
struct known_field {
    const char *field;             /* as in a --map spec; NULL ends a table */
    const char *headers;           /* "a|b|c" */
    bool personal, place;
};
struct known_format {
    const char *name;              /* NULL ends the list */
    enum map_shape shape;
    const char *event, *channel;   /* constants; may be NULL */
    /* Groups that must each match a header ("a|b&c|d"); NULL: not told by headers. */
    const char *needs;
    const struct known_field *fields;
    /* Columns by place when there is no header; NULL: has headers. */
    const char *const *places;
};
extern const struct known_format mapping_known_formats[];
/* Values of an event column that are not event names themselves: "pv" is item_view. */
struct known_word {
    const char *from, *to;         /* from: as text_fold leaves it */
};
extern const struct known_word mapping_known_words[];

#endif
