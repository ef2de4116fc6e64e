#include "report/rfm.h"
#include "base/mem.h"
#include "base/sort.h"
#include <math.h>

/* R in days, F in orders, M in fen. */
static int64_t whole_of(const struct rfm_row *r, int which)
{
    return which == RFM_R ? r->days : which == RFM_F ? r->orders : r->amount_fen;
}

static double value_of(int64_t whole, int which)
{
    return which == RFM_M ? (double)whole / 100 : (double)whole;
}

static double sorted_value(const struct keyed *sorted, uint32_t i, int which)
{
    return value_of(sort_i64_of(sorted[i].key), which);
}

/* The first value behind the k-th fifth (of R: the last value within it); NAN when nobody is beyond. */
static double quantile_cut(const struct keyed *sorted, uint32_t n, uint32_t k, int which)
{
    uint32_t end = (uint32_t)(((uint64_t)n * k + RFM_SCORES - 1) / RFM_SCORES); /* 1..n */
    uint64_t last = sorted[end - 1].key;
    if (which == RFM_R) {
        return last < sorted[n - 1].key ? sorted_value(sorted, end - 1, which) : (double)NAN;
    }
    uint32_t low = end, high = n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (sorted[mid].key > last) {
            high = mid;
        } else {
            low = mid + 1;
        }
    }
    return low < n ? sorted_value(sorted, low, which) : (double)NAN;
}

static void find_cuts(const struct rfm_plan *p, struct rfm_report *r)
{
    struct keyed *sorted = mem_array(struct keyed, r->len + 1);
    for (int which = RFM_R; which <= RFM_M; which++) {
        for (uint32_t i = 0; i < r->len; i++) {
            sorted[i].key = sort_key_i64(whole_of(&r->row[i], which));
        }
        if (!p->set[which]) {
            sort_keyed(sorted, r->len, 0);
        }
        for (uint32_t k = 0; k < RFM_CUTS; k++) {
            r->cuts[which][k] = p->set[which] ? p->cuts[which][k]
                                : r->len      ? quantile_cut(sorted, r->len, k + 1, which)
                                              : (double)NAN;
        }
    }
    mem_free(sorted);
}

/* A NAN cut is reached by nobody; of R it bars nobody. */
static uint8_t score_of(double v, const double *cuts, int which)
{
    uint32_t reached = 0;
    for (uint32_t k = 0; k < RFM_CUTS; k++) {
        if (which == RFM_R) {
            reached += isnan(cuts[k]) || v <= cuts[k];
        } else {
            reached += v >= cuts[k];
        }
    }
    return (uint8_t)(1 + reached);
}

static double split_point(const struct rfm_plan *p, const struct rfm_report *r, int which)
{
    uint64_t sum = 0, seen = 0;
    if (p->split == RFM_POINTS) {
        return p->points[which];
    }
    for (uint32_t s = 1; s <= RFM_SCORES; s++) {
        sum += s * r->scores[which][s];
    }
    if (p->split == RFM_MEAN) {
        return r->len ? (double)sum / r->len : (double)NAN;
    }
    for (uint32_t s = 1; s <= RFM_SCORES; s++) {
        seen += r->scores[which][s];
        if (2 * seen >= r->len) {
            return r->len ? s : (double)NAN;
        }
    }
    return (double)NAN;
}

static void cell_add(struct rfm_cell *c, const struct rfm_row *row)
{
    c->consumers += 1;
    c->orders += row->orders;
    c->amount_fen += row->amount_fen;
}

static void place(struct rfm_report *r, struct rfm_row *row)
{
    row->type = 0;
    for (int which = RFM_R; which <= RFM_M; which++) {
        row->type = (uint8_t)(row->type * 2 + (row->score[which] >= r->split[which]));
    }
    cell_add(&r->type[row->type], row);
    cell_add(&r->grid[row->score[RFM_R]][row->score[RFM_F]], row);
    cell_add(&r->all, row);
}

void rfm_score(const struct buying *in, const struct rfm_plan *p, struct rfm_report *out)
{
    struct rfm_report r = {.row = mem_array(struct rfm_row, in->buyers + 1)};
    for (uint32_t i = 0; i < in->len; i++) {
        const struct buyer *b = &in->buyer[i];
        if (b->orders) {
            r.row[r.len++] = (struct rfm_row){.no = b->no,
                                              .days = (uint32_t)(p->as_of - b->last),
                                              .orders = b->orders,
                                              .amount_fen = b->amount_fen};
        }
    }
    find_cuts(p, &r);
    for (uint32_t i = 0; i < r.len; i++) {
        for (int which = RFM_R; which <= RFM_M; which++) {
            double value = value_of(whole_of(&r.row[i], which), which);
            uint8_t s = score_of(value, r.cuts[which], which);
            r.row[i].score[which] = s;
            r.scores[which][s]++;
        }
    }
    for (int which = RFM_R; which <= RFM_M; which++) {
        r.split[which] = split_point(p, &r, which);
    }
    for (uint32_t i = 0; i < r.len; i++) {
        place(&r, &r.row[i]);
    }
    *out = r;
}

enum rc rfm_make(struct brand *b, const struct rfm_plan *p, struct rfm_report *out,
                 struct err *e)
{
    struct buying in = {0};
    enum rc rc = buying_read(b, p->as_of - p->window + 1, p->as_of, &in, e);
    if (!rc) {
        rfm_score(&in, p, out);
    }
    buying_release(&in);
    return rc;
}

void rfm_release(struct rfm_report *r)
{
    mem_free(r->row);
    *r = (struct rfm_report){0};
}

const struct who_field *rfm_type_field(void) { return who_field_find(STR("rfm.type")); }

const char *rfm_type_code(uint32_t type) { return rfm_type_field()->values[type].key; }
