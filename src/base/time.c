/* Dates and times as text. One pass over the bytes; nothing is guessed beyond what day.h lists. */
#include <stdio.h>

#include "base/day.h"
#include "base/internal.h"

#define YEAR_MIN 1900
#define YEAR_MAX 2200

int take_number(struct str *s, size_t max)
{
    int v = 0;
    size_t n = 0;
    while (n < max && n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        v = v * 10 + (s->ptr[n++] - '0');
    }
    *s = (struct str){s->ptr + n, s->len - n};
    return n ? v : -1;
}

static bool take(struct str *s, struct str what)
{
    if (!str_starts(*s, what)) {
        return false;
    }
    *s = (struct str){s->ptr + what.len, s->len - what.len};
    return true;
}

static size_t leading_digits(struct str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9') {
        n++;
    }
    return n;
}

static bool date_exists(int year, int month, int dom)
{
    static const signed char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || dom < 1 || dom > days[month - 1]) {
        return false;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month != 2 || dom < 29 || leap;
}

bool day_take(struct str *s, int32_t *out)
{
    struct str rest = *s;
    int month = -1;
    int dom = -1;
    if (leading_digits(rest) < 4) {
        return false;
    }
    int year = take_number(&rest, 4);
    if (take(&rest, STR("年"))) {
        month = take_number(&rest, 2);
        dom = take(&rest, STR("月")) ? take_number(&rest, 2) : -1;
        if (!take(&rest, STR("日"))) {
            return false;
        }
    } else if (take(&rest, STR("-"))) {
        month = take_number(&rest, 2);
        dom = take(&rest, STR("-")) ? take_number(&rest, 2) : -1;
    } else if (take(&rest, STR("/"))) {
        month = take_number(&rest, 2);
        dom = take(&rest, STR("/")) ? take_number(&rest, 2) : -1;
    } else if (leading_digits(rest) >= 4) {
        month = take_number(&rest, 2);
        dom = take_number(&rest, 2);
    }
    if (!date_exists(year, month, dom)) {
        return false;
    }
    *s = rest;
    *out = day_from_civil(year, month, dom);
    return true;
}

bool day_parse(struct str s, int32_t *out)
{
    int32_t day;
    s = str_trim(s);
    if (!day_take(&s, &day) || s.len) {
        return false;
    }
    *out = day;
    return true;
}

/* ".123456" or ",5": the milliseconds, further digits dropped. */
static bool take_fraction(struct str *s, int *ms)
{
    if (!take(s, STR(".")) && !take(s, STR(","))) {
        return true;
    }
    size_t digits = leading_digits(*s);
    struct str head = str_slice(*s, 0, digits < 3 ? digits : 3);
    static const int scale[] = {0, 100, 10, 1};
    *ms = digits ? take_number(&head, 3) * scale[digits < 3 ? digits : 3] : 0;
    *s = str_slice(*s, digits, s->len);
    return digits > 0;
}

/* "8:05", "08:05:09", "08:05:09.123": milliseconds since midnight. */
static bool take_clock(struct str *s, int64_t *out)
{
    int hour = take_number(s, 2);
    int minute = take(s, STR(":")) && leading_digits(*s) == 2 ? take_number(s, 2) : -1;
    int second = 0;
    int ms = 0;
    if (take(s, STR(":"))) {
        second = leading_digits(*s) == 2 ? take_number(s, 2) : -1;
        if (!take_fraction(s, &ms)) {
            return false;
        }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    *out = ((hour * 60LL + minute) * 60 + second) * 1000 + ms;
    return true;
}

/* "Z", "+08:00", "+0800", "-03", with a blank in front or not; *has tells whether there was one. */
static bool take_offset(struct str *s, bool *has, int64_t *offset_ms)
{
    *has = false;
    *offset_ms = 0;
    (void)take(s, STR(" "));
    if (s->len == 0) {
        return true;
    }
    *has = true;
    if (take(s, STR("Z")) || take(s, STR("z"))) {
        return true;
    }
    bool west = str_starts(*s, STR("-"));
    if (!take(s, STR("-")) && !take(s, STR("+"))) {
        return false;
    }
    size_t digits = leading_digits(*s);
    int hours = digits == 2 || digits == 4 ? take_number(s, 2) : -1;
    int minutes = 0;
    if (digits == 4) {
        minutes = take_number(s, 2);
    } else if (take(s, STR(":"))) {
        minutes = leading_digits(*s) == 2 ? take_number(s, 2) : -1;
    }
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
        return false;
    }
    *offset_ms = (hours * 60LL + minutes) * (west ? -60000 : 60000);
    return true;
}

static bool year_is_sane(int32_t day)
{
    return day >= day_from_civil(YEAR_MIN, 1, 1) && day < day_from_civil(YEAR_MAX + 1, 1, 1);
}

/* 8, 10, 13 and 14 digits. */
static bool parse_digits(struct str s, const struct zone *z, int64_t *out_ms)
{
    int64_t v = 0;
    int32_t day;
    if (s.len == 10 || s.len == 13) {
        if (!str_i64(s, &v)) {
            return false;
        }
        v *= s.len == 10 ? 1000 : 1;
        if (v >= day_from_civil(YEAR_MAX + 1, 1, 1) * DAY_MS) {
            return false;
        }
        *out_ms = v;
        return true;
    }
    if ((s.len != 8 && s.len != 14) || !day_take(&s, &day) || !year_is_sane(day)) {
        return false;
    }
    if (s.len) {
        int hour = take_number(&s, 2);
        int minute = take_number(&s, 2);
        int second = take_number(&s, 2);
        if (hour > 23 || minute > 59 || second > 59) {
            return false;
        }
        v = ((hour * 60LL + minute) * 60 + second) * 1000;
    }
    *out_ms = zone_from_local(z, day * DAY_MS + v);
    return true;
}

/* Two digits; more than 99 when they are none. */
static int two(const char *p)
{
    unsigned high = (unsigned)(p[0] - '0');
    unsigned low = (unsigned)(p[1] - '0');
    return high > 9 || low > 9 ? 100000 : (int)(high * 10 + low);
}

/* "2020-02-21 00:00:02", or with T: what nearly every file holds, without the search for other
 * spellings. False leaves it to those. */
static bool parse_plain(struct str s, int64_t *local_ms)
{
    const char *p = s.ptr;
    if (s.len != 19 || p[4] != '-' || p[7] != '-' || (p[10] != ' ' && p[10] != 'T') ||
        p[13] != ':' || p[16] != ':') {
        return false;
    }
    int year = two(p) * 100 + two(p + 2);
    int month = two(p + 5);
    int dom = two(p + 8);
    int hour = two(p + 11);
    int minute = two(p + 14);
    int second = two(p + 17);
    if (year < YEAR_MIN || year > YEAR_MAX || !date_exists(year, month, dom) || hour > 23 ||
        minute > 59 || second > 59) {
        return false;
    }
    *local_ms = day_from_civil(year, month, dom) * DAY_MS +
                ((hour * 60LL + minute) * 60 + second) * 1000;
    return true;
}

bool time_parse(struct str s, const struct zone *z, int64_t *out_ms)
{
    int32_t day;
    int64_t clock_ms = 0;
    int64_t offset_ms = 0;
    bool has_offset = false;
    int64_t plain_ms;
    if (parse_plain(s, &plain_ms)) {
        *out_ms = zone_from_local(z, plain_ms);
        return true;
    }
    s = str_trim(s);
    if (leading_digits(s) == s.len) {
        return parse_digits(s, z, out_ms);
    }
    if (!day_take(&s, &day) || !year_is_sane(day)) {
        return false;
    }
    if (s.len) {
        if (!take(&s, STR("T")) && !take(&s, STR("t"))) {
            /* Any number of blanks; none at all only behind a date that ends in a word. */
            struct str rest = str_trim(s);
            if (rest.len == s.len && (uint8_t)s.ptr[-1] < 0x80) {
                return false;
            }
            s = rest;
        }
        if (!take_clock(&s, &clock_ms) || !take_offset(&s, &has_offset, &offset_ms) || s.len) {
            return false;
        }
    }
    int64_t local = day * DAY_MS + clock_ms;
    *out_ms = has_offset ? local - offset_ms : zone_from_local(z, local);
    return true;
}

char *time_format(int64_t ms, const struct zone *z, char out[32])
{
    struct zone_cache c = {0};
    char date[16];
    int32_t day = zone_day(z, &c, ms);
    int64_t rest = ms + c.offset_ms - day * DAY_MS;
    (void)snprintf(out, 32, "%s %02d:%02d:%02d", day_format(day, date), (int)(rest / 3600000),
                   (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
    return out;
}
