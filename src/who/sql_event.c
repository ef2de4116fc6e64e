/* Questions about events as nodes of the statement. */
#include "gen/sql_who.h"
#include "who/sql_internal.h"

/* ---- which rows ---- */

struct sql_days {
    int64_t from, to; /* both included */
    bool open, none;  /* no first day; no day at all */
};

/* From the words of question.h; when_days is the native executor's. */
static struct sql_days days_of(struct when w, int64_t as_of)
{
    struct sql_days d = {.to = as_of};
    switch (w.form) {
    case WHEN_EVER: d.open = true; break;
    case WHEN_IN:
        d.to = as_of - w.ago;
        d.from = d.to - w.days + 1;
        break;
    case WHEN_BEFORE:
        d.open = true;
        d.to = as_of - w.days;
        break;
    case WHEN_DAYS:
        d.open = w.from == DAY_NONE;
        d.from = w.from;
        d.to = w.to < as_of ? w.to : as_of;
        break;
    }
    d.none = !d.open && d.from > d.to;
    return d;
}

static struct str when_text(struct sql_making *m, struct when w)
{
    struct sql_days d = days_of(w, m->q->as_of);
    if (d.none) {
        return STR("1 = 0");
    }
    if (d.open) {
        return d.to >= m->q->as_of ? STR("1 = 1")
                                   : arena_strf(m->a, "k.day <= %lld", (long long)d.to);
    }
    return arena_strf(m->a, "k.day between %lld and %lld", (long long)d.from, (long long)d.to);
}

struct str sql_from_day(struct sql_making *m, struct when w)
{
    struct sql_days d = days_of(w, m->q->as_of);
    return sql_int(m, d.none ? 1 : d.open ? INT32_MIN : d.from);
}

struct str sql_to_day(struct sql_making *m, struct when w)
{
    struct sql_days d = days_of(w, m->q->as_of);
    return sql_int(m, d.none ? 0 : d.to);
}

static enum sql_column column_of(enum event_field f)
{
    switch (f) {
    case FIELD_AMOUNT: return SQL_AMOUNT;
    case FIELD_QUANTITY: return SQL_QUANTITY;
    case FIELD_SCORE: return SQL_SCORE;
    case FIELD_UNIT_PRICE: return SQL_PRICE;
    case FIELD_CHANNEL: return SQL_CHANNEL;
    case FIELD_TOUCHPOINT: return SQL_TOUCHPOINT;
    case FIELD_CAMPAIGN: return SQL_CAMPAIGN;
    case FIELD_ITEM: return SQL_ITEM;
    case FIELD_CATEGORY: return SQL_CATEGORY;
    case FIELD_ORDER: return SQL_ORDER;
    case FIELD_PROP:
    case FIELD_COUNT: break;
    }
    return SQL_PROPS;
}

static bool is_number(enum event_field f)
{
    return f == FIELD_AMOUNT || f == FIELD_QUANTITY || f == FIELD_SCORE ||
           f == FIELD_UNIT_PRICE;
}

/* A JSON pointer to a member of the properties, as a parameter. */
static struct str prop_path(struct sql_making *m, struct str key)
{
    struct buf path = {0};
    buf_add_byte(&path, '/');
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '~' || key.ptr[i] == '/') {
            buf_add(&path, key.ptr[i] == '~' ? STR("~0") : STR("~1"));
        } else {
            buf_add_byte(&path, key.ptr[i]);
        }
    }
    struct str out = sql_bind_str(m, arena_str(m->a, buf_str(&path)));
    buf_release(&path);
    return out;
}

/* " and k.item in ($p1, $p2)"; a null fails by itself. */
static void add_test(struct sql_making *m, const struct evidence_test *t, struct buf *out)
{
    bool number = is_number(t->field);
    const char *column = sql_column(m, column_of(t->field));
    if (t->field == FIELD_PROP) {
        number = !t->texts_len;
        struct str value = SQL_FILL(m, number ? &sql_who_prop_number : &sql_who_prop_text,
                                    {"path", prop_path(m, t->key)});
        buf_addf(out, " and %.*s ", STR_FMT(value));
    } else {
        buf_addf(out, " and k.%s ", column);
    }
    if (number) {
        buf_addf(out, "%s ", sql_cmp(t->cmp));
        buf_add(out, sql_bind_f64(m, t->number));
        return;
    }
    buf_addf(out, "%s (", t->cmp == CMP_NE ? "not in" : "in");
    for (uint32_t i = 0; i < t->texts_len; i++) {
        buf_add(out, str_of(i ? ", " : ""));
        buf_add(out, sql_bind_str(m, t->texts[i]));
    }
    buf_add_byte(out, ')');
}

static bool may_buy(const struct event_filter *f)
{
    bool found = !f->names_len;
    for (uint32_t i = 0; i < f->names_len; i++) {
        found |= f->names[i] == EVENT_PURCHASE;
    }
    return found;
}

static struct str names_text(struct sql_making *m, const uint16_t *names, uint32_t len)
{
    struct buf list = {0};
    for (uint32_t i = 0; i < len; i++) {
        struct str name = catalogue_name(m->q->brand->catalogue, names[i]);
        buf_add(&list, str_of(i ? ", " : ""));
        buf_add(&list, sql_bind_str(m, name));
    }
    struct str out = arena_str(m->a, buf_str(&list));
    buf_release(&list);
    return out;
}

/* The condition on the rows k of a view. */
static struct str match_text(struct sql_making *m, const struct event_filter *f,
                             struct str when)
{
    struct buf text = {0};
    buf_add(&text, when);
    if (f->names_len) {
        (void)sql_column(m, SQL_NAME);
        buf_add(&text, STR(" and k.name in ("));
        buf_add(&text, names_text(m, f->names, f->names_len));
        buf_add_byte(&text, ')');
    }
    for (uint32_t i = 0; i < f->tests_len; i++) {
        add_test(m, &f->tests[i], &text);
    }
    struct str out = arena_str(m->a, buf_str(&text));
    buf_release(&text);
    return out;
}

/* Refunded purchases are no purchases: who counts or orders them in time reads `live`, when any is refunded. */
static struct str live_view(struct sql_making *m)
{
    const struct sql_tails *t = &m->q->tails;
    m->rc = m->rc ? m->rc : sql_tails_refunded(m->q, m->e);
    if (!t->refunded_orders && !t->refunded_lines) {
        return STR("known");
    }
    m->live = true;
    m->columns |= 1u << SQL_IDENTITY | 1u << SQL_NAME | 1u << SQL_CHANNEL | 1u << SQL_ORDER;
    /* Lines without an order are told apart by everything. */
    m->columns |= t->refunded_lines ? (1u << SQL_COLUMNS) - 1 : 0;
    return STR("live");
}

static struct str view_of(struct sql_making *m, const struct event_filter *f)
{
    return may_buy(f) ? live_view(m) : STR("known");
}

/* ---- counts, measures, moments ---- */

/* What tells orders apart. */
static void need_orders(struct sql_making *m)
{
    m->columns |= 1u << SQL_IDENTITY | 1u << SQL_NAME | 1u << SQL_CHANNEL | 1u << SQL_ORDER;
}

static const struct sql *count_piece(struct sql_making *m, const struct question *q)
{
    switch (q->count_of) {
    case COUNT_OF_DAYS: return &sql_who_count_days;
    case COUNT_OF_ITEMS: (void)sql_column(m, SQL_ITEM); return &sql_who_count_items;
    case COUNT_OF_EVENTS: break;
    }
    if (!may_buy(&q->filter)) {
        return &sql_who_count_rows;
    }
    need_orders(m);
    return &sql_who_count_orders;
}

static struct str of_did(struct sql_making *m, const struct question *q)
{
    bool outside = sql_zero_holds(q->cmp, q->number);
    struct str text =
        SQL_FILL(m, count_piece(m, q), {"from", view_of(m, &q->filter)},
                 {"match", match_text(m, &q->filter, when_text(m, q->when))},
                 {"not", outside ? STR("not") : STR("")}, {"cmp", sql_cmp_str(q->cmp)},
                 {"number", sql_bind_f64(m, q->number)});
    return sql_among(m, sql_node(m, text), outside);
}

static struct str of_moment_was(struct sql_making *m, const struct question *q)
{
    (void)sql_column(m, SQL_TIME);
    struct str text = SQL_FILL(m, &sql_who_moment_was, {"from", view_of(m, &q->filter)},
                               {"match", match_text(m, &q->filter, STR("1 = 1"))},
                               {"side", q->last_one ? STR("max") : STR("min")},
                               {"was", match_text(m, &q->was, when_text(m, q->when))});
    return sql_among(m, sql_node(m, text), false);
}

static struct str of_moment(struct sql_making *m, const struct question *q)
{
    if (q->was.tests_len) {
        return of_moment_was(m, q);
    }
    struct str text =
        SQL_FILL(m, &sql_who_moment, {"from", view_of(m, &q->filter)},
                 {"match", match_text(m, &q->filter, STR("1 = 1"))},
                 {"side", q->last_one ? STR("max") : STR("min")},
                 {"from_day", sql_from_day(m, q->when)}, {"to_day", sql_to_day(m, q->when)});
    return sql_among(m, sql_node(m, text), false);
}

/* Over what was paid: refunded purchases too. */
static struct str of_measure(struct sql_making *m, const struct question *q)
{
    const struct sql *piece = &sql_who_extreme;
    bool outside = false;
    if (q->measure == MEASURE_SUM) {
        piece = &sql_who_sum;
        outside = sql_zero_holds(q->cmp, q->number);
    } else if (q->measure == MEASURE_AVG) {
        piece = &sql_who_avg;
    }
    struct str text =
        SQL_FILL(m, piece, {"from", STR("known")},
                 {"match", match_text(m, &q->filter, when_text(m, q->when))},
                 {"column", str_of(sql_column(m, column_of(q->of)))},
                 {"cmp", sql_cmp_str(q->cmp)}, {"not", outside ? STR("not") : STR("")},
                 {"side", q->measure == MEASURE_MIN ? STR("min") : STR("max")},
                 {"number", sql_bind_f64(m, q->number)});
    return sql_among(m, sql_node(m, text), outside);
}

static struct str of_total(struct sql_making *m, const struct question *q)
{
    bool aov = q->total == TOTAL_AOV, outside = !aov && sql_zero_holds(q->cmp, q->number);
    struct str from = aov ? live_view(m) : STR_NULL;
    (void)sql_column(m, SQL_AMOUNT);
    need_orders(m);
    struct str text =
        SQL_FILL(m, aov ? &sql_who_aov : &sql_who_gmv, {"from", from},
                 {"when", when_text(m, q->when)}, {"not", outside ? STR("not") : STR("")},
                 {"cmp", sql_cmp_str(q->cmp)}, {"number", sql_bind_f64(m, q->number)});
    return sql_among(m, sql_node(m, text), outside);
}

/* ---- statuses ---- */

static struct str of_status(struct sql_making *m, const struct question *q)
{
    struct catalogue *c = m->q->brand->catalogue;
    struct str on = catalogue_name(c, q->filter.names[0]);
    struct str name = sql_bind_str(m, on);
    struct buf offs = {0};
    m->columns |= 1u << SQL_NAME | 1u << SQL_TIME | 1u << SQL_TOUCHPOINT;
    for (uint16_t code = 1; code < catalogue_len(c); code++) {
        const struct event_def *d = catalogue_def(c, code);
        if (d && d->undoes && str_eq(str_of(d->undoes), on)) {
            buf_add(&offs, str_of(offs.len ? ", " : ""));
            buf_add(&offs, sql_bind_str(m, str_of(d->name)));
        }
    }
    struct str text = offs.len ? SQL_FILL(m, &sql_who_status, {"name", name},
                                          {"offs", arena_str(m->a, buf_str(&offs))})
                               : SQL_FILL(m, &sql_who_status_forever, {"name", name});
    buf_release(&offs);
    return sql_among(m, sql_node(m, text), false);
}

/* ---- sequences ---- */

static struct str of_sequence(struct sql_making *m, const struct question *q)
{
    struct str before = STR_NULL;
    (void)sql_column(m, SQL_TIME);
    for (uint32_t i = 0; i < q->steps_len; i++) {
        const struct sequence_step *s = &q->steps[i];
        struct str when = i ? STR("1 = 1") : when_text(m, q->when);
        const struct sql *piece = !i           ? &sql_who_step_first
                                  : s->negated ? &sql_who_step_not
                                               : &sql_who_step_then;
        struct str text =
            SQL_FILL(m, piece, {"from", view_of(m, &s->filter)},
                     {"match", match_text(m, &s->filter, when)}, {"before", before},
                     {"since", q->of_first ? STR("start_ms") : STR("time_ms")},
                     {"within_ms", sql_int(m, s->within_ms)});
        before = sql_node(m, text);
    }
    struct str text = SQL_FILL(m, &sql_who_reached, {"before", before});
    return sql_among(m, sql_node(m, text), false);
}

struct str sql_of_event(struct sql_making *m, const struct question *q)
{
    switch (q->form) {
    case Q_DID: return of_did(m, q);
    case Q_SEQUENCE: return of_sequence(m, q);
    case Q_IS: return of_status(m, q);
    case Q_MEASURE: return of_measure(m, q);
    case Q_TOTAL: return of_total(m, q);
    case Q_MOMENT: return of_moment(m, q);
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
    case Q_STAGE:
    case Q_FIELD:
    case Q_HAS:
    case Q_IDENTITY:
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT:
    case Q_SAMPLE: break;
    }
    return STR("1 = 0");
}
