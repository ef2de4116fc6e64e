/* The one-time link by which the first owner is made. */
#include "access/internal.h"
#include "gen/sql_access.h"
#include "wire/crypt.h"

enum rc access_needs_owner(struct ledger *l, bool *out, struct err *e)
{
    int64_t owners = 0;
    enum rc rc = ledger_get_i64(l, &sql_access_user_owners, BINDS_NONE, &owners, NULL, e);
    *out = !rc && owners == 0;
    return rc;
}

static enum rc put_link(struct ledger *l, struct str token, int64_t now_ms, struct err *e)
{
    bool needed = false;
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = access_needs_owner(l, &needed, e);
    if (!rc && !needed) {
        rc = rc_fail(e, RC_CONFLICT, "this brand has an owner already");
        err_hint(e, "a forgotten password is set anew by pond user password NAME");
    }
    return rc ? rc
              : ledger_run(l, &sql_access_link_put,
                           BINDS(bind_blob("digest", secret_digest(token, digest)),
                                 bind_i64("made_ms", now_ms)),
                           e);
}

enum rc access_link_make(struct ledger *l, const struct clock *clock, struct arena *a,
                         struct str *token, struct err *e)
{
    struct principal by = principal_local();
    struct change c = {.by = &by, .clock = clock};
    enum rc rc = secret_text(a, STR(""), token, e);
    rc = rc ? rc : ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    rc = put_link(l, *token, clock_now(clock), e);
    return change_end(&c, "link.make", STR_NULL, rc, e);
}

static enum rc check_link(struct ledger *l, struct str token, int64_t now_ms, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false, needed = false, fits = false;
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = ledger_prepare(l, &sql_access_link_read, &s, e);
    rc = rc ? rc : stmt_step(s, &row, e);
    if (!rc && row) {
        fits = crypt_eq(stmt_str(s, 0), secret_digest(token, digest)) &&
               now_ms - stmt_i64(s, 1) < LINK_LIFE_MS;
    }
    stmt_done(s);
    rc = rc ? rc : access_needs_owner(l, &needed, e);
    if (!rc && !(fits && needed)) {
        rc = rc_fail(e, RC_DENIED, "this link does not hold, or no longer");
        err_hint(e, "it works once, for 30 minutes; pond owner link makes a new one");
    }
    return rc;
}

enum rc access_link_check(struct ledger *l, struct str token, const struct clock *clock,
                          struct err *e)
{
    return check_link(l, token, clock_now(clock), e);
}

/* The token is looked at again: nobody else can use it now. */
enum rc access_link_use(struct ledger *l, struct str token, struct str name,
                        const struct access_password *password, const struct clock *clock,
                        struct arena *a, struct access_user *out, struct err *e)
{
    struct change c = {.clock = clock};
    int64_t now_ms = clock_now(clock);
    enum rc rc = name_check("user", name, e);
    rc = rc ? rc : ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    *out =
        (struct access_user){.name = arena_str(a, name), .role = ROLE_OWNER, .made_ms = now_ms};
    rc = check_link(l, token, now_ms, e);
    rc = rc ? rc : user_add(l, out, password->encoded, e);
    rc = rc ? rc : ledger_run(l, &sql_access_link_drop, BINDS_NONE, e);
    struct principal by = {
        .kind = PRINCIPAL_USER, .role = ROLE_OWNER, .id = out->id, .name = out->name};
    c.by = &by;
    return change_end(&c, "link.use", change_detail(a, out->id, name, "role", STR("owner")), rc,
                      e);
}
