/* JSON out into a buffer, and JSON in as a flat list of values (RFC 8259). */
#ifndef POND_WIRE_JSON_H
#define POND_WIRE_JSON_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

/* ---- Writer: commas and escapes are its work; what comes out is always UTF-8. ---------------
 *
 *     struct json j;  json_init(&j, &buf);
 *     json_begin_object(&j);
 *     json_key(&j, "day");      json_str(&j, STR("2017-12-01"));
 *     json_put_i64(&j, "none", 3);                       key and value in one call
 *     json_end_object(&j);
 */
#define JSON_WRITE_DEPTH 320 /* deeper nesting loses commas */

struct json {
    struct buf *out;
    uint32_t depth;
    uint64_t has_item[JSON_WRITE_DEPTH /
                      64]; /* bit d: a comma is due before the next item at depth d */
    bool after_key;
};

void json_init(struct json *j, struct buf *out);
void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_array(struct json *j);
void json_key(struct json *j, const char *key);
void json_key_str(struct json *j, struct str key);
void json_str(struct json *j, struct str s);   /* stray bytes become U+FFFD           */
void json_cstr(struct json *j, const char *s); /* NULL: null                          */
void json_i64(struct json *j, int64_t v);
void json_u64(struct json *j, uint64_t v);
void json_f64(struct json *j, double v); /* shortest that reads back; NaN: null */
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
void json_fen(struct json *j, int64_t fen);      /* 12345 -> 123.45, exact              */
void json_raw(struct json *j, struct str valid); /* JSON already; not checked           */
void json_put_str(struct json *j, const char *key, struct str s);
void json_put_text(struct json *j, const char *key, struct str s); /* null for no text */
void json_put_cstr(struct json *j, const char *key, const char *s);
void json_put_i64(struct json *j, const char *key, int64_t v);
void json_put_f64(struct json *j, const char *key, double v);
void json_put_bool(struct json *j, const char *key, bool v);
void json_put_fen(struct json *j, const char *key, int64_t fen);
/* Only the string, quotes included. */
void json_quote(struct buf *out, struct str s);

/* ---- Reader: one document (an NDJSON line, a request) becomes a list of values in text order:
 *
 *     {"event":"purchase","identities":{"phone":["138..","139.."]},"properties":{"x":{"y":1}}}
 *     event                 JSON_STRING  purchase
 *     identities            JSON_OBJECT  {"phone":[...]}     raw text of the whole
 *     identities.phone      JSON_ARRAY   ["138..","139.."]
 *     identities.phone[0]   JSON_STRING  138..
 *     identities.phone[1]   JSON_STRING  139..
 *     properties            JSON_OBJECT  {"x":{"y":1}}
 *     properties.x          JSON_OBJECT  {"y":1}
 *     properties.x.y        JSON_NUMBER  1
 *
 * The outermost object or array is the first value, with an empty path. A "." or "[" inside a
 * key is not escaped in the path (compare `key` where that matters). Of double keys both are
 * listed.
 */
enum json_type {
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

struct json_value {
    struct str path;  /* "identities.phone[0]"                                             */
    struct str key;   /* last key in it: "phone"; of an element its array's key            */
    struct str value; /* string unescaped; number, true, false, null as written; object and
                       * array as raw JSON text                                            */
    enum json_type type;
    uint32_t index; /* place in the parent: of an element 0.., of a member 0..           */
    uint32_t span;  /* values that lie inside this one and follow it (0 for scalars)     */
    uint32_t depth; /* 0: the outermost value                                            */
};

struct json_flat {
    const struct json_value *item;
    uint32_t count;
};

struct json_limits {
    uint32_t depth;  /* 0: 8; at most 320; nesting deeper than this is RC_TOO_LARGE */
    uint32_t values; /* 0: 4096                                           */
    uint32_t bytes;  /* 0: 1 MiB                                          */
    bool no_paths;   /* leaves `path` empty: for big documents that are walked, not searched */
};

struct json_reader;
/* limits may be NULL. One reader per thread; it keeps its memory between calls. */
struct json_reader *json_reader_new(const struct json_limits *limits);
void json_reader_free(struct json_reader *r);
/* Parses one document; nothing may follow it but white space. The views live until the next
 * call with this reader. RC_INVALID with "column N: ..." for bad JSON (bad UTF-8 too);
 * RC_TOO_LARGE for a limit. */
enum rc json_flat(struct json_reader *r, struct str text, struct json_flat *out, struct err *e);
/* 1-based byte of the last failure of json_flat. */
uint32_t json_error_column(const struct json_reader *r);
/* The first value with this path; NULL when there is none. */
const struct json_value *json_find(const struct json_flat *f, struct str path);

#endif
