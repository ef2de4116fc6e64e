/* The apply loop: takes what waits, makes one batch of it, makes that durable, says so, settles.
 *
 * While a group is being written the next one gathers, so the more arrives the larger the groups: a commit's sync is
 * shared by all who came meanwhile (group commit). */
#include "serve/live_internal.h"

#include <stdlib.h>
#include <unistd.h>
#include "base/mem.h"

#define REOPEN_WAIT_S 2

void live_note_failure(struct live *l, const struct err *e)
{
    (void)pthread_mutex_lock(&l->lock);
    l->failing = true;
    l->why = *e;
    (void)pthread_mutex_unlock(&l->lock);
    logger_event(&l->pond.logger, LOG_ERROR, "live.write.failed", "rc=%s %s", rc_name(e->rc),
                 e->msg);
}

/* Moves what fits into one group from the queue into l->taken. Waits; false when the brand is closing and nothing is
 * left. */
static bool take_group(struct live *l)
{
    uint32_t rows = 0;
    vec_clear(&l->taken);
    (void)pthread_mutex_lock(&l->lock);
    while (!l->head && !l->closing) {
        (void)pthread_cond_wait(&l->wake, &l->lock);
    }
    while (l->head &&
           (!l->taken.len || rows + l->head->intake->batch->rows <= LIVE_GROUP_ROWS)) {
        struct submission *s = l->head;
        l->head = s->next;
        rows += s->intake->batch->rows;
        vec_push(&l->taken, s);
    }
    if (!l->head) {
        l->tail = &l->head;
    }
    l->queued_rows -= rows;
    l->queued_batches -= l->taken.len;
    if (l->taken.len) { /* waiting or being applied: at no moment neither */
        atomic_store(&l->seen_ms, l->taken.ptr[0]->at_ms);
    }
    (void)pthread_mutex_unlock(&l->lock);
    return l->taken.len > 0;
}

static void gather(struct live *l)
{
    batch_clear(l->group);
    vec_clear(&l->part_at);
    vec_clear(&l->duplicates);
    for (size_t i = 0; i < l->taken.len; i++) {
        vec_push(&l->part_at, l->group->rows);
        vec_push(&l->duplicates, 0u);
        batch_append(l->group, l->taken.ptr[i]->intake->batch);
    }
    vec_push(&l->part_at, l->group->rows);
}

static void finish(struct live *l, size_t i, const struct live_outcome *o)
{
    struct submission *s = l->taken.ptr[i];
    s->done(s->ctx, s->intake, o);
    (void)pthread_mutex_lock(&l->lock);
    s->next = l->spare;
    l->spare = s;
    (void)pthread_mutex_unlock(&l->lock);
}

static void count_rate(struct live *l, uint64_t rows)
{
    int64_t second = clock_steady_ms() / 1000;
    unsigned at = (unsigned)(second % (LIVE_RATE_S + 1));
    if (atomic_load(&l->rate_s[at]) != second) {
        atomic_store(&l->rate[at], 0);
        atomic_store(&l->rate_s[at], second);
    }
    atomic_fetch_add(&l->rate[at], rows);
}

static void acknowledge(struct live *l, const struct accept_result *r)
{
    atomic_fetch_add(&l->count.accepted, r->accepted);
    atomic_fetch_add(&l->count.duplicates, r->duplicates);
    atomic_fetch_add(&l->count.anonymous, r->anonymous);
    atomic_fetch_add(&l->count.commits, 1);
    count_rate(l, r->accepted);
    bool heard = l->hub && hub_heard(l->hub, l->name);
    for (size_t i = 0; i < l->taken.len; i++) {
        uint32_t rows = l->part_at.ptr[i + 1] - l->part_at.ptr[i];
        struct live_outcome o = {.rc = RC_OK,
                                 .accepted = rows - l->duplicates.ptr[i],
                                 .duplicates = l->duplicates.ptr[i],
                                 .seq = r->seq};
        if (heard) {
            live_tell_arrivals(l, l->taken.ptr[i], l->keep + l->part_at.ptr[i]);
        }
        finish(l, i, &o);
    }
}

static void refuse(struct live *l, const struct err *e)
{
    atomic_store(&l->seen_ms, 0);
    struct live_outcome o = {.rc = e->rc, .err = *e};
    for (size_t i = 0; i < l->taken.len; i++) {
        finish(l, i, &o);
    }
}

/* The turn is taken. Settles, so that who reads next reads this. */
static enum rc settle(struct live *l, struct err *e)
{
    struct brand *b = l->pond.brand;
    l->moves = 0;
    enum rc rc = brand_settle(b, e);
    live_see(l);
    live_changed(l, false);
    atomic_store(&l->seen_ms, 0);
    return rc;
}

static enum rc apply_group(struct live *l, struct err *e)
{
    struct accept_result result = {0};
    gather(l);
    const struct accept_parts parts = {.part_at = l->part_at.ptr,
                                       .parts = (uint32_t)l->taken.len,
                                       .duplicates = l->duplicates.ptr,
                                       .keep = l->keep};
    turn_take(&l->turn);
    l->known = l->pond.brand ? dictionary_len(l->pond.brand->dictionary) : 0;
    enum rc rc = l->pond.brand ? brand_accept_parts(l->pond.brand, l->group, &parts, &result, e)
                               : rc_fail(e, RC_IO, "the brand is not open");
    if (rc) {
        e->rc = rc;
        refuse(l, e);
    } else {
        acknowledge(l, &result);
        rc = settle(l, e);
        live_tell_outcomes(l, rc == RC_OK);
    }
    turn_give(&l->turn);
    return rc;
}

/* ---- after a failed write ---- */

static void refuse_all(struct live *l, const struct err *e)
{
    (void)pthread_mutex_lock(&l->lock);
    l->reopening = true;
    (void)pthread_mutex_unlock(&l->lock);
    while (l->head && take_group(l)) {
        refuse(l, e);
    }
}

/* Decoders look at the brand's names: all have to be back before it goes. */
static void wait_for_intakes(struct live *l)
{
    (void)pthread_mutex_lock(&l->pool_lock);
    l->no_intakes = true;
    while (l->lent_out) {
        (void)pthread_cond_wait(&l->pool_moved, &l->pool_lock);
    }
    for (size_t i = 0; i < l->pool.len; i++) {
        struct intake *in = l->pool.ptr[i];
        decoder_free(in->decoder);
        in->decoder = NULL;
    }
    (void)pthread_mutex_unlock(&l->pool_lock);
}

static bool is_closing(struct live *l)
{
    (void)pthread_mutex_lock(&l->lock);
    bool closing = l->closing;
    (void)pthread_mutex_unlock(&l->lock);
    return closing;
}

static enum rc open_again(struct live *l, struct err *e)
{
    turn_take(&l->turn);
    live_drop_snapshots(l, true);
    l->pond.lent = false;
    (void)pond_close(&l->pond, RC_OK, NULL);
    enum rc rc = live_open_brand(l, e);
    turn_give(&l->turn);
    return rc;
}

/* Memory is ahead of the disk: the brand is opened anew from what is durable. */
static void recover(struct live *l, struct err *e)
{
    live_note_failure(l, e);
    refuse_all(l, e);
    wait_for_intakes(l);
    while (!is_closing(l)) {
        struct err again = {0};
        if (open_again(l, &again) == RC_OK) {
            break;
        }
        live_note_failure(l, &again);
        for (int i = 0; i < REOPEN_WAIT_S * 10 && !is_closing(l); i++) {
            (void)usleep(100000);
        }
    }
    (void)pthread_mutex_lock(&l->pool_lock);
    l->no_intakes = false;
    (void)pthread_mutex_unlock(&l->pool_lock);
    (void)pthread_mutex_lock(&l->lock);
    l->reopening = false;
    l->failing = l->pond.brand == NULL;
    (void)pthread_mutex_unlock(&l->lock);
    if (l->pond.brand) {
        logger_event(&l->pond.logger, LOG_WARN, "live.open.again", "brand=%.*s",
                     STR_FMT(l->name));
    }
}

void *live_apply_main(void *arg)
{
    struct live *l = arg;
    while (take_group(l)) {
        struct err e = {0};
        enum rc rc = apply_group(l, &e);
        if (rc) {
            e.rc = rc;
            recover(l, &e);
        }
    }
    return NULL;
}
