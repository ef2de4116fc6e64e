/* The identity dictionary: (kind, value) -> number, 1.. in order of first appearance.
 *
 * Holds no values: a key is 96 bits of the keyed hash, and the kind. One table of 5-byte slots
 * (people/slots.h; open addressing, linear probing, load 0.7 to 0.85) over arrays of 12 + 1 bytes: 19
 * to 20 bytes an identity. Lookups of a batch are pipelined with prefetches: well under 300 ns each at
 * 100 M identities (bench/dictionary.c). Growing makes the slots anew, 20 ns an identity.
 * Two different identities with the same 96 bits: odds below 1e-12 at 100 M.
 */
#ifndef POND_PEOPLE_DICTIONARY_H
#define POND_PEOPLE_DICTIONARY_H

#include <stdint.h>
#include "base/hash.h"
#include "people/batch.h"
#include "store/checkpoint.h"

struct dictionary;

struct dictionary *dictionary_new(void);
void dictionary_free(struct dictionary *d);
uint32_t dictionary_len(const struct dictionary *d); /* numbers run 1..len */
uint32_t dictionary_find(const struct dictionary *d, uint8_t kind,
                         struct hash128 hash); /* 0 = none */
uint32_t dictionary_intern(struct dictionary *d, uint8_t kind, struct hash128 hash);
/* Sets no of n identities, adding the unknown ones in order. Pipelined. */
void dictionary_intern_all(struct dictionary *d, struct ident *ident, uint32_t n);
uint8_t dictionary_kind(const struct dictionary *d, uint32_t no);
const uint8_t *dictionary_kinds(const struct dictionary *d); /* indexed by no */
/* The 96 bits kept of an identity's hash: lo, and the low half of hi. */
struct hash128 dictionary_hash(const struct dictionary *d, uint32_t no);
size_t dictionary_bytes(const struct dictionary *d);

enum rc dictionary_save(const struct dictionary *d, struct checkpoint_writer *w, struct err *e);
enum rc dictionary_load(struct dictionary *d, struct checkpoint *c, struct err *e);

#endif
