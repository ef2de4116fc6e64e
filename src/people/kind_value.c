/* Values of identities: their canonical form and their masked form. Files make a mess of both:
 * spreadsheets turn numbers into floats, forms let people type phones as they like. */
#include "people/kind.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool digit(char c) { return c >= '0' && c <= '9'; }

/* True for values that programs write where they have none. */
static bool means_none(struct str s)
{
    static const char *const words[] = {"null",      "none", "nan", "n/a", "#n/a", "nil",
                                        "undefined", "-",    "--",  "\\N", "无",   "空"};
    if (s.len == 0) {
        return true;
    }
    if (s.len > 9) {
        return false;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(s, str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

static bool only(struct str s, char zero, const char *also)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != zero && !strchr(also, s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

/* Copies s with full-width forms as ASCII: U+FF10..FF19 always, U+FF01..FF5E and U+3000 when `all`.
 * They are three bytes EF BC 81 .. EF BD 9E. */
static struct str narrow(struct str s, bool all, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        if (s.len - i >= 3 && p[0] == 0xef && (p[1] == 0xbc || p[1] == 0xbd)) {
            uint32_t code = 0xf000u | (uint32_t)(p[1] & 0x3f) << 6 | (uint32_t)(p[2] & 0x3f);
            bool is_digit = code >= 0xff10 && code <= 0xff19;
            if (is_digit || (all && code >= 0xff01 && code <= 0xff5e)) {
                to[n++] = (char)(code - 0xff01 + '!');
                i += 2;
                continue;
            }
        }
        if (all && s.len - i >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0) {
            to[n++] = ' ';
            i += 2;
            continue;
        }
        to[n++] = s.ptr[i];
    }
    to[n] = '\0';
    return str_make(to, n);
}

/* A number that went through a float column: "17850.0" and "1.3800138123E+10". *out is a view or in
 * the arena. False when digits were rounded away. Other text is left as it is. */
static bool unfloat(struct str s, struct arena *a, struct str *out)
{
    size_t dot = str_find_byte(s, '.', 0);
    size_t exp = SIZE_MAX;
    *out = s;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if ((c == 'e' || c == 'E') && exp == SIZE_MAX && i > 0) {
            exp = i;
        } else if (!digit(c) && i != dot && !((c == '+') && exp != SIZE_MAX && i == exp + 1)) {
            return true;
        }
    }
    if (dot == 0 || dot == s.len - 1 || (dot == SIZE_MAX && exp == SIZE_MAX)) {
        return true;
    }
    struct str whole = str_slice(s, 0, dot < exp ? dot : exp);
    struct str part = dot < exp ? str_slice(s, dot + 1, exp) : STR_NULL;
    if (exp == SIZE_MAX) {
        if (only(part, '0', "")) {
            *out = whole;
        }
        return true;
    }
    struct str power = str_slice(s, exp + 1, s.len);
    int64_t n = 0;
    if (whole.len != 1 || !str_starts(power, STR("+")) || !str_i64(power, &n) || n < 1 ||
        n > 18) {
        return true; /* an ordinary id, as "5E10" is */
    }
    if (part.len < (size_t)n) {
        return false;
    }
    if (!only(str_slice(part, (size_t)n, part.len), '0', "") && part.len > (size_t)n) {
        return true;
    }
    *out = arena_strf(a, "%c%.*s", s.ptr[0], (int)n, part.ptr);
    return true;
}

static enum rc canonical_phone(struct str s, struct arena *a, struct str *out, struct err *e)
{
    if (str_find_byte(s, '*', 0) != SIZE_MAX) {
        return rc_fail(e, RC_MISSING, "a masked phone number names nobody");
    }
    char *to = arena_alloc(a, s.len + 2);
    size_t n = 1; /* room for a '+' in front */
    bool plus = s.ptr[0] == '+';
    for (size_t i = plus; i < s.len; i++) {
        char c = s.ptr[i];
        if (digit(c)) {
            to[n++] = c;
        } else if (!strchr(" -().\t", c)) {
            return rc_fail(e, RC_INVALID, "a phone number holds a character that is no digit");
        }
    }
    struct str digits = str_make(to + 1, n - 1);
    if (!plus && str_starts(digits, STR("00")) && digits.len > 7) {
        plus = !only(digits, '0', "");
        digits = str_slice(digits, 2, digits.len);
    }
    if (only(digits, '0', "")) {
        return rc_fail(e, RC_MISSING, "a phone number of zeros names nobody");
    }
    bool china = plus && str_starts(digits, STR("86"));
    if (china || (digits.len == 13 && str_starts(digits, STR("861")))) {
        digits = str_slice(digits, 2, digits.len);
        plus = false;
    }
    if (digits.len < 5 || digits.len > 15) {
        return rc_fail(e, RC_INVALID, "a phone number has 5 to 15 digits, this one %zu",
                       digits.len);
    }
    if (plus) {
        size_t at = (size_t)(digits.ptr - to) - 1;
        to[at] = '+';
        digits = str_make(to + at, digits.len + 1);
    }
    *out = digits;
    return RC_OK;
}

static enum rc canonical_email(struct str s, struct arena *a, struct str *out, struct err *e)
{
    size_t at = str_find_byte(s, '@', 0);
    if (at == SIZE_MAX || at == 0 || at + 1 == s.len ||
        str_find_byte(s, '@', at + 1) != SIZE_MAX || str_find_byte(s, ' ', 0) != SIZE_MAX) {
        return rc_fail(e, RC_INVALID, "an e-mail address is NAME@HOST");
    }
    char *to = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        to[i] = lower(s.ptr[i]);
    }
    to[s.len] = '\0';
    *out = str_make(to, s.len);
    return RC_OK;
}

/* Letters and digits that need no second look: no trimming, no number format, no word for "none".
 * Nearly every value of a behaviour log is one. */
static bool is_plain(struct str s)
{
    if (s.len < 1 || s.len > KIND_VALUE_MAX) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (!digit(s.ptr[i])) {
            return false;
        }
    }
    return true;
}

static enum rc check_bytes(struct str s, struct err *e)
{
    if (s.len > KIND_VALUE_MAX) {
        return rc_fail(e, RC_INVALID, "an identity has at most %d bytes, this one %zu",
                       KIND_VALUE_MAX, s.len);
    }
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) {
            return rc_fail(e, RC_INVALID, "an identity holds a control byte (0x%02x)",
                           (unsigned)(unsigned char)s.ptr[i]);
        }
    }
    if (!str_is_utf8(s)) {
        return rc_fail(e, RC_INVALID, "an identity is not UTF-8 text");
    }
    return RC_OK;
}

enum rc kind_canonical(uint8_t kind, struct str raw, struct arena *a, struct str *out,
                       struct err *e)
{
    bool numeric = kind == KIND_USER_ID || kind == KIND_MEMBER_NO || kind == KIND_PHONE;
    bool wide = kind == KIND_PHONE || kind == KIND_EMAIL;
    if (!wide && kind != KIND_DEVICE && is_plain(raw)) {
        *out = arena_str(a, raw);
        return RC_OK;
    }
    struct str s = str_trim(raw);
    enum rc rc = check_bytes(s, e);
    if (rc) {
        return rc;
    }
    s = str_trim(narrow(s, wide, a));
    if (means_none(s) || (kind == KIND_DEVICE && only(s, '0', "-:"))) {
        return rc_fail(e, RC_MISSING, "the value means that there is none");
    }
    if (numeric && !unfloat(s, a, &s)) {
        rc_fail(e, RC_INVALID, "a spreadsheet has rounded digits away: %.*s", STR_FMT(s));
        err_hint(e, "export the column as text");
        return RC_INVALID;
    }
    if (kind == KIND_PHONE) {
        return canonical_phone(s, a, out, e);
    }
    if (kind == KIND_EMAIL) {
        return canonical_email(s, a, out, e);
    }
    *out = s;
    return RC_OK;
}

/* Bytes of the first character of UTF-8 text. */
static size_t first_char(struct str s)
{
    size_t n = s.len ? 1 : 0;
    while (n < s.len && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) {
        n++;
    }
    return n;
}

struct str kind_mask(const struct kind_table *t, uint8_t kind, struct str value,
                     struct arena *a)
{
    if (!kind_rules(t)[kind].personal) {
        return arena_str(a, value);
    }
    size_t head = first_char(value);
    size_t at = str_find_byte(value, '@', 0);
    if (kind == KIND_PHONE && value.len >= 8) {
        return arena_strf(a, "%.3s****%.*s", value.ptr, 4, value.ptr + value.len - 4);
    }
    if (kind == KIND_EMAIL && at != SIZE_MAX) {
        return arena_strf(a, "%.*s***%.*s", (int)head, value.ptr, (int)(value.len - at),
                          value.ptr + at);
    }
    return arena_strf(a, "%.*s***", (int)head, value.ptr);
}
