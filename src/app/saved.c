#include "app/saved.h"
#include "gen/sql_app.h"
#include "who/tag.h"
#include <string.h>

/* ---- checks ---------------------------------------------------------------------------------- */

static enum rc kind_check(struct str kind, struct err *e)
{
    bool good = kind.len > 0 && kind.len <= SAVED_KIND_MAX;
    for (size_t i = 0; good && i < kind.len; i++) {
        char c = kind.ptr[i];
        good = (c >= 'a' && c <= 'z') || c == '_';
    }
    if (good) {
        return RC_OK;
    }
    enum rc rc =
        rc_fail(e, RC_INVALID, "the kind %.*s is no word of a-z and _, 1 to %d letters",
                STR_FMT(str_slice(kind, 0, 60)), SAVED_KIND_MAX);
    err_hint(e, "as funnel, retention, path");
    return rc;
}

static enum rc state_check(struct str state, struct err *e)
{
    if (state.len > SAVED_STATE_MAX) {
        return rc_fail(e, RC_INVALID, "the state has %zu bytes, at most %d can be kept",
                       state.len, SAVED_STATE_MAX);
    }
    bool good = str_is_utf8(state);
    for (size_t i = 0; good && i < state.len; i++) {
        uint8_t c = (uint8_t)state.ptr[i];
        good = c >= 32 && c != 127;
    }
    return good ? RC_OK
                : rc_fail(e, RC_INVALID,
                          "the state is not UTF-8 text of one line: the query of an address");
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_saved(struct stmt *s, struct arena *a, void *into)
{
    *(struct saved *)into = (struct saved){
        .name = arena_str(a, stmt_str(s, 0)),
        .kind = arena_str(a, stmt_str(s, 1)),
        .state = arena_str(a, stmt_str(s, 2)),
        .made_by = arena_str(a, stmt_str(s, 3)),
        .made_ms = stmt_i64(s, 4),
        .changed_by = arena_str(a, stmt_str(s, 5)),
        .changed_ms = stmt_i64(s, 6),
    };
}

static enum rc saved_rows(struct ledger *l, const struct sql *sql, struct binds binds,
                          struct arena *a, struct saved **out, uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, sql, binds, sizeof(**out), read_saved, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}

enum rc saved_list(struct ledger *l, struct str kind, struct arena *a, struct saved **out,
                   uint32_t *len, struct err *e)
{
    return saved_rows(l, &sql_saved_list, BINDS(bind_str("kind", kind.ptr ? kind : STR(""))), a,
                      out, len, e);
}

static void hint_near(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct saved *all = NULL;
    uint32_t n = 0;
    if (saved_list(l, STR(""), a, &all, &n, NULL)) {
        return;
    }
    struct str *names = arena_array(a, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = all[i].name;
    }
    uint32_t at = str_nearest(names, n, name);
    if (at < n) {
        err_hint(e, "did you mean \"%.*s\"?", STR_FMT(names[at]));
    }
}

enum rc saved_find(struct ledger *l, struct str name, struct arena *a, struct saved *out,
                   struct err *e)
{
    struct saved *found = NULL;
    uint32_t n = 0;
    enum rc rc =
        saved_rows(l, &sql_saved_get, BINDS(bind_str("name", name.ptr ? name : STR(""))), a,
                   &found, &n, e);
    if (!rc && n == 0) {
        rc = rc_fail(e, RC_MISSING, "no analysis is saved as \"%.*s\"", STR_FMT(name));
        hint_near(l, name, a, e);
    } else if (!rc) {
        *out = found[0];
    }
    return rc;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* RC_CONFLICT when one has that name. */
static enum rc name_free(struct ledger *l, struct str name, struct err *e)
{
    struct arena *a = arena_new();
    struct saved *same = NULL;
    uint32_t n = 0;
    enum rc rc = who_name_check(name, "analysis", e);
    rc =
        rc ? rc : saved_rows(l, &sql_saved_get, BINDS(bind_str("name", name)), a, &same, &n, e);
    if (!rc && n) {
        rc = rc_fail(e, RC_CONFLICT, "an analysis is saved as \"%.*s\" already", STR_FMT(name));
        err_hint(e, "take another name, or say that it is to be replaced");
    }
    arena_free(a);
    return rc;
}

static enum rc room(struct ledger *l, struct err *e)
{
    int64_t n = 0;
    enum rc rc = ledger_get_i64(l, &sql_saved_count, BINDS_NONE, &n, NULL, e);
    if (!rc && n >= SAVED_MAX) {
        rc = rc_fail(e, RC_TOO_LARGE, "a brand keeps at most %d analyses", SAVED_MAX);
        err_hint(e, "delete some that nobody needs");
    }
    return rc;
}

enum rc saved_put(struct ledger *l, const struct saved *s, bool replace, struct err *e)
{
    struct arena *a = arena_new();
    struct saved was;
    enum rc rc = kind_check(s->kind, e);
    rc = rc ? rc : state_check(s->state, e);
    if (!rc) {
        rc = replace ? saved_find(l, s->name, a, &was, e) : name_free(l, s->name, e);
    }
    rc = rc || replace ? rc : room(l, e);
    arena_free(a);
    return rc ? rc
              : ledger_run(l, replace ? &sql_saved_replace : &sql_saved_add,
                           BINDS(bind_str("name", s->name), bind_str("kind", s->kind),
                                 bind_str("state", s->state.ptr ? s->state : STR("")),
                                 bind_str("by", s->changed_by),
                                 bind_i64("now_ms", s->changed_ms)),
                           e);
}

enum rc saved_rename(struct ledger *l, const struct saved *s, struct str to, struct err *e)
{
    enum rc rc = name_free(l, to, e);
    return rc ? rc
              : ledger_run(l, &sql_saved_rename,
                           BINDS(bind_str("name", s->name), bind_str("to", to),
                                 bind_str("by", s->changed_by),
                                 bind_i64("now_ms", s->changed_ms)),
                           e);
}

enum rc saved_delete(struct ledger *l, struct str name, struct err *e)
{
    return ledger_run(l, &sql_saved_delete, BINDS(bind_str("name", name)), e);
}
