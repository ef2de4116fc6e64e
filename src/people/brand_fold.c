/* From history to state: segments, then the log's tail, into dictionary, graph, evidence and orders. */
#include "people/internal.h"

#include <string.h>
#include "base/mem.h"
#include "gen/sql_people.h"
#include "store/log.h"

#define FOLD_ROWS                                                                              \
    (64u * 1024u) /* rows gathered from the lake before they are folded together */

void brand_sync_counts(struct brand *b)
{
    const struct fold *f = &b->own->fold;
    b->evidence = f->evidence;
    b->orders = f->orders;
    b->events = f->events;
    b->anonymous = f->anonymous;
    b->tallies = f->tallies;
    b->first_day = f->first_day;
    b->last_day = f->last_day;
}

/* ---- identities ---- */

/* History gives numbers in order; anything else means that a file or a log row is missing. */
static enum rc intern_stored(struct brand *b, uint32_t no, uint8_t kind, struct str stored,
                             struct arena *a, struct err *e)
{
    struct str plain = STR_NULL;
    enum rc rc = stored_open_value(b->kinds, kind, stored, b->own->siv, a, &plain, e);
    if (rc) {
        return rc;
    }
    struct hash128 hash = identity_hash(b->hash_key, kind_name(b->kinds, kind), plain);
    if (dictionary_intern(b->dictionary, kind, hash) != no) {
        rc = rc_fail(e, RC_CORRUPT, "identity number %u of history is out of order", no);
        err_hint(e, "a segment is missing or doubled: restore the latest backup");
    }
    return rc;
}

static enum rc fold_identities(struct brand *b, uint64_t seq, struct err *e)
{
    struct lake_result *result = NULL;
    struct arena *a = arena_new();
    enum rc rc = lake_query(b->lake, &sql_people_identities_after,
                            BINDS(bind_i64("seq", (int64_t)seq)), &result, e);
    struct lake_chunk chunk = {0};
    while (!rc && !(rc = lake_next(result, &chunk, e)) && chunk.rows) {
        const uint32_t *no = chunk.columns[0].data;
        const uint16_t *kind = chunk.columns[1].data;
        arena_reset(a);
        for (uint32_t r = 0; r < chunk.rows && !rc; r++) {
            if (kind[r] >= kind_len(b->kinds)) {
                rc = rc_fail(e, RC_CORRUPT,
                             "history names an identity kind that the ledger does not know");
            } else {
                rc = intern_stored(b, no[r], (uint8_t)kind[r], lake_str(&chunk.columns[2], r),
                                   a, e);
            }
        }
    }
    lake_done(result);
    arena_free(a);
    return rc;
}

/* ---- events ---- */

/* By number only; the hash that tells numbers apart serves batch_add_ident's check (see number_hashes). */
static enum rc add_number(struct event_batch *b, const struct dictionary *d, uint32_t no,
                          struct err *e)
{
    if (!no || no > dictionary_len(d)) {
        return rc_fail(e, RC_CORRUPT, "an event of history names identity %u, which is unknown",
                       no);
    }
    enum rc rc = batch_add_ident(b, KIND_NONE, STR_NULL, (struct hash128){no, 0}, e);
    if (!rc) {
        b->ident[b->idents - 1].no = no;
    }
    return rc;
}

static struct str keep_text(struct event_batch *b, const struct lake_vector *v, uint32_t r)
{
    struct str s = lake_str(v, r);
    return s.ptr ? arena_str(b->arena, s) : STR_NULL;
}

static int64_t keep_i64(const struct lake_vector *v, uint32_t r)
{
    return lake_is_null(v, r) ? INT64_MIN : ((const int64_t *)v->data)[r];
}

static double keep_f64(const struct lake_vector *v, uint32_t r)
{
    return lake_is_null(v, r) ? NAN : ((const double *)v->data)[r];
}

/* One row of people_events_after (or its narrower twin) behind the batch's last. */
static enum rc add_row(struct brand *b, struct event_batch *out, uint32_t *owner,
                       const struct lake_vector *c, uint32_t at, struct err *e)
{
    uint32_t r = batch_add(out);
    uint16_t name = ((const uint16_t *)c[1].data)[at],
             channel = ((const uint16_t *)c[4].data)[at];
    if (name >= catalogue_len(b->catalogue)) {
        return rc_fail(e, RC_CORRUPT,
                       "history has an event name that the ledger does not know");
    }
    out->time_ms[r] = ((const int64_t *)c[0].data)[at];
    out->name[r] = name;
    out->channel[r] = channel == LAKE_CODE_NONE ? 0 : (uint8_t)channel;
    out->touchpoint[r] = keep_text(out, &c[5], at);
    out->campaign[r] = keep_text(out, &c[6], at);
    out->item[r] = keep_text(out, &c[7], at);
    out->category[r] = keep_text(out, &c[8], at);
    out->order_no[r] = keep_text(out, &c[9], at);
    out->quantity[r] = keep_f64(&c[10], at);
    out->unit_price_e4[r] = keep_i64(&c[11], at);
    out->amount_fen[r] = keep_i64(&c[12], at);
    out->score[r] = keep_f64(&c[13], at);
    out->props[r] = keep_text(out, &c[14], at);
    out->event_id[r] = keep_text(out, &c[15], at);
    owner[r] = lake_is_null(&c[2], at) ? 0 : ((const uint32_t *)c[2].data)[at];
    enum rc rc = owner[r] ? add_number(out, b->dictionary, owner[r], e) : RC_OK;
    uint32_t n = 0;
    const uint32_t *also = lake_list(&c[3], at, &n);
    for (uint32_t i = 0; i < n && !rc; i++) {
        rc = add_number(out, b->dictionary, also[i], e);
    }
    return rc;
}

/* Event keys are made from identities' hashes. In a loop of its own: the loads overlap. */
static void number_hashes(const struct dictionary *d, struct event_batch *batch)
{
    for (uint32_t i = 0; i < batch->idents; i++) {
        batch->ident[i].hash = dictionary_hash(d, batch->ident[i].no);
    }
}

static void fold_batch(struct brand *b, struct fold *f, struct event_batch *batch,
                       const uint32_t *owner, unsigned what)
{
    if (what & FOLD_GRAPH) {
        graph_link_batch(b->graph, batch);
    }
    if (what & FOLD_SEEN) {
        number_hashes(b->dictionary, batch);
        seen_keys(b->secret->event, b->catalogue, batch);
        seen_replay(b->seen, batch->key, batch->rows);
    }
    fold_rows(f, batch, owner);
    if (f->progress) {
        f->progress->tell(f->progress->ctx, f->events, b->events);
    }
}

static bool plan_tests_text(const struct evidence_plan *p)
{
    for (uint32_t c = 0; c < p->len; c++) {
        for (uint32_t t = 0; t < p->classes[c].tests_len; t++) {
            enum event_field field = p->classes[c].tests[t].field;
            if (field == FIELD_ITEM || field == FIELD_CATEGORY || field == FIELD_CAMPAIGN) {
                return true;
            }
        }
    }
    return false;
}

/* Gathers the rows of a query into batches of FOLD_ROWS and folds each. */
static enum rc fold_result(struct brand *b, struct fold *f, struct lake_result *result,
                           unsigned what, struct err *e)
{
    struct event_batch *batch = batch_new(FOLD_ROWS);
    uint32_t *owner = mem_array(uint32_t, FOLD_ROWS);
    struct lake_chunk chunk = {0};
    enum rc rc = RC_OK;
    while (!rc && !(rc = lake_next(result, &chunk, e)) && chunk.rows) {
        if (batch->rows + chunk.rows > FOLD_ROWS) {
            fold_batch(b, f, batch, owner, what);
            batch_clear(batch);
        }
        for (uint32_t r = 0; r < chunk.rows && !rc; r++) {
            rc = add_row(b, batch, owner, chunk.columns, r, e);
        }
    }
    if (!rc && batch->rows) {
        fold_batch(b, f, batch, owner, what);
    }
    batch_free(batch);
    mem_free(owner);
    return rc;
}

enum rc brand_fold_lake(struct brand *b, struct fold *f, uint64_t seq, unsigned what,
                        struct err *e)
{
    enum rc rc = brand_attach_segments(b, e);
    if (!rc && (what & FOLD_IDENTITIES)) {
        rc = fold_identities(b, seq, e);
    }
    if (rc) {
        return rc;
    }
    graph_grow(b->graph, dictionary_len(b->dictionary));
    evidence_grow(f->evidence, dictionary_len(b->dictionary));
    bool full = (what & FOLD_SEEN) || plan_tests_text(f->plan);
    struct lake_result *result = NULL;
    rc = lake_query(b->lake, full ? &sql_people_events_after : &sql_people_evidence_after,
                    BINDS(bind_i64("seq", (int64_t)seq)), &result, e);
    if (!rc) {
        rc = fold_result(b, f, result, what, e);
    }
    lake_done(result);
    return rc;
}

static enum rc brand_fold_stored(struct brand *b, struct fold *f, const struct stored_batch *s,
                                 unsigned what, struct err *e)
{
    struct event_batch *batch = s->batch;
    struct arena *a = arena_new();
    enum rc rc = RC_OK;
    for (uint32_t i = 0; i < s->fresh && !rc && (what & FOLD_IDENTITIES); i++) {
        rc = intern_stored(b, s->fresh_from + i, s->fresh_kind[i], s->fresh_value[i], a, e);
    }
    arena_free(a);
    for (uint32_t i = 0; i < batch->idents && !rc; i++) {
        uint32_t no = batch->ident[i].no;
        if (!no || no > dictionary_len(b->dictionary)) {
            rc = rc_fail(e, RC_CORRUPT,
                         "the log's batch %llu names identity %u, which is unknown",
                         (unsigned long long)s->seq, no);
        }
    }
    if (rc) {
        return rc;
    }
    graph_grow(b->graph, dictionary_len(b->dictionary));
    evidence_grow(f->evidence, dictionary_len(b->dictionary));
    fold_batch(b, f, batch, s->owner, what);
    return RC_OK;
}

struct log_fold {
    struct brand *b;
    uint64_t seq;
};

static enum rc fold_log_batch(void *ctx, const struct log_batch *row, struct err *e)
{
    struct log_fold *l = ctx;
    struct brand *b = l->b;
    struct arena *a = arena_new();
    struct stored_batch s = {0};
    enum rc rc = stored_decode(row->payload, (int64_t)row->seq, a, &s, e);
    if (!rc && row->seq > l->seq) {
        rc = brand_fold_stored(b, &b->own->fold, &s,
                               FOLD_IDENTITIES | FOLD_GRAPH | (b->seen ? FOLD_SEEN : 0u), e);
        b->own->since_checkpoint += s.batch->rows;
    }
    if (rc) {
        stored_release(&s);
        arena_free(a);
        return rc;
    }
    brand_tail_add(b, &s, a);
    return RC_OK;
}

enum rc brand_fold_log(struct brand *b, uint64_t seq, struct err *e)
{
    struct log_fold l = {b, seq};
    return log_read(b->own->history, 0, fold_log_batch, &l, e);
}

/* ---- purchases and refunds of some identities ---- */

static enum rc read_orders(void *ctx, const uint32_t *nos, uint32_t n, struct arena *a,
                           struct event_batch **batch, uint32_t **owner, struct err *e)
{
    struct brand *b = ctx;
    uint32_t cap = FOLD_ROWS, *owners = NULL;
    struct event_batch *out = NULL;
    struct lake_result *result = NULL;
    int64_t rows = 0;
    enum rc rc = brand_attach_wanted(b, nos, n, e);
    if (!rc) {
        rc = lake_get_i64(b->lake, &sql_people_order_rows_of_wanted, BINDS_NONE, &rows, e);
    }
    if (!rc && rows > UINT32_MAX / 4) {
        rc = rc_fail(e, RC_TOO_LARGE, "%lld order lines have to be matched at once",
                     (long long)rows);
    }
    if (!rc) {
        cap = (uint32_t)rows + 1;
        out = batch_new(cap);
        owners = arena_alloc(a, cap * sizeof(uint32_t));
        rc = lake_query(b->lake, &sql_people_orders_of_wanted, BINDS_NONE, &result, e);
    }
    struct lake_chunk chunk = {0};
    while (!rc && !(rc = lake_next(result, &chunk, e)) && chunk.rows) {
        for (uint32_t r = 0; r < chunk.rows && out->rows < cap && !rc; r++) {
            rc = add_row(b, out, owners, chunk.columns, r, e);
        }
    }
    lake_done(result);
    *batch = out;
    *owner = owners;
    return rc;
}

struct order_history brand_order_history(struct brand *b)
{
    return (struct order_history){read_orders, b};
}

/* ---- under another plan ---- */

/* Every identity with an unnamed refund, as a list for refunds_settle. */
static void list_numbers(const struct number_set *s, u32_vec *out)
{
    for (uint32_t w = 0; w < s->words; w++) {
        for (uint64_t bits = s->bits[w]; bits; bits &= bits - 1) {
            vec_push(out, w * 64 + (uint32_t)__builtin_ctzll(bits));
        }
    }
}

/* All of history into an empty fold; partition, dictionary and seen set stay as they are. */
static enum rc fold_all(struct brand *b, struct fold *f, const struct brand_progress *progress,
                        struct err *e)
{
    f->progress = progress;
    enum rc rc = brand_fold_lake(b, f, 0, 0, e);
    for (size_t i = 0; i < b->own->tail.len && !rc; i++) {
        rc = brand_fold_stored(b, f, &b->own->tail.ptr[i].stored, 0, e);
    }
    u32_vec unnamed = {0};
    list_numbers(&f->unnamed, &unnamed);
    if (!rc && unnamed.len) {
        rc = refunds_settle(f, b->graph, brand_order_history(b), unnamed.ptr,
                            (uint32_t)unnamed.len, e);
    }
    vec_release(&unnamed);
    f->progress = NULL;
    return rc;
}

enum rc brand_preview(struct brand *b, const struct evidence_plan *plan,
                      const struct brand_progress *progress, struct evidence **out,
                      struct err *e)
{
    enum rc rc = brand_settle(b, e);
    if (rc) {
        return rc;
    }
    struct fold f;
    fold_init(&f, plan, b->zone, b->catalogue, b->secret->event);
    rc = fold_all(b, &f, progress, e);
    if (!rc) {
        *out = f.evidence;
        f.evidence = NULL;
    }
    fold_release(&f);
    return rc;
}

enum rc brand_refold(struct brand *b, const struct brand_progress *progress, struct err *e)
{
    struct brand_private *own = b->own;
    const struct evidence_plan *plan = b->plan;
    enum rc rc = brand_settle(b, e);
    if (!rc && own->hooks.plan) {
        rc = own->hooks.plan(own->hooks.ctx, b, &plan, e);
    }
    if (rc) {
        return rc;
    }
    struct fold f;
    fold_init(&f, plan, b->zone, b->catalogue, b->secret->event);
    rc = fold_all(b, &f, progress, e);
    if (rc) {
        fold_release(&f);
        return rc;
    }
    fold_release(&own->fold);
    own->fold = f;
    own->fold.watch = true;
    own->rebuilt = true;
    own->since_checkpoint = own->fold.events + 1;
    b->plan = plan;
    brand_sync_counts(b);
    return RC_OK;
}

/* ---- settle ---- */

enum rc brand_settle(struct brand *b, struct err *e)
{
    struct brand_private *own = b->own;
    struct fold *f = &own->fold;
    u32_vec changed = {0};
    enum rc rc = brand_accept_drain(b, e);
    rc = rc ? rc : graph_settle(b->graph, brand_value_source(b), &changed, e);
    for (size_t i = 0; i < changed.len; i++) {
        fold_touch(f, changed.ptr[i]);
    }
    vec_release(&changed);
    if (!rc && own->rebuilt) {
        u32_vec unnamed = {0};
        list_numbers(&f->unnamed, &unnamed);
        list_numbers(&f->matched, &unnamed);
        rc = refunds_settle(f, b->graph, brand_order_history(b), unnamed.ptr,
                            (uint32_t)unnamed.len, e);
        vec_release(&unnamed);
    } else if (!rc && f->dirty_list.len) {
        uint32_t n = (uint32_t)f->dirty_list.len;
        uint32_t *nos = mem_array(uint32_t, n);
        memcpy(nos, f->dirty_list.ptr, n * sizeof(uint32_t));
        rc = refunds_settle(f, b->graph, brand_order_history(b), nos, n, e);
        mem_free(nos);
    }
    if (!rc && own->rebuilt) {
        rc = own->hooks.rebuilt ? own->hooks.rebuilt(own->hooks.ctx, b, e) : RC_OK;
    } else if (!rc && f->dirty_list.len && own->hooks.changed) {
        rc = own->hooks.changed(own->hooks.ctx, b, f->dirty_list.ptr,
                                (uint32_t)f->dirty_list.len, e);
    }
    if (!rc) {
        own->rebuilt = false;
        number_set_clear(&f->dirty);
        vec_clear(&f->dirty_list);
    }
    return rc;
}
