/* Columns by identity number: `stage` and `until`, the last day on which that stage still holds if
 * nothing happens. Only the root of a consumer (its smallest identity) has a stage; the others are
 * NOBODY. A changed consumer is only marked STALE; stale and outlived ones are swept again when
 * today's counts are asked for, all at once and on all threads.
 *
 * Questions about other days sweep every consumer; the scan (scan.h) splits that over threads. */
#include "aipl/assets.h"

#include <assert.h>
#include <stdatomic.h>

#include "aipl/scan.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"

enum { STAGE_STALE = 253, STAGE_UNKNOWN = 254 /* not known yet */, STAGE_NOBODY = 255 };
#define UNTIL_MAX UINT16_MAX
#define DAYS_MAX 36600
#define SAVED_WORDS 4
enum { SAVED_HASH, SAVED_DAY, SAVED_LEN, SAVED_STALE };

struct assets {
    const struct stage_model *model;
    struct stage_table *table;
    int threads;
    uint64_t hash;  /* of the model: columns saved under another one are not used */
    uint8_t *stage; /* by identity number */
    uint16_t *until;
    uint32_t len, cap;
    int32_t day;                    /* the columns are those of this day, up to stale ones */
    bool stale;                     /* some are */
    _Atomic(struct sweep *) *spare; /* for questions about one consumer */
};

static uint64_t model_hash(const struct stage_model *m)
{
    struct hash_stream h;
    hash_stream_init(&h, (struct hash_key){0x61737365, 0x74730001});
    hash_stream_add_u64(&h, m->program->plan->hash);
    hash_stream_add(&h, m->text);
    return hash_stream_end(&h);
}

struct assets *assets_new(const struct stage_model *m, int threads)
{
    struct assets *a = mem_zalloc(sizeof(struct assets));
    a->model = m;
    a->table = stage_table_new(m);
    a->threads = threads < 1 ? 1 : threads > PARALLEL_MAX ? PARALLEL_MAX : threads;
    a->hash = model_hash(m);
    a->day = DAY_NONE;
    a->spare = mem_zalloc(sizeof(*a->spare));
    return a;
}

void assets_free(struct assets *a)
{
    if (!a) {
        return;
    }
    sweep_free(atomic_load(a->spare));
    mem_free((void *)a->spare);
    stage_table_free(a->table);
    mem_free(a->stage);
    mem_free(a->until);
    mem_free(a);
}

size_t assets_bytes(const struct assets *a)
{
    return sizeof(*a) + (size_t)a->len * (sizeof(*a->stage) + sizeof(*a->until));
}

/* ---- one consumer ---- */

struct stage_changes assets_sweep(struct sweep *s, const struct brand *b, uint32_t no)
{
    int32_t first = DAY_NONE;
    uint32_t member = no;
    sweep_begin(s);
    do {
        int32_t day = evidence_first_day(b->evidence, member);
        if (day != DAY_NONE && (first == DAY_NONE || day < first)) {
            first = day;
        }
        sweep_add(s, evidence_get(b->evidence, member));
        member = graph_next(b->graph, member);
    } while (member != no);
    return sweep_end(s, first);
}

static struct sweep *borrow(const struct assets *a)
{
    struct sweep *s = atomic_exchange(a->spare, NULL);
    return s ? s : sweep_new(a->table);
}

static void give_back(const struct assets *a, struct sweep *s)
{
    sweep_free(atomic_exchange(a->spare, s));
}

void assets_spans(const struct assets *a, const struct brand *b, uint32_t no, span_vec *out)
{
    struct sweep *s = borrow(a);
    struct stage_changes c = assets_sweep(s, b, no);
    for (uint32_t i = 0; i < c.len; i++) {
        int32_t to = i + 1 < c.len ? c.ptr[i + 1].day - 1 : INT32_MAX;
        vec_push(out, ((struct span){c.ptr[i].stage, c.ptr[i].day, to}));
    }
    give_back(a, s);
}

int assets_stage(const struct assets *a, const struct brand *b, uint32_t no, int32_t day)
{
    struct sweep *s = borrow(a);
    int stage = stage_changes_at(assets_sweep(s, b, no), day);
    give_back(a, s);
    return stage;
}

/* ---- the `now` columns ---- */

/* Room for identities 0..len - 1; new ones are stale. */
static void columns_grow(struct assets *a, uint32_t len)
{
    if (len <= a->len) {
        return;
    }
    if (len > a->cap) {
        uint64_t cap = (uint64_t)a->cap + a->cap / 2 + 64;
        cap = cap < len ? len : cap;
        a->stage = mem_resize(a->stage, sizeof(*a->stage) * cap);
        a->until = mem_resize(a->until, sizeof(*a->until) * cap);
        a->cap = cap > UINT32_MAX ? UINT32_MAX : (uint32_t)cap;
    }
    memset(a->stage + a->len, STAGE_STALE, len - a->len);
    memset(a->until + a->len, 0xff, sizeof(*a->until) * (len - a->len));
    a->len = len;
    a->stale = true;
}

enum rc assets_changed(struct assets *a, struct brand *b, const uint32_t *nos, uint32_t n,
                       struct err *e)
{
    (void)e;
    columns_grow(a, evidence_len(b->evidence) + 1);
    for (uint32_t i = 0; i < n; i++) {
        assert(nos[i] < a->len);
        a->stage[nos[i]] = STAGE_STALE;
        a->stage[graph_consumer(b->graph, nos[i])] = STAGE_STALE;
    }
    a->stale = a->stale || n > 0;
    return RC_OK;
}

enum rc assets_rebuilt(struct assets *a, struct brand *b, struct err *e)
{
    (void)e;
    a->len = 0;
    a->day = DAY_NONE;
    columns_grow(a, evidence_len(b->evidence) + 1);
    return RC_OK;
}

/* Writes the columns of one identity. */
static void roll_one(struct assets *a, uint32_t no, struct stage_changes c, int32_t day)
{
    uint8_t stage = c.len ? STAGE_UNKNOWN : STAGE_NOBODY;
    int32_t until = INT32_MAX;
    for (uint32_t i = 0; i < c.len; i++) {
        if (c.ptr[i].day > day) {
            until = c.ptr[i].day - 1;
            break;
        }
        stage = c.ptr[i].stage;
    }
    a->stage[no] = stage;
    a->until[no] = until >= UNTIL_MAX ? UNTIL_MAX : until < 0 ? 0 : (uint16_t)until;
}

enum rc assets_moved(struct assets *a, struct brand *b, const uint32_t *nos, uint32_t n,
                     int32_t day, void (*tell)(void *ctx, uint32_t consumer, int from, int to),
                     void *ctx, struct err *e)
{
    uint32_t before = a->len;
    if (a->day != day || a->stale) {
        return assets_changed(a, b, nos, n, e);
    }
    columns_grow(a, evidence_len(b->evidence) + 1);
    struct sweep *s = borrow(a);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t root = graph_consumer(b->graph, nos[i]);
        uint8_t was = root < before ? a->stage[root] : STAGE_UNKNOWN;
        if (nos[i] != root) {
            a->stage[nos[i]] = STAGE_NOBODY;
            a->until[nos[i]] = UNTIL_MAX;
        }
        roll_one(a, root, assets_sweep(s, b, root), day);
        uint8_t is = a->stage[root];
        if (is != was && is < STAGE_STALE) {
            tell(ctx, root, was < STAGE_STALE ? was : -1, is);
        }
    }
    give_back(a, s);
    a->stale =
        false; /* columns_grow said so for the new ones; those not in the list are looked for */
    for (uint32_t no = before; no < a->len; no++) {
        a->stale = a->stale || a->stage[no] == STAGE_STALE;
    }
    return RC_OK;
}

struct roll {
    struct assets *a;
    uint16_t day;
    bool outlived; /* look at `until` too */
};

static bool roll_wants(const void *ctx, uint32_t no)
{
    const struct roll *r = ctx;
    return r->a->stage[no] == STAGE_STALE || (r->outlived && r->a->until[no] < r->day);
}

static void roll_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct roll *r = ctx;
    (void)sum;
    roll_one(r->a, no, c, r->day);
}

static void roll_skip(void *ctx, uint32_t no)
{
    const struct roll *r = ctx;
    r->a->stage[no] = STAGE_NOBODY;
    r->a->until[no] = UNTIL_MAX;
}

/* Makes the columns those of `day`. */
static void columns_roll(struct assets *a, const struct brand *b, int32_t day)
{
    columns_grow(a, evidence_len(b->evidence) + 1);
    if (!a->stale && a->day == day) {
        return;
    }
    if (a->day == DAY_NONE || day < a->day) {
        memset(a->stage, STAGE_STALE, a->len); /* `until` only says how long, not since when */
    }
    struct roll r = {a, (uint16_t)evidence_day(day), a->day != day};
    struct scan s = {.table = a->table,
                     .brand = b,
                     .threads = a->threads,
                     .ctx = &r,
                     .wants = roll_wants,
                     .visit = roll_visit,
                     .skip = roll_skip};
    scan_run(&s, NULL);
    a->day = day;
    a->stale = false;
}

static int32_t today(const struct brand *b)
{
    struct zone_cache cache = {0};
    return zone_day(b->zone, &cache, clock_now(b->clock));
}

/* ---- checkpoint ---- */

enum rc assets_save(struct assets *a, struct brand *b, struct checkpoint_writer *w,
                    struct err *e)
{
    columns_roll(a, b, today(b));
    uint64_t head[SAVED_WORDS] = {a->hash, (uint64_t)a->day, a->len, a->stale};
    enum rc rc = checkpoint_add(w, "assets.head", head, sizeof(head), e);
    rc = rc ? rc : checkpoint_add(w, "assets.stage", a->stage, sizeof(*a->stage) * a->len, e);
    return rc ? rc : checkpoint_add(w, "assets.until", a->until, sizeof(*a->until) * a->len, e);
}

/* Columns of another model or length are left where they are: everything is then computed again. */
enum rc assets_load(struct assets *a, struct brand *b, struct checkpoint *c, struct err *e)
{
    uint64_t *head = NULL, ignored;
    uint8_t *stage = NULL;
    uint16_t *until = NULL;
    size_t head_bytes = 0, stage_bytes = 0, until_bytes = 0;
    if (!checkpoint_has(c, "assets.head", &ignored)) {
        return assets_rebuilt(a, b, e);
    }
    struct checkpoint_want wants[] = {{"assets.head", (void **)&head, &head_bytes},
                                      {"assets.stage", (void **)&stage, &stage_bytes},
                                      {"assets.until", (void **)&until, &until_bytes}};
    enum rc rc = checkpoint_load(c, wants, 3, e);
    if (rc) {
        return rc;
    }
    uint64_t len = (uint64_t)evidence_len(b->evidence) + 1;
    bool fits = head_bytes == SAVED_WORDS * sizeof(*head) && head[SAVED_HASH] == a->hash &&
                head[SAVED_LEN] == len && stage_bytes == len * sizeof(*stage) &&
                until_bytes == len * sizeof(*until);
    if (fits) {
        mem_free(a->stage);
        mem_free(a->until);
        a->stage = stage;
        a->until = until;
        a->len = a->cap = (uint32_t)len;
        a->day = (int32_t)(int64_t)head[SAVED_DAY];
        a->stale = head[SAVED_STALE];
    } else {
        mem_free(stage);
        mem_free(until);
        rc = assets_rebuilt(a, b, e);
    }
    mem_free(head);
    return rc;
}

/* ---- figures ---- */

static uint32_t stages_of(const struct assets *a) { return a->model->stages_len; }

static enum rc check_days(int32_t from, int32_t to, struct err *e)
{
    char first[16], last[16];
    if (from > to) {
        rc_fail(e, RC_INVALID, "the first day %s lies behind the last day %s",
                day_format(from, first), day_format(to, last));
        err_hint(e, "exchange them");
        return RC_INVALID;
    }
    if ((int64_t)to - from >= DAYS_MAX) {
        rc_fail(e, RC_TOO_LARGE, "more than %d days", DAYS_MAX);
        err_hint(e, "ask for a shorter period");
        return RC_TOO_LARGE;
    }
    return RC_OK;
}

struct asked {
    uint32_t stages;
    int32_t from, to;
};

static void counts_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct asked *q = ctx;
    int stage = stage_changes_at(c, q->from);
    (void)no;
    if (stage >= 0) {
        ((uint64_t *)sum)[stage]++;
    }
}

static enum rc run(struct assets *a, const struct brand *b, struct asked *q, scan_visit visit,
                   uint64_t *out, size_t len)
{
    struct scan s = {.table = a->table,
                     .brand = b,
                     .threads = a->threads,
                     .ctx = q,
                     .visit = visit,
                     .sum_len = len};
    memset(out, 0, sizeof(*out) * len);
    scan_run(&s, out);
    return RC_OK;
}

enum rc assets_counts(struct assets *a, struct brand *b, int32_t day, uint64_t *counts,
                      struct err *e)
{
    struct asked q = {stages_of(a), day, day};
    (void)e;
    if (day != today(b)) {
        return run(a, b, &q, counts_visit, counts, stages_of(a));
    }
    columns_roll(a, b, day);
    scan_count(a->stage, a->len, counts, stages_of(a), a->threads);
    return RC_OK;
}

void assets_scan(const struct assets *a, const struct brand *b, scan_visit visit, void *ctx)
{
    struct scan s = {
        .table = a->table, .brand = b, .threads = a->threads, .ctx = ctx, .visit = visit};
    scan_run(&s, NULL);
}

struct stages {
    uint8_t *stage;
    uint32_t len;
    int32_t day;
};

static void stages_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct stages *s = ctx;
    int stage = stage_changes_at(c, s->day);
    (void)sum;
    if (no < s->len && stage >= 0) {
        s->stage[no] = (uint8_t)stage;
    }
}

enum rc assets_stages(struct assets *a, struct brand *b, int32_t day, uint8_t *stage,
                      uint32_t len, struct err *e)
{
    (void)e;
    if (day != today(b)) {
        struct stages s = {stage, len, day};
        memset(stage, 0xff, len);
        assets_scan(a, b, stages_visit, &s);
        return RC_OK;
    }
    columns_roll(a, b, day);
    for (uint32_t no = 0; no < len; no++) {
        uint8_t now = no < a->len ? a->stage[no] : STAGE_NOBODY;
        stage[no] = now < STAGE_STALE ? now : STAGE_NOBODY;
    }
    return RC_OK;
}

/* Sums hold differences from day to day until the end: +1 where a span begins, -1 behind it. */
static void trend_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct asked *q = ctx;
    uint64_t *diff = sum;
    (void)no;
    for (uint32_t i = 0; i < c.len && c.ptr[i].day <= q->to; i++) {
        int32_t end = i + 1 < c.len ? c.ptr[i + 1].day : INT32_MAX; /* excluded */
        int32_t begin = c.ptr[i].day > q->from ? c.ptr[i].day : q->from;
        if (end > begin) {
            diff[(uint32_t)(begin - q->from) * q->stages + c.ptr[i].stage]++;
        }
        if (end > begin && end <= q->to) {
            diff[(uint32_t)(end - q->from) * q->stages + c.ptr[i].stage]--;
        }
    }
}

static size_t days_of(const struct asked *q) { return (size_t)((int64_t)q->to - q->from + 1); }

enum rc assets_trend(struct assets *a, struct brand *b, int32_t from, int32_t to,
                     uint64_t *counts, struct err *e)
{
    struct asked q = {stages_of(a), from, to};
    enum rc rc = check_days(from, to, e);
    if (rc) {
        return rc;
    }
    size_t len = days_of(&q) * q.stages;
    rc = run(a, b, &q, trend_visit, counts, len);
    for (size_t i = q.stages; i < len; i++) {
        counts[i] += counts[i - q.stages];
    }
    return rc;
}

/* sum: the matrix, then `fresh`. */
static void flow_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct asked *q = ctx;
    uint64_t *cells = sum;
    int before = stage_changes_at(c, q->from), after = stage_changes_at(c, q->to);
    (void)no;
    if (after >= 0) {
        cells[(before >= 0 ? (uint32_t)before : q->stages) * q->stages + (uint32_t)after]++;
    }
}

enum rc assets_flow(struct assets *a, struct brand *b, int32_t from, int32_t to,
                    uint64_t *matrix, uint64_t *fresh, struct err *e)
{
    struct asked q = {stages_of(a), from, to};
    enum rc rc = check_days(from, to, e);
    if (rc) {
        return rc;
    }
    uint64_t cells[STAGE_MAX * STAGE_MAX + STAGE_MAX];
    size_t square = (size_t)q.stages * q.stages;
    rc = run(a, b, &q, flow_visit, cells, square + q.stages);
    memcpy(matrix, cells, sizeof(*cells) * square);
    memcpy(fresh, cells + square, sizeof(*cells) * q.stages);
    return rc;
}

/* sum: for each day from q->from on the trend's differences, then the matrix's cells off the diagonal,
 * then the new ones. Day q->from has only the first. */
static void daily_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct asked *q = ctx;
    size_t width = (size_t)q->stages * (q->stages + 2);
    uint64_t *cells = sum;
    int32_t begin = q->from;
    (void)no;
    for (uint32_t i = 0; i < c.len && c.ptr[i].day <= q->to; i++) {
        int32_t day = c.ptr[i].day, end = i + 1 < c.len ? c.ptr[i + 1].day : INT32_MAX;
        uint8_t stage = c.ptr[i].stage;
        if (end <= begin) {
            continue;
        }
        uint64_t *at = cells + (size_t)((day > begin ? day : begin) - begin) * width;
        at[stage]++;
        if (day > begin && i == 0) {
            at[(size_t)q->stages * (q->stages + 1) + stage]++;
        } else if (day > begin) {
            at[q->stages + (size_t)c.ptr[i - 1].stage * q->stages + stage]++;
        }
        if (end <= q->to) {
            cells[(size_t)(end - begin) * width + stage]--;
        }
    }
}

/* The diagonal: those of the day before who did not move. */
static void daily_finish(const struct asked *q, uint64_t *cells, uint64_t *matrices,
                         uint64_t *fresh)
{
    size_t n = q->stages, width = n * (n + 2);
    for (size_t d = 1; d < days_of(q); d++) {
        uint64_t *at = cells + d * width, *before = at - width;
        uint64_t *matrix = matrices + (d - 1) * n * n;
        memcpy(matrix, at + n, sizeof(*at) * n * n);
        memcpy(fresh + (d - 1) * n, at + n + n * n, sizeof(*at) * n);
        for (size_t row = 0; row < n; row++) {
            uint64_t left = 0;
            for (size_t column = 0; column < n; column++) {
                left += matrix[row * n + column];
            }
            matrix[row * n + row] = before[row] - left;
            at[row] += before[row];
        }
    }
}

enum rc assets_daily_flows(struct assets *a, struct brand *b, int32_t from, int32_t to,
                           uint64_t *matrices, uint64_t *fresh, struct err *e)
{
    struct asked q = {stages_of(a), from, to};
    enum rc rc = check_days(from, to, e);
    if (rc) {
        return rc;
    }
    size_t len = days_of(&q) * q.stages * (q.stages + 2);
    uint64_t *cells = mem_array(uint64_t, len);
    rc = run(a, b, &q, daily_visit, cells, len);
    daily_finish(&q, cells, matrices, fresh);
    mem_free(cells);
    return rc;
}

static void spent_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct asked *q = ctx;
    (void)no;
    for (uint32_t i = 0; i < c.len && c.ptr[i].day <= q->to; i++) {
        int64_t begin = c.ptr[i].day > q->from ? c.ptr[i].day : q->from;
        int64_t end =
            i + 1 < c.len && c.ptr[i + 1].day <= q->to ? c.ptr[i + 1].day : (int64_t)q->to + 1;
        if (end > begin) {
            ((uint64_t *)sum)[c.ptr[i].stage] += (uint64_t)(end - begin);
        }
    }
}

enum rc assets_days_spent(struct assets *a, struct brand *b, int32_t from, int32_t to,
                          uint64_t *days, struct err *e)
{
    struct asked q = {stages_of(a), from, to};
    enum rc rc = check_days(from, to, e);
    return rc ? rc : run(a, b, &q, spent_visit, days, stages_of(a));
}
