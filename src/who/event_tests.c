#include "who/event_tests.h"

#include <math.h>
#include <string.h>

uint32_t event_tests_columns(const struct evidence_test *tests, uint32_t len)
{
    uint32_t columns = 0;
    for (uint32_t i = 0; i < len; i++) {
        columns |= 1u << tests[i].field;
    }
    return columns;
}

static bool number_holds(enum evidence_cmp cmp, double have, double want)
{
    switch (cmp) {
    case CMP_EQ:
    case CMP_IN: return have == want;
    case CMP_NE: return have < want || have > want;
    case CMP_LT: return have < want;
    case CMP_LE: return have <= want;
    case CMP_GT: return have > want;
    case CMP_GE: return have >= want;
    }
    return false;
}

static bool text_holds(const struct evidence_test *t, struct str have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = str_eq(have, t->texts[i]);
    }
    return (t->cmp == CMP_NE) != found;
}

static bool channel_holds(const struct evidence_test *t, uint8_t have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = have == t->codes[i];
    }
    return have && (t->cmp == CMP_NE) != found;
}

/* Only outermost members count; the first of that name. */
static const struct json_value *prop_find(const struct json_flat *f, struct str key)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (f->item[i].depth == 1 && str_eq(f->item[i].key, key)) {
            return &f->item[i];
        }
    }
    return NULL;
}

static bool prop_value_holds(const struct evidence_test *t, const struct json_value *v)
{
    double number = 0;
    switch (v->type) {
    case JSON_STRING:
    case JSON_NUMBER:
        return t->texts_len ? text_holds(t, v->value)
                            : str_f64(v->value, &number) && isfinite(number) &&
                                  number_holds(t->cmp, number, t->number);
    case JSON_TRUE:
    case JSON_FALSE: return t->texts_len && text_holds(t, v->value);
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL: break;
    }
    return false;
}

static bool prop_holds(const struct evidence_test *t, struct str props,
                       struct json_reader *reader)
{
    struct json_flat flat = {0};
    if (!props.len ||
        (str_find(props, t->key, 0) == SIZE_MAX && str_find_byte(props, '\\', 0) == SIZE_MAX)) {
        return false; /* most rows have no such property: no need to parse them */
    }
    if (json_flat(reader, props, &flat, NULL) || !flat.count ||
        flat.item[0].type != JSON_OBJECT) {
        return false;
    }
    const struct json_value *v = prop_find(&flat, t->key);
    return v && prop_value_holds(t, v);
}

double event_tests_number(const struct event_rows *r, enum event_field f, uint32_t row)
{
    const struct lake_vector *v = r->columns[f];
    if (lake_is_null(v, row)) {
        return (double)NAN;
    }
    return f == FIELD_AMOUNT || f == FIELD_UNIT_PRICE ? (double)((const int64_t *)v->data)[row]
                                                      : ((const double *)v->data)[row];
}

#define KEEP(condition)                                                                        \
    do {                                                                                       \
        uint32_t n = 0;                                                                        \
        for (uint32_t i = 0; i < s->len; i++) {                                                \
            const uint16_t row = s->rows[i];                                                   \
            s->rows[n] = row;                                                                  \
            n += (condition) ? 1u : 0u;                                                        \
        }                                                                                      \
        s->len = n;                                                                            \
    } while (0)

static void run_one(const struct event_rows *r, const struct evidence_test *t,
                    struct json_reader *reader, struct selection *s)
{
    switch (t->field) {
    case FIELD_AMOUNT:
    case FIELD_QUANTITY:
    case FIELD_SCORE:
    case FIELD_UNIT_PRICE:
        KEEP(number_holds(t->cmp, event_tests_number(r, t->field, row), t->number));
        break;
    case FIELD_CHANNEL: KEEP(channel_holds(t, event_rows_channel(r, row))); break;
    case FIELD_TOUCHPOINT:
    case FIELD_CAMPAIGN:
    case FIELD_ITEM:
    case FIELD_CATEGORY:
    case FIELD_ORDER:
        KEEP(!lake_is_null(r->columns[t->field], row) &&
             text_holds(t, event_rows_text(r, t->field, row)));
        break;
    case FIELD_PROP: KEEP(prop_holds(t, event_rows_text(r, FIELD_PROP, row), reader)); break;
    case FIELD_COUNT: s->len = 0; break;
    }
}

void event_tests_run(const struct event_rows *r, const struct evidence_test *tests,
                     uint32_t len, struct json_reader *reader, struct selection *s)
{
    for (uint32_t i = 0; i < len && s->len; i++) {
        run_one(r, &tests[i], reader, s);
    }
}
