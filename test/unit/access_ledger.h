/* A migrated ledger in a temporary directory, with a clock that tests move. */
#ifndef POND_TEST_UNIT_ACCESS_LEDGER_H
#define POND_TEST_UNIT_ACCESS_LEDGER_H

#include "access/access.h"
#include "store/migrate.h"
#include "tap.h"
#include "unit/store_temp.h"

struct access_ledger {
    char dir[64], path[96];
    struct clock clock;
    struct ledger *l;
    struct arena *a;
    struct principal by;
    struct err e;
};

static inline struct ledger *access_ledger_open(const char *path, enum ledger_mode mode)
{
    struct ledger *l = NULL;
    struct err e = {0};
    const struct ledger_options o = {.mode = mode};
    if (ledger_open(path, &o, &l, &e)) {
        printf("Bail out! %s\n", e.msg);
        exit(2);
    }
    return l;
}

static inline void access_ledger_init(struct access_ledger *x)
{
    *x = (struct access_ledger){.clock = clock_fixed(1800000000000), .a = arena_new()};
    temp_make(x->dir);
    (void)snprintf(x->path, sizeof(x->path), "%s/ledger.db", x->dir);
    x->l = access_ledger_open(x->path, LEDGER_CREATE);
    x->by = principal_local();
    if (migrate_run(x->l, disk_real(), &x->clock, &x->e)) {
        printf("Bail out! %s\n", x->e.msg);
        exit(2);
    }
}

static inline void access_ledger_release(struct access_ledger *x)
{
    ledger_close(x->l);
    arena_free(x->a);
    temp_drop(x->dir);
}

/* Statements as somebody with the file would run them. False when they are refused. */
static inline bool access_ledger_do(struct access_ledger *x, const char *text)
{
    return ledger_script(x->l, "test", text, &x->e) == RC_OK;
}

static inline enum rc make_key(struct access_ledger *x, struct str name,
                               enum principal_kind kind, enum role role, struct str *text)
{
    struct access_key k;
    return access_key_make(x->l, &x->by, name, kind, role, &x->clock, x->a, &k, text, &x->e);
}

#endif
