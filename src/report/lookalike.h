/* Look-alikes: the consumers of a base that are most like those of a crowd, by their traits (report/trait.h).
 *
 * Method. Logistic regression of "is in the crowd" on traits (1 has it, 0 has not), with an intercept and an L2 penalty of
 * 1 on the weights, fitted by Newton's method. It learns from at most 50,000 consumers of the crowd and 50,000 of the
 * base outside of it, taken by a seeded hash of their numbers; every fifth of them is held out. The AUC is that
 * of the held-out ones: the odds that one of the crowd scores higher than one outside of it; 0.5 is chance. Of many traits
 * the 200 that tell crowd and rest apart best (by z) are used. Candidates are the base outside of the crowd; those with
 * the highest scores are taken, of equal scores in the order of the hash.
 *
 * A trait that the crowd is defined by tells it apart perfectly and teaches nothing: leave its field out
 * (trait_wants.without). The weights say what was learned. */
#ifndef POND_REPORT_LOOKALIKE_H
#define POND_REPORT_LOOKALIKE_H

#include <stdint.h>
#include "report/trait.h"

#define LOOKALIKE_LEAST                                                                        \
    50 /* consumers a crowd must have to be learned from, and outside of it */

struct lookalike_weight {
    struct str field, value;
    double weight; /* log odds: 0.69 doubles the odds */
};
struct lookalike {
    uint64_t crowd, candidates;
    uint32_t learned, tested; /* consumers, both sides together */
    double auc;               /* of the held-out; NAN when one side of it is empty */
    double auc_learned;       /* of those learned from: much more than auc is over-fitting */
    struct lookalike_weight *weights; /* strongest first */
    uint32_t weights_len;
    double least;       /* probability of the last one taken, as in the sample */
    struct bits chosen; /* the caller releases it */
};
/* size: how many to take; fewer when there are fewer candidates. RC_INVALID when crowd or rest are too small, or no
 * trait tells them apart. */
enum rc lookalike_make(const struct trait_wants *want, const struct bits *crowd,
                       const struct bits *base, uint64_t size, uint64_t seed, struct arena *a,
                       struct lookalike *out, struct err *e);

#endif
