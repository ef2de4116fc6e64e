/* Solves components from their links. A raw component on a level is everything reachable over active
 * links of that level and over consumers of the level below. First all its links are added in any order:
 * when no `max` is met, the order does not matter and no values are needed. Else once more in rule
 * order. Cost: its links, and their sort when contested. */
#include "people/graph_internal.h"

static bool is_limited(const struct graph *g, uint32_t no) { return rule_of(g, no)->max > 0; }

static void visit(struct graph *g, uint32_t no, u32_vec *nodes)
{
    if (!has_flag(g, no, FLAG_REGION)) {
        set_flag(g, no, FLAG_REGION);
        vec_push(nodes, no);
    }
}

static bool same(struct graph *g, uint32_t level, uint32_t a, uint32_t b)
{
    return label_find(g->label[level], a) == label_find(g->label[level], b);
}

/* Neighbours by operator joins: all of them on the first level, else only mates of `level`. */
static void visit_joins(struct graph *g, uint32_t no, bool all, uint32_t level, u32_vec *nodes)
{
    for (size_t i = 0; i < g->joins.len; i++) {
        struct join j = g->joins.ptr[i];
        if ((j.a == no || j.b == no) && j.a <= g->len && j.b <= g->len &&
            (all || same(g, level, j.a, j.b))) {
            visit(g, j.a, nodes);
            visit(g, j.b, nodes);
        }
    }
}

void graph_gather(struct graph *g, uint32_t level, uint32_t no, u32_vec *nodes)
{
    size_t from = nodes->len;
    visit(g, no, nodes);
    for (size_t i = from; i < nodes->len; i++) {
        uint32_t at = nodes->ptr[i];
        bool idle = class_of(g, at) > level;
        for (uint32_t k = idle ? 0 : g->head[at]; k; k = link_next(&g->links[k], at)) {
            uint32_t other = link_other(&g->links[k], at);
            if (class_of(g, other) <= level && !link_is_cut(&g->links[k]) &&
                same(g, level, at, other)) {
                visit(g, other, nodes);
            }
        }
        if (has_flag(g, at, FLAG_JOINED)) {
            visit_joins(g, at, false, level, nodes);
        }
    }
    for (size_t i = from; i < nodes->len; i++) {
        clear_flag(g, nodes->ptr[i], FLAG_REGION);
    }
}

/* ---- Raw components: all are gathered before any is taken apart --------------------------------- */

static void gather_links(struct graph *g, uint32_t level, uint32_t at)
{
    uint32_t cls = class_of(g, at);
    bool idle = cls > level || has_flag(g, at, FLAG_SHARED);
    for (uint32_t i = idle ? 0 : g->head[at]; i; i = link_next(&g->links[i], at)) {
        const struct link *k = &g->links[i];
        uint32_t other = link_other(k, at), other_cls = class_of(g, other);
        uint32_t link_cls = cls > other_cls ? cls : other_cls;
        if (link_cls > level || !link_is_active(g, k)) {
            continue;
        }
        if (link_cls < level) {
            if (same(g, level - 1, at, other)) {
                visit(g, other, &g->nodes);
            }
            continue;
        }
        visit(g, other, &g->nodes);
        if (k->a == at) {
            vec_push(&g->order, graph_order_of(g, i));
        }
    }
}

/* Consumers that g->nodes from `from` on are, or are parts of. */
static uint32_t count_old(struct graph *g, size_t from)
{
    uint32_t count = 0;
    for (size_t i = from; i < g->nodes.len; i++) {
        count += !has_flag(g, g->old.ptr[i], FLAG_MARK);
        set_flag(g, g->old.ptr[i], FLAG_MARK);
    }
    for (size_t i = from; i < g->nodes.len; i++) {
        clear_flag(g, g->old.ptr[i], FLAG_MARK);
    }
    return count;
}

static void gather_component(struct graph *g, uint32_t level, uint32_t no)
{
    size_t from = g->nodes.len;
    visit(g, no, &g->nodes);
    for (size_t i = from; i < g->nodes.len; i++) {
        uint32_t at = g->nodes.ptr[i];
        gather_links(g, level, at);
        if (has_flag(g, at, FLAG_JOINED)) {
            vec_push(&g->joined, at);
            visit_joins(g, at, level == g->first, level - 1, &g->nodes);
        }
        vec_push(&g->old, label_find(g->label[level], at));
    }
    struct component c = {g->nodes.len, g->order.len, g->joined.len, count_old(g, from)};
    vec_push(&g->components, c);
}

static void tally_add(struct graph *g, uint32_t root, uint32_t kind, uint32_t count)
{
    uint32_t *head = graph_map_put(&g->tally_of, root, 0);
    for (uint32_t i = *head; i; i = g->tallies.ptr[i].next) {
        if (g->tallies.ptr[i].kind == kind) {
            g->tallies.ptr[i].count += count;
            return;
        }
    }
    struct tally t = {kind, count, *head};
    *head = (uint32_t)g->tallies.len;
    vec_push(&g->tallies, t);
}

static uint32_t tally_head(const struct graph *g, uint32_t root)
{
    const uint32_t *head = graph_map_get(&g->tally_of, root);
    return head ? *head : 0;
}

/* Back to the consumers of the level below, each on its own. */
static void reset(struct graph *g, uint32_t level, size_t from, size_t end)
{
    uint32_t limited = (uint32_t)FLAG_LIMITED << level, touch = (uint32_t)FLAG_TOUCH << level;
    struct tally none = {0, 0, 0};
    graph_map_clear(&g->tally_of);
    vec_clear(&g->tallies);
    vec_push(&g->tallies, none); /* index 0 ends a list */
    for (size_t i = from; i < end; i++) {
        uint32_t no = g->nodes.ptr[i];
        clear_flag(g, no, limited | (uint32_t)FLAG_CONTESTED << level);
        g->label[level][no] = level > g->first ? label_find(g->label[level - 1], no) : no;
        if (level == 2) {
            g->next[no] = no;
        }
    }
    for (size_t i = from; i < end; i++) {
        uint32_t no = g->nodes.ptr[i], root = g->label[level][no];
        if (is_limited(g, no)) {
            set_flag(g, root, limited);
            tally_add(g, root, dictionary_kind(g->dictionary, no), 1);
        }
        if (level < 2) {
            set_flag(g, root, g->flags[no] & touch);
        } else if (root != no) {
            g->next[no] = g->next[root];
            g->next[root] = no;
        }
    }
}

/* Joins two consumers unless a `max` forbids it; false when it does. */
static bool unite(struct graph *g, uint32_t level, uint32_t a, uint32_t b)
{
    uint32_t ra = label_find(g->label[level], a), rb = label_find(g->label[level], b);
    if (ra == rb) {
        return true;
    }
    const struct kind_rule *rules = kind_rules(g->kinds);
    uint32_t ha = tally_head(g, ra), hb = tally_head(g, rb);
    for (uint32_t i = ha; i; i = g->tallies.ptr[i].next) {
        for (uint32_t j = hb; j; j = g->tallies.ptr[j].next) {
            const struct tally *x = &g->tallies.ptr[i], *y = &g->tallies.ptr[j];
            if (x->kind == y->kind && x->count + y->count > rules[x->kind].max) {
                return false;
            }
        }
    }
    uint32_t root = graph_unite(g, level, ra, rb);
    for (uint32_t i = root == ra ? hb : ha; i; i = g->tallies.ptr[i].next) {
        tally_add(g, root, g->tallies.ptr[i].kind, g->tallies.ptr[i].count);
    }
    return true;
}

/* Operator joins between marked identities, in the order they were made. */
static bool add_joins(struct graph *g, uint32_t level)
{
    bool all = true;
    for (size_t i = 0; i < g->joins.len; i++) {
        struct join j = g->joins.ptr[i];
        if (j.a <= g->len && j.b <= g->len && has_flag(g, j.a, FLAG_MARK)) {
            all = unite(g, level, j.a, j.b) && all;
        }
    }
    return all;
}

static bool add_links(struct graph *g, uint32_t level, size_t from, size_t end)
{
    bool all = true;
    for (size_t i = from; i < end; i++) {
        const struct link *k = &g->links[g->order.ptr[i].link];
        all = unite(g, level, k->a, k->b) && all;
    }
    return all;
}

/* Adds joins and links of one component under the limits, `was` being the one before it. */
static enum rc honour(struct graph *g, uint32_t level, struct component was, struct component c,
                      struct err *e)
{
    bool joins = level == g->first && c.joined_end > was.joined_end;
    enum rc rc = RC_OK;
    for (size_t i = was.joined_end; joins && i < c.joined_end; i++) {
        set_flag(g, g->joined.ptr[i], FLAG_MARK);
    }
    reset(g, level, was.nodes_end, c.nodes_end);
    bool free = !joins || add_joins(g, level);
    if (!free || !add_links(g, level, was.order_end, c.order_end)) {
        rc = graph_order_sort(g, g->values, g->order.ptr + was.order_end,
                              c.order_end - was.order_end, e);
        reset(g, level, was.nodes_end, c.nodes_end);
        if (joins) {
            (void)add_joins(g, level);
        }
        (void)add_links(g, level, was.order_end, c.order_end);
        for (size_t i = was.nodes_end; i < c.nodes_end; i++) {
            uint32_t root = label_find(g->label[level], g->nodes.ptr[i]);
            set_flag(g, root, (uint32_t)FLAG_CONTESTED << level);
        }
    }
    for (size_t i = was.joined_end; joins && i < c.joined_end; i++) {
        clear_flag(g, g->joined.ptr[i], FLAG_MARK);
    }
    return rc;
}

/* ---- What follows ------------------------------------------------------------------------------ */

/* An identity whose consumer on this level changed: the next level is solved around it, and capped
 * identities near it are judged again; `merged` consumers fewer may be near them. */
static void follow(struct graph *g, uint32_t level, uint32_t no, uint32_t merged)
{
    uint32_t cls = class_of(g, no);
    vec_push(&g->seeds[level + 1], no);
    for (uint32_t i = cls > level ? 0 : g->head[no]; i; i = link_next(&g->links[i], no)) {
        uint32_t other = link_other(&g->links[i], no);
        if (class_of(g, other) != level + 1 || link_is_cut(&g->links[i])) {
            continue;
        }
        if (has_flag(g, other, FLAG_SHARED)) {
            graph_spend(g, other, merged);
        } else {
            graph_suspect(g, other);
        }
    }
}

/* Marks the roots, before and now, of consumers that changed. */
static void mark_changed(struct graph *g, uint32_t level)
{
    uint32_t *label = g->label[level];
    for (size_t i = 0; i < g->nodes.len; i++) {
        uint32_t no = g->nodes.ptr[i], was = g->old.ptr[i];
        label[no] = label_find(label, no);
        if (level == 2) {
            g->consumers += (uint32_t)(label[no] == no) - (uint32_t)(was == no);
        }
        if (was != label[no]) {
            set_flag(g, was, FLAG_MARK);
            set_flag(g, label[no], FLAG_MARK);
        }
    }
}

static void pass_on(struct graph *g, uint32_t level)
{
    mark_changed(g, level);
    size_t at = 0;
    for (size_t c = 0; c < g->components.len; c++) {
        for (; at < g->components.ptr[c].nodes_end; at++) {
            uint32_t no = g->nodes.ptr[at];
            if (!has_flag(g, g->old.ptr[at], FLAG_MARK) &&
                !has_flag(g, g->label[level][no], FLAG_MARK)) {
                continue;
            }
            if (level == 2) {
                vec_push(&g->moved, no);
            } else {
                follow(g, level, no, g->components.ptr[c].before - 1 + g->slack[level]);
            }
        }
    }
    for (size_t i = 0; i < g->nodes.len; i++) {
        clear_flag(g, g->nodes.ptr[i], FLAG_MARK);
    }
}

enum rc graph_solve(struct graph *g, uint32_t level, struct err *e)
{
    enum rc rc = RC_OK;
    u32_vec *seeds = &g->seeds[level];
    struct component was = {0};
    vec_clear(&g->nodes);
    vec_clear(&g->old);
    vec_clear(&g->joined);
    vec_clear(&g->order);
    vec_clear(&g->components);
    for (size_t i = 0; i < seeds->len; i++) {
        if (!has_flag(g, seeds->ptr[i], FLAG_REGION)) {
            gather_component(g, level, seeds->ptr[i]);
        }
    }
    for (size_t i = 0; rc == RC_OK && i < g->components.len; i++) {
        rc = honour(g, level, was, g->components.ptr[i], e);
        was = g->components.ptr[i];
    }
    pass_on(g, level);
    for (size_t i = 0; i < g->nodes.len; i++) {
        clear_flag(g, g->nodes.ptr[i], FLAG_REGION);
    }
    vec_clear(seeds);
    return rc;
}
