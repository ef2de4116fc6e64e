/* Sessions: logging in and out. Checking a request's session is table.c's.
 *
 * An attempt is written down as a failure before the password is looked at and taken back when it
 * succeeds: however many run at once, at most FAILURES_MAX passwords are tried. Names and addresses
 * are kept as digests, because people type passwords into the field of the name. */
#include "access/internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include "base/buf.h"
#include "gen/sql_access.h"
#include "wire/crypt.h"
#include "wire/password.h"

#define SESSIONS_MAX 20 /* of one user */
#define ADDRESS_MAX 64u

struct attempt {
    struct str name, address; /* digests, of name_digest and address_digest */
    uint8_t name_digest[DIGEST_BYTES], address_digest[DIGEST_BYTES];
    bool placed; /* the address is known */
};

struct login_attempt {
    struct attempt of;
    struct user_found user;
    struct str address;
    bool fits; /* the password */
};

/* As lower() of the ledger: ASCII letters only. */
struct str failure_name(struct str name, uint8_t digest[DIGEST_BYTES])
{
    struct buf lower = {0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        buf_add_byte(&lower, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
    crypt_sha256(buf_str(&lower), digest);
    buf_release(&lower);
    return str_make((const char *)digest, DIGEST_BYTES);
}

/* Who has one IPv6 address has its /64. */
static struct str failure_address(struct str address, uint8_t digest[DIGEST_BYTES])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[ADDRESS_MAX];
    struct in6_addr six;
    struct in_addr four;
    struct str key = address;
    if (address.len < sizeof(text)) {
        memcpy(text, address.ptr ? address.ptr : "", address.len);
        text[address.len] = '\0';
        if (inet_pton(AF_INET, text, &four) == 1) {
            key = str_make((const char *)&four, sizeof(four));
        } else if (inet_pton(AF_INET6, text, &six) == 1) {
            bool is_four = memcmp(&six, mapped, sizeof(mapped)) == 0;
            key = is_four ? str_make((const char *)&six + sizeof(mapped), 4)
                          : str_make((const char *)&six, 8);
        }
    }
    crypt_sha256(key, digest);
    return str_make((const char *)digest, DIGEST_BYTES);
}

static void attempt_init(struct attempt *t, struct str name, struct str address)
{
    t->name = failure_name(name, t->name_digest);
    t->address = failure_address(address, t->address_digest);
    t->placed = address.len > 0;
}

static enum rc count_failures(struct ledger *l, const struct attempt *t, int64_t after_ms,
                              struct err *e)
{
    int64_t of_name = 0, of_address = 0;
    enum rc rc = ledger_get_i64(
        l, &sql_access_failures_of_name,
        BINDS(bind_blob("name", t->name), bind_i64("after_ms", after_ms)), &of_name, NULL, e);
    if (!rc && t->placed) {
        rc = ledger_get_i64(
            l, &sql_access_failures_of_address,
            BINDS(bind_blob("address", t->address), bind_i64("after_ms", after_ms)),
            &of_address, NULL, e);
    }
    if (!rc && (of_name >= FAILURES_MAX || of_address >= FAILURES_MAX)) {
        rc = rc_fail(e, RC_BUSY, "too many failed attempts to log in");
        err_hint(e, "try again in 15 minutes; a forgotten password is set anew by pond user "
                    "password NAME");
    }
    return rc;
}

/* Writes the attempt down and reads the user, in one transaction. */
static enum rc begin_attempt(struct ledger *l, const struct attempt *t, int64_t now_ms,
                             struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_run(l, &sql_access_failure_sweep,
                    BINDS(bind_i64("before_ms", now_ms - FAILURE_MS)), e);
    rc = rc ? rc : count_failures(l, t, now_ms - FAILURE_MS, e);
    rc = rc ? rc
            : ledger_run(l, &sql_access_failure_add,
                         BINDS(bind_i64("at_ms", now_ms), bind_blob("name", t->name),
                               bind_blob("address", t->address)),
                         e);
    return ledger_end(tx, rc, e);
}

static enum rc refuse(struct ledger *l, const struct user_found *u, struct str address,
                      const struct clock *clock, struct err *e)
{
    struct principal nobody = {.address = address};
    struct arena *a = arena_new();
    struct str detail =
        u->id ? change_detail(a, u->id, u->name, NULL, STR_NULL) : STR("{\"unknown\":true}");
    enum rc rc = audit_add(l, &nobody, STR_NULL, "login", detail, RC_DENIED, clock, e);
    arena_free(a);
    return rc ? rc : rc_fail(e, RC_DENIED, "the name or the password is wrong");
}

static enum rc add_session(struct ledger *l, int64_t user_id, struct str token, int64_t now_ms,
                           struct err *e)
{
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = ledger_run(l, &sql_access_session_sweep,
                            BINDS(bind_i64("used_before", now_ms - SESSION_IDLE_MS),
                                  bind_i64("made_before", now_ms - SESSION_LIFE_MS)),
                            e);
    rc = rc ? rc
            : ledger_run(
                  l, &sql_access_session_cap,
                  BINDS(bind_i64("user_id", user_id), bind_i64("keep", SESSIONS_MAX - 1)), e);
    rc = rc ? rc
            : ledger_run(l, &sql_access_session_add,
                         BINDS(bind_blob("digest", secret_digest(token, digest)),
                               bind_i64("user_id", user_id), bind_i64("now_ms", now_ms)),
                         e);
    return rc ? rc
              : ledger_run(l, &sql_access_user_seen,
                           BINDS(bind_i64("id", user_id), bind_i64("seen_ms", now_ms)), e);
}

/* The user is read again: who was disabled, or got another password, while it was hashed is out. */
static enum rc let_in(struct ledger *l, const struct attempt *t, const struct user_found *u,
                      struct str token, struct principal *out, const struct clock *clock,
                      struct err *e)
{
    struct change c = {.by = out, .clock = clock};
    struct user_found again = {0};
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = user_find(l, u->name, a, &again, e);
    if (!rc && (again.id != u->id || !str_eq(again.encoded, u->encoded))) {
        rc = rc_fail(e, RC_DENIED, "the name or the password is wrong");
    }
    out->role = again.role;
    rc =
        rc ? rc
           : ledger_run(l, &sql_access_failure_drop,
                        BINDS(bind_blob("name", t->name), bind_blob("address", t->address)), e);
    rc = rc ? rc : add_session(l, u->id, token, clock_now(clock), e);
    rc = change_end(&c, "login", STR_NULL, rc, e);
    arena_free(a);
    return rc;
}

enum rc access_login_begin(struct ledger *l, struct str name, struct str address,
                           const struct clock *clock, struct arena *a,
                           struct login_attempt **out, struct err *e)
{
    struct login_attempt *t = arena_new_of(a, struct login_attempt);
    attempt_init(&t->of, name, address);
    t->address = arena_str(a, address);
    *out = t;
    enum rc rc = begin_attempt(l, &t->of, clock_now(clock), e);
    return rc ? rc : user_find(l, name, a, &t->user, e);
}

bool access_login_look(struct login_attempt *t, struct str password)
{
    t->fits = password_fits(t->user.encoded, password);
    return t->fits;
}

enum rc access_login_end(struct ledger *l, const struct login_attempt *t,
                         const struct clock *clock, struct arena *a, struct principal *out,
                         struct str *token, struct err *e)
{
    const struct user_found *u = &t->user;
    if (!t->fits) {
        return refuse(l, u, t->address, clock, e);
    }
    enum rc rc = secret_text(a, STR(""), token, e);
    *out = (struct principal){.kind = PRINCIPAL_USER,
                              .role = u->role,
                              .id = u->id,
                              .name = u->name,
                              .address = t->address};
    return rc ? rc : let_in(l, &t->of, u, *token, out, clock, e);
}

enum rc access_login(struct ledger *l, struct str name, struct str password, struct str address,
                     const struct clock *clock, struct arena *a, struct principal *out,
                     struct str *token, struct err *e)
{
    struct login_attempt *t = NULL;
    enum rc rc = access_login_begin(l, name, address, clock, a, &t, e);
    if (rc) {
        return rc;
    }
    (void)access_login_look(t, password);
    return access_login_end(l, t, clock, a, out, token, e);
}

static enum rc end_session(struct ledger *l, struct str digest, struct principal *who,
                           struct arena *a, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_access_session_owner, &s, e);
    if (!rc) {
        stmt_bind_blob(s, "digest", digest);
        rc = stmt_step(s, &row, e);
    }
    if (!rc && row) {
        *who = (struct principal){
            .kind = PRINCIPAL_USER, .id = stmt_i64(s, 0), .name = arena_str(a, stmt_str(s, 1))};
        (void)role_parse(stmt_str(s, 2), &who->role);
    }
    stmt_done(s);
    return rc || !row
               ? rc
               : ledger_run(l, &sql_access_session_drop, BINDS(bind_blob("digest", digest)), e);
}

enum rc access_logout(struct ledger *l, struct str token, const struct clock *clock,
                      struct err *e)
{
    struct principal who = {0};
    struct change c = {.by = &who, .clock = clock};
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = end_session(l, secret_digest(token, digest), &who, a, e);
    rc = who.id ? change_end(&c, "logout", STR_NULL, rc, e) : ledger_end(c.tx, rc, e);
    arena_free(a);
    return rc;
}

/* ---- A user's own ---------------------------------------------------------------------------- */

enum rc access_login_change(struct ledger *l, const struct login_attempt *t,
                            const struct access_password *password, const struct clock *clock,
                            struct arena *a, struct principal *out, struct str *token,
                            struct err *e)
{
    struct login_attempt now = *t;
    if (!t->fits) {
        return refuse(l, &t->user, t->address, clock, e);
    }
    *out = (struct principal){.kind = PRINCIPAL_USER,
                              .role = t->user.role,
                              .id = t->user.id,
                              .name = t->user.name,
                              .address = t->address};
    enum rc rc = user_change_password(l, out, &t->user, password, clock, e);
    rc = rc ? rc : user_find(l, t->user.name, a, &now.user, e);
    return rc ? rc : access_login_end(l, &now, clock, a, out, token, e);
}

enum rc access_session_list(struct ledger *l, int64_t user_id, struct str token,
                            const struct clock *clock, struct arena *a,
                            struct access_session **out, uint32_t *len, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    uint8_t digest[DIGEST_BYTES];
    struct str own = secret_digest(token, digest);
    int64_t now = clock_now(clock);
    *len = 0;
    *out = arena_array(a, struct access_session, SESSIONS_MAX);
    enum rc rc = ledger_prepare(l, &sql_access_session_of, &s, e);
    if (!rc) {
        stmt_bind(s, BINDS(bind_i64("user_id", user_id),
                           bind_i64("used_after", now - SESSION_IDLE_MS),
                           bind_i64("made_after", now - SESSION_LIFE_MS)));
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row && *len < SESSIONS_MAX) {
        (*out)[(*len)++] = (struct access_session){.made_ms = stmt_i64(s, 1),
                                                   .used_ms = stmt_i64(s, 2),
                                                   .own = str_eq(stmt_str(s, 0), own)};
    }
    stmt_done(s);
    return rc;
}

enum rc access_session_end_others(struct ledger *l, const struct principal *by,
                                  struct str token, const struct clock *clock, struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = ledger_run(
        l, &sql_access_session_drop_others,
        BINDS(bind_i64("user_id", by->id), bind_blob("digest", secret_digest(token, digest))),
        e);
    rc = change_end(&c, "session.end", change_detail(a, by->id, by->name, NULL, STR_NULL), rc,
                    e);
    arena_free(a);
    return rc;
}
