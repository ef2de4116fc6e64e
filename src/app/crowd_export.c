/* crowd export: one row a consumer, as CSV or a workbook, written as it is made.
 *
 * Consumers are described in batches: the values of many identities are read from the lake at once and dropped before
 * the next batch. Columns that need a look at everyone (a tag, a score, the stage) are read once, before the first row.
 * Personal values are masked; an export in plain is a matter of rights and of a record of who did it, and is not
 * here. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "app/crowd.h"
#include "app/show.h"
#include "base/mem.h"
#include "base/vec.h"
#include "people/consumer.h"
#include "who/field_value.h"
#include "who/score.h"
#include "who/tag.h"
#include "wire/csv.h"
#include "wire/sheet.h"

#define BATCH 131072 /* identities */

enum column_kind {
    COLUMN_CONSUMER,
    COLUMN_STAGE,
    COLUMN_IDENTITIES,
    COLUMN_FIRST_SEEN,
    COLUMN_KIND,
    COLUMN_TAG,
    COLUMN_NUMBER,
    COLUMN_TEXT
};
struct column {
    enum column_kind kind;
    struct str name;
    uint8_t identity; /* COLUMN_KIND */
    uint16_t *
        value; /* COLUMN_TAG: [number of identity's consumer], 0: none, else index into texts + 1 */
    struct str *texts;
    double *numbers; /* COLUMN_NUMBER: by consumer */
};
struct export
{
    struct crowd_call *x;
    struct column *columns;
    uint32_t columns_len;
    uint8_t *stage; /* by consumer; NULL: not wanted */
    uint64_t rows;
    /* where to */
    struct sheet *sheet;
    struct disk *disk; /* of `fd` */
    int fd;            /* -1: standard output */
    struct buf out;
    bool first_cell, gone; /* gone: the reader of standard output went away */
    /* the batch */
    struct arena *arena;
    VEC(uint32_t) nos, sizes;
};

/* ---- cells ----------------------------------------------------------------------------------- */

static enum rc flush(struct export *k, size_t least)
{
    enum rc rc = RC_OK;
    if (k->sheet || k->out.len < least) {
        return RC_OK;
    }
    if (k->fd >= 0) {
        rc = k->disk->ops->write(k->disk, k->fd, buf_str(&k->out), k->x->c->err);
    } else if (fwrite(k->out.ptr, 1, k->out.len, stdout) != k->out.len) {
        k->gone = true;
    }
    buf_clear(&k->out);
    return rc;
}

static void begin_row(struct export *k)
{
    if (k->sheet) {
        sheet_row(k->sheet);
    }
    k->first_cell = true;
}

static void end_row(struct export *k)
{
    if (!k->sheet) {
        buf_add(&k->out, STR("\r\n"));
    }
}

static void comma(struct export *k)
{
    if (!k->first_cell) {
        buf_add_byte(&k->out, ',');
    }
    k->first_cell = false;
}

/* A text that a spreadsheet would run gets a ' in front, as everywhere (wire/csv.h). */
static void put_str(struct export *k, struct str s)
{
    if (k->sheet) {
        sheet_str(k->sheet, s);
        return;
    }
    comma(k);
    csv_put_text(&k->out, s, ',');
}

static void put_i64(struct export *k, int64_t v)
{
    if (k->sheet) {
        sheet_i64(k->sheet, v);
        return;
    }
    comma(k);
    buf_add_i64(&k->out, v);
}

static void put_f64(struct export *k, double v)
{
    if (k->sheet) {
        sheet_f64(k->sheet, v);
        return;
    }
    comma(k);
    if (!isnan(v)) {
        buf_addf(&k->out, "%.15g", v);
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

static uint32_t numbers(const struct export *k)
{
    return dictionary_len(k->x->p->brand->dictionary) + 1;
}

struct lift {
    const uint32_t *consumers;
    uint16_t *value;
    uint16_t mark;
};

static void lift_step(void *ctx, uint32_t no)
{
    const struct lift *f = ctx;
    f->value[f->consumers[no]] = f->mark;
}

static enum rc tag_column(struct export *k, struct column *col, struct str name)
{
    struct op_call *c = k->x->c;
    struct brand *b = k->x->p->brand;
    struct tag t = {0};
    struct tag_value *values = NULL;
    uint32_t n = 0;
    enum rc rc = tag_find(b->ledger, name, c->arena, &t, c->err);
    rc = rc ? rc : tag_values(b->ledger, t.id, c->arena, &values, &n, c->err);
    col->kind = COLUMN_TAG;
    col->texts = arena_array(c->arena, struct str, n + 1);
    col->value = mem_array(uint16_t, numbers(k));
    for (uint32_t i = 0; !rc && i < n; i++) {
        struct roster *r = NULL;
        struct lift f = {graph_consumers(b->graph), col->value, (uint16_t)(i + 1)};
        rc = roster_set_read(b->ledger, values[i].set, k->x->day, &r, c->err);
        if (!rc) {
            roster_each(r, lift_step, &f);
        }
        roster_free(r);
        col->texts[i] = values[i].value.len ? values[i].value : str_of(op_say(c, "yes", "是"));
    }
    return rc;
}

/* A consumer has the score of any of its identities: that of the smallest that was scored. */
static void lift_field(const struct export *k, struct column *col)
{
    const uint32_t *consumers = graph_consumers(k->x->p->brand->graph);
    for (uint32_t no = 1, n = numbers(k); no < n; no++) {
        uint32_t to = consumers[no];
        if (col->kind == COLUMN_TEXT && !col->texts[to].len) {
            col->texts[to] = col->texts[no];
        } else if (col->kind == COLUMN_NUMBER && isnan(col->numbers[to])) {
            col->numbers[to] = col->numbers[no];
        }
    }
}

static enum rc text_column(struct export *k, struct column *col, const struct who_field *f)
{
    struct op_call *c = k->x->c;
    struct brand *b = k->x->p->brand;
    struct field_words w;
    uint32_t n = numbers(k);
    col->kind = COLUMN_TEXT;
    col->texts = mem_array(struct str, n);
    enum rc rc = score_texts(b, f, k->x->day, col->texts, n, c->arena, c->err);
    rc = rc ? rc : field_words_read(b->ledger, f, c->arena, &w, c->err);
    for (uint32_t i = 0; !rc && i < n; i++) {
        col->texts[i] = field_text_name(&w, col->texts[i], c->lang == LANG_ZH);
    }
    return rc;
}

static enum rc number_column(struct export *k, struct column *col, const struct who_field *f)
{
    uint32_t n = numbers(k);
    col->kind = COLUMN_NUMBER;
    col->numbers = mem_array(double, n);
    for (uint32_t i = 0; i < n; i++) {
        col->numbers[i] = (double)NAN;
    }
    return score_numbers(k->x->p->brand, f, k->x->day, col->numbers, n, k->x->c->err);
}

static enum rc field_column(struct export *k, struct column *col, const struct who_field *f)
{
    enum rc rc = f->type == FIELD_TEXT ? text_column(k, col, f) : number_column(k, col, f);
    if (!rc) {
        lift_field(k, col);
    }
    return rc;
}

static enum rc column_of(struct export *k, struct str name, struct column *col)
{
    static const char *const plain[] = {"consumer", "stage", "identities", "first_seen"};
    struct op_call *c = k->x->c;
    *col = (struct column){.name = name};
    for (uint32_t i = 0; i < 4; i++) {
        if (str_eq(name, str_of(plain[i]))) {
            col->kind = (enum column_kind)i;
            return RC_OK;
        }
    }
    if (str_starts(name, STR("tag:"))) {
        return tag_column(k, col, str_slice(name, 4, name.len));
    }
    const struct who_field *f = who_field_find(name);
    if (f) {
        return field_column(k, col, f);
    }
    col->kind = COLUMN_KIND;
    col->identity = kind_find(k->x->p->brand->kinds, name);
    if (col->identity) {
        return RC_OK;
    }
    enum rc rc =
        show_fail(c, RC_INVALID, "there is no column %.*s", "没有列 %.*s", STR_FMT(name));
    show_hint(
        c,
        "consumer, stage, identities, first_seen, a kind (phone), tag:NAME, a field (rfm.type)",
        "consumer、stage、identities、first_seen、标识类型（phone）、tag:名称、字段（rfm."
        "type）");
    return rc;
}

static enum rc read_columns(struct export *k)
{
    static const char *const usual[] = {"consumer", "stage", "identities", "first_seen"};
    struct op_call *c = k->x->c;
    uint32_t n = op_arg_count(c, "column");
    enum rc rc = RC_OK;
    k->columns = arena_array(c->arena, struct column, n + 4);
    for (uint32_t i = 0; !rc && i < (n ? n : 4); i++) {
        k->columns_len++;
        rc = column_of(k, n ? op_arg_at(c, "column", i) : str_of(usual[i]), &k->columns[i]);
        if (!rc && k->columns[i].kind == COLUMN_STAGE && !k->stage) {
            k->stage = mem_array(uint8_t, numbers(k));
            rc = assets_stages(pond_assets(k->x->p), k->x->p->brand, k->x->day, k->stage,
                               numbers(k), c->err);
        }
    }
    return rc;
}

static void columns_release(struct export *k)
{
    for (uint32_t i = 0; i < k->columns_len; i++) {
        mem_free(k->columns[i].value);
        mem_free(k->columns[i].numbers);
        if (k->columns[i].kind == COLUMN_TEXT) {
            mem_free(k->columns[i].texts);
        }
    }
    mem_free(k->stage);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The masked values of one kind (0: all, with their kinds), a space between. */
static void put_identities(struct export *k, const struct consumer_identity *ids, uint32_t n,
                           uint8_t kind)
{
    struct buf text = {0};
    for (uint32_t i = 0; i < n; i++) {
        if (kind && ids[i].kind != kind) {
            continue;
        }
        if (text.len) {
            buf_add_byte(&text, ' ');
        }
        if (!kind) {
            buf_add(&text, ids[i].kind_name);
            buf_add_byte(&text, ':');
        }
        buf_add(&text, ids[i].masked);
    }
    put_str(k, buf_str(&text));
    buf_release(&text);
}

static int32_t first_day(const struct consumer_identity *ids, uint32_t n)
{
    int32_t day = DAY_NONE;
    for (uint32_t i = 0; i < n; i++) {
        if (ids[i].first_day != DAY_NONE && (day == DAY_NONE || ids[i].first_day < day)) {
            day = ids[i].first_day;
        }
    }
    return day;
}

static void put_day(struct export *k, int32_t day)
{
    char text[16];
    if (day == DAY_NONE) {
        put_str(k, STR(""));
    } else if (k->sheet) {
        sheet_i64(k->sheet, day);
    } else {
        put_str(k, str_of(day_format(day, text)));
    }
}

static void put_cell(struct export *k, const struct column *col,
                     const struct consumer_identity *ids, uint32_t n, uint32_t id)
{
    const struct stage_model *m = pond_model(k->x->p);
    uint8_t s = 255;
    switch (col->kind) {
    case COLUMN_CONSUMER: put_i64(k, id); break;
    case COLUMN_STAGE:
        s = k->stage[id];
        put_str(k, s < m->stages_len ? m->stages[s].name : STR(""));
        break;
    case COLUMN_IDENTITIES: put_identities(k, ids, n, 0); break;
    case COLUMN_FIRST_SEEN: put_day(k, first_day(ids, n)); break;
    case COLUMN_KIND: put_identities(k, ids, n, col->identity); break;
    case COLUMN_TAG:
        put_str(k, col->value[id] ? col->texts[col->value[id] - 1] : STR(""));
        break;
    case COLUMN_NUMBER: put_f64(k, col->numbers[id]); break;
    case COLUMN_TEXT: put_str(k, col->texts[id]); break;
    }
}

static enum rc write_batch(struct export *k)
{
    struct op_call *c = k->x->c;
    struct brand *b = k->x->p->brand;
    struct consumer_identity *ids =
        arena_array(k->arena, struct consumer_identity, k->nos.len + 1);
    enum rc rc = consumer_describe(b, k->arena, k->nos.ptr, (uint32_t)k->nos.len, ids, c->err);
    for (size_t i = 0, at = 0; !rc && i < k->sizes.len; at += k->sizes.ptr[i], i++) {
        begin_row(k);
        for (uint32_t col = 0; col < k->columns_len; col++) {
            put_cell(k, &k->columns[col], ids + at, k->sizes.ptr[i],
                     graph_consumer(b->graph, ids[at].no));
        }
        end_row(k);
        k->rows++;
        rc = flush(k, 1 << 20);
    }
    vec_clear(&k->nos);
    vec_clear(&k->sizes);
    arena_reset(k->arena);
    return rc;
}

static enum rc write_rows(struct export *k, const struct bits *in)
{
    const struct graph *g = k->x->p->brand->graph;
    enum rc rc = RC_OK;
    for (uint32_t no = 0; !rc && !k->gone && (no = bits_next(in, no)) != UINT32_MAX; no++) {
        uint32_t at = no, before = (uint32_t)k->nos.len;
        do {
            vec_push(&k->nos, at);
            at = graph_next(g, at);
        } while (at != no);
        vec_push(&k->sizes, (uint32_t)k->nos.len - before);
        if (k->nos.len >= BATCH) {
            rc = write_batch(k);
        }
    }
    rc = rc ? rc : write_batch(k);
    return rc ? rc : flush(k, 1);
}

/* ---- where to -------------------------------------------------------------------------------- */

static void write_header(struct export *k, struct str name)
{
    struct op_call *c = k->x->c;
    struct table_column *columns =
        arena_array(c->arena, struct table_column, k->columns_len + 1);
    struct str day = show_day(c, k->x->day);
    struct str line = arena_strf(c->arena, "%.*s · %.*s", STR_FMT(name), STR_FMT(day));
    for (uint32_t i = 0; i < k->columns_len; i++) {
        enum column_kind kind = k->columns[i].kind;
        columns[i].name = arena_cstr(c->arena, k->columns[i].name);
        columns[i].kind = kind == COLUMN_CONSUMER     ? TABLE_INT
                          : kind == COLUMN_NUMBER     ? TABLE_REAL
                          : kind == COLUMN_FIRST_SEEN ? TABLE_DAY
                                                      : TABLE_TEXT;
        columns[i].digits = kind == COLUMN_NUMBER ? 2 : 0;
    }
    if (k->sheet) {
        const struct sheet_page page = {.name = name, .line = &line, .lines = 1};
        sheet_begin(k->sheet, &page, columns, k->columns_len);
        return;
    }
    begin_row(k);
    for (uint32_t i = 0; i < k->columns_len; i++) {
        put_str(k, k->columns[i].name);
    }
    end_row(k);
}

static enum rc to_csv_file(struct export *k, struct str path, struct str name,
                           const struct bits *in)
{
    struct op_call *c = k->x->c;
    struct disk *d = k->x->p->disk;
    struct str temp = arena_strf(c->arena, "%.*s" DISK_TEMP, STR_FMT(path));
    k->disk = d;
    enum rc rc = d->ops->create(d, temp.ptr, 0600, &k->fd, c->err);
    if (rc) {
        return rc;
    }
    write_header(k, name);
    rc = write_rows(k, in);
    rc = rc ? rc : d->ops->sync(d, k->fd, c->err);
    d->ops->close(d, k->fd);
    if (rc) {
        (void)d->ops->unlink(d, temp.ptr, NULL);
        return rc;
    }
    return disk_publish(d, temp.ptr, arena_cstr(c->arena, path), c->err);
}

static enum rc write_out(struct export *k, struct str file, struct str name,
                         const struct bits *in)
{
    struct op_call *c = k->x->c;
    struct sheet_written done = {0};
    bool book = str_ends(file, STR(".xlsx"));
    if (file.len && !book) {
        return to_csv_file(k, file, name, in);
    }
    enum rc rc = book
                     ? sheet_open(c->arena, arena_cstr(c->arena, file), NULL, &k->sheet, c->err)
                     : op_sheet(c, &k->sheet);
    if (rc) {
        return rc;
    }
    write_header(k, name);
    rc = write_rows(k, in);
    return rc || !book ? rc : sheet_close(k->sheet, &done, c->err);
}

/* ---- the operation --------------------------------------------------------------------------- */

static enum rc check_where(struct op_call *c, struct str file)
{
    enum rc rc = RC_OK;
    if (file.len && !str_ends(file, STR(".csv")) && !str_ends(file, STR(".xlsx"))) {
        rc = show_fail(c, RC_INVALID, "%.*s ends neither with .csv nor with .xlsx",
                       "%.*s 的后缀不是 .csv 或 .xlsx", STR_FMT(file));
    } else if (!file.len && !c->xlsx.len && c->format != OP_FORMAT_CSV) {
        rc = rc_fail(c->err, RC_INVALID, "%s",
                     op_say(c, "an export needs a place to go to", "请指定导出位置"));
    }
    if (rc) {
        show_hint(c, "FILE.csv, FILE.xlsx, --xlsx FILE, or --csv for standard output",
                  "文件.csv、文件.xlsx、--xlsx 文件，或 --csv 输出到标准输出");
    }
    return rc;
}

static void export_reply(struct export *k, const struct crowd *crowd, struct str file)
{
    struct op_call *c = k->x->c;
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "crowd", crowd->name);
    show_json_day(j, "as_of", k->x->day);
    json_put_i64(j, "consumers", (int64_t)k->rows);
    json_key(j, "file");
    if (file.len) {
        json_str(j, file);
    } else {
        json_null(j);
    }
    json_key(j, "columns");
    json_begin_array(j);
    for (uint32_t i = 0; i < k->columns_len; i++) {
        json_str(j, k->columns[i].name);
    }
    json_end_array(j);
    json_end_object(j);
    struct str n = show_count(c, k->rows);
    if (file.len) {
        show_text(c, "%.*s consumers of \"%.*s\" written to %.*s; personal values are masked.",
                  "已将“%.*s”的 %.*s 个消费者写入 %.*s；个人信息已脱敏。",
                  STR_FMT(c->lang == LANG_ZH ? crowd->name : n),
                  STR_FMT(c->lang == LANG_ZH ? n : crowd->name), STR_FMT(file));
    }
}

static enum rc export_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct export k = {.x = x, .fd = -1};
    struct crowd crowd = {0};
    struct bits in = {0};
    struct str file = op_arg_str(c, "file");
    enum rc rc = check_where(c, file);
    rc = rc ? rc
            : crowd_find(x->p->brand->ledger, op_arg_str(c, "name"), c->arena, &crowd, c->err);
    rc = rc ? rc : crowd_ask_named(x, crowd.name, &in);
    rc = rc ? rc : read_columns(&k);
    if (!rc) {
        k.arena = arena_new();
        rc = write_out(&k, file, crowd.name, &in);
    }
    if (!rc && (file.len || c->xlsx.len)) {
        export_reply(&k, &crowd, file.len ? file : c->xlsx);
    }
    (void)fflush(stdout);
    columns_release(&k);
    vec_release(&k.nos);
    vec_release(&k.sizes);
    buf_release(&k.out);
    bits_release(&in);
    arena_free(k.arena);
    return rc;
}

enum rc crowd_export_run(struct op_call *c) { return crowd_run(c, BRAND_READ, export_work); }

/* clang-format off */
const struct op_in crowd_export_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "of the crowd", .help_zh = "人群名称"},
    {.name = "file", .type = OP_PATH, .positional = true, .metavar = "FILE", .file = OP_FILE_DOWNLOAD,
     .help = "FILE.csv or FILE.xlsx; without it --csv writes to standard output",
     .help_zh = "文件.csv 或 文件.xlsx；不写时 --csv 输出到标准输出"},
    {.name = "column", .type = OP_STR, .many = true,
     .help = "consumer, stage, identities, first_seen, a kind (phone), tag:NAME, a field (rfm.type); the first four when left away",
     .help_zh = "列：consumer、stage、identities、first_seen、标识类型（phone）、tag:名称、字段（rfm.type）；不写则为前四列"},
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",
     .help_zh = "截至该日日终；不写则为今天"},
    {0}};
const struct op_out crowd_export_out[] = {
    {"crowd", OP_STR, "name", "名称", false},
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"consumers", OP_INT, "rows written", "写出的行数", false},
    {"file", OP_PATH, "where to; null: standard output", "写入的文件；null 为标准输出", true},
    {"columns[]", OP_STR, "its columns", "各列", false},
    {0}};
/* clang-format on */
