/* who count, list, check, print, complete, explain, why: the question language on the command line. */
#include "app/ask.h"
#include "app/modules.h"
#include "app/show.h"
#include "base/vec.h"
#include "people/consumer.h"
#include "who/sql.h"
#include "wire/text.h"
#include <inttypes.h>
#include <math.h>

#define LIST_SCREEN 20

/* A question that is ready to be asked of an open brand. */
struct asked {
    struct pond *pond;
    struct ask *ask;
    struct question *q;
    struct str text; /* canonical */
    int32_t day;
    struct question_error at;
};

static enum rc asked_open(struct op_call *c, struct pond *p, struct asked *k)
{
    *k = (struct asked){.pond = p, .day = ask_day(c, p)};
    enum rc rc = ask_open(p, k->day, &k->ask, c->err);
    rc =
        rc ? rc : ask_parse(k->ask, op_arg_str(c, "question"), c->arena, &k->q, &k->at, c->err);
    if (!rc) {
        k->text = question_print(k->q, ask_names(k->ask), c->arena);
    }
    return rc;
}

static enum rc with_question(struct op_call *c,
                             enum rc (*reply)(struct op_call *c, struct asked *k))
{
    struct pond *p = c->app;
    struct asked k = {0};
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    rc = asked_open(c, p, &k);
    rc = rc ? rc : reply(c, &k);
    ask_close(k.ask);
    return pond_close(p, rc, c->err);
}

/* The beginning of every reply. */
static void put_question(struct op_call *c, const struct asked *k)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "question", k->text);
    show_json_day(j, "as_of", k->day);
}

/* ---- who count ------------------------------------------------------------------------------- */

static enum rc count_reply(struct op_call *c, struct asked *k)
{
    struct bits found = {0};
    struct who_world *w = ask_world(k->ask);
    enum rc rc = who_find(w, k->q, &found, c->err);
    if (rc) {
        return rc;
    }
    uint64_t n = bits_count(&found), known = bits_count(who_everyone(w));
    struct json *j = op_json(c);
    bits_release(&found);
    put_question(c, k);
    json_put_i64(j, "count", (int64_t)n);
    json_put_i64(j, "known", (int64_t)known);
    json_end_object(j);
    show_headline(c, k->pond, k->text);
    struct table *t = op_table(c);
    show_column(t, "count", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "share", op_say(c, "share", "占比"), TABLE_SHARE);
    show_column(t, "known", op_say(c, "of", "共有"), TABLE_INT);
    show_column(t, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    table_row(t);
    table_i64(t, (int64_t)n);
    table_f64(t, known ? (double)n / (double)known : (double)NAN);
    table_i64(t, (int64_t)known);
    table_str(t, show_day(c, k->day));
    return RC_OK;
}

static enum rc count_run(struct op_call *c) { return with_question(c, count_reply); }

/* ---- who list -------------------------------------------------------------------------------- */

struct listed {
    uint32_t consumer, first, len; /* of the described identities */
    int stage;
};

static void list_json(struct op_call *c, const struct stage_model *m, const struct listed *l,
                      const struct consumer_identity *ids)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_i64(j, "consumer", l->consumer);
    json_key(j, "stage");
    if (l->stage < 0) {
        json_null(j);
    } else {
        json_str(j, m->stages[l->stage].name);
    }
    json_key(j, "identities");
    json_begin_array(j);
    for (uint32_t i = l->first; i < l->first + l->len; i++) {
        json_begin_object(j);
        json_put_str(j, "kind", ids[i].kind_name);
        json_put_str(j, "value", ids[i].masked);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void list_row(struct op_call *c, struct table *t, const struct stage_model *m,
                     const struct listed *l, const struct consumer_identity *ids)
{
    struct buf text = {0};
    for (uint32_t i = l->first; i < l->first + l->len; i++) {
        buf_addf(&text, "%s%.*s:%.*s", i > l->first ? " " : "", STR_FMT(ids[i].kind_name),
                 STR_FMT(ids[i].masked));
    }
    table_row(t);
    table_i64(t, l->consumer);
    table_str(t, l->stage < 0 ? STR("") : show_stage(c, &m->stages[l->stage]));
    table_str(t, arena_str(c->arena, buf_str(&text)));
    buf_release(&text);
}

/* The first consumers found behind --after, in order of their numbers, with all their identities. */
static enum rc list_page(struct op_call *c, struct asked *k, const struct bits *found,
                         uint32_t limit, struct listed *out, uint32_t *len,
                         struct consumer_identity **ids)
{
    const struct brand *b = k->pond->brand;
    u32_vec nos = {0};
    uint32_t from = (uint32_t)op_arg_int(c, "after", 0);
    *len = 0;
    for (uint32_t no = bits_next(found, from ? from + 1 : 0); no != UINT32_MAX && *len < limit;
         no = bits_next(found, no + 1)) {
        struct listed *l = &out[(*len)++];
        *l = (struct listed){.consumer = no, .first = (uint32_t)nos.len};
        l->stage = assets_stage(pond_assets(k->pond), b, no, k->day);
        uint32_t member = no;
        do {
            vec_push(&nos, member);
            member = graph_next(b->graph, member);
        } while (member != no);
        l->len = (uint32_t)nos.len - l->first;
    }
    *ids = arena_array(c->arena, struct consumer_identity, nos.len + 1);
    enum rc rc =
        consumer_describe(k->pond->brand, c->arena, nos.ptr, (uint32_t)nos.len, *ids, c->err);
    vec_release(&nos);
    return rc;
}

static enum rc list_reply(struct op_call *c, struct asked *k)
{
    struct bits found = {0};
    struct consumer_identity *ids = NULL;
    uint32_t limit = (uint32_t)op_arg_int(c, "limit", LIST_SCREEN), len = 0;
    struct listed *list = arena_array(c->arena, struct listed, limit + 1);
    const struct stage_model *m = pond_model(k->pond);
    enum rc rc = who_find(ask_world(k->ask), k->q, &found, c->err);
    if (rc) {
        return rc;
    }
    uint64_t n = bits_count(&found);
    rc = list_page(c, k, &found, limit, list, &len, &ids);
    bool more = len == limit && bits_next(&found, list[len - 1].consumer + 1) != UINT32_MAX;
    bits_release(&found);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct str total = show_count(c, n);
    show_headline(c, k->pond, k->text);
    show_text(c, "%.*s consumers; the first %" PRIu32 " by number",
              "共 %.*s 人；按编号的前 %" PRIu32 " 人", STR_FMT(total), len);
    struct table *t = op_table(c);
    show_column(t, "consumer", op_say(c, "consumer", "消费者"), TABLE_INT);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    show_column(t, "identities", op_say(c, "identities", "标识"), TABLE_TEXT);
    put_question(c, k);
    json_put_i64(j, "count", (int64_t)n);
    json_key(j, "consumers");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        list_json(c, m, &list[i], ids);
        list_row(c, t, m, &list[i], ids);
    }
    json_end_array(j);
    json_key(j, "next");
    if (more) {
        json_i64(j, list[len - 1].consumer);
    } else {
        json_null(j);
    }
    json_end_object(j);
    return RC_OK;
}

static enum rc list_run(struct op_call *c) { return with_question(c, list_reply); }

/* ---- who check, who print -------------------------------------------------------------------- */

/* For people: the line of the question and a mark below the place. */
static void show_place(struct op_call *c, const struct question_error *at)
{
    struct str rest = op_arg_str(c, "question"), line = str_cut(&rest, '\n');
    if (at->column == 0) {
        return; /* JSON: the message names the member */
    }
    for (uint32_t i = 1; i < at->line && rest.len > 0; i++) {
        line = str_cut(&rest, '\n');
    }
    size_t end = 0;
    for (uint32_t left = at->column; end < line.len; end++) {
        left -= ((unsigned char)line.ptr[end] & 0xC0) != 0x80; /* columns are characters */
        if (left == 0) {
            break;
        }
    }
    op_text(c, "%.*s", STR_FMT(line));
    op_text(c, "%*s^", (int)text_width(str_slice(line, 0, end)), "");
}

static void check_wrong(struct op_call *c, const struct question_error *at)
{
    show_place(c, at);
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_bool(j, "ok", false);
    json_key(j, "error");
    json_begin_object(j);
    json_put_i64(j, "at", at->column);
    json_put_i64(j, "line", at->line);
    json_put_str(j, "msg", question_message(c->err));
    json_put_cstr(j, "hint", *c->err->hint ? c->err->hint : NULL);
    json_end_object(j);
    json_end_object(j);
}

static enum rc check_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct asked k = {0};
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    rc = asked_open(c, p, &k);
    if (k.ask && (rc == RC_INVALID || rc == RC_TOO_LARGE)) {
        check_wrong(c, &k.at);
        if (p->remote) { /* who asks over HTTP gets the mistake as the answer, not as a failure */
            *c->err = (struct err){0};
            rc = RC_OK;
        }
    } else if (!rc) {
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_bool(j, "ok", true);
        json_put_str(j, "question", k.text);
        json_end_object(j);
        op_text(c, "%.*s", STR_FMT(k.text));
    }
    ask_close(k.ask);
    return pond_close(p, rc, c->err);
}

static enum rc print_reply(struct op_call *c, struct asked *k)
{
    struct buf form = {0};
    struct json inner, *j = op_json(c);
    json_init(&inner, &form);
    question_json(k->q, ask_names(k->ask), &inner);
    json_begin_object(j);
    json_put_str(j, "question", k->text);
    json_key(j, "form");
    json_raw(j, buf_str(&form));
    json_end_object(j);
    struct str shown = op_arg_bool(c, "json-form") ? buf_str(&form) : k->text;
    op_text(c, "%.*s", STR_FMT(shown));
    buf_release(&form);
    return RC_OK;
}

static enum rc print_run(struct op_call *c) { return with_question(c, print_reply); }

/* ---- who complete ---------------------------------------------------------------------------- */

static enum rc complete_reply(struct op_call *c, struct pond *p)
{
    struct ask *ask = NULL;
    struct str *words = NULL;
    uint32_t len = 0;
    enum rc rc = ask_open(p, pond_today(p), &ask, c->err);
    rc = rc ? rc
            : question_complete(op_arg_str(c, "text"), ask_names(ask), c->arena, &words, &len,
                                c->err);
    ask_close(ask);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    json_begin_object(j);
    json_key(j, "words");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        json_str(j, words[i]);
        op_text(c, "%.*s", STR_FMT(words[i]));
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc complete_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, complete_reply(c, p), c->err);
}

/* ---- parts ---- */

/* A part as a row of a table: only its word when its operands follow in rows of their own. */
static struct str part_text(struct op_call *c, const struct question *q, struct str text,
                            uint32_t depth)
{
    struct str word = q->form == Q_AND   ? STR("and")
                      : q->form == Q_OR  ? STR("or")
                      : q->form == Q_NOT ? STR("not")
                                         : text;
    return arena_strf(c->arena, "%*s%.*s", (int)depth * 2, "", STR_FMT(word));
}

/* A question is long: no cutting. */
static void part_column(const struct op_call *c, struct table *t)
{
    table_column(t, &(struct table_column){.name = "part",
                                           .title = op_say(c, "part", "条件"),
                                           .kind = TABLE_TEXT,
                                           .width = 160});
}

/* ---- who explain ----------------------------------------------------------------------------- */

/* Words of the plan for Chinese readers; machines get them as they are. */
static struct str plan_word(const struct op_call *c, struct str word)
{
    static const char *const texts[][2] = {
        {"column", "列"},
        {"evidence", "证据"},
        {"lake", "湖"},
        {"mark", "标记"},
        {"spans", "阶段区间"},
        {"sets", "集合运算"},
        {"counted from the stage model's evidence", "由阶段模型的证据直接计数"},
        {"kept from an earlier question", "沿用先前问题的结果"},
        {"one scan", "扫描一次"},
        {"one scan for all such parts", "所有此类条件共用一次扫描"},
        {"by its rule", "按其规则"},
    };
    for (size_t i = 0; c->lang == LANG_ZH && i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (str_eq(word, str_of(texts[i][0]))) {
            return str_of(texts[i][1]);
        }
    }
    return word;
}

static enum rc explain_reply(struct op_call *c, struct asked *k)
{
    struct who_plan_row *rows = NULL;
    uint32_t len = 0;
    enum rc rc = who_explain(ask_world(k->ask), k->q, c->arena, &rows, &len, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    show_headline(c, k->pond, k->text);
    struct table *t = op_table(c);
    part_column(c, t);
    show_column(t, "where", op_say(c, "where", "执行位置"), TABLE_TEXT);
    show_column(t, "estimated", op_say(c, "estimated", "预估人数"), TABLE_INT);
    show_column(t, "found", op_say(c, "found", "实际人数"), TABLE_INT);
    show_column(t, "ms", op_say(c, "ms", "毫秒"), TABLE_REAL);
    show_column(t, "note", op_say(c, "note", "说明"), TABLE_TEXT);
    put_question(c, k);
    json_key(j, "plan");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        const struct who_plan_row *r = &rows[i];
        table_row(t);
        table_str(t, part_text(c, r->node, r->text, r->depth));
        table_str(t, plan_word(c, str_of(r->where)));
        table_i64(t, (int64_t)r->estimated);
        table_i64(t, (int64_t)r->found);
        table_f64(t, r->seconds * 1000);
        table_str(t, plan_word(c, r->note));
        json_begin_object(j);
        json_put_i64(j, "depth", r->depth);
        json_put_str(j, "part", r->text);
        json_put_cstr(j, "where", r->where);
        json_put_i64(j, "estimated", (int64_t)r->estimated);
        json_put_i64(j, "found", (int64_t)r->found);
        json_put_f64(j, "ms", r->seconds * 1000);
        json_put_str(j, "note", r->note);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc explain_run(struct op_call *c) { return with_question(c, explain_reply); }

/* ---- who why --------------------------------------------------------------------------------- */

static uint32_t depth_of(const struct question *root, const struct question *q, uint32_t depth)
{
    if (root == q) {
        return depth;
    }
    for (const struct question *k = root->first; k; k = k->next) {
        uint32_t found = depth_of(k, q, depth + 1);
        if (found != UINT32_MAX) {
            return found;
        }
    }
    return UINT32_MAX;
}

static void why_row(struct op_call *c, struct asked *k, struct table *t,
                    const struct who_verdict *v)
{
    struct json *j = op_json(c);
    struct str text = question_print(v->node, ask_names(k->ask), c->arena);
    uint32_t depth = depth_of(k->q, v->node, 0);
    table_row(t);
    table_str(t, part_text(c, v->node, text, depth));
    table_str(t, str_of(v->holds ? op_say(c, "yes", "是") : op_say(c, "no", "否")));
    json_begin_object(j);
    json_put_i64(j, "depth", depth);
    json_put_str(j, "part", text);
    json_put_bool(j, "holds", v->holds);
    json_end_object(j);
}

static enum rc why_reply(struct op_call *c, struct asked *k)
{
    struct who_verdict *list = NULL;
    uint32_t len = 0, no = 0;
    enum rc rc = consumer_find(k->pond->brand, op_arg_str(c, "consumer"), &no, c->err);
    rc = rc ? rc : who_why(ask_world(k->ask), k->q, no, c->arena, &list, &len, c->err);
    if (rc) {
        return rc;
    }
    uint32_t id = graph_consumer(k->pond->brand->graph, no);
    struct json *j = op_json(c);
    show_headline(c, k->pond, k->text);
    show_text(c, "consumer %" PRIu32 " is %s", "消费者 %" PRIu32 " %s", id,
              list[0].holds ? op_say(c, "in", "符合") : op_say(c, "not in", "不符合"));
    struct table *t = op_table(c);
    part_column(c, t);
    show_column(t, "holds", op_say(c, "holds", "是否成立"), TABLE_TEXT);
    put_question(c, k);
    json_put_i64(j, "consumer", id);
    json_put_bool(j, "in", list[0].holds);
    json_key(j, "parts");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        why_row(c, k, t, &list[i]);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc why_run(struct op_call *c) { return with_question(c, why_reply); }

/* ---- who sql --------------------------------------------------------------------------------- */

/* Runs the statement too: both executors must find the same. */
static enum rc sql_compare(struct op_call *c, struct asked *k)
{
    struct bits native = {0}, found = {0};
    struct who_world *w = ask_world(k->ask);
    enum rc rc = who_find(w, k->q, &native, c->err);
    rc = rc ? rc : who_find_sql(w, k->q, &found, c->err);
    if (!rc) {
        uint64_t n = bits_count(&native), by_sql = bits_count(&found);
        bits_minus(&found, &native);
        if (n != by_sql || bits_count(&found)) {
            rc = rc_fail(c->err, RC_BUG,
                         "SQL finds %" PRIu64 " consumers, Pond itself %" PRIu64, by_sql, n);
            err_hint(c->err, "please report the question: the two must always agree");
        } else {
            json_put_i64(op_json(c), "count", (int64_t)n);
            struct str shown = show_count(c, n);
            show_text(c, "-- %.*s consumers, as without SQL",
                      "-- 共 %.*s 人，与不经 SQL 的结果一致", STR_FMT(shown));
        }
    }
    bits_release(&native);
    bits_release(&found);
    return rc;
}

static enum rc sql_reply(struct op_call *c, struct asked *k)
{
    struct str text = STR_NULL;
    const struct who_sources *s = ask_sources(k->ask);
    struct who_sql *sql = who_sql_new(k->pond->brand, k->day, s);
    enum rc rc = who_sql_text(sql, k->q, c->arena, &text, c->err);
    who_sql_free(sql);
    if (rc) {
        return rc;
    }
    put_question(c, k);
    json_put_str(op_json(c), "sql", text);
    op_text(c, "%.*s", STR_FMT(text));
    rc = op_arg_bool(c, "run") ? sql_compare(c, k) : RC_OK;
    json_end_object(op_json(c));
    return rc;
}

static enum rc sql_run(struct op_call *c) { return with_question(c, sql_reply); }

/* ---- the rows -------------------------------------------------------------------------------- */

/* clang-format off */
#define QUESTION_IN                                                                                       \
    {.name = "question", .type = OP_STR, .required = true, .positional = true, .metavar = "QUESTION",     \
     .help = "the question, or its JSON form", .help_zh = "问题，或其 JSON 形式"}
#define AS_OF_IN                                                                                          \
    {.name = "as-of", .type = OP_DAY, .help = "the day asked about, at its end; today without it",        \
     .help_zh = "截至某日（当日结束时）；默认今天"}
#define QUESTION_OUT                                                                                      \
    {"question", OP_STR, "the question in its canonical text", "规范写法的问题", false}
#define AS_OF_OUT {"as_of", OP_DAY, "the day asked about", "截至日期", false}

static const struct op_in count_in[] = {QUESTION_IN, AS_OF_IN, {0}};
static const struct op_in list_in[] = {
    QUESTION_IN, AS_OF_IN,
    {.name = "limit", .type = OP_INT, .min = 1, .max = 100000, .fallback = "20",
     .help = "how many are listed", .help_zh = "最多列出多少人"},
    {.name = "after", .type = OP_INT, .min = 0, .max = UINT32_MAX - 1,
     .help = "only consumers with greater numbers: the page behind this one",
     .help_zh = "仅列出编号更大的消费者：下一页"},
    {0}};
static const struct op_in print_in[] = {
    QUESTION_IN,
    AS_OF_IN,
    {.name = "json-form", .type = OP_BOOL, .help = "print its JSON form", .help_zh = "输出 JSON 形式"},
    {0}};
static const struct op_in sql_in[] = {
    QUESTION_IN,
    AS_OF_IN,
    {.name = "run", .type = OP_BOOL, .help = "run it too, and compare with the answer without SQL",
     .help_zh = "同时执行，并与不经 SQL 的结果核对"},
    {0}};
static const struct op_in why_in[] = {
    {.name = "consumer", .type = OP_STR, .required = true, .positional = true, .metavar = "CONSUMER",
     .help = "a number, or an identity as KIND:VALUE", .help_zh = "消费者编号，或 类型:值 形式的标识"},
    QUESTION_IN, AS_OF_IN, {0}};
static const struct op_in complete_in[] = {
    {.name = "text", .type = OP_STR, .required = true, .positional = true, .metavar = "TEXT",
     .help = "the beginning of a question", .help_zh = "问题的开头"},
    {0}};

static const struct op_out count_out[] = {
    QUESTION_OUT, AS_OF_OUT,
    {"count", OP_INT, "consumers for whom it holds", "符合的消费者数", false},
    {"known", OP_INT, "consumers known on that day", "当日已知的消费者数", false},
    {0}};
static const struct op_out list_out[] = {
    QUESTION_OUT, AS_OF_OUT,
    {"count", OP_INT, "consumers for whom it holds", "符合的消费者数", false},
    {"consumers[].consumer", OP_INT, "number of the consumer", "消费者编号", false},
    {"consumers[].stage", OP_STR, "its stage on that day", "当日阶段", true},
    {"consumers[].identities[].kind", OP_STR, "kind of an identity", "标识类型", true},
    {"consumers[].identities[].value", OP_STR, "its value, personal ones masked", "标识值（个人信息已脱敏）", true},
    {"next", OP_INT, "`after` of the next page; null: this is the last", "下一页的 after；空为最后一页", true},
    {0}};
static const struct op_out check_out[] = {
    {"ok", OP_BOOL, "whether it can be asked", "是否可用", false},
    {"question", OP_STR, "the question in its canonical text", "规范写法的问题", true},
    {"error.at", OP_INT, "column of the error, from 1; 0 in a JSON form", "出错的列，从 1 起；JSON 形式为 0", true},
    {"error.line", OP_INT, "its line", "出错的行", true},
    {"error.msg", OP_STR, "what is wrong", "错在哪里", true},
    {"error.hint", OP_STR, "what to write instead", "如何改正", true},
    {0}};
static const struct op_out print_out[] = {
    QUESTION_OUT,
    {"form", OP_ANY, "its JSON form", "JSON 形式", false},
    {0}};
static const struct op_out explain_out[] = {
    QUESTION_OUT, AS_OF_OUT,
    {"plan[].depth", OP_INT, "how deep the part lies", "层级", false},
    {"plan[].part", OP_STR, "a part of the question", "问题的一部分", false},
    {"plan[].where", OP_STR, "what answers it: column, evidence, lake, mark, spans, sets", "由什么回答：列、证据、湖、标记、阶段区间、集合运算", false},
    {"plan[].estimated", OP_INT, "consumers expected", "预估人数", false},
    {"plan[].found", OP_INT, "consumers found", "实际人数", false},
    {"plan[].ms", OP_REAL, "time to make it ready", "准备耗时", false},
    {"plan[].note", OP_STR, "what was read", "读取了什么", false},
    {0}};
static const struct op_out sql_out[] = {
    QUESTION_OUT, AS_OF_OUT,
    {"sql", OP_STR, "the statement, its parameters behind it", "SQL 语句，其后为参数", false},
    {"count", OP_INT, "consumers for whom it holds, with --run", "符合的消费者数（使用 --run 时）", true},
    {0}};
static const struct op_out why_out[] = {
    QUESTION_OUT, AS_OF_OUT,
    {"consumer", OP_INT, "number of the consumer", "消费者编号", false},
    {"in", OP_BOOL, "whether the question holds for it", "是否符合", false},
    {"parts[].depth", OP_INT, "how deep the part lies", "层级", false},
    {"parts[].part", OP_STR, "a part of the question", "问题的一部分", false},
    {"parts[].holds", OP_BOOL, "whether it holds", "是否成立", false},
    {0}};
static const struct op_out complete_out[] = {
    {"words[]", OP_STR, "a word that may follow", "可以接着写的词", true},
    {0}};

static const struct op who_ops[] = {
    {.name = "who count", .route = "POST /api/v1/who/count", .perm = "who.read",
     .help = "How many consumers a question holds for.",
     .help_zh = "符合问题的消费者有多少。",
     .more = "Questions are written in the language of docs/who.md; quote them for the shell.",
     .more_zh = "问题的写法见 docs/who.md；在命令行中请加引号。",
     .example = "pond who count 'did purchase in 365d >= 2'\n"
                "pond who count 'did add_cart then not purchase within 24h' --as-of 2017-12-01",
     .in = count_in, .out = count_out, .run = count_run},
    {.name = "who list", .route = "POST /api/v1/who/list", .perm = "who.read",
     .help = "Who they are: consumers with stage and masked identities.",
     .help_zh = "他们是谁：消费者、阶段与脱敏标识。",
     .example = "pond who list 'stage = loyalty' --limit 50",
     .in = list_in, .out = list_out, .run = list_run},
    {.name = "who explain", .route = "POST /api/v1/who/explain", .perm = "who.read",
     .help = "How a question is answered: what runs where, what was expected and found.",
     .help_zh = "问题如何执行：在哪里执行、预估与实际人数。",
     .example = "pond who explain 'has phone and did purchase in 30d'",
     .in = count_in, .out = explain_out, .run = explain_run},
    {.name = "who why", .route = "POST /api/v1/who/why", .perm = "who.read",
     .help = "Why a question holds for one consumer or not, part by part.",
     .help_zh = "某个消费者为何符合或不符合，逐条说明。",
     .example = "pond who why phone:13800138000 'did purchase in 30d and not has unionid'",
     .in = why_in, .out = why_out, .run = why_run},
    {.name = "who sql", .route = "POST /api/v1/who/sql", .perm = "who.read",
     .help = "A question as one SQL statement over the lake, in the part DuckDB and ClickHouse share.",
     .help_zh = "把问题写成一条针对数据湖的 SQL（DuckDB 与 ClickHouse 的共同子集）。",
     .more = "Views: event and identity are the lake's; person, span, refunded, mark and score hold consumers, stages,\n"
             "refunded orders, tags and crowds, and fields.",
     .more_zh = "视图 event、identity 来自数据湖；person、span、refunded、mark、score 依次为消费者、阶段、已退订单、标签人群与字段。",
     .example = "pond who sql 'did purchase in 30d >= 2'\n"
                "pond who sql 'stage = loyalty and has phone' --run",
     .in = sql_in, .out = sql_out, .run = sql_run},
    {.name = "who check", .route = "POST /api/v1/who/check", .perm = "who.read",
     .help = "Whether a question can be asked; else what is wrong where. Nothing runs.",
     .help_zh = "检查问题是否正确，错则指出位置与改法；不执行。",
     .example = "pond who check 'did purchse in 30d' --json",
     .in = count_in, .out = check_out, .run = check_run},
    {.name = "who print", .route = "POST /api/v1/who/print", .perm = "who.read",
     .help = "The question in its canonical text or as JSON.",
     .help_zh = "输出问题的规范写法或 JSON 形式。",
     .example = "pond who print 'not did purchase in 30d>=2' --json-form",
     .in = print_in, .out = print_out, .run = print_run},
    {.name = "who complete", .route = "POST /api/v1/who/complete", .perm = "who.read",
     .help = "What may stand next in a question.",
     .help_zh = "问题接下来可以写什么。",
     .example = "pond who complete 'did pur'",
     .in = complete_in, .out = complete_out, .run = complete_run},
    {0}};
/* clang-format on */

const struct op_module who_module = {"who", "Questions about people", "人群问题", who_ops};
