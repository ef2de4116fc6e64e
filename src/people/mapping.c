#include "people/mapping.h"

#include "base/day.h"
#include "people/mapping_internal.h"

/* ---- Formats ------------------------------------------------------------------------------- */

static const struct known_format *format_find(struct str name)
{
    for (const struct known_format *f = mapping_known_formats; f->name; f++) {
        if (str_eq(name, str_of(f->name))) {
            return f;
        }
    }
    return NULL;
}

const char *const *mapping_formats(void)
{
    static const char *const names[] = {"taobao-behavior",
                                        "uci-retail",
                                        "cdnow",
                                        "tianchi-baby",
                                        "tmall-orders",
                                        "youzan-orders",
                                        "pond",
                                        "generic",
                                        NULL};
    return names;
}

enum rc mapping_check_format(struct str format, struct err *e)
{
    if (!format.len || format_find(format)) {
        return RC_OK;
    }
    enum rc rc = rc_fail(e, RC_INVALID, "there is no format \"%.*s\"", STR_FMT(format));
    err_hint(e, "one of: taobao-behavior, tmall-orders, youzan-orders, uci-retail, cdnow, "
                "tianchi-baby, pond, generic");
    return rc;
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return s.len > 0;
}

static bool is_number(struct str s)
{
    int64_t v;
    return str_decimal(str_trim(s), 4, &v);
}

static uint32_t head_cells(const struct csv_block *b, uint32_t row, uint32_t skip)
{
    const uint32_t n = csv_fields(b, row);
    return n > skip ? n - skip : 0;
}

static bool row_is_taobao(const struct csv_block *b, uint32_t row, uint32_t skip)
{
    static const char *const words[] = {"pv", "buy", "cart", "fav"};
    const struct str word = csv_field(b, row, skip + 3);

    if (head_cells(b, row, skip) != 5) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        if (str_eq(word, str_of(words[i]))) {
            return is_digits(csv_field(b, row, skip)) && is_digits(csv_field(b, row, skip + 4));
        }
    }
    return false;
}

/* "00001 19970101 1 11.77" and, with a second id, "00004 0001 19970101 2 29.33". */
static bool row_is_cdnow(const struct csv_block *b, uint32_t row, uint32_t skip)
{
    const uint32_t n = head_cells(b, row, skip);
    int32_t day;

    if (n < 4 || n > 5) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!is_number(csv_field(b, row, skip + i))) {
            return false;
        }
    }
    const struct str date = csv_field(b, row, skip + n - 3);
    return date.len == 8 && is_digits(date) && day_parse(date, &day);
}

#define TITLE_ROWS 10 /* lines in front of the headers that are looked through */

typedef bool (*row_test)(const struct csv_block *b, uint32_t row, uint32_t skip);

/* Most of the first rows are of that form: a broken row among them does not mislead. */
static bool rows_are(const struct csv_block *b, uint32_t skip, row_test is)
{
    uint32_t seen = 0;
    uint32_t good = 0;

    for (uint32_t r = 0; r < b->rows && seen < 50; r++) {
        seen++;
        good += b->status[r] == CSV_OK && is(b, r, skip);
    }
    return good * 2 > seen;
}

bool mapping_wants_whitespace(struct str head)
{
    struct csv_reader *reader = NULL;
    struct csv_block block = {0};
    bool yes = false;

    if (str_find_byte(str_slice(head, 0, 4096), ',', 0) != SIZE_MAX) {
        return false;
    }
    const enum rc rc = csv_open(source_of_str(&head), &(struct csv_options){.whitespace = true},
                                &reader, NULL);
    if (!rc && !csv_next(reader, &block, NULL) && block.rows) {
        yes = rows_are(&block, 0, row_is_cdnow);
    }
    csv_close(reader);
    return yes;
}

bool mapping_is_json(struct str head)
{
    head = str_trim(str_slice(head, 0, 4096));
    return head.len && head.ptr[0] == '{';
}

struct mapping *mapping_json_lines(struct arena *a)
{
    struct mapping *m = arena_new_of(a, struct mapping);
    m->format = STR("pond");
    m->shape = SHAPE_JSON;
    return m;
}

/* ---- Headers ------------------------------------------------------------------------------- */

/* Whether one of "a|b|c" is the folded header. */
static bool words_have(const char *words, struct str fold)
{
    struct str rest = str_of(words);
    while (rest.ptr) {
        if (str_eq(str_cut(&rest, '|'), fold)) {
            return fold.len > 0;
        }
    }
    return false;
}

/* The untaken column whose header is the earliest of "a|b|c"; -1 when none is. */
static int64_t column_of(const struct chooser *c, const char *words)
{
    struct str rest = str_of(words);
    while (rest.ptr) {
        const struct str word = str_cut(&rest, '|');
        for (uint32_t i = 0; i < c->m->columns; i++) {
            if (!c->taken[i] && word.len && str_eq(c->fold[i], word)) {
                return i;
            }
        }
    }
    return -1;
}

/* Every group of "a|b&c" has a column. */
static bool headers_meet(const struct chooser *c, const char *needs)
{
    struct str groups = str_of(needs);
    while (groups.ptr) {
        const struct str group = str_cut(&groups, '&');
        bool met = false;
        for (uint32_t i = 0; i < c->m->columns && !met; i++) {
            met = words_have(arena_cstr(c->arena, group), c->fold[i]);
        }
        if (!met) {
            return false;
        }
    }
    return true;
}

/* Names columns by the first row, or "#1".. when that is data already. */
static void name_columns(struct chooser *c, bool header)
{
    struct mapping *m = c->m;
    m->header = header;
    m->columns = head_cells(c->head, c->first, c->skip);
    m->column = arena_array(c->arena, struct map_column, m->columns + 1);
    c->fold = arena_array(c->arena, struct str, m->columns + 1);
    c->taken = arena_array(c->arena, bool, m->columns + 1);
    for (uint32_t i = 0; i < m->columns; i++) {
        const struct str cell = csv_field(c->head, c->first, c->skip + i);
        if (header && str_trim(cell).len) {
            m->column[i].header = arena_str(c->arena, str_trim(cell));
            c->fold[i] = mapping_fold(c->arena, cell);
        } else {
            m->column[i].header = arena_strf(c->arena, "#%u", i + 1);
        }
    }
}

/* Headers are words: a row with a number or a time among its cells is data. */
static bool row_is_header(const struct csv_block *b, uint32_t row, uint32_t skip)
{
    const uint32_t n = head_cells(b, row, skip);
    for (uint32_t i = 0; i < n; i++) {
        const struct str cell = str_trim(csv_field(b, row, skip + i));
        int32_t day;
        if (is_number(cell) || (cell.len >= 8 && day_parse(str_slice(cell, 0, 10), &day))) {
            return false;
        }
    }
    return n > 0;
}

/* ---- The choice ---------------------------------------------------------------------------- */

static void column_set(struct chooser *c, uint32_t i, const struct known_field *k,
                       enum map_by by)
{
    struct map_column *to = &c->m->column[i];
    struct str name;
    if (!mapping_field_parse(str_of(k->field), &to->field, &name)) {
        return;
    }
    to->name = name;
    to->by = by;
    to->personal = k->personal;
    to->place = k->place;
    c->taken[i] = true;
}

static void fields_guess(struct chooser *c)
{
    for (const struct known_field *k = c->known->fields; k && k->field; k++) {
        enum map_field field;
        struct str name;
        if (!mapping_field_parse(str_of(k->field), &field, &name)) {
            continue;
        }
        const bool many = field == MAP_PROP || field == MAP_LINE || field == MAP_IDENTITY;
        if (c->fixed[field] && !many) {
            continue;
        }
        const int64_t i = column_of(c, k->headers);
        if (i >= 0) {
            column_set(c, (uint32_t)i, k, MAP_BY_HEADER);
        }
    }
}

static void places_set(struct chooser *c, const char *const *places)
{
    for (uint32_t i = 0; places && places[i] && i < c->m->columns; i++) {
        if (!c->taken[i]) {
            column_set(c, i, &(struct known_field){places[i], "", false, false}, MAP_BY_PLACE);
        }
    }
}

static int64_t mapping_column(const struct mapping *m, enum map_field field)
{
    for (uint32_t i = 0; i < m->columns; i++) {
        if (m->column[i].field == field) {
            return i;
        }
    }
    return -1;
}

/* A column whose header or prop name is known as personal anywhere is personal under every format. */
static void mark_personal(struct chooser *c, uint32_t i)
{
    struct map_column *to = &c->m->column[i];
    for (const struct known_format *f = mapping_known_formats; f->name; f++) {
        for (const struct known_field *k = f->fields; k && k->field; k++) {
            const struct str name = str_slice(str_of(k->field), 6, SIZE_MAX);
            if (k->personal && (str_eq(name, to->name) || words_have(k->headers, to->name) ||
                                words_have(k->headers, c->fold[i]))) {
                to->personal = true;
                to->place = k->place;
            }
        }
    }
}

/* Props are named by header; a header that stands twice gets its place behind it. */
static void props_name(struct chooser *c)
{
    struct mapping *m = c->m;
    for (uint32_t i = 0; i < m->columns; i++) {
        struct map_column *to = &m->column[i];
        if (to->field == MAP_PROP) {
            mark_personal(c, i);
        }
        if ((to->field != MAP_PROP && to->field != MAP_LINE) || to->name.len) {
            continue;
        }
        to->name = to->header;
        for (uint32_t j = 0; j < i; j++) {
            if (str_eq(m->column[j].name, to->name)) {
                to->name = arena_strf(c->arena, "%.*s_%u", STR_FMT(to->header), i + 1);
                break;
            }
        }
    }
}

/* A column that was chosen by its header must be the only one of that header. */
static enum rc check_double(const struct chooser *c, struct err *e)
{
    const struct mapping *m = c->m;
    for (uint32_t i = 0; i < m->columns; i++) {
        if (m->column[i].field == MAP_PROP || !c->fold[i].len) {
            continue;
        }
        for (uint32_t j = 0; j < m->columns; j++) {
            if (j != i && m->column[j].field == MAP_PROP && str_eq(c->fold[i], c->fold[j]) &&
                !c->fixed[m->column[i].field]) {
                struct buf b = {0};
                mapping_field_text(&m->column[i], &b);
                enum rc rc =
                    rc_fail(e, RC_INVALID, "columns %u and %u are both called \"%.*s\"", i + 1,
                            j + 1, STR_FMT(m->column[i].header));
                err_hint(e, "say which one is meant: --map %s=#%u", buf_cstr(&b), i + 1);
                buf_release(&b);
                return rc;
            }
        }
    }
    return RC_OK;
}

static void headers_list(const struct mapping *m, struct buf *out)
{
    for (uint32_t i = 0; i < m->columns && out->len < 120; i++) {
        buf_addf(out, "%s%.*s", i ? ", " : "",
                 (int)(m->column[i].header.len < 24 ? m->column[i].header.len : 24),
                 m->column[i].header.ptr);
    }
}

static enum rc fail_no_field(const struct mapping *m, const char *what, const char *hint,
                             struct err *e)
{
    struct buf b = {0};
    headers_list(m, &b);
    enum rc rc = rc_fail(e, RC_INVALID, "cannot tell which column holds the %s; there are: %s",
                         what, buf_cstr(&b));
    err_hint(e, "%s", hint);
    buf_release(&b);
    return rc;
}

static enum rc check_events(struct chooser *c, struct err *e)
{
    struct mapping *m = c->m;

    if (mapping_column(m, MAP_TIME) < 0) {
        return fail_no_field(
            m, "time", m->header ? "add --map time=HEADER" : "add --map time=#N, N from 1", e);
    }
    if (mapping_column(m, MAP_EVENT) >= 0 || m->event.len) {
        return RC_OK;
    }
    if (mapping_column(m, MAP_AMOUNT) >= 0 || mapping_column(m, MAP_ORDER) >= 0) {
        m->event = STR("purchase");
        return RC_OK;
    }
    return fail_no_field(m, "event",
                         "add --map event=HEADER, or --map event:=purchase when every row "
                         "is one",
                         e);
}

static enum rc check_fields(struct chooser *c, struct err *e)
{
    struct mapping *m = c->m;

    if (m->shape == SHAPE_EVENTS) {
        return check_events(c, e);
    }
    if (mapping_column(m, MAP_ORDER) < 0) {
        return fail_no_field(m, "order number", "add --map order=HEADER", e);
    }
    if (m->shape == SHAPE_INVOICES) {
        return mapping_column(m, MAP_TIME) >= 0
                   ? RC_OK
                   : fail_no_field(m, "time", "add --map time=HEADER", e);
    }
    if (mapping_column(m, MAP_PAY_TIME) < 0 && mapping_column(m, MAP_CREATE_TIME) < 0) {
        return fail_no_field(m, "time of payment", "add --map pay_time=HEADER", e);
    }
    return RC_OK;
}

static const struct known_format *format_detect(struct chooser *c)
{
    const struct csv_block *b = c->head;
    for (const struct known_format *f = mapping_known_formats; f->name; f++) {
        if (f->needs && headers_meet(c, f->needs)) {
            return f;
        }
    }
    if (rows_are(b, c->skip, row_is_taobao)) {
        return format_find(STR("taobao-behavior"));
    }
    if (rows_are(b, c->skip, row_is_cdnow)) {
        return format_find(STR("cdnow"));
    }
    return format_find(STR("generic"));
}

/* CDNOW files without a header: the number of columns tells which of the two they are. */
static void places_choose(struct chooser *c)
{
    static const char *const four[] = {"identity.user_id", "time", "quantity", "amount", NULL};
    static const char *const five[] = {"identity.user_id", "props.sample_id", "time",
                                       "quantity",         "amount",          NULL};
    if (c->m->header) {
        return;
    }
    if (str_eq(c->m->format, STR("cdnow"))) {
        places_set(c, c->m->columns == 5 ? five : four);
    } else {
        places_set(c, c->known->places);
    }
}

static enum rc fail_form(const struct chooser *c, const char *what, struct err *e)
{
    enum rc rc = rc_fail(e, RC_INVALID, "this is no %s file: %s", c->known->name, what);
    err_hint(e, "leave --format out to have the format found");
    return rc;
}

static enum rc choose(struct chooser *c, const struct str *spec, uint32_t specs, struct err *e)
{
    struct mapping *m = c->m;

    m->format = str_of(c->known->name);
    m->shape = c->known->shape;
    m->event = c->known->event ? str_of(c->known->event) : STR_NULL;
    m->channel = c->known->channel ? str_of(c->known->channel) : STR_NULL;
    if (m->shape == SHAPE_JSON) {
        return fail_form(c, "it has no JSON object on its first line", e);
    }
    if (c->known->places && !rows_are(c->head, c->skip, row_is_taobao) && !specs) {
        return fail_form(c, "rows are not user,item,category,pv|buy|cart|fav,seconds", e);
    }
    for (uint32_t i = 0; i < specs; i++) {
        enum rc rc = mapping_spec_apply(c, spec[i], e);
        if (rc) {
            return rc;
        }
    }
    places_choose(c);
    if (m->header) {
        fields_guess(c);
    }
    enum rc rc = check_double(c, e);
    if (!rc) {
        rc = check_fields(c, e);
    }
    props_name(c);
    return rc;
}

static uint32_t cells_filled(const struct csv_block *b, uint32_t row, uint32_t skip)
{
    uint32_t filled = 0;
    for (uint32_t i = 0; b->status[row] == CSV_OK && i < head_cells(b, row, skip); i++) {
        filled += str_trim(csv_field(b, row, skip + i)).len > 0;
    }
    return filled;
}

/* Behind lines of a title (one cell) the first row of several headers; `r` when there is none near. */
static uint32_t row_behind_titles(const struct csv_block *b, uint32_t r, uint32_t skip)
{
    for (uint32_t t = r; t < b->rows && t < r + TITLE_ROWS; t++) {
        const uint32_t filled = cells_filled(b, t, skip);
        if (filled > 1) {
            return filled >= 3 && row_is_header(b, t, skip) ? t : r;
        }
    }
    return r;
}

/* The row that names the columns or shows how many there are. A log without header may begin with a
 * broken row; one whose first row holds no number has a header. */
static uint32_t first_row(const struct csv_block *b, uint32_t skip, row_test form)
{
    uint32_t r = 0;
    while (r < b->rows && b->status[r] != CSV_OK) {
        r++;
    }
    if (form && r < b->rows && !row_is_header(b, r, skip)) {
        while (r < b->rows && (b->status[r] != CSV_OK || !form(b, r, skip))) {
            r++;
        }
    }
    return form || r == b->rows ? r : row_behind_titles(b, r, skip);
}

enum rc mapping_detect(struct arena *a, const struct mapping_request *q,
                       const struct csv_block *head, uint32_t skip, struct mapping **out,
                       struct err *e)
{
    struct mapping *m = arena_new_of(a, struct mapping);
    struct chooser c = {.arena = a, .head = head, .skip = skip, .m = m};
    struct str format = q->format;
    struct str *spec = NULL;
    uint32_t specs = 0;

    const row_test form = rows_are(head, skip, row_is_taobao)  ? row_is_taobao
                          : rows_are(head, skip, row_is_cdnow) ? row_is_cdnow
                                                               : NULL;
    c.first = first_row(head, skip, form);
    if (c.first == head->rows || !head_cells(head, c.first, skip)) {
        return rc_fail(e, RC_INVALID, "there is no readable row in it");
    }
    enum rc rc = RC_OK;
    if (q->saved.len) {
        rc = mapping_read_saved(a, q->saved, m, &spec, &specs, e);
        format = format.len ? format : m->format;
    }
    if (!rc) {
        rc = mapping_check_format(format, e);
    }
    if (rc) {
        return rc;
    }
    struct str *all = arena_array(a, struct str, specs + q->specs + 1);
    for (uint32_t i = 0; i < specs; i++) {
        all[i] = spec[i];
    }
    for (uint32_t i = 0; i < q->specs; i++) {
        all[specs + i] = q->spec[i];
    }
    m->zone = q->zone.len ? q->zone : m->zone;
    m->first = c.first;
    name_columns(&c, row_is_header(head, c.first, skip));
    m->first += m->header;
    for (uint32_t r = 0; m->header && r < c.first; r++) {
        m->titles += cells_filled(head, r, skip) > 0;
    }
    c.known = format.len ? format_find(format) : format_detect(&c);
    rc = choose(&c, all, specs + q->specs, e);
    *out = m;
    return rc;
}
