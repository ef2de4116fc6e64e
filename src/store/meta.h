/* Small named facts of a brand in the ledger: table store_meta(key, value text). */
#ifndef POND_STORE_META_H
#define POND_STORE_META_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

struct ledger;
struct tx;

/* The number under `key`, or `fallback` when there is none. RC_CORRUPT when it is no number. */
enum rc meta_get_i64(struct ledger *l, const char *key, int64_t fallback, int64_t *out,
                     struct err *e);
enum rc meta_put_i64(struct tx *tx, const char *key, int64_t value, struct err *e);
/* The text under `key` in arena memory, {NULL, 0} when there is none. */
enum rc meta_get_str(struct arena *a, struct ledger *l, const char *key, struct str *out,
                     struct err *e);
enum rc meta_put_str(struct tx *tx, const char *key, struct str value, struct err *e);

#endif
