/* Metrics of the private domain and the closed loop. The figures are made in src/report/. */
#include "app/analyze.h"
#include "app/modules.h"
#include "app/show.h"
#include "report/asset.h"
#include "report/loop.h"
#include "report/metric.h"
#include "report/period.h"

#include <math.h>

#define DAYS 30

/* --from and --to as days that are both there. */
static enum rc choose_days(struct analysis *a)
{
    struct period d = {0};
    struct period_question q = {.from = a->from,
                                .to = a->to == INT32_MAX ? DAY_NONE : a->to,
                                .today = pond_today(a->p),
                                .last_event = a->p->brand->last_day,
                                .days = DAYS};
    enum rc rc = period_choose(&q, &d, a->c->err);
    a->from = d.from;
    a->to = d.to;
    return rc;
}

/* ---- report metrics -------------------------------------------------------------------------- */

static void put_value(struct table *t, const struct metric_def *d, double v)
{
    table_f64(t, v);
    switch (d->kind) {
    case METRIC_NUMBER: table_as(t, TABLE_REAL, 0); break;
    case METRIC_SHARE: table_as(t, TABLE_SHARE, 1); break;
    case METRIC_RATIO:
    case METRIC_YUAN: table_as(t, TABLE_REAL, 2); break;
    }
}

static void metrics_table(struct op_call *c, const struct metrics *m)
{
    bool text = c->format == OP_FORMAT_TEXT;
    const char *group = "";
    struct table *t = op_table(c);
    show_column(t, "group", op_say(c, "of", "类别"), TABLE_TEXT);
    show_column(t, "metric", op_say(c, "metric", "指标"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "value",
                                           .title = op_say(c, "value", "值"),
                                           .kind = TABLE_REAL});
    show_column(t, "formula", op_say(c, "formula", "公式"), TABLE_TEXT);
    for (const struct metric_def *d = metric_defs; d->name; d++) {
        const char *g = text ? op_say(c, d->group, d->group_zh) : d->group;
        double v = metric_value(d, m);
        table_row(t);
        table_str(t, text && strcmp(g, group) == 0 ? STR("") : str_of(g));
        table_str(t, str_of(text ? op_say(c, d->name, d->zh) : d->name));
        put_value(t, d, v);
        table_str(t, str_of(op_say(c, d->formula, d->formula_zh)));
        group = g;
    }
}

static void metrics_json(struct analysis *a, const struct metrics *m)
{
    struct json *j = op_json(a->c);
    json_begin_object(j);
    analysis_json_days(a, j);
    json_key(j, "metrics");
    json_begin_array(j);
    for (const struct metric_def *d = metric_defs; d->name; d++) {
        double unit = d->kind == METRIC_YUAN ? 100 : 1;
        json_begin_object(j);
        json_put_cstr(j, "metric", d->name);
        json_put_f64(j, "value", metric_value(d, m));
        json_put_f64(j, "over", m->count[d->over] / unit);
        json_put_f64(j, "under", m->count[d->under]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static enum rc metrics_count(struct analysis *a, struct metrics *m)
{
    struct history_want money = {0};
    struct metric_spec s = {.from = a->from, .to = a->to, .zone = a->p->brand->zone};
    s.known = bits_count(a->some ? &a->among : who_everyone(ask_world(a->ask)));
    metric_want(&s, &a->want, &money);
    enum rc rc = analysis_read(a);
    if (rc) {
        return rc;
    }
    metric_add_lives(&s, &a->h, a->p->threads, m);
    history_release(&a->h);
    a->want = money;
    rc = analysis_read(a);
    if (!rc) {
        metric_add_money(&s, &a->h, a->p->threads, m);
    }
    return rc;
}

static enum rc metrics_reply(struct analysis *a)
{
    struct metrics m = {0};
    enum rc rc = choose_days(a);
    if (!rc) {
        rc = metrics_count(a, &m);
    }
    if (!rc) {
        analysis_headline(a, "metrics", "指标");
        metrics_table(a->c, &m);
        metrics_json(a, &m);
    }
    return rc;
}

static enum rc metrics_run(struct op_call *c) { return analysis_run(c, metrics_reply); }

/* ---- report loop ----------------------------------------------------------------------------- */

static void loop_row(struct op_call *c, struct table *t, struct str name, struct str domain,
                     const struct loop_door *d)
{
    table_row(t);
    table_str(t, name);
    table_str(t, domain);
    table_i64(t, (int64_t)d->came);
    table_i64(t, (int64_t)d->sank);
    table_f64(t, asset_share(d->sank, d->came));
    table_i64(t, (int64_t)d->bought);
    table_i64(t, (int64_t)d->converted);
    table_f64(t, asset_share(d->converted, d->sank));
    table_i64(t, (int64_t)d->brought);
    table_f64(t, asset_share(d->brought, d->came));
    if (c->format == OP_FORMAT_TEXT) {
        table_i64(t, (int64_t)d->people);
    } else {
        table_f64(t, d->people);
    }
}

static struct table *loop_columns(struct op_call *c)
{
    struct table *t = op_table(c);
    show_column(t, "door", op_say(c, "door", "入口渠道"), TABLE_TEXT);
    show_column(t, "domain", op_say(c, "domain", "域"), TABLE_TEXT);
    show_column(t, "came", op_say(c, "came", "新进"), TABLE_INT);
    show_column(t, "sank", op_say(c, "kept", "沉淀"), TABLE_INT);
    show_column(t, "sank_share", op_say(c, "of these", "沉淀率"), TABLE_SHARE);
    show_column(t, "bought", op_say(c, "bought", "购买"), TABLE_INT);
    show_column(t, "converted", op_say(c, "kept, then bought", "沉淀后购买"), TABLE_INT);
    show_column(t, "converted_share", op_say(c, "of the kept", "转化率"), TABLE_SHARE);
    show_column(t, "brought", op_say(c, "brought others", "裂变"), TABLE_INT);
    show_column(t, "brought_share", op_say(c, "of those who came", "裂变率"), TABLE_SHARE);
    show_column(t, "people", op_say(c, "people brought", "带来人数"), TABLE_INT);
    return t;
}

static const char *domain_name(uint32_t code)
{
    const struct channel_def *def = channel_def((uint8_t)code);
    return !def ? "unknown" : def->private_domain ? "private" : "public";
}

static struct str domain_text(const struct op_call *c, uint32_t code)
{
    const char *name = domain_name(code);
    const char *zh = name[1] == 'r' ? "私域" : name[1] == 'u' ? "公域" : "未知";
    return str_of(c->format == OP_FORMAT_TEXT ? op_say(c, name, zh) : name);
}

static struct str door_name(const struct analysis *a, uint32_t code)
{
    struct str name = channel_name(a->p->brand->catalogue, (uint8_t)code);
    const struct channel_def *def = channel_def((uint8_t)code);
    bool text = a->c->format == OP_FORMAT_TEXT;
    if (code == 0) {
        return text ? str_of(op_say(a->c, "(unknown)", "（未知）")) : STR("");
    }
    return text && a->c->lang == LANG_ZH && def ? str_of(def->zh) : name;
}

static void door_json(struct json *j, const struct loop_door *d)
{
    json_put_i64(j, "came", (int64_t)d->came);
    json_put_i64(j, "sank", (int64_t)d->sank);
    json_put_i64(j, "bought", (int64_t)d->bought);
    json_put_i64(j, "converted", (int64_t)d->converted);
    json_put_i64(j, "brought", (int64_t)d->brought);
    json_put_f64(j, "people", d->people);
}

static void loop_show(struct analysis *a, const struct loop *l)
{
    struct op_call *c = a->c;
    struct json *j = op_json(c);
    struct loop_door all = {0};
    analysis_headline(a, "closed loop", "闭环");
    struct table *t = loop_columns(c);
    json_begin_object(j);
    analysis_json_days(a, j);
    json_key(j, "doors");
    json_begin_array(j);
    for (uint32_t code = 0; code < LOOP_DOORS; code++) {
        const struct loop_door *d = &l->door[code];
        if (d->came == 0) {
            continue;
        }
        loop_row(c, t, door_name(a, code), domain_text(c, code), d);
        loop_door_add(&all, d);
        json_begin_object(j);
        json_put_str(j, "channel", channel_name(a->p->brand->catalogue, (uint8_t)code));
        json_put_cstr(j, "domain", domain_name(code));
        door_json(j, d);
        json_end_object(j);
    }
    json_end_array(j);
    if (c->format == OP_FORMAT_TEXT) {
        table_rule(t);
        loop_row(c, t, str_of(op_say(c, "all", "合计")), STR(""), &all);
    }
    json_key(j, "all");
    json_begin_object(j);
    door_json(j, &all);
    json_end_object(j);
    json_end_object(j);
    struct plot *p = op_plot(c, PLOT_FUNNEL);
    analysis_plot_title(a, p, "Closed loop", "闭环");
    const char *steps[] = {op_say(c, "came", "新进"), op_say(c, "kept", "沉淀"),
                           op_say(c, "kept, then bought", "沉淀后购买")};
    const uint64_t values[] = {all.came, all.sank, all.converted};
    for (uint32_t i = 0; i < 3; i++) {
        plot_label(p, str_of(steps[i]));
    }
    plot_series(p, STR(""));
    for (uint32_t i = 0; i < 3; i++) {
        plot_value(p, (double)values[i]);
    }
}

static enum rc loop_reply(struct analysis *a)
{
    enum rc rc = choose_days(a);
    if (rc) {
        return rc;
    }
    struct loop l;
    struct bits came;
    struct loop_spec s = {.from = a->from, .to = a->to, .zone = a->p->brand->zone};
    loop_came(&s, a->p->brand, &came);
    if (a->some) {
        bits_and(&came, &a->among);
    }
    loop_want(&s, &came, &a->want);
    rc = history_read(a->p->brand, &a->want, a->p->threads, &a->h, a->c->err);
    if (!rc) {
        loop_make(&s, &a->h, a->p->threads, &l);
        loop_show(a, &l);
    }
    bits_release(&came);
    return rc;
}

static enum rc loop_run(struct op_call *c) { return analysis_run(c, loop_reply); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define PERIOD_IN                                                                                        \
    {.name = "from", .type = OP_DAY, .help = "first day, included; 30 days up to the last one",          \
     .help_zh = "第一天（含）；默认到最后一天共 30 天"},                                                 \
    {.name = "to", .type = OP_DAY,                                                                       \
     .help = "last day, included; today, or the last event's day when that is 30 days ago",              \
     .help_zh = "最后一天（含）；默认今天，若最后一个事件在 30 天以前则为该事件的日期"}

static const struct op_in metric_in[] = {PERIOD_IN, ANALYZE_AMONG, {0}};
static const struct op_out metrics_out[] = {
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"metrics[].metric", OP_STR, "name", "指标", false},
    {"metrics[].value", OP_REAL, "over / under; null: nothing to divide by; money in yuan", "值；null 为分母为零；金额单位元", true},
    {"metrics[].over", OP_REAL, "numerator", "分子", false},
    {"metrics[].under", OP_REAL, "denominator; 1 for counts", "分母；计数为 1", false},
    {0}};
static const struct op_out loop_out[] = {
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"doors[].channel", OP_STR, "channel of the first event; empty: unknown", "首个事件的渠道；空为未知", false},
    {"doors[].domain", OP_STR, "public, private or unknown", "公域、私域或未知", false},
    {"doors[].came", OP_INT, "consumers whose first event is in the period", "期内首次出现的消费者", false},
    {"doors[].sank", OP_INT, "of these: fan, friend, group member or member since", "其中沉淀为粉丝、好友、群成员或会员", false},
    {"doors[].bought", OP_INT, "of these: bought", "其中购买", false},
    {"doors[].converted", OP_INT, "of these: bought at or after sinking", "其中沉淀后购买", false},
    {"doors[].brought", OP_INT, "of these: brought others", "其中带来他人", false},
    {"doors[].people", OP_REAL, "people brought", "带来的人数", false},
    {"all.came", OP_INT, "over all doors", "合计", false},
    {"all.sank", OP_INT, "over all doors", "合计", false},
    {"all.bought", OP_INT, "over all doors", "合计", false},
    {"all.converted", OP_INT, "over all doors", "合计", false},
    {"all.brought", OP_INT, "over all doors", "合计", false},
    {"all.people", OP_REAL, "over all doors", "合计", false},
    {0}};

static const struct op metric_ops[] = {
    {.name = "report metrics", .route = "GET /api/v1/report/metrics", .perm = "report.read",
     .help = "Metrics of the private domain: sales, members, friends, groups, reach, each with its formula.",
     .help_zh = "私域运营指标：销售、会员、好友、社群、触达，附公式。",
     .example = "pond report metrics --from 2017-11-25 --to 2017-12-03\npond report metrics --among 'tag \"VIP\"' --csv",
     .in = metric_in, .out = metrics_out, .run = metrics_run},
    {.name = "report loop", .route = "GET /api/v1/report/loop", .perm = "report.read",
     .help = "The closed loop: who came in by which door, was kept, bought, and brought others.",
     .help_zh = "闭环：公域进入、沉淀、转化、裂变，按入口渠道。",
     .example = "pond report loop --from 2017-11-01 --to 2017-11-30",
     .in = metric_in, .out = loop_out, .picture = "the funnel of all doors", .picture_zh = "全部入口的漏斗", .run = loop_run},
    {0}};
/* clang-format on */

const struct op_module metric_module = {"metric", "Metrics", "指标", metric_ops};
