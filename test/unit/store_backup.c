/* Backups: whole, verified, restored; damage and failures are told and leave nothing half. */
#include "store/backup.h"
#include "base/arena.h"
#include "base/clock.h"
#include "fault/sim.h"
#include "store/lake.h"
#include "store/ledger.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"

static const struct lake_field fields[] = {{"seq", LAKE_I64}};
static const struct lake_dataset datasets[] = {{"event", fields, 1, "seq", NULL, NULL}};
static const struct sql count = {"count", "select count(*) from event", 0};

struct pond {
    struct ledger *ledger;
    struct lake *lake;
};

static enum rc open_pond(struct pond *p, const char *dir, const char *brand)
{
    struct arena *a = arena_new();
    struct clock clock = clock_fixed(0);
    struct err e = {0};
    struct ledger_options lo = {.mode = LEDGER_CREATE};
    const char *home = disk_path(a, dir, brand);
    struct lake_options ko = {.dir = disk_path(a, home, "lake"),
                              .disk = disk_real(),
                              .datasets = datasets,
                              .datasets_len = 1,
                              .threads = 1};
    *p = (struct pond){0};
    enum rc rc = lake_open(&ko, &p->lake, &e);
    rc = rc ? rc : ledger_open(disk_path(a, home, "ledger.db"), &lo, &p->ledger, &e);
    rc = rc ? rc : migrate_run(p->ledger, disk_real(), &clock, &e);
    if (rc) {
        printf("# %s (%s)\n", e.msg, e.detail);
    }
    arena_free(a);
    return rc;
}

static void close_pond(struct pond *p)
{
    lake_close(p->lake);
    ledger_close(p->ledger);
}

static enum rc seal(struct pond *p, uint32_t n)
{
    struct arena *a = arena_new();
    struct tx *tx = NULL;
    struct segment s;
    uint64_t seq = 0;
    int64_t *numbers = arena_array(a, int64_t, n);
    enum rc rc = log_next_seq(p->ledger, &seq, NULL);
    for (uint32_t i = 0; i < n; i++) {
        numbers[i] = (int64_t)seq + i;
    }
    struct lake_column column = {.name = "seq", .type = LAKE_I64, .data = numbers};
    struct lake_rows rows = {n, 1, &column};
    rc = rc ? rc : lake_write(p->lake, "event", &rows, 1, &s, NULL);
    rc = rc ? rc : ledger_begin(p->ledger, &tx, NULL);
    if (!rc) {
        rc = log_take(tx, n, &seq, NULL);
        rc = rc ? rc : lake_commit(tx, &s, NULL);
        rc = rc ? rc : log_append(tx, STR("a batch in the log"), 1, &seq, NULL);
        rc = ledger_end(tx, rc, NULL);
    }
    arena_free(a);
    return rc;
}

static int64_t rows_in(const char *dir, const char *brand)
{
    struct pond p;
    int64_t n = -1;
    struct err e = {0};
    enum rc rc = open_pond(&p, dir, brand);
    rc = rc ? rc : lake_attach(p.lake, p.ledger, NULL, 0, &e);
    rc = rc ? rc : lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e);
    rc = rc ? rc : lake_verify(p.lake, p.ledger, &e);
    close_pond(&p);
    return rc ? -1 : n;
}

static struct backup_job job_of(const char *dir, const char *to)
{
    return (struct backup_job){.data_dir = dir, .brand = "demo", .to = to, .disk = disk_real()};
}

static void test_round(const char *dir, const char *home)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct backup_sum sum = {0};
    const char *to = disk_path(a, dir, "b1");
    const char *back = disk_path(a, dir, "back");
    TEST("a backup taken while the writer is open restores to the same rows") {
        struct pond p;
        CHECK(open_pond(&p, home, "demo") == RC_OK);
        CHECK(seal(&p, 100) == RC_OK && seal(&p, 50) == RC_OK);
        struct backup_job job = job_of(home, to);
        CHECK(backup_make(&job, &sum, &e) == RC_OK);
        CHECK(sum.files == 4 && sum.seq == 152);
        CHECK(seal(&p, 7) == RC_OK);
        close_pond(&p);
        CHECK(backup_verify(to, disk_real(), &sum, &e) == RC_OK && sum.files == 4);
        CHECK(backup_restore(to, back, NULL, disk_real(), &sum, &e) == RC_OK);
        CHECK_EQ_I64(rows_in(back, "demo"), 150);
        CHECK_EQ_I64(rows_in(home, "demo"), 157);
    }
    TEST("verifying leaves no file behind and works again") {
        CHECK(!disk_exists(disk_path(a, to, "demo/ledger.db-wal")));
        CHECK(!disk_exists(disk_path(a, to, "demo/ledger.db-shm")));
        CHECK(backup_verify(to, disk_real(), NULL, &e) == RC_OK);
    }
    TEST("nothing is overwritten: a full target, a brand that is there, another key") {
        struct backup_job job = job_of(home, to);
        CHECK(backup_make(&job, NULL, &e) == RC_CONFLICT);
        CHECK(backup_restore(to, back, NULL, disk_real(), NULL, &e) == RC_CONFLICT);
        CHECK(backup_restore(to, back, "again", disk_real(), NULL, &e) == RC_OK);
        CHECK_EQ_I64(rows_in(back, "again"), 150);
        CHECK(disk_put(disk_real(), disk_path(a, back, "pond.key"), STR("other"), 0600, &e) ==
              RC_OK);
        CHECK(backup_restore(to, back, "third", disk_real(), NULL, &e) == RC_CONFLICT);
        CHECK(!disk_exists(disk_path(a, back, "third")));
        job = job_of(home, disk_path(a, dir, "b9"));
        job.brand = "nobody";
        CHECK(backup_make(&job, NULL, &e) == RC_MISSING);
    }
    arena_free(a);
}

static void test_damage(const char *dir, const char *home)
{
    struct arena *a = arena_new();
    struct err e = {0};
    const char *to = disk_path(a, dir, "b2");
    struct backup_job job = job_of(home, to);
    struct str *names = NULL;
    size_t len = 0;
    job.copy = true;
    CHECK(backup_make(&job, NULL, &e) == RC_OK);
    const char *lake = disk_path(a, to, "demo/lake");
    CHECK(disk_list(a, lake, &names, &len, &e) == RC_OK && len == 3);
    TEST("a flipped bit in any file of a backup is found, and nothing is restored from it") {
        const char *files[] = {disk_path(a, to, "BACKUP"), disk_path(a, to, "pond.key"),
                               disk_path(a, to, "demo/ledger.db"),
                               disk_path(a, lake, names[1].ptr)};
        for (size_t i = 0; i < 4; i++) {
            CHECK(temp_flip(files[i], 16));
            CHECK(backup_verify(to, disk_real(), NULL, &e) == RC_CORRUPT);
            CHECK(backup_restore(to, disk_path(a, dir, "no"), NULL, disk_real(), NULL, &e) ==
                  RC_CORRUPT);
            CHECK(!disk_exists(disk_path(a, dir, "no/demo")));
            CHECK(temp_flip(files[i], 16));
        }
        CHECK(backup_verify(to, disk_real(), NULL, &e) == RC_OK);
        CHECK(unlink(files[3]) == 0);
        CHECK(backup_verify(to, disk_real(), NULL, &e) == RC_CORRUPT);
    }
    TEST("a damaged segment is not copied on in silence") {
        const char *file = disk_path(a, disk_path(a, home, "demo/lake"), names[0].ptr);
        job = job_of(home, disk_path(a, dir, "b3"));
        CHECK(temp_flip(file, 40));
        CHECK(backup_make(&job, NULL, &e) == RC_CORRUPT);
        CHECK(!disk_exists(disk_path(a, dir, "b3/BACKUP")));
        CHECK(temp_flip(file, 40));
    }
    arena_free(a);
}

static void test_faults(const char *dir, const char *home)
{
    struct arena *a = arena_new();
    struct sim *s = sim_new(dir);
    TEST("whichever call fails, there is a whole backup or none that pretends to be one") {
        for (uint64_t n = 1; n < 200; n++) {
            struct err e = {0};
            const char *to = disk_path(a, dir, "bf");
            struct backup_job job = job_of(home, to);
            job.disk = sim_disk(s);
            job.vfs = sim_vfs(s);
            job.copy = n % 2;
            temp_drop(to);
            sim_fail_at(s, n, SIM_EIO, n % 3 == 0);
            enum rc rc = backup_make(&job, NULL, &e);
            bool failed = sim_failed(s);
            sim_fail_at(s, 0, SIM_EIO, false);
            enum rc is = backup_verify(to, disk_real(), NULL, &e);
            CHECK(rc ? is == RC_MISSING || is == RC_OK : is == RC_OK);
            if (!failed) {
                CHECK(rc == RC_OK && n > 20);
                break;
            }
        }
    }
    TEST("whichever call of a restore fails, the brand is there whole or not at all") {
        for (uint64_t n = 1; n < 200; n++) {
            struct err e = {0};
            const char *back = disk_path(a, dir, "rf");
            temp_drop(back);
            sim_fail_at(s, n, SIM_ENOSPC, n % 3 == 0);
            enum rc rc =
                backup_restore(disk_path(a, dir, "bf"), back, NULL, sim_disk(s), NULL, &e);
            bool failed = sim_failed(s);
            sim_fail_at(s, 0, SIM_EIO, false);
            if (disk_exists(disk_path(a, back, "demo"))) {
                CHECK_EQ_I64(rows_in(back, "demo"), 157);
            } else {
                CHECK(rc != RC_OK);
            }
            if (!failed) {
                CHECK(rc == RC_OK && n > 20);
                break;
            }
        }
    }
    sim_free(s);
    arena_free(a);
}

int main(void)
{
    char dir[64];
    struct arena *a = arena_new();
    temp_make(dir);
    const char *home = disk_path(a, dir, "home");
    CHECK(disk_mkdirs(disk_real(), disk_path(a, home, "demo"), 0700, NULL) == RC_OK);
    CHECK(disk_put(disk_real(), disk_path(a, home, "pond.key"),
                   STR("0123456789abcdef0123456789"), 0600, NULL) == RC_OK);
    test_round(dir, home);
    test_damage(dir, home);
    test_faults(dir, home);
    arena_free(a);
    temp_drop(dir);
    return tap_end();
}
