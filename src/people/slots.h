/* Slots of an open-addressing hash table that maps a 64-bit hash to a number 1..2^32-1, where the keys
 * lie elsewhere, in arrays by number. A slot is 5 bytes: the number and 8 bits of the hash, so that of
 * the keys compared only 1 in 256 is the wrong one. Home slots are spread by multiplication, so the
 * table grows by any factor; linear probing. The home uses the hash's upper half, the tag its last byte.
 *
 * Shared by the dictionary and the graph. Growing is theirs: they know the keys. */
#ifndef POND_PEOPLE_SLOTS_H
#define POND_PEOPLE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/mem.h"

#define SLOT_BYTES 5u
#define SLOTS_PAD 8u /* a slot may be read as 8 bytes */

struct slots {
    uint8_t *bytes; /* cap * SLOT_BYTES + SLOTS_PAD */
    uint64_t cap;   /* below 2^32 */
};

static inline uint64_t slots_home(const struct slots *s, uint64_t hash)
{
    return ((hash >> 32) * s->cap) >> 32;
}
static inline uint64_t slots_next(const struct slots *s, uint64_t at)
{
    return at + 1 == s->cap ? 0 : at + 1;
}
static inline uint64_t slots_read(const struct slots *s, uint64_t at)
{
    uint64_t word;
    memcpy(&word, s->bytes + at * SLOT_BYTES, sizeof(word));
    return word;
}
static inline uint32_t slot_no(uint64_t word) { return (uint32_t)word; } /* 0 = empty */
static inline uint8_t slot_tag(uint64_t word) { return (uint8_t)(word >> 32); }
static inline void slots_write(struct slots *s, uint64_t at, uint32_t no, uint64_t hash)
{
    uint8_t *to = s->bytes + at * SLOT_BYTES;
    memcpy(to, &no, sizeof(no));
    to[4] = (uint8_t)hash;
}
static inline void slots_prefetch(const struct slots *s, uint64_t hash)
{
    __builtin_prefetch(s->bytes + slots_home(s, hash) * SLOT_BYTES);
}
/* Puts a number that is not there yet. There must be a free slot. */
static inline void slots_put(struct slots *s, uint32_t no, uint64_t hash)
{
    uint64_t at = slots_home(s, hash);
    while (slot_no(slots_read(s, at))) {
        at = slots_next(s, at);
    }
    slots_write(s, at, no, hash);
}
/* True when one more than `len` entries make the table too full: 0.85 of its slots. */
static inline bool slots_full(const struct slots *s, uint64_t len)
{
    return (len + 1) * 20 > s->cap * 17;
}
/* Throws the table away and makes an empty one for at least `len` entries: twice the room while it is
 * small, a fifth more when it is big. The caller puts its entries again. */
static inline void slots_renew(struct slots *s, uint64_t len)
{
    uint64_t cap = s->cap ? s->cap : 1024;
    while ((len + 1) * 20 > cap * 17) {
        cap = cap < (1u << 22) ? cap * 2 : cap + cap / 5;
    }
    mem_free(s->bytes);
    s->cap = cap;
    s->bytes = mem_zalloc(cap * SLOT_BYTES + SLOTS_PAD);
}

#endif
