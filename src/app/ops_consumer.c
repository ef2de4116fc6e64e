/* consumer show, why, list: reading. Splits, undo and joins are in app/ops_split.c. */
#include "aipl/assets.h"
#include "app/modules.h"
#include "app/ops_consumer.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/split.h"
#include "app/tag.h"
#include "base/mem.h"
#include "people/consumer.h"
#include "wire/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum rc consumer_with_brand(struct op_call *c,
                            enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, reply(c, p), c->err);
}

/* ---- consumer show --------------------------------------------------------------------------- */

static struct str identity_value(const struct op_call *c, const struct consumer_identity *i)
{
    return op_arg_bool(c, "reveal") ? i->value : i->masked;
}

/* A name of an event for people: its Chinese title behind it when the catalogue has one. */
static struct str event_title(const struct op_call *c, const struct brand *b, struct str name)
{
    const struct event_def *d = catalogue_def(b->catalogue, catalogue_find(b->catalogue, name));
    if (c->format == OP_FORMAT_TEXT && c->lang == LANG_ZH && d && d->zh) {
        return arena_strf(c->arena, "%s %.*s", d->zh, STR_FMT(name));
    }
    return name;
}

static void show_identities(struct op_call *c, const struct consumer_page *page)
{
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Identities", "身份标识")));
    show_column(t, "kind", op_say(c, "kind", "类型"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "值"), TABLE_TEXT);
    show_column(t, "first_day", op_say(c, "first event", "首个事件"), TABLE_TEXT);
    show_column(t, "note", op_say(c, "note", "说明"), TABLE_TEXT);
    for (uint32_t i = 0; i < page->identities_len; i++) {
        const struct consumer_identity *id = &page->identities[i];
        table_row(t);
        table_str(t, id->kind_name);
        table_str(t, identity_value(c, id));
        table_str(t, show_day(c, id->first_day));
        table_str(t,
                  str_of(id->shared ? op_say(c, "shared: joins nothing", "多人共用，不参与合并")
                                    : ""));
    }
}

static void show_spans(struct op_call *c, const struct stage_model *m, const span_vec *spans,
                       int32_t today)
{
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Stages", "阶段历程")));
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    show_column(t, "from", op_say(c, "from", "从"), TABLE_TEXT);
    show_column(t, "to", op_say(c, "to", "到"), TABLE_TEXT);
    show_column(t, "days", op_say(c, "days", "天数"), TABLE_INT);
    show_column(t, "note", " ", TABLE_TEXT);
    for (size_t i = 0; i < spans->len; i++) {
        const struct span *s = &spans->ptr[i];
        table_row(t);
        table_str(t, show_stage(c, &m->stages[s->stage]));
        table_str(t, show_day(c, s->from));
        table_str(t, show_day(c, s->to));
        if (s->to == INT32_MAX) {
            table_empty(t);
        } else {
            table_i64(t, (int64_t)s->to - s->from + 1);
        }
        bool now = s->from <= today && today <= s->to;
        table_str(t,
                  str_of(now               ? op_say(c, "now", "当前")
                         : s->from > today ? op_say(c, "if nothing more happens", "若无新行为")
                                           : ""));
    }
}

static void show_timeline(struct op_call *c, const struct brand *b,
                          const struct consumer_page *page)
{
    if (!page->timeline_len) {
        return;
    }
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Last events", "最近行为")));
    show_event_columns(c, t);
    for (uint32_t i = 0; i < page->timeline_len; i++) {
        const struct consumer_event *v = &page->timeline[i];
        table_row(t);
        show_event_cells(c, b, t,
                         &(struct show_event){v->time_ms, event_title(c, b, v->name),
                                              v->channel, v->item, v->order_no, v->amount_fen});
    }
}

static void show_head(struct op_call *c, const struct pond *p, const struct consumer_page *page,
                      struct str stage)
{
    const struct brand *b = p->brand;
    struct str n = show_count(c, page->events);
    if (c->lang == LANG_ZH) {
        show_headline(c, p, arena_strf(c->arena, "消费者 %" PRIu32, page->id));
        op_text(c, "当前阶段 %.*s · 事件 %.*s · 标识 %" PRIu32, STR_FMT(stage), STR_FMT(n),
                page->identities_len);
    } else {
        show_headline(c, p, arena_strf(c->arena, "consumer %" PRIu32, page->id));
        op_text(c, "stage now %.*s · events %.*s · identities %" PRIu32, STR_FMT(stage),
                STR_FMT(n), page->identities_len);
    }
    if (page->events) {
        struct str first = show_time(c, b, page->first_ms),
                   last = show_time(c, b, page->last_ms);
        op_text(c, "%s %.*s · %s %.*s", op_say(c, "first seen", "首次出现"), STR_FMT(first),
                op_say(c, "last seen", "最近出现"), STR_FMT(last));
    }
}

static void json_identities(struct json *j, const struct op_call *c,
                            const struct consumer_identity *list, uint32_t len)
{
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        json_begin_object(j);
        json_put_str(j, "kind", list[i].kind_name);
        json_put_str(j, "value", identity_value(c, &list[i]));
        json_put_i64(j, "no", list[i].no);
        json_put_bool(j, "shared", list[i].shared);
        show_json_day(j, "first_day", list[i].first_day);
        json_end_object(j);
    }
    json_end_array(j);
}

static void json_timeline(struct json *j, const struct brand *b,
                          const struct consumer_page *page)
{
    json_begin_array(j);
    for (uint32_t i = 0; i < page->timeline_len; i++) {
        const struct consumer_event *v = &page->timeline[i];
        json_begin_object(j);
        show_json_time(j, b, "time", v->time_ms);
        json_put_str(j, "event", v->name);
        json_put_text(j, "channel", v->channel);
        json_put_text(j, "touchpoint", v->touchpoint);
        json_put_text(j, "item", v->item);
        json_put_text(j, "order", v->order_no);
        json_put_f64(j, "quantity", v->quantity);
        json_key(j, "amount");
        if (v->amount_fen == AMOUNT_UNKNOWN) {
            json_null(j);
        } else {
            json_fen(j, v->amount_fen);
        }
        json_put_f64(j, "score", v->score);
        json_end_object(j);
    }
    json_end_array(j);
}

static void json_counts(struct json *j, const struct brand *b, const struct consumer_page *page)
{
    json_begin_array(j);
    for (uint32_t i = 0; i < page->counts_len; i++) {
        json_begin_object(j);
        json_put_str(j, "event", page->counts[i].name);
        json_put_i64(j, "events", (int64_t)page->counts[i].events);
        show_json_time(j, b, "last", page->counts[i].last_ms);
        json_end_object(j);
    }
    json_end_array(j);
}

static void show_json(struct op_call *c, const struct pond *p, const struct consumer_page *page,
                      const span_vec *spans, struct str stage, const struct tag_page *tags)
{
    const struct brand *b = p->brand;
    const struct stage_model *m = pond_model(p);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "consumer", page->id);
    json_put_text(j, "stage", stage);
    json_put_str(j, "model", m->name);
    json_key(j, "identities");
    json_identities(j, c, page->identities, page->identities_len);
    json_key(j, "spans");
    json_begin_array(j);
    for (size_t i = 0; i < spans->len; i++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[spans->ptr[i].stage].name);
        show_json_day(j, "from", spans->ptr[i].from);
        show_json_day(j, "to", spans->ptr[i].to);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "tags");
    tag_page_json(j, tags);
    json_put_i64(j, "events", (int64_t)page->events);
    json_put_i64(j, "purchases", (int64_t)page->purchases);
    json_put_fen(j, "paid", page->paid_fen);
    json_put_fen(j, "refunded", page->refunded_fen);
    if (page->events) {
        show_json_time(j, b, "first_seen", page->first_ms);
        show_json_time(j, b, "last_seen", page->last_ms);
    }
    json_key(j, "counts");
    json_counts(j, b, page);
    json_put_i64(j, "matching", (int64_t)page->matching);
    json_key(j, "timeline");
    json_timeline(j, b, page);
    json_end_object(j);
}

/* The part of the timeline that is asked for. */
static struct consumer_timeline wanted_timeline(const struct op_call *c, const struct brand *b)
{
    uint32_t n = op_arg_count(c, "event");
    struct str *names = arena_array(c->arena, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = op_arg_at(c, "event", i);
    }
    int32_t to = op_arg_day(c, "to", DAY_NONE);
    return (struct consumer_timeline){
        .most = (uint32_t)op_arg_int(c, "events", 20),
        .skip = (uint32_t)op_arg_int(c, "skip", 0),
        .from_ms =
            op_has(c, "from") ? zone_day_start(b->zone, op_arg_day(c, "from", 0)) : INT64_MIN,
        .to_ms = to == DAY_NONE ? INT64_MAX : zone_day_start(b->zone, to + 1),
        .names = names,
        .names_len = n,
    };
}

static enum rc show_reply(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    const struct stage_model *m = pond_model(p);
    struct consumer_page page = {0};
    struct tag_page tags = {0};
    span_vec spans = {0};
    uint32_t no = 0;
    struct consumer_timeline want = wanted_timeline(c, b);
    enum rc rc = consumer_find(b, op_arg_str(c, "identity"), &no, c->err);
    if (!rc) {
        rc = consumer_page_read(b, c->arena, no, &want, &page, c->err);
    }
    rc = rc ? rc : tag_page_read(c, p, &page, &tags);
    if (rc) {
        return rc;
    }
    int now = assets_stage(pond_assets(p), b, no, pond_today(p));
    assets_spans(pond_assets(p), b, no, &spans);
    struct str title = now < 0 ? str_of(op_say(c, "not yet known", "尚未出现"))
                               : show_stage(c, &m->stages[now]);
    show_head(c, p, &page, title);
    show_identities(c, &page);
    show_spans(c, m, &spans, pond_today(p));
    tag_page_table(c, &tags);
    show_timeline(c, b, &page);
    if (page.identities_len > 1) {
        op_text(c, "%s",
                op_say(c, "Why are they one?  pond consumer why KIND:VALUE KIND:VALUE",
                       "为何是同一人？  pond consumer why 类型:值 类型:值"));
    }
    show_json(c, p, &page, &spans, now < 0 ? STR_NULL : m->stages[now].name, &tags);
    vec_release(&spans);
    return RC_OK;
}

static enum rc show_run(struct op_call *c) { return consumer_with_brand(c, show_reply); }

/* ---- consumer why ---------------------------------------------------------------------------- */

struct why {
    struct op_call *c;
    struct brand *b;
    struct table *t;
    struct json *j;
};

struct str consumer_identity_text(const struct op_call *c, const struct consumer_identity *i)
{
    struct str v = identity_value(c, i);
    return arena_strf(c->arena, "%.*s:%.*s", STR_FMT(i->kind_name), STR_FMT(v));
}

static enum rc why_link(struct why *w, const struct link_info *k)
{
    struct op_call *c = w->c;
    struct consumer_identity ends[2];
    struct consumer_proof proof = {0};
    uint32_t nos[2] = {k->a, k->b};
    enum rc rc = consumer_describe(w->b, c->arena, nos, 2, ends, c->err);
    if (!rc && k->state != LINK_OPERATOR) {
        rc = consumer_proof(w->b, c->arena, k, &proof, c->err);
    }
    if (rc) {
        return rc;
    }
    int64_t ms = proof.found ? proof.time_ms : k->first_ms;
    table_row(w->t);
    table_str(w->t, consumer_identity_text(c, &ends[0]));
    table_str(w->t, consumer_identity_text(c, &ends[1]));
    table_str(w->t, proof.found ? event_title(c, w->b, proof.name) : STR_NULL);
    table_str(w->t, proof.found ? show_time(c, w->b, ms) : STR_NULL);
    table_str(w->t, proof.channel);
    table_str(w->t, str_of(c->format == OP_FORMAT_TEXT
                               ? consumer_link_text(k->state, c->lang == LANG_ZH)
                               : consumer_link_name(k->state)));
    json_begin_object(w->j);
    json_put_str(w->j, "from", consumer_identity_text(c, &ends[0]));
    json_put_str(w->j, "to", consumer_identity_text(c, &ends[1]));
    json_put_text(w->j, "event", proof.name);
    if (proof.found) {
        show_json_time(w->j, w->b, "time", ms);
    } else {
        json_put_cstr(w->j, "time", NULL);
    }
    json_put_text(w->j, "channel", proof.channel);
    json_put_text(w->j, "touchpoint", proof.touchpoint);
    json_put_cstr(w->j, "state", consumer_link_name(k->state));
    json_end_object(w->j);
    return RC_OK;
}

static void why_columns(struct op_call *c, struct table *t)
{
    show_column(t, "from", op_say(c, "identity", "标识"), TABLE_TEXT);
    show_column(t, "to", op_say(c, "seen with", "同时出现"), TABLE_TEXT);
    show_column(t, "event", op_say(c, "in the event", "证据事件"), TABLE_TEXT);
    show_column(t, "time", op_say(c, "time", "时间"), TABLE_TEXT);
    show_column(t, "channel", op_say(c, "channel", "渠道"), TABLE_TEXT);
    show_column(t, "state", op_say(c, "this link", "此关联"), TABLE_TEXT);
}

/* Of two consumers: the links that run between them, none of which joins. */
static enum rc links_between(struct op_call *c, struct brand *b, uint32_t x, uint32_t y,
                             link_vec *out)
{
    link_vec all = {0};
    uint32_t cx = graph_consumer(b->graph, x), cy = graph_consumer(b->graph, y);
    enum rc rc = graph_explain(b->graph, brand_value_source(b), x, &all, c->err);
    for (size_t i = 0; !rc && i < all.len; i++) {
        uint32_t p = graph_consumer(b->graph, all.ptr[i].a);
        uint32_t q = graph_consumer(b->graph, all.ptr[i].b);
        if ((p == cx && q == cy) || (p == cy && q == cx)) {
            vec_push(out, all.ptr[i]);
        }
    }
    vec_release(&all);
    return rc;
}

/* Of two identities of one consumer: the chain that joins them. */
static enum rc why_links(struct op_call *c, struct brand *b, uint32_t x, uint32_t y, bool same,
                         link_vec *out)
{
    if (same) {
        return graph_path(b->graph, brand_value_source(b), x, y, out, c->err);
    }
    return links_between(c, b, x, y, out);
}

static void why_head(struct op_call *c, const struct brand *b, uint32_t x, uint32_t y,
                     bool same, size_t links)
{
    uint32_t cx = graph_consumer(b->graph, x), cy = graph_consumer(b->graph, y);
    if (same) {
        show_text(c, "One consumer (%" PRIu32 "). The chain that joins them:",
                  "同一消费者（%" PRIu32 "）。使其合一的关联链：", cx);
    } else if (links) {
        show_text(c, "Two consumers (%" PRIu32 ", %" PRIu32 "). Seen together, yet not one:",
                  "两个消费者（%" PRIu32 "、%" PRIu32 "）。曾同时出现，但未合一：", cx, cy);
    } else {
        show_text(c, "Two consumers (%" PRIu32 ", %" PRIu32 "). No event names both.",
                  "两个消费者（%" PRIu32 "、%" PRIu32 "）。没有事件同时涉及二者。", cx, cy);
    }
}

static enum rc why_body(struct op_call *c, struct brand *b, uint32_t x, uint32_t y,
                        const link_vec *links)
{
    bool same = graph_consumer(b->graph, x) == graph_consumer(b->graph, y);
    struct why w = {.c = c, .b = b, .j = op_json(c)};
    enum rc rc = RC_OK;
    why_head(c, b, x, y, same, links->len);
    w.t = op_table(c);
    why_columns(c, w.t);
    json_begin_object(w.j);
    json_put_bool(w.j, "same", same);
    json_put_i64(w.j, "consumer", graph_consumer(b->graph, x));
    json_put_i64(w.j, "other", graph_consumer(b->graph, y));
    json_key(w.j, "links");
    json_begin_array(w.j);
    for (size_t i = 0; !rc && i < links->len; i++) {
        rc = why_link(&w, &links->ptr[i]);
    }
    json_end_array(w.j);
    json_end_object(w.j);
    return rc;
}

static enum rc why_reply(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    link_vec links = {0};
    uint32_t x = 0, y = 0;
    enum rc rc = consumer_find(b, op_arg_str(c, "identity"), &x, c->err);
    if (!rc) {
        rc = consumer_find(b, op_arg_str(c, "other"), &y, c->err);
    }
    if (!rc) {
        bool same = graph_consumer(b->graph, x) == graph_consumer(b->graph, y);
        rc = why_links(c, b, x, y, same, &links);
    }
    if (!rc) {
        rc = why_body(c, b, x, y, &links);
    }
    vec_release(&links);
    return rc;
}

static enum rc why_run(struct op_call *c) { return consumer_with_brand(c, why_reply); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define REVEAL                                                                                   \
    {.name = "reveal", .type = OP_BOOL, .perm = "identity.read",                                 \
     .help = "show personal values whole",                                                       \
     .help_zh = "完整显示个人信息"}
#define IDENTITY(en, zh)                                                                         \
    {.name = "identity", .type = OP_STR, .required = true, .positional = true,                   \
     .metavar = "KIND:VALUE", .help = en, .help_zh = zh}

static const struct op_in show_in[] = {
    IDENTITY("an identity as phone:13800138000, or consumer:12", "标识，如 phone:13800138000，或 consumer:12"),
    {.name = "events", .type = OP_INT, .unit = "events", .fallback = "20", .min = 0, .max = 10000,
     .help = "how many of the last events to list", .help_zh = "列出最近多少个事件"},
    {.name = "event", .type = OP_STR, .many = true, .help = "list only these", .help_zh = "仅列出这些事件"},
    {.name = "from", .type = OP_DAY, .help = "list only events of this day and later", .help_zh = "仅列出该日及以后的事件"},
    {.name = "to", .type = OP_DAY, .help = "list only events of this day and earlier", .help_zh = "仅列出该日及以前的事件"},
    {.name = "skip", .type = OP_INT, .unit = "events", .fallback = "0", .min = 0, .max = 100000,
     .help = "how many of them are left out before the first listed", .help_zh = "先略过多少个"},
    REVEAL,
    {0}};
static const struct op_out show_out[] = {
    {"consumer", OP_INT, "its number: the smallest among its identities", "消费者编号", false},
    {"stage", OP_STR, "stage now; null: known from a later day only", "当前阶段", true},
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {"identities[].kind", OP_STR, "kind of identity", "标识类型", false},
    {"identities[].value", OP_STR, "value, personal kinds masked", "标识值，个人信息已脱敏", false},
    {"identities[].no", OP_INT, "number of the identity", "标识编号", false},
    {"identities[].shared", OP_BOOL, "seen with too many consumers, joins nothing", "多人共用", false},
    {"identities[].first_day", OP_DAY, "day of its first own event", "首个事件日期", true},
    {"spans[].stage", OP_STR, "stage", "阶段", false},
    {"spans[].from", OP_DAY, "first day, included", "首日（含）", false},
    {"spans[].to", OP_DAY, "last day, included; null: until further notice", "末日（含）", true},
    {"tags[].category", OP_STR, "category of a tag it carries today; may be empty", "标签分类", false},
    {"tags[].tag", OP_STR, "name of the tag", "标签", false},
    {"tags[].value", OP_STR, "value; empty for a flag", "取值", false},
    {"tags[].kind", OP_STR, "flag, text or number", "取值类型", false},
    {"tags[].source", OP_STR, "where it came from: manual, rule, event, import or score", "来源", false},
    {"tags[].since", OP_DAY, "the day from whose end it is carried", "何时带上", true},
    {"tags[].until", OP_DAY, "last day that it holds; null: for good", "最后有效日", true},
    {"tags[].who", OP_STR, "who gave it", "操作者", true},
    {"tags[].note", OP_STR, "why", "原因", true},
    {"events", OP_INT, "events of this consumer", "事件数", false},
    {"purchases", OP_INT, "purchase events", "购买事件数", false},
    {"paid", OP_REAL, "sum of the amounts paid, refunds not taken off", "支付总额（未扣退款）", false},
    {"refunded", OP_REAL, "sum of the amounts given back", "退款总额", false},
    {"first_seen", OP_STR, "time of the first event", "首次出现", true},
    {"last_seen", OP_STR, "time of the last event", "最近出现", true},
    {"counts[].event", OP_STR, "an event it has, most frequent first", "行为事件，由多到少", false},
    {"counts[].events", OP_INT, "how many of them", "次数", false},
    {"counts[].last", OP_STR, "time of the last one", "最近一次", false},
    {"matching", OP_INT, "events that the timeline lists a part of", "符合条件的事件数", false},
    {"timeline", OP_ANY, "the last events, newest first", "最近的事件", false},
    {0}};

static const struct op_in why_in[] = {
    IDENTITY("one identity", "一个标识"),
    {.name = "other", .type = OP_STR, .required = true, .positional = true, .metavar = "KIND:VALUE",
     .help = "the other identity", .help_zh = "另一个标识"},
    REVEAL,
    {0}};
static const struct op_out why_out[] = {
    {"same", OP_BOOL, "whether they are one consumer", "是否同一消费者", false},
    {"consumer", OP_INT, "consumer of the first", "第一个标识的消费者", false},
    {"other", OP_INT, "consumer of the second", "第二个标识的消费者", false},
    {"links", OP_ANY, "the chain: from, to, event, time, channel, state", "关联链", false},
    {0}};

static const struct op_in list_in[] = {
    {.name = "limit", .type = OP_INT, .unit = "consumers", .min = 0, .max = INT64_MAX,
     .help = "how many, 0 for all; 20 on a terminal, all with --json or --csv; over HTTP 100, at most 10,000",
     .help_zh = "列出多少个，0 为全部；终端默认 20，--json 或 --csv 默认全部；经 HTTP 默认 100，最多 10000"},
    {.name = "after", .type = OP_INT, .min = 0, .max = UINT32_MAX, .help = "only consumers with greater numbers: the page behind this one",
     .help_zh = "仅列出编号更大的消费者：下一页"},
    {.name = "stage", .type = OP_STR, .help = "only those in this stage now", .help_zh = "仅列出当前处于该阶段的"},
    REVEAL,
    {0}};

static const struct op_out list_out[] = {
    {"consumers[].consumer", OP_INT, "its number", "编号", false},
    {"consumers[].identities[]", OP_STR, "its identities, personal ones masked", "其标识，个人信息打码", false},
    {"consumers[].stage", OP_STR, "its stage now", "当前阶段", true},
    {"next", OP_INT, "over HTTP: `after` of the next page; null: this is the last", "经 HTTP：下一页的 after；空为最后一页", true},
    {0}};

static const struct op consumer_ops[] = {
    {.name = "consumer show", .route = "GET /api/v1/consumer", .perm = "consumer.read",
     .help = "One consumer: identities, stage history, last events.",
     .help_zh = "消费者详情：身份标识、阶段历程、最近行为。",
     .example = "pond consumer show phone:13800138000\npond consumer show user_id:1 --event purchase --from 2026-01-01 --json",
     .in = show_in, .out = show_out, .run = show_run},
    {.name = "consumer why", .route = "GET /api/v1/consumer/why", .perm = "consumer.read",
     .help = "Why two identities are one consumer, or are not.",
     .help_zh = "两个标识为何是（或不是）同一消费者。",
     .example = "pond consumer why phone:13800138000 openid:o6_abc",
     .in = why_in, .out = why_out, .run = why_run},
    {.name = "consumer list", .route = "GET /api/v1/consumers", .perm = "consumer.read",
     .help = "All consumers with their identities; with --json a line each.",
     .help_zh = "全部消费者及其标识；--json 时每行一个。",
     .more = "Over HTTP it is one object with a page of consumers; `next` is the `after` of the page behind it.",
     .more_zh = "经 HTTP 返回一个对象，含一页消费者；next 即下一页的 after。",
     .example = "pond consumer list --stage loyalty\npond consumer list --json --limit 1000",
     .in = list_in, .out = list_out, .run = consumer_list_run},
    {.name = "consumer split", .route = "POST /api/v1/consumer/split", .perm = "consumer.write",
     .help = "Takes an identity out of its consumer, or cuts one link.",
     .help_zh = "把一个标识从其消费者中拆出，或切断一条关联。",
     .more = "All links of the identity are cut; with --from only the link to that identity. History follows: past stages become those of the parts. Undo it at any time.",
     .more_zh = "切断该标识的全部关联；用 --from 仅切断与另一标识的关联。历史随之改变，可随时撤销。",
     .example = "pond consumer split device:d-42 --dry-run\npond consumer split device:d-42 --from phone:13800138000",
     .in = split_in, .out = split_out, .run = split_run, .how = OP_CHANGES},
    {.name = "consumer join", .route = "POST /api/v1/consumer/join", .perm = "consumer.write",
     .help = "Makes two identities one consumer by decision.",
     .help_zh = "人工认定两个标识为同一消费者。",
     .example = "pond consumer join phone:13800138000 member_no:M0042",
     .in = join_in, .out = join_out, .run = join_run, .how = OP_CHANGES},
    {.name = "consumer undo", .route = "POST /api/v1/consumer/undo", .perm = "consumer.write",
     .help = "Takes back a split (3 or s3) or a join (j2).",
     .help_zh = "撤销一次拆分（3 或 s3）或合并（j2）。",
     .example = "pond consumer undo s3\npond consumer undo j2",
     .in = undo_in, .out = undo_out, .run = undo_run, .how = OP_CHANGES},
    {.name = "consumer decisions", .route = "GET /api/v1/consumer/decisions", .perm = "consumer.read",
     .help = "Splits and joins made by hand, undone ones too.",
     .help_zh = "人工拆分与合并的记录（含已撤销）。",
     .example = "pond consumer decisions",
     .in = decisions_in, .out = decisions_out, .run = decisions_run},
    {0}};
/* clang-format on */

const struct op_module consumer_module = {"consumer", "Consumers", "消费者", consumer_ops};
