/* What the operations on value share (app/ops_value*.c). */
#ifndef POND_APP_VALUE_H
#define POND_APP_VALUE_H

#include "app/pond.h"
#include "report/period.h"
#include "wire/op.h"

/* Opens the brand, answers, closes. `keep`: for writing, because a score set will be kept. */
enum rc value_with_brand(struct op_call *c, bool keep,
                         enum rc (*reply)(struct op_call *, struct pond *));

#endif
