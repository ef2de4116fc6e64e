/* One operation run on a brand that is lent to it (pond.h), its output as bytes. */
#ifndef POND_SERVE_CALL_H
#define POND_SERVE_CALL_H

#include "serve/live.h"

/* p->brand is open and lent, or NULL for an operation that needs none (OP_ASIDE). The reply's body lives in `a`: JSON, CSV,
 * or a file's bytes (a picture, a workbook), which passes through DIR/BRAND/spool. */
void call_run(struct pond *p, const struct live_call *c, struct arena *a,
              void (*progress)(void *ctx, double share, struct str text), void *ctx,
              struct live_reply *out);
/* The operation's part that needs no brand (struct op's `ahead`): p may be without one. *found is for c->ahead of the run. */
enum rc call_ahead(struct pond *p, const struct live_call *c, struct arena *a, void **found,
                   struct err *e);

#endif
