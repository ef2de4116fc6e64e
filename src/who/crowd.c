/* Crowds: names, questions and counts here, lists in kept sets. */
#include "who/crowd.h"
#include "base/day.h"
#include "gen/sql_who.h"
#include "who/tag.h"

static void read_crowd(struct stmt *s, struct arena *a, void *into)
{
    *(struct crowd *)into = (struct crowd){
        .id = stmt_i64(s, 0),
        .name = arena_str(a, stmt_str(s, 1)),
        .question = arena_str(a, stmt_str(s, 2)),
        .note = arena_str(a, stmt_str(s, 3)),
        .created_ms = stmt_i64(s, 4),
        .set = stmt_i64(s, 5),
        .frozen_ms = stmt_i64(s, 6),
        .frozen_day = stmt_is_null(s, 7) ? DAY_NONE : (int32_t)stmt_i64(s, 7),
    };
}

static enum rc crowd_rows(struct ledger *l, const struct sql *sql, struct binds binds,
                          struct arena *a, struct crowd **out, uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, sql, binds, sizeof(**out), read_crowd, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}

enum rc crowd_list(struct ledger *l, struct arena *a, struct crowd **out, uint32_t *len,
                   struct err *e)
{
    return crowd_rows(l, &sql_who_crowd_list, BINDS_NONE, a, out, len, e);
}

static void hint_near(struct ledger *l, struct str name, struct arena *a, struct err *e)
{
    struct crowd *all = NULL;
    uint32_t n = 0;
    if (crowd_list(l, a, &all, &n, NULL)) {
        return;
    }
    struct str *names = arena_array(a, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = all[i].name;
    }
    uint32_t at = str_nearest(names, n, name);
    if (at < n) {
        err_hint(e, "did you mean \"%.*s\"?", STR_FMT(names[at]));
    } else {
        err_hint(e, n ? "pond crowd list shows them" : "pond crowd create makes one");
    }
}

enum rc crowd_find(struct ledger *l, struct str name, struct arena *a, struct crowd *out,
                   struct err *e)
{
    struct crowd *found = NULL;
    uint32_t n = 0;
    enum rc rc =
        crowd_rows(l, &sql_who_crowd_get, BINDS(bind_str("name", name.ptr ? name : STR(""))), a,
                   &found, &n, e);
    if (!rc && n == 0) {
        rc = rc_fail(e, RC_MISSING, "there is no crowd \"%.*s\"", STR_FMT(name));
        hint_near(l, name, a, e);
    } else if (!rc) {
        *out = found[0];
    }
    return rc;
}

/* RC_CONFLICT when there is a crowd of that name. */
static enum rc name_free(struct ledger *l, struct str name, struct err *e)
{
    struct arena *a = arena_new();
    struct crowd *same = NULL;
    uint32_t n = 0;
    enum rc rc = who_name_check(name, "crowd", e);
    rc = rc ? rc
            : crowd_rows(l, &sql_who_crowd_get, BINDS(bind_str("name", name)), a, &same, &n, e);
    if (!rc && n) {
        rc = rc_fail(e, RC_CONFLICT, "there is a crowd \"%.*s\" already", STR_FMT(name));
        err_hint(e, "pond crowd delete, or take another name");
    }
    arena_free(a);
    return rc;
}

enum rc crowd_create(struct ledger *l, const struct crowd *c, int64_t *id, struct err *e)
{
    enum rc rc = name_free(l, c->name, e);
    rc = rc ? rc
            : ledger_run(l, &sql_who_crowd_add,
                         BINDS(bind_str("name", c->name),
                               bind_str("question", c->question.ptr ? c->question : STR("")),
                               bind_str("note", c->note.ptr ? c->note : STR("")),
                               bind_i64("created_ms", c->created_ms)),
                         e);
    *id = rc ? 0 : ledger_last_id(l);
    return rc;
}

enum rc crowd_change(struct ledger *l, const struct crowd *c, struct err *e)
{
    return ledger_run(l, &sql_who_crowd_change,
                      BINDS(bind_i64("id", c->id), bind_str("question", c->question),
                            bind_str("note", c->note.ptr ? c->note : STR(""))),
                      e);
}

enum rc crowd_rename(struct ledger *l, int64_t id, struct str name, struct err *e)
{
    enum rc rc = name_free(l, name, e);
    return rc ? rc
              : ledger_run(l, &sql_who_crowd_rename,
                           BINDS(bind_i64("id", id), bind_str("name", name)), e);
}

enum rc crowd_delete(struct ledger *l, const struct crowd *c, struct err *e)
{
    enum rc rc = ledger_run(l, &sql_who_crowd_delete, BINDS(bind_i64("id", c->id)), e);
    return rc || !c->set ? rc : roster_set_delete(l, c->set, e);
}

enum rc crowd_freeze(struct ledger *l, const struct crowd *c, const struct roster *nos,
                     const struct roster_stamp *stamp, struct err *e)
{
    struct roster *was = NULL;
    int64_t set = c->set;
    enum rc rc = set ? RC_OK : roster_set_new(l, &set, e);
    rc = rc ? rc : roster_set_read(l, set, INT32_MAX, &was, e);
    if (!rc) {
        rc = roster_set_change(l, set, stamp, nos, was, NULL, e);
    }
    roster_free(was);
    return rc ? rc
              : ledger_run(l, &sql_who_crowd_freeze,
                           BINDS(bind_i64("id", c->id), bind_i64("set_id", set),
                                 bind_i64("at_ms", stamp->at_ms), bind_i64("day", stamp->day)),
                           e);
}

enum rc crowd_roster(struct ledger *l, const struct crowd *c, struct roster **out,
                     struct err *e)
{
    return roster_set_read(l, c->set, INT32_MAX, out, e);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void read_size(struct stmt *s, struct arena *a, void *into)
{
    (void)a;
    *(struct crowd_size *)into =
        (struct crowd_size){(int32_t)stmt_i64(s, 0), stmt_i64(s, 1), (uint64_t)stmt_i64(s, 2)};
}

enum rc crowd_size_add(struct ledger *l, int64_t id, struct crowd_size s, struct err *e)
{
    return ledger_run(l, &sql_who_crowd_size_add,
                      BINDS(bind_i64("id", id), bind_i64("day", s.day),
                            bind_i64("at_ms", s.at_ms),
                            bind_i64("consumers", (int64_t)s.consumers)),
                      e);
}

enum rc crowd_sizes(struct ledger *l, int64_t id, struct arena *a, struct crowd_size **out,
                    uint32_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, &sql_who_crowd_sizes, BINDS(bind_i64("id", id)), sizeof(**out),
                             read_size, a, &all, e);
    *out = all.ptr;
    *len = all.len;
    return rc;
}

static enum rc one_size(struct ledger *l, const struct sql *sql, struct binds binds,
                        bool *found, struct crowd_size *out, struct err *e)
{
    struct stmt *s = NULL;
    enum rc rc = ledger_prepare(l, sql, &s, e);
    *found = false;
    if (rc) {
        return rc;
    }
    stmt_bind(s, binds);
    rc = stmt_step(s, found, e);
    if (!rc && *found) {
        read_size(s, NULL, out);
    }
    stmt_done(s);
    return rc;
}

enum rc crowd_size_last(struct ledger *l, int64_t id, bool *found, struct crowd_size *out,
                        struct err *e)
{
    return one_size(l, &sql_who_crowd_size_last, BINDS(bind_i64("id", id)), found, out, e);
}

enum rc crowd_size_before(struct ledger *l, int64_t id, int32_t day, bool *found,
                          struct crowd_size *out, struct err *e)
{
    return one_size(l, &sql_who_crowd_size_before,
                    BINDS(bind_i64("id", id), bind_i64("day", day)), found, out, e);
}

/* ---- asking ---------------------------------------------------------------------------------- */

enum rc crowd_mark(struct ledger *l, struct str name, struct bits *out, struct str *rule,
                   struct arena *a, struct err *e)
{
    struct crowd c = {0};
    struct roster *r = NULL;
    *rule = STR_NULL;
    enum rc rc = crowd_find(l, name, a, &c, e);
    if (!rc && !c.set) {
        *rule = c.question;
        return RC_OK;
    }
    rc = rc ? rc : crowd_roster(l, &c, &r, e);
    if (!rc) {
        roster_set_bits(r, out);
    }
    roster_free(r);
    return rc;
}
