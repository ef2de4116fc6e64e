/* import, imports: the rows of the operation table that bring data in. */
#include "app/import_show.h"
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/pond.h"
#include "app/refresh.h"
#include "app/show.h"
#include "gen/sql_app.h"
#include <stdio.h>

/* ---- import -------------------------------------------------------------------------------- */

static const struct str *arg_list(struct op_call *c, const char *name, uint32_t *len)
{
    *len = op_arg_count(c, name);
    struct str *list = arena_array(c->arena, struct str, *len + 1);
    for (uint32_t i = 0; i < *len; i++) {
        list[i] = op_arg_at(c, name, i);
    }
    return list;
}

/* Progress for who listens from afar (a job). */
static void tell_progress(void *ctx, const struct import_state *s)
{
    struct op_call *c = ctx;
    char text[64];
    int n = snprintf(text, sizeof(text), "%llu %s", (unsigned long long)s->rows,
                     op_say(c, "rows", "行"));
    double share = s->size ? (double)s->bytes / (double)s->size : -1;
    op_progress(c, share > 1 ? 1 : share, str_make(text, (size_t)n));
}

static enum rc import_reply(struct op_call *c, struct pond *p, const struct import_request *q)
{
    struct import_line line = {.terminal = p->progress, .lang = c->lang};
    const struct import_progress progress = {c->progress ? tell_progress
                                             : c->quiet  ? NULL
                                                         : import_line_show,
                                             c->progress ? (void *)c : &line};
    struct import_summary sum;
    struct effect effect = {0};
    struct err second = {0};

    /* What came of it is counted by stage where today's stages are kept anyway. */
    enum rc counted = q->dry_run ? RC_MISSING : brand_settle(p->brand, c->err);
    counted = counted ? counted : effect_begin(p, p->lent, &effect, &second);
    enum rc rc = import_run(p->brand, q, &progress, &sum, c->err);
    counted = counted ? counted : effect_end(p, &effect, &second);
    if (sum.files) {
        import_show(c, p, q, &sum, counted ? NULL : &effect);
    }
    effect_release(&effect);
    if (q->dry_run && p->remote && sum.files && sum.file[0].look && rc != RC_STOPPED) {
        rc = RC_OK; /* the reply says what is wrong, and has the columns to mend it with */
    }
    if (rc == RC_OK && sum.accepted && !q->dry_run && !p->lent) { /* a server does it apart */
        rc = refresh_after_import(c, p);
    }
    import_release(&sum);
    return rc;
}

static enum rc import_op(struct op_call *c)
{
    struct pond *p = c->app;
    struct import_request q = {.format = op_arg_str(c, "format"),
                               .mapping_name = op_arg_str(c, "mapping"),
                               .save_as = op_arg_str(c, "save-mapping"),
                               .zone = op_arg_str(c, "tz"),
                               .dry_run = op_arg_bool(c, "dry-run"),
                               .whole = op_arg_bool(c, "whole"),
                               .strict = op_arg_bool(c, "strict"),
                               .batch_rows = (uint32_t)op_arg_int(c, "batch-rows", 0),
                               .stop = pond_stop_asked,
                               .pond = p};
    q.path = arg_list(c, "file", &q.paths);
    q.spec = arg_list(c, "map", &q.specs);
    enum rc rc = pond_open(p, q.dry_run ? BRAND_READ : BRAND_WRITE, c->err);
    return rc ? rc : pond_close(p, import_reply(c, p, &q), c->err);
}

/* ---- imports ------------------------------------------------------------------------------- */

static void run_row(struct op_call *c, struct access_call *x, struct table *t, struct stmt *s)
{
    static const char *const counts[] = {"rows", "accepted", "duplicates", "rejected",
                                         "anonymous"};
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "id", stmt_i64(s, 0));
    json_put_str(j, "name", stmt_str(s, 1));
    json_put_i64(j, "bytes", stmt_i64(s, 2));
    json_put_str(j, "format", stmt_str(s, 3));
    json_put_str(j, "status", stmt_str(s, 4));
    access_json_time(j, x, "started", stmt_i64(s, 5));
    access_json_time(j, x, "finished", stmt_i64(s, 6));
    table_row(t);
    table_i64(t, stmt_i64(s, 0));
    table_str(t, stmt_str(s, 1));
    table_str(t, stmt_str(s, 3));
    table_str(t, stmt_str(s, 4));
    table_str(t, access_time(c, x, stmt_i64(s, 5)));
    for (int i = 0; i < 5; i++) {
        json_put_i64(j, counts[i], stmt_i64(s, 7 + i));
        if (i < 4) {
            table_i64(t, stmt_i64(s, 7 + i));
        }
    }
    json_end_object(j);
}

static void run_columns(struct op_call *c, struct table *t)
{
    show_column(t, "id", op_say(c, "no", "编号"), TABLE_INT);
    show_column(t, "name", op_say(c, "file", "文件"), TABLE_TEXT);
    show_column(t, "format", op_say(c, "format", "格式"), TABLE_TEXT);
    show_column(t, "status", op_say(c, "status", "状态"), TABLE_TEXT);
    show_column(t, "started", op_say(c, "started", "开始"), TABLE_TEXT);
    show_column(t, "rows", op_say(c, "rows", "行"), TABLE_INT);
    show_column(t, "accepted", op_say(c, "accepted", "接受"), TABLE_INT);
    show_column(t, "duplicates", op_say(c, "duplicates", "重复"), TABLE_INT);
    show_column(t, "rejected", op_say(c, "set aside", "搁置"), TABLE_INT);
}

static enum rc runs_reply(struct op_call *c, struct access_call *x)
{
    struct stmt *s = NULL;
    bool row = true;
    enum rc rc = ledger_prepare(x->ledger, &sql_import_run_page, &s, c->err);
    if (rc) {
        return rc;
    }
    stmt_bind_i64(s, "before", op_arg_int(c, "before", 0));
    stmt_bind_i64(s, "limit", op_arg_int(c, "limit", 50));
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    run_columns(c, t);
    json_begin_object(j);
    json_key(j, "imports");
    json_begin_array(j);
    while (!(rc = stmt_step(s, &row, c->err)) && row) {
        run_row(c, x, t, s);
    }
    json_end_array(j);
    json_end_object(j);
    stmt_done(s);
    return rc;
}

static enum rc import_list(struct op_call *c) { return access_with_ledger(c, runs_reply); }

/* ---- Records ------------------------------------------------------------------------------- */

/* clang-format off */
static const struct op_in import_in[] = {
    {.name = "file", .type = OP_PATH, .required = true, .positional = true, .many = true, .metavar = "FILE",
     .file = OP_FILE_UPLOAD,
     .help = "CSV, TSV, NDJSON, XLSX or Parquet; - is standard input",
     .help_zh = "CSV、TSV、NDJSON、XLSX 或 Parquet 文件；- 表示标准输入"},
    {.name = "format", .type = OP_STR, .metavar = "FORMAT",
     .help = "taobao-behavior, tmall-orders, youzan-orders, uci-retail, cdnow, tianchi-baby, pond or generic; found out when left away",
     .help_zh = "taobao-behavior、tmall-orders、youzan-orders、uci-retail、cdnow、tianchi-baby、pond 或 generic；不写则自动识别"},
    {.name = "map", .type = OP_STR, .many = true, .metavar = "FIELD=COLUMN",
     .help = "which column is what: time=下单时间, identity.phone=#4, event:=purchase (a constant), event.pv:=item_view (a word)",
     .help_zh = "指定列的含义：time=下单时间、identity.phone=#4、event:=purchase（常量）、event.pv:=item_view（词）"},
    {.name = "mapping", .type = OP_STR, .metavar = "NAME", .help = "use a saved mapping", .help_zh = "使用已保存的映射"},
    {.name = "save-mapping", .type = OP_STR, .metavar = "NAME", .help = "keep the mapping used under this name",
     .help_zh = "把所用映射保存为此名称"},
    {.name = "tz", .type = OP_STR, .metavar = "ZONE", .help = "time zone of times that name none; the brand's when left away",
     .help_zh = "不带时区的时间所属时区；不写则用品牌时区"},
    {.name = "dry-run", .type = OP_BOOL, .help = "show how the first rows are understood; import nothing",
     .help_zh = "只展示前几行的解读，不导入"},
    {.name = "whole", .type = OP_BOOL, .help = "with --dry-run: look at every row, not only at the first thousand",
     .help_zh = "与 --dry-run 同用：检查每一行，而不只是前一千行"},
    {.name = "strict", .type = OP_BOOL, .help = "exit code 12 when any row was set aside", .help_zh = "有任何行被搁置时以退出码 12 结束"},
    {.name = "batch-rows", .type = OP_INT, .min = 2, .max = 1048576, .unit = "rows", .fallback = "262144",
     .help = "rows made durable at a time", .help_zh = "每批落盘的行数"},
    {0}};

static const struct op_out import_out[] = {
    {"rows", OP_INT, "rows read: accepted + duplicates + rejected", "读取的行数 = 接受 + 重复 + 搁置", false},
    {"accepted", OP_INT, "rows that brought something new", "带来新内容的行", false},
    {"duplicates", OP_INT, "rows already known", "已有的行", false},
    {"rejected", OP_INT, "rows set aside", "被搁置的行", false},
    {"anonymous", OP_INT, "accepted rows that name no consumer", "没有消费者身份的接受行", false},
    {"events", OP_INT, "accepted events; a row may give two", "接受的事件数，一行可能产生两个", false},
    {"consumers", OP_INT, "consumers in the pond afterwards", "导入后池中的消费者数", false},
    {"consumers_before", OP_INT, "and before; null: nothing was imported", "导入前的消费者数；没有导入时为空", true},
    {"fresh", OP_INT, "consumers that are new", "新消费者", true},
    {"joined", OP_INT, "consumers known before that went into others", "并入他人的已知消费者", true},
    {"parted", OP_INT, "consumers more, as what held some together is shared now: before - joined + parted + fresh = afterwards", "因标识变为共用而拆分增加的消费者", true},
    {"unions", OP_INT, "consumers that are made of several of before", "由多位合成的消费者", true},
    {"pieces", OP_INT, "consumers of before that are several now", "被拆成多位的消费者", true},
    {"stages[].stage", OP_STR, "over HTTP: a stage of the model in force", "经 HTTP：阶段", true},
    {"stages[].before", OP_INT, "consumers in it before, today", "导入前今日人数", true},
    {"stages[].after", OP_INT, "consumers in it afterwards, today", "导入后今日人数", true},
    {"seconds", OP_REAL, "time taken", "用时（秒）", false},
    {"dry_run", OP_BOOL, "true when nothing was imported", "为 true 时没有导入", false},
    {"files[].file", OP_PATH, "the file", "文件", true},
    {"files[].format", OP_STR, "its format", "格式", true},
    {"files[].kind", OP_STR, "csv, ndjson, xlsx or parquet", "csv、ndjson、xlsx 或 parquet", true},
    {"files[].encoding", OP_STR, "of its text", "文本编码", true},
    {"files[].rows", OP_INT, "rows read", "读取的行数", true},
    {"files[].accepted", OP_INT, "rows that brought something new", "接受的行", true},
    {"files[].duplicates", OP_INT, "rows already known", "重复的行", true},
    {"files[].rejected", OP_INT, "rows set aside", "搁置的行", true},
    {"files[].anonymous", OP_INT, "accepted rows that name no consumer", "匿名行", true},
    {"files[].events", OP_INT, "accepted events", "接受的事件", true},
    {"files[].rejects", OP_PATH, "the file of rows set aside, with reasons", "搁置行文件", true},
    {"files[].first_reject", OP_STR, "line, column and reason of the first one", "第一条搁置的行、列、原因", true},
    {"files[].continued", OP_INT, "rows an interrupted import of it had got to; 0: none", "上次中断处的行数，0 表示没有", true},
    {"files[].mapping", OP_ANY, "the mapping used", "所用映射", true},
    {"files[].error", OP_STR, "why it could not be imported", "未能导入的原因", true},
    {"files[].hint", OP_STR, "what to do about that", "如何处理", true},
    {"files[].imported", OP_STR, "when this very file was imported in full before", "此文件此前完整导入的时间", true},
    {"files[].columns[].header", OP_STR, "dry run: a column, as the file names it", "试运行：列名", true},
    {"files[].columns[].field", OP_STR, "the field it is taken for", "识别为", true},
    {"files[].columns[].by", OP_STR, "how that was told: header, place, map, or none (kept as a property)", "依据：header、place、map 或 none（作为属性保存）", true},
    {"files[].columns[].personal", OP_BOOL, "it is kept sealed", "加密保存", true},
    {"files[].columns[].filled", OP_INT, "cells that are filled ...", "非空单元格", true},
    {"files[].columns[].of", OP_INT, "... of so many of the first rows", "所看的行数", true},
    {"files[].columns[].refused", OP_INT, "rows set aside because of it", "因该列被搁置的行", true},
    {"files[].columns[].samples[]", OP_STR, "some of its values, personal ones masked", "示例值，个人信息打码", true},
    {"files[].whole", OP_BOOL, "dry run: every row was looked at", "试运行：已检查全部行", true},
    {"files[].preview[].row", OP_INT, "dry run: an event as understood: its row", "试运行：解读出的事件所在行", true},
    {"files[].preview[].time", OP_STR, "its time", "时间", true},
    {"files[].preview[].event", OP_STR, "its name", "事件名", true},
    {"files[].preview[].channel", OP_STR, "its channel", "渠道", true},
    {"files[].preview[].touchpoint", OP_STR, "its touchpoint", "触点", true},
    {"files[].preview[].item", OP_STR, "its item", "商品", true},
    {"files[].preview[].order", OP_STR, "its order", "订单号", true},
    {"files[].preview[].quantity", OP_REAL, "its quantity", "数量", true},
    {"files[].preview[].amount", OP_REAL, "its amount", "金额", true},
    {"files[].preview[].identities", OP_STR, "its identities, personal ones masked", "身份，个人信息打码", true},
    {"files[].preview[].properties", OP_STR, "everything else, a JSON object", "其他属性（JSON）", true},
    {"files[].reasons[].field", OP_STR, "dry run: what is wrong", "试运行：出错的字段", true},
    {"files[].reasons[].reason", OP_STR, "and why", "原因", true},
    {"files[].reasons[].rows", OP_INT, "in so many rows", "行数", true},
    {"files[].refused[].line", OP_INT, "dry run: a row that would be set aside: its line", "试运行：会被搁置的行号", true},
    {"files[].refused[].column", OP_INT, "column; 0: the whole row", "列；0 为整行", true},
    {"files[].refused[].field", OP_STR, "what is wrong", "出错的字段", true},
    {"files[].refused[].reason", OP_STR, "and why", "原因", true},
    {"files[].refused[].raw", OP_STR, "the row, personal values masked", "原文，个人信息打码", true},
    {"rejects", OP_PATH, "the first file of rows set aside", "第一个搁置行文件", true},
    {0}};

static const struct op_in runs_in[] = {
    {.name = "limit", .type = OP_INT, .min = 1, .max = 10000, .fallback = "50", .help = "how many, newest first", .help_zh = "最多几个，最新的在前"},
    {.name = "before", .type = OP_INT, .min = 1, .max = INT64_MAX, .help = "only those with a smaller number", .help_zh = "只列编号更小的"},
    {0}};
static const struct op_out runs_out[] = {
    {"imports[].id", OP_INT, "its number", "编号", false},
    {"imports[].name", OP_STR, "name of the file", "文件名", false},
    {"imports[].bytes", OP_INT, "its size; 0: unknown", "大小；0 为未知", false},
    {"imports[].format", OP_STR, "its format", "格式", false},
    {"imports[].status", OP_STR, "running, done, stopped or failed", "running、done、stopped 或 failed", false},
    {"imports[].started", OP_STR, "when it began", "开始时间", true},
    {"imports[].finished", OP_STR, "when it ended", "结束时间", true},
    {"imports[].rows", OP_INT, "rows read", "读取的行", false},
    {"imports[].accepted", OP_INT, "rows that brought something new", "接受的行", false},
    {"imports[].duplicates", OP_INT, "rows already known", "重复的行", false},
    {"imports[].rejected", OP_INT, "rows set aside", "搁置的行", false},
    {"imports[].anonymous", OP_INT, "accepted rows that name no consumer", "匿名行", false},
    {0}};

const struct op import_ops[] = {
    {.name = "import", .route = "POST /api/v1/import", .perm = "data.import",
     .help = "Bring in files of events, orders or behaviour; formats are told by content.",
     .help_zh = "导入行为、订单等文件，按内容识别格式。",
     .more = "Each event counts once: the same file again adds nothing, and an interrupted import is continued by "
             "starting it again. Rows that cannot be read are set aside in DIR/BRAND/rejects/ with line, column and "
             "reason; the rest goes in. Exit code 0 also when some rows were set aside (see --strict), 12 when all "
             "rows of a file were, 11 when interrupted.",
     .more_zh = "每个事件只计一次：重复导入同一文件不会增加数据；中断后重新执行即可继续。无法读取的行连同行号、列与原因写入 "
                "DIR/BRAND/rejects/，其余照常导入。部分行被搁置时退出码仍为 0（见 --strict），某文件全部被搁置为 12，被中断为 11。",
     .example = "pond import orders.csv behaviour.csv\n"
                "pond import --dry-run 订单报表.xlsx\n"
                "pond import log.csv --map time=ts --map identity.phone=tel --map event:=store_visit --save-mapping till\n"
                "pond import --mapping till log2.csv",
     .in = import_in, .out = import_out, .run = import_op, .how = OP_CHANGES, .slow = true},
    {.name = "imports", .route = "GET /api/v1/imports", .perm = "data.read", .how = OP_LEDGER,
     .help = "Files that were imported, newest first.", .help_zh = "导入过的文件，最新的在前。",
     .example = "pond imports", .in = runs_in, .out = runs_out, .run = import_list},
    {0}};
const int import_ops_len = 2;
/* clang-format on */
