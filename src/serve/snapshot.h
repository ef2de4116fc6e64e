/* A snapshot: a fork of this process that answers operations about one moment of a brand.
 *
 *     turn_take                              nobody changes the brand
 *     snapshot_new(pond, mode, names, ...)   fork; returns when the copy has opened its own ledger view
 *     turn_give                              the brand goes on
 *     snapshot_call(...)                     any number, one after another
 *     snapshot_free                          ends the process
 *
 * The copy is frozen memory plus a read view of the ledger of the same moment; it opens an engine of its own
 * (about 10 ms, after the parent goes on). It runs at a lower priority, ends with the parent, and holds no
 * descriptor of it but its end of one socket. What an operation costs or breaks there stays there: a crash is
 * an error of one call.
 *
 * Copying a process with threads: the child has one thread and must not need a lock that another one held.
 * glibc's allocator takes care of itself; the names' lock and SQLite's own (ledger_fork_begin: other brands use it) are held
 * by who forks; SQLite has no handle of this brand open;
 * engine threads are only used under the turn. A copy that is not ready within 5 s is killed and made again; one that
 * works on a call and uses no processor time for 10 s is killed too (RC_BUSY; live_call asks another one once).
 *
 * Cost  page tables are copied (a few ms a GB), and the parent copies each page it writes while the snapshot
 *       lives.
 */
#ifndef POND_SERVE_SNAPSHOT_H
#define POND_SERVE_SNAPSHOT_H

#include <pthread.h>
#include "serve/live.h"
#include "app/pond.h"
#include "people/brand.h"

struct snapshot;

/* p->brand is open for writing and settled, the caller has its turn; names: its brand_share_names. mode: BRAND_READ,
 * BRAND_EDIT, or BRAND_WRITE for a checkpoint (people/brand.h). RC_BUSY when no process can be had, or none that gets ready. After any return the brand's ledger is open
 * again, or brand writes fail and the brand must be opened anew. */
enum rc snapshot_new(struct pond *p, enum brand_mode mode, pthread_mutex_t *names,
                     struct snapshot **out, struct err *e);
void snapshot_free(struct snapshot *s); /* NULL is fine */
/* Seconds for which the parent stood still. */
double snapshot_cost_s(const struct snapshot *s);

/* One operation. Blocks; see live_call. False when the process is of no further use (it was stopped, it died): the
 * reply then says why. */
bool snapshot_call(struct snapshot *s, const struct live_call *c, struct arena *a,
                   void (*progress)(void *ctx, double share, struct str text),
                   bool (*stop)(void *ctx), void *ctx, struct live_reply *out);
/* brand_seal_write and brand_checkpoint_apart in the copy. */
enum rc snapshot_seal(struct snapshot *s, struct sealed *out, struct err *e);
enum rc snapshot_checkpoint(struct snapshot *s, struct err *e);

#endif
