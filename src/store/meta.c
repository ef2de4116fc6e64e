#include "store/meta.h"

#include "gen/sql_store.h"
#include "store/ledger.h"
#include <stdio.h>

static enum rc no_number(const char *key, struct str text, struct err *e)
{
    return rc_fail(e, RC_CORRUPT, "ledger: the fact %s is no number: %.*s", key, STR_FMT(text));
}

enum rc meta_get_i64(struct ledger *l, const char *key, int64_t fallback, int64_t *out,
                     struct err *e)
{
    struct arena *a = arena_new();
    struct str text = STR_NULL;
    enum rc rc = meta_get_str(a, l, key, &text, e);
    if (!rc && !text.ptr) {
        *out = fallback;
    } else if (!rc && !str_i64(text, out)) {
        rc = no_number(key, text, e);
    }
    arena_free(a);
    return rc;
}

enum rc meta_put_i64(struct tx *tx, const char *key, int64_t value, struct err *e)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    return meta_put_str(tx, key, str_of(text), e);
}

enum rc meta_get_str(struct arena *a, struct ledger *l, const char *key, struct str *out,
                     struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = STR_NULL;
    enum rc rc = ledger_prepare(l, &sql_meta_get, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind_str(s, "key", str_of(key));
    rc = stmt_step(s, &row, e);
    if (!rc && row) {
        *out = arena_str(a, stmt_str(s, 0));
    }
    stmt_done(s);
    return rc;
}

enum rc meta_put_str(struct tx *tx, const char *key, struct str value, struct err *e)
{
    return ledger_run(tx_ledger(tx), &sql_meta_put,
                      BINDS(bind_str("key", str_of(key)), bind_str("value", value)), e);
}
