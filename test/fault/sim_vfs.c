/* The SQLite VFS of a sim: the system's own VFS underneath, every change noted, any call failing on
 * demand. Shared memory (the WAL index) is not durable and passes through unseen. */
#include <sqlite3.h>
#include <stdio.h>
#include "base/mem.h"
#include "fault/sim_internal.h"

struct vfs {
    sqlite3_vfs base;
    sqlite3_vfs *real;
    struct sim *sim;
};

struct file {
    sqlite3_file base;
    struct sim *sim;
    uint32_t number;
    bool
        sync_dir; /* the first sync also syncs the directory, as the unix VFS does for new logs */
    const char *path;
    sqlite3_file real[]; /* the system's file follows */
};

static struct file *file_of(sqlite3_file *f) { return (struct file *)f; }
static sqlite3_file *real_of(sqlite3_file *f) { return file_of(f)->real; }

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods ? real_of(f)->pMethods->xClose(real_of(f)) : SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
    if (sim_trips(file_of(f)->sim)) {
        return SQLITE_IOERR_READ;
    }
    return real_of(f)->pMethods->xRead(real_of(f), out, n, at);
}

static int file_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    struct sim *s = file_of(f)->sim;
    bool trips = sim_trips(s);
    int part = trips ? n / 2 : n;
    int got = SQLITE_OK;
    if (part > 0) {
        got = real_of(f)->pMethods->xWrite(real_of(f), bytes, part, at);
        if (got == SQLITE_OK) {
            sim_note_write(s, file_of(f)->number, (uint64_t)at, bytes, (size_t)part);
        }
    }
    if (trips) {
        return s->kind == SIM_ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return got;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (sim_trips(file_of(f)->sim)) {
        return SQLITE_IOERR_TRUNCATE;
    }
    int got = real_of(f)->pMethods->xTruncate(real_of(f), size);
    if (got == SQLITE_OK) {
        sim_note_truncate(file_of(f)->sim, file_of(f)->number, (uint64_t)size);
    }
    return got;
}

static int file_sync(sqlite3_file *f, int flags)
{
    struct file *file = file_of(f);
    (void)flags;
    if (sim_trips(file->sim)) {
        return SQLITE_IOERR_FSYNC;
    }
    sim_note_sync(file->sim, file->number);
    if (file->sync_dir) {
        file->sync_dir = false;
        sim_note_sync_parent(file->sim, file->path);
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int kind)
{
    return real_of(f)->pMethods->xLock(real_of(f), kind);
}

static int file_unlock(sqlite3_file *f, int kind)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), kind);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    /* A size hint would grow the file unseen. */
    return op == SQLITE_FCNTL_SIZE_HINT
               ? SQLITE_OK
               : real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), region, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }

static int file_shm_unmap(sqlite3_file *f, int drop)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), drop);
}

/* Version 2: no memory mapping, so that no write goes past us. */
static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static struct vfs *vfs_of(sqlite3_vfs *v) { return (struct vfs *)v; }

static int vfs_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags,
                    int *out_flags)
{
    struct vfs *vfs = vfs_of(v);
    struct file *file = file_of(f);
    memset(file, 0, sizeof *file);
    if (sim_trips(vfs->sim)) {
        return SQLITE_CANTOPEN;
    }
    int got = vfs->real->xOpen(vfs->real, path, file->real, flags, out_flags);
    if (got != SQLITE_OK) {
        return got;
    }
    file->base.pMethods = &file_methods;
    file->sim = vfs->sim;
    file->path = path; /* SQLite keeps it until the file is closed */
    if (path && (flags & SQLITE_OPEN_READWRITE)) {
        file->number = sim_note_open(vfs->sim, path);
    }
    int logs = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    file->sync_dir = (flags & SQLITE_OPEN_CREATE) && (flags & logs);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *v, const char *path, int sync_dir)
{
    struct vfs *vfs = vfs_of(v);
    if (sim_trips(vfs->sim)) {
        return SQLITE_IOERR_DELETE;
    }
    int got = vfs->real->xDelete(vfs->real, path, 0);
    if (got == SQLITE_OK) {
        sim_note_path(vfs->sim, CALL_UNLINK, path, NULL);
        if (sync_dir) {
            sim_note_sync_parent(vfs->sim, path);
        }
    }
    return got;
}

static int vfs_access(sqlite3_vfs *v, const char *path, int flags, int *out)
{
    return vfs_of(v)->real->xAccess(vfs_of(v)->real, path, flags, out);
}

static int vfs_full_path(sqlite3_vfs *v, const char *path, int n, char *out)
{
    return vfs_of(v)->real->xFullPathname(vfs_of(v)->real, path, n, out);
}

static int vfs_random(sqlite3_vfs *v, int n, char *out)
{
    return vfs_of(v)->real->xRandomness(vfs_of(v)->real, n, out);
}

static int vfs_sleep(sqlite3_vfs *v, int us)
{
    return vfs_of(v)->real->xSleep(vfs_of(v)->real, us);
}

static int vfs_time(sqlite3_vfs *v, sqlite3_int64 *out)
{
    return vfs_of(v)->real->xCurrentTimeInt64(vfs_of(v)->real, out);
}

static int vfs_error(sqlite3_vfs *v, int n, char *out)
{
    return vfs_of(v)->real->xGetLastError(vfs_of(v)->real, n, out);
}

void sim_vfs_register(struct sim *s)
{
    struct vfs *vfs = mem_zalloc(sizeof *vfs);
    vfs->real = sqlite3_vfs_find(NULL);
    vfs->sim = s;
    vfs->base = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct file) + vfs->real->szOsFile,
        .mxPathname = vfs->real->mxPathname,
        .zName = s->vfs_name,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xCurrentTimeInt64 = vfs_time,
        .xGetLastError = vfs_error,
    };
    (void)sqlite3_vfs_register(&vfs->base, 0);
    s->vfs = vfs;
}

void sim_vfs_drop(struct sim *s)
{
    struct vfs *vfs = s->vfs;
    (void)sqlite3_vfs_unregister(&vfs->base);
    mem_free(vfs);
    s->vfs = NULL;
}
