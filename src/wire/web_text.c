/* Percent-encoding, forms, base64, Basic. */
#include "wire/web.h"

#include "base/buf.h"

/* ---- Percent ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct str web_percent_decode(struct arena *a, struct str s, bool plus)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%' && s.len - i > 2) {
            int high = hex_digit(s.ptr[i + 1]), low = hex_digit(s.ptr[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(high << 4 | low);
                i += 2;
            }
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = '\0';
    return str_make(out, n);
}

static bool stays(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void web_percent_encode(struct buf *out, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *dst = buf_room(out, s.len * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (stays((char)c)) {
            dst[n++] = (char)c;
            continue;
        }
        dst[n++] = '%';
        dst[n++] = digits[c >> 4];
        dst[n++] = digits[c & 15];
    }
    out->len += n;
}

/* ---- Forms ---- */

/* The next "name=value", not decoded; empty ones between two & are stepped over. */
static bool next_raw(struct str *rest, struct str *name, struct str *value)
{
    while (rest->len > 0) {
        struct str pair = str_cut(rest, '&');
        if (pair.len > 0) {
            *name = str_cut(&pair, '=');
            *value = pair.ptr ? pair : STR("");
            return true;
        }
    }
    return false;
}

struct str web_form_get(struct arena *a, struct str form, struct str name)
{
    struct str key, value;
    while (next_raw(&form, &key, &value)) {
        bool coded =
            str_find_byte(key, '%', 0) != SIZE_MAX || str_find_byte(key, '+', 0) != SIZE_MAX;
        if (str_eq(coded ? web_percent_decode(a, key, true) : key, name)) {
            return web_percent_decode(a, value, true);
        }
    }
    return STR_NULL;
}

bool web_form_next(struct arena *a, struct str *rest, struct str *name, struct str *value)
{
    struct str key, text;
    if (!next_raw(rest, &key, &text)) {
        return false;
    }
    *name = web_percent_decode(a, key, true);
    *value = web_percent_decode(a, text, true);
    return true;
}
