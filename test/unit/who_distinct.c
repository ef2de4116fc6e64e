#include "base/map.h"
#include "base/rng.h"
#include "tap.h"
#include "who/distinct.h"

#define MANY 2048u

/* As many keys as rounds go on are new to the set as to a map; keys come again. */
static uint32_t differences(struct distinct *d, uint64_t range, uint32_t rounds)
{
    struct map *known = map_new();
    struct rng r = rng_seed(range);
    uint64_t keys[MANY];
    bool fresh[MANY];
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < rounds; k++) {
        uint32_t n = (uint32_t)rng_below(&r, MANY + 1);
        for (uint32_t i = 0; i < n; i++) {
            keys[i] = (uint64_t)rng_below(&r, (uint32_t)range) << 32 | rng_below(&r, 2);
        }
        if (k % 4) {
            distinct_add(d, keys, n, fresh);
        }
        for (uint32_t i = 0; i < n && k % 4 == 0; i++) {
            fresh[i] = keys[i] && distinct_put(d, keys[i]);
        }
        for (uint32_t i = 0; i < n; i++) {
            struct str key = str_make((const char *)&keys[i], sizeof(keys[i]));
            bool is_new = keys[i] && map_put(known, key, 1);
            wrong += is_new != fresh[i];
        }
    }
    wrong += d->len != map_len(known);
    map_free(known);
    return wrong;
}

int main(void)
{
    TEST("a key is new once, however the set grows") {
        const uint64_t ranges[] = {1, 3, 1000, 200000};
        for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
            struct distinct d = {0};
            CHECK_EQ_I64(differences(&d, ranges[i], 120), 0);
            distinct_release(&d);
        }
    }
    TEST("zero is no key, nothing can be added") {
        struct distinct d = {0};
        const uint64_t keys[] = {0, 5, 0, 5};
        bool fresh[4];
        distinct_add(&d, keys, 0, fresh);
        distinct_add(&d, keys, 4, fresh);
        CHECK(!fresh[0] && fresh[1] && !fresh[2] && !fresh[3]);
        CHECK_EQ_I64((int64_t)d.len, 1);
        distinct_release(&d);
        CHECK(!d.slot && !d.len);
    }
    return tap_end();
}
