/* Partitions compared: the sums balance, and a brute comparison of pairs says the same. */
#include "people/partition.h"

#include "base/mem.h"
#include "base/rng.h"
#include "store_temp.h"
#include "tap.h"

#define IDS 60u

static enum rc no_values(void *ctx, const uint32_t *no, uint32_t n, struct str *out,
                         struct err *e)
{
    static char text[IDS + 1][4];
    (void)ctx;
    (void)e;
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(text[no[i]], sizeof(text[0]), "%u", no[i]);
        out[i] = str_of(text[no[i]]);
    }
    return RC_OK;
}

struct town {
    struct kind_table *kinds;
    struct dictionary *d;
    struct graph *g;
};

static void town_open(struct town *t)
{
    t->kinds = kind_table_new();
    t->d = dictionary_new();
    t->g = graph_new(t->d, t->kinds);
}

static void town_close(struct town *t)
{
    graph_free(t->g);
    dictionary_free(t->d);
    kind_table_free(t->kinds);
}

static void grow(struct town *t, uint32_t to, uint8_t kind)
{
    for (uint32_t i = dictionary_len(t->d) + 1; i <= to; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "%u", i);
        (void)dictionary_intern(t->d, kind, hash_sip128((struct hash_key){1, 1}, str_of(name)));
    }
    graph_grow(t->g, to);
}

static void settle(struct town *t)
{
    u32_vec changed = {0};
    struct err e = {0};
    CHECK(graph_settle(t->g, (struct value_source){no_values, NULL}, &changed, &e) == RC_OK);
    vec_release(&changed);
}

/* Pairs, and consumers of now with something old, counted the slow way. */
static void check_brute(const uint32_t *was, uint32_t len, const struct town *t,
                        const struct partition_change *x)
{
    static bool pair[IDS + 1][IDS + 1];
    uint32_t pairs = 0, old = 0, unions = 0, pieces = 0;
    memset(pair, 0, sizeof(pair));
    for (uint32_t i = 1; i <= len; i++) {
        bool *p = &pair[was[i]][graph_consumer(t->g, i)];
        pairs += !*p;
        *p = true;
    }
    for (uint32_t a = 1; a <= IDS; a++) {
        uint32_t down = 0, across = 0;
        for (uint32_t b = 1; b <= IDS; b++) {
            down += pair[b][a];
            across += pair[a][b];
        }
        old += down > 0;
        unions += down > 1;
        pieces += across > 1;
    }
    CHECK(x->joined == pairs - old);
    CHECK(x->parted == pairs - x->before);
    CHECK(x->fresh == x->now - old);
    CHECK(x->unions.len == unions && x->pieces.len == pieces);
    CHECK(x->before - x->joined + x->parted + x->fresh == x->now);
}

static void links_cuts_and_rules(uint64_t seed)
{
    struct town t;
    struct rng r = rng_seed(seed);
    struct partition_change x;
    town_open(&t);
    grow(&t, 30, KIND_USER_ID);
    grow(&t, 40, KIND_DEVICE);
    for (int i = 0; i < 25; i++) {
        uint32_t a = 1 + rng_below(&r, 40), b = 1 + rng_below(&r, 40);
        if (a != b) {
            graph_link(t.g, a, b, i);
        }
    }
    settle(&t);
    struct partition *p = partition_take(t.g, 40);
    uint32_t was[IDS + 1];
    memcpy(was, graph_consumers(t.g), 41 * sizeof(uint32_t));
    grow(&t, IDS, KIND_PHONE);
    for (int i = 0; i < 12; i++) {
        uint32_t a = 1 + rng_below(&r, IDS), b = 1 + rng_below(&r, IDS);
        if (a != b) {
            (i % 3 ? graph_cut(t.g, a, b) : graph_link(t.g, a, b, i));
        }
    }
    if (seed % 2) {
        struct kind_rule device = kind_rules(t.kinds)[KIND_DEVICE];
        device.strength = STRENGTH_NEVER;
        CHECK(kind_set_rule(t.kinds, STR("device"), device, NULL) == RC_OK);
        graph_invalidate(t.g);
    }
    settle(&t);
    partition_compare(p, t.g, &x);
    check_brute(was, 40, &t, &x);
    partition_change_release(&x);
    partition_free(p);
    town_close(&t);
}

static void nothing_changed(void)
{
    struct town t;
    struct partition_change x;
    town_open(&t);
    struct partition *none = partition_take(t.g, 0);
    partition_compare(none, t.g, &x);
    CHECK(!x.before && !x.now && !x.fresh && !x.joined && !x.parted);
    partition_change_release(&x);
    grow(&t, 5, KIND_USER_ID);
    graph_link(t.g, 1, 4, 1);
    settle(&t);
    partition_compare(none, t.g, &x);
    CHECK(x.fresh == 4 && x.now == 4 && partition_was(none, 1) == 0);
    partition_change_release(&x);
    struct partition *p = partition_take(t.g, 5);
    partition_compare(p, t.g, &x);
    CHECK(x.before == 4 && x.now == 4 && !x.joined && !x.parted && !x.fresh);
    CHECK(partition_was(p, 4) == 1 && partition_was(p, 6) == 0);
    partition_change_release(&x);
    partition_free(p);
    partition_free(none);
    town_close(&t);
}

static void many_towns(void)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        links_cuts_and_rules(seed);
    }
}

int main(void)
{
    TEST("an unchanged partition has no change; a first one is all new") {
        nothing_changed();
    }
    TEST("joins, pieces and new consumers balance and are those of a brute count") {
        many_towns();
    }
    return tap_end();
}
