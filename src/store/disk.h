/* The durable file layer: every file Pond writes goes through it, except SQLite's own (which go
 * through an SQLite VFS with the same recorder in tests).
 *
 * A file becomes durable in one way only: written under a temporary name, synced, renamed, its
 * directory synced (disk_put, disk_publish). A reader sees the old file or the new one.
 *
 * `struct disk` is a const table of plain calls plus whatever the implementation keeps behind
 * it (it embeds `struct disk` first). disk_real() is the operating system. test/fault has one
 * that fails the Nth call and one that records, to rebuild what a power cut could leave. */
#ifndef POND_STORE_DISK_H
#define POND_STORE_DISK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Files under a name with this ending are unfinished and may be removed by the next writer. */
#define DISK_TEMP ".tmp"

struct disk;

/* Paths are C strings. Every slot may block. Errors: RC_FULL (ENOSPC, EDQUOT, EFBIG), RC_MISSING,
 * RC_DENIED, RC_IO; the message names the path. No slot is NULL. */
struct disk_ops {
    const char *name;
    /* Creates or truncates a file for writing; `mode` as in open(2), the umask is not applied.
     */
    enum rc (*create)(struct disk *d, const char *path, unsigned mode, int *fd, struct err *e);
    /* Appends all of `bytes` or fails. */
    enum rc (*write)(struct disk *d, int fd, struct str bytes, struct err *e);
    /* fsync. After a failure the file's content is unknown: the caller gives the file up. */
    enum rc (*sync)(struct disk *d, int fd, struct err *e);
    /* Closes; never fails, never syncs. */
    void (*close)(struct disk *d, int fd);
    /* fsync of a directory: makes creations, renames and removals inside it durable. */
    enum rc (*sync_dir)(struct disk *d, const char *dir, struct err *e);
    /* fsync of a file that somebody else wrote (DuckDB, SQLite's backup). */
    enum rc (*adopt)(struct disk *d, const char *path, struct err *e);
    enum rc (*rename)(struct disk *d, const char *from, const char *to, struct err *e);
    /* Hard link, or RC_CONFLICT when the file system cannot (EXDEV, EPERM, EMLINK, ENOTSUP). */
    enum rc (*link)(struct disk *d, const char *from, const char *to, struct err *e);
    /* RC_MISSING when it is not there. */
    enum rc (*unlink)(struct disk *d, const char *path, struct err *e);
    /* Makes one directory; fine when it is there already. */
    enum rc (*mkdir)(struct disk *d, const char *path, unsigned mode, struct err *e);
    /* Reads exactly `len` bytes at `offset`; RC_CORRUPT when the file is shorter. */
    enum rc (*read)(struct disk *d, const char *path, uint64_t offset, void *out, size_t len,
                    struct err *e);
};

struct disk {
    const struct disk_ops *ops;
};

/* The operating system's disk. Stateless, shared, safe from every thread. */
struct disk *disk_real(void);

/* Writes PATH with these bytes: temporary file, sync, rename, sync of the directory. On failure
 * the old file, if any, is untouched and the temporary one removed. */
enum rc disk_put(struct disk *d, const char *path, struct str bytes, unsigned mode,
                 struct err *e);
/* Makes a finished temporary file durable under its final name: adopt, rename, sync_dir. */
enum rc disk_publish(struct disk *d, const char *temp, const char *path, struct err *e);
/* Copies a file (8 MB pieces): temporary name, sync, rename, directory sync. */
enum rc disk_copy(struct disk *d, const char *from, const char *to, unsigned mode,
                  struct err *e);
/* The whole file into *out (cleared first). RC_TOO_LARGE above `max` bytes. */
enum rc disk_get(struct disk *d, const char *path, uint64_t max, struct buf *out,
                 struct err *e);
/* Makes a directory and every missing one above it. */
enum rc disk_mkdirs(struct disk *d, const char *path, unsigned mode, struct err *e);

/* Questions to the operating system, the same for every disk. */
enum rc disk_size(const char *path, uint64_t *bytes, struct err *e);
bool disk_exists(const char *path);
/* Names (no paths, no "." and "..") in a directory in byte order, in arena memory. */
enum rc disk_list(struct arena *a, const char *dir, struct str **names, size_t *len,
                  struct err *e);
/* Bytes an ordinary user may still write to the file system that holds `path`. */
enum rc disk_free_bytes(const char *path, uint64_t *bytes, struct err *e);

/* "DIR/NAME" in arena memory. */
char *disk_path(struct arena *a, const char *dir, const char *name);

#endif
