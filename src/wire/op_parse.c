/* The command line: words that name the operation, flags anywhere, positionals. */
#include <ctype.h>

#include "wire/op.h"
#include "wire/op_args.h"

/* clang-format off */
const struct op_global_flag op_global_flags[] = {
    {"data",     0,   "DIR",   "the data directory (or POND_DATA)", "数据目录（或环境变量 POND_DATA）"},
    {"brand",    0,   "NAME",  "the brand, when there is more than one", "品牌（有多个时必填）"},
    {"json",     0,   NULL,    "print one JSON object",             "输出一个 JSON 对象"},
    {"csv",      0,   NULL,    "print the tables as CSV",           "以 CSV 输出表格"},
    {"xlsx",     0,   "FILE",  "also write the tables into a workbook", "同时把表格写入 Excel 工作簿"},
    {"plot",     0,   "FILE",  "also draw the picture, as .svg or .png", "同时画图，文件名以 .svg 或 .png 结尾"},
    {"lang",     0,   "en|zh", "language of what people read",      "界面语言"},
    {"no-color", 0,   NULL,    "no colours (or NO_COLOR)",          "不使用颜色（或 NO_COLOR）"},
    {"quiet",    'q', NULL,    "no progress",                       "不显示进度"},
    {"help",     'h', NULL,    "what this command does",            "显示帮助"},
    {"version",  'V', NULL,    "the version",                       "显示版本"},
    {0},
};
/* clang-format on */

#define NEAR_MAX 63

/* Optimal string alignment: insert, delete, replace, swap of neighbours. */
static uint32_t distance(struct str a, struct str b)
{
    uint32_t row[3][NEAR_MAX + 1];
    uint32_t *before = row[0], *last = row[1], *now = row[2];
    for (uint32_t j = 0; j <= b.len; j++) {
        last[j] = j;
    }
    for (uint32_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (uint32_t j = 1; j <= b.len; j++) {
            uint32_t best = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped =
                i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
            now[j] = swapped && before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
        }
        uint32_t *old = before;
        before = last;
        last = now;
        now = old;
    }
    return last[b.len];
}

const char *op_nearest(struct str word, const char *const *words, uint32_t n)
{
    const char *best = NULL;
    uint32_t least = UINT32_MAX;
    if (word.len < 2 || word.len > NEAR_MAX) {
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct str candidate = str_of(words[i]);
        if (candidate.len > NEAR_MAX) {
            continue;
        }
        uint32_t d = str_starts(candidate, word) ? 1 : distance(word, candidate);
        uint32_t limit = word.len < 6 ? 1 + (word.len > 3) : (uint32_t)(word.len / 3);
        if (d <= limit && d < least) {
            least = d;
            best = words[i];
        }
    }
    return best;
}

/* ---- State of one command line -------------------------------------------------------------- */

struct parse {
    const struct op_book *book;
    struct arena *arena;
    struct op_request *out;
    struct err *e;
    int argc, at;
    char *const *argv;
    char *words; /* the words typed so far, joined by one space    */
    uint32_t word_count;
    uint32_t positionals; /* how many positional fields are filled          */
    bool only_words;      /* behind "--"                                    */
    bool help_word;       /* "pond help ..."                                */
    uint32_t seen;        /* bit i: op_global_flags[i] was given            */
};

static enum rc fail_near(struct parse *p, const char *what, struct str word, const char *near)
{
    rc_fail(p->e, RC_INVALID, "unknown %s \"%.*s\"", what, STR_FMT(str_slice(word, 0, 80)));
    if (near) {
        err_hint(p->e, "did you mean \"%s\"?", near);
    } else {
        err_hint(p->e, "see: pond help%s%s", p->out->op ? " " : "",
                 p->out->op ? p->out->op->name : "");
    }
    return RC_INVALID;
}

/* The nearest command or group ("report"). */
static const char *nearest_command(struct parse *p, struct str typed)
{
    uint32_t n = op_count(p->book);
    const char **names = arena_array(p->arena, const char *, 2 * n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct str name = str_of(op_at(p->book, i)->name);
        names[i] = name.ptr;
        names[n + i] = arena_cstr(p->arena, str_cut(&name, ' '));
    }
    return op_nearest(typed, names, 2 * n);
}

static const char *nearest_flag(struct parse *p, struct str name)
{
    uint32_t n = 0, fields = p->out->op ? op_in_count(p->out->op) : 0;
    const char **names = arena_array(p->arena, const char *, fields + 16);
    for (uint32_t i = 0; i < fields; i++) {
        if (!p->out->op->in[i].secret) {
            names[n++] = p->out->op->in[i].name;
        }
    }
    for (uint32_t i = 0; op_global_flags[i].name; i++) {
        names[n++] = op_global_flags[i].name;
    }
    const char *near = op_nearest(name, names, n);
    return near ? arena_cstr(p->arena, arena_strf(p->arena, "--%s", near)) : NULL;
}

/* The value of a flag: behind "=", or the next word. */
static enum rc take_value(struct parse *p, struct str name, bool has_value, struct str *value)
{
    if (has_value) {
        return RC_OK;
    }
    if (p->at + 1 >= p->argc || strncmp(p->argv[p->at + 1], "--", 2) == 0) {
        return rc_fail(p->e, RC_INVALID, "--%.*s wants a value behind it", STR_FMT(name));
    }
    *value = str_of(p->argv[++p->at]);
    return RC_OK;
}

static enum rc set_global(struct parse *p, uint32_t flag, struct str value)
{
    struct op_global *g = &p->out->global;
    struct str name = str_of(op_global_flags[flag].name);
    enum lang lang;
    if (str_eq(name, STR("data"))) {
        g->data = value;
    } else if (str_eq(name, STR("brand"))) {
        g->brand = value;
    } else if (str_eq(name, STR("lang"))) {
        g->lang = value;
        if (!lang_parse(value, &lang)) {
            return rc_fail(p->e, RC_INVALID, "--lang is en or zh, not \"%.*s\"",
                           STR_FMT(value));
        }
    } else if (str_eq(name, STR("json")) || str_eq(name, STR("csv"))) {
        if (g->format != OP_FORMAT_TEXT) {
            return rc_fail(p->e, RC_INVALID, "--json and --csv exclude each other");
        }
        g->format = str_eq(name, STR("json")) ? OP_FORMAT_JSON : OP_FORMAT_CSV;
    } else if (str_eq(name, STR("xlsx"))) {
        g->xlsx = value;
    } else if (str_eq(name, STR("plot"))) {
        g->plot = value;
    } else if (str_eq(name, STR("no-color"))) {
        g->no_color = true;
    } else if (str_eq(name, STR("quiet"))) {
        g->quiet = true;
    } else if (str_eq(name, STR("help"))) {
        g->help = true;
    } else {
        g->version = true;
    }
    return RC_OK;
}

static enum rc take_global(struct parse *p, uint32_t flag, bool has_value, struct str value)
{
    const struct op_global_flag *f = &op_global_flags[flag];
    if (f->metavar) {
        enum rc rc = take_value(p, str_of(f->name), has_value, &value);
        if (rc) {
            return rc;
        }
        if (value.len == 0) {
            return rc_fail(p->e, RC_INVALID, "--%s is empty", f->name);
        }
    } else if (has_value) {
        return rc_fail(p->e, RC_INVALID, "--%s takes no value", f->name);
    }
    uint32_t bit = 1u << flag;
    if (p->seen & bit) {
        return f->metavar ? rc_fail(p->e, RC_INVALID, "--%s is given twice", f->name) : RC_OK;
    }
    p->seen |= bit;
    return set_global(p, flag, value);
}

static enum rc take_long(struct parse *p, struct str text)
{
    size_t eq = str_find_byte(text, '=', 0);
    bool has_value = eq != SIZE_MAX;
    struct str name = str_slice(text, 0, eq);
    struct str value = has_value ? str_slice(text, eq + 1, text.len) : STR_NULL;
    for (uint32_t i = 0; op_global_flags[i].name; i++) {
        if (str_eq(name, str_of(op_global_flags[i].name))) {
            return take_global(p, i, has_value, value);
        }
    }
    const struct op *op = p->out->op;
    uint32_t field = op ? op_in_find(op, name) : UINT32_MAX;
    if (field == UINT32_MAX) {
        struct str shown = arena_strf(p->arena, "--%.*s", STR_FMT(name));
        return fail_near(p, "flag", shown, nearest_flag(p, name));
    }
    if (op->in[field].secret) {
        rc_fail(p->e, RC_INVALID, "--%s would show it to everybody on this machine",
                op->in[field].name);
        err_hint(p->e, "leave it out: it is asked for, or read from standard input");
        return RC_INVALID;
    }
    if (op->in[field].type == OP_BOOL) {
        value = has_value ? value : STR("true");
    } else {
        enum rc rc = take_value(p, name, has_value, &value);
        if (rc) {
            return rc;
        }
    }
    return op_args_set(p->out->args, name, value, p->e);
}

static enum rc take_short(struct parse *p, struct str text)
{
    for (uint32_t i = 0; op_global_flags[i].name && text.len == 2; i++) {
        if (op_global_flags[i].letter == text.ptr[1]) {
            return take_global(p, i, false, STR_NULL);
        }
    }
    return fail_near(p, "flag", text, NULL);
}

static bool any_starts(const struct op_book *b, struct str words)
{
    const struct op *op;
    for (uint32_t i = 0; (op = op_at(b, i)) != NULL; i++) {
        if (op_name_starts(op->name, words)) {
            return true;
        }
    }
    return false;
}

static enum rc take_positional(struct parse *p, struct str word)
{
    const struct op *op = p->out->op;
    uint32_t place = 0;
    for (uint32_t i = 0; op->in && op->in[i].name; i++) {
        const struct op_in *in = &op->in[i];
        if (!in->positional || place++ < p->positionals) {
            continue;
        }
        p->positionals += !in->many;
        return op_args_set(p->out->args, str_of(in->name), word, p->e);
    }
    rc_fail(p->e, RC_INVALID, "\"%.*s\" is one word too many for \"%s\"",
            STR_FMT(str_slice(word, 0, 60)), op->name);
    err_hint(p->e, "see: pond help %s", op->name);
    return RC_INVALID;
}

/* A word is part of the command's name as long as some command's name goes on with it. */
static enum rc take_word(struct parse *p, struct str word)
{
    if (p->help_word) {
        p->words = arena_cstr(p->arena, arena_strf(p->arena, "%s%s%.*s", p->words,
                                                   *p->words ? " " : "", STR_FMT(word)));
        return RC_OK;
    }
    if (p->word_count == 0 && str_eq(word, STR("help"))) {
        p->help_word = p->out->global.help = true;
        return RC_OK;
    }
    char *words = arena_cstr(p->arena, arena_strf(p->arena, "%s%s%.*s", p->words,
                                                  *p->words ? " " : "", STR_FMT(word)));
    bool fresh = p->positionals == 0 && !p->only_words && p->word_count < 4;
    if (fresh && any_starts(p->book, str_of(words))) {
        p->words = words;
        p->word_count++;
        const struct op *op = op_find(p->book, str_of(words));
        if (op) {
            p->out->op = op;
            p->out->args = op_args_new(p->arena, op);
        }
        return RC_OK;
    }
    if (p->out->op) {
        return take_positional(p, word);
    }
    return fail_near(p, "command", str_of(words), nearest_command(p, str_of(words)));
}

static enum rc take(struct parse *p, struct str text)
{
    bool number = text.len > 1 && text.ptr[0] == '-' && isdigit((unsigned char)text.ptr[1]);
    if (p->only_words || text.len < 2 || text.ptr[0] != '-' || number) {
        return take_word(p, text);
    }
    if (str_eq(text, STR("--"))) {
        p->only_words = true;
        return RC_OK;
    }
    return text.ptr[1] == '-' ? take_long(p, str_slice(text, 2, text.len))
                              : take_short(p, text);
}

enum rc op_parse(const struct op_book *b, struct arena *a, int argc, char *const argv[],
                 struct op_request *out, struct err *e)
{
    char none[1] = "";
    *out = (struct op_request){0};
    struct parse p = {.book = b, .arena = a, .out = out, .e = e, .argc = argc, .argv = argv};
    p.words = arena_cstr(a, str_of(none));
    for (p.at = 1; p.at < argc; p.at++) {
        enum rc rc = take(&p, str_of(argv[p.at]));
        if (rc) {
            return rc;
        }
    }
    out->topic = str_of(p.words);
    if (!out->op && !out->global.version) {
        out->global.help = true;
    }
    return out->global.help || out->global.version ? RC_OK : op_args_check(out->args, e);
}
