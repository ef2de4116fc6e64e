/* The head of a request: taken apart and checked. What two readers could cut in two ways is refused:
 * that is how one request is hidden in another. */
#include "wire/http_parts.h"

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (unsigned char)((c | 0x20) - 'a') < 26 || c == '-';
        if (!plain && (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))) {
            return false;
        }
    }
    return s.len > 0;
}

/* from: the lowest byte that may be there (a tab is fine where a space is). */
static bool is_clean(struct str s, unsigned char from)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < from && !(c == '\t' && from == ' ')) || c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Reads the fields that decide how the body is read. */
static int check_fields(struct http_exchange *x)
{
    uint32_t hosts = 0, lengths = 0, codings = 0;
    for (uint32_t i = 0; i < x->heads; i++) {
        struct http_pair h = x->head[i];
        if (!is_token(h.name) || !is_clean(h.value, ' ')) {
            return 400;
        }
        if (str_eq_nocase(h.name, STR("Host"))) {
            hosts++;
        } else if (str_eq_nocase(h.name, STR("Content-Length"))) {
            lengths++;
            if (!str_u64(h.value, &x->length)) {
                return 400;
            }
        } else if (str_eq_nocase(h.name, STR("Transfer-Encoding"))) {
            codings++;
            if (!str_eq_nocase(h.value, STR("chunked"))) {
                return 501;
            }
            x->chunked = true;
        } else if (str_eq_nocase(h.name, STR("Expect"))) {
            x->expects = true;
        }
    }
    return hosts > 1 || lengths + codings > 1 ? 400 : 0;
}

void http_split_url(struct http_exchange *x, struct str url)
{
    if (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) {
        size_t at = str_find_byte(url, '/', sizeof("https:/")); /* behind "//" in either */
        url = at == SIZE_MAX ? STR("/") : str_slice(url, at, url.len);
    }
    size_t mark = str_find_byte(url, '?', 0);
    x->path = str_slice(url, 0, mark);
    x->query = mark == SIZE_MAX ? STR_NULL : str_slice(url, mark + 1, url.len);
}

int http_check_head(struct http_exchange *x, struct str version)
{
    bool rooted = x->path.len > 0 && (x->path.ptr[0] == '/' || str_eq(x->path, STR("*")));
    if (!rooted || !is_token(x->method) || !is_clean(x->path, '!') ||
        !is_clean(x->query, '!')) {
        return 400;
    }
    if (str_eq(version, STR("HTTP/1.1")) && !http_header(x, "Host").ptr) {
        return 400;
    }
    return check_fields(x);
}
