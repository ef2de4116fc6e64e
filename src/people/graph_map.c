#include "people/graph_map.h"

#include "base/hash.h"
#include "base/mem.h"

void graph_map_release(struct graph_map *m)
{
    mem_free(m->entries);
    *m = (struct graph_map){0};
}

void graph_map_clear(struct graph_map *m)
{
    m->len = 0;
    m->round++;
    if (m->round == 0 && m->cap) { /* once in 2^32 clears: the stamps begin anew */
        for (uint64_t i = 0; i < m->cap; i++) {
            m->entries[i].round = 0;
        }
        m->round = 1;
    }
}

static struct graph_map_entry *place(const struct graph_map *m, uint64_t key)
{
    uint64_t at = hash_mix(key) & (m->cap - 1);
    while (m->entries[at].round == m->round && m->entries[at].key != key) {
        at = (at + 1) & (m->cap - 1);
    }
    return &m->entries[at];
}

uint32_t *graph_map_get(const struct graph_map *m, uint64_t key)
{
    if (m->len == 0) {
        return NULL;
    }
    struct graph_map_entry *at = place(m, key);
    return at->round == m->round ? &at->value : NULL;
}

static void grow(struct graph_map *m)
{
    struct graph_map old = *m;
    m->cap = old.cap ? old.cap * 2 : 64;
    m->entries = mem_array(struct graph_map_entry, m->cap);
    m->round = 1;
    for (uint64_t i = 0; i < old.cap; i++) {
        if (old.entries[i].round == old.round) {
            struct graph_map_entry *at = place(m, old.entries[i].key);
            *at = old.entries[i];
            at->round = 1;
        }
    }
    mem_free(old.entries);
}

uint32_t *graph_map_put(struct graph_map *m, uint64_t key, uint32_t fresh)
{
    if ((m->len + 1) * 3 > m->cap * 2) {
        grow(m);
    }
    struct graph_map_entry *at = place(m, key);
    if (at->round != m->round) {
        *at = (struct graph_map_entry){key, m->round, fresh};
        m->len++;
    }
    return &at->value;
}

void graph_map_each(const struct graph_map *m,
                    void (*each)(void *ctx, uint64_t key, uint32_t value), void *ctx)
{
    for (uint64_t i = 0; m->len && i < m->cap; i++) {
        if (m->entries[i].round == m->round) {
            each(ctx, m->entries[i].key, m->entries[i].value);
        }
    }
}
