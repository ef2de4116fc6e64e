/* A brand inside a process that serves: sealed apart, copied by fork, checkpointed from a copy.
 *
 * SQLite forbids carrying a connection over a fork, so the parent closes its handles around it; closing does not fold
 * the WAL in (ledger_close_briefly), opening again costs well under a millisecond. DuckDB's threads do not come along
 * either: the child leaves that engine alone for good and opens one of its own. */
#include "people/internal.h"

#include <string.h>
#include "store/log.h"

/* ---- sealing apart ---- */

void brand_seal_apart(struct brand *b) { b->own->seal_apart = true; }

bool brand_seal_due(const struct brand *b, uint64_t rows, uint64_t batches)
{
    const struct brand_private *own = b->own;
    return !own->failed && own->tail.len &&
           (own->tail_rows >= rows || own->tail.len >= batches);
}

static enum rc merge_some(struct brand *b, struct sealed *out, const char *dataset,
                          struct err *e)
{
    struct segment merged;
    uint32_t cap = (uint32_t)(sizeof(out->drop) / sizeof(out->drop[0])) - out->drops, drops = 0;
    enum rc rc = cap < 2 ? RC_OK
                         : lake_merge(b->lake, b->own->history, dataset, &merged,
                                      out->drop + out->drops, cap, &drops, e);
    if (!rc && drops) {
        out->drops += drops;
        out->segment[out->segments++] = merged;
    }
    return rc;
}

enum rc brand_seal_write(struct brand *b, struct sealed *out, struct err *e)
{
    struct brand_private *own = b->own;
    *out = (struct sealed){0};
    struct segment events = {0}, identities = {0};
    enum rc rc = RC_OK;
    if (own->tail.len) {
        const struct tail_batch *last = &own->tail.ptr[own->tail.len - 1];
        rc = brand_write_tail(b, &events, &identities, e);
        out->segment[out->segments++] = events;
        if (identities.rows) {
            out->segment[out->segments++] = identities;
        }
        out->upto = (uint64_t)last->stored.seq + last->stored.batch->rows - 1;
    }
    rc = rc ? rc : merge_some(b, out, "event", e);
    return rc ? rc : merge_some(b, out, "identity", e);
}

enum rc brand_seal_commit(struct brand *b, const struct sealed *s, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = b->own->failed ? rc_fail(e, RC_IO, "an earlier write failed") : RC_OK;
    rc = rc || !s->upto ? rc : brand_attach_segments(b, e); /* no view looks at what goes */
    rc = rc ? rc : ledger_begin(b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; !rc && i < s->drops; i++) {
        rc = manifest_drop(tx, s->drop[i], e);
    }
    for (uint32_t i = 0; !rc && i < s->segments; i++) {
        struct segment one = s->segment[i];
        rc = manifest_add(tx, &one, e);
    }
    rc = rc || !s->upto ? rc : log_trim(tx, s->upto, e);
    rc = ledger_end(tx, rc, e);
    if (rc) {
        b->own->failed = true; /* whether it happened is unknown: only opening again tells */
        return rc;
    }
    for (uint32_t i = 0; i < s->segments; i++) {
        lake_trust(b->lake, s->segment[i].file);
    }
    if (s->upto) {
        brand_tail_drop(b, s->upto);
    }
    b->own->attached = false;
    return RC_OK;
}

/* ---- a copy of the process ---- */

enum rc brand_fork_begin(struct brand *b, enum brand_mode mode, struct err *e)
{
    if (b->mode != BRAND_WRITE || b->own->begun != b->own->ended) {
        return rc_fail(e, RC_BUG, "a brand is only copied between two batches");
    }
    brand_close_handles(b, true);
    seen_leave_out_of_forks(b->seen, mode != BRAND_WRITE);
    return RC_OK;
}

enum rc brand_fork_end(struct brand *b, struct err *e)
{
    seen_leave_out_of_forks(b->seen, false);
    enum rc rc = brand_open_handles(b, e);
    if (rc) {
        b->own->failed = true;
    }
    return rc;
}

enum rc brand_snapshot(struct brand *b, enum brand_mode mode, struct err *e)
{
    struct brand_private *own = b->own;
    const struct lake *old = b->lake;
    b->mode = mode == BRAND_EDIT ? BRAND_EDIT : BRAND_READ;
    b->seen = mode == BRAND_WRITE ? b->seen : NULL;
    own->names = NULL;
    own->lock = NULL; /* the parent's: its descriptor is closed by who forked */
    enum rc rc = brand_open_handles(b, e);
    const struct lake_options options = {.dir = disk_path(own->arena, b->dir, "lake"),
                                         .disk = b->disk,
                                         .datasets = stored_datasets,
                                         .datasets_len = stored_datasets_len,
                                         .reads = true,
                                         .later = true};
    b->lake = NULL;
    rc = rc ? rc : lake_open(&options, &b->lake, e);
    rc = rc ? rc : ledger_begin_read(own->history, &own->view, e);
    if (!rc) {
        lake_inherit(b->lake, old);
    }
    own->attached = false;
    own->tails_shown = 0;
    own->names_set = own->channels_set = own->kinds_set = 0;
    return rc;
}

enum rc brand_checkpoint_apart(struct brand *b, struct err *e)
{
    return brand_write_checkpoint(b, e);
}

void brand_checkpointed(struct brand *b, uint64_t rows_since)
{
    b->own->since_checkpoint = rows_since;
}

uint64_t brand_rows_since_checkpoint(const struct brand *b) { return b->own->since_checkpoint; }
