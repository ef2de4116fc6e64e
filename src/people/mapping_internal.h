/* What mapping*.c and decode*.c share: the tables of known headers (mapping_known.c), and the state of
 * a choice on its way. */
#ifndef POND_PEOPLE_MAPPING_INTERNAL_H
#define POND_PEOPLE_MAPPING_INTERNAL_H

#include <stdbool.h>
#include "people/mapping.h"

/* One meaning and the headers that have it, best first, as text_fold leaves them (lower case, no
 * blanks, "_" or "-"). The first column that matches takes it; identities may be several. */
struct known_field {
    const char *field;   /* as in a --map spec; NULL ends a table */
    const char *headers; /* "a|b|c" */
    bool personal, place;
};
struct known_format {
    const char *name; /* NULL ends the list */
    enum map_shape shape;
    const char *event, *channel; /* constants; may be NULL */
    /* Groups that must each match a header ("a|b&c|d"); NULL: not told by headers. */
    const char *needs;
    const struct known_field *fields;
    /* Columns by place when there is no header; NULL: has headers. */
    const char *const *places;
};
extern const struct known_format mapping_known_formats[];
/* Values of an event column that are not event names themselves: "pv" is item_view. */
struct known_word {
    const char *from, *to; /* from: as text_fold leaves it */
};
extern const struct known_word mapping_known_words[];
/* What detection carries around. */
struct chooser {
    struct arena *arena;
    const struct csv_block *head;
    uint32_t skip;
    uint32_t first; /* the first good row */
    const struct known_format *known;
    struct mapping *m;
    struct str *fold;       /* headers as text_fold leaves them */
    bool *taken;            /* columns given by a spec or already found */
    bool fixed[MAP_FIELDS]; /* fields given by a spec: nothing is guessed for them */
};

/* mapping_spec.c */
bool mapping_field_parse(struct str text, enum map_field *field, struct str *name);
struct str mapping_fold(struct arena *a, struct str s); /* text_fold of the trimmed text */
/* One `--map` text. RC_INVALID with its text and the reason. */
enum rc mapping_spec_apply(struct chooser *c, struct str spec, struct err *e);
/* What mapping_save wrote: format and zone into m, the specs appended. */
enum rc mapping_read_saved(struct arena *a, struct str json, struct mapping *m,
                           struct str **spec, uint32_t *specs, struct err *e);

#endif
