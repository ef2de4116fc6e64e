/* Between sensors.c (how it is sent) and sensors_event.c (what it says). */
#ifndef POND_COLLECT_SENSORS_H
#define POND_COLLECT_SENSORS_H

#include "collect/internal.h"

void sensors_event(struct run *r, const struct json_value *v);
/* "$identity_mobile" -> "phone": the identity kind of a key of `identities`. In `a`; empty when no kind can be
 * named so. */
struct str sensors_kind(struct str key, struct arena *a);

#endif
