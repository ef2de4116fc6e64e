/* Asking the open brand: a world (who/world.h) with everything this program knows hung on. */
#ifndef POND_APP_ASK_H
#define POND_APP_ASK_H

#include "app/pond.h"
#include "who/question.h"
#include "who/world.h"
#include "wire/op.h"

struct ask; /* what the world's sources point to */

/* The brand must be open and settled. The world is valid until ask_close or a change of the brand. In a snapshot the
 * world of a day is kept and the next call of that day gets it again. Errors of the ledger. */
enum rc ask_open(struct pond *p, int32_t day, struct ask **out, struct err *e);
void ask_close(struct ask *k); /* NULL is fine */
struct who_world *ask_world(struct ask *k);
const struct who_names *ask_names(const struct ask *k);
const struct who_sources *ask_sources(const struct ask *k);
/* A question as text, or as JSON when it begins with "{". at may be NULL. */
enum rc ask_parse(const struct ask *k, struct str text, struct arena *a, struct question **out,
                  struct question_error *at, struct err *e);
/* The day of --as-of; today without it. */
int32_t ask_day(const struct op_call *c, const struct pond *p);

#endif
