/* Users and the first owner's link. Like keys they need the brand's ledger only. */
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/secret_input.h"
#include "app/show.h"
#include "wire/crypt.h"

static void user_json(struct json *j, int64_t id, struct str name, enum role role)
{
    json_put_i64(j, "id", id);
    json_put_str(j, "name", name);
    json_put_cstr(j, "role", role_name(role));
}

static enum role role_arg(const struct op_call *c)
{
    enum role role = ROLE_NONE;
    (void)role_parse(op_arg_str(c, "role"), &role);
    return role;
}

static void wipe(struct buf *b)
{
    if (b->ptr) {
        crypt_wipe(b->ptr, b->cap);
    }
    buf_release(b);
}

/* The password, hashed: c->ahead. */
static enum rc hash_ahead(struct op_call *c)
{
    struct buf password = {0};
    struct access_password *hashed = NULL;
    struct str name = op_arg_str(c, "name");
    enum rc rc = secret_input(c, name, &password);
    rc = rc ? rc : access_password_new(name, buf_str(&password), c->arena, &hashed, c->err);
    wipe(&password);
    c->ahead = hashed;
    return rc;
}

static enum rc hashed(struct op_call *c) { return c->ahead ? RC_OK : hash_ahead(c); }

static enum rc add_reply(struct op_call *c, struct access_call *x)
{
    struct access_user u;
    struct str name = op_arg_str(c, "name");
    enum rc rc = hashed(c);
    rc = rc ? rc
            : access_user_make(x->ledger, &x->pond->principal, name, c->ahead, role_arg(c),
                               &x->pond->clock, c->arena, &u, c->err);
    if (rc) {
        return rc;
    }
    show_text(c, "User \"%.*s\" (%s) can log in.", "用户「%.*s」（%s）可以登录了。",
              STR_FMT(u.name), access_role_text(c, u.role));
    struct json *j = op_json(c);
    json_begin_object(j);
    user_json(j, u.id, u.name, u.role);
    json_end_object(j);
    return RC_OK;
}

static enum rc add_run(struct op_call *c) { return access_with_ledger(c, add_reply); }

static void list_row(struct op_call *c, const struct access_call *x, struct table *t,
                     const struct access_user *u)
{
    table_row(t);
    table_i64(t, u->id);
    table_str(t, u->name);
    table_str(t, str_of(access_role_text(c, u->role)));
    table_str(t, access_time(c, x, u->made_ms));
    table_str(t, access_time(c, x, u->seen_ms));
    table_str(t, access_time(c, x, u->disabled_ms));
    struct json *j = op_json(c);
    json_begin_object(j);
    user_json(j, u->id, u->name, u->role);
    access_json_time(j, x, "made", u->made_ms);
    access_json_time(j, x, "seen", u->seen_ms);
    access_json_time(j, x, "disabled", u->disabled_ms);
    json_end_object(j);
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct access_user *users = NULL;
    uint32_t len = 0;
    enum rc rc = access_user_list(x->ledger, c->arena, &users, &len, c->err);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    show_column(t, "id", op_say(c, "no", "编号"), TABLE_INT);
    show_column(t, "name", op_say(c, "user", "用户"), TABLE_TEXT);
    show_column(t, "role", op_say(c, "role", "角色"), TABLE_TEXT);
    show_column(t, "made", op_say(c, "made", "创建于"), TABLE_TEXT);
    show_column(t, "seen", op_say(c, "last seen", "最近登录"), TABLE_TEXT);
    show_column(t, "disabled", op_say(c, "disabled", "停用于"), TABLE_TEXT);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "users");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        list_row(c, x, t, &users[i]);
    }
    json_end_array(j);
    json_end_object(j);
    if (!len) {
        op_text(c, "%s",
                op_say(c, "None yet: pond user add NAME --role owner",
                       "还没有：pond user add 名称 --role owner"));
    }
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

static enum rc role_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "name");
    enum role role = role_arg(c);
    enum rc rc = access_user_set_role(x->ledger, &x->pond->principal, name, role,
                                      &x->pond->clock, c->err);
    if (!rc) {
        show_text(c, "User \"%.*s\" is %s now.", "用户「%.*s」的角色现为%s。", STR_FMT(name),
                  access_role_text(c, role));
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "name", name);
        json_put_cstr(j, "role", role_name(role));
        json_end_object(j);
    }
    return rc;
}

static enum rc role_run(struct op_call *c) { return access_with_ledger(c, role_reply); }

static enum rc disable_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "name");
    enum rc rc =
        access_user_disable(x->ledger, &x->pond->principal, name, &x->pond->clock, c->err);
    if (!rc) {
        show_text(c, "User \"%.*s\" is disabled, all sessions are ended.",
                  "用户「%.*s」已停用，所有会话已结束。", STR_FMT(name));
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "disabled", name);
        json_end_object(j);
    }
    return rc;
}

static enum rc disable_run(struct op_call *c) { return access_with_ledger(c, disable_reply); }

static enum rc password_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "name");
    enum rc rc = hashed(c);
    rc = rc ? rc
            : access_user_set_password(x->ledger, &x->pond->principal, name, c->ahead,
                                       &x->pond->clock, c->err);
    if (!rc) {
        show_text(c, "User \"%.*s\" has a new password, all sessions are ended.",
                  "用户「%.*s」的密码已更新，所有会话已结束。", STR_FMT(name));
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "name", name);
        json_end_object(j);
    }
    return rc;
}

static enum rc password_run(struct op_call *c) { return access_with_ledger(c, password_reply); }

/* ---- role list ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct principal who;
} holders[] = {
    {"owner", {.kind = PRINCIPAL_USER, .role = ROLE_OWNER}},
    {"operator", {.kind = PRINCIPAL_USER, .role = ROLE_OPERATOR}},
    {"analyst", {.kind = PRINCIPAL_USER, .role = ROLE_ANALYST}},
    {"store", {.kind = PRINCIPAL_USER, .role = ROLE_STORE}},
    {"write key", {.kind = PRINCIPAL_WRITE_KEY}},
};
#define HOLDERS (sizeof(holders) / sizeof(*holders))

static enum rc roles_run(struct op_call *c)
{
    struct table *t = op_table(c);
    struct json *j = op_json(c);
    show_column(t, "right", op_say(c, "right", "权限"), TABLE_TEXT);
    show_column(t, "help", op_say(c, "opens", "可做"), TABLE_TEXT);
    for (size_t k = 0; k < HOLDERS; k++) {
        const char *title = holders[k].who.role ? access_role_text(c, holders[k].who.role)
                                                : op_say(c, "write key", "只写密钥");
        show_column(t, holders[k].name, title, TABLE_TEXT);
    }
    json_begin_object(j);
    json_key(j, "rights");
    json_begin_array(j);
    for (const struct right *r = right_list(); r->name; r++) {
        table_row(t);
        table_str(t, str_of(r->name));
        table_str(t, str_of(op_say(c, r->help, r->help_zh)));
        json_begin_object(j);
        json_put_cstr(j, "right", r->name);
        json_put_cstr(j, "help", r->help);
        json_put_cstr(j, "help_zh", r->help_zh);
        json_key(j, "roles");
        json_begin_array(j);
        for (size_t k = 0; k < HOLDERS; k++) {
            bool may = principal_may(&holders[k].who, r->name);
            table_str(t, str_of(may ? op_say(c, "yes", "是") : ""));
            if (may) {
                json_cstr(j, holders[k].name);
            }
        }
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc link_reply(struct op_call *c, struct access_call *x)
{
    struct str token = STR_NULL;
    enum rc rc = access_link_make(x->ledger, &x->pond->clock, c->arena, &token, c->err);
    if (rc) {
        return rc;
    }
    struct str path = arena_strf(c->arena, "/setup?token=%.*s", STR_FMT(token));
    show_text(c, "The first owner is made here, once, within %d minutes, on this machine:",
              "请在本机 %d 分钟内打开以下地址创建首位负责人，仅可使用一次：",
              ACCESS_LINK_MINUTES);
    op_text(c, "\n    http://127.0.0.1:8080%.*s\n", STR_FMT(path));
    op_text(
        c, "%s",
        op_say(
            c,
            "with the address that pond serve printed. Without a browser: pond user add "
            "NAME --role owner",
            "地址以 pond serve 启动时所示为准。不用浏览器：pond user add 名称 --role owner"));
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "token", token);
    json_put_str(j, "path", path);
    access_json_time(j, x, "until",
                     clock_now(&x->pond->clock) + ACCESS_LINK_MINUTES * (int64_t)60000);
    json_end_object(j);
    return RC_OK;
}

static enum rc link_run(struct op_call *c) { return access_with_ledger(c, link_reply); }

/* clang-format off */
#define NAME_IN \
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME", .help = "the user", .help_zh = "用户名"}
#define ROLE_IN \
    {.name = "role", .type = OP_CHOICE, .required = true, .choices = "owner|operator|analyst|store", \
     .help = "what the user may (docs/access.md)", .help_zh = "用户的角色（见 docs/access.md）"}
#define PASSWORD_IN \
    {.name = "password-file", .type = OP_PATH, \
     .help = "a file that holds the password, one line; else it is asked for, or read from standard input", \
     .help_zh = "含密码（一行）的文件；否则在终端询问，或读标准输入"}, \
    {.name = "password", .type = OP_STR, .secret = true, \
     .help = "over HTTP only: the password, 10 to 200 bytes", .help_zh = "仅限 HTTP 请求：密码，10 至 200 字节"}

static const struct op_in add_in[] = {NAME_IN, ROLE_IN, PASSWORD_IN, {0}};
static const struct op_out add_out[] = {
    {"id", OP_INT, "its number", "编号", false},
    {"name", OP_STR, "its name", "名称", false},
    {"role", OP_STR, "owner, operator, analyst, store", "owner、operator、analyst、store", false},
    {0}};
static const struct op_out list_out[] = {
    {"users[].id", OP_INT, "its number", "编号", false},
    {"users[].name", OP_STR, "its name", "名称", false},
    {"users[].role", OP_STR, "owner, operator, analyst, store", "owner、operator、analyst、store", false},
    {"users[].made", OP_STR, "when it was made", "创建时间", false},
    {"users[].seen", OP_STR, "when it was last active, to the minute; null: never", "最近活跃时间（精确到分钟）；空为从未", true},
    {"users[].disabled", OP_STR, "when it was disabled; null: in force", "停用时间；空为有效", true},
    {0}};
static const struct op_in role_in[] = {NAME_IN, ROLE_IN, {0}};
static const struct op_out role_out[] = {
    {"name", OP_STR, "its name", "名称", false},
    {"role", OP_STR, "its role now", "现在的角色", false},
    {0}};
static const struct op_in disable_in[] = {NAME_IN, {0}};
static const struct op_out disable_out[] = {
    {"disabled", OP_STR, "its name", "名称", false},
    {0}};
static const struct op_in password_in[] = {NAME_IN, PASSWORD_IN, {0}};
static const struct op_out password_out[] = {
    {"name", OP_STR, "its name", "名称", false},
    {0}};
static const struct op_out roles_out[] = {
    {"rights[].right", OP_STR, "name of the right", "权限名称", false},
    {"rights[].help", OP_STR, "what it opens", "可做什么（英文）", false},
    {"rights[].help_zh", OP_STR, "the same in Chinese", "可做什么（中文）", false},
    {"rights[].roles[]", OP_STR, "who holds it: owner, operator, analyst, store, write key", "拥有者：owner、operator、analyst、store、write key", false},
    {0}};
static const struct op_out link_out[] = {
    {"token", OP_STR, "the token: shown only here and now", "令牌：仅此时显示", false},
    {"path", OP_STR, "where it is used, behind the server's address", "使用路径，接在服务地址之后", false},
    {"until", OP_STR, "until when it holds", "有效期至", false},
    {0}};

static const struct op user_ops[] = {
    {.name = "user add", .route = "POST /api/v1/users", .perm = "access.write", .how = OP_LEDGER,
     .help = "Make a user who can log in.", .help_zh = "创建可登录的用户。",
     .more = "A password has 10 to 200 bytes and is not the name. Letters a-z of names match in either case.",
     .more_zh = "密码 10 至 200 字节，不可与用户名相同。用户名不区分英文大小写。",
     .example = "pond user add lin --role operator\npond user add lin --role operator --password-file lin.txt",
     .in = add_in, .out = add_out, .run = add_run, .ahead = hash_ahead},
    {.name = "user list", .route = "GET /api/v1/users", .perm = "access.read", .how = OP_LEDGER,
     .help = "Users: role, when they were last active.", .help_zh = "用户列表：角色与最近活跃时间。",
     .example = "pond user list", .out = list_out, .run = list_run},
    {.name = "user role", .route = "PUT /api/v1/user/role", .perm = "access.write", .how = OP_LEDGER,
     .help = "Give a user another role; open sessions go on under it.",
     .help_zh = "更改用户角色；已有会话立即按新角色生效。",
     .example = "pond user role lin --role analyst", .in = role_in, .out = role_out, .run = role_run},
    {.name = "user disable", .route = "DELETE /api/v1/user", .perm = "access.write", .how = OP_LEDGER,
     .help = "Shut a user out for good and end all sessions; the last owner stays.",
     .help_zh = "永久停用用户并结束其所有会话；最后一位负责人不可停用。",
     .example = "pond user disable lin", .in = disable_in, .out = disable_out, .run = disable_run},
    {.name = "user password", .route = "PUT /api/v1/user/password", .perm = "access.write", .how = OP_LEDGER,
     .help = "Set a user's password anew and end all sessions.", .help_zh = "重设用户密码并结束其所有会话。",
     .example = "pond user password lin", .in = password_in, .out = password_out, .run = password_run, .ahead = hash_ahead},
    {.name = "role list", .route = "GET /api/v1/roles", .perm = "public", .how = OP_ALONE,
     .help = "Rights, what they open, and which roles hold them.",
     .help_zh = "权限一览：可做什么，哪些角色拥有。",
     .example = "pond role list", .out = roles_out, .run = roles_run},
    {.name = "owner link", .perm = "access.write", .how = OP_LEDGER,
     .help = "A new one-time link that makes the first owner; the one before no longer holds.",
     .help_zh = "生成创建首位负责人的一次性链接；之前的链接随即失效。",
     .more = "It works on this machine, once, for 30 minutes, and is refused when the brand has an owner.",
     .more_zh = "仅限本机使用一次，30 分钟内有效；品牌已有负责人时不再提供。",
     .example = "pond owner link", .out = link_out, .run = link_run},
    {0}};
/* clang-format on */

const struct op_module user_module = {"user", "Users", "用户", user_ops};
