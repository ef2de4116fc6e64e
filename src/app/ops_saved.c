/* saved create, list, show, rename, delete: analyses kept under a name. They need the brand's ledger only. */
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/saved.h"
#include "app/show.h"

/* Runs the step in a transaction of the ledger; it leaves in *out what is told. */
static enum rc in_transaction(struct op_call *c, struct access_call *x, struct saved *out,
                              enum rc (*step)(struct op_call *c, struct access_call *x,
                                              struct saved *out))
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(x->ledger, &tx, c->err);
    return rc ? rc : ledger_end(tx, step(c, x, out), c->err);
}

static void saved_json(struct json *j, const struct access_call *x, const struct saved *s)
{
    json_put_str(j, "name", s->name);
    json_put_str(j, "kind", s->kind);
    json_put_str(j, "state", s->state);
    json_put_str(j, "made_by", s->made_by);
    access_json_time(j, x, "made", s->made_ms);
    json_put_str(j, "changed_by", s->changed_by);
    access_json_time(j, x, "changed", s->changed_ms);
}

static void reply_one(struct op_call *c, const struct access_call *x, const struct saved *s)
{
    json_begin_object(op_json(c));
    saved_json(op_json(c), x, s);
    json_end_object(op_json(c));
}

/* ---- create ---------------------------------------------------------------------------------- */

static enum rc create_step(struct op_call *c, struct access_call *x, struct saved *out)
{
    const struct saved s = {.name = op_arg_str(c, "name"),
                            .kind = op_arg_str(c, "kind"),
                            .state = op_arg_str(c, "state"),
                            .changed_by = pond_by(x->pond),
                            .changed_ms = clock_now(&x->pond->clock)};
    enum rc rc = saved_put(x->ledger, &s, op_arg_bool(c, "replace"), c->err);
    return rc ? rc : saved_find(x->ledger, s.name, c->arena, out, c->err);
}

static enum rc create_reply(struct op_call *c, struct access_call *x)
{
    struct saved s;
    enum rc rc = in_transaction(c, x, &s, create_step);
    if (!rc) {
        reply_one(c, x, &s);
        show_text(c, "Saved: %.*s (%.*s)", "已保存：%.*s（%.*s）", STR_FMT(s.name),
                  STR_FMT(s.kind));
    }
    return rc;
}

static enum rc create_run(struct op_call *c) { return access_with_ledger(c, create_reply); }

/* ---- list, show ------------------------------------------------------------------------------ */

static void list_row(struct op_call *c, const struct access_call *x, struct table *t,
                     const struct saved *s)
{
    table_row(t);
    table_str(t, s->name);
    table_str(t, s->kind);
    table_str(t, s->state);
    table_str(t, s->made_by);
    table_str(t, access_time(c, x, s->made_ms));
    table_str(t, access_time(c, x, s->changed_ms));
    json_begin_object(op_json(c));
    saved_json(op_json(c), x, s);
    json_end_object(op_json(c));
}

static struct table *list_columns(struct op_call *c)
{
    struct table *t = op_table(c);
    show_column(t, "name", op_say(c, "analysis", "分析"), TABLE_TEXT);
    show_column(t, "kind", op_say(c, "kind", "种类"), TABLE_TEXT);
    show_column(t, "state", op_say(c, "asks", "参数"), TABLE_TEXT);
    show_column(t, "made_by", op_say(c, "made by", "保存者"), TABLE_TEXT);
    show_column(t, "made", op_say(c, "made", "保存于"), TABLE_TEXT);
    show_column(t, "changed", op_say(c, "changed", "修改于"), TABLE_TEXT);
    return t;
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct saved *list = NULL;
    uint32_t n = 0;
    enum rc rc = saved_list(x->ledger, op_arg_str(c, "kind"), c->arena, &list, &n, c->err);
    if (rc) {
        return rc;
    }
    struct table *t = list_columns(c);
    uint32_t from = (uint32_t)op_arg_int(c, "offset", 0);
    uint32_t most = (uint32_t)op_arg_int(c, "limit", n);
    json_begin_object(op_json(c));
    json_put_i64(op_json(c), "total", n);
    json_key(op_json(c), "saved");
    json_begin_array(op_json(c));
    for (uint32_t i = from; i < n && i - from < most; i++) {
        list_row(c, x, t, &list[i]);
    }
    json_end_array(op_json(c));
    json_end_object(op_json(c));
    if (!n) {
        op_text(c, "%s", op_say(c, "None is saved.", "暂无保存的分析。"));
    }
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

static enum rc show_reply(struct op_call *c, struct access_call *x)
{
    struct saved s;
    enum rc rc = saved_find(x->ledger, op_arg_str(c, "name"), c->arena, &s, c->err);
    if (rc) {
        return rc;
    }
    struct str at = access_time(c, x, s.changed_ms);
    reply_one(c, x, &s);
    show_text(c, "%.*s (%.*s), by %.*s, %.*s", "%.*s（%.*s），%.*s 于 %.*s 保存",
              STR_FMT(s.name), STR_FMT(s.kind), STR_FMT(s.changed_by), STR_FMT(at));
    op_text(c, "    %.*s", STR_FMT(s.state));
    return RC_OK;
}

static enum rc show_run(struct op_call *c) { return access_with_ledger(c, show_reply); }

/* ---- rename, delete -------------------------------------------------------------------------- */

static enum rc rename_step(struct op_call *c, struct access_call *x, struct saved *out)
{
    struct str to = op_arg_str(c, "to");
    enum rc rc = saved_find(x->ledger, op_arg_str(c, "name"), c->arena, out, c->err);
    out->changed_by = pond_by(x->pond);
    out->changed_ms = clock_now(&x->pond->clock);
    rc = rc ? rc : saved_rename(x->ledger, out, to, c->err);
    out->name = to;
    return rc;
}

static enum rc rename_reply(struct op_call *c, struct access_call *x)
{
    struct saved s = {0};
    enum rc rc = in_transaction(c, x, &s, rename_step);
    if (!rc) {
        reply_one(c, x, &s);
        show_text(c, "Now \"%.*s\"", "现名“%.*s”", STR_FMT(s.name));
    }
    return rc;
}

static enum rc rename_run(struct op_call *c) { return access_with_ledger(c, rename_reply); }

static enum rc delete_step(struct op_call *c, struct access_call *x, struct saved *out)
{
    enum rc rc = saved_find(x->ledger, op_arg_str(c, "name"), c->arena, out, c->err);
    return rc ? rc : saved_delete(x->ledger, out->name, c->err);
}

static enum rc delete_reply(struct op_call *c, struct access_call *x)
{
    struct saved s;
    enum rc rc = in_transaction(c, x, &s, delete_step);
    if (!rc) {
        reply_one(c, x, &s);
        show_text(c, "Deleted \"%.*s\"", "已删除“%.*s”", STR_FMT(s.name));
    }
    return rc;
}

static enum rc delete_run(struct op_call *c) { return access_with_ledger(c, delete_reply); }

/* ---- records --------------------------------------------------------------------------------- */

/* clang-format off */
#define NAME_IN \
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME", \
     .help = "of the saved analysis", .help_zh = "已存分析的名称"}
static const struct op_in create_in[] = {
    NAME_IN,
    {.name = "kind", .type = OP_STR, .required = true, .metavar = "WORD", .help = "which analysis: funnel, retention, path ...; letters a-z and _",
     .help_zh = "何种分析：funnel、retention、path 等；字母 a-z 与 _"},
    {.name = "state", .type = OP_STR, .required = true, .metavar = "QUERY", .help = "what it asks, as the query of the console's address; 4,096 bytes at most",
     .help_zh = "分析参数，即控制台地址中的查询部分；最多 4,096 字节"},
    {.name = "replace", .type = OP_BOOL, .help = "change the one of this name", .help_zh = "修改同名的已存分析"},
    {0}};
static const struct op_in list_in[] = {
    {.name = "kind", .type = OP_STR, .metavar = "WORD", .help = "only of this kind", .help_zh = "仅此种类"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 100000, .help = "how many; all when left away", .help_zh = "最多列出多少个；默认全部"},
    {.name = "offset", .type = OP_INT, .min = 0, .max = INT32_MAX, .help = "how many are left out before them", .help_zh = "跳过前多少个"},
    {0}};
static const struct op_in name_in[] = {NAME_IN, {0}};
static const struct op_in rename_in[] = {
    NAME_IN,
    {.name = "to", .type = OP_STR, .required = true, .positional = true, .metavar = "NEW", .help = "the new name", .help_zh = "新名称"},
    {0}};

#define SAVED_OUT(prefix) \
    {prefix "name", OP_STR, "name, one of its own in the brand", "名称，品牌内唯一", false}, \
    {prefix "kind", OP_STR, "which analysis: funnel, retention, ...", "何种分析：funnel、retention 等", false}, \
    {prefix "state", OP_STR, "what it asks, the query of the console's address", "分析参数，即控制台地址中的查询部分", false}, \
    {prefix "made_by", OP_STR, "who saved it", "保存者", false}, \
    {prefix "made", OP_STR, "when it was saved", "保存时间", false}, \
    {prefix "changed_by", OP_STR, "who changed or renamed it last", "最近修改者", false}, \
    {prefix "changed", OP_STR, "when that was", "最近修改时间", false}
static const struct op_out one_out[] = {SAVED_OUT(""), {0}};
static const struct op_out list_out[] = {
    {"total", OP_INT, "how many are saved, of the kind", "（该种类）已存分析总数", false},
    SAVED_OUT("saved[]."), {0}};

static const struct op saved_ops[] = {
    {.name = "saved create", .route = "POST /api/v1/saved", .perm = "report.write", .how = OP_LEDGER,
     .help = "Keeps an analysis under a name, for everybody who reads reports.",
     .help_zh = "以名称保存分析，供所有可查看报表者使用。",
     .more = "What it asks is kept as the console writes it into its address, and opens there again. It is not run: the figures are those of the day it is opened.",
     .more_zh = "保存的是控制台地址中的参数，可在控制台重新打开；不保存数字，打开时重新计算。",
     .example = "pond saved create 首购漏斗 --kind funnel --state 'step=view&step=buy&within=7d'\n"
                "pond saved create 首购漏斗 --kind funnel --state 'step=view&step=buy&within=14d' --replace",
     .in = create_in, .out = one_out, .run = create_run},
    {.name = "saved list", .route = "GET /api/v1/saved", .perm = "report.read", .how = OP_LEDGER,
     .help = "Analyses that were saved.", .help_zh = "已存分析列表。",
     .example = "pond saved list\npond saved list --kind funnel", .in = list_in, .out = list_out, .run = list_run},
    {.name = "saved show", .route = "GET /api/v1/saved/one", .perm = "report.read", .how = OP_LEDGER,
     .help = "One saved analysis: what it asks, who saved it.", .help_zh = "已存分析详情：参数与保存者。",
     .example = "pond saved show 首购漏斗", .in = name_in, .out = one_out, .run = show_run},
    {.name = "saved rename", .route = "POST /api/v1/saved/rename", .perm = "report.write", .how = OP_LEDGER,
     .help = "Gives a saved analysis another name.", .help_zh = "已存分析改名。",
     .example = "pond saved rename 首购漏斗 新客首购漏斗", .in = rename_in, .out = one_out, .run = rename_run},
    {.name = "saved delete", .route = "DELETE /api/v1/saved/one", .perm = "report.write", .how = OP_LEDGER,
     .help = "Removes a saved analysis.", .help_zh = "删除已存分析。",
     .example = "pond saved delete 新客首购漏斗", .in = name_in, .out = one_out, .run = delete_run},
    {0}};
/* clang-format on */

const struct op_module saved_module = {"saved", "Saved analyses", "已存分析", saved_ops};
