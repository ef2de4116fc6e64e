/* Who asks: a key as Bearer or as the user of Basic, or the cookie of a session. A key belongs to exactly one brand, and so
 * does what is asked with it. */
#include "serve/api.h"
#include "wire/web.h"

#define COOKIE "pond_session"
#define SECRET_MAX 200u /* bytes of a key or token; longer ones are none */

/* "localhost:8080", "127.0.0.1", "[::1]:8080". */
static bool is_loopback_name(struct str host)
{
    struct str name = host;
    if (str_starts(host, STR("["))) {
        name = str_slice(host, 1, str_find_byte(host, ']', 0));
    } else {
        name = str_cut(&host, ':');
    }
    bool number = str_starts(name, STR("127."));
    for (size_t i = 0; i < name.len; i++) { /* not 127.evil.example */
        number = number && (name.ptr[i] == '.' || (name.ptr[i] >= '0' && name.ptr[i] <= '9'));
    }
    return number || str_eq_nocase(name, STR("localhost")) || str_eq(name, STR("::1"));
}

/* A proxy on this machine speaks for others: it then says for whom. And a page of somewhere else may have been given a
 * name that leads here: its requests come from this machine, and name that name. */
bool api_is_local(const struct request *q)
{
    struct str host = http_header(q->x, "Host");
    struct str peer = http_peer(q->x);
    bool loopback = str_starts(peer, STR("127.")) || str_eq(peer, STR("::1")) ||
                    str_starts(peer, STR("::ffff:127."));
    return loopback && (!host.ptr || is_loopback_name(host)) &&
           !http_header(q->x, "X-Forwarded-For").ptr && !http_header(q->x, "Forwarded").ptr &&
           !http_header(q->x, "X-Real-IP").ptr;
}

static enum rc fail(struct err *e, const char *what)
{
    rc_fail(e, RC_DENIED, "%s", what);
    err_hint(e, "Authorization: Bearer KEY; the owner makes keys: pond key create");
    return RC_DENIED;
}

/* The key of an Authorization header; empty: none that can be one. */
static struct str key_of(struct request *q, struct str header)
{
    struct str user, password;
    if (header.len > 7 && str_eq_nocase(str_slice(header, 0, 7), STR("Bearer "))) {
        return str_trim(str_slice(header, 7, header.len));
    }
    return web_basic_auth(q->a, header, &user, &password) ? user : STR_NULL;
}

static bool find_key(struct request *q, struct str key)
{
    struct server *s = q->server;
    for (uint32_t i = 0; i < s->brands; i++) {
        if (access_table_key(live_access(s->brand[i].live), key, &q->by)) {
            q->brand = &s->brand[i];
            q->key = key;
            return true;
        }
    }
    return false;
}

static bool find_session(struct request *q, struct str token)
{
    struct server *s = q->server;
    for (uint32_t i = 0; i < s->brands; i++) {
        if (access_table_session(live_access(s->brand[i].live), token, &q->by)) {
            q->brand = &s->brand[i];
            q->session = token;
            return true;
        }
    }
    return false;
}

enum rc api_who(struct request *q, struct err *e)
{
    struct str header = http_header(q->x, "Authorization");
    struct str cookie = http_cookie(q->x, COOKIE);
    bool found;
    if (header.len) {
        struct str key = key_of(q, header);
        found = key.len && key.len <= SECRET_MAX && find_key(q, key);
        if (!found) {
            return fail(e, "this key is not in force");
        }
    } else {
        found = cookie.len && cookie.len <= SECRET_MAX && find_session(q, cookie);
        if (!found) {
            return fail(e, cookie.len ? "the session is over" : "a key is missing");
        }
    }
    q->by.name = arena_str(q->a, q->by.name);
    q->by.address = arena_str(q->a, http_peer(q->x));
    return RC_OK;
}

/* "https://pond.example:8443" against our own scheme and the Host header. */
static bool is_own_origin(const struct request *q, struct str origin)
{
    struct str scheme = http_is_tls(q->x) ? STR("https://") : STR("http://");
    return str_starts(origin, scheme) &&
           str_eq_nocase(str_slice(origin, scheme.len, origin.len), http_header(q->x, "Host"));
}

/* Sent by another site's page? A proxy that speaks TLS for us leaves the scheme of Origin as https: Sec-Fetch-Site then
 * decides. */
static bool is_foreign(const struct request *q)
{
    struct str origin = http_header(q->x, "Origin");
    struct str site = http_header(q->x, "Sec-Fetch-Site");
    if (site.len) {
        return !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"));
    }
    return origin.len && !is_own_origin(q, origin);
}

enum rc api_same_origin(const struct request *q, struct err *e)
{
    struct str type = http_header(q->x, "Content-Type");
    bool json = str_starts(type, STR("application/json")),
         own = http_header(q->x, "X-Pond-Request").len > 0;
    if (is_foreign(q) || !(json || own)) {
        rc_fail(e, RC_DENIED, "a session's request must come from Pond's own pages");
        err_hint(e, "send Content-Type: application/json or X-Pond-Request: 1, or use a key");
        return RC_DENIED;
    }
    return RC_OK;
}
