#include "base/rng.h"
#include "base/sort.h"
#include "tap.h"

#define MOST 5000u

static struct keyed list[MOST];

/* What kind of numbers: of few bytes, of all, with signs, all alike. */
static uint64_t number(struct rng *r, uint32_t kind)
{
    switch (kind) {
    case 0: return rng_below(r, 7);
    case 1: return rng_u64(r);
    case 2: return sort_key_i64((int64_t)rng_below(r, 2000) - 1000);
    case 3: return rng_u64(r) << 40;
    default: return 42;
    }
}

/* Ascending, and what is alike in the order in which it came. */
static bool is_sorted(uint32_t n, uint32_t skip)
{
    for (uint32_t i = 1; i < n; i++) {
        uint64_t before = list[i - 1].key >> (skip * 8), key = list[i].key >> (skip * 8);
        bool alike = before == key;
        if (before > key || (alike && list[i - 1].at >= list[i].at)) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    static const uint32_t sizes[] = {0, 1, 2, 63, 64, 65, 66, 300, MOST};
    struct rng r = rng_seed(5);
    TEST("numbers of every size and kind come in order, equal ones as they were") {
        for (uint32_t kind = 0; kind < 5; kind++) {
            for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
                uint32_t skip = kind == 1 ? rng_below(&r, 8) : 0;
                uint64_t sum = 0;
                for (uint32_t i = 0; i < sizes[s]; i++) {
                    list[i] = (struct keyed){number(&r, kind), i};
                    sum += list[i].key;
                }
                sort_keyed(list, sizes[s], skip);
                for (uint32_t i = 0; i < sizes[s]; i++) {
                    sum -= list[i].key;
                }
                CHECK(is_sorted(sizes[s], skip));
                CHECK(sum == 0);
            }
        }
    }
    TEST("signed numbers keep their order and come back") {
        const int64_t all[] = {INT64_MIN, -5, -1, 0, 1, 7, INT64_MAX};
        for (size_t i = 0; i < 7; i++) {
            CHECK(sort_i64_of(sort_key_i64(all[i])) == all[i]);
            CHECK(!i || sort_key_i64(all[i - 1]) < sort_key_i64(all[i]));
        }
    }
    return tap_end();
}
