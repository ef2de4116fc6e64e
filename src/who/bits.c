/* Dense sets: loops over whole words. */
#include "who/bits.h"
#include "base/mem.h"

static uint32_t words_of(uint32_t len) { return len / 64 + 1; }

void bits_init(struct bits *b, uint32_t len)
{
    b->words = mem_array(uint64_t, words_of(len));
    b->len = len;
}

void bits_release(struct bits *b)
{
    mem_free(b->words);
    *b = (struct bits){0};
}

void bits_and(struct bits *to, const struct bits *from)
{
    for (uint32_t i = 0; i < words_of(to->len); i++) {
        to->words[i] &= from->words[i];
    }
}

void bits_or(struct bits *to, const struct bits *from)
{
    for (uint32_t i = 0; i < words_of(to->len); i++) {
        to->words[i] |= from->words[i];
    }
}

void bits_minus(struct bits *to, const struct bits *from)
{
    for (uint32_t i = 0; i < words_of(to->len); i++) {
        to->words[i] &= ~from->words[i];
    }
}

uint64_t bits_count(const struct bits *b)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < words_of(b->len); i++) {
        n += (uint64_t)__builtin_popcountll(b->words[i]);
    }
    return n;
}

uint32_t bits_next(const struct bits *b, uint32_t from)
{
    for (uint32_t i = from / 64; i < words_of(b->len) && from < b->len; i++) {
        uint64_t w = b->words[i] & (i == from / 64 ? UINT64_MAX << (from % 64) : UINT64_MAX);
        if (w) {
            return i * 64 + (uint32_t)__builtin_ctzll(w);
        }
    }
    return UINT32_MAX;
}
