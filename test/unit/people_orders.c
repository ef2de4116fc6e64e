/* Orders against the obvious: all lines and refunds of an order in a list, its refunded day by adding up. */
#include "people/orders.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

#define CLS 3u

/* What evidence of (no, day, CLS) says: orders that hold, and orders refunded from a day. */
struct seen_evidence {
    uint32_t counted, refunded;
    int32_t refund_day;
};

static struct seen_evidence look(const struct evidence *ev, uint32_t no, int32_t day)
{
    struct seen_evidence s = {0, 0, DAY_NONE};
    struct evidence_view v = evidence_get(ev, no);
    for (uint32_t i = 0; i < v.len;) {
        uint32_t count = v.words[i] & 1023u, cls = v.words[i] >> 10 & 63u;
        bool here = (int32_t)(v.words[i] >> 16) == day && cls == CLS;
        if (count == EVIDENCE_REFUNDED) {
            if (here) {
                s.refunded += v.words[i + 1] & 0xffffu;
                s.refund_day = (int32_t)(v.words[i + 1] >> 16);
            }
            i += 2;
        } else {
            s.counted += here ? count : 0;
            i += count == EVIDENCE_STATUS ? 4 : 1;
        }
    }
    return s;
}

static void test_examples(void)
{
    struct orders *o = orders_new();
    struct evidence *ev = evidence_new();
    evidence_grow(ev, 10);
    const int64_t noon = 1000 * DAY_MS + DAY_MS / 2;
    TEST("two lines of one order on one day are one purchase") {
        orders_purchase(o, ev, 1, 5, 1000, 1ull << CLS, 10000);
        orders_purchase(o, ev, 1, 5, 1000, 1ull << CLS, 5000);
        CHECK_EQ_I64(look(ev, 5, 1000).counted, 1);
    }
    TEST("a refund of a part leaves it") {
        orders_refund(o, ev, 1, noon + 9 * DAY_MS, 1009, 14999);
        CHECK_EQ_I64(look(ev, 5, 1000).counted, 1);
    }
    TEST("the refund that reaches the amount takes it back from its day") {
        orders_refund(o, ev, 1, noon + 11 * DAY_MS, 1011, 1);
        CHECK_EQ_I64(look(ev, 5, 1000).counted, 0);
        CHECK_EQ_I64(look(ev, 5, 1000).refund_day, 1011);
    }
    TEST("a late line raises the amount, and the order holds again") {
        orders_purchase(o, ev, 1, 5, 1000, 1ull << CLS, 100);
        CHECK_EQ_I64(look(ev, 5, 1000).counted, 1);
        CHECK_EQ_I64(look(ev, 5, 1000).refunded, 0);
    }
    TEST("a zero-value order is a purchase until something refunds it") {
        orders_purchase(o, ev, 2, 6, 1000, 1ull << CLS, 0);
        CHECK_EQ_I64(look(ev, 6, 1000).counted, 1);
        orders_refund(o, ev, 2, noon, 1001, 0);
        CHECK_EQ_I64(look(ev, 6, 1000).refund_day, 1001);
    }
    TEST("an unknown amount is not zero: only a refund in full takes the order back") {
        orders_purchase(o, ev, 3, 7, 1000, 1ull << CLS, AMOUNT_UNKNOWN);
        orders_refund(o, ev, 3, noon, 1002, 500);
        CHECK_EQ_I64(look(ev, 7, 1000).counted, 1);
        orders_refund(o, ev, 3, noon, 1003, AMOUNT_UNKNOWN);
        CHECK_EQ_I64(look(ev, 7, 1000).refund_day, 1003);
    }
    TEST("a refund may come before its order") {
        orders_refund(o, ev, 4, noon, 1005, 700);
        orders_purchase(o, ev, 4, 8, 1004, 1ull << CLS, 700);
        CHECK_EQ_I64(look(ev, 8, 1004).counted, 0);
        CHECK_EQ_I64(look(ev, 8, 1004).refund_day, 1005);
    }
    orders_free(o);
    evidence_free(ev);
}

struct fact {
    bool refund;
    uint32_t order, no;
    int32_t day;
    int64_t time_ms, fen;
};

static int32_t expected_day(const struct fact *f, uint32_t n, uint32_t order)
{
    int64_t amount = 0, sum = 0;
    bool unknown = false, any = false;
    for (uint32_t i = 0; i < n; i++) {
        if (f[i].order == order && !f[i].refund) {
            any = true;
            unknown |= f[i].fen == AMOUNT_UNKNOWN;
            amount += f[i].fen == AMOUNT_UNKNOWN ? 0 : f[i].fen;
        }
    }
    /* facts are in time order */
    for (uint32_t i = 0; i < n && any; i++) {
        if (f[i].order == order && f[i].refund) {
            sum += f[i].fen == AMOUNT_UNKNOWN ? 0 : f[i].fen;
            if (f[i].fen == AMOUNT_UNKNOWN || (!unknown && sum >= amount)) {
                return f[i].day;
            }
        }
    }
    return DAY_NONE;
}

static uint32_t mismatches(const struct evidence *ev, const struct fact *f, uint32_t n)
{
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (f[i].refund) {
            continue;
        }
        /* every order has its own identities, so one order a (no, day) */
        int32_t day = expected_day(f, n, f[i].order);
        struct seen_evidence s = look(ev, f[i].no, f[i].day);
        wrong += s.counted != (day == DAY_NONE) || s.refunded != (day != DAY_NONE) ||
                 s.refund_day != day;
    }
    return wrong;
}

static void test_random(void)
{
    enum { FACTS = 24, ROUNDS = 3000 };
    struct rng r = rng_seed(11);
    uint32_t wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct fact f[FACTS];
        uint32_t order_of[FACTS];
        struct orders *o = orders_new();
        struct evidence *ev = evidence_new();
        evidence_grow(ev, 64);
        for (uint32_t i = 0; i < FACTS; i++) {
            uint32_t order = 1 + rng_below(&r, 4);
            int64_t fen = rng_below(&r, 30) ? 100 * (int64_t)rng_below(&r, 5) : AMOUNT_UNKNOWN;
            f[i] = (struct fact){rng_below(&r, 5) < 2,         order,
                                 order * 8 + rng_below(&r, 3), (int32_t)(100 + i / 3),
                                 (100 + i / 3) * DAY_MS + i,   fen};
            order_of[i] = i;
        }
        for (uint32_t i = FACTS; i > 1; i--) {
            uint32_t j = rng_below(&r, i), t = order_of[i - 1];
            order_of[i - 1] = order_of[j];
            order_of[j] = t;
        }
        for (uint32_t i = 0; i < FACTS; i++) {
            const struct fact *x = &f[order_of[i]];
            if (x->refund) {
                orders_refund(o, ev, x->order, x->time_ms, x->day, x->fen);
            } else {
                orders_purchase(o, ev, x->order, x->no, x->day, 1ull << CLS, x->fen);
            }
        }
        wrong += mismatches(ev, f, FACTS);
        orders_free(o);
        evidence_free(ev);
    }
    TEST("3,000 random histories in shuffled order agree with adding up") {
        CHECK_EQ_I64(wrong, 0);
    }
}

int main(void)
{
    test_examples();
    test_random();
    return tap_end();
}
