#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

int str_cmp(struct str a, struct str b)
{
    size_t both = a.len < b.len ? a.len : b.len;
    int order = both ? memcmp(a.ptr, b.ptr, both) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq(str_make(s.ptr, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

size_t str_find_byte(struct str s, char c, size_t from)
{
    const char *at = from < s.len ? memchr(s.ptr + from, c, s.len - from) : NULL;
    return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.len || needle.len > s.len - from) {
        return SIZE_MAX;
    }
    if (needle.len == 0) {
        return from;
    }
    const char *at = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    to = to < s.len ? to : s.len;
    from = from < to ? from : to;
    return (struct str){s.ptr ? s.ptr + from : NULL, to - from};
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Bytes of white space that s starts with / ends in: 0, 1 or 3. */
static size_t space_first(struct str s)
{
    if (s.len && is_space(s.ptr[0])) {
        return 1;
    }
    return str_starts(s, STR("\u3000")) || str_starts(s, STR("\uFEFF")) ? 3 : 0;
}
static size_t space_last(struct str s)
{
    if (s.len && is_space(s.ptr[s.len - 1])) {
        return 1;
    }
    return str_ends(s, STR("\u3000")) || str_ends(s, STR("\uFEFF")) ? 3 : 0;
}

struct str str_trim(struct str s)
{
    for (size_t n = space_first(s); n; n = space_first(s)) {
        s = str_make(s.ptr + n, s.len - n);
    }
    for (size_t n = space_last(s); n; n = space_last(s)) {
        s.len -= n;
    }
    return s;
}

struct str str_cut(struct str *rest, char c)
{
    size_t at = str_find_byte(*rest, c, 0);
    struct str head = *rest;
    if (at == SIZE_MAX) {
        *rest = STR_NULL;
        return head;
    }
    *rest = str_make(head.ptr + at + 1, head.len - at - 1);
    return str_make(head.ptr, at);
}

bool str_u64(struct str s, uint64_t *out)
{
    if (s.len && s.ptr[0] == '+') {
        s = str_slice(s, 1, s.len);
    }
    uint64_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (digit > 9 || v > (UINT64_MAX - digit) / 10) {
            return false;
        }
        v = v * 10 + digit;
    }
    if (s.len == 0) {
        return false;
    }
    *out = v;
    return true;
}

/* The signed value of a magnitude; false when it does not fit. */
static bool with_sign(bool negative, uint64_t magnitude, int64_t *out)
{
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    *out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

bool str_i64(struct str s, int64_t *out)
{
    bool negative = s.len && s.ptr[0] == '-';
    uint64_t magnitude;
    if (negative) {
        s = str_slice(s, 1, s.len);
        if (s.len && s.ptr[0] == '+') {
            return false;
        }
    }
    return str_u64(s, &magnitude) && with_sign(negative, magnitude, out);
}

/* A decimal number cut into its parts; views into the input. */
struct decimal {
    bool negative;
    struct str whole; /* digits and, when allowed, commas in front of the point */
    struct str frac;  /* digits behind the point                                */
    int exponent;     /* clipped to +-100000                                    */
};

static bool take_sign(struct str *s, bool *negative)
{
    if (s->len && (s->ptr[0] == '-' || s->ptr[0] == '+')) {
        *negative = s->ptr[0] == '-';
        *s = str_slice(*s, 1, s->len);
        return true;
    }
    return false;
}

static struct str take_digits(struct str *s, bool commas)
{
    size_t n = 0;
    while (n < s->len && (is_digit(s->ptr[n]) || (commas && n && s->ptr[n] == ','))) {
        n++;
    }
    struct str digits = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->len);
    return digits;
}

static bool take_exponent(struct str *s, int *exponent)
{
    *exponent = 0;
    if (s->len == 0 || lower(s->ptr[0]) != 'e') {
        return true;
    }
    *s = str_slice(*s, 1, s->len);
    bool negative = false;
    (void)take_sign(s, &negative);
    struct str digits = take_digits(s, false);
    int v = 0;
    for (size_t i = 0; i < digits.len; i++) {
        v = v < 100000 ? v * 10 + (digits.ptr[i] - '0') : v;
    }
    v = v < 100000 ? v : 100000;
    *exponent = negative ? -v : v;
    return digits.len > 0;
}

/* Everything behind sign and symbol. */
static bool take_number(struct str s, bool commas, struct decimal *d)
{
    d->whole = take_digits(&s, commas);
    d->frac = STR_NULL;
    if (s.len && s.ptr[0] == '.') {
        s = str_slice(s, 1, s.len);
        d->frac = take_digits(&s, false);
    }
    return d->whole.len + d->frac.len > 0 && take_exponent(&s, &d->exponent) && s.len == 0;
}

/* Commas, when there are any, leave one to three digits first and three behind each. */
static bool commas_fit(struct str whole)
{
    size_t first = str_find_byte(whole, ',', 0);
    if (first == SIZE_MAX) {
        return true;
    }
    if (first > 3 || (whole.len - first) % 4) {
        return false;
    }
    for (size_t i = first; i < whole.len; i++) {
        if ((whole.ptr[i] == ',') != ((i - first) % 4 == 0)) {
            return false;
        }
    }
    return true;
}

/* The first `keep` digits of whole and frac as one number (zeroes behind them), rounded half up
 * by the digit that follows; false on overflow. */
static bool round_digits(const struct decimal *d, int64_t keep, uint64_t *out)
{
    uint64_t v = 0;
    int64_t seen = 0;
    for (size_t i = 0; i < d->whole.len + d->frac.len && seen <= keep; i++) {
        bool in_whole = i < d->whole.len;
        char c = in_whole ? d->whole.ptr[i] : d->frac.ptr[i - d->whole.len];
        if (c == ',') {
            continue;
        }
        unsigned digit = (unsigned)(c - '0');
        unsigned factor = 10;
        if (seen++ == keep) {
            digit = digit >= 5;
            factor = 1;
        }
        if (v > (UINT64_MAX - digit) / factor) {
            return false;
        }
        v = v * factor + digit;
    }
    for (; v && seen < keep; seen++) {
        if (v > UINT64_MAX / 10) {
            return false;
        }
        v *= 10;
    }
    *out = v;
    return true;
}

static bool take_symbol(struct str *s)
{
    const struct str symbols[] = {STR("$"), STR("\u00A5"), STR("\uFFE5")};
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
        if (str_starts(*s, symbols[i])) {
            *s = str_slice(*s, symbols[i].len, s->len);
            return true;
        }
    }
    return false;
}

/* "1234.56" with no more digits than a number of 18 holds, and none beyond the scale: nearly every
 * amount there is. False leaves it to the long way. */
static bool decimal_short(struct str s, int scale, int64_t *out)
{
    int64_t v = 0;
    int behind = -1; /* digits behind the point; -1: no point yet */
    if (s.len == 0 || s.len + (size_t)scale > 18) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (digit <= 9) {
            v = v * 10 + digit;
            behind += behind >= 0;
        } else if (s.ptr[i] == '.' && behind < 0 && s.len > 1) {
            behind = 0;
        } else {
            return false;
        }
    }
    behind = behind < 0 ? 0 : behind;
    if (behind > scale) {
        return false;
    }
    for (; behind < scale; behind++) {
        v *= 10;
    }
    *out = v;
    return true;
}

bool str_decimal(struct str s, int scale, int64_t *out)
{
    if (scale >= 0 && decimal_short(s, scale, out)) {
        return true;
    }
    struct decimal d = {0};
    bool signed_first = take_sign(&s, &d.negative);
    if (take_symbol(&s) && !signed_first) {
        (void)take_sign(&s, &d.negative);
    }
    if (!take_number(s, true, &d) || !commas_fit(d.whole)) {
        return false;
    }
    int64_t digits = 0;
    for (size_t i = 0; i < d.whole.len; i++) {
        digits += d.whole.ptr[i] != ',';
    }
    uint64_t magnitude;
    return round_digits(&d, digits + d.exponent + scale, &magnitude) &&
           with_sign(d.negative, magnitude, out);
}

/* The usual short number exactly: up to 15 digits and a power of ten a double holds exactly, so the
 * one division or product rounds once (W. D. Clinger, 1990). */
static bool f64_short(const struct decimal *d, double *out)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    size_t digits = d->whole.len + d->frac.len;
    int shift = digits <= 15 ? d->exponent - (int)d->frac.len : 0;
    if (digits > 15 || shift > 22 || shift < -22) {
        return false;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < d->whole.len; i++) {
        v = v * 10 + (uint64_t)(d->whole.ptr[i] - '0');
    }
    for (size_t i = 0; i < d->frac.len; i++) {
        v = v * 10 + (uint64_t)(d->frac.ptr[i] - '0');
    }
    double f = shift < 0 ? (double)v / powers[-shift] : (double)v * powers[shift];
    *out = d->negative ? -f : f;
    return true;
}

bool str_f64(struct str s, double *out)
{
    char copy[512];
    struct decimal d = {0};
    struct str rest = s;
    (void)take_sign(&rest, &d.negative);
    if (s.len >= sizeof(copy) || !take_number(rest, false, &d)) {
        return false;
    }
    if (f64_short(&d, out)) {
        return true;
    }
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    double v = strtod(copy, NULL);
    if (!isfinite(v)) {
        return false;
    }
    *out = v;
    return true;
}

/* Length of the well-formed character at p (n bytes left, n >= 1), 0 when there is none.
 * Unicode 15, table 3-7. */
static size_t utf8_char(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    if (c < 0x80) {
        return 1;
    }
    size_t len = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (len == 0 || n < len) {
        return 0;
    }
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

bool str_is_utf8(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;
    while (i < s.len) {
        uint64_t eight;
        if (s.len - i >= 8 && (memcpy(&eight, p + i, 8), !(eight & 0x8080808080808080u))) {
            i += 8;
            continue;
        }
        size_t len = utf8_char(p + i, s.len - i);
        if (len == 0) {
            return false;
        }
        i += len;
    }
    return true;
}

/* ---- did you mean ---------------------------------------------------------------------------- */

#define DISTANCE_MAX 256u /* bytes of either text */

uint32_t str_distance(struct str a, struct str b)
{
    uint16_t row[DISTANCE_MAX + 1];
    if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX) {
        return UINT32_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = (uint16_t)j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        uint16_t diagonal = row[0];
        row[0] = (uint16_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            uint16_t change = (uint16_t)(diagonal + (a.ptr[i - 1] != b.ptr[j - 1]));
            uint16_t step = (uint16_t)((row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1);
            diagonal = row[j];
            row[j] = change < step ? change : step;
        }
    }
    return row[b.len];
}

/* UINT32_MAX when they are not near. */
static uint32_t steps_when_near(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    uint32_t steps = str_distance(a, b);
    return steps <= (shorter < 4 ? 1 : shorter / 3) ? steps : UINT32_MAX;
}

bool str_near(struct str a, struct str b) { return steps_when_near(a, b) != UINT32_MAX; }

uint32_t str_nearest(const struct str *texts, uint32_t len, struct str wanted)
{
    uint32_t best = len, fewest = UINT32_MAX;
    for (uint32_t i = 0; i < len; i++) {
        uint32_t steps = texts[i].len ? steps_when_near(wanted, texts[i]) : UINT32_MAX;
        if (steps < fewest) {
            fewest = steps;
            best = i;
        }
    }
    return best;
}

const char *str_nearest_word(const char *const *words, struct str wanted)
{
    const char *best = NULL;
    uint32_t fewest = UINT32_MAX;
    for (uint32_t i = 0; words[i]; i++) {
        uint32_t steps = steps_when_near(wanted, str_of(words[i]));
        if (steps < fewest) {
            fewest = steps;
            best = words[i];
        }
    }
    return best;
}
