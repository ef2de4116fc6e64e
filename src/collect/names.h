/* What names of other products mean here: events, properties, traits. Static tables (names.c), from which
 * the tables of docs/collect.md are generated.
 *
 * An event name is looked up in the table of its product, then in the catalogue: exactly, by its Chinese
 * title, and written otherwise ("Add Cart", "add-cart"). What is found nowhere stays as it is: an own name.
 *
 * A property becomes a column when the catalogue says that the event has that column; all others stay
 * properties. Own events keep all of their properties.
 */
#ifndef POND_COLLECT_NAMES_H
#define POND_COLLECT_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/str.h"
#include "people/mapping.h"

enum product { PRODUCT_SEGMENT, PRODUCT_POSTHOG, PRODUCT_SENSORS, PRODUCT_THINKING, PRODUCTS };

struct named {
    struct str name;  /* of the catalogue, or as it came */
    uint32_t columns; /* bit 1 << field: the event has this column */
    bool standard;    /* in the catalogue */
    bool money;       /* purchase, refund: a value that does not hold rejects the event */
};

struct prop_name {
    const char *name;
    enum map_field field; /* MAP_PROP: kept as a property named `as` */
    uint8_t rank;         /* of several that mean one column the lowest wins */
    bool always;          /* for own events too */
    const char *as;
};

struct names; /* of one thread: remembers event names it has met */
struct names *names_new(void);
void names_free(struct names *n);
/* Never NULL; good until the next call. */
const struct named *names_event(struct names *n, enum product p, struct str name);
/* NULL: means nothing in particular. */
const struct prop_name *names_prop(const struct names *n, struct str key);
/* The identity kind that a trait of a person is ("phone"); {NULL, 0}: none. The names of
 * strong kinds and the usual words for them, in any spelling; "openid@APPID" is itself. */
struct str names_trait(const struct names *n, struct str key);
/* True for the name of a standard channel. */
bool names_channel(const struct names *n, struct str s);
/* The tables of docs/collect.md. */
void names_markdown(struct buf *out);

#endif
