/* Matching by stacks: the lines of one (item, unit price) of a consumer are pushed in time order and a refund
 * takes from the top, so the whole of a consumer costs a sort and one pass. */
#include "people/refunds.h"

#include <math.h>
#include <stdlib.h>
#include "base/map.h"
#include "base/mem.h"
#include "people/refunded.h"

struct line {
    uint64_t order; /* orders_key; 0 = a line without an order number */
    uint64_t classes;
    double quantity, left;
    int64_t time_ms, price_e4, amount_fen, taken_fen;
    struct str item, order_no;
    uint64_t content; /* of lines without an order: tells equal ones apart, by no matter what */
    uint32_t root, no, row;
    uint32_t below;        /* next line down its stack: index + 1 */
    int32_t day, full_day; /* full_day: for lines without an order */
    bool refund;
};
/* What a consumer's refunds took of an order. It counts for that consumer's parts only: who else has parts of the
 * order is told nothing, so that the result does not depend on which consumers are settled together. */
struct taken {
    uint64_t order;
    uint32_t root;
    struct order_refund refund;
};
struct matching {
    struct fold *fold;
    struct arena *arena;
    VEC(struct line) lines;
    VEC(struct taken) taken;
    VEC(struct order_refund) extra;
    struct map *tops; /* (item, price) -> index + 1 of the top line */
};

static int cmp_u64(uint64_t a, uint64_t b) { return (a > b) - (a < b); }
static int cmp_i64(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* By consumer, then time, a refund before the purchases of its instant (they are not earlier); among
 * purchases of one instant the one to be taken first comes last, on top of the stack. */
static int line_cmp_time(const void *pa, const void *pb)
{
    const struct line *a = pa, *b = pb;
    int c = cmp_u64(a->root, b->root);
    c = c ? c : cmp_i64(a->time_ms, b->time_ms);
    c = c ? c : (int)b->refund - (int)a->refund;
    c = c ? c : -str_cmp(a->order_no, b->order_no);
    c = c ? c : (a->quantity > b->quantity) - (a->quantity < b->quantity);
    c = c ? c : cmp_i64(a->amount_fen, b->amount_fen);
    c = c ? c : cmp_u64(a->no, b->no);
    return c ? c : cmp_u64(a->content, b->content);
}

static int line_cmp_part(const void *pa, const void *pb)
{
    const struct line *a = pa, *b = pb;
    int c = (int)a->refund - (int)b->refund;
    c = c ? c : cmp_u64(a->order, b->order);
    c = c ? c : cmp_u64(a->no, b->no);
    return c ? c : cmp_i64(a->day, b->day);
}

static int taken_cmp(const void *pa, const void *pb)
{
    const struct taken *a = pa, *b = pb;
    int c = cmp_u64(a->order, b->order);
    return c ? c : cmp_u64(a->root, b->root);
}

/* ---- gathering ---- */

/* The members of every consumer that needs matching, once each. */
static void wanted_members(struct fold *f, const struct graph *g, const uint32_t *nos,
                           uint32_t n, u32_vec *out)
{
    struct number_set roots = {0};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t root = graph_consumer(g, nos[i]);
        if (!number_set_add(&roots, root)) {
            continue;
        }
        bool unnamed = false, matched = false;
        uint32_t m = root;
        do {
            unnamed |= number_set_has(&f->unnamed, m);
            matched |= number_set_has(&f->matched, m);
            m = graph_next(g, m);
        } while (m != root);
        for (; unnamed || matched; m = graph_next(g, m)) {
            vec_push(out, m);
            if (unnamed) {
                number_set_add(&f->matched, m);
            } else {
                number_set_drop(&f->matched, m);
            }
            if (graph_next(g, m) == root) {
                break;
            }
        }
    }
    number_set_release(&roots);
}

static int64_t line_price(const struct event_batch *b, uint32_t r, double quantity)
{
    if (b->unit_price_e4[r] != PRICE_UNKNOWN || b->amount_fen[r] == AMOUNT_UNKNOWN ||
        quantity <= 0) {
        return b->unit_price_e4[r];
    }
    return (int64_t)llround((double)b->amount_fen[r] * 100.0 / quantity);
}

static uint64_t line_content(const struct event_batch *b, uint32_t r, uint32_t no)
{
    const struct purchase_line l = {
        .identity = no,
        .channel = b->channel[r],
        .time_ms = b->time_ms[r],
        .unit_price_e4 = b->unit_price_e4[r],
        .amount_fen = b->amount_fen[r],
        .quantity = b->quantity[r],
        .score = b->score[r],
        .item = b->item[r],
        .category = b->category[r],
        .touchpoint = b->touchpoint[r],
        .campaign = b->campaign[r],
        .props = b->props[r],
    };
    return refunded_line_hash(&l);
}

static void matching_read(struct matching *m, const struct graph *g,
                          const struct event_batch *b, const uint32_t *owner)
{
    struct fold *f = m->fold;
    struct zone_cache cache = {0};
    for (uint32_t r = 0; r < b->rows; r++) {
        bool refund = b->name[r] == EVENT_REFUND;
        if (refund && b->order_no[r].len) {
            continue; /* names its order: people/orders.h has it */
        }
        double quantity = b->quantity[r] == b->quantity[r] ? b->quantity[r] : 1;
        struct line l = {
            .root = graph_consumer(g, owner[r]),
            .no = owner[r],
            .row = r,
            .time_ms = b->time_ms[r],
            .refund = refund,
            .day = zone_day(f->zone, &cache, b->time_ms[r]),
            .full_day = DAY_NONE,
            .quantity = quantity,
            .left = quantity,
            .price_e4 = line_price(b, r, quantity),
            .amount_fen = b->amount_fen[r],
            .item = b->item[r],
            .order_no = b->order_no[r],
        };
        if (!refund) {
            l.classes = f->plan->on[b->name[r]] ? evidence_match(f->plan, b, r) : 0;
            l.order =
                l.order_no.len
                    ? orders_key(f->key, channel_name(f->catalogue, b->channel[r]), l.order_no)
                    : 0;
            l.content = l.order ? 0 : line_content(b, r, owner[r]);
        }
        vec_push(&m->lines, l);
    }
}

/* ---- matching ---- */

static void take_line(struct matching *m, struct line *line, double quantity,
                      const struct line *refund)
{
    line->left -= quantity;
    bool whole = line->left <= 0;
    int64_t fen = AMOUNT_UNKNOWN;
    if (line->amount_fen != AMOUNT_UNKNOWN) {
        int64_t upto = whole ? line->amount_fen
                             : (int64_t)llround((double)line->amount_fen *
                                                (1 - line->left / line->quantity));
        fen = upto - line->taken_fen;
        line->taken_fen = upto;
    }
    if (!line->order) {
        bool full = whole || (fen != AMOUNT_UNKNOWN && line->taken_fen >= line->amount_fen);
        if (full && line->full_day == DAY_NONE) {
            line->full_day = refund->day;
        }
    } else if (fen != AMOUNT_UNKNOWN) {
        struct taken t = {line->order, line->root, {refund->time_ms, refund->day, fen}};
        vec_push(&m->taken, t);
    }
}

static struct str stack_key(struct matching *m, const struct line *l)
{
    return arena_strf(m->arena, "%lld %.*s", (long long)l->price_e4, STR_FMT(l->item));
}

static void match_consumer(struct matching *m, size_t from, size_t to)
{
    map_clear(m->tops);
    for (size_t i = from; i < to; i++) {
        struct line *l = &m->lines.ptr[i];
        struct str key = stack_key(m, l);
        uint32_t top = 0;
        map_get(m->tops, key, &top);
        if (!l->refund) {
            l->below = top;
            map_put(m->tops, key, (uint32_t)i + 1);
            continue;
        }
        double left = l->item.len ? l->quantity : 0;
        while (top && left > 0) {
            struct line *line = &m->lines.ptr[top - 1];
            double take = line->left < left ? line->left : left;
            if (take > 0) {
                take_line(m, line, take, l);
                left -= take;
            }
            if (line->left <= 0) {
                top = line->below;
            }
        }
        map_put(m->tops, key, top);
    }
}

/* ---- placing ---- */

static int32_t order_day(struct matching *m, const struct line *l)
{
    if (!l->order) {
        return l->full_day;
    }
    vec_clear(&m->extra);
    const struct taken mine = {.order = l->order, .root = l->root};
    size_t low = 0, high = m->taken.len;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (taken_cmp(&m->taken.ptr[mid], &mine) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < m->taken.len && !taken_cmp(&m->taken.ptr[low], &mine); low++) {
        vec_push(&m->extra, m->taken.ptr[low].refund);
    }
    return orders_refunded_day(m->fold->orders, l->order, m->extra.ptr, (uint32_t)m->extra.len);
}

/* Lines are sorted by part: one (order, identity, day) counts once a class. */
static void place_lines(struct matching *m)
{
    const struct line *l = m->lines.ptr;
    for (size_t i = 0; i < m->lines.len && !l[i].refund;) {
        uint64_t classes = l[i].classes;
        size_t next = i + 1;
        while (l[i].order && next < m->lines.len && !line_cmp_part(&l[i], &l[next])) {
            classes |= l[next++].classes;
        }
        int32_t refunded = order_day(m, &l[i]);
        for (; classes; classes &= classes - 1) {
            uint32_t cls = (uint32_t)__builtin_ctzll(classes);
            evidence_add(m->fold->evidence, l[i].no, l[i].day, cls, 1);
            if (refunded != DAY_NONE) {
                evidence_refund(m->fold->evidence, l[i].no, l[i].day, cls, refunded);
            }
        }
        i = next;
    }
}

static uint64_t order_classes(const struct evidence_plan *p)
{
    uint64_t mask = 0;
    for (uint32_t c = 0; c < p->len; c++) {
        mask |= p->classes[c].unit == UNIT_ORDERS ? 1ull << c : 0;
    }
    return mask;
}

/* Lines in the order of their parts, their refunds known. */
static void matching_run(struct matching *m)
{
    struct line *l = m->lines.ptr;
    if (m->lines.len) {
        qsort(l, m->lines.len, sizeof(*l), line_cmp_time);
    }
    for (size_t i = 0; i < m->lines.len;) {
        size_t to = i + 1;
        while (to < m->lines.len && l[to].root == l[i].root) {
            to++;
        }
        match_consumer(m, i, to);
        i = to;
    }
    if (m->taken.len) {
        qsort(m->taken.ptr, m->taken.len, sizeof(*m->taken.ptr), taken_cmp);
    }
    if (m->lines.len) {
        qsort(l, m->lines.len, sizeof(*l), line_cmp_part);
    }
}

static void matching_release(struct matching *m)
{
    vec_release(&m->lines);
    vec_release(&m->taken);
    vec_release(&m->extra);
    map_free(m->tops);
    arena_free(m->arena);
}

enum rc refunds_settle(struct fold *f, const struct graph *g, struct order_history history,
                       const uint32_t *nos, uint32_t n, struct err *e)
{
    if (!f->unnamed.len && !f->matched.len) {
        return RC_OK;
    }
    u32_vec members = {0};
    wanted_members(f, g, nos, n, &members);
    if (!members.len) {
        return RC_OK;
    }
    struct event_batch *batch = NULL;
    uint32_t *owner = NULL;
    struct matching m = {.fold = f, .arena = arena_new(), .tops = map_new()};
    enum rc rc = history.read(history.ctx, members.ptr, (uint32_t)members.len, m.arena, &batch,
                              &owner, e);
    if (!rc) {
        matching_read(&m, g, batch, owner);
        for (size_t i = 0; i < members.len; i++) {
            evidence_drop_classes(f->evidence, members.ptr[i], order_classes(f->plan));
            fold_touch(f, members.ptr[i]);
        }
        matching_run(&m);
        place_lines(&m);
    }
    batch_free(batch);
    vec_release(&members);
    matching_release(&m);
    return rc;
}

static void each_line(struct matching *m, const struct event_batch *batch,
                      void (*each)(void *ctx, const struct refunds_part *p), void *ctx)
{
    for (size_t i = 0; i < m->lines.len && !m->lines.ptr[i].refund; i++) {
        const struct line *l = &m->lines.ptr[i];
        int32_t from = order_day(m, l);
        if (from != DAY_NONE) {
            const struct refunds_part p = {l->order, l->no, l->row, from, batch};
            each(ctx, &p);
        }
    }
}

enum rc refunds_each(struct fold *f, const struct graph *g, struct order_history history,
                     void (*each)(void *ctx, const struct refunds_part *p), void *ctx,
                     struct err *e)
{
    u32_vec members = {0};
    for (uint32_t w = 0; w < f->matched.words; w++) {
        for (uint64_t bits = f->matched.bits[w]; bits; bits &= bits - 1) {
            vec_push(&members, w * 64 + (uint32_t)__builtin_ctzll(bits));
        }
    }
    if (!members.len) {
        return RC_OK;
    }
    struct event_batch *batch = NULL;
    uint32_t *owner = NULL;
    struct matching m = {.fold = f, .arena = arena_new(), .tops = map_new()};
    enum rc rc = history.read(history.ctx, members.ptr, (uint32_t)members.len, m.arena, &batch,
                              &owner, e);
    if (!rc) {
        matching_read(&m, g, batch, owner);
        matching_run(&m);
        each_line(&m, batch, each, ctx);
    }
    batch_free(batch);
    vec_release(&members);
    matching_release(&m);
    return rc;
}
