/* The consumer page: identities from the graph and the values, figures and timeline from the
 * lake, in one pass over it. */
#include "people/consumer.h"
#include "gen/sql_people.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static void members_of(const struct brand *b, uint32_t no, u32_vec *out)
{
    uint32_t at = no;
    do {
        vec_push(out, at);
        at = graph_next(b->graph, at);
    } while (at != no);
    qsort(out->ptr, out->len, sizeof(*out->ptr), by_number);
}

enum rc consumer_describe(struct brand *b, struct arena *a, const uint32_t *nos, uint32_t n,
                          struct consumer_identity *out, struct err *e)
{
    struct str *values = arena_array(a, struct str, n + 1);
    enum rc rc = brand_values(b, nos, n, a, values, e);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint8_t kind = dictionary_kind(b->dictionary, nos[i]);
        out[i] = (struct consumer_identity){
            .no = nos[i],
            .kind = kind,
            .shared = graph_is_shared(b->graph, nos[i]),
            .kind_name = kind_name(b->kinds, kind),
            .value = values[i],
            .masked = kind_mask(b->kinds, kind, values[i], a),
            .first_day = evidence_first_day(b->evidence, nos[i]),
        };
    }
    return RC_OK;
}

enum rc consumer_identities(struct brand *b, struct arena *a, uint32_t no,
                            struct consumer_identity **list, uint32_t *len, struct err *e)
{
    u32_vec nos = {0};
    members_of(b, no, &nos);
    *len = (uint32_t)nos.len;
    *list = arena_array(a, struct consumer_identity, nos.len);
    enum rc rc = consumer_describe(b, a, nos.ptr, *len, *list, e);
    vec_release(&nos);
    return rc;
}

static int64_t i64_at(const struct lake_chunk *k, uint32_t column, uint32_t row)
{
    const struct lake_vector *v = &k->columns[column];
    return lake_is_null(v, row) ? 0 : ((const int64_t *)v->data)[row];
}

static double f64_at(const struct lake_chunk *k, uint32_t column, uint32_t row)
{
    const struct lake_vector *v = &k->columns[column];
    return lake_is_null(v, row) ? (double)NAN : ((const double *)v->data)[row];
}

static struct str str_at(struct arena *a, const struct lake_chunk *k, uint32_t column,
                         uint32_t row)
{
    return arena_str(a, lake_str(&k->columns[column], row));
}

/* Where columns of consumer_events are. */
enum {
    TIME,
    SEQ,
    NAME,
    CHANNEL,
    TOUCHPOINT,
    ITEM,
    ORDER_NO,
    QUANTITY,
    AMOUNT,
    SCORE,
    IDENTITY
};

/* The newest `most` events so far: a heap with the oldest of them on top. */
struct newest {
    struct arena *a;
    struct dated {
        int64_t seq;
        struct consumer_event event;
    } * heap;
    uint32_t len, most;
};

/* Does x stand before y on the page? Newest first, then by name and item so that the order is always the same. */
static int by_age(const void *x, const void *y)
{
    const struct dated *a = x, *b = y;
    if (a->event.time_ms != b->event.time_ms) {
        return a->event.time_ms > b->event.time_ms ? -1 : 1;
    }
    if (a->seq != b->seq) {
        return a->seq > b->seq ? -1 : 1;
    }
    int names = str_cmp(a->event.name, b->event.name);
    return names ? names : str_cmp(a->event.item, b->event.item);
}

static void sift_down(struct newest *n, uint32_t at)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child + 1 < n->len && by_age(&n->heap[child + 1], &n->heap[child]) > 0) {
            child++;
        }
        if (child >= n->len || by_age(&n->heap[child], &n->heap[at]) <= 0) {
            return;
        }
        struct dated held = n->heap[at];
        n->heap[at] = n->heap[child];
        n->heap[child] = held;
        at = child;
    }
}

static void sift_up(struct newest *n, uint32_t at)
{
    while (at && by_age(&n->heap[at], &n->heap[(at - 1) / 2]) > 0) {
        struct dated held = n->heap[at];
        n->heap[at] = n->heap[(at - 1) / 2];
        n->heap[(at - 1) / 2] = held;
        at = (at - 1) / 2;
    }
}

static struct dated dated_row(const struct lake_chunk *k, uint32_t row)
{
    const struct lake_vector *c = k->columns;
    return (struct dated){.seq = i64_at(k, SEQ, row),
                          .event = {.time_ms = i64_at(k, TIME, row),
                                    .name = lake_str(&c[NAME], row),
                                    .channel = lake_str(&c[CHANNEL], row),
                                    .touchpoint = lake_str(&c[TOUCHPOINT], row),
                                    .item = lake_str(&c[ITEM], row),
                                    .order_no = lake_str(&c[ORDER_NO], row),
                                    .quantity = f64_at(k, QUANTITY, row),
                                    .amount_fen = lake_is_null(&c[AMOUNT], row)
                                                      ? AMOUNT_UNKNOWN
                                                      : i64_at(k, AMOUNT, row),
                                    .score = f64_at(k, SCORE, row),
                                    .identity = ((const uint32_t *)c[IDENTITY].data)[row]}};
}

/* Texts are copied for those that are kept; few are put out again, however many come. */
static void keep_newest(struct newest *n, struct dated d)
{
    bool full = n->len == n->most;
    if (!n->most || (full && by_age(&d, &n->heap[0]) >= 0)) {
        return;
    }
    struct str *texts[] = {&d.event.name, &d.event.channel, &d.event.touchpoint, &d.event.item,
                           &d.event.order_no};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        *texts[i] = arena_str(n->a, *texts[i]);
    }
    if (full) {
        n->heap[0] = d;
        sift_down(n, 0);
    } else {
        n->heap[n->len++] = d;
        sift_up(n, n->len - 1);
    }
}

/* Counts by event name. */
struct counts {
    struct map *at; /* name: place in the list */
    VEC(struct consumer_count) list;
};

static void count_name(struct counts *n, struct arena *a, const struct consumer_event *v)
{
    uint32_t fresh = (uint32_t)n->list.len, at = map_intern(n->at, v->name, fresh);
    if (at == fresh) {
        struct consumer_count c = {.name = arena_str(a, v->name)};
        vec_push(&n->list, c);
    }
    struct consumer_count *c = &n->list.ptr[at];
    c->last_ms = c->events && c->last_ms > v->time_ms ? c->last_ms : v->time_ms;
    c->events++;
}

static int by_count(const void *x, const void *y)
{
    const struct consumer_count *a = x, *b = y;
    if (a->events != b->events) {
        return a->events > b->events ? -1 : 1;
    }
    return str_cmp(a->name, b->name);
}

static bool is_wanted(const struct consumer_timeline *w, const struct consumer_event *v)
{
    bool named = w->names_len == 0;
    for (uint32_t i = 0; !named && i < w->names_len; i++) {
        named = str_eq(w->names[i], v->name);
    }
    return named && v->time_ms >= w->from_ms && v->time_ms < w->to_ms;
}

static void count_event(struct consumer_page *p, const struct consumer_event *v)
{
    int64_t fen = v->amount_fen == AMOUNT_UNKNOWN ? 0 : v->amount_fen;
    p->first_ms = p->events && p->first_ms < v->time_ms ? p->first_ms : v->time_ms;
    p->last_ms = p->events && p->last_ms > v->time_ms ? p->last_ms : v->time_ms;
    p->events++;
    if (str_eq(v->name, STR("purchase"))) {
        p->purchases++;
        p->paid_fen += fen;
    } else if (str_eq(v->name, STR("refund"))) {
        p->refunded_fen += fen;
    }
}

/* Up to so many identities a pass over their column each is quicker than reading the texts of every row. */
#define PASSES_MOST 8u

static enum rc events_begin(struct brand *b, const struct consumer_page *p,
                            struct lake_result **out, struct err *e)
{
    struct str head = str_of(sql_consumer_events.text);
    bool many = p->identities_len > PASSES_MOST;
    struct buf text = {0};
    for (uint32_t i = 0; i < p->identities_len; i++) {
        uint32_t no = p->identities[i].no;
        if (!many) {
            buf_addf(&text, "%s%.*s = %" PRIu32, i ? " union all " : "", STR_FMT(head), no);
        } else if (!i) {
            buf_addf(&text, "%.*s in (%" PRIu32, STR_FMT(head), no);
        } else {
            buf_addf(&text, ",%" PRIu32, no);
        }
    }
    buf_add(&text, many ? STR(")") : STR(""));
    const struct sql sql = {.name = sql_consumer_events.name, .text = buf_cstr(&text)};
    enum rc rc = lake_query_whole(b->lake, &sql, BINDS_NONE, out, e);
    buf_release(&text);
    return rc;
}

/* What is behind the newest `skip` events. */
static void put_timeline(struct newest *n, uint32_t skip, struct consumer_page *p)
{
    qsort(n->heap, n->len, sizeof(*n->heap), by_age);
    p->timeline = arena_array(n->a, struct consumer_event, n->len + 1);
    for (uint32_t i = skip; i < n->len; i++) {
        p->timeline[p->timeline_len++] = n->heap[i].event;
    }
}

/* Figures, counts and timeline in one pass. */
static enum rc read_events(struct brand *b, struct arena *a,
                           const struct consumer_timeline *want, struct consumer_page *p,
                           struct err *e)
{
    uint32_t most = want->most ? want->most + want->skip : 0;
    struct newest n = {.a = a, .most = most, .heap = mem_array(struct dated, most + 1)};
    struct counts counts = {.at = map_new()};
    struct lake_result *r = NULL;
    enum rc rc = events_begin(b, p, &r, e);
    while (!rc) {
        struct lake_chunk k = {0};
        rc = lake_next(r, &k, e);
        if (rc || k.rows == 0) {
            break;
        }
        for (uint32_t row = 0; row < k.rows; row++) {
            struct dated d = dated_row(&k, row);
            count_event(p, &d.event);
            count_name(&counts, a, &d.event);
            if (is_wanted(want, &d.event)) {
                p->matching++;
                keep_newest(&n, d);
            }
        }
    }
    lake_done(r);
    put_timeline(&n, want->skip, p);
    p->counts_len = (uint32_t)counts.list.len;
    p->counts = arena_array(a, struct consumer_count, counts.list.len + 1);
    if (counts.list.len) {
        qsort(counts.list.ptr, counts.list.len, sizeof(*counts.list.ptr), by_count);
        memcpy(p->counts, counts.list.ptr, counts.list.len * sizeof(*counts.list.ptr));
    }
    vec_release(&counts.list);
    map_free(counts.at);
    mem_free(n.heap);
    return rc;
}

enum rc consumer_page_read(struct brand *b, struct arena *a, uint32_t no,
                           const struct consumer_timeline *want, struct consumer_page *out,
                           struct err *e)
{
    struct consumer_page p = {.id = graph_consumer(b->graph, no)};
    enum rc rc = consumer_identities(b, a, no, &p.identities, &p.identities_len, e);
    if (!rc) {
        rc = brand_attach(b, e);
    }
    if (rc) {
        return rc;
    }
    rc = read_events(b, a, want, &p, e);
    if (!rc) {
        *out = p;
    }
    return rc;
}

enum rc consumer_proof(struct brand *b, struct arena *a, const struct link_info *link,
                       struct consumer_proof *out, struct err *e)
{
    struct lake_result *r = NULL;
    struct lake_chunk k = {0};
    struct consumer_proof p = {0};
    enum rc rc = brand_attach(b, e);
    if (!rc) {
        rc = lake_query(b->lake, &sql_consumer_proof,
                        BINDS(bind_i64("a", link->a), bind_i64("b", link->b),
                              bind_i64("first_ms", link->first_ms)),
                        &r, e);
    }
    if (!rc) {
        rc = lake_next(r, &k, e);
    }
    if (!rc && k.rows) {
        p = (struct consumer_proof){
            .found = true,
            .time_ms = i64_at(&k, 0, 0),
            .name = str_at(a, &k, 1, 0),
            .channel = str_at(a, &k, 2, 0),
            .touchpoint = str_at(a, &k, 3, 0),
        };
    }
    lake_done(r);
    if (!rc) {
        *out = p;
    }
    return rc;
}

/* ---- Decisions --------------------------------------------------------------------------- */

typedef VEC(struct consumer_decision) decision_vec;

/* Adds a pair to the last decision; its array is grown by copying (few links a split). */
static void add_pair(struct arena *a, struct consumer_decision *d, uint32_t x, uint32_t y)
{
    uint32_t *pairs = arena_array(a, uint32_t, 2 * ((size_t)d->pairs_len + 1));
    if (d->pairs_len) {
        memcpy(pairs, d->pairs, 2 * (size_t)d->pairs_len * sizeof(*pairs));
    }
    pairs[2 * (size_t)d->pairs_len] = x;
    pairs[2 * (size_t)d->pairs_len + 1] = y;
    d->pairs = pairs;
    d->pairs_len++;
}

static void add_row(struct arena *a, struct stmt *s, bool split, decision_vec *out)
{
    int64_t id = stmt_i64(s, 0);
    int undone = split ? 3 : 2;
    uint32_t x = (uint32_t)stmt_i64(s, undone + 1), y = (uint32_t)stmt_i64(s, undone + 2);
    if (out->len && out->ptr[out->len - 1].id == id && out->ptr[out->len - 1].split == split) {
        add_pair(a, &out->ptr[out->len - 1], x, y);
        return;
    }
    struct consumer_decision d = {
        .id = id, .split = split, .at_ms = stmt_i64(s, 1), .undone = !stmt_is_null(s, undone)};
    d.reason = split ? arena_str(a, stmt_str(s, 2)) : STR_NULL;
    add_pair(a, &d, x, y);
    vec_push(out, d);
}

static enum rc read_decisions(struct brand *b, struct arena *a, const struct sql *sql,
                              bool split, decision_vec *out, struct err *e)
{
    struct stmt *s = NULL;
    enum rc rc = ledger_prepare(b->ledger, sql, &s, e);
    while (!rc) {
        bool row = false;
        rc = stmt_step(s, &row, e);
        if (rc || !row) {
            break;
        }
        add_row(a, s, split, out);
    }
    stmt_done(s);
    return rc;
}

enum rc consumer_decisions(struct brand *b, struct arena *a, struct consumer_decision **list,
                           uint32_t *len, struct err *e)
{
    decision_vec all = {0};
    enum rc rc = read_decisions(b, a, &sql_consumer_splits, true, &all, e);
    if (!rc) {
        rc = read_decisions(b, a, &sql_consumer_joins, false, &all, e);
    }
    *len = (uint32_t)all.len;
    *list = arena_array(a, struct consumer_decision, all.len + 1);
    if (all.len) {
        memcpy(*list, all.ptr, all.len * sizeof(*all.ptr));
    }
    vec_release(&all);
    return rc;
}

/* ---- Names ------------------------------------------------------------------------------- */

enum rc consumer_find(struct brand *b, struct str text, uint32_t *no, struct err *e)
{
    struct str number;
    uint64_t n = 0;
    if (str_starts(text, STR("consumer:"))) {
        number = str_slice(text, 9, text.len);
    } else if (str_starts(text, STR("#"))) {
        number = str_slice(text, 1, text.len);
    } else {
        return brand_find_identity(b, text, no, e);
    }
    if (!str_u64(number, &n)) {
        return rc_fail(e, RC_INVALID, "%.*s names no consumer", STR_FMT(text));
    }
    if (n == 0 || n > dictionary_len(b->dictionary)) {
        return rc_fail(e, RC_MISSING, "there is no consumer %" PRIu64, n);
    }
    *no = (uint32_t)n;
    return RC_OK;
}

static const struct {
    const char *name, *en, *zh;
} link_texts[] = {
    [LINK_HONOURED] = {"honoured", "joins them", "使二者合一"},
    [LINK_REDUNDANT] = {"redundant", "already joined by stronger links", "已由更强的关联合一"},
    [LINK_CUT] = {"cut", "cut by an operator", "已被人工拆开"},
    [LINK_NEVER] = {"never", "this kind never joins", "该类标识从不合并"},
    [LINK_SHARED] = {"shared", "shared by too many consumers", "被过多消费者共用"},
    [LINK_MAX] = {"max", "would give one consumer too many of a kind", "会使同类标识超过上限"},
    [LINK_OPERATOR] = {"operator", "joined by an operator", "人工合并"},
};

const char *consumer_link_text(enum link_state state, bool zh)
{
    return zh ? link_texts[state].zh : link_texts[state].en;
}

const char *consumer_link_name(enum link_state state) { return link_texts[state].name; }
