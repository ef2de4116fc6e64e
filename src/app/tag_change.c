/* tag change: another rule or note for a tag that stays. */
#include "app/ask.h"
#include "app/show.h"
#include "app/tag.h"
#include "who/crowd.h"
#include "who/names.h"

#define CROWDS_DEEP 32 /* crowds that name crowds; they cannot name themselves */

/* Rule tags are worked out in the order they were made, so a rule may only name those that are older, itself or by a
 * live crowd. */
struct later {
    const struct op_call *c;
    struct ledger *ledger;
    struct who_names names;
    int64_t id; /* of the tag that gets the rule */
    int depth;
    struct str named; /* the first that it may not name */
};

static bool is_older(void *ctx, enum question_form form, struct str name)
{
    struct later *s = ctx;
    struct tag t = {0};
    struct crowd k = {0};
    struct question *q = NULL;
    if (form == Q_TAG && !tag_find(s->ledger, name, s->c->arena, &t, NULL)) {
        bool follows = t.source == TAG_RULE || t.source == TAG_EVENT;
        s->named = follows && t.id >= s->id ? tag_full_name(&t, s->c->arena) : s->named;
    } else if (form == Q_CROWD && s->depth < CROWDS_DEEP &&
               !crowd_find(s->ledger, name, s->c->arena, &k, NULL) && !k.set &&
               !question_parse(k.question, &s->names, s->c->arena, &q, NULL, NULL)) {
        s->depth++;
        question_each_name(q, is_older, s);
        s->depth--;
    }
    return !s->named.len;
}

static enum rc check_order(struct op_call *c, struct pond *p, const struct tag *t)
{
    struct ask *ask = NULL;
    struct question *q = NULL;
    enum rc rc = ask_open(p, pond_today(p), &ask, c->err);
    rc = rc ? rc : ask_parse(ask, t->rule, c->arena, &q, NULL, c->err);
    if (!rc) {
        struct later s = {
            .c = c, .ledger = p->brand->ledger, .names = *ask_names(ask), .id = t->id};
        s.names.knows = NULL;
        question_each_name(q, is_older, &s);
        if (s.named.len) {
            rc = show_fail(c, RC_INVALID, "the rule names the tag \"%.*s\", which is not older",
                           "规则引用了并不更早建立的标签“%.*s”", STR_FMT(s.named));
            show_hint(c, "tags by rule are worked out in the order they were made",
                      "规则标签按建立的先后顺序计算");
        }
    }
    ask_close(ask);
    return rc;
}

/* Puts the rule that is asked for into *t; *ruled says whether there is one. */
static enum rc rule_asked(struct op_call *c, struct pond *p, struct tag *t, bool *ruled)
{
    bool question = op_has(c, "rule"), event = op_has(c, "from-event");
    enum tag_source source = t->source;
    *ruled = question || event;
    if (!*ruled && !op_has(c, "note")) {
        return rc_fail(c->err, RC_INVALID, "%s",
                       op_say(c, "nothing is to be changed: --rule, --from-event or --note",
                              "没有要修改的内容：--rule、--from-event 或 --note"));
    }
    if ((question && source != TAG_RULE) || (event && source != TAG_EVENT)) {
        enum rc rc = show_fail(c, RC_CONFLICT, "the tag \"%.*s\" does not come from there",
                               "标签“%.*s”并非此种来源", STR_FMT(t->name));
        show_hint(c, "--rule is for tags by rule, --from-event for those from events",
                  "--rule 用于规则标签，--from-event 用于事件标签");
        return rc;
    }
    if (!*ruled) {
        return RC_OK;
    }
    enum rc rc = question ? tag_question_asked(c, p, t) : tag_event_asked(c, p, t);
    return rc || event ? rc : check_order(c, p, t);
}

static enum rc write_row(struct pond *p, const struct tag *t, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(p->brand->ledger, &tx, e);
    return rc ? rc : ledger_end(tx, tag_change(p->brand->ledger, t, e), e);
}

/* Works it out at once; if that fails, it is as it was. */
static enum rc work_out(struct op_call *c, struct pond *p, const struct tag *t,
                        const struct tag *was)
{
    enum rc rc = tag_work_out(c, p, t);
    if (rc) {
        (void)write_row(p, was, NULL);
    }
    return rc;
}

static enum rc change_work(struct op_call *c, struct pond *p)
{
    struct tag t = {0};
    bool ruled = false;
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &t, c->err);
    const struct tag was = t;
    rc = rc ? rc : rule_asked(c, p, &t, &ruled);
    t.note = op_has(c, "note") ? op_arg_str(c, "note") : t.note;
    rc = rc ? rc : write_row(p, &t, c->err);
    rc = rc || !ruled ? rc : work_out(c, p, &t, &was);
    if (rc) {
        return rc;
    }
    struct str full = tag_full_name(&t, c->arena), n = STR_NULL;
    rc = tag_reply(c, p, full, &n);
    if (rc) {
        return rc;
    }
    show_text(c, "Tag \"%.*s\" is changed; %.*s consumers carry it.",
              "已修改标签“%.*s”，%.*s 个消费者带有它。", STR_FMT(full), STR_FMT(n));
    return RC_OK;
}

enum rc tag_change_run(struct op_call *c)
{
    enum rc rc = tag_open(c);
    return rc ? rc : pond_close(c->app, change_work(c, c->app), c->err);
}

/* clang-format off */
const struct op_in tag_change_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "TAG",
     .help = "name, or category/name", .help_zh = "名称，或 分类/名称"},
    {.name = "rule", .type = OP_STR, .metavar = "QUESTION",
     .help = "of a tag by rule: whoever the question finds carries it from now on", .help_zh = "规则标签的新问句"},
    {.name = "from-event", .type = OP_STR, .metavar = "EVENT",
     .help = "of a tag from events: the value comes from a field of these events", .help_zh = "事件标签：取值来自此事件的字段"},
    {.name = "field", .type = OP_CHOICE, .choices = "category|item|channel|touchpoint|campaign",
     .help = "which field, with --from-event", .help_zh = "取哪个字段（配合 --from-event）"},
    {.name = "last", .type = OP_BOOL, .help = "the last known one; so unless --most", .help_zh = "取最近一次（默认）"},
    {.name = "most", .type = OP_BOOL, .help = "the most frequent one", .help_zh = "取最常见的"},
    {.name = "in", .type = OP_INT, .unit = "days", .min = 1, .max = 36600,
     .help = "of the last so many days, with --from-event", .help_zh = "只看最近多少天（配合 --from-event）"},
    {.name = "note", .type = OP_STR, .help = "what it is for; as before when left away", .help_zh = "用途说明；不写则不变"},
    {0}};
/* clang-format on */
