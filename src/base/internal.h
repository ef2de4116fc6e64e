/* Shared by the files of base/ only: what a time zone is made of. */
#ifndef POND_BASE_INTERNAL_H
#define POND_BASE_INTERNAL_H

#include "base/day.h"

#define ZONE_NAME_MAX 64

/* Offsets hold from one transition to the next. offset_s[0] holds before the first transition,
 * offset_s[i + 1] from at_ms[i] (included) on. Neighbours differ in time and in offset. */
struct zone {
    char name[ZONE_NAME_MAX];
    int count;
    int64_t *at_ms;
    int32_t *offset_s;
};

/* An empty zone that always has one offset. */
struct zone *zone_make(struct str name, int32_t offset_s);
/* Adds a transition behind all others. One at the same time replaces the last; one that changes
 * nothing is dropped. */
void zone_add(struct zone *z, int64_t at_s, int32_t offset_s);
/* Reads a TZif file (RFC 8536) into an empty zone. False when it is broken. */
bool zone_read_tzif(struct zone *z, struct str file);
/* Adds the transitions that a POSIX TZ string names, those behind after_s only (INT64_MIN: from
 * 1900 on), through year 2499. False when it is malformed. */
bool zone_add_rule(struct zone *z, struct str rule, int64_t after_s);
/* What Asia/Shanghai was and is, for machines without zone files. */
void zone_add_shanghai(struct zone *z);

/* A date at the start of *s ("2017-12-01", 2017/12/1, 20171201, 2017年12月1日), moved behind it. */
bool day_take(struct str *s, int32_t *out);
/* One to `max` digits at the start of *s, moved behind them; -1 when there is none. */
int take_number(struct str *s, size_t max);

#endif
