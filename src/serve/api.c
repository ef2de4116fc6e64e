/* What a request to the API goes through before it is an operation: its route, who asks, may they, how long may its body
 * be. All of that from the head: a stranger's body is not read. */
#include "serve/api.h"
#include "serve/api_args.h"

bool api_path(struct str path)
{
    return str_starts(path, STR("/api/")) || str_eq(path, STR("/openapi.json")) ||
           str_eq(path, STR("/docs"));
}

static void refuse(struct request *q, int status, struct err *e, const struct http_field *more)
{
    api_answer_error(q, e, &(struct api_failure){.status = status, .more = more});
}

static void refuse_route(struct request *q, const char *allowed)
{
    struct err e = {0};
    if (allowed) {
        const struct http_field more[] = {{"Allow", str_of(allowed)}, {0}};
        rc_fail(&e, RC_INVALID, "this path takes %s", allowed);
        e.rc = RC_INVALID;
        refuse(q, 405, &e, more);
        return;
    }
    rc_fail(&e, RC_MISSING, "there is no such path");
    err_hint(&e, "the paths are listed at /docs and /openapi.json");
    e.rc = RC_MISSING;
    refuse(q, 404, &e, NULL);
}

static void refuse_stranger(struct request *q, struct err *e)
{
    static const struct http_field ask[] = {
        {"WWW-Authenticate", FIELD_TEXT("Bearer realm=\"pond\"")}, {0}};
    e->rc = RC_DENIED;
    refuse(q, 401, e, ask);
}

static bool is_public(const struct op *op) { return strcmp(op->perm, "public") == 0; }

static bool deny(struct request *q, struct err *e)
{
    e->rc = RC_DENIED;
    refuse(q, 403, e, NULL);
    return false;
}

static bool check_right(struct request *q)
{
    const struct op *op = q->route->op;
    struct err e = {0};
    if (strcmp(op->perm, "session") == 0 || principal_may(&q->by, op->perm)) {
        return true;
    }
    refusals_note(q->brand->refusals, &q->by, op->name, op->perm);
    rc_fail(&e, RC_DENIED, "\"%s\" needs the right %s", op->name, op->perm);
    if (q->by.kind == PRINCIPAL_WRITE_KEY) {
        err_hint(&e, "a write key can only send events");
    } else {
        err_hint(&e, "the role %s does not hold it", role_name(q->by.role));
    }
    return deny(q, &e);
}

/* False when it was answered. */
static bool check_who(struct request *q)
{
    const struct api_route *r = q->route;
    struct err e = {0};
    struct str method = http_method(q->x);
    bool looks = str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
    if (r->own && r->own->loopback && !api_is_local(q)) {
        rc_fail(&e, RC_DENIED, "only from the machine that the server runs on");
        return deny(q, &e);
    }
    if (!is_public(r->op)) {
        if (api_who(q, &e)) {
            refuse_stranger(q, &e);
            return false;
        }
        if (!check_right(q)) {
            return false;
        }
    }
    bool begins = r->own && r->own->work;
    if ((begins || (q->session.len && !looks)) && !q->key.len && api_same_origin(q, &e)) {
        if (q->session.len) {
            refusals_note(q->brand->refusals, &q->by, r->op->name, "origin");
        }
        return deny(q, &e);
    }
    return true;
}

static bool takes_upload(const struct op *op)
{
    for (const struct op_in *in = op->in; in && in->name; in++) {
        if (in->file == OP_FILE_UPLOAD) {
            return true;
        }
    }
    return false;
}

/* A body that says it is too large is refused in our own words; one that turns out to be, by the server. */
static bool check_length(struct request *q, uint64_t limit)
{
    uint64_t length = 0;
    struct err e = {0};
    if (!str_u64(http_header(q->x, "Content-Length"), &length) || length <= limit) {
        return true;
    }
    rc_fail(&e, RC_TOO_LARGE, "the body has %llu bytes, %llu are the most",
            (unsigned long long)length, (unsigned long long)limit);
    if (limit > JSON_BODY_MAX) {
        err_hint(&e, "send it in parts, or ask who runs the server to take larger files");
    }
    e.rc = RC_TOO_LARGE;
    refuse(q, 0, &e, NULL);
    return false;
}

static uint64_t begin_upload(struct request *q)
{
    struct err e = {0};
    uint64_t limit = q->server->o.upload_max ? q->server->o.upload_max : UPLOAD_MAX;
    if (!check_length(q, limit)) {
        return 0;
    }
    enum rc rc = api_upload_begin(q, &e);
    if (rc) {
        e.rc = rc;
        refuse(q, 0, &e, NULL);
        return 0;
    }
    return limit;
}

uint64_t api_begin(struct request *q)
{
    struct api_route *route = arena_new_of(q->a, struct api_route);
    struct str path = http_path(q->x), method = http_method(q->x);
    const char *allowed = NULL;
    q->class = METRIC_READ;
    q->lang = api_lang_of(q);
    if (!api_route_find(q->server->book, method, path, route, &allowed)) {
        refuse_route(q, allowed);
        return 0;
    }
    q->route = route;
    bool looks = route->op->how == OP_READS || route->op->how == OP_ASIDE;
    q->class = route->reading || looks ? METRIC_READ : METRIC_WRITE;
    if (!check_who(q)) {
        return 0;
    }
    if (takes_upload(route->op)) {
        return begin_upload(q);
    }
    return check_length(q, JSON_BODY_MAX) ? JSON_BODY_MAX : 0;
}

static void handle_own(struct request *q)
{
    struct arena *a = arena_new();
    const struct api_own *own = q->route->own;
    struct op_args *args = NULL;
    struct api_options options;
    struct str field = STR_NULL;
    struct err e = {0};
    const struct api_source s = {
        .op = &own->op, .query = arena_str(a, http_query_text(q->x)), .body = http_body(q->x)};
    enum rc rc = api_args_read(&s, a, &args, &options, &field, &e);
    const char *missing = rc ? NULL : api_args_missing(&own->op, args);
    if (missing) {
        field = api_field_name(missing, a);
        rc = rc_fail(&e, RC_INVALID, "%s is missing", missing);
    }
    if (rc) {
        e.rc = rc;
        api_answer_error(q, &e, &(struct api_failure){.field = field});
        arena_free(a);
        return;
    }
    if (options.lang.len) {
        (void)lang_parse(options.lang, &q->lang);
    }
    if (own->work) {
        api_work(q, a, args);
        return;
    }
    own->answer(q, args, a);
    arena_free(a);
}

void api_handle(struct request *q)
{
    struct err e = {0};
    enum rc rc = http_body_rc(q->x);
    if (rc) {
        rc_fail(&e, rc, "the body could not be kept: %s", rc_text(rc));
        e.rc = rc;
        refuse(q, 0, &e, NULL);
    } else if (q->route->own) {
        handle_own(q);
    } else {
        api_call(q);
    }
}

void api_end(struct request *q) { api_upload_end(q); }
