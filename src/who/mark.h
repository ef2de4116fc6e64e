/* Tags and crowds as a world asks for them: the slots `mark` and `names.knows` of struct who_sources (who/world.h), for the
 * forms Q_TAG and Q_CROWD. Other forms are their owners' matter: knows says true, mark sets nothing. */
#ifndef POND_WHO_MARK_H
#define POND_WHO_MARK_H

#include "base/arena.h"
#include "store/ledger.h"
#include "who/bits.h"
#include "who/question.h"

struct who_marks {
    struct ledger *ledger;
    struct arena *arena; /* for the names in hints; lives as long as what is parsed */
};
/* ctx: struct who_marks. False: there is no such name; *near is set when one is near it. A ledger that cannot be read
 * counts as knowing: mark will say what is wrong with it. */
bool who_marks_knows(void *ctx, enum question_form form, struct str name, struct str *near);
/* As who_sources.mark. */
enum rc who_marks_mark(void *ctx, enum question_form form, struct str name, struct str value,
                       int32_t day, struct bits *out, struct str *rule, struct arena *a,
                       struct err *e);

#endif
