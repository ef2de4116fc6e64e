#include "app/value.h"
#include <stdlib.h>

enum rc value_with_brand(struct op_call *c, bool keep,
                         enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, keep ? BRAND_EDIT : BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    return pond_close(p, reply(c, p), c->err);
}
