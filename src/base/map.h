/* A hash map from bytes to uint32_t, for names and other small sets (not for identities: see
 * people/dictionary.h). Keys are copied. Iteration is in order of insertion, so output is stable. */
#ifndef POND_BASE_MAP_H
#define POND_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct map;

struct map *map_new(void);
void map_free(struct map *m);
void map_clear(struct map *m);
bool map_get(const struct map *m, struct str key, uint32_t *out);
/* Sets; returns true when the key was new. */
bool map_put(struct map *m, struct str key, uint32_t value);
/* The value for key, or `fresh` after inserting it. */
uint32_t map_intern(struct map *m, struct str key, uint32_t fresh);
uint32_t map_len(const struct map *m);
/* The i-th inserted entry, 0..len-1. The view lives as long as the map. */
struct str map_key(const struct map *m, uint32_t i);
uint32_t map_value(const struct map *m, uint32_t i);

#endif
