/* Transactions, statements, migrations, and what failures leave behind. */
#include "store/ledger.h"
#include <sys/wait.h>
#include "base/clock.h"
#include "fault/sim.h"
#include "store/meta.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"

static const struct sql make = {
    "make", "create table if not exists t (k integer primary key, v text) strict", 0};
static const struct sql add = {"add", "insert into t (k, v) values (:k, :v)", 0};
static const struct sql count = {"count", "select count(*) from t", 0};
static const struct sql types = {"types", "select :i, :f, :s, :b, :n", 0};
static const struct sql several = {
    "several", "select * from (values (1, 'a'), (2, 'b'), (3, 'c')) limit :n", 0};
static const struct sql broken = {"broken", "select from", 0};

static struct ledger *opened(const char *path, enum ledger_mode mode, const char *vfs)
{
    struct ledger_options o = {.mode = mode, .vfs = vfs, .busy_ms = 50};
    struct ledger *l = NULL;
    struct err e = {0};
    if (ledger_open(path, &o, &l, &e)) {
        printf("# %s (%s)\n", e.msg, e.detail);
    }
    return l;
}

static enum rc add_row(struct ledger *l, int64_t k, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_run(l, &add, BINDS(bind_i64("k", k), bind_str("v", STR("x"))), e);
    return ledger_end(tx, rc, e);
}

static int64_t rows_of(struct ledger *l)
{
    int64_t n = -1;
    (void)ledger_get_i64(l, &count, BINDS_NONE, &n, NULL, NULL);
    return n;
}

struct pair {
    int64_t k;
    struct str v;
};

static void read_pair(struct stmt *s, struct arena *a, void *into)
{
    *(struct pair *)into = (struct pair){stmt_i64(s, 0), arena_str(a, stmt_str(s, 1))};
}

static void test_rows(const char *path)
{
    struct err e = {0};
    struct row_list all = {0};
    struct arena *a = arena_new();
    struct ledger *l = opened(path, LEDGER_CREATE, NULL);
    TEST("rows become an array; of none, or after a failure, it is empty and not NULL") {
        CHECK(ledger_rows(l, &several, BINDS(bind_i64("n", 9)), sizeof(struct pair), read_pair,
                          a, &all, &e) == RC_OK);
        const struct pair *p = all.ptr;
        CHECK(all.len == 3 && p[0].k == 1 && str_eq(p[1].v, STR("b")) && p[2].k == 3);
        CHECK(ledger_rows(l, &several, BINDS(bind_i64("n", 0)), sizeof(struct pair), read_pair,
                          a, &all, &e) == RC_OK);
        CHECK(all.len == 0 && all.ptr);
        CHECK(ledger_rows(l, &broken, BINDS_NONE, sizeof(struct pair), read_pair, a, &all,
                          &e) == RC_BUG);
        CHECK(all.len == 0 && all.ptr);
    }
    ledger_close(l);
    arena_free(a);
}

static void test_statements(const char *path)
{
    struct err e = {0};
    struct stmt *s = NULL;
    struct stmt *t = NULL;
    bool row = false;
    struct ledger *l = opened(path, LEDGER_CREATE, NULL);
    TEST("values come back as they were bound, null and empty apart") {
        CHECK(ledger_prepare(l, &types, &s, &e) == RC_OK);
        stmt_bind(s, BINDS(bind_i64("i", -5), bind_f64("f", 0.5), bind_str("s", STR("池塘\0x")),
                           bind_blob("b", STR("")), bind_null("n")));
        CHECK(stmt_step(s, &row, &e) == RC_OK && row);
        CHECK_EQ_I64(stmt_i64(s, 0), -5);
        CHECK(stmt_f64(s, 1) > 0.4 && stmt_f64(s, 1) < 0.6);
        CHECK_STR(stmt_str(s, 2), STR("池塘\0x"));
        CHECK(stmt_str(s, 3).ptr && stmt_str(s, 3).len == 0 && !stmt_is_null(s, 3));
        CHECK(!stmt_str(s, 4).ptr && stmt_is_null(s, 4));
        CHECK(stmt_step(s, &row, &e) == RC_OK && !row);
    }
    TEST("a statement in use is not handed out twice") {
        CHECK(ledger_prepare(l, &types, &t, &e) == RC_OK && s != t);
        stmt_done(t);
        stmt_done(s);
        CHECK(ledger_prepare(l, &types, &t, &e) == RC_OK && s == t);
        stmt_done(t);
    }
    TEST("our own mistakes are named: an unknown parameter, a bad text, a transaction inside "
         "another") {
        struct tx *tx = NULL;
        struct tx *inner = NULL;
        CHECK(ledger_run(l, &make, BINDS_NONE, &e) == RC_OK);
        CHECK(ledger_run(l, &count, BINDS(bind_i64("zz", 1)), &e) == RC_BUG);
        CHECK(str_find(str_of(e.msg), STR(":zz"), 0) != SIZE_MAX);
        CHECK(ledger_run(l, &broken, BINDS_NONE, &e) == RC_BUG);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(ledger_begin(l, &inner, &e) == RC_BUG);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
    }
    ledger_close(l);
}

static void test_transactions(const char *path)
{
    struct err e = {0};
    struct tx *tx = NULL;
    struct ledger *l = opened(path, LEDGER_CREATE, NULL);
    (void)ledger_run(l, &make, BINDS_NONE, &e);
    TEST("the end decides: a failure rolls back, success stays, a failed row undoes the "
         "others") {
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(ledger_run(l, &add, BINDS(bind_i64("k", 1), bind_null("v")), &e) == RC_OK);
        CHECK(ledger_end(tx, RC_INVALID, &e) == RC_INVALID);
        CHECK_EQ_I64(rows_of(l), 0);
        CHECK(add_row(l, 1, &e) == RC_OK);
        CHECK(add_row(l, 1, &e) == RC_CONFLICT);
        CHECK_EQ_I64(rows_of(l), 1);
    }
    TEST("a second writer is told it is busy, a reader sees what is committed") {
        struct ledger *other = opened(path, LEDGER_WRITE, NULL);
        struct ledger *reader = opened(path, LEDGER_READ, NULL);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(ledger_run(l, &add, BINDS(bind_i64("k", 2), bind_null("v")), &e) == RC_OK);
        CHECK(add_row(other, 3, &e) == RC_BUSY && e.hint[0]);
        CHECK_EQ_I64(rows_of(reader), 1);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK_EQ_I64(rows_of(reader), 2);
        CHECK(add_row(reader, 4, &e) == RC_DENIED);
        ledger_close(other);
        ledger_close(reader);
    }
    TEST("a read view does not move while others commit") {
        struct ledger *reader = opened(path, LEDGER_READ, NULL);
        CHECK(ledger_begin_read(reader, &tx, &e) == RC_OK);
        CHECK(add_row(l, 10, &e) == RC_OK);
        CHECK_EQ_I64(rows_of(reader), 2);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK_EQ_I64(rows_of(reader), 3);
        ledger_close(reader);
    }
    ledger_close(l);
}

static void test_files(const char *dir)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct ledger *l = NULL;
    struct ledger_options o = {.mode = LEDGER_WRITE};
    const char *path = disk_path(a, dir, "files.db");
    TEST("a missing ledger, a file of something else and a damaged one are told apart") {
        CHECK(ledger_open(path, &o, &l, &e) == RC_MISSING);
        CHECK(disk_put(disk_real(), path,
                       STR("this is no database at all, but a text of some "
                           "length, longer than a head of one hundred bytes."),
                       0600, &e) == RC_OK);
        CHECK(ledger_open(path, &o, &l, &e) == RC_CORRUPT);
        CHECK(unlink(path) == 0);
    }
    TEST("a copy is whole, and a damaged page is found by the check") {
        const char *copy = disk_path(a, dir, "copy.db");
        l = opened(path, LEDGER_CREATE, NULL);
        CHECK(ledger_run(l, &make, BINDS_NONE, &e) == RC_OK);
        for (int k = 0; k < 500; k++) {
            CHECK(ledger_run(l, &add, BINDS(bind_i64("k", k), bind_str("v", STR("some text"))),
                             &e) == RC_OK);
        }
        CHECK(ledger_copy(l, disk_real(), copy, &e) == RC_OK);
        ledger_close(l);
        l = opened(copy, LEDGER_READ, NULL);
        CHECK_EQ_I64(rows_of(l), 500);
        CHECK(ledger_check(l, &e) == RC_OK);
        ledger_close(l);
        CHECK(temp_flip(copy, 4096 + 3));
        l = opened(copy, LEDGER_READ, NULL);
        CHECK(l && ledger_check(l, &e) == RC_CORRUPT);
        ledger_close(l);
    }
    arena_free(a);
}

static const struct migration steps[] = {
    {1, "one", "create table m (a integer) strict; insert into m values (1)"},
    {2, "two", "alter table m add column b text"},
    {3, "three", "insert into m (a) values (2); insert into nothing values (1)"},
};
static const struct migration other_one[] = {{1, "one", "create table m (b integer) strict"}};

static void test_migrations(const char *dir)
{
    struct arena *a = arena_new();
    struct clock clock = clock_fixed(1000);
    struct err e = {0};
    const char *path = disk_path(a, dir, "migrate.db");
    struct ledger *l = opened(path, LEDGER_CREATE, NULL);
    struct disk *d = disk_real();
    TEST("steps run once and in order; before a later step a copy of the ledger is kept") {
        CHECK(migrate_run_list(l, d, &clock, steps, 1, &e) == RC_OK);
        CHECK(!disk_exists(disk_path(a, dir, "migrate.db.before-0001")));
        CHECK(migrate_run_list(l, d, &clock, steps, 2, &e) == RC_OK);
        CHECK(disk_exists(disk_path(a, dir, "migrate.db.before-0002")));
        CHECK(migrate_run_list(l, d, &clock, steps, 2, &e) == RC_OK);
    }
    TEST("a step that fails leaves nothing of itself") {
        static const struct sql rows = {"rows", "select count(*) from m", 0};
        int64_t n = 0;
        CHECK(migrate_run_list(l, d, &clock, steps, 3, &e) != RC_OK);
        CHECK(str_find(str_of(e.msg), STR("step 3"), 0) != SIZE_MAX);
        CHECK(ledger_get_i64(l, &rows, BINDS_NONE, &n, NULL, &e) == RC_OK && n == 1);
    }
    TEST("a ledger of a newer program and one with other steps are refused") {
        CHECK(migrate_run_list(l, d, &clock, steps, 1, &e) == RC_CONFLICT);
        CHECK(str_find(str_of(e.msg), STR("newer"), 0) != SIZE_MAX && e.hint[0]);
        CHECK(migrate_run_list(l, d, &clock, other_one, 1, &e) == RC_CONFLICT);
    }
    ledger_close(l);
    TEST("the real steps apply, and small facts can be kept") {
        int64_t v = 0;
        struct str text = STR_NULL;
        struct tx *tx = NULL;
        l = opened(disk_path(a, dir, "real.db"), LEDGER_CREATE, NULL);
        CHECK(migrate_check(l, &e) == RC_CONFLICT);
        CHECK(migrate_run(l, d, &clock, &e) == RC_OK);
        CHECK(migrate_check(l, &e) == RC_OK);
        CHECK(meta_get_i64(l, "none", 7, &v, &e) == RC_OK && v == 7);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(meta_put_i64(tx, "n", -3, &e) == RC_OK);
        CHECK(meta_put_str(tx, "s", STR("池"), &e) == RC_OK);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK(meta_get_i64(l, "n", 0, &v, &e) == RC_OK && v == -3);
        CHECK(meta_get_str(a, l, "s", &text, &e) == RC_OK && str_eq(text, STR("池")));
        CHECK(meta_get_i64(l, "s", 0, &v, &e) == RC_CORRUPT);
        ledger_close(l);
    }
    arena_free(a);
}

static void remove_ledger(struct arena *a, const char *path)
{
    (void)unlink(path);
    (void)unlink(arena_cstr(a, arena_strf(a, "%s-wal", path)));
    (void)unlink(arena_cstr(a, arena_strf(a, "%s-shm", path)));
}

/* Adds rows 1..20 one by one; returns how many were acknowledged. */
static int64_t work(struct sim *s, const char *path, enum rc *why)
{
    struct ledger_options o = {.mode = LEDGER_WRITE, .vfs = sim_vfs(s)};
    struct ledger *l = NULL;
    struct err e = {0};
    int64_t done = 0;
    *why = ledger_open(path, &o, &l, &e);
    while (!*why && done < 20) {
        *why = add_row(l, done + 1, &e);
        done += *why == RC_OK;
    }
    if (*why == RC_IO && l) {
        CHECK(done < 20 && add_row(l, 1000, &e) == RC_IO);
    }
    ledger_close(l);
    return done;
}

static void test_faults(const char *dir, enum sim_fault kind)
{
    struct arena *a = arena_new();
    const char *path = disk_path(a, dir, "fault.db");
    struct sim *s = sim_new(dir);
    for (uint64_t n = 1; n < 400; n++) {
        enum rc why = RC_OK;
        remove_ledger(a, path);
        struct ledger *l = opened(path, LEDGER_CREATE, NULL);
        CHECK(ledger_run(l, &make, BINDS_NONE, NULL) == RC_OK);
        ledger_close(l);
        sim_fail_at(s, n, kind, n % 3 == 0);
        int64_t done = work(s, path, &why);
        bool failed = sim_failed(s);
        sim_fail_at(s, 0, kind, false);
        l = opened(path, LEDGER_WRITE, NULL);
        int64_t kept = rows_of(l);
        /* What was in flight may have arrived; nothing else. */
        if (!CHECK(kept == done || kept == done + 1) ||
            !CHECK(ledger_check(l, NULL) == RC_OK)) {
            printf("# call %llu: %lld acknowledged, %lld kept\n", (unsigned long long)n,
                   (long long)done, (long long)kept);
        }
        ledger_close(l);
        if (!failed) {
            CHECK(done == 20 && n > 40);
            break;
        }
    }
    sim_free(s);
    arena_free(a);
}

int main(void)
{
    char dir[64];
    temp_make(dir);
    struct arena *a = arena_new();
    TEST("a ledger opens") {
        CHECK(true);
    }
    test_statements(disk_path(a, dir, "s.db"));
    test_rows(disk_path(a, dir, "r.db"));
    test_transactions(disk_path(a, dir, "t.db"));
    test_files(dir);
    test_migrations(dir);
    TEST("whichever call of SQLite's meets an I/O error, no acknowledged row is lost") {
        test_faults(dir, SIM_EIO);
    }
    TEST("whichever call finds the disk full, no acknowledged row is lost") {
        test_faults(dir, SIM_ENOSPC);
    }
    arena_free(a);
    temp_drop(dir);
    return tap_end();
}
