/* Stage models as a brand applied them: versions 1, 2, ... in the ledger (table aipl_model), the
 * newest in force. A version is never changed or removed. */
#ifndef POND_AIPL_VERSION_H
#define POND_AIPL_VERSION_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include <stddef.h>
#include <stdint.h>

struct model_version {
    int64_t version;
    struct str name, text; /* text: the whole YAML */
    int64_t applied_ms;
};

/* The version in force, texts in `a`. RC_CORRUPT when the ledger holds none (every brand is
 * made with one); the ledger's errors. */
enum rc model_version_current(struct arena *a, struct ledger *l, struct model_version *out,
                              struct err *e);
/* All of them, oldest first, in `a`. */
enum rc model_version_list(struct arena *a, struct ledger *l, struct model_version **list,
                           size_t *len, struct err *e);
/* Adds one behind the newest, in force from the commit of tx on; v->version is filled. */
enum rc model_version_add(struct tx *tx, struct model_version *v, struct err *e);

#endif
