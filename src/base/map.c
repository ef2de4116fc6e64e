/* Entries in order of insertion, found through a table of slots: open addressing, linear steps, at
 * most 2/3 full. A slot holds 32 bits of the hash beside the entry's number, so that nearly every
 * wrong slot is passed without touching its entry. Keys live in an arena and never move. */
#include "base/map.h"

#include <sys/random.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"

struct entry {
    struct str key;
    uint32_t value, tag;
};

struct slot {
    uint32_t entry; /* its number + 1; 0 = free */
    uint32_t tag;
};

struct map {
    struct arena *keys;
    struct entry *entries;
    struct slot *slots;
    uint32_t len, cap; /* entries used and allocated     */
    uint32_t mask;     /* number of slots - 1; 2^n - 1   */
    struct hash_key secret;
};

#define FIRST_SLOTS 32u

struct map *map_new(void)
{
    struct map *m = mem_zalloc(sizeof(struct map));
    m->keys = arena_new();
    m->mask = FIRST_SLOTS - 1;
    m->slots = mem_array(struct slot, FIRST_SLOTS);
    /* Keys may come from outside: a secret of its own per map keeps them from colliding on purpose.
     * Nothing that is seen depends on it. Should the call fail, zeroes still work. */
    (void)!getrandom(&m->secret, sizeof(m->secret), GRND_NONBLOCK);
    return m;
}

void map_free(struct map *m)
{
    if (!m) {
        return;
    }
    arena_free(m->keys);
    mem_free(m->entries);
    mem_free(m->slots);
    mem_free(m);
}

void map_clear(struct map *m)
{
    arena_reset(m->keys);
    memset(m->slots, 0, sizeof(struct slot) * ((size_t)m->mask + 1));
    m->len = 0;
}

/* The slot of the key, or the free one where it belongs. */
static struct slot *find(const struct map *m, struct str key, uint32_t tag)
{
    for (uint32_t i = tag & m->mask;; i = (i + 1) & m->mask) {
        struct slot *s = &m->slots[i];
        if (!s->entry || (s->tag == tag && str_eq(m->entries[s->entry - 1].key, key))) {
            return s;
        }
    }
}

static void grow_slots(struct map *m)
{
    uint32_t mask = m->mask * 2 + 1;
    struct slot *slots = mem_array(struct slot, (size_t)mask + 1);
    for (uint32_t n = 0; n < m->len; n++) {
        uint32_t tag = m->entries[n].tag;
        uint32_t i = tag & mask;
        while (slots[i].entry) {
            i = (i + 1) & mask;
        }
        slots[i] = (struct slot){n + 1, tag};
    }
    mem_free(m->slots);
    m->slots = slots;
    m->mask = mask;
}

static void insert(struct map *m, struct slot *s, struct str key, uint32_t tag, uint32_t value)
{
    if (m->len == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->entries = mem_resize(m->entries, sizeof(struct entry) * (size_t)m->cap);
    }
    m->entries[m->len++] = (struct entry){arena_str(m->keys, key), value, tag};
    *s = (struct slot){m->len, tag};
    if ((uint64_t)m->len * 3 > (uint64_t)m->mask * 2) {
        grow_slots(m);
    }
}

static uint32_t tag_of(const struct map *m, struct str key)
{
    return (uint32_t)hash_sip64(m->secret, key);
}

bool map_get(const struct map *m, struct str key, uint32_t *out)
{
    const struct slot *s = find(m, key, tag_of(m, key));
    if (!s->entry) {
        return false;
    }
    *out = m->entries[s->entry - 1].value;
    return true;
}

bool map_put(struct map *m, struct str key, uint32_t value)
{
    uint32_t tag = tag_of(m, key);
    struct slot *s = find(m, key, tag);
    if (s->entry) {
        m->entries[s->entry - 1].value = value;
        return false;
    }
    insert(m, s, key, tag, value);
    return true;
}

uint32_t map_intern(struct map *m, struct str key, uint32_t fresh)
{
    uint32_t tag = tag_of(m, key);
    struct slot *s = find(m, key, tag);
    if (s->entry) {
        return m->entries[s->entry - 1].value;
    }
    insert(m, s, key, tag, fresh);
    return fresh;
}

uint32_t map_len(const struct map *m) { return m->len; }

struct str map_key(const struct map *m, uint32_t i) { return m->entries[i].key; }

uint32_t map_value(const struct map *m, uint32_t i) { return m->entries[i].value; }
