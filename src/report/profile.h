/* The profile of a crowd: its traits beside those of a base.
 *
 *   share       consumers of the crowd that have the trait / consumers of the crowd
 *   base share  the same of the base
 *   TGI         100 * share / base share: 100 is as common as in the base, 200 twice as common; NAN when no one of
 *               the base has it
 *   z           two proportions, pooled: the crowd against the consumers of the base outside of it; NAN when there are
 *               none of them, or the trait is had by all or by none
 *   significant |z| >= 1.96 (95 %), and not `few`
 *   few         of those with the trait, or of those without it, there are fewer than 5 in the crowd, or outside of it, and
 *               no more were to be expected: the figure stands on too little
 */
#ifndef POND_REPORT_PROFILE_H
#define POND_REPORT_PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include "report/trait.h"

struct profile_row {
    struct str field, value, question;
    uint64_t crowd, base; /* consumers with the trait */
    double share, base_share, tgi, z;
    bool few, significant;
};
struct profile {
    uint64_t crowd, base, both; /* consumers in the crowd, in the base, in both */
    struct profile_row *rows;   /* field by field, as traits come */
    uint32_t rows_len;
};
/* Traits that nobody in crowd or base has are left out. In the arena. */
enum rc profile_make(const struct trait_wants *want, const struct bits *crowd,
                     const struct bits *base, struct arena *a, struct profile *out,
                     struct err *e);
/* One row from its four numbers: with the trait in crowd, base and both, for sizes of p. */
struct profile_row profile_figures(const struct profile *p, uint64_t crowd, uint64_t base,
                                   uint64_t both);

#endif
