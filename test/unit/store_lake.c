/* The lake: rows in, the same rows out; damage, lost files, leftovers, merging, failures, cuts. */
#include "store/lake.h"
#include <pthread.h>
#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fault/sim.h"
#include "store/ledger.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"

static const struct lake_field event_fields[] = {
    {"seq", LAKE_I64},    {"time_ms", LAKE_I64},   {"name", LAKE_CODE},
    {"no", LAKE_U32},     {"also", LAKE_U32_LIST}, {"item", LAKE_STR},
    {"amount", LAKE_I64}, {"score", LAKE_F64},     {"props", LAKE_STR},
};
static const struct lake_field person_fields[] = {{"no", LAKE_U32}, {"value", LAKE_STR}};
static const struct lake_dataset datasets[] = {
    {"event", event_fields, 9, "seq", "time_ms", "name"},
    {"person", person_fields, 2, NULL, NULL, NULL},
};
static const struct str names[] = {{"view", 4}, {"purchase_of_something", 21}, {"买", 3}};

static const struct sql count = {"count", "select count(*) from event", 0};
static const struct sql rows_of_all = {
    "rows",
    "select seq, time_ms, code_event(name) as code, no, also, item, amount, score, props, name "
    "from event order by seq",
    0};

/* --- Rows made from their number, so that any row can be checked alone -------------------------- */

struct made {
    struct lake_column columns[9];
    struct lake_rows rows;
    struct arena *arena;
};

static bool has_item(uint64_t seq) { return seq % 3 != 0; }
static struct str item_of(struct arena *a, uint64_t seq)
{
    return arena_strf(a, seq % 2 ? "i%llu" : "a longer item number %llu",
                      (unsigned long long)seq);
}

static void make_rows(struct made *m, uint64_t from, uint32_t n)
{
    struct arena *a = m->arena = arena_new();
    int64_t *seq = arena_array(a, int64_t, n);
    int64_t *time = arena_array(a, int64_t, n);
    int64_t *amount = arena_array(a, int64_t, n);
    uint16_t *code = arena_array(a, uint16_t, n);
    uint32_t *no = arena_array(a, uint32_t, n);
    uint32_t *at = arena_array(a, uint32_t, n + 1);
    uint32_t *also = arena_array(a, uint32_t, 2 * n + 1);
    struct str *item = arena_array(a, struct str, n);
    struct str *props = arena_array(a, struct str, n);
    double *score = arena_array(a, double, n);
    uint8_t *valid = arena_array(a, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t s = from + i;
        seq[i] = (int64_t)s;
        time[i] = 1000000 - (int64_t)s;
        code[i] = (uint16_t)(s % 4 == 3 ? LAKE_CODE_NONE : s % 4);
        no[i] = (uint32_t)(s * 7);
        at[i + 1] = at[i] + (uint32_t)(s % 3);
        for (uint32_t j = at[i]; j < at[i + 1]; j++) {
            also[j] = (uint32_t)s + j - at[i];
        }
        item[i] = has_item(s) ? item_of(a, s) : STR_NULL;
        valid[i] = s % 5 == 0;
        amount[i] = (int64_t)s * 100;
        score[i] = (double)s / 4;
    }
    const struct lake_column columns[] = {
        {.name = "seq", .type = LAKE_I64, .data = seq},
        {.name = "time_ms", .type = LAKE_I64, .data = time},
        {.name = "name", .type = LAKE_CODE, .data = code, .names = names, .names_len = 3},
        {.name = "no", .type = LAKE_U32, .data = no},
        {.name = "also", .type = LAKE_U32_LIST, .data = also, .offsets = at},
        {.name = "item", .type = LAKE_STR, .data = item},
        {.name = "amount", .type = LAKE_I64, .data = amount, .valid = valid},
        {.name = "score", .type = LAKE_F64, .data = score},
        {.name = "props", .type = LAKE_STR, .data = props}, /* null in every row */
    };
    memcpy(m->columns, columns, sizeof columns);
    m->rows = (struct lake_rows){n, 9, m->columns};
}

static bool row_is(const struct lake_chunk *c, uint32_t i, uint64_t s)
{
    struct arena *a = arena_new();
    const struct lake_vector *v = c->columns;
    uint32_t len = 0;
    const uint32_t *also = lake_list(&v[4], i, &len);
    uint16_t code = ((const uint16_t *)v[2].data)[i];
    bool fine = ((const int64_t *)v[0].data)[i] == (int64_t)s &&
                ((const int64_t *)v[1].data)[i] == 1000000 - (int64_t)s &&
                code == (s % 4 == 3 ? LAKE_CODE_NONE : s % 4) &&
                ((const uint32_t *)v[3].data)[i] == (uint32_t)(s * 7) && len == s % 3;
    for (uint32_t j = 0; fine && j < len; j++) {
        fine = also[j] == (uint32_t)s + j;
    }
    struct str item = has_item(s) ? item_of(a, s) : STR_NULL;
    fine = fine && lake_is_null(&v[5], i) == !has_item(s) && str_eq(lake_str(&v[5], i), item);
    fine = fine && lake_is_null(&v[6], i) == (s % 5 != 0) && lake_is_null(&v[8], i);
    fine = fine && (s % 5 != 0 || ((const int64_t *)v[6].data)[i] == (int64_t)s * 100);
    fine = fine && ((const double *)v[7].data)[i] * 4 == (double)s;
    fine = fine && str_eq(lake_str(&v[9], i), s % 4 == 3 ? STR_NULL : names[s % 4]);
    arena_free(a);
    return fine;
}

/* --- A lake and its ledger ---------------------------------------------------------------------- */

struct pair {
    struct ledger *ledger;
    struct lake *lake;
};

static enum rc open_pair_as(bool reads, struct pair *p, const char *dir, struct disk *d,
                            const char *vfs, struct err *e)
{
    struct arena *a = arena_new();
    struct clock clock = clock_fixed(0);
    struct ledger_options lo = {.mode = LEDGER_CREATE, .vfs = vfs};
    struct lake_options ko = {.dir = disk_path(a, dir, "lake"),
                              .disk = d,
                              .datasets = datasets,
                              .datasets_len = 2,
                              .reads = reads};
    *p = (struct pair){0};
    enum rc rc = ledger_open(disk_path(a, dir, "ledger.db"), &lo, &p->ledger, e);
    rc = rc ? rc : migrate_run(p->ledger, d, &clock, e);
    rc = rc ? rc : lake_open(&ko, &p->lake, e);
    rc = rc ? rc : lake_set_names(p->lake, "event", names, 3, e);
    arena_free(a);
    return rc;
}

static enum rc open_pair(struct pair *p, const char *dir, struct disk *d, const char *vfs,
                         struct err *e)
{
    return open_pair_as(false, p, dir, d, vfs, e);
}

static void close_pair(struct pair *p)
{
    lake_close(p->lake);
    ledger_close(p->ledger);
}

/* Seals `n` rows that follow the last ones and lists them with their numbers in one transaction. */
static enum rc seal(struct pair *p, uint32_t n, struct segment *out, struct err *e)
{
    struct made m;
    struct tx *tx = NULL;
    struct segment s;
    uint64_t seq = 0;
    enum rc rc = log_next_seq(p->ledger, &seq, e);
    if (rc) {
        return rc;
    }
    make_rows(&m, seq, n);
    rc = lake_write(p->lake, "event", &m.rows, 1, &s, e);
    arena_free(m.arena);
    rc = rc ? rc : ledger_begin(p->ledger, &tx, e);
    if (!rc) {
        rc = log_take(tx, n, &seq, e);
        rc = rc ? rc : lake_commit(tx, &s, e);
        rc = ledger_end(tx, rc, e);
    }
    if (out) {
        *out = s;
    }
    return rc;
}

/* Rows 1..n are there, each once and as made. */
static bool holds(struct pair *p, uint64_t n)
{
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    struct err e = {0};
    uint64_t at = 1;
    bool fine = true;
    enum rc rc = lake_query(p->lake, &rows_of_all, BINDS_NONE, &r, &e);
    while (!rc && !(rc = lake_next(r, &chunk, &e)) && chunk.rows) {
        for (uint32_t i = 0; i < chunk.rows; i++) {
            fine = fine && row_is(&chunk, i, at++);
        }
    }
    lake_done(r);
    if (rc || !fine || at != n + 1) {
        printf("# %llu rows of %llu, %s: %s (%s)\n", (unsigned long long)at - 1,
               (unsigned long long)n, fine ? "fine" : "one differs", e.msg, e.detail);
    }
    return !rc && fine && at == n + 1;
}

/* Rows of one text of lake_parts, added to what was seen of each. */
static bool part_holds(struct pair *p, struct str from, uint8_t *seen, uint64_t n)
{
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    struct err e = {0};
    struct arena *a = arena_new();
    const struct sql sql = {
        .name = "part",
        .text =
            arena_strf(
                a,
                "select seq, time_ms, code_event(name), no, also, item, amount, score, props, "
                "name from %.*s",
                STR_FMT(from))
                .ptr};
    bool fine = true;
    enum rc rc = lake_query_whole(p->lake, &sql, BINDS_NONE, &r, &e);
    while (!rc && !(rc = lake_next(r, &chunk, &e)) && chunk.rows) {
        for (uint32_t i = 0; i < chunk.rows; i++) {
            uint64_t at = (uint64_t)((const int64_t *)chunk.columns[0].data)[i];
            fine = fine && at >= 1 && at <= n && row_is(&chunk, i, at);
            seen[fine ? at : 0]++;
        }
    }
    lake_done(r);
    arena_free(a);
    return !rc && fine;
}

/* Rows 1..n, each once, in so many parts. */
static bool holds_in_parts(struct pair *p, uint64_t n, uint32_t parts, struct lake_cut cut)
{
    struct arena *a = arena_new();
    uint8_t *seen = arena_array(a, uint8_t, n + 1);
    struct str *texts = NULL;
    bool fine = lake_parts(p->lake, cut, a, &texts) == parts;
    for (uint32_t i = 0; fine && i < parts; i++) {
        fine = part_holds(p, texts[i], seen, n);
    }
    for (uint64_t i = 1; i <= n; i++) {
        fine = fine && seen[i] == 1;
    }
    arena_free(a);
    return fine;
}

/* --- Tests --------------------------------------------------------------------------------------- */

static void test_reading(const char *dir)
{
    struct pair p;
    struct err e = {0};
    struct segment s = {0};
    struct made m;
    int64_t n = -1;
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    TEST("an empty lake answers") {
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
        CHECK(lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e) == RC_OK && n == 0);
        CHECK(holds(&p, 0));
    }
    TEST("rows in segments and in the tail come back as they were, nulls, lists and all") {
        CHECK(seal(&p, 5000, &s, &e) == RC_OK);
        CHECK_EQ_I64(s.seq_from, 1);
        CHECK_EQ_I64(s.seq_to, 5000);
        CHECK_EQ_I64(s.min_ms, 995000);
        CHECK_EQ_I64(s.max_ms, 999999);
        CHECK_EQ_I64(s.rows, 5000);
        CHECK(seal(&p, 1, NULL, &e) == RC_OK);
        make_rows(&m, 5002, 2500);
        struct lake_tail tail = {"event", &m.rows, 1};
        CHECK(lake_attach(p.lake, p.ledger, &tail, 1, &e) == RC_OK);
        CHECK(holds(&p, 7501));
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
        CHECK(holds(&p, 5001));
        arena_free(m.arena);
    }
    TEST("parts of a dataset are its rows, each once, however it is cut") {
        struct lake_cut cut = {"event", INT64_MIN, INT64_MAX, 1};
        CHECK(holds_in_parts(&p, 5001, 2, cut));
        cut.rows = 5001;
        CHECK(holds_in_parts(&p, 5001, 1, cut));
        cut = (struct lake_cut){"event", 994999, 994999, 1};
        CHECK(holds_in_parts(&p, 5001, 1, cut)); /* only the last row's file counts */
        cut = (struct lake_cut){"event", 995000, 995000, 1};
        CHECK(holds_in_parts(&p, 5001, 1, cut));
        cut = (struct lake_cut){"event", 994999, 995000, 1};
        CHECK(holds_in_parts(&p, 5001, 2, cut));
        make_rows(&m, 5002, 10);
        struct lake_tail tail = {"event", &m.rows, 1};
        CHECK(lake_attach(p.lake, p.ledger, &tail, 1, &e) == RC_OK);
        cut = (struct lake_cut){"event", INT64_MIN, INT64_MAX, 1};
        CHECK(holds_in_parts(&p, 5011, 2, cut));
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
        arena_free(m.arena);
    }
    TEST("a dataset without a seq of its own keeps the range its writer gives") {
        static const struct sql who = {"who", "select no from person where value = $v", 0};
        uint32_t no[] = {4, 5};
        struct str value[] = {STR("o'brien"), STR("王")};
        struct lake_column c[] = {{.name = "no", .type = LAKE_U32, .data = no},
                                  {.name = "value", .type = LAKE_STR, .data = value}};
        struct lake_rows rows = {2, 2, c};
        struct tx *tx = NULL;
        s = (struct segment){.seq_from = 7, .seq_to = 9};
        CHECK(lake_write(p.lake, "person", &rows, 1, &s, &e) == RC_OK);
        CHECK(s.seq_from == 7 && s.seq_to == 9);
        CHECK(ledger_begin(p.ledger, &tx, &e) == RC_OK);
        CHECK(ledger_end(tx, lake_commit(tx, &s, &e), &e) == RC_OK);
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
        CHECK(lake_get_i64(p.lake, &who, BINDS(bind_str("v", STR("o'brien"))), &n, &e) ==
              RC_OK);
        CHECK_EQ_I64(n, 4);
    }
    TEST("mistakes are named, and SQL reaches no file outside the lake") {
        static const struct sql outside = {"outside", "select * from read_csv('/etc/passwd')",
                                           0};
        static const struct sql change = {"change", "set enable_external_access = true", 0};
        static const struct sql wide = {"wide", "select sum(seq) from event", 0};
        struct lake_result *r = NULL;
        CHECK(lake_query(p.lake, &outside, BINDS_NONE, &r, &e) != RC_OK);
        CHECK(lake_query(p.lake, &change, BINDS_NONE, &r, &e) != RC_OK);
        CHECK(lake_query(p.lake, &wide, BINDS_NONE, &r, &e) == RC_BUG);
        CHECK(lake_query_whole(p.lake, &outside, BINDS_NONE, &r, &e) != RC_OK);
        struct lake_chunk chunk = {0};
        CHECK(lake_query_whole(p.lake, &wide, BINDS_NONE, &r, &e) == RC_OK);
        CHECK(lake_next(r, &chunk, &e) == RC_BUG);
        lake_done(r);
        CHECK(lake_query(p.lake, &count, BINDS(bind_i64("zz", 1)), &r, &e) == RC_BUG);
        CHECK(lake_write(p.lake, "nothing", NULL, 0, &s, &e) == RC_BUG);
    }
    close_pair(&p);
}

static void *interrupt(void *lake)
{
    (void)usleep(300000);
    lake_interrupt(lake);
    return NULL;
}

static void test_limits(const char *dir)
{
    static const struct sql endless = {
        "endless", "select count(*) from range(1000000000) a, range(1000000) b", 0};
    struct pair p;
    struct err e = {0};
    pthread_t other;
    int64_t n = 0;
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    TEST("a long query stops when it is interrupted, and the next one runs") {
        CHECK(pthread_create(&other, NULL, interrupt, p.lake) == 0);
        CHECK(lake_get_i64(p.lake, &endless, BINDS_NONE, &n, &e) == RC_STOPPED);
        CHECK(pthread_join(other, NULL) == 0);
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
        CHECK(lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e) == RC_OK && n == 0);
    }
    TEST("what only began stops when it is interrupted, or given up") {
        struct lake_result *r = NULL;
        struct lake_chunk chunk = {0};
        CHECK(lake_query_whole(p.lake, &endless, BINDS_NONE, &r, &e) == RC_OK);
        CHECK(pthread_create(&other, NULL, interrupt, p.lake) == 0);
        CHECK(lake_next(r, &chunk, &e) == RC_STOPPED && !chunk.rows);
        CHECK(pthread_join(other, NULL) == 0);
        lake_done(r);
        CHECK(lake_query_whole(p.lake, &endless, BINDS_NONE, &r, &e) == RC_OK);
        lake_done(r);
        CHECK(lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e) == RC_OK && n == 0);
    }
    close_pair(&p);
}

/* Few texts are written from small numbers, many as they are; two pieces with their own names are many. */
static void test_texts(const char *dir, uint32_t texts, bool two_lists)
{
    static const struct sql wrong = {
        "wrong", "select count(*) from event where name is distinct from 'n' || (seq % $texts)",
        0};
    enum { ROWS = 3000 };
    struct pair p;
    struct err e = {0};
    struct arena *a = arena_new();
    int64_t *seq = arena_array(a, int64_t, ROWS), n = 1;
    uint16_t *code = arena_array(a, uint16_t, ROWS);
    struct str *list = arena_array(a, struct str, texts);
    struct str *copy = arena_array(a, struct str, texts);
    struct segment s = {0};
    struct tx *tx = NULL;
    for (uint32_t i = 0; i < texts; i++) {
        list[i] = copy[i] = arena_strf(a, "n%u", i);
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        seq[i] = i;
        code[i] = (uint16_t)(i % texts);
    }
    const struct lake_column columns[] = {
        {.name = "seq", .type = LAKE_I64, .data = seq},
        {.name = "name", .type = LAKE_CODE, .data = code, .names = list, .names_len = texts},
        {.name = "seq", .type = LAKE_I64, .data = seq + 1000},
        {.name = "name",
         .type = LAKE_CODE,
         .data = code + 1000,
         .names = two_lists ? copy : list,
         .names_len = texts},
    };
    const struct lake_rows pieces[] = {{1000, 2, columns}, {ROWS - 1000, 2, columns + 2}};
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    CHECK(lake_write(p.lake, "event", pieces, 2, &s, &e) == RC_OK);
    CHECK(ledger_begin(p.ledger, &tx, &e) == RC_OK && lake_commit(tx, &s, &e) == RC_OK);
    CHECK(ledger_end(tx, RC_OK, &e) == RC_OK);
    CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK);
    CHECK(lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e) == RC_OK && n == ROWS);
    CHECK(lake_get_i64(p.lake, &wrong, BINDS(bind_i64("texts", texts)), &n, &e) == RC_OK &&
          n == 0);
    close_pair(&p);
    arena_free(a);
}

static void test_damage(const char *dir)
{
    struct pair p;
    struct err e = {0};
    struct segment s = {0};
    struct arena *a = arena_new();
    uint32_t removed = 0;
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    CHECK(seal(&p, 3000, &s, &e) == RC_OK);
    CHECK(seal(&p, 3000, NULL, &e) == RC_OK);
    const char *lake = disk_path(a, dir, "lake");
    const char *file = disk_path(a, lake, s.file);
    TEST("a flipped bit in a segment is found before the file is used, and the segment named") {
        for (long at = 5; at < s.bytes; at += s.bytes / 7) {
            struct pair q;
            CHECK(temp_flip(file, at));
            CHECK(open_pair(&q, dir, disk_real(), NULL, &e) == RC_OK);
            CHECK(lake_attach(q.lake, q.ledger, NULL, 0, &e) == RC_CORRUPT);
            CHECK(str_find(str_of(e.msg), str_of(s.file), 0) != SIZE_MAX);
            CHECK(lake_verify(q.lake, q.ledger, &e) == RC_CORRUPT);
            close_pair(&q);
            CHECK(temp_flip(file, at));
        }
        CHECK(lake_verify(p.lake, p.ledger, &e) == RC_OK);
    }
    TEST("a lost segment is missing by name") {
        struct pair q;
        const char *aside = disk_path(a, dir, "aside");
        CHECK(rename(file, aside) == 0);
        CHECK(open_pair(&q, dir, disk_real(), NULL, &e) == RC_OK);
        CHECK(lake_attach(q.lake, q.ledger, NULL, 0, &e) == RC_MISSING);
        CHECK(str_find(str_of(e.msg), str_of(s.file), 0) != SIZE_MAX);
        close_pair(&q);
        CHECK(rename(aside, file) == 0);
    }
    TEST("what a killed writer left is removed, what is listed stays") {
        const char *left = disk_path(a, lake, "event-9-9.parquet");
        CHECK(disk_put(disk_real(), left, STR("x"), 0600, &e) == RC_OK);
        CHECK(disk_put(disk_real(), disk_path(a, lake, "event-1.parquet" DISK_TEMP), STR("x"),
                       0600, &e) == RC_OK);
        const char *spill = disk_path(a, lake, "spill-999999999-1" DISK_TEMP);
        CHECK(disk_mkdirs(disk_real(), spill, 0700, &e) == RC_OK);
        CHECK(disk_put(disk_real(), disk_path(a, spill, "x"), STR("x"), 0600, &e) == RC_OK);
        CHECK(lake_sweep(p.lake, p.ledger, &removed, &e) == RC_OK && removed == 3);
        CHECK(!disk_exists(left));
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK && holds(&p, 6000));
    }
    close_pair(&p);
    arena_free(a);
}

static void test_merging(const char *dir)
{
    struct pair p;
    struct pair reader;
    struct err e = {0};
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0;
    uint32_t merged = 0;
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    TEST("small segments become one with the same rows, and readers of the old ones go on") {
        for (uint32_t i = 0; i < 8; i++) {
            CHECK(seal(&p, 1000 + i, NULL, &e) == RC_OK);
        }
        CHECK(open_pair_as(true, &reader, dir, disk_real(), NULL, &e) == RC_OK);
        CHECK(lake_attach(reader.lake, reader.ledger, NULL, 0, &e) == RC_OK);
        CHECK(lake_compact(p.lake, p.ledger, "event", &merged, &e) == RC_OK);
        CHECK_EQ_I64(merged, 8);
        CHECK(manifest_read(a, p.ledger, "event", &list, &len, &e) == RC_OK && len == 1);
        CHECK(list[0].seq_from == 1 && list[0].seq_to == 8028 && list[0].rows == 8028);
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK && holds(&p, 8028));
        /* Nothing that the reader's manifest lists is swept under it. */
        CHECK(lake_sweep(p.lake, p.ledger, &merged, &e) == RC_OK && merged == 0);
        CHECK(holds(&reader, 8028));
        close_pair(&reader);
        CHECK(lake_sweep(p.lake, p.ledger, &merged, &e) == RC_OK && merged == 8);
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK && holds(&p, 8028));
        CHECK(lake_verify(p.lake, p.ledger, &e) == RC_OK);
    }
    TEST("a large segment is not written again for a small one behind it") {
        CHECK(seal(&p, 10, NULL, &e) == RC_OK);
        CHECK(lake_compact(p.lake, p.ledger, "event", &merged, &e) == RC_OK && merged == 0);
        CHECK(seal(&p, 10, NULL, &e) == RC_OK);
        CHECK(lake_compact(p.lake, p.ledger, "event", &merged, &e) == RC_OK && merged == 2);
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK && holds(&p, 8048));
    }
    close_pair(&p);
    arena_free(a);
}

/* Opening an engine costs 20 ms, so that a daily run takes a sample; POND_THOROUGH=1 takes all. */
static bool thorough(void) { return getenv("POND_THOROUGH") != NULL; }

/* Seals three times and merges; returns the rows acknowledged. */
static uint64_t work(const char *dir, struct sim *s, bool reads, enum rc *why)
{
    struct pair p;
    struct err e = {0};
    uint64_t rows = 0;
    *why = open_pair(&p, dir, sim_disk(s), sim_vfs(s), &e);
    for (int i = 0; !*why && i < 3; i++) {
        *why = seal(&p, 20, NULL, &e);
        rows += *why ? 0 : 20;
        if (!*why) {
            sim_mark(s, rows);
        }
    }
    *why = *why ? *why : lake_compact(p.lake, p.ledger, "event", NULL, &e);
    *why = *why || reads ? *why : seal(&p, 20, NULL, &e);
    rows += *why || reads ? 0 : 20;
    if (!*why && !reads) {
        sim_mark(s, rows);
    }
    close_pair(&p);
    return rows;
}

/* After anything: opens, sweeps, and holds what was acknowledged or one batch more. */
static bool sound(const char *dir, uint64_t rows, const char *what)
{
    struct pair p;
    struct err e = {0};
    int64_t n = -1;
    enum rc rc = open_pair(&p, dir, disk_real(), NULL, &e);
    rc = rc ? rc : lake_sweep(p.lake, p.ledger, NULL, &e);
    rc = rc ? rc : lake_attach(p.lake, p.ledger, NULL, 0, &e);
    rc = rc ? rc : lake_get_i64(p.lake, &count, BINDS_NONE, &n, &e);
    bool fine =
        !rc && ((uint64_t)n == rows || (uint64_t)n == rows + 20) && holds(&p, (uint64_t)n);
    fine = fine && lake_verify(p.lake, p.ledger, &e) == RC_OK;
    if (!fine) {
        printf("# %s: %llu acknowledged, %lld there, %s (%s)\n", what, (unsigned long long)rows,
               (long long)n, e.msg, e.detail);
    }
    close_pair(&p);
    return fine;
}

static void test_faults(const char *dir, enum sim_fault kind)
{
    struct arena *a = arena_new();
    for (uint64_t n = 1; n < 1000; n += thorough() ? 1 : 1 + n / 4) {
        const char *into = disk_path(a, dir, "fault");
        char what[40];
        enum rc why = RC_OK;
        temp_drop(into);
        CHECK(disk_mkdirs(disk_real(), into, 0700, NULL) == RC_OK);
        struct sim *s = sim_new(into);
        sim_fail_at(s, n, kind, n % 3 == 0);
        uint64_t rows = work(into, s, false, &why);
        bool failed = sim_failed(s);
        sim_free(s);
        (void)snprintf(what, sizeof what, "call %llu", (unsigned long long)n);
        CHECK(sound(into, rows, what));
        if (!failed) {
            CHECK(why == RC_OK && rows == 80 && n > 100);
            break;
        }
    }
    arena_free(a);
}

static void test_cuts(const char *dir)
{
    struct arena *a = arena_new();
    struct err e = {0};
    enum rc why = RC_OK;
    const char *root = disk_path(a, dir, "root");
    CHECK(disk_mkdirs(disk_real(), root, 0700, NULL) == RC_OK);
    struct sim *s = sim_new(root);
    sim_record(s, true);
    CHECK(work(root, s, false, &why) == 80 && why == RC_OK);
    sim_record(s, false);
    CHECK(sim_points(s) > 40);
    for (uint64_t p = 0; p < sim_points(s); p++) {
        for (int cut = 0; cut < SIM_CUTS; cut++) {
            if (!thorough() && (uint64_t)cut != p % SIM_CUTS) {
                continue;
            }
            const char *into = disk_path(a, dir, "cut");
            uint64_t rows = 0;
            char what[64];
            temp_drop(into);
            CHECK(sim_rebuild(s, p, (enum sim_cut)cut, p, into, &rows, &e) == RC_OK);
            (void)snprintf(what, sizeof what, "cut %llu %s (%s)", (unsigned long long)p,
                           sim_cut_name((enum sim_cut)cut), sim_point_name(s, p));
            CHECK(sound(into, rows, what));
        }
    }
    sim_free(s);
    arena_free(a);
}

/* A file's n rows lie by name, those without one first, and by seq within a name. */
static bool lies_by_name(const char *path, uint64_t n)
{
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    struct err e = {0};
    struct buf name = {0};
    int64_t seq = 0;
    uint64_t rows = 0;
    bool fine = lake_read_file(path, 1, 0, &r, &e) == RC_OK;
    while (fine && !lake_next(r, &chunk, &e) && chunk.rows) {
        for (uint32_t i = 0; i < chunk.rows; i++, rows++) {
            struct str here = lake_str(&chunk.columns[2], i);
            int64_t at = ((const int64_t *)chunk.columns[0].data)[i];
            int cmp = str_cmp(here, buf_str(&name));
            fine = fine && (cmp > 0 || (cmp == 0 && at > seq));
            seq = at;
            buf_clear(&name);
            buf_add(&name, here);
        }
    }
    lake_done(r);
    buf_release(&name);
    return fine && rows == n;
}

static void test_clusters(const char *dir)
{
    struct pair p;
    struct err e = {0};
    struct segment s = {0};
    struct made m[3];
    struct arena *a = arena_new();
    const char *lake = disk_path(a, dir, "lake");
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    TEST("rows of one name lie together in a file, of one piece and of several") {
        static const uint32_t rows[] = {2500, 1, 4099};
        struct lake_rows pieces[3];
        CHECK(seal(&p, 3000, &s, &e) == RC_OK);
        CHECK(lies_by_name(disk_path(a, lake, s.file), 3000));
        for (uint32_t i = 0, from = 3001; i < 3; from += rows[i++]) {
            make_rows(&m[i], from, rows[i]);
            pieces[i] = m[i].rows;
        }
        CHECK(lake_write(p.lake, "event", pieces, 3, &s, &e) == RC_OK);
        CHECK(s.seq_from == 3001 && s.seq_to == 9600);
        CHECK(lies_by_name(disk_path(a, lake, s.file), 6600));
        struct lake_tail tail = {"event", pieces, 3};
        CHECK(lake_attach(p.lake, p.ledger, &tail, 1, &e) == RC_OK && holds(&p, 9600));
        for (uint32_t i = 0; i < 3; i++) {
            arena_free(m[i].arena);
        }
    }
    TEST("and in what segments are merged into") {
        struct segment *list = NULL;
        size_t len = 0;
        CHECK(seal(&p, 3000, NULL, &e) == RC_OK);
        CHECK(lake_compact(p.lake, p.ledger, "event", NULL, &e) == RC_OK);
        CHECK(manifest_read(a, p.ledger, "event", &list, &len, &e) == RC_OK && len == 1);
        CHECK(len == 1 && lies_by_name(disk_path(a, lake, list[0].file), 6000));
        CHECK(lake_attach(p.lake, p.ledger, NULL, 0, &e) == RC_OK && holds(&p, 6000));
    }
    TEST("a row group says which names it has: a question of one name leaves others out") {
        static const struct sql groups = {
            "groups",
            "select count(*) from parquet_metadata($file) where path_in_schema = 'name'", NULL};
        static const struct sql with_all = {
            "with_all",
            "with g as (from parquet_metadata($file) where path_in_schema = 'name') "
            "select count(*) from g where stats_min_value = (select min(stats_min_value) from "
            "g) "
            "and stats_max_value = (select max(stats_max_value) from g)",
            NULL};
        int64_t len = 0, all = -1;
        CHECK(seal(&p, 200000, &s, &e) == RC_OK);
        struct bind file = bind_str("file", str_of(disk_path(a, lake, s.file)));
        CHECK(lake_get_i64(p.lake, &groups, BINDS(file), &len, &e) == RC_OK && len == 4);
        CHECK(lake_get_i64(p.lake, &with_all, BINDS(file), &all, &e) == RC_OK && all == 0);
    }
    close_pair(&p);
    arena_free(a);
}

static void test_files(const char *dir)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct lake_result *r = NULL;
    struct pair p;
    struct segment s = {0};
    CHECK(open_pair(&p, dir, disk_real(), NULL, &e) == RC_OK);
    CHECK(seal(&p, 3000, &s, &e) == RC_OK);
    const char *lake = disk_path(a, dir, "lake");
    TEST("a Parquet file from outside is read in order whatever its name") {
        const char *odd = disk_path(a, dir, "a*b's [1].parquet");
        CHECK(disk_copy(disk_real(), disk_path(a, lake, s.file), odd, 0600, &e) == RC_OK);
        CHECK(lake_read_file(odd, 1, 0, &r, &e) == RC_OK);
        CHECK(lake_result_columns(r) == 8 && strcmp(lake_result_name(r, 0), "seq") == 0);
        CHECK(lake_result_type(r, 2) == LAKE_STR);
        lake_done(r);
        CHECK(lies_by_name(odd, 3000));
    }
    TEST("what is no Parquet file, a cut one, or nothing, is refused") {
        const char *bad = disk_path(a, dir, "bad.parquet");
        CHECK(lake_read_file(bad, 1, 0, &r, &e) == RC_MISSING);
        CHECK(disk_put(disk_real(), bad, STR("PAR1 and no more"), 0600, &e) == RC_OK);
        CHECK(lake_read_file(bad, 1, 0, &r, &e) == RC_INVALID);
        CHECK(disk_copy(disk_real(), disk_path(a, lake, s.file), bad, 0600, &e) == RC_OK);
        CHECK(truncate(bad, 2000) == 0);
        CHECK(lake_read_file(bad, 1, 0, &r, &e) == RC_INVALID);
    }
    close_pair(&p);
    arena_free(a);
}

static const char *sub(struct arena *a, const char *dir, const char *name)
{
    const char *path = disk_path(a, dir, name);
    CHECK(disk_mkdirs(disk_real(), path, 0700, NULL) == RC_OK);
    return path;
}

int main(void)
{
    char dir[64];
    struct arena *a = arena_new();
    temp_make(dir);
    test_reading(sub(a, dir, "reading"));
    TEST("texts from a list come back, few of them, the most that fit a byte, and more") {
        test_texts(sub(a, dir, "few"), 7, false);
        test_texts(sub(a, dir, "most"), 254, false);
        test_texts(sub(a, dir, "many"), 255, false);
        test_texts(sub(a, dir, "lists"), 7, true);
    }
    test_limits(sub(a, dir, "limits"));
    test_damage(sub(a, dir, "damage"));
    test_merging(sub(a, dir, "merging"));
    test_clusters(sub(a, dir, "clusters"));
    test_files(sub(a, dir, "files"));
    TEST("whichever call meets an I/O error, what was acknowledged is there once") {
        test_faults(dir, SIM_EIO);
    }
    TEST("whichever call finds the disk full, what was acknowledged is there once") {
        test_faults(dir, SIM_ENOSPC);
    }
    TEST("after a power cut at any sync, what was acknowledged is there once") {
        test_cuts(dir);
    }
    arena_free(a);
    temp_drop(dir);
    return tap_end();
}
