/* Value of consumers.
 *
 *     value fit CONSUMERS      purchases made in memory (BG/NBD, a first one on any day of a year, a year behind it):
 *                              group_s, bgnbd_s, paretonbd_s, gammagamma_s (fits), score_s (52 weeks, with value)
 *     value ask DIR [FILE]     a brand that bench_stages has filled: rfm_s, clv_input_s, clv_fit_s, clv_score_s; buyers; FILE
 *                              gets the counts of RFM types and the sums of x, t_x, T, to compare */
#include "bench.h"

#include <math.h>
#include <string.h>
#include "app/hooks.h"
#include "base/mem.h"
#include "base/rng.h"
#include "report/clv.h"
#include "report/rfm.h"

#define THREADS 2

/* ---- consumers in memory ---- */

/* Marsaglia & Tsang, ACM TOMS 26 (2000). */
static double gamma_of(struct rng *r, double shape, double rate)
{
    double boost = 1;
    if (shape < 1) {
        boost = pow(1 - rng_f64(r), 1 / shape);
        shape += 1;
    }
    double d = shape - 1. / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = rng_normal(r), v = pow(1 + c * x, 3);
        if (v > 0 && log(1 - rng_f64(r)) < .5 * x * x + d - d * v + d * log(v)) {
            return boost * d * v / rate;
        }
    }
}

static void live(struct rng *r, struct clv_consumer *c)
{
    double rate = fmax(gamma_of(r, .243, 4.414), 1e-9), u = gamma_of(r, .793, 1);
    double leave = u / (u + gamma_of(r, 2.426, 1)), at = 0;
    for (;;) {
        at += rng_exponential(r, 7 / rate);
        if (at >= c->t) {
            return;
        }
        uint16_t day = (uint16_t)(at + 1);
        c->x += day > c->t_x;
        c->t_x = day;
        if (rng_f64(r) < leave) {
            return;
        }
    }
}

static struct clv_input make(uint32_t n)
{
    struct rng r = rng_seed(1);
    struct clv_input in = {.len = n, .consumer = mem_array(struct clv_consumer, n)};
    for (uint32_t i = 0; i < n; i++) {
        struct clv_consumer *c = &in.consumer[i];
        *c = (struct clv_consumer){.no = i + 1, .t = (uint16_t)(365 + rng_below(&r, 365))};
        live(&r, c);
        for (uint32_t k = 0; k < c->x; k++) {
            c->repeat_fen += round(gamma_of(&r, 6, 6) * 3500);
        }
    }
    return in;
}

static enum rc fit(uint32_t n, struct err *e)
{
    struct clv_input in = make(n);
    struct clv_fit f = {0};
    struct value_fit v = {0};
    struct clv_scores s;
    struct arena *a = arena_new();
    double from = bench_now();
    clv_input_group(&in);
    bench_say("group_s", bench_now() - from);
    bench_say("groups", in.groups_len);
    from = bench_now();
    enum rc rc = clv_fit(&in, CLV_PARETONBD, THREADS, &f, e);
    bench_say("paretonbd_s", bench_now() - from);
    from = bench_now();
    rc = rc ? rc : clv_fit(&in, CLV_BGNBD, THREADS, &f, e);
    bench_say("bgnbd_s", bench_now() - from);
    bench_say("r", f.params[0]);
    bench_say("alpha", f.params[1]);
    bench_say("a", f.params[2]);
    bench_say("b", f.params[3]);
    from = bench_now();
    rc = rc ? rc : value_fit(&in, THREADS, &v, e);
    bench_say("gammagamma_s", bench_now() - from);
    from = bench_now();
    if (!rc) {
        clv_score(&in, &f, &v, (struct clv_plan){52, .1, THREADS}, a, &s);
        bench_say("score_s", bench_now() - from);
    }
    arena_free(a);
    clv_input_release(&in);
    return rc;
}

/* ---- a brand ---- */

static enum rc ask_rfm(struct brand *b, FILE *out, struct err *e)
{
    struct rfm_plan p = {.as_of = b->last_day, .window = 365};
    struct rfm_report r = {0};
    double from = bench_now();
    enum rc rc = rfm_make(b, &p, &r, e);
    bench_say("rfm_s", bench_now() - from);
    bench_say("buyers", r.len);
    for (uint32_t t = 0; !rc && out && t < RFM_TYPES; t++) {
        (void)fprintf(out, "%s %llu\n", rfm_type_code(t),
                      (unsigned long long)r.type[t].consumers);
    }
    rfm_release(&r);
    return rc;
}

static enum rc ask_clv(struct brand *b, FILE *out, struct err *e)
{
    struct clv_input in = {0};
    struct clv_fit f = {0};
    struct clv_scores s;
    struct arena *a = arena_new();
    double from = bench_now();
    enum rc rc = clv_input_read(b, b->first_day, b->last_day, &in, e);
    bench_say("clv_input_s", bench_now() - from);
    uint64_t x = 0, t_x = 0, t = 0;
    for (uint32_t i = 0; i < in.len; i++) {
        x += in.consumer[i].x;
        t_x += in.consumer[i].t_x;
        t += in.consumer[i].t;
    }
    if (!rc && out) {
        (void)fprintf(out, "%u %llu %llu %llu\n", in.len, (unsigned long long)x,
                      (unsigned long long)t_x, (unsigned long long)t);
    }
    from = bench_now();
    rc = rc ? rc : clv_fit(&in, CLV_BGNBD, THREADS, &f, e);
    bench_say("clv_fit_s", bench_now() - from);
    from = bench_now();
    if (!rc) {
        clv_score(&in, &f, NULL, (struct clv_plan){52, .1, THREADS}, a, &s);
        bench_say("clv_score_s", bench_now() - from);
    }
    arena_free(a);
    clv_input_release(&in);
    return rc;
}

static enum rc ask(const char *dir, const char *file, struct err *e)
{
    struct clock clock = clock_real();
    struct logger logger = {.clock = &clock};
    struct hooks *hooks = hooks_new(THREADS);
    struct brand *b = NULL;
    FILE *out = file ? fopen(file, "w") : NULL;
    struct brand_options o = {.data_dir = dir,
                              .mode = BRAND_READ,
                              .clock = &clock,
                              .logger = &logger,
                              .hooks = hooks_slots(hooks)};
    double from = bench_now();
    enum rc rc = brand_open(&o, &b, e);
    rc = rc ? rc : brand_settle(b, e);
    bench_say("open_s", bench_now() - from);
    rc = rc ? rc : ask_rfm(b, out, e);
    rc = rc ? rc : ask_clv(b, out, e);
    if (b) {
        (void)brand_close(b, NULL);
    }
    hooks_free(hooks);
    if (out) {
        (void)fclose(out);
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    enum rc rc = RC_INVALID;
    if (argc == 3 && !strcmp(argv[1], "fit")) {
        rc = fit((uint32_t)strtoul(argv[2], NULL, 10), &e);
    } else if ((argc == 3 || argc == 4) && !strcmp(argv[1], "ask")) {
        rc = ask(argv[2], argc == 4 ? argv[3] : NULL, &e);
    } else {
        (void)fprintf(stderr, "value fit CONSUMERS | value ask DIR [FILE]\n");
        return 2;
    }
    bench_say_peak();
    return rc ? bench_fail(&e) : 0;
}
