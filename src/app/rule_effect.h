/* What a change of rules does to the consumers: how many are joined, how many come apart, examples of both, and the
 * counts by stage. Of a dry run as of the change itself. */
#ifndef POND_APP_RULE_EFFECT_H
#define POND_APP_RULE_EFFECT_H

#include "aipl/model.h"
#include "app/pond.h"
#include "people/partition.h"
#include "wire/op.h"

#define RULE_EXAMPLES 8u /* of each kind */

struct rule_effect {
    struct partition *was;
    struct partition_change change;
    uint64_t before[STAGE_MAX], after[STAGE_MAX]; /* consumers by stage, today */
};

/* Before the change; the brand is settled. */
enum rc rule_effect_begin(struct pond *p, struct rule_effect *r, struct err *e);
/* Behind it, settled again. */
enum rc rule_effect_end(struct pond *p, struct rule_effect *r, struct err *e);
/* consumers_before, consumers, joined, parted, unions, pieces, stages, examples: into the object that is open. */
enum rc rule_effect_put(struct op_call *c, struct pond *p, const struct rule_effect *r);
void rule_effect_release(struct rule_effect *r);

#endif
