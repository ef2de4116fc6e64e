/* The only file that includes libyaml. Reads its events, not its documents: limits are checked
 * before a node is made, and aliases never come to be. */
#include "wire/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>
#include "base/map.h"

struct build {
    yaml_parser_t parser;
    struct arena *arena;
    uint32_t nodes;
    enum lang lang;
    struct err *e;
};

/* clang-format off */
/* What libyaml says most often, and what we say, in Chinese. */
static const char *const problems[][2] = {
    {"mapping values are not allowed in this context", "此处不能出现 \"键: 值\"；请检查缩进，文本中含冒号时请加引号"},
    {"block sequence entries are not allowed in this context", "此处不能出现以\"- \"开头的列表项"},
    {"mapping keys are not allowed in this context", "此处不能出现键"},
    {"could not find expected ':'", "键后缺少冒号\":\""},
    {"did not find expected key", "此处应为一个键；请检查缩进"},
    {"did not find expected '-' indicator", "此处应为以\"- \"开头的列表项；请检查缩进"},
    {"did not find expected ',' or ']'", "此处应为逗号或\"]\""},
    {"did not find expected ',' or '}'", "此处应为逗号或\"}\""},
    {"did not find expected node content", "此处缺少内容"},
    {"did not find expected <document start>", "此处内容多余"},
    {"did not find expected comment or line break", "此处应换行"},
    {"found character that cannot start any token", "此字符不能用在开头，例如制表符、@、`；文本请加引号"},
    {"found a tab character that violates indentation", "缩进请用空格，不用制表符"},
    {"found a tab character where an indentation space is expected", "缩进请用空格，不用制表符"},
    {"found unexpected end of stream", "文本到此结束，引号没有闭合"},
    {"found unexpected document indicator", "引号内出现了文档分隔符"},
    {"found unknown escape character", "双引号内的反斜杠转义无法识别"},
    {"found unexpected ':'", "此处不能出现冒号"},
    {"found undefined tag handle", "此处不使用标签（!）"},
    {"did not find expected alphabetic or numeric character", "此处不使用锚点与别名（& 与 *）；文本请加引号"},
    {"control characters are not allowed", "含有控制字符"},
    {"invalid leading UTF-8 octet", "不是 UTF-8 文本"},
    {"invalid trailing UTF-8 octet", "不是 UTF-8 文本"},
    {"incomplete UTF-8 octet sequence", "不是 UTF-8 文本"},
    {"not YAML", "不是 YAML"},
    {"anchors and aliases are not used here", "此处不使用锚点与别名（& 与 *）"},
    {"tags are not used here", "此处不使用标签（!）"},
    {"too many values", "值过多"},
    {"a key must be plain text", "键必须是普通文本"},
    {"nested too deeply", "嵌套过深"},
    {"a value is expected", "此处应为一个值"},
    {"more than one document", "不止一个文档"},
};
/* clang-format on */

static const char *problem(const struct build *b, const char *why)
{
    for (size_t i = 0; b->lang == LANG_ZH && i < sizeof(problems) / sizeof(problems[0]); i++) {
        if (strcmp(problems[i][0], why) == 0) {
            return problems[i][1];
        }
    }
    return why;
}

static enum rc fail_at(const struct build *b, yaml_mark_t mark, enum rc rc, const char *why)
{
    return rc_fail(b->e, rc,
                   b->lang == LANG_ZH ? "第 %zu 行第 %zu 列：%s" : "line %zu, column %zu: %s",
                   mark.line + 1, mark.column + 1, problem(b, why));
}

static enum rc next_event(struct build *b, yaml_event_t *event)
{
    if (yaml_parser_parse(&b->parser, event)) {
        return RC_OK;
    }
    const char *why = b->parser.problem ? b->parser.problem : "not YAML";
    yaml_mark_t mark = b->parser.problem_mark;
    if (b->parser.error == YAML_READER_ERROR) {
        return rc_fail(b->e, RC_INVALID,
                       b->lang == LANG_ZH ? "第 %zu 字节：%s" : "byte %zu: %s",
                       b->parser.problem_offset + 1, problem(b, why));
    }
    return fail_at(b, mark, RC_INVALID, why);
}

/* What we refuse in any node: a name for it, a type of its own. */
static enum rc check_plain(struct build *b, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor || event->type == YAML_ALIAS_EVENT) {
        return fail_at(b, event->start_mark, RC_INVALID,
                       "anchors and aliases are not used here");
    }
    if (tag) {
        return fail_at(b, event->start_mark, RC_INVALID, "tags are not used here");
    }
    if (++b->nodes > YAML_MAX_NODES) {
        return fail_at(b, event->start_mark, RC_TOO_LARGE, "too many values");
    }
    return RC_OK;
}

static struct str scalar_text(struct build *b, const yaml_event_t *event)
{
    struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && (str_eq(text, STR("~")) || str_eq(text, STR("null")))) {
        text.len = 0;
    }
    return arena_str(b->arena, text);
}

static enum rc read_node(struct build *b, const yaml_event_t *event, uint32_t depth,
                         struct yaml **out);

static void append(struct yaml *to, struct yaml **last, struct yaml *node)
{
    if (*last) {
        (*last)->next = node;
    } else {
        to->first = node;
    }
    *last = node;
    to->count++;
}

/* The key of a map's next member, checked; *ended at the map's end. */
static enum rc read_key(struct build *b, struct map *seen, struct str *key, bool *ended)
{
    yaml_event_t event;
    enum rc rc = next_event(b, &event);
    if (rc) {
        return rc;
    }
    *ended = event.type == YAML_MAPPING_END_EVENT;
    if (*ended) {
        yaml_event_delete(&event);
        return RC_OK;
    }
    if (event.type != YAML_SCALAR_EVENT) {
        rc = fail_at(b, event.start_mark, RC_INVALID, "a key must be plain text");
    } else {
        rc = check_plain(b, &event);
    }
    if (rc == RC_OK) {
        struct str text = {(const char *)event.data.scalar.value, event.data.scalar.length};
        *key = arena_str(b->arena, text);
        if (!map_put(seen, *key, 0)) {
            rc = rc_fail(b->e, RC_INVALID,
                         b->lang == LANG_ZH ? "第 %zu 行第 %zu 列：\"%.*s\" 重复"
                                            : "line %zu, column %zu: \"%.*s\" is given twice",
                         event.start_mark.line + 1, event.start_mark.column + 1,
                         STR_FMT(str_slice(text, 0, 60)));
        }
    }
    yaml_event_delete(&event);
    return rc;
}

static enum rc read_child(struct build *b, uint32_t depth, struct yaml **out, bool *ended)
{
    yaml_event_t event;
    enum rc rc = next_event(b, &event);
    if (rc) {
        return rc;
    }
    *ended = event.type == YAML_SEQUENCE_END_EVENT;
    if (!*ended) {
        rc = read_node(b, &event, depth + 1, out);
    }
    yaml_event_delete(&event);
    return rc;
}

static enum rc read_map(struct build *b, struct yaml *node, uint32_t depth)
{
    struct map *seen = map_new();
    struct yaml *last = NULL, *child = NULL;
    struct str key = STR_NULL;
    bool ended = false, unused;
    enum rc rc;
    for (;;) {
        rc = read_key(b, seen, &key, &ended);
        if (rc || ended) {
            break;
        }
        rc = read_child(b, depth, &child, &unused);
        if (rc) {
            break;
        }
        child->key = key;
        append(node, &last, child);
    }
    map_free(seen);
    return rc;
}

static enum rc read_list(struct build *b, struct yaml *node, uint32_t depth)
{
    struct yaml *last = NULL, *child = NULL;
    for (;;) {
        bool ended = false;
        enum rc rc = read_child(b, depth, &child, &ended);
        if (rc || ended) {
            return rc;
        }
        append(node, &last, child);
    }
}

static enum rc read_node(struct build *b, const yaml_event_t *event, uint32_t depth,
                         struct yaml **out)
{
    enum rc rc = check_plain(b, event);
    if (rc) {
        return rc;
    }
    if (depth > YAML_MAX_DEPTH) {
        return fail_at(b, event->start_mark, RC_TOO_LARGE, "nested too deeply");
    }
    struct yaml *node = arena_new_of(b->arena, struct yaml);
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    *out = node;
    if (event->type == YAML_MAPPING_START_EVENT) {
        node->kind = YAML_MAP;
        return read_map(b, node, depth);
    }
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        node->kind = YAML_LIST;
        return read_list(b, node, depth);
    }
    if (event->type != YAML_SCALAR_EVENT) {
        return fail_at(b, event->start_mark, RC_INVALID, "a value is expected");
    }
    node->kind = YAML_SCALAR;
    node->text = scalar_text(b, event);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return RC_OK;
}

static enum rc read_document(struct build *b, struct yaml **out)
{
    enum rc rc = RC_OK;
    bool have = false;
    for (;;) {
        yaml_event_t event;
        rc = next_event(b, &event);
        if (rc) {
            return rc;
        }
        yaml_event_type_t type = event.type;
        bool frame = type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT ||
                     type == YAML_DOCUMENT_END_EVENT || type == YAML_STREAM_END_EVENT;
        if (have && type == YAML_DOCUMENT_START_EVENT) {
            rc = fail_at(b, event.start_mark, RC_INVALID, "more than one document");
        } else if (!frame) {
            rc = read_node(b, &event, 1, out);
            have = true;
        }
        yaml_event_delete(&event);
        if (rc || type == YAML_STREAM_END_EVENT) {
            return rc;
        }
    }
}

enum rc yaml_parse(struct arena *a, struct str text, enum lang lang, struct yaml **out,
                   struct err *e)
{
    if (text.len > YAML_MAX_BYTES) {
        return rc_fail(e, RC_TOO_LARGE,
                       lang == LANG_ZH ? "YAML 超过 %u 字节" : "more than %u bytes of YAML",
                       YAML_MAX_BYTES);
    }
    struct build b = {.arena = a, .lang = lang, .e = e};
    if (!yaml_parser_initialize(&b.parser)) {
        return rc_fail(e, RC_BUG, "the YAML parser does not start");
    }
    struct yaml *root = arena_new_of(a, struct yaml);
    root->kind = YAML_MAP;
    root->line = root->column = 1;
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
                                 text.len);
    enum rc rc = read_document(&b, &root);
    yaml_parser_delete(&b.parser);
    if (rc == RC_OK) {
        *out = root;
    }
    return rc;
}

const struct yaml *yaml_get(const struct yaml *y, const char *key)
{
    if (!y || y->kind != YAML_MAP) {
        return NULL;
    }
    for (const struct yaml *c = y->first; c; c = c->next) {
        if (str_eq(c->key, str_of(key))) {
            return c;
        }
    }
    return NULL;
}

bool yaml_i64(const struct yaml *y, int64_t *out)
{
    return y && y->kind == YAML_SCALAR && !y->quoted && str_i64(y->text, out);
}

bool yaml_f64(const struct yaml *y, double *out)
{
    return y && y->kind == YAML_SCALAR && !y->quoted && str_f64(y->text, out);
}

bool yaml_bool(const struct yaml *y, bool *out)
{
    if (!y || y->kind != YAML_SCALAR || y->quoted) {
        return false;
    }
    bool yes = str_eq_nocase(y->text, STR("true")) || str_eq_nocase(y->text, STR("yes")) ||
               str_eq_nocase(y->text, STR("on"));
    bool no = str_eq_nocase(y->text, STR("false")) || str_eq_nocase(y->text, STR("no")) ||
              str_eq_nocase(y->text, STR("off"));
    if (yes || no) {
        *out = yes;
    }
    return yes || no;
}

enum rc yaml_fail(const struct yaml *y, struct err *e, enum lang lang, const char *en,
                  const char *zh, ...)
{
    char why[240];
    va_list args;
    va_start(args, zh);
    if (lang == LANG_ZH) {
        (void)vsnprintf(why, sizeof(why), zh, args);
    } else {
        (void)vsnprintf(why, sizeof(why), en, args);
    }
    va_end(args);
    if (!y) {
        return rc_fail(e, RC_INVALID, "%s", why);
    }
    return rc_fail(e, RC_INVALID,
                   lang == LANG_ZH ? "第 %u 行第 %u 列：%s" : "line %u, column %u: %s", y->line,
                   y->column, why);
}

bool yaml_place(const struct err *e, uint32_t *line, uint32_t *column, struct str *why)
{
    int used = 0;
    unsigned l = 0, c = 0;
    if (sscanf(e->msg, "line %u, column %u: %n", &l, &c, &used) != 2 || used == 0) {
        used = 0;
        if (sscanf(e->msg, "第 %u 行第 %u 列：%n", &l, &c, &used) != 2 || used == 0) {
            return false;
        }
    }
    *line = l;
    *column = c;
    *why = str_of(e->msg + used);
    return true;
}
