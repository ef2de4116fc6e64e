/* The log: order, numbers, damage, and power cuts at every sync. */
#include "store/log.h"
#include "base/clock.h"
#include "base/rng.h"
#include "fault/sim.h"
#include "store/ledger.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"

static struct ledger *opened(const char *path, const char *vfs)
{
    struct ledger_options o = {.mode = LEDGER_CREATE, .vfs = vfs};
    struct clock clock = clock_fixed(0);
    struct ledger *l = NULL;
    struct err e = {0};
    enum rc rc = ledger_open(path, &o, &l, &e);
    rc = rc ? rc : migrate_run(l, disk_real(), &clock, &e);
    if (rc) {
        printf("# %s (%s)\n", e.msg, e.detail);
        ledger_close(l);
        return NULL;
    }
    return l;
}

/* A payload that tells its own number, of a length that varies. */
static struct str payload_of(struct arena *a, uint64_t seq)
{
    struct rng r = rng_seed(seq);
    size_t len = 20 + rng_below(&r, 3000);
    char *bytes = arena_alloc(a, len);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(i < 500 ? rng_below(&r, 256) : 'x');
    }
    return str_make(bytes, len);
}

static enum rc append(struct ledger *l, uint32_t batches, uint32_t rows, struct err *e)
{
    struct tx *tx = NULL;
    struct arena *a = arena_new();
    enum rc rc = ledger_begin(l, &tx, e);
    if (!rc) {
        for (uint32_t i = 0; !rc && i < batches; i++) {
            uint64_t seq = 0;
            rc = log_next_seq(l, &seq, e);
            rc = rc ? rc : log_append(tx, payload_of(a, seq), rows, &seq, e);
        }
        rc = ledger_end(tx, rc, e);
    }
    arena_free(a);
    return rc;
}

struct seen {
    uint64_t next, batches;
    bool fine;
};

static enum rc look(void *ctx, const struct log_batch *b, struct err *e)
{
    struct seen *s = ctx;
    struct arena *a = arena_new();
    (void)e;
    s->fine = s->fine && (b->seq == s->next || s->next == 0) &&
              str_eq(b->payload, payload_of(a, b->seq));
    s->next = b->seq + (b->rows ? b->rows : 1);
    s->batches++;
    arena_free(a);
    return RC_OK;
}

static void test_order(struct ledger *l)
{
    struct err e = {0};
    struct tx *tx = NULL;
    struct seen s = {.fine = true};
    uint64_t seq = 0;
    TEST("numbers run on over batches, direct takes and an emptied log") {
        CHECK(append(l, 3, 10, &e) == RC_OK);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(log_take(tx, 70000, &seq, &e) == RC_OK && seq == 31);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK(append(l, 1, 0, &e) == RC_OK);
        CHECK(log_next_seq(l, &seq, &e) == RC_OK && seq == 70032);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(log_trim(tx, UINT64_MAX, &e) == RC_OK);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK(log_next_seq(l, &seq, &e) == RC_OK && seq == 70032);
    }
    TEST("batches are read in order from any number on, and trimmed up to any") {
        int64_t batches = 0;
        int64_t rows = 0;
        CHECK(append(l, 4, 5, &e) == RC_OK);
        CHECK(log_read(l, 0, look, &s, &e) == RC_OK && s.fine && s.batches == 4);
        s = (struct seen){.fine = true};
        CHECK(log_read(l, 70042, look, &s, &e) == RC_OK && s.fine && s.batches == 2);
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(log_trim(tx, 70041, &e) == RC_OK);
        CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        CHECK(log_size(l, &batches, &rows, NULL, &e) == RC_OK && batches == 2 && rows == 10);
    }
    TEST("a rolled back batch gives its numbers back") {
        CHECK(ledger_begin(l, &tx, &e) == RC_OK);
        CHECK(log_append(tx, STR("x"), 9, &seq, &e) == RC_OK && seq == 70052);
        CHECK(ledger_end(tx, RC_STOPPED, &e) == RC_STOPPED);
        CHECK(log_next_seq(l, &seq, &e) == RC_OK && seq == 70052);
    }
}

static void test_damage(struct ledger *l)
{
    static const struct sql flip = {
        "flip",
        "update store_log set payload = cast(substr(payload, 1, :at) || x'00' || "
        "substr(payload, :at + 2) as blob) where seq = 70042",
        0};
    static const struct sql move = {"move", "update store_log set rows = 6 where seq = 70047",
                                    0};
    struct err e = {0};
    struct seen s = {.fine = true};
    TEST("a changed byte or number in a row is found and the row is named") {
        CHECK(ledger_run(l, &move, BINDS_NONE, &e) == RC_OK);
        CHECK(log_read(l, 0, look, &s, &e) == RC_CORRUPT);
        CHECK(str_find(str_of(e.msg), STR("log row seq 70047"), 0) != SIZE_MAX);
        CHECK(ledger_run(l, &flip, BINDS(bind_i64("at", 20)), &e) == RC_OK);
        CHECK(log_read(l, 0, look, &s, &e) == RC_CORRUPT);
        CHECK(str_find(str_of(e.msg), STR("log row seq 70042"), 0) != SIZE_MAX);
    }
}

/* Every batch acknowledged before the cut is there, whole and in order, and at most the ones in
 * flight beside it. */
static void check_cut(struct sim *s, const char *dir, uint64_t point, enum sim_cut cut,
                      uint64_t seed)
{
    struct arena *a = arena_new();
    const char *into = disk_path(a, dir, "cut");
    uint64_t mark = 0;
    uint64_t next = 0;
    struct err e = {0};
    struct seen seen = {.fine = true};
    temp_drop(into);
    CHECK(sim_rebuild(s, point, cut, seed, into, &mark, &e) == RC_OK);
    struct ledger *l = opened(disk_path(a, into, "ledger.db"), NULL);
    bool fine = CHECK(l != NULL) && CHECK(ledger_check(l, &e) == RC_OK) &&
                CHECK(log_next_seq(l, &next, &e) == RC_OK) &&
                CHECK(log_read(l, 0, look, &seen, &e) == RC_OK) && CHECK(seen.fine) &&
                CHECK(next > mark) && CHECK(seen.batches == 0 || seen.next == next);
    if (!fine) {
        printf("# cut %llu %s (%s): mark %llu, next %llu\n", (unsigned long long)point,
               sim_cut_name(cut), sim_point_name(s, point), (unsigned long long)mark,
               (unsigned long long)next);
    }
    ledger_close(l);
    arena_free(a);
}

static void test_cuts(const char *dir)
{
    struct arena *a = arena_new();
    const char *root = disk_path(a, dir, "root");
    struct err e = {0};
    CHECK(disk_mkdirs(disk_real(), root, 0700, &e) == RC_OK);
    struct sim *s = sim_new(root);
    sim_record(s, true);
    struct ledger *l = opened(disk_path(a, root, "ledger.db"), sim_vfs(s));
    for (int i = 0; l && i < 40; i++) {
        uint64_t next = 0;
        struct tx *tx = NULL;
        CHECK(append(l, 1 + (uint32_t)i % 4, 7, &e) == RC_OK);
        CHECK(log_next_seq(l, &next, &e) == RC_OK);
        sim_mark(s, next - 1);
        if (i % 10 == 9) {
            CHECK(ledger_begin(l, &tx, &e) == RC_OK);
            CHECK(log_trim(tx, next - 20, &e) == RC_OK);
            CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
        }
        if (i % 15 == 14) {
            CHECK(ledger_fold_wal(l, &e) == RC_OK);
        }
    }
    ledger_close(l);
    sim_record(s, false);
    uint64_t points = sim_points(s);
    CHECK(points > 80);
    for (uint64_t p = 0; p < points; p++) {
        check_cut(s, dir, p, SIM_DROPPED, 0);
        check_cut(s, dir, p, SIM_KEPT, 0);
        check_cut(s, dir, p, SIM_TORN, p);
        check_cut(s, dir, p, SIM_REORDERED, p);
    }
    sim_free(s);
    arena_free(a);
}

int main(void)
{
    char dir[64];
    temp_make(dir);
    struct arena *a = arena_new();
    struct ledger *l = opened(disk_path(a, dir, "log.db"), NULL);
    test_order(l);
    test_damage(l);
    ledger_close(l);
    TEST("after a power cut at any sync every acknowledged batch is there, whole and once") {
        test_cuts(dir);
    }
    arena_free(a);
    temp_drop(dir);
    return tap_end();
}
