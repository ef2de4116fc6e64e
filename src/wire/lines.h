/* Lines of text in blocks, for NDJSON: bounded memory, physical line numbers, bad lines told.
 */
#ifndef POND_WIRE_LINES_H
#define POND_WIRE_LINES_H

#include "base/rc.h"
#include "base/str.h"
#include "wire/source.h"
#include <stdint.h>

enum lines_status {
    LINES_OK,
    LINES_TOO_LONG, /* longer than the cap; the view holds its first bytes */
    LINES_NUL,      /* holds a NUL byte        */
    LINES_NOT_UTF8  /* holds bytes that are not UTF-8 */
};
const char *lines_status_text(enum lines_status s);

/* Lives until the next lines_next or lines_close. Empty lines are left out but counted. */
struct lines_block {
    uint32_t rows;
    uint32_t bad;           /* rows whose status is not LINES_OK    */
    const struct str *text; /* without the line end (LF or CRLF)    */
    const uint64_t *line;   /* 1-based physical line                */
    const uint8_t *status;  /* enum lines_status                    */
    const uint32_t *column; /* 1-based byte where it is bad, else 0 */
};

struct lines_reader;
/* cap: bytes of the longest good line, 0: 1 MiB. A leading BOM is skipped. lines_close it. */
struct lines_reader *lines_open(struct source from, size_t cap);
void lines_close(struct lines_reader *r);
/* Up to 8192 lines; out->rows == 0 is the end. Fails only as the source fails. */
enum rc lines_next(struct lines_reader *r, struct lines_block *out, struct err *e);
uint64_t lines_offset(const struct lines_reader *r); /* bytes handed out so far */

#endif
