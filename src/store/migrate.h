/* The ledger's schema as numbered steps: src/store/migrations/NNNN-name.sql, compiled in, in
 * order of number. A step is never edited once released; a new one is added. */
#ifndef POND_STORE_MIGRATE_H
#define POND_STORE_MIGRATE_H

struct migration {
    int number;
    const char *name;
    const char *text; /* statements, separated by ';' */
};
extern const struct migration store_migrations[];
extern const int store_migration_count;

#endif
