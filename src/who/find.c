/* The native executor.
 *
 * First every leaf is made ready: what it compares (a column) or whom it holds for (a set) is found under its key among
 * what the world keeps, or made: from evidence, by one scan of the lake for all event leaves together, from spans,
 * marks, fields. A key names the events and days but not the number compared with, so "did purchase in 30d >= 3" finds
 * what ">= 2" has left. Then the whole tree runs over blocks of 64 Ki consumers on all threads; inside a block an `and`
 * stops when nobody is left and an `or` when everybody is in. */
#include <math.h>
#include <string.h>
#include <time.h>
#include "base/hash.h"
#include "base/mem.h"
#include "who/field.h"
#include "base/parallel.h"
#include "who/world_own.h"

#define BLOCK_WORDS ((size_t)COLUMN_BLOCK / 64)

/* ---- running ---- */

static void not_words(uint64_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = ~out[i];
    }
}

static bool all_words(const uint64_t *words, size_t n, uint64_t value)
{
    uint64_t differ = 0;
    for (size_t i = 0; i < n; i++) {
        differ |= words[i] ^ value;
    }
    return !differ;
}

/* A stage model has few stages, mostly neighbours: one comparison a run of them. */
static void stage_words(const struct find_node *n, size_t first, size_t words, uint64_t *out)
{
    uint64_t run[BLOCK_WORDS];
    memset(out, 0, words * sizeof(*out));
    for (uint32_t s = 0; s < 64; s++) {
        if (!(n->stages >> s & 1)) {
            continue;
        }
        uint32_t to = s;
        while (to < 63 && (n->stages >> (to + 1) & 1)) {
            to++;
        }
        struct column_test t = column_between(&n->kept->column, s, to);
        column_run(&t, first, words, run);
        for (size_t i = 0; i < words; i++) {
            out[i] |= run[i];
        }
        s = to;
    }
}

/* The share of a consumer, 0 <= x < 1. The same formula stands in who.sql (who_sample). */
static bool sampled(const struct find_node *n, uint32_t no)
{
    uint64_t mixed = hash_mix(no ^ hash_mix(n->q->seed + 0x9e3779b97f4a7c15u));
    return (double)(mixed >> 11) / 9007199254740992.0 * 100.0 < n->q->number;
}

static void sample_words(const struct find_plan *p, const struct find_node *n, size_t first,
                         size_t words, uint64_t *out)
{
    const uint64_t *known = p->world->everyone.words;
    for (size_t i = 0; i < words; i++) {
        out[i] = 0;
        for (uint64_t left = known[first + i]; left; left &= left - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(left);
            bool in = sampled(n, (uint32_t)((first + i) * 64) + bit);
            out[i] |= in ? UINT64_C(1) << bit : 0;
        }
    }
}

static void leaf_words(const struct find_plan *p, const struct find_node *n, size_t first,
                       size_t words, uint64_t *out)
{
    switch (n->how) {
    case FIND_EVERYONE: memset(out, 0xff, words * sizeof(*out)); break;
    case FIND_NOBODY: memset(out, 0, words * sizeof(*out)); break;
    case FIND_COLUMN: column_run(&n->test, first, words, out); break;
    case FIND_STAGES: stage_words(n, first, words, out); break;
    case FIND_SAMPLE: sample_words(p, n, first, words, out); break;
    case FIND_SET: memcpy(out, n->kept->set.words + first, words * sizeof(*out)); break;
    }
}

static void node_words(const struct find_plan *p, const struct find_node *n, size_t first,
                       size_t words, uint64_t *out);

static void list_words(const struct find_plan *p, const struct find_node *n, size_t first,
                       size_t words, uint64_t *out)
{
    uint64_t one[BLOCK_WORDS];
    bool both = n->q->form == Q_AND;
    memset(out, both ? 0xff : 0, words * sizeof(*out));
    for (const struct find_node *k = n->first; k; k = k->next) {
        node_words(p, k, first, words, k == n->first ? out : one);
        for (size_t i = 0; k != n->first && i < words; i++) {
            out[i] = both ? out[i] & one[i] : out[i] | one[i];
        }
        if (k->next && all_words(out, words, both ? 0 : ~UINT64_C(0))) {
            return;
        }
    }
}

static void node_words(const struct find_plan *p, const struct find_node *n, size_t first,
                       size_t words, uint64_t *out)
{
    if (n->q->form == Q_AND || n->q->form == Q_OR) {
        list_words(p, n, first, words, out);
    } else if (n->q->form == Q_NOT) {
        node_words(p, n->first, first, words, out);
        not_words(out, words);
    } else {
        leaf_words(p, n, first, words, out);
    }
}

struct run {
    const struct find_plan *plan;
    const struct find_node *node;
    struct bits *out;
};

static void run_block(void *ctx, size_t from, size_t to)
{
    const struct run *r = ctx;
    size_t first = from / 64, words = (to + 63) / 64 - first;
    const uint64_t *known = r->plan->world->everyone.words + first;
    uint64_t *out = r->out->words + first;
    node_words(r->plan, r->node, first, words, out);
    for (size_t i = 0; i < words; i++) {
        out[i] &= known[i];
    }
}

void find_run(const struct find_plan *p, const struct find_node *n, struct bits *out)
{
    bits_init(out, p->world->len);
    struct run r = {p, n, out};
    parallel_blocks(p->world->len, COLUMN_BLOCK, p->world->threads, run_block, &r);
}

static bool leaf_holds(const struct find_node *n, uint32_t no)
{
    switch (n->how) {
    case FIND_EVERYONE: return true;
    case FIND_NOBODY: return false;
    case FIND_COLUMN: return column_holds(&n->test, no);
    case FIND_STAGES: {
        uint8_t stage = ((const uint8_t *)n->kept->column.data)[no];
        return stage < 64 && (n->stages >> stage & 1);
    }
    case FIND_SAMPLE: return sampled(n, no);
    case FIND_SET: return bits_has(&n->kept->set, no);
    }
    return false;
}

bool find_holds(const struct find_plan *p, const struct find_node *n, uint32_t consumer)
{
    if (n->q->form == Q_NOT) {
        return !find_holds(p, n->first, consumer);
    }
    if (n->q->form != Q_AND && n->q->form != Q_OR) {
        return leaf_holds(n, consumer);
    }
    bool both = n->q->form == Q_AND;
    for (const struct find_node *k = n->first; k; k = k->next) {
        if (find_holds(p, k, consumer) != both) {
            return !both;
        }
    }
    return both;
}

/* ---- keys ---- */

static void key_filter(struct buf *key, const struct event_filter *f)
{
    buf_put_varint(key, f->names_len);
    for (uint32_t i = 0; i < f->names_len; i++) {
        buf_put_u16(key, f->names[i]);
    }
    buf_put_varint(key, f->tests_len);
    for (uint32_t i = 0; i < f->tests_len; i++) {
        const struct evidence_test *t = &f->tests[i];
        uint64_t number = 0;
        memcpy(&number, &t->number, sizeof(number));
        buf_put_u8(key, (uint8_t)t->field);
        buf_put_u8(key, (uint8_t)t->cmp);
        buf_put_u64(key, t->texts_len ? 0 : number);
        buf_put_str(key, t->key);
        buf_put_varint(key, t->texts_len);
        for (uint32_t k = 0; k < t->texts_len; k++) {
            buf_put_str(key, t->texts[k]);
        }
    }
}

static void key_when(struct buf *key, const struct who_world *w, struct when when)
{
    int32_t from = 1, to = 0;
    if (!when_days(when, w->as_of, &from, &to)) {
        from = 1;
        to = 0;
    }
    buf_put_u32(key, (uint32_t)from);
    buf_put_u32(key, (uint32_t)to);
}

/* What a leaf needs from events, without the number that it compares with. */
static void key_events(struct buf *key, const struct who_world *w, const struct question *q)
{
    key_filter(key, &q->filter);
    if (q->form == Q_MOMENT) {
        buf_put_u8(key, q->last_one);
        key_filter(key, &q->was);
        return;
    }
    key_when(key, w, q->when);
    buf_put_u8(key, (uint8_t)q->count_of);
    buf_put_u8(key, (uint8_t)q->measure);
    buf_put_u8(key, q->form == Q_MEASURE ? (uint8_t)q->of : 0);
    buf_put_u8(key, (uint8_t)q->total);
    buf_put_u8(key, q->of_first);
    for (uint32_t i = 0; i < q->steps_len; i++) {
        key_filter(key, &q->steps[i].filter);
        buf_put_u8(key, q->steps[i].negated);
        buf_put_u64(key, (uint64_t)q->steps[i].within_ms);
    }
}

static void key_other(struct buf *key, const struct who_world *w, const struct question *q)
{
    if (q->form == Q_STAGE && q->stage_ask == STAGE_ON) {
        buf_put_u32(key,
                    (uint32_t)(q->day == DAY_NONE ? w->as_of - (int32_t)q->days_ago : q->day));
    } else if (q->form == Q_STAGE) {
        buf_put_u8(key, (uint8_t)q->stage_ask);
        buf_put_u64(key, q->stages);
        key_when(key, w, q->when);
    }
    if (q->field) {
        uint64_t number = 0;
        memcpy(&number, &q->number, sizeof(number));
        buf_put_str(key, str_of(q->field->name));
        buf_put_u8(key, q->known);
        buf_put_u8(key, (uint8_t)q->cmp);
        buf_put_u64(key, number);
    }
    buf_put_u8(key, q->form == Q_HAS ? q->kind : 0);
    for (uint32_t i = 0; i < q->texts_len; i++) {
        buf_put_str(key, q->texts[i]);
    }
}

static struct str key_of(const struct who_world *w, const struct question *q, struct arena *a)
{
    struct buf key = {0};
    buf_put_u8(&key, (uint8_t)q->form);
    switch (q->form) {
    case Q_DID:
    case Q_SEQUENCE:
    case Q_IS:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_MOMENT: key_events(&key, w, q); break;
    case Q_STAGE:
    case Q_FIELD:
    case Q_HAS:
    case Q_IDENTITY:
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT: key_other(&key, w, q); break;
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
    case Q_SAMPLE: break;
    }
    struct str out = arena_str(a, buf_str(&key));
    buf_release(&key);
    return out;
}

/* ---- making ready ---- */

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool is_event(const struct question *q)
{
    return q->form == Q_DID || q->form == Q_SEQUENCE || q->form == Q_IS ||
           q->form == Q_MEASURE || q->form == Q_TOTAL || q->form == Q_MOMENT;
}

struct column_test find_compare(const struct question *q, const struct column *c)
{
    return q->known ? column_compare(c, CMP_GE, (double)-INFINITY)
                    : column_compare(c, q->cmp, q->number);
}

/* Binds the leaf to what is kept. */
static void bind_leaf(const struct who_world *w, struct find_node *n, const struct kept *k)
{
    int32_t from = 0, to = 0;
    n->kept = k;
    n->ready = true;
    if (k->set.words) {
        n->how = FIND_SET;
        return;
    }
    n->how = FIND_COLUMN;
    if (n->q->form == Q_MOMENT) {
        if (when_days(n->q->when, w->as_of, &from, &to)) {
            to = to < EVIDENCE_DAY_MAX ? to : EVIDENCE_DAY_MAX;
            n->test = column_between(&k->column, from, to);
        } else {
            n->how = FIND_NOBODY;
        }
    } else if (n->q->form == Q_STAGE) {
        n->how = FIND_STAGES;
        n->stages = n->q->stages;
    } else {
        n->test = find_compare(n->q, &k->column);
    }
}

static struct find_node *add_node(struct find_plan *p, const struct question *q, uint32_t depth)
{
    struct find_node *n = arena_new_of(p->arena, struct find_node), **at = &n->first;
    n->q = q;
    n->depth = depth;
    n->index = (uint32_t)p->nodes.len;
    vec_push(&p->nodes, n);
    for (const struct question *k = q->first; k; k = k->next) {
        *at = add_node(p, k, depth + 1);
        at = &(*at)->next;
    }
    if (!q->first) {
        n->key = key_of(p->world, q, p->arena);
    }
    return n;
}

static enum rc try_evidence(struct who_world *w, struct find_node *n, struct err *e)
{
    struct column c = {0};
    struct bits set = {0};
    uint32_t cls = 0;
    bool exact = false;
    if (!find_evidence_knows(w, n->q, &cls)) {
        return RC_OK;
    }
    enum rc rc = find_evidence(w, n->q, cls, &c, &set, &exact, e);
    if (rc || !exact) {
        bits_release(&set);
        column_release(&c);
        return rc;
    }
    n->where = "evidence";
    n->note = "counted from the stage model's evidence";
    bind_leaf(w, n,
              set.words ? world_keep_set(w, n->key, set) : world_keep_column(w, n->key, c));
    return RC_OK;
}

/* What is read of one consumer is no answer for others: it is kept under a name of its own. */
static struct str key_of_one(const struct who_world *w, struct str key, struct arena *a)
{
    struct buf own = {0};
    if (!w->only) {
        return key;
    }
    buf_put_u8(&own, UINT8_MAX);
    buf_put_u32(&own, w->only);
    buf_add(&own, key);
    struct str out = arena_str(a, buf_str(&own));
    buf_release(&own);
    return out;
}

/* Two leaves that need the same are read once. */
static bool is_listed(struct find_node *const *list, uint32_t len, struct str key)
{
    for (uint32_t i = 0; i < len; i++) {
        if (str_eq(list[i]->key, key)) {
            return true;
        }
    }
    return false;
}

static enum rc prepare_events(struct find_plan *p, struct err *e)
{
    struct who_world *w = p->world;
    struct find_node **lake = arena_array(p->arena, struct find_node *, p->nodes.len + 1);
    uint32_t len = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < p->nodes.len && !rc; i++) {
        struct find_node *n = p->nodes.ptr[i];
        const struct kept *k = is_event(n->q) ? world_find(w, n->key) : NULL;
        if (!is_event(n->q)) {
            continue;
        }
        if (k) {
            n->where = "column";
            n->note = "kept from an earlier question";
            bind_leaf(w, n, k);
            continue;
        }
        double began = seconds_now();
        rc = try_evidence(w, n, e);
        n->seconds = seconds_now() - began;
        if (!rc && !n->ready) {
            n->key = key_of_one(w, n->key, p->arena);
        }
        if (!rc && !n->ready && !is_listed(lake, len, n->key)) {
            lake[len++] = n;
        }
    }
    double began = seconds_now();
    if (!rc && len) {
        rc = find_events(w, lake, len, e);
    }
    for (size_t i = 0; i < p->nodes.len && !rc; i++) {
        struct find_node *n = p->nodes.ptr[i];
        if (is_event(n->q) && !n->ready) {
            n->where = "lake";
            n->seconds = seconds_now() - began;
            n->note = len > 1 ? "one scan for all such parts" : "one scan";
            bind_leaf(w, n, world_find(w, n->key));
        }
    }
    return rc;
}

static enum rc prepare_leaf(struct find_plan *p, struct find_node *n, struct err *e)
{
    struct who_world *w = p->world;
    n->ready = true;
    n->where = "column";
    if (n->q->form == Q_ALL || n->q->form == Q_SAMPLE) {
        n->how = n->q->form == Q_ALL ? FIND_EVERYONE : FIND_SAMPLE;
        return RC_OK;
    }
    struct kept *k = world_find(w, n->key);
    double began = seconds_now();
    enum rc rc = k ? RC_OK : find_other(w, n, &k, e);
    n->seconds = seconds_now() - began;
    if (!rc && k) {
        bind_leaf(w, n, k);
    } else if (!rc) {
        n->how = FIND_NOBODY;
    }
    return rc;
}

enum rc find_plan_make(struct who_world *w, const struct question *q, struct arena *a,
                       struct find_plan *out, struct err *e)
{
    *out = (struct find_plan){.world = w, .arena = a};
    w->questions += !w->open; /* what an outer question uses stays in use */
    (void)who_everyone(w);
    (void)add_node(out, q, 0);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < out->nodes.len && !rc; i++) {
        struct find_node *n = out->nodes.ptr[i];
        if (!n->first && !is_event(n->q) && n->q->form != Q_AND && n->q->form != Q_OR) {
            rc = prepare_leaf(out, n, e);
        } else if (n->first) {
            n->where = "sets";
        }
    }
    return rc ? rc : prepare_events(out, e);
}

void find_plan_release(struct find_plan *p) { vec_release(&p->nodes); }

enum rc who_find(struct who_world *w, const struct question *q, struct bits *out, struct err *e)
{
    struct arena *a = arena_new();
    struct find_plan p;
    *out = (struct bits){0};
    enum rc rc = find_plan_make(w, q, a, &p, e);
    if (!rc) {
        find_run(&p, p.nodes.ptr[0], out);
    }
    find_plan_release(&p);
    arena_free(a);
    return rc;
}
