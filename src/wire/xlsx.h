/* Excel workbooks (.xlsx), row by row, as the text a person sees.
 *
 * Source  ECMA-376 part 1 (SpreadsheetML) and part 2 (packages). Unzipped by libzip, read by
 *         expat with entities and DTDs refused.
 * Text    whole numbers in full (1.38E+10 is 13800000000), others by their shortest form;
 *         dates, by the number format of the cell's style, as YYYY-MM-DD HH:MM:SS (no time when
 *         the format shows none; HH:MM:SS for a time of day); true/false; rich text joined.
 * Limits  see struct xlsx_limits: a zip bomb stops at them, before its memory is taken.
 */
#ifndef POND_WIRE_XLSX_H
#define POND_WIRE_XLSX_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum xlsx_flag {
    XLSX_FORMULA = 1, /* the cached result of a formula                              */
    XLSX_ERROR = 2,   /* #REF!, #N/A, ...: the cell's text is that                   */
    XLSX_ROUNDED = 4, /* a whole number beyond 15 digits: Excel itself has lost digits */
    XLSX_DATE = 8     /* a date or time                                              */
};

struct xlsx_row {
    uint32_t row;   /* 1-based, as Excel numbers it     */
    uint32_t cells; /* from column A; gaps are empty    */
    const struct str *cell;
    const uint8_t *flag; /* enum xlsx_flag bits              */
};

struct xlsx_limits {
    uint64_t entries;      /* 0: 10,000 files in the package               */
    uint64_t entry_bytes;  /* 0: 4 GiB, one file unpacked                  */
    uint64_t total_bytes;  /* 0: 8 GiB, all that is unpacked               */
    uint32_t ratio;        /* 0: 1000, unpacked to packed beyond 16 MiB    */
    uint64_t string_bytes; /* 0: 1 GiB, the shared strings in memory       */
    uint32_t cell_bytes;   /* 0: 1 MiB, one cell                           */
    uint32_t columns;      /* 0: 16,384                                    */
};

struct xlsx_options {
    struct str sheet; /* by name; empty: the first                    */
    struct xlsx_limits limits;
};

/* Called for every row that has a value, in order. The views live until it returns. What it
 * returns other than RC_OK ends the reading and is handed on. */
typedef enum rc (*xlsx_row_fn)(void *ctx, const struct xlsx_row *row, struct err *e);

/* options may be NULL. RC_MISSING no file or no such sheet (the message lists those there are);
 * RC_INVALID not a workbook, damaged, an old .xls, or encrypted (the hint says how to save it
 * anew); RC_TOO_LARGE a limit; RC_IO. */
enum rc xlsx_read(const char *path, const struct xlsx_options *options, xlsx_row_fn fn,
                  void *ctx, struct err *e);
/* The same from memory. */
enum rc xlsx_read_bytes(struct str bytes, const struct xlsx_options *options, xlsx_row_fn fn,
                        void *ctx, struct err *e);
/* True when the first bytes of a file say zip package or old Excel (both are xlsx_read's to
 * judge). */
bool xlsx_looks_like(struct str head);

#endif
