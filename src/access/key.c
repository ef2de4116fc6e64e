/* Keys: made, revoked, listed. Looking one up is table.c's. */
#include "access/internal.h"
#include "gen/sql_access.h"

#define KEYS_MAX 1000
#define PREFIX_SHOWN 11u /* "pk_w_" and six of the 43 */

static const char *kind_name(enum principal_kind k)
{
    return k == PRINCIPAL_WRITE_KEY ? "write" : "operator";
}

static enum rc check(struct str name, enum principal_kind kind, enum role role, struct err *e)
{
    enum rc rc = name_check("key", name, e);
    if (rc) {
        return rc;
    }
    if (kind == PRINCIPAL_WRITE_KEY && role != ROLE_NONE) {
        rc = rc_fail(e, RC_INVALID, "a write key has no role: it can only send events");
        err_hint(e, "leave the role out, or make an operator key");
    } else if (kind == PRINCIPAL_OPERATOR_KEY && role == ROLE_NONE) {
        rc = rc_fail(e, RC_INVALID, "an operator key needs a role");
    } else if (kind != PRINCIPAL_WRITE_KEY && kind != PRINCIPAL_OPERATOR_KEY) {
        rc = rc_fail(e, RC_BUG, "no such kind of key");
    }
    return rc;
}

static enum rc add(struct ledger *l, const struct access_key *k, struct str text, struct err *e)
{
    int64_t id = 0, count = 0;
    bool found = false;
    uint8_t digest[DIGEST_BYTES];
    enum rc rc = ledger_get_i64(l, &sql_access_key_named, BINDS(bind_str("name", k->name)), &id,
                                &found, e);
    if (!rc && found) {
        rc = rc_fail(e, RC_CONFLICT, "a key in force is called \"%.*s\" already",
                     STR_FMT(k->name));
        err_hint(e, "take another name, or revoke that one first");
    }
    rc = rc ? rc : ledger_get_i64(l, &sql_access_key_count, BINDS_NONE, &count, NULL, e);
    if (!rc && count >= KEYS_MAX) {
        rc = rc_fail(e, RC_CONFLICT, "%d keys are in force, no more can be", KEYS_MAX);
        err_hint(e, "revoke those that are not used: the list says when each was");
    }
    return rc ? rc
              : ledger_run(l, &sql_access_key_add,
                           BINDS(bind_str("name", k->name),
                                 bind_str("kind", str_of(kind_name(k->kind))),
                                 bind_str("role", str_of(role_name(k->role))),
                                 bind_str("prefix", k->prefix),
                                 bind_blob("digest", secret_digest(text, digest)),
                                 bind_i64("made_ms", k->made_ms)),
                           e);
}

enum rc access_key_make(struct ledger *l, const struct principal *by, struct str name,
                        enum principal_kind kind, enum role role, const struct clock *clock,
                        struct arena *a, struct access_key *out, struct str *text,
                        struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct str prefix = kind == PRINCIPAL_WRITE_KEY ? STR("pk_w_") : STR("pk_o_");
    enum rc rc = check(name, kind, role, e);
    rc = rc ? rc : secret_text(a, prefix, text, e);
    rc = rc ? rc : ledger_begin(l, &c.tx, e);
    if (rc) {
        return rc;
    }
    *out = (struct access_key){.name = arena_str(a, name),
                               .kind = kind,
                               .role = role,
                               .prefix = str_slice(*text, 0, PREFIX_SHOWN),
                               .made_ms = clock_now(clock)};
    rc = add(l, out, *text, e);
    out->id = ledger_last_id(l);
    struct str what = kind == PRINCIPAL_WRITE_KEY ? STR("write") : str_of(role_name(role));
    return change_end(&c, "key.make", change_detail(a, out->id, name, "may", what), rc, e);
}

/* By the name of one in force, else by its number. */
static enum rc find(struct ledger *l, struct str name_or_id, int64_t *id, struct str *name,
                    struct arena *a, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *name = name_or_id;
    enum rc rc = ledger_get_i64(l, &sql_access_key_named, BINDS(bind_str("name", name_or_id)),
                                id, &row, e);
    if (!rc && !row && str_i64(name_or_id, id)) {
        rc = ledger_prepare(l, &sql_access_key_numbered, &s, e);
        if (!rc) {
            stmt_bind_i64(s, "id", *id);
            rc = stmt_step(s, &row, e);
        }
        if (!rc && row) {
            *name = arena_str(a, stmt_str(s, 1));
        }
        stmt_done(s);
    }
    if (!rc && !row) {
        rc = rc_fail(e, RC_MISSING, "no key in force is called \"%.*s\"",
                     STR_FMT(str_slice(name_or_id, 0, NAME_MAX_BYTES)));
        err_hint(e, "pond key list shows them");
    }
    return rc;
}

enum rc access_key_revoke(struct ledger *l, const struct principal *by, struct str name_or_id,
                          const struct clock *clock, struct err *e)
{
    struct change c = {.by = by, .clock = clock};
    struct arena *a = arena_new();
    struct str name = name_or_id;
    int64_t id = 0;
    enum rc rc = ledger_begin(l, &c.tx, e);
    if (!rc) {
        rc = find(l, name_or_id, &id, &name, a, e);
        rc =
            rc ? rc
               : ledger_run(l, &sql_access_key_end,
                            BINDS(bind_i64("id", id), bind_i64("now_ms", clock_now(clock))), e);
        rc = change_end(&c, "key.revoke", change_detail(a, id, name, NULL, STR_NULL), rc, e);
    }
    arena_free(a);
    return rc;
}

static void read_key(struct stmt *s, struct arena *a, void *into)
{
    struct access_key *k = into;
    bool write = str_eq(stmt_str(s, 2), STR("write"));
    *k = (struct access_key){
        .id = stmt_i64(s, 0),
        .name = arena_str(a, stmt_str(s, 1)),
        .kind = write ? PRINCIPAL_WRITE_KEY : PRINCIPAL_OPERATOR_KEY,
        .prefix = arena_str(a, stmt_str(s, 4)),
        .made_ms = stmt_i64(s, 5),
        .revoked_ms = stmt_i64(s, 6),
        .used_ms = stmt_i64(s, 7),
    };
    (void)role_parse(stmt_str(s, 3), &k->role);
}

enum rc access_key_list(struct ledger *l, struct arena *a, struct access_key **out,
                        uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc =
        ledger_rows(l, &sql_access_key_list, BINDS_NONE, sizeof(**out), read_key, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}
