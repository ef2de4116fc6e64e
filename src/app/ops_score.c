/* Score sets: which are kept, as of when. They are made by analyze rfm and analyze clv. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/value.h"
#include "people/consumer.h"
#include "who/field_value.h"
#include "who/score.h"
#include <math.h>

static void list_row(struct op_call *c, const struct brand *b, struct table *t,
                     const struct score_set *s)
{
    struct buf fields = {0};
    for (uint32_t i = 0; i < s->columns_len; i++) {
        buf_addf(&fields, "%s%s", i ? " " : "", s->columns[i].name);
    }
    table_row(t);
    table_str(t, str_of(s->name));
    table_str(t, show_day(c, s->as_of));
    table_i64(t, s->len);
    table_str(t, show_time(c, b, s->made_ms));
    table_str(t, buf_str(&fields));
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_cstr(j, "name", s->name);
    show_json_day(j, "as_of", s->as_of);
    json_put_i64(j, "consumers", s->len);
    show_json_time(j, b, "made", s->made_ms);
    json_put_str(j, "fields", buf_str(&fields));
    json_put_str(j, "settings", s->about);
    json_end_object(j);
    buf_release(&fields);
}

static enum rc read_all(struct op_call *c, struct brand *b, struct score_set **sets,
                        uint32_t *len)
{
    struct str *names = NULL;
    enum rc rc = score_list(b, c->arena, &names, len, c->err);
    *sets = rc ? NULL : arena_array(c->arena, struct score_set, *len + 1);
    for (uint32_t i = 0; !rc && i < *len; i++) {
        rc = score_load(b, names[i], c->arena, &(*sets)[i], c->err);
    }
    return rc;
}

static enum rc list_reply(struct op_call *c, struct pond *p)
{
    struct score_set *sets = NULL;
    uint32_t len = 0;
    enum rc rc = read_all(c, p->brand, &sets, &len);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    show_column(t, "name", op_say(c, "scores", "评分"), TABLE_TEXT);
    show_column(t, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "made", op_say(c, "made", "生成于"), TABLE_TEXT);
    show_column(t, "fields", op_say(c, "fields", "字段"), TABLE_TEXT);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "scores");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        list_row(c, p->brand, t, &sets[i]);
    }
    json_end_array(j);
    json_end_object(j);
    if (!len) {
        op_text(c, "%s",
                op_say(c, "None yet: pond analyze rfm --save, pond analyze clv --save",
                       "还没有：pond analyze rfm --save、pond analyze clv --save"));
    }
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return value_with_brand(c, false, list_reply); }

static enum rc drop_reply(struct op_call *c, struct pond *p)
{
    struct str name = op_arg_str(c, "name");
    enum rc rc = score_drop(p->brand, name, c->err);
    if (!rc) {
        show_text(c, "Dropped: %.*s", "已删除：%.*s", STR_FMT(name));
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "dropped", name);
        json_end_object(j);
    }
    return rc;
}

static enum rc drop_run(struct op_call *c) { return value_with_brand(c, true, drop_reply); }

/* ---- of one consumer ------------------------------------------------------------------------- */

/* Where the set has one of these numbers, ascending; s->len: nowhere. */
static uint32_t place_of(const struct score_set *s, const struct consumer_identity *ids,
                         uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t low = 0, high = s->len;
        while (low < high) {
            uint32_t mid = low + (high - low) / 2;
            if (s->no[mid] < ids[i].no) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        if (low < s->len && s->no[low] == ids[i].no) {
            return low;
        }
    }
    return s->len;
}

/* What is kept at a place, as it is said. A key of a field's values is also told as it is. */
static struct str said_of(struct op_call *c, struct brand *b, const struct score_column *k,
                          uint32_t at, struct str *key)
{
    const struct who_field *f = who_field_find(str_of(k->name));
    struct field_words w;
    *key = STR_NULL;
    if (k->numbers) {
        return arena_strf(c->arena, "%.6g", k->numbers[at]);
    }
    struct str kept = k->texts[k->codes[at]];
    if (!f || field_words_read(b->ledger, f, c->arena, &w, NULL) || !w.len) {
        return kept;
    }
    *key = kept;
    return field_text_name(&w, kept, c->lang == LANG_ZH);
}

static void show_one(struct op_call *c, struct brand *b, struct table *t,
                     const struct score_set *s, const struct score_column *k, uint32_t at)
{
    struct json *j = op_json(c);
    const struct who_field *f = who_field_find(str_of(k->name));
    struct str key = STR_NULL;
    bool text = !k->numbers;
    if (text ? k->codes[at] >= k->texts_len : isnan(k->numbers[at])) {
        return; /* unknown */
    }
    struct str said = said_of(c, b, k, at, &key);
    json_begin_object(j);
    json_put_cstr(j, "field", k->name);
    json_put_f64(j, "number", text ? (double)NAN : k->numbers[at]);
    json_put_text(j, "text", text ? said : STR_NULL);
    json_put_text(j, "key", key);
    json_put_cstr(j, "unit", f ? f->unit : NULL);
    show_json_day(j, "as_of", s->as_of);
    json_end_object(j);
    table_row(t);
    table_str(t, str_of(k->name));
    table_str(t, said);
    table_str(t, show_day(c, s->as_of));
}

static enum rc show_reply(struct op_call *c, struct pond *p)
{
    struct consumer_identity *ids = NULL;
    struct score_set *sets = NULL;
    uint32_t no = 0, n = 0, len = 0;
    enum rc rc = consumer_find(p->brand, op_arg_str(c, "identity"), &no, c->err);
    rc = rc ? rc : consumer_identities(p->brand, c->arena, no, &ids, &n, c->err);
    rc = rc ? rc : read_all(c, p->brand, &sets, &len);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    show_column(t, "field", op_say(c, "field", "字段"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "值"), TABLE_TEXT);
    show_column(t, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "consumer", graph_consumer(p->brand->graph, no));
    json_key(j, "scores");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        uint32_t at = place_of(&sets[i], ids, n);
        for (uint32_t k = 0; at < sets[i].len && k < sets[i].columns_len; k++) {
            show_one(c, p->brand, t, &sets[i], &sets[i].columns[k], at);
        }
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc show_run(struct op_call *c) { return value_with_brand(c, false, show_reply); }

/* clang-format off */
static const struct op_out list_out[] = {
    {"scores[].name", OP_STR, "name of the set: rfm, clv", "评分名称：rfm、clv", false},
    {"scores[].as_of", OP_DAY, "the last day whose events count", "截至日期", false},
    {"scores[].consumers", OP_INT, "consumers scored", "已评分消费者", false},
    {"scores[].made", OP_STR, "when it was made", "生成时间", false},
    {"scores[].fields", OP_STR, "fields that questions can ask for", "可提问的字段", false},
    {"scores[].settings", OP_STR, "how it was made, JSON", "生成时的设置（JSON）", false},
    {0}};
static const struct op_in show_in[] = {
    {.name = "identity", .type = OP_STR, .required = true, .positional = true, .metavar = "KIND:VALUE",
     .help = "an identity as phone:13800138000, or consumer:12", .help_zh = "标识，如 phone:13800138000，或 consumer:12"},
    {0}};
static const struct op_out show_out[] = {
    {"consumer", OP_INT, "its number: the smallest among its identities", "消费者编号", false},
    {"scores[].field", OP_STR, "a field that questions can ask for", "可提问的字段", false},
    {"scores[].number", OP_REAL, "its value; null: it is a text", "数值", true},
    {"scores[].text", OP_STR, "its value, as it is called; null: it is a number", "文本（显示名称）", true},
    {"scores[].key", OP_STR, "what stands for a named value in every language, as 111; null: it has no list of values", "取值的编码，与语言无关，如 111", true},
    {"scores[].unit", OP_STR, "yuan, days; null: a bare number", "单位", true},
    {"scores[].as_of", OP_DAY, "the last day whose events count", "截至日期", false},
    {0}};
static const struct op_in drop_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .help = "rfm or clv", .help_zh = "rfm 或 clv"},
    {0}};
static const struct op_out drop_out[] = {
    {"dropped", OP_STR, "name of the set", "评分名称", false},
    {0}};

static const struct op score_ops[] = {
    {.name = "score list", .route = "GET /api/v1/scores", .perm = "report.read",
     .help = "Kept scores (RFM, lifetime value) and the day they are as of.",
     .help_zh = "已保存的评分（RFM、客户价值）及其截至日期。",
     .example = "pond score list",
     .out = list_out, .run = list_run},
    {.name = "score show", .route = "GET /api/v1/score", .perm = "consumer.read",
     .help = "The kept scores of one consumer.",
     .help_zh = "一位消费者已保存的评分。",
     .example = "pond score show phone:13800138000",
     .in = show_in, .out = show_out, .run = show_run},
    {.name = "score drop", .route = "DELETE /api/v1/score", .perm = "model.write",
     .help = "Forget a kept set of scores; its fields are then unknown for everyone.",
     .help_zh = "删除一组评分；其字段随后对所有人未知。",
     .example = "pond score drop clv",
     .in = drop_in, .out = drop_out, .run = drop_run, .how = OP_EDITS},
    {0}};
/* clang-format on */

const struct op_module score_module = {"score", "Scores", "评分", score_ops};
