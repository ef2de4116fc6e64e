/* Any text as the head of a request, "METHOD URL VERSION\nName:value\n...", as the library hands it on. What is let through has
 * one meaning: a rooted path without blanks, one host, one way to tell the body's length; its query, its cookies and its
 * route are then read. */
#include <stdlib.h>
#include "app/ops.h"
#include "serve/api_route.h"
#include "wire/http_parts.h"
#include "wire/web.h"

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static uint32_t count(const struct http_exchange *x, const char *name)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->heads; i++) {
        n += str_eq_nocase(x->head[i].name, str_of(name));
    }
    return n;
}

static bool holds_blank(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static void read_head(struct http_exchange *x, struct str text, struct str *version)
{
    struct str line = str_cut(&text, '\n');
    x->method = str_cut(&line, ' ');
    http_split_url(x, str_cut(&line, ' '));
    *version = line;
    x->head = arena_array(x->arena, struct http_pair, HTTP_HEAD_LINES);
    while (text.len && x->heads < HTTP_HEAD_LINES) {
        struct str value = str_cut(&text, '\n'), name = str_cut(&value, ':');
        x->head[x->heads++] = (struct http_pair){name, value};
    }
}

static void check_meaning(struct http_exchange *x, struct str version)
{
    must(x->path.len && (x->path.ptr[0] == '/' || str_eq(x->path, STR("*"))));
    must(!holds_blank(x->path) && !holds_blank(x->query) && x->method.len);
    must(count(x, "Host") <= 1 && (count(x, "Host") || !str_eq(version, STR("HTTP/1.1"))));
    must(count(x, "Content-Length") + count(x, "Transfer-Encoding") <= 1);
    must(x->chunked == (count(x, "Transfer-Encoding") == 1));
    for (uint32_t i = 0; i < x->heads; i++) {
        must(x->head[i].name.len && !holds_blank(x->head[i].name));
    }
}

static void read_on(struct http_exchange *x)
{
    struct str rest = x->query, name, value;
    struct api_route route;
    const char *allowed = NULL;
    while (web_form_next(x->arena, &rest, &name, &value)) {
        must(name.len + value.len <= x->query.len);
    }
    struct str cookie = http_cookie(x, "pond_session");
    must(!cookie.ptr || str_find_byte(cookie, ';', 0) == SIZE_MAX);
    if (api_route_find(ops_book(), x->method, x->path, &route, &allowed)) {
        must(route.op && allowed && str_starts(x->path, STR("/")));
        must(str_find(x->path, STR(".."), 0) == SIZE_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct http_exchange *x = arena_new_of(a, struct http_exchange);
    struct str version;
    x->arena = a;
    read_head(x, str_make((const char *)data, size), &version);
    int status = http_check_head(x, version);
    must(status == 0 || status == 400 || status == 501);
    if (!status) {
        check_meaning(x, version);
        read_on(x);
    }
    arena_free(a);
    return 0;
}
