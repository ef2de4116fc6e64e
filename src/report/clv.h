/* Customer lifetime value: how consumers bought in a calibration period, a model of buying and dropping out fitted
 * to it by maximum likelihood, and what it expects of every consumer (docs/value.md).
 *
 *     purchases ──► clv_input (x, t_x, T a consumer; equal ones are one group) ──► clv_fit ──► clv_score
 *
 * Input (SPEC, settled meanings): purchases of one day are one; x = purchase days behind the first, t_x and T = weeks
 * (days / 7) from the first to the last purchase day and to the last day of the calibration. Purchases of no value
 * count for x. The value model takes consumers with x > 0 and a mean value > 0; the mean is over their x repeat days. */
#ifndef POND_REPORT_CLV_H
#define POND_REPORT_CLV_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "people/brand.h"

#define CLV_WEEK 7.0 /* days */

enum clv_model { CLV_BGNBD, CLV_PARETONBD };
/* "bgnbd", "paretonbd"; names of its four parameters. */
const char *clv_model_name(enum clv_model m);
const char *clv_param_name(enum clv_model m, uint32_t i);
struct clv_consumer {
    uint32_t no; /* consumer id */
    uint32_t x;
    uint16_t t_x, t;   /* days */
    uint32_t group;    /* of clv_input */
    double repeat_fen; /* sum over the repeat days; AMOUNT_UNKNOWN days count 0 */
};
struct clv_group {
    uint32_t last, end; /* indices of points (x, t_x) and (x, T) */
    double weight;      /* consumers */
};
struct clv_point {
    uint32_t x;
    uint32_t day;
};
struct clv_input {
    uint32_t len;
    struct clv_consumer *consumer; /* ascending by no */
    uint32_t groups_len, points_len;
    struct clv_group *group;
    struct clv_point *point;
};
/* Groups equal (x, t_x, T): sets consumer[].group, group and point. The caller has filled len and consumer. */
void clv_input_group(struct clv_input *in);
void clv_input_release(struct clv_input *in);
/* The purchases (not refunded in full by `to`) of days from..to, both included, grouped; from DAY_NONE: from the first
 * one on. The brand must be settled; the caller releases *out. Takes 32 bytes a consumer while it reads. Errors as
 * history_scan; RC_TOO_LARGE when the period has more than 65,535 days. */
enum rc clv_input_read(struct brand *b, int32_t from, int32_t to, struct clv_input *out,
                       struct err *e);
/* What happened next: days[i] = purchase days of consumer[i] in from..to. */
enum rc clv_input_next(struct brand *b, const struct clv_input *in, int32_t from, int32_t to,
                       uint32_t *days, struct err *e);

struct clv_fit {
    enum clv_model model;
    double params[4], se[4]; /* se NAN when unknown */
    double log_likelihood;
    double plain_log_likelihood; /* of the NBD, which knows no dropping out */
    uint64_t consumers;
    bool identified;
    const char *why, *why_zh; /* not identified: what the data do not tell */
};
/* RC_INVALID when there are fewer than 2 consumers or none bought again. Work over many groups is split over `threads`. */
enum rc clv_fit(const struct clv_input *in, enum clv_model m, int threads, struct clv_fit *out,
                struct err *e);
/* The log-likelihood of the input under given parameters. */
double clv_log_likelihood(const struct clv_input *in, enum clv_model m, const double *params,
                          int threads);

/* One (x, t_x, T), in weeks. */
double clv_one_log_likelihood(enum clv_model m, const double *params, uint32_t x, double t_x,
                              double t);
double clv_alive(enum clv_model m, const double *params, uint32_t x, double t_x, double t);
/* Expected purchases in `ahead` weeks behind T. */
double clv_expected(enum clv_model m, const double *params, uint32_t x, double t_x, double t,
                    double ahead);
/* Expected purchases of anyone in the first `ahead` weeks. */
double clv_newcomer(enum clv_model m, const double *params, double ahead);

struct value_fit {
    double params[3], se[3]; /* p, q, gamma */
    double log_likelihood;
    uint64_t consumers;
    bool identified;
};
/* RC_INVALID when fewer than 2 consumers have a repeat purchase of value. */
enum rc value_fit(const struct clv_input *in, int threads, struct value_fit *out,
                  struct err *e);

struct clv_plan {
    double horizon; /* weeks */
    double rate;    /* discount a year, 0.1 = 10 % */
    int threads;
};
struct clv_scores { /* by place in clv_input.consumer */
    double *alive, *expected;
    double *purchase; /* expected value of a purchase, yuan; NULL without a value model */
    double *clv;      /* yuan, discounted week by week; NULL without a value model */
};
/* value may be NULL. Arrays in the arena. */
void clv_score(const struct clv_input *in, const struct clv_fit *fit,
               const struct value_fit *value, struct clv_plan plan, struct arena *a,
               struct clv_scores *out);

#endif
