/* An operation as it is asked: arguments, rights, files, the Idempotency-Key. */
#include "serve/api_call.h"
#include <errno.h>
#include <stdlib.h>
#include "serve/api_args.h"
#include "wire/crypt.h"

static bool flag_is_off(const struct op_in *in, struct str value)
{
    return in->type == OP_BOOL && (str_eq(value, STR("false")) || str_eq(value, STR("no")) ||
                                   str_eq(value, STR("off")) || str_eq(value, STR("0")));
}

static bool ends_read(const char *perm) { return str_ends(str_of(perm), STR(".read")); }

/* Arguments that need a right of their own; what only looks may be asked by GET. */
static enum rc check_rights(struct call *c, struct str *field, struct err *e)
{
    uint32_t i = 0;
    bool get = c->q->route->reading && !str_eq(http_method(c->q->x), STR("POST"));
    for (const struct op_in *in = c->op->in; in && in->name; in++, i++) {
        if (!in->perm || !op_args_count(c->args, i) ||
            flag_is_off(in, op_args_at(c->args, i, 0))) {
            continue;
        }
        *field = api_field_name(in->name, c->a);
        if (!principal_may(&c->by, in->perm)) {
            if (c->brand) {
                refusals_note(c->brand->refusals, &c->by, c->op->name, in->perm);
            }
            rc_fail(e, RC_DENIED, "%s needs the right %s", in->name, in->perm);
            return RC_DENIED;
        }
        if (get && !ends_read(in->perm)) {
            rc_fail(e, RC_INVALID, "%s changes something", in->name);
            err_hint(e, "ask by POST, with the fields as JSON");
            return RC_INVALID;
        }
        c->audited = true;
        c->looks = c->looks || ends_read(in->perm);
    }
    return RC_OK;
}

/* What changes keys and users tells the trail itself, in the same transaction (access/access.h). */
static void note_audit(struct call *c)
{
    struct str perm = str_of(c->op->perm);
    bool in_ledger = c->op->how == OP_LEDGER && str_ends(perm, STR(".write")) &&
                     !str_eq(perm, STR("access.write"));
    bool writes = c->op->how == OP_EDITS || c->op->how == OP_CHANGES || in_ledger;
    bool takes_out = str_ends(perm, STR(".export")) || str_eq(perm, STR("data.backup"));
    c->audited = (writes && !c->q->route->reading) || takes_out;
    c->looks = takes_out;
}

static enum rc check_missing(struct call *c, struct str *field, struct err *e)
{
    const char *name = api_args_missing(c->op, c->args);
    if (!name) {
        return RC_OK;
    }
    *field = api_field_name(name, c->a);
    rc_fail(e, RC_INVALID, "%.*s is missing", STR_FMT(*field));
    err_hint(e, "the fields of \"%s\" are listed at /docs", c->op->name);
    return RC_INVALID;
}

static enum rc read_args(struct call *c, struct str *field, struct err *e)
{
    struct request *q = c->q;
    struct api_options options;
    bool upload = q->file >= 0;
    const struct api_source s = {.op = c->op,
                                 .query = arena_str(c->a, http_query_text(q->x)),
                                 .body = upload ? STR_NULL : http_body(q->x)};
    enum rc rc = api_args_read(&s, c->a, &c->args, &options, field, e);
    if (!rc && options.lang.len && !lang_parse(options.lang, &q->lang)) {
        *field = STR("lang");
        rc = rc_fail(e, RC_INVALID, "lang is en or zh");
    }
    if (!rc) {
        rc = api_form_of(q, c->op, options.format, &c->form, e);
        *field = rc ? STR("format") : *field;
    }
    rc = rc ? rc : check_missing(c, field, e);
    return rc ? rc : check_rights(c, field, e);
}

/* The places of files that the call reads or writes on behalf of who asks. */
static enum rc place_files(struct call *c, struct err *e)
{
    struct request *q = c->q;
    for (const struct op_in *in = c->op->in; in && in->name; in++) {
        if (in->file == OP_FILE_UPLOAD) {
            if (q->file < 0) {
                return rc_fail(e, RC_INVALID, "the body must be the file");
            }
            c->upload = arena_cstr(c->a, str_of(q->file_path));
            c->upload_dir = arena_cstr(c->a, str_of(q->file_dir));
            q->file_path = q->file_dir = NULL; /* the call's from now on */
            return op_args_set(c->args, str_of(in->name), str_of(c->upload), e);
        }
        if (in->file == OP_FILE_DOWNLOAD) {
            char *spool = disk_path(c->a, c->brand->dir, "spool");
            char *dir = disk_path(c->a, spool, "down-XXXXXX");
            enum rc rc = disk_mkdirs(c->server->base->disk, spool, 0700, e);
            if (rc || !mkdtemp(dir)) {
                return rc ? rc : rc_errno(e, errno, "%s", spool);
            }
            c->download_dir = dir;
            c->download = disk_path(c->a, dir, c->form.xlsx ? "export.xlsx" : "export.csv");
            return op_args_set(c->args, str_of(in->name), str_of(c->download), e);
        }
    }
    return RC_OK;
}

static enum rc read_key(struct call *c, struct err *e)
{
    struct request *q = c->q;
    struct str key = http_header(q->x, "Idempotency-Key");
    bool looks = q->route->reading || c->op->how == OP_READS || c->op->how == OP_ASIDE;
    if (!key.ptr || looks) {
        return RC_OK;
    }
    if (!key.len || key.len > IDEMPOTENCY_KEY_MAX || !str_is_utf8(key)) {
        return rc_fail(e, RC_INVALID, "an Idempotency-Key has 1 to %u bytes",
                       IDEMPOTENCY_KEY_MAX);
    }
    struct buf b = {0}, hex = {0};
    uint8_t sum[32];
    buf_put_str(&b, http_method(q->x));
    buf_put_str(&b, http_path(q->x));
    buf_put_str(&b, http_query_text(q->x));
    buf_put_str(&b, http_body(q->x));
    buf_put_u64(&b, http_body_bytes(q->x));
    crypt_sha256(buf_str(&b), sum);
    hex_encode(&hex, str_make((const char *)sum, sizeof(sum)));
    c->key = arena_str(c->a, key);
    c->hash = arena_str(c->a, buf_str(&hex));
    buf_release(&b);
    buf_release(&hex);
    return RC_OK;
}

static bool wants_async(const struct call *c)
{
    struct str prefer = http_header(c->q->x, "Prefer");
    if (str_find(prefer, STR("respond-async"), 0) != SIZE_MAX) {
        return true;
    }
    return c->op->slow && str_find(prefer, STR("wait"), 0) == SIZE_MAX;
}

/* What needs no brand: answered here. */
static void run_alone(struct call *c)
{
    struct request *q = c->q;
    struct err e = {0};
    struct pond own = {.clock = *q->server->clock, .lang = q->lang, .remote = true};
    const struct op_request r = {
        .global = {.format = c->form.format, .quiet = true}, .op = c->op, .args = c->args};
    struct op_call *call = op_call_new(c->a, &r, &own, &e);
    struct buf b = {0};
    call->lang = q->lang;
    struct live_reply reply = {.type = c->form.format == OP_FORMAT_CSV
                                           ? "text/csv; charset=utf-8"
                                           : "application/json; charset=utf-8"};
    reply.rc = c->op->run(call);
    reply.err = e;
    op_render(call, &(struct table_style){0}, &b);
    reply.body = buf_str(&b);
    api_answer_reply(q, &reply, NULL);
    buf_release(&b);
    arena_free(c->a);
}

static void fail(struct call *c, struct err *e, struct str field)
{
    struct arena *a = c->a;
    call_remove_files(c);
    api_answer_error(c->q, e, &(struct api_failure){.field = field});
    arena_free(a);
}

void api_call(struct request *q)
{
    struct arena *a = arena_new();
    struct call *c = arena_new_of(a, struct call);
    struct err e = {0};
    struct str field = STR_NULL;
    *c = (struct call){.q = q,
                       .server = q->server,
                       .brand = q->brand,
                       .a = a,
                       .op = q->route->op,
                       .by = q->by};
    c->by.name = arena_str(a, q->by.name);
    c->by.address = arena_str(a, q->by.address);
    note_audit(c);
    enum rc rc = read_args(c, &field, &e);
    if (!rc && c->op->how == OP_ALONE) {
        run_alone(c);
        return;
    }
    rc = rc ? rc : place_files(c, &e);
    rc = rc ? rc : read_key(c, &e);
    if (rc) {
        e.rc = rc;
        fail(c, &e, field);
        return;
    }
    c->lang = q->lang;
    c->async = wants_async(c);
    call_launch(c);
}
