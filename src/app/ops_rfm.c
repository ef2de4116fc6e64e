/* RFM: scores, types, their names. The figures are made in src/report/rfm.c. */
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/value.h"
#include "report/asset.h"
#include "report/rfm.h"
#include "who/field_value.h"
#include "who/score.h"
#include <math.h>
#include <stdlib.h>

static const char *const measures[] = {"r", "f", "m"};

struct rfm_call {
    struct op_call *c;
    struct pond *p;
    struct rfm_plan plan;
    struct rfm_report r;
    struct str names[RFM_TYPES];
};

/* ---- the question ---- */

/* "30,60,90,180": exactly n ascending numbers (n of points need not ascend). */
static enum rc read_numbers(struct op_call *c, const char *name, uint32_t n, bool ascending,
                            double *out)
{
    char *text = arena_cstr(c->arena, op_arg_str(c, name)), *at = text;
    bool ok = true;
    for (uint32_t i = 0; ok && i < n; i++) {
        char *end = at;
        out[i] = strtod(at, &end);
        ok = end != at && isfinite(out[i]) && *end == (i + 1 < n ? ',' : '\0') &&
             (!ascending || i == 0 || out[i] > out[i - 1]);
        at = end + 1;
    }
    if (!ok) {
        show_fail(c, RC_INVALID, "--%s is %u numbers%s with commas between: %s",
                  "--%s 需要 %u 个%s数字，以逗号分隔：%s", name, n,
                  !ascending ? "" : op_say(c, ", each above the one before,", "递增的"), text);
    }
    return ok ? RC_OK : RC_INVALID;
}

static enum rc read_question(struct rfm_call *v)
{
    static const char *const cuts[] = {"cuts-r", "cuts-f", "cuts-m"};
    struct op_call *c = v->c;
    int32_t last = v->p->brand->last_day, today = pond_today(v->p);
    bool quiet = last != DAY_NONE && last <= today - 30;
    v->plan.as_of = op_arg_day(c, "as-of", quiet ? last : today);
    v->plan.window = (int32_t)op_arg_int(c, "window", 365);
    for (int i = 0; i < 3; i++) {
        v->plan.set[i] = op_has(c, cuts[i]);
        if (v->plan.set[i] && read_numbers(c, cuts[i], RFM_CUTS, true, v->plan.cuts[i])) {
            return RC_INVALID;
        }
    }
    struct str split = op_arg_str(c, "split");
    v->plan.split = str_eq(split, STR("mean"))     ? RFM_MEAN
                    : str_eq(split, STR("median")) ? RFM_MEDIAN
                                                   : RFM_POINTS;
    return v->plan.split == RFM_POINTS ? read_numbers(c, "split", 3, false, v->plan.points)
                                       : RC_OK;
}

/* What the types are called. */
static enum rc type_names(struct op_call *c, struct pond *p, struct str out[RFM_TYPES])
{
    struct field_words w;
    enum rc rc = field_words_read(p->brand->ledger, rfm_type_field(), c->arena, &w, c->err);
    for (uint32_t t = 0; !rc && t < RFM_TYPES; t++) {
        out[t] = field_value_name(&w, t, c->lang == LANG_ZH);
    }
    return rc;
}

/* ---- keeping ---- */

static enum rc save_scores(struct rfm_call *v)
{
    struct arena *a = v->c->arena;
    uint32_t n = v->r.len;
    struct str texts[RFM_TYPES];
    uint32_t *no = arena_array(a, uint32_t, n + 1);
    uint8_t *type = arena_array(a, uint8_t, n + 1);
    double *number[6];
    for (int k = 0; k < 6; k++) {
        number[k] = arena_array(a, double, n + 1);
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct rfm_row *row = &v->r.row[i];
        no[i] = row->no;
        type[i] = row->type;
        for (int k = 0; k < 3; k++) {
            number[k][i] = row->score[k];
        }
        number[3][i] = row->days;
        number[4][i] = row->orders;
        number[5][i] = (double)row->amount_fen / 100;
    }
    for (uint32_t t = 0; t < RFM_TYPES; t++) {
        texts[t] = str_of(rfm_type_code(t)); /* names change, and differ by language */
    }
    struct score_set s = {
        .name = "rfm",
        .as_of = v->plan.as_of,
        .made_ms = clock_now(v->p->brand->clock),
        .about = arena_strf(a, "{\"window\":%d}", v->plan.window),
        .len = n,
        .no = no,
        .columns_len = 7,
        .columns =
            {{.name = "rfm.r", .numbers = number[0]},
             {.name = "rfm.f", .numbers = number[1]},
             {.name = "rfm.m", .numbers = number[2]},
             {.name = "rfm.recency_days", .numbers = number[3]},
             {.name = "rfm.orders", .numbers = number[4]},
             {.name = "rfm.amount", .numbers = number[5]},
             {.name = "rfm.type", .codes = type, .texts = texts, .texts_len = RFM_TYPES}},
    };
    return score_save(v->p->brand, &s, v->c->err);
}

/* ---- the reply ---- */

static void put_cell(struct json *j, const struct rfm_cell *cell)
{
    json_put_i64(j, "consumers", (int64_t)cell->consumers);
    json_put_i64(j, "orders", (int64_t)cell->orders);
    json_put_fen(j, "amount", cell->amount_fen);
}

static void put_settings(struct json *j, const struct rfm_call *v)
{
    json_key(j, "cuts");
    json_begin_object(j);
    for (int i = 0; i < 3; i++) {
        json_key(j, measures[i]);
        json_begin_array(j);
        for (uint32_t k = 0; k < RFM_CUTS; k++) {
            json_f64(j, v->r.cuts[i][k]);
        }
        json_end_array(j);
    }
    json_end_object(j);
    json_key(j, "split");
    json_begin_object(j);
    for (int i = 0; i < 3; i++) {
        json_put_f64(j, measures[i], v->r.split[i]);
    }
    json_end_object(j);
    json_key(j, "scores");
    json_begin_object(j);
    for (int i = 0; i < 3; i++) {
        json_key(j, measures[i]);
        json_begin_array(j);
        for (uint32_t s = 1; s <= RFM_SCORES; s++) {
            json_i64(j, (int64_t)v->r.scores[i][s]);
        }
        json_end_array(j);
    }
    json_end_object(j);
}

static void put_types(struct json *j, const struct rfm_call *v)
{
    json_key(j, "types");
    json_begin_array(j);
    for (uint32_t t = RFM_TYPES; t-- > 0;) {
        json_begin_object(j);
        json_put_cstr(j, "type", rfm_type_code(t));
        json_put_str(j, "name", v->names[t]);
        put_cell(j, &v->r.type[t]);
        json_put_f64(j, "share", asset_share(v->r.type[t].consumers, v->r.len));
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_grid(struct json *j, const struct rfm_call *v)
{
    json_key(j, "grid");
    json_begin_array(j);
    for (uint32_t r = RFM_SCORES; r >= 1; r--) {
        for (uint32_t f = 1; f <= RFM_SCORES; f++) {
            json_begin_object(j);
            json_put_i64(j, "r", r);
            json_put_i64(j, "f", f);
            put_cell(j, &v->r.grid[r][f]);
            json_end_object(j);
        }
    }
    json_end_array(j);
}

static void put_rows(struct json *j, const struct rfm_call *v, uint32_t n)
{
    json_key(j, "rows");
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i++) {
        const struct rfm_row *row = &v->r.row[i];
        json_begin_object(j);
        json_put_i64(j, "consumer", row->no);
        json_put_i64(j, "recency_days", row->days);
        json_put_i64(j, "orders", row->orders);
        json_put_fen(j, "amount", row->amount_fen);
        for (int k = 0; k < 3; k++) {
            json_put_i64(j, measures[k], row->score[k]);
        }
        json_put_cstr(j, "type", rfm_type_code(row->type));
        json_end_object(j);
    }
    json_end_array(j);
}

static void rfm_json(const struct rfm_call *v, uint32_t rows)
{
    struct json *j = op_json(v->c);
    json_begin_object(j);
    show_json_day(j, "as_of", v->plan.as_of);
    json_put_i64(j, "window", v->plan.window);
    put_cell(j, &v->r.all);
    put_settings(j, v);
    put_types(j, v);
    put_grid(j, v);
    put_rows(j, v, rows);
    json_end_object(j);
}

static void types_table(const struct rfm_call *v)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    show_column(t, "type", "RFM", TABLE_TEXT);
    show_column(t, "name", op_say(c, "type", "类型"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "bar", " ", TABLE_BAR);
    show_column(t, "orders", op_say(c, "orders", "订单"), TABLE_INT);
    show_column(t, "amount", op_say(c, "net amount", "净额"), TABLE_FEN);
    for (uint32_t i = RFM_TYPES; i-- > 0;) {
        const struct rfm_cell *cell = &v->r.type[i];
        table_row(t);
        table_str(t, str_of(rfm_type_code(i)));
        table_str(t, v->names[i]);
        table_i64(t, (int64_t)cell->consumers);
        table_f64(t, asset_share(cell->consumers, v->r.len));
        table_i64(t, (int64_t)cell->consumers);
        table_i64(t, (int64_t)cell->orders);
        table_i64(t, cell->amount_fen);
    }
}

static void grid_table(const struct rfm_call *v)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "consumers by recency (rows) and frequency (columns)",
                                 "消费者：行为 R 分，列为 F 分")));
    show_column(t, "r", "R \\ F", TABLE_TEXT);
    static const char *const heads[] = {"1", "2", "3", "4", "5"};
    for (uint32_t f = 0; f < RFM_SCORES; f++) {
        show_column(t, heads[f], heads[f], TABLE_INT);
    }
    for (uint32_t r = RFM_SCORES; r >= 1; r--) {
        table_row(t);
        table_str(t, str_of(heads[r - 1]));
        for (uint32_t f = 1; f <= RFM_SCORES; f++) {
            table_i64(t, (int64_t)v->r.grid[r][f].consumers);
        }
    }
}

/* "≤ 30" and "≥ 2": what each score takes. */
static struct str cut_text(const struct rfm_call *v, int which, uint32_t score)
{
    double cut = which == RFM_R ? (score == 1 ? (double)NAN : v->r.cuts[which][5 - score])
                 : score == 1   ? (double)NAN
                                : v->r.cuts[which][score - 2];
    return isnan(cut) ? STR("–")
                      : arena_strf(v->c->arena, "%s %.10g", which == RFM_R ? "≤" : "≥", cut);
}

static void cuts_table(const struct rfm_call *v)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    show_column(t, "score", op_say(c, "score", "分"), TABLE_TEXT);
    show_column(t, "r_cut", op_say(c, "R (days)", "R（天）"), TABLE_TEXT);
    show_column(t, "r", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "f_cut", op_say(c, "F (orders)", "F（订单）"), TABLE_TEXT);
    show_column(t, "f", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "m_cut", op_say(c, "M (yuan)", "M（元）"), TABLE_TEXT);
    show_column(t, "m", op_say(c, "consumers", "消费者"), TABLE_INT);
    for (uint32_t s = RFM_SCORES; s >= 1; s--) {
        table_row(t);
        table_str(t, arena_strf(c->arena, "%u", s));
        for (int which = RFM_R; which <= RFM_M; which++) {
            table_str(t, cut_text(v, which, s));
            table_i64(t, (int64_t)v->r.scores[which][s]);
        }
    }
}

static void rows_table(const struct rfm_call *v, uint32_t n)
{
    struct op_call *c = v->c;
    struct table *t = op_table(c);
    show_column(t, "consumer", op_say(c, "consumer", "消费者"), TABLE_INT);
    show_column(t, "recency_days", op_say(c, "days since", "距今天数"), TABLE_INT);
    show_column(t, "orders", op_say(c, "orders", "订单"), TABLE_INT);
    show_column(t, "amount", op_say(c, "net amount", "净额"), TABLE_FEN);
    show_column(t, "r", "R", TABLE_INT);
    show_column(t, "f", "F", TABLE_INT);
    show_column(t, "m", "M", TABLE_INT);
    show_column(t, "type", op_say(c, "type", "类型"), TABLE_TEXT);
    for (uint32_t i = 0; i < n; i++) {
        const struct rfm_row *row = &v->r.row[i];
        table_row(t);
        table_i64(t, row->no);
        table_i64(t, row->days);
        table_i64(t, row->orders);
        table_i64(t, row->amount_fen);
        for (int k = 0; k < 3; k++) {
            table_i64(t, row->score[k]);
        }
        table_str(t, v->names[row->type]);
    }
}

static void rfm_show(const struct rfm_call *v, uint32_t rows)
{
    struct op_call *c = v->c;
    struct str day = show_day(c, v->plan.as_of), n = show_count(c, v->r.len);
    show_text(c, "RFM as of the end of %.*s, over %d days: %.*s buyers",
              "RFM，截至 %.*s 日终，窗口 %d 天：%.*s 名购买者", STR_FMT(day), v->plan.window,
              STR_FMT(n));
    if (v->r.len == 0) {
        return;
    }
    types_table(v);
    show_text(c, "high: R ≥ %.2f, F ≥ %.2f, M ≥ %.2f", "高：R ≥ %.2f、F ≥ %.2f、M ≥ %.2f",
              v->r.split[0], v->r.split[1], v->r.split[2]);
    cuts_table(v);
    grid_table(v);
    if (rows) {
        rows_table(v, rows);
    }
}

/* Buyers by the scores of recency (rows) and frequency (columns). */
static void rfm_picture(const struct rfm_call *v)
{
    struct op_call *c = v->c;
    struct plot *plot = op_plot(c, PLOT_HEAT);
    struct str day = show_day(c, v->plan.as_of);
    plot_title(plot,
               str_of(op_say(c, "Buyers by recency and frequency",
                             "RFM：按最近购买与购买频次的买家数")),
               arena_strf(c->arena, "%.*s · %.*s", STR_FMT(v->p->brand->name), STR_FMT(day)));
    plot_axes(plot, op_say(c, "F score", "F 分（频次）"), op_say(c, "R score", "R 分（最近）"));
    for (uint32_t f = 1; f <= RFM_SCORES; f++) {
        plot_label(plot, arena_strf(c->arena, "F%u", f));
    }
    for (uint32_t r = RFM_SCORES; r >= 1; r--) {
        plot_series(plot, arena_strf(c->arena, "R%u", r));
        for (uint32_t f = 1; f <= RFM_SCORES; f++) {
            plot_value(plot, (double)v->r.grid[r][f].consumers);
        }
    }
}

static enum rc rfm_reply(struct op_call *c, struct pond *p)
{
    struct rfm_call v = {.c = c, .p = p};
    enum rc rc = read_question(&v);
    rc = rc ? rc : type_names(c, p, v.names);
    rc = rc ? rc : rfm_make(p->brand, &v.plan, &v.r, c->err);
    if (!rc && op_arg_bool(c, "save")) {
        rc = save_scores(&v);
    }
    if (!rc) {
        int64_t list = op_arg_int(c, "list", 0);
        uint32_t rows = list < v.r.len ? (uint32_t)list : v.r.len;
        rfm_show(&v, rows);
        rfm_picture(&v);
        rfm_json(&v, rows);
        if (op_arg_bool(c, "save")) {
            op_text(c, "%s",
                    op_say(c, "Kept: ask for rfm.r, rfm.f, rfm.m, rfm.type and more.",
                           "已保存：可用 rfm.r、rfm.f、rfm.m、rfm.type 等提问。"));
        }
    }
    rfm_release(&v.r);
    return rc;
}

static enum rc rfm_run(struct op_call *c)
{
    return value_with_brand(c, op_arg_bool(c, "save"), rfm_reply);
}

/* ---- names of the types ---- */

static enum rc set_names(struct op_call *c, struct pond *p)
{
    for (uint32_t i = 0; i < op_arg_count(c, "set"); i++) {
        struct str text = op_arg_at(c, "set", i);
        uint32_t t = 0;
        while (t < RFM_TYPES && !(text.len > 3 && text.ptr[3] == '=' &&
                                  str_eq(str_slice(text, 0, 3), str_of(rfm_type_code(t))))) {
            t++;
        }
        if (t == RFM_TYPES) {
            show_fail(c, RC_INVALID, "--set is CODE=NAME with a code 000 to 111: %.*s",
                      "--set 的写法是 编码=名称，编码为 000 到 111：%.*s", STR_FMT(text));
            return RC_INVALID;
        }
        enum rc rc = field_value_rename(p->brand->ledger, rfm_type_field(), t,
                                        str_slice(text, 4, text.len), c->err);
        if (rc) {
            return rc;
        }
    }
    return RC_OK;
}

static enum rc names_reply(struct op_call *c, struct pond *p)
{
    struct str names[RFM_TYPES];
    enum rc rc = set_names(c, p);
    rc = rc ? rc : type_names(c, p, names);
    if (rc) {
        return rc;
    }
    struct table *t = op_table(c);
    show_column(t, "type", "RFM", TABLE_TEXT);
    show_column(t, "name", op_say(c, "name", "名称"), TABLE_TEXT);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "types");
    json_begin_array(j);
    for (uint32_t i = RFM_TYPES; i-- > 0;) {
        table_row(t);
        table_str(t, str_of(rfm_type_code(i)));
        table_str(t, names[i]);
        json_begin_object(j);
        json_put_cstr(j, "type", rfm_type_code(i));
        json_put_str(j, "name", names[i]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc names_run(struct op_call *c)
{
    return value_with_brand(c, op_arg_count(c, "set") > 0, names_reply);
}

/* clang-format off */
static const struct op_in rfm_in[] = {
    {.name = "as-of", .type = OP_DAY, .help = "the day asked about, at its end; today, or the last event's day when that is 30 days ago",
     .help_zh = "截至哪一天（日终）；默认今天，若最后一个事件在 30 天以前则为该事件的日期"},
    {.name = "window", .type = OP_INT, .unit = "days", .min = 1, .max = 36600, .fallback = "365", .help = "days up to it that count", .help_zh = "计分窗口（天）"},
    {.name = "cuts-r", .type = OP_STR, .metavar = "30,60,90,180", .help = "days for scores 5, 4, 3, 2 at most; fifths of the buyers", .help_zh = "R 分 5、4、3、2 的天数上限；默认按五分位"},
    {.name = "cuts-f", .type = OP_STR, .metavar = "2,3,5,10", .help = "orders for scores 2, 3, 4, 5 at least; fifths of the buyers", .help_zh = "F 分 2、3、4、5 的订单数下限；默认按五分位"},
    {.name = "cuts-m", .type = OP_STR, .metavar = "100,500,1000,5000", .help = "net amount (yuan) for scores 2, 3, 4, 5 at least; fifths of the buyers", .help_zh = "M 分 2、3、4、5 的净额下限（元）；默认按五分位"},
    {.name = "split", .type = OP_STR, .fallback = "mean", .metavar = "mean|median|R,F,M", .help = "a score of at least this is high", .help_zh = "不低于此分为高：mean、median 或三个分值"},
    {.name = "list", .type = OP_INT, .min = 0, .max = 10000000, .fallback = "0", .help = "list that many consumers", .help_zh = "列出若干消费者"},
    {.name = "save", .type = OP_BOOL, .perm = "model.write", .help = "keep the scores, to be asked for as rfm.r, rfm.f, rfm.m, rfm.type", .help_zh = "保存评分，供 rfm.r、rfm.f、rfm.m、rfm.type 提问使用"},
    {0}};
#define CELL(path, en, zh) \
    {path "consumers", OP_INT, "buyers" en, "购买者" zh, true}, \
    {path "orders", OP_INT, "their orders" en, "订单数" zh, true}, \
    {path "amount", OP_REAL, "their net amount, yuan" en, "净额（元）" zh, true}
static const struct op_out rfm_out[] = {
    {"as_of", OP_DAY, "the day asked about", "截至日期", false},
    {"window", OP_INT, "days that count", "窗口天数", false},
    CELL("", "", ""),
    {"cuts", OP_ANY, "r, f, m: the cut points in use; days at most, orders and yuan at least; null: nobody is beyond", "r、f、m：使用的切点；天数为上限，订单与金额为下限；null 表示无人超出", false},
    {"split", OP_ANY, "r, f, m: a score of at least this is high", "r、f、m：不低于此分为高", false},
    {"scores", OP_ANY, "r, f, m: buyers by score 1..5", "r、f、m：各分值 1–5 的购买者数", false},
    {"types[].type", OP_STR, "R, F, M: 1 high, 0 low", "R、F、M：1 高 0 低", false},
    {"types[].name", OP_STR, "its name", "类型名称", false},
    CELL("types[].", " of the type", "（该类型）"),
    {"types[].share", OP_REAL, "of all buyers, 0..1", "占比", true},
    {"grid[].r", OP_INT, "R score", "R 分", false},
    {"grid[].f", OP_INT, "F score", "F 分", false},
    CELL("grid[].", " of the cell", "（该格）"),
    {"rows[].consumer", OP_INT, "consumer; with --list", "消费者；需 --list", true},
    {"rows[].recency_days", OP_INT, "days since the last order", "距最近订单天数", true},
    {"rows[].orders", OP_INT, "orders", "订单数", true},
    {"rows[].amount", OP_REAL, "net amount, yuan", "净额（元）", true},
    {"rows[].r", OP_INT, "R score", "R 分", true},
    {"rows[].f", OP_INT, "F score", "F 分", true},
    {"rows[].m", OP_INT, "M score", "M 分", true},
    {"rows[].type", OP_STR, "type", "类型", true},
    {0}};

static const struct op_in names_in[] = {
    {.name = "set", .type = OP_STR, .many = true, .metavar = "CODE=NAME", .help = "name a type; an empty name takes the usual one back", .help_zh = "为类型命名；空名称恢复默认"},
    {0}};
static const struct op_out names_out[] = {
    {"types[].type", OP_STR, "R, F, M: 1 high, 0 low", "R、F、M：1 高 0 低", false},
    {"types[].name", OP_STR, "its name", "名称", false},
    {0}};

static const struct op rfm_ops[] = {
    {.name = "analyze rfm", .route = "GET /api/v1/analyze/rfm", .perm = "report.read",
     .help = "RFM: scores of recency, frequency and money, and the eight types.",
     .help_zh = "RFM：近度、频度、额度评分与八类人群。",
     .more = "R is the days since the last order, F the orders, M the net amount of the window. Scores 1 to 5 by fifths of the buyers (equal values get equal scores) or by set cut points; a score at or above the split is high.",
     .more_zh = "R 为距最近订单的天数，F 为订单数，M 为窗口内净额。评分 1–5 按购买者的五分位（相同值同分）或指定切点；不低于分界为高。",
     .example = "pond analyze rfm --as-of 2011-04-30\npond analyze rfm --cuts-r 30,60,90,180 --split 3,3,3\npond analyze rfm --save",
     .in = rfm_in, .out = rfm_out, .run = rfm_run, .how = OP_EDITS,
     .picture = "a heat map of buyers by R and F score", .picture_zh = "按 R、F 分的买家热力图"},
    {.name = "rfm names", .route = "POST /api/v1/rfm/names", .perm = "model.write",
     .help = "Show or change the names of the eight RFM types.",
     .help_zh = "查看或修改 RFM 八类人群的名称。",
     .example = "pond rfm names\npond rfm names --set 111=VIP",
     .in = names_in, .out = names_out, .run = names_run, .how = OP_EDITS},
    {0}};
/* clang-format on */

const struct op_module rfm_module = {"rfm", "RFM", "RFM", rfm_ops};
