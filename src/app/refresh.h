/* Working out what follows from history: rule tags, event tags, and the sizes of crowds.
 *
 * It happens after every import, at the first writing operation of a day on tags or crowds, and by `pond tag refresh` and
 * `pond crowd refresh`. Each tag and each crowd is a transaction of its own; one whose question can no longer be asked
 * (a stage that the model does not have any more) is left as it was and named. Tags are worked out in the order they were
 * made: a rule can only name what was there before it. */
#ifndef POND_APP_REFRESH_H
#define POND_APP_REFRESH_H

#include "app/pond.h"
#include "who/tag.h"
#include "wire/op.h"

struct refresh {
    uint32_t tags, crowds; /* worked out, counted */
    uint32_t failed;
    uint64_t changed;       /* identities whose tags changed */
    struct str first_wrong; /* "tag \"x\": ..." of the first that failed; in the arena */
};
struct refresh_wants {
    bool tags, crowds;
    const struct str *only; /* names; len 0: all */
    uint32_t only_len;
};
/* The brand must be open for writing and settled. Errors of the ledger and the lake; RC_MISSING for an unknown name in
 * `only`. */
enum rc refresh_run(struct pond *p, const struct refresh_wants *want, struct arena *a,
                    struct refresh *out, struct err *e);
/* One rule or event tag; no transaction may be open. */
enum rc refresh_one_tag(struct pond *p, const struct tag *t, struct arena *a,
                        struct refresh *out, struct err *e);
/* All of them, when today differs from the day they were last worked out. */
enum rc refresh_daily(struct pond *p, struct arena *a, struct err *e);
/* Whether there is anything that follows a rule, and any crowd to count. */
enum rc refresh_any(struct ledger *l, struct arena *a, struct refresh_wants *out,
                    struct err *e);
/* The day for which all of them were last worked out; DAY_NONE: never. */
enum rc refresh_last_day(struct ledger *l, int32_t *day, struct err *e);
/* After an import: all of them, and a line for people. Does nothing where there are no rules and no crowds. */
enum rc refresh_after_import(struct op_call *c, struct pond *p);

enum rc tag_refresh_run(struct op_call *c);
enum rc crowd_refresh_run(struct op_call *c);
extern const struct op_in tag_refresh_in[], crowd_refresh_in[];
extern const struct op_out tag_refresh_out[], crowd_refresh_out[];

#endif
