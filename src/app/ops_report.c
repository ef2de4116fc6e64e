/* Reports of assets, trend and flow: questions in, tables and JSON out. The figures are made in
 * src/report/. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/report_by.h"
#include "app/report_plot.h"
#include "app/show.h"
#include "base/mem.h"
#include "report/asset.h"
#include "report/flow.h"
#include "report/period.h"
#include "report/trend.h"
#include <inttypes.h>
#include <math.h>

#define TREND_DAYS 30
#define FLOW_DAYS 8 /* a week: from its eve to its last day */

/* Opens for reading, answers, closes. */
static enum rc with_brand(struct op_call *c, enum rc (*reply)(struct op_call *, struct pond *))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, reply(c, p), c->err);
}

static enum rc choose_period(struct op_call *c, const struct pond *p, int32_t days,
                             struct period *out)
{
    struct period_question q = {
        .from = op_arg_day(c, "from", DAY_NONE),
        .to = op_arg_day(c, "to", DAY_NONE),
        .today = pond_today(p),
        .last_event = p->brand->last_day,
        .days = days,
    };
    return period_choose(&q, out, c->err);
}

static struct str period_text(const struct op_call *c, const struct pond *p,
                              const struct period *d)
{
    const char *tail = d->to == pond_today(p) ? op_say(c, " (now)", "（此刻）") : "";
    struct str from = show_day(c, d->from), to = show_day(c, d->to);
    return c->lang == LANG_ZH
               ? arena_strf(c->arena, "%.*s 至 %.*s%s", STR_FMT(from), STR_FMT(to), tail)
               : arena_strf(c->arena, "%.*s to %.*s%s", STR_FMT(from), STR_FMT(to), tail);
}

static void say_quiet(struct op_call *c, const struct period *d)
{
    if (d->to_last) {
        struct str day = show_day(c, d->to);
        if (c->lang == LANG_ZH) {
            op_text(c, "最后一个事件在 %.*s，报表止于该日；用 --to 指定其他日期。",
                    STR_FMT(day));
        } else {
            op_text(c,
                    "The last event is of %.*s, so the report ends there; --to asks for "
                    "another day.",
                    STR_FMT(day));
        }
    }
}

/* ---- report assets --------------------------------------------------------------------------- */

static void assets_json(struct op_call *c, const struct stage_model *m,
                        const struct asset_report *r, const struct report_parts *parts)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    show_json_day(j, "as_of", r->as_of);
    json_put_str(j, "model", m->name);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[s].name);
        json_put_i64(j, "consumers", (int64_t)r->consumers[s]);
        json_put_f64(j, "share", asset_share(r->consumers[s], r->known));
        json_put_i64(j, "change_7d", (int64_t)(r->consumers[s] - r->earlier[s]));
        json_end_object(j);
    }
    json_end_array(j);
    json_put_i64(j, "known", (int64_t)r->known);
    json_put_i64(j, "known_7d_before", (int64_t)r->known_earlier);
    json_put_i64(j, "unknown", (int64_t)r->unknown);
    report_by_json(j, c->app, parts);
    json_end_object(j);
}

/* Growth as a share, NaN when there was nothing. More than a hundredfold says little as a share:
 * a screen leaves it out. */
static double growth(uint64_t now, uint64_t before, bool text)
{
    if (before == 0 || (text && now / 100 > before)) {
        return (double)NAN;
    }
    return ((double)now - (double)before) / (double)before;
}

struct asset_row {
    struct str label;
    uint64_t now, before, known;
    bool bar; /* not in the row of all: it would only flatten the others */
};

static void assets_row(struct op_call *c, struct table *t, const struct asset_row *r)
{
    table_row(t);
    table_str(t, r->label);
    table_i64(t, (int64_t)r->now);
    table_f64(t, asset_share(r->now, r->known));
    if (r->bar) {
        table_i64(t, (int64_t)r->now);
    } else {
        table_empty(t);
    }
    table_i64(t, (int64_t)(r->now - r->before));
    table_f64(t, growth(r->now, r->before, c->format == OP_FORMAT_TEXT));
}

static void assets_table(struct op_call *c, const struct stage_model *m,
                         const struct asset_report *r)
{
    struct table *t = op_table(c);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "bar", " ", TABLE_BAR);
    show_column(t, "change_7d", op_say(c, "7 days", "较 7 天前"), TABLE_DELTA);
    show_column(t, "change_7d_share", op_say(c, "change", "变化"), TABLE_SHARE);
    bool text =
        c->format == OP_FORMAT_TEXT; /* highest first on a screen, lowest for machines */
    for (uint32_t i = 0; i < r->stages_len; i++) {
        uint32_t s = text ? r->stages_len - 1 - i : i;
        assets_row(c, t,
                   &(struct asset_row){.label = show_stage(c, &m->stages[s]),
                                       .now = r->consumers[s],
                                       .before = r->earlier[s],
                                       .known = r->known,
                                       .bar = true});
    }
    if (text) {
        table_rule(t);
        assets_row(c, t,
                   &(struct asset_row){.label = str_of(op_say(c, "known", "合计")),
                                       .now = r->known,
                                       .before = r->known_earlier,
                                       .known = r->known});
    }
}

static void assets_text(struct op_call *c, const struct pond *p, const struct asset_report *r)
{
    struct str day = show_day(c, r->as_of);
    bool now = r->as_of == pond_today(p);
    struct str known = show_count(c, r->known), unknown = show_count(c, r->unknown);
    if (c->lang == LANG_ZH) {
        show_headline(
            c, p,
            arena_strf(c->arena, "截至 %.*s%s", STR_FMT(day), now ? "（此刻）" : " 日终"));
        op_text(c, "已知消费者 %.*s · 该日之后才出现 %.*s", STR_FMT(known), STR_FMT(unknown));
    } else {
        show_headline(c, p,
                      arena_strf(c->arena, "as of %s%.*s%s", now ? "" : "the end of ",
                                 STR_FMT(day), now ? " (now)" : ""));
        op_text(c, "known consumers %.*s · first seen after that day %.*s", STR_FMT(known),
                STR_FMT(unknown));
    }
}

static void assets_advice(struct op_call *c, const struct pond *p, const struct asset_report *r)
{
    const struct brand *b = p->brand;
    if (b->last_day == DAY_NONE) {
        op_text(c, "%s",
                op_say(c, "The pond is empty. Next: pond import FILE (pond sample makes one)",
                       "池塘还是空的。下一步：pond import FILE（pond sample 可生成示例文件）"));
    } else if (r->as_of > b->last_day + 30) {
        struct str day = show_day(c, b->last_day);
        if (c->lang == LANG_ZH) {
            op_text(c, "最后一个事件在 %.*s，之后各阶段只会衰减；用 --as-of %.*s 查看当日。",
                    STR_FMT(day), STR_FMT(day));
        } else {
            op_text(c,
                    "The last event is of %.*s; since then stages only decay. That day: "
                    "--as-of %.*s",
                    STR_FMT(day), STR_FMT(day));
        }
    }
}

static enum rc assets_reply(struct op_call *c, struct pond *p)
{
    struct asset_report r = {0};
    const struct stage_model *m = pond_model(p);
    int32_t day = op_arg_day(c, "as-of", pond_today(p));
    struct report_parts parts = {0};
    enum rc rc = asset_report_make(pond_assets(p), m, p->brand, day, &r, c->err);
    if (!rc) {
        rc = report_by_make(c, p, day, &parts);
    }
    if (rc) {
        return rc;
    }
    assets_text(c, p, &r);
    assets_table(c, m, &r);
    report_by_table(c, p, &parts);
    assets_advice(c, p, &r);
    report_plot_assets(c, p, &r, show_day(c, day));
    assets_json(c, m, &r, &parts);
    return RC_OK;
}

static enum rc assets_run(struct op_call *c) { return with_brand(c, assets_reply); }

/* ---- report trend ---------------------------------------------------------------------------- */

static void trend_json(struct op_call *c, const struct stage_model *m,
                       const struct trend_report *r)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "model", m->name);
    show_json_day(j, "from", r->from);
    show_json_day(j, "to", r->to);
    json_key(j, "days");
    json_begin_array(j);
    for (uint32_t d = 0; d < r->days; d++) {
        json_begin_object(j);
        show_json_day(j, "day", r->from + (int32_t)d);
        for (uint32_t s = 0; s < r->stages_len; s++) {
            json_key_str(j, m->stages[s].name);
            json_i64(j, (int64_t)trend_report_at(r, d, s));
        }
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void trend_table(struct op_call *c, const struct stage_model *m,
                        const struct trend_report *r)
{
    struct table *t = op_table(c);
    show_column(t, "day", op_say(c, "day", "日期"), TABLE_TEXT);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        char *name = arena_cstr(c->arena, m->stages[s].name);
        show_column(t, name, arena_cstr(c->arena, show_stage(c, &m->stages[s])), TABLE_INT);
    }
    show_column(t, "known", op_say(c, "known", "合计"), TABLE_INT);
    for (uint32_t d = 0; d < r->days; d++) {
        uint64_t known = 0;
        table_row(t);
        table_str(t, show_day(c, r->from + (int32_t)d));
        for (uint32_t s = 0; s < r->stages_len; s++) {
            uint64_t n = trend_report_at(r, d, s);
            known += n;
            table_i64(t, (int64_t)n);
        }
        table_i64(t, (int64_t)known);
    }
}

static void trend_spark_row(struct op_call *c, struct table *t, struct str label,
                            const struct trend_report *r, uint32_t stage)
{
    double *v = arena_array(c->arena, double, r->days);
    uint64_t first = trend_report_at(r, 0, stage), last = first, low = first, high = first;
    for (uint32_t d = 0; d < r->days; d++) {
        last = trend_report_at(r, d, stage);
        low = last < low ? last : low;
        high = last > high ? last : high;
        v[d] = (double)last;
    }
    table_row(t);
    table_str(t, label);
    table_spark(t, v, r->days);
    table_i64(t, (int64_t)first);
    table_i64(t, (int64_t)last);
    table_i64(t, (int64_t)(last - first));
    table_i64(t, (int64_t)low);
    table_i64(t, (int64_t)high);
}

/* A line a stage; for the screen only. */
static void trend_sparks(struct op_call *c, const struct stage_model *m,
                         const struct trend_report *r)
{
    if (c->format != OP_FORMAT_TEXT) {
        return;
    }
    uint32_t width = r->days < 20 ? 20 : r->days > 60 ? 60 : r->days;
    struct table *t = op_table(c);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "trend",
                                           .title = op_say(c, "trend", "走势"),
                                           .kind = TABLE_SPARK,
                                           .width = width});
    show_column(t, "first", op_say(c, "first", "期初"), TABLE_INT);
    show_column(t, "last", op_say(c, "last", "期末"), TABLE_INT);
    show_column(t, "change", op_say(c, "change", "变化"), TABLE_DELTA);
    show_column(t, "low", op_say(c, "low", "最低"), TABLE_INT);
    show_column(t, "high", op_say(c, "high", "最高"), TABLE_INT);
    for (uint32_t s = r->stages_len; s-- > 0;) {
        trend_spark_row(c, t, show_stage(c, &m->stages[s]), r, s);
    }
}

static enum rc trend_reply(struct op_call *c, struct pond *p)
{
    struct period d = {0};
    struct trend_report r = {0};
    const struct stage_model *m = pond_model(p);
    enum rc rc = choose_period(c, p, TREND_DAYS, &d);
    if (!rc) {
        rc = trend_report_make(pond_assets(p), m, p->brand, d.from, d.to, c->arena, &r, c->err);
    }
    if (rc) {
        return rc;
    }
    show_headline(c, p, period_text(c, p, &d));
    say_quiet(c, &d);
    trend_table(c, m, &r);
    trend_sparks(c, m, &r);
    report_plot_trend(c, p, &r, period_text(c, p, &d));
    trend_json(c, m, &r);
    return RC_OK;
}

static enum rc trend_run(struct op_call *c) { return with_brand(c, trend_reply); }

/* ---- report flow ----------------------------------------------------------------------------- */

static void put_moves(struct json *j, const struct moves *m)
{
    json_put_i64(j, "deepened", (int64_t)m->deepened);
    json_put_i64(j, "stayed", (int64_t)m->stayed);
    json_put_i64(j, "regressed", (int64_t)m->regressed);
    json_put_i64(j, "lost", (int64_t)m->lost);
    json_put_i64(j, "new", (int64_t)m->fresh);
}

static void put_counts(struct json *j, const uint64_t *v, uint32_t n)
{
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i++) {
        json_i64(j, (int64_t)v[i]);
    }
    json_end_array(j);
}

static void flow_json(struct op_call *c, const struct stage_model *m,
                      const struct flow_report *r)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    show_json_day(j, "from", r->from);
    show_json_day(j, "to", r->to);
    json_put_str(j, "model", m->name);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        json_str(j, m->stages[s].name);
    }
    json_end_array(j);
    json_key(j, "matrix");
    json_begin_array(j);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        put_counts(j, r->matrix[s], r->stages_len);
    }
    json_end_array(j);
    json_key(j, "new");
    put_counts(j, r->fresh, r->stages_len);
    json_key(j, "moves");
    json_begin_object(j);
    put_moves(j, &r->moves);
    json_end_object(j);
    json_put_i64(j, "known_from", (int64_t)r->start_all);
    json_put_i64(j, "known_to", (int64_t)r->end_all);
    json_end_object(j);
}

static void flow_row(struct table *t, struct str label, const uint64_t *cells, uint32_t len,
                     uint64_t total)
{
    table_row(t);
    table_str(t, label);
    for (uint32_t s = 0; s < len; s++) {
        table_i64(t, (int64_t)cells[s]);
    }
    table_i64(t, (int64_t)total);
}

static void flow_table(struct op_call *c, const struct stage_model *m,
                       const struct flow_report *r)
{
    bool text = c->format == OP_FORMAT_TEXT;
    struct table *t = op_table(c);
    struct str from = show_day(c, r->from), to = show_day(c, r->to);
    if (text) {
        struct str corner =
            c->lang == LANG_ZH ? arena_strf(c->arena, "行：%.*s 日终　列：%.*s 日终",
                                            STR_FMT(from), STR_FMT(to))
                               : arena_strf(c->arena, "rows: end of %.*s, columns: end of %.*s",
                                            STR_FMT(from), STR_FMT(to));
        table_title(t, corner);
    }
    show_column(t, "from", op_say(c, "from \\ to", "从 \\ 到"), TABLE_TEXT);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        char *name = arena_cstr(c->arena, m->stages[s].name);
        show_column(t, name, arena_cstr(c->arena, show_stage(c, &m->stages[s])), TABLE_INT);
    }
    show_column(t, "total", op_say(c, "total", "合计"), TABLE_INT);
    for (uint32_t s = 0; s < r->stages_len; s++) {
        flow_row(t, show_stage(c, &m->stages[s]), r->matrix[s], r->stages_len, r->start[s]);
    }
    flow_row(t, str_of(text ? op_say(c, "new", "新增") : "new"), r->fresh, r->stages_len,
             r->moves.fresh);
    if (text) {
        table_rule(t);
        flow_row(t, str_of(op_say(c, "total", "合计")), r->end, r->stages_len, r->end_all);
    }
}

static void moves_row(struct op_call *c, struct table *t, const char *name, const char *title,
                      uint64_t n, uint64_t of)
{
    table_row(t);
    table_str(t, str_of(c->format == OP_FORMAT_TEXT ? title : name));
    table_i64(t, (int64_t)n);
    table_f64(t, asset_share(n, of));
    if (c->format == OP_FORMAT_TEXT) {
        table_f64(t, asset_share(n, of));
    }
}

static void moves_table(struct op_call *c, const struct flow_report *r)
{
    const struct moves *m = &r->moves;
    struct table *t = op_table(c);
    show_column(t, "move", op_say(c, "move", "流转"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share of start", "占期初"), TABLE_SHARE);
    if (c->format == OP_FORMAT_TEXT) {
        show_column(t, "bar", " ", TABLE_BAR);
    }
    moves_row(c, t, "deepened", op_say(c, "deepened", "加深"), m->deepened, r->start_all);
    moves_row(c, t, "stayed", op_say(c, "stayed", "停留"), m->stayed, r->start_all);
    moves_row(c, t, "regressed", op_say(c, "regressed", "回退"), m->regressed, r->start_all);
    moves_row(c, t, "lost", op_say(c, "lost", "流失"), m->lost, r->start_all);
    moves_row(c, t, "new", op_say(c, "new", "新增"), m->fresh, r->start_all);
}

static void flow_balance(struct op_call *c, const struct flow_report *r)
{
    const struct moves *m = &r->moves;
    struct str start = show_count(c, r->start_all), end = show_count(c, r->end_all);
    struct str fresh = show_count(c, m->fresh);
    struct str parts[4] = {show_count(c, m->deepened), show_count(c, m->stayed),
                           show_count(c, m->regressed), show_count(c, m->lost)};
    if (c->lang == LANG_ZH) {
        op_text(c,
                "平衡：期初 %.*s = 加深 %.*s + 停留 %.*s + 回退 %.*s + 流失 %.*s；期末 %.*s = "
                "期初 + 新增 %.*s",
                STR_FMT(start), STR_FMT(parts[0]), STR_FMT(parts[1]), STR_FMT(parts[2]),
                STR_FMT(parts[3]), STR_FMT(end), STR_FMT(fresh));
    } else {
        op_text(c,
                "balanced: start %.*s = deepened %.*s + stayed %.*s + regressed %.*s + lost "
                "%.*s; end %.*s = start + new %.*s",
                STR_FMT(start), STR_FMT(parts[0]), STR_FMT(parts[1]), STR_FMT(parts[2]),
                STR_FMT(parts[3]), STR_FMT(end), STR_FMT(fresh));
    }
}

static enum rc flow_reply(struct op_call *c, struct pond *p)
{
    struct period d = {0};
    struct flow_report r = {0};
    const struct stage_model *m = pond_model(p);
    enum rc rc = choose_period(c, p, FLOW_DAYS, &d);
    if (!rc) {
        rc = flow_report_make(pond_assets(p), m, p->brand, d.from, d.to, &r, c->err);
    }
    if (rc) {
        return rc;
    }
    show_headline(c, p, period_text(c, p, &d));
    say_quiet(c, &d);
    flow_table(c, m, &r);
    if (c->format == OP_FORMAT_TEXT) {
        moves_table(c, &r);
        flow_balance(c, &r);
    }
    bool sankey = str_eq(op_arg_str(c, "as"), STR("sankey"));
    report_plot_flow(c, p, &r, period_text(c, p, &d), sankey);
    flow_json(c, m, &r);
    return RC_OK;
}

static enum rc flow_run(struct op_call *c) { return with_brand(c, flow_reply); }

/* ---- report flows ---------------------------------------------------------------------------- */

static void flows_json(struct op_call *c, const struct stage_model *m,
                       const struct flow_series *s)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    show_json_day(j, "from", s->from);
    show_json_day(j, "to", s->to);
    json_put_str(j, "model", m->name);
    json_key(j, "days");
    json_begin_array(j);
    for (uint32_t d = 0; d < s->days; d++) {
        json_begin_object(j);
        show_json_day(j, "day", s->from + (int32_t)d);
        put_moves(j, &s->day[d]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void flows_table(struct op_call *c, const struct flow_series *s)
{
    struct table *t = op_table(c);
    show_column(t, "day", op_say(c, "day", "日期"), TABLE_TEXT);
    show_column(t, "deepened", op_say(c, "deepened", "加深"), TABLE_INT);
    show_column(t, "stayed", op_say(c, "stayed", "停留"), TABLE_INT);
    show_column(t, "regressed", op_say(c, "regressed", "回退"), TABLE_INT);
    show_column(t, "lost", op_say(c, "lost", "流失"), TABLE_INT);
    show_column(t, "new", op_say(c, "new", "新增"), TABLE_INT);
    struct moves sum = {0};
    for (uint32_t d = 0; d < s->days; d++) {
        const struct moves *m = &s->day[d];
        table_row(t);
        table_str(t, show_day(c, s->from + (int32_t)d));
        table_i64(t, (int64_t)m->deepened);
        table_i64(t, (int64_t)m->stayed);
        table_i64(t, (int64_t)m->regressed);
        table_i64(t, (int64_t)m->lost);
        table_i64(t, (int64_t)m->fresh);
        sum.deepened += m->deepened;
        sum.regressed += m->regressed;
        sum.lost += m->lost;
        sum.fresh += m->fresh;
    }
    if (c->format == OP_FORMAT_TEXT) {
        table_rule(t);
        table_row(t);
        table_str(t, str_of(op_say(c, "total", "合计")));
        table_i64(t, (int64_t)sum.deepened);
        table_empty(t);
        table_i64(t, (int64_t)sum.regressed);
        table_i64(t, (int64_t)sum.lost);
        table_i64(t, (int64_t)sum.fresh);
    }
}

static enum rc flows_reply(struct op_call *c, struct pond *p)
{
    struct period d = {0};
    struct flow_series s = {0};
    const struct stage_model *m = pond_model(p);
    enum rc rc = choose_period(c, p, TREND_DAYS, &d);
    if (!rc) {
        rc = flow_series_make(pond_assets(p), m, p->brand, d.from, d.to, c->arena, &s, c->err);
    }
    if (rc) {
        return rc;
    }
    show_headline(c, p, period_text(c, p, &d));
    say_quiet(c, &d);
    flows_table(c, &s);
    report_plot_flows(c, p, &s, period_text(c, p, &d));
    flows_json(c, m, &s);
    return RC_OK;
}

static enum rc flows_run(struct op_call *c) { return with_brand(c, flows_reply); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define FROM_TO(from_en, from_zh)                                                                \
    {.name = "from", .type = OP_DAY, .help = from_en, .help_zh = from_zh},                       \
    {.name = "to", .type = OP_DAY,                                                               \
     .help = "last day, included; today, or the last event's day when that is 30 days ago",      \
     .help_zh = "最后一天（含）；默认今天，若最后一个事件在 30 天以前则为该事件的日期"}

static const struct op_in assets_in[] = {
    {.name = "as-of", .type = OP_DAY, .help = "the day asked about, at its end; today means now",
     .help_zh = "截至哪一天（日终）；默认今天，即此刻"},
    {.name = "by", .type = OP_STR, .metavar = "WHAT",
     .help = "a row each: channel or touchpoint of the first event; age (new: known for 30 days or less); or a question (tag \"VIP\"), yes and no",
     .help_zh = "拆分：channel 或 touchpoint（首个事件的渠道或触点）；age（新老，30 天为界）；或条件（tag \"VIP\"）"},
    {0}};
static const struct op_out assets_out[] = {
    {"as_of", OP_DAY, "the day asked about", "截至日期", false},
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {"stages[].stage", OP_STR, "stage, the lowest (none) first", "阶段，从低到高", false},
    {"stages[].consumers", OP_INT, "consumers in it", "消费者数", false},
    {"stages[].share", OP_REAL, "of the known consumers, 0..1", "占已知消费者的比例", true},
    {"stages[].change_7d", OP_INT, "against seven days before", "较 7 天前的变化", false},
    {"known", OP_INT, "consumers known on that day", "当日已知的消费者", false},
    {"known_7d_before", OP_INT, "consumers known seven days before", "7 天前已知的消费者", false},
    {"unknown", OP_INT, "consumers first seen after that day", "该日之后才出现的消费者", false},
    {"parts[].value", OP_STR, "--by: the value; empty: unknown", "--by 的取值；空为未知", true},
    {"parts[].known", OP_INT, "--by: consumers known on that day", "--by：当日已知的消费者", true},
    {"parts[].consumers[]", OP_INT, "--by: consumers by stage, lowest first", "--by：各阶段的消费者，从低到高", true},
    {0}};

static const struct op_in trend_in[] = {
    FROM_TO("first day, included; 30 days up to the last one", "第一天（含）；默认到最后一天共 30 天"),
    {0}};
static const struct op_out trend_out[] = {
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"days", OP_ANY, "an object a day: day, then consumers by stage name",
     "每天一个对象：day，以及按阶段名的消费者数", false},
    {0}};

static const struct op_in flow_in[] = {
    FROM_TO("the day to start from, at its end; a week before the last one", "起始日（日终）；默认最后一天的 7 天前"),
    {.name = "as", .type = OP_CHOICE, .choices = "heat|sankey", .fallback = "heat",
     .help = "what --plot draws: the matrix, or ribbons", .help_zh = "--plot 画什么：矩阵或桑基图"},
    {0}};
static const struct op_out flow_out[] = {
    {"from", OP_DAY, "rows are the stages at the end of this day", "行：该日日终的阶段", false},
    {"to", OP_DAY, "columns are the stages at the end of this day", "列：该日日终的阶段", false},
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {"stages[]", OP_STR, "the stages in order of rows and columns", "行列的阶段顺序", false},
    {"matrix[][]", OP_INT, "consumers from the row's stage to the column's", "从行阶段到列阶段的消费者", false},
    {"new[]", OP_INT, "consumers first known after `from`, by stage", "起始日之后才出现的消费者，按阶段", false},
    {"moves.deepened", OP_INT, "to a higher stage", "进入更高阶段", false},
    {"moves.stayed", OP_INT, "in the same stage", "停留原阶段", false},
    {"moves.regressed", OP_INT, "to a lower stage, not none", "退到更低阶段（不含无阶段）", false},
    {"moves.lost", OP_INT, "from a stage to none", "从有阶段到无阶段", false},
    {"moves.new", OP_INT, "first known after `from`", "新增", false},
    {"known_from", OP_INT, "consumers known at the start", "期初已知", false},
    {"known_to", OP_INT, "consumers known at the end", "期末已知", false},
    {0}};

static const struct op_in flows_in[] = {
    FROM_TO("first day, included; 30 days up to the last one", "第一天（含）；默认到最后一天共 30 天"),
    {0}};
static const struct op_out flows_out[] = {
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"model", OP_STR, "name of the stage model", "阶段模型", false},
    {"days[].day", OP_DAY, "moves from the end of the day before to the end of this day", "前一日日终到该日日终的流转", false},
    {"days[].deepened", OP_INT, "to a higher stage", "进入更高阶段", false},
    {"days[].stayed", OP_INT, "in the same stage", "停留原阶段", false},
    {"days[].regressed", OP_INT, "to a lower stage, not none", "退到更低阶段（不含无阶段）", false},
    {"days[].lost", OP_INT, "from a stage to none", "从有阶段到无阶段", false},
    {"days[].new", OP_INT, "first known on this day", "当日新增", false},
    {0}};

static const struct op report_ops[] = {
    {.name = "report assets", .route = "GET /api/v1/report/assets", .perm = "report.read",
     .help = "How many consumers stand in each AIPL stage as of a day.",
     .help_zh = "AIPL 人群资产：截至某日各阶段的消费者数。",
     .more = "A consumer has one stage a day, the highest whose rule holds at its end. `none` counts consumers already known that hold no stage.",
     .more_zh = "消费者每天只有一个阶段：日终时成立的最高阶段。none 为已知但不在任何阶段的消费者。",
     .example = "pond report assets\npond report assets --as-of 2017-12-01 --by channel --json",
     .in = assets_in, .out = assets_out, .run = assets_run,
     .picture = "bars, a stage a row, beside a week before", .picture_zh = "各阶段一行条形，与 7 天前对比"},
    {.name = "report trend", .route = "GET /api/v1/report/trend", .perm = "report.read",
     .help = "Consumers in each stage, a row a day, with spark lines.",
     .help_zh = "趋势：每天一行，各阶段的消费者数与走势线。",
     .example = "pond report trend --from 2017-11-25 --to 2017-12-03\npond report trend --csv > trend.csv",
     .in = trend_in, .out = trend_out, .run = trend_run,
     .picture = "a line a stage", .picture_zh = "每阶段一条线"},
    {.name = "report flow", .route = "GET /api/v1/report/flow", .perm = "report.read",
     .help = "Who moved from which stage to which between two days.",
     .help_zh = "链路流转：两天之间各阶段的流转矩阵。",
     .more = "Rows are stages at the end of the first day, columns at the end of the second; `new` are consumers first known in between. The figures are checked to balance before they are shown.",
     .more_zh = "行为起始日日终的阶段，列为结束日日终的阶段；“新增”为期间首次出现的消费者。显示前校验平衡。",
     .example = "pond report flow --from 2017-11-25 --to 2017-12-03",
     .in = flow_in, .out = flow_out, .run = flow_run,
     .picture = "a heat map of the matrix, or ribbons with --as sankey", .picture_zh = "流转矩阵热力图；--as sankey 画桑基图"},
    {.name = "report flows", .route = "GET /api/v1/report/flows", .perm = "report.read",
     .help = "Moves day by day: deepened, stayed, regressed, lost, new.",
     .help_zh = "每日流转：加深、停留、回退、流失、新增。",
     .example = "pond report flows --from 2017-11-25 --to 2017-12-03",
     .in = flows_in, .out = flows_out, .run = flows_run,
     .picture = "a line a move", .picture_zh = "每种流转一条线"},
    {0}};
/* clang-format on */

const struct op_module report_module = {"report", "Reports", "报表", report_ops};
