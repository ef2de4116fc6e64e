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

static uint32_t accept_parts(struct seen *s, const uint64_t *keys, const uint32_t *part_at,
                             uint32_t parts, uint8_t *keep, uint32_t *duplicates)
{
    struct event_batch *b = batch_of(keys, part_at[parts]);
    uint32_t sum = seen_accept_parts(s, b, part_at, parts, keep, duplicates);
    batch_free(b);
    return sum;
}

/* A file is being read (seen_source) while small batches come in between its rows. */
static void test_parts(void)
{
    struct seen *s = seen_new();
    const uint64_t rows[] = {10, 10, 20, 10, 10, 31, 31, 10};
    const uint32_t part_at[] = {0, 3, 7, 8};
    uint8_t keep[8];
    uint32_t duplicates[3];
    TEST("each part counts its own equal rows, an event id counts once over all parts") {
        CHECK_EQ_I64(accept_parts(s, rows, part_at, 3, keep, duplicates), 4);
        CHECK(keep[0] && keep[1] && keep[2] && !keep[3] && !keep[4] && keep[5] && !keep[6] &&
              !keep[7]);
        CHECK_EQ_I64(duplicates[0], 0);
        CHECK_EQ_I64(duplicates[1], 3);
        CHECK_EQ_I64(duplicates[2], 1);
    }
    TEST("parts in the middle of a source leave its counting as it is") {
        const uint64_t file[] = {50, 50, 50};
        const uint64_t other[] = {50};
        const uint32_t one_at[] = {0, 1};
        seen_source(s);
        CHECK_EQ_I64(accept(s, file, 1, keep), 0);
        CHECK_EQ_I64(accept_parts(s, other, one_at, 1, keep, duplicates), 1);
        CHECK_EQ_I64(accept(s, file + 1, 2, keep), 0);
        seen_source(s);
        CHECK_EQ_I64(accept(s, file, 3, keep), 3);
    }
    seen_free(s);
}

/* Random parts against plain counting; sources of files in between. */
static void test_random_parts(void)
{
    enum { KEYS = 40, ROWS = 200, PARTS = 8 };
    struct rng r = rng_seed(11);
    struct seen *s = seen_new();
    uint32_t total[KEYS] = {0}, part_at[PARTS + 1], duplicates[PARTS], wrong = 0;
    uint64_t keys[ROWS];
    uint8_t keep[ROWS];
    for (int turn = 0; turn < 200; turn++) {
        for (uint32_t i = 0; i < ROWS; i++) {
            keys[i] = 2 + 2 * (uint64_t)rng_below(&r, KEYS);
        }
        for (uint32_t p = 0; p <= PARTS; p++) {
            part_at[p] = p * ROWS / PARTS;
        }
        accept_parts(s, keys, part_at, PARTS, keep, duplicates);
        for (uint32_t p = 0; p < PARTS; p++) {
            uint32_t met[KEYS] = {0}, twice = 0;
            for (uint32_t i = part_at[p]; i < part_at[p + 1]; i++) {
                uint32_t k = (uint32_t)(keys[i] / 2 - 1);
                uint8_t fresh = ++met[k] > total[k];
                total[k] += fresh;
                twice += !fresh;
                wrong += fresh != keep[i];
            }
            wrong += twice != duplicates[p];
        }
    }
    TEST("random parts agree with plain counting") {
        CHECK_EQ_I64(wrong, 0);
    }
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

/* A set of N keys is joined by batches: what one of them may wait for. */
static void test_steps(void)
{
    enum { N = 2000000, STEP = 2000 };
    struct rng r = rng_seed(5);
    struct seen *s = seen_new();
    uint64_t keys[STEP], most = 0;
    uint8_t keep[STEP];
    for (uint32_t n = 0; n < N; n += STEP) {
        size_t before = seen_bytes(s);
        for (uint32_t i = 0; i < STEP; i++) {
            keys[i] = rng_u64(&r);
        }
        accept(s, keys, STEP, keep);
        size_t more = seen_bytes(s) - before;
        most = n > N / 4 && more > most ? more : most;
    }
    TEST("the set grows in small steps, not all of it at once") {
        CHECK(most < seen_bytes(s) / 20);
        CHECK(seen_bytes(s) <= 15 * N);
    }
    seen_free(s);
}

int main(void)
{
    test_steps();
    test_sources();
    test_random();
    test_parts();
    test_random_parts();
    test_growth();
    return tap_end();
}
