/* Excel workbooks (.xlsx) out, for people: a worksheet a table, with title, bold header that stays
 * in place, column widths that fit (Chinese counts double), numbers as numbers with the format of
 * their kind, days as dates.
 *
 *     struct sheet *s;
 *     rc = sheet_open(arena, "assets.xlsx", NULL, &s, e);
 *     sheet_table(s, &(struct sheet_page){.name = STR("assets")}, table);
 *     rc = sheet_close(s, &written, e);
 *
 * or row by row, in constant memory, for what is too long to be held as a table:
 *
 *     sheet_begin(s, &(struct sheet_page){.name = STR("crowd"), .line = lines, .lines = 1},
 *                 columns, 3);
 *     sheet_row(s); sheet_str(s, name); sheet_i64(s, 12); sheet_i64(s, fen);
 *
 * Source  ECMA-376 part 1 (SpreadsheetML), written by libxlsxwriter; limits of Excel's
 *         "specifications and limits" page: 1,048,576 rows and 16,384 columns a worksheet, 32,767
 *         characters a cell, 31 a worksheet's name, 15 digits a number.
 * Text    stays text: a cell that begins with = + - @ is never a formula, digits keep their
 *         zeros. Bytes that are no UTF-8 become U+FFFD; a longer text is cut.
 * Kinds   INT #,##0; REAL with its digits; SHARE 0.0%; FEN #,##0.00 in yuan; DELTA with its
 *         sign; DAY yyyy-mm-dd. A TEXT column of a table whose every cell is a day written
 *         2017-12-01 holds dates too. BAR and SPARK are for terminals and left out. A whole
 *         number of more than 15 digits is written as text: Excel would round it.
 * Files   written under a temporary name in the same directory, synced, then renamed: a reader
 *         sees the old file or the new one, never half.
 */
#ifndef POND_WIRE_SHEET_H
#define POND_WIRE_SHEET_H

#include "base/arena.h"
#include "base/rc.h"
#include "wire/table.h"
#include <stdint.h>

struct sheet; /* a workbook being written; lives in its arena */

struct sheet_options {
    uint32_t rows; /* of a worksheet, all lines together, at least 100; 0: 1,048,576 */
};

/* What stands around the rows of a worksheet. */
struct sheet_page {
    struct str name;        /* of the worksheet; made legal, short and unique; empty: "Sheet" */
    const struct str *line; /* lines above the header, the first one large            */
    uint32_t lines;
};

struct sheet_written {
    uint32_t sheets;
    uint64_t rows; /* rows of figures; titles, headers and notes do not count */
};

/* Opens a workbook for writing. What is never closed is given up when the arena dies, and the
 * file at `path` stays as it was.
 * options may be NULL. RC_INVALID a name that does not end with .xlsx, or a directory;
 * RC_MISSING no such directory; RC_DENIED; RC_FULL; RC_IO. */
enum rc sheet_open(struct arena *a, const char *path, const struct sheet_options *options,
                   struct sheet **out, struct err *e);
/* The name alone: what sheet_open would refuse, without making a file. For a check before long
 * work. */
enum rc sheet_check(const char *path, struct err *e);

/* Begins a worksheet for rows of these columns (1..16,384; titles are copied). When a worksheet
 * is full, the rows go on in another with the same header. */
void sheet_begin(struct sheet *s, const struct sheet_page *page,
                 const struct table_column *columns, uint32_t n);
void sheet_row(struct sheet *s);   /* begins a row; cells missing at its end are empty */
void sheet_total(struct sheet *s); /* rows from here on are totals, set off in bold  */
void sheet_str(struct sheet *s, struct str v);
void sheet_i64(struct sheet *s, int64_t v); /* as table_i64: FEN is fen, DAY is days */
void sheet_f64(struct sheet *s, double v);  /* NaN is an empty cell                  */
void sheet_empty(struct sheet *s);
void sheet_note(struct sheet *s, struct str line); /* a line below the rows */
/* A whole table as a worksheet: its title, rows, rules (totals behind the last), note. */
void sheet_table(struct sheet *s, const struct sheet_page *page, const struct table *t);

/* Writes the file. Every failure since sheet_open shows here: RC_FULL, RC_IO, RC_TOO_LARGE (more
 * than 4 GiB of XML in a worksheet). written may be NULL. The workbook is gone afterwards. */
enum rc sheet_close(struct sheet *s, struct sheet_written *written, struct err *e);

#endif
