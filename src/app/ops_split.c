/* Splits, joins and their undoing. A dry run does everything in the memory of a reader: the
 * partition is solved as if, shown, and forgotten. */
#include "aipl/assets.h"
#include "app/ops_consumer.h"
#include "app/pond.h"
#include "app/show.h"
#include "app/split.h"
#include "people/consumer.h"
#include <inttypes.h>

/* Adds a consumer to the table and to the JSON array that is open. */
static enum rc put_part(struct op_call *c, struct pond *p, struct table *t, uint32_t no)
{
    struct brand *b = p->brand;
    const struct stage_model *m = pond_model(p);
    struct consumer_identity *ids = NULL;
    struct buf text = {0};
    struct json *j = op_json(c);
    uint32_t n = 0;
    enum rc rc = consumer_identities(b, c->arena, no, &ids, &n, c->err);
    if (rc) {
        return rc;
    }
    int stage = assets_stage(pond_assets(p), b, no, pond_today(p));
    json_begin_object(j);
    json_put_i64(j, "consumer", graph_consumer(b->graph, no));
    json_key(j, "stage");
    if (stage < 0) {
        json_null(j);
    } else {
        json_str(j, m->stages[stage].name);
    }
    json_key(j, "identities");
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i++) {
        struct str one = consumer_identity_text(c, &ids[i]);
        json_str(j, one);
        if (i) {
            buf_add_byte(&text, ' ');
        }
        buf_add(&text, one);
    }
    json_end_array(j);
    json_end_object(j);
    table_row(t);
    table_i64(t, graph_consumer(b->graph, no));
    table_str(t, stage < 0 ? STR_NULL : show_stage(c, &m->stages[stage]));
    table_str(t, buf_str(&text));
    buf_release(&text);
    return RC_OK;
}

/* The consumers that hold these identities now, each once. */
static enum rc put_parts(struct op_call *c, struct pond *p, const uint32_t *nos, size_t n)
{
    struct brand *b = p->brand;
    u32_vec done = {0};
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    enum rc rc = RC_OK;
    show_column(t, "consumer", op_say(c, "consumer", "消费者"), TABLE_INT);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    table_column(t, &(struct table_column){.name = "identities",
                                           .title = op_say(c, "identities", "标识"),
                                           .kind = TABLE_TEXT,
                                           .width = 120});
    json_key(j, "consumers");
    json_begin_array(j);
    for (size_t i = 0; !rc && i < n; i++) {
        uint32_t head = graph_consumer(b->graph, nos[i]);
        bool again = false;
        for (size_t k = 0; k < done.len; k++) {
            again = again || done.ptr[k] == head;
        }
        if (!again) {
            vec_push(&done, head);
            rc = put_part(c, p, t, nos[i]);
        }
    }
    json_end_array(j);
    vec_release(&done);
    return rc;
}

/* ---- consumer split ---------------------------------------------------------------------- */

struct split {
    uint32_t no, from; /* from 0: every link of `no` */
    u32_vec pairs;     /* two numbers a cut link */
    u32_vec members;   /* the consumer before the split */
    int64_t id;
};

static bool joins(enum link_state s)
{
    return s == LINK_HONOURED || s == LINK_REDUNDANT || s == LINK_OPERATOR;
}

static enum rc find_cuts(struct op_call *c, struct brand *b, struct split *s)
{
    link_vec links = {0};
    bool by_hand = false;
    enum rc rc = graph_explain(b->graph, brand_value_source(b), s->no, &links, c->err);
    for (size_t i = 0; !rc && i < links.len; i++) {
        const struct link_info *k = &links.ptr[i];
        uint32_t other = k->a == s->no ? k->b : k->b == s->no ? k->a : 0;
        if (!other || !joins(k->state) || (s->from && other != s->from)) {
            continue;
        }
        if (k->state == LINK_OPERATOR) {
            by_hand = true;
            continue;
        }
        vec_push(&s->pairs, k->a);
        vec_push(&s->pairs, k->b);
    }
    vec_release(&links);
    if (rc || s->pairs.len) {
        return rc;
    }
    if (by_hand) {
        rc = show_fail(c, RC_CONFLICT, "they were joined by hand%s", "它们是人工合并的%s", "");
        show_hint(c, "take the join back: pond consumer decisions, then pond consumer undo jN",
                  "撤销该合并：先 pond consumer decisions，再 pond consumer undo jN");
        return rc;
    }
    rc = rc_fail(c->err, RC_CONFLICT, "%s",
                 s->from ? op_say(c, "no link joins these two directly", "二者没有直接的关联")
                         : op_say(c, "nothing is joined to it", "没有标识与它合一"));
    show_hint(c, "pond consumer why shows the links", "pond consumer why 可查看关联");
    return rc;
}

static enum rc settle_dry(struct op_call *c, struct brand *b, const struct split *s)
{
    u32_vec changed = {0};
    for (size_t i = 0; i < s->pairs.len; i += 2) {
        graph_cut(b->graph, s->pairs.ptr[i], s->pairs.ptr[i + 1]);
    }
    enum rc rc = graph_settle(b->graph, brand_value_source(b), &changed, c->err);
    vec_release(&changed);
    return rc;
}

static enum rc apply_split(struct op_call *c, struct pond *p, struct split *s, bool dry)
{
    struct brand *b = p->brand;
    if (dry) {
        return settle_dry(c, b, s);
    }
    struct str reason = op_arg_str(c, "reason");
    enum rc rc =
        brand_split(b, s->pairs.ptr, (uint32_t)(s->pairs.len / 2), reason, &s->id, c->err);
    return rc ? rc : brand_settle(b, c->err);
}

static void split_text(struct op_call *c, const struct brand *b, const struct split *s,
                       bool dry)
{
    size_t links = s->pairs.len / 2;
    uint32_t head = graph_consumer(b->graph, s->no);
    bool apart = false;
    for (size_t i = 0; i < s->members.len; i++) {
        apart = apart || graph_consumer(b->graph, s->members.ptr[i]) != head;
    }
    if (dry) {
        show_text(c, "Dry run: %zu link(s) would be cut. Then:",
                  "试运行：将切断 %zu 条关联。结果为：", links);
    } else {
        show_text(c, "Split s%" PRId64 ": %zu link(s) cut. Now:",
                  "拆分 s%" PRId64 "：已切断 %zu 条关联。现为：", s->id, links);
    }
    if (!apart) {
        op_text(
            c, "%s",
            op_say(c,
                   "They are still one consumer by other links; pond consumer why shows them.",
                   "它们仍因其他关联而为同一消费者；pond consumer why 可查看。"));
    }
}

static enum rc split_body(struct op_call *c, struct pond *p, struct split *s, bool dry)
{
    struct brand *b = p->brand;
    enum rc rc = consumer_find(b, op_arg_str(c, "identity"), &s->no, c->err);
    if (!rc && op_has(c, "from")) {
        rc = consumer_find(b, op_arg_str(c, "from"), &s->from, c->err);
    }
    if (!rc) {
        rc = find_cuts(c, b, s);
    }
    if (rc) {
        return rc;
    }
    uint32_t at = s->no;
    do {
        vec_push(&s->members, at);
        at = graph_next(b->graph, at);
    } while (at != s->no);
    rc = apply_split(c, p, s, dry);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    split_text(c, b, s, dry);
    json_begin_object(j);
    json_key(j, "split");
    if (dry) {
        json_null(j);
    } else {
        json_i64(j, s->id);
    }
    json_put_bool(j, "dry_run", dry);
    json_put_i64(j, "links", (int64_t)(s->pairs.len / 2));
    rc = put_parts(c, p, s->members.ptr, s->members.len);
    json_end_object(j);
    if (!dry) {
        show_text(c, "Take it back with: pond consumer undo s%" PRId64,
                  "撤销：pond consumer undo s%" PRId64, s->id);
    }
    return rc;
}

enum rc split_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct split s = {0};
    bool dry = op_arg_bool(c, "dry-run");
    enum rc rc = pond_open(p, dry ? BRAND_READ : BRAND_WRITE, c->err);
    if (rc) {
        return rc;
    }
    rc = brand_settle(p->brand, c->err);
    if (!rc) {
        rc = split_body(c, p, &s, dry);
    }
    vec_release(&s.pairs);
    vec_release(&s.members);
    return pond_close(p, rc, c->err);
}

/* ---- consumer join ----------------------------------------------------------------------- */

static enum rc join_body(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    uint32_t nos[2] = {0, 0};
    int64_t id = 0;
    enum rc rc = consumer_find(b, op_arg_str(c, "identity"), &nos[0], c->err);
    if (!rc) {
        rc = consumer_find(b, op_arg_str(c, "other"), &nos[1], c->err);
    }
    if (rc) {
        return rc;
    }
    if (graph_consumer(b->graph, nos[0]) == graph_consumer(b->graph, nos[1])) {
        return show_fail(c, RC_CONFLICT, "they are one consumer already%s",
                         "它们已是同一消费者%s", "");
    }
    rc = brand_join(b, nos[0], nos[1], op_arg_str(c, "reason"), &id, c->err);
    if (!rc) {
        rc = brand_settle(b, c->err);
    }
    if (rc) {
        return rc;
    }
    bool one = graph_consumer(b->graph, nos[0]) == graph_consumer(b->graph, nos[1]);
    struct json *j = op_json(c);
    show_text(c, "Join j%" PRId64 ". Now:", "合并 j%" PRId64 "。现为：", id);
    if (!one) {
        op_text(
            c, "%s",
            op_say(c,
                   "They stay two: the identity rules allow no more of some kind in one "
                   "consumer (pond rules list).",
                   "仍为两人：身份规则不允许一个消费者拥有更多同类标识（pond rules list）。"));
    }
    json_begin_object(j);
    json_put_i64(j, "join", id);
    json_put_bool(j, "same", one);
    rc = put_parts(c, p, nos, 2);
    json_end_object(j);
    show_text(c, "Take it back with: pond consumer undo j%" PRId64,
              "撤销：pond consumer undo j%" PRId64, id);
    return rc;
}

/* Runs a decision on the brand, settled, and open for writing unless it is a dry run. */
static enum rc decide(struct op_call *c, bool dry,
                      enum rc (*body)(struct op_call *c, struct pond *p))
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, dry ? BRAND_READ : BRAND_WRITE, c->err);
    if (rc) {
        return rc;
    }
    rc = brand_settle(p->brand, c->err);
    if (!rc) {
        rc = body(c, p);
    }
    return pond_close(p, rc, c->err);
}

enum rc join_run(struct op_call *c) { return decide(c, false, join_body); }

/* ---- consumer undo, consumer decisions --------------------------------------------------- */

static enum rc find_decision(struct op_call *c, struct brand *b, bool split, int64_t id,
                             struct consumer_decision *out)
{
    struct consumer_decision *list = NULL;
    uint32_t len = 0;
    enum rc rc = consumer_decisions(b, c->arena, &list, &len, c->err);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < len; i++) {
        if (list[i].id == id && list[i].split == split) {
            *out = list[i];
            if (list[i].undone) {
                return show_fail(c, RC_CONFLICT, "%c%" PRId64 " was taken back already",
                                 "%c%" PRId64 " 已经撤销过", split ? 's' : 'j', id);
            }
            return RC_OK;
        }
    }
    rc = show_fail(c, RC_MISSING, "there is no %s %" PRId64, "没有%s %" PRId64,
                   split ? op_say(c, "split", "拆分") : op_say(c, "join", "合并"), id);
    show_hint(c, "pond consumer decisions lists them", "pond consumer decisions 列出全部");
    return rc;
}

/* Whether another decision of the same kind that holds names the pair too: it stays decided then. */
static bool is_held(const struct consumer_decision *list, uint32_t len,
                    const struct consumer_decision *d, uint32_t x, uint32_t y)
{
    for (uint32_t i = 0; i < len; i++) {
        const struct consumer_decision *o = &list[i];
        if (o->split != d->split || o->undone || o->id == d->id) {
            continue;
        }
        for (uint32_t k = 0; k < 2 * o->pairs_len; k += 2) {
            if ((o->pairs[k] == x && o->pairs[k + 1] == y) ||
                (o->pairs[k] == y && o->pairs[k + 1] == x)) {
                return true;
            }
        }
    }
    return false;
}

/* What would come of it, in the memory of a reader. */
static enum rc undo_dry(struct op_call *c, struct brand *b, const struct consumer_decision *d)
{
    struct consumer_decision *list = NULL;
    uint32_t len = 0;
    u32_vec changed = {0};
    enum rc rc = consumer_decisions(b, c->arena, &list, &len, c->err);
    for (uint32_t i = 0; !rc && i < 2 * d->pairs_len; i += 2) {
        if (!is_held(list, len, d, d->pairs[i], d->pairs[i + 1])) {
            (d->split ? graph_uncut : graph_unjoin)(b->graph, d->pairs[i], d->pairs[i + 1]);
        }
    }
    rc = rc ? rc : graph_settle(b->graph, brand_value_source(b), &changed, c->err);
    vec_release(&changed);
    return rc;
}

static enum rc apply_undo(struct op_call *c, struct brand *b, const struct consumer_decision *d,
                          bool dry)
{
    if (dry) {
        return undo_dry(c, b, d);
    }
    enum rc rc =
        d->split ? brand_undo_split(b, d->id, c->err) : brand_undo_join(b, d->id, c->err);
    return rc ? rc : brand_settle(b, c->err);
}

static void undo_text(struct op_call *c, const struct consumer_decision *d, bool dry)
{
    char letter = d->split ? 's' : 'j';
    if (dry) {
        show_text(c, "Dry run: %c%" PRId64 " would be taken back. Then:",
                  "试运行：将撤销 %c%" PRId64 "。结果为：", letter, d->id);
    } else if (d->split) {
        show_text(c,
                  "Split s%" PRId64 " is taken back. Now:", "已撤销拆分 s%" PRId64 "。现为：",
                  d->id);
    } else {
        show_text(c, "Join j%" PRId64 " is taken back. Now:", "已撤销合并 j%" PRId64 "。现为：",
                  d->id);
    }
}

static enum rc undo_body(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    struct str text = op_arg_str(c, "id");
    bool dry = op_arg_bool(c, "dry-run");
    struct consumer_decision d = {0};
    int64_t id = 0;
    bool split = !str_starts(text, STR("j"));
    bool named = !split || str_starts(text, STR("s"));
    if (!str_i64(str_slice(text, named ? 1 : 0, text.len), &id) || id < 1) {
        enum rc bad = show_fail(c, RC_INVALID, "%.*s names no decision",
                                "%.*s 不是拆分或合并的编号", STR_FMT(text));
        show_hint(c, "s3 for a split, j2 for a join: pond consumer decisions lists them",
                  "拆分如 s3，合并如 j2：pond consumer decisions 列出全部");
        return bad;
    }
    enum rc rc = find_decision(c, b, split, id, &d);
    rc = rc ? rc : apply_undo(c, b, &d, dry);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    undo_text(c, &d, dry);
    json_begin_object(j);
    json_put_i64(j, "undone", id);
    json_put_cstr(j, "kind", split ? "split" : "join");
    json_put_bool(j, "dry_run", dry);
    rc = put_parts(c, p, d.pairs, 2 * (size_t)d.pairs_len);
    json_end_object(j);
    return rc;
}

enum rc undo_run(struct op_call *c) { return decide(c, op_arg_bool(c, "dry-run"), undo_body); }

static enum rc put_decision(struct op_call *c, const struct brand *b, struct table *t,
                            const struct consumer_decision *d)
{
    uint32_t n = 2 * d->pairs_len;
    struct consumer_identity *ids = arena_array(c->arena, struct consumer_identity, n + 1);
    struct buf text = {0};
    struct json *j = op_json(c);
    enum rc rc = consumer_describe((struct brand *)b, c->arena, d->pairs, n, ids, c->err);
    if (rc) {
        return rc;
    }
    json_begin_object(j);
    json_put_str(j, "id", arena_strf(c->arena, "%c%" PRId64, d->split ? 's' : 'j', d->id));
    json_put_cstr(j, "kind", d->split ? "split" : "join");
    show_json_time(j, b, "at", d->at_ms);
    json_put_bool(j, "undone", d->undone);
    json_put_str(j, "reason", d->reason);
    json_key(j, "pairs");
    json_begin_array(j);
    for (uint32_t i = 0; i < n; i += 2) {
        struct str x = consumer_identity_text(c, &ids[i]),
                   y = consumer_identity_text(c, &ids[i + 1]);
        buf_addf(&text, "%s%.*s%s%.*s", i ? "  " : "", STR_FMT(x), d->split ? " | " : " + ",
                 STR_FMT(y));
        json_begin_array(j);
        json_str(j, x);
        json_str(j, y);
        json_end_array(j);
    }
    json_end_array(j);
    json_end_object(j);
    table_row(t);
    table_str(t, arena_strf(c->arena, "%c%" PRId64, d->split ? 's' : 'j', d->id));
    table_str(t, show_time(c, b, d->at_ms));
    table_str(t,
              str_of(d->undone ? op_say(c, "undone", "已撤销") : op_say(c, "holds", "生效")));
    table_str(t, buf_str(&text));
    table_str(t, d->reason);
    buf_release(&text);
    return RC_OK;
}

static enum rc decisions_body(struct op_call *c, struct pond *p)
{
    struct consumer_decision *list = NULL;
    uint32_t len = 0;
    enum rc rc = consumer_decisions(p->brand, c->arena, &list, &len, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "id", op_say(c, "id", "编号"), TABLE_TEXT);
    show_column(t, "at", op_say(c, "at", "时间"), TABLE_TEXT);
    show_column(t, "state", op_say(c, "state", "状态"), TABLE_TEXT);
    show_column(t, "pairs", op_say(c, "identities", "标识"), TABLE_TEXT);
    show_column(t, "reason", op_say(c, "reason", "原因"), TABLE_TEXT);
    json_begin_object(j);
    json_key(j, "decisions");
    json_begin_array(j);
    for (uint32_t i = 0; !rc && i < len; i++) {
        rc = put_decision(c, p->brand, t, &list[i]);
    }
    json_end_array(j);
    json_end_object(j);
    return rc;
}

enum rc decisions_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, decisions_body(c, p), c->err);
}

/* ---- Fields ------------------------------------------------------------------------------ */

/* clang-format off */
#define REVEAL                                                                                   \
    {.name = "reveal", .type = OP_BOOL, .perm = "identity.read",                                 \
     .help = "show personal values whole",                                                       \
     .help_zh = "完整显示个人信息"}
#define KIND_VALUE(field, en, zh)                                                                \
    {.name = field, .type = OP_STR, .required = true, .positional = true,                        \
     .metavar = "KIND:VALUE", .help = en, .help_zh = zh}
#define REASON                                                                                   \
    {.name = "reason", .type = OP_STR, .help = "why, kept with the decision",                    \
     .help_zh = "原因，随记录保存"}
#define CONSUMERS_OUT                                                                            \
    {"consumers[].consumer", OP_INT, "a consumer after the change", "变更后的消费者", false},    \
    {"consumers[].stage", OP_STR, "its stage now", "其当前阶段", true},                          \
    {"consumers[].identities[]", OP_STR, "its identities", "其标识", false}

const struct op_in split_in[] = {
    KIND_VALUE("identity", "the identity to take out", "要拆出的标识"),
    {.name = "from", .type = OP_STR, .metavar = "KIND:VALUE",
     .help = "cut only the link to this identity", .help_zh = "仅切断与该标识的关联"},
    {.name = "dry-run", .type = OP_BOOL, .help = "show the result, change nothing", .help_zh = "仅显示结果，不做改动"},
    REASON,
    REVEAL,
    {0}};
const struct op_out split_out[] = {
    {"split", OP_INT, "number of the split, for consumer undo; null in a dry run", "拆分编号，用于撤销", true},
    {"dry_run", OP_BOOL, "nothing was changed", "未做改动", false},
    {"links", OP_INT, "links cut", "切断的关联数", false},
    CONSUMERS_OUT,
    {0}};
const struct op_in join_in[] = {
    KIND_VALUE("identity", "one identity", "一个标识"),
    KIND_VALUE("other", "the other identity", "另一个标识"),
    REASON,
    REVEAL,
    {0}};
const struct op_out join_out[] = {
    {"join", OP_INT, "number of the join, for consumer undo jN", "合并编号，用于撤销", false},
    {"same", OP_BOOL, "whether they are one consumer now", "现在是否同一消费者", false},
    CONSUMERS_OUT,
    {0}};
const struct op_in undo_in[] = {
    {.name = "id", .type = OP_STR, .required = true, .positional = true, .metavar = "ID",
     .help = "s3 (or 3) for a split, j2 for a join", .help_zh = "s3（或 3）为拆分，j2 为合并"},
    {.name = "dry-run", .type = OP_BOOL, .help = "show the result, change nothing",
     .help_zh = "只显示结果，不作改变"},
    REVEAL,
    {0}};
const struct op_out undo_out[] = {
    {"undone", OP_INT, "number of what was taken back", "被撤销的编号", false},
    {"kind", OP_STR, "split or join", "拆分或合并", false},
    {"dry_run", OP_BOOL, "nothing was changed", "未作任何改变", false},
    CONSUMERS_OUT,
    {0}};
const struct op_in decisions_in[] = {REVEAL, {0}};
const struct op_out decisions_out[] = {
    {"decisions", OP_ANY, "id, kind, at, undone, reason, pairs", "编号、类型、时间、是否撤销、原因、标识对", false},
    {0}};
/* clang-format on */
