/* A statement by name. The build compiles every src/MODULE/NAME.sql into gen/sql_MODULE.h, which
 * declares one `const struct sql sql_NAME` for each "-- name: NAME" block, so a missing name does
 * not compile. Comments of whole lines are left out of the text. */
#ifndef POND_STORE_SQL_H
#define POND_STORE_SQL_H

struct sql {
    const char *name;
    const char *text;
    const char *postgres; /* the "[postgres]" variant; NULL: the text serves every engine */
};

#endif
