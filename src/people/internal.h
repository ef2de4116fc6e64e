/* What the files of brand_*.c share. */
#ifndef POND_PEOPLE_INTERNAL_H
#define POND_PEOPLE_INTERNAL_H

#include <pthread.h>
#include "base/vec.h"
#include "people/brand.h"
#include "people/fold.h"
#include "people/refunds.h"
#include "people/stored.h"
#include "store/lockfile.h"

/* A batch that is in the log and not yet in a segment. */
struct tail_batch {
    struct stored_batch stored;
    struct arena *arena;
    struct lake_rows events, identities;
};

/* A batch between brand_accept_begin and brand_accept_end. */
struct accept_job {
    struct event_batch *batch; /* the caller's */
    struct arena *arena;       /* of what follows */
    struct stored_batch stored;
    struct lake_rows events, identities;            /* big only: what the thread writes ... */
    struct segment event_segment, identity_segment; /* ... and where it did    */
    struct lake *lake;
    struct accept_result result;
    bool big, writing, done; /* done: durable, or failed for good */
    pthread_t thread;
    enum rc rc; /* of the write */
    struct err err;
};

struct brand_private {
    struct lockfile *lock;
    struct ledger *
        history; /* names, manifest, log are read here: brand->ledger, but for EDIT a handle of its own */
    struct tx *view; /* a reader's moment, on `history`; NULL for a writer */
    char *ledger_path;
    const char *vfs;
    bool seal_apart; /* accepting does not seal */
    struct siv *siv;
    struct arena *arena; /* lives as long as the brand */
    struct brand_hooks hooks;
    struct fold fold;
    pthread_mutex_t *names; /* brand_share_names; may be NULL */
    struct accept_job job[ACCEPT_AHEAD];
    uint64_t begun, ended; /* jobs so far */
    VEC(struct tail_batch) tail;
    VEC(struct lake_rows) event_pieces, identity_pieces;
    uint32_t *wanted; /* numbers of the `wanted` view */
    int64_t *wanted_seq;
    struct lake_column wanted_columns[2];
    struct lake_rows wanted_rows;
    uint64_t tail_rows;
    uint64_t since_checkpoint; /* rows folded since the checkpoint on disk */
    uint32_t names_saved, channels_saved, kinds_saved; /* own names that the ledger has */
    uint32_t names_set, channels_set, kinds_set;       /* that the lake's code_* know   */
    bool attached;                                     /* the views show the present history */
    uint64_t tails_shown, tails_made; /* versions of brand_attach_with; 0: none is shown */
    bool failed;                      /* a write failed: no further batches */
    bool rebuilt;              /* everything changed: tell the hooks at the next settle */
    struct arena *value_arena; /* of brand_value_source */
};

/* brand_names.c: own names of events, channels and kinds; rules; between ledger and memory. */
enum rc brand_load_names(struct brand *b, struct err *e);
enum rc brand_save_names(struct brand *b, struct tx *tx, struct err *e);
enum rc brand_load_decisions(struct brand *b, struct err *e);
uint64_t brand_rules_hash(const struct brand *b);

/* brand_fold.c: history to state. */
enum { FOLD_IDENTITIES = 1, FOLD_GRAPH = 2, FOLD_SEEN = 4 };
/* Folds the segments' rows behind `seq` into f; with FOLD_IDENTITIES also into the dictionary ... */
enum rc brand_fold_lake(struct brand *b, struct fold *f, uint64_t seq, unsigned what,
                        struct err *e);
/* Reads the whole log: keeps every batch as tail, folds those behind `seq`. */
enum rc brand_fold_log(struct brand *b, uint64_t seq, struct err *e);
void brand_sync_counts(struct brand *b);
/* Purchases and refunds of identities, read from the lake. */
struct order_history brand_order_history(struct brand *b);

/* brand.c: the checkpoint from whatever mode; the ledger's handles as the mode wants them. */
enum rc brand_write_checkpoint(struct brand *b, struct err *e);
enum rc brand_open_handles(struct brand *b, struct err *e);
void brand_close_handles(struct brand *b, bool briefly);
/* brand_accept.c: the whole tail as segments; no view may look at it afterwards. */
enum rc brand_write_tail(struct brand *b, struct segment *events, struct segment *identities,
                         struct err *e);
/* brand_accept.c: makes every begun batch durable; their outcomes wait for brand_accept_end. */
enum rc brand_accept_drain(struct brand *b, struct err *e);

/* brand_history.c: tail, views, wanted. */
void brand_tail_add(struct brand *b, struct stored_batch *s, struct arena *a);
void brand_tail_clear(struct brand *b);
/* Drops the batches that end at or before seq `upto`. */
void brand_tail_drop(struct brand *b, uint64_t upto);
/* brand_attach with the view `wanted` over these numbers (NULL: empty). */
enum rc brand_attach_wanted(struct brand *b, const uint32_t *nos, uint32_t n, struct err *e);
enum rc brand_attach_segments(struct brand *b, struct err *e);

#endif
