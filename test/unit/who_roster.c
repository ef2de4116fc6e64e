/* Rosters and kept sets against plain arrays: every number by itself, every change in a list. */
#include "who/roster.h"
#include "base/clock.h"
#include "base/rng.h"
#include "store/ledger.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"
#include "who/roster_set.h"

enum { NUMBERS = 40, CHANGES = 24, FIRST = 100, DAYS = 40 };
/* The few numbers of the test lie in three chunks and on their edges. */
static uint32_t spread(uint32_t i)
{
    static const uint32_t at[4] = {1, (1u << 20) - 5, (1u << 20) + 70000, 3u << 20};
    return at[i % 4] + i / 4;
}

/* ---- rosters --------------------------------------------------------------------------------- */

static void check_round_trip(struct rng *r)
{
    uint32_t wrong = 0, accepted = 0, tried = 0;
    for (int round = 0; round < 60; round++) {
        struct roster *a = roster_new(), *b = NULL;
        struct buf bytes = {0};
        uint32_t from = rng_below(r, 200000), n = rng_below(r, 30000);
        for (uint32_t i = 0; i < n; i++) {
            roster_add(a, round % 3 ? from + rng_below(r, 1u << (8 + round % 20)) : from + i);
        }
        roster_encode(a, &bytes);
        wrong += roster_decode(buf_str(&bytes), &b, NULL) != RC_OK || !roster_eq(a, b);
        roster_free(b);
        for (int k = 0; k < 20 && bytes.len; k++) {
            size_t at = rng_below(r, (uint32_t)bytes.len);
            char was = bytes.ptr[at];
            b = NULL;
            bytes.ptr[at] = (char)(was ^ (1 << rng_below(r, 8)));
            accepted += roster_decode(buf_str(&bytes), &b, NULL) != RC_CORRUPT;
            accepted += roster_decode(str_make(bytes.ptr, at), &b, NULL) != RC_CORRUPT;
            bytes.ptr[at] = was;
            tried++;
        }
        roster_free(a);
        buf_release(&bytes);
    }
    CHECK_EQ_I64(wrong, 0);
    CHECK(tried > 1000);
    CHECK_EQ_I64(accepted, 0);
}

static void check_algebra(struct rng *r)
{
    uint32_t wrong = 0;
    for (int round = 0; round < 200; round++) {
        bool in_a[500] = {0}, in_b[500] = {0};
        struct roster *a = roster_new(), *b = roster_new();
        struct bits bits;
        bits_init(&bits, 500);
        for (uint32_t i = 0; i < 300; i++) {
            uint32_t x = rng_below(r, 500), y = rng_below(r, 500);
            in_a[x] = in_b[y] = true;
            roster_add(a, x);
            roster_add(b, y);
            bits_set(&bits, x);
        }
        struct roster * or = roster_copy(a), *and = roster_copy(a), *minus = roster_copy(a),
                        *part = roster_slice(a, 100, 200), *same = roster_of_bits(&bits);
        roster_or(or, b);
        roster_and(and, b);
        roster_minus(minus, b);
        uint64_t n = 0;
        for (uint32_t i = 0; i < 500; i++) {
            wrong += roster_has(or, i) != (in_a[i] || in_b[i]);
            wrong += roster_has(and, i) != (in_a[i] && in_b[i]);
            wrong += roster_has(minus, i) != (in_a[i] && !in_b[i]);
            wrong += roster_has(part, i) != (in_a[i] && i >= 100 && i < 200);
            n += in_a[i];
        }
        wrong += roster_count(a) != n || !roster_eq(a, same);
        roster_set_bits(a, &bits);
        wrong += bits_count(&bits) != n;
        bits_release(&bits);
        bits_init(&bits, 100);
        roster_set_bits(a, &bits); /* what lies behind its length is left out */
        for (uint32_t i = 0; i < 100; i++) {
            wrong += bits_has(&bits, i) != in_a[i];
        }
        bits_release(&bits);
        struct roster *all[] = {a, b, or, and, minus, part, same};
        for (size_t i = 0; i < 7; i++) {
            roster_free(all[i]);
        }
    }
    CHECK_EQ_I64(wrong, 0);
}

/* ---- kept sets ------------------------------------------------------------------------------- */

struct plain_change {
    int32_t day, until;
    bool in[NUMBERS], out[NUMBERS];
};

static bool plain_has(const struct plain_change *list, int n, uint32_t i, int32_t day)
{
    bool has = false;
    for (int k = 0; k < n; k++) {
        if (list[k].day <= day && list[k].in[i]) {
            has = day < list[k].until;
        } else if (list[k].day <= day && list[k].out[i]) {
            has = false;
        }
    }
    return has;
}

static struct plain_change random_change(struct rng *r, int32_t day, bool dated,
                                         struct roster *in, struct roster *out)
{
    struct plain_change c = {.day = day, .until = UNTIL_NEVER};
    if (dated && rng_below(r, 2)) {
        c.until = day + 1 + (int32_t)rng_below(r, 9);
    }
    for (uint32_t i = 0; i < NUMBERS; i++) {
        uint32_t dice = rng_below(r, 6);
        c.in[i] = dice < 2;
        c.out[i] = dice > 3 || (dice == 1 && rng_below(r, 2)); /* in both: it comes in */
        if (c.in[i]) {
            roster_add(in, spread(i));
        }
        if (c.out[i]) {
            roster_add(out, spread(i));
        }
    }
    return c;
}

static uint32_t differences(struct ledger *l, int64_t id, const struct plain_change *list,
                            int n, int32_t day)
{
    struct roster *now = NULL;
    struct err e = {0};
    uint32_t wrong = 0;
    if (roster_set_read(l, id, day, &now, &e)) {
        printf("# roster_set_read: %s\n", e.msg);
        return 1;
    }
    for (uint32_t i = 0; i < NUMBERS; i++) {
        wrong += roster_has(now, spread(i)) != plain_has(list, n, i, day);
    }
    roster_free(now);
    return wrong;
}

static uint32_t random_life(struct ledger *l, struct rng *r, bool dated)
{
    struct plain_change list[CHANGES];
    struct tx *tx = NULL;
    int64_t id = 0;
    int32_t day = FIRST;
    uint32_t wrong = 0;
    enum rc rc = ledger_begin(l, &tx, NULL);
    rc = rc ? rc : roster_set_new(l, &id, NULL);
    for (int k = 0; !rc && k < CHANGES; k++) {
        struct roster *in = roster_new(), *out = roster_new();
        day += (int32_t)rng_below(r, 4);
        list[k] = random_change(r, day, dated, in, out);
        struct roster_stamp stamp = {
            .day = day, .until = list[k].until, .at_ms = k, .source = STR("manual")};
        rc = roster_set_change(l, id, &stamp, in, out, NULL, NULL);
        if (!rc && !rng_below(r, 5)) {
            rc = roster_set_expire(l, day, NULL);
        }
        wrong += differences(l, id, list, k + 1, day) +
                 differences(l, id, list, k + 1, FIRST + (int32_t)rng_below(r, DAYS));
        roster_free(in);
        roster_free(out);
    }
    wrong += ledger_end(tx, rc, NULL) != RC_OK;
    for (int32_t d = FIRST - 2; d < FIRST + 2 * DAYS; d++) {
        wrong += differences(l, id, list, CHANGES, d);
    }
    return wrong;
}

static struct roster *roster_of_two(uint32_t a, uint32_t b)
{
    struct roster *r = roster_new();
    roster_add(r, a);
    roster_add(r, b);
    return r;
}

static void check_history(struct ledger *l, struct arena *a)
{
    struct roster *x = roster_of_two(7, 9), *y = roster_of_two(9, 5000000);
    struct roster_stamp s = {
        .day = 10, .until = UNTIL_NEVER, .at_ms = 1, .source = STR("manual")};
    struct roster_change *list = NULL;
    int64_t id = 0, other = 0, *ids = NULL;
    uint32_t len = 0;
    uint64_t moved = 0;
    struct tx *tx = NULL;
    CHECK(!ledger_begin(l, &tx, NULL));
    CHECK(!roster_set_new(l, &id, NULL) && !roster_set_new(l, &other, NULL));
    CHECK(!roster_set_change(l, id, &s, x, NULL, &moved, NULL) && moved == 2);
    CHECK(!roster_set_change(l, id, &s, x, NULL, &moved, NULL) && moved == 0);
    s = (struct roster_stamp){
        .day = 12, .until = UNTIL_NEVER, .at_ms = 2, .source = STR("import"), .note = STR("f")};
    CHECK(!roster_set_change(l, id, &s, y, x, &moved, NULL) && moved == 2);
    s.until = 14;
    CHECK(!roster_set_change(l, other, &s, y, NULL, &moved, NULL));
    CHECK(!ledger_end(tx, RC_OK, NULL));
    CHECK(!roster_set_history(l, id, NULL, 0, a, &list, &len, NULL));
    CHECK_EQ_I64(len, 2);
    CHECK(list[1].added == 1 && list[1].removed == 1 && list[1].stamp.day == 12);
    CHECK_STR(list[1].stamp.note, STR("f"));
    CHECK(!roster_set_history(l, id, (uint32_t[]){9}, 1, a, &list, &len, NULL) && len == 1);
    CHECK(!roster_set_history(l, id, (uint32_t[]){3, 7}, 2, a, &list, &len, NULL) && len == 2);
    CHECK(!roster_set_of(l, (uint32_t[]){9}, 1, 13, a, &ids, &len, NULL) && len == 2);
    CHECK(!roster_set_of(l, (uint32_t[]){9}, 1, 14, a, &ids, &len, NULL) && len == 1 &&
          ids[0] == id);
    CHECK(!roster_set_of(l, (uint32_t[]){7, 5000000}, 2, 13, a, &ids, &len, NULL) && len == 2);
    CHECK(!roster_set_of(l, (uint32_t[]){7}, 1, 11, a, &ids, &len, NULL) && len == 1);
    CHECK(!roster_set_of(l, (uint32_t[]){7}, 1, 12, a, &ids, &len, NULL) && len == 0);
    CHECK(!roster_set_of(l, (uint32_t[]){7}, 1, 9, a, &ids, &len, NULL) && len == 0);
    roster_free(x);
    roster_free(y);
}

/* Consumers {1, 4}, {2}, {3, 5}: 4 and 2 are in, 1 and 3 are wanted. */
static void check_compare(struct ledger *l)
{
    static const uint32_t lift[] = {0, 1, 2, 3, 1, 3};
    struct roster *in = roster_of_two(4, 2), *added = NULL, *removed = NULL;
    struct roster_stamp s = {.day = 10, .until = UNTIL_NEVER, .source = STR("rule")};
    struct bits want;
    struct tx *tx = NULL;
    int64_t id = 0;
    bits_init(&want, 6);
    bits_set(&want, 1);
    bits_set(&want, 3);
    CHECK(!ledger_begin(l, &tx, NULL) && !roster_set_new(l, &id, NULL) &&
          !roster_set_change(l, id, &s, in, NULL, NULL, NULL) && !ledger_end(tx, RC_OK, NULL));
    CHECK(!roster_set_compare(l, id, 10, &want, lift, &added, &removed, NULL));
    CHECK(roster_count(added) == 1 && roster_has(added, 3));
    CHECK(roster_count(removed) == 1 && roster_has(removed, 2));
    CHECK_EQ_I64(roster_consumers(in, lift, 6), 2);
    roster_add(in, 1);
    CHECK_EQ_I64(roster_consumers(in, lift, 6), 2);
    roster_free(in);
    roster_free(added);
    roster_free(removed);
    bits_release(&want);
}

static void check_damage(struct ledger *l, struct arena *a)
{
    static const struct sql spoil = {
        .name = "spoil",
        .text = "update who_set_chunk set bytes = zeroblob(length(bytes)) where chunk = 0"};
    static const struct sql spoil_change = {
        .name = "spoil_change",
        .text = "update who_set_change set added_bytes = x'0102030405'"};
    struct roster *x = roster_of_two(7, 9), *back = NULL;
    struct roster_stamp s = {.day = 10, .until = UNTIL_NEVER, .source = STR("manual")};
    struct roster_change *list = NULL;
    struct err e = {0};
    struct tx *tx = NULL;
    uint32_t len = 0;
    int64_t id = 0, *ids = NULL;
    CHECK(!ledger_begin(l, &tx, NULL) && !roster_set_new(l, &id, NULL) &&
          !roster_set_change(l, id, &s, x, NULL, NULL, NULL) &&
          !ledger_run(l, &spoil, BINDS_NONE, NULL) && !ledger_end(tx, RC_OK, NULL));
    CHECK(roster_set_read(l, id, 10, &back, &e) == RC_CORRUPT);
    CHECK(str_find(str_of(e.msg), STR("checksum"), 0) != SIZE_MAX && e.hint[0]);
    CHECK(roster_set_of(l, (uint32_t[]){7}, 1, 10, a, &ids, &len, &e) == RC_CORRUPT);
    CHECK(!roster_set_read(l, id, 9, &back, &e)); /* the changes are whole */
    roster_free(back);
    CHECK(!ledger_run(l, &spoil_change, BINDS_NONE, NULL));
    CHECK(roster_set_read(l, id, 9, &back, &e) == RC_OK); /* of day 10: not read */
    roster_free(back);
    CHECK(roster_set_history(l, id, (uint32_t[]){7}, 1, a, &list, &len, &e) == RC_CORRUPT);
    roster_free(x);
}

int main(void)
{
    struct rng r = rng_seed(11);
    struct arena *a = arena_new();
    struct ledger *l = NULL;
    char dir[64];
    temp_make(dir);
    struct str path = arena_strf(a, "%s/ledger.db", dir);
    struct clock clock = clock_real();
    struct err e = {0};
    if (ledger_open(path.ptr, &(struct ledger_options){.mode = LEDGER_CREATE}, &l, &e) ||
        migrate_run(l, disk_real(), &clock, &e)) {
        printf("# %s\n", e.msg);
    }
    TEST("a roster read back is the same, and one with any byte changed or cut is refused") {
        check_round_trip(&r);
    }
    TEST("rosters are sets: or, and, minus, slices, bits") {
        check_algebra(&r);
    }
    TEST("a kept set is on every day what its changes say") {
        uint32_t wrong = 0;
        for (int i = 0; i < 20; i++) {
            wrong += random_life(l, &r, false);
        }
        CHECK_EQ_I64(wrong, 0);
    }
    TEST("and so with dates on which numbers fall out, come in again and are renewed") {
        uint32_t wrong = 0;
        for (int i = 0; i < 40; i++) {
            wrong += random_life(l, &r, true);
        }
        CHECK_EQ_I64(wrong, 0);
    }
    TEST("history is one row a change, also by number; sets are found by number and day") {
        check_history(l, a);
    }
    TEST("a wanted set of consumers moves as few numbers as it can") {
        check_compare(l);
    }
    TEST("damaged bytes are named, not read") {
        check_damage(l, a);
    }
    ledger_close(l);
    temp_drop(dir);
    arena_free(a);
    return tap_end();
}
