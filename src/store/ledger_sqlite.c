/* The ledger on SQLite: the only file that includes sqlite3.h.
 *
 * Statements are cached per handle and found by the address of their record, which is unique
 * (they are constants of the program). A copy in use is never handed out twice.
 *
 * `broken` is set by an I/O error while writing: pages that a failed fsync dropped look clean
 * to the kernel afterwards, so nothing written through this handle later could be trusted. */
#include "store/ledger.h"

#include "base/mem.h"
#include "base/vec.h"
#include "gen/sql_store.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include "base/buf.h"

struct stmt {
    struct ledger *ledger;
    const struct sql *sql;
    sqlite3_stmt *handle;
    bool used;
    char unknown[40]; /* first name that was bound but is not in the text */
};

struct tx {
    struct ledger *ledger;
    const char *file; /* where it began */
    int line;
    bool reads; /* a read view: nothing to commit */
};

struct ledger {
    sqlite3 *db;
    char *path;
    char *vfs; /* NULL: the system's own */
    enum ledger_mode mode;
    bool broken;
    struct tx *tx; /* the open one, or NULL */
    VEC(struct stmt *) cache;
};

/* --- Errors ---------------------------------------------------------------------------------
 */

static enum rc code_of(int got)
{
    switch (got & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return RC_OK;
    case SQLITE_FULL: return RC_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL: return RC_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return RC_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return RC_BUSY;
    case SQLITE_CONSTRAINT: return RC_CONFLICT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return RC_DENIED;
    case SQLITE_TOOBIG: return RC_TOO_LARGE;
    case SQLITE_INTERRUPT: return RC_STOPPED;
    default: return RC_BUG;
    }
}

static const char *hint_of(enum rc rc)
{
    if (rc == RC_FULL) {
        return "free some space; nothing of this was kept, what was acknowledged before is "
               "safe";
    }
    if (rc == RC_IO) {
        return "check the disk (dmesg); what was acknowledged before is safe";
    }
    if (rc == RC_CORRUPT) {
        return "restore the newest backup with pond restore";
    }
    if (rc == RC_BUSY) {
        return "another process holds the ledger; try again when it has finished";
    }
    return NULL;
}

static enum rc fail(struct ledger *l, int got, const char *what, struct err *e)
{
    enum rc rc = code_of(got);
    if (rc == RC_IO) {
        l->broken = true;
        /* A limit on the size of files: SQLite knows only the full disk by name. */
        rc = sqlite3_system_errno(l->db) == EFBIG ? RC_FULL : rc;
    }
    rc_fail(e, rc, "ledger %s: %s", l->path, sqlite3_errstr(got));
    err_detail(e, "%s: %s (%d)", what, sqlite3_errmsg(l->db), got);
    const char *hint = hint_of(rc);
    if (hint) {
        err_hint(e, "%s", hint);
    }
    return rc;
}

/* --- Open and close -------------------------------------------------------------------------
 */

static enum rc exec(struct ledger *l, const char *name, const char *text, struct err *e)
{
    int got = sqlite3_exec(l->db, text, NULL, NULL, NULL);
    return got == SQLITE_OK ? RC_OK : fail(l, got, name, e);
}

/* A file that is there but holds something else must not be taken for a new ledger. */
static enum rc set_up(struct ledger *l, int busy_ms, struct err *e)
{
    (void)sqlite3_extended_result_codes(l->db, 1);
    (void)sqlite3_busy_timeout(l->db, busy_ms ? busy_ms : 5000);
    (void)sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    enum rc rc = exec(l, "set-up", sql_ledger_setup.text, e);
    if (!rc && l->mode != LEDGER_READ && l->mode != LEDGER_FROZEN) {
        rc = exec(l, "wal", sql_ledger_wal.text, e);
    }
    /* Reads the first page: a damaged or foreign file is found now and not later. */
    return rc ? rc : exec(l, "first page", sql_ledger_touch.text, e);
}

/* "file:PATH?immutable=1": SQLite then neither locks nor looks for a WAL. */
static void frozen_name(struct buf *out, const char *path)
{
    buf_add(out, STR("file:"));
    for (const char *p = path; *p; p++) {
        if (strchr("%?#", *p)) {
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
        } else {
            buf_add_byte(out, *p);
        }
    }
    buf_add(out, STR("?immutable=1"));
}

static int open_file(struct ledger *l)
{
    struct buf name = {0};
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    bool reads = l->mode == LEDGER_READ || l->mode == LEDGER_FROZEN;
    flags |= reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    flags |= l->mode == LEDGER_CREATE ? SQLITE_OPEN_CREATE : 0;
    if (l->mode == LEDGER_FROZEN) {
        flags |= SQLITE_OPEN_URI;
        frozen_name(&name, l->path);
    } else {
        buf_addf(&name, "%s", l->path);
    }
    int got = sqlite3_open_v2(buf_cstr(&name), &l->db, flags, l->vfs);
    buf_release(&name);
    return got;
}

/* In the order in which SQLite takes them inside each other: the system's files, caches, random numbers, memory. */
static const int shared_locks[] = {
    SQLITE_MUTEX_STATIC_MAIN, SQLITE_MUTEX_STATIC_OPEN, SQLITE_MUTEX_STATIC_VFS1,
    SQLITE_MUTEX_STATIC_VFS2, SQLITE_MUTEX_STATIC_VFS3, SQLITE_MUTEX_STATIC_PMEM,
    SQLITE_MUTEX_STATIC_LRU,  SQLITE_MUTEX_STATIC_PRNG, SQLITE_MUTEX_STATIC_MEM};
#define SHARED_LOCKS (sizeof(shared_locks) / sizeof(*shared_locks))

void ledger_fork_begin(void)
{
    for (size_t i = 0; i < SHARED_LOCKS; i++) {
        sqlite3_mutex_enter(sqlite3_mutex_alloc(shared_locks[i]));
    }
}

void ledger_fork_end(void)
{
    for (size_t i = SHARED_LOCKS; i-- > 0;) {
        sqlite3_mutex_leave(sqlite3_mutex_alloc(shared_locks[i]));
    }
}

enum rc ledger_open(const char *path, const struct ledger_options *options, struct ledger **out,
                    struct err *e)
{
    if (options->mode != LEDGER_CREATE && !disk_exists(path)) {
        return rc_fail(e, RC_MISSING, "there is no ledger at %s", path);
    }
    struct ledger *l = mem_zalloc(sizeof *l);
    l->mode = options->mode;
    l->path = strdup(path);
    l->vfs = options->vfs ? strdup(options->vfs) : NULL;
    int got = open_file(l);
    enum rc rc = got == SQLITE_OK ? set_up(l, options->busy_ms, e) : fail(l, got, "open", e);
    if (rc) {
        ledger_close(l);
        return rc;
    }
    l->broken = false;
    *out = l;
    return RC_OK;
}

void ledger_close(struct ledger *l)
{
    if (!l) {
        return;
    }
    if (l->tx) {
        (void)ledger_end(l->tx, RC_STOPPED, NULL);
    }
    for (size_t i = 0; i < l->cache.len; i++) {
        (void)sqlite3_finalize(l->cache.ptr[i]->handle);
        mem_free(l->cache.ptr[i]);
    }
    vec_release(&l->cache);
    (void)sqlite3_close_v2(l->db);
    mem_free(l->path);
    mem_free(l->vfs);
    mem_free(l);
}

void ledger_close_briefly(struct ledger *l)
{
    if (l) {
        (void)sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    ledger_close(l);
}

const char *ledger_path(const struct ledger *l) { return l->path; }

/* --- Transactions ---------------------------------------------------------------------------
 */

static enum rc begin(struct ledger *l, struct tx **tx, bool reads, struct tx from,
                     struct err *e)
{
    if (l->tx) {
        return rc_fail(e, RC_BUG, "transaction at %s:%d begins inside the one of %s:%d",
                       from.file, from.line, l->tx->file, l->tx->line);
    }
    if (l->broken && !reads) {
        rc_fail(e, RC_IO, "ledger %s failed to write before and takes no more", l->path);
        err_hint(e, "start again: what was acknowledged is safe");
        return RC_IO;
    }
    enum rc rc = RC_OK;
    if (reads) {
        rc = ledger_run(l, &sql_ledger_begin_read, BINDS_NONE, e);
        rc = rc ? rc : ledger_run(l, &sql_ledger_touch, BINDS_NONE, e);
    } else {
        rc = ledger_run(l, &sql_ledger_begin, BINDS_NONE, e);
    }
    if (rc) {
        if (!sqlite3_get_autocommit(l->db)) {
            (void)ledger_run(l, &sql_ledger_rollback, BINDS_NONE, NULL);
        }
        err_detail(e, "transaction of %s:%d", from.file, from.line);
        return rc;
    }
    l->tx = mem_alloc(sizeof *l->tx);
    *l->tx = from;
    *tx = l->tx;
    return RC_OK;
}

enum rc ledger_begin_at(struct ledger *l, struct tx **tx, const char *file, int line,
                        struct err *e)
{
    return begin(l, tx, false, (struct tx){l, file, line, false}, e);
}

enum rc ledger_begin_read_at(struct ledger *l, struct tx **tx, const char *file, int line,
                             struct err *e)
{
    return begin(l, tx, true, (struct tx){l, file, line, true}, e);
}

enum rc ledger_end(struct tx *tx, enum rc rc, struct err *e)
{
    struct ledger *l = tx->ledger;
    if (!rc && l->broken && !tx->reads) {
        rc = rc_fail(e, RC_IO, "ledger %s failed to write", l->path);
    }
    if (!rc) {
        rc = ledger_run(l, &sql_ledger_commit, BINDS_NONE, e);
    }
    /* SQLite may have rolled back by itself (disk full, I/O error). */
    if (!sqlite3_get_autocommit(l->db)) {
        bool broken = l->broken;
        enum rc undone = ledger_run(l, &sql_ledger_rollback, BINDS_NONE, NULL);
        l->broken = broken || undone;
    }
    l->tx = NULL;
    mem_free(tx);
    return rc;
}

struct ledger *tx_ledger(struct tx *tx) { return tx->ledger; }

/* --- Statements -----------------------------------------------------------------------------
 */

enum rc ledger_prepare(struct ledger *l, const struct sql *sql, struct stmt **out,
                       struct err *e)
{
    for (size_t i = 0; i < l->cache.len; i++) {
        struct stmt *s = l->cache.ptr[i];
        if (s->sql == sql && !s->used) {
            s->used = true;
            *out = s;
            return RC_OK;
        }
    }
    sqlite3_stmt *handle = NULL;
    int got =
        sqlite3_prepare_v3(l->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (got != SQLITE_OK) {
        return fail(l, got, sql->name, e);
    }
    struct stmt *s = mem_zalloc(sizeof *s);
    *s = (struct stmt){.ledger = l, .sql = sql, .handle = handle, .used = true};
    vec_push(&l->cache, s);
    *out = s;
    return RC_OK;
}

static int place(struct stmt *s, const char *name)
{
    char full[48];
    (void)snprintf(full, sizeof full, ":%s", name);
    int index = sqlite3_bind_parameter_index(s->handle, full);
    if (index == 0 && !s->unknown[0]) {
        (void)snprintf(s->unknown, sizeof s->unknown, "%s", name);
    }
    return index;
}

void stmt_bind_i64(struct stmt *s, const char *name, int64_t v)
{
    (void)sqlite3_bind_int64(s->handle, place(s, name), v);
}

void stmt_bind_f64(struct stmt *s, const char *name, double v)
{
    (void)sqlite3_bind_double(s->handle, place(s, name), v);
}

void stmt_bind_str(struct stmt *s, const char *name, struct str v)
{
    (void)sqlite3_bind_text64(s->handle, place(s, name), v.ptr, v.len, SQLITE_STATIC,
                              SQLITE_UTF8);
}

void stmt_bind_blob(struct stmt *s, const char *name, struct str v)
{
    (void)sqlite3_bind_blob64(s->handle, place(s, name), v.ptr, v.len, SQLITE_STATIC);
}

void stmt_bind_null(struct stmt *s, const char *name)
{
    (void)sqlite3_bind_null(s->handle, place(s, name));
}

void stmt_bind(struct stmt *s, struct binds binds)
{
    for (size_t i = 0; i < binds.len; i++) {
        const struct bind *b = &binds.list[i];
        switch (b->kind) {
        case BIND_NULL: stmt_bind_null(s, b->name); break;
        case BIND_I64: stmt_bind_i64(s, b->name, b->i64); break;
        case BIND_F64: stmt_bind_f64(s, b->name, b->f64); break;
        case BIND_STR: stmt_bind_str(s, b->name, b->str); break;
        case BIND_BLOB: stmt_bind_blob(s, b->name, b->str); break;
        }
    }
}

enum rc stmt_step(struct stmt *s, bool *row, struct err *e)
{
    if (row) {
        *row = false;
    }
    if (s->unknown[0]) {
        return rc_fail(e, RC_BUG, "statement %s has no :%s", s->sql->name, s->unknown);
    }
    int got = sqlite3_step(s->handle);
    if (got == SQLITE_ROW && row) {
        *row = true;
        return RC_OK;
    }
    while (got == SQLITE_ROW) {
        got = sqlite3_step(s->handle);
    }
    enum rc rc = got == SQLITE_DONE ? RC_OK : fail(s->ledger, got, s->sql->name, e);
    (void)sqlite3_reset(s->handle);
    return rc;
}

void stmt_reset(struct stmt *s) { (void)sqlite3_reset(s->handle); }

void stmt_done(struct stmt *s)
{
    if (s) {
        (void)sqlite3_reset(s->handle);
        (void)sqlite3_clear_bindings(s->handle);
        s->unknown[0] = '\0';
        s->used = false;
    }
}

int64_t stmt_i64(struct stmt *s, int column) { return sqlite3_column_int64(s->handle, column); }

double stmt_f64(struct stmt *s, int column) { return sqlite3_column_double(s->handle, column); }

struct str stmt_str(struct stmt *s, int column)
{
    if (sqlite3_column_type(s->handle, column) == SQLITE_NULL) {
        return STR_NULL;
    }
    /* An empty blob has a NULL pointer, which would read as null. */
    const char *ptr = sqlite3_column_blob(s->handle, column);
    return str_make(ptr ? ptr : "", (size_t)sqlite3_column_bytes(s->handle, column));
}

bool stmt_is_null(struct stmt *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

enum rc ledger_run(struct ledger *l, const struct sql *sql, struct binds binds, struct err *e)
{
    struct stmt *s = NULL;
    enum rc rc = ledger_prepare(l, sql, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind(s, binds);
    rc = stmt_step(s, NULL, e);
    stmt_done(s);
    return rc;
}

enum rc ledger_get_i64(struct ledger *l, const struct sql *sql, struct binds binds,
                       int64_t *out, bool *found, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, sql, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind(s, binds);
    rc = stmt_step(s, &row, e);
    if (!rc) {
        *out = row ? stmt_i64(s, 0) : 0;
        if (found) {
            *found = row;
        }
    }
    stmt_done(s);
    return rc;
}

enum rc ledger_rows(struct ledger *l, const struct sql *sql, struct binds binds, size_t size,
                    row_reader *read, struct arena *a, struct row_list *out, struct err *e)
{
    struct buf all = {0}; /* heap memory: aligned for any struct */
    struct stmt *s = NULL;
    bool row = false;
    uint32_t len = 0;
    enum rc rc = ledger_prepare(l, sql, &s, e);
    if (!rc) {
        stmt_bind(s, binds);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        read(s, a, memset(buf_room(&all, size), 0, size));
        all.len += size;
        len++;
    }
    stmt_done(s);
    out->len = rc ? 0 : len;
    out->ptr = arena_zalloc(a, (out->len + (size_t)1) * size);
    if (out->len) {
        memcpy(out->ptr, all.ptr, all.len);
    }
    buf_release(&all);
    return rc;
}

int64_t ledger_last_id(const struct ledger *l) { return sqlite3_last_insert_rowid(l->db); }

int64_t ledger_changes(const struct ledger *l) { return sqlite3_changes64(l->db); }

enum rc ledger_script(struct ledger *l, const char *name, const char *text, struct err *e)
{
    return exec(l, name, text, e);
}

/* --- The whole file -------------------------------------------------------------------------
 */

static enum rc back_up(struct ledger *l, sqlite3 *to, struct err *e)
{
    /* The copy is synced as one file when it is whole; a journal would only slow it down. */
    (void)sqlite3_exec(to, "pragma synchronous = off; pragma journal_mode = off", NULL, NULL,
                       NULL);
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", l->db, "main");
    if (!backup) {
        return fail(l, sqlite3_extended_errcode(to), "backup", e);
    }
    /* All pages in one step: one read view, which the writer does not wait for. */
    int got = sqlite3_backup_step(backup, -1);
    int end = sqlite3_backup_finish(backup);
    got = got == SQLITE_DONE ? end : got;
    if (got == SQLITE_OK) {
        return RC_OK;
    }
    /* The trouble is the copy's, so this handle is not broken by it. */
    bool broken = l->broken;
    enum rc rc = fail(l, got, "backup", e);
    l->broken = broken;
    return rc;
}

enum rc ledger_copy(struct ledger *l, struct disk *d, const char *path, struct err *e)
{
    struct arena *a = arena_new();
    const char *temp = arena_cstr(a, arena_strf(a, "%s" DISK_TEMP, path));
    sqlite3 *to = NULL;
    if (disk_exists(temp)) {
        (void)d->ops->unlink(d, temp, NULL);
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int got = sqlite3_open_v2(temp, &to, flags, l->vfs);
    enum rc rc = RC_OK;
    if (got == SQLITE_OK) {
        rc = back_up(l, to, e);
    } else {
        rc = rc_fail(e, code_of(got), "cannot create %s", temp);
    }
    (void)sqlite3_close_v2(to);
    rc = rc ? rc : disk_publish(d, temp, path, e);
    if (rc) {
        (void)d->ops->unlink(d, temp, NULL);
    }
    arena_free(a);
    return rc;
}

static enum rc check_text(struct ledger *l, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_ledger_check, &s, e);
    rc = rc ? rc : stmt_step(s, &row, e);
    if (!rc && row && !str_eq(stmt_str(s, 0), STR("ok"))) {
        rc = rc_fail(e, RC_CORRUPT, "ledger %s: %.*s", l->path, STR_FMT(stmt_str(s, 0)));
        err_hint(e, "%s", hint_of(RC_CORRUPT));
    }
    stmt_done(s);
    return rc;
}

enum rc ledger_check(struct ledger *l, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = check_text(l, e);
    rc = rc ? rc : ledger_prepare(l, &sql_ledger_check_links, &s, e);
    rc = rc ? rc : stmt_step(s, &row, e);
    if (!rc && row) {
        rc = rc_fail(e, RC_CORRUPT, "ledger %s: a row of %.*s refers to nothing", l->path,
                     STR_FMT(stmt_str(s, 0)));
    }
    stmt_done(s);
    return rc;
}

enum rc ledger_fold_wal(struct ledger *l, struct err *e)
{
    int got = sqlite3_wal_checkpoint_v2(l->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    /* Readers of an older view keep part of the WAL: it is folded in another time. */
    if (got == SQLITE_OK || (got & 0xff) == SQLITE_BUSY || (got & 0xff) == SQLITE_LOCKED) {
        return RC_OK;
    }
    return fail(l, got, "fold", e);
}
