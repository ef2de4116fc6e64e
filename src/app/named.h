/* Which crowds and rule tags name a tag or a crowd in their questions: what may not be renamed or deleted. */
#ifndef POND_APP_NAMED_H
#define POND_APP_NAMED_H

#include "app/ask.h"

/* RC_OK when nothing names it; RC_CONFLICT with what does (up to three, and how many more). form: Q_TAG or Q_CROWD; id of
 * the tag or crowd; `name` for the message. */
enum rc named_refuse(const struct op_call *c, const struct pond *p, const struct ask *ask,
                     enum question_form form, int64_t id, struct str name);

#endif
