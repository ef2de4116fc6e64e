#include "report/profile.h"
#include <math.h>
#include "base/vec.h"

struct making {
    struct profile *p;
    const struct bits *crowd, *base;
    struct arena *arena;
    VEC(struct profile_row) rows;
};

static double part(uint64_t n, uint64_t of)
{
    return of ? (double)n / (double)of : (double)NAN;
}

/* A cell of the table with/without x crowd/outside in which few are and few were to be expected. */
static bool thin(double there, double expected) { return there < 5 && expected < 5; }

struct profile_row profile_figures(const struct profile *p, uint64_t crowd, uint64_t base,
                                   uint64_t both)
{
    struct profile_row r = {.crowd = crowd, .base = base};
    uint64_t rest = p->base - p->both, rest_with = base - both;
    double n = (double)p->crowd, m = (double)rest;
    r.share = part(crowd, p->crowd);
    r.base_share = part(base, p->base);
    r.tgi = r.base_share > 0 ? 100 * r.share / r.base_share : (double)NAN;
    double pooled = part(crowd + rest_with, p->crowd + rest);
    double spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    bool can = p->crowd && rest && spread > 0;
    r.z = can ? (r.share - (double)rest_with / m) / spread : (double)NAN;
    double with = (double)crowd, other = (double)rest_with;
    r.few = !can || thin(with, pooled * n) || thin(n - with, (1 - pooled) * n) ||
            thin(other, pooled * m) || thin(m - other, (1 - pooled) * m);
    r.significant = can && !r.few && fabs(r.z) >= 1.96;
    return r;
}

static enum rc add_row(void *ctx, const struct trait *t, struct err *e)
{
    struct making *m = ctx;
    uint64_t crowd = 0, base = 0, both = 0;
    (void)e;
    for (uint32_t w = 0; w < (t->set->len + 63) / 64; w++) {
        uint64_t x = t->set->words[w], c = m->crowd->words[w], b = m->base->words[w];
        crowd += (uint64_t)__builtin_popcountll(x & c);
        base += (uint64_t)__builtin_popcountll(x & b);
        both += (uint64_t)__builtin_popcountll(x & b & c);
    }
    if (crowd + base) {
        struct profile_row r = profile_figures(m->p, crowd, base, both);
        r.field = t->field;
        r.value = arena_str(m->arena, t->value);
        r.question = arena_str(m->arena, t->question);
        vec_push(&m->rows, r);
    }
    return RC_OK;
}

enum rc profile_make(const struct trait_wants *want, const struct bits *crowd,
                     const struct bits *base, struct arena *a, struct profile *out,
                     struct err *e)
{
    struct making m = {.p = out, .crowd = crowd, .base = base, .arena = a};
    struct bits both = {0};
    bits_init(&both, crowd->len);
    bits_or(&both, crowd);
    bits_and(&both, base);
    *out = (struct profile){
        .crowd = bits_count(crowd), .base = bits_count(base), .both = bits_count(&both)};
    bits_release(&both);
    enum rc rc = trait_each(want, a, add_row, &m, e);
    out->rows_len = (uint32_t)m.rows.len;
    out->rows = arena_array(a, struct profile_row, m.rows.len + 1);
    if (m.rows.len) {
        memcpy(out->rows, m.rows.ptr, m.rows.len * sizeof(*m.rows.ptr));
    }
    vec_release(&m.rows);
    return rc;
}
