/* Objects  struct tally: open addressing with linear probing over slots of entry numbers + 1 (0 = free),
 *          at most half full; entries and counters are plain arrays behind it. */
#include "report/tally.h"

#include <stddef.h>
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"

#define FIRST_SLOTS 64

struct tally_name {
    uint64_t a, b;
};
struct tally {
    uint32_t width, slots_len; /* slots: a power of two */
    uint32_t *slots;
    VEC(struct tally_name) key;
    VEC(uint64_t) count;
};

struct tally *tally_new(uint32_t width)
{
    struct tally *t = mem_zalloc(sizeof(*t));
    t->width = width;
    t->slots_len = FIRST_SLOTS;
    t->slots = mem_array(uint32_t, FIRST_SLOTS);
    return t;
}

void tally_free(struct tally *t)
{
    if (t) {
        vec_release(&t->key);
        vec_release(&t->count);
        mem_free(t->slots);
        mem_free(t);
    }
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t slot_of(const struct tally *t, uint64_t a, uint64_t b)
{
    uint32_t mask = t->slots_len - 1;
    uint32_t at = (uint32_t)hash_mix(hash_mix(a) ^ (b + 0x9e3779b97f4a7c15u)) & mask;
    while (t->slots[at]) {
        const struct tally_name *k = &t->key.ptr[t->slots[at] - 1];
        if (k->a == a && k->b == b) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

static void grow(struct tally *t)
{
    mem_free(t->slots);
    t->slots_len *= 2;
    t->slots = mem_array(uint32_t, t->slots_len);
    for (size_t i = 0; i < t->key.len; i++) {
        t->slots[slot_of(t, t->key.ptr[i].a, t->key.ptr[i].b)] = (uint32_t)i + 1;
    }
}

uint64_t *tally_at(struct tally *t, uint64_t a, uint64_t b)
{
    uint32_t at = slot_of(t, a, b);
    if (!t->slots[at]) {
        if (t->key.len * 2 >= t->slots_len) {
            grow(t);
            at = slot_of(t, a, b);
        }
        vec_push(&t->key, ((struct tally_name){a, b}));
        for (uint32_t i = 0; i < t->width; i++) {
            vec_push(&t->count, 0);
        }
        t->slots[at] = (uint32_t)t->key.len;
    }
    return t->count.ptr + (size_t)(t->slots[at] - 1) * t->width;
}

const uint64_t *tally_find(const struct tally *t, uint64_t a, uint64_t b)
{
    uint32_t at = slot_of(t, a, b);
    return t->slots[at] ? tally_row(t, t->slots[at] - 1) : NULL;
}

uint32_t tally_len(const struct tally *t) { return (uint32_t)t->key.len; }

void tally_key(const struct tally *t, uint32_t i, uint64_t *a, uint64_t *b)
{
    *a = t->key.ptr[i].a;
    *b = t->key.ptr[i].b;
}

const uint64_t *tally_row(const struct tally *t, uint32_t i)
{
    return t->count.ptr + (size_t)i * t->width;
}

void tally_add(struct tally *into, const struct tally *from)
{
    for (uint32_t i = 0; i < tally_len(from); i++) {
        uint64_t *to = tally_at(into, from->key.ptr[i].a, from->key.ptr[i].b);
        const uint64_t *row = tally_row(from, i);
        for (uint32_t k = 0; k < into->width; k++) {
            to[k] += row[k];
        }
    }
}
