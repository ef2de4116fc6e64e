/* Funnels and retention: questions in, tables and JSON out. The figures are made in src/report/. */
#include "app/analyze.h"
#include "app/modules.h"
#include "app/show.h"
#include "base/mem.h"
#include "report/asset.h"
#include "report/funnel.h"
#include "report/retention.h"
#include <math.h>

#define PARTS_SHOWN 20
#define PARTS_DRAWN 6
#define PERIODS_SHOWN 13

/* ---- analyze funnel -------------------------------------------------------------------------- */

struct funnel_view {
    struct analysis *a;
    struct funnel_spec spec;
    struct step step[FUNNEL_STEPS_MAX];
    struct funnel f;
    uint8_t *group;        /* --by stage or a question: by consumer id; own */
    struct str group_name; /* the question; empty: stages */
};

static enum rc funnel_steps(struct funnel_view *v)
{
    struct op_call *c = v->a->c;
    uint32_t n = op_arg_count(c, "step");
    if (n > FUNNEL_STEPS_MAX) {
        return show_fail(c, RC_TOO_LARGE, "a funnel has at most %d steps", "漏斗最多 %d 步",
                         FUNNEL_STEPS_MAX);
    }
    struct event_filter *steps = arena_array(c->arena, struct event_filter, n);
    for (uint32_t i = 0; i < n; i++) {
        struct str where = c->lang == LANG_ZH ? arena_strf(c->arena, "第 %u 步", i + 1)
                                              : arena_strf(c->arena, "step %u", i + 1);
        enum rc rc = analysis_step(v->a, op_arg_at(c, "step", i), where.ptr, &v->step[i]);
        if (rc) {
            return rc;
        }
        steps[i] = v->step[i].filter;
    }
    v->spec.steps = steps;
    v->spec.steps_len = n;
    return RC_OK;
}

/* Stages as of the last day, as groups 1.. */
static enum rc by_stage(struct funnel_view *v)
{
    struct analysis *a = v->a;
    uint32_t len = dictionary_len(a->p->brand->dictionary) + 1;
    v->group = mem_array(uint8_t, len);
    enum rc rc = assets_stages(pond_assets(a->p), a->p->brand, analysis_last_day(a), v->group,
                               len, a->c->err);
    for (uint32_t i = 0; i < len; i++) {
        v->group[i] = (uint8_t)(v->group[i] + 1); /* not known yet: 0 */
    }
    return rc;
}

/* Group 1: it holds; 2: it does not. */
static enum rc by_question(struct funnel_view *v, struct str question)
{
    struct bits yes = {0};
    enum rc rc = analysis_find(v->a, question, "--by", &yes);
    if (!rc) {
        v->group_name = question;
        v->group = mem_array(uint8_t, (size_t)yes.len + 1);
        for (uint32_t i = 0; i < yes.len; i++) {
            v->group[i] = bits_has(&yes, i) ? 1 : 2;
        }
    }
    bits_release(&yes);
    return rc;
}

static enum rc by_group(struct funnel_view *v, struct str word)
{
    mem_free(v->group);
    v->group = NULL;
    enum rc rc = str_eq(word, STR("stage")) ? by_stage(v) : by_question(v, word);
    v->spec.by = FUNNEL_BY_GROUP;
    v->spec.group = v->group;
    if (rc == RC_INVALID) {
        show_hint(
            v->a->c,
            "item, channel, touchpoint, campaign, category, stage, or a question as in "
            "pond who count",
            "可用：item、channel、touchpoint、campaign、category、stage，或 pond who count "
            "的条件");
    }
    return rc;
}

static enum rc funnel_by(struct funnel_view *v)
{
    static const char *const words[] = {"item",     "channel",  "touchpoint",
                                        "campaign", "category", NULL};
    static const enum funnel_by by[] = {FUNNEL_BY_NOTHING, FUNNEL_BY_CHANNEL,
                                        FUNNEL_BY_TOUCHPOINT, FUNNEL_BY_CAMPAIGN,
                                        FUNNEL_BY_CATEGORY};
    struct op_call *c = v->a->c;
    enum rc rc = RC_OK;
    for (uint32_t i = 0; i < op_arg_count(c, "by") && !rc; i++) {
        struct str word = op_arg_at(c, "by", i);
        uint32_t k = 0;
        while (words[k] && !str_eq(word, str_of(words[k]))) {
            k++;
        }
        if (k == 0) {
            v->spec.by_item = true;
        } else if (words[k]) {
            v->spec.by = by[k];
        } else {
            rc = by_group(v, word);
        }
    }
    return rc;
}

static void funnel_days(struct funnel_view *v)
{
    const struct analysis *a = v->a;
    const struct zone *z = a->p->brand->zone;
    v->spec.from_ms = a->from == DAY_NONE ? INT64_MIN : zone_day_start(z, a->from);
    v->spec.until_ms = a->to == INT32_MAX ? INT64_MAX : zone_day_start(z, a->to + 1);
    v->spec.first_only = op_arg_bool(a->c, "first");
}

static struct str group_name(const struct funnel_view *v, uint32_t key)
{
    const struct stage_model *m = pond_model(v->a->p);
    bool text = v->a->c->format == OP_FORMAT_TEXT;
    if (v->group_name.len) {
        return str_of(!text      ? key == 1 ? "yes" : "no"
                      : key == 1 ? op_say(v->a->c, "yes", "是")
                                 : op_say(v->a->c, "no", "否"));
    }
    return key <= m->stages_len ? show_stage(v->a->c, &m->stages[key - 1]) : STR_NULL;
}

static struct str part_name(const struct funnel_view *v, uint32_t key)
{
    const struct analysis *a = v->a;
    if (key == 0) {
        return str_of(op_say(a->c, "(unknown)", "（未知）"));
    }
    switch (v->spec.by) {
    case FUNNEL_BY_CHANNEL: return channel_name(a->p->brand->catalogue, (uint8_t)key);
    case FUNNEL_BY_TOUCHPOINT: return history_text(&a->h, FIELD_TOUCHPOINT, key);
    case FUNNEL_BY_CAMPAIGN: return history_text(&a->h, FIELD_CAMPAIGN, key);
    case FUNNEL_BY_CATEGORY: return history_text(&a->h, FIELD_CATEGORY, key);
    case FUNNEL_BY_GROUP: return group_name(v, key);
    case FUNNEL_BY_NOTHING: break;
    }
    return STR_NULL;
}

static void funnel_json(const struct funnel_view *v)
{
    struct op_call *c = v->a->c;
    struct json *j = op_json(c);
    json_begin_object(j);
    analysis_json_days(v->a, j);
    json_put_str(j, "within", op_arg_str(c, "within"));
    json_key(j, "steps");
    json_begin_array(j);
    for (uint32_t k = 0; k < v->f.steps_len; k++) {
        json_begin_object(j);
        json_put_str(j, "event", v->step[k].text);
        json_put_i64(j, "consumers", (int64_t)v->f.consumers[k]);
        json_put_f64(j, "share", asset_share(v->f.consumers[k], v->f.consumers[0]));
        json_put_f64(j, "of_before",
                     k ? asset_share(v->f.consumers[k], v->f.consumers[k - 1]) : (double)NAN);
        json_put_f64(j, "median_s", v->f.step[k].median / 1000);
        json_put_f64(j, "median_from_start_s", v->f.start[k].median / 1000);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "parts");
    json_begin_array(j);
    for (uint32_t i = 0; v->spec.by && i < v->f.parts_len; i++) {
        const struct funnel_part *part = &v->f.parts[i];
        json_begin_object(j);
        json_key(j, "value");
        if (part->key) {
            json_str(j, part_name(v, part->key));
        } else {
            json_null(j);
        }
        json_key(j, "consumers");
        json_begin_array(j);
        for (uint32_t k = 0; k < v->f.steps_len; k++) {
            json_i64(j, (int64_t)part->consumers[k]);
        }
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void funnel_table(const struct funnel_view *v)
{
    struct op_call *c = v->a->c;
    bool text = c->format == OP_FORMAT_TEXT;
    struct table *t = op_table(c);
    show_column(t, "step", op_say(c, "step", "步骤"), TABLE_INT);
    show_column(t, "event", op_say(c, "event", "事件"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "bar", " ", TABLE_BAR);
    show_column(t, "share", op_say(c, "of the first", "占首步"), TABLE_SHARE);
    show_column(t, "of_before", op_say(c, "of the step before", "较上步"), TABLE_SHARE);
    show_column(t, text ? "median" : "median_s",
                op_say(c, "median time from it", "距上步中位时长"),
                text ? TABLE_TEXT : TABLE_REAL);
    for (uint32_t k = 0; k < v->f.steps_len; k++) {
        double before = k ? asset_share(v->f.consumers[k], v->f.consumers[k - 1]) : (double)NAN;
        table_row(t);
        table_i64(t, k + 1);
        table_str(t, analysis_step_name(v->a, &v->step[k]));
        table_i64(t, (int64_t)v->f.consumers[k]);
        table_i64(t, (int64_t)v->f.consumers[k]);
        table_f64(t, asset_share(v->f.consumers[k], v->f.consumers[0]));
        table_f64(t, before);
        if (text) {
            table_str(t, analysis_span(c, v->f.step[k].median));
        } else {
            table_f64(t, v->f.step[k].median / 1000);
        }
    }
}

static void parts_table(const struct funnel_view *v)
{
    struct op_call *c = v->a->c;
    bool text = c->format == OP_FORMAT_TEXT;
    if (!v->spec.by) {
        return;
    }
    uint32_t last = v->f.steps_len - 1;
    struct table *t = op_table(c);
    show_column(t, "value", op_say(c, "start", "首步"), TABLE_TEXT);
    for (uint32_t k = 0; k <= last; k++) {
        char *name = arena_cstr(c->arena, arena_strf(c->arena, "step_%u", k + 1));
        show_column(t, name, arena_cstr(c->arena, analysis_step_name(v->a, &v->step[k])),
                    TABLE_INT);
    }
    show_column(t, "share", op_say(c, "last of first", "末步占首步"), TABLE_SHARE);
    for (uint32_t i = 0; i < v->f.parts_len && !(text && i == PARTS_SHOWN); i++) {
        const struct funnel_part *part = &v->f.parts[i];
        table_row(t);
        table_str(t, part_name(v, part->key));
        for (uint32_t k = 0; k <= last; k++) {
            table_i64(t, (int64_t)part->consumers[k]);
        }
        table_f64(t, asset_share(part->consumers[last], part->consumers[0]));
    }
    if (text && v->f.parts_len > PARTS_SHOWN) {
        show_text(c, "The largest %d of %u; --csv and --json have all.",
                  "显示最大的 %d 项，共 %u 项；--csv 与 --json 含全部。", PARTS_SHOWN,
                  v->f.parts_len);
    }
}

static void funnel_plot(const struct funnel_view *v)
{
    struct plot *p = op_plot(v->a->c, PLOT_FUNNEL);
    analysis_plot_title(v->a, p, "Funnel", "漏斗");
    for (uint32_t k = 0; k < v->f.steps_len; k++) {
        plot_label(p, analysis_plot_step(v->a, &v->step[k]));
    }
    if (!v->spec.by) {
        plot_series(p, STR(""));
        for (uint32_t k = 0; k < v->f.steps_len; k++) {
            plot_value(p, (double)v->f.consumers[k]);
        }
    }
    for (uint32_t i = 0; v->spec.by && i < v->f.parts_len && i < PARTS_DRAWN; i++) {
        plot_series(p, part_name(v, v->f.parts[i].key));
        for (uint32_t k = 0; k < v->f.steps_len; k++) {
            plot_value(p, (double)v->f.parts[i].consumers[k]);
        }
    }
}

static void funnel_show(const struct funnel_view *v)
{
    struct op_call *c = v->a->c;
    struct str within = op_arg_str(c, "within");
    analysis_headline(v->a, "funnel", "漏斗");
    show_text(c, "every step within %.*s of the first%s%s", "每一步均在首步后 %.*s 内%s%s",
              STR_FMT(within), v->spec.by_item ? op_say(c, ", same item", "，同一商品") : "",
              v->spec.first_only ? op_say(c, ", first start only", "，只看第一次") : "");
    funnel_table(v);
    parts_table(v);
    funnel_plot(v);
    funnel_json(v);
}

static enum rc funnel_count(struct funnel_view *v)
{
    struct analysis *a = v->a;
    funnel_days(v);
    a->want.from = a->from;
    a->want.to = a->to;
    bool done = false;
    a->want.among = a->some ? &a->among : NULL;
    enum rc rc = funnel_want(&v->spec, a->c->arena, &a->want, a->c->err);
    if (!rc) {
        rc = funnel_scan(&v->spec, a->p->brand, &a->want, a->p->threads, &done, &v->f,
                         a->c->err);
    }
    if (!rc && !done) {
        rc = analysis_read(a);
    }
    if (!rc && !done) {
        funnel_make(&v->spec, &a->h, a->p->threads, &v->f);
    }
    if (!rc) {
        funnel_show(v);
        funnel_release(&v->f);
    }
    return rc;
}

static enum rc funnel_reply(struct analysis *a)
{
    struct funnel_view v = {.a = a};
    enum rc rc = funnel_steps(&v);
    if (!rc) {
        rc = analysis_span_parse(a->c, "within", &v.spec.within_ms);
    }
    if (!rc) {
        rc = funnel_by(&v);
    }
    if (!rc) {
        rc = funnel_count(&v);
    }
    mem_free(v.group);
    return rc;
}

static enum rc funnel_run(struct op_call *c) { return analysis_run(c, funnel_reply); }

/* ---- analyze retention ----------------------------------------------------------------------- */

struct retention_view {
    struct analysis *a;
    struct retention_spec spec;
    struct step first, back;
    struct retention r;
};

/* How many periods are shown: --periods, else what fits a screen, elsewhere all. */
static uint32_t retention_columns(const struct retention_view *v, bool text)
{
    struct op_call *c = v->a->c;
    int64_t shown = op_arg_int(c, "periods", text ? PERIODS_SHOWN : RETENTION_PERIODS_MAX);
    return v->r.periods < (uint64_t)shown ? v->r.periods : (uint32_t)shown;
}

static void retention_json(const struct retention_view *v)
{
    struct json *j = op_json(v->a->c);
    uint32_t columns = retention_columns(v, false);
    json_begin_object(j);
    json_put_str(j, "unit", op_arg_str(v->a->c, "unit"));
    json_put_bool(j, "rolling", v->spec.rolling);
    json_put_i64(j, "periods", v->r.periods);
    json_put_str(j, "first", v->first.text);
    json_put_str(j, "return", v->back.text);
    show_json_day(j, "from", v->spec.from);
    show_json_day(j, "to", v->spec.to);
    json_key(j, "cohorts");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->r.len; i++) {
        const struct cohort *h = &v->r.cohorts[i];
        json_begin_object(j);
        show_json_day(j, "cohort", h->day);
        json_put_i64(j, "size", (int64_t)h->size);
        json_put_i64(j, "whole", h->whole);
        json_key(j, "retained");
        json_begin_array(j);
        for (uint32_t k = 0; k < columns && k < h->periods; k++) {
            json_i64(j, (int64_t)h->retained[k]);
        }
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

/* Share of all members whose k-th period is over that were back in it. */
static double mean_share(const struct retention *r, uint32_t k)
{
    uint64_t size = 0, back = 0;
    for (uint32_t i = 0; i < r->len; i++) {
        if (k < r->cohorts[i].whole) {
            size += r->cohorts[i].size;
            back += r->cohorts[i].retained[k];
        }
    }
    return asset_share(back, size);
}

static void retention_table(const struct retention_view *v)
{
    static const char *const unit_en[] = {"day", "week", "month"};
    struct op_call *c = v->a->c;
    bool text = c->format == OP_FORMAT_TEXT;
    uint32_t columns = retention_columns(v, text);
    struct table *t = op_table(c);
    show_column(t, "cohort", op_say(c, "cohort", "同期群"), TABLE_TEXT);
    show_column(t, "size", op_say(c, "size", "人数"), TABLE_INT);
    for (uint32_t k = 0; k < columns; k++) {
        struct str name = text ? arena_strf(c->arena, "%s%u", k ? "+" : "", k)
                               : arena_strf(c->arena, "%s_%u", unit_en[v->spec.unit], k);
        table_column(t, &(struct table_column){.name = arena_cstr(c->arena, name),
                                               .kind = text ? TABLE_SHARE : TABLE_INT,
                                               .heat = text});
    }
    for (uint32_t i = 0; i < v->r.len; i++) {
        const struct cohort *h = &v->r.cohorts[i];
        table_row(t);
        table_str(t, show_day(c, h->day));
        table_i64(t, (int64_t)h->size);
        for (uint32_t k = 0; k < columns && k < h->periods; k++) {
            if (text) {
                table_f64(t, asset_share(h->retained[k], h->size));
            } else {
                table_i64(t, (int64_t)h->retained[k]);
            }
        }
    }
    if (text && v->r.len > 1) {
        table_rule(t);
        table_row(t);
        table_str(t, str_of(op_say(c, "all", "合计")));
        table_i64(t, (int64_t)v->r.size);
        for (uint32_t k = 0; k < columns; k++) {
            table_f64(t, mean_share(&v->r, k));
        }
    }
}

static void retention_plot(const struct retention_view *v)
{
    struct op_call *c = v->a->c;
    struct plot *p = op_plot(c, PLOT_HEAT);
    uint32_t columns = retention_columns(v, false);
    analysis_plot_title(v->a, p, "Retention", "留存");
    plot_unit(p, TABLE_SHARE, 1);
    plot_axes(p, op_say(c, "periods after", "之后第几期"), op_say(c, "cohort", "同期群"));
    for (uint32_t k = 0; k < columns; k++) {
        plot_label(p, arena_strf(c->arena, "%u", k));
    }
    for (uint32_t i = 0; i < v->r.len; i++) {
        const struct cohort *h = &v->r.cohorts[i];
        struct str day = show_day(c, h->day), size = show_count(c, h->size);
        plot_series(p, arena_strf(c->arena, "%.*s (%.*s)", STR_FMT(day), STR_FMT(size)));
        for (uint32_t k = 0; k < columns && k < h->periods; k++) {
            plot_value(p, asset_share(h->retained[k], h->size));
        }
    }
}

static void retention_show(const struct retention_view *v)
{
    static const char *const every[][2] = {
        {"daily", "按日"}, {"weekly", "按周"}, {"monthly", "按月"}};
    struct op_call *c = v->a->c;
    struct str first = analysis_step_name(v->a, &v->first);
    struct str back = analysis_step_name(v->a, &v->back);
    if (str_eq(first, STR("any"))) {
        first = str_of(op_say(c, "event", "任意事件"));
    }
    if (str_eq(back, STR("any"))) {
        back = str_of(op_say(c, "any event", "任意事件"));
    }
    v->a->to = v->spec.to;
    analysis_headline(v->a, "retention", "留存");
    show_text(
        c, "%s cohorts by the first %.*s; back with %.*s%s", "%s同期群，首次 %.*s；回访 %.*s%s",
        op_say(c, every[v->spec.unit][0], every[v->spec.unit][1]), STR_FMT(first),
        STR_FMT(back),
        v->spec.rolling ? op_say(c, "; from each consumer's own day", "；按每人首日滚动计")
                        : "");
    retention_table(v);
    if (v->r.periods > retention_columns(v, true)) {
        show_text(c, "%u periods; --periods shows more, --csv and --json have all.",
                  "共 %u 期；--periods 显示更多，--csv 与 --json 含全部。", v->r.periods);
    }
    retention_plot(v);
    retention_json(v);
}

static enum cycle cycle_named(struct str s)
{
    return str_eq(s, STR("day"))     ? CYCLE_DAY
           : str_eq(s, STR("month")) ? CYCLE_MONTH
                                     : CYCLE_WEEK;
}

static enum rc retention_count(struct retention_view *v)
{
    struct analysis *a = v->a;
    struct op_call *c = a->c;
    bool done = false;
    enum rc rc = retention_want(&v->spec, c->arena, &a->want, c->err);
    if (!rc) {
        rc = retention_scan(&v->spec, a->p->brand, a->some ? &a->among : NULL, &done, &v->r,
                            c->err);
    }
    if (!rc && !done) {
        rc = analysis_read(a);
    }
    if (!rc && !done) {
        rc = retention_make(&v->spec, &a->h, a->p->threads, &v->r, c->err);
    }
    return rc;
}

static enum rc retention_reply(struct analysis *a)
{
    struct op_call *c = a->c;
    struct retention_view v = {.a = a};
    enum rc rc = analysis_step(a, op_arg_str(c, "first"), "--first", &v.first);
    if (!rc) {
        rc = analysis_step(a, op_arg_str(c, "return"), "--return", &v.back);
    }
    if (rc) {
        return rc;
    }
    v.spec = (struct retention_spec){.first = v.first.filter,
                                     .back = v.back.filter,
                                     .unit = cycle_named(op_arg_str(c, "unit")),
                                     .rolling = op_arg_bool(c, "rolling"),
                                     .from = a->from,
                                     .to = analysis_last_day(a),
                                     .zone = a->p->brand->zone};
    rc = retention_count(&v);
    if (!rc) {
        retention_show(&v);
        retention_release(&v.r);
    }
    return rc;
}

static enum rc retention_run(struct op_call *c) { return analysis_run(c, retention_reply); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct op_in funnel_in[] = {
    {.name = "step", .type = OP_STR, .required = true, .positional = true, .many = true, .metavar = "STEP",
     .help = "events, with tests in parentheses: item_view, '(item_view or favorite)', 'purchase(amount >= 200)'",
     .help_zh = "事件，可在括号内加条件：item_view、'(item_view or favorite)'、'purchase(amount >= 200)'"},
    {.name = "within", .type = OP_STR, .fallback = "7d", .metavar = "SPAN",
     .help = "elapsed time from the first step that all others lie in: 30m, 24h, 3d",
     .help_zh = "自首步起所有步骤须在其内的时长：30m、24h、3d"},
    {.name = "by", .type = OP_STR, .many = true, .metavar = "WHAT",
     .help = "item: the same item in all steps; channel, touchpoint, campaign, category: a row each value at the start; stage, or a question (tag \"VIP\"): a row each as of the last day",
     .help_zh = "item：各步为同一商品；channel、touchpoint、campaign、category：按首步的取值拆分；stage 或条件（tag \"VIP\"）：按截至最后一天的取值拆分"},
    {.name = "first", .type = OP_BOOL, .help = "look at each consumer's first start only",
     .help_zh = "每位消费者只看第一次首步"},
    {.name = "from", .type = OP_DAY, .help = "first day of the start; all days", .help_zh = "首步的第一天；默认全部"},
    {.name = "to", .type = OP_DAY, .help = "last day of the start, included; later steps may lie behind it",
     .help_zh = "首步的最后一天（含）；其后各步可在此之后"},
    ANALYZE_AMONG,
    {0}};
static const struct op_out funnel_out[] = {
    {"from", OP_DAY, "first day of the start; null: open", "首步的第一天", true},
    {"to", OP_DAY, "last day of the start; null: open", "首步的最后一天", true},
    {"within", OP_STR, "elapsed time from the first step", "自首步起的时长", false},
    {"steps[].event", OP_STR, "the step", "步骤", false},
    {"steps[].consumers", OP_INT, "consumers that got there", "到达的消费者", false},
    {"steps[].share", OP_REAL, "of those at the first step, 0..1", "占首步的比例", true},
    {"steps[].of_before", OP_REAL, "of those at the step before, 0..1", "占上一步的比例", true},
    {"steps[].median_s", OP_REAL, "median seconds from the step before", "距上一步的中位秒数", true},
    {"steps[].median_from_start_s", OP_REAL, "median seconds from the start", "距首步的中位秒数", true},
    {"parts[].value", OP_STR, "value at the start; null: unknown", "首步的取值；null 为未知", true},
    {"parts[].consumers[]", OP_INT, "consumers that got to each step", "到达各步的消费者", false},
    {0}};

static const struct op_in retention_in[] = {
    {.name = "unit", .type = OP_CHOICE, .choices = "day|week|month", .fallback = "week",
     .help = "periods; weeks begin on Monday", .help_zh = "周期；周从周一起"},
    {.name = "first", .type = OP_STR, .fallback = "any", .metavar = "STEP",
     .help = "the event whose first time makes the cohort", .help_zh = "首次发生决定同期群的事件"},
    {.name = "return", .type = OP_STR, .fallback = "any", .metavar = "STEP",
     .help = "the event that counts as coming back", .help_zh = "算作回访的事件"},
    {.name = "rolling", .type = OP_BOOL,
     .help = "count periods (1, 7, 30 days) from each consumer's own first day",
     .help_zh = "按每位消费者自己的首日计周期（1、7、30 天）"},
    {.name = "from", .type = OP_DAY, .help = "cohorts: first days from here on; all", .help_zh = "首日不早于此日的同期群；默认全部"},
    {.name = "to", .type = OP_DAY,
     .help = "last day looked at; today, or the last event's day when that is 30 days ago",
     .help_zh = "统计的最后一天；默认今天，若最后一个事件在 30 天以前则为该事件的日期"},
    {.name = "periods", .type = OP_INT, .min = 1, .max = 4000, .help = "that many periods of each cohort, the first among them; 13 on a screen, else all",
     .help_zh = "每个同期群列出的期数（含首期）；屏幕默认 13，其余全部"},
    ANALYZE_AMONG,
    {0}};
static const struct op_out retention_out[] = {
    {"unit", OP_STR, "day, week or month", "周期", false},
    {"rolling", OP_BOOL, "periods from each consumer's own first day", "按每人首日滚动", false},
    {"periods", OP_INT, "how many the longest row has, listed or not", "最长一行的期数（无论是否列出）", false},
    {"first", OP_STR, "the event that makes the cohort", "决定同期群的事件", false},
    {"return", OP_STR, "the event that counts as coming back", "算作回访的事件", false},
    {"from", OP_DAY, "first day of the cohorts; null: open", "同期群的第一天", true},
    {"to", OP_DAY, "last day looked at", "统计的最后一天", false},
    {"cohorts[].cohort", OP_DAY, "first day of the cohort's period", "同期群周期的第一天", false},
    {"cohorts[].size", OP_INT, "consumers in it", "人数", false},
    {"cohorts[].whole", OP_INT, "how many of the periods are over for all of them", "对所有成员已结束的期数", false},
    {"cohorts[].retained[]", OP_INT, "consumers that came back in the period 0, 1, 2 ... after; with periods that many at most", "第 0、1、2…期回访的消费者；指定 periods 时不超过该期数", false},
    {0}};

static const struct op analyze_ops[] = {
    {.name = "analyze funnel", .route = "GET /api/v1/analyze/funnel", .perm = "report.read",
     .help = "How many consumers went through steps in order, each within a span of the first.",
     .help_zh = "漏斗：依次完成各步（自首步起限时）的消费者数。",
     .more = "Steps are strictly one after the other. Every start is tried; a consumer counts once, at the farthest step it reached. Orders refunded in full are no purchase. Words of other systems with one meaning (view, cart, buy, pv, fav) are understood.",
     .more_zh = "各步严格先后；每次首步都会尝试，每位消费者按走得最远的一次计一次。整单退款不算购买。其他系统的常用词（view、cart、buy、pv、fav）可直接使用。",
     .example = "pond analyze funnel item_view add_cart purchase --within 3d\npond analyze funnel item_view 'purchase(amount >= 200)' --by channel --from 2017-11-25 --to 2017-12-03",
     .in = funnel_in, .out = funnel_out, .picture = "the funnel; with --by the largest values beside each other", .picture_zh = "漏斗；--by 时最大的几项并列", .run = funnel_run},
    {.name = "analyze retention", .route = "GET /api/v1/analyze/retention", .perm = "report.read",
     .help = "Cohorts by first event, and how many of each came back in the periods after.",
     .help_zh = "留存：按首次事件分同期群，看其后各期回访人数。",
     .more = "The first event is the first one ever up to the last day. Coming back in period 0 means the same period, at or after the first event. Periods that are not over yet are left out of the line of all cohorts.",
     .more_zh = "首次事件指截至最后一天的历史首次。第 0 期即同期（含首次事件）。合计行不含尚未结束的周期。",
     .example = "pond analyze retention --unit week\npond analyze retention --unit month --first purchase --return purchase --csv",
     .in = retention_in, .out = retention_out, .picture = "the table as a heat map", .picture_zh = "留存热力图", .run = retention_run},
    {0}};
/* clang-format on */

const struct op_module analyze_module = {"analyze", "Analysis", "分析", analyze_ops};
