/* crowd overlap, profile, why, look-alike: looking at crowds side by side, at what is in them, at one consumer. */
#include "app/crowd.h"
#include "app/show.h"
#include "people/consumer.h"
#include "report/lookalike.h"
#include "report/overlap.h"
#include "report/profile.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* ---- crowd overlap --------------------------------------------------------------------------- */

enum { OVERLAP_MOST = 20 };

static void overlap_table(struct op_call *c, const struct overlap *o, const struct str *names,
                          const char *title,
                          double (*cell)(const struct overlap *, uint32_t, uint32_t))
{
    struct table *t = op_table(c);
    table_title(t, str_of(title));
    show_column(t, "crowd", op_say(c, "crowd", "人群"), TABLE_TEXT);
    for (uint32_t j = 0; j < o->crowds; j++) {
        show_column(t, arena_cstr(c->arena, names[j]), NULL, cell ? TABLE_SHARE : TABLE_INT);
    }
    for (uint32_t i = 0; i < o->crowds; i++) {
        table_row(t);
        table_str(t, names[i]);
        for (uint32_t j = 0; j < o->crowds; j++) {
            if (cell) {
                table_f64(t, cell(o, i, j));
            } else {
                table_i64(t, (int64_t)o->both[i * o->crowds + j]);
            }
        }
    }
}

static void overlap_matrix_json(struct json *j, const struct overlap *o, const char *key,
                                double (*cell)(const struct overlap *, uint32_t, uint32_t))
{
    json_key(j, key);
    json_begin_array(j);
    for (uint32_t i = 0; i < o->crowds; i++) {
        json_begin_array(j);
        for (uint32_t k = 0; k < o->crowds; k++) {
            if (cell) {
                json_f64(j, cell(o, i, k));
            } else {
                json_u64(j, o->both[i * o->crowds + k]);
            }
        }
        json_end_array(j);
    }
    json_end_array(j);
}

static void overlap_reply(const struct crowd_call *x, const struct overlap *o,
                          const struct str *names)
{
    struct op_call *c = x->c;
    struct json *j = op_json(c);
    struct str any = show_count(c, o->any), all = show_count(c, o->all),
               day = show_day(c, x->day);
    json_begin_object(j);
    show_json_day(j, "as_of", x->day);
    json_key(j, "crowds");
    json_begin_array(j);
    for (uint32_t i = 0; i < o->crowds; i++) {
        json_begin_object(j);
        json_put_str(j, "crowd", names[i]);
        json_put_i64(j, "consumers", (int64_t)o->both[i * o->crowds + i]);
        json_put_i64(j, "alone", (int64_t)o->alone[i]);
        json_end_object(j);
    }
    json_end_array(j);
    overlap_matrix_json(j, o, "both", NULL);
    overlap_matrix_json(j, o, "share", overlap_share);
    overlap_matrix_json(j, o, "jaccard", overlap_jaccard);
    json_put_i64(j, "any", (int64_t)o->any);
    json_put_i64(j, "all", (int64_t)o->all);
    json_end_object(j);
    show_text(c, "As of %.*s: %.*s consumers in any of them, %.*s in all.",
              "截至 %.*s：至少在其一的消费者 %.*s，同时在全部之中 %.*s。", STR_FMT(day),
              STR_FMT(any), STR_FMT(all));
    overlap_table(c, o, names, op_say(c, "Consumers in both", "同时在两者之中"), NULL);
    overlap_table(c, o, names, op_say(c, "Share of the row's crowd", "占行所示人群之比"),
                  overlap_share);
    overlap_table(c, o, names, "Jaccard", overlap_jaccard);
}

/* The share of the row's crowd that is in the column's. */
static void overlap_picture(const struct crowd_call *x, const struct overlap *o,
                            const struct str *names)
{
    struct op_call *c = x->c;
    struct plot *plot = op_plot(c, PLOT_HEAT);
    plot_title(plot, str_of(op_say(c, "Overlap of crowds", "人群重合")),
               arena_strf(c->arena, "%s · %.*s",
                          op_say(c, "share of the row's crowd", "占行所示人群之比"),
                          STR_FMT(show_day(c, x->day))));
    plot_unit(plot, TABLE_SHARE, 1);
    for (uint32_t i = 0; i < o->crowds; i++) {
        struct str n = show_count(c, o->both[i * o->crowds + i]);
        plot_label(plot, names[i]);
        plot_series(plot, arena_strf(c->arena, "%.*s (%.*s)", STR_FMT(names[i]), STR_FMT(n)));
        for (uint32_t k = 0; k < o->crowds; k++) {
            plot_value(plot, overlap_share(o, i, k));
        }
    }
}

static enum rc overlap_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    uint32_t n = op_arg_count(c, "name");
    struct bits sets[OVERLAP_MOST] = {{0}};
    struct str names[OVERLAP_MOST];
    struct overlap o;
    enum rc rc = RC_OK;
    if (n < 2 || n > OVERLAP_MOST) {
        return show_fail(c, RC_INVALID, "overlap wants 2 to %d crowds",
                         "重合需要 2 到 %d 个人群", OVERLAP_MOST);
    }
    for (uint32_t i = 0; !rc && i < n; i++) {
        names[i] = op_arg_at(c, "name", i);
        rc = crowd_ask_named(x, names[i], &sets[i]);
    }
    if (!rc) {
        overlap_make(sets, n, c->arena, &o);
        overlap_reply(x, &o, names);
        overlap_picture(x, &o, names);
    }
    for (uint32_t i = 0; i < n; i++) {
        bits_release(&sets[i]);
    }
    return rc;
}

enum rc crowd_overlap_run(struct op_call *c) { return crowd_run(c, BRAND_READ, overlap_work); }

/* ---- crowd why ------------------------------------------------------------------------------- */

enum { WHY_DEPTH_MOST = 64 };

struct why {
    struct crowd_call *x;
    struct table *t;
    uint32_t no;
};

static struct str indent(const struct op_call *c, uint32_t depth, struct str text)
{
    int wide = c->format == OP_FORMAT_TEXT ? (int)(depth * 2) : 0;
    return arena_strf(c->arena, "%*s%.*s", wide, "", STR_FMT(text));
}

static void why_row(struct why *w, uint32_t depth, struct str text, bool holds, bool decides)
{
    struct op_call *c = w->x->c;
    struct json *j = op_json(c);
    table_row(w->t);
    table_str(w->t, str_of(holds ? "\xe2\x9c\x93" : "\xe2\x9c\x97"));
    table_str(w->t, indent(c, depth, text));
    table_str(w->t, str_of(decides ? op_say(c, "decides", "起决定作用") : ""));
    json_begin_object(j);
    json_put_i64(j, "depth", depth);
    json_put_str(j, "part", text);
    json_put_bool(j, "holds", holds);
    json_put_bool(j, "decides", decides);
    json_end_object(j);
}

/* What is shown of a node: the word of and, or, not; the whole text of a condition. */
static struct str part_text(const struct why *w, const struct question *q)
{
    switch ((int)q->form) {
    case Q_AND: return str_of(op_say(w->x->c, "all of", "全部满足"));
    case Q_OR: return str_of(op_say(w->x->c, "any of", "满足其一"));
    case Q_NOT: return str_of(op_say(w->x->c, "not", "不满足"));
    default: return question_print(q, ask_names(w->x->ask), w->x->c->arena);
    }
}

static enum rc why_text(struct why *w, struct str text, uint32_t depth, bool decides,
                        bool *holds);

/* One node and what is below it. `at`: its verdict, moved behind its last descendant's. A part decides when its answer
 * makes that of the whole: a false one of a false "and", a true one of a true "or". */
static enum rc why_node(struct why *w, const struct who_verdict **at, uint32_t depth,
                        bool decides)
{
    const struct who_verdict *v = (*at)++;
    const struct question *q = v->node;
    struct crowd k = {0};
    bool inner = false;
    bool opened = q->form == Q_CROWD &&
                  !crowd_find(w->x->p->brand->ledger, q->texts[0], w->x->c->arena, &k, NULL) &&
                  !k.set; /* a live crowd: its own question says more */
    why_row(w, depth, part_text(w, q), v->holds, decides && !q->first && !opened);
    if (opened) {
        return why_text(w, k.question, depth + 1, decides, &inner);
    }
    enum rc rc = RC_OK;
    for (const struct question *part = q->first; !rc && part; part = part->next) {
        bool same = q->form == Q_NOT || (*at)->holds == v->holds;
        bool all = (q->form == Q_AND && v->holds) || (q->form == Q_OR && !v->holds);
        rc = why_node(w, at, depth + 1, decides && (same || all));
    }
    return rc;
}

static enum rc why_text(struct why *w, struct str text, uint32_t depth, bool decides,
                        bool *holds)
{
    struct op_call *c = w->x->c;
    struct question *q = NULL;
    struct who_verdict *list = NULL;
    uint32_t n = 0;
    if (depth > WHY_DEPTH_MOST) {
        return rc_fail(c->err, RC_TOO_LARGE, "crowds are nested more than %d deep",
                       WHY_DEPTH_MOST);
    }
    enum rc rc = ask_parse(w->x->ask, text, c->arena, &q, NULL, c->err);
    rc = rc ? rc : who_why(ask_world(w->x->ask), q, w->no, c->arena, &list, &n, c->err);
    if (rc) {
        return rc;
    }
    const struct who_verdict *at = list;
    *holds = list[0].holds;
    return why_node(w, &at, depth, decides);
}

/* A frozen crowd: whether any identity of the consumer is in the list. */
static enum rc why_list(struct why *w, const struct crowd *k, bool *holds)
{
    struct op_call *c = w->x->c;
    struct roster *list = NULL;
    enum rc rc = crowd_roster(w->x->p->brand->ledger, k, &list, c->err);
    uint32_t at = w->no;
    *holds = false;
    do {
        *holds = *holds || (!rc && roster_has(list, at));
        at = graph_next(w->x->p->brand->graph, at);
    } while (at != w->no);
    roster_free(list);
    struct str day = show_day(c, k->frozen_day);
    why_row(
        w, 0,
        arena_strf(c->arena, "%s %.*s", op_say(c, "the list of", "名单，截至"), STR_FMT(day)),
        *holds, true);
    return rc;
}

static void why_head(struct crowd_call *x, struct str name, uint32_t consumer, bool holds)
{
    struct op_call *c = x->c;
    struct str day = show_day(c, x->day);
    show_text(c, "Consumer %" PRIu32 " is %s \"%.*s\" as of %.*s.",
              "消费者 %" PRIu32 " %s“%.*s”，截至 %.*s。", consumer,
              holds ? op_say(c, "in", "在") : op_say(c, "not in", "不在"), STR_FMT(name),
              STR_FMT(day));
}

static enum rc why_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    struct why w = {.x = x};
    struct bits in = {0};
    bool holds = false;
    enum rc rc = crowd_find(x->p->brand->ledger, op_arg_str(c, "name"), c->arena, &k, c->err);
    rc = rc ? rc : consumer_find(x->p->brand, op_arg_str(c, "identity"), &w.no, c->err);
    rc = rc ? rc : crowd_ask_named(x, k.name, &in);
    if (rc) {
        return rc;
    }
    uint32_t consumer = graph_consumer(x->p->brand->graph, w.no);
    struct json *j = op_json(c);
    why_head(x, k.name, consumer, bits_has(&in, consumer));
    w.t = op_table(c);
    show_column(w.t, "holds", " ", TABLE_TEXT);
    table_column(w.t, &(struct table_column){.name = "part",
                                             .title = op_say(c, "condition", "条件"),
                                             .width = 100});
    show_column(w.t, "decides", " ", TABLE_TEXT);
    json_begin_object(j);
    json_put_str(j, "crowd", k.name);
    json_put_i64(j, "consumer", consumer);
    show_json_day(j, "as_of", x->day);
    json_put_bool(j, "in", bits_has(&in, consumer));
    json_key(j, "parts");
    json_begin_array(j);
    rc = k.set ? why_list(&w, &k, &holds) : why_text(&w, k.question, 0, true, &holds);
    json_end_array(j);
    json_end_object(j);
    bits_release(&in);
    return rc;
}

enum rc crowd_why_run(struct op_call *c) { return crowd_run(c, BRAND_READ, why_work); }

/* ---- crowd profile --------------------------------------------------------------------------- */

static const struct str *arg_list(struct op_call *c, const char *name, uint32_t *len)
{
    *len = op_arg_count(c, name);
    struct str *list = arena_array(c->arena, struct str, *len + 1);
    for (uint32_t i = 0; i < *len; i++) {
        list[i] = op_arg_at(c, name, i);
    }
    return list;
}

static struct trait_wants wants_of(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct trait_wants w = {.brand = x->p->brand,
                            .world = ask_world(x->ask),
                            .names = ask_names(x->ask),
                            .as_of = x->day,
                            .most = (uint32_t)op_arg_int(c, "most", 30)};
    w.only = arg_list(c, "field", &w.only_len);
    w.without = arg_list(c, "without", &w.without_len);
    return w;
}

/* --base: a crowd; everyone without it. */
static enum rc base_of(struct crowd_call *x, struct bits *out)
{
    if (op_has(x->c, "base")) {
        return crowd_ask_named(x, op_arg_str(x->c, "base"), out);
    }
    return crowd_ask(x, STR("all"), out);
}

static struct str field_title(const struct op_call *c, struct str field)
{
    static const struct {
        const char *name, *en, *zh;
    } titles[] = {{"stage", "stage", "阶段"},
                  {"channel", "channel", "渠道"},
                  {"identity", "identity", "标识"},
                  {"tag", "tag", "标签"},
                  {"category", "bought category", "购买品类"},
                  {"orders", "orders", "订单数"},
                  {"gmv", "spent (yuan)", "消费额（元）"},
                  {"rfm", "RFM", "RFM"},
                  {"first_seen", "first seen", "首次出现"},
                  {"hour", "active hour", "活跃时段"}};
    for (size_t i = 0; c->format == OP_FORMAT_TEXT && i < sizeof(titles) / sizeof(*titles);
         i++) {
        if (str_eq(field, str_of(titles[i].name))) {
            return str_of(op_say(c, titles[i].en, titles[i].zh));
        }
    }
    return field;
}

/* Stages by their titles; other values are the brand's own words or codes. */
static struct str value_title(const struct op_call *c, const struct profile_row *r)
{
    const struct stage_model *m = pond_model(c->app);
    uint32_t stage = UINT32_MAX;
    if (str_eq(r->field, STR("stage"))) {
        stage = show_stage_find(m, r->value);
    }
    return stage == UINT32_MAX ? r->value : show_stage(c, &m->stages[stage]);
}

static void profile_row_json(struct json *j, const struct profile_row *r)
{
    json_begin_object(j);
    json_put_str(j, "field", r->field);
    json_put_str(j, "value", r->value);
    json_put_i64(j, "consumers", (int64_t)r->crowd);
    json_put_f64(j, "share", r->share);
    json_put_i64(j, "base", (int64_t)r->base);
    json_put_f64(j, "base_share", r->base_share);
    json_put_f64(j, "tgi", r->tgi);
    json_put_f64(j, "z", r->z);
    json_put_bool(j, "significant", r->significant);
    json_put_bool(j, "few", r->few);
    if (r->question.len) {
        json_put_str(j, "question", r->question);
    } else {
        json_put_cstr(j, "question", NULL);
    }
    json_end_object(j);
}

static void profile_row_table(const struct op_call *c, struct table *t,
                              const struct profile_row *r)
{
    table_row(t);
    table_str(t, field_title(c, r->field));
    table_str(t, value_title(c, r));
    table_i64(t, (int64_t)r->crowd);
    table_f64(t, r->share);
    table_f64(t, r->base_share);
    table_f64(t, r->tgi);
    table_f64(t, r->z);
    table_str(t, str_of(r->few           ? op_say(c, "too few", "样本过少")
                        : r->significant ? op_say(c, r->tgi > 100 ? "more" : "less",
                                                  r->tgi > 100 ? "偏高" : "偏低")
                                         : ""));
}

static void profile_columns(struct op_call *c, struct table *t)
{
    show_column(t, "field", op_say(c, "field", "维度"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "取值"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "crowd", "人群"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "base_share", op_say(c, "base", "基准占比"), TABLE_SHARE);
    table_column(t, &(struct table_column){.name = "tgi", .kind = TABLE_REAL});
    table_column(t, &(struct table_column){.name = "z", .kind = TABLE_REAL, .digits = 1});
    show_column(t, "note", op_say(c, "95 %", "95% 显著"), TABLE_TEXT);
}

static void profile_reply(struct crowd_call *x, const struct profile *p)
{
    struct op_call *c = x->c;
    struct json *j = op_json(c);
    struct str name = op_arg_str(c, "name"), n = show_count(c, p->crowd),
               m = show_count(c, p->base), day = show_day(c, x->day),
               base = op_has(c, "base") ? op_arg_str(c, "base")
                                        : str_of(op_say(c, "everyone", "全部消费者"));
    show_text(c, "Profile of \"%.*s\" (%.*s) against %.*s (%.*s), as of %.*s",
              "“%.*s”（%.*s）的画像，基准为 %.*s（%.*s），截至 %.*s", STR_FMT(name), STR_FMT(n),
              STR_FMT(base), STR_FMT(m), STR_FMT(day));
    json_begin_object(j);
    json_put_str(j, "crowd", name);
    json_key(j, "against");
    if (op_has(c, "base")) {
        json_str(j, base);
    } else {
        json_null(j);
    }
    show_json_day(j, "as_of", x->day);
    json_put_i64(j, "consumers", (int64_t)p->crowd);
    json_put_i64(j, "base", (int64_t)p->base);
    json_key(j, "rows");
    json_begin_array(j);
    struct table *t = op_table(c);
    profile_columns(c, t);
    for (uint32_t i = 0; i < p->rows_len; i++) {
        if (i && !str_eq(p->rows[i].field, p->rows[i - 1].field)) {
            table_rule(t);
        }
        profile_row_table(c, t, &p->rows[i]);
        profile_row_json(j, &p->rows[i]);
    }
    json_end_array(j);
    json_end_object(j);
    op_text(c, "%s",
            op_say(c,
                   "TGI = 100 × share / base share. z: the crowd against the base outside of "
                   "it (two proportions).",
                   "TGI = 100 × 人群占比 / 基准占比。z：人群与其外的基准相比（两比例检验）。"));
}

/* What differs from the base beyond doubt, the most first: at most so many rows. */
enum { PROFILE_BARS = 24 };

static void profile_picture(const struct crowd_call *x, const struct profile *p)
{
    struct op_call *c = x->c;
    struct plot *plot = op_plot(c, PLOT_BAR);
    bool *drawn = arena_array(c->arena, bool, p->rows_len + 1);
    plot_title(plot, arena_strf(c->arena, "%.*s · TGI", STR_FMT(op_arg_str(c, "name"))),
               str_of(op_say(c, "100 is as in the base; what differs significantly",
                             "100 为与基准相同；只列差异显著者")));
    plot_unit(plot, TABLE_REAL, 0);
    plot_rows(plot);
    for (uint32_t n = 0; n < PROFILE_BARS; n++) {
        const struct profile_row *best = NULL;
        for (uint32_t i = 0; i < p->rows_len; i++) {
            const struct profile_row *r = &p->rows[i];
            best = r->significant && !drawn[i] && (!best || r->tgi > best->tgi) ? r : best;
        }
        if (!best) {
            break;
        }
        drawn[best - p->rows] = true;
        plot_label(plot, arena_strf(c->arena, "%.*s %.*s", STR_FMT(field_title(c, best->field)),
                                    STR_FMT(best->value)));
        plot_value(plot, best->tgi);
    }
}

static enum rc profile_work(struct crowd_call *x)
{
    struct trait_wants w = wants_of(x);
    struct bits in = {0}, base = {0};
    struct profile p;
    enum rc rc = crowd_ask_named(x, op_arg_str(x->c, "name"), &in);
    rc = rc ? rc : base_of(x, &base);
    rc = rc ? rc : profile_make(&w, &in, &base, x->c->arena, &p, x->c->err);
    if (!rc) {
        profile_reply(x, &p);
        profile_picture(x, &p);
    }
    bits_release(&in);
    bits_release(&base);
    return rc;
}

enum rc crowd_profile_run(struct op_call *c) { return crowd_run(c, BRAND_READ, profile_work); }

/* ---- crowd lookalike ------------------------------------------------------------------------- */

enum { WEIGHTS_SHOWN = 12 };

static void lookalike_reply(struct crowd_call *x, const struct lookalike *k, struct str name,
                            struct str fresh)
{
    struct op_call *c = x->c;
    struct json *j = op_json(c);
    uint64_t n = bits_count(&k->chosen);
    struct str all = show_count(c, n), from = show_count(c, k->candidates);
    json_begin_object(j);
    json_put_str(j, "crowd", fresh);
    json_put_str(j, "like", name);
    show_json_day(j, "as_of", x->day);
    json_put_i64(j, "consumers", (int64_t)n);
    json_put_i64(j, "candidates", (int64_t)k->candidates);
    json_put_i64(j, "learned", k->learned);
    json_put_i64(j, "tested", k->tested);
    json_put_f64(j, "auc", k->auc);
    json_put_f64(j, "auc_learned", k->auc_learned);
    json_put_f64(j, "least_probability", k->least);
    json_key(j, "weights");
    json_begin_array(j);
    show_text(c, "\"%.*s\": the %.*s most like \"%.*s\" of %.*s candidates.",
              "“%.*s”：%.*s 个与“%.*s”最相似的消费者（候选 %.*s）。", STR_FMT(fresh),
              STR_FMT(all), STR_FMT(name), STR_FMT(from));
    show_text(c,
              "Logistic regression learned from %" PRIu32 ", tested on %" PRIu32
              " held out: AUC %.3f (0.5 is chance; %.3f on what it learned from).",
              "逻辑回归：学习 %" PRIu32 " 人，留出 %" PRIu32
              " 人检验，AUC %.3f（0.5 为随机；学习样本上 %.3f）。",
              k->learned, k->tested, k->auc, k->auc_learned);
    struct table *t = op_table(c);
    show_column(t, "field", op_say(c, "field", "维度"), TABLE_TEXT);
    show_column(t, "value", op_say(c, "value", "取值"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "weight",
                                           .title = op_say(c, "weight", "权重"),
                                           .kind = TABLE_REAL,
                                           .digits = 2});
    for (uint32_t i = 0; i < k->weights_len; i++) {
        json_begin_object(j);
        json_put_str(j, "field", k->weights[i].field);
        json_put_str(j, "value", k->weights[i].value);
        json_put_f64(j, "weight", k->weights[i].weight);
        json_end_object(j);
        if (i < WEIGHTS_SHOWN) {
            table_row(t);
            table_str(t, field_title(c, k->weights[i].field));
            table_str(t, k->weights[i].value);
            table_f64(t, k->weights[i].weight);
        }
    }
    json_end_array(j);
    json_end_object(j);
}

static enum rc lookalike_keep(struct crowd_call *x, const struct lookalike *k, struct str name,
                              struct str fresh)
{
    struct op_call *c = x->c;
    struct tx *tx = NULL;
    struct str note =
        arena_strf(c->arena, "look-alike of \"%.*s\", AUC %.3f", STR_FMT(name), k->auc);
    enum rc rc = ledger_begin(x->p->brand->ledger, &tx, c->err);
    return rc ? rc
              : ledger_end(tx, crowd_keep_list(x, fresh, STR(""), note, &k->chosen, c->err),
                           c->err);
}

static enum rc lookalike_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct trait_wants w = wants_of(x);
    struct bits in = {0}, base = {0};
    struct lookalike k = {0};
    struct str name = op_arg_str(c, "name"),
               fresh = op_has(c, "to") ? op_arg_str(c, "to")
                                       : arena_strf(c->arena, "%.*s %s", STR_FMT(name),
                                                    op_say(c, "look-alike", "相似"));
    enum rc rc = crowd_ask_named(x, name, &in);
    rc = rc ? rc : base_of(x, &base);
    rc = rc ? rc
            : lookalike_make(&w, &in, &base, (uint64_t)op_arg_int(c, "size", 0),
                             (uint64_t)op_arg_int(c, "seed", 1), c->arena, &k, c->err);
    rc = rc ? rc : lookalike_keep(x, &k, name, fresh);
    if (!rc) {
        lookalike_reply(x, &k, name, fresh);
    }
    bits_release(&k.chosen);
    bits_release(&in);
    bits_release(&base);
    return rc;
}

enum rc crowd_lookalike_run(struct op_call *c)
{
    return crowd_run(c, BRAND_EDIT, lookalike_work);
}

/* ---- records --------------------------------------------------------------------------------- */

/* clang-format off */
const struct op_in crowd_overlap_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .many = true, .metavar = "NAME",
     .help = "two to twenty crowds", .help_zh = "2 到 20 个人群"},
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",
     .help_zh = "截至该日日终；不写则为今天"},
    {0}};
const struct op_out crowd_overlap_out[] = {
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"crowds[].crowd", OP_STR, "name", "名称", false},
    {"crowds[].consumers", OP_INT, "consumers in it", "消费者数", false},
    {"crowds[].alone", OP_INT, "in it and in no other of these", "仅在此人群之中", false},
    {"both[][]", OP_INT, "consumers in both, in the order of crowds", "同时在两者之中的消费者数", false},
    {"share[][]", OP_REAL, "of the row's crowd", "占行所示人群之比", true},
    {"jaccard[][]", OP_REAL, "in both / in any of the two", "交集 / 并集", true},
    {"any", OP_INT, "in at least one", "至少在其一", false},
    {"all", OP_INT, "in every one", "同时在全部之中", false},
    {0}};
#define TRAIT_IN                                                                                 \
    {.name = "base", .type = OP_STR, .metavar = "CROWD", .help = "against this crowd; everyone when left away", \
     .help_zh = "基准人群；不写则为全部消费者"},                                                 \
    {.name = "field", .type = OP_STR, .many = true,                                              \
     .help = "only this field: stage, channel, identity, tag, category, orders, gmv, rfm, first_seen, hour", \
     .help_zh = "仅此维度：stage、channel、identity、tag、category、orders、gmv、rfm、first_seen、hour"}, \
    {.name = "without", .type = OP_STR, .many = true, .metavar = "FIELD", .help = "leave this field out", \
     .help_zh = "不看此维度"},                                                                   \
    {.name = "most", .type = OP_INT, .unit = "values", .min = 1, .max = 1000, .fallback = "30",  \
     .help = "of a field with many values the most frequent", .help_zh = "取值多的维度只看最常见的多少个"}, \
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",    \
     .help_zh = "截至该日日终；不写则为今天"}
const struct op_in crowd_profile_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "of the crowd", .help_zh = "人群名称"},
    TRAIT_IN, {0}};
const struct op_out crowd_profile_out[] = {
    {"crowd", OP_STR, "name", "名称", false},
    {"against", OP_STR, "the base crowd; null: everyone", "基准人群；null 为全部消费者", true},
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"consumers", OP_INT, "consumers in the crowd", "人群的消费者数", false},
    {"base", OP_INT, "consumers in the base", "基准的消费者数", false},
    {"rows[].field", OP_STR, "field", "维度", false},
    {"rows[].value", OP_STR, "value", "取值", false},
    {"rows[].consumers", OP_INT, "of the crowd, with it", "人群中的人数", false},
    {"rows[].share", OP_REAL, "of the crowd", "人群占比", true},
    {"rows[].base", OP_INT, "of the base, with it", "基准中的人数", false},
    {"rows[].base_share", OP_REAL, "of the base", "基准占比", true},
    {"rows[].tgi", OP_REAL, "100 * share / base share", "TGI", true},
    {"rows[].z", OP_REAL, "two proportions: the crowd against the base outside of it", "两比例 z 值", true},
    {"rows[].significant", OP_BOOL, "at 95 %, and not too few", "95% 显著", false},
    {"rows[].few", OP_BOOL, "the figure stands on too few", "样本过少", false},
    {"rows[].question", OP_STR, "the question that opens it as a crowd", "可建为人群的问句", true},
    {0}};
const struct op_in crowd_why_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "of the crowd", .help_zh = "人群名称"},
    {.name = "identity", .type = OP_STR, .required = true, .positional = true, .metavar = "KIND:VALUE",
     .help = "who, as phone:13800138000 or consumer:12", .help_zh = "对象，如 phone:13800138000 或 consumer:12"},
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",
     .help_zh = "截至该日日终；不写则为今天"},
    {0}};
const struct op_out crowd_why_out[] = {
    {"crowd", OP_STR, "name", "名称", false},
    {"consumer", OP_INT, "the consumer", "消费者", false},
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"in", OP_BOOL, "whether it is in the crowd", "是否在人群中", false},
    {"parts[].depth", OP_INT, "0: the whole question", "层级，0 为整个问句", false},
    {"parts[].part", OP_STR, "condition", "条件", false},
    {"parts[].holds", OP_BOOL, "whether it holds", "是否成立", false},
    {"parts[].decides", OP_BOOL, "a condition that makes the answer what it is", "是否起决定作用", false},
    {0}};
const struct op_in crowd_lookalike_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",
     .help = "the crowd to learn from", .help_zh = "种子人群"},
    {.name = "size", .type = OP_INT, .required = true, .unit = "consumers", .min = 1, .max = INT64_MAX,
     .help = "how many to find", .help_zh = "扩展人数"},
    {.name = "to", .type = OP_STR, .metavar = "NEW", .help = "name of the new crowd; NAME look-alike when left away",
     .help_zh = "新人群名称；不写则为“名称 相似”"},
    {.name = "seed", .type = OP_INT, .min = 0, .max = INT64_MAX, .fallback = "1", .help = "of the sample it learns from",
     .help_zh = "抽样种子"},
    TRAIT_IN, {0}};
const struct op_out crowd_lookalike_out[] = {
    {"crowd", OP_STR, "the new frozen crowd", "新的冻结人群", false},
    {"like", OP_STR, "the crowd it is like", "种子人群", false},
    {"as_of", OP_DAY, "the day asked about", "截止日", false},
    {"consumers", OP_INT, "consumers in it", "消费者数", false},
    {"candidates", OP_INT, "of the base, outside of the crowd", "候选人数", false},
    {"learned", OP_INT, "consumers it learned from", "学习样本数", false},
    {"tested", OP_INT, "consumers held out", "留出样本数", false},
    {"auc", OP_REAL, "of the held-out; 0.5 is chance", "留出样本 AUC", true},
    {"auc_learned", OP_REAL, "of those learned from", "学习样本 AUC", true},
    {"least_probability", OP_REAL, "of the last one taken, as in the sample", "入选者的最低概率", false},
    {"weights[].field", OP_STR, "field", "维度", false},
    {"weights[].value", OP_STR, "value", "取值", false},
    {"weights[].weight", OP_REAL, "log odds", "权重（对数几率）", false},
    {0}};
/* clang-format on */
