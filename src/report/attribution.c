#include "report/attribution.h"
#include "base/mem.h"
#include <math.h>

const char *attribution_model_name(enum attribution_model m)
{
    static const char *const names[] = {"last",     "first",   "linear", "decay",
                                        "position", "shapley", "markov"};
    return names[m];
}

void touch_paths_release(struct touch_paths *p)
{
    vec_release(&p->touches);
    vec_release(&p->paths);
}

static void give(struct credit *c, const struct touch_path *path, double share)
{
    c->count += share;
    c->amount += share * path->amount;
}

static void give_decay(const struct touch *t, const struct touch_path *path,
                       struct credit *credit)
{
    double sum = 0, least = t[0].age;
    for (uint32_t i = 1; i < path->len; i++) {
        least = t[i].age < least ? t[i].age : least;
    }
    for (uint32_t i = 0; i < path->len; i++) {
        sum += exp2(least - t[i].age); /* at least 1: nothing underflows */
    }
    for (uint32_t i = 0; i < path->len; i++) {
        give(&credit[t[i].label], path, exp2(least - t[i].age) / sum);
    }
}

static void give_position(const struct touch *t, const struct touch_path *path,
                          struct credit *credit)
{
    uint32_t n = path->len;
    double end = n == 1 ? 1 : n == 2 ? 0.5 : 0.4;
    give(&credit[t[0].label], path, end);
    if (n > 1) {
        give(&credit[t[n - 1].label], path, end);
    }
    for (uint32_t i = 1; i + 1 < n; i++) {
        give(&credit[t[i].label], path, 0.2 / (n - 2));
    }
}

/* A conversion touched by the set T is worth 1 to every coalition that holds T: a unanimity game, whose Shapley value
 * is 1/|T| for each of T. The value of a sum of games is the sum of their values, so this is exact for any number of
 * labels (the test compares it with the definition). */
static void give_shapley(const struct touch *t, const struct touch_path *path, uint32_t *seen,
                         uint32_t mark, struct credit *credit)
{
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < path->len; i++) {
        distinct += seen[t[i].label] != mark;
        seen[t[i].label] = mark;
    }
    for (uint32_t i = 0; i < path->len; i++) {
        if (seen[t[i].label] == mark) {
            give(&credit[t[i].label], path, 1.0 / distinct);
            seen[t[i].label] = 0;
        }
    }
}

static void give_path(const struct touch_paths *p, const struct touch_path *path,
                      enum attribution_model m, uint32_t *seen, struct credit *credit)
{
    const struct touch *t = p->touches.ptr + path->from;
    uint32_t mark = (uint32_t)(path - p->paths.ptr) + 1;
    switch (m) {
    case ATTRIBUTION_LAST: give(&credit[t[path->len - 1].label], path, 1); break;
    case ATTRIBUTION_FIRST: give(&credit[t[0].label], path, 1); break;
    case ATTRIBUTION_LINEAR:
        for (uint32_t i = 0; i < path->len; i++) {
            give(&credit[t[i].label], path, 1.0 / path->len);
        }
        break;
    case ATTRIBUTION_DECAY: give_decay(t, path, credit); break;
    case ATTRIBUTION_POSITION: give_position(t, path, credit); break;
    case ATTRIBUTION_SHAPLEY: give_shapley(t, path, seen, mark, credit); break;
    case ATTRIBUTION_MARKOV: break;
    }
}

static void give_markov(const struct touch_paths *p, struct credit all, struct credit *credit)
{
    double *chain = markov_chain(p), sum = 0;
    double *effect = mem_array(double, p->labels_len + 1);
    markov_effects(chain, p->labels_len, effect);
    for (uint32_t i = 1; i < p->labels_len; i++) {
        sum += effect[i];
    }
    for (uint32_t i = 1; sum > 0 && i < p->labels_len; i++) {
        credit[i].count += all.count * effect[i] / sum;
        credit[i].amount += all.amount * effect[i] / sum;
    }
    mem_free(effect);
    mem_free(chain);
}

void attribution_credit(const struct touch_paths *p, enum attribution_model m,
                        struct credit *credit)
{
    uint32_t *seen = mem_array(uint32_t, p->labels_len + 1);
    struct credit touched = {0};
    for (uint32_t i = 0; i < p->labels_len; i++) {
        credit[i] = (struct credit){0};
    }
    for (size_t i = 0; i < p->paths.len; i++) {
        const struct touch_path *path = &p->paths.ptr[i];
        if (!path->converted) {
            continue;
        }
        if (path->len == 0) {
            give(&credit[0], path, 1);
            continue;
        }
        touched.count += 1;
        touched.amount += path->amount;
        give_path(p, path, m, seen, credit);
    }
    if (m == ATTRIBUTION_MARKOV && touched.count > 0) {
        give_markov(p, touched, credit);
    }
    mem_free(seen);
}
