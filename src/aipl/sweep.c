/* See sweep.h. Three steps: unpack the strings into lists by class; turn each atom's list into
 * points (a day on which it becomes true or false); sort the points and walk them. */
#include "aipl/sweep.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"

#define FOREVER INT32_MAX
#define TABLE_ATOMS 16 /* up to this many atoms every set has its byte in a table */
#define CACHE 1024
#define SHORT_SORT 24

struct unit {
    int32_t day, end; /* holds on day..end; FOREVER unless refunded */
    uint32_t count;
};
struct mark {
    int64_t time_ms;
    int32_t day;
    uint32_t touchpoint;
    bool on;
};
struct class_list {
    VEC(struct unit) units;
    VEC(struct mark) marks;
    bool refunded, unsorted;
};

struct stage_table {
    const struct stage_model *model;
    uint8_t *stages; /* by set of true atoms, when there are few atoms; else NULL */
};

struct cached {
    uint64_t truth;
    uint8_t stage;
    bool used;
};

struct sweep {
    const struct stage_table *table;
    const struct who_program *program;
    struct class_list lists[CLASS_MAX];
    uint64_t touched;          /* classes whose lists are not empty         */
    uint64_t atoms[CLASS_MAX]; /* by class: its atoms                       */
    VEC(int64_t) points;       /* day << 8 | atom << 1 | on                 */
    VEC(int64_t) steps;        /* day << 1 | up: one atom's, when refunded  */
    VEC(int32_t) days;         /* one atom's units                          */
    VEC(uint32_t) held;        /* touchpoints at which a status holds       */
    VEC(struct stage_change) changes;
    struct cached *cache;
};

/* ---- stages by truth ---- */

static uint8_t stage_compute(const struct stage_model *m, uint64_t truth)
{
    for (uint32_t i = m->stages_len - 1; i > 0; i--) {
        if (who_eval(m->program->exprs[i - 1], truth)) {
            return (uint8_t)i;
        }
    }
    return 0;
}

struct stage_table *stage_table_new(const struct stage_model *m)
{
    struct stage_table *t = mem_zalloc(sizeof(struct stage_table));
    t->model = m;
    if (m->program->atoms_len <= TABLE_ATOMS) {
        size_t sets = (size_t)1 << m->program->atoms_len;
        t->stages = mem_alloc(sets);
        for (size_t truth = 0; truth < sets; truth++) {
            t->stages[truth] = stage_compute(m, truth);
        }
    }
    return t;
}

void stage_table_free(struct stage_table *t)
{
    if (t) {
        mem_free(t->stages);
        mem_free(t);
    }
}

static uint8_t stage_of(struct sweep *s, uint64_t truth)
{
    if (s->table->stages) {
        return s->table->stages[truth];
    }
    struct cached *c = &s->cache[hash_mix(truth) % CACHE];
    if (!c->used || c->truth != truth) {
        *c = (struct cached){truth, stage_compute(s->table->model, truth), true};
    }
    return c->stage;
}

/* ---- life ---- */

struct sweep *sweep_new(const struct stage_table *t)
{
    struct sweep *s = mem_zalloc(sizeof(struct sweep));
    s->table = t;
    s->program = t->model->program;
    s->cache = t->stages ? NULL : mem_array(struct cached, CACHE);
    for (uint32_t i = 0; i < s->program->atoms_len; i++) {
        s->atoms[s->program->atoms[i].cls] |= (uint64_t)1 << i;
    }
    return s;
}

void sweep_free(struct sweep *s)
{
    if (!s) {
        return;
    }
    for (int i = 0; i < CLASS_MAX; i++) {
        vec_release(&s->lists[i].units);
        vec_release(&s->lists[i].marks);
    }
    vec_release(&s->points);
    vec_release(&s->steps);
    vec_release(&s->days);
    vec_release(&s->held);
    vec_release(&s->changes);
    mem_free(s->cache);
    mem_free(s);
}

/* ---- unpacking ---- */

void sweep_begin(struct sweep *s)
{
    for (uint64_t left = s->touched; left; left &= left - 1) {
        struct class_list *l = &s->lists[__builtin_ctzll(left)];
        vec_clear(&l->units);
        vec_clear(&l->marks);
        l->refunded = l->unsorted = false;
    }
    s->touched = 0;
}

static inline void add_unit(struct class_list *l, struct unit u)
{
    if (l->units.len && l->units.ptr[l->units.len - 1].day > u.day) {
        l->unsorted = true;
    }
    vec_push(&l->units, u);
}

/* The rare entries of more than one word. */
static uint32_t add_long(struct sweep *s, const uint32_t *w)
{
    struct evidence_entry x;
    uint32_t size = evidence_read(w, &x);
    struct class_list *l = &s->lists[x.cls];
    if (x.form == FORM_STATUS) {
        vec_push(&l->marks, ((struct mark){x.time_ms, x.day, x.touchpoint, x.on}));
    } else if (x.refund_day > x.day) {
        l->refunded = true;
        add_unit(l, (struct unit){x.day, x.refund_day - 1, x.count});
    } else {
        return size; /* given back on its own day: it never held at the end of one */
    }
    s->touched |= (uint64_t)1 << x.cls;
    return size;
}

void sweep_add(struct sweep *s, struct evidence_view v)
{
    for (uint32_t i = 0; i < v.len;) {
        uint32_t w = v.words[i], low = w & 1023u;
        if (low >= EVIDENCE_REFUNDED) {
            i += add_long(s, v.words + i);
            continue;
        }
        uint32_t cls = w >> 10 & 63u;
        s->touched |= (uint64_t)1 << cls;
        add_unit(&s->lists[cls], (struct unit){(int32_t)(w >> 16), FOREVER, low});
        i++;
    }
}

/* ---- sorting ---- */

static int unit_cmp(const void *p, const void *q)
{
    const struct unit *a = p, *b = q;
    return a->day < b->day ? -1 : a->day > b->day;
}

static int mark_cmp(const void *p, const void *q)
{
    const struct mark *a = p, *b = q;
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    return (int)b->on - (int)a->on; /* the end of a status wins: it comes last */
}

static int number_cmp(const void *p, const void *q)
{
    int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
    return a < b ? -1 : a > b;
}

static void sort_numbers(int64_t *x, size_t n)
{
    if (n > SHORT_SORT) {
        qsort(x, n, sizeof(*x), number_cmp);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        int64_t v = x[i];
        size_t j = i;
        while (j > 0 && x[j - 1] > v) {
            x[j] = x[j - 1];
            j--;
        }
        x[j] = v;
    }
}

/* ---- atoms to points ---- */

static inline void add_point(struct sweep *s, int32_t day, uint32_t atom, bool on)
{
    vec_push(&s->points, (int64_t)day << 8 | (int64_t)(atom << 1) | (on ? 1 : 0));
}

/* A growing union of intervals that come in order of both ends. */
struct joined {
    int32_t from, to; /* to < from: nothing yet */
};
static inline void join_interval(struct sweep *s, uint32_t atom, struct joined *j, int32_t from,
                                 int32_t to)
{
    if (to < from) {
        return;
    }
    if (j->to >= j->from && (j->to == FOREVER || from <= j->to + 1)) {
        j->to = to > j->to ? to : j->to;
        return;
    }
    if (j->to >= j->from) {
        add_point(s, j->from, atom, true);
        add_point(s, j->to + 1, atom, false);
    }
    *j = (struct joined){from, to};
}
static inline void join_end(struct sweep *s, uint32_t atom, const struct joined *j)
{
    if (j->to >= j->from) {
        add_point(s, j->from, atom, true);
        if (j->to != FOREVER) {
            add_point(s, j->to + 1, atom, false);
        }
    }
}

static inline int32_t window_end(const struct who_atom *a, int32_t day)
{
    return a->window == WINDOW_EVER ? FOREVER : day + (int32_t)a->window - 1;
}

/* At least one: every unit's own window. */
static void points_any(struct sweep *s, uint32_t atom, const struct class_list *l)
{
    const struct who_atom *a = &s->program->atoms[atom];
    struct joined j = {0, -1};
    for (size_t i = 0; i < l->units.len; i++) {
        int32_t day = l->units.ptr[i].day;
        join_interval(s, atom, &j, day, window_end(a, day));
    }
    join_end(s, atom, &j);
}

/* At least n: from the n-th unit of a run of n to the end of the first one's window. */
static void points_many(struct sweep *s, uint32_t atom, const struct class_list *l)
{
    const struct who_atom *a = &s->program->atoms[atom];
    struct joined j = {0, -1};
    vec_clear(&s->days);
    for (size_t i = 0; i < l->units.len; i++) {
        const struct unit *u = &l->units.ptr[i];
        bool again = a->count == COUNT_DAYS && i > 0 && u->day == u[-1].day;
        uint32_t times = a->count == COUNT_DAYS ? 1 : u->count < a->n ? u->count : a->n;
        for (uint32_t k = 0; k < times && !again; k++) {
            vec_push(&s->days, u->day);
        }
    }
    for (size_t i = 0; i + a->n <= s->days.len; i++) {
        join_interval(s, atom, &j, s->days.ptr[i + a->n - 1], window_end(a, s->days.ptr[i]));
    }
    join_end(s, atom, &j);
}

static void add_steps(struct sweep *s, int32_t from, int32_t to, uint32_t times)
{
    for (uint32_t i = 0; i < times && to >= from; i++) {
        vec_push(&s->steps, (int64_t)from << 1 | 1);
        if (to != FOREVER) {
            vec_push(&s->steps, ((int64_t)to + 1) << 1);
        }
    }
}

/* With refunds: units end at different times, so count them up and down. A day counts while one of
 * its units holds. */
static void steps_of(struct sweep *s, const struct who_atom *a, const struct class_list *l)
{
    vec_clear(&s->steps);
    for (size_t i = 0; i < l->units.len; i++) {
        struct unit u = l->units.ptr[i];
        while (a->count == COUNT_DAYS && i + 1 < l->units.len &&
               l->units.ptr[i + 1].day == u.day) {
            i++;
            u.end = l->units.ptr[i].end > u.end ? l->units.ptr[i].end : u.end;
        }
        int32_t end = window_end(a, u.day);
        uint32_t times = a->count == COUNT_DAYS ? 1 : u.count < a->n ? u.count : a->n;
        add_steps(s, u.day, end < u.end ? end : u.end, times);
    }
    sort_numbers(s->steps.ptr, s->steps.len);
}

static void points_refunded(struct sweep *s, uint32_t atom, const struct class_list *l)
{
    const struct who_atom *a = &s->program->atoms[atom];
    uint32_t count = 0;
    bool on = false;
    steps_of(s, a, l);
    for (size_t i = 0; i < s->steps.len;) {
        int64_t day = s->steps.ptr[i] >> 1;
        for (; i < s->steps.len && s->steps.ptr[i] >> 1 == day; i++) {
            count += s->steps.ptr[i] & 1 ? 1u : UINT32_MAX;
        }
        if ((count >= a->n) != on) {
            on = !on;
            add_point(s, (int32_t)day, atom, on);
        }
    }
}

/* Applies one mark: begins at its touchpoint, or ends there and what began without one; without a
 * touchpoint it ends everything. */
static void apply_mark(struct sweep *s, const struct mark *m)
{
    size_t kept = 0;
    bool there = false;
    if (m->on) {
        for (size_t i = 0; i < s->held.len && !there; i++) {
            there = s->held.ptr[i] == m->touchpoint;
        }
        if (!there) {
            vec_push(&s->held, m->touchpoint);
        }
        return;
    }
    for (size_t i = 0; i < s->held.len && m->touchpoint; i++) {
        if (s->held.ptr[i] != 0 && s->held.ptr[i] != m->touchpoint) {
            s->held.ptr[kept++] = s->held.ptr[i];
        }
    }
    s->held.len = kept;
}

static void points_status(struct sweep *s, uint32_t atom, struct class_list *l)
{
    bool on = false;
    vec_clear(&s->held);
    qsort(l->marks.ptr, l->marks.len, sizeof(struct mark), mark_cmp);
    for (size_t i = 0; i < l->marks.len; i++) {
        apply_mark(s, &l->marks.ptr[i]);
        bool last = i + 1 == l->marks.len || l->marks.ptr[i + 1].day != l->marks.ptr[i].day;
        if (last && (s->held.len > 0) != on) {
            on = !on;
            add_point(s, l->marks.ptr[i].day, atom, on);
        }
    }
}

static void points_of_class(struct sweep *s, uint32_t cls)
{
    struct class_list *l = &s->lists[cls];
    if (l->unsorted) {
        qsort(l->units.ptr, l->units.len, sizeof(struct unit), unit_cmp);
    }
    for (uint64_t left = s->atoms[cls]; left; left &= left - 1) {
        uint32_t atom = (uint32_t)__builtin_ctzll(left);
        const struct who_atom *a = &s->program->atoms[atom];
        if (a->count == COUNT_STATUS) {
            if (l->marks.len) {
                points_status(s, atom, l);
            }
        } else if (l->refunded) {
            points_refunded(s, atom, l);
        } else if (a->n == 1) {
            points_any(s, atom, l);
        } else {
            points_many(s, atom, l);
        }
    }
}

/* ---- the walk ---- */

static inline void add_change(struct sweep *s, int32_t day, uint8_t stage)
{
    if (s->changes.len == 0 || s->changes.ptr[s->changes.len - 1].stage != stage) {
        vec_push(&s->changes, ((struct stage_change){day, stage}));
    }
}

static void walk(struct sweep *s, int32_t first_day)
{
    uint64_t truth = 0;
    size_t i = 0, n = s->points.len;
    const int64_t *p = s->points.ptr;
    for (; i < n && p[i] >> 8 <= first_day; i++) {
        truth ^= (uint64_t)1 << (p[i] >> 1 & 127);
    }
    add_change(s, first_day, stage_of(s, truth));
    while (i < n) {
        int64_t day = p[i] >> 8;
        for (; i < n && p[i] >> 8 == day; i++) {
            truth ^= (uint64_t)1 << (p[i] >> 1 & 127);
        }
        add_change(s, (int32_t)day, stage_of(s, truth));
    }
}

struct stage_changes sweep_end(struct sweep *s, int32_t first_day)
{
    vec_clear(&s->points);
    vec_clear(&s->changes);
    if (first_day == DAY_NONE) {
        return (struct stage_changes){NULL, 0};
    }
    for (uint64_t left = s->touched; left; left &= left - 1) {
        points_of_class(s, (uint32_t)__builtin_ctzll(left));
    }
    sort_numbers(s->points.ptr, s->points.len);
    walk(s, first_day);
    return (struct stage_changes){s->changes.ptr, (uint32_t)s->changes.len};
}

int stage_changes_at(struct stage_changes c, int32_t day)
{
    int stage = -1;
    for (uint32_t i = 0; i < c.len && c.ptr[i].day <= day; i++) {
        stage = c.ptr[i].stage;
    }
    return stage;
}
