/* Attribution: which touches (channels, touchpoints, campaigns) are given credit for purchases or promotions.
 *
 *   path      the touches of one consumer in order of time: those in the window before a conversion, or, of no
 *             conversion, those that led nowhere
 *   credit    each conversion is shared out whole, as a count of one and as its amount; what had no touch in its window
 *             goes to nobody (label 0)
 *
 * Models (docs/value.md):
 *   last, first     all to that touch
 *   linear          evenly over all touches
 *   decay           by 2^(-age / half life)
 *   position        40 % first, 40 % last, 20 % evenly between (one touch: all; two: half each)
 *   shapley         the Shapley value of the game whose coalitions S are worth the conversions touched by labels of S only
 *   markov          by removal effect in the absorbing chain of first order through labels to conversion or nothing */
#ifndef POND_REPORT_ATTRIBUTION_H
#define POND_REPORT_ATTRIBUTION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/vec.h"

enum attribution_model {
    ATTRIBUTION_LAST,
    ATTRIBUTION_FIRST,
    ATTRIBUTION_LINEAR,
    ATTRIBUTION_DECAY,
    ATTRIBUTION_POSITION,
    ATTRIBUTION_SHAPLEY,
    ATTRIBUTION_MARKOV,
};
#define ATTRIBUTION_MODELS (ATTRIBUTION_MARKOV + 1)
const char *attribution_model_name(enum attribution_model m); /* "last" ... */

struct touch {
    uint32_t label; /* 1..labels_len - 1 */
    double age;     /* before the conversion, in half lives */
};
struct touch_path {
    uint32_t from, len; /* touches */
    bool converted;
    double amount; /* of the conversion */
};
/* Equal paths may be added one by one: the work is linear in touches but for markov, which solves a system of
 * labels_len unknowns (at most ATTRIBUTION_LABELS_MAX of them; cost labels^3). */
#define ATTRIBUTION_LABELS_MAX 256
struct touch_paths {
    uint32_t labels_len; /* label 0: no touch */
    VEC(struct touch) touches;
    VEC(struct touch_path) paths;
};
void touch_paths_release(struct touch_paths *p);

struct credit {
    double count, amount;
};
/* credit[labels_len], set. Sums to the conversions and their amounts. */
void attribution_credit(const struct touch_paths *p, enum attribution_model m,
                        struct credit *credit);

/* ---- the parts with a theory of their own (shapley.c, markov.c), for tests ---- */

/* The Shapley value by its definition: over all orders of players, through all subsets. value[1 << n], n <= 12. */
void shapley_exact(const double *value, uint32_t n, double *share);
/* Chances of moving: states 0 start, 1..labels_len - 1 labels, then conversion, then nothing; size labels_len + 2.
 * The caller frees it (mem_free). */
double *markov_chain(const struct touch_paths *p);
/* The chance to end in conversion from the start, when `removed` (0: none) leads nowhere. */
double markov_reach(const double *chain, uint32_t labels_len, uint32_t removed);
/* 1 - reach without the label / reach. effect[labels_len], effect[0] = 0. */
void markov_effects(const double *chain, uint32_t labels_len, double *effect);

#endif
