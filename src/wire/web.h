/* Text forms of the web: percent-encoding, forms, base64, and bodies that come compressed. All of them
 * read what an outsider sends: bounded, never out of range, fuzzed (test/fuzz/fuzz_web.c). */
#ifndef POND_WIRE_WEB_H
#define POND_WIRE_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

/* "%E6%8A%A4+x" -> text; with `plus` a + is a space. A stray % stays as it is. In the arena. */
struct str web_percent_decode(struct arena *a, struct str s, bool plus);
/* Appends s so that it can stand in a query or a path. */
struct buf;
void web_percent_encode(struct buf *out, struct str s);
/* The first value of a field in "a=1&b=2" (a query, a form), decoded; {NULL, 0} when absent. */
struct str web_form_get(struct arena *a, struct str form, struct str name);
/* The next field of a form: cuts *rest; false at its end. Name and value are decoded. */
bool web_form_next(struct arena *a, struct str *rest, struct str *name, struct str *value);
/* Standard or URL-safe alphabet, with or without padding; blanks and line ends are skipped; a space is
 * read as "+" (a form that was not percent-encoded). False for anything else. */
bool web_base64_decode(struct arena *a, struct str s, struct str *out);
void web_base64_encode(struct buf *out, struct str s);
/* "Basic dXNlcjpwYXNz" -> user, password. False for anything else. */
bool web_basic_auth(struct arena *a, struct str header, struct str *user, struct str *password);

enum web_coding { WEB_PLAIN, WEB_GZIP, WEB_DEFLATE, WEB_ZSTD };
/* Of a Content-Encoding ("gzip", "x-gzip", "deflate", "zstd", "identity", empty). RC_INVALID for others. */
enum rc web_coding_of(struct str header, enum web_coding *out, struct err *e);
/* True when the bytes begin as gzip does. */
bool web_is_gzip(struct str s);
/* Unpacks at most `limit` bytes (RC_TOO_LARGE: a bomb is stopped at the limit, not behind it); several
 * gzip members in a row are one text. RC_INVALID for damaged or cut bytes. */
enum rc web_unpack(struct arena *a, enum web_coding coding, struct str packed, size_t limit,
                   struct str *out, struct err *e);
/* gzip, level 1: for answers and tests. */
enum rc web_gzip(struct str plain, struct buf *out, struct err *e);

#endif
