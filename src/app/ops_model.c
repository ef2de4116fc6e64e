/* model list, show, diff, apply: stage models, shipped and applied.
 *
 * A difference is counted by folding history once more under the other model's plan, in memory;
 * nothing is changed. The brand is copied (the struct only) with that evidence in place, so that
 * the same code computes stages under both models. */
#include "aipl/assets.h"
#include "aipl/presets.h"
#include "aipl/version.h"
#include "app/model_source.h"
#include "app/modules.h"
#include "app/pond.h"
#include "app/show.h"
#include "base/mem.h"
#include "report/asset.h"
#include "wire/yaml.h"
#include <inttypes.h>

static enum rc model_read(struct op_call *c, struct pond *p, struct stage_model **out)
{
    struct str name = op_arg_str(c, "model"), text = STR_NULL;
    enum rc rc = model_source_read(c, p, name, &text);
    if (!rc) {
        rc = stage_model_parse(text, p->brand->catalogue, c->lang, out, c->err);
        if (rc && str_find_byte(name, '\n', 0) == SIZE_MAX) { /* a name, not the text itself */
            err_prefix(c->err, "%.*s", STR_FMT(name));
        }
    }
    return rc;
}

/* ---- how far it is --------------------------------------------------------------------------- */

#define HISTORY_SHARE 0.8  /* of the time, about: the rest is counting */
#define TELL_EACH 0x40000u /* consumers */

static void history_so_far(void *ctx, uint64_t done, uint64_t all)
{
    struct op_call *c = ctx;
    double share = done < all ? (double)done / (double)all : 1;
    show_progress(c, HISTORY_SHARE * share, op_say(c, "reading history", "重读历史"));
}

/* ---- model list ------------------------------------------------------------------------------ */

static void list_presets(struct op_call *c, struct str current)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Presets", "预置模型")));
    show_column(t, "name", op_say(c, "name", "名称"), TABLE_TEXT);
    show_column(t, "title", op_say(c, "title", "标题"), TABLE_TEXT);
    show_column(t, "stages", op_say(c, "stages", "阶段"), TABLE_TEXT);
    show_column(t, "in_force", op_say(c, "in force", "生效"), TABLE_TEXT);
    json_key(j, "presets");
    json_begin_array(j);
    for (int i = 0; i < model_preset_count; i++) {
        struct catalogue *names = catalogue_new();
        struct stage_model *m = NULL;
        struct buf stages = {0};
        struct str name = str_of(model_presets[i].name);
        table_row(t);
        table_str(t, name);
        if (!stage_model_parse(str_of(model_presets[i].text), names, c->lang, &m, NULL)) {
            for (uint32_t s = 1; s < m->stages_len; s++) {
                struct str one = show_stage(c, &m->stages[s]);
                buf_addf(&stages, "%s%.*s", s > 1 ? " > " : "", STR_FMT(one));
            }
            table_str(t, c->lang == LANG_ZH ? m->title_zh : m->title_en);
        } else {
            table_empty(t);
        }
        table_str(t, buf_str(&stages));
        table_str(t, str_of(str_eq(name, current) ? op_say(c, "yes", "是") : ""));
        json_begin_object(j);
        json_put_str(j, "name", name);
        json_put_str(j, "title", m ? m->title_en : STR_NULL);
        json_put_str(j, "title_zh", m ? m->title_zh : STR_NULL);
        json_end_object(j);
        stage_model_free(m);
        catalogue_free(names);
        buf_release(&stages);
    }
    json_end_array(j);
}

static void list_versions(struct op_call *c, const struct pond *p,
                          const struct model_version *list, size_t len)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Applied to this brand", "本品牌应用过的版本")));
    show_column(t, "version", op_say(c, "version", "版本"), TABLE_INT);
    show_column(t, "name", op_say(c, "name", "名称"), TABLE_TEXT);
    show_column(t, "applied", op_say(c, "applied", "应用时间"), TABLE_TEXT);
    show_column(t, "in_force", op_say(c, "in force", "生效"), TABLE_TEXT);
    json_key(j, "versions");
    json_begin_array(j);
    for (size_t i = 0; i < len; i++) {
        bool now = i + 1 == len;
        table_row(t);
        table_i64(t, list[i].version);
        table_str(t, list[i].name);
        table_str(t, show_time(c, p->brand, list[i].applied_ms));
        table_str(t, str_of(now ? op_say(c, "yes", "是") : ""));
        json_begin_object(j);
        json_put_i64(j, "version", list[i].version);
        json_put_str(j, "name", list[i].name);
        show_json_time(j, p->brand, "applied", list[i].applied_ms);
        json_put_bool(j, "in_force", now);
        json_end_object(j);
    }
    json_end_array(j);
}

static enum rc list_reply(struct op_call *c, struct pond *p)
{
    struct model_version *list = NULL;
    size_t len = 0;
    enum rc rc = model_version_list(c->arena, p->brand->ledger, &list, &len, c->err);
    if (rc) {
        return rc;
    }
    json_begin_object(op_json(c));
    list_presets(c, len ? list[len - 1].name : STR_NULL);
    list_versions(c, p, list, len);
    json_end_object(op_json(c));
    return RC_OK;
}

static enum rc list_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, list_reply(c, p), c->err);
}

/* ---- model show ------------------------------------------------------------------------------ */

static void show_model(struct op_call *c, const struct stage_model *m, int64_t version)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_str(j, "name", m->name);
    json_key(j, "version");
    if (version) {
        json_i64(j, version);
    } else {
        json_null(j);
    }
    json_put_str(j, "title", m->title_en);
    json_put_str(j, "title_zh", m->title_zh);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 0; s < m->stages_len; s++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[s].name);
        json_put_str(j, "title", m->stages[s].title_en);
        json_put_str(j, "title_zh", m->stages[s].title_zh);
        json_put_str(j, "when", m->stages[s].when);
        json_end_object(j);
    }
    json_end_array(j);
    json_put_str(j, "text", m->text);
    json_end_object(j);
    if (c->format == OP_FORMAT_TEXT) {
        op_text(c, "%.*s", STR_FMT(str_trim(m->text)));
        return;
    }
    struct table *t = op_table(c);
    show_column(t, "stage", NULL, TABLE_TEXT);
    show_column(t, "when", NULL, TABLE_TEXT);
    for (uint32_t s = 0; s < m->stages_len; s++) {
        table_row(t);
        table_str(t, m->stages[s].name);
        table_str(t, m->stages[s].when);
    }
}

/* A preset or file is shown without opening a pond. */
static enum rc show_other(struct op_call *c, struct pond *p)
{
    struct catalogue *names = catalogue_new();
    struct stage_model *m = NULL;
    struct str text = STR_NULL;
    enum rc rc = model_source_read(c, p, op_arg_str(c, "model"), &text);
    if (!rc) {
        rc = stage_model_parse(text, names, c->lang, &m, c->err);
    }
    if (!rc) {
        show_model(c, m, 0);
    }
    stage_model_free(m);
    catalogue_free(names);
    return rc;
}

static enum rc show_current(struct op_call *c, struct pond *p)
{
    struct model_version v = {0};
    enum rc rc = model_version_current(c->arena, p->brand->ledger, &v, c->err);
    if (!rc) {
        show_model(c, pond_model(p), v.version);
    }
    return rc;
}

/* One that was applied before. Its text is read as it was then: names of events count as known. */
static enum rc show_version(struct op_call *c, struct pond *p)
{
    struct model_version *list = NULL;
    size_t len = 0, i = 0;
    int64_t wanted = op_arg_int(c, "applied", 0);
    enum rc rc = model_version_list(c->arena, p->brand->ledger, &list, &len, c->err);
    while (i < len && list[i].version != wanted) {
        i++;
    }
    if (!rc && i == len) {
        rc = show_fail(c, RC_MISSING, "there is no version %" PRId64 " of the stage model",
                       "阶段模型没有版本 %" PRId64, wanted);
        show_hint(c, "pond model list shows them", "pond model list 列出全部版本");
    }
    if (rc) {
        return rc;
    }
    struct catalogue *names = catalogue_new();
    struct stage_model *m = NULL;
    rc = stage_model_parse(list[i].text, names, c->lang, &m, c->err);
    if (!rc) {
        show_model(c, m, wanted);
    }
    stage_model_free(m);
    catalogue_free(names);
    return rc;
}

static enum rc show_run(struct op_call *c)
{
    struct pond *p = c->app;
    bool version = op_has(c, "applied");
    if (op_has(c, "model")) {
        return version ? rc_fail(c->err, RC_INVALID, "%s",
                                 op_say(c, "name a model or a version, not both",
                                        "请只指定模型或版本之一"))
                       : show_other(c, p);
    }
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, version ? show_version(c, p) : show_current(c, p), c->err);
}

/* ---- model check ----------------------------------------------------------------------------- */

static void check_right(struct op_call *c, const struct stage_model *m)
{
    struct json *j = op_json(c);
    json_begin_object(j);
    json_put_bool(j, "ok", true);
    json_put_str(j, "name", m->name);
    json_put_str(j, "title", m->title_en);
    json_put_str(j, "title_zh", m->title_zh);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 1; s < m->stages_len; s++) {
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[s].name);
        json_put_str(j, "title", m->stages[s].title_en);
        json_put_str(j, "title_zh", m->stages[s].title_zh);
        json_put_str(j, "when", m->stages[s].when);
        json_put_i64(j, "line", m->stages[s].line);
        json_put_i64(j, "column", m->stages[s].column);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    show_text(c, "%.*s: %u stages, every rule is read.", "%.*s：%u 个阶段，规则均可读。",
              STR_FMT(m->name), m->stages_len - 1);
}

static void check_wrong(struct op_call *c)
{
    struct json *j = op_json(c);
    uint32_t line = 1, column = 1;
    struct str why = str_of(c->err->msg);
    (void)yaml_place(c->err, &line, &column, &why);
    json_begin_object(j);
    json_put_bool(j, "ok", false);
    json_key(j, "error");
    json_begin_object(j);
    json_put_i64(j, "line", line);
    json_put_i64(j, "column", column);
    json_put_str(j, "msg", why);
    json_put_cstr(j, "hint", *c->err->hint ? c->err->hint : NULL);
    json_end_object(j);
    json_end_object(j);
}

/* Who asks from afar asks while typing: a mistake is then an answer. On the command line it fails. */
static enum rc check_run(struct op_call *c)
{
    struct pond *p = c->app;
    struct catalogue *names = catalogue_new();
    struct stage_model *m = NULL;
    struct str text = STR_NULL;
    enum rc rc = model_source_read(c, p, op_arg_str(c, "model"), &text);
    bool read = !rc;
    rc = rc ? rc : stage_model_parse(text, names, c->lang, &m, c->err);
    if (!rc) {
        check_right(c, m);
    } else if (read) {
        check_wrong(c);
        if (p->remote) {
            *c->err = (struct err){0};
            rc = RC_OK;
        }
    }
    stage_model_free(m);
    catalogue_free(names);
    return rc;
}

/* ---- model diff ------------------------------------------------------------------------------ */

struct diff {
    const struct stage_model *before;
    struct stage_model *after;
    struct assets *after_assets;
    struct evidence *evidence;
    struct brand as_if; /* the brand with that evidence; owns nothing */
    int32_t day;
    uint32_t was[STAGE_MAX]; /* by stage after: the stage before it stands for, or UINT32_MAX */
    uint64_t move[STAGE_MAX][STAGE_MAX];
    uint64_t old_count[STAGE_MAX], new_count[STAGE_MAX];
    uint64_t known, moved;
};

static bool is_paired(const struct diff *d, uint32_t before)
{
    for (uint32_t y = 0; y < d->after->stages_len; y++) {
        if (d->was[y] == before) {
            return true;
        }
    }
    return false;
}

/* Stages of two models stand for each other when they have the same name, else, in models of as
 * many stages, when they have the same place and no namesake. */
static void diff_pair(struct diff *d)
{
    for (uint32_t y = 0; y < d->after->stages_len; y++) {
        d->was[y] = show_stage_find(d->before, d->after->stages[y].name);
    }
    for (uint32_t y = 0; y < d->after->stages_len; y++) {
        if (d->was[y] == UINT32_MAX && d->before->stages_len == d->after->stages_len &&
            !is_paired(d, y)) {
            d->was[y] = y;
        }
    }
}

/* "Awareness", or "Awareness → Aware" when the names differ. */
static struct str diff_label(const struct op_call *c, const struct diff *d, uint32_t y)
{
    struct str now = show_stage(c, &d->after->stages[y]);
    uint32_t x = d->was[y];
    if (c->format != OP_FORMAT_TEXT || x == UINT32_MAX) {
        return now;
    }
    struct str old = show_stage(c, &d->before->stages[x]);
    return str_eq(old, now) ? now
                            : arena_strf(c->arena, "%.*s → %.*s", STR_FMT(old), STR_FMT(now));
}

static uint64_t diff_before(const struct diff *d, uint32_t y)
{
    return d->was[y] == UINT32_MAX ? 0 : d->old_count[d->was[y]];
}

/* Each consumer's stage under both models. */
static void diff_count(struct op_call *c, struct diff *d, struct pond *p)
{
    struct brand *b = p->brand;
    uint32_t n = dictionary_len(b->dictionary);
    for (uint32_t no = 1; no <= n; no++) {
        if (no % TELL_EACH == 0) {
            show_progress(c, HISTORY_SHARE + (1 - HISTORY_SHARE) * no / n,
                          op_say(c, "counting stages", "统计阶段"));
        }
        if (graph_consumer(b->graph, no) != no) {
            continue;
        }
        int x = assets_stage(pond_assets(p), b, no, d->day);
        int y = assets_stage(d->after_assets, &d->as_if, no, d->day);
        if (x < 0 || y < 0) {
            continue;
        }
        d->move[x][y]++;
        d->old_count[x]++;
        d->new_count[y]++;
        d->known++;
        d->moved += d->was[y] != (uint32_t)x;
    }
}

static void diff_counts_table(struct op_call *c, const struct diff *d)
{
    struct json *j = op_json(c);
    struct table *t = op_table(c);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    show_column(t, "before", op_say(c, "before", "现模型"), TABLE_INT);
    show_column(t, "after", op_say(c, "after", "新模型"), TABLE_INT);
    show_column(t, "change", op_say(c, "change", "变化"), TABLE_DELTA);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t y = d->after->stages_len; y-- > 0;) {
        table_row(t);
        table_str(t, diff_label(c, d, y));
        table_i64(t, (int64_t)diff_before(d, y));
        table_i64(t, (int64_t)d->new_count[y]);
        table_i64(t, (int64_t)(d->new_count[y] - diff_before(d, y)));
    }
    for (uint32_t x = 0; x < d->before->stages_len; x++) {
        if (!is_paired(d, x)) {
            table_row(t);
            table_str(t, show_stage(c, &d->before->stages[x]));
            table_i64(t, (int64_t)d->old_count[x]);
            table_i64(t, 0);
            table_i64(t, -(int64_t)d->old_count[x]);
        }
    }
    for (uint32_t y = 0; y < d->after->stages_len; y++) {
        json_begin_object(j);
        json_put_str(j, "stage", d->after->stages[y].name);
        json_key(j, "was");
        if (d->was[y] == UINT32_MAX) {
            json_null(j);
        } else {
            json_str(j, d->before->stages[d->was[y]].name);
        }
        json_put_i64(j, "before", (int64_t)diff_before(d, y));
        json_put_i64(j, "after", (int64_t)d->new_count[y]);
        json_end_object(j);
    }
    json_end_array(j);
}

static void diff_matrix_json(struct op_call *c, const struct diff *d)
{
    struct json *j = op_json(c);
    json_key(j, "from");
    json_begin_array(j);
    for (uint32_t s = 0; s < d->before->stages_len; s++) {
        json_str(j, d->before->stages[s].name);
    }
    json_end_array(j);
    json_key(j, "to");
    json_begin_array(j);
    for (uint32_t s = 0; s < d->after->stages_len; s++) {
        json_str(j, d->after->stages[s].name);
    }
    json_end_array(j);
    json_key(j, "matrix");
    json_begin_array(j);
    for (uint32_t x = 0; x < d->before->stages_len; x++) {
        json_begin_array(j);
        for (uint32_t y = 0; y < d->after->stages_len; y++) {
            json_i64(j, (int64_t)d->move[x][y]);
        }
        json_end_array(j);
    }
    json_end_array(j);
}

static void diff_matrix_table(struct op_call *c, const struct diff *d)
{
    if (c->format != OP_FORMAT_TEXT) {
        return;
    }
    struct table *t = op_table(c);
    table_title(t,
                str_of(op_say(
                    c, "Who would move: rows under the model in force, columns under the other",
                    "谁会变动：行为现模型的阶段，列为新模型的阶段")));
    show_column(t, "from", op_say(c, "from \\ to", "从 \\ 到"), TABLE_TEXT);
    for (uint32_t y = 0; y < d->after->stages_len; y++) {
        show_column(t, arena_cstr(c->arena, d->after->stages[y].name),
                    arena_cstr(c->arena, show_stage(c, &d->after->stages[y])), TABLE_INT);
    }
    for (uint32_t x = 0; x < d->before->stages_len; x++) {
        table_row(t);
        table_str(t, show_stage(c, &d->before->stages[x]));
        for (uint32_t y = 0; y < d->after->stages_len; y++) {
            table_i64(t, (int64_t)d->move[x][y]);
        }
    }
}

static void diff_say(struct op_call *c, const struct pond *p, const struct diff *d)
{
    struct json *j = op_json(c);
    struct str day = show_day(c, d->day), moved = show_count(c, d->moved);
    struct str known = show_count(c, d->known);
    show_headline(c, p,
                  c->lang == LANG_ZH ? arena_strf(c->arena, "对比 %.*s，截至 %.*s",
                                                  STR_FMT(d->after->name), STR_FMT(day))
                                     : arena_strf(c->arena, "against %.*s, as of %.*s",
                                                  STR_FMT(d->after->name), STR_FMT(day)));
    show_text(c, "%.*s of %.*s consumers would change their stage; nothing was changed.",
              "%.*s / %.*s 个消费者的阶段会改变；未做任何改动。", STR_FMT(moved),
              STR_FMT(known));
    json_begin_object(j);
    show_json_day(j, "as_of", d->day);
    json_put_str(j, "before", d->before->name);
    json_put_str(j, "after", d->after->name);
    diff_counts_table(c, d);
    diff_matrix_table(c, d);
    diff_matrix_json(c, d);
    json_put_i64(j, "moved", (int64_t)d->moved);
    json_put_i64(j, "known", (int64_t)d->known);
    json_end_object(j);
}

static enum rc diff_reply(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    struct diff d = {.before = pond_model(p), .day = op_arg_day(c, "as-of", pond_today(p))};
    const struct brand_progress told = {history_so_far, c};
    enum rc rc = model_read(c, p, &d.after);
    if (!rc) {
        rc = brand_preview(b, stage_model_plan(d.after), &told, &d.evidence, c->err);
    }
    if (!rc) {
        d.as_if = *b;
        d.as_if.plan = stage_model_plan(d.after);
        d.as_if.evidence = d.evidence;
        d.after_assets = assets_new(d.after, p->threads);
        diff_pair(&d);
        diff_count(c, &d, p);
        show_progress(c, 1, op_say(c, "counting stages", "统计阶段"));
        diff_say(c, p, &d);
    }
    assets_free(d.after_assets);
    evidence_free(d.evidence);
    stage_model_free(d.after);
    return rc;
}

static enum rc diff_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_READ, c->err);
    return rc ? rc : pond_close(p, diff_reply(c, p), c->err);
}

/* ---- model apply ----------------------------------------------------------------------------- */

static enum rc store_model(struct pond *p, const struct stage_model *m, int64_t *version,
                           struct err *e)
{
    struct tx *tx = NULL;
    struct model_version v = {
        .name = m->name, .text = m->text, .applied_ms = clock_now(&p->clock)};
    enum rc rc = ledger_begin(p->brand->ledger, &tx, e);
    if (!rc) {
        rc = ledger_end(tx, model_version_add(tx, &v, e), e);
    }
    if (!rc) {
        *version = v.version;
    }
    return rc;
}

static enum rc apply_say(struct op_call *c, struct pond *p, int64_t version,
                         const uint64_t *before, const struct stage_model *old)
{
    uint64_t after[STAGE_MAX] = {0};
    const struct stage_model *m = pond_model(p);
    enum rc rc = assets_counts(pond_assets(p), p->brand, pond_today(p), after, c->err);
    if (rc) {
        return rc;
    }
    struct json *j = op_json(c);
    show_headline(c, p,
                  c->lang == LANG_ZH
                      ? arena_strf(c->arena, "版本 %" PRId64 " 已生效", version)
                      : arena_strf(c->arena, "version %" PRId64 " is in force", version));
    struct table *t = op_table(c);
    show_column(t, "stage", op_say(c, "stage", "阶段"), TABLE_TEXT);
    show_column(t, "before", op_say(c, "before", "之前"), TABLE_INT);
    show_column(t, "after", op_say(c, "after", "之后"), TABLE_INT);
    json_begin_object(j);
    json_put_str(j, "model", m->name);
    json_put_i64(j, "version", version);
    json_key(j, "stages");
    json_begin_array(j);
    for (uint32_t s = 0; s < m->stages_len; s++) {
        uint32_t x = show_stage_find(old, m->stages[s].name);
        table_row(t);
        table_str(t, show_stage(c, &m->stages[s]));
        json_begin_object(j);
        json_put_str(j, "stage", m->stages[s].name);
        json_key(j, "before");
        if (x == UINT32_MAX) {
            table_empty(t);
            json_null(j);
        } else {
            table_i64(t, (int64_t)before[x]);
            json_i64(j, (int64_t)before[x]);
        }
        table_i64(t, (int64_t)after[s]);
        json_put_i64(j, "consumers", (int64_t)after[s]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    return RC_OK;
}

static enum rc apply_reply(struct op_call *c, struct pond *p)
{
    struct brand *b = p->brand;
    struct stage_model *m = NULL;
    uint64_t before[STAGE_MAX] = {0};
    int64_t version = 0;
    const struct brand_progress told = {history_so_far, c};
    /* A refold keeps the replaced model until the brand is closed (app/hooks.h). */
    const struct stage_model *old = pond_model(p);
    enum rc rc = model_read(c, p, &m);
    if (!rc) {
        rc = brand_settle(b, c->err);
    }
    if (!rc) {
        rc = assets_counts(pond_assets(p), b, pond_today(p), before, c->err);
    }
    if (!rc) {
        rc = store_model(p, m, &version, c->err);
    }
    stage_model_free(m);
    if (!rc) {
        rc = brand_refold(b, &told, c->err);
    }
    if (!rc) {
        rc = brand_settle(b, c->err);
    }
    show_progress(c, 1, op_say(c, "reading history", "重读历史"));
    return rc ? rc : apply_say(c, p, version, before, old);
}

static enum rc apply_run(struct op_call *c)
{
    struct pond *p = c->app;
    enum rc rc = pond_open(p, BRAND_WRITE, c->err);
    return rc ? rc : pond_close(p, apply_reply(c, p), c->err);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define MODEL(need, en, zh)                                                                      \
    {.name = "model", .type = OP_STR, .required = need, .positional = true,                      \
     .metavar = "FILE|PRESET|TEXT", .help = en, .help_zh = zh}

static const struct op_out list_out[] = {
    {"presets[].name", OP_STR, "name of a shipped model", "预置模型名称", false},
    {"presets[].title", OP_STR, "its title", "标题", true},
    {"presets[].title_zh", OP_STR, "its title in Chinese", "中文标题", true},
    {"versions[].version", OP_INT, "versions applied to this brand, oldest first", "应用过的版本", false},
    {"versions[].name", OP_STR, "name of the model", "模型名称", false},
    {"versions[].applied", OP_STR, "when", "应用时间", false},
    {"versions[].in_force", OP_BOOL, "the newest one is", "是否生效", false},
    {0}};
static const struct op_in show_in[] = {
    MODEL(false, "a preset, a file or the text of one; the model in force when left out", "预置模型、文件或其文本；默认为生效中的模型"),
    {.name = "applied", .type = OP_INT, .min = 1, .max = INT64_MAX, .help = "the version of this number that was applied to this brand", .help_zh = "本品牌应用过的版本，按版本号"},
    {0}};
static const struct op_in check_in[] = {
    MODEL(true, "the model to read", "要检查的模型"),
    {0}};
static const struct op_out check_out[] = {
    {"ok", OP_BOOL, "whether it can be applied", "是否可用", false},
    {"error.line", OP_INT, "line of the mistake, from 1", "错误所在行", true},
    {"error.column", OP_INT, "column of it, from 1", "错误所在列", true},
    {"error.msg", OP_STR, "what is wrong", "错误说明", true},
    {"error.hint", OP_STR, "what to do", "修改建议", true},
    {"name", OP_STR, "name of the model", "模型名称", true},
    {"title", OP_STR, "title", "标题", true},
    {"title_zh", OP_STR, "title in Chinese", "中文标题", true},
    {"stages[].stage", OP_STR, "stage, the lowest first, without none", "阶段，从低到高，不含 none", true},
    {"stages[].title", OP_STR, "its title", "阶段标题", true},
    {"stages[].title_zh", OP_STR, "its title in Chinese", "阶段中文标题", true},
    {"stages[].when", OP_STR, "its rule", "规则", true},
    {"stages[].line", OP_INT, "where the rule begins: line", "规则起始行", true},
    {"stages[].column", OP_INT, "and column", "规则起始列", true},
    {0}};
static const struct op_out show_out[] = {
    {"name", OP_STR, "name of the model", "模型名称", false},
    {"version", OP_INT, "its version in this brand; null for a preset or file", "在本品牌的版本", true},
    {"title", OP_STR, "title", "标题", true},
    {"title_zh", OP_STR, "title in Chinese", "中文标题", true},
    {"stages[].stage", OP_STR, "stage, the lowest (none) first", "阶段，从低到高", false},
    {"stages[].title", OP_STR, "its title", "阶段标题", true},
    {"stages[].title_zh", OP_STR, "its title in Chinese", "阶段中文标题", true},
    {"stages[].when", OP_STR, "its rule; empty for none", "规则", true},
    {"text", OP_STR, "the whole file", "完整文本", false},
    {0}};
static const struct op_in diff_in[] = {
    MODEL(true, "the model to compare with", "要对比的模型"),
    {.name = "as-of", .type = OP_DAY, .help = "the day compared; today", .help_zh = "对比的日期；默认今天"},
    {0}};
static const struct op_out diff_out[] = {
    {"as_of", OP_DAY, "the day compared", "对比日期", false},
    {"before", OP_STR, "model in force", "现模型", false},
    {"after", OP_STR, "the other model", "新模型", false},
    {"stages[].stage", OP_STR, "stage of the other model", "新模型的阶段", false},
    {"stages[].was", OP_STR, "the stage of the model in force that it stands for; null: none", "对应的现模型阶段", true},
    {"stages[].before", OP_INT, "consumers in that stage", "现在该阶段的消费者", false},
    {"stages[].after", OP_INT, "consumers in it under the other model", "新模型下该阶段的消费者", false},
    {"from[]", OP_STR, "rows of the matrix: stages of the model in force", "矩阵的行", false},
    {"to[]", OP_STR, "columns of the matrix: stages of the other model", "矩阵的列", false},
    {"matrix[][]", OP_INT, "consumers", "消费者", false},
    {"moved", OP_INT, "consumers whose stage would change", "阶段会改变的消费者", false},
    {"known", OP_INT, "consumers known on that day", "当日已知的消费者", false},
    {0}};
static const struct op_in apply_in[] = {
    MODEL(true, "the model to put in force", "要应用的模型"),
    {0}};
static const struct op_out apply_out[] = {
    {"model", OP_STR, "name of the model in force", "生效的模型", false},
    {"version", OP_INT, "its version", "版本", false},
    {"stages[].stage", OP_STR, "stage", "阶段", false},
    {"stages[].before", OP_INT, "consumers in the stage of that name before; null: there was none", "之前的消费者", true},
    {"stages[].consumers", OP_INT, "consumers in it now", "现在的消费者", false},
    {0}};

static const struct op model_ops[] = {
    {.name = "model list", .route = "GET /api/v1/models", .perm = "model.read",
     .help = "Stage models: the presets, and the versions applied here.",
     .help_zh = "阶段模型：预置模型与本品牌应用过的版本。",
     .example = "pond model list", .out = list_out, .run = list_run},
    {.name = "model show", .route = "GET /api/v1/model", .perm = "model.read",
     .help = "The text of a stage model.",
     .help_zh = "显示阶段模型的全文。",
     .example = "pond model show\npond model show aipl-databank > mine.yaml\npond model show --applied 1",
     .in = show_in, .out = show_out, .run = show_run},
    {.name = "model check", .route = "POST /api/v1/model/check", .perm = "model.read",
     .help = "Reads a stage model: right, or where the mistake is. Changes nothing.",
     .help_zh = "检查阶段模型：可用，或指出错误位置。不做改动。",
     .example = "pond model check mine.yaml",
     .in = check_in, .out = check_out, .run = check_run},
    {.name = "model diff", .route = "POST /api/v1/model/diff", .perm = "model.read",
     .help = "What another model would change: counts and who moves. Changes nothing.",
     .help_zh = "换用另一模型会改变什么：各阶段人数与流动。不做改动。",
     .example = "pond model diff aipl-databank\npond model diff mine.yaml --as-of 2017-12-01",
     .in = diff_in, .out = diff_out, .run = diff_run, .slow = true},
    {.name = "model apply", .route = "POST /api/v1/model/apply", .perm = "model.write",
     .help = "Puts a stage model in force and rebuilds every stage, the past too.",
     .help_zh = "应用阶段模型，并重建全部阶段（含历史）。",
     .example = "pond model apply mine.yaml",
     .in = apply_in, .out = apply_out, .run = apply_run, .how = OP_CHANGES},
    {0}};
/* clang-format on */

const struct op_module model_module = {"model", "Stage models", "阶段模型", model_ops};
