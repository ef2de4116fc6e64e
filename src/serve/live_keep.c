/* Keeping a live brand: the tail is sealed, small segments merged, a checkpoint written, the day rolled, all by
 * snapshots or in short turns, so that nobody who sends or asks waits for it. */
#include "serve/live_internal.h"

#include <unistd.h>
#include "store/log.h"

#define TICK_MS 100
/* More than lake_compact takes for small: what is sealed under load is written once, not merged at once again. */
#define SEAL_ROWS 262144u
#define SEAL_BATCHES 2048u
#define SEAL_IDLE_ROWS 4096u /* sealed after a quiet minute */
#define SEAL_IDLE_MS 60000
#define CHECKPOINT_SHARE 10u
#define CHECKPOINT_ROWS 500000u
#define CHECKPOINT_MS 60000
#define SIZES_MS 1000
#define SWEEP_EVERY 16u /* seals */

static bool closing(struct live *l)
{
    (void)pthread_mutex_lock(&l->lock);
    bool yes = l->closing;
    (void)pthread_mutex_unlock(&l->lock);
    return yes;
}

static bool usable(const struct live *l) { return l->pond.brand && l->pond.brand->ledger; }

/* ---- sealing ---- */

static bool seal_due(struct live *l, int64_t now)
{
    const struct brand *b = l->pond.brand;
    bool idle = now - l->seal_ms > SEAL_IDLE_MS;
    return brand_seal_due(b, SEAL_ROWS, SEAL_BATCHES) ||
           (idle && brand_seal_due(b, SEAL_IDLE_ROWS, SEAL_BATCHES));
}

/* The turn is taken when it begins and when it ends; not while the copy writes. */
static enum rc seal(struct live *l, struct err *e)
{
    struct snapshot *s = NULL;
    struct sealed sealed;
    enum rc rc = snapshot_new(&l->pond, BRAND_READ, &l->names, &s, e);
    turn_give(&l->turn);
    rc = rc ? rc : snapshot_seal(s, &sealed, e);
    snapshot_free(s);
    turn_take(&l->turn);
    if (!rc && usable(l)) {
        rc = brand_seal_commit(l->pond.brand, &sealed, e);
    }
    return rc;
}

static enum rc checkpoint(struct live *l, struct err *e)
{
    struct snapshot *s = NULL;
    uint64_t before = brand_rows_since_checkpoint(l->pond.brand);
    enum rc rc = snapshot_new(&l->pond, BRAND_WRITE, &l->names, &s, e);
    turn_give(&l->turn);
    rc = rc ? rc : snapshot_checkpoint(s, e);
    snapshot_free(s);
    turn_take(&l->turn);
    if (!rc && usable(l)) {
        uint64_t now = brand_rows_since_checkpoint(l->pond.brand);
        brand_checkpointed(l->pond.brand, now > before ? now - before : 0);
    }
    return rc;
}

static bool checkpoint_due(struct live *l, int64_t now)
{
    uint64_t since = brand_rows_since_checkpoint(l->pond.brand);
    return now - l->checkpoint_ms > CHECKPOINT_MS && since &&
           (since >= CHECKPOINT_ROWS || since * CHECKPOINT_SHARE >= l->pond.brand->events);
}

/* ---- the day ---- */

static enum rc roll_day(struct live *l, struct err *e)
{
    if (pond_today(&l->pond) == live_today(l)) {
        return RC_OK;
    }
    enum rc rc = live_roll(l, e);
    live_changed(l, true);
    return rc;
}

/* ---- sizes ---- */

static enum rc read_sizes(struct live *l, struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0;
    int64_t rows = 0, bytes = 0, lake = 0;
    enum rc rc = log_size(l->pond.brand->ledger, NULL, &rows, &bytes, e);
    rc = rc ? rc : manifest_read(a, l->pond.brand->ledger, NULL, &list, &len, e);
    for (size_t i = 0; !rc && i < len; i++) {
        lake += list[i].bytes;
    }
    atomic_store(&l->log_rows, (uint64_t)rows);
    atomic_store(&l->log_bytes, (uint64_t)bytes);
    atomic_store(&l->lake_bytes, (uint64_t)lake);
    arena_free(a);
    return rc;
}

/* The turn is taken. */
static void keep(struct live *l, int64_t now, uint32_t *seals)
{
    struct err e = {0};
    enum rc rc = roll_day(l, &e);
    if (!rc && now - l->sizes_ms > SIZES_MS) {
        rc = read_sizes(l, &e);
        l->sizes_ms = now;
    }
    rc = rc ? rc : live_sources_keep(l, now, &e);
    if (!rc && seal_due(l, now)) {
        rc = seal(l, &e);
        l->seal_ms = now;
        if (!rc && usable(l) && ++*seals % SWEEP_EVERY == 0) {
            live_drop_snapshots(l, true);
            (void)lake_sweep(l->pond.brand->lake, l->pond.brand->ledger, NULL, NULL);
        }
    }
    if (!rc && usable(l) && checkpoint_due(l, now)) {
        rc = checkpoint(l, &e);
        l->checkpoint_ms = now;
    }
    if (rc) {
        logger_event(&l->pond.logger, LOG_WARN, "live.keep.failed", "rc=%s %s", rc_name(rc),
                     e.msg);
    }
}

void *live_keep_main(void *arg)
{
    struct live *l = arg;
    uint32_t seals = 0;
    l->seal_ms = clock_steady_ms();
    /* The first as soon as one is due: a server that is ended again and again folds its history once. */
    l->checkpoint_ms = l->seal_ms - CHECKPOINT_MS;
    while (!closing(l)) {
        (void)usleep(TICK_MS * 1000);
        live_drop_snapshots(l, false);
        if (pthread_mutex_trylock(&l->sealing) == 0) {
            turn_take(&l->turn);
            if (usable(l)) {
                keep(l, clock_steady_ms(), &seals);
            }
            turn_give(&l->turn);
            (void)pthread_mutex_unlock(&l->sealing);
        }
    }
    return NULL;
}
