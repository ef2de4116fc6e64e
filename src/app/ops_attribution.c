/* Attribution of sales and promotions to touches. The figures are made in src/report/. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/value.h"
#include "report/asset.h"
#include "report/period.h"
#include "report/touch.h"
#include <math.h>
#include <stdlib.h>

#define DAYS 30

struct call {
    struct op_call *c;
    struct pond *p;
    struct touch_plan plan;
    struct touch_report r;
    bool asked[ATTRIBUTION_MODELS];
    struct credit *credit[ATTRIBUTION_MODELS]; /* NULL: not asked */
};

/* ---- the question ---- */

/* "30d", "12h" */
static enum rc read_span(struct op_call *c, const char *name, int64_t *ms)
{
    char *end = NULL, *text = arena_cstr(c->arena, op_arg_str(c, name));
    double n = strtod(text, &end);
    double unit = *end == 'd' ? (double)DAY_MS : *end == 'h' ? 3600000.0 : 0;
    if (end == text || unit <= 0 || end[1] || !(n * unit >= 1000) ||
        n * unit > 366.0 * DAY_MS) {
        show_fail(c, RC_INVALID, "--%s is days or hours up to a year: %s",
                  "--%s 为天或小时，最长一年：%s", name, text);
        show_hint(c, "for example 30d, 12h", "例如 30d、12h");
        return RC_INVALID;
    }
    *ms = (int64_t)(n * unit);
    return RC_OK;
}

static enum rc read_goal(struct call *v)
{
    struct op_call *c = v->c;
    struct str goal = op_arg_str(c, "goal");
    v->plan.stage = -1;
    if (str_eq(goal, STR("purchase"))) {
        return RC_OK;
    }
    uint32_t s = str_starts(goal, STR("stage:"))
                     ? show_stage_find(pond_model(v->p), str_slice(goal, 6, goal.len))
                     : UINT32_MAX;
    if (s == UINT32_MAX || s == 0) {
        show_fail(c, RC_INVALID, "--goal is purchase or stage:NAME, a stage of the model: %.*s",
                  "--goal 为 purchase 或 stage:阶段名：%.*s", STR_FMT(goal));
        return RC_INVALID;
    }
    v->plan.stage = (int)s;
    return RC_OK;
}

/* What is a touch by itself: what the default model takes as awareness, interest or the beginning of a tie. */
static bool is_touch(const struct event_def *d)
{
    return d && (d->evidence == EVIDENCE_AWARENESS || d->evidence == EVIDENCE_INTEREST ||
                 d->evidence == EVIDENCE_STATUS_ON);
}

static enum rc read_names(struct call *v)
{
    struct op_call *c = v->c;
    const struct catalogue *k = v->p->brand->catalogue;
    uint32_t asked = op_arg_count(c, "touch");
    uint16_t *names = arena_array(c->arena, uint16_t, catalogue_len(k) + asked);
    v->plan.names = names;
    for (uint32_t i = 0; i < asked; i++) {
        struct str name = op_arg_at(c, "touch", i);
        uint16_t code = catalogue_find(k, name);
        if (!code || code == EVENT_PURCHASE) {
            show_fail(c, RC_INVALID, "--touch is an event that is no purchase: %.*s",
                      "--touch 为购买以外的事件：%.*s", STR_FMT(name));
            struct str near = catalogue_suggest(k, name);
            if (near.len && c->err) {
                err_hint(c->err, "%.*s?", STR_FMT(near));
            }
            return RC_INVALID;
        }
        names[v->plan.names_len++] = code;
    }
    for (uint32_t code = 1; !asked && code < catalogue_len(k); code++) {
        if (is_touch(catalogue_def(k, (uint16_t)code))) {
            names[v->plan.names_len++] = (uint16_t)code;
        }
    }
    return RC_OK;
}

static enum rc read_question(struct call *v)
{
    struct op_call *c = v->c;
    struct period d = {0};
    int64_t half_life = 0;
    struct period_question q = {.from = op_arg_day(c, "from", DAY_NONE),
                                .to = op_arg_day(c, "to", DAY_NONE),
                                .today = pond_today(v->p),
                                .last_event = v->p->brand->last_day,
                                .days = DAYS};
    struct str by = op_arg_str(c, "by"), model = op_arg_str(c, "model");
    v->plan.by = str_eq(by, STR("touchpoint")) ? TOUCH_TOUCHPOINT
                 : str_eq(by, STR("campaign")) ? TOUCH_CAMPAIGN
                                               : TOUCH_CHANNEL;
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        v->asked[m] = str_eq(model, STR("all")) ||
                      str_eq(model, str_of(attribution_model_name((enum attribution_model)m)));
    }
    enum rc rc = period_choose(&q, &d, c->err);
    rc = rc ? rc : read_span(c, "window", &v->plan.window_ms);
    rc = rc ? rc : read_span(c, "half-life", &half_life);
    rc = rc ? rc : read_goal(v);
    v->plan.from = d.from;
    v->plan.to = d.to;
    v->plan.half_life_ms = (double)half_life;
    return rc ? rc : read_names(v);
}

/* ---- the reply ---- */

static struct str label_text(const struct call *v, uint32_t label)
{
    return label ? v->r.labels[label].name : str_of(op_say(v->c, "(no touch)", "（无触点）"));
}

static void put_credits(struct json *j, const struct call *v, uint32_t label)
{
    json_key(j, "credits");
    json_begin_object(j);
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (v->credit[m]) {
            json_key(j, attribution_model_name((enum attribution_model)m));
            json_begin_object(j);
            json_put_f64(j, "count", v->credit[m][label].count);
            json_put_f64(j, "amount",
                         v->plan.stage < 0 ? v->credit[m][label].amount : (double)NAN);
            json_end_object(j);
        }
    }
    json_end_object(j);
}

static void reply_json(const struct call *v)
{
    struct json *j = op_json(v->c);
    json_begin_object(j);
    json_put_str(j, "goal", op_arg_str(v->c, "goal"));
    show_json_day(j, "from", v->plan.from);
    show_json_day(j, "to", v->plan.to);
    json_put_f64(j, "window_days", (double)v->plan.window_ms / DAY_MS);
    json_put_str(j, "by", op_arg_str(v->c, "by"));
    json_key(j, "touch");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->plan.names_len; i++) {
        json_str(j, catalogue_name(v->p->brand->catalogue, v->plan.names[i]));
    }
    json_end_array(j);
    json_put_i64(j, "conversions", (int64_t)v->r.conversions);
    json_put_i64(j, "touched", (int64_t)v->r.touched);
    json_put_f64(j, "amount", v->plan.stage < 0 ? v->r.amount : (double)NAN);
    json_key(j, "labels");
    json_begin_array(j);
    for (uint32_t i = 1; i < v->r.paths.labels_len; i++) {
        json_begin_object(j);
        json_put_str(j, "label", label_text(v, i));
        json_put_i64(j, "touches", (int64_t)v->r.labels[i].touches);
        put_credits(j, v, i);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "untouched");
    json_begin_object(j);
    put_credits(j, v, 0);
    json_end_object(j);
    json_end_object(j);
}

static void credit_row(const struct call *v, struct table *t, uint32_t label, bool amounts)
{
    table_row(t);
    table_str(t, label_text(v, label));
    table_i64(t, (int64_t)(label ? v->r.labels[label].touches : 0));
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (v->credit[m]) {
            const struct credit *k = &v->credit[m][label];
            table_f64(t, amounts ? k->amount : k->count);
        }
    }
}

static const char *model_title(const struct call *v, int m)
{
    static const char *const zh[] = {"末次", "首次",    "线性",    "时间衰减",
                                     "位置", "Shapley", "马尔可夫"};
    const char *name = attribution_model_name((enum attribution_model)m);
    return op_say(v->c, name, zh[m]);
}

static void credits_table(const struct call *v, bool amounts)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    table_title(t, str_of(amounts ? op_say(c, "amount credited, yuan", "归因金额（元）")
                                  : op_say(c, "conversions credited", "归因转化数")));
    show_column(t, "label", arena_cstr(c->arena, op_arg_str(c, "by")), TABLE_TEXT);
    show_column(t, "touches", op_say(c, "touches", "触达次数"), TABLE_INT);
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (v->credit[m]) {
            table_column(t, &(struct table_column){
                                .name = attribution_model_name((enum attribution_model)m),
                                .title = model_title(v, m),
                                .kind = TABLE_REAL,
                                .digits = 2});
        }
    }
    for (uint32_t i = 1; i < v->r.paths.labels_len; i++) {
        credit_row(v, t, i, amounts);
    }
    credit_row(v, t, 0, amounts);
}

static void reply_text(const struct call *v)
{
    struct op_call *c = v->c;
    struct str from = show_day(c, v->plan.from), to = show_day(c, v->plan.to);
    struct str n = show_count(c, v->r.conversions), touched = show_count(c, v->r.touched);
    struct str goal = op_arg_str(c, "goal");
    show_text(c, "%.*s from %.*s to %.*s: %.*s conversions, %.*s with a touch in the window",
              "%.*s，%.*s 至 %.*s：%.*s 次转化，其中 %.*s 次在窗口内有触点", STR_FMT(goal),
              STR_FMT(from), STR_FMT(to), STR_FMT(n), STR_FMT(touched));
    credits_table(v, false);
    if (v->plan.stage < 0) {
        credits_table(v, true);
    }
}

/* Conversions credited, a bar a model; who had no touch is left to the note. */
static void picture(const struct call *v)
{
    struct op_call *c = v->c;
    struct plot *plot = op_plot(c, PLOT_BAR);
    struct str from = show_day(c, v->plan.from), to = show_day(c, v->plan.to);
    struct str none = show_count(c, v->r.conversions - v->r.touched);
    plot_title(plot, str_of(op_say(c, "Conversions credited", "归因转化数")),
               arena_strf(c->arena, "%.*s · %.*s – %.*s", STR_FMT(op_arg_str(c, "goal")),
                          STR_FMT(from), STR_FMT(to)));
    plot_axes(plot, "", op_say(c, "conversions", "转化数"));
    plot_unit(plot, TABLE_REAL, 1);
    for (uint32_t i = 1; i < v->r.paths.labels_len; i++) {
        plot_label(plot, label_text(v, i));
    }
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (!v->credit[m]) {
            continue;
        }
        plot_series(plot, str_of(model_title(v, m)));
        for (uint32_t i = 1; i < v->r.paths.labels_len; i++) {
            plot_value(plot, v->credit[m][i].count);
        }
    }
    plot_note(plot,
              c->lang == LANG_ZH
                  ? arena_strf(c->arena, "另有 %.*s 次转化之前没有触点", STR_FMT(none))
                  : arena_strf(c->arena, "not drawn: %.*s conversions without a touch before",
                               STR_FMT(none)));
}

static enum rc attribution_reply(struct op_call *c, struct pond *p)
{
    struct call v = {.c = c, .p = p};
    enum rc rc = read_question(&v);
    rc = rc ? rc
            : touch_read(pond_assets(p), p->brand, &v.plan, p->threads, c->arena, &v.r, c->err);
    if (rc) {
        return rc;
    }
    for (int m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (v.asked[m]) {
            v.credit[m] = arena_array(c->arena, struct credit, v.r.paths.labels_len + 1);
            attribution_credit(&v.r.paths, (enum attribution_model)m, v.credit[m]);
        }
    }
    reply_text(&v);
    picture(&v);
    reply_json(&v);
    touch_paths_release(&v.r.paths);
    return RC_OK;
}

static enum rc attribution_run(struct op_call *c)
{
    return value_with_brand(c, false, attribution_reply);
}

/* clang-format off */
static const struct op_in attribution_in[] = {
    {.name = "goal", .type = OP_STR, .fallback = "purchase", .metavar = "purchase|stage:NAME", .help = "what is credited: purchases, or promotions to a stage", .help_zh = "归因目标：购买，或进入某阶段"},
    {.name = "model", .type = OP_CHOICE, .choices = "last|first|linear|decay|position|shapley|markov|all", .fallback = "all", .help = "how credit is shared", .help_zh = "归因模型"},
    {.name = "by", .type = OP_CHOICE, .choices = "channel|touchpoint|campaign", .fallback = "channel", .help = "what is credited", .help_zh = "归因维度：渠道、触点、活动"},
    {.name = "window", .type = OP_STR, .fallback = "30d", .metavar = "30d", .help = "touches so long before count", .help_zh = "回溯窗口"},
    {.name = "half-life", .type = OP_STR, .fallback = "7d", .metavar = "7d", .help = "decay: after so long a touch counts half", .help_zh = "时间衰减的半衰期"},
    {.name = "touch", .type = OP_STR, .many = true, .metavar = "EVENT", .help = "events that are touches; those of awareness, interest and joining", .help_zh = "作为触点的事件；默认认知、兴趣与加入类事件"},
    {.name = "from", .type = OP_DAY, .help = "first day of conversions, included; 30 days up to the last one", .help_zh = "转化的第一天（含）；默认到最后一天共 30 天"},
    {.name = "to", .type = OP_DAY, .help = "last day, included; today, or the last event's day when that is 30 days ago", .help_zh = "最后一天（含）；默认今天，若最后一个事件在 30 天以前则为该事件的日期"},
    {0}};
static const struct op_out attribution_out[] = {
    {"goal", OP_STR, "what is credited", "归因目标", false},
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"window_days", OP_REAL, "touches so long before count", "回溯窗口（天）", false},
    {"by", OP_STR, "channel, touchpoint or campaign", "归因维度", false},
    {"touch[]", OP_STR, "the events that were taken as touches", "作为触点的事件", true},
    {"conversions", OP_INT, "purchases or promotions", "转化数", false},
    {"touched", OP_INT, "of them with a touch in the window", "其中窗口内有触点的", false},
    {"amount", OP_REAL, "of all purchases, yuan", "购买金额合计（元）", true},
    {"labels[].label", OP_STR, "the channel, touchpoint or campaign", "渠道、触点或活动", false},
    {"labels[].touches", OP_INT, "its touches in the period and the window before", "期内及之前窗口内的触达次数", false},
    {"labels[].credits", OP_ANY, "by model: count and amount", "按模型：count 与 amount", false},
    {"untouched.credits", OP_ANY, "what had no touch, by model", "无触点的转化，按模型", false},
    {0}};

static const struct op attribution_ops[] = {
    {.name = "analyze attribution", .route = "GET /api/v1/analyze/attribution", .perm = "report.read",
     .help = "Which touches earn credit for purchases or promotions, by seven models.",
     .help_zh = "归因：购买或阶段提升归功于哪些触点，七种模型。",
     .more = "Under every model the credits and the untouched conversions sum to all conversions. Formulas: docs/value.md.",
     .more_zh = "任一模型下，各项功劳与无触点的转化之和等于全部转化。公式见 docs/value.md。",
     .example = "pond analyze attribution --from 2026-05-01 --to 2026-05-31\npond analyze attribution --goal stage:loyalty --model shapley --by touchpoint\npond analyze attribution --model markov --window 14d --json",
     .in = attribution_in, .out = attribution_out, .run = attribution_run,
     .picture = "bars of conversions credited, by model", .picture_zh = "各模型归因转化数条形图"},
    {0}};
/* clang-format on */

const struct op_module attribution_module = {"attribution", "Attribution", "归因",
                                             attribution_ops};
