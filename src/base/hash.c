#include "base/hash.h"

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline void round1(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static inline void compress(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    round1(v);
    round1(v);
    v[0] ^= word;
}

static inline uint64_t finish(uint64_t v[4])
{
    for (int i = 0; i < 4; i++) {
        round1(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline void start(uint64_t v[4], struct hash_key k)
{
    v[0] = k.k0 ^ 0x736f6d6570736575u;
    v[1] = k.k1 ^ 0x646f72616e646f6du;
    v[2] = k.k0 ^ 0x6c7967656e657261u;
    v[3] = k.k1 ^ 0x7465646279746573u;
}

/* Up to 8 bytes as a little-endian number; one load for 8 on the machines we know. */
static inline uint64_t load(const unsigned char *p, size_t n)
{
    uint64_t word = 0;
    if (n == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        memcpy(&word, p, 8);
        return word;
    }
    for (size_t i = 0; i < n; i++) {
        word |= (uint64_t)p[i] << (8 * i);
    }
    return word;
}

/* All of s, with the length in the last word's top byte, as the paper has it. */
static inline void absorb(uint64_t v[4], struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t whole = s.len & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) {
        compress(v, load(p + i, 8));
    }
    size_t rest = s.len & 7;
    uint64_t last = 0;
    if (rest) {
        /* Behind 8 bytes and more one load that overlaps the word before is cheaper than bytes. */
        last = whole ? load(p + s.len - 8, 8) >> (64 - 8 * rest) : load(p, rest);
    }
    compress(v, last | (uint64_t)s.len << 56);
}

uint64_t hash_sip64(struct hash_key k, struct str s)
{
    uint64_t v[4];
    start(v, k);
    absorb(v, s);
    v[2] ^= 0xff;
    return finish(v);
}

struct hash128 hash_sip128(struct hash_key k, struct str s)
{
    uint64_t v[4];
    start(v, k);
    v[1] ^= 0xee;
    absorb(v, s);
    v[2] ^= 0xee;
    struct hash128 h;
    h.lo = finish(v);
    v[1] ^= 0xdd;
    h.hi = finish(v);
    return h;
}

void hash_stream_init(struct hash_stream *h, struct hash_key k)
{
    uint64_t v[4];
    start(v, k);
    *h = (struct hash_stream){v[0], v[1], v[2], v[3], 0, 0};
}

void hash_stream_add(struct hash_stream *h, struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t left = s.len;
    size_t held = h->total & 7;
    uint64_t v[4] = {h->v0, h->v1, h->v2, h->v3};
    h->total += s.len;
    if (held) {
        size_t take = left < 8 - held ? left : 8 - held;
        h->tail |= (take ? load(p, take) : 0) << (8 * held);
        if (held + take < 8) {
            return;
        }
        compress(v, h->tail);
        h->tail = 0;
        p += take;
        left -= take;
    }
    for (; left >= 8; left -= 8, p += 8) {
        compress(v, load(p, 8));
    }
    if (left) {
        h->tail = load(p, left);
    }
    h->v0 = v[0];
    h->v1 = v[1];
    h->v2 = v[2];
    h->v3 = v[3];
}

void hash_stream_add_u64(struct hash_stream *h, uint64_t x)
{
    char le[8];
    for (int i = 0; i < 8; i++) {
        le[i] = (char)(unsigned char)(x >> (8 * i));
    }
    hash_stream_add(h, (struct str){le, 8});
}

uint64_t hash_stream_end(struct hash_stream *h)
{
    uint64_t v[4] = {h->v0, h->v1, h->v2, h->v3};
    compress(v, h->tail | h->total << 56);
    v[2] ^= 0xff;
    return finish(v);
}
