/* One pass over the lake for all event leaves of a question. Rows stream in chunks; each leaf narrows the chunk to its
 * rows (name, day, tests) and adds them to its own sums: dense arrays by consumer, beside a set of what was seen where doubles
 * must be told (days, items, orders); pairs to be sorted afterwards where times matter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "who/distinct.h"
#include "who/event_tests.h"
#include "who/pairs.h"
#include "who/sequence.h"
#include "who/world_own.h"

#define NAME_WORDS (EVENT_NAMES_MAX / 64)
#define OWN_NAMES 16u

struct event_leaf {
    const struct find_node *node;
    const struct question *q;
    uint64_t names[NAME_WORDS];
    bool buys;        /* may match purchases */
    int32_t from, to; /* days that count */
    uint32_t *counts;
    int64_t *fen;
    double *reals;
    uint16_t *days;
    int64_t *moments; /* of a moment that was something: the first or last instant yet */
    struct distinct seen;
    struct pairs pairs;
    struct sequence sequence;
    uint16_t own_names[OWN_NAMES]; /* of totals and statuses */
};
struct events {
    struct who_world *w;
    struct event_leaf *leaves;
    uint32_t len;
    struct event_rows rows;
    struct refunded *refunds; /* NULL: nobody asks about purchases */
    bool orders;              /* order keys are wanted */
    struct json_reader *reader;
    struct zone_cache cache;
    struct hash_key item_key;
    struct selection all, some;
    int32_t day[CHUNK_ROWS];
    uint32_t consumer[CHUNK_ROWS];
    uint64_t order[CHUNK_ROWS];
    uint8_t gone[CHUNK_ROWS]; /* a purchase that is refunded in full */
};

/* ---- what a leaf is about ---- */

static void names_set(uint64_t *names, const struct event_filter *f)
{
    if (!f->names_len) {
        memset(names, 0xff, NAME_WORDS * sizeof(*names));
    }
    for (uint32_t i = 0; i < f->names_len; i++) {
        names[f->names[i] / 64] |= UINT64_C(1) << (f->names[i] % 64);
    }
}

static bool names_has(const uint64_t *names, uint16_t name)
{
    return name < EVENT_NAMES_MAX && (names[name / 64] >> (name % 64) & 1);
}

static bool is_aov(const struct question *q)
{
    return q->form == Q_TOTAL && q->total == TOTAL_AOV;
}

static void leaf_names(const struct who_world *w, struct event_leaf *l)
{
    static const uint16_t money[] = {EVENT_PURCHASE, EVENT_REFUND};
    if (l->q->form == Q_TOTAL) {
        names_set(l->names, &(struct event_filter){.names = money, .names_len = 2});
        l->buys = is_aov(l->q);
        return;
    }
    if (l->q->form == Q_SEQUENCE) {
        for (uint32_t i = 0; i < l->q->steps_len; i++) {
            names_set(l->names, &l->q->steps[i].filter);
        }
    } else if (l->q->form == Q_IS) {
        status_names(w->brand->catalogue, l->q->filter.names[0], l->names);
    } else {
        names_set(l->names, &l->q->filter);
    }
    l->buys = l->q->form != Q_MEASURE && names_has(l->names, EVENT_PURCHASE);
}

/* Moments and statuses look at all days; `when` comes later. */
static void leaf_days(const struct who_world *w, struct event_leaf *l)
{
    if (l->q->form == Q_SEQUENCE) {
        sequence_init(&l->sequence, l->q, w->as_of);
        bool some = l->sequence.from <= l->sequence.to;
        l->from = some ? l->sequence.from : 1;
        l->to = some ? l->sequence.end : 0;
        return;
    }
    bool all = l->q->form == Q_MOMENT || l->q->form == Q_IS;
    const struct when ever = {.form = WHEN_EVER};
    if (!when_days(all ? ever : l->q->when, w->as_of, &l->from, &l->to)) {
        l->from = 1;
        l->to = 0;
    }
}

static uint32_t leaf_columns(const struct question *q)
{
    uint32_t columns = event_tests_columns(q->filter.tests, q->filter.tests_len);
    columns |= event_tests_columns(q->was.tests, q->was.tests_len);
    switch (q->form) {
    case Q_DID: return columns | (q->count_of == COUNT_OF_ITEMS ? 1u << FIELD_ITEM : 0);
    case Q_MEASURE: return columns | 1u << q->of;
    case Q_TOTAL: return 1u << FIELD_AMOUNT;
    case Q_IS: return 1u << FIELD_TOUCHPOINT;
    case Q_SEQUENCE:
        for (uint32_t i = 0; i < q->steps_len; i++) {
            const struct event_filter *f = &q->steps[i].filter;
            columns |= event_tests_columns(f->tests, f->tests_len);
        }
        return columns;
    case Q_MOMENT:
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
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
    return columns;
}

static bool leaf_counts_orders(const struct event_leaf *l)
{
    bool counts = l->q->form == Q_DID && l->q->count_of == COUNT_OF_EVENTS;
    return l->buys && (counts || is_aov(l->q));
}

static void leaf_init(struct events *v, struct event_leaf *l)
{
    size_t rows = column_rows(v->w->len);
    leaf_names(v->w, l);
    leaf_days(v->w, l);
    switch (l->q->form) {
    case Q_MOMENT:
        l->days = mem_alloc(rows * sizeof(uint16_t) + 64);
        memset(l->days, 0xff, rows * sizeof(uint16_t));
        if (l->q->was.tests_len) {
            l->moments = mem_alloc(rows * sizeof(int64_t) + 64);
            for (size_t c = 0; c < rows; c++) {
                l->moments[c] = l->q->last_one ? INT64_MIN : INT64_MAX;
            }
        }
        break;
    case Q_TOTAL: l->fen = mem_array(int64_t, rows + 8); break;
    case Q_MEASURE: l->reals = mem_array(double, rows + 8); break;
    case Q_SEQUENCE:
    case Q_DID:
    case Q_IS:
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
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
    bool avg = l->q->form == Q_MEASURE && l->q->measure != MEASURE_SUM;
    if (l->q->form == Q_DID || is_aov(l->q) || avg) {
        l->counts = mem_array(uint32_t, rows + 16);
    }
}

static void leaf_release(struct event_leaf *l)
{
    mem_free(l->counts);
    mem_free(l->fen);
    mem_free(l->reals);
    mem_free(l->days);
    mem_free(l->moments);
    distinct_release(&l->seen);
    pairs_release(&l->pairs);
    sequence_release(&l->sequence);
}

/* ---- a chunk ---- */

static void look_at_rows(struct events *v)
{
    const struct event_rows *r = &v->rows;
    v->all.len = 0;
    for (uint32_t i = 0; i < r->rows; i++) {
        v->day[i] = zone_day(v->w->brand->zone, &v->cache, r->time_ms[i]);
        v->consumer[i] = v->w->consumers[r->identity[i]];
        if (v->day[i] <= v->w->as_of) {
            v->all.rows[v->all.len++] = (uint16_t)i;
        }
    }
    if (!v->refunds) {
        return;
    }
    for (uint32_t i = 0; i < r->rows; i++) {
        bool bought = r->name[i] == EVENT_PURCHASE;
        bool look = bought && refunded_has(v->refunds, r->identity[i]);
        v->order[i] = bought && (v->orders || look) ? event_rows_order(r, i) : 0;
        int32_t from = look ? event_rows_refunded(&v->rows, i, v->order[i]) : DAY_NONE;
        v->gone[i] = from != DAY_NONE && from <= v->w->as_of;
    }
}

/* Rows of the leaf's names and days; refunded purchases are none unless `gone` is wanted. */
static void select_rows(struct events *v, const uint64_t *names, int32_t from, int32_t to,
                        bool gone, struct selection *s)
{
    s->len = 0;
    for (uint32_t k = 0; k < v->all.len; k++) {
        uint16_t i = v->all.rows[k];
        bool in = v->day[i] >= from && v->day[i] <= to && names_has(names, v->rows.name[i]);
        s->rows[s->len] = i;
        s->len += in && (gone || !v->refunds || !v->gone[i]) ? 1u : 0u;
    }
}

static uint64_t part_of(const struct events *v, uint32_t i)
{
    uint64_t place = (uint64_t)v->rows.identity[i] << 32 | (uint32_t)v->day[i];
    return hash_mix(v->order[i] ^ hash_mix(place));
}

/* Rows without a key count one each when `alone`, else not at all. */
static void count_keys(struct events *v, struct event_leaf *l, const struct selection *s,
                       const uint64_t *keys, bool alone)
{
    bool fresh[CHUNK_ROWS];
    distinct_add(&l->seen, keys, s->len, fresh);
    for (uint32_t k = 0; k < s->len; k++) {
        l->counts[v->consumer[s->rows[k]]] += fresh[k] || (alone && !keys[k]);
    }
}

/* A purchase of an order is counted by its part, everything else by itself. */
static void count_events(struct events *v, struct event_leaf *l, const struct selection *s)
{
    uint64_t keys[CHUNK_ROWS];
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k];
        bool part = v->rows.name[i] == EVENT_PURCHASE && v->order[i];
        keys[k] = part ? part_of(v, i) : 0;
    }
    count_keys(v, l, s, keys, true);
}

static uint64_t item_of(const struct events *v, uint32_t i)
{
    struct str item = event_rows_text(&v->rows, FIELD_ITEM, i);
    return item.ptr ? hash_mix(hash_sip64(v->item_key, item) ^ hash_mix(v->consumer[i])) : 0;
}

static void add_did(struct events *v, struct event_leaf *l, const struct selection *s)
{
    uint64_t keys[CHUNK_ROWS];
    if (l->q->count_of == COUNT_OF_EVENTS) {
        count_events(v, l, s);
        return;
    }
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k];
        uint64_t day = (uint64_t)v->consumer[i] << 32 | (uint32_t)v->day[i];
        keys[k] = l->q->count_of == COUNT_OF_DAYS ? day : item_of(v, i);
    }
    count_keys(v, l, s, keys, false);
}

static void add_measure(struct events *v, struct event_leaf *l, const struct selection *s)
{
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k], c = v->consumer[i];
        double x = event_tests_number(&v->rows, l->q->of, i), had = l->reals[c];
        if (isnan(x)) {
            continue;
        }
        bool first = l->counts && !l->counts[c]++;
        switch (l->q->measure) {
        case MEASURE_SUM:
        case MEASURE_AVG: l->reals[c] += x; break;
        case MEASURE_MIN: l->reals[c] = first || x < had ? x : had; break;
        case MEASURE_MAX: l->reals[c] = first || x > had ? x : had; break;
        }
    }
}

/* gmv takes every purchase, orders only those that stand. */
static void add_total(struct events *v, struct event_leaf *l, const struct selection *s)
{
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k], c = v->consumer[i];
        int64_t fen = event_rows_i64(&v->rows, FIELD_AMOUNT, i);
        fen = fen == AMOUNT_UNKNOWN ? 0 : fen;
        l->fen[c] += v->rows.name[i] == EVENT_PURCHASE ? fen : -fen;
    }
    if (is_aov(l->q)) {
        const uint64_t bought[NAME_WORDS] = {[EVENT_PURCHASE / 64] = UINT64_C(1)
                                                                     << (EVENT_PURCHASE % 64)};
        select_rows(v, bought, l->from, l->to, false, &v->some);
        count_events(v, l, &v->some);
    }
}

static void add_moment(struct events *v, struct event_leaf *l, const struct selection *s)
{
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k], c = v->consumer[i];
        uint16_t day = (uint16_t)evidence_day(v->day[i]), had = l->days[c];
        bool better = had == COLUMN_DAY_NONE || (l->q->last_one ? day > had : day < had);
        l->days[c] = better ? day : had;
    }
}

/* The instant decides which event it is; its day is kept while one of the rows of that instant passes. */
static void add_moment_was(struct events *v, struct event_leaf *l, const struct selection *s)
{
    bool passes[CHUNK_ROWS] = {false};
    v->some = *s;
    event_tests_run(&v->rows, l->q->was.tests, l->q->was.tests_len, v->reader, &v->some);
    for (uint32_t k = 0; k < v->some.len; k++) {
        passes[v->some.rows[k]] = true;
    }
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k], c = v->consumer[i];
        int64_t now = v->rows.time_ms[i], had = l->moments[c];
        bool better = l->q->last_one ? now > had : now < had;
        if (better) {
            l->moments[c] = now;
            l->days[c] = COLUMN_DAY_NONE;
        }
        if (passes[i] && (better || now == had)) {
            l->days[c] = (uint16_t)evidence_day(v->day[i]);
        }
    }
}

static void add_status(struct events *v, struct event_leaf *l, const struct selection *s)
{
    for (uint32_t k = 0; k < s->len; k++) {
        uint32_t i = s->rows[k];
        struct str touchpoint = event_rows_text(&v->rows, FIELD_TOUCHPOINT, i);
        uint32_t at = touchpoint.len ? (uint32_t)hash_sip64(v->item_key, touchpoint) | 1u : 0;
        bool on = v->rows.name[i] == l->q->filter.names[0];
        pairs_add(&l->pairs, v->consumer[i], status_value(v->rows.time_ms[i], on), at);
    }
}

/* Which steps each row can be, then the row once. */
static void add_sequence(struct events *v, struct event_leaf *l)
{
    uint16_t steps[CHUNK_ROWS] = {0};
    for (uint32_t n = 0; n < l->q->steps_len; n++) {
        const struct event_filter *f = &l->q->steps[n].filter;
        uint64_t names[NAME_WORDS] = {0};
        int32_t from = n ? INT32_MIN : l->sequence.from;
        names_set(names, f);
        select_rows(v, names, from, n ? INT32_MAX : l->sequence.to, false, &v->some);
        event_tests_run(&v->rows, f->tests, f->tests_len, v->reader, &v->some);
        for (uint32_t k = 0; k < v->some.len; k++) {
            steps[v->some.rows[k]] |= (uint16_t)(1u << n);
        }
    }
    for (uint32_t k = 0; k < v->all.len; k++) {
        uint32_t i = v->all.rows[k];
        if (steps[i]) {
            pairs_add(&l->pairs, v->consumer[i], sequence_value(v->rows.time_ms[i]), steps[i]);
        }
    }
}

static void add_leaf(struct events *v, struct event_leaf *l)
{
    const struct question *q = l->q;
    if (q->form == Q_SEQUENCE) {
        add_sequence(v, l);
        return;
    }
    struct selection s;
    bool gone = q->form == Q_TOTAL || q->form == Q_MEASURE; /* what was paid was paid */
    select_rows(v, l->names, l->from, l->to, gone, &s);
    if (q->form != Q_TOTAL) {
        event_tests_run(&v->rows, q->filter.tests, q->filter.tests_len, v->reader, &s);
    }
    if (q->form == Q_DID) {
        add_did(v, l, &s);
    } else if (q->form == Q_MEASURE) {
        add_measure(v, l, &s);
    } else if (q->form == Q_TOTAL) {
        add_total(v, l, &s);
    } else if (q->form == Q_MOMENT) {
        (l->moments ? add_moment_was : add_moment)(v, l, &s);
    } else {
        add_status(v, l, &s);
    }
}

/* ---- the answers ---- */

static void keep_ratio(struct events *v, struct event_leaf *l)
{
    size_t rows = column_rows(v->w->len);
    double *out = l->reals ? l->reals : mem_array(double, rows + 8);
    bool total = l->q->form == Q_TOTAL;
    for (size_t c = 0; c < rows; c++) {
        double sum = total ? (double)l->fen[c] : out[c];
        bool divide = total || l->q->measure == MEASURE_AVG;
        out[c] = l->counts[c] ? (divide ? sum / l->counts[c] : sum) : (double)NAN;
    }
    l->reals = NULL;
    struct column c = {.type = COLUMN_F64, .data = out, .len = v->w->len};
    column_narrow(&c, v->w->threads);
    (void)world_keep_column(v->w, l->node->key, c);
}

static void keep_column(struct events *v, struct event_leaf *l, enum column_type type,
                        void *data)
{
    struct column c = {.type = type, .data = data, .len = v->w->len};
    column_narrow(&c, v->w->threads);
    (void)world_keep_column(v->w, l->node->key, c);
}

static void keep_leaf(struct events *v, struct event_leaf *l)
{
    const struct question *q = l->q;
    if (q->form == Q_SEQUENCE || q->form == Q_IS) {
        struct bits set;
        bits_init(&set, v->w->len);
        if (q->form == Q_IS) {
            status_find(&l->pairs, v->w->threads, &set);
        } else {
            sequence_find(&l->sequence, &l->pairs, v->w->threads, &set);
        }
        (void)world_keep_set(v->w, l->node->key, set);
        return;
    }
    if (q->form == Q_DID) {
        keep_column(v, l, COLUMN_U32, l->counts);
        l->counts = NULL;
    } else if (q->form == Q_MOMENT) {
        keep_column(v, l, COLUMN_U16, l->days);
        l->days = NULL;
    } else if (q->form == Q_TOTAL && !is_aov(q)) {
        keep_column(v, l, COLUMN_I64, l->fen);
        l->fen = NULL;
    } else if (q->form == Q_MEASURE && q->measure == MEASURE_SUM) {
        keep_column(v, l, COLUMN_F64, l->reals);
        l->reals = NULL;
    } else {
        keep_ratio(v, l);
    }
}

/* ---- the scan ---- */

typedef VEC(uint32_t) identity_vec;
struct wanted {
    uint16_t names[EVENT_NAMES_MAX];
    struct event_condition conditions[CONDITIONS_MAX];
    bool all; /* more conditions than have room */
    struct event_rows_want want;
};

static void add_condition(struct wanted *x, const struct event_filter *f, int32_t from,
                          int32_t to)
{
    if (x->want.conditions_len == CONDITIONS_MAX) {
        x->all = true;
        return;
    }
    x->conditions[x->want.conditions_len++] =
        (struct event_condition){f->names, f->names_len, from, to, f->tests, f->tests_len};
}

/* Totals and statuses: their names, as far as there is room. */
static struct event_filter own_filter(struct event_leaf *l)
{
    struct event_filter f = {.names = l->own_names};
    for (uint32_t c = 0; c < EVENT_OWN_FIRST && f.names_len < OWN_NAMES; c++) {
        if (names_has(l->names, (uint16_t)c)) {
            l->own_names[f.names_len++] = (uint16_t)c;
        }
    }
    return f;
}

static void leaf_conditions(struct wanted *x, struct event_leaf *l)
{
    const struct question *q = l->q;
    if (l->from > l->to) {
        return;
    }
    if (q->form == Q_SEQUENCE) {
        for (uint32_t i = 0; i < q->steps_len; i++) {
            add_condition(x, &q->steps[i].filter, l->from, i ? l->to : l->sequence.to);
        }
    } else if (q->form == Q_TOTAL || q->form == Q_IS) {
        struct event_filter f = own_filter(l);
        x->all |= f.names_len == OWN_NAMES || !f.names_len;
        add_condition(x, &f, l->from, l->to);
    } else {
        add_condition(x, &q->filter, l->from, l->to);
    }
}

static void add_wants(const struct events *v, struct wanted *x)
{
    uint64_t names[NAME_WORDS] = {0};
    bool any = false;
    x->want.from = INT32_MAX;
    x->want.to = DAY_NONE;
    for (uint32_t i = 0; i < v->len; i++) {
        struct event_leaf *l = &v->leaves[i];
        any |= l->names[0] == UINT64_MAX;
        for (uint32_t k = 0; k < NAME_WORDS; k++) {
            names[k] |= l->names[k];
        }
        x->want.columns |= leaf_columns(l->q);
        leaf_conditions(x, l);
        if (l->from <= l->to) {
            x->want.from = l->from < x->want.from ? l->from : x->want.from;
            x->want.to = l->to > x->want.to ? l->to : x->want.to;
        }
    }
    for (uint32_t c = 0; !any && c < EVENT_NAMES_MAX; c++) {
        if (names[c / 64] >> (c % 64) & 1) {
            x->names[x->want.names_len++] = (uint16_t)c;
        }
    }
    x->want.names = any ? NULL : x->names;
    x->want.conditions = x->conditions;
    x->want.conditions_len = x->all ? 0 : x->want.conditions_len;
    x->want.columns |= v->orders ? 1u << FIELD_ORDER | 1u << FIELD_CHANNEL : 0;
    x->want.refunds = v->refunds;
}

/* All identities of the one consumer that is asked about. */
static void add_only(const struct who_world *w, struct event_rows_want *want, identity_vec *nos)
{
    uint32_t no = w->only;
    do {
        vec_push(nos, no);
        no = graph_next(w->brand->graph, no);
    } while (no != w->only);
    want->identities = nos->ptr;
    want->identities_len = (uint32_t)nos->len;
}

static enum rc scan(struct events *v, struct err *e)
{
    struct wanted *x = mem_zalloc(sizeof(*x));
    identity_vec nos = {0};
    add_wants(v, x);
    if (v->w->only) {
        add_only(v->w, &x->want, &nos);
    }
    bool nothing = x->want.from > x->want.to;
    enum rc rc = nothing ? RC_OK : event_rows_begin(&v->rows, v->w->brand, &x->want, e);
    while (!rc && !nothing && !(rc = event_rows_next(&v->rows, e)) && v->rows.rows) {
        look_at_rows(v);
        for (uint32_t i = 0; i < v->len; i++) {
            add_leaf(v, &v->leaves[i]);
        }
    }
    event_rows_end(&v->rows);
    vec_release(&nos);
    mem_free(x);
    return rc;
}

enum rc find_events(struct who_world *w, struct find_node *const *leaves, uint32_t n,
                    struct err *e)
{
    struct events *v = mem_zalloc(sizeof(*v));
    bool buys = false;
    enum rc rc = RC_OK;
    v->w = w;
    v->len = n;
    v->leaves = mem_array(struct event_leaf, n + 1);
    v->reader = json_reader_new(NULL);
    v->item_key = w->brand->hash_key;
    for (uint32_t i = 0; i < n; i++) {
        v->leaves[i].node = leaves[i];
        v->leaves[i].q = leaves[i]->q;
        leaf_init(v, &v->leaves[i]);
        buys |= v->leaves[i].buys;
        v->orders |= leaf_counts_orders(&v->leaves[i]);
    }
    if (buys) {
        rc = world_refunds(w, &v->refunds, e);
    }
    rc = rc ? rc : scan(v, e);
    for (uint32_t i = 0; i < n; i++) {
        if (!rc) {
            keep_leaf(v, &v->leaves[i]);
        }
        leaf_release(&v->leaves[i]);
    }
    json_reader_free(v->reader);
    mem_free(v->leaves);
    mem_free(v);
    return rc;
}
