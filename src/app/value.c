#include "app/value.h"
#include <stdlib.h>

enum rc value_with_brand(struct op_call *c, bool keep,
                         enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, keep ? BRAND_WRITE : BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    if (keep) {
        rc = brand_settle(p->brand, c->err);
    }
    return pond_close(p, rc ? rc : reply(c, p), c->err);
}
