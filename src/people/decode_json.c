/* Pond's own NDJSON, one event an object (docs/import.md lists the keys):
 *
 *     {"time":"2026-01-02T03:04:05.678+08:00","event":"purchase","id":"e-1",
 *      "identities":{"phone":"13800138000","device":["a","b"]},"channel":"mini_program",
 *      "item":"SKU1","order":"20260102-7","amount":12.34,"properties":{"city":"上海"}}
 *
 * A key that is the name of a standard identity kind is an identity; any other unknown key is kept
 * as a property. */
#include "people/decode_internal.h"

enum json_key {
    KEY_OTHER,
    KEY_TIME,
    KEY_EVENT,
    KEY_ID,
    KEY_IDENTITIES,
    KEY_CHANNEL,
    KEY_TOUCHPOINT,
    KEY_CAMPAIGN,
    KEY_ITEM,
    KEY_CATEGORY,
    KEY_ORDER,
    KEY_QUANTITY,
    KEY_UNIT_PRICE,
    KEY_AMOUNT,
    KEY_SCORE,
    KEY_PROPERTIES
};

static enum json_key key_of(struct str key)
{
    static const struct {
        struct str name;
        enum json_key key;
    } keys[] = {
        {{"time", 4}, KEY_TIME},
        {{"event", 5}, KEY_EVENT},
        {{"identities", 10}, KEY_IDENTITIES},
        {{"channel", 7}, KEY_CHANNEL},
        {{"item", 4}, KEY_ITEM},
        {{"category", 8}, KEY_CATEGORY},
        {{"amount", 6}, KEY_AMOUNT},
        {{"quantity", 8}, KEY_QUANTITY},
        {{"order", 5}, KEY_ORDER},
        {{"properties", 10}, KEY_PROPERTIES},
        {{"campaign", 8}, KEY_CAMPAIGN},
        {{"touchpoint", 10}, KEY_TOUCHPOINT},
        {{"unit_price", 10}, KEY_UNIT_PRICE},
        {{"score", 5}, KEY_SCORE},
        {{"id", 2}, KEY_ID},
        {{"props", 5}, KEY_PROPERTIES},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        if (str_eq(key, keys[i].name)) {
            return keys[i].key;
        }
    }
    return KEY_OTHER;
}

static bool is_scalar(const struct json_value *v)
{
    return v->type == JSON_STRING || v->type == JSON_NUMBER || v->type == JSON_NULL;
}

/* The text of a string or number; null is nothing. */
static struct str scalar_text(const struct json_value *v)
{
    return v->type == JSON_NULL ? STR_NULL : v->value;
}

/* Text, or UTC seconds (below 10^11) or milliseconds as a number. */
static bool take_time(struct decoder *d, const struct json_value *v, int64_t *ms)
{
    double n;

    if (v->type == JSON_STRING) {
        return decode_time(d, v->value, ms);
    }
    if (v->type != JSON_NUMBER || !str_f64(v->value, &n) || fabs(n) > 1e15) {
        return decode_fail(d,
                           "the time is neither text nor a number of seconds or milliseconds");
    }
    if (!str_i64(v->value, ms)) {
        *ms = (int64_t)llround(fabs(n) < 1e11 ? n * 1000 : n);
    } else if (fabs(n) < 1e11) {
        *ms *= 1000;
    }
    return decode_time_check(d, *ms);
}

/* A value of one kind, or a list of them. `at` is moved behind it. */
static bool take_identity(struct decoder *d, const struct json_flat *f, uint32_t *at)
{
    const struct json_value *v = &f->item[*at];
    uint8_t kind;
    struct str name;

    if (!decode_kind_code(d, v->key, &kind, &name)) {
        return false;
    }
    const uint32_t end = *at + v->span + 1;
    for (uint32_t i = v->type == JSON_ARRAY ? *at + 1 : *at; i < end; i++) {
        if (!is_scalar(&f->item[i])) {
            return decode_fail(d, "an identity is neither text nor a number");
        }
        if (!decode_identity(d, kind, name, scalar_text(&f->item[i]))) {
            return false;
        }
    }
    *at = end;
    return true;
}

static bool take_identities(struct decoder *d, const struct json_flat *f, uint32_t at)
{
    const struct json_value *v = &f->item[at];
    const uint32_t end = at + v->span + 1;

    if (v->type == JSON_NULL) {
        return true;
    }
    if (v->type != JSON_OBJECT) {
        return decode_fail(d, "identities is no object");
    }
    for (at++; at < end;) {
        d->bad_field = f->item[at].path;
        if (!take_identity(d, f, &at)) {
            return false;
        }
    }
    return true;
}

static bool is_personal_key(struct str key)
{
    static const char *const keys[] = {
        "name",   "real_name", "full_name", "receiver", "receiver_name", "phone",
        "mobile", "email",     "address",   "id_card",  "姓名",          "收货人",
        "手机",   "手机号",    "地址",      "收货地址", "邮箱",          "身份证"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        if (str_eq_nocase(key, str_of(keys[i]))) {
            return true;
        }
    }
    return false;
}

static bool add_member(struct decoder *d, const struct json_value *v)
{
    if (v->type == JSON_NULL) {
        return true;
    }
    if (d->props.len + v->value.len > DECODE_PROPS_MAX) {
        return decode_fail(d, "the properties together are longer than %u bytes",
                           DECODE_PROPS_MAX);
    }
    buf_add_byte(&d->props, d->props.len ? ',' : '{');
    json_quote(&d->props, v->key);
    buf_add_byte(&d->props, ':');
    if (is_personal_key(v->key) && (v->type == JSON_STRING || v->type == JSON_NUMBER)) {
        return decode_seal(d, v->value, &d->props);
    }
    if (v->type == JSON_STRING) {
        json_quote(&d->props, v->value);
    } else {
        buf_add(&d->props, v->value);
    }
    return true;
}

static bool take_properties(struct decoder *d, const struct json_flat *f, uint32_t at)
{
    const struct json_value *v = &f->item[at];
    const uint32_t end = at + v->span + 1;

    if (v->type == JSON_NULL) {
        return true;
    }
    if (v->type != JSON_OBJECT) {
        return decode_fail(d, "properties is no object");
    }
    for (at++; at < end; at += f->item[at].span + 1) {
        d->bad_field = f->item[at].path;
        if (!add_member(d, &f->item[at])) {
            return false;
        }
    }
    return true;
}

static bool take_other(struct decoder *d, const struct json_flat *f, uint32_t at)
{
    const uint8_t kind = kind_find(d->in.kinds, f->item[at].key);
    if (kind && kind < KIND_OWN_FIRST) {
        return take_identity(d, f, &at);
    }
    return add_member(d, &f->item[at]);
}

static bool take_text(struct decoder *d, const struct json_value *v, struct str *out)
{
    if (!is_scalar(v)) {
        return decode_fail(d, "this is neither text nor a number");
    }
    return decode_text(d, scalar_text(v), out);
}

static bool take_count(struct decoder *d, const struct json_value *v, const char *what,
                       double *out)
{
    if (!is_scalar(v)) {
        return decode_fail(d, "the %s is not a number", what);
    }
    if (!decode_number(d, scalar_text(v), what, out)) {
        return false;
    }
    return !(*out < 0) || decode_fail(d, "the %s is negative", what);
}

static bool take_money(struct decoder *d, const struct json_value *v, int scale,
                       const char *what, int64_t *out)
{
    if (!is_scalar(v)) {
        return decode_fail(d, "the %s is not a number", what);
    }
    return decode_decimal(d, scalar_text(v), scale, what, out);
}

static bool take_event(struct decoder *d, const struct json_value *v)
{
    if (v->type != JSON_STRING) {
        return decode_fail(d, "the event name is no text");
    }
    d->draft.event = v->value;
    return true;
}

static bool take_channel(struct decoder *d, const struct json_value *v)
{
    if (v->type == JSON_NULL) {
        return true;
    }
    if (v->type != JSON_STRING) {
        return decode_fail(d, "the channel is no text");
    }
    return decode_channel_code(d, v->value, &d->batch->channel[d->draft.row]);
}

static bool take_member(struct decoder *d, const struct json_flat *f, uint32_t at)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;
    const struct json_value *v = &f->item[at];

    d->bad_field = v->path;
    switch (key_of(v->key)) {
    case KEY_TIME: d->draft.has_time = true; return take_time(d, v, &b->time_ms[r]);
    case KEY_EVENT: return take_event(d, v);
    case KEY_ID: return take_text(d, v, &b->event_id[r]);
    case KEY_IDENTITIES: return take_identities(d, f, at);
    case KEY_CHANNEL: return take_channel(d, v);
    case KEY_TOUCHPOINT: return take_text(d, v, &b->touchpoint[r]);
    case KEY_CAMPAIGN: return take_text(d, v, &b->campaign[r]);
    case KEY_ITEM: return take_text(d, v, &b->item[r]);
    case KEY_CATEGORY: return take_text(d, v, &b->category[r]);
    case KEY_ORDER: return take_text(d, v, &b->order_no[r]);
    case KEY_QUANTITY: return take_count(d, v, "quantity", &b->quantity[r]);
    case KEY_UNIT_PRICE: return take_money(d, v, 4, "unit price", &b->unit_price_e4[r]);
    case KEY_AMOUNT: return take_money(d, v, 2, "amount", &b->amount_fen[r]);
    case KEY_SCORE: return take_count(d, v, "score", &b->score[r]);
    case KEY_PROPERTIES: return take_properties(d, f, at);
    case KEY_OTHER: return take_other(d, f, at);
    }
    return false;
}

static bool take_members(struct decoder *d, const struct json_flat *f)
{
    for (uint32_t i = 1; i < f->count; i += f->item[i].span + 1) {
        if (!take_member(d, f, i)) {
            return false;
        }
    }
    return true;
}

/* What must hold for the object as a whole. */
static bool finish(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;

    d->bad_field = STR("time");
    if (!d->draft.has_time) {
        return decode_fail(d, "there is no time");
    }
    d->bad_field = STR("event");
    if (!decode_event_code(d, d->draft.event, &b->name[r])) {
        return false;
    }
    d->bad_field = STR("unit_price");
    if (b->unit_price_e4[r] != PRICE_UNKNOWN && b->unit_price_e4[r] < 0) {
        return decode_fail(d, "the unit price is negative");
    }
    d->bad_field = STR("amount");
    if (!decode_finish_event(d)) {
        return false;
    }
    if (d->props.len) {
        buf_add_byte(&d->props, '}');
        b->props[r] = decode_keep(d, buf_str(&d->props));
    }
    return true;
}

bool decoder_json(struct decoder *d, struct str text, uint64_t line)
{
    struct json_flat flat = {0};
    struct err e;

    d->rows++;
    if (!d->json) {
        d->json = json_reader_new(NULL);
    }
    d->draft = (struct draft){.line = line, .row = batch_add(d->batch)};
    d->batch->source_row[d->draft.row] = d->rows;
    d->bad_column = 0;
    d->bad_field = STR_NULL;
    buf_clear(&d->props);
    bool ok = false;
    if (json_flat(d->json, text, &flat, &e)) {
        d->bad_column = json_error_column(d->json);
        (void)decode_fail(d, "%.180s", e.msg);
    } else if (flat.item[0].type != JSON_OBJECT) {
        (void)decode_fail(d, "the line holds no JSON object");
    } else {
        ok = take_members(d, &flat) && finish(d);
    }
    if (!ok) {
        batch_drop_last(d->batch);
        decode_reject(d, line, decode_raw_text(d, text));
    }
    return ok;
}
