/* One pass over the words: every word is looked at while it is in the cache, for all pairs. */
#include "report/overlap.h"
#include <math.h>

static uint64_t ones(uint64_t w) { return (uint64_t)__builtin_popcountll(w); }

static void add_word(struct overlap *o, const struct bits *sets, uint32_t w)
{
    uint64_t any = 0, all = UINT64_MAX, twice = 0;
    for (uint32_t i = 0; i < o->crowds; i++) {
        uint64_t x = sets[i].words[w];
        twice |= any & x;
        any |= x;
        all &= x;
        if (!x) {
            continue;
        }
        for (uint32_t j = i; j < o->crowds; j++) {
            o->both[i * o->crowds + j] += ones(x & sets[j].words[w]);
        }
    }
    o->any += ones(any);
    o->all += o->crowds ? ones(all) : 0;
    for (uint32_t i = 0; i < o->crowds; i++) {
        o->alone[i] += ones(sets[i].words[w] & ~twice);
    }
}

void overlap_make(const struct bits *sets, uint32_t n, struct arena *a, struct overlap *out)
{
    *out = (struct overlap){.crowds = n,
                            .both = arena_array(a, uint64_t, n * n + 1),
                            .alone = arena_array(a, uint64_t, n + 1)};
    for (uint32_t w = 0; n && w < (sets[0].len + 63) / 64; w++) {
        add_word(out, sets, w);
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < i; j++) {
            out->both[i * n + j] = out->both[j * n + i];
        }
    }
}

double overlap_share(const struct overlap *o, uint32_t i, uint32_t j)
{
    uint64_t size = o->both[i * o->crowds + i];
    return size ? (double)o->both[i * o->crowds + j] / (double)size : (double)NAN;
}

double overlap_jaccard(const struct overlap *o, uint32_t i, uint32_t j)
{
    uint64_t both = o->both[i * o->crowds + j];
    uint64_t any = o->both[i * o->crowds + i] + o->both[j * o->crowds + j] - both;
    return any ? (double)both / (double)any : (double)NAN;
}
