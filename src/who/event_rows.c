/* The statement is put together from the fixed texts below, chosen by column; everything from outside is bound. It is
 * asked of some segments at a time: while rows of one part are looked at, the engine's threads read the next two. */
#include "who/event_rows.h"

#include <math.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/mem.h"

#define NAMES_BOUND 256u
#define BOUND_MAX 1024u
#define PART_ROWS 4000000u /* read for a part; what is kept of them is in memory */
#define PARTS_OPEN 3u
#define BACK_MS (2 * 3600 * INT64_C(1000)) /* no clock goes further back at once */

/* clang-format off */
static const char *const column_texts[ROWS_COLUMNS] = {
    [FIELD_AMOUNT] = ", amount_fen",
    [FIELD_QUANTITY] = ", quantity",
    [FIELD_SCORE] = ", score",
    [FIELD_UNIT_PRICE] = ", unit_price_e4",
    [FIELD_CHANNEL] = ", code_channel(channel) as channel",
    [FIELD_TOUCHPOINT] = ", touchpoint",
    [FIELD_CAMPAIGN] = ", campaign",
    [FIELD_ITEM] = ", item",
    [FIELD_CATEGORY] = ", category",
    [FIELD_ORDER] = ", order_no",
    [FIELD_PROP] = ", props",
};
/* clang-format on */

static uint32_t columns_of(const struct event_rows_want *want)
{
    const uint32_t order = 1u << FIELD_ORDER | 1u << FIELD_CHANNEL;
    if (!want->refunds) {
        return want->columns;
    }
    return refunded_lines(want->refunds) ? (1u << ROWS_COLUMNS) - 1 : want->columns | order;
}

struct event_scan {
    struct brand *brand;
    struct buf head, text; /* before and behind "from" */
    struct bind binds[BOUND_MAX];
    char keys[BOUND_MAX][12];
    uint32_t bound;
    struct arena *arena;
    struct str *parts;
    uint32_t parts_len, begun, at;          /* parts[at] is being read */
    struct lake_result *result[PARTS_OPEN]; /* of part p: p % PARTS_OPEN */
};

static void write_bind(struct event_scan *w, struct bind value)
{
    char *key = w->keys[w->bound];
    (void)snprintf(key, sizeof(w->keys[0]), "p%u", w->bound);
    value.name = key;
    w->binds[w->bound++] = value;
    buf_addf(&w->text, "$%s", key);
}

static void write_names(struct event_scan *w, const uint16_t *names, uint32_t len)
{
    buf_add(&w->text, STR(" and name in ("));
    for (uint32_t i = 0; i < len; i++) {
        buf_add(&w->text, i ? STR(", ") : STR(""));
        write_bind(w, bind_str(NULL, catalogue_name(w->brand->catalogue, names[i])));
    }
    buf_add(&w->text, STR(")"));
}

/* The instant behind a day. Where clocks are set back over midnight a day comes again after the next has begun: then
 * later, and who asks looks at the days of the rows. */
static int64_t day_end(const struct zone *z, int32_t day)
{
    struct zone_cache cache = {0};
    int64_t end = zone_day_start(z, day + 1), late = 0;
    for (int64_t ms = 0; ms <= BACK_MS; ms += 60000) {
        late = zone_day(z, &cache, end + ms) <= day ? BACK_MS : late;
    }
    return end + late;
}

static void write_days(struct event_scan *w, int32_t from, int32_t to)
{
    if (from != DAY_NONE) {
        buf_add(&w->text, STR(" and time_ms >= "));
        write_bind(w, bind_i64(NULL, zone_day_start(w->brand->zone, from)));
    }
    if (to != INT32_MAX) {
        buf_add(&w->text, STR(" and time_ms < "));
        write_bind(w, bind_i64(NULL, day_end(w->brand->zone, to)));
    }
}

static void write_identities(struct event_scan *w, const uint32_t *nos, uint32_t len)
{
    if (!nos || !len || len > NAMES_BOUND) {
        return;
    }
    buf_add(&w->text, STR(" and identity in ("));
    for (uint32_t i = 0; i < len; i++) {
        buf_add(&w->text, i ? STR(", ") : STR(""));
        write_bind(w, bind_i64(NULL, nos[i]));
    }
    buf_add(&w->text, STR(")"));
}

static const char *test_column(enum event_field f)
{
    switch (f) {
    case FIELD_AMOUNT: return "amount_fen";
    case FIELD_QUANTITY: return "quantity";
    case FIELD_SCORE: return "score";
    case FIELD_UNIT_PRICE: return "unit_price_e4";
    case FIELD_CHANNEL: return "channel";
    case FIELD_TOUCHPOINT: return "touchpoint";
    case FIELD_CAMPAIGN: return "campaign";
    case FIELD_ITEM: return "item";
    case FIELD_CATEGORY: return "category";
    case FIELD_ORDER: return "order_no";
    case FIELD_PROP: /* looked into afterwards */
    case FIELD_COUNT: break;
    }
    return NULL;
}

static const char *number_cmp(enum evidence_cmp cmp)
{
    static const char *const texts[] = {
        [CMP_EQ] = " = ", [CMP_NE] = " <> ", [CMP_LT] = " < ", [CMP_LE] = " <= ",
        [CMP_GT] = " > ", [CMP_GE] = " >= ", [CMP_IN] = " = "};
    return texts[cmp];
}

static void write_test(struct event_scan *w, const struct evidence_test *t)
{
    const char *column = test_column(t->field);
    if (!column) {
        return;
    }
    buf_addf(&w->text, " and %s", column);
    if (!t->texts_len) {
        buf_add(&w->text, str_of(number_cmp(t->cmp)));
        write_bind(w, bind_f64(NULL, t->number));
        return;
    }
    buf_add(&w->text, t->cmp == CMP_NE ? STR(" not in (") : STR(" in ("));
    for (uint32_t i = 0; i < t->texts_len; i++) {
        buf_add(&w->text, i ? STR(", ") : STR(""));
        write_bind(w, bind_str(NULL, t->texts[i]));
    }
    buf_add(&w->text, STR(")"));
}

static uint32_t binds_of(const struct event_condition *c)
{
    uint32_t n = c->names_len + 2;
    for (uint32_t i = 0; i < c->tests_len; i++) {
        n += c->tests[i].texts_len + 1;
    }
    return n;
}

/* With too much to bind the conditions are left out: they only save work. */
static bool conditions_fit(const struct event_rows_want *want)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < want->conditions_len && n <= BOUND_MAX; i++) {
        n += binds_of(&want->conditions[i]);
    }
    return want->conditions_len && n + 2 * NAMES_BOUND + 2 <= BOUND_MAX;
}

static void write_condition(struct event_scan *w, const struct event_rows_want *want,
                            const struct event_condition *c)
{
    buf_add(&w->text, STR("true"));
    if (c->names_len && (want->conditions_len > 1 || !want->names)) {
        write_names(w, c->names, c->names_len);
    }
    write_days(w, c->from > want->from ? c->from : DAY_NONE,
               c->to < want->to ? c->to : INT32_MAX);
    for (uint32_t i = 0; i < c->tests_len; i++) {
        write_test(w, &c->tests[i]);
    }
}

static void write_text(struct event_rows *r, const struct event_rows_want *want)
{
    struct event_scan *w = r->scan;
    uint32_t columns = columns_of(want), at = 3;
    buf_add(&w->head, STR("select time_ms, code_event(name) as code, identity"));
    for (uint32_t c = 0; c < ROWS_COLUMNS; c++) {
        if (columns >> c & 1) {
            buf_add(&w->head, str_of(column_texts[c]));
            r->place[c] = (uint8_t)at++;
        }
    }
    buf_add(&w->text, STR(" where identity > 0"));
    write_days(w, want->from, want->to);
    write_identities(w, want->identities, want->identities_len);
    if (want->names && want->names_len <= NAMES_BOUND) {
        write_names(w, want->names, want->names_len);
    }
    for (uint32_t i = 0; conditions_fit(want) && i < want->conditions_len; i++) {
        buf_add(&w->text, i ? STR(" or ") : STR(" and ("));
        write_condition(w, want, &want->conditions[i]);
        buf_add(&w->text, i + 1 == want->conditions_len ? STR(")") : STR(""));
    }
}

static enum rc begin_part(struct event_scan *w, struct err *e)
{
    struct buf text = {0};
    struct lake_result **result = &w->result[w->begun % PARTS_OPEN];
    buf_add(&text, buf_str(&w->head));
    buf_add(&text, STR(" from "));
    buf_add(&text, w->parts[w->begun++]);
    buf_add(&text, buf_str(&w->text));
    const struct sql sql = {.name = "who_event_rows", .text = buf_cstr(&text)};
    enum rc rc =
        lake_query_whole(w->brand->lake, &sql, (struct binds){w->binds, w->bound}, result, e);
    buf_release(&text);
    return rc;
}

enum rc event_rows_begin(struct event_rows *r, struct brand *b,
                         const struct event_rows_want *want, struct err *e)
{
    *r = (struct event_rows){.brand = b, .refunds = want->refunds};
    if (want->refunds) {
        refunded_rewind(want->refunds);
    }
    bool nothing = want->names && !want->names_len;
    enum rc rc = nothing ? RC_OK : brand_attach(b, e);
    if (rc || nothing) {
        return rc;
    }
    struct event_scan *w = r->scan = mem_zalloc(sizeof(*w));
    w->brand = b;
    w->arena = arena_new();
    write_text(r, want);
    const struct lake_cut cut = {
        .dataset = "event",
        .from_ms = want->from == DAY_NONE ? INT64_MIN : zone_day_start(b->zone, want->from),
        .to_ms = want->to == INT32_MAX ? INT64_MAX : day_end(b->zone, want->to),
        .rows = want->part_rows ? want->part_rows : PART_ROWS};
    w->parts_len = lake_parts(b->lake, cut, w->arena, &w->parts);
    while (!rc && w->begun < w->parts_len && w->begun < PARTS_OPEN) {
        rc = begin_part(w, e);
    }
    return rc;
}

/* A part is over: one more may begin. */
static enum rc next_part(struct event_scan *w, struct err *e)
{
    lake_done(w->result[w->at % PARTS_OPEN]);
    w->result[w->at % PARTS_OPEN] = NULL;
    w->at++;
    return w->begun < w->parts_len ? begin_part(w, e) : RC_OK;
}

enum rc event_rows_next(struct event_rows *r, struct err *e)
{
    struct lake_chunk chunk = {0};
    struct event_scan *w = r->scan;
    enum rc rc = RC_OK;
    while (w && !rc && w->at < w->parts_len) {
        rc = lake_next(w->result[w->at % PARTS_OPEN], &chunk, e);
        if (rc || chunk.rows) {
            break;
        }
        rc = next_part(w, e);
    }
    r->rows = rc ? 0 : chunk.rows;
    if (!r->rows) {
        return rc;
    }
    r->time_ms = chunk.columns[0].data;
    r->name = chunk.columns[1].data;
    r->identity = chunk.columns[2].data;
    for (uint32_t c = 0; c < ROWS_COLUMNS; c++) {
        r->columns[c] = r->place[c] ? &chunk.columns[r->place[c]] : NULL;
    }
    return RC_OK;
}

void event_rows_end(struct event_rows *r)
{
    struct event_scan *w = r->scan;
    if (!w) {
        return;
    }
    for (uint32_t i = 0; i < PARTS_OPEN; i++) {
        lake_done(w->result[i]);
    }
    buf_release(&w->head);
    buf_release(&w->text);
    arena_free(w->arena);
    mem_free(w);
    r->scan = NULL;
}

int64_t event_rows_i64(const struct event_rows *r, enum event_field column, uint32_t row)
{
    const struct lake_vector *v = r->columns[column];
    return lake_is_null(v, row) ? INT64_MIN : ((const int64_t *)v->data)[row];
}

double event_rows_f64(const struct event_rows *r, enum event_field column, uint32_t row)
{
    const struct lake_vector *v = r->columns[column];
    return lake_is_null(v, row) ? (double)NAN : ((const double *)v->data)[row];
}

uint8_t event_rows_channel(const struct event_rows *r, uint32_t row)
{
    uint16_t code = ((const uint16_t *)r->columns[FIELD_CHANNEL]->data)[row];
    return code == LAKE_CODE_NONE ? 0 : (uint8_t)code;
}

uint64_t event_rows_order(const struct event_rows *r, uint32_t row)
{
    struct str no = event_rows_text(r, FIELD_ORDER, row);
    if (!no.len) {
        return 0;
    }
    uint8_t channel = event_rows_channel(r, row);
    return orders_key(r->brand->secret->event, channel_name(r->brand->catalogue, channel), no);
}

int32_t event_rows_refunded(struct event_rows *r, uint32_t row, uint64_t order)
{
    uint32_t no = r->identity[row];
    if (!r->refunds || !refunded_has(r->refunds, no)) {
        return DAY_NONE;
    }
    if (order) {
        return refunded_order(r->refunds, no, order);
    }
    if (!refunded_has_line(r->refunds, no)) {
        return DAY_NONE;
    }
    const struct purchase_line l = {
        .identity = no,
        .channel = event_rows_channel(r, row),
        .time_ms = r->time_ms[row],
        .unit_price_e4 = event_rows_i64(r, FIELD_UNIT_PRICE, row),
        .amount_fen = event_rows_i64(r, FIELD_AMOUNT, row),
        .quantity = event_rows_f64(r, FIELD_QUANTITY, row),
        .score = event_rows_f64(r, FIELD_SCORE, row),
        .item = event_rows_text(r, FIELD_ITEM, row),
        .category = event_rows_text(r, FIELD_CATEGORY, row),
        .touchpoint = event_rows_text(r, FIELD_TOUCHPOINT, row),
        .campaign = event_rows_text(r, FIELD_CAMPAIGN, row),
        .props = event_rows_text(r, FIELD_PROP, row),
    };
    return refunded_line(r->refunds, refunded_line_hash(&l));
}
