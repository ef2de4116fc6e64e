/* Calendar days and time zones.
 *
 * A day is a whole number: days since 1970-01-01 in the brand's time zone. An instant is UTC
 * milliseconds. Zones are read from the system's TZif files (RFC 8536: version 1-4, with the
 * POSIX TZ footer for times behind the last transition, through year 2499); "UTC",
 * "Asia/Shanghai" and fixed offsets "+08:00" also work without any file. */
#ifndef POND_BASE_DAY_H
#define POND_BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "base/str.h"

#define DAY_MS 86400000LL
#define DAY_NONE INT32_MIN

struct zone;

/* Days since 1970-01-01 of a proleptic Gregorian date; no check of the ranges. */
int32_t day_from_civil(int year, int month, int day);
void day_to_civil(int32_t day, int *year, int *month, int *dom);
int day_week(int32_t day); /* 0 = Monday ... 6 = Sunday */
/* "2017-12-01", also 2017/12/1, 20171201 and 2017年12月1日; false when impossible. */
bool day_parse(struct str s, int32_t *out);
/* Writes "YYYY-MM-DD" and a NUL; returns out. Buffer of 16 bytes. */
char *day_format(int32_t day, char out[16]);

/* Opens a zone by IANA name or fixed offset. RC_MISSING for an unknown name (hint names the
 * nearest), RC_CORRUPT for a broken file. Free with zone_free. */
enum rc zone_open(struct str name, struct zone **out, struct err *e);
void zone_free(struct zone *z);
const char *zone_name(const struct zone *z);
/* Offset to UTC in seconds (east positive) at an instant. */
int32_t zone_offset_s(const struct zone *z, int64_t ms);
/* The day of an instant. The hot path: two compares and a division when `ms` lies between the same
 * transitions as the call before (a per-thread cache handed in by the caller; zero-initialise). */
struct zone_cache {
    int64_t from_ms, to_ms; /* valid for from_ms <= ms < to_ms */
    int64_t offset_ms;
};
int32_t zone_day(const struct zone *z, struct zone_cache *c, int64_t ms);
/* First instant of a day / first instant behind it. In a gap the first instant that exists. */
int64_t zone_day_start(const struct zone *z, int32_t day);
/* Local wall time (ms since 1970-01-01 as if UTC) to an instant. A time that exists twice means the
 * first; one in a gap means the instant the gap begins plus the overshoot. */
int64_t zone_from_local(const struct zone *z, int64_t local_ms);

/* A time as files write it: "2020-02-21 00:00:02", with T, with fractions, with Z or +08:00, with
 * slashes, date only, 14 or 8 digits, unix seconds (10 digits) and milliseconds (13 digits), Excel
 * serial days are not guessed. Without an offset it is wall time in `z`. False when malformed or
 * impossible (month 13, 30 February, year outside 1900..2200). */
bool time_parse(struct str s, const struct zone *z, int64_t *out_ms);
/* "YYYY-MM-DD HH:MM:SS" in the zone; buffer of 32 bytes; returns out. */
char *time_format(int64_t ms, const struct zone *z, char out[32]);

#endif
