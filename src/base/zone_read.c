/* Time zones from bytes: TZif files (RFC 8536) and the POSIX TZ string in their last line. */
#include "base/buf.h"
#include "base/internal.h"

#define LAST_YEAR 2499

/* --- TZif ---------------------------------------------------------------------------------- */

struct tzif_head {
    uint8_t version;
    uint32_t isut, isstd, leap, time, type, chars;
};

static uint64_t big_endian(struct reader *r, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++) {
        v = v << 8 | reader_u8(r);
    }
    return v;
}

static bool read_head(struct reader *r, struct tzif_head *h)
{
    struct str magic = reader_bytes(r, 4);
    h->version = reader_u8(r);
    (void)reader_bytes(r, 15);
    h->isut = (uint32_t)big_endian(r, 4);
    h->isstd = (uint32_t)big_endian(r, 4);
    h->leap = (uint32_t)big_endian(r, 4);
    h->time = (uint32_t)big_endian(r, 4);
    h->type = (uint32_t)big_endian(r, 4);
    h->chars = (uint32_t)big_endian(r, 4);
    return !r->bad && str_eq(magic, STR("TZif")) && h->type > 0;
}

static bool offset_is_sane(int32_t s) { return s >= -26 * 3600 && s <= 26 * 3600; }

/* Reads one block of data whose times take `width` bytes. Files that count leap seconds ("right/")
 * are refused: their times are not UTC as everybody else means it. */
static bool read_block(struct reader *r, const struct tzif_head *h, size_t width,
                       struct zone *z, int64_t *last_s)
{
    struct str times = reader_bytes(r, h->time * width);
    struct str kinds = reader_bytes(r, h->time);
    struct str types = reader_bytes(r, h->type * (size_t)6);
    (void)reader_bytes(r, h->chars + h->leap * (width + 4) + h->isstd + h->isut);
    if (r->bad || h->leap) {
        return false;
    }
    struct reader time = reader_of(times);
    struct reader first = reader_of(types);
    z->offset_s[0] = (int32_t)big_endian(&first, 4);
    if (!offset_is_sane(z->offset_s[0])) {
        return false;
    }
    *last_s = INT64_MIN;
    for (uint32_t i = 0; i < h->time; i++) {
        uint64_t raw = big_endian(&time, width);
        int64_t at_s = width == 8 ? (int64_t)raw : (int32_t)(uint32_t)raw;
        size_t kind = (uint8_t)kinds.ptr[i];
        struct reader type = reader_of(str_slice(types, kind * 6, kind * 6 + 6));
        int32_t offset_s = (int32_t)big_endian(&type, 4);
        if (type.bad || at_s <= *last_s || !offset_is_sane(offset_s)) {
            return false;
        }
        zone_add(z, at_s, offset_s);
        *last_s = at_s;
    }
    return true;
}

bool zone_read_tzif(struct zone *z, struct str file)
{
    struct reader r = reader_of(file);
    struct tzif_head h;
    int64_t last_s;
    if (!read_head(&r, &h)) {
        return false;
    }
    if (h.version == 0) {
        return read_block(&r, &h, 4, z, &last_s);
    }
    /* Version 2 and later repeat everything with times of 64 bits, then the rule. */
    (void)reader_bytes(&r, h.time * (size_t)5 + h.type * (size_t)6 + h.chars +
                               h.leap * (size_t)8 + h.isstd + h.isut);
    if (!read_head(&r, &h) || !read_block(&r, &h, 8, z, &last_s)) {
        return false;
    }
    struct str rest = {(const char *)r.ptr, (size_t)(r.end - r.ptr)};
    if (!str_starts(rest, STR("\n"))) {
        return false;
    }
    rest = str_slice(rest, 1, rest.len);
    size_t end = str_find_byte(rest, '\n', 0);
    return end != SIZE_MAX && (end == 0 || zone_add_rule(z, str_slice(rest, 0, end), last_s));
}

/* --- The rule: std offset [dst [offset] [,start[/time],end[/time]]] -------------------------- */

struct moment {
    char kind;            /* 'J' 1..365 without leap day, 'D' 0..365, 'M' month.week.day */
    int day, month, week; /* for 'M': day 0 = Sunday; week 5 = the last                  */
    int32_t time_s;       /* local, may be negative or beyond a day                      */
};

static bool take_byte(struct str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c) {
        return false;
    }
    *s = str_slice(*s, 1, s->len);
    return true;
}

/* "<+08>" or three and more letters. */
static bool take_name(struct str *s)
{
    if (take_byte(s, '<')) {
        size_t end = str_find_byte(*s, '>', 0);
        if (end == SIZE_MAX) {
            return false;
        }
        *s = str_slice(*s, end + 1, s->len);
        return true;
    }
    size_t n = 0;
    while (n < s->len && ((s->ptr[n] | 32) >= 'a' && (s->ptr[n] | 32) <= 'z')) {
        n++;
    }
    *s = str_slice(*s, n, s->len);
    return n >= 3;
}

/* [+-]h[hh][:mm[:ss]] in seconds. */
static bool take_time(struct str *s, int32_t *out)
{
    bool negative = take_byte(s, '-');
    if (!negative) {
        (void)take_byte(s, '+');
    }
    int parts[3] = {take_number(s, 3), 0, 0};
    for (int i = 1; i < 3 && take_byte(s, ':'); i++) {
        parts[i] = take_number(s, 2);
    }
    if (parts[0] < 0 || parts[0] > 167 || parts[1] < 0 || parts[1] > 59 || parts[2] < 0 ||
        parts[2] > 59) {
        return false;
    }
    int32_t v = parts[0] * 3600 + parts[1] * 60 + parts[2];
    *out = negative ? -v : v;
    return true;
}

static bool take_moment(struct str *s, struct moment *m)
{
    *m = (struct moment){.kind = 'D', .time_s = 7200};
    if (take_byte(s, 'M')) {
        m->kind = 'M';
        m->month = take_number(s, 2);
        m->week = take_byte(s, '.') ? take_number(s, 1) : -1;
        m->day = take_byte(s, '.') ? take_number(s, 1) : -1;
        if (m->month < 1 || m->month > 12 || m->week < 1 || m->week > 5 || m->day < 0 ||
            m->day > 6) {
            return false;
        }
    } else {
        m->kind = take_byte(s, 'J') ? 'J' : 'D';
        m->day = take_number(s, 3);
        if (m->day < (m->kind == 'J') || m->day > 365) {
            return false;
        }
    }
    return !take_byte(s, '/') || take_time(s, &m->time_s);
}

/* Local seconds since 1970 (as if UTC) of the moment in a year. */
static int64_t moment_in(const struct moment *m, int year)
{
    int32_t day;
    if (m->kind == 'M') {
        int32_t first = day_from_civil(year, m->month, 1);
        int32_t next = day_from_civil(year + (m->month == 12), m->month % 12 + 1, 1);
        int sunday_based = (day_week(first) + 1) % 7;
        day = first + (m->day - sunday_based + 7) % 7 + (m->week - 1) * 7;
        day = day < next ? day : day - 7;
    } else {
        day = day_from_civil(year, 1, 1) + m->day;
        /* J60 is 1 March in every year. */
        bool leap = day_from_civil(year, 3, 1) - day_from_civil(year, 1, 1) == 60;
        day -= m->kind == 'J' && !(leap && m->day >= 60);
    }
    return day * (DAY_MS / 1000) + m->time_s;
}

struct rule {
    int32_t std_s, dst_s;
    struct moment start, end;
};

/* Both transitions of a year, the earlier first, those at or before `from_s` left out. */
static void add_year(struct zone *z, const struct rule *rule, int year, int64_t from_s)
{
    int64_t start = moment_in(&rule->start, year) - rule->std_s;
    int64_t end = moment_in(&rule->end, year) - rule->dst_s;
    bool start_first = start < end;
    int64_t at[2] = {start_first ? start : end, start_first ? end : start};
    int32_t offset[2] = {start_first ? rule->dst_s : rule->std_s,
                         start_first ? rule->std_s : rule->dst_s};
    for (int i = 0; i < 2; i++) {
        if (at[i] > from_s) {
            zone_add(z, at[i], offset[i]);
        }
    }
}

bool zone_add_rule(struct zone *z, struct str rule, int64_t after_s)
{
    struct rule r = {0};
    if (!take_name(&rule) || !take_time(&rule, &r.std_s)) {
        return false;
    }
    r.std_s = -r.std_s; /* POSIX counts west of Greenwich */
    if (rule.len == 0) {
        if (after_s == INT64_MIN) {
            z->offset_s[0] = r.std_s;
        }
        return true; /* the last transition of the file leads to it already */
    }
    r.dst_s = r.std_s + 3600;
    if (!take_name(&rule)) {
        return false;
    }
    if (rule.len && rule.ptr[0] != ',') {
        if (!take_time(&rule, &r.dst_s)) {
            return false;
        }
        r.dst_s = -r.dst_s;
    }
    if (!take_byte(&rule, ',') || !take_moment(&rule, &r.start) || !take_byte(&rule, ',') ||
        !take_moment(&rule, &r.end) || rule.len) {
        return false;
    }
    int year = 1900;
    if (after_s > 0 && after_s / 86400 < INT32_MAX) {
        int month;
        int dom;
        day_to_civil((int32_t)(after_s / 86400), &year, &month, &dom);
    }
    for (year -= 1; year <= LAST_YEAR; year++) {
        add_year(z, &r, year, after_s);
    }
    return true;
}

/* --- Without any file ---------------------------------------------------------------------- */

/* tzdata 2024: local mean time until 1901, summers of 1919 and 1940-1949, summers of 1986-1991. */
void zone_add_shanghai(struct zone *z)
{
    static const int32_t summers[][2] = {
        {-1600675200, -1585904400}, {-933667200, -922093200}, {-908870400, -888829200},
        {-881049600, -767869200},   {-745833600, -733827600}, {-716889600, -699613200},
        {-683884800, -670669200},   {-652348800, -650019600}, {515527200, 527014800},
        {545162400, 558464400},     {577216800, 589914000},   {608666400, 621968400},
        {640116000, 653418000},     {671565600, 684867600},
    };
    z->offset_s[0] = 29143;
    zone_add(z, -2177481943, 28800);
    for (size_t i = 0; i < sizeof(summers) / sizeof(*summers); i++) {
        zone_add(z, summers[i][0], 32400);
        zone_add(z, summers[i][1], 28800);
    }
}
