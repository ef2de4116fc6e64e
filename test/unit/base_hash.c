/* SipHash against the vectors of its authors, streams against whole views, maps, random numbers. */
#include "base/hash.h"

#include <math.h>

#include "base/map.h"
#include "base/rng.h"
#include "unit/siphash_vectors.h"
#include "unit/tap.h"

static const struct hash_key key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

static void test_vectors(void)
{
    char message[64];
    for (int i = 0; i < 64; i++) {
        message[i] = (char)i;
    }
    TEST("64-bit SipHash-2-4 gives the reference vectors") {
        for (size_t i = 0; i < 64; i++) {
            CHECK(hash_sip64(key, str_make(message, i)) == siphash_vectors[i][0]);
        }
    }
    TEST("128-bit SipHash-2-4 gives the reference vectors") {
        for (size_t i = 0; i < 64; i++) {
            struct hash128 h = hash_sip128(key, str_make(message, i));
            CHECK(h.lo == siphash_vectors[i][1] && h.hi == siphash_vectors[i][2]);
        }
    }
    TEST("an empty view without an address hashes as an empty one") {
        CHECK(hash_sip64(key, STR_NULL) == siphash_vectors[0][0]);
    }
}

static void test_stream(void)
{
    TEST("a stream cut anywhere gives the hash of the whole") {
        char message[64];
        for (int i = 0; i < 64; i++) {
            message[i] = (char)(i * 37);
        }
        for (size_t len = 0; len <= 64; len++) {
            uint64_t whole = hash_sip64(key, str_make(message, len));
            for (size_t cut = 0; cut <= len; cut++) {
                struct hash_stream h;
                hash_stream_init(&h, key);
                hash_stream_add(&h, str_make(message, cut / 2));
                hash_stream_add(&h, str_make(message + cut / 2, cut - cut / 2));
                hash_stream_add(&h, STR_NULL);
                hash_stream_add(&h, str_make(message + cut, len - cut));
                CHECK(hash_stream_end(&h) == whole);
            }
        }
    }
    TEST("a number is added as its eight bytes, the low one first") {
        struct hash_stream h;
        hash_stream_init(&h, key);
        hash_stream_add(&h, STR("x"));
        hash_stream_add_u64(&h, 0x0807060504030201u);
        CHECK(hash_stream_end(&h) == hash_sip64(key, STR("x\1\2\3\4\5\6\7\10")));
    }
}

static void test_map(void)
{
    uint32_t v = 0;
    TEST("a map keeps a million keys in order of insertion") {
        struct map *m = map_new();
        char text[32];
        for (uint32_t i = 0; i < 1000000; i++) {
            int n = snprintf(text, sizeof(text), "key-%u", (unsigned)(i * 7919u));
            map_put(m, str_make(text, (size_t)n), i);
        }
        CHECK_EQ_I64(map_len(m), 1000000);
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < 1000000; i++) {
            int n = snprintf(text, sizeof(text), "key-%u", (unsigned)(i * 7919u));
            struct str k = str_make(text, (size_t)n);
            wrong += !map_get(m, k, &v) || v != i || !str_eq(map_key(m, i), k) ||
                     map_value(m, i) != i;
        }
        CHECK_EQ_I64(wrong, 0);
        CHECK(!map_get(m, STR("key-x"), &v));
        map_clear(m);
        CHECK_EQ_I64(map_len(m), 0);
        CHECK(!map_get(m, STR("key-0"), &v));
        CHECK(map_put(m, STR("key-0"), 9) && map_get(m, STR("key-0"), &v) && v == 9);
        map_free(m);
    }
    TEST("putting tells new keys from old, interning keeps the first value") {
        struct map *m = map_new();
        CHECK(map_put(m, STR("a"), 1));
        CHECK(!map_put(m, STR("a"), 2));
        CHECK_EQ_I64(map_intern(m, STR("a"), 7), 2);
        CHECK_EQ_I64(map_intern(m, STR("b"), 7), 7);
        CHECK_EQ_I64(map_intern(m, STR(""), 8), 8);
        CHECK(map_get(m, STR_NULL, &v) && v == 8);
        CHECK(map_put(m, STR("a\0b"), 3) && map_len(m) == 4);
        map_free(m);
        map_free(NULL);
    }
}

#define DRAWS 200000

/* Mean and variance of DRAWS numbers near what they should be, within 5 standard errors of the
 * mean and 5 % of the variance. */
static void check_moments(double (*draw)(struct rng *, double), double arg, double mean,
                          double variance)
{
    struct rng r = rng_seed(42);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = draw(&r, arg);
        sum += x - mean;
        squares += (x - mean) * (x - mean);
    }
    CHECK(fabs(sum / DRAWS) < 5 * sqrt(variance / DRAWS));
    CHECK(fabs(squares / DRAWS / variance - 1) < 0.05);
}

static double draw_f64(struct rng *r, double arg) { return rng_f64(r) * arg; }
static double draw_below(struct rng *r, double arg) { return rng_below(r, (uint32_t)arg); }
static double draw_normal(struct rng *r, double arg) { return rng_normal(r) * arg; }
static double draw_exponential(struct rng *r, double arg) { return rng_exponential(r, arg); }
static double draw_poisson(struct rng *r, double arg) { return rng_poisson(r, arg); }

static void test_rng(void)
{
    TEST("xoshiro256** gives the reference numbers from a known state") {
        struct rng r = {{1, 2, 3, 4}};
        CHECK(rng_u64(&r) == 11520u);
        CHECK(rng_u64(&r) == 0u);
        CHECK(rng_u64(&r) == 1509978240u);
        CHECK(rng_u64(&r) == 1215971899390074240u);
    }
    TEST("the same seed gives the same numbers, another seed others") {
        struct rng a = rng_seed(7);
        struct rng b = rng_seed(7);
        struct rng c = rng_seed(8);
        CHECK(a.s[0] == 0x63cbe1e459320dd7u); /* first of splitmix64 from 7 */
        bool same = true;
        bool differ = false;
        for (int i = 0; i < 100; i++) {
            uint64_t x = rng_u64(&a);
            same = same && x == rng_u64(&b);
            differ = differ || x != rng_u64(&c);
        }
        CHECK(same && differ);
    }
    TEST("the distributions have their mean and variance") {
        check_moments(draw_f64, 1, 0.5, 1.0 / 12);
        check_moments(draw_below, 7, 3, 4);
        check_moments(draw_normal, 1, 0, 1);
        check_moments(draw_exponential, 3, 3, 9);
        check_moments(draw_poisson, 0.3, 0.3, 0.3);
        check_moments(draw_poisson, 9.5, 9.5, 9.5);
        check_moments(draw_poisson, 10.5, 10.5, 10.5);
        check_moments(draw_poisson, 500, 500, 500);
    }
    TEST("numbers below n stay below n, and a mean of 0 gives 0") {
        struct rng r = rng_seed(1);
        bool ok = true;
        for (int i = 0; i < 10000; i++) {
            ok = ok && rng_below(&r, 3) < 3 && rng_below(&r, 1) == 0 && rng_f64(&r) < 1;
        }
        CHECK(ok && rng_poisson(&r, 0) == 0 && rng_poisson(&r, -1) == 0);
    }
}

int main(void)
{
    test_vectors();
    test_stream();
    test_map();
    test_rng();
    return tap_end();
}
