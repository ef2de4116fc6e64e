/* A hash map from 64-bit keys to numbers for the graph's own use: cut pairs, counts of shared
 * identities, and scratch tables that are cleared for every component (so clearing is O(1)). */
#ifndef POND_PEOPLE_GRAPH_MAP_H
#define POND_PEOPLE_GRAPH_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct graph_map_entry {
    uint64_t key;
    uint32_t round; /* written in this round, else free */
    uint32_t value;
};
/* Zero-initialise; graph_map_release. */
struct graph_map {
    struct graph_map_entry *entries;
    uint64_t cap; /* a power of two, or 0 */
    uint64_t len;
    uint32_t round;
};

void graph_map_release(struct graph_map *m);
void graph_map_clear(struct graph_map *m);
/* The place of the value, NULL when the key is not there; until the next put. */
uint32_t *graph_map_get(const struct graph_map *m, uint64_t key);
/* The place of the value, made with `fresh` when the key was not there; until the next put. */
uint32_t *graph_map_put(struct graph_map *m, uint64_t key, uint32_t fresh);
/* Calls each(ctx, key, value) in no stated order. */
void graph_map_each(const struct graph_map *m,
                    void (*each)(void *ctx, uint64_t key, uint32_t value), void *ctx);

#endif
