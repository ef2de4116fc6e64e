#include "wire/client.h"
#include <curl/curl.h>
#include "base/arena.h"

struct getting {
    const struct client_request *r;
    bool ended; /* by who takes */
};

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct getting *g = ctx;
    size_t len = size * n;
    if (!g->r->take(g->r->ctx, str_make(bytes, len))) {
        g->ended = true;
        return 0;
    }
    return len;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct getting *g = ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return g->r->stop && g->r->stop(g->r->ctx);
}

static enum rc outcome(CURLcode code, const struct getting *g, const char *why, struct err *e)
{
    if (code == CURLE_OK || g->ended) {
        return RC_OK;
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        return rc_fail(e, RC_STOPPED, "stopped");
    }
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
        return rc_fail(e, RC_INVALID, "\"%.*s\" is no address of a server",
                       STR_FMT(str_slice(g->r->url, 0, 200)));
    }
    return rc_fail(e, RC_IO, "%.*s: %s", STR_FMT(str_slice(g->r->url, 0, 200)),
                   *why ? why : curl_easy_strerror(code));
}

static struct curl_slist *headers_of(const struct client_request *r, struct arena *a)
{
    struct curl_slist *list = NULL;
    if (r->bearer.len) {
        list = curl_slist_append(
            list, arena_strf(a, "Authorization: Bearer %.*s", STR_FMT(r->bearer)).ptr);
    }
    if (r->accept) {
        list = curl_slist_append(list, arena_strf(a, "Accept: %s", r->accept).ptr);
    }
    return list;
}

enum rc client_get(const struct client_request *r, int *status, struct err *e)
{
    struct arena *a = arena_new();
    struct getting g = {r, false};
    char why[CURL_ERROR_SIZE] = "";
    long code = 0;
    CURL *c = curl_easy_init();
    struct curl_slist *headers = headers_of(r, a);
    *status = 0;
    if (!c) {
        curl_slist_free_all(headers);
        arena_free(a);
        return rc_fail(e, RC_IO, "the HTTP client cannot be started");
    }
    (void)curl_easy_setopt(c, CURLOPT_URL, arena_cstr(a, r->url));
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, &g);
    (void)curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(c, CURLOPT_XFERINFODATA, &g);
    (void)curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    (void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    enum rc rc = outcome(curl_easy_perform(c), &g, why, e);
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    *status = (int)code;
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    arena_free(a);
    return rc;
}
