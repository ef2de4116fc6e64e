#include "serve/call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)512 << 20) /* of a picture or workbook handed out */

static const char *type_of(const struct live_call *c)
{
    if (c->xlsx) {
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }
    if (c->plot) {
        return strcmp(c->plot, "png") == 0 ? "image/png" : "image/svg+xml; charset=utf-8";
    }
    return c->format == OP_FORMAT_CSV ? "text/csv; charset=utf-8" : "application/json";
}

/* A directory of its own, so that what a library leaves half written goes with it. */
static enum rc spool_make(struct pond *p, struct arena *a, char **dir, struct err *e)
{
    char *spool =
        disk_path(a, p->data_dir, arena_strf(a, "%.*s/spool", STR_FMT(p->brand_name)).ptr);
    enum rc rc = disk_mkdirs(p->disk, spool, 0700, e);
    if (rc) {
        return rc;
    }
    *dir = disk_path(a, spool, "out-XXXXXX");
    return mkdtemp(*dir) ? RC_OK : rc_errno(e, errno, "cannot make a directory in %s", spool);
}

/* Reads the file that the call wrote and removes it with its directory. */
static enum rc spool_take(struct pond *p, struct arena *a, const char *dir, const char *path,
                          struct live_reply *out, struct err *e)
{
    struct buf bytes = {0};
    enum rc rc = disk_get(p->disk, path, FILE_MAX, &bytes, e);
    out->body = rc ? STR_NULL : arena_str(a, buf_str(&bytes));
    buf_release(&bytes);
    (void)unlink(path);
    (void)rmdir(dir);
    return rc;
}

static void render(struct op_call *call, const struct live_call *c, struct arena *a,
                   struct live_reply *out)
{
    struct buf text = {0};
    if (op_reply(call).len) {
        struct table_style plain = {0};
        call->format = c->format;
        op_render(call, &plain, &text);
    }
    out->body = arena_str(a, buf_str(&text));
    buf_release(&text);
}

static void run_with_file(struct pond *p, struct op_call *call, const struct live_call *c,
                          struct arena *a, struct live_reply *out)
{
    char *dir = NULL;
    struct buf said = {0};
    out->rc = spool_make(p, a, &dir, &out->err);
    if (out->rc) {
        return;
    }
    const char *name = c->xlsx                       ? "out.xlsx"
                       : strcmp(c->plot, "png") == 0 ? "out.png"
                                                     : "out.svg";
    char *path = disk_path(a, dir, name);
    if (c->xlsx) {
        call->xlsx = str_of(path);
    } else {
        call->plot = str_of(path);
    }
    out->rc = op_files_check(call, &out->err);
    out->rc = out->rc ? out->rc : call->op->run(call);
    out->rc = out->rc ? out->rc : op_files_write(call, &said, &out->err);
    buf_release(&said);
    if (!out->rc) {
        out->rc = spool_take(p, a, dir, path, out, &out->err);
    } else {
        (void)unlink(path);
        (void)rmdir(dir);
    }
}

static struct op_call *make_call(struct pond *p, const struct live_call *c, struct arena *a,
                                 struct err *e)
{
    struct op_request q = {
        .global = {.format = c->xlsx ? OP_FORMAT_TEXT : c->format, .quiet = true},
        .op = c->op,
        .args = c->args};
    p->remote = true;
    p->principal = c->by;
    p->by = principal_text(&c->by, a);
    p->lang = c->lang;
    p->progress = false;
    struct op_call *call = op_call_new(a, &q, p, e);
    call->lang = c->lang;
    call->ahead = c->ahead;
    return call;
}

enum rc call_ahead(struct pond *p, const struct live_call *c, struct arena *a, void **found,
                   struct err *e)
{
    struct op_call *call = make_call(p, c, a, e);
    enum rc rc = c->op->ahead(call);
    *found = call->ahead;
    return rc;
}

void call_run(struct pond *p, const struct live_call *c, struct arena *a,
              void (*progress)(void *ctx, double share, struct str text), void *ctx,
              struct live_reply *out)
{
    *out = (struct live_reply){.type = type_of(c)};
    struct op_call *call = make_call(p, c, a, &out->err);
    call->progress = progress;
    call->progress_ctx = ctx;
    if (c->xlsx || c->plot) {
        run_with_file(p, call, c, a, out);
    } else {
        out->rc = c->op->run(call);
        render(call, c, a, out);
    }
    out->err.rc = out->rc;
    out->seq = p->brand ? p->brand->seq : 0;
    out->as_of_ms = clock_now(&p->clock);
}
