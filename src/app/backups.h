/* Backups in DATA/backups, where pond backup puts them unless it is told a place, and the last one that it put elsewhere. */
#ifndef POND_APP_BACKUPS_H
#define POND_APP_BACKUPS_H

#include "app/pond.h"
#include "base/arena.h"
#include "store/backup.h"

struct backup_seen {
    struct str name, path;
    int64_t made_ms; /* 0: its name does not say when */
    struct backup_sum sum;
};
/* The brand's finished backups, newest first; in `a`. most: at most so many; 0: all. Other brands' and
 * unfinished ones are passed over. The brand need not be open. */
enum rc backups_list(const struct pond *p, struct str brand, uint32_t most, struct arena *a,
                     struct backup_seen **out, uint32_t *len, struct err *e);

/* One that was made at a place of its own (an absolute path) is noted in DATA/BRAND/backup.json, which no backup holds: nobody
 * looks whether it is still there, as its disk may be away. */
enum rc backups_note(const struct pond *p, struct str brand, int64_t made_ms, struct str place,
                     struct err *e);
/* The newest that is known of. In `a`; made_ms 0: none. Errors of listing DATA/backups. */
struct backup_last {
    int64_t made_ms;
    struct str place;
};
enum rc backups_last(const struct pond *p, struct str brand, struct arena *a,
                     struct backup_last *out, struct err *e);

#endif
