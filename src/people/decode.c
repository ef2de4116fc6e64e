#include "people/decode.h"

#include "base/mem.h"
#include "people/decode_internal.h"

/* ---- Life ---------------------------------------------------------------------------------- */

static struct str quoted_key(struct arena *a, struct str name)
{
    struct buf b = {0};
    json_quote(&b, name);
    buf_add_byte(&b, ':');
    const struct str out = arena_str(a, buf_str(&b));
    buf_release(&b);
    return out;
}

static enum rc compile_column(struct decoder *d, uint32_t i, struct err *e)
{
    const struct map_column *c = &d->in.mapping->column[i];
    if (c->field == MAP_SKIP) {
        return RC_OK;
    }
    struct action *a = &d->action[d->actions];
    *a = (struct action){
        .field = c->field, .column = i, .personal = c->personal, .place = c->place};
    if (c->field == MAP_IDENTITY && !decode_kind_code(d, c->name, &a->kind, &a->kind_name)) {
        return rc_fail(e, RC_INVALID, "identity.%.*s: %s", STR_FMT(c->name), d->reason);
    }
    if (c->field == MAP_PROP || c->field == MAP_LINE) {
        a->quoted = quoted_key(d->arena, c->name);
    }
    a->kind_name = arena_str(d->arena, a->kind_name);
    d->actions++;
    return RC_OK;
}

static enum rc compile(struct decoder *d, struct err *e)
{
    const struct mapping *m = d->in.mapping;
    enum rc rc = RC_OK;

    d->action = arena_array(d->arena, struct action, m->columns + 1);
    for (uint32_t i = 0; !rc && i < m->columns; i++) {
        rc = compile_column(d, i, e);
    }
    if (!rc && m->event.len && !decode_event_code(d, m->event, &d->event_code)) {
        rc = rc_fail(e, RC_INVALID, "event %.*s: %s", STR_FMT(m->event), d->reason);
    }
    if (!rc && !decode_channel_code(d, m->channel, &d->channel_code)) {
        rc = rc_fail(e, RC_INVALID, "channel %.*s: %s", STR_FMT(m->channel), d->reason);
    }
    d->code_view = decode_known_event(d, STR("item_view"));
    d->code_favorite = decode_known_event(d, STR("favorite"));
    d->code_cart = decode_known_event(d, STR("add_cart"));
    d->code_order_create = decode_known_event(d, STR("order_create"));
    return rc;
}

enum rc decoder_new(const struct decoder_setup *s, struct decoder **out, struct err *e)
{
    struct decoder *d = mem_zalloc(sizeof(*d));

    d->in = *s;
    d->arena = arena_new();
    d->siv = siv_new(s->secret);
    d->events = map_new();
    d->channels = map_new();
    d->kinds = map_new();
    d->names = map_new();
    d->slot = INT64_MIN;
    d->min_ms = zone_day_start(s->zone, 0);
    d->max_ms = zone_day_start(s->zone, DECODE_DAY_MAX);
    decoder_set_now(d, s->now_ms);
    d->headers_due = s->mapping->header ? s->mapping->titles + 1 : 0;
    d->taobao =
        str_eq(s->mapping->format, STR("taobao-behavior")) && !s->mapping->header && !s->skip;
    enum rc rc = compile(d, e);
    if (rc) {
        decoder_free(d);
        return rc;
    }
    *out = d;
    return RC_OK;
}

enum rc decoder_like(const struct decoder *first, const struct mapping *m, struct decoder **out,
                     struct err *e)
{
    struct decoder_setup s = first->in;
    s.mapping = m;
    s.now_ms = first->future_ms - DECODE_FUTURE_MS;
    enum rc rc = decoder_new(&s, out, e);
    if (!rc) {
        decoder_begin(*out, first->batch);
    }
    return rc;
}

void decoder_free(struct decoder *d)
{
    if (!d) {
        return;
    }
    json_reader_free(d->json);
    siv_free(d->siv);
    map_free(d->events);
    map_free(d->channels);
    map_free(d->kinds);
    map_free(d->names);
    buf_release(&d->props);
    buf_release(&d->scratch);
    buf_release(&d->plain);
    buf_release(&d->raw);
    arena_free(d->arena);
    mem_free(d);
}

void decoder_begin(struct decoder *d, struct event_batch *b)
{
    d->batch = b;
    d->text_at = d->text_end = NULL;
}

uint64_t decoder_row_count(const struct decoder *d) { return d->rows; }
uint64_t decoder_reject_count(const struct decoder *d) { return d->rejects; }

/* ---- One cell ------------------------------------------------------------------------------ */

static bool add_prop(struct decoder *d, const struct action *a, struct str cell)
{
    if (!cell.len) {
        return true;
    }
    if (d->props.len + cell.len > DECODE_PROPS_MAX) {
        return decode_fail(d, "the other columns together are longer than %u bytes",
                           DECODE_PROPS_MAX);
    }
    buf_add_byte(&d->props, d->props.len ? ',' : '{');
    buf_add(&d->props, a->quoted);
    if (a->personal && !(a->place && decode_is_place(str_trim(cell)))) {
        return decode_seal(d, cell, &d->props);
    }
    json_quote(&d->props, cell);
    return true;
}

static bool take_quantity(struct decoder *d, struct str cell)
{
    struct event_batch *b = d->batch;
    double v;

    if (!decode_number(d, cell, "quantity", &v)) {
        return false;
    }
    if (v < 0) {
        if (d->in.mapping->shape != SHAPE_INVOICES) {
            return decode_fail(d, "the quantity is negative");
        }
        d->draft.negative_quantity = true;
        v = -v;
    }
    b->quantity[d->draft.row] = v;
    return true;
}

static bool take_price(struct decoder *d, struct str cell)
{
    int64_t v;
    if (!decode_decimal(d, cell, 4, "unit price", &v)) {
        return false;
    }
    if (v != PRICE_UNKNOWN && v < 0) {
        if (d->in.mapping->shape != SHAPE_INVOICES) {
            return decode_fail(d, "the unit price is negative");
        }
        d->draft.negative_price = true;
    }
    d->batch->unit_price_e4[d->draft.row] = v;
    return true;
}

static bool take_positive(struct decoder *d, struct str cell, const char *what, int64_t *out)
{
    if (!decode_decimal(d, cell, 2, what, out)) {
        return false;
    }
    return *out == AMOUNT_UNKNOWN || *out >= 0 || decode_fail(d, "the %s is negative", what);
}

/* Times of orders may be missing: an order that was never paid has no time of payment. */
static bool take_order_time(struct decoder *d, struct str cell, bool *has, int64_t *ms)
{
    if (decode_is_none(decode_bare(cell))) {
        return true;
    }
    *has = true;
    return decode_time(d, cell, ms);
}

static bool take_channel(struct decoder *d, struct str cell)
{
    uint8_t code;
    if (!decode_channel_code(d, cell, &code)) {
        return false;
    }
    if (code) {
        d->batch->channel[d->draft.row] = code;
    }
    return true;
}

/* Spreadsheets: a cell that Excel has spoilt must not become an identity or an order number. */
static bool check_flag(struct decoder *d, const struct action *a)
{
    const struct str flags = d->draft.flags;
    const size_t at = a->column;
    if (at >= flags.len) {
        return true;
    }
    const int flag = flags.ptr[at] - '0';
    if ((flag & 2) && a->field != MAP_PROP) {
        return decode_fail(d, "the cell holds a spreadsheet error");
    }
    if ((flag & 4) &&
        (a->field == MAP_IDENTITY || a->field == MAP_ORDER || a->field == MAP_ID)) {
        return decode_fail(
            d, "the spreadsheet has rounded this number; format the column as text and "
               "export again");
    }
    return true;
}

static bool take_cell(struct decoder *d, const struct action *a, struct str cell)
{
    struct event_batch *b = d->batch;
    struct draft *t = &d->draft;
    const uint32_t r = t->row;

    switch (a->field) {
    case MAP_PROP: return add_prop(d, a, cell);
    case MAP_LINE: return add_prop(d, a, cell);
    case MAP_TIME: t->has_time = true; return decode_time(d, cell, &b->time_ms[r]);
    case MAP_EVENT: t->event = str_trim(cell); return true;
    case MAP_ID: return decode_text(d, cell, &b->event_id[r]);
    case MAP_IDENTITY: return decode_identity(d, a->kind, a->kind_name, cell);
    case MAP_CHANNEL: return take_channel(d, cell);
    case MAP_TOUCHPOINT: return decode_text(d, cell, &b->touchpoint[r]);
    case MAP_CAMPAIGN: return decode_text(d, cell, &b->campaign[r]);
    case MAP_ITEM: return decode_text(d, cell, &b->item[r]);
    case MAP_CATEGORY: return decode_text(d, cell, &b->category[r]);
    case MAP_ORDER: return decode_text(d, cell, &b->order_no[r]);
    case MAP_QUANTITY: return take_quantity(d, cell);
    case MAP_UNIT_PRICE: return take_price(d, cell);
    case MAP_AMOUNT: return decode_decimal(d, cell, 2, "amount", &b->amount_fen[r]);
    case MAP_SCORE: return decode_number(d, cell, "score", &b->score[r]);
    case MAP_CREATE_TIME: return take_order_time(d, cell, &t->has_create, &t->create_ms);
    case MAP_PAY_TIME: return take_order_time(d, cell, &t->has_pay, &t->pay_ms);
    case MAP_REFUND_TIME: return take_order_time(d, cell, &t->has_refund_time, &t->refund_ms);
    case MAP_TOTAL: return take_positive(d, cell, "total", &t->total_fen);
    case MAP_REFUND_AMOUNT: return take_positive(d, cell, "refunded amount", &t->refund_fen);
    case MAP_SKIP:
    case MAP_FIELDS: return true;
    }
    return true;
}

/* ---- One row ------------------------------------------------------------------------------- */

static void draft_begin(struct decoder *d, uint64_t line)
{
    struct event_batch *b = d->batch;
    d->draft = (struct draft){.line = line,
                              .row = batch_add(b),
                              .total_fen = AMOUNT_UNKNOWN,
                              .refund_fen = AMOUNT_UNKNOWN};
    b->source_row[d->draft.row] = d->rows;
    b->channel[d->draft.row] = d->channel_code;
    b->touchpoint[d->draft.row] = d->in.mapping->touchpoint;
    b->campaign[d->draft.row] = d->in.mapping->campaign;
    d->bad_column = 0;
    d->bad_field = STR_NULL;
    buf_clear(&d->props);
}

static bool take_cells(struct decoder *d, const struct str *cell, uint32_t cells)
{
    for (uint32_t i = 0; i < d->actions; i++) {
        const struct action *a = &d->action[i];
        const struct str value = a->column < cells ? cell[a->column] : STR_NULL;
        if (!check_flag(d, a) || !take_cell(d, a, value)) {
            d->bad_column = a->column + 1;
            d->bad_field = d->in.mapping->column[a->column].header;
            return false;
        }
    }
    return true;
}

/* Rows may be shorter than the first (trailing commas left out), not longer. */
static bool decode_cells(struct decoder *d, const struct str *cell, uint32_t cells,
                         struct str flags, uint64_t line)
{
    const uint32_t columns = d->in.mapping->columns;
    const uint32_t rows = d->batch->rows;

    draft_begin(d, line);
    d->draft.cell = cell;
    d->draft.cells = cells;
    d->draft.flags = flags;
    bool ok = true;
    if (cells > columns) {
        for (uint32_t i = columns; i < cells && ok; i++) {
            ok = str_trim(cell[i]).len == 0;
        }
        if (!ok) {
            (void)decode_fail(d, "the row has %u columns where the first has %u", cells,
                              columns);
        }
    }
    ok = ok && take_cells(d, cell, cells) && decode_finish(d);
    if (!ok) {
        while (d->batch->rows > rows) {
            batch_drop_last(d->batch);
        }
        decode_reject(d, line, decode_raw_cells(d));
    }
    return ok;
}

static bool row_is_blank(const struct str *cell, uint32_t cells)
{
    for (uint32_t i = 0; i < cells; i++) {
        if (str_trim(cell[i]).len) {
            return false;
        }
    }
    return true;
}

static void decode_bad_row(struct decoder *d, const struct csv_block *b, uint32_t r)
{
    (void)decode_fail(d, "%s (byte %u of the row)", csv_status_text(b->status[r]),
                      b->column[r]);
    d->bad_column = 0;
    d->bad_field = STR_NULL;
    d->draft.cells = 0;
    decode_reject(d, b->line[r], decode_raw_text(d, csv_raw(b, r)));
}

static void decode_row(struct decoder *d, const struct csv_block *b, uint32_t r)
{
    const uint32_t skip = d->in.skip;
    const uint32_t all = csv_fields(b, r);
    const struct str *cell = b->field + b->row_field[r] + skip;
    const uint32_t cells = all > skip ? all - skip : 0;
    uint64_t line = b->line[r];
    struct str flags = STR_NULL;

    if (b->status[r] == CSV_OK && row_is_blank(cell, cells)) {
        return;
    }
    if (b->status[r] == CSV_OK && d->headers_due) {
        d->headers_due--;
        return;
    }
    d->rows++;
    if (b->status[r] != CSV_OK) {
        decode_bad_row(d, b, r);
        return;
    }
    if (d->taobao && cells == 5 && decode_taobao(d, cell, line)) {
        return;
    }
    if (skip == 2) {
        (void)str_u64(csv_field(b, r, 0), &line);
        flags = csv_field(b, r, 1);
    }
    (void)decode_cells(d, cell, cells, flags, line);
}

uint32_t decoder_rows(struct decoder *d, const struct csv_block *block, uint32_t from)
{
    while (from < block->rows && d->batch->rows + 2 <= d->batch->cap) {
        decode_row(d, block, from++);
    }
    return from;
}

uint32_t decoder_lines(struct decoder *d, const struct lines_block *block, uint32_t from)
{
    while (from < block->rows && d->batch->rows + 2 <= d->batch->cap) {
        const uint32_t r = from++;
        if (block->status[r] == LINES_OK) {
            if (str_trim(block->text[r]).len) {
                (void)decoder_json(d, block->text[r], block->line[r]);
            }
            continue;
        }
        d->rows++;
        (void)decode_fail(d, "%s", lines_status_text(block->status[r]));
        d->bad_column = block->column[r];
        d->bad_field = STR_NULL;
        decode_reject(d, block->line[r], decode_raw_text(d, block->text[r]));
    }
    return from;
}
