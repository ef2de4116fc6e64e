/* Hashes.
 *
 * SipHash-2-4 (Aumasson & Bernstein, "SipHash: a fast short-input PRF", 2012; 128-bit variant of
 * the reference code) is used wherever an outsider chooses the input: identities, event content,
 * map keys. A fixed-key mix is enough for numbers that we made ourselves. */
#ifndef POND_BASE_HASH_H
#define POND_BASE_HASH_H

#include <stdint.h>
#include "base/str.h"

struct hash_key {
    uint64_t k0, k1;
};
struct hash128 {
    uint64_t lo, hi;
};

uint64_t hash_sip64(struct hash_key k, struct str s);
struct hash128 hash_sip128(struct hash_key k, struct str s);

/* Streaming form of the 64-bit hash: the result is that of all added bytes in one view. */
struct hash_stream {
    uint64_t v0, v1, v2, v3, tail;
    uint64_t total;
};
void hash_stream_init(struct hash_stream *h, struct hash_key k);
void hash_stream_add(struct hash_stream *h, struct str s);
void hash_stream_add_u64(struct hash_stream *h, uint64_t v); /* as 8 little-endian bytes */
uint64_t hash_stream_end(struct hash_stream *h);

/* A good mix of one number (the finaliser of MurmurHash3 / splitmix64). */
static inline uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

#endif
