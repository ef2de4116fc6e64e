#include "app/running.h"
#include "serve/tail.h"
#include <stdio.h>
#include "app/show.h"
#include "app/stop.h"
#include "wire/client.h"
#include "wire/json.h"
#include "wire/text.h"

#define LINE_MAX (1u << 20)

struct following {
    const struct tail *t;
    struct json_reader *reader;
    struct buf line; /* what came of the line at hand */
    struct buf body; /* of an answer that is no stream */
    int64_t told;
};

/* ---- A line for people ----------------------------------------------------------------------- */

static struct str value_of(const struct json_flat *f, const char *path)
{
    const struct json_value *v = json_find(f, str_of(path));
    return v && v->type != JSON_NULL ? v->value : STR_NULL;
}

static void put_column(struct buf *out, struct str s, uint32_t width)
{
    uint32_t w = text_width(s);
    buf_add(out, s);
    for (; w < width; w++) {
        buf_add_byte(out, ' ');
    }
    buf_add(out, STR("  "));
}

/* "user_id=u1 phone=138****8000" */
static void put_identities(struct buf *out, const struct json_flat *f)
{
    const struct json_value *all = json_find(f, STR("identities"));
    for (uint32_t i = 0; all && i < all->span; i++) {
        const struct json_value *v = all + 1 + i;
        buf_addf(out, "%s%.*s=%.*s", i ? " " : "", STR_FMT(v->key), STR_FMT(v->value));
    }
}

static void put_rest(struct buf *out, struct str type, const struct json_flat *f)
{
    if (str_eq(type, STR("arrival"))) {
        put_column(out, value_of(f, "source"), 12);
        put_column(out, value_of(f, "outcome"), 9);
        put_column(out, value_of(f, "event"), 16);
        put_identities(out, f);
    } else if (str_eq(type, STR("reject"))) {
        put_column(out, value_of(f, "source"), 12);
        put_column(out, STR("set aside"), 9);
        put_column(out, value_of(f, "field"), 16);
        buf_add(out, value_of(f, "reason"));
    } else if (str_eq(type, STR("stage"))) {
        put_column(out, STR("stage"), 12);
        buf_addf(out, "consumer %.*s: %.*s -> %.*s", STR_FMT(value_of(f, "consumer")),
                 STR_FMT(value_of(f, "from")), STR_FMT(value_of(f, "to")));
    } else if (str_eq(type, STR("arrivals"))) {
        put_column(out, STR("arrivals"), 12);
        buf_addf(out, "%.*s new, %.*s known, %.*s set aside; %.*s/s",
                 STR_FMT(value_of(f, "accepted")), STR_FMT(value_of(f, "duplicates")),
                 STR_FMT(value_of(f, "rejected")), STR_FMT(value_of(f, "rate")));
    } else if (str_eq(type, STR("job"))) {
        put_column(out, STR("job"), 12);
        buf_addf(out, "%.*s %.*s: %.*s %.*s", STR_FMT(value_of(f, "job.id")),
                 STR_FMT(value_of(f, "job.op")), STR_FMT(value_of(f, "job.state")),
                 STR_FMT(value_of(f, "job.text")));
    } else {
        put_column(out, type, 12);
        buf_addf(out, "%.*s", STR_FMT(value_of(f, "count")));
    }
}

static void say(struct following *w, struct str json)
{
    struct json_flat f;
    struct buf out = {0};
    if (w->t->call->format == OP_FORMAT_JSON || json_flat(w->reader, json, &f, NULL)) {
        buf_add(&out, json);
    } else {
        struct str at = value_of(&f, "at");
        put_column(&out, at.len > 10 ? str_slice(at, 11, 19) : STR(""), 8);
        put_rest(&out, value_of(&f, "type"), &f);
    }
    (void)printf("%.*s\n", STR_FMT(str_trim(buf_str(&out))));
    (void)fflush(stdout);
    buf_release(&out);
    w->told++;
}

/* ---- The stream ------------------------------------------------------------------------------ */

static bool take(void *ctx, struct str piece)
{
    struct following *w = ctx;
    while (piece.len) {
        size_t end = str_find_byte(piece, '\n', 0);
        buf_add(&w->line, str_slice(piece, 0, end));
        piece = str_slice(piece, end == SIZE_MAX ? piece.len : end + 1, piece.len);
        if (end == SIZE_MAX) {
            break;
        }
        struct str line = str_trim(buf_str(&w->line));
        if (str_starts(line, STR("data:"))) {
            say(w, str_trim(str_slice(line, 5, line.len)));
        } else if (str_starts(line, STR("{"))) {
            buf_add(&w->body, line);
        }
        buf_clear(&w->line);
        if (w->t->count && w->told >= w->t->count) {
            return false;
        }
    }
    return w->line.len <= LINE_MAX;
}

static bool asked(void *ctx)
{
    (void)ctx;
    return stop_asked();
}

/* An answer that is no stream says why: {"code","msg","hint","field"}. */
static enum rc fail_answer(struct following *w, int status)
{
    struct op_call *c = w->t->call;
    struct json_flat f;
    struct str body = buf_str(&w->body);
    body = body.len ? body : str_trim(buf_str(&w->line));
    bool read = json_flat(w->reader, body, &f, NULL) == RC_OK;
    struct str msg = read ? value_of(&f, "msg") : STR_NULL,
               hint = read ? value_of(&f, "hint") : STR_NULL;
    enum rc rc =
        rc_fail(c->err, status == 401 || status == 403 ? RC_DENIED : RC_IO, "%.*s (%d)",
                STR_FMT(msg.len ? msg : STR("the server refused")), status);
    err_hint(c->err, "%.*s", STR_FMT(hint));
    return rc;
}

enum rc tail_follow(const struct tail *t)
{
    struct op_call *c = t->call;
    struct str url = t->url;
    struct following w = {.t = t, .reader = json_reader_new(NULL)};
    int status = 0;
    enum rc rc = RC_OK;
    stop_arm();
    if (!url.len) {
        url = running_address(c->app, c->arena);
    }
    if (!url.len) {
        rc = show_fail(c, RC_MISSING, "no server runs on %s", "%s 上没有运行中的服务",
                       ((struct pond *)c->app)->data_dir);
        show_hint(c, "start one: pond serve; or name it: --url http://...",
                  "启动：pond serve；或指定：--url http://...");
    }
    if (!rc) {
        const struct client_request r = {
            .url = arena_strf(c->arena, "%.*s/api/v1/live%s%.*s", STR_FMT(url),
                              t->types.len ? "?types=" : "", STR_FMT(t->types)),
            .bearer = t->key,
            .accept = "text/event-stream",
            .take = take,
            .stop = asked,
            .ctx = &w};
        rc = client_get(&r, &status, c->err);
        rc = rc == RC_STOPPED ? RC_OK : rc;
        if (!rc && status && status != 200) {
            rc = fail_answer(&w, status);
        }
    }
    json_reader_free(w.reader);
    buf_release(&w.line);
    buf_release(&w.body);
    return rc;
}
