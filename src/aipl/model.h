/* A stage model: an ordered list of stages, each a rule in the question language. A consumer has exactly one
 * stage a day: the highest whose rule holds at the end of that day; `none` when no rule holds and the
 * consumer is known (first event on or before the day).
 *
 *     name: aipl                       # YAML; docs/models.md
 *     title: {zh: 默认模型, en: Default}
 *     stages:
 *       - name: awareness
 *         title: {zh: 认知, en: Awareness}
 *         when: did (ad_exposure or content_view) in 15d
 *
 * Presets (aipl/models/NAME.yaml, built in): aipl, aipl-databank, 5a, 4a.
 */
#ifndef POND_AIPL_MODEL_H
#define POND_AIPL_MODEL_H

#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/catalogue.h"
#include "people/evidence.h"
#include "who/rule.h"
#include "wire/lang.h"

#define STAGE_MAX 8 /* with none */

struct stage {
    struct str name, title_zh, title_en;
    struct str when;       /* source text of the rule; empty for none */
    uint32_t line, column; /* where it begins in the model's text, from 1; 0 for none */
    struct question *rule; /* NULL for none */
};
struct stage_model {
    struct arena *arena;
    struct str name, title_zh, title_en, text;
    struct stage stages[STAGE_MAX]; /* [0] is none */
    uint32_t stages_len;            /* 2..STAGE_MAX */
    struct who_program *program;    /* all stages compiled together: classes and atoms shared */
};

/* Parses and compiles a model. Unknown event names in it are added to the catalogue. RC_INVALID names, in the
 * language, the line, the column, the field and, inside a rule, the position, with a hint. Free with
 * stage_model_free. */
enum rc stage_model_parse(struct str text, struct catalogue *c, enum lang lang,
                          struct stage_model **out, struct err *e);
void stage_model_free(struct stage_model *m);
const struct evidence_plan *stage_model_plan(const struct stage_model *m);
/* The text of a preset by name; RC_MISSING lists the names. */
enum rc stage_model_preset(struct str name, enum lang lang, struct str *text, struct err *e);

#endif
