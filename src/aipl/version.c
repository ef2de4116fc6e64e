#include "aipl/version.h"
#include "gen/sql_aipl.h"

static void read_version(struct stmt *s, struct arena *a, void *into)
{
    *(struct model_version *)into = (struct model_version){
        .version = stmt_i64(s, 0),
        .name = arena_str(a, stmt_str(s, 1)),
        .text = arena_str(a, stmt_str(s, 2)),
        .applied_ms = stmt_i64(s, 3),
    };
}

enum rc model_version_current(struct arena *a, struct ledger *l, struct model_version *out,
                              struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_aipl_model_current, &s, e);
    if (rc) {
        return rc;
    }
    rc = stmt_step(s, &row, e);
    if (!rc && row) {
        read_version(s, a, out);
    } else if (!rc) {
        rc = rc_fail(e, RC_CORRUPT, "the ledger holds no stage model");
        err_hint(e, "restore the brand from a backup: pond help restore");
    }
    stmt_done(s);
    return rc;
}

enum rc model_version_list(struct arena *a, struct ledger *l, struct model_version **list,
                           size_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, &sql_aipl_model_list, BINDS_NONE, sizeof(**list), read_version,
                             a, &all, e);
    *list = all.ptr;
    *len = all.len;
    return rc;
}

enum rc model_version_add(struct tx *tx, struct model_version *v, struct err *e)
{
    bool found = false;
    return ledger_get_i64(tx_ledger(tx), &sql_aipl_model_add,
                          BINDS(bind_str("name", v->name), bind_str("text", v->text),
                                bind_i64("applied_ms", v->applied_ms)),
                          &v->version, &found, e);
}
