/* Random lives as a history in memory, for tests of what is read from histories. */
#ifndef POND_TEST_REPORT_LIFE_H
#define POND_TEST_REPORT_LIFE_H

#include <math.h>
#include <stdlib.h>
#include "base/day.h"
#include "base/mem.h"
#include "base/rng.h"
#include "people/batch.h"
#include "who/history.h"

struct life_row {
    uint32_t consumer, item, category;
    int64_t time_ms, amount_fen;
    uint16_t name;
    uint8_t channel;
    uint64_t order;
    double quantity;
};
struct life_shape {
    uint32_t consumers, rows; /* rows at most, of each consumer */
    uint32_t names;           /* codes 1..names; `purchase` of them becomes EVENT_PURCHASE */
    uint32_t purchase;
    uint32_t items, channels;  /* numbers 0..n */
    int64_t span_ms, grain_ms; /* times: multiples of grain in 0..span */
};

static inline int life_order(const void *a, const void *b)
{
    const struct life_row *x = a, *y = b;
    if (x->consumer != y->consumer) {
        return x->consumer < y->consumer ? -1 : 1;
    }
    if (x->time_ms != y->time_ms) {
        return x->time_ms < y->time_ms ? -1 : 1;
    }
    if (x->name != y->name) {
        return x->name < y->name ? -1 : 1;
    }
    return (x->item > y->item) - (x->item < y->item);
}

/* Columns from rows (they are put in order); every column is there. Free with lives_free. */
static inline struct history lives_of(struct life_row *r, uint32_t n)
{
    qsort(r, n, sizeof(*r), life_order);
    struct history h = {.rows = n};
    h.consumer = mem_array(uint32_t, n + 1);
    h.time_ms = mem_array(int64_t, n + 1);
    h.name = mem_array(uint16_t, n + 1);
    h.item = mem_array(uint32_t, n + 1);
    h.category = mem_array(uint32_t, n + 1);
    h.channel = mem_array(uint8_t, n + 1);
    h.amount_fen = mem_array(int64_t, n + 1);
    h.quantity = mem_array(double, n + 1);
    h.order = mem_array(uint64_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        h.consumer[i] = r[i].consumer;
        h.time_ms[i] = r[i].time_ms;
        h.name[i] = r[i].name;
        h.item[i] = r[i].item;
        h.category[i] = r[i].category;
        h.channel[i] = r[i].channel;
        h.amount_fen[i] = r[i].amount_fen;
        h.quantity[i] = r[i].quantity;
        h.order[i] = r[i].order;
    }
    return h;
}

static inline void lives_free(struct history *h)
{
    mem_free(h->consumer);
    mem_free(h->time_ms);
    mem_free(h->name);
    mem_free(h->item);
    mem_free(h->category);
    mem_free(h->channel);
    mem_free(h->amount_fen);
    mem_free(h->quantity);
    mem_free(h->order);
    *h = (struct history){0};
}

static inline struct history lives_random(struct rng *g, const struct life_shape *s)
{
    struct life_row *r = mem_array(struct life_row, (size_t)s->consumers * s->rows + 1);
    uint32_t n = 0;
    for (uint32_t c = 1; c <= s->consumers; c++) {
        uint32_t rows = rng_below(g, s->rows + 1);
        for (uint32_t i = 0; i < rows; i++) {
            struct life_row *x = &r[n++];
            uint32_t name = 1 + rng_below(g, s->names);
            x->consumer = c * 3;
            x->name = (uint16_t)(name == s->purchase ? EVENT_PURCHASE : name);
            x->time_ms =
                (int64_t)rng_below(g, (uint32_t)(s->span_ms / s->grain_ms)) * s->grain_ms;
            x->item = rng_below(g, s->items + 1);
            x->category = x->item ? x->item % 3 + 1 : 0;
            x->channel = (uint8_t)rng_below(g, s->channels + 1);
            x->amount_fen = rng_below(g, 5) == 0 ? AMOUNT_UNKNOWN : (int64_t)rng_below(g, 100);
            x->quantity = rng_below(g, 5) == 0 ? (double)NAN : (double)rng_below(g, 4);
            x->order = x->name == EVENT_PURCHASE
                           ? (uint64_t)(x->time_ms / DAY_MS) * 1000 + 1 + rng_below(g, 3)
                           : 0;
        }
    }
    struct history h = lives_of(r, n);
    mem_free(r);
    return h;
}

#endif
