/* Users: made, given roles and passwords, disabled, listed. */
#include "access/internal.h"

#include <ctype.h>
#include "base/buf.h"
#include "gen/sql_access.h"
#include "wire/password.h"

#define USERS_MAX 1000

enum rc access_password_check(struct str name, struct str password, struct err *e)
{
    if (password.len < PASSWORD_MIN || password.len > PASSWORD_MAX) {
        rc_fail(e, RC_INVALID, "a password has %u to %u bytes", PASSWORD_MIN, PASSWORD_MAX);
        err_hint(e, "a few words in a row are long and easy to keep in mind");
        return RC_INVALID;
    }
    if (str_eq_nocase(name, password)) {
        rc_fail(e, RC_INVALID, "the password is the name");
        err_hint(e, "take another: everybody would try this one first");
        return RC_INVALID;
    }
    return RC_OK;
}

enum rc access_password_new(struct str name, struct str password, struct arena *a,
                            struct access_password **out, struct err *e)
{
    struct access_password *p = arena_new_of(a, struct access_password);
    enum rc rc = access_password_check(name, password, e);
    rc = rc ? rc : password_hash(password, a, &p->encoded, e);
    *out = rc ? NULL : p;
    return rc;
}

enum rc user_find(struct ledger *l, struct str name, struct arena *a, struct user_found *out,
                  struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = (struct user_found){0};
    enum rc rc = ledger_prepare(l, &sql_access_user_named, &s, e);
    if (!rc) {
        stmt_bind_str(s, "name", name.ptr ? name : STR(""));
        rc = stmt_step(s, &row, e);
    }
    if (!rc && row) {
        out->id = stmt_i64(s, 0);
        out->name = arena_str(a, stmt_str(s, 1));
        out->encoded = arena_str(a, stmt_str(s, 3));
        (void)role_parse(stmt_str(s, 2), &out->role);
    }
    stmt_done(s);
    return rc;
}

static enum rc find_in_force(struct ledger *l, struct str name, struct arena *a,
                             struct user_found *out, struct err *e)
{
    enum rc rc = user_find(l, name, a, out, e);
    if (!rc && !out->id) {
        rc = rc_fail(e, RC_MISSING, "no user in force is called \"%.*s\"",
                     STR_FMT(str_slice(name, 0, NAME_MAX_BYTES)));
        err_hint(e, "pond user list shows them");
    }
    return rc;
}

/* Somebody must be left who can make users and keys. */
static enum rc check_owner_left(struct ledger *l, const struct user_found *u, struct err *e)
{
    int64_t owners = 0;
    enum rc rc = ledger_get_i64(l, &sql_access_user_owners, BINDS_NONE, &owners, NULL, e);
    if (!rc && u->role == ROLE_OWNER && owners <= 1) {
        rc = rc_fail(e, RC_CONFLICT, "\"%.*s\" is the last owner", STR_FMT(u->name));
        err_hint(e, "make another one owner first");
    }
    return rc;
}

enum rc user_add(struct ledger *l, struct access_user *out, struct str encoded, struct err *e)
{
    struct arena *a = arena_new();
    struct user_found other;
    int64_t count = 0;
    enum rc rc = user_find(l, out->name, a, &other, e);
    if (!rc && other.id) {
        rc = rc_fail(e, RC_CONFLICT, "a user is called \"%.*s\" already", STR_FMT(other.name));
        err_hint(e, "take another name, or give that one another role or password");
    }
    rc = rc ? rc : ledger_get_i64(l, &sql_access_user_count, BINDS_NONE, &count, NULL, e);
    if (!rc && count >= USERS_MAX) {
        rc = rc_fail(e, RC_CONFLICT, "%d users are in force, no more can be", USERS_MAX);
        err_hint(e, "disable those who are gone");
    }
    rc =
        rc ? rc
           : ledger_run(l, &sql_access_user_add,
                        BINDS(bind_str("name", out->name),
                              bind_str("role", str_of(role_name(out->role))),
                              bind_str("password", encoded), bind_i64("made_ms", out->made_ms)),
                        e);
    out->id = ledger_last_id(l);
    arena_free(a);
    return rc;
}

enum rc access_user_make(struct ledger *l, const struct principal *by, struct str name,
                         const struct access_password *password, enum role role,
                         const struct clock *clock, struct arena *a, struct access_user *out,
                         struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    enum rc rc = name_check("user", name, e);
    if (!rc && role == ROLE_NONE) {
        rc = rc_fail(e, RC_INVALID, "a user needs a role");
    }
    rc = rc ? rc : ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    *out = (struct access_user){
        .name = arena_str(a, name), .role = role, .made_ms = clock_now(clock)};
    rc = user_add(l, out, password->encoded, e);
    return change_end(&c, "user.make",
                      change_detail(a, out->id, name, "role", str_of(role_name(role))), rc, e);
}

enum rc access_user_set_role(struct ledger *l, const struct principal *by, struct str name,
                             enum role role, const struct clock *clock, struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct user_found u = {0};
    if (role == ROLE_NONE) {
        return rc_fail(e, RC_INVALID, "a user needs a role");
    }
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = find_in_force(l, name, a, &u, e);
    rc = rc || role == ROLE_OWNER ? rc : check_owner_left(l, &u, e);
    rc = rc ? rc
            : ledger_run(l, &sql_access_user_set_role,
                         BINDS(bind_i64("id", u.id), bind_str("role", str_of(role_name(role)))),
                         e);
    rc = change_end(&c, "user.role",
                    change_detail(a, u.id, u.name, "role", str_of(role_name(role))), rc, e);
    arena_free(a);
    return rc;
}

static enum rc end_sessions(struct ledger *l, int64_t user_id, struct err *e)
{
    return ledger_run(l, &sql_access_session_drop_of, BINDS(bind_i64("user_id", user_id)), e);
}

enum rc access_user_disable(struct ledger *l, const struct principal *by, struct str name,
                            const struct clock *clock, struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct user_found u = {0};
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = find_in_force(l, name, a, &u, e);
    rc = rc ? rc : check_owner_left(l, &u, e);
    rc = rc ? rc
            : ledger_run(l, &sql_access_user_end,
                         BINDS(bind_i64("id", u.id), bind_i64("now_ms", clock_now(clock))), e);
    rc = rc ? rc : end_sessions(l, u.id, e);
    rc = change_end(&c, "user.disable", change_detail(a, u.id, u.name, NULL, STR_NULL), rc, e);
    arena_free(a);
    return rc;
}

static enum rc put_password(struct ledger *l, const struct user_found *u, struct str encoded,
                            struct err *e)
{
    uint8_t digest[DIGEST_BYTES];
    struct str failures = failure_name(u->name, digest);
    enum rc rc = ledger_run(l, &sql_access_user_set_password,
                            BINDS(bind_i64("id", u->id), bind_str("password", encoded)), e);
    rc = rc ? rc : end_sessions(l, u->id, e);
    return rc ? rc
              : ledger_run(l, &sql_access_failure_drop_name, BINDS(bind_blob("name", failures)),
                           e);
}

enum rc access_user_set_password(struct ledger *l, const struct principal *by, struct str name,
                                 const struct access_password *password,
                                 const struct clock *clock, struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct user_found u = {0};
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = find_in_force(l, name, a, &u, e);
    rc = rc ? rc : put_password(l, &u, password->encoded, e);
    rc = change_end(&c, "user.password", change_detail(a, u.id, u.name, NULL, STR_NULL), rc, e);
    arena_free(a);
    return rc;
}

/* Who knew an old password must not undo that it was set anew while it was looked at. */
enum rc user_change_password(struct ledger *l, const struct principal *by,
                             const struct user_found *known,
                             const struct access_password *password, const struct clock *clock,
                             struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct user_found u = {0};
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    rc = user_find(l, known->name, a, &u, e);
    if (!rc && (u.id != known->id || !str_eq(u.encoded, known->encoded))) {
        rc = rc_fail(e, RC_DENIED, "the name or the password is wrong");
    }
    rc = rc ? rc : put_password(l, &u, password->encoded, e);
    rc = change_end(&c, "user.password", change_detail(a, u.id, u.name, NULL, STR_NULL), rc, e);
    arena_free(a);
    return rc;
}

static void read_user(struct stmt *s, struct arena *a, void *into)
{
    struct access_user *u = into;
    *u = (struct access_user){
        .id = stmt_i64(s, 0),
        .name = arena_str(a, stmt_str(s, 1)),
        .made_ms = stmt_i64(s, 3),
        .seen_ms = stmt_i64(s, 4),
        .disabled_ms = stmt_i64(s, 5),
    };
    (void)role_parse(stmt_str(s, 2), &u->role);
}

enum rc access_user_list(struct ledger *l, struct arena *a, struct access_user **out,
                         uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc =
        ledger_rows(l, &sql_access_user_list, BINDS_NONE, sizeof(**out), read_user, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}
