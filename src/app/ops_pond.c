/* init, verify, describe, version, completion: the program and the pond as a whole. */
#include "aipl/model.h"
#include "app/complete.h"
#include "app/model_source.h"
#include "app/modules.h"
#include "app/ops.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/verify.h"
#include "app/version.h"
#include <inttypes.h>
#include <string.h>

/* ---- init ------------------------------------------------------------------------------------ */

/* Checks zone and model before anything is made; *name becomes the model's own name. */
static enum rc check_setup(struct op_call *c, struct brand_setup *s)
{
    struct zone *zone = NULL;
    struct catalogue *names = catalogue_new();
    struct stage_model *m = NULL;
    enum rc rc = zone_open(s->zone, &zone, c->err);
    if (!rc) {
        rc = stage_model_parse(s->model_text, names, c->lang, &m, c->err);
    }
    if (!rc) {
        s->model_name = arena_str(c->arena, m->name);
    }
    zone_free(zone);
    stage_model_free(m);
    catalogue_free(names);
    return rc;
}

/* A command and what it is for, in two columns. */
static void init_step(struct op_call *c, int width, struct str command, const char *what)
{
    op_text(c, "  %-*.*s  %s", width, STR_FMT(command), what);
}

static void init_text(struct op_call *c, const struct pond *p, const struct brand_setup *s)
{
    struct str flag = strcmp(p->data_dir, "pond-data") == 0
                          ? STR("")
                          : arena_strf(c->arena, " --data %s", p->data_dir);
    show_text(c, "Made brand %.*s: data in %s, time zone %.*s, stage model %.*s",
              "已建立品牌 %.*s：数据目录 %s，时区 %.*s，阶段模型 %.*s", STR_FMT(s->name),
              p->data_dir, STR_FMT(s->zone), STR_FMT(s->model_name));
    show_text(c,
              "Key %s/pond.key: keep a copy elsewhere; without it the data cannot be opened.",
              "密钥 %s/pond.key：请另行备份，丢失后数据无法打开。", p->data_dir);
    int width = (int)(sizeof("pond import orders.csv") - 1 + flag.len);
    op_text(c, " ");
    op_text(c, "%s", op_say(c, "Next:", "下一步："));
    init_step(c, width, arena_strf(c->arena, "pond import orders.csv%.*s", STR_FMT(flag)),
              op_say(c, "bring in a file of yours", "导入自己的文件"));
    init_step(c, width, arena_strf(c->arena, "pond sample fill%.*s", STR_FMT(flag)),
              op_say(c, "or fill it with a made-up brand's life", "或填入一份示例数据"));
    init_step(c, width, arena_strf(c->arena, "pond report assets%.*s", STR_FMT(flag)),
              op_say(c, "see who stands where", "查看 AIPL 人群资产"));
}

/* A new key beside brands of a lost one would hide the loss and be in the way of the old one. */
static enum rc check_key(struct op_call *c, const struct pond *p)
{
    struct str *names = NULL;
    uint32_t n = 0;
    const char *key = disk_path(c->arena, p->data_dir, "pond.key");
    if (!disk_exists(p->data_dir) || disk_exists(key)) {
        return RC_OK;
    }
    enum rc rc = brand_list(p->data_dir, c->arena, &names, &n, c->err);
    if (!rc && n > 0) {
        rc = show_fail(c, RC_DENIED, "the key file %s is missing", "密钥文件 %s 不存在", key);
        show_hint(c, "the brands there are sealed with it: put it back before making another",
                  "已有品牌以它加密：请先放回密钥，再建立新品牌");
    }
    return rc;
}

static enum rc init_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct brand_setup s = {
        .data_dir = p->data_dir,
        .name = op_has(c, "name")   ? op_arg_str(c, "name")
                : p->brand_name.len ? p->brand_name
                                    : STR("brand"),
        .zone = op_arg_str(c, "tz"),
    };
    enum rc rc = model_source_read(c, p, op_arg_str(c, "model"), &s.model_text);
    if (!rc) {
        rc = check_setup(c, &s);
    }
    if (!rc) {
        rc = check_key(c, p);
    }
    if (!rc) {
        rc = brand_create(&s, p->disk, c->err);
    }
    if (rc) {
        return rc;
    }
    init_text(c, p, &s);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "brand", s.name);
    json_put_cstr(j, "data", p->data_dir);
    json_put_str(j, "tz", s.zone);
    json_put_str(j, "model", s.model_name);
    json_end_object(j);
    return RC_OK;
}

/* ---- verify ---------------------------------------------------------------------------------- */

static void verify_table(struct op_call *c, const struct verify_report *v)
{
    struct table *t = op_table(c);
    show_column(t, "check", op_say(c, "check", "检查项"), TABLE_TEXT);
    show_column(t, "result", op_say(c, "result", "结果"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "found",
                                           .title = op_say(c, "found", "发现"),
                                           .kind = TABLE_TEXT,
                                           .width = 100});
    for (size_t i = 0; i < v->checks.len; i++) {
        const struct verify_check *k = &v->checks.ptr[i];
        table_row(t);
        table_str(t, str_of(op_say(c, k->name, k->zh)));
        table_str(t, str_of(k->ok ? op_say(c, "ok", "通过") : op_say(c, "FAILED", "失败")));
        table_str(t, k->found);
    }
}

static void verify_json(struct op_call *c, const struct verify_report *v)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_bool(j, "ok", v->ok);
    json_put_cstr(j, "digest", v->digest);
    json_put_cstr(j, "replayed", v->replayed[0] ? v->replayed : NULL);
    json_put_i64(j, "events", (int64_t)v->events);
    json_put_i64(j, "anonymous", (int64_t)v->anonymous);
    json_put_i64(j, "identities", (int64_t)v->identities);
    json_put_i64(j, "consumers", (int64_t)v->consumers);
    json_put_i64(j, "segments", (int64_t)v->segments);
    json_put_i64(j, "log_batches", (int64_t)v->log_batches);
    json_key(j, "checks");
    json_begin_array(j);
    for (size_t i = 0; i < v->checks.len; i++) {
        const struct verify_check *k = &v->checks.ptr[i];
        json_begin_object(j);
        json_put_cstr(j, "check", k->name);
        json_put_cstr(j, "check_zh", k->zh);
        json_put_bool(j, "ok", k->ok);
        json_key(j, "found");
        if (k->ok) {
            json_null(j);
        } else {
            json_str(j, k->found);
        }
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static enum rc verify_op(struct op_call *c)
{
    struct pond *p = c->app;
    struct verify_report v = {0};
    enum rc rc = verify_run(p, &v, c->err);
    if (rc) {
        return rc;
    }
    struct str n[4] = {show_count(c, v.events), show_count(c, v.anonymous),
                       show_count(c, v.identities), show_count(c, v.consumers)};
    verify_table(c, &v);
    show_text(c, "events %.*s (anonymous %.*s) · identities %.*s · consumers %.*s",
              "事件 %.*s（无身份 %.*s）· 标识 %.*s · 消费者 %.*s", STR_FMT(n[0]), STR_FMT(n[1]),
              STR_FMT(n[2]), STR_FMT(n[3]));
    show_text(c, "digest %s", "摘要 %s", v.digest);
    op_text(c, "%s",
            v.ok ? op_say(c, "Everything holds.", "全部通过。")
                 : op_say(c, "NOT everything holds.", "存在问题。"));
    verify_json(c, &v);
    for (size_t i = 0; !v.ok && !rc && i < v.checks.len; i++) {
        if (!v.checks.ptr[i].ok) {
            rc = rc_fail(c->err, RC_CORRUPT, "%s: %.*s",
                         op_say(c, v.checks.ptr[i].name, v.checks.ptr[i].zh),
                         STR_FMT(v.checks.ptr[i].found));
            show_hint(c, "restore the last backup, or ask for help with this output",
                      "恢复最近的备份，或附上此输出求助");
        }
    }
    verify_release(&v);
    return rc;
}

/* ---- describe, version, completion ----------------------------------------------------------- */

static enum rc describe_run(struct op_call *c)
{
    op_describe_json(ops_book(), op_json(c));
    if (op_arg_bool(c, "markdown")) {
        struct buf b = {0};
        op_markdown(ops_book(), c->lang, &b);
        struct str text = str_trim(arena_str(c->arena, buf_str(&b)));
        op_text(c, "%.*s", STR_FMT(text));
        buf_release(&b);
        return RC_OK;
    }
    struct table *t = op_table(c);
    show_column(t, "command", op_say(c, "command", "命令"), TABLE_TEXT);
    show_column(t, "route", op_say(c, "route", "路由"), TABLE_TEXT);
    show_column(t, "permission", op_say(c, "permission", "权限"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "help",
                                           .title = op_say(c, "what it does", "说明"),
                                           .kind = TABLE_TEXT,
                                           .width = 100});
    for (uint32_t i = 0; i < op_count(ops_book()); i++) {
        const struct op *op = op_at(ops_book(), i);
        table_row(t);
        table_str(t, str_of(op->name));
        table_str(t, str_of(op->route ? op->route : ""));
        table_str(t, str_of(op->perm));
        table_str(t, str_of(op_say(c, op->help, op->help_zh)));
    }
    return RC_OK;
}

static enum rc version_run(struct op_call *c)
{
    json_begin_object(op_json(c));
    json_put_cstr(op_json(c), "version", POND_VERSION);
    json_end_object(op_json(c));
    op_text(c, "pond %s", POND_VERSION);
    return RC_OK;
}

static enum rc completion_run(struct op_call *c)
{
    struct buf b = {0};
    bool zsh = str_eq(op_arg_str(c, "shell"), STR("zsh"));
    complete_script(ops_book(), zsh, &b);
    struct str text = arena_str(c->arena, buf_str(&b));
    buf_release(&b);
    op_text(c, "%.*s", STR_FMT(text));
    json_begin_object(op_json(c));
    json_put_str(op_json(c), "script", text);
    json_end_object(op_json(c));
    return RC_OK;
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct op_in init_in[] = {
    {.name = "name", .type = OP_STR, .positional = true, .metavar = "NAME",
     .help = "the brand's name: a-z 0-9 _ - and Chinese letters; brand when left out",
     .help_zh = "品牌名：a-z 0-9 _ - 与汉字；默认 brand"},
    {.name = "tz", .type = OP_STR, .fallback = "Asia/Shanghai", .metavar = "ZONE",
     .help = "time zone of its days", .help_zh = "品牌的时区"},
    {.name = "model", .type = OP_STR, .fallback = "aipl", .metavar = "FILE|PRESET",
     .help = "stage model: a preset or a file", .help_zh = "阶段模型：预置名称或文件"},
    {0}};
static const struct op_out init_out[] = {
    {"brand", OP_STR, "the brand", "品牌", false},
    {"data", OP_PATH, "the data directory", "数据目录", false},
    {"tz", OP_STR, "time zone", "时区", false},
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {0}};
static const struct op_out verify_out[] = {
    {"ok", OP_BOOL, "everything holds", "全部通过", false},
    {"digest", OP_STR, "of the content: equal for equal histories", "内容摘要", false},
    {"replayed", OP_STR, "digest of the state folded again from nothing", "重放所得摘要", true},
    {"events", OP_INT, "events accepted", "事件数", false},
    {"anonymous", OP_INT, "of them nobody's", "其中无身份", false},
    {"identities", OP_INT, "identities", "标识数", false},
    {"consumers", OP_INT, "consumers", "消费者数", false},
    {"segments", OP_INT, "sealed segments", "段数", false},
    {"log_batches", OP_INT, "batches not yet sealed", "未封存批数", false},
    {"checks[].check", OP_STR, "what was checked", "检查项", false},
    {"checks[].check_zh", OP_STR, "the same in Chinese", "检查项（中文）", false},
    {"checks[].ok", OP_BOOL, "whether it holds", "是否通过", false},
    {"checks[].found", OP_STR, "what and where when it does not", "发现的问题", true},
    {0}};
static const struct op_in describe_in[] = {
    {.name = "markdown", .type = OP_BOOL, .help = "as the page docs/operations.md", .help_zh = "输出为文档 docs/operations.md"},
    {0}};
static const struct op_out version_out[] = {
    {"version", OP_STR, "version of the program", "程序版本", false}, {0}};
static const struct op_in completion_in[] = {
    {.name = "shell", .type = OP_CHOICE, .choices = "bash|zsh", .required = true, .positional = true,
     .help = "which shell", .help_zh = "shell 类型"},
    {0}};
static const struct op_out completion_out[] = {
    {"script", OP_STR, "the script", "脚本", false}, {0}};

static const struct op pond_ops[] = {
    {.name = "init", .perm = "brand.create",
     .help = "Makes a data directory with a brand: key, ledger, stage model.",
     .help_zh = "建立数据目录与品牌：密钥、账本、阶段模型。",
     .example = "pond init mybrand\npond init 花西子 --tz Asia/Shanghai --model aipl",
     .in = init_in, .out = init_out, .run = init_run, .how = OP_ALONE},
    {.name = "verify", .route = "POST /api/v1/verify", .perm = "data.read",
     .help = "Replays history from nothing, compares digests, checks every invariant.",
     .help_zh = "从零重放历史，比对摘要，检查全部不变量。",
     .example = "pond verify\npond verify --json", .out = verify_out, .run = verify_op, .slow = true},
    {.name = "describe", .route = "GET /api/v1/describe", .perm = "public",
     .help = "Every operation: command, route, permission, input, output.",
     .help_zh = "全部操作：命令、路由、权限、输入与输出。",
     .example = "pond describe --json", .in = describe_in, .run = describe_run, .how = OP_ALONE},
    {.name = "completion", .perm = "public",
     .help = "Prints the completion script of a shell.",
     .help_zh = "输出 shell 自动补全脚本。",
     .example = "pond completion bash > /etc/bash_completion.d/pond\necho 'source <(pond completion zsh)' >> ~/.zshrc",
     .in = completion_in, .out = completion_out, .run = completion_run, .how = OP_ALONE},
    {.name = "version", .route = "GET /api/v1/version", .perm = "public",
     .help = "The version of the program.",
     .help_zh = "程序版本。",
     .example = "pond version", .out = version_out, .run = version_run, .how = OP_ALONE},
    {0}};
/* clang-format on */

const struct op_module pond_module = {"pond", "Pond", "池塘", pond_ops};
