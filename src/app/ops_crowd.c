/* crowd create, change, freeze, rename, delete, list, show, count, history; and the records of all crowd operations. */
#include "app/crowd.h"
#include "app/modules.h"
#include "app/named.h"
#include "app/refresh.h"
#include "app/show.h"
#include <inttypes.h>
#include <math.h>

/* --as-of where the operation has it; else today. */
static int32_t asked_day(const struct op_call *c, const struct pond *p)
{
    for (const struct op_in *in = c->op->in; in && in->name; in++) {
        if (str_eq(str_of(in->name), STR("as-of"))) {
            return ask_day(c, p);
        }
    }
    return pond_today(p);
}

enum rc crowd_run(struct op_call *c, enum brand_mode mode,
                  enum rc (*work)(struct crowd_call *x))
{
    struct pond *p = c->app;
    struct crowd_call x = {.c = c, .p = p};
    enum rc rc = pond_open(p, mode, c->err);
    if (rc) {
        return rc;
    }
    if (mode == BRAND_EDIT) {
        rc = refresh_daily(p, c->arena, c->err);
    }
    x.day = asked_day(c, p);
    rc = rc ? rc : ask_open(p, x.day, &x.ask, c->err);
    rc = rc ? rc : work(&x);
    ask_close(x.ask);
    return pond_close(p, rc, c->err);
}

/* Runs the step in a transaction of the ledger. */
static enum rc in_transaction(struct crowd_call *x, enum rc (*step)(struct crowd_call *x))
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(x->p->brand->ledger, &tx, x->c->err);
    return rc ? rc : ledger_end(tx, step(x), x->c->err);
}

struct str crowd_question(const struct op_call *c, struct str name)
{
    return arena_strf(c->arena, "crowd \"%.*s\"", STR_FMT(name));
}

enum rc crowd_ask(struct crowd_call *x, struct str text, struct bits *out)
{
    struct question *q = NULL;
    enum rc rc = ask_parse(x->ask, text, x->c->arena, &q, NULL, x->c->err);
    return rc ? rc : who_find(ask_world(x->ask), q, out, x->c->err);
}

enum rc crowd_ask_named(struct crowd_call *x, struct str name, struct bits *out)
{
    struct crowd k = {
        0}; /* looked for first: a wrong name gets a better answer than a wrong question */
    enum rc rc = crowd_find(x->p->brand->ledger, name, x->c->arena, &k, x->c->err);
    return rc ? rc : crowd_ask(x, crowd_question(x->c, name), out);
}

static enum rc note_size(struct crowd_call *x, int64_t id, uint64_t consumers)
{
    const struct crowd_size s = {x->day, clock_now(&x->p->clock), consumers};
    return crowd_size_add(x->p->brand->ledger, id, s, x->c->err);
}

static struct roster_stamp stamp_of(const struct crowd_call *x, struct str note)
{
    return (struct roster_stamp){.day = x->day,
                                 .until = UNTIL_NEVER,
                                 .at_ms = clock_now(&x->p->clock),
                                 .source = STR("crowd"),
                                 .who = pond_by(x->p),
                                 .note = note};
}

/* ---- replies about one crowd ----------------------------------------------------------------- */

static void put_text(struct json *j, const char *key, struct str s)
{
    if (s.len) {
        json_put_str(j, key, s);
    } else {
        json_put_cstr(j, key, NULL);
    }
}

static void crowd_json(const struct crowd_call *x, struct json *j, const struct crowd *k)
{
    json_put_str(j, "crowd", k->name);
    json_put_cstr(j, "kind", k->set ? "frozen" : "live");
    put_text(j, "question", k->question);
    put_text(j, "note", k->note);
    show_json_time(j, x->p->brand, "created", k->created_ms);
    show_json_day(j, "frozen_day", k->frozen_day);
}

static void size_json(const struct crowd_call *x, struct json *j, uint64_t consumers)
{
    double all = (double)bits_count(who_everyone(ask_world(x->ask)));
    show_json_day(j, "as_of", x->day);
    json_put_i64(j, "consumers", (int64_t)consumers);
    json_put_f64(j, "share", all > 0 ? (double)consumers / all : (double)NAN);
}

static void size_text(const struct crowd_call *x, struct str name, uint64_t consumers)
{
    uint64_t all = bits_count(who_everyone(ask_world(x->ask)));
    struct str n = show_count(x->c, consumers), day = show_day(x->c, x->day),
               share = show_share(x->c, all ? (double)consumers / (double)all : (double)NAN);
    show_text(x->c, "\"%.*s\" as of %.*s: %.*s consumers, %.*s of all",
              "“%.*s” 截至 %.*s：%.*s 个消费者，占全部 %.*s", STR_FMT(name), STR_FMT(day),
              STR_FMT(n), STR_FMT(share));
}

static void reply_one(const struct crowd_call *x, const struct crowd *k, uint64_t consumers)
{
    struct json *j = op_json(x->c);
    json_begin_object(j);
    crowd_json(x, j, k);
    size_json(x, j, consumers);
    json_end_object(j);
    size_text(x, k->name, consumers);
}

/* ---- crowd create, freeze -------------------------------------------------------------------- */

static enum rc freeze(struct crowd_call *x, struct crowd *k, const struct bits *in,
                      struct str why)
{
    struct roster *nos = roster_of_bits(in);
    struct roster_stamp stamp = stamp_of(x, why);
    struct ledger *l = x->p->brand->ledger;
    enum rc rc = crowd_freeze(l, k, nos, &stamp, x->c->err);
    rc = rc ? rc : crowd_find(l, k->name, x->c->arena, k, x->c->err);
    roster_free(nos);
    return rc;
}

enum rc crowd_keep_list(struct crowd_call *x, struct str name, struct str question,
                        struct str note, const struct bits *in, struct err *e)
{
    struct crowd k = {.name = name,
                      .question = question,
                      .note = note,
                      .created_ms = clock_now(&x->p->clock)};
    enum rc rc = crowd_create(x->p->brand->ledger, &k, &k.id, e);
    rc = rc ? rc : freeze(x, &k, in, note);
    return rc ? rc : note_size(x, k.id, bits_count(in));
}

static enum rc create_step(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct question *q = NULL;
    struct question_error at = {0};
    struct bits in = {0};
    struct crowd k = {.name = op_arg_str(c, "name"),
                      .note = op_arg_str(c, "note"),
                      .created_ms = clock_now(&x->p->clock),
                      .frozen_day = DAY_NONE};
    enum rc rc = ask_parse(x->ask, op_arg_str(c, "question"), c->arena, &q, &at, c->err);
    if (rc) {
        return rc;
    }
    k.question = question_print(q, ask_names(x->ask), c->arena);
    rc = crowd_create(x->p->brand->ledger, &k, &k.id, c->err);
    rc = rc ? rc : who_find(ask_world(x->ask), q, &in, c->err);
    rc = rc ? rc : note_size(x, k.id, bits_count(&in));
    if (!rc && op_arg_bool(c, "frozen")) {
        rc = freeze(x, &k, &in, k.question);
    }
    if (!rc) {
        reply_one(x, &k, bits_count(&in));
    }
    bits_release(&in);
    return rc;
}

static enum rc create_work(struct crowd_call *x) { return in_transaction(x, create_step); }
static enum rc create_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, create_work); }

/* The new question may name crowds that name this one: it is asked under its name, which finds a ring. */
static enum rc change_step(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct ledger *l = x->p->brand->ledger;
    struct question *q = NULL;
    struct question_error at = {0};
    struct crowd k = {0};
    struct bits in = {0};
    enum rc rc = crowd_find(l, op_arg_str(c, "name"), c->arena, &k, c->err);
    rc = rc ? rc : ask_parse(x->ask, op_arg_str(c, "question"), c->arena, &q, &at, c->err);
    if (rc) {
        return rc;
    }
    k.question = question_print(q, ask_names(x->ask), c->arena);
    k.note = op_arg_count(c, "note") ? op_arg_str(c, "note") : k.note;
    rc = crowd_change(l, &k, c->err);
    rc = rc ? rc : crowd_ask(x, k.set ? k.question : crowd_question(c, k.name), &in);
    if (!rc && k.set) {
        rc = freeze(x, &k, &in, k.question);
    }
    rc = rc ? rc : note_size(x, k.id, bits_count(&in));
    if (!rc) {
        reply_one(x, &k, bits_count(&in));
    }
    bits_release(&in);
    return rc;
}

static enum rc change_work(struct crowd_call *x) { return in_transaction(x, change_step); }
static enum rc change_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, change_work); }

/* A live crowd becomes a list; a frozen one is taken anew by its question. */
static enum rc freeze_step(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    struct bits in = {0};
    enum rc rc = crowd_find(x->p->brand->ledger, op_arg_str(c, "name"), c->arena, &k, c->err);
    if (!rc && !k.question.len) {
        return show_fail(c, RC_CONFLICT, "\"%.*s\" is a list without a question",
                         "“%.*s” 是没有问句的名单", STR_FMT(k.name));
    }
    rc = rc ? rc : crowd_ask(x, k.question, &in);
    rc = rc ? rc : freeze(x, &k, &in, op_arg_str(c, "reason"));
    rc = rc ? rc : note_size(x, k.id, bits_count(&in));
    if (!rc) {
        reply_one(x, &k, bits_count(&in));
    }
    bits_release(&in);
    return rc;
}

static enum rc freeze_work(struct crowd_call *x) { return in_transaction(x, freeze_step); }
static enum rc freeze_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, freeze_work); }

/* ---- crowd rename, delete -------------------------------------------------------------------- */

static enum rc find_unnamed(struct crowd_call *x, struct crowd *k)
{
    enum rc rc =
        crowd_find(x->p->brand->ledger, op_arg_str(x->c, "name"), x->c->arena, k, x->c->err);
    return rc ? rc : named_refuse(x->c, x->p, x->ask, Q_CROWD, k->id, k->name);
}

static enum rc rename_step(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    struct str to = op_arg_str(c, "to");
    enum rc rc = find_unnamed(x, &k);
    rc = rc ? rc : crowd_rename(x->p->brand->ledger, k.id, to, c->err);
    if (!rc) {
        struct json *j = op_json(c);
        k.name = to;
        json_begin_object(j);
        crowd_json(x, j, &k);
        json_end_object(j);
        show_text(c, "The crowd is \"%.*s\" now.", "人群已改名为“%.*s”。", STR_FMT(to));
    }
    return rc;
}

static enum rc rename_work(struct crowd_call *x) { return in_transaction(x, rename_step); }
static enum rc rename_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, rename_work); }

static enum rc delete_step(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    enum rc rc = find_unnamed(x, &k);
    rc = rc ? rc : crowd_delete(x->p->brand->ledger, &k, c->err);
    if (!rc) {
        struct json *j = op_json(c);
        json_begin_object(j);
        crowd_json(x, j, &k);
        json_end_object(j);
        show_text(c, "Crowd \"%.*s\" is gone.", "已删除人群“%.*s”。", STR_FMT(k.name));
    }
    return rc;
}

static enum rc delete_work(struct crowd_call *x) { return in_transaction(x, delete_step); }
static enum rc delete_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, delete_work); }

/* ---- crowd list ------------------------------------------------------------------------------ */

static void list_columns(struct op_call *c, struct table *t)
{
    show_column(t, "crowd", op_say(c, "crowd", "人群"), TABLE_TEXT);
    show_column(t, "kind", op_say(c, "kind", "类型"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    show_column(t, "change", op_say(c, "change", "变化"), TABLE_DELTA);
    table_column(t, &(struct table_column){.name = "question",
                                           .title = op_say(c, "question", "问句"),
                                           .width = 80});
}

/* The last count, and the last one as of a day before it. */
static enum rc list_sizes(struct crowd_call *x, int64_t id, struct crowd_size *last,
                          struct crowd_size *before)
{
    struct ledger *l = x->p->brand->ledger;
    bool counted = false, earlier = false;
    enum rc rc = crowd_size_last(l, id, &counted, last, x->c->err);
    last->day = counted ? last->day : DAY_NONE;
    if (!rc && counted) {
        rc = crowd_size_before(l, id, last->day, &earlier, before, x->c->err);
    }
    before->day = earlier ? before->day : DAY_NONE;
    return rc;
}

static void list_size_json(struct json *j, const char *key, const struct crowd_size *s)
{
    json_key(j, key);
    if (s->day != DAY_NONE) {
        json_i64(j, (int64_t)s->consumers);
    } else {
        json_null(j);
    }
}

static enum rc list_one(struct crowd_call *x, const struct crowd *k, struct table *t)
{
    struct json *j = op_json(x->c);
    struct crowd_size last = {.day = DAY_NONE}, before = {.day = DAY_NONE};
    enum rc rc = list_sizes(x, k->id, &last, &before);
    bool counted = last.day != DAY_NONE, earlier = before.day != DAY_NONE;
    json_begin_object(j);
    crowd_json(x, j, k);
    list_size_json(j, "consumers", &last);
    show_json_day(j, "as_of", last.day);
    list_size_json(j, "consumers_before", &before);
    show_json_day(j, "as_of_before", before.day);
    json_end_object(j);
    table_row(t);
    table_str(t, k->name);
    table_str(t,
              str_of(k->set ? op_say(x->c, "frozen", "冻结") : op_say(x->c, "live", "实时")));
    if (counted) {
        table_i64(t, (int64_t)last.consumers);
    } else {
        table_empty(t);
    }
    table_str(t, show_day(x->c, last.day));
    if (earlier) {
        table_i64(t, (int64_t)last.consumers - (int64_t)before.consumers);
    } else {
        table_empty(t);
    }
    table_str(t, k->question);
    return rc;
}

static enum rc list_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd *list = NULL;
    uint32_t n = 0;
    enum rc rc = crowd_list(x->p->brand->ledger, c->arena, &list, &n, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    list_columns(c, t);
    uint32_t from = (uint32_t)op_arg_int(c, "offset", 0);
    uint32_t most = (uint32_t)op_arg_int(c, "limit", n);
    json_begin_object(j);
    json_put_i64(j, "total", n);
    json_key(j, "crowds");
    json_begin_array(j);
    for (uint32_t i = from; !rc && i < n && i - from < most; i++) {
        rc = list_one(x, &list[i], t);
    }
    json_end_array(j);
    json_end_object(j);
    op_text(c, "%s",
            n ? op_say(c, "Sizes are those of the last count: pond crowd refresh counts all.",
                       "人数为最近一次统计：pond crowd refresh 全部重新统计。")
              : op_say(c, "None. Make one: pond crowd create NAME 'QUESTION'",
                       "暂无。建立一个：pond crowd create 名称 '问句'"));
    return rc;
}

static enum rc list_run(struct op_call *c) { return crowd_run(c, BRAND_READ, list_work); }

/* ---- crowd show, history --------------------------------------------------------------------- */

/* Every count as a point. */
static void sizes_picture(const struct crowd_call *x, const struct crowd *k,
                          const struct crowd_size *list, uint32_t n)
{
    struct op_call *c = x->c;
    struct plot *plot = op_plot(c, PLOT_LINE);
    plot_title(plot, k->name, str_of(op_say(c, "consumers at each count", "历次统计的人数")));
    plot_axes(plot, "", op_say(c, "consumers", "消费者"));
    for (uint32_t i = 0; i < n; i++) {
        plot_label(plot, show_day(c, list[i].day));
        plot_value(plot, (double)list[i].consumers);
    }
}

static enum rc put_sizes(struct crowd_call *x, const struct crowd *k, uint32_t most)
{
    struct op_call *c = x->c;
    struct crowd_size *list = NULL;
    uint32_t n = 0;
    enum rc rc = crowd_sizes(x->p->brand->ledger, k->id, c->arena, &list, &n, c->err);
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Size", "人数变化")));
    show_column(t, "as_of", op_say(c, "as of", "截至"), TABLE_TEXT);
    show_column(t, "consumers", op_say(c, "consumers", "消费者"), TABLE_INT);
    show_column(t, "change", op_say(c, "change", "变化"), TABLE_DELTA);
    show_column(t, "counted", op_say(c, "counted", "统计时间"), TABLE_TEXT);
    json_key(j, "sizes");
    json_begin_array(j);
    for (uint32_t i = most && n > most ? n - most : 0; !rc && i < n; i++) {
        json_begin_object(j);
        show_json_day(j, "as_of", list[i].day);
        show_json_time(j, x->p->brand, "counted", list[i].at_ms);
        json_put_i64(j, "consumers", (int64_t)list[i].consumers);
        json_end_object(j);
        table_row(t);
        table_str(t, show_day(c, list[i].day));
        table_i64(t, (int64_t)list[i].consumers);
        if (i) {
            table_i64(t, (int64_t)list[i].consumers - (int64_t)list[i - 1].consumers);
        } else {
            table_empty(t);
        }
        table_str(t, show_time(c, x->p->brand, list[i].at_ms));
    }
    json_end_array(j);
    sizes_picture(x, k, list, rc ? 0 : n);
    return rc;
}

static enum rc show_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    struct bits in = {0};
    enum rc rc = crowd_find(x->p->brand->ledger, op_arg_str(c, "name"), c->arena, &k, c->err);
    rc = rc ? rc : crowd_ask_named(x, k.name, &in);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    size_text(x, k.name, bits_count(&in));
    if (k.set) {
        struct str day = show_day(c, k.frozen_day), at = show_time(c, x->p->brand, k.frozen_ms);
        show_text(c, "frozen: the list of %.*s, taken at %.*s", "冻结：%.*s 的名单，取于 %.*s",
                  STR_FMT(day), STR_FMT(at));
    }
    op_text(c, "%s %.*s", op_say(c, "question:", "问句："), STR_FMT(k.question));
    if (k.note.len) {
        op_text(c, "%.*s", STR_FMT(k.note));
    }
    json_begin_object(j);
    crowd_json(x, j, &k);
    size_json(x, j, bits_count(&in));
    rc = put_sizes(x, &k, 10);
    json_end_object(j);
    bits_release(&in);
    return rc;
}

static enum rc show_run(struct op_call *c) { return crowd_run(c, BRAND_READ, show_work); }

static enum rc history_work(struct crowd_call *x)
{
    struct op_call *c = x->c;
    struct crowd k = {0};
    enum rc rc = crowd_find(x->p->brand->ledger, op_arg_str(c, "name"), c->arena, &k, c->err);
    if (!rc) {
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "crowd", k.name);
        rc = put_sizes(x, &k, (uint32_t)op_arg_int(c, "limit", 60));
        json_end_object(j);
    }
    return rc;
}

static enum rc history_run(struct op_call *c) { return crowd_run(c, BRAND_READ, history_work); }

/* ---- crowd count ----------------------------------------------------------------------------- */

static enum rc count_step(struct crowd_call *x)
{
    struct crowd k = {0};
    struct bits in = {0};
    enum rc rc =
        crowd_find(x->p->brand->ledger, op_arg_str(x->c, "name"), x->c->arena, &k, x->c->err);
    rc = rc ? rc : crowd_ask_named(x, k.name, &in);
    if (!rc && x->p->brand->mode == BRAND_EDIT) {
        rc = note_size(x, k.id, bits_count(&in));
    }
    if (!rc) {
        reply_one(x, &k, bits_count(&in));
    }
    bits_release(&in);
    return rc;
}

static enum rc count_work(struct crowd_call *x)
{
    return x->p->brand->mode == BRAND_EDIT ? in_transaction(x, count_step) : count_step(x);
}

static enum rc count_run(struct op_call *c) { return crowd_run(c, BRAND_EDIT, count_work); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define CROWD_NAME                                                                               \
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "NAME",    \
     .help = "of the crowd", .help_zh = "人群名称"}
#define AS_OF                                                                                    \
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",    \
     .help_zh = "截至该日日终；不写则为今天"}

static const struct op_in create_in[] = {
    CROWD_NAME,
    {.name = "question", .type = OP_STR, .required = true, .positional = true, .metavar = "QUESTION",
     .help = "who is in it: 'stage = loyalty and not did purchase in 90d', 'crowd \"a\" and not crowd \"b\"'",
     .help_zh = "问句：'stage = loyalty and not did purchase in 90d'、'crowd \"甲\" and not crowd \"乙\"'"},
    {.name = "frozen", .type = OP_BOOL, .help = "keep the list of now", .help_zh = "冻结为当前名单"},
    {.name = "note", .type = OP_STR, .help = "what it is for", .help_zh = "用途说明"},
    AS_OF, {0}};
static const struct op_in change_in[] = {
    CROWD_NAME,
    {.name = "question", .type = OP_STR, .required = true, .positional = true, .metavar = "QUESTION",
     .help = "who is in it from now on", .help_zh = "新的问句"},
    {.name = "note", .type = OP_STR, .help = "what it is for; as before when left away", .help_zh = "用途说明；不写则不变"},
    {0}};
static const struct op_in freeze_in[] = {
    CROWD_NAME,
    {.name = "reason", .type = OP_STR, .help = "kept in the history", .help_zh = "原因，记入历史"},
    AS_OF, {0}};
static const struct op_in rename_in[] = {
    CROWD_NAME,
    {.name = "to", .type = OP_STR, .required = true, .positional = true, .metavar = "NEW",
     .help = "the new name", .help_zh = "新名称"},
    {0}};
static const struct op_in name_in[] = {CROWD_NAME, {0}};
static const struct op_in show_in[] = {CROWD_NAME, AS_OF, {0}};
static const struct op_in history_in[] = {
    CROWD_NAME,
    {.name = "limit", .type = OP_INT, .unit = "counts", .min = 0, .max = INT32_MAX, .fallback = "60",
     .help = "the newest so many; 0 for all", .help_zh = "最近多少次；0 为全部"},
    {0}};

#define CROWD_OUT(prefix)                                                                        \
    {prefix "crowd", OP_STR, "name", "名称", false},                                             \
    {prefix "kind", OP_STR, "live or frozen", "live 实时或 frozen 冻结", false},                 \
    {prefix "question", OP_STR, "its question, in canonical form", "问句（规范形式）", true},    \
    {prefix "note", OP_STR, "what it is for", "说明", true},                                     \
    {prefix "created", OP_STR, "when it was made", "建立时间", false},                           \
    {prefix "frozen_day", OP_DAY, "as of which day the list was taken", "名单截止日", true}
#define SIZE_OUT                                                                                 \
    {"as_of", OP_DAY, "the day asked about", "截止日", false},                                   \
    {"consumers", OP_INT, "consumers in it", "消费者数", false},                                 \
    {"share", OP_REAL, "of all consumers of that day", "占全部消费者之比", true}
#define SIZES_OUT                                                                                \
    {"sizes[].as_of", OP_DAY, "as of", "截止日", false},                                         \
    {"sizes[].counted", OP_STR, "when it was counted", "统计时间", false},                       \
    {"sizes[].consumers", OP_INT, "consumers in it then", "当时的消费者数", false}

static const struct op_out one_out[] = {CROWD_OUT(""), SIZE_OUT, {0}};
static const struct op_out plain_out[] = {CROWD_OUT(""), {0}};
static const struct op_out show_out[] = {CROWD_OUT(""), SIZE_OUT, SIZES_OUT, {0}};
static const struct op_out history_out[] = {
    {"crowd", OP_STR, "name", "名称", false}, SIZES_OUT, {0}};
static const struct op_in list_in[] = {
    {.name = "limit", .type = OP_INT, .min = 1, .max = 100000, .help = "how many; all when left away", .help_zh = "最多列出多少个；默认全部"},
    {.name = "offset", .type = OP_INT, .min = 0, .max = INT32_MAX, .help = "how many are left out before them", .help_zh = "跳过前多少个"},
    {0}};
static const struct op_out list_out[] = {
    {"total", OP_INT, "crowds there are", "人群总数", false},
    CROWD_OUT("crowds[]."),
    {"crowds[].consumers", OP_INT, "at the last count", "最近一次统计的人数", true},
    {"crowds[].as_of", OP_DAY, "of the last count", "最近一次统计的截止日", true},
    {"crowds[].consumers_before", OP_INT, "at the last count as of an earlier day", "在更早一日最近一次统计的人数", true},
    {"crowds[].as_of_before", OP_DAY, "of that count", "该次统计的截止日", true},
    {0}};

static const struct op crowd_ops[] = {
    {.name = "crowd create", .route = "POST /api/v1/crowds", .perm = "crowd.write",
     .help = "Makes a crowd of a question: live, or the list of now.",
     .help_zh = "由问句建立人群：实时，或冻结为当前名单。",
     .example = "pond crowd create 沉睡会员 'stage = loyalty and not did any in 60d'\n"
                "pond crowd create 双十一名单 'did add_cart in 7d' --frozen\n"
                "pond crowd create 只差一步 'crowd \"加购\" and not crowd \"已购\"'",
     .in = create_in, .out = one_out, .run = create_run, .how = OP_EDITS},
    {.name = "crowd change", .route = "PUT /api/v1/crowd", .perm = "crowd.write",
     .help = "Gives a crowd another question; a frozen one is taken anew by it.",
     .help_zh = "修改人群的问句；已冻结的按新问句重新取名单。",
     .more = "Its name and its counts so far stay; crowds and tags that name it follow.",
     .more_zh = "名称与已有的统计保留；引用它的人群与标签随之变化。",
     .example = "pond crowd change 沉睡会员 'stage = loyalty and not did any in 90d'",
     .in = change_in, .out = one_out, .run = change_run, .how = OP_EDITS},
    {.name = "crowd list", .route = "GET /api/v1/crowds", .perm = "crowd.read",
     .help = "The crowds with the size of their last count.", .help_zh = "人群列表及最近一次统计的人数。",
     .example = "pond crowd list\npond crowd list --limit 50 --offset 50", .in = list_in, .out = list_out, .run = list_run},
    {.name = "crowd show", .route = "GET /api/v1/crowd", .perm = "crowd.read",
     .help = "One crowd: its question, its size now and before.", .help_zh = "人群详情：问句、当前与历史人数。",
     .example = "pond crowd show 沉睡会员\npond crowd show 沉睡会员 --as-of 2026-06-30",
     .in = show_in, .out = show_out, .run = show_run,
     .picture = "a line of its size", .picture_zh = "人数走势线"},
    {.name = "crowd count", .route = "POST /api/v1/crowd/count", .perm = "crowd.read",
     .help = "Counts a crowd and keeps the count in its history.", .help_zh = "统计人群人数并记入历史。",
     .example = "pond crowd count 沉睡会员",
     .in = show_in, .out = one_out, .run = count_run, .how = OP_EDITS},
    {.name = "crowd history", .route = "GET /api/v1/crowd/history", .perm = "crowd.read",
     .help = "How large a crowd was each time it was counted.", .help_zh = "人群历次统计的人数。",
     .example = "pond crowd history 沉睡会员",
     .in = history_in, .out = history_out, .run = history_run,
     .picture = "a line of its size", .picture_zh = "人数走势线"},
    {.name = "crowd refresh", .route = "POST /api/v1/crowds/refresh", .perm = "crowd.write",
     .help = "Counts crowds and keeps the counts; imports do it too.",
     .help_zh = "重新统计人群人数并记入历史；导入后也会自动进行。",
     .example = "pond crowd refresh",
     .in = crowd_refresh_in, .out = crowd_refresh_out, .run = crowd_refresh_run, .how = OP_EDITS},
    {.name = "crowd freeze", .route = "POST /api/v1/crowd/freeze", .perm = "crowd.write",
     .help = "Makes a crowd the list of who is in it; a frozen one is taken anew.",
     .help_zh = "把人群冻结为名单；已冻结的按问句重新取名单。",
     .example = "pond crowd freeze 沉睡会员 --reason 召回活动",
     .in = freeze_in, .out = one_out, .run = freeze_run, .how = OP_EDITS},
    {.name = "crowd rename", .route = "POST /api/v1/crowd/rename", .perm = "crowd.write",
     .help = "Gives a crowd another name, unless something names it.", .help_zh = "人群改名（被引用时不可）。",
     .example = "pond crowd rename 沉睡会员 沉睡老客",
     .in = rename_in, .out = plain_out, .run = rename_run, .how = OP_EDITS},
    {.name = "crowd delete", .route = "DELETE /api/v1/crowd", .perm = "crowd.write",
     .help = "Removes a crowd, unless something names it.", .help_zh = "删除人群（被引用时不可）。",
     .example = "pond crowd delete 沉睡老客",
     .in = name_in, .out = plain_out, .run = delete_run, .how = OP_EDITS},
    {.name = "crowd overlap", .route = "GET /api/v1/crowd/overlap", .perm = "crowd.read",
     .help = "How crowds overlap: counts, shares, Jaccard.", .help_zh = "人群重合：人数、占比、Jaccard。",
     .example = "pond crowd overlap 加购 已购 会员",
     .in = crowd_overlap_in, .out = crowd_overlap_out, .run = crowd_overlap_run,
     .picture = "a heat map of the share of the row's crowd", .picture_zh = "重合占比热力图"},
    {.name = "crowd profile", .route = "GET /api/v1/crowd/profile", .perm = "crowd.read",
     .help = "What sets a crowd apart: every field with share, base share, TGI and significance.",
     .help_zh = "人群画像：各维度占比、基准占比、TGI 与显著性。",
     .example = "pond crowd profile 沉睡会员\npond crowd profile 沉睡会员 --base 会员 --field channel --field category",
     .in = crowd_profile_in, .out = crowd_profile_out, .run = crowd_profile_run,
     .picture = "bars of TGI where it differs significantly", .picture_zh = "差异显著的 TGI 条形图"},
    {.name = "crowd why", .route = "GET /api/v1/crowd/why", .perm = "crowd.read",
     .help = "Why a consumer is in a crowd or not: the clause that decides.",
     .help_zh = "消费者为何在（或不在）人群中：起决定作用的条件。",
     .example = "pond crowd why 沉睡会员 phone:13800138000",
     .in = crowd_why_in, .out = crowd_why_out, .run = crowd_why_run},
    {.name = "crowd export", .route = "GET /api/v1/crowd/export", .perm = "crowd.export",
     .help = "Writes the consumers of a crowd to a CSV file or a workbook, personal values masked.",
     .help_zh = "将人群导出为 CSV 或工作簿，个人信息脱敏。",
     .example = "pond crowd export 沉睡会员 sleepers.xlsx\npond crowd export 沉睡会员 --csv --column consumer --column phone --column tag:VIP --column rfm.type",
     .in = crowd_export_in, .out = crowd_export_out, .run = crowd_export_run},
    {.name = "crowd lookalike", .route = "POST /api/v1/crowd/lookalike", .perm = "crowd.write",
     .help = "Finds those most like a crowd and keeps them as a frozen one.",
     .help_zh = "相似人群扩展，结果存为冻结人群。",
     .more = "Logistic regression on the traits of a profile, tested on a fifth that is held out. A field that defines the "
             "crowd tells it apart perfectly and teaches nothing: leave it out with --without.",
     .more_zh = "以画像特征做逻辑回归，留出五分之一检验。定义人群的维度会完美区分而学不到东西：用 --without 排除。",
     .example = "pond crowd lookalike 高价值 --size 10000 --without orders --without gmv --to 潜在高价值",
     .in = crowd_lookalike_in, .out = crowd_lookalike_out, .run = crowd_lookalike_run, .how = OP_EDITS},
    {0}};
/* clang-format on */

const struct op_module crowd_module = {"crowd", "Crowds", "人群", crowd_ops};
