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

/* ---- Base64 ---- */

#define SKIP 254 /* tab, CR, LF; 255: no base64 */

/* Both alphabets; a space is a + that a form ate. */
/* clang-format off */
static const uint8_t sextet[256] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 254, 254, 255, 255, 254, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
     62, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,  62, 255,  62, 255,  63,
     52,  53,  54,  55,  56,  57,  58,  59,  60,  61, 255, 255, 255, 255, 255, 255,
    255,   0,   1,   2,   3,   4,   5,   6,   7,   8,   9,  10,  11,  12,  13,  14,
     15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25, 255, 255, 255, 255,  63,
    255,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,
     41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};
/* clang-format on */

/* Decodes whole groups of four as long as nothing odd comes; returns how many bytes it read. */
static size_t decode_groups(const uint8_t *in, size_t len, uint8_t *out)
{
    size_t i = 0;
    for (; len - i >= 4; i += 4, out += 3) {
        uint32_t a = sextet[in[i]], b = sextet[in[i + 1]], c = sextet[in[i + 2]],
                 d = sextet[in[i + 3]];
        if ((a | b | c | d) & 0x80) {
            break;
        }
        uint32_t v = a << 18 | b << 12 | c << 6 | d;
        out[0] = (uint8_t)(v >> 16);
        out[1] = (uint8_t)(v >> 8);
        out[2] = (uint8_t)v;
    }
    return i;
}

bool web_base64_decode(struct arena *a, struct str s, struct str *out)
{
    const uint8_t *in = (const uint8_t *)s.ptr;
    uint8_t *dst = arena_alloc(a, s.len / 4 * 3 + 4);
    uint32_t held = 0;
    size_t n = 0, bits = 0, chars = 0, pads = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (bits == 0 && pads == 0) {
            size_t run = decode_groups(in + i, s.len - i, dst + n);
            n += run / 4 * 3;
            i += run;
            if (i == s.len) {
                break;
            }
        }
        uint8_t v = sextet[in[i]];
        if (v == SKIP) {
            continue;
        }
        if (in[i] == '=' && pads < 2) {
            pads++;
            continue;
        }
        if (v > 63 || pads > 0) {
            return false;
        }
        held = held << 6 | v;
        chars++;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            dst[n++] = (uint8_t)(held >> bits);
        }
    }
    /* One character left over is half a byte; padding, when there is any, fills the last group. */
    if (chars % 4 == 1 || (pads > 0 && (chars + pads) % 4 != 0)) {
        return false;
    }
    dst[n] = 0;
    *out = str_make((const char *)dst, n);
    return true;
}

void web_base64_encode(struct buf *out, struct str s)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *in = (const uint8_t *)s.ptr;
    char *dst = buf_room(out, (s.len + 2) / 3 * 4 + 1);
    char *start = dst;
    for (size_t i = 0; i < s.len; i += 3, dst += 4) {
        size_t left = s.len - i;
        uint32_t v = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                     (left > 2 ? in[i + 2] : 0);
        dst[0] = letters[v >> 18];
        dst[1] = letters[v >> 12 & 63];
        dst[2] = left > 1 ? letters[v >> 6 & 63] : '=';
        dst[3] = left > 2 ? letters[v & 63] : '=';
    }
    out->len += (size_t)(dst - start);
}

bool web_basic_auth(struct arena *a, struct str header, struct str *user, struct str *password)
{
    struct str text;
    if (header.len < 6 || !str_eq_nocase(str_slice(header, 0, 6), STR("Basic ")) ||
        !web_base64_decode(a, str_trim(str_slice(header, 6, header.len)), &text)) {
        return false;
    }
    size_t colon = str_find_byte(text, ':', 0);
    if (colon == SIZE_MAX) {
        return false;
    }
    *user = str_slice(text, 0, colon);
    *password = str_slice(text, colon + 1, text.len);
    return true;
}
