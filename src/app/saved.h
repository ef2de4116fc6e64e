/* Analyses that an operator keeps under a name and shares: which kind, and what was asked, as the query of the address
 * that shows it ("from=2026-05-01&step=view&step=buy"). The server does not read it: what it means is the console's.
 *
 * They are the brand's, not a user's: who may read reports sees all of them. Everything that writes belongs inside a
 * transaction of the caller. */
#ifndef POND_APP_SAVED_H
#define POND_APP_SAVED_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include <stdint.h>

#define SAVED_MAX 10000      /* of a brand                     */
#define SAVED_STATE_MAX 4096 /* bytes of the address' query    */
#define SAVED_KIND_MAX 32    /* bytes                          */

struct saved {
    struct str name, kind, state;
    struct str made_by, changed_by; /* "user:1 lin", "cli" */
    int64_t made_ms, changed_ms;
};

/* Keeps s of name, kind, state, changed_by, changed_ms. `replace`: one of that name is changed, and there must be one (RC_MISSING).
 * RC_INVALID for a name (who_name_check), a kind that is not [a-z_]{1,32}, a state that is too long, no UTF-8 or has
 * control characters; RC_CONFLICT when the name is taken; RC_TOO_LARGE behind SAVED_MAX. */
enum rc saved_put(struct ledger *l, const struct saved *s, bool replace, struct err *e);
/* In order of name, of a kind (empty: of all); texts in the arena. */
enum rc saved_list(struct ledger *l, struct str kind, struct arena *a, struct saved **out,
                   uint32_t *len, struct err *e);
/* RC_MISSING, with the nearest name as a hint. */
enum rc saved_find(struct ledger *l, struct str name, struct arena *a, struct saved *out,
                   struct err *e);
/* s: the one that is renamed, with changed_by and changed_ms of now. Errors as saved_put. */
enum rc saved_rename(struct ledger *l, const struct saved *s, struct str to, struct err *e);
enum rc saved_delete(struct ledger *l, struct str name, struct err *e);

#endif
