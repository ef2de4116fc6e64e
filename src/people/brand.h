/* A brand's pond: its directory, its stores, and the state folded from its history.
 *
 *     batch ──► brand_accept ──► numbers, seen ──► durable (segment or log) ──► fold ──► settle
 *
 * One process writes (lock file); any number reads: a reader loads the checkpoint and folds what came
 * after it in its own memory. State = fold(history); a checkpoint only makes opening fast, and is
 * rebuilt when lost or made under another stage model.
 *
 * Data directory:  DIR/pond.key        32 random bytes, mode 0600; without it nothing opens
 *                  DIR/BRAND/ledger.db  settings, rules, manifest, log
 *                  DIR/BRAND/lake/      Parquet segments
 *                  DIR/BRAND/checkpoint
 *                  DIR/BRAND/rejects/   rows set aside by imports
 */
#ifndef POND_PEOPLE_BRAND_H
#define POND_PEOPLE_BRAND_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/clock.h"
#include "base/day.h"
#include "base/logger.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/batch.h"
#include "people/catalogue.h"
#include "people/dictionary.h"
#include "people/event_tally.h"
#include "people/evidence.h"
#include "people/graph.h"
#include "people/kind.h"
#include "people/orders.h"
#include "people/seen.h"
#include "store/checkpoint.h"
#include "store/disk.h"
#include "store/lake.h"
#include "store/ledger.h"
#include "store/manifest.h"
#include "wire/crypt.h"

/* READ    one moment of history and names, folded in this process's memory
 * EDIT    as READ, and the ledger may be written (tags, crowds, scores), but never history: beside a process
 *         that has the brand open for writing
 * WRITE   the one writer */
enum brand_mode { BRAND_READ, BRAND_EDIT, BRAND_WRITE };

struct brand;

/* What higher floors hang onto a brand (filled in by app/hooks.c). All slots may be NULL. */
struct brand_hooks {
    void *ctx;
    /* Compiles the stage model in force (from the ledger) to the evidence plan. Called at open, before
     * anything is folded. The plan lives as long as the brand. */
    enum rc (*plan)(void *ctx, struct brand *b, const struct evidence_plan **out,
                    struct err *e);
    /* The consumers of these identities may have changed (evidence, members). Called by brand_settle
     * with each number at most once. */
    enum rc (*changed)(void *ctx, struct brand *b, const uint32_t *nos, uint32_t n,
                       struct err *e);
    /* Everything may have changed (after a load without checkpoint, or a rebuild). */
    enum rc (*rebuilt)(void *ctx, struct brand *b, struct err *e);
    enum rc (*save)(void *ctx, struct brand *b, struct checkpoint_writer *w, struct err *e);
    enum rc (*load)(void *ctx, struct brand *b, struct checkpoint *c, struct err *e);
};

/* The folded state, visible to higher floors for reading. */
struct brand {
    struct str name;
    const char *dir; /* DIR/BRAND */
    enum brand_mode mode;
    struct zone *zone;
    const struct clock *clock;
    struct logger *logger;
    struct disk *disk;
    struct secret *secret; /* keys, from pond.key (wire/crypt.h) */
    struct hash_key hash_key;
    struct ledger *ledger;
    struct lake *lake;
    struct catalogue *catalogue;
    struct kind_table *kinds;
    const struct evidence_plan *plan;
    struct dictionary *dictionary;
    struct graph *graph;
    struct evidence *evidence;
    struct orders *orders;
    struct seen *seen; /* NULL until a writer needs it */
    uint64_t seq;      /* the last batch that is folded */
    uint64_t events;   /* rows folded, anonymous ones included */
    uint64_t anonymous;
    const struct event_tally *tallies; /* of them, by code of the name (people/catalogue.h) */
    int32_t first_day, last_day;       /* of all events; DAY_NONE when empty */
    struct brand_private *own;         /* brand.c's */
};

struct brand_options {
    const char *data_dir;
    struct str brand; /* empty: the only one there; RC_INVALID when there are several */
    enum brand_mode mode;
    const struct clock *clock;
    struct logger *logger;
    struct disk *disk; /* NULL = the real one */
    const char *vfs;   /* SQLite VFS name; NULL = default; tests only */
    struct brand_hooks hooks;
    bool no_checkpoint; /* fold history from nothing (verify) */
};

/* Creates DIR (when missing), the key (when missing) and the brand's directory and ledger, with time
 * zone and stage model text (version 1). RC_CONFLICT when the brand exists. */
struct brand_setup {
    const char *data_dir;
    struct str name; /* [a-z0-9_-]{1,40} and Chinese letters */
    struct str zone;
    struct str model_name, model_text;
    const char *vfs; /* SQLite VFS name; NULL = default; tests only */
};
enum rc brand_create(const struct brand_setup *s, struct disk *disk, struct err *e);
/* Opens and folds. RC_MISSING when there is no pond at DIR (hint: pond init); RC_DENIED when the key is
 * lost or another (says which file); RC_BUSY when another process writes; RC_CORRUPT names the file. */
enum rc brand_open(const struct brand_options *o, struct brand **out, struct err *e);
/* Writes a checkpoint when much was folded since the last one, then closes. NULL is fine. */
enum rc brand_close(struct brand *b, struct err *e);
/* Only the brand's ledger, for writing, beside whoever has the brand open (its transactions are safe between
 * processes): finds the brand and checks the key as brand_open does, takes no lock and loads no state. A
 * ledger of an older schema is brought to ours when nobody writes; RC_CONFLICT when somebody does. The
 * caller closes it. o: data_dir, brand, clock, disk and vfs are looked at. */
enum rc brand_open_ledger(const struct brand_options *o, struct ledger **out, struct err *e);
/* Names of the brands in a data directory, into an arena. */
enum rc brand_list(const char *data_dir, struct arena *a, struct str **names, uint32_t *len,
                   struct err *e);

struct accept_result {
    uint32_t accepted, duplicates, anonymous;
    uint64_t seq; /* 0 when nothing was new */
};
/* Makes a decoded batch durable and folds it: duplicates are dropped (b is filtered in place), the rest
 * gets numbers, is written (a segment when >= 64 k rows, else the log), then folded. On return it is
 * durable. Call seen_source(b->seen) before the first batch of each source. After RC_IO, RC_FULL the
 * brand refuses further batches (what was acknowledged is safe): close and open again. */
enum rc brand_accept(struct brand *b, struct event_batch *batch, struct accept_result *out,
                     struct err *e);

/* The same in two steps, so that one batch is written while the next is told from what is known, numbered
 * and folded:
 *
 *     begin 1, begin 2, end → 1 is durable, begin 3, end → 2 is durable, end → 3 is durable
 *
 * begin    drops the duplicates at once. When it succeeds, the batch must live, untouched, till its end,
 *          also after errors. At most ACCEPT_AHEAD batches are begun and not ended (RC_BUG). The failure
 *          of an earlier batch may show here.
 * end      of the oldest batch begun: its outcome. Batches become durable in the order of their begins.
 *          After an error the batches behind it are refused, and so is every further begin.
 * In between nothing else may be asked of the brand but brand_seal, brand_settle, brand_checkpoint and
 * brand_close, which first make durable what was begun. */
#define ACCEPT_AHEAD 2
enum rc brand_accept_begin(struct brand *b, struct event_batch *batch, struct err *e);
enum rc brand_accept_end(struct brand *b, struct accept_result *out, struct err *e);

/* A batch of several small sources, each counted by itself (requests over HTTP): part i is the rows part_at[i] ..
 * part_at[i + 1] - 1, part_at[parts] = batch->rows; duplicates[i] receives those it had. */
struct accept_parts {
    const uint32_t *part_at;
    uint32_t parts;
    uint32_t *duplicates;
    uint8_t *
        keep; /* rows of the batch: receives 1 for what was new, 0 for duplicates; may be NULL */
};
enum rc brand_accept_parts(struct brand *b, struct event_batch *batch,
                           const struct accept_parts *parts, struct accept_result *out,
                           struct err *e);

/* ---- For a process that serves (people/brand_serve.c) ----
 *
 * Sealing apart: the tail is written into segments by a snapshot, while batches go on being accepted.
 *
 *     brand_seal_apart(b)                  from now on accepting never seals by itself
 *     brand_seal_due(b, rows, batches)     the tail has so many?
 *     fork ─► child: brand_snapshot, brand_seal_write(b, &sealed, e), sealed is sent to the parent
 *     brand_seal_commit(b, &sealed, e)     the parent lists the segments; those batches leave log and tail
 *
 * What is accepted meanwhile stays in the tail. A big batch (65,536 rows) seals at once and must not come while
 * one writes: brand_accept refuses it with RC_BUG. */
void brand_seal_apart(struct brand *b);
bool brand_seal_due(const struct brand *b, uint64_t rows, uint64_t batches);
#define SEALED_SEGMENTS 8
struct sealed {
    struct segment segment[SEALED_SEGMENTS]; /* written; not yet listed */
    uint32_t segments;
    int64_t drop[64]; /* ids of segments that one of them replaces */
    uint32_t drops;
    uint64_t upto; /* batches up to this seq are in them; 0: only merged segments */
};
enum rc brand_seal_write(struct brand *b, struct sealed *out, struct err *e);
enum rc brand_seal_commit(struct brand *b, const struct sealed *s, struct err *e);

/* A copy of this process as a reader (fork). In the parent, around the fork, and with the lock of brand_share_names
 * held, so that no name is half added:
 *
 *     brand_fork_begin(b, m, e)    closes the ledger: SQLite must not be carried over a fork
 *     pid = fork()
 *     brand_fork_end(b, e)         opens it again; after RC_* the brand refuses writes until it is opened anew
 *
 * and the parent commits nothing until the child says that brand_snapshot has returned. The child must be the only thread
 * and never calls brand_close. */
/* mode: BRAND_READ, BRAND_EDIT, or BRAND_WRITE for a copy that writes a checkpoint: only that one has the set of known
 * events. The same is told to brand_snapshot. */
enum rc brand_fork_begin(struct brand *b, enum brand_mode mode, struct err *e);
enum rc brand_fork_end(struct brand *b, struct err *e);
enum rc brand_snapshot(struct brand *b, enum brand_mode mode, struct err *e);
/* Writes the checkpoint from a snapshot's memory (settled, as it is whenever the parent forks between batches); the
 * parent then says how many rows were folded since. */
enum rc brand_checkpoint_apart(struct brand *b, struct err *e);
void brand_checkpointed(struct brand *b, uint64_t rows_since);
uint64_t brand_rows_since_checkpoint(const struct brand *b);

/* From now on another thread adds names (catalogue, kinds) while batches are accepted, and holds this lock
 * when it does; accepting holds it when it reads them, never while it waits. NULL: no longer. */
void brand_share_names(struct brand *b, pthread_mutex_t *lock);

/* Brings everything derived up to date: partition, matched refunds, hooks. Called before reading
 * figures; cheap when nothing changed. */
enum rc brand_settle(struct brand *b, struct err *e);
/* Seals the log's tail into segments and merges small segments. */
enum rc brand_seal(struct brand *b, bool all, struct err *e);
enum rc brand_checkpoint(struct brand *b, struct err *e);
/* Who wants to know how far a fold of all history is: events of all, each 64 K of them. */
struct brand_progress {
    void (*tell)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
};
/* Folds history again under the plan that hooks.plan gives now (model applied, rules changed). progress may be NULL. */
enum rc brand_refold(struct brand *b, const struct brand_progress *progress, struct err *e);

/* What the evidence would be under another plan: history folded again into a second evidence store,
 * nothing changed. progress may be NULL. The caller frees *out (evidence_free). */
enum rc brand_preview(struct brand *b, const struct evidence_plan *plan,
                      const struct brand_progress *progress, struct evidence **out,
                      struct err *e);

/* Identity values: plain text of identities by number (decrypts personal ones). For graph ties, the
 * digest, consumer pages. Values live in the arena. */
enum rc brand_values(struct brand *b, const uint32_t *nos, uint32_t n, struct arena *a,
                     struct str *out, struct err *e);
struct value_source brand_value_source(struct brand *b);

/* "phone:138 0013 8000" -> number. RC_MISSING when no such identity is known; RC_INVALID for a malformed
 * one (hint: KIND:VALUE, known kinds). */
enum rc brand_find_identity(struct brand *b, struct str kind_value, uint32_t *no,
                            struct err *e);

/* Attaches the current history (segments and tail) to the lake so that SQL can read the views `event` and
 * `identity` (see people.sql for their columns). Cheap when nothing changed. */
enum rc brand_attach(struct brand *b, struct err *e);
/* The same with tails for the views behind `identity` (people/stored.h). `version` > 0 names what they hold, unlike any
 * other of this brand (brand_tails_version): while the views show it already, nothing is done. The rows are borrowed
 * until brand_detach(version); another attach may take them off earlier, so attach again before each question. */
enum rc brand_attach_with(struct brand *b, const struct lake_tail *tails, size_t tails_len,
                          uint64_t version, struct err *e);
uint64_t brand_tails_version(struct brand *b); /* a new one */
void brand_detach(struct brand *b, uint64_t version);
/* "phone:138 0013 8000" -> kind and value as the lake's view `identity` has them (in `a`); errors as
 * brand_find_identity. *kind 0: no identity of that kind is known. */
enum rc brand_stored_identity(struct brand *b, struct str kind_value, struct arena *a,
                              uint8_t *kind, struct str *value, struct err *e);

/* Operator's decisions, durable in the ledger, effective at the next settle. */
enum rc brand_split(struct brand *b, const uint32_t *cut_pairs, uint32_t pairs,
                    struct str reason, int64_t *split_id, struct err *e);
enum rc brand_undo_split(struct brand *b, int64_t split_id, struct err *e);
enum rc brand_join(struct brand *b, uint32_t a, uint32_t c, struct str reason, int64_t *join_id,
                   struct err *e);
enum rc brand_undo_join(struct brand *b, int64_t join_id, struct err *e);
/* Settings of the brand by key, in the ledger. An unknown one is an empty text. The text lives in the arena. */
enum rc brand_get_setting(struct ledger *l, const char *key, struct arena *a, struct str *out,
                          struct err *e);
enum rc brand_put_setting(struct ledger *l, const char *key, struct str value, struct err *e);
enum rc brand_set_rule(struct brand *b, struct str kind, struct kind_rule rule, struct err *e);
/* The same in memory only, in any mode: what a preview works out before it is forgotten. Shows at the next settle. */
enum rc brand_try_rule(struct brand *b, struct str kind, struct kind_rule rule, struct err *e);

#endif
