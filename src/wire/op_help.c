/* What is read from the book: help, the description for machines, a page of documentation. */
#include "wire/op.h"
#include "wire/op_args.h"
#include "wire/text.h"

#define LEFT 30 /* columns of the left half of a help line */

const char *op_metavar(const struct op_in *in)
{
    if (in->metavar) {
        return in->metavar;
    }
    switch (in->type) {
    case OP_INT: return "N";
    case OP_REAL: return "X";
    case OP_DAY: return "DAY";
    case OP_PATH: return "FILE";
    case OP_CHOICE: return in->choices;
    case OP_STR:
    case OP_BOOL:
    case OP_ANY: break;
    }
    return "TEXT";
}

/* ---- Help ----------------------------------------------------------------------------------------- */

static void put_pair(struct buf *out, struct str left, const char *right)
{
    buf_add(out, STR("  "));
    buf_add(out, left);
    uint32_t w = text_width(left);
    if (w + 2 > LEFT) {
        buf_add_byte(out, '\n');
        w = 0;
        buf_add(out, STR("  "));
    }
    for (; w < LEFT; w++) {
        buf_add_byte(out, ' ');
    }
    buf_addf(out, "%s\n", right ? right : "");
}

static void put_heading(struct buf *out, enum lang l, const char *en, const char *zh)
{
    buf_addf(out, "\n%s\n", lang_pick(l, en, zh));
}

static void put_usage_field(struct buf *out, const struct op_in *in)
{
    const char *dots = in->many ? "..." : "";
    if (in->positional) {
        buf_addf(out, in->required ? " %s%s" : " [%s%s]", op_metavar(in), dots);
    } else if (in->type == OP_BOOL) {
        buf_addf(out, " [--%s]", in->name);
    } else {
        buf_addf(out, in->required ? " --%s %s%s" : " [--%s %s]%s", in->name, op_metavar(in),
                 dots);
    }
}

static void put_usage(struct buf *out, const struct op *op)
{
    buf_addf(out, "pond %s", op->name);
    for (int places = 1; places >= 0; places--) {
        for (uint32_t i = 0; op->in && op->in[i].name; i++) {
            if (op->in[i].positional == (places == 1) && !op->in[i].secret) {
                put_usage_field(out, &op->in[i]);
            }
        }
    }
    buf_add_byte(out, '\n');
}

/* "at the end of this day (days; default 7; day|week)" */
static void put_field_help(struct buf *out, const struct op_in *in, enum lang l)
{
    const char *help = lang_pick(l, in->help, in->help_zh);
    buf_add(out, str_of(help ? help : ""));
    const char *open = " (";
    if (in->unit) {
        buf_addf(out, "%s%s", open, in->unit);
        open = "; ";
    }
    if (in->fallback) {
        buf_addf(out, "%s%s %s", open, lang_pick(l, "default", "默认"), in->fallback);
        open = "; ";
    }
    if (in->choices && in->metavar) {
        buf_addf(out, "%s%s", open, in->choices);
        open = "; ";
    }
    if (in->min != 0 || in->max != 0) {
        buf_addf(out, "%s%lld..%lld", open, (long long)in->min, (long long)in->max);
        open = "; ";
    }
    if (open[0] == ';') {
        buf_add_byte(out, ')');
    }
}

static void put_field(struct buf *out, const struct op_in *in, enum lang l)
{
    struct buf left = {0}, right = {0};
    if (in->positional) {
        buf_add(&left, str_of(op_metavar(in)));
    } else if (in->type == OP_BOOL) {
        buf_addf(&left, "--%s", in->name);
    } else {
        buf_addf(&left, "--%s %s", in->name, op_metavar(in));
    }
    put_field_help(&right, in, l);
    put_pair(out, buf_str(&left), buf_cstr(&right));
    buf_release(&left);
    buf_release(&right);
}

/* op: a command's own help, NULL for the program's. --plot is told where there is a picture. */
static void put_globals(struct buf *out, enum lang l, const struct op *op)
{
    put_heading(out, l, "Flags of every command", "通用选项");
    for (const struct op_global_flag *f = op_global_flags; f->name; f++) {
        struct buf left = {0};
        bool plot = op && strcmp(f->name, "plot") == 0;
        if (plot && !op->picture) {
            continue;
        }
        buf_addf(&left, f->metavar ? "--%s %s" : "--%s%s", f->name,
                 f->metavar ? f->metavar : "");
        if (f->letter) {
            buf_addf(&left, ", -%c", f->letter);
        }
        if (plot) {
            struct buf what = {0};
            buf_addf(&what, "%s%s", lang_pick(l, "draw ", "画图："),
                     lang_pick(l, op->picture, op->picture_zh));
            put_pair(out, buf_str(&left), buf_cstr(&what));
            buf_release(&what);
        } else {
            put_pair(out, buf_str(&left), lang_pick(l, f->help, f->help_zh));
        }
        buf_release(&left);
    }
}

static void put_indented(struct buf *out, const char *lines)
{
    struct str rest = str_of(lines);
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        buf_addf(out, "  %.*s\n", STR_FMT(line));
    }
}

static void help_op(const struct op *op, enum lang l, struct buf *out)
{
    const char *more = lang_pick(l, op->more, op->more_zh);
    buf_addf(out, "%s\n\n  ", lang_pick(l, op->help, op->help_zh));
    put_usage(out, op);
    if (more) {
        buf_addf(out, "\n%s\n", more);
    }
    if (op->in && op->in[0].name) {
        put_heading(out, l, "Arguments", "参数");
        for (uint32_t i = 0; op->in[i].name; i++) {
            if (!op->in[i].secret) {
                put_field(out, &op->in[i], l);
            }
        }
    }
    put_globals(out, l, op);
    if (op->example) {
        put_heading(out, l, "Example", "示例");
        put_indented(out, op->example);
    }
}

/* The commands under a topic, by module; returns how many there are. */
static uint32_t help_list(const struct op_book *b, struct str topic, enum lang l,
                          struct buf *out)
{
    uint32_t count = 0;
    for (const struct op_module *const *m = b->modules; *m; m++) {
        bool headed = false;
        for (const struct op *op = (*m)->ops; op->name; op++) {
            if (op->hidden || !op_name_starts(op->name, topic)) {
                continue;
            }
            if (!headed) {
                put_heading(out, l, (*m)->title, (*m)->title_zh);
                headed = true;
            }
            put_pair(out, str_of(op->name), lang_pick(l, op->help, op->help_zh));
            count++;
        }
    }
    return count;
}

enum rc op_help(const struct op_book *b, struct str topic, enum lang lang, struct buf *out,
                struct err *e)
{
    const struct op *op = op_find(b, topic);
    if (op) {
        help_op(op, lang, out);
        return RC_OK;
    }
    size_t start = out->len;
    buf_addf(out, "%s: pond %s\n", lang_pick(lang, "Usage", "用法"),
             lang_pick(lang, "COMMAND [ARGUMENT...] [--FLAG VALUE...]",
                       "命令 [参数...] [--选项 值...]"));
    if (help_list(b, topic, lang, out) == 0) {
        out->len = start;
        struct arena *a = arena_new();
        uint32_t n = op_count(b);
        const char **names = arena_array(a, const char *, n + 1);
        for (uint32_t i = 0; i < n; i++) {
            names[i] = op_at(b, i)->name;
        }
        const char *near = op_nearest(topic, names, n);
        rc_fail(e, RC_MISSING, "no command \"%.*s\"", STR_FMT(str_slice(topic, 0, 80)));
        err_hint(e, near ? "did you mean \"%s\"?" : "see: pond help%s", near ? near : "");
        arena_free(a);
        return RC_MISSING;
    }
    put_globals(out, lang, NULL);
    buf_addf(out, "\n%s\n",
             lang_pick(lang, "More about a command: pond help COMMAND",
                       "查看某个命令：pond help 命令"));
    return RC_OK;
}

/* ---- For machines ---------------------------------------------------------------------------------- */

static void describe_in(const struct op_in *in, struct json *j)
{
    json_begin_object(j);
    json_put_cstr(j, "name", in->name);
    json_put_cstr(j, "type", op_type_name(in->type));
    json_put_bool(j, "required", in->required);
    json_put_bool(j, "positional", in->positional);
    json_put_bool(j, "many", in->many);
    json_put_cstr(j, "unit", in->unit);
    json_put_cstr(j, "default", in->fallback);
    json_put_cstr(j, "choices", in->choices);
    if (in->min != 0 || in->max != 0) {
        json_put_i64(j, "min", in->min);
        json_put_i64(j, "max", in->max);
    }
    json_put_cstr(j, "perm", in->perm);
    json_put_bool(j, "secret", in->secret);
    if (in->type == OP_PATH) {
        static const char *const files[] = {"local", "upload", "download"};
        json_put_cstr(j, "file", files[in->file]);
    }
    json_put_cstr(j, "help", in->help);
    json_put_cstr(j, "help_zh", in->help_zh);
    json_end_object(j);
}

static void describe_op(const struct op *op, struct json *j)
{
    json_begin_object(j);
    json_put_cstr(j, "name", op->name);
    json_put_cstr(j, "route", op->route);
    json_put_cstr(j, "perm", op->perm);
    json_put_cstr(j, "how", op_how_name(op->how));
    json_put_bool(j, "slow", op->slow);
    json_put_bool(j, "picture", op->picture != NULL);
    json_put_cstr(j, "help", op->help);
    json_put_cstr(j, "help_zh", op->help_zh);
    json_put_cstr(j, "example", op->example);
    json_key(j, "in");
    json_begin_array(j);
    for (uint32_t i = 0; op->in && op->in[i].name; i++) {
        describe_in(&op->in[i], j);
    }
    json_end_array(j);
    json_key(j, "out");
    json_begin_array(j);
    for (const struct op_out *o = op->out; o && o->path; o++) {
        json_begin_object(j);
        json_put_cstr(j, "path", o->path);
        json_put_cstr(j, "type", op_type_name(o->type));
        json_put_bool(j, "optional", o->optional);
        json_put_cstr(j, "help", o->help);
        json_put_cstr(j, "help_zh", o->help_zh);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

void op_describe_json(const struct op_book *b, struct json *j)
{
    const struct op *op;
    json_begin_object(j);
    json_key(j, "operations");
    json_begin_array(j);
    for (uint32_t i = 0; (op = op_at(b, i)) != NULL; i++) {
        describe_op(op, j);
    }
    json_end_array(j);
    json_end_object(j);
}

/* ---- A page of documentation ------------------------------------------------------------------------ */

/* A "|" would end the cell. */
static void put_cell(struct buf *out, const char *s)
{
    for (; s && *s; s++) {
        buf_add(out, *s == '|' ? STR("\\|") : str_make(s, 1));
    }
    buf_add(out, STR(" | "));
}

static void markdown_in(const struct op *op, enum lang l, struct buf *out)
{
    buf_add(out, str_of(lang_pick(l, "| argument | type | default | |\n|---|---|---|---|\n",
                                  "| 参数 | 类型 | 默认 | |\n|---|---|---|---|\n")));
    for (const struct op_in *in = op->in; in->name; in++) {
        buf_addf(out, in->positional || in->secret ? "| `%s` | " : "| `--%s` | ", in->name);
        put_cell(out, in->type == OP_CHOICE ? in->choices : op_type_name(in->type));
        put_cell(out, in->fallback   ? in->fallback
                      : in->required ? lang_pick(l, "required", "必填")
                                     : "");
        put_cell(out, lang_pick(l, in->help, in->help_zh));
        out->len--;
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
}

static void markdown_out(const struct op *op, enum lang l, struct buf *out)
{
    buf_add(out, str_of(lang_pick(l, "| reply | type | |\n|---|---|---|\n",
                                  "| 返回 | 类型 | |\n|---|---|---|\n")));
    for (const struct op_out *o = op->out; o->path; o++) {
        buf_addf(out, "| `%s` | ", o->path);
        put_cell(out, op_type_name(o->type));
        put_cell(out, lang_pick(l, o->help, o->help_zh));
        out->len--;
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
}

/* "Picture (`--plot FILE`): a line a stage." */
static void markdown_picture(const struct op *op, enum lang l, struct buf *out)
{
    if (op->picture) {
        buf_addf(out, "%s", lang_pick(l, "Picture (`--plot FILE`): ", "图（`--plot FILE`）："));
        buf_addf(out, "%s%s\n\n", lang_pick(l, op->picture, op->picture_zh),
                 lang_pick(l, ".", "。"));
    }
}

static void markdown_op(const struct op *op, enum lang l, struct buf *out)
{
    const char *more = lang_pick(l, op->more, op->more_zh);
    buf_addf(out, "### %s\n\n%s\n\n    ", op->name, lang_pick(l, op->help, op->help_zh));
    put_usage(out, op);
    buf_add_byte(out, '\n');
    if (more) {
        buf_addf(out, "%s\n\n", more);
    }
    if (op->route) {
        buf_addf(out, "%s `%s`", lang_pick(l, "Route", "路由"), op->route);
        buf_addf(out, ", %s `%s`.\n\n", lang_pick(l, "permission", "权限"),
                 op->perm ? op->perm : "");
    }
    markdown_picture(op, l, out);
    if (op->in && op->in[0].name) {
        markdown_in(op, l, out);
    }
    if (op->out && op->out[0].path) {
        markdown_out(op, l, out);
    }
    if (op->example) {
        buf_addf(out, "%s\n\n```\n%s\n```\n\n", lang_pick(l, "Example:", "示例："),
                 op->example);
    }
}

void op_markdown(const struct op_book *b, enum lang lang, struct buf *out)
{
    for (const struct op_module *const *m = b->modules; *m; m++) {
        buf_addf(out, "## %s\n\n", lang_pick(lang, (*m)->title, (*m)->title_zh));
        for (const struct op *op = (*m)->ops; op->name; op++) {
            if (!op->hidden) {
                markdown_op(op, lang, out);
            }
        }
    }
}
