/* Pages, and what machines that watch ask for. */
#include "serve/api.h"
#include "serve/console.h"
#include "serve/page.h"

const struct http_field serving_page_fields[] = {
    {"Content-Security-Policy",
     FIELD_TEXT(
         "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src "
         "'self'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")},
    {NULL, {NULL, 0}}};

static const char *file_text(const char *name)
{
    for (const struct page_file *f = page_files; f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            return f->text;
        }
    }
    return "";
}

/* The text with @LANG@ and @ADDRESS@ filled in. */
static void fill(struct request *q, struct str text, struct buf *out)
{
    while (text.len) {
        size_t at = str_find_byte(text, '@', 0);
        buf_add(out, str_slice(text, 0, at));
        text = str_slice(text, at, text.len);
        if (str_starts(text, STR("@LANG@"))) {
            buf_add(out, str_of(lang_name(q->lang)));
            text = str_slice(text, 6, text.len);
        } else if (str_starts(text, STR("@ADDRESS@"))) {
            buf_add(out, server_address(q->server));
            text = str_slice(text, 9, text.len);
        } else if (text.len) {
            buf_add_byte(out, '@');
            text = str_slice(text, 1, text.len);
        }
    }
}

static void answer_file(struct request *q, const char *name, const char *type)
{
    struct buf b = {0};
    fill(q, str_of(file_text(name)), &b);
    serving_answer(q, 200, type, buf_str(&b), serving_page_fields);
    buf_release(&b);
}

static void answer_text(struct request *q, int status, struct str text)
{
    serving_answer(q, status, "text/plain; charset=utf-8", text, NULL);
}

/* ---- health ---------------------------------------------------------------------------------- */

static bool may_see_metrics(struct request *q)
{
    struct err e = {0};
    return api_is_local(q) ||
           (api_who(q, &e) == RC_OK && principal_may(&q->by, "metrics.read"));
}

/* Names of brands are not told to strangers. */
static void answer_ready(struct request *q)
{
    struct buf b = {0};
    bool ready = !atomic_load(&q->server->stopping), named = may_see_metrics(q);
    for (uint32_t i = 0; i < q->server->brands; i++) {
        struct live_figures f;
        live_figures(q->server->brand[i].live, &f);
        ready = ready && !f.failing;
        if (named) {
            buf_addf(&b, "%.*s %s\n", STR_FMT(q->server->brand[i].name),
                     f.failing ? "does not accept: a write failed" : "ready");
        }
    }
    if (!named) {
        buf_addf(&b, "%s\n", ready ? "ready" : "not ready");
    }
    answer_text(q, ready ? 200 : 503, buf_str(&b));
    buf_release(&b);
}

static void answer_metrics(struct request *q)
{
    struct server *s = q->server;
    struct buf b = {0};
    if (!may_see_metrics(q)) {
        answer_text(q, 401,
                    STR("metrics need a key with the right metrics.read, or loopback\n"));
        return;
    }
    struct metrics_brand *brand = arena_array(q->a, struct metrics_brand, s->brands + 1);
    for (uint32_t i = 0; i < s->brands; i++) {
        brand[i].name = s->brand[i].name;
        live_figures(s->brand[i].live, &brand[i].figures);
    }
    const struct metrics_moment now = {.brand = brand,
                                       .brands = s->brands,
                                       .connections = http_server_connections(s->http),
                                       .jobs_running = jobs_running(s->jobs),
                                       .jobs_waiting = jobs_waiting(s->jobs),
                                       .streams = hub_listeners(s->hub),
                                       .parked = parking_len(s->parking),
                                       .started_ms = s->started_ms};
    metrics_text(s->metrics, &now, &b);
    serving_answer(q, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b), NULL);
    buf_release(&b);
}

static void answer_health(struct request *q) { answer_text(q, 200, STR("ok\n")); }

/* ---- which ----------------------------------------------------------------------------------- */

struct place {
    const char *path, *file, *type;
    void (*answer)(struct request *q);
};
/* clang-format off */
static const struct place places[] = {
    {"/", "index.html", "text/html; charset=utf-8", NULL},
    {"/setup", "setup.html", "text/html; charset=utf-8", NULL},
    {"/page.css", "page.css", "text/css; charset=utf-8", NULL},
    {"/setup.js", "setup.js", "text/javascript; charset=utf-8", NULL},
    {"/healthz", NULL, NULL, answer_health},
    {"/readyz", NULL, NULL, answer_ready},
    {"/metrics", NULL, NULL, answer_metrics},
};
/* clang-format on */

static bool answer_method(struct request *q)
{
    struct str method = http_method(q->x);
    if (str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"))) {
        return true;
    }
    static const struct http_field allow[] = {{"Allow", FIELD_TEXT("GET, HEAD")}, {0}};
    serving_answer(q, 405, "text/plain; charset=utf-8", STR("this path takes GET\n"), allow);
    return false;
}

bool page_answer(struct request *q)
{
    struct str path = http_path(q->x);
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        const struct place *p = &places[i];
        if (!str_eq(path, str_of(p->path)) || (p->file && console_files[0].path)) {
            continue; /* with the console, the program's own pages are not needed */
        }
        q->lang = api_lang_of(q);
        if (answer_method(q)) {
            if (p->answer) {
                p->answer(q);
            } else {
                answer_file(q, p->file, p->type);
            }
        }
        return true;
    }
    return false;
}
