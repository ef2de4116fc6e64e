/* Text from outside: which encoding it is, to UTF-8 from it, how wide it stands in a terminal.
 *
 * Encodings  UTF-8 with or without BOM, GB18030 (holds GBK and GB2312), UTF-16 with BOM or
 *            plainly zero-interleaved. Everything behind this header is UTF-8.
 * Source     GB 18030-2005 by the C library's iconv; widths by utf8proc (East Asian Width W and
 *            F are 2 columns, ambiguous ones 1; see UAX 11).
 */
#ifndef POND_WIRE_TEXT_H
#define POND_WIRE_TEXT_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "wire/source.h"
#include <stdbool.h>
#include <stdint.h>

enum text_kind {
    TEXT_UTF8, /* plain ASCII too, and the empty file */
    TEXT_UTF8_BOM,
    TEXT_GB18030,
    TEXT_UTF16LE,
    TEXT_UTF16BE,
    TEXT_BINARY /* NUL bytes, or neither UTF-8 nor GB18030 */
};

/* Judges by the first bytes of a file; 64 KiB or more are wanted, a sequence cut at the end is
 * no fault. Few stray bytes in UTF-8 text stay UTF-8 (the rows they stand in are set aside
 * later); UTF-8 wins where both fit. */
enum text_kind text_detect(struct str head);
/* "UTF-8", "UTF-8 with BOM", "GB18030", "UTF-16LE", "UTF-16BE", "binary" */
const char *text_kind_name(enum text_kind k);

/* Turns a stream into UTF-8, chunk by chunk. A leading BOM is dropped. A byte that means
 * nothing becomes the byte 0xFF, which is never UTF-8, so the decoder behind (wire/csv.h,
 * wire/lines.h) sets just that row aside: nothing is silently changed. UTF-8 passes through as
 * it is, unchecked. */
struct transcoder;
/* RC_INVALID for TEXT_BINARY; RC_BUG when the C library lacks the encoding. */
enum rc transcoder_new(enum text_kind from, struct transcoder **out, struct err *e);
void transcoder_free(struct transcoder *t); /* NULL is fine */
/* Appends the UTF-8 of `in` to out. A sequence cut at the end of `in` is kept for the next
 * call. */
void transcoder_add(struct transcoder *t, struct str in, struct buf *out);
/* The end of the stream: what is left of a cut sequence becomes 0xFF bytes. */
void transcoder_end(struct transcoder *t, struct buf *out);
/* How many bytes meant nothing, and the 0-based offset of the first (UINT64_MAX when none). */
uint64_t transcoder_bad_count(const struct transcoder *t);
uint64_t transcoder_bad_offset(const struct transcoder *t);
/* A source of UTF-8 that reads `from`; both must outlive it. One per transcoder. */
struct source transcoder_source(struct transcoder *t, struct source from);

/* Display columns: Chinese and full-width 2, emoji 2 (a joined sequence counts once), combining
 * and zero-width 0, control characters and tabs 0, a byte that is not UTF-8 counts 1. */
uint32_t text_width(struct str s);
/* Appends s cut to at most `width` columns; what was cut shows as "…" (1 column). Control
 * characters and stray bytes are left out, so nothing outside can move the cursor. Returns the
 * columns used. */
uint32_t text_fit(struct buf *out, struct str s, uint32_t width);
/* Appends s with stray bytes as U+FFFD: what comes out is UTF-8. */
void text_clean(struct buf *out, struct str s);
/* Appends the form for matching headers and choices: NFKC, case folded, all white space,
 * zero-width characters, "_" and "-" removed: "（元）" = "(元)", "ＩＤ" = "id", "User ID" =
 * "user_id". */
void text_fold(struct buf *out, struct str s);

#endif
