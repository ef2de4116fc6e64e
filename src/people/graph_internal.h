/* What the files of the graph share.
 *
 * Levels. Every kind has a class: solid (strong, no cap), capped (strong with a cap), weak, never. A
 * link has the class of its weaker end. The partition is built level by level: level 0 from the links of
 * solid identities, level 1 adds capped ones, level 2 weak ones; each level only joins consumers of the
 * one before. Whether an identity of level c is shared is judged on the partition of level c - 1. When
 * no strong kind has a cap (the default), level 0 is left out and solid kinds are of level 1.
 *
 * label[l] is a union-find forest per level; the root of a tree is its smallest number. label[2] is
 * flat between settles: it is the answer. `next` strings the members of each consumer of level 2 in a
 * circle; consumers of lower levels are walked by their links.
 *
 * A component is clean on a level when no link of that level was refused in or at it: then links may
 * be added one by one as long as no `max` can be met. Else it is contested (flag on its root), and
 * any change solves the whole raw component (all links, refused ones too) again, in rule order. */
#ifndef POND_PEOPLE_GRAPH_INTERNAL_H
#define POND_PEOPLE_GRAPH_INTERNAL_H

#include "people/graph.h"
#include "people/graph_map.h"
#include "people/slots.h"

#define LEVELS 3u
#define CLASS_NEVER 3u

enum {
    FLAG_LIMITED = 1u << 0,   /* << level, on roots: has an identity whose kind has a max     */
    FLAG_CONTESTED = 1u << 3, /* << level, on roots                                           */
    FLAG_TOUCH = 1u << 6,     /* << class - 1: has a link to a shared identity of that class;
                                      on the identity and on its root of level class - 1; may be stale */
    FLAG_SHARED = 1u << 8,
    FLAG_SUSPECT = 1u << 9, /* queued to be judged again                                    */
    FLAG_REGION = 1u << 10, /* in the region under work                                     */
    FLAG_MARK = 1u << 11,   /* scratch                                                      */
    FLAG_JOINED = 1u << 12, /* end of an operator join, or was once                         */
    FLAG_EMITTED = 1u << 13 /* already reported as changed                                  */
};
#define FLAG_CONTESTED_ANY ((1u << 3) | (1u << 4) | (1u << 5))

struct link {
    uint32_t a, b;           /* a < b                                       */
    uint32_t next_a, next_b; /* the next link of a, of b                    */
    int64_t when;            /* first_ms * 2, plus 1 when it is cut         */
};
struct join {
    uint32_t a, b;
};
/* A link with what it is ordered by (graph_order.c). */
struct order {
    int64_t ms;
    uint32_t link;
    uint16_t weak, strong; /* priorities */
    uint8_t level;
};
/* How many identities of one kind a consumer has; a list per root. */
struct tally {
    uint32_t kind, count, next;
};
typedef VEC(struct order) order_vec;
/* A raw component under work: where its parts end in graph.nodes, .order and .joined; they begin where
 * those of the component before end. */
struct component {
    size_t nodes_end, order_end, joined_end;
    uint32_t before; /* consumers that it consists of, or of parts of which */
};

struct graph {
    const struct dictionary *dictionary;
    const struct kind_table *kinds;
    uint8_t class_of[256]; /* by kind; fixed while settling */
    uint32_t first;        /* the lowest level in use: 0 or 1 */

    uint32_t len; /* identities 1..len */
    uint64_t room;
    uint32_t *label[LEVELS]; /* label[0] is NULL while first == 1 */
    uint32_t *next, *head;
    uint16_t *flags;
    uint8_t *degree; /* links, saturating */

    struct link *links; /* 1..link_len */
    uint32_t link_len;
    uint64_t link_room;
    struct slots pairs;      /* (a, b) -> link */
    struct graph_map cuts;   /* pair -> 1 while cut */
    VEC(struct join) joins;  /* in the order they were made */
    struct graph_map credit; /* shared identity -> consumers above its cap, at least */

    /* What the next settle has to do. */
    bool all; /* everything, from nothing */
    bool report_all;
    uint32_t settled_links, settled_len;
    u32_vec lowered; /* settled links whose first_ms fell */
    u32_vec edited;  /* links cut or uncut */
    u32_vec poked;   /* ends of joins made or undone */

    /* Queues of one settle. */
    u32_vec seeds[LEVELS];    /* components to be solved again */
    u32_vec deferred[LEVELS]; /* links to be added on their level */
    u32_vec suspects[LEVELS]; /* identities of this class to be judged again */
    u32_vec merged[LEVELS]; /* members of unions that may have lowered counts of shared ones */
    uint32_t slack[LEVELS]; /* further such unions that a consumer of this level may hide */
    bool edits;             /* links were cut or joins undone in this settle */
    u32_vec grew;           /* members of unions on level 2 */
    u32_vec moved;          /* changed by a solved region on level 2 */
    uint32_t consumers;

    /* Scratch of graph_solve.c. */
    u32_vec nodes, old, joined; /* of all components; old = their roots before */
    order_vec order;
    VEC(struct component) components;
    struct graph_map tally_of; /* root -> index into tallies */
    VEC(struct tally) tallies;
    struct value_source values;
};

static inline uint32_t label_find(uint32_t *label, uint32_t no)
{
    while (label[no] != no) {
        label[no] = label[label[no]];
        no = label[no];
    }
    return no;
}
static inline bool link_is_cut(const struct link *k) { return (k->when & 1) != 0; }
static inline int64_t link_ms(const struct link *k) { return (k->when - (k->when & 1)) / 2; }
static inline uint32_t link_other(const struct link *k, uint32_t no)
{
    return k->a == no ? k->b : k->a;
}
static inline uint32_t link_next(const struct link *k, uint32_t no)
{
    return k->a == no ? k->next_a : k->next_b;
}
static inline uint8_t class_of(const struct graph *g, uint32_t no)
{
    return g->class_of[dictionary_kind(g->dictionary, no)];
}
static inline uint32_t link_class(const struct graph *g, const struct link *k)
{
    uint8_t a = class_of(g, k->a), b = class_of(g, k->b);
    return a > b ? a : b;
}
static inline const struct kind_rule *rule_of(const struct graph *g, uint32_t no)
{
    return &kind_rules(g->kinds)[dictionary_kind(g->dictionary, no)];
}
static inline bool has_flag(const struct graph *g, uint32_t no, uint32_t flag)
{
    return (g->flags[no] & flag) != 0;
}
static inline void set_flag(struct graph *g, uint32_t no, uint32_t flag)
{
    g->flags[no] = (uint16_t)(g->flags[no] | flag);
}
static inline void clear_flag(struct graph *g, uint32_t no, uint32_t flag)
{
    g->flags[no] = (uint16_t)(g->flags[no] & ~flag);
}
static inline bool link_is_active(const struct graph *g, const struct link *k)
{
    return !link_is_cut(k) && !has_flag(g, k->a, FLAG_SHARED) &&
           !has_flag(g, k->b, FLAG_SHARED);
}
static inline uint64_t pair_key(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

/* The link of a pair; 0 when there is none. (graph.c) */
uint32_t graph_find_link(const struct graph *g, uint32_t a, uint32_t b);
/* A consumer of its own again, knowing nothing but its kind. (graph.c) */
void graph_reset_node(struct graph *g, uint32_t no);

/* Sorts into rule order: level, weaker priority, stronger priority, first_ms, then values. Asks for
 * values only where the rest is equal. (graph_order.c) */
struct order graph_order_of(const struct graph *g, uint32_t link);
enum rc graph_order_sort(const struct graph *g, struct value_source values, struct order *list,
                         size_t n, struct err *e);

/* Joins two consumers on a level without any check; the roots must differ. Returns the root. */
uint32_t graph_unite(struct graph *g, uint32_t level, uint32_t ra, uint32_t rb);
/* Queues an identity of class 1 or 2 to be judged again. (graph_settle.c) */
void graph_suspect(struct graph *g, uint32_t no);
/* Lowers the credit of a shared identity; queues it when it may no longer be shared. */
void graph_spend(struct graph *g, uint32_t no, uint32_t by);

/* Solves every raw component with a seed on this level; changes are queued for the next level. */
enum rc graph_solve(struct graph *g, uint32_t level, struct err *e);
/* Appends the consumer of `no` on a level (below 2) to `nodes`. */
void graph_gather(struct graph *g, uint32_t level, uint32_t no, u32_vec *nodes);

#endif
