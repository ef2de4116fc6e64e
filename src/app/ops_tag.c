/* tag create, assign, remove, rename, delete: what writes; and the records of all tag operations. */
#include "app/ask.h"
#include "app/modules.h"
#include "app/named.h"
#include "app/refresh.h"
#include "app/show.h"
#include "app/tag.h"
#include "people/consumer.h"
#include <inttypes.h>

struct roster_stamp tag_stamp(const struct pond *p, const char *source, struct str note)
{
    return (struct roster_stamp){.day = pond_today(p),
                                 .until = UNTIL_NEVER,
                                 .at_ms = clock_now(&p->clock),
                                 .source = str_of(source),
                                 .who = pond_by(p),
                                 .note = note};
}

static enum rc plain_fail(const struct op_call *c, enum rc rc, const char *en, const char *zh)
{
    return rc_fail(c->err, rc, "%s", op_say(c, en, zh));
}

enum rc tag_open(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_EDIT, c->err);
    if (rc) {
        return rc;
    }
    rc = brand_settle(p->brand, c->err);
    rc = rc ? rc : refresh_daily(p, c->arena, c->err);
    return rc ? pond_close(p, rc, c->err) : RC_OK;
}

/* Runs `work` in a transaction of the ledger and closes the pond. */
static enum rc in_transaction(struct op_call *c,
                              enum rc (*work)(struct op_call *c, struct pond *p))
{
    struct pond *p = c->app;
    struct tx *tx = NULL;
    enum rc rc = tag_open(c);
    if (rc) {
        return rc;
    }
    rc = ledger_begin(p->brand->ledger, &tx, c->err);
    if (!rc) {
        rc = ledger_end(tx, work(c, p), c->err);
    }
    return pond_close(p, rc, c->err);
}

/* ---- tag create ------------------------------------------------------------------------------ */

enum rc tag_event_asked(struct op_call *c, struct pond *p, struct tag *t)
{
    struct tag_event v = {.event = op_arg_str(c, "from-event"),
                          .field = op_arg_str(c, "field"),
                          .most = op_arg_bool(c, "most"),
                          .days = (uint32_t)op_arg_int(c, "in", 0)};
    enum rc rc = RC_OK;
    if (!catalogue_find(p->brand->catalogue, v.event)) {
        struct str near = catalogue_suggest(p->brand->catalogue, v.event);
        rc = show_fail(c, RC_INVALID, "there is no event %.*s", "没有事件 %.*s",
                       STR_FMT(v.event));
        if (near.len) {
            err_hint(c->err, "%s %.*s", op_say(c, "did you mean", "是否想用"), STR_FMT(near));
        }
    } else if (!v.field.len) {
        rc = plain_fail(c, RC_INVALID, "--from-event needs --field",
                        "--from-event 需要 --field");
        show_hint(c, "--field category, item, channel, touchpoint or campaign",
                  "--field category、item、channel、touchpoint 或 campaign");
    } else if (v.most && op_arg_bool(c, "last")) {
        rc = plain_fail(c, RC_INVALID, "--last and --most exclude each other",
                        "--last 与 --most 只能选一个");
    }
    t->source = TAG_EVENT;
    t->kind = TAG_TEXT;
    t->rule = tag_event_json(&v, c->arena);
    return rc;
}

enum rc tag_question_asked(struct op_call *c, struct pond *p, struct tag *t)
{
    struct ask *ask = NULL;
    struct question *q = NULL;
    enum rc rc = ask_open(p, pond_today(p), &ask, c->err);
    rc = rc ? rc : ask_parse(ask, op_arg_str(c, "rule"), c->arena, &q, NULL, c->err);
    if (!rc) {
        t->source = TAG_RULE;
        t->rule = question_print(q, ask_names(ask), c->arena);
    }
    ask_close(ask);
    return rc;
}

static enum rc create_source(struct op_call *c, struct pond *p, struct tag *t)
{
    bool rule = op_has(c, "rule"), event = op_has(c, "from-event");
    if (rule && event) {
        return plain_fail(c, RC_INVALID, "--rule and --from-event exclude each other",
                          "--rule 与 --from-event 只能选一个");
    }
    if ((rule || event) && t->expiry_days) {
        enum rc rc = plain_fail(c, RC_INVALID, "a tag that follows a rule does not expire",
                                "按规则更新的标签不会过期");
        show_hint(c, "put the days into the rule: did purchase in 30d, or --in DAYS",
                  "把天数写进规则：did purchase in 30d，或用 --in 天数");
        return rc;
    }
    if (rule && t->kind != TAG_FLAG) {
        return plain_fail(c, RC_INVALID, "a tag by rule is a flag: it has no values",
                          "按规则的标签没有取值");
    }
    if (rule) {
        return tag_question_asked(c, p, t);
    }
    return event ? tag_event_asked(c, p, t) : RC_OK;
}

static struct tag create_asked(struct op_call *c, struct pond *p)
{
    static const char *const kinds[] = {"flag", "text", "number"};
    struct str full = op_arg_str(c, "name");
    size_t slash = str_find_byte(full, '/', 0);
    struct tag t = {.name = full,
                    .note = op_arg_str(c, "note"),
                    .expiry_days = (int32_t)op_arg_int(c, "expires", 0),
                    .created_ms = clock_now(&p->clock),
                    .fresh_day = DAY_NONE};
    if (slash != SIZE_MAX) {
        t.category = str_slice(full, 0, slash);
        t.name = str_slice(full, slash + 1, full.len);
    }
    for (uint32_t k = 0; k < 3; k++) {
        if (str_eq(op_arg_str(c, "value"), str_of(kinds[k]))) {
            t.kind = (enum tag_kind)k;
        }
    }
    return t;
}

static enum rc create_row(struct op_call *c, struct pond *p, struct tag *t)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(p->brand->ledger, &tx, c->err);
    return rc ? rc : ledger_end(tx, tag_create(p->brand->ledger, t, &t->id, c->err), c->err);
}

enum rc tag_work_out(struct op_call *c, struct pond *p, const struct tag *t)
{
    struct refresh r = {0};
    enum rc rc = refresh_one_tag(p, t, c->arena, &r, c->err);
    return rc || !r.failed ? rc : rc_fail(c->err, RC_INVALID, "%.*s", STR_FMT(r.first_wrong));
}

enum rc tag_reply(struct op_call *c, struct pond *p, struct str full, struct str *consumers)
{
    struct tag t = {0};
    uint64_t n = 0;
    enum rc rc = tag_find(p->brand->ledger, full, c->arena, &t, c->err);
    rc = rc ? rc : tag_consumers(p, &t, pond_today(p), &n, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    json_begin_object(j);
    tag_json(c, p, j, &t);
    json_put_i64(j, "consumers", (int64_t)n);
    json_end_object(j);
    *consumers = show_count(c, n);
    return RC_OK;
}

/* A tag with a rule is worked out at once; if that fails, it is not made. */
static enum rc create_fresh(struct op_call *c, struct pond *p, struct tag *t)
{
    struct tx *tx = NULL;
    if (t->source != TAG_RULE && t->source != TAG_EVENT) {
        return RC_OK;
    }
    enum rc rc = tag_work_out(c, p, t);
    if (rc && !ledger_begin(p->brand->ledger, &tx, NULL)) {
        (void)ledger_end(tx, tag_delete(p->brand->ledger, t->id, NULL), NULL);
    }
    return rc;
}

static enum rc create_work(struct op_call *c, struct pond *p)
{
    struct str full = op_arg_str(c, "name");
    struct tag t = create_asked(c, p);
    struct str n = STR_NULL;
    enum rc rc = create_source(c, p, &t);
    if (!rc && full.len && full.ptr[0] == '/') {
        rc = show_fail(c, RC_INVALID, "\"%.*s\" has an empty category", "“%.*s” 的分类为空",
                       STR_FMT(full));
    }
    rc = rc ? rc : create_row(c, p, &t);
    rc = rc ? rc : create_fresh(c, p, &t);
    rc = rc ? rc : tag_reply(c, p, full, &n);
    if (rc) {
        return rc;
    }
    show_text(c, "Tag \"%.*s\" is there; %.*s consumers carry it.",
              "已建立标签“%.*s”，%.*s 个消费者带有它。", STR_FMT(full), STR_FMT(n));
    return RC_OK;
}

static enum rc create_run(struct op_call *c)
{
    enum rc rc = tag_open(c);
    return rc ? rc : pond_close(c->app, create_work(c, c->app), c->err);
}

/* ---- tag assign, remove ---------------------------------------------------------------------- */

/* --who: whoever the question finds, each by its first identity. */
static enum rc found_identities(struct op_call *c, struct pond *p, struct roster *out)
{
    struct ask *ask = NULL;
    struct question *q = NULL;
    struct bits in = {0};
    enum rc rc = ask_open(p, pond_today(p), &ask, c->err);
    rc = rc ? rc : ask_parse(ask, op_arg_str(c, "who"), c->arena, &q, NULL, c->err);
    rc = rc ? rc : who_find(ask_world(ask), q, &in, c->err);
    if (!rc) {
        struct roster *found = roster_of_bits(&in);
        roster_or(out, found);
        roster_free(found);
    }
    bits_release(&in);
    ask_close(ask);
    return rc;
}

/* The identities named on the command line; of each consumer the one that was named. */
static enum rc named_identities(struct op_call *c, struct pond *p, struct roster *out)
{
    uint32_t n = op_arg_count(c, "identity");
    if (op_has(c, "who")) {
        enum rc rc = found_identities(c, p, out);
        if (rc || !n) {
            return rc;
        }
    } else if (!n) {
        enum rc rc = plain_fail(c, RC_INVALID, "nobody is named", "没有指定任何人");
        show_hint(c, "KIND:VALUE, as phone:13800138000, or --who 'QUESTION'",
                  "类型:值，如 phone:13800138000，或 --who '问句'");
        return rc;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t no = 0;
        enum rc rc = consumer_find(p->brand, op_arg_at(c, "identity", i), &no, c->err);
        if (rc) {
            return rc;
        }
        roster_add(out, no);
    }
    return RC_OK;
}

struct members {
    const struct brand *b;
    struct roster *all;
};

static void add_members(void *ctx, uint32_t no)
{
    struct members *m = ctx;
    uint32_t at = no;
    do {
        roster_add(m->all, at);
        at = graph_next(m->b->graph, at);
    } while (at != no);
}

/* All identities of the consumers of these. */
static struct roster *whole_consumers(const struct brand *b, const struct roster *nos)
{
    struct members m = {b, roster_new()};
    roster_each(nos, add_members, &m);
    return m.all;
}

static enum rc by_hand(struct op_call *c, const struct tag *t)
{
    if (t->source != TAG_RULE && t->source != TAG_EVENT) {
        return RC_OK;
    }
    enum rc rc = show_fail(c, RC_CONFLICT, "the tag \"%.*s\" follows its rule",
                           "标签“%.*s”按规则更新", STR_FMT(t->name));
    show_hint(c, "it cannot be given or taken by hand; pond tag refresh works it out",
              "不能手工增减；pond tag refresh 会重新计算");
    return rc;
}

static void moved_reply(struct op_call *c, struct pond *p, const struct tag *t, uint64_t moved,
                        uint64_t named)
{
    struct json *j = op_json(c);
    uint64_t consumers = 0;
    (void)tag_consumers(p, t, pond_today(p), &consumers, NULL);
    json_begin_object(j);
    json_put_str(j, "tag", tag_full_name(t, c->arena));
    json_put_i64(j, "named", (int64_t)named);
    json_put_i64(j, "changed", (int64_t)moved);
    json_put_i64(j, "consumers", (int64_t)consumers);
    json_end_object(j);
    struct str all = show_count(c, consumers);
    show_text(c, "%" PRIu64 " of %" PRIu64 " changed; %.*s carry the tag now.",
              "变更 %" PRIu64 " 个（共指定 %" PRIu64 " 个）；现有 %.*s 个消费者带有此标签。",
              moved, named, STR_FMT(all));
}

/* --until is the last day that counts. */
static enum rc until_of(struct op_call *c, struct roster_stamp *s)
{
    int32_t last = op_arg_day(c, "until", DAY_NONE);
    if (last == DAY_NONE) {
        return RC_OK;
    }
    if (last < s->day) {
        return plain_fail(c, RC_INVALID, "--until lies in the past", "--until 早于今天");
    }
    s->until = last + 1;
    return RC_OK;
}

static enum rc assign_work(struct op_call *c, struct pond *p)
{
    struct ledger *l = p->brand->ledger;
    struct tag t = {0};
    struct roster *nos = roster_new(), *whole = NULL;
    struct roster_stamp s = tag_stamp(p, "manual", op_arg_str(c, "reason"));
    uint64_t moved = 0, gone = 0;
    enum rc rc = tag_find(l, op_arg_str(c, "name"), c->arena, &t, c->err);
    rc = rc ? rc : by_hand(c, &t);
    rc = rc ? rc : until_of(c, &s);
    rc = rc ? rc : named_identities(c, p, nos);
    if (!rc &&
        t.kind != TAG_FLAG) { /* one value a consumer: what its other identities say goes */
        whole = whole_consumers(p->brand, nos);
        roster_minus(whole, nos);
        rc = tag_take(l, &t, STR_NULL, whole, &s, &gone, c->err);
    }
    rc = rc ? rc : tag_give(l, &t, op_arg_str(c, "value"), nos, &s, &moved, c->err);
    if (!rc) {
        moved_reply(c, p, &t, moved, roster_count(nos));
    }
    roster_free(nos);
    roster_free(whole);
    return rc;
}

static enum rc assign_run(struct op_call *c) { return in_transaction(c, assign_work); }

static enum rc remove_work(struct op_call *c, struct pond *p)
{
    struct ledger *l = p->brand->ledger;
    struct tag t = {0};
    struct roster *nos = roster_new(), *whole = NULL;
    struct roster_stamp s = tag_stamp(p, "manual", op_arg_str(c, "reason"));
    struct str value = op_has(c, "value") ? op_arg_str(c, "value") : STR_NULL;
    uint64_t moved = 0;
    enum rc rc = tag_find(l, op_arg_str(c, "name"), c->arena, &t, c->err);
    rc = rc ? rc : by_hand(c, &t);
    rc = rc ? rc : named_identities(c, p, nos);
    if (!rc) {
        whole = whole_consumers(p->brand, nos);
        rc = tag_take(l, &t, value, whole, &s, &moved, c->err);
    }
    if (!rc) {
        moved_reply(c, p, &t, moved, roster_count(nos));
    }
    roster_free(nos);
    roster_free(whole);
    return rc;
}

static enum rc remove_run(struct op_call *c) { return in_transaction(c, remove_work); }

/* ---- tag rename, delete ---------------------------------------------------------------------- */

/* What a crowd or a rule names stays as it is. */
static enum rc unnamed(struct op_call *c, struct pond *p, const struct tag *t)
{
    struct ask *ask = NULL;
    enum rc rc = ask_open(p, pond_today(p), &ask, c->err);
    rc = rc ? rc : named_refuse(c, p, ask, Q_TAG, t->id, tag_full_name(t, c->arena));
    ask_close(ask);
    return rc;
}

static enum rc rename_work(struct op_call *c, struct pond *p)
{
    struct tag t = {0};
    struct str name = op_arg_str(c, "to");
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &t, c->err);
    rc = rc ? rc : unnamed(c, p, &t);
    rc = rc ? rc : tag_rename(p->brand->ledger, t.id, name, c->err);
    rc = rc ? rc : tag_find(p->brand->ledger, name, c->arena, &t, c->err);
    if (!rc) {
        struct json *j = op_json(c);
        json_begin_object(j);
        tag_json(c, p, j, &t);
        json_end_object(j);
        show_text(c, "The tag is \"%.*s\" now.", "标签已改名为“%.*s”。", STR_FMT(name));
    }
    return rc;
}

static enum rc rename_run(struct op_call *c) { return in_transaction(c, rename_work); }

static enum rc delete_work(struct op_call *c, struct pond *p)
{
    struct tag t = {0};
    uint64_t consumers = 0;
    enum rc rc = tag_find(p->brand->ledger, op_arg_str(c, "name"), c->arena, &t, c->err);
    rc = rc ? rc : tag_consumers(p, &t, pond_today(p), &consumers, c->err);
    rc = rc ? rc : unnamed(c, p, &t);
    rc = rc ? rc : tag_delete(p->brand->ledger, t.id, c->err);
    if (!rc) {
        struct str full = tag_full_name(&t, c->arena), n = show_count(c, consumers);
        struct json *j = op_json(c);
        json_begin_object(j);
        json_put_str(j, "tag", full);
        json_put_i64(j, "consumers", (int64_t)consumers);
        json_end_object(j);
        show_text(c, "Tag \"%.*s\" is gone, with its history; %.*s consumers carried it.",
                  "已删除标签“%.*s”及其历史；原有 %.*s 个消费者带有它。", STR_FMT(full),
                  STR_FMT(n));
    }
    return rc;
}

static enum rc delete_run(struct op_call *c) { return in_transaction(c, delete_work); }

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define TAG_NAME                                                                                 \
    {.name = "name", .type = OP_STR, .required = true, .positional = true, .metavar = "TAG",     \
     .help = "name, or category/name", .help_zh = "名称，或 分类/名称"}
#define AS_OF                                                                                    \
    {.name = "as-of", .type = OP_DAY, .help = "at the end of this day; today when left away",    \
     .help_zh = "截至该日日终；不写则为今天"}

static const struct op_in create_in[] = {
    TAG_NAME,
    {.name = "value", .type = OP_CHOICE, .choices = "flag|text|number", .fallback = "flag",
     .help = "what it says of a consumer: only that it is there, a text, a number",
     .help_zh = "取值：flag 仅有无，text 文本，number 数字"},
    {.name = "rule", .type = OP_STR, .metavar = "QUESTION",
     .help = "whoever the question finds carries it: 'did purchase in 30d >= 2'",
     .help_zh = "按规则：问句找到的人带有此标签，如 'did purchase in 30d >= 2'"},
    {.name = "from-event", .type = OP_STR, .metavar = "EVENT",
     .help = "the value comes from a field of these events", .help_zh = "取值来自此事件的字段"},
    {.name = "field", .type = OP_CHOICE, .choices = "category|item|channel|touchpoint|campaign",
     .help = "which field, with --from-event", .help_zh = "取哪个字段（配合 --from-event）"},
    {.name = "last", .type = OP_BOOL, .help = "the last known one; so unless --most", .help_zh = "取最近一次（默认）"},
    {.name = "most", .type = OP_BOOL, .help = "the most frequent one", .help_zh = "取最常见的"},
    {.name = "in", .type = OP_INT, .unit = "days", .min = 1, .max = 36600,
     .help = "of the last so many days, with --from-event", .help_zh = "只看最近多少天（配合 --from-event）"},
    {.name = "expires", .type = OP_INT, .unit = "days", .min = 1, .max = 36600,
     .help = "an assignment holds for so many days, its own included", .help_zh = "每次打标的有效天数（含当天）"},
    {.name = "note", .type = OP_STR, .help = "what it is for", .help_zh = "用途说明"},
    {0}};
static const struct op_in assign_in[] = {
    TAG_NAME,
    {.name = "identity", .type = OP_STR, .positional = true, .many = true, .metavar = "KIND:VALUE",
     .help = "who, as phone:13800138000 or consumer:12", .help_zh = "对象，如 phone:13800138000 或 consumer:12"},
    {.name = "who", .type = OP_STR, .metavar = "QUESTION", .help = "and whoever this finds: 'crowd \"a\"'",
     .help_zh = "以及问句找到的人，如 'crowd \"甲\"'"},
    {.name = "value", .type = OP_STR, .help = "of a tag of texts or numbers", .help_zh = "文本或数字标签的取值"},
    {.name = "until", .type = OP_DAY, .help = "the last day it holds", .help_zh = "最后有效日"},
    {.name = "reason", .type = OP_STR, .help = "kept in the history", .help_zh = "原因，记入历史"},
    {0}};
static const struct op_in remove_in[] = {
    TAG_NAME,
    {.name = "identity", .type = OP_STR, .positional = true, .many = true, .metavar = "KIND:VALUE",
     .help = "who, as phone:13800138000 or consumer:12", .help_zh = "对象，如 phone:13800138000 或 consumer:12"},
    {.name = "who", .type = OP_STR, .metavar = "QUESTION", .help = "and whoever this finds: 'crowd \"a\"'",
     .help_zh = "以及问句找到的人，如 'crowd \"甲\"'"},
    {.name = "value", .type = OP_STR, .help = "only this value", .help_zh = "仅移除该取值"},
    {.name = "reason", .type = OP_STR, .help = "kept in the history", .help_zh = "原因，记入历史"},
    {0}};
static const struct op_in list_in[] = {
    {.name = "category", .type = OP_STR, .help = "only this category", .help_zh = "仅此分类"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 100000, .help = "how many; all when left away", .help_zh = "最多列出多少个；默认全部"},
    {.name = "offset", .type = OP_INT, .min = 0, .max = INT32_MAX, .help = "how many are left out before them", .help_zh = "跳过前多少个"},
    AS_OF, {0}};
static const struct op_in show_in[] = {TAG_NAME, AS_OF, {0}};
static const struct op_in history_in[] = {
    TAG_NAME,
    {.name = "identity", .type = OP_STR, .positional = true, .metavar = "KIND:VALUE",
     .help = "only what came and went for this consumer", .help_zh = "仅看该消费者的变化"},
    {.name = "limit", .type = OP_INT, .unit = "changes", .min = 0, .max = INT32_MAX, .fallback = "50",
     .help = "the newest so many; 0 for all", .help_zh = "最近多少条；0 为全部"},
    {0}};
static const struct op_in import_in[] = {
    {.name = "file", .type = OP_PATH, .required = true, .positional = true, .metavar = "FILE", .file = OP_FILE_UPLOAD,
     .help = "CSV: identity (KIND:VALUE), tag, value, expires; the last two may be missing",
     .help_zh = "CSV：identity（类型:值）、tag、value、expires，后两列可省略"},
    {.name = "create", .type = OP_BOOL, .help = "make tags that are not there", .help_zh = "自动建立不存在的标签"},
    {.name = "dry-run", .type = OP_BOOL, .help = "say what would come of it; change nothing", .help_zh = "只说明结果，不改动"},
    {.name = "strict", .type = OP_BOOL, .help = "exit code 12 when any row was set aside", .help_zh = "有任何行被搁置时以退出码 12 结束"},
    {0}};
static const struct op_in rename_in[] = {
    TAG_NAME,
    {.name = "to", .type = OP_STR, .required = true, .positional = true, .metavar = "NEW",
     .help = "new name, or category/name", .help_zh = "新名称，或 分类/名称"},
    {0}};
static const struct op_in delete_in[] = {TAG_NAME, {0}};

#define TAG_OUT                                                                                  \
    {"tag", OP_STR, "category/name", "分类/名称", false},                                        \
    {"kind", OP_STR, "flag, text or number", "取值类型", false},                                 \
    {"source", OP_STR, "manual, rule, event, import or score", "来源", false},                   \
    {"rule", OP_STR, "the question, or the event field", "规则", true},                          \
    {"expiry_days", OP_INT, "days an assignment holds", "有效天数", true},                       \
    {"note", OP_STR, "what it is for", "说明", true},                                            \
    {"created", OP_STR, "when it was made", "建立时间", false},                                  \
    {"fresh_day", OP_DAY, "rule and event tags: as of which day they were worked out", "规则标签的计算截止日", true}, \
    {"fresh", OP_STR, "and when", "计算时间", true}
static const struct op_out create_out[] = {
    TAG_OUT, {"consumers", OP_INT, "consumers that carry it", "带有它的消费者", false}, {0}};
static const struct op_out rename_out[] = {TAG_OUT, {0}};
static const struct op_out moved_out[] = {
    {"tag", OP_STR, "category/name", "分类/名称", false},
    {"named", OP_INT, "identities named", "指定的标识数", false},
    {"changed", OP_INT, "identities that changed", "发生变化的标识数", false},
    {"consumers", OP_INT, "consumers that carry it now", "现带有此标签的消费者", false},
    {0}};
static const struct op_out delete_out[] = {
    {"tag", OP_STR, "category/name", "分类/名称", false},
    {"consumers", OP_INT, "consumers that carried it", "原带有此标签的消费者", false},
    {0}};

static const struct op tag_ops[] = {
    {.name = "tag create", .route = "POST /api/v1/tags", .perm = "tag.write",
     .help = "Makes a tag: given by hand, by a rule, or from events.",
     .help_zh = "建立标签：手工、按规则或来自事件。",
     .example = "pond tag create 等级/VIP --note 线下名单\npond tag create 活跃/近30天复购 --rule 'did purchase in 30d >= 2'\n"
                "pond tag create 偏好/品类 --from-event purchase --field category --most",
     .in = create_in, .out = create_out, .run = create_run, .how = OP_EDITS},
    {.name = "tag assign", .route = "POST /api/v1/tag/assign", .perm = "tag.write",
     .help = "Gives a tag to consumers.", .help_zh = "给消费者打标签。",
     .example = "pond tag assign VIP phone:13800138000 --reason 店长推荐\npond tag assign 肤质 consumer:12 --value 干性 --until 2027-01-31",
     .in = assign_in, .out = moved_out, .run = assign_run, .how = OP_EDITS},
    {.name = "tag remove", .route = "POST /api/v1/tag/remove", .perm = "tag.write",
     .help = "Takes a tag away from consumers.", .help_zh = "移除消费者的标签。",
     .example = "pond tag remove VIP phone:13800138000",
     .in = remove_in, .out = moved_out, .run = remove_run, .how = OP_EDITS},
    {.name = "tag change", .route = "PUT /api/v1/tag", .perm = "tag.write",
     .help = "Gives a tag another question, event field or note, and works it out.", .help_zh = "修改标签的问句、事件字段或说明，并重新计算。",
     .more = "Its name and its history stay: who comes and goes by the new rule does so today. A question may name tags by rule that were there before it.",
     .more_zh = "名称与历史保留，按新规则的增减记在当天。问句只能引用先于它建立的规则标签。",
     .example = "pond tag change 活跃/近30天复购 --rule 'did purchase in 30d >= 3'\npond tag change 等级/VIP --note 线下名单",
     .in = tag_change_in, .out = create_out, .run = tag_change_run, .how = OP_EDITS},
    {.name = "tag list", .route = "GET /api/v1/tags", .perm = "tag.read",
     .help = "The tags with how many consumers carry them.", .help_zh = "标签列表及带有它的消费者数。",
     .example = "pond tag list\npond tag list --category 等级 --as-of 2026-06-30",
     .in = list_in, .out = tag_list_out, .run = tag_list_run},
    {.name = "tag show", .route = "GET /api/v1/tag", .perm = "tag.read",
     .help = "One tag: its rule, how fresh it is, its values.", .help_zh = "标签详情：规则、新鲜度、各取值。",
     .example = "pond tag show 偏好/品类",
     .in = show_in, .out = tag_show_out, .run = tag_show_run},
    {.name = "tag history", .route = "GET /api/v1/tag/history", .perm = "tag.read",
     .help = "When and why a tag came and went, in all or for one consumer.",
     .help_zh = "标签何时、为何增减；可只看一个消费者。",
     .example = "pond tag history VIP\npond tag history VIP phone:13800138000",
     .in = history_in, .out = tag_history_out, .run = tag_history_run},
    {.name = "tag sizes", .route = "GET /api/v1/tag/sizes", .perm = "tag.read",
     .help = "How many consumers carried a tag, over time.", .help_zh = "带有标签的消费者数随时间的变化。",
     .more = "The days on which it changed or something of it expired, as it was then; consumers are those known today, also for past days.",
     .more_zh = "列出标签变化或到期的日期及当日人数；历史日期也按今天所知的消费者计。",
     .example = "pond tag sizes 活跃/近30天复购\npond tag sizes VIP --from 2026-01-01",
     .in = tag_sizes_in, .out = tag_sizes_out, .run = tag_sizes_run, .picture = "a line of its size", .picture_zh = "人数走势线"},
    {.name = "tag refresh", .route = "POST /api/v1/tags/refresh", .perm = "tag.write",
     .help = "Works rule and event tags out anew; imports do it too.",
     .help_zh = "重新计算规则标签与事件标签；导入后也会自动进行。",
     .example = "pond tag refresh\npond tag refresh 活跃/近30天复购",
     .in = tag_refresh_in, .out = tag_refresh_out, .run = tag_refresh_run, .how = OP_EDITS},
    {.name = "tag import", .route = "POST /api/v1/tags/import", .perm = "tag.write",
     .help = "Gives tags from a CSV file.", .help_zh = "从 CSV 文件批量打标签。",
     .more = "Columns: identity (KIND:VALUE), tag, value, expires (the last day it holds). A header line with these words "
             "may put them in any order. Rows that cannot be taken are set aside in DIR/BRAND/rejects/ with line and reason.",
     .more_zh = "列：identity（类型:值）、tag、value、expires（最后有效日）。首行写上这些列名时顺序任意。无法处理的行连同行号与原因写入 "
                "DIR/BRAND/rejects/。",
     .example = "pond tag import vip.csv --create",
     .in = import_in, .out = tag_import_out, .run = tag_import_run, .how = OP_EDITS},
    {.name = "tag rename", .route = "POST /api/v1/tag/rename", .perm = "tag.write",
     .help = "Gives a tag another name or category.", .help_zh = "标签改名或换分类。",
     .example = "pond tag rename VIP 等级/VIP",
     .in = rename_in, .out = rename_out, .run = rename_run, .how = OP_EDITS},
    {.name = "tag delete", .route = "DELETE /api/v1/tag", .perm = "tag.write",
     .help = "Removes a tag with its history.", .help_zh = "删除标签及其历史。",
     .example = "pond tag delete 等级/VIP",
     .in = delete_in, .out = delete_out, .run = delete_run, .how = OP_EDITS},
    {0}};
/* clang-format on */

const struct op_module tag_module = {"tag", "Tags", "标签", tag_ops};
