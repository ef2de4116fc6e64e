/* Models of lifetime value: published figures, and values computed to 40 digits from the published formulas (2F1,
 * gamma functions and the integral of the Pareto/NBD likelihood by adaptive quadrature). */
#include "base/mem.h"
#include "base/rng.h"
#include "report/clv.h"
#include "report/clv_bgnbd.h"
#include "report/clv_gammagamma.h"
#include "unit/tap.h"
#include <math.h>

static const double bg[4] = {.243, 4.414, .793, 2.426};
static const double pareto[4] = {.5534, 10.5802, .6061, 11.6562};

static bool near(double got, double want, double relative)
{
    bool ok = fabs(got - want) <= relative * fabs(want);
    if (!ok) {
        printf("#   got %.15g, want %.15g\n", got, want);
    }
    return ok;
}

struct expected_case {
    double p[4];
    uint32_t x;
    double t_x, t, ahead, want, log_likelihood;
};
/* a near 1, a + b below 1, large r, large a, large x, parameters that ran away, a hundred years, a thousandth of a day. */
static const struct expected_case bg_cases[] = {
    {{.243, 4.414, .793, 2.426}, 2, 30.43, 38.86, 39, 1.22602817476714, -9.45860630706627},
    {{.243, 4.414, 1.0000001, 2.426}, 3, 10, 20, 1000, 7.67008232704118, -10.3854260213732},
    {{.243, 4.414, 1.3, .2}, 0, 0, 5, 52, .420472166770084, -.184052242340091},
    {{.243, 4.414, .1, .3}, 0, 0, .5, 52, 1.80339473160946, -.0260755928022596},
    {{12, 6, .5, 1.5}, 20, 30, 38, 52, 1.77207727040438, -37.6380310365869},
    {{20, 30, .9, 2}, 300, 100, 104, 52, 2.13025268030523, -15.3577054216103},
    {{.5, 3, 800, 2500}, 4, 20, 38, 52, .544942426245935, -13.720929787467},
    {{.243, 4.414, .793, 2.426}, 0, 0, 0, 5200, 12.148119026371, 0},
    {{.5, 3, 30, .4}, 0, 0, 20, 52, .449665563177496, -1.01844096363052},
    {{.5, 3, 25, 60}, 2, 9, 20, 520, 1.15287167260066, -7.14254131671522},
    {{.8, 3, 7927, 160079}, 5, 20, 38, 52, 2.51090621456093, -15.721729390335},
    {{.3, 1, 1.2, 3}, 2, 5, 9, 1e-4, 1.16671257161506e-5, -6.15767485158965},
};

static void test_bgnbd(void)
{
    TEST("BG/NBD: expectations and chances of a newcomer are the published ones") {
        CHECK(near(clv_newcomer(CLV_BGNBD, bg, .1429), .00782834751607216, 1e-12));
        CHECK(near(clv_newcomer(CLV_BGNBD, bg, 1), .0532678911716583, 1e-12));
        CHECK(near(clv_newcomer(CLV_BGNBD, bg, 3), .150865230893047, 1e-12));
        CHECK(near(clv_newcomer(CLV_BGNBD, bg, 31.8571), 1.04199606085221, 1e-12));
        CHECK(near(clv_newcomer(CLV_BGNBD, bg, 78), 1.86051905794277, 1e-12));
        CHECK(near(bgnbd_chance(bg, 0, 39), .57378635, 1e-7));
        CHECK(near(bgnbd_chance(bg, 10, 2), 1.078690e-7, 1e-6));
        CHECK(near(bgnbd_chance(bg, 11, 30), .00199952145, 1e-8));
    }
    TEST("BG/NBD: chances of all counts sum to one") {
        double sum = 0, mean = 0;
        for (uint32_t x = 0; x < 400; x++) {
            sum += bgnbd_chance(bg, x, 39);
            mean += x * bgnbd_chance(bg, x, 39);
        }
        CHECK(near(sum, 1, 1e-9) && near(mean, clv_newcomer(CLV_BGNBD, bg, 39), 1e-7));
    }
    TEST("BG/NBD: P(alive) of a known consumer, and 1 for one who never came back") {
        CHECK(near(clv_alive(CLV_BGNBD, bg, 2, 30.43, 38.86), .726578570080673, 1e-12));
        CHECK(clv_alive(CLV_BGNBD, bg, 0, 0, 38.86) == 1);
    }
    TEST("BG/NBD: expected purchases and likelihoods hold at the edges of the parameters") {
        for (size_t i = 0; i < sizeof(bg_cases) / sizeof(bg_cases[0]); i++) {
            const struct expected_case *c = &bg_cases[i];
            CHECK(near(clv_expected(CLV_BGNBD, c->p, c->x, c->t_x, c->t, c->ahead), c->want,
                       i == 1 ? 1e-8 : 2e-10));
            double ll = clv_one_log_likelihood(CLV_BGNBD, c->p, c->x, c->t_x, c->t);
            CHECK(fabs(ll - c->log_likelihood) < 1e-9);
        }
    }
}

struct alive_case {
    double p[4];
    uint32_t x;
    double t_x, t, log_likelihood, alive;
};
/* The first four underflow when the powers are not kept as logs. */
static const struct alive_case pareto_cases[] = {
    {{.5143, 2.8845, .2856, 14.1087},
     221,
     103.42857,
     103.57143,
     -61.5846485617292,
     .999596052317938},
    {{.5143, 2.8845, .2856, 14.1087},
     254,
     97.14286,
     97.28571,
     -19.6232922175118,
     .999558226123011},
    {{.5143, 2.8845, .2856, 14.1087}, 161, 94.71429, 98, -87.4292548633013, .749487752252707},
    {{.5143, 2.8845, .2856, 14.1087},
     204,
     98.57143,
     99.42857,
     -65.1983421892604,
     .9942550796379},
    {{.5534, 10.5802, .6061, 11.6562}, 26, 30.86, 31, -39.1321278835061, .997917766551907},
    {{.5, 2, .6, 400}, 3, 10, 38, -11.6119387413911, .684949808089596},
    {{.5, 400, .6, 2}, 3, 10, 38, -18.6572013437857, .447685960369349},
    {{.5, 400, .6, .01}, 0, 0, 38, -.000781794846527134, .00680289468655159},
    {{.5, 5, .6, 5}, 2, 10, 38, -8.40676108276442, .170288768515489},
    {{3, .01, 4, 500}, 900, .1, 38, 7204.90301985761, 0},
    {{.5, .01, .6, 1000}, 1, 1, 38, -8.26205286449745, .808292885243637},
};

static void test_paretonbd(void)
{
    TEST("Pareto/NBD: likelihood and P(alive) hold where plain formulas underflow") {
        for (size_t i = 0; i < sizeof(pareto_cases) / sizeof(pareto_cases[0]); i++) {
            const struct alive_case *c = &pareto_cases[i];
            double ll = clv_one_log_likelihood(CLV_PARETONBD, c->p, c->x, c->t_x, c->t);
            CHECK(fabs(ll - c->log_likelihood) < 1e-9);
            CHECK(fabs(clv_alive(CLV_PARETONBD, c->p, c->x, c->t_x, c->t) - c->alive) < 1e-10);
        }
    }
    TEST("Pareto/NBD: expected purchases are the published ones") {
        CHECK(near(clv_expected(CLV_PARETONBD, pareto, 26, 30.86, 31, 52), 25.454914, 1e-7));
        CHECK(near(clv_newcomer(CLV_PARETONBD, pareto, 52), 1.4730670, 1e-7));
    }
    TEST("Pareto/NBD: nothing happens at s = 1") {
        double p[4] = {.5, 5, 1, 8}, q[4] = {.5, 5, 1 + 1e-9, 8};
        CHECK(
            near(clv_newcomer(CLV_PARETONBD, p, 52), clv_newcomer(CLV_PARETONBD, q, 52), 1e-7));
        CHECK(near(clv_newcomer(CLV_PARETONBD, p, 52), .5 * 8 / 5 * log(60. / 8), 1e-12));
    }
}

static void test_gammagamma(void)
{
    static const double p[3] = {6.25, 3.74, 15.44};
    TEST("Gamma-Gamma: expected values of a purchase are the published ones") {
        CHECK(near(gammagamma_expected(p, 2, 22.35), 24.6637, 2e-6));
        CHECK(near(gammagamma_expected(p, 1, 11.77), 18.9169, 3e-6));
        CHECK(near(gammagamma_expected(p, 0, 0), 35.2190, 2e-6));
        CHECK(near(gammagamma_expected(p, 7, 73.74), 71.4697, 1e-6));
        static const double heavy[3] = {6, .9, 15};
        CHECK(isnan(gammagamma_expected(heavy, 0, 0)) &&
              isfinite(gammagamma_expected(heavy, 2, 9)));
    }
}

/* ---- fits of made-up consumers ---- */

static double gamma_of(struct rng *r, double shape, double rate)
{
    double boost = 1, d, c;
    if (shape < 1) {
        boost = pow(1 - rng_f64(r), 1 / shape);
        shape += 1;
    }
    d = shape - 1. / 3;
    c = 1 / sqrt(9 * d);
    for (;;) {
        double x = rng_normal(r), v = pow(1 + c * x, 3);
        if (v > 0 && log(1 - rng_f64(r)) < .5 * x * x + d - d * v + d * log(v)) {
            return boost * d * v / rate;
        }
    }
}

/* One who buys at `rate` a week for `life` weeks, or drops out with chance `p` after each purchase. */
static void live(struct rng *r, struct clv_consumer *c, double rate, double life, double p)
{
    double at = 0;
    uint32_t last = 0;
    for (;;) {
        at += rng_exponential(r, 1 / rate);
        if (at > life || at * 7 >= c->t) {
            return;
        }
        uint32_t day = (uint32_t)(at * 7) + 1;
        c->x += day > last;
        c->t_x = (uint16_t)day;
        last = day;
        if (rng_f64(r) < p) {
            return;
        }
    }
}

static struct clv_input make(enum clv_model m, uint32_t n, bool leaving)
{
    struct rng r = rng_seed(7);
    struct clv_input in = {.len = n, .consumer = mem_array(struct clv_consumer, n)};
    for (uint32_t i = 0; i < n; i++) {
        struct clv_consumer *c = &in.consumer[i];
        *c = (struct clv_consumer){.no = i + 1, .t = (uint16_t)(365 + 30 * rng_below(&r, 5))};
        double rate = fmax(gamma_of(&r, .8, 6), 1e-6), life = INFINITY, p = 0;
        if (leaving && m == CLV_PARETONBD) {
            life = rng_exponential(&r, 1 / fmax(gamma_of(&r, .7, 14), 1e-9));
        } else if (leaving) {
            double u = gamma_of(&r, .8, 1), v = gamma_of(&r, 2.5, 1);
            p = u / (u + v);
        }
        live(&r, c, rate, life, p);
        for (uint32_t k = 0; k < c->x; k++) {
            c->repeat_fen += round(gamma_of(&r, 6, 6) * 3000);
        }
    }
    clv_input_group(&in);
    return in;
}

static void test_groups(void)
{
    TEST("grouping keeps the likelihood") {
        struct clv_input in = make(CLV_BGNBD, 3000, true);
        double sum = 0, weight = 0;
        for (uint32_t i = 0; i < in.len; i++) {
            const struct clv_consumer *c = &in.consumer[i];
            sum += clv_one_log_likelihood(CLV_BGNBD, bg, c->x, c->t_x / 7., c->t / 7.);
        }
        for (uint32_t i = 0; i < in.groups_len; i++) {
            weight += in.group[i].weight;
        }
        CHECK(near(clv_log_likelihood(&in, CLV_BGNBD, bg, 1), sum, 1e-12));
        CHECK(near(clv_log_likelihood(&in, CLV_BGNBD, bg, 3), sum, 1e-12));
        CHECK(weight == 3000 && in.groups_len < 3000);
        clv_input_release(&in);
    }
}

static void test_fits(void)
{
    struct clv_fit f = {0};
    TEST("BG/NBD: a fit finds what made the data, within three standard errors") {
        static const double want[4] = {.8, 6, .8, 2.5};
        struct clv_input in = make(CLV_BGNBD, 3000, true);
        CHECK(clv_fit(&in, CLV_BGNBD, 2, &f, NULL) == RC_OK && f.identified);
        for (uint32_t i = 0; i < 4; i++) {
            CHECK(f.se[i] > 0 && fabs(f.params[i] - want[i]) < 3 * f.se[i] + .06 * want[i]);
        }
        CHECK(f.log_likelihood >= clv_log_likelihood(&in, CLV_BGNBD, want, 1));
        clv_input_release(&in);
    }
    TEST("BG/NBD: a fit of many, made from near, is at the bottom") {
        struct clv_input in = make(CLV_BGNBD, 60000, true);
        CHECK(in.groups_len > 8000);
        CHECK(clv_fit(&in, CLV_BGNBD, 2, &f, NULL) == RC_OK && f.identified);
        for (uint32_t i = 0; i < 8; i++) {
            double p[4];
            memcpy(p, f.params, sizeof p);
            p[i / 2] *= i % 2 ? 1.001 : .999;
            CHECK(clv_log_likelihood(&in, CLV_BGNBD, p, 2) < f.log_likelihood);
        }
        clv_input_release(&in);
    }
    TEST("Pareto/NBD: a fit finds what made the data, within three standard errors") {
        static const double want[4] = {.8, 6, .7, 14};
        struct clv_input in = make(CLV_PARETONBD, 3000, true);
        CHECK(clv_fit(&in, CLV_PARETONBD, 2, &f, NULL) == RC_OK && f.identified);
        for (uint32_t i = 0; i < 4; i++) {
            CHECK(f.se[i] > 0 && fabs(f.params[i] - want[i]) < 3 * f.se[i] + .06 * want[i]);
        }
        clv_input_release(&in);
    }
    TEST("where nobody leaves, both models say that dropping out is not identified") {
        struct clv_input in = make(CLV_BGNBD, 1000, false);
        for (int m = 0; m < 2; m++) {
            CHECK(clv_fit(&in, (enum clv_model)m, 2, &f, NULL) == RC_OK);
            CHECK(!f.identified && f.why && f.why_zh && isfinite(f.log_likelihood));
            CHECK(f.log_likelihood > f.plain_log_likelihood - .1);
        }
        clv_input_release(&in);
    }
    TEST("nothing to fit is said, not fitted") {
        struct clv_input in = {.len = 5, .consumer = mem_array(struct clv_consumer, 5)};
        struct value_fit v = {0};
        struct err e = {0};
        clv_input_group(&in);
        CHECK(clv_fit(&in, CLV_BGNBD, 1, &f, &e) == RC_INVALID && strstr(e.msg, "second day"));
        CHECK(value_fit(&in, 1, &v, &e) == RC_INVALID);
        clv_input_release(&in);
    }
}

static void test_scores(void)
{
    TEST("scores are those of the single functions; the value model divides what it should") {
        struct clv_input in = make(CLV_BGNBD, 3000, true);
        struct clv_fit f = {0};
        struct value_fit v = {0};
        struct arena *a = arena_new();
        struct clv_scores s = {0}, flat = {0};
        CHECK(clv_fit(&in, CLV_BGNBD, 2, &f, NULL) == RC_OK);
        CHECK(value_fit(&in, 2, &v, NULL) == RC_OK);
        clv_score(&in, &f, &v, (struct clv_plan){52, .1, 2}, a, &s);
        clv_score(&in, &f, &v, (struct clv_plan){30.5, 0, 1}, a, &flat);
        for (uint32_t i = 0; i < in.len; i += 97) {
            const struct clv_consumer *c = &in.consumer[i];
            double x = c->t_x / 7., t = c->t / 7.;
            CHECK(near(s.alive[i], clv_alive(CLV_BGNBD, f.params, c->x, x, t), 1e-12));
            CHECK(
                near(s.expected[i], clv_expected(CLV_BGNBD, f.params, c->x, x, t, 52), 1e-12));
            CHECK(near(flat.expected[i], clv_expected(CLV_BGNBD, f.params, c->x, x, t, 30.5),
                       1e-12));
            CHECK(near(flat.clv[i], flat.expected[i] * s.purchase[i], 1e-12));
            CHECK(s.clv[i] < s.expected[i] * s.purchase[i] &&
                  s.clv[i] > s.expected[i] * s.purchase[i] / 1.1);
        }
        arena_free(a);
        clv_input_release(&in);
    }
}

int main(void)
{
    test_bgnbd();
    test_paretonbd();
    test_gammagamma();
    test_groups();
    test_fits();
    test_scores();
    return tap_end();
}
