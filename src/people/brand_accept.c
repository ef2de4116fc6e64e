/* A decoded batch on its way into history: told from what is known, numbered, made durable, folded.
 *
 * A big batch is written as a segment of its own by a thread of its own, beside its fold and beside the
 * numbering of the next batch; a small one goes into the log and joins the tail. The log only ever holds
 * batches newer than every segment, so the tail is sealed before a big batch is.
 *
 * Batches between begin and end are jobs in a ring. Invariants: jobs are committed in order; one thread at
 * a time writes; while a job is big, the tail is empty, so sealing never meets a writing thread. */
#include "people/internal.h"

#include <pthread.h>
#include "base/mem.h"
#include "store/log.h"

#define BATCH_BIG (64u * 1024u)  /* rows from which a batch is a segment of its own */
#define TAIL_ROWS (128u * 1024u) /* the tail is sealed from here on ... */
#define TAIL_BATCHES 256u        /* ... or from so many batches         */

static void names_lock(struct brand *b)
{
    if (b->own->names) {
        (void)pthread_mutex_lock(b->own->names);
    }
}

static void names_unlock(struct brand *b)
{
    if (b->own->names) {
        (void)pthread_mutex_unlock(b->own->names);
    }
}

void brand_share_names(struct brand *b, pthread_mutex_t *lock) { b->own->names = lock; }

static enum rc save_names(struct brand *b, struct tx *tx, struct err *e)
{
    names_lock(b);
    enum rc rc = brand_save_names(b, tx, e);
    names_unlock(b);
    return rc;
}

static enum rc commit_segments(struct brand *b, struct tx *tx, struct segment *events,
                               struct segment *identities, struct err *e)
{
    enum rc rc = save_names(b, tx, e);
    rc = rc ? rc : lake_commit(tx, events, e);
    return rc || !identities->rows ? rc : lake_commit(tx, identities, e);
}

/* ---- sealing the tail ---- */

enum rc brand_write_tail(struct brand *b, struct segment *events, struct segment *identities,
                         struct err *e)
{
    struct brand_private *own = b->own;
    vec_clear(&own->event_pieces);
    vec_clear(&own->identity_pieces);
    for (size_t i = 0; i < own->tail.len; i++) {
        vec_push(&own->event_pieces, own->tail.ptr[i].events);
        if (own->tail.ptr[i].identities.rows) {
            vec_push(&own->identity_pieces, own->tail.ptr[i].identities);
        }
    }
    own->attached = false;
    enum rc rc =
        lake_write(b->lake, "event", own->event_pieces.ptr, own->event_pieces.len, events, e);
    if (!rc && own->identity_pieces.len) {
        rc = lake_write(b->lake, "identity", own->identity_pieces.ptr, own->identity_pieces.len,
                        identities, e);
    }
    return rc;
}

static enum rc seal_tail(struct brand *b, struct err *e)
{
    struct brand_private *own = b->own;
    if (!own->tail.len) {
        return RC_OK;
    }
    struct segment events = {0}, identities = {0};
    struct tx *tx = NULL;
    enum rc rc = brand_attach_segments(b, e); /* no view may look at the tail that goes */
    rc = rc ? rc : brand_write_tail(b, &events, &identities, e);
    rc = rc ? rc : ledger_begin(b->ledger, &tx, e);
    if (!rc) {
        rc = commit_segments(b, tx, &events, &identities, e);
        rc = rc ? rc : log_trim(tx, (uint64_t)own->tail.ptr[own->tail.len - 1].stored.seq, e);
        rc = ledger_end(tx, rc, e);
    }
    if (!rc) {
        logger_event(b->logger, LOG_DEBUG, "lake.tail.sealed", "rows=%llu batches=%zu",
                     (unsigned long long)own->tail_rows, own->tail.len);
        brand_tail_clear(b);
    }
    return rc;
}

enum rc brand_seal(struct brand *b, bool all, struct err *e)
{
    if (b->mode != BRAND_WRITE || b->own->failed) {
        return RC_OK;
    }
    enum rc rc = all ? brand_accept_drain(b, e) : RC_OK;
    bool due = all || (!b->own->seal_apart &&
                       (b->own->tail_rows >= TAIL_ROWS || b->own->tail.len >= TAIL_BATCHES));
    rc = rc || !due ? rc : seal_tail(b, e);
    if (!rc && due) {
        rc = lake_compact(b->lake, b->ledger, "event", NULL, e);
        rc = rc ? rc : lake_compact(b->lake, b->ledger, "identity", NULL, e);
        b->own->attached = false;
    }
    return rc;
}

/* ---- jobs ---- */

static struct accept_job *job_at(struct brand *b, uint64_t i)
{
    return &b->own->job[i % ACCEPT_AHEAD];
}

static void *write_segments(void *arg)
{
    struct accept_job *j = arg;
    j->rc = lake_write(j->lake, "event", &j->events, 1, &j->event_segment, &j->err);
    if (!j->rc && j->identities.rows) {
        j->rc =
            lake_write(j->lake, "identity", &j->identities, 1, &j->identity_segment, &j->err);
    }
    return NULL;
}

static void wait_for_write(struct accept_job *j)
{
    if (j->writing) {
        (void)pthread_join(j->thread, NULL);
        j->writing = false;
    }
}

static void start_write(struct accept_job *j)
{
    j->writing = !pthread_create(&j->thread, NULL, write_segments, j);
    if (!j->writing) {
        write_segments(j);
    }
}

static enum rc same_seq(const struct accept_job *j, uint64_t seq, struct err *e)
{
    return (int64_t)seq == j->stored.seq
               ? RC_OK
               : rc_fail(e, RC_BUG, "the log's next number moved from %lld to %llu",
                         (long long)j->stored.seq, (unsigned long long)seq);
}

static enum rc commit_big(struct brand *b, struct accept_job *j, struct err *e)
{
    struct tx *tx = NULL;
    uint64_t seq = 0;
    enum rc rc = ledger_begin(b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    rc = log_take(tx, j->batch->rows, &seq, e);
    rc = rc ? rc : same_seq(j, seq, e);
    rc = rc ? rc : commit_segments(b, tx, &j->event_segment, &j->identity_segment, e);
    rc = ledger_end(tx, rc, e);
    b->own->attached = false;
    return rc;
}

static enum rc commit_small(struct brand *b, struct accept_job *j, struct err *e)
{
    struct buf payload = {0};
    struct tx *tx = NULL;
    uint64_t seq = 0;
    stored_encode(&j->stored, &payload);
    enum rc rc = ledger_begin(b->ledger, &tx, e);
    if (!rc) {
        rc = save_names(b, tx, e);
        rc = rc ? rc : log_append(tx, buf_str(&payload), j->batch->rows, &seq, e);
        rc = ledger_end(tx, rc ? rc : same_seq(j, seq, e), e);
    }
    if (!rc) {
        struct arena *a = arena_new();
        struct stored_batch kept = {0};
        rc = stored_decode(buf_str(&payload), j->stored.seq, a, &kept, e);
        if (!rc) {
            names_lock(b);
            brand_tail_add(b, &kept, a);
            names_unlock(b);
        } else {
            arena_free(a);
        }
    }
    buf_release(&payload);
    return rc;
}

static enum rc refuse(struct err *e)
{
    enum rc rc = rc_fail(e, RC_IO, "an earlier write failed, so no further events are taken");
    err_hint(e, "mend the disk and start again: what was acknowledged is safe");
    return rc;
}

/* Makes a job history: the moment it is durable. Its outcome stays in it for brand_accept_end. */
static enum rc finish(struct brand *b, struct accept_job *j, struct err *e)
{
    enum rc rc = RC_OK;
    wait_for_write(j);
    if (j->done) {
        return RC_OK;
    }
    j->done = true;
    if (b->own->failed) {
        rc = refuse(e);
    } else if (j->rc) {
        rc = j->rc;
        if (e) {
            *e = j->err;
        }
    } else if (j->batch->rows) {
        rc = j->big ? commit_big(b, j, e) : commit_small(b, j, e);
    }
    if (rc) {
        b->own->failed = true; /* memory is ahead of the disk: only opening again is safe */
    } else if (j->batch->rows) {
        j->result.accepted = j->batch->rows;
        j->result.seq = b->seq = (uint64_t)j->stored.seq + j->batch->rows - 1;
    }
    arena_free(j->arena);
    return rc;
}

enum rc brand_accept_drain(struct brand *b, struct err *e)
{
    enum rc rc = RC_OK;
    for (uint64_t i = b->own->ended; i < b->own->begun; i++) {
        enum rc one = finish(b, job_at(b, i), rc ? NULL : e);
        rc = rc ? rc : one;
    }
    return rc;
}

/* ---- begin ---- */

static void drop_known(struct brand *b, struct accept_job *j, const struct accept_parts *parts)
{
    uint8_t *keep = mem_alloc(j->batch->rows + 1);
    j->result.duplicates = parts ? seen_accept_parts(b->seen, j->batch, parts->part_at,
                                                     parts->parts, keep, parts->duplicates)
                                 : seen_accept(b->seen, j->batch, keep);
    if (parts && parts->keep) {
        memcpy(parts->keep, keep, j->batch->rows);
    }
    if (j->result.duplicates) {
        batch_filter(j->batch, keep);
    }
    mem_free(keep);
}

/* The number behind the last job that is not yet in the ledger. */
static enum rc next_seq(struct brand *b, int64_t *out, struct err *e)
{
    uint64_t seq = 0;
    for (uint64_t i = b->own->begun; i > b->own->ended; i--) {
        const struct accept_job *j = job_at(b, i - 1);
        if (!j->done && j->batch->rows) {
            *out = j->stored.seq + j->batch->rows;
            return RC_OK;
        }
    }
    enum rc rc = log_next_seq(b->ledger, &seq, e);
    *out = (int64_t)seq;
    return rc;
}

/* Before a segment is begun, everything older has to be out of the log. */
static enum rc clear_tail(struct brand *b, struct err *e)
{
    bool small = b->own->tail.len > 0;
    for (uint64_t i = b->own->ended; i < b->own->begun; i++) {
        const struct accept_job *j = job_at(b, i);
        small = small || (!j->big && !j->done && j->batch->rows);
    }
    enum rc rc = small ? brand_accept_drain(b, e) : RC_OK;
    return rc ? rc : seal_tail(b, e);
}

static enum rc number(struct brand *b, struct accept_job *j, struct err *e)
{
    enum rc rc =
        stored_make(j->batch, b->dictionary, b->kinds, b->own->siv, j->arena, &j->stored, e);
    rc = rc ? rc : next_seq(b, &j->stored.seq, e);
    if (!rc && j->big) {
        j->events = stored_events(&j->stored, b->catalogue, false, j->arena);
        j->identities = stored_identities(&j->stored, b->kinds, j->arena);
    }
    return rc;
}

static void fold_job(struct brand *b, struct accept_job *j)
{
    struct brand_private *own = b->own;
    uint64_t anonymous = own->fold.anonymous;
    graph_grow(b->graph, dictionary_len(b->dictionary));
    evidence_grow(own->fold.evidence, dictionary_len(b->dictionary));
    graph_link_batch(b->graph, j->batch);
    fold_rows(&own->fold, j->batch, j->stored.owner);
    own->since_checkpoint += j->batch->rows;
    brand_sync_counts(b);
    j->result.anonymous = (uint32_t)(own->fold.anonymous - anonymous);
}

/* The earlier job's thread first: one at a time writes. */
static enum rc hand_to_writer(struct brand *b, struct accept_job *j, struct err *e)
{
    for (uint64_t i = b->own->ended; i < b->own->begun; i++) {
        struct accept_job *before = job_at(b, i);
        wait_for_write(before);
        if (before->rc) {
            if (e) {
                *e = before->err;
            }
            return before->rc;
        }
    }
    start_write(j);
    return RC_OK;
}

static enum rc take_rows(struct brand *b, struct accept_job *j, struct err *e)
{
    enum rc rc = j->big ? clear_tail(b, e) : RC_OK;
    if (rc) {
        return rc;
    }
    names_lock(b);
    rc = number(b, j, e);
    names_unlock(b);
    if (!rc && j->big) {
        rc = hand_to_writer(b, j, e);
    }
    if (!rc) {
        names_lock(b);
        fold_job(b, j);
        names_unlock(b);
    }
    return rc;
}

static enum rc begin_job(struct brand *b, struct event_batch *batch,
                         const struct accept_parts *parts, struct err *e)
{
    struct brand_private *own = b->own;
    if (b->mode != BRAND_WRITE || own->begun - own->ended == ACCEPT_AHEAD) {
        return rc_fail(e, RC_BUG, "the brand is open for reading only, or busy");
    }
    if (own->failed) {
        return refuse(e);
    }
    struct accept_job *j = job_at(b, own->begun);
    *j = (struct accept_job){.batch = batch, .lake = b->lake, .arena = arena_new()};
    drop_known(b, j, parts);
    j->big = batch->rows >= BATCH_BIG;
    enum rc rc = batch->rows ? take_rows(b, j, e) : RC_OK;
    if (rc) {
        own->failed = true;
        arena_free(j->arena);
        return rc;
    }
    own->begun++;
    return RC_OK;
}

enum rc brand_accept_begin(struct brand *b, struct event_batch *batch, struct err *e)
{
    return begin_job(b, batch, NULL, e);
}

enum rc brand_accept_end(struct brand *b, struct accept_result *out, struct err *e)
{
    struct brand_private *own = b->own;
    *out = (struct accept_result){0};
    if (own->ended == own->begun) {
        return rc_fail(e, RC_BUG, "no batch was begun");
    }
    struct accept_job *j = job_at(b, own->ended);
    bool failed = own->failed;
    enum rc rc = finish(b, j, e);
    own->ended++;
    if (rc || (failed && !j->result.accepted)) {
        return rc ? rc : refuse(e);
    }
    *out = j->result;
    return brand_seal(b, false, e);
}

enum rc brand_accept(struct brand *b, struct event_batch *batch, struct accept_result *out,
                     struct err *e)
{
    *out = (struct accept_result){0};
    enum rc rc = brand_accept_begin(b, batch, e);
    return rc ? rc : brand_accept_end(b, out, e);
}

enum rc brand_accept_parts(struct brand *b, struct event_batch *batch,
                           const struct accept_parts *parts, struct accept_result *out,
                           struct err *e)
{
    *out = (struct accept_result){0};
    enum rc rc = begin_job(b, batch, parts, e);
    return rc ? rc : brand_accept_end(b, out, e);
}
