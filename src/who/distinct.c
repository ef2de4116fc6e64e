/* Open addressing, at most half full. A key's place is in the order of its mixed bits, so growing walks through both tables
 * from one end to the other instead of jumping. */
#include "who/distinct.h"

#include "base/hash.h"
#include "base/mem.h"

#define BITS_LEAST 12u
#define AHEAD 16u

static size_t place_of(const struct distinct *d, uint64_t key)
{
    return (size_t)(hash_mix(key) >> (64 - d->bits));
}

/* True when the key was not there. */
static bool put(struct distinct *d, uint64_t key)
{
    size_t mask = ((size_t)1 << d->bits) - 1, i = place_of(d, key);
    while (d->slot[i] && d->slot[i] != key) {
        i = (i + 1) & mask;
    }
    bool fresh = !d->slot[i];
    d->slot[i] = key;
    d->len += fresh;
    return fresh;
}

static void make_room(struct distinct *d, size_t more)
{
    struct distinct old = *d;
    size_t slots = old.slot ? (size_t)1 << old.bits : 0;
    if ((old.len + more) * 2 <= slots) {
        return;
    }
    d->bits = old.slot ? old.bits + 1 : BITS_LEAST;
    while ((old.len + more) * 2 > (size_t)1 << d->bits) {
        d->bits++;
    }
    d->slot = mem_array(uint64_t, (size_t)1 << d->bits);
    d->len = 0;
    for (size_t i = 0; i < slots; i++) {
        if (old.slot[i]) {
            (void)put(d, old.slot[i]);
        }
    }
    mem_free(old.slot);
}

void distinct_add(struct distinct *d, const uint64_t *keys, uint32_t n, bool *fresh)
{
    make_room(d, n);
    for (uint32_t i = 0; i < n && i < AHEAD; i++) {
        __builtin_prefetch(&d->slot[place_of(d, keys[i])], 1);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            __builtin_prefetch(&d->slot[place_of(d, keys[i + AHEAD])], 1);
        }
        fresh[i] = keys[i] && put(d, keys[i]);
    }
}

bool distinct_put(struct distinct *d, uint64_t key)
{
    make_room(d, 1);
    return put(d, key);
}

void distinct_release(struct distinct *d)
{
    mem_free(d->slot);
    *d = (struct distinct){0};
}
