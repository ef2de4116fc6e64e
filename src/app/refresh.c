#include "app/refresh.h"
#include "app/ask.h"
#include "app/event_tag.h"
#include "app/show.h"
#include "app/tag.h"
#include "base/mem.h"
#include "base/vec.h"
#include "store/meta.h"
#include "who/crowd.h"
#include "who/names.h"
#include <inttypes.h>

#define META_DAY "who.refreshed_day"

struct work {
    struct pond *p;
    struct arena *a;
    struct ask *ask; /* NULL: to be opened */
    bool stale;      /* tags have changed since it was opened */
    int32_t day;
    struct refresh *out;
};

/* The question of a text, and a world that answers it rightly: one opened after the last tag that changed, when the
 * question names tags or crowds. */
static enum rc ready(struct work *w, struct str text, struct question **q, struct err *e)
{
    enum rc rc = w->ask ? RC_OK : ask_open(w->p, w->day, &w->ask, e);
    rc = rc ? rc : ask_parse(w->ask, text, w->a, q, NULL, e);
    if (!rc && w->stale && question_has_names(*q)) {
        ask_close(w->ask);
        w->ask = NULL;
        w->stale = false;
        rc = ask_open(w->p, w->day, &w->ask, e);
        rc = rc ? rc : ask_parse(w->ask, text, w->a, q, NULL, e);
    }
    return rc;
}

static enum rc rule_tag_follow(struct work *w, const struct tag *t,
                               const struct roster_stamp *stamp, uint64_t *moved, struct err *e)
{
    struct question *q = NULL;
    struct bits in = {0};
    enum rc rc = ready(w, t->rule, &q, e);
    rc = rc ? rc : who_find(ask_world(w->ask), q, &in, e);
    rc = rc ? rc
            : tag_follow(w->p->brand->ledger, t, STR(""), &in,
                         graph_consumers(w->p->brand->graph), stamp, moved, e);
    bits_release(&in);
    return rc;
}

/* Notes a failure that leaves the others possible; hands on one that does not. */
static enum rc note(struct work *w, const char *what, struct str name, enum rc rc,
                    const struct err *why, struct err *e)
{
    if (rc != RC_INVALID && rc != RC_MISSING && rc != RC_TOO_LARGE) {
        if (e) {
            *e = *why;
        }
        return rc;
    }
    if (!w->out->failed++) {
        w->out->first_wrong =
            arena_strf(w->a, "%s \"%.*s\": %s", what, STR_FMT(name), why->msg);
    }
    return RC_OK;
}

static enum rc refresh_tag(struct work *w, const struct tag *t, struct err *e)
{
    struct ledger *l = w->p->brand->ledger;
    struct roster_stamp stamp = tag_stamp(w->p, tag_source_name(t->source), STR(""));
    struct err why = {0};
    struct tx *tx = NULL;
    uint64_t moved = 0;
    enum rc rc = ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    rc = t->source == TAG_RULE ? rule_tag_follow(w, t, &stamp, &moved, &why)
                               : event_tag_follow(w->p, t, w->day, &stamp, &moved, &why);
    rc =
        rc ? rc : tag_set_fresh(l, t->id, stamp.at_ms, w->day, (int64_t)w->p->brand->seq, &why);
    rc = ledger_end(tx, rc, &why);
    if (rc) {
        return note(w, "tag", t->name, rc, &why, e);
    }
    w->out->tags++;
    w->out->changed += moved;
    w->stale = w->stale || moved;
    return RC_OK;
}

static enum rc count_crowd(struct work *w, const struct crowd *k, struct err *e)
{
    struct ledger *l = w->p->brand->ledger;
    struct err why = {0};
    struct question *q = NULL;
    struct bits in = {0};
    struct tx *tx = NULL;
    struct str text = arena_strf(w->a, "crowd \"%.*s\"", STR_FMT(k->name));
    enum rc rc = ready(w, text, &q, &why);
    rc = rc ? rc : who_find(ask_world(w->ask), q, &in, &why);
    rc = rc ? rc : ledger_begin(l, &tx, &why);
    if (!rc) {
        const struct crowd_size s = {w->day, clock_now(&w->p->clock), bits_count(&in)};
        rc = ledger_end(tx, crowd_size_add(l, k->id, s, &why), &why);
    }
    bits_release(&in);
    w->out->crowds += !rc;
    return rc ? note(w, "crowd", k->name, rc, &why, e) : RC_OK;
}

static bool wanted(const struct refresh_wants *want, int64_t id, const int64_t *ids)
{
    for (uint32_t i = 0; i < want->only_len; i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return want->only_len == 0;
}

static enum rc refresh_tags(struct work *w, const struct refresh_wants *want, struct err *e)
{
    struct tag *list = NULL, one = {0};
    struct ledger *l = w->p->brand->ledger;
    int64_t *ids = arena_array(w->a, int64_t, want->only_len + 1), last = 0;
    uint32_t n = 0;
    enum rc rc = tag_list(l, w->a, &list, &n, e);
    for (uint32_t i = 0; !rc && i < want->only_len; i++) {
        rc = tag_find(l, want->only[i], w->a, &one, e);
        ids[i] = one.id;
    }
    for (uint32_t round = 0; !rc && round < n; round++) { /* by id: as they were made */
        const struct tag *next = NULL;
        for (uint32_t i = 0; i < n; i++) {
            if (list[i].id > last && (!next || list[i].id < next->id)) {
                next = &list[i];
            }
        }
        if (!next) {
            break;
        }
        last = next->id;
        if ((next->source == TAG_RULE || next->source == TAG_EVENT) &&
            wanted(want, next->id, ids)) {
            rc = refresh_tag(w, next, e);
        }
    }
    return rc;
}

static enum rc refresh_crowds(struct work *w, const struct refresh_wants *want, struct err *e)
{
    struct crowd *list = NULL, one = {0};
    struct ledger *l = w->p->brand->ledger;
    int64_t *ids = arena_array(w->a, int64_t, want->only_len + 1);
    uint32_t n = 0;
    enum rc rc = crowd_list(l, w->a, &list, &n, e);
    for (uint32_t i = 0; !rc && i < want->only_len; i++) {
        rc = crowd_find(l, want->only[i], w->a, &one, e);
        ids[i] = one.id;
    }
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (wanted(want, list[i].id, ids)) {
            rc = count_crowd(w, &list[i], e);
        }
    }
    return rc;
}

enum rc refresh_run(struct pond *p, const struct refresh_wants *want, struct arena *a,
                    struct refresh *out, struct err *e)
{
    struct work w = {.p = p, .a = a, .day = pond_today(p), .out = out};
    struct tx *tx = NULL;
    *out = (struct refresh){0};
    enum rc rc = ledger_begin(p->brand->ledger, &tx, e);
    if (!rc) {
        rc = ledger_end(tx, roster_set_expire(p->brand->ledger, w.day, e), e);
    }
    if (!rc && want->tags) {
        rc = refresh_tags(&w, want, e);
    }
    if (!rc && want->crowds) {
        rc = refresh_crowds(&w, want, e);
    }
    ask_close(w.ask);
    return rc;
}

enum rc refresh_one_tag(struct pond *p, const struct tag *t, struct arena *a,
                        struct refresh *out, struct err *e)
{
    struct work w = {.p = p, .a = a, .day = pond_today(p), .out = out};
    *out = (struct refresh){0};
    enum rc rc = refresh_tag(&w, t, e);
    ask_close(w.ask);
    return rc;
}

static const struct refresh_wants everything = {.tags = true, .crowds = true};

enum rc refresh_last_day(struct ledger *l, int32_t *day, struct err *e)
{
    int64_t kept = DAY_NONE;
    enum rc rc = meta_get_i64(l, META_DAY, DAY_NONE, &kept, e);
    *day = (int32_t)kept;
    return rc;
}

enum rc refresh_any(struct ledger *l, struct arena *a, struct refresh_wants *out, struct err *e)
{
    struct tag *tags = NULL;
    struct crowd *crowds = NULL;
    uint32_t n = 0, m = 0;
    enum rc rc = tag_list(l, a, &tags, &n, e);
    rc = rc ? rc : crowd_list(l, a, &crowds, &m, e);
    *out = (struct refresh_wants){.crowds = m > 0};
    for (uint32_t i = 0; i < n; i++) {
        out->tags = out->tags || tags[i].source == TAG_RULE || tags[i].source == TAG_EVENT ||
                    tags[i].expiry_days;
    }
    return rc;
}

static enum rc any_rules(struct pond *p, struct arena *a, bool *out, struct err *e)
{
    struct refresh_wants any;
    enum rc rc = refresh_any(p->brand->ledger, a, &any, e);
    *out = any.tags || any.crowds;
    return rc;
}

static enum rc put_day(struct pond *p, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(p->brand->ledger, &tx, e);
    return rc ? rc : ledger_end(tx, meta_put_i64(tx, META_DAY, pond_today(p), e), e);
}

enum rc refresh_daily(struct pond *p, struct arena *a, struct err *e)
{
    struct refresh out;
    int64_t day = 0;
    bool any = false;
    enum rc rc = meta_get_i64(p->brand->ledger, META_DAY, DAY_NONE, &day, e);
    if (rc || day == pond_today(p)) {
        return rc;
    }
    rc = any_rules(p, a, &any, e);
    rc = rc || !any ? rc : refresh_run(p, &everything, a, &out, e);
    return rc ? rc : put_day(p, e);
}

static void wrong_text(struct op_call *c, const struct refresh *r)
{
    if (r->failed) {
        show_text(c, "%" PRIu32 " could not be worked out, the first: %.*s",
                  "%" PRIu32 " 项未能计算，第一项：%.*s", r->failed, STR_FMT(r->first_wrong));
    }
}

enum rc refresh_after_import(struct op_call *c, struct pond *p)
{
    struct refresh r;
    bool any = false;
    enum rc rc = any_rules(p, c->arena, &any, c->err);
    if (rc || !any) {
        return rc;
    }
    rc = brand_settle(p->brand, c->err);
    rc = rc ? rc : refresh_run(p, &everything, c->arena, &r, c->err);
    rc = rc ? rc : put_day(p, c->err);
    if (!rc) {
        struct str day = show_day(c, pond_today(p));
        show_text(c,
                  "%" PRIu32 " rule tags worked out, %" PRIu32 " crowds counted, as of %.*s.",
                  "已计算规则标签 %" PRIu32 " 个、统计人群 %" PRIu32 " 个，截至 %.*s。", r.tags,
                  r.crowds, STR_FMT(day));
        wrong_text(c, &r);
    }
    return rc;
}

/* ---- tag refresh, crowd refresh -------------------------------------------------------------- */

static enum rc refresh_reply(struct op_call *c, struct pond *p, bool tags)
{
    struct refresh r;
    uint32_t n = op_arg_count(c, "name");
    struct str *only = arena_array(c->arena, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        only[i] = op_arg_at(c, "name", i);
    }
    const struct refresh_wants want = {
        .tags = tags, .crowds = !tags, .only = only, .only_len = n};
    enum rc rc = refresh_run(p, &want, c->arena, &r, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    struct str day = show_day(c, pond_today(p));
    json_begin_object(j);
    show_json_day(j, "as_of", pond_today(p));
    json_put_i64(j, tags ? "tags" : "crowds", tags ? r.tags : r.crowds);
    if (tags) {
        json_put_i64(j, "changed", (int64_t)r.changed);
        show_text(c, "%" PRIu32 " tags worked out as of %.*s; %" PRIu64 " identities changed.",
                  "已计算标签 %" PRIu32 " 个，截至 %.*s；变化的标识 %" PRIu64 " 个。", r.tags,
                  STR_FMT(day), r.changed);
    } else {
        show_text(c, "%" PRIu32 " crowds counted as of %.*s.",
                  "已统计人群 %" PRIu32 " 个，截至 %.*s。", r.crowds, STR_FMT(day));
    }
    json_put_i64(j, "failed", r.failed);
    json_key(j, "first_failure");
    if (r.failed) {
        json_str(j, r.first_wrong);
    } else {
        json_null(j);
    }
    json_end_object(j);
    wrong_text(c, &r);
    return RC_OK;
}

static enum rc refresh_op(struct op_call *c, bool tags)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_EDIT, c->err);
    if (rc) {
        return rc;
    }
    rc = brand_settle(p->brand, c->err);
    return pond_close(p, rc ? rc : refresh_reply(c, p, tags), c->err);
}

enum rc tag_refresh_run(struct op_call *c) { return refresh_op(c, true); }
enum rc crowd_refresh_run(struct op_call *c) { return refresh_op(c, false); }

/* clang-format off */
#define ONLY                                                                                     \
    {.name = "name", .type = OP_STR, .positional = true, .many = true, .metavar = "NAME",        \
     .help = "only these; all when left away", .help_zh = "仅这些；不写则为全部"}
const struct op_in tag_refresh_in[] = {ONLY, {0}};
const struct op_in crowd_refresh_in[] = {ONLY, {0}};
#define FAILED_OUT                                                                               \
    {"failed", OP_INT, "that could not be worked out", "未能计算的个数", false},                 \
    {"first_failure", OP_STR, "which was the first, and why", "第一个及其原因", true}
const struct op_out tag_refresh_out[] = {
    {"as_of", OP_DAY, "the day they were worked out for", "计算截止日", false},
    {"tags", OP_INT, "tags worked out", "计算的标签数", false},
    {"changed", OP_INT, "identities whose tags changed", "发生变化的标识数", false},
    FAILED_OUT, {0}};
const struct op_out crowd_refresh_out[] = {
    {"as_of", OP_DAY, "the day they were counted for", "统计截止日", false},
    {"crowds", OP_INT, "crowds counted", "统计的人群数", false},
    FAILED_OUT, {0}};
/* clang-format on */
