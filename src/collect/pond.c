/* Pond's own form (docs/import.md): one event, a list of events, or one a line (NDJSON). */
#include "collect/internal.h"

#include "wire/web.h"

enum rc pond_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                 struct str *key, struct err *e)
{
    (void)s;
    (void)e;
    *key = body_authorization(in, a);
    if (!key->len) {
        *key = web_form_get(a, in->query, STR("key"));
    }
    return RC_OK;
}

static void take_event(struct run *r, const struct json_value *v)
{
    if (event_begin(r, v)) {
        (void)decoder_put_object(r->d, v);
        event_end(r);
    }
}

/* A line that is no JSON is set aside by itself, the rest goes on. */
static void take_line(struct run *r, struct str line)
{
    struct err e;
    const struct json_value none = {.value = line, .type = JSON_OBJECT};

    if (!body_parse_text(r->s, line, &e)) {
        take_event(r, r->s->flat.item);
        return;
    }
    if (event_begin(r, &none)) {
        event_drop(r, STR_NULL, e.msg);
    }
}

/* One object over many lines, as people write it, or an object a line? */
static bool is_lines(struct str text)
{
    const size_t end = str_find_byte(text, '\n', 0);
    return end != SIZE_MAX && str_ends(str_trim(str_slice(text, 0, end)), STR("}"));
}

enum rc pond_decode(struct run *r, struct err *e)
{
    enum rc rc = body_unpack(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    struct str text = str_trim(r->s->text);
    if (!text.len || (text.ptr[0] != '{' && text.ptr[0] != '[')) {
        return rc_fail(e, RC_INVALID, "the body is neither a JSON object nor a list of them");
    }
    if (text.ptr[0] == '{' && is_lines(text)) {
        while (text.len) {
            const struct str line = str_trim(str_cut(&text, '\n'));
            if (line.len) {
                take_line(r, line);
            }
        }
        return RC_OK;
    }
    rc = body_parse_text(r->s, text, e);
    if (rc) {
        return rc;
    }
    const struct json_value *v = r->s->flat.item;
    if (is_object(v)) {
        take_event(r, v);
        return RC_OK;
    }
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        take_event(r, m);
    }
    return RC_OK;
}
