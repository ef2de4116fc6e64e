/* The partition against a slow solver written from the definition in people/graph.h, on thousands of
 * random small graphs: every kind, caps, max, cuts, operator joins, ties, rules changing, in random
 * order and random batches with a settle after each. */
#include "people/graph.h"

#include <stdlib.h>
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

#define IDS_MAX 48
#define LINKS_MAX 200
#define JOINS_MAX 8

/* ---- A small world: identities by universe number 0..n-1, and what is known of them ------------- */

struct world {
    struct kind_table *kinds;
    uint32_t n;
    uint8_t kind[IDS_MAX];
    char value[IDS_MAX][16];
    int64_t link[IDS_MAX][IDS_MAX]; /* first_ms of a pair a < b, 0 = no link */
    bool cut[IDS_MAX][IDS_MAX];
    uint32_t join[JOINS_MAX + 1][2], joins;
};

static const char *const kind_names[] = {"member_no",  "unionid", "phone",  "user_id",
                                         "openid@wx1", "device",  "cookie", "crm_id",
                                         "erp_id",     "ip"};
#define KINDS (sizeof(kind_names) / sizeof(kind_names[0]))

static const struct kind_rule *rule(const struct world *w, uint32_t x)
{
    return &kind_rules(w->kinds)[w->kind[x]];
}
static uint32_t level_of(const struct world *w, uint32_t x)
{
    const struct kind_rule *r = rule(w, x);
    if (r->strength == STRENGTH_NEVER) {
        return 3;
    }
    return r->strength == STRENGTH_WEAK ? 2 : r->cap ? 1 : 0;
}

/* ---- The slow solver ---------------------------------------------------------------------------- */

struct slow_link {
    const struct world *w;
    uint32_t weak, strong, level;
    int64_t ms;
};

static int slow_value(const struct world *w, uint32_t x, uint32_t y)
{
    return strcmp(w->value[x], w->value[y]);
}
static int slow_kind(const struct world *w, uint32_t x, uint32_t y)
{
    return str_cmp(kind_name(w->kinds, w->kind[x]), kind_name(w->kinds, w->kind[y]));
}
static int slow_order(const void *left, const void *right)
{
    const struct slow_link *x = left, *y = right;
    const struct world *w = x->w;
    int64_t d[] = {(int64_t)x->level - y->level,
                   rule(w, x->weak)->priority - rule(w, y->weak)->priority,
                   rule(w, x->strong)->priority - rule(w, y->strong)->priority,
                   x->ms - y->ms,
                   slow_value(w, x->weak, y->weak),
                   slow_value(w, x->strong, y->strong),
                   slow_kind(w, x->weak, y->weak),
                   slow_kind(w, x->strong, y->strong)};
    for (size_t i = 0; i < sizeof(d) / sizeof(d[0]); i++) {
        if (d[i]) {
            return d[i] < 0 ? -1 : 1;
        }
    }
    return 0;
}

static struct slow_link slow_link_of(const struct world *w, uint32_t a, uint32_t b)
{
    int c = rule(w, a)->priority - rule(w, b)->priority;
    c = c ? c : slow_value(w, a, b);
    c = c ? c : slow_kind(w, a, b);
    uint32_t la = level_of(w, a), lb = level_of(w, b);
    return (struct slow_link){w, c > 0 ? a : b, c > 0 ? b : a, la > lb ? la : lb,
                              w->link[a][b]};
}

static void slow_join(const struct world *w, uint32_t *part, uint32_t a, uint32_t b)
{
    uint32_t pa = part[a], pb = part[b];
    for (uint32_t kind = 0; kind < kind_len(w->kinds) && pa != pb; kind++) {
        uint32_t count = 0, max = kind_rules(w->kinds)[kind].max;
        for (uint32_t i = 0; i < w->n; i++) {
            count += w->kind[i] == kind && (part[i] == pa || part[i] == pb);
        }
        if (max && count > max) {
            return;
        }
    }
    for (uint32_t i = 0; i < w->n; i++) {
        if (part[i] == pb) {
            part[i] = pa;
        }
    }
}

static bool slow_is_shared(const struct world *w, const uint32_t *part, uint32_t x)
{
    bool met[IDS_MAX] = {false};
    uint32_t count = 0;
    for (uint32_t y = 0; y < w->n; y++) {
        uint32_t a = x < y ? x : y, b = x < y ? y : x;
        if (a != b && w->link[a][b] && !w->cut[a][b] && level_of(w, y) < level_of(w, x) &&
            !met[part[y]]) {
            met[part[y]] = true;
            count++;
        }
    }
    return rule(w, x)->cap && count > rule(w, x)->cap;
}

static void slow_solve(const struct world *w, uint32_t *part, bool *shared)
{
    struct slow_link links[IDS_MAX * IDS_MAX / 2];
    uint32_t len = 0;
    for (uint32_t a = 0; a < w->n; a++) {
        part[a] = a;
        shared[a] = false;
        for (uint32_t b = a + 1; b < w->n; b++) {
            if (w->link[a][b] && !w->cut[a][b]) {
                links[len++] = slow_link_of(w, a, b);
            }
        }
    }
    qsort(links, len, sizeof(links[0]), slow_order);
    for (uint32_t i = 0; i < w->joins; i++) {
        slow_join(w, part, w->join[i][0], w->join[i][1]);
    }
    for (uint32_t level = 0; level < 3; level++) {
        uint32_t before[IDS_MAX];
        memcpy(before, part, sizeof(before));
        for (uint32_t x = 0; x < w->n; x++) {
            if (level_of(w, x) == level) {
                shared[x] = slow_is_shared(w, before, x);
            }
        }
        for (uint32_t i = 0; i < len; i++) {
            if (links[i].level == level && !shared[links[i].weak] && !shared[links[i].strong]) {
                slow_join(w, part, links[i].weak, links[i].strong);
            }
        }
    }
}

/* ---- The graph under test, its identities numbered as they appear -------------------------------- */

struct subject {
    struct world *w;
    struct dictionary *d;
    struct graph *g;
    uint32_t no[IDS_MAX];      /* by universe number, 0 = not met yet */
    uint32_t of[IDS_MAX + 1];  /* and back                            */
    uint32_t was[IDS_MAX + 1]; /* consumers at the last settle, by no */
    uint32_t was_len;
    bool fail_values;
};

static enum rc subject_values(void *ctx, const uint32_t *no, uint32_t n, struct str *out,
                              struct err *e)
{
    struct subject *s = ctx;
    if (s->fail_values) {
        return rc_fail(e, RC_IO, "values are not to be had");
    }
    for (uint32_t i = 0; i < n; i++) {
        out[i] = str_of(s->w->value[s->of[no[i]]]);
    }
    return RC_OK;
}

static uint32_t subject_meet(struct subject *s, uint32_t x)
{
    if (!s->no[x]) {
        s->no[x] = dictionary_intern(s->d, s->w->kind[x], (struct hash128){hash_mix(x + 1), x});
        s->of[s->no[x]] = x;
        graph_grow(s->g, s->no[x]);
    }
    return s->no[x];
}

static void subject_open(struct subject *s, struct world *w)
{
    *s = (struct subject){.w = w, .d = dictionary_new()};
    s->g = graph_new(s->d, w->kinds);
}
static void subject_close(struct subject *s)
{
    graph_free(s->g);
    dictionary_free(s->d);
}

static bool same_set(const uint32_t *x, uint32_t x_len, const uint32_t *y, uint32_t y_len,
                     uint32_t no)
{
    for (uint32_t i = 1; i <= x_len || i <= y_len; i++) {
        if ((i <= x_len && x[i] == x[no]) != (i <= y_len && y[i] == y[no])) {
            return false;
        }
    }
    return true;
}

/* Every identity whose consumer is another set of members than before is reported, and none twice. */
static bool changed_is_right(const struct subject *s, const u32_vec *changed)
{
    bool told[IDS_MAX + 1] = {false};
    uint32_t n = dictionary_len(s->d);
    for (size_t i = 0; i < changed->len; i++) {
        if (changed->ptr[i] == 0 || changed->ptr[i] > n || told[changed->ptr[i]]) {
            return false;
        }
        told[changed->ptr[i]] = true;
    }
    for (uint32_t no = 1; no <= n; no++) {
        bool changes =
            no > s->was_len || !same_set(s->was, s->was_len, graph_consumers(s->g), n, no);
        if (changes && !told[no]) {
            return false;
        }
    }
    return true;
}

static bool circles_are_right(const struct subject *s)
{
    uint32_t n = dictionary_len(s->d), roots = 0;
    for (uint32_t no = 1; no <= n; no++) {
        uint32_t size = 0, round = 0, at = no;
        for (uint32_t i = 1; i <= n; i++) {
            size += graph_consumer(s->g, i) == graph_consumer(s->g, no);
        }
        do {
            round++;
            at = graph_next(s->g, at);
        } while (at != no && round <= n &&
                 graph_consumer(s->g, at) == graph_consumer(s->g, no));
        if (at != no || round != size) {
            return false;
        }
        roots += graph_consumer(s->g, no) == no;
    }
    return roots == graph_consumer_count(s->g);
}

static bool partition_is_right(const struct subject *s)
{
    uint32_t part[IDS_MAX];
    bool shared[IDS_MAX];
    slow_solve(s->w, part, shared);
    uint32_t n = dictionary_len(s->d);
    for (uint32_t a = 1; a <= n; a++) {
        uint32_t least = a;
        for (uint32_t b = n; b >= 1; b--) {
            least = part[s->of[a]] == part[s->of[b]] && b < least ? b : least;
        }
        if (graph_consumer(s->g, a) != least || graph_is_shared(s->g, a) != shared[s->of[a]]) {
            printf("# identity %u: consumer %u, want %u; shared %d, want %d\n", a,
                   graph_consumer(s->g, a), least, graph_is_shared(s->g, a), shared[s->of[a]]);
            return false;
        }
    }
    return true;
}

/* `whole`: the graph has met everything that the world knows. */
static bool subject_settle(struct subject *s, bool whole)
{
    u32_vec changed = {0};
    struct value_source values = {subject_values, s};
    struct err e = {0};
    bool ok = CHECK(graph_settle(s->g, values, &changed, &e) == RC_OK) &&
              CHECK(!whole || partition_is_right(s)) && CHECK(circles_are_right(s)) &&
              CHECK(changed_is_right(s, &changed));
    s->was_len = dictionary_len(s->d);
    if (s->was_len) {
        memcpy(s->was, graph_consumers(s->g), (s->was_len + 1) * sizeof(uint32_t));
    }
    vec_release(&changed);
    return ok;
}

/* ---- Random worlds and random lives --------------------------------------------------------------- */

static void random_rules(struct world *w, struct rng *r, bool gentle)
{
    for (uint32_t i = 0; i < KINDS; i++) {
        struct kind_rule k = kind_rules(w->kinds)[kind_find(w->kinds, str_of(kind_names[i]))];
        if (k.strength == STRENGTH_NEVER) {
            continue;
        }
        uint32_t dice = rng_below(r, 10);
        k.max = dice < 5 ? k.max : rng_below(r, 3);
        k.cap = k.strength == STRENGTH_WEAK ? rng_below(r, 4)
                : dice == 1 && !gentle      ? 1 + rng_below(r, 2)
                                            : 0;
        k.priority = rng_below(r, 4) == 0 ? (uint16_t)(1 + rng_below(r, 6)) : k.priority;
        CHECK(kind_set_rule(w->kinds, str_of(kind_names[i]), k, NULL) == RC_OK);
    }
}

static void world_init(struct world *w, struct rng *r, uint32_t seed)
{
    memset(w, 0, sizeof(*w));
    w->kinds = kind_table_new();
    w->n = 3 + rng_below(r, seed % 7 == 0 ? IDS_MAX - 3 : 16);
    uint8_t codes[KINDS];
    for (uint32_t i = 0; i < KINDS; i++) {
        CHECK(kind_intern(w->kinds, str_of(kind_names[i]), &codes[i], NULL) == RC_OK);
    }
    for (uint32_t x = 0; x < w->n; x++) {
        uint32_t dice = rng_below(r, 2) ? rng_below(r, KINDS) : (rng_below(r, 2) ? 5 : 3);
        w->kind[x] = codes[dice];
        (void)snprintf(w->value[x], sizeof(w->value[x]), "%c%u", 'a' + (int)rng_below(r, 2),
                       x % 3);
        for (uint32_t y = 0; y < x; y++) {
            if (w->kind[y] == w->kind[x] && strcmp(w->value[y], w->value[x]) == 0) {
                (void)snprintf(w->value[x], sizeof(w->value[x]), "z%u", x);
            }
        }
    }
    if (seed % 2) {
        random_rules(w, r, seed % 4 == 1);
    }
}

static void do_link(struct subject *s, uint32_t a, uint32_t b, int64_t ms)
{
    int64_t *at = &s->w->link[a < b ? a : b][a < b ? b : a];
    *at = *at == 0 || ms < *at ? ms : *at;
    uint32_t na = subject_meet(s, a), nb = subject_meet(s, b);
    graph_link(s->g, na, nb, ms);
}

static void do_cut(struct subject *s, uint32_t a, uint32_t b, bool cut)
{
    s->w->cut[a < b ? a : b][a < b ? b : a] = cut;
    uint32_t na = subject_meet(s, a), nb = subject_meet(s, b);
    if (cut) {
        graph_cut(s->g, na, nb);
    } else {
        graph_uncut(s->g, na, nb);
    }
}

/* Forgets the join of a pair; false when there is none. */
static bool world_unjoin(struct world *w, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < w->joins; i++) {
        if ((w->join[i][0] == a && w->join[i][1] == b) ||
            (w->join[i][0] == b && w->join[i][1] == a)) {
            memmove(w->join[i], w->join[i + 1], (w->joins - i - 1) * sizeof(w->join[0]));
            w->joins--;
            return true;
        }
    }
    return false;
}

static void do_join(struct subject *s, uint32_t a, uint32_t b)
{
    struct world *w = s->w;
    if (w->joins < JOINS_MAX) {
        (void)world_unjoin(w, a, b); /* made again, it is the newest */
        w->join[w->joins][0] = a;
        w->join[w->joins++][1] = b;
        uint32_t na = subject_meet(s, a), nb = subject_meet(s, b);
        graph_join(s->g, na, nb);
    }
}

static void do_unjoin(struct subject *s, struct rng *r)
{
    struct world *w = s->w;
    if (w->joins) {
        uint32_t at = rng_below(r, w->joins), a = w->join[at][0], b = w->join[at][1];
        (void)world_unjoin(w, a, b);
        graph_unjoin(s->g, s->no[b], s->no[a]);
    }
}

static void random_step(struct subject *s, struct rng *r, bool edits)
{
    uint32_t a = rng_below(r, s->w->n), b = rng_below(r, s->w->n - 1);
    b += b >= a;
    uint32_t dice = edits ? rng_below(r, 40) : 39;
    if (dice < 3) {
        do_cut(s, a, b, true);
    } else if (dice < 5) {
        for (uint32_t i = 0; i < s->w->n * s->w->n; i++) { /* some pair that is cut */
            uint32_t x = i / s->w->n, y = i % s->w->n;
            if (s->w->cut[x][y]) {
                do_cut(s, x, y, false);
                break;
            }
        }
    } else if (dice < 7) {
        do_join(s, a, b);
    } else if (dice < 8) {
        do_unjoin(s, r);
    } else {
        do_link(s, a, b, 1 + rng_below(r, 4));
    }
}

static bool live(uint32_t seed)
{
    struct rng r = rng_seed(seed);
    struct world w;
    struct subject s;
    world_init(&w, &r, seed);
    subject_open(&s, &w);
    uint32_t steps = w.n * 3, until = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < steps; i++) {
        random_step(&s, &r, seed % 3 != 0);
        if (seed % 11 == 0 && rng_below(&r, 30) == 0) {
            random_rules(&w, &r, false);
            graph_invalidate(s.g);
        }
        if (until-- == 0 || i + 1 == steps) {
            ok = subject_settle(&s, true);
            until = rng_below(&r, seed % 5 == 0 ? 30 : 4);
        }
    }
    if (!ok) {
        printf("# seed %u\n", seed);
    }
    subject_close(&s);
    kind_table_free(w.kinds);
    return ok;
}

static void test_lives(void)
{
    TEST("the partition is that of the definition after every settle of random lives") {
        uint32_t count = getenv("POND_LONG") ? 100000 : 3000;
        for (uint32_t seed = 1; seed <= count; seed++) {
            if (!live(seed)) {
                break;
            }
        }
    }
}

/* ---- Shuffles -------------------------------------------------------------------------------------- */

/* Feeds the world's links in random order and random batches into a fresh graph. */
static bool shuffle(struct world *w, struct rng *r, uint32_t *least)
{
    struct subject s;
    uint32_t pairs[IDS_MAX * IDS_MAX][2], n = 0;
    subject_open(&s, w);
    for (uint32_t a = 0; a < w->n; a++) {
        for (uint32_t b = 0; b < w->n; b++) {
            if (a < b && w->link[a][b]) {
                pairs[n][0] = a;
                pairs[n++][1] = b;
            }
        }
    }
    bool ok = true;
    for (uint32_t i = n; i > 0; i--) {
        uint32_t at = rng_below(r, i), a = pairs[at][0], b = pairs[at][1];
        memcpy(pairs[at], pairs[i - 1], sizeof(pairs[0]));
        if (rng_below(r, 3) == 0) {
            graph_link(s.g, subject_meet(&s, a), subject_meet(&s, b), w->link[a][b] + 5);
        }
        graph_link(s.g, subject_meet(&s, a), subject_meet(&s, b), w->link[a][b]);
        if (rng_below(r, 5) == 0) {
            ok = subject_settle(&s, false) && ok;
        }
    }
    for (uint32_t a = 0; a < w->n; a++) {
        for (uint32_t b = a + 1; b < w->n; b++) {
            if (w->cut[a][b]) {
                graph_cut(s.g, subject_meet(&s, a), subject_meet(&s, b));
            }
        }
    }
    ok = ok && (dictionary_len(s.d) == 0 || subject_settle(&s, true));
    for (uint32_t a = 0; a < w->n; a++) {
        least[a] = a;
        for (uint32_t b = 0; s.no[a] && b < a && least[a] == a; b++) {
            least[a] =
                s.no[b] && graph_consumer(s.g, s.no[a]) == graph_consumer(s.g, s.no[b]) ? b : a;
        }
    }
    subject_close(&s);
    return ok;
}

static void test_shuffles(void)
{
    TEST("20 orders of arrival give the same partition") {
        for (uint32_t seed = 1; seed <= 60; seed++) {
            struct rng r = rng_seed(seed + 1000000);
            struct world w;
            world_init(&w, &r, seed);
            for (uint32_t i = 0; i < w.n * 2; i++) {
                uint32_t a = rng_below(&r, w.n), b = rng_below(&r, w.n);
                if (a < b) {
                    w.link[a][b] = 1 + rng_below(&r, 3);
                    w.cut[a][b] = rng_below(&r, 10) == 0;
                }
            }
            uint32_t first[IDS_MAX], again[IDS_MAX];
            bool ok = shuffle(&w, &r, first);
            for (uint32_t i = 1; ok && i < 20; i++) {
                ok = shuffle(&w, &r, again) &&
                     CHECK(memcmp(first, again, w.n * sizeof(uint32_t)) == 0);
            }
            kind_table_free(w.kinds);
            if (!ok) {
                printf("# seed %u\n", seed);
                break;
            }
        }
    }
}

int main(void)
{
    test_lives();
    test_shuffles();
    return tap_end();
}
