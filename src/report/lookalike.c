#include "report/lookalike.h"
#include <math.h>
#include <stdlib.h>
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "report/logit.h"

#define SAMPLE_MOST 50000u
#define FEATURES_MOST 200u
#define PENALTY 1.0

/* A trait as seen in the sample. */
struct feature {
    struct str field, value;
    uint8_t *has; /* [sample] */
    double z;
    double weight;
    bool used;
};
struct learning {
    struct arena *arena;
    uint64_t seed;
    VEC(uint32_t) sample; /* consumers; those of the crowd first */
    uint32_t positives;
    VEC(struct feature) features;
    /* scoring */
    const struct bits *candidates;
    float *score; /* by number */
    uint32_t at;  /* the trait that comes next */
};

static uint64_t hash_of(const struct learning *k, uint32_t no)
{
    return hash_mix(k->seed ^ no);
}

/* Appends about SAMPLE_MOST of the set, always the same. */
static uint32_t take_sample(struct learning *k, const struct bits *set)
{
    uint64_t n = bits_count(set);
    uint64_t limit = n > SAMPLE_MOST ? UINT64_MAX / n * SAMPLE_MOST : UINT64_MAX;
    uint32_t before = (uint32_t)k->sample.len;
    for (uint32_t no = 0; (no = bits_next(set, no)) != UINT32_MAX; no++) {
        if (hash_of(k, no) <= limit) {
            vec_push(&k->sample, no);
        }
    }
    return (uint32_t)k->sample.len - before;
}

static double z_of(double a, double n, double b, double m)
{
    double p = (a + b) / (n + m), spread = sqrt(p * (1 - p) * (1 / n + 1 / m));
    return spread > 0 ? (a / n - b / m) / spread : 0;
}

static enum rc see_trait(void *ctx, const struct trait *t, struct err *e)
{
    struct learning *k = ctx;
    uint32_t n = (uint32_t)k->sample.len, in = 0, out = 0;
    struct feature f = {.field = t->field, .value = arena_str(k->arena, t->value)};
    (void)e;
    f.has = mem_array(uint8_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        f.has[i] = bits_has(t->set, k->sample.ptr[i]);
        *(i < k->positives ? &in : &out) += f.has[i];
    }
    f.z = z_of(in, k->positives, out, n - k->positives);
    vec_push(&k->features, f);
    return RC_OK;
}

static int strongest(const void *x, const void *y)
{
    double a = fabs(*(const double *)x), b = fabs(*(const double *)y);
    return (a < b) - (a > b);
}

/* Marks the features that are used: those that vary, the FEATURES_MOST with the greatest z. */
static uint32_t choose_features(struct learning *k)
{
    size_t n = k->features.len;
    double *z = mem_array(double, n + 1);
    uint32_t used = 0;
    for (size_t i = 0; i < n; i++) {
        z[i] = k->features.ptr[i].z;
    }
    qsort(z, n, sizeof(*z), strongest);
    double least = n > FEATURES_MOST ? fabs(z[FEATURES_MOST]) : 0;
    for (size_t i = 0; i < n; i++) {
        struct feature *f = &k->features.ptr[i];
        f->used = fabs(f->z) > least;
        used += f->used;
    }
    mem_free(z);
    return used;
}

static bool held_out(const struct learning *k, uint32_t i)
{
    return hash_mix(hash_of(k, k->sample.ptr[i])) % 5 == 0;
}

/* The rows of the sample that are held out, or the others. */
struct rows {
    struct logit_rows x;
    VEC(uint32_t) at;
    VEC(uint16_t) list;
    VEC(uint8_t) positive;
};

static void make_rows(struct learning *k, bool out, uint32_t features, struct rows *r)
{
    vec_push(&r->at, 0);
    for (uint32_t i = 0; i < k->sample.len; i++) {
        if (held_out(k, i) != out) {
            continue;
        }
        uint16_t no = 0;
        for (size_t f = 0; f < k->features.len; f++) {
            const struct feature *g = &k->features.ptr[f];
            if (g->used && g->has[i]) {
                vec_push(&r->list, no);
            }
            no = (uint16_t)(no + g->used);
        }
        vec_push(&r->at, (uint32_t)r->list.len);
        vec_push(&r->positive, (uint8_t)(i < k->positives));
    }
    r->x = (struct logit_rows){.rows = (uint32_t)r->positive.len,
                               .features = features,
                               .at = r->at.ptr,
                               .list = r->list.ptr,
                               .positive = r->positive.ptr};
}

static void rows_release(struct rows *r)
{
    vec_release(&r->at);
    vec_release(&r->list);
    vec_release(&r->positive);
}

static double auc_of(struct rows *r, const double *weights)
{
    double *score = mem_array(double, r->x.rows + 1);
    for (uint32_t i = 0; i < r->x.rows; i++) {
        score[i] = logit_score(&r->x, weights, i);
    }
    double auc = logit_auc(score, r->positive.ptr, r->x.rows);
    mem_free(score);
    return auc;
}

static int by_weight(const void *x, const void *y)
{
    double a = fabs(((const struct lookalike_weight *)x)->weight),
           b = fabs(((const struct lookalike_weight *)y)->weight);
    return (a < b) - (a > b);
}

static void keep_weights(struct learning *k, const double *weights, uint32_t features,
                         struct lookalike *out)
{
    out->weights = arena_array(k->arena, struct lookalike_weight, features + 1);
    for (size_t i = 0; i < k->features.len; i++) {
        struct feature *f = &k->features.ptr[i];
        if (f->used) {
            f->weight = weights[out->weights_len];
            out->weights[out->weights_len++] =
                (struct lookalike_weight){f->field, f->value, f->weight};
        }
    }
    qsort(out->weights, out->weights_len, sizeof(*out->weights), by_weight);
}

static enum rc learn(struct learning *k, double *intercept, struct lookalike *out,
                     struct err *e)
{
    struct rows train = {0}, test = {0};
    uint32_t n = choose_features(k);
    double *weights = mem_array(double, n + 1);
    make_rows(k, false, n, &train);
    make_rows(k, true, n, &test);
    enum rc rc = logit_fit(&train.x, PENALTY, weights, e);
    if (!rc) {
        out->learned = train.x.rows;
        out->tested = test.x.rows;
        out->auc = auc_of(&test, weights);
        out->auc_learned = auc_of(&train, weights);
        *intercept = weights[n];
        keep_weights(k, weights, n, out);
    }
    rows_release(&train);
    rows_release(&test);
    mem_free(weights);
    return rc;
}

/* ---- scoring --------------------------------------------------------------------------------- */

static enum rc score_trait(void *ctx, const struct trait *t, struct err *e)
{
    struct learning *k = ctx;
    const struct feature *f = &k->features.ptr[k->at++];
    (void)e;
    if (!f->used) {
        return RC_OK;
    }
    for (uint32_t no = 0; (no = bits_next(t->set, no)) != UINT32_MAX; no++) {
        k->score[no] += (float)f->weight;
    }
    return RC_OK;
}

struct candidate {
    float score;
    uint32_t no;
    uint64_t hash;
};

static int best_first(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->score < b->score || a->score > b->score) {
        return a->score < b->score ? 1 : -1;
    }
    return (a->hash > b->hash) - (a->hash < b->hash);
}

static void take_best(struct learning *k, uint64_t size, double intercept,
                      struct lookalike *out)
{
    uint64_t n = out->candidates, at = 0;
    struct candidate *all = mem_array(struct candidate, n + 1);
    for (uint32_t no = 0; (no = bits_next(k->candidates, no)) != UINT32_MAX; no++) {
        all[at++] = (struct candidate){k->score[no], no, hash_of(k, no)};
    }
    qsort(all, n, sizeof(*all), best_first);
    for (uint64_t i = 0; i < n && i < size; i++) {
        bits_set(&out->chosen, all[i].no);
        out->least = 1 / (1 + exp(-(all[i].score + intercept)));
    }
    mem_free(all);
}

static enum rc check_sizes(const struct lookalike *out, struct err *e)
{
    if (out->crowd >= LOOKALIKE_LEAST && out->candidates >= LOOKALIKE_LEAST) {
        return RC_OK;
    }
    rc_fail(e, RC_INVALID, "too few to learn from: %llu in the crowd, %llu outside of it",
            (unsigned long long)out->crowd, (unsigned long long)out->candidates);
    err_hint(e, "at least %d of both", LOOKALIKE_LEAST);
    return RC_INVALID;
}

enum rc lookalike_make(const struct trait_wants *want, const struct bits *crowd,
                       const struct bits *base, uint64_t size, uint64_t seed, struct arena *a,
                       struct lookalike *out, struct err *e)
{
    struct learning k = {.arena = a, .seed = hash_mix(seed + 1)};
    struct bits candidates = {0};
    double intercept = 0;
    *out = (struct lookalike){.crowd = bits_count(crowd)};
    bits_init(&candidates, base->len);
    bits_or(&candidates, base);
    bits_minus(&candidates, crowd);
    out->candidates = bits_count(&candidates);
    enum rc rc = check_sizes(out, e);
    if (!rc) {
        k.positives = take_sample(&k, crowd);
        (void)take_sample(&k, &candidates);
        rc = trait_each(want, a, see_trait, &k, e);
    }
    rc = rc ? rc : learn(&k, &intercept, out, e);
    if (!rc) {
        bits_init(&out->chosen, base->len);
        k.candidates = &candidates;
        k.score = mem_array(float, base->len + 1);
        rc = trait_each(want, a, score_trait, &k, e);
        take_best(&k, rc ? 0 : size, intercept, out);
    }
    for (size_t i = 0; i < k.features.len; i++) {
        mem_free(k.features.ptr[i].has);
    }
    vec_release(&k.features);
    vec_release(&k.sample);
    mem_free(k.score);
    bits_release(&candidates);
    return rc;
}
