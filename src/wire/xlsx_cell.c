#include "wire/xlsx_cell.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include "base/day.h"

#define SERIAL_END 2958466.0 /* 10000-01-01 */

/* clang-format off */
static const struct {
    uint32_t from, to;
    enum xlsx_look look;
} builtin[] = {
    {14, 17, XLSX_LOOK_DAY}, {18, 21, XLSX_LOOK_TIME}, {22, 22, XLSX_LOOK_DAY_TIME},
    {27, 31, XLSX_LOOK_DAY}, {32, 35, XLSX_LOOK_TIME}, {36, 36, XLSX_LOOK_DAY},
    {45, 45, XLSX_LOOK_TIME}, {46, 46, XLSX_LOOK_ELAPSED}, {47, 47, XLSX_LOOK_TIME},
    {50, 54, XLSX_LOOK_DAY}, {55, 56, XLSX_LOOK_TIME}, {57, 58, XLSX_LOOK_DAY},
};
/* clang-format on */

enum xlsx_look xlsx_look_of_id(uint32_t id)
{
    for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++) {
        if (id >= builtin[i].from && id <= builtin[i].to) {
            return builtin[i].look;
        }
    }
    return XLSX_LOOK_PLAIN;
}

/* Steps over text that a format shows as it is; returns where the next sign stands. A bracket is
 * a colour, a locale or a condition, but [h], [m], [s] count elapsed time. */
static size_t skip_literal(struct str code, size_t i, bool *elapsed)
{
    char c = code.ptr[i];
    if (c == '"') {
        size_t close = str_find_byte(code, '"', i + 1);
        return close == SIZE_MAX ? code.len : close + 1;
    }
    if (c == '[') {
        size_t close = str_find_byte(code, ']', i + 1);
        char first = i + 1 < code.len ? (char)tolower((unsigned char)code.ptr[i + 1]) : 0;
        bool counts = first == 'h' || first == 'm' || first == 's';
        for (size_t k = i + 1; counts && k < code.len && k < close; k++) {
            counts = tolower((unsigned char)code.ptr[k]) == first;
        }
        *elapsed = *elapsed || counts;
        return close == SIZE_MAX ? code.len : close + 1;
    }
    return c == '\\' || c == '_' || c == '*' ? i + 2 : i;
}

enum xlsx_look xlsx_look_of_code(struct str code)
{
    bool day = false, time = false, month = false, elapsed = false;
    if (str_eq_nocase(str_trim(code), STR("general"))) {
        return XLSX_LOOK_PLAIN;
    }
    for (size_t i = 0; i < code.len && code.ptr[i] != ';';) {
        size_t next = skip_literal(code, i, &elapsed);
        if (next > i) {
            i = next;
            continue;
        }
        char c = (char)tolower((unsigned char)code.ptr[i++]);
        day = day || c == 'y' || c == 'd';
        time = time || c == 'h' || c == 's';
        month = month || c == 'm';
    }
    if (elapsed) {
        return XLSX_LOOK_ELAPSED;
    }
    day = day || (month && !time);
    return day && time ? XLSX_LOOK_DAY_TIME
           : day       ? XLSX_LOOK_DAY
           : time      ? XLSX_LOOK_TIME
                       : XLSX_LOOK_PLAIN;
}

/* Serial 60 is 29 February 1900, which Excel believes in; days before it are one off. */
static void put_day(struct buf *out, int64_t serial, bool from_1904)
{
    if (!from_1904 && serial == 60) {
        buf_add(out, STR("1900-02-29"));
        return;
    }
    int32_t epoch = from_1904     ? day_from_civil(1904, 1, 1)
                    : serial < 60 ? day_from_civil(1899, 12, 31)
                                  : day_from_civil(1899, 12, 30);
    char text[16];
    buf_add(out, str_of(day_format(epoch + (int32_t)serial, text)));
}

static void put_time(struct buf *out, int64_t seconds)
{
    buf_addf(out, "%02lld:%02d:%02d", (long long)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60));
}

static void put_date(struct buf *out, double serial, enum xlsx_look look, bool from_1904)
{
    int64_t seconds = (int64_t)llround(serial * 86400), day = seconds / 86400;
    if (look == XLSX_LOOK_ELAPSED) {
        put_time(out, seconds);
        return;
    }
    bool show_day = look != XLSX_LOOK_TIME || day > 0;
    bool show_time = look != XLSX_LOOK_DAY;
    if (show_day) {
        put_day(out, day, from_1904);
    }
    if (show_time) {
        buf_add(out, show_day ? STR(" ") : STR(""));
        put_time(out, seconds % 86400);
    }
}

/* Most stored numbers are short whole ones, already as Excel shows them. */
static bool is_short_whole(struct str s)
{
    bool good = s.len > 0 && s.len <= 15 && (s.ptr[0] != '0' || s.len == 1);
    for (size_t i = 0; good && i < s.len; i++) {
        good = isdigit((unsigned char)s.ptr[i]);
    }
    return good;
}

uint8_t xlsx_put_number(struct buf *out, struct str stored, enum xlsx_look look, bool from_1904)
{
    double v;
    char text[48];
    if (look == XLSX_LOOK_PLAIN && is_short_whole(stored)) {
        buf_add(out, stored);
        return 0;
    }
    if (!str_f64(str_trim(stored), &v) || !isfinite(v)) {
        buf_add(out, stored);
        return 0;
    }
    if (look != XLSX_LOOK_PLAIN && v >= 0 && v < SERIAL_END) {
        put_date(out, v, look, from_1904);
        return XLSX_DATE;
    }
    if (v == floor(v) && fabs(v) < 1e21) {
        (void)snprintf(text, sizeof(text), "%.0f", v == 0 ? 0 : v);
        buf_add(out, str_of(text));
        return fabs(v) >= 1e15 ? XLSX_ROUNDED : 0;
    }
    (void)snprintf(text, sizeof(text), "%.15g", v); /* the digits that Excel shows */
    buf_add(out, str_of(text));
    return 0;
}

/* The code of "_xHHHH_" at s, -1 when that is not what stands there. */
static int32_t escape_at(struct str s)
{
    if (s.len < 7 || s.ptr[0] != '_' || s.ptr[1] != 'x' || s.ptr[6] != '_') {
        return -1;
    }
    int32_t v = 0;
    for (size_t i = 2; i < 6; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (!isxdigit(c)) {
            return -1;
        }
        v = v << 4 | (isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
    }
    return v >= 0xD800 && v <= 0xDFFF ? -1 : v;
}

static void put_code(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        bool shown = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
        if (shown) {
            buf_add_byte(out, (char)c);
        }
    } else if (c < 0x800) {
        buf_add_byte(out, (char)(0xC0 | c >> 6));
        buf_add_byte(out, (char)(0x80 | (c & 63)));
    } else {
        buf_add_byte(out, (char)(0xE0 | c >> 12));
        buf_add_byte(out, (char)(0x80 | (c >> 6 & 63)));
        buf_add_byte(out, (char)(0x80 | (c & 63)));
    }
}

void xlsx_put_text(struct buf *out, struct str stored)
{
    size_t from = 0;
    for (size_t i = str_find_byte(stored, '_', 0); i < stored.len;
         i = str_find_byte(stored, '_', i + 1)) {
        int32_t c = escape_at(str_slice(stored, i, stored.len));
        if (c >= 0) {
            buf_add(out, str_slice(stored, from, i));
            put_code(out, (uint32_t)c);
            from = i + 7;
            i += 6;
        }
    }
    buf_add(out, str_slice(stored, from, stored.len));
}
