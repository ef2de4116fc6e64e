/* A set of consumers while a question is answered: one bit for each identity number 0..len-1; only the bit of a
 * consumer's id (its smallest identity) is ever set. Dense, so that and, or, not run over whole words. What is kept
 * (tags, frozen crowds) is a roaring bitmap of identity numbers instead (who/roster.h). */
#ifndef POND_WHO_BITS_H
#define POND_WHO_BITS_H

#include <stdbool.h>
#include <stdint.h>

struct bits {
    uint64_t *words;
    uint32_t len; /* numbers 0..len-1 */
};
void bits_init(struct bits *b, uint32_t len); /* all zero */
void bits_release(struct bits *b);
void bits_and(struct bits *to, const struct bits *from);
void bits_or(struct bits *to, const struct bits *from);
void bits_minus(struct bits *to, const struct bits *from);
uint64_t bits_count(const struct bits *b);
static inline void bits_set(struct bits *b, uint32_t i)
{
    b->words[i / 64] |= UINT64_C(1) << (i % 64);
}
static inline void bits_clear(struct bits *b, uint32_t i)
{
    b->words[i / 64] &= ~(UINT64_C(1) << (i % 64));
}
static inline bool bits_has(const struct bits *b, uint32_t i)
{
    return b->words[i / 64] >> (i % 64) & 1;
}
/* The first set number >= from; UINT32_MAX when there is none. */
uint32_t bits_next(const struct bits *b, uint32_t from);

#endif
