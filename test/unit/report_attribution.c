/* Credits of touches: sums, the Shapley value by its definition, the Markov chain by naive simulation. */
#include "base/mem.h"
#include "base/rng.h"
#include "report/attribution.h"
#include "unit/tap.h"
#include <math.h>

static bool near(double got, double want, double within)
{
    bool ok = fabs(got - want) <= within;
    if (!ok) {
        printf("#   got %.12g, want %.12g\n", got, want);
    }
    return ok;
}

/* "12a" style: labels as digits, ages 1 half life apart, the last touch at age 0. */
static void add(struct touch_paths *p, const char *labels, bool converted, double amount)
{
    uint32_t len = (uint32_t)strlen(labels);
    struct touch_path path = {(uint32_t)p->touches.len, len, converted, amount};
    for (uint32_t i = 0; i < len; i++) {
        uint32_t label = (uint32_t)(labels[i] - '0');
        vec_push(&p->touches, ((struct touch){label, len - 1 - i}));
        p->labels_len = label >= p->labels_len ? label + 1 : p->labels_len;
    }
    vec_push(&p->paths, path);
}

static struct touch_paths random_paths(uint32_t labels, uint32_t n)
{
    struct rng r = rng_seed(11);
    struct touch_paths p = {.labels_len = labels + 1};
    for (uint32_t i = 0; i < n; i++) {
        char text[12] = "";
        uint32_t len = rng_below(&r, 7);
        for (uint32_t k = 0; k < len; k++) {
            text[k] = (char)('1' + rng_below(&r, labels));
        }
        bool converted = rng_below(&r, 3) == 0;
        if (len || converted) {
            add(&p, text, converted, converted ? 10 + rng_below(&r, 500) : 0);
        }
    }
    return p;
}

static void test_rules(void)
{
    struct credit c[8];
    struct touch_paths p = {.labels_len = 4};
    add(&p, "1223", true, 100);
    add(&p, "31", false, 0);
    add(&p, "", true, 7);
    TEST("one path, by each rule") {
        attribution_credit(&p, ATTRIBUTION_LAST, c);
        CHECK(near(c[3].count, 1, 0) && near(c[3].amount, 100, 0) && near(c[1].count, 0, 0));
        attribution_credit(&p, ATTRIBUTION_FIRST, c);
        CHECK(near(c[1].count, 1, 0) && near(c[3].count, 0, 0));
        attribution_credit(&p, ATTRIBUTION_LINEAR, c);
        CHECK(near(c[1].amount, 25, 1e-12) && near(c[2].amount, 50, 1e-12));
        attribution_credit(&p, ATTRIBUTION_DECAY, c);
        CHECK(near(c[1].count, 1. / 15, 1e-12) && near(c[2].count, 6. / 15, 1e-12) &&
              near(c[3].count, 8. / 15, 1e-12));
        attribution_credit(&p, ATTRIBUTION_POSITION, c);
        CHECK(near(c[1].count, .4, 1e-12) && near(c[2].count, .2, 1e-12) &&
              near(c[3].count, .4, 1e-12));
        attribution_credit(&p, ATTRIBUTION_SHAPLEY, c);
        CHECK(near(c[1].count, 1. / 3, 1e-12) && near(c[2].amount, 100. / 3, 1e-12));
        CHECK(near(c[0].count, 1, 0) && near(c[0].amount, 7, 0));
    }
    touch_paths_release(&p);
    p = (struct touch_paths){.labels_len = 3};
    add(&p, "1", true, 10);
    add(&p, "12", true, 20);
    TEST("position: one touch has all, two share") {
        attribution_credit(&p, ATTRIBUTION_POSITION, c);
        CHECK(near(c[1].amount, 20, 1e-12) && near(c[2].amount, 10, 1e-12));
    }
    touch_paths_release(&p);
}

static void test_sums(void)
{
    struct touch_paths p = random_paths(6, 4000);
    struct credit c[8];
    double count = 0, amount = 0;
    for (size_t i = 0; i < p.paths.len; i++) {
        count += p.paths.ptr[i].converted;
        amount += p.paths.ptr[i].amount;
    }
    TEST("under every model credits sum to the whole") {
        for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
            attribution_credit(&p, (enum attribution_model)m, c);
            double n = 0, fen = 0;
            for (uint32_t i = 0; i < p.labels_len; i++) {
                n += c[i].count;
                fen += c[i].amount;
                CHECK(c[i].count >= 0);
            }
            CHECK(near(n, count, 1e-8) && near(fen, amount, 1e-6));
        }
    }
    touch_paths_release(&p);
}

static uint32_t set_of(const struct touch_paths *p, const struct touch_path *path)
{
    uint32_t set = 0;
    for (uint32_t i = 0; i < path->len; i++) {
        set |= 1u << (p->touches.ptr[path->from + i].label - 1);
    }
    return set;
}

static void test_shapley(void)
{
    TEST("Shapley credits are those of the definition over all coalitions") {
        enum { N = 7 };
        struct touch_paths p = random_paths(N, 3000);
        struct credit c[N + 1];
        double *value = mem_array(double, 1u << N), share[N];
        for (size_t i = 0; i < p.paths.len; i++) {
            const struct touch_path *path = &p.paths.ptr[i];
            for (uint32_t s = 0; path->converted && path->len && s < 1u << N; s++) {
                value[s] += (set_of(&p, path) & ~s) == 0 ? path->amount : 0;
            }
        }
        shapley_exact(value, N, share);
        attribution_credit(&p, ATTRIBUTION_SHAPLEY, c);
        for (uint32_t i = 0; i < N; i++) {
            CHECK(near(c[i + 1].amount, share[i], 1e-6));
        }
        mem_free(value);
        touch_paths_release(&p);
    }
    TEST("the definition itself: a glove game") {
        /* one left glove, two right ones: a pair is worth 1 */
        double value[8] = {0}, share[3];
        for (uint32_t s = 0; s < 8; s++) {
            value[s] = (s & 1) && (s & 6);
        }
        shapley_exact(value, 3, share);
        CHECK(near(share[0], 2. / 3, 1e-12) && near(share[1], 1. / 6, 1e-12));
    }
}

/* One walk from the start; true when it ends in conversion. */
static bool walk(const double *chain, uint32_t n, uint32_t removed, struct rng *r)
{
    uint32_t at = 0;
    while (at < n) {
        double u = rng_f64(r);
        uint32_t next = 0;
        for (; next + 1 < n + 2 && u >= chain[(size_t)at * (n + 2) + next]; next++) {
            u -= chain[(size_t)at * (n + 2) + next];
        }
        if (removed && next == removed) {
            return false;
        }
        at = next;
    }
    return at == n;
}

static void test_markov(void)
{
    struct touch_paths p = random_paths(5, 3000);
    uint32_t n = p.labels_len;
    double *chain = markov_chain(&p), effect[8];
    markov_effects(chain, n, effect);
    TEST("Markov: reach is the share of touched paths that converted") {
        double paths = 0, converted = 0;
        for (size_t i = 0; i < p.paths.len; i++) {
            paths += p.paths.ptr[i].len > 0;
            converted += p.paths.ptr[i].len > 0 && p.paths.ptr[i].converted;
        }
        CHECK(near(markov_reach(chain, n, 0), converted / paths, 1e-12));
    }
    TEST("Markov: one elimination gives what a removal a time gives") {
        double all = markov_reach(chain, n, 0);
        for (uint32_t i = 1; i < n; i++) {
            CHECK(near(effect[i], 1 - markov_reach(chain, n, i) / all, 1e-12));
        }
    }
    TEST("Markov: removal effects match a naive simulation") {
        enum { WALKS = 60000 };
        struct rng r = rng_seed(5);
        double all = markov_reach(chain, n, 0);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t hits = 0;
            for (uint32_t k = 0; k < WALKS; k++) {
                hits += walk(chain, n, i, &r);
            }
            double got = (double)hits / WALKS, want = i ? all * (1 - effect[i]) : all;
            CHECK(near(got, want, 4.5 * sqrt(want * (1 - want) / WALKS)));
        }
    }
    mem_free(chain);
    touch_paths_release(&p);
    TEST("Markov: a chain worked out by hand") {
        /* start -> 1; 1 -> 2 or nothing; 2 -> conversion: without 1 or 2 nothing is left */
        struct touch_paths q = {.labels_len = 4};
        struct credit c[4];
        add(&q, "12", true, 30);
        add(&q, "1", false, 0);
        add(&q, "3", true, 60);
        attribution_credit(&q, ATTRIBUTION_MARKOV, c);
        /* reach 2/3; without 1: 1/3, without 2: 1/3, without 3: 1/3: all effects are 1/2 */
        CHECK(near(c[1].count, 2. / 3, 1e-12) && near(c[2].count, 2. / 3, 1e-12) &&
              near(c[3].amount, 30, 1e-12));
        touch_paths_release(&q);
    }
}

int main(void)
{
    test_rules();
    test_sums();
    test_shapley();
    test_markov();
    return tap_end();
}
