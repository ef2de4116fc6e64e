#include "report/clv.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/parallel.h"
#include "report/clv_bgnbd.h"
#include "report/clv_gammagamma.h"
#include "report/clv_paretonbd.h"
#include "wire/optimise.h"
#include <math.h>
#include <string.h>

/* Rows a thread takes at once; sums are added block by block, whatever the threads. */
#define BLOCK 2048u
#define FEW_GROUPS 4000u /* fitted at once                                */
#define SAMPLE 10000u    /* consumers of a first fit, where there are more */
/* Parameters are kept within e^-9 .. e^9: in weeks 155 years, in which nobody ever leaves. Those of values, in yuan. */
#define LOG_MAX 9.0
#define VALUE_LOG_MAX 18.0
#define FAR 1e9 /* the value outside of that */
/* A parameter whose 95 % interval spans a factor of e^6 is not told by the data. */
#define LOG_SE_MAX 1.5
/* Half of 2.71, the 5 % point of a likelihood ratio on the edge of the parameters (half chi-square of one degree). */
#define DROPOUT_GAIN 1.3527

const char *clv_model_name(enum clv_model m) { return m == CLV_BGNBD ? "bgnbd" : "paretonbd"; }

const char *clv_param_name(enum clv_model m, uint32_t i)
{
    static const char *const names[][4] = {{"r", "alpha", "a", "b"},
                                           {"r", "alpha", "s", "beta"}};
    return names[m][i];
}

/* ---- one consumer ---- */

struct parts {
    double still, gone, alive; /* logs */
};

/* What depends on x only. */
static struct parts parts_of_count(enum clv_model m, const double *p, uint32_t x)
{
    if (m == CLV_BGNBD) {
        struct bgnbd_count c = bgnbd_count(p, x);
        return (struct parts){.still = c.still, .gone = c.gone, .alive = c.still};
    }
    double head = paretonbd_count(p, x);
    return (struct parts){.still = head, .gone = head, .alive = head};
}

/* The whole, given that and the logs of alpha + time and beta + time (Pareto/NBD). */
static struct parts parts_at(enum clv_model m, const double *p, uint32_t x, double time,
                             const struct parts *count, double log_alpha, double log_beta)
{
    double away = (p[0] + x) * log_alpha;
    if (m == CLV_BGNBD) {
        double still = count->still - away;
        return (struct parts){.still = still, .gone = count->gone - away, .alive = still};
    }
    double share = paretonbd_share(p, x, time);
    double alive = count->alive - away - p[2] * log_beta;
    return (struct parts){
        .still = alive + log1p(-share), .gone = alive + log(share), .alive = alive};
}

static struct parts parts_one(enum clv_model m, const double *p, uint32_t x, double time)
{
    struct parts count = parts_of_count(m, p, x);
    return parts_at(m, p, x, time, &count, log(p[1] + time), log(p[3] + time));
}

static double future(enum clv_model m, const double *p, uint32_t x, double t, double ahead)
{
    return m == CLV_BGNBD ? bgnbd_future(p, x, t, ahead) : paretonbd_future(p, x, t, ahead);
}

static double log_sum(double a, double b)
{
    double high = a > b ? a : b, low = a > b ? b : a;
    return high +
           log(1 + exp(low -
                       high)); /* log1p is three times as slow, and no nearer at this height */
}

double clv_one_log_likelihood(enum clv_model m, const double *params, uint32_t x, double t_x,
                              double t)
{
    return log_sum(parts_one(m, params, x, t).still, parts_one(m, params, x, t_x).gone);
}

double clv_alive(enum clv_model m, const double *params, uint32_t x, double t_x, double t)
{
    struct parts end = parts_one(m, params, x, t);
    return exp(end.alive - log_sum(end.still, parts_one(m, params, x, t_x).gone));
}

double clv_expected(enum clv_model m, const double *params, uint32_t x, double t_x, double t,
                    double ahead)
{
    return clv_alive(m, params, x, t_x, t) * future(m, params, x, t, ahead);
}

double clv_newcomer(enum clv_model m, const double *params, double ahead)
{
    return m == CLV_BGNBD ? bgnbd_expected(params, ahead) : paretonbd_expected(params, ahead);
}

/* ---- all consumers ---- */

/* One evaluation: first what depends on x or on a day alone, then the points, then the groups; the last two split over
 * threads. */
struct evaluation {
    const struct clv_input *in;
    enum clv_model model;
    int threads;
    bool plain; /* the NBD: nobody drops out */
    double p[4];
    uint32_t counts, days;        /* greatest x and day, + 1 */
    struct parts *count;          /* by x */
    double *log_alpha, *log_beta; /* by day */
    struct parts *at;             /* by point */
    double *sums;                 /* by block of groups */
};

static size_t blocks(size_t n) { return (n + BLOCK - 1) / BLOCK; }

static double sum_blocks(const double *sums, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < blocks(n); i++) {
        sum += sums[i];
    }
    return sum;
}

static void eval_init(struct evaluation *v, const struct clv_input *in, enum clv_model m,
                      int threads)
{
    *v = (struct evaluation){.in = in, .model = m, .threads = threads};
    for (uint32_t i = 0; i < in->points_len; i++) {
        v->counts = in->point[i].x >= v->counts ? in->point[i].x + 1 : v->counts;
        v->days = in->point[i].day >= v->days ? in->point[i].day + 1 : v->days;
    }
    v->count = mem_array(struct parts, v->counts + 1);
    v->log_alpha = mem_array(double, v->days + 1);
    v->log_beta = mem_array(double, v->days + 1);
    v->at = mem_array(struct parts, in->points_len + 1);
    v->sums = mem_array(double, blocks(in->groups_len) + 1);
}

static void eval_release(struct evaluation *v)
{
    mem_free(v->count);
    mem_free(v->log_alpha);
    mem_free(v->log_beta);
    mem_free(v->at);
    mem_free(v->sums);
}

static void eval_points(void *ctx, size_t from, size_t to)
{
    struct evaluation *v = ctx;
    for (size_t i = from; i < to; i++) {
        const struct clv_point *q = &v->in->point[i];
        v->at[i] = parts_at(v->model, v->p, q->x, q->day / CLV_WEEK, &v->count[q->x],
                            v->log_alpha[q->day], v->log_beta[q->day]);
    }
}

static void eval_groups(void *ctx, size_t from, size_t to)
{
    struct evaluation *v = ctx;
    double sum = 0;
    for (size_t i = from; i < to; i++) {
        const struct clv_group *g = &v->in->group[i];
        sum += g->weight * log_sum(v->at[g->end].still, v->at[g->last].gone);
    }
    v->sums[from / BLOCK] = sum;
}

static void eval_prepare(struct evaluation *v)
{
    for (uint32_t x = 0; x < v->counts; x++) {
        v->count[x] = parts_of_count(v->model, v->p, x);
    }
    for (uint32_t d = 0; d < v->days; d++) {
        v->log_alpha[d] = log(v->p[1] + d / CLV_WEEK);
        v->log_beta[d] = log(v->p[3] + d / CLV_WEEK);
    }
    parallel_blocks(v->in->points_len, BLOCK, v->threads, eval_points, v);
}

static double eval_run(struct evaluation *v)
{
    eval_prepare(v);
    parallel_blocks(v->in->groups_len, BLOCK, v->threads, eval_groups, v);
    return sum_blocks(v->sums, v->in->groups_len);
}

double clv_log_likelihood(const struct clv_input *in, enum clv_model m, const double *params,
                          int threads)
{
    struct evaluation v;
    eval_init(&v, in, m, threads);
    for (uint32_t i = 0; i < 4; i++) {
        v.p[i] = params[i];
    }
    double sum = eval_run(&v);
    eval_release(&v);
    return sum;
}

/* False outside the bounds. */
static bool params_of(const double *logs, uint32_t n, double limit, double *p)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!(fabs(logs[i]) <= limit)) {
            return false;
        }
        p[i] = exp(logs[i]);
    }
    return true;
}

static double mean_loss(void *ctx, const double *logs)
{
    struct evaluation *v = ctx;
    double loss = params_of(logs, 4, LOG_MAX, v->p) ? -eval_run(v) / v->in->len : FAR;
    return isfinite(loss) ? loss : FAR;
}

/* The NBD over counts of (x, T): what both models become when nobody drops out. */
static double plain_loss(void *ctx, const double *logs)
{
    struct evaluation *v = ctx;
    if (!params_of(logs, 2, LOG_MAX, v->p)) {
        return FAR;
    }
    int sign = 0;
    double r = v->p[0], sum = 0;
    for (uint32_t x = 0; x < v->counts; x++) {
        v->count[x].still = lgamma_r(r + x, &sign) - lgamma_r(r, &sign) + r * log(v->p[1]);
    }
    for (uint32_t d = 0; d < v->days; d++) {
        v->log_alpha[d] = log(v->p[1] + d / CLV_WEEK);
    }
    for (uint32_t i = 0; i < v->in->groups_len; i++) {
        const struct clv_group *g = &v->in->group[i];
        const struct clv_point *q = &v->in->point[g->end];
        sum += g->weight * (v->count[q->x].still - (r + q->x) * v->log_alpha[q->day]);
    }
    return -sum / v->in->len;
}

/* ---- fitting ---- */

static const double clv_starts[][4] = {
    {0.5, 5, 0.5, 2}, {1, 10, 1, 10}, {0.2, 2, 2, 20}, {2, 20, 0.2, 2}};

/* The best of several starts, looked at roughly, then to the bottom; `near` is enough for who goes on from there. */
static double fit_from_starts(struct evaluation *v, bool near, double *logs)
{
    struct optimise o = {
        .value = mean_loss, .ctx = v, .len = 4, .step = 0.7, .turns = 60, .rough = true};
    double best = INFINITY;
    for (uint32_t s = 0; s < sizeof(clv_starts) / sizeof(clv_starts[0]); s++) {
        double at[4];
        for (uint32_t i = 0; i < 4; i++) {
            at[i] = log(clv_starts[s][i]);
        }
        double found = optimise_run(&o, at);
        if (found < best) {
            best = found;
            for (uint32_t i = 0; i < 4; i++) {
                logs[i] = at[i];
            }
        }
    }
    o.turns = 0;
    o.rough = false;
    o.close = near;
    o.step = 0.3;
    return optimise_run(&o, logs);
}

/* Where there are many groups, every so many-th consumer is fitted first and all of them from there: the bottom is
 * near, and few evaluations of the whole are needed (some 200; from far away 3,000). */
static double fit_params(struct evaluation *v, double *logs)
{
    if (v->in->groups_len <= FEW_GROUPS) {
        return fit_from_starts(v, false, logs);
    }
    uint32_t each = v->in->len / SAMPLE + 1;
    struct clv_input some = {.consumer = mem_array(struct clv_consumer, v->in->len / each + 1)};
    for (uint32_t i = 0; i < v->in->len; i += each) {
        some.consumer[some.len++] = v->in->consumer[i];
    }
    clv_input_group(&some);
    struct evaluation small;
    eval_init(&small, &some, v->model, 1);
    (void)fit_from_starts(&small, true, logs);
    eval_release(&small);
    clv_input_release(&some);
    struct optimise o = {.value = mean_loss, .ctx = v, .len = 4, .step = 0.03, .close = true};
    return optimise_run(&o, logs);
}

static double fit_plain(struct evaluation *v)
{
    double logs[2] = {log(0.5), log(5)};
    struct optimise o = {.value = plain_loss, .ctx = v, .len = 2, .step = 0.7};
    return optimise_run(&o, logs);
}

/* Standard errors; false when a parameter cannot be told from the data. */
static bool spread(const struct optimise *o, const double *logs, const double *params,
                   double weight, double *se)
{
    double c[OPTIMISE_MAX * OPTIMISE_MAX];
    bool ok = optimise_covariance(o, logs, c), told = ok;
    for (uint32_t i = 0; i < o->len; i++) {
        double log_se = ok ? sqrt(c[i * o->len + i] / weight) : NAN;
        se[i] = params[i] * log_se;
        told = told && log_se < LOG_SE_MAX;
    }
    return told;
}

/* Whether a parameter ran off to the edge: the curvature there means nothing. */
static bool at_edge(const double *logs, uint32_t n, double limit)
{
    bool edge = false;
    for (uint32_t i = 0; i < n; i++) {
        edge = edge || fabs(logs[i]) > limit - 0.1;
    }
    return edge;
}

static void judge(struct clv_fit *f, bool told)
{
    f->identified = told && f->log_likelihood - f->plain_log_likelihood >= DROPOUT_GAIN;
    if (f->log_likelihood - f->plain_log_likelihood < DROPOUT_GAIN) {
        f->why = "the data show no dropping out: a model in which nobody ever leaves explains "
                 "them as well";
        f->why_zh = "数据中看不出流失：假定无人流失的模型同样能解释这些数据";
    } else if (!told) {
        f->why =
            "the likelihood is flat: the parameters of dropping out can be almost anything";
        f->why_zh = "似然函数平坦：流失参数几乎可以取任意值";
    }
}

enum rc clv_fit(const struct clv_input *in, enum clv_model m, int threads, struct clv_fit *out,
                struct err *e)
{
    bool again = false;
    for (uint32_t i = 0; i < in->points_len; i++) {
        again = again || in->point[i].x > 0;
    }
    if (in->len < 2 || !again) {
        return rc_fail(e, RC_INVALID, "nothing to fit: %s",
                       again ? "fewer than two consumers bought in the calibration period"
                             : "nobody bought on a second day of the calibration period");
    }
    struct evaluation v;
    eval_init(&v, in, m, threads);
    struct clv_fit f = {.model = m, .consumers = in->len};
    double logs[4];
    f.log_likelihood = -fit_params(&v, logs) * in->len;
    f.plain_log_likelihood = -fit_plain(&v) * in->len;
    (void)params_of(logs, 4, LOG_MAX, f.params);
    struct optimise o = {.value = mean_loss, .ctx = &v, .len = 4};
    judge(&f, spread(&o, logs, f.params, in->len, f.se) && !at_edge(logs, 4, LOG_MAX));
    eval_release(&v);
    *out = f;
    return RC_OK;
}

/* ---- value of purchases ---- */

struct value_sums {
    double *count;     /* [x]: consumers with x repeat days of value */
    double *x, *total; /* of each such consumer, total in yuan */
    uint32_t xs, len;
    struct value_row { /* consumers of one total, of which there are fewer */
        double total, consumers, x;
    } * row;
    uint32_t rows;
    int threads;
    double sum_x_log, sum_log; /* over ln of the mean */
    double p[3];
    double *sums; /* by block of rows */
};

static void value_rows(void *ctx, size_t from, size_t to)
{
    struct value_sums *s = ctx;
    double sum = 0, p = s->p[0], q = s->p[1], gamma = s->p[2];
    for (size_t i = from; i < to; i++) {
        const struct value_row *r = &s->row[i];
        sum += (p * r->x + q * r->consumers) * log(gamma + r->total);
    }
    s->sums[from / BLOCK] = sum;
}

static double value_loss(void *ctx, const double *logs)
{
    struct value_sums *s = ctx;
    if (!params_of(logs, 3, VALUE_LOG_MAX, s->p)) {
        return FAR;
    }
    double sum = s->p[0] * s->sum_x_log - s->sum_log;
    for (uint32_t x = 1; x < s->xs; x++) {
        sum += s->count[x] > 0 ? s->count[x] * gammagamma_constant(s->p, x) : 0;
    }
    parallel_blocks(s->rows, BLOCK, s->threads, value_rows, s);
    sum -= sum_blocks(s->sums, s->rows);
    return isfinite(sum) ? -sum / s->len : FAR;
}

static void value_add(struct value_sums *s, double x, double total)
{
    double log_mean = log(total / x);
    s->x[s->len] = x;
    s->total[s->len++] = total;
    s->count[(uint32_t)x] += 1;
    s->sum_log += log_mean;
    s->sum_x_log += x * log_mean;
}

static void value_init(struct value_sums *s, uint32_t xs, uint32_t rows, int threads)
{
    *s = (struct value_sums){.xs = xs, .threads = threads};
    s->count = mem_array(double, xs + 1);
    s->x = mem_array(double, rows + 1);
    s->total = mem_array(double, rows + 1);
    s->sums = mem_array(double, blocks(rows) + 1);
    s->row = mem_array(struct value_row, rows + 1);
}

/* Rows by total, once all are added. */
static void value_group(struct value_sums *s)
{
    struct keyed *list = mem_array(struct keyed, s->len + 1);
    for (uint32_t i = 0; i < s->len; i++) {
        memcpy(&list[i].key, &s->total[i], sizeof(list[i].key)); /* positive: in order */
        list[i].at = i;
    }
    sort_keyed(list, s->len, 0);
    for (uint32_t i = 0; i < s->len; i++) {
        if (!i || list[i].key != list[i - 1].key) {
            s->row[s->rows++].total = s->total[list[i].at];
        }
        s->row[s->rows - 1].consumers += 1;
        s->row[s->rows - 1].x += s->x[list[i].at];
    }
    mem_free(list);
}

static void value_release(struct value_sums *s)
{
    mem_free(s->count);
    mem_free(s->x);
    mem_free(s->total);
    mem_free(s->row);
    mem_free(s->sums);
}

/* A first fit of every so many-th row. */
static void value_fit_some(const struct value_sums *all, double *logs)
{
    uint32_t each = all->len / SAMPLE + 1;
    struct value_sums s;
    value_init(&s, all->xs, all->len / each + 1, all->threads);
    for (uint32_t i = 0; i < all->len; i += each) {
        value_add(&s, all->x[i], all->total[i]);
    }
    value_group(&s);
    struct optimise o = {.value = value_loss, .ctx = &s, .len = 3, .step = 0.7, .close = true};
    (void)optimise_run(&o, logs);
    value_release(&s);
}

static void value_gather(const struct clv_input *in, int threads, struct value_sums *s)
{
    uint32_t xs = 1;
    for (uint32_t i = 0; i < in->len; i++) {
        xs = in->consumer[i].x >= xs ? in->consumer[i].x + 1 : xs;
    }
    value_init(s, xs, in->len, threads);
    for (uint32_t i = 0; i < in->len; i++) {
        const struct clv_consumer *c = &in->consumer[i];
        if (c->x > 0 && c->repeat_fen > 0) {
            value_add(s, c->x, c->repeat_fen / 100);
        }
    }
    value_group(s);
}

enum rc value_fit(const struct clv_input *in, int threads, struct value_fit *out, struct err *e)
{
    struct value_sums s;
    value_gather(in, threads, &s);
    enum rc rc = RC_OK;
    if (s.len < 2) {
        rc = rc_fail(e, RC_INVALID,
                     "no value to fit: fewer than two consumers have a repeat purchase of "
                     "value");
    } else {
        double mean = 0;
        for (uint32_t i = 0; i < s.len; i++) {
            mean += s.total[i] / s.x[i] / s.len;
        }
        double logs[3] = {log(4), log(4), fmin(log(mean), VALUE_LOG_MAX)};
        struct optimise o = {.value = value_loss, .ctx = &s, .len = 3, .step = 0.7};
        if (s.len > SAMPLE) {
            value_fit_some(&s, logs);
            o.step = 0.03;
            o.close = true;
        }
        struct value_fit f = {.consumers = s.len};
        f.log_likelihood = -optimise_run(&o, logs) * s.len;
        (void)params_of(logs, 3, VALUE_LOG_MAX, f.params);
        f.identified =
            spread(&o, logs, f.params, s.len, f.se) && !at_edge(logs, 3, VALUE_LOG_MAX);
        *out = f;
    }
    value_release(&s);
    return rc;
}

/* ---- scores ---- */

struct scoring {
    struct evaluation v;
    struct clv_plan plan;
    double *ahead, *discounted; /* by point: of one alive there */
};

static void score_points(void *ctx, size_t from, size_t to)
{
    struct scoring *s = ctx;
    const struct evaluation *v = &s->v;
    double weekly = pow(1 + s->plan.rate, -7.0 / 365);
    for (size_t i = from; i < to; i++) {
        const struct clv_point *q = &v->in->point[i];
        double t = q->day / CLV_WEEK, before = 0, sum = 0, factor = 1;
        for (uint32_t week = 1; week < s->plan.horizon + 1; week++) {
            double end = week < s->plan.horizon ? week : s->plan.horizon;
            double upto = future(v->model, v->p, q->x, t, end);
            factor *= end < week ? pow(weekly, end - (week - 1)) : weekly;
            sum += factor * (upto - before);
            before = upto;
        }
        s->ahead[i] = before;
        s->discounted[i] = sum;
    }
}

/* Only points that some group ends in are wanted, but those are most of them. */
static void score_all_points(struct scoring *s)
{
    uint32_t n = s->v.in->points_len;
    s->ahead = mem_array(double, n + 1);
    s->discounted = mem_array(double, n + 1);
    eval_prepare(&s->v);
    parallel_blocks(n, BLOCK, s->v.threads, score_points, s);
}

void clv_score(const struct clv_input *in, const struct clv_fit *fit,
               const struct value_fit *value, struct clv_plan plan, struct arena *a,
               struct clv_scores *out)
{
    struct scoring s = {.plan = plan};
    eval_init(&s.v, in, fit->model, plan.threads);
    for (uint32_t i = 0; i < 4; i++) {
        s.v.p[i] = fit->params[i];
    }
    score_all_points(&s);
    out->alive = arena_array(a, double, in->len + 1);
    out->expected = arena_array(a, double, in->len + 1);
    out->purchase = value ? arena_array(a, double, in->len + 1) : NULL;
    out->clv = value ? arena_array(a, double, in->len + 1) : NULL;
    for (uint32_t i = 0; i < in->len; i++) {
        const struct clv_consumer *c = &in->consumer[i];
        const struct clv_group *g = &in->group[c->group];
        const struct parts *end = &s.v.at[g->end];
        double alive = exp(end->alive - log_sum(end->still, s.v.at[g->last].gone));
        out->alive[i] = alive;
        out->expected[i] = alive * s.ahead[g->end];
        if (value) {
            bool valued = c->x > 0 && c->repeat_fen > 0;
            double mean = valued ? c->repeat_fen / 100 / c->x : 0;
            out->purchase[i] = gammagamma_expected(value->params, valued ? c->x : 0, mean);
            out->clv[i] = alive * s.discounted[g->end] * out->purchase[i];
        }
    }
    mem_free(s.ahead);
    mem_free(s.discounted);
    eval_release(&s.v);
}
