/* `pond report assets --by ...`: assets broken down. */
#ifndef POND_APP_REPORT_BY_H
#define POND_APP_REPORT_BY_H

#include "app/pond.h"
#include "report/asset_by.h"
#include "wire/op.h"

struct report_parts {
    struct asset_part *part;
    uint32_t len;
};
/* Reads --by; *out is empty without it. RC_INVALID for a value that is no question either. */
enum rc report_by_make(struct op_call *c, struct pond *p, int32_t day,
                       struct report_parts *out);
void report_by_table(struct op_call *c, const struct pond *p, const struct report_parts *parts);
void report_by_json(struct json *j, const struct pond *p, const struct report_parts *parts);

#endif
