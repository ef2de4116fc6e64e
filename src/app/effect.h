/* What a change does to the consumers: how many are new, joined, come apart, examples of both, and the counts by stage. Of
 * new rules (a dry run as well as the change itself), and of what an import brought. */
#ifndef POND_APP_EFFECT_H
#define POND_APP_EFFECT_H

#include "aipl/model.h"
#include "app/pond.h"
#include "people/partition.h"
#include "wire/op.h"

#define EFFECT_EXAMPLES 8u /* of each kind */

struct effect {
    bool stages; /* they are counted too */
    struct partition *was;
    struct partition_change change;
    uint64_t before[STAGE_MAX], after[STAGE_MAX]; /* consumers by stage, today */
};

/* Before the change; the brand is settled. stages: costs a look at every consumer whose stage is not known for today. */
enum rc effect_begin(struct pond *p, bool stages, struct effect *r, struct err *e);
/* Behind it, settled again. */
enum rc effect_end(struct pond *p, struct effect *r, struct err *e);
/* consumers_before, consumers, fresh, joined, parted, unions, pieces, stages: into the object that is open. */
void effect_put(struct op_call *c, const struct pond *p, const struct effect *r);
/* examples: likewise. */
enum rc effect_put_examples(struct op_call *c, struct pond *p, const struct effect *r);
void effect_release(struct effect *r);

#endif
