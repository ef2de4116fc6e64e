/* The figures of crowds side by side: overlap, profile, logistic regression and AUC, against plain loops. */
#include <math.h>
#include "base/mem.h"
#include "base/rng.h"
#include "report/logit.h"
#include "report/overlap.h"
#include "report/profile.h"
#include "tap.h"

enum { LEN = 700, SETS = 4 };

static bool near(double got, double want)
{
    return fabs(got - want) <= 1e-9 * (1 + fabs(want));
}

static void test_overlap(struct rng *r, struct arena *a)
{
    bool in[SETS][LEN] = {{false}};
    struct bits sets[SETS];
    struct overlap o;
    uint32_t wrong = 0;
    for (uint32_t s = 0; s < SETS; s++) {
        bits_init(&sets[s], LEN);
        for (uint32_t i = 0; s < 3 && i < LEN; i++) { /* the last one is empty */
            in[s][i] = !rng_below(r, 2 + s);
            if (in[s][i]) {
                bits_set(&sets[s], i);
            }
        }
    }
    overlap_make(sets, SETS, a, &o);
    uint64_t any = 0, alone[SETS] = {0};
    for (uint32_t i = 0; i < LEN; i++) {
        int n = in[0][i] + in[1][i] + in[2][i];
        any += n > 0;
        for (uint32_t s = 0; s < SETS; s++) {
            alone[s] += in[s][i] && n == 1;
        }
    }
    for (uint32_t x = 0; x < SETS; x++) {
        for (uint32_t y = 0; y < SETS; y++) {
            uint64_t both = 0, either = 0, first = 0;
            for (uint32_t i = 0; i < LEN; i++) {
                both += in[x][i] && in[y][i];
                either += in[x][i] || in[y][i];
                first += in[x][i];
            }
            wrong += o.both[x * SETS + y] != both;
            wrong += either && !near(overlap_jaccard(&o, x, y), (double)both / (double)either);
            wrong += first && !near(overlap_share(&o, x, y), (double)both / (double)first);
        }
        wrong += o.alone[x] != alone[x];
        bits_release(&sets[x]);
    }
    TEST("overlap counts what a loop counts; shares of nothing are unknown") {
        CHECK_EQ_I64(wrong, 0);
        CHECK(o.any == any && o.all == 0);
        CHECK(isnan(overlap_share(&o, 3, 0)) && isnan(overlap_jaccard(&o, 3, 3)));
        CHECK(near(overlap_jaccard(&o, 3, 0), 0));
    }
}

static void test_profile(void)
{
    TEST("share, TGI and z of two proportions, worked by hand") {
        /* crowd 200 of a base of 1,000; 60 of the crowd have it, 180 of the base: 120 of the 800 others.
         * z = (0.3 - 0.15) / sqrt(0.18 * 0.82 * (1/200 + 1/800)) */
        struct profile p = {.crowd = 200, .base = 1000, .both = 200};
        struct profile_row r = profile_figures(&p, 60, 180, 60);
        CHECK(near(r.share, 0.3) && near(r.base_share, 0.18) && near(r.tgi, 500.0 / 3));
        CHECK(fabs(r.z - 4.938648) < 1e-5 && r.significant && !r.few);
        r = profile_figures(&p, 36, 180, 36); /* as common as in the base */
        CHECK(near(r.tgi, 100) && near(r.z, 0) && !r.significant && !r.few);
        r = profile_figures(&p, 4, 8, 4); /* 1.6 are to be expected */
        CHECK(r.few && !r.significant && near(r.tgi, 250));
        r = profile_figures(&p, 12, 12, 12); /* 2.4 are to be expected, 12 there are */
        CHECK(!r.few && r.significant && near(r.tgi, 500));
        r = profile_figures(&p, 197, 800, 197); /* without it: 3 in the crowd, 40 expected */
        CHECK(!r.few && r.significant);
        r = profile_figures(&p, 197, 990, 197); /* 3, and 2 expected */
        CHECK(r.few && !r.significant);
        r = profile_figures(&p, 200, 1000, 200); /* everybody has it */
        CHECK(isnan(r.z) && r.few && near(r.tgi, 100));
    }
    TEST("a base that the crowd is not part of; a crowd that is the base; nobody") {
        struct profile apart = {.crowd = 200, .base = 800, .both = 0};
        struct profile_row r = profile_figures(&apart, 60, 120, 0);
        CHECK(near(r.tgi, 200) && fabs(r.z - 4.938648) < 1e-5);
        struct profile same = {.crowd = 50, .base = 50, .both = 50};
        r = profile_figures(&same, 10, 10, 10);
        CHECK(near(r.tgi, 100) && isnan(r.z) && !r.significant);
        struct profile empty = {.crowd = 0, .base = 50, .both = 0};
        r = profile_figures(&empty, 0, 10, 0);
        CHECK(isnan(r.share) && isnan(r.tgi) && isnan(r.z) && !r.significant);
        r = profile_figures(&apart, 3, 0, 0);
        CHECK(isnan(r.tgi));
    }
}

/* ---- logistic regression --------------------------------------------------------------------- */

enum { ROWS = 400, FEATURES = 5 };
struct sample {
    uint32_t at[ROWS + 1];
    uint16_t list[ROWS * FEATURES];
    uint8_t positive[ROWS];
    bool has[ROWS][FEATURES];
};

static struct logit_rows make_sample(struct sample *s, struct rng *r, bool odd)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        double score = -0.5;
        s->at[i] = n;
        for (uint16_t f = 0; f < FEATURES; f++) {
            s->has[i][f] = !rng_below(r, 2u + f);
            if (s->has[i][f]) {
                s->list[n++] = f;
                score += f % 2 ? 1.2 : -0.7;
            }
        }
        double p = 1 / (1 + exp(-score));
        s->positive[i] = odd ? s->has[i][0] : rng_below(r, 1000) < p * 1000;
    }
    s->at[ROWS] = n;
    return (struct logit_rows){ROWS, FEATURES, s->at, s->list, s->positive};
}

/* The penalised log likelihood, written out. */
static double likelihood(const struct sample *s, const double *w, double penalty)
{
    double sum = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        double x = w[FEATURES];
        for (uint32_t f = 0; f < FEATURES; f++) {
            x += s->has[i][f] ? w[f] : 0;
        }
        sum += s->positive[i] ? -log(1 + exp(-x)) : -log(1 + exp(x));
    }
    for (uint32_t f = 0; f < FEATURES; f++) {
        sum -= penalty / 2 * w[f] * w[f];
    }
    return sum;
}

static void test_logit(struct rng *r)
{
    static struct sample s;
    double w[FEATURES + 1] = {0};
    struct logit_rows x = make_sample(&s, r, false);
    TEST("the fit is where the penalised likelihood is greatest: no step in any direction is "
         "better") {
        CHECK(!logit_fit(&x, 1, w, NULL));
        double best = likelihood(&s, w, 1);
        for (uint32_t f = 0; f <= FEATURES; f++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double other[FEATURES + 1];
                memcpy(other, w, sizeof(w));
                other[f] += sign * 1e-3;
                double down = best - likelihood(&s, other, 1);
                CHECK(down > 0 && down < 1e-3);
            }
        }
        CHECK(w[1] > 0.5 && w[0] < -0.2); /* and has the signs it was made with */
    }
    TEST("a trait that tells all apart gets a finite weight; one side alone is refused") {
        struct err e = {0};
        x = make_sample(&s, r, true);
        CHECK(!logit_fit(&x, 1, w, &e) && isfinite(w[0]) && w[0] > 4);
        memset(s.positive, 0, sizeof(s.positive));
        CHECK(logit_fit(&x, 1, w, &e) == RC_INVALID);
    }
}

static void test_auc(struct rng *r)
{
    uint32_t wrong = 0;
    for (int round = 0; round < 50; round++) {
        double score[60], pairs = 0, wins = 0;
        uint8_t positive[60];
        for (uint32_t i = 0; i < 60; i++) {
            positive[i] = !rng_below(r, 3);
            score[i] = rng_below(r, 8) + positive[i]; /* many equal ones */
        }
        for (uint32_t i = 0; i < 60; i++) {
            for (uint32_t j = 0; j < 60; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    wins += score[i] > score[j] ? 1 : score[i] < score[j] ? 0 : 0.5;
                }
            }
        }
        wrong += !near(logit_auc(score, positive, 60), wins / pairs);
    }
    TEST("AUC is the share of pairs that are told apart, equal ones half") {
        double one[2] = {1, 2};
        uint8_t all[2] = {1, 1};
        CHECK_EQ_I64(wrong, 0);
        CHECK(isnan(logit_auc(one, all, 2)));
    }
}

int main(void)
{
    struct rng r = rng_seed(3);
    struct arena *a = arena_new();
    test_overlap(&r, a);
    test_profile();
    test_logit(&r);
    test_auc(&r);
    arena_free(a);
    return tap_end();
}
