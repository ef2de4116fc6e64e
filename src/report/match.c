/* Objects  struct match: for every event code the filters that name it, one bit a filter; most filters have
 *          no test, so that the common row costs one load. A test on a text column is a table by the number of
 *          the text, made once: no text is compared while rows are read. */
#include "report/match.h"

#include <math.h>
#include "base/mem.h"
#include "people/batch.h"

struct test_table {
    const struct evidence_test *test;
    const uint32_t *column; /* of a text test, else NULL */
    uint8_t *holds;         /* by the number of the text */
};
struct match {
    const struct history *h;
    const struct event_filter *filters;
    uint32_t len, tested; /* tested: the filters with tests */
    uint32_t *by_name;
    struct test_table *tables[MATCH_MAX];
};

/* ---- What is to be read ---------------------------------------------------------------------- */

static enum rc want_field(enum event_field f, struct history_want *w, struct err *e)
{
    switch (f) {
    case FIELD_AMOUNT: w->amounts = true; return RC_OK;
    case FIELD_QUANTITY: w->quantities = true; return RC_OK;
    case FIELD_CHANNEL: w->channels = true; return RC_OK;
    case FIELD_TOUCHPOINT: w->touchpoints = true; return RC_OK;
    case FIELD_CAMPAIGN: w->campaigns = true; return RC_OK;
    case FIELD_ITEM: w->items = true; return RC_OK;
    case FIELD_CATEGORY: w->categories = true; return RC_OK;
    case FIELD_SCORE:
    case FIELD_UNIT_PRICE:
    case FIELD_ORDER:
    case FIELD_PROP:
    case FIELD_COUNT: break;
    }
    enum rc rc = rc_fail(e, RC_INVALID, "an analysis cannot test this field of an event");
    err_hint(
        e, "amount, quantity, channel, touchpoint, campaign, item and category can be tested");
    return rc;
}

static void want_names(const struct event_filter *filters, uint32_t len, struct arena *a,
                       struct history_want *w)
{
    uint32_t total = w->names_len;
    for (uint32_t i = 0; i < len; i++) {
        if (filters[i].names_len == 0) {
            w->names = NULL;
            w->names_len = 0;
            return;
        }
        total += filters[i].names_len;
    }
    uint16_t *names = arena_array(a, uint16_t, total);
    uint32_t n = 0;
    for (; n < w->names_len; n++) {
        names[n] = w->names[n];
    }
    for (uint32_t i = 0; i < len; i++) {
        for (uint32_t k = 0; k < filters[i].names_len; k++) {
            bool there = false;
            for (uint32_t s = 0; s < n && !there; s++) {
                there = names[s] == filters[i].names[k];
            }
            if (!there) {
                names[n++] = filters[i].names[k];
            }
        }
    }
    w->names = names;
    w->names_len = n;
}

enum rc match_want(const struct event_filter *filters, uint32_t len, struct arena *a,
                   struct history_want *want, struct err *e)
{
    for (uint32_t i = 0; i < len; i++) {
        for (uint32_t k = 0; k < filters[i].tests_len; k++) {
            enum rc rc = want_field(filters[i].tests[k].field, want, e);
            if (rc) {
                return rc;
            }
        }
    }
    want_names(filters, len, a, want);
    return RC_OK;
}

/* ---- Tests ------------------------------------------------------------------------------------- */

static bool number_holds(enum evidence_cmp cmp, double have, double want)
{
    switch (cmp) {
    case CMP_NE: return have < want || have > want;
    case CMP_LT: return have < want;
    case CMP_LE: return have <= want;
    case CMP_GT: return have > want;
    case CMP_GE: return have >= want;
    case CMP_EQ:
    case CMP_IN: break;
    }
    return have >= want && have <= want;
}

static bool text_holds(const struct evidence_test *t, struct str have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = str_eq(have, t->texts[i]);
    }
    return found != (t->cmp == CMP_NE);
}

static bool channel_holds(const struct evidence_test *t, uint8_t have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = have == t->codes[i];
    }
    return have != 0 && found != (t->cmp == CMP_NE);
}

static const uint32_t *text_column(const struct history *h, enum event_field f)
{
    return f == FIELD_ITEM         ? h->item
           : f == FIELD_CATEGORY   ? h->category
           : f == FIELD_TOUCHPOINT ? h->touchpoint
           : f == FIELD_CAMPAIGN   ? h->campaign
                                   : NULL;
}

static struct test_table make_table(const struct history *h, const struct evidence_test *t)
{
    struct test_table table = {.test = t, .column = text_column(h, t->field)};
    if (table.column) {
        uint32_t most = 0;
        for (uint32_t i = 0; i < h->rows; i++) {
            most = table.column[i] > most ? table.column[i] : most;
        }
        table.holds = mem_array(uint8_t, (size_t)most + 1);
        for (uint32_t no = 1; no <= most; no++) {
            table.holds[no] = text_holds(t, history_text(h, t->field, no));
        }
    }
    return table;
}

static bool table_holds(const struct test_table *t, const struct history *h, uint32_t row)
{
    const struct evidence_test *test = t->test;
    if (t->column) {
        return t->holds[t->column[row]];
    }
    if (test->field == FIELD_CHANNEL) {
        return channel_holds(test, h->channel[row]);
    }
    if (test->field == FIELD_AMOUNT) {
        int64_t fen = h->amount_fen[row];
        return fen != AMOUNT_UNKNOWN && number_holds(test->cmp, (double)fen, test->number);
    }
    double n = h->quantity[row];
    return !isnan(n) && number_holds(test->cmp, n, test->number);
}

/* ---- The matcher ------------------------------------------------------------------------------- */

struct match *match_new(const struct event_filter *filters, uint32_t len,
                        const struct history *h)
{
    struct match *m = mem_zalloc(sizeof(*m));
    *m = (struct match){.h = h, .filters = filters, .len = len};
    m->by_name = mem_array(uint32_t, EVENT_NAMES_MAX);
    for (uint32_t i = 0; i < len; i++) {
        const struct event_filter *f = &filters[i];
        for (uint32_t code = 0; f->names_len == 0 && code < EVENT_NAMES_MAX; code++) {
            m->by_name[code] |= 1u << i;
        }
        for (uint32_t k = 0; k < f->names_len; k++) {
            m->by_name[f->names[k]] |= 1u << i;
        }
        if (f->tests_len > 0) {
            m->tested |= 1u << i;
            m->tables[i] = mem_array(struct test_table, f->tests_len);
        }
        for (uint32_t k = 0; k < f->tests_len; k++) {
            m->tables[i][k] = make_table(h, &f->tests[k]);
        }
    }
    return m;
}

void match_free(struct match *m)
{
    if (!m) {
        return;
    }
    for (uint32_t i = 0; i < m->len; i++) {
        for (uint32_t k = 0; m->tables[i] && k < m->filters[i].tests_len; k++) {
            mem_free(m->tables[i][k].holds);
        }
        mem_free(m->tables[i]);
    }
    mem_free(m->by_name);
    mem_free(m);
}

uint32_t match_row(const struct match *m, uint32_t row)
{
    uint32_t bits = m->by_name[m->h->name[row]];
    for (uint32_t left = bits & m->tested; left; left &= left - 1) {
        uint32_t i = (uint32_t)__builtin_ctz(left);
        bool holds = true;
        for (uint32_t k = 0; k < m->filters[i].tests_len && holds; k++) {
            holds = table_holds(&m->tables[i][k], m->h, row);
        }
        bits &= holds ? UINT32_MAX : ~(1u << i);
    }
    return bits;
}
