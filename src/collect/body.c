/* What was sent: unpacked, parsed once, and where keys are looked for.
 *
 * The bytes say what they are: RudderStack sends gzip with the content type of a form, proxies unpack and
 * leave the header behind. */
#include "collect/internal.h"

#include "base/mem.h"
#include "wire/web.h"

struct collect_state *collect_state_new(void)
{
    struct collect_state *s = mem_zalloc(sizeof(*s));
    s->names = names_new();
    return s;
}

void collect_state_free(struct collect_state *s)
{
    if (!s) {
        return;
    }
    json_reader_free(s->json);
    names_free(s->names);
    buf_release(&s->scratch);
    mem_free(s);
}

void body_forget(struct collect_state *s)
{
    if (s->text.len > COLLECT_KEEP) {
        json_reader_free(s->json);
        s->json = NULL;
    }
    s->unpacked = s->parsed = false;
    s->text = STR_NULL;
    s->flat = (struct json_flat){0};
}

static bool is_json(struct str s)
{
    s = str_trim(s);
    return s.len && (s.ptr[0] == '{' || s.ptr[0] == '[');
}

enum rc body_unpack(struct collect_state *s, const struct collect_input *in, struct arena *a,
                    struct err *e)
{
    enum web_coding coding = WEB_GZIP;
    enum rc rc = RC_OK;

    if (s->unpacked) {
        return RC_OK;
    }
    if (!web_is_gzip(in->body)) {
        rc = web_coding_of(in->content_encoding, &coding, e);
    }
    if (rc) {
        return rc;
    }
    if (coding == WEB_PLAIN || (!web_is_gzip(in->body) && is_json(in->body))) {
        s->text = in->body;
    } else {
        rc = web_unpack(a, coding, in->body, COLLECT_UNPACKED_MAX, &s->text, e);
    }
    s->unpacked = !rc;
    return rc;
}

enum rc body_parse_text(struct collect_state *s, struct str text, struct err *e)
{
    if (!s->json) {
        const struct json_limits limits = {.depth = 32,
                                           .values = COLLECT_VALUES_MAX,
                                           .bytes = COLLECT_UNPACKED_MAX,
                                           .no_paths = true};
        s->json = json_reader_new(&limits);
    }
    return json_flat(s->json, text, &s->flat, e);
}

enum rc body_parse(struct collect_state *s, const struct collect_input *in, struct arena *a,
                   struct err *e)
{
    if (s->parsed) {
        return RC_OK;
    }
    enum rc rc = body_unpack(s, in, a, e);
    if (!rc) {
        rc = body_parse_text(s, s->text, e);
        s->parsed = !rc;
    }
    return rc;
}

struct str body_authorization(const struct collect_input *in, struct arena *a)
{
    struct str user, password;
    const struct str h = str_trim(in->authorization);

    if (h.len > 7 && str_eq_nocase(str_slice(h, 0, 7), STR("Bearer "))) {
        return str_trim(str_slice(h, 7, h.len));
    }
    return web_basic_auth(a, h, &user, &password) ? user : STR_NULL;
}

struct str path_part(const struct collect_input *in, const char *prefix, uint32_t n,
                     struct arena *a)
{
    struct str rest = str_slice(in->path, strlen(prefix), in->path.len);
    struct str part = STR_NULL;
    for (uint32_t i = 0; i <= n; i++) {
        part = str_cut(&rest, '/');
    }
    return part.len ? web_percent_decode(a, part, false) : STR_NULL;
}
