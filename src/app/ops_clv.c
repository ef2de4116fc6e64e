/* Lifetime value: what consumers are expected to buy. The figures are made in src/report/. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/value.h"
#include "base/mem.h"
#include "report/clv.h"
#include "who/score.h"
#include <math.h>
#include <stdlib.h>

#define CHECK_ROWS 8 /* consumers by x: 0..6, 7 and more */
#define TOP_DEFAULT 10
#define BANDS 10 /* of P(alive), and of consumers by their value */

struct clv_call {
    struct op_call *c;
    struct pond *p;
    enum clv_model model;
    bool value;
    int32_t from, to, check_to; /* check_to DAY_NONE: nothing happened since */
    struct clv_plan plan;
    struct clv_input in;
    struct clv_fit fit;
    struct value_fit money;
    struct clv_scores scores;
    struct {
        double consumers, predicted, actual;
    } check[CHECK_ROWS + 1]; /* the last row is all of them */
};

/* ---- the question ---- */

static enum rc read_horizon(struct op_call *c, double *weeks)
{
    struct str s = op_arg_str(c, "horizon");
    char *end = NULL, *text = arena_cstr(c->arena, s);
    double n = strtod(text, &end);
    double unit = *end == 'd'   ? 1 / CLV_WEEK
                  : *end == 'w' ? 1
                  : *end == 'm' ? 365.25 / 12 / 7
                                : 0;
    if (end == text || unit <= 0 || end[1] || !(n > 0) || n * unit > 520) {
        show_fail(c, RC_INVALID, "--horizon is days, weeks or months up to ten years: %s",
                  "--horizon 为天、周或月，最长十年：%s", text);
        show_hint(c, "for example 52w, 90d, 6m", "例如 52w、90d、6m");
        return RC_INVALID;
    }
    *weeks = n * unit;
    return RC_OK;
}

static enum rc read_question(struct clv_call *v)
{
    struct op_call *c = v->c;
    const struct brand *b = v->p->brand;
    v->model = str_eq(op_arg_str(c, "model"), STR("paretonbd")) ? CLV_PARETONBD : CLV_BGNBD;
    v->value = op_arg_bool(c, "value") || op_arg_bool(c, "save");
    v->plan.rate = op_arg_real(c, "rate", 0.1);
    v->plan.threads = v->p->threads;
    enum rc rc = read_horizon(c, &v->plan.horizon);
    if (rc) {
        return rc;
    }
    if (!(v->plan.rate >= 0 && v->plan.rate <= 10)) {
        return show_fail(c, RC_INVALID, "--rate is a share a year, 0 to 10: %g",
                         "--rate 为年贴现率，0 到 10：%g", v->plan.rate);
    }
    if (b->last_day == DAY_NONE) {
        return show_fail(c, RC_INVALID, "%s: no event yet", "%s：还没有任何事件",
                         "nothing to fit");
    }
    int32_t today = pond_today(v->p);
    v->from = op_arg_day(c, "from", b->first_day);
    v->to = op_arg_day(c, "calibrate-to", b->last_day < today ? b->last_day : today);
    v->check_to = b->last_day > v->to ? b->last_day : DAY_NONE;
    if (v->from > v->to) {
        return show_fail(c, RC_INVALID, "the calibration ends before it begins: %s",
                         "校准期的结束早于开始：%s", arena_cstr(c->arena, show_day(c, v->to)));
    }
    return RC_OK;
}

/* ---- the work ---- */

static enum rc check_holdout(struct clv_call *v)
{
    if (v->check_to == DAY_NONE) {
        return RC_OK;
    }
    uint32_t *days = arena_array(v->c->arena, uint32_t, v->in.len + 1);
    struct clv_scores s = {0};
    struct clv_plan plan = {.horizon = (v->check_to - v->to) / CLV_WEEK,
                            .threads = v->p->threads};
    enum rc rc = clv_input_next(v->p->brand, &v->in, v->to + 1, v->check_to, days, v->c->err);
    if (rc) {
        return rc;
    }
    clv_score(&v->in, &v->fit, NULL, plan, v->c->arena, &s);
    for (uint32_t i = 0; i < v->in.len; i++) {
        uint32_t x = v->in.consumer[i].x;
        uint32_t row = x < CHECK_ROWS - 1 ? x : CHECK_ROWS - 1;
        for (uint32_t k = 0; k < 2; k++, row = CHECK_ROWS) {
            v->check[row].consumers += 1;
            v->check[row].predicted += s.expected[i];
            v->check[row].actual += days[i];
        }
    }
    return RC_OK;
}

static enum rc fit_all(struct clv_call *v)
{
    struct op_call *c = v->c;
    enum rc rc = clv_input_read(v->p->brand, v->from, v->to, &v->in, c->err);
    rc = rc ? rc : clv_fit(&v->in, v->model, v->p->threads, &v->fit, c->err);
    if (!rc && v->value) {
        rc = value_fit(&v->in, v->p->threads, &v->money, c->err);
    }
    if (!rc) {
        clv_score(&v->in, &v->fit, v->value ? &v->money : NULL, v->plan, c->arena, &v->scores);
        rc = check_holdout(v);
    }
    return rc;
}

static enum rc save_scores(struct clv_call *v)
{
    struct arena *a = v->c->arena;
    uint32_t *no = arena_array(a, uint32_t, v->in.len + 1);
    for (uint32_t i = 0; i < v->in.len; i++) {
        no[i] = v->in.consumer[i].no;
    }
    struct str day = show_day(v->c, v->from);
    struct score_set s = {
        .name = "clv",
        .as_of = v->to,
        .made_ms = clock_now(v->p->brand->clock),
        .about = arena_strf(
            a, "{\"model\":\"%s\",\"from\":\"%.*s\",\"horizon_weeks\":%g,\"rate\":%g}",
            clv_model_name(v->model), STR_FMT(day), v->plan.horizon, v->plan.rate),
        .len = v->in.len,
        .no = no,
        .columns_len = 3,
        .columns = {{.name = "p_alive", .numbers = v->scores.alive},
                    {.name = "expected_purchases", .numbers = v->scores.expected},
                    {.name = "clv", .numbers = v->scores.clv}},
    };
    return score_save(v->p->brand, &s, v->c->err);
}

/* ---- the reply ---- */

static void put_params(struct json *j, const struct clv_call *v, const char *key,
                       const double *p)
{
    json_key(j, key);
    json_begin_object(j);
    for (uint32_t i = 0; i < 4; i++) {
        bool told = v->fit.identified || i < 2;
        json_put_f64(j, clv_param_name(v->model, i), told ? p[i] : (double)NAN);
    }
    json_end_object(j);
}

static void put_money(struct json *j, const struct value_fit *m)
{
    static const char *const names[] = {"p", "q", "gamma"};
    json_key(j, "gamma_gamma");
    json_begin_object(j);
    for (uint32_t i = 0; i < 3; i++) {
        json_put_f64(j, names[i], m->params[i]);
    }
    json_put_f64(j, "log_likelihood", m->log_likelihood);
    json_put_i64(j, "consumers", (int64_t)m->consumers);
    json_put_bool(j, "identified", m->identified);
    json_key(j, "se");
    json_begin_object(j);
    for (uint32_t i = 0; i < 3; i++) {
        json_put_f64(j, names[i], m->se[i]);
    }
    json_end_object(j);
    json_end_object(j);
}

static const char *check_label(const struct clv_call *v, uint32_t row)
{
    return row == CHECK_ROWS       ? op_say(v->c, "all", "合计")
           : row == CHECK_ROWS - 1 ? "7+"
                                   : arena_strf(v->c->arena, "%u", row).ptr;
}

static void put_check(struct json *j, const struct clv_call *v)
{
    json_key(j, "check");
    if (v->check_to == DAY_NONE) {
        json_null(j);
        return;
    }
    json_begin_object(j);
    show_json_day(j, "to", v->check_to);
    json_put_f64(j, "predicted", v->check[CHECK_ROWS].predicted);
    json_put_f64(j, "actual", v->check[CHECK_ROWS].actual);
    json_key(j, "rows");
    json_begin_array(j);
    for (uint32_t i = 0; i < CHECK_ROWS; i++) {
        json_begin_object(j);
        json_put_cstr(j, "x", check_label(v, i));
        json_put_i64(j, "consumers", (int64_t)v->check[i].consumers);
        json_put_f64(j, "predicted", v->check[i].predicted / v->check[i].consumers);
        json_put_f64(j, "actual", v->check[i].actual / v->check[i].consumers);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

struct totals {
    double alive, expected, clv;
};

static struct totals totals_of(const struct clv_call *v)
{
    struct totals t = {0};
    for (uint32_t i = 0; i < v->in.len; i++) {
        t.alive += v->scores.alive[i];
        t.expected += v->scores.expected[i];
        t.clv += v->value && isfinite(v->scores.clv[i]) ? v->scores.clv[i] : 0;
    }
    return t;
}

/* Places of the consumers with the greatest value (or expected purchases), best first. */
static uint32_t best_places(const struct clv_call *v, uint32_t *place, uint32_t want)
{
    const double *by = v->value ? v->scores.clv : v->scores.expected;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->in.len && want; i++) {
        if (n == want && !(by[i] > by[place[n - 1]])) {
            continue;
        }
        uint32_t at = n < want ? n++ : n - 1;
        for (; at && by[i] > by[place[at - 1]]; at--) {
            place[at] = place[at - 1];
        }
        place[at] = i;
    }
    return n;
}

static void put_top(struct json *j, const struct clv_call *v, const uint32_t *place, uint32_t n)
{
    json_key(j, "top");
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i++) {
        const struct clv_consumer *c = &v->in.consumer[place[i]];
        json_begin_object(j);
        json_put_i64(j, "consumer", c->no);
        json_put_i64(j, "x", c->x);
        json_put_f64(j, "t_x", c->t_x / CLV_WEEK);
        json_put_f64(j, "t", c->t / CLV_WEEK);
        json_put_f64(j, "p_alive", v->scores.alive[place[i]]);
        json_put_f64(j, "expected_purchases", v->scores.expected[place[i]]);
        json_put_f64(j, "clv", v->value ? v->scores.clv[place[i]] : (double)NAN);
        json_end_object(j);
    }
    json_end_array(j);
}

/* How many consumers are alive with which chance: under 10 %, under 20 %, ... */
static void alive_bands(const struct clv_call *v, uint32_t bands[BANDS])
{
    for (uint32_t i = 0; i < v->in.len; i++) {
        uint32_t band = (uint32_t)(v->scores.alive[i] * BANDS);
        bands[band < BANDS ? band : BANDS - 1]++;
    }
}

struct ranked {
    double by;
    uint32_t place;
};

static int greatest_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->by != y->by ? (x->by < y->by) - (x->by > y->by)
                          : (x->place > y->place) - (x->place < y->place);
}

/* The consumers in ten groups of equal size by value (or expected purchases), the best first: how much of the whole hangs
 * on how few. Sorting takes 16 bytes a consumer. */
static void put_tenths(struct json *j, const struct clv_call *v)
{
    const double *by = v->value ? v->scores.clv : v->scores.expected;
    uint64_t n = v->in.len;
    struct ranked *all = mem_array(struct ranked, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        all[i] = (struct ranked){isfinite(by[i]) ? by[i] : -1, i};
    }
    qsort(all, n, sizeof(*all), greatest_first);
    json_key(j, "tenths");
    json_begin_array(j);
    for (uint64_t k = 0; k < BANDS; k++) {
        uint64_t from = n * k / BANDS, to = n * (k + 1) / BANDS;
        double expected = 0, clv = 0, alive = 0;
        for (uint64_t i = from; i < to; i++) {
            expected += v->scores.expected[all[i].place];
            alive += v->scores.alive[all[i].place];
            clv += v->value && all[i].by > 0 ? all[i].by : 0;
        }
        json_begin_object(j);
        json_put_i64(j, "consumers", (int64_t)(to - from));
        json_put_f64(j, "least",
                     from < to && all[to - 1].by >= 0 ? all[to - 1].by : (double)NAN);
        json_put_f64(j, "alive", alive);
        json_put_f64(j, "expected_purchases", expected);
        json_put_f64(j, "clv", v->value ? clv : (double)NAN);
        json_end_object(j);
    }
    json_end_array(j);
    mem_free(all);
}

static void put_spread(struct json *j, const struct clv_call *v)
{
    uint32_t bands[BANDS] = {0};
    alive_bands(v, bands);
    json_key(j, "alive_bands");
    json_begin_array(j);
    for (uint32_t i = 0; i < BANDS; i++) {
        json_i64(j, bands[i]);
    }
    json_end_array(j);
    put_tenths(j, v);
}

static void clv_json(const struct clv_call *v, const uint32_t *place, uint32_t n)
{
    struct json *j = op_json(v->c);
    struct totals t = totals_of(v);
    json_begin_object(j);
    json_put_cstr(j, "model", clv_model_name(v->model));
    show_json_day(j, "from", v->from);
    show_json_day(j, "calibrate_to", v->to);
    put_params(j, v, "params", v->fit.params);
    put_params(j, v, "se", v->fit.se);
    json_put_f64(j, "log_likelihood", v->fit.log_likelihood);
    json_put_f64(j, "log_likelihood_no_dropout", v->fit.plain_log_likelihood);
    json_put_i64(j, "consumers", (int64_t)v->fit.consumers);
    json_put_bool(j, "identified", v->fit.identified);
    json_put_cstr(j, "why", v->fit.identified ? NULL : op_say(v->c, v->fit.why, v->fit.why_zh));
    if (v->value) {
        put_money(j, &v->money);
    }
    json_put_f64(j, "horizon_weeks", v->plan.horizon);
    json_put_f64(j, "rate", v->plan.rate);
    json_put_f64(j, "alive", t.alive);
    json_put_f64(j, "expected_purchases", t.expected);
    json_put_f64(j, "clv", v->value ? t.clv : (double)NAN);
    put_check(j, v);
    put_spread(j, v);
    put_top(j, v, place, n);
    json_end_object(j);
}

static void param_row(struct op_call *c, struct table *t, const char *name, double v, double se)
{
    (void)c;
    table_row(t);
    table_str(t, str_of(name));
    table_f64(t, v);
    table_f64(t, se);
}

static void real_column(struct table *t, const char *name, const char *title, uint32_t digits)
{
    table_column(t, &(struct table_column){
                        .name = name, .title = title, .kind = TABLE_REAL, .digits = digits});
}

static void params_table(const struct clv_call *v)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    show_column(t, "param", op_say(c, "parameter", "参数"), TABLE_TEXT);
    real_column(t, "value", op_say(c, "value", "值"), 3);
    real_column(t, "se", op_say(c, "standard error", "标准误"), 3);
    for (uint32_t i = 0; i < 4; i++) {
        bool told = v->fit.identified || i < 2;
        param_row(c, t, clv_param_name(v->model, i), told ? v->fit.params[i] : (double)NAN,
                  told ? v->fit.se[i] : (double)NAN);
    }
    static const char *const names[] = {"p", "q", "gamma"};
    for (uint32_t i = 0; v->value && i < 3; i++) {
        param_row(c, t, names[i], v->money.params[i], v->money.se[i]);
    }
}

static void check_table(const struct clv_call *v)
{
    struct op_call *c = v->c;
    if (v->check_to == DAY_NONE) {
        return;
    }
    struct table *t = op_table(c);
    struct str day = show_day(c, v->check_to);
    table_title(t,
                c->lang == LANG_ZH
                    ? arena_strf(c->arena, "校准期之后至 %.*s：每人购买次数", STR_FMT(day))
                    : arena_strf(c->arena, "after the calibration, up to %.*s: purchases each",
                                 STR_FMT(day)));
    show_column(t, "x", op_say(c, "repeat purchases", "复购次数"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    real_column(t, "predicted", op_say(c, "predicted", "预测"), 3);
    real_column(t, "actual", op_say(c, "actual", "实际"), 3);
    for (uint32_t i = 0; i <= CHECK_ROWS; i++) {
        if (i == CHECK_ROWS && c->format == OP_FORMAT_TEXT) {
            table_rule(t);
        }
        table_row(t);
        table_str(t, str_of(check_label(v, i)));
        table_i64(t, (int64_t)v->check[i].consumers);
        table_f64(t, v->check[i].predicted / v->check[i].consumers);
        table_f64(t, v->check[i].actual / v->check[i].consumers);
    }
}

static void top_table(const struct clv_call *v, const uint32_t *place, uint32_t n)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    table_title(t, str_of(v->value ? op_say(c, "highest lifetime value", "客户价值最高")
                                   : op_say(c, "most expected purchases", "预期购买最多")));
    show_column(t, "consumer", op_say(c, "consumer", "消费者"), TABLE_INT);
    show_column(t, "x", op_say(c, "repeat purchases", "复购次数"), TABLE_INT);
    real_column(t, "t_x", op_say(c, "weeks to the last", "末次购买（周）"), 1);
    real_column(t, "t", op_say(c, "weeks in all", "观察期（周）"), 1);
    real_column(t, "p_alive", op_say(c, "P(alive)", "活跃概率"), 3);
    real_column(t, "expected_purchases", op_say(c, "expected purchases", "预期购买"), 2);
    real_column(t, "clv", op_say(c, "value (yuan)", "价值（元）"), 2);
    for (uint32_t i = 0; i < n; i++) {
        const struct clv_consumer *k = &v->in.consumer[place[i]];
        table_row(t);
        table_i64(t, k->no);
        table_i64(t, k->x);
        table_f64(t, k->t_x / CLV_WEEK);
        table_f64(t, k->t / CLV_WEEK);
        table_f64(t, v->scores.alive[place[i]]);
        table_f64(t, v->scores.expected[place[i]]);
        table_f64(t, v->value ? v->scores.clv[place[i]] : (double)NAN);
    }
}

static void clv_text(const struct clv_call *v)
{
    struct op_call *c = v->c;
    struct str from = show_day(c, v->from), to = show_day(c, v->to);
    struct str n = show_count(c, v->fit.consumers);
    struct totals t = totals_of(v);
    const char *model = v->model == CLV_BGNBD ? "BG/NBD" : "Pareto/NBD";
    show_text(c, "%s, calibrated on %.*s to %.*s: %.*s consumers, log-likelihood %.2f",
              "%s，校准期 %.*s 至 %.*s：%.*s 名消费者，对数似然 %.2f", model, STR_FMT(from),
              STR_FMT(to), STR_FMT(n), v->fit.log_likelihood);
    if (!v->fit.identified) {
        show_text(c, "Not identified: %s (log-likelihood without dropping out %.2f).",
                  "无法识别：%s（无流失模型的对数似然 %.2f）。",
                  op_say(c, v->fit.why, v->fit.why_zh), v->fit.plain_log_likelihood);
    }
    show_text(c, "Still alive: %.0f of them. In the next %.4g weeks: %.0f purchases.",
              "其中预计仍活跃 %.0f 人；未来 %.4g 周预计购买 %.0f 次。", t.alive,
              v->plan.horizon, t.expected);
    if (v->value) {
        show_text(c, "Their value, discounted by %.4g %% a year: %.2f yuan.",
                  "其价值（年贴现率 %.4g %%）：%.2f 元。", v->plan.rate * 100, t.clv);
    }
}

static void clv_picture(const struct clv_call *v)
{
    struct op_call *c = v->c;
    struct plot *plot = op_plot(c, PLOT_BAR);
    struct str from = show_day(c, v->from), to = show_day(c, v->to);
    uint32_t bands[BANDS] = {0};
    alive_bands(v, bands);
    plot_title(plot, str_of(op_say(c, "Consumers by P(alive)", "按存活概率的消费者数")),
               arena_strf(c->arena, "%s · %.*s – %.*s", clv_model_name(v->model), STR_FMT(from),
                          STR_FMT(to)));
    plot_axes(plot, "P(alive)", op_say(c, "consumers", "消费者"));
    for (uint32_t i = 0; i < BANDS; i++) {
        plot_label(plot, arena_strf(c->arena, "%u–%u%%", i * 10, i * 10 + 10));
        plot_value(plot, bands[i]);
    }
}

static enum rc clv_reply(struct op_call *c, struct pond *p)
{
    struct clv_call v = {.c = c, .p = p};
    enum rc rc = read_question(&v);
    rc = rc ? rc : fit_all(&v);
    if (!rc && op_arg_bool(c, "save")) {
        rc = save_scores(&v);
    }
    if (!rc) {
        uint32_t want = (uint32_t)op_arg_int(c, "top", TOP_DEFAULT);
        uint32_t *place = arena_array(c->arena, uint32_t, want + 1);
        uint32_t n = best_places(&v, place, want);
        clv_text(&v);
        params_table(&v);
        check_table(&v);
        if (n) {
            top_table(&v, place, n);
        }
        clv_picture(&v);
        clv_json(&v, place, n);
        if (op_arg_bool(c, "save")) {
            op_text(c, "%s",
                    op_say(c, "Kept: ask for clv, p_alive, expected_purchases.",
                           "已保存：可用 clv、p_alive、expected_purchases 提问。"));
        }
    }
    clv_input_release(&v.in);
    return rc;
}

static enum rc clv_run(struct op_call *c)
{
    return value_with_brand(c, op_arg_bool(c, "save"), clv_reply);
}

/* clang-format off */
static const struct op_in clv_in[] = {
    {.name = "model", .type = OP_CHOICE, .choices = "bgnbd|paretonbd", .fallback = "bgnbd",
     .help = "BG/NBD or Pareto/NBD", .help_zh = "BG/NBD 或 Pareto/NBD"},
    {.name = "from", .type = OP_DAY, .help = "first day of the calibration; the first event's day",
     .help_zh = "校准期第一天；默认第一个事件的日期"},
    {.name = "calibrate-to", .type = OP_DAY, .help = "last day of the calibration, included; the last event's day, at most today",
     .help_zh = "校准期最后一天（含）；默认最后一个事件的日期，不晚于今天"},
    {.name = "value", .type = OP_BOOL, .help = "fit the value of purchases too (Gamma-Gamma)",
     .help_zh = "同时拟合购买金额（Gamma-Gamma）"},
    {.name = "horizon", .type = OP_STR, .fallback = "52w", .metavar = "52w",
     .help = "how far to look ahead: days (90d), weeks (52w), months (6m)", .help_zh = "预测期：天（90d）、周（52w）、月（6m）"},
    {.name = "rate", .type = OP_REAL, .fallback = "0.1", .help = "discount a year, as a share", .help_zh = "年贴现率"},
    {.name = "top", .type = OP_INT, .min = 0, .max = 100000, .fallback = "10", .help = "list that many consumers of the highest value",
     .help_zh = "列出价值最高的若干消费者"},
    {.name = "save", .type = OP_BOOL, .perm = "model.write", .help = "keep the scores, to be asked for as clv, p_alive, expected_purchases; implies --value",
     .help_zh = "保存评分，供 clv、p_alive、expected_purchases 提问使用；同时启用 --value"},
    {0}};
static const struct op_out clv_out[] = {
    {"model", OP_STR, "bgnbd or paretonbd", "模型", false},
    {"from", OP_DAY, "first day of the calibration", "校准期第一天", false},
    {"calibrate_to", OP_DAY, "its last day", "校准期最后一天", false},
    {"params", OP_ANY, "r, alpha, and a, b or s, beta (null when not identified); weeks", "参数：r、alpha 与 a、b 或 s、beta（无法识别时为 null）；以周计", false},
    {"se", OP_ANY, "their standard errors", "标准误", false},
    {"log_likelihood", OP_REAL, "at the maximum", "最大对数似然", false},
    {"log_likelihood_no_dropout", OP_REAL, "of the NBD, in which nobody leaves", "无流失模型（NBD）的对数似然", false},
    {"consumers", OP_INT, "who bought in the calibration", "校准期内的购买者", false},
    {"identified", OP_BOOL, "whether the data tell how consumers drop out", "数据是否足以识别流失", false},
    {"why", OP_STR, "why not", "无法识别的原因", true},
    {"gamma_gamma", OP_ANY, "p, q, gamma, log_likelihood, consumers, identified, se; with --value", "p、q、gamma、log_likelihood、consumers、identified、se；需 --value", true},
    {"horizon_weeks", OP_REAL, "how far ahead", "预测期（周）", false},
    {"rate", OP_REAL, "discount a year", "年贴现率", false},
    {"alive", OP_REAL, "expected number of consumers still alive", "预计仍活跃的消费者数", false},
    {"expected_purchases", OP_REAL, "of all of them in the horizon", "预测期内的购买次数合计", false},
    {"clv", OP_REAL, "value of all of them, yuan, discounted", "价值合计（元，已贴现）", true},
    {"check", OP_ANY, "what happened after the calibration: to, predicted, actual, rows by repeat purchases (means a consumer)", "校准期之后的检验：to、predicted、actual、rows（按复购次数的人均值）", true},
    {"alive_bands[]", OP_INT, "consumers whose chance of being alive is 0 to 10 %, 10 to 20 %, ... 90 to 100 %", "活跃概率 0–10%、10–20%…90–100% 的消费者数", true},
    {"tenths[].consumers", OP_INT, "ten groups of the consumers by value (by expected purchases without --value), the best first: consumers", "按价值（无 --value 时按预期购买）从高到低十等分：消费者数", true},
    {"tenths[].least", OP_REAL, "the least value (expected purchases) in the group", "本组的最低价值（预期购买）", true},
    {"tenths[].alive", OP_REAL, "expected number still alive", "预计仍活跃人数", true},
    {"tenths[].expected_purchases", OP_REAL, "purchases in the horizon", "预测期内的购买次数", true},
    {"tenths[].clv", OP_REAL, "value, yuan", "价值（元）", true},
    {"top[].consumer", OP_INT, "consumer", "消费者", true},
    {"top[].x", OP_INT, "repeat purchases", "复购次数", true},
    {"top[].t_x", OP_REAL, "weeks from the first to the last purchase", "首次到末次购买的周数", true},
    {"top[].t", OP_REAL, "weeks from the first purchase to the end", "首次购买到期末的周数", true},
    {"top[].p_alive", OP_REAL, "chance of being alive", "活跃概率", true},
    {"top[].expected_purchases", OP_REAL, "in the horizon", "预测期内的购买次数", true},
    {"top[].clv", OP_REAL, "value, yuan", "价值（元）", true},
    {0}};

static const struct op clv_ops[] = {
    {.name = "analyze clv", .route = "GET /api/v1/analyze/clv", .perm = "report.read",
     .help = "Lifetime value: a model of buying and leaving, and what it expects of every consumer.",
     .help_zh = "客户生命周期价值：拟合购买与流失模型，预测每位消费者。",
     .more = "Purchases of one day are one; orders refunded in full by the end of the calibration are none. Days after the calibration are used to check the prediction. Formulas: docs/value.md.",
     .more_zh = "同一天的购买算一次；校准期末前已全额退款的订单不算。校准期之后的数据用于检验预测。公式见 docs/value.md。",
     .example = "pond analyze clv --calibrate-to 1997-09-30 --value\npond analyze clv --model paretonbd --horizon 26w --json\npond analyze clv --save",
     .in = clv_in, .out = clv_out, .run = clv_run, .how = OP_EDITS, .slow = true,
     .picture = "bars of consumers by P(alive)", .picture_zh = "按存活概率的消费者条形图"},
    {0}};
/* clang-format on */

const struct op_module clv_module = {"clv", "Lifetime value", "客户价值", clv_ops};
