/* Keys: made, listed, revoked. They need the brand's ledger only, so they work while a server has the
 * brand open; it takes them up within a second. */
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/pond.h"
#include "app/show.h"

enum rc access_with_ledger(struct op_call *c,
                           enum rc (*reply)(struct op_call *c, struct access_call *x))
{
    struct access_call x = {.pond = c->app};
    struct str zone = STR_NULL;
    if (x.pond->remote && x.pond->principal.kind == PRINCIPAL_LOCAL) {
        return rc_fail(c->err, RC_BUG, "a request came without saying who asks");
    }
    enum rc rc = pond_open_ledger(x.pond, &x.ledger, c->err);
    rc = rc ? rc : brand_get_setting(x.ledger, "zone", c->arena, &zone, c->err);
    rc = rc ? rc : zone_open(zone.len ? zone : STR("Asia/Shanghai"), &x.zone, c->err);
    rc = rc ? rc : reply(c, &x);
    zone_free(x.zone);
    pond_close_ledger(x.pond, x.ledger);
    return rc;
}

void access_json_time(struct json *j, const struct access_call *x, const char *key, int64_t ms)
{
    if (ms) {
        show_json_instant(j, x->zone, key, ms);
    } else {
        json_put_cstr(j, key, NULL);
    }
}

struct str access_time(const struct op_call *c, const struct access_call *x, int64_t ms)
{
    return ms ? show_instant(c, x->zone, ms) : STR("–");
}

const char *access_role_text(const struct op_call *c, enum role r)
{
    static const char *const zh[] = {"–", "负责人", "运营", "分析", "门店"};
    if (r == ROLE_NONE || (unsigned)r >= sizeof(zh) / sizeof(*zh)) {
        return zh[ROLE_NONE];
    }
    return c->lang == LANG_ZH && c->format == OP_FORMAT_TEXT ? zh[r] : role_name(r);
}

static const char *kind_text(const struct op_call *c, enum principal_kind k)
{
    return k == PRINCIPAL_WRITE_KEY ? op_say(c, "write", "只写")
                                    : op_say(c, "operator", "操作");
}

static void key_json(struct json *j, const struct access_key *k)
{
    json_put_i64(j, "id", k->id);
    json_put_str(j, "name", k->name);
    json_put_cstr(j, "kind", k->kind == PRINCIPAL_WRITE_KEY ? "write" : "operator");
    json_put_cstr(j, "role", k->role == ROLE_NONE ? NULL : role_name(k->role));
    json_put_str(j, "prefix", k->prefix);
}

static void create_text(struct op_call *c, const struct access_key *k, struct str key)
{
    const char *kind = kind_text(c, k->kind);
    show_text(
        c, "Key \"%.*s\" (%s%s%s), shown this once:", "密钥「%.*s」（%s%s%s），仅显示这一次：",
        STR_FMT(k->name), kind, k->role == ROLE_NONE ? "" : ", ",
        k->role == ROLE_NONE ? "" : access_role_text(c, k->role));
    op_text(c, "\n    %.*s\n", STR_FMT(key));
    if (k->kind == PRINCIPAL_WRITE_KEY) {
        op_text(c, "%s",
                op_say(c, "It can only send events. While pond serve runs:",
                       "它只能上报事件。pond serve 运行时："));
        op_text(c,
                "    curl -u %.*s: -H 'Content-Type: application/json' \\\n"
                "        -d '{\"userId\":\"u1\",\"event\":\"Product Added\"}' "
                "http://127.0.0.1:8080/v1/track",
                STR_FMT(key));
    } else {
        op_text(c, "%s",
                op_say(c, "It may what its role may. While pond serve runs:",
                       "其权限与角色一致。pond serve 运行时："));
        op_text(c,
                "    curl -H 'Authorization: Bearer %.*s' "
                "http://127.0.0.1:8080/api/v1/report/assets",
                STR_FMT(key));
    }
}

static enum rc create_reply(struct op_call *c, struct access_call *x)
{
    struct access_key k;
    struct str key = STR_NULL;
    bool write = str_eq(op_arg_str(c, "kind"), STR("write"));
    enum role role = write ? ROLE_NONE : ROLE_OPERATOR;
    if (op_has(c, "role")) {
        (void)role_parse(op_arg_str(c, "role"), &role);
    }
    enum rc rc = access_key_make(x->ledger, &x->pond->principal, op_arg_str(c, "name"),
                                 write ? PRINCIPAL_WRITE_KEY : PRINCIPAL_OPERATOR_KEY, role,
                                 &x->pond->clock, c->arena, &k, &key, c->err);
    if (rc) {
        return rc;
    }
    create_text(c, &k, key);
    struct json *j = op_json(c);
    json_begin_object(j);
    key_json(j, &k);
    json_put_str(j, "key", key);
    json_end_object(j);
    return RC_OK;
}

static enum rc create_run(struct op_call *c) { return access_with_ledger(c, create_reply); }

static void list_columns(const struct op_call *c, struct table *t)
{
    show_column(t, "id", op_say(c, "no", "编号"), TABLE_INT);
    show_column(t, "name", op_say(c, "key", "密钥"), TABLE_TEXT);
    show_column(t, "kind", op_say(c, "kind", "种类"), TABLE_TEXT);
    show_column(t, "role", op_say(c, "role", "角色"), TABLE_TEXT);
    show_column(t, "prefix", op_say(c, "begins with", "开头"), TABLE_TEXT);
    show_column(t, "made", op_say(c, "made", "创建于"), TABLE_TEXT);
    show_column(t, "used", op_say(c, "last used", "最近使用"), TABLE_TEXT);
    show_column(t, "revoked", op_say(c, "revoked", "吊销于"), TABLE_TEXT);
}

static void list_row(struct op_call *c, const struct access_call *x, struct table *t,
                     const struct access_key *k)
{
    table_row(t);
    table_i64(t, k->id);
    table_str(t, k->name);
    table_str(t, str_of(kind_text(c, k->kind)));
    table_str(t, str_of(access_role_text(c, k->role)));
    table_str(t, k->prefix);
    table_str(t, access_time(c, x, k->made_ms));
    table_str(t, access_time(c, x, k->used_ms));
    table_str(t, access_time(c, x, k->revoked_ms));
    struct json *j = op_json(c);
    json_begin_object(j);
    key_json(j, k);
    access_json_time(j, x, "made", k->made_ms);
    access_json_time(j, x, "used", k->used_ms);
    access_json_time(j, x, "revoked", k->revoked_ms);
    json_end_object(j);
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct access_key *keys = NULL;
    uint32_t len = 0;
    enum rc rc = access_key_list(x->ledger, c->arena, &keys, &len, c->err);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    list_columns(c, t);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "keys");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        list_row(c, x, t, &keys[i]);
    }
    json_end_array(j);
    json_end_object(j);
    if (!len) {
        op_text(c, "%s",
                op_say(c, "None yet: pond key create NAME --kind write",
                       "还没有：pond key create 名称 --kind write"));
    }
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

static enum rc revoke_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "name");
    enum rc rc =
        access_key_revoke(x->ledger, &x->pond->principal, name, &x->pond->clock, c->err);
    if (!rc) {
        show_text(c, "Revoked: %.*s. A running server refuses it within a second.",
                  "已吊销：%.*s。运行中的服务在一秒内拒绝它。", STR_FMT(name));
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "revoked", name);
        json_end_object(j);
    }
    return rc;
}

static enum rc revoke_run(struct op_call *c) { return access_with_ledger(c, revoke_reply); }

/* clang-format off */
static const struct op_in create_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "what it is for: shop, app, report-bot", .help_zh = "用途名称：shop、app、report-bot"},
    {.name = "kind", .type = OP_CHOICE, .required = true, .choices = "write|operator",
     .help = "write: sends events and nothing else; operator: calls the API",
     .help_zh = "write：只上报事件；operator：调用接口"},
    {.name = "role", .type = OP_CHOICE, .choices = "owner|operator|analyst|store",
     .help = "of an operator key; operator when left out", .help_zh = "operator 密钥的角色；缺省为 operator"},
    {0}};
static const struct op_out create_out[] = {
    {"id", OP_INT, "its number", "编号", false},
    {"name", OP_STR, "its name", "名称", false},
    {"kind", OP_STR, "write, operator", "write、operator", false},
    {"role", OP_STR, "its role; null for a write key", "角色；只写密钥为空", true},
    {"prefix", OP_STR, "its first characters, by which lists name it", "开头字符，列表以此辨认", false},
    {"key", OP_STR, "the key: shown only here and now", "密钥：仅此时显示", false},
    {0}};
static const struct op_out list_out[] = {
    {"keys[].id", OP_INT, "its number", "编号", false},
    {"keys[].name", OP_STR, "its name", "名称", false},
    {"keys[].kind", OP_STR, "write, operator", "write、operator", false},
    {"keys[].role", OP_STR, "its role; null for a write key", "角色；只写密钥为空", true},
    {"keys[].prefix", OP_STR, "its first characters", "开头字符", false},
    {"keys[].made", OP_STR, "when it was made", "创建时间", false},
    {"keys[].used", OP_STR, "when it was used last, to the minute; null: never", "最近使用时间（精确到分钟）；空为从未", true},
    {"keys[].revoked", OP_STR, "when it was revoked; null: in force", "吊销时间；空为有效", true},
    {0}};
static const struct op_in revoke_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "its name or number", .help_zh = "名称或编号"},
    {0}};
static const struct op_out revoke_out[] = {
    {"revoked", OP_STR, "the name or number", "名称或编号", false},
    {0}};

static const struct op key_ops[] = {
    {.name = "key create", .route = "POST /api/v1/keys", .perm = "access.write", .how = OP_LEDGER,
     .help = "Make a key for sending events or calling the API; it is shown once.",
     .help_zh = "创建上报事件或调用接口的密钥；仅显示一次。",
     .more = "Pond keeps its SHA-256 only: a lost key cannot be shown again, make another. A write key may stand in an app or a web page.",
     .more_zh = "Pond 只保存其 SHA-256：丢失后无法再次显示，请另建。只写密钥可放在应用或网页中。",
     .example = "pond key create shop --kind write\npond key create report-bot --kind operator --role analyst",
     .in = create_in, .out = create_out, .run = create_run},
    {.name = "key list", .route = "GET /api/v1/keys", .perm = "access.read", .how = OP_LEDGER,
     .help = "Keys: what they may, when they were used last.",
     .help_zh = "密钥列表：权限与最近使用时间。",
     .example = "pond key list", .out = list_out, .run = list_run},
    {.name = "key revoke", .route = "DELETE /api/v1/key", .perm = "access.write", .how = OP_LEDGER,
     .help = "End a key for good.",
     .help_zh = "永久吊销密钥。",
     .example = "pond key revoke shop", .in = revoke_in, .out = revoke_out, .run = revoke_run},
    {0}};
/* clang-format on */

const struct op_module key_module = {"key", "Keys", "密钥", key_ops};
