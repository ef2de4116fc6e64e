/* Logistic regression on sparse yes/no features, with an L2 penalty, by Newton's method. */
#ifndef POND_REPORT_LOGIT_H
#define POND_REPORT_LOGIT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"

struct logit_rows {
    uint32_t rows, features;
    const uint32_t
        *at; /* rows + 1: row r has the features list[at[r]] .. list[at[r + 1] - 1] */
    const uint16_t *list;    /* features that are 1 in the row */
    const uint8_t *positive; /* per row */
};
/* weights: [features + 1], the last is the intercept, which is not penalised. Maximises the log likelihood less
 * penalty / 2 * sum of squared weights, to a largest step below 1e-6. RC_INVALID when it does not converge in 50 steps
 * or a side is empty. */
enum rc logit_fit(const struct logit_rows *x, double penalty, double *weights, struct err *e);
/* The sum of the weights of a row. */
double logit_score(const struct logit_rows *x, const double *weights, uint32_t row);
/* Area under the ROC curve: of all pairs of a positive and a negative the share in which the positive scores higher,
 * equal ones half. NAN when a side is empty. Scores are sorted in place together with `positive`. */
double logit_auc(double *score, uint8_t *positive, uint32_t n);

#endif
