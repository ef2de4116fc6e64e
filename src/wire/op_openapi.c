#include "wire/op_openapi.h"
#include <ctype.h>
#include <stdio.h>
#include "wire/op_args.h"

struct writing {
    const struct op_openapi *o;
    struct json *j;
    struct arena *a;
};

/* ---- Names ----------------------------------------------------------------------------------- */

static struct str route_method(const struct op *op)
{
    struct str rest = str_of(op->route);
    return str_cut(&rest, ' ');
}

static struct str route_path(const struct op *op)
{
    struct str rest = str_of(op->route);
    (void)str_cut(&rest, ' ');
    return rest;
}

static const char *lower(const struct writing *w, struct str s)
{
    char *text = arena_cstr(w->a, s);
    for (char *p = text; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return text;
}

/* "report assets" -> "report_assets" */
static const char *operation_id(const struct writing *w, const struct op *op, bool by_post)
{
    char *id = arena_cstr(w->a, arena_strf(w->a, "%s%s", op->name, by_post ? " by post" : ""));
    for (char *p = id; *p; p++) {
        *p = *p == ' ' || *p == '-' ? '_' : *p;
    }
    return id;
}

static bool is_public(const struct op *op) { return strcmp(op->perm, "public") == 0; }

static const struct op_in *upload_of(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->file == OP_FILE_UPLOAD) {
            return in;
        }
    }
    return NULL;
}

static bool downloads(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->file == OP_FILE_DOWNLOAD) {
            return true;
        }
    }
    return false;
}

static bool has_field(const struct op *op, const char *name)
{
    return op->in && op_in_find(op, str_of(name)) != UINT32_MAX;
}

/* ---- Fields ---------------------------------------------------------------------------------- */

/* A value as it stands in JSON: numbers and truth as such. */
static void put_typed(struct json *j, enum op_type t, struct str value)
{
    int64_t i;
    double f;
    if (t == OP_INT && str_i64(value, &i)) {
        json_i64(j, i);
    } else if (t == OP_REAL && str_f64(value, &f)) {
        json_f64(j, f);
    } else if (t == OP_BOOL) {
        json_bool(j, str_eq(value, STR("true")) || str_eq(value, STR("yes")) ||
                         str_eq(value, STR("on")) || str_eq(value, STR("1")));
    } else {
        json_str(j, value);
    }
}

static void put_choices(struct json *j, const char *choices)
{
    struct str rest = str_of(choices);
    json_key(j, "enum");
    json_begin_array(j);
    while (rest.len) {
        json_str(j, str_cut(&rest, '|'));
    }
    json_end_array(j);
}

/* The members of a value's schema, inside an object that is open. */
static void put_scalar(struct json *j, const struct op_in *in)
{
    static const char *const types[] = {
        [OP_STR] = "string",    [OP_INT] = "integer",  [OP_REAL] = "number",
        [OP_DAY] = "string",    [OP_BOOL] = "boolean", [OP_PATH] = "string",
        [OP_CHOICE] = "string", [OP_ANY] = "string",
    };
    json_put_cstr(j, "type", types[in->type]);
    if (in->secret) {
        json_put_cstr(j, "format", "password");
        json_put_bool(j, "writeOnly", true);
    }
    if (in->type == OP_DAY) {
        json_put_cstr(j, "format", "date");
    }
    if (in->type == OP_CHOICE) {
        put_choices(j, in->choices);
    }
    if (in->type == OP_INT && (in->min || in->max)) {
        json_put_i64(j, "minimum", in->min);
        json_put_i64(j, "maximum", in->max);
    }
    if (in->fallback && !in->many) {
        json_key(j, "default");
        put_typed(j, in->type, str_of(in->fallback));
    }
    if (in->unit) {
        json_put_cstr(j, "x-unit", in->unit);
    }
}

static void put_field_schema(struct json *j, const struct op_in *in)
{
    if (!in->many) {
        put_scalar(j, in);
        return;
    }
    json_put_cstr(j, "type", "array");
    json_key(j, "items");
    json_begin_object(j);
    put_scalar(j, in);
    json_end_object(j);
    if (in->required) {
        json_put_i64(j, "minItems", 1);
    }
}

static void put_example(const struct writing *w, const struct op *op, const struct op_in *in,
                        const struct op_args *example)
{
    uint32_t i = op_in_find(op, str_of(in->name)), n = example ? example->field[i].count : 0;
    if (!n) {
        return;
    }
    json_key(w->j, "example");
    if (!in->many) {
        put_typed(w->j, in->type, example->field[i].item[0]);
        return;
    }
    json_begin_array(w->j);
    for (uint32_t k = 0; k < n; k++) {
        put_typed(w->j, in->type, example->field[i].item[k]);
    }
    json_end_array(w->j);
}

/* Help is written for the command line. */
static void put_help(const struct writing *w, const char *key, const char *text)
{
    char *words = arena_cstr(w->a, str_of(text));
    op_words_of_fields(words);
    json_put_cstr(w->j, key, words);
}

static void put_words(const struct writing *w, const struct op_in *in)
{
    put_help(w, "description", in->help);
    if (in->help_zh) {
        put_help(w, "x-description-zh", in->help_zh);
    }
    if (in->perm) {
        json_put_cstr(w->j, "x-right", in->perm);
    }
}

static void put_parameter(const struct writing *w, const struct op *op, const struct op_in *in,
                          const struct op_args *example)
{
    json_begin_object(w->j);
    json_put_cstr(w->j, "name", op_field_json(in->name, w->a));
    json_put_cstr(w->j, "in", "query");
    json_put_bool(w->j, "required", in->required && !in->fallback);
    put_words(w, in);
    json_key(w->j, "schema");
    json_begin_object(w->j);
    put_field_schema(w->j, in);
    json_end_object(w->j);
    put_example(w, op, in, example);
    json_end_object(w->j);
}

/* A parameter that no record has: the form of the answer, its language, a file's name, {id}. */
struct plain {
    const char *name, *in, *type, *help;
    const char *choices;
    bool required;
};
static void put_plain(const struct writing *w, const struct plain *p)
{
    json_begin_object(w->j);
    json_put_cstr(w->j, "name", p->name);
    json_put_cstr(w->j, "in", p->in);
    json_put_bool(w->j, "required", p->required);
    json_put_cstr(w->j, "description", p->help);
    json_key(w->j, "schema");
    json_begin_object(w->j);
    json_put_cstr(w->j, "type", p->type);
    if (p->choices) {
        put_choices(w->j, p->choices);
    }
    json_end_object(w->j);
    json_end_object(w->j);
}

static void put_own_parameters(const struct writing *w, const struct op *op)
{
    static const struct plain lang = {
        "lang",  "query", "string", "language of texts; Accept-Language when left away",
        "en|zh", false};
    static const struct plain tables = {
        "format",        "query", "string", "form of the answer; Accept when left away",
        "json|csv|xlsx", false};
    static const struct plain picture = {"format",
                                         "query",
                                         "string",
                                         "form of the answer; Accept when left away",
                                         "json|csv|xlsx|svg|png",
                                         false};
    static const struct plain file = {"format",           "query",    "string",
                                      "form of the file", "csv|xlsx", false};
    static const struct plain name = {"name", "query", "string", "the file's name",
                                      NULL,   false};
    static const struct plain id = {"id", "path", "integer", "number of the job", NULL, true};
    if (str_find(route_path(op), STR("{id}"), 0) != SIZE_MAX) {
        put_plain(w, &id);
    }
    if (!has_field(op, "lang")) {
        put_plain(w, &lang);
    }
    if (op->run && !has_field(op, "format")) {
        put_plain(w, downloads(op) ? &file : op->picture ? &picture : &tables);
    }
    if (upload_of(op) && !has_field(op, "name")) {
        put_plain(w, &name);
    }
}

/* Parameters of the query: all fields, unless they come as JSON. */
static void put_parameters(const struct writing *w, const struct op *op, bool json_body,
                           const struct op_args *example)
{
    static const struct plain idempotency = {
        "Idempotency-Key",
        "header",
        "string",
        "a name of the client's own for this write: the same again within 24 h is not done "
        "again, its first reply is sent",
        NULL,
        false};
    static const struct plain prefer = {
        "Prefer", "header",
        "string", "respond-async: as a job; wait: not as a job though it is long",
        NULL,     false};
    json_key(w->j, "parameters");
    json_begin_array(w->j);
    for (const struct op_in *in = op->in; in && in->name && !json_body; in++) {
        if (in->type != OP_PATH && !in->secret) {
            put_parameter(w, op, in, example);
        }
    }
    put_own_parameters(w, op);
    if (op->how == OP_EDITS || op->how == OP_CHANGES || (op->how == OP_LEDGER && op->run)) {
        put_plain(w, &idempotency);
    }
    if (op->run && op->how != OP_ALONE) {
        put_plain(w, &prefer);
    }
    json_end_array(w->j);
}

static bool has_json_fields(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->type != OP_PATH) {
            return true;
        }
    }
    return false;
}

static bool any_required(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->required && !in->fallback && in->type != OP_PATH) {
            return true;
        }
    }
    return false;
}

static void put_body_schema(const struct writing *w, const struct op *op)
{
    json_begin_object(w->j);
    json_put_cstr(w->j, "type", "object");
    json_put_bool(w->j, "additionalProperties", false);
    json_key(w->j, "properties");
    json_begin_object(w->j);
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->type == OP_PATH) {
            continue;
        }
        json_key(w->j, op_field_json(in->name, w->a));
        json_begin_object(w->j);
        put_words(w, in);
        put_field_schema(w->j, in);
        json_end_object(w->j);
    }
    json_end_object(w->j);
    if (any_required(op)) {
        json_key(w->j, "required");
        json_begin_array(w->j);
        for (const struct op_in *in = op->in; in && in->name; in++) {
            if (in->required && !in->fallback && in->type != OP_PATH) {
                json_cstr(w->j, op_field_json(in->name, w->a));
            }
        }
        json_end_array(w->j);
    }
    json_end_object(w->j);
}

static void put_body_example(const struct writing *w, const struct op *op,
                             const struct op_args *example)
{
    json_begin_object(w->j);
    for (const struct op_in *in = op->in; in && in->name; in++) {
        uint32_t i = op_in_find(op, str_of(in->name));
        if (in->type == OP_PATH || !example->field[i].count) {
            continue;
        }
        json_key(w->j, op_field_json(in->name, w->a));
        if (in->many) {
            json_begin_array(w->j);
        }
        for (uint32_t k = 0; k < example->field[i].count; k++) {
            put_typed(w->j, in->type, example->field[i].item[k]);
        }
        if (in->many) {
            json_end_array(w->j);
        }
    }
    json_end_object(w->j);
}

static void put_body(const struct writing *w, const struct op *op,
                     const struct op_args *example)
{
    const struct op_in *upload = upload_of(op);
    if (!upload && !has_json_fields(op)) {
        return;
    }
    json_key(w->j, "requestBody");
    json_begin_object(w->j);
    json_put_bool(w->j, "required", upload || any_required(op));
    json_key(w->j, "content");
    json_begin_object(w->j);
    json_key(w->j, upload ? "application/octet-stream" : "application/json");
    json_begin_object(w->j);
    if (!upload) {
        json_key(w->j, "schema");
        put_body_schema(w, op);
        if (example) {
            json_key(w->j, "example");
            put_body_example(w, op, example);
        }
    }
    json_end_object(w->j);
    json_end_object(w->j);
    json_end_object(w->j);
}

/* ---- Replies --------------------------------------------------------------------------------- */

static void put_empty_type(struct json *j, const char *type)
{
    json_key(j, type);
    json_begin_object(j);
    json_end_object(j);
}

static void put_contents(const struct writing *w, const struct op *op)
{
    json_key(w->j, "content");
    json_begin_object(w->j);
    if (op->run && op->how != OP_ALONE && !has_field(op, "format")) {
        put_empty_type(w->j, "text/csv");
        put_empty_type(w->j,
                       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    }
    if (op->picture) {
        put_empty_type(w->j, "image/svg+xml");
        put_empty_type(w->j, "image/png");
    }
    const char *type = w->o->gives ? w->o->gives(op) : NULL;
    if (type) {
        put_empty_type(w->j, type);
    } else if (!downloads(op)) {
        json_key(w->j, "application/json");
        json_begin_object(w->j);
        json_key(w->j, "schema");
        op_reply_schema(op, w->j);
        json_end_object(w->j);
    }
    json_end_object(w->j);
}

static void put_ref(struct json *j, const char *status, const char *ref)
{
    json_key(j, status);
    json_begin_object(j);
    json_put_cstr(j, "$ref", ref);
    json_end_object(j);
}

static void put_responses(const struct writing *w, const struct op *op)
{
    json_key(w->j, "responses");
    json_begin_object(w->j);
    json_key(w->j, "200");
    json_begin_object(w->j);
    json_put_cstr(w->j, "description",
                  op->slow ? "the reply (with Prefer: wait)" : "the reply");
    put_contents(w, op);
    json_end_object(w->j);
    if (op->run && op->how != OP_ALONE) {
        put_ref(w->j, "202", "#/components/responses/Job");
    }
    put_ref(w->j, "default", "#/components/responses/Error");
    json_end_object(w->j);
}

static void put_security(const struct writing *w, const struct op *op)
{
    static const char *const schemes[] = {"key", "basic", "session"};
    json_key(w->j, "security");
    json_begin_array(w->j);
    for (int i = 0; i < 3 && !is_public(op); i++) {
        json_begin_object(w->j);
        json_key(w->j, schemes[i]);
        json_begin_array(w->j);
        json_end_array(w->j);
        json_end_object(w->j);
    }
    json_end_array(w->j);
}

static const char *tag_of(const struct writing *w, const struct op *op)
{
    for (const struct op_module *const *m = w->o->book->modules; *m; m++) {
        for (const struct op *k = (*m)->ops; k->name; k++) {
            if (k == op) {
                return (*m)->title;
            }
        }
    }
    return w->o->more_tag;
}

static void put_operation(const struct writing *w, const struct op *op, bool by_post)
{
    struct op_args *example = op_example_args(w->o->book, op, w->a);
    struct str method = by_post ? STR("POST") : route_method(op);
    bool body = (str_eq(method, STR("POST")) || str_eq(method, STR("PUT"))) && !upload_of(op);
    json_key(w->j, lower(w, method));
    json_begin_object(w->j);
    json_put_cstr(w->j, "operationId", operation_id(w, op, by_post));
    json_key(w->j, "tags");
    json_begin_array(w->j);
    json_cstr(w->j, tag_of(w, op));
    json_end_array(w->j);
    put_help(w, "summary", op->help);
    put_help(w, "x-summary-zh", op->help_zh);
    if (op->more) {
        put_help(w, "description", op->more);
    }
    json_put_cstr(w->j, "x-right", op->perm);
    json_put_cstr(w->j, "x-how", op_how_name(op->how));
    if (op->run) {
        json_put_cstr(w->j, "x-command", op->name);
    }
    put_security(w, op);
    put_parameters(w, op, body, example);
    if (body || upload_of(op)) {
        put_body(w, op, example);
    }
    put_responses(w, op);
    json_end_object(w->j);
}

/* ---- Paths ----------------------------------------------------------------------------------- */

/* The i-th record with a route, of the book and behind it. */
static const struct op *record_at(const struct writing *w, uint32_t i)
{
    const struct op *op;
    for (uint32_t k = 0; (op = op_at(w->o->book, k)) != NULL; k++) {
        if (op->route && i-- == 0) {
            return op;
        }
    }
    for (const struct op *const *m = w->o->more; m && *m; m++) {
        if (i-- == 0) {
            return *m;
        }
    }
    return NULL;
}

static bool has_post(const struct writing *w, struct str path)
{
    const struct op *op;
    for (uint32_t i = 0; (op = record_at(w, i)) != NULL; i++) {
        if (str_eq(route_path(op), path) && str_eq(route_method(op), STR("POST"))) {
            return true;
        }
    }
    return false;
}

static void put_path(const struct writing *w, struct str path)
{
    const struct op *op;
    json_key_str(w->j, path);
    json_begin_object(w->j);
    for (uint32_t i = 0; (op = record_at(w, i)) != NULL; i++) {
        if (!str_eq(route_path(op), path)) {
            continue;
        }
        put_operation(w, op, false);
        if (op->run && str_eq(route_method(op), STR("GET")) && !has_post(w, path)) {
            put_operation(w, op, true);
        }
    }
    json_end_object(w->j);
}

/* The {names} of a path. */
static void put_path_names(const struct writing *w, const char *path)
{
    json_key(w->j, "parameters");
    json_begin_array(w->j);
    for (const char *at = path; (at = strchr(at, '{')) != NULL; at++) {
        struct str name = str_make(at + 1, strcspn(at, "}") - 1);
        const struct plain p = {arena_cstr(w->a, name), "path", "string",
                                "a part of the path",   NULL,   true};
        put_plain(w, &p);
    }
    json_end_array(w->j);
}

static void put_other(const struct writing *w, const struct op_path *p)
{
    json_key(w->j, p->method);
    json_begin_object(w->j);
    json_put_cstr(w->j, "operationId", p->name);
    json_key(w->j, "tags");
    json_begin_array(w->j);
    json_cstr(w->j, p->tag);
    json_end_array(w->j);
    json_put_cstr(w->j, "summary", p->help);
    json_put_cstr(w->j, "x-right", p->right);
    json_key(w->j, "security");
    json_begin_array(w->j);
    if (p->security) {
        json_begin_object(w->j);
        json_key(w->j, p->security);
        json_begin_array(w->j);
        json_end_array(w->j);
        json_end_object(w->j);
    }
    json_end_array(w->j);
    if (strchr(p->path, '{')) {
        put_path_names(w, p->path);
    }
    if (p->takes) {
        json_key(w->j, "requestBody");
        json_begin_object(w->j);
        json_key(w->j, "content");
        json_begin_object(w->j);
        put_empty_type(w->j, p->takes);
        json_end_object(w->j);
        json_end_object(w->j);
    }
    json_key(w->j, "responses");
    json_begin_object(w->j);
    json_key(w->j, "200");
    json_begin_object(w->j);
    json_put_cstr(w->j, "description", p->says);
    if (p->gives) {
        json_key(w->j, "content");
        json_begin_object(w->j);
        put_empty_type(w->j, p->gives);
        json_end_object(w->j);
    }
    json_end_object(w->j);
    json_end_object(w->j);
    json_end_object(w->j);
}

static void put_others(const struct writing *w)
{
    for (const struct op_path *p = w->o->path; p && p->path; p++) {
        bool first = true;
        for (const struct op_path *k = w->o->path; k != p; k++) {
            first = first && strcmp(k->path, p->path) != 0;
        }
        if (!first) {
            continue;
        }
        json_key(w->j, p->path);
        json_begin_object(w->j);
        for (const struct op_path *k = p; k->path; k++) {
            if (strcmp(k->path, p->path) == 0) {
                put_other(w, k);
            }
        }
        json_end_object(w->j);
    }
}

static void put_paths(const struct writing *w)
{
    const struct op *op, *before;
    json_key(w->j, "paths");
    json_begin_object(w->j);
    for (uint32_t i = 0; (op = record_at(w, i)) != NULL; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i && (before = record_at(w, k)) != NULL; k++) {
            first = first && !str_eq(route_path(before), route_path(op));
        }
        if (first) {
            put_path(w, route_path(op));
        }
    }
    put_others(w);
    json_end_object(w->j);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static const char components[] =
    "{\"securitySchemes\":{"
    "\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"an operator key; the "
    "owner makes keys\"},"
    "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\",\"description\":\"the key as user, no "
    "password\"},"
    "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"pond_session\","
    "\"description\":\"of POST "
    "/api/v1/login\"}},"
    "\"schemas\":{\"Error\":{\"type\":\"object\",\"required\":[\"code\",\"msg\",\"hint\","
    "\"field\"],\"properties\":{"
    "\"code\":{\"type\":\"string\",\"description\":\"invalid, missing, conflict, denied, busy, "
    "too_large ...\"},"
    "\"msg\":{\"type\":\"string\",\"description\":\"for people\"},"
    "\"hint\":{\"type\":[\"string\",\"null\"],\"description\":\"what to do\"},"
    "\"field\":{\"type\":[\"string\",\"null\"],\"description\":\"the field that is meant\"}}},"
    "\"Job\":{\"type\":\"object\",\"required\":[\"job\"],\"properties\":{\"job\":{\"type\":"
    "\"object\",\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"op\":{\"type\":\"string\"},"
    "\"state\":{\"type\":\"string\",\"enum\":[\"waiting\",\"running\",\"done\",\"failed\","
    "\"stopped\"]},"
    "\"share\":{\"type\":[\"number\",\"null\"]}}}}}},"
    "\"responses\":{\"Error\":{\"description\":\"a "
    "failure\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
    "\"#/components/schemas/Error\"}}}},"
    "\"Job\":{\"description\":\"it runs as a job: GET /api/v1/jobs/ID and "
    "/reply\",\"content\":{\"application/json\":{"
    "\"schema\":{\"$ref\":\"#/components/schemas/Job\"}}}}}}";

void op_openapi_write(const struct op_openapi *o, struct json *j)
{
    const struct writing w = {o, j, arena_new()};
    json_begin_object(j);
    json_put_cstr(j, "openapi", "3.1.0");
    json_key(j, "info");
    json_begin_object(j);
    json_put_cstr(j, "title", o->title);
    json_put_cstr(j, "version", o->version);
    json_put_cstr(j, "description", o->about);
    json_end_object(j);
    put_paths(&w);
    json_key(j, "components");
    json_raw(j, str_of(components));
    json_end_object(j);
    arena_free(w.a);
}
