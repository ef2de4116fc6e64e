/* How long the dictionary takes per identity (processor time), and how much memory.
 *     bench_dictionary [MILLIONS]          default 20 */
#include "people/dictionary.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/mem.h"
#include "base/rng.h"

#define BATCH 65536u

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct ident ident_of(uint64_t i)
{
    return (struct ident){.hash = {hash_mix(i * 2 + 1), hash_mix(i * 3 + 7)}, .kind = 5};
}

/* Interns n identities in batches; `pick` gives the i-th. Returns ns an identity. */
static double run(struct dictionary *d, uint64_t n, uint64_t seed, uint64_t range)
{
    struct ident *batch = mem_array(struct ident, BATCH);
    struct rng r = rng_seed(seed);
    double spent = 0;
    for (uint64_t at = 0; at < n; at += BATCH) {
        uint32_t len = n - at < BATCH ? (uint32_t)(n - at) : BATCH;
        for (uint32_t i = 0; i < len; i++) {
            batch[i] = ident_of(range ? rng_below(&r, (uint32_t)range) : at + i);
        }
        double start = now_ns();
        dictionary_intern_all(d, batch, len);
        spent += now_ns() - start;
    }
    mem_free(batch);
    return spent / (double)n;
}

static double run_single(const struct dictionary *d, uint64_t n, uint64_t range)
{
    struct rng r = rng_seed(5);
    uint64_t found = 0;
    double start = now_ns();
    for (uint64_t i = 0; i < n; i++) {
        struct ident one = ident_of(rng_below(&r, (uint32_t)range));
        found += dictionary_find(d, one.kind, one.hash) > 0;
    }
    double ns = (now_ns() - start) / (double)n;
    return found == n ? ns : -1;
}

int main(int argc, char **argv)
{
    uint64_t millions = argc > 1 ? strtoull(argv[1], NULL, 10) : 20;
    uint64_t n = millions * 1000000u;
    struct dictionary *d = dictionary_new();
    printf("identities          %10llu M\n", (unsigned long long)millions);
    printf("intern, all new     %10.0f ns each\n", run(d, n, 1, 0));
    printf("look up, in batches %10.0f ns each\n", run(d, n, 2, n));
    printf("look up, one by one %10.0f ns each\n", run_single(d, n / 10, n));
    printf("memory              %10.2f bytes each\n", (double)dictionary_bytes(d) / (double)n);
    dictionary_free(d);
    return 0;
}
