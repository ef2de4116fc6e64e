/* Backups in DATA/backups: where pond backup puts them unless it is told a place. */
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

#endif
