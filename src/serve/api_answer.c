/* Answers of the API and of pages, with the headers that every one has. */
#include "serve/api.h"
#include "serve/api_args.h"
#include "app/show.h"

const struct http_field serving_api_fields[] = {
    {"Content-Security-Policy", FIELD_TEXT("default-src 'none'; frame-ancestors 'none'")},
    {"X-Content-Type-Options", FIELD_TEXT("nosniff")},
    {"Referrer-Policy", FIELD_TEXT("no-referrer")},
    {"Cross-Origin-Resource-Policy", FIELD_TEXT("same-origin")},
    {"Cache-Control", FIELD_TEXT("no-store")},
    {NULL, {NULL, 0}}};

#define FIELDS_MAX 16

void serving_answer(struct request *q, int status, const char *type, struct str body,
                    const struct http_field *more)
{
    struct http_field field[FIELDS_MAX + 1] = {{0}};
    uint32_t n = 0;
    for (const struct http_field *f = more; f && f->name && n < FIELDS_MAX; f++) {
        field[n++] = *f;
    }
    for (const struct http_field *f = serving_api_fields; f->name && n < FIELDS_MAX; f++) {
        bool given = false;
        for (uint32_t i = 0; i < n; i++) {
            given = given || strcmp(field[i].name, f->name) == 0;
        }
        if (!given) {
            field[n++] = *f;
        }
    }
    http_answer(q->x, &(struct http_answer){
                          .status = status, .type = type, .body = body, .field = field});
}

void api_answer_json(struct request *q, int status, struct str body)
{
    serving_answer(q, status, "application/json; charset=utf-8", body, NULL);
}

/* What the libraries say is English; in Chinese its kind comes before it, as on the command line. */
static void put_message(const struct request *q, const struct err *e, struct json *j)
{
    const char *msg = *e->msg ? e->msg : rc_text(e->rc);
    bool ascii = true;
    for (const char *p = msg; *p; p++) {
        ascii = ascii && (unsigned char)*p < 0x80;
    }
    if (q->lang == LANG_ZH && ascii) {
        json_put_str(j, "msg", arena_strf(q->a, "%s：%s", show_rc_zh(e->rc), msg));
    } else {
        json_put_cstr(j, "msg", msg);
    }
}

static void error_json(const struct request *q, const struct err *e, struct str field,
                       struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_begin_object(&j);
    json_put_cstr(&j, "code", rc_name(e->rc));
    put_message(q, e, &j);
    json_put_cstr(&j, "hint", *e->hint ? e->hint : NULL);
    json_put_text(&j, "field", field);
    json_end_object(&j);
    buf_add_byte(out, '\n');
}

void api_answer_error(struct request *q, const struct err *e, const struct api_failure *how)
{
    struct buf b = {0};
    int status = how && how->status ? how->status : rc_http(e->rc);
    struct err told = *e;
    pond_hide_paths(q->server->base->data_dir, &told);
    api_speak(&told);
    error_json(q, &told, how ? how->field : STR_NULL, &b);
    if (status >= 500 && q->server->logger) {
        logger_event(q->server->logger, status == 503 ? LOG_WARN : LOG_ERROR, "api.failed",
                     "op=%s status=%d rc=%s %s",
                     q->route && q->route->op ? q->route->op->name : "-", status,
                     rc_name(e->rc), e->detail);
    }
    serving_answer(q, status, "application/json; charset=utf-8", buf_str(&b),
                   how ? how->more : NULL);
    buf_release(&b);
}

void api_answer_reply(struct request *q, const struct live_reply *r, const char *name)
{
    struct str seq = arena_strf(q->a, "%llu", (unsigned long long)r->seq);
    struct http_field more[3] = {{"Pond-Seq", seq}, {0}, {0}};
    if (r->rc && r->rc != RC_REJECTS) {
        struct err e = r->err;
        e.rc = r->rc;
        struct api_failure how = {
            .more = r->rc == RC_BUSY
                        ? (const struct http_field[]){{"Retry-After", STR("2")}, {0}}
                        : NULL};
        api_answer_error(q, &e, &how);
        return;
    }
    if (name) {
        more[1] = (struct http_field){"Content-Disposition",
                                      arena_strf(q->a, "attachment; filename=\"%s\"", name)};
    }
    serving_answer(q, 200, r->type ? r->type : "application/json", r->body, more);
}
