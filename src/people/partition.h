/* Two moments of the partition compared: which consumers are new, which were joined, which came apart.
 *
 *     struct partition *was = partition_take(g, dictionary_len(d));
 *     ... links, rules, graph_settle ...
 *     partition_compare(was, g, &change);
 *
 * A pair is a consumer before and a consumer now with an identity in common. With P pairs, B consumers before and K
 * consumers now that hold an identity known before:
 *
 *     joined  P - K: so many consumers went into others
 *     parted  P - B: so many more came out of those there were
 *     fresh   consumers now of identities that were not known before
 *     before - joined + parted + fresh = now
 *
 * Cost: 4 bytes an identity while it is kept; comparing is one pass over them.
 */
#ifndef POND_PEOPLE_PARTITION_H
#define POND_PEOPLE_PARTITION_H

#include "people/graph.h"

struct partition;

/* The consumers of identities 1..len, as they are now; the graph must be settled. */
struct partition *partition_take(const struct graph *g, uint32_t len);
void partition_free(struct partition *p); /* NULL is fine */
/* The consumer of an identity back then; 0: it was not known. */
uint32_t partition_was(const struct partition *p, uint32_t no);

struct partition_change {
    uint32_t before, now, fresh, joined, parted;
    u32_vec unions; /* consumers now that are made of several of before, ascending */
    u32_vec pieces; /* consumers of before that are several now, ascending         */
};
/* The graph must be settled. Release it. */
void partition_compare(const struct partition *was, const struct graph *g,
                       struct partition_change *out);
void partition_change_release(struct partition_change *c);

#endif
