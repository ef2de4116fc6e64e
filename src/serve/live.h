/* A brand that is served: one apply loop, a queue before it, snapshots beside it.
 *
 *     HTTP thread   intake_take ─ decode ─ live_submit ─► queue ─► apply loop: many submissions, one commit
 *                                                                     │ durable: every submission's `done`
 *                                                                     ▼ settled: promotions to the hub
 *     operations    live_call ─► a snapshot (a fork of this process) reads ─► reply
 *                             ├► the writer's turn, for what changes history
 *                             └► neither, for what the server knows by itself (OP_ASIDE)
 *
 * One writer. The apply loop owns the brand's memory and holds the turn (a mutex) while it does; an
 * operation that changes history takes its turn between two batches. Operations that read run in a
 * snapshot: fork gives them all of memory as of one batch, for the price of copied page tables, and
 * whatever they cost or break stays theirs. So no reader stops the writer, and every reader sees one
 * moment.
 *
 * A submission is acknowledged when it is durable. When a write fails, everything that waits is refused
 * (RC_IO, RC_FULL: the client sends again), and the brand is opened anew until that succeeds.
 */
#ifndef POND_SERVE_LIVE_H
#define POND_SERVE_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include "access/access.h"
#include "app/pond.h"
#include "people/decode.h"
#include "wire/op.h"

struct live;
struct hub;

struct live_options {
    const struct pond *base; /* data directory, clock, logger, disk, threads; borrowed */
    struct str brand;        /* its name */
    uint32_t
        queue_rows; /* rows that may wait; 0: 1,000,000. Behind it live_submit says RC_BUSY */
    uint32_t snapshots; /* processes at once; 0: 4 */
    struct hub *hub;    /* news for streams; may be NULL */
    /* Handed to operations (struct pond); may be NULL. */
    void (*served)(void *ctx, struct status_served *out);
    void *served_ctx;
};
/* Opens the brand for writing and starts its loop. Errors of brand_open. */
enum rc live_open(const struct live_options *o, struct live **out, struct err *e);
/* Accepts nothing more, applies what waits, writes a checkpoint, closes. NULL is fine. */
enum rc live_close(struct live *l, struct err *e);
struct access_table *live_access(struct live *l);
/* Today in the brand's zone. */
int32_t live_today(struct live *l);
/* Runs `work` with the brand's ledger in the writer's turn: keys, sessions, audit, idempotency. A handle of one's own must
 * not exist in a process that forks. Short work only, in transactions of its own. Blocks; its rc, or RC_BUSY when the brand
 * is closing or being opened anew. */
enum rc live_ledger(struct live *l,
                    enum rc (*work)(void *ctx, struct ledger *ledger, struct err *e), void *ctx,
                    struct err *e);

/* ---- Sending events in ---- */

/* A decoder with its batch, lent to one request: never waits for the apply loop. */
struct intake {
    struct decoder *decoder; /* decoder_begin was called */
    struct event_batch *batch;
    struct arena *arena; /* dies with the intake */
    void *collect;       /* the caller's, kept from request to request (collect_state) */
    void (*collect_free)(void *);
    int64_t key;             /* number of the key that sent it, for streams */
    uint32_t rejected;       /* what the decoder set aside; the first one in words */
    struct str first_reject; /* "event 3, properties.price: ..." */
    /* Hears of each as well; may be NULL; forgotten when the intake is given back. */
    void (*on_reject)(void *ctx, struct intake *i, const struct reject *r);
    void *on_reject_ctx;
    struct arena *own; /* lives as long as the intake */
    struct live *live;
};
/* NULL while the brand is being opened again after a failed write, or closed: say RC_BUSY. */
struct intake *intake_take(struct live *l);
void intake_give(struct intake *i); /* back, batch emptied */

struct live_outcome {
    enum rc rc; /* RC_OK: durable */
    struct err err;
    uint32_t accepted, duplicates;
    uint64_t seq; /* of the group it went with; 0: nothing was new */
};
/* Queues the intake's batch; `done` is called once, from the apply loop's thread, when it is durable or
 * refused (must not block); then the intake may be given back. RC_BUSY at once, without `done`, when the queue is full
 * or the brand is closing; RC_IO while it is being opened again after a failed write, which waits for the intake. source: the collector's name, for streams and figures. */
enum rc live_submit(struct live *l, struct intake *i, const char *source,
                    void (*done)(void *ctx, struct intake *i, const struct live_outcome *o),
                    void *ctx, struct err *e);

/* ---- Where from ----
 * Counts by collector and key, since the first of them. Kept in the ledger, where they are written each 5 s and at the end: a
 * process that is killed loses what was counted since. Events are not: they are durable when they are acknowledged. */

struct live_source {
    const char *source;
    int64_t key; /* its number */
    struct str key_name;
    uint64_t accepted, duplicates, rejected;
    int64_t since_ms, last_ms; /* UTC, of the first and the last request */
};
/* Counts what came of one request, at last_ms: from any thread, in memory. `source` is constant; `key_name` is copied, cut
 * at 63 bytes. */
void live_count_source(struct live *l, const struct live_source *more);
/* The sources, 256 at most, the one that was heard last first; into an arena. */
uint32_t live_sources(struct live *l, struct arena *a, struct live_source **list);

/* ---- Operations ---- */

struct live_call {
    const struct op *op;
    struct op_args *args; /* checked */
    enum lang lang;
    enum op_format format; /* JSON, or CSV for exports */
    const char *plot;      /* "svg", "png": the picture instead of the reply; NULL: none */
    bool xlsx;             /* the workbook instead of the reply */
    struct principal by;
    void *ahead; /* what op->ahead found; live_call sees to it: NULL */
};
struct live_reply {
    enum rc rc;
    struct err err;
    struct str body;  /* JSON, CSV, or the file; in `a` */
    const char *type; /* of the body; constant or in `a`; NULL: JSON */
    uint64_t seq;     /* the state it speaks of */
    int64_t as_of_ms;
};
/* Runs it and waits: reads in a snapshot, changes in the writer's turn, OP_ASIDE at once (op->how). `progress` and `stop` may be NULL:
 * stop is asked now and then; true kills the snapshot, or asks the change to stop (RC_STOPPED). Blocks: call it from a
 * job's thread, not from an HTTP one. */
void live_call(struct live *l, const struct live_call *c, struct arena *a,
               void (*progress)(void *ctx, double share, struct str text),
               bool (*stop)(void *ctx), void *ctx, struct live_reply *out);

/* ---- Figures: for /metrics, /healthz, the console ---- */
struct live_figures {
    uint64_t requests, events, accepted, duplicates, rejected, anonymous; /* since the start */
    uint64_t queued_rows, queued_batches;
    uint64_t commits; /* groups */
    int64_t lag_ms;   /* age of the oldest row that is accepted but not yet visible; 0: none */
    uint64_t seq, total_events, consumers, identities;
    uint64_t memory_bytes; /* resident */
    uint64_t lake_bytes, log_bytes, log_rows;
    uint64_t snapshots_made, snapshots_open;
    double fork_s_last;
    double rate;  /* accepted events a second over the last 10 s */
    bool failing; /* the last write failed */
    char failing_why[200];
};
void live_figures(struct live *l, struct live_figures *out);

#endif
