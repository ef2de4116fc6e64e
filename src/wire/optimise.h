/* Minimising a smooth function of a few numbers, and how sharp the minimum is (GSL).
 *
 * Nelder-Mead finds the valley, BFGS its bottom (gradients by central differences); from close by Newton's steps are
 * tried first, which take a quarter of the evaluations. The function must be finite
 * everywhere; a caller keeps bounds by returning a large value outside of them. Deterministic. */
#ifndef POND_WIRE_OPTIMISE_H
#define POND_WIRE_OPTIMISE_H

#include <stdbool.h>
#include <stdint.h>

#define OPTIMISE_MAX 8 /* dimensions */

struct optimise {
    double (*value)(void *ctx, const double *x);
    void *ctx;
    uint32_t len;   /* dimensions, 1..OPTIMISE_MAX */
    double step;    /* first step of the simplex in every direction */
    uint32_t turns; /* of Nelder-Mead at most; 0: 2,000 */
    bool rough;     /* Nelder-Mead only, to choose among starts */
    bool close;     /* the start is close to the bottom: fewer evaluations */
};
/* Moves x to the lowest point found; returns the value there, never above the one at the start. */
double optimise_run(const struct optimise *o, double *x);

/* The curvature at x by central differences, inverted: covariance[i * len + j], when value is a negative log-likelihood.
 * False when the function does not rise in every direction from x: no minimum, or a flat one. */
bool optimise_covariance(const struct optimise *o, const double *x, double *covariance);

#endif
