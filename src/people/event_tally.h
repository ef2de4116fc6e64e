/* How often events of one name occur, folded with the rest (people/fold.h). */
#ifndef POND_PEOPLE_EVENT_TALLY_H
#define POND_PEOPLE_EVENT_TALLY_H

#include <stdint.h>

struct event_tally {
    uint64_t events, anonymous; /* anonymous: of them nobody's */
    int64_t first_ms, last_ms;  /* when events > 0 */
};

#endif
