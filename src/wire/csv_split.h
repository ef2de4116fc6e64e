/* The inside of wire/csv.h: cutting a window of text into rows and fields. Private to csv*.c. */
#ifndef POND_WIRE_CSV_SPLIT_H
#define POND_WIRE_CSV_SPLIT_H

#include "wire/csv.h"
#include "wire/window.h"

struct csv_reader {
    struct window window;
    char delimiter, quote; /* quote is CSV_NO_QUOTE when there is none */
    bool whitespace;
    bool skipping; /* inside the rest of a row that was too long */
    size_t row_cap;
    uint32_t rows_most; /* rows of a block: CSV_BLOCK_ROWS, or what fits into a small window */
    uint64_t next_line; /* physical line at window.begin */

    /* The block being filled; index 0 of the text is window.begin at the start of the call. */
    struct str *field;
    size_t field_len, field_cap;
    uint32_t rows, bad;
    uint32_t *row_field, *row_at, *row_len, *column;
    uint64_t *line;
    uint8_t *status;
    char *unescaped; /* fields that held "" or text behind their quote */
    size_t unescaped_len;
};

/* Fills the block from the window; returns how many bytes were used up (rows and empty lines
 * that are complete, or the end of the file). */
size_t csv_split(struct csv_reader *r, const char *p, size_t n, bool ended);
/* First LF or CR in p[from..n), n when there is none. */
size_t csv_eol(const char *p, size_t from, size_t n);

#endif
