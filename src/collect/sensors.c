/* Sensors Analytics (神策): how its SDKs send.
 *
 *     GET  /sa?data=BASE64&ext=crc%3DN           one event (web: /sa.gif, an image)
 *     POST /sa  data=...  or  data_list=BASE64&gzip=1    many; a form, sometimes called text/plain
 *     POST /debug with "Dry-Run: true"           checked, not kept
 *
 * The key is the query's token; without one its project, as mini programs have nothing else. */
#include "collect/sensors.h"

#include "wire/web.h"

enum rc sensors_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                    struct str *key, struct err *e)
{
    (void)s;
    (void)e;
    *key = web_form_get(a, in->query, STR("token"));
    if (!key->len) {
        *key = web_form_get(a, in->query, STR("project"));
    }
    return RC_OK;
}

/* ---- The form ------------------------------------------------------------------------------ */

struct form {
    struct str data, ext;
};

static void read_form(struct arena *a, struct str text, struct form *f)
{
    struct str name, value;
    while (web_form_next(a, &text, &name, &value)) {
        if (str_eq(name, STR("data")) || str_eq(name, STR("data_list"))) {
            f->data = value;
        } else if (str_eq(name, STR("ext"))) {
            f->ext = value;
        }
    }
}

/* Where a form was not percent-encoded its + has become a blank. */
static struct str restore_plus(struct arena *a, struct str s)
{
    char *to = arena_cstr(a, s);
    for (size_t i = 0; i < s.len; i++) {
        to[i] = to[i] == ' ' ? '+' : to[i];
    }
    return str_make(to, s.len);
}

/* The hash of a Java string, over the base64 text. */
static int32_t checksum(struct str s)
{
    uint32_t h = 0;
    for (size_t i = 0; i < s.len; i++) {
        h = h * 31 + (unsigned char)s.ptr[i];
    }
    return (int32_t)h;
}

static bool checksum_holds(struct str ext, struct str data)
{
    int64_t want;
    const size_t at = str_find(ext, STR("crc="), 0);
    if (at == SIZE_MAX) {
        return true;
    }
    const struct str number = str_slice(ext, at + 4, str_find_byte(ext, '&', at));
    return str_i64(str_trim(number), &want) && want == checksum(data);
}

/* Base64 of gzip or of JSON; gzip=1 need not be looked at. */
static enum rc unpack(struct run *r, struct str data, struct str *json, struct err *e)
{
    const struct str plain = str_trim(data);
    if (plain.len && (plain.ptr[0] == '{' || plain.ptr[0] == '[')) {
        *json = plain;
        return RC_OK;
    }
    if (!web_base64_decode(r->a, data, json)) {
        return rc_fail(e, RC_INVALID, "data is no base64");
    }
    return web_is_gzip(*json) ? web_unpack(r->a, WEB_GZIP, *json, COLLECT_UNPACKED_MAX, json, e)
                              : RC_OK;
}

static void take_all(struct run *r, const struct json_value *v)
{
    if (!is_array(v)) {
        sensors_event(r, v);
        return;
    }
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        sensors_event(r, m);
    }
}

static enum rc take_data(struct run *r, struct str data, struct err *e)
{
    struct str json = STR_NULL;
    enum rc rc = unpack(r, data, &json, e);
    rc = rc ? rc : body_parse_text(r->s, json, e);
    if (!rc) {
        take_all(r, r->s->flat.item);
    }
    return rc;
}

enum rc sensors_decode(struct run *r, struct err *e)
{
    struct form form = {0};
    enum rc rc = body_unpack(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct str body = str_trim(r->s->text);
    read_form(r->a, r->in->query, &form);
    if (body.len && (body.ptr[0] == '{' || body.ptr[0] == '[')) {
        form.data = body;
    } else {
        read_form(r->a, body, &form);
    }
    if (!form.data.len) {
        return rc_fail(e, RC_INVALID, "there is neither data nor data_list");
    }
    const uint32_t before = decoder_len(r->d);
    form.data = restore_plus(r->a, form.data);
    if (!checksum_holds(form.ext, form.data)) {
        const struct json_value none = {.value = form.data, .type = JSON_OBJECT};
        if (event_begin(r, &none)) {
            event_drop(r, STR("ext"), "the checksum (crc) is not that of the data");
        }
        return RC_OK;
    }
    rc = take_data(r, form.data, e);
    if (!rc && str_eq_nocase(r->in->header(r->in->ctx, "Dry-Run"), STR("true"))) {
        decoder_cut(r->d, before);
        r->out->ignored = r->out->events - r->out->rejected;
    }
    return rc;
}
