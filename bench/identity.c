/* Resolves identifiers to consumers: identity N [PAIRS.csv]
 *
 * N identifiers appear in a shuffled order, one a row; three rows in ten name a second identifier of the same
 * person, so persons are chains of one and more. Timed is what ingesting does with them: the keyed hash of every
 * (kind, value), its number from the dictionary, the links, and the partition at the end. Making the rows is
 * not timed. With PAIRS.csv the same rows go there as numbers (second one 0 for none), for the other side. */
#include "bench.h"

#include <string.h>
#include "base/hash.h"
#include "people/dictionary.h"
#include "people/graph.h"

#define ROWS 500000u

struct world {
    uint32_t n, mask, at;
    struct kind_table *kinds;
    struct hash_key key;
    FILE *pairs;
};

/* The next identifier, 0..n-1: a full cycle through 2^k numbers, scrambled, leaving out those >= n. */
static uint32_t world_next(struct world *w)
{
    uint32_t x;
    do {
        w->at = (w->at * 1664525u + 1013904223u) & w->mask;
        x = w->at ^ w->at >> 11;
    } while (x >= w->n);
    return x;
}

static bool joined_to_previous(uint32_t x) { return x && hash_mix(x) % 100 < 30; }

static void add_identifier(struct event_batch *b, uint32_t x)
{
    char *text = arena_alloc(b->arena, 20);
    int len = snprintf(text, 20, "o%016llx", (unsigned long long)hash_mix((uint64_t)x + 77));
    (void)batch_add_ident(b, KIND_USER_ID, str_make(text, (size_t)len), (struct hash128){x, 1},
                          NULL);
}

static void make_rows(struct world *w, struct event_batch *b, uint32_t rows)
{
    batch_clear(b);
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t x = world_next(w);
        bool pair = joined_to_previous(x);
        b->time_ms[batch_add(b)] = 1700000000000 + (int64_t)x;
        add_identifier(b, x);
        if (pair) {
            add_identifier(b, x - 1);
        }
        if (w->pairs) {
            (void)fprintf(w->pairs, "%u,%u\n", x + 1, pair ? x : 0);
        }
    }
}

static enum rc no_values(void *ctx, const uint32_t *no, uint32_t n, struct str *out,
                         struct err *e)
{
    (void)ctx;
    (void)no;
    (void)e;
    for (uint32_t i = 0; i < n; i++) {
        out[i] = STR("");
    }
    return RC_OK;
}

static void resolve_rows(struct world *w, struct event_batch *b, struct dictionary *d,
                         struct graph *g)
{
    struct str kind = kind_name(w->kinds, KIND_USER_ID);
    for (uint32_t i = 0; i < b->idents; i++) {
        b->ident[i].hash = identity_hash(w->key, kind, b->ident[i].value);
    }
    dictionary_intern_all(d, b->ident, b->idents);
    graph_grow(g, dictionary_len(d));
    graph_link_batch(g, b);
}

int main(int argc, char *argv[])
{
    struct err e = {0};
    struct world w = {.n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 2000000,
                      .mask = 1};
    while (w.mask < w.n) {
        w.mask = w.mask << 1 | 1;
    }
    w.kinds = kind_table_new();
    w.key = (struct hash_key){1, 2};
    w.pairs = argc > 2 ? fopen(argv[2], "w") : NULL;
    struct dictionary *d = dictionary_new();
    struct graph *g = graph_new(d, w.kinds);
    struct event_batch *b = batch_new(ROWS);
    double resolve = 0;
    for (uint32_t done = 0; done < w.n; done += ROWS) {
        make_rows(&w, b, w.n - done < ROWS ? w.n - done : ROWS);
        double from = bench_now();
        resolve_rows(&w, b, d, g);
        resolve += bench_now() - from;
    }
    double from = bench_now();
    u32_vec changed = {0};
    if (graph_settle(g, (struct value_source){no_values, NULL}, &changed, &e)) {
        return bench_fail(&e);
    }
    double settle = bench_now() - from;
    bench_say("seconds", resolve + settle);
    bench_say("link_s", resolve);
    bench_say("settle_s", settle);
    bench_say("identities", dictionary_len(d));
    bench_say("links", (double)graph_link_count(g));
    bench_say("consumers", graph_consumer_count(g));
    bench_say("dictionary_bytes", (double)dictionary_bytes(d) / dictionary_len(d));
    bench_say("graph_bytes", (double)graph_bytes(g) / dictionary_len(d));
    bench_say_peak();
    return w.pairs ? fclose(w.pairs) : 0;
}
