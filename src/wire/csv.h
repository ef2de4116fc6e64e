/* CSV, TSV, ";" and "|" separated text, and columns lined up by spaces, block by block.
 *
 * A block is up to CSV_BLOCK_ROWS rows as a flat array of views; nothing is allocated per row
 * or field. Input must be UTF-8 (put wire/text.h in front of other encodings).
 *
 * Format  RFC 4180, and what files do beyond it: CRLF, LF or lone CR end a row; a BOM is
 *         skipped; the last newline may be missing; empty lines are no rows (they count as
 *         lines); a quote that does not open a field is an ordinary character; text behind a
 *         closing quote is appended as it is.
 * Limits  a row of more than row_cap bytes (default 1 MiB) is reported as malformed and
 *         skipped, whatever its length: memory stays bounded. An open quote that reaches
 *         row_cap or the end of the file makes only its first line malformed; reading goes on
 *         with the line behind it.
 * Cost    one pass, 64 bytes compared at a time; README.md has the measured figures.
 */
#ifndef POND_WIRE_CSV_H
#define POND_WIRE_CSV_H

#include "base/rc.h"
#include "base/str.h"
#include "wire/source.h"
#include <stdbool.h>
#include <stdint.h>

#define CSV_BLOCK_ROWS 65536u
#define CSV_ROW_CAP (1u << 20)
#define CSV_FIELD_CAP 65535u /* fields of one row */

struct csv_options {
    char delimiter;  /* 0: found by csv_detect_delimiter. Not a quote, CR or LF        */
    char quote;      /* 0: the usual '"'; CSV_NO_QUOTE: none                              */
    bool whitespace; /* fields end at runs of spaces and tabs, leading ones ignored (CDNOW);
                      * delimiter is then unused and quotes have no meaning               */
    size_t block;    /* bytes read at a time; 0: 1 MiB                                     */
    size_t row_cap;  /* bytes; 0: CSV_ROW_CAP                                             */
};
#define CSV_NO_QUOTE '\x01'

/* What is wrong with a row; such a row has no fields, only csv_raw. */
enum csv_status {
    CSV_OK,
    CSV_OPEN_QUOTE, /* a quote opens a field and never closes                */
    CSV_TOO_LONG,   /* more than row_cap bytes or CSV_FIELD_CAP fields       */
    CSV_NUL,        /* holds a NUL byte                                      */
    CSV_NOT_UTF8    /* holds bytes that are not UTF-8                        */
};
/* A sentence for people: "a quote opens a field and never closes". */
const char *csv_status_text(enum csv_status s);

/* Rows r of 0..rows-1; fields of row r are field[row_field[r]] .. field[row_field[r + 1] - 1].
 * Everything lives until the next csv_next or csv_close. */
struct csv_block {
    uint32_t rows;
    uint32_t bad;              /* rows whose status is not CSV_OK                     */
    const struct str *field;   /* unescaped: no outer quotes, "" is "                 */
    const uint32_t *row_field; /* rows + 1 entries                                    */
    const uint64_t *line;      /* 1-based physical line on which the row starts       */
    const uint8_t *status;     /* enum csv_status                                     */
    const uint32_t *column;    /* status != CSV_OK: 1-based byte in the row; else 0   */
    const char *text;          /* see csv_raw                                         */
    const uint32_t *row_at, *row_len;
};
/* The row as it stands in the file, without its line end; of a row that is too long its first
 * bytes only. */
static inline struct str csv_raw(const struct csv_block *b, uint32_t row)
{
    return str_make(b->text + b->row_at[row], b->row_len[row]);
}
static inline uint32_t csv_fields(const struct csv_block *b, uint32_t row)
{
    return b->row_field[row + 1] - b->row_field[row];
}
/* Field `i` of a row; STR_NULL behind the last. */
static inline struct str csv_field(const struct csv_block *b, uint32_t row, uint32_t i)
{
    return i < csv_fields(b, row) ? b->field[b->row_field[row] + i] : STR_NULL;
}

struct csv_reader;

/* Reads the first block (to find the delimiter) and hands out a reader; csv_close it. Fails as
 * the source fails; RC_INVALID for options that exclude each other. */
enum rc csv_open(struct source from, const struct csv_options *options, struct csv_reader **out,
                 struct err *e);
void csv_close(struct csv_reader *r); /* NULL is fine */
/* The next rows; out->rows == 0 is the end. Fails only as the source fails. */
enum rc csv_next(struct csv_reader *r, struct csv_block *out, struct err *e);
/* The delimiter in use; ' ' in whitespace mode. */
char csv_delimiter(const struct csv_reader *r);
/* Bytes of the source consumed by the rows handed out so far (for progress and resuming). */
uint64_t csv_offset(const struct csv_reader *r);

/* The delimiter that splits the first lines of `head` most evenly; ' ' (whitespace mode) when
 * none occurs and the lines hold equally many words, two at least; else ','. */
char csv_detect_delimiter(struct str head, char quote);

/* Appends one field with RFC 4180 quoting when needed. */
struct buf;
void csv_put_field(struct buf *out, struct str field, char delimiter);
/* The same for files that people open in a spreadsheet: a text that it would run (its first character is one of = + - @ TAB
 * CR, and it is no plain number) gets a ' in front. */
void csv_put_text(struct buf *out, struct str text, char delimiter);
/* The text without that '. */
struct str csv_text_plain(struct str text);

#endif
