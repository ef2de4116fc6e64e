/* Stage models: YAML to stages, their rules to one program. Every failure names its line and column
 * in the file, also of a mistake inside a rule when the rule stands on one line. */
#include "aipl/model.h"

#include <stdio.h>

#include "aipl/presets.h"
#include "base/buf.h"
#include "base/mem.h"
#include "wire/yaml.h"

#define NAME_MAX_BYTES 40

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

/* The scalar `key` of a map, as a name. */
static enum rc read_name(const struct yaml *map, const char *what, struct arena *a,
                         struct str *out, struct err *e)
{
    const struct yaml *y = yaml_get(map, "name");
    if (!y) {
        enum rc rc = yaml_fail(map, e, "the %s has no name", what);
        err_hint(e, "add a line \"name: ...\"");
        return rc;
    }
    if (y->kind != YAML_SCALAR || !is_name(y->text)) {
        enum rc rc = yaml_fail(y, e, "\"%.*s\" is no name of a %s", STR_FMT(y->text), what);
        err_hint(e, "1 to %d small letters, digits, _ and -", NAME_MAX_BYTES);
        return rc;
    }
    *out = arena_str(a, y->text);
    return RC_OK;
}

/* title: text, or title: {zh: text, en: text}; missing ones are the name. */
static enum rc read_title(const struct yaml *map, struct arena *a, struct str name,
                          struct str *zh, struct str *en, struct err *e)
{
    const struct yaml *y = yaml_get(map, "title");
    *zh = *en = name;
    if (!y) {
        return RC_OK;
    }
    if (y->kind == YAML_SCALAR) {
        *zh = *en = arena_str(a, y->text);
        return RC_OK;
    }
    const struct yaml *in_zh = yaml_get(y, "zh"), *in_en = yaml_get(y, "en");
    if (y->kind != YAML_MAP || (!in_zh && !in_en) || (in_zh && in_zh->kind != YAML_SCALAR) ||
        (in_en && in_en->kind != YAML_SCALAR)) {
        enum rc rc = yaml_fail(y, e, "a title is a text, or one for each language");
        err_hint(e, "title: {zh: ..., en: ...}");
        return rc;
    }
    *zh = arena_str(a, in_zh ? in_zh->text : in_en->text);
    *en = arena_str(a, in_en ? in_en->text : in_zh->text);
    return RC_OK;
}

static enum rc check_keys(const struct yaml *map, const char *const *keys, struct err *e)
{
    for (const struct yaml *y = map->first; y; y = y->next) {
        const char *near = str_nearest_word(keys, y->key);
        bool known = near && str_eq(y->key, str_of(near));
        if (!known) {
            enum rc rc = yaml_fail(y, e, "unknown key \"%.*s\"", STR_FMT(y->key));
            err_hint(e,
                     near ? "did you mean %s?"
                          : "keys: name, title, stages; of a stage name, title, when",
                     near);
            return rc;
        }
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
static enum rc fail_rule(const struct stage_model *m, const struct stage *s,
                         const struct yaml *y, struct question_error at, const struct err *why,
                         struct err *e)
{
    struct yaml place = *y;
    struct err told = *why;
    struct str line = line_of(m->text, y->line), msg = str_of(told.msg);
    bool plain = !y->quoted && str_find(line, y->text, 0) != SIZE_MAX;
    if (plain) {
        size_t colon = str_find(msg, STR(": "), 0);
        msg = colon == SIZE_MAX ? msg : str_slice(msg, colon + 2, msg.len);
        place.column += at.column - 1;
    }
    (void)yaml_fail(&place, e, "stage %.*s: %.*s", STR_FMT(s->name), STR_FMT(msg));
    if (e) {
        e->rc = why->rc;
    }
    err_hint(e, "%s", told.hint);
    return why->rc;
}

static enum rc read_stage(struct stage_model *m, const struct yaml *y, struct catalogue *c,
                          struct err *e)
{
    static const char *const keys[] = {"name", "title", "when", NULL};
    struct stage *s = &m->stages[m->stages_len];
    if (y->kind != YAML_MAP) {
        enum rc rc = yaml_fail(y, e, "a stage is a map");
        err_hint(e, "- name: ...\n  when: did ...");
        return rc;
    }
    enum rc rc = check_keys(y, keys, e);
    rc = rc ? rc : read_name(y, "stage", m->arena, &s->name, e);
    rc = rc ? rc : read_title(y, m->arena, s->name, &s->title_zh, &s->title_en, e);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < m->stages_len; i++) {
        if (str_eq(m->stages[i].name, s->name)) {
            rc = yaml_fail(y, e, "two stages are named %.*s", STR_FMT(s->name));
            err_hint(e, i ? "choose another name" : "none is the stage of those without any");
            return rc;
        }
    }
    const struct yaml *when = yaml_get(y, "when");
    if (!when || when->kind != YAML_SCALAR) {
        rc = yaml_fail(when ? when : y, e, "stage %.*s has no rule", STR_FMT(s->name));
        err_hint(e, "add a line \"when: did ... in 15d\"");
        return rc;
    }
    struct question_error at = {1, 1};
    struct err why = {0};
    s->when = arena_str(m->arena, when->text);
    s->line = when->line;
    s->column = when->column;
    struct who_names names = {.catalogue = c, .rules_only = true};
    if (question_parse(s->when, &names, m->arena, &s->rule, &at, &why)) {
        return fail_rule(m, s, when, at, &why, e);
    }
    m->stages_len++;
    return RC_OK;
}

static enum rc read_stages(struct stage_model *m, const struct yaml *root, struct catalogue *c,
                           struct err *e)
{
    const struct yaml *list = yaml_get(root, "stages");
    m->stages[0] =
        (struct stage){.name = STR("none"), .title_zh = STR("无"), .title_en = STR("None")};
    m->stages_len = 1;
    if (!list || list->kind != YAML_LIST || list->count == 0) {
        enum rc rc = yaml_fail(list ? list : root, e, "the model has no stages");
        err_hint(e, "stages: a list from the lowest to the highest");
        return rc;
    }
    if (list->count > STAGE_MAX - 1) {
        enum rc rc =
            yaml_fail(list, e, "%u stages; a model has at most %d", list->count, STAGE_MAX - 1);
        err_hint(e, "join some of them");
        return rc;
    }
    for (const struct yaml *y = list->first; y; y = y->next) {
        enum rc rc = read_stage(m, y, c, e);
        if (rc) {
            return rc;
        }
    }
    return RC_OK;
}

static enum rc compile(struct stage_model *m, const struct catalogue *c, struct err *e)
{
    const struct question *rules[STAGE_MAX];
    for (uint32_t i = 1; i < m->stages_len; i++) {
        rules[i - 1] = m->stages[i].rule;
    }
    return who_compile(rules, m->stages_len - 1, c, m->arena, &m->program, e);
}

static enum rc read_model(struct stage_model *m, struct catalogue *c, struct err *e)
{
    static const char *const keys[] = {"name", "title", "stages", NULL};
    struct yaml *root = NULL;
    enum rc rc = yaml_parse(m->arena, m->text, &root, e);
    if (rc) {
        return rc;
    }
    if (root->kind != YAML_MAP) {
        rc = yaml_fail(root, e, "a stage model is a map");
        err_hint(e, "it begins with \"name: ...\" and \"stages:\"");
        return rc;
    }
    rc = check_keys(root, keys, e);
    rc = rc ? rc : read_name(root, "model", m->arena, &m->name, e);
    rc = rc ? rc : read_title(root, m->arena, m->name, &m->title_zh, &m->title_en, e);
    rc = rc ? rc : read_stages(m, root, c, e);
    return rc ? rc : compile(m, c, e);
}

enum rc stage_model_parse(struct str text, struct catalogue *c, struct stage_model **out,
                          struct err *e)
{
    struct arena *a = arena_new();
    struct stage_model *m = arena_new_of(a, struct stage_model);
    m->arena = a;
    m->text = arena_str(a, text);
    enum rc rc = read_model(m, c, e);
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

enum rc stage_model_preset(struct str name, struct str *text, struct err *e)
{
    struct buf names = {0};
    const char *near = NULL;
    for (int i = 0; i < model_preset_count; i++) {
        struct str preset = str_of(model_presets[i].name);
        if (str_eq(name, preset)) {
            *text = str_of(model_presets[i].text);
            buf_release(&names);
            return RC_OK;
        }
        near = str_near(name, preset) ? model_presets[i].name : near;
        buf_addf(&names, "%s%s", i ? ", " : "", model_presets[i].name);
    }
    (void)rc_fail(e, RC_MISSING, "no stage model is named \"%.*s\"", STR_FMT(name));
    if (near) {
        err_hint(e, "did you mean %s? Presets: %s", near, buf_cstr(&names));
    } else {
        err_hint(e, "presets: %s", buf_cstr(&names));
    }
    buf_release(&names);
    return RC_MISSING;
}
