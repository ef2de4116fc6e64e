#include "who/sequence.h"

#include "who/internal.h"

#define DAY_LEAST_MS (22 * 3600 * INT64_C(1000))

void sequence_init(struct sequence *s, const struct question *q, int32_t as_of)
{
    int64_t end = 1; /* a calendar may skip a day */
    s->q = q;
    if (!when_days(q->when, as_of, &s->from, &s->to)) {
        s->from = 1;
        s->to = 0;
    }
    for (uint32_t i = q->of_first ? q->steps_len - 1 : 1; i < q->steps_len; i++) {
        end += q->steps[i].within_ms / DAY_LEAST_MS + 1;
    }
    end += s->to;
    s->end = end < as_of ? (int32_t)end : as_of;
}

void sequence_release(struct sequence *s) { s->q = NULL; }

_Static_assert(QUESTION_STEPS_MAX <= SEQUENCE_STEPS_MAX, "a row's steps are bits");

struct finding {
    const struct question *q;
    struct bits *out;
};

/* Consumers share words between threads' blocks. */
static void set_bit(struct bits *b, uint32_t no)
{
    __atomic_fetch_or(&b->words[no / 64], UINT64_C(1) << (no % 64), __ATOMIC_RELAXED);
}

/* The walk through one consumer's times. reached[i]: the last time before now at which a chain up to step i
 * ended; a later one is always as good, since only the distance to the next step counts. Where the distance to the first
 * step counts: the last time at which such a chain began, for the same reason. */
struct chain {
    const struct question *q;
    uint32_t steps; /* without a negated last one */
    uint32_t last;  /* bit of the last of them */
    bool negated;
    int64_t reached[SEQUENCE_STEPS_MAX];
    uint32_t has;  /* bit i: reached[i] is set */
    bool waiting;  /* chains ended since the last such event; */
    int64_t since; /* the first of them */
    bool holds;
};

/* All events of one instant: `can` is what any of them can be. */
static void chain_step(struct chain *c, int64_t now, uint32_t can)
{
    uint32_t now_reached = can & 1u;
    if (c->negated && (can >> c->steps & 1) && c->waiting) {
        c->holds |= now - c->since > c->q->steps[c->steps].within_ms;
        c->waiting = false;
    }
    for (uint32_t i = 1; i < c->steps; i++) {
        bool near =
            (c->has >> (i - 1) & 1) && now - c->reached[i - 1] <= c->q->steps[i].within_ms;
        now_reached |= near && (can >> i & 1) ? 1u << i : 0;
    }
    for (uint32_t i = c->steps; i-- > 0;) {
        if (now_reached >> i & 1) {
            c->reached[i] = i && c->q->of_first ? c->reached[i - 1] : now;
        }
    }
    c->has |= now_reached;
    if (now_reached & c->last) {
        c->holds |= !c->negated;
        c->since = c->waiting ? c->since : now;
        c->waiting = true;
    }
}

static bool is_negated(const struct question *q)
{
    return q->steps_len && q->steps[q->steps_len - 1].negated;
}

static uint32_t steps_of(const struct question *q) { return q->steps_len - is_negated(q); }

static void find_chain(void *ctx, const struct keyed *first, uint32_t n)
{
    const struct finding *f = ctx;
    struct chain c = {.q = f->q, .steps = steps_of(f->q), .negated = is_negated(f->q)};
    c.last = 1u << (c.steps - 1);
    for (uint32_t i = 0; i < n && !c.holds;) {
        uint64_t value = first[i].at;
        uint32_t can = 0;
        for (; i < n && first[i].at == value; i++) {
            can |= pair_extra(&first[i]);
        }
        chain_step(&c, (int64_t)(value ^ UINT64_C(1) << 63), can);
    }
    if (c.holds || (c.negated && c.waiting)) {
        set_bit(f->out, pair_consumer(first));
    }
}

/* Those who did something of every step; a set of them costs less than sorting the others' pairs. */
static void find_able(const struct pairs *p, uint32_t steps, struct bits *able)
{
    for (uint32_t step = 0; step < steps; step++) {
        struct bits one;
        bits_init(&one, able->len);
        for (size_t i = 0; i < p->list.len; i++) {
            const struct keyed *pair = &p->list.ptr[i];
            one.words[pair_consumer(pair) / 64] |= (uint64_t)(pair_extra(pair) >> step & 1)
                                                   << (pair_consumer(pair) % 64);
        }
        if (step) {
            bits_and(able, &one);
        } else {
            bits_or(able, &one);
        }
        bits_release(&one);
    }
}

void sequence_find(const struct sequence *s, struct pairs *p, int threads, struct bits *out)
{
    struct finding f = {s->q, out};
    struct bits able;
    size_t n = 0;
    bits_init(&able, out->len);
    find_able(p, steps_of(s->q), &able);
    for (size_t i = 0; i < p->list.len; i++) {
        p->list.ptr[n] = p->list.ptr[i];
        n += bits_has(&able, pair_consumer(&p->list.ptr[i]));
    }
    p->list.len = n;
    bits_release(&able);
    pairs_each(p, threads, find_chain, &f);
}

/* ---- statuses ---- */

void status_names(const struct catalogue *c, uint16_t on, uint64_t *names)
{
    struct str name = catalogue_name(c, on);
    names[on / 64] |= UINT64_C(1) << (on % 64);
    for (uint16_t code = 1; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(c, code);
        if (d && d->undoes && str_eq(str_of(d->undoes), name)) {
            names[code / 64] |= UINT64_C(1) << (code % 64);
        }
    }
}

static bool ended(const struct keyed *p, uint32_t n, uint32_t at)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t where = pair_extra(&p[i]), there = pair_extra(&p[at]);
        bool about = where == there || !where || !there;
        if (!(p[i].at & 1) && about && p[i].at >> 1 >= p[at].at >> 1) {
            return true;
        }
    }
    return false;
}

static void find_status(void *ctx, const struct keyed *first, uint32_t n)
{
    struct bits *out = ctx;
    for (uint32_t i = n; i > 0; i--) {
        if ((first[i - 1].at & 1) && !ended(first, n, i - 1)) {
            set_bit(out, pair_consumer(first));
            return;
        }
    }
}

void status_find(struct pairs *p, int threads, struct bits *out)
{
    pairs_each(p, threads, find_status, out);
}
