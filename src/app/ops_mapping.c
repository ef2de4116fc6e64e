/* mapping list, rename, delete: mappings kept by `pond import --save-mapping`. They need the brand's ledger only. */
#include "app/import.h"
#include "app/modules.h"
#include "app/ops_access.h"
#include "app/show.h"

/* ---- list ------------------------------------------------------------------------------------ */

static void list_row(void *ctx, struct str name, struct str json)
{
    struct op_call *c = ctx;
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "name", name);
    json_key(j, "mapping");
    json_raw(j, json);
    json_end_object(j);
    table_row(op_table(c));
    table_str(op_table(c), name);
    table_str(op_table(c), json);
}

static enum rc list_reply(struct op_call *c, struct access_call *x)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "name", op_say(c, "name", "名称"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "mapping",
                                           .title = op_say(c, "mapping", "映射"),
                                           .width = 120});
    json_begin_object(j);
    json_key(j, "mappings");
    json_begin_array(j);
    enum rc rc = import_mappings(x->ledger, list_row, c, c->err);
    json_end_array(j);
    json_end_object(j);
    return rc;
}

static enum rc list_run(struct op_call *c) { return access_with_ledger(c, list_reply); }

/* ---- rename, delete -------------------------------------------------------------------------- */

static enum rc rename_reply(struct op_call *c, struct access_call *x)
{
    struct str to = op_arg_str(c, "to");
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(x->ledger, &tx, c->err);
    rc =
        rc ? rc
           : ledger_end(tx, import_mapping_rename(x->ledger, op_arg_str(c, "name"), to, c->err),
                        c->err);
    if (rc) {
        return rc;
    }
    json_begin_object(op_json(c));
    json_put_str(op_json(c), "name", to);
    json_end_object(op_json(c));
    show_text(c, "Now \"%.*s\"", "现名“%.*s”", STR_FMT(to));
    return RC_OK;
}

static enum rc rename_run(struct op_call *c) { return access_with_ledger(c, rename_reply); }

static enum rc delete_reply(struct op_call *c, struct access_call *x)
{
    struct str name = op_arg_str(c, "name");
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(x->ledger, &tx, c->err);
    rc = rc ? rc : ledger_end(tx, import_mapping_delete(x->ledger, name, c->err), c->err);
    if (rc) {
        return rc;
    }
    json_begin_object(op_json(c));
    json_put_str(op_json(c), "name", name);
    json_end_object(op_json(c));
    show_text(c, "Deleted \"%.*s\"", "已删除“%.*s”", STR_FMT(name));
    return RC_OK;
}

static enum rc delete_run(struct op_call *c) { return access_with_ledger(c, delete_reply); }

/* ---- records --------------------------------------------------------------------------------- */

/* clang-format off */
#define NAME_IN \
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME", \
     .help = "of the saved mapping", .help_zh = "已存映射的名称"}
static const struct op_in rename_in[] = {
    NAME_IN,
    {.name = "to", .type = OP_STR, .required = true, .positional = true, .metavar = "NEW", .help = "the new name", .help_zh = "新名称"},
    {0}};
static const struct op_in delete_in[] = {NAME_IN, {0}};

static const struct op_out list_out[] = {
    {"mappings[].name", OP_STR, "its name", "名称", true},
    {"mappings[].mapping", OP_ANY, "format and map, as --map takes them", "格式与映射", true},
    {0}};
static const struct op_out rename_out[] = {{"name", OP_STR, "its name now", "现在的名称", false}, {0}};
static const struct op_out delete_out[] = {{"name", OP_STR, "the name that was deleted", "已删除的名称", false}, {0}};

static const struct op mapping_ops[] = {
    {.name = "mapping list", .route = "GET /api/v1/mappings", .perm = "event.read", .how = OP_LEDGER,
     .help = "List the saved mappings.", .help_zh = "列出已保存的映射。",
     .example = "pond mapping list", .in = NULL, .out = list_out, .run = list_run},
    {.name = "mapping rename", .route = "POST /api/v1/mapping/rename", .perm = "data.import", .how = OP_LEDGER,
     .help = "Gives a saved mapping another name.", .help_zh = "已存映射改名。",
     .more = "Programs that post to /hooks/json/KEY/NAME need the new name within seconds.",
     .more_zh = "向 /hooks/json/KEY/NAME 推送的程序须立即改用新名称。",
     .example = "pond mapping rename till 门店收银", .in = rename_in, .out = rename_out, .run = rename_run},
    {.name = "mapping delete", .route = "DELETE /api/v1/mapping", .perm = "data.import", .how = OP_LEDGER,
     .help = "Removes a saved mapping; what was imported with it stays.", .help_zh = "删除已存映射，已导入的数据不受影响。",
     .more = "What is posted to /hooks/json/KEY/NAME is refused from then on.",
     .more_zh = "此后向 /hooks/json/KEY/NAME 推送的数据会被拒绝。",
     .example = "pond mapping delete 门店收银", .in = delete_in, .out = delete_out, .run = delete_run},
    {0}};
/* clang-format on */

const struct op_module mapping_module = {"mapping", "Saved mappings", "已存映射", mapping_ops};
