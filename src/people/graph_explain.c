/* Why a consumer is one: its links replayed in rule order. Links inside a consumer are never refused
 * (their ends did come together), so the replay needs no limits and only the consumer's own links. */
#include "people/graph_internal.h"

struct replay {
    const struct graph *g;
    struct graph_map place; /* member -> index into parent */
    u32_vec members, parent;
    order_vec order;
};

static void replay_release(struct replay *r)
{
    graph_map_release(&r->place);
    vec_release(&r->members);
    vec_release(&r->parent);
    vec_release(&r->order);
}

static bool is_member(const struct replay *r, uint32_t no)
{
    return graph_map_get(&r->place, no) != NULL;
}

static void gather(struct replay *r, uint32_t no)
{
    uint32_t at = no;
    do {
        *graph_map_put(&r->place, at, 0) = (uint32_t)r->members.len;
        vec_push(&r->parent, (uint32_t)r->members.len);
        vec_push(&r->members, at);
        at = graph_next(r->g, at);
    } while (at != no);
    for (size_t i = 0; i < r->members.len; i++) {
        at = r->members.ptr[i];
        for (uint32_t k = r->g->head[at]; k; k = link_next(&r->g->links[k], at)) {
            if (r->g->links[k].a == at || !is_member(r, r->g->links[k].a)) {
                vec_push(&r->order, graph_order_of(r->g, k));
            }
        }
    }
}

/* True when both are members and were apart until now. */
static bool bring_together(struct replay *r, uint32_t a, uint32_t b)
{
    uint32_t x = label_find(r->parent.ptr, *graph_map_get(&r->place, a));
    uint32_t y = label_find(r->parent.ptr, *graph_map_get(&r->place, b));
    r->parent.ptr[x < y ? y : x] = x < y ? x : y;
    return x != y;
}

static enum link_state judge(struct replay *r, const struct link *k)
{
    if (link_is_cut(k)) {
        return LINK_CUT;
    }
    if (link_class(r->g, k) == CLASS_NEVER) {
        return LINK_NEVER;
    }
    if (!link_is_active(r->g, k)) {
        return LINK_SHARED;
    }
    if (!is_member(r, k->a) || !is_member(r, k->b)) {
        return LINK_MAX;
    }
    return bring_together(r, k->a, k->b) ? LINK_HONOURED : LINK_REDUNDANT;
}

enum rc graph_explain(const struct graph *g, struct value_source values, uint32_t no,
                      link_vec *out, struct err *e)
{
    struct replay r = {.g = g};
    gather(&r, no);
    for (size_t i = 0; i < g->joins.len; i++) {
        struct join j = g->joins.ptr[i];
        bool a = is_member(&r, j.a), b = is_member(&r, j.b);
        if (a && b) {
            (void)bring_together(&r, j.a, j.b);
        }
        if (a || b) {
            struct link_info info = {j.a, j.b, 0, a && b ? LINK_OPERATOR : LINK_MAX};
            vec_push(out, info);
        }
    }
    enum rc rc = graph_order_sort(g, values, r.order.ptr, r.order.len, e);
    for (size_t i = 0; rc == RC_OK && i < r.order.len; i++) {
        const struct link *k = &g->links[r.order.ptr[i].link];
        struct link_info info = {k->a, k->b, link_ms(k), judge(&r, k)};
        vec_push(out, info);
    }
    replay_release(&r);
    return rc;
}

/* ---- The path between two members: a walk over the links that joined --------------------------- */

struct step {
    uint32_t no, link, from; /* reached over links[link], from steps[from] */
};
struct walk {
    const link_vec *links;
    struct graph_map first, reached; /* identity -> its first half-link + 1; reached or not */
    u32_vec next;                    /* by half-link (2 * link + end): the next one, + 1 */
    VEC(struct step) steps;
};

static void walk_hang(struct walk *w, uint32_t no, uint32_t half)
{
    uint32_t *first = graph_map_put(&w->first, no, 0);
    w->next.ptr[half] = *first;
    *first = half + 1;
}

static void walk_open(struct walk *w)
{
    vec_reserve(&w->next, w->links->len * 2 + 1);
    for (size_t i = 0; i < w->links->len; i++) {
        const struct link_info *k = &w->links->ptr[i];
        if (k->state == LINK_HONOURED || k->state == LINK_OPERATOR) {
            walk_hang(w, k->a, (uint32_t)(2 * i));
            walk_hang(w, k->b, (uint32_t)(2 * i + 1));
        }
    }
}

static void walk_visit(struct walk *w, struct step s)
{
    uint32_t *reached = graph_map_put(&w->reached, s.no, 0);
    if (!*reached) {
        *reached = 1;
        vec_push(&w->steps, s);
    }
}

/* The index of the step that reaches `to`, SIZE_MAX when there is none. */
static size_t walk_to(struct walk *w, uint32_t from, uint32_t to)
{
    walk_visit(w, (struct step){from, 0, 0});
    for (size_t i = 0; i < w->steps.len; i++) {
        uint32_t no = w->steps.ptr[i].no;
        if (no == to) {
            return i;
        }
        const uint32_t *first = graph_map_get(&w->first, no);
        for (uint32_t h = first ? *first : 0; h; h = w->next.ptr[h - 1]) {
            const struct link_info *k = &w->links->ptr[(h - 1) / 2];
            walk_visit(w, (struct step){k->a == no ? k->b : k->a, (h - 1) / 2, (uint32_t)i});
        }
    }
    return SIZE_MAX;
}

static void walk_release(struct walk *w)
{
    graph_map_release(&w->first);
    graph_map_release(&w->reached);
    vec_release(&w->next);
    vec_release(&w->steps);
}

static void reverse(struct link_info *list, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct link_info swap = list[i];
        list[i] = list[n - 1 - i];
        list[n - 1 - i] = swap;
    }
}

enum rc graph_path(const struct graph *g, struct value_source values, uint32_t a, uint32_t b,
                   link_vec *out, struct err *e)
{
    if (a == b || graph_consumer(g, a) != graph_consumer(g, b)) {
        return RC_OK;
    }
    link_vec links = {0};
    struct walk w = {.links = &links};
    size_t from = out->len;
    enum rc rc = graph_explain(g, values, a, &links, e);
    if (rc == RC_OK) {
        walk_open(&w);
        for (size_t at = walk_to(&w, a, b); at != SIZE_MAX && at > 0;
             at = w.steps.ptr[at].from) {
            struct link_info k = links.ptr[w.steps.ptr[at].link];
            k.b = w.steps.ptr[at].no;
            k.a = w.steps.ptr[w.steps.ptr[at].from].no;
            vec_push(out, k);
        }
        reverse(out->ptr + from, out->len - from);
    }
    walk_release(&w);
    vec_release(&links);
    return rc;
}
