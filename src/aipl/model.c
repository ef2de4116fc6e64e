/* Stage models: YAML to stages, their rules to one program. Every failure names its line and column
 * in the file, also of a mistake inside a rule when the rule stands on one line. */
#include "aipl/model.h"

#include <stdio.h>

#include "aipl/presets.h"
#include "base/buf.h"
#include "base/mem.h"
#include "wire/yaml.h"

#define NAME_MAX_BYTES 40
#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

/* A model that is being read. */
struct reading_model {
    struct stage_model *m;
    struct catalogue *catalogue;
    enum lang lang;
    struct err *e;
};

/* A mistake at a node and what to do, both in the reader's language; formats of the same arguments. */
#define model_fail(r, y, en, zh, ...) yaml_fail((y), (r)->e, (r)->lang, en, zh, __VA_ARGS__)

static void model_hint(const struct reading_model *r, const char *en, const char *zh)
{
    err_hint(r->e, "%s", lang_pick(r->lang, en, zh));
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
              (c == '-' && i > 0))) {
            return false;
        }
    }
    return s.len >= 1 && s.len <= NAME_MAX_BYTES;
}

/* The scalar `name` of a map: of the model or of a stage. */
static enum rc read_name(struct reading_model *r, const struct yaml *map, bool model,
                         struct str *out)
{
    const struct yaml *y = yaml_get(map, "name");
    const char *en = model ? "model" : "stage", *zh = model ? "模型" : "阶段";
    const char *what = lang_pick(r->lang, en, zh);
    if (!y) {
        (void)model_fail(r, map, "the %s has no name", "%s缺少名称 name", what);
        model_hint(r, "add a line \"name: ...\"", "请加一行 \"name: ...\"");
        return RC_INVALID;
    }
    if (y->kind != YAML_SCALAR) {
        (void)model_fail(r, y, "the name of a %s is a text", "%s的名称 name 应为一个文本",
                         what);
    } else if (!is_name(y->text)) {
        (void)model_fail(r, y, "\"%.*s\" is no name of a %s", "\"%.*s\" 不能作%s的名称 name",
                         STR_FMT(y->text), what);
    } else {
        *out = arena_str(r->m->arena, y->text);
        return RC_OK;
    }
    model_hint(r, "1 to " TEXT_OF(NAME_MAX_BYTES) " small letters, digits, _ and -",
               "1 到 " TEXT_OF(NAME_MAX_BYTES) " 个小写字母、数字、_ 和 -");
    return RC_INVALID;
}

/* title: text, or title: {zh: text, en: text}; missing ones are the name. */
static enum rc read_title(struct reading_model *r, const struct yaml *map, struct str name,
                          struct str *zh, struct str *en)
{
    const struct yaml *y = yaml_get(map, "title");
    *zh = *en = name;
    if (!y) {
        return RC_OK;
    }
    if (y->kind == YAML_SCALAR) {
        *zh = *en = arena_str(r->m->arena, y->text);
        return RC_OK;
    }
    const struct yaml *in_zh = yaml_get(y, "zh"), *in_en = yaml_get(y, "en");
    if (y->kind != YAML_MAP || (!in_zh && !in_en) || (in_zh && in_zh->kind != YAML_SCALAR) ||
        (in_en && in_en->kind != YAML_SCALAR)) {
        (void)model_fail(r, y, "a %s is a text, or one for each language",
                         "标题 %s 应为一个文本，或中英文各一个", "title");
        model_hint(r, "title: {zh: ..., en: ...}", "写作 title: {zh: ..., en: ...}");
        return RC_INVALID;
    }
    *zh = arena_str(r->m->arena, in_zh ? in_zh->text : in_en->text);
    *en = arena_str(r->m->arena, in_en ? in_en->text : in_zh->text);
    return RC_OK;
}

static enum rc check_keys(struct reading_model *r, const struct yaml *map,
                          const char *const *keys)
{
    for (const struct yaml *y = map->first; y; y = y->next) {
        const char *near = str_nearest_word(keys, y->key);
        if (near && str_eq(y->key, str_of(near))) {
            continue;
        }
        (void)model_fail(r, y, "unknown key \"%.*s\"", "没有 \"%.*s\" 这个键", STR_FMT(y->key));
        if (near) {
            err_hint(r->e, r->lang == LANG_ZH ? "您是想写 %s 吗？" : "did you mean %s?", near);
        } else {
            model_hint(r, "keys: name, title, stages; of a stage name, title, when",
                       "模型的键：name、title、stages；阶段的键：name、title、when");
        }
        return RC_INVALID;
    }
    return RC_OK;
}

/* The line `number` (1-based) of a text. */
static struct str line_of(struct str text, uint32_t number)
{
    struct str line = STR_NULL;
    while (number-- > 0) {
        line = str_cut(&text, '\n');
    }
    return line;
}

/* Tells a mistake inside a rule: at its place in the file when the rule stands there as it is, else
 * at the rule, with the place inside it. */
static enum rc fail_rule(struct reading_model *r, const struct stage *s, const struct yaml *y,
                         struct question_error at, const struct err *why)
{
    struct yaml place = *y;
    struct err told = *why;
    struct str line = line_of(r->m->text, y->line), msg = str_of(told.msg);
    bool plain = !y->quoted && str_find(line, y->text, 0) != SIZE_MAX;
    if (plain) {
        msg = question_message(&told);
        place.column += at.column - 1;
    }
    (void)model_fail(r, &place, "stage %.*s: %.*s", "阶段 %.*s 的规则：%.*s", STR_FMT(s->name),
                     STR_FMT(msg));
    if (r->e) {
        r->e->rc = why->rc;
    }
    err_hint(r->e, "%s", told.hint);
    return why->rc;
}

static enum rc read_rule(struct reading_model *r, const struct yaml *y, struct stage *s)
{
    const struct yaml *when = yaml_get(y, "when");
    if (!when || when->kind != YAML_SCALAR) {
        (void)model_fail(r, when ? when : y, "stage %.*s has no rule",
                         "阶段 %.*s 缺少规则 when", STR_FMT(s->name));
        model_hint(r, "add a line \"when: did ... in 15d\"",
                   "请加一行 \"when: did ... in 15d\"");
        return RC_INVALID;
    }
    struct question_error at = {1, 1};
    struct err why = {0};
    s->when = arena_str(r->m->arena, when->text);
    s->line = when->line;
    s->column = when->column;
    struct who_names names = {
        .catalogue = r->catalogue, .rules_only = true, .zh = r->lang == LANG_ZH};
    return question_parse(s->when, &names, r->m->arena, &s->rule, &at, &why)
               ? fail_rule(r, s, when, at, &why)
               : RC_OK;
}

static enum rc read_stage(struct reading_model *r, const struct yaml *y)
{
    static const char *const keys[] = {"name", "title", "when", NULL};
    struct stage_model *m = r->m;
    struct stage *s = &m->stages[m->stages_len];
    if (y->kind != YAML_MAP) {
        (void)model_fail(r, y, "a stage is a map of %s", "阶段应由 %s 等键组成", "name, when");
        model_hint(r, "- name: ...\n  when: did ...", "- name: ...\n  when: did ...");
        return RC_INVALID;
    }
    enum rc rc = check_keys(r, y, keys);
    rc = rc ? rc : read_name(r, y, false, &s->name);
    rc = rc ? rc : read_title(r, y, s->name, &s->title_zh, &s->title_en);
    for (uint32_t i = 0; !rc && i < m->stages_len; i++) {
        if (str_eq(m->stages[i].name, s->name)) {
            rc = model_fail(r, y, "two stages are named %.*s",
                            "有两个阶段的名称 name 都是 %.*s", STR_FMT(s->name));
            model_hint(r, i ? "choose another name" : "none is the stage of those without any",
                       i ? "请换一个名称" : "none 是不属于任何阶段者所在的阶段");
        }
    }
    rc = rc ? rc : read_rule(r, y, s);
    m->stages_len += rc == RC_OK;
    return rc;
}

static enum rc read_stages(struct reading_model *r, const struct yaml *root)
{
    const struct yaml *list = yaml_get(root, "stages");
    r->m->stages[0] =
        (struct stage){.name = STR("none"), .title_zh = STR("无"), .title_en = STR("None")};
    r->m->stages_len = 1;
    if (!list || list->kind != YAML_LIST || list->count == 0) {
        (void)model_fail(r, list ? list : root, "the model has no %s", "模型缺少阶段 %s",
                         "stages");
        model_hint(r, "stages: a list from the lowest to the highest",
                   "stages 为从低到高的阶段列表");
        return RC_INVALID;
    }
    if (list->count > STAGE_MAX - 1) {
        (void)model_fail(r, list, "%u stages; a model has at most %d",
                         "stages 有 %u 个阶段，最多 %d 个", list->count, STAGE_MAX - 1);
        model_hint(r, "join some of them", "请合并其中一些");
        return RC_INVALID;
    }
    enum rc rc = RC_OK;
    for (const struct yaml *y = list->first; !rc && y; y = y->next) {
        rc = read_stage(r, y);
    }
    return rc;
}

static enum rc compile(struct reading_model *r)
{
    struct stage_model *m = r->m;
    const struct question *rules[STAGE_MAX];
    const struct who_names names = {.catalogue = r->catalogue, .zh = r->lang == LANG_ZH};
    for (uint32_t i = 1; i < m->stages_len; i++) {
        rules[i - 1] = m->stages[i].rule;
    }
    return who_compile(rules, m->stages_len - 1, &names, m->arena, &m->program, r->e);
}

static enum rc read_model(struct reading_model *r)
{
    static const char *const keys[] = {"name", "title", "stages", NULL};
    struct stage_model *m = r->m;
    struct yaml *root = NULL;
    enum rc rc = yaml_parse(m->arena, m->text, r->lang, &root, r->e);
    if (rc) {
        return rc;
    }
    if (root->kind != YAML_MAP) {
        (void)model_fail(r, root, "a stage model is a map of %s", "阶段模型应由 %s 等键组成",
                         "name, stages");
        model_hint(r, "it begins with \"name: ...\" and \"stages:\"",
                   "开头写 \"name: ...\" 和 \"stages:\"");
        return RC_INVALID;
    }
    rc = check_keys(r, root, keys);
    rc = rc ? rc : read_name(r, root, true, &m->name);
    rc = rc ? rc : read_title(r, root, m->name, &m->title_zh, &m->title_en);
    rc = rc ? rc : read_stages(r, root);
    return rc ? rc : compile(r);
}

enum rc stage_model_parse(struct str text, struct catalogue *c, enum lang lang,
                          struct stage_model **out, struct err *e)
{
    struct arena *a = arena_new();
    struct stage_model *m = arena_new_of(a, struct stage_model);
    m->arena = a;
    m->text = arena_str(a, text);
    struct reading_model r = {m, c, lang, e};
    enum rc rc = read_model(&r);
    if (rc) {
        stage_model_free(m);
        return rc;
    }
    *out = m;
    return RC_OK;
}

void stage_model_free(struct stage_model *m)
{
    if (m) {
        arena_free(m->arena);
    }
}

const struct evidence_plan *stage_model_plan(const struct stage_model *m)
{
    return m->program->plan;
}

enum rc stage_model_preset(struct str name, enum lang lang, struct str *text, struct err *e)
{
    struct buf names = {0};
    const char *near = NULL;
    bool zh = lang == LANG_ZH;
    for (int i = 0; i < model_preset_count; i++) {
        struct str preset = str_of(model_presets[i].name);
        if (str_eq(name, preset)) {
            *text = str_of(model_presets[i].text);
            buf_release(&names);
            return RC_OK;
        }
        near = str_near(name, preset) ? model_presets[i].name : near;
        buf_addf(&names, "%s%s", i ? zh ? "、" : ", " : "", model_presets[i].name);
    }
    (void)rc_fail(e, RC_MISSING,
                  zh ? "没有名为 \"%.*s\" 的阶段模型" : "no stage model is named \"%.*s\"",
                  STR_FMT(name));
    if (near) {
        err_hint(e, zh ? "您是想写 %s 吗？预置模型：%s" : "did you mean %s? Presets: %s", near,
                 buf_cstr(&names));
    } else {
        err_hint(e, zh ? "预置模型：%s" : "presets: %s", buf_cstr(&names));
    }
    buf_release(&names);
    return RC_MISSING;
}
