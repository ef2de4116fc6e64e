/* How often each event name occurs in a pond: the standard ones, those that the stage model
 * names, and those that nothing has a meaning for. Reads, writes nothing. */
#ifndef POND_REPORT_EVENT_COUNT_H
#define POND_REPORT_EVENT_COUNT_H

#include "base/arena.h"
#include "people/brand.h"

enum event_origin {
    EVENT_STANDARD, /* in the catalogue                                        */
    EVENT_OWN,      /* the brand's own, and the stage model in force names it  */
    EVENT_STRANGE   /* the brand's own, stored and counted, evidence of nothing */
};
const char *event_origin_name(enum event_origin o); /* "standard", "own", "unknown" */

struct event_count {
    struct str name;
    const struct event_def *def; /* NULL: not a standard one */
    enum event_origin origin;
    bool evidence; /* the stage model in force records it */
    uint64_t events, anonymous;
    int64_t first_ms, last_ms; /* valid when events > 0 */
};
/* Every name that occurs, most frequent first, then the names of the catalogue that do not, in
 * order of code. In the arena. From what is folded: no event is read. */
uint32_t event_count_list(const struct brand *b, struct arena *a, struct event_count **list);
/* The same counts from the history itself: RC_CORRUPT names the first that differs. Cost: a scan of
 * the name and time columns. */
enum rc event_count_check(struct brand *b, struct err *e);

#endif
