/* The names of tags and crowds in a question. */
#ifndef POND_WHO_NAMES_H
#define POND_WHO_NAMES_H

#include <stdbool.h>
#include "who/question.h"

/* Calls each(ctx, form, name) for every tag (Q_TAG) and crowd (Q_CROWD) named in it, in order of the text, until one
 * says false. */
void question_each_name(const struct question *q,
                        bool (*each)(void *ctx, enum question_form form, struct str name),
                        void *ctx);
/* Whether it names any tag or crowd: what it finds then depends on more than history. */
bool question_has_names(const struct question *q);

#endif
