/* Log events, not prose: a dotted event name, then key=value; one line one event; ids, never
 * phone numbers, names or tokens. (The durable log of batches is store/log.h.)
 *     2026-11-22T10:14:05.120Z warn lake.segment.retry segment=7 rc=io
 */
#ifndef POND_BASE_LOGGER_H
#define POND_BASE_LOGGER_H

#include <stdio.h>
#include "base/clock.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct logger {
    FILE *out;            /* NULL drops everything */
    enum log_level level; /* lines above it are dropped */
    const struct clock *clock;
};
/* `event` is a constant; fmt gives "key=value key=value" and may be NULL. `l` may be NULL. */
void logger_event(struct logger *l, enum log_level level, const char *event, const char *fmt,
                  ...) __attribute__((format(printf, 4, 5)));

#endif
