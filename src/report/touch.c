#include "report/touch.h"
#include "base/mem.h"
#include "who/history.h"
#include <stdlib.h>

#define TOUCHES_MAX 2000000000u

struct moment {
    int64_t time_ms;
    uint32_t label;
    bool used; /* lies in a conversion's window */
};
struct conversion {
    int64_t time_ms;
    uint64_t order;
    double amount;
};
struct work {
    struct assets *assets;
    struct brand *brand;
    const struct touch_plan *plan;
    struct history h;      /* touches */
    struct history bought; /* purchases, when they are credited */
    struct touch_report *r;
    uint32_t *label_of;     /* by number of the history's column; 0: no touch */
    int64_t from_ms, to_ms; /* of the period; to_ms excluded */
    VEC(struct moment) moments;
    VEC(struct conversion) conversions;
    span_vec spans;
};

/* ---- labels ---- */

static uint32_t raw_label(const struct work *w, uint32_t row)
{
    switch (w->plan->by) {
    case TOUCH_CHANNEL: return w->h.channel[row];
    case TOUCH_TOUCHPOINT: return w->h.touchpoint[row];
    case TOUCH_CAMPAIGN: return w->h.campaign[row];
    }
    return 0;
}

static struct str raw_name(const struct work *w, uint32_t raw)
{
    if (w->plan->by == TOUCH_CHANNEL) {
        struct str name = raw ? channel_name(w->brand->catalogue, (uint8_t)raw) : STR_NULL;
        return name.len ? name : STR("unknown");
    }
    return history_text(&w->h,
                        w->plan->by == TOUCH_CAMPAIGN ? FIELD_CAMPAIGN : FIELD_TOUCHPOINT, raw);
}

struct tally {
    uint32_t raw;
    uint64_t touches;
};

static int tally_cmp(const void *pa, const void *pb)
{
    const struct tally *a = pa, *b = pb;
    if (a->touches != b->touches) {
        return a->touches < b->touches ? 1 : -1;
    }
    return (a->raw > b->raw) - (a->raw < b->raw);
}

/* Labels in order of their touches; label_of for every raw number. */
static void number_labels(struct work *w, struct tally *t, uint32_t raws, struct arena *a)
{
    uint32_t found = 0, last = ATTRIBUTION_LABELS_MAX - 1;
    bool all = w->plan->by == TOUCH_CHANNEL; /* an unknown channel is one too */
    for (uint32_t i = 0; i < raws; i++) {
        if (t[i].touches && (i || all)) {
            t[found++] = t[i];
        }
    }
    qsort(t, found, sizeof(*t), tally_cmp);
    uint32_t labels = found < last ? found + 1 : ATTRIBUTION_LABELS_MAX;
    w->r->labels = arena_array(a, struct touch_label, labels);
    w->r->paths.labels_len = labels;
    for (uint32_t i = 0; i < found; i++) {
        uint32_t label = i + 1 < last || found < last ? i + 1 : last;
        struct touch_label *l = &w->r->labels[label];
        l->name = l->touches ? STR("other") : arena_str(a, raw_name(w, t[i].raw));
        l->touches += t[i].touches;
        w->label_of[t[i].raw] = label;
    }
}

static void find_labels(struct work *w, struct arena *a)
{
    uint32_t raws = 256;
    for (uint32_t i = 0; i < w->h.rows; i++) {
        uint32_t raw = raw_label(w, i);
        raws = raw >= raws ? raw + 1 : raws;
    }
    struct tally *t = mem_array(struct tally, raws);
    w->label_of = mem_array(uint32_t, raws);
    for (uint32_t i = 0; i < w->h.rows; i++) {
        t[raw_label(w, i)].touches++;
    }
    for (uint32_t i = 0; i < raws; i++) {
        t[i].raw = i;
    }
    number_labels(w, t, raws, a);
    mem_free(t);
}

/* ---- one consumer ---- */

/* Lines of one order are on one day, so not far behind. */
static void add_line(struct work *w, uint32_t row)
{
    const struct history *h = &w->bought;
    int64_t at = h->time_ms[row], fen = h->amount_fen[row];
    double amount = fen == AMOUNT_UNKNOWN ? 0 : (double)fen / 100;
    if (at < w->from_ms || at >= w->to_ms) {
        return;
    }
    for (size_t i = w->conversions.len; i-- > 0;) {
        struct conversion *c = &w->conversions.ptr[i];
        if (c->time_ms < at - DAY_MS) {
            break;
        }
        if (c->order == h->order[row]) {
            c->amount += amount;
            return;
        }
    }
    vec_push(&w->conversions, ((struct conversion){at, h->order[row], amount}));
}

static void add_promotions(struct work *w, uint32_t no)
{
    uint8_t goal = (uint8_t)w->plan->stage;
    vec_clear(&w->spans);
    assets_spans(w->assets, w->brand, no, &w->spans);
    for (size_t i = 0; i < w->spans.len; i++) {
        const struct span *s = &w->spans.ptr[i];
        bool up = i == 0 || s[-1].stage < goal;
        if (s->stage == goal && up && s->from >= w->plan->from && s->from <= w->plan->to) {
            int64_t at = zone_day_start(w->brand->zone, s->from + 1) - 1;
            vec_push(&w->conversions, ((struct conversion){at, 0, 0}));
        }
    }
}

static void gather_touches(struct work *w, uint32_t from, uint32_t end)
{
    vec_clear(&w->moments);
    for (uint32_t i = from; i < end; i++) {
        uint32_t label = w->label_of[raw_label(w, i)];
        if (label) {
            vec_push(&w->moments, ((struct moment){w->h.time_ms[i], label, false}));
        }
    }
}

static void add_touch(struct work *w, const struct moment *m, int64_t end_ms)
{
    vec_push(&w->r->paths.touches,
             ((struct touch){m->label, (double)(end_ms - m->time_ms) / w->plan->half_life_ms}));
}

static void add_conversion(struct work *w, const struct conversion *c, size_t *first)
{
    struct touch_paths *p = &w->r->paths;
    struct touch_path path = {
        .from = (uint32_t)p->touches.len, .converted = true, .amount = c->amount};
    while (*first < w->moments.len &&
           w->moments.ptr[*first].time_ms <= c->time_ms - w->plan->window_ms) {
        ++*first;
    }
    for (size_t i = *first; i < w->moments.len && w->moments.ptr[i].time_ms <= c->time_ms;
         i++) {
        w->moments.ptr[i].used = true;
        add_touch(w, &w->moments.ptr[i], c->time_ms);
    }
    path.len = (uint32_t)p->touches.len - path.from;
    vec_push(&p->paths, path);
    w->r->conversions++;
    w->r->touched += path.len > 0;
    w->r->amount += c->amount;
}

/* Touches of the period that led nowhere. */
static void add_rest(struct work *w)
{
    struct touch_paths *p = &w->r->paths;
    struct touch_path path = {.from = (uint32_t)p->touches.len};
    int64_t before = 0;
    for (size_t i = 0; i < w->moments.len; i++) {
        const struct moment *m = &w->moments.ptr[i];
        bool idle = !m->used && m->time_ms >= w->from_ms;
        if (path.len && (!idle || m->time_ms - before > w->plan->window_ms)) {
            vec_push(&p->paths, path);
            path = (struct touch_path){.from = (uint32_t)p->touches.len};
        }
        if (idle) {
            add_touch(w, m, m->time_ms);
            path.len++;
        }
        before = m->time_ms;
    }
    if (path.len) {
        vec_push(&p->paths, path);
    }
}

/* What is left of a history. */
struct cursor {
    const struct history *h;
    uint32_t at;
};

static uint32_t consumer_at(const struct cursor *c)
{
    return c->at < c->h->rows ? c->h->consumer[c->at] : UINT32_MAX;
}

/* The end of the consumer's rows, which are next or none. */
static uint32_t rows_of(const struct cursor *c, uint32_t no)
{
    return consumer_at(c) == no ? history_end(c->h, c->at) : c->at;
}

static void add_consumer(struct work *w, uint32_t no, struct cursor *touched,
                         struct cursor *bought)
{
    size_t first = 0;
    uint32_t touches = rows_of(touched, no), lines = rows_of(bought, no);
    gather_touches(w, touched->at, touches);
    vec_clear(&w->conversions);
    for (; bought->at < lines; bought->at++) {
        add_line(w, bought->at);
    }
    if (w->plan->stage >= 0) {
        add_promotions(w, no);
    }
    for (size_t i = 0; i < w->conversions.len; i++) {
        add_conversion(w, &w->conversions.ptr[i], &first);
    }
    add_rest(w);
    touched->at = touches;
}

/* The consumer that is next: of the histories, or, of promotions, which also come to consumers without any touch, of
 * all. UINT32_MAX: nobody is left. */
static uint32_t next_consumer(const struct work *w, const struct cursor *touched,
                              const struct cursor *bought, uint32_t before)
{
    const uint32_t *consumers = graph_consumers(w->brand->graph);
    uint32_t touch = consumer_at(touched), buyer = consumer_at(bought);
    uint32_t next = touch < buyer ? touch : buyer;
    uint32_t all = w->plan->stage >= 0 ? dictionary_len(w->brand->dictionary) : 0;
    for (uint32_t no = before + 1; no <= all && no < next; no++) {
        if (consumers[no] == no) {
            return no;
        }
    }
    return next;
}

static enum rc add_all(struct work *w, struct err *e)
{
    struct cursor touched = {&w->h, 0}, bought = {&w->bought, 0};
    for (uint32_t no = 0; (no = next_consumer(w, &touched, &bought, no)) != UINT32_MAX;) {
        add_consumer(w, no, &touched, &bought);
        if (w->r->paths.touches.len > TOUCHES_MAX) {
            rc_fail(e, RC_TOO_LARGE, "more than %u touches before conversions", TOUCHES_MAX);
            err_hint(e, "ask for fewer days or a shorter window");
            return RC_TOO_LARGE;
        }
    }
    return RC_OK;
}

/* ---- all of them ---- */

/* Two reads: what only purchases have would else be read for every touch, of which there are twenty times as many. */
static enum rc read_histories(struct work *w, int threads, struct err *e)
{
    const struct touch_plan *p = w->plan;
    const uint16_t purchase = EVENT_PURCHASE;
    const struct history_want touches = {
        .names = p->names,
        .names_len = p->names_len,
        .from = p->from - (int32_t)(p->window_ms / DAY_MS) - 1,
        .to = p->to,
        .channels = p->by == TOUCH_CHANNEL,
        .touchpoints = p->by == TOUCH_TOUCHPOINT,
        .campaigns = p->by == TOUCH_CAMPAIGN,
    };
    const struct history_want purchases = {
        .names = &purchase,
        .names_len = 1,
        .from = p->from,
        .to = p->to,
        .amounts = true,
        .orders = true,
    };
    enum rc rc = history_read(w->brand, &touches, threads, &w->h, e);
    return rc || p->stage >= 0 ? rc
                               : history_read(w->brand, &purchases, threads, &w->bought, e);
}

enum rc touch_read(struct assets *a, struct brand *b, const struct touch_plan *p, int threads,
                   struct arena *arena, struct touch_report *out, struct err *e)
{
    struct touch_report r = {0};
    struct work w = {.assets = a,
                     .brand = b,
                     .plan = p,
                     .r = &r,
                     .from_ms = zone_day_start(b->zone, p->from),
                     .to_ms = zone_day_start(b->zone, p->to + 1)};
    enum rc rc = read_histories(&w, threads, e);
    if (!rc) {
        find_labels(&w, arena);
        rc = add_all(&w, e);
    }
    vec_release(&w.moments);
    vec_release(&w.conversions);
    vec_release(&w.spans);
    mem_free(w.label_of);
    history_release(&w.h);
    history_release(&w.bought);
    if (rc) {
        touch_paths_release(&r.paths);
        return rc;
    }
    *out = r;
    return RC_OK;
}
