/* Mappings kept under a name: `pond import --save-mapping`, `pond mapping`. */
#include "app/import.h"
#include "gen/sql_app.h"
#include "who/tag.h"

static enum rc find(struct ledger *l, struct str name, struct arena *a, bool *found,
                    struct str *json, struct err *e)
{
    struct stmt *s = NULL;
    enum rc rc = ledger_prepare(l, &sql_import_mapping_get, &s, e);
    *found = false;
    if (rc) {
        return rc;
    }
    stmt_bind_str(s, "name", name);
    rc = stmt_step(s, found, e);
    if (!rc && *found) {
        *json = arena_str(a, stmt_str(s, 0));
    }
    stmt_done(s);
    return rc;
}

static void read_name(struct stmt *s, struct arena *a, void *into)
{
    *(struct str *)into = arena_str(a, stmt_str(s, 0));
}

static void hint_near(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct row_list all = {0};
    if (ledger_rows(l, &sql_import_mapping_all, BINDS_NONE, sizeof(struct str), read_name, a,
                    &all, NULL)) {
        return;
    }
    const struct str *names = all.ptr;
    uint32_t at = str_nearest(names, all.len, name);
    if (at < all.len) {
        err_hint(e, "did you mean \"%.*s\"?", STR_FMT(names[at]));
    } else {
        err_hint(e, all.len ? "pond mapping list shows them"
                            : "import a file with --map and --save-mapping to save one");
    }
}

enum rc import_mapping_get(struct ledger *l, struct str name, struct arena *a, struct str *out,
                           struct err *e)
{
    bool found = false;
    enum rc rc = find(l, name, a, &found, out, e);
    if (!rc && !found) {
        rc = rc_fail(e, RC_MISSING, "no mapping is saved under the name \"%.*s\"",
                     STR_FMT(str_slice(name, 0, 60)));
        hint_near(l, name, a, e);
    }
    return rc;
}

static enum rc name_free(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct str json = STR_NULL;
    bool found = false;
    enum rc rc = who_name_check(name, "mapping", e);
    rc = rc ? rc : find(l, name, a, &found, &json, e);
    if (!rc && found) {
        rc = rc_fail(e, RC_CONFLICT, "a mapping is saved under the name \"%.*s\" already",
                     STR_FMT(name));
        err_hint(e, "take another name, or delete that one first");
    }
    return rc;
}

enum rc import_mapping_rename(struct ledger *l, struct str name, struct str to, struct err *e)
{
    struct arena *a = arena_new();
    struct str json = STR_NULL;
    enum rc rc = import_mapping_get(l, name, a, &json, e);
    rc = rc ? rc : name_free(l, to, a, e);
    rc = rc ? rc
            : ledger_run(l, &sql_import_mapping_rename,
                         BINDS(bind_str("name", name), bind_str("to", to)), e);
    arena_free(a);
    return rc;
}

enum rc import_mapping_delete(struct ledger *l, struct str name, struct err *e)
{
    struct arena *a = arena_new();
    struct str json = STR_NULL;
    enum rc rc = import_mapping_get(l, name, a, &json, e);
    rc = rc ? rc : ledger_run(l, &sql_import_mapping_delete, BINDS(bind_str("name", name)), e);
    arena_free(a);
    return rc;
}

enum rc import_mappings(struct ledger *l,
                        void (*each)(void *ctx, struct str name, struct str json), void *ctx,
                        struct err *e)
{
    struct stmt *s = NULL;
    bool row = true;
    enum rc rc = ledger_prepare(l, &sql_import_mapping_all, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        each(ctx, stmt_str(s, 0), stmt_str(s, 1));
    }
    stmt_done(s);
    return rc;
}
