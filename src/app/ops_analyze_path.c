/* Paths and distributions: questions in, tables and JSON out. The figures are made in src/report/. */
#include "app/analyze.h"
#include "app/modules.h"
#include "app/show.h"
#include "report/asset.h"
#include "report/distribution.h"
#include "report/path.h"
#include "report/quantile.h"
#include <math.h>

#define BANDS_MAX 64
#define LINKS_DRAWN 60

/* ---- analyze path ---------------------------------------------------------------------------- */

struct path_view {
    struct analysis *a;
    struct path_spec spec;
    struct event_filter events;
    struct step at;
    struct paths p;
    uint32_t limit;
};

/* --event may be given several times; the filters become one list of names. */
static enum rc path_events(struct path_view *v)
{
    struct op_call *c = v->a->c;
    uint32_t n = op_arg_count(c, "event"), len = 0;
    uint16_t *names = arena_array(c->arena, uint16_t, EVENT_NAMES_MAX);
    for (uint32_t i = 0; i < n; i++) {
        struct step s;
        enum rc rc = analysis_step(v->a, op_arg_at(c, "event", i), "--event", &s);
        if (!rc && (s.filter.tests_len || !s.filter.names_len)) {
            rc = show_fail(c, RC_INVALID, "--event takes names of events%s",
                           "--event 只接受事件名%s", "");
        }
        if (rc) {
            return rc;
        }
        for (uint32_t k = 0; k < s.filter.names_len && len < EVENT_NAMES_MAX; k++) {
            names[len++] = s.filter.names[k];
        }
    }
    v->events = (struct event_filter){.names = names, .names_len = len};
    v->spec.events = n ? &v->events : NULL;
    return RC_OK;
}

static enum rc path_anchor(struct path_view *v)
{
    struct op_call *c = v->a->c;
    bool from = op_has(c, "start"), to = op_has(c, "end");
    if (from && to) {
        return show_fail(c, RC_INVALID, "a path has --start or --end, not both%s",
                         "--start 与 --end 只能选一个%s", "");
    }
    v->spec.anchor = from ? PATH_FROM : to ? PATH_TO : PATH_START;
    if (!from && !to) {
        return RC_OK;
    }
    const char *name = from ? "start" : "end";
    enum rc rc = analysis_step(v->a, op_arg_str(c, name), from ? "--start" : "--end", &v->at);
    v->spec.at = v->at.filter;
    return rc;
}

static struct str path_text(const struct path_view *v, const struct path *p)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < p->len; i++) {
        if (i > 0) {
            buf_add(&b, STR(" → "));
        }
        buf_add(&b, analysis_event_name(v->a, p->event[i]));
    }
    struct str s = arena_str(v->a->c->arena, buf_str(&b));
    buf_release(&b);
    return s;
}

static struct str raw_name(const struct path_view *v, uint16_t code)
{
    return catalogue_name(v->a->p->brand->catalogue, code);
}

static void paths_json(const struct path_view *v, struct json *j)
{
    json_key(j, "paths");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->p.len && i < v->limit; i++) {
        const struct path *p = &v->p.list[i];
        json_begin_object(j);
        json_key(j, "events");
        json_begin_array(j);
        for (uint32_t k = 0; k < p->len; k++) {
            json_str(j, raw_name(v, p->event[k]));
        }
        json_end_array(j);
        json_put_i64(j, "sessions", (int64_t)p->sessions);
        json_put_i64(j, "consumers", (int64_t)p->consumers);
        json_put_f64(j, "share", asset_share(p->sessions, v->p.sessions));
        json_end_object(j);
    }
    json_end_array(j);
}

static void sankey_json(const struct path_view *v, struct json *j)
{
    json_key(j, "nodes");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->p.nodes_len; i++) {
        json_begin_object(j);
        json_put_i64(j, "place", v->p.nodes[i].place);
        json_put_str(j, "event", raw_name(v, v->p.nodes[i].event));
        json_put_i64(j, "sessions", (int64_t)v->p.nodes[i].sessions);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "links");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->p.links_len; i++) {
        json_begin_object(j);
        json_put_i64(j, "from", v->p.links[i].from);
        json_put_i64(j, "to", v->p.links[i].to);
        json_put_i64(j, "sessions", (int64_t)v->p.links[i].sessions);
        json_end_object(j);
    }
    json_end_array(j);
}

static void paths_plot(const struct path_view *v)
{
    struct plot *p = op_plot(v->a->c, PLOT_SANKEY);
    uint32_t *node = arena_array(v->a->c->arena, uint32_t, v->p.nodes_len + 1);
    int32_t first = v->p.nodes_len ? v->p.nodes[0].place : 0;
    analysis_plot_title(v->a, p, "Paths", "路径");
    for (uint32_t i = 0; i < v->p.nodes_len; i++) {
        node[i] = plot_node(p, (uint32_t)(v->p.nodes[i].place - first),
                            analysis_plot_event(v->a, v->p.nodes[i].event));
    }
    for (uint32_t i = 0; i < v->p.links_len && i < LINKS_DRAWN; i++) {
        const struct path_link *l = &v->p.links[i];
        plot_flow(p, node[l->from], node[l->to], (double)l->sessions);
    }
}

static void paths_show(const struct path_view *v)
{
    struct op_call *c = v->a->c;
    analysis_headline(v->a, "paths", "路径");
    struct str sessions = show_count(c, v->p.sessions),
               consumers = show_count(c, v->p.consumers);
    struct str kinds = show_count(c, v->p.len);
    show_text(c, "%.*s sessions of %.*s consumers, %.*s different paths",
              "%.*s 个会话，%.*s 位消费者，%.*s 种路径", STR_FMT(sessions), STR_FMT(consumers),
              STR_FMT(kinds));
    struct table *t = op_table(c);
    table_column(t, &(struct table_column){.name = "path",
                                           .title = op_say(c, "path", "路径"),
                                           .kind = TABLE_TEXT,
                                           .width = 100});
    show_column(t, "sessions", op_say(c, "sessions", "会话"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    for (uint32_t i = 0; i < v->p.len && i < v->limit; i++) {
        table_row(t);
        table_str(t, path_text(v, &v->p.list[i]));
        table_i64(t, (int64_t)v->p.list[i].sessions);
        table_f64(t, asset_share(v->p.list[i].sessions, v->p.sessions));
        table_i64(t, (int64_t)v->p.list[i].consumers);
    }
    paths_plot(v);
    struct json *j = op_json(c);
    json_begin_object(j);
    analysis_json_days(v->a, j);
    json_put_i64(j, "sessions", (int64_t)v->p.sessions);
    json_put_i64(j, "consumers", (int64_t)v->p.consumers);
    json_put_i64(j, "different", v->p.len);
    paths_json(v, j);
    sankey_json(v, j);
    json_end_object(j);
}

static enum rc path_reply(struct analysis *a)
{
    struct path_view v = {.a = a};
    enum rc rc = path_events(&v);
    if (!rc) {
        rc = path_anchor(&v);
    }
    if (!rc) {
        rc = analysis_span_parse(a->c, "gap", &v.spec.gap_ms);
    }
    if (rc) {
        return rc;
    }
    v.spec.depth = (uint32_t)op_arg_int(a->c, "depth", 5);
    v.spec.repeats = op_arg_bool(a->c, "repeats");
    v.limit = (uint32_t)op_arg_int(a->c, "limit", 20);
    a->want.from = a->from;
    a->want.to = a->to;
    rc = path_want(&v.spec, a->c->arena, &a->want, a->c->err);
    if (!rc) {
        rc = analysis_read(a);
    }
    if (!rc) {
        path_make(&v.spec, &a->h, a->p->threads, &v.p);
        paths_show(&v);
        path_release(&v.p);
    }
    return rc;
}

static enum rc path_run(struct op_call *c) { return analysis_run(c, path_reply); }

/* ---- analyze distribution -------------------------------------------------------------------- */

struct distribution_view {
    struct analysis *a;
    struct distribution_spec spec;
    struct step step;
    struct distribution d;
    int64_t edges[BANDS_MAX];
    uint32_t edges_len;
    uint64_t counts[BANDS_MAX + 1];
};

static bool is_money(const struct distribution_view *v)
{
    return v->spec.of == DISTRIBUTION_GMV;
}

/* "1,2,5,10": in yuan for money. */
static enum rc read_edges(struct distribution_view *v)
{
    struct op_call *c = v->a->c;
    struct str rest = op_arg_str(c, "bands");
    while (rest.ptr) {
        struct str one = str_trim(str_cut(&rest, ','));
        int64_t edge = 0;
        bool good = v->edges_len < BANDS_MAX && str_decimal(one, is_money(v) ? 2 : 0, &edge) &&
                    (v->edges_len == 0 || edge > v->edges[v->edges_len - 1]);
        if (!good) {
            enum rc rc = show_fail(c, RC_INVALID, "--bands: %.*s does not go on rising",
                                   "--bands：%.*s 不是递增的数", STR_FMT(one));
            show_hint(c, "write the lower ends of the bands, at most 64: 1,2,5,10",
                      "写各档下限，最多 64 个：1,2,5,10");
            return rc;
        }
        v->edges[v->edges_len++] = edge;
    }
    return RC_OK;
}

/* Of the measure's own unit: yuan for money. */
static double shown(const struct distribution_view *v, double value)
{
    return is_money(v) ? value / 100 : value;
}

static struct str edge_text(const struct distribution_view *v, int64_t edge)
{
    struct arena *a = v->a->c->arena;
    if (is_money(v) && edge % 100) {
        return arena_strf(a, "%.2f", (double)edge / 100);
    }
    return arena_strf(a, "%lld", (long long)(is_money(v) ? edge / 100 : edge));
}

static struct str band_text(const struct distribution_view *v, uint32_t i)
{
    struct op_call *c = v->a->c;
    if (i == 0) {
        struct str edge = edge_text(v, v->edges[0]);
        return arena_strf(c->arena, "< %.*s", STR_FMT(edge));
    }
    struct str low = edge_text(v, v->edges[i - 1]);
    if (i == v->edges_len) {
        return arena_strf(c->arena, "≥ %.*s", STR_FMT(low));
    }
    if (!is_money(v) && v->edges[i] == v->edges[i - 1] + 1) {
        return low;
    }
    struct str high = edge_text(v, is_money(v) ? v->edges[i] : v->edges[i] - 1);
    return is_money(v) ? arena_strf(c->arena, "%.*s ≤ < %.*s", STR_FMT(low), STR_FMT(high))
                       : arena_strf(c->arena, "%.*s – %.*s", STR_FMT(low), STR_FMT(high));
}

static void distribution_json(const struct distribution_view *v)
{
    static const double q[] = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
    static const char *const name[] = {"min", "p10", "p25", "median", "p75",
                                       "p90", "p95", "p99", "max"};
    const struct distribution *d = &v->d;
    struct json *j = op_json(v->a->c);
    json_begin_object(j);
    analysis_json_days(v->a, j);
    json_put_str(j, "of", op_arg_str(v->a->c, "of"));
    json_put_i64(j, "consumers", (int64_t)d->n);
    json_put_f64(j, "sum", shown(v, d->sum));
    json_put_f64(j, "mean", d->n ? shown(v, d->sum) / (double)d->n : (double)NAN);
    json_key(j, "quantiles");
    json_begin_object(j);
    for (uint32_t i = 0; i < sizeof(q) / sizeof(q[0]); i++) {
        json_put_f64(j, name[i], shown(v, quantile_sorted(d->values, d->n, q[i])));
    }
    json_end_object(j);
    json_key(j, "bands");
    json_begin_array(j);
    for (uint32_t i = 0; d->n && i <= v->edges_len; i++) {
        json_begin_object(j);
        json_put_f64(j, "from", i ? shown(v, (double)v->edges[i - 1]) : (double)NAN);
        json_put_f64(j, "below",
                     i < v->edges_len ? shown(v, (double)v->edges[i]) : (double)NAN);
        json_put_i64(j, "consumers", (int64_t)v->counts[i]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void distribution_table(const struct distribution_view *v)
{
    struct op_call *c = v->a->c;
    struct table *t = op_table(c);
    bool text = c->format == OP_FORMAT_TEXT;
    show_column(t, "band", op_say(c, "band", "区间"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "bar", " ", TABLE_BAR);
    for (uint32_t i = 0; i <= v->edges_len; i++) {
        if (text && v->counts[i] == 0 && (i == 0 || i == v->edges_len)) {
            continue;
        }
        table_row(t);
        table_str(t, band_text(v, i));
        table_i64(t, (int64_t)v->counts[i]);
        table_f64(t, asset_share(v->counts[i], v->d.n));
        table_i64(t, (int64_t)v->counts[i]);
    }
}

static void distribution_plot(const struct distribution_view *v)
{
    struct op_call *c = v->a->c;
    struct plot *p = op_plot(c, PLOT_BAR);
    analysis_plot_title(v->a, p, "Distribution", "分布");
    plot_axes(p, op_arg_str(c, "of").ptr, op_say(c, "consumers", "消费者"));
    for (uint32_t i = 0; i <= v->edges_len; i++) {
        plot_label(p, band_text(v, i));
    }
    plot_series(p, STR(""));
    for (uint32_t i = 0; i <= v->edges_len; i++) {
        plot_value(p, (double)v->counts[i]);
    }
}

static void distribution_show(struct distribution_view *v)
{
    struct op_call *c = v->a->c;
    const struct distribution *d = &v->d;
    struct str of = op_arg_str(c, "of"), n = show_count(c, d->n);
    analysis_headline(v->a, "distribution", "分布");
    show_text(c, "%.*s of %.*s consumers", "%.*s：%.*s 位消费者", STR_FMT(of), STR_FMT(n));
    if (d->n) {
        show_text(c, "mean %.2f · median %.2f · quartiles %.2f and %.2f · 90 %% below %.2f",
                  "平均 %.2f · 中位 %.2f · 四分位 %.2f 与 %.2f · 九成低于 %.2f",
                  shown(v, d->sum) / (double)d->n,
                  shown(v, quantile_sorted(d->values, d->n, 0.5)),
                  shown(v, quantile_sorted(d->values, d->n, 0.25)),
                  shown(v, quantile_sorted(d->values, d->n, 0.75)),
                  shown(v, quantile_sorted(d->values, d->n, 0.9)));
        distribution_table(v);
        distribution_plot(v);
    }
    distribution_json(v);
}

static enum distribution_of distribution_named(struct str s)
{
    static const char *const names[] = {"orders", "gmv", "events", "days", "items"};
    uint32_t i = 0;
    while (i < DISTRIBUTION_ITEMS && !str_eq(s, str_of(names[i]))) {
        i++;
    }
    return (enum distribution_of)i;
}

static enum rc distribution_reply(struct analysis *a)
{
    struct distribution_view v = {.a = a};
    v.spec = (struct distribution_spec){.of = distribution_named(op_arg_str(a->c, "of")),
                                        .from = a->from,
                                        .to = a->to,
                                        .zone = a->p->brand->zone};
    enum rc rc = read_edges(&v);
    if (!rc) {
        rc = analysis_step(a, op_arg_str(a->c, "event"), "--event", &v.step);
    }
    if (rc) {
        return rc;
    }
    v.spec.filter = v.step.filter;
    rc = distribution_want(&v.spec, a->c->arena, &a->want, a->c->err);
    if (!rc) {
        rc = analysis_read(a);
    }
    if (rc) {
        return rc;
    }
    distribution_make(&v.spec, &a->h, a->p->threads, &v.d);
    if (v.edges_len == 0) {
        v.edges_len = distribution_edges(&v.d, is_money(&v) ? 100 : 1, v.edges, BANDS_MAX);
    }
    if (v.edges_len > 0) {
        distribution_bands(&v.d, v.edges, v.edges_len, v.counts);
    }
    distribution_show(&v);
    distribution_release(&v.d);
    return RC_OK;
}

static enum rc distribution_run(struct op_call *c)
{
    return analysis_run(c, distribution_reply);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct op_in path_in[] = {
    {.name = "event", .type = OP_STR, .many = true, .metavar = "EVENT",
     .help = "only these events; all", .help_zh = "只看这些事件；默认全部"},
    {.name = "start", .type = OP_STR, .metavar = "STEP", .help = "paths that begin with this event", .help_zh = "从此事件开始的路径"},
    {.name = "end", .type = OP_STR, .metavar = "STEP", .help = "paths that end with this event", .help_zh = "到此事件为止的路径"},
    {.name = "depth", .type = OP_INT, .min = 2, .max = 10, .fallback = "5", .unit = "events",
     .help = "events of a path at most", .help_zh = "路径最多含几个事件"},
    {.name = "gap", .type = OP_STR, .fallback = "30m", .metavar = "SPAN",
     .help = "a longer pause begins a new session", .help_zh = "停顿超过此时长即为新会话"},
    {.name = "repeats", .type = OP_BOOL, .help = "count equal events one after the other singly",
     .help_zh = "连续相同的事件逐个计入"},
    ANALYZE_DAYS,
    ANALYZE_AMONG,
    {.name = "limit", .type = OP_INT, .min = 1, .max = 100000, .fallback = "20", .unit = "paths",
     .help = "how many paths are listed", .help_zh = "列出多少条路径"},
    {0}};
static const struct op_out path_out[] = {
    {"from", OP_DAY, "first day; null: open", "第一天", true},
    {"to", OP_DAY, "last day; null: open", "最后一天", true},
    {"sessions", OP_INT, "sessions with a path", "有路径的会话", false},
    {"consumers", OP_INT, "consumers with a path", "有路径的消费者", false},
    {"different", OP_INT, "different paths", "不同的路径数", false},
    {"paths[].events[]", OP_STR, "events in order", "依次的事件", false},
    {"paths[].sessions", OP_INT, "sessions", "会话", false},
    {"paths[].consumers", OP_INT, "consumers", "消费者", false},
    {"paths[].share", OP_REAL, "of all sessions, 0..1", "占全部会话的比例", true},
    {"nodes[].place", OP_INT, "place in the path from 0; with --end the end is 0, before it -1", "在路径中的位置，从 0 起；--end 时终点为 0，之前为 -1", false},
    {"nodes[].event", OP_STR, "event", "事件", false},
    {"nodes[].sessions", OP_INT, "sessions", "会话", false},
    {"links[].from", OP_INT, "index into nodes", "nodes 的下标", false},
    {"links[].to", OP_INT, "index into nodes", "nodes 的下标", false},
    {"links[].sessions", OP_INT, "sessions that go from one to the other", "由前者到后者的会话", false},
    {0}};

static const struct op_in distribution_in[] = {
    {.name = "of", .type = OP_CHOICE, .positional = true, .choices = "orders|gmv|events|days|items", .fallback = "orders",
     .help = "the measure; gmv is paid minus given back, in yuan", .help_zh = "指标；gmv 为实付减退款，单位元"},
    {.name = "event", .type = OP_STR, .fallback = "any", .metavar = "STEP",
     .help = "which events: of events, days, items", .help_zh = "events、days、items 所计的事件"},
    {.name = "bands", .type = OP_STR, .metavar = "N,N,...", .help = "lower ends of the bands; chosen to suit",
     .help_zh = "各档下限；默认自动"},
    ANALYZE_DAYS,
    ANALYZE_AMONG,
    {0}};
static const struct op_out distribution_out[] = {
    {"from", OP_DAY, "first day; null: open", "第一天", true},
    {"to", OP_DAY, "last day; null: open", "最后一天", true},
    {"of", OP_STR, "the measure", "指标", false},
    {"consumers", OP_INT, "consumers with an event that counts", "有相关事件的消费者", false},
    {"sum", OP_REAL, "over all", "合计", false},
    {"mean", OP_REAL, "a consumer", "人均", true},
    {"quantiles.min", OP_REAL, "least", "最小", true},
    {"quantiles.p10", OP_REAL, "one tenth", "一成分位", true},
    {"quantiles.p25", OP_REAL, "first quartile", "第一四分位", true},
    {"quantiles.median", OP_REAL, "median", "中位", true},
    {"quantiles.p75", OP_REAL, "third quartile", "第三四分位", true},
    {"quantiles.p90", OP_REAL, "nine tenths", "九成分位", true},
    {"quantiles.p95", OP_REAL, "19 of 20", "95% 分位", true},
    {"quantiles.p99", OP_REAL, "99 of 100", "99% 分位", true},
    {"quantiles.max", OP_REAL, "greatest", "最大", true},
    {"bands[].from", OP_REAL, "lower end, included; null: open", "下限（含）", true},
    {"bands[].below", OP_REAL, "upper end, excluded; null: open", "上限（不含）", true},
    {"bands[].consumers", OP_INT, "consumers", "消费者", false},
    {0}};

static const struct op path_ops[] = {
    {.name = "analyze path", .route = "GET /api/v1/analyze/path", .perm = "report.read",
     .help = "What consumers do one after the other: the most frequent paths, and a Sankey diagram.",
     .help_zh = "路径：会话内最常见的事件序列，以及桑基图数据。",
     .more = "A session ends with a pause longer than --gap. A path is its first events, or those from --start on, or those up to --end.",
     .more_zh = "停顿超过 --gap 即为新会话。路径取会话最前面的事件，或自 --start 起、或到 --end 止的事件。",
     .example = "pond analyze path\npond analyze path --end purchase --depth 4 --json",
     .in = path_in, .out = path_out, .picture = "a Sankey diagram of the strongest links", .picture_zh = "桑基图（最强的流向）", .run = path_run},
    {.name = "analyze distribution", .route = "GET /api/v1/analyze/distribution", .perm = "report.read",
     .help = "How a measure is spread over consumers: bands and quantiles.",
     .help_zh = "分布：某一指标在消费者中的分档与分位数。",
     .example = "pond analyze distribution orders\npond analyze distribution gmv --bands 100,200,500,1000\npond analyze distribution days --event item_view",
     .in = distribution_in, .out = distribution_out, .picture = "consumers in each band", .picture_zh = "各档的消费者", .run = distribution_run},
    {0}};
/* clang-format on */

const struct op_module path_module = {"path", "Paths and distributions", "路径与分布",
                                      path_ops};
