#include "people/graph_internal.h"

#include "people/batch.h"

#define AHEAD 16 /* pairs between a prefetch and its use */

struct graph *graph_new(const struct dictionary *d, const struct kind_table *t)
{
    struct graph *g = mem_zalloc(sizeof(*g));
    g->dictionary = d;
    g->kinds = t;
    g->first = 1;
    g->link_room = 1024;
    g->links = mem_alloc(g->link_room * sizeof(*g->links));
    g->links[0] = (struct link){0};
    slots_renew(&g->pairs, 0);
    return g;
}

void graph_free(struct graph *g)
{
    if (!g) {
        return;
    }
    for (uint32_t l = 0; l < LEVELS; l++) {
        mem_free(g->label[l]);
        vec_release(&g->seeds[l]);
        vec_release(&g->deferred[l]);
        vec_release(&g->suspects[l]);
        vec_release(&g->merged[l]);
    }
    mem_free(g->next);
    mem_free(g->head);
    mem_free(g->flags);
    mem_free(g->degree);
    mem_free(g->links);
    mem_free(g->pairs.bytes);
    graph_map_release(&g->cuts);
    graph_map_release(&g->credit);
    graph_map_release(&g->tally_of);
    vec_release(&g->joins);
    vec_release(&g->lowered);
    vec_release(&g->edited);
    vec_release(&g->poked);
    vec_release(&g->grew);
    vec_release(&g->moved);
    vec_release(&g->nodes);
    vec_release(&g->old);
    vec_release(&g->joined);
    vec_release(&g->order);
    vec_release(&g->components);
    vec_release(&g->tallies);
    mem_free(g);
}

/* ---- Identities ------------------------------------------------------------------------------- */

void graph_reset_node(struct graph *g, uint32_t no)
{
    for (uint32_t l = 0; l < LEVELS; l++) {
        if (g->label[l]) {
            g->label[l][no] = no;
        }
    }
    g->next[no] = no;
    g->flags[no] = rule_of(g, no)->max ? (uint16_t)(FLAG_LIMITED * 7u) : 0;
}

static void reserve_nodes(struct graph *g, uint64_t need)
{
    if (need <= g->room) {
        return;
    }
    uint64_t room = g->room * 2 > need ? g->room * 2 : need;
    size_t words = room * sizeof(uint32_t);
    for (uint32_t l = g->first; l < LEVELS; l++) {
        g->label[l] = mem_resize(g->label[l], words);
    }
    g->next = mem_resize(g->next, words);
    g->head = mem_resize(g->head, words);
    g->flags = mem_resize(g->flags, room * sizeof(uint16_t));
    g->degree = mem_resize(g->degree, room);
    g->room = room;
}

void graph_grow(struct graph *g, uint32_t n)
{
    if (n <= g->len && g->room) {
        return;
    }
    reserve_nodes(g, (uint64_t)n + 1);
    uint32_t from =
        g->len ? g->len + 1 : 0; /* number 0 is nobody, in place so that arrays fit */
    for (uint32_t no = from; no <= n; no++) {
        g->head[no] = 0;
        g->degree[no] = 0;
        graph_reset_node(g, no);
    }
    g->consumers += n - g->len;
    g->len = n;
}

/* ---- Links ------------------------------------------------------------------------------------ */

static uint64_t pair_hash(uint32_t a, uint32_t b) { return hash_mix(pair_key(a, b)); }

static uint32_t probe(const struct graph *g, uint32_t a, uint32_t b, uint64_t hash,
                      uint64_t *at)
{
    uint64_t slot = slots_home(&g->pairs, hash);
    for (;; slot = slots_next(&g->pairs, slot)) {
        uint64_t word = slots_read(&g->pairs, slot);
        uint32_t no = slot_no(word);
        if (no == 0 ||
            (slot_tag(word) == (uint8_t)hash && g->links[no].a == a && g->links[no].b == b)) {
            *at = slot;
            return no;
        }
    }
}

uint32_t graph_find_link(const struct graph *g, uint32_t a, uint32_t b)
{
    uint64_t at;
    return a < b ? probe(g, a, b, pair_hash(a, b), &at) : probe(g, b, a, pair_hash(a, b), &at);
}

static void renew_pairs(struct graph *g)
{
    slots_renew(&g->pairs, g->link_len);
    for (uint32_t i = 1; i <= g->link_len; i++) {
        if (g->link_len - i >= AHEAD) {
            const struct link *k = &g->links[i + AHEAD];
            slots_prefetch(&g->pairs, pair_hash(k->a, k->b));
        }
        slots_put(&g->pairs, i, pair_hash(g->links[i].a, g->links[i].b));
    }
}

static void reserve_links(struct graph *g, uint64_t more)
{
    uint64_t need = g->link_len + more + 1;
    if (need > g->link_room) {
        g->link_room = g->link_room * 2 > need ? g->link_room * 2 : need;
        g->links = mem_resize(g->links, g->link_room * sizeof(*g->links));
    }
}

static void hang(struct graph *g, uint32_t link, uint32_t no, uint32_t *next)
{
    *next = g->head[no];
    g->head[no] = link;
    g->degree[no] = (uint8_t)(g->degree[no] + (g->degree[no] < UINT8_MAX));
}

static void add_link(struct graph *g, uint32_t a, uint32_t b, int64_t ms, uint64_t hash,
                     uint64_t at)
{
    if (slots_full(&g->pairs, g->link_len)) {
        renew_pairs(g);
        (void)probe(g, a, b, hash, &at);
    }
    uint32_t no = ++g->link_len;
    const uint32_t *cut = graph_map_get(&g->cuts, pair_key(a, b));
    struct link *k = &g->links[no];
    *k = (struct link){.a = a, .b = b, .when = ms * 2 + (cut && *cut)};
    hang(g, no, a, &k->next_a);
    hang(g, no, b, &k->next_b);
    slots_write(&g->pairs, at, no, hash);
}

/* a < b; there is room for one more. */
static void put_link(struct graph *g, uint32_t a, uint32_t b, int64_t ms, uint64_t hash)
{
    uint64_t at;
    uint32_t no = probe(g, a, b, hash, &at);
    if (no == 0) {
        add_link(g, a, b, ms, hash, at);
        return;
    }
    struct link *k = &g->links[no];
    if (ms < link_ms(k)) {
        k->when = ms * 2 + (k->when & 1);
        if (no <= g->settled_links) {
            vec_push(&g->lowered, no);
        }
    }
}

void graph_link(struct graph *g, uint32_t a, uint32_t b, int64_t first_ms)
{
    reserve_links(g, 1);
    put_link(g, a < b ? a : b, a < b ? b : a, first_ms, pair_hash(a, b));
}

struct pair {
    uint64_t hash;
    int64_t ms;
    uint32_t a, b;
};
typedef VEC(struct pair) pair_vec;

static void row_pairs(const struct event_batch *b, uint32_t row, pair_vec *out)
{
    uint32_t end = b->ident_at[row + 1];
    for (uint32_t i = b->ident_at[row]; i < end; i++) {
        for (uint32_t j = i + 1; j < end; j++) {
            uint32_t x = b->ident[i].no, y = b->ident[j].no;
            if (x != y) {
                struct pair p = {pair_hash(x, y), b->time_ms[row], x < y ? x : y,
                                 x < y ? y : x};
                vec_push(out, p);
            }
        }
    }
}

/* Brings in the link that the home slot points to, or where a new one is hung. */
static void prefetch_link(const struct graph *g, const struct pair *p)
{
    uint64_t word = slots_read(&g->pairs, slots_home(&g->pairs, p->hash));
    if (slot_no(word)) {
        __builtin_prefetch(&g->links[slot_no(word)]);
    }
    __builtin_prefetch(&g->head[p->a]);
    __builtin_prefetch(&g->head[p->b]);
    __builtin_prefetch(&g->degree[p->a]);
    __builtin_prefetch(&g->degree[p->b]);
}

static void link_pairs(struct graph *g, const struct pair *p, size_t n)
{
    reserve_links(g, n);
    for (size_t i = 0; i < n + 2 * AHEAD; i++) {
        if (i < n) {
            slots_prefetch(&g->pairs, p[i].hash);
        }
        if (i >= AHEAD && i - AHEAD < n) {
            prefetch_link(g, &p[i - AHEAD]);
        }
        if (i >= 2 * AHEAD) {
            const struct pair *q = &p[i - 2 * AHEAD];
            put_link(g, q->a, q->b, q->ms, q->hash);
        }
    }
}

void graph_link_batch(struct graph *g, const struct event_batch *b)
{
    pair_vec pairs = {0};
    for (uint32_t row = 0; row < b->rows; row++) {
        if (b->ident_at[row + 1] - b->ident_at[row] > 1) {
            row_pairs(b, row, &pairs);
        }
        if (pairs.len >= 4096) {
            link_pairs(g, pairs.ptr, pairs.len);
            vec_clear(&pairs);
        }
    }
    link_pairs(g, pairs.ptr, pairs.len);
    vec_release(&pairs);
}

/* ---- Operators -------------------------------------------------------------------------------- */

static void set_cut(struct graph *g, uint32_t a, uint32_t b, bool cut)
{
    *graph_map_put(&g->cuts, pair_key(a, b), 0) = cut;
    uint32_t no = graph_find_link(g, a, b);
    if (no && link_is_cut(&g->links[no]) != cut) {
        g->links[no].when = link_ms(&g->links[no]) * 2 + cut;
        vec_push(&g->edited, no);
    }
}

void graph_cut(struct graph *g, uint32_t a, uint32_t b) { set_cut(g, a, b, true); }
void graph_uncut(struct graph *g, uint32_t a, uint32_t b) { set_cut(g, a, b, false); }

static void poke(struct graph *g, uint32_t a, uint32_t b)
{
    vec_push(&g->poked, a);
    vec_push(&g->poked, b);
}

/* SIZE_MAX when there is no such join. */
static size_t find_join(const struct graph *g, uint32_t a, uint32_t b)
{
    size_t i = 0;
    while (i < g->joins.len &&
           pair_key(g->joins.ptr[i].a, g->joins.ptr[i].b) != pair_key(a, b)) {
        i++;
    }
    return i < g->joins.len ? i : SIZE_MAX;
}

static void drop_join(struct graph *g, size_t at)
{
    g->joins.len--;
    memmove(&g->joins.ptr[at], &g->joins.ptr[at + 1],
            (g->joins.len - at) * sizeof(struct join));
}

void graph_join(struct graph *g, uint32_t a, uint32_t b)
{
    struct join j = {a, b};
    size_t at = find_join(g, a, b);
    if (at != SIZE_MAX) {
        drop_join(g, at);
    }
    vec_push(&g->joins, j);
    poke(g, a, b);
}

void graph_unjoin(struct graph *g, uint32_t a, uint32_t b)
{
    size_t at = find_join(g, a, b);
    if (at != SIZE_MAX) {
        drop_join(g, at);
        poke(g, a, b);
    }
}

void graph_invalidate(struct graph *g) { g->all = true; }

/* ---- Reading ---------------------------------------------------------------------------------- */

uint32_t graph_consumer(const struct graph *g, uint32_t no) { return g->label[2][no]; }
const uint32_t *graph_consumers(const struct graph *g) { return g->label[2]; }
uint32_t graph_next(const struct graph *g, uint32_t no) { return g->next[no]; }
uint32_t graph_consumer_count(const struct graph *g) { return g->consumers; }
bool graph_is_shared(const struct graph *g, uint32_t no)
{
    return has_flag(g, no, FLAG_SHARED);
}
uint64_t graph_link_count(const struct graph *g) { return g->link_len; }

size_t graph_bytes(const struct graph *g)
{
    size_t node = (2 + (LEVELS - g->first)) * sizeof(uint32_t) + sizeof(uint16_t) + 1;
    return sizeof(*g) + ((size_t)g->len + 1) * node +
           ((size_t)g->link_len + 1) * sizeof(struct link) + g->pairs.cap * SLOT_BYTES +
           (g->cuts.cap + g->credit.cap) * sizeof(struct graph_map_entry);
}
