#include "serve/api_args.h"
#include "wire/web.h"

struct reading {
    const struct op *op;
    struct arena *a;
    struct op_args *args;
    struct api_options *options;
    struct str *field;
    struct err *e;
};

struct str api_field_name(const char *name, struct arena *a)
{
    char *s = arena_cstr(a, str_of(name));
    for (char *p = s; *p; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    return str_of(s);
}

/* ---- Words ----------------------------------------------------------------------------------- */

void api_speak(struct err *e)
{
    op_words_of_fields(e->msg);
    op_words_of_fields(e->hint);
}

/* ---- One value ------------------------------------------------------------------------------- */

static const struct op_in *find_in(const struct op *op, struct str name)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        struct str s = str_of(in->name);
        bool same = s.len == name.len;
        for (size_t i = 0; same && i < s.len; i++) {
            same = s.ptr[i] == (name.ptr[i] == '_' ? '-' : name.ptr[i]);
        }
        if (same) {
            return in;
        }
    }
    return NULL;
}

static enum rc fail_unknown(const struct reading *r, struct str name)
{
    const char *words[64];
    uint32_t n = 0;
    struct str shown = str_slice(name, 0, 60);
    for (const struct op_in *in = r->op->in; in && in->name && n < 64; in++) {
        words[n++] = api_field_name(in->name, r->a).ptr;
    }
    const char *near = op_nearest(api_field_name(arena_cstr(r->a, shown), r->a), words, n);
    rc_fail(r->e, RC_INVALID, "there is no field \"%.*s\"", STR_FMT(shown));
    if (near) {
        err_hint(r->e, "did you mean \"%s\"?", near);
    } else {
        err_hint(r->e, "the fields of \"%s\" are listed at /docs", r->op->name);
    }
    return RC_INVALID;
}

static enum rc fail_path(const struct reading *r, const struct op_in *in)
{
    rc_fail(r->e, RC_INVALID, "%s names a path of the server: not over HTTP", in->name);
    if (in->file == OP_FILE_UPLOAD) {
        err_hint(r->e, "send the file as the body of the request, its name as ?name=");
    } else if (in->file == OP_FILE_DOWNLOAD) {
        err_hint(r->e, "leave it away: the answer is the file; ?format=csv or xlsx");
    } else {
        err_hint(r->e, "leave it away, or use the command line on the server");
    }
    return RC_INVALID;
}

static enum rc put_value(struct reading *r, struct str name, struct str value)
{
    const struct op_in *in = find_in(r->op, name);
    enum rc rc;
    *r->field = name;
    if (!in) {
        rc = fail_unknown(r, name);
    } else if (in->type == OP_PATH) {
        rc = fail_path(r, in);
    } else if (!str_is_utf8(value)) {
        rc = rc_fail(r->e, RC_INVALID, "%s is no UTF-8", in->name);
    } else if (memchr(value.len ? value.ptr : "", '\0', value.len)) {
        rc = rc_fail(r->e, RC_INVALID, "%s holds a zero byte", in->name);
    } else {
        rc = op_args_set(r->args, str_of(in->name), value, r->e);
    }
    return rc;
}

/* ---- The query ------------------------------------------------------------------------------- */

static bool is_upload(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->file == OP_FILE_UPLOAD) {
            return true;
        }
    }
    return false;
}

/* The request's own fields, where the operation has none of that name. */
static struct str *option_of(const struct reading *r, struct str name)
{
    if (find_in(r->op, name)) {
        return NULL;
    }
    if (str_eq(name, STR("lang"))) {
        return &r->options->lang;
    }
    if (str_eq(name, STR("format"))) {
        return &r->options->format;
    }
    return str_eq(name, STR("name")) && is_upload(r->op) ? &r->options->name : NULL;
}

static enum rc read_query(struct reading *r, struct str query)
{
    struct str name, value;
    if (query.len > API_QUERY_MAX) {
        rc_fail(r->e, RC_TOO_LARGE, "a query has at most %u bytes", API_QUERY_MAX);
        err_hint(r->e, "send the fields as JSON: POST to the same path");
        return RC_TOO_LARGE;
    }
    while (web_form_next(r->a, &query, &name, &value)) {
        struct str *option = option_of(r, name);
        const struct op_in *in = find_in(r->op, name);
        if (in && in->secret) {
            *r->field = name;
            rc_fail(r->e, RC_INVALID, "%s must not stand in a query, which logs keep",
                    in->name);
            err_hint(r->e, "send it in the body, as JSON");
            return RC_INVALID;
        }
        if (option) {
            *option = value;
            continue;
        }
        enum rc rc = name.len ? put_value(r, name, value) : RC_OK;
        if (rc) {
            return rc;
        }
    }
    return RC_OK;
}

/* ---- The body -------------------------------------------------------------------------------- */

/* The text of a JSON value as op_args_set takes it; false: absent. */
static bool text_of(const struct json_value *v, struct arena *a, struct str *out)
{
    *out = arena_str(a, v->value);
    return v->type != JSON_NULL;
}

static enum rc put_array(struct reading *r, struct str name, const struct json_value *v)
{
    enum rc rc = RC_OK;
    const struct json_value *end = v + v->span;
    for (const struct json_value *item = v + 1; !rc && item <= end; item += 1 + item->span) {
        struct str text;
        if (item->type == JSON_ARRAY || !text_of(item, r->a, &text)) {
            *r->field = name;
            rc = rc_fail(r->e, RC_INVALID, "%.*s is a list of plain values", STR_FMT(name));
        } else {
            rc = put_value(r, name, text);
        }
    }
    return rc;
}

static enum rc read_body(struct reading *r, struct str body)
{
    static const struct json_limits limits = {.depth = 64, .values = 200000, .bytes = 1u << 20};
    struct json_reader *reader = json_reader_new(&limits);
    struct json_flat f = {0};
    enum rc rc = json_flat(reader, body, &f, r->e);
    if (rc) {
        err_prefix(r->e, "the body");
    } else if (!f.count || f.item[0].type != JSON_OBJECT) {
        rc = rc_fail(r->e, RC_INVALID, "the body is a JSON object: {\"field\": value}");
    }
    for (uint32_t i = 1; !rc && i < f.count; i += 1 + f.item[i].span) {
        const struct json_value *v = &f.item[i];
        struct str name = arena_str(r->a, v->key), text;
        if (v->type == JSON_ARRAY) {
            rc = put_array(r, name, v);
        } else if (text_of(v, r->a, &text)) {
            rc = put_value(r, name, text);
        }
    }
    json_reader_free(reader);
    return rc;
}

enum rc api_args_read(const struct api_source *s, struct arena *a, struct op_args **out,
                      struct api_options *options, struct str *field, struct err *e)
{
    struct reading r = {.op = s->op,
                        .a = a,
                        .args = op_args_new(a, s->op),
                        .options = options,
                        .field = field,
                        .e = e};
    *field = STR_NULL;
    *options = (struct api_options){0};
    enum rc rc = read_query(&r, s->query);
    if (!rc && str_trim(s->body).len) {
        rc = read_body(&r, s->body);
    }
    if (rc) {
        api_speak(e);
        *field =
            field->ptr ? api_field_name(arena_cstr(a, str_slice(*field, 0, 60)), a) : *field;
    } else {
        *field = STR_NULL;
    }
    *out = r.args;
    return rc;
}

const char *api_args_missing(const struct op *op, const struct op_args *args)
{
    uint32_t i = 0;
    for (const struct op_in *in = op->in; in && in->name; in++, i++) {
        if (in->required && !in->fallback && in->file == OP_FILE_LOCAL &&
            op_args_count(args, i) == 0) {
            return in->name;
        }
    }
    return NULL;
}
