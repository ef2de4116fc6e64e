/* The seen set against the obvious: counts of keys in history and in the current source. */
#include "people/seen.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

static struct event_batch *batch_of(const uint64_t *keys, uint32_t n)
{
    struct event_batch *b = batch_new(n ? n : 1);
    for (uint32_t i = 0; i < n; i++) {
        b->key[batch_add(b)] = keys[i];
    }
    return b;
}

static uint32_t accept(struct seen *s, const uint64_t *keys, uint32_t n, uint8_t *keep)
{
    struct event_batch *b = batch_of(keys, n);
    uint32_t duplicates = seen_accept(s, b, keep);
    for (uint32_t i = 0; i < n; i++) {
        b->key[i] = keys[i];
    }
    batch_free(b);
    return duplicates;
}

static void test_sources(void)
{
    struct seen *s = seen_new();
    const uint64_t first[] = {10, 20, 10, 31, 31};
    uint8_t keep[8];
    TEST("equal rows of one source each count, an event id counts once") {
        seen_source(s);
        CHECK_EQ_I64(accept(s, first, 5, keep), 1);
        CHECK(keep[0] && keep[1] && keep[2] && keep[3] && !keep[4]);
    }
    TEST("the same source again adds nothing") {
        seen_source(s);
        CHECK_EQ_I64(accept(s, first, 5, keep), 5);
    }
    TEST("a longer export that overlaps adds only what is new") {
        const uint64_t longer[] = {20, 10, 10, 10, 40};
        seen_source(s);
        CHECK_EQ_I64(accept(s, longer, 5, keep), 3);
        CHECK(!keep[0] && !keep[1] && !keep[2] && keep[3] && keep[4]);
    }
    TEST("and in another order still nothing") {
        const uint64_t shuffled[] = {10, 40, 10, 20, 10};
        seen_source(s);
        CHECK_EQ_I64(accept(s, shuffled, 5, keep), 5);
    }
    seen_free(s);
}

/* Random sources over few keys against arrays of counts; a replayed set must behave as the original. */
static void test_random(void)
{
    enum { KEYS = 300, ROWS = 900 };
    struct rng r = rng_seed(7);
    struct seen *s = seen_new();
    uint32_t total[KEYS] = {0};
    uint64_t key_of[KEYS], keys[ROWS], *history = mem_array(uint64_t, 60 * ROWS);
    uint32_t drawn[ROWS];
    uint8_t keep[ROWS];
    uint32_t accepted = 0, wrong = 0;
    for (uint32_t k = 0; k < KEYS; k++) {
        key_of[k] = rng_u64(&r) & ~1ull;
    }
    for (int source = 0; source < 60; source++) {
        if (source == 30) {
            seen_free(s);
            s = seen_new();
            seen_replay(s, history, accepted);
        }
        uint32_t met[KEYS] = {0};
        seen_source(s);
        for (uint32_t i = 0; i < ROWS; i++) {
            drawn[i] = rng_below(&r, KEYS);
            keys[i] = key_of[drawn[i]];
        }
        accept(s, keys, ROWS, keep);
        for (uint32_t i = 0; i < ROWS; i++) {
            uint32_t k = drawn[i];
            met[k]++;
            uint8_t fresh = met[k] > total[k];
            total[k] += fresh;
            wrong += fresh != keep[i];
            if (keep[i]) {
                history[accepted++] = keys[i];
            }
        }
    }
    TEST("random sources agree with plain counting, also after a replay of history") {
        CHECK_EQ_I64(wrong, 0);
    }
    mem_free(history);
    seen_free(s);
}

static void test_growth(void)
{
    enum { N = 300000 };
    struct rng r = rng_seed(3);
    struct seen *s = seen_new();
    uint64_t *keys = mem_array(uint64_t, N);
    uint8_t *keep = mem_alloc(N);
    for (uint32_t i = 0; i < N; i++) {
        keys[i] = rng_u64(&r) & ~1ull;
    }
    seen_source(s);
    TEST("hundreds of thousands of keys are all new, in at most 16 bytes each, then all "
         "known") {
        CHECK_EQ_I64(accept(s, keys, N, keep), 0);
        CHECK(seen_bytes(s) <= 16 * N);
        seen_source(s);
        CHECK_EQ_I64(accept(s, keys, N, keep), N);
        CHECK_EQ_I64(seen_len(s), N);
    }
    mem_free(keys);
    mem_free(keep);
    seen_free(s);
}

int main(void)
{
    test_sources();
    test_random();
    test_growth();
    return tap_end();
}
