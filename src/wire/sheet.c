/* Objects  struct sheet: a workbook and the worksheet at hand. The library keeps one row in
 *          memory (its constant-memory mode) and the rest in a temporary file that has no name,
 *          in the directory of the target. Column widths are known only behind the last row;
 *          the library writes them when the book is closed, so they are set at a page's end. */
#include "wire/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "base/buf.h"
#include "base/day.h"
#include "base/vec.h"
#include "wire/text.h"

#define MAX_ROWS 1048576u
#define LEAST_ROWS 100u
#define MAX_COLUMNS 16384u
#define MAX_CHARACTERS 32767u
#define MAX_NAME 31u
#define MAX_WHOLE 999999999999999LL /* 15 digits                                    */
#define EXCEL_EPOCH 25569           /* 1970-01-01 as Excel counts days               */
#define EXCEL_FIRST_DAY (-25508)    /* 1900-03-01: before it Excel's calendar is off */
#define WIDEST 60
#define NARROWEST 8
#define WIDE_TABLE 6 /* more columns: the first stays in place, landscape when printed */

enum book_style { STYLE_TITLE, STYLE_LINE, STYLE_HEAD, STYLE_HEAD_RIGHT, STYLE_COUNT };

struct column {
    enum table_kind kind;
    uint32_t digits;
    bool plain;
    struct str title;
    uint32_t width;            /* the widest text so far, in columns of a terminal */
    lxw_format *style, *total; /* of a row, of a row of totals                     */
};

/* A format of cells that are not of their column's kind. */
struct own_format {
    enum table_kind kind;
    uint32_t digits;
    bool total;
    lxw_format *format;
};

struct sheet {
    struct arena *arena;
    const char *path, *temp;
    lxw_workbook *book;
    lxw_worksheet *page; /* NULL: none begun                                 */
    lxw_format *style[STYLE_COUNT];
    uint32_t limit; /* rows of a worksheet                              */
    struct str name;
    struct column *column;
    uint32_t columns, shown; /* all; without BAR and SPARK                       */
    uint32_t head;           /* the header's row                                 */
    uint32_t next;           /* the next free row of the worksheet               */
    uint32_t at;             /* of the row at hand: the next column              */
    uint32_t place;          /* and where it stands                              */
    bool total, filtered;
    VEC(struct own_format) own;
    struct sheet_written written;
    enum lxw_error error; /* the first that happened                          */
    struct buf scratch;
};

/* ---- The file --------------------------------------------------------------------------------- */

static void drop_sheet(void *p)
{
    struct sheet *s = p;
    if (s->book) {
        lxw_workbook_free(s->book);
        s->book = NULL;
    }
    if (s->temp) {
        (void)unlink(s->temp);
        s->temp = NULL;
    }
    buf_release(&s->scratch);
    vec_release(&s->own);
}

enum rc sheet_check(const char *path, struct err *e)
{
    struct stat st;
    struct str name = str_of(path);
    if (name.len < 6 || !str_eq_nocase(str_slice(name, name.len - 5, name.len), STR(".xlsx"))) {
        rc_fail(e, RC_INVALID, "%.200s: the name of a workbook ends with .xlsx", path);
        err_hint(e, "for example: --xlsx report.xlsx");
        return RC_INVALID;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return rc_fail(e, RC_INVALID, "%.200s is no plain file", path);
    }
    struct buf dir = {0};
    size_t slash = name.len;
    while (slash > 0 && path[slash - 1] != '/') {
        slash--;
    }
    buf_add(&dir, slash ? str_slice(name, 0, slash) : STR("."));
    enum rc rc = RC_OK;
    if (access(buf_cstr(&dir), W_OK | X_OK) != 0) {
        rc = rc_errno(e, errno, "%.200s cannot be written", path);
    }
    buf_release(&dir);
    return rc;
}

static enum rc make_temp(struct sheet *s, struct err *e)
{
    int fd = open(s->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return rc_errno(e, errno, "%.200s cannot be written", s->path);
    }
    (void)close(fd);
    return RC_OK;
}

static void make_styles(struct sheet *s)
{
    for (int i = 0; i < STYLE_COUNT; i++) {
        s->style[i] = workbook_add_format(s->book);
    }
    format_set_bold(s->style[STYLE_TITLE]);
    format_set_font_size(s->style[STYLE_TITLE], 14);
    format_set_font_color(s->style[STYLE_LINE], 0x666666);
    for (int i = STYLE_HEAD; i <= STYLE_HEAD_RIGHT; i++) {
        format_set_bold(s->style[i]);
        format_set_bg_color(s->style[i], 0xE8F0F2);
        format_set_bottom(s->style[i], LXW_BORDER_THIN);
        format_set_align(s->style[i], LXW_ALIGN_VERTICAL_CENTER);
    }
    format_set_align(s->style[STYLE_HEAD_RIGHT], LXW_ALIGN_RIGHT);
}

enum rc sheet_open(struct arena *a, const char *path, const struct sheet_options *options,
                   struct sheet **out, struct err *e)
{
    enum rc rc = sheet_check(path, e);
    if (rc) {
        return rc;
    }
    struct sheet *s = arena_new_of(a, struct sheet);
    s->arena = a;
    s->path = arena_cstr(a, str_of(path));
    s->limit = options && options->rows ? options->rows : MAX_ROWS;
    s->limit = s->limit < LEAST_ROWS ? LEAST_ROWS : s->limit > MAX_ROWS ? MAX_ROWS : s->limit;
    arena_defer(a, drop_sheet, s);
    s->temp = arena_cstr(a, arena_strf(a, "%s.%ld.tmp", path, (long)getpid()));
    rc = make_temp(s, e);
    if (rc) {
        s->temp = NULL;
        return rc;
    }
    const char *slash = strrchr(s->path, '/');
    size_t dir = slash ? (size_t)(slash - s->path) + 1 : 0;
    char *home = arena_cstr(a, dir ? str_make(s->path, dir) : STR("."));
    lxw_workbook_options o = {.constant_memory = 1, .tmpdir = home};
    s->book = workbook_new_opt(s->temp, &o);
    if (!s->book) {
        return rc_fail(e, RC_IO, "%.200s: no workbook can be made", path);
    }
    make_styles(s);
    *out = s;
    return RC_OK;
}

/* ---- A page ----------------------------------------------------------------------------------- */

static void note_error(struct sheet *s, enum lxw_error error)
{
    if (error && !s->error) {
        s->error = error;
    }
}

static bool is_shown(enum table_kind k) { return k != TABLE_BAR && k != TABLE_SPARK; }
static bool is_right(enum table_kind k)
{
    return is_shown(k) && k != TABLE_TEXT && k != TABLE_DAY;
}

/* What Excel takes for text: UTF-8, at most so many characters. */
static const char *clean(struct sheet *s, struct str v, uint32_t most)
{
    buf_clear(&s->scratch);
    text_clean(&s->scratch, v);
    size_t end = 0, count = 0;
    for (; end < s->scratch.len; end++) {
        unsigned char c = (unsigned char)s->scratch.ptr[end];
        if ((c & 0xC0) == 0x80) {
            continue;
        }
        count += c >= 0xF0 ? 2u : 1u; /* Excel counts in UTF-16 */
        if (count > most) {
            break;
        }
    }
    s->scratch.len = end;
    return buf_cstr(&s->scratch);
}

/* A name that Excel takes and no worksheet has: "flow", "flow 2", ... */
static char *page_name(struct sheet *s)
{
    struct buf b = {0};
    for (uint32_t n = 1;; n++) {
        char tail[16] = "";
        if (n > 1) {
            (void)snprintf(tail, sizeof(tail), " %u", n);
        }
        const char *base =
            clean(s, s->name.len ? s->name : STR("Sheet"), MAX_NAME - (uint32_t)strlen(tail));
        buf_clear(&b);
        buf_addf(&b, "%s%s", base, tail);
        for (size_t i = 0; i < b.len; i++) {
            bool bad = strchr("[]:*?/\\", b.ptr[i]) || (unsigned char)b.ptr[i] < ' ' ||
                       (b.ptr[i] == '\'' && (i == 0 || i + 1 == b.len));
            b.ptr[i] = bad ? '_' : b.ptr[i];
        }
        if (workbook_validate_sheet_name(s->book, buf_cstr(&b)) == LXW_NO_ERROR || n > 9999) {
            break;
        }
    }
    char *name = arena_cstr(s->arena, buf_str(&b));
    buf_release(&b);
    return name;
}

static void put_head(struct sheet *s)
{
    lxw_col_t col = 0;
    for (uint32_t i = 0; i < s->columns; i++) {
        const struct column *c = &s->column[i];
        if (is_shown(c->kind)) {
            lxw_format *f = s->style[is_right(c->kind) ? STYLE_HEAD_RIGHT : STYLE_HEAD];
            note_error(s, worksheet_write_string(s->page, s->next, col++,
                                                 clean(s, c->title, MAX_CHARACTERS), f));
        }
    }
    s->head = s->next++;
}

static void open_page(struct sheet *s)
{
    s->next = s->at = s->place = 0;
    s->filtered = false;
    s->page = workbook_add_worksheet(s->book, page_name(s));
    if (!s->page) {
        note_error(s, LXW_ERROR_CREATING_TMPFILE);
        return;
    }
    s->written.sheets++;
}

/* The filter's buttons cover the rows up to now. The library refuses it behind later rows, so it
 * comes before totals and notes. */
static void put_filter(struct sheet *s)
{
    if (s->page && !s->filtered && s->shown > 0 && s->next > s->head + 2) {
        note_error(s, worksheet_autofilter(s->page, s->head, 0, s->next - 1,
                                           (lxw_col_t)(s->shown - 1)));
    }
    s->filtered = true;
}

/* Widths, filter, what stays in place, how it prints: all known behind the last row. */
static void end_page(struct sheet *s)
{
    if (!s->page) {
        return;
    }
    lxw_col_t col = 0;
    for (uint32_t i = 0; i < s->columns; i++) {
        if (is_shown(s->column[i].kind)) {
            uint32_t w = s->column[i].width + 2;
            w = w > WIDEST ? WIDEST : w < NARROWEST ? NARROWEST : w;
            note_error(s, worksheet_set_column(s->page, col, col, w, NULL));
            col++;
        }
    }
    bool wide = s->shown > WIDE_TABLE;
    worksheet_freeze_panes(s->page, s->head + 1, wide && s->column[0].kind == TABLE_TEXT);
    put_filter(s);
    if (wide) {
        worksheet_set_landscape(s->page);
    }
    note_error(
        s, worksheet_ignore_errors(s->page, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"));
    worksheet_set_paper(s->page, 9); /* A4 */
    worksheet_fit_to_pages(s->page, 1, 0);
    note_error(s, worksheet_repeat_rows(s->page, s->head, s->head));
    s->page = NULL;
}

/* A format of numbers by kind; NULL: as it is. */
static const char *number_format(const struct column *c, char out[64])
{
    int digits = c->digits > 9 ? 9 : (int)c->digits;
    switch (c->kind) {
    case TABLE_INT: return c->plain ? "0" : "#,##0";
    case TABLE_FEN: return "#,##0.00";
    case TABLE_DELTA: return "+#,##0;[Red]-#,##0;0";
    case TABLE_DAY: return "yyyy-mm-dd";
    case TABLE_SHARE:
        (void)snprintf(out, 64, "0.%.*s%%", digits ? digits : 1, "000000000");
        return out;
    case TABLE_REAL:
        (void)snprintf(out, 64, digits ? "#,##0.%.*s" : "#,##0%.*s", digits, "000000000");
        return out;
    case TABLE_TEXT: return "@";
    case TABLE_BAR:
    case TABLE_SPARK: break;
    }
    return NULL;
}

static lxw_format *make_format(struct sheet *s, const struct column *c, bool total)
{
    char text[64];
    const char *number = number_format(c, text);
    lxw_format *f = workbook_add_format(s->book);
    if (number) {
        format_set_num_format(f, number);
    }
    if (c->kind == TABLE_DAY) {
        format_set_align(f, LXW_ALIGN_LEFT);
    }
    if (total) {
        format_set_bold(f);
    }
    return f;
}

void sheet_begin(struct sheet *s, const struct sheet_page *page,
                 const struct table_column *columns, uint32_t n)
{
    end_page(s);
    s->name = arena_str(s->arena, page->name);
    s->columns = n > MAX_COLUMNS ? MAX_COLUMNS : n;
    s->column = arena_array(s->arena, struct column, s->columns + 1);
    s->shown = 0;
    s->total = false;
    for (uint32_t i = 0; i < s->columns; i++) {
        struct column *c = &s->column[i];
        const char *title = columns[i].title ? columns[i].title : columns[i].name;
        *c = (struct column){.kind = columns[i].kind, .digits = columns[i].digits};
        c->plain = columns[i].plain;
        c->title = columns[i].unit ? arena_strf(s->arena, "%s (%s)", title, columns[i].unit)
                                   : arena_str(s->arena, str_of(title));
        c->width = text_width(c->title) + 2; /* bold, and the filter's button */
        c->style = make_format(s, c, false);
        c->total = make_format(s, c, true);
        s->shown += is_shown(c->kind);
    }
    open_page(s);
    for (uint32_t i = 0; s->page && i < page->lines; i++) {
        lxw_format *f = s->style[i == 0 ? STYLE_TITLE : STYLE_LINE];
        note_error(s, worksheet_write_string(s->page, s->next++, 0,
                                             clean(s, page->line[i], MAX_CHARACTERS), f));
    }
    if (s->page) {
        put_head(s);
    }
}

void sheet_row(struct sheet *s)
{
    if (s->page && s->next >= s->limit) {
        end_page(s);
        open_page(s);
        if (s->page) {
            put_head(s);
        }
    }
    s->at = s->place = 0;
    s->next++;
    s->written.rows++;
}

void sheet_total(struct sheet *s)
{
    put_filter(s);
    s->total = true;
}

/* ---- Cells ------------------------------------------------------------------------------------ */

/* The column of the next cell; NULL when it is not shown or there is none left. */
static struct column *next_cell(struct sheet *s)
{
    if (!s->page || s->at >= s->columns) {
        return NULL;
    }
    struct column *c = &s->column[s->at++];
    s->place += is_shown(c->kind);
    return is_shown(c->kind) ? c : NULL;
}

static void put_text(struct sheet *s, struct column *c, struct str v)
{
    const char *text = clean(s, v, MAX_CHARACTERS);
    uint32_t w = text_width(buf_str(&s->scratch));
    c->width = w > c->width ? w : c->width;
    note_error(s, worksheet_write_string(s->page, s->next - 1, (lxw_col_t)(s->place - 1), text,
                                         s->total ? c->total : c->style));
}

static uint32_t digits_before(double v)
{
    double a = fabs(v);
    uint32_t n = a < 10 ? 1 : (uint32_t)log10(a) + 1;
    return n + (n - 1) / 3 + (v < 0 ? 1 : 0);
}

static uint32_t number_width(const struct column *c, double v)
{
    switch (c->kind) {
    case TABLE_DAY: return 10;
    case TABLE_SHARE: return digits_before(v * 100) + (c->digits ? c->digits : 1) + 2;
    case TABLE_FEN: return digits_before(v) + 3;
    case TABLE_REAL: return digits_before(v) + c->digits + 1;
    case TABLE_DELTA: return digits_before(v) + 1;
    case TABLE_INT:
    case TABLE_TEXT:
    case TABLE_BAR:
    case TABLE_SPARK: break;
    }
    return digits_before(v);
}

static void put_number(struct sheet *s, struct column *c, double v)
{
    uint32_t w = number_width(c, v);
    c->width = w > c->width ? w : c->width;
    note_error(s, worksheet_write_number(s->page, s->next - 1, (lxw_col_t)(s->place - 1), v,
                                         s->total ? c->total : c->style));
}

static void put_day(struct sheet *s, struct column *c, int64_t day)
{
    char text[16];
    if (day < EXCEL_FIRST_DAY) {
        put_text(s, c, str_of(day_format((int32_t)day, text)));
    } else {
        put_number(s, c, (double)(day + EXCEL_EPOCH));
    }
}

void sheet_str(struct sheet *s, struct str v)
{
    struct column *c = next_cell(s);
    int32_t day;
    if (c && c->kind == TABLE_DAY && day_parse(v, &day)) {
        put_day(s, c, day);
    } else if (c && v.len > 0) {
        put_text(s, c, v);
    }
}

void sheet_i64(struct sheet *s, int64_t v)
{
    struct column *c = next_cell(s);
    char text[32];
    if (!c || (c->kind == TABLE_DAY && v == DAY_NONE)) {
        return;
    }
    if (c->kind == TABLE_DAY) {
        put_day(s, c, v);
    } else if (v > MAX_WHOLE || v < -MAX_WHOLE) {
        (void)snprintf(text, sizeof(text), "%lld", (long long)v);
        put_text(s, c, str_of(text));
    } else {
        put_number(s, c, c->kind == TABLE_FEN ? (double)v / 100 : (double)v);
    }
}

void sheet_f64(struct sheet *s, double v)
{
    struct column *c = next_cell(s);
    if (c && isfinite(v)) {
        put_number(s, c, c->kind == TABLE_FEN ? v / 100 : v);
    }
}

void sheet_empty(struct sheet *s) { (void)next_cell(s); }

void sheet_note(struct sheet *s, struct str line)
{
    put_filter(s);
    if (s->page && s->next < s->limit) {
        note_error(s,
                   worksheet_write_string(s->page, s->next++, 0, clean(s, line, MAX_CHARACTERS),
                                          s->style[STYLE_LINE]));
    }
}

/* ---- A table ---------------------------------------------------------------------------------- */

/* "2017-12-01" and nothing else. */
static bool is_iso_day(struct str s)
{
    int32_t day;
    return s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && day_parse(s, &day);
}

/* A column of texts that are all days (rows of totals aside) holds days. */
static bool holds_days(const struct table *t, uint32_t column, uint32_t lines)
{
    uint32_t days = 0;
    for (uint32_t i = 0; i < lines; i++) {
        struct table_cell c = table_cell_at(t, i, column);
        if (c.type != TABLE_NOTHING) {
            if (c.type != TABLE_STRING || !is_iso_day(c.s)) {
                return false;
            }
            days++;
        }
    }
    return days > 0;
}

/* A number with a kind of its own. */
static void put_own(struct sheet *s, const struct table_cell *v)
{
    struct column *c = next_cell(s);
    struct column own = {.kind = v->kind, .digits = v->digits};
    lxw_format *f = NULL;
    if (!c) {
        return;
    }
    for (size_t i = 0; i < s->own.len && !f; i++) {
        const struct own_format *o = &s->own.ptr[i];
        bool same = o->kind == v->kind && o->digits == v->digits && o->total == s->total;
        f = same ? o->format : NULL;
    }
    if (!f) {
        struct own_format o = {v->kind, v->digits, s->total, make_format(s, &own, s->total)};
        vec_push(&s->own, o);
        f = o.format;
    }
    own.style = own.total = f;
    own.width = c->width;
    if (v->kind == TABLE_DAY) {
        put_day(s, &own, v->i);
    } else {
        put_number(s, &own, v->kind == TABLE_FEN ? v->f / 100 : v->f);
    }
    c->width = own.width;
}

static void put_cell(struct sheet *s, const struct table_cell *c)
{
    if (c->own && (c->type == TABLE_WHOLE || c->type == TABLE_NUMBER)) {
        put_own(s, c);
        return;
    }
    switch (c->type) {
    case TABLE_STRING: sheet_str(s, c->s); break;
    case TABLE_WHOLE: sheet_i64(s, c->i); break;
    case TABLE_NUMBER: sheet_f64(s, c->f); break;
    case TABLE_LIST:
    case TABLE_NOTHING: sheet_empty(s); break;
    }
}

void sheet_table(struct sheet *s, const struct sheet_page *page, const struct table *t)
{
    uint32_t n = table_columns(t), lines = table_lines(t), last_rule = lines;
    struct table_column *columns = arena_array(s->arena, struct table_column, n + 1);
    for (uint32_t i = 0; i < lines; i++) {
        last_rule = table_line_is_rule(t, i) ? i : last_rule;
    }
    for (uint32_t i = 0; i < n; i++) {
        columns[i] = *table_column_at(t, i);
        bool days = columns[i].kind == TABLE_TEXT && holds_days(t, i, last_rule);
        columns[i].kind = days ? TABLE_DAY : columns[i].kind;
    }
    struct sheet_page p = *page;
    struct str *line = arena_array(s->arena, struct str, p.lines + 1);
    for (uint32_t i = 0; i < p.lines; i++) {
        line[i] = p.line[i];
    }
    p.line = line;
    if (table_title_of(t).len > 0) {
        line[p.lines++] = table_title_of(t);
    }
    sheet_begin(s, &p, columns, n);
    for (uint32_t i = 0; i < lines; i++) {
        if (table_line_is_rule(t, i)) {
            if (i == last_rule) {
                sheet_total(s);
            }
            continue;
        }
        sheet_row(s);
        for (uint32_t col = 0; col < n; col++) {
            struct table_cell c = table_cell_at(t, i, col);
            put_cell(s, &c);
        }
    }
    if (table_note_of(t).len > 0) {
        sheet_note(s, table_note_of(t));
    }
}

/* ---- The end ---------------------------------------------------------------------------------- */

static enum rc say_error(const struct sheet *s, enum lxw_error error, int number, struct err *e)
{
    enum rc rc = rc_errno(e, number ? number : EIO, "%.200s cannot be written", s->path);
    err_detail(e, "libxlsxwriter: %s", lxw_strerror(error));
    return rc;
}

static enum rc publish(struct sheet *s, struct err *e)
{
    int fd = open(s->temp, O_RDONLY | O_CLOEXEC);
    enum rc rc = RC_OK;
    if (fd < 0 || fsync(fd) != 0 || rename(s->temp, s->path) != 0) {
        rc = rc_errno(e, errno, "%.200s cannot be written", s->path);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    if (rc) {
        (void)unlink(s->temp);
    }
    s->temp = NULL;
    return rc;
}

enum rc sheet_close(struct sheet *s, struct sheet_written *written, struct err *e)
{
    if (!s->error && s->written.sheets == 0) {
        open_page(s); /* Excel opens no book without a worksheet */
    }
    end_page(s);
    if (s->error) {
        enum rc rc = say_error(s, s->error, 0, e);
        drop_sheet(s);
        return rc;
    }
    errno = 0;
    enum lxw_error error = workbook_close(s->book);
    int number = errno;
    s->book = NULL;
    if (error) {
        enum rc rc = say_error(s, error, number, e);
        drop_sheet(s);
        return rc;
    }
    if (written) {
        *written = s->written;
    }
    enum rc rc = publish(s, e);
    drop_sheet(s);
    return rc;
}
