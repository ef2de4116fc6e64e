/* hook list, hook secret: the collectors and what shops sign with. */
#include <stdio.h>
#include "app/hook_secret.h"
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/show.h"
#include "collect/collect.h"
#include "wire/crypt.h"

#define SECRET_MAX 1000

/* ---- hook list ------------------------------------------------------------------------------- */

static bool seen_before(uint32_t i)
{
    for (uint32_t k = 0; k < i; k++) {
        if (strcmp(collector_name(collect_at(k)), collector_name(collect_at(i))) == 0) {
            return true;
        }
    }
    return false;
}

static void list_row(struct op_call *c, struct table *t, uint32_t at, bool set)
{
    const char *name = collector_name(collect_at(at));
    struct json *j = op_json(c);
    struct buf paths = {0};
    json_begin_object(j);
    json_put_cstr(j, "collector", name);
    json_key(j, "paths");
    json_begin_array(j);
    for (uint32_t i = at; i < collect_count(); i++) {
        const struct collector *k = collect_at(i);
        for (const char *const *p = collector_paths(k);
             *p && strcmp(collector_name(k), name) == 0; p++) {
            json_cstr(j, *p);
            buf_addf(&paths, "%s%s", paths.len ? " " : "", *p);
        }
    }
    json_end_array(j);
    json_put_bool(j, "secret", set);
    json_end_object(j);
    table_row(t);
    table_str(t, str_of(name));
    table_str(t, buf_str(&paths));
    table_str(t, str_of(set ? op_say(c, "set", "已设置") : "–"));
    buf_release(&paths);
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct siv *siv = NULL;
    bool *set = arena_array(c->arena, bool, collect_count() + 1);
    enum rc rc = hook_siv(x->pond, &siv, c->err);
    for (uint32_t i = 0; !rc && i < collect_count(); i++) {
        struct str secret;
        rc = hook_secret_get(x->ledger, siv, str_of(collector_name(collect_at(i))), c->arena,
                             &secret, c->err);
        set[i] = secret.len > 0;
    }
    siv_free(siv);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    show_column(t, "collector", op_say(c, "collector", "接入"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "paths",
                                           .title = op_say(c, "paths", "路径"),
                                           .kind = TABLE_TEXT,
                                           .width = 100});
    show_column(t, "secret", op_say(c, "secret", "签名密钥"), TABLE_TEXT);
    json_begin_object(op_json(c));
    json_key(op_json(c), "collectors");
    json_begin_array(op_json(c));
    for (uint32_t i = 0; i < collect_count(); i++) {
        if (!seen_before(i)) {
            list_row(c, t, i, set[i]);
        }
    }
    json_end_array(op_json(c));
    json_end_object(op_json(c));
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

/* ---- hook secret ----------------------------------------------------------------------------- */

/* The secret: the request's field, the first line of a file, or of standard input. */
static enum rc read_secret(struct op_call *c, const struct pond *p, struct buf *out)
{
    enum rc rc = RC_OK;
    if (p->remote) {
        buf_add(out, op_arg_str(c, "secret"));
    } else if (op_has(c, "secret-file")) {
        rc = disk_get(p->disk, arena_cstr(c->arena, op_arg_str(c, "secret-file")), SECRET_MAX,
                      out, c->err);
    } else {
        char line[SECRET_MAX + 2];
        buf_add(out, str_of(fgets(line, sizeof(line), stdin) ? line : ""));
        crypt_wipe(line, sizeof(line));
    }
    struct str s = str_trim(buf_str(out));
    if (!rc && (s.len > SECRET_MAX || str_find_byte(s, '\n', 0) != SIZE_MAX)) {
        rc = show_fail(c, RC_INVALID, "a secret is one line of at most %d bytes",
                       "签名密钥为一行，最多 %d 字节", SECRET_MAX);
    }
    return rc;
}

static enum rc put(struct op_call *c, struct access_call *x, struct str name, struct str secret)
{
    struct siv *siv = NULL;
    struct tx *tx = NULL;
    struct buf detail = {0};
    enum rc rc = hook_siv(x->pond, &siv, c->err);
    rc = rc ? rc : ledger_begin(x->ledger, &tx, c->err);
    if (!rc) {
        buf_addf(&detail, "{\"collector\":\"%.*s\",\"set\":%s}", STR_FMT(name),
                 secret.len ? "true" : "false");
        rc = hook_secret_put(x->ledger, siv, name, secret, c->err);
        rc = rc ? rc
                : audit_add_tx(tx, &x->pond->principal, STR(""), "hook.secret",
                               buf_str(&detail), RC_OK, &x->pond->clock, c->err);
        rc = ledger_end(tx, rc, c->err);
    }
    buf_release(&detail);
    siv_free(siv);
    return rc;
}

static enum rc secret_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "collector");
    struct buf line = {0};
    if (!hook_known(name)) {
        enum rc rc = show_fail(c, RC_MISSING, "there is no collector %.*s", "没有接入 %.*s",
                               STR_FMT(name));
        show_hint(c, "pond hook list", "pond hook list 列出全部");
        return rc;
    }
    enum rc rc = read_secret(c, x->pond, &line);
    struct str secret = str_trim(buf_str(&line));
    rc = rc ? rc : put(c, x, name, secret);
    if (!rc) {
        show_text(c,
                  secret.len ? "Set: %.*s takes what is signed with it."
                             : "Removed: %.*s refuses what must be signed.",
                  secret.len ? "已设置：%.*s 接受以此签名的请求。"
                             : "已移除：%.*s 拒绝需要签名的请求。",
                  STR_FMT(name));
        json_begin_object(op_json(c));
        json_put_str(op_json(c), "collector", name);
        json_put_bool(op_json(c), "secret", secret.len > 0);
        json_end_object(op_json(c));
    }
    if (line.ptr) {
        crypt_wipe(line.ptr, line.cap);
    }
    buf_release(&line);
    return rc;
}

static enum rc secret_run(struct op_call *c) { return access_with_ledger(c, secret_reply); }

/* clang-format off */
static const struct op_out list_out[] = {
    {"collectors[].collector", OP_STR, "its name", "名称", false},
    {"collectors[].paths[]", OP_STR, "where it takes events", "接收路径", false},
    {"collectors[].secret", OP_BOOL, "a secret for signatures is set", "是否已设置签名密钥", false},
    {0}};
static const struct op_in secret_in[] = {
    {.name = "collector", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME", .help = "shopify, youzan, ...: see pond hook list", .help_zh = "shopify、youzan 等：见 pond hook list"},
    {.name = "secret-file", .type = OP_PATH, .metavar = "FILE", .help = "whose only line is the secret; standard input when left away; an empty one removes it",
     .help_zh = "其唯一一行为签名密钥；不写则读标准输入；空行表示移除"},
    {.name = "secret", .type = OP_STR, .secret = true, .help = "over HTTP: the secret; empty removes it", .help_zh = "经 HTTP：签名密钥；空表示移除"},
    {0}};
static const struct op_out secret_out[] = {
    {"collector", OP_STR, "its name", "名称", false},
    {"secret", OP_BOOL, "whether one is set now", "现在是否已设置", false},
    {0}};

static const struct op hook_ops[] = {
    {.name = "hook list", .route = "GET /api/v1/hooks", .perm = "access.read", .how = OP_LEDGER,
     .help = "Where events come in, and which shops' signatures can be checked.",
     .help_zh = "事件接入路径，以及哪些店铺签名可校验。",
     .example = "pond hook list", .out = list_out, .run = list_run},
    {.name = "hook secret", .route = "PUT /api/v1/hook/secret", .perm = "access.write", .how = OP_LEDGER,
     .help = "Sets the secret that a shop signs its webhooks with.",
     .help_zh = "设置店铺 Webhook 的签名密钥。",
     .more = "It is kept sealed by the data directory's key. A running server takes it up within a second.",
     .more_zh = "以数据目录的密钥加密保存；运行中的服务在一秒内生效。",
     .example = "pond hook secret shopify --secret-file shopify.txt\necho SECRET | pond hook secret youzan",
     .in = secret_in, .out = secret_out, .run = secret_run},
    {0}};
/* clang-format on */

const struct op_module hook_module = {"hook", "Collectors", "事件接入", hook_ops};
