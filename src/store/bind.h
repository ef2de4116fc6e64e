/* A value for a named parameter of a statement: ":at_ms" in a ledger's text, "$at_ms" in a
 * lake's. Values are bound, never printed into text. ledger_run(l, &sql_meta_put,
 * BINDS(bind_str("key", k), bind_i64("value", v)), e);
 */
#ifndef POND_STORE_BIND_H
#define POND_STORE_BIND_H

#include "base/str.h"
#include <stddef.h>
#include <stdint.h>

enum bind_kind { BIND_NULL, BIND_I64, BIND_F64, BIND_STR, BIND_BLOB };

/* The bytes of a str or blob are borrowed until the statement has run to its end. */
struct bind {
    const char *name; /* without the ":" or "$" */
    enum bind_kind kind;
    int64_t i64;
    double f64;
    struct str str;
};
struct binds {
    const struct bind *list;
    size_t len;
};
#define BINDS(...)                                                                             \
    ((struct binds){(const struct bind[]){__VA_ARGS__},                                        \
                    sizeof((const struct bind[]){__VA_ARGS__}) / sizeof(struct bind)})
#define BINDS_NONE ((struct binds){NULL, 0})

static inline struct bind bind_null(const char *name)
{
    return (struct bind){.name = name, .kind = BIND_NULL};
}
static inline struct bind bind_i64(const char *name, int64_t v)
{
    return (struct bind){.name = name, .kind = BIND_I64, .i64 = v};
}
static inline struct bind bind_f64(const char *name, double v)
{
    return (struct bind){.name = name, .kind = BIND_F64, .f64 = v};
}
/* A NULL pointer in the view binds null. */
static inline struct bind bind_str(const char *name, struct str v)
{
    return (struct bind){.name = name, .kind = v.ptr ? BIND_STR : BIND_NULL, .str = v};
}
static inline struct bind bind_blob(const char *name, struct str v)
{
    return (struct bind){.name = name, .kind = v.ptr ? BIND_BLOB : BIND_NULL, .str = v};
}

#endif
