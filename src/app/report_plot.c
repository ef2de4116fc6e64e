#include "app/report_plot.h"

#include "app/show.h"

/* A picture is for people, whatever the format beside it. */
static struct str stage_title(const struct op_call *c, const struct stage *s)
{
    struct str title = c->lang == LANG_ZH ? s->title_zh : s->title_en;
    return title.len > 0 ? title : s->name;
}

/* "demo · when" */
static struct str under_title(const struct op_call *c, const struct pond *p, struct str when)
{
    return arena_strf(c->arena, "%.*s · %.*s", STR_FMT(p->brand->name), STR_FMT(when));
}

void report_plot_assets(struct op_call *c, const struct pond *p, const struct asset_report *r,
                        struct str when)
{
    const struct stage_model *m = pond_model(p);
    struct plot *plot = op_plot(c, PLOT_BAR);
    plot_title(plot, str_of(op_say(c, "Consumers by stage", "AIPL 人群资产")),
               under_title(c, p, when));
    plot_axes(plot, "", op_say(c, "consumers", "消费者"));
    plot_rows(plot);
    for (uint32_t s = r->stages_len; s-- > 0;) {
        plot_label(plot, stage_title(c, &m->stages[s]));
    }
    plot_series(plot, show_day(c, r->as_of));
    for (uint32_t s = r->stages_len; s-- > 0;) {
        plot_value(plot, (double)r->consumers[s]);
    }
    plot_series(plot, show_day(c, r->before));
    plot_quiet(plot);
    for (uint32_t s = r->stages_len; s-- > 0;) {
        plot_value(plot, (double)r->earlier[s]);
    }
}

void report_plot_trend(struct op_call *c, const struct pond *p, const struct trend_report *r,
                       struct str when)
{
    const struct stage_model *m = pond_model(p);
    struct plot *plot = op_plot(c, PLOT_LINE);
    plot_title(plot, str_of(op_say(c, "Consumers in each stage", "各阶段消费者走势")),
               under_title(c, p, when));
    plot_axes(plot, "", op_say(c, "consumers", "消费者"));
    plot_days(plot, r->from);
    for (uint32_t s = r->stages_len; s-- > 1;) {
        plot_series(plot, stage_title(c, &m->stages[s]));
        for (uint32_t d = 0; d < r->days; d++) {
            plot_value(plot, (double)trend_report_at(r, d, s));
        }
    }
    struct str first = show_count(c, trend_report_at(r, 0, 0));
    struct str last = show_count(c, trend_report_at(r, r->days - 1, 0));
    plot_note(plot,
              c->lang == LANG_ZH
                  ? arena_strf(c->arena, "另有不在任何阶段的消费者：期初 %.*s，期末 %.*s",
                               STR_FMT(first), STR_FMT(last))
                  : arena_strf(c->arena,
                               "not drawn: consumers in no stage, %.*s at first, %.*s at last",
                               STR_FMT(first), STR_FMT(last)));
}

static void flow_heat(struct op_call *c, const struct stage_model *m,
                      const struct flow_report *r, struct plot *plot)
{
    bool zh = c->lang == LANG_ZH;
    struct str from = show_day(c, r->from), to = show_day(c, r->to);
    struct str x = zh ? arena_strf(c->arena, "到（%.*s 日终）", STR_FMT(to))
                      : arena_strf(c->arena, "to, end of %.*s", STR_FMT(to));
    struct str y = zh ? arena_strf(c->arena, "从（%.*s 日终）", STR_FMT(from))
                      : arena_strf(c->arena, "from, end of %.*s", STR_FMT(from));
    plot_axes(plot, x.ptr, y.ptr); /* a NUL follows in the arena */
    for (uint32_t s = 0; s < r->stages_len; s++) {
        plot_label(plot, stage_title(c, &m->stages[s]));
    }
    for (uint32_t s = 0; s < r->stages_len; s++) {
        plot_series(plot, stage_title(c, &m->stages[s]));
        for (uint32_t to_stage = 0; to_stage < r->stages_len; to_stage++) {
            plot_value(plot, (double)r->matrix[s][to_stage]);
        }
    }
    plot_series(plot, str_of(op_say(c, "new", "新增")));
    for (uint32_t s = 0; s < r->stages_len; s++) {
        plot_value(plot, (double)r->fresh[s]);
    }
}

static void flow_sankey(struct op_call *c, const struct stage_model *m,
                        const struct flow_report *r, struct plot *plot)
{
    uint32_t from[STAGE_MAX], to[STAGE_MAX];
    plot_axes(plot, arena_cstr(c->arena, show_day(c, r->from)),
              arena_cstr(c->arena, show_day(c, r->to)));
    for (uint32_t s = r->stages_len; s-- > 0;) {
        from[s] = plot_node(plot, 0, stage_title(c, &m->stages[s]));
    }
    uint32_t fresh = plot_node(plot, 0, str_of(op_say(c, "new", "新增")));
    for (uint32_t s = r->stages_len; s-- > 0;) {
        to[s] = plot_node(plot, 1, stage_title(c, &m->stages[s]));
    }
    for (uint32_t s = 0; s < r->stages_len; s++) {
        for (uint32_t k = 0; k < r->stages_len; k++) {
            plot_flow(plot, from[s], to[k], s + k > 0 ? (double)r->matrix[s][k] : 0);
        }
        plot_flow(plot, fresh, to[s], (double)r->fresh[s]);
    }
    struct str idle = show_count(c, r->matrix[0][0]);
    plot_note(
        plot,
        c->lang == LANG_ZH
            ? arena_strf(c->arena, "未画出：前后都不在任何阶段的消费者 %.*s", STR_FMT(idle))
            : arena_strf(c->arena, "not drawn: %.*s consumers in no stage on both days",
                         STR_FMT(idle)));
}

void report_plot_flow(struct op_call *c, const struct pond *p, const struct flow_report *r,
                      struct str when, bool sankey)
{
    struct plot *plot = op_plot(c, sankey ? PLOT_SANKEY : PLOT_HEAT);
    plot_title(plot, str_of(op_say(c, "Flow between stages", "链路流转")),
               under_title(c, p, when));
    if (sankey) {
        flow_sankey(c, pond_model(p), r, plot);
    } else {
        flow_heat(c, pond_model(p), r, plot);
    }
}

void report_plot_flows(struct op_call *c, const struct pond *p, const struct flow_series *s,
                       struct str when)
{
    struct plot *plot = op_plot(c, PLOT_LINE);
    const char *name[] = {op_say(c, "deepened", "加深"), op_say(c, "new", "新增"),
                          op_say(c, "regressed", "回退"), op_say(c, "lost", "流失")};
    plot_title(plot, str_of(op_say(c, "Moves day by day", "每日流转")),
               under_title(c, p, when));
    plot_axes(plot, "", op_say(c, "consumers a day", "消费者/天"));
    plot_days(plot, s->from);
    for (uint32_t i = 0; i < 4; i++) {
        plot_series(plot, str_of(name[i]));
        for (uint32_t d = 0; d < s->days; d++) {
            const struct moves *m = &s->day[d];
            uint64_t v[] = {m->deepened, m->fresh, m->regressed, m->lost};
            plot_value(plot, (double)v[i]);
        }
    }
}
