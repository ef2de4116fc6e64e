/* Specs ("time=下单时间"), their saved form, and the names of fields. */
#include "people/mapping_internal.h"
#include "wire/text.h"

static const char *const field_names[MAP_FIELDS] = {
    [MAP_PROP] = "props",
    [MAP_SKIP] = "skip",
    [MAP_TIME] = "time",
    [MAP_EVENT] = "event",
    [MAP_ID] = "id",
    [MAP_IDENTITY] = "identity",
    [MAP_CHANNEL] = "channel",
    [MAP_TOUCHPOINT] = "touchpoint",
    [MAP_CAMPAIGN] = "campaign",
    [MAP_ITEM] = "item",
    [MAP_CATEGORY] = "category",
    [MAP_ORDER] = "order",
    [MAP_QUANTITY] = "quantity",
    [MAP_UNIT_PRICE] = "unit_price",
    [MAP_AMOUNT] = "amount",
    [MAP_SCORE] = "score",
    [MAP_CREATE_TIME] = "create_time",
    [MAP_PAY_TIME] = "pay_time",
    [MAP_TOTAL] = "total",
    [MAP_REFUND_AMOUNT] = "refund_amount",
    [MAP_REFUND_TIME] = "refund_time",
    [MAP_LINE] = "line",
};

struct str mapping_fold(struct arena *a, struct str s)
{
    struct buf b = {0};
    text_fold(&b, str_trim(s));
    const struct str out = arena_str(a, buf_str(&b));
    buf_release(&b);
    return out;
}

/* ---- Specs --------------------------------------------------------------------------------- */

static enum rc spec_fail(struct err *e, struct str spec, const char *why)
{
    enum rc rc = rc_fail(e, RC_INVALID, "--map %.*s: %s", STR_FMT(spec), why);
    err_hint(e, "field=column or field:=constant, for example time=下单时间, "
                "identity.phone=手机号, event:=purchase");
    return rc;
}

bool mapping_field_parse(struct str text, enum map_field *field, struct str *name)
{
    const size_t dot = str_find_byte(text, '.', 0);
    const struct str word = dot == SIZE_MAX ? text : str_slice(text, 0, dot);

    *name = dot == SIZE_MAX ? STR_NULL : str_slice(text, dot + 1, text.len);
    for (int f = 0; f < MAP_FIELDS; f++) {
        if (str_eq(word, str_of(field_names[f]))) {
            *field = (enum map_field)f;
            const bool named = f == MAP_IDENTITY || f == MAP_PROP;
            return named ? name->len > 0 : !name->ptr || f == MAP_LINE;
        }
    }
    return false;
}

/* The column that a spec means: "#3", or a header. */
static enum rc spec_column(const struct chooser *c, struct str spec, struct str text,
                           uint32_t *out, struct err *e)
{
    uint64_t place = 0;
    uint32_t found = 0;

    if (text.len > 1 && text.ptr[0] == '#' && str_u64(str_slice(text, 1, text.len), &place)) {
        if (place < 1 || place > c->m->columns) {
            return spec_fail(e, spec, "the file has no such column");
        }
        *out = (uint32_t)place - 1;
        return RC_OK;
    }
    const struct str fold = mapping_fold(c->arena, text);
    for (uint32_t i = 0; i < c->m->columns; i++) {
        if (fold.len && str_eq(c->fold[i], fold)) {
            *out = i;
            found++;
        }
    }
    if (found == 1) {
        return RC_OK;
    }
    return spec_fail(e, spec,
                     found ? "several columns have this header; name one as #1, #2, ..."
                           : "the file has no column of this name");
}

static enum rc spec_constant(struct chooser *c, struct str spec, struct str field,
                             struct str value, struct err *e)
{
    struct mapping *m = c->m;
    value = arena_str(c->arena, str_trim(value));
    if (str_eq(field, STR("event"))) {
        m->event = value;
        c->fixed[MAP_EVENT] = true;
    } else if (str_eq(field, STR("channel"))) {
        m->channel = value;
        c->fixed[MAP_CHANNEL] = true;
    } else if (str_eq(field, STR("touchpoint"))) {
        m->touchpoint = value;
    } else if (str_eq(field, STR("campaign"))) {
        m->campaign = value;
    } else if (str_starts(field, STR("event.")) && field.len > 6) {
        struct map_word *grown = arena_array(c->arena, struct map_word, m->words + 1);
        if (m->words) {
            memcpy(grown, m->word, m->words * sizeof(*grown));
        }
        grown[m->words++] =
            (struct map_word){arena_str(c->arena, str_slice(field, 6, field.len)), value};
        m->word = grown;
    } else {
        return spec_fail(e, spec,
                         "only event, channel, touchpoint and campaign may be constant");
    }
    return value.len ? RC_OK : spec_fail(e, spec, "the constant is empty");
}

enum rc mapping_spec_apply(struct chooser *c, struct str spec, struct err *e)
{
    const size_t at = str_find_byte(spec, '=', 0);
    enum map_field field;
    struct str name;
    uint32_t column = 0;

    if (at == SIZE_MAX || at == 0) {
        return spec_fail(e, spec, "there is no \"=\" between a field and a column");
    }
    const struct str value = str_slice(spec, at + 1, spec.len);
    if (spec.ptr[at - 1] == ':') {
        return spec_constant(c, spec, str_trim(str_slice(spec, 0, at - 1)), value, e);
    }
    if (!mapping_field_parse(str_trim(str_slice(spec, 0, at)), &field, &name)) {
        enum rc rc = spec_fail(e, spec, "there is no such field");
        err_hint(
            e, "fields: time event id identity.KIND channel touchpoint campaign item category "
               "order quantity unit_price amount score props.NAME skip");
        return rc;
    }
    enum rc rc = spec_column(c, spec, str_trim(value), &column, e);
    if (rc) {
        return rc;
    }
    struct map_column *to = &c->m->column[column];
    if (c->taken[column]) {
        return spec_fail(e, spec, "another --map names this column already");
    }
    to->field = field;
    to->name = name.len ? arena_str(c->arena, name) : STR_NULL;
    to->by = MAP_BY_SPEC;
    c->taken[column] = true;
    const bool many =
        field == MAP_PROP || field == MAP_SKIP || field == MAP_IDENTITY || field == MAP_LINE;
    if (!many && c->fixed[field]) {
        return spec_fail(e, spec, "another --map fills this field already");
    }
    c->fixed[field] = true;
    return RC_OK;
}

/* What mapping_save wrote. */
enum rc mapping_read_saved(struct arena *a, struct str json, struct mapping *m,
                           struct str **spec, uint32_t *specs, struct err *e)
{
    struct json_reader *reader = json_reader_new(NULL);
    struct json_flat flat = {0};
    enum rc rc = json_flat(reader, json, &flat, e);

    *spec = arena_array(a, struct str, flat.count + 1);
    for (uint32_t i = 0; !rc && i < flat.count; i++) {
        const struct json_value *v = &flat.item[i];
        if (v->type == JSON_STRING && v->depth == 2 && str_eq(v->key, STR("map"))) {
            (*spec)[(*specs)++] = arena_str(a, v->value);
        } else if (v->type == JSON_STRING && str_eq(v->path, STR("format"))) {
            m->format = arena_str(a, v->value);
        } else if (v->type == JSON_STRING && str_eq(v->path, STR("tz"))) {
            m->zone = arena_str(a, v->value);
        }
    }
    json_reader_free(reader);
    return rc;
}

/* ---- Text ---------------------------------------------------------------------------------- */

const char *mapping_by_name(enum map_by by)
{
    static const char *const names[] = {"none", "header", "place", "map"};
    return names[by];
}

void mapping_field_text(const struct map_column *c, struct buf *out)
{
    buf_add(out, str_of(field_names[c->field]));
    if (c->field == MAP_IDENTITY || c->field == MAP_PROP) {
        buf_addf(out, ".%.*s", STR_FMT(c->name));
    }
}

static void save_spec(struct json *j, struct buf *scratch)
{
    json_str(j, buf_str(scratch));
    buf_clear(scratch);
}

void mapping_save(const struct mapping *m, struct buf *out)
{
    struct json j;
    struct buf b = {0};
    const struct {
        const char *name;
        struct str value;
    } constants[] = {{"event", m->event},
                     {"channel", m->channel},
                     {"touchpoint", m->touchpoint},
                     {"campaign", m->campaign}};

    json_init(&j, out);
    json_begin_object(&j);
    json_put_str(&j, "format", m->format);
    json_put_bool(&j, "header", m->header);
    if (m->zone.len) {
        json_put_str(&j, "tz", m->zone);
    }
    json_key(&j, "map");
    json_begin_array(&j);
    for (uint32_t i = 0; i < m->columns; i++) {
        mapping_field_text(&m->column[i], &b);
        buf_addf(&b, "=%.*s", STR_FMT(m->column[i].header));
        save_spec(&j, &b);
    }
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
        if (constants[i].value.len) {
            buf_addf(&b, "%s:=%.*s", constants[i].name, STR_FMT(constants[i].value));
            save_spec(&j, &b);
        }
    }
    for (uint32_t i = 0; i < m->words; i++) {
        buf_addf(&b, "event.%.*s:=%.*s", STR_FMT(m->word[i].from), STR_FMT(m->word[i].to));
        save_spec(&j, &b);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_release(&b);
}
