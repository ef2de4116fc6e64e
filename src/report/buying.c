/* One reading of the purchases that hold; where there are refunds in the period, another one of every purchase and
 * refund for the amounts, merged by consumer. */
#include "report/buying.h"
#include "base/mem.h"
#include "base/vec.h"
#include "who/history.h"
#include <stdlib.h>

typedef VEC(struct buyer) buyer_vec;

struct work {
    struct brand *brand;
    int32_t from, to;
    int threads;
    struct zone_cache cache;
};

static enum rc read_rows(const struct work *w, const uint16_t *names, uint32_t len, bool all,
                         struct history *out, struct err *e)
{
    const struct history_want want = {.names = names,
                                      .names_len = len,
                                      .from = w->from,
                                      .to = w->to,
                                      .amounts = true,
                                      .orders = !all,
                                      .refunded = all};
    return history_read(w->brand, &want, w->threads, out, e);
}

static int key_cmp(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Distinct keys; sorts them. */
static uint32_t distinct(uint64_t *key, uint32_t n)
{
    if (n > 1) {
        qsort(key, n, sizeof(*key), key_cmp);
    }
    uint32_t found = n ? 1 : 0;
    for (uint32_t i = 1; i < n; i++) {
        found += key[i] != key[i - 1];
    }
    return found;
}

static int64_t signed_fen(const struct history *h, uint32_t i)
{
    int64_t fen = h->amount_fen[i];
    return fen == AMOUNT_UNKNOWN ? 0 : h->name[i] == EVENT_REFUND ? -fen : fen;
}

static void add_orders(struct work *w, struct history *h, buyer_vec *out)
{
    for (uint32_t i = 0; i < h->rows;) {
        uint32_t end = history_end(h, i);
        struct buyer b = {.no = h->consumer[i]};
        b.first = zone_day(w->brand->zone, &w->cache, h->time_ms[i]);
        b.last = zone_day(w->brand->zone, &w->cache, h->time_ms[end - 1]);
        for (uint32_t k = i; k < end; k++) {
            b.amount_fen += signed_fen(h, k);
        }
        b.orders = distinct(h->order + i, end - i);
        vec_push(out, b);
        i = end;
    }
}

/* Amounts of all rows in place of those of the orders; consumers without an order are added. */
static void merge_amounts(const struct history *h, const buyer_vec *orders, buyer_vec *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < h->rows;) {
        uint32_t end = history_end(h, i);
        struct buyer b = {.no = h->consumer[i], .first = DAY_NONE, .last = DAY_NONE};
        if (at < orders->len && orders->ptr[at].no == b.no) {
            b = orders->ptr[at++];
            b.amount_fen = 0;
        }
        for (; i < end; i++) {
            b.amount_fen += signed_fen(h, i);
        }
        vec_push(out, b);
    }
}

static enum rc read_amounts(const struct work *w, buyer_vec *all, struct err *e)
{
    static const uint16_t names[] = {EVENT_REFUND, EVENT_PURCHASE};
    struct history h = {0};
    enum rc rc = read_rows(w, names, 1, true, &h, e);
    bool refunds = h.rows > 0;
    history_release(&h);
    if (rc || !refunds) {
        return rc;
    }
    h = (struct history){0};
    rc = read_rows(w, names, 2, true, &h, e);
    if (!rc) {
        buyer_vec merged = {0};
        merge_amounts(&h, all, &merged);
        vec_release(all);
        *all = merged;
    }
    history_release(&h);
    return rc;
}

enum rc buying_read(struct brand *b, int32_t from, int32_t to, int threads, struct buying *out,
                    struct err *e)
{
    static const uint16_t names[] = {EVENT_PURCHASE};
    struct work w = {.brand = b, .from = from, .to = to, .threads = threads};
    struct history h = {0};
    buyer_vec all = {0};
    enum rc rc = read_rows(&w, names, 1, false, &h, e);
    if (!rc) {
        add_orders(&w, &h, &all);
    }
    history_release(&h);
    rc = rc ? rc : read_amounts(&w, &all, e);
    if (rc) {
        vec_release(&all);
        return rc;
    }
    *out = (struct buying){.buyer = all.ptr, .len = (uint32_t)all.len};
    for (size_t i = 0; i < all.len; i++) {
        out->buyers += all.ptr[i].orders > 0;
        out->orders += all.ptr[i].orders;
        out->amount_fen += all.ptr[i].amount_fen;
    }
    return RC_OK;
}

void buying_release(struct buying *b)
{
    mem_free(b->buyer);
    *b = (struct buying){0};
}
