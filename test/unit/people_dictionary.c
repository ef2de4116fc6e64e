/* The dictionary: numbers in order of first appearance, batches like single calls, checkpoints. */
#include "people/dictionary.h"

#include "base/mem.h"
#include "base/rng.h"
#include "store_temp.h"
#include "tap.h"

static struct ident ident_of(uint32_t i)
{
    /* Few different tags and homes, so that probing meets its neighbours. */
    return (struct ident){.hash = {hash_mix(i) & 0xffffffff000000ffu, i},
                          .kind = (uint8_t)(1 + i % 3)};
}

static void test_order(void)
{
    struct dictionary *d = dictionary_new();
    TEST("numbers run 1.. in order of first appearance, also within a batch") {
        struct ident list[] = {ident_of(7), ident_of(3), ident_of(7), ident_of(9), ident_of(3)};
        dictionary_intern_all(d, list, 5);
        uint32_t want[] = {1, 2, 1, 3, 2};
        for (uint32_t i = 0; i < 5; i++) {
            CHECK_EQ_I64(list[i].no, want[i]);
        }
        CHECK_EQ_I64(dictionary_len(d), 3);
        CHECK_EQ_I64(dictionary_kind(d, 3), list[3].kind);
        CHECK_EQ_I64(dictionary_find(d, list[3].kind, list[3].hash), 3);
        CHECK_EQ_I64(dictionary_find(d, (uint8_t)(list[3].kind + 1), list[3].hash), 0);
    }
    dictionary_free(d);
}

static struct dictionary *fill(uint32_t n)
{
    struct dictionary *d = dictionary_new();
    struct rng r = rng_seed(n);
    struct ident *batch = mem_array(struct ident, 5000);
    for (uint32_t at = 0; at < n;) {
        uint32_t len = 1 + rng_below(&r, 4999), fresh = 0;
        for (uint32_t i = 0; i < len; i++) {
            bool old = at + fresh > 0 && rng_below(&r, 2);
            batch[i] =
                ident_of(old || at + fresh == n ? rng_below(&r, at + fresh) : at + fresh++);
        }
        dictionary_intern_all(d, batch, len);
        at += fresh;
    }
    mem_free(batch);
    return d;
}

static bool holds(const struct dictionary *d, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct ident one = ident_of(i);
        if (dictionary_find(d, one.kind, one.hash) != i + 1 ||
            dictionary_kind(d, i + 1) != one.kind) {
            return false;
        }
    }
    struct ident none = ident_of(n + 1);
    return dictionary_len(d) == n && dictionary_find(d, none.kind, none.hash) == 0;
}

static void test_many(void)
{
    TEST("200,000 identities in random batches are all found, at 18 to 25 bytes each") {
        struct dictionary *d = fill(200000);
        CHECK(holds(d, 200000));
        CHECK(dictionary_bytes(d) >= 18u * 200000 && dictionary_bytes(d) <= 25u * 200000);
        struct ident one = ident_of(200000);
        CHECK_EQ_I64(dictionary_intern(d, one.kind, one.hash), 200001);
        CHECK_EQ_I64(dictionary_intern(d, one.kind, one.hash), 200001);
        dictionary_free(d);
    }
}

static void test_checkpoint(void)
{
    TEST("a dictionary comes back from a checkpoint and goes on numbering") {
        char dir[64], path[96];
        temp_make(dir);
        (void)snprintf(path, sizeof(path), "%s/checkpoint", dir);
        struct dictionary *d = fill(30000), *back = dictionary_new();
        struct checkpoint_writer *w = NULL;
        struct checkpoint *c = NULL;
        struct checkpoint_head head = {.version = 1, .seq = 5};
        struct err e = {0};
        CHECK(checkpoint_create(disk_real(), path, &head, &w, &e) == RC_OK);
        CHECK(dictionary_save(d, w, &e) == RC_OK);
        CHECK(checkpoint_finish(w, &e) == RC_OK);
        CHECK(checkpoint_open(disk_real(), path, &c, &e) == RC_OK);
        CHECK(dictionary_load(back, c, &e) == RC_OK);
        checkpoint_close(c);
        CHECK(holds(back, 30000));
        struct ident one = ident_of(30000);
        CHECK_EQ_I64(dictionary_intern(back, one.kind, one.hash), 30001);
        CHECK(holds(back, 30001));
        dictionary_free(d);
        dictionary_free(back);
        temp_drop(dir);
    }
}

int main(void)
{
    test_order();
    test_many();
    test_checkpoint();
    return tap_end();
}
