/* How crowds overlap: for every two the consumers in both, as a number, as a share of the first, and by Jaccard. */
#ifndef POND_REPORT_OVERLAP_H
#define POND_REPORT_OVERLAP_H

#include <stdint.h>
#include "base/arena.h"
#include "who/bits.h"

struct overlap {
    uint32_t crowds;
    uint64_t *both;  /* [i * crowds + j]: in i and in j; [i * crowds + i]: in i */
    uint64_t any;    /* in at least one */
    uint64_t all;    /* in every one    */
    uint64_t *alone; /* [i]: in i and in no other */
};
/* The sets have one length. In the arena. */
void overlap_make(const struct bits *sets, uint32_t n, struct arena *a, struct overlap *out);
/* both / size of i; NAN when i is empty. */
double overlap_share(const struct overlap *o, uint32_t i, uint32_t j);
/* both / in any of the two; NAN when both are empty. */
double overlap_jaccard(const struct overlap *o, uint32_t i, uint32_t j);

#endif
