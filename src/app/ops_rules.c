/* rules list, rules set: the rule table of One-ID. events list: the catalogue with counts. */
#include "app/hooks.h"
#include "app/modules.h"
#include "app/pond.h"
#include "app/effect.h"
#include "app/show.h"
#include "report/event_count.h"
#include <inttypes.h>

/* ---- rules list ------------------------------------------------------------------------------ */

static const char *strength_name(enum strength s)
{
    static const char *const names[] = {"strong", "weak", "never"};
    return names[s];
}

static struct str strength_text(const struct op_call *c, enum strength s)
{
    static const char *const zh[] = {"强", "弱", "不合并"};
    if (c->lang == LANG_ZH && c->format == OP_FORMAT_TEXT) {
        return arena_strf(c->arena, "%s %s", zh[s], strength_name(s));
    }
    return str_of(strength_name(s));
}

static void rules_row(struct op_call *c, struct table *t, struct str kind,
                      const struct kind_rule *r)
{
    struct json *j = op_json(c);
    table_row(t);
    table_str(t, kind);
    table_i64(t, r->priority);
    table_str(t, strength_text(c, r->strength));
    table_i64(t, r->cap);
    table_i64(t, r->max);
    table_str(t, str_of(r->personal ? op_say(c, "yes", "是") : ""));
    json_begin_object(j);
    json_put_str(j, "kind", kind);
    json_put_i64(j, "priority", r->priority);
    json_put_cstr(j, "strength", strength_name(r->strength));
    json_put_i64(j, "cap", r->cap);
    json_put_i64(j, "max", r->max);
    json_put_bool(j, "personal", r->personal);
    json_end_object(j);
}

static enum rc rules_body(struct op_call *c, struct pond *p)
{
    const struct kind_table *k = p->brand->kinds;
    const struct kind_rule *rules = kind_rules(k);
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "kind", op_say(c, "kind", "类型"), TABLE_TEXT);
    show_column(t, "priority", op_say(c, "priority", "优先级"), TABLE_INT);
    show_column(t, "strength", op_say(c, "strength", "强度"), TABLE_TEXT);
    show_column(t, "cap", op_say(c, "cap", "共用上限"), TABLE_INT);
    show_column(t, "max", op_say(c, "max", "每人上限"), TABLE_INT);
    show_column(t, "personal", op_say(c, "personal", "个人信息"), TABLE_TEXT);
    table_note(
        t, str_of(op_say(
               c,
               "cap: consumers one identity may be seen with before it is shared; "
               "max: such identities a consumer may have; 0: no limit",
               "共用上限：一个标识可与多少消费者同时出现；每人上限：一个消费者可有多少个；0 "
               "为不限")));
    json_begin_object(j);
    json_key(j, "rules");
    json_begin_array(j);
    for (uint32_t priority = 1; priority <= 999; priority++) {
        for (uint32_t kind = 1; kind < kind_len(k); kind++) {
            struct str name = kind_name(k, (uint8_t)kind);
            if (name.len && rules[kind].priority == priority) {
                rules_row(c, t, name, &rules[kind]);
            }
        }
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc rules_list_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, rules_body(c, p), c->err);
}

/* ---- rules set ------------------------------------------------------------------------------- */

/* The rule as it is, changed in what was typed. */
static struct kind_rule changed_rule(const struct op_call *c, const struct kind_table *k,
                                     struct str kind)
{
    uint8_t code = kind_find(k, kind);
    struct kind_rule r = kind_rules(k)[code ? code : KIND_OTHER];
    struct str strength = op_arg_str(c, "strength");
    for (int s = STRENGTH_STRONG; s <= STRENGTH_NEVER; s++) {
        if (str_eq(strength, str_of(strength_name((enum strength)s)))) {
            r.strength = (enum strength)s;
        }
    }
    r.priority = (uint16_t)op_arg_int(c, "priority", r.priority);
    r.cap = (uint32_t)op_arg_int(c, "cap", r.cap);
    r.max = (uint32_t)op_arg_int(c, "max", r.max);
    if (op_has(c, "personal")) {
        r.personal = op_arg_bool(c, "personal");
    }
    return r;
}

static void rules_set_text(struct op_call *c, struct str kind, const struct kind_rule *rule,
                           const struct partition_change *x, bool dry)
{
    struct str before = show_count(c, x->before), now = show_count(c, x->now);
    struct str joined = show_count(c, x->joined), parted = show_count(c, x->parted);
    show_text(c, "%.*s: %s, priority %d, cap %" PRIu32 ", max %" PRIu32 "%s",
              "%.*s：%s，优先级 %d，共用上限 %" PRIu32 "，每人上限 %" PRIu32 "%s",
              STR_FMT(kind), strength_name(rule->strength), rule->priority, rule->cap,
              rule->max, rule->personal ? op_say(c, ", personal", "，个人信息") : "");
    if (dry) {
        show_text(c, "Dry run. Consumers: %.*s now, %.*s then",
                  "试运行。消费者：现在 %.*s，之后 %.*s", STR_FMT(before), STR_FMT(now));
    } else {
        show_text(c, "consumers: %.*s before, %.*s now", "消费者：之前 %.*s，现在 %.*s",
                  STR_FMT(before), STR_FMT(now));
    }
    show_text(c, "joined into others: %.*s; more by coming apart: %.*s",
              "并入他人 %.*s；拆分增加 %.*s", STR_FMT(joined), STR_FMT(parted));
}

static enum rc rules_set_reply(struct op_call *c, struct pond *p, struct str kind,
                               const struct kind_rule *rule, const struct effect *r)
{
    struct json *j = op_json(c);
    bool dry = op_arg_bool(c, "dry-run");
    rules_set_text(c, kind, rule, &r->change, dry);
    json_begin_object(j);
    json_put_str(j, "kind", kind);
    json_put_i64(j, "priority", rule->priority);
    json_put_cstr(j, "strength", strength_name(rule->strength));
    json_put_i64(j, "cap", rule->cap);
    json_put_i64(j, "max", rule->max);
    json_put_bool(j, "personal", rule->personal);
    json_put_bool(j, "dry_run", dry);
    effect_put(c, p, r);
    enum rc rc = effect_put_examples(c, p, r);
    json_end_object(j);
    return rc;
}

/* Of a dry run all of it happens in the memory of a process that nobody asks again, and nobody is told of stages that
 * move there. */
static enum rc rules_set_body(struct op_call *c, struct pond *p, struct effect *r)
{
    struct brand *b = p->brand;
    struct str kind = op_arg_str(c, "kind");
    bool dry = op_arg_bool(c, "dry-run");
    if (dry) {
        hooks_listen(p->hooks, NULL, NULL);
    }
    enum rc rc = brand_settle(b, c->err);
    rc = rc ? rc : effect_begin(p, true, r, c->err);
    if (rc) {
        return rc;
    }
    struct kind_rule rule = changed_rule(c, b->kinds, kind);
    rc = (dry ? brand_try_rule : brand_set_rule)(b, kind, rule, c->err);
    rc = rc ? rc : brand_settle(b, c->err);
    rc = rc ? rc : effect_end(p, r, c->err);
    return rc ? rc : rules_set_reply(c, p, kind, &rule, r);
}

static enum rc rules_set_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct effect r = {0};
    enum brand_mode mode = op_arg_bool(c, "dry-run") ? BRAND_READ : BRAND_WRITE;
    enum rc rc = pond_open(p, mode, c->err);
    if (rc) {
        return rc;
    }
    rc = rules_set_body(c, p, &r);
    effect_release(&r);
    return pond_close(p, rc, c->err);
}

/* ---- events list ----------------------------------------------------------------------------- */

static const char *evidence_text(const struct op_call *c, enum event_evidence v)
{
    switch (v) {
    case EVIDENCE_NONE: return "";
    case EVIDENCE_AWARENESS: return op_say(c, "awareness", "认知");
    case EVIDENCE_INTEREST: return op_say(c, "interest", "兴趣");
    case EVIDENCE_STATUS_ON: return op_say(c, "interest while it holds", "兴趣（状态）");
    case EVIDENCE_STATUS_OFF: return op_say(c, "ends a status", "结束状态");
    case EVIDENCE_PURCHASE: return op_say(c, "purchase", "购买");
    case EVIDENCE_REFUND: return op_say(c, "takes a purchase back", "撤回购买");
    case EVIDENCE_LOYALTY: return op_say(c, "loyalty", "忠诚");
    }
    return "";
}

/* For machines; NULL: none, or an own name. */
static const char *evidence_name(const struct event_def *d)
{
    if (!d) {
        return NULL;
    }
    switch (d->evidence) {
    case EVIDENCE_NONE: return NULL;
    case EVIDENCE_AWARENESS: return "awareness";
    case EVIDENCE_INTEREST: return "interest";
    case EVIDENCE_STATUS_ON: return "status";
    case EVIDENCE_STATUS_OFF: return "status_end";
    case EVIDENCE_PURCHASE: return "purchase";
    case EVIDENCE_REFUND: return "refund";
    case EVIDENCE_LOYALTY: return "loyalty";
    }
    return NULL;
}

static void put_properties(struct json *j, const struct event_def *d)
{
    struct str rest = str_of(d ? d->props : "");
    json_key(j, "properties");
    json_begin_array(j);
    while (rest.len) {
        struct str one = str_trim(str_cut(&rest, ','));
        if (one.len) {
            json_str(j, one);
        }
    }
    json_end_array(j);
}

static const char *origin_text(const struct op_call *c, enum event_origin o)
{
    static const char *const zh[] = {"标准", "自有", "未知"};
    return c->format == OP_FORMAT_TEXT ? op_say(c, event_origin_name(o), zh[o])
                                       : event_origin_name(o);
}

static void events_row(struct op_call *c, const struct brand *b, struct table *t,
                       const struct event_count *v)
{
    struct json *j = op_json(c);
    const char *title = !v->def ? "" : c->lang == LANG_ZH ? v->def->zh : "";
    table_row(t);
    table_str(t, v->name);
    if (c->lang == LANG_ZH) {
        table_str(t, str_of(title));
    }
    table_str(t, str_of(origin_text(c, v->origin)));
    table_str(t, str_of(v->def ? evidence_text(c, v->def->evidence) : ""));
    table_i64(t, (int64_t)v->events);
    table_str(t, v->events ? show_time(c, b, v->first_ms) : STR_NULL);
    table_str(t, v->events ? show_time(c, b, v->last_ms) : STR_NULL);
    json_begin_object(j);
    json_put_str(j, "event", v->name);
    json_put_cstr(j, "title_zh", v->def ? v->def->zh : NULL);
    json_put_cstr(j, "kind", event_origin_name(v->origin));
    json_put_cstr(j, "meaning", v->def ? v->def->meaning : NULL);
    json_put_cstr(j, "meaning_zh", v->def ? v->def->meaning_zh : NULL);
    json_put_cstr(j, "evidence", evidence_name(v->def));
    json_put_cstr(j, "undoes", v->def ? v->def->undoes : NULL);
    put_properties(j, v->def);
    json_put_text(j, "near",
                  v->origin == EVENT_STRANGE ? catalogue_suggest(b->catalogue, v->name)
                                             : STR_NULL);
    json_put_bool(j, "in_model", v->evidence);
    json_put_i64(j, "events", (int64_t)v->events);
    json_put_i64(j, "anonymous", (int64_t)v->anonymous);
    if (v->events) {
        show_json_time(j, b, "first", v->first_ms);
        show_json_time(j, b, "last", v->last_ms);
    }
    json_end_object(j);
}

static void events_columns(struct op_call *c, struct table *t)
{
    show_column(t, "event", op_say(c, "event", "事件"), TABLE_TEXT);
    if (c->lang == LANG_ZH) {
        show_column(t, "title_zh", "名称", TABLE_TEXT);
    }
    show_column(t, "kind", op_say(c, "kind", "类别"), TABLE_TEXT);
    show_column(t, "evidence", op_say(c, "evidence (default model)", "默认模型中的证据"),
                TABLE_TEXT);
    show_column(t, "events", op_say(c, "events", "事件数"), TABLE_INT);
    show_column(t, "first", op_say(c, "first", "最早"), TABLE_TEXT);
    show_column(t, "last", op_say(c, "last", "最近"), TABLE_TEXT);
}

static void events_body(struct op_call *c, struct pond *p)
{
    struct event_count *list = NULL;
    uint32_t len = event_count_list(p->brand, c->arena, &list), strange = 0;
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    bool all = op_arg_bool(c, "all");
    events_columns(c, t);
    json_begin_object(j);
    json_key(j, "events");
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        if (all || list[i].events) {
            events_row(c, p->brand, t, &list[i]);
            strange += list[i].origin == EVENT_STRANGE;
        }
    }
    json_end_array(j);
    json_end_object(j);
    if (strange) {
        show_text(
            c,
            "%" PRIu32 " unknown: kept and counted, evidence of nothing until a stage model "
            "names them.",
            "未知事件 %" PRIu32 " 种：已保存并计数，阶段模型提到它们之前不作为证据。", strange);
    }
    if (!all) {
        op_text(c, "%s", op_say(c, "The whole catalogue: --all", "完整事件目录：--all"));
    }
}

static enum rc events_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    if (rc) {
        return rc;
    }
    events_body(c, p);
    return pond_close(p, RC_OK, c->err);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define RULE_OUT(prefix)                                                                         \
    {prefix "kind", OP_STR, "kind of identity", "标识类型", false},                              \
    {prefix "priority", OP_INT, "1 is strongest; the strongest identity owns an event", "1 为最强；事件归最强的标识", false}, \
    {prefix "strength", OP_CHOICE, "strong, weak or never", "强度", false},                      \
    {prefix "cap", OP_INT, "consumers one may be seen with before it is shared; 0: no limit", "共用上限", false}, \
    {prefix "max", OP_INT, "how many a consumer may have; 0: no limit", "每人上限", false},      \
    {prefix "personal", OP_BOOL, "sealed at rest, masked on screens", "加密存储、屏幕脱敏", false}

static const struct op_out rules_list_out[] = {RULE_OUT("rules[]."), {0}};
static const struct op_in rules_set_in[] = {
    {.name = "kind", .type = OP_STR, .required = true, .positional = true, .metavar = "KIND",
     .help = "kind of identity: phone, device, openid ...", .help_zh = "标识类型：phone、device、openid ……"},
    {.name = "strength", .type = OP_CHOICE, .choices = "strong|weak|never",
     .help = "strong joins; weak joins after every strong link; never does not join",
     .help_zh = "strong 合并；weak 在强关联之后合并；never 不合并"},
    {.name = "priority", .type = OP_INT, .min = 1, .max = 999, .help = "1 is strongest", .help_zh = "1 为最强"},
    {.name = "cap", .type = OP_INT, .unit = "consumers", .min = 0, .max = INT32_MAX,
     .help = "seen with more, it is shared and stops joining; 0: no limit",
     .help_zh = "与更多消费者同时出现即视为共用，不再合并；0 为不限"},
    {.name = "max", .type = OP_INT, .unit = "identities", .min = 0, .max = INT32_MAX,
     .help = "how many of this kind a consumer may have; 0: any number",
     .help_zh = "一个消费者可有多少个；0 为不限"},
    {.name = "personal", .type = OP_BOOL, .help = "sealed at rest and masked on screens", .help_zh = "加密存储、屏幕脱敏"},
    {.name = "dry-run", .type = OP_BOOL, .help = "show what would be joined and what would come apart; change nothing",
     .help_zh = "只显示会合并与拆开的消费者，不做改动"},
    {0}};
static const struct op_out rules_set_out[] = {
    RULE_OUT(""),
    {"consumers_before", OP_INT, "consumers before the change", "变更前的消费者", false},
    {"dry_run", OP_BOOL, "nothing was changed", "未做改动", false},
    {"consumers", OP_INT, "consumers now; of a dry run: then", "现在的消费者；试运行时为之后的", false},
    {"fresh", OP_INT, "new consumers: none, rules make none", "新消费者：规则不会产生", false},
    {"joined", OP_INT, "consumers that went into others", "并入他人的消费者", false},
    {"parted", OP_INT, "consumers more, by coming apart: before - joined + parted = now", "拆分增加的消费者：之前 - 并入 + 拆分 = 现在", false},
    {"unions", OP_INT, "consumers now that are made of several", "由多位合成的消费者", false},
    {"pieces", OP_INT, "consumers before that are several now", "被拆成多位的消费者", false},
    {"stages[].stage", OP_STR, "a stage of the model in force", "阶段", false},
    {"stages[].before", OP_INT, "consumers in it before, today", "变更前今日人数", false},
    {"stages[].after", OP_INT, "consumers in it behind the change, today", "变更后今日人数", false},
    {"examples[].change", OP_STR, "join or part", "join 合并，part 拆开", false},
    {"examples[].consumer", OP_INT, "join: the consumer now; part: the one before", "合并后或拆开前的消费者", false},
    {"examples[].more", OP_BOOL, "it has more parts than are listed", "还有未列出的部分", false},
    {"examples[].parts[].consumer", OP_INT, "join: a consumer before; part: one now", "合并前或拆开后的消费者", false},
    {"examples[].parts[].size", OP_INT, "its identities", "其标识数", false},
    {"examples[].parts[].identities[]", OP_STR, "some of them, personal ones masked", "部分标识，个人信息打码", false},
    {0}};
static const struct op_in events_in[] = {
    {.name = "all", .type = OP_BOOL, .help = "also the names that do not occur", .help_zh = "也列出未出现的事件"},
    {0}};
static const struct op_out events_out[] = {
    {"events[].event", OP_STR, "name", "事件名", false},
    {"events[].title_zh", OP_STR, "Chinese title of a standard one", "中文名称", true},
    {"events[].kind", OP_STR, "standard, own (the stage model names it) or unknown", "标准、自有（模型提到）或未知", false},
    {"events[].meaning", OP_STR, "what a standard one means", "含义（英文）", true},
    {"events[].meaning_zh", OP_STR, "the same in Chinese", "含义", true},
    {"events[].evidence", OP_STR, "in the default model: awareness, interest, status (interest while it holds), status_end, purchase, refund or loyalty", "默认模型中的证据：awareness、interest、status（状态期间为兴趣）、status_end、purchase、refund 或 loyalty", true},
    {"events[].undoes", OP_STR, "of status_end: the event that it ends", "所结束的状态事件", true},
    {"events[].properties[]", OP_STR, "columns that it fills", "使用的属性列", false},
    {"events[].near", OP_STR, "of an unknown one: the known name that is nearest", "未知事件：最接近的已知名称", true},
    {"events[].in_model", OP_BOOL, "the stage model in force records it", "当前模型是否采用", false},
    {"events[].events", OP_INT, "how many", "事件数", false},
    {"events[].anonymous", OP_INT, "how many of them are nobody's", "其中无身份的", false},
    {"events[].first", OP_STR, "time of the first", "最早时间", true},
    {"events[].last", OP_STR, "time of the last", "最近时间", true},
    {0}};

static const struct op rules_ops[] = {
    {.name = "rules list", .route = "GET /api/v1/rules", .perm = "rules.read",
     .help = "The identity rules: which kinds join consumers, and how far.",
     .help_zh = "身份规则：哪些标识会合并消费者，以及上限。",
     .example = "pond rules list", .out = rules_list_out, .run = rules_list_run},
    {.name = "rules set", .route = "PUT /api/v1/rules", .perm = "rules.write",
     .help = "Changes the rule of a kind; all consumers are resolved again.",
     .help_zh = "修改某类标识的规则；全部消费者重新归并。",
     .example = "pond rules set device --cap 3\npond rules set member_no --max 1\npond rules set phone --cap 1 --dry-run",
     .in = rules_set_in, .out = rules_set_out, .run = rules_set_run, .how = OP_CHANGES},
    {.name = "events list", .route = "GET /api/v1/events", .perm = "events.read",
     .help = "The event names of this pond with counts: standard, own and unknown ones.",
     .help_zh = "事件目录与计数：标准、自有与未知事件。",
     .example = "pond events list\npond events list --all --json",
     .in = events_in, .out = events_out, .run = events_run},
    {0}};
/* clang-format on */

const struct op_module rules_module = {"rules", "Identities and events", "身份与事件",
                                       rules_ops};
