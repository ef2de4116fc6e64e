/* The part of a call that may wait: in a job's thread. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "serve/api_args.h"
#include "serve/api_audit.h"
#include "serve/api_call.h"
#include "wire/sum.h"

#define DOWNLOAD_MAX ((uint64_t)512 << 20)

/* ---- The ledger's part ----------------------------------------------------------------------- */

/* What is done with the ledger; the call itself may be gone (a job that runs on), so all is here. */
struct ledger_work {
    struct server *server;
    struct served *brand;
    struct arena *a;
    struct principal by;
    struct str key, hash, reply;
    int status;
    const char *action;
    struct str detail;
    enum rc outcome;
};

static struct ledger_work work_of(const struct call *c)
{
    return (struct ledger_work){.server = c->server,
                                .brand = c->brand,
                                .a = c->a,
                                .by = c->by,
                                .key = c->key,
                                .hash = c->hash,
                                .action = c->op->name};
}

static enum rc do_audit(void *ctx, struct ledger *l, struct err *e)
{
    const struct ledger_work *w = ctx;
    return audit_add(l, &w->by, w->by.address, w->action, w->detail, w->outcome,
                     w->server->clock, e);
}

static enum rc do_claim(void *ctx, struct ledger *l, struct err *e)
{
    struct ledger_work *w = ctx;
    return idempotency_find(l, &w->by, w->key, w->hash, w->server->clock, w->a, &w->status,
                            &w->reply, e);
}

static enum rc do_keep(void *ctx, struct ledger *l, struct err *e)
{
    const struct ledger_work *w = ctx;
    return idempotency_keep(l, &w->by, w->key, w->hash, w->status, w->reply, w->server->clock,
                            e);
}

static enum rc do_drop(void *ctx, struct ledger *l, struct err *e)
{
    const struct ledger_work *w = ctx;
    return idempotency_drop(l, &w->by, w->key, e);
}

/* Does it and tells a failure: nobody else would. */
static enum rc in_ledger(struct ledger_work *w,
                         enum rc (*what)(void *, struct ledger *, struct err *),
                         const char *event, struct err *e)
{
    struct err own = {0};
    enum rc rc = live_ledger(w->brand->live, what, w, &own);
    if (rc) {
        logger_event(w->server->logger, LOG_ERROR, event, "op=%s rc=%s", w->action,
                     rc_name(rc));
        own.rc = rc;
        *e = own;
    }
    return rc;
}

static enum rc audit(struct call *c, enum rc outcome, struct err *e)
{
    struct ledger_work w = work_of(c);
    w.detail = api_audit_detail(c->op, c->args, c->a);
    w.outcome = outcome;
    return in_ledger(&w, do_audit, "audit.failed", e);
}

/* The same request again: what it was answered is sent again, not done again. A failure may be tried again. */
static void keep_reply(struct ledger_work *w, bool secret, int status, struct str body)
{
    struct err e = {0};
    bool keeps = status < 300 && body.len <= IDEMPOTENCY_REPLY_MAX;
    w->status = secret ? 409 : status;
    w->reply = secret ? STR("{\"code\":\"conflict\",\"msg\":\"this was done already; what it "
                            "made is shown once\",\"hint\":null,\"field\":null}\n")
                      : body;
    (void)in_ledger(w, keeps ? do_keep : do_drop, "idempotency.failed", &e);
}

/* A file tells requests apart as a body does; it is read here, where reading may take its time. */
static enum rc add_file_sum(struct call *c, struct err *e)
{
    struct sum128 sum = {0};
    char hex[33];
    if (!c->upload) {
        return RC_OK;
    }
    int fd = open(c->upload, O_RDONLY | O_CLOEXEC);
    enum rc rc =
        fd < 0 ? rc_errno(e, errno, "the upload cannot be read") : sum128_fd(fd, &sum, NULL, e);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!rc) {
        c->hash = arena_strf(c->a, "%.*s:%s", STR_FMT(c->hash), sum128_hex(sum, hex));
    }
    return rc;
}

/* False when there is nothing to do any more: *out is the reply. */
static bool claim(struct call *c, struct live_reply *out)
{
    out->rc = add_file_sum(c, &out->err);
    if (out->rc) {
        return false;
    }
    struct ledger_work w = work_of(c);
    out->rc = live_ledger(c->brand->live, do_claim, &w, &out->err);
    if (!out->rc && w.reply.ptr) {
        c->kept_status = w.status;
        out->body = w.reply;
        return false;
    }
    c->claimed = !out->rc;
    return c->claimed;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static void remove_pair(const char *path, const char *dir)
{
    if (path) {
        (void)unlink(path);
    }
    if (dir) {
        (void)rmdir(dir);
    }
}

void call_remove_files(const struct call *c)
{
    remove_pair(c->upload, c->upload_dir);
    remove_pair(c->download, c->download_dir);
}

/* The reply of a download is the file. */
static void take_file(struct call *c, struct live_reply *r)
{
    struct buf b = {0};
    if (r->rc || !c->download) {
        return;
    }
    r->rc = disk_get(c->server->base->disk, c->download, DOWNLOAD_MAX, &b, &r->err);
    r->body = arena_str(c->a, buf_str(&b));
    r->type = c->form.xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                           : "text/csv; charset=utf-8";
    if (r->rc == RC_TOO_LARGE) {
        err_hint(&r->err, "write it with the command line: pond %s", c->op->name);
    }
    buf_release(&b);
}

/* "crowd-export.csv"; NULL: nobody saves it */
static const char *file_name(const struct call *c, struct arena *a)
{
    bool plain = c->form.format == OP_FORMAT_JSON && !c->form.plot && !c->form.xlsx;
    if (plain && !c->download) {
        return NULL;
    }
    char *name = arena_cstr(a, str_of(c->op->name));
    for (char *p = name; *p; p++) {
        *p = *p == ' ' ? '-' : *p;
    }
    return arena_strf(a, "%s.%s", name, c->form.extension).ptr;
}

/* ---- The job --------------------------------------------------------------------------------- */

static bool before(void *ctx, int64_t id, struct live_reply *out)
{
    struct call *c = ctx;
    (void)id;
    return !c->key.len || c->claimed || claim(c, out);
}

static void answer(struct call *c, const struct live_reply *r)
{
    static const struct http_field again[] = {{"Idempotency-Replayed", FIELD_TEXT("true")},
                                              {0}};
    struct request *q = c->q;
    c->q = NULL;
    if (q && c->kept_status) {
        serving_answer(q, c->kept_status, "application/json; charset=utf-8", r->body, again);
    } else if (q) {
        api_answer_reply(q, r, file_name(c, q->a));
    }
}

static void done(void *ctx, int64_t id, struct live_reply *r)
{
    struct call *c = ctx;
    struct err e = {0};
    (void)id;
    take_file(c, r);
    if (c->audited && !c->kept_status && audit(c, r->rc, &e) && c->looks && !r->rc) {
        *r = (struct live_reply){.rc = e.rc, .err = e};
    }
    if (c->claimed && !c->async) {
        struct ledger_work w = work_of(c);
        keep_reply(&w, c->op->how == OP_LEDGER || c->looks, /* nothing in plain is kept */
                   r->rc && r->rc != RC_REJECTS ? rc_http(r->rc) : 200, r->body);
    }
    call_remove_files(c);
    answer(c, r);
}

/* What 202 says: the job, as of now. */
static void write_202(struct request *q, int64_t id, struct buf *body)
{
    struct json j;
    struct job_info info = {0};
    struct err e = {0};
    json_init(&j, body);
    json_begin_object(&j);
    json_key(&j, "job");
    if (jobs_get(q->server->jobs, q->brand->name, id, q->a, &info, NULL, &e) == RC_OK) {
        job_json(&info, &j);
    } else {
        json_null(&j);
    }
    json_end_object(&j);
    buf_add_byte(body, '\n');
}

static void answer_202(struct request *q, int64_t id, struct str body)
{
    const struct http_field more[] = {
        {"Location", arena_strf(q->a, "/api/v1/jobs/%lld", (long long)id)},
        {"Preference-Applied", STR("respond-async")},
        {0}};
    serving_answer(q, 202, "application/json; charset=utf-8", body, more);
}

static enum rc start(struct call *c, int64_t *id, struct err *e)
{
    const struct job_work w = {.live = c->brand->live,
                               .brand = c->brand->name,
                               .arena = c->a,
                               .call = {.op = c->op,
                                        .args = c->args,
                                        .lang = c->lang,
                                        .format = c->download ? OP_FORMAT_JSON : c->form.format,
                                        .plot = c->form.plot,
                                        .xlsx = c->form.xlsx && !c->download,
                                        .by = c->by},
                               .listed = c->async,
                               .before = before,
                               .done = done,
                               .ctx = c};
    struct arena *spare = arena_new();
    struct call files = {
        .upload = c->upload ? arena_cstr(spare, str_of(c->upload)) : NULL,
        .upload_dir = c->upload ? arena_cstr(spare, str_of(c->upload_dir)) : NULL,
        .download_dir = c->download ? arena_cstr(spare, str_of(c->download_dir)) : NULL};
    c->q = c->async ? NULL : c->q;
    enum rc rc = jobs_start(c->server->jobs, &w, id, e);
    if (rc) {
        e->rc = rc;
        call_remove_files(&files);
    }
    arena_free(spare);
    return rc;
}

static void answer_busy(struct request *q, const struct err *e)
{
    static const struct http_field later[] = {{"Retry-After", FIELD_TEXT("2")}, {0}};
    api_answer_error(q, e, &(struct api_failure){.more = later});
}

/* ---- An asynchronous call under an Idempotency-Key: a small job claims the key, starts the call's own, and keeps what
 * 202 said ---- */

struct claiming {
    struct request *q; /* NULL: answered */
    struct call *c;    /* NULL: started  */
    struct ledger_work w;
};

static bool claim_before(void *ctx, int64_t id, struct live_reply *out)
{
    struct claiming *k = ctx;
    struct call *c = k->c;
    struct buf body = {0};
    int64_t job = 0;
    (void)id;
    if (!claim(c, out)) {
        return false;
    }
    struct request *q = k->q;
    k->w.hash = arena_str(k->w.a, c->hash);
    k->c = NULL;
    out->rc = start(c, &job, &out->err);
    if (out->rc) {
        (void)in_ledger(&k->w, do_drop, "idempotency.failed", &out->err);
        return false;
    }
    k->q = NULL;
    write_202(q, job, &body);
    keep_reply(&k->w, false, 202, buf_str(&body)); /* first, so that a retry at once finds it */
    answer_202(q, job, buf_str(&body));
    buf_release(&body);
    return false;
}

static void claim_done(void *ctx, int64_t id, struct live_reply *r)
{
    struct claiming *k = ctx;
    (void)id;
    if (k->c) {
        call_remove_files(k->c);
        k->c->q = k->q;
        answer(k->c, r);
        arena_free(k->c->a);
    } else if (k->q) {
        answer_busy(k->q, &r->err);
    }
}

static enum rc start_claiming(struct call *c, struct err *e)
{
    struct arena *a = arena_new();
    struct claiming *k = arena_new_of(a, struct claiming);
    int64_t id = 0;
    k->q = c->q;
    k->c = c;
    k->w = work_of(c);
    k->w.a = a;
    k->w.by.name = arena_str(a, c->by.name);
    k->w.by.address = arena_str(a, c->by.address);
    k->w.key = arena_str(a, c->key);
    k->w.hash = arena_str(a, c->hash);
    const struct job_work w = {.live = c->brand->live,
                               .brand = c->brand->name,
                               .arena = a,
                               .call = {.op = c->op, .by = c->by},
                               .before = claim_before,
                               .done = claim_done,
                               .ctx = k};
    enum rc rc = jobs_start(c->server->jobs, &w, &id, e);
    if (rc) {
        e->rc = rc;
        call_remove_files(c);
        arena_free(c->a);
    }
    return rc;
}

void call_launch(struct call *c)
{
    struct request *q = c->q;
    struct err e = {0};
    int64_t id = 0;
    bool async = c->async, keyed = c->key.len > 0;
    http_later(q->x);
    enum rc rc = async && keyed ? start_claiming(c, &e) : start(c, &id, &e);
    if (rc) {
        answer_busy(q, &e);
    } else if (async && !keyed) {
        struct buf body = {0};
        write_202(q, id, &body);
        answer_202(q, id, buf_str(&body));
        buf_release(&body);
    }
}
