/* Leaves that the stage model's evidence answers without the lake: it has, for each identity and day, how many
 * events of each class there were. */
#include <stdatomic.h>
#include "base/mem.h"
#include "base/parallel.h"
#include "who/world_own.h"

/* ---- the class ---- */

static bool has_name(const uint16_t *names, uint32_t len, uint16_t name)
{
    for (uint32_t i = 0; i < len; i++) {
        if (names[i] == name) {
            return true;
        }
    }
    return false;
}

static bool same_names(const struct evidence_class *k, const struct event_filter *f)
{
    bool same = true;
    for (uint32_t i = 0; i < f->names_len; i++) {
        same &= has_name(k->names, k->names_len, f->names[i]);
    }
    for (uint32_t i = 0; i < k->names_len; i++) {
        same &= has_name(f->names, f->names_len, k->names[i]);
    }
    return same;
}

static bool same_test(const struct evidence_test *a, const struct evidence_test *b)
{
    bool same = a->field == b->field && a->cmp == b->cmp && a->texts_len == b->texts_len;
    if (!same || a->texts_len == 0) {
        return same && !(a->number < b->number) && !(a->number > b->number);
    }
    for (uint32_t i = 0; i < a->texts_len && same; i++) {
        same = str_eq(a->texts[i], b->texts[i]);
    }
    return same;
}

static bool same_tests(const struct evidence_class *k, const struct event_filter *f)
{
    bool same = k->tests_len == f->tests_len;
    for (uint32_t i = 0; same && i < f->tests_len; i++) {
        same = same_test(&k->tests[i], &f->tests[i]);
    }
    return same;
}

static bool wanted_unit(const struct question *q, enum evidence_unit *unit)
{
    const struct event_filter *f = &q->filter;
    bool buys = has_name(f->names, f->names_len, EVENT_PURCHASE);
    *unit = q->form == Q_IS ? UNIT_STATUS : buys ? UNIT_ORDERS : UNIT_EVENTS;
    switch (q->form) {
    case Q_DID:
        return q->count_of != COUNT_OF_ITEMS && f->names_len && (!buys || f->names_len == 1);
    case Q_MOMENT: /* what the event was, only the lake knows */
        return !q->was.tests_len && f->names_len && (!buys || f->names_len == 1);
    case Q_IS: return f->names_len == 1;
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
    case Q_SEQUENCE:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_STAGE:
    case Q_FIELD:
    case Q_HAS:
    case Q_IDENTITY:
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT:
    case Q_SAMPLE: break;
    }
    return false;
}

bool find_evidence_knows(const struct who_world *w, const struct question *q, uint32_t *cls)
{
    const struct evidence_plan *p = w->brand->plan;
    enum evidence_unit unit;
    if (!p || !wanted_unit(q, &unit)) {
        return false;
    }
    for (uint32_t c = 0; c < p->len; c++) {
        const struct evidence_class *k = &p->classes[c];
        if (k->unit == unit && same_names(k, &q->filter) && same_tests(k, &q->filter)) {
            *cls = c;
            return true;
        }
    }
    return false;
}

/* ---- the walk ---- */

struct status {
    int64_t time_ms;
    uint32_t touchpoint;
    bool on;
};
typedef VEC(int32_t) day_vec;
typedef VEC(struct status) status_vec;
struct walk {
    struct who_world *w;
    const struct question *q;
    uint32_t cls;
    int32_t from, to; /* days */
    struct column column;
    struct bits *set;
    atomic_bool saturated;
};

/* Orders of an entry that hold at the end of the day asked about. */
static uint32_t entry_count(const struct walk *k, const struct evidence_entry *x)
{
    if (x->form == FORM_REFUNDED) {
        return x->refund_day > k->w->as_of ? x->count : 0;
    }
    return x->form == FORM_COUNTED ? x->count : 0;
}

struct found {
    uint64_t count;
    int32_t first, last;
    day_vec days;
    status_vec statuses;
};

static void walk_member(struct walk *k, uint32_t no, struct found *f)
{
    struct evidence_view v = evidence_get(k->w->brand->evidence, no);
    struct evidence_entry x;
    for (uint32_t at = 0; at < v.len; at += evidence_size(v.words[at])) {
        if ((v.words[at] >> 10 & 63) != k->cls) {
            continue;
        }
        (void)evidence_read(v.words + at, &x);
        if (x.form == FORM_STATUS) {
            if (x.day <= k->w->as_of) {
                vec_push(&f->statuses, ((struct status){x.time_ms, x.touchpoint, x.on}));
            }
            continue;
        }
        uint32_t n = entry_count(k, &x);
        if (!n || x.day < k->from || x.day > k->to) {
            continue;
        }
        if (x.count >= EVIDENCE_COUNT_MAX) {
            atomic_store(&k->saturated, true);
        }
        f->count += n;
        f->first = x.day < f->first ? x.day : f->first;
        f->last = x.day > f->last ? x.day : f->last;
        if (k->q->form == Q_DID && k->q->count_of == COUNT_OF_DAYS) {
            vec_push(&f->days, x.day);
        }
    }
}

/* Few days, mostly in order. */
static uint32_t distinct_days(day_vec *d)
{
    uint32_t n = 0;
    for (size_t i = 1; i < d->len; i++) {
        int32_t x = d->ptr[i];
        size_t at = i;
        for (; at && d->ptr[at - 1] > x; at--) {
            d->ptr[at] = d->ptr[at - 1];
        }
        d->ptr[at] = x;
    }
    for (size_t i = 0; i < d->len; i++) {
        n += !i || d->ptr[i] != d->ptr[i - 1];
    }
    return n;
}

/* An end is about every touchpoint when it names none, and about what began without one; an end wins a tie. */
static bool status_ended(const status_vec *s, const struct status *on)
{
    for (size_t i = 0; i < s->len; i++) {
        const struct status *off = &s->ptr[i];
        bool about = off->touchpoint == on->touchpoint || !off->touchpoint || !on->touchpoint;
        if (!off->on && about && off->time_ms >= on->time_ms) {
            return true;
        }
    }
    return false;
}

static bool status_holds(const status_vec *s)
{
    for (size_t i = 0; i < s->len; i++) {
        if (s->ptr[i].on && !status_ended(s, &s->ptr[i])) {
            return true;
        }
    }
    return false;
}

static void put(struct walk *k, uint32_t no, struct found *f)
{
    if (k->q->form == Q_IS) {
        if (status_holds(&f->statuses)) {
            bits_set(k->set, no);
        }
    } else if (k->q->form == Q_MOMENT) {
        int32_t day = k->q->last_one ? f->last : f->first;
        ((uint16_t *)k->column.data)[no] = f->count ? (uint16_t)day : COLUMN_DAY_NONE;
    } else {
        uint64_t n = k->q->count_of == COUNT_OF_DAYS ? distinct_days(&f->days) : f->count;
        ((uint32_t *)k->column.data)[no] = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    }
}

static void walk_block(void *ctx, size_t from, size_t to)
{
    struct walk *k = ctx;
    const struct who_world *w = k->w;
    struct found f = {0};
    for (size_t i = from; i < to; i++) {
        uint32_t no = (uint32_t)i, member = no;
        if (no && i + 12 < to) {
            evidence_prefetch(w->brand->evidence, no + 12);
        }
        f.count = 0;
        f.first = INT32_MAX;
        f.last = INT32_MIN;
        vec_clear(&f.days);
        vec_clear(&f.statuses);
        if (!no || w->consumers[no] != no) {
            if (k->q->form == Q_MOMENT) {
                put(k, no, &f);
            }
            continue;
        }
        do {
            walk_member(k, member, &f);
            member = graph_next(w->brand->graph, member);
        } while (member != no);
        put(k, no, &f);
    }
    vec_release(&f.days);
    vec_release(&f.statuses);
}

enum rc find_evidence(struct who_world *w, const struct question *q, uint32_t cls,
                      struct column *column, struct bits *set, bool *exact, struct err *e)
{
    struct walk k = {.w = w, .q = q, .cls = cls, .set = set};
    struct when ever = {0};
    (void)e;
    bool some = when_days(q->form == Q_DID ? q->when : ever, w->as_of, &k.from, &k.to);
    if (!some) {
        k.from = 1;
        k.to = 0;
    }
    if (q->form == Q_IS) {
        bits_init(set, w->len);
    } else {
        column_init(&k.column, q->form == Q_MOMENT ? COLUMN_U16 : COLUMN_U32, w->len);
    }
    parallel_blocks(w->len, COLUMN_BLOCK / 4, w->threads, walk_block, &k);
    *exact = !k.saturated;
    column_narrow(&k.column, w->threads);
    *column = k.column;
    return RC_OK;
}
