/* Is a reply what its record says? For tests: every leaf listed, of its type, none missing. */
#include "base/arena.h"
#include "base/day.h"
#include "wire/op.h"
#include "wire/op_args.h"

/* "stages[3].stage" -> "stages[].stage" */
static struct str without_places(struct arena *a, struct str path)
{
    char *to = arena_alloc(a, path.len + 1);
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < path.len; i++) {
        inside = inside && path.ptr[i] != ']';
        if (!inside) {
            to[n++] = path.ptr[i];
        }
        inside = inside || path.ptr[i] == '[';
    }
    return str_make(to, n);
}

static bool lies_under(struct str path, const char *top)
{
    struct str t = str_of(top);
    return str_starts(path, t) &&
           (path.len == t.len || path.ptr[t.len] == '.' || path.ptr[t.len] == '[');
}

static const struct op_out *find_out(const struct op *op, struct str path)
{
    for (const struct op_out *o = op->out; o->path; o++) {
        if (str_eq(path, str_of(o->path)) || (o->type == OP_ANY && lies_under(path, o->path))) {
            return o;
        }
    }
    return NULL;
}

static bool is_of_type(const struct json_value *v, const struct op_out *o)
{
    int32_t day;
    bool whole = str_find_byte(v->value, '.', 0) == SIZE_MAX &&
                 str_find_byte(v->value, 'e', 0) == SIZE_MAX &&
                 str_find_byte(v->value, 'E', 0) == SIZE_MAX;
    if (v->type == JSON_NULL && o->optional) {
        return true;
    }
    switch (o->type) {
    case OP_ANY: return true;
    case OP_INT: return v->type == JSON_NUMBER && whole;
    case OP_REAL: return v->type == JSON_NUMBER;
    case OP_BOOL: return v->type == JSON_TRUE || v->type == JSON_FALSE;
    case OP_DAY: return v->type == JSON_STRING && day_parse(v->value, &day);
    case OP_STR:
    case OP_PATH:
    case OP_CHOICE: break;
    }
    return v->type == JSON_STRING;
}

/* A path's holder: "stages[].stage" -> "stages[]", "matrix[][]" -> "matrix[]", "day" -> "". */
static struct str holder_of(struct str path)
{
    if (str_ends(path, STR("[]"))) {
        return str_slice(path, 0, path.len - 2);
    }
    size_t dot = path.len;
    while (dot > 0 && path.ptr[dot - 1] != '.') {
        dot--;
    }
    return str_slice(path, 0, dot > 0 ? dot - 1 : 0);
}

static uint32_t count_path(const struct str *paths, uint32_t n, struct str path)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        count += str_eq(paths[i], path);
    }
    return count;
}

/* Every holder that is there has the field. Arrays may be empty; so may what is optional. */
static enum rc check_missing(const struct op *op, const struct str *paths, uint32_t n,
                             struct err *e)
{
    for (const struct op_out *o = op->out; o->path; o++) {
        struct str path = str_of(o->path), holder = holder_of(path);
        bool element = str_ends(path, STR("[]"));
        if (o->optional || element) {
            continue;
        }
        uint32_t holders = count_path(paths, n, holder);
        bool in_array = str_find(path, STR("[]"), 0) != SIZE_MAX;
        if (count_path(paths, n, path) < holders || (holders == 0 && !in_array)) {
            return rc_fail(e, RC_INVALID, "%s: the reply lacks \"%s\"", op->name, o->path);
        }
    }
    return RC_OK;
}

static enum rc check_values(const struct op *op, const struct json_flat *f, struct arena *a,
                            struct err *e)
{
    struct str *paths = arena_array(a, struct str, f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct json_value *v = &f->item[i];
        paths[i] = without_places(a, v->path);
        if (v->type == JSON_OBJECT || v->type == JSON_ARRAY) {
            continue;
        }
        const struct op_out *o = find_out(op, paths[i]);
        if (!o) {
            return rc_fail(e, RC_INVALID, "%s: \"%.*s\" is in the reply, not in its record",
                           op->name, STR_FMT(v->path));
        }
        if (!is_of_type(v, o)) {
            return rc_fail(e, RC_INVALID, "%s: \"%.*s\" is no %s: %.*s", op->name,
                           STR_FMT(v->path), op_type_name(o->type),
                           STR_FMT(str_slice(v->value, 0, 40)));
        }
    }
    return check_missing(op, paths, f->count, e);
}

enum rc op_check_reply(const struct op *op, struct str reply, struct err *e)
{
    static const struct json_limits limits = {
        .depth = 32, .values = 4u << 20, .bytes = 256u << 20};
    if (!op->out) {
        return RC_OK;
    }
    struct json_reader *r = json_reader_new(&limits);
    struct arena *a = arena_new();
    struct json_flat f;
    enum rc rc = json_flat(r, str_trim(reply), &f, e);
    if (rc == RC_OK) {
        rc = check_values(op, &f, a, e);
    }
    arena_free(a);
    json_reader_free(r);
    return rc;
}
