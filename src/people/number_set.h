/* A set of identity numbers: one bit a number, growing as needed, with the count kept. */
#ifndef POND_PEOPLE_NUMBER_SET_H
#define POND_PEOPLE_NUMBER_SET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/mem.h"

struct number_set {
    uint64_t *bits;
    uint32_t words;
    uint32_t len;
};

static inline bool number_set_has(const struct number_set *s, uint32_t no)
{
    return no / 64 < s->words && (s->bits[no / 64] >> (no % 64) & 1);
}

/* True when it was not in the set before. */
static inline bool number_set_add(struct number_set *s, uint32_t no)
{
    if (no / 64 >= s->words) {
        uint32_t words = no / 64 + no / 128 + 64;
        s->bits = mem_resize(s->bits, words * sizeof(uint64_t));
        memset(s->bits + s->words, 0, (words - s->words) * sizeof(uint64_t));
        s->words = words;
    }
    uint64_t bit = 1ull << (no % 64);
    bool fresh = !(s->bits[no / 64] & bit);
    s->bits[no / 64] |= bit;
    s->len += fresh;
    return fresh;
}

static inline void number_set_drop(struct number_set *s, uint32_t no)
{
    if (number_set_has(s, no)) {
        s->bits[no / 64] &= ~(1ull << (no % 64));
        s->len--;
    }
}

static inline void number_set_clear(struct number_set *s)
{
    if (s->len) {
        memset(s->bits, 0, s->words * sizeof(uint64_t));
        s->len = 0;
    }
}

static inline void number_set_release(struct number_set *s)
{
    mem_free(s->bits);
    *s = (struct number_set){0};
}

#endif
