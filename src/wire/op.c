/* The book, the values of one request, and one call with its output. */
#include "wire/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/day.h"
#include "wire/op_args.h"

/* ---- The book --------------------------------------------------------------------------------- */

const struct op *op_at(const struct op_book *b, uint32_t i)
{
    for (const struct op_module *const *m = b->modules; *m; m++) {
        for (const struct op *op = (*m)->ops; op->name; op++) {
            if (i-- == 0) {
                return op;
            }
        }
    }
    return NULL;
}

uint32_t op_count(const struct op_book *b)
{
    uint32_t n = 0;
    while (op_at(b, n)) {
        n++;
    }
    return n;
}

const struct op *op_find(const struct op_book *b, struct str name)
{
    const struct op *op;
    for (uint32_t i = 0; (op = op_at(b, i)) != NULL; i++) {
        if (str_eq(str_of(op->name), name)) {
            return op;
        }
    }
    return NULL;
}

bool op_name_starts(const char *name, struct str prefix)
{
    struct str s = str_of(name);
    return str_starts(s, prefix) &&
           (prefix.len == 0 || s.len == prefix.len || s.ptr[prefix.len] == ' ');
}

uint32_t op_in_count(const struct op *op)
{
    uint32_t n = 0;
    while (op->in && op->in[n].name) {
        n++;
    }
    return n;
}

static bool same_name(const char *a, struct str b)
{
    struct str s = str_of(a);
    bool same = s.len == b.len;
    for (size_t i = 0; same && i < b.len; i++) {
        same = s.ptr[i] == (b.ptr[i] == '_' ? '-' : b.ptr[i]);
    }
    return same;
}

uint32_t op_in_find(const struct op *op, struct str name)
{
    for (uint32_t i = 0; op->in && op->in[i].name; i++) {
        if (same_name(op->in[i].name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

const char *op_how_name(enum op_how how)
{
    static const char *const names[] = {
        [OP_READS] = "reads", [OP_EDITS] = "edits",     [OP_LEDGER] = "ledger",
        [OP_ASIDE] = "aside", [OP_CHANGES] = "changes", [OP_ALONE] = "alone"};
    return names[how];
}

const char *op_type_name(enum op_type t)
{
    static const char *const names[] = {
        [OP_STR] = "string",   [OP_INT] = "integer", [OP_REAL] = "number",   [OP_DAY] = "day",
        [OP_BOOL] = "boolean", [OP_PATH] = "path",   [OP_CHOICE] = "choice", [OP_ANY] = "any",
    };
    return names[t];
}

/* ---- Values ------------------------------------------------------------------------------------ */

struct op_args *op_args_new(struct arena *a, const struct op *op)
{
    struct op_args *args = arena_new_of(a, struct op_args);
    args->arena = a;
    args->op = op;
    args->fields = op_in_count(op);
    args->field = arena_array(a, struct op_values, args->fields + 1);
    return args;
}

static bool is_choice(const char *choices, struct str value)
{
    struct str rest = str_of(choices);
    while (rest.len > 0) {
        if (str_eq(str_cut(&rest, '|'), value)) {
            return true;
        }
    }
    return false;
}

static bool parse_bool(struct str s, bool *out)
{
    *out = str_eq(s, STR("true")) || str_eq(s, STR("yes")) || str_eq(s, STR("on")) ||
           str_eq(s, STR("1"));
    return *out || str_eq(s, STR("false")) || str_eq(s, STR("no")) || str_eq(s, STR("off")) ||
           str_eq(s, STR("0"));
}

static enum rc check_int(const struct op_in *in, struct str value, struct err *e)
{
    int64_t v;
    bool bounded = in->min != 0 || in->max != 0;
    if (!str_i64(value, &v)) {
        return rc_fail(e, RC_INVALID, "--%s wants a whole number, not \"%.*s\"", in->name,
                       STR_FMT(str_slice(value, 0, 60)));
    }
    if (bounded && (v < in->min || v > in->max)) {
        return rc_fail(e, RC_INVALID, "--%s must be %lld to %lld", in->name, (long long)in->min,
                       (long long)in->max);
    }
    return RC_OK;
}

/* A value of the field's type? */
static enum rc check_value(const struct op_in *in, struct str value, struct err *e)
{
    struct str shown = str_slice(value, 0, 60);
    int32_t day;
    double real;
    bool flag;
    switch (in->type) {
    case OP_INT: return check_int(in, value, e);
    case OP_REAL:
        return str_f64(value, &real)
                   ? RC_OK
                   : rc_fail(e, RC_INVALID, "--%s wants a number, not \"%.*s\"", in->name,
                             STR_FMT(shown));
    case OP_DAY:
        if (!day_parse(value, &day)) {
            rc_fail(e, RC_INVALID, "--%s: \"%.*s\" is no day", in->name, STR_FMT(shown));
            err_hint(e, "write it as 2017-12-01");
            return RC_INVALID;
        }
        return RC_OK;
    case OP_BOOL:
        return parse_bool(value, &flag)
                   ? RC_OK
                   : rc_fail(e, RC_INVALID, "--%s is true or false, not \"%.*s\"", in->name,
                             STR_FMT(shown));
    case OP_CHOICE:
        if (!is_choice(in->choices, value)) {
            rc_fail(e, RC_INVALID, "--%s cannot be \"%.*s\"", in->name, STR_FMT(shown));
            err_hint(e, "one of %s", in->choices);
            return RC_INVALID;
        }
        return RC_OK;
    case OP_STR:
    case OP_PATH:
    case OP_ANY: break;
    }
    return value.len > 0 || in->type == OP_STR
               ? RC_OK
               : rc_fail(e, RC_INVALID, "--%s is empty", in->name);
}

static void add_value(struct op_args *args, uint32_t i, struct str value)
{
    struct op_values *v = &args->field[i];
    if (v->count == v->cap) {
        uint32_t cap = v->cap ? v->cap * 2 : 4;
        struct str *more = arena_array(args->arena, struct str, cap);
        if (v->count > 0) {
            memcpy(more, v->item, v->count * sizeof(*more));
        }
        v->item = more;
        v->cap = cap;
    }
    v->item[v->count++] = value;
}

enum rc op_args_set(struct op_args *args, struct str name, struct str value, struct err *e)
{
    uint32_t i = op_in_find(args->op, name);
    if (i == UINT32_MAX) {
        return rc_fail(e, RC_INVALID, "\"%s\" has no field \"%.*s\"", args->op->name,
                       STR_FMT(str_slice(name, 0, 60)));
    }
    const struct op_in *in = &args->op->in[i];
    if (args->field[i].count > 0 && !in->many) {
        return rc_fail(e, RC_INVALID, "--%s is given twice", in->name);
    }
    enum rc rc = check_value(in, value, e);
    if (rc == RC_OK) {
        add_value(args, i, value);
    }
    return rc;
}

enum rc op_args_check(const struct op_args *args, struct err *e)
{
    for (uint32_t i = 0; i < args->fields; i++) {
        const struct op_in *in = &args->op->in[i];
        if (in->required && args->field[i].count == 0 && !in->fallback) {
            rc_fail(e, RC_INVALID, in->positional ? "%s is missing" : "--%s is missing",
                    in->positional ? op_metavar(in) : in->name);
            err_hint(e, "see: pond help %s", args->op->name);
            return RC_INVALID;
        }
    }
    return RC_OK;
}

uint32_t op_args_count(const struct op_args *args, uint32_t i)
{
    return i < args->fields ? args->field[i].count : 0;
}

struct str op_args_at(const struct op_args *args, uint32_t i, uint32_t k)
{
    return k < op_args_count(args, i) ? args->field[i].item[k] : STR_NULL;
}

/* ---- A call ------------------------------------------------------------------------------------- */

static void drop_output(void *p)
{
    struct op_output *o = p;
    buf_release(&o->reply);
    vec_release(&o->shown);
}

struct op_call *op_call_new(struct arena *a, const struct op_request *q, void *app,
                            struct err *e)
{
    struct op_call *c = arena_new_of(a, struct op_call);
    *c = (struct op_call){.op = q->op,
                          .arena = a,
                          .app = app,
                          .args = q->args,
                          .err = e,
                          .format = q->global.format,
                          .quiet = q->global.quiet,
                          .xlsx = q->global.xlsx,
                          .plot = q->global.plot};
    (void)lang_parse(q->global.lang, &c->lang);
    c->output = arena_new_of(a, struct op_output);
    json_init(&c->output->json, &c->output->reply);
    arena_defer(a, drop_output, c->output);
    return c;
}

/* The i-th value of a field, or its fallback; false when there is neither. */
static bool value_at(const struct op_call *c, const char *name, uint32_t i, struct str *out)
{
    uint32_t field = op_in_find(c->op, str_of(name));
    if (field == UINT32_MAX) {
        (void)fprintf(stderr, "pond: \"%s\" has no field \"%s\"\n", c->op->name, name);
        abort();
    }
    const struct op_values *v = &c->args->field[field];
    const char *fallback = c->op->in[field].fallback;
    if (i < v->count) {
        *out = v->item[i];
        return true;
    }
    *out = str_of(fallback);
    return v->count == 0 && i == 0 && fallback != NULL;
}

bool op_has(const struct op_call *c, const char *name)
{
    struct str s;
    return value_at(c, name, 0, &s);
}

struct str op_arg_at(const struct op_call *c, const char *name, uint32_t i)
{
    struct str s;
    return value_at(c, name, i, &s) ? s : STR_NULL;
}

struct str op_arg_str(const struct op_call *c, const char *name)
{
    return op_arg_at(c, name, 0);
}

int64_t op_arg_int(const struct op_call *c, const char *name, int64_t absent)
{
    int64_t v;
    return str_i64(op_arg_str(c, name), &v) ? v : absent;
}

double op_arg_real(const struct op_call *c, const char *name, double absent)
{
    double v;
    return str_f64(op_arg_str(c, name), &v) ? v : absent;
}

int32_t op_arg_day(const struct op_call *c, const char *name, int32_t absent)
{
    int32_t v;
    return day_parse(op_arg_str(c, name), &v) ? v : absent;
}

bool op_arg_bool(const struct op_call *c, const char *name)
{
    bool v;
    return parse_bool(op_arg_str(c, name), &v) && v;
}

uint32_t op_arg_count(const struct op_call *c, const char *name)
{
    uint32_t n = 0;
    struct str s;
    while (value_at(c, name, n, &s)) {
        n++;
    }
    return n;
}

void op_progress(struct op_call *c, double share, struct str text)
{
    if (c->progress) {
        c->progress(c->progress_ctx, share, text);
    }
}

/* ---- Output ------------------------------------------------------------------------------------- */

struct json *op_json(struct op_call *c) { return &c->output->json; }

struct table *op_table(struct op_call *c)
{
    struct table *t = table_new(c->arena);
    struct op_shown s = {.table = t};
    vec_push(&c->output->shown, s);
    return t;
}

void op_text(struct op_call *c, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *text = arena_alloc(c->arena, (size_t)n + 1);
    (void)vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(args);
    struct op_shown s = {.text = str_make(text, (size_t)n)};
    vec_push(&c->output->shown, s);
}

const char *op_say(const struct op_call *c, const char *en, const char *zh)
{
    return lang_pick(c->lang, en, zh);
}

struct str op_reply(const struct op_call *c) { return buf_str(&c->output->reply); }

static void render_csv(const struct op_output *o, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < o->shown.len; i++) {
        if (o->shown.ptr[i].table) {
            buf_add(out, first ? STR("") : STR("\r\n"));
            table_csv(o->shown.ptr[i].table, out);
            first = false;
        }
    }
}

static void render_text(const struct op_output *o, const struct table_style *style,
                        struct buf *out)
{
    for (size_t i = 0; i < o->shown.len; i++) {
        const struct op_shown *s = &o->shown.ptr[i];
        if (!s->table) {
            buf_add(out, s->text);
            buf_add_byte(out, '\n');
            continue;
        }
        if (i > 0) {
            buf_add_byte(out, '\n');
        }
        table_print(s->table, style, out);
    }
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-';
}

void op_words_of_fields(char *text)
{
    char *to = text;
    bool before = false; /* a letter: what follows is no flag */
    for (const char *p = text; *p;) {
        if (before || p[0] != '-' || p[1] != '-' || p[2] < 'a' || p[2] > 'z') {
            before = is_word(*p);
            *to++ = *p++;
            continue;
        }
        for (p += 2; is_word(*p); p++) {
            *to++ = *p == '-' && is_word(p[1]) ? '_' : *p;
        }
    }
    *to = '\0';
}

void op_render(const struct op_call *c, const struct table_style *style, struct buf *out)
{
    size_t before = out->len;
    switch (c->format) {
    case OP_FORMAT_CSV: render_csv(c->output, out); break;
    case OP_FORMAT_TEXT: render_text(c->output, style, out); break;
    case OP_FORMAT_JSON: break;
    }
    if (out->len == before && c->output->reply.len > 0) {
        buf_add(out, op_reply(c));
        buf_add_byte(out, '\n');
    }
}
