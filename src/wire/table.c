/* Objects  struct table: columns, then cells row by row; a cell keeps its value, never its looks,
 *          so that terminal, CSV and JSON are three readings of the same thing. */
#include "wire/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/day.h"
#include "base/vec.h"
#include "wire/csv.h"
#include "wire/text.h"

#define TEXT_WIDTH 48
#define BAR_WIDTH 20
#define NARROWEST 6       /* of a bar or a spark line; */
#define NARROWEST_TEXT 12 /* of a text, which says little when cut to less */
#define GAP 2

enum cell_type { CELL_EMPTY, CELL_STR, CELL_I64, CELL_F64, CELL_SPARK };

struct cell {
    enum cell_type type;
    bool own; /* kind and digits are its own      */
    uint8_t kind, digits;
    uint32_t count; /* of a spark line                  */
    union {
        struct str s;
        int64_t i;
        double f;
        const double *spark;
    } u;
};

struct row {
    size_t first; /* its first cell                   */
    uint32_t cells;
    bool rule; /* a line stands in its place       */
};

struct table {
    struct arena *arena;
    struct str title, note;
    VEC(struct table_column) column;
    VEC(struct cell) cell;
    VEC(struct row) row;
};

static void drop_table(void *p)
{
    struct table *t = p;
    vec_release(&t->column);
    vec_release(&t->cell);
    vec_release(&t->row);
}

struct table *table_new(struct arena *a)
{
    struct table *t = arena_new_of(a, struct table);
    t->arena = a;
    arena_defer(a, drop_table, t);
    return t;
}

void table_title(struct table *t, struct str title) { t->title = arena_str(t->arena, title); }
void table_note(struct table *t, struct str note) { t->note = arena_str(t->arena, note); }
void table_column(struct table *t, const struct table_column *c) { vec_push(&t->column, *c); }

void table_row(struct table *t)
{
    struct row r = {.first = t->cell.len};
    vec_push(&t->row, r);
}

void table_rule(struct table *t)
{
    struct row r = {.first = t->cell.len, .rule = true};
    vec_push(&t->row, r);
}

struct str table_title_of(const struct table *t) { return t->title; }
struct str table_note_of(const struct table *t) { return t->note; }
uint32_t table_columns(const struct table *t) { return (uint32_t)t->column.len; }
uint32_t table_lines(const struct table *t) { return (uint32_t)t->row.len; }

const struct table_column *table_column_at(const struct table *t, uint32_t column)
{
    return &t->column.ptr[column];
}

bool table_line_is_rule(const struct table *t, uint32_t line) { return t->row.ptr[line].rule; }

static struct table_cell value_of(const struct table *t, const struct cell *c, uint32_t column)
{
    switch (c->type) {
    case CELL_STR: return (struct table_cell){.type = TABLE_STRING, .s = c->u.s};
    case CELL_I64:
        if (t->column.ptr[column].kind == TABLE_DAY && c->u.i == DAY_NONE) {
            break;
        }
        return (struct table_cell){.type = TABLE_WHOLE, .i = c->u.i, .f = (double)c->u.i};
    case CELL_F64: return (struct table_cell){.type = TABLE_NUMBER, .f = c->u.f};
    case CELL_SPARK: return (struct table_cell){.type = TABLE_LIST};
    case CELL_EMPTY: break;
    }
    return (struct table_cell){0};
}

struct table_cell table_cell_at(const struct table *t, uint32_t line, uint32_t column)
{
    const struct row *r = &t->row.ptr[line];
    if (r->rule || column >= r->cells) {
        return (struct table_cell){0};
    }
    const struct cell *c = &t->cell.ptr[r->first + column];
    struct table_cell v = value_of(t, c, column);
    v.own = c->own;
    v.kind = (enum table_kind)c->kind;
    v.digits = c->digits;
    return v;
}

/* A cell too many for its row is dropped. */
static void put_cell(struct table *t, struct cell c)
{
    if (t->row.len == 0) {
        table_row(t);
    }
    struct row *r = &t->row.ptr[t->row.len - 1];
    if (!r->rule && r->cells < t->column.len) {
        vec_push(&t->cell, c);
        r->cells++;
    }
}

void table_str(struct table *t, struct str s)
{
    put_cell(t, (struct cell){.type = CELL_STR, .u.s = arena_str(t->arena, s)});
}
void table_i64(struct table *t, int64_t v)
{
    put_cell(t, (struct cell){.type = CELL_I64, .u.i = v});
}
void table_f64(struct table *t, double v)
{
    put_cell(t, (struct cell){.type = isfinite(v) ? CELL_F64 : CELL_EMPTY, .u.f = v});
}
void table_as(struct table *t, enum table_kind kind, uint32_t digits)
{
    if (t->cell.len > 0) {
        struct cell *c = &t->cell.ptr[t->cell.len - 1];
        c->own = true;
        c->kind = (uint8_t)kind;
        c->digits = (uint8_t)(digits < 20 ? digits : 20);
    }
}

void table_empty(struct table *t) { put_cell(t, (struct cell){.type = CELL_EMPTY}); }

void table_spark(struct table *t, const double *v, uint32_t n)
{
    double *copy = arena_array(t->arena, double, n + 1);
    if (n > 0) {
        memcpy(copy, v, n * sizeof(*v));
    }
    put_cell(t, (struct cell){.type = CELL_SPARK, .count = n, .u.spark = copy});
}

/* ---- Parts ------------------------------------------------------------------------------------ */

void table_bar(struct buf *out, double share, uint32_t width)
{
    static const char *const eighth[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    double s = share > 0 ? (share < 1 ? share : 1) : 0; /* NaN is no bar */
    uint32_t parts = (uint32_t)lround(s * width * 8);
    parts = s > 0 && parts == 0 ? 1 : parts;
    for (uint32_t i = 0; i < parts / 8; i++) {
        buf_add(out, STR("█"));
    }
    buf_add(out, str_of(eighth[parts % 8]));
}

/* The mean of the values that fall into one of `width` places; NaN when none does. */
static double spark_at(const double *v, uint32_t n, uint32_t width, uint32_t place)
{
    uint32_t from = (uint32_t)((uint64_t)place * n / width);
    uint32_t to = (uint32_t)((uint64_t)(place + 1) * n / width), used = 0;
    double sum = 0;
    for (uint32_t i = from; i < to; i++) {
        if (isfinite(v[i])) {
            sum += v[i];
            used++;
        }
    }
    return used ? sum / used : (double)NAN;
}

void table_sparkline(struct buf *out, const double *v, uint32_t n, uint32_t width)
{
    static const char *const level[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    uint32_t places = n < width ? n : width;
    double low = INFINITY, high = -INFINITY;
    for (uint32_t i = 0; i < places; i++) {
        double x = spark_at(v, n, places, i);
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    for (uint32_t i = 0; i < places; i++) {
        double x = spark_at(v, n, places, i);
        if (!isfinite(x)) {
            buf_add_byte(out, ' ');
            continue;
        }
        double share = high > low ? (x - low) / (high - low) : 0;
        buf_add(out, str_of(level[(size_t)lround(share * 7)]));
    }
}

void table_grouped(struct buf *out, int64_t v)
{
    char digits[32];
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)u);
    if (v < 0) {
        buf_add_byte(out, '-');
    }
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            buf_add_byte(out, ',');
        }
        buf_add_byte(out, digits[i]);
    }
}

/* ---- Terminal ----------------------------------------------------------------------------------- */

struct print {
    const struct table *t;
    const struct table_style *style;
    struct buf *out;
    uint32_t *width; /* columns of each column                       */
    double *most;    /* largest value of each column, for its bars   */
    struct buf cell; /* scratch: one cell as text                    */
};

static bool is_right(enum table_kind k)
{
    return k == TABLE_INT || k == TABLE_REAL || k == TABLE_SHARE || k == TABLE_FEN ||
           k == TABLE_DELTA;
}

static double number_of(const struct cell *c)
{
    return c->type == CELL_I64 ? (double)c->u.i : c->type == CELL_F64 ? c->u.f : (double)NAN;
}

static void put_fen(struct buf *out, int64_t fen)
{
    uint64_t u = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    if (fen < 0) {
        buf_add_byte(out, '-');
    }
    table_grouped(out, (int64_t)(u / 100));
    buf_addf(out, ".%02u", (unsigned)(u % 100));
}

static void put_day(struct buf *out, const struct cell *v)
{
    char text[16];
    if (v->type == CELL_I64 && v->u.i != DAY_NONE) {
        buf_add(out, str_of(day_format((int32_t)v->u.i, text)));
    }
}

static void put_number(struct buf *out, const struct table_column *c, const struct cell *v)
{
    double f = number_of(v);
    switch (c->kind) {
    case TABLE_DAY: put_day(out, v); return;
    case TABLE_SHARE: buf_addf(out, "%.*f %%", c->digits ? (int)c->digits : 1, f * 100); return;
    case TABLE_REAL: buf_addf(out, "%.*f", (int)c->digits, f); return;
    case TABLE_FEN: put_fen(out, v->type == CELL_I64 ? v->u.i : (int64_t)llround(f)); return;
    case TABLE_DELTA:
        if (f > 0) {
            buf_add_byte(out, '+');
        }
        break;
    case TABLE_TEXT:
    case TABLE_INT:
    case TABLE_BAR:
    case TABLE_SPARK: break;
    }
    if (v->type == CELL_I64 && c->plain) {
        buf_add_i64(out, v->u.i);
    } else if (v->type == CELL_I64) {
        table_grouped(out, v->u.i);
    } else {
        buf_addf(out, "%g", f);
    }
}

/* One cell as text of at most its column's width, into p->cell. */
static void format_cell(struct print *p, size_t col, const struct cell *c)
{
    const struct table_column *column = &p->t->column.ptr[col];
    uint32_t width = p->width[col];
    buf_clear(&p->cell);
    switch (c->type) {
    case CELL_EMPTY:
        if (is_right(column->kind) && !column->heat) {
            buf_add(&p->cell, STR("–"));
        }
        return;
    case CELL_STR: text_fit(&p->cell, c->u.s, width); return;
    case CELL_SPARK: table_sparkline(&p->cell, c->u.spark, c->count, width); return;
    case CELL_I64:
    case CELL_F64: break;
    }
    struct table_column own = *column;
    own.kind = c->own ? (enum table_kind)c->kind : own.kind;
    own.digits = c->own ? c->digits : own.digits;
    if (own.kind == TABLE_BAR) {
        table_bar(&p->cell, p->most[col] > 0 ? number_of(c) / p->most[col] : 0, width);
    } else {
        put_number(&p->cell, &own, c);
    }
}

static void put_title(struct buf *out, const struct table_column *c)
{
    buf_add(out, str_of(c->title ? c->title : c->name));
    if (c->unit) {
        buf_addf(out, " (%s)", c->unit);
    }
}

static uint32_t widest_allowed(const struct table_column *c)
{
    if (c->kind == TABLE_TEXT) {
        return c->width ? c->width : TEXT_WIDTH;
    }
    if (c->kind == TABLE_BAR || c->kind == TABLE_SPARK) {
        return c->width ? c->width : BAR_WIDTH;
    }
    return UINT32_MAX;
}

static void measure(struct print *p)
{
    const struct table *t = p->t;
    for (size_t col = 0; col < t->column.len; col++) {
        buf_clear(&p->cell);
        put_title(&p->cell, &t->column.ptr[col]);
        uint32_t widest = text_width(buf_str(&p->cell));
        p->width[col] = widest_allowed(&t->column.ptr[col]);
        for (size_t i = 0; i < t->row.len; i++) {
            const struct row *r = &t->row.ptr[i];
            if (r->rule || col >= r->cells) {
                continue;
            }
            const struct cell *c = &t->cell.ptr[r->first + col];
            double f = number_of(c);
            p->most[col] = f > p->most[col] ? f : p->most[col];
            if (t->column.ptr[col].kind == TABLE_BAR) {
                widest = p->width[col] > widest ? p->width[col] : widest;
                continue;
            }
            format_cell(p, col, c);
            uint32_t w = text_width(buf_str(&p->cell));
            widest = w > widest ? w : widest;
        }
        p->width[col] = widest;
    }
}

static uint32_t total_width(const struct print *p)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < p->t->column.len; i++) {
        sum += p->width[i] + (i > 0 ? GAP : 0);
    }
    return sum;
}

static bool is_bar(enum table_kind k) { return k == TABLE_BAR || k == TABLE_SPARK; }

/* Takes what is too much from bars, or from texts, down to `least` columns each. */
static void shrink_to(struct print *p, bool texts, uint32_t least)
{
    for (size_t i = 0; i < p->t->column.len; i++) {
        enum table_kind k = p->t->column.ptr[i].kind;
        uint32_t total = total_width(p);
        bool turn = texts ? k == TABLE_TEXT : is_bar(k);
        if (turn && total > p->style->width && p->width[i] > least) {
            uint32_t over = total - p->style->width, spare = p->width[i] - least;
            p->width[i] -= over < spare ? over : spare;
        }
    }
}

/* Bars and spark lines give way first, then texts; numbers never. A text of a few letters says
 * little: it comes to that only where it makes the table fit. */
static void shrink(struct print *p)
{
    uint32_t spare = 0;
    shrink_to(p, false, NARROWEST);
    shrink_to(p, true, NARROWEST_TEXT);
    for (size_t i = 0; i < p->t->column.len; i++) {
        bool text = p->t->column.ptr[i].kind == TABLE_TEXT && p->width[i] > NARROWEST;
        spare += text ? p->width[i] - NARROWEST : 0;
    }
    if (total_width(p) <= p->style->width + spare) {
        shrink_to(p, true, NARROWEST);
    }
}

static void put_spaces(struct buf *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buf_add_byte(out, ' ');
    }
}

/* p->cell in its column, coloured by `code` when there is one. */
static void put_padded(struct print *p, size_t col, const char *code)
{
    struct str s = buf_str(&p->cell);
    uint32_t w = text_width(s), pad = p->width[col] > w ? p->width[col] - w : 0;
    bool right = is_right(p->t->column.ptr[col].kind);
    bool last = col + 1 == p->t->column.len;
    if (col > 0) {
        put_spaces(p->out, GAP);
    }
    if (right) {
        put_spaces(p->out, pad);
    }
    if (code && p->style->colour && s.len > 0) {
        buf_addf(p->out, "\033[%sm%.*s\033[0m", code, STR_FMT(s));
    } else {
        buf_add(p->out, s);
    }
    if (!right && !last) {
        put_spaces(p->out, pad);
    }
}

/* Spaces that stand before the line's end are of no use. */
static void end_line(struct buf *out)
{
    while (out->len > 0 && out->ptr[out->len - 1] == ' ') {
        out->len--;
    }
    buf_add_byte(out, '\n');
}

static void put_rule(struct print *p)
{
    uint32_t n = total_width(p);
    for (uint32_t i = 0; i < n; i++) {
        buf_add(p->out, STR("─"));
    }
    buf_add_byte(p->out, '\n');
}

static void put_header(struct print *p)
{
    for (size_t col = 0; col < p->t->column.len; col++) {
        struct buf title = {0};
        put_title(&title, &p->t->column.ptr[col]);
        buf_clear(&p->cell);
        text_fit(&p->cell, buf_str(&title), p->width[col]);
        buf_release(&title);
        put_padded(p, col, "1");
    }
    end_line(p->out);
    put_rule(p);
}

/* Steps of blue behind black, the last behind white: told apart by lightness alone. */
static const char *heat_of(double share)
{
    static const struct {
        double from;
        const char *code;
    } step[] = {{0.4, "48;5;25;38;5;231"},
                {0.2, "48;5;74;38;5;16"},
                {0.1, "48;5;117;38;5;16"},
                {0.05, "48;5;153;38;5;16"},
                {0.02, "48;5;195;38;5;16"}};
    for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
        if (share >= step[i].from) {
            return step[i].code;
        }
    }
    return NULL;
}

static const char *colour_of(const struct table_column *c, const struct cell *v)
{
    if (c->heat) {
        return heat_of(number_of(v));
    }
    if (c->kind == TABLE_DELTA && v->type == CELL_I64 && v->u.i != 0) {
        return v->u.i > 0 ? "32" : "31";
    }
    return c->kind == TABLE_BAR || c->kind == TABLE_SPARK ? "36" : NULL;
}

static void put_row(struct print *p, const struct row *r)
{
    static const struct cell nothing = {.type = CELL_EMPTY};
    for (size_t col = 0; col < p->t->column.len; col++) {
        const struct cell *c = col < r->cells ? &p->t->cell.ptr[r->first + col] : &nothing;
        format_cell(p, col, c);
        put_padded(p, col, colour_of(&p->t->column.ptr[col], c));
    }
    end_line(p->out);
}

void table_print(const struct table *t, const struct table_style *style, struct buf *out)
{
    static const struct table_style plain = {0};
    struct print p = {.t = t, .style = style ? style : &plain, .out = out};
    p.width = mem_array(uint32_t, t->column.len + 1);
    p.most = mem_array(double, t->column.len + 1);
    measure(&p);
    if (p.style->width > 0) {
        shrink(&p);
    }
    if (t->title.len > 0) {
        buf_addf(out, p.style->colour ? "\033[1m%.*s\033[0m\n" : "%.*s\n", STR_FMT(t->title));
    }
    if (t->column.len > 0) {
        put_header(&p);
    }
    for (size_t i = 0; i < t->row.len; i++) {
        if (t->row.ptr[i].rule) {
            put_rule(&p);
        } else {
            put_row(&p, &t->row.ptr[i]);
        }
    }
    if (t->note.len > 0) {
        buf_addf(out, "%.*s\n", STR_FMT(t->note));
    }
    buf_release(&p.cell);
    mem_free(p.width);
    mem_free(p.most);
}

/* ---- CSV and JSON ------------------------------------------------------------------------------- */

static bool is_figure(const struct table_column *c)
{
    return c->kind != TABLE_BAR && c->kind != TABLE_SPARK;
}

static void put_json_day(struct json *j, const struct cell *v)
{
    struct buf text = {0};
    put_day(&text, v);
    if (text.len > 0) {
        json_str(j, buf_str(&text));
    } else {
        json_null(j);
    }
    buf_release(&text);
}

static void put_json_cell(struct json *j, const struct table_column *c, const struct cell *v)
{
    switch (v->type) {
    case CELL_EMPTY: json_null(j); return;
    case CELL_STR: json_str(j, v->u.s); return;
    case CELL_F64: json_f64(j, v->u.f); return;
    case CELL_I64:
        if (c->kind == TABLE_FEN) {
            json_fen(j, v->u.i);
        } else if (c->kind == TABLE_DAY) {
            put_json_day(j, v);
        } else {
            json_i64(j, v->u.i);
        }
        return;
    case CELL_SPARK: json_null(j); return;
    }
}

static void put_csv_cell(struct buf *out, const struct table_column *c, const struct cell *v)
{
    if (v->type == CELL_STR) {
        csv_put_text(out, v->u.s, ',');
    } else if (c->kind == TABLE_DAY) {
        put_day(out, v);
    } else if (v->type != CELL_EMPTY) {
        struct json j;
        json_init(&j, out);
        put_json_cell(&j, c, v);
    }
}

void table_csv(const struct table *t, struct buf *out)
{
    bool first = true;
    for (size_t col = 0; col < t->column.len; col++) {
        if (is_figure(&t->column.ptr[col])) {
            buf_add(out, first ? STR("") : STR(","));
            csv_put_text(out, str_of(t->column.ptr[col].name), ',');
            first = false;
        }
    }
    buf_add(out, STR("\r\n"));
    for (size_t i = 0; i < t->row.len; i++) {
        const struct row *r = &t->row.ptr[i];
        first = true;
        for (size_t col = 0; col < t->column.len && !r->rule; col++) {
            if (!is_figure(&t->column.ptr[col])) {
                continue;
            }
            buf_add(out, first ? STR("") : STR(","));
            first = false;
            if (col < r->cells) {
                put_csv_cell(out, &t->column.ptr[col], &t->cell.ptr[r->first + col]);
            }
        }
        buf_add(out, r->rule ? STR("") : STR("\r\n"));
    }
}

void table_json(const struct table *t, struct json *j)
{
    json_begin_array(j);
    for (size_t i = 0; i < t->row.len; i++) {
        const struct row *r = &t->row.ptr[i];
        if (r->rule) {
            continue;
        }
        json_begin_object(j);
        for (size_t col = 0; col < t->column.len; col++) {
            if (!is_figure(&t->column.ptr[col])) {
                continue;
            }
            json_key(j, t->column.ptr[col].name);
            if (col < r->cells) {
                put_json_cell(j, &t->column.ptr[col], &t->cell.ptr[r->first + col]);
            } else {
                json_null(j);
            }
        }
        json_end_object(j);
    }
    json_end_array(j);
}
