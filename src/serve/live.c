/* A live brand: opening and closing, intakes, the queue, figures. */
#include "serve/live_internal.h"

#include <stdio.h>
#include <unistd.h>
#include "base/mem.h"
#include "store/log.h"
#include "store/manifest.h"

#define QUEUE_ROWS 1000000u
#define SNAPSHOTS 4u
#define POOL_MAX 256u /* idle intakes that are kept */

int32_t live_today(struct live *l) { return atomic_load(&l->day); }
struct access_table *live_access(struct live *l) { return l->access; }

void live_changed(struct live *l, bool must)
{
    uint64_t now = atomic_fetch_add(&l->version, 1) + 1;
    if (must) {
        atomic_store(&l->must, now);
    }
}

void live_see(struct live *l)
{
    const struct brand *b = l->pond.brand;
    if (!b) {
        return;
    }
    atomic_store(&l->seen_seq, b->seq);
    atomic_store(&l->seen_events, b->events);
    atomic_store(&l->seen_consumers, graph_consumer_count(b->graph));
    atomic_store(&l->seen_identities, dictionary_len(b->dictionary));
}

/* ---- resting (pond_rest) ---- */

static void rest(void *ctx, bool begins)
{
    struct live *l = ctx;
    if (begins) {
        turn_give(&l->turn);
    } else {
        turn_take(&l->turn);
    }
}

enum rc live_roll(struct live *l, struct err *e)
{
    int32_t today = pond_today(&l->pond);
    uint64_t *counts = mem_array(uint64_t, pond_model(&l->pond)->stages_len + 1);
    enum rc rc = assets_counts(pond_assets(&l->pond), l->pond.brand, today, counts, e);
    mem_free(counts);
    atomic_store(&l->day, today);
    return rc;
}

enum rc live_open_brand(struct live *l, struct err *e)
{
    l->pond.lent = false;
    enum rc rc = pond_open(&l->pond, BRAND_WRITE, e);
    if (rc) {
        return rc;
    }
    struct brand *b = l->pond.brand;
    brand_share_names(b, &l->names);
    brand_seal_apart(b);
    rc = brand_settle(b, e);
    rc = rc ? rc : brand_attach(b, e); /* files are verified once, here, for all snapshots */
    rc = rc ? rc : live_roll(l, e);
    if (rc) {
        return pond_close(&l->pond, rc, e);
    }
    hooks_listen(l->pond.hooks, live_tell_stage, l);
    l->pond.lent = true;
    l->pond.names = &l->names;
    l->pond.rest = rest;
    l->pond.lent_ctx = l;
    live_see(l);
    live_changed(l, true);
    return RC_OK;
}

static enum rc start_threads(struct live *l, struct err *e)
{
    int failed = pthread_create(&l->apply_thread, NULL, live_apply_main, l);
    l->apply_started = !failed;
    if (!failed) {
        failed = pthread_create(&l->keep_thread, NULL, live_keep_main, l);
        l->keep_started = !failed;
    }
    return failed ? rc_errno(e, failed, "cannot start a thread for the brand") : RC_OK;
}

enum rc live_open(const struct live_options *o, struct live **out, struct err *e)
{
    struct live *l = mem_zalloc(sizeof(*l));
    l->arena = arena_new();
    l->pond = *o->base;
    l->pond.served = o->served;
    l->pond.served_ctx = o->served_ctx;
    l->pond.brand = NULL;
    l->pond.hooks = NULL;
    l->pond.logger.clock = &l->pond.clock;
    l->name = arena_str(l->arena, o->brand);
    l->pond.brand_name = l->name;
    l->hub = o->hub;
    l->queue_rows = o->queue_rows ? o->queue_rows : QUEUE_ROWS;
    l->slots_max = o->snapshots ? o->snapshots : SNAPSHOTS;
    l->tail = &l->head;
    l->group = batch_new(LIVE_GROUP_ROWS + LIVE_INTAKE_ROWS);
    l->keep = mem_alloc(LIVE_GROUP_ROWS + LIVE_INTAKE_ROWS);
    turn_init(&l->turn);
    (void)pthread_mutex_init(&l->names, NULL);
    (void)pthread_mutex_init(&l->changing, NULL);
    (void)pthread_mutex_init(&l->sealing, NULL);
    (void)pthread_mutex_init(&l->lock, NULL);
    (void)pthread_mutex_init(&l->pool_lock, NULL);
    (void)pthread_mutex_init(&l->slots_lock, NULL);
    (void)pthread_mutex_init(&l->sources_lock, NULL);
    (void)pthread_cond_init(&l->wake, NULL);
    (void)pthread_cond_init(&l->pool_moved, NULL);
    (void)pthread_cond_init(&l->slots_moved, NULL);
    enum rc rc = live_open_brand(l, e);
    rc = rc ? rc : live_sources_load(l, e);
    rc = rc ? rc : access_table_new(l->pond.brand->ledger, &l->pond.clock, &l->access, e);
    rc = rc ? rc : start_threads(l, e);
    if (rc) {
        (void)live_close(l, NULL);
        return rc;
    }
    *out = l;
    return RC_OK;
}

static void intake_free(struct intake *i)
{
    if (i->collect_free) {
        i->collect_free(i->collect);
    }
    decoder_free(i->decoder);
    batch_free(i->batch);
    arena_free(i->arena);
    arena_free(i->own);
    mem_free(i);
}

static void free_all(struct live *l)
{
    for (size_t i = 0; i < l->pool.len; i++) {
        intake_free(l->pool.ptr[i]);
    }
    while (l->spare) {
        struct submission *s = l->spare;
        l->spare = s->next;
        mem_free(s);
    }
    vec_release(&l->pool);
    vec_release(&l->slots);
    vec_release(&l->taken);
    vec_release(&l->part_at);
    vec_release(&l->duplicates);
    vec_release(&l->told);
    batch_free(l->group);
    mem_free(l->keep);
    turn_release(&l->turn);
    arena_free(l->arena);
    mem_free(l);
}

enum rc live_close(struct live *l, struct err *e)
{
    if (!l) {
        return RC_OK;
    }
    (void)pthread_mutex_lock(&l->lock);
    l->closing = true;
    (void)pthread_cond_broadcast(&l->wake);
    (void)pthread_mutex_unlock(&l->lock);
    if (l->apply_started) {
        (void)pthread_join(l->apply_thread, NULL);
    }
    if (l->keep_started) {
        (void)pthread_join(l->keep_thread, NULL);
    }
    live_drop_snapshots(l, true);
    (void)pthread_mutex_lock(&l->pool_lock);
    l->no_intakes = true;
    while (l->lent_out) {
        (void)pthread_cond_wait(&l->pool_moved, &l->pool_lock);
    }
    (void)pthread_mutex_unlock(&l->pool_lock);
    if (l->access && l->pond.brand) {
        (void)access_table_save_used(l->access, l->pond.brand->ledger, NULL);
        (void)live_sources_save(l, NULL);
    }
    l->pond.lent = false;
    enum rc rc = pond_close(&l->pond, RC_OK, e);
    access_table_free(l->access);
    free_all(l);
    return rc;
}

/* ---- intakes ---- */

/* The first rejects of a request, in words; all are counted. */
static void on_reject(void *ctx, const struct reject *r)
{
    struct intake *i = ctx;
    atomic_fetch_add(&i->live->count.rejected, 1);
    if (i->rejected++ == 0) {
        i->first_reject =
            arena_strf(i->arena, "event %llu%s%.*s: %s", (unsigned long long)r->line,
                       r->field.len ? ", " : "", STR_FMT(r->field), r->reason);
    }
    if (i->on_reject) {
        i->on_reject(i->on_reject_ctx, i, r);
    }
}

static enum rc make_decoder(struct live *l, struct intake *i)
{
    struct brand *b = l->pond.brand;
    const struct decoder_setup s = {.mapping = mapping_json_lines(i->own),
                                    .kinds = b->kinds,
                                    .catalogue = b->catalogue,
                                    .secret = b->secret,
                                    .identity_key = b->hash_key,
                                    .zone = b->zone,
                                    .now_ms = clock_now(&l->pond.clock),
                                    .lock = &l->names,
                                    .reject = on_reject,
                                    .ctx = i};
    return decoder_new(&s, &i->decoder, NULL);
}

static struct intake *intake_new(struct live *l)
{
    struct intake *i = mem_zalloc(sizeof(*i));
    i->live = l;
    i->arena = arena_new();
    i->own = arena_new();
    i->batch = batch_new(LIVE_INTAKE_ROWS);
    return i;
}

struct intake *intake_take(struct live *l)
{
    struct intake *i = NULL;
    (void)pthread_mutex_lock(&l->pool_lock);
    if (!l->no_intakes) {
        l->lent_out++;
        if (l->pool.len) {
            i = l->pool.ptr[--l->pool.len];
        } else {
            i = intake_new(l);
        }
    }
    (void)pthread_mutex_unlock(&l->pool_lock);
    if (i && !i->decoder && make_decoder(l, i)) {
        intake_give(i);
        return NULL;
    }
    if (i) {
        decoder_set_now(i->decoder, clock_now(&l->pond.clock));
        decoder_begin(i->decoder, i->batch);
    }
    return i;
}

void intake_give(struct intake *i)
{
    struct live *l = i->live;
    batch_clear(i->batch);
    arena_reset(i->arena);
    i->rejected = 0;
    i->first_reject = STR_NULL;
    i->on_reject = NULL;
    (void)pthread_mutex_lock(&l->pool_lock);
    bool keep = l->pool.len < POOL_MAX;
    if (keep) {
        vec_push(&l->pool, i);
    }
    l->lent_out--;
    (void)pthread_cond_broadcast(&l->pool_moved);
    (void)pthread_mutex_unlock(&l->pool_lock);
    if (!keep) {
        intake_free(i);
    }
}

/* ---- the queue ---- */

static enum rc check_queue(const struct live *l, uint32_t rows, struct err *e)
{
    enum rc rc = RC_OK;
    if (l->closing) {
        rc = rc_fail(e, RC_BUSY, "the brand is closing");
    } else if (l->reopening) {
        rc = rc_fail(e, RC_IO, "a write failed; the brand is being opened again: %.160s",
                     l->why.msg);
    } else if (l->queued_rows && l->queued_rows + rows > l->queue_rows) {
        rc =
            rc_fail(e, RC_BUSY, "%llu events wait already", (unsigned long long)l->queued_rows);
    }
    if (rc) {
        err_hint(e, "send it again in a moment; nothing of it was kept");
    }
    return rc;
}

static void push(struct live *l, const struct submission *what)
{
    struct submission *s = l->spare;
    if (s) {
        l->spare = s->next;
    } else {
        s = mem_alloc(sizeof(*s));
    }
    *s = *what;
    *l->tail = s;
    l->tail = &s->next;
    l->queued_rows += s->intake->batch->rows;
    l->queued_batches++;
    (void)pthread_cond_signal(&l->wake);
}

enum rc live_submit(struct live *l, struct intake *i, const char *source,
                    void (*done)(void *ctx, struct intake *i, const struct live_outcome *o),
                    void *ctx, struct err *e)
{
    const struct submission s = {
        .intake = i, .source = source, .done = done, .ctx = ctx, .at_ms = clock_steady_ms()};
    uint32_t rows = i->batch->rows;
    seen_keys(l->pond.brand->secret->event, l->pond.brand->catalogue, i->batch);
    (void)pthread_mutex_lock(&l->lock);
    enum rc rc = check_queue(l, rows, e);
    if (!rc) {
        push(l, &s);
    }
    (void)pthread_mutex_unlock(&l->lock);
    if (!rc) {
        atomic_fetch_add(&l->count.requests, 1);
        atomic_fetch_add(&l->count.events, rows);
    }
    return rc;
}

/* ---- the ledger ---- */

enum rc live_ledger(struct live *l,
                    enum rc (*work)(void *ctx, struct ledger *ledger, struct err *e), void *ctx,
                    struct err *e)
{
    turn_take(&l->turn);
    enum rc rc = l->pond.brand && l->pond.brand->ledger
                     ? work(ctx, l->pond.brand->ledger, e)
                     : rc_fail(e, RC_BUSY, "the brand is being opened again");
    turn_give(&l->turn);
    return rc;
}

/* ---- figures ---- */

static uint64_t resident(void)
{
    unsigned long long pages = 0, size = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        if (fscanf(f, "%llu %llu", &size, &pages) != 2) {
            pages = 0;
        }
        (void)fclose(f);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double rate(struct live *l)
{
    int64_t second = clock_steady_ms() / 1000;
    uint64_t sum = 0;
    for (int i = 0; i <= LIVE_RATE_S; i++) {
        int64_t at = atomic_load(&l->rate_s[i]);
        if (at < second && at >= second - LIVE_RATE_S) {
            sum += atomic_load(&l->rate[i]);
        }
    }
    return (double)sum / LIVE_RATE_S;
}

void live_figures(struct live *l, struct live_figures *out)
{
    *out = (struct live_figures){
        .requests = atomic_load(&l->count.requests),
        .events = atomic_load(&l->count.events),
        .accepted = atomic_load(&l->count.accepted),
        .duplicates = atomic_load(&l->count.duplicates),
        .rejected = atomic_load(&l->count.rejected),
        .anonymous = atomic_load(&l->count.anonymous),
        .commits = atomic_load(&l->count.commits),
        .seq = atomic_load(&l->seen_seq),
        .total_events = atomic_load(&l->seen_events),
        .consumers = atomic_load(&l->seen_consumers),
        .identities = atomic_load(&l->seen_identities),
        .lake_bytes = atomic_load(&l->lake_bytes),
        .log_bytes = atomic_load(&l->log_bytes),
        .log_rows = atomic_load(&l->log_rows),
        .snapshots_made = atomic_load(&l->count.snapshots),
        .memory_bytes = resident(),
        .rate = rate(l),
    };
    (void)pthread_mutex_lock(&l->lock);
    out->queued_rows = l->queued_rows;
    out->queued_batches = l->queued_batches;
    int64_t seen = atomic_load(&l->seen_ms);
    int64_t oldest = l->head ? l->head->at_ms : seen;
    oldest = seen && seen < oldest ? seen : oldest;
    out->lag_ms = oldest ? clock_steady_ms() - oldest + 1 : 0;
    out->failing = l->failing;
    (void)snprintf(out->failing_why, sizeof(out->failing_why), "%.199s",
                   l->failing ? l->why.msg : "");
    (void)pthread_mutex_unlock(&l->lock);
    (void)pthread_mutex_lock(&l->slots_lock);
    out->snapshots_open = l->slots.len;
    out->fork_s_last = l->fork_s_last;
    (void)pthread_mutex_unlock(&l->slots_lock);
}
