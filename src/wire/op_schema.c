/* The JSON Schema of a reply, from the leaves that its record lists. */
#include <stdio.h>
#include "wire/op_args.h"
#include "wire/op_openapi.h"

struct schema {
    const struct op *op;
    struct json *j;
    struct arena *a;
};

static void put_value(const struct schema *s, struct str at);

static const struct op_out *leaf(const struct op *op, struct str path)
{
    for (const struct op_out *o = op->out; o->path; o++) {
        if (str_eq(str_of(o->path), path)) {
            return o;
        }
    }
    return NULL;
}

static bool any_under(const struct op *op, struct str prefix)
{
    for (const struct op_out *o = op->out; o->path; o++) {
        if (str_starts(str_of(o->path), prefix)) {
            return true;
        }
    }
    return false;
}

/* The name that follows the prefix: "stages[].stage" behind "stages[]." -> "stage". */
static struct str next_name(const struct op_out *o, struct str prefix)
{
    struct str rest = str_slice(str_of(o->path), prefix.len, SIZE_MAX);
    size_t n = 0;
    while (n < rest.len && rest.ptr[n] != '.' && rest.ptr[n] != '[') {
        n++;
    }
    return str_slice(rest, 0, n);
}

static void put_type(struct json *j, const char *type, bool nullable)
{
    if (!nullable) {
        json_put_cstr(j, "type", type);
        return;
    }
    json_key(j, "type");
    json_begin_array(j);
    json_cstr(j, type);
    json_cstr(j, "null");
    json_end_array(j);
}

/* Help is written for the command line. */
static void put_help(struct json *j, const char *help)
{
    char words[1000];
    (void)snprintf(words, sizeof(words), "%s", help);
    op_words_of_fields(words);
    json_put_cstr(j, "description", words);
}

static void put_leaf(struct json *j, const struct op_out *o)
{
    json_begin_object(j);
    switch (o->type) {
    case OP_INT: put_type(j, "integer", o->optional); break;
    case OP_REAL: put_type(j, "number", o->optional); break;
    case OP_BOOL: put_type(j, "boolean", o->optional); break;
    case OP_DAY:
        put_type(j, "string", o->optional);
        json_put_cstr(j, "format", "date");
        break;
    case OP_STR:
    case OP_PATH:
    case OP_CHOICE: put_type(j, "string", o->optional); break;
    case OP_ANY: break;
    }
    put_help(j, o->help);
    json_end_object(j);
}

/* True when a name is listed for the first time with this row. */
static bool is_first(const struct op *op, const struct op_out *row, struct str prefix,
                     struct str name)
{
    for (const struct op_out *o = op->out; o != row; o++) {
        if (str_starts(str_of(o->path), prefix) && str_eq(next_name(o, prefix), name)) {
            return false;
        }
    }
    return true;
}

/* A member that every such object has: a leaf, or an object that holds one. Arrays may be left out. */
static bool is_needed(const struct op *op, struct str at)
{
    for (const struct op_out *o = op->out; o->path; o++) {
        struct str path = str_of(o->path);
        if (!o->optional && str_starts(path, at)) {
            struct str rest = str_slice(path, at.len, path.len);
            if (!rest.len || (rest.ptr[0] == '.' && str_find(rest, STR("[]"), 0) == SIZE_MAX)) {
                return true;
            }
        }
    }
    return false;
}

static void put_object(const struct schema *s, struct str prefix)
{
    struct json *j = s->j;
    bool needed = false;
    json_begin_object(j);
    json_put_cstr(j, "type", "object");
    json_key(j, "properties");
    json_begin_object(j);
    for (const struct op_out *o = s->op->out; o->path; o++) {
        if (!str_starts(str_of(o->path), prefix)) {
            continue;
        }
        struct str name = next_name(o, prefix);
        struct str at = arena_strf(s->a, "%.*s%.*s", STR_FMT(prefix), STR_FMT(name));
        if (is_first(s->op, o, prefix, name)) {
            json_key_str(j, name);
            put_value(s, at);
            needed = needed || is_needed(s->op, at);
        }
    }
    json_end_object(j);
    if (needed) {
        json_key(j, "required");
        json_begin_array(j);
        for (const struct op_out *o = s->op->out; o->path; o++) {
            if (!str_starts(str_of(o->path), prefix)) {
                continue;
            }
            struct str name = next_name(o, prefix);
            struct str at = arena_strf(s->a, "%.*s%.*s", STR_FMT(prefix), STR_FMT(name));
            if (is_first(s->op, o, prefix, name) && is_needed(s->op, at)) {
                json_str(j, name);
            }
        }
        json_end_array(j);
    }
    json_end_object(j);
}

static void put_value(const struct schema *s, struct str at)
{
    struct str item = arena_strf(s->a, "%.*s[]", STR_FMT(at));
    const struct op_out *o = leaf(s->op, at);
    if (o) {
        put_leaf(s->j, o);
    } else if (any_under(s->op, item)) {
        json_begin_object(s->j);
        json_put_cstr(s->j, "type", "array");
        json_key(s->j, "items");
        put_value(s, item);
        json_end_object(s->j);
    } else {
        put_object(s, arena_strf(s->a, "%.*s.", STR_FMT(at)));
    }
}

void op_reply_schema(const struct op *op, struct json *j)
{
    struct arena *a = arena_new();
    const struct schema s = {op, j, a};
    if (op->out && op->out[0].path) {
        put_object(&s, STR(""));
    } else {
        json_begin_object(j);
        json_end_object(j);
    }
    arena_free(a);
}
