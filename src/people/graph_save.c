/* The graph in a checkpoint: its arrays as they are. Only a settled graph keeps its partition; of any
 * other the links and decisions are kept and the first settle begins anew. */
#include "people/graph_internal.h"

struct meta {
    uint32_t len, links, first, consumers, settled;
};
struct cut_list {
    VEC(uint64_t) pairs;
};

static bool is_settled(const struct graph *g)
{
    return !g->all && g->settled_links == g->link_len && g->settled_len == g->len &&
           g->lowered.len == 0 && g->edited.len == 0 && g->poked.len == 0;
}

static void take_cut(void *ctx, uint64_t key, uint32_t value)
{
    struct cut_list *list = ctx;
    if (value) {
        vec_push(&list->pairs, key);
    }
}

static enum rc save_cuts(const struct graph *g, struct checkpoint_writer *w, struct err *e)
{
    struct cut_list list = {0};
    graph_map_each(&g->cuts, take_cut, &list);
    enum rc rc =
        checkpoint_add(w, "graph.cut", list.pairs.ptr, list.pairs.len * sizeof(uint64_t), e);
    vec_release(&list.pairs);
    return rc;
}

struct section {
    const char *name;
    const void *data;
    size_t len;
};

enum rc graph_save(const struct graph *g, struct checkpoint_writer *w, struct err *e)
{
    struct meta meta = {g->len, g->link_len, g->first, g->consumers, is_settled(g)};
    size_t n = g->room ? (size_t)g->len + 1 : 0, words = n * sizeof(uint32_t);
    const struct section sections[] = {
        {"graph.meta", &meta, sizeof(meta)},
        {"graph.link", g->links, ((size_t)g->link_len + 1) * sizeof(struct link)},
        {"graph.pair", g->pairs.bytes, g->pairs.cap * SLOT_BYTES + SLOTS_PAD},
        {"graph.label0", g->label[0], g->first == 0 ? words : 0},
        {"graph.label1", g->label[1], words},
        {"graph.label2", g->label[2], words},
        {"graph.next", g->next, words},
        {"graph.head", g->head, words},
        {"graph.flag", g->flags, n * sizeof(uint16_t)},
        {"graph.degree", g->degree, n},
        {"graph.join", g->joins.ptr, g->joins.len * sizeof(struct join)},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof(sections) / sizeof(sections[0]); i++) {
        rc = checkpoint_add(w, sections[i].name, sections[i].data, sections[i].len, e);
    }
    return rc ? rc : save_cuts(g, w, e);
}

/* ---- Loading ------------------------------------------------------------------------------------ */

enum { META, LINK, PAIR, LABEL0, LABEL1, LABEL2, NEXT, HEAD, FLAG, DEGREE, JOIN, CUT, PARTS };
struct parts {
    void *data[PARTS];
    size_t len[PARTS];
};

static bool parts_fit(const struct parts *p)
{
    if (p->len[META] != sizeof(struct meta) || p->len[PAIR] < SLOTS_PAD) {
        return false;
    }
    const struct meta *m = p->data[META];
    uint64_t n = p->len[DEGREE], cap = (p->len[PAIR] - SLOTS_PAD) / SLOT_BYTES;
    size_t words = n * sizeof(uint32_t);
    return (n == (uint64_t)m->len + 1 || (n == 0 && m->len == 0)) && m->first <= 1 &&
           p->len[LINK] == ((size_t)m->links + 1) * sizeof(struct link) &&
           p->len[PAIR] == cap * SLOT_BYTES + SLOTS_PAD && cap > m->links &&
           cap <= UINT32_MAX && p->len[LABEL0] == (m->first == 0 ? words : 0) &&
           p->len[LABEL1] == words && p->len[LABEL2] == words && p->len[NEXT] == words &&
           p->len[HEAD] == words && p->len[FLAG] == n * sizeof(uint16_t) &&
           p->len[JOIN] % sizeof(struct join) == 0 && p->len[CUT] % sizeof(uint64_t) == 0;
}

/* Takes a part over and frees what was there. */
static void *take(struct parts *p, uint32_t part, void *old)
{
    void *data = p->data[part];
    mem_free(old);
    p->data[part] = NULL;
    return data;
}

static void adopt_nodes(struct graph *g, struct parts *p)
{
    for (uint32_t l = 0; l < LEVELS; l++) {
        g->label[l] = take(p, LABEL0 + l, g->label[l]);
    }
    g->next = take(p, NEXT, g->next);
    g->head = take(p, HEAD, g->head);
    g->flags = take(p, FLAG, g->flags);
    g->degree = take(p, DEGREE, g->degree);
    g->room = p->len[DEGREE];
}

static void adopt(struct graph *g, struct parts *p)
{
    const struct meta m = *(const struct meta *)p->data[META];
    g->len = m.len;
    g->first = m.first;
    g->consumers = m.consumers;
    g->links = take(p, LINK, g->links);
    g->link_len = m.links;
    g->link_room = (uint64_t)m.links + 1;
    g->pairs.bytes = take(p, PAIR, g->pairs.bytes);
    g->pairs.cap = (p->len[PAIR] - SLOTS_PAD) / SLOT_BYTES;
    adopt_nodes(g, p);
    if (g->first == 1) {
        mem_free(g->label[0]); /* an empty section */
        g->label[0] = NULL;
    }
    vec_clear(&g->joins);
    for (size_t i = 0; i < p->len[JOIN] / sizeof(struct join); i++) {
        vec_push(&g->joins, ((const struct join *)p->data[JOIN])[i]);
    }
    graph_map_clear(&g->cuts);
    for (size_t i = 0; i < p->len[CUT] / sizeof(uint64_t); i++) {
        *graph_map_put(&g->cuts, ((const uint64_t *)p->data[CUT])[i], 0) = 1;
    }
    g->all = !m.settled;
    g->settled_links = g->link_len;
    g->settled_len = m.settled ? g->len : 0;
}

enum rc graph_load(struct graph *g, struct checkpoint *c, struct err *e)
{
    static const char *const names[PARTS] = {"graph.meta",   "graph.link",   "graph.pair",
                                             "graph.label0", "graph.label1", "graph.label2",
                                             "graph.next",   "graph.head",   "graph.flag",
                                             "graph.degree", "graph.join",   "graph.cut"};
    struct parts p = {0};
    struct checkpoint_want wants[PARTS];
    for (uint32_t i = 0; i < PARTS; i++) {
        wants[i] = (struct checkpoint_want){names[i], &p.data[i], &p.len[i]};
    }
    enum rc rc = checkpoint_load(c, wants, PARTS, e);
    if (rc == RC_OK && !parts_fit(&p)) {
        rc = rc_fail(e, RC_CORRUPT, "the checkpoint's graph sections do not fit together");
    }
    if (rc == RC_OK) {
        adopt(g, &p);
    }
    for (uint32_t i = 0; i < PARTS; i++) {
        mem_free(p.data[i]);
    }
    return rc;
}
