/* The tails of a world: what the statement reads beside history. Each is made when a question first needs it. */
#include <math.h>
#include "people/refunded.h"
#include "who/sql_internal.h"

static uint32_t identities(const struct who_sql *q)
{
    return dictionary_len(q->brand->dictionary);
}

enum rc sql_tails_person(struct who_sql *q, struct err *e)
{
    struct sql_tails *t = &q->tails;
    (void)e;
    if (t->person) {
        return RC_OK;
    }
    for (uint32_t no = 1; no <= identities(q); no++) {
        uint32_t consumer = graph_consumer(q->brand->graph, no);
        vec_push(&t->identity, no);
        vec_push(&t->consumer, consumer);
    }
    t->person = true;
    t->version = 0;
    return RC_OK;
}

static void add_span(void *to, uint32_t consumer, uint8_t stage, int32_t from, int32_t to_day)
{
    struct sql_tails *t = to;
    vec_push(&t->span_consumer, consumer);
    vec_push(&t->span_stage, stage);
    vec_push(&t->span_from, from);
    vec_push(&t->span_to, to_day);
}

enum rc sql_tails_span(struct who_sql *q, struct err *e)
{
    struct sql_tails *t = &q->tails;
    enum rc rc = RC_OK;
    if (!t->span && q->sources.each_span) {
        rc = q->sources.each_span(q->sources.ctx, add_span, t, e);
    }
    t->version = t->span ? t->version : 0;
    t->span |= !rc;
    return rc;
}

/* ---- refunds in full ---- */

enum { REFUNDED_COLUMNS = 15 };
struct refunded_columns {
    struct arena *a;
    const struct refunded_row *rows;
    uint32_t len;
    struct lake_column list[REFUNDED_COLUMNS];
    uint32_t list_len;
};

static void column_add(struct refunded_columns *c, const char *name, enum lake_type type,
                       const void *data, const uint8_t *valid)
{
    c->list[c->list_len++] =
        (struct lake_column){.name = name, .type = type, .data = data, .valid = valid};
}

static void column_i64(struct refunded_columns *c, const char *name, size_t at)
{
    int64_t *data = arena_array(c->a, int64_t, c->len + 1);
    uint8_t *valid = arena_array(c->a, uint8_t, c->len + 1);
    for (uint32_t i = 0; i < c->len; i++) {
        memcpy(&data[i], (const char *)&c->rows[i] + at, sizeof(*data));
        valid[i] = data[i] != INT64_MIN;
    }
    column_add(c, name, LAKE_I64, data, valid);
}

static void column_f64(struct refunded_columns *c, const char *name, size_t at)
{
    double *data = arena_array(c->a, double, c->len + 1);
    uint8_t *valid = arena_array(c->a, uint8_t, c->len + 1);
    for (uint32_t i = 0; i < c->len; i++) {
        memcpy(&data[i], (const char *)&c->rows[i] + at, sizeof(*data));
        valid[i] = (uint8_t)!isnan(data[i]);
    }
    column_add(c, name, LAKE_F64, data, valid);
}

static void column_text(struct refunded_columns *c, const char *name, size_t at)
{
    struct str *data = arena_array(c->a, struct str, c->len + 1);
    for (uint32_t i = 0; i < c->len; i++) {
        memcpy(&data[i], (const char *)&c->rows[i] + at, sizeof(*data));
    }
    column_add(c, name, LAKE_STR, data, NULL);
}

static void column_head(struct refunded_columns *c, struct catalogue *catalogue)
{
    uint32_t *identity = arena_array(c->a, uint32_t, c->len + 1), channels = 0;
    int64_t *from = arena_array(c->a, int64_t, c->len + 1);
    uint16_t *channel = arena_array(c->a, uint16_t, c->len + 1);
    struct str *name = arena_array(c->a, struct str, c->len + 1);
    for (uint32_t i = 0; i < c->len; i++) {
        const struct refunded_row *r = &c->rows[i];
        identity[i] = r->identity;
        from[i] = r->from;
        name[i] = STR("purchase");
        channel[i] = r->channel ? r->channel : LAKE_CODE_NONE;
    }
    column_add(c, "identity", LAKE_U32, identity, NULL);
    column_add(c, "name", LAKE_STR, name, NULL);
    column_add(c, "from_day", LAKE_I64, from, NULL);
    column_add(c, "channel", LAKE_CODE, channel, NULL);
    c->list[c->list_len - 1].names = channel_names(catalogue, &channels);
    c->list[c->list_len - 1].names_len = channels;
}

#define ROW_AT(field) offsetof(struct refunded_row, field)

static struct lake_rows refunded_columns(struct who_sql *q, const struct refunded_row *rows,
                                         uint32_t len)
{
    struct refunded_columns c = {.a = q->arena, .rows = rows, .len = len};
    column_head(&c, q->brand->catalogue);
    column_text(&c, "order_no", ROW_AT(order_no));
    column_i64(&c, "time_ms", ROW_AT(line.time_ms));
    column_i64(&c, "unit_price_e4", ROW_AT(line.unit_price_e4));
    column_f64(&c, "quantity", ROW_AT(line.quantity));
    column_i64(&c, "amount_fen", ROW_AT(line.amount_fen));
    column_f64(&c, "score", ROW_AT(line.score));
    column_text(&c, "item", ROW_AT(line.item));
    column_text(&c, "category", ROW_AT(line.category));
    column_text(&c, "touchpoint", ROW_AT(line.touchpoint));
    column_text(&c, "campaign", ROW_AT(line.campaign));
    column_text(&c, "props", ROW_AT(line.props));
    struct lake_column *list = arena_array(q->arena, struct lake_column, c.list_len);
    memcpy(list, c.list, c.list_len * sizeof(*list));
    return (struct lake_rows){.rows = len, .columns_len = c.list_len, .columns = list};
}

enum rc sql_tails_refunded(struct who_sql *q, struct err *e)
{
    struct sql_tails *t = &q->tails;
    if (t->refunded) {
        return RC_OK;
    }
    struct refunded *r = NULL;
    struct refunded_row *rows = NULL;
    uint32_t len = 0;
    enum rc rc = refunded_open(q->brand, &r, e);
    rc = rc ? rc : refunded_rows(q->brand, r, q->arena, &rows, &len, e);
    refunded_free(r);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < len; i++) {
        bool gone = rows[i].from <= q->as_of;
        t->refunded_orders |= gone && rows[i].order_no.ptr;
        t->refunded_lines |= gone && !rows[i].order_no.ptr;
    }
    t->refunded_rows = refunded_columns(q, rows, len);
    t->refunded = true;
    t->version = 0;
    return RC_OK;
}

/* ---- marks and scores ---- */

static bool find_slot(const struct sql_tails *t, enum question_form form, struct str name,
                      struct str value, uint32_t *slot)
{
    for (*slot = 0; *slot < t->slots.len; (*slot)++) {
        const struct sql_slot *s = &t->slots.ptr[*slot];
        if (s->form == form && str_eq(s->name, name) && str_eq(s->value, value)) {
            return true;
        }
    }
    return false;
}

static void add_slot(struct who_sql *q, enum question_form form, struct str name,
                     struct str value, struct str rule)
{
    struct sql_slot s = {.form = form,
                         .name = arena_str(q->arena, name),
                         .value = arena_str(q->arena, value),
                         .rule = rule};
    vec_push(&q->tails.slots, s);
}

enum rc sql_tails_mark(struct who_sql *q, enum question_form form, struct str name,
                       struct str value, uint32_t *slot, struct err *e)
{
    struct sql_tails *t = &q->tails;
    if (find_slot(t, form, name, value, slot)) {
        return RC_OK;
    }
    struct bits found = {0};
    struct str rule = STR_NULL;
    bits_init(&found, identities(q) + 1);
    enum rc rc = q->sources.mark ? q->sources.mark(q->sources.ctx, form, name, value, q->as_of,
                                                   &found, &rule, q->arena, e)
                                 : RC_OK;
    for (uint32_t no = 0; !rc && !rule.ptr && no < found.len; no++) {
        if (bits_has(&found, no)) {
            vec_push(&t->mark_slot, *slot);
            vec_push(&t->mark_identity, no);
            t->version = 0;
        }
    }
    if (!rc) {
        add_slot(q, form, name, value, rule);
    }
    bits_release(&found);
    return rc;
}

static void add_score(struct sql_tails *t, uint32_t slot, uint32_t no, double number,
                      struct str words)
{
    uint8_t valid = (uint8_t)!isnan(number);
    double stored = valid ? number : 0;
    vec_push(&t->score_slot, slot);
    vec_push(&t->score_identity, no);
    vec_push(&t->score_number, stored);
    vec_push(&t->score_valid, valid);
    vec_push(&t->score_words, words);
    t->version = 0;
}

static enum rc read_numbers(struct who_sql *q, const struct who_field *f, uint32_t slot,
                            struct err *e)
{
    uint32_t len = identities(q) + 1;
    double *out = mem_array(double, len);
    for (uint32_t i = 0; i < len; i++) {
        out[i] = NAN;
    }
    enum rc rc = q->sources.numbers(q->sources.ctx, f, q->as_of, out, len, e);
    for (uint32_t i = 0; !rc && i < len; i++) {
        if (!isnan(out[i])) {
            add_score(&q->tails, slot, i, out[i], STR_NULL);
        }
    }
    mem_free(out);
    return rc;
}

static enum rc read_texts(struct who_sql *q, const struct who_field *f, uint32_t slot,
                          struct err *e)
{
    uint32_t len = identities(q) + 1;
    struct str *out = mem_array(struct str, len);
    enum rc rc = q->sources.texts(q->sources.ctx, f, q->as_of, out, len, q->arena, e);
    for (uint32_t i = 0; !rc && i < len; i++) {
        if (out[i].len) {
            add_score(&q->tails, slot, i, NAN, arena_str(q->arena, out[i]));
        }
    }
    mem_free(out);
    return rc;
}

enum rc sql_tails_score(struct who_sql *q, const struct who_field *f, uint32_t *slot,
                        struct err *e)
{
    struct str name = str_of(f->name);
    if (find_slot(&q->tails, Q_FIELD, name, STR_NULL, slot)) {
        return RC_OK;
    }
    enum rc rc = RC_OK;
    if (f->type == FIELD_NUMBER && q->sources.numbers) {
        rc = read_numbers(q, f, *slot, e);
    } else if (f->type == FIELD_TEXT && q->sources.texts) {
        rc = read_texts(q, f, *slot, e);
    }
    if (!rc) {
        add_slot(q, Q_FIELD, name, STR_NULL, STR_NULL);
    }
    return rc;
}

/* ---- attaching ---- */

/* The views with their columns; what is kept in struct sql_tails, because the lake borrows it. */
static void show_person(struct sql_tails *t, struct sql_tail *x)
{
    x->columns[0] = (struct lake_column){"identity", LAKE_U32, .data = t->identity.ptr};
    x->columns[1] = (struct lake_column){"consumer", LAKE_U32, .data = t->consumer.ptr};
    x->rows = (struct lake_rows){(uint32_t)t->identity.len, 2, x->columns};
    x->tail.dataset = "person";
}

static void show_span(struct sql_tails *t, struct sql_tail *x)
{
    x->columns[0] = (struct lake_column){"consumer", LAKE_U32, .data = t->span_consumer.ptr};
    x->columns[1] = (struct lake_column){"stage", LAKE_U32, .data = t->span_stage.ptr};
    x->columns[2] = (struct lake_column){"from_day", LAKE_I64, .data = t->span_from.ptr};
    x->columns[3] = (struct lake_column){"to_day", LAKE_I64, .data = t->span_to.ptr};
    x->rows = (struct lake_rows){(uint32_t)t->span_stage.len, 4, x->columns};
    x->tail.dataset = "span";
}

static void show_mark(struct sql_tails *t, struct sql_tail *x)
{
    x->columns[0] = (struct lake_column){"slot", LAKE_U32, .data = t->mark_slot.ptr};
    x->columns[1] = (struct lake_column){"identity", LAKE_U32, .data = t->mark_identity.ptr};
    x->rows = (struct lake_rows){(uint32_t)t->mark_slot.len, 2, x->columns};
    x->tail.dataset = "mark";
}

static void show_score(struct sql_tails *t, struct sql_tail *x)
{
    x->columns[0] = (struct lake_column){"slot", LAKE_U32, .data = t->score_slot.ptr};
    x->columns[1] = (struct lake_column){"identity", LAKE_U32, .data = t->score_identity.ptr};
    x->columns[2] = (struct lake_column){"number", LAKE_F64, .data = t->score_number.ptr,
                                         .valid = t->score_valid.ptr};
    x->columns[3] = (struct lake_column){"words", LAKE_STR, .data = t->score_words.ptr};
    x->rows = (struct lake_rows){(uint32_t)t->score_slot.len, 4, x->columns};
    x->tail.dataset = "score";
}

enum rc sql_tails_attach(struct who_sql *q, struct err *e)
{
    struct sql_tails *t = &q->tails;
    struct lake_tail list[SQL_TAILS];
    if (!t->version) {
        show_person(t, &t->shown[0]);
        show_span(t, &t->shown[1]);
        show_mark(t, &t->shown[2]);
        show_score(t, &t->shown[3]);
        t->shown[4].rows = t->refunded_rows;
        t->shown[4].tail.dataset = "refunded";
        t->version = brand_tails_version(q->brand);
    }
    for (size_t i = 0; i < SQL_TAILS; i++) {
        t->shown[i].tail.pieces = &t->shown[i].rows;
        t->shown[i].tail.pieces_len = t->shown[i].rows.rows > 0;
        list[i] = t->shown[i].tail;
    }
    return brand_attach_with(q->brand, list, SQL_TAILS, t->version, e);
}

void sql_tails_release(struct sql_tails *t)
{
    vec_release(&t->identity);
    vec_release(&t->consumer);
    vec_release(&t->span_consumer);
    vec_release(&t->span_stage);
    vec_release(&t->span_from);
    vec_release(&t->span_to);
    vec_release(&t->slots);
    vec_release(&t->mark_slot);
    vec_release(&t->mark_identity);
    vec_release(&t->score_slot);
    vec_release(&t->score_identity);
    vec_release(&t->score_number);
    vec_release(&t->score_valid);
    vec_release(&t->score_words);
}
