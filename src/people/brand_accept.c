/* A decoded batch on its way into history: told from what is known, numbered, made durable, folded.
 *
 * A big batch is written as a segment of its own while another thread's core folds it; a small one goes
 * into the log and joins the tail. The log only ever holds batches newer than every segment, so the tail
 * is sealed before a big batch is. */
#include "people/internal.h"

#include <pthread.h>
#include "base/mem.h"
#include "store/log.h"

#define BATCH_BIG (64u * 1024u)  /* rows from which a batch is a segment of its own */
#define TAIL_ROWS (128u * 1024u) /* the tail is sealed from here on ... */
#define TAIL_BATCHES 256u        /* ... or from so many batches         */

static enum rc commit_segments(struct brand *b, struct tx *tx, struct segment *events,
                               struct segment *identities, struct err *e)
{
    enum rc rc = brand_save_names(b, tx, e);
    rc = rc ? rc : lake_commit(tx, events, e);
    return rc || !identities->rows ? rc : lake_commit(tx, identities, e);
}

/* ---- sealing the tail ---- */

static enum rc write_tail(struct brand *b, struct segment *events, struct segment *identities,
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
    rc = rc ? rc : write_tail(b, &events, &identities, e);
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
    bool due = all || b->own->tail_rows >= TAIL_ROWS || b->own->tail.len >= TAIL_BATCHES;
    enum rc rc = due ? seal_tail(b, e) : RC_OK;
    if (!rc && due) {
        rc = lake_compact(b->lake, b->ledger, "event", NULL, e);
        rc = rc ? rc : lake_compact(b->lake, b->ledger, "identity", NULL, e);
        b->own->attached = false;
    }
    return rc;
}

/* ---- big batches ---- */

struct write_job {
    struct brand *b;
    const struct stored_batch *s;
    struct segment events, identities;
    enum rc rc;
    struct err e;
};

static void *write_segments(void *arg)
{
    struct write_job *j = arg;
    struct arena *a = arena_new();
    struct lake_rows events = stored_events(j->s, j->b->catalogue, false, a);
    j->rc = lake_write(j->b->lake, "event", &events, 1, &j->events, &j->e);
    if (!j->rc && j->s->fresh) {
        struct lake_rows identities = stored_identities(j->s, j->b->kinds, a);
        j->rc = lake_write(j->b->lake, "identity", &identities, 1, &j->identities, &j->e);
    }
    arena_free(a);
    return NULL;
}

static void fold_accepted(struct brand *b, const struct stored_batch *s)
{
    struct brand_private *own = b->own;
    graph_grow(b->graph, dictionary_len(b->dictionary));
    evidence_grow(own->fold.evidence, dictionary_len(b->dictionary));
    graph_link_batch(b->graph, s->batch);
    fold_rows(&own->fold, s->batch, s->owner);
    own->since_checkpoint += s->batch->rows;
    brand_sync_counts(b);
}

static enum rc accept_big(struct brand *b, struct stored_batch *s, struct err *e)
{
    struct write_job job = {.b = b, .s = s};
    pthread_t thread;
    bool threaded = !pthread_create(&thread, NULL, write_segments, &job);
    if (!threaded) {
        write_segments(&job);
    }
    fold_accepted(b, s);
    if (threaded) {
        pthread_join(thread, NULL);
    }
    if (job.rc) {
        if (e) {
            *e = job.e;
        }
        return job.rc;
    }
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(b->ledger, &tx, e);
    if (!rc) {
        uint64_t seq = 0;
        rc = log_take(tx, s->batch->rows, &seq, e);
        if (!rc && (int64_t)seq != s->seq) {
            rc = rc_fail(e, RC_BUG, "the log's next number moved from %lld to %llu",
                         (long long)s->seq, (unsigned long long)seq);
        }
        rc = rc ? rc : commit_segments(b, tx, &job.events, &job.identities, e);
        rc = ledger_end(tx, rc, e);
    }
    b->own->attached = false;
    return rc;
}

/* ---- small batches ---- */

static enum rc append(struct brand *b, struct tx *tx, struct str payload,
                      struct stored_batch *s, struct err *e)
{
    uint64_t seq = 0;
    enum rc rc = brand_save_names(b, tx, e);
    rc = rc ? rc : log_append(tx, payload, s->batch->rows, &seq, e);
    if (!rc && (int64_t)seq != s->seq) {
        rc = rc_fail(e, RC_BUG, "the log's next number moved from %lld to %llu",
                     (long long)s->seq, (unsigned long long)seq);
    }
    return rc;
}

static enum rc accept_small(struct brand *b, struct stored_batch *s, struct err *e)
{
    struct buf payload = {0};
    struct tx *tx = NULL;
    stored_encode(s, &payload);
    enum rc rc = ledger_begin(b->ledger, &tx, e);
    if (!rc) {
        rc = ledger_end(tx, append(b, tx, buf_str(&payload), s, e), e);
    }
    if (!rc) {
        fold_accepted(b, s);
        struct arena *a = arena_new();
        struct stored_batch kept = {0};
        rc = stored_decode(buf_str(&payload), s->seq, a, &kept, e);
        if (!rc) {
            brand_tail_add(b, &kept, a);
        } else {
            arena_free(a);
        }
    }
    buf_release(&payload);
    return rc;
}

/* ---- accept ---- */

static enum rc accept_rows(struct brand *b, struct event_batch *batch, struct arena *a,
                           struct accept_result *out, struct err *e)
{
    bool big = batch->rows >= BATCH_BIG;
    struct stored_batch s = {0};
    uint64_t seq = 0;
    enum rc rc = big ? seal_tail(b, e) : RC_OK;
    rc = rc ? rc : stored_make(batch, b->dictionary, b->kinds, b->own->siv, a, &s, e);
    rc = rc ? rc : log_next_seq(b->ledger, &seq, e);
    if (rc) {
        return rc;
    }
    s.seq = (int64_t)seq;
    uint64_t anonymous = b->own->fold.anonymous;
    rc = big ? accept_big(b, &s, e) : accept_small(b, &s, e);
    if (!rc) {
        b->seq = seq + batch->rows - 1;
        out->seq = b->seq;
        out->accepted = batch->rows;
        out->anonymous = (uint32_t)(b->own->fold.anonymous - anonymous);
    }
    return rc;
}

enum rc brand_accept(struct brand *b, struct event_batch *batch, struct accept_result *out,
                     struct err *e)
{
    *out = (struct accept_result){0};
    if (b->mode != BRAND_WRITE) {
        return rc_fail(e, RC_BUG, "the brand is open for reading only");
    }
    if (b->own->failed) {
        enum rc rc =
            rc_fail(e, RC_IO, "an earlier write failed, so no further events are taken");
        err_hint(e, "mend the disk and start again: what was acknowledged is safe");
        return rc;
    }
    if (!batch->rows) {
        return RC_OK;
    }
    uint8_t *keep = mem_alloc(batch->rows);
    out->duplicates = seen_accept(b->seen, batch, keep);
    if (out->duplicates) {
        batch_filter(batch, keep);
    }
    mem_free(keep);
    if (!batch->rows) {
        return RC_OK;
    }
    struct arena *a = arena_new();
    enum rc rc = accept_rows(b, batch, a, out, e);
    arena_free(a);
    if (rc) {
        b->own->failed = true; /* memory is ahead of the disk: only opening again is safe */
        return rc;
    }
    return brand_seal(b, false, e);
}
