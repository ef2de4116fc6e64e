/* Events of requests that were set aside, kept so that nothing is lost silently: DIR/rejects/http-YYYY-MM-DD.ndjson, a
 * line each: {"at":..,"collector":..,"field":..,"reason":..,"raw":..}; personal values in `raw` are masked by the decoder.
 * Bounded: behind REJECTS_DAY_BYTES a day lines are counted only, and files older than REJECTS_DAYS go. */
#ifndef POND_SERVE_REJECTS_H
#define POND_SERVE_REJECTS_H

#include <stdint.h>
#include "base/rc.h"
#include "base/str.h"
#include "store/disk.h"

#define REJECTS_DAY_BYTES ((uint64_t)256 << 20)
#define REJECTS_DAYS 30

struct rejects;

/* dir: the brand's directory. */
struct rejects *rejects_new(struct disk *disk, const char *dir);
void rejects_free(struct rejects *r);
struct reject_line {
    int64_t at_ms;
    int32_t day; /* in the brand's zone: which file */
    const char *collector;
    uint64_t event; /* 1-based, of the body; 0: unknown */
    struct str field, raw;
    const char *reason;
};
/* From any thread. What cannot be written is counted. */
void rejects_add(struct rejects *r, const struct reject_line *l);
/* Lines that could not be written or were beyond the day's limit, since the start. */
uint64_t rejects_dropped(struct rejects *r);

#endif
