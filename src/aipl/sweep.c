/* See sweep.h.
 *
 * Strings are sorted by day, so the common consumer (one identity, nothing given back, no status)
 * is one walk along its words: an event makes its atoms true and says until when; between two
 * event days those whose time has run out end in order. A lower bound of all ends makes most days
 * one comparison.
 *
 * What does not fit is first turned into points (days on which one atom becomes true or false) that
 * the walk meets on its way: classes with orders given back, whose units end at different times and
 * are counted up and down, and statuses. Words of several identities are merged. */
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
/* What the walk cannot take as it comes, by class. */
struct class_list {
    VEC(struct unit) units; /* all of a class that has orders given back */
    VEC(struct mark) marks;
    bool unsorted;
};
/* What the walk knows of an atom that needs several units. */
struct recent {
    int32_t last;      /* the latest day; DAY_NONE at first         */
    VEC(int32_t) days; /* all units so far, when n > 2 or not days  */
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

/* What the walk needs of an atom, short. */
struct step {
    int32_t window; /* days; FOREVER for ever        */
    uint8_t atom;
    bool many; /* needs several units           */
};

struct sweep {
    const struct stage_table *table;
    const struct who_program *program;
    struct step steps_of[ATOM_MAX]; /* the atoms, those of a class together    */
    uint8_t step_at[CLASS_MAX + 1]; /* by class: where its atoms begin; one more */
    uint32_t most;                  /* atoms of the class that has most        */
    struct cached *cache;

    /* one consumer */
    VEC(struct evidence_view) views;
    VEC(uint32_t) words; /* plain entries, when they had to be gathered */
    struct class_list lists[CLASS_MAX];
    uint64_t listed, refunded; /* classes with lists; those with units        */
    VEC(int64_t) points;       /* day << 8 | atom << 1 | on                   */
    VEC(int64_t) steps;        /* day << 1 | up: one atom's, when refunded    */
    VEC(uint32_t) held;        /* touchpoints at which a status holds         */
    VEC(struct stage_change) changes;

    /* the walk */
    int32_t until[ATOM_MAX]; /* of atoms that end by themselves: the first day not true */
    uint64_t met;            /* atoms whose `recent` is in use          */
    struct recent recent[ATOM_MAX];
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

/* For models with too many atoms for a table. */
static uint8_t stage_cached(struct sweep *s, uint64_t truth)
{
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
    uint32_t at = 0;
    for (uint32_t cls = 0; cls < CLASS_MAX; cls++) {
        uint32_t begin = at;
        s->step_at[cls] = (uint8_t)at;
        for (uint32_t i = 0; i < s->program->atoms_len; i++) {
            const struct who_atom *a = &s->program->atoms[i];
            if (a->cls == cls) {
                int32_t window = a->window == WINDOW_EVER ? FOREVER : (int32_t)a->window;
                s->steps_of[at++] = (struct step){window, (uint8_t)i, a->n > 1};
            }
        }
        s->most = at - begin > s->most ? at - begin : s->most;
    }
    s->step_at[CLASS_MAX] = (uint8_t)at;
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
    for (int i = 0; i < ATOM_MAX; i++) {
        vec_release(&s->recent[i].days);
    }
    vec_release(&s->views);
    vec_release(&s->words);
    vec_release(&s->points);
    vec_release(&s->steps);
    vec_release(&s->held);
    vec_release(&s->changes);
    mem_free(s->cache);
    mem_free(s);
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

static int word_cmp(const void *p, const void *q)
{
    uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
    return a < b ? -1 : a > b;
}

/* ---- gathering ---- */

void sweep_begin(struct sweep *s) { vec_clear(&s->views); }

void sweep_add(struct sweep *s, struct evidence_view v)
{
    if (v.len) {
        vec_push(&s->views, v);
    }
}

static bool is_plain(struct evidence_view v)
{
    for (uint32_t i = 0; i < v.len; i++) {
        if ((v.words[i] & 1023u) >= EVIDENCE_REFUNDED) {
            return false;
        }
    }
    return true;
}

static void add_unit(struct class_list *l, struct unit u)
{
    if (l->units.len && l->units.ptr[l->units.len - 1].day > u.day) {
        l->unsorted = true;
    }
    vec_push(&l->units, u);
}

static void clear_lists(struct sweep *s)
{
    for (uint64_t left = s->listed; left; left &= left - 1) {
        struct class_list *l = &s->lists[__builtin_ctzll(left)];
        vec_clear(&l->units);
        vec_clear(&l->marks);
        l->unsorted = false;
    }
    s->listed = s->refunded = 0;
    vec_clear(&s->words);
    vec_clear(&s->points);
}

/* Lists the long entries of a string. An order given back on its own day never held at the end of
 * one. */
static void gather_long(struct sweep *s, struct evidence_view v)
{
    struct evidence_entry x;
    for (uint32_t i = 0; i < v.len; i += evidence_size(v.words[i])) {
        if ((v.words[i] & 1023u) < EVIDENCE_REFUNDED) {
            continue;
        }
        (void)evidence_read(v.words + i, &x);
        struct class_list *l = &s->lists[x.cls];
        uint64_t bit = (uint64_t)1 << x.cls;
        if (x.form == FORM_STATUS) {
            vec_push(&l->marks, ((struct mark){x.time_ms, x.day, x.touchpoint, x.on}));
            s->listed |= bit;
        } else if (x.refund_day > x.day) {
            add_unit(l, (struct unit){x.day, x.refund_day - 1, x.count});
            s->listed |= bit;
            s->refunded |= bit;
        }
    }
}

/* Plain entries: to the words of the walk, or to the list of a class that has one. */
static void gather_plain(struct sweep *s, struct evidence_view v)
{
    for (uint32_t i = 0; i < v.len; i += evidence_size(v.words[i])) {
        uint32_t w = v.words[i], cls = w >> 10 & 63u;
        if ((w & 1023u) >= EVIDENCE_REFUNDED) {
            continue;
        }
        if (s->refunded >> cls & 1u) {
            add_unit(&s->lists[cls], (struct unit){(int32_t)(w >> 16), FOREVER, w & 1023u});
        } else {
            vec_push(&s->words, w);
        }
    }
}

static void points_of_class(struct sweep *s, uint32_t cls);

/* Splits the strings into words for the walk and points that it meets. */
static struct evidence_view gather(struct sweep *s)
{
    for (size_t i = 0; i < s->views.len; i++) {
        gather_long(s, s->views.ptr[i]);
    }
    for (size_t i = 0; i < s->views.len; i++) {
        gather_plain(s, s->views.ptr[i]);
    }
    if (s->views.len > 1 && s->words.len > 1) {
        qsort(s->words.ptr, s->words.len, sizeof(uint32_t), word_cmp); /* the day is on top */
    }
    for (uint64_t left = s->listed; left; left &= left - 1) {
        points_of_class(s, (uint32_t)__builtin_ctzll(left));
    }
    sort_numbers(s->points.ptr, s->points.len);
    return (struct evidence_view){s->words.ptr, (uint32_t)s->words.len};
}

/* ---- points of listed classes ---- */

static inline void add_point(struct sweep *s, int32_t day, uint32_t atom, bool on)
{
    vec_push(&s->points, (int64_t)day << 8 | (int64_t)(atom << 1) | (on ? 1 : 0));
}

static inline int32_t window_end(const struct who_atom *a, int32_t day)
{
    return a->window == WINDOW_EVER ? FOREVER : day + (int32_t)a->window - 1;
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
    for (uint32_t i = s->step_at[cls]; i < s->step_at[cls + 1]; i++) {
        uint32_t atom = s->steps_of[i].atom;
        if (s->program->atoms[atom].count != COUNT_STATUS) {
            points_refunded(s, atom, l);
        } else if (l->marks.len) {
            points_status(s, atom, l);
        }
    }
}

/* ---- the walk ---- */

/* Lives on the stack of walk(), so that it stays in registers. */
struct walker {
    uint64_t truth, shown;    /* atoms true now; those of the latest change */
    uint64_t ending;          /* true atoms that end by themselves          */
    int32_t next;             /* no atom ends before this day               */
    struct stage_change *out; /* behind the latest change; room is there    */
    const struct stage_change *begin;
};

static inline void show(struct sweep *s, struct walker *w, int32_t day)
{
    if (w->truth == w->shown && w->out != w->begin) {
        return;
    }
    const uint8_t *table = s->table->stages;
    uint8_t stage = table ? table[w->truth] : stage_cached(s, w->truth);
    w->shown = w->truth;
    if (w->out == w->begin || w->out[-1].stage != stage) {
        *w->out++ = (struct stage_change){day, stage};
    }
}

/* Ends what ends before `day`, one day after the other, showing each; then takes back, without
 * showing, what ends on that day, which may begin again. */
static inline void expire(struct sweep *s, struct walker *w, int32_t day)
{
    while (w->next <= day) {
        int32_t first = FOREVER,
                second = FOREVER; /* the next two days on which something ends */
        uint64_t ended = 0;
        for (uint64_t left = w->ending; left; left &= left - 1) {
            uint64_t bit = left & -left;
            int32_t until = s->until[__builtin_ctzll(left)];
            if (until < first) {
                second = first;
                first = until;
                ended = bit;
            } else if (until == first) {
                ended |= bit;
            } else if (until < second) {
                second = until;
            }
        }
        if (first > day || first == FOREVER) {
            w->next = first;
            return;
        }
        w->truth &= ~ended;
        w->ending &= ~ended;
        w->next = second;
        if (first < day) {
            show(s, w, first);
        }
    }
}

/* The first day behind a window that begins with `day`. */
static inline int32_t window_until(int32_t window, int32_t day)
{
    return window == FOREVER ? FOREVER : day + window;
}

/* An atom that needs several units: true from the n-th of a run until the first one's window ends.
 * Returns the first day on which it is not true any more; at most `day` when it is not true. */
static int32_t meet_many(struct sweep *s, const struct step *step, int32_t day, uint32_t count)
{
    const struct who_atom *a = &s->program->atoms[step->atom];
    struct recent *r = &s->recent[step->atom];
    int32_t begin = r->last;
    if (!(s->met >> step->atom & 1u)) {
        s->met |= (uint64_t)1 << step->atom;
        vec_clear(&r->days);
        begin = DAY_NONE;
    }
    bool days = a->count == COUNT_DAYS;
    if (days && begin == day) {
        return day; /* one more on a day that has counted */
    }
    r->last = day;
    if (!days || a->n > 2) {
        for (uint32_t i = 0; i < (days ? 1 : count < a->n ? count : a->n); i++) {
            vec_push(&r->days, day);
        }
        begin = r->days.len < a->n ? DAY_NONE : r->days.ptr[r->days.len - a->n];
    }
    return begin == DAY_NONE ? day : window_until(step->window, begin);
}

static inline void meet_word(struct sweep *s, struct walker *w, uint32_t word)
{
    uint32_t cls = word >> 10 & 63u;
    int32_t day = (int32_t)(word >> 16);
    for (uint32_t i = s->step_at[cls]; i < s->step_at[cls + 1]; i++) {
        const struct step *step = &s->steps_of[i];
        int32_t until = window_until(step->window, day);
        if (step->many) {
            until = meet_many(s, step, day, word & 1023u);
        }
        if (until > day) {
            w->truth |= (uint64_t)1 << step->atom;
            w->ending |= (uint64_t)1 << step->atom;
            w->next = until < w->next ? until : w->next;
            s->until[step->atom] = until;
        }
    }
}

static inline int32_t word_day(struct evidence_view v, uint32_t i)
{
    return i < v.len ? (int32_t)(v.words[i] >> 16) : FOREVER;
}
static inline int32_t point_day(const struct sweep *s, size_t k)
{
    return k < s->points.len ? (int32_t)(s->points.ptr[k] >> 8) : FOREVER;
}

static void walk(struct sweep *s, struct evidence_view v, int32_t first_day)
{
    struct walker w = {.next = FOREVER, .out = s->changes.ptr, .begin = s->changes.ptr};
    int32_t next_word = word_day(v, 0), next_point = point_day(s, 0);
    uint32_t i = 0;
    size_t k = 0;
    if (next_word > first_day && next_point > first_day) {
        show(s, &w, first_day);
    }
    for (;;) {
        int32_t day = next_word < next_point ? next_word : next_point;
        if (day == FOREVER) {
            break;
        }
        expire(s, &w, day);
        while (next_word == day) {
            meet_word(s, &w, v.words[i]);
            next_word = word_day(v, ++i);
        }
        while (next_point == day) {
            w.truth ^= (uint64_t)1 << (s->points.ptr[k] >> 1 & 127);
            next_point = point_day(s, ++k);
        }
        show(s, &w, day);
    }
    expire(s, &w, FOREVER - 1);
    s->changes.len = (size_t)(w.out - w.begin);
}

struct stage_changes sweep_end(struct sweep *s, int32_t first_day)
{
    if (first_day == DAY_NONE) {
        return (struct stage_changes){NULL, 0};
    }
    struct evidence_view v = {NULL, 0};
    clear_lists(s);
    s->met = 0;
    if (s->views.len == 1 && is_plain(s->views.ptr[0])) {
        v = s->views.ptr[0];
    } else if (s->views.len) {
        v = gather(s);
    }
    /* A change a day of the words and points, one an end, and the first. */
    vec_reserve(&s->changes, v.len * (size_t)(1 + s->most) + s->points.len + 1);
    walk(s, v, first_day);
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
