/* Event tags: the value each consumer has by a rule over its events (struct tag_event). */
#ifndef POND_APP_EVENT_TAG_H
#define POND_APP_EVENT_TAG_H

#include "app/pond.h"
#include "who/tag.h"

/* Works the tag out as of a day; inside a transaction. *moved: identities whose value changed, added. */
enum rc event_tag_follow(struct pond *p, const struct tag *t, int32_t day,
                         const struct roster_stamp *stamp, uint64_t *moved, struct err *e);

#endif
