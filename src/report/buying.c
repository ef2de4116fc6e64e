/* Two scans that only add up, purchases and then refunds: of one name the lake reads the other columns only where a row has
 * it, of two it reads them all. */
#include "report/buying.h"

#include "base/mem.h"
#include "who/distinct.h"
#include "who/history.h"

struct gathering {
    struct buyer *of; /* by consumer; no 0: nothing seen */
    struct distinct orders;
};

static void add_order(struct buyer *b, int32_t day, bool fresh)
{
    b->first = !b->orders || day < b->first ? day : b->first;
    b->last = !b->orders || day > b->last ? day : b->last;
    b->orders += fresh;
}

static enum rc add_rows(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct gathering *g = ctx;
    bool fresh[CHUNK_ROWS];
    (void)e;
    for (uint32_t i = 0; i < rows->rows; i++) {
        __builtin_prefetch(&g->of[rows->consumer[i]], 1);
    }
    distinct_add(&g->orders, rows->order, rows->rows, fresh);
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint32_t row = rows->at[i];
        struct buyer *b = &g->of[rows->consumer[i]];
        int64_t fen = event_rows_i64(rows->lake, FIELD_AMOUNT, row);
        fen = fen == AMOUNT_UNKNOWN ? 0 : fen;
        b->no = rows->consumer[i];
        b->amount_fen += rows->lake->name[row] == EVENT_REFUND ? -fen : fen;
        if (rows->order[i]) {
            add_order(b, rows->day[i], fresh[i]);
        }
    }
    return RC_OK;
}

/* Those seen move to the front; the sums of all. */
static struct buying gathered(struct buyer *of, uint32_t consumers)
{
    struct buying all = {.buyer = of};
    for (uint32_t c = 1; c < consumers; c++) {
        if (!of[c].no) {
            continue;
        }
        struct buyer b = of[c];
        b.first = b.orders ? b.first : DAY_NONE;
        b.last = b.orders ? b.last : DAY_NONE;
        of[all.len++] = b;
        all.buyers += b.orders > 0;
        all.orders += b.orders;
        all.amount_fen += b.amount_fen;
    }
    all.buyer = mem_resize(of, (all.len + 1) * sizeof(*of));
    return all;
}

enum rc buying_read(struct brand *b, int32_t from, int32_t to, struct buying *out,
                    struct err *e)
{
    static const uint16_t names[] = {EVENT_PURCHASE, EVENT_REFUND};
    uint32_t consumers = dictionary_len(b->dictionary) + 1;
    struct gathering g = {.of = mem_array(struct buyer, consumers)};
    struct history_want want = {.names_len = 1, .from = from, .to = to, .amounts = true};
    enum rc rc = RC_OK;
    for (int i = 0; i < 2 && !rc; i++) {
        want.names = &names[i];
        want.orders = names[i] == EVENT_PURCHASE;
        rc = history_scan(b, &want, add_rows, &g, e);
    }
    distinct_release(&g.orders);
    if (rc) {
        mem_free(g.of);
        return rc;
    }
    *out = gathered(g.of, consumers);
    return RC_OK;
}

void buying_release(struct buying *b)
{
    mem_free(b->buyer);
    *b = (struct buying){0};
}
