/* What many tags cost: bytes on disk, memory, and the time of the common doings.
 *     bench_tags DIR [TAGS] [MILLION ASSIGNMENTS] [MILLION IDENTITIES]      default 3000 100 5
 *
 * DIR must exist; a ledger is made in it. Every tag is given to a random share of the identities in one change, then a
 * tenth of the tags loses and gains 1,000 identities each on ten further days. */
#include <math.h>
#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "gen/sql_who.h"
#include "bench.h"
#include "store/ledger.h"
#include "store/migrate.h"
#include "who/tag.h"

#define BATCH 100 /* tags a transaction */

struct bench {
    struct ledger *l;
    struct rng rng;
    struct arena *arena;
    uint32_t tags, identities;
    uint64_t assignments, given;
};

/* Each identity with the same odds: the gaps between them are geometric. */
static struct roster *random_share(struct bench *b, double odds)
{
    struct roster *r = roster_new();
    double at = 0, scale = 1 / log1p(-odds);
    for (;;) {
        at += 1 + floor(log(((double)rng_below(&b->rng, 1u << 30) + 1) / (1u << 30)) * scale);
        if (at > b->identities) {
            return r;
        }
        roster_add(r, (uint32_t)at);
    }
}

static struct tag tag_no(struct bench *b, uint32_t i)
{
    return (struct tag){.category = arena_strf(b->arena, "c%u", i % 30),
                        .name = arena_strf(b->arena, "tag%u", i)};
}

static enum rc give_all(struct bench *b, struct err *e)
{
    double odds = (double)b->assignments / b->tags / b->identities;
    struct tx *tx = NULL;
    enum rc rc = RC_OK;
    for (uint32_t i = 0; !rc && i < b->tags; i++) {
        struct roster_stamp s = {
            .day = 20000, .until = UNTIL_NEVER, .at_ms = 1, .source = STR("rule")};
        struct tag t = tag_no(b, i);
        struct roster *nos = random_share(b, odds);
        uint64_t moved = 0;
        rc = i % BATCH ? RC_OK : ledger_begin(b->l, &tx, e);
        rc = rc ? rc : tag_create(b->l, &t, &t.id, e);
        rc = rc ? rc : tag_give(b->l, &t, STR(""), nos, &s, &moved, e);
        if (tx && (rc || i % BATCH == BATCH - 1 || i + 1 == b->tags)) {
            rc = ledger_end(tx, rc, e);
            tx = NULL;
        }
        b->given += moved;
        roster_free(nos);
    }
    return rc;
}

static enum rc change_some(struct bench *b, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = RC_OK;
    for (int32_t day = 1; !rc && day <= 10; day++) {
        struct roster_stamp s = {
            .day = 20000 + day, .until = UNTIL_NEVER, .at_ms = 1 + day, .source = STR("rule")};
        rc = ledger_begin(b->l, &tx, e);
        for (uint32_t i = 0; !rc && i < b->tags; i += 10) {
            struct roster *in = random_share(b, 1000.0 / b->identities),
                          *out = random_share(b, 1000.0 / b->identities);
            struct tag t = {0};
            uint64_t moved = 0;
            rc = tag_find(b->l, tag_no(b, i).name, b->arena, &t, e);
            rc = rc ? rc : tag_give(b->l, &t, STR(""), in, &s, &moved, e);
            rc = rc ? rc : tag_take(b->l, &t, STR(""), out, &s, &moved, e);
            roster_free(in);
            roster_free(out);
        }
        rc = tx ? ledger_end(tx, rc, e) : rc;
        tx = NULL;
    }
    return rc;
}

static enum rc say_sizes(struct bench *b, struct err *e)
{
    static const struct sql pages = {
        "bench_pages", "select page_count * page_size from pragma_page_count, pragma_page_size",
        0};
    struct stmt *s = NULL;
    bool row = false;
    int64_t all = 0;
    enum rc rc = ledger_prepare(b->l, &sql_who_set_sizes, &s, e);
    rc = rc ? rc : stmt_step(s, &row, e);
    if (!rc) {
        double n = (double)stmt_i64(s, 2);
        bench_say("assignments_million", n / 1e6);
        bench_say("now_mb", (double)stmt_i64(s, 0) / 1048576);
        bench_say("now_bytes_an_assignment", (double)stmt_i64(s, 0) / n);
        bench_say("history_mb", (double)stmt_i64(s, 1) / 1048576);
    }
    stmt_done(s);
    rc = rc ? rc : ledger_get_i64(b->l, &pages, BINDS_NONE, &all, NULL, e);
    bench_say("ledger_mb", (double)all / 1048576);
    return rc;
}

static enum rc time_reads(struct bench *b, struct err *e)
{
    struct bits all;
    double start = bench_now();
    enum rc rc = RC_OK;
    bits_init(&all, b->identities + 1);
    for (uint32_t i = 0; !rc && i < b->tags; i++) {
        rc = tag_mark(b->l, tag_no(b, i).name, STR(""), 20010, &all, e);
    }
    bench_say("mark_one_tag_ms", (bench_now() - start) * 1e3 / b->tags);
    start = bench_now();
    for (uint32_t i = 0; !rc && i < 100; i++) {
        rc = tag_mark(b->l, tag_no(b, i * 10 % b->tags).name, STR(""), 20005, &all, e);
    }
    bench_say("mark_one_tag_on_a_past_day_ms", (bench_now() - start) * 1e3 / 100);
    bits_release(&all);
    start = bench_now();
    for (uint32_t i = 0; !rc && i < 10; i++) {
        struct arena *a = arena_new();
        struct tag_held *held = NULL;
        uint32_t nos[2] = {b->identities / 10 * i + 1, b->identities / 10 * i + 7}, n = 0;
        rc = tag_held_by(b->l, nos, 2, 20010, a, &held, &n, e);
        arena_free(a);
    }
    bench_say("tags_of_one_consumer_ms", (bench_now() - start) * 1e3 / 10);
    return rc;
}

static enum rc time_hand(struct bench *b, struct err *e)
{
    double start = bench_now();
    enum rc rc = RC_OK;
    for (uint32_t i = 0; !rc && i < 50; i++) {
        struct roster_stamp s = {
            .day = 20020, .until = UNTIL_NEVER, .at_ms = 9, .source = STR("manual")};
        struct roster *one = roster_new();
        struct tag t = {0};
        struct tx *tx = NULL;
        uint64_t moved = 0;
        roster_add(one, 1 + rng_below(&b->rng, b->identities));
        rc = ledger_begin(b->l, &tx, e);
        if (!rc) {
            rc = tag_find(b->l, tag_no(b, i * 7 % b->tags).name, b->arena, &t, e);
            rc = rc ? rc : tag_give(b->l, &t, STR(""), one, &s, &moved, e);
            rc = ledger_end(tx, rc, e);
        }
        roster_free(one);
    }
    bench_say("give_by_hand_ms", (bench_now() - start) * 1e3 / 50);
    return rc;
}

static uint64_t argument(int argc, char **argv, int i, uint64_t absent)
{
    return argc > i ? strtoull(argv[i], NULL, 10) : absent;
}

int main(int argc, char **argv)
{
    struct bench b = {.rng = rng_seed(1),
                      .arena = arena_new(),
                      .tags = (uint32_t)argument(argc, argv, 2, 3000),
                      .assignments = argument(argc, argv, 3, 100) * 1000000,
                      .identities = (uint32_t)argument(argc, argv, 4, 5) * 1000000};
    struct clock clock = clock_real();
    struct err e = {0};
    if (argc < 2) {
        (void)fputs("bench_tags DIR [TAGS] [MILLION ASSIGNMENTS] [MILLION IDENTITIES]\n",
                    stderr);
        return 2;
    }
    struct str path = arena_strf(b.arena, "%s/tags.db", argv[1]);
    enum rc rc =
        ledger_open(path.ptr, &(struct ledger_options){.mode = LEDGER_CREATE}, &b.l, &e);
    rc = rc ? rc : migrate_run(b.l, disk_real(), &clock, &e);
    double start = bench_now();
    rc = rc ? rc : give_all(&b, &e);
    bench_say("give_all_s", bench_now() - start);
    start = bench_now();
    rc = rc ? rc : change_some(&b, &e);
    bench_say("change_one_tag_by_2000_ms", (bench_now() - start) * 1e3 / b.tags);
    rc = rc ? rc : say_sizes(&b, &e);
    rc = rc ? rc : time_reads(&b, &e);
    rc = rc ? rc : time_hand(&b, &e);
    bench_say_peak();
    ledger_close(b.l);
    arena_free(b.arena);
    return rc ? bench_fail(&e) : 0;
}
