#include "aipl/version.h"
#include "base/vec.h"
#include "gen/sql_aipl.h"

static struct model_version read_row(struct arena *a, struct stmt *s)
{
    return (struct model_version){
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
        *out = read_row(a, s);
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
    VEC(struct model_version) all = {0};
    struct stmt *s = NULL;
    enum rc rc = ledger_prepare(l, &sql_aipl_model_list, &s, e);
    if (rc) {
        return rc;
    }
    for (;;) {
        bool row = false;
        rc = stmt_step(s, &row, e);
        if (rc || !row) {
            break;
        }
        vec_push(&all, read_row(a, s));
    }
    *list = arena_array(a, struct model_version, all.len + 1);
    *len = all.len;
    if (all.len) {
        memcpy(*list, all.ptr, all.len * sizeof(*all.ptr));
    }
    stmt_done(s);
    vec_release(&all);
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
