/* A step's checksum is over its text as compiled in (whole-line comments are left out by the
 * build), so a comment may be corrected later, a statement not. */
#include "store/migrate.h"

#include "base/arena.h"
#include "gen/sql_store.h"
#include "store/ledger.h"
#include "wire/sum.h"
#include <stdio.h>

static enum rc newer(struct ledger *l, int number, struct err *e)
{
    rc_fail(e, RC_CONFLICT, "%s was written by a newer Pond (its schema has step %d)",
            ledger_path(l), number);
    err_hint(e, "use the newer program, or go back to the copy it left beside the ledger "
                "(ledger.db.before-NNNN)");
    return RC_CONFLICT;
}

static enum rc edited(struct ledger *l, const struct migration *m, struct err *e)
{
    rc_fail(e, RC_CONFLICT, "%s: schema step %d (%s) differs from this program's",
            ledger_path(l), m->number, m->name);
    err_hint(e, "use the program that made it");
    return RC_CONFLICT;
}

static const struct migration *find(const struct migration *list, int count, int number)
{
    for (int i = 0; i < count; i++) {
        if (list[i].number == number) {
            return &list[i];
        }
    }
    return NULL;
}

/* Compares what the ledger has gone through with the list; *last receives its newest step. */
static enum rc compare(struct ledger *l, const struct migration *list, int count, int *last,
                       struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *last = 0;
    enum rc rc = ledger_prepare(l, &sql_migrate_list, &s, e);
    if (rc) {
        return rc;
    }
    while (!(rc = stmt_step(s, &row, e)) && row) {
        int number = (int)stmt_i64(s, 0);
        const struct migration *m = find(list, count, number);
        char hex[33];
        if (!m) {
            rc = newer(l, number, e);
            break;
        }
        (void)sum128_hex(sum128(str_of(m->text)), hex);
        if (!str_eq(stmt_str(s, 2), str_of(hex))) {
            rc = edited(l, m, e);
            break;
        }
        *last = number;
    }
    stmt_done(s);
    return rc;
}

static enum rc apply(struct ledger *l, const struct migration *m, int64_t now_ms, struct err *e)
{
    char hex[33];
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    (void)sum128_hex(sum128(str_of(m->text)), hex);
    rc = ledger_script(l, m->name, m->text, e);
    rc = rc ? rc
            : ledger_run(l, &sql_migrate_add,
                         BINDS(bind_i64("number", m->number), bind_str("name", str_of(m->name)),
                               bind_str("checksum", str_of(hex)),
                               bind_i64("applied_ms", now_ms)),
                         e);
    rc = ledger_end(tx, rc, e);
    if (rc) {
        err_prefix(e, "schema step %d (%s)", m->number, m->name);
    }
    return rc;
}

static enum rc keep_copy(struct ledger *l, struct disk *d, int number, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_cstr(a, arena_strf(a, "%s.before-%04d", ledger_path(l), number));
    /* One that is there is from an upgrade that was interrupted, taken before the same step. */
    enum rc rc = disk_exists(path) ? RC_OK : ledger_copy(l, d, path, e);
    arena_free(a);
    return rc;
}

enum rc migrate_run_list(struct ledger *l, struct disk *d, const struct clock *clock,
                         const struct migration *list, int count, struct err *e)
{
    int64_t has = 0;
    int last = 0;
    bool kept = false;
    enum rc rc = ledger_get_i64(l, &sql_migrate_has_table, BINDS_NONE, &has, NULL, e);
    if (!rc && !has) {
        rc = ledger_run(l, &sql_migrate_table, BINDS_NONE, e);
    }
    rc = rc ? rc : compare(l, list, count, &last, e);
    for (int i = 0; !rc && i < count; i++) {
        if (list[i].number <= last) {
            continue;
        }
        if (last > 0 && !kept) {
            rc = keep_copy(l, d, list[i].number, e);
            kept = true;
        }
        rc = rc ? rc : apply(l, &list[i], clock_now(clock), e);
    }
    return rc;
}

enum rc migrate_run(struct ledger *l, struct disk *d, const struct clock *clock, struct err *e)
{
    return migrate_run_list(l, d, clock, store_migrations, store_migration_count, e);
}

enum rc migrate_check(struct ledger *l, struct err *e)
{
    int64_t has = 0;
    int last = 0;
    enum rc rc = ledger_get_i64(l, &sql_migrate_has_table, BINDS_NONE, &has, NULL, e);
    rc = rc || !has ? rc : compare(l, store_migrations, store_migration_count, &last, e);
    if (!rc && last < store_migrations[store_migration_count - 1].number) {
        rc = rc_fail(e, RC_CONFLICT, "%s has an older schema (step %d)", ledger_path(l), last);
        err_hint(e, "any command that writes upgrades it: an import, or pond lake compact");
    }
    return rc;
}
