#include "report/growth.h"
#include <math.h>

void growth_split(struct growth_report *r)
{
    const struct growth_side *a = &r->before, *b = &r->now;
    int64_t all = b->amount_fen - a->amount_fen;
    if (a->buyers == 0 || a->orders == 0) {
        r->gain_fen = all;
        r->retain_fen = r->boost_fen = 0;
        return;
    }
    double f0 = (double)a->orders / (double)a->buyers;
    double p0 = (double)a->amount_fen / (double)a->orders;
    double n0 = (double)a->buyers, n1 = (double)b->buyers;
    r->gain_fen = llround((n1 - n0) * f0 * p0);
    r->retain_fen = llround(((double)b->orders - n1 * f0) * p0);
    r->boost_fen = all - r->gain_fen - r->retain_fen;
}

static void side_fill(struct growth_side *s, const struct buying *b)
{
    s->buyers = b->buyers;
    s->orders = b->orders;
    s->amount_fen = b->amount_fen;
}

static uint64_t common(const struct buying *a, const struct buying *b)
{
    uint64_t n = 0;
    for (uint32_t i = 0, k = 0; i < a->len && k < b->len;) {
        const struct buyer *x = &a->buyer[i], *y = &b->buyer[k];
        n += x->no == y->no && x->orders && y->orders;
        i += x->no <= y->no;
        k += y->no <= x->no;
    }
    return n;
}

enum rc growth_make(struct brand *b, struct growth_report *r, struct err *e)
{
    struct buying before = {0}, now = {0};
    enum rc rc = buying_read(b, r->before.from, r->before.to, &before, e);
    rc = rc ? rc : buying_read(b, r->now.from, r->now.to, &now, e);
    if (!rc) {
        side_fill(&r->before, &before);
        side_fill(&r->now, &now);
        r->kept = common(&before, &now);
        growth_split(r);
    }
    buying_release(&before);
    buying_release(&now);
    return rc;
}
