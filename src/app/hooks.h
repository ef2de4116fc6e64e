/* What higher floors hang onto a brand: the stage model in force and the stages of consumers
 * (aipl/assets.h), kept true by the brand's hooks. One per open brand. */
#ifndef POND_APP_HOOKS_H
#define POND_APP_HOOKS_H

#include "aipl/assets.h"
#include "aipl/model.h"
#include "people/brand.h"

struct hooks;

/* threads: for work on many consumers, 1.. */
struct hooks *hooks_new(int threads);
/* Call it after brand_close: the brand uses the plan until then. NULL is fine. */
void hooks_free(struct hooks *h);
/* The slots for brand_options.hooks; h must outlive the brand. */
struct brand_hooks hooks_slots(struct hooks *h);
/* From now on the stages of changed consumers are worked out at each settle, and `tell` hears of each that moved
 * (aipl/assets.h). */
void hooks_listen(struct hooks *h, void (*tell)(void *ctx, uint32_t consumer, int from, int to),
                  void *ctx);
/* NULL before the brand was opened. A refold (brand_refold) replaces both. */
const struct stage_model *hooks_model(const struct hooks *h);
struct assets *hooks_assets(const struct hooks *h);

#endif
