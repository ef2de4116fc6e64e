/* Least byte first; each pass is a counting sort. How often each value of each byte occurs is counted in one go before. */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>
#include "base/mem.h"

#define FEW 64 /* keys that a plain insertion sort has done sooner */

static void sort_few(struct keyed *list, size_t n, uint32_t shift)
{
    for (size_t i = 1; i < n; i++) {
        struct keyed x = list[i];
        size_t at = i;
        for (; at && list[at - 1].key >> shift > x.key >> shift; at--) {
            list[at] = list[at - 1];
        }
        list[at] = x;
    }
}

/* False: all have the same byte there. */
static bool pass(const struct keyed *from, struct keyed *to, size_t n, uint32_t byte,
                 const size_t *counts)
{
    size_t start[256], sum = 0;
    uint32_t shift = byte * 8;
    if (counts[from[0].key >> shift & 255] == n) {
        return false;
    }
    for (uint32_t b = 0; b < 256; b++) {
        start[b] = sum;
        sum += counts[b];
    }
    for (size_t i = 0; i < n; i++) {
        to[start[from[i].key >> shift & 255]++] = from[i];
    }
    return true;
}

void sort_keyed(struct keyed *list, size_t n, uint32_t skip)
{
    if (n <= FEW) {
        sort_few(list, n, skip * 8);
        return;
    }
    size_t(*counts)[256] = mem_zalloc(8 * sizeof(*counts));
    struct keyed *spare = mem_alloc(n * sizeof(*spare)), *from = list, *to = spare;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t byte = skip; byte < 8; byte++) {
            counts[byte][list[i].key >> (byte * 8) & 255]++;
        }
    }
    for (uint32_t byte = skip; byte < 8; byte++) {
        if (pass(from, to, n, byte, counts[byte])) {
            struct keyed *was = from;
            from = to;
            to = was;
        }
    }
    if (from != list) {
        memcpy(list, from, n * sizeof(*list));
    }
    mem_free(spare);
    mem_free(counts);
}
