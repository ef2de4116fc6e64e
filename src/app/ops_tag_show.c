/* tag list, show, history: reading. */
#include "app/show.h"
#include "app/tag.h"
#include "base/vec.h"
#include "people/consumer.h"
#include <inttypes.h>
#include <stdlib.h>

static enum rc with_brand(struct op_call *c, enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, reply(c, p), c->err);
}

struct str tag_rule_text(const struct op_call *c, const struct tag *t)
{
    struct tag_event v = {0};
    if (t->source != TAG_EVENT || tag_event_read(t->rule, c->arena, &v, NULL)) {
        return t->rule;
    }
    struct str in = v.days ? arena_strf(c->arena, " in %" PRIu32 "d", v.days) : STR("");
    return arena_strf(c->arena, "%s %.*s.%.*s%.*s", v.most ? "most" : "last", STR_FMT(v.event),
                      STR_FMT(v.field), STR_FMT(in));
}

void tag_json(const struct op_call *c, const struct pond *p, struct json *j,
              const struct tag *t)
{
    json_put_str(j, "tag", tag_full_name(t, c->arena));
    json_put_cstr(j, "kind", tag_kind_name(t->kind));
    json_put_cstr(j, "source", tag_source_name(t->source));
    json_put_text(j, "rule", tag_rule_text(c, t));
    json_key(j, "expiry_days");
    if (t->expiry_days) {
        json_i64(j, t->expiry_days);
    } else {
        json_null(j);
    }
    json_put_text(j, "note", t->note);
    show_json_time(j, p->brand, "created", t->created_ms);
    show_json_day(j, "fresh_day", t->fresh_day);
    if (t->fresh_ms) {
        show_json_time(j, p->brand, "fresh", t->fresh_ms);
    } else {
        json_put_cstr(j, "fresh", NULL);
    }
}

static uint32_t numbers(const struct pond *p)
{
    return dictionary_len(p->brand->dictionary) + 1;
}

enum rc tag_consumers(const struct pond *p, const struct tag *t, int32_t day, uint64_t *out,
                      struct err *e)
{
    struct arena *a = arena_new();
    struct tag_value *values = NULL;
    struct roster *all = roster_new();
    uint32_t n = 0;
    enum rc rc = tag_values(p->brand->ledger, t->id, a, &values, &n, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        struct roster *r = NULL;
        rc = roster_set_read(p->brand->ledger, values[i].set, day, &r, e);
        if (!rc) {
            roster_or(all, r);
        }
        roster_free(r);
    }
    *out = rc ? 0 : roster_consumers(all, graph_consumers(p->brand->graph), numbers(p));
    roster_free(all);
    arena_free(a);
    return rc;
}

static const char *source_title(const struct op_call *c, enum tag_source s)
{
    static const char *const zh[] = {"手工", "规则", "事件", "导入", "评分"};
    return c->format == OP_FORMAT_TEXT && c->lang == LANG_ZH ? zh[s] : tag_source_name(s);
}

static bool follows(const struct tag *t)
{
    return t->source == TAG_RULE || t->source == TAG_EVENT;
}

/* "2026-06-01", "never" for a rule that was not worked out yet, nothing for tags without a rule. */
static struct str fresh_text(const struct op_call *c, const struct tag *t)
{
    if (!follows(t)) {
        return STR("");
    }
    return t->fresh_day == DAY_NONE ? str_of(op_say(c, "not yet", "尚未计算"))
                                    : show_day(c, t->fresh_day);
}

/* ---- tag list -------------------------------------------------------------------------------- */

static void list_columns(struct op_call *c, struct table *t)
{
    show_column(t, "tag", op_say(c, "tag", "标签"), TABLE_TEXT);
    show_column(t, "source", op_say(c, "source", "来源"), TABLE_TEXT);
    show_column(t, "kind", op_say(c, "value", "取值"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "fresh_day", op_say(c, "worked out as of", "计算截至"), TABLE_TEXT);
    show_column(t, "rule", op_say(c, "rule", "规则"), TABLE_TEXT);
}

static enum rc list_one(struct op_call *c, struct pond *p, const struct tag *tag, int32_t day,
                        struct table *t)
{
    struct json *j = op_json(c);
    uint64_t consumers = 0;
    enum rc rc = tag_consumers(p, tag, day, &consumers, c->err);
    json_begin_object(j);
    tag_json(c, p, j, tag);
    json_put_i64(j, "consumers", (int64_t)consumers);
    json_end_object(j);
    table_row(t);
    table_str(t, tag_full_name(tag, c->arena));
    table_str(t, str_of(source_title(c, tag->source)));
    table_str(t, str_of(tag_kind_name(tag->kind)));
    table_i64(t, (int64_t)consumers);
    table_str(t, fresh_text(c, tag));
    table_str(t, tag_rule_text(c, tag));
    return rc;
}

static enum rc list_reply(struct op_call *c, struct pond *p)
{
    struct tag *list = NULL;
    uint32_t n = 0, shown = 0;
    int32_t day = op_arg_day(c, "as-of", pond_today(p));
    struct str category = op_arg_str(c, "category");
    enum rc rc = tag_list(p->brand->ledger, c->arena, &list, &n, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct str as_of = show_day(c, day);
    show_text(c, "Tags as of %.*s", "标签，截至 %.*s", STR_FMT(as_of));
    struct table *t = op_table(c);
    list_columns(c, t);
    uint32_t from = (uint32_t)op_arg_int(c, "offset", 0);
    uint32_t most = (uint32_t)op_arg_int(c, "limit", n);
    json_begin_object(j);
    show_json_day(j, "as_of", day);
    json_key(j, "tags");
    json_begin_array(j);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (op_has(c, "category") && !str_eq(list[i].category, category)) {
            continue;
        }
        if (shown >= from && shown - from < most) {
            rc = list_one(c, p, &list[i], day, t);
        }
        shown++;
    }
    json_end_array(j);
    json_put_i64(j, "total", shown);
    json_end_object(j);
    if (!shown) {
        op_text(c, "%s",
                op_say(c, "None. Make one: pond tag create NAME",
                       "暂无。建立一个：pond tag create 名称"));
    }
    return rc;
}

enum rc tag_list_run(struct op_call *c) { return with_brand(c, list_reply); }

/* ---- tag show -------------------------------------------------------------------------------- */

static enum rc show_values(struct op_call *c, struct pond *p, const struct tag *tag,
                           int32_t day, uint64_t all)
{
    struct tag_value *values = NULL;
    uint32_t n = 0;
    enum rc rc = tag_values(p->brand->ledger, tag->id, c->arena, &values, &n, c->err);
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Values", "取值")));
    show_column(t, "value", op_say(c, "value", "取值"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    for (uint32_t i = 0; !rc && i < n; i++) {
        struct roster *r = NULL;
        rc = roster_set_read(p->brand->ledger, values[i].set, day, &r, c->err);
        if (rc) {
            break;
        }
        uint64_t k = roster_consumers(r, graph_consumers(p->brand->graph), numbers(p));
        roster_free(r);
        json_begin_object(j);
        json_put_str(j, "value", values[i].value);
        json_put_i64(j, "consumers", (int64_t)k);
        json_end_object(j);
        table_row(t);
        table_str(t,
                  values[i].value.len ? values[i].value : str_of(op_say(c, "(set)", "（有）")));
        table_i64(t, (int64_t)k);
        table_f64(t, all ? (double)k / (double)all : 0);
    }
    return rc;
}

static void show_head(struct op_call *c, struct pond *p, const struct tag *t, int32_t day,
                      uint64_t consumers)
{
    struct str full = tag_full_name(t, c->arena), n = show_count(c, consumers),
               as_of = show_day(c, day), rule = tag_rule_text(c, t);
    op_text(c, "%.*s · %s · %s %.*s · %.*s %s", STR_FMT(full), source_title(c, t->source),
            op_say(c, "as of", "截至"), STR_FMT(as_of), STR_FMT(n),
            op_say(c, "consumers", "个消费者"));
    if (t->note.len) {
        op_text(c, "%.*s", STR_FMT(t->note));
    }
    if (rule.len) {
        op_text(c, "%s %.*s", op_say(c, "rule:", "规则："), STR_FMT(rule));
    }
    if (follows(t) && t->fresh_ms) {
        struct str d = show_day(c, t->fresh_day), at = show_time(c, p->brand, t->fresh_ms);
        show_text(c, "worked out as of %.*s, at %.*s", "计算截至 %.*s，于 %.*s", STR_FMT(d),
                  STR_FMT(at));
    } else if (follows(t)) {
        op_text(
            c, "%s",
            op_say(c, "not worked out yet: pond tag refresh", "尚未计算：pond tag refresh"));
    }
    if (t->expiry_days) {
        show_text(c, "an assignment holds for %d days", "每次打标有效 %d 天", t->expiry_days);
    }
}

static enum rc show_reply(struct op_call *c, struct pond *p)
{
    struct tag t = {0};
    uint64_t consumers = 0;
    int32_t day = op_arg_day(c, "as-of", pond_today(p));
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &t, c->err);
    rc = rc ? rc : tag_consumers(p, &t, day, &consumers, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    show_head(c, p, &t, day, consumers);
    json_begin_object(j);
    tag_json(c, p, j, &t);
    show_json_day(j, "as_of", day);
    json_put_i64(j, "consumers", (int64_t)consumers);
    json_key(j, "values");
    json_begin_array(j);
    rc = show_values(c, p, &t, day, consumers);
    json_end_array(j);
    json_end_object(j);
    return rc;
}

enum rc tag_show_run(struct op_call *c) { return with_brand(c, show_reply); }

/* ---- tag history ----------------------------------------------------------------------------- */

struct entry {
    struct str value;
    struct roster_change change;
};
typedef VEC(struct entry) entry_vec;

static int newest_first(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->change.stamp.at_ms != b->change.stamp.at_ms) {
        return a->change.stamp.at_ms < b->change.stamp.at_ms ? 1 : -1;
    }
    return (a->change.id < b->change.id) - (a->change.id > b->change.id);
}

static enum rc history_read_all(struct op_call *c, struct pond *p, const struct tag *t,
                                const u32_vec *nos, entry_vec *out)
{
    struct tag_value *values = NULL;
    uint32_t n = 0;
    enum rc rc = tag_values(p->brand->ledger, t->id, c->arena, &values, &n, c->err);
    for (uint32_t i = 0; !rc && i < n; i++) {
        struct roster_change *list = NULL;
        uint32_t len = 0;
        rc = roster_set_history(p->brand->ledger, values[i].set, nos->ptr, (uint32_t)nos->len,
                                c->arena, &list, &len, c->err);
        for (uint32_t k = 0; !rc && k < len; k++) {
            struct entry one = {values[i].value, list[k]};
            vec_push(out, one);
        }
    }
    if (out->len) {
        qsort(out->ptr, out->len, sizeof(*out->ptr), newest_first);
    }
    return rc;
}

/* Last day included; INT32_MAX: for good. */
static int32_t last_day(const struct roster_stamp *s)
{
    return s->until == UNTIL_NEVER ? INT32_MAX : s->until - 1;
}

static void history_row(struct op_call *c, const struct pond *p, struct table *t,
                        const struct entry *x)
{
    const struct roster_stamp *s = &x->change.stamp;
    struct json *j = op_json(c);
    int32_t last = last_day(s);
    json_begin_object(j);
    show_json_time(j, p->brand, "time", s->at_ms);
    show_json_day(j, "day", s->day);
    json_put_str(j, "value", x->value);
    json_put_i64(j, "added", (int64_t)x->change.added);
    json_put_i64(j, "removed", (int64_t)x->change.removed);
    show_json_day(j, "until", last);
    json_put_str(j, "source", s->source);
    json_put_text(j, "who", s->who);
    json_put_text(j, "note", s->note);
    json_end_object(j);
    table_row(t);
    table_str(t, show_time(c, p->brand, s->at_ms));
    table_str(t, x->value);
    table_i64(t, (int64_t)x->change.added);
    table_i64(t, (int64_t)x->change.removed);
    table_str(t, last == INT32_MAX ? STR("") : show_day(c, last));
    table_str(t, s->source);
    table_str(t, s->who);
    table_str(t, s->note);
}

static void history_columns(struct op_call *c, struct table *t)
{
    show_column(t, "time", op_say(c, "time", "时间"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "取值"), TABLE_TEXT);
    show_column(t, "added", op_say(c, "came", "增加"), TABLE_INT);
    show_column(t, "removed", op_say(c, "went", "移除"), TABLE_INT);
    show_column(t, "until", op_say(c, "until", "有效至"), TABLE_TEXT);
    show_column(t, "source", op_say(c, "source", "来源"), TABLE_TEXT);
    show_column(t, "who", op_say(c, "by", "操作者"), TABLE_TEXT);
    show_column(t, "note", op_say(c, "why", "原因"), TABLE_TEXT);
}

/* The identities of the consumer asked about; none when nobody is. */
static enum rc asked_about(struct op_call *c, struct pond *p, u32_vec *nos)
{
    uint32_t no = 0;
    if (!op_has(c, "identity")) {
        return RC_OK;
    }
    enum rc rc = consumer_find(p->brand, op_arg_str(c, "identity"), &no, c->err);
    uint32_t at = no;
    do {
        if (!rc) {
            vec_push(nos, at);
            at = graph_next(p->brand->graph, at);
        }
    } while (!rc && at != no);
    return rc;
}

static enum rc history_reply(struct op_call *c, struct pond *p)
{
    struct tag tag = {0};
    u32_vec nos = {0};
    entry_vec list = {0};
    uint64_t most = (uint64_t)op_arg_int(c, "limit", 50);
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &tag, c->err);
    rc = rc ? rc : asked_about(c, p, &nos);
    rc = rc ? rc : history_read_all(c, p, &tag, &nos, &list);
    if (!rc) {
        struct json *j = op_json(c);
        struct table *t = op_table(c);
        history_columns(c, t);
        json_begin_object(j);
        json_put_str(j, "tag", tag_full_name(&tag, c->arena));
        json_key(j, "changes");
        json_begin_array(j);
        for (size_t i = 0; i < list.len && (!most || i < most); i++) {
            history_row(c, p, t, &list.ptr[i]);
        }
        json_end_array(j);
        json_end_object(j);
        if (most && list.len > most) {
            show_text(c, "… and %zu earlier: --limit 0", "……另有更早的 %zu 条：--limit 0",
                      list.len - (size_t)most);
        }
    }
    vec_release(&nos);
    vec_release(&list);
    return rc;
}

enum rc tag_history_run(struct op_call *c) { return with_brand(c, history_reply); }

/* ---- on a consumer's page -------------------------------------------------------------------- */

enum rc tag_page_read(struct op_call *c, const struct pond *p, const struct consumer_page *page,
                      struct tag_page *out)
{
    uint32_t n = page->identities_len;
    uint32_t *nos = arena_array(c->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        nos[i] = page->identities[i].no; /* in order of their numbers */
    }
    struct ledger *l = p->brand->ledger;
    enum rc rc = tag_held_by(l, nos, n, pond_today(p), c->arena, &out->held, &out->len, c->err);
    out->came = arena_array(c->arena, struct roster_change, out->len + 1);
    for (uint32_t i = 0; !rc && i < out->len; i++) {
        rc = roster_set_came(l, out->held[i].set, nos, n, c->arena, &out->came[i], c->err);
    }
    return rc;
}

void tag_page_table(struct op_call *c, const struct tag_page *tags)
{
    if (!tags->len) {
        return;
    }
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Tags", "标签")));
    show_column(t, "category", op_say(c, "category", "分类"), TABLE_TEXT);
    show_column(t, "tag", op_say(c, "tag", "标签"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "取值"), TABLE_TEXT);
    show_column(t, "source", op_say(c, "source", "来源"), TABLE_TEXT);
    show_column(t, "since", op_say(c, "since", "带上日期"), TABLE_TEXT);
    show_column(t, "until", op_say(c, "until", "有效至"), TABLE_TEXT);
    for (uint32_t i = 0; i < tags->len; i++) {
        const struct roster_stamp *s = &tags->came[i].stamp;
        int32_t last = last_day(s);
        table_row(t);
        table_str(t, tags->held[i].category);
        table_str(t, tags->held[i].name);
        table_str(t, tags->held[i].value);
        table_str(t, s->source);
        table_str(t, show_day(c, s->day));
        table_str(t, last == INT32_MAX ? STR("") : show_day(c, last));
    }
}

void tag_page_json(struct json *j, const struct tag_page *tags)
{
    json_begin_array(j);
    for (uint32_t i = 0; i < tags->len; i++) {
        const struct roster_stamp *s = &tags->came[i].stamp;
        json_begin_object(j);
        json_put_str(j, "category", tags->held[i].category);
        json_put_str(j, "tag", tags->held[i].name);
        json_put_str(j, "value", tags->held[i].value);
        json_put_cstr(j, "kind", tag_kind_name(tags->held[i].kind));
        json_put_str(j, "source", s->source);
        show_json_day(j, "since", s->day);
        show_json_day(j, "until", last_day(s));
        json_put_text(j, "who", s->who);
        json_put_text(j, "note", s->note);
        json_end_object(j);
    }
    json_end_array(j);
}

/* ---- replies --------------------------------------------------------------------------------- */

/* clang-format off */
#define TAG_OUT(prefix)                                                                          \
    {prefix "tag", OP_STR, "category/name", "分类/名称", false},                                 \
    {prefix "kind", OP_STR, "flag, text or number", "取值类型", false},                          \
    {prefix "source", OP_STR, "manual, rule, event, import or score", "来源", false},            \
    {prefix "rule", OP_STR, "the question, or the event field", "规则", true},                   \
    {prefix "expiry_days", OP_INT, "days an assignment holds", "有效天数", true},                \
    {prefix "note", OP_STR, "what it is for", "说明", true},                                     \
    {prefix "created", OP_STR, "when it was made", "建立时间", false},                           \
    {prefix "fresh_day", OP_DAY, "rule and event tags: as of which day they were worked out", "规则标签的计算截止日", true}, \
    {prefix "fresh", OP_STR, "and when", "计算时间", true},                                      \
    {prefix "consumers", OP_INT, "consumers that carry it", "带有它的消费者", false}

const struct op_out tag_list_out[] = {
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"total", OP_INT, "tags there are, of the category", "（该分类的）标签总数", false},
    TAG_OUT("tags[]."),
    {0}};
const struct op_out tag_show_out[] = {
    TAG_OUT(""),
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"values[].value", OP_STR, "value; empty for a flag", "取值；flag 为空", false},
    {"values[].consumers", OP_INT, "consumers with it", "消费者数", false},
    {0}};
const struct op_out tag_history_out[] = {
    {"tag", OP_STR, "category/name", "分类/名称", false},
    {"changes[].time", OP_STR, "when", "时间", false},
    {"changes[].day", OP_DAY, "the day from whose end it holds", "生效日", false},
    {"changes[].value", OP_STR, "value; empty for a flag", "取值", false},
    {"changes[].added", OP_INT, "identities that came in", "增加的标识数", false},
    {"changes[].removed", OP_INT, "identities that went out", "移除的标识数", false},
    {"changes[].until", OP_DAY, "last day that what came in holds", "最后有效日", true},
    {"changes[].source", OP_STR, "manual, rule, event, import or score", "来源", false},
    {"changes[].who", OP_STR, "by whom", "操作者", true},
    {"changes[].note", OP_STR, "why", "原因", true},
    {0}};
/* clang-format on */
