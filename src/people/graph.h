/* One-ID: the identity graph and its partition into consumers.
 *
 * A link says that two identities were seen together, first at first_ms. The partition is a function of
 * the set of links, the rules, the cuts and the operator's joins, never of their order. By its rule an
 * identity is solid (strong, no cap), capped (strong with a cap), weak or never; a link has the class
 * of its weaker end.
 *
 *   1  Links with a `never` end and links that an operator has cut do not count.
 *   2  Solid links are taken in rule order; each joins the two consumers unless the result would have
 *      more than `max` identities of some kind. Operator joins come before all links, in the order
 *      they were made, under the same `max`; they may be of any kinds.
 *   3  A capped identity is shared when the consumers so far among its solid neighbours (over uncut
 *      links) are more than its cap. Links of a shared identity do not count. The other capped links
 *      are then taken like solid ones.
 *   4  A weak identity with a cap is shared when the consumers so far among its solid and capped
 *      neighbours are more than its cap. The other weak links are then taken likewise.
 *
 * Rule order: weaker priority of the two ends, stronger priority, first_ms, value of the weaker end,
 * value of the stronger end, then their kinds' names. The weaker end is the one with the greater
 * (priority, value, kind name). No two links are equal in it, and no identity number is in it.
 *
 * Work is incremental: links that meet no limit are a union-find step; a component in which a limit is
 * met is solved again, locally, from its links. Values are needed only to break ties of equal
 * first_ms in such components; they are asked for through `values`.
 *
 * A consumer is named by its smallest identity number. Memory: 19 bytes an identity (23 when a strong
 * kind has a cap) and 30 to 31 a link.
 */
#ifndef POND_PEOPLE_GRAPH_H
#define POND_PEOPLE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "base/str.h"
#include "base/vec.h"
#include "people/dictionary.h"
#include "people/kind.h"
#include "store/checkpoint.h"

struct graph;

/* Gives the canonical plain values of identities: out[i] for no[i], living until the next call. */
struct value_source {
    enum rc (*values)(void *ctx, const uint32_t *no, uint32_t n, struct str *out,
                      struct err *e);
    void *ctx;
};

/* kinds: indexed by identity number, as dictionary_kinds; it may move when the dictionary grows, so
 * it is asked for through `d` each time. rules: by kind. Both outlive the graph. */
struct graph *graph_new(const struct dictionary *d, const struct kind_table *t);
void graph_free(struct graph *g);
/* Makes room for identities 1..n (new ones are consumers of their own). */
void graph_grow(struct graph *g, uint32_t n);
/* Adds a link or lowers its first_ms. a != b, both known. Cheap; the partition is up to date only
 * after graph_settle. */
void graph_link(struct graph *g, uint32_t a, uint32_t b, int64_t first_ms);
/* Links every pair of the identities of every row (ident[].no set), pipelined. */
void graph_link_batch(struct graph *g, const struct event_batch *b);
/* Operator's decisions. Cutting a pair that has no link yet is allowed (it bars a later link). A pair
 * is joined once; joined again it counts as the newest. Repeating a decision changes nothing. Numbers
 * that are not known yet are allowed. */
void graph_cut(struct graph *g, uint32_t a, uint32_t b);
void graph_uncut(struct graph *g, uint32_t a, uint32_t b);
void graph_join(struct graph *g, uint32_t a, uint32_t b); /* operator join, kept in order */
void graph_unjoin(struct graph *g, uint32_t a, uint32_t b);
/* Everything is solved again at the next settle (after a change of rules). */
void graph_invalidate(struct graph *g);

/* Brings the partition up to date. Appends to *changed the numbers of all identities that are new,
 * whose consumer changed, or whose consumer gained or lost members (each once). On failure of `values`
 * the partition is not to be used until a later settle, which begins anew, succeeds. */
typedef VEC(uint32_t) u32_vec;
enum rc graph_settle(struct graph *g, struct value_source values, u32_vec *changed,
                     struct err *e);

/* The partition (after settle). */
uint32_t graph_consumer(const struct graph *g, uint32_t no);
const uint32_t *graph_consumers(const struct graph *g);  /* indexed by no */
uint32_t graph_next(const struct graph *g, uint32_t no); /* next member, circular */
uint32_t graph_consumer_count(const struct graph *g);
bool graph_is_shared(const struct graph *g, uint32_t no);

/* Explanation: the links of one identity / a path. */
enum link_state {
    LINK_HONOURED,
    LINK_REDUNDANT,
    LINK_CUT,
    LINK_NEVER,
    LINK_SHARED,
    LINK_MAX,
    LINK_OPERATOR
};
struct link_info {
    uint32_t a, b;
    int64_t first_ms;
    enum link_state state; /* why it does or does not join */
};
typedef VEC(struct link_info) link_vec;
/* All links with an end in the consumer of `no` (both ends inside or not): operator joins first
 * (first_ms 0), then solid, capped, weak and never links, each in rule order. The first link to
 * bring two parts of the consumer together is HONOURED, a later one REDUNDANT; MAX is a link that
 * another consumer's limit or its own has refused. */
enum rc graph_explain(const struct graph *g, struct value_source values, uint32_t no,
                      link_vec *out, struct err *e);
/* The chain of honoured links and operator joins from a to b, each with .a the end nearer to a (empty
 * when they are different consumers). */
enum rc graph_path(const struct graph *g, struct value_source values, uint32_t a, uint32_t b,
                   link_vec *out, struct err *e);

uint64_t graph_link_count(const struct graph *g);
size_t graph_bytes(const struct graph *g);

enum rc graph_save(const struct graph *g, struct checkpoint_writer *w, struct err *e);
enum rc graph_load(struct graph *g, struct checkpoint *c, struct err *e);

#endif
