/* Who may do what: keys, users, sessions, roles, and the audit trail. Tables access_*.
 *
 * A principal is whoever a request speaks for. A write key can only send events. An operator key and a
 * session have a role; a role has rights (names of struct op's `perm`). Secrets are stored as digests
 * only; a key or token is shown once, when it is made.
 *
 *     key      "pk_w_" / "pk_o_" + 43 characters (256 random bits, base64url); stored: SHA-256
 *     session  cookie of 256 random bits; stored: SHA-256; 12 h after the last use, 7 days at most
 *     link     one-time, 256 bits, 30 minutes, loopback only: makes the first owner
 *     password Argon2id (19 MiB, 2 passes), 10..200 bytes
 *
 * Changes are transactions of the ledger and audited in the same transaction. All calls work beside a
 * server that has the brand open: they need the ledger only.
 */
#ifndef POND_ACCESS_ACCESS_H
#define POND_ACCESS_ACCESS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"

enum principal_kind {
    PRINCIPAL_NOBODY,
    PRINCIPAL_LOCAL, /* the command line: whoever can read the data directory */
    PRINCIPAL_WRITE_KEY,
    PRINCIPAL_OPERATOR_KEY,
    PRINCIPAL_USER
};
enum role { ROLE_NONE, ROLE_OWNER, ROLE_OPERATOR, ROLE_ANALYST, ROLE_STORE };

struct principal {
    enum principal_kind kind;
    enum role role;
    int64_t id;      /* of the key or user; 0 */
    struct str name; /* lives as long as the table it came from, or in an arena */
};

/* Whether the role holds a right ("report.read"). "public" is everybody's; PRINCIPAL_LOCAL holds all;
 * a write key holds "event.write" only. */
bool principal_may(const struct principal *p, const char *perm);
const char *role_name(enum role r); /* "owner" */
bool role_parse(struct str s, enum role *out);
/* The rights of a role, for docs and for screens: ends with NULL. "report.*" covers all below. */
const char *const *role_rights(enum role r);

/* ---- Keys ---- */
struct access_key {
    int64_t id;
    struct str name;
    enum principal_kind kind;
    enum role role;
    struct str prefix;                    /* its first characters, for recognition */
    int64_t made_ms, revoked_ms, used_ms; /* 0: never */
};
/* name: 1..60 bytes, no two alike among those in force (RC_CONFLICT). *text: the key, once. */
enum rc access_key_make(struct ledger *l, const struct principal *by, struct str name,
                        enum principal_kind kind, enum role role, const struct clock *clock,
                        struct arena *a, struct access_key *out, struct str *text,
                        struct err *e);
enum rc access_key_revoke(struct ledger *l, const struct principal *by, struct str name_or_id,
                          const struct clock *clock, struct err *e);
enum rc access_key_list(struct ledger *l, struct arena *a, struct access_key **out,
                        uint32_t *len, struct err *e);

/* ---- Users ---- */
struct access_user {
    int64_t id;
    struct str name;
    enum role role;
    int64_t made_ms, seen_ms, disabled_ms; /* 0: never */
};
/* RC_CONFLICT for a name in use; RC_INVALID for a password too short, too long, or the name itself. */
enum rc access_user_make(struct ledger *l, const struct principal *by, struct str name,
                         struct str password, enum role role, const struct clock *clock,
                         struct arena *a, struct access_user *out, struct err *e);
enum rc access_user_set_role(struct ledger *l, const struct principal *by, struct str name,
                             enum role role, const struct clock *clock, struct err *e);
/* Ends all sessions of the user. The last owner in force cannot be disabled (RC_CONFLICT). */
enum rc access_user_disable(struct ledger *l, const struct principal *by, struct str name,
                            const struct clock *clock, struct err *e);
enum rc access_user_set_password(struct ledger *l, const struct principal *by, struct str name,
                                 struct str password, const struct clock *clock, struct err *e);
enum rc access_user_list(struct ledger *l, struct arena *a, struct access_user **out,
                         uint32_t *len, struct err *e);

/* ---- First start ---- */
/* True when the brand has no owner in force: a one-time link is then due. */
enum rc access_needs_owner(struct ledger *l, bool *out, struct err *e);
/* A new link's token; earlier ones no longer hold. */
enum rc access_link_make(struct ledger *l, const struct clock *clock, struct arena *a,
                         struct str *token, struct err *e);
/* Makes the owner and uses the link up. RC_DENIED for a wrong, used or old token, or when an owner is there. */
enum rc access_link_use(struct ledger *l, struct str token, struct str name,
                        struct str password, const struct clock *clock, struct arena *a,
                        struct access_user *out, struct err *e);

/* ---- Sessions ---- */
/* Takes the time of one Argon2id also for an unknown name. RC_DENIED, the same words for any reason; RC_BUSY with a
 * hint after ten failures of a name or an address within 15 minutes. *token: for the cookie. */
enum rc access_login(struct ledger *l, struct str name, struct str password, struct str address,
                     const struct clock *clock, struct arena *a, struct principal *out,
                     struct str *token, struct err *e);
enum rc access_logout(struct ledger *l, struct str token, const struct clock *clock,
                      struct err *e);

/* ---- Checking requests: a table in memory, made from the ledger, shared by threads ---- */
struct access_table;
enum rc access_table_new(struct ledger *l, const struct clock *clock, struct access_table **out,
                         struct err *e);
void access_table_free(struct access_table *t);
/* Reads the ledger again when keys, users or sessions changed (cheap when they did not). */
enum rc access_table_refresh(struct access_table *t, struct ledger *l, struct err *e);
/* The principal of a key or of a session token; false when there is none in force. No allocation, no
 * look at the ledger; safe from any thread; constant-time in the secret. */
bool access_table_key(const struct access_table *t, struct str key, struct principal *out);
bool access_table_session(const struct access_table *t, struct str token,
                          struct principal *out);
/* When keys and sessions were last used, gathered in memory, written now. */
enum rc access_table_save_used(struct access_table *t, struct ledger *l, struct err *e);

/* ---- Audit: every change and every look at what is masked, chained by SHA-256 ----
 * hash(n) = SHA-256(hash(n-1), canonical text of entry n); who changes an entry must change all behind it,
 * and the newest hash is also in `pond audit head`, to be kept elsewhere. */
struct audit_entry {
    int64_t id, at_ms;
    struct str who, address; /* "key:3 shop", "user:1 lin", "local"; empty address: none */
    struct str action;       /* operation or "login", "key.make" */
    struct str detail;       /* JSON; no secrets, personal values masked */
    struct str outcome;      /* rc_name */
};
/* In its own transaction; inside one of the caller's: audit_add_tx. */
enum rc audit_add(struct ledger *l, const struct principal *by, struct str address,
                  const char *action, struct str detail, enum rc outcome,
                  const struct clock *clock, struct err *e);
enum rc audit_add_tx(struct tx *tx, const struct principal *by, struct str address,
                     const char *action, struct str detail, enum rc outcome,
                     const struct clock *clock, struct err *e);
/* Newest first; before: 0 or an id. */
enum rc audit_list(struct ledger *l, int64_t before, uint32_t limit, struct arena *a,
                   struct audit_entry **out, uint32_t *len, struct err *e);
struct audit_verdict {
    int64_t entries;
    int64_t broken; /* id of the first entry that does not fit; 0: all fit */
    char head[65];  /* hex of the newest hash; empty: no entries */
};
/* With a head kept elsewhere (hex; may be empty): it must be one of the chain's hashes, else broken = 1 past the end. */
enum rc audit_verify(struct ledger *l, struct str kept_head, struct audit_verdict *out,
                     struct err *e);

/* ---- Idempotency: the reply of a write under the client's own key, 24 h ---- */
/* *reply: the kept one (in `a`), or {NULL, 0}. RC_CONFLICT when the key was used for another request. */
enum rc idempotency_find(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, const struct clock *clock, struct arena *a,
                         int *status, struct str *reply, struct err *e);
enum rc idempotency_keep(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, int status, struct str reply,
                         const struct clock *clock, struct err *e);

#endif
