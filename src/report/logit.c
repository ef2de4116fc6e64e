#include "report/logit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

enum { STEPS_MOST = 50 };

double logit_score(const struct logit_rows *x, const double *weights, uint32_t row)
{
    double s = weights[x->features];
    for (uint32_t i = x->at[row]; i < x->at[row + 1]; i++) {
        s += weights[x->list[i]];
    }
    return s;
}

/* Lower triangle of the curvature (row by row) and the slope at the weights; returns the penalised log likelihood. */
static double look(const struct logit_rows *x, double penalty, const double *weights,
                   double *curve, double *slope)
{
    uint32_t n = x->features + 1;
    double value = 0;
    memset(curve, 0, sizeof(double) * n * n);
    memset(slope, 0, sizeof(double) * n);
    for (uint32_t r = 0; r < x->rows; r++) {
        double s = logit_score(x, weights, r), p = 1 / (1 + exp(-s));
        double w = p * (1 - p), d = (x->positive[r] ? 1 : 0) - p;
        value -= x->positive[r] ? log1p(exp(-s)) : log1p(exp(s));
        for (uint32_t i = x->at[r]; i < x->at[r + 1]; i++) {
            uint32_t f = x->list[i];
            slope[f] += d;
            curve[x->features * n + f] += w;
            for (uint32_t k = x->at[r]; k <= i; k++) {
                uint32_t g = x->list[k]; /* features ascend within a row: g <= f */
                curve[f * n + g] += w;
            }
        }
        slope[x->features] += d;
        curve[x->features * n + x->features] += w;
    }
    for (uint32_t f = 0; f < x->features; f++) {
        value -= penalty / 2 * weights[f] * weights[f];
        slope[f] -= penalty * weights[f];
        curve[f * n + f] += penalty;
    }
    return value;
}

/* Solves curve * step = slope by Cholesky, in place; false when it is not positive definite. */
static bool solve(double *curve, double *slope, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double s = curve[i * n + j];
            for (uint32_t k = 0; k < j; k++) {
                s -= curve[i * n + k] * curve[j * n + k];
            }
            if (i == j && !(s > 1e-12)) {
                return false;
            }
            curve[i * n + j] = i == j ? sqrt(s) : s / curve[j * n + j];
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < i; k++) {
            slope[i] -= curve[i * n + k] * slope[k];
        }
        slope[i] /= curve[i * n + i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++) {
            slope[i] -= curve[k * n + i] * slope[k];
        }
        slope[i] /= curve[i * n + i];
    }
    return true;
}

/* Goes along the step, halved until the likelihood does not fall. Returns the largest change of a weight. */
static double go(const struct logit_rows *x, double penalty, double *weights,
                 const double *step, double before, double *room)
{
    uint32_t n = x->features + 1;
    double *next = room, *curve = room + n, *slope = curve + (size_t)n * n;
    double part = 1, most = 0;
    for (int k = 0; k < 30; k++, part /= 2) {
        for (uint32_t i = 0; i < n; i++) {
            next[i] = weights[i] + part * step[i];
        }
        if (look(x, penalty, next, curve, slope) >= before - 1e-9) {
            break;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        double d = fabs(next[i] - weights[i]);
        most = d > most ? d : most;
        weights[i] = next[i];
    }
    return most;
}

enum rc logit_fit(const struct logit_rows *x, double penalty, double *weights, struct err *e)
{
    uint32_t n = x->features + 1;
    size_t square = (size_t)n * n;
    double *curve = mem_array(double, square + n), *step = curve + square;
    double *room = mem_array(double, square + 2 * (size_t)n);
    uint32_t positives = 0;
    double most = 1;
    for (uint32_t r = 0; r < x->rows; r++) {
        positives += x->positive[r];
    }
    bool can = positives > 0 && positives < x->rows;
    memset(weights, 0, sizeof(double) * n);
    for (int k = 0; can && k < STEPS_MOST && most > 1e-6; k++) {
        double before = look(x, penalty, weights, curve, step);
        can = solve(curve, step, n);
        most = can ? go(x, penalty, weights, step, before, room) : most;
    }
    mem_free(curve);
    mem_free(room);
    if (!can || most > 1e-6) {
        return rc_fail(e, RC_INVALID, "the two groups could not be told apart by their traits");
    }
    return RC_OK;
}

/* ---- AUC ------------------------------------------------------------------------------------- */

struct scored {
    double score;
    uint8_t positive;
};

static int by_score(const void *x, const void *y)
{
    double a = ((const struct scored *)x)->score, b = ((const struct scored *)y)->score;
    return (a > b) - (a < b);
}

double logit_auc(double *score, uint8_t *positive, uint32_t n)
{
    struct scored *all = mem_array(struct scored, n + 1);
    double below = 0, sum = 0, positives = 0;
    for (uint32_t i = 0; i < n; i++) {
        all[i] = (struct scored){score[i], positive[i]};
    }
    qsort(all, n, sizeof(*all), by_score);
    for (uint32_t i = 0, j = 0; i < n; i = j) {
        double here = 0, not_here = 0;
        for (j = i; j < n && !(all[j].score > all[i].score); j++) {
            here += all[j].positive;
            not_here += !all[j].positive;
        }
        sum += here * (below + not_here / 2);
        below += not_here;
        positives += here;
    }
    for (uint32_t i = 0; i < n; i++) {
        score[i] = all[i].score;
        positive[i] = all[i].positive;
    }
    mem_free(all);
    return positives > 0 && below > 0 ? sum / (positives * below) : (double)NAN;
}
