/* Evidence strings against a naive list of entries. */
#include "unit/tap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "people/evidence.h"

#define PEOPLE 40
#define OPS 2000

/* ---- the naive side: entries as plain structs, packed by the header's description ---- */

struct fact {
    uint32_t no;
    struct evidence_entry x;
};
struct naive {
    struct fact facts[OPS * 2];
    int len;
};

static void naive_add(struct naive *n, uint32_t no, struct evidence_entry x)
{
    for (int i = 0; i < n->len; i++) {
        struct evidence_entry *y = &n->facts[i].x;
        if (n->facts[i].no != no || y->form != x.form || y->day != x.day || y->cls != x.cls) {
            continue;
        }
        if (x.form == FORM_COUNTED ||
            (x.form == FORM_REFUNDED && x.refund_day == y->refund_day)) {
            uint32_t limit = x.form == FORM_COUNTED ? EVIDENCE_COUNT_MAX : 65535;
            y->count = y->count + x.count > limit ? limit : y->count + x.count;
            return;
        }
        if (x.form == FORM_STATUS && x.on == y->on && x.touchpoint == y->touchpoint) {
            y->time_ms = x.time_ms > y->time_ms ? x.time_ms : y->time_ms;
            return;
        }
    }
    n->facts[n->len++] = (struct fact){no, x};
}

static int fact_cmp(const void *p, const void *q)
{
    const struct fact *a = p, *b = q;
    int64_t keys[8][2] = {{a->no, b->no},
                          {a->x.day, b->x.day},
                          {a->x.cls, b->x.cls},
                          {a->x.form, b->x.form},
                          {a->x.refund_day, b->x.refund_day},
                          {a->x.time_ms, b->x.time_ms},
                          {!a->x.on, !b->x.on},
                          {a->x.touchpoint, b->x.touchpoint}};
    for (int i = 0; i < 8; i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return 0;
}

/* Compares every identity's entries with the naive list, one by one. */
static bool same_as_naive(const struct evidence *ev, struct naive *n)
{
    qsort(n->facts, (size_t)n->len, sizeof(n->facts[0]), fact_cmp);
    int at = 0;
    for (uint32_t no = 1; no <= PEOPLE; no++) {
        struct evidence_view v = evidence_get(ev, no);
        for (uint32_t i = 0; i < v.len; at++) {
            struct fact got = {.no = no};
            i += evidence_read(v.words + i, &got.x);
            if (at >= n->len || fact_cmp(&got, &n->facts[at]) ||
                got.x.count != n->facts[at].x.count) {
                return false;
            }
        }
    }
    return at == n->len;
}

/* ---- random operations ---- */

struct op {
    uint32_t no, cls, count, touchpoint;
    int32_t day;
    int64_t time_ms;
    bool status, on;
};

static struct op op_random(struct rng *r)
{
    struct op o = {.no = 1 + rng_below(r, PEOPLE), .day = 17000 + (int32_t)rng_below(r, 60)};
    o.status = rng_below(r, 4) == 0;
    o.cls = o.status ? 60 + rng_below(r, 2) : rng_below(r, 6);
    o.count = 1 + (rng_below(r, 20) == 0 ? rng_below(r, 900) : 0);
    o.touchpoint = rng_below(r, 3);
    o.on = rng_below(r, 2) == 0;
    o.time_ms = o.day * DAY_MS + 3600000 * (int64_t)rng_below(r, 5);
    return o;
}

static void op_apply(struct evidence *ev, const struct op *o)
{
    evidence_seen(ev, o->no, o->day);
    if (o->status) {
        evidence_add_status(ev, o->no, o->day, o->cls, o->time_ms, o->on, o->touchpoint);
    } else {
        evidence_add(ev, o->no, o->day, o->cls, o->count);
    }
}

static void op_naive(struct naive *n, const struct op *o)
{
    struct evidence_entry x = {.day = o->day, .cls = o->cls, .count = o->count};
    if (o->status) {
        x = (struct evidence_entry){.form = FORM_STATUS,
                                    .day = o->day,
                                    .cls = o->cls,
                                    .time_ms = o->time_ms,
                                    .on = o->on,
                                    .touchpoint = o->touchpoint};
    }
    naive_add(n, o->no, x);
}

static void shuffle(struct rng *r, struct op *ops, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = rng_below(r, i);
        struct op t = ops[i - 1];
        ops[i - 1] = ops[j];
        ops[j] = t;
    }
}

static bool same_bytes(const struct evidence *a, const struct evidence *b)
{
    for (uint32_t no = 1; no <= PEOPLE; no++) {
        struct evidence_view x = evidence_get(a, no), y = evidence_get(b, no);
        if (x.len != y.len || (x.len && memcmp(x.words, y.words, x.len * sizeof(uint32_t))) ||
            evidence_first_day(a, no) != evidence_first_day(b, no)) {
            return false;
        }
    }
    return true;
}

static void test_random(uint64_t seed)
{
    struct rng r = rng_seed(seed);
    struct op *ops = mem_array(struct op, OPS);
    struct naive *n = mem_zalloc(sizeof(struct naive));
    struct evidence *a = evidence_new(), *b = evidence_new();
    uint32_t count = 1 + rng_below(&r, OPS);
    evidence_grow(a, PEOPLE);
    evidence_grow(b, PEOPLE);
    for (uint32_t i = 0; i < count; i++) {
        ops[i] = op_random(&r);
        op_apply(a, &ops[i]);
        op_naive(n, &ops[i]);
    }
    CHECK(same_as_naive(a, n));
    shuffle(&r, ops, count);
    for (uint32_t i = 0; i < count; i++) {
        op_apply(b, &ops[i]);
    }
    CHECK(same_bytes(a, b));
    evidence_compact(b);
    CHECK(same_bytes(a, b));
    evidence_free(a);
    evidence_free(b);
    mem_free(n);
    mem_free(ops);
}

/* Refunds and removals in random order, mirrored in the naive list. */
static void test_refunds(uint64_t seed)
{
    struct rng r = rng_seed(seed);
    struct naive *n = mem_zalloc(sizeof(struct naive));
    struct evidence *ev = evidence_new(), *kept = evidence_new();
    evidence_grow(ev, PEOPLE);
    evidence_grow(kept, PEOPLE);
    for (int i = 0; i < 600; i++) {
        uint32_t no = 1 + rng_below(&r, 5), cls = rng_below(&r, 3);
        int32_t day = 17000 + (int32_t)rng_below(&r, 10),
                back = day - 1 + (int32_t)rng_below(&r, 9);
        uint32_t fate = rng_below(&r, 4);
        evidence_add(ev, no, day, cls, 1);
        if (fate == 0) {
            evidence_refund(ev, no, day, cls, back);
            naive_add(n, no,
                      (struct evidence_entry){.form = FORM_REFUNDED,
                                              .day = day,
                                              .cls = cls,
                                              .count = 1,
                                              .refund_day = back});
            continue;
        }
        if (fate == 1) {
            evidence_remove(ev, no, day, cls);
            continue;
        }
        if (fate == 2) {
            evidence_refund(ev, no, day, cls, back);
            evidence_unrefund(ev, no, day, cls, back);
        }
        naive_add(n, no, (struct evidence_entry){.day = day, .cls = cls, .count = 1});
    }
    CHECK(same_as_naive(ev, n));
    struct naive *left = mem_zalloc(sizeof(struct naive));
    for (int i = 0; i < n->len; i++) {
        if (n->facts[i].x.cls != 1) {
            left->facts[left->len++] = n->facts[i];
        }
    }
    for (uint32_t no = 1; no <= PEOPLE; no++) {
        evidence_drop_classes(ev, no, 2);
    }
    CHECK(same_as_naive(ev, left));
    evidence_free(ev);
    evidence_free(kept);
    mem_free(left);
    mem_free(n);
}

static void test_long_strings(void)
{
    struct evidence *ev = evidence_new();
    evidence_grow(ev, 3);
    for (int32_t day = 0; day < 20000;
         day++) { /* 80,000 words: behind the pool's small rooms */
        for (uint32_t cls = 0; cls < 4; cls++) {
            evidence_add(ev, 1, day, cls, 1);
        }
    }
    for (int32_t day = 0; day < 3000; day++) {
        evidence_add(ev, 2, day, 1, 1);
        evidence_add(ev, 3, 2999 - day, 1, 1);
    }
    CHECK_EQ_I64(evidence_get(ev, 1).len, 80000);
    struct evidence_view a = evidence_get(ev, 2), b = evidence_get(ev, 3);
    CHECK(a.len == 3000 && b.len == 3000);
    CHECK(memcmp(a.words, b.words, a.len * sizeof(uint32_t)) == 0);
    evidence_drop_classes(ev, 1, ~(uint64_t)0);
    CHECK_EQ_I64(evidence_get(ev, 1).len, 0);
    evidence_compact(ev);
    CHECK_EQ_I64(evidence_get(ev, 2).len, 3000);
    evidence_free(ev);
}

static void test_edges(void)
{
    struct evidence *ev = evidence_new();
    evidence_grow(ev, 3);
    CHECK_EQ_I64(evidence_first_day(ev, 1), DAY_NONE);
    CHECK_EQ_I64(evidence_first_day(ev, 99), DAY_NONE);
    evidence_seen(ev, 1, 17500);
    evidence_seen(ev, 1, 17400);
    evidence_seen(ev, 1, 17600);
    CHECK_EQ_I64(evidence_first_day(ev, 1), 17400);
    evidence_seen(ev, 2, -3);
    CHECK_EQ_I64(evidence_first_day(ev, 2), 0);
    evidence_add(ev, 2, 100000, 63, 5000);
    struct evidence_entry x;
    CHECK_EQ_I64(evidence_read(evidence_get(ev, 2).words, &x), 1);
    CHECK_EQ_I64(x.day, EVIDENCE_DAY_MAX);
    CHECK_EQ_I64(x.cls, 63);
    CHECK_EQ_I64(x.count, EVIDENCE_COUNT_MAX);
    evidence_add_status(ev, 3, 0, 1, -28800000, true, 7);
    CHECK_EQ_I64(evidence_read(evidence_get(ev, 3).words, &x), 4);
    CHECK_EQ_I64(x.time_ms, -28800000);
    CHECK(x.on && x.touchpoint == 7);
    evidence_remove(ev, 1, 3, 3);
    evidence_refund(ev, 1, 3, 3, 4);
    evidence_unrefund(ev, 1, 3, 3, 4);
    CHECK_EQ_I64(evidence_get(ev, 1).len, 0);
    evidence_free(ev);
}

static bool test_checkpoint(struct evidence *ev, struct evidence *back, struct err *e)
{
    char path[] = "/tmp/pond-evidence-XXXXXX";
    int fd = mkstemp(path);
    struct disk *d = disk_real();
    struct checkpoint_head head = {.version = 1, .seq = 7};
    struct checkpoint_writer *w = NULL;
    struct checkpoint *c = NULL;
    bool ok = fd >= 0 && checkpoint_create(d, path, &head, &w, e) == RC_OK &&
              evidence_save(ev, w, e) == RC_OK && checkpoint_finish(w, e) == RC_OK &&
              checkpoint_open(d, path, &c, e) == RC_OK && evidence_load(back, c, e) == RC_OK;
    checkpoint_close(c);
    (void)remove(path);
    return ok;
}

static void test_saved(void)
{
    struct rng r = rng_seed(99);
    struct evidence *ev = evidence_new(), *back = evidence_new();
    struct err e = {0};
    evidence_grow(ev, PEOPLE);
    for (int i = 0; i < OPS; i++) {
        struct op o = op_random(&r);
        op_apply(ev, &o);
    }
    CHECK(test_checkpoint(ev, back, &e));
    CHECK(same_bytes(ev, back));
    for (int i = 0; i < OPS; i++) { /* what was loaded goes on growing */
        struct op o = op_random(&r);
        op_apply(ev, &o);
        op_apply(back, &o);
    }
    CHECK(same_bytes(ev, back));
    evidence_clear(ev);
    CHECK(test_checkpoint(ev, back, &e));
    CHECK_EQ_I64(evidence_get(back, 1).len, 0);
    evidence_free(ev);
    evidence_free(back);
}

int main(void)
{
    TEST("strings equal a naive list, whatever the order of arrival") {
        for (uint64_t seed = 1; seed <= 8; seed++) {
            test_random(seed);
        }
    }
    TEST("refunds, removals and dropped classes equal a naive list") {
        for (uint64_t seed = 1; seed <= 8; seed++) {
            test_refunds(seed);
        }
    }
    TEST("long strings move through all rooms") {
        test_long_strings();
    }
    TEST("days are clipped, counts saturate, nothing is taken from nothing") {
        test_edges();
    }
    TEST("a checkpoint brings the same strings back") {
        test_saved();
    }
    return tap_end();
}
