#include "serve/console.h"

#include "serve/api.h"
#include "wire/web.h"

#define FILE_MAX ((size_t)16 << 20)

static const char *type_of(struct str path)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".png", "image/png"},
        {".woff2", "font/woff2"},
        {".ico", "image/x-icon"},
        {".webmanifest", "application/manifest+json"},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (str_ends(path, str_of(types[i].end))) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static const struct console_file *find(struct str path)
{
    for (const struct console_file *f = console_files; f->path; f++) {
        if (str_eq(str_of(f->path), path)) {
            return f;
        }
    }
    return NULL;
}

/* "gzip, deflate, br": whether gzip is among what it takes. */
static bool takes_gzip(struct request *q)
{
    struct str rest = http_header(q->x, "Accept-Encoding");
    while (rest.len) {
        struct str one = str_cut(&rest, ',');
        struct str name = str_trim(str_cut(&one, ';'));
        if (str_eq_nocase(name, STR("gzip"))) {
            return !str_eq(str_trim(one), STR("q=0"));
        }
    }
    return false;
}

static void answer_file(struct request *q, const struct console_file *f)
{
    struct str path = str_of(f->path), bytes = {f->begin, (size_t)(f->end - f->begin)};
    bool packed = takes_gzip(q), kept = str_starts(path, STR("/assets/"));
    struct http_field field[8] = {{0}};
    uint32_t n = 0;
    if (!packed && web_unpack(q->a, WEB_GZIP, bytes, FILE_MAX, &bytes, NULL)) {
        bytes = STR_NULL;
    }
    field[n++] = (struct http_field){"Vary", STR("Accept-Encoding")};
    field[n++] = (struct http_field){
        "Cache-Control", kept ? STR("public, max-age=31536000, immutable") : STR("no-cache")};
    if (packed) {
        field[n++] = (struct http_field){"Content-Encoding", STR("gzip")};
    }
    for (const struct http_field *p = serving_page_fields; p->name && n < 7; p++) {
        field[n++] = *p;
    }
    serving_answer(q, 200, type_of(path), bytes, field);
}

/* What a person typed or followed, not what a program asked for. */
static bool wants_page(struct request *q)
{
    struct str path = http_path(q->x);
    if (str_eq(path, STR("/setup"))) {
        return true; /* the link that the server prints, whatever opens it */
    }
    return !str_starts(path, STR("/api/")) && !str_starts(path, STR("/assets/")) &&
           str_find(http_header(q->x, "Accept"), STR("text/html"), 0) != SIZE_MAX;
}

bool console_answer(struct request *q)
{
    struct str method = http_method(q->x);
    if (!str_eq(method, STR("GET")) && !str_eq(method, STR("HEAD"))) {
        return false;
    }
    struct str path = http_path(q->x);
    const struct console_file *f = find(str_eq(path, STR("/")) ? STR("/index.html") : path);
    f = f || !wants_page(q) ? f : find(STR("/index.html"));
    if (f) {
        answer_file(q, f);
    }
    return f != NULL;
}
