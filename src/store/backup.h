/* Backups of one brand's directory, taken while it is in use.
 *
 * A backup is a directory: BACKUP (the list of files with length and XXH3-128, one a line, last
 * line the checksum of the list itself), pond.key, and BRAND/ledger.db,
 * BRAND/lake/NAME.parquet. The ledger copy is one consistent snapshot; the segments are those
 * that snapshot lists (hard links when on the same file system: segments never change).
 * Checkpoints are not in it: they are rebuilt. The list is written last: a directory without
 * BACKUP is an unfinished one. */
#ifndef POND_STORE_BACKUP_H
#define POND_STORE_BACKUP_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/disk.h"
#include <stdbool.h>
#include <stdint.h>

struct backup_job {
    const char *data_dir; /* holds pond.key and the brand's directory */
    const char *brand;    /* name of that directory */
    const char *to;       /* the backup's directory: must not exist or be empty */
    struct disk *disk;
    const char *vfs; /* SQLite VFS; NULL is the system's own */
    bool copy;       /* copy segments even where a hard link would do */
    /* Called between files; may be NULL. Returning false stops with RC_STOPPED. */
    bool (*progress)(void *ctx, uint64_t done_bytes, uint64_t all_bytes);
    void *ctx;
};
struct backup_sum {
    uint32_t files;
    uint64_t bytes;
    uint64_t seq; /* last seq in the backup: of the log or of a segment */
};
/* RC_CONFLICT when `to` holds something; RC_CORRUPT when a segment does not match its checksum
 * (a backup never copies damage on in silence). On failure `to` has no BACKUP file. */
enum rc backup_make(const struct backup_job *job, struct backup_sum *out, struct err *e);

/* What the list of a finished backup says, without a look at its files. `brand`: its name, in `a`. RC_MISSING: it is none, or an
 * unfinished one; RC_CORRUPT: the list is damaged. */
enum rc backup_look(const char *from, struct disk *d, struct arena *a, struct str *brand,
                    struct backup_sum *out, struct err *e);
/* Verifies every file of a backup against its list, and the ledger with SQLite's check.
 * RC_MISSING without a BACKUP file, RC_CORRUPT naming the file. */
enum rc backup_verify(const char *from, struct disk *d, struct backup_sum *out, struct err *e);
/* Verifies, then copies into data_dir: pond.key (RC_CONFLICT when another key is there) and the
 * brand's directory under `brand` (NULL: its own name), which must not exist. The directory
 * appears by one rename at the end. */
enum rc backup_restore(const char *from, const char *data_dir, const char *brand,
                       struct disk *d, struct backup_sum *out, struct err *e);

#endif
