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
    int64_t id;         /* of the key or user; 0 */
    struct str name;    /* lives as long as the table it came from, or in an arena */
    struct str address; /* where the request came from, for the audit trail; may be empty */
};
struct principal principal_local(void);

/* Whether the principal holds a right ("report.read"). "public" is everybody's; PRINCIPAL_LOCAL holds
 * all; a write key holds "event.write" only; NULL is nobody. A right that no role names is the owner's. */
bool principal_may(const struct principal *p, const char *perm);
/* "local", "nobody", "key:3 shop", "user:1 lin": as the audit trail names them. */
struct str principal_text(const struct principal *p, struct arena *a);
const char *role_name(enum role r); /* "owner"; "none" */
/* False for a word that is no role; "none" is none. */
bool role_parse(struct str s, enum role *out);
/* The rights of a role, for docs and for screens: ends with NULL. "report.*" covers all below, "*" all. */
const char *const *role_rights(enum role r);
/* Every right there is, in order of name; ends with name NULL. docs/access.md shows it; a right that an
 * operation names and this list does not fails a test. */
struct right {
    const char *name;
    const char *help, *help_zh; /* what it opens, a phrase */
};
const struct right *right_list(void);

/* ---- Keys ---- */
struct access_key {
    int64_t id;
    struct str name;
    enum principal_kind kind;
    enum role role;
    struct str prefix;                    /* its first characters, for recognition */
    int64_t made_ms, revoked_ms, used_ms; /* 0: never */
};
/* name: 1..60 bytes of UTF-8 without control characters and not of digits alone (RC_INVALID), no two alike
 * among those in force, 1,000 in force at most (RC_CONFLICT). kind: PRINCIPAL_WRITE_KEY, whose role is
 * ROLE_NONE, or PRINCIPAL_OPERATOR_KEY with a role. *text: the key, once. Audited as "key.make". */
enum rc access_key_make(struct ledger *l, const struct principal *by, struct str name,
                        enum principal_kind kind, enum role role, const struct clock *clock,
                        struct arena *a, struct access_key *out, struct str *text,
                        struct err *e);
/* By the name of one in force, else by its number. RC_MISSING when none is in force. "key.revoke". */
enum rc access_key_revoke(struct ledger *l, const struct principal *by, struct str name_or_id,
                          const struct clock *clock, struct err *e);
/* In order of making, revoked ones too. In `a`. */
enum rc access_key_list(struct ledger *l, struct arena *a, struct access_key **out,
                        uint32_t *len, struct err *e);

/* ---- Passwords ----
 * Hashing takes Argon2id's time and 19 MiB and needs no ledger: who shares the ledger under a lock does it before. What
 * follows takes hashed ones only, so that none can be kept in plain. */
struct access_password; /* fit to be kept; in `a` */
/* RC_INVALID for a length out of bounds and for the name itself. Takes no time. */
enum rc access_password_check(struct str name, struct str password, struct err *e);
/* Checks and hashes it. RC_BUSY without the 19 MiB; RC_IO without random bytes. */
enum rc access_password_new(struct str name, struct str password, struct arena *a,
                            struct access_password **out, struct err *e);

/* ---- Users ---- */
struct access_user {
    int64_t id;
    struct str name;
    enum role role;
    int64_t made_ms, seen_ms, disabled_ms; /* 0: never */
};
/* Names as those of keys; letters a-z match in either case. RC_CONFLICT for a name in use. One who is disabled stays so;
 * the name may be given again, to another user. 1,000 in force at most. All below work on users in force (RC_MISSING) and are audited: "user.make",
 * "user.role", "user.disable", "user.password". */
enum rc access_user_make(struct ledger *l, const struct principal *by, struct str name,
                         const struct access_password *password, enum role role,
                         const struct clock *clock, struct arena *a, struct access_user *out,
                         struct err *e);
/* The last owner in force must stay one (RC_CONFLICT). Sessions go on under the new role. */
enum rc access_user_set_role(struct ledger *l, const struct principal *by, struct str name,
                             enum role role, const struct clock *clock, struct err *e);
/* Ends all sessions of the user. The last owner in force cannot be disabled (RC_CONFLICT). */
enum rc access_user_disable(struct ledger *l, const struct principal *by, struct str name,
                            const struct clock *clock, struct err *e);
/* Ends all sessions of the user and forgets failed attempts under the name. */
enum rc access_user_set_password(struct ledger *l, const struct principal *by, struct str name,
                                 const struct access_password *password,
                                 const struct clock *clock, struct err *e);
/* In order of making, disabled ones too. In `a`. */
enum rc access_user_list(struct ledger *l, struct arena *a, struct access_user **out,
                         uint32_t *len, struct err *e);

/* ---- First start ---- */
/* True when the brand has no owner in force: a one-time link is then due. */
enum rc access_needs_owner(struct ledger *l, bool *out, struct err *e);
#define ACCESS_LINK_MINUTES 30
/* A new link's token; earlier ones no longer hold. RC_CONFLICT when there is an owner. "link.make". */
enum rc access_link_make(struct ledger *l, const struct clock *clock, struct arena *a,
                         struct str *token, struct err *e);
/* Whether the link holds: RC_DENIED, the same words for any reason, for a wrong, used or old token, or when an owner is
 * there. Asked before a password is hashed, so that guessing costs us nothing. */
enum rc access_link_check(struct ledger *l, struct str token, const struct clock *clock,
                          struct err *e);
/* Makes the owner and uses the link up ("link.use"; a refused name leaves it). RC_DENIED as access_link_check. */
enum rc access_link_use(struct ledger *l, struct str token, struct str name,
                        const struct access_password *password, const struct clock *clock,
                        struct arena *a, struct access_user *out, struct err *e);

/* ---- Sessions ---- */
/* Takes the time of one Argon2id also for an unknown name. RC_DENIED, the same words for any reason; RC_BUSY with a
 * hint while a name or an address (of IPv6: its /64) has ten failures within 15 minutes; a success takes
 * back those of the same name from the same address. Attempts that run count as failures until they
 * succeed, so many at once gain nothing. A user has 20 sessions at most, the longest unused goes.
 * *token: for the cookie. *out: name in `a`. Audited as "login" with its outcome. */
enum rc access_login(struct ledger *l, struct str name, struct str password, struct str address,
                     const struct clock *clock, struct arena *a, struct principal *out,
                     struct str *token, struct err *e);
/* The same in three steps, for who shares the ledger under a lock: the first and the last are short, the second takes
 * Argon2id's time and 19 MiB and needs no ledger. Who took the first takes the others. */
struct login_attempt; /* in `a` */
enum rc access_login_begin(struct ledger *l, struct str name, struct str address,
                           const struct clock *clock, struct arena *a,
                           struct login_attempt **out, struct err *e);
bool access_login_look(struct login_attempt *t, struct str password); /* whether it fits */
enum rc access_login_end(struct ledger *l, const struct login_attempt *t,
                         const struct clock *clock, struct arena *a, struct principal *out,
                         struct str *token, struct err *e);
/* Instead of access_login_end, for a user who gives the old password to set a new one: all sessions end and one begins, *token.
 * password: may be NULL when access_login_look said no. RC_DENIED as of a log-in, also for a user who was disabled or got
 * another password since access_login_begin. "user.password". */
enum rc access_login_change(struct ledger *l, const struct login_attempt *t,
                            const struct access_password *password, const struct clock *clock,
                            struct arena *a, struct principal *out, struct str *token,
                            struct err *e);
struct access_session {
    int64_t made_ms, used_ms; /* used: as it was saved last, each minute */
    bool own;                 /* the one of this token                    */
};
/* A user's sessions that hold, last used first. In `a`. */
enum rc access_session_list(struct ledger *l, int64_t user_id, struct str token,
                            const struct clock *clock, struct arena *a,
                            struct access_session **out, uint32_t *len, struct err *e);
/* Ends all sessions of the user but that of the token. "session.end". */
enum rc access_session_end_others(struct ledger *l, const struct principal *by,
                                  struct str token, const struct clock *clock, struct err *e);
/* An unknown token is RC_OK. "logout". */
enum rc access_logout(struct ledger *l, struct str token, const struct clock *clock,
                      struct err *e);

/* ---- Checking requests: a table in memory, made from the ledger, shared by threads ---- */
struct access_table;
/* `clock` is borrowed. */
enum rc access_table_new(struct ledger *l, const struct clock *clock, struct access_table **out,
                         struct err *e);
void access_table_free(struct access_table *t);
/* Reads the ledger again when keys, users or sessions changed: one row is read when they did not. From any
 * thread with its own ledger handle; look-ups go on meanwhile. */
enum rc access_table_refresh(struct access_table *t, struct ledger *l, struct err *e);
/* The principal of a key or of a session token; false when there is none in force. No allocation, no
 * look at the ledger; safe from any thread. The secret is hashed and the digest looked up, so the time
 * says nothing of stored secrets. Counts as use. out->address is left empty. */
bool access_table_key(struct access_table *t, struct str key, struct principal *out);
bool access_table_session(struct access_table *t, struct str token, struct principal *out);
/* When keys and sessions were last used, gathered in memory, written now. Nothing is written when nothing was used. Call
 * it each minute and before access_table_free: a session that the ledger saw unused for 12 h is gone after a restart. */
enum rc access_table_save_used(struct access_table *t, struct ledger *l, struct err *e);

/* ---- Audit: every change and every look at what is masked, chained by SHA-256 ----
 * Entries are numbered 1, 2, 3 ... without gaps. With hash(0) = 32 zero bytes,
 *
 *     hash(n) = SHA-256(hash(n-1), id, at_ms, who, address, action, detail, outcome)
 *
 * each field as its length in bytes in decimal, ":", its bytes; numbers in decimal ("2:17" for entry 17).
 * Who changes an entry must change all behind it; the newest hash is also in `pond audit head`, to be
 * kept elsewhere: with it even a trail that was rewritten whole is found out. */
#define AUDIT_DETAIL_MAX 4000u
struct audit_entry {
    int64_t id, at_ms;
    struct str who, address; /* principal_text; empty address: none */
    struct str action;       /* operation or "login", "key.make" */
    struct str detail;       /* JSON; no secrets, personal values masked */
    struct str outcome;      /* rc_name */
};
/* In its own transaction; inside one of the caller's: audit_add_tx. address: empty takes that of `by`.
 * detail: empty is "{}"; one longer than AUDIT_DETAIL_MAX is kept as its length and SHA-256. */
enum rc audit_add(struct ledger *l, const struct principal *by, struct str address,
                  const char *action, struct str detail, enum rc outcome,
                  const struct clock *clock, struct err *e);
enum rc audit_add_tx(struct tx *tx, const struct principal *by, struct str address,
                     const char *action, struct str detail, enum rc outcome,
                     const struct clock *clock, struct err *e);
struct audit_filter {
    int64_t before;         /* an id, excluded; 0: none           */
    int64_t from_ms, to_ms; /* to_ms excluded; 0: none            */
    struct str who, action; /* parts of them; empty: any          */
    struct str outcome;     /* rc_name; empty: any                */
    uint32_t limit;         /* 1..1,000 (RC_INVALID)              */
};
/* Newest first. In `a`. */
enum rc audit_list(struct ledger *l, const struct audit_filter *f, struct arena *a,
                   struct audit_entry **out, uint32_t *len, struct err *e);
struct audit_verdict {
    int64_t entries; /* that are there */
    int64_t newest;  /* id of the newest; 0: no entries */
    int64_t broken;  /* id of the first that does not fit or is missing; 0: all fit */
    char head[65];   /* hex of the newest hash; empty: no entries */
};
/* Reads the whole trail, some 100,000 entries a second. With a head kept elsewhere (hex; may be empty;
 * RC_INVALID when it is none): it must be one of the chain's hashes, else broken = newest + 1. A broken
 * chain is RC_OK and told by *out. */
enum rc audit_verify(struct ledger *l, struct str kept_head, struct audit_verdict *out,
                     struct err *e);
/* The newest entry's id and hash as kept beside the trail, unverified; 0 and "" before the first. */
enum rc audit_head(struct ledger *l, int64_t *id, char hex[65], struct err *e);

/* ---- Idempotency: the reply of a write under the client's own key, 24 h ----
 *
 *     find ─► a kept reply: send it again
 *          └► none: the key is claimed ─ run ─► keep the reply, or drop the claim when a retry may succeed
 *
 * 10,000 replies a brand at most; the oldest go. */
#define IDEMPOTENCY_KEY_MAX 200u       /* bytes, at least 1 (RC_INVALID) */
#define IDEMPOTENCY_REPLY_MAX 1048576u /* bytes (RC_TOO_LARGE) */
/* *reply: the kept one (in `a`), or {NULL, 0}: the key is then claimed for this request. RC_CONFLICT when the
 * key was used for another request; RC_BUSY while the first request under it still runs (a claim holds for
 * 15 minutes, so that a crash does not hold it for ever). request_hash: 1..100 bytes that tell requests
 * apart. Keys of different principals are different keys. */
enum rc idempotency_find(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, const struct clock *clock, struct arena *a,
                         int *status, struct str *reply, struct err *e);
/* status: 100..599. */
enum rc idempotency_keep(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, int status, struct str reply,
                         const struct clock *clock, struct err *e);
/* Gives a claim back: the next request under the key runs anew. */
enum rc idempotency_drop(struct ledger *l, const struct principal *by, struct str key,
                         struct err *e);

#endif
