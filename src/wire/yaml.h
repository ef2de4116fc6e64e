/* Settings and models: YAML 1.1 as a small tree (libyaml), with places for good messages.
 * Aliases and anchors, tags, and more than one document are refused. */
#ifndef POND_WIRE_YAML_H
#define POND_WIRE_YAML_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "wire/lang.h"
#include <stdbool.h>
#include <stdint.h>

#define YAML_MAX_BYTES (1u << 20)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 100000u

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    uint32_t line, column;     /* 1-based                                             */
    struct str key;            /* when a member of a map                              */
    struct str text;           /* scalar: its text; null and nothing are the text ""  */
    bool quoted;               /* scalar in quotes or a block: surely text            */
    struct yaml *first, *next; /* children of a list or map in order; next sibling    */
    uint32_t count;            /* children                                            */
};

/* *out lives in `a`; an empty document is an empty map. RC_INVALID with "line L, column C: ..." ("第 L 行第 C 列：..."
 * in Chinese): bad syntax, a double key, an alias; RC_TOO_LARGE for the limits above. */
enum rc yaml_parse(struct arena *a, struct str text, enum lang lang, struct yaml **out,
                   struct err *e);
/* The member of a map; NULL when there is none (or y is NULL or no map). */
const struct yaml *yaml_get(const struct yaml *y, const char *key);
/* Values of a scalar. False: not of that form (out untouched). */
bool yaml_i64(const struct yaml *y, int64_t *out);
bool yaml_f64(const struct yaml *y, double *out);
bool yaml_bool(const struct yaml *y, bool *out); /* true/false, yes/no, on/off */
/* Fills e with the place of a node and a message, as yaml_parse does: for the reader of the tree. Both texts are formats
 * of the same arguments. Returns RC_INVALID. */
enum rc yaml_fail(const struct yaml *y, struct err *e, enum lang lang, const char *en,
                  const char *zh, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* The place and the reason of a failure of yaml_parse or yaml_fail, in either language. False (nothing filled): it names none. */
bool yaml_place(const struct err *e, uint32_t *line, uint32_t *column, struct str *why);

#endif
