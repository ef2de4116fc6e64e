/* A roster: a compressed set of identity numbers, for what is kept (tags, frozen crowds). A roaring bitmap (CRoaring
 * 0.2.66): runs, lists and bit blocks of 65,536 numbers each; 2 bytes a number where they lie thin, 1 bit or less where
 * they lie close. What is computed while a question is answered is a dense set instead (who/bits.h).
 *
 *     struct roster *r = roster_new();
 *     roster_add(r, 12);
 *     roster_encode(r, &buf);
 *     rc = roster_decode(buf_str(&buf), &back, e);
 *     roster_free(r);
 *
 * Encoded: 8 bytes of XXH3 (low byte first) over the rest, then the portable format that all roaring
 * libraries read (github.com/RoaringBitmap/RoaringFormatSpec). */
#ifndef POND_WHO_ROSTER_H
#define POND_WHO_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "who/bits.h"

struct roster;

struct roster *roster_new(void);
struct roster *roster_copy(const struct roster *r);
void roster_free(struct roster *r); /* NULL is fine */

void roster_add(struct roster *r, uint32_t no);
/* Any order, any number of repeats; ascending is fastest. */
void roster_add_all(struct roster *r, const uint32_t *nos, size_t n);
void roster_drop(struct roster *r, uint32_t no);
bool roster_has(const struct roster *r, uint32_t no);
uint64_t roster_count(const struct roster *r);
bool roster_eq(const struct roster *a, const struct roster *b);
/* The greatest number; 0 when it is empty. */
uint32_t roster_last(const struct roster *r);

void roster_or(struct roster *to, const struct roster *from);
void roster_and(struct roster *to, const struct roster *from);
void roster_minus(struct roster *to, const struct roster *from);
/* A new roster of the numbers from..to-1. */
struct roster *roster_slice(const struct roster *r, uint64_t from, uint64_t to);

/* In ascending order. */
void roster_each(const struct roster *r, void (*each)(void *ctx, uint32_t no), void *ctx);

/* A new roster of the set bits. */
struct roster *roster_of_bits(const struct bits *b);
/* Sets the bits of all numbers below out->len; none is cleared. */
void roster_set_bits(const struct roster *r, struct bits *out);

/* Packs (runs where they are shorter) and appends the bytes. */
void roster_encode(struct roster *r, struct buf *out);
/* RC_CORRUPT for anything but what roster_encode wrote: a wrong checksum, a truncated or malformed bitmap. */
enum rc roster_decode(struct str bytes, struct roster **out, struct err *e);
/* Whether any of these numbers is in an encoded roster: cheaper than decoding, as only the checksum and the bounds are
 * checked. RC_CORRUPT. */
enum rc roster_peek(struct str bytes, const uint32_t *nos, uint32_t n, bool *any,
                    struct err *e);

#endif
