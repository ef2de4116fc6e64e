#include "app/saved.h"
#include "base/vec.h"
#include "gen/sql_app.h"
#include "people/catalogue.h"
#include "who/tag.h"
#include <string.h>

typedef VEC(struct saved) saved_vec;

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

static struct saved saved_row(struct stmt *s, struct arena *a)
{
    return (struct saved){
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
                          struct arena *a, saved_vec *out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, sql, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind(s, binds);
    while (!(rc = stmt_step(s, &row, e)) && row) {
        struct saved v = saved_row(s, a);
        vec_push(out, v);
    }
    stmt_done(s);
    return rc;
}

enum rc saved_list(struct ledger *l, struct str kind, struct arena *a, struct saved **out,
                   uint32_t *len, struct err *e)
{
    saved_vec list = {0};
    enum rc rc = saved_rows(l, &sql_saved_list,
                            BINDS(bind_str("kind", kind.ptr ? kind : STR(""))), a, &list, e);
    *len = (uint32_t)list.len;
    *out = arena_array(a, struct saved, list.len + 1);
    if (list.len) {
        memcpy(*out, list.ptr, list.len * sizeof(*list.ptr));
    }
    vec_release(&list);
    return rc;
}

static void hint_near(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct saved *all = NULL;
    uint32_t n = 0, best = UINT32_MAX, at = 0;
    if (saved_list(l, STR(""), a, &all, &n, NULL)) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t far = catalogue_distance(all[i].name, name);
        if (catalogue_near(all[i].name, name) && far < best) {
            best = far;
            at = i;
        }
    }
    if (best != UINT32_MAX) {
        err_hint(e, "did you mean \"%.*s\"?", STR_FMT(all[at].name));
    }
}

enum rc saved_find(struct ledger *l, struct str name, struct arena *a, struct saved *out,
                   struct err *e)
{
    saved_vec list = {0};
    enum rc rc = saved_rows(l, &sql_saved_get,
                            BINDS(bind_str("name", name.ptr ? name : STR(""))), a, &list, e);
    if (!rc && list.len == 0) {
        rc = rc_fail(e, RC_MISSING, "no analysis is saved as \"%.*s\"", STR_FMT(name));
        hint_near(l, name, a, e);
    } else if (!rc) {
        *out = list.ptr[0];
    }
    vec_release(&list);
    return rc;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* RC_CONFLICT when one has that name. */
static enum rc name_free(struct ledger *l, struct str name, struct err *e)
{
    struct arena *a = arena_new();
    saved_vec same = {0};
    enum rc rc = who_name_check(name, "analysis", e);
    rc = rc ? rc : saved_rows(l, &sql_saved_get, BINDS(bind_str("name", name)), a, &same, e);
    if (!rc && same.len) {
        rc = rc_fail(e, RC_CONFLICT, "an analysis is saved as \"%.*s\" already", STR_FMT(name));
        err_hint(e, "take another name, or say that it is to be replaced");
    }
    vec_release(&same);
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
