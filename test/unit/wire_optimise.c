/* Minima of functions whose bottom is known, and what is asked of them on the way. */
#include "wire/optimise.h"
#include <math.h>
#include "tap.h"

struct bowl {
    double at[3], flat; /* flat: of the last direction, 0 is none */
    uint32_t asked;
};

/* Steeper than a square far off, slanted, its bottom at `at`. */
static double bowl_value(void *ctx, const double *x)
{
    struct bowl *b = ctx;
    double u = x[0] - b->at[0], v = x[1] - b->at[1], w = (x[2] - b->at[2]) * (1 - b->flat);
    b->asked++;
    return exp(u + v / 2) - (u + v / 2) + 2 * v * v + v * v * v * v + u * u / 3 + w * w + 5;
}

static double valley_value(void *ctx, const double *x) /* Rosenbrock's */
{
    ++*(uint32_t *)ctx;
    return pow(1 - x[0], 2) + 100 * pow(x[1] - x[0] * x[0], 2);
}

static bool is_at(const double *x, const double *want, uint32_t n, double off)
{
    bool fine = true;
    for (uint32_t i = 0; i < n; i++) {
        fine = fine && fabs(x[i] - want[i]) < off;
    }
    return fine;
}

int main(void)
{
    TEST("from close by the bottom is found in a few steps, from afar in more") {
        struct bowl b = {.at = {.5, -1, 3}};
        double x[3] = {.55, -.97, 3.02}, far[3] = {4, 4, -4};
        struct optimise o = {
            .value = bowl_value, .ctx = &b, .len = 3, .step = .03, .close = true};
        CHECK(fabs(optimise_run(&o, x) - 6) < 1e-12 && is_at(x, b.at, 3, 1e-6));
        CHECK(b.asked < 80);
        uint32_t few = b.asked;
        o = (struct optimise){.value = bowl_value, .ctx = &b, .len = 3, .step = .7};
        CHECK(fabs(optimise_run(&o, far) - 6) < 1e-12 && is_at(far, b.at, 3, 1e-6));
        CHECK(b.asked > 3 * few);
    }
    TEST("what is not as close as was said is found all the same") {
        static const double want[2] = {1, 1};
        uint32_t asked = 0;
        double x[2] = {-1.2, 1};
        struct optimise o = {
            .value = valley_value, .ctx = &asked, .len = 2, .step = .3, .close = true};
        CHECK(optimise_run(&o, x) < 1e-9 && is_at(x, want, 2, 1e-3));
    }
    TEST("a flat direction does not raise the value, and has no covariance") {
        struct bowl b = {.at = {.5, -1, 3}, .flat = 1};
        double x[3] = {.55, -.97, 3.02}, c[9];
        struct optimise o = {
            .value = bowl_value, .ctx = &b, .len = 3, .step = .03, .close = true};
        double start = bowl_value(&b, x), found = optimise_run(&o, x);
        CHECK(found <= start && fabs(found - 6) < 1e-6 && isfinite(x[2]));
        CHECK(!optimise_covariance(&o, x, c));
    }
    TEST("the covariance is the inverse of the curvature") {
        struct bowl b = {.at = {.5, -1, 3}};
        double c[9];
        struct optimise o = {.value = bowl_value, .ctx = &b, .len = 3};
        /* second derivatives at the bottom: 1 + 2/3, 1/2, 1/4 + 4; 2 */
        double det = (5. / 3) * 4.25 - .25;
        const double want[9] = {4.25 / det, -.5 / det, 0, -.5 / det, 5. / 3 / det, 0, 0, 0, .5};
        CHECK(optimise_covariance(&o, b.at, c) && is_at(c, want, 9, 1e-4));
    }
    return tap_end();
}
