/* The chance to reach conversion solves x = Q x + c over the labels. Taking a label out makes it a state that leads
 * nowhere, x = 0 there; every removal is then had from one elimination of I - Q: with N = (I - Q)^-1, taking out label i
 * lessens the reach from the start by (visits to i) x_i / N_ii (Kemeny & Snell, Finite Markov Chains, 1960: N holds the
 * expected visits, and N_ii counts the returns). */
#include "report/attribution.h"
#include "base/mem.h"
#include <math.h>

static double *cell(double *chain, uint32_t states, uint32_t row, uint32_t column)
{
    return &chain[(size_t)row * states + column];
}

double *markov_chain(const struct touch_paths *p)
{
    uint32_t n = p->labels_len, states = n + 2;
    double *chain = mem_array(double, (size_t)states *states);
    for (size_t i = 0; i < p->paths.len; i++) {
        const struct touch_path *path = &p->paths.ptr[i];
        uint32_t at = 0;
        for (uint32_t k = 0; k < path->len; k++) {
            uint32_t next = p->touches.ptr[path->from + k].label;
            *cell(chain, states, at, next) += 1;
            at = next;
        }
        if (path->len) {
            *cell(chain, states, at, path->converted ? n : n + 1) += 1;
        }
    }
    for (uint32_t row = 0; row < n; row++) {
        double sum = 0;
        for (uint32_t c = 0; c < states; c++) {
            sum += *cell(chain, states, row, c);
        }
        for (uint32_t c = 0; sum > 0 && c < states; c++) {
            *cell(chain, states, row, c) /= sum;
        }
    }
    return chain;
}

/* Gauss-Jordan with row pivots: m is n x (n + extra), left part becomes the unit matrix. False when singular. */
static bool eliminate(double *m, uint32_t n, uint32_t extra)
{
    uint32_t width = n + extra;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t r = k + 1; r < n; r++) {
            best = fabs(*cell(m, width, r, k)) > fabs(*cell(m, width, best, k)) ? r : best;
        }
        double pivot = *cell(m, width, best, k);
        if (fabs(pivot) < 1e-300) {
            return false;
        }
        for (uint32_t c = 0; c < width; c++) {
            double swap = *cell(m, width, best, c);
            *cell(m, width, best, c) = *cell(m, width, k, c);
            *cell(m, width, k, c) = swap / pivot;
        }
        for (uint32_t r = 0; r < n; r++) {
            double factor = *cell(m, width, r, k);
            for (uint32_t c = k; r != k && factor != 0 && c < width; c++) {
                *cell(m, width, r, c) -= factor * *cell(m, width, k, c);
            }
        }
    }
    return true;
}

double markov_reach(const double *chain, uint32_t labels_len, uint32_t removed)
{
    uint32_t n = labels_len, states = n + 2, width = n + 1;
    double *m = mem_array(double, (size_t)n *width);
    for (uint32_t r = 0; r < n; r++) {
        bool gone = removed && r == removed;
        for (uint32_t c = 0; c < n; c++) {
            *cell(m, width, r, c) = (r == c) - (gone ? 0 : chain[(size_t)r * states + c]);
        }
        *cell(m, width, r, n) = gone ? 0 : chain[(size_t)r * states + n];
    }
    double reach = eliminate(m, n, 1) ? *cell(m, width, 0, n) : (double)NAN;
    mem_free(m);
    return reach;
}

void markov_effects(const double *chain, uint32_t labels_len, double *effect)
{
    uint32_t n = labels_len, states = n + 2, width = 2 * n;
    double *m = mem_array(double, (size_t)n *width);
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t c = 0; c < n; c++) {
            *cell(m, width, r, c) = (r == c) - chain[(size_t)r * states + c];
        }
        *cell(m, width, r, n + r) = 1;
    }
    bool ok = eliminate(m, n, n);
    double *reach = mem_array(double, n + 1);
    for (uint32_t r = 0; ok && r < n; r++) {
        for (uint32_t c = 0; c < n; c++) {
            reach[r] += *cell(m, width, r, n + c) * chain[(size_t)c * states + n];
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        double visits = *cell(m, width, 0, n + i), returns = *cell(m, width, i, n + i);
        bool counts = ok && i && reach[0] > 0 && returns > 0;
        effect[i] = counts ? visits / returns * reach[i] / reach[0] : 0;
    }
    mem_free(reach);
    mem_free(m);
}
