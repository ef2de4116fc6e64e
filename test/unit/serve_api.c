/* Requests as arguments: queries, JSON, what is refused with which field; routes; what the audit trail keeps. */
#include "serve/api_args.h"
#include "serve/api_audit.h"
#include "serve/api_route.h"
#include "app/ops.h"
#include "tap.h"

static struct str field;
static struct err e;
static struct api_options options;
static struct op_args *args;

static enum rc read_as(struct arena *a, const char *op, const char *query, const char *body)
{
    const struct api_source s = {
        .op = op_find(ops_book(), str_of(op)), .query = str_of(query), .body = str_of(body)};
    e = (struct err){0};
    return api_args_read(&s, a, &args, &options, &field, &e);
}

/* The values of a field, "|" between. */
static const char *values(struct arena *a, const char *op, const char *name)
{
    const struct op *o = op_find(ops_book(), str_of(op));
    struct buf b = {0};
    uint32_t i = 0;
    for (const struct op_in *in = o->in; in->name; in++, i++) {
        for (uint32_t k = 0; strcmp(in->name, name) == 0 && k < op_args_count(args, i); k++) {
            struct str v = op_args_at(args, i, k);
            buf_addf(&b, "%s%.*s", k ? "|" : "", STR_FMT(v));
        }
    }
    const char *text = arena_cstr(a, buf_str(&b));
    buf_release(&b);
    return text;
}

static void test_queries(struct arena *a)
{
    TEST("a query names fields with _ or -, decoded, again and again for many") {
        CHECK(!read_as(a, "report assets", "as_of=2026-05-01&by=%E6%B8%A0%E9%81%93+x", ""));
        CHECK_CSTR(values(a, "report assets", "as-of"), "2026-05-01");
        CHECK_CSTR(values(a, "report assets", "by"), "渠道 x");
        CHECK(!read_as(a, "report assets", "as-of=2026-05-01", ""));
        CHECK(!read_as(a, "analyze funnel", "step=a&step=b&step=c", ""));
        CHECK_CSTR(values(a, "analyze funnel", "step"), "a|b|c");
    }
    TEST("lang and format are the request's own, unless the operation has such a field") {
        CHECK(!read_as(a, "report assets", "lang=zh&format=csv", ""));
        CHECK_STR(options.lang, STR("zh"));
        CHECK_STR(options.format, STR("csv"));
        CHECK(!read_as(a, "import", "format=pond&name=a.csv", ""));
        CHECK(!options.format.len);
        CHECK_STR(options.name, STR("a.csv"));
        CHECK_CSTR(values(a, "import", "format"), "pond");
    }
    TEST("an unknown field is told with the nearest, a malformed one in the words of a "
         "request") {
        CHECK(read_as(a, "report assets", "asof=2026-05-01", "") == RC_INVALID);
        CHECK_STR(field, STR("asof"));
        CHECK(strstr(e.hint, "as_of") != NULL);
        CHECK(read_as(a, "report assets", "as-of=May", "") == RC_INVALID);
        CHECK_STR(field, STR("as_of"));
        CHECK(strstr(e.msg, "--") == NULL && strstr(e.msg, "May") != NULL);
        CHECK(read_as(a, "report assets", "as_of=2026-05-01&as_of=2026-05-02", "") ==
              RC_INVALID);
        CHECK(read_as(a, "model list", "x=1", "") == RC_INVALID);
        CHECK_STR(field, STR("x"));
    }
    TEST("paths of the server, zero bytes and bytes that are no text are refused") {
        CHECK(read_as(a, "backup", "to=/tmp/x", "") == RC_INVALID);
        CHECK_STR(field, STR("to"));
        CHECK(read_as(a, "import", "file=/etc/passwd", "") == RC_INVALID);
        CHECK(strstr(e.hint, "body") != NULL);
        CHECK(read_as(a, "crowd export", "name=x&file=/tmp/x.csv", "") == RC_INVALID);
        CHECK(read_as(a, "crowd show", "name=a%00b", "") == RC_INVALID);
        CHECK(read_as(a, "crowd show", "name=%FF%FE", "") == RC_INVALID);
        CHECK_STR(field, STR("name"));
    }
    TEST("a query that is too long is refused before it is read") {
        char *longer = arena_alloc(a, 20000);
        memset(longer, 'a', 19999);
        longer[19999] = '\0';
        CHECK(read_as(a, "report assets", longer, "") == RC_TOO_LARGE);
        CHECK(*e.hint);
    }
    TEST("a password must not stand in a query") {
        CHECK(read_as(a, "user add", "name=x&role=store&password=abcdefghijkl", "") ==
              RC_INVALID);
        CHECK_STR(field, STR("password"));
        CHECK(strstr(e.msg, "abcdef") == NULL && strstr(e.hint, "body") != NULL);
    }
}

static void test_bodies(struct arena *a)
{
    TEST("a body is an object; numbers, truth and lists are taken, null is absent") {
        CHECK(!read_as(a, "tag assign", "",
                       "{\"name\":\"VIP\",\"identity\":[\"phone:1\",\"openid:2\"],"
                       "\"until\":null}"));
        CHECK_CSTR(values(a, "tag assign", "identity"), "phone:1|openid:2");
        CHECK_CSTR(values(a, "tag assign", "until"), "");
        CHECK(!read_as(a, "consumer list", "", "{\"limit\":5,\"reveal\":true}"));
        CHECK_CSTR(values(a, "consumer list", "limit"), "5");
        CHECK_CSTR(values(a, "consumer list", "reveal"), "true");
        CHECK(!read_as(a, "consumer list", "limit=7", ""));
        CHECK(!read_as(a, "consumer list", "limit=7", "  \n"));
    }
    TEST("an object is the text of a question in JSON") {
        CHECK(!read_as(a, "who count", "", "{\"question\": {\"all\": true}}"));
        CHECK_CSTR(values(a, "who count", "question"), "{\"all\": true}");
    }
    TEST("what is no object, is broken, nests too deep or holds lists in lists is refused") {
        char deep[401];
        memset(deep, '[', 200);
        memset(deep + 200, ']', 200);
        deep[400] = '\0';
        struct str nested = arena_strf(a, "{\"name\":%s}", deep);
        CHECK(read_as(a, "tag assign", "", "[1]") == RC_INVALID);
        CHECK(read_as(a, "tag assign", "", "{\"name\":") == RC_INVALID);
        CHECK(strstr(e.msg, "the body") != NULL);
        CHECK(read_as(a, "tag assign", "", "\"x\"") == RC_INVALID);
        CHECK(read_as(a, "tag assign", "", nested.ptr) != RC_OK);
        CHECK(read_as(a, "tag assign", "", "{\"identity\":[[1]]}") == RC_INVALID);
        CHECK_STR(field, STR("identity"));
        CHECK(read_as(a, "tag assign", "", "{\"identity\":[null]}") == RC_INVALID);
        CHECK(read_as(a, "tag assign", "", "{\"nam\":\"x\"}") == RC_INVALID);
        CHECK(strstr(e.hint, "name") != NULL);
        CHECK(read_as(a, "consumer list", "", "{\"limit\":\"many\"}") == RC_INVALID);
        CHECK_STR(field, STR("limit"));
    }
    TEST("a required field that is missing is named; files are not missed") {
        const struct op *op = op_find(ops_book(), STR("tag create"));
        CHECK(!read_as(a, "tag create", "", "{}"));
        CHECK_CSTR(api_args_missing(op, args), "name");
        CHECK(!read_as(a, "import", "", ""));
        CHECK(api_args_missing(op_find(ops_book(), STR("import")), args) == NULL);
    }
}

static const char *found(const char *method, const char *path)
{
    struct api_route r;
    const char *allowed = NULL;
    bool there = api_route_find(ops_book(), str_of(method), str_of(path), &r, &allowed);
    return there ? r.op->name : allowed ? allowed : "-";
}

static void test_routes(struct arena *a)
{
    struct api_route r;
    const char *allowed = NULL;
    (void)a;
    TEST("a route is a method and a path; HEAD is GET, what is read may be asked by POST") {
        CHECK_CSTR(found("GET", "/api/v1/report/assets"), "report assets");
        CHECK_CSTR(found("HEAD", "/api/v1/report/assets"), "report assets");
        CHECK_CSTR(found("POST", "/api/v1/report/assets"), "report assets");
        CHECK_CSTR(found("GET", "/api/v1/crowds"), "crowd list");
        CHECK_CSTR(found("POST", "/api/v1/crowds"), "crowd create");
        CHECK_CSTR(found("PUT", "/api/v1/report/assets"), "GET, HEAD, POST");
        CHECK_CSTR(found("GET", "/api/v1/import"), "POST");
        CHECK_CSTR(found("OPTIONS", "/api/v1/crowds"), "GET, HEAD, POST");
    }
    TEST("a path that is not there has no methods") {
        CHECK_CSTR(found("GET", "/api/v1"), "-");
        CHECK_CSTR(found("GET", "/api/v1/report"), "-");
        CHECK_CSTR(found("GET", "/api/v1/report/assets/x"), "-");
        CHECK_CSTR(found("GET", "/api/v1/../v1/report/assets"), "-");
        CHECK_CSTR(found("GET", "/api/v1/report%2fassets"), "-");
    }
    TEST("a number in a path is read, and must be one") {
        CHECK_CSTR(found("GET", "/api/v1/jobs/12"), "job");
        CHECK_CSTR(found("DELETE", "/api/v1/jobs/12"), "job stop");
        CHECK_CSTR(found("GET", "/api/v1/jobs/12/reply"), "job reply");
        CHECK_CSTR(found("GET", "/api/v1/jobs"), "jobs");
        CHECK_CSTR(found("GET", "/api/v1/jobs/x"), "-");
        CHECK_CSTR(found("GET", "/api/v1/jobs/-1"), "-");
        CHECK(
            api_route_find(ops_book(), STR("GET"), STR("/api/v1/jobs/12/reply"), &r, &allowed));
        CHECK_EQ_I64(r.id, 12);
    }
    TEST("operations that need no brand have no route unless everybody may ask them") {
        const struct op *op;
        for (uint32_t i = 0; (op = op_at(ops_book(), i)) != NULL; i++) {
            CHECK(!op->route || op->how != OP_ALONE || strcmp(op->perm, "public") == 0);
            CHECK(!op->route || str_find(str_of(op->route), STR(" /api/v1/"), 0) != SIZE_MAX);
        }
    }
}

static void test_audit(struct arena *a)
{
    TEST("what looks personal is masked, whatever field it stands in") {
        CHECK_STR(api_audit_mask(STR("phone:13800138000"), a), STR("phone:138****00"));
        CHECK_STR(api_audit_mask(STR("has email lin.wang@qq.com and x"), a),
                  STR("has email l***@qq.com and x"));
        CHECK_STR(api_audit_mask(STR("2026-05-01, 365d, order 12345"), a),
                  STR("2026-05-01, 365d, order 12345"));
        CHECK_STR(api_audit_mask(STR("@ a@ @b"), a), STR("@ a@ @b"));
    }
    TEST("the trail keeps arguments without secrets, cut and counted") {
        const struct op *op = op_find(ops_book(), STR("user add"));
        CHECK(
            !read_as(a, "user add", "",
                     "{\"name\":\"lin\",\"role\":\"store\",\"password\":\"a long password\"}"));
        struct str detail = api_audit_detail(op, args, a);
        CHECK(str_find(detail, STR("\"name\":\"lin\""), 0) != SIZE_MAX);
        CHECK(str_find(detail, STR("long"), 0) == SIZE_MAX);
        struct buf b = {0};
        buf_add(&b, STR("{\"name\":\"VIP\",\"identity\":[\"a:0\""));
        for (int i = 1; i < 50; i++) {
            buf_addf(&b, ",\"a:%d\"", i);
        }
        buf_add(&b, STR("]}"));
        CHECK(!read_as(a, "tag assign", "", buf_cstr(&b)));
        detail = api_audit_detail(op_find(ops_book(), STR("tag assign")), args, a);
        CHECK(str_find(detail, STR("\"a:19\",\"and 30 more\"]"), 0) != SIZE_MAX);
        buf_release(&b);
    }
}

int main(void)
{
    struct arena *a = arena_new();
    test_queries(a);
    test_bodies(a);
    test_routes(a);
    test_audit(a);
    arena_free(a);
    return tap_end();
}
