#include "people/mapping.h"

#include "base/day.h"
#include "people/mapping_known.h"
#include "wire/text.h"

static const char *const field_names[MAP_FIELDS] = {
    [MAP_PROP] = "props",           [MAP_SKIP] = "skip",
    [MAP_TIME] = "time",            [MAP_EVENT] = "event",
    [MAP_ID] = "id",                [MAP_IDENTITY] = "identity",
    [MAP_CHANNEL] = "channel",      [MAP_TOUCHPOINT] = "touchpoint",
    [MAP_CAMPAIGN] = "campaign",    [MAP_ITEM] = "item",
    [MAP_CATEGORY] = "category",    [MAP_ORDER] = "order",
    [MAP_QUANTITY] = "quantity",    [MAP_UNIT_PRICE] = "unit_price",
    [MAP_AMOUNT] = "amount",        [MAP_SCORE] = "score",
    [MAP_CREATE_TIME] = "create_time", [MAP_PAY_TIME] = "pay_time",
    [MAP_TOTAL] = "total",          [MAP_REFUND_AMOUNT] = "refund_amount",
    [MAP_REFUND_TIME] = "refund_time", [MAP_LINE] = "line",
};

/* What detection carries around. */
struct chooser {
    struct arena *arena;
    const struct csv_block *head;
    uint32_t skip;
    uint32_t first;                /* the first good row */
    const struct known_format *known;
    struct mapping *m;
    struct str *fold;              /* headers as text_fold leaves them */
    bool *taken;                   /* columns given by a spec or already found */
    bool fixed[MAP_FIELDS];        /* fields given by a spec: nothing is guessed for them */
};

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
    static const char *const names[] = {"taobao-behavior", "uci-retail",    "cdnow",
                                        "tianchi-baby",    "tmall-orders",  "youzan-orders",
                                        "pond",            "generic",       NULL};
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

static struct str fold_text(struct arena *a, struct str s)
{
    struct buf b = {0};
    text_fold(&b, str_trim(s));
    const struct str out = arena_str(a, buf_str(&b));
    buf_release(&b);
    return out;
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
            c->fold[i] = fold_text(c->arena, cell);
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

/* ---- Specs --------------------------------------------------------------------------------- */

static enum rc spec_fail(struct err *e, struct str spec, const char *why)
{
    enum rc rc = rc_fail(e, RC_INVALID, "--map %.*s: %s", STR_FMT(spec), why);
    err_hint(e, "field=column or field:=constant, for example time=下单时间, "
                "identity.phone=手机号, event:=purchase");
    return rc;
}

static bool field_parse(struct str text, enum map_field *field, struct str *name)
{
    const size_t dot = str_find_byte(text, '.', 0);
    const struct str word = dot == SIZE_MAX ? text : str_slice(text, 0, dot);

    *name = dot == SIZE_MAX ? STR_NULL : str_slice(text, dot + 1, text.len);
    for (int f = 0; f < MAP_FIELDS; f++) {
        if (str_eq(word, str_of(field_names[f]))) {
            *field = (enum map_field)f;
            const bool named = f == MAP_IDENTITY || f == MAP_PROP;
            return named ? name->len > 0 : !name->ptr || f == MAP_LINE;
        }
    }
    return false;
}

/* The column that a spec means: "#3", or a header. */
static enum rc spec_column(const struct chooser *c, struct str spec, struct str text, uint32_t *out,
                           struct err *e)
{
    uint64_t place = 0;
    uint32_t found = 0;

    if (text.len > 1 && text.ptr[0] == '#' && str_u64(str_slice(text, 1, text.len), &place)) {
        if (place < 1 || place > c->m->columns) {
            return spec_fail(e, spec, "the file has no such column");
        }
        *out = (uint32_t)place - 1;
        return RC_OK;
    }
    const struct str fold = fold_text(c->arena, text);
    for (uint32_t i = 0; i < c->m->columns; i++) {
        if (fold.len && str_eq(c->fold[i], fold)) {
            *out = i;
            found++;
        }
    }
    if (found == 1) {
        return RC_OK;
    }
    return spec_fail(e, spec, found ? "several columns have this header; name one as #1, #2, ..."
                                    : "the file has no column of this name");
}

static enum rc spec_constant(struct chooser *c, struct str spec, struct str field, struct str value,
                             struct err *e)
{
    struct mapping *m = c->m;
    value = arena_str(c->arena, str_trim(value));
    if (str_eq(field, STR("event"))) {
        m->event = value;
        c->fixed[MAP_EVENT] = true;
    } else if (str_eq(field, STR("channel"))) {
        m->channel = value;
        c->fixed[MAP_CHANNEL] = true;
    } else if (str_eq(field, STR("touchpoint"))) {
        m->touchpoint = value;
    } else if (str_eq(field, STR("campaign"))) {
        m->campaign = value;
    } else if (str_starts(field, STR("event.")) && field.len > 6) {
        struct map_word *grown = arena_array(c->arena, struct map_word, m->words + 1);
        if (m->words) {
            memcpy(grown, m->word, m->words * sizeof(*grown));
        }
        grown[m->words++] = (struct map_word){
            arena_str(c->arena, str_slice(field, 6, field.len)), value};
        m->word = grown;
    } else {
        return spec_fail(e, spec, "only event, channel, touchpoint and campaign may be constant");
    }
    return value.len ? RC_OK : spec_fail(e, spec, "the constant is empty");
}

static enum rc spec_apply(struct chooser *c, struct str spec, struct err *e)
{
    const size_t at = str_find_byte(spec, '=', 0);
    enum map_field field;
    struct str name;
    uint32_t column = 0;

    if (at == SIZE_MAX || at == 0) {
        return spec_fail(e, spec, "there is no \"=\" between a field and a column");
    }
    const struct str value = str_slice(spec, at + 1, spec.len);
    if (spec.ptr[at - 1] == ':') {
        return spec_constant(c, spec, str_trim(str_slice(spec, 0, at - 1)), value, e);
    }
    if (!field_parse(str_trim(str_slice(spec, 0, at)), &field, &name)) {
        enum rc rc = spec_fail(e, spec, "there is no such field");
        err_hint(e, "fields: time event id identity.KIND channel touchpoint campaign item category "
                    "order quantity unit_price amount score props.NAME skip");
        return rc;
    }
    enum rc rc = spec_column(c, spec, str_trim(value), &column, e);
    if (rc) {
        return rc;
    }
    struct map_column *to = &c->m->column[column];
    if (c->taken[column]) {
        return spec_fail(e, spec, "another --map names this column already");
    }
    to->field = field;
    to->name = name.len ? arena_str(c->arena, name) : STR_NULL;
    c->taken[column] = true;
    const bool many = field == MAP_PROP || field == MAP_SKIP || field == MAP_IDENTITY || field == MAP_LINE;
    if (!many && c->fixed[field]) {
        return spec_fail(e, spec, "another --map fills this field already");
    }
    c->fixed[field] = true;
    return RC_OK;
}

/* ---- The choice ---------------------------------------------------------------------------- */

static void column_set(struct chooser *c, uint32_t i, const struct known_field *k)
{
    struct map_column *to = &c->m->column[i];
    struct str name;
    if (!field_parse(str_of(k->field), &to->field, &name)) {
        return;
    }
    to->name = name;
    to->personal = k->personal;
    to->place = k->place;
    c->taken[i] = true;
}

static void fields_guess(struct chooser *c)
{
    for (const struct known_field *k = c->known->fields; k && k->field; k++) {
        enum map_field field;
        struct str name;
        if (!field_parse(str_of(k->field), &field, &name)) {
            continue;
        }
        const bool many = field == MAP_PROP || field == MAP_LINE || field == MAP_IDENTITY;
        if (c->fixed[field] && !many) {
            continue;
        }
        const int64_t i = column_of(c, k->headers);
        if (i >= 0) {
            column_set(c, (uint32_t)i, k);
        }
    }
}

static void places_set(struct chooser *c, const char *const *places)
{
    for (uint32_t i = 0; places && places[i] && i < c->m->columns; i++) {
        if (!c->taken[i]) {
            column_set(c, i, &(struct known_field){places[i], "", false, false});
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
            if (k->personal && (str_eq(name, to->name) || words_have(k->headers, c->fold[i]))) {
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
                enum rc rc = rc_fail(e, RC_INVALID, "columns %u and %u are both called \"%.*s\"",
                                     i + 1, j + 1, STR_FMT(m->column[i].header));
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
        buf_addf(out, "%s%.*s", i ? ", " : "", (int)(m->column[i].header.len < 24 ? m->column[i].header.len : 24),
                 m->column[i].header.ptr);
    }
}

static enum rc fail_no_field(const struct mapping *m, const char *what, const char *hint, struct err *e)
{
    struct buf b = {0};
    headers_list(m, &b);
    enum rc rc = rc_fail(e, RC_INVALID, "cannot tell which column holds the %s; there are: %s", what,
                         buf_cstr(&b));
    err_hint(e, "%s", hint);
    buf_release(&b);
    return rc;
}

static enum rc check_events(struct chooser *c, struct err *e)
{
    struct mapping *m = c->m;

    if (mapping_column(m, MAP_TIME) < 0) {
        return fail_no_field(m, "time", m->header ? "add --map time=HEADER" : "add --map time=#N, N from 1", e);
    }
    if (mapping_column(m, MAP_EVENT) >= 0 || m->event.len) {
        return RC_OK;
    }
    if (mapping_column(m, MAP_AMOUNT) >= 0 || mapping_column(m, MAP_ORDER) >= 0) {
        m->event = STR("purchase");
        return RC_OK;
    }
    return fail_no_field(m, "event", "add --map event=HEADER, or --map event:=purchase when every row "
                                     "is one", e);
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
                   ? RC_OK : fail_no_field(m, "time", "add --map time=HEADER", e);
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
    static const char *const five[] = {"identity.user_id", "props.sample_id", "time", "quantity",
                                       "amount", NULL};
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
        enum rc rc = spec_apply(c, spec[i], e);
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

/* What mapping_save wrote. */
static enum rc saved_read(struct arena *a, struct str json, struct mapping *m, struct str **spec,
                          uint32_t *specs, struct err *e)
{
    struct json_reader *reader = json_reader_new(NULL);
    struct json_flat flat = {0};
    enum rc rc = json_flat(reader, json, &flat, e);

    *spec = arena_array(a, struct str, flat.count + 1);
    for (uint32_t i = 0; !rc && i < flat.count; i++) {
        const struct json_value *v = &flat.item[i];
        if (v->type == JSON_STRING && v->depth == 2 && str_eq(v->key, STR("map"))) {
            (*spec)[(*specs)++] = arena_str(a, v->value);
        } else if (v->type == JSON_STRING && str_eq(v->path, STR("format"))) {
            m->format = arena_str(a, v->value);
        } else if (v->type == JSON_STRING && str_eq(v->path, STR("tz"))) {
            m->zone = arena_str(a, v->value);
        }
    }
    json_reader_free(reader);
    return rc;
}

enum rc mapping_detect(struct arena *a, const struct mapping_request *q, const struct csv_block *head,
                       uint32_t skip, struct mapping **out, struct err *e)
{
    struct mapping *m = arena_new_of(a, struct mapping);
    struct chooser c = {.arena = a, .head = head, .skip = skip, .m = m};
    struct str format = q->format;
    struct str *spec = NULL;
    uint32_t specs = 0;

    while (c.first < head->rows && head->status[c.first] != CSV_OK) {
        c.first++;
    }
    if (c.first == head->rows || !head_cells(head, c.first, skip)) {
        return rc_fail(e, RC_INVALID, "there is no readable row in it");
    }
    enum rc rc = RC_OK;
    if (q->saved.len) {
        rc = saved_read(a, q->saved, m, &spec, &specs, e);
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
    name_columns(&c, row_is_header(head, c.first, skip));
    c.known = format.len ? format_find(format) : format_detect(&c);
    rc = choose(&c, all, specs + q->specs, e);
    *out = m;
    return rc;
}

/* ---- Text ---------------------------------------------------------------------------------- */

void mapping_field_text(const struct map_column *c, struct buf *out)
{
    buf_add(out, str_of(field_names[c->field]));
    if (c->field == MAP_IDENTITY || c->field == MAP_PROP) {
        buf_addf(out, ".%.*s", STR_FMT(c->name));
    }
}

static void save_spec(struct json *j, struct buf *scratch)
{
    json_str(j, buf_str(scratch));
    buf_clear(scratch);
}

void mapping_save(const struct mapping *m, struct buf *out)
{
    struct json j;
    struct buf b = {0};
    const struct {
        const char *name;
        struct str value;
    } constants[] = {{"event", m->event}, {"channel", m->channel}, {"touchpoint", m->touchpoint},
                     {"campaign", m->campaign}};

    json_init(&j, out);
    json_begin_object(&j);
    json_put_str(&j, "format", m->format);
    json_put_bool(&j, "header", m->header);
    if (m->zone.len) {
        json_put_str(&j, "tz", m->zone);
    }
    json_key(&j, "map");
    json_begin_array(&j);
    for (uint32_t i = 0; i < m->columns; i++) {
        mapping_field_text(&m->column[i], &b);
        buf_addf(&b, "=%.*s", STR_FMT(m->column[i].header));
        save_spec(&j, &b);
    }
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
        if (constants[i].value.len) {
            buf_addf(&b, "%s:=%.*s", constants[i].name, STR_FMT(constants[i].value));
            save_spec(&j, &b);
        }
    }
    for (uint32_t i = 0; i < m->words; i++) {
        buf_addf(&b, "event.%.*s:=%.*s", STR_FMT(m->word[i].from), STR_FMT(m->word[i].to));
        save_spec(&j, &b);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_release(&b);
}
