/* The ledger: SQL transactions. The only thing on disk that changes in place.
 *
 * Embedded engine: SQLite with WAL, synchronous FULL, foreign keys, STRICT tables. One handle
 * belongs to one thread at a time; a reader opens its own handle and sees committed data only.
 *
 * A transaction's end decides: ledger_end commits on RC_OK, else rolls back. After a commit
 * failed with an I/O error (a failed fsync among them) what is on disk is unknown, so the
 * handle refuses every further write (RC_IO) until it is closed and opened again, which replays
 * SQLite's WAL.
 *
 *     struct tx *tx = NULL;
 *     enum rc rc = ledger_begin(l, &tx, e);
 *     if (rc) { return rc; }
 *     return ledger_end(tx, move(tx, from, to, e), e);
 *
 * Errors of every call: RC_FULL no space, RC_IO, RC_CORRUPT, RC_BUSY another connection holds
 * the lock beyond busy_ms, RC_CONFLICT a constraint, RC_BUG text that does not prepare. */
#ifndef POND_STORE_LEDGER_H
#define POND_STORE_LEDGER_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/bind.h"
#include "store/disk.h"
#include "store/sql.h"
#include <stdbool.h>
#include <stdint.h>

struct ledger;
struct tx;
struct stmt;

enum ledger_mode {
    LEDGER_READ,   /* RC_MISSING when there is none; writes fail with RC_DENIED */
    LEDGER_WRITE,  /* RC_MISSING when there is none */
    LEDGER_FROZEN, /* a copy that nobody writes: read without making any file beside it */
    LEDGER_CREATE, /* made when missing; RC_CONFLICT when the file exists and is not a ledger */
};
struct ledger_options {
    enum ledger_mode mode;
    int busy_ms;     /* how long to wait for another connection; 0 means 5,000 */
    const char *vfs; /* SQLite VFS by name; NULL is the system's own */
};

/* Opens a ledger file. The schema is not touched: see migrate_run. RC_CORRUPT when the file is
 * no database. The caller owns *out. */
enum rc ledger_open(const char *path, const struct ledger_options *options, struct ledger **out,
                    struct err *e);
/* Closes every statement, rolls back an open transaction, folds the WAL in when it is the last
 * connection. NULL is fine. */
void ledger_close(struct ledger *l);
/* The same when the file is opened again at once: the WAL is left for the next handle. */
void ledger_close_briefly(struct ledger *l);
const char *ledger_path(const struct ledger *l);

/* Around a fork() of a process whose threads use ledgers, of whatever brand: no thread is then inside what all handles share
 * (SQLite's own locks), where the copy, which has the forking thread only, would wait for it for ever. The end is called by
 * parent and copy. The forking thread must not be inside a statement's callback. */
void ledger_fork_begin(void);
void ledger_fork_end(void);

/* Begins a write transaction (the write lock is taken now, so nothing inside can be BUSY). One
 * at a time per handle: a second is RC_BUG and names where the first began. */
#define ledger_begin(l, tx, e) ledger_begin_at((l), (tx), __FILE__, __LINE__, (e))
enum rc ledger_begin_at(struct ledger *l, struct tx **tx, const char *file, int line,
                        struct err *e);
/* Commits when rc is RC_OK, else rolls back; frees the transaction either way. Returns rc, or
 * the commit's failure. On RC_OK the effect survives power loss. */
enum rc ledger_end(struct tx *tx, enum rc rc, struct err *e);
/* A consistent view for several reads: no commit of others is seen until ledger_end(tx, ...).
 */
#define ledger_begin_read(l, tx, e) ledger_begin_read_at((l), (tx), __FILE__, __LINE__, (e))
enum rc ledger_begin_read_at(struct ledger *l, struct tx **tx, const char *file, int line,
                             struct err *e);
struct ledger *tx_ledger(struct tx *tx);

/* A statement by name, prepared once per handle and cached. It belongs to the caller until
 * stmt_done; asked for again meanwhile, a second copy is made. */
enum rc ledger_prepare(struct ledger *l, const struct sql *sql, struct stmt **out,
                       struct err *e);
/* Binds by name (without ':'). An unknown name is our mistake: stmt_step then returns RC_BUG.
 * Bytes are borrowed until the statement is stepped to its end, reset or done. */
void stmt_bind_i64(struct stmt *s, const char *name, int64_t v);
void stmt_bind_f64(struct stmt *s, const char *name, double v);
void stmt_bind_str(struct stmt *s, const char *name, struct str v);  /* NULL pointer: null */
void stmt_bind_blob(struct stmt *s, const char *name, struct str v); /* NULL pointer: null */
void stmt_bind_null(struct stmt *s, const char *name);
void stmt_bind(struct stmt *s, struct binds binds);
/* Next row: *row true and the getters are valid until the next step; at the end *row false and
 * the statement is reset, its bindings kept, ready to run again. `row` may be NULL for
 * statements that give no rows. */
enum rc stmt_step(struct stmt *s, bool *row, struct err *e);
void stmt_reset(struct stmt *s);
void stmt_done(struct stmt *s); /* gives it back to the cache; NULL is fine */

/* Columns of the current row, from 0. A view lives until the next step, reset or done. */
int64_t stmt_i64(struct stmt *s, int column);
double stmt_f64(struct stmt *s, int column);
struct str stmt_str(struct stmt *s, int column); /* text or blob; null gives {NULL, 0} */
bool stmt_is_null(struct stmt *s, int column);

/* Prepare, bind, step to the end, done: for statements whose rows nobody reads. */
enum rc ledger_run(struct ledger *l, const struct sql *sql, struct binds binds, struct err *e);
/* The same, and the first column of the first row as a number; *found false when there is none
 * (`found` may be NULL: no row is then 0). */
enum rc ledger_get_i64(struct ledger *l, const struct sql *sql, struct binds binds,
                       int64_t *out, bool *found, struct err *e);
/* All rows of a statement as an array of structs: `read` fills a zeroed element of `size` bytes from the current row,
 * with its texts copied into the arena. The array is in the arena; on failure it is empty. */
struct row_list {
    void *ptr; /* never NULL */
    uint32_t len;
};
typedef void row_reader(struct stmt *s, struct arena *a, void *into);
enum rc ledger_rows(struct ledger *l, const struct sql *sql, struct binds binds, size_t size,
                    row_reader *read, struct arena *a, struct row_list *out, struct err *e);
/* Row number of the last insert on this handle; rows changed by the last statement. */
int64_t ledger_last_id(const struct ledger *l);
int64_t ledger_changes(const struct ledger *l);

/* Runs several statements separated by ';' (migrations only). */
enum rc ledger_script(struct ledger *l, const char *name, const char *text, struct err *e);
/* Writes a consistent copy of the ledger as of now to `path` (must not exist), synced, through
 * SQLite's own backup; works on a handle in use by others. */
enum rc ledger_copy(struct ledger *l, struct disk *d, const char *path, struct err *e);
/* SQLite's own check of every page and index: RC_CORRUPT with its first complaint. */
enum rc ledger_check(struct ledger *l, struct err *e);
/* Moves the WAL into the database file and truncates it; never waits for readers. */
enum rc ledger_fold_wal(struct ledger *l, struct err *e);

#endif
