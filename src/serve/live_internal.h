/* A live brand's inside, shared by live*.c. */
#ifndef POND_SERVE_LIVE_INTERNAL_H
#define POND_SERVE_LIVE_INTERNAL_H

#include <stdatomic.h>
#include "app/hooks.h"
#include "serve/hub.h"
#include "serve/live.h"
#include "serve/snapshot.h"
#include "serve/turn.h"
#include "base/buf.h"
#include "base/vec.h"

#define LIVE_INTAKE_ROWS                                                                       \
    20480u /* of one request: COLLECT_EVENTS_MAX and the two events of an order */
#define LIVE_GROUP_ROWS                                                                        \
    32768u /* of one commit; below the size that makes a batch a segment of its own */
#define LIVE_RATE_S 10
#define LIVE_MOVES_MAX 64u /* stage changes of one group that are told one by one */

struct submission {
    struct intake *intake;
    const char *source;
    void (*done)(void *ctx, struct intake *i, const struct live_outcome *o);
    void *ctx;
    int64_t at_ms; /* steady */
    struct submission *next;
};

struct slot { /* a snapshot that may be asked again */
    struct snapshot *snapshot;
    uint64_t version;
    int64_t made_ms, idle_ms; /* steady */
    bool busy;
};

/* An arrival that is being told: put into words while its batch is there, finished when its consumer is known. */
struct told_arrival {
    struct buf text; /* an object, still open */
    bool accepted;
    uint32_t owner;                   /* the identity that owns it; 0: nobody's */
    uint32_t before[BATCH_IDENT_MAX]; /* consumers that its identities had been of */
    uint32_t befores, learned;        /* learned: identities that were not known */
    bool moved;
    int from, to; /* the stage it moved its consumer to */
};

/* What came of one source with one key. */
struct source_sum {
    uint64_t accepted, duplicates, rejected;
};
struct source_count {
    const char *source;
    int64_t key;
    char name[64];                /* of the key */
    struct source_sum kept, more; /* in the ledger; not yet there */
    int64_t since_ms, last_ms;
    bool unsaved;
};
#define LIVE_SOURCES                                                                           \
    256u /* those heard last; more than that within one saving are not told apart */

struct live_count { /* since the start; written by one thread each or atomically */
    _Atomic uint64_t requests, events, accepted, duplicates, rejected, anonymous, commits;
    _Atomic uint64_t snapshots;
};

struct live {
    struct pond pond; /* its brand is lent */
    struct hub *hub;
    struct str name;
    struct arena *arena;

    struct turn turn;         /* who has it may use the brand and its ledger */
    pthread_mutex_t names;    /* brand_share_names */
    pthread_mutex_t changing; /* one operation that changes history at a time, whole */
    pthread_mutex_t sealing;  /* a seal is under way, or an operation that must not meet one */
    _Atomic uint64_t
        version; /* of what readers may see: grows with every group, edit and change */
    _Atomic uint64_t must;   /* readers must see at least this one */
    _Atomic int64_t seen_ms; /* steady: oldest accepted row that is not yet visible; 0: none */

    /* the queue */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct submission *head, **tail;
    struct submission *spare;
    uint64_t queued_rows, queued_batches;
    uint32_t queue_rows;
    bool closing, reopening;
    bool failing;
    struct err why;

    /* intakes */
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_moved;
    VEC(struct intake *) pool;
    uint32_t lent_out;
    bool no_intakes; /* the brand is being opened anew */

    /* snapshots */
    pthread_mutex_t slots_lock;
    pthread_cond_t slots_moved;
    VEC(struct slot) slots;
    uint32_t slots_max, making;
    uint32_t slow_reads; /* slow operations that have a snapshot or wait for one */
    uint64_t newest;     /* version of the newest snapshot made */
    double fork_s_last;

    pthread_t apply_thread, keep_thread;
    bool apply_started, keep_started;

    /* the apply loop's own */
    struct event_batch *group;
    VEC(struct submission *) taken;
    VEC(uint32_t) part_at;
    VEC(uint32_t) duplicates;
    uint8_t *keep;
    uint32_t moves; /* stage changes told of this group */
    uint32_t known; /* identities before this group     */
    VEC(struct told_arrival) told;

    struct live_count count;
    pthread_mutex_t sources_lock;
    struct source_count sources[LIVE_SOURCES];
    uint32_t sources_len;
    struct access_table *access;
    _Atomic uint64_t rate[LIVE_RATE_S + 1]; /* accepted rows by second */
    _Atomic int64_t rate_s[LIVE_RATE_S + 1];
    _Atomic uint64_t seen_seq, seen_events, seen_consumers, seen_identities;
    _Atomic uint64_t lake_bytes, log_bytes, log_rows;
    _Atomic int32_t day; /* of the stage column */
    int64_t checkpoint_ms, seal_ms, sizes_ms, sources_ms;
};

/* live.c: opens the pond's brand as a live one (turn taken or nobody there yet). */
enum rc live_open_brand(struct live *l, struct err *e);
void live_changed(struct live *l, bool must); /* readers see something new */
void live_see(struct live *l); /* turn taken: figures tell what the brand holds now */
enum rc live_roll(struct live *l, struct err *e); /* the stage column becomes that of today */
/* live_apply.c */
void *live_apply_main(void *arg);
void live_note_failure(struct live *l, const struct err *e);
/* live_call.c: lets go of snapshots that are of no use; all of them with `all`. */
void live_drop_snapshots(struct live *l, bool all);
/* live_source.c; the turn is taken, or nobody there yet. */
enum rc live_sources_load(struct live *l, struct err *e);
enum rc live_sources_save(struct live *l, struct err *e);
enum rc live_sources_keep(struct live *l, int64_t now,
                          struct err *e); /* saves when it is time */
/* live_keep.c */
void *live_keep_main(void *arg);
/* live_news.c */
void live_tell_stage(void *ctx, uint32_t consumer, int from, int to);
/* The rows of a submission that is durable, not yet settled ... */
void live_tell_arrivals(struct live *l, const struct submission *s, const uint8_t *keep);
/* ... and what became of them, settled (or not to be: the brand has failed). */
void live_tell_outcomes(struct live *l, bool settled);

#endif
