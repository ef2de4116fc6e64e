/* The ledger's schema as numbered steps: src/store/migrations/NNNN-name.sql, compiled in, in
 * order of number. A step is never edited once released; a new one is added. */
#ifndef POND_STORE_MIGRATE_H
#define POND_STORE_MIGRATE_H

#include "base/clock.h"
#include "base/rc.h"

struct disk;
struct ledger;

struct migration {
    int number;
    const char *name;
    const char *text; /* statements, separated by ';' */
};
extern const struct migration store_migrations[];
extern const int store_migration_count;

/* Brings a ledger opened for writing to this program's schema: each missing step in one
 * transaction with its record (number, name, checksum of the text, time). Before the first step
 * on a ledger that already had some, a copy is left beside it as "ledger.db.before-NNNN".
 * RC_CONFLICT when the ledger has a step this program does not know (it was written by a newer
 * Pond), or one whose text differs from ours. `d` writes the copy. */
enum rc migrate_run(struct ledger *l, struct disk *d, const struct clock *clock, struct err *e);
/* The same with another list of steps, for tests. */
enum rc migrate_run_list(struct ledger *l, struct disk *d, const struct clock *clock,
                         const struct migration *list, int count, struct err *e);
/* Whether a ledger opened for reading has exactly our schema: RC_OK, RC_CONFLICT (hint says to
 * open it once for writing, or to use the newer program). */
enum rc migrate_check(struct ledger *l, struct err *e);

#endif
