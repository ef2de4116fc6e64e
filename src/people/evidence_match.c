/* Which evidence classes a row of a batch feeds: the plan's classes of its event name, narrowed
 * by their tests. Most classes have no test, so the common row costs one load. */
#include "people/evidence.h"

#include <math.h>

static bool number_holds(enum evidence_cmp cmp, double have, double want)
{
    switch (cmp) {
    case CMP_EQ: return have == want;
    case CMP_NE: return have != want;
    case CMP_LT: return have < want;
    case CMP_LE: return have <= want;
    case CMP_GT: return have > want;
    case CMP_GE: return have >= want;
    case CMP_IN: return have == want;
    }
    return false;
}

static bool text_holds(const struct evidence_test *t, struct str have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = str_eq(have, t->texts[i]);
    }
    return t->cmp == CMP_NE ? !found : found;
}

static bool channel_holds(const struct evidence_test *t, uint8_t have)
{
    bool found = false;
    for (uint32_t i = 0; i < t->texts_len && !found; i++) {
        found = have == t->codes[i];
    }
    return t->cmp == CMP_NE ? !found : found;
}

static bool whole_holds(const struct evidence_test *t, int64_t have, int64_t unknown)
{
    return have != unknown && number_holds(t->cmp, (double)have, t->number);
}

static bool real_holds(const struct evidence_test *t, double have)
{
    return !isnan(have) && number_holds(t->cmp, have, t->number);
}

static bool known_text_holds(const struct evidence_test *t, struct str have)
{
    return have.ptr && text_holds(t, have);
}

static bool test_holds(const struct evidence_test *t, const struct event_batch *b, uint32_t row)
{
    switch (t->field) {
    case FIELD_AMOUNT: return whole_holds(t, b->amount_fen[row], AMOUNT_UNKNOWN);
    case FIELD_QUANTITY: return real_holds(t, b->quantity[row]);
    case FIELD_SCORE: return real_holds(t, b->score[row]);
    case FIELD_UNIT_PRICE: return whole_holds(t, b->unit_price_e4[row], PRICE_UNKNOWN);
    case FIELD_CHANNEL: return b->channel[row] && channel_holds(t, b->channel[row]);
    case FIELD_TOUCHPOINT: return known_text_holds(t, b->touchpoint[row]);
    case FIELD_CAMPAIGN: return known_text_holds(t, b->campaign[row]);
    case FIELD_ITEM: return known_text_holds(t, b->item[row]);
    case FIELD_CATEGORY: return known_text_holds(t, b->category[row]);
    case FIELD_ORDER: return known_text_holds(t, b->order_no[row]);
    case FIELD_PROP: /* stage rules have none: questions look into the lake for it */
    case FIELD_COUNT: break;
    }
    return false;
}

uint64_t evidence_match(const struct evidence_plan *p, const struct event_batch *b,
                        uint32_t row)
{
    uint64_t classes = p->on[b->name[row]];
    for (uint64_t left = classes; left; left &= left - 1) {
        uint32_t cls = (uint32_t)__builtin_ctzll(left);
        const struct evidence_class *k = &p->classes[cls];
        for (uint32_t i = 0; i < k->tests_len; i++) {
            if (!test_holds(&k->tests[i], b, row)) {
                classes &= ~((uint64_t)1 << cls);
                break;
            }
        }
    }
    return classes;
}
