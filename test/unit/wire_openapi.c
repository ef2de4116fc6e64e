/* OpenAPI from records: paths, parameters, bodies, replies' schemas, examples. */
#include "tap.h"
#include "wire/op_openapi.h"

static enum rc nothing(struct op_call *c)
{
    (void)c;
    return RC_OK;
}

/* clang-format off */
static const struct op_in flow_in[] = {
    {.name = "as-of", .type = OP_DAY, .help = "the day"},
    {.name = "limit", .type = OP_INT, .min = 1, .max = 9, .fallback = "5", .unit = "rows", .help = "how many"},
    {.name = "as", .type = OP_CHOICE, .choices = "heat|sankey", .help = "form"},
    {.name = "step", .type = OP_STR, .many = true, .required = true, .positional = true, .help = "steps"},
    {.name = "reveal", .type = OP_BOOL, .perm = "identity.read", .help = "plain"},
    {0}};
static const struct op_out flow_out[] = {
    {"from", OP_DAY, "first day", NULL, false},
    {"matrix[][]", OP_INT, "cells", NULL, false},
    {"moves.deepened", OP_INT, "up", NULL, false},
    {"moves.why", OP_STR, "why", NULL, true},
    {"rows[].name", OP_STR, "its name", NULL, false},
    {"rows[].share", OP_REAL, "its share", NULL, true},
    {"extra", OP_ANY, "anything", NULL, true},
    {0}};
static const struct op_in put_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .help = "which"},
    {.name = "password", .type = OP_STR, .secret = true, .help = "secret"},
    {.name = "to", .type = OP_PATH, .help = "a path"},
    {0}};
static const struct op_in file_in[] = {
    {.name = "file", .type = OP_PATH, .required = true, .file = OP_FILE_UPLOAD, .help = "a file"},
    {.name = "tz", .type = OP_STR, .help = "zone"},
    {0}};
static const struct op ops[] = {
    {.name = "report flow", .route = "GET /api/v1/flow", .perm = "report.read", .help = "Flow.", .in = flow_in,
     .out = flow_out, .run = nothing, .picture = "a matrix",
     .example = "pond report flow a\npond report flow 'a b' c --as-of 2026-01-02 --limit 3 > x.txt\npond report flow | grep x"},
    {.name = "thing put", .route = "PUT /api/v1/thing", .perm = "thing.write", .help = "Put.", .in = put_in,
     .run = nothing, .how = OP_EDITS},
    {.name = "file in", .route = "POST /api/v1/file", .perm = "data.import", .help = "In.", .in = file_in,
     .run = nothing, .how = OP_CHANGES, .slow = true},
    {.name = "version", .route = "GET /api/v1/version", .perm = "public", .help = "Version.", .run = nothing, .how = OP_ALONE},
    {.name = "local", .perm = "x", .help = "No route.", .run = nothing},
    {0}};
static const struct op more = {.name = "jobs", .route = "GET /api/v1/jobs/{id}", .perm = "job.read", .help = "Job."};
/* clang-format on */
static const struct op_module module = {"m", "Module", NULL, ops};
static const struct op_module *const modules[] = {&module, NULL};
static const struct op_book book = {modules};

static struct json_flat f;

static struct str at(const char *path)
{
    const struct json_value *v = json_find(&f, str_of(path));
    return v ? v->value : STR_NULL;
}
#define GET "paths./api/v1/flow.get."

static void test_parameters(void)
{
    TEST("a GET has its fields as parameters, with bounds, choices and defaults") {
        CHECK_STR(at(GET "operationId"), STR("report_flow"));
        CHECK_STR(at(GET "x-right"), STR("report.read"));
        CHECK_STR(at(GET "parameters[0].name"), STR("as_of"));
        CHECK_STR(at(GET "parameters[0].schema.format"), STR("date"));
        CHECK_STR(at(GET "parameters[0].example"), STR("2026-01-02"));
        CHECK_STR(at(GET "parameters[1].schema.maximum"), STR("9"));
        CHECK_STR(at(GET "parameters[1].schema.default"), STR("5"));
        CHECK_STR(at(GET "parameters[1].example"), STR("3"));
        CHECK_STR(at(GET "parameters[2].schema.enum[1]"), STR("sankey"));
        CHECK_STR(at(GET "parameters[3].schema.items.type"), STR("string"));
        CHECK_STR(at(GET "parameters[3].required"), STR("true"));
        CHECK_STR(at(GET "parameters[3].example[0]"), STR("a b"));
        CHECK_STR(at(GET "parameters[4].x-right"), STR("identity.read"));
    }
    TEST("it may be asked by POST with the same fields as JSON") {
        CHECK_STR(at("paths./api/v1/flow.post.operationId"), STR("report_flow_by_post"));
        CHECK(str_starts(at("paths./api/v1/flow.post.requestBody.content"),
                         STR("{\"application/json\"")));
    }
    TEST("paths of the server are no parameters, passwords are for bodies only") {
        const struct json_value *body =
            json_find(&f, STR("paths./api/v1/thing.put.requestBody"));
        CHECK(body && str_find(body->value, STR("\"password\""), 0) != SIZE_MAX);
        CHECK(body && str_find(body->value, STR("\"writeOnly\":true"), 0) != SIZE_MAX);
        CHECK(body && str_find(body->value, STR("\"to\""), 0) == SIZE_MAX);
        CHECK(body && str_find(body->value, STR("\"required\":[\"name\"]"), 0) != SIZE_MAX);
        CHECK_STR(at("paths./api/v1/thing.put.parameters[2].name"), STR("Idempotency-Key"));
        CHECK(!json_find(&f, STR("paths./api/v1/thing.post")));
    }
    TEST("an upload is the body, its other fields are parameters") {
        CHECK(json_find(
            &f, STR("paths./api/v1/file.post.requestBody.content.application/octet-stream")));
        CHECK_STR(at("paths./api/v1/file.post.parameters[0].name"), STR("tz"));
        CHECK(json_find(&f, STR("paths./api/v1/file.post.responses.202")));
    }
    TEST("what is public needs no key; a path's number is a parameter; what has no route is "
         "not there") {
        CHECK_STR(at("paths./api/v1/version.get.security"), STR("[]"));
        CHECK_STR(at("paths./api/v1/jobs/{id}.get.parameters[0].in"), STR("path"));
        CHECK(!json_find(&f, STR("paths./api/v1/jobs/{id}.post")));
        CHECK(str_find(f.item[0].value, STR("No route."), 0) == SIZE_MAX);
    }
}

static void test_replies(void)
{
    TEST("a reply's schema is built of its leaves") {
        struct buf b = {0};
        struct json j;
        struct json_reader *r = json_reader_new(NULL);
        json_init(&j, &b);
        op_reply_schema(&ops[0], &j);
        CHECK(json_flat(r, buf_str(&b), &f, NULL) == RC_OK);
        CHECK_STR(at("properties.from.format"), STR("date"));
        CHECK_STR(at("properties.matrix.items.items.type"), STR("integer"));
        CHECK_STR(at("properties.moves.properties.deepened.type"), STR("integer"));
        CHECK_STR(at("properties.moves.properties.why.type"), STR("[\"string\",\"null\"]"));
        CHECK_STR(at("properties.moves.required"), STR("[\"deepened\"]"));
        CHECK_STR(at("properties.rows.items.properties.share.type[1]"), STR("null"));
        CHECK_STR(at("properties.rows.items.required"), STR("[\"name\"]"));
        CHECK(!json_find(&f, STR("properties.extra.type")));
        CHECK_STR(at("required"), STR("[\"from\",\"moves\"]"));
        json_reader_free(r);
        buf_release(&b);
    }
}

static const char *gives(const struct op *op) { return op == &more ? "text/html" : NULL; }

int main(void)
{
    static const struct json_limits limits = {.depth = 64, .values = 100000, .bytes = 4u << 20};
    static const struct op *const list[] = {&more, NULL};
    static const struct op_path paths[] = {
        {"post", "/v1/batch", "collect_1", "Collectors", "events", "application/json", "basic",
         "event.write", "durable", NULL},
        {"get", "/sa", "collect_2", "Collectors", "events", NULL, NULL, "event.write",
         "durable", NULL},
        {"post", "/sa", "collect_3", "Collectors", "events", "application/json", NULL,
         "event.write", "durable", NULL},
        {"post", "/hooks/a/{key}", "collect_4", "Collectors", "orders", "application/json",
         NULL, "event.write", "durable", NULL},
        {"get", "/healthz", "healthz", "Server", "health", NULL, NULL, "public", "it is well",
         "text/plain"},
        {0}};
    const struct op_openapi o = {.book = &book,
                                 .more = list,
                                 .more_tag = "Server",
                                 .gives = gives,
                                 .path = paths,
                                 .title = "T",
                                 .version = "1",
                                 .about = "a"};
    struct buf b = {0};
    struct json j;
    struct err e = {0};
    struct json_reader *r = json_reader_new(&limits);
    json_init(&j, &b);
    op_openapi_write(&o, &j);
    TEST("the whole is JSON, of version 3.1, with collectors under their paths") {
        CHECK(json_flat(r, buf_str(&b), &f, &e) == RC_OK);
        CHECK_STR(at("openapi"), STR("3.1.0"));
        CHECK_STR(at("paths./v1/batch.post.operationId"), STR("collect_1"));
        CHECK_STR(at("paths./sa.get.operationId"), STR("collect_2"));
        CHECK_STR(at("paths./sa.post.operationId"), STR("collect_3"));
        CHECK_STR(at("paths./hooks/a/{key}.post.parameters[0].name"), STR("key"));
        CHECK_STR(at("paths./healthz.get.x-right"), STR("public"));
        CHECK_STR(at("paths./healthz.get.responses.200.description"), STR("it is well"));
        CHECK(json_find(&f, STR("paths./healthz.get.responses.200.content.text/plain")));
        CHECK(json_find(&f, STR("components.schemas.Error.properties.hint")));
    }
    test_parameters();
    test_replies();
    json_reader_free(r);
    buf_release(&b);
    return tap_end();
}
