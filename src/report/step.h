/* A step of an analysis as people write it: events of the catalogue, and tests on them, in the question language
 * (who/question.h): "item_view", "(item_view or favorite)", "purchase(amount >= 200)", "any".
 *
 * Words that other systems use for a standard event are understood where the catalogue knows exactly one meaning:
 * view, cart, buy, fav, pv. What is only spelled wrong is an error with a hint, as everywhere. */
#ifndef POND_REPORT_STEP_H
#define POND_REPORT_STEP_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "who/question.h"

struct step {
    struct event_filter filter;
    struct str text;  /* canonical: "purchase(amount >= 200)" */
    struct str alias; /* "view", when that was written for the event; else empty */
    struct str meant; /* what it was read as: "item_view" */
};
/* RC_INVALID with a hint; everything lives in `a`. */
enum rc step_parse(struct str text, const struct who_names *n, struct arena *a,
                   struct step *out, struct err *e);

#endif
