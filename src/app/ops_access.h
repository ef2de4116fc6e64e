/* What the operations on keys, users and the audit trail share. */
#ifndef POND_APP_OPS_ACCESS_H
#define POND_APP_OPS_ACCESS_H

#include "access/access.h"
#include "app/pond.h"
#include "wire/op.h"

struct access_call {
    struct pond *pond;
    struct ledger *ledger;
    struct zone *zone; /* the brand's */
};
/* Opens the brand's ledger only, answers, closes. */
enum rc access_with_ledger(struct op_call *c,
                           enum rc (*reply)(struct op_call *c, struct access_call *x));
/* An instant in the brand's zone; null, "–" for 0. */
void access_json_time(struct json *j, const struct access_call *x, const char *key, int64_t ms);
struct str access_time(const struct op_call *c, const struct access_call *x, int64_t ms);
/* "owner", "负责人"; the machine name in CSV; "–" for none. */
const char *access_role_text(const struct op_call *c, enum role r);

#endif
