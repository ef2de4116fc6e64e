/* What the files of access share. */
#ifndef POND_ACCESS_INTERNAL_H
#define POND_ACCESS_INTERNAL_H

#include "access/access.h"

#define NAME_MAX_BYTES 60u
#define SECRET_BYTES 32u /* random bytes of a key or token */
#define SECRET_TEXT 43u  /* the same in base64url          */
#define DIGEST_BYTES 32u
#define SESSION_IDLE_MS (12 * 3600 * (int64_t)1000)
#define SESSION_LIFE_MS (7 * 24 * 3600 * (int64_t)1000)
#define LINK_LIFE_MS (ACCESS_LINK_MINUTES * (int64_t)60000)
#define FAILURE_MS (15 * 60 * (int64_t)1000)
#define FAILURES_MAX 10

/* `prefix` and 256 random bits, in `a`. RC_IO. */
enum rc secret_text(struct arena *a, struct str prefix, struct str *out, struct err *e);
/* What the ledger knows of a key or token. The view is of `digest`. */
struct str secret_digest(struct str text, uint8_t digest[DIGEST_BYTES]);

/* RC_INVALID for a name that a key or user cannot have. `what`: "key", "user". */
enum rc name_check(const char *what, struct str name, struct err *e);

/* Ends a change: audited, counted for tables in memory, committed when rc is RC_OK. `detail` is JSON. */
struct change {
    struct tx *tx;
    const struct principal *by;
    const struct clock *clock;
};
enum rc change_end(const struct change *c, const char *action, struct str detail, enum rc rc,
                   struct err *e);
/* {"id":3,"name":"shop","KEY":"VALUE"} in `a`; key NULL: without. */
struct str change_detail(struct arena *a, int64_t id, struct str name, const char *key,
                         struct str value);

struct access_password {
    struct str encoded;
};
/* Adds a user whose password is hashed already: fills out->id. RC_CONFLICT for a name in use. */
enum rc user_add(struct ledger *l, struct access_user *out, struct str encoded, struct err *e);
/* The user in force of this name; *id 0 when there is none. `name` and `encoded` in `a`. */
struct user_found {
    int64_t id;
    struct str name, encoded;
    enum role role;
};
enum rc user_find(struct ledger *l, struct str name, struct arena *a, struct user_found *out,
                  struct err *e);
/* access_user_set_password of the user in force whose password is still `known`: RC_DENIED else. */
enum rc user_change_password(struct ledger *l, const struct principal *by,
                             const struct user_found *known,
                             const struct access_password *password, const struct clock *clock,
                             struct err *e);
/* What failed attempts to log in are counted by. */
struct str failure_name(struct str name, uint8_t digest[DIGEST_BYTES]);

#endif
