/* Attempts that a right, or the origin of a session's request, refused: noted by threads that must not wait, written into
 * the audit trail behind them. Who tries the same again and again makes one entry at once and one a minute that says
 * how often, so that a key cannot fill the trail. */
#ifndef POND_SERVE_REFUSALS_H
#define POND_SERVE_REFUSALS_H

#include "access/access.h"

struct refusals;

struct refusals *refusals_new(void);
void refusals_free(struct refusals *r);
/* action: the operation, constant. lacks: the right that was missing, or "origin"; constant. From any thread. */
void refusals_note(struct refusals *r, const struct principal *by, const char *action,
                   const char *lacks);
/* Writes what is due; each second. all: whatever is left, before the end. */
enum rc refusals_write(struct refusals *r, struct ledger *l, const struct clock *clock,
                       bool all, struct err *e);

#endif
