/* A table of figures: once filled, printed for a terminal, as CSV or as JSON rows.
 *
 *     struct table *t = table_new(arena);
 *     table_title(t, STR("AIPL 2017-12-01"));
 *     table_column(t, &(struct table_column){.name = "stage", .title = "Stage"});
 *     table_column(t, &(struct table_column){.name = "consumers", .kind = TABLE_INT});
 *     table_row(t);
 *     table_str(t, STR("loyalty"));
 *     table_i64(t, 1234);
 */
#ifndef POND_WIRE_TABLE_H
#define POND_WIRE_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "wire/json.h"
#include <stdbool.h>
#include <stdint.h>

enum table_kind {
    TABLE_TEXT,  /* left                                                         */
    TABLE_INT,   /* right; 1,234,567 on a terminal, plain in CSV and JSON        */
    TABLE_REAL,  /* right; `digits` behind the point on a terminal, exact in JSON */
    TABLE_SHARE, /* right; 0.123 shown as 12.3 %                                 */
    TABLE_FEN,   /* right; 12345 shown as 123.45                                 */
    TABLE_DELTA, /* right; whole number with its sign, coloured                  */
    TABLE_BAR,   /* left; value/maximum of the column as a bar; terminal only    */
    TABLE_SPARK, /* left; a list of values as ▁▂▃▄▅▆▇█; terminal only            */
    TABLE_DAY    /* left; days since 1970-01-01 shown as 2017-12-01, DAY_NONE empty */
};

struct table_column {
    const char *name;  /* machine name: CSV header and JSON key                       */
    const char *title; /* for people; NULL: name                                      */
    const char *unit;  /* shown behind the title in brackets; may be NULL             */
    enum table_kind kind;
    uint32_t digits; /* TABLE_REAL: behind the point; TABLE_SHARE: 0 means 1        */
    uint32_t width;  /* TABLE_BAR/SPARK: columns, 0: 20; TABLE_TEXT: cut here, 0: 48 */
    bool plain;      /* TABLE_INT: no commas, it is a number as in a name, not a figure */
    bool heat; /* TABLE_SHARE: the deeper the colour the more; an empty cell is left blank */
};

struct table_style {
    bool colour;    /* the caller knows: isatty(1) && !NO_COLOR                    */
    uint32_t width; /* of the terminal; 0: no limit (bars and text columns shrink) */
};

struct table;
/* Lives in the arena; texts are copied. */
struct table *table_new(struct arena *a);
void table_title(struct table *t, struct str title); /* a line above; terminal only     */
void table_note(struct table *t, struct str note);   /* a line below; terminal only     */
void table_column(struct table *t, const struct table_column *c);
void table_row(struct table *t);  /* begins a row; cells missing at its end are empty */
void table_rule(struct table *t); /* a line between rows; terminal only   */
void table_str(struct table *t, struct str s);
void table_i64(struct table *t, int64_t v); /* INT, FEN, DELTA, BAR, DAY            */
void table_f64(struct table *t, double v);  /* REAL, SHARE, BAR; NaN is an empty cell */
void table_spark(struct table *t, const double *v, uint32_t n);
/* The cell just put is shown to people as this kind, not its column's: rows of different units. CSV and
 * JSON hold the number as it is. */
void table_as(struct table *t, enum table_kind kind, uint32_t digits);
void table_empty(struct table *t); /* null: "–" on a terminal              */

void table_print(const struct table *t, const struct table_style *style, struct buf *out);
/* Header line and rows, CRLF, RFC 4180. A text cell that begins with = + - @, tab or CR gets a
 * ' in front, so that no spreadsheet runs it. */
void table_csv(const struct table *t, struct buf *out);
/* An array of objects. */
void table_json(const struct table *t, struct json *j);

/* ---- Reading it back, for other writers (wire/sheet.h)
 * ------------------------------------------- */

enum table_value { TABLE_NOTHING, TABLE_STRING, TABLE_WHOLE, TABLE_NUMBER, TABLE_LIST };
struct table_cell {
    enum table_value type;
    struct str s; /* TABLE_STRING: a view into the table */
    int64_t i;    /* TABLE_WHOLE                         */
    double f;     /* TABLE_NUMBER; TABLE_WHOLE too       */
    bool own;     /* by table_as: shown so               */
    enum table_kind kind;
    uint32_t digits;
};
struct str table_title_of(const struct table *t);
struct str table_note_of(const struct table *t);
uint32_t table_columns(const struct table *t);
const struct table_column *table_column_at(const struct table *t, uint32_t column);
/* Lines are rows and rules, from 0. */
uint32_t table_lines(const struct table *t);
bool table_line_is_rule(const struct table *t, uint32_t line);
/* TABLE_NOTHING for an empty or missing cell. */
struct table_cell table_cell_at(const struct table *t, uint32_t line, uint32_t column);

/* The parts, for other printers. share 0..1 (clipped); width in columns; no padding behind. */
void table_bar(struct buf *out, double share, uint32_t width);
void table_sparkline(struct buf *out, const double *v, uint32_t n, uint32_t width);
/* 1234567 -> "1,234,567" */
void table_grouped(struct buf *out, int64_t v);

#endif
