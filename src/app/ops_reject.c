/* reject list, reject show: what was set aside, by imports and by collectors, with reason and text. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "base/buf.h"
#include "wire/csv.h"
#include "wire/json.h"

#define FILE_MAX ((uint64_t)512 << 20)

static enum rc with_brand(struct op_call *c, enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, reply(c, p), c->err);
}

/* ---- reject list ----------------------------------------------------------------------------- */

static enum rc list_reply(struct op_call *c, struct pond *p)
{
    char *dir = disk_path(c->arena, p->brand->dir, "rejects");
    struct str *names = NULL;
    size_t n = 0;
    if (disk_exists(dir)) {
        enum rc rc = disk_list(c->arena, dir, &names, &n, c->err);
        if (rc) {
            return rc;
        }
    }
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "name", op_say(c, "file", "文件"), TABLE_TEXT);
    show_column(t, "bytes", op_say(c, "bytes", "字节"), TABLE_INT);
    json_begin_object(j);
    json_key(j, "files");
    json_begin_array(j);
    for (size_t i = n; i-- > 0;) {
        uint64_t bytes = 0;
        (void)disk_size(disk_path(c->arena, dir, arena_cstr(c->arena, names[i])), &bytes, NULL);
        json_begin_object(j);
        json_put_str(j, "name", names[i]);
        json_put_i64(j, "bytes", (int64_t)bytes);
        json_end_object(j);
        table_row(t);
        table_str(t, names[i]);
        table_i64(t, (int64_t)bytes);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return with_brand(c, list_reply); }

/* ---- reject show ----------------------------------------------------------------------------- */

#define REASONS_MAX 100u /* told apart; the rest is summed */

struct reason {
    struct str source, field, reason;
    uint64_t rows;
};
struct rows {
    struct op_call *c;
    struct pond *p;
    struct table *t;
    struct str field, reason; /* only these; reason empty: all */
    uint64_t at, from, most, shown;
    bool counting; /* the first of two passes: nothing is put */
    struct reason list[REASONS_MAX];
    uint32_t reasons;
    uint64_t others;
};
struct row {
    struct str source, field, reason, raw;
    uint64_t line, column;
    int64_t at_ms; /* 0: not told */
};

static void count_reason(struct rows *r, const struct row *x)
{
    for (uint32_t i = 0; i < r->reasons; i++) {
        struct reason *k = &r->list[i];
        if (str_eq(k->reason, x->reason) && str_eq(k->field, x->field) &&
            str_eq(k->source, x->source)) {
            k->rows++;
            return;
        }
    }
    if (r->reasons == REASONS_MAX) {
        r->others++;
        return;
    }
    struct arena *a = r->c->arena;
    r->list[r->reasons++] = (struct reason){arena_str(a, x->source), arena_str(a, x->field),
                                            arena_str(a, x->reason), 1};
}

static void put_row(struct rows *r, const struct row *x)
{
    struct json *j = op_json(r->c);
    if (r->counting) {
        count_reason(r, x);
    }
    if (r->reason.len && !(str_eq(r->reason, x->reason) && str_eq(r->field, x->field))) {
        return;
    }
    if (r->at++ < r->from || r->shown >= r->most || r->counting) {
        return;
    }
    r->shown++;
    json_begin_object(j);
    json_put_i64(j, "line", (int64_t)x->line);
    json_put_i64(j, "column", (int64_t)x->column);
    json_put_text(j, "source", x->source);
    if (x->at_ms) {
        show_json_time(j, r->p->brand, "at", x->at_ms);
    }
    json_put_text(j, "field", x->field);
    json_put_str(j, "reason", x->reason);
    json_put_str(j, "raw", x->raw);
    json_end_object(j);
    table_row(r->t);
    table_i64(r->t, (int64_t)x->line);
    table_str(r->t, x->source.len ? x->source : STR("–"));
    table_str(r->t, x->field);
    table_str(r->t, x->reason);
    table_str(r->t, x->raw);
}

/* line,column,field,reason,raw: of an import. */
static enum rc read_csv(struct rows *r, struct str text)
{
    struct csv_reader *reader = NULL;
    struct csv_block k = {0};
    bool header = true;
    enum rc rc = csv_open(source_of_str(&text), &(struct csv_options){0}, &reader, r->c->err);
    while (!rc && !(rc = csv_next(reader, &k, r->c->err)) && k.rows) {
        for (uint32_t i = header ? 1 : 0; i < k.rows; i++) {
            struct row x = {0};
            if (csv_fields(&k, i) >= 5) {
                (void)str_u64(csv_field(&k, i, 0), &x.line);
                (void)str_u64(csv_field(&k, i, 1), &x.column);
                x.field = csv_text_plain(csv_field(&k, i, 2));
                x.reason = csv_field(&k, i, 3);
                x.raw = csv_text_plain(csv_field(&k, i, 4));
                put_row(r, &x);
            }
        }
        header = false;
    }
    csv_close(reader);
    return rc;
}

static struct str value_of(const struct json_flat *f, const char *path)
{
    const struct json_value *v = json_find(f, str_of(path));
    return v && v->type != JSON_NULL ? v->value : STR_NULL;
}

/* A line a JSON object: of collectors. */
static void read_lines(struct rows *r, struct str text)
{
    struct json_reader *reader = json_reader_new(NULL);
    while (text.len) {
        struct json_flat f;
        struct row x = {0};
        struct str line = str_cut(&text, '\n');
        if (json_flat(reader, line, &f, NULL) == RC_OK) {
            (void)str_u64(value_of(&f, "event"), &x.line);
            x.source = value_of(&f, "collector");
            (void)str_i64(value_of(&f, "at_ms"), &x.at_ms);
            x.field = value_of(&f, "field");
            x.reason = value_of(&f, "reason");
            x.raw = value_of(&f, "raw");
            put_row(r, &x);
        }
    }
    json_reader_free(reader);
}

/* The file of that name in the list: no path can be made of it. */
static enum rc find_file(struct op_call *c, const struct pond *p, char **path)
{
    char *dir = disk_path(c->arena, p->brand->dir, "rejects");
    struct str want = op_arg_str(c, "name"), *names = NULL;
    size_t n = 0;
    while (str_find_byte(want, '/', 0) !=
           SIZE_MAX) { /* "demo/rejects/NAME", as an import says */
        (void)str_cut(&want, '/');
    }
    (void)disk_list(c->arena, dir, &names, &n, NULL);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(names[i], want)) {
            *path = disk_path(c->arena, dir, arena_cstr(c->arena, names[i]));
            return RC_OK;
        }
    }
    enum rc rc = show_fail(c, RC_MISSING, "there is no file of rejects named %.*s",
                           "没有名为 %.*s 的搁置文件", STR_FMT(str_slice(want, 0, 100)));
    show_hint(c, "pond reject list", "pond reject list 列出全部");
    return rc;
}

static enum rc read_rows(struct rows *r, const char *path, struct str text)
{
    if (!str_ends(str_of(path), STR(".ndjson"))) {
        return read_csv(r, text);
    }
    read_lines(r, text);
    return RC_OK;
}

static void put_reasons(struct rows *r)
{
    struct json *j = op_json(r->c);
    json_key(j, "reasons");
    json_begin_array(j);
    for (uint32_t i = 0; i < r->reasons; i++) {
        json_begin_object(j);
        json_put_text(j, "source", r->list[i].source);
        json_put_text(j, "field", r->list[i].field);
        json_put_str(j, "reason", r->list[i].reason);
        json_put_i64(j, "rows", (int64_t)r->list[i].rows);
        json_end_object(j);
    }
    json_end_array(j);
    json_put_i64(j, "other_reasons", (int64_t)r->others);
}

/* Twice: what is counted first tells where the newest begin. */
static enum rc put_rows(struct rows *r, const char *path, struct str text)
{
    struct json *j = op_json(r->c);
    r->counting = true;
    enum rc rc = read_rows(r, path, text);
    uint64_t total = r->at, behind = r->from + r->most;
    if (op_arg_bool(r->c, "newest")) {
        r->most = total > behind ? r->most : total > r->from ? total - r->from : 0;
        r->from = total > behind ? total - behind : 0;
    }
    r->counting = false;
    r->at = 0;
    json_begin_object(j);
    json_key(j, "rows");
    json_begin_array(j);
    rc = rc ? rc : read_rows(r, path, text);
    json_end_array(j);
    json_put_i64(j, "total", (int64_t)total);
    put_reasons(r);
    json_end_object(j);
    return rc;
}

static enum rc show_reply(struct op_call *c, struct pond *p)
{
    char *path = NULL;
    struct buf text = {0};
    struct rows *r = arena_new_of(c->arena, struct rows);
    *r = (struct rows){.c = c,
                       .p = p,
                       .field = op_arg_str(c, "field"),
                       .reason = op_arg_str(c, "reason"),
                       .from = (uint64_t)op_arg_int(c, "offset", 0),
                       .most = (uint64_t)op_arg_int(c, "limit", 50)};
    enum rc rc = find_file(c, p, &path);
    rc = rc ? rc : disk_get(p->disk, path, FILE_MAX, &text, c->err);
    if (rc) {
        return rc;
    }
    r->t = op_table(c);
    show_column(r->t, "line", op_say(c, "line", "行"), TABLE_INT);
    show_column(r->t, "source", op_say(c, "source", "来源"), TABLE_TEXT);
    show_column(r->t, "field", op_say(c, "field", "字段"), TABLE_TEXT);
    show_column(r->t, "reason", op_say(c, "reason", "原因"), TABLE_TEXT);
    table_column(r->t, &(struct table_column){.name = "raw",
                                              .title = op_say(c, "text", "原文"),
                                              .kind = TABLE_TEXT,
                                              .width = 80});
    rc = put_rows(r, path, buf_str(&text));
    buf_release(&text);
    return rc;
}

static enum rc show_run(struct op_call *c) { return with_brand(c, show_reply); }

/* clang-format off */
static const struct op_out list_out[] = {
    {"files[].name", OP_STR, "its name: http-DAY.ndjson of collectors, else of an import", "文件名：http-日期.ndjson 来自接入，其余来自导入", false},
    {"files[].bytes", OP_INT, "its size", "大小", false},
    {0}};
static const struct op_in show_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "FILE", .help = "as pond reject list names it", .help_zh = "pond reject list 所列的文件名"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 10000, .fallback = "50", .help = "how many", .help_zh = "最多多少条"},
    {.name = "offset", .type = OP_INT, .min = 0, .max = INT64_MAX, .help = "how many are left out before them", .help_zh = "跳过前多少条"},
    {.name = "newest", .type = OP_BOOL, .help = "those at the end, which came last", .help_zh = "只看最后的，即最新的"},
    {.name = "reason", .type = OP_STR, .help = "only those set aside for this reason ...", .help_zh = "只看此原因的……"},
    {.name = "field", .type = OP_STR, .help = "... of this field", .help_zh = "……此字段的"},
    {0}};
static const struct op_out show_out[] = {
    {"rows[].line", OP_INT, "line of the file, or number of the event in its body", "文件中的行号，或请求体中的第几个事件", false},
    {"rows[].column", OP_INT, "column; 0: the whole row", "列；0 为整行", false},
    {"rows[].source", OP_STR, "the collector; null: an import", "接入来源；导入为空", true},
    {"rows[].at", OP_STR, "when it came; null: an import", "时间；导入为空", true},
    {"rows[].field", OP_STR, "what was wrong", "出错的字段", true},
    {"rows[].reason", OP_STR, "and why", "原因", false},
    {"rows[].raw", OP_STR, "the row or event, personal values masked", "原文（个人信息打码）", false},
    {"total", OP_INT, "how many there are: of the reason, or of the whole file", "总数：该原因的，或全部", false},
    {"reasons[].source", OP_STR, "the collector; null: an import", "接入来源；导入为空", true},
    {"reasons[].field", OP_STR, "what was wrong", "出错的字段", true},
    {"reasons[].reason", OP_STR, "and why", "原因", false},
    {"reasons[].rows", OP_INT, "how many of the whole file", "全文件中的条数", false},
    {"other_reasons", OP_INT, "rows of reasons beyond the first hundred", "前一百种之外的条数", false},
    {0}};

static const struct op reject_ops[] = {
    {.name = "reject list", .route = "GET /api/v1/rejects", .perm = "data.read",
     .help = "The files of rows and events that were set aside.", .help_zh = "搁置行与搁置事件的文件列表。",
     .example = "pond reject list", .out = list_out, .run = list_run},
    {.name = "reject show", .route = "GET /api/v1/reject", .perm = "data.read",
     .help = "What was set aside, with reason and text.", .help_zh = "被搁置的内容、原因与原文。",
     .example = "pond reject show http-2026-11-22.ndjson --limit 20", .in = show_in, .out = show_out, .run = show_run},
    {0}};
/* clang-format on */

const struct op_module reject_module = {"reject", "Set aside", "搁置", reject_ops};
