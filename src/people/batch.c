#include "people/batch.h"

#include "base/mem.h"

/* Columns are allocated once for `cap` rows and reused; only the identities grow (rows have up
 * to BATCH_IDENT_MAX of them, but two on average). */

/* Not zeroed: batch_add sets every value of a row. */
static void *column(size_t size, uint32_t n) { return mem_alloc(size * n); }

struct event_batch *batch_new(uint32_t cap)
{
    struct event_batch *b = mem_zalloc(sizeof(*b));

    b->arena = arena_new();
    b->cap = cap;
    b->time_ms = column(sizeof(int64_t), cap);
    b->name = column(sizeof(uint16_t), cap);
    b->channel = column(sizeof(uint8_t), cap);
    b->quantity = column(sizeof(double), cap);
    b->score = column(sizeof(double), cap);
    b->unit_price_e4 = column(sizeof(int64_t), cap);
    b->amount_fen = column(sizeof(int64_t), cap);
    b->touchpoint = column(sizeof(struct str), cap);
    b->campaign = column(sizeof(struct str), cap);
    b->item = column(sizeof(struct str), cap);
    b->category = column(sizeof(struct str), cap);
    b->order_no = column(sizeof(struct str), cap);
    b->props = column(sizeof(struct str), cap);
    b->event_id = column(sizeof(struct str), cap);
    b->key = column(sizeof(uint64_t), cap);
    b->source_row = column(sizeof(uint64_t), cap);
    b->ident_at = column(sizeof(uint32_t), cap + 1);
    b->ident_cap = 2 * cap;
    b->ident = column(sizeof(struct ident), b->ident_cap);
    b->ident_at[0] = 0;
    return b;
}

void batch_free(struct event_batch *b)
{
    if (!b) {
        return;
    }
    arena_free(b->arena);
    mem_free(b->time_ms);
    mem_free(b->name);
    mem_free(b->channel);
    mem_free(b->quantity);
    mem_free(b->score);
    mem_free(b->unit_price_e4);
    mem_free(b->amount_fen);
    mem_free(b->touchpoint);
    mem_free(b->campaign);
    mem_free(b->item);
    mem_free(b->category);
    mem_free(b->order_no);
    mem_free(b->props);
    mem_free(b->event_id);
    mem_free(b->key);
    mem_free(b->source_row);
    mem_free(b->ident_at);
    mem_free(b->ident);
    mem_free(b);
}

void batch_clear(struct event_batch *b)
{
    arena_reset(b->arena);
    b->rows = 0;
    b->idents = 0;
    b->ident_at[0] = 0;
}

uint32_t batch_add(struct event_batch *b)
{
    const uint32_t r = b->rows++;

    b->time_ms[r] = 0;
    b->name[r] = 0;
    b->channel[r] = 0;
    b->quantity[r] = QUANTITY_UNKNOWN;
    b->score[r] = SCORE_UNKNOWN;
    b->unit_price_e4[r] = PRICE_UNKNOWN;
    b->amount_fen[r] = AMOUNT_UNKNOWN;
    b->touchpoint[r] = STR_NULL;
    b->campaign[r] = STR_NULL;
    b->item[r] = STR_NULL;
    b->category[r] = STR_NULL;
    b->order_no[r] = STR_NULL;
    b->props[r] = STR_NULL;
    b->event_id[r] = STR_NULL;
    b->key[r] = 0;
    b->source_row[r] = 0;
    b->ident_at[r + 1] = b->idents;
    return r;
}

enum rc batch_add_ident(struct event_batch *b, uint8_t kind, struct str value,
                        struct hash128 hash, struct err *e)
{
    const uint32_t from = b->ident_at[b->rows - 1];

    for (uint32_t i = from; i < b->idents; i++) {
        const struct ident *have = &b->ident[i];
        if (have->kind == kind && have->hash.lo == hash.lo && have->hash.hi == hash.hi) {
            return RC_OK;
        }
    }
    if (b->idents - from >= BATCH_IDENT_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "more than %d identities in one event",
                       BATCH_IDENT_MAX);
    }
    if (b->idents == b->ident_cap) {
        b->ident_cap *= 2;
        b->ident = mem_resize(b->ident, b->ident_cap * sizeof(*b->ident));
    }
    b->ident[b->idents++] = (struct ident){.value = value, .hash = hash, .kind = kind};
    b->ident_at[b->rows] = b->idents;
    return RC_OK;
}

static void append(void *to, const void *from, size_t size, uint32_t at, uint32_t n)
{
    if (n) {
        memcpy((char *)to + size * at, from, size * n);
    }
}

void batch_append(struct event_batch *b, const struct event_batch *from)
{
    const uint32_t at = b->rows, n = from->rows;

#define COLUMN(name) append(b->name, from->name, sizeof(*b->name), at, n)
    COLUMN(time_ms);
    COLUMN(name);
    COLUMN(channel);
    COLUMN(quantity);
    COLUMN(score);
    COLUMN(unit_price_e4);
    COLUMN(amount_fen);
    COLUMN(touchpoint);
    COLUMN(campaign);
    COLUMN(item);
    COLUMN(category);
    COLUMN(order_no);
    COLUMN(props);
    COLUMN(event_id);
    COLUMN(key);
    COLUMN(source_row);
#undef COLUMN
    while (b->idents + from->idents > b->ident_cap) {
        b->ident_cap *= 2;
        b->ident = mem_resize(b->ident, b->ident_cap * sizeof(*b->ident));
    }
    append(b->ident, from->ident, sizeof(*b->ident), b->idents, from->idents);
    for (uint32_t r = 1; r <= n; r++) {
        b->ident_at[at + r] = b->idents + from->ident_at[r];
    }
    b->rows += n;
    b->idents += from->idents;
}

void batch_drop_last(struct event_batch *b)
{
    b->rows--;
    b->idents = b->ident_at[b->rows];
}

static void batch_move_row(struct event_batch *b, uint32_t to, uint32_t from)
{
    b->time_ms[to] = b->time_ms[from];
    b->name[to] = b->name[from];
    b->channel[to] = b->channel[from];
    b->quantity[to] = b->quantity[from];
    b->score[to] = b->score[from];
    b->unit_price_e4[to] = b->unit_price_e4[from];
    b->amount_fen[to] = b->amount_fen[from];
    b->touchpoint[to] = b->touchpoint[from];
    b->campaign[to] = b->campaign[from];
    b->item[to] = b->item[from];
    b->category[to] = b->category[from];
    b->order_no[to] = b->order_no[from];
    b->props[to] = b->props[from];
    b->event_id[to] = b->event_id[from];
    b->key[to] = b->key[from];
    b->source_row[to] = b->source_row[from];
}

void batch_filter(struct event_batch *b, const uint8_t *keep)
{
    uint32_t rows = 0;
    uint32_t idents = 0;
    uint32_t from = b->ident_at[0];

    for (uint32_t r = 0; r < b->rows; r++) {
        const uint32_t end = b->ident_at[r + 1];
        if (keep[r]) {
            if (rows != r) {
                batch_move_row(b, rows, r);
            }
            for (uint32_t i = from; i < end; i++) {
                b->ident[idents++] = b->ident[i];
            }
            b->ident_at[++rows] = idents;
        }
        from = end;
    }
    b->rows = rows;
    b->idents = idents;
}

int64_t batch_owner(const struct event_batch *b, uint32_t row, const uint16_t *priority)
{
    int64_t best = -1;

    for (uint32_t i = b->ident_at[row]; i < b->ident_at[row + 1]; i++) {
        if (best < 0) {
            best = i;
            continue;
        }
        const struct ident *have = &b->ident[best];
        const struct ident *next = &b->ident[i];
        const int by_rule = (int)priority[next->kind] - (int)priority[have->kind];
        const int by_value = by_rule ? by_rule : str_cmp(next->value, have->value);
        if ((by_value ? by_value : (int)next->kind - (int)have->kind) < 0) {
            best = i;
        }
    }
    return best;
}
