/* The secrets that shops sign their webhooks with (collect/collect.h): settings of the brand, sealed by its key. */
#ifndef POND_APP_HOOK_SECRET_H
#define POND_APP_HOOK_SECRET_H

#include "app/pond.h"
#include "store/ledger.h"

struct siv;

/* The sealer of the data directory's key. RC_MISSING, RC_CORRUPT when there is none. */
enum rc hook_siv(const struct pond *p, struct siv **out, struct err *e);
/* Whether the collector checks signatures or could. */
bool hook_known(struct str collector);
enum rc hook_secret_put(struct ledger *l, struct siv *s, struct str collector,
                        struct str secret, struct err *e);
/* Empty when none is set; in `a`. RC_CORRUPT when it was sealed by another key. */
enum rc hook_secret_get(struct ledger *l, struct siv *s, struct str collector, struct arena *a,
                        struct str *out, struct err *e);

#endif
