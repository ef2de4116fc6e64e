#include "wire/optimise.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multimin.h>
#include <math.h>

#define SIMPLEX_TURNS 2000
#define SIMPLEX_SIZE 1e-7
#define BFGS_TURNS 60
#define NEWTON_TURNS 12
#define ROUNDING 1e-14
#define GRADIENT_FLAT 1e-7
#define GRADIENT_STEP 1e-4
#define CURVE_STEP 2e-3

static double value_at(const gsl_vector *v, void *ctx)
{
    const struct optimise *o = ctx;
    double x[OPTIMISE_MAX];
    for (uint32_t i = 0; i < o->len; i++) {
        x[i] = gsl_vector_get(v, i);
    }
    return o->value(o->ctx, x);
}

static void gradient_at(const gsl_vector *v, void *ctx, gsl_vector *out)
{
    const struct optimise *o = ctx;
    double x[OPTIMISE_MAX];
    for (uint32_t i = 0; i < o->len; i++) {
        x[i] = gsl_vector_get(v, i);
    }
    for (uint32_t i = 0; i < o->len; i++) {
        double at = x[i];
        x[i] = at + GRADIENT_STEP;
        double up = o->value(o->ctx, x);
        x[i] = at - GRADIENT_STEP;
        double down = o->value(o->ctx, x);
        x[i] = at;
        gsl_vector_set(out, i, (up - down) / (2 * GRADIENT_STEP));
    }
}

static void both_at(const gsl_vector *v, void *ctx, double *value, gsl_vector *gradient)
{
    *value = value_at(v, ctx);
    gradient_at(v, ctx, gradient);
}

/* Keeps the better of x and the candidate. */
static void keep(const struct optimise *o, const gsl_vector *v, double found, double *x,
                 double *best)
{
    if (found <= *best) {
        *best = found;
        for (uint32_t i = 0; i < o->len; i++) {
            x[i] = gsl_vector_get(v, i);
        }
    }
}

static void load(const struct optimise *o, const double *x, gsl_vector *v)
{
    for (uint32_t i = 0; i < o->len; i++) {
        gsl_vector_set(v, i, x[i]);
    }
}

/* Until the simplex is smaller than `size`. */
static void simplex(const struct optimise *o, double step, double size, double *x, double *best)
{
    gsl_multimin_function f;
    f.f = value_at;
    f.n = o->len;
    f.params = (void *)(uintptr_t)o;
    gsl_multimin_fminimizer *m =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, o->len);
    gsl_vector *at = gsl_vector_alloc(o->len), *steps = gsl_vector_alloc(o->len);
    load(o, x, at);
    gsl_vector_set_all(steps, step);
    int bad = gsl_multimin_fminimizer_set(m, &f, at, steps);
    for (uint32_t i = 0; !bad && i < (o->turns ? o->turns : SIMPLEX_TURNS); i++) {
        bad = gsl_multimin_fminimizer_iterate(m);
        if (gsl_multimin_fminimizer_size(m) < size) {
            break;
        }
    }
    keep(o, gsl_multimin_fminimizer_x(m), gsl_multimin_fminimizer_minimum(m), x, best);
    gsl_vector_free(steps);
    gsl_vector_free(at);
    gsl_multimin_fminimizer_free(m);
}

static void descend(const struct optimise *o, double *x, double *best)
{
    gsl_multimin_function_fdf f;
    f.f = value_at;
    f.df = gradient_at;
    f.fdf = both_at;
    f.n = o->len;
    f.params = (void *)(uintptr_t)o;
    gsl_multimin_fdfminimizer *m =
        gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2, o->len);
    gsl_vector *at = gsl_vector_alloc(o->len);
    load(o, x, at);
    int bad = gsl_multimin_fdfminimizer_set(m, &f, at, 0.01, 0.1);
    for (uint32_t i = 0; !bad && i < BFGS_TURNS; i++) {
        bad = gsl_multimin_fdfminimizer_iterate(m);
        if (gsl_multimin_test_gradient(gsl_multimin_fdfminimizer_gradient(m), GRADIENT_FLAT) ==
            GSL_SUCCESS) {
            break;
        }
    }
    keep(o, gsl_multimin_fdfminimizer_x(m), gsl_multimin_fdfminimizer_minimum(m), x, best);
    gsl_vector_free(at);
    gsl_multimin_fdfminimizer_free(m);
}

static double moved(const struct optimise *o, const double *x, uint32_t i, double di,
                    uint32_t j, double dj)
{
    double at[OPTIMISE_MAX];
    for (uint32_t k = 0; k < o->len; k++) {
        at[k] = x[k];
    }
    at[i] += di;
    at[j] += dj;
    return o->value(o->ctx, at);
}

static double curve(const struct optimise *o, const double *x, uint32_t i, uint32_t j)
{
    double h = CURVE_STEP;
    if (i == j) {
        return (moved(o, x, i, h, j, 0) - 2 * moved(o, x, i, 0, j, 0) +
                moved(o, x, i, -h, j, 0)) /
               (h * h);
    }
    return (moved(o, x, i, h, j, h) - moved(o, x, i, h, j, -h) - moved(o, x, i, -h, j, h) +
            moved(o, x, i, -h, j, -h)) /
           (4 * h * h);
}

/* The factor of Cholesky of the second derivatives; false where they are no bottom's. */
static bool curvature(const struct optimise *o, const double *x, gsl_matrix *m)
{
    bool ok = true;
    for (uint32_t i = 0; i < o->len; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double c = curve(o, x, i, j);
            ok = ok && isfinite(c);
            gsl_matrix_set(m, i, j, c);
            gsl_matrix_set(m, j, i, c);
        }
    }
    return ok && gsl_linalg_cholesky_decomp1(m) == GSL_SUCCESS;
}

/* Steps of Newton's under the curvature at the start, which pays where the bottom is near. False when they do not lead
 * there: x is then the best of them. */
static bool newton(const struct optimise *o, double *x, double *best)
{
    gsl_matrix *m = gsl_matrix_alloc(o->len, o->len);
    gsl_vector *at = gsl_vector_alloc(o->len), *step = gsl_vector_alloc(o->len);
    bool ok = curvature(o, x, m), flat = false;
    load(o, x, at);
    for (uint32_t i = 0; ok && !flat && i < NEWTON_TURNS; i++) {
        gradient_at(at, (void *)(uintptr_t)o, step);
        flat = gsl_multimin_test_gradient(step, GRADIENT_FLAT) == GSL_SUCCESS;
        if (!flat) {
            (void)gsl_linalg_cholesky_svx(m, step);
            gsl_vector_sub(at, step);
            double found = value_at(at, (void *)(uintptr_t)o);
            ok = found <= *best + ROUNDING * fabs(*best);
            keep(o, at, found, x, best);
        }
    }
    gsl_vector_free(step);
    gsl_vector_free(at);
    gsl_matrix_free(m);
    return flat;
}

double optimise_run(const struct optimise *o, double *x)
{
    gsl_set_error_handler_off();
    double best = o->value(o->ctx, x);
    if (o->close && newton(o, x, &best)) {
        return best;
    }
    simplex(o, o->step, o->rough || o->close ? 1e-3 : SIMPLEX_SIZE, x, &best);
    if (!o->rough) {
        descend(o, x, &best);
        simplex(o, o->step / 20, o->close ? 1e-5 : SIMPLEX_SIZE, x, &best);
    }
    if (!o->rough && !o->close) {
        descend(o, x, &best);
    }
    return best;
}

bool optimise_covariance(const struct optimise *o, const double *x, double *covariance)
{
    gsl_set_error_handler_off();
    gsl_matrix *m = gsl_matrix_alloc(o->len, o->len);
    bool ok = curvature(o, x, m) && gsl_linalg_cholesky_invert(m) == GSL_SUCCESS;
    for (uint32_t i = 0; i < o->len; i++) {
        for (uint32_t j = 0; ok && j < o->len; j++) {
            covariance[i * o->len + j] = gsl_matrix_get(m, i, j);
            ok = isfinite(covariance[i * o->len + j]);
        }
    }
    gsl_matrix_free(m);
    return ok;
}
