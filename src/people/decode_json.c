/* Pond's own NDJSON, one event an object (docs/import.md lists the keys):
 *
 *     {"time":"2026-01-02T03:04:05.678+08:00","event":"purchase","id":"e-1",
 *      "identities":{"phone":"13800138000","device":["a","b"]},"channel":"mini_program",
 *      "item":"SKU1","order":"20260102-7","amount":12.34,"properties":{"city":"上海"}}
 *
 * A key that is the name of a standard identity kind is an identity; any other unknown key is kept
 * as a property. */
#include "people/decode_internal.h"

/* Keys that are columns; "identities" and "properties" are objects of their own. */
static enum map_field field_of(struct str key)
{
    static const struct {
        struct str name;
        enum map_field field;
    } keys[] = {
        {{"time", 4}, MAP_TIME},
        {{"event", 5}, MAP_EVENT},
        {{"channel", 7}, MAP_CHANNEL},
        {{"item", 4}, MAP_ITEM},
        {{"category", 8}, MAP_CATEGORY},
        {{"amount", 6}, MAP_AMOUNT},
        {{"quantity", 8}, MAP_QUANTITY},
        {{"order", 5}, MAP_ORDER},
        {{"campaign", 8}, MAP_CAMPAIGN},
        {{"touchpoint", 10}, MAP_TOUCHPOINT},
        {{"score", 5}, MAP_SCORE},
        {{"unit_price", 10}, MAP_UNIT_PRICE},
        {{"id", 2}, MAP_ID},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        if (str_eq(key, keys[i].name)) {
            return keys[i].field;
        }
    }
    return MAP_SKIP;
}

static bool no_object(struct decoder *d, const struct json_value *v, const char *what)
{
    d->bad_field = v->path;
    d->draft.failed = true;
    return decode_fail(d, "%s is no object", what);
}

static bool take_identities(struct decoder *d, const struct json_value *v)
{
    const struct json_value *end = v + v->span + 1;

    if (v->type != JSON_OBJECT) {
        return v->type == JSON_NULL || no_object(d, v, "identities");
    }
    for (v++; v < end; v += v->span + 1) {
        if (!decoder_put_identities(d, v->key, v)) {
            return false;
        }
    }
    return true;
}

static bool take_properties(struct decoder *d, const struct json_value *v)
{
    const struct json_value *end = v + v->span + 1;

    if (v->type != JSON_OBJECT) {
        return v->type == JSON_NULL || no_object(d, v, "properties");
    }
    for (v++; v < end; v += v->span + 1) {
        if (!decoder_put_prop(d, v->key, v)) {
            return false;
        }
    }
    return true;
}

static bool take_member(struct decoder *d, const struct json_value *v)
{
    const enum map_field field = field_of(v->key);
    if (field != MAP_SKIP) {
        return decoder_put_json(d, field, v);
    }
    if (str_eq(v->key, STR("identities"))) {
        return take_identities(d, v);
    }
    if (str_eq(v->key, STR("properties")) || str_eq(v->key, STR("props"))) {
        return take_properties(d, v);
    }
    return kind_standard(v->key) ? decoder_put_identities(d, v->key, v)
                                 : decoder_put_prop(d, v->key, v);
}

bool decoder_put_object(struct decoder *d, const struct json_value *v)
{
    const struct json_value *end = v + v->span + 1;

    if (v->type != JSON_OBJECT) {
        d->draft.failed = true;
        return decode_fail(d, "this is no JSON object");
    }
    for (v++; v < end; v += v->span + 1) {
        if (!take_member(d, v)) {
            return false;
        }
    }
    return true;
}

bool decoder_json(struct decoder *d, struct str text, uint64_t line)
{
    struct json_flat flat = {0};
    struct err e;

    if (!d->json) {
        d->json = json_reader_new(NULL);
    }
    decoder_event_begin(d, line, text);
    if (json_flat(d->json, text, &flat, &e)) {
        d->bad_column = json_error_column(d->json);
        d->draft.failed = true;
        (void)decode_fail(d, "%.180s", e.msg);
    } else {
        (void)decoder_put_object(d, flat.item);
    }
    return decoder_event_end(d);
}
