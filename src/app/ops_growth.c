/* FAST and the growth of sales. The figures are made in src/report/fast.c and growth.c. */
#include "app/ask.h"
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/value.h"
#include "report/fast.h"
#include "report/growth.h"
#include "report/period.h"
#include <math.h>

/* ---- report fast ----------------------------------------------------------------------------- */

static enum rc find(struct op_call *c, struct ask *k, const char *arg, struct bits *out)
{
    struct question *q = NULL;
    struct question_error at = {0};
    enum rc rc = ask_parse(k, op_arg_str(c, arg), c->arena, &q, &at, c->err);
    if (rc) {
        err_prefix(c->err, "--%s", arg);
        return rc;
    }
    return who_find(ask_world(k), q, out, c->err);
}

static enum rc find_super(struct op_call *c, struct pond *p, struct fast_report *r)
{
    struct ask *k = NULL;
    struct bits super = {0}, active = {0};
    enum rc rc = ask_open(p, r->to, &k, c->err);
    rc = rc ? rc : find(c, k, "super", &super);
    rc = rc ? rc : find(c, k, "active", &active);
    if (!rc) {
        fast_super(r, &super, &active);
    }
    bits_release(&super);
    bits_release(&active);
    ask_close(k);
    return rc;
}

static void fast_json(struct op_call *c, const struct stage_model *m,
                      const struct fast_report *r)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    show_json_day(j, "from", r->from);
    show_json_day(j, "to", r->to);
    json_put_i64(j, "fertility", (int64_t)r->fertility);
    json_put_f64(j, "advancing", fast_advancing(r));
    json_put_i64(j, "superiority", (int64_t)r->super);
    json_put_f64(j, "thriving", fast_thriving(r));
    json_put_i64(j, "could_advance", (int64_t)r->could);
    json_put_i64(j, "advanced", (int64_t)r->advanced);
    json_put_i64(j, "active", (int64_t)r->active);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 1; s < r->stages_len; s++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[s].name);
        json_put_i64(j, "held", (int64_t)r->held[s]);
        json_put_i64(j, "start", (int64_t)r->start[s]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void fast_row(struct op_call *c, struct table *t, const char *name, const char *title,
                     struct str figure, struct str meaning)
{
    table_row(t);
    table_str(t, str_of(c->format == OP_FORMAT_TEXT ? title : name));
    table_str(t, figure);
    table_str(t, meaning);
}

static struct str ratio(struct op_call *c, uint64_t part, uint64_t whole)
{
    struct str a = show_count(c, part), b = show_count(c, whole);
    return arena_strf(c->arena, "%.*s / %.*s", STR_FMT(a), STR_FMT(b));
}

static void fast_table(struct op_call *c, const struct fast_report *r)
{
    struct table *t = op_table(c);
    show_column(t, "measure", "FAST", TABLE_TEXT);
    show_column(t, "figure", op_say(c, "figure", "数值"), TABLE_TEXT);
    show_column(t, "meaning", op_say(c, "of", "说明"), TABLE_TEXT);
    fast_row(c, t, "fertility", op_say(c, "F fertility", "F 人群总量"),
             show_count(c, r->fertility),
             str_of(op_say(c, "held a stage on some day", "期内曾处于某阶段的消费者")));
    fast_row(c, t, "advancing", op_say(c, "A advancing", "A 加深率"),
             show_share(c, fast_advancing(r)), ratio(c, r->advanced, r->could));
    fast_row(c, t, "superiority", op_say(c, "S superiority", "S 超级用户数"),
             show_count(c, r->super), op_arg_str(c, "super"));
    fast_row(c, t, "thriving", op_say(c, "T thriving", "T 超级用户活跃率"),
             show_share(c, fast_thriving(r)), ratio(c, r->active, r->super));
}

static enum rc choose(struct op_call *c, const struct pond *p, int32_t days, struct period *out)
{
    struct period_question q = {.from = op_arg_day(c, "from", DAY_NONE),
                                .to = op_arg_day(c, "to", DAY_NONE),
                                .today = pond_today(p),
                                .last_event = p->brand->last_day,
                                .days = days};
    return period_choose(&q, out, c->err);
}

static enum rc fast_reply(struct op_call *c, struct pond *p)
{
    struct period d = {0};
    struct fast_report r = {0};
    const struct stage_model *m = pond_model(p);
    enum rc rc = choose(c, p, 30, &d);
    rc = rc ? rc : fast_make(pond_assets(p), m, p->brand, d.from, d.to, p->threads, &r, c->err);
    rc = rc ? rc : find_super(c, p, &r);
    if (rc) {
        return rc;
    }
    struct str from = show_day(c, d.from), to = show_day(c, d.to);
    show_headline(c, p,
                  arena_strf(c->arena, c->lang == LANG_ZH ? "%.*s 至 %.*s" : "%.*s to %.*s",
                             STR_FMT(from), STR_FMT(to)));
    fast_table(c, &r);
    fast_json(c, m, &r);
    return RC_OK;
}

static enum rc fast_run(struct op_call *c) { return value_with_brand(c, false, fast_reply); }

/* ---- report growth --------------------------------------------------------------------------- */

static double per(int64_t a, uint64_t b) { return b ? (double)a / (double)b : (double)NAN; }

static void put_side(struct json *j, const char *key, const struct growth_side *s)
{
    json_key(j, key);
    json_begin_object(j);
    show_json_day(j, "from", s->from);
    show_json_day(j, "to", s->to);
    json_put_i64(j, "buyers", (int64_t)s->buyers);
    json_put_i64(j, "orders", (int64_t)s->orders);
    json_put_fen(j, "gmv", s->amount_fen);
    json_put_f64(j, "orders_per_buyer", per((int64_t)s->orders, s->buyers));
    json_put_f64(j, "amount_per_order", per(s->amount_fen, s->orders) / 100);
    json_put_f64(j, "amount_per_buyer", per(s->amount_fen, s->buyers) / 100);
    json_end_object(j);
}

static void growth_json(struct op_call *c, const struct growth_report *r)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    put_side(j, "before", &r->before);
    put_side(j, "now", &r->now);
    json_put_i64(j, "kept_buyers", (int64_t)r->kept);
    json_put_fen(j, "change", r->now.amount_fen - r->before.amount_fen);
    json_put_fen(j, "gain", r->gain_fen);
    json_put_fen(j, "retain", r->retain_fen);
    json_put_fen(j, "boost", r->boost_fen);
    json_end_object(j);
}

static void side_row(struct op_call *c, struct table *t, const char *title,
                     const struct growth_side *s)
{
    table_row(t);
    table_str(t, str_of(title));
    table_str(t, show_day(c, s->from));
    table_str(t, show_day(c, s->to));
    table_i64(t, (int64_t)s->buyers);
    table_f64(t, per((int64_t)s->orders, s->buyers));
    table_f64(t, per(s->amount_fen, s->orders) / 100);
    table_i64(t, s->amount_fen);
}

static void sides_table(struct op_call *c, const struct growth_report *r)
{
    bool text = c->format == OP_FORMAT_TEXT;
    struct table *t = op_table(c);
    show_column(t, "period", op_say(c, "period", "期间"), TABLE_TEXT);
    show_column(t, "from", op_say(c, "from", "从"), TABLE_TEXT);
    show_column(t, "to", op_say(c, "to", "到"), TABLE_TEXT);
    show_column(t, "buyers", op_say(c, "buyers N", "买家 N"), TABLE_INT);
    table_column(t, &(struct table_column){.name = "orders_per_buyer",
                                           .title = op_say(c, "orders each f", "人均单数 f"),
                                           .kind = TABLE_REAL,
                                           .digits = 3});
    table_column(t, &(struct table_column){.name = "amount_per_order",
                                           .title = op_say(c, "yuan an order p", "单均金额 p"),
                                           .kind = TABLE_REAL,
                                           .digits = 2});
    show_column(t, "gmv", "GMV", TABLE_FEN);
    side_row(c, t, text ? op_say(c, "before", "对比期") : "before", &r->before);
    side_row(c, t, text ? op_say(c, "now", "本期") : "now", &r->now);
}

static void part_row(struct op_call *c, struct table *t, const char *name, const char *title,
                     int64_t fen, int64_t of)
{
    table_row(t);
    table_str(t, str_of(c->format == OP_FORMAT_TEXT ? title : name));
    table_i64(t, fen);
    table_f64(t, of ? (double)fen / (double)of : (double)NAN);
}

static void parts_table(struct op_call *c, const struct growth_report *r)
{
    int64_t of = r->before.amount_fen;
    struct table *t = op_table(c);
    show_column(t, "part", op_say(c, "part", "来源"), TABLE_TEXT);
    show_column(t, "amount", op_say(c, "amount", "金额"), TABLE_FEN);
    show_column(t, "share", op_say(c, "of GMV before", "占对比期 GMV"), TABLE_SHARE);
    part_row(c, t, "gain", op_say(c, "G gain: more buyers", "G 渗透：买家数"), r->gain_fen, of);
    part_row(c, t, "retain", op_say(c, "R retain: more orders each", "R 复购：人均单数"),
             r->retain_fen, of);
    part_row(c, t, "boost", op_say(c, "O boost: more an order", "O 价格力：单均金额"),
             r->boost_fen, of);
    if (c->format == OP_FORMAT_TEXT) {
        table_rule(t);
        part_row(c, t, "change", op_say(c, "change of GMV", "GMV 变化"),
                 r->now.amount_fen - r->before.amount_fen, of);
    }
}

/* Against the period of the same length right before, unless told. */
static enum rc choose_sides(struct op_call *c, const struct pond *p, struct growth_report *r)
{
    struct period d = {0};
    enum rc rc = choose(c, p, 30, &d);
    if (rc) {
        return rc;
    }
    int32_t len = d.to - d.from + 1;
    r->now.from = d.from;
    r->now.to = d.to;
    r->before.from = op_arg_day(c, "against-from", d.from - len);
    r->before.to = op_arg_day(c, "against-to", r->before.from + len - 1);
    if (r->before.to < r->before.from) {
        return show_fail(c, RC_INVALID, "%s", "%s",
                         op_say(c, "the period to compare with ends before it begins",
                                "对比期的结束早于开始"));
    }
    return RC_OK;
}

/* The three parts and their sum, below or above zero. */
static void growth_picture(struct op_call *c, const struct pond *p,
                           const struct growth_report *r)
{
    struct plot *plot = op_plot(c, PLOT_BAR);
    struct str from = show_day(c, r->now.from), to = show_day(c, r->now.to),
               old_from = show_day(c, r->before.from), old_to = show_day(c, r->before.to);
    plot_title(plot, str_of(op_say(c, "Change of GMV taken apart", "GMV 变化拆解")),
               arena_strf(c->arena, "%.*s · %.*s – %.*s / %.*s – %.*s", STR_FMT(p->brand->name),
                          STR_FMT(from), STR_FMT(to), STR_FMT(old_from), STR_FMT(old_to)));
    plot_axes(plot, "", op_say(c, "yuan", "元"));
    plot_unit(plot, TABLE_FEN, 0);
    plot_rows(plot);
    plot_label(plot, str_of(op_say(c, "gain: buyers", "渗透：买家数")));
    plot_value(plot, (double)r->gain_fen);
    plot_label(plot, str_of(op_say(c, "retain: orders each", "复购：人均单数")));
    plot_value(plot, (double)r->retain_fen);
    plot_label(plot, str_of(op_say(c, "boost: an order", "价格力：单均金额")));
    plot_value(plot, (double)r->boost_fen);
    plot_label(plot, str_of(op_say(c, "change of GMV", "GMV 变化")));
    plot_value(plot, (double)(r->now.amount_fen - r->before.amount_fen));
}

static enum rc growth_reply(struct op_call *c, struct pond *p)
{
    struct growth_report r = {0};
    enum rc rc = choose_sides(c, p, &r);
    rc = rc ? rc : growth_make(p->brand, &r, c->err);
    if (rc) {
        return rc;
    }
    sides_table(c, &r);
    parts_table(c, &r);
    struct str kept = show_count(c, r.kept);
    show_text(c, "buyers of both periods: %.*s", "两期都购买的买家：%.*s", STR_FMT(kept));
    growth_picture(c, p, &r);
    growth_json(c, &r);
    return RC_OK;
}

static enum rc growth_run(struct op_call *c)
{
    return value_with_brand(c, false, growth_reply);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define PERIOD \
    {.name = "from", .type = OP_DAY, .help = "first day, included; 30 days up to the last one", \
     .help_zh = "第一天（含）；默认到最后一天共 30 天"}, \
    {.name = "to", .type = OP_DAY, .help = "last day, included; today, or the last event's day when that is 30 days ago", \
     .help_zh = "最后一天（含）；默认今天，若最后一个事件在 30 天以前则为该事件的日期"}

static const struct op_in fast_in[] = {
    PERIOD,
    {.name = "super", .type = OP_STR, .fallback = "is member_join", .metavar = "QUESTION",
     .help = "who is a super consumer at the end of the period", .help_zh = "期末的超级用户是谁（问句）"},
    {.name = "active", .type = OP_STR, .metavar = "QUESTION",
     .fallback = "did (add_cart or favorite or coupon_claim or interact or live_interact or message_reply or points_redeem or check_in) in 180d",
     .help = "which of them are active", .help_zh = "其中谁是活跃的（问句）"},
    {0}};
static const struct op_out fast_out[] = {
    {"from", OP_DAY, "first day", "第一天", false},
    {"to", OP_DAY, "last day", "最后一天", false},
    {"fertility", OP_INT, "consumers who held a stage on some day", "期内曾处于某阶段的消费者", false},
    {"advancing", OP_REAL, "advanced / could_advance", "加深率", true},
    {"superiority", OP_INT, "super consumers at the end", "期末超级用户数", false},
    {"thriving", OP_REAL, "active / superiority", "超级用户活跃率", true},
    {"could_advance", OP_INT, "in a stage below the highest on the eve of the period", "期初处于非最高阶段的消费者", false},
    {"advanced", OP_INT, "of them in a higher stage at the end", "其中期末进入更高阶段的", false},
    {"active", OP_INT, "super consumers who are active", "活跃的超级用户", false},
    {"stages[].stage", OP_STR, "stage", "阶段", false},
    {"stages[].held", OP_INT, "consumers who held it on some day", "期内曾处于该阶段的消费者", false},
    {"stages[].start", OP_INT, "consumers in it on the eve", "期初处于该阶段的消费者", false},
    {0}};

static const struct op_in growth_in[] = {
    PERIOD,
    {.name = "against-from", .type = OP_DAY, .help = "first day to compare with; the same number of days right before",
     .help_zh = "对比期第一天；默认紧邻之前的同样天数"},
    {.name = "against-to", .type = OP_DAY, .help = "last day to compare with; as many days as the period has", .help_zh = "对比期最后一天；默认与本期天数相同"},
    {0}};
#define SIDE(path, en, zh) \
    {path ".from", OP_DAY, "first day " en, "第一天（" zh "）", false}, \
    {path ".to", OP_DAY, "last day " en, "最后一天（" zh "）", false}, \
    {path ".buyers", OP_INT, "consumers with an order " en, "买家数（" zh "）", false}, \
    {path ".orders", OP_INT, "orders, not refunded in full " en, "订单数，不含全额退款（" zh "）", false}, \
    {path ".gmv", OP_REAL, "paid less given back, yuan " en, "支付减退款，元（" zh "）", false}, \
    {path ".orders_per_buyer", OP_REAL, "f " en, "人均单数（" zh "）", true}, \
    {path ".amount_per_order", OP_REAL, "p, yuan " en, "单均金额，元（" zh "）", true}, \
    {path ".amount_per_buyer", OP_REAL, "f p, yuan " en, "人均金额，元（" zh "）", true}
static const struct op_out growth_out[] = {
    SIDE("before", "of the period to compare with", "对比期"),
    SIDE("now", "of the period", "本期"),
    {"kept_buyers", OP_INT, "buyers of both periods", "两期都购买的买家", false},
    {"change", OP_REAL, "of GMV, yuan", "GMV 变化，元", false},
    {"gain", OP_REAL, "(N1 - N0) f0 p0, yuan: more buyers", "(N1 - N0) f0 p0，元：买家数", false},
    {"retain", OP_REAL, "N1 (f1 - f0) p0, yuan: more orders each", "N1 (f1 - f0) p0，元：人均单数", false},
    {"boost", OP_REAL, "N1 f1 (p1 - p0), yuan: more an order", "N1 f1 (p1 - p0)，元：单均金额", false},
    {0}};

static const struct op growth_ops[] = {
    {.name = "report fast", .route = "GET /api/v1/report/fast", .perm = "report.read",
     .help = "FAST: fertility, advancing, superiority, thriving of a period.",
     .help_zh = "FAST：人群总量、加深率、超级用户数、超级用户活跃率。",
     .more = "Who is super and who is active are questions; by default members, and those who did something in 180 days.",
     .more_zh = "超级用户与活跃均由问句定义；默认为会员，以及 180 天内有互动的人。",
     .example = "pond report fast --from 2026-05-01 --to 2026-05-31\npond report fast --super 'stage = loyalty or rfm.m = 5'",
     .in = fast_in, .out = fast_out, .run = fast_run},
    {.name = "report growth", .route = "GET /api/v1/report/growth", .perm = "report.read",
     .help = "Growth of sales taken apart: buyers, orders each, amount an order.",
     .help_zh = "销售增长拆解：买家数、人均单数、单均金额。",
     .more = "gain + retain + boost is exactly the change of GMV between the two periods.",
     .more_zh = "渗透 + 复购 + 价格力 恰为两期 GMV 之差。",
     .example = "pond report growth --from 2026-05-01 --to 2026-05-31\npond report growth --from 2026-05-01 --to 2026-05-31 --against-from 2025-05-01 --json",
     .in = growth_in, .out = growth_out, .run = growth_run,
     .picture = "bars of the three parts and their sum", .picture_zh = "三项拆解与合计条形图"},
    {0}};
/* clang-format on */

const struct op_module growth_module = {"growth", "Growth", "增长", growth_ops};
