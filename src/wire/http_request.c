/* What a handler reads of a request. Everything is a view into the exchange's arena, or is put there. */
#include "wire/http_parts.h"

#include "wire/web.h"

struct arena *http_arena(struct http_exchange *x) { return x->arena; }
struct str http_method(const struct http_exchange *x) { return x->method; }
struct str http_path(const struct http_exchange *x) { return x->path; }
struct str http_query_text(const struct http_exchange *x) { return x->query; }

struct str http_query(struct http_exchange *x, const char *name)
{
    return web_form_get(x->arena, x->query, str_of(name));
}

struct str http_header(const struct http_exchange *x, const char *name)
{
    struct str wanted = str_of(name);
    for (uint32_t i = 0; i < x->heads; i++) {
        if (str_eq_nocase(x->head[i].name, wanted)) {
            return x->head[i].value;
        }
    }
    return STR_NULL;
}

struct str http_cookie(struct http_exchange *x, const char *name)
{
    for (uint32_t i = 0; i < x->heads; i++) {
        struct str rest = x->head[i].value;
        if (!str_eq_nocase(x->head[i].name, STR("Cookie"))) {
            continue;
        }
        while (rest.len > 0) {
            struct str value = str_trim(str_cut(&rest, ';'));
            struct str key = str_cut(&value, '=');
            if (str_eq(key, str_of(name)) && value.ptr) {
                bool quoted =
                    value.len >= 2 && value.ptr[0] == '"' && str_ends(value, STR("\""));
                return quoted ? str_slice(value, 1, value.len - 1) : value;
            }
        }
    }
    return STR_NULL;
}

void http_body_to(struct http_exchange *x, int fd)
{
    x->to_file = true;
    x->file = fd;
}

uint64_t http_body_bytes(const struct http_exchange *x) { return x->received; }
enum rc http_body_rc(const struct http_exchange *x) { return x->file_rc; }

struct str http_body(const struct http_exchange *x)
{
    return x->fixed ? str_make(x->fixed, (size_t)x->received) : buf_str(&x->grown);
}

struct str http_peer(const struct http_exchange *x) { return str_of(x->conn->peer); }
bool http_is_tls(const struct http_exchange *x) { return x->conn->tls; }
int http_status(const struct http_exchange *x) { return x->status; }
uint64_t http_sent_bytes(const struct http_exchange *x) { return x->sent; }
void http_set_user(struct http_exchange *x, void *user) { x->user = user; }
void *http_user(const struct http_exchange *x) { return x->user; }
