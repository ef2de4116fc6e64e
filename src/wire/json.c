#include "wire/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/text.h"
#include "wire/window.h"

void json_init(struct json *j, struct buf *out) { *j = (struct json){.out = out}; }

static uint64_t *word_of(struct json *j)
{
    return &j->has_item[j->depth % JSON_WRITE_DEPTH / 64];
}

/* Before every item: the comma it needs. */
static void before_item(struct json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    uint64_t bit = (uint64_t)1 << (j->depth % 64), *word = word_of(j);
    if (j->depth > 0 && (*word & bit)) {
        buf_add_byte(j->out, ',');
    }
    *word |= bit;
}

static void begin(struct json *j, char c)
{
    before_item(j);
    buf_add_byte(j->out, c);
    j->depth++;
    *word_of(j) &= ~((uint64_t)1 << (j->depth % 64));
}

static void end(struct json *j, char c)
{
    j->depth--;
    buf_add_byte(j->out, c);
}

void json_begin_object(struct json *j) { begin(j, '{'); }
void json_end_object(struct json *j) { end(j, '}'); }
void json_begin_array(struct json *j) { begin(j, '['); }
void json_end_array(struct json *j) { end(j, ']'); }

/* 1: needs an escape. Bytes from 0x80 on are checked for UTF-8 by the caller. */
static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
}

static void put_escaped(struct buf *out, unsigned char c)
{
    static const char short_form[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                      ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    if (c < sizeof(short_form) && short_form[c]) {
        buf_add_byte(out, '\\');
        buf_add_byte(out, short_form[c]);
    } else {
        buf_addf(out, "\\u%04x", c);
    }
}

void json_quote(struct buf *out, struct str s)
{
    struct buf clean = {0};
    if (window_bad_utf8(s.ptr, s.len) < s.len) {
        text_clean(&clean, s);
        s = buf_str(&clean);
    }
    buf_add_byte(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (needs_escape((unsigned char)s.ptr[i])) {
            buf_add(out, str_make(s.ptr + from, i - from));
            put_escaped(out, (unsigned char)s.ptr[i]);
            from = i + 1;
        }
    }
    if (from < s.len) {
        buf_add(out, str_make(s.ptr + from, s.len - from));
    }
    buf_add_byte(out, '"');
    buf_release(&clean);
}

void json_key_str(struct json *j, struct str key)
{
    before_item(j);
    json_quote(j->out, key);
    buf_add_byte(j->out, ':');
    j->after_key = true;
}

void json_key(struct json *j, const char *key) { json_key_str(j, str_of(key)); }

void json_str(struct json *j, struct str s)
{
    before_item(j);
    json_quote(j->out, s);
}

void json_cstr(struct json *j, const char *s)
{
    if (s) {
        json_str(j, str_of(s));
    } else {
        json_null(j);
    }
}

void json_i64(struct json *j, int64_t v)
{
    before_item(j);
    buf_add_i64(j->out, v);
}

void json_u64(struct json *j, uint64_t v)
{
    before_item(j);
    buf_addf(j->out, "%llu", (unsigned long long)v);
}

void json_f64(struct json *j, double v)
{
    before_item(j);
    if (!isfinite(v)) {
        buf_add(j->out, STR("null"));
        return;
    }
    if (fabs(v) < 1e15 && v == floor(v) && !(v == 0 && signbit(v))) {
        buf_add_i64(j->out, (int64_t)v);
        return;
    }
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v) {
            break;
        }
    }
    char *comma = strchr(text, ','); /* a locale's decimal comma */
    if (comma) {
        *comma = '.';
    }
    buf_add(j->out, str_of(text));
}

void json_bool(struct json *j, bool v)
{
    before_item(j);
    buf_add(j->out, v ? STR("true") : STR("false"));
}

void json_null(struct json *j)
{
    before_item(j);
    buf_add(j->out, STR("null"));
}

void json_fen(struct json *j, int64_t fen)
{
    before_item(j);
    uint64_t u = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    if (fen < 0) {
        buf_add_byte(j->out, '-');
    }
    buf_addf(j->out, "%llu", (unsigned long long)(u / 100));
    unsigned cents = (unsigned)(u % 100);
    if (cents > 0) {
        buf_addf(j->out, cents % 10 ? ".%02u" : ".%u", cents % 10 ? cents : cents / 10);
    }
}

void json_raw(struct json *j, struct str valid)
{
    before_item(j);
    buf_add(j->out, valid);
}

void json_put_str(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    json_str(j, s);
}

void json_put_text(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    if (s.len) {
        json_str(j, s);
    } else {
        json_null(j);
    }
}

void json_put_cstr(struct json *j, const char *key, const char *s)
{
    json_key(j, key);
    json_cstr(j, s);
}

void json_put_i64(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}

void json_put_f64(struct json *j, const char *key, double v)
{
    json_key(j, key);
    json_f64(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}

void json_put_fen(struct json *j, const char *key, int64_t fen)
{
    json_key(j, key);
    json_fen(j, fen);
}
