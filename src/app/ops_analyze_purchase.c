/* Analyses of purchases: repurchase, intervals, baskets. The figures are made in src/report/. */
#include "app/analyze.h"
#include "app/modules.h"
#include "app/show.h"
#include "report/asset.h"
#include "report/basket.h"
#include "report/interval.h"
#include "report/quantile.h"
#include "report/repurchase.h"
#include <math.h>

#define DAYS_DRAWN 365

/* ---- analyze repurchase ---------------------------------------------------------------------- */

static void interval_json(struct json *j, const struct repurchase *r)
{
    json_key(j, "interval_days");
    json_begin_object(j);
    json_put_f64(j, "median", quantile_counts(r->intervals, r->intervals_len, 0.5));
    json_put_f64(j, "mean", mean_counts(r->intervals, r->intervals_len));
    json_put_f64(j, "p25", quantile_counts(r->intervals, r->intervals_len, 0.25));
    json_put_f64(j, "p75", quantile_counts(r->intervals, r->intervals_len, 0.75));
    json_put_f64(j, "p90", quantile_counts(r->intervals, r->intervals_len, 0.9));
    json_put_i64(j, "n", (int64_t)r->intervals_count);
    json_end_object(j);
}

static void repurchase_json(struct analysis *a, const struct repurchase *r)
{
    struct json *j = op_json(a->c);
    json_begin_object(j);
    analysis_json_days(a, j);
    json_put_str(j, "by", op_arg_str(a->c, "by"));
    json_put_i64(j, "buyers", (int64_t)r->buyers);
    json_put_i64(j, "repeat_buyers", (int64_t)r->repeat_buyers);
    json_put_f64(j, "rate", asset_share(r->repeat_buyers, r->buyers));
    json_put_i64(j, "orders", (int64_t)r->orders);
    json_put_i64(j, "purchase_days", (int64_t)r->days);
    interval_json(j, r);
    json_key(j, "times");
    json_begin_array(j);
    for (uint32_t i = 0; i < REPURCHASE_TIMES; i++) {
        json_i64(j, (int64_t)r->times[i]);
    }
    json_end_array(j);
    json_end_object(j);
}

static void times_table(struct op_call *c, const struct repurchase *r, bool by_days)
{
    struct table *t = op_table(c);
    show_column(t, by_days ? "days" : "orders",
                by_days ? op_say(c, "purchase days", "购买天数")
                        : op_say(c, "orders", "订单数"),
                TABLE_TEXT);
    show_column(t, "buyers", op_say(c, "buyers", "买家"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "bar", " ", TABLE_BAR);
    for (uint32_t i = 0; i < REPURCHASE_TIMES; i++) {
        bool last = i + 1 == REPURCHASE_TIMES;
        table_row(t);
        table_str(t, arena_strf(c->arena, "%u%s", i + 1, last ? "+" : ""));
        table_i64(t, (int64_t)r->times[i]);
        table_f64(t, asset_share(r->times[i], r->buyers));
        table_i64(t, (int64_t)r->times[i]);
    }
}

static void repurchase_plot(struct analysis *a, const struct repurchase *r, bool by_days)
{
    struct op_call *c = a->c;
    struct plot *p = op_plot(c, PLOT_BAR);
    analysis_plot_title(a, p, "Repurchase", "复购");
    plot_axes(p,
              by_days ? op_say(c, "purchase days", "购买天数") : op_say(c, "orders", "订单数"),
              op_say(c, "buyers", "买家"));
    for (uint32_t i = 0; i < REPURCHASE_TIMES; i++) {
        plot_label(p,
                   arena_strf(c->arena, "%u%s", i + 1, i + 1 == REPURCHASE_TIMES ? "+" : ""));
    }
    plot_series(p, STR(""));
    for (uint32_t i = 0; i < REPURCHASE_TIMES; i++) {
        plot_value(p, (double)r->times[i]);
    }
}

static void repurchase_show(struct analysis *a, const struct repurchase *r, bool by_days)
{
    struct op_call *c = a->c;
    analysis_headline(a, "repurchase", "复购");
    struct str buyers = show_count(c, r->buyers), repeat = show_count(c, r->repeat_buyers);
    struct str rate = show_share(c, asset_share(r->repeat_buyers, r->buyers));
    struct str orders = show_count(c, r->orders);
    show_text(c, "repurchase rate %.*s: %.*s of %.*s buyers; %.*s orders",
              "复购率 %.*s：复购 %.*s 人 / 买家 %.*s 人；订单 %.*s", STR_FMT(rate),
              STR_FMT(repeat), STR_FMT(buyers), STR_FMT(orders));
    if (r->intervals_count) {
        struct str n = show_count(c, r->intervals_count);
        show_text(c,
                  "days between purchase days: median %.1f, quartiles %.1f and %.1f, mean %.1f "
                  "(%.*s intervals)",
                  "购买间隔（天）：中位 %.1f，四分位 %.1f 与 %.1f，平均 %.1f（%.*s 个间隔）",
                  quantile_counts(r->intervals, r->intervals_len, 0.5),
                  quantile_counts(r->intervals, r->intervals_len, 0.25),
                  quantile_counts(r->intervals, r->intervals_len, 0.75),
                  mean_counts(r->intervals, r->intervals_len), STR_FMT(n));
    }
    times_table(c, r, by_days);
    repurchase_plot(a, r, by_days);
    repurchase_json(a, r);
}

static enum rc repurchase_reply(struct analysis *a)
{
    struct repurchase_spec s = {.from = a->from,
                                .to = a->to,
                                .by_days = str_eq(op_arg_str(a->c, "by"), STR("days")),
                                .zone = a->p->brand->zone};
    struct repurchase r;
    repurchase_want(&s, &a->want);
    enum rc rc = analysis_read(a);
    if (!rc) {
        repurchase_make(&s, &a->h, a->p->threads, &r);
        repurchase_show(a, &r, s.by_days);
        repurchase_release(&r);
    }
    return rc;
}

static enum rc repurchase_run(struct op_call *c) { return analysis_run(c, repurchase_reply); }

/* ---- analyze interval ------------------------------------------------------------------------ */

struct interval_view {
    struct analysis *a;
    struct interval_spec spec;
    struct intervals v;
    uint32_t limit;
};

static struct str interval_key(const struct interval_view *v, uint32_t key)
{
    const struct analysis *a = v->a;
    switch (v->spec.by) {
    case INTERVAL_BY_CATEGORY: return history_text(&a->h, FIELD_CATEGORY, key);
    case INTERVAL_BY_ITEM: return history_text(&a->h, FIELD_ITEM, key);
    case INTERVAL_BY_CHANNEL: return channel_name(a->p->brand->catalogue, (uint8_t)key);
    case INTERVAL_BY_NOTHING: break;
    }
    return STR_NULL;
}

static void intervals_json(const struct interval_view *v)
{
    struct json *j = op_json(v->a->c);
    json_begin_object(j);
    show_json_day(j, "from", v->spec.from);
    show_json_day(j, "to", v->spec.to);
    json_put_str(j, "by", op_arg_str(v->a->c, "by"));
    json_key(j, "rows");
    json_begin_array(j);
    for (uint32_t i = 0; i < v->v.len && i < v->limit; i++) {
        const struct interval_row *r = &v->v.rows[i];
        json_begin_object(j);
        json_key(j, "value");
        if (r->key) {
            json_str(j, interval_key(v, r->key));
        } else {
            json_null(j);
        }
        json_put_i64(j, "buyers", (int64_t)r->buyers);
        json_put_i64(j, "repeat_buyers", (int64_t)r->repeat);
        json_put_i64(j, "intervals", (int64_t)r->n);
        json_put_f64(j, "p25", r->p25);
        json_put_f64(j, "median", r->median);
        json_put_f64(j, "p75", r->p75);
        json_put_f64(j, "p90", r->p90);
        json_put_f64(j, "mean", r->mean);
        json_put_i64(j, "over", (int64_t)r->over);
        json_put_i64(j, "due", (int64_t)r->due);
        json_put_i64(j, "later", (int64_t)r->later);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "counts");
    json_begin_array(j);
    for (uint32_t d = 0; d < v->v.counts_len; d++) {
        json_i64(j, (int64_t)v->v.counts[d]);
    }
    json_end_array(j);
    json_end_object(j);
}

static void intervals_columns(struct op_call *c, struct table *t)
{
    static const char *const name[] = {"p25", "median", "p75"};
    const char *title[] = {op_say(c, "1st quartile", "一四分位"), op_say(c, "median", "中位"),
                           op_say(c, "3rd quartile", "三四分位")};
    show_column(t, "value", op_arg_str(c, "by").ptr, TABLE_TEXT);
    show_column(t, "buyers", op_say(c, "buyers", "买家"), TABLE_INT);
    show_column(t, "repeat_share", op_say(c, "bought again", "再购"), TABLE_SHARE);
    show_column(t, "intervals", op_say(c, "intervals", "间隔数"), TABLE_INT);
    for (uint32_t i = 0; i < 3; i++) {
        table_column(t,
                     &(struct table_column){
                         .name = name[i], .title = title[i], .kind = TABLE_REAL, .digits = 1});
    }
    show_column(t, "over", op_say(c, "overdue", "已到期"), TABLE_SHARE);
    show_column(t, "due", op_say(c, "due", "即将到期"), TABLE_SHARE);
    show_column(t, "later", op_say(c, "later", "未到期"), TABLE_SHARE);
}

static void intervals_table(const struct interval_view *v)
{
    struct op_call *c = v->a->c;
    struct table *t = op_table(c);
    intervals_columns(c, t);
    for (uint32_t i = 0; i < v->v.len && i < v->limit; i++) {
        const struct interval_row *r = &v->v.rows[i];
        uint64_t all = r->over + r->due + r->later;
        table_row(t);
        table_str(t, r->key       ? interval_key(v, r->key)
                     : v->spec.by ? str_of(op_say(c, "(unknown)", "（未知）"))
                                  : str_of(op_say(c, "all", "全部")));
        table_i64(t, (int64_t)r->buyers);
        table_f64(t, asset_share(r->repeat, r->buyers));
        table_i64(t, (int64_t)r->n);
        table_f64(t, r->p25);
        table_f64(t, r->median);
        table_f64(t, r->p75);
        table_f64(t, asset_share(r->over, all));
        table_f64(t, asset_share(r->due, all));
        table_f64(t, asset_share(r->later, all));
    }
}

static void intervals_plot(const struct interval_view *v)
{
    struct op_call *c = v->a->c;
    struct plot *p = op_plot(c, PLOT_LINE);
    analysis_plot_title(v->a, p, "Days between purchases", "购买间隔");
    plot_axes(p, op_say(c, "days", "天"), op_say(c, "intervals", "间隔数"));
    plot_series(p, STR(""));
    for (uint32_t d = 1; d < v->v.counts_len && d <= DAYS_DRAWN; d++) {
        plot_label(p, arena_strf(c->arena, "%u", d));
        plot_value(p, (double)v->v.counts[d]);
    }
}

static void intervals_show(const struct interval_view *v)
{
    struct op_call *c = v->a->c;
    struct str to = show_day(c, v->spec.to);
    v->a->to = v->spec.to;
    analysis_headline(v->a, "days between purchases", "购买间隔（天）");
    show_text(c, "due: last purchase + median falls in the %d days behind %.*s",
              "即将到期：末次购买 + 中位间隔落在之后的 %d 天内（自 %.*s 起）", v->spec.ahead,
              STR_FMT(to));
    intervals_table(v);
    if (v->v.len > v->limit) {
        show_text(c, "%u of %u values, by buyers; --limit shows more.",
                  "按买家数列出 %u 项，共 %u 项；--limit 显示更多。", v->limit, v->v.len);
    }
    intervals_plot(v);
    intervals_json(v);
}

static enum interval_by interval_named(struct str s)
{
    return str_eq(s, STR("category"))  ? INTERVAL_BY_CATEGORY
           : str_eq(s, STR("item"))    ? INTERVAL_BY_ITEM
           : str_eq(s, STR("channel")) ? INTERVAL_BY_CHANNEL
                                       : INTERVAL_BY_NOTHING;
}

static enum rc interval_reply(struct analysis *a)
{
    struct interval_view v = {.a = a, .limit = (uint32_t)op_arg_int(a->c, "limit", 20)};
    v.spec = (struct interval_spec){.from = a->from,
                                    .to = analysis_last_day(a),
                                    .by = interval_named(op_arg_str(a->c, "by")),
                                    .ahead = (int32_t)op_arg_int(a->c, "ahead", 30),
                                    .zone = a->p->brand->zone};
    interval_want(&v.spec, &a->want);
    enum rc rc = analysis_read(a);
    if (!rc) {
        interval_make(&v.spec, &a->h, a->p->threads, &v.v);
        intervals_show(&v);
        interval_release(&v.v);
    }
    return rc;
}

static enum rc interval_run(struct op_call *c) { return analysis_run(c, interval_reply); }

/* ---- analyze basket -------------------------------------------------------------------------- */

struct basket_view {
    struct analysis *a;
    struct basket_spec spec;
    struct basket b;
    uint32_t limit;
};

static struct str basket_name(const struct basket_view *v, uint32_t no)
{
    return history_text(&v->a->h, v->spec.categories ? FIELD_CATEGORY : FIELD_ITEM, no);
}

static double per_order(const struct basket *b, double n)
{
    return b->orders ? n / (double)b->orders : (double)NAN;
}

static void basket_json(const struct basket_view *v)
{
    const struct basket *b = &v->b;
    struct json *j = op_json(v->a->c);
    json_begin_object(j);
    analysis_json_days(v->a, j);
    json_put_i64(j, "orders", (int64_t)b->orders);
    json_put_i64(j, "buyers", (int64_t)b->buyers);
    json_put_i64(j, "lines", (int64_t)b->lines);
    json_put_f64(j, "pieces", b->pieces);
    json_put_f64(j, "pieces_per_order", per_order(b, b->pieces));
    json_put_f64(j, "lines_per_order", per_order(b, (double)b->lines));
    json_put_f64(j, "amount_per_order",
                 b->amount_orders ? (double)b->amount_fen / 100 / (double)b->amount_orders
                                  : (double)NAN);
    json_key(j, "sizes");
    json_begin_array(j);
    for (uint32_t i = 0; i < 6; i++) {
        json_i64(j, (int64_t)b->sizes[i]);
    }
    json_end_array(j);
    json_put_i64(j, "different", (int64_t)b->kinds);
    json_key(j, "pairs");
    json_begin_array(j);
    for (uint32_t i = 0; i < b->pairs_len && i < v->limit; i++) {
        const struct basket_pair *p = &b->pairs[i];
        json_begin_object(j);
        json_put_str(j, "a", basket_name(v, p->a));
        json_put_str(j, "b", basket_name(v, p->b));
        json_put_i64(j, "orders", (int64_t)p->orders);
        json_put_f64(j, "support", p->support);
        json_put_f64(j, "a_to_b", p->a_to_b);
        json_put_f64(j, "b_to_a", p->b_to_a);
        json_put_f64(j, "lift", p->lift);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void basket_table(const struct basket_view *v)
{
    struct op_call *c = v->a->c;
    struct table *t = op_table(c);
    show_column(t, "a", "a", TABLE_TEXT);
    show_column(t, "b", "b", TABLE_TEXT);
    show_column(t, "orders", op_say(c, "orders", "订单"), TABLE_INT);
    table_column(t, &(struct table_column){.name = "support",
                                           .title = op_say(c, "support", "支持度"),
                                           .kind = TABLE_SHARE,
                                           .digits = 2});
    show_column(t, "a_to_b", op_say(c, "a → b", "a → b"), TABLE_SHARE);
    show_column(t, "b_to_a", op_say(c, "b → a", "b → a"), TABLE_SHARE);
    table_column(t, &(struct table_column){.name = "lift",
                                           .title = op_say(c, "lift", "提升度"),
                                           .kind = TABLE_REAL,
                                           .digits = 2});
    for (uint32_t i = 0; i < v->b.pairs_len && i < v->limit; i++) {
        const struct basket_pair *p = &v->b.pairs[i];
        table_row(t);
        table_str(t, basket_name(v, p->a));
        table_str(t, basket_name(v, p->b));
        table_i64(t, (int64_t)p->orders);
        table_f64(t, p->support);
        table_f64(t, p->a_to_b);
        table_f64(t, p->b_to_a);
        table_f64(t, p->lift);
    }
}

static void basket_show(const struct basket_view *v)
{
    struct op_call *c = v->a->c;
    const struct basket *b = &v->b;
    struct str orders = show_count(c, b->orders), buyers = show_count(c, b->buyers);
    analysis_headline(v->a, "baskets", "连带");
    show_text(c, "%.*s orders of %.*s buyers; pieces per order %.2f, lines per order %.2f",
              "订单 %.*s，买家 %.*s；连带率（件/单）%.2f，行/单 %.2f", STR_FMT(orders),
              STR_FMT(buyers), per_order(b, b->pieces), per_order(b, (double)b->lines));
    if (b->pairs_len == 0) {
        show_text(c, "Nothing was bought together in %u orders or more.",
                  "没有在 %u 笔及以上订单中同时购买的组合。", v->spec.least);
    } else {
        basket_table(v);
    }
    basket_json(v);
}

static enum rc basket_reply(struct analysis *a)
{
    struct basket_view v = {.a = a, .limit = (uint32_t)op_arg_int(a->c, "limit", 20)};
    v.spec = (struct basket_spec){.from = a->from,
                                  .to = a->to,
                                  .categories = str_eq(op_arg_str(a->c, "of"), STR("category")),
                                  .least = (uint32_t)op_arg_int(a->c, "least", 5),
                                  .zone = a->p->brand->zone};
    basket_want(&v.spec, &a->want);
    enum rc rc = analysis_read(a);
    if (!rc) {
        basket_make(&v.spec, &a->h, a->p->threads, &v.b);
        basket_show(&v);
        basket_release(&v.b);
    }
    return rc;
}

static enum rc basket_run(struct op_call *c) { return analysis_run(c, basket_reply); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct op_in repurchase_in[] = {
    ANALYZE_DAYS,
    ANALYZE_AMONG,
    {.name = "by", .type = OP_CHOICE, .choices = "orders|days", .fallback = "orders",
     .help = "a repeat buyer has two orders, or two days with an order",
     .help_zh = "复购的口径：两笔订单，或两个有订单的日子"},
    {0}};
static const struct op_out repurchase_out[] = {
    {"from", OP_DAY, "first day; null: open", "第一天", true},
    {"to", OP_DAY, "last day; null: open", "最后一天", true},
    {"by", OP_STR, "orders or days", "口径", false},
    {"buyers", OP_INT, "consumers with an order", "买家", false},
    {"repeat_buyers", OP_INT, "buyers with two or more", "复购买家", false},
    {"rate", OP_REAL, "repeat buyers of buyers, 0..1", "复购率", true},
    {"orders", OP_INT, "orders", "订单数", false},
    {"purchase_days", OP_INT, "days with an order, over all buyers", "购买日数", false},
    {"interval_days.median", OP_REAL, "median days between consecutive purchase days", "购买间隔中位数", true},
    {"interval_days.mean", OP_REAL, "mean", "平均", true},
    {"interval_days.p25", OP_REAL, "first quartile", "第一四分位", true},
    {"interval_days.p75", OP_REAL, "third quartile", "第三四分位", true},
    {"interval_days.p90", OP_REAL, "nine tenths", "九成分位", true},
    {"interval_days.n", OP_INT, "intervals", "间隔数", false},
    {"times[]", OP_INT, "buyers with 1, 2, ... 9, 10 or more", "1、2…9、10 次及以上的买家", false},
    {0}};

static const struct op_in interval_in[] = {
    {.name = "by", .type = OP_CHOICE, .choices = "all|category|item|channel", .fallback = "all",
     .help = "one cycle for everything, or one a value", .help_zh = "合并为一个周期，或按取值分别计算"},
    {.name = "from", .type = OP_DAY, .help = "first day, included; all days", .help_zh = "第一天（含）；默认全部"},
    {.name = "to", .type = OP_DAY,
     .help = "last day, from which due days are counted; today, or the last event's day when that is 30 days ago",
     .help_zh = "最后一天，到期自此日起算；默认今天，若最后一个事件在 30 天以前则为该事件的日期"},
    {.name = "ahead", .type = OP_INT, .min = 1, .max = 3660, .fallback = "30", .unit = "days",
     .help = "how far ahead due days are looked for", .help_zh = "向后看多少天内到期"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 1000000, .fallback = "20", .unit = "rows",
     .help = "how many values are listed, most buyers first", .help_zh = "列出多少项，按买家数排序"},
    ANALYZE_AMONG,
    {0}};
static const struct op_out interval_out[] = {
    {"from", OP_DAY, "first day; null: open", "第一天", true},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"by", OP_STR, "all, category, item or channel", "口径", false},
    {"rows[].value", OP_STR, "the value; null: all, or unknown", "取值；null 为全部或未知", true},
    {"rows[].buyers", OP_INT, "buyers", "买家", false},
    {"rows[].repeat_buyers", OP_INT, "buyers with two purchase days or more", "有两个及以上购买日的买家", false},
    {"rows[].intervals", OP_INT, "intervals", "间隔数", false},
    {"rows[].p25", OP_REAL, "first quartile, days", "第一四分位（天）", true},
    {"rows[].median", OP_REAL, "median, days", "中位（天）", true},
    {"rows[].p75", OP_REAL, "third quartile, days", "第三四分位（天）", true},
    {"rows[].p90", OP_REAL, "nine tenths, days", "九成分位（天）", true},
    {"rows[].mean", OP_REAL, "mean, days", "平均（天）", true},
    {"rows[].over", OP_INT, "buyers whose due day is on or before the last day", "已过到期日的买家", false},
    {"rows[].due", OP_INT, "buyers who are due in the days ahead", "即将到期的买家", false},
    {"rows[].later", OP_INT, "buyers who are due later", "尚未到期的买家", false},
    {"counts[]", OP_INT, "how many intervals of 0, 1, 2 ... days", "0、1、2…天的间隔各有多少", false},
    {0}};

static const struct op_in basket_in[] = {
    {.name = "of", .type = OP_CHOICE, .choices = "item|category", .fallback = "item",
     .help = "what pairs are made of", .help_zh = "组合的粒度：商品或类目"},
    {.name = "least", .type = OP_INT, .min = 1, .max = 1000000000, .fallback = "5", .unit = "orders",
     .help = "orders that a pair must be in", .help_zh = "组合至少出现在多少笔订单中"},
    ANALYZE_DAYS,
    ANALYZE_AMONG,
    {.name = "limit", .type = OP_INT, .min = 1, .max = 1000000, .fallback = "20", .unit = "pairs",
     .help = "how many pairs are listed, most orders first", .help_zh = "列出多少组，按订单数排序"},
    {0}};
static const struct op_out basket_out[] = {
    {"from", OP_DAY, "first day; null: open", "第一天", true},
    {"to", OP_DAY, "last day; null: open", "最后一天", true},
    {"orders", OP_INT, "orders", "订单数", false},
    {"buyers", OP_INT, "buyers", "买家", false},
    {"lines", OP_INT, "lines of orders", "订单行数", false},
    {"pieces", OP_REAL, "pieces; a line of unknown quantity is one", "件数；数量未知的行计 1 件", false},
    {"pieces_per_order", OP_REAL, "pieces / orders", "连带率：件数 ÷ 订单数", true},
    {"lines_per_order", OP_REAL, "lines / orders", "行数 ÷ 订单数", true},
    {"amount_per_order", OP_REAL, "amount / orders with a known amount, yuan", "单均金额（元）", true},
    {"sizes[]", OP_INT, "orders of 1 (or none known), 2, 3, 4, 5 to 9, 10 or more different ones", "含 1（或未知）、2、3、4、5–9、10 及以上种的订单", false},
    {"different", OP_INT, "different items or categories", "商品或类目数", false},
    {"pairs[].a", OP_STR, "the one in more orders", "出现更多的一方", false},
    {"pairs[].b", OP_STR, "the other", "另一方", false},
    {"pairs[].orders", OP_INT, "orders with both", "同时含两者的订单", false},
    {"pairs[].support", OP_REAL, "of all orders, 0..1", "支持度", false},
    {"pairs[].a_to_b", OP_REAL, "of the orders with a, 0..1", "置信度 a → b", false},
    {"pairs[].b_to_a", OP_REAL, "of the orders with b, 0..1", "置信度 b → a", false},
    {"pairs[].lift", OP_REAL, "against chance: 1 is none", "提升度", false},
    {0}};

static const struct op purchase_ops[] = {
    {.name = "analyze repurchase", .route = "GET /api/v1/analyze/repurchase", .perm = "report.read",
     .help = "Repurchase rate, and the days between purchases.",
     .help_zh = "复购率与购买间隔。",
     .more = "Rate = buyers with two orders or more / buyers, both in the days asked about. Orders refunded in full by the last day are none. The interval is the days between consecutive purchase days of one consumer.",
     .more_zh = "复购率 = 期内两笔及以上订单的买家 ÷ 期内买家。截至最后一天整单退款的订单不计。间隔为同一消费者相邻两个购买日之间的天数。",
     .example = "pond analyze repurchase --from 2017-10-01 --to 2017-12-31\npond analyze repurchase --by days --json",
     .in = repurchase_in, .out = repurchase_out, .picture = "buyers by how often they bought", .picture_zh = "按购买次数的买家", .run = repurchase_run},
    {.name = "analyze interval", .route = "GET /api/v1/analyze/interval", .perm = "report.read",
     .help = "Repurchase cycles by category, item or channel, and who is due.",
     .help_zh = "复购周期：按类目、商品或渠道的购买间隔，以及到期预测。",
     .more = "An interval is the days between consecutive days on which a consumer bought of the same value. A buyer is due when the last purchase plus the median interval lies in the days ahead.",
     .more_zh = "间隔为同一消费者购买同一取值的相邻两个购买日之间的天数。末次购买加中位间隔落在未来天数内即为到期。",
     .example = "pond analyze interval --by category\npond analyze interval --by category --to 2017-12-03 --ahead 14 --json",
     .in = interval_in, .out = interval_out, .picture = "how many intervals of so many days", .picture_zh = "各天数的间隔数", .run = interval_run},
    {.name = "analyze basket", .route = "GET /api/v1/analyze/basket", .perm = "report.read",
     .help = "Pieces per order, and what is bought together.",
     .help_zh = "连带率与同单购买的商品组合。",
     .example = "pond analyze basket\npond analyze basket --of category --least 20 --limit 50 --csv",
     .in = basket_in, .out = basket_out, .run = basket_run},
    {0}};
/* clang-format on */

const struct op_module purchase_module = {"purchase", "Analysis of purchases", "购买分析",
                                          purchase_ops};
