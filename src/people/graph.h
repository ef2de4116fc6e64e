/* One-ID: the identity graph and its partition into consumers.
 *
 * A link says that two identities were seen together, first at first_ms. The partition is a
 * function of the set of links, the rules, the cuts and the operator's joins, never of their order:
 *
 *   1  Links with a `never` kind and links that an operator has cut do not count.
 *   2  Strong phase. The links between two strong identities are taken in the order of
 *      (weaker priority of the two, stronger priority, first_ms, value of the weaker end, value
 *      of the stronger end); each joins the two consumers unless the result would have more than `max` identities
 *      of some kind. Operator joins come before all links, in the order they were made.
 *   3  Shared. An identity of a kind with a cap is shared when the consumers of the strong phase among
 *      its strong neighbours (uncut links) are more than the cap. A shared identity's links do not count
 *      (a strong kind may have a cap too, e.g. a phone limited to one consumer: it is counted with
 *      its own links left out of phase 2, like a weak identity).
 *   4  Weak phase. All remaining links, in the same order, under the same `max`.
 *
 * Work is incremental: links that meet no limit are a union-find step; only components in which a
 * limit is met are solved again, locally, from their links (graph_settle). Values are needed only to
 * break ties of equal first_ms; they are asked for through `values`.
 *
 * A consumer is named by its smallest identity number. Memory: 12 bytes an identity and 30 a link.
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
    enum rc (*values)(void *ctx, const uint32_t *no, uint32_t n, struct str *out, struct err *e);
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
/* Operator's decisions. Cutting a pair that has no link yet is allowed (it bars a later link). */
void graph_cut(struct graph *g, uint32_t a, uint32_t b);
void graph_uncut(struct graph *g, uint32_t a, uint32_t b);
void graph_join(struct graph *g, uint32_t a, uint32_t b);          /* operator join, kept in order */
void graph_unjoin(struct graph *g, uint32_t a, uint32_t b);
/* Everything is solved again at the next settle (after a change of rules). */
void graph_invalidate(struct graph *g);

/* Brings the partition up to date. Appends to *changed the numbers of all identities whose consumer
 * changed, or whose consumer gained or lost members (each once). */
typedef VEC(uint32_t) u32_vec;
enum rc graph_settle(struct graph *g, struct value_source values, u32_vec *changed, struct err *e);

/* The partition (after settle). */
uint32_t graph_consumer(const struct graph *g, uint32_t no);
const uint32_t *graph_consumers(const struct graph *g);            /* indexed by no */
uint32_t graph_next(const struct graph *g, uint32_t no);           /* next member, circular */
uint32_t graph_consumer_count(const struct graph *g);
bool graph_is_shared(const struct graph *g, uint32_t no);

/* Explanation: the links of one identity / a path. */
enum link_state { LINK_HONOURED, LINK_REDUNDANT, LINK_CUT, LINK_NEVER, LINK_SHARED, LINK_MAX, LINK_OPERATOR };
struct link_info {
    uint32_t a, b;
    int64_t first_ms;
    enum link_state state;        /* why it does or does not join */
};
typedef VEC(struct link_info) link_vec;
/* All links with an end in the consumer of `no` (both ends inside or not), in rule order. */
enum rc graph_explain(const struct graph *g, struct value_source values, uint32_t no, link_vec *out, struct err *e);
/* The chain of honoured links from a to b (empty when they are different consumers). */
enum rc graph_path(const struct graph *g, struct value_source values, uint32_t a, uint32_t b, link_vec *out, struct err *e);

uint64_t graph_link_count(const struct graph *g);
size_t graph_bytes(const struct graph *g);
/* Walks all links, for the digest and for tests. */
void graph_each_link(const struct graph *g, void (*each)(void *ctx, uint32_t a, uint32_t b, int64_t first_ms), void *ctx);

enum rc graph_save(const struct graph *g, struct checkpoint_writer *w, struct err *e);
enum rc graph_load(struct graph *g, struct checkpoint *c, struct err *e);

#endif
