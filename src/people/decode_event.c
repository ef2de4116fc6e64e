/* Events value by value: what JSON lines and collectors share. The checks of single values are those of
 * decode_value.c; here is what holds them together: the failure that sticks, the rows of one source
 * event that stand and fall together, the object of properties. */
#include "people/decode_internal.h"

/* ---- Life of a source event ---------------------------------------------------------------- */

void decoder_set_now(struct decoder *d, int64_t now_ms)
{
    d->future_ms = now_ms + DECODE_FUTURE_MS;
}

uint32_t decoder_len(const struct decoder *d) { return d->batch->rows; }
uint32_t decoder_room(const struct decoder *d) { return d->batch->cap - d->batch->rows; }

void decoder_cut(struct decoder *d, uint32_t rows)
{
    while (d->batch->rows > rows) {
        batch_drop_last(d->batch);
    }
}

void decoder_event_begin(struct decoder *d, uint64_t line, struct str raw)
{
    d->rows++;
    const uint32_t row = batch_add(d->batch);
    d->draft = (struct draft){.line = line, .row = row, .first = row, .text = raw};
    d->batch->source_row[row] = d->rows;
    d->bad_column = 0;
    d->bad_field = STR_NULL;
    buf_clear(&d->props);
}

void decode_props_end(struct decoder *d)
{
    if (d->props.len) {
        buf_add_byte(&d->props, '}');
        d->batch->props[d->draft.row] = decode_keep(d, buf_str(&d->props));
        buf_clear(&d->props);
    }
}

static bool fail_field(struct decoder *d, struct str field, const char *why)
{
    d->draft.failed = true;
    d->bad_field = field;
    return decode_fail(d, "%s", why);
}

static bool finish_name(struct decoder *d)
{
    uint16_t *name = &d->batch->name[d->draft.row];
    if (d->draft.code) {
        *name = d->draft.code;
        return true;
    }
    d->bad_field = STR("event");
    return decode_event_code(d, d->draft.event, name);
}

/* What must hold for the event as a whole. */
static bool finish(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;

    if (d->draft.failed) {
        return false;
    }
    if (!d->draft.has_time) {
        return fail_field(d, STR("time"), "there is no time");
    }
    if (!finish_name(d)) {
        d->draft.failed = true;
        return false;
    }
    if (b->unit_price_e4[r] != PRICE_UNKNOWN && b->unit_price_e4[r] < 0) {
        return fail_field(d, STR("unit_price"), "the unit price is negative");
    }
    if (!decode_finish_event(d)) {
        d->bad_field = STR("amount");
        d->draft.failed = true;
        return false;
    }
    decode_props_end(d);
    return true;
}

bool decoder_event_more(struct decoder *d)
{
    struct event_batch *b = d->batch;
    const uint32_t from = d->draft.row;

    if (!finish(d)) {
        return false;
    }
    if (b->rows == b->cap) {
        return fail_field(d, STR_NULL, "there is no room for so many events");
    }
    const uint32_t r = batch_add(b);
    d->draft.row = r;
    d->draft.code = 0;
    d->draft.event = STR_NULL;
    b->time_ms[r] = b->time_ms[from];
    b->channel[r] = b->channel[from];
    b->touchpoint[r] = b->touchpoint[from];
    b->campaign[r] = b->campaign[from];
    b->order_no[r] = b->order_no[from];
    b->source_row[r] = b->source_row[from];
    for (uint32_t i = b->ident_at[from]; i < b->ident_at[from + 1]; i++) {
        const struct ident one = b->ident[i]; /* adding may move b->ident */
        (void)batch_add_ident(b, one.kind, one.value, one.hash, NULL);
    }
    return true;
}

static void reject(struct decoder *d)
{
    decoder_cut(d, d->draft.first);
    decode_reject(d, d->draft.line, decode_raw_text(d, d->draft.text));
    d->draft.failed = false;
}

bool decoder_event_end(struct decoder *d)
{
    if (finish(d)) {
        return true;
    }
    reject(d);
    return false;
}

void decoder_event_drop(struct decoder *d, struct str field, const char *reason)
{
    (void)fail_field(d, field, reason);
    reject(d);
}

/* ---- Columns ------------------------------------------------------------------------------- */

/* Where a value stands, for the reject; puts behind a failure leave it. */
static bool begin_put(struct decoder *d, struct str field)
{
    if (d->draft.failed) {
        return false;
    }
    d->bad_field = field;
    return true;
}

static bool end_put(struct decoder *d, bool ok)
{
    d->draft.failed = !ok;
    return ok;
}

static bool take_count(struct decoder *d, struct str s, const char *what, double *out)
{
    if (!decode_number(d, s, what, out)) {
        return false;
    }
    return !(*out < 0) || decode_fail(d, "the %s is negative", what);
}

static bool take_channel(struct decoder *d, struct str s)
{
    return decode_channel_code(d, s, &d->batch->channel[d->draft.row]);
}

static bool take_text(struct decoder *d, enum map_field field, struct str s)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;

    switch (field) {
    case MAP_TIME: d->draft.has_time = true; return decode_time(d, s, &b->time_ms[r]);
    case MAP_EVENT: d->draft.event = s; return true;
    case MAP_ID: return decode_text(d, s, &b->event_id[r]);
    case MAP_CHANNEL: return take_channel(d, s);
    case MAP_TOUCHPOINT: return decode_text(d, s, &b->touchpoint[r]);
    case MAP_CAMPAIGN: return decode_text(d, s, &b->campaign[r]);
    case MAP_ITEM: return decode_text(d, s, &b->item[r]);
    case MAP_CATEGORY: return decode_text(d, s, &b->category[r]);
    case MAP_ORDER: return decode_text(d, s, &b->order_no[r]);
    case MAP_QUANTITY: return take_count(d, s, "quantity", &b->quantity[r]);
    case MAP_UNIT_PRICE: return decode_decimal(d, s, 4, "unit price", &b->unit_price_e4[r]);
    case MAP_AMOUNT: return decode_decimal(d, s, 2, "amount", &b->amount_fen[r]);
    case MAP_SCORE: return take_count(d, s, "score", &b->score[r]);
    case MAP_PROP:
    case MAP_SKIP:
    case MAP_IDENTITY:
    case MAP_CREATE_TIME:
    case MAP_PAY_TIME:
    case MAP_TOTAL:
    case MAP_REFUND_AMOUNT:
    case MAP_REFUND_TIME:
    case MAP_LINE:
    case MAP_FIELDS: break;
    }
    return decode_fail(d, "this is no column");
}

static const struct str field_names[MAP_FIELDS] = {
    [MAP_TIME] = {"time", 4},
    [MAP_EVENT] = {"event", 5},
    [MAP_ID] = {"id", 2},
    [MAP_CHANNEL] = {"channel", 7},
    [MAP_TOUCHPOINT] = {"touchpoint", 10},
    [MAP_CAMPAIGN] = {"campaign", 8},
    [MAP_ITEM] = {"item", 4},
    [MAP_CATEGORY] = {"category", 8},
    [MAP_ORDER] = {"order", 5},
    [MAP_QUANTITY] = {"quantity", 8},
    [MAP_UNIT_PRICE] = {"unit_price", 10},
    [MAP_AMOUNT] = {"amount", 6},
    [MAP_SCORE] = {"score", 5},
};

bool decoder_put_text(struct decoder *d, enum map_field field, struct str text)
{
    return begin_put(d, field_names[field]) && end_put(d, take_text(d, field, text));
}

bool decoder_put_time_ms(struct decoder *d, int64_t utc_ms)
{
    if (!begin_put(d, STR("time"))) {
        return false;
    }
    d->draft.has_time = true;
    d->batch->time_ms[d->draft.row] = utc_ms;
    return end_put(d, decode_time_check(d, utc_ms));
}

bool decoder_put_name(struct decoder *d, struct str name)
{
    return begin_put(d, STR("event")) && end_put(d, decode_name_code(d, name, &d->draft.code));
}

bool decoder_put_amount(struct decoder *d, int64_t fen)
{
    if (!begin_put(d, STR("amount"))) {
        return false;
    }
    d->batch->amount_fen[d->draft.row] = fen;
    return true;
}

/* ---- Columns from JSON --------------------------------------------------------------------- */

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
static bool read_time(struct decoder *d, const struct json_value *v, int64_t *ms)
{
    double n;

    if (v->type == JSON_STRING) {
        return decode_time_read(d, v->value, ms);
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
    return true;
}

bool decoder_read_time(struct decoder *d, const struct json_value *v, int64_t *ms)
{
    return !d->draft.failed && read_time(d, v, ms);
}

static bool take_time_json(struct decoder *d, const struct json_value *v)
{
    int64_t *ms = &d->batch->time_ms[d->draft.row];
    d->draft.has_time = true;
    return read_time(d, v, ms) && decode_time_check(d, *ms);
}

static bool take_json(struct decoder *d, enum map_field field, const struct json_value *v)
{
    switch (field) {
    case MAP_TIME: return take_time_json(d, v);
    case MAP_EVENT:
        return v->type == JSON_STRING ? take_text(d, field, v->value)
                                      : decode_fail(d, "the event name is no text");
    case MAP_CHANNEL:
        if (v->type != JSON_STRING && v->type != JSON_NULL) {
            return decode_fail(d, "the channel is no text");
        }
        return v->type == JSON_NULL || take_text(d, field, v->value);
    case MAP_QUANTITY:
    case MAP_UNIT_PRICE:
    case MAP_AMOUNT:
    case MAP_SCORE:
        return is_scalar(v)
                   ? take_text(d, field, scalar_text(v))
                   : decode_fail(d, "the %.*s is not a number", STR_FMT(field_names[field]));
    case MAP_ID:
    case MAP_TOUCHPOINT:
    case MAP_CAMPAIGN:
    case MAP_ITEM:
    case MAP_CATEGORY:
    case MAP_ORDER:
        return is_scalar(v) ? take_text(d, field, scalar_text(v))
                            : decode_fail(d, "this is neither text nor a number");
    case MAP_PROP:
    case MAP_SKIP:
    case MAP_IDENTITY:
    case MAP_CREATE_TIME:
    case MAP_PAY_TIME:
    case MAP_TOTAL:
    case MAP_REFUND_AMOUNT:
    case MAP_REFUND_TIME:
    case MAP_LINE:
    case MAP_FIELDS: break;
    }
    return decode_fail(d, "this is no column");
}

bool decoder_read_amount(struct decoder *d, const struct json_value *v, int64_t *fen)
{
    *fen = AMOUNT_UNKNOWN;
    if (!begin_put(d, v->path.len ? v->path : v->key)) {
        return false;
    }
    return end_put(d, is_scalar(v) ? decode_decimal(d, scalar_text(v), 2, "amount", fen)
                                   : decode_fail(d, "the amount is not a number"));
}

static struct str place_of(const struct json_value *v)
{
    return v->path.len ? v->path : v->key;
}

bool decoder_put_json(struct decoder *d, enum map_field field, const struct json_value *v)
{
    return begin_put(d, place_of(v)) && end_put(d, take_json(d, field, v));
}

/* Texts are only set when they hold; numbers are set first and judged then. */
static void forget(struct decoder *d, enum map_field field)
{
    struct event_batch *b = d->batch;
    const uint32_t r = d->draft.row;

    if (field == MAP_QUANTITY) {
        b->quantity[r] = QUANTITY_UNKNOWN;
    } else if (field == MAP_SCORE) {
        b->score[r] = SCORE_UNKNOWN;
    } else if (field == MAP_UNIT_PRICE) {
        b->unit_price_e4[r] = PRICE_UNKNOWN;
    } else if (field == MAP_AMOUNT) {
        b->amount_fen[r] = AMOUNT_UNKNOWN;
    } else if (field == MAP_TIME) {
        d->draft.has_time = false;
    }
    d->draft.failed = false;
}

bool decoder_try_json(struct decoder *d, enum map_field field, const struct json_value *v)
{
    if (d->draft.failed || decoder_put_json(d, field, v)) {
        return true;
    }
    forget(d, field);
    return false;
}

/* ---- Identities ---------------------------------------------------------------------------- */

static bool take_identity(struct decoder *d, struct str kind, struct str value)
{
    uint8_t code;
    struct str name;
    return decode_kind_code(d, kind, &code, &name) && decode_identity(d, code, name, value);
}

bool decoder_put_identity(struct decoder *d, struct str kind, struct str value)
{
    return begin_put(d, kind) && end_put(d, take_identity(d, kind, value));
}

static bool take_identities(struct decoder *d, struct str kind, const struct json_value *v)
{
    const bool list = v->type == JSON_ARRAY;
    const struct json_value *end = v + v->span + 1;
    for (v += list; v < end; v++) {
        if (!is_scalar(v)) {
            return decode_fail(d, "an identity is neither text nor a number");
        }
        if (!take_identity(d, kind, scalar_text(v))) {
            return false;
        }
    }
    return true;
}

bool decoder_put_identities(struct decoder *d, struct str kind, const struct json_value *v)
{
    return begin_put(d, place_of(v)) && end_put(d, take_identities(d, kind, v));
}

bool decoder_try_identities(struct decoder *d, struct str kind, const struct json_value *v)
{
    const uint32_t had = d->batch->idents;
    if (d->draft.failed || decoder_put_identities(d, kind, v)) {
        return true;
    }
    d->batch->idents = d->batch->ident_at[d->batch->rows] = had;
    d->draft.failed = false;
    return false;
}

/* ---- Properties ---------------------------------------------------------------------------- */

/* Text that is known to be UTF-8; most of it needs no escape. */
static void add_quoted(struct buf *out, struct str s)
{
    char *to = buf_room(out, s.len + 2);
    *to++ = '"';
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F) {
            json_quote(out, s);
            return;
        }
        to[i] = (char)c;
    }
    to[s.len] = '"';
    out->len += s.len + 2;
}

static bool has_personal(const struct json_value *v)
{
    for (uint32_t i = 1; i <= v->span; i++) {
        if (decode_is_personal(v[i].key, false)) {
            return true;
        }
    }
    return false;
}

/* A value with its personal members sealed. `v` is moved behind it; depth is the reader's limit. */
static bool add_value(struct decoder *d, const struct json_value **at, bool personal)
{
    const struct json_value *v = *at;
    const struct json_value *end = v + v->span + 1;
    struct buf *out = &d->props;

    *at = end;
    if (personal && v->type != JSON_NULL && v->type != JSON_TRUE && v->type != JSON_FALSE) {
        return decode_seal(d, v->value, out);
    }
    if (v->type == JSON_STRING) {
        add_quoted(out, v->value);
        return true;
    }
    if (!v->span || !has_personal(v)) {
        buf_add(out, v->value);
        return true;
    }
    const bool object = v->type == JSON_OBJECT;
    buf_add_byte(out, object ? '{' : '[');
    for (const struct json_value *m = v + 1; m < end;) {
        const bool sealed = object && decode_is_personal(m->key, false);
        if (m > v + 1) {
            buf_add_byte(out, ',');
        }
        if (object) {
            add_quoted(out, m->key);
            buf_add_byte(out, ':');
        }
        if (!add_value(d, &m, sealed)) {
            return false;
        }
    }
    buf_add_byte(out, object ? '}' : ']');
    return true;
}

static bool add_key(struct decoder *d, struct str key, size_t value_len)
{
    if (d->props.len + key.len + value_len > DECODE_PROPS_MAX) {
        return decode_fail(d, "the properties together are longer than %u bytes",
                           DECODE_PROPS_MAX);
    }
    buf_add_byte(&d->props, d->props.len ? ',' : '{');
    add_quoted(&d->props, key);
    buf_add_byte(&d->props, ':');
    return true;
}

bool decoder_put_prop(struct decoder *d, struct str key, const struct json_value *v)
{
    if (v->type == JSON_NULL) {
        return !d->draft.failed;
    }
    return begin_put(d, place_of(v)) &&
           end_put(d, add_key(d, key, v->value.len) &&
                          add_value(d, &v, decode_is_personal(key, true)));
}

bool decoder_put_prop_text(struct decoder *d, struct str key, struct str text)
{
    if (!text.len) {
        return !d->draft.failed;
    }
    if (!begin_put(d, key) || !end_put(d, add_key(d, key, text.len))) {
        return false;
    }
    if (decode_is_personal(key, true)) {
        return end_put(d, decode_seal(d, text, &d->props));
    }
    json_quote(&d->props, text);
    return true;
}
