/* Objects  struct book: what must be known before a sheet can be read (its place, the styles'
 *          looks, the shared strings).
 *          struct sheet: the row being read. The sheet itself is never held in memory. */
#include "wire/xlsx.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/vec.h"
#include "wire/xlsx_cell.h"
#include "wire/xlsx_part.h"

#define ROWS_MOST 1048576u
#define STYLES_MOST 65536u

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* ---- The book: where its parts are, what its styles mean, its strings ---------------------------- */

struct named {
    struct str id, name, target;
};

struct book {
    struct xlsx_package *package;
    struct arena *arena;
    struct str workbook;        /* path of its part: "xl/workbook.xml"               */
    struct str styles, strings; /* paths; empty: none                                */
    VEC(struct named) sheets;   /* id and name; target once the relations are known  */
    bool from_1904;
    VEC(uint8_t) look;         /* of each cell style: enum xlsx_look                */
    VEC(struct named) formats; /* custom formats: id as text, code in name          */
    bool in_cell_styles;
    struct buf text;       /* the shared strings, end to end                    */
    VEC(uint64_t) text_at; /* where each begins; one more at the end            */
    struct buf item;       /* the string being read                             */
    bool in_text, in_phonetic;
};

static void release_book(struct book *b)
{
    vec_release(&b->sheets);
    vec_release(&b->look);
    vec_release(&b->formats);
    vec_release(&b->text_at);
    buf_release(&b->text);
    buf_release(&b->item);
}

/* A target is relative to the folder of the part that names it, or absolute with "/". */
static struct str resolve(struct arena *a, struct str part, struct str target)
{
    if (str_starts(target, STR("/"))) {
        return arena_str(a, str_slice(target, 1, target.len));
    }
    size_t folder = part.len;
    while (folder > 0 && part.ptr[folder - 1] != '/') {
        folder--;
    }
    while (str_starts(target, STR("../")) && folder > 0) {
        target = str_slice(target, 3, target.len);
        folder--;
        while (folder > 0 && part.ptr[folder - 1] != '/') {
            folder--;
        }
    }
    target = str_starts(target, STR("./")) ? str_slice(target, 2, target.len) : target;
    return arena_strf(a, "%.*s%.*s", STR_FMT(str_slice(part, 0, folder)), STR_FMT(target));
}

static void root_relation(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    if (is(name, "Relationship") &&
        str_ends(xlsx_attribute(attributes, "Type"), STR("/officeDocument"))) {
        b->workbook = resolve(b->arena, STR_NULL, xlsx_attribute(attributes, "Target"));
    }
}

static void workbook_start(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    if (is(name, "workbookPr")) {
        struct str v = xlsx_attribute(attributes, "date1904");
        b->from_1904 = str_eq(v, STR("1")) || str_eq(v, STR("true"));
    } else if (is(name, "sheet") && b->sheets.len < 10000) {
        struct named s = {.id = arena_str(b->arena, xlsx_attribute(attributes, "id")),
                          .name = arena_str(b->arena, xlsx_attribute(attributes, "name"))};
        vec_push(&b->sheets, s);
    }
}

static void book_relation(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    if (!is(name, "Relationship")) {
        return;
    }
    struct str id = xlsx_attribute(attributes, "Id"), type = xlsx_attribute(attributes, "Type");
    struct str target = resolve(b->arena, b->workbook, xlsx_attribute(attributes, "Target"));
    if (str_ends(type, STR("/styles"))) {
        b->styles = target;
    } else if (str_ends(type, STR("/sharedStrings"))) {
        b->strings = target;
    }
    for (size_t i = 0; i < b->sheets.len && str_ends(type, STR("/worksheet")); i++) {
        if (str_eq(b->sheets.ptr[i].id, id)) {
            b->sheets.ptr[i].target = target;
        }
    }
}

static uint8_t look_of(const struct book *b, struct str id)
{
    int64_t number = 0;
    for (size_t i = 0; i < b->formats.len; i++) {
        if (str_eq(b->formats.ptr[i].id, id)) {
            return (uint8_t)xlsx_look_of_code(b->formats.ptr[i].name);
        }
    }
    return str_i64(id, &number) && number >= 0 && number < 1000
               ? (uint8_t)xlsx_look_of_id((uint32_t)number)
               : (uint8_t)XLSX_LOOK_PLAIN;
}

static void styles_start(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    if (is(name, "numFmt") && b->formats.len < 1000) {
        struct named f = {.id = arena_str(b->arena, xlsx_attribute(attributes, "numFmtId")),
                          .name =
                              arena_str(b->arena, xlsx_attribute(attributes, "formatCode"))};
        vec_push(&b->formats, f);
    } else if (is(name, "cellXfs")) {
        b->in_cell_styles = true;
    } else if (is(name, "xf") && b->in_cell_styles && b->look.len < STYLES_MOST) {
        uint8_t look = look_of(b, xlsx_attribute(attributes, "numFmtId"));
        vec_push(&b->look, look);
    }
}

static void styles_end(struct xlsx_part *p, const char *name)
{
    struct book *b = p->ctx;
    b->in_cell_styles = b->in_cell_styles && !is(name, "cellXfs");
}

static void strings_start(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    (void)attributes;
    if (is(name, "si")) {
        buf_clear(&b->item);
    } else if (is(name, "rPh")) {
        b->in_phonetic = true;
    }
    b->in_text = is(name, "t") && !b->in_phonetic;
}

static void strings_text(struct xlsx_part *p, struct str s)
{
    struct book *b = p->ctx;
    if (!b->in_text) {
        return;
    }
    buf_add(&b->item, s);
    if (b->item.len > p->package->limits.cell_bytes) {
        xlsx_part_stop(p,
                       rc_fail(p->package->e, RC_TOO_LARGE, "a cell holds more than %u bytes",
                               p->package->limits.cell_bytes));
    }
}

static void strings_end(struct xlsx_part *p, const char *name)
{
    struct book *b = p->ctx;
    b->in_text = false;
    if (is(name, "rPh")) {
        b->in_phonetic = false;
    }
    if (!is(name, "si")) {
        return;
    }
    uint64_t at = b->text.len;
    vec_push(&b->text_at, at);
    xlsx_put_text(&b->text, buf_str(&b->item));
    if (b->text.len + b->text_at.len * sizeof(at) > p->package->limits.string_bytes) {
        xlsx_part_stop(p, rc_fail(p->package->e, RC_TOO_LARGE,
                                  "the workbook's texts are over %llu MiB",
                                  (unsigned long long)(p->package->limits.string_bytes >> 20)));
    }
}

/* As parse_part, but a part that need not be there may be missing. */
static enum rc parse_optional(struct book *b, struct str name, struct xlsx_part part)
{
    if (name.len == 0) {
        return RC_OK;
    }
    part.ctx = b;
    enum rc rc = xlsx_part_parse(b->package, arena_cstr(b->arena, name), &part);
    return rc == RC_MISSING ? RC_OK : rc;
}

static struct str relations_of(struct arena *a, struct str part)
{
    size_t folder = part.len;
    while (folder > 0 && part.ptr[folder - 1] != '/') {
        folder--;
    }
    return arena_strf(a, "%.*s_rels/%.*s.rels", STR_FMT(str_slice(part, 0, folder)),
                      STR_FMT(str_slice(part, folder, part.len)));
}

static enum rc read_book(struct book *b)
{
    struct err *e = b->package->e;
    b->workbook = STR("xl/workbook.xml");
    enum rc rc =
        parse_optional(b, STR("_rels/.rels"), (struct xlsx_part){.start = root_relation});
    if (rc) {
        return rc;
    }
    if (str_ends(b->workbook, STR(".bin"))) {
        rc_fail(e, RC_INVALID, "this is a binary workbook (.xlsb)");
        err_hint(e, "save it as .xlsx or CSV and import that");
        return RC_INVALID;
    }
    struct xlsx_part workbook = {.start = workbook_start, .ctx = b};
    rc = xlsx_part_parse(b->package, arena_cstr(b->arena, b->workbook), &workbook);
    if (rc == RC_MISSING) {
        rc_fail(e, RC_INVALID, "this is a zip file, but no Excel workbook");
        err_hint(e, "unpack it and import what is inside");
        return RC_INVALID;
    }
    if (rc == RC_OK) {
        struct xlsx_part relations = {.start = book_relation};
        rc = parse_optional(b, relations_of(b->arena, b->workbook), relations);
    }
    if (rc == RC_OK) {
        rc = parse_optional(b, b->styles,
                            (struct xlsx_part){.start = styles_start, .end = styles_end});
    }
    if (rc == RC_OK) {
        struct xlsx_part strings = {
            .start = strings_start, .end = strings_end, .text = strings_text};
        rc = parse_optional(b, b->strings, strings);
        vec_push(&b->text_at, (uint64_t)b->text.len);
    }
    return rc;
}

/* ---- A sheet ----------------------------------------------------------------------------------------- */

struct sheet {
    struct book *book;
    xlsx_row_fn fn;
    void *fn_ctx;
    uint32_t row, column; /* where we are; column counts from 0                    */
    VEC(struct str) cell; /* ptr is an offset into `text` until the row is whole   */
    VEC(uint8_t) flag;
    struct buf text;  /* the row's cells, end to end                           */
    struct buf value; /* of the cell being read                                */
    struct str type;  /* its t attribute; lives in type_text                   */
    char type_text[16];
    uint8_t look;
    bool formula, in_value, in_phonetic, filled;
};

/* "BC23" -> 54; false when it is no reference. */
static bool column_of(struct str reference, uint32_t *column)
{
    uint32_t c = 0;
    size_t i = 0;
    while (i < reference.len && i < 4 && reference.ptr[i] >= 'A' && reference.ptr[i] <= 'Z') {
        c = c * 26 + (uint32_t)(reference.ptr[i++] - 'A') + 1;
    }
    *column = c - 1;
    return c > 0 && i < reference.len;
}

static void start_row(struct xlsx_part *p, const char **attributes)
{
    struct sheet *s = p->ctx;
    int64_t row;
    s->row++;
    if (str_i64(xlsx_attribute(attributes, "r"), &row) && row > 0 && row <= ROWS_MOST) {
        s->row = (uint32_t)row;
    }
    if (s->row > ROWS_MOST) {
        xlsx_part_stop(
            p, rc_fail(p->package->e, RC_TOO_LARGE, "a sheet of more than %u rows", ROWS_MOST));
    }
    s->column = 0;
    s->filled = false;
    vec_clear(&s->cell);
    vec_clear(&s->flag);
    buf_clear(&s->text);
}

static void start_cell(struct xlsx_part *p, const char **attributes)
{
    struct sheet *s = p->ctx;
    struct str type = xlsx_attribute(attributes, "t");
    int64_t style;
    uint32_t column;
    if (column_of(xlsx_attribute(attributes, "r"), &column)) {
        s->column = column;
    }
    if (s->column >= p->package->limits.columns) {
        xlsx_part_stop(p,
                       rc_fail(p->package->e, RC_TOO_LARGE, "a sheet of more than %u columns",
                               p->package->limits.columns));
        return;
    }
    s->type.len = type.len < sizeof(s->type_text) ? type.len : 0;
    s->type.ptr = s->type_text;
    if (s->type.len > 0) {
        memcpy(s->type_text, type.ptr, s->type.len);
    }
    bool styled = str_i64(xlsx_attribute(attributes, "s"), &style) && style >= 0 &&
                  (uint64_t)style < s->book->look.len;
    s->look = styled ? s->book->look.ptr[style] : (uint8_t)XLSX_LOOK_PLAIN;
    s->formula = false;
    buf_clear(&s->value);
}

static void sheet_start(struct xlsx_part *p, const char *name, const char **attributes)
{
    struct sheet *s = p->ctx;
    if (is(name, "row")) {
        start_row(p, attributes);
    } else if (is(name, "c")) {
        start_cell(p, attributes);
    } else if (is(name, "f")) {
        s->formula = true;
    } else if (is(name, "rPh")) {
        s->in_phonetic = true;
    }
    s->in_value = is(name, "v") || (is(name, "t") && !s->in_phonetic);
}

static void sheet_text(struct xlsx_part *p, struct str text)
{
    struct sheet *s = p->ctx;
    if (!s->in_value) {
        return;
    }
    buf_add(&s->value, text);
    if (s->value.len > p->package->limits.cell_bytes) {
        xlsx_part_stop(p, rc_fail(p->package->e, RC_TOO_LARGE,
                                  "row %u: a cell holds more than %u bytes", s->row,
                                  p->package->limits.cell_bytes));
    }
}

static void put_shared(struct sheet *s, struct str number)
{
    const struct book *b = s->book;
    int64_t i;
    if (str_i64(str_trim(number), &i) && i >= 0 && (uint64_t)i + 1 < b->text_at.len) {
        uint64_t from = b->text_at.ptr[i], to = b->text_at.ptr[i + 1];
        buf_add(&s->text, str_slice(buf_str(&b->text), from, to));
    }
}

/* Appends the cell's text to the row's; returns its flags. */
static uint8_t put_value(struct sheet *s)
{
    struct str value = buf_str(&s->value);
    if (str_eq(s->type, STR("s"))) {
        put_shared(s, value);
        return 0;
    }
    if (str_eq(s->type, STR("str")) || str_eq(s->type, STR("inlineStr"))) {
        xlsx_put_text(&s->text, value);
        return 0;
    }
    if (str_eq(s->type, STR("b"))) {
        buf_add(&s->text, str_eq(str_trim(value), STR("1")) ? STR("true") : STR("false"));
        return 0;
    }
    if (str_eq(s->type, STR("e"))) {
        buf_add(&s->text, value);
        return XLSX_ERROR;
    }
    if (str_eq(s->type, STR("d"))) {
        size_t t = str_find_byte(value, 'T', 0);
        buf_add(&s->text, str_slice(value, 0, t));
        buf_add(&s->text, t < value.len ? STR(" ") : STR(""));
        buf_add(&s->text, t < value.len ? str_slice(value, t + 1, value.len) : STR_NULL);
        return XLSX_DATE;
    }
    return xlsx_put_number(&s->text, value, (enum xlsx_look)s->look, s->book->from_1904);
}

/* Texts are kept as offsets while the row's buffer may still move. */
static void end_cell(struct sheet *s)
{
    static const struct str gap = {NULL, 0};
    uint32_t column = s->column++;
    if (s->value.len == 0 && !s->formula) {
        return;
    }
    size_t from = s->text.len;
    uint8_t flags =
        (uint8_t)((s->value.len ? put_value(s) : 0) | (s->formula ? XLSX_FORMULA : 0));
    while (s->cell.len <= column) {
        vec_push(&s->cell, gap);
        vec_push(&s->flag, (uint8_t)0);
    }
    s->cell.ptr[column] = str_make((const char *)(uintptr_t)from, s->text.len - from);
    s->flag.ptr[column] = flags;
    s->filled = true;
}

static void end_row(struct xlsx_part *p)
{
    struct sheet *s = p->ctx;
    if (!s->filled) {
        return;
    }
    for (size_t i = 0; i < s->cell.len; i++) {
        struct str *c = &s->cell.ptr[i];
        c->ptr = c->len > 0 ? s->text.ptr + (uintptr_t)c->ptr : "";
    }
    struct xlsx_row row = {.row = s->row,
                           .cells = (uint32_t)s->cell.len,
                           .cell = s->cell.ptr,
                           .flag = s->flag.ptr};
    enum rc rc = s->fn(s->fn_ctx, &row, p->package->e);
    s->filled = false;
    if (rc) {
        xlsx_part_stop(p, rc);
    }
}

static void sheet_end(struct xlsx_part *p, const char *name)
{
    struct sheet *s = p->ctx;
    s->in_value = false;
    if (is(name, "c")) {
        end_cell(s);
    } else if (is(name, "row")) {
        end_row(p);
    } else if (is(name, "rPh")) {
        s->in_phonetic = false;
    }
}

static enum rc find_sheet(const struct book *b, struct str name, struct str *path)
{
    struct err *e = b->package->e;
    struct buf names = {0};
    for (size_t i = 0; i < b->sheets.len; i++) {
        const struct named *s = &b->sheets.ptr[i];
        if (s->target.len > 0 && (name.len == 0 || str_eq(s->name, name))) {
            *path = s->target;
            buf_release(&names);
            return RC_OK;
        }
        if (names.len < 200) {
            buf_addf(&names, "%s%.*s", i ? ", " : "", STR_FMT(s->name));
        }
    }
    rc_fail(e, RC_MISSING, name.len ? "no sheet \"%.*s\"" : "the workbook has no sheet%.*s",
            STR_FMT(str_slice(name, 0, 80)));
    err_hint(e, "sheets: %s", names.len ? buf_cstr(&names) : "none");
    buf_release(&names);
    return RC_MISSING;
}

static enum rc read_sheet(struct book *b, struct str name, xlsx_row_fn fn, void *ctx)
{
    struct str path;
    enum rc rc = find_sheet(b, name, &path);
    if (rc) {
        return rc;
    }
    struct sheet s = {.book = b, .fn = fn, .fn_ctx = ctx};
    struct xlsx_part part = {
        .start = sheet_start, .end = sheet_end, .text = sheet_text, .ctx = &s};
    rc = xlsx_part_parse(b->package, arena_cstr(b->arena, path), &part);
    if (rc == RC_MISSING && part.rc == RC_OK) {
        rc =
            rc_fail(b->package->e, RC_INVALID, "the workbook is damaged: its sheet is missing");
    }
    vec_release(&s.cell);
    vec_release(&s.flag);
    buf_release(&s.text);
    buf_release(&s.value);
    return rc;
}

/* ---- The package --------------------------------------------------------------------------------- */

static uint64_t or_usual(uint64_t v, uint64_t usual) { return v ? v : usual; }

static struct xlsx_limits fill_limits(const struct xlsx_options *options)
{
    static const struct xlsx_limits usual = {0};
    const struct xlsx_limits *l = options ? &options->limits : &usual;
    return (struct xlsx_limits){
        .entries = or_usual(l->entries, 10000),
        .entry_bytes = or_usual(l->entry_bytes, (uint64_t)4 << 30),
        .total_bytes = or_usual(l->total_bytes, (uint64_t)8 << 30),
        .ratio = (uint32_t)or_usual(l->ratio, 1000),
        .string_bytes = or_usual(l->string_bytes, (uint64_t)1 << 30),
        .cell_bytes = (uint32_t)or_usual(l->cell_bytes, 1 << 20),
        .columns = (uint32_t)or_usual(l->columns, 16384),
    };
}

/* Reads from the open package, and closes it. */
static enum rc read_package(struct xlsx_package *k, const struct xlsx_options *options,
                            xlsx_row_fn fn, void *ctx)
{
    struct book b = {.package = k, .arena = arena_new()};
    enum rc rc = read_book(&b);
    if (rc == RC_OK) {
        rc = read_sheet(&b, options ? options->sheet : STR_NULL, fn, ctx);
    }
    release_book(&b);
    arena_free(b.arena);
    xlsx_package_close(k);
    return rc;
}

#define OLD_EXCEL "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

bool xlsx_looks_like(struct str head)
{
    return str_starts(head, STR("PK\x03\x04")) || str_starts(head, STR(OLD_EXCEL));
}

/* The old container holds .xls books and, by the name of a stream in it, encrypted .xlsx ones. */
static enum rc check_head(struct str head, struct err *e)
{
    if (!str_starts(head, STR(OLD_EXCEL))) {
        return RC_OK;
    }
    if (str_find(head, STR("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e"), 0) != SIZE_MAX) {
        rc_fail(e, RC_INVALID, "the workbook is protected by a password");
        err_hint(e, "open it in Excel, take the password off and save it anew");
    } else {
        rc_fail(e, RC_INVALID, "this is an old Excel file (.xls)");
        err_hint(e, "open it in Excel or LibreOffice and save it as .xlsx or CSV");
    }
    return RC_INVALID;
}

enum rc xlsx_read_bytes(struct str bytes, const struct xlsx_options *options, xlsx_row_fn fn,
                        void *ctx, struct err *e)
{
    enum rc rc = check_head(bytes, e);
    if (rc) {
        return rc;
    }
    struct xlsx_package k = {.limits = fill_limits(options), .e = e};
    rc = xlsx_package_open_bytes(&k, bytes);
    return rc ? rc : read_package(&k, options, fn, ctx);
}

/* The head of a file: 1 MiB holds the directory of any old container we have seen. */
static enum rc check_file(const char *path, struct err *e)
{
    size_t room = (size_t)1 << 20;
    enum rc rc = RC_OK;
    char *head = NULL;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "%s", path);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = rc_fail(e, RC_INVALID, "%s is no file", path);
        goto done;
    }
    head = mem_alloc(room);
    ssize_t n = pread(fd, head, room, 0);
    rc = n < 0 ? rc_errno(e, errno, "%s", path) : check_head(str_make(head, (size_t)n), e);
done:
    mem_free(head);
    close(fd);
    return rc;
}

enum rc xlsx_read(const char *path, const struct xlsx_options *options, xlsx_row_fn fn,
                  void *ctx, struct err *e)
{
    enum rc rc = check_file(path, e);
    if (rc) {
        return rc;
    }
    struct xlsx_package k = {.limits = fill_limits(options), .e = e};
    rc = xlsx_package_open_file(&k, path);
    return rc ? rc : read_package(&k, options, fn, ctx);
}
