/* The audit trail: looked at and checked. */
#include <inttypes.h>

#include "app/modules.h"
#include "app/ops_access.h"
#include "app/show.h"

static void list_columns(const struct op_call *c, struct table *t)
{
    show_column(t, "id", op_say(c, "no", "编号"), TABLE_INT);
    show_column(t, "at", op_say(c, "time", "时间"), TABLE_TEXT);
    show_column(t, "who", op_say(c, "who", "操作者"), TABLE_TEXT);
    show_column(t, "address", op_say(c, "address", "来源地址"), TABLE_TEXT);
    show_column(t, "action", op_say(c, "action", "操作"), TABLE_TEXT);
    show_column(t, "outcome", op_say(c, "outcome", "结果"), TABLE_TEXT);
    show_column(t, "detail", op_say(c, "detail", "详情"), TABLE_TEXT);
}

static void list_row(struct op_call *c, const struct access_call *x, struct table *t,
                     const struct audit_entry *k)
{
    table_row(t);
    table_i64(t, k->id);
    table_str(t, access_time(c, x, k->at_ms));
    table_str(t, k->who);
    table_str(t, k->address.len ? k->address : STR("–"));
    table_str(t, k->action);
    table_str(t, k->outcome);
    table_str(t, k->detail);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "id", k->id);
    access_json_time(j, x, "at", k->at_ms);
    json_put_str(j, "who", k->who);
    json_put_text(j, "address", k->address);
    json_put_str(j, "action", k->action);
    json_put_str(j, "outcome", k->outcome);
    json_put_str(j, "detail", k->detail);
    json_end_object(j);
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct audit_entry *list = NULL;
    uint32_t len = 0, limit = (uint32_t)op_arg_int(c, "limit", 0);
    struct audit_filter f = {
        .before = op_arg_int(c, "before", 0),
        .from_ms = op_has(c, "from") ? zone_day_start(x->zone, op_arg_day(c, "from", 0)) : 0,
        .to_ms = op_has(c, "to") ? zone_day_start(x->zone, op_arg_day(c, "to", 0) + 1) : 0,
        .who = op_arg_str(c, "who"),
        .action = op_arg_str(c, "action"),
        .outcome = op_arg_str(c, "outcome"),
        .limit = limit};
    enum rc rc = audit_list(x->ledger, &f, c->arena, &list, &len, c->err);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    list_columns(c, t);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "entries");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        list_row(c, x, t, &list[i]);
    }
    json_end_array(j);
    int64_t next = len == limit && list[len - 1].id > 1 ? list[len - 1].id : 0;
    json_key(j, "next");
    if (next) {
        json_i64(j, next);
        show_text(c, "Earlier ones: pond audit list --before %" PRId64,
                  "更早的记录：pond audit list --before %" PRId64, next);
    } else {
        json_null(j);
    }
    json_end_object(j);
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

static void verdict_json(struct json *j, const struct audit_verdict *v)
{
    json_begin_object(j);
    json_put_bool(j, "whole", !v->broken);
    json_put_i64(j, "entries", v->entries);
    json_key(j, "broken");
    if (v->broken) {
        json_i64(j, v->broken);
    } else {
        json_null(j);
    }
    json_put_cstr(j, "head", v->head[0] ? v->head : NULL);
    json_end_object(j);
}

static enum rc verify_reply(struct op_call *c, struct access_call *x)
{
    struct audit_verdict v;
    enum rc rc = audit_verify(x->ledger, op_arg_str(c, "head"), &v, c->err);
    if (rc) {
        return rc;
    }
    verdict_json(op_json(c), &v);
    if (!v.broken) {
        show_text(c, "The audit trail is whole: %" PRId64 " entries.",
                  "审计记录完整：共 %" PRId64 " 条。", v.entries);
        return RC_OK;
    }
    show_text(c, "The audit trail was changed: entry %" PRId64 " does not fit or is missing.",
              "审计记录被改动过：第 %" PRId64 " 条不符或缺失。", v.broken);
    (void)show_fail(c, RC_CORRUPT, "the audit trail does not fit from entry %" PRId64 " on",
                    "审计记录自第 %" PRId64 " 条起不符", v.broken);
    show_hint(c,
              "entries before it are as they were written; compare with a backup (pond restore "
              "--check)",
              "此前的记录未被改动；请与备份比对（pond restore --check）");
    return RC_CORRUPT;
}

static enum rc verify_run(struct op_call *c) { return access_with_ledger(c, verify_reply); }

static enum rc head_reply(struct op_call *c, struct access_call *x)
{
    int64_t id = 0;
    char hex[65];
    enum rc rc = audit_head(x->ledger, &id, hex, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "entry", id);
    json_put_cstr(j, "head", id ? hex : NULL);
    json_end_object(j);
    if (id) {
        op_text(c, "%s", hex);
    } else {
        op_text(c, "%s", op_say(c, "There are no entries yet.", "还没有记录。"));
    }
    return RC_OK;
}

static enum rc head_run(struct op_call *c) { return access_with_ledger(c, head_reply); }

/* clang-format off */
static const struct op_in list_in[] = {
    {.name = "before", .type = OP_INT, .min = 1, .max = INT64_MAX, .help = "only entries older than this one",
     .help_zh = "只列出早于此编号的记录"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 1000, .fallback = "50", .help = "at most so many entries",
     .help_zh = "最多条数"},
    {.name = "who", .type = OP_STR, .help = "only of those whose name holds this: user:1, shop", .help_zh = "只列操作者含此文字的：user:1、shop"},
    {.name = "action", .type = OP_STR, .help = "only actions that hold this: login, crowd export, user.", .help_zh = "只列操作名含此文字的：login、crowd export、user."},
    {.name = "outcome", .type = OP_STR, .help = "only those that ended so: ok, denied", .help_zh = "只列结果为此的：ok、denied"},
    {.name = "from", .type = OP_DAY, .help = "only from this day on", .help_zh = "只列此日起的"},
    {.name = "to", .type = OP_DAY, .help = "only up to this day, included", .help_zh = "只列到此日为止的（含）"},
    {0}};
static const struct op_out list_out[] = {
    {"entries[].id", OP_INT, "its number; they have no gaps", "编号，连续无间断", false},
    {"entries[].at", OP_STR, "when", "时间", false},
    {"entries[].who", OP_STR, "local, nobody, key:NUMBER NAME, user:NUMBER NAME", "local、nobody、key:编号 名称、user:编号 名称", false},
    {"entries[].address", OP_STR, "where the request came from; null: not by HTTP", "请求来源地址；非 HTTP 为空", true},
    {"entries[].action", OP_STR, "the operation, or key.make, user.role, login ...", "操作名，或 key.make、user.role、login 等", false},
    {"entries[].outcome", OP_STR, "ok, denied ...", "结果：ok、denied 等", false},
    {"entries[].detail", OP_STR, "what it was about, JSON", "相关内容（JSON）", false},
    {"next", OP_INT, "--before of the next page; null: this was the last", "下一页的 --before；空为最后一页", true},
    {0}};
static const struct op_in verify_in[] = {
    {.name = "head", .type = OP_STR, .metavar = "HEX", .help = "a head that was kept elsewhere: it must be in the chain",
     .help_zh = "另行保存的链头：必须在链中"},
    {0}};
static const struct op_out verify_out[] = {
    {"whole", OP_BOOL, "every entry fits the one before it", "每条都与前一条相符", false},
    {"entries", OP_INT, "entries that are there", "现有条数", false},
    {"broken", OP_INT, "the first that does not fit or is missing; null: none", "首个不符或缺失的编号；空为无", true},
    {"head", OP_STR, "hash of the newest entry; null: there is none", "最新一条的哈希；空为无", true},
    {0}};
static const struct op_out head_out[] = {
    {"entry", OP_INT, "number of the newest entry; 0: none", "最新一条的编号；0 为无", false},
    {"head", OP_STR, "its hash; null: none", "其哈希；空为无", true},
    {0}};

static const struct op audit_ops[] = {
    {.name = "audit list", .route = "GET /api/v1/audit", .perm = "audit.read", .how = OP_LEDGER,
     .help = "Who did what and when: changes of keys and users, log-ins, looks at what is masked.",
     .help_zh = "谁在何时做了什么：密钥与用户变更、登录、查看明文。",
     .example = "pond audit list\npond audit list --before 120 --limit 20\npond audit list --action login --outcome denied",
     .in = list_in, .out = list_out, .run = list_run},
    {.name = "audit verify", .route = "GET /api/v1/audit/verify", .perm = "audit.read", .how = OP_READS,
     .help = "Check that nobody changed, removed or reordered entries of the audit trail.",
     .help_zh = "校验审计记录未被改动、删除或调换。",
     .more = "Each entry holds a hash over itself and the hash before it. Who rewrites all of them is found out by a head kept "
             "elsewhere. Exit code 9 when the chain is broken.",
     .more_zh = "每条记录含自身与前一条哈希的哈希。若全部被重写，可用另行保存的链头查出。链断裂时退出码为 9。",
     .example = "pond audit verify\npond audit verify --head $(cat head.txt)",
     .in = verify_in, .out = verify_out, .run = verify_run},
    {.name = "audit head", .route = "GET /api/v1/audit/head", .perm = "audit.read", .how = OP_LEDGER,
     .help = "The newest entry's hash: keep it elsewhere, pond audit verify --head checks against it.",
     .help_zh = "最新一条的哈希：另行保存，可用 pond audit verify --head 校验。",
     .example = "pond audit head >> /mnt/elsewhere/heads.txt", .out = head_out, .run = head_run},
    {0}};
/* clang-format on */

const struct op_module audit_module = {"audit", "Audit trail", "审计", audit_ops};
